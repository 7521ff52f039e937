/*
 * palette: what can be done now, by name: the actions of the view beneath with
 * their keys, the commands, every object and every migration.  Enter runs what
 * is under the cursor in the state beneath, Tab takes its name into the field.
 */
#include "base/utf8.h"
#include "base/vec.h"
#include "ui/command.h"
#include "ui/view/found.h"
#include "ui/view/views.h"
#include "ui/widget/picker.h"

#define NAME_CELLS 20		/* of an action: what it does stands in a column */

struct choice {
	const char *kind;
	enum action act;		/* or */
	const struct command *command;	/* or */
	const struct found *found;
	struct str right;		/* its key, its detail */
	size_t name_n;			/* of the matched text: the name alone */
};
struct palette {
	struct picker picker;
	size_t nown;			/* choices of the studio's own */
	struct choice *v;
	struct str *names;
	struct arena *a;		/* of found */
	const struct found_list *found;	/* NULL: not here yet */
	/* names and choices when objects have come; own before them */
	struct arena *all_a;
};

static const struct bind binds[] = {
	{ ACT_EDIT_ENTER, NULL, "run" }, { ACT_COMPLETE, NULL, NULL },
};
static const struct keymap map = {
	.name = "Palette",
	.parent = &picker_map,
	.text = true,
	KEYMAP(binds),
};

static const struct keymap *keymap(const struct ui_view *v)
{
	(void)v;
	return &map;
}

/* ---- choices ---- */

struct collecting {
	struct arena *a;
	VEC(struct choice) v;
	VEC(struct str) names;
};

static void add(struct collecting *c, struct choice choice, struct str name,
    const char *help)
{
	size_t gap = name.n < NAME_CELLS - 2 ? NAME_CELLS - name.n : 2;

	choice.name_n = name.n;
	vec_push(c->a, &c->v, choice);
	vec_push(c->a, &c->names, arena_printf(c->a, "%.*s%*s%s", STR_ARG(name),
	    (int)gap, "", help));
}

/* Moving about is for keys. */
static bool is_offered(enum action act)
{
	return action_table[act].group != GROUP_EDIT &&
	    !(act >= ACT_UP && act <= ACT_COL_LAST) && act != ACT_PALETTE &&
	    act != ACT_BACK && act != ACT_CANCEL;
}

static void add_actions(struct collecting *c, const struct ui_view *of)
{
	struct help_entry *v;
	size_t n = help_entries(of, c->a, &v);

	for (size_t i = 0; i < n; i++)
		if (is_offered(v[i].act))
			add(c, (struct choice){ .kind = "action",
			    .act = v[i].act, .right = v[i].keys },
			    str_z(action_table[v[i].act].name),
			    action_table[v[i].act].help);
}

static void add_commands(struct collecting *c)
{
	for (const struct command *k = commands; k->name; k++)
		add(c, (struct choice){ .kind = "command", .command = k,
		    .right = k->arg ? str_z(k->arg) : STR("") },
		    arena_printf(c->a, ":%s", k->name), k->help);
}

/* The command that all of the text is, with its word if it wants one. */
static const struct command *command_in(const struct picker *p,
    struct str *line)
{
	struct str text = str_trim(input_str(&p->in)), arg;
	const struct command *k;

	if (str_starts(text, STR(":")))
		text = str_sub(text, 1, text.n);
	k = command_of(text, &arg);
	*line = text;
	return k && !k->arg == !arg.n ? k : NULL;
}

/* That, or what is called so. */
static size_t meant(const void *arg)
{
	const struct palette *s = arg;
	struct str line;
	const struct command *k = command_in(&s->picker, &line);

	for (size_t i = 0; i < s->nown; i++) {
		const struct choice *c = &s->v[i];
		struct str name = str_sub(s->names[i], c->command != NULL,
		    c->name_n);

		if (k ? c->command == k : str_eq(line, name))
			return i;
	}
	return SIZE_MAX;
}

static void collect(struct ui_view *v, const struct ui_view *of)
{
	struct collecting c = { .a = v->a };
	struct palette *s = v->state;

	add_actions(&c, of);
	add_commands(&c);
	s->nown = c.v.n;
	s->v = c.v.v;
	s->names = c.names.v;
	s->picker.meant = meant;
	s->picker.meant_arg = s;
	s->picker.home = str_z(v->app->dialect->home_schema);
	picker_set(&s->picker, s->names, NULL, s->nown);
}

/* Objects behind the studio's own. */
static void join(struct palette *s)
{
	size_t n = s->nown + (s->found ? s->found->n : 0);
	struct arena *a = arena_new();
	struct choice *v = arena_array(a, struct choice, n + 1);
	struct str *names = arena_array(a, struct str, n + 1);
	unsigned char *classes = arena_array(a, unsigned char, n + 1);

	memcpy(v, s->v, s->nown * sizeof(*v));
	memcpy(names, s->names, s->nown * sizeof(*names));
	for (size_t i = s->nown; i < n; i++) {
		const struct found *f = &s->found->v[i - s->nown];

		names[i] = s->found->names[i - s->nown];
		classes[i] = s->found->classes[i - s->nown];
		v[i] = (struct choice){ .kind = f->kind, .found = f,
			.right = f->detail, .name_n = names[i].n };
	}
	arena_free(s->all_a);
	s->all_a = a;
	s->v = v;
	s->names = names;
	picker_set(&s->picker, names, classes, n);
}

static void ask(struct ui_view *v, struct cmds *out)
{
	struct palette *s = v->state;

	if (s->found) {
		arena_free(s->a);
		s->a = NULL;
		s->found = NULL;
		join(s);
	}
	if (v->app->session)
		cmds_job(out, found_job(1));
}

static void came(struct palette *s, const struct msg *m)
{
	if (!m->result)
		return;
	s->found = m->result;
	s->a = msg_take_arena(m);
	join(s);
}

/* ---- running ---- */

/* A line that names a command is that command: it is the first one then,
 * whatever else matches. */
static bool typed_command(const struct palette *s, struct str *line)
{
	return !s->picker.list.cur && command_in(&s->picker, line);
}

/* The name of what is under the cursor, to type on behind it. */
static void complete(struct palette *s)
{
	size_t at = picker_at(&s->picker);
	const struct command *k;
	struct sbuf b = SBUF_INIT(2048);

	if (at == SIZE_MAX)
		return;
	k = s->v[at].command;
	sbuf_add(&b, str_sub(s->names[at], 0, s->v[at].name_n));
	if (k && k->arg)
		sbuf_addc(&b, ' ');
	picker_type(&s->picker, sbuf_str(&b));
	sbuf_free(&b);
}

static void run(struct ui_view *v, struct cmds *out)
{
	struct palette *s = v->state;
	size_t at = picker_at(&s->picker);
	const struct choice *c = at == SIZE_MAX ? NULL : &s->v[at];
	bool typed;
	struct str line;

	typed = typed_command(s, &line);
	if (!typed && c && c->command)
		line = str_z(c->command->name);
	if (!typed && c && c->command && c->command->arg) {
		complete(s);
	} else if (typed || (c && c->command)) {
		line = arena_str(out->a, line);
		cmds_pop(out, 0, arena_copy(out->a, &line, sizeof(line)));
	} else if (c && c->found) {
		cmds_push(out, (struct cmd){ .kind = CMD_TAB,
			.tab = c->found->tab, .text = c->found->text });
		cmds_pop(out, 0, NULL);
	} else if (c) {
		cmds_pop(out, (int)c->act, NULL);
	}
}

/* ---- ops ---- */

static void enter(struct ui_view *v, const void *arg, struct cmds *out)
{
	collect(v, ((const struct help_arg *)arg)->of);
	ask(v, out);
}

static void update(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct palette *s = v->state;

	if (m->kind == MSG_JOB)
		came(s, m);
	else if (m->kind == MSG_SESSION)
		ask(v, out);
	else if (m->kind == MSG_RESIZE)
		s->picker.list.h = picker_rows(m->h, 20) - 4;
	else if (m->kind == MSG_KEY && m->act == ACT_COMPLETE)
		complete(s);
	else switch (picker_msg(&s->picker, m)) {
	case PICKER_TAKEN:
		run(v, out);
		break;
	case PICKER_CLOSED:
		cmds_pop(out, 0, NULL);
		break;
	case PICKER_IGNORED:
	case PICKER_MOVED:
		break;
	}
}

static void draw_row(const void *arg, struct pane line, size_t at)
{
	const struct palette *s = arg;
	const struct choice *c = &s->v[at];
	struct str typed, word = c->right;
	int right, w;

	/* the word that was typed with it, in place of what it is called */
	if (c->command && command_in(&s->picker, &typed) == c->command &&
	    c->command->arg)
		command_of(typed, &word);
	right = (int)utf8_cells(word);
	right = right > line.w / 3 ? line.w / 3 : right;
	w = line.w - right - 15;
	pane_textz(line, 1, 0, STYLE_DIM, c->kind);
	pane_fuzzy(line, 12, 0, w, s->names[at], c->name_n,
	    &s->picker.query);
	pane_field(line, line.w - right - 1, 0, right, ALIGN_RIGHT,
	    c->act || word.p != c->right.p ? STYLE_KEY : STYLE_DIM, word);
}

static void draw(const struct ui_view *v, struct pane body)
{
	const struct palette *s = v->state;
	int w = body.w < 100 ? body.w : 92;
	struct pane in = pane_popup(body, w, picker_rows(body.h, 20),
	    STYLE_ACCENT, STR("Do or open"));

	picker_draw(&s->picker, in, ":", "nothing matches", draw_row, s);
}

static void leave(struct ui_view *v)
{
	struct palette *s = v->state;

	arena_free(s->a);
	arena_free(s->all_a);
}

const struct view_ops view_palette = {
	.name = "palette",
	.title = "Palette",
	.state_size = sizeof(struct palette),
	.overlay = true,
	.runs = true,
	.keymap = keymap,
	.enter = enter,
	.update = update,
	.draw = draw,
	.leave = leave,
	.maps = MAPS(&map),
};
