/* command: see command.h.  Whatever a command does, a key could do as well;
 * none of them changes a database. */
#include "ui/command.h"

#include "base/fs.h"
#include "ui/core_local.h"

/* ---- one function a command ---- */

static void say_error(struct core *c, const struct err *e)
{
	struct sbuf b = SBUF_INIT(2048);

	sbuf_addf(&b, "%s%s%s", e->msg, e->hint[0] ? " · " : "", e->hint);
	core_message(c, STYLE_ERROR, b.p);
	sbuf_free(&b);
}

static void write_screen(struct core *c, struct str file,
    void (*dump)(const struct surface *s, struct sbuf *out))
{
	struct sbuf b = SBUF_TEXT;
	struct err e = ERR_INIT;

	core_draw(c);
	dump(c->surface, &b);
	if (file_create(arena_z(c->app.frame, file), sbuf_str(&b), 0644, &e))
		say_error(c, &e);
	else
		core_message(c, STYLE_OK, "written");
	sbuf_free(&b);
}

static void run_save_screen(struct core *c, struct str arg)
{
	write_screen(c, arg, surface_dump);
}

static void run_save_styles(struct core *c, struct str arg)
{
	write_screen(c, arg, surface_dump_styles);
}

static void press(struct core *c, uint32_t code)
{
	core_key(c, &(struct keypress){ .code = code });
}

/* As if typed: Ctrl-G, the number, Enter. */
static void run_goto(struct core *c, struct str arg)
{
	core_act(c, ACT_GOTO);
	for (size_t i = 0; i < arg.n; i++)
		press(c, (unsigned char)arg.p[i]);
	press(c, K_ENTER);
}

static const char *refuse_goto(const struct core *c)
{
	const struct ui_view *v = core_focus(c);

	return v && keymap_bind(v->ops->keymap(v), ACT_GOTO) ? NULL :
	    "there are no rows here";
}

static void run_mouse(struct core *c, struct str arg)
{
	(void)arg;
	core_act(c, ACT_MOUSE);
}

static void run_theme(struct core *c, struct str arg)
{
	if (core_theme(c, arg))
		c->dirty = true;
}

static void run_quit(struct core *c, struct str arg)
{
	(void)arg;
	core_quit(c);
}

static const char *refuse_ro(const struct core *c)
{
	return c->app.read_only ? "it is read-only already" :
	    c->app.changing ? "a change is running" : NULL;
}

static void run_ro(struct core *c, struct str arg)
{
	(void)arg;
	core_read_only(c, true);
	core_message(c, STYLE_OK,
	    "Read-only: the database refuses every change until :rw");
}

static const char *refuse_rw(const struct core *c)
{
	return !c->app.read_only ? "it is not read-only" :
	    c->kept_read_only ? "started with --read-only" : NULL;
}

static void run_rw(struct core *c, struct str arg)
{
	(void)arg;
	core_read_only(c, false);
	core_message(c, STYLE_WARN,
	    "Changes are possible again, behind a gate");
}

/* ---- the table ---- */

const struct command commands[] = {
	{ "ro", NULL, "Read-only: refuse every change from now on", refuse_ro,
	    run_ro },
	{ "rw", NULL, "Allow changes again", refuse_rw, run_rw },
	{ "mouse", NULL, "Mouse on or off", NULL, run_mouse },
	{ "goto", "N", "Go to row number N", refuse_goto, run_goto },
	{ "theme", "NAME", "Other colours, by the name of a theme", NULL,
	    run_theme },
	{ "save-screen", "FILE", "Write the screen to a new file as text", NULL,
	    run_save_screen },
	{ "save-styles", "FILE", "Write how each cell looks to a new file", NULL,
	    run_save_styles },
	{ "quit", NULL, "Leave the studio", NULL, run_quit },
	{ NULL, NULL, NULL, NULL, NULL },
};

const struct command *command_of(struct str line, struct str *arg)
{
	size_t end = str_find(line, STR(" "), 0);
	struct str word = str_sub(line, 0, end);

	*arg = str_trim(str_sub(line, end, line.n));
	for (const struct command *k = commands; k->name; k++)
		if (str_is(word, k->name))
			return k;
	return NULL;
}

void command_run(struct core *c, struct str line)
{
	struct str arg;
	const struct command *k = command_of(line, &arg);
	const char *why = !k ? "there is no such command" :
	    k->arg && !arg.n ? "it wants a word more" :
	    !k->arg && arg.n ? "it takes no word" :
	    k->refuse ? k->refuse(c) : NULL;
	struct sbuf b = SBUF_INIT(2048);

	if (why) {
		sbuf_addf(&b, ":%.*s: %s", STR_ARG(str_sub(line, 0, 200)), why);
		core_message(c, STYLE_WARN, b.p);
	} else {
		k->run(c, arg);
	}
	sbuf_free(&b);
}
