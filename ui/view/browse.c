/*
 * browse: asks and answers.
 *
 * What is shown stays until its successor is here: a job that opens a place
 * carries the place, and only its result replaces window and trail.
 * Background counting gives way: whoever asks for rows stops it first, and it
 * is asked for again when the rows have come.
 */
#include "ui/view/browse.h"

#include "base/utf8.h"
#include "ui/view/cells.h"
#include "ui/view/counting.h"
#include "ui/view/sources.h"

/* ---- where we are ---- */

const struct rows_row *browse_row(const struct browse *b)
{
	return rowwin_row(&b->win, b->grid.rows.cur);
}

size_t browse_col(const struct browse *b)
{
	return b->grid.col < b->grid.ncols ? b->order[b->grid.col] : 0;
}

struct marked browse_marked(const struct browse *b)
{
	const struct marks *m = b->win.plain ? marks_of(&b->marking,
	    b->win.place.schema, b->win.place.name) : NULL;

	if (!m || m->nkey != b->win.plain->nterms)
		return (struct marked){ NULL, 0, 0 };
	return (struct marked){ m->keys.v, m->keys.n, m->nkey };
}

int64_t browse_marks_shown(const struct browse *b)
{
	size_t n = browse_marked(b).n;

	if (!place_filtered(&b->win.place))
		return (int64_t)n;
	return b->shown.at < n ? -1 : (int64_t)b->shown.seen;
}

void browse_marks_anew(struct browse *b)
{
	b->shown.at = b->shown.seen = 0;
	b->shown.round++;
}

bool browse_is_marked(const struct browse *b, const struct app *app,
    const struct rows_row *row)
{
	const struct value *key;

	if (!browse_marked(b).n)
		return false;
	key = rowwin_key(&b->win, row, app->frame);
	return key && marks_has(marks_of(&b->marking, b->win.place.schema,
	    b->win.place.name), key, b->win.plain->nterms);
}

static size_t key_len(const struct rows *r)
{
	return r->by_position ? 1 : r->nterms;
}

static void add_label(const struct browse *b, const struct app *app,
    const struct rows_row *row, struct sbuf *out)
{
	const struct rows *r = b->win.rows;

	sbuf_add(out, named_label(app, app->frame, r->object->schema,
	    r->object->name));
	for (size_t i = 0; i < r->nterms; i++) {
		if (!r->terms[i].unique)
			continue;
		SQL(out, " ");
		(void)cell_plain(r->dialect, &row->key[i], out);
		return;
	}
}

struct place browse_here(const struct browse *b, const struct app *app,
    struct arena *a)
{
	const struct rows_row *row = browse_row(b);
	struct sbuf label = SBUF_INIT(8192);
	struct place p = b->win.place;

	p.key = row ? row->key : NULL;
	p.nkey = key_len(b->win.rows);
	p.col = b->grid.col;
	if (row)
		add_label(b, app, row, &label);
	p.label = str_sub(sbuf_str(&label), 0, 60);
	p = place_copy(a, &p);
	sbuf_free(&label);
	return p;
}

/* ---- asking ---- */

static void stop_counting(struct browse *b, struct cmds *out)
{
	if (!b->counting || b->count_paused)
		return;
	b->count_paused = true;
	cmds_push(out, (struct cmd){ .kind = CMD_CANCEL, .key = JOB_COUNT });
}

void browse_ask(struct ui_view *v, const struct win_ask *ask, struct cmds *out)
{
	struct browse *b = v->state;
	struct win_ask k = *ask;

	stop_counting(b, out);
	k.max = WIN_PAGE_ROWS;
	if (v->h > 0 && k.max < (size_t)v->h * 2)
		k.max = (size_t)v->h * 2;
	b->loading = true;
	b->asked_by = b->key;
	cmds_job(out, win_job(&k, JOB_PAGE));
}

void browse_open(struct ui_view *v, const struct place *p,
    enum browse_arrive arrive, struct cmds *out)
{
	struct browse *b = v->state;
	struct win_ask k = { .want = WIN_OPEN, .place = *p };

	b->arrive = arrive;
	b->pending = 0;
	b->before.on = false;
	b->opening = (struct named){ STR_NONE, STR_NONE };
	if (!place_same(p, &b->win.place))
		b->opening = (struct named){ arena_str(v->a, p->schema),
			arena_str(v->a, p->name) };
	b->bare = !place_filtered(p) && !p->sort.n;
	browse_ask(v, &k, out);
}

/* The same rows by another session: as they stood on the screen. */
static void read_again(struct ui_view *v, struct cmds *out)
{
	struct browse *b = v->state;
	struct win_ask k = { .want = WIN_OPEN, .place = b->trail[b->at],
		.above = b->before.on ? b->before.line : 0 };

	b->arrive = ARRIVE_SAME;
	b->pending = 0;
	b->opening = (struct named){ STR_NONE, STR_NONE };
	browse_ask(v, &k, out);
}

static void keep_before(struct browse *b)
{
	const struct rowwin *w = &b->win;
	const struct list *l = &b->grid.rows;
	int64_t first = rowwin_first(w);

	b->before.on = true;
	b->before.exact = w->exact || w->was_total >= 0;
	b->before.line = l->cur - list_top(l, l->h);
	b->before.left = b->grid.left;
	b->before.number = first < 0 ? -1 : first + (int64_t)l->cur;
	b->before.total = w->exact ? w->total : w->was_total;
	b->before.ncols = b->grid.ncols;
	for (size_t i = 0; i < b->grid.ncols; i++)
		b->before.widths[i] = b->cols[i].width;
}

static void as_before(struct browse *b, size_t at)
{
	struct rowwin *w = &b->win;
	struct list *l = &b->grid.rows;

	b->before.on = false;
	w->was_total = b->before.total;
	w->was_first = b->before.number >= (int64_t)at ?
	    b->before.number - (int64_t)at : -1;
	b->count_asked = b->before.exact;
	b->grid.left = b->before.left;
	for (size_t i = 0; i < b->grid.ncols &&
	    b->grid.ncols == b->before.ncols; i++)
		if (!b->cols[i].asked && b->cols[i].width < b->before.widths[i])
			b->cols[i].width = b->before.widths[i];
	l->cur = at;
	l->top = at > b->before.line ? at - b->before.line : 0;
}

void browse_more(struct ui_view *v, struct cmds *out)
{
	struct browse *b = v->state;
	size_t cur = b->grid.rows.cur, h = (size_t)b->grid.rows.h;
	struct win_ask k = { .want = WIN_AFTER };
	const struct rows_row *edge = NULL;

	if (b->loading || !b->win.rows || !b->win.n)
		return;
	if (!b->win.at_end && b->win.n - cur <= h * 2)
		edge = rowwin_row(&b->win, b->win.n - 1);
	if (!edge && !b->win.at_start && cur < h * 2) {
		edge = rowwin_row(&b->win, 0);
		k.want = WIN_BEFORE;
	}
	if (!edge)
		return;
	k.place = b->win.place;
	k.place.key = edge->key;
	k.place.nkey = key_len(b->win.rows);
	browse_ask(v, &k, out);
}

/* ---- background ---- */

/* Tables that are too large to be counted without being asked for it. */
static void skip_tables(const struct browse *b, const struct app *app,
    struct count_ask *k)
{
	size_t n = b->model ? b->model->ntables : 0;
	bool *skip = arena_array(app->frame, bool, n + 1);

	for (size_t i = 0; i < n; i++)
		skip[i] = b->model->tables[i]->type == TABLE_FOREIGN ||
		    !rows_count_unasked(app->dialect->id,
		    b->tree.counts[i].rows);
	k->skip = skip;
	k->nskip = n;
}

/* The marks are of the table, the filter is of what is looked at. */
static void count_marks(const struct browse *b, struct count_ask *k)
{
	struct marked m = browse_marked(b);

	k->kind = COUNT_MARKS;
	k->place.sort.n = 0;
	k->place.nkey = m.nkey;
	k->keys = m.keys;
	k->nkeys = m.n;
	k->table = b->shown.at;
	k->round = b->shown.round;
}

/* What is worth knowing next; false: all is known. */
static bool next_count(struct browse *b, const struct app *app,
    struct count_ask *k)
{
	const struct rows_row *row = browse_row(b);
	bool unasked = b->win.exact || b->count_asked ||
	    rows_count_unasked(app->dialect->id, b->win.total);
	bool refs = row && b->win.rows->table &&
	    (b->win.rows->table->nfks_in || b->win.rows->table->nfks) &&
	    (app->wide ? b->detail_on : b->detail_below);

	*k = (struct count_ask){ .kind = COUNT_ROWS };
	if (b->win.rows) {
		k->place = b->win.place;
		k->place.nkey = key_len(b->win.rows);
		k->place.key = NULL;
	}
	if (b->win.rows && browse_marks_shown(b) < 0) {
		count_marks(b, k);
	} else if (row && unasked && b->win.first < 0 &&
	    (!b->win.at_end || b->win.exact)) {
		k->kind = COUNT_POSITION;
		b->asked_row = rowwin_row(&b->win, 0);
		k->place.key = b->asked_row->key;
	} else if (refs && row != b->refs_row) {
		k->kind = COUNT_REFS;
		b->asked_row = row;
		k->place.key = row->key;
	} else if (b->win.rows && unasked && (!b->win.exact || (!b->win.samples.done &&
	    rows_can_sample(b->win.rows)))) {	/* in each order anew */
		k->samples = &b->win.samples;
	} else if (b->model && !b->estimated) {
		k->kind = COUNT_ESTIMATES;
	} else {
		k->kind = COUNT_TABLES;
		k->table = b->next_table;
		skip_tables(b, app, k);
		return b->model && b->next_table < b->model->ntables;
	}
	return true;
}

static void go_on_counting(struct ui_view *v, struct cmds *out)
{
	struct browse *b = v->state;
	struct count_ask k;

	if (b->counting || b->loading || b->count_stopped || !b->model ||
	    !next_count(b, v->app, &k))
		return;
	b->counting = true;
	b->count_paused = false;
	cmds_job(out, count_job(&k, JOB_COUNT));
}

static void rows_counted(struct browse *b, const struct count_result *r)
{
	struct rowwin *w = &b->win;

	for (size_t i = 0; i < r->samples.keys.n; i++) {
		struct place p = { .key = r->samples.keys.v[i],
			.nkey = key_len(w->rows) };

		p = place_copy(w->samples_a, &p);
		vec_push(w->samples_a, &w->samples.keys, p.key);
	}
	w->samples.total = r->n;
	if (!r->done) {
		if (r->n > w->total)
			w->total = r->n;
		return;
	}
	w->samples.done = true;
	rowwin_total(w, r->n);
	if (!place_filtered(&w->place))
		tree_counted(&b->tree, w->place.schema, w->place.name, r->n,
		    false);
}

static void counted(struct browse *b, const struct msg *m)
{
	const struct count_result *r = m->result;

	/* The schema has changed since b->model was read: these are not its
	 * tables.  Counting goes on when it has been read again. */
	if (!b->model || r->model != b->model) {
		b->count_stopped = b->model != NULL;
		return;
	}
	if (r->kind == COUNT_REFS && b->asked_row == browse_row(b)) {
		arena_free(b->refs_a);
		b->refs_a = msg_take_arena(m);
		b->refs = r->v;
		b->refs_seen = r->seen;
		b->targets = r->targets;
		b->nrefs = r->nv;
		b->refs_row = b->asked_row;
	} else if (r->kind == COUNT_POSITION &&
	    b->asked_row == rowwin_row(&b->win, 0)) {
		b->win.first = r->n;
	} else if (r->kind == COUNT_ROWS) {
		rows_counted(b, r);
	} else if (r->kind == COUNT_MARKS) {
		if (r->round == b->shown.round) {
			b->shown.at = r->table;
			b->shown.seen += (size_t)r->n;
		}
	} else if (r->kind == COUNT_ESTIMATES) {
		b->estimated = true;
		for (size_t i = 0; i < r->nv; i++)
			tree_counted(&b->tree, b->model->tables[i]->o.schema,
			    b->model->tables[i]->o.name, r->v[i], true);
	} else if (r->kind == COUNT_TABLES) {
		b->next_table = r->table + r->nv;
		for (size_t i = 0; i < r->nv; i++)
			tree_counted(&b->tree,
			    b->model->tables[r->table + i]->o.schema,
			    b->model->tables[r->table + i]->o.name, r->v[i],
			    false);
	}
}

static void count_came(struct browse *b, const struct msg *m)
{
	bool paused = b->count_paused;

	b->counting = b->count_paused = false;
	if (m->rc == RC_OK)
		counted(b, m);
	else if (m->rc != RC_CANCELLED || !paused)
		b->count_stopped = true;	/* Esc, or it would fail again */
}

/* ---- columns ---- */

/* Rows join at either end: what is new is in the first page or the last. */
static int widest(const struct browse *b, const struct app *app, size_t col,
    bool all)
{
	size_t n = b->win.nchunks, step = all || n < 2 ? 1 : n - 1;
	int w = 0;

	for (size_t k = 0; k < n; k += step) {
		const struct rows_page *p = &b->win.v[k].page;

		for (size_t i = 0; i < p->n; i++) {
			struct grid_cell c;
			int cells;

			browse_value(b, app, col, &p->v[i].cells[col], &c);
			cells = (int)utf8_cells(c.text);
			w = cells > w ? cells : w;
		}
	}
	return w;
}

/* A view's columns have no type: their values tell. */
static bool is_numeric(const struct browse *b, size_t col)
{
	const struct rows_col *c = &b->win.rows->cols[col];
	bool any = false;

	if (c->column || c->type.n)
		return c->numeric;
	for (size_t i = 0; i < b->win.n && i < 100; i++) {
		enum value_kind k = rowwin_row(&b->win, i)->cells[col].kind;

		if (k == VALUE_TEXT || k == VALUE_BLOB)
			return false;
		any |= k != VALUE_NULL;
	}
	return any;
}

static void set_column(struct browse *b, const struct app *app, size_t i,
    const struct column_look *look, bool fresh)
{
	size_t col = look->col;
	const struct rows_col *from = &b->win.rows->cols[col];
	const struct place *p = &b->win.place;
	struct grid_col *c = &b->cols[i];
	int before = fresh ? 0 : c->width, fit;
	size_t rank = sorting_at(&p->sort, from->name);

	b->order[i] = col;
	*c = (struct grid_col){ .name = fresh ?
		    app_clean(app, b->win.a, from->name) : c->name,
		.align = is_numeric(b, col) ? ALIGN_RIGHT : ALIGN_LEFT,
		.frozen = look->pinned };
	if (from->fk) {
		c->marked = true;
		c->mark = MARK_FK;
	}
	if (rank < p->sort.n) {
		c->marked = true;
		c->mark = p->sort.v[rank].desc ? MARK_DESC : MARK_ASC;
		c->rank = p->sort.n > 1 ? (int)rank + 1 : 0;
	}
	fit = look->width ? 0 : grid_fit(c, widest(b, app, col, fresh));
	c->width = look->width ? look->width : fit > before ? fit : before;
	c->asked = look->width > 0;
}

void browse_columns(struct browse *b, const struct app *app, bool fresh)
{
	const struct columns *c = &b->looks;
	size_t n = 0;

	for (int pinned = 1; pinned >= 0; pinned--)
		for (size_t i = 0; i < c->n; i++)
			if (c->v[i].pinned == pinned && !c->v[i].hidden)
				set_column(b, app, n++, &c->v[i], fresh);
	grid_set(&b->grid, b->cols, n, b->win.n);
}

/* What the schema files say of the columns that are shown. */
static void look_up_declared(struct browse *b)
{
	const struct rows *r = b->win.rows;
	const struct ts_origin *of = ts_origin_of(b->declared,
	    r->object->schema, r->object->name);

	for (size_t i = 0; i < r->ncols; i++)
		b->said[i] = ts_column_of(of, r->cols[i].name);
}

static void new_columns(struct browse *b, const struct app *app)
{
	const struct rows *r = b->win.rows;

	b->cols = arena_array(b->win.a, struct grid_col, r->ncols + 1);
	b->order = arena_array(b->win.a, size_t, r->ncols + 1);
	b->said = arena_array(b->win.a, const struct ts_column_origin *,
	    r->ncols + 1);
	look_up_declared(b);
	b->looks = columns_read(r, remember_get(app->remember,
	    columns_name(r, app->frame)), b->win.a);
	b->grid.left = 0;
	b->grid.col = b->win.place.col;
	b->grid.rows.cur = b->grid.rows.top = 0;
	browse_columns(b, app, true);
}

void browse_fit(struct ui_view *v)
{
	struct browse *b = v->state;
	struct browse_layout l = browse_layout(b, v->w, v->h);

	grid_resize(&b->grid, l.grid_w, l.grid_h - browse_head_rows(b) -
	    browse_foot_rows(b));
	b->tree.list.h = l.tree_h > 1 ? l.tree_h - 1 : 1;
	list_to(&b->tree.list, b->tree.list.cur);
	b->detail.h = l.detail_h > 1 ? l.detail_h - 1 : 1;
}

/* ---- what others write ---- */

struct stamp_ask {
	enum dialect_id dialect;
	struct named of;
};

static enum rc run_stamp(struct job *j, void **result, struct err *e)
{
	const struct stamp_ask *k = j->arg;
	int64_t *stamp = arena_new_of(j->a, int64_t);
	enum rc rc;

	if (!j->session || !j->session->db)
		return err_set(e, RC_NOTFOUND, "there is no database yet");
	rc = rows_stamp(j->session->db, k->dialect, k->of.schema, k->of.name,
	    j->a, stamp, e);
	if (!rc)
		*result = stamp;
	return rc;
}

static struct job_spec stamp_job(enum dialect_id dialect,
    const struct obj *of)
{
	struct arena *a = arena_new();
	struct stamp_ask *k = arena_new_of(a, struct stamp_ask);

	k->dialect = dialect;
	if (of)
		k->of = (struct named){ arena_str(a, of->schema),
			arena_str(a, of->name) };
	return (struct job_spec){ .what = "looking for changes",
		.key = JOB_STAMP, .flags = JOB_BACKGROUND | JOB_INTERNAL,
		.a = a, .arg = k, .run = run_stamp };
}

/* What a stamp is of: the table that is open, or the database. */
static const struct obj *stamped(const struct browse *b)
{
	return rows_stamp_by_table(b->model->dialect) && b->win.rows ?
	    b->win.rows->object : NULL;
}

/* Asked when a table is opened, with every key, and now and then. */
static void ask_stamp(struct ui_view *v, struct cmds *out)
{
	struct browse *b = v->state;
	const struct obj *of;

	if (b->stamping || !b->model)
		return;
	of = stamped(b);
	if (!of && rows_stamp_by_table(b->model->dialect))
		return;
	if (of != b->stamp_of) {	/* another table, read just now */
		b->stamp_of = of;
		b->stamp = 0;
		b->stale = false;
	}
	if (b->stale || b->stamp < 0)
		return;
	b->stamping = true;
	cmds_job(out, stamp_job(b->model->dialect, of));
}

static void stamp_came(struct browse *b, const struct msg *m, struct cmds *out)
{
	int64_t stamp = m->rc ? 0 : *(const int64_t *)m->result;

	b->stamping = false;
	if (!b->model || stamped(b) != b->stamp_of)
		return;
	if (b->stamp > 0 && stamp > 0 && stamp != b->stamp) {
		b->stale = true;
		cmds_message(out, STYLE_WARN,
		    "changed by another program, R reads again");
	}
	if (stamp)
		b->stamp = stamp;
}

/* ---- answers ---- */

/* A place has come: the trail says how. */
static void arrived(struct ui_view *v)
{
	struct browse *b = v->state;

	if (b->arrive == ARRIVE_BACK && b->at > 0) {
		b->at--;
	} else if (b->arrive == ARRIVE_FORWARD && b->at + 1 < b->ntrail) {
		b->at++;
	} else if (b->arrive == ARRIVE_NEW && b->ntrail) {
		if (b->at + 1 == TRAIL_MAX) {
			memmove(b->trail, b->trail + 1,
			    (TRAIL_MAX - 1) * sizeof(*b->trail));
			b->at--;
		}
		b->at++;
		b->ntrail = b->at + 1;
	} else if (!b->ntrail) {
		b->ntrail = 1;
	}
	b->trail[b->at] = place_copy(v->a, &b->win.place);
	new_columns(b, v->app);
	if (b->focus != FOCUS_TREE)
		tree_to(&b->tree, b->win.place.schema, b->win.place.name);
	b->refs_row = b->asked_row = NULL;
	b->count_stopped = false;
	browse_marks_anew(b);
	b->bad.code = b->failed.code = RC_OK;
	b->asked_where = STR("");
	b->restoring = b->count_asked = false;
	b->dear.n = 0;
	b->detail.cur = b->detail.top = 0;
}

/* What is asked for gets no answer: by the next session. */
static void ask_again(struct browse *b)
{
	if (b->opening.name.n && b->bare)
		b->want = b->opening;
	else if (b->asked_by != ACT_NONE)
		b->again = b->asked_by;
}

/* The key that found the server gone. */
static void press_again(struct ui_view *v, struct cmds *out)
{
	struct browse *b = v->state;
	struct msg m = { .kind = MSG_KEY, .act = b->again };

	b->again = ACT_NONE;
	if (m.act != ACT_NONE)
		browse_key(v, &m, out);
}

static void page_came(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct browse *b = v->state;
	struct win_page *p = m->result;
	enum win_want want = p->want;
	bool opens = want == WIN_OPEN || want == WIN_FOLLOW;
	bool joins = want == WIN_AFTER || want == WIN_BEFORE;
	long cur, top;

	if (!opens && !b->win.rows)
		return;
	cur = (long)b->grid.rows.cur;
	if (opens && b->ntrail && b->win.rows)
		b->trail[b->at] = browse_here(b, v->app, v->a);
	/* what is sought is sought in one table; Up brings it back */
	if (opens && b->win.rows && !place_same(&b->win.place, &p->place))
		filter_close(&b->find);
	cur += rowwin_take(&b->win, p, msg_take_arena(m), b->model);
	if (opens) {
		arrived(v);
		b->opening = (struct named){ STR_NONE, STR_NONE };
		if (b->before.on)
			as_before(b, p->at);
		browse_fit(v);
		ask_stamp(v, out);
		press_again(v, out);
		return;
	}
	if (!joins) {
		cur = want == WIN_LAST ? (long)b->win.n - 1 : 0;
		b->refs_row = b->asked_row = NULL;
	}
	/* the rows on the screen stay where they are */
	top = (long)b->grid.rows.top + cur - (long)b->grid.rows.cur;
	cur += b->pending;
	/* a page of the other end may have come first: the rest still waits */
	b->pending = cur >= (long)b->win.n && !b->win.at_end ?
	    cur - (long)b->win.n + 1 : cur < 0 && !b->win.at_start ? cur : 0;
	b->grid.rows.n = b->win.n;
	b->grid.rows.top = top > 0 ? (size_t)top : 0;
	list_to(&b->grid.rows, cur > 0 ? (size_t)cur : 0);
	browse_columns(b, v->app, false);
	if (want == WIN_FIND)
		browse_found(v, p->round, p->back, out);
}

/* It cannot be read as it is: what there is to see is its definition. */
static bool broken_view(const struct browse *b, const struct err *e)
{
	return e->code == RC_DB && b->bare && b->opening.name.n &&
	    !drv_lost(e) && b->model && model_view(b->model,
	    b->opening.schema, b->opening.name);
}

static void page_failed(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct browse *b = v->state;

	b->pending = 0;
	if (drv_lost(m->err))
		ask_again(b);
	if (m->rc == RC_DECISION) {	/* any other key takes it back */
		b->dear = b->asked_sort;
		cmds_message(out, STYLE_WARN, "%s", m->err->msg);
		return;
	}
	if (rows_where_at(m->err, input_str(&b->in), &b->bad_at) &&
	    b->in.e.n) {
		b->bad = *m->err;
		b->field = FIELD_WHERE;
		browse_fit(v);
		return;
	}
	if (b->restoring && m->rc != RC_CANCELLED && !drv_lost(m->err)) {
		/* its sort or condition names what is no more */
		b->restoring = false;
		browse_open(v, &(struct place){
		    .schema = b->trail[b->at].schema,
		    .name = b->trail[b->at].name }, ARRIVE_SAME, out);
		return;
	}
	if (!b->win.rows)
		b->failed = *m->err;
	cmds_error(out, m->err);
	if (!broken_view(b, m->err))
		return;
	b->broken = b->opening;
	cmds_push(out, (struct cmd){ .kind = CMD_TAB,
		.tab = TAB_STRUCTURE, .text = named_text(out->a,
		b->opening.schema, b->opening.name) });
}

/* The schema files have been read: cells say what they mean. */
static void declared_came(struct ui_view *v, const struct msg *m)
{
	struct browse *b = v->state;
	struct arena *old = b->declared_a;

	if (m->rc)
		return;
	b->declared_a = msg_take_arena(m);
	b->declared = m->result;
	if (b->win.rows) {
		look_up_declared(b);
		browse_columns(b, v->app, true);
	}
	arena_free(old);
}

static bool exists(const struct model *m, struct str schema, struct str name)
{
	return model_table(m, schema, name) || model_view(m, schema, name);
}

static void model_came(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct browse *b = v->state;
	struct place p = { .schema = b->want.schema, .name = b->want.name,
		.where = b->want_where };
	const struct app *app = v->app;
	const struct obj *first;

	b->model = m->result;
	ask_stamp(v, out);
	if (declared_wanted(app))
		cmds_job(out, declared_job(app, JOB_DECLARED));
	tree_set(&b->tree, b->model, app->project);
	browse_fit(v);
	b->failed.code = RC_OK;
	if (b->ntrail && !exists(b->model, b->trail[b->at].schema,
	    b->trail[b->at].name))
		b->ntrail = b->at = 0;
	b->restoring = b->ntrail && !p.name.n;
	if (b->restoring) {
		read_again(v, out);
		return;
	}
	first = tree_current(&b->tree);
	if (!p.name.n && first && exists(b->model, first->schema, first->name)) {
		p.schema = first->schema;
		p.name = first->name;
	}
	b->before.on = false;
	if (p.name.n)
		browse_open(v, &p, ARRIVE_SAME, out);
	b->want = (struct named){ STR_NONE, STR_NONE };
	b->want_where = STR("");
}

static void job_came(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct browse *b = v->state;

	if (m->key == JOB_COUNT) {
		count_came(b, m);
	} else if (m->key == JOB_STAMP) {
		stamp_came(b, m, out);
	} else if (m->key == JOB_DECLARED) {
		declared_came(v, m);
	} else if (m->key == JOB_MODEL) {
		if (m->rc)
			cmds_error(out, m->err);
		else
			model_came(v, m, out);
	} else if (b->model) {	/* else: asked of the session before */
		b->loading = false;
		if (m->rc)
			page_failed(v, m, out);
		else
			page_came(v, m, out);
		if (!m->rc)
			browse_more(v, out);
	}
}

static enum rc run_model(struct job *j, void **result, struct err *e)
{
	const struct model *m;
	enum rc rc = session_live(j->session, &m, e);

	if (!rc)
		*result = (void *)(uintptr_t)m;
	return rc;
}

static void ask_model(struct ui_view *v, struct cmds *out)
{
	if (v->app->session)
		cmds_job(out, (struct job_spec){ .what = "reading the schema",
			.key = JOB_MODEL, .run = run_model });
}

/* All that points into the old session goes; where we were stays. */
static void drop_session(struct ui_view *v, struct cmds *out)
{
	struct browse *b = v->state;

	if (b->win.rows && b->ntrail) {
		b->trail[b->at] = browse_here(b, v->app, v->a);
		keep_before(b);
	}
	rowwin_close(&b->win);
	grid_set(&b->grid, NULL, 0, 0);
	tree_set(&b->tree, NULL, NULL);
	if (b->loading && b->before.on)
		ask_again(b);
	b->model = NULL;
	b->loading = b->counting = b->count_paused = false;
	b->estimated = b->count_stopped = false;
	b->stamp = 0;
	b->stamp_of = NULL;
	b->stamping = b->stale = false;
	b->next_table = 0;
	b->refs_row = b->asked_row = NULL;
	ask_model(v, out);
}

static void show(struct ui_view *v, struct str text, struct cmds *out)
{
	struct browse *b = v->state;
	struct named n = named_read(text);
	struct place p = { .schema = arena_str(v->a, n.schema),
		.name = arena_str(v->a, n.name),
		.where = arena_str(v->a, named_where(text)) };

	b->focus = FOCUS_GRID;
	b->want_where = b->model ? STR("") : p.where;
	if (!b->model && (p.where.n || !b->ntrail ||
	    !place_same(&p, &b->trail[b->at])))
		b->want = (struct named){ p.schema, p.name };
	else if (!b->model)
		return;		/* it is found again as it was */
	else if ((p.where.n || !place_same(&p, &b->win.place)) &&
	    exists(b->model, p.schema, p.name)) {
		browse_open(v, &p, ARRIVE_NEW, out);
		/* back from its DDL, one is not sent there again */
		b->bare = b->bare && !(str_eq(b->broken.name, p.name) &&
		    str_eq(b->broken.schema, p.schema));
		b->broken = (struct named){ STR_NONE, STR_NONE };
	}
	browse_fit(v);
}

/* ---- from one run to the next ---- */

static const struct {
	char letter;
	size_t at;		/* of a bool */
} panes[] = {
	{ 't', offsetof(struct browse, tree_on) },
	{ 'd', offsetof(struct browse, detail_on) },
	{ 'b', offsetof(struct browse, detail_below) },
};
#define PANES (sizeof(panes) / sizeof(panes[0]))

/* The place is found again as one that was left: should its condition or its
 * sort name what is no more, it is opened without. */
static void recall(struct ui_view *v)
{
	const struct remember *r = v->app->remember;
	struct str place = remember_get(r, STR("browse.place"));
	struct str shown = remember_get(r, STR("browse.panes"));
	struct browse *b = v->state;
	struct named n = named_read(place);
	struct place p = { .schema = n.schema, .name = n.name,
		.where = named_where(place) };

	for (size_t i = 0; i < PANES && shown.n; i++)
		*(bool *)((char *)b + panes[i].at) = memchr(shown.p,
		    panes[i].letter, shown.n) != NULL;
	tree_recall(&b->tree, remember_get(r, STR("browse.open")));
	p.sort = sorting_read(v->a, remember_get(r, STR("browse.sort")));
	p.conds = conds_read(v->a, remember_get(r, STR("browse.filter")),
	    &p.nconds);
	if (n.name.n) {
		b->trail[0] = place_copy(v->a, &p);
		b->ntrail = 1;
		b->focus = memchr(shown.p, 'g', shown.n) ? FOCUS_GRID :
		    FOCUS_TREE;
	}
}

static void keep(const struct ui_view *v, struct remember *r)
{
	const struct browse *b = v->state;
	const struct place *p = b->win.rows ? &b->win.place : NULL;
	struct sbuf text = SBUF_INIT(REMEMBER_VALUE);

	if (!p)
		return;
	remember_set(r, STR("browse.place"), named_rows(v->app->frame,
	    p->schema, p->name, p->where));
	sorting_text(&p->sort, &text);
	remember_set(r, STR("browse.sort"), sbuf_str(&text));
	sbuf_reset(&text);
	conds_text(p->conds, p->nconds, &text);
	remember_set(r, STR("browse.filter"), sbuf_str(&text));
	sbuf_reset(&text);
	sbuf_addc(&text, b->focus == FOCUS_TREE ? '-' : 'g');
	for (size_t i = 0; i < PANES; i++)
		if (*(const bool *)((const char *)b + panes[i].at))
			sbuf_addc(&text, panes[i].letter);
	remember_set(r, STR("browse.panes"), sbuf_str(&text));
	sbuf_reset(&text);
	tree_keep(&b->tree, &text);
	remember_set(r, STR("browse.open"), sbuf_str(&text));
	sbuf_free(&text);
}

/* ---- ops ---- */

static void enter(struct ui_view *v, const void *arg, struct cmds *out)
{
	struct browse *b = v->state;

	(void)arg;
	b->tree_on = b->detail_on = true;
	rowwin_close(&b->win);
	recall(v);
	ask_model(v, out);
}

static void searching(struct ui_view *v, const struct find_progress *p,
    struct cmds *out)
{
	struct sbuf n = SBUF_INIT(32);

	if (v->app->still)
		return;
	sbuf_add_count(&n, p->rows);
	cmds_message(out, STYLE_DIM, "searching: %.*s rows so far, Esc stops",
	    STR_ARG(sbuf_str(&n)));
	sbuf_free(&n);
}

/* Of the window that asked; another table may have come meanwhile. */
static void chosen(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct browse *b = v->state;
	const struct conditions_answer *conds = m->result;
	const struct columns_answer *cols = m->result;

	if (m->key == CONDITIONS_KEY && place_same(&conds->of, &b->win.place))
		browse_conditions(v, conds, out);
	else if (m->key == COLUMNS_KEY && cols->of == b->win.rows->object)
		browse_looks(v, &cols->now);
	else if (m->key == COPIED_KEY)
		b->copied_as = (size_t)m->answer - 1;
}

static void update(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct browse *b = v->state;

	switch (m->kind) {
	case MSG_KEY:
	case MSG_TEXT:
	case MSG_PASTE:
		browse_key(v, m, out);
		ask_stamp(v, out);
		break;
	case MSG_JOB:
		job_came(v, m, out);
		break;
	case MSG_RESIZE:
		browse_fit(v);
		browse_more(v, out);
		break;
	case MSG_SESSION:
		drop_session(v, out);
		break;
	case MSG_SHOW:
		show(v, m->text, out);
		break;
	case MSG_RETURN:
		if (m->answer && b->win.rows)
			chosen(v, m, out);
		break;
	case MSG_PROGRESS:
		if (m->key == JOB_PAGE)
			searching(v, m->result, out);
		break;
	case MSG_TICK:
		if (!b->loading)
			ask_stamp(v, out);
		break;
	case MSG_FOCUS:
	case MSG_STATUS:
	case MSG_FILES:
		break;
	}
	if (b->model)
		go_on_counting(v, out);
}

/* A server's counters follow late: whoever waits for the next key may wait for
 * ever.  A file tells at once with the next key, and idle costs nothing. */
static bool pulses(const struct ui_view *v)
{
	const struct browse *b = v->state;

	return b->model && b->win.rows && !b->stale && b->stamp >= 0 &&
	    rows_stamp_by_table(b->model->dialect);
}

static void leave(struct ui_view *v)
{
	struct browse *b = v->state;

	rowwin_close(&b->win);
	tree_close(&b->tree);
	filter_close(&b->find);
	marking_close(&b->marking);
	arena_free(b->refs_a);
	arena_free(b->declared_a);
}

const struct view_ops view_browse = {
	.name = "browse",
	.title = "Browse",
	.state_size = sizeof(struct browse),
	.keymap = browse_keymap,
	.enter = enter,
	.update = update,
	.draw = browse_draw,
	.can = browse_can,
	.pulses = pulses,
	.crumbs = browse_crumbs,
	.leave = leave,
	.keep = keep,
	.maps = MAPS(&browse_map_tree, &browse_map_grid, &browse_map_detail,
	    &browse_map_text, &browse_map_find),
};
