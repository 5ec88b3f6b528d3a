#pragma once
#if __has_include(<zlib.h>)
#include <zlib.h>
#else
#error "<zlib.h> is missing: install the Debian package zlib1g-dev (ops/packages lists all of them)"
#endif

/* zlib spells these as macros, which Swift cannot import. Window bits + 16 ask for gzip, negative
   ones for bare deflate. */
static inline int c_deflateInit2_gzip(z_stream *stream, int level) {
  return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}
static inline int c_deflateInit2_raw(z_stream *stream, int level) {
  return deflateInit2(stream, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
}
static inline int c_inflateInit2_gzip(z_stream *stream) { return inflateInit2(stream, 15 + 16); }
