/*
 * fuzz_snapshot.c: snapshots.  One that reads is written and reads again, to
 * the same bytes, in either order of keys; on the way to SQL it is refused with
 * words or not at all.
 */
#include <stdlib.h>

#include "decl/diff.h"
#include "fuzz.h"

static void demand(bool ok)
{
	if (!ok)
		abort();
}

static const struct decl *again(struct arena *a, const struct decl *d,
    bool custom)
{
	struct sbuf once = SBUF_TEXT, twice = SBUF_TEXT;
	struct err e = ERR_INIT;
	const struct decl *back;

	decl_write(d, custom, &once);
	demand(decl_read(arena_str(a, sbuf_str(&once)), "again", a, &back,
	    &e) == RC_OK);
	decl_write(back, custom, &twice);
	demand(str_eq(sbuf_str(&once), sbuf_str(&twice)));
	sbuf_free(&once);
	sbuf_free(&twice);
	return back;
}

static void try_diff(struct arena *a, const struct decl *from,
    const struct decl *to, enum decl_compat compat)
{
	const struct decl_answers answers = { .rest_created = true };
	struct sbuf sql = SBUF_TEXT;
	struct decl_change change;
	struct err e = ERR_INIT;

	if (decl_diff(from, to, &answers, compat, a, &change, &e) == RC_OK)
		decl_sql(change.statements, true, &sql);
	else
		demand(e.code != RC_INTERNAL && e.msg[0]);
	sbuf_free(&sql);
}

static void try_all(struct arena *a, const struct decl *d)
{
	const struct decl *none = decl_empty(d->dialect, a);
	const struct decl *back = again(a, d, false);

	(void)again(a, d, true);
	for (int compat = DECL_EXACT; compat <= DECL_SAFE; compat++) {
		try_diff(a, none, d, (enum decl_compat)compat);
		try_diff(a, d, none, (enum decl_compat)compat);
		try_diff(a, d, back, (enum decl_compat)compat);
	}
	(void)decl_name(none, d, &(struct decl_answers){ 0 }, a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = { (const char *)data, size };
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	const struct decl *d;

	if (decl_read(s, "snapshot", a, &d, &e) == RC_OK)
		try_all(a, d);
	else
		demand(e.msg[0]);
	arena_free(a);
	return 0;
}
