/* copy_as: see copy_as.h. */
#include "ui/view/copy_as.h"

#include "op/out.h"
#include "ui/clip.h"
#include "ui/view/views.h"
#include "ui/widget/list.h"

enum { JOB_COPY = 1 };

struct copying {
	struct copy_arg arg;		/* in v->a */
	struct list list;
	bool busy;
};

static const struct kind {
	const char *name, *note;
	enum out_format one, many;
	bool bare;
} kinds[COPY_WHAT_N] = {
	[COPY_VALUE] = { "value", NULL, OUT_TSV, OUT_TSV, true },
	[COPY_ROW] = { "row", "values between tabs", OUT_TSV, OUT_TSV, true },
	[COPY_CSV] = { "CSV", "with the names", OUT_CSV, OUT_CSV, false },
	[COPY_TSV] = { "TSV", "with the names", OUT_TSV, OUT_TSV, false },
	[COPY_JSON] = { "JSON", "an object, or an array", OUT_JSONL, OUT_JSON,
		false },
	[COPY_INSERT] = { "INSERT", "a statement a row", OUT_INSERT,
		OUT_INSERT, false },
	[COPY_WHERE] = { "WHERE", "a condition, by the key", OUT_WHERE,
		OUT_WHERE, false },
};

static const struct bind binds[] = {
	BIND_LIST, { ACT_OPEN, "Enter y", "copy" }, { ACT_BACK, NULL, "close" },
};
static const struct keymap map = {
	.name = "Copy",
	.parent = &keymap_overlay,
	KEYMAP(binds),
};

static const struct keymap *keymap(const struct ui_view *v)
{
	(void)v;
	return &map;
}

/* --- the job ---------------------------------------------------------------- */

struct copied {
	struct str text;
	int64_t rows;
	bool null;			/* the value: NULL, not such a text */
};

static enum rc read_value(struct job *j, const struct copy_arg *k,
    const struct rows *r, struct sbuf *b, bool *null, struct err *e)
{
	struct value v;
	enum rc rc;

	if (k->col >= r->ncols)
		return err_set(e, RC_NOTFOUND, "there is no such column any more");
	rc = rows_cell(j->session->db, r, k->place.key, k->col, 0, CLIP_MAX,
	    j->a, &v, e);
	if (rc)
		return rc;
	if ((v.kind == VALUE_TEXT || v.kind == VALUE_BLOB) && v.full > v.s.n)
		return err_set(e, RC_UNSUPPORTED, "not copied: the value has "
		    "%zu MB, a copy at most %zu", v.full / 1000000,
		    CLIP_MAX / 1000000);
	*null = v.kind == VALUE_NULL;
	out_value(r->dialect, &v, b);
	return b->full ? err_set(e, RC_UNSUPPORTED, "not copied: more than "
	    "%zu MB", CLIP_MAX / 1000000) : RC_OK;
}

static enum rc read_rows(struct job *j, const struct copy_arg *k,
    const struct rows *r, struct sbuf *b, int64_t *rows, struct err *e)
{
	const struct kind *kind = &kinds[k->what];
	const struct value *one[] = { k->place.key };
	struct out_request rq = { .rows = r, .limit = -1, .bare = kind->bare,
		.format = k->n > 1 ? kind->many : kind->one, .shown = k->n > 0,
		.sink = { out_to_sbuf, b } };
	struct out_done done;
	enum rc rc = out_keys(j->session->db, &rq, k->n ? k->keys : one,
	    k->n ? k->n : 1, &done, e);

	*rows = done.rows;
	if (rc == RC_UNSUPPORTED)
		err_prefix(e, "not copied");
	return rc;
}

static enum rc run(struct job *j, void **result, struct err *e)
{
	const struct copy_arg *k = j->arg;
	struct copied *c = arena_new_of(j->a, struct copied);
	struct sbuf b = SBUF_INIT(CLIP_MAX);
	const struct rows *r;
	const struct model *m;
	enum rc rc = session_live(j->session, &m, e);

	if (!rc)
		rc = place_plan(m, &k->place, j->a, &r, e);
	if (!rc && k->what == COPY_VALUE)
		rc = read_value(j, k, r, &b, &c->null, e);
	else if (!rc)
		rc = read_rows(j, k, r, &b, &c->rows, e);
	if (!rc) {
		c->text = arena_str(j->a, sbuf_str(&b));
		*result = c;
	}
	sbuf_free(&b);
	return rc;
}

/* Marks are keys of the table as it is, in whatever order it is looked at. */
static void start(struct ui_view *v, struct cmds *out)
{
	struct copying *s = v->state;
	struct arena *a = arena_new();
	struct copy_arg *k = arena_new_of(a, struct copy_arg);
	const struct value **keys = arena_array(a, const struct value *,
	    s->arg.n + 1);
	struct place p = s->arg.place;

	*k = s->arg;
	k->what = (enum copy_what)s->list.cur;
	if (k->what == COPY_VALUE)
		k->n = 0;
	if (k->n)
		p.sort.n = p.nkey = 0;
	k->place = place_copy(a, &p);
	for (size_t i = 0; i < k->n; i++) {
		p.key = s->arg.keys[i];
		p.nkey = s->arg.nkey;
		keys[i] = place_copy(a, &p).key;
	}
	k->keys = keys;
	s->busy = true;
	cmds_job(out, (struct job_spec){ .what = "copying", .key = JOB_COPY,
		.a = a, .arg = k, .run = run });
}

/* --- what is said --------------------------------------------------------------- */

void copy_said(struct cmds *out, const char *what, size_t bytes)
{
	struct sbuf b = SBUF_INIT(64);

	if (!bytes) {
		cmds_message(out, STYLE_WARN, "not copied: %s is empty", what);
		return;
	}
	sbuf_add_count(&b, (int64_t)bytes);
	cmds_message(out, STYLE_DIM, "copied %s, %s byte%s", what, b.p,
	    bytes == 1 ? "" : "s");
	sbuf_free(&b);
}

static void came(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct copying *s = v->state;
	const struct copied *c = m->result;
	const struct kind *kind = &kinds[s->list.cur];
	struct str name = app_clean(v->app, v->a, s->arg.column);
	struct sbuf what = SBUF_INIT(512), count = SBUF_INIT(32);
	bool value = kind == &kinds[COPY_VALUE];

	s->busy = false;
	if (m->rc) {
		if (m->rc != RC_CANCELLED)
			cmds_error(out, m->err);
		cmds_pop(out, 0, NULL);
		return;
	}
	if (!value && !c->rows) {
		cmds_message(out, STYLE_WARN, s->arg.n ?
		    "not copied: no marked row is there" :
		    "not copied: the row is gone");
		cmds_pop(out, 0, NULL);
		return;
	}
	sbuf_add_count(&count, c->rows);
	if (value)
		sbuf_addf(&what, "the value of %.*s%s", STR_ARG(str_sub(name, 0,
		    200)), c->null ? ", NULL" : "");
	else
		sbuf_addf(&what, "%s row%s%s%s", count.p, c->rows == 1 ? "" : "s",
		    kind == &kinds[COPY_ROW] ? "" : " as ",
		    kind == &kinds[COPY_ROW] ? "" : kind->name);
	if (!value && s->arg.hidden && kind != &kinds[COPY_WHERE])
		sbuf_addf(&what, " with %zu hidden column%s", s->arg.hidden,
		    s->arg.hidden == 1 ? "" : "s");
	if (c->text.n)
		cmds_push(out, (struct cmd){ .kind = CMD_COPY, .text = c->text });
	copy_said(out, what.p, c->text.n);
	cmds_pop(out, (int)s->list.cur + 1, NULL);
	sbuf_free(&what);
	sbuf_free(&count);
}

/* --- ops -------------------------------------------------------------------------- */

static void enter(struct ui_view *v, const void *arg, struct cmds *out)
{
	const struct copy_arg *a = arg;
	struct copying *s = v->state;
	const struct value **keys = arena_array(v->a, const struct value *,
	    a->n + 1);
	struct place p = a->place;

	s->arg = *a;
	s->arg.place = place_copy(v->a, &p);
	s->arg.column = arena_str(v->a, a->column);
	for (size_t i = 0; i < a->n; i++) {
		p.key = a->keys[i];
		p.nkey = a->nkey;
		keys[i] = place_copy(v->a, &p).key;
	}
	s->arg.keys = keys;
	list_set(&s->list, COPY_WHAT_N);
	s->list.h = COPY_WHAT_N;
	list_to(&s->list, a->what);
	if (a->now)
		start(v, out);
}

static void update(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct copying *s = v->state;

	if (m->kind == MSG_JOB && m->key == JOB_COPY)
		came(v, m, out);
	else if (m->kind == MSG_SESSION)
		cmds_pop(out, 0, NULL);
	else if (m->kind != MSG_KEY)
		return;
	else if (m->act == ACT_BACK) {
		cmds_push(out, (struct cmd){ .kind = CMD_CANCEL,
			.key = JOB_COPY });
		cmds_pop(out, 0, NULL);
	} else if (!s->busy && !list_key(&s->list, m->act) &&
	    m->act == ACT_OPEN) {
		start(v, out);
	}
}

static void line(const void *arg, struct pane p, size_t i, bool current)
{
	const struct ui_view *v = arg;
	const struct copying *s = v->state;
	bool value = i == COPY_VALUE;

	if (current)
		pane_mark(p, 0, 0, STYLE_ACCENT, MARK_CURSOR);
	pane_textz(p, 2, 0, STYLE_NORMAL, i == COPY_ROW && s->arg.n > 1 ?
	    "rows" : kinds[i].name);
	pane_field(p, 12, 0, p.w - 12, ALIGN_LEFT, STYLE_DIM, value ?
	    app_clean(v->app, v->app->frame, s->arg.column) :
	    str_z(kinds[i].note));
}

/* "2 marked rows of t", "1 of 2 marked rows of t" where a filter hides one */
static struct str marked_rows(const struct ui_view *v)
{
	const struct copying *s = v->state;
	struct arena *a = v->app->frame;
	struct str name = app_clean(v->app, a, s->arg.place.name);
	struct str few = s->arg.shown < 0 ? STR("shown of ") :
	    s->arg.shown == (int64_t)s->arg.n ? STR("") :
	    arena_printf(a, "%lld of ", (long long)s->arg.shown);

	return arena_printf(a, "%.*s%zu marked row%s of %.*s", STR_ARG(few),
	    s->arg.n, s->arg.n == 1 ? "" : "s", STR_ARG(name));
}

static void draw(const struct ui_view *v, struct pane body)
{
	const struct copying *s = v->state;
	int w = body.w - 8 < 46 ? body.w - 8 : 46, x;
	struct pane in;
	struct str of;

	if (s->arg.now)
		return;
	of = s->arg.n ? marked_rows(v) :
	    app_clean(v->app, v->app->frame, s->arg.place.label);
	in = pane_popup(body, w, COPY_WHAT_N + 7, STYLE_ACCENT, STR("Copy"));
	pane_field(in, 1, 1, in.w - 2, ALIGN_LEFT, STYLE_DIM, of);
	list_draw(&s->list, pane_sub(in, 1, 3, in.w - 2, COPY_WHAT_N), true,
	    line, v);
	x = pane_textz(in, 1, in.h - 1, STYLE_KEY, "Enter ");
	x = pane_textz(in, x, in.h - 1, STYLE_DIM, s->busy ? "reading" : "copy");
	x = pane_textz(in, x + 3, in.h - 1, STYLE_KEY, "Esc ");
	pane_textz(in, x, in.h - 1, STYLE_DIM, "close");
}

const struct view_ops view_copy_as = {
	.name = "copy_as",
	.title = "Copy",
	.state_size = sizeof(struct copying),
	.overlay = true,
	.keymap = keymap,
	.enter = enter,
	.update = update,
	.draw = draw,
	.maps = MAPS(&map),
};
