#ifndef WEIR_DRV_PG_LIBPQ_H
#define WEIR_DRV_PG_LIBPQ_H
/*
 * libpq: PostgreSQL's client library, loaded when it is first needed.
 *
 * Of the shared objects that a program linked with libpq loads, two thirds are
 * libpq's (TLS, LDAP, Kerberos): 2.5 ms and 4 MiB of each start, whatever is
 * asked for.  So nothing is linked with it: libpq_load() opens it, and the
 * names of libpq-fe.h mean what was found there.  A function that is missing
 * from one of the two lists does not compile or does not link.
 *
 * What calls into libpq includes this header and no other of libpq's.
 */
#include <libpq-fe.h>

#include "base/err.h"

struct libpq {
#define LIBPQ(name) __typeof__(&name) name;
#include "drv/pg/libpq.def"
#undef LIBPQ
};
/* Filled once by libpq_load(), the same for all threads from then on. */
extern struct libpq libpq;

/* Before anything else here, by whoever opens a connection or reads a
 * connection string.  RC_UNSUPPORTED: it is not installed, or too old. */
enum rc libpq_load(struct err *e) MUST_CHECK;

#ifndef LIBPQ_PLAIN
#define PQbackendPID libpq.PQbackendPID
#define PQcancel libpq.PQcancel
#define PQclear libpq.PQclear
#define PQcmdTuples libpq.PQcmdTuples
#define PQconndefaults libpq.PQconndefaults
#define PQconnectPoll libpq.PQconnectPoll
#define PQconnectStartParams libpq.PQconnectStartParams
#define PQconnectionNeedsPassword libpq.PQconnectionNeedsPassword
#define PQconnectionUsedPassword libpq.PQconnectionUsedPassword
#define PQconninfo libpq.PQconninfo
#define PQconninfoFree libpq.PQconninfoFree
#define PQconninfoParse libpq.PQconninfoParse
#define PQconsumeInput libpq.PQconsumeInput
#define PQdb libpq.PQdb
#define PQerrorMessage libpq.PQerrorMessage
#define PQfinish libpq.PQfinish
#define PQflush libpq.PQflush
#define PQfname libpq.PQfname
#define PQfreeCancel libpq.PQfreeCancel
#define PQfreemem libpq.PQfreemem
#define PQftype libpq.PQftype
#define PQgetCancel libpq.PQgetCancel
#define PQgetCopyData libpq.PQgetCopyData
#define PQgetResult libpq.PQgetResult
#define PQgetisnull libpq.PQgetisnull
#define PQgetlength libpq.PQgetlength
#define PQgetvalue libpq.PQgetvalue
#define PQgssEncInUse libpq.PQgssEncInUse
#define PQhost libpq.PQhost
#define PQisBusy libpq.PQisBusy
#define PQnfields libpq.PQnfields
#define PQntuples libpq.PQntuples
#define PQpass libpq.PQpass
#define PQport libpq.PQport
#define PQputCopyData libpq.PQputCopyData
#define PQputCopyEnd libpq.PQputCopyEnd
#define PQresultErrorField libpq.PQresultErrorField
#define PQresultErrorMessage libpq.PQresultErrorMessage
#define PQresultStatus libpq.PQresultStatus
#define PQsendQuery libpq.PQsendQuery
#define PQsendQueryParams libpq.PQsendQueryParams
#define PQsetErrorVerbosity libpq.PQsetErrorVerbosity
#define PQsetNoticeReceiver libpq.PQsetNoticeReceiver
#define PQsetSingleRowMode libpq.PQsetSingleRowMode
#define PQsetnonblocking libpq.PQsetnonblocking
#define PQsocket libpq.PQsocket
#define PQsslAttribute libpq.PQsslAttribute
#define PQsslInUse libpq.PQsslInUse
#define PQstatus libpq.PQstatus
#define PQtransactionStatus libpq.PQtransactionStatus
#define PQunescapeBytea libpq.PQunescapeBytea
#define PQuser libpq.PQuser
#endif

#endif
