/* str, sbuf, err: views, buffers with a ceiling, the error record. */
#include "unit.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void str_compares_bytes_shorter_first(void **state)
{
	(void)state;
	assert_int_equal(str_cmp(STR("a"), STR("a")), 0);
	assert_int_equal(str_cmp(STR("a"), STR("ab")), -1);
	assert_int_equal(str_cmp(STR("b"), STR("ab")), 1);
	/* bytes, not signed chars */
	assert_int_equal(str_cmp(STR("\xc3\xa9"), STR("z")), 1);
	assert_int_equal(str_cmp(STR_NONE, STR("")), 0);
	assert_true(str_eq(STR_NONE, STR("")));
	assert_false(str_eq(STR("a\0b"), STR("a\0c")));
	assert_true(str_ieq(STR("Select"), STR("sELECT")));
	assert_false(str_ieq(STR("[a"), STR("{a")));
}

static void str_finds_and_cuts(void **state)
{
	struct str s = STR("one two one");

	(void)state;
	assert_int_equal(str_find(s, STR("one"), 0), 0);
	assert_int_equal(str_find(s, STR("one"), 1), 8);
	assert_int_equal(str_find(s, STR("one"), 9), s.n);
	assert_int_equal(str_find(s, STR("x"), 99), s.n);
	assert_int_equal(str_find(s, STR(""), 4), 4);
	assert_int_equal(str_find(STR("a\0b"), STR("b"), 0), 2);
	assert_str(str_sub(s, 4, 7), "two");
	assert_str(str_sub(s, 8, 99), "one");
	assert_str(str_sub(s, 9, 3), "");
	assert_str(str_sub(STR_NONE, 0, 9), "");
	assert_true(str_starts(s, STR("one")));
	assert_false(str_starts(STR("on"), STR("one")));
	assert_true(str_ends(s, STR(" one")));
	assert_false(str_ends(STR("ne"), STR("one")));
	assert_str(str_trim(STR(" \t\r\n x y \v\f")), "x y");
	assert_str(str_trim(STR(" \n")), "");
}

static void str_lines_know_crlf(void **state)
{
	struct str rest = STR("a\r\n\nb\rc\n"), line;

	(void)state;
	assert_true(str_line(&rest, &line));
	assert_str(line, "a");
	assert_true(str_line(&rest, &line));
	assert_str(line, "");
	assert_true(str_line(&rest, &line));
	assert_str(line, "b\rc");
	assert_false(str_line(&rest, &line));
	rest = STR("last");
	assert_true(str_line(&rest, &line));
	assert_str(line, "last");
	assert_false(str_line(&rest, &line));
}

static void str_position_counts_characters(void **state)
{
	struct str s = STR("ab\n\xc3\xa9\xe4\xb8\x80x\n");
	size_t line, col;

	(void)state;
	str_position(s, 0, &line, &col);
	assert_int_equal(line * 100 + col, 101);
	str_position(s, 8, &line, &col);
	assert_int_equal(line * 100 + col, 203);
	str_position(s, 999, &line, &col);
	assert_int_equal(line * 100 + col, 301);
}

static void sbuf_grows_and_ends_with_nul(void **state)
{
	struct sbuf b = SBUF_INIT(100000);

	(void)state;
	assert_str(sbuf_str(&b), "");
	for (int i = 0; i < 10000; i++)
		sbuf_addf(&b, "%d,", i % 10);
	assert_int_equal(b.n, 20000);
	assert_int_equal(b.p[b.n], 0);
	assert_false(b.full);
	sbuf_truncate(&b, 4);
	assert_string_equal(b.p, "0,1,");
	sbuf_truncate(&b, 99);
	assert_int_equal(b.n, 4);
	sbuf_fill(&b, '-', 3);
	sbuf_addc(&b, '\0');
	assert_int_equal(b.n, 8);
	sbuf_free(&b);
	assert_null(b.p);
	assert_int_equal(b.max, 100000);
}

static void sbuf_stops_at_its_ceiling_whole(void **state)
{
	struct sbuf b = SBUF_INIT(8);

	(void)state;
	sbuf_addz(&b, "12345678");
	assert_false(b.full);
	sbuf_addc(&b, '9');
	assert_true(b.full);
	assert_str(sbuf_str(&b), "12345678");
	sbuf_truncate(&b, 0);
	sbuf_addz(&b, "x");
	/* full stays set until somebody has seen it */
	assert_str(sbuf_str(&b), "");
	sbuf_reset(&b);
	sbuf_addz(&b, "123");
	sbuf_addf(&b, "%300d", 1);
	assert_true(b.full);
	assert_str(sbuf_str(&b), "123");
	sbuf_reset(&b);
	sbuf_fill(&b, 'x', SIZE_MAX);
	assert_true(b.full);
	assert_int_equal(b.n, 0);
	sbuf_free(&b);
}

static void sbuf_writes_numbers(void **state)
{
	static const struct {
		int64_t v;
		const char *plain, *count;
	} t[] = {
		{ 0, "0", "0" },
		{ 999, "999", "999" },
		{ 1000, "1000", "1,000" },
		{ -1234567, "-1234567", "-1,234,567" },
		{ INT64_MAX, "9223372036854775807",
		    "9,223,372,036,854,775,807" },
		{ INT64_MIN, "-9223372036854775808",
		    "-9,223,372,036,854,775,808" },
	};
	struct sbuf b = SBUF_TEXT;

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		sbuf_reset(&b);
		sbuf_add_i64(&b, t[i].v);
		assert_str(sbuf_str(&b), t[i].plain);
		sbuf_reset(&b);
		sbuf_add_count(&b, t[i].v);
		assert_str(sbuf_str(&b), t[i].count);
	}
	sbuf_free(&b);
}

static void sbuf_formats_long_text(void **state)
{
	struct sbuf b = SBUF_TEXT;

	(void)state;
	sbuf_addf(&b, "%0255d", 7);
	sbuf_addf(&b, "%0256d", 7);
	sbuf_addf(&b, "%01000d", 7);
	assert_int_equal(b.n, 255 + 256 + 1000);
	assert_int_equal(b.p[510], '7');
	assert_int_equal(b.p[b.n - 1], '7');
	sbuf_free(&b);
}

static void err_keeps_the_cause(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(err_set(&e, RC_IO, "cannot read %s", "x"), RC_IO);
	assert_int_equal(e.code, RC_IO);
	assert_string_equal(e.msg, "cannot read x");
	assert_string_equal(e.where, "");
	err_prefix(&e, "loading %d", 3);
	assert_string_equal(e.msg, "loading 3: cannot read x");
	err_hint(&e, "try again");
	err_hint(&e, "other");
	assert_string_equal(e.hint, "try again");
	assert_int_equal(err_at(&e, RC_PARSE, "f:1:2", "bad"), RC_PARSE);
	assert_string_equal(e.where, "f:1:2");
	assert_string_equal(e.hint, "");
	/* a message may quote the one it replaces */
	err_set(&e, RC_DB, "two");
	err_prefix(&e, "%s", e.msg);
	assert_string_equal(e.msg, "two: two");
}

static void err_cuts_between_characters(void **state)
{
	struct err e = ERR_INIT;
	char big[3000], where[1000];

	(void)state;
	/* 2-byte characters at an odd offset: the cut would split one */
	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = "\xa9\xc3"[i % 2];
	big[0] = 'x';
	big[sizeof(big) - 1] = '\0';
	err_set(&e, RC_IO, "%s", big);
	assert_int_equal(strlen(e.msg) % 2, 0);
	assert_string_equal(e.msg + strlen(e.msg) - 3, "...");
	assert_int_equal((unsigned char)e.msg[strlen(e.msg) - 4], 0xa9);
	err_prefix(&e, "%s", big);
	assert_true(strlen(e.msg) < sizeof(e.msg));
	assert_non_null(strstr(e.msg, "...: x"));
	memset(where, 'd', sizeof(where));
	strcpy(where + 900, ":12:3");
	err_at(&e, RC_PARSE, where, "x");
	assert_int_equal(strncmp(e.where, "...d", 4), 0);
	assert_string_equal(e.where + strlen(e.where) - 6, "d:12:3");
}

static void every_code_has_a_name(void **state)
{
	(void)state;
	for (unsigned i = 0; i < RC_N; i++) {
		assert_non_null(rc_name((enum rc)i));
		for (unsigned k = 0; k < i; k++)
			assert_string_not_equal(rc_name((enum rc)i),
			    rc_name((enum rc)k));
	}
	assert_string_equal(rc_name((enum rc)99), "unknown");
}

static int said_fd;

static void say_restored(void)
{
	ssize_t n = write(said_fd, "R", 1);

	(void)n;
}

/* Run `die` in a child; what it wrote (stderr, then the hook) and how it
 * ended. */
static int dying(void (*die)(void), char out[512])
{
	int fds[2], status;
	size_t n = 0;
	ssize_t got;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(fds[1], STDERR_FILENO);
		close(fds[0]);
		said_fd = fds[1];
		bug_set_restore(say_restored);
		die();
		_exit(0);
	}
	close(fds[1]);
	while ((got = read(fds[0], out + n, 511 - n)) > 0)
		n += (size_t)got;
	out[n] = '\0';
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void hit_bug(void)
{
	BUG("state %d \033[2J", 7);
}

static void death_restores_the_terminal_first(void **state)
{
	char out[512];
	int status;

	(void)state;
	status = dying(oom_die, out);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
	assert_string_equal(out, "Rweir: out of memory\n");
	status = dying(hit_bug, out);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
	assert_int_equal(strncmp(out, "Rweir: bug at ", 14), 0);
	assert_non_null(strstr(out, "state 7 ?[2J\n"));
}

UNIT_MAIN(cmocka_unit_test(str_compares_bytes_shorter_first),
    cmocka_unit_test(str_finds_and_cuts),
    cmocka_unit_test(str_lines_know_crlf),
    cmocka_unit_test(str_position_counts_characters),
    cmocka_unit_test(sbuf_grows_and_ends_with_nul),
    cmocka_unit_test(sbuf_stops_at_its_ceiling_whole),
    cmocka_unit_test(sbuf_writes_numbers),
    cmocka_unit_test(sbuf_formats_long_text),
    cmocka_unit_test(err_keeps_the_cause),
    cmocka_unit_test(err_cuts_between_characters),
    cmocka_unit_test(every_code_has_a_name),
    cmocka_unit_test(death_restores_the_terminal_first))
