#pragma once
#if __has_include(<libical/ical.h>)
#include <libical/ical.h>
#include <stdlib.h>
#else
#error "<libical/ical.h> is missing: install the Debian package libical-dev (ops/packages lists all of them)"
#endif

/* A rule is a struct of nine arrays that travels by value: nothing of it is needed in Swift. */
static inline icalrecur_iterator *c_icalrecur_begin(const char *rule, struct icaltimetype start) {
  struct icalrecurrencetype parsed = icalrecurrencetype_from_string(rule);
  icalrecur_iterator *iterator = 0;
  if (parsed.freq != ICAL_NO_RECURRENCE) iterator = icalrecur_iterator_new(parsed, start);
  free(parsed.rscale);
  return iterator;
}
