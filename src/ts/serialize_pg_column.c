/* serialize_pg_column: columns of a PostgreSQL schema as declared: defaults,
 * identities, enums (drizzle-kit 0.31.11, pgSerializer.ts). */
#include <stdlib.h>

#include "ts/serialize.h"

/* --- sequences' options -------------------------------------------------- */

static enum ts_flow option_text(struct serializer *s, struct ts_value options,
    const char *key, struct str *out)
{
	struct ts_value v;

	TRY(dz_option(s->r, options, key, &v));
	TRY(ts_known(s->r, v, "a sequence"));
	*out = STR_NONE;
	if (v.type == TSV_STRING)
		*out = v.text;
	else if (!ts_is_undefined(v))
		TRY(ts_to_text(s->r, v, out));
	return FLOW_NEXT;
}

static bool negative(struct ts_run *r, struct str s)
{
	return strtod(arena_z(r->a, s), NULL) < 0;
}

/* *out's texts: increment, start, min, max, cache; defaults by direction. */
enum ts_flow ser_sequence(struct serializer *s,
    struct ts_value options, const struct sequence_limits *l,
    struct decl_sequence *out)
{
	struct ts_value cycle;
	bool down;

	TRY(option_text(s, options, "increment", &out->increment));
	TRY(option_text(s, options, "minValue", &out->min));
	TRY(option_text(s, options, "maxValue", &out->max));
	TRY(option_text(s, options, "startWith", &out->start));
	TRY(option_text(s, options, "cache", &out->cache));
	TRY(dz_option(s->r, options, "cycle", &cycle));
	TRY(ts_known(s->r, cycle, "a sequence"));
	out->cycle = ts_truthy(cycle);
	if (!out->increment.p)
		out->increment = STR("1");
	down = negative(s->r, out->increment);
	if (!out->min.p)
		out->min = str_z(down ? l->down_min : l->min);
	if (!out->max.p)
		out->max = str_z(down ? "-1" : l->max);
	if (!out->start.p)
		out->start = down ? out->max : out->min;
	if (!out->cache.p)
		out->cache = STR("1");
	return FLOW_NEXT;
}

static enum ts_flow identity(struct serializer *s, const struct dz_column *k,
    struct str table, struct str schema, struct decl_column *c)
{
	struct sequence_limits l = { .min = "1", .max = "32767",
		.down_min = "-32768" };
	struct decl_identity *d = arena_new_of(s->a, struct decl_identity);
	struct decl_sequence q = { 0 };
	struct str name;

	if (str_is(c->type, "integer"))
		l.max = "2147483647";
	if (str_is(c->type, "bigint"))
		l.max = "9223372036854775807";
	TRY(ser_sequence(s, k->c.identity->options, &l, &q));
	TRY(option_text(s, k->c.identity->options, "name", &name));
	if (!name.p)
		name = arena_printf(s->a, "%.*s_%.*s_seq", STR_ARG(table),
		    STR_ARG(c->name));
	*d = (struct decl_identity){ .type = str_z(k->c.identity->type),
		.name = name, .schema = schema.p ? schema : STR("public"),
		.increment = q.increment, .start = q.start, .min = q.min,
		.max = q.max, .cache = q.cache, .cycle = q.cycle };
	c->identity = d;
	return FLOW_NEXT;
}

/* --- defaults ------------------------------------------------------------ */

static struct str lowered(struct arena *a, struct str s)
{
	char *p = arena_z(a, s);

	for (size_t i = 0; i < s.n; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] - 'A' + 'a');
	return (struct str){ p, s.n };
}

/* "[]" or "[12]" somewhere in it */
static bool is_array_type(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		size_t to = i + 1;

		if (s.p[i] != '[')
			continue;
		while (to < s.n && s.p[to] >= '0' && s.p[to] <= '9')
			to++;
		if (to < s.n && s.p[to] == ']')
			return true;
	}
	return false;
}

static bool is_date(struct ts_value v)
{
	return v.type == TSV_OBJECT && v.object->class_of == CLASS_DATE;
}

static enum ts_flow date_text(struct serializer *s, double ms, struct str type,
    struct str *out)
{
	char text[32];
	struct str d;

	if (!ts_iso_date(ms, text))
		return ts_throw(s->r, "RangeError", "Invalid time value");
	d = arena_str(s->a, str_z(text));
	if (str_is(type, "date"))
		d = str_sub(d, 0, str_find(d, STR("T"), 0));
	if (str_is(type, "timestamp")) {
		size_t at = str_find(d, STR("T"), 0);

		d = arena_printf(s->a, "%.*s %.*s", STR_ARG(str_sub(d, 0,
		    at)), STR_ARG(str_sub(d, at + 1, d.n)));
		d = str_sub(d, 0, 23);
	}
	*out = d;
	return FLOW_NEXT;
}

static void add_escaped(struct sbuf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			sbuf_addc(b, '\\');
		sbuf_addc(b, s.p[i]);
	}
}

static enum ts_flow array_item(struct serializer *s, struct ts_value v,
    struct str type, struct sbuf *b);

static enum ts_flow array_text(struct serializer *s, struct ts_value v,
    struct str type, struct sbuf *b)
{
	const struct ts_value *items;
	size_t n;

	TRY(ts_iterate(s->r, v, &items, &n));
	sbuf_addc(b, '{');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			sbuf_addc(b, ',');
		TRY(array_item(s, items[i], type, b));
	}
	sbuf_addc(b, '}');
	return FLOW_NEXT;
}

static enum ts_flow array_item(struct serializer *s, struct ts_value v,
    struct str type, struct sbuf *b)
{
	struct str text;

	TRY(ts_known(s->r, v, "a default"));
	if (v.type == TSV_OBJECT && v.object->class_of == CLASS_ARRAY)
		return array_text(s, v, type, b);
	if (is_date(v))
		TRY(date_text(s, v.object->number, type, &text));
	else if (v.type == TSV_OBJECT || v.type == TSV_NULL)
		TRY(ser_json(s, v, &text));
	else
		TRY(ts_to_text(s->r, v, &text));
	if (v.type == TSV_NUMBER || v.type == TSV_BIGINT ||
	    v.type == TSV_BOOL) {
		sbuf_add(b, text);
		return FLOW_NEXT;
	}
	sbuf_addc(b, '"');
	if (!is_date(v) && (v.type == TSV_OBJECT || v.type == TSV_NULL))
		add_escaped(b, text);
	else
		sbuf_add(b, text);
	sbuf_addc(b, '"');
	return FLOW_NEXT;
}

static enum ts_flow array_default(struct serializer *s, struct ts_value v,
    struct str type, struct str *out)
{
	struct sbuf b = SBUF_TEXT;
	enum ts_flow flow = array_text(s, v, str_sub(type, 0,
	    str_find(type, STR("["), 0)), &b);

	if (!flow)
		*out = ser_unescaped(s, sbuf_str(&b));
	sbuf_free(&b);
	return flow;
}

static enum ts_flow default_text(struct serializer *s, struct ts_value v,
    struct str type, bool escape, bool *known, struct str *out)
{
	*known = true;
	if (dz_data(v, DZ_SQL))
		return ser_sql(s, v, DZ_USE_DEFAULT, out);
	if (v.type == TSV_STRING) {
		*out = ser_quoted(s->a, v.text, escape);
		return FLOW_NEXT;
	}
	if (str_is(type, "json") || str_is(type, "jsonb")) {
		TRY(ser_json(s, v, out));
		*out = arena_printf(s->a, "%.*s::%.*s",
		    STR_ARG(ser_unescaped(s, *out)), STR_ARG(type));
		return FLOW_NEXT;
	}
	if (is_date(v)) {
		TRY(date_text(s, v.object->number, type, out));
		*out = ser_quoted(s->a, *out, false);
		return FLOW_NEXT;
	}
	if (v.type == TSV_OBJECT && v.object->class_of == CLASS_ARRAY &&
	    is_array_type(type))
		return array_default(s, v, type, out);
	*known = false;
	return FLOW_NEXT;
}

static enum ts_flow set_default(struct serializer *s,
    const struct dz_column *k, bool escape, struct decl_column *c)
{
	struct ts_value v = k->c.dflt;
	struct str text;
	bool known;

	if (ts_is_undefined(v))
		return FLOW_NEXT;
	TRY(ts_known(s->r, v, ser_default_of(s, k)));
	TRY(default_text(s, v, lowered(s->a, c->type), escape, &known,
	    &text));
	if (!known)
		return ser_value(s, v, ser_default_of(s, k), &c->dflt);
	c->dflt = (struct decl_value){ .kind = DECL_STRING, .text = text };
	return FLOW_NEXT;
}

/* --- columns ------------------------------------------------------------- */

/* arrays: look through them, as tables do and views do not. */
static struct str enum_schema(const struct dz_column *k, bool arrays)
{
	while (arrays && k->base)
		k = k->base;
	if (k->c.row != &dz_enum_row)
		return STR_NONE;
	return k->c.of_enum->schema.p ? k->c.of_enum->schema : STR("public");
}

enum ts_flow ser_pg_column(struct serializer *s, const struct dz_column *k,
    struct str owner, struct str schema, bool of_view, struct decl_column *c)
{
	dz_at(s->r, k->c.place);
	*c = (struct decl_column){ .name = of_view ? k->c.name :
		dz_column_name(s->r, k, s->casing), .type = k->type,
		.type_schema = enum_schema(k, !of_view),
		.primary = k->c.primary, .notnull = k->c.notnull,
		.generated = STR_NONE, .generated_type = STR_NONE,
		.unique_name = STR_NONE, .nulls = STR_NONE };
	TRY(ser_type(s, k, &c->type));
	if (k->c.generated) {
		TRY(ser_generated(s, k, &c->generated));
		c->generated_type = STR("stored");
	}
	if (k->c.identity)
		TRY(identity(s, k, owner, schema, c));
	return set_default(s, k, !of_view, c);
}
