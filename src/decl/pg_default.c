/*
 * pg_default: what stands after DEFAULT.  The snapshot holds SQL text that
 * drizzle-kit made of the value; where its quotes do not hold, the value is
 * read out of it and written again.
 */
#include "decl/pg.h"

/* 'text' with every quote within doubled: the end, or 0. */
static size_t literal_end(struct str s)
{
	if (!s.n || s.p[0] != '\'')
		return 0;
	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] != '\'')
			continue;
		if (i + 1 >= s.n || s.p[i + 1] != '\'')
			return i + 1;
		i++;
	}
	return 0;
}

static struct str quoted(struct arena *a, struct str s, const char *tail)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	sbuf_addc(&b, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\'')
			sbuf_addc(&b, '\'');
		sbuf_addc(&b, s.p[i]);
	}
	sbuf_addc(&b, '\'');
	sbuf_addz(&b, tail);
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

/* What a literal with doubled quotes holds. */
static struct str held(struct arena *a, struct str literal)
{
	char *p = arena_alloc(a, literal.n + 1);
	size_t n = 0;

	for (size_t i = 1; i + 1 < literal.n; i++) {
		p[n++] = literal.p[i];
		if (literal.p[i] == '\'')
			i++;
	}
	return (struct str){ p, n };
}

static bool is_json_text(struct arena *a, struct str s)
{
	const struct json *v;
	struct err ignored = ERR_INIT;
	struct str in_list = arena_printf(a, "[%.*s]", STR_ARG(s));

	return json_read(in_list, "default", a, &v, &ignored) == RC_OK &&
	    v->kind == JSON_ARRAY && v->n == 1;
}

/* --- json and jsonb ------------------------------------------------------ */

static struct str json_default(struct pg_work *w, const struct pg_col *c,
    struct str text)
{
	static const char *const casts[] = { "::jsonb", "::json" };
	size_t end = literal_end(text);

	for (size_t i = 0; i < 2; i++) {
		struct str cast = str_z(casts[i]);

		if (text.n < cast.n + 2 || text.p[0] != '\'' ||
		    !str_ends(text, cast) ||
		    text.p[text.n - cast.n - 1] != '\'')
			continue;
		if (end == text.n - cast.n)
			return text;
		decl_differs(w->j, DECL_D_DEFAULT_QUOTE, pg_column_name(w, c));
		return quoted(w->a, str_sub(text, 1, text.n - cast.n - 1),
		    casts[i]);
	}
	if (end == text.n) {
		struct str is = held(w->a, text);
		struct sbuf b = SBUF_TEXT;
		struct str out;

		if (is_json_text(w->a, is))
			return text;
		decl_differs(w->j, DECL_D_DEFAULT_JSON, pg_column_name(w, c));
		json_escape(&b, is);
		out = quoted(w->a, sbuf_str(&b), "");
		sbuf_free(&b);
		return out;
	}
	return text;
}

/* --- arrays -------------------------------------------------------------- */

/* An array literal that the server would read, quotes and braces alone. */
static bool reads_as_array(struct str s)
{
	size_t depth = 0;
	bool closed = false;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '{') {
			depth++;
			closed = false;
		} else if (s.p[i] == '}') {
			if (!depth--)
				return false;
			closed = true;
		} else if (s.p[i] == '"') {
			if (closed || !i ||
			    (s.p[i - 1] != '{' && s.p[i - 1] != ','))
				return false;
			for (i++; i < s.n && s.p[i] != '"'; i++)
				i += s.p[i] == '\\';
			if (i >= s.n)
				return false;
			closed = true;
		} else if (s.p[i] == ',') {
			closed = false;
		} else if (closed) {
			return false;
		}
	}
	return depth == 0;
}

/* drizzle-kit wrote "element" without escaping: its end is the quote before
 * , or } that is followed by the like. */
static struct str escaped_array(struct pg_work *w, struct str s)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;
	bool within = false;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i], next = i + 1 < s.n ? s.p[i + 1] : '\0';

		if (!within) {
			within = c == '"';
			sbuf_addc(&b, c);
		} else if (c == '"' && (next == '}' || (next == ',' &&
		    i + 2 < s.n && strchr("\"{", s.p[i + 2])))) {
			within = false;
			sbuf_addc(&b, c);
		} else {
			if (c == '"' || c == '\\')
				sbuf_addc(&b, '\\');
			sbuf_addc(&b, c);
		}
	}
	out = arena_str(w->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

/* Elements of JSON: drizzle-kit put a backslash before each quote and before
 * nothing else, so every text of it can be read.  False: it cannot. */
static bool json_element(struct str s, size_t *at, struct sbuf *out)
{
	sbuf_addc(out, '"');
	for ((*at)++; *at < s.n && s.p[*at] != '"'; (*at)++) {
		if (s.p[*at] == '\\' && *at + 1 < s.n && s.p[*at + 1] == '"')
			(*at)++;
		if (s.p[*at] == '"' || s.p[*at] == '\\')
			sbuf_addc(out, '\\');
		sbuf_addc(out, s.p[*at]);
	}
	sbuf_addc(out, '"');
	return *at < s.n;
}

static struct str json_array(struct pg_work *w, struct str s)
{
	struct sbuf b = SBUF_TEXT;
	struct str out = STR_NONE;
	bool good = true;

	for (size_t i = 0; good && i < s.n; i++)
		if (s.p[i] == '"')
			good = json_element(s, &i, &b);
		else
			sbuf_addc(&b, s.p[i]);
	if (good && reads_as_array(sbuf_str(&b)))
		out = arena_str(w->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static struct str array_default(struct pg_work *w, const struct pg_col *c,
    struct str text)
{
	struct str inner, json = STR_NONE;
	bool single = literal_end(text) == text.n;

	if (text.n < 4 || !str_starts(text, STR("'{")) ||
	    !str_ends(text, STR("}'")))
		return text;
	inner = single ? held(w->a, text) : str_sub(text, 1, text.n - 1);
	if (str_starts(c->type, STR("json")))
		json = json_array(w, inner);
	if (single && (json.p ? str_eq(json, inner) : reads_as_array(inner)))
		return text;
	decl_differs(w->j, DECL_D_DEFAULT_QUOTE, pg_column_name(w, c));
	if (json.p)
		inner = json;
	else if (!reads_as_array(inner) || !str_starts(c->type, STR("json")))
		inner = escaped_array(w, inner);
	return quoted(w->a, inner, "");
}

/* --- objects of JavaScript ----------------------------------------------- */

static bool named_numbers(const struct json *v, const char *keys,
    const struct json **out)
{
	for (size_t i = 0; keys[i]; i++) {
		const char key[2] = { keys[i], '\0' };
		const struct json *x = v->kind == JSON_ARRAY ?
		    (i < v->n ? &v->items[i] : NULL) : json_get(v, key);

		if (!x || x->kind != JSON_NUMBER)
			return false;
		out[i] = x;
	}
	return v->n == strlen(keys);
}

/* (x,y), {a,b,c}, [1,2,3], POINT(x y); absent: none of these. */
static struct str shape(struct pg_work *w, struct str type,
    const struct json *v)
{
	static const struct {
		const char *type, *keys, *open, *between, *close;
	} shapes[] = { { "point", "xy", "(", ",", ")" },
		{ "line", "abc", "{", ",", "}" },
		{ "geometry", "xy", "POINT(", " ", ")" } };
	struct sbuf b = SBUF_TEXT;
	struct json_out o = { .b = &b };
	const struct json *place[3];
	struct str out;

	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
		size_t n = strlen(shapes[i].keys);

		if (!str_starts(type, str_z(shapes[i].type)) ||
		    !named_numbers(v, shapes[i].keys, place))
			continue;
		sbuf_addz(&b, shapes[i].open);
		for (size_t k = 0; k < n; k++) {
			struct json_out one = { .b = &b };

			if (k)
				sbuf_addz(&b, shapes[i].between);
			json_put_num(&one, place[k]->number);
		}
		sbuf_addz(&b, shapes[i].close);
		out = quoted(w->a, sbuf_str(&b), "");
		sbuf_free(&b);
		return out;
	}
	json_put_tree(&o, v);	/* also what vector reads */
	out = quoted(w->a, sbuf_str(&b), "");
	sbuf_free(&b);
	return out;
}

struct str pg_default_text(struct pg_work *w, struct str table,
    const struct pg_col *c, const struct decl_value *v)
{
	struct str text = decl_value_text(w->a, v);
	const struct json *tree;
	struct err ignored = ERR_INIT;

	(void)table;
	if (!w->safe)
		return text;
	if (v->kind == DECL_JSON && !str_is(v->text, "null") &&
	    json_read(v->text, "default", w->a, &tree, &ignored) == RC_OK) {
		decl_differs(w->j, DECL_D_DEFAULT_OBJECT, pg_column_name(w, c));
		return shape(w, c->type, tree);
	}
	if (v->kind != DECL_STRING)
		return text;
	if (c->type.n && c->type.p[c->type.n - 1] == ']')
		return array_default(w, c, text);
	if (str_is(c->type, "json") || str_is(c->type, "jsonb"))
		return json_default(w, c, text);
	return text;
}
