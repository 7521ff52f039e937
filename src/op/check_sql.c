/*
 * check_sql: does the SQL of a folder parse?  SQLite's own parser is there and
 * decides; of PostgreSQL there is the grammar of one version, which may refuse
 * what another takes (PN7): a note.  Nothing is executed.
 */
#include "dialect/pg/pg.h"
#include "drv/drv.h"
#include "op/check.h"

/* The parser's own words (parse.y, tokenize.c); the rest is about names. */
static bool is_syntax(const char *msg)
{
	static const char *const words[] = { ": syntax error",
		"unrecognized token", "incomplete input" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (str_find(str_z(msg), str_z(words[i]), 0) < strlen(msg))
			return true;
	return false;
}

static void not_parsed(struct checking *c, const struct entry *en, size_t at,
    const char *msg)
{
	bool turso = str_is(c->f->dialect, "turso");

	check_note(c, !turso, "", "syntax", en->tag, entry_where(en, at, c->a),
	    arena_printf(c->a, "SQLite does not parse it: %s%s", msg,
	    turso ? " (libSQL may)" : ""), STR("correct the statement; where "
	    "the file was applied, libSQL or another version took it"));
}

static enum rc sqlite_entry(struct checking *c, struct drv *d,
    const struct entry *en, struct err *e)
{
	size_t at = 0;
	bool more = true;

	while (more) {
		struct sql_span span = { .to = at };
		struct err why = ERR_INIT;
		struct facts facts;
		enum rc rc = d->ops->run_next(d, en->text, &at,
		    RUN_PREPARE_ONLY | RUN_FACTS, c->a, &span, &facts, &more,
		    &why);

		if (!rc)
			continue;
		if (rc == RC_CANCELLED || rc == RC_INTERNAL || rc == RC_IO) {
			*e = why;
			return rc;
		}
		if (is_syntax(why.msg))
			not_parsed(c, en, span.from, why.msg);
		more = span.to > at;
		at = span.to;
	}
	return RC_OK;
}

static enum rc sqlite_sql(struct checking *c, struct err *e)
{
	struct drv_target t = { .dialect = DIALECT_SQLITE };
	struct drv *d = NULL;
	enum rc rc = drv_open(&t, DRV_SCRATCH, &d, e);

	for (size_t i = 0; !rc && i < c->f->n; i++)
		if (!c->f->v[i].missing)
			rc = sqlite_entry(c, d, &c->f->v[i], e);
	drv_close(d);
	return rc;
}

static enum rc pg_sql(struct checking *c, struct err *e)
{
	(void)e;
	for (size_t i = 0; i < c->f->n; i++) {
		const struct entry *en = &c->f->v[i];
		size_t at = 0, from = 0, to = 0;

		while (!en->missing && pg_split(en->text, &at, &from, &to))
			if (pg_digest(str_sub(en->text, from, to), c->a)->flags &
			    PG_UNPARSED)
				check_note(c, false, "PN7", "not-understood",
				    en->tag, entry_where(en, from, c->a),
				    STR("the built-in grammar, PostgreSQL "
				    "15's, does not parse it"), STR("a server "
				    "of another version may: read it yourself"));
	}
	return RC_OK;
}

enum rc check_sql(struct checking *c, struct err *e)
{
	static enum rc (*const by[DIALECT_N])(struct checking *,
	    struct err *) = { [DIALECT_SQLITE] = sqlite_sql,
		[DIALECT_PG] = pg_sql };

	return c->f ? by[c->f->engine](c, e) : RC_OK;
}
