/*
 * type: the text of a column's type from its options.
 *
 * The little language of builder rows: $name is an option's text ("undefined"
 * where it is missing, as a template literal has it); {…} is left out where
 * an option in it is undefined; {?name …} where that option is not truthy.
 */
#include "ts/drizzle/drizzle.h"

struct type_writer {
	struct ts_run *r;
	struct ts_value options;
	struct sbuf b;
	const char *p;
};

static struct str word(struct type_writer *w)
{
	const char *from = w->p;

	while ((*w->p >= 'a' && *w->p <= 'z') || (*w->p >= 'A' && *w->p <= 'Z'))
		w->p++;
	return (struct str){ from, (size_t)(w->p - from) };
}

static enum ts_flow option(struct type_writer *w, struct str name,
    struct ts_value *out)
{
	*out = TS_UNDEFINED;
	if (ts_is_nullish(w->options))
		return FLOW_NEXT;
	TRY(ts_get(w->r, w->options, name, out));
	return ts_known(w->r, *out, "the type of a column");
}

/* Until the end of this group; *missing: something in it is undefined. */
static enum ts_flow group(struct type_writer *w, bool *missing)
{
	struct ts_value v;
	struct str s;

	while (*w->p && *w->p != '}') {
		if (*w->p == '$') {
			w->p++;
			TRY(option(w, word(w), &v));
			*missing |= ts_is_undefined(v);
			TRY(ts_to_text(w->r, v, &s));
			sbuf_add(&w->b, s);
		} else if (*w->p == '{') {
			size_t at = w->b.n;
			bool gone = false;

			w->p++;
			if (*w->p == '?') {
				w->p++;
				TRY(option(w, word(w), &v));
				gone = !ts_truthy(v);
			}
			TRY(group(w, &gone));
			w->p += *w->p == '}';
			if (gone)
				sbuf_truncate(&w->b, at);
		} else {
			sbuf_addc(&w->b, *w->p++);
		}
	}
	return FLOW_NEXT;
}

enum ts_flow dz_type_text(struct ts_run *r, const char *form,
    struct ts_value options, struct str *out)
{
	struct type_writer w = { .r = r, .options = options, .b = SBUF_TEXT,
		.p = form };
	bool missing = false;
	enum ts_flow flow = group(&w, &missing);

	if (!flow)
		*out = arena_str(r->a, sbuf_str(&w.b));
	sbuf_free(&w.b);
	return flow;
}
