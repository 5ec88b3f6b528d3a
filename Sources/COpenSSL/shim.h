#pragma once
#if __has_include(<openssl/ssl.h>)
#include <openssl/ssl.h>
#else
#error "<openssl/ssl.h> is missing: install the Debian package libssl-dev (ops/packages lists all of them)"
#endif
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

/* OpenSSL spells these as macros, which Swift cannot import. */
static inline long c_SSL_CTX_set_min_proto_version(SSL_CTX *context, int version) {
  return SSL_CTX_set_min_proto_version(context, version);
}
