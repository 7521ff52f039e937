/*
 * render: SQL pieces to text (drizzle-orm 0.45.4, SQL.buildQueryFromSource-
 * Params in sql/sql.ts; drizzle-spec 4.5).  What the tool does is done: a
 * plain value becomes a placeholder that stays in the text.
 */
#include "ts/builtins.h"
#include "ts/drizzle/drizzle.h"

#define DEPTH 200

struct render {
	struct ts_run *r;
	struct sbuf *b;
	enum decl_dialect dialect;
	enum ts_casing casing;
	enum dz_use use;
	bool inline_params;
	unsigned *params;
	unsigned depth;
};

static enum ts_flow value(struct render x, struct ts_value v);

static enum ts_flow no_params(struct render *x)
{
	return ts_throw(x->r, "Error", "a default cannot hold names or "
	    "parameters: write them into the text of sql``");
}

static void add_quoted(struct sbuf *b, struct str s, char quote)
{
	sbuf_addc(b, quote);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == quote)
			sbuf_addc(b, quote);
		sbuf_addc(b, s.p[i]);
	}
	sbuf_addc(b, quote);
}

static enum ts_flow name(struct render *x, struct str s)
{
	if (x->use == DZ_USE_DEFAULT)
		return no_params(x);
	add_quoted(x->b, s, '"');
	return FLOW_NEXT;
}

static enum ts_flow dotted(struct render *x, struct str schema, struct str s)
{
	if (schema.p) {
		TRY(name(x, schema));
		sbuf_addc(x->b, '.');
	}
	return name(x, s);
}

static enum ts_flow placeholder(struct render *x)
{
	if (x->use == DZ_USE_DEFAULT)
		return no_params(x);
	dz_of(x->r)->mendable = true;
	++*x->params;
	if (x->dialect == DECL_PG)
		sbuf_addf(x->b, "$%u", *x->params);
	else
		sbuf_addc(x->b, '?');
	return FLOW_NEXT;
}

static enum ts_flow literal(struct render *x, struct str s)
{
	if (x->use == DZ_USE_DEFAULT)
		return no_params(x);
	add_quoted(x->b, s, '\'');
	return FLOW_NEXT;
}

/* mapInlineParam */
static enum ts_flow inline_value(struct render *x, struct ts_value v)
{
	struct str text;
	bool defined;

	switch (v.type) {
	case TSV_NULL:
		sbuf_addz(x->b, "null");
		return FLOW_NEXT;
	case TSV_BOOL:
	case TSV_NUMBER:
		TRY(ts_to_text(x->r, v, &text));
		sbuf_add(x->b, text);
		return FLOW_NEXT;
	case TSV_STRING:
		return literal(x, v.text);
	case TSV_OBJECT:
		TRY(ts_to_text(x->r, v, &text));
		if (str_is(text, "[object Object]"))
			TRY(ts_json_text(x->r, v, 0, &text, &defined));
		return literal(x, text);
	case TSV_BIGINT:
		if (!dz_of(x->r)->mend)
			break;
		TRY(ts_to_text(x->r, v, &text));
		sbuf_add(x->b, text);
		return FLOW_NEXT;
	case TSV_UNDEFINED:
	case TSV_SYMBOL:
	case TSV_UNKNOWN:
		break;
	}
	return ts_throw(x->r, "Error", "%.*s cannot be written into SQL",
	    STR_ARG(ts_show(x->r, v)));
}

static enum ts_flow plain_value(struct render *x, struct ts_value v)
{
	bool mend = dz_of(x->r)->mend && x->use != DZ_USE_DEFAULT;

	return x->inline_params || mend ? inline_value(x, v) : placeholder(x);
}

static enum ts_flow pieces(struct render x, const struct dz_sql *s)
{
	x.inline_params |= s->inline_params;
	for (size_t i = 0; i < s->v.n; i++) {
		if (s->v.v[i].text.p)
			sbuf_add(x.b, s->v.v[i].text);
		else
			TRY(value(x, s->v.v[i].v));
	}
	return FLOW_NEXT;
}

/* --- what pieces there are ----------------------------------------------- */

static enum ts_flow list(struct render *x, struct ts_value v)
{
	const struct ts_value *items;
	size_t n;

	TRY(ts_iterate(x->r, v, &items, &n));
	sbuf_addc(x->b, '(');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			sbuf_addz(x->b, ", ");
		TRY(value(*x, items[i]));
	}
	sbuf_addc(x->b, ')');
	return FLOW_NEXT;
}

static enum ts_flow column(struct render *x, const struct dz_column *k)
{
	const struct dz_table *t = k->table;
	struct str s = dz_column_name(x->r, k, x->casing);

	if (x->use == DZ_USE_INDEX)
		return name(x, s);
	TRY(dotted(x, t->alias ? STR_NONE : t->schema, t->name));
	sbuf_addc(x->b, '.');
	return name(x, s);
}

static enum ts_flow encoded(struct render *x, struct ts_value encoder,
    struct ts_value v, struct ts_value *out)
{
	struct dz_column *k = dz_data(encoder, DZ_COLUMN);
	struct ts_value f;

	*out = v;
	if (k)
		return dz_encode_value(x->r, k, v, out);
	if (encoder.type != TSV_OBJECT || v.type == TSV_NULL)
		return FLOW_NEXT;
	TRY(ts_get(x->r, encoder, STR("mapToDriverValue"), &f));
	return ts_callable(f) ? ts_invoke(x->r, f, encoder, &v, 1, out) :
	    FLOW_NEXT;
}

static enum ts_flow param(struct render *x, const struct dz_param *p)
{
	struct ts_value v;

	if (dz_data(p->v, DZ_PLACEHOLDER))
		return placeholder(x);
	TRY(ts_known(x->r, p->v, "an SQL expression"));
	TRY(encoded(x, p->encoder, p->v, &v));
	TRY(ts_known(x->r, v, "an SQL expression"));
	if (dz_data(v, DZ_SQL))
		return value(*x, v);
	return plain_value(x, v);
}

static enum ts_flow subquery(struct render *x, const struct dz_subquery *q)
{
	if (q->is_with)
		return name(x, q->alias);
	sbuf_addc(x->b, '(');
	TRY(pieces(*x, q->sql));
	sbuf_addz(x->b, ") ");
	return name(x, q->alias);
}

static enum ts_flow select_query(struct render *x, const struct dz_select *s)
{
	struct dz_sql *sql;

	TRY(dz_select_sql(x->r, s, &sql));
	sbuf_addc(x->b, '(');
	TRY(pieces(*x, sql));
	sbuf_addc(x->b, ')');
	return FLOW_NEXT;
}

/* Something else that has getSQL(). */
static enum ts_flow wrapper(struct render *x, struct ts_value v)
{
	struct ts_value f, sql;

	TRY(ts_get(x->r, v, STR("getSQL"), &f));
	TRY(ts_invoke(x->r, f, v, NULL, 0, &sql));
	sbuf_addc(x->b, '(');
	TRY(value(*x, sql));
	sbuf_addc(x->b, ')');
	return FLOW_NEXT;
}

static enum ts_flow written_name(struct render *x, const struct dz_text *t)
{
	struct str s = t->of ? dz_column_name(x->r, t->of, x->casing) :
	    t->text;

	if (str_eq(s, t->text))
		return name(x, s);
	dz_of(x->r)->mendable = true;
	return name(x, dz_of(x->r)->mend ? s : t->text);
}

static enum ts_flow object(struct render x, struct ts_value v)
{
	const struct ts_native_class *of = v.object->native;
	void *data = v.object->data;
	const struct dz_enum *e = dz_enum_of(v);

	if (v.object->class_of == CLASS_ARRAY)
		return list(&x, v);
	if (e)
		return dotted(&x, e->schema, e->name);
	if (of == &dz_native[DZ_CHUNK]) {
		sbuf_add(x.b, ((struct dz_text *)data)->text);
		return FLOW_NEXT;
	}
	if (of == &dz_native[DZ_SQL])
		return pieces(x, data);
	if (of == &dz_native[DZ_NAME])
		return written_name(&x, data);
	if (of == &dz_native[DZ_COLUMN])
		return column(&x, data);
	if (of == &dz_native[DZ_TABLE])
		return dotted(&x, ((struct dz_table *)data)->alias ?
		    STR_NONE : ((struct dz_table *)data)->schema,
		    ((struct dz_table *)data)->name);
	if (of == &dz_native[DZ_VIEW])
		return dotted(&x, ((struct dz_view *)data)->alias ?
		    STR_NONE : ((struct dz_view *)data)->schema,
		    ((struct dz_view *)data)->name);
	if (of == &dz_native[DZ_PARAM])
		return param(&x, data);
	if (of == &dz_native[DZ_PLACEHOLDER])
		return placeholder(&x);
	if (of == &dz_native[DZ_ALIASED])
		return name(&x, ((struct dz_aliased *)data)->alias);
	if (of == &dz_native[DZ_SUBQUERY])
		return subquery(&x, data);
	if (of == &dz_native[DZ_SELECT])
		return select_query(&x, data);
	if (of == &dz_native[DZ_SCHEMA])
		return name(&x, ((struct dz_schema *)data)->name);
	if (dz_is_sql_wrapper(v))
		return wrapper(&x, v);
	return plain_value(&x, v);
}

static enum ts_flow value(struct render x, struct ts_value v)
{
	TRY(ts_known(x.r, v, "an SQL expression"));
	if (++x.depth > DEPTH)
		return ts_fail(x.r, "SQL nested too deep");
	if (x.b->full)
		return ts_fail(x.r, "more than %zu MiB of SQL",
		    x.b->max >> 20);
	if (ts_is_undefined(v))
		return FLOW_NEXT;
	if (v.type == TSV_OBJECT)
		return object(x, v);
	return plain_value(&x, v);
}

enum ts_flow dz_render(struct ts_run *r, struct ts_value sql,
    enum decl_dialect d, enum ts_casing casing, enum dz_use use,
    struct str *out)
{
	struct sbuf b = SBUF_TEXT;
	unsigned params = 0;
	struct render x = { .r = r, .b = &b, .dialect = d, .casing = casing,
		.use = use, .params = &params };
	enum ts_flow flow = value(x, sql);

	if (!flow)
		*out = arena_str(r->a, sbuf_str(&b));
	sbuf_free(&b);
	return flow;
}
