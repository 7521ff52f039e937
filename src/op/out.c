/* out: values as words, the formats that are lines of them, and the sink. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "op/out_local.h"

const struct out_rules out_rules[DIALECT_N] = {
	[DIALECT_SQLITE] = { .bytes_before = "X'", .bytes_after = "'",
		.digits = "0123456789ABCDEF" },
	[DIALECT_PG] = { .bytes_before = "\\x", .bytes_after = "",
		.digits = "0123456789abcdef", .all_text = true },
};

const struct out_format_def out_formats[OUT_FORMAT_N] = {
	[OUT_TABLE] = { "table", "table", NULL },
	[OUT_CSV] = { "csv", "CSV", ".csv" },
	[OUT_TSV] = { "tsv", "TSV", ".tsv" },
	[OUT_JSON] = { "json", "JSON", ".json" },
	[OUT_JSONL] = { "jsonl", "JSON lines", ".jsonl" },
	[OUT_INSERT] = { "insert", "INSERT", ".sql" },
	[OUT_WHERE] = { "where", "WHERE", NULL },
};

bool out_format_of(struct str name, enum out_format *out)
{
	for (int i = 0; i < OUT_FORMAT_N; i++)
		if (i != OUT_WHERE && str_is(name, out_formats[i].name)) {
			*out = (enum out_format)i;
			return true;
		}
	return false;
}

/* --- words (O.1) --------------------------------------------------------- */

/*
 * A number of few decimals, which most are: as a whole number of tenths,
 * hundredths …  Both that and the power of ten are exact, so their quotient is
 * what the decimal text reads as.
 */
static bool add_few_decimals(struct sbuf *b, double r)
{
	static const double tens[] = { 1e1, 1e2, 1e3, 1e4 };
	double size = fabs(r);

	if (size > 1e9 || (size < 1e-3 && size > 0) || (size == 0 && signbit(r)))
		return false;
	for (size_t i = 0; i < sizeof(tens) / sizeof(*tens); i++) {
		int64_t whole = (int64_t)(size * tens[i] + 0.5), power;

		if ((double)whole / tens[i] != size)
			continue;
		power = (int64_t)tens[i];
		sbuf_addz(b, r < 0 ? "-" : "");
		sbuf_add_i64(b, whole / power);
		sbuf_addc(b, '.');
		for (power /= 10; power; power /= 10)
			sbuf_addc(b, (char)('0' + whole / power % 10));
		return true;
	}
	return false;
}

/* As SQLite writes it, "2.0e+300", with all the digits that it needs. */
static void add_real(struct sbuf *b, double r)
{
	char text[40], *e;

	if (add_few_decimals(b, r))
		return;
	if (isinf(r)) {		/* what SQLite reads as such, in JSON too */
		sbuf_addz(b, r < 0 ? "-9e999" : "9e999");
		return;
	}
	snprintf(text, sizeof(text), "%.15g", r);
	if (strtod(text, NULL) != r)
		snprintf(text, sizeof(text), "%.17g", r);
	e = strchr(text, 'e');
	sbuf_add(b, (struct str){ text, e ? (size_t)(e - text) :
	    strlen(text) });
	if (!strchr(text, '.'))
		SQL(b, ".0");
	sbuf_addz(b, e ? e : "");
}

static void add_bytes(struct sbuf *b, const struct out_rules *r, struct str s)
{
	char *p;

	sbuf_addz(b, r->bytes_before);
	p = s.n <= SIZE_MAX / 2 ? sbuf_room(b, s.n * 2) : NULL;
	if (!p) {
		b->full = true;
		return;
	}
	for (size_t i = 0; i < s.n; i++) {
		*p++ = r->digits[(unsigned char)s.p[i] >> 4];
		*p++ = r->digits[(unsigned char)s.p[i] & 15];
	}
	sbuf_took(b, s.n * 2);
	sbuf_addz(b, r->bytes_after);
}

static void add_word(struct sbuf *b, const struct out_rules *r,
    const struct value *v)
{
	switch (v->kind) {
	case VALUE_NULL:
		break;
	case VALUE_INT:
		sbuf_add_i64(b, v->i);
		break;
	case VALUE_REAL:
		add_real(b, v->r);
		break;
	case VALUE_TEXT:
		sbuf_add(b, v->s);
		break;
	case VALUE_BLOB:
		add_bytes(b, r, v->s);
		break;
	}
}

struct str out_word(struct out *o, const struct value *v)
{
	if (v->kind == VALUE_TEXT)
		return v->s;
	sbuf_truncate(&o->word, 0);
	add_word(&o->word, o->rules, v);
	o->b.full |= o->word.full;
	return sbuf_str(&o->word);
}

void out_value(const struct dialect *d, const struct value *v, struct sbuf *b)
{
	if (v->kind == VALUE_NULL)
		SQL(b, "NULL");
	else
		add_word(b, &out_rules[d->id], v);
}

static size_t digits(struct str s, size_t i)
{
	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	return i;
}

/* RFC 8259, section 6 */
bool out_is_number(struct str s)
{
	size_t i = s.n && s.p[0] == '-', from = i;

	i = digits(s, i);
	if (i == from || (s.p[from] == '0' && i > from + 1))
		return false;
	if (i < s.n && s.p[i] == '.') {
		from = i + 1;
		i = digits(s, from);
		if (i == from)
			return false;
	}
	if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
		from = i + 1;
		from += from < s.n && (s.p[from] == '+' || s.p[from] == '-');
		i = digits(s, from);
		if (i == from)
			return false;
	}
	return i == s.n;
}

const char *out_bool(const struct out *o, size_t col, const struct value *v)
{
	if (!o->rules->all_text || v->kind != VALUE_TEXT || v->s.n != 1 ||
	    !str_is(o->cols[col].type, "boolean"))
		return NULL;
	return *v->s.p == 't' ? "true" : *v->s.p == 'f' ? "false" : NULL;
}

bool out_numeric(const struct out *o, size_t col, const struct value *v)
{
	return o->rules->all_text && v->kind == VALUE_TEXT &&
	    o->cols[col].numeric && out_is_number(v->s);
}

/* --- CSV (O.3) ----------------------------------------------------------- */

static const bool csv_special[256] = {
	[','] = true, ['"'] = true, ['\n'] = true, ['\r'] = true,
};

static void csv_quoted(struct sbuf *b, struct str s)
{
	char *to = s.n < SIZE_MAX / 4 ? sbuf_room(b, s.n * 2 + 2) : NULL;
	char *p = to;

	if (!to) {
		b->full = true;
		return;
	}
	*p++ = '"';
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			*p++ = '"';
		*p++ = s.p[i];
	}
	*p++ = '"';
	sbuf_took(b, (size_t)(p - to));
}

/* "\." alone on a line ends the data of a COPY before version 18. */
static void csv_text(const struct out *o, struct sbuf *b, struct str s)
{
	bool quoted = !s.n || (o->ncols == 1 && str_is(s, "\\."));

	for (size_t i = 0; !quoted && i < s.n; i++)
		quoted = csv_special[(unsigned char)s.p[i]];
	if (quoted)
		csv_quoted(b, s);
	else
		sbuf_add(b, s);
}

static void csv_row(struct out *o, const struct value *row)
{
	for (size_t i = 0; i < o->ncols; i++) {
		if (i)
			sbuf_addc(&o->b, ',');
		if (row[i].kind == VALUE_TEXT)
			csv_text(o, &o->b, row[i].s);
		else
			add_word(&o->b, o->rules, &row[i]);
	}
	sbuf_addc(&o->b, '\n');
}

static void csv_head(struct out *o)
{
	for (size_t i = 0; !o->bare && i < o->ncols; i++) {
		if (i)
			sbuf_addc(&o->b, ',');
		csv_text(o, &o->b, o->cols[i].name);
	}
	if (!o->bare)
		sbuf_addc(&o->b, '\n');
}

/* --- TSV: the text format of COPY ---------------------------------------- */

static const char tsv_escape[256] = {
	['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't',
	['\v'] = 'v', ['\\'] = '\\',
};

static void tsv_text(struct sbuf *b, struct str s)
{
	char *to = s.n < SIZE_MAX / 4 ? sbuf_room(b, s.n * 2) : NULL, *p = to;

	if (!to) {
		b->full = true;
		return;
	}
	for (size_t i = 0; i < s.n; i++) {
		char c = tsv_escape[(unsigned char)s.p[i]];

		if (c)
			*p++ = '\\';
		*p++ = c ? c : s.p[i];
	}
	sbuf_took(b, (size_t)(p - to));
}

static void tsv_row(struct out *o, const struct value *row)
{
	for (size_t i = 0; i < o->ncols; i++) {
		if (i)
			sbuf_addc(&o->b, '\t');
		if (row[i].kind == VALUE_NULL)
			SQL(&o->b, "\\N");
		else
			tsv_text(&o->b, out_word(o, &row[i]));
	}
	sbuf_addc(&o->b, '\n');
}

static void tsv_head(struct out *o)
{
	for (size_t i = 0; !o->bare && i < o->ncols; i++) {
		if (i)
			sbuf_addc(&o->b, '\t');
		tsv_text(&o->b, o->cols[i].name);
	}
	if (!o->bare)
		sbuf_addc(&o->b, '\n');
}

/* --- JSON (O.4) ---------------------------------------------------------- */

static void json_heads(struct out *o)
{
	struct str *v = arena_array(o->a, struct str, o->ncols);

	for (size_t i = 0; i < o->ncols; i++) {
		sbuf_truncate(&o->word, 0);
		sbuf_addc(&o->word, i ? ',' : '{');
		json_escape(&o->word, o->cols[i].name);
		sbuf_addc(&o->word, ':');
		v[i] = arena_str(o->a, sbuf_str(&o->word));
	}
	o->heads = v;
}

static bool is_json(const struct out *o, size_t i)
{
	return o->rules->all_text && (str_is(o->cols[i].type, "json") ||
	    str_is(o->cols[i].type, "jsonb"));
}

/* A json text as it was stored may have lines. */
static void add_json(struct sbuf *b, struct str s)
{
	char *p = sbuf_room(b, s.n);

	for (size_t i = 0; p && i < s.n; i++)
		p[i] = s.p[i] == '\n' || s.p[i] == '\r' ? ' ' : s.p[i];
	if (p)
		sbuf_took(b, s.n);
}

static void json_value(struct out *o, size_t i, const struct value *v)
{
	const char *word = out_bool(o, i, v);

	if (v->kind == VALUE_NULL)
		SQL(&o->b, "null");
	else if (word)
		sbuf_addz(&o->b, word);
	else if (v->kind == VALUE_INT || v->kind == VALUE_REAL ||
	    out_numeric(o, i, v))
		sbuf_add(&o->b, out_word(o, v));
	else if (v->kind == VALUE_TEXT && is_json(o, i))
		add_json(&o->b, v->s);
	else
		json_escape(&o->b, out_word(o, v));
}

static void json_object(struct out *o, const struct value *row)
{
	for (size_t i = 0; i < o->ncols; i++) {
		sbuf_add(&o->b, o->heads[i]);
		json_value(o, i, &row[i]);
	}
	sbuf_addz(&o->b, o->ncols ? "}" : "{}");
}

static void jsonl_row(struct out *o, const struct value *row)
{
	json_object(o, row);
	sbuf_addc(&o->b, '\n');
}

static void json_head(struct out *o)
{
	json_heads(o);
	sbuf_addc(&o->b, '[');
}

static void json_row(struct out *o, const struct value *row)
{
	sbuf_addz(&o->b, o->rows ? ",\n" : "\n");
	json_object(o, row);
}

static void json_end(struct out *o)
{
	sbuf_addz(&o->b, o->rows ? "\n]\n" : "]\n");
}

/* --- rows in, bytes out -------------------------------------------------- */

static const struct out_kind kinds[OUT_FORMAT_N] = {
	[OUT_CSV] = { csv_head, csv_row, NULL },
	[OUT_TSV] = { tsv_head, tsv_row, NULL },
	[OUT_JSON] = { json_head, json_row, json_end },
	[OUT_JSONL] = { json_heads, jsonl_row, NULL },
};

const struct out_kind *out_kind_of(enum out_format f)
{
	return f == OUT_TABLE ? &out_kind_table : f == OUT_INSERT ?
	    &out_kind_insert : f == OUT_WHERE ? &out_kind_where : &kinds[f];
}

enum rc out_to_sbuf(void *arg, struct str bytes, struct err *e)
{
	struct sbuf *b = arg;

	sbuf_add(b, bytes);
	return b->full ? err_set(e, RC_UNSUPPORTED, "this is more than %zu kB",
	    b->max / 1000) : RC_OK;
}

enum rc out_flush(struct out *o, bool all, struct err *e)
{
	enum rc rc;

	if (o->b.full)
		return err_set(e, RC_UNSUPPORTED, "row %lld is too large to be "
		    "written", (long long)o->rows + 1);
	if (!o->b.n || (!all && o->b.n < OUT_PIECE))
		return RC_OK;
	rc = o->sink.write(o->sink.arg, sbuf_str(&o->b), e);
	if (!rc)
		o->bytes += (int64_t)o->b.n;
	sbuf_truncate(&o->b, 0);
	return rc;
}
