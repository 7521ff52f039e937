#ifndef WEIR_TESTS_UNIT_STUDIO_H
#define WEIR_TESTS_UNIT_STUDIO_H
/*
 * studio: the studio without a terminal on a SQLite file of its own, driven by
 * the names of keys; every press waits until what it started has ended.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ui/core.h"
#include "unit.h"

struct studio {
	char dir[64], path[96];
	struct project p;
	struct project_request request;	/* from the folder, for new files */
	struct core *c;
	struct sbuf shot;
};

static inline void studio_settle(struct core *c)
{
	while (c->jobs || c->opening) {
		struct pollfd p = { .fd = worker_fd(c->worker),
			.events = POLLIN };

		assert_true(poll(&p, 1, -1) == 1);
		core_events(c);
	}
}

static inline struct studio *studio_open(const char *sql, int w, int h)
{
	struct studio *s = xalloc(sizeof(*s));
	struct drv_target t = { .dialect = DIALECT_SQLITE, .create = true };
	struct err e = ERR_INIT;
	struct drv *d;

	s->shot = (struct sbuf)SBUF_TEXT;
	snprintf(s->dir, sizeof(s->dir), "/tmp/weir-studio-XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	snprintf(s->path, sizeof(s->path), "%s/app.db", s->dir);
	t.path = str_z(s->path);
	assert_ok(drv_open(&t, DRV_APPLY, &d, &e), &e);
	assert_ok(drv_exec(d, str_z(sql), &e), &e);
	drv_close(d);
	t.create = false;
	s->p = (struct project){ .a = arena_new(), .root = str_z(s->dir),
		.name = STR("test"), .db = t, .db_label = STR("app.db"),
		.track_table = STR("__drizzle_migrations") };
	s->request.cwd = str_z(s->dir);
	s->c = core_open(&(struct core_options){ .project = &s->p, .w = w,
		.h = h, .still = true, .request = &s->request });
	studio_settle(s->c);
	return s;
}

static inline void studio_close(struct studio *s)
{
	char command[128];

	core_close(s->c);
	snprintf(command, sizeof(command), "rm -rf '%s'", s->dir);
	assert_int_equal(system(command), 0);
	arena_free(s->p.a);
	sbuf_free(&s->shot);
	xfree(s);
}

/* One key; what it starts goes on. */
static inline void studio_key(struct studio *s, struct str name)
{
	struct keypress k;

	assert_true(key_parse(name, &k));
	core_key(s->c, &k);
}

static inline void studio_press(struct studio *s, const char *names)
{
	struct str rest = str_z(names);

	while ((rest = str_trim(rest)).n) {
		size_t end = str_find(rest, STR(" "), 0);

		studio_key(s, str_sub(rest, 0, end));
		studio_settle(s->c);
		rest = str_sub(rest, end, rest.n);
	}
}

static inline void studio_type(struct studio *s, const char *text)
{
	for (; *text; text++)
		core_key(s->c, &(struct keypress){
		    .code = (unsigned char)*text });
	studio_settle(s->c);
}

/* The screen as text, valid until the next call. */
static inline struct str studio_screen(struct studio *s)
{
	core_draw(s->c);
	sbuf_reset(&s->shot);
	surface_dump(s->c->surface, &s->shot);
	return sbuf_str(&s->shot);
}

static inline bool studio_has(struct studio *s, const char *text)
{
	struct str screen = studio_screen(s);

	return str_find(screen, str_z(text), 0) < screen.n;
}

#define studio_shows(s, text) do { \
	if (!studio_has((s), (text))) \
		fail_msg("not on the screen: %s\n%s", (text), (s)->shot.p); \
} while (0)
#define studio_hides(s, text) do { \
	if (studio_has((s), (text))) \
		fail_msg("on the screen: %s\n%s", (text), (s)->shot.p); \
} while (0)

#endif
