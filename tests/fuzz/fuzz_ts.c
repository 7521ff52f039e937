/*
 * fuzz_ts.c: TypeScript, from the lexer to the declared schema of either
 * dialect.  What cannot be read is an error with words; nodes lie within the
 * file; a schema that comes out is written as a snapshot which reads again and
 * is written the same.  "\n//// \n" begins a second file, "./b".
 */
#include <stdlib.h>

#include "decl/decl.h"
#include "folder.h"
#include "fuzz.h"
#include "ts/schema.h"

#define LIMIT 0.02		/* of the budgets: 200,000 steps */

static void demand(bool ok)
{
	if (!ok)
		abort();
}

static void see(const struct ts_node *n, size_t end, unsigned depth)
{
	if (!n)
		return;
	demand(n->at <= end && depth < 4096);
	demand(n->kind < TS_KIND_N);
	see(n->a, end, depth + 1);
	see(n->b, end, depth + 1);
	if (ts_forks(n)) {
		see(n->c, end, depth + 1);
		see(n->d, end, depth + 1);
		return;
	}
	for (size_t i = 0; i < n->n; i++)
		see(n->list[i], end, depth + 1);
}

static void try_parse(struct arena *a, struct str s)
{
	struct err e = ERR_INIT;
	struct ts_file f;

	if (ts_parse(STR("t.ts"), s, a, &f, &e) == RC_OK)
		see(f.module, s.n, 0);
	else
		demand(e.msg[0] && e.where[0]);
}

static void try_snapshot(struct arena *a, const struct decl *d)
{
	struct sbuf once = SBUF_TEXT, twice = SBUF_TEXT;
	struct err e = ERR_INIT;
	const struct decl *again;

	decl_write(d, false, &once);
	if (decl_read(sbuf_str(&once), "snapshot", a, &again, &e) == RC_OK) {
		decl_write(again, false, &twice);
		demand(str_eq(sbuf_str(&once), sbuf_str(&twice)));
	} else {
		demand(e.msg[0]);
	}
	sbuf_free(&once);
	sbuf_free(&twice);
}

static void try_schema(struct arena *a, struct str s, enum decl_dialect d)
{
	size_t cut = str_find(s, STR("\n//// \n"), 0);
	struct str first = str_sub(s, 0, cut < s.n ? cut + 1 : s.n);
	struct str file = fuzz_folder_put("schema.ts", first);
	struct ts_schema_request rq = { .root = fuzz_folder_path(),
		.files = { &file, 1 }, .dialect = d, .limit = LIMIT };
	struct err e = ERR_INIT;
	struct ts_schema out;

	fuzz_folder_put("b.ts", str_sub(s, cut < s.n ? cut + 1 : s.n, s.n));
	if (ts_schema_read(&rq, a, &out, &e) == RC_OK)
		try_snapshot(a, out.decl);
	else
		demand(e.code != RC_INTERNAL && e.msg[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = { (const char *)data, size };
	struct arena *a = arena_new();

	try_parse(a, s);
	arena_reset(a);
	try_schema(a, s, DECL_PG);
	arena_reset(a);
	try_schema(a, s, DECL_SQLITE);
	arena_free(a);
	return 0;
}
