/* tree: rows are made anew when the model, the filter or a fold changes. */
#include "ui/view/tree.h"

#include "base/utf8.h"
#include "op/rows.h"
#include "ui/view/cells.h"

#define PARTITIONS_SHOWN 6	/* more than so many begin folded */
#define DEPTH_MAX 8

static const char *const group_name[DIALECT_N][TREE_GROUPS] = {
	[DIALECT_SQLITE] = {
		[TREE_VIEWS] = "views",
		[TREE_TRIGGERS] = "triggers",
		[TREE_MIGRATIONS] = "migrations table",
		[TREE_INTERNAL] = "internal",
	},
	[DIALECT_PG] = {
		[TREE_VIEWS] = "views",
		[TREE_SEQUENCES] = "sequences",
		[TREE_TYPES] = "types",
		[TREE_FUNCTIONS] = "functions",
		[TREE_TRIGGERS] = "triggers",
		[TREE_ROLES] = "roles",
		[TREE_MIGRATIONS] = "migrations table",
		[TREE_INTERNAL] = "of extensions",
	},
};

static const char *const group_word[TREE_GROUPS] = {
	"tables", "views", "sequences", "types", "functions", "triggers",
	"roles", "migrations", "internal",
};

/* Group of a kind that is not the engine's; TREE_GROUPS: not in the tree. */
static enum tree_group group_of_kind(enum obj_kind k)
{
	switch (k) {
	case OBJ_TABLE:
		return TREE_TABLES;
	case OBJ_VIEW:
		return TREE_VIEWS;
	case OBJ_TRIGGER:
		return TREE_TRIGGERS;
	case OBJ_SEQUENCE:
		return TREE_SEQUENCES;
	case OBJ_ENUM:
	case OBJ_DOMAIN:
	case OBJ_COMPOSITE:
	case OBJ_RANGE:
		return TREE_TYPES;
	case OBJ_FUNCTION:
		return TREE_FUNCTIONS;
	case OBJ_ROLE:
		return TREE_ROLES;
	case OBJ_COLUMN:
	case OBJ_PK:
	case OBJ_UNIQUE:
	case OBJ_CHECK:
	case OBJ_FK:
	case OBJ_INDEX:
	case OBJ_EXCLUDE:
	case OBJ_RULE:
	case OBJ_POLICY:
	case OBJ_STATISTICS:
	case OBJ_SCHEMA:
	case OBJ_EXTENSION:
	case OBJ_KIND_N:
		break;
	}
	return TREE_GROUPS;
}

static enum tree_group group_of(const struct tree *t, const struct obj *o)
{
	enum tree_group g = group_of_kind(o->kind);

	if (g == TREE_GROUPS)
		return g;
	if (g == TREE_TABLES && t->tracking.name.n &&
	    str_eq(o->name, t->tracking.name) &&
	    (!o->schema.n || str_eq(o->schema, t->tracking.schema)))
		return TREE_MIGRATIONS;
	/* triggers stay together, whoever's they are */
	if (g == TREE_TRIGGERS || g == TREE_VIEWS)
		return o->notes && o->notes->extension.n ? TREE_INTERNAL : g;
	return dialect_of(t->model->dialect)->is_foreign(o) ? TREE_INTERNAL : g;
}

/* Sequences of serial and identity columns belong to their column. */
static bool is_part(const struct obj *o)
{
	return o->kind == OBJ_SEQUENCE &&
	    ((const struct sequence *)o)->owned_by.n;
}

/* ---- folding of schemas and partitions ---- */

static struct str heading_key(struct arena *a, const struct tree_row *r)
{
	return r->kind == TREE_SCHEMA ?
	    arena_printf(a, "%.*s", STR_ARG(r->schema)) :
	    arena_printf(a, "%.*s%c%.*s", STR_ARG(r->o->schema), 1,
		STR_ARG(r->o->name));
}

static bool is_toggled(const struct tree *t, struct str key)
{
	for (size_t i = 0; i < t->toggled.n; i++)
		if (str_eq(t->toggled.v[i], key))
			return true;
	return false;
}

static void toggle(struct tree *t, struct str key)
{
	for (size_t i = 0; i < t->toggled.n; i++)
		if (str_eq(t->toggled.v[i], key)) {
			t->toggled.v[i] = t->toggled.v[--t->toggled.n];
			return;
		}
	if (!t->toggled_a)
		t->toggled_a = arena_new();
	vec_push(t->toggled_a, &t->toggled, arena_str(t->toggled_a, key));
}

/* A line a heading: "=views" or "+" and the key of one that is toggled. */
void tree_keep(const struct tree *t, struct sbuf *out)
{
	for (enum tree_group g = 0; g < TREE_GROUPS; g++)
		if (t->open[g])
			sbuf_addf(out, "=%s\n", group_word[g]);
	for (size_t i = 0; i < t->toggled.n; i++)
		sbuf_addf(out, "+%.*s\n", STR_ARG(t->toggled.v[i]));
}

void tree_recall(struct tree *t, struct str text)
{
	struct str line;

	while (str_line(&text, &line)) {
		struct str key = str_sub(line, 1, line.n);

		for (enum tree_group g = 0; g < TREE_GROUPS; g++)
			if (str_starts(line, STR("=")) &&
			    str_is(key, group_word[g]))
				t->open[g] = true;
		if (str_starts(line, STR("+")) && key.n && !is_toggled(t, key))
			toggle(t, key);
	}
}

/* ---- building ---- */

struct building {
	struct tree *t;
	VEC(struct tree_row) v;
};

static void add_row(struct building *b, struct tree_row r)
{
	vec_push(b->t->rows, &b->v, r);
}

static bool passes(const struct tree *t, const struct obj *o)
{
	return filter_pass(&t->filter, o->name) ||
	    (t->schemas && filter_pass(&t->filter, o->schema));
}

static bool is_partition_of(const struct table *t, const struct table *parent)
{
	struct sbuf b = SBUF_INIT(4096);
	bool same;

	if (!t->partition_bound.n || !t->inherits.n)
		return false;
	sbuf_add(&b, parent->o.schema);
	sbuf_addc(&b, '.');
	sbuf_add(&b, parent->o.name);
	same = str_eq(t->inherits.v[0], sbuf_str(&b));
	sbuf_free(&b);
	return same;
}

static void add_table(struct building *b, const struct table *table, int depth);

static void add_partitions(struct building *b, const struct table *parent,
    int depth)
{
	const struct model *m = b->t->model;
	struct tree_row head = { .kind = TREE_PARTITIONS, .o = &parent->o,
		.depth = depth };

	for (size_t i = 0; i < m->ntables; i++)
		head.n += is_partition_of(m->tables[i], parent);
	if (!head.n)
		return;
	head.open = (head.n <= PARTITIONS_SHOWN) !=
	    is_toggled(b->t, heading_key(b->t->rows, &head));
	if (!b->t->filter.m)
		add_row(b, head);
	for (size_t i = 0; i < m->ntables; i++)
		if ((head.open || b->t->filter.m) &&
		    is_partition_of(m->tables[i], parent))
			add_table(b, m->tables[i], depth);
}

static void add_table(struct building *b, const struct table *table, int depth)
{
	if (passes(b->t, &table->o))
		add_row(b, (struct tree_row){ .kind = TREE_OBJECT,
		    .group = TREE_TABLES, .o = &table->o, .depth = depth });
	if (table->type == TABLE_PARTITIONED && depth < DEPTH_MAX)
		add_partitions(b, table, depth + 1);
}

/* A partition stands below its parent, if that is here. */
static bool stands_below(const struct tree *t, const struct table *table)
{
	for (size_t i = 0; table->partition_bound.n && i < t->model->ntables;
	    i++)
		if (t->model->tables[i]->type == TABLE_PARTITIONED &&
		    is_partition_of(table, t->model->tables[i]))
			return true;
	return false;
}

static bool is_top(const struct tree *t, const struct table *table)
{
	return group_of(t, &table->o) == TREE_TABLES && !stands_below(t, table);
}

static void add_schema(struct building *b, struct str schema)
{
	struct tree *t = b->t;
	struct tree_row head = { .kind = TREE_SCHEMA, .schema = schema };
	size_t at = b->v.n;

	for (size_t i = 0; i < t->model->ntables; i++)
		head.n += str_eq(t->model->tables[i]->o.schema, schema) &&
		    is_top(t, t->model->tables[i]);
	if (!head.n)
		return;
	head.open = !is_toggled(t, heading_key(t->rows, &head));
	if (t->schemas)
		add_row(b, head);
	for (size_t i = 0; i < t->model->ntables; i++) {
		const struct table *table = t->model->tables[i];

		if ((head.open || t->filter.m || !t->schemas) &&
		    str_eq(table->o.schema, schema) && is_top(t, table))
			add_table(b, table, t->schemas);
	}
	if (t->schemas && t->filter.m && b->v.n == at + 1)
		b->v.n = at;		/* nothing of it fits the filter */
}

/* The home schema first, then by name. */
static void add_tables(struct building *b)
{
	struct tree *t = b->t;
	struct str home = str_z(dialect_of(t->model->dialect)->home_schema);
	struct str last = home;

	add_schema(b, home);
	for (size_t i = 0; i < t->model->nobjs; i++) {
		const struct obj *o = t->model->objs[i];

		if (o->kind != OBJ_TABLE || str_eq(o->schema, last) ||
		    str_eq(o->schema, home))
			continue;
		last = o->schema;
		add_schema(b, last);
	}
}

static void add_group(struct building *b, enum tree_group g)
{
	struct tree *t = b->t;
	size_t at = b->v.n, head = 0;

	for (size_t i = 0; i < t->model->nobjs; i++) {
		const struct obj *o = t->model->objs[i];

		if (group_of(t, o) != g || is_part(o) || !passes(t, o))
			continue;
		/* the sealed table, which knows its columns */
		if (o->kind == OBJ_TABLE)
			o = &model_table(t->model, o->schema, o->name)->o;
		if (!head) {
			if (at && b->v.v[at - 1].group == TREE_TABLES)
				add_row(b, (struct tree_row){
				    .kind = TREE_BLANK, .group = g });
			head = b->v.n;
			add_row(b, (struct tree_row){ .kind = TREE_GROUP,
			    .group = g, .open = t->open[g] || t->filter.m });
			head++;
		}
		b->v.v[head - 1].n++;
		/* what is searched for is shown, folded or not */
		if (t->open[g] || t->filter.m)
			add_row(b, (struct tree_row){ .kind = TREE_OBJECT,
			    .group = g, .o = o, .depth = 1 });
	}
}

static void build(struct tree *t)
{
	struct building b = { .t = t };

	if (!t->model)
		return;
	arena_free(t->rows);
	t->rows = arena_new();
	add_tables(&b);
	for (enum tree_group g = TREE_TABLES + 1; g < TREE_GROUPS; g++)
		add_group(&b, g);
	t->v = b.v.v;
	list_set(&t->list, b.v.n);
}

static int width_of(const struct tree *t)
{
	size_t w = 12, deep = 0;

	for (size_t i = 0; i < t->model->ntables; i++) {
		const struct obj *o = &t->model->tables[i]->o;
		size_t n = utf8_cells(o->name) + (t->schemas ? 2 : 0) +
		    (t->model->tables[i]->partition_bound.n ? 2 : 0);

		if (n > w && group_of(t, o) == TREE_TABLES) {
			w = n;
			deep = n > utf8_cells(o->name);
		}
	}
	return (int)(w + deep) + 11;
}

static void keep_before(struct tree *t)
{
	const struct model *m = t->model;
	const struct obj *o = tree_current(t);
	struct arena *a = arena_new();
	struct named *names = arena_array(a, struct named, m->ntables + 1);

	for (size_t i = 0; i < m->ntables; i++)
		names[i] = (struct named){
			arena_str(a, m->tables[i]->o.schema),
			arena_str(a, m->tables[i]->o.name) };
	arena_free(t->before.a);
	t->before = (struct tree_before){ .a = a, .names = names,
		.n = m->ntables, .top = t->list.top,
		.counts = arena_copy(a, t->counts, m->ntables *
		    sizeof(*t->counts)),
		.at = { STR(""), STR("") } };
	if (o)
		t->before.at = (struct named){ arena_str(a, o->schema),
			arena_str(a, o->name) };
}

/* Models list their tables in one order: the next one is mostly the next. */
static struct tree_count count_before(const struct tree_before *b,
    const struct obj *o, size_t *next)
{
	for (size_t i = 0; i < b->n; i++) {
		size_t k = (*next + i) % b->n;

		if (!str_eq(b->names[k].name, o->name) ||
		    !str_eq(b->names[k].schema, o->schema))
			continue;
		*next = k + 1;
		return (struct tree_count){ b->counts[k].rows,
			b->counts[k].estimate, true };
	}
	return (struct tree_count){ -1, false, false };
}

static void go_before(struct tree *t)
{
	if (t->before.at.name.n) {
		tree_to(t, t->before.at.schema, t->before.at.name);
		t->list.top = t->before.top;
		list_to(&t->list, t->list.cur);
	}
	arena_free(t->before.a);
	t->before = (struct tree_before){ .a = NULL };
}

void tree_set(struct tree *t, const struct model *m, const struct project *p)
{
	size_t next = 0;

	if (!m && t->model)
		keep_before(t);
	arena_free(t->a);
	t->a = arena_new();
	t->model = m;
	t->v = NULL;
	t->counts = NULL;
	t->schemas = false;
	list_set(&t->list, 0);
	if (!m)
		return;
	t->tracking = (struct named){ STR(""), STR("") };
	if (p)
		t->tracking = (struct named){ arena_str(t->a, p->track_schema),
			arena_str(t->a, p->track_table) };
	t->counts = arena_array(t->a, struct tree_count, m->ntables + 1);
	for (size_t i = 0; i < m->ntables; i++) {
		t->counts[i] = count_before(&t->before, &m->tables[i]->o,
		    &next);
		t->schemas |= group_of(t, &m->tables[i]->o) == TREE_TABLES &&
		    !str_is(m->tables[i]->o.schema,
		    dialect_of(m->dialect)->home_schema);
	}
	t->width = width_of(t);
	build(t);
	/* on the first table, not on the heading above it */
	for (size_t i = 0; i < t->list.n && t->v[0].kind == TREE_SCHEMA; i++)
		if (t->v[i].kind == TREE_OBJECT) {
			list_to(&t->list, i);
			break;
		}
	go_before(t);
}

void tree_close(struct tree *t)
{
	filter_close(&t->filter);
	arena_free(t->a);
	arena_free(t->rows);
	arena_free(t->toggled_a);
	arena_free(t->before.a);
	t->before = (struct tree_before){ .a = NULL };
	t->a = t->rows = t->toggled_a = NULL;
}

const struct obj *tree_current(const struct tree *t)
{
	const struct tree_row *r = t->list.n ? &t->v[t->list.cur] : NULL;

	return r && r->kind == TREE_OBJECT ? r->o : NULL;
}

void tree_to(struct tree *t, struct str schema, struct str name)
{
	for (size_t i = 0; i < t->list.n; i++)
		if (t->v[i].kind == TREE_OBJECT &&
		    str_eq(t->v[i].o->name, name) &&
		    str_eq(t->v[i].o->schema, schema)) {
			list_to(&t->list, i);
			return;
		}
}

static struct tree_count *count_of(const struct tree *t, struct str schema,
    struct str table)
{
	for (size_t i = 0; t->model && i < t->model->ntables; i++)
		if (str_eq(t->model->tables[i]->o.name, table) &&
		    str_eq(t->model->tables[i]->o.schema, schema))
			return &t->counts[i];
	return NULL;
}

void tree_counted(struct tree *t, struct str schema, struct str table,
    int64_t rows, bool estimate)
{
	struct tree_count *c = count_of(t, schema, table);

	/* what is counted soon is not guessed before */
	if (c && rows >= 0 && !(estimate && c->rows >= 0 && !c->estimate &&
	    (!c->old || rows_count_unasked(t->model->dialect, rows))))
		*c = (struct tree_count){ rows, estimate, false };
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
		tree_to(t, o->schema, o->name);
	while (t->list.cur + 1 < t->list.n && !tree_current(t))
		list_to(&t->list, t->list.cur + 1);
}

/* Unfold what hides a table. */
static void reveal(struct tree *t, const struct obj *o)
{
	const struct table *table = o->kind == OBJ_TABLE ?
	    (const struct table *)o : NULL;
	struct tree_row head = { .kind = TREE_SCHEMA, .schema = o->schema };

	if (!table)
		return;
	if (is_toggled(t, heading_key(t->rows, &head)))
		toggle(t, heading_key(t->rows, &head));
	for (size_t i = 0; table->partition_bound.n && i < t->model->ntables;
	    i++) {
		const struct table *parent = t->model->tables[i];
		size_t n = 0;

		if (!is_partition_of(table, parent))
			continue;
		for (size_t k = 0; k < t->model->ntables; k++)
			n += is_partition_of(t->model->tables[k], parent);
		head = (struct tree_row){ .kind = TREE_PARTITIONS,
			.o = &parent->o };
		if ((n <= PARTITIONS_SHOWN) ==
		    is_toggled(t, heading_key(t->rows, &head)))
			toggle(t, heading_key(t->rows, &head));
		reveal(t, &parent->o);
		return;
	}
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
		reveal(t, before);
		rebuild_at(t);
		tree_to(t, before->schema, before->name);
		return TREE_OPEN;
	}
	if (r == INPUT_CHANGED || r == INPUT_CANCEL)
		rebuild_at(t);
	return tree_current(t) != before ? TREE_MOVED : TREE_STAYED;
}

static enum tree_answer fold(struct tree *t)
{
	const struct tree_row *r = &t->v[t->list.cur];

	if (r->kind == TREE_GROUP)
		t->open[r->group] = !t->open[r->group];
	else if (r->kind == TREE_SCHEMA || r->kind == TREE_PARTITIONS)
		toggle(t, heading_key(t->rows, r));
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
	if (t->list.n && t->v[t->list.cur].kind == TREE_BLANK)
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
	struct named opened;
};

bool tree_grey(const struct tree *t, const struct tree_row *r)
{
	bool ours = false;

	if (r->kind == TREE_OBJECT)
		return r->group != TREE_TABLES || (!r->o->managed &&
		    (t->schemas || r->o->notes));
	if (r->kind != TREE_SCHEMA)
		return true;
	for (size_t i = 0; i < t->model->ntables; i++)
		ours = ours || (t->model->tables[i]->o.managed &&
		    str_eq(t->model->tables[i]->o.schema, r->schema));
	return !ours;
}

static void draw_heading(const struct drawing *d, struct pane line,
    const struct tree_row *r)
{
	bool open = r->open || d->t->filter.m;
	int x = 1 + r->depth * 2;

	if (r->kind == TREE_BLANK)
		return;
	pane_mark(line, x, 0, STYLE_DIM, open ? MARK_OPEN : MARK_CLOSED);
	if (r->kind == TREE_SCHEMA)
		pane_field(line, x + 2, 0, line.w - x - 8, ALIGN_LEFT,
		    tree_grey(d->t, r) ? STYLE_DIM : STYLE_ACCENT,
		    app_clean(d->app, d->app->frame, r->schema));
	else
		pane_textz(line, x + 2, 0, STYLE_DIM,
		    r->kind == TREE_PARTITIONS ? "partitions" :
		    group_name[d->t->model->dialect][r->group]);
	if (r->kind == TREE_PARTITIONS || (r->kind == TREE_GROUP &&
	    r->group != TREE_MIGRATIONS) || (r->kind == TREE_SCHEMA && !open))
		pane_right(line, line.w - 1, 0, STYLE_DIM,
		    arena_printf(d->app->frame, "%zu", r->n));
}

/* Rows, or what it is; returns the cells that are left. */
static int draw_note(const struct drawing *d, struct pane line,
    const struct obj *o, int end)
{
	const struct tree_count *c = o->kind == OBJ_TABLE ?
	    count_of(d->t, o->schema, o->name) : NULL;
	const struct view *view = o->kind == OBJ_VIEW ?
	    (const struct view *)o : NULL;
	struct sbuf b = SBUF_INIT(64);

	if (c && c->rows >= 0)
		cell_count(&b, c->rows, c->estimate);
	else if (view && view->materialized)
		SQL(&b, "materialized");
	else if (o->kind == OBJ_TABLE && ((const struct table *)o)->type ==
	    TABLE_FOREIGN)
		SQL(&b, "foreign");
	if (b.n)
		pane_right(line, line.w - 1, 0, STYLE_DIM, sbuf_str(&b));
	if (o->kind == OBJ_TABLE)
		end -= 8;
	else if (b.n)
		end -= (int)b.n + 1;
	sbuf_free(&b);
	return end;
}

static void draw_row(const void *arg, struct pane line, size_t i, bool current)
{
	const struct drawing *d = arg;
	const struct tree_row *r = &d->t->v[i];
	int x = 3 + r->depth * 2;
	bool opened, grey;

	(void)current;
	if (r->kind != TREE_OBJECT) {
		draw_heading(d, line, r);
		return;
	}
	opened = str_eq(r->o->name, d->opened.name) &&
	    str_eq(r->o->schema, d->opened.schema);
	grey = tree_grey(d->t, r);
	if (opened)
		pane_mark(line, 1, 0, STYLE_ACCENT, MARK_CURSOR);
	pane_field(line, x, 0, draw_note(d, line, r->o, line.w - 1) - x,
	    ALIGN_LEFT, opened ? STYLE_STRONG : grey ? STYLE_DIM : STYLE_NORMAL,
	    r->group == TREE_TABLES ?
	    app_clean(d->app, d->app->frame, r->o->name) :
	    named_label(d->app, d->app->frame, r->o->schema, r->o->name));
}

void tree_draw(const struct tree *t, const struct app *app, struct pane p,
    bool focused, struct named opened)
{
	struct drawing d = { t, app, focused, opened };
	struct pane rows = pane_sub(p, 0, 1, p.w, p.h - 1);
	int x = pane_textz(p, 1, 0, focused ? STYLE_TITLE : STYLE_ACCENT,
	    "Tables");

	if (t->filter.open || t->filter.in.e.n)
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
