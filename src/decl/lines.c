/*
 * lines: a declared schema as one line of plain text a thing, sorted: for
 * people who compare two of them.  No SQL, and not to be read back.
 */
#include <stdlib.h>

#include "decl/decl.h"

struct lines {
	struct arena *a;
	VEC(struct str) v;
};

static void add(struct lines *l, struct sbuf *b)
{
	vec_push(l->a, &l->v, arena_str(l->a, sbuf_str(b)));
	sbuf_free(b);
}

static void put_name(struct sbuf *b, struct str schema, struct str name)
{
	if (schema.n && !str_is(schema, "public"))
		sbuf_addf(b, "%.*s.", STR_ARG(schema));
	sbuf_add(b, name);
}

static void put_list(struct sbuf *b, struct strs v)
{
	sbuf_addz(b, " (");
	for (size_t i = 0; i < v.n; i++)
		sbuf_addf(b, "%s%.*s", i ? ", " : "", STR_ARG(v.v[i]));
	sbuf_addc(b, ')');
}

static void put_value(struct sbuf *b, const struct decl_value *v)
{
	struct json_out o = { .b = b };

	switch (v->kind) {
	case DECL_NO_VALUE:
		break;
	case DECL_STRING:
	case DECL_JSON:
		sbuf_add(b, v->text);
		break;
	case DECL_NUMBER:
		json_put_num(&o, v->number);
		break;
	case DECL_BOOL:
		sbuf_addz(b, v->boolean ? "true" : "false");
		break;
	}
}

/* "table.name": what each part of a table begins with */
static void begin(struct sbuf *b, const char *kind,
    const struct decl_table *t, struct str name)
{
	sbuf_addf(b, "%s ", kind);
	put_name(b, t->schema, t->name);
	sbuf_addf(b, ".%.*s", STR_ARG(name));
}

static void add_column(struct lines *l, const struct decl_table *t,
    const struct decl_column *c)
{
	struct sbuf b = SBUF_TEXT;

	begin(&b, "column", t, c->name);
	sbuf_addf(&b, " %.*s", STR_ARG(c->type));
	if (c->primary)
		sbuf_addz(&b, " primary key");
	if (c->autoincrement)
		sbuf_addz(&b, " autoincrement");
	if (c->notnull)
		sbuf_addz(&b, " not null");
	if (c->dflt.kind != DECL_NO_VALUE)
		sbuf_addz(&b, " default ");
	put_value(&b, &c->dflt);
	if (c->generated.p)
		sbuf_addf(&b, " generated as %.*s %.*s",
		    STR_ARG(c->generated), STR_ARG(c->generated_type));
	if (c->identity)
		sbuf_addf(&b, " identity %.*s", STR_ARG(c->identity->type));
	add(l, &b);
}

static void add_index(struct lines *l, const struct decl_table *t,
    const struct decl_index *x)
{
	struct sbuf b = SBUF_TEXT;

	begin(&b, x->unique ? "unique index" : "index", t, x->name);
	sbuf_addz(&b, " (");
	for (size_t i = 0; i < x->ncols; i++)
		sbuf_addf(&b, "%s%.*s", i ? ", " : "",
		    STR_ARG(x->cols[i].expression));
	sbuf_addc(&b, ')');
	if (x->where.p)
		sbuf_addf(&b, " where %.*s", STR_ARG(x->where));
	add(l, &b);
}

static void add_keys(struct lines *l, const char *kind,
    const struct decl_table *t, const struct decl_key *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct sbuf b = SBUF_TEXT;

		begin(&b, kind, t, v[i].name);
		put_list(&b, v[i].cols);
		add(l, &b);
	}
}

static void add_fk(struct lines *l, const struct decl_table *t,
    const struct decl_fk *f)
{
	struct sbuf b = SBUF_TEXT;

	begin(&b, "foreign key", t, f->name);
	put_list(&b, f->cols_from);
	sbuf_addz(&b, " to ");
	put_name(&b, f->schema_to, f->table_to);
	put_list(&b, f->cols_to);
	sbuf_addf(&b, " on delete %.*s on update %.*s",
	    STR_ARG(f->on_delete), STR_ARG(f->on_update));
	add(l, &b);
}

static void add_policy(struct lines *l, const struct decl_table *t,
    const struct decl_policy *p)
{
	struct sbuf b = SBUF_TEXT;

	if (t)
		begin(&b, "policy", t, p->name);
	else
		sbuf_addf(&b, "policy %.*s on %.*s", STR_ARG(p->name),
		    STR_ARG(p->on));
	sbuf_addf(&b, " for %.*s", STR_ARG(p->to_for));
	put_list(&b, p->to);
	if (p->using_expr.p)
		sbuf_addf(&b, " using %.*s", STR_ARG(p->using_expr));
	if (p->with_check.p)
		sbuf_addf(&b, " check %.*s", STR_ARG(p->with_check));
	add(l, &b);
}

static void add_table(struct lines *l, const struct decl_table *t)
{
	struct sbuf b = SBUF_TEXT;

	sbuf_addz(&b, "table ");
	put_name(&b, t->schema, t->name);
	if (t->rls)
		sbuf_addz(&b, " row level security");
	add(l, &b);
	for (size_t i = 0; i < t->ncols; i++)
		add_column(l, t, &t->cols[i]);
	for (size_t i = 0; i < t->nindexes; i++)
		add_index(l, t, &t->indexes[i]);
	for (size_t i = 0; i < t->nfks; i++)
		add_fk(l, t, &t->fks[i]);
	add_keys(l, "primary key", t, t->pks, t->npks);
	add_keys(l, "unique", t, t->uniques, t->nuniques);
	for (size_t i = 0; i < t->npolicies; i++)
		add_policy(l, t, &t->policies[i]);
	for (size_t i = 0; i < t->nchecks; i++) {
		struct sbuf c = SBUF_TEXT;

		begin(&c, "check", t, t->checks[i].name);
		sbuf_addf(&c, " %.*s", STR_ARG(t->checks[i].value));
		add(l, &c);
	}
}

/* kind [schema.]name and what follows */
static void add_thing(struct lines *l, const char *kind, struct str schema,
    struct str name, struct strs list, struct str rest)
{
	struct sbuf b = SBUF_TEXT;

	sbuf_addf(&b, "%s ", kind);
	put_name(&b, schema, name);
	if (list.n)
		put_list(&b, list);
	if (rest.n)
		sbuf_addf(&b, " %.*s", STR_ARG(rest));
	add(l, &b);
}

static void add_sequence(struct lines *l, const struct decl_sequence *s)
{
	add_thing(l, "sequence", s->schema, s->name, (struct strs){ 0 },
	    arena_printf(l->a, "increment %.*s start %.*s min %.*s max %.*s "
	    "cache %.*s%s", STR_ARG(s->increment), STR_ARG(s->start),
	    STR_ARG(s->min), STR_ARG(s->max), STR_ARG(s->cache),
	    s->cycle ? " cycle" : ""));
}

static void add_role(struct lines *l, const struct decl_role *r)
{
	add_thing(l, "role", STR(""), r->name, (struct strs){ 0 },
	    arena_printf(l->a, "%s%s%s", r->create_db ? " createdb" : "",
	    r->create_role ? " createrole" : "",
	    r->inherit ? " inherit" : ""));
}

static int by_text(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

struct strs decl_lines(const struct decl *d, struct arena *a)
{
	struct lines l = { .a = a };
	const struct strs none = { 0 };

	for (size_t i = 0; i < d->schemas.n; i++)
		add_thing(&l, "schema", STR(""), d->schemas.v[i], none,
		    STR(""));
	for (size_t i = 0; i < d->ntables; i++)
		add_table(&l, &d->tables[i]);
	for (size_t i = 0; i < d->nenums; i++)
		add_thing(&l, "enum", d->enums[i].schema, d->enums[i].name,
		    d->enums[i].values, STR(""));
	for (size_t i = 0; i < d->nsequences; i++)
		add_sequence(&l, &d->sequences[i]);
	for (size_t i = 0; i < d->nroles; i++)
		add_role(&l, &d->roles[i]);
	for (size_t i = 0; i < d->npolicies; i++)
		add_policy(&l, NULL, &d->policies[i]);
	for (size_t i = 0; i < d->nviews; i++)
		add_thing(&l, d->views[i].materialized ? "materialized view" :
		    "view", d->views[i].schema, d->views[i].name, none,
		    d->views[i].definition);
	if (l.v.n)
		qsort(l.v.v, l.v.n, sizeof(*l.v.v), by_text);
	return (struct strs){ l.v.v, l.v.n };
}

void decl_lines_apart(const struct decl *x, const struct decl *y,
    struct arena *a, struct strs *only_x, struct strs *only_y)
{
	struct strs vx = decl_lines(x, a), vy = decl_lines(y, a);
	VEC(struct str) ox = { 0 }, oy = { 0 };
	size_t i = 0, k = 0;

	while (i < vx.n || k < vy.n) {
		int order = i == vx.n ? 1 : k == vy.n ? -1 :
		    str_cmp(vx.v[i], vy.v[k]);

		if (order < 0)
			vec_push(a, &ox, vx.v[i]);
		else if (order > 0)
			vec_push(a, &oy, vy.v[k]);
		i += order <= 0;
		k += order >= 0;
	}
	*only_x = (struct strs){ ox.v, ox.n };
	*only_y = (struct strs){ oy.v, oy.n };
}
