/*
 * shell: the frame: context, tabs, separators, crumbs or message, hints.
 *
 * 30 rows and 100 columns or more: two lines above and two below the body,
 * with separators.  Less: one line above, one below (screens of 80x24).
 */
#include "base/utf8.h"
#include "ui/core.h"

static const char *const tab_names[TAB_N] = {
	[TAB_BROWSE] = "Browse",
	[TAB_STRUCTURE] = "Structure",
	[TAB_MIGRATE] = "Migrate",
	[TAB_HISTORY] = "History",
};

bool shell_too_small(const struct core *c)
{
	return c->app.w < SHELL_MIN_W || c->app.h < SHELL_MIN_H;
}

/* What is inside of the frame of a production database; else all. */
static struct pane inside(const struct core *c)
{
	struct pane all = surface_pane(c->surface);

	return c->app.project && c->app.project->production ?
	    pane_sub(all, 1, 0, all.w - 2, all.h) : all;
}

struct pane shell_body(const struct core *c)
{
	struct pane all = inside(c);
	int banner = c->lost.on;

	if (c->app.compact)
		return pane_sub(all, 0, 1 + banner, all.w, all.h - 2 - banner);
	return pane_sub(all, 0, 3 + banner, all.w, all.h - 6 - banner);
}

/* ", R now" */
static const char *try_now(const struct core *c)
{
	struct sbuf key = SBUF_INIT(80);
	struct str text = STR("");

	keymap_key_of(c->app.keys, &keymap_global, ACT_REFRESH, &key);
	if (key.n)
		text = arena_printf(c->app.frame, ", %s now", key.p);
	sbuf_free(&key);
	return text.p;
}

/* " connection lost   Connection refused   next try in 4 s, R now" */
static void draw_lost(const struct core *c, struct pane line)
{
	const struct app *app = &c->app;
	double left = (c->lost.next - clock_mono_ms()) / 1000;
	struct str when = app->still || c->opening ? STR("trying again") :
	    arena_printf(app->frame, "next try in %d s%s", left > 0 ?
		(int)left + 1 : 0, try_now(c));
	int end, x;

	pane_blank(line, 0, 0, line.w, STYLE_LOSS);
	x = pane_textz(line, 1, 0, STYLE_LOSS, "connection lost") + 2;
	end = pane_right(line, line.w - 1, 0, STYLE_LOSS, when) - 2;
	pane_field(line, x, 0, end - x, ALIGN_LEFT, STYLE_LOSS,
	    app_clean(app, app->frame, str_z(c->lost.why.msg)));
}

/* ---- context ---- */

static size_t count_pending(const struct session *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->states.n; i++)
		n += s->states.v[i].state == MIG_PENDING;
	return n;
}

static int draw_pending(const struct core *c, struct pane line, int x)
{
	const struct app *app = &c->app;
	struct arena *a = app->frame;
	size_t pending;

	if (!app->session)
		return x;
	if (app->session->track.denied.n)
		return pane_right(line, x, 0, STYLE_WARN, STR("? pending"));
	pending = count_pending(app->session);
	x = pane_right(line, x, 0, pending ? STYLE_WARN : STYLE_DIM,
	    arena_printf(a, "%zu pending", pending));
	if (app->session->states.nunknown)	/* of another branch */
		x = pane_right(line, x - 2, 0, STYLE_LOSS, arena_printf(a,
		    "%zu ahead", app->session->states.nunknown));
	return x;
}

/* "4 pending  drift 0" from the right edge; returns where it begins. */
static int draw_state(const struct core *c, struct pane line, int x)
{
	const struct app *app = &c->app;
	struct arena *a = app->frame;
	size_t drift;

	if (!app->session)
		return x;
	if (app->status && app->status->drift.known) {
		drift = app->status->drift.changes.n;
		x = pane_right(line, x, 0, drift ? STYLE_LOSS : STYLE_OK,
		    arena_printf(a, "%zu", drift));
	} else {
		x = pane_right(line, x, 0, STYLE_DIM, STR("?"));
	}
	x = pane_right(line, x, 0, STYLE_DIM, STR("drift "));
	return draw_pending(c, line, x - 2);
}

/* A word that does not fit whole says something else. */
static int draw_word(struct pane line, int x, enum style st, struct str word)
{
	return x + 1 + (int)utf8_cells(word) > line.w ? x :
	    pane_text(line, x + 1, 0, st, word);
}

/* The environment's name, and that it is production unless the name says it. */
static struct str label_of(const struct core *c, bool narrow)
{
	const struct project *p = c->app.project;
	struct str label = app_clean(&c->app, c->app.frame, p->env_label);

	if (!p->production || str_find(label, STR("PROD"), 0) < label.n)
		return label;
	return arena_printf(c->app.frame, "%.*s %s", STR_ARG(label),
	    narrow || c->app.w < 80 ? "PROD" : "PRODUCTION");
}

/* Cells that the label takes, with "ro" or "rw" behind it. */
static int label_cells(const struct core *c, struct str label)
{
	return (int)utf8_cells(label) + 3 +
	    (c->app.project->production ? 2 : 0);
}

static void draw_label(const struct core *c, struct pane line, int x,
    struct str label)
{
	const struct project *p = c->app.project;

	if (p->env_label.n)
		x = p->production ?
		    pane_badge(line, x, 0, STYLE_PRODUCTION, label) :
		    pane_text(line, x, 0, STYLE_ACCENT, label);
	pane_cut(line, 0, x);
	/* which of the two is always said: nobody has to try */
	if (c->app.read_only)
		x = pane_textz(line, x + 1, 0, STYLE_WARN, "ro");
	else if (project_has_db(p))
		x = draw_word(line, x, STYLE_DIM, STR("rw"));
	if (c->app.session && c->app.session->server.tls.n) {
		struct str tls = c->app.session->server.tls;
		bool plain = str_is(tls, "plain");

		x = draw_word(line, x, plain ? STYLE_WARN : STYLE_DIM, plain ?
		    STR("no TLS") : app_clean(&c->app, c->app.frame, tls));
	}
	if (c->app.session && c->app.session->server.pooled)
		draw_word(line, x, STYLE_DIM, STR("pooled"));
}

/* The name of the database, cut where the label would have no room. */
static int draw_db(struct pane line, int x, enum style st, struct str db,
    int label)
{
	int room = line.w - x - 2 - label, w = (int)utf8_cells(db);

	if (w > room)
		w = room < 4 ? 0 : room;
	if (w <= 0)
		return x;
	pane_field(line, x, 0, w, ALIGN_LEFT, st, db);
	return x + w + 2;
}

static void draw_full_name(const struct core *c, struct pane line, int x,
    struct str label)
{
	const struct app *app = &c->app;
	const struct project *p = app->project;
	struct arena *a = app->frame;
	int need = label_cells(c, label);
	struct str from = app_clean(app, a, p->db_source);

	x = pane_text(line, x, 0, STYLE_STRONG, app_clean(app, a, p->name)) + 2;
	x = pane_textz(line, x, 0, STYLE_DIM,
	    app->dialect ? app->dialect->name : "") + 2;
	x = draw_db(line, x, STYLE_NORMAL, p->db_label.n ? app_clean(app, a,
	    p->db_label) : STR("no database"), need);
	if (from.n && x + 7 + (int)utf8_cells(from) + need <= line.w) {
		x = pane_textz(line, x, 0, STYLE_DIM, "from ");
		x = pane_text(line, x, 0, STYLE_NORMAL, from) + 2;
	}
	draw_label(c, line, x, label);
}

/* As much of it as there is room for; the label always. */
static void draw_name(const struct core *c, struct pane line, int x)
{
	const struct app *app = &c->app;
	const struct project *p = app->project;
	struct arena *a = app->frame;
	struct str db = app_clean(app, a, p->db_label);
	struct str name = app_clean(app, a, p->name);
	struct str label = label_of(c, false);
	int need = label_cells(c, label), room, name_w, db_w;

	if (p->production && x + (int)utf8_cells(db) + 2 + need > line.w) {
		label = label_of(c, true);
		need = label_cells(c, label);
	}
	/* "rw" goes before the database is cut, "ro" never */
	if (!c->app.read_only && x + (int)utf8_cells(db) + 2 + need > line.w)
		need -= 3;
	/* which database counts more than which folder */
	room = line.w - x - need - 2;
	name_w = (int)utf8_cells(name);
	db_w = (int)utf8_cells(db);
	if (name_w + 2 + db_w <= room) {
		x = pane_text(line, x, 0, STYLE_STRONG, name) + 2;
		x = draw_db(line, x, STYLE_NORMAL, db, need);
	} else if (db_w <= room || p->db.conninfo.n || name_w > room) {
		x = draw_db(line, x, STYLE_STRONG, db, need);
	} else {
		x = pane_text(line, x, 0, STYLE_STRONG, name) + 2;
	}
	draw_label(c, line, x, label);
}

static void draw_tabs(const struct core *c, struct pane line)
{
	int x = 1, from;

	for (enum tab t = 0; t < TAB_N; t++) {
		const char *name = tab_names[t];

		if (t == c->tab) {
			x = pane_badge(line, x, 0, STYLE_TAB,
			    arena_printf(c->app.frame, "%d %s", (int)t + 1,
				name)) + 1;
			continue;
		}
		from = x;
		x = pane_printf(line, x + 1, 0, STYLE_ACCENT, "%d", (int)t + 1);
		x = pane_textz(line, x + 1, 0, STYLE_DIM, name) + 2;
		pane_hit(line, from, 0, x - from - 1,
		    (struct hit){ .tab = (int)t + 1 });
	}
}

#define TABS_SHORT 17		/* "1 Browse  2 3 4" */

/* Cells that the name of the database takes, a long one cut, with its label. */
static int least_of(const struct core *c)
{
	int db = (int)utf8_cells(c->app.project->db_label);

	return (db > 8 ? 8 : db) + 2 + label_cells(c, label_of(c, true));
}

/* One line: numbers of the tabs, the open one by name, project, state. */
static void draw_short_context(const struct core *c, struct pane line)
{
	int x = 0, end = draw_state(c, line, line.w - 1);
	struct pane left = pane_sub(line, 0, 0, end - 2, 1);

	/* what may not go: which database it is, then what state it is in */
	if (end - 2 < TABS_SHORT + least_of(c)) {
		pane_blank(line, end, 0, line.w - end, STYLE_NORMAL);
		end = draw_pending(c, line, line.w - 1);
		left = pane_sub(line, 0, 0, end - 2, 1);
	}
	for (enum tab t = 0; t < TAB_N; t++) {
		if (t == c->tab)
			x = pane_badge(left, x, 0, STYLE_TAB,
			    arena_printf(c->app.frame, "%d %s", (int)t + 1,
				tab_names[t]));
		else
			x = pane_printf(left, x + 1, 0, STYLE_ACCENT, "%d",
			    (int)t + 1);
		if (t != c->tab)
			pane_hit(left, x - 1, 0, 2,
			    (struct hit){ .tab = (int)t + 1 });
	}
	if (left.w - x > 50)
		draw_full_name(c, left, x + 2, label_of(c, false));
	else
		draw_name(c, left, x + 2);
}

/* ---- crumbs, message, spinner ---- */

/* Returns the x from which on the line is taken. */
static int draw_spinner(const struct core *c, struct pane line)
{
	static const char *const turn[] = { "⠋", "⠙", "⠸", "⠴", "⠦", "⠇" };
	static const char plain[] = "|/-\\";
	double waited;
	struct sbuf b = SBUF_INIT(200);
	size_t step;
	int x;

	if (!c->loud || c->app.still)
		return line.w;
	waited = clock_mono_ms() - c->load.since;
	if (waited < SPINNER_AFTER_MS)
		return line.w;
	step = (size_t)(waited / SPINNER_STEP_MS);
	sbuf_addf(&b, "%s %.1f s ", c->load.what ? c->load.what : "working",
	    waited / 1000);
	if (!c->app.changing && core_focus(c) &&
	    core_focus(c)->id == c->load.view)
		SQL(&b, " Esc stops ");
	x = pane_right(line, line.w - 1, 0, STYLE_DIM, sbuf_str(&b));
	sbuf_free(&b);
	if (c->app.ascii)
		pane_text(line, x - 2, 0, STYLE_ACCENT,
		    (struct str){ &plain[step % 4], 1 });
	else
		pane_textz(line, x - 2, 0, STYLE_ACCENT, turn[step % 6]);
	return x - 3;
}

static void draw_crumbs(const struct core *c, struct pane line)
{
	struct pane left = pane_sub(line, 0, 0, draw_spinner(c, line), 1);
	const struct ui_view *v = core_top(c);

	if (c->message[0])
		pane_field(left, 1, 0, left.w - 2, ALIGN_LEFT, c->message_style,
		    str_z(c->message));
	else if (v && v->ops->crumbs)
		v->ops->crumbs(v, pane_sub(left, 1, 0, left.w - 2, 1));
}

/* ---- hints ---- */

struct hint {
	struct str key, word;
	int w;
	bool last;		/* stays when there is no room for all */
};
#define HINTS_MAX 40

static bool is_deep(const struct core *c)
{
	return c->noverlays || (!c->blank && c->depth[c->tab] > 1);
}

static bool has_hint(const struct hint *v, size_t n, struct str key)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i].key, key))
			return true;
	return false;
}

static size_t collect_hints(const struct core *c, const struct ui_view *v,
    struct hint *out)
{
	const struct keymap *top = v->ops->keymap(v);
	size_t n = 0;

	for (const struct keymap *m = top; m; m = m->parent)
		for (size_t i = 0; i < m->n && n < HINTS_MAX; i++) {
			const struct bind *b = &m->v[i];
			struct str word = str_z(bind_hint(b));
			struct str keys = str_z(bind_keys(c->app.keys, b));
			struct str key = str_sub(keys, 0,
			    str_find(keys, STR(" "), 0));

			if (b->act == ACT_CLOSE && m == &keymap_global)
				word = is_deep(c) ? STR("back") : STR("quit");
			if (!word.n || !key.n || has_hint(out, n, key) ||
			    (v->ops->can && !v->ops->can(v, b->act)))
				continue;
			out[n++] = (struct hint){ key, word,
				(int)(utf8_cells(key) + utf8_cells(word)) + 3,
				m == &keymap_global || m == &keymap_overlay };
		}
	return n;
}

static void draw_hints(const struct core *c, struct pane line)
{
	const struct ui_view *v = core_focus(c);
	struct hint hints[HINTS_MAX];
	int room = line.w - 2, x = 1;
	size_t n;

	if (!v)
		return;
	n = collect_hints(c, v, hints);
	for (size_t i = 0; i < n; i++)
		if (hints[i].last)
			room -= hints[i].w;
	for (size_t i = 0; i < n; i++) {
		if (!hints[i].last && hints[i].w > room + 2)
			continue;
		if (!hints[i].last)
			room -= hints[i].w;
		x = pane_text(line, x, 0, STYLE_KEY, hints[i].key);
		x = pane_text(line, x + 1, 0, STYLE_DIM, hints[i].word) + 2;
	}
}

/* ---- all of it ---- */

static void draw_frame(const struct core *c, struct pane all)
{
	struct pane context = pane_row(all, 0);
	struct pane last = pane_row(all, all.h - 1);

	if (c->app.compact) {
		draw_short_context(c, context);
		if (c->message[0] || (c->loud && core_spins(c)))
			draw_crumbs(c, last);
		else
			draw_hints(c, last);
		return;
	}
	draw_full_name(c, pane_sub(context, 0, 0,
	    draw_state(c, context, all.w - 1) - 1, 1), 1,
	    label_of(c, false));
	draw_tabs(c, pane_row(all, 1));
	pane_hline(all, 0, 2, all.w);
	pane_hline(all, 0, all.h - 3, all.w);
	draw_crumbs(c, pane_row(all, all.h - 2));
	draw_hints(c, last);
}

/* The first session is being opened: which, and how to let it be. */
static void draw_opening(const struct core *c, struct pane body)
{
	const struct project *p = c->app.project;
	int x = pane_textz(body, 2, 1, STYLE_DIM, "opening ");

	if (p->db_label.n)
		x = pane_text(body, x, 1, STYLE_NORMAL, app_clean(&c->app,
		    c->app.frame, p->db_label));
	if (!c->app.asker || !p->db.conninfo.n)
		return;
	x = pane_textz(body, 2, 3, STYLE_KEY, "Esc ");
	x = pane_textz(body, x, 3, STYLE_DIM, "stop   ");
	x = pane_textz(body, x, 3, STYLE_KEY, "q ");
	pane_textz(body, x, 3, STYLE_DIM, "quit");
}

/* ---- the frame of a production database ---- */

/* A red line in what the words of a row leave free. */
static void draw_rest(struct pane row)
{
	static const struct str line[] = { STR("\xe2\x94\x80"), STR("-") };
	int from = 0;

	for (int x = 0; x <= row.w; x++) {
		const struct cell *c = surface_at(row.s, row.x + x, row.y);

		if (x < row.w && c->n == 1 && c->text[0] == ' ' &&
		    c->style == STYLE_NORMAL)
			continue;
		/* the gaps between words stay */
		for (int i = from + (from > 0); x - from > 5 &&
		    i < x - (x < row.w); i++)
			pane_text(row, i, 0, STYLE_FRAME, line[row.s->ascii]);
		from = x + 1;
	}
}

/*
 * A red line round everything: between what the first and the last line say
 * too, so that it costs two columns and no row.
 */
static void draw_edge(const struct core *c, struct pane in, bool before)
{
	if (!c->app.project || !c->app.project->production)
		return;
	if (before) {
		pane_outline(surface_pane(c->surface), STYLE_FRAME);
		pane_blank(in, 0, 0, in.w, STYLE_NORMAL);
		pane_blank(in, 0, in.h - 1, in.w, STYLE_NORMAL);
	} else {
		draw_rest(pane_row(in, 0));
		draw_rest(pane_row(in, in.h - 1));
	}
}

void shell_draw(const struct core *c)
{
	struct pane all = inside(c);
	const struct ui_view *v = core_top(c);
	struct pane body = shell_body(c);

	if (shell_too_small(c)) {
		pane_printf(all, 0, 0, STYLE_NORMAL, "needs %dx%d, now %dx%d",
		    SHELL_MIN_W, SHELL_MIN_H, all.w, all.h);
		return;
	}
	draw_edge(c, all, true);
	draw_frame(c, all);
	draw_edge(c, all, false);
	if (c->lost.on)
		draw_lost(c, pane_row(all, c->app.compact ? 1 : 3));
	if (v)
		v->ops->draw(v, body);
	else if (c->opening)
		draw_opening(c, body);
	for (size_t i = 0; i < c->noverlays; i++) {
		surface_no_hits(c->surface);	/* what is beneath has no keys */
		c->overlay[i]->ops->draw(c->overlay[i], body);
	}
}
