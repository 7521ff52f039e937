/*
 * look: what rows that came since do to a way back, before anything runs.
 *
 * A browsing session makes no table: the saved keys and values come as a part
 * of the query, as arrays where values are text, else as VALUES.  It asks the
 * rows of now, so only about the newest migration, and only about tables of
 * which the way back brings one kind of thing.
 */
#include "op/apply/restore.h"

#define CARRIED_MAX ((int64_t)32 << 20)		/* bytes in a query */

struct carried {
	const struct dialect *d;
	struct sbuf *v;		/* the text of an array each; or one for all */
	size_t n;
	bool arrays;
};

/* '{"…","…"}': as the server's arrays are written */
static enum rc into_arrays(struct carried *c, const struct value *v,
    struct err *e)
{
	for (size_t i = 0; i < c->n; i++) {
		struct sbuf *b = &c->v[i];

		sbuf_addc(b, b->n ? ',' : '{');
		if (v[i].kind == VALUE_NULL) {
			sbuf_addz(b, "NULL");
			continue;
		}
		if (v[i].kind != VALUE_TEXT)
			return err_set(e, RC_UNSUPPORTED, "not a text");
		sbuf_addc(b, '"');
		for (size_t k = 0; k < v[i].s.n; k++) {
			if (v[i].s.p[k] == '"' || v[i].s.p[k] == '\\')
				sbuf_addc(b, '\\');
			sbuf_addc(b, v[i].s.p[k]);
		}
		sbuf_addc(b, '"');
	}
	return RC_OK;
}

static enum rc on_row(void *arg, const struct value *v, size_t n,
    struct err *e)
{
	struct carried *c = arg;

	if (n != c->n)
		return err_set(e, RC_UNSUPPORTED, "not as wide");
	if (c->arrays)
		return into_arrays(c, v, e);
	sbuf_addz(c->v, c->v->n ? ", " : "");
	for (size_t i = 0; i < n; i++) {
		sbuf_addc(c->v, i ? ',' : '(');
		c->d->literal(c->v, &v[i]);
	}
	sbuf_addc(c->v, ')');
	return RC_OK;
}

static void arrays_text(const struct carried *c, struct sbuf *b)
{
	SQL(b, "(SELECT * FROM ROWS FROM (");
	for (size_t i = 0; i < c->n; i++) {
		sbuf_addz(&c->v[i], c->v[i].n ? "}" : "{}");
		sbuf_addz(b, i ? ", pg_catalog.unnest(" :
		    "pg_catalog.unnest(");
		c->d->literal(b, &(struct value){ .kind = VALUE_TEXT,
		    .s = sbuf_str(&c->v[i]), .full = c->v[i].n });
		SQL(b, "::pg_catalog.text[])");
	}
	SQL(b, ") AS u (");
	for (size_t i = 0; i < c->n; i++)
		sbuf_addf(b, "%sc%zu", i ? ", " : "", i);
	SQL(b, "))");
}

static void values_text(const struct carried *c, struct sbuf *b)
{
	SQL(b, "(SELECT ");
	for (size_t i = 0; i < c->n; i++)
		sbuf_addf(b, "%scolumn%zu AS c%zu", i ? ", " : "", i + 1, i);
	SQL(b, " FROM (VALUES ");
	sbuf_add(b, sbuf_str(c->v));
	SQL(b, "))");
}

/* The stage of x as a part of the query. */
static enum rc carry(struct object *x, struct save_words *w, struct store *st,
    struct err *e)
{
	struct carried c = { .d = x->d, .n = saved_width(x->o),
		.arrays = *save_words[x->ap->base->dialect].text != '\0' };
	struct sbuf b = SBUF_TEXT;
	bool full = false;
	enum rc rc;

	c.v = arena_array(x->ap->a, struct sbuf, c.n);
	for (size_t i = 0; i < c.n; i++)
		c.v[i] = (struct sbuf)SBUF_TEXT;
	rc = store_read(st, x->o, on_row, &c, e);
	if (c.arrays)
		arrays_text(&c, &b);
	else
		values_text(&c, &b);
	for (size_t i = 0; i < c.n; i++) {
		full = full || c.v[i].full;
		sbuf_free(&c.v[i]);
	}
	if (!rc && (full || b.full))
		rc = err_set(e, RC_UNSUPPORTED, "too many keys for a query");
	*w = save_words[x->ap->base->dialect];
	w->stage = arena_z(x->ap->a, sbuf_str(&b));
	x->w = w;
	sbuf_free(&b);
	return rc;
}

/* Where the same way back gives rows of the table another key or brings some
 * first, the rows of now do not tell. */
static bool is_alone(const struct saved *v, size_t n, const struct saved *o)
{
	for (size_t i = 0; i < n; i++)
		if (&v[i] != o && str_eq(v[i].tag, o->tag) &&
		    v[i].kind != SAVED_CELLS && v[i].kind != SAVED_POSITION &&
		    str_eq(v[i].table, o->table) &&
		    str_eq(v[i].schema, o->schema))
			return false;
	return true;
}

static bool can_look(const struct object *x)
{
	struct str number = number_name(x->ap->base->dialect, x->t);

	for (size_t i = 0; i < x->nkey; i++)
		if (!table_column(x->t, x->o->key.v[i]) &&
		    !str_eq(x->o->key.v[i], number))
			return false;
	return x->nkey && x->o->rows && x->o->bytes <= CARRIED_MAX;
}

static enum rc look_at(struct apply *ap, const struct saved *o,
    const struct model *goal, struct store *st, struct err *e)
{
	const struct table *was = model_table(goal, o->schema, o->table);
	struct object x = { .ap = ap, .o = o, .d = ap->d->ops->dialect,
		.t = model_table(ap->now, o->schema, o->table),
		.nkey = o->key.n, .ncols = o->cols.n };
	bool copies = ap->d->ops->caps & CAP_BACKUP;
	struct save_words w;
	bool lacks, clashes;
	enum rc rc;

	if (!was || !x.t || !can_look(&x))
		return RC_OK;
	/* the copy has told of those */
	lacks = !copies && object_may_lack(&x, was);
	clashes = object_may_clash(&x, was);
	if (!lacks && !clashes)
		return RC_OK;
	rc = carry(&x, &w, st, e);
	if (!rc)
		rc = save_exact(ap, true, e);
	if (!rc && lacks)
		rc = object_lacking(&x, was, e);
	if (!rc && clashes)
		rc = object_clashes(&x, was, e);
	if (!rc)
		rc = save_exact(ap, false, e);
	return rc;
}

enum rc way_look(struct drv *d, const struct step *s,
    const struct model *live, const struct model *goal, struct arena *a,
    struct lackings *lacking, struct strs *clashes, struct err *e)
{
	struct apply ap = { .d = d, .a = a, .base = live, .now = live };
	const struct saved *v = NULL;
	struct store *st = NULL;
	size_t n = 0;
	enum rc rc = RC_OK;

	if (!s->saved.n || s->track->down.n)
		return RC_OK;
	rc = store_open(s->saved, &st, e);
	if (!rc)
		rc = store_list(st, a, &v, &n, e);
	for (size_t i = 0; !rc && i < n; i++)
		if (v[i].kind != SAVED_POSITION &&
		    str_eq(v[i].tag, s->track->tag) && is_alone(v, n, &v[i])) {
			rc = look_at(&ap, &v[i], goal, st, e);
			/* a question alone: who applies asks again */
			if (rc == RC_UNSUPPORTED || rc == RC_DB) {
				*e = (struct err)ERR_INIT;
				rc = RC_OK;
			}
		}
	store_close(st);
	if (!rc && ap.lacking.n)
		*lacking = (struct lackings){ ap.lacking.v, ap.lacking.n };
	*clashes = (struct strs){ ap.clashes.v, ap.clashes.n };
	return rc;
}
