#pragma once
#if __has_include(<libpq-fe.h>)
#include <libpq-fe.h>
#else
#error "<libpq-fe.h> is missing: install the Debian package libpq-dev (ops/packages lists all of them)"
#endif

/* libpq spells these as character macros, which Swift does not import. */
static const int c_PG_DIAG_SQLSTATE = PG_DIAG_SQLSTATE;
static const int c_PG_DIAG_MESSAGE_PRIMARY = PG_DIAG_MESSAGE_PRIMARY;
static const int c_PG_DIAG_CONSTRAINT_NAME = PG_DIAG_CONSTRAINT_NAME;
static const int c_PG_DIAG_MESSAGE_DETAIL = PG_DIAG_MESSAGE_DETAIL;

/* Notices may quote rows; libpq would print them to stderr. */
static inline void c_ignore_notice(void *context, const PGresult *result) {
  (void)context;
  (void)result;
}
static inline void c_ignore_notices(PGconn *connection) {
  PQsetNoticeReceiver(connection, c_ignore_notice, 0);
}
