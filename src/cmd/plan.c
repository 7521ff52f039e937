/* plan: a plan as text and as JSON; review, migrate and rollback share it. */
#include "base/utf8.h"
#include "cmd/cmd.h"
#include "dialect/pg/pg.h"
#include "diff/side.h"

static const char *const class_paint[CLASS_N] = {
	[CLASS_SAFE] = "2", [CLASS_CHECKED] = "32", [CLASS_REBUILD] = "33",
	[CLASS_CAUTION] = "33", [CLASS_DATA] = "33", [CLASS_BLOCKED] = "1;31",
	[CLASS_LOSS] = "1;31",
};
static const char *const sev_paint[SEV_N] = {
	[SEV_INFO] = "2", [SEV_CAUTION] = "33", [SEV_BLOCKED] = "1;31",
	[SEV_DESTRUCTIVE] = "1;31",
};

/* of: the number of its statement; 0: the whole plan's; -1: stands in it. */
static void json_hazard(const struct hazard *h, int64_t of,
    struct json_out *o)
{
	json_open_object(o);
	if (of >= 0) {
		json_key(o, "statement");
		if (of)
			json_put_int(o, of);
		else
			json_put_null(o);
	}
	json_pair_z(o, "code", h->def->code);
	json_pair_z(o, "slug", h->def->slug);
	json_pair_z(o, "severity", sev_word[h->sev]);
	json_pair_str(o, "object", h->object);
	json_key(o, "rows");
	if (h->rows >= 0)
		json_put_int(o, h->rows);
	else
		json_put_null(o);
	json_pair_bool(o, "estimate", h->estimate);
	json_pair_str(o, "evidence", h->text);
	json_pair_z(o, "advice", h->def->advice);
	if (h->ignored.n)
		json_pair_str(o, "ignored", h->ignored);
	if (h->finder.n)
		json_pair_str(o, "rows_sql", h->finder);
	json_close_object(o);
}

static void json_end(const char *key, const char *source,
    const struct model *m, struct json_out *o)
{
	char hex[SHA256_HEX + 1];

	sha256_hex(&m->hash, hex);
	json_key(o, key);
	json_open_object(o);
	json_pair_z(o, "source", source);
	json_pair_z(o, "hash", hex);
	json_close_object(o);
}

static void json_place(const struct run_stmt *s, struct json_out *o)
{
	size_t line, col;

	str_position(s->entry->text, s->made ? s->start : s->offset, &line,
	    &col);
	json_pair_str(o, "tag", s->entry->tag);
	json_pair_str(o, "file", s->entry->file);
	if (stmt_is_own(s)) {
		json_pair_bool(o, "own", true);
		return;
	}
	json_pair_int(o, "line", (int64_t)line);
	json_pair_int(o, "col", (int64_t)col);
}

static void json_weight(const struct stmt *s, struct json_out *o)
{
	json_pair_str(o, "locks", s->locks);
	json_pair_bool(o, "rewrites", s->rewrites);
	json_pair_bool(o, "scans", s->scans);
	if (s->bytes >= 0)
		json_pair_int(o, "bytes", s->bytes);
}

/* Of a plan whose ways back were tried. */
static void json_ways_back(const struct plan *p, struct json_out *o)
{
	bool tried = false;

	for (size_t i = 0; i < p->nfiles; i++)
		tried = tried || p->files[i].proof.state != PROOF_NONE;
	if (!tried)
		return;
	json_key(o, "ways_back");
	json_open_array(o);
	for (size_t i = 0; i < p->nfiles; i++) {
		const struct plan_file *f = &p->files[i];

		json_open_object(o);
		json_pair_str(o, "migration", f->entry->tag);
		json_pair_z(o, "undo", undo_word[f->undo]);
		json_pair_z(o, "proof", proof_word[f->proof.state]);
		json_key(o, "differences");
		json_open_array(o);
		for (size_t k = 0; k < f->proof.what.n; k++)
			json_put_str(o, f->proof.what.v[k]);
		json_close_array(o);
		json_close_object(o);
	}
	json_close_array(o);
}

void cmd_json_plan(const struct plan *p, struct json_out *o)
{
	char hex[SHA256_HEX + 1];

	sha256_hex(&p->hash, hex);
	json_pair_z(o, "plan", hex);
	json_end("from", "db", p->from, o);
	json_end("to", "after", p->to, o);
	json_key(o, "changes");
	diff_json(&p->changes, o);
	json_key(o, "statements");
	json_open_array(o);
	for (size_t i = 0; i < p->n; i++) {
		const struct stmt *s = &p->v[i];

		json_open_object(o);
		json_pair_int(o, "n", (int64_t)i + 1);
		json_place(s->run, o);
		json_pair_str(o, "sql", s->run->sql);
		json_pair_z(o, "class", stmt_class_word[s->cls]);
		json_pair_z(o, "undo", undo_word[s->undo]);
		json_pair_bool(o, "outside_tx", s->run->facts.pg &&
		    (s->run->facts.pg->flags & PG_OUTSIDE_TX));
		if (s->run->skipped.n)
			json_pair_str(o, "not_executed", s->run->skipped);
		if (s->locks.n)
			json_weight(s, o);
		json_key(o, "hazards");
		json_open_array(o);
		for (size_t j = 0; j < s->nhaz; j++)
			json_hazard(&s->haz[j], -1, o);
		json_close_array(o);
		json_close_object(o);
	}
	json_close_array(o);
	json_ways_back(p, o);
	json_key(o, "hazards");
	json_open_array(o);
	for (size_t i = 0; i < p->n; i++)
		for (size_t j = 0; j < p->v[i].nhaz; j++)
			json_hazard(&p->v[i].haz[j], (int64_t)i + 1, o);
	for (size_t j = 0; j < p->nhaz; j++)
		json_hazard(&p->haz[j], 0, o);
	json_close_array(o);
	json_key(o, "added");
	json_open_array(o);
	for (size_t i = 0; i < p->added.n; i++)
		json_put_str(o, p->added.v[i]);
	json_close_array(o);
	if (p->run->notes.n) {
		json_key(o, "not_predicted");
		json_open_array(o);
		for (size_t i = 0; i < p->run->notes.n; i++)
			json_put_str(o, p->run->notes.v[i]);
		json_close_array(o);
	}
	if (p->run->not_executed)
		json_pair_bool(o, "not_executed", true);
	json_pair_str(o, "drizzle", p->drizzle);
	json_pair_bool(o, "rehearsed", p->rehearsed &&
	    !p->rehearsal_error.msg[0]);
	if (p->rehearsal_error.msg[0]) {
		json_key(o, "rehearsal_error");
		json_open_object(o);
		json_pair_z(o, "where", p->rehearsal_error.where);
		json_pair_z(o, "message", p->rehearsal_error.msg);
		json_close_object(o);
	}
}

void cmd_json_needs(const struct needs *n, struct json_out *o)
{
	json_key(o, "needs");
	json_open_array(o);
	for (size_t i = 0; i < n->n; i++) {
		const struct need *d = &n->v[i];

		json_open_object(o);
		json_pair_str(o, "allow", d->allow);
		json_pair_bool(o, "blocked", d->blocked);
		json_pair_str(o, "typed", d->typed);
		json_pair_str(o, "text", d->text);
		json_close_object(o);
	}
	json_close_array(o);
}

/* The statement on one line, cut to `cells`. */
static void add_sql_line(struct invocation *in, const struct dialect *d,
    struct str sql, size_t cells)
{
	struct arena *a = arena_new();
	struct str folded = utf8_clean(a, sql_fold(d, sql, a), UTF8_LINE);
	size_t used;
	struct str fit = utf8_fit(folded, cells, &used);

	if (fit.n < folded.n) {
		fit = utf8_fit(folded, cells - 1, &used);
		sbuf_add(&in->out, fit);
		sbuf_addz(&in->out, "…");
		used++;
	} else {
		sbuf_add(&in->out, fit);
	}
	sbuf_fill(&in->out, ' ', cells - used);
	arena_free(a);
}

static void print_hazard(struct invocation *in, const struct hazard *h)
{
	bool aside = h->ignored.n && h->sev != SEV_BLOCKED;

	sbuf_addz(&in->out, "       ");
	cmd_paint(in, sev_paint[aside ? SEV_INFO : h->sev],
	    str_z(h->def->code));
	sbuf_addf(&in->out, " %s  ", h->def->slug);
	cmd_paint(in, "1", h->object);
	if (h->text.n) {
		sbuf_addz(&in->out, "  ");
		cmd_paint(in, "0", h->text);
	}
	sbuf_addc(&in->out, '\n');
	if (h->sev == SEV_BLOCKED && h->finder.n) {
		sbuf_addz(&in->out, "            rows: ");
		cmd_paint(in, "0", h->finder);
		sbuf_addc(&in->out, '\n');
	}
	if (h->ignored.n) {
		sbuf_addz(&in->out, "            ignored: ");
		cmd_paint(in, "0", h->ignored);
		sbuf_addc(&in->out, '\n');
	} else if (h->sev >= SEV_CAUTION && h->def->advice[0]) {
		sbuf_addz(&in->out, "            ");
		cmd_paint(in, "2", str_z(h->def->advice));
		sbuf_addc(&in->out, '\n');
	}
}

/* A later statement of a rebuild that says what the one before it said. */
static bool continues_group(const struct plan *p, size_t i)
{
	return i > 0 && p->v[i].group && p->v[i].group == p->v[i - 1].group &&
	    p->v[i].cls == p->v[i - 1].cls &&
	    str_eq(p->v[i].why, p->v[i - 1].why);
}

static void print_class(struct invocation *in, const struct stmt *s,
    bool again)
{
	const char *word = stmt_class_word[s->cls];

	if (again) {
		cmd_paint(in, "2", str_z(word));
		return;
	}
	cmd_paint(in, class_paint[s->cls], str_z(word));
	if (s->why.n) {
		size_t n = strlen(word);

		sbuf_fill(&in->out, ' ', n < 10 ? 12 - n : 2);
		cmd_paint(in, "0", s->why);
	}
}

/* Locks are said where everybody waits for more than a moment. */
static void print_weight(struct invocation *in, const struct stmt *s)
{
	if (!s->rewrites && !s->scans)
		return;
	sbuf_addz(&in->out, "       ");
	cmd_paint(in, "2", s->locks);
	cmd_paint(in, "2", s->rewrites ? STR(" while the table is rewritten") :
	    STR(" while its rows are read"));
	sbuf_addc(&in->out, '\n');
}

static void print_stmt(struct invocation *in, const struct plan *p, size_t i,
    bool sql)
{
	const struct stmt *s = &p->v[i];
	size_t width = in->columns > 100 ? in->columns - 50 : 50;

	if (width > 72)
		width = 72;
	sbuf_addf(&in->out, " %3zu  ", i + 1);
	if (sql) {
		utf8_sanitize(&in->out, str_trim(s->run->sql), UTF8_BLOCK,
		    false);
		sbuf_addz(&in->out, "\n      ");
	} else {
		add_sql_line(in, dialect_of(p->from->dialect), s->run->sql,
		    width);
		sbuf_addz(&in->out, "  ");
	}
	print_class(in, s, continues_group(p, i));
	sbuf_addc(&in->out, '\n');
	if (stmt_is_own(s->run)) {
		sbuf_addz(&in->out, "       ");
		cmd_paint(in, "2", STR("weir's own step, not of the file: a "
		    "build that was cut off left the index invalid"));
		sbuf_addc(&in->out, '\n');
	}
	print_weight(in, s);
	for (size_t j = 0; j < s->nhaz; j++)
		if (s->haz[j].sev > SEV_INFO)
			print_hazard(in, &s->haz[j]);
}

static size_t own_in(const struct plan *p, const struct plan_file *f)
{
	size_t n = 0;

	for (size_t i = f->first; i < f->first + f->n; i++)
		n += stmt_is_own(p->v[i].run);
	return n;
}

/* What the way back, tried beforehand, does not bring back. */
static void print_proof(struct invocation *in, const struct plan_file *f)
{
	static const char *const words[PROOF_N] = {
		[PROOF_MOVED] = "the way back: ",
		[PROOF_DIFFERS] = "the way back would leave: ",
		[PROOF_FAILS] = "the way back fails: ",
	};

	for (size_t i = 0; words[f->proof.state] && i < f->proof.what.n; i++) {
		sbuf_addf(&in->out, "   %s", words[f->proof.state]);
		cmd_paint(in, f->proof.state == PROOF_MOVED ? "2" : "31",
		    f->proof.what.v[i]);
		sbuf_addc(&in->out, '\n');
	}
}

void cmd_print_plan(struct invocation *in, const struct plan *p,
    unsigned how)
{
	struct strs locks = { 0 };

	for (size_t f = 0; f < p->nfiles; f++) {
		const struct plan_file *pf = &p->files[f];
		size_t own = own_in(p, pf);

		cmd_paint(in, "1", pf->entry->tag);
		if (!pf->n && p->run->stopped == pf->entry)
			sbuf_addz(&in->out, "  fails at its first statement");
		else
			sbuf_addf(&in->out, "  %zu statement%s%s", pf->n - own,
			    pf->n - own == 1 ? "" : "s", own ?
			    " left, and a step of weir's own" : "");
		if (pf->fk_off)
			sbuf_addz(&in->out, ", foreign keys off");
		if (!(how & PLAN_BACK) && p->run->stopped != pf->entry)
			sbuf_addf(&in->out, ", undo: %s", undo_word[pf->undo]);
		sbuf_addc(&in->out, '\n');
		print_proof(in, pf);
		for (size_t i = pf->first; i < pf->first + pf->n; i++)
			print_stmt(in, p, i, how & PLAN_SQL);
		sbuf_addc(&in->out, '\n');
	}
	for (size_t i = 0; i < p->nhaz; i++)
		if (p->haz[i].sev > SEV_INFO)
			print_hazard(in, &p->haz[i]);
	for (size_t i = 0; i < p->run->notes.n; i++) {
		cmd_paint(in, "33", p->run->notes.v[i]);
		sbuf_addc(&in->out, '\n');
	}
	for (size_t i = 0; i < p->added.n; i++) {
		cmd_paint(in, "2", STR("added by weir  "));
		cmd_paint(in, "0", p->added.v[i]);
		sbuf_addc(&in->out, '\n');
	}
	gate_lock_lines(p, in->a, &locks);
	for (size_t i = 0; i < locks.n; i++) {
		cmd_paint(in, "2", locks.v[i]);
		sbuf_addc(&in->out, '\n');
	}
	if (p->drizzle.n) {
		sbuf_addz(&in->out, "Drizzle's own migrator ");
		cmd_paint(in, p->drizzle_loses ? "1;31" : "0",
		    str_is(p->drizzle, "same") ? STR("would do the same") :
		    p->drizzle);
		sbuf_addc(&in->out, '\n');
	}
	if (p->rehearsal_error.msg[0]) {
		cmd_paint(in, "1;31", STR("Rehearsal failed: "));
		cmd_paint(in, "0", str_z(p->rehearsal_error.where));
		sbuf_addz(&in->out, ": ");
		cmd_paint(in, "0", str_z(p->rehearsal_error.msg));
		sbuf_addc(&in->out, '\n');
	}
}
