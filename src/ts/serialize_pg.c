/* serialize_pg: a PostgreSQL schema as declared (drizzle-kit 0.31.11,
 * pgSerializer.ts: generatePgSnapshot; drizzle-spec 1.3, 2.1, 4). */
#include <stdlib.h>

#include "ts/serialize.h"

/* --- columns and keys ---------------------------------------------------- */

static enum ts_flow add_unique(struct serializer *s, struct dz_table *t,
    struct keyed *uniques, struct dz_place place, struct decl_key key)
{
	if (keyed_get(uniques, key.name))
		return ser_unique_clash(s, place, t->name, key.name);
	*(struct decl_key *)keyed_put(uniques, key.name) = key;
	return FLOW_NEXT;
}

static enum ts_flow columns(struct serializer *s, struct dz_table *t,
    struct keyed *uniques, struct decl_table *out)
{
	struct keyed all;

	keyed_init(&all, s->a, sizeof(struct decl_column));
	for (size_t i = 0; i < t->cols.n; i++) {
		struct dz_column *k = t->cols.v[i];
		dz_columns one = { &t->cols.v[i], 1, 1 };
		struct decl_column c;

		TRY(ser_pg_column(s, k, t->name, t->schema, false, &c));
		ser_column_twice(s, t, &all, c.name);
		*(struct decl_column *)keyed_put(&all, c.name) = c;
		if (k->c.unique)
			TRY(add_unique(s, t, uniques, k->c.place,
			    (struct decl_key){ .name = k->c.unique_name,
			    .cols = ser_names(s, one),
			    .nulls_not_distinct = str_is(k->c.unique_type,
			    "not distinct") }));
	}
	out->cols = keyed_finish(&all, &out->ncols);
	return FLOW_NEXT;
}

/* --- keys, indexes, policies, checks ------------------------------------- */

static enum ts_flow keys(struct serializer *s, struct dz_table *t,
    const struct extras *x, struct keyed *uniques, struct decl_table *out)
{
	struct keyed pks;

	keyed_init(&pks, s->a, sizeof(struct decl_key));
	for (size_t i = 0; i < x->pks.n; i++) {
		const struct dz_key *k = x->pks.v[i];
		struct str name = k->name.p ? k->name : ser_auto_name(s,
		    t->name, k->cols, "_pk");

		name = ser_recase(s, name, k->cols);
		*(struct decl_key *)keyed_put(&pks, name) = (struct decl_key){
			.name = name, .cols = ser_names(s, k->cols) };
	}
	for (size_t i = 0; i < x->uniques.n; i++) {
		const struct dz_key *k = x->uniques.v[i];

		TRY(add_unique(s, t, uniques, k->place, (struct decl_key){
		    .name = k->name.p ? k->name : dz_unique_name(s->a,
		    t->name, k->cols), .cols = ser_names(s, k->cols),
		    .nulls_not_distinct = k->nulls_not_distinct }));
	}
	out->pks = keyed_finish(&pks, &out->npks);
	out->uniques = keyed_finish(uniques, &out->nuniques);
	return FLOW_NEXT;
}

static enum ts_flow index_column(struct serializer *s, struct dz_table *t,
    const struct dz_index *x, const struct dz_index_column *from,
    struct decl_index_column *to)
{
	*to = (struct decl_index_column){ .is_expression = from->is_sql,
		.asc = true, .nulls = STR("last"), .opclass = STR_NONE };
	if (from->is_sql) {
		TRY(ser_sql(s, from->sql, DZ_USE_INDEX, &to->expression));
		if (!x->name.p)
			return ts_fail(s->r, "an index of the table %.*s on "
			    "the expression %.*s needs a name: index('…')",
			    STR_ARG(t->name), STR_ARG(to->expression));
		return FLOW_NEXT;
	}
	if (str_is(from->column_type, "PgVector") && !from->order->opclass.p)
		return ts_fail(s->r, "an index on the vector column %.*s of "
		    "the table %.*s needs an operator class: "
		    ".op('vector_l2_ops')", STR_ARG(from->name),
		    STR_ARG(t->name));
	to->expression = dz_cased(s->r, from->name, from->key_as_name,
	    s->casing);
	to->asc = str_is(from->order->order, "asc");
	to->nulls = from->order->nulls;
	to->opclass = from->order->opclass;
	return FLOW_NEXT;
}

static struct str index_name(struct serializer *s, struct dz_table *t,
    const struct decl_index_column *v, size_t n)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	sbuf_add(&b, t->name);
	sbuf_addc(&b, '_');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			sbuf_addc(&b, '_');
		sbuf_add(&b, v[i].expression);
	}
	sbuf_addz(&b, "_index");
	out = arena_str(s->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static enum ts_flow options(struct serializer *s, struct ts_value from,
    const char *what, const struct decl_pair **out, size_t *n)
{
	struct strs keys_of;
	struct decl_pair *v;
	size_t count = 0;

	*n = 0;
	if (from.type != TSV_OBJECT)
		return FLOW_NEXT;
	keys_of = ts_keys(s->r, from.object);
	v = arena_array(s->a, struct decl_pair, keys_of.n);
	for (size_t i = 0; i < keys_of.n; i++) {
		struct ts_value one;

		TRY(ts_get(s->r, from, keys_of.v[i], &one));
		if (ts_is_undefined(one))
			continue;
		v[count].key = keys_of.v[i];
		TRY(ser_value(s, one, what, &v[count++].value));
	}
	*out = v;
	*n = count;
	return FLOW_NEXT;
}

static enum ts_flow one_index(struct serializer *s, struct dz_table *t,
    const struct dz_index *x, struct decl_index *out)
{
	struct decl_index_column *v = arena_array(s->a,
	    struct decl_index_column, x->cols.n);
	struct str key;

	dz_at(s->r, x->place);
	for (size_t i = 0; i < x->cols.n; i++)
		TRY(index_column(s, t, x, &x->cols.v[i], &v[i]));
	*out = (struct decl_index){ .name = x->name.n ? x->name :
		index_name(s, t, v, x->cols.n), .cols = v,
		.ncols = x->cols.n, .unique = x->unique,
		.concurrently = x->concurrently, .where = STR_NONE,
		.method = x->method };
	if (x->where.type == TSV_UNKNOWN || ts_truthy(x->where))
		TRY(ser_sql(s, x->where, DZ_USE_PLAIN, &out->where));
	TRY(options(s, x->with, "an option of an index", &out->with,
	    &out->nwith));
	key = arena_printf(s->a, "%.*s.%.*s", STR_ARG(t->schema.p ?
	    t->schema : STR("public")), STR_ARG(out->name));
	if (map_has(s->index_names, key))
		return ts_fail(s->r, "two indexes of one schema are called "
		    "%.*s", STR_ARG(out->name));
	map_put(s->index_names, key, out);
	return FLOW_NEXT;
}

static enum ts_flow indexes(struct serializer *s, struct dz_table *t,
    const struct extras *x, struct decl_table *out)
{
	struct keyed all;

	keyed_init(&all, s->a, sizeof(struct decl_index));
	for (size_t i = 0; i < x->indexes.n; i++) {
		struct decl_index one;

		TRY(one_index(s, t, x->indexes.v[i], &one));
		*(struct decl_index *)keyed_put(&all, one.name) = one;
	}
	out->indexes = keyed_finish(&all, &out->nindexes);
	return FLOW_NEXT;
}

/* --- policies ------------------------------------------------------------ */

static struct str upper(struct arena *a, struct str s)
{
	char *p = arena_z(a, s);

	for (size_t i = 0; i < s.n; i++)
		if (p[i] >= 'a' && p[i] <= 'z')
			p[i] = (char)(p[i] - 'a' + 'A');
	return (struct str){ p, s.n };
}

static int by_text(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

static enum ts_flow policy_roles(struct serializer *s, struct ts_value to,
    struct strs *out)
{
	const struct ts_value *v = &to;
	VEC(struct str) names = { 0 };
	size_t n = 1;

	TRY(ts_known(s->r, to, "the roles of a policy"));
	if (!ts_truthy(to)) {
		vec_push(s->a, &names, STR("public"));
		n = 0;
	} else if (to.type == TSV_OBJECT &&
	    to.object->class_of == CLASS_ARRAY) {
		TRY(ts_iterate(s->r, to, &v, &n));
	}
	for (size_t i = 0; i < n; i++) {
		const struct dz_role *x = dz_data(v[i], DZ_ROLE);

		TRY(ts_known(s->r, v[i], "the roles of a policy"));
		if (x)
			vec_push(s->a, &names, x->name);
		else if (v[i].type == TSV_STRING)
			vec_push(s->a, &names, v[i].text);
	}
	if (names.n > 1)
		qsort(names.v, names.n, sizeof(*names.v), by_text);
	*out = (struct strs){ names.v, names.n };
	return FLOW_NEXT;
}

static enum ts_flow policy_expression(struct serializer *s, struct ts_value v,
    struct str *out)
{
	TRY(ts_known(s->r, v, "the expression of a policy"));
	*out = STR_NONE;
	return dz_data(v, DZ_SQL) ? ser_sql(s, v, DZ_USE_PLAIN, out) :
	    FLOW_NEXT;
}

static enum ts_flow policy(struct serializer *s, const struct dz_policy *p,
    struct decl_policy *out)
{
	struct str as, to_for;

	*out = (struct decl_policy){ .name = p->name, .as = STR("PERMISSIVE"),
		.to_for = STR("ALL"), .schema = STR_NONE, .on = STR_NONE };
	TRY(dz_str(s->r, p->as, "a policy", &as));
	TRY(dz_str(s->r, p->to_for, "a policy", &to_for));
	if (as.p)
		out->as = upper(s->a, as);
	if (to_for.p)
		out->to_for = upper(s->a, to_for);
	TRY(policy_roles(s, p->to, &out->to));
	TRY(policy_expression(s, p->using_expr, &out->using_expr));
	return policy_expression(s, p->with_check, &out->with_check);
}

static enum ts_flow policy_clash(struct serializer *s,
    const struct dz_policy *p)
{
	dz_at(s->r, p->place);
	return ts_fail(s->r, "two policies of one table are called %.*s",
	    STR_ARG(p->name));
}

/* --- tables -------------------------------------------------------------- */

struct table_out {
	struct decl_table d;
	struct keyed policies;
};

static enum ts_flow table(struct serializer *s, struct dz_table *t,
    struct table_out *out)
{
	struct keyed uniques;
	struct extras x;

	TRY(ser_extras(s, t, &x));
	out->d = (struct decl_table){ .name = t->name, .schema = t->schema.p ?
		t->schema : STR(""), .rls = t->rls };
	keyed_init(&uniques, s->a, sizeof(struct decl_key));
	keyed_init(&out->policies, s->a, sizeof(struct decl_policy));
	TRY(columns(s, t, &uniques, &out->d));
	TRY(keys(s, t, &x, &uniques, &out->d));
	TRY(ser_fks(s, t, &x, &out->d));
	TRY(indexes(s, t, &x, &out->d));
	for (size_t i = 0; i < x.policies.n; i++) {
		const struct dz_policy *p = x.policies.v[i];

		dz_at(s->r, p->place);
		if (keyed_get(&out->policies, p->name))
			return policy_clash(s, p);
		TRY(policy(s, p, keyed_put(&out->policies, p->name)));
	}
	return ser_checks(s, t, &x, &out->d);
}

static struct str table_key(struct serializer *s, const struct dz_table *t)
{
	return arena_printf(s->a, "%.*s.%.*s", STR_ARG(t->schema.p ?
	    t->schema : STR("public")), STR_ARG(t->name));
}

/* Policies that are exported and linked to a table. */
static enum ts_flow linked(struct serializer *s, struct keyed *tables,
    struct keyed *alone)
{
	for (size_t i = 0; i < s->in->policies.n; i++) {
		const struct dz_policy *p = s->in->policies.v[i];
		struct table_out *t;
		struct decl_policy d, *to;

		dz_at(s->r, p->place);
		if (!p->linked) {
			dz_warn(s->r, arena_printf(s->a, "the policy %.*s is "
			    "left out: it is linked to no table; put it in a "
			    "table or .link() it", STR_ARG(p->name)));
			continue;
		}
		t = keyed_get(tables, table_key(s, p->linked));
		if ((t && keyed_get(&t->policies, p->name)) ||
		    keyed_get(alone, p->name))
			return policy_clash(s, p);
		TRY(policy(s, p, &d));
		to = keyed_put(t ? &t->policies : alone, p->name);
		*to = d;
		if (t)
			continue;
		to->schema = p->linked->schema.p ? p->linked->schema :
		    STR("public");
		to->on = arena_printf(s->a, "\"%.*s\".\"%.*s\"",
		    STR_ARG(to->schema), STR_ARG(p->linked->name));
	}
	return FLOW_NEXT;
}

static enum ts_flow tables(struct serializer *s, struct decl *out)
{
	struct keyed all, alone;
	struct table_out *v;
	struct decl_table *list;

	keyed_init(&all, s->a, sizeof(struct table_out));
	keyed_init(&alone, s->a, sizeof(struct decl_policy));
	for (size_t i = 0; i < s->in->tables.n; i++) {
		struct table_out one;
		struct str key = table_key(s, s->in->tables.v[i]);

		TRY(table(s, s->in->tables.v[i], &one));
		if (keyed_get(&all, key))
			ser_twice(s, "tables", key);
		*(struct table_out *)keyed_put(&all, key) = one;
	}
	TRY(linked(s, &all, &alone));
	v = keyed_finish(&all, &out->ntables);
	list = arena_array(s->a, struct decl_table, out->ntables);
	for (size_t i = 0; i < out->ntables; i++) {
		list[i] = v[i].d;
		list[i].policies = keyed_finish(&v[i].policies,
		    &list[i].npolicies);
	}
	out->tables = list;
	out->policies = keyed_finish(&alone, &out->npolicies);
	return FLOW_NEXT;
}

/* --- the rest ------------------------------------------------------------ */

static enum ts_flow enums(struct serializer *s, struct decl *out)
{
	struct keyed all;

	keyed_init(&all, s->a, sizeof(struct decl_enum));
	for (size_t i = 0; i < s->in->enums.n; i++) {
		const struct dz_enum *e = s->in->enums.v[i];
		struct str schema = e->schema.p ? e->schema : STR("public");
		const struct ts_object *from = e->values.object;
		struct str *v = arena_array(s->a, struct str, from->items.n);
		struct decl_enum *d = keyed_put(&all, arena_printf(s->a,
		    "%.*s.%.*s", STR_ARG(schema), STR_ARG(e->name)));

		dz_at(s->r, e->place);
		for (size_t k = 0; k < from->items.n; k++) {
			TRY(ts_known(s->r, from->items.v[k],
			    "a value of an enum"));
			if (from->items.v[k].type != TSV_STRING)
				return ts_fail(s->r, "the enum %.*s has the "
				    "value %.*s, which is not a text",
				    STR_ARG(e->name), STR_ARG(ts_show(s->r,
				    from->items.v[k])));
			v[k] = from->items.v[k].text;
		}
		*d = (struct decl_enum){ e->name, schema,
			{ v, from->items.n } };
	}
	out->enums = keyed_finish(&all, &out->nenums);
	return FLOW_NEXT;
}

static void schemas(struct serializer *s, struct decl *out)
{
	struct keyed all;

	keyed_init(&all, s->a, sizeof(struct str));
	for (size_t i = 0; i < s->in->schemas.n; i++)
		*(struct str *)keyed_put(&all, s->in->schemas.v[i]->name) =
		    s->in->schemas.v[i]->name;
	out->schemas.v = keyed_finish(&all, &out->schemas.n);
}

static enum ts_flow sequences(struct serializer *s, struct decl *out)
{
	static const struct sequence_limits l = { "1", "9223372036854775807",
		"-9223372036854775808" };
	struct keyed all;

	keyed_init(&all, s->a, sizeof(struct decl_sequence));
	for (size_t i = 0; i < s->in->sequences.n; i++) {
		const struct dz_sequence *q = s->in->sequences.v[i];
		struct str schema = q->schema.p ? q->schema : STR("public");
		struct str key = arena_printf(s->a, "%.*s.%.*s",
		    STR_ARG(schema), STR_ARG(q->name));
		struct decl_sequence *d;

		if (keyed_get(&all, key))
			continue;
		dz_at(s->r, q->place);
		d = keyed_put(&all, key);
		d->name = q->name;
		d->schema = schema;
		TRY(ser_sequence(s, q->options, &l, d));
	}
	out->sequences = keyed_finish(&all, &out->nsequences);
	return FLOW_NEXT;
}

static enum ts_flow role_flag(struct serializer *s, struct ts_value v,
    bool otherwise, bool *out)
{
	TRY(ts_known(s->r, v, "a role"));
	*out = ts_is_undefined(v) ? otherwise : ts_truthy(v);
	return FLOW_NEXT;
}

static enum ts_flow roles(struct serializer *s, struct decl *out)
{
	struct keyed all;

	keyed_init(&all, s->a, sizeof(struct decl_role));
	for (size_t i = 0; i < s->in->roles.n; i++) {
		const struct dz_role *x = s->in->roles.v[i];
		struct decl_role *d;

		if (x->existing)
			continue;
		dz_at(s->r, x->place);
		d = keyed_put(&all, x->name);
		d->name = x->name;
		TRY(role_flag(s, x->create_db, false, &d->create_db));
		TRY(role_flag(s, x->create_role, false, &d->create_role));
		TRY(role_flag(s, x->inherit, true, &d->inherit));
	}
	out->roles = keyed_finish(&all, &out->nroles);
	return FLOW_NEXT;
}

/* --- views --------------------------------------------------------------- */

static enum ts_flow view_columns(struct serializer *s, const struct dz_view *v,
    struct decl_view *out)
{
	struct strs keys_of = ts_keys(s->r, v->fields);
	struct keyed all;

	keyed_init(&all, s->a, sizeof(struct decl_column));
	for (size_t i = 0; i < keys_of.n; i++) {
		struct ts_value one;
		struct dz_column *k;
		struct decl_column c;

		dz_at(s->r, v->place);
		TRY(ts_get(s->r, ts_ref(v->fields), keys_of.v[i], &one));
		k = dz_data(one, DZ_COLUMN);
		if (!k)
			continue;
		TRY(ser_pg_column(s, k, v->name, v->schema, true, &c));
		*(struct decl_column *)keyed_put(&all, c.name) = c;
	}
	out->cols = keyed_finish(&all, &out->ncols);
	return FLOW_NEXT;
}

static enum ts_flow view(struct serializer *s, const struct dz_view *v,
    struct decl_view *out)
{
	dz_at(s->r, v->place);
	*out = (struct decl_view){ .name = v->name, .schema = v->schema.p ?
		v->schema : STR("public"), .definition = STR_NONE,
		.existing = v->existing,
		.materialized = v->class_of == DZ_PG_MATERIALIZED,
		.has_with = !ts_is_undefined(v->with),
		.has_no_data = v->no_data, .no_data = v->no_data };
	TRY(dz_str(s->r, v->tablespace, "a view", &out->tablespace));
	TRY(dz_str(s->r, v->using_method, "a view", &out->method));
	TRY(options(s, v->with, "an option of a view", &out->with,
	    &out->nwith));
	TRY(view_columns(s, v, out));
	dz_at(s->r, v->place);
	return v->existing ? FLOW_NEXT : ser_sql(s, dz_sql_value(s->r,
	    v->query), DZ_USE_PLAIN, &out->definition);
}

static enum ts_flow add_view(struct serializer *s, const struct dz_view *v,
    struct keyed *all)
{
	struct str key = arena_printf(s->a, "%.*s.%.*s", STR_ARG(v->schema.p ?
	    v->schema : STR("public")), STR_ARG(v->name));
	struct decl_view one;

	TRY(view(s, v, &one));
	if (keyed_get(all, key))
		return ts_fail(s->r, "two views are called %.*s (or one is "
		    "exported twice)", STR_ARG(v->name));
	*(struct decl_view *)keyed_put(all, key) = one;
	return FLOW_NEXT;
}

static enum ts_flow views(struct serializer *s, struct decl *out)
{
	struct keyed all;

	keyed_init(&all, s->a, sizeof(struct decl_view));
	for (size_t i = 0; i < s->in->views.n; i++)
		TRY(add_view(s, s->in->views.v[i], &all));
	for (size_t i = 0; i < s->in->materialized.n; i++)
		TRY(add_view(s, s->in->materialized.v[i], &all));
	out->views = keyed_finish(&all, &out->nviews);
	return FLOW_NEXT;
}

enum ts_flow serialize_pg(struct serializer *s, struct decl *out)
{
	TRY(tables(s, out));
	TRY(sequences(s, out));
	TRY(roles(s, out));
	TRY(views(s, out));
	TRY(enums(s, out));
	schemas(s, out);
	return FLOW_NEXT;
}
