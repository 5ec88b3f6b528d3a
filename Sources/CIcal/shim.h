#pragma once
#if __has_include(<libical/ical.h>)
#include <libical/ical.h>
#else
#error "<libical/ical.h> is missing: install the Debian package libical-dev (ops/packages lists all of them)"
#endif
