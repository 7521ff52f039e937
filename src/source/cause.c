/*
 * cause.c: why a run stopped.
 *
 * The engine names what it misses in its message ("no such table: x"); that
 * name is looked up in models.  The statement's own text is not looked into.
 */
#include <stdlib.h>

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
static bool is_pulled(const struct entry *en)
{
	const struct dialect *d = dialect_of(DIALECT_SQLITE);
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

enum stop_cause stop_cause_of(const struct run *r, const struct failure *f,
    const struct run_options *o, const struct entry *first)
{
	enum stop_cause cause = foreign_part(r);

	if (f->verb == VERB_TRANSACTION || f->verb == VERB_SAVEPOINT)
		return STOP_OWN_TX;
	/* drv/lite names the rule in the refusals that it makes itself */
	if (r->why.code == RC_UNSUPPORTED && strstr(r->why.msg, "(SL34)"))
		return STOP_LIBSQL;
	if (cause != STOP_NONE)
		return cause;
	if (is_baseline(r, o->live) || (is_pulled(first) && f->entry != first))
		return STOP_BASELINE;
	if (!o->count && str_starts(f->engine, STR("SQLITE_CONSTRAINT")))
		return STOP_NEEDS_DATA;
	return STOP_OTHER;
}
