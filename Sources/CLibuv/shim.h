#pragma once
#if __has_include(<uv.h>)
#include <uv.h>
#else
#error "<uv.h> is missing: install the Debian package libuv1-dev (ops/packages lists all of them)"
#endif
