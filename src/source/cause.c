/*
 * cause.c: why a run stopped.
 *
 * SQLite names what it misses in its message ("no such table: x"); that name
 * is looked up in models.  PostgreSQL's messages come in any language: there
 * the SQLSTATE tells (its manual, appendix A) and what the parse tree names.
 * The statement's own text is not looked into.
 */
#include <stdlib.h>

#include "dialect/pg/pg.h"
#include "source/parts.h"

const char *const stop_cause_word[STOP_CAUSE_N] = {
	[STOP_NONE] = "none",
	[STOP_BASELINE] = "baseline",
	[STOP_EXTENSION] = "extension missing",
	[STOP_LIBSQL] = "libSQL only",
	[STOP_OWN_TX] = "own transaction",
	[STOP_NEEDS_DATA] = "needs data",
	[STOP_ROLE] = "role missing",
	[STOP_NO_SCRATCH] = "not executed",
	[STOP_OTHER] = "other",
};

size_t place_of(const struct err *e, struct str *engine)
{
	struct str where = str_z(e->where);
	char *end;
	size_t at;

	*engine = where;
	if (!str_starts(where, STR("+")))
		return SIZE_MAX;
	at = (size_t)strtoull(e->where + 1, &end, 10);
	*engine = str_trim(str_z(end));
	return at;
}

/* The engine's words for rows that a constraint does not let in. */
bool is_constraint(enum dialect_id dialect, struct str engine)
{
	static const char *const prefix[DIALECT_N] = {
		[DIALECT_SQLITE] = "SQLITE_CONSTRAINT",
		[DIALECT_PG] = "23",
	};

	return str_starts(engine, str_z(prefix[dialect]));
}

/* "no such table: main.x" with prefix "no such table: " gives x. */
static struct str missing(const struct run *r, const char *prefix)
{
	struct str msg = str_z(r->why.msg), name;

	if (!str_starts(msg, str_z(prefix)))
		return STR("");
	name = str_sub(msg, strlen(prefix), msg.n);
	if (str_starts(name, STR("main.")))
		name = str_sub(name, strlen("main."), name.n);
	return name;
}

static bool holds(const struct model *m, enum obj_kind kind, struct str name)
{
	for (size_t i = 0; i < m->nobjs; i++)
		if (m->objs[i]->kind == kind &&
		    str_ieq(m->objs[i]->name, name))
			return true;
	return false;
}

/* It was there at some time of the run: gone again is no baseline. */
static bool was_made(const struct run *r, enum obj_kind kind, struct str name)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->v[i].facts.verb >= VERB_CREATE_TABLE &&
		    str_ieq(r->v[i].facts.object, name))
			return true;
	for (size_t i = 0; i < r->nfiles; i++)
		if (r->files[i].before &&
		    holds(r->files[i].before, kind, name))
			return true;
	return holds(r->after, kind, name);
}

static bool is_baseline(const struct run *r, const struct model *live)
{
	static const struct { const char *prefix; enum obj_kind kind; } m[] = {
		{ "no such table: ", OBJ_TABLE },
		{ "no such table: ", OBJ_VIEW },
		{ "no such index: ", OBJ_INDEX },
		{ "no such view: ", OBJ_VIEW },
		{ "no such trigger: ", OBJ_TRIGGER },
	};

	for (size_t i = 0; live && i < sizeof(m) / sizeof(m[0]); i++) {
		struct str name = missing(r, m[i].prefix);

		if (name.n && holds(live, m[i].kind, name) &&
		    !was_made(r, m[i].kind, name))
			return true;
	}
	return false;
}

/* drizzle-kit pull leaves its first file as one block comment. */
static bool is_pulled(const struct dialect *d, const struct entry *en)
{
	bool block = false;

	if (!en || en->missing)
		return false;
	for (struct token t = d->token(en->text, 0); t.kind != TOKEN_END;
	    t = d->token(en->text, t.to)) {
		if (t.kind != TOKEN_SPACE && t.kind != TOKEN_COMMENT)
			return false;
		block = block || (t.kind == TOKEN_COMMENT &&
		    str_starts(str_sub(en->text, t.from, t.to), STR("/*")));
	}
	return block;
}

/* What another engine or a loadable extension would have brought. */
static enum stop_cause foreign_part(const struct run *r)
{
	static const char *const prefixes[] = { "no such module: ",
		"no such function: ", "no such collation sequence: " };

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		struct str name = missing(r, prefixes[i]);

		if (str_starts(name, STR("libsql_")) ||
		    str_starts(name, STR("vector")))
			return STOP_LIBSQL;
		if (name.n)
			return STOP_EXTENSION;
	}
	return STOP_NONE;
}

static enum stop_cause lite_cause(const struct run *r, const struct failure *f,
    const struct run_options *o)
{
	enum stop_cause cause = foreign_part(r);

	(void)f;
	/* drv/lite names the rule in the refusals that it makes itself */
	if (r->why.code == RC_UNSUPPORTED && strstr(r->why.msg, "(SL34)"))
		return STOP_LIBSQL;
	if (cause != STOP_NONE)
		return cause;
	return is_baseline(r, o->live) ? STOP_BASELINE : STOP_NONE;
}

/* --- PostgreSQL ------------------------------------------------------------- */

/* Relations and types: there is one of each name in a schema. */
static const struct obj *named_in(const struct model *m, struct str schema,
    struct str name)
{
	for (size_t i = 0; i < m->nobjs; i++) {
		const struct obj *o = m->objs[i];

		if ((obj_stands_alone(o->kind) || o->kind == OBJ_TABLE ||
		    o->kind == OBJ_VIEW || o->kind == OBJ_INDEX) &&
		    str_eq(o->name, name) &&
		    (!schema.n || str_eq(o->schema, schema)))
			return o;
	}
	return NULL;
}

static bool live_alone(const struct run *r, const struct model *live,
    struct str schema, struct str name)
{
	if (!name.n || !named_in(live, schema, name) ||
	    named_in(r->after, schema, name))
		return false;
	/* made, and gone again: that is no baseline */
	for (size_t i = 0; i < r->nfiles; i++)
		if (r->files[i].before &&
		    named_in(r->files[i].before, schema, name))
			return false;
	for (size_t i = 0; i < r->n; i++)
		for (size_t k = 0; r->v[i].facts.pg &&
		    k < r->v[i].facts.pg->nobjs; k++)
			if (str_eq(r->v[i].facts.pg->objs[k].name, name))
				return false;
	return true;
}

static bool pg_is_baseline(const struct run *r, const struct pg_stmt *s,
    const struct model *live)
{
	for (size_t i = 0; i < s->nobjs; i++)
		if (live_alone(r, live, s->objs[i].schema, s->objs[i].name) ||
		    live_alone(r, live, s->objs[i].table_schema,
			s->objs[i].table))
			return true;
	for (size_t i = 0; i < s->nrefs; i++)
		if (live_alone(r, live, s->refs[i].schema, s->refs[i].name))
			return true;
	for (size_t i = 0; i < s->nwrites; i++)
		if (live_alone(r, live, s->writes[i].schema,
		    s->writes[i].table))
			return true;
	for (size_t i = 0; i < s->nreads; i++)
		if (live_alone(r, live, s->reads[i].schema, s->reads[i].name))
			return true;
	for (size_t i = 0; i < s->ncols; i++)
		if (live_alone(r, live, s->cols[i].type_schema,
		    s->cols[i].type_name))
			return true;
	return false;
}

/* A character of a name that is not quoted. */
static bool in_name(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
}

static bool says_name(struct str text, const char *name)
{
	struct str s = str_z(name);

	for (size_t i = 0; (i = str_find(text, s, i)) < text.n; i++)
		if ((i == 0 || !in_name(text.p[i - 1])) &&
		    (i + s.n == text.n || !in_name(text.p[i + s.n])))
			return true;
	return false;
}

/* Whose the names are that migrations use most: names stand as they are in
 * messages of every language. */
void stop_name_extension(struct err *why)
{
	static const struct { const char *name, *extension; } of[] = {
		{ "gin_trgm_ops", "pg_trgm" }, { "gist_trgm_ops", "pg_trgm" },
		{ "similarity", "pg_trgm" },
		{ "word_similarity", "pg_trgm" },
		{ "uuid_generate_v1", "uuid-ossp" },
		{ "uuid_generate_v4", "uuid-ossp" },
		{ "gen_random_bytes", "pgcrypto" }, { "crypt", "pgcrypto" },
		{ "gen_salt", "pgcrypto" }, { "digest", "pgcrypto" },
		{ "hmac", "pgcrypto" }, { "vector", "vector" },
		{ "halfvec", "vector" }, { "sparsevec", "vector" },
		{ "vector_l2_ops", "vector" }, { "vector_ip_ops", "vector" },
		{ "vector_cosine_ops", "vector" },
		{ "halfvec_cosine_ops", "vector" }, { "citext", "citext" },
		{ "hstore", "hstore" }, { "ltree", "ltree" },
		{ "cube", "cube" }, { "ll_to_earth", "earthdistance" },
		{ "geometry", "postgis" }, { "geography", "postgis" },
		{ "unaccent", "unaccent" }, { "isbn", "isn" },
	};
	struct str text = str_z(why->msg);

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
		if (says_name(text, of[i].name)) {
			why->hint[0] = '\0';
			err_hint(why, "it is of the extension %s, which no "
			    "file before it makes: put CREATE EXTENSION IF "
			    "NOT EXISTS \"%s\" into one", of[i].extension,
			    of[i].extension);
			return;
		}
}

/* It names what a migration made and no more: no extension brings that. */
static bool names_own_only(const struct pg_stmt *s)
{
	static const bool own[PG_KIND_N] = { [PG_DROP] = true,
		[PG_RENAME] = true, [PG_SET_SCHEMA] = true,
		[PG_COMMENT] = true };
	static const bool brings[PG_STEP_N] = { [PG_STEP_OTHER] = true,
		[PG_STEP_ADD_COLUMN] = true, [PG_STEP_TYPE] = true,
		[PG_STEP_DEFAULT] = true, [PG_STEP_ADD_CONSTRAINT] = true,
		[PG_STEP_ACCESS_METHOD] = true };

	if (s->kind != PG_ALTER_TABLE)
		return own[s->kind];
	for (size_t i = 0; i < s->nsubs; i++)
		if (brings[s->subs[i].step])
			return false;
	return s->nsubs > 0;
}

/* A comparison of two types that are there: no extension brings it. */
static bool is_comparison(const struct run *r)
{
	static const char *const operators[] = { " = ", " <> ", " < ", " > ",
		" <= ", " >= ", " ~~ " };

	for (size_t i = 0; i < sizeof(operators) / sizeof(*operators); i++)
		if (strstr(r->why.msg, operators[i]))
			return true;
	return false;
}

static enum stop_cause pg_cause(const struct run *r, const struct failure *f,
    const struct run_options *o)
{
	/* undefined object; not available, no control file, no right */
	static const struct {
		enum pg_kind kind;
		const char *state;
		enum stop_cause cause;
	} known[] = {
		{ PG_CREATE_EXTENSION, "", STOP_EXTENSION },
		{ PG_GRANT, "42704", STOP_ROLE },
		{ PG_CREATE_POLICY, "42704", STOP_ROLE },
		{ PG_ALTER_POLICY, "42704", STOP_ROLE },
		{ PG_OWNER, "42704", STOP_ROLE },
		{ PG_DEFAULT_PRIVILEGES, "42704", STOP_ROLE },
		{ PG_CREATE_SCHEMA, "42704", STOP_ROLE },
	};

	for (size_t i = 0; f->pg && i < sizeof(known) / sizeof(known[0]); i++)
		if (f->pg->kind == known[i].kind &&
		    str_starts(f->engine, str_z(known[i].state)))
			return known[i].cause;
	if (o->live && f->pg && (str_starts(f->engine, STR("42")) ||
	    str_is(f->engine, "3F000")) &&
	    pg_is_baseline(r, f->pg, o->live))
		return STOP_BASELINE;
	/* an operator class, a type, a function that nobody made */
	if ((str_is(f->engine, "42704") || str_is(f->engine, "42883")) &&
	    !(f->pg && names_own_only(f->pg)) && !is_comparison(r))
		return STOP_EXTENSION;
	return STOP_NONE;
}

enum stop_cause stop_cause_of(const struct run *r, const struct failure *f,
    const struct run_options *o, const struct entry *first)
{
	static enum stop_cause (*const causes[DIALECT_N])(const struct run *,
	    const struct failure *, const struct run_options *) = {
		[DIALECT_SQLITE] = lite_cause,
		[DIALECT_PG] = pg_cause,
	};
	enum dialect_id id = r->before->dialect;
	enum stop_cause cause;

	if (f->verb == VERB_TRANSACTION || f->verb == VERB_SAVEPOINT)
		return STOP_OWN_TX;
	cause = causes[id](r, f, o);
	if (cause != STOP_NONE)
		return cause;
	if (is_pulled(dialect_of(id), first) && f->entry != first)
		return STOP_BASELINE;
	if (!o->count && is_constraint(id, f->engine))
		return STOP_NEEDS_DATA;
	return STOP_OTHER;
}
