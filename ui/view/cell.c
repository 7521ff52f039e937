/*
 * cell: one value in full, read in pieces as it is scrolled: JSON indented,
 * text wrapped with its control characters visible, bytes as hex.
 */
#include "base/json.h"
#include "base/utf8.h"
#include "ui/view/cells.h"
#include "ui/view/rowwin.h"
#include "ui/view/views.h"
#include "ui/widget/text.h"

enum { JOB_PIECE = 1 };
enum form { FORM_JSON, FORM_TEXT, FORM_HEX, FORM_N };

#define PIECE ((size_t)256 << 10)
#define VALUE_MAX ((size_t)16 << 20)	/* bytes that are held */
#define JSON_MAX ((size_t)1 << 20)

struct reading {
	struct place place;		/* in v->a */
	size_t col;
	struct str name, time;		/* of the column; what its number means */
	struct value value;		/* kind, full; numbers whole */
	struct sbuf raw, shown;
	bool known, loading, is_json;
	enum form form;
	struct text_view text;
};

static const char *const form_name[FORM_N] = {
	[FORM_JSON] = "json", [FORM_TEXT] = "text", [FORM_HEX] = "hex",
};

static const struct bind binds[] = {
	BIND_GRID, { ACT_SECTION_PREV, NULL, NULL },
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
	.parent = &keymap_input,
	.text = true,
};

static const struct keymap *keymap(const struct ui_view *v)
{
	const struct reading *c = v->state;

	return text_searching(&c->text) ? &map_text : &map;
}

/* ---- the job ---- */

struct piece_ask {
	struct place place;
	size_t col, from;
};
struct cell_piece {
	struct value value;
	struct str name, time;
};

static enum rc run_piece(struct job *j, void **result, struct err *e)
{
	const struct piece_ask *k = j->arg;
	struct cell_piece *p = arena_new_of(j->a, struct cell_piece);
	struct sbuf time = SBUF_INIT(64);
	const struct rows *r;
	const struct model *m;
	enum rc rc = session_live(j->session, &m, e);

	if (!rc)
		rc = place_plan(m, &k->place, j->a, &r, e);
	if (!rc && k->col >= r->ncols)
		rc = err_set(e, RC_NOTFOUND, "there is no such column any more");
	if (!rc)
		rc = rows_cell(j->session->db, r, k->place.key, k->col, k->from,
		    PIECE, j->a, &p->value, e);
	if (!rc) {
		p->name = r->cols[k->col].name;
		if (cell_time(&r->cols[k->col], &p->value, &time))
			p->time = arena_str(j->a, sbuf_str(&time));
		*result = p;
	}
	sbuf_free(&time);
	return rc;
}

static void ask(struct ui_view *v, struct cmds *out)
{
	struct reading *c = v->state;
	struct arena *a = arena_new();
	struct piece_ask *k = arena_new_of(a, struct piece_ask);

	k->place = place_copy(a, &c->place);
	k->col = c->col;
	k->from = c->raw.n;
	c->loading = true;
	cmds_job(out, (struct job_spec){ .what = "reading the value",
		.key = JOB_PIECE, .a = a, .arg = k, .run = run_piece });
}

static bool is_bytes(const struct reading *c)
{
	return c->value.kind == VALUE_TEXT || c->value.kind == VALUE_BLOB;
}

static bool is_whole(const struct reading *c)
{
	return !is_bytes(c) || c->raw.n >= c->value.full;
}

/* ---- forms ---- */

static void new_line(struct sbuf *b, size_t depth)
{
	sbuf_addc(b, '\n');
	sbuf_fill(b, ' ', depth * 2);
}

static bool is_space(char ch)
{
	return ch == ' ' || ch == '\n' || ch == '\t' || ch == '\r';
}

static size_t string_end(struct str s, size_t i)
{
	for (i++; i < s.n && s.p[i] != '"'; i++)
		i += s.p[i] == '\\';
	return i < s.n ? i + 1 : s.n;
}

/* Valid JSON, indented; numbers and strings stay as they are written. */
static void add_json(struct sbuf *b, struct str s)
{
	size_t depth = 0;

	for (size_t i = 0; i < s.n; i++) {
		char ch = s.p[i];
		size_t end = ch == '"' ? string_end(s, i) : i, next = i + 1;

		while (next < s.n && is_space(s.p[next]))
			next++;
		if (ch == '"') {
			sbuf_add(b, str_sub(s, i, end));
			i = end - 1;
		} else if (ch == '{' || ch == '[') {
			sbuf_addc(b, ch);
			if (next < s.n && (s.p[next] == '}' || s.p[next] == ']')) {
				sbuf_addc(b, s.p[next]);
				i = next;
			} else {
				new_line(b, ++depth);
			}
		} else if (ch == '}' || ch == ']') {
			depth -= depth > 0;
			new_line(b, depth);
			sbuf_addc(b, ch);
		} else if (ch == ',') {
			sbuf_addc(b, ch);
			new_line(b, depth);
		} else if (ch == ':') {
			sbuf_addz(b, ": ");
		} else if (!is_space(ch)) {
			sbuf_addc(b, ch);
		}
	}
}

static void add_hex(struct sbuf *b, struct str s, size_t per_line)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t at = 0; at < s.n; at += per_line) {
		sbuf_addf(b, "%08zx", at);
		for (size_t i = at; i < at + per_line; i++) {
			unsigned char ch = i < s.n ? (unsigned char)s.p[i] : 0;

			sbuf_addz(b, i % 8 ? " " : "  ");
			sbuf_addc(b, i < s.n ? digits[ch >> 4] : ' ');
			sbuf_addc(b, i < s.n ? digits[ch & 15] : ' ');
		}
		SQL(b, "  ");
		for (size_t i = at; i < at + per_line && i < s.n; i++)
			sbuf_addc(b, s.p[i] >= ' ' && s.p[i] < 127 ? s.p[i] : '.');
		SQL(b, "\n");
	}
}

static bool looks_like_json(const struct reading *c)
{
	struct str s = str_trim(sbuf_str(&c->raw));
	struct arena *a;
	const struct json *json;
	struct err ignored = ERR_INIT;
	bool good;

	if (c->value.kind != VALUE_TEXT || !is_whole(c) || s.n > JSON_MAX ||
	    s.n < 2 || (s.p[0] != '{' && s.p[0] != '['))
		return false;
	a = arena_new();
	good = json_read(s, "value", a, &json, &ignored) == RC_OK;
	arena_free(a);
	return good;
}

static void form(struct ui_view *v)
{
	struct reading *c = v->state;
	struct sbuf b = SBUF_INIT(VALUE_MAX * 2);
	size_t cur = c->text.lines.cur, top = c->text.lines.top;

	sbuf_free(&c->shown);
	c->shown = (struct sbuf)SBUF_INIT(VALUE_MAX * 8);
	if (!is_bytes(c)) {
		(void)cell_plain(v->app->dialect, &c->value, &c->shown);
	} else if (c->form == FORM_HEX) {
		add_hex(&c->shown, sbuf_str(&c->raw), v->w < 80 ? 8 : 16);
	} else if (c->form == FORM_JSON) {
		add_json(&b, sbuf_str(&c->raw));
		utf8_sanitize(&c->shown, sbuf_str(&b), UTF8_BLOCK, v->app->ascii);
	} else {
		utf8_sanitize(&c->shown, sbuf_str(&c->raw), UTF8_BLOCK,
		    v->app->ascii);
	}
	sbuf_free(&b);
	text_set(&c->text, sbuf_str(&c->shown), NULL, c->form != FORM_HEX);
	text_resize(&c->text, v->w - 2, v->h - 2);
	c->text.lines.top = top;
	list_to(&c->text.lines, cur);
}

static bool has_form(const struct reading *c, enum form f)
{
	return f == FORM_JSON ? c->is_json :
	    f == FORM_TEXT ? c->value.kind != VALUE_BLOB : is_bytes(c);
}

static void next_form(struct ui_view *v, bool forward)
{
	struct reading *c = v->state;
	unsigned f = c->form;

	if (!c->known)
		return;
	do {
		f = (f + (forward ? 1 : FORM_N - 1)) % FORM_N;
	} while (!has_form(c, (enum form)f) && f != c->form);
	c->form = (enum form)f;
	c->text.lines.cur = c->text.lines.top = 0;
	form(v);
}

/* ---- ops ---- */

static void enter(struct ui_view *v, const void *arg, struct cmds *out)
{
	const struct cell_arg *from = arg;
	struct reading *c = v->state;

	c->place = place_copy(v->a, &from->place);
	c->col = from->col;
	c->raw.max = VALUE_MAX;
	ask(v, out);
}

static void piece_came(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct reading *c = v->state;
	const struct cell_piece *p = m->result;

	c->loading = false;
	if (m->rc) {
		cmds_error(out, m->err);
		return;
	}
	if (is_bytes(&(struct reading){ .value = p->value })) {
		if (c->raw.n + p->value.s.n > VALUE_MAX)
			return;
		sbuf_add(&c->raw, p->value.s);
	}
	if (!c->known) {
		c->value = p->value;
		c->value.s = STR("");
		c->name = app_clean(v->app, v->a, p->name);
		c->time = arena_str(v->a, p->time);
		c->is_json = looks_like_json(c);
		c->form = c->is_json ? FORM_JSON :
		    c->value.kind == VALUE_BLOB ? FORM_HEX : FORM_TEXT;
		c->known = true;
	}
	form(v);
}

static void more(struct ui_view *v, struct cmds *out)
{
	struct reading *c = v->state;
	size_t below = c->text.lines.n - c->text.lines.top;

	if (!c->known || c->loading || is_whole(c) ||
	    c->raw.n + PIECE > VALUE_MAX)
		return;
	if (below < (size_t)v->h * 2)
		ask(v, out);
}

static void copy(struct ui_view *v, struct cmds *out)
{
	struct reading *c = v->state;
	struct str s = is_bytes(c) ? sbuf_str(&c->raw) : sbuf_str(&c->shown);

	if (!c->known || !is_whole(c) || c->value.kind == VALUE_BLOB ||
	    s.n > ((size_t)1 << 20)) {
		cmds_message(out, STYLE_WARN, "too long to copy, or no text");
		return;
	}
	cmds_push(out, (struct cmd){ .kind = CMD_COPY, .text = s });
	cmds_message(out, STYLE_DIM, "copied");
}

static void update(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct reading *c = v->state;
	bool typed = m->kind == MSG_TEXT || m->kind == MSG_PASTE;

	if (m->kind == MSG_JOB)
		piece_came(v, m, out);
	else if (m->kind == MSG_SESSION)
		cmds_pop(out, 0, NULL);
	else if (m->kind == MSG_RESIZE && c->known)
		form(v);
	else if ((m->kind == MSG_KEY || typed) && text_searching(&c->text))
		text_msg(&c->text, m);
	else if (m->kind != MSG_KEY)
		return;
	else if (m->act == ACT_SECTION_NEXT || m->act == ACT_SECTION_PREV)
		next_form(v, m->act == ACT_SECTION_NEXT);
	else if (m->act == ACT_COPY)
		copy(v, out);
	else
		text_msg(&c->text, m);
	more(v, out);
}

static void draw_title(const struct ui_view *v, struct pane p)
{
	const struct reading *c = v->state;
	struct sbuf b = SBUF_INIT(256);
	int x = pane_text(p, 1, 0, STYLE_TITLE, c->name) + 2;

	if (is_bytes(c)) {
		sbuf_addz(&b, c->value.kind == VALUE_TEXT ? "text " : "blob ");
		cell_bytes(&b, (int64_t)c->value.full);
		if (!is_whole(c)) {
			SQL(&b, ", ");
			cell_bytes(&b, (int64_t)c->raw.n);
			SQL(&b, " read");
		}
	} else {
		sbuf_addz(&b, c->value.kind == VALUE_NULL ? "no value" :
		    c->value.kind == VALUE_INT ? "integer" : "real");
	}
	x = pane_text(p, x, 0, STYLE_DIM, sbuf_str(&b)) + 2;
	for (enum form f = 0; is_bytes(c) && f < FORM_N; f++) {
		if (!has_form(c, f))
			continue;
		if (f == c->form)
			x = pane_badge(p, x, 0, STYLE_TAB,
			    str_z(form_name[f])) + 1;
		else
			x = pane_textz(p, x + 1, 0, STYLE_DIM, form_name[f]) + 2;
	}
	sbuf_free(&b);
}

static void draw(const struct ui_view *v, struct pane body)
{
	const struct reading *c = v->state;
	struct pane text = pane_sub(body, 1, 2, body.w - 2, body.h - 2);

	if (!c->known)
		return;
	draw_title(v, body);
	if (c->value.kind == VALUE_NULL)
		pane_textz(text, 0, 0, STYLE_NULL, "NULL");
	else if (is_bytes(c) && !c->value.full)
		pane_textz(text, 0, 0, STYLE_NULL, "''");
	else
		text_draw(&c->text, text, true);
	if (c->time.n)
		pane_printf(text, 0, 2, STYLE_DIM, "%.*s UTC", STR_ARG(c->time));
}

static void crumbs(const struct ui_view *v, struct pane line)
{
	const struct reading *c = v->state;
	int x = pane_text(line, 0, 0, STYLE_DIM, app_clean(v->app, v->app->frame,
	    c->place.label));

	x = pane_mark(line, x + 1, 0, STYLE_DIM, MARK_FK) + 1;
	pane_text(line, x, 0, STYLE_NORMAL, c->name);
}

static void leave(struct ui_view *v)
{
	struct reading *c = v->state;

	text_close(&c->text);
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
	.crumbs = crumbs,
	.leave = leave,
	.maps = MAPS(&map, &map_text),
};
