#ifndef WEIR_BENCH_PLAIN_H
#define WEIR_BENCH_PLAIN_H
/*
 * plain: a client of a few lines: sqlite3 for a file, libpq for a URL.  Every
 * column of every row is taken as text.
 */
#include <stdbool.h>

struct plain;

struct plain *plain_open(const char *db);	/* exits when it cannot */
void plain_close(struct plain *p);
/*
 * Runs one query; `key` > 0 is its argument 1 (?1 or $1).  Returns the rows;
 * *first, if asked for, is the first column of the first one.  `single`: row
 * by row off the wire, for a result that is not to be held.
 */
long long plain_query(struct plain *p, const char *sql, long long key,
    bool single, long long *first);
bool is_url(const char *db);

#endif
