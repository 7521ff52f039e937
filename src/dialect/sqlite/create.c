/*
 * Reader of stored CREATE TABLE text: what no pragma tells.  The text has
 * been accepted by the engine, so this is a reader of correct SQL, after the
 * grammar of sqlite.org/lang_createtable.html; what it does not know it
 * refuses with the place, it never guesses.
 *
 * R.1 The cursor always stands on a token that means something.
 * R.2 Every loop takes at least one token, so it ends.
 * R.3 Nesting is counted, not recursed into: depth is no ceiling.
 */
#include <stdio.h>

#include "dialect/sqlite/sqlite.h"

struct reader {
	struct str sql;
	struct token t;
	size_t taken;		/* end of the token before t */
	struct arena *a;
	struct err *e;
	VEC(struct create_column) cols;
	VEC(struct create_constraint) cons;
	struct str label;	/* CONSTRAINT name that waits for its constraint */
	long last_fk;		/* index in cons, -1: none; for DEFERRABLE */
};

static void advance(struct reader *r)
{
	r->taken = r->t.to;
	r->t = sqlite_token_next(r->sql, r->t.to);
}

static struct str text(const struct reader *r)
{
	return token_text(r->sql, r->t);
}

static bool is(const struct reader *r, const char *word)
{
	return r->t.kind != TOKEN_IDENT && r->t.kind != TOKEN_STRING &&
	    r->t.kind != TOKEN_END && str_ieq(text(r), str_z(word));
}

static bool take(struct reader *r, const char *word)
{
	bool yes = is(r, word);

	if (yes)
		advance(r);
	return yes;
}

static enum rc unknown(struct reader *r, const char *wanted)
{
	size_t line, col;
	char where[64];

	str_position(r->sql, r->t.from, &line, &col);
	snprintf(where, sizeof(where), "%zu:%zu", line, col);
	return err_at(r->e, RC_UNSUPPORTED, where,
	    "stored CREATE TABLE: %s expected", wanted);
}

static enum rc need(struct reader *r, const char *word)
{
	return take(r, word) ? RC_OK : unknown(r, word);
}

/* Any word or quoted name; the engine lets most keywords be names. */
static enum rc name(struct reader *r, struct str *out)
{
	if (r->t.kind != TOKEN_WORD && r->t.kind != TOKEN_KEYWORD &&
	    r->t.kind != TOKEN_IDENT && r->t.kind != TOKEN_STRING)
		return unknown(r, "a name");
	*out = sqlite_unquote(r->a, text(r));
	advance(r);
	return RC_OK;
}

/* Skip "( … )" and give what stood between, trimmed. */
static enum rc parens(struct reader *r, struct str *inner)
{
	size_t depth = 1, from = r->t.to;

	if (!is(r, "("))
		return unknown(r, "(");
	for (advance(r); r->t.kind != TOKEN_END; advance(r)) {
		if (is(r, "("))
			depth++;
		else if (is(r, ")") && --depth == 0)
			break;
	}
	if (r->t.kind == TOKEN_END)
		return unknown(r, ")");
	*inner = str_trim(str_sub(r->sql, from, r->t.from));
	advance(r);
	return RC_OK;
}

/* ((a) COLLATE x DESC: parentheses around a column are allowed. */
static enum rc listed_name(struct reader *r, struct str *out)
{
	struct str ignored;
	size_t depth = 0;
	enum rc rc;

	while (take(r, "("))
		depth++;
	rc = name(r, out);
	while (!rc) {
		if (take(r, "COLLATE"))
			rc = name(r, &ignored);
		else if (depth && take(r, ")"))
			depth--;
		else
			break;
	}
	return rc;
}

/* (a COLLATE x DESC, "b") as names; `autoinc` may be NULL. */
static enum rc name_list(struct reader *r, struct strs *out, bool *autoinc)
{
	VEC(struct str) v = { 0 };
	struct str s;
	enum rc rc = need(r, "(");

	while (!rc) {
		rc = listed_name(r, &s);
		if (rc)
			break;
		vec_push(r->a, &v, s);
		if (!take(r, "ASC"))
			(void)take(r, "DESC");
		if (take(r, "NULLS"))
			advance(r);
		if (autoinc && take(r, "AUTOINCREMENT"))
			*autoinc = true;
		if (take(r, ")"))
			break;
		rc = need(r, ",");
	}
	*out = (struct strs){ v.v, v.n };
	return rc;
}

static struct create_constraint *add(struct reader *r, enum create_kind kind,
    struct str column)
{
	struct create_constraint c = { .label = r->label, .column = column };

	c.kind = kind;
	r->label = STR_NONE;
	vec_push(r->a, &r->cons, c);
	return &r->cons.v[r->cons.n - 1];
}

static struct strs one_name(struct reader *r, struct str s)
{
	struct str *v = arena_new_of(r->a, struct str);

	*v = s;
	return (struct strs){ v, 1 };
}

static enum rc on_conflict(struct reader *r, struct str *out)
{
	if (!take(r, "ON"))
		return RC_OK;
	if (!take(r, "CONFLICT"))
		return unknown(r, "CONFLICT");
	*out = text(r);
	advance(r);
	return RC_OK;
}

/* SET NULL, SET DEFAULT, CASCADE, RESTRICT, NO ACTION */
static enum rc action(struct reader *r, struct str *out)
{
	static const struct {
		const char *first, *second;
		struct str word;
	} actions[] = {
		{ "CASCADE", NULL, { "CASCADE", 7 } },
		{ "RESTRICT", NULL, { "RESTRICT", 8 } },
		{ "NO", "ACTION", { "NO ACTION", 9 } },
	};

	if (take(r, "SET")) {
		if (!is(r, "NULL") && !is(r, "DEFAULT"))
			return unknown(r, "NULL or DEFAULT");
		*out = is(r, "NULL") ? STR("SET NULL") : STR("SET DEFAULT");
		advance(r);
		return RC_OK;
	}
	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++) {
		if (!take(r, actions[i].first))
			continue;
		*out = actions[i].word;
		return actions[i].second ? need(r, actions[i].second) : RC_OK;
	}
	return unknown(r, "a foreign key action");
}

static enum rc ref_arguments(struct reader *r, struct create_constraint *c)
{
	struct str ignored;
	enum rc rc = RC_OK;

	c->on_delete = c->on_update = STR("NO ACTION");
	c->match = STR("NONE");
	while (!rc) {
		if (take(r, "ON")) {
			if (take(r, "DELETE"))
				rc = action(r, &c->on_delete);
			else if (take(r, "UPDATE"))
				rc = action(r, &c->on_update);
			else if (take(r, "INSERT"))
				rc = action(r, &ignored);
			else
				rc = unknown(r, "DELETE or UPDATE");
		} else if (take(r, "MATCH")) {
			rc = name(r, &c->match);
		} else {
			break;
		}
	}
	return rc;
}

static enum rc references(struct reader *r, struct create_constraint *c)
{
	enum rc rc = name(r, &c->ref_table);

	if (!rc && is(r, "("))
		rc = name_list(r, &c->ref_cols, NULL);
	return rc ? rc : ref_arguments(r, c);
}

/* [NOT] DEFERRABLE [INITIALLY DEFERRED|IMMEDIATE]; the cursor is on
 * DEFERRABLE. */
static enum rc deferrable(struct reader *r, bool not, struct create_constraint *c)
{
	bool initially = false;

	advance(r);
	if (take(r, "INITIALLY")) {
		if (take(r, "DEFERRED"))
			initially = true;
		else if (!take(r, "IMMEDIATE"))
			return unknown(r, "DEFERRED or IMMEDIATE");
	}
	if (c) {
		c->deferrable = !not;
		c->initially_deferred = !not && initially;
	}
	return RC_OK;
}

static struct create_constraint *last_fk(struct reader *r)
{
	return r->last_fk < 0 ? NULL : &r->cons.v[r->last_fk];
}

/* NOT DEFERRABLE or DEFERRABLE after a key, else nothing is taken. */
static enum rc maybe_deferrable(struct reader *r)
{
	struct token before = r->t;

	if (is(r, "DEFERRABLE"))
		return deferrable(r, false, last_fk(r));
	if (take(r, "NOT")) {
		if (is(r, "DEFERRABLE"))
			return deferrable(r, true, last_fk(r));
		r->t = before;
	}
	return RC_OK;
}

/* --- columns ---------------------------------------------------------- */

/* Words that end a type name: those that begin a column constraint. */
static bool ends_type(const struct reader *r)
{
	static const char *const words[] = { "CONSTRAINT", "PRIMARY", "NOT",
		"NULL", "UNIQUE", "CHECK", "DEFAULT", "COLLATE", "REFERENCES",
		"AS", "FOREIGN", "DEFERRABLE", "ON" };

	if (r->t.kind != TOKEN_WORD && r->t.kind != TOKEN_KEYWORD &&
	    r->t.kind != TOKEN_IDENT && r->t.kind != TOKEN_STRING)
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (is(r, words[i]))
			return true;
	return false;
}

/* The engine reads GENERATED ALWAYS as the end of the type and cuts it. */
static bool begins_generated(const struct reader *r)
{
	struct reader look = *r;

	return take(&look, "GENERATED") && take(&look, "ALWAYS") &&
	    ends_type(&look);
}

static enum rc type_name(struct reader *r, struct str *out)
{
	size_t from = r->t.from, to = from;
	struct str inner;
	enum rc rc = RC_OK;

	while (!ends_type(r) && !begins_generated(r)) {
		to = r->t.to;
		advance(r);
	}
	if (to > from && is(r, "(")) {
		rc = parens(r, &inner);
		to = r->taken;
	}
	*out = sqlite_fold_sql(str_sub(r->sql, from, to), r->a);
	if (out->n > 1 && strchr("\"`['", out->p[0]) &&
	    sqlite_token(*out, 0).to == out->n)
		*out = sqlite_unquote(r->a, *out);
	return rc;
}

static enum rc default_value(struct reader *r, struct create_column *c)
{
	size_t from = r->t.from;

	if (is(r, "("))
		return parens(r, &c->dflt);
	if (is(r, "+") || is(r, "-"))
		advance(r);
	if (r->t.kind == TOKEN_END || r->t.kind == TOKEN_PUNCT)
		return unknown(r, "a default value");
	c->dflt = str_sub(r->sql, from, r->t.to);
	advance(r);
	return RC_OK;
}

static enum rc column_pk(struct reader *r, struct create_column *c)
{
	struct create_constraint *k = add(r, CREATE_PK, c->name);
	enum rc rc = need(r, "KEY");

	k->cols = one_name(r, c->name);
	if (!rc && !take(r, "ASC"))
		(void)take(r, "DESC");
	if (!rc)
		rc = on_conflict(r, &k->conflict);
	if (!rc)
		k->autoincrement = take(r, "AUTOINCREMENT");
	return rc;
}

static enum rc column_generated(struct reader *r, struct create_column *c)
{
	enum rc rc = parens(r, &c->gen_expr);

	if (!rc && !take(r, "STORED"))
		(void)take(r, "VIRTUAL");
	return rc;
}

static enum rc column_check(struct reader *r, struct str column)
{
	struct create_constraint *k = add(r, CREATE_CHECK, column);
	struct str ignored;
	enum rc rc = parens(r, &k->expr);

	return rc ? rc : on_conflict(r, &ignored);
}

static enum rc column_null(struct reader *r)
{
	struct str ignored;

	r->label = STR_NONE;
	return on_conflict(r, &ignored);
}

static enum rc column_not(struct reader *r)
{
	if (is(r, "DEFERRABLE"))
		return deferrable(r, true, last_fk(r));
	return take(r, "NULL") ? column_null(r) : unknown(r, "NULL");
}

static enum rc column_constraint(struct reader *r, struct create_column *c,
    bool *found)
{
	struct create_constraint *k;

	*found = true;
	if (take(r, "CONSTRAINT"))
		return name(r, &r->label);
	if (take(r, "DEFAULT"))
		return default_value(r, c);
	if (take(r, "NULL"))
		return column_null(r);
	if (take(r, "NOT"))
		return column_not(r);
	if (take(r, "PRIMARY"))
		return column_pk(r, c);
	if (take(r, "UNIQUE")) {
		k = add(r, CREATE_UNIQUE, c->name);
		k->cols = one_name(r, c->name);
		return on_conflict(r, &k->conflict);
	}
	if (take(r, "CHECK"))
		return column_check(r, c->name);
	if (take(r, "REFERENCES")) {
		k = add(r, CREATE_FK, c->name);
		r->last_fk = (long)r->cons.n - 1;
		k->cols = one_name(r, c->name);
		return references(r, k);
	}
	if (is(r, "DEFERRABLE"))
		return deferrable(r, false, last_fk(r));
	if (take(r, "COLLATE"))
		return name(r, &c->collation);
	if (begins_generated(r)) {
		advance(r);
		advance(r);
	}
	if (take(r, "AS"))
		return column_generated(r, c);
	*found = false;
	return RC_OK;
}

static enum rc column(struct reader *r)
{
	struct create_column c = { .type = STR_NONE };
	bool found = true;
	enum rc rc = name(r, &c.name);

	r->last_fk = -1;
	r->label = STR_NONE;
	if (!rc)
		rc = type_name(r, &c.type);
	while (!rc && found)
		rc = column_constraint(r, &c, &found);
	if (!rc)
		vec_push(r->a, &r->cols, c);
	return rc;
}

/* --- table constraints ------------------------------------------------ */

static enum rc table_key(struct reader *r, enum create_kind kind)
{
	struct create_constraint *k = add(r, kind, STR_NONE);
	enum rc rc = kind == CREATE_PK ? need(r, "KEY") : RC_OK;

	if (!rc)
		rc = name_list(r, &k->cols, &k->autoincrement);
	return rc ? rc : on_conflict(r, &k->conflict);
}

static enum rc table_fk(struct reader *r)
{
	struct create_constraint *k = add(r, CREATE_FK, STR_NONE);
	enum rc rc = need(r, "KEY");

	r->last_fk = (long)r->cons.n - 1;
	if (!rc)
		rc = name_list(r, &k->cols, NULL);
	if (!rc)
		rc = need(r, "REFERENCES");
	if (!rc)
		rc = references(r, k);
	return rc ? rc : maybe_deferrable(r);
}

static bool begins_table_constraint(const struct reader *r)
{
	return is(r, "CONSTRAINT") || is(r, "PRIMARY") || is(r, "UNIQUE") ||
	    is(r, "CHECK") || is(r, "FOREIGN");
}

static enum rc table_constraint(struct reader *r)
{
	if (take(r, "CONSTRAINT"))
		return name(r, &r->label);
	if (take(r, "PRIMARY"))
		return table_key(r, CREATE_PK);
	if (take(r, "UNIQUE"))
		return table_key(r, CREATE_UNIQUE);
	if (take(r, "CHECK"))
		return column_check(r, STR_NONE);
	if (take(r, "FOREIGN"))
		return table_fk(r);
	return unknown(r, "a table constraint");
}

static enum rc body(struct reader *r)
{
	enum rc rc = need(r, "(");

	while (!rc && !begins_table_constraint(r)) {
		rc = column(r);
		if (rc || is(r, ")"))
			break;
		/* SQLite lets the comma before a constraint be missing. */
		if (!take(r, ",") && !begins_table_constraint(r))
			rc = unknown(r, ", or )");
	}
	r->label = STR_NONE;
	while (!rc && !is(r, ")")) {
		rc = table_constraint(r);
		(void)take(r, ",");
	}
	return rc ? rc : need(r, ")");
}

static enum rc options(struct reader *r, struct create_table *out)
{
	while (r->t.kind != TOKEN_END && !is(r, ";")) {
		if (take(r, "WITHOUT")) {
			if (!take(r, "ROWID"))
				return unknown(r, "ROWID");
			out->without_rowid = true;
		} else if (take(r, "STRICT")) {
			out->strict = true;
		} else {
			return unknown(r, "WITHOUT ROWID or STRICT");
		}
		(void)take(r, ",");
	}
	return RC_OK;
}

static enum rc virtual_module(struct reader *r, struct create_table *out)
{
	size_t from = r->t.from;

	if (r->t.kind == TOKEN_END)
		return unknown(r, "a module name");
	out->module = sqlite_fold_sql(str_sub(r->sql, from, r->sql.n), r->a);
	return RC_OK;
}

/* CREATE [TEMP] [VIRTUAL] TABLE [IF NOT EXISTS] [schema.]name */
static enum rc head(struct reader *r, bool *is_virtual)
{
	struct str ignored;
	enum rc rc = need(r, "CREATE");

	if (rc)
		return rc;
	if (!take(r, "TEMP"))
		(void)take(r, "TEMPORARY");
	*is_virtual = take(r, "VIRTUAL");
	rc = need(r, "TABLE");
	if (!rc && take(r, "IF")) {
		rc = need(r, "NOT");
		if (!rc)
			rc = need(r, "EXISTS");
	}
	if (!rc)
		rc = name(r, &ignored);
	if (!rc && take(r, "."))
		rc = name(r, &ignored);
	return rc;
}

enum rc sqlite_read_create(struct str sql, struct arena *a,
    struct create_table *out, struct err *e)
{
	struct reader r = { .sql = sql, .a = a, .e = e, .last_fk = -1 };
	struct create_table got = { .strict = false };
	bool is_virtual = false;
	enum rc rc;

	r.t = sqlite_token_next(sql, 0);
	rc = head(&r, &is_virtual);
	if (!rc && is_virtual)
		rc = need(&r, "USING");
	if (!rc)
		rc = is_virtual ? virtual_module(&r, &got) : body(&r);
	if (!rc && !is_virtual)
		rc = options(&r, &got);
	if (rc)
		return rc;
	got.cols = r.cols.v;
	got.ncols = r.cols.n;
	got.cons = r.cons.v;
	got.ncons = r.cons.n;
	*out = got;
	return RC_OK;
}
