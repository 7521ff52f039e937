/*
 * sheet: cutting the parts of a diff line into rows.
 *
 * A half is a run of words, each with its column and style.  A gap before a
 * word is held back until the word is placed, so that no row ends in space.
 * Colours say nothing that marks and words do not say.
 */
#include "ui/widget/sheet.h"

#include "base/utf8.h"

#define INDENT 2
#define GAP 2

struct columns {
	int name, type, attr;
};

struct row {			/* of one half, while it is filled */
	VEC(struct sheet_run) runs;
};

struct half {
	struct arena *a;
	VEC(struct row) rows;
	int w, hang;		/* hang: indent of the rows after the first */
	int x, gap;
	bool ascii;
};

/* ---- filling rows ---- */

static void begin_row(struct half *h, int indent)
{
	vec_push(h->a, &h->rows, (struct row){ 0 });
	h->x = 0;
	h->gap = indent;
}

static struct row *last_row(struct half *h)
{
	return &h->rows.v[h->rows.n - 1];
}

static void put_piece(struct half *h, struct str text, int cells,
    enum style st)
{
	struct row *r = last_row(h);

	h->x += h->gap;
	h->gap = 0;
	vec_push(h->a, &r->runs, (struct sheet_run){ h->x, text, st });
	h->x += cells;
}

/* One word; what is wider than a row is cut at its edge. */
static void put_word(struct half *h, struct str word, enum style st)
{
	int cells = (int)utf8_cells(word);

	if (h->x > 0 && h->x + h->gap + cells > h->w)
		begin_row(h, h->hang);
	while (h->x + h->gap + cells > h->w) {
		int room = h->w - h->x - h->gap;
		struct str piece;
		size_t used;

		if (room <= 0)
			h->gap = 0;
		piece = utf8_fit(word, (size_t)(h->w - h->x - h->gap), &used);
		if (!piece.n)
			return;
		put_piece(h, piece, (int)used, st);
		begin_row(h, h->hang);
		word = str_sub(word, piece.n, word.n);
		cells -= (int)used;
	}
	if (word.n)
		put_piece(h, word, cells, st);
}

struct str text_ascii(struct arena *a, struct str word)
{
	static const struct {
		const char *utf8, *ascii;
	} forms[] = { { "→", "->" }, { "…", "..." }, { "·", "-" } };
	struct sbuf b = SBUF_INIT((size_t)1 << 20);
	size_t i = 0;
	struct str out;

	while (i < word.n) {
		size_t k = 0, n = sizeof(forms) / sizeof(*forms);

		for (k = 0; k < n; k++)
			if (str_starts(str_sub(word, i, word.n),
			    str_z(forms[k].utf8)))
				break;
		if (k < n) {
			sbuf_addz(&b, forms[k].ascii);
			i += strlen(forms[k].utf8);
		} else {
			sbuf_addc(&b, word.p[i++]);
		}
	}
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static void put_text(struct half *h, struct str text, enum style st)
{
	size_t i = 0;

	while (i < text.n) {
		size_t start = i;
		struct str word;

		while (i < text.n && text.p[i] == ' ')
			i++;
		h->gap += (int)(i - start);
		start = i;
		while (i < text.n && text.p[i] != ' ')
			i++;
		word = str_sub(text, start, i);
		if (h->ascii)
			word = text_ascii(h->a, word);
		if (word.n)
			put_word(h, word, st);
	}
}

/* The next piece begins in `column` if it can, else `gap` on. */
static void tab_to(struct half *h, int column, int gap)
{
	int at = h->x + h->gap;

	h->gap += at + gap <= column ? column - at : gap;
}

/* ---- styles ---- */

static enum style mark_style(char mark)
{
	switch (mark) {
	case '+':
		return STYLE_ADDED_STRONG;
	case '-':
		return STYLE_LOSS;
	case '>':
		return STYLE_RENAMED;
	case '~':
		return STYLE_CHANGED;
	default:
		return STYLE_DIM;
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

static enum style plain_style(const struct side_line *l,
    const struct side_part *p)
{
	if (l->kind == SIDE_HEAD && p->role == ROLE_NAME)
		return STYLE_STRONG;
	return p->role == ROLE_NOTE ? STYLE_DIM : STYLE_NORMAL;
}

static enum style part_style(const struct side_line *l,
    const struct side_part *p, bool right)
{
	bool head = l->kind == SIDE_HEAD && p->role == ROLE_NAME;

	if (l->mark == '+')
		return head ? STYLE_ADDED_STRONG : STYLE_ADDED;
	if (l->mark == '-')
		return head ? STYLE_LOSS : STYLE_REMOVED;
	if (!p->changed)
		return plain_style(l, p);
	if (l->mark == '>' && p->role == ROLE_NAME)
		return STYLE_RENAMED;
	if (!counterpart(right ? &l->left : &l->right, p->id))
		return right ? STYLE_ADDED_STRONG : STYLE_REMOVED;
	return right ? STYLE_CHANGED : STYLE_WARN;
}

/* ---- the parts of one half ---- */

static bool is_column_line(const struct side_half *h)
{
	return h->n > 1 && h->parts[1].role == ROLE_TYPE;
}

/* Long names do not push everything else out of a narrow half. */
static struct columns columns_of(const struct side *s, int w)
{
	int name = (int)s->name_width, type = (int)s->type_width;

	if (name > w * 2 / 5)
		name = w * 2 / 5;
	if (name < 12)
		name = 12;
	if (type > w / 4)
		type = w / 4;
	name += 2 * INDENT + GAP;
	return (struct columns){ .name = 2 * INDENT, .type = name,
		.attr = name + type + GAP };
}

static void put_start(struct half *h, const struct side_line *l)
{
	tab_to(h, l->indent ? 2 * INDENT : INDENT, 0);
	if (l->heading.n) {
		put_text(h, l->heading, l->mark == '+' ? STYLE_ADDED :
		    l->mark == '-' ? STYLE_REMOVED : STYLE_DIM);
		h->gap++;
	}
}

static void place_part(struct half *h, const struct side_half *x, size_t i,
    const struct columns *at)
{
	int cells;

	if (i == 0)
		return;
	if (is_column_line(x) && i <= 2)
		tab_to(h, i == 1 ? at->type : at->attr, GAP);
	else
		h->gap += x->parts[i].role == ROLE_SQL &&
		    x->parts[i - 1].role == ROLE_SQL ? 1 : GAP;
	/* rather the next row than an attribute cut in two */
	cells = (int)utf8_cells(x->parts[i].text);
	if (x->parts[i].role != ROLE_SQL && h->x > 0 &&
	    h->x + h->gap + cells > h->w && h->hang + cells <= h->w)
		begin_row(h, h->hang);
}

static void put_head_note(struct half *h, const struct side_line *l,
    bool right, const struct columns *at, const struct sheet_hooks *hooks)
{
	enum style st = STYLE_DIM;
	struct str note;

	if (l->kind != SIDE_HEAD || !hooks || !hooks->head)
		return;
	note = hooks->head(hooks->arg, l, right, h->a, &st);
	if (!note.n)
		return;
	tab_to(h, at->type, GAP);
	put_text(h, note, st);
}

static void put_half(struct half *h, const struct side_line *l, bool right,
    const struct columns *at, const struct sheet_hooks *hooks)
{
	const struct side_half *x = right ? &l->right : &l->left;

	if (!x->n)
		return;
	put_start(h, l);
	for (size_t i = 0; i < x->n; i++) {
		place_part(h, x, i, at);
		put_text(h, x->parts[i].text, part_style(l, &x->parts[i], right));
	}
	put_head_note(h, l, right, at, hooks);
}

/* ---- layout ---- */

struct work {
	struct sheet *s;
	const struct sheet_hooks *hooks;
	struct columns at;
	VEC(struct sheet_row) rows;
};

static struct half half_new(const struct work *w, int width, int indent)
{
	struct half h = { .a = w->s->a, .w = width, .hang = 3 * INDENT,
		.ascii = w->s->ascii };

	if (h.hang > width / 2)
		h.hang = width / 2;
	begin_row(&h, indent);
	return h;
}

static struct sheet_half runs_of(const struct half *h, size_t i)
{
	if (i >= h->rows.n)
		return (struct sheet_half){ 0 };
	return (struct sheet_half){ h->rows.v[i].runs.v, h->rows.v[i].runs.n };
}

static void add_rows(struct work *w, const struct side_line *l, char mark,
    const struct half *left, const struct half *right)
{
	size_t n = left->rows.n;

	if (right && right->rows.n > n)
		n = right->rows.n;
	for (size_t i = 0; i < n; i++)
		vec_push(w->s->a, &w->rows, (struct sheet_row){ .line = l,
		    .first = i == 0, .mark = i == 0 ? mark : ' ',
		    .left = runs_of(left, i),
		    .right = right ? runs_of(right, i) :
		    (struct sheet_half){ 0 } });
}

static void add_side(struct work *w, const struct side_line *l)
{
	struct half left = half_new(w, w->s->half - 2, 0);
	struct half right = half_new(w, w->s->half - 2, 0);

	put_half(&left, l, false, &w->at, w->hooks);
	put_half(&right, l, true, &w->at, w->hooks);
	add_rows(w, l, l->mark, &left, &right);
}

/* ---- unified ---- */

static bool has_sql_change(const struct side_half *h)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->parts[i].role == ROLE_SQL && h->parts[i].changed)
			return true;
	return false;
}

/* "text → integer", or the part alone where both sides have it */
static void put_both(struct half *h, const struct side_line *l,
    const struct side_part *from, const struct side_part *to)
{
	if (from && from->changed && from->text.n && to->text.n) {
		put_text(h, from->text, part_style(l, from, false));
		h->gap++;
		put_text(h, STR("→"), STYLE_DIM);
		h->gap++;
	} else if (!from && to->role == ROLE_ATTR && to->changed) {
		put_text(h, STR("+"), part_style(l, to, true));
	}
	put_text(h, to->text, part_style(l, to, true));
}

static void put_merged(struct half *h, const struct side_line *l,
    const struct work *w)
{
	put_start(h, l);
	for (size_t i = 0; i < l->right.n; i++) {
		const struct side_part *p = &l->right.parts[i];

		place_part(h, &l->right, i, &w->at);
		put_both(h, l, counterpart(&l->left, p->id), p);
	}
	for (size_t i = 0; i < l->left.n; i++) {
		const struct side_part *p = &l->left.parts[i];

		if (counterpart(&l->right, p->id))
			continue;
		h->gap += GAP;
		put_text(h, STR("-"), part_style(l, p, false));
		put_text(h, p->text, part_style(l, p, false));
	}
	put_head_note(h, l, false, &w->at, w->hooks);
}

static void add_one(struct work *w, const struct side_line *l, bool right,
    char mark)
{
	struct half h = half_new(w, w->s->w - 3, 0);

	put_half(&h, l, right, &w->at, w->hooks);
	add_rows(w, l, mark, &h, NULL);
}

static void add_tail(struct work *w, size_t first)
{
	struct sheet_row *r = &w->rows.v[first];
	enum style st = STYLE_DIM;
	struct str tail;
	int end = 0;

	if (!w->hooks || !w->hooks->tail || !r->line->change)
		return;
	tail = w->hooks->tail(w->hooks->arg, r->line, w->s->a, &st);
	if (w->s->ascii)
		tail = text_ascii(w->s->a, tail);
	for (size_t i = 0; i < r->left.n; i++)
		end = r->left.v[i].x + (int)utf8_cells(r->left.v[i].text);
	if (!tail.n || end + 4 + (int)utf8_cells(tail) > w->s->w - 2)
		return;
	r->tail = tail;
	r->tail_style = st;
}

static void add_unified(struct work *w, const struct side_line *l)
{
	size_t first = w->rows.n;

	if (l->kind == SIDE_BLANK || l->kind == SIDE_FOLD || !l->right.obj) {
		add_one(w, l, false, l->mark);
	} else if (!l->left.obj) {
		add_one(w, l, true, l->mark);
	} else if (has_sql_change(&l->left) || has_sql_change(&l->right)) {
		add_one(w, l, false, '-');
		add_one(w, l, true, '+');
	} else {
		struct half h = half_new(w, w->s->w - 3, 0);

		put_merged(&h, l, w);
		add_rows(w, l, l->mark, &h, NULL);
	}
	add_tail(w, first);
}

void sheet_layout(struct sheet *s, const struct side *side,
    const struct sheet_options *o, const struct sheet_hooks *hooks)
{
	struct work w = { .s = s, .hooks = hooks };
	const struct side_line *v = o->unfolded ? side->all : side->v;
	size_t n = o->unfolded ? side->nall : side->n;

	sheet_close(s);
	s->a = arena_new();
	s->w = o->w > 12 ? o->w : 12;
	s->unified = o->unified;
	s->ascii = o->ascii;
	/* one column for the line between, one for the mark */
	s->half = (s->w - 2) / 2 + 1;
	w.at = columns_of(side, o->unified ? s->w : s->half - 2);
	for (size_t i = 0; i < n; i++)
		if (o->unified)
			add_unified(&w, &v[i]);
		else
			add_side(&w, &v[i]);
	s->v = w.rows.v;
	s->n = w.rows.n;
}

void sheet_close(struct sheet *s)
{
	arena_free(s->a);
	s->a = NULL;
	s->v = NULL;
	s->n = 0;
}

int sheet_middle(const struct sheet *s)
{
	return s->unified ? 0 : s->half - 1;
}

/* ---- drawing ---- */

static void draw_runs(struct pane p, int y, const struct sheet_half *h)
{
	for (size_t i = 0; i < h->n; i++)
		pane_data(p, h->v[i].x, y, h->v[i].style, h->v[i].text);
}

static void draw_mark(struct pane p, int x, int y, char mark)
{
	char text[1] = { mark };

	if (mark == '>')
		pane_mark(p, x, y, mark_style(mark), MARK_RENAMED);
	else if (mark != ' ')
		pane_text(p, x, y, mark_style(mark), (struct str){ text, 1 });
}

void sheet_draw_row(const struct sheet *s, struct pane p, int y, size_t i,
    bool lit)
{
	const struct sheet_row *r = &s->v[i];
	int mid = sheet_middle(s);
	struct pane left, right;

	if (s->unified) {
		left = pane_sub(p, 2, y, p.w - 2, 1);
		draw_runs(left, 0, &r->left);
		if (r->tail.n)
			pane_right(left, left.w - 1, 0, r->tail_style, r->tail);
		if (lit)
			pane_bar(left, 0);
		draw_mark(p, 0, y, r->mark);
		return;
	}
	left = pane_sub(p, 0, y, mid, 1);
	right = pane_sub(p, mid + 2, y, mid - 1, 1);
	draw_runs(left, 0, &r->left);
	draw_runs(right, 0, &r->right);
	if (lit && r->line->left.n)
		pane_bar(left, 0);
	if (lit && r->line->right.n)
		pane_bar(right, 0);
	draw_mark(p, mid + 1, y, r->mark);
}
