/*
 * mouse: a click or a turn of the wheel becomes the keys that do the same:
 * up, down, left, right, the next pane, a tab, and Enter's "open" for a double
 * click.  No other action can come from it, so it confirms nothing; over a
 * window it moves and no more.
 */
#include "base/clock.h"
#include "ui/core_local.h"

#define DOUBLE_MS 400
#define WHEEL_ROWS 3
#define STEPS_MAX 400
#define PANES_MAX 4

static bool takes(const struct core *c, enum action act)
{
	const struct ui_view *v = core_focus(c);

	return v && keymap_bind(v->ops->keymap(v), act) &&
	    (!v->ops->can || v->ops->can(v, act));
}

static void repeat(struct core *c, enum action act, long times)
{
	for (long i = 0; i < times && i < STEPS_MAX && takes(c, act); i++)
		core_act(c, act);
}

static void move(struct core *c, const struct hit *h)
{
	long down = h->down, right = h->right;

	repeat(c, down > 0 ? ACT_DOWN : ACT_UP, down > 0 ? down : -down);
	repeat(c, right > 0 ? ACT_RIGHT : ACT_LEFT, right > 0 ? right : -right);
}

/* As it is drawn now: what was clicked last may have changed it. */
static const struct hit *hit_at(struct core *c, const struct keypress *k)
{
	core_draw(c);
	return surface_hit(c->surface, k->x, k->y);
}

static bool is_second(const struct core *c, const struct keypress *k)
{
	return c->clicked.at > 0 && c->clicked.x == k->x &&
	    c->clicked.y == k->y && clock_mono_ms() - c->clicked.at < DOUBLE_MS;
}

static void click(struct core *c, const struct keypress *k)
{
	bool second = is_second(c, k);
	const struct hit *h = hit_at(c, k);

	c->clicked.x = k->x;
	c->clicked.y = k->y;
	c->clicked.at = second ? 0 : clock_mono_ms();
	if (h && h->tab) {
		core_act(c, (enum action)(ACT_TAB_1 + h->tab - 1));
		return;
	}
	for (int i = 0; h && !h->focused && i < PANES_MAX; i++) {
		if (!takes(c, ACT_PANE_NEXT))
			return;
		core_act(c, ACT_PANE_NEXT);
		h = hit_at(c, k);
	}
	if (!h || !h->focused)
		return;
	if (second && !c->noverlays && !h->down && !h->right &&
	    takes(c, ACT_OPEN))
		core_act(c, ACT_OPEN);
	else
		move(c, h);
}

void core_mouse(struct core *c, const struct keypress *k)
{
	if (!c->mouse)
		return;
	if (k->button == MOUSE_LEFT)
		click(c, k);
	else
		repeat(c, k->button == MOUSE_WHEEL_UP ? ACT_UP : ACT_DOWN,
		    WHEEL_ROWS);
}
