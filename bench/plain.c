/* plain: see plain.h. */
#include "plain.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct plain {
	sqlite3 *file;
	PGconn *server;
};

static void fail(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	exit(1);
}

bool is_url(const char *db)
{
	return strncmp(db, "postgres", 8) == 0;
}

struct plain *plain_open(const char *db)
{
	struct plain *p = calloc(1, sizeof(*p));

	if (!p)
		abort();
	if (!is_url(db)) {
		if (sqlite3_open_v2(db, &p->file, SQLITE_OPEN_READONLY, NULL))
			fail(db, "cannot be opened");
		return p;
	}
	p->server = PQconnectdb(db);
	if (PQstatus(p->server) != CONNECTION_OK)
		fail("libpq", PQerrorMessage(p->server));
	return p;
}

void plain_close(struct plain *p)
{
	sqlite3_close(p->file);
	if (p->server)
		PQfinish(p->server);
	free(p);
}

static long long of_file(struct plain *p, const char *sql, long long key,
    long long *first)
{
	sqlite3_stmt *s;
	long long n = 0;

	if (sqlite3_prepare_v2(p->file, sql, -1, &s, NULL))
		fail(sql, sqlite3_errmsg(p->file));
	if (key > 0)
		sqlite3_bind_int64(s, 1, key);
	while (sqlite3_step(s) == SQLITE_ROW) {
		if (!n++ && first)
			*first = sqlite3_column_int64(s, 0);
		for (int i = 0; i < sqlite3_column_count(s); i++)
			(void)sqlite3_column_text(s, i);
	}
	if (sqlite3_finalize(s))
		fail(sql, sqlite3_errmsg(p->file));
	return n;
}

static volatile size_t bytes;	/* so that nothing is left out */

static long long of_server(struct plain *p, const char *sql, long long key,
    bool single, long long *first)
{
	const char *args[1];
	char text[32];
	long long n = 0;
	PGresult *r;

	snprintf(text, sizeof(text), "%lld", key);
	args[0] = text;
	if (!PQsendQueryParams(p->server, sql, key > 0, NULL, args, NULL, NULL,
	    0) || (single && !PQsetSingleRowMode(p->server)))
		fail(sql, PQerrorMessage(p->server));
	while ((r = PQgetResult(p->server)) != NULL) {
		ExecStatusType st = PQresultStatus(r);

		if (st != PGRES_TUPLES_OK && st != PGRES_SINGLE_TUPLE)
			fail(sql, PQresultErrorMessage(r));
		for (int y = 0; y < PQntuples(r); y++) {
			if (!n++ && first)
				*first = strtoll(PQgetvalue(r, y, 0), NULL, 10);
			for (int i = 0; i < PQnfields(r); i++)
				bytes += (size_t)PQgetlength(r, y, i);
		}
		PQclear(r);
	}
	return n;
}

long long plain_query(struct plain *p, const char *sql, long long key,
    bool single, long long *first)
{
	return p->file ? of_file(p, sql, key, first) :
	    of_server(p, sql, key, single, first);
}
