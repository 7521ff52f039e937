/* serialize: what both dialects share (serialize.h). */
#include <math.h>
#include <stdlib.h>

#include "ts/serialize.h"

/* --- keyed --------------------------------------------------------------- */

void keyed_init(struct keyed *k, struct arena *a, size_t size)
{
	*k = (struct keyed){ .a = a, .size = size, .at = map_new(a) };
}

void *keyed_get(const struct keyed *k, struct str key)
{
	size_t at = (size_t)(uintptr_t)map_get(k->at, key);

	return at ? k->items + (at - 1) * k->size : NULL;
}

void *keyed_put(struct keyed *k, struct str key)
{
	void *old = keyed_get(k, key);

	if (old)
		return old;
	key = arena_str(k->a, key);
	if (k->keys.n == k->cap)
		k->items = vec_grow(k->a, k->items, k->keys.n, &k->cap,
		    k->size);
	memset(k->items + k->keys.n * k->size, 0, k->size);
	vec_push(k->a, &k->keys, key);
	map_put(k->at, key, (void *)(uintptr_t)k->keys.n);
	return k->items + (k->keys.n - 1) * k->size;
}

struct numbered {
	uint32_t number;
	size_t at;
};

static int by_number(const void *x, const void *y)
{
	const struct numbered *p = x, *q = y;

	return p->number < q->number ? -1 : p->number > q->number;
}

void *keyed_finish(const struct keyed *k, size_t *n)
{
	struct numbered *v;
	size_t numbers = 0, at = 0;
	uint32_t ignored;
	char *out;

	*n = k->keys.n;
	for (size_t i = 0; i < k->keys.n; i++)
		numbers += ts_is_index(k->keys.v[i], &ignored);
	if (!numbers)
		return k->items;
	out = arena_alloc_n(k->a, k->keys.n, k->size);
	v = arena_array(k->a, struct numbered, k->keys.n);
	numbers = 0;

	for (size_t i = 0; i < k->keys.n; i++)
		if (ts_is_index(k->keys.v[i], &v[numbers].number))
			v[numbers++].at = i;
	qsort(v, numbers, sizeof(*v), by_number);
	for (size_t i = 0; i < numbers; i++)
		memcpy(out + at++ * k->size, k->items + v[i].at * k->size,
		    k->size);
	for (size_t i = 0; i < k->keys.n; i++)
		if (!ts_is_index(k->keys.v[i], &ignored))
			memcpy(out + at++ * k->size, k->items + i * k->size,
			    k->size);
	return out;
}

/* --- texts --------------------------------------------------------------- */

enum ts_flow ser_sql(struct serializer *s, struct ts_value sql,
    enum dz_use use, struct str *out)
{
	return dz_render(s->r, sql, s->dialect, s->casing, use, out);
}

struct str ser_quoted(struct arena *a, struct str text, bool escape)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	sbuf_addc(&b, '\'');
	for (size_t i = 0; i < text.n; i++) {
		if (escape && text.p[i] == '\'')
			sbuf_addc(&b, '\'');
		sbuf_addc(&b, text.p[i]);
	}
	sbuf_addc(&b, '\'');
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

/* Quotes stand in pairs only. */
static bool reads_as_escaped(struct str text)
{
	size_t pairs = 0;

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '\'')
			continue;
		if (++i >= text.n || text.p[i] != '\'')
			return false;
		pairs++;
	}
	return pairs > 0;
}

struct str ser_unescaped(struct serializer *s, struct str text)
{
	struct dz *z = dz_of(s->r);
	bool twice = reads_as_escaped(text);

	z->mendable = z->mendable || twice;
	return ser_quoted(s->a, text, twice && z->mend);
}

enum ts_flow ser_json(struct serializer *s, struct ts_value v, struct str *out)
{
	bool defined;

	TRY(ts_json_text(s->r, v, 0, out, &defined));
	if (!defined)
		*out = STR("undefined");
	return FLOW_NEXT;
}

enum ts_flow ser_value(struct serializer *s, struct ts_value v,
    const char *what, struct decl_value *out)
{
	*out = (struct decl_value){ .kind = DECL_JSON, .text = STR("null") };
	switch (v.type) {
	case TSV_NUMBER:
		if (!isfinite(v.number))
			return FLOW_NEXT;
		*out = (struct decl_value){ .kind = DECL_NUMBER,
			.number = v.number };
		return FLOW_NEXT;
	case TSV_BOOL:
		*out = (struct decl_value){ .kind = DECL_BOOL,
			.boolean = v.boolean };
		return FLOW_NEXT;
	case TSV_STRING:
		*out = (struct decl_value){ .kind = DECL_STRING,
			.text = v.text };
		return FLOW_NEXT;
	case TSV_NULL:
		return FLOW_NEXT;
	case TSV_UNDEFINED:
		*out = (struct decl_value){ .kind = DECL_NO_VALUE };
		return FLOW_NEXT;
	case TSV_OBJECT:
		if (ts_callable(v))
			return ts_fail(s->r, "%s is a function: $default() "
			    "takes functions", what);
		return ser_json(s, v, &out->text);
	case TSV_UNKNOWN:
		return ts_known(s->r, v, what);
	case TSV_BIGINT:
	case TSV_SYMBOL:
		break;
	}
	return ts_fail(s->r, "%s is %.*s, which a snapshot cannot hold: write "
	    "it as sql`…`", what, STR_ARG(ts_show(s->r, v)));
}

const char *ser_default_of(struct serializer *s, const struct dz_column *k)
{
	struct str table = k->table ? k->table->name : STR("");

	return arena_z(s->a, arena_printf(s->a, "the default of the column "
	    "%.*s%s%.*s", STR_ARG(table), table.n ? "." : "",
	    STR_ARG(k->c.name)));
}

void ser_twice(struct serializer *s, const char *what, struct str name)
{
	dz_warn(s->r, arena_printf(s->a, "two %s are called %.*s: the one "
	    "declared last counts, the other one is left out", what,
	    STR_ARG(name)));
}

void ser_column_twice(struct serializer *s, const struct dz_table *t,
    const struct keyed *cols, struct str name)
{
	if (keyed_get(cols, name))
		ser_twice(s, arena_z(s->a, arena_printf(s->a,
		    "columns of the table %.*s", STR_ARG(t->name))), name);
}

/* --- names of columns ---------------------------------------------------- */

struct strs ser_names(struct serializer *s, dz_columns cols)
{
	struct str *v = arena_array(s->a, struct str, cols.n);

	for (size_t i = 0; i < cols.n; i++)
		v[i] = dz_column_name(s->r, cols.v[i], s->casing);
	return (struct strs){ v, cols.n };
}

struct str ser_auto_name(struct serializer *s, struct str table,
    dz_columns cols, const char *suffix)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	sbuf_add(&b, table);
	for (size_t i = 0; i < cols.n; i++) {
		sbuf_addc(&b, '_');
		sbuf_add(&b, cols.v[i]->c.name);
	}
	sbuf_addz(&b, suffix);
	out = arena_str(s->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static struct str replace_first(struct arena *a, struct str s, struct str what,
    struct str with)
{
	size_t at = str_find(s, what, 0);

	if (what.n && at == s.n)
		return s;
	return arena_printf(a, "%.*s%.*s%.*s", STR_ARG(str_sub(s, 0, at)),
	    STR_ARG(with), STR_ARG(str_sub(s, at + what.n, s.n)));
}

struct str ser_recase(struct serializer *s, struct str name, dz_columns cols)
{
	for (size_t i = 0; i < cols.n && s->casing != TS_CASING_NONE; i++)
		name = replace_first(s->a, name, cols.v[i]->c.name,
		    dz_column_name(s->r, cols.v[i], s->casing));
	return name;
}

enum ts_flow ser_unique_clash(struct serializer *s, struct dz_place at,
    struct str table, struct str name)
{
	dz_at(s->r, at);
	return ts_fail(s->r, "the table %.*s has two unique constraints "
	    "called %.*s", STR_ARG(table), STR_ARG(name));
}

enum ts_flow ser_checks(struct serializer *s, const struct dz_table *t,
    const struct extras *x, struct decl_table *out)
{
	struct keyed all;

	keyed_init(&all, s->a, sizeof(struct decl_check));
	for (size_t i = 0; i < x->checks.n; i++) {
		const struct dz_check *k = x->checks.v[i];
		struct decl_check *c;

		dz_at(s->r, k->place);
		if (keyed_get(&all, k->name))
			return ts_fail(s->r, "the table %.*s has two checks "
			    "called %.*s", STR_ARG(t->name),
			    STR_ARG(k->name));
		c = keyed_put(&all, k->name);
		c->name = k->name;
		TRY(ser_sql(s, k->value, DZ_USE_PLAIN, &c->value));
	}
	out->checks = keyed_finish(&all, &out->nchecks);
	return FLOW_NEXT;
}

enum ts_flow ser_generated(struct serializer *s, const struct dz_column *k,
    struct str *out)
{
	enum dz_use use = s->dialect == DECL_SQLITE ? DZ_USE_INDEX :
	    DZ_USE_PLAIN;
	struct ts_value v = k->c.generated_as;

	TRY(ts_known(s->r, v, "a generated column"));
	if (ts_callable(v)) {
		TRY(ts_invoke(s->r, v, TS_UNDEFINED, NULL, 0, &v));
		TRY(ts_known(s->r, v, "a generated column"));
	}
	if (dz_data(v, DZ_SQL))
		TRY(ser_sql(s, v, use, out));
	else
		TRY(ts_to_text(s->r, v, out));
	if (s->dialect == DECL_SQLITE)
		*out = arena_printf(s->a, "(%.*s)", STR_ARG(*out));
	return FLOW_NEXT;
}

/* A schema may put a getSQLType() of its own on a column. */
enum ts_flow ser_type(struct serializer *s, const struct dz_column *k,
    struct str *out)
{
	const struct ts_prop *own = ts_own(k->self, STR("getSQLType"));
	struct ts_value v;

	*out = k->type;
	if (!own)
		return FLOW_NEXT;
	TRY(ts_invoke(s->r, own->v, ts_ref(k->self), NULL, 0, &v));
	return dz_name(s->r, v, "the type of a column", out);
}

/* --- a table's third argument -------------------------------------------- */

static enum ts_flow add_extra(struct serializer *s, struct extras *x,
    struct ts_value v)
{
	void *p;

	TRY(ts_known(s->r, v, "an index or constraint of a table"));
	if ((p = dz_data(v, DZ_INDEX)))
		vec_push(s->a, &x->indexes, p);
	else if ((p = dz_data(v, DZ_CHECK)))
		vec_push(s->a, &x->checks, p);
	else if ((p = dz_data(v, DZ_UNIQUE)))
		vec_push(s->a, &x->uniques, p);
	else if ((p = dz_data(v, DZ_PK)))
		vec_push(s->a, &x->pks, p);
	else if ((p = dz_data(v, DZ_FK)))
		vec_push(s->a, &x->fks, p);
	else if ((p = dz_data(v, DZ_POLICY)))
		vec_push(s->a, &x->policies, p);
	return FLOW_NEXT;
}

/* A list (and lists in it) or an object. */
static enum ts_flow add_extras(struct serializer *s, struct extras *x,
    struct ts_value all, bool nested)
{
	const struct ts_value *v;
	struct ts_value one;
	struct strs keys;
	size_t n;

	if (all.object->class_of == CLASS_ARRAY) {
		TRY(ts_iterate(s->r, all, &v, &n));
		for (size_t i = 0; i < n; i++) {
			bool list = v[i].type == TSV_OBJECT &&
			    v[i].object->class_of == CLASS_ARRAY;

			TRY(list && !nested ? add_extras(s, x, v[i], true) :
			    add_extra(s, x, v[i]));
		}
		return FLOW_NEXT;
	}
	if (all.object->open)
		TRY(ts_known(s->r, (struct ts_value){ .type = TSV_UNKNOWN,
		    .unknown = all.object->open },
		    "an index or constraint of a table"));
	keys = ts_keys(s->r, all.object);
	for (size_t i = 0; i < keys.n; i++) {
		TRY(ts_get(s->r, all, keys.v[i], &one));
		TRY(add_extra(s, x, one));
	}
	return FLOW_NEXT;
}

enum ts_flow ser_extras(struct serializer *s, struct dz_table *t,
    struct extras *out)
{
	struct ts_value arg, all;

	*out = (struct extras){ 0 };
	for (size_t i = 0; i < t->fks.n; i++)
		vec_push(s->a, &out->fks, t->fks.v[i]);
	dz_at(s->r, t->place);
	TRY(ts_known(s->r, t->extra, "the indexes and constraints of a "
	    "table"));
	if (!ts_truthy(t->extra))
		return FLOW_NEXT;
	arg = ts_ref(t->extras);
	TRY(ts_invoke(s->r, t->extra, TS_UNDEFINED, &arg, 1, &all));
	TRY(ts_known(s->r, all, "the indexes and constraints of a table"));
	if (all.type != TSV_OBJECT)
		return ts_throw(s->r, "TypeError", "the third argument of the "
		    "table %.*s gives nothing", STR_ARG(t->name));
	return add_extras(s, out, all, false);
}

/* --- foreign keys -------------------------------------------------------- */

struct fk_parts {
	struct str name;
	dz_columns from, to;
};

static enum ts_flow inline_fk(struct serializer *s, struct dz_fk *f,
    struct fk_parts *out)
{
	struct dz_column *to;
	struct ts_value v;

	TRY(ts_known(s->r, f->to, "a foreign key"));
	TRY(ts_invoke(s->r, f->to, TS_UNDEFINED, NULL, 0, &v));
	TRY(ts_known(s->r, v, "a foreign key"));
	to = dz_data(v, DZ_COLUMN);
	if (!to)
		return ts_throw(s->r, "TypeError", "references() of the column "
		    "%.*s gives %.*s, not a column",
		    STR_ARG(f->from->c.name), STR_ARG(ts_show(s->r, v)));
	vec_push(s->a, &out->from, f->from);
	vec_push(s->a, &out->to, to);
	return FLOW_NEXT;
}

static enum ts_flow configured_fk(struct serializer *s, struct dz_fk *f,
    struct fk_parts *out)
{
	struct ts_value config = f->config, v;

	if (ts_callable(config))
		TRY(ts_invoke(s->r, config, TS_UNDEFINED, NULL, 0, &config));
	TRY(ts_get(s->r, config, STR("name"), &v));
	TRY(dz_str(s->r, v, "the name of a foreign key", &out->name));
	TRY(ts_get(s->r, config, STR("columns"), &v));
	TRY(dz_column_list(s->r, v, "a foreign key", &out->from));
	TRY(ts_get(s->r, config, STR("foreignColumns"), &v));
	TRY(dz_column_list(s->r, v, "a foreign key", &out->to));
	if (out->to.n == 0)
		return ts_throw(s->r, "TypeError", "a foreign key without "
		    "foreignColumns");
	return FLOW_NEXT;
}

static struct str fk_name(struct serializer *s, const struct dz_table *t,
    const struct fk_parts *p)
{
	struct str head = ser_auto_name(s, t->name, p->from, "_");

	return ser_auto_name(s, arena_printf(s->a, "%.*s%.*s", STR_ARG(head),
	    STR_ARG(p->to.v[0]->table->name)), p->to, "_fk");
}

static enum ts_flow one_fk(struct serializer *s, struct dz_table *t,
    struct dz_fk *f, struct keyed *out)
{
	struct fk_parts p = { .name = STR_NONE };
	struct decl_fk *d;

	dz_at(s->r, f->place);
	TRY(f->from ? inline_fk(s, f, &p) : configured_fk(s, f, &p));
	if (!p.name.p)
		p.name = fk_name(s, t, &p);
	p.name = ser_recase(s, p.name, p.from);
	p.name = ser_recase(s, p.name, p.to);
	d = keyed_put(out, p.name);
	*d = (struct decl_fk){ .name = p.name, .table_from = t->name,
		.table_to = p.to.v[0]->table->name, .schema_to = STR_NONE,
		.cols_from = ser_names(s, p.from),
		.cols_to = ser_names(s, p.to),
		.on_delete = f->on_delete.p ? f->on_delete : STR("no action"),
		.on_update = f->on_update.p ? f->on_update :
		STR("no action") };
	if (s->dialect == DECL_PG)
		d->schema_to = p.to.v[0]->table->schema;
	return FLOW_NEXT;
}

enum ts_flow ser_fks(struct serializer *s, struct dz_table *t,
    const struct extras *x, struct decl_table *out)
{
	struct keyed fks;

	keyed_init(&fks, s->a, sizeof(struct decl_fk));
	for (size_t i = 0; i < x->fks.n; i++)
		TRY(one_fk(s, t, x->fks.v[i], &fks));
	out->fks = keyed_finish(&fks, &out->nfks);
	return FLOW_NEXT;
}
