/* encode: a value as a column's driver mapping makes it (mapToDriverValue of
 * drizzle-orm 0.45.4's columns), for values that are written into SQL. */
#include <math.h>

#include "ts/builtins.h"
#include "ts/drizzle/drizzle.h"

static bool is_date(struct ts_value v)
{
	return v.type == TSV_OBJECT && v.object->class_of == CLASS_DATE;
}

static enum ts_flow iso(struct ts_run *r, struct ts_value v,
    struct ts_value *out)
{
	char text[32];

	if (!is_date(v) || !ts_iso_date(v.object->number, text))
		return ts_throw(r, "TypeError", "%.*s is not a Date",
		    STR_ARG(ts_show(r, v)));
	*out = ts_text(arena_str(r->a, str_z(text)));
	return FLOW_NEXT;
}

static enum ts_flow json(struct ts_run *r, struct ts_value v,
    struct ts_value *out)
{
	struct str text;
	bool defined;

	TRY(ts_json_text(r, v, 0, &text, &defined));
	*out = defined ? ts_text(text) : TS_UNDEFINED;
	return FLOW_NEXT;
}

/* "(%,%)" with members for each % */
static enum ts_flow shape(struct ts_run *r, struct ts_value v,
    const char *form, const char *keys, struct ts_value *out)
{
	struct sbuf b = SBUF_TEXT;
	struct ts_value one;
	struct str text;

	for (; *form; form++) {
		if (*form != '%') {
			sbuf_addc(&b, *form);
			continue;
		}
		if (ts_get(r, v, (struct str){ keys++, 1 }, &one) ||
		    ts_to_text(r, one, &text)) {
			sbuf_free(&b);
			return FLOW_THROW;
		}
		sbuf_add(&b, text);
	}
	*out = ts_text(arena_str(r->a, sbuf_str(&b)));
	sbuf_free(&b);
	return FLOW_NEXT;
}

static enum ts_flow custom(struct ts_run *r, const struct dz_column *k,
    struct ts_value v, struct ts_value *out)
{
	struct ts_value f;

	TRY(dz_option(r, k->c.custom, "toDriver", &f));
	if (!ts_callable(f))
		return FLOW_NEXT;
	return ts_invoke(r, f, k->c.custom, &v, 1, out);
}

/* makePgArray: {1,"a",{…}} */
static enum ts_flow array_text(struct ts_run *r, const struct dz_column *k,
    struct ts_value v, struct sbuf *b)
{
	const struct ts_value *items;
	struct ts_value one;
	struct str text;
	size_t n;

	TRY(ts_iterate(r, v, &items, &n));
	sbuf_addc(b, '{');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			sbuf_addc(b, ',');
		if (items[i].type == TSV_OBJECT && k && !k->c.row &&
		    items[i].object->class_of == CLASS_ARRAY) {
			TRY(array_text(r, k->base, items[i], b));
			continue;
		}
		TRY(dz_encode_value(r, k, items[i], &one));
		TRY(ts_to_text(r, one, &text));
		if (one.type != TSV_STRING) {
			sbuf_add(b, text);
			continue;
		}
		sbuf_addc(b, '"');
		for (size_t at = 0; at < text.n; at++) {
			if (text.p[at] == '"' || text.p[at] == '\\')
				sbuf_addc(b, '\\');
			sbuf_addc(b, text.p[at]);
		}
		sbuf_addc(b, '"');
	}
	sbuf_addc(b, '}');
	return FLOW_NEXT;
}

static enum ts_flow array(struct ts_run *r, const struct dz_column *k,
    struct ts_value v, struct ts_value *out)
{
	struct sbuf b = SBUF_TEXT;
	enum ts_flow flow;

	flow = array_text(r, k->base, v, &b);
	if (!flow)
		*out = ts_text(arena_str(r->a, sbuf_str(&b)));
	sbuf_free(&b);
	return flow;
}

static enum ts_flow time_number(struct ts_run *r, struct ts_value v,
    bool seconds, struct ts_value *out)
{
	if (!is_date(v))
		return ts_throw(r, "TypeError", "%.*s is not a Date",
		    STR_ARG(ts_show(r, v)));
	*out = ts_number(seconds ? floor(v.object->number / 1000) :
	    v.object->number);
	return FLOW_NEXT;
}

enum ts_flow dz_encode_value(struct ts_run *r, const struct dz_column *k,
    struct ts_value v, struct ts_value *out)
{
	struct str text;

	*out = v;
	if (v.type == TSV_NULL || v.type == TSV_UNKNOWN)
		return FLOW_NEXT;
	switch (k->c.row ? k->c.row->encode : ENCODE_ARRAY) {
	case ENCODE_SAME:
		return FLOW_NEXT;
	case ENCODE_TEXT:
		TRY(ts_to_text(r, v, &text));
		*out = ts_text(text);
		return FLOW_NEXT;
	case ENCODE_ISO:
		return iso(r, v, out);
	case ENCODE_JSON:
		return json(r, v, out);
	case ENCODE_SECONDS:
		return time_number(r, v, true, out);
	case ENCODE_MS:
		return time_number(r, v, false, out);
	case ENCODE_BOOL:
		*out = ts_number(ts_truthy(v));
		return FLOW_NEXT;
	case ENCODE_PAIR:
		return shape(r, v, "(%,%)", "01", out);
	case ENCODE_PAIR_XY:
		return shape(r, v, "(%,%)", "xy", out);
	case ENCODE_LINE:
		return shape(r, v, "{%,%,%}", "012", out);
	case ENCODE_LINE_ABC:
		return shape(r, v, "{%,%,%}", "abc", out);
	case ENCODE_POINT:
		return shape(r, v, "point(% %)", "01", out);
	case ENCODE_POINT_XY:
		return shape(r, v, "point(% %)", "xy", out);
	case ENCODE_CUSTOM:
		return custom(r, k, v, out);
	case ENCODE_ARRAY:
		return array(r, k, v, out);
	}
	return FLOW_NEXT;
}
