/* check_ci: see check_ci.h. */
#include "cmd/check_ci.h"

#include "base/utf8.h"
#include "cmd/kit.h"

#ifndef WEIR_VERSION
#define WEIR_VERSION "unknown"
#endif

enum level { LEVEL_NOTE, LEVEL_WARNING, LEVEL_ERROR };

static enum level level_of(const struct check_finding *x)
{
	if (x->fault)
		return LEVEL_ERROR;
	if (!x->danger || x->ignored.n)
		return LEVEL_NOTE;
	return x->sev > SEV_CAUTION ? LEVEL_ERROR : LEVEL_WARNING;
}

/* The number behind the last colon of *s, which is cut off; 0: none. */
static int64_t cut_number(struct str *s)
{
	size_t i = s->n;
	int64_t v = 0;

	while (i > 0 && s->p[i - 1] >= '0' && s->p[i - 1] <= '9')
		i--;
	if (i == s->n || i < 2 || s->p[i - 1] != ':' || s->n - i > 9)
		return 0;
	for (size_t k = i; k < s->n; k++)
		v = v * 10 + (s->p[k] - '0');
	*s = str_sub(*s, 0, i - 1);
	return v;
}

struct place {
	struct str file;
	int64_t line, col;	/* from 1; 0: not known */
};

/* "file", "file:line", "file:line:col" */
static struct place place_of(struct str where)
{
	struct place p = { .file = where };

	p.col = cut_number(&p.file);
	p.line = p.col ? cut_number(&p.file) : 0;
	if (!p.line) {
		p.line = p.col;
		p.col = 0;
	}
	return p;
}

static const char *rule_of(const struct check_finding *x)
{
	return x->f.code[0] ? x->f.code : x->f.slug;
}

/* Not in a list of findings, and wrong all the same. */
static size_t extras(const struct invocation *in, const struct check_report *r,
    struct check_finding *out)
{
	size_t n = 0;

	if (r->schema.msg[0])
		out[n++] = (struct check_finding){ .fault = true,
		    .f = { .code = "", .slug = "schema",
			.where = arena_str(in->a, str_z(r->schema.where)),
			.text = arena_str(in->a, str_z(r->schema.msg)),
			.fix = STR("") } };
	if (r->pending)
		out[n++] = (struct check_finding){ .fault = true,
		    .f = { .code = "", .slug = "not-generated",
			.where = arena_printf(in->a, "%.*s/meta/_journal.json",
			    STR_ARG(kit_path(in, r->folder))),
			.text = arena_printf(in->a, "the schema files hold %zu "
			    "change%s that no migration makes",
			    r->change.statements.n,
			    r->change.statements.n == 1 ? "" : "s"),
			.fix = STR("weir generate") } };
	return n;
}

static struct str message_of(struct invocation *in,
    const struct check_finding *x)
{
	struct sbuf b = SBUF_TEXT;
	struct str s;

	sbuf_addf(&b, "%s%s%s: %.*s", x->f.code, x->f.code[0] ? " " : "",
	    x->f.slug, STR_ARG(utf8_clean(in->a, x->f.text, UTF8_LINE)));
	if (x->ignored.n)
		sbuf_addf(&b, "\nignored: %.*s", STR_ARG(utf8_clean(in->a,
		    x->ignored, UTF8_LINE)));
	else if (x->f.fix.n)
		sbuf_addf(&b, "\n%.*s", STR_ARG(utf8_clean(in->a, x->f.fix,
		    UTF8_BLOCK)));
	s = arena_str(in->a, sbuf_str(&b));
	sbuf_free(&b);
	return s;
}

/* --- GitHub Actions --------------------------------------------------------------- */

/* The runner takes %25, %0D and %0A back, in properties %3A and %2C too. */
static void add_escaped(struct sbuf *b, struct str s, bool property)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '%' || c == '\r' || c == '\n' ||
		    (property && (c == ':' || c == ',')))
			sbuf_addf(b, "%%%02X", (unsigned)(unsigned char)c);
		else
			sbuf_addc(b, c);
	}
}

static void annotate(struct invocation *in, const struct check_finding *x)
{
	static const char *const words[] = { [LEVEL_NOTE] = "notice",
		[LEVEL_WARNING] = "warning", [LEVEL_ERROR] = "error" };
	struct place p = place_of(x->f.where);
	const char *comma = "";

	sbuf_addf(&in->out, "::%s ", words[level_of(x)]);
	if (p.file.n) {
		sbuf_addz(&in->out, "file=");
		add_escaped(&in->out, utf8_clean(in->a, p.file, UTF8_LINE),
		    true);
		comma = ",";
	}
	if (p.line)
		sbuf_addf(&in->out, ",line=%lld", (long long)p.line);
	if (p.col)
		sbuf_addf(&in->out, ",col=%lld", (long long)p.col);
	sbuf_addf(&in->out, "%stitle=", comma);
	add_escaped(&in->out, str_z(rule_of(x)), true);
	sbuf_addz(&in->out, "::");
	add_escaped(&in->out, message_of(in, x), false);
	sbuf_addc(&in->out, '\n');
}

void check_github(struct invocation *in, const struct check_report *r)
{
	struct check_finding more[2];
	size_t n = extras(in, r, more);

	for (size_t i = 0; i < r->n; i++)
		annotate(in, &r->v[i]);
	for (size_t i = 0; i < n; i++)
		annotate(in, &more[i]);
}

/* --- SARIF ------------------------------------------------------------------------- */

/* A relative reference (RFC 3986): what no path may hold, in percent. */
static struct str uri_of(struct invocation *in, struct str path)
{
	static const char plain[] = "-._~/!$&'()*+,;=@";
	struct sbuf b = SBUF_TEXT;
	struct str s;

	for (size_t i = 0; i < path.n; i++) {
		unsigned char c = (unsigned char)path.p[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') ||
		    (c && memchr(plain, c, sizeof plain - 1)))
			sbuf_addc(&b, (char)c);
		else
			sbuf_addf(&b, "%%%02X", c);
	}
	s = arena_str(in->a, sbuf_str(&b));
	sbuf_free(&b);
	return s;
}

static void text_of(struct json_out *o, const char *key, struct str text)
{
	json_key(o, key);
	json_open_object(o);
	json_pair_str(o, "text", text);
	json_close_object(o);
}

static void put_location(struct invocation *in, struct json_out *o,
    struct str where)
{
	struct place p = place_of(where);

	json_key(o, "locations");
	json_open_array(o);
	json_open_object(o);
	json_key(o, "physicalLocation");
	json_open_object(o);
	json_key(o, "artifactLocation");
	json_open_object(o);
	json_pair_str(o, "uri", uri_of(in, p.file));
	json_close_object(o);
	if (p.line) {
		json_key(o, "region");
		json_open_object(o);
		json_pair_int(o, "startLine", p.line);
		if (p.col)
			json_pair_int(o, "startColumn", p.col);
		json_close_object(o);
	}
	json_close_object(o);
	json_close_object(o);
	json_close_array(o);
}

static void put_result(struct invocation *in, struct json_out *o,
    const struct check_finding *x)
{
	static const char *const words[] = { [LEVEL_NOTE] = "note",
		[LEVEL_WARNING] = "warning", [LEVEL_ERROR] = "error" };

	json_open_object(o);
	json_pair_z(o, "ruleId", rule_of(x));
	json_pair_z(o, "level", words[level_of(x)]);
	text_of(o, "message", message_of(in, x));
	if (x->f.where.n)
		put_location(in, o, x->f.where);
	if (x->ignored.n) {
		json_key(o, "suppressions");
		json_open_array(o);
		json_open_object(o);
		json_pair_z(o, "kind", "inSource");
		json_pair_str(o, "justification", x->ignored);
		json_close_object(o);
		json_close_array(o);
	}
	json_close_object(o);
}

/* Every rule once, where it is first met. */
static void put_rules(struct json_out *o, const struct check_finding *const *v,
    size_t n)
{
	json_key(o, "rules");
	json_open_array(o);
	for (size_t i = 0; i < n; i++) {
		const struct hazard *h = v[i]->danger;
		bool again = false;

		for (size_t k = 0; k < i && !again; k++)
			again = str_is(str_z(rule_of(v[k])), rule_of(v[i]));
		if (again)
			continue;
		json_open_object(o);
		json_pair_z(o, "id", rule_of(v[i]));
		json_pair_z(o, "name", v[i]->f.slug);
		text_of(o, "shortDescription", str_z(h ? h->def->title :
		    v[i]->f.slug));
		if (h && h->def->advice[0])
			text_of(o, "help", str_z(h->def->advice));
		json_close_object(o);
	}
	json_close_array(o);
}

void check_sarif(struct invocation *in, const struct check_report *r)
{
	struct check_finding more[2];
	size_t n = 0, extra = extras(in, r, more);
	const struct check_finding **v = arena_array(in->a,
	    const struct check_finding *, r->n + 2);
	struct json_out o = { .b = &in->out, .indent = 2 };

	for (size_t i = 0; i < r->n; i++)
		v[n++] = &r->v[i];
	for (size_t i = 0; i < extra; i++)
		v[n++] = &more[i];
	json_open_object(&o);
	json_pair_z(&o, "$schema",
	    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/"
	    "schemas/sarif-schema-2.1.0.json");
	json_pair_z(&o, "version", "2.1.0");
	json_key(&o, "runs");
	json_open_array(&o);
	json_open_object(&o);
	json_key(&o, "tool");
	json_open_object(&o);
	json_key(&o, "driver");
	json_open_object(&o);
	json_pair_z(&o, "name", "weir");
	json_pair_z(&o, "version", WEIR_VERSION);
	put_rules(&o, v, n);
	json_close_object(&o);
	json_close_object(&o);
	json_pair_z(&o, "columnKind", "unicodeCodePoints");
	json_key(&o, "results");
	json_open_array(&o);
	for (size_t i = 0; i < n; i++)
		put_result(in, &o, v[i]);
	json_close_array(&o);
	json_close_object(&o);
	json_close_array(&o);
	json_close_object(&o);
	sbuf_addc(&in->out, '\n');
}
