/*
 * statement: SQL in full, highlighted, with what is known about it above.
 * Wraps, scrolls, finds.
 */
#include "ui/view/flow.h"

#include "base/utf8.h"
#include "ui/widget/text.h"

struct statement {
	struct str title, notes, sql;
	struct text_view text;
};

static const struct bind binds[] = {
	BIND_GRID, { ACT_WRAP, NULL, NULL }, { ACT_SEARCH, NULL, NULL },
	{ ACT_SEARCH_NEXT, NULL, NULL }, { ACT_SEARCH_PREV, NULL, NULL },
	{ ACT_COPY, NULL, NULL },
};
static const struct keymap map = {
	.name = "SQL",
	.parent = &keymap_global,
	KEYMAP(binds),
};
static const struct keymap search_map = {
	.name = "Find in SQL",
	.parent = &filter_map,
	.text = true,
};

static const struct keymap *statement_keymap(const struct ui_view *v)
{
	const struct statement *s = v->state;

	return text_searching(&s->text) ? &search_map : &map;
}

static struct str clean_block(const struct ui_view *v, struct str text)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	utf8_sanitize(&b, text, UTF8_BLOCK, v->app->ascii);
	out = arena_str(v->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static void statement_enter(struct ui_view *v, const void *arg,
    struct cmds *out)
{
	const struct statement_arg *a = arg;
	struct statement *s = v->state;

	(void)out;
	s->title = app_clean(v->app, v->a, a->title);
	s->notes = clean_block(v, str_trim(a->notes));
	s->sql = clean_block(v, a->sql);
	text_set(&s->text, s->sql, v->app->dialect, true);
}

/* Rows above the SQL: title, notes, a line between. */
static int head_rows(const struct statement *s, int w, int h)
{
	int rows = 2;

	if (s->notes.n)
		rows += wrap_rows(w - 4, s->notes) + 1;
	return rows < h * 2 / 3 ? rows : h * 2 / 3;
}

static void statement_update(struct ui_view *v, const struct msg *m,
    struct cmds *out)
{
	struct statement *s = v->state;

	if (m->kind == MSG_RESIZE)
		text_resize(&s->text, m->w - 4,
		    m->h - head_rows(s, m->w, m->h));
	else if (m->kind == MSG_KEY && m->act == ACT_COPY)
		cmds_push(out, (struct cmd){ .kind = CMD_COPY,
			.text = s->sql });
	else
		text_msg(&s->text, m);
}

static void statement_draw(const struct ui_view *v, struct pane body)
{
	const struct statement *s = v->state;
	int y = head_rows(s, body.w, body.h);

	pane_field(body, 1, 0, body.w - 2, ALIGN_LEFT, STYLE_TITLE, s->title);
	pane_hline(body, 0, 1, body.w);
	if (s->notes.n) {
		pane_wrap(body, 2, 2, body.w - 4, y - 3, STYLE_NORMAL,
		    s->notes);
		pane_hline(body, 0, y - 1, body.w);
	}
	text_draw(&s->text, pane_sub(body, 2, y, body.w - 4, body.h - y), true);
}

static void statement_leave(struct ui_view *v)
{
	struct statement *s = v->state;

	text_close(&s->text);
}

const struct view_ops view_statement = {
	.name = "statement",
	.title = "SQL",
	.state_size = sizeof(struct statement),
	.keymap = statement_keymap,
	.enter = statement_enter,
	.update = statement_update,
	.draw = statement_draw,
	.leave = statement_leave,
	.maps = MAPS(&map, &search_map),
};
