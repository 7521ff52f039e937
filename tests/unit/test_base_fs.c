/* fs and path: reading beneath a folder, replacing files, cutting paths. */
#include "unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include "base/fs.h"

static char home[] = "/tmp/weir-fs-XXXXXX";
static char outside[] = "/tmp/weir-fs-XXXXXX";

static const char *at(const char *name)
{
	static char path[4][256];
	static unsigned turn;
	char *p = path[turn++ % 4];

	snprintf(p, 256, "%s/%s", home, name);
	return p;
}

static void write_file(const char *name, const char *text)
{
	struct err e = ERR_INIT;

	assert_ok(file_write_atomic(at(name), str_z(text), 0644, &e), &e);
}

static int set_up(void **state)
{
	struct err e = ERR_INIT;
	char path[256];

	(void)state;
	if (!mkdtemp(home) || !mkdtemp(outside))
		return -1;
	snprintf(path, sizeof(path), "%s/secret", outside);
	return file_write_atomic(path, STR("secret"), 0600, &e) == RC_OK ? 0 :
	    -1;
}

static int tear_down(void **state)
{
	char command[256];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s %s", home, outside);
	return system(command);
}

static void reading_appends_and_names_failures(void **state)
{
	struct sbuf b = SBUF_INIT(20);
	struct err e = ERR_INIT;

	(void)state;
	write_file("a", "hello");
	write_file("empty", "");
	sbuf_addz(&b, "> ");
	assert_ok(file_read(at("a"), &b, &e), &e);
	assert_str(sbuf_str(&b), "> hello");
	assert_ok(file_read(at("empty"), &b, &e), &e);
	assert_int_equal(file_read(at("none"), &b, &e), RC_NOTFOUND);
	assert_non_null(strstr(e.msg, "/none"));
	assert_non_null(strstr(e.msg, "No such file"));
	assert_int_equal(file_read(at("a/b"), &b, &e), RC_NOTFOUND);
	assert_int_equal(file_read(home, &b, &e), RC_UNSUPPORTED);
	assert_int_equal(file_read("/dev/zero", &b, &e), RC_UNSUPPORTED);
	assert_str(sbuf_str(&b), "> hello");
	sbuf_free(&b);
}

static void a_fifo_does_not_hang(void **state)
{
	struct sbuf b = SBUF_TEXT;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(mkfifo(at("fifo"), 0600), 0);
	assert_int_equal(file_read(at("fifo"), &b, &e), RC_UNSUPPORTED);
	assert_int_equal(file_read_beneath(home, "fifo", &b, &e),
	    RC_UNSUPPORTED);
	assert_int_equal(unlink(at("fifo")), 0);
	sbuf_free(&b);
}

static void reading_stops_at_the_ceiling(void **state)
{
	struct sbuf b = SBUF_INIT(8);
	struct err e = ERR_INIT;

	(void)state;
	write_file("eight", "12345678");
	write_file("nine", "123456789");
	assert_ok(file_read(at("eight"), &b, &e), &e);
	sbuf_reset(&b);
	assert_int_equal(file_read(at("nine"), &b, &e), RC_UNSUPPORTED);
	assert_int_equal(b.n, 0);
	assert_false(b.full);
	/* a size that stat does not tell */
	assert_int_equal(file_read("/proc/self/status", &b, &e),
	    RC_UNSUPPORTED);
	assert_int_equal(b.n, 0);
	sbuf_free(&b);
}

static void beneath_stays_beneath(void **state)
{
	static const char *const bad[] = { "", ".", "..", "../x", "a/../b",
		"/etc/passwd", "a//b", "a/", "./a", "sub/../../x" };
	struct sbuf b = SBUF_TEXT;
	struct err e = ERR_INIT;
	char path[256];

	(void)state;
	assert_ok(dir_make(at("sub/deep"), 0755, &e), &e);
	write_file("sub/deep/f", "inside");
	assert_ok(file_read_beneath(home, "sub/deep/f", &b, &e), &e);
	assert_str(sbuf_str(&b), "inside");
	sbuf_reset(&b);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (file_read_beneath(home, bad[i], &b, &e) != RC_UNSUPPORTED)
			fail_msg("\"%s\" is taken", bad[i]);
	assert_int_equal(file_read_beneath(home, "sub/none", &b, &e),
	    RC_NOTFOUND);
	assert_int_equal(file_read_beneath(at("none"), "f", &b, &e),
	    RC_NOTFOUND);
	/* links out: the file itself, a folder on the way, a climbing one */
	snprintf(path, sizeof(path), "%s/secret", outside);
	assert_int_equal(symlink(path, at("link")), 0);
	assert_int_equal(symlink(outside, at("sub/out")), 0);
	assert_int_equal(symlink("../../../../../../etc/passwd", at("up")), 0);
	assert_int_equal(symlink("loop", at("loop")), 0);
	assert_int_equal(file_read_beneath(home, "link", &b, &e),
	    RC_UNSUPPORTED);
	assert_int_equal(file_read_beneath(home, "sub/out/secret", &b, &e),
	    RC_UNSUPPORTED);
	assert_int_equal(file_read_beneath(home, "up", &b, &e),
	    RC_UNSUPPORTED);
	assert_int_equal(file_read_beneath(home, "loop", &b, &e),
	    RC_UNSUPPORTED);
	assert_int_equal(b.n, 0);
	sbuf_free(&b);
}

static size_t entries(const char *path)
{
	struct arena *a = arena_new();
	struct dir_list list = { 0 };
	struct err e = ERR_INIT;
	size_t n;

	assert_ok(dir_read(path, a, &list, &e), &e);
	n = list.n;
	arena_free(a);
	return n;
}

static void writing_replaces_whole_or_not_at_all(void **state)
{
	struct sbuf b = SBUF_TEXT;
	struct err e = ERR_INIT;
	struct stat st;

	(void)state;
	assert_ok(dir_make(at("w"), 0700, &e), &e);
	assert_ok(file_write_atomic(at("w/f"), STR("one"), 0600, &e), &e);
	assert_int_equal(stat(at("w/f"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_ok(file_write_atomic(at("w/f"), STR("a\0b"), 0600, &e), &e);
	assert_ok(file_read(at("w/f"), &b, &e), &e);
	assert_int_equal(b.n, 3);
	assert_int_equal(file_write_atomic(at("none/f"), STR(""), 0600, &e),
	    RC_IO);
	/* a folder is in the way: the rename fails, nothing is left behind */
	assert_ok(dir_make(at("w/dir/x"), 0700, &e), &e);
	assert_int_equal(file_write_atomic(at("w/dir"), STR("x"), 0600, &e),
	    RC_IO);
	assert_int_equal(entries(at("w")), 2);
	sbuf_free(&b);
}

/* The disk is full (here: a limit on the file's size). */
static void a_write_that_fails_leaves_the_old_file(void **state)
{
	struct sbuf b = SBUF_TEXT;
	struct err e = ERR_INIT;
	int status;
	pid_t pid;

	(void)state;
	assert_ok(dir_make(at("full"), 0700, &e), &e);
	assert_ok(file_write_atomic(at("full/f"), STR("old"), 0600, &e), &e);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct rlimit limit = { 1024, 1024 };

		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &limit);
		sbuf_fill(&b, 'x', 1 << 20);
		status = (int)file_write_atomic(at("full/f"), sbuf_str(&b),
		    0600, &e);
		sbuf_free(&b);
		_exit(status);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), RC_IO);
	assert_ok(file_read(at("full/f"), &b, &e), &e);
	assert_str(sbuf_str(&b), "old");
	assert_int_equal(entries(at("full")), 1);
	sbuf_free(&b);
}

static void folders_are_made_and_listed_in_order(void **state)
{
	struct arena *a = arena_new();
	struct dir_list list = { 0 };
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(dir_make(at("list/b"), 0755, &e), &e);
	assert_ok(dir_make(at("list/b/"), 0755, &e), &e);
	write_file("list/a", "");
	write_file("list/B", "");
	assert_int_equal(symlink("a", at("list/c")), 0);
	assert_int_equal(symlink("gone", at("list/d")), 0);
	assert_int_equal(dir_make(at("list/a/x"), 0755, &e), RC_IO);
	assert_ok(dir_read(at("list"), a, &list, &e), &e);
	assert_int_equal(list.n, 5);
	assert_str(list.v[0].name, "B");
	assert_str(list.v[1].name, "a");
	assert_true(list.v[1].is_file && !list.v[1].is_dir);
	assert_true(list.v[2].is_dir && !list.v[2].is_file);
	assert_true(list.v[3].is_file);
	assert_false(list.v[4].is_file || list.v[4].is_dir);
	assert_int_equal(dir_read(at("none"), a, &list, &e), RC_NOTFOUND);
	assert_int_equal(list.n, 5);
	arena_free(a);
}

static void stat_tells_what_is_there(void **state)
{
	struct file_stat s = file_stat_of(home);

	(void)state;
	assert_true(s.exists && s.is_dir && !s.is_file && s.writable);
	write_file("size", "1234");
	s = file_stat_of(at("size"));
	assert_true(s.exists && s.is_file && s.size == 4 && s.ino != 0);
	assert_true(s.mtime_ns > 1600000000000000000);
	s = file_stat_of(at("none"));
	assert_false(s.exists || s.is_file || s.is_dir || s.writable);
	assert_true(fs_free_bytes(home) > 0);
	assert_true(fs_free_bytes(at("none")) == -1);
}

static void paths_are_cut_and_joined(void **state)
{
	static const struct {
		const char *path, *dir, *base;
	} t[] = {
		{ "a", ".", "a" }, { "a/b", "a", "b" }, { "/a", "/", "a" },
		{ "/", "/", "/" }, { "a/b/", "a", "b" }, { "", ".", "" },
		{ "a//b", "a", "b" }, { "//", "/", "/" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_str(path_dir(str_z(t[i].path)), t[i].dir);
		assert_str(path_base(str_z(t[i].path)), t[i].base);
	}
	assert_str(path_join(a, STR("a"), STR("b/c")), "a/b/c");
	assert_str(path_join(a, STR("a//"), STR("./b")), "a/b");
	assert_str(path_join(a, STR("/"), STR("b")), "/b");
	assert_str(path_join(a, STR("a"), STR("/b")), "/b");
	assert_str(path_join(a, STR(""), STR("b")), "b");
	assert_str(path_join(a, STR("a"), STR("")), "a");
	assert_str(path_join(a, STR("a"), STR(".")), "a");
	arena_free(a);
}

static void paths_become_absolute_and_short(void **state)
{
	struct arena *a = arena_new();
	char real[256], was[4096];

	(void)state;
	assert_non_null(getcwd(was, sizeof(was)));
	assert_int_equal(chdir(home), 0);
	assert_non_null(getcwd(real, sizeof(real)));
	assert_str(path_absolute(a, STR("/a/./b//c")), "/a/b/c");
	assert_str(path_absolute(a, STR("/a/../../x")), "/x");
	assert_str(path_absolute(a, STR("/")), "/");
	assert_str(path_absolute(a, STR(".")), real);
	assert_str(path_absolute(a, STR("f")),
	    arena_printf(a, "%s/f", real).p);
	assert_str(path_short(a, STR("x/y"), STR(".")), "x/y");
	assert_str(path_short(a, STR("."), STR(".")), ".");
	assert_str(path_short(a, STR("/usr"), STR(".")), "/usr");
	assert_str(path_short(a, STR("/a/b/cc"), STR("/a/b/dd/e")), "/a/b/cc");
	assert_str(path_short(a, STR("/a/bbbbbbb/cc"), STR("/a/bbbbbbb/d")),
	    "../cc");
	/* ".." behind a link leads where the link leads */
	assert_int_equal(symlink(outside, "way"), 0);
	assert_str(path_absolute(a, STR("way/..")), "/tmp");
	assert_int_equal(chdir(was), 0);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(reading_appends_and_names_failures),
		cmocka_unit_test(a_fifo_does_not_hang),
		cmocka_unit_test(reading_stops_at_the_ceiling),
		cmocka_unit_test(beneath_stays_beneath),
		cmocka_unit_test(writing_replaces_whole_or_not_at_all),
		cmocka_unit_test(a_write_that_fails_leaves_the_old_file),
		cmocka_unit_test(folders_are_made_and_listed_in_order),
		cmocka_unit_test(stat_tells_what_is_there),
		cmocka_unit_test(paths_are_cut_and_joined),
		cmocka_unit_test(paths_become_absolute_and_short),
	};

	return cmocka_run_group_tests(cases, set_up, tear_down);
}
