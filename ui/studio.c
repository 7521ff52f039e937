/* studio: from options to a running screen, and back to a clean terminal. */
#include "ui/studio.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/utf8.h"
#include "ui/core.h"
#include "ui/keyset.h"
#include "ui/loop.h"
#include "ui/script.h"
#include "ui/signals.h"
#include "ui/view/views.h"

void studio_check(void)
{
	struct err e = ERR_INIT;

	for (enum action a = ACT_NONE + 1; a < ACT_N; a++)
		if (!action_table[a].name || !action_table[a].help[0])
			BUG("action %d has no name or help", (int)a);
	for (size_t i = 0; views_all[i]; i++) {
		const struct view_ops *o = views_all[i];

		if (!o->name || !o->title || !o->keymap || !o->update ||
		    !o->draw || !o->maps)
			BUG("view %s is not complete", o->name ? o->name : "?");
		for (size_t k = 0; o->maps[k]; k++)
			if (keymap_check(NULL, o->maps[k], NULL, &e))
				BUG("%s: %s", o->name, e.msg);
	}
	for (enum tab t = 0; t < TAB_N; t++)
		if (!tab_root(t))
			BUG("tab %d has no view", (int)t);
}

static void say(const struct err *e)
{
	struct sbuf b = SBUF_INIT(8192);

	sbuf_addz(&b, "weir: ");
	if (e->where[0]) {
		utf8_sanitize(&b, str_z(e->where), UTF8_LINE, false);
		sbuf_addz(&b, ": ");
	}
	utf8_sanitize(&b, str_z(e->msg), UTF8_LINE, false);
	sbuf_addc(&b, '\n');
	if (e->hint[0]) {
		utf8_sanitize(&b, str_z(e->hint), UTF8_BLOCK, false);
		sbuf_addc(&b, '\n');
	}
	fputs(b.p, stderr);
	sbuf_free(&b);
}

static int exit_of(enum rc rc)
{
	return rc == RC_USAGE || rc == RC_UNSUPPORTED ? 2 : rc ? 1 : 0;
}

/* "120x36" */
static enum rc size_parse(const char *z, int *w, int *h, struct err *e)
{
	int end = 0;

	if (!z)
		return RC_OK;
	if (sscanf(z, "%4dx%4d%n", w, h, &end) != 2 || z[end] || *w < 1 ||
	    *h < 1)
		return err_set(e, RC_USAGE, "--size wants COLUMNSxROWS, not %s", z);
	return RC_OK;
}

static enum rc read_script(const char *name, struct sbuf *out, struct err *e)
{
	char buf[4096];
	ssize_t n;

	if (strcmp(name, "-") != 0)
		return file_read(name, out, e);
	while ((n = read(STDIN_FILENO, buf, sizeof(buf))) > 0)
		sbuf_add(out, (struct str){ buf, (size_t)n });
	if (n < 0 || out->full)
		return err_set(e, RC_IO, "standard input: not read to its end");
	return RC_OK;
}

struct user_keys {
	struct keyset set;
	struct keyset_notes notes;
};

/* "line 3 of the configuration: …": the first, and how many there are. */
static void say_notes(struct core *c, const struct keyset_notes *notes)
{
	struct sbuf b = SBUF_INIT(2048);

	if (!notes->n)
		return;
	sbuf_addf(&b, "[keys] line %d: %.*s", notes->v[0].line,
	    STR_ARG(notes->v[0].text));
	if (notes->n > 1)
		sbuf_addf(&b, " · %zu more: weir studio --check-keys",
		    notes->n - 1);
	core_message(c, STYLE_WARN, b.p);
	sbuf_free(&b);
}

/* What the command line says of the project, as far as there is room. */
static void say_project(struct core *c, const struct project *p)
{
	struct sbuf b = SBUF_INIT(2048);

	if (!p->nnotes || c->message[0])
		return;
	utf8_sanitize(&b, p->notes[0], UTF8_LINE, false);
	if (p->nnotes > 1)
		sbuf_addf(&b, " · %zu more: weir status", p->nnotes - 1);
	core_message(c, STYLE_WARN, b.p);
	sbuf_free(&b);
}

static int list_keys(const struct user_keys *keys)
{
	struct sbuf b = SBUF_TEXT;

	keyset_list(&keys->set, &b);
	fwrite(b.p, 1, b.n, stdout);
	sbuf_reset(&b);
	for (size_t i = 0; i < keys->notes.n; i++) {
		sbuf_addf(&b, "weir: line %d: ", keys->notes.v[i].line);
		utf8_sanitize(&b, keys->notes.v[i].text, UTF8_LINE, false);
		sbuf_addc(&b, '\n');
	}
	fwrite(sbuf_str(&b).p, 1, b.n, stderr);
	sbuf_free(&b);
	return keys->notes.n > 0;
}

/* --theme, else `theme` of the configuration, which may name none. */
static void set_theme(struct core *c, const struct studio_options *o,
    const struct project *p)
{
	struct str name = str_z(o->theme);

	for (size_t i = 0; i < p->settings.n && !o->theme; i++)
		if (!p->settings.v[i].section.n &&
		    str_is(p->settings.v[i].key, "theme"))
			name = p->settings.v[i].value;
	if (name.n)
		(void)core_theme(c, name);
}

/* `mouse = yes` before the first section. */
static bool wants_mouse(const struct project *p)
{
	for (size_t i = 0; i < p->settings.n; i++)
		if (!p->settings.v[i].section.n &&
		    str_is(p->settings.v[i].key, "mouse"))
			return str_is(p->settings.v[i].value, "yes");
	return false;
}

static int run_script(const struct studio_options *o, const struct project *p,
    struct asker *asker, const struct user_keys *keys)
{
	struct core_options co = { .project = p, .request = &o->request, .w = 120, .h = 36,
		.asker = asker, .keys = &keys->set,
		.read_only = o->read_only, .still = true,
		.ascii = o->ascii || env_has(o->env, "WEIR_ASCII") };
	struct sbuf text = SBUF_INIT((size_t)1 << 20), screen = SBUF_TEXT;
	struct err e = ERR_INIT;
	struct core *c = NULL;
	int code = 0;
	enum rc rc;

	rc = size_parse(o->size, &co.w, &co.h, &e);
	if (rc)
		goto out;
	rc = read_script(o->script, &text, &e);
	if (rc)
		goto out;
	c = core_open(&co);
	set_theme(c, o, p);
	c->mouse = wants_mouse(p);
	say_notes(c, &keys->notes);
	say_project(c, p);
	rc = script_run(c, sbuf_str(&text), o->script, &screen, &e);
	code = c->exit_code;
	if (rc == RC_CONFLICT && screen.n)
		fwrite(screen.p, 1, screen.n, stderr);
out:
	core_close(c);
	if (rc) {
		say(&e);
		code = exit_of(rc);
	}
	sbuf_free(&text);
	sbuf_free(&screen);
	return code;
}

static int run_terminal(const struct studio_options *o, const struct project *p,
    struct asker *asker, const struct user_keys *keys)
{
	struct term_options to = { .env = o->env, .no_color = o->no_color,
		.ascii = o->ascii };
	struct core_options co = { .project = p, .request = &o->request, .read_only = o->read_only,
		.asker = asker, .keys = &keys->set,
		.still = o->has_clock,
		.memory = o->fresh || !p->memory.n ? NULL : p->memory.p,
		.polled = env_has(o->env, "WEIR_NO_INOTIFY") };
	struct err e = ERR_INIT;
	struct term *t;
	struct core *c;
	int code;
	enum rc rc;

	signals_open();
	rc = term_open(&to, &t, &e);
	if (rc) {
		signals_close();
		say(&e);
		return exit_of(rc);
	}
	co.ascii = term_is_ascii(t);
	term_size(t, &co.w, &co.h);
	c = core_open(&co);
	say_notes(c, &keys->notes);
	say_project(c, p);
	set_theme(c, o, p);
	c->mouse = wants_mouse(p);
	if (to.note[0])
		core_message(c, STYLE_WARN, to.note);
	loop_run(c, t, clip_open(o->env, p->a));
	code = c->exit_code;
	rc = core_keep(c, &e);
	core_close(c);		/* waits until what ran is rolled back */
	term_close(t);
	if (rc)
		say(&e);
	signals_close();
	return code;
}

int studio_run(const struct studio_options *o)
{
	struct arena *a = arena_new();
	struct project *p = NULL;
	struct err e = ERR_INIT;
	struct user_keys keys;
	struct asker *asker;
	enum rc rc;
	int code;

	studio_check();
	if (o->has_clock)
		clock_fix(o->clock_ms);
	rc = project_find(&o->request, a, &p, &e);
	if (!rc)
		keyset_read(&p->settings, views_all, a, &keys.set, &keys.notes);
	if (rc) {
		say(&e);
		code = exit_of(rc);
	} else if (o->check_keys) {
		code = list_keys(&keys);
	} else {
		asker = asker_open(&o->request);
		asker_install(asker, &p->db);
		code = o->script ? run_script(o, p, asker, &keys) :
		    run_terminal(o, p, asker, &keys);
		asker_close(asker);
	}
	arena_free(a);
	return code;
}
