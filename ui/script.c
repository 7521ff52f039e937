/* script: every line waits for all jobs, so that a run gives the same screens
 * each time. */
#include "ui/script.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>

#include "base/fs.h"
#include "base/utf8.h"
#include "ui/editor.h"

struct script {
	struct core *core;
	const char *name;
	int line;
	struct sbuf *screen;
};

static enum rc fail(const struct script *s, enum rc code, struct err *e,
    const char *what, struct str arg)
{
	char where[160];

	snprintf(where, sizeof(where), "%s:%d", s->name, s->line);
	return err_at(e, code, where, "%s: %.*s", what, STR_ARG(arg));
}

static void settle(struct core *c)
{
	while (c->jobs && !c->asking && !c->quit) {
		struct pollfd p = { .fd = worker_fd(c->worker),
			.events = POLLIN };

		if (poll(&p, 1, -1) < 0 && errno != EINTR)
			BUG("poll: errno %d", errno);
		core_events(c);
	}
}

static void press(struct core *c, const struct keypress *k)
{
	if (c->quit)
		return;
	core_key(c, k);
	if (c->edit.on)
		editor_run(c);
	settle(c);
}

static enum rc do_keys(struct script *s, struct str arg, struct err *e)
{
	struct str rest = arg;

	while ((rest = str_trim(rest)).n) {
		size_t end = str_find(rest, STR(" "), 0);
		struct keypress k;

		if (!key_parse(str_sub(rest, 0, end), &k))
			return fail(s, RC_USAGE, e, "no such key",
			    str_sub(rest, 0, end));
		press(s->core, &k);
		rest = str_sub(rest, end, rest.n);
	}
	return RC_OK;
}

static enum rc do_type(struct script *s, struct str arg, struct err *e)
{
	for (size_t i = 0; i < arg.n;) {
		int32_t cp = utf8_next(arg, &i);

		if (cp < 0x20)
			return fail(s, RC_USAGE, e, "not text", arg);
		press(s->core, &(struct keypress){ .code = (uint32_t)cp });
	}
	return RC_OK;
}

static enum rc do_paste(struct script *s, struct str arg, struct err *e)
{
	(void)e;
	press(s->core, &(struct keypress){ .code = K_PASTE, .paste = arg });
	return RC_OK;
}

static enum rc do_resize(struct script *s, struct str arg, struct err *e)
{
	int w, h, end = 0;
	char z[32];

	snprintf(z, sizeof(z), "%.*s", STR_ARG(arg));
	if (sscanf(z, "%4dx%4d%n", &w, &h, &end) != 2 || (size_t)end != arg.n ||
	    w < 1 || h < 1)
		return fail(s, RC_USAGE, e, "not a size like 80x24", arg);
	core_resize(s->core, w, h);
	return RC_OK;
}

static enum rc do_wait(struct script *s, struct str arg, struct err *e)
{
	(void)arg, (void)e;
	core_files(s->core);	/* every line waits */
	return RC_OK;
}

static void dump(struct script *s)
{
	core_draw(s->core);
	sbuf_reset(s->screen);
	surface_dump(s->core->surface, s->screen);
}

static enum rc do_expect(struct script *s, struct str arg, struct err *e)
{
	dump(s);
	if (str_find(sbuf_str(s->screen), arg, 0) < s->screen->n)
		return RC_OK;
	return fail(s, RC_CONFLICT, e, "not on the screen", arg);
}

static enum rc do_reject(struct script *s, struct str arg, struct err *e)
{
	dump(s);
	if (str_find(sbuf_str(s->screen), arg, 0) >= s->screen->n)
		return RC_OK;
	return fail(s, RC_CONFLICT, e, "on the screen", arg);
}

static enum rc save(struct script *s, struct str file, struct err *e)
{
	char path[1024];

	if (!file.n || file.n >= sizeof(path))
		return fail(s, RC_USAGE, e, "not a file name", file);
	memcpy(path, file.p, file.n);
	path[file.n] = '\0';
	return file_write_atomic(path, sbuf_str(s->screen), 0644, e);
}

static enum rc do_save_screen(struct script *s, struct str arg, struct err *e)
{
	dump(s);
	return save(s, arg, e);
}

static enum rc do_save_styles(struct script *s, struct str arg, struct err *e)
{
	core_draw(s->core);
	sbuf_reset(s->screen);
	surface_dump_styles(s->core->surface, s->screen);
	return save(s, arg, e);
}

static const struct {
	const char *word;
	enum rc (*run)(struct script *s, struct str arg, struct err *e);
} words[] = {
	{ "keys", do_keys },
	{ "type", do_type },
	{ "paste", do_paste },
	{ "resize", do_resize },
	{ "wait", do_wait },
	{ "expect", do_expect },
	{ "reject", do_reject },
	{ ":save-screen", do_save_screen },
	{ ":save-styles", do_save_styles },
};

static enum rc do_line(struct script *s, struct str line, struct err *e)
{
	size_t end = str_find(line, STR(" "), 0);
	struct str word = str_sub(line, 0, end);
	struct str arg = str_sub(line, end + 1, line.n);

	if (!word.n || word.p[0] == '#')
		return RC_OK;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_is(word, words[i].word)) {
			enum rc rc = words[i].run(s, arg, e);

			settle(s->core);
			return rc;
		}
	return fail(s, RC_USAGE, e, "no such command", word);
}

enum rc script_run(struct core *c, struct str text, const char *name,
    struct sbuf *screen, struct err *e)
{
	struct script s = { .core = c, .name = name, .screen = screen };
	struct str line;
	enum rc rc = RC_OK;

	settle(c);
	while (rc == RC_OK && !c->quit && str_line(&text, &line)) {
		s.line++;
		rc = do_line(&s, line, e);
	}
	return rc;
}
