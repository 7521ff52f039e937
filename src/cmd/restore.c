/* restore: a whole copy back into the database, through a gate of its own. */
#include "base/clock.h"
#include "base/fs.h"
#include "base/utf8.h"
#include "cmd/ask.h"
#include "cmd/copying.h"

static void count_cell(struct text_table *t, struct invocation *in, int64_t n)
{
	struct sbuf b = SBUF_INIT(64);

	if (n < 0)
		sbuf_addc(&b, '-');
	else
		sbuf_add_count(&b, n);
	table_cell(t, arena_str(in->a, sbuf_str(&b)));
	sbuf_free(&b);
}

/* "2 newer go, 1 changed go back, 3 come back" */
static void by_key(struct sbuf *b, const struct table_loss *t)
{
	const struct {
		int64_t n;
		const char *one, *many;
	} v[] = {
		{ t->newer, " newer goes", " newer go" },
		{ t->changed, " changed is as it was",
		    " changed are as they were" },
		{ t->back, " comes back", " come back" },
	};
	bool any = false;

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		if (v[i].n <= 0)
			continue;
		sbuf_addz(b, any ? ", " : "");
		sbuf_add_count(b, v[i].n);
		sbuf_addz(b, v[i].n == 1 ? v[i].one : v[i].many);
		any = true;
	}
}

static struct str what_becomes(struct invocation *in,
    const struct table_loss *t)
{
	struct sbuf b = SBUF_INIT(256);
	struct str s;

	if (t->copied < 0)
		sbuf_addz(&b, "made since: it goes, with its rows");
	else if (t->live < 0)
		sbuf_addz(&b, "comes back");
	else if (t->newer >= 0)
		by_key(&b, t);
	else {
		int64_t d = t->live - t->copied;

		sbuf_add_count(&b, d < 0 ? -d : d);
		sbuf_addz(&b, d > 0 ? " newer go" : " come back");
	}
	s = arena_str(in->a, sbuf_str(&b));
	sbuf_free(&b);
	return s;
}

static void print_tables(struct invocation *in, const struct restore_loss *l)
{
	static const char *const heads[] = { "table", "now", "copy", "rows" };
	struct text_table t = { .a = in->a, .ncols = 4, .right = "lrrl" };

	for (size_t i = 0; i < 4; i++)
		table_cell(&t, str_z(heads[i]));
	for (size_t i = 0; i < l->n; i++) {
		const struct table_loss *v = &l->v[i];

		table_cell(&t, utf8_clean(in->a, v->schema.n ?
		    arena_printf(in->a, "%.*s.%.*s", STR_ARG(v->schema),
		    STR_ARG(v->name)) : v->name, UTF8_LINE));
		count_cell(&t, in, v->live);
		count_cell(&t, in, v->copied);
		table_cell(&t, what_becomes(in, v));
	}
	table_print(&t, "  ", &in->out);
}

static void print_loss(struct invocation *in, const struct session *s,
    const struct backup *b, const struct restore_loss *l)
{
	sbuf_addz(&in->out, "Restore ");
	cmd_paint(in, "1", s->project->db_label);
	sbuf_addz(&in->out, " from ");
	cmd_paint(in, "0", path_short(in->a, b->path, in->cwd));
	if (b->recorded) {
		sbuf_addz(&in->out, ", made ");
		clock_short(&in->out, b->at);
		sbuf_addz(&in->out, ", ");
		sbuf_add(&in->out, copying_bytes(in, b->bytes));
	}
	sbuf_addz(&in->out, "\n");
	if (!b->recorded)
		sbuf_addz(&in->out, "It has no record: what it holds is not "
		    "proven.\n");
	if (l->barred.n) {
		cmd_paint(in, "31", arena_printf(in->a, "It would fail: %.*s.",
		    STR_ARG(l->barred)));
		sbuf_addc(&in->out, '\n');
	}
	if (l->other) {
		sbuf_addz(&in->out, "It is a copy of another database: ");
		cmd_paint(in, "33", l->origin);
		sbuf_addf(&in->out, " (%.*s)%s\n", STR_ARG(utf8_clean(in->a,
		    b->db, UTF8_LINE)), l->stranger.n ? ", with other "
		    "migrations" : "");
	}
	if (l->n)
		print_tables(in, l);
	else if (l->rows >= 0)
		sbuf_addz(&in->out, l->totals ? "Every table has as many rows "
		    "in the copy as now.\n" : "Every row is in the copy as it "
		    "is now.\n");
	for (size_t i = 0; i < l->tags.n; i++) {
		sbuf_addz(&in->out, i ? ", " : "Applied since, and taken back "
		    "with it: ");
		sbuf_add(&in->out, utf8_clean(in->a, l->tags.v[i], UTF8_LINE));
	}
	sbuf_addz(&in->out, l->tags.n ? "\n" : "");
	if (l->totals || l->rows < 0)
		sbuf_addz(&in->out, "The numbers are totals: rows may be others "
		    "all the same, and values that\nchanged since go as "
		    "well.\n");
}

static void json_loss(struct invocation *in, const struct session *s,
    const struct backup *b, const struct restore_loss *l,
    struct str missing, const struct err *why)
{
	struct json_out o;

	cmd_json_begin(in, &o);
	cmd_json_db(s, &o);
	backup_json(b, &o);
	json_key(&o, "tables");
	json_open_array(&o);
	for (size_t i = 0; i < l->n; i++) {
		json_open_object(&o);
		json_pair_str(&o, "schema", l->v[i].schema);
		json_pair_str(&o, "name", l->v[i].name);
		json_pair_int(&o, "now", l->v[i].live);
		json_pair_int(&o, "copy", l->v[i].copied);
		if (l->v[i].newer >= 0) {
			json_pair_int(&o, "newer", l->v[i].newer);
			json_pair_int(&o, "changed", l->v[i].changed);
			json_pair_int(&o, "back", l->v[i].back);
		}
		json_close_object(&o);
	}
	json_close_array(&o);
	json_pair_int(&o, "rows", l->rows);
	json_pair_str(&o, "other", l->other ? b->db : STR(""));
	json_pair_str(&o, "barred", l->barred);
	json_key(&o, "migrations");
	json_open_array(&o);
	for (size_t i = 0; i < l->tags.n; i++)
		json_put_str(&o, l->tags.v[i]);
	json_close_array(&o);
	json_key(&o, "needs");
	json_open_array(&o);
	if (missing.n)
		json_put_str(&o, missing);
	json_close_array(&o);
	if (why && why->code) {
		json_key(&o, "error");
		json_open_object(&o);
		json_pair_z(&o, "code", rc_name(why->code));
		json_pair_z(&o, "message", why->msg);
		json_close_object(&o);
	}
	json_close_object(&o);
	sbuf_addc(&in->out, '\n');
}

static enum rc ask_name(struct invocation *in, struct str name,
    const char *why, struct err *e)
{
	struct sbuf prompt = SBUF_TEXT, answer = SBUF_INIT(1024);
	enum rc rc;

	cmd_flush(in);
	sbuf_addz(&prompt, "Type  ");
	utf8_sanitize(&prompt, name, UTF8_LINE, false);
	sbuf_addf(&prompt, "  %s, Esc cancels: ", why);
	rc = ask_line(prompt.p, &answer, e);
	if (!rc && !str_eq(sbuf_str(&answer), name))
		rc = err_set(e, RC_CANCELLED, "that is not '%.*s': cancelled, "
		    "nothing was changed", STR_ARG(name));
	sbuf_free(&prompt);
	sbuf_free(&answer);
	return rc;
}

/* By arguments, or by a person who types the name. */
static enum rc consent(struct invocation *in, const struct session *s,
    const struct backup *b, const struct restore_loss *l,
    struct restore_consent *c, struct err *e)
{
	struct str missing = STR("");
	enum rc rc;

	if (in->given[OPT_READ_ONLY])
		return err_set(e, RC_DENIED, "--read-only: nothing can be "
		    "changed");
	rc = restore_gate(s, l, c, in->a, &missing, e);
	if (rc != RC_DECISION)
		return rc;
	if (in->tty_in && in->tty_err && !in->given[OPT_JSON]) {
		*e = (struct err)ERR_INIT;
		c->typed = true;
		if (l->stranger.n)
			rc = ask_name(in, l->stranger, "to take what is of "
			    "another database", e);
		else
			rc = RC_OK;
		return rc ? rc : ask_name(in, l->name, "to replace all that "
		    "it holds", e);
	}
	err_hint(e, "%.*s %.*s", STR_ARG(cmd_next(in, in->cmd)),
	    STR_ARG(missing));
	if (in->given[OPT_JSON])
		json_loss(in, s, b, l, missing, e);
	return rc;
}

static bool on_waiting(void *arg, const struct holders *h, double waited)
{
	struct copying *c = arg;

	(void)waited;
	if (h->n && c->said != h->v[0].pid) {
		c->said = h->v[0].pid;
		cmd_say(c->in, "waiting for the lock, held by %.*s %d",
		    STR_ARG(h->v[0].command), h->v[0].pid);
	}
	return !stop_signal(c->stop);
}

static enum rc change(struct invocation *in, struct session *s,
    const struct backup *b, const struct restore_loss *l,
    const struct restore_consent *agreed, int *code, struct err *e)
{
	struct copying c = { .in = in, .what = "restored" };
	struct restore_options o = {
		.keep = !in->given[OPT_NO_UNDO_DATA],
		.exclusive = in->given[OPT_EXCLUSIVE],
		.consent = agreed, .shown = l, .waiting = on_waiting,
		.connected = copying_connected,
	};
	struct report *r = NULL;
	int64_t wait;
	int caught;
	enum rc rc = cmd_number(in, OPT_LOCK_WAIT, 0, &wait, e);

	if (rc)
		return rc;
	o.lock_wait_ms = wait > 3600000 ? 3600000 : (int)wait;
	copying_options(&c, s, &o.copy);
	cmd_unwatch(in, s);
	c.stop = stop_open();
	rc = restore_run(s, b, &o, in->a, &r, e);
	caught = copying_end(&c);
	if (r)
		cmd_print_report(in, r);
	if (rc && caught) {
		*code = 128 + caught;
		cmd_print_error(in, e);
		*e = (struct err)ERR_INIT;
		return RC_OK;
	}
	return rc;
}

static enum rc restore(struct invocation *in, struct session *s, int *code,
    struct err *e)
{
	struct str what = in->args.n ? in->args.v[0] : STR("");
	struct restore_consent c = { in->values[OPT_ALLOW].v,
		in->values[OPT_ALLOW].n, false, cmd_value(in, OPT_TARGET) };
	struct restore_loss l;
	struct backup b;
	enum rc rc;

	if (str_find(what, STR("/"), 0) < what.n ||
	    str_find(what, STR("."), 0) < what.n) {
		struct str path = path_absolute(in->a, path_join(in->a,
		    in->cwd, what));

		what = file_stat_of(arena_z(in->a, path)).is_file ? path :
		    what;
	}
	rc = backup_find(s->project, what, in->a, &b, e);
	if (!rc)
		rc = restore_look(s, &b, in->a, &l, e);
	if (rc)
		return rc;
	if (!in->given[OPT_JSON] && !in->given[OPT_QUIET])
		print_loss(in, s, &b, &l);
	if (in->given[OPT_DRY_RUN]) {
		if (in->given[OPT_JSON])
			json_loss(in, s, &b, &l, STR(""), NULL);
		else
			sbuf_addz(&in->out, "Dry run: nothing was changed.\n");
		return RC_OK;
	}
	rc = consent(in, s, &b, &l, &c, e);
	return rc ? rc : change(in, s, &b, &l, &c, code, e);
}

static enum rc run(struct invocation *in, int *code, struct err *e)
{
	struct session *s = NULL;
	enum rc rc = cmd_report_format(in, e);

	if (!rc)
		rc = cmd_session(in, STR_NONE, NEED_DB, &s, e);
	if (!rc)
		rc = restore(in, s, code, e);
	cmd_close(in, s);
	return rc;
}

static const char *const detail[] = {
	"The newest copy that weir backup or migrate --backup made of this "
	"database, a\nFILE, or that of a RUN.  First it says what would go: "
	"rows by table, tables made\nsince, migrations applied since.  Then "
	"the name of the database is typed, or\n--allow restore:NAME given.",
	"What is there now is copied first, so that weir restore takes the "
	"restore back;\n--no-undo-data goes without.  The database changes in "
	"one transaction under the\nlock that keeps migrators out: whatever "
	"happens, it is as it was or as the copy.", NULL,
};

const struct cmd_entry cmd_restore = {
	.name = "restore", .bit = C_RESTORE, .args = "[FILE|RUN]",
	.max_args = 1, .summary = "Put a whole copy back",
	.detail = detail, .run = run,
};
