#pragma once
#if __has_include(<curl/curl.h>)
#include <curl/curl.h>
#else
#error "<curl/curl.h> is missing: install the Debian package libcurl4-openssl-dev (ops/packages lists all of them)"
#endif
