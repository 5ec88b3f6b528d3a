#pragma once
#include <sys/resource.h>
#if __has_include(<uv.h>)
#include <uv.h>
#else
#error "<uv.h> is missing: install the Debian package libuv1-dev (ops/packages lists all of them)"
#endif

/* Enumerators of the C library, which each module that includes its header claims for itself:
   whether Swift finds them depends on what was built before. */
static const int c_SOCK_STREAM = SOCK_STREAM;
static const int c_SOCK_STREAM_CLOEXEC = SOCK_STREAM | SOCK_CLOEXEC;
static const int c_SOCK_DGRAM_CLOEXEC = SOCK_DGRAM | SOCK_CLOEXEC;
static const int c_RLIMIT_NOFILE = RLIMIT_NOFILE;
