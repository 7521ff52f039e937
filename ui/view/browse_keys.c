/* browse_keys: what a key wishes, by the pane that has the focus. */
#include <stdlib.h>

#include "ui/view/browse.h"
#include "ui/view/cells.h"
#include "ui/view/copy_as.h"
#include "ui/view/export.h"
#include "ui/view/typed.h"

#define BIND_BROWSE { ACT_PANE_NEXT, NULL, NULL }, { ACT_PANE_PREV, NULL, NULL }, \
	{ ACT_TREE, NULL, NULL }, { ACT_DETAIL, NULL, NULL }, \
	{ ACT_INDEXES, NULL, NULL }, { ACT_TAB_2, NULL, NULL }

#define BIND_OUT { ACT_COPY_AS, NULL, NULL }, { ACT_EXPORT, NULL, NULL }

static const struct bind tree_binds[] = {
	BIND_TREE, BIND_BROWSE, { ACT_VIEW, NULL, "" },
};
const struct keymap browse_map_tree = {
	.name = "Browse: tables",
	.parent = &keymap_global,
	KEYMAP(tree_binds),
};

static const struct bind grid_binds[] = {
	BIND_GRID,
	{ ACT_OPEN, NULL, "follow" }, { ACT_NAV_BACK, NULL, NULL },
	{ ACT_NAV_FORWARD, NULL, "forward" }, { ACT_VIEW, NULL, NULL },
	{ ACT_SORT, NULL, NULL }, { ACT_SORT_MORE, NULL, NULL },
	{ ACT_FILTER, NULL, NULL },
	{ ACT_WHERE, NULL, NULL }, { ACT_SEARCH, NULL, NULL },
	{ ACT_SEARCH_NEXT, NULL, NULL }, { ACT_SEARCH_PREV, NULL, NULL },
	{ ACT_GOTO, NULL, NULL }, { ACT_PIN, NULL, NULL },
	{ ACT_HIDE, NULL, NULL }, { ACT_COLUMNS, NULL, NULL },
	{ ACT_ZOOM_IN, NULL, NULL }, { ACT_ZOOM_OUT, NULL, NULL },
	{ ACT_COPY, NULL, NULL }, { ACT_RAW, NULL, "" }, { ACT_MARK, NULL, NULL },
	{ ACT_UNMARK, NULL, NULL }, BIND_BROWSE, BIND_OUT,
};
const struct keymap browse_map_grid = {
	.name = "Browse: rows",
	.parent = &keymap_global,
	KEYMAP(grid_binds),
};

static const struct bind detail_binds[] = {
	BIND_LIST, { ACT_OPEN, NULL, "follow" }, { ACT_NAV_BACK, NULL, NULL },
	{ ACT_NAV_FORWARD, NULL, "forward" }, { ACT_VIEW, NULL, NULL },
	{ ACT_COPY, NULL, NULL }, { ACT_RAW, NULL, "" }, BIND_BROWSE, BIND_OUT,
};
const struct keymap browse_map_detail = {
	.name = "Browse: one row",
	.parent = &keymap_global,
	KEYMAP(detail_binds),
};

const struct keymap browse_map_text = {
	.name = "Browse: typing",
	.parent = &keymap_input,
	.text = true,
};

const struct keymap browse_map_find = {
	.name = "Browse: finding",
	.parent = &filter_map,
	.text = true,
};

const struct keymap *browse_keymap(const struct ui_view *v)
{
	const struct browse *b = v->state;

	if (b->find.open || tree_typing(&b->tree))
		return &browse_map_find;
	if (b->field != FIELD_NONE)
		return &browse_map_text;
	return b->focus == FOCUS_TREE ? &browse_map_tree :
	    b->focus == FOCUS_GRID ? &browse_map_grid : &browse_map_detail;
}

static const struct value *value_here(const struct browse *b);
static size_t col_here(const struct browse *b);

/* To another row: NULL points nowhere. */
static bool leads_on(const struct browse *b)
{
	const struct value *value = value_here(b);

	return !value || (b->win.rows->cols[col_here(b)].fk &&
	    value->kind != VALUE_NULL);
}

bool browse_can(const struct ui_view *v, enum action act)
{
	const struct browse *b = v->state;
	bool row = browse_row(b) != NULL;

	if (act == ACT_NAV_BACK)
		return b->at > 0;
	if (act == ACT_NAV_FORWARD)
		return b->at + 1 < b->ntrail;
	if (act == ACT_VIEW || act == ACT_COPY)
		return row && value_here(b);
	if (act == ACT_SORT || act == ACT_SORT_MORE ||
	    act == ACT_FILTER || act == ACT_WHERE || act == ACT_PIN ||
	    act == ACT_HIDE || act == ACT_COLUMNS)
		return b->win.rows != NULL;
	if (act == ACT_SEARCH_NEXT || act == ACT_SEARCH_PREV)
		return b->find.m != NULL;
	if (act == ACT_COPY_AS)
		return row;
	if (act == ACT_EXPORT)
		return b->win.rows != NULL;
	if (act == ACT_MARK)
		return row && b->win.plain;
	if (act == ACT_UNMARK)
		return browse_marked(b).n > 0;
	if (act == ACT_OPEN && b->focus != FOCUS_TREE)
		return row && leads_on(b);
	return true;
}

/* ---- the row under the cursor ---- */

/* Column of rows that grid or detail point at; ncols and more: a reference. */
static size_t col_here(const struct browse *b)
{
	return b->focus == FOCUS_DETAIL ? b->detail.cur : browse_col(b);
}

static const struct value *value_here(const struct browse *b)
{
	const struct rows_row *row = browse_row(b);
	size_t col = col_here(b);

	return row && col < b->win.rows->ncols ? &row->cells[col] : NULL;
}

static struct place place_here(const struct ui_view *v)
{
	return browse_here(v->state, v->app, v->app->frame);
}

static void follow_out(struct ui_view *v, const struct fk *fk,
    const struct value *value, struct cmds *out)
{
	struct browse *b = v->state;
	struct win_ask k = { .want = WIN_FOLLOW, .fk = fk };

	if (value->kind == VALUE_NULL) {
		cmds_message(out, STYLE_DIM, "NULL points nowhere");
		return;
	}
	if (!model_table(b->model, fk->ref_schema, fk->ref_table)) {
		cmds_message(out, STYLE_ERROR, "its parent does not exist");
		return;
	}
	k.from = place_here(v);
	k.place.schema = fk->ref_schema;
	k.place.name = fk->ref_table;
	b->arrive = ARRIVE_NEW;
	b->pending = 0;
	browse_ask(v, &k, out);
}

/* The children of this row, by a WHERE that one could have typed. */
static void follow_in(struct ui_view *v, const struct fk *fk, struct cmds *out)
{
	struct browse *b = v->state;
	const struct rows *r = b->win.rows;
	struct sbuf where = SBUF_INIT(ROWS_WHERE_MAX);
	struct place p = { .schema = fk->o.schema, .name = fk->o.table };
	bool whole = true;

	for (size_t i = 0; i < fk->cols.n && i < fk->ref_cols.n; i++) {
		size_t k = 0;

		while (k < r->ncols &&
		    !(r->dialect->folds ? str_ieq(r->cols[k].name,
		    fk->ref_cols.v[i]) : str_eq(r->cols[k].name,
		    fk->ref_cols.v[i])))
			k++;
		if (i)
			SQL(&where, " AND ");
		whole = whole && k < r->ncols &&
		    rows_condition(r->dialect, fk->cols.v[i],
			&browse_row(b)->cells[k], &where);
	}
	p.where = sbuf_str(&where);
	if (whole && !where.full)
		browse_open(v, &p, ARRIVE_NEW, out);
	else
		cmds_message(out, STYLE_WARN, "the key is too long to filter by");
	sbuf_free(&where);
}

static void view_value(struct ui_view *v, struct cmds *out)
{
	const struct browse *b = v->state;
	struct cell_arg *arg;

	if (!value_here(b)) {
		cmds_message(out, STYLE_DIM, "no value to look at here");
		return;
	}
	arg = arena_new_of(out->a, struct cell_arg);
	arg->place = browse_here(b, v->app, out->a);
	arg->col = col_here(b);
	arg->meant = browse_meant(b, arg->col);
	arg->labels = typed_labels(b->win.rows->model,
	    &b->win.rows->cols[arg->col], b->said[arg->col]);
	cmds_open(out, &view_cell, arg, 0);
}

static void open_here(struct ui_view *v, struct cmds *out)
{
	struct browse *b = v->state;
	size_t col = col_here(b);
	const struct rows *r = b->win.rows;

	if (!browse_row(b))
		return;
	if (col >= r->ncols) {
		follow_in(v, r->table->fks_in[col - r->ncols], out);
		return;
	}
	if (r->cols[col].fk)
		follow_out(v, r->cols[col].fk, value_here(b), out);
	else
		view_value(v, out);
}

/* The keys of the marks stay: the view that copies has its own. */
static void open_copy(struct ui_view *v, enum copy_what what, bool now,
    struct cmds *out)
{
	const struct browse *b = v->state;
	struct marked marked = browse_marked(b);
	size_t col = col_here(b);
	struct copy_arg *arg = arena_new_of(out->a, struct copy_arg);

	if (!browse_row(b))
		return;
	*arg = (struct copy_arg){ .place = browse_here(b, v->app, out->a),
		.col = col, .column = col < b->win.rows->ncols ?
		    b->win.rows->cols[col].name : STR(""), .what = what,
		.now = now, .hidden = columns_hidden(&b->looks),
		.keys = marked.keys, .nkey = marked.nkey,
		/* those that the filter hides are as if not marked */
		.n = browse_marks_shown(b) ? marked.n : 0,
		.shown = browse_marks_shown(b) };
	cmds_open(out, &view_copy_as, arg, COPIED_KEY);
}

static void open_export(struct ui_view *v, struct cmds *out)
{
	const struct browse *b = v->state;
	struct export_arg *arg = arena_new_of(out->a, struct export_arg);

	if (!b->win.rows)
		return;
	*arg = (struct export_arg){ .place = b->win.place,
		.filter = b->win.rows->filter,
		.total = b->win.total, .exact = b->win.exact,
		.hidden = columns_hidden(&b->looks) };
	arg->place.key = NULL;
	cmds_open(out, &view_export, arg, 0);
}

static void copy_value(struct ui_view *v, struct cmds *out)
{
	const struct browse *b = v->state;
	const struct value *value = value_here(b);
	struct sbuf text = SBUF_INIT(8192);

	if (!value)
		return;
	if (!cell_plain(v->app->dialect, value, &text)) {
		open_copy(v, COPY_VALUE, true, out);	/* read whole */
	} else {
		if (text.n)
			cmds_push(out, (struct cmd){ .kind = CMD_COPY,
				.text = sbuf_str(&text) });
		copy_said(out, arena_printf(v->app->frame,
		    "the value of %.*s%s", STR_ARG(app_clean(v->app,
		    v->app->frame, str_sub(
		    b->win.rows->cols[col_here(b)].name, 0, 200))),
		    value->kind == VALUE_NULL ? ", NULL" : "").p, text.n);
	}
	sbuf_free(&text);
}

/* ---- sort, filter ---- */

/* Up, down, off. */
static bool cycle(struct rows_sort *k)
{
	bool on = !k->desc;

	k->desc = true;
	return on;
}

/*
 * What the key makes of the order: this column alone, or as one key more
 * behind those that are there.
 */
static struct sorting sorted_by(const struct sorting *now, struct str column,
    bool further, struct arena *a)
{
	struct rows_sort *v = arena_array(a, struct rows_sort, now->n + 2);
	size_t at = sorting_at(now, column), n = 0;

	for (size_t i = 0; i < now->n; i++) {
		struct rows_sort k = now->v[i];

		if (i == at ? cycle(&k) : further)
			v[n++] = k;
	}
	if (at == now->n)
		v[n++] = (struct rows_sort){ column, false };
	return (struct sorting){ v, n };
}

static void sort_here(struct ui_view *v, bool further, struct cmds *out)
{
	struct browse *b = v->state;
	struct win_ask k = { .want = WIN_OPEN, .place = place_here(v) };

	if (further && b->win.place.sort.n == SORT_KEYS_MAX &&
	    sorting_at(&b->win.place.sort, b->win.rows->cols[browse_col(b)].
	    name) == SORT_KEYS_MAX) {
		cmds_message(out, STYLE_WARN, "%d columns are sorted by: no "
		    "more", SORT_KEYS_MAX);
		return;
	}
	k.place.key = NULL;
	k.place.sort = sorted_by(&b->win.place.sort,
	    b->win.rows->cols[browse_col(b)].name, further, v->app->frame);
	/* pressed again after the question: done */
	k.ask = !(b->dear.n && sorting_same(&b->dear, &k.place.sort));
	b->dear.n = 0;
	b->asked_sort = sorting_copy(v->a, &k.place.sort);
	b->arrive = ARRIVE_SAME;
	b->pending = 0;
	browse_ask(v, &k, out);
}

/* What the row at the cursor would be found by, column by column. */
static void row_conditions(const struct browse *b, struct arena *a,
    struct conditions_arg *out)
{
	const struct rows *r = b->win.rows;
	const struct rows_row *row = browse_row(b);
	struct rows_cond *v = arena_array(a, struct rows_cond, r->ncols + 1);

	for (size_t i = 0; row && i < r->ncols; i++)
		out->nrow += rows_cond_of(r, i, &row->cells[i], a,
		    &v[out->nrow]);
	out->row = v;
}

static void filter_here(struct ui_view *v, struct cmds *out)
{
	struct browse *b = v->state;
	const struct value *value = value_here(b);
	struct rows_cond *preset = arena_new_of(out->a, struct rows_cond);
	struct conditions_arg *arg = arena_new_of(out->a,
	    struct conditions_arg);

	arg->model = b->model;
	arg->place = place_copy(out->a, &b->win.place);
	if (value && rows_cond_of(b->win.rows, col_here(b), value, out->a,
	    preset))
		arg->preset = preset;
	row_conditions(b, out->a, arg);
	cmds_open(out, &view_conditions, arg, CONDITIONS_KEY);
}

/* What was chosen in the window. */
void browse_conditions(struct ui_view *v, const struct conditions_answer *c,
    struct cmds *out)
{
	struct browse *b = v->state;
	struct place p;

	p = place_here(v);
	p.key = NULL;
	p.conds = c->v;
	p.nconds = c->n;
	if (!place_same_rows(&p, &b->win.place))
		browse_open(v, &p, ARRIVE_NEW, out);
}

/* The WHERE to begin with: the one that was stopped before that of the rows. */
static struct str where_before(const struct browse *b)
{
	const struct place *p = &b->win.place;

	return b->asked_where.n && str_eq(b->asked_of.schema, p->schema) &&
	    str_eq(b->asked_of.name, p->name) ? b->asked_where : p->where;
}

static void open_field(struct ui_view *v, enum browse_field f)
{
	struct browse *b = v->state;

	b->field = f;
	b->count_asked |= f == FIELD_GOTO;	/* numbers want a count */
	b->bad.code = RC_OK;
	input_set(&b->in, f == FIELD_WHERE ? where_before(b) : STR(""));
	browse_fit(v);
}

static void go_to_row(struct ui_view *v, struct cmds *out)
{
	struct browse *b = v->state;
	struct win_ask k = { .want = WIN_NTH, .place = b->win.place };
	const struct rows_index *x = &b->win.samples;
	struct str typed = str_trim(input_str(&b->in));
	int64_t n = strtoll(b->in.e.text, NULL, 10);
	size_t digits = 0;

	while (digits < typed.n && (typed.p[digits] == ',' ||
	    (typed.p[digits] >= '0' && typed.p[digits] <= '9')))
		digits++;
	b->pending = 0;
	if (typed.n && digits < typed.n) {	/* no number: a key */
		k.want = WIN_KEY;
		k.typed = str_trim(str_sub(typed, *typed.p == '=', typed.n));
		browse_ask(v, &k, out);
		return;
	}
	if (n < 1) {
		cmds_message(out, STYLE_WARN, "a row number from 1 on");
		return;
	}
	k.n = n - 1;
	if (x->keys.n) {
		size_t i = (size_t)(k.n / ROWS_SAMPLE);

		i = i < x->keys.n ? i : x->keys.n - 1;
		k.sample = x->keys.v[i];
		k.sample_at = (int64_t)i * ROWS_SAMPLE;
		k.nsample = b->win.rows->by_position ? 1 : b->win.rows->nterms;
	}
	browse_ask(v, &k, out);
}

static void field_key(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct browse *b = v->state;
	enum browse_field f = b->field;
	enum input_result r = input_msg(&b->in, m);
	struct place p;

	if (r == INPUT_CHANGED)
		b->bad.code = RC_OK;
	if (r == INPUT_ENTER || r == INPUT_CANCEL) {
		b->field = FIELD_NONE;
		b->bad.code = RC_OK;
	}
	browse_fit(v);
	if (r != INPUT_ENTER || !b->win.rows)
		return;
	if (f == FIELD_GOTO) {
		go_to_row(v, out);
		return;
	}
	p = place_here(v);
	p.key = NULL;
	p.where = input_str(&b->in);
	b->asked_where = STR("");
	if (str_eq(p.where, b->win.place.where))
		return;
	b->asked_where = arena_str(v->a, p.where);
	b->asked_of = (struct named){ arena_str(v->a, p.schema),
		arena_str(v->a, p.name) };
	browse_open(v, &p, ARRIVE_NEW, out);
}

/* ---- search ---- */

static bool cell_matches(const struct ui_view *v, size_t row, size_t col)
{
	const struct browse *b = v->state;
	struct grid_cell c;

	browse_cell(b, v->app, row, col, &c);
	return filter_pass(&b->find, c.text);
}

static void find_beyond(struct ui_view *v, bool forward, struct cmds *out)
{
	struct browse *b = v->state;
	const struct rows_row *edge = rowwin_row(&b->win, forward ?
	    b->win.n - 1 : 0);
	struct win_ask k = { .want = WIN_FIND, .place = b->win.place };
	enum ts_meaning *meant = arena_array(out->a, enum ts_meaning,
	    b->grid.ncols + 1);

	for (size_t i = 0; i < b->grid.ncols; i++)
		meant[i] = browse_meant(b, b->order[i]);
	k.place.key = NULL;
	k.place.nkey = b->win.rows->by_position ? 1 : b->win.rows->nterms;
	k.find = (struct find_ask){ .pattern = input_str(&b->find.in),
		.back = !forward, .ascii = v->app->ascii,
		.as_stored = b->as_stored, .cols = b->order,
		.ncols = b->grid.ncols, .meant = meant, .from = edge->key,
		.other_end = forward ? b->win.at_end : b->win.at_start };
	b->pending = 0;
	browse_ask(v, &k, out);
}

/* From the cursor to the end of what is held, or round where all is; then
 * beyond it, but not while the pattern is still being typed. */
static void find_next(struct ui_view *v, bool forward, bool typing,
    struct cmds *out)
{
	struct browse *b = v->state;
	size_t cols = b->grid.ncols, all = b->win.n * cols;
	size_t at = b->grid.rows.cur * cols + b->grid.col;
	bool whole = b->win.at_start && b->win.at_end;

	if (!b->find.m || !all)
		return;
	for (size_t step = typing ? 0 : 1; step <= all; step++) {
		size_t i = forward ? (at + step) % all :
		    (at + all - step % all) % all;

		if (!whole && !typing && (forward ? i <= at : i >= at))
			break;
		if (!cell_matches(v, i / cols, i % cols))
			continue;
		list_to(&b->grid.rows, i / cols);
		b->grid.col = i % cols;
		browse_fit(v);
		return;
	}
	if (whole && !typing)
		cmds_message(out, STYLE_DIM, "not found: %zu rows looked at",
		    b->win.n);
	else if (!typing)
		find_beyond(v, forward, out);
}

/* The row that was searched for is here: to its cell. */
void browse_found(struct ui_view *v, bool round, bool back, struct cmds *out)
{
	struct browse *b = v->state;
	size_t n = b->grid.ncols, i = 0;

	while (i < n && !cell_matches(v, 0, back ? n - 1 - i : i))
		i++;
	if (i < n)
		b->grid.col = back ? n - 1 - i : i;
	browse_fit(v);
	if (round)
		cmds_message(out, STYLE_DIM, back ? "from the last row on" :
		    "from the first row on");
	else
		cmds_message(out, STYLE_DIM, "%s", "");
}

static void find_key(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct browse *b = v->state;
	enum input_result r = filter_msg(&b->find, m);

	browse_fit(v);
	if (r == INPUT_CHANGED)
		find_next(v, true, true, out);
	else if (r == INPUT_ENTER && !b->find.open && b->find.m && b->win.n &&
	    !cell_matches(v, b->grid.rows.cur, b->grid.col))
		find_next(v, true, false, out);
}

/* ---- moving ---- */

static long wish(const struct browse *b, enum action act)
{
	long page = b->grid.rows.h > 0 ? b->grid.rows.h : 1;

	return act == ACT_UP ? -1 : act == ACT_DOWN ? 1 :
	    act == ACT_PAGE_UP ? -page : act == ACT_PAGE_DOWN ? page :
	    act == ACT_HALF_UP ? -page / 2 : act == ACT_HALF_DOWN ? page / 2 : 0;
}

static bool go_to_end(struct ui_view *v, enum action act, struct cmds *out)
{
	struct browse *b = v->state;
	struct win_ask k = { .want = act == ACT_FIRST ? WIN_FIRST : WIN_LAST,
		.place = b->win.place };

	if (act != ACT_FIRST && act != ACT_LAST)
		return false;
	if (!b->win.rows || (act == ACT_FIRST ? b->win.at_start : b->win.at_end))
		return false;
	b->pending = 0;
	browse_ask(v, &k, out);
	return true;
}

/* What the window does not hold yet is gone on with when it has come. */
static bool move(struct ui_view *v, enum action act, struct cmds *out)
{
	struct browse *b = v->state;
	long want = wish(b, act), before = (long)b->grid.rows.cur, got;

	if (go_to_end(v, act, out))
		return true;
	if (!grid_key(&b->grid, act))
		return false;
	got = (long)b->grid.rows.cur - before;
	if ((want > got && !b->win.at_end) || (want < got && !b->win.at_start))
		b->pending += want - got;
	browse_more(v, out);
	if (!b->loading)
		b->pending = 0;
	return true;
}

static void next_pane(struct ui_view *v, bool forward)
{
	struct browse *b = v->state;
	bool wide = v->app->wide;
	bool shown[] = { [FOCUS_TREE] = !wide || b->tree_on,
		[FOCUS_GRID] = true,
		[FOCUS_DETAIL] = wide ? b->detail_on : b->detail_below };
	unsigned f = b->focus;

	do {
		f = (f + (forward ? 1 : 2)) % 3;
	} while (!shown[f]);
	b->focus = (enum browse_focus)f;
}

/* Side by side: shown or not.  Else: in front or not. */
static void toggle_tree(struct ui_view *v)
{
	struct browse *b = v->state;

	if (v->app->wide) {
		b->tree_on = !b->tree_on;
		if (!b->tree_on && b->focus == FOCUS_TREE)
			b->focus = FOCUS_GRID;
	} else {
		b->focus = b->focus == FOCUS_TREE ? FOCUS_GRID : FOCUS_TREE;
	}
}

static void toggle_detail(struct ui_view *v)
{
	struct browse *b = v->state;
	bool *on = v->app->wide ? &b->detail_on : &b->detail_below;

	*on = !*on;
	if (!*on && b->focus == FOCUS_DETAIL)
		b->focus = FOCUS_GRID;
	else if (*on && !v->app->wide)
		b->focus = FOCUS_DETAIL;
}

static void go_trail(struct ui_view *v, bool back, struct cmds *out)
{
	struct browse *b = v->state;

	if (back && b->at > 0)
		browse_open(v, &b->trail[b->at - 1], ARRIVE_BACK, out);
	else if (!back && b->at + 1 < b->ntrail)
		browse_open(v, &b->trail[b->at + 1], ARRIVE_FORWARD, out);
}

/* What is picked in the tree begins anew: nothing led there. */
static void new_trail(struct ui_view *v)
{
	struct browse *b = v->state;

	if (!b->at || !b->win.rows)
		return;
	b->trail[0] = browse_here(b, v->app, v->a);
	b->at = 0;
	b->ntrail = 1;
}

/* ---- by pane ---- */

static void tree_key(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct browse *b = v->state;
	enum tree_answer answer = tree_msg(&b->tree, m);
	const struct obj *o = tree_current(&b->tree);
	struct place p = { 0 };

	if ((answer != TREE_MOVED && answer != TREE_OPEN) || !o)
		return;
	if (o->kind != OBJ_TABLE && o->kind != OBJ_VIEW) {
		if (answer == TREE_OPEN)
			cmds_push(out, (struct cmd){ .kind = CMD_TAB,
				.tab = TAB_STRUCTURE, .text = named_text(out->a,
				o->schema, o->kind == OBJ_TRIGGER ? o->table :
				o->name) });
		return;
	}
	p.schema = o->schema;
	p.name = o->name;
	if (answer == TREE_OPEN)
		b->focus = FOCUS_GRID;
	else if (o->kind != OBJ_TABLE)	/* a view may cost: on Enter only */
		return;
	if (!place_same(&p, &b->win.place) || b->loading) {
		new_trail(v);
		browse_open(v, &p, ARRIVE_SAME, out);
	}
}

/* ---- columns ---- */

static void go_to_col(struct ui_view *v, size_t col)
{
	struct browse *b = v->state;

	for (size_t i = 0; i < b->grid.ncols; i++)
		if (b->order[i] == col)
			b->grid.col = i;
	browse_fit(v);
}

void browse_looks(struct ui_view *v, const struct columns *c)
{
	struct browse *b = v->state;
	struct sbuf text = SBUF_INIT(REMEMBER_VALUE);
	size_t col = browse_col(b);

	if (c != &b->looks && c->n == b->looks.n)
		memcpy(b->looks.v, c->v, c->n * sizeof(*c->v));
	columns_text(&b->looks, b->win.rows, &text);
	remember_set(v->app->remember, columns_name(b->win.rows,
	    v->app->frame), text.full ? STR("") : sbuf_str(&text));
	sbuf_free(&text);
	browse_columns(b, v->app, true);
	go_to_col(v, col);
}

static void resize_column(struct ui_view *v, int by)
{
	struct browse *b = v->state;
	struct column_look *l;
	int w;

	if (b->grid.col >= b->grid.ncols)
		return;
	l = columns_of(&b->looks, browse_col(b));
	w = grid_width(&b->grid, b->grid.col) + by;
	l->width = w < 2 ? 2 : w > 200 ? 200 : w;
	browse_looks(v, &b->looks);
}

static void pin_column(struct ui_view *v)
{
	struct browse *b = v->state;
	struct column_look *l;

	if (!b->grid.ncols)
		return;
	l = columns_of(&b->looks, browse_col(b));
	l->pinned = !l->pinned;
	browse_looks(v, &b->looks);
}

static void hide_column(struct ui_view *v, struct cmds *out)
{
	struct browse *b = v->state;
	const struct rows_col *c = &b->win.rows->cols[browse_col(b)];

	if (b->grid.ncols < 2) {
		cmds_message(out, STYLE_WARN, "one column is shown at least");
		return;
	}
	columns_of(&b->looks, browse_col(b))->hidden = true;
	if (b->grid.col + 1 == b->grid.ncols)
		b->grid.col--;
	else		/* the next one takes its place */
		b->grid.col++;
	browse_looks(v, &b->looks);
	cmds_message(out, STYLE_DIM, "%.*s is hidden; c shows it again",
	    STR_ARG(app_clean(v->app, out->a, c->name)));
}

static void choose_columns(struct ui_view *v, struct cmds *out)
{
	struct browse *b = v->state;
	struct columns_arg arg = { b->model, b->win.rows, &b->looks, browse_col(b) };

	cmds_open(out, &view_columns, arena_copy(out->a, &arg, sizeof(arg)),
	    COLUMNS_KEY);
}

/* ---- marks ---- */

static void mark_row(struct ui_view *v, struct cmds *out)
{
	struct browse *b = v->state;
	const struct rows_row *row = browse_row(b);
	const struct value *key = rowwin_key(&b->win, row, out->a);

	if (!row)
		return;
	if (!b->win.plain)
		cmds_message(out, STYLE_WARN,
		    "no key names a row here: none can be marked");
	else if (!key)
		cmds_message(out, STYLE_WARN,
		    "this row's key is too long to be kept");
	else if (!marks_toggle(marks_for(&b->marking, b->win.place.schema,
	    b->win.place.name), key, b->win.plain->nterms))
		cmds_message(out, STYLE_WARN, "%d rows are marked: no more",
		    MARKS_MAX);
	else {
		browse_marks_anew(b);
		move(v, ACT_DOWN, out);
	}
}

static void clear_marks(struct browse *b)
{
	marks_clear(marks_of(&b->marking, b->win.place.schema,
	    b->win.place.name));
	browse_marks_anew(b);
}

static void grid_act(struct ui_view *v, enum action act, struct cmds *out)
{
	struct browse *b = v->state;
	bool open = b->win.rows != NULL && b->grid.ncols;

	if (!open && b->before.on)
		b->again = act;			/* when they are read again */
	if (!open || move(v, act, out))
		return;
	if (act == ACT_OPEN)
		open_here(v, out);
	else if (act == ACT_SORT || act == ACT_SORT_MORE)
		sort_here(v, act == ACT_SORT_MORE, out);
	else if (act == ACT_FILTER)
		filter_here(v, out);
	else if (act == ACT_WHERE)
		open_field(v, FIELD_WHERE);
	else if (act == ACT_GOTO)
		open_field(v, FIELD_GOTO);
	else if (act == ACT_SEARCH)
		filter_anew(&b->find);
	else if (act == ACT_SEARCH_NEXT || act == ACT_SEARCH_PREV)
		find_next(v, act == ACT_SEARCH_NEXT, false, out);
	else if (act == ACT_MARK)
		mark_row(v, out);
	else if (act == ACT_UNMARK)
		clear_marks(b);
	else if (act == ACT_PIN)
		pin_column(v);
	else if (act == ACT_HIDE)
		hide_column(v, out);
	else if (act == ACT_COLUMNS)
		choose_columns(v, out);
	else if (act == ACT_ZOOM_IN || act == ACT_ZOOM_OUT)
		resize_column(v, act == ACT_ZOOM_IN ? 4 : -4);
}

static void detail_act(struct ui_view *v, enum action act, struct cmds *out)
{
	struct browse *b = v->state;

	if (!b->win.rows)
		return;
	list_set(&b->detail, b->win.rows->ncols +
	    (b->win.rows->table ? b->win.rows->table->nfks_in : 0));
	if (!list_key(&b->detail, act) && act == ACT_OPEN)
		open_here(v, out);
}

static void toggle_stored(struct ui_view *v, struct cmds *out)
{
	struct browse *b = v->state;

	b->as_stored = !b->as_stored;
	cmds_message(out, STYLE_DIM, b->as_stored ?
	    "values as stored" : "values as what they mean");
}

/* What all panes have.  False: it is for the pane. */
static bool common(struct ui_view *v, enum action act, struct cmds *out)
{
	const struct browse *b = v->state;

	if (act == ACT_PANE_NEXT || act == ACT_PANE_PREV)
		next_pane(v, act == ACT_PANE_NEXT);
	else if (act == ACT_TREE)
		toggle_tree(v);
	else if (act == ACT_DETAIL)
		toggle_detail(v);
	else if (act == ACT_INDEXES)
		cmds_open(out, &view_indexes, NULL, 0);
	else if (act == ACT_TAB_2)	/* of what is looked at here */
		cmds_push(out, (struct cmd){ .kind = CMD_TAB,
			.tab = TAB_STRUCTURE, .text = named_text(out->a,
			b->win.place.schema, b->win.place.name) });
	else if (act == ACT_NAV_BACK || act == ACT_NAV_FORWARD)
		go_trail(v, act == ACT_NAV_BACK, out);
	else if (act == ACT_VIEW)
		view_value(v, out);
	else if (act == ACT_COPY)
		copy_value(v, out);
	else if (act == ACT_RAW)
		toggle_stored(v, out);
	else if (act == ACT_COPY_AS)
		open_copy(v, (enum copy_what)b->copied_as, false, out);
	else if (act == ACT_EXPORT)
		open_export(v, out);
	else
		return false;
	browse_fit(v);
	return true;
}

/* The field may be too narrow for it. */
static void say_bad(const struct filter *f, const struct msg *m,
    struct cmds *out)
{
	if (f->open && f->bad && m->kind == MSG_KEY &&
	    m->act == ACT_EDIT_ENTER)
		cmds_message(out, STYLE_ERROR, "%s: %s", f->why.where,
		    f->why.msg);
}

void browse_key(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct browse *b = v->state;

	if (m->kind != MSG_KEY || (m->act != ACT_SORT &&
	    m->act != ACT_SORT_MORE))
		b->dear.n = 0;
	if (!b->loading)
		b->opening = (struct named){ STR_NONE, STR_NONE };
	b->key = m->kind == MSG_KEY && browse_keymap(v) ==
	    &browse_map_grid ? m->act : ACT_NONE;
	b->again = ACT_NONE;
	if (b->model)
		b->want = (struct named){ STR_NONE, STR_NONE };
	if (b->field != FIELD_NONE)
		field_key(v, m, out);
	else if (b->find.open)
		find_key(v, m, out);
	else if (tree_typing(&b->tree))
		tree_key(v, m, out);
	else if (m->kind == MSG_KEY && !common(v, m->act, out)) {
		if (b->focus == FOCUS_TREE)
			tree_key(v, m, out);
		else if (b->focus == FOCUS_GRID)
			grid_act(v, m->act, out);
		else
			detail_act(v, m->act, out);
	}
	say_bad(&b->find, m, out);
	say_bad(&b->tree.filter, m, out);
	b->key = ACT_NONE;
	browse_fit(v);
}
