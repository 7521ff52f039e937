/*
 * report: a report as text, Markdown and JSON.  Texts of databases and files
 * in it are raw until here; nothing leaves without the filter, except in
 * JSON, which escapes them itself.
 */
#include "base/clock.h"
#include "base/utf8.h"
#include "op/apply/local.h"

static const char *const check_word[] = {
	[CHECK_OK] = "ok",
	[CHECK_NOTE] = "note",
	[CHECK_FAILED] = "FAILED",
};

static void add_ms(struct sbuf *b, double ms)
{
	if (ms < 1000)
		sbuf_addf(b, "%.1f ms", ms);
	else
		sbuf_addf(b, "%.1f s", ms / 1000);
}

static void add_clean(struct sbuf *b, struct str s)
{
	utf8_sanitize(b, s, UTF8_LINE, false);
}

void review_again(const struct apply *ap, struct err *e)
{
	err_hint(e, ap->rq->nsteps && ap->rq->steps[0].kind == STEP_DOWN ?
	    "look again: weir rollback --dry-run" :
	    "review again: weir review");
}

void value_text(struct sbuf *b, const struct value *v, struct arena *a)
{
	switch (v->kind) {
	case VALUE_NULL:
		sbuf_addz(b, "NULL");
		break;
	case VALUE_INT:
		sbuf_add_i64(b, v->i);
		break;
	case VALUE_REAL:
		sbuf_addf(b, "%.15g", v->r);
		break;
	case VALUE_TEXT:
		sbuf_add(b, utf8_clean(a, v->s, UTF8_LINE));
		break;
	case VALUE_BLOB:
		sbuf_addf(b, "<%zu bytes>", v->full);
		break;
	}
}

static const char *outcome(const struct report *r)
{
	if (r->rehearsed)
		return r->verified ? "REHEARSED" : "FAILED";
	if (!r->committed_at)
		return r->verified ? "VERIFIED" : r->unproven &&
		    checks_count(r, CHECK_FAILED) == 0 ? "NOT PROVEN" :
		    "DIFFERS";
	if (r->left.n)
		return "STOPPED";
	return r->verified ? "DONE" : "APPLIED, BUT";
}

static void add_summary(struct sbuf *b, const struct report *r)
{
	sbuf_addf(b, "%zu ok  %zu note%s  %zu failed",
	    checks_count(r, CHECK_OK), checks_count(r, CHECK_NOTE),
	    checks_count(r, CHECK_NOTE) == 1 ? "" : "s",
	    checks_count(r, CHECK_FAILED));
}

static void add_tags(struct sbuf *b, struct strs tags)
{
	for (size_t i = 0; i < tags.n; i++) {
		sbuf_addz(b, i ? ", " : "");
		add_clean(b, tags.v[i]);
	}
}

static void text_checks(const struct report *r, struct sbuf *out)
{
	for (size_t i = 0; i < r->nchecks; i++) {
		sbuf_addf(out, " %-6s  ", check_word[r->checks[i].result]);
		add_clean(out, r->checks[i].text);
		sbuf_addc(out, '\n');
	}
}

void report_text(const struct report *r, struct sbuf *out)
{
	add_clean(out, r->title);
	sbuf_addf(out, "   %s", outcome(r));
	if (r->committed_at) {
		sbuf_addz(out, "   committed ");
		clock_short(out, r->committed_at);
		sbuf_addz(out, "   ");
		add_ms(out, r->ms);
	}
	if (r->nchecks) {
		sbuf_addz(out, "   ");
		add_summary(out, r);
	}
	sbuf_addc(out, '\n');
	text_checks(r, out);
	if (r->left.n) {
		sbuf_addz(out, " left    ");
		add_tags(out, r->left);
		sbuf_addz(out, ": not applied\n");
	}
	if (r->run_dir.n) {
		sbuf_addz(out, " record  ");
		add_clean(out, r->run_dir);
		sbuf_addc(out, '\n');
	}
}

/* --- Markdown ---------------------------------------------------------------- */

/* Text inside a table cell: what Markdown would take for its own is escaped. */
static void add_cell(struct sbuf *b, struct str s)
{
	struct sbuf clean = SBUF_TEXT;

	add_clean(&clean, s);
	for (size_t i = 0; i < clean.n; i++) {
		if (strchr("|\\`*_<>[]", clean.p[i]))
			sbuf_addc(b, '\\');
		sbuf_addc(b, clean.p[i]);
	}
	sbuf_free(&clean);
}

static void markdown_statements(const struct report *r, struct sbuf *out)
{
	if (!r->nstmts)
		return;
	sbuf_addz(out, "\n| statement | time | rows |\n|---|---:|---:|\n");
	for (size_t i = 0; i < r->nstmts; i++) {
		const struct applied_stmt *s = &r->stmts[i];
		struct str rest = s->sql, line;

		/* its first line that says something */
		while (str_line(&rest, &line) && (!str_trim(line).n ||
		    str_starts(line, STR("--"))))
			;
		sbuf_addz(out, "| ");
		add_cell(out, str_sub(s->where, 0, s->where.n));
		sbuf_addz(out, ": ");
		add_cell(out, str_sub(line, 0, 120));
		if (s->told.n) {
			sbuf_addz(out, "; ");
			add_cell(out, s->told);
		}
		sbuf_addz(out, " | ");
		add_ms(out, s->ms);
		sbuf_addz(out, " | ");
		sbuf_add_count(out, s->rows);
		sbuf_addz(out, " |\n");
	}
}

void report_markdown(const struct report *r, struct sbuf *out)
{
	sbuf_addz(out, "## ");
	add_cell(out, r->title);
	sbuf_addf(out, "\n\n**%s**", outcome(r));
	if (r->committed_at) {
		sbuf_addz(out, ", committed ");
		clock_utc(out, r->committed_at, false);
		sbuf_addz(out, ", ");
		add_ms(out, r->ms);
	}
	sbuf_addz(out, ": ");
	add_summary(out, r);
	sbuf_addz(out, "\n\n| | check |\n|---|---|\n");
	for (size_t i = 0; i < r->nchecks; i++) {
		sbuf_addf(out, "| %s | ", check_word[r->checks[i].result]);
		add_cell(out, r->checks[i].text);
		sbuf_addz(out, " |\n");
	}
	if (r->left.n) {
		sbuf_addz(out, "\nNot applied: ");
		for (size_t i = 0; i < r->left.n; i++) {
			sbuf_addz(out, i ? ", " : "");
			add_cell(out, r->left.v[i]);
		}
		sbuf_addc(out, '\n');
	}
	markdown_statements(r, out);
}

/* --- JSON ------------------------------------------------------------------------ */

static void json_strs(struct json_out *o, const char *key, struct strs s)
{
	json_key(o, key);
	json_open_array(o);
	for (size_t i = 0; i < s.n; i++)
		json_put_str(o, s.v[i]);
	json_close_array(o);
}

static void json_ms(struct json_out *o, double ms)
{
	json_key(o, "ms");
	json_put_num(o, (double)(int64_t)(ms * 1000) / 1000);
}

static void json_lock(struct json_out *o, const struct lock_info *l)
{
	static const char *const word[] = {
		[LOCK_NONE] = "none",
		[LOCK_EXCLUSIVE] = "exclusive",
		[LOCK_SHARED_APPLY] = "shared",
	};

	json_key(o, "lock");
	json_open_object(o);
	json_pair_z(o, "kind", word[l->kind]);
	json_key(o, "waited_ms");
	json_put_num(o, (double)(int64_t)l->waited_ms);
	json_key(o, "holders");
	json_open_array(o);
	for (size_t i = 0; i < l->holders.n; i++) {
		json_open_object(o);
		json_pair_int(o, "pid", l->holders.v[i].pid);
		json_pair_str(o, "command", l->holders.v[i].command);
		json_close_object(o);
	}
	json_close_array(o);
	json_close_object(o);
}

void report_json(const struct report *r, struct json_out *o)
{
	json_open_object(o);
	json_pair_int(o, "format", 1);
	json_pair_str(o, "title", r->title);
	json_pair_bool(o, "applied", r->applied);
	json_pair_bool(o, "verified", r->verified);
	json_pair_int(o, "committed_at", r->committed_at);
	json_ms(o, r->ms);
	json_strs(o, "tags", r->tags);
	json_strs(o, "left", r->left);
	json_key(o, "checks");
	json_open_array(o);
	for (size_t i = 0; i < r->nchecks; i++) {
		json_open_object(o);
		json_pair_z(o, "result", check_word[r->checks[i].result]);
		json_pair_str(o, "text", r->checks[i].text);
		json_close_object(o);
	}
	json_close_array(o);
	json_key(o, "statements");
	json_open_array(o);
	for (size_t i = 0; i < r->nstmts; i++) {
		json_open_object(o);
		json_pair_str(o, "tag", r->stmts[i].tag);
		json_pair_str(o, "where", r->stmts[i].where);
		json_pair_str(o, "sql", r->stmts[i].sql);
		json_ms(o, r->stmts[i].ms);
		json_pair_int(o, "rows", r->stmts[i].rows);
		json_close_object(o);
	}
	json_close_array(o);
	json_lock(o, &r->lock);
	json_pair_str(o, "run", r->run_dir);
	json_close_object(o);
}
