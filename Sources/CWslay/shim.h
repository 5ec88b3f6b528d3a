#pragma once
#if __has_include(<wslay/wslay.h>)
#include <wslay/wslay.h>
#else
#error "<wslay/wslay.h> is missing: install the Debian package libwslay-dev (ops/packages lists all of them)"
#endif
