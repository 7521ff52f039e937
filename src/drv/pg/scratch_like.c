/*
 * scratch_like: see scratch.h.  Encoding, locale and settings of a database,
 * for one that is to behave as it does.
 */
#include "drv/pg/scratch_parts.h"

/* Columns that came or went between 12 and 18 are read through JSON. */
#define DATABASE_SQL \
	"SELECT pg_catalog.pg_encoding_to_char(d.encoding), d.datcollate," \
	" d.datctype, coalesce(j OPERATOR(pg_catalog.->>) 'datlocprovider'," \
	" 'c'), coalesce(j OPERATOR(pg_catalog.->>) 'datlocale'," \
	" j OPERATOR(pg_catalog.->>) 'daticulocale', '')," \
	" coalesce(j OPERATOR(pg_catalog.->>) 'daticurules', '')" \
	" FROM pg_catalog.pg_database AS d," \
	" LATERAL pg_catalog.to_jsonb(d) AS j" \
	" WHERE d.datname OPERATOR(pg_catalog.=) $1"
/* Of the database for all roles; those of a role come by themselves. */
#define SETTINGS_SQL \
	"SELECT c FROM pg_catalog.pg_db_role_setting AS s," \
	" LATERAL pg_catalog.unnest(s.setconfig) AS c," \
	" pg_catalog.pg_database AS d" \
	" WHERE s.setrole OPERATOR(pg_catalog.=) 0 AND" \
	" s.setdatabase OPERATOR(pg_catalog.=) d.oid AND" \
	" d.datname OPERATOR(pg_catalog.=) $1"

static void option(struct sbuf *b, const char *word, struct str value)
{
	if (!value.n)
		return;
	sbuf_addz(b, word);
	pg_string(b, value);
}

static void locale(struct sbuf *b, const PGresult *r)
{
	static const struct {
		char provider;
		const char *word, *locale;
	} known[] = {
		{ 'i', " LOCALE_PROVIDER icu", " ICU_LOCALE " },
		{ 'b', " LOCALE_PROVIDER builtin", " BUILTIN_LOCALE " },
	};
	struct str provider = pg_cell(r, 0, 3);

	option(b, " ENCODING ", pg_cell(r, 0, 0));
	option(b, " LC_COLLATE ", pg_cell(r, 0, 1));
	option(b, " LC_CTYPE ", pg_cell(r, 0, 2));
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (provider.n && provider.p[0] == known[i].provider) {
			sbuf_addz(b, known[i].word);
			option(b, known[i].locale, pg_cell(r, 0, 4));
			option(b, " ICU_RULES ", pg_cell(r, 0, 5));
		}
}

/* "search_path=app, public": a list is handed on as it stands, word by word,
 * the way pg_dumpall does (its dumputils.c makeAlterConfigCommand). */
static void setting(struct sbuf *b, struct str c)
{
	static const char *const lists[] = { "search_path", "DateStyle",
		"local_preload_libraries", "session_preload_libraries",
		"temp_tablespaces" };
	size_t eq = str_find(c, STR("="), 0);
	struct str name = str_sub(c, 0, eq);
	bool list = false;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		list = list || str_ieq(name, str_z(lists[i]));
	/* what loads code or names a place of this cluster is not repeated */
	if (eq >= c.n || str_ends(name, STR("_preload_libraries")) ||
	    str_ends(name, STR("tablespaces")))
		return;
	SQL(b, " SET ");
	while (name.n) {	/* a.b: two names */
		size_t dot = str_find(name, STR("."), 0);

		pg_ident(b, str_sub(name, 0, dot));
		if (dot < name.n)
			sbuf_addc(b, '.');
		name = str_sub(name, dot < name.n ? dot + 1 : dot, name.n);
	}
	SQL(b, " TO ");
	c = str_sub(c, eq + 1, c.n);
	if (!list) {
		pg_string(b, c);
		return;
	}
	for (bool first = true; first || c.n; first = false) {
		size_t comma = 0;
		bool quoted = false;
		struct str item;

		while (comma < c.n && (quoted || c.p[comma] != ','))
			quoted ^= c.p[comma++] == '"';
		item = str_trim(str_sub(c, 0, comma));
		if (item.n >= 2 && item.p[0] == '"')
			item = str_sub(item, 1, item.n - 1);
		if (!first)
			SQL(b, ", ");
		pg_string(b, item);
		c = str_sub(c, comma < c.n ? comma + 1 : comma, c.n);
	}
}

enum rc pg_scratch_read_like(struct pg_scratch *s, struct pg *d,
    struct str name, struct err *e)
{
	char *arg = arena_z(s->a, name);
	const char *args[] = { arg };
	struct sbuf b = SBUF_TEXT;
	VEC(struct str) list = { 0 };
	PGresult *r = NULL;
	enum rc rc = pg_rows(d, STR(DATABASE_SQL), args, 1, &r, e);

	if (rc)
		return rc;
	if (PQntuples(r) == 1)
		locale(&b, r);
	PQclear(r);
	s->create = arena_str(s->a, sbuf_str(&b));
	rc = pg_rows(d, STR(SETTINGS_SQL), args, 1, &r, e);
	for (int i = 0; !rc && i < PQntuples(r); i++) {
		sbuf_reset(&b);
		setting(&b, pg_cell(r, i, 0));
		if (b.n)
			vec_push(s->a, &list, arena_str(s->a, sbuf_str(&b)));
	}
	if (!rc)
		PQclear(r);
	s->settings = (struct strs){ list.v, list.n };
	sbuf_free(&b);
	return rc;
}
