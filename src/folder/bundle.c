/*
 * bundle: migrations.js, which apps of Expo and of Durable Objects import
 * (drizzle-kit 0.31.11, embeddedMigrations of migrate.ts).
 */
#include "base/sbuf.h"
#include "folder/parts.h"

/* Quotes in a tag end drizzle-kit's strings. */
static void put_tag(struct sbuf *out, struct str tag, bool exact)
{
	for (size_t i = 0; i < tag.n; i++) {
		if (tag.p[i] == '\'' && !exact)
			sbuf_addc(out, '\\');
		sbuf_addc(out, tag.p[i]);
	}
}

static int idx_of(const struct json *entries, size_t i)
{
	const struct json *idx = json_get(&entries->items[i], "idx");

	return idx && idx->is_int ? (int)idx->integer : (int)i;
}

void bundle_text(const struct json *journal, const struct bundle *b,
    struct sbuf *out)
{
	const struct json *v = json_get(journal, "entries");

	if (b->header)
		sbuf_addz(out, "// This file is required for Expo/React Native "
		    "SQLite migrations - https://orm.drizzle.team/"
		    "quick-sqlite/expo\n\n");
	sbuf_addz(out, "import journal from './meta/_journal.json';\n");
	for (size_t i = 0; i < v->n; i++) {
		sbuf_addf(out, "import m%04d from './", idx_of(v, i));
		put_tag(out, json_str_of(json_get(&v->items[i], "tag")),
		    b->exact);
		sbuf_addz(out, ".sql';\n");
	}
	sbuf_addz(out, "\n  export default {\n    journal,\n"
	    "    migrations: {\n      ");
	for (size_t i = 0; i < v->n; i++)
		sbuf_addf(out, "%sm%04d", i ? ",\n" : "", idx_of(v, i));
	sbuf_addz(out, "\n    }\n  }\n  ");
}
