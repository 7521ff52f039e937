/*
 * fuzz_pg_parse.c: PostgreSQL text split and digested: spans cover the text
 * in order and always end, a digest never fails, whatever it is given.
 */
#include <stdlib.h>

#include "dialect/pg/pg.h"
#include "dialect/pg/types.h"
#include "fuzz.h"

static void demand(bool ok)
{
	if (!ok)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new();
	struct str sql = { (const char *)data, n };
	size_t at = 0, from, to, last = 0;

	while (pg_split(sql, &at, &from, &to)) {
		const struct pg_stmt *s;

		demand(from >= last && to > from && to <= at && at <= n);
		last = to;
		s = pg_digest(str_sub(sql, from, to), a);
		demand(s && s->kind < PG_KIND_N);
		demand(!(s->flags & PG_UNPARSED) || s->error.n > 0);
		demand(s->error_at <= to - from);
		demand(pg_stmt_locks(s, 150000).on < PG_LOCK_N);
	}
	demand(at == n);
	(void)pg_type_change(str_sub(sql, 0, n / 2), str_sub(sql, n / 2, n),
	    n & 1, n & 2, 150000, a);
	arena_free(a);
	return 0;
}
