/* serialize_sqlite: a SQLite schema as declared (drizzle-kit 0.31.11,
 * sqliteSerializer.ts: generateSqliteSnapshot; drizzle-spec 1.3, 2.2, 4). */
#include "ts/serialize.h"

struct state {
	struct serializer *s;
	struct keyed internal;		/* index → struct keyed of texts */
};

/* --- columns ------------------------------------------------------------- */

static enum ts_flow set_default(struct serializer *s,
    const struct dz_column *k, bool escape, struct decl_column *c)
{
	struct ts_value v = k->c.dflt;
	struct str text;

	if (ts_is_undefined(v))
		return FLOW_NEXT;
	TRY(ts_known(s->r, v, ser_default_of(s, k)));
	if (dz_data(v, DZ_SQL)) {
		TRY(ser_sql(s, v, DZ_USE_DEFAULT, &text));
	} else if (v.type == TSV_STRING) {
		text = ser_quoted(s->a, v.text, escape);
	} else if (v.type == TSV_NULL || (v.type == TSV_OBJECT &&
	    !ts_callable(v))) {
		TRY(ser_json(s, v, &text));
		text = ser_unescaped(s, text);
	} else {
		return ser_value(s, v, ser_default_of(s, k), &c->dflt);
	}
	c->dflt = (struct decl_value){ .kind = DECL_STRING, .text = text };
	return FLOW_NEXT;
}

static enum ts_flow column(struct serializer *s, const struct dz_column *k,
    bool of_view, struct decl_column *c)
{
	dz_at(s->r, k->c.place);
	*c = (struct decl_column){ .name = of_view ? k->c.name :
		dz_column_name(s->r, k, s->casing), .type = k->type,
		.type_schema = STR_NONE, .primary = k->c.primary,
		.notnull = k->c.notnull, .autoincrement = k->c.autoincrement,
		.generated = STR_NONE, .generated_type = STR_NONE,
		.unique_name = STR_NONE, .nulls = STR_NONE };
	TRY(ser_type(s, k, &c->type));
	if (k->c.generated) {
		TRY(ser_generated(s, k, &c->generated));
		c->generated_type = k->c.generated_mode;
	}
	return set_default(s, k, !of_view, c);
}

static enum ts_flow add_unique(struct serializer *s, struct dz_table *t,
    struct keyed *indexes, struct dz_place place, struct str name,
    struct strs cols)
{
	struct decl_index_column *v = arena_array(s->a,
	    struct decl_index_column, cols.n);
	struct decl_index *x;

	if (keyed_get(indexes, name))
		return ser_unique_clash(s, place, t->name, name);
	for (size_t i = 0; i < cols.n; i++)
		v[i] = (struct decl_index_column){ .expression = cols.v[i],
			.asc = true, .nulls = STR_NONE, .opclass = STR_NONE };
	x = keyed_put(indexes, name);
	*x = (struct decl_index){ .name = name, .cols = v, .ncols = cols.n,
		.unique = true, .where = STR_NONE, .method = STR_NONE };
	return FLOW_NEXT;
}

static enum ts_flow columns(struct serializer *s, struct dz_table *t,
    struct keyed *all, struct keyed *indexes)
{
	for (size_t i = 0; i < t->cols.n; i++) {
		struct dz_column *k = t->cols.v[i];
		dz_columns one = { &t->cols.v[i], 1, 1 };
		struct decl_column c;

		TRY(column(s, k, false, &c));
		ser_column_twice(s, t, all, c.name);
		*(struct decl_column *)keyed_put(all, c.name) = c;
		if (k->c.unique)
			TRY(add_unique(s, t, indexes, k->c.place,
			    k->c.unique_name, ser_names(s, one)));
	}
	return FLOW_NEXT;
}

/* --- indexes ------------------------------------------------------------- */

static void note_expression(struct state *st, struct str index,
    struct str text)
{
	struct keyed *k = keyed_get(&st->internal, index);

	if (!k) {
		k = keyed_put(&st->internal, index);
		keyed_init(k, st->s->a, sizeof(struct str));
	}
	*(struct str *)keyed_put(k, text) = text;
}

static enum ts_flow one_index(struct state *st, const struct dz_index *x,
    struct keyed *indexes)
{
	struct serializer *s = st->s;
	struct decl_index_column *v = arena_array(s->a,
	    struct decl_index_column, x->cols.n);
	struct str where = STR_NONE;

	dz_at(s->r, x->place);
	if (!x->name.p)
		return ts_fail(s->r, "an index needs a name: index('…')");
	for (size_t i = 0; i < x->cols.n; i++) {
		const struct dz_index_column *from = &x->cols.v[i];

		v[i] = (struct decl_index_column){ .asc = true,
			.is_expression = from->is_sql, .nulls = STR_NONE,
			.opclass = STR_NONE };
		if (!from->is_sql) {
			v[i].expression = dz_cased(s->r, from->name,
			    from->key_as_name, s->casing);
			continue;
		}
		TRY(ser_sql(s, from->sql, DZ_USE_INDEX, &v[i].expression));
		note_expression(st, x->name, v[i].expression);
	}
	TRY(ts_known(s->r, x->where, "the condition of an index"));
	if (dz_data(x->where, DZ_SQL))
		TRY(ser_sql(s, x->where, DZ_USE_PLAIN, &where));
	*(struct decl_index *)keyed_put(indexes, x->name) =
	    (struct decl_index){ .name = x->name, .cols = v,
		.ncols = x->cols.n, .unique = x->unique, .where = where,
		.method = STR_NONE };
	return FLOW_NEXT;
}

/* --- keys, checks -------------------------------------------------------- */

static enum ts_flow primary_keys(struct serializer *s, struct dz_table *t,
    const struct extras *x, struct keyed *cols, struct decl_table *out)
{
	struct keyed pks;

	keyed_init(&pks, s->a, sizeof(struct decl_key));
	for (size_t i = 0; i < x->pks.n; i++) {
		const struct dz_key *k = x->pks.v[i];
		struct strs names = ser_names(s, k->cols);
		struct decl_column *c;
		struct str name;

		dz_at(s->r, k->place);
		if (names.n == 0)
			return ts_throw(s->r, "TypeError", "a primary key "
			    "without columns");
		c = keyed_get(cols, names.v[0]);
		if (names.n == 1) {
			if (!c)
				return ts_throw(s->r, "TypeError", "a primary "
				    "key on a column of another table");
			c->primary = true;
			continue;
		}
		name = ser_recase(s, k->name.p ? k->name : ser_auto_name(s,
		    t->name, k->cols, "_pk"), k->cols);
		*(struct decl_key *)keyed_put(&pks, name) = (struct decl_key){
			.name = name, .cols = names };
	}
	out->pks = keyed_finish(&pks, &out->npks);
	return FLOW_NEXT;
}

static enum ts_flow table(struct state *st, struct dz_table *t,
    struct decl_table *out)
{
	struct serializer *s = st->s;
	struct keyed cols, indexes;
	struct extras x;

	TRY(ser_extras(s, t, &x));
	*out = (struct decl_table){ .name = t->name, .schema = STR("") };
	keyed_init(&cols, s->a, sizeof(struct decl_column));
	keyed_init(&indexes, s->a, sizeof(struct decl_index));
	TRY(columns(s, t, &cols, &indexes));
	TRY(ser_fks(s, t, &x, out));
	for (size_t i = 0; i < x.indexes.n; i++)
		TRY(one_index(st, x.indexes.v[i], &indexes));
	for (size_t i = 0; i < x.uniques.n; i++) {
		const struct dz_key *k = x.uniques.v[i];

		TRY(add_unique(s, t, &indexes, k->place, k->name.p ? k->name :
		    dz_unique_name(s->a, t->name, k->cols),
		    ser_names(s, k->cols)));
	}
	TRY(primary_keys(s, t, &x, &cols, out));
	TRY(ser_checks(s, t, &x, out));
	out->cols = keyed_finish(&cols, &out->ncols);
	out->indexes = keyed_finish(&indexes, &out->nindexes);
	return FLOW_NEXT;
}

/* --- views --------------------------------------------------------------- */

static enum ts_flow view(struct serializer *s, const struct dz_view *v,
    struct decl_view *out)
{
	struct strs keys = ts_keys(s->r, v->fields);
	struct keyed all;

	*out = (struct decl_view){ .name = v->name, .schema = STR(""),
		.definition = STR_NONE, .existing = v->existing,
		.tablespace = STR_NONE, .method = STR_NONE };
	keyed_init(&all, s->a, sizeof(struct decl_column));
	for (size_t i = 0; i < keys.n; i++) {
		struct ts_value one;
		struct dz_column *k;
		struct decl_column c;

		dz_at(s->r, v->place);
		TRY(ts_get(s->r, ts_ref(v->fields), keys.v[i], &one));
		k = dz_data(one, DZ_COLUMN);
		if (!k)
			continue;
		TRY(column(s, k, true, &c));
		*(struct decl_column *)keyed_put(&all, c.name) = c;
	}
	out->cols = keyed_finish(&all, &out->ncols);
	dz_at(s->r, v->place);
	return v->existing ? FLOW_NEXT : ser_sql(s, dz_sql_value(s->r,
	    v->query), DZ_USE_PLAIN, &out->definition);
}

static enum ts_flow views(struct serializer *s, struct decl *out)
{
	struct keyed all;

	keyed_init(&all, s->a, sizeof(struct decl_view));
	for (size_t i = 0; i < s->in->views.n; i++) {
		const struct dz_view *v = s->in->views.v[i];
		struct decl_view one;

		TRY(view(s, v, &one));
		if (keyed_get(&all, v->name))
			return ts_fail(s->r, "two views are called %.*s (or "
			    "one is exported twice)", STR_ARG(v->name));
		*(struct decl_view *)keyed_put(&all, v->name) = one;
	}
	out->views = keyed_finish(&all, &out->nviews);
	return FLOW_NEXT;
}

/* --- all ----------------------------------------------------------------- */

static void put_internal(struct state *st, struct decl *out)
{
	struct decl_internal *list = arena_array(st->s->a,
	    struct decl_internal, st->internal.keys.n);
	struct keyed names;
	struct str *name;

	/* the same order for the names and for what they stand for */
	keyed_init(&names, st->s->a, sizeof(struct str));
	for (size_t i = 0; i < st->internal.keys.n; i++)
		*(struct str *)keyed_put(&names, st->internal.keys.v[i]) =
		    st->internal.keys.v[i];
	name = keyed_finish(&names, &out->ninternal);
	for (size_t i = 0; i < out->ninternal; i++) {
		struct keyed *k = keyed_get(&st->internal, name[i]);

		list[i].index = name[i];
		list[i].expressions.v = keyed_finish(k,
		    &list[i].expressions.n);
	}
	out->internal = list;
}

enum ts_flow serialize_sqlite(struct serializer *s, struct decl *out)
{
	struct state st = { .s = s };
	struct keyed all;

	keyed_init(&st.internal, s->a, sizeof(struct keyed));
	keyed_init(&all, s->a, sizeof(struct decl_table));
	for (size_t i = 0; i < s->in->tables.n; i++) {
		struct dz_table *t = s->in->tables.v[i];
		struct decl_table one;

		TRY(table(&st, t, &one));
		if (keyed_get(&all, t->name))
			ser_twice(s, "tables", t->name);
		*(struct decl_table *)keyed_put(&all, t->name) = one;
	}
	out->tables = keyed_finish(&all, &out->ntables);
	put_internal(&st, out);
	return views(s, out);
}
