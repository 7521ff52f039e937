/*
 * structure: what a table or view is made of, section by section.  `structure`
 * never reads rows; sizes come in the background.
 */
#include "base/fs.h"
#include "base/utf8.h"
#include "op/size.h"
#include "ui/view/cells.h"
#include "ui/view/neighbours.h"
#include "ui/view/outline.h"
#include "ui/view/tree.h"
#include "ui/view/views.h"
#include "ui/widget/text.h"

enum { JOB_MODEL = 1, JOB_SIZES, JOB_SOURCES, JOB_NULLS, KEY_EDIT };

#define HEAD_ROWS 3		/* title, sections, space */
#define TREE_NARROW 28
#define TREE_BESIDE 78		/* 80 within the frame of production */

struct structure {
	const struct model *model;
	struct tree tree;
	bool in_tree, tree_on;
	struct named name;		/* in v->a */
	const struct obj *o;		/* table or view shown */
	enum section section, wanted;	/* wanted: of the last time */
	struct outline outline;
	struct neighbours near;
	size_t counts[SECTION_N];
	const struct obj *counted;	/* its NULLs were asked for */
	struct text_view ddl;		/* or what the schema file says */
	struct sbuf ddl_text;
	struct arena *sizes_a;
	const struct sizes *sizes;
	struct arena *sources_a, *nulls_a;
	const struct sources *sources;
	const struct nulls *nulls;
};

#define BIND_STRUCTURE { ACT_PANE_NEXT, NULL, NULL }, \
	{ ACT_PANE_PREV, NULL, NULL }, { ACT_TREE, NULL, NULL }, \
	{ ACT_TAB_1, NULL, NULL }, { ACT_INDEXES, NULL, NULL }

static const struct bind tree_binds[] = {
	BIND_TREE, BIND_STRUCTURE, { ACT_SECTION_PREV, NULL, NULL },
	{ ACT_SECTION_NEXT, NULL, NULL },
};
static const struct keymap map_tree = {
	.name = "Structure: tables",
	.parent = &keymap_global,
	KEYMAP(tree_binds),
};
static const struct bind outline_binds[] = {
	BIND_GRID, { ACT_SECTION_PREV, NULL, NULL },
	{ ACT_SECTION_NEXT, NULL, NULL }, { ACT_OPEN, NULL, NULL },
	BIND_STRUCTURE,
};
static const struct keymap map_outline = {
	.name = "Structure",
	.parent = &keymap_global,
	KEYMAP(outline_binds),
};
static const struct bind ddl_binds[] = {
	BIND_GRID, { ACT_SECTION_PREV, NULL, NULL },
	{ ACT_SECTION_NEXT, NULL, NULL }, { ACT_WRAP, NULL, NULL },
	{ ACT_SEARCH, NULL, NULL }, { ACT_SEARCH_NEXT, NULL, NULL },
	{ ACT_SEARCH_PREV, NULL, NULL }, BIND_STRUCTURE,
};
static const struct keymap map_ddl = {
	.name = "Structure: DDL",
	.parent = &keymap_global,
	KEYMAP(ddl_binds),
};
static const struct bind file_binds[] = {
	BIND_GRID, { ACT_SECTION_PREV, NULL, NULL },
	{ ACT_SECTION_NEXT, NULL, NULL }, { ACT_EDITOR, NULL, NULL },
	{ ACT_WRAP, NULL, NULL },
	{ ACT_SEARCH, NULL, NULL }, { ACT_SEARCH_NEXT, NULL, NULL },
	{ ACT_SEARCH_PREV, NULL, NULL }, BIND_STRUCTURE,
};
static const struct keymap map_file = {
	.name = "Structure: schema file",
	.parent = &keymap_global,
	KEYMAP(file_binds),
};
static const struct keymap map_text = {
	.name = "Structure: typing",
	.parent = &filter_map,
	.text = true,
};

static const struct keymap *keymap(const struct ui_view *v)
{
	const struct structure *s = v->state;

	if (tree_typing(&s->tree) || text_searching(&s->ddl))
		return &map_text;
	return s->in_tree ? &map_tree : s->section == SECTION_DDL ? &map_ddl :
	    s->section == SECTION_FILE ? &map_file : &map_outline;
}

/* Where the schema files declare what is shown; NULL: nowhere, or unknown. */
static const struct ts_origin *origin(const struct structure *s)
{
	return s->o && s->sources ? ts_origin_of(s->sources->files,
	    s->o->schema, s->o->name) : NULL;
}

/* The files do not read, which is said where their text would be. */
static bool files_fail(const struct ui_view *v)
{
	const struct structure *s = v->state;

	return s->sources && s->sources->why.n &&
	    v->app->project->kit.schema.n;
}

static size_t count_of(const struct ui_view *v, enum section i)
{
	const struct structure *s = v->state;

	if (i == SECTION_FILE)
		return origin(s) || files_fail(v);
	return section_count(v->app, s->model, s->o, i);
}

static bool can(const struct ui_view *v, enum action act)
{
	const struct structure *s = v->state;
	const struct outline_row *f = outline_current(&s->outline);

	if (act == ACT_EDITOR)
		return origin(s);
	if (act == ACT_OPEN && !s->in_tree)
		return s->section == SECTION_NEIGHBOURS ? s->near.n > 0 :
		    (s->section == SECTION_FKS ||
		    s->section == SECTION_USED_BY) && f;
	return true;
}

/* ---- layout ---- */

static int tree_cells(const struct ui_view *v)
{
	const struct structure *s = v->state;
	int w = tree_width(&s->tree);

	/* beside the sections while it has the keys: nothing is hidden */
	if (!v->app->wide)
		return s->in_tree && v->w >= TREE_BESIDE ? TREE_NARROW : 0;
	return !s->tree_on ? 0 : w < 24 ? 24 : w > 32 ? 32 : w;
}

static void fit(struct ui_view *v)
{
	struct structure *s = v->state;
	int left = tree_cells(v), w = v->w - (left ? left + 1 : 0);

	outline_resize(&s->outline, w, v->h - HEAD_ROWS);
	neighbours_resize(&s->near, w, v->h - HEAD_ROWS);
	text_resize(&s->ddl, w - 2, v->h - HEAD_ROWS);
	s->tree.list.h = v->h > 1 ? v->h - 1 : 1;
	list_to(&s->tree.list, s->tree.list.cur);
}

/* ---- filling ---- */

static void add_ddl(struct structure *s, const struct dialect *d,
    const struct obj *o)
{
	struct sbuf b = SBUF_TEXT;

	if (d->create_text(s->model, o, &b)) {
		sbuf_addz(&s->ddl_text, s->ddl_text.n ? "\n\n" : "");
		utf8_sanitize(&s->ddl_text, sbuf_str(&b), UTF8_BLOCK, false);
		SQL(&s->ddl_text, ";");
	}
	sbuf_free(&b);
}

static void fill_ddl(struct ui_view *v)
{
	struct structure *s = v->state;
	const struct dialect *d = dialect_of(s->model->dialect);

	sbuf_free(&s->ddl_text);
	s->ddl_text = (struct sbuf)SBUF_TEXT;
	add_ddl(s, d, s->o);
	for (size_t i = 0; i < s->model->nobjs; i++) {
		const struct obj *o = s->model->objs[i];

		if ((o->kind == OBJ_INDEX || o->kind == OBJ_TRIGGER) &&
		    str_eq(o->schema, s->o->schema) &&
		    (d->folds ? str_ieq(o->table, s->o->name) :
		    str_eq(o->table, s->o->name)))
			add_ddl(s, d, o);
	}
	text_set(&s->ddl, sbuf_str(&s->ddl_text), d, false);
}

/* What the schema file says of it, and nothing else of the file. */
static void fill_file(struct ui_view *v)
{
	struct structure *s = v->state;
	const struct ts_origin *o = origin(s);

	sbuf_free(&s->ddl_text);
	s->ddl_text = (struct sbuf)SBUF_TEXT;
	if (o) {
		utf8_sanitize(&s->ddl_text, str_sub(o->text, o->from, o->to),
		    UTF8_BLOCK, v->app->ascii);
		text_set_code(&s->ddl, sbuf_str(&s->ddl_text), false);
	} else {
		utf8_sanitize(&s->ddl_text, s->sources->why, UTF8_BLOCK,
		    v->app->ascii);
		text_set(&s->ddl, sbuf_str(&s->ddl_text), NULL, true);
	}
}

static enum section first_section(const struct ui_view *v)
{
	enum section at = SECTION_COLUMNS;

	while (at != SECTION_DDL && !count_of(v, at))
		at++;
	return at;
}

static void fill(struct ui_view *v)
{
	struct structure *s = v->state;

	if (!s->o)
		return;
	if (!count_of(v, s->section))
		s->section = first_section(v);
	for (enum section i = 0; i < SECTION_N; i++)
		s->counts[i] = count_of(v, i);
	if (s->section == SECTION_DDL)
		fill_ddl(v);
	else if (s->section == SECTION_FILE)
		fill_file(v);
	else if (s->section == SECTION_NEIGHBOURS)
		neighbours_fill(&s->near, v->app, s->model,
		    (const struct table *)s->o);
	else
		section_fill(&s->outline, v->app, s->model, s->o, s->section,
		    &(struct beside){ s->sizes, s->sources, s->nulls });
	fit(v);
}

static void show(struct ui_view *v, struct str schema, struct str name)
{
	struct structure *s = v->state;
	const struct obj *o = s->model ? named_find(s->model, schema, name) :
	    NULL;

	if (!s->model || o)
		s->name = (struct named){ arena_str(v->a, schema),
			arena_str(v->a, name) };
	if (!o)
		return;
	s->o = o;
	s->outline.grid.rows.cur = s->outline.grid.col = 0;
	s->outline.grid.rows.top = s->outline.grid.left = 0;
	fill(v);
}

static void next_section(struct ui_view *v, bool forward)
{
	struct structure *s = v->state;
	unsigned at = s->section;

	if (!s->o)
		return;
	do {
		at = (at + (forward ? 1 : SECTION_N - 1)) % SECTION_N;
	} while (!count_of(v, (enum section)at));
	s->section = s->wanted = (enum section)at;
	s->outline.grid.rows.cur = s->outline.grid.rows.top = 0;
	s->outline.grid.col = s->outline.grid.left = 0;
	fill(v);
}

/* ---- jobs ---- */

static enum rc run_model(struct job *j, void **result, struct err *e)
{
	const struct model *m;
	enum rc rc = session_live(j->session, &m, e);

	if (!rc)
		*result = (void *)(uintptr_t)m;
	return rc;
}

static void ask(struct ui_view *v, struct cmds *out)
{
	if (v->app->session)
		cmds_job(out, (struct job_spec){ .what = "reading the schema",
			.key = JOB_MODEL, .run = run_model });
}

static void sizes_came(struct ui_view *v, const struct msg *m)
{
	struct structure *s = v->state;

	if (m->rc)
		return;
	arena_free(s->sizes_a);
	s->sizes_a = msg_take_arena(m);
	s->sizes = m->result;
	for (size_t i = 0; i < s->sizes->n; i++)
		if (s->sizes->v[i].rows >= 0)
			tree_counted(&s->tree, s->sizes->v[i].schema,
			    s->sizes->v[i].name,
			    s->sizes->v[i].rows, s->sizes->v[i].estimate);
	if (s->section == SECTION_INDEXES)
		fill(v);
}

static bool is_text(const struct structure *s)
{
	return s->section == SECTION_DDL || s->section == SECTION_FILE;
}

static void sources_came(struct ui_view *v, const struct msg *m)
{
	struct structure *s = v->state;
	struct arena *old = s->sources_a;

	if (m->rc)
		return;
	s->sources_a = msg_take_arena(m);
	s->sources = m->result;
	if (s->wanted == SECTION_FILE && s->o && count_of(v, s->wanted))
		s->section = s->wanted;	/* it was open the last time */
	s->wanted = s->section;
	s->counts[SECTION_FILE] = s->o && count_of(v, SECTION_FILE);
	if (s->section == SECTION_COLUMNS || s->section == SECTION_INDEXES ||
	    s->section == SECTION_CONSTRAINTS || s->section == SECTION_FKS ||
	    s->section == SECTION_FILE)
		fill(v);
	arena_free(old);
}

static void ask_sources(struct ui_view *v, struct cmds *out)
{
	if (v->app->request && v->app->project->kit.dialect.n)
		cmds_job(out, sources_job(v->app, JOB_SOURCES));
}

static void nulls_came(struct ui_view *v, const struct msg *m)
{
	struct structure *s = v->state;

	if (m->rc || !m->result)
		return;
	arena_free(s->nulls_a);
	s->nulls_a = msg_take_arena(m);
	s->nulls = m->result;
	if (s->section == SECTION_COLUMNS)
		fill(v);
}

/* Once a table, and only while its columns are looked at. */
static void ask_nulls(struct ui_view *v, struct cmds *out)
{
	struct structure *s = v->state;

	if (!s->o || s->o->kind != OBJ_TABLE || s->section != SECTION_COLUMNS ||
	    s->in_tree || s->counted == s->o)
		return;
	s->counted = s->o;
	cmds_job(out, nulls_job(s->o, JOB_NULLS));
}

static void job_came(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct structure *s = v->state;
	const struct obj *first;

	if (m->key == JOB_SIZES) {
		sizes_came(v, m);
		return;
	}
	if (m->key == JOB_SOURCES) {
		sources_came(v, m);
		return;
	}
	if (m->key == JOB_NULLS) {
		nulls_came(v, m);
		return;
	}
	if (m->rc) {
		cmds_error(out, m->err);
		return;
	}
	s->model = m->result;
	tree_set(&s->tree, s->model, v->app->project);
	first = s->name.name.n ? named_find(s->model, s->name.schema,
	    s->name.name) : NULL;
	if (!first)
		first = tree_current(&s->tree);
	if (first)
		show(v, first->schema, first->name);
	if (s->o)
		tree_to(&s->tree, s->o->schema, s->o->name);
	cmds_job(out, outline_sizes_job(JOB_SIZES));
	ask_sources(v, out);
	fit(v);
}

/* ---- keys ---- */

static void tree_key(struct ui_view *v, const struct msg *m)
{
	struct structure *s = v->state;
	enum tree_answer answer = tree_msg(&s->tree, m);
	const struct obj *o = tree_current(&s->tree);

	if ((answer != TREE_MOVED && answer != TREE_OPEN) || !o)
		return;
	show(v, o->schema, o->kind == OBJ_TRIGGER ? o->table : o->name);
	if (answer != TREE_OPEN)
		return;
	s->in_tree = false;
	if (o->kind == OBJ_TRIGGER) {
		s->section = SECTION_TRIGGERS;
		fill(v);
	}
}

/* Enter on a foreign key: the table at its other end. */
static void follow(struct ui_view *v)
{
	struct structure *s = v->state;
	const struct outline_row *row = outline_current(&s->outline);
	const struct obj *o = s->section == SECTION_NEIGHBOURS ?
	    neighbours_current(&s->near) : row ? row->o : NULL;
	const struct fk *fk;
	bool out;

	if (o && (s->section == SECTION_NEIGHBOURS ||
	    s->section == SECTION_USED_BY)) {
		show(v, o->schema, o->kind == OBJ_TRIGGER ? o->table : o->name);
		tree_to(&s->tree, s->o->schema, s->o->name);
	}
	if (s->section != SECTION_FKS || !row)
		return;
	fk = (const struct fk *)row->o;
	out = str_eq(fk->o.table, s->o->name) &&
	    str_eq(fk->o.schema, s->o->schema);
	show(v, out ? fk->ref_schema : fk->o.schema,
	    out ? fk->ref_table : fk->o.table);
	tree_to(&s->tree, s->o->schema, s->o->name);
}

/* The file in the editor, where it declares this. */
static void edit_file(struct ui_view *v, struct cmds *out)
{
	const struct ts_origin *o = origin(v->state);
	struct edit_arg *arg = arena_new_of(out->a, struct edit_arg);

	if (!o)
		return;
	*arg = (struct edit_arg){ .path = o->path, .text = o->text,
		.line = o->line };
	cmds_push(out, (struct cmd){ .kind = CMD_EDIT, .arg = arg,
		.key = KEY_EDIT });
}

static void edited(struct ui_view *v, int answer, struct cmds *out)
{
	if (answer != EDITED_OTHER)
		return;
	cmds_message(out, STYLE_OK, "The schema file has changed: g in Migrate "
	    "makes the migration");
	ask_sources(v, out);
}

static void act(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct structure *s = v->state;
	enum action a = m->act;

	if (a == ACT_PANE_NEXT || a == ACT_PANE_PREV)
		s->in_tree = !s->in_tree && (!v->app->wide || s->tree_on);
	else if (a == ACT_TREE && !v->app->wide)
		s->in_tree = !s->in_tree;
	else if (a == ACT_TREE)
		s->in_tree = (s->tree_on = !s->tree_on) && s->in_tree;
	else if (a == ACT_SECTION_NEXT || a == ACT_SECTION_PREV)
		next_section(v, a == ACT_SECTION_NEXT);
	else if (a == ACT_INDEXES)
		cmds_open(out, &view_indexes, NULL, 0);
	else if (a == ACT_TAB_1)
		cmds_push(out, (struct cmd){ .kind = CMD_TAB, .tab = TAB_BROWSE,
			.text = s->o ? named_text(out->a, s->o->schema,
			s->o->name) : STR_NONE });
	else if (s->in_tree)
		tree_key(v, m);
	else if (a == ACT_OPEN)
		follow(v);
	else if (a == ACT_EDITOR && s->section == SECTION_FILE)
		edit_file(v, out);
	else if (is_text(s))
		text_msg(&s->ddl, m);
	else if (s->section == SECTION_NEIGHBOURS)
		neighbours_key(&s->near, a);
	else
		grid_key(&s->outline.grid, a);
	fit(v);
}

static void drop(struct structure *s)
{
	outline_close(&s->outline);
	neighbours_close(&s->near);
	text_close(&s->ddl);
	sbuf_free(&s->ddl_text);
	arena_free(s->sizes_a);
	arena_free(s->sources_a);
	arena_free(s->nulls_a);
	s->sources_a = s->nulls_a = NULL;
	s->sources = NULL;
	s->nulls = NULL;
	s->counted = NULL;
	s->outline = (struct outline){ .ncols = 0 };
	s->sizes_a = NULL;
	s->sizes = NULL;
	s->model = NULL;
	s->o = NULL;
	tree_set(&s->tree, NULL, NULL);
}

/* ---- from one run to the next ---- */

static void recall(struct ui_view *v)
{
	struct structure *s = v->state;
	const struct remember *r = v->app->remember;
	struct str section = remember_get(r, STR("structure.section"));
	struct named n = named_read(remember_get(r, STR("structure.object")));

	s->name = (struct named){ arena_str(v->a, n.schema),
		arena_str(v->a, n.name) };
	for (enum section i = 0; i < SECTION_N; i++)
		if (str_is(section, section_name[i]))
			s->section = s->wanted = i;
	tree_recall(&s->tree, remember_get(r, STR("structure.open")));
}

static void keep(const struct ui_view *v, struct remember *r)
{
	const struct structure *s = v->state;
	struct sbuf open = SBUF_INIT(REMEMBER_VALUE);

	if (!s->o)
		return;
	remember_set(r, STR("structure.object"), named_text(v->app->frame,
	    s->o->schema, s->o->name));
	remember_set(r, STR("structure.section"),
	    str_z(section_name[s->section]));
	tree_keep(&s->tree, &open);
	remember_set(r, STR("structure.open"), sbuf_str(&open));
	sbuf_free(&open);
}

/* ---- ops ---- */

static void enter(struct ui_view *v, const void *arg, struct cmds *out)
{
	struct structure *s = v->state;

	(void)arg;
	s->tree_on = s->in_tree = true;
	recall(v);
	ask(v, out);
}

static void update(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct structure *s = v->state;
	struct named n;

	switch (m->kind) {
	case MSG_KEY:
	case MSG_TEXT:
	case MSG_PASTE:
		if (tree_typing(&s->tree))
			tree_key(v, m);
		else if (text_searching(&s->ddl))
			text_msg(&s->ddl, m);
		else if (m->kind == MSG_KEY)
			act(v, m, out);
		break;
	case MSG_JOB:
		job_came(v, m, out);
		break;
	case MSG_RESIZE:
		fit(v);
		break;
	case MSG_SESSION:
		drop(s);
		ask(v, out);
		break;
	case MSG_SHOW:
		s->in_tree = false;
		n = named_read(m->text);
		show(v, n.schema, n.name);
		tree_to(&s->tree, n.schema, n.name);
		break;
	case MSG_STATUS:
		fill(v);
		break;
	case MSG_RETURN:
		if (m->key == KEY_EDIT)
			edited(v, m->answer, out);
		break;
	case MSG_PROGRESS:
	case MSG_FOCUS:
	case MSG_FILES:
	case MSG_TICK:
		break;
	}
	ask_nulls(v, out);
}

static const char *kind_word(const struct obj *o)
{
	static const char *const words[] = {
		[TABLE_ORDINARY] = "table",
		[TABLE_VIRTUAL] = "virtual table",
		[TABLE_SHADOW] = "table",
		[TABLE_PARTITIONED] = "partitioned table",
		[TABLE_FOREIGN] = "foreign table",
	};

	if (o->kind == OBJ_TABLE && ((const struct table *)o)->partition_bound.n)
		return "partition";
	if (o->kind == OBJ_TABLE)
		return words[((const struct table *)o)->type];
	if (o->kind == OBJ_VIEW && ((const struct view *)o)->materialized)
		return "materialized view";
	return obj_kind_name[o->kind];
}

/* "orders  table  strict  1,000,000 rows  68 MB   drift: 2 differences" */
static void draw_title(const struct ui_view *v, struct pane p)
{
	const struct structure *s = v->state;
	const struct table *t = s->o->kind == OBJ_TABLE ?
	    (const struct table *)s->o : NULL;
	const struct object_size *size = s->sizes ?
	    sizes_find(s->sizes, s->o) : NULL;
	size_t drift = s->counts[SECTION_DRIFT];
	const struct ts_origin *at = origin(s);
	struct sbuf b = SBUF_INIT(256);
	int x = pane_text(p, 1, 0, s->in_tree ? STYLE_ACCENT : STYLE_TITLE,
	    named_label(v->app, v->app->frame, s->o->schema, s->o->name)) + 2;

	sbuf_addz(&b, kind_word(s->o));
	if (t)
		sbuf_addf(&b, "%s%s%s%s", t->strict ? "  strict" : "",
		    t->without_rowid ? "  without rowid" : "",
		    t->unlogged ? "  unlogged" : "",
		    t->row_security ? "  row security" : "");
	if (s->o->notes && s->o->notes->extension.n) {
		SQL(&b, "  of extension ");
		sbuf_add(&b, app_clean(v->app, v->app->frame,
		    s->o->notes->extension));
	}
	if (size && size->rows >= 0) {
		SQL(&b, "  ");
		cell_count(&b, size->rows, size->estimate);
		SQL(&b, " rows");
	}
	if (size && size->bytes >= 0) {
		SQL(&b, "  ");
		cell_bytes(&b, size->bytes);
	}
	if (at)
		sbuf_addf(&b, "  %.*s:%zu", STR_ARG(app_clean(v->app,
		    v->app->frame, path_short(v->app->frame, at->path,
		    v->app->project->root))), at->line);
	x = pane_text(p, x, 0, STYLE_DIM, sbuf_str(&b)) + 2;
	if (drift)
		x = pane_printf(p, x, 0, STYLE_CHANGED,
		    "drift: %zu difference%s", drift, drift == 1 ? "" : "s");
	else
		x -= 2;
	pane_cut(p, 0, x);
	sbuf_free(&b);
}

static struct str section_text(const struct ui_view *v, enum section i)
{
	const struct structure *s = v->state;

	if (i == SECTION_DDL || i == SECTION_FILE || i == SECTION_NEIGHBOURS)
		return str_z(section_name[i]);
	return arena_printf(v->app->frame, "%s %zu", section_name[i],
	    s->counts[i]);
}

/* Sections from `first` on, whole names only; the one behind the last drawn. */
static size_t draw_names(const struct ui_view *v, struct pane p,
    const enum section *shown, size_t n, size_t first, bool draw)
{
	const struct structure *s = v->state;
	int x = first ? 2 : 0;
	size_t i = first;

	for (; i < n; i++) {
		struct str text = section_text(v, shown[i]);
		int w = (int)utf8_cells(text) + 2;

		/* room for the mark that there are more */
		if (x + w > p.w - (i + 1 < n ? 3 : 0) && i > first)
			break;
		if (draw && shown[i] == s->section)
			pane_badge(p, x, 0, STYLE_TAB, text);
		else if (draw)
			pane_text(p, x + 1, 0, STYLE_DIM, text);
		x += w + 1;
	}
	return i;
}

static void draw_sections(const struct ui_view *v, struct pane p)
{
	const struct structure *s = v->state;
	enum section shown[SECTION_N];
	size_t n = 0, cur = 0, first = 0;

	for (enum section i = 0; i < SECTION_N; i++) {
		if (!s->counts[i])
			continue;
		if (i == s->section)
			cur = n;
		shown[n++] = i;
	}
	while (first < cur && draw_names(v, p, shown, n, first, false) <= cur)
		first++;
	if (draw_names(v, p, shown, n, first, true) < n)
		pane_mark(p, p.w - 2, 0, STYLE_DIM, MARK_FK);
	if (first)
		pane_mark(p, 1, 0, STYLE_DIM, MARK_FK_IN);
}

static void draw_content(const struct ui_view *v, struct pane p)
{
	const struct structure *s = v->state;
	struct pane rest = pane_sub(p, 0, HEAD_ROWS, p.w, p.h - HEAD_ROWS);

	if (!s->o)
		return;
	draw_title(v, pane_row(p, 0));
	draw_sections(v, pane_row(p, 1));
	if (is_text(s))
		text_draw(&s->ddl, pane_sub(rest, 1, 0, rest.w - 2, rest.h),
		    !s->in_tree);
	else if (s->section == SECTION_NEIGHBOURS)
		neighbours_draw(&s->near, rest, !s->in_tree);
	else
		outline_draw(&s->outline, rest, !s->in_tree);
}

static void draw(const struct ui_view *v, struct pane body)
{
	const struct structure *s = v->state;
	int left = tree_cells(v);
	struct named name = s->o ? (struct named){ s->o->schema, s->o->name } :
	    (struct named){ STR(""), STR("") };

	if (left) {
		pane_vline(body, left, 0, body.h);
		tree_draw(&s->tree, v->app, pane_sub(body, 0, 0, left, body.h),
		    s->in_tree, name);
		left++;
	}
	draw_content(v, pane_sub(body, left, 0, body.w - left, body.h));
	if (left || !s->in_tree)
		return;
	pane_clear(body);
	tree_draw(&s->tree, v->app, body, true, name);
}

static void crumbs(const struct ui_view *v, struct pane line)
{
	const struct structure *s = v->state;
	int x;

	if (!s->o)
		return;
	x = pane_text(line, 0, 0, STYLE_NORMAL, named_label(v->app,
	    v->app->frame, s->o->schema, s->o->name));
	x = pane_mark(line, x + 1, 0, STYLE_DIM, MARK_FK) + 1;
	pane_cut(line, 0, pane_textz(line, x, 0, STYLE_NORMAL,
	    section_name[s->section]));
}

static void leave(struct ui_view *v)
{
	struct structure *s = v->state;

	drop(s);
	tree_close(&s->tree);
}

const struct view_ops view_structure = {
	.name = "structure",
	.title = "Structure",
	.state_size = sizeof(struct structure),
	.keymap = keymap,
	.enter = enter,
	.update = update,
	.draw = draw,
	.can = can,
	.crumbs = crumbs,
	.leave = leave,
	.keep = keep,
	.maps = MAPS(&map_tree, &map_outline, &map_ddl, &map_file, &map_text),
};
