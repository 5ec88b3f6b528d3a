#pragma once
#if __has_include(<uv.h>)
#include <uv.h>
#else
#error "<uv.h> is missing: install the Debian package libuv1-dev (ops/packages lists all of them)"
#endif

/* An enumerator of the C library, which each module that includes its header claims for itself. */
static const int c_SOCK_STREAM = SOCK_STREAM;
