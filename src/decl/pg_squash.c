/*
 * pg_squash: parts of a table as joined texts and back, as drizzle-kit's
 * PgSquasher does it, with whatever a mark within a part does to it.
 */
#include "decl/pg.h"

static struct str take(const struct pg_squash *q, struct sbuf *b)
{
	struct str s = arena_str(q->a, sbuf_str(b));

	sbuf_free(b);
	return s;
}

/* An absent value in a template literal. */
static struct str maybe(struct str s)
{
	return s.p ? s : STR("undefined");
}

static struct str given(struct str s)
{
	return str_is(s, "undefined") ? STR_NONE : s;
}

static const char *yes(bool b)
{
	return b ? "true" : "false";
}

/* Array.prototype.join */
static void add_list(struct sbuf *b, struct strs v, const char *mark)
{
	for (size_t i = 0; i < v.n; i++) {
		if (i)
			sbuf_addz(b, mark);
		sbuf_add(b, v.v[i]);
	}
}

/* String.prototype.split */
static struct strs split(const struct pg_squash *q, struct str s,
    const char *mark)
{
	VEC(struct str) v = { 0 };
	struct str m = str_z(mark);
	size_t from = 0;

	for (;;) {
		size_t at = str_find(s, m, from);

		vec_push(q->a, &v, str_sub(s, from, at));
		if (at >= s.n)
			break;
		from = at + m.n;
	}
	return (struct strs){ v.v, v.n };
}

/* Past the end: undefined. */
static struct str part(struct strs v, size_t i)
{
	return i < v.n ? v.v[i] : STR_NONE;
}

static bool is_yes(struct str s)
{
	return str_is(s, "true");
}

/* --- joined -------------------------------------------------------------- */

static void add_with(struct sbuf *b, const struct pg_squash *q,
    const struct decl_index *x)
{
	struct json_out o = { .b = b };

	json_open_object(&o);
	for (size_t i = 0; i < x->nwith; i++) {
		json_key_str(&o, x->with[i].key);
		json_put_raw(&o, decl_value_json(q->a, &x->with[i].value));
	}
	json_close_object(&o);
}

static struct str squash_index(const struct pg_squash *q,
    const struct decl_index *x)
{
	struct sbuf b = SBUF_TEXT;

	sbuf_add(&b, x->name);
	sbuf_addz(&b, q->semi);
	for (size_t i = 0; i < x->ncols; i++) {
		const struct decl_index_column *c = &x->cols[i];

		if (i)
			sbuf_addz(&b, q->pair);
		sbuf_add(&b, c->expression);
		sbuf_addz(&b, q->dash);
		sbuf_addz(&b, yes(c->is_expression));
		sbuf_addz(&b, q->dash);
		sbuf_addz(&b, yes(c->asc));
		sbuf_addz(&b, q->dash);
		sbuf_add(&b, maybe(c->nulls));
		sbuf_addz(&b, q->dash);
		sbuf_add(&b, c->opclass);
	}
	sbuf_addz(&b, q->semi);
	sbuf_addz(&b, yes(x->unique));
	sbuf_addz(&b, q->semi);
	sbuf_addz(&b, yes(x->concurrently));
	sbuf_addz(&b, q->semi);
	sbuf_add(&b, x->method.p ? x->method : STR("btree"));
	sbuf_addz(&b, q->semi);
	sbuf_add(&b, maybe(x->where));
	sbuf_addz(&b, q->semi);
	add_with(&b, q, x);
	return take(q, &b);
}

static struct str squash_fk(const struct pg_squash *q,
    const struct decl_fk *f)
{
	struct sbuf b = SBUF_TEXT;
	const struct str tail[] = { f->on_update, f->on_delete,
		f->schema_to.n ? f->schema_to : STR("public") };

	sbuf_add(&b, f->name);
	sbuf_addz(&b, q->semi);
	sbuf_add(&b, f->table_from);
	sbuf_addz(&b, q->semi);
	add_list(&b, f->cols_from, q->comma);
	sbuf_addz(&b, q->semi);
	sbuf_add(&b, f->table_to);
	sbuf_addz(&b, q->semi);
	add_list(&b, f->cols_to, q->comma);
	for (size_t i = 0; i < 3; i++) {
		sbuf_addz(&b, q->semi);
		sbuf_add(&b, tail[i]);
	}
	return take(q, &b);
}

static struct str squash_pk(const struct pg_squash *q,
    const struct decl_key *k)
{
	struct sbuf b = SBUF_TEXT;

	add_list(&b, k->cols, q->comma);
	sbuf_addz(&b, q->semi);
	sbuf_add(&b, k->name);
	return take(q, &b);
}

static struct str squash_unique(const struct pg_squash *q,
    const struct decl_key *k)
{
	struct sbuf b = SBUF_TEXT;

	sbuf_add(&b, k->name);
	sbuf_addz(&b, q->semi);
	add_list(&b, k->cols, q->comma);
	sbuf_addz(&b, q->semi);
	sbuf_addz(&b, yes(k->nulls_not_distinct));
	return take(q, &b);
}

struct str pg_squash_policy(const struct pg_squash *q,
    const struct decl_policy *p)
{
	struct sbuf b = SBUF_TEXT;
	const struct str tail[] = { p->using_expr, p->with_check, p->on };

	sbuf_add(&b, p->name);
	sbuf_addz(&b, q->dash);
	sbuf_add(&b, maybe(p->as));
	sbuf_addz(&b, q->dash);
	sbuf_add(&b, maybe(p->to_for));
	sbuf_addz(&b, q->dash);
	add_list(&b, p->to, q->comma);
	for (size_t i = 0; i < 3; i++) {
		sbuf_addz(&b, q->dash);
		sbuf_add(&b, maybe(tail[i]));
	}
	return take(q, &b);
}

static struct str squash_check(const struct pg_squash *q,
    const struct decl_check *c)
{
	struct sbuf b = SBUF_TEXT;

	sbuf_add(&b, c->name);
	sbuf_addz(&b, q->semi);
	sbuf_add(&b, c->value);
	return take(q, &b);
}

static void add_fields(struct sbuf *b, const struct pg_squash *q,
    const struct str *v, size_t n, bool cycle)
{
	for (size_t i = 0; i < n; i++) {
		sbuf_add(b, maybe(v[i]));
		sbuf_addz(b, q->semi);
	}
	sbuf_addz(b, yes(cycle));
}

struct str pg_squash_identity(const struct pg_squash *q,
    const struct decl_identity *i)
{
	struct sbuf b = SBUF_TEXT;
	const struct str v[] = { i->name, i->type, i->min, i->max,
		i->increment, i->start, i->cache };

	add_fields(&b, q, v, 7, i->cycle);
	return take(q, &b);
}

struct str pg_squash_sequence(const struct pg_squash *q,
    const struct decl_sequence *s)
{
	struct sbuf b = SBUF_TEXT;
	const struct str v[] = { s->min, s->max, s->increment, s->start,
		s->cache };

	add_fields(&b, q, v, 5, s->cycle);
	return take(q, &b);
}

#define PART(list, count, squash) \
	texts.n = t->count; \
	texts.v = arena_array(q->a, struct pg_text, texts.n); \
	for (size_t i = 0; i < texts.n; i++) \
		texts.v[i] = (struct pg_text){ t->list[i].name, \
			squash(q, &t->list[i]) }

struct pg_texts pg_squash_part(const struct pg_squash *q,
    const struct decl_table *t, enum pg_part which)
{
	struct pg_texts texts = { 0 };

	switch (which) {
	case PG_INDEXES:
		PART(indexes, nindexes, squash_index);
		break;
	case PG_FKS:
		PART(fks, nfks, squash_fk);
		break;
	case PG_PKS:
		PART(pks, npks, squash_pk);
		break;
	case PG_UNIQUES:
		PART(uniques, nuniques, squash_unique);
		break;
	case PG_POLICIES:
		PART(policies, npolicies, pg_squash_policy);
		break;
	case PG_CHECKS:
		PART(checks, nchecks, squash_check);
		break;
	case PG_PART_N:
		break;
	}
	return texts;
}

/* --- and taken apart ----------------------------------------------------- */

static bool take_with(const struct pg_squash *q, struct str text, bool name,
    struct decl_index *x)
{
	const struct json *v;
	struct decl_pair *list;
	struct err ignored = ERR_INIT;

	if (!text.n || str_is(text, "undefined"))
		return name;	/* Object.keys(undefined) throws */
	if (json_read(text, "with", q->a, &v, &ignored) != RC_OK ||
	    v->kind != JSON_OBJECT)
		return false;
	list = arena_array(q->a, struct decl_pair, v->n);
	for (size_t i = 0; i < v->n; i++) {
		struct sbuf b = SBUF_TEXT;
		struct json_out o = { .b = &b };

		json_put_tree(&o, &v->items[i]);
		list[i].key = v->keys[i];
		list[i].value = v->items[i].kind == JSON_STRING ?
		    (struct decl_value){ .kind = DECL_STRING,
			.text = v->items[i].string } :
		    (struct decl_value){ .kind = DECL_JSON,
			.text = take(q, &b) };
		sbuf_free(&b);
	}
	x->with = list;
	x->nwith = v->n;
	return true;
}

bool pg_take_index(const struct pg_squash *q, struct str text, bool name,
    struct decl_index *out)
{
	struct strs v = split(q, text, q->semi);
	struct strs cols = split(q, part(v, 1), q->pair);
	struct decl_index_column *list = arena_array(q->a,
	    struct decl_index_column, cols.n);

	for (size_t i = 0; i < cols.n; i++) {
		struct strs c = split(q, cols.v[i], q->dash);

		list[i] = (struct decl_index_column){
			.expression = part(c, 0),
			.is_expression = is_yes(part(c, 1)),
			.asc = is_yes(part(c, 2)), .nulls = part(c, 3),
			.opclass = given(part(c, 4)) };
		/* it.nulls.toUpperCase() */
		if (!name && !list[i].nulls.p && !list[i].opclass.n)
			return false;
	}
	*out = (struct decl_index){ .name = part(v, 0), .cols = list,
		.ncols = cols.n, .unique = is_yes(part(v, 2)),
		.concurrently = is_yes(part(v, 3)), .method = part(v, 4),
		.where = given(part(v, 5)) };
	return take_with(q, part(v, 6), name, out);
}

struct decl_fk pg_take_fk(const struct pg_squash *q, struct str text)
{
	struct strs v = split(q, text, q->semi);

	return (struct decl_fk){ .name = part(v, 0), .table_from = part(v, 1),
		.cols_from = split(q, part(v, 2), q->comma),
		.table_to = part(v, 3),
		.cols_to = split(q, part(v, 4), q->comma),
		.on_update = part(v, 5), .on_delete = part(v, 6),
		.schema_to = part(v, 7) };
}

struct decl_key pg_take_pk(const struct pg_squash *q, struct str text)
{
	struct strs v = split(q, text, q->semi);

	return (struct decl_key){ .name = maybe(part(v, 1)),
		.cols = split(q, part(v, 0), q->comma) };
}

struct decl_key pg_take_unique(const struct pg_squash *q, struct str text)
{
	struct strs v = split(q, text, q->semi);

	return (struct decl_key){ .name = part(v, 0),
		.cols = split(q, part(v, 1), q->comma),
		.nulls_not_distinct = is_yes(part(v, 2)) };
}

struct decl_check pg_take_check(const struct pg_squash *q, struct str text)
{
	struct strs v = split(q, text, q->semi);

	return (struct decl_check){ part(v, 0), maybe(part(v, 1)) };
}

bool pg_take_policy(const struct pg_squash *q, struct str text,
    struct decl_policy *out)
{
	struct strs v = split(q, text, q->dash);

	if (v.n < 4)		/* splitted[3].split(",") */
		return false;
	*out = (struct decl_policy){ .name = part(v, 0), .as = part(v, 1),
		.to_for = part(v, 2), .to = split(q, part(v, 3), q->comma),
		.using_expr = given(part(v, 4)),
		.with_check = given(part(v, 5)), .on = given(part(v, 6)) };
	return true;
}

struct decl_identity pg_take_identity(const struct pg_squash *q,
    struct str text)
{
	struct strs v = split(q, text, q->semi);

	return (struct decl_identity){ .name = part(v, 0), .type = part(v, 1),
		.min = given(part(v, 2)), .max = given(part(v, 3)),
		.increment = given(part(v, 4)), .start = given(part(v, 5)),
		.cache = given(part(v, 6)), .cycle = is_yes(part(v, 7)) };
}

struct decl_sequence pg_take_sequence(const struct pg_squash *q,
    struct str text)
{
	struct strs v = split(q, text, q->semi);

	return (struct decl_sequence){ .min = given(part(v, 0)),
		.max = given(part(v, 1)), .increment = given(part(v, 2)),
		.start = given(part(v, 3)), .cache = given(part(v, 4)),
		.cycle = is_yes(part(v, 5)) };
}
