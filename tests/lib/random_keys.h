#ifndef WEIR_TESTS_LIB_RANDOM_KEYS_H
#define WEIR_TESTS_LIB_RANDOM_KEYS_H
/*
 * random_keys: the studio on a project with one migration that is applied and
 * one that destroys, under keys at random: letters, keys with names, mouse,
 * paste, sizes.  It may be left and is started again; it must not crash or
 * hang and must leave the terminal as it found it.  What must be as before in
 * the database is for the caller to see.  WEIR_SEED chooses the keys.
 */
#include "tests/lib/pty.h"

#define RANDOM_STEPS 10000
#define RANDOM_BURST 12
/* A table whose name nobody types by chance; the second migration deletes
 * rows of it and a column of posts. */
#define RANDOM_GATED "accounts_of_the_people"

static const char *const random_key[] = { "\r", "\r", "\033", "\t", "\033[Z",
	"\177", "\033[A", "\033[B", "\033[C", "\033[D", "\033[5~", "\033[6~",
	"\033[H", "\033[F", "\033OP", "\033[3~", "\033[1;5C", "\033b",
	"\001", "\002", "\004", "\005", "\006", "\007", "\013", "\014",
	"\020", "\022", "\025", "\027", "\003", "\xc3\xa9", "\xe5\x9b\xb3",
	"\xff", "\033[200~A\r" RANDOM_GATED "\r\033[201~", "\033[<0;20;8M",
	"\033[<0;20;8m", "\033[<64;30;9M", "\033[<65;30;9M", "\033[99~",
	"1", "2", "3", "4", "j", "j", "j", "A", "U", "?", ":", "/" };

/* Ways into places that single keys seldom find, each key answered before
 * the next: the review, its gate, the report, the way back, its gate. */
static const char *const random_way[][5] = {
	{ "1", "\t", "v" }, { "2", "j", "\r" }, { "3", "G\r" },
	{ "3", "G\r", "A" }, { "4", "\r" }, { "4", "U" },
	{ "4", "U", "A" } };

static const char random_second[] =
	"ALTER TABLE posts DROP COLUMN body;\n--> statement-breakpoint\n"
	"DELETE FROM " RANDOM_GATED " WHERE id < 100;\n";

static inline void random_first(const char *dir)
{
	char command[PATH_MAX + 200];

	snprintf(command, sizeof(command), "cd '%s' && '%s' migrate --to "
	    "0000_m0 >out 2>&1 </dev/null", dir, pty_program("weir"));
	assert_int_equal(system(command), 0);
}

/* A folder of two migrations, the first of them applied to the database of
 * that address. */
static inline void random_project(const char *dir, const char *dialect,
    const char *url, const char *first)
{
	struct err e = ERR_INIT;
	char text[600];

	snprintf(text, sizeof(text), "%s/drizzle/meta", dir);
	assert_ok(dir_make(text, 0755, &e), &e);
	snprintf(text, sizeof(text), "{\"dialect\":\"%s\",\"out\":"
	    "\"./drizzle\",\"dbCredentials\":{\"url\":\"%s\"}}", dialect, url);
	pty_put(dir, "drizzle.config.json", text);
	snprintf(text, sizeof(text), "{\"version\":\"7\",\"dialect\":\"%s\","
	    "\"entries\":[{\"idx\":0,\"version\":\"7\",\"when\":1700000000000,"
	    "\"tag\":\"0000_m0\",\"breakpoints\":true},{\"idx\":1,"
	    "\"version\":\"7\",\"when\":1700000060000,\"tag\":\"0001_m1\","
	    "\"breakpoints\":true}]}", dialect);
	pty_put(dir, "drizzle/meta/_journal.json", text);
	pty_put(dir, "drizzle/0000_m0.sql", first);
	pty_put(dir, "drizzle/0001_m1.sql", random_second);
	random_first(dir);
}

static inline struct vt *random_start(const char *dir)
{
	static char state[PTY_DIR + 24];
	struct vt *v;
	char *argv[] = { pty_program("weir"), (char *)(uintptr_t)dir, NULL };
	char *env[] = { state, "EDITOR=/bin/true", "ASAN_OPTIONS=handle_segv=0:"
		"handle_abort=0:detect_leaks=0", NULL };

	snprintf(state, sizeof(state), "XDG_STATE_HOME=%s/s", dir);
	v = vt_start(argv, env, 120, 36);
	/* before that a Ctrl-C is a signal */
	assert_true(vt_wait(v, "q quit"));
	return v;
}

/* The studio has stopped or ended: as one may leave it, and started anew. */
static inline struct vt *random_again(struct vt *v, const char *dir)
{
	int status = vt_wait_status(v);

	if (WIFSTOPPED(status)) {
		vt_continue(v);
		return v;
	}
	/* a Ctrl-C of the same burst may meet it when it has left already */
	if (status && status != SIGINT)
		fprintf(stderr, "ended with status %#x\n%.*s", status,
		    STR_ARG(vt_screen(v)));
	assert_true(status == 0 || status == SIGINT);
	/* The line discipline drops what the terminal has not read yet when
	 * an interrupt comes: "back to the main screen" may be among it. */
	if (vt_wrote(v, "^C"))
		assert_true(vt_line_as_before(v));
	else
		pty_restored(v);
	vt_stop(v);
	return random_start(dir);
}

static inline void random_add(struct sbuf *b, uint32_t chance)
{
	if (chance % 3)
		sbuf_addz(b, random_key[chance / 3 % (sizeof(random_key) /
		    sizeof(random_key[0]))]);
	else
		sbuf_addc(b, (char)(' ' + chance / 3 % 95));
}

static inline void random_go(struct vt *v, uint32_t chance)
{
	const char *const *way = random_way[chance % (sizeof(random_way) /
	    sizeof(random_way[0]))];

	vt_send(v, STR("\003\003\003"));	/* out of what is open */
	for (; *way && vt_settle(v, 60); way++)
		vt_send(v, str_z(*way));
}

static inline void random_keys(const char *dir)
{
	const char *given = getenv("WEIR_SEED");
	uint32_t seed = given ? (uint32_t)strtoul(given, NULL, 10) : 2026;
	struct vt *v = random_start(dir);
	struct sbuf b = SBUF_TEXT;

	for (int i = 0; i < RANDOM_STEPS; i++) {
		seed = seed * 1664525u + 1013904223u;
		random_add(&b, seed >> 10);
		if (i % RANDOM_BURST)
			continue;
		vt_send(v, sbuf_str(&b));
		sbuf_reset(&b);
		if (i % (RANDOM_BURST * 8) == 0)
			random_go(v, seed >> 12);
		if (!vt_settle(v, 6))
			v = random_again(v, dir);
		vt_forget(v);
		if (i % (RANDOM_BURST * 20) == 0)
			vt_resize(v, 55 + (int)(seed >> 20) % 100,
			    14 + (int)(seed >> 8) % 40);
	}
	sbuf_free(&b);
	vt_resize(v, 120, 36);
	if (vt_settle(v, 20)) {
		vt_signal(v, SIGTERM);
		pty_exits(v, 128 + SIGTERM);
		pty_restored(v);
	}
	vt_stop(v);
}

#endif
