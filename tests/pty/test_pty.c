/*
 * pty: the studio in a real terminal: what it leaves behind, however it ends;
 * resizing, suspending, pasting, and the bytes it sends.
 */
#include "tests/lib/pty.h"

static struct vt *start_with(char *env, int w, int h)
{
	char *argv[] = { pty_program("tests/tool/fake-studio"), NULL };
	/* curses keeps what it allocated for a terminal it does not know */
	char *envp[] = { env, "ASAN_OPTIONS=handle_segv=0:handle_abort=0:"
		"detect_leaks=0", NULL };

	if (!env)
		envp[0] = "WEIR_TEST=1";
	if (!env || !strstr(env, "no-such"))
		envp[1] = NULL;
	return vt_start(argv, envp, w, h);
}

static struct vt *start(void)
{
	struct vt *v = start_with(NULL, 120, 36);

	assert_true(vt_wait(v, "row 29"));
	assert_true(vt_wait(v, "q quit"));
	return v;
}

/* Screen, line discipline and paste mode as before. */
static void assert_restored(const struct vt *v)
{
	pty_restored(v);
	assert_true(vt_wrote(v, "\033[?2004l"));
}

static void it_starts_and_quits_without_a_trace(void **state)
{
	struct vt *v = start();

	(void)state;
	assert_true(vt_alternate(v));
	assert_false(vt_line_as_before(v));
	assert_true(vt_wrote(v, "\033[?2004h"));
	assert_true(vt_wait(v, "図書館 naïve"));
	vt_send(v, STR("q"));
	pty_exits(v, 0);
	assert_restored(v);
	vt_stop(v);
}

static void it_follows_a_storm_of_sizes(void **state)
{
	struct vt *v = start();

	(void)state;
	vt_send(v, STR("jj"));
	for (int i = 0; i < 200; i++)
		vt_resize(v, 40 + i % 100, 10 + i % 30);
	vt_resize(v, 50, 10);
	assert_true(vt_wait(v, "needs 60x16, now 50x10"));
	vt_resize(v, 80, 24);
	assert_true(vt_wait(v, "row 21"));
	assert_true(vt_wait_gone(v, "needs"));
	vt_resize(v, 132, 43);
	assert_true(vt_wait(v, "row 36"));
	assert_true(vt_wait(v, "LOCAL"));
	vt_stop(v);
}

static void it_stops_and_goes_on(void **state)
{
	static const int how[] = { 0, SIGTSTP };
	struct vt *v = start();

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		if (how[i])
			vt_signal(v, how[i]);
		else
			vt_send(v, STR("\032"));
		assert_true(WIFSTOPPED(vt_wait_status(v)));
		assert_restored(v);
		vt_continue(v);
		assert_true(vt_wait(v, "learning-cards"));
		vt_send(v, STR("v"));
		assert_true(vt_wait(v, "counting"));
		vt_send(v, STR("\033"));
		assert_true(vt_wait(v, "Stopped"));
		assert_true(vt_alternate(v));
		assert_false(vt_line_as_before(v));
	}
	vt_stop(v);
}

static void a_change_is_not_suspended(void **state)
{
	struct vt *v = start();

	(void)state;
	vt_send(v, STR("D\032"));
	assert_true(vt_wait(v, "not suspended"));
	vt_send(v, STR("q"));
	assert_true(vt_wait(v, "must end or be stopped first"));
	vt_send(v, STR("j"));
	assert_true(vt_wait_gone(v, "must end"));
	vt_signal(v, SIGTSTP);
	assert_true(vt_wait(v, "not suspended"));
	/* a signal to end stops the change, then ends */
	vt_signal(v, SIGTERM);
	pty_exits(v, 128 + SIGTERM);
	assert_restored(v);
	vt_stop(v);
}

static void signals_end_it_cleanly(void **state)
{
	static const int sigs[] = { SIGTERM, SIGHUP, SIGQUIT };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct vt *v = start();

		vt_send(v, STR("v"));	/* with a job that does not end */
		vt_signal(v, sigs[i]);
		pty_exits(v, 128 + sigs[i]);
		assert_restored(v);
		vt_stop(v);
	}
}

static void a_crash_leaves_a_sane_terminal(void **state)
{
	static const int sigs[] = { SIGSEGV, SIGABRT, SIGBUS };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct vt *v = start();

		if (i < 3)
			vt_signal(v, sigs[i]);
		else
			vt_send(v, STR("U"));	/* abort() on the worker */
		pty_dies(v, i < 3 ? sigs[i] : SIGABRT);
		assert_restored(v);
		assert_true(vt_wrote(v, "crashed"));
		vt_stop(v);
	}
}

static void interrupt_stops_the_job_only(void **state)
{
	struct vt *v = start();

	(void)state;
	vt_signal(v, SIGINT);
	assert_true(vt_wait(v, "Nothing is running"));
	vt_send(v, STR("v"));
	assert_true(vt_wait(v, "counting"));
	vt_signal(v, SIGINT);
	assert_true(vt_wait(v, "cancelled 1"));
	vt_send(v, STR("v\003"));
	assert_true(vt_wait(v, "cancelled 2"));
	vt_stop(v);
}

static void a_lost_terminal_ends_it(void **state)
{
	struct vt *v = start();

	(void)state;
	vt_send(v, STR("v"));
	vt_hang_up(v);
	pty_exits(v, 128 + SIGHUP);
	vt_stop(v);
}

/* Off until it is asked for, and off again when the studio leaves. */
static void the_mouse_is_a_toggle(void **state)
{
	struct vt *v = start();

	(void)state;
	assert_true(vt_wait(v, "row 0"));
	assert_false(vt_wrote(v, "\033[?1000h"));
	vt_send(v, STR("\033[<0;5;8M\033m"));
	assert_true(vt_wait(v, "Mouse on"));
	assert_true(vt_wrote(v, "\033[?1000h\033[?1006h"));
	vt_send(v, STR("\033[<0;6;8M\033[<0;6;8m\033[<65;1;1M"));
	assert_true(vt_send_until(v, STR("\033[<0;7;8M"), " row 4"));
	assert_false(vt_wrote(v, "\033[?1000l"));
	vt_send(v, STR("q"));
	pty_exits(v, 0);
	assert_true(vt_wrote(v, "\033[?1006l\033[?1000l"));
	vt_stop(v);
}

/* What runs does not keep the keys: they are answered before it ends, the
 * spinner says how to stop it, and Esc does. */
static void keys_are_answered_while_a_job_runs(void **state)
{
	struct vt *v = start();

	(void)state;
	vt_send(v, STR("v"));
	assert_true(vt_wait(v, "Esc stops"));
	vt_send(v, STR("jjj"));
	assert_true(vt_wait(v, "row 3"));
	assert_true(vt_shows(v, "cancelled 0"));
	vt_send(v, STR("\033"));
	assert_true(vt_wait(v, "cancelled 1"));
	assert_true(vt_wait_gone(v, "Esc stops"));
	vt_stop(v);
}

static void pasted_keys_do_nothing(void **state)
{
	struct vt *v = start();

	(void)state;
	vt_send(v, STR("\033[200~q\rAy\n\033[201~"));
	assert_true(vt_wait(v, "Pasted text is ignored here"));
	vt_send(v, STR("A\033[200~y\033[201~"));
	assert_true(vt_wait(v, "Do it to"));
	vt_send(v, STR("y"));
	assert_true(vt_wait_gone(v, "Do it to"));
	/* in a field it is text, without what a terminal would obey */
	vt_send(v, STR("f\033[200~ab\033[31mc\r\033[201~\r"));
	assert_true(vt_wait(v, "ab[31mc"));
	vt_stop(v);
}

/* Does the SGR sequence at s (after "ESC [") set a colour of this kind:
 * '3' foreground, '4' background? */
static bool sets_color(struct str s, char kind)
{
	size_t end = 0;

	while (end < s.n && strchr("0123456789;", s.p[end]))
		end++;
	if (end >= s.n || s.p[end] != 'm')
		return false;
	for (size_t i = 0; i + 1 < end; i++)
		if ((i == 0 || s.p[i - 1] == ';') && s.p[i] == kind &&
		    s.p[i + 1] >= '0' && s.p[i + 1] <= '8')
			return true;
	return false;
}

/* No SGR with a background, and with NO_COLOR none with a colour. */
static void backgrounds_are_never_painted(void **state)
{
	(void)state;
	for (int mono = 0; mono < 2; mono++) {
		struct vt *v = start_with(mono ? "NO_COLOR=1" : NULL, 120, 36);
		struct str s;
		bool color = false;

		assert_true(vt_wait(v, "q quit"));
		vt_send(v, STR("?"));
		assert_true(vt_wait(v, "Help: Fake"));
		s = vt_bytes(v);
		for (size_t i = 0; i + 2 < s.n; i++) {
			struct str rest = str_sub(s, i + 2, s.n);

			if (s.p[i] != '\033' || s.p[i + 1] != '[')
				continue;
			color = color || sets_color(rest, '3');
			assert_false(sets_color(rest, '4'));
		}
		assert_int_equal(color, !mono);
		vt_stop(v);
	}
}

/* What each kind of terminal is sent: colours, the paste mode, lines. */
static void other_terminals_work_or_are_refused(void **state)
{
	static const struct {
		char *env;
		bool many, few, paste, ascii;
	} t[] = {
		{ "TERM=xterm-256color", true, false, true, false },
		{ "TERM=xterm", false, true, true, false },
		{ "TERM=screen", false, true, true, false },
		{ "TERM=tmux", false, true, true, false },
		{ "TERM=linux", false, true, false, false },
		{ "TERM=vt100", false, false, false, true },
		{ "TERM=no-such-terminal", true, false, true, false },
		{ "LC_ALL=C", true, false, true, true },
		{ "WEIR_ASCII=1", true, false, true, true },
	};
	struct vt *v;

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		v = start_with(t[i].env, 100, 30);
		assert_true(vt_wait(v, "row 5"));
		if (strstr(t[i].env, "no-such"))
			assert_true(vt_wait(v, "using xterm-256color"));
		assert_true(vt_wait(v, t[i].ascii ? "----+----" :
		    "\xe2\x94\x80\xe2\x94\x80"));
		vt_send(v, STR("jjG"));
		assert_true(vt_wait(v, "q quit"));
		vt_send(v, STR("q"));
		pty_exits(v, 0);
		assert_true(vt_line_as_before(v));
		assert_int_equal(vt_wrote(v, "\033[?2004h"), t[i].paste);
		assert_int_equal(vt_wrote(v, "\033[?2004l"), t[i].paste);
		assert_int_equal(vt_wrote(v, "\033[38;5;"), t[i].many);
		assert_int_equal(vt_wrote(v, "\033[36m") ||
		    vt_wrote(v, "\033[1m\033[36m"), t[i].few || t[i].many);
		/* the mouse is the terminal's own unless asked for */
		assert_false(vt_wrote(v, "\033[?1000h"));
		assert_false(vt_wrote(v, "\033[?1002h"));
		assert_false(vt_wrote(v, "\033[?1003h"));
		vt_stop(v);
	}
	v = start_with("TERM=dumb", 100, 30);
	pty_exits(v, 2);
	assert_true(vt_wrote(v, "weir status"));
	vt_stop(v);
}

/* A key sends what has changed, not the screen. */
static void little_is_written_for_a_key(void **state)
{
	struct vt *v = start();
	size_t began, opened, closed;

	(void)state;
	assert_true(vt_settle(v, 300));
	began = vt_bytes(v).n;
	vt_send(v, STR("jjj?"));	/* three rows down, a window on top */
	assert_true(vt_wait(v, "Help: Fake"));
	assert_true(vt_settle(v, 200));		/* all of that frame */
	opened = vt_bytes(v).n;
	vt_send(v, STR("\033"));
	assert_true(vt_wait_gone(v, "Help: Fake"));
	assert_true(vt_wait(v, "row 29"));
	assert_true(vt_settle(v, 200));
	closed = vt_bytes(v).n;
	print_message("# bytes: %zu the first screen, %zu three rows and a "
	    "window, %zu it closed\n", began, opened - began, closed - opened);
	/* fewer than the screen has cells */
	assert_true(opened - began < 120 * 36);
	assert_true(closed - opened < 120 * 36 * 2 / 3);
	vt_send(v, STR("q"));
	pty_exits(v, 0);
	vt_stop(v);
}

static void ten_thousand_keys_do_no_harm(void **state)
{
	static const char *const keys[] = { "j", "k", "G", "\033[6~", "\r", "v",
		"f", "x", "\177", "A", "y", "1", "2", "\t", "\003", "\014",
		"\033[A", "\033OB", "\033[1;5C", "\xc3\xa9", "\033[200~q\033[201~" };
	struct vt *v = start();
	struct sbuf b = SBUF_TEXT;
	uint32_t seed = 99;

	(void)state;
	for (int i = 0; i < 10000; i++) {
		seed = seed * 1103515245u + 12345u;
		sbuf_addz(&b, keys[(seed >> 16) % (sizeof(keys) /
		    sizeof(keys[0]))]);
		if (i % 97 == 0) {
			vt_send(v, sbuf_str(&b));
			sbuf_reset(&b);
			vt_resize(v, 50 + (int)(seed >> 20) % 100,
			    12 + (int)(seed >> 8) % 40);
		}
	}
	vt_resize(v, 120, 36);
	/* out of whatever is open */
	vt_send(v, STR("\003\003\003\003"));
	assert_true(vt_wait(v, "learning-cards"));
	vt_signal(v, SIGTERM);
	pty_exits(v, 128 + SIGTERM);
	assert_restored(v);
	sbuf_free(&b);
	vt_stop(v);
}

UNIT_MAIN(cmocka_unit_test(it_starts_and_quits_without_a_trace),
    cmocka_unit_test(it_follows_a_storm_of_sizes),
    cmocka_unit_test(it_stops_and_goes_on),
    cmocka_unit_test(a_change_is_not_suspended),
    cmocka_unit_test(signals_end_it_cleanly),
    cmocka_unit_test(a_crash_leaves_a_sane_terminal),
    cmocka_unit_test(interrupt_stops_the_job_only),
    cmocka_unit_test(a_lost_terminal_ends_it),
    cmocka_unit_test(the_mouse_is_a_toggle),
    cmocka_unit_test(keys_are_answered_while_a_job_runs),
    cmocka_unit_test(pasted_keys_do_nothing),
    cmocka_unit_test(backgrounds_are_never_painted),
    cmocka_unit_test(other_terminals_work_or_are_refused),
    cmocka_unit_test(little_is_written_for_a_key),
    cmocka_unit_test(ten_thousand_keys_do_no_harm))
