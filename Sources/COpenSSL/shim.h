#pragma once
#if __has_include(<openssl/ssl.h>)
#include <openssl/ssl.h>
#else
#error "<openssl/ssl.h> is missing: install the Debian package libssl-dev (ops/packages lists all of them)"
#endif
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

/* OpenSSL spells these as macros, which Swift cannot import. */
static const uint64_t c_SSL_OP_NO_RENEGOTIATION = SSL_OP_NO_RENEGOTIATION;
static const uint64_t c_SSL_OP_NO_COMPRESSION = SSL_OP_NO_COMPRESSION;
static const uint64_t c_SSL_OP_NO_TICKET = SSL_OP_NO_TICKET;
static const uint64_t c_SSL_OP_CIPHER_SERVER_PREFERENCE = SSL_OP_CIPHER_SERVER_PREFERENCE;
static const uint64_t c_SSL_OP_PRIORITIZE_CHACHA = SSL_OP_PRIORITIZE_CHACHA;

static const int c_EVP_PKEY_KEYPAIR = EVP_PKEY_KEYPAIR;

static inline int c_SSL_CTX_set_min_proto_version(SSL_CTX *context, int version) {
  return (int)SSL_CTX_set_min_proto_version(context, version);
}
static inline int c_SSL_CTX_set_max_proto_version(SSL_CTX *context, int version) {
  return (int)SSL_CTX_set_max_proto_version(context, version);
}
static inline long c_SSL_CTX_set_mode(SSL_CTX *context, long mode) {
  return SSL_CTX_set_mode(context, mode);
}
static inline long c_SSL_CTX_set_session_cache_mode(SSL_CTX *context, long mode) {
  return SSL_CTX_set_session_cache_mode(context, mode);
}
static inline int c_BIO_get_mem_count(BIO *bio) {
  char *bytes = NULL;
  return (int)BIO_get_mem_data(bio, &bytes);
}
