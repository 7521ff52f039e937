/* types: what a change of type does to the values (PY1–PY14). */
#include <stdlib.h>

#include "dialect/pg/internal.h"
#include "dialect/pg/types.h"

/* A type taken apart: "character varying(20)[]". */
struct shape {
	struct str base;	/* without modifiers and brackets */
	struct str fields;	/* of an interval: "day to second", or "" */
	int mods[2];
	int nmods;
	bool array;
};

static void take_fields(struct shape *s)
{
	if (!str_starts(s->base, STR("interval ")))
		return;
	s->fields = str_trim(str_sub(s->base, 9, s->base.n));
	s->base = str_sub(s->base, 0, 8);
}

static struct shape shape_of(struct str type, struct arena *a)
{
	struct shape s = { .base = type };
	size_t open, close;

	if (str_ends(type, STR("[]"))) {
		s.array = true;
		type = str_sub(type, 0, type.n - 2);
		s.base = type;
	}
	open = str_find(type, STR("("), 0);
	close = str_find(type, STR(")"), open);
	if (open == type.n || close == type.n) {
		take_fields(&s);
		return s;
	}
	s.base = arena_printf(a, "%.*s%.*s", STR_ARG(str_sub(type, 0, open)),
	    STR_ARG(str_sub(type, close + 1, type.n)));
	for (size_t i = open + 1; i < close && s.nmods < 2;) {
		size_t end = str_find(type, STR(","), i);

		if (end > close)
			end = close;
		s.mods[s.nmods++] = atoi(arena_z(a, str_trim(str_sub(type, i,
		    end))));
		i = end + 1;
	}
	take_fields(&s);
	return s;
}

enum family { FAM_OTHER, FAM_INT, FAM_NUMERIC, FAM_FLOAT, FAM_VARCHAR,
	FAM_CHAR, FAM_TEXT, FAM_BIT, FAM_VARBIT, FAM_STAMP, FAM_DATE,
	FAM_TIME, FAM_INTERVAL, FAM_JSON, FAM_JSONB, FAM_UUID, FAM_BOOL,
	FAM_NET, FAM_MONEY, FAM_XML, FAM_BYTEA };
static const struct known {
	const char *base;
	enum family family;
	int size;		/* bytes of a number; 1: with a time zone */
} knowns[] = {
	{ "smallint", FAM_INT, 2 }, { "integer", FAM_INT, 4 },
	{ "bigint", FAM_INT, 8 }, { "numeric", FAM_NUMERIC, 0 },
	{ "real", FAM_FLOAT, 4 }, { "double precision", FAM_FLOAT, 8 },
	{ "character varying", FAM_VARCHAR, 0 }, { "character", FAM_CHAR, 0 },
	{ "text", FAM_TEXT, 0 }, { "bit", FAM_BIT, 0 },
	{ "bit varying", FAM_VARBIT, 0 },
	{ "timestamp without time zone", FAM_STAMP, 0 },
	{ "timestamp with time zone", FAM_STAMP, 1 },
	{ "date", FAM_DATE, 0 }, { "time without time zone", FAM_TIME, 0 },
	{ "time with time zone", FAM_TIME, 1 },
	{ "interval", FAM_INTERVAL, 0 }, { "json", FAM_JSON, 0 },
	{ "jsonb", FAM_JSONB, 0 }, { "uuid", FAM_UUID, 0 },
	{ "boolean", FAM_BOOL, 0 }, { "inet", FAM_NET, 4 },
	{ "cidr", FAM_NET, 0 }, { "money", FAM_MONEY, 0 },
	{ "xml", FAM_XML, 0 }, { "bytea", FAM_BYTEA, 0 },
};
static const struct known unknown_type = { "", FAM_OTHER, 0 };

static const struct known *known(struct str base)
{
	for (size_t i = 0; i < sizeof(knowns) / sizeof(*knowns); i++)
		if (str_is(base, knowns[i].base))
			return &knowns[i];
	return &unknown_type;
}

/* What the rules of one pair of families look at. */
struct pair {
	struct shape from, to;
	const struct known *f, *t;
	bool using_cast, utc;
	int version;
	struct arena *a;
};

static struct pg_type_change safe(int code, bool rewrite)
{
	return (struct pg_type_change){ .code = code, .rewrite = rewrite,
		.keeps = true, .loses = STR(""), .fails = STR("") };
}

static struct pg_type_change rewrites(int code, struct str loses,
    struct str fails)
{
	return (struct pg_type_change){ .code = code, .rewrite = true,
		.loses = loses, .fails = fails };
}

static struct pg_type_change refused(struct str fails)
{
	return (struct pg_type_change){ .code = 13, .rewrite = true,
		.refused = true, .loses = STR(""), .fails = fails,
		.unknown = fails.n == 0 };
}

static struct str int_range(const struct pair *p)
{
	return p->t->size == 2 ? STR("# NOT BETWEEN -32768 AND 32767") :
	    p->t->size == 4 ? STR("# NOT BETWEEN -2147483648 AND 2147483647") :
	    STR("# NOT BETWEEN -9223372036854775808"
	    " AND 9223372036854775807");
}

/* --- numbers --------------------------------------------------------------- */

static struct str numeric_overflow(const struct pair *p)
{
	int digits = p->to.mods[0] - p->to.mods[1];

	if (p->to.nmods == 0)
		return STR("");
	return arena_printf(p->a, "pg_catalog.abs(pg_catalog.round("
	    "#::pg_catalog.numeric, %d)) >= 1e%d::pg_catalog.numeric",
	    p->to.mods[1], digits);
}

static struct pg_type_change numbers(const struct pair *p)
{
	if (p->f->family == FAM_INT && p->t->family == FAM_INT)
		return p->t->size >= p->f->size ? safe(4, true) :
		    rewrites(7, STR(""), int_range(p));
	if (p->t->family == FAM_INT)
		return rewrites(8, STR("#::pg_catalog.numeric <>"
		    " pg_catalog.round(#::pg_catalog.numeric)"), int_range(p));
	if (p->t->family == FAM_NUMERIC && p->f->family == FAM_NUMERIC) {
		bool bare = p->to.nmods == 0;

		if (bare || (p->from.nmods && p->from.mods[1] ==
		    p->to.mods[1] && p->to.mods[0] >= p->from.mods[0]))
			return safe(1, false);
		return rewrites(8, arena_printf(p->a,
		    "# <> pg_catalog.round(#, %d)", p->to.mods[1]),
		    numeric_overflow(p));
	}
	if (p->t->family == FAM_NUMERIC) {
		if (p->to.nmods == 0)
			return safe(4, true);
		return rewrites(8, arena_printf(p->a,
		    "#::pg_catalog.numeric <>"
		    " pg_catalog.round(#::pg_catalog.numeric, %d)",
		    p->to.mods[1]), numeric_overflow(p));
	}
	if (p->f->family == FAM_FLOAT && p->t->size >= p->f->size)
		return safe(4, true);
	if (p->f->family == FAM_FLOAT)
		return rewrites(9, STR("#::pg_catalog.float4"
		    "::pg_catalog.float8 <> #"), STR(""));
	/* shortest text that reads back the same, compared as a number */
	return rewrites(9, p->t->size == 4 ?
	    STR("#::pg_catalog.float4::pg_catalog.text"
	    "::pg_catalog.numeric <> #::pg_catalog.numeric") :
	    STR("#::pg_catalog.float8::pg_catalog.text"
	    "::pg_catalog.numeric <> #::pg_catalog.numeric"), STR(""));
}

/* --- text ------------------------------------------------------------------- */

static struct str longer(const struct pair *p, bool trimmed)
{
	return arena_printf(p->a, trimmed ? "pg_catalog.length("
	    "pg_catalog.rtrim(#::pg_catalog.text, ' ')) > %d" :
	    "pg_catalog.length(#) > %d", p->to.mods[0]);
}

static struct pg_type_change shrink(const struct pair *p)
{
	/* the cast of USING cuts; the assignment alone refuses, but for
	 * blanks at the end */
	if (p->using_cast)
		return rewrites(6, longer(p, false), STR(""));
	return rewrites(5, STR(""), longer(p, p->t->family != FAM_BIT &&
	    p->t->family != FAM_VARBIT));
}

static struct pg_type_change texts(const struct pair *p)
{
	int room = p->to.nmods ? p->to.mods[0] : 0;
	int had = p->from.nmods ? p->from.mods[0] : 0;

	if (p->t->family == FAM_CHAR && !p->to.nmods)
		room = 1;
	if (p->f->family == FAM_CHAR && p->t->family != FAM_CHAR) {
		struct pg_type_change c = safe(14, true);

		c.note = "trailing blanks go";
		return room && had > room ? shrink(p) : c;
	}
	if (room && (!had || had > room))
		return shrink(p);
	return safe(p->t->family == FAM_CHAR ? 4 : 1,
	    p->t->family == FAM_CHAR);
}

static struct pg_type_change bits(const struct pair *p)
{
	if (p->to.nmods && (!p->from.nmods ||
	    p->from.mods[0] > p->to.mods[0]))
		return shrink(p);
	if (p->f->family == FAM_BIT && p->to.nmods)
		return safe(4, true);
	return safe(p->t->family == FAM_BIT ? 4 : 1, p->t->family == FAM_BIT);
}

/* A text that has to read as the new type. */
static const struct {
	enum family to;
	const char *fails;
} readable[] = {
	{ FAM_INT, "# !~ '^\\s*[-+]?[0-9]{1,18}\\s*$'" },
	{ FAM_NUMERIC, "# !~ '^\\s*[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)"
	    "([eE][-+]?[0-9]{1,3})?\\s*$'" },
	{ FAM_FLOAT, "# !~ '^\\s*[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)"
	    "([eE][-+]?[0-9]{1,2})?\\s*$'" },
	{ FAM_UUID, "# !~* '^\\{?[0-9a-f]{4}(-?[0-9a-f]{4}){7}\\}?$'" },
	{ FAM_BOOL, "pg_catalog.lower(pg_catalog.btrim(#)) NOT IN ('t', 'f',"
	    " 'true', 'false', 'y', 'n', 'yes', 'no', 'on', 'off', '1', '0',"
	    " 'tr', 'tru', 'fa', 'fal', 'fals', 'ye', 'of')" },
};

static struct pg_type_change from_text(const struct pair *p)
{
	/* 16: pg_input_is_valid() asks the type itself */
	if (p->version >= 160000)
		return refused(STR("NOT pg_catalog.pg_input_is_valid("
		    "#::pg_catalog.text, '%')"));
	for (size_t i = 0; !p->to.array && !p->from.array &&
	    i < sizeof(readable) /
	    sizeof(*readable); i++)
		if (readable[i].to == p->t->family)
			return refused(str_z(readable[i].fails));
	return refused(STR(""));
}

/* --- dates ------------------------------------------------------------------ */

/* Precision; none = 6. */
static int digits(const struct shape *s)
{
	return s->nmods ? s->mods[0] : 6;
}

static struct str round_trip(const struct pair *p, struct str back)
{
	return arena_printf(p->a, "#::%%::%.*s IS DISTINCT FROM #",
	    STR_ARG(back));
}

static struct pg_type_change dates(const struct pair *p, struct str from)
{
	if (!str_eq(p->from.fields, p->to.fields) && p->to.fields.n &&
	    p->f->family == FAM_INTERVAL && p->t->family == FAM_INTERVAL)
		return rewrites(10, round_trip(p, from), STR(""));
	if (p->f->family == p->t->family && p->f->size == p->t->size)
		return digits(&p->to) >= digits(&p->from) ? safe(1, false) :
		    rewrites(10, round_trip(p, from), STR(""));
	if (p->f->family == FAM_STAMP && p->t->family == FAM_STAMP) {
		/* a precision is a conversion of its own */
		bool same = p->utc && !p->to.nmods;
		struct pg_type_change c = safe(2, !same);

		if (digits(&p->to) < digits(&p->from))
			c = rewrites(10, round_trip(p, from), STR(""));
		c.note = p->utc ? "read as UTC" :
		    "read in the session's time zone";
		return c;
	}
	if (p->f->family == FAM_DATE) {
		struct pg_type_change c = p->t->family == FAM_STAMP ?
		    safe(p->t->size ? 2 : 4, true) : refused(STR(""));

		return c;
	}
	if (p->f->family == FAM_STAMP && p->t->family == FAM_DATE)
		return rewrites(10, round_trip(p, from), STR(""));
	if (p->f->family == FAM_TIME && p->t->family == FAM_INTERVAL)
		return p->f->size ? refused(STR("")) : safe(4, true);
	if (p->f->family == FAM_TIME && p->t->family == FAM_TIME &&
	    p->t->size)
		return safe(4, true);
	if (p->t->family == FAM_TIME && p->t->size && !p->f->size)
		return refused(STR(""));
	if (p->t->family == FAM_TIME)
		return rewrites(10, STR("# IS NOT NULL"), STR(""));
	return refused(STR(""));
}

/* --- the rest ----------------------------------------------------------------- */

static bool is_number(enum family f)
{
	return f == FAM_INT || f == FAM_NUMERIC || f == FAM_FLOAT;
}

static bool is_text(enum family f)
{
	return f == FAM_VARCHAR || f == FAM_CHAR || f == FAM_TEXT;
}

static bool is_date(enum family f)
{
	return f == FAM_STAMP || f == FAM_DATE || f == FAM_TIME ||
	    f == FAM_INTERVAL;
}

static struct pg_type_change to_text(const struct pair *p)
{
	struct pg_type_change c;

	if (p->f->family == FAM_XML && !p->from.array && !p->to.nmods &&
	    p->t->family != FAM_CHAR)
		return safe(1, false);
	c = safe(p->from.array ||
	    p->f->family == FAM_JSONB || p->f->family == FAM_JSON ? 12 : 4,
	    true);

	if (p->t->family != FAM_TEXT && (p->to.nmods ||
	    p->t->family == FAM_CHAR)) {
		c = rewrites(5, STR(""), STR(""));
		c.fails = arena_printf(p->a, "pg_catalog.length("
		    "#::pg_catalog.text) > %d", p->to.nmods ? p->to.mods[0] :
		    1);
		if (p->using_cast) {
			c.code = 6;
			c.loses = c.fails;
			c.fails = STR("");
		}
	}
	return c;
}

static struct pg_type_change json_to_jsonb(void)
{
	return rewrites(11, STR("CASE WHEN #::pg_catalog.text ~ '\\\\u0000'"
	    " THEN false ELSE pg_catalog.length(pg_catalog.regexp_replace("
	    "#::pg_catalog.text, '\\s', '', 'g')) <> pg_catalog.length("
	    "pg_catalog.regexp_replace(#::pg_catalog.jsonb::pg_catalog.text,"
	    " '\\s', '', 'g')) END"),
	    STR("#::pg_catalog.text ~ '\\\\u0000'"));
}

static struct pg_type_change scalar(const struct pair *p, struct str from)
{
	enum family f = p->f->family, t = p->t->family;

	if (is_number(f) && is_number(t))
		return numbers(p);
	if (is_text(f) && is_text(t))
		return texts(p);
	if ((f == FAM_BIT || f == FAM_VARBIT) &&
	    (t == FAM_BIT || t == FAM_VARBIT))
		return bits(p);
	if (is_date(f) && is_date(t))
		return dates(p, from);
	if (f == FAM_JSON && t == FAM_JSONB)
		return json_to_jsonb();
	if (t == FAM_MONEY && f == FAM_INT)
		return p->f->size > 2 ? safe(4, true) : refused(STR(""));
	if ((t == FAM_MONEY && f == FAM_NUMERIC) ||
	    (f == FAM_MONEY && t == FAM_NUMERIC))
		return rewrites(8, round_trip(p, from), STR(""));
	if (f == FAM_JSONB && t == FAM_JSON)
		return safe(4, true);
	if (f == FAM_NET && t == FAM_NET)
		return p->t->size ? safe(1, false) : rewrites(10,
		    round_trip(p, from), STR(""));
	if (is_text(t))
		return to_text(p);
	if (is_text(f))
		return from_text(p);
	return refused(STR(""));
}

struct pg_type_change pg_type_change(struct str from, struct str to,
    bool using_cast, bool utc, int version, struct arena *a)
{
	struct pair p = { .from = shape_of(from, a), .to = shape_of(to, a),
		.using_cast = using_cast, .utc = utc, .version = version,
		.a = a };
	struct pg_type_change c;

	if (str_eq(from, to))
		return safe(0, false);
	p.f = known(p.from.base);
	p.t = known(p.to.base);
	if (p.from.array != p.to.array)
		return p.from.array && is_text(p.t->family) ? to_text(&p) :
		    is_text(p.f->family) ? from_text(&p) : refused(STR(""));
	c = scalar(&p, from);
	c.rewrite = c.rewrite || p.from.array;
	if (p.from.array && c.code == 1)
		c.code = 4;
	if (p.from.array && (c.loses.n || c.fails.n)) {
		/* the conditions are about one value, not about elements */
		c.loses = c.fails = STR("");
		c.unknown = true;
	}
	return c;
}

bool pg_type_castable(struct str from, struct str to, struct arena *a)
{
	struct pg_type_change c = pg_type_change(from, to, true, true, 0, a);
	enum family f = known(shape_of(from, a).base)->family;
	enum family t = known(shape_of(to, a).base)->family;
	bool array = str_ends(from, STR("[]"));

	/* an array has a cast to text, and to other arrays */
	if (array != str_ends(to, STR("[]")))
		return is_text(array ? t : f);
	return !c.refused || f == FAM_OTHER || t == FAM_OTHER ||
	    is_text(f) || is_text(t) || (f == FAM_INT && t == FAM_BOOL) ||
	    (f == FAM_BOOL && t == FAM_INT);
}

struct str pg_type_form(struct str form, struct str column, struct str type,
    struct arena *a)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	for (size_t i = 0; i < form.n; i++) {
		bool quoted = i > 0 && form.p[i - 1] == '\'';

		if (form.p[i] == '#')
			sbuf_add(&b, column);
		else if (form.p[i] != '%')
			sbuf_addc(&b, form.p[i]);
		else
			for (size_t k = 0; k < type.n; k++) {
				if (quoted && type.p[k] == '\'')
					sbuf_addc(&b, '\'');
				sbuf_addc(&b, type.p[k]);
			}
	}
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

/* --- any other way to the new value ------------------------------------------- */

#define NUMBER "'^\\s*[-+]?(0|[1-9][0-9]*)?(\\.[0-9]*)?" \
	"([eE][-+]?[0-9]{1,3})?\\s*$'"
#define DAY "'^\\s*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ T][0-9]{1,2}:[0-9]{2}" \
	"(:[0-9]{2}(\\.[0-9]{1,6})?)?\\s*(Z|[-+][0-9]{2}(:?[0-9]{2})?)?)?\\s*$'"
#define CLOCK "'^\\s*[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6})?)?\\s*$'"
#define DIGIT "was ~ '[0-9]'"
#define BOTH(pattern) "was ~ " pattern " AND now ~ " pattern
#define AS_TYPE(pattern, type) "CASE WHEN " DIGIT " AND " BOTH(pattern) \
	" THEN was::pg_catalog." type " IS DISTINCT FROM now::pg_catalog." type \
	" ELSE pg_catalog.btrim(was) IS DISTINCT FROM now END"
#define PLAIN(side) "pg_catalog.regexp_replace(" side ", '\\s', '', 'g')"
#define YES(side) "CASE WHEN pg_catalog.lower(pg_catalog.btrim(" side ")) IN" \
	" ('1', 't', 'true', 'y', 'yes', 'on') THEN 'true' WHEN" \
	" pg_catalog.lower(pg_catalog.btrim(" side ")) IN ('0', 'f', 'false'," \
	" 'n', 'no', 'off') THEN 'false' ELSE " side " END"
#define HEX(side) "pg_catalog.lower(pg_catalog.translate(" side \
	", '{}- ', ''))"

/* Texts of the old and the new value: do they differ beyond their spelling?
 * A number with zeros in front of it is no number alone (a postal code). */
static const char *const differs[] = {
	[FAM_OTHER] = PLAIN("was") " IS DISTINCT FROM " PLAIN("now"),
	[FAM_JSON] = PLAIN("was") " IS DISTINCT FROM " PLAIN("now"),
	[FAM_INT] = AS_TYPE(NUMBER, "numeric"),
	[FAM_NUMERIC] = AS_TYPE(NUMBER, "numeric"),
	[FAM_FLOAT] = AS_TYPE(NUMBER, "numeric"),
	[FAM_MONEY] = AS_TYPE(NUMBER, "numeric"),
	[FAM_STAMP] = AS_TYPE(DAY, "timestamptz"),
	[FAM_DATE] = AS_TYPE(DAY, "timestamptz"),
	[FAM_TIME] = AS_TYPE(CLOCK, "time"),
	[FAM_INTERVAL] = "CASE WHEN was !~ '\\.[0-9]{7}' THEN"
	    " was::pg_catalog.interval IS DISTINCT FROM"
	    " now::pg_catalog.interval ELSE was IS DISTINCT FROM now END",
	[FAM_JSONB] = "pg_catalog.length(" PLAIN("was") ") IS DISTINCT FROM"
	    " pg_catalog.length(" PLAIN("now") ") OR"
	    " was::pg_catalog.jsonb IS DISTINCT FROM now::pg_catalog.jsonb",
	[FAM_BOOL] = YES("was") " IS DISTINCT FROM " YES("now"),
	[FAM_UUID] = HEX("was") " IS DISTINCT FROM " HEX("now"),
};

struct str pg_type_differs(struct str from, struct str to, struct arena *a)
{
	enum family f = known(shape_of(from, a).base)->family;
	enum family t = known(shape_of(to, a).base)->family;
	const char *form = NULL;

	if (str_ends(from, STR("[]")) || str_ends(to, STR("[]")))
		t = is_text(t) && !str_ends(to, STR("[]")) ? t : FAM_OTHER;
	else if (f == FAM_BOOL && is_number(t))
		t = FAM_BOOL;
	if (t < sizeof(differs) / sizeof(*differs))
		form = differs[t];
	return str_z(form ? form : "was IS DISTINCT FROM now");
}

struct str pg_type_shown(struct str expr, struct str type, struct arena *a)
{
	/* '$1.24' is no number */
	bool money = str_is(type, "money");

	return arena_printf(a, "(%.*s%s)%s::pg_catalog.text", STR_ARG(expr),
	    pg_line_end(expr), money ? "::pg_catalog.numeric" : "");
}

bool pg_type_reads_all(struct str from, struct str to, struct arena *a)
{
	enum family f = known(shape_of(from, a).base)->family;
	enum family t = known(shape_of(to, a).base)->family;

	if (str_ends(from, STR("[]")) || str_ends(to, STR("[]")))
		return false;
	if (f == FAM_BOOL && t == FAM_INT)
		return true;
	return is_text(f) && (t == FAM_UUID || t == FAM_BOOL ||
	    t == FAM_JSON || t == FAM_XML || t == FAM_NET || t == FAM_BYTEA);
}
