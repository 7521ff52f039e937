/*
 * fuzz_create.c: the tokenizer and the readers of stored DDL.  Tokens cover
 * the text without a gap and always end; a reader may refuse, never crash.
 */
#include <stdlib.h>

#include "dialect/sqlite/sqlite.h"
#include "fuzz.h"

static void demand(bool ok)
{
	if (!ok)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new();
	struct str sql = { (const char *)data, n }, folded;
	struct create_table table;
	struct create_index index;
	struct err e = ERR_INIT;
	size_t at = 0;

	while (at < n) {
		struct token t = sqlite_token(sql, at);

		demand(t.from == at && t.to > at && t.to <= n);
		(void)sqlite_unquote(a, token_text(sql, t));
		at = t.to;
	}
	demand(sqlite_token(sql, n).kind == TOKEN_END);
	folded = sqlite_fold_sql(sql, a);
	demand(folded.n <= n);
	if (sqlite_read_create(sql, a, &table, &e) != RC_OK)
		demand(e.where[0] != 0);
	if (sqlite_read_index(sql, a, &index, &e) == RC_OK)
		demand(index.parts.n > 0);
	arena_free(a);
	return 0;
}
