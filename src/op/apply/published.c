/*
 * published: publications that a migration took a table out of, by dropping it
 * or a column that they list.  No schema model holds publications, and a
 * scratch database has none: the record of the run tells of them, and the way
 * back puts the table there again once it is as it was.
 */
#include "op/apply/local.h"

#define POINT "weir_published"

/* "ALTER PUBLICATION pb ADD TABLE ": the same publication, whatever of it. */
static struct str head(struct str text)
{
	return str_sub(text, 0, str_find(text, STR(" ADD TABLE "), 0));
}

static bool is_in(const struct model *m, const struct table *like,
    struct str text)
{
	const struct table *t = model_table(m, like->o.schema, like->o.name);

	for (size_t i = 0; t && t->o.notes && i < t->o.notes->published.n; i++)
		if (str_eq(head(t->o.notes->published.v[i]), head(text)))
			return true;
	return false;
}

/* A record is a file that somebody may have written into. */
static bool is_one(const struct dialect *d, struct str text)
{
	if (!str_starts(text, STR("ALTER PUBLICATION ")))
		return false;
	for (struct token t = d->token(text, 0); t.kind != TOKEN_END;
	    t = d->token(text, t.to))
		if (t.kind == TOKEN_PUNCT && text.p[t.from] == ';')
			return false;
	return true;
}

static enum rc add(struct apply *ap, struct str text, struct err *e)
{
	struct str sql = arena_str(ap->a, text);
	struct err why = ERR_INIT;
	enum rc rc = ap->d->ops->savepoint(ap->d, POINT, e);

	if (rc)
		return rc;
	if (!is_one(ap->d->ops->dialect, sql))
		err_set(&why, RC_INCONSISTENT, "the record does not read");
	else
		(void)!drv_exec(ap->d, sql, &why);
	if (why.code && ap->d->ops->rollback_to(ap->d, POINT, e))
		return e->code;
	if (why.code)
		vec_push(ap->a, &ap->unrestored, arena_printf(ap->a, "not "
		    "back: %.*s: %s", STR_ARG(sql), why.msg));
	else
		vec_push(ap->a, &ap->restored, arena_printf(ap->a, "back: "
		    "%.*s", STR_ARG(sql)));
	return ap->d->ops->release(ap->d, POINT, e);
}

enum rc published_back(struct apply *ap, const struct step *s, struct err *e)
{
	const struct model *before = NULL, *after = NULL;
	struct err ignored = ERR_INIT;
	enum rc rc = RC_OK;

	if (s->kind != STEP_DOWN || run_models(ap->o->project, s->track->tag,
	    ap->a, &before, &after, &ignored) || !before || !after)
		return RC_OK;
	for (size_t i = 0; !rc && i < before->ntables; i++) {
		const struct table *t = before->tables[i];
		size_t n = t->o.notes ? t->o.notes->published.n : 0;

		for (size_t k = 0; !rc && k < n; k++) {
			struct str text = t->o.notes->published.v[k];

			if (!is_in(after, t, text) &&
			    !is_in(ap->now, t, text) && model_table(ap->now,
			    t->o.schema, t->o.name))
				rc = add(ap, text, e);
		}
	}
	return rc;
}

void published_left(struct apply *ap, const struct step *s,
    const struct model *before)
{
	for (size_t i = 0; s->kind == STEP_UP && i < before->ntables; i++) {
		const struct table *t = before->tables[i];
		size_t n = t->o.notes ? t->o.notes->published.n : 0;

		for (size_t k = 0; k < n; k++) {
			struct str text = t->o.notes->published.v[k];

			if (!is_in(ap->now, t, text))
				vec_push(ap->a, &ap->unrestored, arena_printf(
				    ap->a, "%.*s is in publication %.*s no "
				    "more; a rollback puts it back",
				    STR_ARG(table_called(&t->o, ap->a)),
				    STR_ARG(str_sub(head(text),
				    sizeof("ALTER PUBLICATION ") - 1,
				    head(text).n))));
		}
	}
}
