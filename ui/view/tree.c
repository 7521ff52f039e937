/* tree: rows are made anew when the model, the filter or a fold changes. */
#include "ui/view/tree.h"

#include "base/utf8.h"
#include "ui/view/cells.h"

static const char *const group_name[TREE_GROUPS] = {
	[TREE_TABLES] = "tables",
	[TREE_VIEWS] = "views",
	[TREE_TRIGGERS] = "triggers",
	[TREE_MIGRATIONS] = "migrations table",
	[TREE_INTERNAL] = "internal",
};

static enum tree_group group_of(const struct tree *t, const struct obj *o)
{
	const struct dialect *d = dialect_of(t->model->dialect);

	if (o->kind == OBJ_VIEW)
		return TREE_VIEWS;
	if (o->kind == OBJ_TRIGGER)
		return TREE_TRIGGERS;
	if (t->tracking.n && str_eq(o->name, t->tracking))
		return TREE_MIGRATIONS;
	return d->is_foreign(o) ? TREE_INTERNAL : TREE_TABLES;
}

struct building {
	VEC(struct tree_row) v;
};

static void add_row(struct tree *t, struct building *b, enum tree_group g,
    const struct obj *o, bool blank)
{
	vec_push(t->rows, &b->v, (struct tree_row){ g, o, blank });
}

static void add_group(struct tree *t, struct building *b, enum tree_group g)
{
	bool head = g != TREE_TABLES;
	size_t at = b->v.n;

	t->in_group[g] = 0;
	for (size_t i = 0; i < t->model->nobjs; i++) {
		const struct obj *o = t->model->objs[i];

		if ((o->kind != OBJ_TABLE && o->kind != OBJ_VIEW &&
		    o->kind != OBJ_TRIGGER) || group_of(t, o) != g ||
		    !filter_pass(&t->filter, o->name))
			continue;
		/* the sealed table, which knows its columns */
		if (o->kind == OBJ_TABLE)
			o = &model_table(t->model, o->schema, o->name)->o;
		if (!t->in_group[g]++ && head) {
			if (at && b->v.v[at - 1].group == TREE_TABLES)
				add_row(t, b, g, NULL, true);
			add_row(t, b, g, NULL, false);
		}
		/* what is searched for is shown, folded or not */
		if (!head || t->open[g] || t->filter.m)
			add_row(t, b, g, o, false);
	}
}

static void build(struct tree *t)
{
	struct building b = { 0 };

	if (!t->model)
		return;
	arena_free(t->rows);
	t->rows = arena_new();
	for (enum tree_group g = 0; g < TREE_GROUPS; g++)
		add_group(t, &b, g);
	t->v = b.v.v;
	list_set(&t->list, b.v.n);
}

static int width_of(const struct tree *t)
{
	size_t w = 12;

	for (size_t i = 0; i < t->model->ntables; i++) {
		const struct obj *o = &t->model->tables[i]->o;
		size_t n = utf8_cells(o->name);

		if (n > w && group_of(t, o) == TREE_TABLES)
			w = n;
	}
	return (int)w + 11;
}

void tree_set(struct tree *t, const struct model *m, struct str tracking)
{
	arena_free(t->a);
	t->a = arena_new();
	t->model = m;
	t->v = NULL;
	t->counts = NULL;
	list_set(&t->list, 0);
	if (!m)
		return;
	t->tracking = arena_str(t->a, tracking);
	t->counts = arena_array(t->a, struct tree_count, m->ntables + 1);
	for (size_t i = 0; i < m->ntables; i++)
		t->counts[i] = (struct tree_count){ -1, false };
	t->width = width_of(t);
	build(t);
}

void tree_close(struct tree *t)
{
	filter_close(&t->filter);
	arena_free(t->a);
	arena_free(t->rows);
	t->a = t->rows = NULL;
}

const struct obj *tree_current(const struct tree *t)
{
	return t->list.n ? t->v[t->list.cur].o : NULL;
}

void tree_to(struct tree *t, struct str name)
{
	for (size_t i = 0; i < t->list.n; i++)
		if (t->v[i].o && str_eq(t->v[i].o->name, name)) {
			list_to(&t->list, i);
			return;
		}
}

static struct tree_count *count_of(const struct tree *t, struct str table)
{
	for (size_t i = 0; t->model && i < t->model->ntables; i++)
		if (str_eq(t->model->tables[i]->o.name, table))
			return &t->counts[i];
	return NULL;
}

void tree_counted(struct tree *t, struct str table, int64_t rows, bool estimate)
{
	struct tree_count *c = count_of(t, table);

	if (c && rows >= 0 && !(estimate && c->rows >= 0 && !c->estimate))
		*c = (struct tree_count){ rows, estimate };
}

bool tree_typing(const struct tree *t)
{
	return t->filter.open;
}

/* After a change of the filter the cursor stays on its object, if it can,
 * else goes to the first one. */
static void rebuild_at(struct tree *t)
{
	const struct obj *o = tree_current(t);

	t->list.cur = 0;
	build(t);
	if (o)
		tree_to(t, o->name);
	while (t->list.cur + 1 < t->list.n && !t->v[t->list.cur].o)
		list_to(&t->list, t->list.cur + 1);
}

static enum tree_answer typed(struct tree *t, const struct msg *m)
{
	enum input_result r;
	const struct obj *before = tree_current(t);

	if (m->kind == MSG_KEY && list_key(&t->list, m->act))
		return TREE_MOVED;
	r = filter_msg(&t->filter, m);
	if (r == INPUT_IGNORED)
		return TREE_IGNORED;
	if (r == INPUT_ENTER && !t->filter.bad && t->list.n && before) {
		/* found: the others come back, the cursor stays on it */
		t->open[t->v[t->list.cur].group] = true;
		filter_close(&t->filter);
		rebuild_at(t);
		return TREE_OPEN;
	}
	if (r == INPUT_CHANGED || r == INPUT_CANCEL)
		rebuild_at(t);
	return tree_current(t) != before ? TREE_MOVED : TREE_STAYED;
}

static enum tree_answer fold(struct tree *t)
{
	const struct tree_row *r = &t->v[t->list.cur];
	enum tree_group g = r->group;

	if (r->blank)
		return TREE_STAYED;
	t->open[g] = !t->open[g];
	build(t);
	return TREE_STAYED;
}

enum tree_answer tree_msg(struct tree *t, const struct msg *m)
{
	size_t before = t->list.cur;

	if (t->filter.open)
		return typed(t, m);
	if (m->kind != MSG_KEY || !t->model)
		return TREE_IGNORED;
	if (m->act == ACT_SEARCH) {
		filter_open(&t->filter);
		return TREE_STAYED;
	}
	if (m->act == ACT_OPEN)
		return !t->list.n ? TREE_STAYED :
		    tree_current(t) ? TREE_OPEN : fold(t);
	if (!list_key(&t->list, m->act))
		return TREE_IGNORED;
	/* over the blank line in the direction of the key */
	if (t->list.n && t->v[t->list.cur].blank)
		list_to(&t->list, t->list.cur > before ? t->list.cur + 1 :
		    t->list.cur - 1);
	return t->list.cur != before ? TREE_MOVED : TREE_STAYED;
}

int tree_width(const struct tree *t)
{
	return t->width ? t->width : 24;
}

/* ---- drawing ---- */

struct drawing {
	const struct tree *t;
	const struct app *app;
	bool focused;
	struct str opened;
};

static void draw_count(const struct drawing *d, struct pane line,
    const struct obj *o)
{
	const struct tree_count *c = count_of(d->t, o->name);
	struct sbuf b = SBUF_INIT(64);

	if (!c || c->rows < 0)
		return;
	cell_count(&b, c->rows, c->estimate);
	pane_right(line, line.w - 1, 0, STYLE_DIM, sbuf_str(&b));
	sbuf_free(&b);
}

static void draw_heading(const struct drawing *d, struct pane line,
    const struct tree_row *r)
{
	const struct tree *t = d->t;

	if (r->blank)
		return;
	pane_mark(line, 1, 0, STYLE_DIM, t->open[r->group] || t->filter.m ?
	    MARK_OPEN : MARK_CLOSED);
	pane_textz(line, 3, 0, STYLE_DIM, group_name[r->group]);
	if (r->group != TREE_MIGRATIONS)
		pane_right(line, line.w - 1, 0, STYLE_DIM,
		    arena_printf(d->app->frame, "%zu", t->in_group[r->group]));
}

static void draw_row(const void *arg, struct pane line, size_t i, bool current)
{
	const struct drawing *d = arg;
	const struct tree_row *r = &d->t->v[i];
	bool opened, deep;
	int end = line.w - 1;

	(void)current;
	if (!r->o) {
		draw_heading(d, line, r);
		return;
	}
	opened = str_eq(r->o->name, d->opened);
	deep = r->group != TREE_TABLES;
	if (opened)
		pane_mark(line, 1, 0, STYLE_ACCENT, MARK_CURSOR);
	if (r->o->kind == OBJ_TABLE) {
		draw_count(d, line, r->o);
		end -= 8;
	}
	pane_field(line, deep ? 5 : 3, 0, end - (deep ? 5 : 3), ALIGN_LEFT,
	    opened ? STYLE_STRONG : deep ? STYLE_DIM : STYLE_NORMAL,
	    app_clean(d->app, d->app->frame, r->o->name));
}

void tree_draw(const struct tree *t, const struct app *app, struct pane p,
    bool focused, struct str opened)
{
	struct drawing d = { t, app, focused, opened };
	struct pane rows = pane_sub(p, 0, 1, p.w, p.h - 1);
	int x = pane_textz(p, 1, 0, focused ? STYLE_TITLE : STYLE_ACCENT,
	    "Tables");

	if (t->filter.open || t->filter.in.n)
		filter_draw(&t->filter, p, x + 2, 0, p.w - x - 3);
	if (!t->model)
		return;
	if (!t->list.n) {
		pane_textz(rows, 3, 0, STYLE_DIM,
		    t->filter.m ? "no match" : "no tables yet");
		return;
	}
	list_draw(&t->list, rows, focused, draw_row, &d);
}
