/* core: messages, jobs, stacks, the frame; with a fake view, no database. */
#include "unit.h"

#include <unistd.h>

#include "base/fs.h"
#include "tests/lib/fakeview.h"
#include "ui/command.h"
#include "ui/script.h"
#include "ui/watch.h"

static struct sbuf dumped = SBUF_TEXT;

static struct core *open_at(int w, int h)
{
	return core_open(&(struct core_options){ .project = &fake_project,
		.w = w, .h = h, .root = fake_root, .no_session = true,
		.still = true });
}

static struct fake *state_of(const struct core *c)
{
	return core_top(c)->state;
}

static void press(struct core *c, const char *names)
{
	struct str rest = str_z(names);

	while ((rest = str_trim(rest)).n) {
		size_t end = str_find(rest, STR(" "), 0);
		struct keypress k;

		assert_true(key_parse(str_sub(rest, 0, end), &k));
		core_key(c, &k);
		rest = str_sub(rest, end, rest.n);
	}
}

static void settle(struct core *c)
{
	while (c->jobs) {
		struct pollfd p = { .fd = worker_fd(c->worker),
			.events = POLLIN };

		assert_true(poll(&p, 1, -1) == 1);
		core_events(c);
	}
}

static struct str screen(struct core *c)
{
	core_draw(c);
	sbuf_reset(&dumped);
	surface_dump(c->surface, &dumped);
	return sbuf_str(&dumped);
}

static bool shows(struct core *c, const char *text)
{
	struct str s = screen(c);

	return str_find(s, str_z(text), 0) < s.n;
}

static void a_result_reaches_its_view(void **state)
{
	struct core *c = open_at(120, 36);

	(void)state;
	press(c, "Enter");
	settle(c);
	assert_int_equal(state_of(c)->results, 1);
	assert_int_equal(state_of(c)->progress, 1);
	assert_int_equal(c->loud, 0);
	assert_int_equal(core_deadline(c), -1);
	core_close(c);
}

static void a_newer_request_replaces_an_older(void **state)
{
	struct core *c = open_at(120, 36);

	(void)state;
	press(c, "v v Enter");	/* two that never end, then one that does */
	settle(c);
	assert_int_equal(state_of(c)->results, 1);
	assert_int_equal(state_of(c)->cancelled, 0);
	assert_int_equal(state_of(c)->last_result, 3);
	core_close(c);
}

static void escape_stops_what_runs(void **state)
{
	struct core *c = open_at(120, 36);

	(void)state;
	press(c, "v Esc");
	settle(c);
	assert_int_equal(state_of(c)->cancelled, 1);
	assert_true(shows(c, "Stopped"));
	press(c, "j");		/* the message goes with the next key */
	assert_false(shows(c, "Stopped"));
	press(c, "v Ctrl-C");
	settle(c);
	assert_int_equal(state_of(c)->cancelled, 2);
	core_close(c);
}

static void keys_work_while_a_job_runs(void **state)
{
	struct core *c = open_at(120, 36);

	(void)state;
	press(c, "v j j j");
	assert_int_equal(state_of(c)->list.cur, 3);
	assert_int_equal(c->jobs, 1);
	core_close(c);		/* stops it and waits */
}

static void results_of_a_closed_view_are_dropped(void **state)
{
	struct core *c = open_at(120, 36);
	struct cmds out = { .a = c->cmd_arena };

	(void)state;
	/* a view pushed above, with a job, closed at once */
	cmds_open(&out, &view_fake, NULL, 3);
	assert_int_equal(out.n, 1);
	press(c, "2 Enter 1");
	settle(c);
	assert_int_equal(state_of(c)->results, 0);
	press(c, "2");
	assert_int_equal(state_of(c)->results, 1);
	assert_int_equal(c->depth[TAB_STRUCTURE], 1);
	core_close(c);
}

static void changes_forbid_quitting_and_suspending(void **state)
{
	struct core *c = open_at(120, 36);
	struct ui_view *v = core_top(c);

	(void)state;
	c->opening = true;	/* no session here: none is opened afterwards */
	press(c, "D");
	assert_true(c->app.changing);
	press(c, "q");
	assert_false(c->quit);
	press(c, "Ctrl-Z");
	assert_false(c->suspend);
	press(c, "Esc Ctrl-C");	/* only the view itself may stop a change */
	worker_cancel(c->worker, &(struct cancel){ .view = v->id,
		.changes = true });
	settle(c);
	assert_false(c->app.changing);
	press(c, "Ctrl-Z q");
	assert_true(c->suspend);
	assert_true(c->quit);
	core_close(c);
}

static void a_question_needs_its_own_key(void **state)
{
	struct core *c = open_at(100, 30);

	(void)state;
	press(c, "A");
	assert_true(shows(c, "Do it to ␛[31mred?"));
	press(c, "A Enter j Space 1");
	core_key(c, &(struct keypress){ .code = K_PASTE, .paste = STR("y") });
	assert_int_equal(c->noverlays, 1);
	assert_int_equal(state_of(c)->returned, 0);
	press(c, "y");
	assert_int_equal(c->noverlays, 0);
	assert_int_equal(state_of(c)->returned, 1);
	press(c, "A Esc");
	assert_int_equal(state_of(c)->returned, -1);
	assert_int_equal(state_of(c)->focus, 2);
	core_close(c);
}

static void help_lists_and_runs_what_works_here(void **state)
{
	struct core *c = open_at(120, 36);

	(void)state;
	press(c, "?");
	assert_true(shows(c, "Help: Fake"));
	assert_true(shows(c, "Copy to the clipboard"));
	assert_false(shows(c, "Write it to a file"));	/* can() says no */
	press(c, "l a s t Space l");
	assert_true(shows(c, "Last line"));
	assert_false(shows(c, "Copy to the clipboard"));
	press(c, "Enter");
	assert_int_equal(c->noverlays, 0);
	assert_int_equal(state_of(c)->list.cur, 999);
	press(c, "? ?");
	assert_int_equal(c->noverlays, 0);
	core_close(c);
}

static bool above(struct core *c, const char *upper, const char *lower)
{
	struct str s = screen(c);

	return str_find(s, str_z(upper), 0) < str_find(s, str_z(lower), 0);
}

/* Actions that would do something, commands; what is picked is done in the
 * view beneath. */
static void the_palette_does_what_is_picked(void **state)
{
	struct core *c = open_at(120, 36);
	struct sbuf file = SBUF_TEXT;
	struct err e = ERR_INIT;
	char path[64];

	(void)state;
	press(c, ":");
	assert_true(shows(c, "copy                Copy to the clipboard"));
	assert_true(shows(c, ":ro                 Read-only: refuse every change"));
	assert_false(shows(c, "Write it to a file"));	/* can() */
	assert_false(shows(c, "half-up"));
	press(c, "c o p y Enter");
	assert_int_equal(c->noverlays, 0);
	assert_str(sbuf_str(&c->clipboard), "copied");
	/* an action of the studio's own, and one that asks */
	press(c, ": h i s t Enter");
	assert_int_equal(c->tab, TAB_HISTORY);
	press(c, "1 : a p p l y Enter");
	assert_true(shows(c, "Do it to"));
	press(c, "Enter");	/* confirms nothing */
	assert_int_equal(state_of(c)->returned, 0);
	press(c, "Esc");
	assert_int_equal(state_of(c)->returned, -1);
	/* nothing matches, nothing happens; Esc closes */
	press(c, ": x y z z y Enter");
	assert_true(shows(c, "nothing matches"));
	press(c, "Esc");
	assert_int_equal(c->noverlays, 0);
	/* what is called exactly so is what the bar stands on, and is run */
	press(c, ": r o");
	assert_true(above(c, "command    :ro ", "Go to row number"));
	press(c, "Ctrl-U t h e m e Space l i g h t");
	assert_true(shows(c, "1 found"));
	assert_true(shows(c, "command    :theme "));
	assert_true(shows(c, "light  │"));
	press(c, "Esc");
	/* a command with a word: Tab and Enter put it into the field first */
	press(c, ": s a v e - s c Tab");
	assert_true(shows(c, ": :save-screen "));
	press(c, "Ctrl-U s a v e - s c Enter");
	assert_int_equal(c->noverlays, 1);
	snprintf(path, sizeof(path), "/tmp/weir-screen-XXXXXX");
	close(mkstemp(path));
	unlink(path);
	for (const char *z = path; *z; z++)
		core_key(c, &(struct keypress){ .code = (uint32_t)*z });
	press(c, "Enter");
	assert_int_equal(c->noverlays, 0);
	assert_true(shows(c, "written"));
	assert_ok(file_read(path, &file, &e), &e);
	assert_true(str_find(sbuf_str(&file), STR("row 3"), 0) < file.n);
	unlink(path);
	command_run(c, STR("save-screen"));
	assert_true(shows(c, ":save-screen: it wants a word more"));
	command_run(c, STR("quit now"));
	assert_true(shows(c, ":quit now: it takes no word"));
	command_run(c, STR("goto 5"));
	assert_true(shows(c, ":goto 5: there are no rows here"));
	command_run(c, STR("theme no-such"));
	assert_null(c->theme);
	command_run(c, STR("theme light"));
	assert_non_null(c->theme);
	command_run(c, STR("fly"));
	assert_true(shows(c, ":fly: there is no such command"));
	press(c, ": : q u i t Enter");
	assert_true(c->quit);
	sbuf_free(&file);
	core_close(c);
}

static void point(struct core *c, int x, int y, enum mouse_button b)
{
	core_key(c, &(struct keypress){ .code = K_MOUSE, .x = x, .y = y,
		.button = b });
}

/* Off at first; then it moves and opens, and never says yes. */
static void the_mouse_does_what_keys_do(void **state)
{
	struct core *c = open_at(120, 36);

	(void)state;
	core_draw(c);
	point(c, 5, 10, MOUSE_LEFT);
	point(c, 5, 10, MOUSE_WHEEL_DOWN);
	assert_int_equal(state_of(c)->list.cur, 0);
	press(c, "Alt-m");
	assert_true(c->mouse);
	assert_true(shows(c, "Mouse on"));
	point(c, 5, 10, MOUSE_LEFT);		/* the body begins in row 3 */
	assert_int_equal(state_of(c)->list.cur, 7);
	point(c, 5, 10, MOUSE_LEFT);		/* twice: Enter */
	settle(c);
	assert_int_equal(state_of(c)->results, 1);
	point(c, 5, 4, MOUSE_LEFT);
	point(c, 5, 5, MOUSE_LEFT);		/* two places are no double */
	settle(c);
	assert_int_equal(state_of(c)->list.cur, 2);
	assert_int_equal(state_of(c)->results, 1);
	point(c, 0, 0, MOUSE_WHEEL_DOWN);
	assert_int_equal(state_of(c)->list.cur, 5);
	point(c, 0, 0, MOUSE_WHEEL_UP);
	assert_int_equal(state_of(c)->list.cur, 2);
	point(c, 500, 500, MOUSE_LEFT);
	point(c, 5, 34, MOUSE_LEFT);
	assert_int_equal(state_of(c)->list.cur, 2);
	/* every cell of a window: nothing is confirmed, nothing beneath moves */
	press(c, "A");
	for (int y = 0; y < 36; y++)
		for (int x = 0; x < 120; x += 2)
			for (int i = 0; i < 2; i++)
				point(c, x, y, MOUSE_LEFT);
	assert_int_equal(c->noverlays, 1);
	assert_int_equal(state_of(c)->returned, 0);
	assert_int_equal(c->tab, TAB_BROWSE);
	press(c, "Esc");
	core_draw(c);
	point(c, 17, 1, MOUSE_LEFT);		/* "2 Structure" */
	assert_int_equal(c->tab, TAB_STRUCTURE);
	press(c, "Alt-m");
	point(c, 30, 1, MOUSE_LEFT);
	assert_int_equal(c->tab, TAB_STRUCTURE);
	core_close(c);
}

static void typed_keys_are_text_in_a_field(void **state)
{
	struct core *c = open_at(120, 36);

	(void)state;
	press(c, "f q 1 é");
	assert_str(input_str(&state_of(c)->in), "q1é");
	core_key(c, &(struct keypress){ .code = K_PASTE,
		.paste = STR("a\x1b" "b") });
	assert_str(input_str(&state_of(c)->in), "q1éab");
	press(c, "Enter k");
	assert_false(c->quit);
	assert_int_equal(c->tab, TAB_BROWSE);
	core_close(c);
}

static void the_frame_is_as_drawn(void **state)
{
	struct core *c = open_at(120, 36);
	struct str s = screen(c), line;

	(void)state;
	assert_true(str_line(&s, &line));
	assert_str(line, " learning-cards  sqlite  data/app.db  "
	    "from drizzle.config.json  LOCAL");
	assert_true(str_line(&s, &line));
	assert_str(line, "  1 Browse   2 Structure   3 Migrate   4 History");
	assert_true(str_line(&s, &line));
	assert_int_equal(str_find(line, STR("┬"), 0), 120);	/* 40 × 3 bytes */
	assert_int_equal(state_of(c)->h, 30);
	for (int i = 0; i < 31; i++)
		assert_true(str_line(&s, &line));
	assert_int_equal(str_find(line, STR("┴"), 0), 120);
	assert_true(str_line(&s, &line));
	assert_str(line, " row 0");
	assert_true(str_line(&s, &line));
	assert_str(line, " Enter count  v wait  f type  A ask  U crash  y copy"
	    "  D change  : cmd  ? help  q quit");
	core_close(c);
}

static void small_screens_lose_the_frame_first(void **state)
{
	struct core *c = open_at(120, 36);

	(void)state;
	press(c, "j j");
	core_resize(c, 80, 24);
	assert_int_equal(state_of(c)->w, 80);
	assert_int_equal(state_of(c)->h, 22);
	assert_int_equal(state_of(c)->list.cur, 2);
	assert_true(shows(c, " 1 Browse  2 3 4  learning-cards"));
	core_resize(c, 60, 16);
	assert_true(shows(c, "? help  q quit"));
	core_resize(c, 59, 16);
	assert_str(str_trim(screen(c)), "needs 60x16, now 59x16");
	press(c, "j A");	/* nobody acts on what cannot be seen */
	assert_int_equal(state_of(c)->list.cur, 2);
	assert_int_equal(c->noverlays, 0);
	core_resize(c, 120, 36);
	assert_true(shows(c, "row 2"));
	core_close(c);
}

static void every_size_can_be_drawn(void **state)
{
	struct core *c = open_at(60, 16);

	(void)state;
	press(c, "A");
	for (int h = 1; h < 40; h += 3)
		for (int w = 1; w < 140; w += 7) {
			core_resize(c, w, h);
			core_draw(c);
		}
	core_close(c);
}

static void scripts_drive_it(void **state)
{
	struct core *c = open_at(80, 24);
	struct sbuf out = SBUF_TEXT;
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(script_run(c, STR("# a comment\n\nkeys j j Enter\nwait\n"
	    "expect results 1\nreject results 2\nkeys f\ntype q and more\n"
	    "paste  pasted\nresize 100x30\nexpect orepasted\n"), "s", &out,
	    &e), &e);
	assert_int_equal(script_run(c, STR("\nkeys Hyper-x\n"), "s", &out, &e),
	    RC_USAGE);
	assert_string_equal(e.where, "s:2");
	assert_int_equal(script_run(c, STR("resize 80"), "s", &out, &e), RC_USAGE);
	assert_int_equal(script_run(c, STR("jump"), "s", &out, &e), RC_USAGE);
	assert_int_equal(script_run(c, STR("expect nothing like it"), "s", &out,
	    &e), RC_CONFLICT);
	sbuf_free(&out);
	core_close(c);
}

/* 20,000 random keys: no crash, no leak (under the sanitizers). */
static void random_keys_do_no_harm(void **state)
{
	static const char *const names[] = { "j", "k", "G", "PgDn", "Enter", "v",
		"Esc", "f", "x", "Backspace", "A", "y", "?", "1", "2", "3",
		"Tab", "Ctrl-C", "Ctrl-L", "Ctrl-U", "R", "/" };
	struct core *c = open_at(120, 36);
	uint32_t seed = 4711;

	(void)state;
	c->opening = true;
	for (int i = 0; i < 20000; i++) {
		seed = seed * 1103515245u + 12345u;
		press(c, names[(seed >> 16) % (sizeof(names) / sizeof(names[0]))]);
		if (i % 50 == 0)
			core_resize(c, 40 + (int)(seed >> 20) % 120,
			    10 + (int)(seed >> 8) % 40);
		core_events(c);
		core_draw(c);
	}
	core_close(c);
}

/* A change between two lists has no event any more: it waits. */
static void a_change_between_two_lists_is_kept(void **state)
{
	char path[] = "/tmp/weir-watch-XXXXXX";
	struct str file = { path, sizeof(path) - 1 };
	struct watch_list l = { &file, 1, watch_now() + 9000000000 };
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	for (int polled = 0; polled < 2; polled++) {
		struct watch *w = watch_open(polled);

		watch_set(w, &l);
		assert_false(watch_pending(w));
		assert_int_equal(write(fd, "x", 1), 1);
		watch_set(w, &l);
		assert_true(watch_pending(w));
		assert_true(watch_changed(w));
		assert_false(watch_pending(w));
		assert_false(watch_changed(w));
		watch_close(w);
	}
	close(fd);
	unlink(path);
}

UNIT_MAIN(cmocka_unit_test(a_result_reaches_its_view),
    cmocka_unit_test(a_change_between_two_lists_is_kept),
    cmocka_unit_test(a_newer_request_replaces_an_older),
    cmocka_unit_test(escape_stops_what_runs),
    cmocka_unit_test(keys_work_while_a_job_runs),
    cmocka_unit_test(results_of_a_closed_view_are_dropped),
    cmocka_unit_test(changes_forbid_quitting_and_suspending),
    cmocka_unit_test(a_question_needs_its_own_key),
    cmocka_unit_test(help_lists_and_runs_what_works_here),
    cmocka_unit_test(the_palette_does_what_is_picked),
    cmocka_unit_test(the_mouse_does_what_keys_do),
    cmocka_unit_test(typed_keys_are_text_in_a_field),
    cmocka_unit_test(the_frame_is_as_drawn),
    cmocka_unit_test(small_screens_lose_the_frame_first),
    cmocka_unit_test(every_size_can_be_drawn),
    cmocka_unit_test(scripts_drive_it),
    cmocka_unit_test(random_keys_do_no_harm))
