/* outline: a grid whose cells are texts, and the sections made of it. */
#include "ui/view/outline.h"

#include "base/utf8.h"
#include "op/size.h"
#include "ui/view/cells.h"
#include "ui/view/graph.h"
#include "ui/view/named.h"
#include "ui/view/neighbours.h"
#include "ui/widget/filter.h"

#define WIDTH_MAX 64		/* a name of PostgreSQL, whole */

/* ---- the table ---- */

void outline_begin(struct outline *f, const char *const *heads, size_t n,
    const char *right)
{
	arena_free(f->a);
	f->a = arena_new();
	f->v.v = NULL;
	f->v.n = f->v.cap = 0;
	f->ncols = n;
	f->pins = 1;
	for (size_t i = 0; i < n; i++) {
		f->late[i] = false;
		f->heads[i] = (struct grid_col){ .name = str_z(heads[i]),
			.align = strchr(right, '0' + (int)i) ? ALIGN_RIGHT :
			ALIGN_LEFT };
	}
}

struct outline_row *outline_add(struct outline *f, const struct obj *o)
{
	struct outline_row *row = arena_new_of(f->a, struct outline_row);

	row->o = o;
	vec_push(f->a, &f->v, row);
	return row;
}

void outline_put(struct outline *f, const struct app *app, struct outline_row *row,
    size_t col, enum style st, struct str text)
{
	row->cell[col] = app_clean(app, f->a, text);
	row->style[col] = st;
}

static bool is_empty(const struct outline *f, size_t col)
{
	for (size_t i = 0; i < f->v.n; i++)
		if (f->v.v[i]->cell[col].n)
			return false;
	return f->v.n > 0;
}

/* A column that says nothing in any row is left out. */
static void drop_empty(struct outline *f)
{
	size_t n = 0, pins = f->pins;

	for (size_t c = 0; c < f->ncols; c++) {
		if (is_empty(f, c)) {
			f->pins -= c < pins;
			continue;
		}
		f->heads[n] = f->heads[c];
		f->late[n] = f->late[c];
		for (size_t i = 0; n != c && i < f->v.n; i++) {
			f->v.v[i]->cell[n] = f->v.v[i]->cell[c];
			f->v.v[i]->style[n] = f->v.v[i]->style[c];
		}
		n++;
	}
	f->ncols = n;
}

/* The grid's columns: as begun, or with the late ones behind. */
static void arrange(struct outline *f, bool tight)
{
	size_t n = 0;

	for (int late = 0; late < 2; late++)
		for (size_t c = 0; c < f->ncols; c++)
			if ((tight && f->late[c]) == late)
				f->order[n++] = c;
	for (size_t c = 0; c < n; c++)
		f->cols[c] = f->heads[f->order[c]];
}

void outline_end(struct outline *f)
{
	drop_empty(f);
	for (size_t c = 0; c < f->ncols; c++) {
		size_t w = utf8_cells(f->heads[c].name);

		for (size_t i = 0; i < f->v.n; i++) {
			size_t n = utf8_cells(f->v.v[i]->cell[c]);

			w = n > w ? n : w;
		}
		f->wide[c] = w > WIDTH_MAX ? WIDTH_MAX : (int)w;
		f->heads[c].width = f->wide[c];
	}
	arrange(f, false);
	grid_set(&f->grid, f->cols, f->ncols, f->v.n);
}

void outline_close(struct outline *f)
{
	arena_free(f->a);
	f->a = NULL;
}

/* Where not all fits, the names stay in sight, cut if they must be. */
static void pin(struct outline *f, int w)
{
	bool tight;
	int all = -1;		/* none behind the last one */

	for (size_t c = 0; c < f->ncols; c++)
		all += f->wide[c] + 2;
	tight = all > w && f->pins < f->ncols;
	arrange(f, tight);
	for (size_t c = 0; c < f->pins && c < f->ncols; c++) {
		int most = c + 1 < f->pins ? w / 4 : w * 2 / 5;

		f->cols[c].frozen = tight;
		f->cols[c].width = tight && f->wide[c] > most ? most :
		    f->wide[c];
	}
	if (!tight)
		f->grid.left = 0;
	grid_set(&f->grid, f->cols, f->ncols, f->v.n);
}

void outline_resize(struct outline *f, int w, int h)
{
	f->grid.whole = true;
	pin(f, w);
	grid_resize(&f->grid, w, h);
}

const struct outline_row *outline_current(const struct outline *f)
{
	return f->grid.rows.cur < f->v.n ? f->v.v[f->grid.rows.cur] : NULL;
}

static void cell(const void *arg, size_t row, size_t col, struct grid_cell *out)
{
	const struct outline *f = arg;
	const struct outline_row *r = f->v.v[row];

	*out = (struct grid_cell){ r->cell[f->order[col]],
		r->style[f->order[col]],
		col == 0 ? r->mark : NULL, NULL };
}

void outline_draw(const struct outline *f, struct pane p, bool focused)
{
	grid_draw(&f->grid, p, focused, cell, f);
}

/* ---- sections ---- */

const char *const section_name[SECTION_N] = {
	[SECTION_COLUMNS] = "Columns",
	[SECTION_INDEXES] = "Indexes",
	[SECTION_CONSTRAINTS] = "Constraints",
	[SECTION_FKS] = "Foreign keys",
	[SECTION_TRIGGERS] = "Triggers",
	[SECTION_POLICIES] = "Policies",
	[SECTION_RULES] = "Rules",
	[SECTION_VALUES] = "Values",
	[SECTION_DDL] = "DDL",
	[SECTION_FILE] = "Schema file",
	[SECTION_USED_BY] = "Used by",
	[SECTION_NEIGHBOURS] = "Neighbours",
	[SECTION_DRIFT] = "Drift",
};

struct filling {
	struct outline *f;
	const struct app *app;
	const struct model *m;
	const struct obj *o;
	const struct table *t;		/* NULL: a view */
	const struct sizes *sizes;
	const struct sources *sources;
	const struct nulls *nulls;
};

static void put(const struct filling *x, struct outline_row *row, size_t col,
    enum style st, struct str text)
{
	outline_put(x->f, x->app, row, col, st, text);
}

static void putz(const struct filling *x, struct outline_row *row, size_t col,
    enum style st, const char *text)
{
	put(x, row, col, st, str_z(text));
}

static struct str list_of(struct arena *a, struct strs s)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	for (size_t i = 0; i < s.n; i++) {
		sbuf_addz(&b, i ? ", " : "");
		sbuf_add(&b, s.v[i]);
	}
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static const struct change_list *drift_of(const struct app *app)
{
	return app->status && app->status->drift.known ?
	    &app->status->drift.changes : NULL;
}

static bool same_name(const struct app *app, struct str x, struct str y)
{
	return app->dialect->folds ? str_ieq(x, y) : str_eq(x, y);
}

static bool change_is_of(const struct app *app, const struct change *c,
    const struct obj *of)
{
	const struct obj *o = c->to ? c->to : c->from;

	return str_eq(o->schema, of->schema) &&
	    same_name(app, o->table.n ? o->table : o->name, of->name);
}

/* '+' in the database only, '~' differs, '-' in the migrations only. */
static const char *drift_mark(const struct filling *x, const struct obj *o)
{
	static const char *const marks[CHANGE_OP_N] = { [CHANGE_ADD] = "+",
		[CHANGE_DROP] = "-", [CHANGE_CHANGE] = "~",
		[CHANGE_RENAME] = ">" };
	const struct change_list *d = drift_of(x->app);

	for (size_t i = 0; d && i < d->n; i++) {
		const struct obj *to = d->v[i].to;

		if (to && to->kind == o->kind && str_eq(to->name, o->name) &&
		    str_eq(to->table, o->table) &&
		    str_eq(to->schema, o->schema))
			return marks[d->v[i].op];
	}
	return NULL;
}

static const struct fk *fk_of(const struct table *t, struct str column)
{
	for (size_t i = 0; i < t->nfks; i++)
		for (size_t k = 0; k < t->fks[i]->cols.n; k++)
			if (str_ieq(t->fks[i]->cols.v[k], column))
				return t->fks[i];
	return NULL;
}

static bool is_unique(const struct table *t, struct str column)
{
	for (size_t i = 0; i < t->nindexes; i++) {
		const struct index *x = t->indexes[i];

		if (x->unique && x->nparts == 1 && !x->where.n &&
		    str_eq(x->parts[0].column, column))
			return true;
	}
	return false;
}

static void column_key(const struct filling *x, struct outline_row *row,
    const struct column *c)
{
	const struct fk *fk = fk_of(x->t, c->o.name);
	struct sbuf b = SBUF_INIT(4096);
	enum style st = STYLE_NORMAL;

	if (c->pk_pos)
		sbuf_addf(&b, x->t->pk && x->t->pk->cols.n > 1 ? "PK %d" : "PK",
		    c->pk_pos);
	if (fk) {
		st = STYLE_FK;
		sbuf_addz(&b, b.n ? " " : "");
		sbuf_add(&b, x->app->ascii ? STR("> ") : STR("› "));
		sbuf_add(&b, named_label(x->app, x->f->a, fk->ref_schema,
		    fk->ref_table));
	}
	if (!c->pk_pos && is_unique(x->t, c->o.name))
		sbuf_addz(&b, b.n ? " unique" : "unique");
	put(x, row, 5, st, sbuf_str(&b));
	sbuf_free(&b);
}

static void add_note(struct sbuf *b, const char *word)
{
	if (!*word)
		return;
	sbuf_addz(b, b->n ? "  " : "");
	sbuf_addz(b, word);
}

static const char *const identity_word[] = {
	[IDENTITY_NONE] = "",
	[IDENTITY_ALWAYS] = "identity always",
	[IDENTITY_BY_DEFAULT] = "identity",
};

/* "ok", or what a declared schema says otherwise. */
static void put_source(const struct filling *x, struct outline_row *row,
    size_t col, const struct model *m, const struct column *c,
    const char *where)
{
	bool same;
	struct str text = source_says(m, c, where, x->f->a, &same);

	put(x, row, col, same ? STYLE_DIM : STYLE_CHANGED, text);
	if (!same && !row->mark)
		row->mark = "~";
}

static void put_nulls(const struct filling *x, struct outline_row *row,
    size_t i, const struct column *c)
{
	const struct nulls *n = x->nulls;
	struct sbuf b = SBUF_INIT(64);

	if (!n || i >= n->ncols || !str_eq(n->table, x->o->name) ||
	    !str_eq(n->schema, x->o->schema))
		return;
	if (!c->notnull)
		cell_count(&b, n->n[i], false);
	put(x, row, 8, STYLE_DIM, sbuf_str(&b));
	sbuf_free(&b);
}

#define MISSING_MAX 100

/* Columns that are declared and not there. */
static void put_missing(const struct filling *x, const struct model *m,
    size_t col)
{
	const struct column *v[MISSING_MAX];
	size_t n = x->t ? source_more(m, x->t, v, MISSING_MAX) : 0;

	for (size_t i = 0; i < n; i++) {
		struct outline_row *row = outline_add(x->f, &v[i]->o);

		row->mark = "-";
		put(x, row, 1, STYLE_CHANGED, v[i]->o.name);
		put(x, row, 2, STYLE_DIM, v[i]->type);
		putz(x, row, col, STYLE_CHANGED, "only here");
	}
}

/* What the schema files and the snapshot say of an object, in two cells. */
static void put_sources(const struct filling *x, struct outline_row *row,
    size_t col, const struct obj *o)
{
	static const char *const where[] = { "the files", "it" };

	for (size_t i = 0; x->sources && i < 2; i++) {
		bool same;
		struct str text = source_has(i ? &x->sources->by_snapshot :
		    &x->sources->by_schema, o, where[i], x->f->a, &same);

		put(x, row, col + i, same ? STYLE_DIM : STYLE_CHANGED, text);
		if (!same && !row->mark)
			row->mark = "~";
	}
}

static bool lacks(const struct filling *x, const struct change_list *c,
    const struct obj *o)
{
	const struct obj *one;
	size_t at = 0;

	while ((one = source_lacks(c, x->o, o->kind, &at)))
		if (str_eq(one->name, o->name))
			return true;
	return false;
}

/* What only they have: a row each, of what both have one. */
static void put_lacking(const struct filling *x, enum obj_kind kind,
    size_t col, struct outline_row *(*add)(const struct filling *x,
    const struct obj *o))
{
	const struct sources *s = x->sources;

	for (size_t i = 0; s && i < 2; i++) {
		const struct change_list *c = i ? &s->by_snapshot :
		    &s->by_schema;
		const struct obj *o;
		size_t at = 0;

		while ((o = source_lacks(c, x->o, kind, &at))) {
			struct outline_row *row;

			if (i && lacks(x, &s->by_schema, o))
				continue;
			row = add(x, o);
			row->mark = "-";
			putz(x, row, col + i, STYLE_CHANGED, "only here");
			if (!i && lacks(x, &s->by_snapshot, o))
				putz(x, row, col + 1, STYLE_CHANGED, "and here");
		}
	}
}

static void fill_columns(const struct filling *x)
{
	static const char *const heads[] = { "#", "column", "type", "null",
		"default", "key", "schema files", "snapshot", "nulls", "notes" };
	struct outline *f = x->f;

	outline_begin(f, heads, 10, "08");
	f->pins = 2;
	f->late[4] = f->late[8] = true;		/* default, nulls */
	for (size_t i = 0; x->t && i < x->t->ncols; i++) {
		const struct column *c = x->t->cols[i];
		struct outline_row *row = outline_add(f, &c->o);
		struct sbuf b = SBUF_TEXT;

		row->mark = drift_mark(x, &c->o);
		put(x, row, 0, STYLE_DIM, arena_printf(f->a, "%zu", i + 1));
		put(x, row, 1, c->pk_pos ? STYLE_STRONG : STYLE_NORMAL,
		    c->o.name);
		put(x, row, 2, STYLE_DIM, c->type.n ? c->type : STR("any"));
		putz(x, row, 3, STYLE_DIM, c->notnull ? "no" :
		    c->pk_pos ? "" : "yes");
		put(x, row, 4, STYLE_STRING, c->has_default ? c->dflt : STR(""));
		column_key(x, row, c);
		if (c->generated) {
			sbuf_addz(&b, c->generated == GEN_STORED ? "stored as " :
			    "always ");
			sbuf_add(&b, c->gen_expr);
		}
		if (c->collation.n && !str_ieq(c->collation, STR("BINARY"))) {
			sbuf_addz(&b, b.n ? "  " : "");
			SQL(&b, "collate ");
			sbuf_add(&b, c->collation);
		}
		add_note(&b, identity_word[c->identity]);
		add_note(&b, c->hidden ? "hidden" : "");
		add_note(&b, c->inherited ? "inherited" : "");
		if (c->o.notes && c->o.notes->comment.n) {
			sbuf_addz(&b, b.n ? "  " : "");
			sbuf_add(&b, c->o.notes->comment);
		}
		put(x, row, 9, STYLE_DIM, sbuf_str(&b));
		sbuf_free(&b);
		put_source(x, row, 6, x->sources ? x->sources->schema : NULL,
		    c, "the files");
		put_source(x, row, 7, x->sources ? x->sources->snapshot : NULL,
		    c, "it");
		put_nulls(x, row, i, c);
	}
	put_missing(x, x->sources ? x->sources->schema : NULL, 6);
	put_missing(x, x->sources ? x->sources->snapshot : NULL, 7);
}

static void fill_view_columns(const struct filling *x)
{
	static const char *const heads[] = { "#", "column", "type" };
	const struct view *view = (const struct view *)x->o;

	outline_begin(x->f, heads, 3, "0");
	x->f->pins = 2;
	for (size_t i = 0; i < view->cols.n; i++) {
		struct outline_row *row = outline_add(x->f, NULL);

		put(x, row, 0, STYLE_DIM, arena_printf(x->f->a, "%zu", i + 1));
		put(x, row, 1, STYLE_NORMAL, view->cols.v[i]);
		put(x, row, 2, STYLE_DIM, i < view->types.n ?
		    view->types.v[i] : STR(""));
	}
}

/* Cells of an index from column `at` on: columns, kind, size, WHERE. */
static void put_index(const struct filling *x, struct outline_row *row, size_t at,
    const struct index *i)
{
	const struct object_size *size = x->sizes ?
	    sizes_find(x->sizes, &i->o) : NULL;
	struct sbuf b = SBUF_INIT(64);

	row->mark = drift_mark(x, &i->o);
	put(x, row, at, STYLE_NORMAL, i->parts_text);
	putz(x, row, at + 1, i->unique ? STYLE_ACCENT : STYLE_DIM,
	    i->origin == 'p' ? "primary key" : i->unique ? "unique" : "");
	if (size && size->bytes >= 0)
		cell_bytes(&b, size->bytes);
	put(x, row, at + 2, STYLE_DIM, sbuf_str(&b));
	put(x, row, at + 4, STYLE_NORMAL, i->where);
	sbuf_reset(&b);
	add_note(&b, i->invalid ? "INVALID" : "");
	if (i->method.n && !str_is(i->method, "btree")) {
		sbuf_addz(&b, b.n ? "  " : "");
		sbuf_add(&b, i->method);
	}
	if (i->include.n) {
		sbuf_addz(&b, b.n ? "  include " : "include ");
		sbuf_add(&b, list_of(x->f->a, i->include));
	}
	add_note(&b, i->nulls_not_distinct ? "nulls not distinct" : "");
	/* what guards a rule is of use without being read */
	add_note(&b, size && size->scans == 0 && !i->unique &&
	    i->origin == 'c' ? "never used" : "");
	put(x, row, at + 3, i->invalid ? STYLE_LOSS : STYLE_DIM, sbuf_str(&b));
	sbuf_free(&b);
}

static struct outline_row *add_index(const struct filling *x,
    const struct obj *o)
{
	const struct index *index = (const struct index *)o;
	struct outline_row *row = outline_add(x->f, o);

	put(x, row, 0, index->origin == 'c' ? STYLE_NORMAL : STYLE_DIM,
	    o->name);
	put_index(x, row, 1, index);
	return row;
}

static void fill_indexes(const struct filling *x)
{
	static const char *const heads[] = { "index", "columns", "unique",
		"size", "notes", "where", "schema files", "snapshot" };

	outline_begin(x->f, heads, 8, "3");
	for (size_t i = 0; x->t && i < x->t->nindexes; i++) {
		const struct index *index = x->t->indexes[i];
		struct outline_row *row = add_index(x, &index->o);

		if (index->origin == 'c')	/* else its key is compared */
			put_sources(x, row, 6, &index->o);
	}
	put_lacking(x, OBJ_INDEX, 6, add_index);
}

static struct outline_row *add_key(const struct filling *x,
    const struct obj *o)
{
	const struct key *k = (const struct key *)o;
	struct outline_row *row = outline_add(x->f, o);
	struct sbuf b = SBUF_TEXT;

	row->mark = drift_mark(x, o);
	putz(x, row, 0, STYLE_ACCENT, o->kind == OBJ_PK ? "primary key" :
	    "unique");
	put(x, row, 1, STYLE_DIM, k->label);
	put(x, row, 2, STYLE_NORMAL, list_of(x->f->a, k->cols));
	add_note(&b, k->autoincrement ? "autoincrement" : "");
	if (k->include.n) {
		SQL(&b, "include ");
		sbuf_add(&b, list_of(x->f->a, k->include));
	}
	add_note(&b, k->nulls_not_distinct ? "nulls not distinct" : "");
	add_note(&b, k->initially_deferred ? "deferred" : k->deferrable ?
	    "deferrable" : "");
	put(x, row, 3, STYLE_DIM, sbuf_str(&b));
	sbuf_free(&b);
	return row;
}

static struct outline_row *add_check(const struct filling *x,
    const struct obj *o)
{
	const struct check *c = (const struct check *)o;
	struct outline_row *row = outline_add(x->f, o);

	row->mark = drift_mark(x, o);
	putz(x, row, 0, STYLE_ACCENT, "check");
	put(x, row, 1, STYLE_DIM, c->label);
	put(x, row, 2, STYLE_NORMAL, c->expr);
	put(x, row, 3, c->not_valid ? STYLE_WARN : STYLE_DIM, c->not_valid ?
	    STR("NOT VALID") : c->no_inherit ? STR("no inherit") : c->column);
	return row;
}

static void add_exclusions(const struct filling *x)
{
	const struct table *t = x->t;

	for (size_t i = 0; t && i < t->nothers; i++) {
		const struct exclude *c = (const struct exclude *)t->others[i];
		struct outline_row *row;

		if (c->o.kind != OBJ_EXCLUDE)
			continue;
		row = outline_add(x->f, &c->o);
		row->mark = drift_mark(x, &c->o);
		putz(x, row, 0, STYLE_ACCENT, "exclusion");
		put(x, row, 1, STYLE_DIM, c->o.name);
		put(x, row, 2, STYLE_NORMAL, c->def);
	}
}

static void fill_constraints(const struct filling *x)
{
	static const char *const heads[] = { "kind", "name", "rule", "notes",
		"schema files", "snapshot" };
	const struct table *t = x->t;

	outline_begin(x->f, heads, 6, "");
	if (t && t->pk)
		put_sources(x, add_key(x, &t->pk->o), 4, &t->pk->o);
	put_lacking(x, OBJ_PK, 4, add_key);
	for (size_t i = 0; t && i < t->nuniques; i++)
		put_sources(x, add_key(x, &t->uniques[i]->o), 4,
		    &t->uniques[i]->o);
	put_lacking(x, OBJ_UNIQUE, 4, add_key);
	for (size_t i = 0; t && i < t->nchecks; i++)
		put_sources(x, add_check(x, &t->checks[i]->o), 4,
		    &t->checks[i]->o);
	put_lacking(x, OBJ_CHECK, 4, add_check);
	add_exclusions(x);
}

static struct outline_row *put_fk(const struct filling *x,
    const struct fk *fk, bool out)
{
	struct outline_row *row = outline_add(x->f, &fk->o);
	struct sbuf b = SBUF_TEXT;

	row->mark = out ? drift_mark(x, &fk->o) : NULL;
	putz(x, row, 0, out ? STYLE_FK : STYLE_DIM, out ? "out" : "in");
	if (!out) {
		sbuf_add(&b, named_label(x->app, x->f->a, fk->o.schema,
		    fk->o.table));
		SQL(&b, ".");
	}
	sbuf_add(&b, list_of(x->f->a, fk->cols));
	put(x, row, 1, STYLE_NORMAL, sbuf_str(&b));
	sbuf_reset(&b);
	if (out) {
		sbuf_add(&b, named_label(x->app, x->f->a, fk->ref_schema,
		    fk->ref_table));
		SQL(&b, ".");
	}
	sbuf_add(&b, list_of(x->f->a, fk->ref_cols));
	put(x, row, 2, STYLE_NORMAL, sbuf_str(&b));
	put(x, row, 3, str_is(fk->on_delete, "CASCADE") ? STYLE_WARN : STYLE_DIM,
	    fk->on_delete);
	put(x, row, 4, STYLE_DIM, fk->on_update);
	putz(x, row, 5, fk->not_valid ? STYLE_WARN : STYLE_DIM,
	    fk->not_valid ? "NOT VALID" : fk->initially_deferred ? "deferred" :
	    fk->deferrable ? "deferrable" : "");
	put(x, row, 6, STYLE_DIM, fk->label);
	sbuf_free(&b);
	return row;
}

static struct outline_row *add_fk(const struct filling *x,
    const struct obj *o)
{
	return put_fk(x, (const struct fk *)o, true);
}

static void fill_fks(const struct filling *x)
{
	static const char *const heads[] = { "", "columns", "refer to",
		"on delete", "on update", "when", "name", "schema files",
		"snapshot" };

	outline_begin(x->f, heads, 9, "");
	x->f->pins = 2;
	for (size_t i = 0; x->t && i < x->t->nfks; i++)
		put_sources(x, put_fk(x, x->t->fks[i], true), 7,
		    &x->t->fks[i]->o);
	put_lacking(x, OBJ_FK, 7, add_fk);
	for (size_t i = 0; x->t && i < x->t->nfks_in; i++)
		put_fk(x, x->t->fks_in[i], false);
}

static bool is_trigger_of(const struct app *app, const struct obj *t,
    const struct obj *o)
{
	return t->kind == OBJ_TRIGGER && str_eq(t->schema, o->schema) &&
	    same_name(app, t->table, o->name);
}

static void fill_triggers(const struct filling *x)
{
	static const char *const heads[] = { "trigger", "", "text" };

	outline_begin(x->f, heads, 3, "");
	for (size_t i = 0; i < x->m->nobjs; i++) {
		const struct trigger *t = (const struct trigger *)x->m->objs[i];
		struct outline_row *row;

		if (!is_trigger_of(x->app, &t->o, x->o))
			continue;
		row = outline_add(x->f, &t->o);
		row->mark = drift_mark(x, &t->o);
		put(x, row, 0, STYLE_NORMAL, t->o.name);
		put(x, row, 1, STYLE_WARN, t->enabled == 'D' ?
		    STR("disabled") : STR(""));
		put(x, row, 2, STYLE_DIM, t->sql);
	}
}

static void fill_policies(const struct filling *x)
{
	static const char *const heads[] = { "policy", "for", "roles", "using",
		"with check", "notes" };

	outline_begin(x->f, heads, 6, "");
	for (size_t i = 0; x->t && i < x->t->nothers; i++) {
		const struct policy *p = (const struct policy *)x->t->others[i];
		struct outline_row *row;

		if (p->o.kind != OBJ_POLICY)
			continue;
		row = outline_add(x->f, &p->o);
		row->mark = drift_mark(x, &p->o);
		put(x, row, 0, STYLE_NORMAL, p->o.name);
		put(x, row, 1, STYLE_DIM, p->command);
		put(x, row, 2, STYLE_DIM, list_of(x->f->a, p->roles));
		put(x, row, 3, STYLE_NORMAL, p->using_expr);
		put(x, row, 4, STYLE_NORMAL, p->check_expr);
		putz(x, row, 5, STYLE_WARN, p->restrictive ? "restrictive" :
		    x->t->row_security ? "" : "row security is off");
	}
}

static bool is_rule(const struct obj *o)
{
	return o->kind == OBJ_RULE || o->kind == OBJ_STATISTICS;
}

/* Rules and extended statistics: the engine's own text. */
static void fill_rules(const struct filling *x)
{
	static const char *const heads[] = { "kind", "name", "text" };

	outline_begin(x->f, heads, 3, "");
	for (size_t i = 0; x->t && i < x->t->nothers; i++) {
		const struct def *d = (const struct def *)x->t->others[i];
		struct outline_row *row;

		if (!is_rule(&d->o))
			continue;
		row = outline_add(x->f, &d->o);
		row->mark = drift_mark(x, &d->o);
		putz(x, row, 0, STYLE_ACCENT, obj_kind_name[d->o.kind]);
		put(x, row, 1, STYLE_NORMAL, d->o.name);
		put(x, row, 2, STYLE_DIM, d->sql);
	}
}

static struct strs values_of(const struct obj *o)
{
	return o->kind == OBJ_ENUM ? ((const struct enum_type *)o)->values :
	    o->kind == OBJ_COMPOSITE ? ((const struct composite *)o)->attrs :
	    o->kind == OBJ_DOMAIN ? ((const struct domain *)o)->checks :
	    (struct strs){ NULL, 0 };
}

static void fill_values(const struct filling *x)
{
	static const char *const heads[] = { "#", "value" };
	struct strs v = values_of(x->o);

	outline_begin(x->f, heads, 2, "0");
	for (size_t i = 0; i < v.n; i++) {
		struct outline_row *row = outline_add(x->f, NULL);

		put(x, row, 0, STYLE_DIM, arena_printf(x->f->a, "%zu", i + 1));
		put(x, row, 1, STYLE_NORMAL, v.v[i]);
	}
}

static void fill_drift(const struct filling *x)
{
	static const char *const heads[] = {
		"differs from what the applied migrations make" };
	const struct change_list *d = drift_of(x->app);

	outline_begin(x->f, heads, 1, "");
	for (size_t i = 0; d && i < d->n; i++)
		if (change_is_of(x->app, &d->v[i], x->o))
			put(x, outline_add(x->f, NULL), 0, STYLE_CHANGED,
			    change_sentence(&d->v[i], x->f->a));
}

static bool is_exclusion(const struct obj *o)
{
	return o->kind == OBJ_EXCLUDE;
}

static bool is_policy(const struct obj *o)
{
	return o->kind == OBJ_POLICY;
}

static size_t count_others(const struct table *t,
    bool (*is)(const struct obj *))
{
	size_t n = 0;

	for (size_t i = 0; i < t->nothers; i++)
		n += is(t->others[i]);
	return n;
}

size_t section_count(const struct app *app, const struct model *m,
    const struct obj *o, enum section s)
{
	const struct table *t = o->kind == OBJ_TABLE ?
	    (const struct table *)o : NULL;
	const struct change_list *d = drift_of(app);
	size_t n = 0;

	switch (s) {
	case SECTION_COLUMNS:
		return t ? t->ncols : o->kind == OBJ_VIEW ?
		    ((const struct view *)o)->cols.n : 0;
	case SECTION_INDEXES:
		return t ? t->nindexes : 0;
	case SECTION_CONSTRAINTS:
		return t ? t->nuniques + t->nchecks + (t->pk != NULL) +
		    count_others(t, is_exclusion) : 0;
	case SECTION_FKS:
		return t ? t->nfks + t->nfks_in : 0;
	case SECTION_TRIGGERS:
		for (size_t i = 0; i < m->nobjs; i++)
			n += is_trigger_of(app, m->objs[i], o);
		return n;
	case SECTION_POLICIES:
		return t ? count_others(t, is_policy) : 0;
	case SECTION_RULES:
		return t ? count_others(t, is_rule) : 0;
	case SECTION_VALUES:
		return values_of(o).n;
	case SECTION_DDL:
		return 1;
	case SECTION_USED_BY:
		return graph_count(m, o);
	case SECTION_NEIGHBOURS:
		return t ? neighbours_count(t) : 0;
	case SECTION_DRIFT:
		for (size_t i = 0; d && i < d->n; i++)
			n += change_is_of(app, &d->v[i], o);
		return n;
	case SECTION_FILE:
	case SECTION_N:
		break;
	}
	return 0;
}

void section_fill(struct outline *f, const struct app *app, const struct model *m,
    const struct obj *o, enum section s, const struct beside *beside)
{
	static void (*const fill[SECTION_N])(const struct filling *) = {
		[SECTION_COLUMNS] = fill_columns,
		[SECTION_INDEXES] = fill_indexes,
		[SECTION_CONSTRAINTS] = fill_constraints,
		[SECTION_FKS] = fill_fks,
		[SECTION_TRIGGERS] = fill_triggers,
		[SECTION_POLICIES] = fill_policies,
		[SECTION_RULES] = fill_rules,
		[SECTION_VALUES] = fill_values,
		[SECTION_DRIFT] = fill_drift,
	};
	struct filling x = { f, app, m, o, o->kind == OBJ_TABLE ?
		(const struct table *)o : NULL, beside->sizes,
		beside->sources, beside->nulls };

	if (s == SECTION_USED_BY)
		graph_fill(f, app, m, o);
	if (!fill[s])
		return;
	if (s == SECTION_COLUMNS && !x.t)
		fill_view_columns(&x);
	else
		fill[s](&x);
	outline_end(f);
}

void outline_indexes(struct outline *f, const struct app *app,
    const struct model *m, const struct filter *pass, const struct sizes *sizes)
{
	static const char *const heads[] = { "table", "index", "columns",
		"unique", "size", "notes", "where" };
	struct filling x = { f, app, m, NULL, NULL, sizes, NULL, NULL };

	outline_begin(f, heads, 7, "4");
	f->pins = 2;
	for (size_t k = 0; k < m->ntables; k++)
		for (size_t i = 0; i < m->tables[k]->nindexes; i++) {
			const struct index *index = m->tables[k]->indexes[i];
			struct outline_row *row;

			if (!filter_pass(pass, index->o.name) &&
			    !filter_pass(pass, index->o.table) &&
			    !filter_pass(pass, index->parts_text))
				continue;
			row = outline_add(f, &index->o);
			put(&x, row, 0, STYLE_NORMAL, named_label(app, f->a,
			    index->o.schema, index->o.table));
			put(&x, row, 1, index->origin == 'c' ? STYLE_STRONG :
			    STYLE_DIM, index->o.name);
			put_index(&x, row, 2, index);
		}
	outline_end(f);
}

/* ---- sizes ---- */

static int64_t all_bytes(const struct sizes *s)
{
	int64_t sum = -1;	/* no dbstat: not known */

	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].bytes >= 0)
			sum += s->v[i].bytes;
	return sum;
}

static enum rc run_sizes(struct job *j, void **result, struct err *e)
{
	struct sizes *s = arena_new_of(j->a, struct sizes);
	const struct model *m;
	int64_t bytes;
	enum rc rc = session_live(j->session, &m, e);

	if (rc || !j->session->db)
		goto out;
	rc = sizes_read(j->session->db, m, INT64_MAX, 0, j->a, s, e);
	bytes = rc ? -1 : all_bytes(s);
	if (bytes >= 0 && bytes <= SIZE_COUNT_LIMIT)
		rc = sizes_read(j->session->db, m, bytes, SIZE_COUNT_LIMIT,
		    j->a, s, e);
out:
	if (!rc)
		*result = s;
	return rc;
}

struct job_spec outline_sizes_job(unsigned key)
{
	return (struct job_spec){ .what = "measuring", .key = key,
		.flags = JOB_BACKGROUND, .run = run_sizes };
}
