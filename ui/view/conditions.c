/*
 * conditions: what rows are shown, chosen column by column.  The list of
 * conditions and the WHERE that they make; a column and an operator are picked
 * from lists that typing narrows, a value is typed.  The engine is asked
 * before the window closes.
 */
#include "base/utf8.h"
#include "ui/view/browse.h"
#include "ui/view/views.h"
#include "ui/widget/filter.h"
#include "ui/widget/sql.h"

#define CONDS_MAX 32
#define JOB_CHECK 1

enum step { STEP_LIST, STEP_COLUMN, STEP_OP, STEP_VALUE };

struct conditions {
	struct place place;
	const struct rows *rows;	/* without conditions: NULL, no plan */
	struct rows_cond v[CONDS_MAX];
	size_t n;
	const struct rows_cond *row;	/* of the row at the cursor */
	size_t nrow;
	struct list list;
	enum step step;
	bool adding;			/* the one at the cursor is new */
	struct rows_cond before;	/* it was, to be put back */
	struct filter narrow;		/* of the list that is picked from */
	struct list picks;
	size_t *shown;			/* indexes: columns or operators */
	struct input in;
	bool checking;
	struct err bad;
};

static const struct bind list_binds[] = {
	BIND_LIST, { ACT_ACCEPT, NULL, "show these rows" },
	{ ACT_COND_ADD, NULL, NULL }, { ACT_COND_COLUMN, NULL, NULL },
	{ ACT_COND_OPERATOR, NULL, NULL }, { ACT_COND_VALUE, NULL, NULL },
	{ ACT_COND_REMOVE, NULL, NULL }, { ACT_COND_CLEAR, NULL, NULL },
};
static const struct keymap map_list = {
	.name = "Conditions",
	.parent = &keymap_overlay,
	KEYMAP(list_binds),
};

static const struct bind pick_binds[] = {
	{ ACT_UP, "Up", NULL }, { ACT_DOWN, "Down", NULL },
	{ ACT_PAGE_UP, NULL, NULL }, { ACT_PAGE_DOWN, NULL, NULL },
	{ ACT_EDIT_ENTER, NULL, "take" },
};
static const struct keymap map_pick = {
	.name = "Conditions: choosing",
	.parent = &keymap_input,
	.text = true,
	KEYMAP(pick_binds),
};
static const struct keymap map_value = {
	.name = "Conditions: value",
	.parent = &keymap_input,
	.text = true,
};

static const struct keymap *keymap(const struct ui_view *v)
{
	const struct conditions *s = v->state;

	return s->step == STEP_LIST ? &map_list :
	    s->step == STEP_VALUE ? &map_value : &map_pick;
}

static struct rows_cond *current(struct conditions *s)
{
	return s->n ? &s->v[s->list.cur] : NULL;
}

static const struct rows_col *col_of(const struct conditions *s,
    const struct rows_cond *c)
{
	for (size_t i = 0; i < s->rows->ncols; i++)
		if (str_eq(s->rows->cols[i].name, c->column))
			return &s->rows->cols[i];
	return &s->rows->cols[0];
}

static bool can(const struct ui_view *v, enum action act)
{
	const struct conditions *s = v->state;

	if (act == ACT_COND_COLUMN || act == ACT_COND_OPERATOR ||
	    act == ACT_COND_REMOVE || act == ACT_COND_CLEAR)
		return s->n > 0;
	if (act == ACT_COND_VALUE)
		return s->n && rows_op_table[s->v[s->list.cur].op].takes !=
		    TAKES_NOTHING;
	return act != ACT_COND_ADD || s->n < CONDS_MAX;
}

/* ---- picking ---- */

static struct str pick_name(const struct conditions *s, size_t i)
{
	return s->step == STEP_COLUMN ? s->rows->cols[i].name :
	    str_z(rows_op_table[i].name);
}

static void narrow(struct conditions *s)
{
	const struct rows_cond *c = current(s);
	size_t all = s->step == STEP_COLUMN ? s->rows->ncols : OP_N, n = 0;
	size_t at = 0;

	for (size_t i = 0; i < all; i++) {
		struct str name = pick_name(s, i);

		if (s->step == STEP_OP && !rows_op_fits(s->rows, col_of(s, c),
		    (enum rows_op)i))
			continue;
		if (!filter_pass(&s->narrow, name))
			continue;
		if (s->step == STEP_COLUMN ? str_eq(name, c->column) :
		    i == c->op)
			at = n;
		s->shown[n++] = i;
	}
	list_set(&s->picks, n);
	list_to(&s->picks, at);
}

static void go(struct conditions *s, enum step step)
{
	s->step = step;
	s->bad.code = RC_OK;
	filter_close(&s->narrow);
	if (step == STEP_VALUE)
		input_set(&s->in, current(s)->value);
	else if (step != STEP_LIST)
		narrow(s);
}

/* Another column: the value of the row at the cursor, where the operator takes
 * one as it stands; else it is asked for. */
static void to_column(struct conditions *s, struct rows_cond *c, size_t col)
{
	bool other = !str_eq(c->column, s->rows->cols[col].name);
	bool fits;

	c->column = s->rows->cols[col].name;
	fits = c->op < OP_N && rows_op_fits(s->rows, &s->rows->cols[col],
	    c->op);
	if (!fits)
		c->op = OP_N;
	if (other && !s->adding)
		c->value = STR("");
	for (size_t i = 0; other && !s->adding && c->op <= OP_GE &&
	    i < s->nrow; i++)
		if (s->row[i].op == OP_EQ &&
		    str_eq(s->row[i].column, c->column))
			c->value = s->row[i].value;
	go(s, s->adding || !fits ? STEP_OP : other && !c->value.n &&
	    rows_op_table[c->op].takes != TAKES_NOTHING ? STEP_VALUE :
	    STEP_LIST);
}

static void picked(struct ui_view *v)
{
	struct conditions *s = v->state;
	struct rows_cond *c = current(s);
	size_t i;

	if (!s->picks.n)
		return;
	i = s->shown[s->picks.cur];
	if (s->step == STEP_COLUMN) {
		to_column(s, c, i);
		return;
	}
	c->op = (enum rows_op)i;
	if (rows_op_table[i].takes == TAKES_NOTHING)
		c->value = STR("");
	go(s, rows_op_table[i].takes != TAKES_NOTHING &&
	    (s->adding || !c->value.n) ? STEP_VALUE : STEP_LIST);
	s->adding &= s->step == STEP_VALUE;
}

static void take_out(struct conditions *s)
{
	size_t at = s->list.cur;

	s->n--;
	memmove(s->v + at, s->v + at + 1, (s->n - at) * sizeof(*s->v));
	list_set(&s->list, s->n);
	s->bad.code = RC_OK;
}

static void begin(struct conditions *s, enum step step)
{
	s->adding = false;
	s->before = *current(s);
	go(s, step);
}

static void give_up(struct conditions *s)
{
	if (s->adding)
		take_out(s);
	else
		*current(s) = s->before;
	s->adding = false;
	go(s, STEP_LIST);
}

static void add(struct conditions *s)
{
	s->v[s->n] = (struct rows_cond){ .column = s->n ?
		s->v[s->list.cur].column : s->rows->cols[0].name,
		.op = OP_EQ, .value = STR("") };
	if (!rows_op_fits(s->rows, col_of(s, &s->v[s->n]), OP_EQ))
		s->v[s->n].op = OP_NOT_NULL;
	s->n++;
	list_set(&s->list, s->n);
	list_to(&s->list, s->n - 1);
	s->adding = true;
	go(s, STEP_COLUMN);
}

/* ---- the engine's word ---- */

static enum rc run_check(struct job *j, void **result, struct err *e)
{
	const struct place *p = j->arg;
	const struct rows *r;
	const struct model *m;
	enum rc rc;

	(void)result;
	if (!j->session || !j->session->db)
		return err_set(e, RC_NOTFOUND, "there is no database yet");
	rc = session_live(j->session, &m, e);
	if (!rc)
		rc = place_plan(m, p, j->a, &r, e);
	return rc ? rc : rows_check(j->session->db, r, e);
}

static struct place result_of(const struct conditions *s)
{
	struct place p = s->place;

	p.conds = s->v;
	p.nconds = s->n;
	p.where = STR("");	/* its faults are the field's */
	return p;
}

static void check(struct conditions *s, struct cmds *out)
{
	struct arena *a = arena_new();
	struct place *p = arena_new_of(a, struct place), now = result_of(s);

	*p = place_copy(a, &now);
	s->checking = true;
	cmds_job(out, (struct job_spec){ .what = "asking the engine",
		.key = JOB_CHECK, .a = a, .arg = p, .run = run_check });
}

/* What is wrong without asking. */
static bool reads(struct conditions *s)
{
	struct sbuf b = SBUF_INIT(ROWS_WHERE_MAX);
	enum rc rc = RC_OK;

	s->bad.code = RC_OK;
	for (size_t i = 0; !rc && i < s->n; i++) {
		rc = rows_cond_sql(s->rows, &s->v[i], &b, &s->bad);
		if (rc)
			list_to(&s->list, i);
	}
	sbuf_free(&b);
	return !rc;
}

static void checked(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct conditions *s = v->state;
	struct conditions_answer *answer;

	if (!s->checking)
		return;
	s->checking = false;
	if (m->rc) {
		s->bad = *m->err;
		return;
	}
	answer = arena_new_of(out->a, struct conditions_answer);
	answer->of = s->place;
	answer->v = s->v;
	answer->n = s->n;
	cmds_pop(out, 1, answer);
}

/* ---- ops ---- */

static void enter(struct ui_view *v, const void *arg, struct cmds *out)
{
	const struct conditions_arg *a = arg;
	struct conditions *s = v->state;
	struct place plain = { .schema = a->place.schema,
		.name = a->place.name };
	bool there = false;

	s->place = place_copy(v->a, &a->place);
	s->place.key = NULL;
	if (place_plan(a->model, &plain, v->a, &s->rows, &s->bad) ||
	    !s->rows->ncols) {
		s->rows = NULL;
		cmds_pop(out, 0, NULL);
		return;
	}
	for (size_t i = 0; i < s->place.nconds && i < CONDS_MAX; i++)
		s->v[s->n++] = s->place.conds[i];
	list_set(&s->list, s->n);
	for (size_t i = 0; a->preset && i < s->n && !there; i++) {
		there = rows_conds_same(a->preset, 1, &s->v[i], 1);
		if (there)
			list_to(&s->list, i);
	}
	if (a->preset && !there && s->n < CONDS_MAX) {
		s->v[s->n++] = (struct rows_cond){
			arena_str(v->a, a->preset->column), a->preset->op,
			arena_str(v->a, a->preset->value) };
		list_set(&s->list, s->n);
		list_to(&s->list, s->n - 1);
	}
	s->row = conds_copy(v->a, a->row, a->nrow);
	s->nrow = a->nrow;
	s->shown = arena_array(v->a, size_t, s->rows->ncols + OP_N);
	s->list.h = s->picks.h = 5;
}

static void list_act(struct ui_view *v, enum action act, struct cmds *out)
{
	struct conditions *s = v->state;

	if (list_key(&s->list, act) || !can(v, act))
		return;
	if (act == ACT_COND_ADD) {
		add(s);
	} else if (act == ACT_COND_COLUMN) {
		begin(s, STEP_COLUMN);
	} else if (act == ACT_COND_OPERATOR) {
		begin(s, STEP_OP);
	} else if (act == ACT_COND_VALUE) {
		begin(s, STEP_VALUE);
	} else if (act == ACT_COND_REMOVE) {
		take_out(s);
	} else if (act == ACT_COND_CLEAR) {
		s->bad.code = RC_OK;
		list_set(&s->list, s->n = 0);
	} else if (act == ACT_ACCEPT && !s->checking && reads(s)) {
		check(s, out);
	}
}

static void pick_msg(struct ui_view *v, const struct msg *m)
{
	struct conditions *s = v->state;

	if (m->kind == MSG_KEY && list_key(&s->picks, m->act))
		return;
	switch (filter_msg(&s->narrow, m)) {
	case INPUT_CHANGED:
		narrow(s);
		break;
	case INPUT_ENTER:
		picked(v);
		break;
	case INPUT_CANCEL:
		give_up(s);
		break;
	case INPUT_IGNORED:
	case INPUT_MOVED:
	case INPUT_NO_PASTE:
		break;
	}
}

static void value_msg(struct ui_view *v, const struct msg *m)
{
	struct conditions *s = v->state;
	enum input_result r = input_msg(&s->in, m);
	struct sbuf b = SBUF_INIT(ROWS_WHERE_MAX);
	struct rows_cond c = *current(s);

	c.value = input_str(&s->in);
	if (r == INPUT_CHANGED)
		s->bad.code = RC_OK;
	if (r == INPUT_CANCEL) {
		give_up(s);
	} else if (r == INPUT_ENTER && !rows_cond_sql(s->rows, &c, &b,
	    &s->bad)) {
		c.value = arena_str(v->a, c.value);
		*current(s) = c;
		s->adding = false;
		go(s, STEP_LIST);
	}
	sbuf_free(&b);
}

static void update(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct conditions *s = v->state;

	if (m->kind == MSG_SESSION) {	/* other columns, perhaps */
		s->rows = NULL;
		cmds_pop(out, 0, NULL);
	} else if (m->kind == MSG_JOB) {
		checked(v, m, out);
	} else if (m->kind == MSG_KEY || m->kind == MSG_TEXT ||
	    m->kind == MSG_PASTE) {
		if (s->step == STEP_VALUE)
			value_msg(v, m);
		else if (s->step != STEP_LIST)
			pick_msg(v, m);
		else if (m->kind == MSG_KEY)
			list_act(v, m->act, out);
	}
}

static void leave(struct ui_view *v)
{
	struct conditions *s = v->state;

	filter_close(&s->narrow);
}

/* ---- drawing ---- */

struct widths {
	int column, op;
};

static struct widths widths_of(const struct ui_view *v, int w)
{
	const struct conditions *s = v->state;
	struct widths k = { 6, 8 };

	for (size_t i = 0; i < s->n; i++) {
		int c = (int)utf8_cells(app_clean(v->app, v->app->frame,
		    s->v[i].column));
		int o = s->v[i].op < OP_N ?
		    (int)strlen(rows_op_table[s->v[i].op].name) : 0;

		k.column = c > k.column ? c : k.column;
		k.op = o > k.op ? o : k.op;
	}
	if (k.column > w / 3)
		k.column = w / 3;
	return k;
}

static void draw_cond(const void *arg, struct pane line, size_t i, bool is_cur)
{
	const struct ui_view *v = arg;
	const struct conditions *s = v->state;
	const struct rows_cond *c = &s->v[i];
	struct widths k = widths_of(v, line.w);
	int x = 1;

	pane_field(line, x, 0, k.column, ALIGN_LEFT, is_cur &&
	    s->step == STEP_COLUMN ? STYLE_CELL : STYLE_NORMAL,
	    app_clean(v->app, v->app->frame, c->column));
	x += k.column + 2;
	pane_field(line, x, 0, k.op, ALIGN_LEFT, is_cur &&
	    s->step == STEP_OP ? STYLE_CELL : STYLE_KEYWORD,
	    c->op < OP_N ? str_z(rows_op_table[c->op].name) : STR(""));
	x += k.op + 2;
	if (is_cur && s->step == STEP_VALUE)
		input_draw(&s->in, line, x, 0, line.w - x - 1, true);
	else if (c->op < OP_N && rows_op_table[c->op].takes != TAKES_NOTHING)
		pane_field(line, x, 0, line.w - x - 1, ALIGN_LEFT,
		    STYLE_STRING, app_clean(v->app, v->app->frame, c->value));
}

static void draw_pick(const void *arg, struct pane line, size_t i, bool is_cur)
{
	const struct ui_view *v = arg;
	const struct conditions *s = v->state;
	size_t at = s->shown[i];
	bool column = s->step == STEP_COLUMN;
	int w = !column ? 14 : line.w / 2 < 28 ? line.w / 2 : 28;

	(void)is_cur;
	pane_field(line, 1, 0, w, ALIGN_LEFT, STYLE_NORMAL,
	    app_clean(v->app, v->app->frame, pick_name(s, at)));
	pane_field(line, w + 3, 0, line.w - w - 4, ALIGN_LEFT, STYLE_DIM,
	    column ? app_clean(v->app, v->app->frame, s->rows->cols[at].type) :
	    str_z(rows_op_table[at].help));
}

/* "WHERE …" as it will be sent, or why there is none. */
static void draw_sql(const struct ui_view *v, struct pane p)
{
	const struct conditions *s = v->state;
	struct sbuf b = SBUF_INIT(ROWS_WHERE_MAX + 16);
	struct err e = ERR_INIT;
	int y;

	SQL(&b, "WHERE ");
	if (s->bad.code) {
		y = pane_wrap(p, 1, 0, p.w - 2, p.h, STYLE_ERROR,
		    app_clean(v->app, v->app->frame, str_z(s->bad.msg)));
		if (s->bad.hint[0] && y < p.h)
			pane_wrap(p, 1, y, p.w - 2, p.h - y, STYLE_DIM,
			    app_clean(v->app, v->app->frame,
			    str_z(s->bad.hint)));
	} else if (s->step == STEP_VALUE) {
		pane_textz(p, 1, 0, STYLE_DIM, rows_op_wants(s->rows,
		    col_of(s, &s->v[s->list.cur]), s->v[s->list.cur].op));
	} else if (!s->n) {
		pane_textz(p, 1, 0, STYLE_DIM, "No condition: all rows.");
	} else if (!rows_conds_sql(s->rows, s->v, s->n, &b, &e)) {
		pane_wrap(p, 1, 0, p.w - 2, p.h, STYLE_DIM,
		    app_clean(v->app, v->app->frame, sbuf_str(&b)));
	} else {
		pane_wrap(p, 1, 0, p.w - 2, p.h, STYLE_ERROR,
		    app_clean(v->app, v->app->frame, str_z(e.msg)));
	}
	sbuf_free(&b);
}

static void draw(const struct ui_view *v, struct pane body)
{
	const struct conditions *s = v->state;
	bool picks = s->step == STEP_COLUMN || s->step == STEP_OP;
	int w = body.w - 4 < 84 ? body.w - 4 : 84;
	int h = picks ? 18 : (int)s->n + 8, rows, y;
	struct pane in;

	if (!s->rows)
		return;
	h = h > 18 ? 18 : h;
	h = h > body.h ? body.h : h;
	in = pane_popup(body, w, h, STYLE_ACCENT, arena_printf(v->app->frame,
	    "Rows of %.*s where", STR_ARG(app_clean(v->app, v->app->frame,
	    s->place.name))));
	rows = in.h / 2 - 1;
	if ((size_t)rows > s->n)
		rows = s->n ? (int)s->n : 1;
	list_draw(&s->list, pane_sub(in, 0, 0, in.w, rows), true, draw_cond,
	    v);
	if (!s->n)
		pane_textz(in, 1, 0, STYLE_DIM, "a adds a condition");
	y = rows;
	pane_hline(in, 0, y, in.w);
	y++;
	if (!picks) {
		draw_sql(v, pane_sub(in, 0, y, in.w, in.h - y));
		return;
	}
	pane_textz(in, 1, y, STYLE_DIM, s->narrow.in.e.n ? "" :
	    s->step == STEP_COLUMN ? "Which column? Typing narrows the list." :
	    "How is it compared? Typing narrows the list.");
	filter_draw(&s->narrow, in, 1, y, in.w - 2);
	list_draw(&s->picks, pane_sub(in, 0, y + 1, in.w, in.h - y - 1), true,
	    draw_pick, v);
	if (!s->picks.n)
		pane_textz(in, 1, y + 1, STYLE_DIM, "nothing is called so");
}

const struct view_ops view_conditions = {
	.name = "conditions",
	.title = "Conditions",
	.state_size = sizeof(struct conditions),
	.overlay = true,
	.keymap = keymap,
	.enter = enter,
	.update = update,
	.draw = draw,
	.can = can,
	.leave = leave,
	.maps = MAPS(&map_list, &map_pick, &map_value),
};
