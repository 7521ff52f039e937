/* generate_draw: header, the two sides, the SQL.  Changes nothing. */
#include "ui/view/generate.h"

#include "base/fs.h"
#include "base/utf8.h"

/* "DROPS 1 table, 2 columns": red, with its words. */
static struct str dropped(const struct proposal *r, struct arena *a)
{
	struct str t = count_of_things(a, r->tables, "TABLE", "TABLES");
	struct str c = count_of_things(a, r->columns, "COLUMN", "COLUMNS");

	if (r->tables && r->columns)
		return arena_printf(a, "DROPS %.*s, %.*s", STR_ARG(t),
		    STR_ARG(c));
	return arena_printf(a, "DROPS %.*s", STR_ARG(r->tables ? t : c));
}

/* Its name, cut where what is dropped needs the room. */
static int draw_tag(struct pane line, int x, int end, struct str tag,
    struct str drops)
{
	int need = drops.n ? (int)utf8_cells(drops) + 4 : 0;
	int w = (int)utf8_cells(tag), room = end - x - need;

	w = w > room ? room : w;
	pane_field(line, x, 0, w, ALIGN_LEFT, STYLE_STRONG, tag);
	x += (w > 0 ? w : 0) + 2;
	return !drops.n ? x :
	    pane_badge(line, x, 0, STYLE_BADGE_LOSS, drops) + 2;
}

static void draw_header(const struct ui_view *v, struct pane line)
{
	const struct generate_state *s = v->state;
	const struct proposal *r = s->r;
	struct arena *a = v->app->frame;
	size_t open = r->g.change.nopen;
	int x = pane_textz(line, 1, 0, STYLE_TITLE, "Generate") + 2, end;

	end = s->busy && !v->app->still ? pane_right(line, line.w - 1, 0,
	    STYLE_DIM, STR("reading again")) : line.w;
	if (r->err.code) {
		pane_badge(line, x, 0, STYLE_BADGE_LOSS,
		    STR("DOES NOT READ"));
		return;
	}
	if (r->g.outcome == GENERATE_NOTHING) {
		pane_textz(line, x, 0, STYLE_OK, "no schema changes");
		return;
	}
	if (open)
		x = pane_badge(line, x, 0, STYLE_BADGE_WARN,
		    count_of_things(a, open, "QUESTION", "QUESTIONS")) + 2;
	else
		x = draw_tag(line, x, end, app_clean(v->app, a, r->tag),
		    r->tables + r->columns ? dropped(r, a) : STR(""));
	if (!open && x + 14 < end)
		pane_text(line, x, 0, STYLE_NORMAL, count_of_things(a,
		    r->g.change.statements.n, "statement", "statements"));
}

static void draw_titles(const struct ui_view *v, struct pane line)
{
	const struct generate_state *s = v->state;
	struct arena *a = v->app->frame;
	enum style st = s->focus == ON_SIDES ? STYLE_TITLE : STYLE_STRONG;
	int mid = sheet_middle(&s->sheet), x;
	struct str base = s->r->g.base.name;

	x = pane_textz(line, 1, 0, st, "LAST SNAPSHOT") + 2;
	pane_field(line, x, 0, mid - x - 1, ALIGN_LEFT, STYLE_DIM, base.n ?
	    app_clean(v->app, a, base) : STR("none yet"));
	x = pane_textz(line, mid + 3, 0, st, "SCHEMA FILES") + 2;
	pane_field(line, x, 0, line.w - x - 1, ALIGN_LEFT, STYLE_DIM,
	    app_clean(v->app, a, s->r->files));
}

static void draw_range(const struct app *app, struct pane line, size_t top,
    size_t rows, size_t n)
{
	if (n > rows)
		pane_right(line, line.w - 2, 0, STYLE_DIM, arena_printf(
		    app->frame, " %zu-%zu of %zu ", top + 1, top + rows < n ?
		    top + rows : n, n));
}

static void draw_sides(const struct ui_view *v, struct pane body,
    const struct generate_layout *l)
{
	const struct generate_state *s = v->state;
	struct pane p = pane_sub(body, 0, l->diff_y, body.w, l->diff_h);
	int mid = sheet_middle(&s->sheet);

	if (l->titles)
		draw_titles(v, pane_row(body, 2));
	for (int y = 0; y < p.h && s->top + (size_t)y < s->sheet.n; y++)
		sheet_draw_row(&s->sheet, p, y, s->top + (size_t)y, false);
	if (!s->sheet.n)
		pane_textz(p, 2, 0, STYLE_DIM,
		    "tables and columns stay: other things change");
	if (mid)
		pane_vline(body, mid, 2, l->diff_y + l->diff_h - 2);
	draw_range(v->app, pane_row(body, 1), s->top, (size_t)l->diff_h,
	    s->sheet.n);
}

static void draw_sql(const struct ui_view *v, struct pane body,
    const struct generate_layout *l)
{
	const struct generate_state *s = v->state;

	text_draw(&s->text, pane_sub(body, 2, l->sql_y, body.w - 4, l->sql_h),
	    s->focus == ON_SQL);
	draw_range(v->app, pane_row(body, l->one ? 1 : l->rule_y),
	    list_top(&s->text.lines, l->sql_h), (size_t)l->sql_h,
	    s->text.lines.n);
}

/* Where, what, and what would help. */
static void draw_error(const struct ui_view *v, struct pane p)
{
	const struct generate_state *s = v->state;
	const struct err *e = &s->r->err;
	struct arena *a = v->app->frame;
	int y = 0, w = p.w - 4;

	if (e->where[0])
		y += pane_wrap(p, 2, y, w, p.h, STYLE_STRONG,
		    app_clean(v->app, a, str_z(e->where)));
	y += pane_wrap(p, 2, y, w, p.h - y, STYLE_ERROR,
	    app_clean(v->app, a, str_z(e->msg)));
	if (e->hint[0])
		y += pane_wrap(p, 2, y + 1, w, p.h - y - 1, STYLE_NORMAL,
		    utf8_clean(a, str_z(e->hint), UTF8_BLOCK)) + 1;
	pane_wrap(p, 2, y + 1, w, p.h - y - 1, STYLE_DIM, STR("Saving a "
	    "file reads it again."));
}

static void draw_nothing(const struct ui_view *v, struct pane p)
{
	const struct generate_state *s = v->state;
	int y = pane_wrap(p, 2, 0, p.w - 4, p.h, STYLE_NORMAL, arena_printf(
	    v->app->frame, "The schema files say what the last snapshot "
	    "says: %.*s, nothing to migrate.", STR_ARG(count_of_things(
	    v->app->frame, s->r->g.to->ntables, "table", "tables"))));

	pane_wrap(p, 2, y + 1, p.w - 4, p.h - y - 1, STYLE_DIM, STR("Saving "
	    "a file reads it again."));
}

void generate_draw(const struct ui_view *v, struct pane body)
{
	const struct generate_state *s = v->state;
	struct generate_layout l;
	struct pane rest = pane_sub(body, 0, 3, body.w, body.h - 3);

	if (!s->r) {
		pane_textz(body, 2, 1, STYLE_DIM, s->busy ?
		    "reading the schema files" : "");
		return;
	}
	draw_header(v, pane_row(body, 0));
	pane_hline(body, 0, 1, body.w);
	if (s->r->err.code) {
		draw_error(v, rest);
		return;
	}
	if (s->r->g.outcome == GENERATE_NOTHING) {
		draw_nothing(v, rest);
		return;
	}
	generate_layout(v, &l);
	if (l.rule_y >= 0)
		pane_rule(body, l.rule_y, s->focus == ON_SQL ? STYLE_TITLE :
		    STYLE_STRONG, s->r->g.change.nopen ? STR("Questions") :
		    STR("SQL to write"));
	if (!l.one || s->focus == ON_SIDES)
		draw_sides(v, body, &l);
	if (!l.one || s->focus == ON_SQL)
		draw_sql(v, body, &l);
}

/* The first thing to know beside the SQL: where it differs from the other
 * tool's, what was left out. */
void generate_crumbs(const struct ui_view *v, struct pane line)
{
	const struct generate_state *s = v->state;
	const struct decl_change *c = s->r ? &s->r->g.change : NULL;
	struct str text = STR("");
	size_t n = c ? c->ndiffs + c->warnings.n + s->r->g.warnings.n : 0;

	if (!n)
		return;
	text = s->r->g.warnings.n ? s->r->g.warnings.v[0] :
	    c->warnings.n ? c->warnings.v[0] : arena_printf(v->app->frame,
	    "%.*s (%s in weir(1), DIFFERENCES)", STR_ARG(decl_difference_text(
	    &c->diffs[0], false, v->app->frame)), c->diffs[0].id);
	pane_field(line, 0, 0, line.w, ALIGN_LEFT, STYLE_WARN, app_clean(
	    v->app, v->app->frame, n == 1 ? text : arena_printf(
	    v->app->frame, "%.*s (and %zu more)", STR_ARG(text), n - 1)));
}
