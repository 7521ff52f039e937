/*
 * unfed: virtual tables that triggers feed from a table, while saved rows of
 * that are put back.
 *
 * SQLite: triggers that name a virtual table fire then (its index follows);
 * where one took rows out of the index on DELETE and none puts them in on
 * INSERT, or they fail, the index may lack what is back, and the way back says
 * so, with what fills it: 'rebuild' where its content is another table's (FTS5 manual 6.9).
 */
#include "base/utf8.h"
#include "op/apply/restore.h"

/* The n-th word from `at` on, without space and comments. */
static struct str word_at(const struct dialect *d, struct str sql, size_t n)
{
	struct token t = d->token(sql, 0);

	for (;; t = d->token(sql, t.to)) {
		if (t.kind == TOKEN_END)
			return STR("");
		if (t.kind != TOKEN_SPACE && t.kind != TOKEN_COMMENT &&
		    n-- == 0)
			return str_sub(sql, t.from, t.to);
	}
}

/* As stored: CREATE TRIGGER name [BEFORE | AFTER | INSTEAD OF] event */
static bool fires_on(const struct dialect *d, const struct trigger *t,
    struct str event)
{
	struct str w = word_at(d, t->sql, 3);
	bool order = str_ieq(w, STR("BEFORE")) || str_ieq(w, STR("AFTER"));

	return str_ieq(order ? word_at(d, t->sql, 4) : w, event);
}

/* event "": any */
static bool feeds_on(const struct object *x, const struct table *to,
    struct str event)
{
	for (size_t i = 0; i < x->t->ntriggers; i++)
		if ((!event.n || fires_on(x->d, x->t->triggers[i], event)) &&
		    sql_names(x->d, x->t->triggers[i]->sql, to->o.name))
			return true;
	return false;
}

bool object_feeds(const struct object *x)
{
	const struct model *m = x->ap->now;

	for (size_t k = 0; k < m->ntables; k++)
		if (m->tables[k]->type == TABLE_VIRTUAL &&
		    feeds_on(x, m->tables[k], STR("")))
			return true;
	return false;
}

/* content=TABLE of FTS4 and FTS5; content='' has none. */
static bool is_external(const struct dialect *d, const struct table *t)
{
	struct str w;

	for (size_t i = 0; (w = word_at(d, t->module, i)).n; i++)
		if (str_ieq(w, STR("content")) &&
		    str_is(word_at(d, t->module, i + 1), "=")) {
			w = word_at(d, t->module, i + 2);
			return !str_is(w, "''") && !str_is(w, "\"\"");
		}
	return false;
}

static void tell_unfed(const struct object *x, const struct table *to)
{
	struct apply *ap = x->ap;
	struct sbuf b = SBUF_TEXT;
	struct str line;

	sbuf_add(&b, to->o.name);
	SQL(&b, " is not filled again with the rows back in ");
	sbuf_add(&b, x->t->o.name);
	sbuf_addz(&b, x->unfed ? ", its triggers fail: " :
	    ", no trigger does: ");
	if (is_external(x->d, to)) {
		SQL(&b, "INSERT INTO ");
		x->d->ident(&b, to->o.name);
		SQL(&b, "(");
		x->d->ident(&b, to->o.name);
		SQL(&b, ") VALUES('rebuild')");
	} else {
		SQL(&b, "insert what it lacks");
	}
	line = utf8_clean(ap->a, sbuf_str(&b), UTF8_LINE);
	sbuf_free(&b);
	for (size_t i = 0; i < ap->unrestored.n; i++)
		if (str_eq(ap->unrestored.v[i], line))
			return;
	vec_push(ap->a, &ap->unrestored, line);
}

static bool is_unfed(const struct object *x, const struct table *to)
{
	if (x->unfed)
		return feeds_on(x, to, STR(""));
	return x->o->kind == SAVED_ROWS && feeds_on(x, to, STR("DELETE")) &&
	    !feeds_on(x, to, STR("INSERT"));
}

void object_unfed(const struct object *x)
{
	const struct model *m = x->ap->now;

	for (size_t k = 0; k < m->ntables; k++)
		if (m->tables[k]->type == TABLE_VIRTUAL &&
		    is_unfed(x, m->tables[k]))
			tell_unfed(x, m->tables[k]);
}
