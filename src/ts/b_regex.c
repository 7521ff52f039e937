/* b_regex: RegExp and the methods of String that take one, by pcre2 in its
 * mode nearest to JavaScript (base/match).  What pcre2 does not take is
 * unknown, not wrong. */
#include "base/match.h"
#include "ts/builtins.h"

#define COST_BYTES 64		/* of a text that is gone through, for a step */

#define GROUPS 32
#define PATIENCE 1000000	/* steps that a long search is charged with */

/* RC_OK and *out, or the pattern cannot be used here. */
static bool compile(struct str source, struct str flags, struct match **out)
{
	unsigned f = MATCH_ECMA;
	struct err ignored = ERR_INIT;

	for (size_t i = 0; i < flags.n; i++)
		f |= flags.p[i] == 'i' ? MATCH_ICASE : flags.p[i] == 'm' ?
		    MATCH_MULTILINE : flags.p[i] == 's' ? MATCH_DOTALL : 0;
	return match_open(source, f, out, &ignored) == RC_OK;
}

/*
 * match_groups(), with an error instead of a search that was given up: taken
 * as "no match" it would change the schema.  n: 0 after an error.
 */
static enum ts_flow search(struct ts_run *r, struct match *m, struct str s,
    size_t from, struct match_span *v, size_t max, size_t *n)
{
	enum ts_flow flow = FLOW_NEXT;

	*n = match_groups(m, s, from, v, max);
	if (*n == MATCH_OVER) {
		flow = ts_cost(r, PATIENCE);
		match_patient(m);
		if (!flow)
			*n = match_groups(m, s, from, v, max);
	}
	if (!flow && *n == MATCH_OVER) {
		flow = ts_fail(r, "a regular expression tries too many ways "
		    "to match a text of %zu bytes", s.n);
		err_hint(r->e, "write it so that no repeat is inside of "
		    "another, or write the result itself there");
	}
	if (flow)
		*n = 0;
	return flow;
}

static bool is_regex(struct ts_value v)
{
	return v.type == TSV_OBJECT && v.object->class_of == CLASS_REGEX;
}

static bool is_global(const struct ts_object *o)
{
	return o->flags.n && memchr(o->flags.p, 'g', o->flags.n);
}

BUILTIN(regex_regex)
{
	struct ts_object *o = ts_object_new(r);
	struct ts_value from = ts_arg(c, 0);
	struct match *m;

	if (bi_unknown(c, 2, out))
		return FLOW_NEXT;
	o->class_of = CLASS_REGEX;
	o->proto = r->proto.regex;
	if (is_regex(from)) {
		o->source = from.object->source;
		o->flags = from.object->flags;
	} else {
		TRY(ts_to_text(r, from, &o->source));
	}
	if (!ts_is_undefined(ts_arg(c, 1)))
		TRY(ts_to_text(r, ts_arg(c, 1), &o->flags));
	if (compile(o->source, o->flags, &m))
		match_close(m);
	else {
		*out = ts_unknown_of(r, "the pattern /%.*s/",
		    STR_ARG(o->source));
		return FLOW_NEXT;
	}
	ts_put_hidden(r, o, STR("source"), ts_text(o->source));
	ts_put_hidden(r, o, STR("flags"), ts_text(o->flags));
	ts_put_hidden(r, o, STR("lastIndex"), ts_number(0));
	*out = ts_ref(o);
	return FLOW_NEXT;
}

BUILTIN(regex_text)
{
	const struct ts_object *o = is_regex(c->self) ? c->self.object : NULL;

	*out = o ? ts_text(arena_printf(r->a, "/%.*s/%.*s",
	    STR_ARG(o->source), STR_ARG(o->flags))) : ts_text(STR(""));
	return FLOW_NEXT;
}

/* A match as exec() gives it. */
static void put_groups(struct ts_run *r, struct ts_object *o,
    const struct match *m, struct str source)
{
	struct ts_object *groups = ts_object_new(r);
	size_t names = 0;

	groups->proto = NULL;
	for (size_t i = 0; i < source.n;) {
		size_t at = str_find(source, STR("(?<"), i);
		size_t to = str_find(source, STR(">"), at);
		struct str name = at + 3 < to ? str_sub(source, at + 3, to) :
		    STR("");
		size_t k = to < source.n && name.n && name.p[0] != '=' &&
		    name.p[0] != '!' ? match_group(m, arena_z(r->a, name)) : 0;

		i = at + 3;
		if (!k)
			continue;
		names++;
		ts_put(r, groups, name, k < o->items.n ? o->items.v[k] :
		    TS_UNDEFINED);
	}
	ts_put_hidden(r, o, STR("groups"), names ? ts_ref(groups) :
	    TS_UNDEFINED);
}

static struct ts_value found(struct ts_run *r, struct str s,
    const struct match *m, struct str source, const struct match_span *v,
    size_t n)
{
	struct ts_object *o = ts_array_new(r);

	for (size_t i = 0; i < n; i++)
		ts_push(r, o, v[i].from == SIZE_MAX ? TS_UNDEFINED :
		    ts_text(str_sub(s, v[i].from, v[i].to)));
	ts_put_hidden(r, o, STR("index"), ts_number((double)
	    ts_text_length(str_sub(s, 0, v[0].from))));
	ts_put_hidden(r, o, STR("input"), ts_text(s));
	put_groups(r, o, m, source);
	return ts_ref(o);
}

/* lastIndex counts with the flag g only. */
static enum ts_flow exec(struct ts_run *r, struct ts_object *o, struct str s,
    struct ts_value *out)
{
	struct match_span v[GROUPS];
	struct match *m;
	enum ts_flow flow;
	size_t from = 0, n;
	double last = ts_own(o, STR("lastIndex"))->v.number;

	if (!compile(o->source, o->flags, &m)) {
		*out = ts_unknown_of(r, "the pattern /%.*s/",
		    STR_ARG(o->source));
		return FLOW_NEXT;
	}
	if (is_global(o) && last > 0)
		from = ts_text_offset(s, (size_t)last);
	flow = search(r, m, s, from, v, GROUPS, &n);
	*out = !flow && n ? found(r, s, m, o->source, v, n) : TS_NULL_VALUE;
	match_close(m);
	if (flow)
		return flow;
	if (is_global(o))
		ts_put_hidden(r, o, STR("lastIndex"), ts_number(n ? (double)
		    ts_text_length(str_sub(s, 0, v[0].to)) : 0));
	return FLOW_NEXT;
}

BUILTIN(regex_exec)
{
	struct str s;

	if (bi_unknown(c, 1, out) || !is_regex(c->self))
		return FLOW_NEXT;
	TRY(ts_to_text(r, ts_arg(c, 0), &s));
	return exec(r, c->self.object, s, out);
}

BUILTIN(regex_test)
{
	TRY(bi_regex_exec(r, c, out));
	if (out->type != TSV_UNKNOWN)
		*out = ts_bool(out->type == TSV_OBJECT);
	return FLOW_NEXT;
}

/* --- String -------------------------------------------------------------- */

static enum ts_flow subject(struct ts_run *r, const struct ts_call *c,
    struct str *s, struct match **m, bool *all, struct ts_value *out)
{
	struct ts_value p = ts_arg(c, 0);
	struct err ignored = ERR_INIT;
	struct str text;

	*m = NULL;
	if (bi_unknown(c, 1, out))
		return FLOW_NEXT;
	TRY(bi_text(r, c, s));
	if (is_regex(p)) {
		*all = is_global(p.object);
		if (!compile(p.object->source, p.object->flags, m))
			*out = ts_unknown_of(r, "the pattern /%.*s/",
			    STR_ARG(p.object->source));
		return FLOW_NEXT;
	}
	TRY(ts_to_text(r, p, &text));
	if (match_open(text, MATCH_LITERAL, m, &ignored))
		*out = ts_unknown_of(r, "a search for a long text");
	return FLOW_NEXT;
}

/* Behind a match; an empty one moves on by one character. */
static size_t next_from(struct str s, const struct match_span *v)
{
	size_t at = v->to;

	if (v->from != v->to)
		return at;
	for (at++; at < s.n && ((unsigned char)s.p[at] & 0xc0) == 0x80;)
		at++;
	return at;
}

/* "": a string, which has no groups */
static struct str source_of(const struct ts_call *c)
{
	struct ts_value p = ts_arg(c, 0);

	return p.type == TSV_OBJECT && p.object->class_of == CLASS_REGEX ?
	    p.object->source : STR("");
}

static enum ts_flow match_list(struct ts_run *r, const struct ts_call *c,
    bool whole, struct ts_value *out)
{
	struct ts_object *list = ts_array_new(r);
	struct match_span v[GROUPS];
	struct match *m;
	struct str s;
	enum ts_flow flow;
	bool all = false;
	size_t n;

	TRY(subject(r, c, &s, &m, &all, out));
	if (!m)
		return FLOW_NEXT;
	if (!all && !whole) {
		flow = search(r, m, s, 0, v, GROUPS, &n);
		*out = n ? found(r, s, m, source_of(c), v, n) : TS_NULL_VALUE;
		match_close(m);
		return flow;
	}
	for (size_t at = 0; !(flow = search(r, m, s, at, v, GROUPS, &n)) && n;
	    at = next_from(s, v))
		ts_push(r, list, whole ?
		    found(r, s, m, source_of(c), v, n) :
		    ts_text(str_sub(s, v[0].from, v[0].to)));
	match_close(m);
	*out = whole ? bi_iterator(r, list) : list->items.n ? ts_ref(list) :
	    TS_NULL_VALUE;
	return flow;
}

BUILTIN(string_match)
{
	return match_list(r, c, false, out);
}

BUILTIN(string_match_all)
{
	return match_list(r, c, true, out);
}

BUILTIN(string_search)
{
	struct match_span v[1];
	struct match *m;
	enum ts_flow flow;
	struct str s;
	size_t n;
	bool all;

	TRY(subject(r, c, &s, &m, &all, out));
	if (!m)
		return FLOW_NEXT;
	flow = search(r, m, s, 0, v, 1, &n);
	*out = ts_number(n ? (double)ts_text_length(str_sub(s, 0,
	    v[0].from)) : -1);
	match_close(m);
	return flow;
}

/* $1, $&, $$ … of a replacement (ECMA-262 22.1.3.19.1) */
static void expand(struct sbuf *b, struct str with, struct str s,
    const struct match_span *v, size_t n)
{
	for (size_t i = 0; i < with.n; i++) {
		char x = i + 1 < with.n ? with.p[i + 1] : '\0';
		size_t g = (size_t)(x - '0');

		if (with.p[i] != '$') {
			sbuf_addc(b, with.p[i]);
			continue;
		}
		if (x == '$') {
			sbuf_addc(b, '$');
		} else if (x == '&') {
			sbuf_add(b, str_sub(s, v[0].from, v[0].to));
		} else if (x == '`') {
			sbuf_add(b, str_sub(s, 0, v[0].from));
		} else if (x == '\'') {
			sbuf_add(b, str_sub(s, v[0].to, s.n));
		} else if (x >= '1' && x <= '9' && g < n) {
			if (v[g].from != SIZE_MAX)
				sbuf_add(b, str_sub(s, v[g].from, v[g].to));
		} else {
			sbuf_addc(b, '$');
			continue;
		}
		i++;
	}
}

static enum ts_flow replacement(struct ts_run *r, struct ts_value with,
    struct str s, const struct match_span *v, size_t n, struct sbuf *b)
{
	struct ts_value args[GROUPS + 2], one;
	struct str text;

	if (!ts_callable(with)) {
		TRY(ts_to_text(r, with, &text));
		expand(b, text, s, v, n);
		return FLOW_NEXT;
	}
	for (size_t i = 0; i < n; i++)
		args[i] = v[i].from == SIZE_MAX ? TS_UNDEFINED :
		    ts_text(str_sub(s, v[i].from, v[i].to));
	args[n] = ts_number((double)ts_text_length(str_sub(s, 0, v[0].from)));
	args[n + 1] = ts_text(s);
	TRY(ts_invoke(r, with, TS_UNDEFINED, args, n + 2, &one));
	TRY(ts_to_text(r, one, &text));
	sbuf_add(b, text);
	return FLOW_NEXT;
}

static enum ts_flow replace(struct ts_run *r, const struct ts_call *c,
    bool all, struct ts_value *out)
{
	enum ts_flow flow = FLOW_NEXT;
	struct match_span v[GROUPS];
	struct sbuf b = SBUF_TEXT;
	struct match *m;
	bool global = false;
	size_t at = 0, done = 0, n;
	struct str s;

	if (bi_unknown(c, 2, out))
		return FLOW_NEXT;
	TRY(subject(r, c, &s, &m, &global, out));
	if (!m)
		return FLOW_NEXT;
	while (!flow && !(flow = search(r, m, s, at, v, GROUPS, &n)) && n) {
		sbuf_add(&b, str_sub(s, done, v[0].from));
		flow = ts_cost(r, 1 + s.n / COST_BYTES);
		if (!flow)
			flow = replacement(r, ts_arg(c, 1), s, v, n, &b);
		if (!flow && b.n > TS_TEXT_MAX)
			flow = ts_fail(r, "a text of more than %d MiB",
			    (int)(TS_TEXT_MAX >> 20));
		done = v[0].to;
		at = next_from(s, v);
		if (!all && !global)
			break;
	}
	sbuf_add(&b, str_sub(s, done, s.n));
	if (!flow)
		*out = ts_text(arena_str(r->a, sbuf_str(&b)));
	sbuf_free(&b);
	match_close(m);
	return flow;
}

BUILTIN(string_replace)
{
	return replace(r, c, false, out);
}

BUILTIN(string_replace_all)
{
	return replace(r, c, true, out);
}

BUILTIN(string_split)
{
	struct ts_object *list = ts_array_new(r);
	struct match_span v[GROUPS];
	enum ts_flow flow;
	struct match *m;
	bool all;
	size_t at = 0, from = 0, n;
	struct str s;

	if (ts_is_undefined(ts_arg(c, 0)) && c->self.type == TSV_STRING) {
		ts_push(r, list, c->self);
		*out = ts_ref(list);
		return FLOW_NEXT;
	}
	TRY(subject(r, c, &s, &m, &all, out));
	if (!m)
		return FLOW_NEXT;
	while (!(flow = search(r, m, s, at, v, GROUPS, &n)) && n) {
		flow = ts_cost(r, 1 + s.n / COST_BYTES);
		if (flow)
			break;
		at = next_from(s, v);
		if (v[0].to == v[0].from && (v[0].from == from ||
		    v[0].from >= s.n)) {	/* between two characters */
			if (at > s.n || v[0].from >= s.n)
				break;
			continue;
		}
		ts_push(r, list, ts_text(str_sub(s, from, v[0].from)));
		for (size_t i = 1; i < n; i++)
			ts_push(r, list, v[i].from == SIZE_MAX ?
			    TS_UNDEFINED : ts_text(str_sub(s, v[i].from,
			    v[i].to)));
		from = v[0].to;
	}
	n = 0;
	if (!flow && !s.n)
		flow = search(r, m, s, 0, v, 1, &n);
	if (!n)
		ts_push(r, list, ts_text(str_sub(s, from, s.n)));
	match_close(m);
	*out = ts_ref(list);
	return flow;
}
