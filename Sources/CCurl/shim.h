#pragma once
#if __has_include(<curl/curl.h>)
#include <curl/curl.h>
#else
#error "<curl/curl.h> is missing: install the Debian package libcurl4-openssl-dev (ops/packages lists all of them)"
#endif

/* libcurl takes these values through `...`, which Swift cannot call: one function a type. */
static inline CURLcode c_curl_easy_setopt_long(CURL *easy, CURLoption option, long value) {
  return (curl_easy_setopt)(easy, option, value);
}
static inline CURLcode c_curl_easy_setopt_off(CURL *easy, CURLoption option, curl_off_t value) {
  return (curl_easy_setopt)(easy, option, value);
}
static inline CURLcode c_curl_easy_setopt_string(
    CURL *easy, CURLoption option, const char *value) {
  return (curl_easy_setopt)(easy, option, value);
}
static inline CURLcode c_curl_easy_setopt_bytes(CURL *easy, CURLoption option, const void *value) {
  return (curl_easy_setopt)(easy, option, value);
}
static inline CURLcode c_curl_easy_setopt_list(
    CURL *easy, CURLoption option, struct curl_slist *value) {
  return (curl_easy_setopt)(easy, option, value);
}
/* For CURLOPT_WRITEFUNCTION and CURLOPT_HEADERFUNCTION, which have one shape. */
static inline CURLcode c_curl_easy_setopt_write(
    CURL *easy, CURLoption option, curl_write_callback callback) {
  return (curl_easy_setopt)(easy, option, callback);
}
static inline CURLcode c_curl_easy_setopt_read(CURL *easy, curl_read_callback callback) {
  return (curl_easy_setopt)(easy, CURLOPT_READFUNCTION, callback);
}
static inline CURLcode c_curl_easy_setopt_opensocket(
    CURL *easy, curl_opensocket_callback callback) {
  return (curl_easy_setopt)(easy, CURLOPT_OPENSOCKETFUNCTION, callback);
}
static inline CURLcode c_curl_easy_getinfo_long(CURL *easy, CURLINFO info, long *value) {
  return (curl_easy_getinfo)(easy, info, value);
}

static inline CURLMcode c_curl_multi_setopt_long(CURLM *multi, CURLMoption option, long value) {
  return (curl_multi_setopt)(multi, option, value);
}
static inline CURLMcode c_curl_multi_setopt_socket(
    CURLM *multi, curl_socket_callback callback, void *user) {
  (curl_multi_setopt)(multi, CURLMOPT_SOCKETDATA, user);
  return (curl_multi_setopt)(multi, CURLMOPT_SOCKETFUNCTION, callback);
}
static inline CURLMcode c_curl_multi_setopt_timer(
    CURLM *multi, curl_multi_timer_callback callback, void *user) {
  (curl_multi_setopt)(multi, CURLMOPT_TIMERDATA, user);
  return (curl_multi_setopt)(multi, CURLMOPT_TIMERFUNCTION, callback);
}
/* An enumerator of the C library, which more than one module claims for itself. */
static const int c_curl_SOCK_CLOEXEC = SOCK_CLOEXEC;
/* A union inside CURLMsg. */
static inline CURLcode c_curl_msg_result(const CURLMsg *message) { return message->data.result; }
