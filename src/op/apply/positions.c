/*
 * positions: where the sequences stand that a way back made again.
 *
 * A sequence that the migration took goes on where it stood, by the undo
 * store.  What feeds a column that the way back changed stands at least at
 * the furthest number in use there, whoever wrote that, since or before:
 * with nothing saved a key would come twice.  Never back: what was given out
 * is in use.  Engines whose models name no sequences have nothing to do here.
 */
#include "op/apply/save.h"

static void text_literal(const struct dialect *d, struct sbuf *b, struct str s)
{
	d->literal(b, &(struct value){ .kind = VALUE_TEXT, .s = s,
	    .full = s.n });
}

/* --- as saved ----------------------------------------------------------------- */

struct position {
	struct apply *ap;
	const struct saved *o;
};

/* name: of the sequence, as a text; of: the same in FROM */
static void forward_text(const struct dialect *d, struct str name,
    struct str of, const struct value *v, struct sbuf *b)
{
	SQL(b, "SELECT pg_catalog.setval(i.seqrelid::pg_catalog.regclass, ");
	d->literal(b, &v[0]);
	SQL(b, ", ");
	d->literal(b, &v[1]);
	SQL(b, ") FROM ");
	sbuf_add(b, of);
	SQL(b, " AS q, pg_catalog.pg_sequence AS i WHERE i.seqrelid = ");
	text_literal(d, b, name);
	SQL(b, "::pg_catalog.regclass AND ");
	d->literal(b, &v[0]);
	SQL(b, " BETWEEN i.seqmin AND i.seqmax AND ((q.last_value = ");
	d->literal(b, &v[0]);
	SQL(b, " AND NOT q.is_called) OR CASE WHEN i.seqincrement > 0 THEN"
	    " q.last_value < ");
	d->literal(b, &v[0]);
	SQL(b, " ELSE q.last_value > ");
	d->literal(b, &v[0]);
	SQL(b, " END)");
}

static enum rc on_position(void *arg, const struct value *v, size_t n,
    struct err *e)
{
	const struct position *x = arg;
	const struct dialect *d = x->ap->d->ops->dialect;
	struct sbuf name = SBUF_TEXT, b = SBUF_TEXT;
	struct value is = { 0 };
	enum rc rc;

	(void)n;
	d->table(&name, &(struct obj){ .kind = OBJ_TABLE,
	    .schema = x->o->schema, .name = x->o->table });
	SQL(&b, "SELECT 't' FROM pg_catalog.pg_class WHERE relkind = 'S' AND"
	    " oid = pg_catalog.to_regclass(");
	text_literal(d, &b, sbuf_str(&name));
	SQL(&b, ")");
	rc = drv_scalar(x->ap->d, sbuf_str(&b), NULL, 0, x->ap->a, &is, e);
	sbuf_truncate(&b, 0);
	if (!rc && is.kind == VALUE_TEXT) {
		forward_text(d, sbuf_str(&name), sbuf_str(&name), v, &b);
		rc = drv_exec(x->ap->d, sbuf_str(&b), e);
	}
	sbuf_free(&name);
	sbuf_free(&b);
	return rc;
}

static enum rc saved_back(struct apply *ap, const struct step *s,
    struct err *e)
{
	const struct saved *v = NULL;
	struct store *st = NULL;
	size_t n = 0;
	enum rc rc = store_open(s->saved, &st, e);

	if (!rc)
		rc = store_list(st, ap->a, &v, &n, e);
	for (size_t i = n; !rc && i-- > 0;)
		if (v[i].kind == SAVED_POSITION &&
		    str_eq(v[i].tag, s->track->tag))
			rc = store_read(st, &v[i], on_position,
			    &(struct position){ ap, &v[i] }, e);
	store_close(st);
	return rc;
}

/* --- past the numbers in use ------------------------------------------------------ */

/* What 'a''b' quotes. */
static struct str unquoted(struct arena *a, struct str s)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	for (size_t i = 1; i + 1 < s.n; i++) {
		sbuf_addc(&b, s.p[i]);
		i += s.p[i] == '\'';
	}
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

/* The sequence that gives the column its numbers, as SQL names it; or "". */
static struct str feeds(struct apply *ap, const struct column *c)
{
	const struct dialect *d = ap->d->ops->dialect;
	struct str call = STR("nextval("), end = STR("::regclass)");
	size_t dot = str_find(c->sequence, STR("."), 0);
	struct sbuf b = SBUF_TEXT;
	struct str out;
	struct token t;

	if (str_starts(c->dflt, call)) {
		t = d->token(c->dflt, call.n);
		return t.kind == TOKEN_STRING && c->dflt.p[t.from] == '\'' &&
		    str_eq(str_sub(c->dflt, t.to, c->dflt.n), end) ?
		    unquoted(ap->a, str_sub(c->dflt, t.from, t.to)) : STR("");
	}
	if (c->identity == IDENTITY_NONE || dot == c->sequence.n)
		return STR("");
	d->table(&b, &(struct obj){ .kind = OBJ_TABLE,
	    .schema = str_sub(c->sequence, 0, dot),
	    .name = str_sub(c->sequence, dot + 1, c->sequence.n) });
	out = arena_str(ap->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static bool fed_otherwise(const struct model *m, const struct column *c)
{
	const struct table *t = model_table(m, c->o.schema, c->o.table);
	const struct column *was = t ? table_column(t, c->o.name) : NULL;

	return !was || was->identity != c->identity ||
	    !str_eq(was->sequence, c->sequence) || !str_eq(was->dflt, c->dflt);
}

static bool is_whole(const struct column *c)
{
	return str_is(c->type, "smallint") || str_is(c->type, "integer") ||
	    str_is(c->type, "bigint");
}

static enum rc past(struct apply *ap, const struct table *t,
    const struct column *c, struct str sequence, struct err *e)
{
	const struct dialect *d = ap->d->ops->dialect;
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	SQL(&b, "SELECT pg_catalog.setval(i.seqrelid::pg_catalog.regclass,"
	    " m.v) FROM ");
	sbuf_add(&b, sequence);
	SQL(&b, " AS q, pg_catalog.pg_sequence AS i, LATERAL (SELECT"
	    " CASE WHEN i.seqincrement > 0 THEN pg_catalog.max(t.");
	d->ident(&b, c->o.name);
	SQL(&b, ") ELSE pg_catalog.min(t.");
	d->ident(&b, c->o.name);
	SQL(&b, ") END::pg_catalog.int8 AS v FROM ");
	d->table(&b, &t->o);
	SQL(&b, " AS t) AS m WHERE i.seqrelid = ");
	text_literal(d, &b, sequence);
	SQL(&b, "::pg_catalog.regclass AND NOT i.seqcycle AND m.v BETWEEN"
	    " i.seqmin AND i.seqmax AND ((m.v = q.last_value AND NOT"
	    " q.is_called) OR CASE WHEN i.seqincrement > 0 THEN"
	    " m.v > q.last_value ELSE m.v < q.last_value END)");
	rc = drv_exec(ap->d, sbuf_str(&b), e);
	sbuf_free(&b);
	return rc;
}

static enum rc all_past(struct apply *ap, struct err *e)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < ap->now->ntables; i++) {
		const struct table *t = ap->now->tables[i];

		if (!t->o.managed || (t->type != TABLE_ORDINARY &&
		    t->type != TABLE_PARTITIONED))
			continue;
		for (size_t k = 0; !rc && k < t->ncols; k++) {
			const struct column *c = t->cols[k];
			struct str seq = is_whole(c) &&
			    fed_otherwise(ap->step_before, c) ?
			    feeds(ap, c) : STR("");

			if (seq.n)
				rc = past(ap, t, c, seq, e);
		}
	}
	return rc;
}

enum rc positions_back(struct apply *ap, const struct step *s, struct err *e)
{
	enum rc rc = RC_OK;

	if (s->kind != STEP_DOWN)
		return RC_OK;
	if (s->saved.n)
		rc = saved_back(ap, s, e);
	return rc ? rc : all_past(ap, e);
}
