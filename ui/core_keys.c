/* core_keys: what a key means where the focus is, and the actions that are the
 * studio's own. */
#include "ui/core_local.h"

#include "base/utf8.h"
#include "ui/view/views.h"

void core_quit(struct core *c)
{
	if (c->app.changing)
		core_message(c, STYLE_WARN,
		    "A change is running: it must end or be stopped first");
	else
		c->quit = true;
}

static bool is_deep(const struct core *c)
{
	return c->noverlays || (!c->blank && c->depth[c->tab] > 1);
}

static void go_back(struct core *c, struct ui_view *v)
{
	if (worker_cancel(c->worker, &(struct cancel){ .view = v->id }))
		core_message(c, STYLE_DIM, "Stopped");
	else if (is_deep(c))
		core_pop(c, v, 0, NULL);
}

static void shared_action(struct core *c, struct ui_view *v, enum action a)
{
	if (a >= ACT_TAB_1 && a <= ACT_TAB_4) {
		core_show_tab(c, (enum tab)(a - ACT_TAB_1), STR_NONE);
	} else if (a == ACT_HELP) {
		core_push(c, &view_help, &(struct help_arg){ v }, 0, 0);
	} else if (a == ACT_PALETTE) {
		core_push(c, &view_palette, &(struct help_arg){ v }, 0, 0);
	} else if (a == ACT_FINDER) {
		core_push(c, &view_finder, NULL, 0, 0);
	} else if (a == ACT_BACK) {
		go_back(c, v);
	} else if (a == ACT_CLOSE) {
		if (is_deep(c))
			core_pop(c, v, 0, NULL);
		else
			core_quit(c);
	} else if (a == ACT_CANCEL) {
		if (core_cancel(c))
			core_message(c, STYLE_DIM, "Stopped");
		else if (c->noverlays)
			core_pop(c, v, 0, NULL);
		else
			core_nothing_to_stop(c);
	} else if (a == ACT_REFRESH) {
		core_ask_session(c);
	} else if (a == ACT_MOUSE) {
		c->mouse = !c->mouse;
		core_message(c, STYLE_DIM, c->mouse ? "Mouse on: clicks and "
		    "the wheel move, a double click opens" : "Mouse off: the "
		    "terminal selects text again");
	} else if (a == ACT_REDRAW) {
		c->redraw = true;
	} else if (a == ACT_SUSPEND) {
		if (c->app.changing)
			core_message(c, STYLE_WARN,
			    "A change is running: not suspended");
		else
			c->suspend = true;
	}
}

/* An action as if its key had been pressed. */
void core_act(struct core *c, enum action a)
{
	struct ui_view *v = core_focus(c);

	if (!v)
		return;
	if (keymap_is_shared(v->ops->keymap(v), a))
		shared_action(c, v, a);
	else
		core_tell(c, v, &(struct msg){ .kind = MSG_KEY, .act = a });
}

static void text_key(struct core *c, struct ui_view *v, const struct keypress *k)
{
	struct sbuf b = SBUF_INIT(8);

	utf8_put(&b, k->code);
	core_tell(c, v, &(struct msg){ .kind = MSG_TEXT, .text = sbuf_str(&b) });
	sbuf_free(&b);
}

void core_key(struct core *c, const struct keypress *k)
{
	struct ui_view *v = core_focus(c);
	const struct keymap *map;
	enum action found;

	if (k->code == K_UNKNOWN)
		return;
	if (c->message[0]) {
		c->message[0] = '\0';
		c->dirty = true;
	}
	/* nothing of a first session is there yet: it can be given up */
	if (!c->noverlays && c->opening && !c->app.session && c->app.asker &&
	    (k->code == K_ESC || (k->code == 'c' && k->mods == K_CTRL))) {
		asker_cancel(c->app.asker, true);
		return;
	}
	if (!v || shell_too_small(c)) {
		/* nobody answers for what cannot be seen; leaving is possible */
		if (k->code == 'q' && !c->noverlays)
			core_quit(c);
		return;
	}
	if (k->code == K_MOUSE) {
		core_mouse(c, k);
		return;
	}
	map = v->ops->keymap(v);
	if (k->code == K_PASTE) {
		if (map->text)
			core_tell(c, v, &(struct msg){ .kind = MSG_PASTE,
				.text = k->paste });
		else
			core_message(c, STYLE_DIM, "Pasted text is ignored here");
		return;
	}
	found = keymap_find(c->app.keys, map, k);
	if (found != ACT_NONE)
		core_act(c, found);
	else if (keymap_is_text(c->app.keys, map, k))
		text_key(c, v, k);
}
