/*
 * fuzz_base.c: the readers of base.  Whatever comes in, what the filter lets
 * out is valid, invisible-free and without controls; JSON that reads is
 * written and reads again.
 */
#include <stdlib.h>

#include "base/env.h"
#include "base/ini.h"
#include "base/json.h"
#include "base/match.h"
#include "base/utf8.h"
#include "fuzz.h"

static void demand(bool ok)
{
	if (!ok)
		abort();
}

static void try_json(struct arena *a, struct str s)
{
	struct sbuf once = SBUF_TEXT, twice = SBUF_TEXT;
	struct json_out o = { .b = &once, .indent = 2 };
	const struct json *v;
	struct err e;

	if (json_read(s, "fuzz", a, &v, &e) != RC_OK)
		return;
	json_put_tree(&o, v);
	demand(json_read(sbuf_str(&once), "fuzz", a, &v, &e) == RC_OK);
	o = (struct json_out){ .b = &twice, .indent = 2 };
	json_put_tree(&o, v);
	demand(str_eq(sbuf_str(&once), sbuf_str(&twice)));
	sbuf_free(&once);
	sbuf_free(&twice);
}

static void try_text(struct arena *a, struct str s)
{
	struct str clean = utf8_clean(a, s, UTF8_LINE);
	size_t used, sum = 0;

	demand(utf8_valid(clean, NULL));
	demand(!utf8_invisible(clean, NULL, NULL));
	for (size_t i = 0; i < clean.n;) {
		size_t from = i;
		int width = utf8_cluster(clean, &i);

		demand(i > from && width >= 1 && width <= 2);
		sum += (size_t)width;
	}
	demand(sum == utf8_cells(clean));
	demand(utf8_fit(clean, sum / 2, &used).n <= clean.n);
	demand(used <= sum / 2);
	utf8_clean(a, s, UTF8_BLOCK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct str s = { (const char *)data, size };
	struct match *m = NULL;
	struct ini ini;
	struct err e;
	size_t start, end;

	try_text(a, s);
	try_json(a, s);
	if (ini_read(s, "fuzz", a, &ini, &e) != RC_OK)
		demand(e.code == RC_PARSE);
	env_add_dotenv(env_new(a, NULL), s);
	if (match_open(s, MATCH_SMART, &m, &e) == RC_OK) {
		if (match_find(m, s, 0, &start, &end))
			demand(start <= end && end <= s.n);
		match_close(m);
	}
	arena_free(a);
	return 0;
}
