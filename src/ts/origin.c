/*
 * origin: where the schema files declare what they export, and what the values
 * of its columns mean to the program that reads them: neither is in a
 * snapshot.
 */
#include "base/fs.h"
#include "ts/serialize.h"

struct origins {
	struct serializer *s;
	struct str root;
	VEC(struct ts_origin) v;
};

/* The lines on which it stands. */
static void place(const struct origins *k, struct dz_place at,
    struct ts_origin *o)
{
	struct str text;
	size_t col;

	o->path = o->text = STR("");
	if (!at.file || !at.at)
		return;
	text = at.file->text;
	o->text = text;
	o->path = path_join(k->s->a, k->root, at.file->name);
	o->from = at.at->at;
	while (o->from > 0 && text.p[o->from - 1] != '\n')
		o->from--;
	o->to = str_find(text, STR("\n"), at.at->end);
	str_position(text, o->from, &o->line, &col);
}

static enum ts_meaning meaning_of(const struct dz_config *c)
{
	static const enum ts_meaning by_encode[ENCODE_ARRAY + 1] = {
		[ENCODE_BOOL] = TS_MEANS_BOOLEAN,
		[ENCODE_SECONDS] = TS_MEANS_SECONDS,
		[ENCODE_MS] = TS_MEANS_MS,
	};

	return c->row ? by_encode[c->row->encode] : TS_MEANS_ITSELF;
}

static struct strs texts_of(struct arena *a, struct ts_value list)
{
	VEC(struct str) v = { 0 };

	if (list.type != TSV_OBJECT || list.object->class_of != CLASS_ARRAY)
		return (struct strs){ NULL, 0 };
	for (size_t i = 0; i < list.object->items.n; i++)
		if (list.object->items.v[i].type == TSV_STRING)
			vec_push(a, &v, list.object->items.v[i].text);
	return (struct strs){ v.v, v.n };
}

static struct ts_column_origin column(const struct origins *k,
    const struct dz_column *c, struct str name)
{
	return (struct ts_column_origin){ .name = name,
		.meaning = meaning_of(&c->c),
		.labels = texts_of(k->s->a, c->c.enum_values) };
}

static void add_table(struct origins *k, const struct dz_table *t)
{
	struct ts_origin o = { .schema = t->schema.p ? t->schema : STR(""),
		.name = t->name, .ncols = t->cols.n };
	struct ts_column_origin *v = arena_array(k->s->a,
	    struct ts_column_origin, t->cols.n + 1);

	for (size_t i = 0; i < t->cols.n; i++)
		v[i] = column(k, t->cols.v[i], dz_column_name(k->s->r,
		    t->cols.v[i], k->s->casing));
	o.cols = v;
	place(k, t->place, &o);
	vec_push(k->s->a, &k->v, o);
}

/* Of its columns those that are another table's. */
static void add_view(struct origins *k, const struct dz_view *view)
{
	struct strs keys = view->fields ? ts_keys(k->s->r, view->fields) :
	    (struct strs){ NULL, 0 };
	struct ts_origin o = { .schema = view->schema.p ? view->schema :
		STR(""), .name = view->name };
	struct ts_column_origin *v = arena_array(k->s->a,
	    struct ts_column_origin, keys.n + 1);

	for (size_t i = 0; i < keys.n; i++) {
		const struct ts_prop *p = ts_own(view->fields, keys.v[i]);
		const struct dz_column *c = p ? dz_data(p->v, DZ_COLUMN) :
		    NULL;

		if (c)
			v[o.ncols++] = column(k, c, c->c.name);
	}
	o.cols = v;
	place(k, view->place, &o);
	vec_push(k->s->a, &k->v, o);
}

static void add_enum(struct origins *k, const struct dz_enum *e)
{
	struct ts_origin o = { .schema = e->schema.p ? e->schema : STR(""),
		.name = e->name };

	place(k, e->place, &o);
	vec_push(k->s->a, &k->v, o);
}

void serialize_origins(struct serializer *s, struct str root,
    struct ts_schema *out)
{
	struct origins k = { .s = s, .root = root };
	const struct found *f = s->in;

	for (size_t i = 0; i < f->tables.n; i++)
		add_table(&k, f->tables.v[i]);
	for (size_t i = 0; i < f->views.n; i++)
		add_view(&k, f->views.v[i]);
	for (size_t i = 0; i < f->materialized.n; i++)
		add_view(&k, f->materialized.v[i]);
	for (size_t i = 0; i < f->enums.n; i++)
		add_enum(&k, f->enums.v[i]);
	out->origins = k.v.v;
	out->norigins = k.v.n;
}

static struct str home(struct str schema)
{
	return str_is(schema, "public") ? STR("") : schema;
}

const struct ts_origin *ts_origin_of(const struct ts_schema *s,
    struct str schema, struct str name)
{
	for (size_t i = 0; s && i < s->norigins; i++)
		if (str_eq(s->origins[i].name, name) &&
		    str_eq(home(s->origins[i].schema), home(schema)))
			return &s->origins[i];
	return NULL;
}

const struct ts_column_origin *ts_column_of(const struct ts_origin *o,
    struct str column)
{
	for (size_t i = 0; o && i < o->ncols; i++)
		if (str_eq(o->cols[i].name, column))
			return &o->cols[i];
	return NULL;
}
