/*
 * cell: one value in full, read in pieces as it is needed: JSON as a tree
 * that folds, text wrapped with its control characters visible, bytes as hex
 * of which only what is seen is held, a number with what it means.
 */
#include "base/magic.h"
#include "base/utf8.h"
#include "ui/view/cells.h"
#include "ui/view/rowwin.h"
#include "ui/view/typed.h"
#include "ui/view/views.h"
#include "ui/widget/hex.h"
#include "ui/widget/json.h"
#include "ui/widget/text.h"

enum { JOB_PIECE = 1, JOB_HEX, JOB_JSON };
enum form { FORM_JSON, FORM_TEXT, FORM_HEX, FORM_N };

#define PIECE ((size_t)256 << 10)
#define VALUE_MAX ((size_t)16 << 20)	/* bytes of a text that are held */
#define COPY_MAX ((size_t)1 << 20)

struct reading {
	struct place place;		/* in v->a */
	size_t col;
	enum ts_meaning meant;
	struct str name, type;		/* of the column */
	struct str meaning, hint;	/* of a scalar; "" */
	struct strs labels;		/* of its enum */
	const char *magic;		/* or NULL */
	struct value value;		/* kind, full; numbers whole */
	struct sbuf raw, shown;		/* of a text: its first bytes */
	bool known, loading, has_text;
	bool as_stored;			/* a scalar without its meaning */
	enum form form;
	struct text_view text;
	struct hex_view hex;
	struct json_view json;
	struct arena *json_a;		/* NULL: not JSON, or not read yet */
};

static const char *const form_name[FORM_N] = {
	[FORM_JSON] = "json", [FORM_TEXT] = "text", [FORM_HEX] = "hex",
};

static const struct bind binds[] = {
	BIND_GRID, { ACT_OPEN, NULL, "fold" }, { ACT_FOLD, NULL, "" },
	{ ACT_FOLD_ALL, NULL, "fold all" }, { ACT_UNFOLD_ALL, NULL, "open all" },
	{ ACT_RAW, NULL, NULL }, { ACT_SECTION_PREV, NULL, NULL },
	{ ACT_SECTION_NEXT, NULL, "form" }, { ACT_WRAP, NULL, NULL },
	{ ACT_SEARCH, NULL, NULL }, { ACT_SEARCH_NEXT, NULL, NULL },
	{ ACT_SEARCH_PREV, NULL, NULL }, { ACT_COPY, NULL, NULL },
};
static const struct keymap map = {
	.name = "One value",
	.parent = &keymap_global,
	KEYMAP(binds),
};
static const struct keymap map_text = {
	.name = "One value: typing",
	.parent = &filter_map,
	.text = true,
};

static bool typing(const struct reading *c)
{
	return text_searching(&c->text) || json_view_searching(&c->json);
}

static const struct keymap *keymap(const struct ui_view *v)
{
	return typing(v->state) ? &map_text : &map;
}

static bool is_bytes(const struct reading *c)
{
	return c->value.kind == VALUE_TEXT || c->value.kind == VALUE_BLOB;
}

static bool is_whole(const struct reading *c)
{
	return !is_bytes(c) || c->raw.n >= c->value.full;
}

static bool has_form(const struct reading *c, enum form f)
{
	return f == FORM_JSON ? c->json_a != NULL :
	    f == FORM_TEXT ? c->has_text : is_bytes(c);
}

static bool can(const struct ui_view *v, enum action act)
{
	const struct reading *c = v->state;
	bool json = c->form == FORM_JSON, text = c->form == FORM_TEXT;

	if (!c->known)
		return true;
	if (act == ACT_OPEN || act == ACT_FOLD || act == ACT_FOLD_ALL ||
	    act == ACT_UNFOLD_ALL)
		return is_bytes(c) && json;
	if (act == ACT_WRAP)
		return is_bytes(c) && text;
	if (act == ACT_SEARCH)
		return is_bytes(c) && (json || text);
	if (act == ACT_SEARCH_NEXT || act == ACT_SEARCH_PREV)
		return c->text.search.m || c->json.search.m;
	if (act == ACT_SECTION_NEXT || act == ACT_SECTION_PREV)
		return is_bytes(c) && has_form(c, FORM_TEXT);
	if (act == ACT_RAW)
		return c->json_a || c->meaning.n;
	return true;
}

/* ---- the jobs ---- */

struct piece_ask {
	struct place place;
	size_t col, from, n;
	enum ts_meaning meant;
};
struct cell_piece {
	size_t from;
	struct value value;
	struct str name, type, meaning, hint;
	struct json_doc doc;		/* n = 0: not all of it, or no JSON */
};

/* What the value says beside itself; in j->a. */
static void facts(struct job *j, const struct rows_col *col,
    enum ts_meaning meant, struct cell_piece *p)
{
	struct sbuf b = SBUF_INIT(256);

	p->name = arena_str(j->a, col->name);
	p->type = arena_str(j->a, col->type);
	if (typed_show(col, meant, &p->value, &b))
		p->meaning = arena_str(j->a, sbuf_str(&b));
	sbuf_reset(&b);
	if (typed_time_hint(col, meant, &p->value, &b))
		p->hint = arena_str(j->a, sbuf_str(&b));
	sbuf_free(&b);
}

static enum rc run_piece(struct job *j, void **result, struct err *e)
{
	const struct piece_ask *k = j->arg;
	struct cell_piece *p = arena_new_of(j->a, struct cell_piece);
	const struct rows *r;
	const struct model *m;
	enum rc rc = session_live(j->session, &m, e);

	if (!rc)
		rc = place_plan(m, &k->place, j->a, &r, e);
	if (!rc && k->col >= r->ncols)
		rc = err_set(e, RC_NOTFOUND, "there is no such column any more");
	if (!rc)
		rc = rows_cell(j->session->db, r, k->place.key, k->col, k->from,
		    k->n, j->a, &p->value, e);
	if (rc)
		return rc;
	p->from = k->from;
	facts(j, &r->cols[k->col], k->meant, p);
	if (!k->from && p->value.s.n == p->value.full)
		(void)json_lines(p->value.s, j->a, &p->doc);
	*result = p;
	return RC_OK;
}

static void ask(struct ui_view *v, unsigned key, size_t from, size_t n,
    struct cmds *out)
{
	struct reading *c = v->state;
	struct arena *a = arena_new();
	struct piece_ask *k = arena_new_of(a, struct piece_ask);

	k->place = place_copy(a, &c->place);
	k->col = c->col;
	k->meant = c->meant;
	k->from = from;
	k->n = n;
	c->loading = true;
	cmds_job(out, (struct job_spec){ .what = "reading the value",
		.key = key, .a = a, .arg = k, .run = run_piece });
}

/* ---- forms ---- */

/* The text form anew: more of it has come, or the screen is another. */
static void form_text(struct ui_view *v)
{
	struct reading *c = v->state;
	size_t cur = c->text.lines.cur, top = c->text.lines.top;
	bool wrap = c->shown.p ? c->text.wrap : true;

	sbuf_free(&c->shown);
	c->shown = (struct sbuf)SBUF_INIT(VALUE_MAX * 8);
	utf8_sanitize(&c->shown, sbuf_str(&c->raw), UTF8_BLOCK, v->app->ascii);
	c->text.w = v->w - 2;
	text_set(&c->text, sbuf_str(&c->shown), NULL, wrap);
	text_resize(&c->text, v->w - 2, v->h - 2);
	c->text.lines.top = top;
	list_to(&c->text.lines, cur);
}

static void fit(struct ui_view *v)
{
	struct reading *c = v->state;

	if (!c->known || !is_bytes(c))
		return;
	if (c->form == FORM_TEXT)
		form_text(v);
	json_view_resize(&c->json, v->h - 2);
	hex_resize(&c->hex, v->w - 2, v->h - 2);
}

static void set_form(struct ui_view *v, enum form f)
{
	struct reading *c = v->state;

	c->form = f;
	fit(v);
}

static void next_form(struct ui_view *v, bool forward)
{
	struct reading *c = v->state;
	unsigned f = c->form;

	if (!c->known || !is_bytes(c))
		return;
	do {
		f = (f + (forward ? 1 : FORM_N - 1)) % FORM_N;
	} while (!has_form(c, (enum form)f) && f != c->form);
	set_form(v, (enum form)f);
}

/* As it is stored, or as what it means. */
static void toggle(struct ui_view *v)
{
	struct reading *c = v->state;

	if (c->meaning.n)
		c->as_stored = !c->as_stored;
	else if (c->json_a)
		set_form(v, c->form == FORM_JSON ? FORM_TEXT : FORM_JSON);
}

/* ---- what comes ---- */

/* Bytes that read as text: valid but for a cut end, without controls. */
static bool reads_as_text(struct str s, bool whole)
{
	size_t bad = s.n;

	if (!utf8_valid(s, &bad) && (whole || s.n - bad > 3))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' && s.p[i] != '\n' &&
		    s.p[i] != '\t' && s.p[i] != '\r')
			return false;
	return s.n > 0;
}

static bool begins_json(struct str s)
{
	s = str_trim(s);
	return s.n && (s.p[0] == '{' || s.p[0] == '[');
}

static void json_came(struct ui_view *v, const struct msg *m)
{
	struct reading *c = v->state;
	const struct cell_piece *p = m->result;
	bool first = !c->json_a;

	if (!p->doc.n)
		return;
	arena_free(c->json_a);
	c->json_a = msg_take_arena(m);
	json_view_set(&c->json, &p->doc);
	/* unless something else was chosen meanwhile */
	if (first && (c->form == FORM_TEXT || !c->known))
		set_form(v, FORM_JSON);
}

/* The first piece: what the value is, and in which form it is seen. */
static void first_came(struct ui_view *v, const struct msg *m,
    struct cmds *out)
{
	struct reading *c = v->state;
	const struct cell_piece *p = m->result;
	struct str s = p->value.s;
	bool blob = p->value.kind == VALUE_BLOB;

	c->value = p->value;
	c->value.s = blob ? STR("") : arena_str(v->a, s);
	c->name = app_clean(v->app, v->a, p->name);
	c->type = app_clean(v->app, v->a, p->type);
	c->meaning = arena_str(v->a, p->meaning);
	c->hint = arena_str(v->a, p->hint);
	c->known = true;
	if (!is_bytes(c))
		return;
	c->magic = magic_name(s);
	c->has_text = !blob || reads_as_text(s, s.n == c->value.full);
	if (c->has_text)
		sbuf_add(&c->raw, s);
	hex_open(&c->hex, c->value.full);
	c->form = blob ? FORM_HEX : FORM_TEXT;
	if (p->doc.n) {
		c->form = FORM_TEXT;
		json_came(v, m);
	} else if (c->has_text && !is_whole(c) && begins_json(s) &&
	    c->value.full <= JSON_VIEW_MAX) {
		c->form = FORM_TEXT;
		ask(v, JOB_JSON, 0, c->value.full, out);
	}
	fit(v);
}

static void piece_came(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct reading *c = v->state;
	const struct cell_piece *p = m->result;

	c->loading = false;
	if (m->rc) {
		cmds_error(out, m->err);
	} else if (!c->known) {
		first_came(v, m, out);
	} else if (m->key == JOB_HEX) {
		hex_take(&c->hex, p->from, p->value.s, msg_take_arena(m));
	} else if (m->key == JOB_JSON) {
		if (p->value.s.n <= VALUE_MAX) {
			sbuf_reset(&c->raw);
			sbuf_add(&c->raw, p->value.s);
		}
		if (!p->doc.n)
			cmds_message(out, STYLE_DIM,
			    "no JSON, or more values than can be folded");
		json_came(v, m);
		fit(v);
	} else if (p->from == c->raw.n) {
		sbuf_add(&c->raw, p->value.s);
		fit(v);
	}
}

/* What the screen lacks. */
static void more(struct ui_view *v, struct cmds *out)
{
	struct reading *c = v->state;
	size_t from, n = c->raw.n > PIECE ? c->raw.n : PIECE;
	size_t below = c->text.lines.n - c->text.lines.top;

	if (!c->known || c->loading || !is_bytes(c))
		return;
	if (c->form == FORM_HEX && hex_wants(&c->hex, &from))
		ask(v, JOB_HEX, from, HEX_PIECE, out);
	if (n > VALUE_MAX - c->raw.n)
		n = VALUE_MAX - c->raw.n;
	if (c->form == FORM_TEXT && !is_whole(c) && n &&
	    below < (size_t)v->h * 2)
		ask(v, JOB_PIECE, c->raw.n, n, out);
}

/* ---- ops ---- */

static void enter(struct ui_view *v, const void *arg, struct cmds *out)
{
	const struct cell_arg *from = arg;
	struct reading *c = v->state;
	struct str *labels;

	c->place = place_copy(v->a, &from->place);
	c->col = from->col;
	c->meant = from->meant;
	labels = arena_array(v->a, struct str, from->labels.n);
	for (size_t i = 0; i < from->labels.n; i++)
		labels[i] = app_clean(v->app, v->a, from->labels.v[i]);
	c->labels = (struct strs){ labels, from->labels.n };
	c->raw.max = VALUE_MAX;
	ask(v, JOB_PIECE, 0, PIECE, out);
}

/* The value itself, however it is shown. */
static void copy(struct ui_view *v, struct cmds *out)
{
	struct reading *c = v->state;
	struct sbuf b = SBUF_INIT(COPY_MAX);

	if (!c->known)
		return;
	if (!is_bytes(c))
		(void)cell_plain(v->app->dialect, &c->value, &b);
	else if (c->has_text && is_whole(c))
		sbuf_add(&b, sbuf_str(&c->raw));
	if (b.full || !is_whole(c))
		cmds_message(out, STYLE_WARN, "too long to copy");
	else if (!c->has_text && is_bytes(c))
		cmds_message(out, STYLE_WARN, "bytes that are no text");
	else if (!b.n)
		cmds_message(out, STYLE_WARN, "not copied: the value is empty");
	else {
		cmds_push(out, (struct cmd){ .kind = CMD_COPY,
			.text = sbuf_str(&b) });
		cmds_message(out, STYLE_DIM, "copied");
	}
	sbuf_free(&b);
}

static void key(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct reading *c = v->state;

	if (m->act == ACT_SECTION_NEXT || m->act == ACT_SECTION_PREV)
		next_form(v, m->act == ACT_SECTION_NEXT);
	else if (m->act == ACT_COPY)
		copy(v, out);
	else if (m->act == ACT_RAW)
		toggle(v);
	else if (!is_bytes(c))
		return;
	else if (c->form == FORM_JSON)
		(void)json_view_msg(&c->json, m);
	else if (c->form == FORM_HEX)
		(void)hex_key(&c->hex, m->act);
	else
		(void)text_msg(&c->text, m);
}

static void update(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct reading *c = v->state;
	bool typed = m->kind == MSG_TEXT || m->kind == MSG_PASTE;

	if (m->kind == MSG_JOB)
		piece_came(v, m, out);
	else if (m->kind == MSG_SESSION)
		cmds_pop(out, 0, NULL);
	else if (m->kind == MSG_RESIZE)
		fit(v);
	else if ((m->kind == MSG_KEY || typed) && text_searching(&c->text))
		text_msg(&c->text, m);
	else if ((m->kind == MSG_KEY || typed) && json_view_searching(&c->json))
		json_view_msg(&c->json, m);
	else if (m->kind == MSG_KEY)
		key(v, m, out);
	else
		return;
	more(v, out);
}

/* ---- drawing ---- */

static void add_size(const struct reading *c, struct sbuf *b)
{
	cell_bytes(b, (int64_t)c->value.full);
	if (c->form == FORM_TEXT && !is_whole(c)) {
		SQL(b, ", ");
		cell_bytes(b, (int64_t)c->raw.n);
		SQL(b, " read");
	}
}

static int draw_forms(const struct reading *c, struct pane p, int x)
{
	for (enum form f = 0; is_bytes(c) && f < FORM_N; f++) {
		if (!has_form(c, f))
			continue;
		if (f == c->form)
			x = pane_badge(p, x, 0, STYLE_TAB,
			    str_z(form_name[f])) + 1;
		else
			x = pane_textz(p, x + 1, 0, STYLE_DIM, form_name[f]) + 2;
	}
	return x;
}

/* "payload  jsonb  10.0 MB   json  text  hex          ZIP archive" */
static void draw_title(const struct ui_view *v, struct pane p)
{
	static const char *const kinds[] = { [VALUE_NULL] = "no value",
		[VALUE_INT] = "integer", [VALUE_REAL] = "real",
		[VALUE_TEXT] = "text", [VALUE_BLOB] = "blob" };
	/* a column's values are all of its type, or each of its own */
	static const bool own[DIALECT_N] = { [DIALECT_SQLITE] = true };
	const struct reading *c = v->state;
	struct sbuf b = SBUF_INIT(256);
	int x = pane_text(p, 1, 0, STYLE_TITLE, c->name) + 2;

	if (c->type.n && c->type.n < 40)
		x = pane_text(p, x, 0, STYLE_NORMAL, c->type) + 2;
	if (!c->type.n || c->value.kind == VALUE_NULL ||
	    (own[v->app->dialect->id] &&
	    !str_ieq(c->type, str_z(kinds[c->value.kind]))))
		x = pane_textz(p, x, 0, STYLE_DIM, kinds[c->value.kind]) + 2;
	if (is_bytes(c)) {
		add_size(c, &b);
		x = pane_text(p, x, 0, STYLE_DIM, sbuf_str(&b)) + 2;
	}
	x = draw_forms(c, p, x);
	if (c->magic)
		x = pane_textz(p, x + 1, 0, STYLE_STRONG, c->magic);
	if (v->app->compact) {	/* there are no crumbs: of which row */
		struct str label = app_clean(v->app, v->app->frame,
		    c->place.label);

		if (x + 2 + (int)utf8_cells(label) < p.w)
			pane_right(p, p.w - 1, 0, STYLE_DIM, label);
	}
	sbuf_free(&b);
}

static int draw_labels(const struct reading *c, struct pane p, int y)
{
	struct sbuf b = SBUF_INIT(4096);

	if (!c->labels.n)
		return y;
	SQL(&b, "one of  ");
	for (size_t i = 0; i < c->labels.n; i++) {
		sbuf_addz(&b, i ? ", " : "");
		sbuf_add(&b, c->labels.v[i]);
	}
	y += pane_wrap(p, 0, y, p.w, p.h - y, STYLE_DIM, sbuf_str(&b)) + 1;
	sbuf_free(&b);
	return y;
}

/* A value of one line, and below what it means. */
static void draw_scalar(const struct ui_view *v, struct pane p)
{
	const struct reading *c = v->state;
	struct sbuf b = SBUF_INIT(8192);
	int y = 2;

	if (is_bytes(c) && !c->value.full) {
		pane_textz(p, 0, 0, STYLE_NULL, "''");
	} else if (c->value.kind == VALUE_NULL) {
		pane_textz(p, 0, 0, STYLE_NULL, "NULL");
	} else {
		(void)cell_plain(v->app->dialect, &c->value, &b);
		pane_text(p, 0, 0, STYLE_NUMBER, c->meaning.n && !c->as_stored ?
		    c->meaning : sbuf_str(&b));
	}
	y = draw_labels(c, p, y);
	if (c->meaning.n && c->as_stored)
		pane_text(p, 0, y, STYLE_DIM, c->meaning);
	else if (c->meaning.n)
		pane_printf(p, 0, y, STYLE_DIM, "stored as %.*s",
		    STR_ARG(sbuf_str(&b)));
	else if (c->hint.n)
		pane_text(p, 0, y, STYLE_DIM, c->hint);
	sbuf_free(&b);
}

static bool is_scalar(const struct reading *c)
{
	return !is_bytes(c) || !c->value.full || c->meaning.n;
}

static void draw(const struct ui_view *v, struct pane body)
{
	const struct reading *c = v->state;
	struct pane in = pane_sub(body, 1, 2, body.w - 2, body.h - 2);

	if (!c->known)
		return;
	draw_title(v, body);
	if (is_scalar(c)) {
		draw_scalar(v, in);
	} else if (c->form == FORM_JSON) {
		json_view_draw(&c->json, in);
	} else if (c->form == FORM_HEX) {
		hex_draw(&c->hex, in);
	} else {
		text_draw(&c->text, in, true);
		if (c->text.lines.n + 2 < (size_t)in.h)
			draw_labels(c, in, (int)c->text.lines.n + 1);
	}
}

static void crumbs(const struct ui_view *v, struct pane line)
{
	const struct reading *c = v->state;
	int x = pane_text(line, 0, 0, STYLE_DIM, app_clean(v->app, v->app->frame,
	    c->place.label));

	x = pane_mark(line, x + 1, 0, STYLE_DIM, MARK_FK) + 1;
	pane_cut(line, 0, pane_text(line, x, 0, STYLE_NORMAL, c->name));
}

static void leave(struct ui_view *v)
{
	struct reading *c = v->state;

	text_close(&c->text);
	hex_close(&c->hex);
	json_view_close(&c->json);
	arena_free(c->json_a);
	sbuf_free(&c->raw);
	sbuf_free(&c->shown);
}

const struct view_ops view_cell = {
	.name = "cell",
	.title = "One value",
	.state_size = sizeof(struct reading),
	.keymap = keymap,
	.enter = enter,
	.update = update,
	.draw = draw,
	.can = can,
	.crumbs = crumbs,
	.leave = leave,
	.maps = MAPS(&map, &map_text),
};
