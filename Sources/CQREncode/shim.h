#pragma once
#if __has_include(<qrencode.h>)
#include <qrencode.h>
#else
#error "<qrencode.h> is missing: install the Debian package libqrencode-dev (ops/packages lists all of them)"
#endif
