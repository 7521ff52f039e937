/*
 * print.c: laid-out lines as text for a terminal or a pipe.
 *
 * A half is a run of pieces (a text, a style, the gap before it) that is cut
 * into rows of a given width at spaces, or inside a word where it must be.
 * Gaps are held back until the next word, so no row ends in a space.  Colours
 * say nothing that the marks do not say.
 */
#include "base/utf8.h"
#include "diff/side.h"

enum style { PLAIN, BOLD, DIM, TITLE, ADDED, DROPPED, CHANGED, RENAMED,
	BOLD_ADDED, BOLD_DROPPED, BOLD_CHANGED, BOLD_RENAMED, STYLE_N };

static const char *const sgr[STYLE_N] = {
	[PLAIN] = "",
	[BOLD] = "\033[1m",
	[DIM] = "\033[2m",
	[TITLE] = "\033[1;36m",
	[ADDED] = "\033[32m",
	[DROPPED] = "\033[31m",
	[CHANGED] = "\033[33m",
	[RENAMED] = "\033[35m",
	[BOLD_ADDED] = "\033[1;32m",
	[BOLD_DROPPED] = "\033[1;31m",
	[BOLD_CHANGED] = "\033[1;33m",
	[BOLD_RENAMED] = "\033[1;35m",
};

#define GAP ((size_t)2)
#define NO_WIDTH ((size_t)1 << 30)

struct row {
	size_t from, to;	/* in rows.text */
	size_t cells;
};

struct rows {
	struct arena *a;
	struct sbuf text;
	VEC(struct row) v;
	size_t width, hang;	/* hang: indent of the rows after the first */
	size_t gap, cells;	/* of the row being filled */
	enum style style;
	bool color;
};

static void set_style(struct rows *r, enum style style)
{
	if (!r->color || style == r->style)
		return;
	if (r->style != PLAIN)
		sbuf_addz(&r->text, "\033[0m");
	sbuf_addz(&r->text, sgr[style]);
	r->style = style;
}

static void begin_row(struct rows *r, size_t indent)
{
	vec_push(r->a, &r->v, (struct row){ .from = r->text.n });
	r->cells = 0;
	r->gap = indent;
}

static void end_row(struct rows *r)
{
	struct row *row = &r->v.v[r->v.n - 1];

	set_style(r, PLAIN);
	row->to = r->text.n;
	row->cells = r->cells;
}

static void put_word(struct rows *r, struct str word, size_t cells,
    enum style style)
{
	/* a gap is painted by nobody; inside a run the style goes through */
	if (r->style != style)
		set_style(r, PLAIN);
	sbuf_fill(&r->text, ' ', r->gap);
	r->cells += r->gap + cells;
	r->gap = 0;
	set_style(r, style);
	sbuf_add(&r->text, word);
}

/* One word; what is wider than a row is cut at its right edge. */
static void wrap_word(struct rows *r, struct str word, enum style style)
{
	size_t cells = utf8_cells(word), used = 0;

	if (r->cells > 0 && r->cells + r->gap + cells > r->width) {
		end_row(r);
		begin_row(r, r->hang);
	}
	while (r->cells + r->gap + cells > r->width) {
		struct str piece;

		if (r->cells + r->gap >= r->width)
			r->gap = 0;
		piece = utf8_fit(word, r->width - r->cells - r->gap, &used);
		if (piece.n == 0)
			break;
		put_word(r, piece, used, style);
		end_row(r);
		begin_row(r, r->hang);
		word = str_sub(word, piece.n, word.n);
		cells -= used;
	}
	put_word(r, word, cells, style);
}

static void put_text(struct rows *r, struct str text, enum style style)
{
	size_t i = 0;

	while (i < text.n) {
		size_t start = i;

		while (i < text.n && text.p[i] == ' ')
			i++;
		r->gap += i - start;
		start = i;
		while (i < text.n && text.p[i] != ' ')
			i++;
		if (i > start)
			wrap_word(r, str_sub(text, start, i), style);
	}
}

static void put_z(struct rows *r, const char *z, enum style style)
{
	put_text(r, str_z(z), style);
}

/* The next piece starts at least `gap` on, and at `column` if it can. */
static void tab_to(struct rows *r, size_t column, size_t gap)
{
	size_t at = r->cells + r->gap;

	r->gap += at + gap <= column ? column - at : gap;
}

/* --- styles of a line ---------------------------------------------------- */

static enum style mark_style(char mark)
{
	switch (mark) {
	case '+':
		return BOLD_ADDED;
	case '-':
		return BOLD_DROPPED;
	case '>':
		return BOLD_RENAMED;
	case '~':
		return BOLD_CHANGED;
	default:
		return DIM;
	}
}

static const struct side_part *counterpart(const struct side_half *h,
    unsigned id)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->parts[i].id == id)
			return &h->parts[i];
	return NULL;
}

static enum style base_style(const struct side_line *l,
    const struct side_part *p)
{
	if (l->kind == SIDE_HEAD && p->role == ROLE_NAME)
		return BOLD;
	return p->role == ROLE_NOTE ? DIM : PLAIN;
}

static enum style part_style(const struct side_line *l,
    const struct side_part *p, bool right)
{
	bool head = l->kind == SIDE_HEAD && p->role == ROLE_NAME;

	if (l->mark == '+')
		return head ? BOLD_ADDED : ADDED;
	if (l->mark == '-')
		return head ? BOLD_DROPPED : DROPPED;
	if (!p->changed)
		return base_style(l, p);
	if (l->mark == '>' && p->role == ROLE_NAME)
		return right ? BOLD_RENAMED : RENAMED;
	if (!counterpart(right ? &l->left : &l->right, p->id))
		return right ? BOLD_ADDED : DROPPED;
	return right ? BOLD_CHANGED : CHANGED;
}

/* --- the parts of one half ------------------------------------------------- */

#define INDENT ((size_t)2)

struct columns {		/* where names, types and attributes start */
	size_t margin, name, type;
};

/* Long names do not push everything else out of a narrow half. */
static struct columns columns_of(const struct side *s, size_t width,
    size_t margin)
{
	size_t name = s->name_width, type = s->type_width;

	if (name > width * 2 / 5)
		name = width * 2 / 5;
	if (type > width / 4)
		type = width / 4;
	name += margin + INDENT + GAP;
	return (struct columns){ .margin = margin, .name = name,
		.type = name + type + GAP };
}

static bool is_column_line(const struct side_half *h)
{
	return h->n > 1 && h->parts[1].role == ROLE_TYPE;
}

static enum style heading_style(const struct side_line *l)
{
	return l->mark == '+' ? ADDED : l->mark == '-' ? DROPPED : DIM;
}

/* The line's indent and its heading word. */
static void put_start(struct rows *r, const struct side_line *l,
    const struct columns *at)
{
	tab_to(r, at->margin + INDENT * (size_t)l->indent, 0);
	if (l->heading.n > 0) {
		put_text(r, l->heading, heading_style(l));
		r->gap++;
	}
}

/* Move to where part i begins. */
static void place_part(struct rows *r, const struct side_half *h, size_t i,
    const struct columns *at)
{
	if (i == 0)
		return;
	if (is_column_line(h) && i <= 2)
		tab_to(r, i == 1 ? at->name : at->type, GAP);
	else
		r->gap += h->parts[i].role == ROLE_SQL &&
		    h->parts[i - 1].role == ROLE_SQL ? 1 : GAP;
}

/* Go to the next row if that is what it takes not to cut an attribute. */
static void keep_together(struct rows *r, const struct side_part *p)
{
	size_t cells = utf8_cells(p->text);

	if (p->role != ROLE_SQL && r->cells > 0 &&
	    r->cells + r->gap + cells > r->width &&
	    r->hang + cells <= r->width) {
		end_row(r);
		begin_row(r, r->hang);
	}
}

static void put_half(struct rows *r, const struct side_line *l, bool right,
    const struct columns *at)
{
	const struct side_half *h = right ? &l->right : &l->left;

	if (h->n > 0)
		put_start(r, l, at);
	for (size_t i = 0; i < h->n; i++) {
		place_part(r, h, i, at);
		keep_together(r, &h->parts[i]);
		put_text(r, h->parts[i].text,
		    part_style(l, &h->parts[i], right));
	}
	end_row(r);
}

/* --- side by side ---------------------------------------------------------- */

#define BETWEEN "│"

struct sheet {
	struct rows left, right;
	size_t half;
	struct columns at;
	bool color;
	struct sbuf *out;
};

static void put_colored(struct sheet *s, const char *text, enum style style)
{
	if (s->color)
		sbuf_addz(s->out, sgr[style]);
	sbuf_addz(s->out, text);
	if (s->color && style != PLAIN)
		sbuf_addz(s->out, "\033[0m");
}

static const struct row *row_at(const struct rows *r, size_t i)
{
	return i < r->v.n ? &r->v.v[i] : NULL;
}

static struct str row_text(const struct rows *r, const struct row *row)
{
	return str_sub(sbuf_str(&r->text), row->from, row->to);
}

/* The rows of both halves beside each other. */
static void put_rows(struct sheet *s, char mark)
{
	size_t n = s->left.v.n > s->right.v.n ? s->left.v.n : s->right.v.n;

	for (size_t i = 0; i < n; i++) {
		const struct row *l = row_at(&s->left, i);
		const struct row *r = row_at(&s->right, i);
		char word[2] = { i == 0 ? mark : ' ', '\0' };
		size_t used = l ? l->cells : 0;

		if (l)
			sbuf_add(s->out, row_text(&s->left, l));
		sbuf_fill(s->out, ' ', s->half - used + 1);
		put_colored(s, BETWEEN, DIM);
		if (word[0] != ' ')
			put_colored(s, word, mark_style(mark));
		if (r && r->cells > 0) {
			sbuf_fill(s->out, ' ', word[0] == ' ' ? 2 : 1);
			sbuf_add(s->out, row_text(&s->right, r));
		}
		sbuf_addc(s->out, '\n');
	}
}

static void reset_rows(struct rows *r)
{
	r->v.n = 0;
	sbuf_reset(&r->text);
	r->style = PLAIN;
}

static void put_titles(struct sheet *s, const char *left, const char *right)
{
	struct rows *half[2] = { &s->left, &s->right };
	const char *title[2] = { left, right };

	for (int i = 0; i < 2; i++) {
		begin_row(half[i], 0);
		put_text(half[i], utf8_clean(half[i]->a, str_z(title[i]),
		    UTF8_LINE), TITLE);
		end_row(half[i]);
	}
	put_rows(s, ' ');
	if (s->color)
		sbuf_addz(s->out, sgr[DIM]);
	for (size_t i = 0; i < s->half * 2 + 4; i++)
		sbuf_addz(s->out, i == s->half + 1 ? "┼" : "─");
	if (s->color)
		sbuf_addz(s->out, "\033[0m");
	sbuf_addc(s->out, '\n');
}

void diff_print_side(const struct side *s, size_t width, bool color,
    const char *left_title, const char *right_title, struct sbuf *out)
{
	struct arena *a = arena_new();
	size_t half = width > 44 ? (width - 4) / 2 : 20;
	struct rows rows = { .a = a, .text = SBUF_TEXT, .width = half,
		.hang = INDENT * 3, .color = color };
	struct sheet sheet = { .left = rows, .right = rows, .half = half,
		.at = columns_of(s, half, 0), .color = color,
		.out = out };

	if (s->n > 0)
		put_titles(&sheet, left_title, right_title);
	for (size_t i = 0; i < s->n; i++) {
		reset_rows(&sheet.left);
		reset_rows(&sheet.right);
		begin_row(&sheet.left, 0);
		begin_row(&sheet.right, 0);
		put_half(&sheet.left, &s->v[i], false, &sheet.at);
		put_half(&sheet.right, &s->v[i], true, &sheet.at);
		put_rows(&sheet, s->v[i].mark);
	}
	sbuf_free(&sheet.left.text);
	sbuf_free(&sheet.right.text);
	arena_free(a);
}

/* --- unified --------------------------------------------------------------- */

static bool has_sql_change(const struct side_line *l)
{
	for (size_t i = 0; i < l->right.n; i++)
		if (l->right.parts[i].role == ROLE_SQL &&
		    l->right.parts[i].changed)
			return true;
	for (size_t i = 0; i < l->left.n; i++)
		if (l->left.parts[i].role == ROLE_SQL &&
		    l->left.parts[i].changed)
			return true;
	return false;
}

static void put_mark(struct rows *r, char mark)
{
	char word[2] = { mark, '\0' };

	begin_row(r, 0);
	if (mark != ' ')
		put_z(r, word, mark_style(mark));
}

/* "text → integer", or the part alone where both sides have it */
static void put_both(struct rows *r, const struct side_line *l,
    const struct side_part *from, const struct side_part *to)
{
	if (from && from->changed && from->text.n > 0 && to->text.n > 0) {
		put_text(r, from->text, part_style(l, from, false));
		r->gap++;
		put_z(r, "→", DIM);
		r->gap++;
	} else if (!from && to->role == ROLE_ATTR && to->changed) {
		put_z(r, "+", part_style(l, to, true));
	}
	put_text(r, to->text, part_style(l, to, true));
}

static void put_gone(struct rows *r, const struct side_line *l)
{
	for (size_t i = 0; i < l->left.n; i++) {
		const struct side_part *p = &l->left.parts[i];

		if (counterpart(&l->right, p->id))
			continue;
		r->gap += GAP;
		put_z(r, "-", part_style(l, p, false));
		put_text(r, p->text, part_style(l, p, false));
	}
}

/* One line that says both sides. */
static void put_merged(struct rows *r, const struct side_line *l,
    const struct columns *at)
{
	put_mark(r, l->mark);
	put_start(r, l, at);
	for (size_t i = 0; i < l->right.n; i++) {
		const struct side_part *p = &l->right.parts[i];

		place_part(r, &l->right, i, at);
		put_both(r, l, counterpart(&l->left, p->id), p);
	}
	put_gone(r, l);
	end_row(r);
}

static void put_one(struct rows *r, const struct side_line *l, bool right,
    char mark, const struct columns *at)
{
	put_mark(r, mark);
	put_half(r, l, right, at);
}

static void put_unified(struct rows *r, const struct side_line *l,
    const struct columns *at)
{
	if (l->kind == SIDE_BLANK) {
		begin_row(r, 0);
		end_row(r);
	} else if (l->kind == SIDE_FOLD || !l->right.obj) {
		put_one(r, l, false, l->mark, at);
	} else if (!l->left.obj) {
		put_one(r, l, true, l->mark, at);
	} else if (has_sql_change(l)) {
		put_one(r, l, false, '-', at);
		put_one(r, l, true, '+', at);
	} else {
		put_merged(r, l, at);
	}
}

static void flush_rows(struct rows *r, struct sbuf *out)
{
	for (size_t i = 0; i < r->v.n; i++) {
		sbuf_add(out, row_text(r, &r->v.v[i]));
		sbuf_addc(out, '\n');
	}
	reset_rows(r);
}

static void put_title(struct rows *r, const char *mark, const char *title,
    enum style style)
{
	begin_row(r, 0);
	put_z(r, mark, style);
	r->gap++;
	put_text(r, utf8_clean(r->a, str_z(title), UTF8_LINE), BOLD);
	end_row(r);
}

void diff_print_unified(const struct side *s, bool color,
    const char *left_title, const char *right_title, struct sbuf *out)
{
	struct arena *a = arena_new();
	struct rows r = { .a = a, .text = SBUF_TEXT, .width = NO_WIDTH,
		.color = color };
	struct columns at = columns_of(s, 100, GAP);

	if (s->n > 0) {
		put_title(&r, "---", left_title, BOLD_DROPPED);
		put_title(&r, "+++", right_title, BOLD_ADDED);
		begin_row(&r, 0);
		end_row(&r);
		flush_rows(&r, out);
	}
	for (size_t i = 0; i < s->n; i++) {
		put_unified(&r, &s->v[i], &at);
		flush_rows(&r, out);
	}
	sbuf_free(&r.text);
	arena_free(a);
}
