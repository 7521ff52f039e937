/* rows_cond: what a type has for operators, and what their values look like. */
#include <stdlib.h>

#include "base/match.h"
#include "op/rows_cond.h"
#include "op/rows_sql.h"

const struct rows_op_info rows_op_table[OP_N] = {
	[OP_EQ] = { "=", "equal", TAKES_ONE },
	[OP_NE] = { "<>", "not equal, and not NULL", TAKES_ONE },
	[OP_LT] = { "<", "less, before", TAKES_ONE },
	[OP_LE] = { "<=", "less or equal", TAKES_ONE },
	[OP_GT] = { ">", "more, after", TAKES_ONE },
	[OP_GE] = { ">=", "more or equal", TAKES_ONE },
	[OP_BETWEEN] = { "between", "from the first to the second, with both",
		TAKES_TWO },
	[OP_IN] = { "in", "one of several", TAKES_LIST },
	[OP_LIKE] = { "like", "% any text, _ any character", TAKES_ONE },
	[OP_STARTS] = { "starts with", "this text, in this case", TAKES_ONE },
	[OP_CONTAINS] = { "contains", "this text anywhere, in any case",
		TAKES_ONE },
	[OP_REGEXP] = { "matches", "a regular expression (regexp), in this "
		"case", TAKES_ONE },
	[OP_NOT_REGEXP] = { "does not match", "a regular expression (regexp)",
		TAKES_ONE },
	[OP_NULL] = { "is null", "no value", TAKES_NOTHING },
	[OP_NOT_NULL] = { "is not null", "any value", TAKES_NOTHING },
	[OP_TRUE] = { "is true", "", TAKES_NOTHING },
	[OP_FALSE] = { "is false", "", TAKES_NOTHING },
};

/* --- classes of types ---------------------------------------------------- */

enum cond_class { CLASS_ANY, CLASS_TEXT, CLASS_NUMBER, CLASS_BOOL, CLASS_DATE,
	CLASS_TIME, CLASS_BYTES, CLASS_DOC, CLASS_OTHER, CLASS_N };

#define BIT(op) (1u << (op))
#define OPS_NULL (BIT(OP_NULL) | BIT(OP_NOT_NULL))
#define OPS_SAME (BIT(OP_EQ) | BIT(OP_NE) | BIT(OP_IN) | OPS_NULL)
#define OPS_ORDER (OPS_SAME | BIT(OP_LT) | BIT(OP_LE) | BIT(OP_GT) | \
	BIT(OP_GE) | BIT(OP_BETWEEN))
#define OPS_TEXT (BIT(OP_LIKE) | BIT(OP_STARTS) | BIT(OP_CONTAINS) | \
	BIT(OP_REGEXP) | BIT(OP_NOT_REGEXP))
#define OPS_BOOL (BIT(OP_TRUE) | BIT(OP_FALSE))

static const struct {
	unsigned ops;
	const char *wants;
} classes[CLASS_N] = {
	[CLASS_ANY] = { OPS_ORDER | OPS_TEXT | OPS_BOOL,
		"a number, or text" },
	[CLASS_TEXT] = { OPS_ORDER | OPS_TEXT, "text" },
	[CLASS_NUMBER] = { OPS_ORDER, "a number" },
	[CLASS_BOOL] = { OPS_BOOL | OPS_NULL | BIT(OP_EQ) | BIT(OP_NE),
		"true or false" },
	[CLASS_DATE] = { OPS_ORDER | OPS_TEXT, "2025-01-31, or with a time" },
	[CLASS_TIME] = { OPS_ORDER, "a time" },
	[CLASS_BYTES] = { OPS_SAME, "hexadecimal digits" },
	[CLASS_DOC] = { OPS_NULL | OPS_TEXT, "text" },
	[CLASS_OTHER] = { OPS_ORDER | OPS_TEXT, "a value as it is shown" },
};

struct type_word {
	const char *word;
	bool whole;		/* else it begins so */
	enum cond_class class;
};
/* As declared (SQLite) and as format_type() has it (PostgreSQL). */
static const struct type_word lite_words[] = {
	{ "bool", false, CLASS_BOOL }, { "date", false, CLASS_DATE },
	{ "timestamp", false, CLASS_DATE }, { "time", true, CLASS_TIME },
	{ "blob", false, CLASS_ANY }, { "json", false, CLASS_ANY },
	{ "", true, CLASS_ANY }, { "any", true, CLASS_ANY }, { NULL, 0, 0 },
};
static const struct type_word pg_words[] = {
	{ "boolean", true, CLASS_BOOL }, { "bool", true, CLASS_BOOL },
	{ "date", true, CLASS_DATE }, { "timestamp", false, CLASS_DATE },
	{ "time", false, CLASS_TIME }, { "interval", false, CLASS_TIME },
	{ "bytea", true, CLASS_BYTES }, { "json", true, CLASS_DOC },
	{ "xml", true, CLASS_DOC }, { "point", true, CLASS_DOC },
	{ "money", true, CLASS_OTHER }, { "text", true, CLASS_TEXT },
	{ "character", false, CLASS_TEXT }, { "varchar", false, CLASS_TEXT },
	{ "citext", true, CLASS_TEXT }, { "name", true, CLASS_TEXT },
	{ NULL, 0, 0 },
};
/* What the engines have for it. */
static const struct {
	const struct type_word *words;
	enum cond_class rest;	/* of a type that is no number */
	bool cast;		/* LIKE takes text alone */
} has[DIALECT_N] = {
	[DIALECT_SQLITE] = { lite_words, CLASS_TEXT, false },
	[DIALECT_PG] = { pg_words, CLASS_OTHER, true },
};

static enum cond_class class_of(const struct rows *r, const struct rows_col *c)
{
	struct str t = c->type;

	for (const struct type_word *w = has[r->dialect->id].words; w->word;
	    w++) {
		struct str word = str_z(w->word);

		if ((w->whole ? t.n == word.n : t.n > 0) &&
		    !str_ends(t, STR("]")) &&
		    str_ieq(str_sub(t, 0, word.n), word))
			return w->class;
	}
	return c->numeric ? CLASS_NUMBER : has[r->dialect->id].rest;
}

bool rows_op_fits(const struct rows *r, const struct rows_col *c,
    enum rows_op op)
{
	return classes[class_of(r, c)].ops & BIT(op);
}

const char *rows_op_wants(const struct rows *r, const struct rows_col *c,
    enum rows_op op)
{
	static const char *const of_takes[] = { [TAKES_NOTHING] = "nothing",
		[TAKES_TWO] = "low, high", [TAKES_LIST] = "one, two, 'thr,ee'" };

	if (rows_op_table[op].takes != TAKES_ONE)
		return of_takes[rows_op_table[op].takes];
	return BIT(op) & OPS_TEXT ? rows_op_table[op].help :
	    classes[class_of(r, c)].wants;
}

/* --- values -------------------------------------------------------------- */

static bool fits(struct str s, const char *pattern)
{
	struct match *m = NULL;
	struct err ignored = ERR_INIT;
	size_t from, to;
	bool found;

	if (match_open(str_z(pattern), 0, &m, &ignored))
		BUG("a pattern of ours: %s", ignored.msg);
	found = match_find(m, s, 0, &from, &to);
	match_close(m);
	return found;
}

static bool is_number(struct str s)
{
	return fits(s, "^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)"
	    "([eE][+-]?[0-9]+)?\\z");
}

static bool is_date(struct str s)
{
	return fits(s, "^[0-9]{4,6}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
	    "([T ].*)?\\z");
}

static bool is_hex(struct str s)
{
	return fits(s, "^([0-9a-fA-F]{2})*\\z");
}

static void add_text(const struct rows *r, struct str s, struct sbuf *out)
{
	struct value v = { .kind = VALUE_TEXT, .s = s, .full = s.n };

	r->dialect->literal(out, &v);
}

/* '…' with '' for an apostrophe; else false. */
static bool unquote(struct str s, struct sbuf *out)
{
	if (s.n < 2 || s.p[0] != '\'' || s.p[s.n - 1] != '\'')
		return false;
	for (size_t i = 1; i + 1 < s.n; i++) {
		if (s.p[i] == '\'' && (i + 2 == s.n || s.p[++i] != '\''))
			return false;
		sbuf_addc(out, s.p[i]);
	}
	return true;
}

static enum rc add_bool(struct str s, struct sbuf *out, struct err *e)
{
	static const char *const yes[] = { "true", "t", "1", "yes", "on" };
	static const char *const no[] = { "false", "f", "0", "no", "off" };

	for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++)
		if (str_ieq(s, str_z(yes[i])) || str_ieq(s, str_z(no[i]))) {
			sbuf_addz(out, str_ieq(s, str_z(yes[i])) ? "TRUE" :
			    "FALSE");
			return RC_OK;
		}
	return err_set(e, RC_PARSE, "true or false");
}

static void add_bytes(const struct rows *r, struct str s, struct sbuf *out)
{
	struct sbuf b = SBUF_INIT(ROWS_WHERE_MAX);
	struct value v = { .kind = VALUE_BLOB };

	for (size_t i = 0; i + 1 < s.n; i += 2) {
		char hex[3] = { s.p[i], s.p[i + 1], '\0' };

		sbuf_addc(&b, (char)strtoul(hex, NULL, 16));
	}
	v.s = sbuf_str(&b);
	v.full = v.s.n;
	r->dialect->literal(out, &v);
	sbuf_free(&b);
}

/* What stands between the quotes of x'00ff'; for bytes alone also \x00ff, or
 * bare.  False: it is no such text. */
static bool hex_of(struct str s, bool bytes, struct str *hex)
{
	if (s.n > 2 && (s.p[0] == 'x' || s.p[0] == 'X') && s.p[1] == '\'' &&
	    s.p[s.n - 1] == '\'')
		*hex = str_sub(s, 2, s.n - 1);
	else if (bytes)
		*hex = str_starts(s, STR("\\x")) ? str_sub(s, 2, s.n) : s;
	else
		return false;
	return is_hex(*hex);
}

/* A date that is none; an empty one. */
static bool is_wrong(enum cond_class class, struct str s)
{
	bool date = class == CLASS_DATE;

	return class == CLASS_NUMBER || class == CLASS_BYTES ||
	    (date && s.n && s.p[0] >= '0' && s.p[0] <= '9' && !is_date(s)) ||
	    ((date || class == CLASS_TIME) && !s.n);
}

/* R.9 */
static enum rc add_value(const struct rows *r, const struct rows_col *c,
    struct str s, struct sbuf *out, struct err *e)
{
	enum cond_class class = class_of(r, c);
	bool pg = has[r->dialect->id].cast;
	struct sbuf bare = SBUF_INIT(ROWS_WHERE_MAX);
	enum rc rc = RC_OK;
	struct str hex;

	if (unquote(s, &bare))
		add_text(r, sbuf_str(&bare), out);
	else if ((class == CLASS_BYTES || !pg) &&
	    hex_of(s, class == CLASS_BYTES, &hex))
		add_bytes(r, hex, out);
	else if (class != CLASS_TEXT && class != CLASS_OTHER &&
	    (class != CLASS_DATE || !pg) && class != CLASS_TIME &&
	    class != CLASS_BYTES && (class != CLASS_BOOL || !pg) &&
	    is_number(s))
		sbuf_add(out, s);
	else if (class == CLASS_BOOL)
		rc = add_bool(s, out, e);
	else if (is_wrong(class, s))
		rc = err_set(e, RC_PARSE, "%.*s wants %s", STR_ARG(c->name),
		    classes[class].wants);
	else
		add_text(r, s, out);
	sbuf_free(&bare);
	return rc;
}

/* --- patterns ------------------------------------------------------------ */

/* How a text is found at the start, in its case; and anywhere, in any case. */
struct pattern {
	const char *op;
	const char *special;	/* characters that mean something */
	const char *open, *close;	/* round one that is meant itself */
	const char *before, *after;
	const char *escape;	/* said when one was */
};
static const struct pattern starts[DIALECT_N] = {
	[DIALECT_SQLITE] = { " GLOB ", "*?[", "[", "]", "", "*", "" },
	[DIALECT_PG] = { " LIKE ", "%_\\", "\\", "", "", "%", "" },
};
static const struct pattern contains[DIALECT_N] = {
	[DIALECT_SQLITE] = { " LIKE ", "%_\\", "\\", "", "%", "%",
		" ESCAPE '\\'" },
	[DIALECT_PG] = { " ILIKE ", "%_\\", "\\", "", "%", "%", "" },
};

static void add_pattern(const struct rows *r, const struct pattern *p,
    struct str s, struct sbuf *out)
{
	struct sbuf b = SBUF_INIT(ROWS_WHERE_MAX);
	bool any = false;

	sbuf_addz(&b, p->before);
	for (size_t i = 0; i < s.n; i++) {
		bool meant = s.p[i] && strchr(p->special, s.p[i]);

		sbuf_addz(&b, meant ? p->open : "");
		sbuf_addc(&b, s.p[i]);
		sbuf_addz(&b, meant ? p->close : "");
		any |= meant;
	}
	sbuf_addz(&b, p->after);
	sbuf_addz(out, p->op);
	add_text(r, sbuf_str(&b), out);
	sbuf_addz(out, any ? p->escape : "");
	sbuf_free(&b);
}

/* Whose pattern is sent as typed. */
static const char *const as_typed[OP_N][DIALECT_N] = {
	[OP_LIKE] = { " LIKE ", " LIKE " },
	[OP_REGEXP] = { [DIALECT_SQLITE] = " REGEXP ", [DIALECT_PG] = " ~ " },
	[OP_NOT_REGEXP] = { [DIALECT_SQLITE] = " NOT REGEXP ",
		[DIALECT_PG] = " !~ " },
};

static enum rc text_sql(const struct rows *r, const struct rows_col *col,
    const struct rows_cond *c, struct sbuf *out, struct err *e)
{
	enum dialect_id id = r->dialect->id;

	if (!c->value.n)
		return err_set(e, RC_PARSE, "%s wants text",
		    rows_op_table[c->op].name);
	if (has[id].cast && class_of(r, col) != CLASS_TEXT)
		SQL(out, "::text");
	if (c->op == OP_STARTS) {
		add_pattern(r, &starts[id], c->value, out);
	} else if (c->op == OP_CONTAINS) {
		add_pattern(r, &contains[id], c->value, out);
	} else {
		sbuf_addz(out, as_typed[c->op][id]);
		add_text(r, c->value, out);
	}
	return RC_OK;
}

/* --- conditions ---------------------------------------------------------- */

/* The next value of a list: up to a comma outside quotes. */
static bool next_value(struct str *rest, struct str *value)
{
	bool quoted = false;
	size_t i = 0;

	if (!rest->n)
		return false;
	for (; i < rest->n && (quoted || rest->p[i] != ','); i++)
		quoted ^= rest->p[i] == '\'';
	*value = str_trim(str_sub(*rest, 0, i));
	*rest = str_sub(*rest, i + 1, rest->n);
	return true;
}

bool rows_next_value(struct str *rest, struct str *value, struct arena *a)
{
	struct sbuf b = SBUF_INIT(ROWS_WHERE_MAX);

	if (!next_value(rest, value))
		return false;
	if (unquote(*value, &b))
		*value = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return true;
}

/* Quotes hold a value of a list together also where they are text elsewhere. */
static enum rc add_listed(const struct rows *r, const struct rows_col *col,
    struct str s, struct sbuf *out, struct err *e)
{
	struct sbuf b = SBUF_INIT(ROWS_WHERE_MAX);
	bool quoted = unquote(s, &b);
	enum rc rc = RC_OK;

	if (quoted)
		add_text(r, sbuf_str(&b), out);
	else
		rc = add_value(r, col, s, out, e);
	sbuf_free(&b);
	return rc;
}

static enum rc list_sql(const struct rows *r, const struct rows_col *col,
    const struct rows_cond *c, struct sbuf *out, struct err *e)
{
	bool two = rows_op_table[c->op].takes == TAKES_TWO;
	struct str rest = c->value, value;
	size_t n = 0;
	enum rc rc = RC_OK;

	sbuf_addz(out, two ? " BETWEEN " : " IN (");
	while (!rc && next_value(&rest, &value)) {
		sbuf_addz(out, !n ? "" : two ? " AND " : ", ");
		rc = add_listed(r, col, value, out, e);
		n++;
	}
	if (!rc && (two ? n != 2 : !n))
		rc = err_set(e, RC_PARSE, "%s wants %s",
		    rows_op_table[c->op].name, two ?
		    "two values, a comma between" : "values, commas between");
	sbuf_addz(out, two ? "" : ")");
	return rc;
}

static const struct rows_col *col_of(const struct rows *r, struct str name)
{
	for (size_t i = 0; i < r->ncols; i++)
		if (str_eq(r->cols[i].name, name))
			return &r->cols[i];
	return NULL;
}

enum rc rows_cond_sql(const struct rows *r, const struct rows_cond *c,
    struct sbuf *out, struct err *e)
{
	static const char *const words[OP_N] = { [OP_NULL] = " IS NULL",
		[OP_NOT_NULL] = " IS NOT NULL", [OP_TRUE] = " IS TRUE",
		[OP_FALSE] = " IS FALSE" };
	const struct rows_col *col = col_of(r, c->column);

	if (!col)
		return err_set(e, RC_NOTFOUND, "there is no column %.*s",
		    STR_ARG(c->column));
	rows_name(r->dialect, col->name, out);
	if (words[c->op]) {
		sbuf_addz(out, words[c->op]);
		return RC_OK;
	}
	if (BIT(c->op) & OPS_TEXT)
		return text_sql(r, col, c, out, e);
	if (rows_op_table[c->op].takes != TAKES_ONE)
		return list_sql(r, col, c, out, e);
	sbuf_addf(out, " %s ", rows_op_table[c->op].name);
	return add_value(r, col, c->value, out, e);
}

enum rc rows_conds_sql(const struct rows *r, const struct rows_cond *v,
    size_t n, struct sbuf *out, struct err *e)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < n; i++) {
		sbuf_addz(out, i ? " AND " : "");
		rc = rows_cond_sql(r, &v[i], out, e);
	}
	if (!rc && out->full)
		rc = err_set(e, RC_PARSE, "these conditions are too long");
	return rc;
}

/* Would this text, typed without quotes, be read as itself? */
static bool reads_bare(const struct rows *r, const struct rows_col *c,
    struct str s)
{
	struct sbuf typed = SBUF_INIT(ROWS_WHERE_MAX);
	struct sbuf meant = SBUF_INIT(ROWS_WHERE_MAX);
	struct err ignored = ERR_INIT;
	bool same;

	if (class_of(r, c) == CLASS_NUMBER && is_number(s))
		return true;
	add_text(r, s, &meant);
	same = !add_value(r, c, s, &typed, &ignored) &&
	    str_eq(sbuf_str(&typed), sbuf_str(&meant));
	sbuf_free(&typed);
	sbuf_free(&meant);
	return same;
}

static void quote(struct str s, struct sbuf *out)
{
	sbuf_addc(out, '\'');
	for (size_t i = 0; i < s.n; i++) {
		sbuf_addz(out, s.p[i] == '\'' ? "'" : "");
		sbuf_addc(out, s.p[i]);
	}
	sbuf_addc(out, '\'');
}

/* Any other value as one would type it. */
static void type_value(const struct rows *r, const struct value *v,
    struct sbuf *out)
{
	static const char digits[] = "0123456789abcdef";
	bool pg = has[r->dialect->id].cast;

	if (v->kind == VALUE_REAL && !(v->r - v->r == 0) && pg)
		sbuf_addz(out, v->r > 0 ? "'Infinity'" : v->r < 0 ?
		    "'-Infinity'" : "'NaN'");
	else if (v->kind != VALUE_BLOB)
		r->dialect->literal(out, v);
	if (v->kind != VALUE_BLOB)
		return;
	sbuf_addz(out, pg ? "\\x" : "x'");
	for (size_t i = 0; i < v->s.n; i++) {
		unsigned char c = (unsigned char)v->s.p[i];

		sbuf_addc(out, digits[c >> 4]);
		sbuf_addc(out, digits[c & 15]);
	}
	sbuf_addz(out, pg ? "" : "'");
}

bool rows_cond_of(const struct rows *r, size_t col, const struct value *v,
    struct arena *a, struct rows_cond *out)
{
	const struct rows_col *c = &r->cols[col];
	bool bytes = v->kind == VALUE_TEXT || v->kind == VALUE_BLOB;
	struct sbuf b = SBUF_INIT(ROWS_WHERE_MAX);

	if (bytes && v->full > v->s.n)
		return false;
	*out = (struct rows_cond){ .column = c->name,
		.op = v->kind == VALUE_NULL ? OP_NULL : OP_EQ };
	if (v->kind == VALUE_TEXT && reads_bare(r, c, v->s))
		sbuf_add(&b, v->s);
	else if (v->kind == VALUE_TEXT)
		quote(v->s, &b);
	else if (v->kind != VALUE_NULL)
		type_value(r, v, &b);
	out->value = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return rows_op_fits(r, c, out->op);
}

bool rows_conds_same(const struct rows_cond *x, size_t nx,
    const struct rows_cond *y, size_t ny)
{
	for (size_t i = 0; i < nx && nx == ny; i++)
		if (x[i].op != y[i].op || !str_eq(x[i].column, y[i].column) ||
		    !str_eq(x[i].value, y[i].value))
			return false;
	return nx == ny;
}
