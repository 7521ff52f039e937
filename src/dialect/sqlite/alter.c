/*
 * libSQL's "ALTER TABLE t ALTER COLUMN c TO c type constraints", which
 * SQLite's own grammar does not know: read from a file, and carried into the
 * stored CREATE TABLE text.  Rules after libsql 0.9 (libsql_extensions.md and
 * what it answers): the column keeps its name; PRIMARY KEY, UNIQUE and
 * GENERATED of the column stay as they are.  All else of the text stays as it
 * is written, comments too, but for those inside the old definition.
 */
#include "dialect/sqlite/sqlite.h"

static bool is_name(struct token t)
{
	return t.kind == TOKEN_WORD || t.kind == TOKEN_KEYWORD ||
	    t.kind == TOKEN_IDENT || t.kind == TOKEN_STRING;
}

static bool is_word(struct str sql, struct token t, const char *word)
{
	return (t.kind == TOKEN_WORD || t.kind == TOKEN_KEYWORD) &&
	    str_ieq(token_text(sql, t), str_z(word));
}

static bool is_punct(struct str sql, struct token t, char c)
{
	return t.kind == TOKEN_PUNCT && t.to == t.from + 1 &&
	    sql.p[t.from] == c;
}

static bool take(struct str sql, struct token *t, const char *word)
{
	bool yes = is_word(sql, *t, word);

	if (yes)
		*t = sqlite_token_next(sql, t->to);
	return yes;
}

static bool take_name(struct str sql, struct token *t, struct arena *a,
    struct str *out)
{
	if (!is_name(*t))
		return false;
	*out = sqlite_unquote(a, token_text(sql, *t));
	*t = sqlite_token_next(sql, t->to);
	return true;
}

bool sqlite_alter_column(struct str sql, size_t from, struct arena *a,
    struct alter_column *out)
{
	struct token t = sqlite_token_next(sql, from);
	struct alter_column x = { .from = t.from };
	struct str schema;
	size_t def, end;

	if (!take(sql, &t, "ALTER") || !take(sql, &t, "TABLE") ||
	    !take_name(sql, &t, a, &x.table))
		return false;
	if (is_punct(sql, t, '.')) {
		schema = x.table;
		t = sqlite_token_next(sql, t.to);
		if (!str_ieq(schema, STR("main")) ||
		    !take_name(sql, &t, a, &x.table))
			return false;
	}
	if (!take(sql, &t, "ALTER") || !take(sql, &t, "COLUMN") ||
	    !take_name(sql, &t, a, &x.column) || !take(sql, &t, "TO") ||
	    !is_name(t))
		return false;
	def = t.from;
	for (end = t.to; t.kind != TOKEN_END && !is_punct(sql, t, ';');
	    t = sqlite_token_next(sql, t.to))
		end = t.to;
	x.definition = str_sub(sql, def, end);
	*out = x;
	return true;
}

/* --- into the stored text ---------------------------------------------------- */

/* Every name of the table before a "." inside of s is that of the new one. */
static void requalified(struct str s, struct str table, struct str as,
    struct arena *a, struct sbuf *b)
{
	size_t done = 0;

	for (struct token t = sqlite_token(s, 0); t.kind != TOKEN_END;
	    t = sqlite_token(s, t.to)) {
		if (!is_name(t) || t.kind == TOKEN_STRING ||
		    !is_punct(s, sqlite_token_next(s, t.to), '.') ||
		    !str_ieq(sqlite_unquote(a, token_text(s, t)), table))
			continue;
		sbuf_add(b, str_sub(s, done, t.from));
		dialect_sqlite.ident(b, as);
		done = t.to;
	}
	sbuf_add(b, str_sub(s, done, s.n));
}

/* The definition of the column at depth one: [from, to). */
static bool find_column(struct str sql, size_t open, struct str column,
    struct arena *a, size_t *from, size_t *to)
{
	struct token t = sqlite_token_next(sql, open);
	bool mine = false, first = true;
	size_t depth = 1;

	for (; t.kind != TOKEN_END; t = sqlite_token_next(sql, t.to)) {
		bool ends = is_punct(sql, t, ')') && --depth == 0;

		if (depth == 1 && is_punct(sql, t, ','))
			ends = true;
		if (ends && (mine || depth == 0))
			return mine;
		if (is_punct(sql, t, '('))
			depth++;
		/* constraints come after the columns: the first name is one */
		if (first && is_name(t) && str_ieq(column,
		    sqlite_unquote(a, token_text(sql, t)))) {
			mine = true;
			*from = t.from;
		}
		first = ends;
		*to = t.to;
	}
	return false;
}

static const struct create_column *column_of(const struct create_table *t,
    struct str name)
{
	for (size_t i = 0; i < t->ncols; i++)
		if (str_ieq(t->cols[i].name, name))
			return &t->cols[i];
	return NULL;
}

static bool has_kind(const struct create_table *t, struct str column,
    enum create_kind kind)
{
	for (size_t i = 0; i < t->ncons; i++)
		if (t->cons[i].kind == kind &&
		    str_ieq(t->cons[i].column, column))
			return true;
	return false;
}

/* What libSQL refuses is refused here. */
static enum rc check(struct str was, struct str is,
    const struct alter_column *x, struct arena *a, struct err *e)
{
	struct create_table old = { 0 }, new = { 0 };
	const struct create_column *oc, *nc;
	const char *what = NULL;
	enum rc rc = sqlite_read_create(was, a, &old, e);

	if (!rc)
		rc = sqlite_read_create(is, a, &new, e);
	if (rc)
		return rc;
	oc = column_of(&old, x->column);
	nc = column_of(&new, x->column);
	if (!oc || !nc || old.ncols != new.ncols)
		return err_set(e, RC_UNSUPPORTED, "ALTER COLUMN cannot rename "
		    "%.*s too (SL34)", STR_ARG(x->column));
	if (oc->gen_expr.n || nc->gen_expr.n)
		what = "GENERATED";
	else if (has_kind(&old, x->column, CREATE_UNIQUE) !=
	    has_kind(&new, x->column, CREATE_UNIQUE))
		what = "UNIQUE";
	else if (has_kind(&old, x->column, CREATE_PK) !=
	    has_kind(&new, x->column, CREATE_PK))
		what = "PRIMARY KEY";
	return !what ? RC_OK : err_set(e, RC_UNSUPPORTED, "%s of %.*s.%.*s "
	    "cannot be altered by ALTER COLUMN, in libSQL neither (SL34)",
	    what, STR_ARG(x->table), STR_ARG(x->column));
}

enum rc sqlite_redefine(struct str create, const struct alter_column *x,
    struct str as, struct arena *a, struct str *out, struct err *e)
{
	struct token t = sqlite_token_next(create, 0);
	struct sbuf b = SBUF_TEXT;
	struct str ignored;
	size_t from = 0, to = 0;
	enum rc rc;

	if (!take(create, &t, "CREATE") || !take(create, &t, "TABLE") ||
	    !take_name(create, &t, a, &ignored) || !is_punct(create, t, '('))
		return err_set(e, RC_UNSUPPORTED, "ALTER COLUMN cannot alter "
		    "%.*s (SL34)", STR_ARG(x->table));
	if (!find_column(create, t.to, x->column, a, &from, &to))
		return err_set(e, RC_DB, "no such column: \"%.*s\"",
		    STR_ARG(x->column));
	SQL(&b, "CREATE TABLE ");
	dialect_sqlite.ident(&b, as);
	SQL(&b, " ");
	requalified(str_sub(create, t.from, from), x->table, as, a, &b);
	requalified(x->definition, x->table, as, a, &b);
	requalified(str_sub(create, to, create.n), x->table, as, a, &b);
	*out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	rc = check(create, *out, x, a, e);
	if (rc && e->code == RC_UNSUPPORTED && !e->hint[0])
		err_hint(e, "rebuild the table in the file instead, as "
		    "drizzle-kit does for sqlite");
	return rc;
}
