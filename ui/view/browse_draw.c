/* browse_draw: three panes side by side, or one with another over it. */
#include "base/utf8.h"
#include "ui/view/browse.h"
#include "ui/view/cells.h"
#include "ui/view/typed.h"
#include "ui/widget/sql.h"

#define CRUMB_WHERE 28	/* cells kept for the condition in the crumbs */
#define TREE_MIN 24
#define TREE_MAX 32
#define NARROW_W 28

/* ---- layout ---- */

static int clamp(int v, int low, int high)
{
	return v < low ? low : v > high ? high : v;
}

static void layout_wide(const struct browse *b, struct browse_layout *l, int w,
    int h)
{
	int right = w;

	if (b->tree_on) {
		l->tree_w = clamp(tree_width(&b->tree), TREE_MIN, TREE_MAX);
		l->tree_h = h;
		l->grid_x = l->tree_w + 1;
	}
	if (b->detail_on) {
		l->detail_w = clamp(w * 27 / 100, 28, 48);
		l->detail_x = w - l->detail_w;
		l->detail_h = h;
		right = l->detail_x - 1;
	}
	l->grid_w = right - l->grid_x;
	l->grid_h = h;
}

static void layout_narrow(const struct browse *b, struct browse_layout *l,
    int w, int h)
{
	bool one = w < 78;	/* 80 within the frame of production */

	l->grid_w = w;
	l->grid_h = h;
	l->over = true;
	if (b->focus == FOCUS_TREE) {
		/* beside the grid while it has the keys: nothing is hidden */
		l->tree_w = one ? w : NARROW_W;
		l->tree_h = h;
		l->over = one;
		l->grid_x = one ? 0 : l->tree_w + 1;
		l->grid_w = w - l->grid_x;
	} else if (b->focus == FOCUS_DETAIL && one) {
		l->detail_w = w;
		l->detail_h = h;
	} else if (b->detail_below && !one) {
		l->detail_w = w;
		l->detail_h = h / 2;
		l->detail_y = h - l->detail_h;
		l->grid_h = l->detail_y - 1;
	}
}

struct browse_layout browse_layout(const struct browse *b, int w, int h)
{
	struct browse_layout l = { 0 };

	if (w >= 98)
		layout_wide(b, &l, w, h);
	else
		layout_narrow(b, &l, w, h);
	return l;
}

int browse_head_rows(const struct browse *b)
{
	return b->field == FIELD_WHERE && b->bad.code ? 2 : 1;
}

int browse_foot_rows(const struct browse *b)
{
	return b->find.open || b->find.in.e.n ? 1 : 0;
}

/* ---- grid ---- */

enum ts_meaning browse_meant(const struct browse *b, size_t col)
{
	return b->said[col] ? b->said[col]->meaning : TS_MEANS_ITSELF;
}

void browse_value(const struct browse *b, const struct app *app,
    size_t col, const struct value *v, struct grid_cell *out)
{
	find_text(app, &b->win.rows->cols[col], browse_meant(b, col), v,
	    b->as_stored, app->frame, out);
	/* a number that only its text holds whole */
	if (v->kind == VALUE_TEXT && b->win.rows->cols[col].numeric)
		out->style = STYLE_NUMBER;
	if (b->win.rows->cols[col].fk && v->kind != VALUE_NULL)
		out->style = STYLE_FK;
}

void browse_cell(const struct browse *b, const struct app *app, size_t row,
    size_t drawn, struct grid_cell *out)
{
	size_t col = b->order[drawn];
	const struct rows_row *r = rowwin_row(&b->win, row);

	*out = (struct grid_cell){ .text = STR("") };
	if (r)
		browse_value(b, app, col, &r->cells[col], out);
}

struct drawing {
	const struct browse *b;
	const struct app *app;
};

static void grid_cell(const void *arg, size_t row, size_t col,
    struct grid_cell *out)
{
	const struct drawing *d = arg;

	browse_cell(d->b, d->app, row, col, out);
	out->find = d->b->find.m;
}

/* "rows 41–68 of 214" */
/* Row security hides others, and who looks should know. */
static void add_seen_by(struct sbuf *s, struct str role)
{
	SQL(s, " visible to ");
	utf8_sanitize(s, role, UTF8_LINE, false);
}

/* "3 marked", "3 marked, 1 shown" where the filter hides the others */
static void add_marked(const struct browse *b, struct sbuf *s)
{
	size_t n = browse_marked(b).n;
	int64_t shown = browse_marks_shown(b);

	if (!n)
		return;
	sbuf_addf(s, "%zu marked", n);
	if (shown < 0)
		SQL(s, ", ? shown");
	else if (shown < (int64_t)n)
		sbuf_addf(s, ", %lld shown", (long long)shown);
	SQL(s, "  ");
}

static void add_numbers(const struct browse *b, const struct pane *p,
    struct sbuf *s)
{
	const struct rowwin *w = &b->win;
	size_t h = (size_t)b->grid.rows.h;
	size_t top = list_top(&b->grid.rows, b->grid.rows.h);
	size_t last = top + h < w->n ? top + h : w->n;
	int64_t first = rowwin_first(w);

	if (b->stale)
		SQL(s, "changed  ");
	add_marked(b, s);
	if (!w->n) {
		SQL(s, "no rows");
		return;
	}
	if (first >= 0) {
		sbuf_addz(s, p->w < 60 && s->n ? "" : "rows ");
		sbuf_add_count(s, first + (int64_t)top + 1);
		sbuf_add(s, surface_mark(p->s, MARK_DASH));
		sbuf_add_count(s, first + (int64_t)last);
	} else {
		sbuf_addf(s, last - top == 1 ? "%zu row" : "%zu rows",
		    last - top);
	}
	SQL(s, " of ");
	if (w->exact || w->was_total >= 0)
		sbuf_add_count(s, w->exact ? w->total : w->was_total);
	else if (w->total >= 0)
		cell_count(s, w->total, true);
	else
		SQL(s, "?");
	if (w->seen_by.n)
		add_seen_by(s, w->seen_by);
	if (w->rows->by_position)
		SQL(s, "  no key: by position");
	if (columns_hidden(&b->looks))
		sbuf_addf(s, "  %zu hidden", columns_hidden(&b->looks));
	if (w->rows->ncols_hidden)
		sbuf_addf(s, "  %zu more columns", w->rows->ncols_hidden);
}

/* Cells of "sort name↑ n↓". */
static int sort_cells(const struct sorting *s, const struct app *app)
{
	int w = 4;

	for (size_t i = 0; i < s->n; i++)
		w += 2 + (int)utf8_cells(app_clean(app, app->frame,
		    s->v[i].column));
	return w;
}

static int draw_sort(const struct sorting *s, const struct app *app,
    struct pane p, int x, int end)
{
	struct pane part = pane_sub(p, x, 0, end - x, 1);
	int at = pane_textz(part, 0, 0, STYLE_DIM, "sort ");

	for (size_t i = 0; i < s->n; i++) {
		at = pane_text(part, at + (i > 0), 0, STYLE_NORMAL,
		    app_clean(app, app->frame, s->v[i].column));
		at = pane_mark(part, at, 0, STYLE_ACCENT, s->v[i].desc ?
		    MARK_DESC : MARK_ASC);
	}
	if (at > part.w)
		pane_mark(part, part.w - 1, 0, STYLE_DIM, MARK_ELLIPSIS);
	return x + (at < part.w ? at : part.w);
}

/* "word SQL" in w cells, with an ellipsis where it is cut; returns x after. */
static int draw_part(const struct app *app, struct pane p, int x, int w,
    const char *word, struct str sql)
{
	struct pane part = pane_sub(p, x, 0, w, 1);
	int at = sql_line(part, pane_textz(part, 0, 0, STYLE_DIM, word), 0,
	    app->dialect, sql);

	if (at > part.w || (at == part.w &&	/* more was not begun */
	    (int)strlen(word) + (int)utf8_cells(sql) > at))
		pane_mark(part, part.w - 1, 0, STYLE_DIM, MARK_ELLIPSIS);
	return x + (at < part.w ? at : part.w);
}

/* The conditions that were chosen, then the one that was typed: each has half
 * of the room at least. */
static int draw_where(const struct browse *b, const struct app *app,
    struct pane p, int x, int end)
{
	struct str filter = b->win.rows->filter, where = b->win.place.where;
	int room = end - x, rest;

	if (filter.n) {
		rest = where.n ? 8 + (int)utf8_cells(where) : 0;
		rest = rest > room / 2 ? room / 2 : rest;
		x = draw_part(app, p, x, room - rest, "filter ", filter);
	}
	if (filter.n && where.n)
		x += 2;
	if (where.n)
		x = draw_part(app, p, x, end - x, "where ", where);
	return x;
}

static void draw_title(const struct browse *b, const struct app *app,
    struct pane p)
{
	const struct place *place = &b->win.place;
	struct sbuf s = SBUF_INIT(256);
	int x = 1, room;

	if (b->loading && b->opening.name.n &&
	    !(str_eq(b->opening.name, place->name) &&
	    str_eq(b->opening.schema, place->schema))) {
		/* what stands below is still the other one */
		x = pane_text(p, x, 0, STYLE_TITLE, named_label(app, app->frame,
		    b->opening.schema, b->opening.name)) + 2;
		x = pane_textz(p, x, 0, STYLE_DIM, "opening; below still ");
		pane_text(p, x, 0, STYLE_DIM, named_label(app, app->frame,
		    place->schema, place->name));
		return;
	}
	add_numbers(b, &p, &s);
	room = p.w - 1 - (int)utf8_cells(sbuf_str(&s)) - 2;
	x = pane_text(p, x, 0, b->focus == FOCUS_GRID ? STYLE_TITLE :
	    STYLE_ACCENT, named_label(app, app->frame, place->schema,
	    place->name)) + 2;
	/* the header has the arrows of it: a condition needs the room more */
	if (place->sort.n && x < room && (!place_filtered(place) ||
	    sort_cells(&place->sort, app) <= (room - x) / 2))
		x = draw_sort(&place->sort, app, p, x, room) + 2;
	if (place_filtered(place) && x < room)
		(void)draw_where(b, app, p, x, room);
	pane_blank(p, room, 0, p.w - room, STYLE_NORMAL);
	pane_right(p, p.w - 1, 0, STYLE_DIM, sbuf_str(&s));
	sbuf_free(&s);
}

/* The line that is typed in, and under it where the engine stopped. */
static void draw_field(const struct browse *b, const struct app *app,
    struct pane p)
{
	static const char *const words[] = { [FIELD_WHERE] = "where ",
		[FIELD_GOTO] = "row number, or = key " };
	int x = pane_textz(p, 1, 0, STYLE_KEY, words[b->field]), at;
	struct str before = str_sub(input_str(&b->in), 0, b->bad_at), msg;

	input_draw(&b->in, p, x, 0, p.w - x - 1, true);
	if (!b->bad.code)
		return;
	at = x + (int)utf8_cells(app_clean(app, app->frame, before));
	msg = app_clean(app, app->frame, str_z(b->bad.msg));
	if (at + 2 + (int)utf8_cells(msg) > p.w)
		at = clamp(p.w - 3 - (int)utf8_cells(msg), 1, p.w);
	at = pane_textz(p, at, 1, STYLE_ERROR, app->ascii ? "^ " : "↑ ");
	pane_text(p, at, 1, STYLE_ERROR, msg);
}

/* Nothing is open: why, and what would go on. */
static void draw_nothing(const struct browse *b, const struct app *app,
    struct pane p)
{
	const struct project *project = app->project;
	int y = 1;

	if (b->failed.code) {
		pane_wrap(p, 2, y, p.w - 4, p.h, STYLE_ERROR,
		    app_clean(app, app->frame, str_z(b->failed.msg)));
		return;
	}
	if (!b->model || b->tree.list.n)
		return;
	if (project && !project_has_db(project))
		y += pane_wrap(p, 2, y, p.w - 4, p.h, STYLE_NORMAL,
		    STR("No database is named: DATABASE_URL, .env, or "
		    "weir --db."));
	else if (app->db_state == DB_MISSING && project)
		y += pane_wrap(p, 2, y, p.w - 4, p.h, STYLE_NORMAL,
		    arena_printf(app->frame, "%.*s does not exist yet.",
		    STR_ARG(app_clean(app, app->frame, project->db_label))));
	else
		y += pane_wrap(p, 2, y, p.w - 4, p.h, STYLE_NORMAL,
		    STR("There are no tables in this database."));
	if (project && project->folder.n)
		pane_wrap(p, 2, y + 1, p.w - 4, p.h, STYLE_DIM,
		    STR("3 shows what the migrations would make."));
}

static void draw_marks(const struct browse *b, const struct app *app,
    struct pane p)
{
	size_t top = list_top(&b->grid.rows, p.h);

	for (int y = 0; y < p.h; y++) {
		const struct rows_row *row = rowwin_row(&b->win,
		    top + (size_t)y);

		if (row && browse_is_marked(b, app, row))
			pane_textz(p, 0, y, STYLE_CHANGED, "*");
	}
}

static size_t matches_in(const struct match *m, struct str s)
{
	size_t n = 0, at = 0, from, to;

	while (at <= s.n && match_find(m, s, at, &from, &to)) {
		n += to > from;
		at = to > from ? to : to + 1;
	}
	return n;
}

/* "/pattern", and how often it is in the rows that are seen. */
static void draw_find(const struct browse *b, const struct app *app,
    struct pane line)
{
	size_t top = list_top(&b->grid.rows, b->grid.rows.h), n = 0;
	struct sbuf s = SBUF_INIT(64);
	int end = line.w - 1;

	for (size_t y = 0; b->find.m && y < (size_t)b->grid.rows.h; y++)
		for (size_t i = 0; i < b->grid.ncols; i++) {
			struct grid_cell c;

			browse_cell(b, app, top + y, i, &c);
			n += matches_in(b->find.m, c.text);
		}
	if (b->find.m) {
		sbuf_add_count(&s, (int64_t)n);
		sbuf_addz(&s, n == 1 ? " match in these rows" :
		    " matches in these rows");
		end = pane_right(line, end, 0, STYLE_DIM, sbuf_str(&s)) - 2;
	}
	filter_draw(&b->find, line, 1, 0, end - 1);
	sbuf_free(&s);
}

static void draw_grid(const struct browse *b, const struct app *app,
    struct pane p)
{
	struct drawing d = { b, app };
	int head = browse_head_rows(b);
	struct pane rows = pane_sub(p, 0, head, p.w, p.h - head -
	    browse_foot_rows(b));

	if (!b->win.rows) {
		draw_nothing(b, app, p);
		return;
	}
	if (b->field != FIELD_NONE)
		draw_field(b, app, p);
	else
		draw_title(b, app, p);
	draw_marks(b, app, pane_sub(rows, 0, GRID_HEADER_ROWS, 1, rows.h));
	grid_draw(&b->grid, rows, b->focus == FOCUS_GRID, grid_cell, &d);
	if (b->focus != FOCUS_GRID && b->win.n)
		pane_mark(rows, 0, GRID_HEADER_ROWS + (int)(b->grid.rows.cur -
		    list_top(&b->grid.rows, rows.h - GRID_HEADER_ROWS)),
		    STYLE_ACCENT, MARK_CURSOR);
	if (!b->win.n)
		pane_textz(rows, 1, GRID_HEADER_ROWS, STYLE_DIM,
		    place_filtered(&b->win.place) ? "no row fits this condition" :
		    "this table is empty");
	if (browse_foot_rows(b))
		draw_find(b, app, pane_row(p, p.h - 1));
}

/* ---- detail ---- */

/* Room that names take, so that values stand in a column. */
static int name_width(const struct browse *b, const struct app *app, int w)
{
	int widest = 4;

	for (size_t i = 0; i < b->win.rows->ncols; i++) {
		int n = (int)utf8_cells(app_clean(app, app->frame,
		    b->win.rows->cols[i].name));

		widest = n > widest ? n : widest;
	}
	return clamp(widest, 4, w / 2 - 2);
}

struct detail {
	const struct browse *b;
	const struct app *app;
	int names;
	bool focused;
};

/* What stands at the right edge of a field. */
static enum style field_note(const struct detail *d, const struct rows_col *c,
    const struct value *v, const struct surface *on, struct sbuf *note)
{
	if (c->fk && v->kind != VALUE_NULL) {
		sbuf_add(note, surface_mark(on, MARK_FK));
		SQL(note, " ");
		sbuf_add(note, named_label(d->app, d->app->frame,
		    c->fk->ref_schema, c->fk->ref_table));
		return STYLE_FK;
	}
	if (c->pk)
		SQL(note, "PK");
	else if (v->kind == VALUE_TEXT && v->full > v->s.n)
		cell_bytes(note, (int64_t)v->full);
	return STYLE_DIM;
}

static void draw_field_value(const struct detail *d, struct pane line, size_t i)
{
	const struct rows_col *c = &d->b->win.rows->cols[i];
	const struct value *v = &browse_row(d->b)->cells[i];
	struct grid_cell cell = { .text = STR("") };
	struct sbuf note = SBUF_INIT(256);
	int x = d->names + 2, end = line.w - 1;
	enum style st;

	pane_field(line, 1, 0, d->names, ALIGN_LEFT, STYLE_DIM,
	    app_clean(d->app, d->app->frame, c->name));
	browse_value(d->b, d->app, i, v, &cell);
	st = field_note(d, c, v, line.s, &note);
	/* a time beside its number, or in its place */
	if (!d->b->as_stored && typed_time(c, browse_meant(d->b, i), v, &note) &&
	    x + (int)utf8_cells(cell.text) + 2 + (int)note.n > end) {
		cell = (struct grid_cell){ .text = arena_str(d->app->frame,
			sbuf_str(&note)), .style = STYLE_NORMAL };
		sbuf_reset(&note);
	}
	if (note.n)
		end = pane_right(line, end, 0, st, sbuf_str(&note)) - 1;
	pane_field(line, x, 0, end - x, ALIGN_LEFT, cell.style, cell.text);
	sbuf_free(&note);
}

static struct strs labels_of(const struct browse *b, size_t col)
{
	return typed_labels(b->win.rows->model, &b->win.rows->cols[col],
	    b->said[col]);
}

/* "new · paid · void": what an enum may hold. */
static void draw_labels(const struct detail *d, struct pane line, size_t i)
{
	struct strs v = labels_of(d->b, i);
	struct sbuf s = SBUF_INIT(4096);
	int x, room;

	for (size_t k = 0; k < v.n; k++) {
		if (k) {
			SQL(&s, " ");
			sbuf_add(&s, surface_mark(line.s, MARK_DOT));
			SQL(&s, " ");
		}
		sbuf_add(&s, app_clean(d->app, d->app->frame, v.v[k]));
	}
	/* under its value, or as far left of it as the last one wants */
	room = line.w - 1 - (int)utf8_cells(sbuf_str(&s));
	x = d->names + 2;
	x = x <= room ? x : room > 2 ? room : 2;
	pane_field(line, x, 0, line.w - x - 1, ALIGN_LEFT, STYLE_DIM,
	    sbuf_str(&s));
	sbuf_free(&s);
}

static void draw_reference(const struct detail *d, struct pane line, size_t i)
{
	const struct browse *b = d->b;
	const struct fk *fk = b->win.rows->table->fks_in[i];
	bool known = b->refs_row == browse_row(b) && i < b->nrefs;
	struct sbuf s = SBUF_INIT(512);
	int end = line.w - 1;

	pane_mark(line, end - 1, 0, STYLE_FK, MARK_FK_IN);
	if (known)
		cell_count(&s, b->refs[i], false);
	if (known && b->refs_seen[i].n)
		add_seen_by(&s, b->refs_seen[i]);
	if (!known)
		sbuf_add(&s, surface_mark(line.s, MARK_ELLIPSIS));
	end = pane_right(line, end - 2, 0, known && b->refs[i] > 0 ?
	    STYLE_STRONG : STYLE_DIM, sbuf_str(&s));
	sbuf_reset(&s);
	sbuf_add(&s, named_label(d->app, d->app->frame, fk->o.schema,
	    fk->o.table));
	for (size_t k = 0; k < fk->cols.n; k++) {
		sbuf_addz(&s, k ? "," : ".");
		sbuf_add(&s, fk->cols.v[k]);
	}
	pane_field(line, 1, 0, end - 2, ALIGN_LEFT, STYLE_NORMAL,
	    app_clean(d->app, d->app->frame, sbuf_str(&s)));
	sbuf_free(&s);
}

/* "email u5993@example.test": the row that a key leads to. */
static void draw_target(const struct detail *d, struct pane line, size_t i)
{
	const struct browse *b = d->b;
	const struct fk_target *t = b->targets ? &b->targets[i] : NULL;
	int x = d->names + 2;

	if (b->refs_row != browse_row(b) || !t) {
		pane_mark(line, x, 0, STYLE_DIM, MARK_ELLIPSIS);
		return;
	}
	if (t->missing) {
		pane_textz(line, x, 0, STYLE_WARN, "no such row");
		return;
	}
	x = pane_text(line, x, 0, STYLE_DIM, app_clean(d->app, d->app->frame,
	    t->column)) + 1;
	pane_field(line, x, 0, line.w - 1 - x, ALIGN_LEFT, STYLE_NORMAL,
	    app_clean(d->app, d->app->frame, t->text));
}

/* What a line of the pane is. */
struct detail_line {
	enum { LINE_FIELD, LINE_TARGET, LINE_LABELS, LINE_BLANK, LINE_HEAD,
		LINE_REF } kind;
	size_t i;
};

/* The foreign key whose first column this is: its line is there before what
 * it leads to is known, and for NULL, so that nothing moves. */
static bool target_at(const struct browse *b, size_t col, size_t *fk)
{
	const struct table *t = b->win.rows->table;

	for (size_t i = 0; t && i < t->nfks; i++)
		if (t->fks[i]->cols.n && str_eq(t->fks[i]->cols.v[0],
		    b->win.rows->cols[col].name)) {
			*fk = i;
			return true;
		}
	return false;
}

static size_t detail_lines(const struct detail *d, struct detail_line *v)
{
	const struct browse *b = d->b;
	size_t cols = b->win.rows->ncols, n = 0, fk;
	size_t refs = b->win.rows->table ? b->win.rows->table->nfks_in : 0;

	for (size_t i = 0; i < cols; i++) {
		v[n++] = (struct detail_line){ LINE_FIELD, i };
		if (target_at(b, i, &fk))
			v[n++] = (struct detail_line){ LINE_TARGET, fk };
		else if (labels_of(b, i).n)
			v[n++] = (struct detail_line){ LINE_LABELS, i };
	}
	if (refs) {
		v[n++] = (struct detail_line){ LINE_BLANK, 0 };
		v[n++] = (struct detail_line){ LINE_HEAD, 0 };
	}
	for (size_t i = 0; i < refs; i++)
		v[n++] = (struct detail_line){ LINE_REF, i };
	return n;
}

static void draw_detail_line(const struct detail *d, struct pane line,
    const struct detail_line *l)
{
	if (l->kind == LINE_FIELD)
		draw_field_value(d, line, l->i);
	else if (l->kind == LINE_TARGET)
		draw_target(d, line, l->i);
	else if (l->kind == LINE_LABELS)
		draw_labels(d, line, l->i);
	else if (l->kind == LINE_HEAD)
		pane_textz(line, 1, 0, STYLE_DIM, "referenced by");
	else if (l->kind == LINE_REF)
		draw_reference(d, line, l->i);
}

/* The fields with what they lead to, a heading, who points here. */
static void draw_detail_list(const struct detail *d, struct pane p)
{
	const struct browse *b = d->b;
	size_t cols = b->win.rows->ncols, cur = 0, top;
	size_t refs = b->win.rows->table ? b->win.rows->table->nfks_in : 0;
	struct detail_line *v = arena_array(d->app->frame, struct detail_line,
	    cols * 2 + refs + 2);
	size_t n = detail_lines(d, v);

	while (d->focused && cur + 1 < n && !(v[cur].i == b->detail.cur -
	    (b->detail.cur >= cols ? cols : 0) && v[cur].kind ==
	    (b->detail.cur >= cols ? LINE_REF : LINE_FIELD)))
		cur++;
	top = cur >= (size_t)p.h ? cur - (size_t)p.h + 1 : 0;
	for (int y = 0; y < p.h && top + (size_t)y < n; y++) {
		draw_detail_line(d, pane_row(p, y), &v[top + (size_t)y]);
		if (d->focused && top + (size_t)y == cur)
			pane_bar(p, y);
	}
	if (p.h > 1 && top + (size_t)p.h < n)
		pane_mark(p, p.w - 1, p.h - 1, STYLE_DIM, MARK_ELLIPSIS);
}

static void draw_detail(const struct browse *b, const struct app *app,
    struct pane p)
{
	struct detail d = { b, app, 0, b->focus == FOCUS_DETAIL };
	struct sbuf s = SBUF_INIT(64);

	if (!b->win.rows || !browse_row(b)) {
		pane_textz(p, 1, 0, STYLE_DIM, "no row");
		return;
	}
	SQL(&s, "Row");
	if (rowwin_first(&b->win) >= 0) {
		SQL(&s, " ");
		sbuf_add_count(&s, rowwin_first(&b->win) +
		    (int64_t)b->grid.rows.cur + 1);
	}
	pane_text(p, 1, 0, d.focused ? STYLE_TITLE : STYLE_ACCENT, sbuf_str(&s));
	sbuf_free(&s);
	d.names = name_width(b, app, p.w);
	draw_detail_list(&d, pane_sub(p, 0, 1, p.w, p.h - 1));
}

/* ---- all ---- */

void browse_draw(const struct ui_view *v, struct pane body)
{
	const struct browse *b = v->state;
	struct browse_layout l = browse_layout(b, body.w, body.h);
	struct pane tree = pane_sub(body, l.tree_x, 0, l.tree_w, l.tree_h);
	struct pane detail = pane_sub(body, l.detail_x, l.detail_y, l.detail_w,
	    l.detail_h);

	if (l.tree_w && !l.over)
		pane_vline(body, l.tree_w, 0, body.h);
	if (l.detail_w && !l.over)
		pane_vline(body, l.detail_x - 1, 0, body.h);
	if (l.detail_w && l.over && l.detail_y)
		pane_hline(body, 0, l.detail_y - 1, body.w);
	/* its lines would stay tied to a frame, under what covers it */
	if (!l.over || (!l.tree_w && (!l.detail_w || l.detail_y)))
		draw_grid(b, v->app, pane_sub(body, l.grid_x, 0, l.grid_w,
		    l.grid_h));
	if (l.tree_w) {
		if (l.over)
			pane_clear(tree);
		tree_draw(&b->tree, v->app, tree, b->focus == FOCUS_TREE,
		    (struct named){ b->win.place.schema, b->win.place.name });
	}
	if (l.detail_w) {
		if (l.over)
			pane_clear(detail);
		draw_detail(b, v->app, detail);
	}
}

static struct str crumb(const struct app *app, const struct place *p)
{
	return p->label.n ? app_clean(app, app->frame, p->label) :
	    named_label(app, app->frame, p->schema, p->name);
}

/* The first of the places passed that has room: where one is matters most. */
static size_t first_crumb(const struct browse *b, const struct app *app,
    size_t room)
{
	size_t i = b->at;

	for (; i > 0; i--) {
		size_t w = utf8_cells(crumb(app, &b->trail[i - 1])) + 3;

		if (w > room)
			break;
		room -= w;
	}
	return i;
}

void browse_crumbs(const struct ui_view *v, struct pane line)
{
	const struct browse *b = v->state;
	struct str here = named_label(v->app, v->app->frame,
	    b->win.place.schema, b->win.place.name);
	size_t rest = utf8_cells(here) + 12 +
	    (place_filtered(&b->win.place) ? CRUMB_WHERE : 0);
	size_t i = first_crumb(b, v->app, line.w > (int)rest ?
	    (size_t)line.w - rest : 0);
	struct sbuf s = SBUF_INIT(64);
	int x = 0;

	if (i) {
		x = pane_mark(line, 0, 0, STYLE_DIM, MARK_ELLIPSIS) + 1;
		x = pane_mark(line, x, 0, STYLE_DIM, MARK_FK) + 1;
	}
	for (; i < b->at; i++) {
		x = pane_text(line, x, 0, STYLE_DIM,
		    crumb(v->app, &b->trail[i]));
		x = pane_mark(line, x + 1, 0, STYLE_DIM, MARK_FK) + 1;
	}
	if (!b->win.rows)
		return;
	x = pane_text(line, x, 0, STYLE_NORMAL, here);
	if (place_filtered(&b->win.place)) {
		x = pane_textz(line, x, 0, STYLE_DIM, " ");
		(void)draw_where(b, v->app, line, x, line.w - 10);
	}
	app_ms(v->app, b->win.ms, &s);
	pane_blank(line, line.w - 10, 0, 10, STYLE_NORMAL);
	pane_right(line, line.w, 0, STYLE_DIM, sbuf_str(&s));
	sbuf_free(&s);
}
