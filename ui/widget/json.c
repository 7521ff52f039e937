/*
 * json: one pass over the text makes the lines; folding makes `seen` anew.
 * RFC 8259, strictly, but for what \u escapes and numbers mean.
 */
#include "ui/widget/json.h"

#include "base/utf8.h"

/* ---- lines ---- */

enum want { WANT_VALUE, WANT_ITEM_OR_END, WANT_KEY, WANT_KEY_OR_END,
	WANT_COMMA_OR_END, WANT_NOTHING };

struct reader {
	struct str s;
	size_t i;
	struct arena *a;
	VEC(struct json_line) lines;
	uint32_t open[JSON_VIEW_DEPTH];
	size_t depth;
	enum want want;
	bool has_key;
	size_t key;		/* where it begins */
};

static void skip_space(struct reader *r)
{
	while (r->i < r->s.n && (r->s.p[r->i] == ' ' ||
	    r->s.p[r->i] == '\n' || r->s.p[r->i] == '\t' ||
	    r->s.p[r->i] == '\r'))
		r->i++;
}

static bool read_string(struct reader *r)
{
	for (r->i++; r->i < r->s.n && r->s.p[r->i] != '"'; r->i++) {
		if ((unsigned char)r->s.p[r->i] < 0x20)
			return false;
		if (r->s.p[r->i] == '\\')
			r->i++;
	}
	return r->i++ < r->s.n;
}

static size_t digits(struct reader *r)
{
	size_t from = r->i;

	while (r->i < r->s.n && r->s.p[r->i] >= '0' && r->s.p[r->i] <= '9')
		r->i++;
	return r->i - from;
}

static bool at_char(const struct reader *r, const char *of)
{
	return r->i < r->s.n && r->s.p[r->i] && strchr(of, r->s.p[r->i]);
}

static bool read_number(struct reader *r)
{
	r->i += at_char(r, "-");
	if (at_char(r, "0"))
		r->i++;
	else if (!digits(r))
		return false;
	if (at_char(r, ".")) {
		r->i++;
		if (!digits(r))
			return false;
	}
	if (!at_char(r, "eE"))
		return true;
	r->i++;
	r->i += at_char(r, "+-");
	return digits(r) > 0;
}

static bool read_word(struct reader *r)
{
	static const struct str words[] = { STR("true"), STR("false"),
		STR("null") };

	for (size_t k = 0; k < 3; k++)
		if (str_starts(str_sub(r->s, r->i, r->s.n), words[k])) {
			r->i += words[k].n;
			return true;
		}
	return false;
}

static bool add_line(struct reader *r, enum json_line_kind kind, size_t value)
{
	size_t from = r->has_key ? r->key : value;

	if (r->lines.n >= JSON_VIEW_LINES)
		return false;
	vec_push(r->a, &r->lines, (struct json_line){
	    .from = (uint32_t)from, .to = (uint32_t)r->i,
	    .value = (uint32_t)value, .depth = (uint16_t)r->depth,
	    .kind = (uint8_t)kind });
	r->has_key = false;
	return true;
}

static bool open_node(struct reader *r)
{
	size_t at = r->i;
	bool object = r->s.p[r->i++] == '{';

	if (r->depth >= JSON_VIEW_DEPTH)
		return false;
	r->open[r->depth] = (uint32_t)r->lines.n;
	if (!add_line(r, object ? JSON_OBJECT_OPEN : JSON_ARRAY_OPEN, at))
		return false;
	r->depth++;
	r->want = object ? WANT_KEY_OR_END : WANT_ITEM_OR_END;
	return true;
}

static bool close_node(struct reader *r)
{
	size_t at = r->i++;
	struct json_line *open;

	if (!r->depth)
		return false;
	open = &r->lines.v[r->open[--r->depth]];
	if (r->s.p[at] != (open->kind == JSON_OBJECT_OPEN ? '}' : ']'))
		return false;
	r->want = r->depth ? WANT_COMMA_OR_END : WANT_NOTHING;
	if (!open->n) {		/* {} stays one line */
		open->kind = JSON_LEAF;
		open->to = (uint32_t)r->i;
		return true;
	}
	open->end = (uint32_t)r->lines.n;
	return add_line(r, JSON_CLOSE, at);
}

static bool read_value(struct reader *r)
{
	size_t at = r->i;
	char c = r->s.p[at];
	bool good;

	if (r->depth)
		r->lines.v[r->open[r->depth - 1]].n++;
	if (c == '{' || c == '[')
		return open_node(r);
	good = c == '"' ? read_string(r) :
	    c == '-' || (c >= '0' && c <= '9') ? read_number(r) : read_word(r);
	r->want = r->depth ? WANT_COMMA_OR_END : WANT_NOTHING;
	return good && add_line(r, JSON_LEAF, at);
}

static bool read_key(struct reader *r)
{
	r->key = r->i;
	if (r->s.p[r->i] != '"' || !read_string(r))
		return false;
	skip_space(r);
	if (r->i >= r->s.n || r->s.p[r->i] != ':')
		return false;
	r->i++;
	r->has_key = true;
	r->want = WANT_VALUE;
	return true;
}

static bool read_comma(struct reader *r)
{
	bool object = r->lines.v[r->open[r->depth - 1]].kind ==
	    JSON_OBJECT_OPEN;

	if (r->s.p[r->i] != ',')
		return close_node(r);
	r->i++;
	r->lines.v[r->lines.n - 1].comma = true;
	r->want = object ? WANT_KEY : WANT_VALUE;
	return true;
}

static bool step(struct reader *r)
{
	bool end = r->s.p[r->i] == '}' || r->s.p[r->i] == ']';

	switch (r->want) {
	case WANT_VALUE:
		return read_value(r);
	case WANT_ITEM_OR_END:
		return end ? close_node(r) : read_value(r);
	case WANT_KEY:
		return read_key(r);
	case WANT_KEY_OR_END:
		return end ? close_node(r) : read_key(r);
	case WANT_COMMA_OR_END:
		return read_comma(r);
	case WANT_NOTHING:
		break;
	}
	return false;
}

bool json_lines(struct str text, struct arena *a, struct json_doc *out)
{
	struct reader r = { .s = text, .a = a };

	skip_space(&r);
	if (text.n > JSON_VIEW_MAX || !at_char(&r, "{["))
		return false;
	for (; r.i < text.n; skip_space(&r))
		if (!step(&r))
			return false;
	if (r.want != WANT_NOTHING)
		return false;
	*out = (struct json_doc){ text, r.lines.v, r.lines.n };
	return true;
}

/* ---- folding ---- */

static void look(struct json_view *j)
{
	size_t n = 0;

	for (size_t i = 0; i < j->doc.n; i++) {
		j->seen[n++] = (uint32_t)i;
		if (j->doc.v[i].folded)
			i = j->doc.v[i].end;
	}
	list_set(&j->list, n);
}

/* The cursor to line i, or to the fold that hides it. */
static void go_to(struct json_view *j, size_t i)
{
	size_t low = 0, high = j->list.n;

	while (high - low > 1) {
		size_t mid = (low + high) / 2;

		if (j->seen[mid] <= i)
			low = mid;
		else
			high = mid;
	}
	list_to(&j->list, low);
}

static bool is_open(const struct json_line *l)
{
	return l->kind == JSON_OBJECT_OPEN || l->kind == JSON_ARRAY_OPEN;
}

/* The line that opens the node which i is in; i itself at the top. */
static size_t parent_of(const struct json_view *j, size_t i)
{
	unsigned depth = j->doc.v[i].depth;

	if (!depth)
		return i;
	while (i > 0 && !(is_open(&j->doc.v[i]) && j->doc.v[i].depth < depth))
		i--;
	return i;
}

/* The node under the cursor; on what does not fold the one round it. */
static void fold(struct json_view *j)
{
	size_t i = j->seen[j->list.cur];

	if (j->doc.v[i].kind == JSON_CLOSE)
		while (!(is_open(&j->doc.v[i]) &&
		    j->doc.v[i].end == j->seen[j->list.cur]))
			i--;
	else if (j->doc.v[i].kind == JSON_LEAF)
		i = parent_of(j, i);
	if (!is_open(&j->doc.v[i]))
		return;
	j->doc.v[i].folded = !j->doc.v[i].folded;
	look(j);
	go_to(j, i);
}

static void fold_all(struct json_view *j, bool folded)
{
	size_t at = j->seen[j->list.cur];

	for (size_t i = 1; i < j->doc.n; i++)	/* the outermost stays open */
		j->doc.v[i].folded = folded && is_open(&j->doc.v[i]);
	j->doc.v[0].folded = false;
	look(j);
	go_to(j, at);
}

/* Nothing that hides line i stays folded. */
static void show(struct json_view *j, size_t i)
{
	for (size_t up = parent_of(j, i); ; up = parent_of(j, up)) {
		j->doc.v[up].folded = j->doc.v[up].folded && up == i;
		if (!j->doc.v[up].depth)
			break;
	}
	look(j);
	go_to(j, i);
}

/* ---- the viewer ---- */

void json_view_set(struct json_view *j, const struct json_doc *doc)
{
	arena_free(j->a);
	j->a = arena_new();
	j->doc = *doc;
	j->seen = arena_array(j->a, uint32_t, doc->n);
	j->list.cur = j->list.top = j->left = 0;
	look(j);
}

void json_view_resize(struct json_view *j, int rows)
{
	j->list.h = rows;
	list_to(&j->list, j->list.cur);
}

void json_view_close(struct json_view *j)
{
	arena_free(j->a);
	j->a = NULL;
	filter_close(&j->search);
}

bool json_view_searching(const struct json_view *j)
{
	return j->search.open;
}

static void search_go(struct json_view *j, bool forward, bool here)
{
	size_t n = j->doc.n, i = n ? j->seen[j->list.cur] : 0;

	for (size_t step = here ? 0 : 1; j->search.m && step <= n; step++) {
		size_t k = forward ? (i + step) % n : (i + n - step % n) % n;
		const struct json_line *l = &j->doc.v[k];

		if (filter_pass(&j->search,
		    str_sub(j->doc.text, l->from, l->to))) {
			show(j, k);
			return;
		}
	}
}

static bool key(struct json_view *j, enum action act)
{
	if (act == ACT_OPEN || act == ACT_FOLD)
		fold(j);
	else if (act == ACT_FOLD_ALL || act == ACT_UNFOLD_ALL)
		fold_all(j, act == ACT_FOLD_ALL);
	else if (act == ACT_LEFT)
		j->left -= j->left < 8 ? j->left : 8;
	else if (act == ACT_RIGHT)
		j->left += 8;
	else if (act == ACT_COL_FIRST)
		j->left = 0;
	else if (act == ACT_SEARCH_NEXT || act == ACT_SEARCH_PREV)
		search_go(j, act == ACT_SEARCH_NEXT, false);
	else if (act == ACT_SEARCH) {
		filter_anew(&j->search);
	} else {
		return list_key(&j->list, act);
	}
	return true;
}

bool json_view_msg(struct json_view *j, const struct msg *m)
{
	if (j->search.open) {
		enum input_result r = filter_msg(&j->search, m);

		if (r == INPUT_CHANGED)
			search_go(j, true, true);
		return r != INPUT_IGNORED;
	}
	return m->kind == MSG_KEY && j->doc.n && key(j, m->act);
}

/* ---- drawing ---- */

#define PARTS_MAX 6

/* One line as text, and which style each part of it has. */
struct drawn {
	struct sbuf b;
	struct { size_t to; enum style style; } v[PARTS_MAX];
	size_t n;
	size_t room;		/* bytes of a value that can be seen */
	bool ascii;
};

static void part(struct drawn *d, enum style st, struct str s)
{
	bool cut = s.n > d->room;

	utf8_sanitize(&d->b, str_sub(s, 0, cut ? d->room : s.n), UTF8_LINE,
	    d->ascii);
	if (d->n < PARTS_MAX) {
		d->v[d->n].to = d->b.n;
		d->v[d->n++].style = st;
	}
}

static enum style style_of(char c)
{
	return c == '"' ? STYLE_STRING : c == 't' || c == 'f' ? STYLE_KEYWORD :
	    c == 'n' ? STYLE_NULL : c == '{' || c == '[' ? STYLE_DIM :
	    STYLE_NUMBER;
}

static void compose(const struct json_view *j, const struct json_line *l,
    struct drawn *d)
{
	struct str value = str_sub(j->doc.text, l->value, l->to);
	struct str key = str_sub(j->doc.text, l->from, l->value);
	bool object = l->kind == JSON_OBJECT_OPEN;
	size_t quote = key.n;

	sbuf_fill(&d->b, ' ', (size_t)l->depth * 2);
	while (quote && key.p[quote - 1] != '"')
		quote--;	/* the colon and spaces after it */
	if (quote) {
		part(d, STYLE_ACCENT, str_sub(key, 0, quote));
		part(d, STYLE_DIM, STR(": "));
	}
	if (is_open(l) && l->folded) {
		part(d, STYLE_DIM, object ? STR("{ ") : STR("[ "));
		sbuf_add_count(&d->b, l->n);
		sbuf_addz(&d->b, object ? (l->n == 1 ? " key" : " keys") :
		    (l->n == 1 ? " item" : " items"));
		part(d, STYLE_NUMBER, STR(""));
		part(d, STYLE_DIM, object ? STR(" }") : STR(" ]"));
	} else {
		part(d, l->kind == JSON_LEAF && value.n ?
		    style_of(value.p[0]) : STYLE_DIM, value);
	}
	if (l->folded ? j->doc.v[l->end].comma : l->comma)
		part(d, STYLE_DIM, STR(","));
}

static void draw_line(const struct json_view *j, struct pane line,
    const struct json_line *l)
{
	struct drawn d = { .b = SBUF_INIT((size_t)1 << 20),
		.room = (j->left + (size_t)line.w) * 8 + 64,
		.ascii = line.s->ascii };
	int x = -(int)j->left;
	size_t from = 0, start, end;
	struct str s;

	compose(j, l, &d);
	s = sbuf_str(&d.b);
	for (size_t i = 0; i < d.n; from = d.v[i++].to)
		x = pane_data(line, x, 0, d.v[i].style,
		    str_sub(s, from, d.v[i].to));
	if (x > line.w)
		pane_mark(line, line.w - 1, 0, STYLE_DIM, MARK_ELLIPSIS);
	for (from = 0; j->search.m && from <= s.n &&
	    match_find(j->search.m, s, from, &start, &end) && end > from;
	    from = end)
		pane_restyle(line, (int)utf8_cells(str_sub(s, 0, start)) -
		    (int)j->left, 0,
		    (int)utf8_cells(str_sub(s, start, end)), STYLE_MATCH);
	sbuf_free(&d.b);
}

static void draw_row(const void *arg, struct pane line, size_t i, bool current)
{
	const struct json_view *j = arg;
	const struct json_line *l = &j->doc.v[j->seen[i]];

	(void)current;
	if (is_open(l))
		pane_mark(line, 0, 0, STYLE_DIM, l->folded ? MARK_CLOSED :
		    MARK_OPEN);
	draw_line(j, pane_sub(line, 2, 0, line.w - 2, 1), l);
}

void json_view_draw(const struct json_view *j, struct pane p)
{
	struct pane rows = p;

	if (j->search.open && p.h > 1)
		rows = pane_sub(p, 0, 0, p.w, p.h - 1);
	list_draw(&j->list, rows, true, draw_row, j);
	if (j->search.open && p.h > 0)
		filter_draw(&j->search, p, 0, p.h - 1, p.w);
}
