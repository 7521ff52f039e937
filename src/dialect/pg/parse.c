/*
 * parse: the only home of libpg_query.  The tree comes as JSON, read by
 * base/json; whatever cannot be read that way (too large, too deep, newer
 * grammar) is PG_UNPARSED.
 */
#include <pg_query.h>

#include "base/utf8.h"
#include "dialect/pg/internal.h"

const struct pg_kind_def pg_kinds[PG_KIND_N] = {
#define PG_KIND(id, nd, wd, vb, fl) \
	[PG_##id] = { .node = nd, .words = wd, .verb = vb, .flags = fl },
#include "dialect/pg/kinds.def"
};

/* The one statement of a parse result. */
static enum rc one_statement(const struct json *tree, const struct json **out,
    struct err *e)
{
	const struct json *stmts = json_get(tree, "stmts");

	if (!stmts || stmts->kind != JSON_ARRAY || stmts->n != 1)
		return err_set(e, RC_PARSE, "not one statement but %zu",
		    stmts ? stmts->n : 0);
	*out = json_get(&stmts->items[0], "stmt");
	return *out ? RC_OK : err_set(e, RC_PARSE, "a tree without a statement");
}

/* cursorpos counts characters, from 1; 0 = unknown. */
static size_t byte_offset(struct str sql, int cursorpos)
{
	size_t i = 0;

	for (int n = 1; n < cursorpos && i < sql.n; n++) {
		i++;
		while (i < sql.n && ((unsigned char)sql.p[i] & 0xc0) == 0x80)
			i++;
	}
	return cursorpos > 0 ? i : sql.n;
}

enum rc pg_parse(struct str sql, struct arena *a, const struct json **out,
    size_t *at, struct err *e)
{
	PgQueryParseResult r;
	const struct json *tree;
	enum rc rc;

	*at = sql.n;
	if (sql.n > PG_MAX_PARSE)
		return err_set(e, RC_PARSE, "a statement of more than %zu MiB "
		    "is not read", PG_MAX_PARSE >> 20);
	if (sql.n && memchr(sql.p, '\0', sql.n))
		return err_set(e, RC_PARSE, "holds a NUL byte");
	if (!utf8_valid(sql, NULL))
		return err_set(e, RC_PARSE, "is not UTF-8");
	if (pg_too_deep(sql))
		return err_set(e, RC_PARSE, "is nested too deeply");
	r = pg_query_parse(arena_z(a, sql));
	if (r.error) {
		*at = byte_offset(sql, r.error->cursorpos);
		rc = err_set(e, RC_PARSE, "%s", r.error->message ?
		    r.error->message : "not understood");
		goto out;
	}
	rc = json_read(str_z(r.parse_tree), "parse tree", a, &tree, e);
	if (rc == RC_OK)
		rc = one_statement(tree, out, e);
out:
	pg_query_free_parse_result(r);
	return rc == RC_OK ? RC_OK : RC_PARSE;
}

bool pg_scan_raw(struct str sql, struct arena *a, struct str *out)
{
	PgQueryScanResult r;
	bool read;

	if (sql.n > PG_MAX_PARSE || (sql.n && memchr(sql.p, '\0', sql.n)))
		return false;
	r = pg_query_scan(arena_z(a, sql));
	read = !r.error;
	if (read)
		*out = arena_str(a, (struct str){ r.pbuf.data, r.pbuf.len });
	pg_query_free_scan_result(r);
	return read;
}

/* The first word of a statement that was not parsed. */
static struct str first_word(struct str sql)
{
	for (size_t i = 0; i < sql.n;) {
		struct pg_lexeme l = pg_lex(sql, i);

		i = l.to;
		if (l.kind == PG_LEX_WORD)
			return str_sub(sql, l.from, l.to);
		if (l.kind != PG_LEX_SPACE && l.kind != PG_LEX_COMMENT)
			break;
	}
	return STR_NONE;
}

/* Comments before it: the override, and whether anything else stands. */
static bool read_comments(struct str sql, struct pg_stmt *s)
{
	for (size_t i = 0; i < sql.n;) {
		struct pg_lexeme l = pg_lex(sql, i);
		struct str text = str_sub(sql, l.from, l.to);

		i = l.to;
		if (l.kind == PG_LEX_COMMENT && str_starts(text, STR("--")) &&
		    str_is(str_trim(str_sub(text, 2, text.n)),
		    "weir: outside-transaction"))
			s->flags |= PG_WEIR_OUTSIDE | PG_OUTSIDE_TX;
		else if (l.kind != PG_LEX_SPACE && l.kind != PG_LEX_COMMENT &&
		    !str_is(text, ";"))
			return true;
	}
	return false;
}

/* What the grammar rejects may do anything; a few first words say more. */
static void read_unparsed(struct str sql, struct pg_stmt *s, struct arena *a)
{
	static const struct { const char *word; enum pg_kind kind; } firsts[] = {
		{ "insert", PG_INSERT }, { "update", PG_UPDATE },
		{ "delete", PG_DELETE }, { "merge", PG_MERGE },
		{ "copy", PG_COPY }, { "do", PG_DO }, { "vacuum", PG_VACUUM },
	};
	struct str w = first_word(sql);

	s->kind = PG_UNKNOWN;
	s->flags |= PG_UNPARSED | PG_ANYTHING;
	for (size_t i = 0; i < sizeof(firsts) / sizeof(*firsts); i++)
		if (str_ieq(w, str_z(firsts[i].word)))
			s->kind = firsts[i].kind;
	s->flags |= pg_kinds[s->kind].flags;
	if (s->kind == PG_VACUUM)
		s->flags |= PG_OUTSIDE_TX;
	if (body_reaches_out(sql, a))
		s->flags |= PG_CLUSTER_WIDE;
	if (body_assembles(sql))
		s->flags |= PG_ASSEMBLES;
}

const struct pg_stmt *pg_digest(struct str sql, struct arena *a)
{
	struct pg_stmt *s = arena_new_of(a, struct pg_stmt);
	struct reading r = { .a = a, .sql = sql, .s = s };
	const struct json *stmt;
	struct err e = ERR_INIT;

	if (!read_comments(sql, s)) {
		s->kind = PG_EMPTY;
		s->flags = 0;
		return s;
	}
	if (pg_parse(sql, a, &stmt, &s->error_at, &e) != RC_OK) {
		s->error = arena_str(a, str_z(e.msg));
		read_unparsed(sql, s, a);
		return s;
	}
	read_statement(&r, stmt);
	read_flags(&r, stmt);
	return s;
}
