/*
 * pg_types: names of types, defaults and columns as drizzle-kit writes them
 * (sqlgenerator.ts, parseType), and what is mended of them.
 */
#include "decl/pg.h"
#include "dialect/pg/types.h"

/* --- names of types ------------------------------------------------------ */

/* A type that STARTS with one of these is written bare. */
static const char *const native[] = { "uuid", "smallint", "integer", "bigint",
	"boolean", "text", "varchar", "serial", "bigserial", "decimal",
	"numeric", "real", "json", "jsonb", "time", "timestamp", "date",
	"interval", "double precision", "char", "vector", "geometry",
	"halfvec", "sparsevec", "bit" };

static bool is_native(struct str type)
{
	for (size_t i = 0; i < sizeof(native) / sizeof(*native); i++)
		if (str_starts(type, str_z(native[i])))
			return true;
	return false;
}

static size_t digits(struct str s, size_t at)
{
	while (at < s.n && s.p[at] >= '0' && s.p[at] <= '9')
		at++;
	return at;
}

/* The end of /\[\d*(?:\[\d*\])*\]/ at `at`, or `at`. */
static size_t array_end(struct str s, size_t at)
{
	size_t i = digits(s, at + 1), next;

	while (i < s.n && s.p[i] == '[') {
		next = digits(s, i + 1);
		if (next >= s.n || s.p[next] != ']')
			break;
		i = next + 1;
	}
	return i < s.n && s.p[i] == ']' ? i + 1 : at;
}

struct str pg_type_base(struct arena *a, struct str type, struct str *arrays)
{
	char *base, *rest;
	size_t n = 0, m = 0;

	if (!memchr(type.p ? type.p : "", '[', type.n)) {
		if (arrays)
			*arrays = STR("");
		return type;
	}
	base = arena_alloc(a, type.n + 1);
	rest = arena_alloc(a, type.n + 1);
	for (size_t i = 0; i < type.n;) {
		size_t end = type.p[i] == '[' ? array_end(type, i) : i;

		if (end == i) {
			base[n++] = type.p[i++];
			continue;
		}
		memcpy(rest + m, type.p + i, end - i);
		m += end - i;
		i = end;
	}
	if (arrays)
		*arrays = (struct str){ rest, m };
	return (struct str){ base, n };
}

static struct str exact_type(struct pg_work *w, const struct pg_col *c,
    bool always)
{
	struct str arrays, base = pg_type_base(w->a, c->type, &arrays);
	struct str schema = c->type_schema;

	if (is_native(c->type))
		return SQL_OF(w, RAW(base), RAW(arrays));
	if (always)
		return SQL_OF(w, NAME(schema.p ? schema : STR("undefined"),
		    base), RAW(arrays));
	if (!schema.n || str_is(schema, "public"))
		return SQL_OF(w, ID(base), RAW(arrays));
	return SQL_OF(w, NAME(schema, base), RAW(arrays));
}

static bool has_any(struct str s, const char *bytes)
{
	for (size_t i = 0; i < s.n; i++)
		if (strchr(bytes, s.p[i]))
			return true;
	return false;
}

static struct str safe_type(struct pg_work *w, const struct pg_col *c,
    bool always)
{
	struct str arrays, base = pg_type_base(w->a, c->type, &arrays);

	if (c->type_schema.n) {
		bool bare = !always && str_is(c->type_schema, "public");

		return SQL_OF(w, NAME(bare ? STR_NONE : c->type_schema, base),
		    RAW(arrays));
	}
	if (pg_enum_of(w->j->to, STR("public"), base))
		return SQL_OF(w, ID(base), RAW(arrays));
	if (is_native(base) || has_any(base, "( \""))
		return SQL_OF(w, RAW(base), RAW(arrays));
	return SQL_OF(w, ID(base), RAW(arrays));
}

struct str pgd_type_text(struct pg_work *w, const struct pg_col *c, bool always)
{
	struct str exact = exact_type(w, c, always), safe;

	if (!w->safe)
		return exact;
	safe = safe_type(w, c, always);
	if (!str_eq(exact, safe))
		decl_differs(w->j, DECL_D_TYPE_NAME, pg_column_name(w, c));
	return safe;
}

/* --- changes of type ----------------------------------------------------- */

struct str pg_serial_base(struct str type)
{
	static const char *const words[][2] = { { "serial", "integer" },
		{ "bigserial", "bigint" }, { "smallserial", "smallint" } };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (str_is(type, words[i][0]))
			return str_z(words[i][1]);
	return STR_NONE;
}

/* As format_type() writes it; absent: not one that we know. */
static struct str formatted(struct arena *a, struct str type)
{
	static const char *const words[][2] = { { "varchar",
		"character varying" }, { "char", "character" },
		{ "decimal", "numeric" } };
	static const char *const same[] = { "uuid", "smallint", "integer",
		"bigint", "boolean", "text", "numeric", "real", "json",
		"jsonb", "date", "interval", "double precision", "inet",
		"cidr", "macaddr", "bytea", "money", "xml", "point", "line" };
	struct str arrays, base = pg_type_base(a, type, &arrays);
	size_t open = str_find(base, STR("("), 0);
	struct str word = str_trim(str_sub(base, 0, open)), args = STR("");
	struct str serial = pg_serial_base(base), zone = STR("");

	if (open < base.n) {
		size_t end = str_find(base, STR(")"), open);
		char *p = arena_alloc(a, base.n + 1);
		size_t n = 0;

		for (size_t i = open; i < base.n && i <= end; i++)
			if (base.p[i] != ' ')
				p[n++] = base.p[i];
		args = (struct str){ p, n };
		zone = str_trim(str_sub(base, end + 1, base.n));
	}
	if (serial.p)
		word = serial;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (str_is(word, words[i][0]))
			return arena_printf(a, "%s%.*s%s", words[i][1],
			    STR_ARG(args), arrays.n ? "[]" : "");
	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++)
		if (str_is(word, same[i]))
			return arena_printf(a, "%s%.*s%s", same[i],
			    STR_ARG(args), arrays.n ? "[]" : "");
	for (size_t i = 0; i < 2; i++) {
		struct str time = i ? STR("time") : STR("timestamp");

		if (!str_starts(word, time) || (word.n > time.n &&
		    word.p[time.n] != ' '))
			continue;
		if (!zone.n)
			zone = str_trim(str_sub(word, time.n, word.n));
		return arena_printf(a, "%.*s%.*s %.*s%s", STR_ARG(time),
		    STR_ARG(args), STR_ARG(zone.n ? zone :
		    STR("without time zone")), arrays.n ? "[]" : "");
	}
	return STR_NONE;
}

bool pg_needs_using(struct pg_work *w, struct str from, struct str to)
{
	enum { SERVER = 150000 };
	struct str x = formatted(w->a, from), y = formatted(w->a, to);

	return x.p && y.p &&
	    pg_type_change(x, y, false, true, SERVER, w->a).refused;
}

static bool is_textual(struct str type)
{
	return str_starts(type, STR("text")) ||
	    str_starts(type, STR("varchar")) || str_starts(type, STR("char"));
}

static void set_default(struct pg_work *w, const struct pg_st *s,
    struct str cast)
{
	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" ALTER COLUMN "), ID(s->name),
	    Z(" SET DEFAULT "), RAW(pg_default_text(w, s->table, s->col,
	    &s->col->c->dflt)), RAW(cast), Z(";"));
}

static void drop_default(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" ALTER COLUMN "), ID(s->name),
	    Z(" DROP DEFAULT;"));
}

static void set_type(struct pg_work *w, const struct pg_st *s,
    struct str type, struct str cast)
{
	if (!cast.n) {
		SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" ALTER COLUMN "),
		    ID(s->name), Z(" SET DATA TYPE "), RAW(type), Z(";"));
		return;
	}
	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" ALTER COLUMN "), ID(s->name),
	    Z(" SET DATA TYPE "), RAW(type), Z(" USING "), ID(s->name),
	    RAW(cast), Z("::"), RAW(type), Z(";"));
}

/* The default is taken off before and set after. */
static void change_using(struct pg_work *w, const struct pg_st *s,
    struct str type, struct str value)
{
	decl_differs(w->j, DECL_D_TYPE_USING, pg_column_name(w, s->col));
	if (s->was->c->dflt.kind != DECL_NO_VALUE)
		drop_default(w, s);
	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" ALTER COLUMN "), ID(s->name),
	    Z(" SET DATA TYPE "), RAW(type), Z(" USING "), RAW(value), Z(";"));
	if (s->col->c->dflt.kind != DECL_NO_VALUE)
		set_default(w, s, STR(""));
}

static void change_by_hand(struct pg_work *w, const struct pg_st *s,
    struct str type, struct str cast)
{
	change_using(w, s, type, SQL_OF(w, ID(s->name), RAW(cast), Z("::"),
	    RAW(type)));
}

/* One value becomes an array of it, NULL stays; false: nothing of the sort. */
static bool become_array(struct pg_work *w, const struct pg_st *s,
    struct str type)
{
	struct str was, is;
	struct str from = pg_type_base(w->a, s->was->type, &was);
	struct str to = pg_type_base(w->a, s->col->type, &is);
	bool same = str_eq(from, to) &&
	    str_eq(s->was->type_schema, s->col->type_schema);

	if (was.n || !str_is(is, "[]"))
		return false;
	change_using(w, s, type, SQL_OF(w, Z("CASE WHEN "), ID(s->name),
	    Z(" IS NOT NULL THEN ARRAY["), ID(s->name), Z("]"),
	    RAW(same ? STR("") : STR("::text[]")), Z("::"), RAW(type),
	    Z(" END")));
	return true;
}

static void become_serial(struct pg_work *w, const struct pg_st *s,
    struct str base)
{
	struct str was = pg_serial_base(s->was->type);

	decl_differs(w->j, DECL_D_TYPE_SERIAL, pg_column_name(w, s->col));
	if (!was.p && s->was->c->dflt.kind != DECL_NO_VALUE)
		drop_default(w, s);
	if (!str_eq(was.p ? was : s->was->type, base))
		set_type(w, s, base, pg_needs_using(w, s->was->type, base) ?
		    STR("::text") : STR(""));
	if (!was.p)
		pg_become_serial(w, s, base);
}

/* true: written */
static bool write_type_safe(struct pg_work *w, const struct pg_st *s,
    struct str type)
{
	struct str from = s->was->type, to = s->col->type;
	struct str base = pg_serial_base(to);
	bool had = s->was->c->dflt.kind != DECL_NO_VALUE;
	bool has = s->col->c->dflt.kind != DECL_NO_VALUE;
	struct str x, y;

	if (base.p) {
		become_serial(w, s, base);
		return true;
	}
	if (become_array(w, s, type))
		return true;
	if (s->old_enum && s->new_enum)
		return false;
	if (s->new_enum || s->old_enum) {
		bool plain = s->new_enum ? is_textual(from) : is_textual(to);

		if (plain && (!had || has))
			return false;
		change_by_hand(w, s, type, plain ? STR("") : STR("::text"));
		return true;
	}
	x = formatted(w->a, from);
	y = formatted(w->a, to);
	if (!x.p || !y.p || !pg_needs_using(w, from, to))
		return false;
	change_by_hand(w, s, type, pg_type_castable(x, y, w->a) ? STR("") :
	    STR("::text"));
	return true;
}

static void write_type(struct pg_work *w, const struct pg_st *s)
{
	struct str type = pg_serial_base(s->col->type).p && w->safe ?
	    pg_serial_base(s->col->type) : pgd_type_text(w, s->col, true);
	struct str cast = SQL_OF(w, Z("::"), RAW(type));
	bool truthy = decl_value_truthy(&s->col->c->dflt);

	if (w->safe && write_type_safe(w, s, type))
		return;
	if (s->old_enum && s->new_enum) {
		bool name = !str_eq(s->was->type, s->col->type) && truthy;

		if (name)
			drop_default(w, s);
		set_type(w, s, type, STR("::text"));
		if (name)
			set_default(w, s, STR(""));
		return;
	}
	if (s->new_enum) {
		if (truthy)
			set_default(w, s, cast);
		SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" ALTER COLUMN "),
		    ID(s->name), Z(" SET DATA TYPE "), RAW(type),
		    Z(" USING "), ID(s->name), RAW(cast), Z(";"));
		return;
	}
	set_type(w, s, type, STR(""));
	if (truthy)
		set_default(w, s, STR(""));
}

/* An identity goes on after the sequence; a generated column comes anew. */
static bool stops_serial(const struct pg_work *w, const struct pg_st *s)
{
	return w->safe && pg_serial_base(s->was->type).p &&
	    !pg_serial_base(s->col->type).p && !s->col->identity.p &&
	    !s->col->c->generated.p;
}

void pgw_col_type(struct pg_work *w, const struct pg_st *s)
{
	bool stops = stops_serial(w, s);

	if (stops)
		drop_default(w, s);
	write_type(w, s);
	if (stops)
		pg_stop_serial(w, s);
}

/* --- columns ------------------------------------------------------------- */

struct str pg_identity_text(struct pg_work *w, struct str schema,
    struct str identity)
{
	struct decl_identity i = pg_take_identity(&w->q, identity);
	const struct {
		const char *word;
		struct str value;
	} options[] = { { " INCREMENT BY ", i.increment },
		{ " MINVALUE ", i.min }, { " MAXVALUE ", i.max },
		{ " START WITH ", i.start }, { " CACHE ", i.cache } };
	struct str text = SQL_OF(w, Z(" GENERATED "),
	    RAW(str_is(i.type, "always") ? STR("ALWAYS") : STR("BY DEFAULT")),
	    Z(" AS IDENTITY (sequence name "), NAME(schema, i.name));

	for (size_t k = 0; k < 5; k++)
		if (options[k].value.n)
			text = SQL_OF(w, RAW(text),
			    RAW(str_z(options[k].word)),
			    RAW(options[k].value));
	return SQL_OF(w, RAW(text), RAW(i.cycle ? STR(" CYCLE") : STR("")),
	    Z(")"));
}

struct str pgd_column_text(struct pg_work *w, struct str schema,
    struct str table, const struct pg_col *c, bool created)
{
	const struct decl_column *d = c->c;
	bool notnull = d->notnull && !(created && c->identity.p);
	struct str dflt = STR(""), generated = STR(""), identity = STR("");

	if (d->dflt.kind != DECL_NO_VALUE)
		dflt = SQL_OF(w, Z(" DEFAULT "),
		    RAW(pg_default_text(w, table, c, &d->dflt)));
	if (d->generated.p)
		generated = SQL_OF(w, Z(" GENERATED ALWAYS AS ("),
		    RAW(d->generated), Z(") STORED"));
	if (c->identity.p)
		identity = pg_identity_text(w, schema, c->identity);
	return SQL_OF(w, ID(c->name), Z(" "), RAW(pgd_type_text(w, c, false)),
	    RAW(d->primary ? STR(" PRIMARY KEY") : STR("")), RAW(dflt),
	    RAW(generated), RAW(notnull ? STR(" NOT NULL") : STR("")),
	    RAW(identity));
}
