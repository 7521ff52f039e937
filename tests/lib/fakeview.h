#ifndef WEIR_TESTS_LIB_FAKEVIEW_H
#define WEIR_TESTS_LIB_FAKEVIEW_H
/*
 * fakeview: a studio of one small view, without a project and a database.
 * It counts what it is told and asks for jobs that wait until they are let go
 * or cancelled.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "ui/core.h"
#include "ui/view/views.h"
#include "ui/widget/input.h"
#include "ui/widget/list.h"

struct fake {
	struct list list;
	struct input in;
	bool typing;
	int results, cancelled, progress, returned, focus, w, h;
	int last_result;
	struct arena *kept;
};

struct fake_job {
	int number;
	bool forever;		/* until cancelled */
	bool crash;
};

static enum rc fake_run(struct job *j, void **result, struct err *e)
{
	const struct fake_job *f = j->arg;
	struct arena *a = arena_new();

	if (f->crash)
		abort();
	job_post(j, a, arena_copy(a, &f->number, sizeof(f->number)));
	while (f->forever) {
		if (job_cancelled(j))
			return err_set(e, RC_CANCELLED, "stopped");
		poll(NULL, 0, 1);
	}
	*result = arena_copy(j->a, &f->number, sizeof(f->number));
	return RC_OK;
}

static struct job_spec fake_spec(int number, bool forever)
{
	struct arena *a = arena_new();
	struct fake_job *f = arena_new_of(a, struct fake_job);

	f->number = number;
	f->forever = forever;
	return (struct job_spec){ .what = "counting", .key = 1, .a = a,
		.arg = f, .run = fake_run };
}

static const struct bind fake_binds[] = {
	BIND_LIST,
	{ ACT_OPEN, NULL, "count" }, { ACT_VIEW, NULL, "wait" },
	{ ACT_FILTER, NULL, "type" }, { ACT_APPLY, NULL, "ask" },
	{ ACT_ROLLBACK, NULL, "crash" }, { ACT_COPY, NULL, NULL },
	{ ACT_REHEARSE, NULL, "change" }, { ACT_SAVE, NULL, "never" },
};
static const struct keymap fake_map = {
	.name = "Fake", .parent = &keymap_global, KEYMAP(fake_binds),
};
static const struct keymap fake_field = {
	.name = "Fake field", .parent = &keymap_input, .text = true,
};

static const struct keymap *fake_keymap(const struct ui_view *v)
{
	return ((const struct fake *)v->state)->typing ? &fake_field : &fake_map;
}

static bool fake_can(const struct ui_view *v, enum action act)
{
	(void)v;
	return act != ACT_SAVE;
}

static void fake_enter(struct ui_view *v, const void *arg, struct cmds *out)
{
	struct fake *s = v->state;

	(void)arg, (void)out;
	list_set(&s->list, 1000);
}

static void fake_key(struct fake *s, enum action act, struct cmds *out)
{
	struct job_spec spec = fake_spec(++s->last_result, act != ACT_OPEN);

	if (act == ACT_REHEARSE)
		spec.flags = JOB_CHANGES;
	if (act == ACT_ROLLBACK)
		((struct fake_job *)(uintptr_t)spec.arg)->crash = true;
	if (act == ACT_OPEN || act == ACT_VIEW || act == ACT_REHEARSE ||
	    act == ACT_ROLLBACK) {
		cmds_job(out, spec);
		return;
	}
	arena_free(spec.a);
	if (act == ACT_FILTER)
		s->typing = true;
	else if (act == ACT_APPLY)
		cmds_confirm(out, 7, "Sure", STR("Do it to \x1b[31mred?"), "do it");
	else if (act == ACT_COPY)
		cmds_push(out, (struct cmd){ .kind = CMD_COPY,
			.text = STR("copied") });
	else
		list_key(&s->list, act);
}

static void fake_job_msg(struct fake *s, const struct msg *m)
{
	if (m->rc == RC_CANCELLED) {
		s->cancelled++;
		return;
	}
	s->results++;
	s->last_result = *(int *)m->result;
	arena_free(s->kept);
	s->kept = msg_take_arena(m);
}

static void fake_update(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct fake *s = v->state;

	if (m->kind == MSG_RESIZE) {
		s->w = m->w;
		s->h = s->list.h = m->h;
	} else if (m->kind == MSG_JOB) {
		fake_job_msg(s, m);
	} else if (m->kind == MSG_PROGRESS) {
		s->progress++;
	} else if (m->kind == MSG_RETURN && m->key == 7) {
		s->returned = m->answer ? 1 : -1;
	} else if (m->kind == MSG_FOCUS) {
		s->focus++;
	} else if (s->typing) {
		enum input_result r = input_msg(&s->in, m);

		s->typing = r != INPUT_ENTER && r != INPUT_CANCEL;
	} else if (m->kind == MSG_KEY) {
		fake_key(s, m->act, out);
	}
}

static void fake_line(const void *arg, struct pane line, size_t i, bool current)
{
	const struct fake *s = arg;

	pane_printf(line, 1, 0, current ? STYLE_STRONG : STYLE_NORMAL,
	    "row %zu", i);
	if (i == 1)
		pane_textz(line, 20, 0, STYLE_LOSS, "図書館 naïve");
	if (i == 2 && s->in.e.n)
		pane_data(line, 20, 0, STYLE_NORMAL, input_str(&s->in));
}

static void fake_draw(const struct ui_view *v, struct pane body)
{
	const struct fake *s = v->state;

	list_draw(&s->list, body, true, fake_line, s);
	pane_vline(body, 40, 0, body.h);
	pane_printf(body, 42, 0, STYLE_DIM, "results %d cancelled %d",
	    s->results, s->cancelled);
	if (s->typing)
		input_draw(&s->in, body, 42, 1, 10, true);
}

static void fake_crumbs(const struct ui_view *v, struct pane line)
{
	pane_printf(line, 0, 0, STYLE_DIM, "row %zu",
	    ((const struct fake *)v->state)->list.cur);
}

static void fake_leave(struct ui_view *v)
{
	arena_free(((struct fake *)v->state)->kept);
}

static const struct view_ops view_fake = {
	.name = "fake", .title = "Fake", .state_size = sizeof(struct fake),
	.keymap = fake_keymap, .enter = fake_enter, .update = fake_update,
	.draw = fake_draw, .can = fake_can, .crumbs = fake_crumbs,
	.leave = fake_leave, .maps = MAPS(&fake_map, &fake_field),
};

static inline const struct view_ops *fake_root(enum tab t)
{
	(void)t;
	return &view_fake;
}

static const struct project fake_project = {
	.name = { "learning-cards", 14 },
	.db_label = { "data/app.db", 11 },
	.db_source = { "drizzle.config.json", 19 },
	.env_label = { "LOCAL", 5 },
	.dialect = DIALECT_SQLITE,
};

#endif
