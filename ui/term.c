/*
 * term: curses as a writer of cells.
 *
 * Input is read as bytes and decoded by keyread.c; curses only writes.
 * Signals are signals.c's.  The terminal's own colours are used: default
 * foreground and background, and what the theme takes of the rest.
 */
#define NCURSES_NOMACROS 1
#define NCURSES_WIDECHAR 1
#include "ui/term.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "ui/glyph.h"

struct term {
	SCREEN *screen;
	FILE *out;		/* curses writes to a descriptor of its own */
	int frame;		/* memory file for one frame, -1: none */
	bool ascii;		/* lines and marks */
	bool bytes;		/* the locale has no UTF-8: ASCII only */
	bool color, many;	/* 8 colours, 256 */
	bool paste;		/* it can tell what is pasted */
	const struct theme *theme;
	attr_t attrs[STYLE_MASK + 1][2];
	short pairs[STYLE_MASK + 1][2];
	bool mouse;		/* it reports clicks and the wheel */
};

/* What term_restore_now() needs; the one mutable global of the studio. */
static struct {
	volatile int held;
	struct termios saved;
	char leave[256];
	size_t nleave;
} hold;

#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
/* presses and the wheel, coordinates as numbers */
#define MOUSE_ON "\033[?1000h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1000l"

static void send(const char *s, size_t n)
{
	while (n > 0) {
		ssize_t done = write(STDOUT_FILENO, s, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return;
		s += done;
		n -= (size_t)done;
	}
}

void term_restore_now(void)
{
	if (!hold.held)
		return;
	hold.held = 0;
	send(hold.leave, hold.nleave);
	tcsetattr(STDIN_FILENO, TCSANOW, &hold.saved);
}

static void add_leave(const char *cap)
{
	size_t n = cap && cap != (const char *)-1 ? strlen(cap) : 0;

	if (hold.nleave + n > sizeof(hold.leave))
		return;
	if (n)
		memcpy(hold.leave + hold.nleave, cap, n);
	hold.nleave += n;
}

static bool has_cap(const char *name)
{
	const char *cap = tigetstr(name);

	return cap && cap != (const char *)-1;
}

static void hold_terminal(const struct term *t)
{
	hold.nleave = 0;
	if (t->paste)
		add_leave(PASTE_OFF MOUSE_OFF);
	add_leave(tigetstr("sgr0"));
	add_leave(tigetstr("cnorm"));
	add_leave(tigetstr("rmcup"));
	hold.held = 1;
	bug_set_restore(term_restore_now);
}

/* ---- looks ---- */

static attr_t attrs_of(unsigned attrs)
{
	attr_t a = A_NORMAL;

	if (attrs & ATTR_BOLD)
		a |= A_BOLD;
	if (attrs & ATTR_DIM)
		a |= A_DIM;
	if (attrs & ATTR_UNDERLINE)
		a |= A_UNDERLINE;
	if (attrs & ATTR_REVERSE)
		a |= A_REVERSE;
	return a;
}

static void make_look(struct term *t, const struct theme *theme, unsigned s,
    bool bar)
{
	struct look look = theme_look(s | (bar ? STYLE_BAR : 0u));
	short color = t->color ? theme_color(theme, look, t->many) : -1;

	t->attrs[s][bar] = attrs_of(theme_attrs(theme, look, color));
	t->pairs[s][bar] = color < 0 ? 0 : (short)look.hue;
}

static void start_colors(struct term *t)
{
	t->color = t->color && has_colors() && start_color() == OK &&
	    use_default_colors() == OK && COLORS >= 8 && COLOR_PAIRS > HUE_N;
	t->many = t->color && COLORS >= 256;
}

void term_theme(struct term *t, const struct theme *theme)
{
	for (short h = HUE_NONE + 1; t->color && h < HUE_N; h++)
		init_pair(h, theme_color(theme,
		    (struct look){ .hue = (enum hue)h }, t->many), -1);
	for (unsigned s = 0; s < STYLE_N; s++) {
		make_look(t, theme, s, false);
		make_look(t, theme, s, true);
	}
	t->theme = theme;
}

const struct theme *term_theme_of(const struct term *t)
{
	return t->theme;
}

/* ---- open and close ---- */

/* true: the terminal takes UTF-8. */
static bool set_locale(const struct env *env)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	bool named = false;

	for (size_t i = 0; i < 3; i++)
		named = named || env_has(env, names[i]);
	if (!named || !setlocale(LC_CTYPE, ""))
		(void)setlocale(LC_CTYPE, "C.UTF-8");
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static enum rc refuse(struct err *e, const char *why)
{
	(void)err_set(e, RC_UNSUPPORTED, "%s", why);
	err_hint(e, "without a screen: weir status, weir review, weir migrate");
	return RC_UNSUPPORTED;
}

static bool open_out(struct term *t)
{
	int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);

	t->out = fd < 0 ? NULL : fdopen(fd, "w");
	if (!t->out && fd >= 0)
		close(fd);
	t->frame = memfd_create("frame", MFD_CLOEXEC);
	return t->out != NULL;
}

static void close_out(struct term *t)
{
	if (t->out)
		fclose(t->out);
	if (t->frame >= 0)
		close(t->frame);
}

static enum rc start(struct term *t, struct term_options *o, struct err *e)
{
	struct str name = env_get(o->env, "TERM");
	char z[64] = "xterm-256color";

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return refuse(e, "the studio needs a terminal");
	if (str_is(name, "dumb"))
		return refuse(e, "TERM=dumb cannot show the studio");
	if (tcgetattr(STDIN_FILENO, &hold.saved) != 0 || !open_out(t))
		return refuse(e, "the terminal does not answer");
	if (name.n && name.n < sizeof(z)) {
		memcpy(z, name.p, name.n);
		z[name.n] = '\0';
		t->screen = newterm(z, t->out, stdin);
	}
	if (!t->screen) {
		struct sbuf b = SBUF_INIT(sizeof(o->note));

		utf8_sanitize(&b, str_sub(name, 0, 40), UTF8_LINE, true);
		snprintf(o->note, sizeof(o->note),
		    "TERM=%s is not known here: using xterm-256color",
		    b.n ? b.p : "");
		sbuf_free(&b);
		t->screen = newterm("xterm-256color", t->out, stdin);
	}
	return t->screen ? RC_OK : refuse(e, "no terminal description");
}

enum rc term_open(struct term_options *o, struct term **out, struct err *e)
{
	struct term *t = xalloc(sizeof(*t));
	bool utf8 = set_locale(o->env);
	enum rc rc;

	o->note[0] = '\0';
	t->bytes = !utf8;
	/* terminals of before UTF-8 have no box lines in it */
	t->ascii = o->ascii || !utf8 || env_has(o->env, "WEIR_ASCII") ||
	    str_starts(env_get(o->env, "TERM"), STR("vt1")) ||
	    str_starts(env_get(o->env, "TERM"), STR("vt2"));
	t->color = !o->no_color && !env_has(o->env, "NO_COLOR");
	rc = start(t, o, e);
	if (rc) {
		close_out(t);
		xfree(t);
		return rc;
	}
	/* by its description, or as all with a second screen can */
	t->paste = has_cap("BE") || has_cap("rmcup");
	hold_terminal(t);
	raw();
	noecho();
	nonl();
	typeahead(-1);		/* a frame is drawn whole, keys waiting or not */
	start_colors(t);
	term_theme(t, o->theme ? o->theme :
	    theme_for(env_get(o->env, "COLORFGBG")));
	curs_set(0);
	refresh();
	send(PASTE_ON, t->paste ? sizeof(PASTE_ON) - 1 : 0);
	*out = t;
	return RC_OK;
}

void term_mouse(struct term *t, bool on)
{
	on = on && t->paste;		/* one that knows modes */
	if (on != t->mouse && on)
		send(MOUSE_ON, sizeof(MOUSE_ON) - 1);
	else if (on != t->mouse)
		send(MOUSE_OFF, sizeof(MOUSE_OFF) - 1);
	t->mouse = on;
}

void term_close(struct term *t)
{
	if (!t)
		return;
	if (hold.held) {
		term_mouse(t, false);
		send(PASTE_OFF, t->paste ? sizeof(PASTE_OFF) - 1 : 0);
		endwin();
		tcsetattr(STDIN_FILENO, TCSADRAIN, &hold.saved);
		hold.held = 0;
	}
	bug_set_restore(NULL);
	delscreen(t->screen);
	close_out(t);
	xfree(t);
}

void term_suspend(struct term *t)
{
	term_mouse(t, false);
	send(PASTE_OFF, t->paste ? sizeof(PASTE_OFF) - 1 : 0);
	endwin();
	tcsetattr(STDIN_FILENO, TCSADRAIN, &hold.saved);
	hold.held = 0;
}

void term_resume(struct term *t)
{
	hold.held = 1;
	reset_prog_mode();
	raw();
	clearok(curscr, TRUE);
	term_resized(t);
	refresh();
	send(PASTE_ON, t->paste ? sizeof(PASTE_ON) - 1 : 0);
}

bool term_is_ascii(const struct term *t)
{
	return t->ascii;
}

int term_fd(const struct term *t)
{
	(void)t;
	return STDIN_FILENO;
}

int term_read(struct term *t, char *buf, size_t size)
{
	ssize_t n = read(STDIN_FILENO, buf, size);

	(void)t;
	if (n >= 0)
		return (int)n;
	return errno == EAGAIN || errno == EINTR ? -1 : 0;
}

void term_size(const struct term *t, int *w, int *h)
{
	struct winsize ws;

	(void)t;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_col && ws.ws_row) {
		*w = ws.ws_col;
		*h = ws.ws_row;
	} else {
		*w = COLS;
		*h = LINES;
	}
}

void term_resized(struct term *t)
{
	int w, h;

	term_size(t, &w, &h);
	w = w > SURFACE_MAX_W ? SURFACE_MAX_W : w;
	h = h > SURFACE_MAX_H ? SURFACE_MAX_H : h;
	if (w != COLS || h != LINES) {
		resizeterm(h, w);
		clearok(curscr, TRUE);
	}
}

/* ---- drawing ---- */

static void put(struct term *t, int x, int y, const struct cell *c)
{
	unsigned id = c->style & STYLE_MASK, bar = (c->style & STYLE_BAR) != 0;
	struct glyph_out g = glyph_of(c, t->bytes);
	static const wchar_t space[] = L" ";
	cchar_t cc;

	if (g.replaced && id != STYLE_CONTROL)
		id = STYLE_DIM;
	setcchar(&cc, g.ws, t->attrs[id][bar], t->pairs[id][bar], NULL);
	mvadd_wch(y, x, &cc);
	if (g.width < c->width) {
		setcchar(&cc, space, t->attrs[id][bar], t->pairs[id][bar],
		    NULL);
		mvadd_wch(y, x + 1, &cc);
	}
}

/*
 * refresh() with one write(2) to the terminal: curses 6.4 flushes after every
 * movement of the cursor, some hundred times a frame, and each would wake the
 * terminal.  What curses writes goes to a memory file that has taken the place
 * of its descriptor meanwhile.
 */
static void refresh_at_once(struct term *t)
{
	int fd = fileno(t->out);
	char buf[32768];
	ssize_t n;
	off_t at = 0;

	if (t->frame < 0 || lseek(t->frame, 0, SEEK_SET) != 0 ||
	    dup3(t->frame, fd, O_CLOEXEC) < 0) {
		refresh();
		return;
	}
	refresh();
	if (dup3(STDOUT_FILENO, fd, O_CLOEXEC) < 0)
		BUG("the terminal's descriptor: errno %d", errno);
	while ((n = pread(t->frame, buf, sizeof(buf), at)) > 0) {
		send(buf, (size_t)n);
		at += n;
	}
	if (ftruncate(t->frame, 0) != 0)
		BUG("the frame's memory: errno %d", errno);
}

void term_draw(struct term *t, const struct surface *s, bool all)
{
	for (int y = 0; y < s->h && y < LINES; y++)
		for (int x = 0; x < s->w && x < COLS; x++) {
			const struct cell *c = surface_at(s, x, y);

			if (c->width && x + c->width <= COLS)
				put(t, x, y, c);
		}
	if (all)
		clearok(curscr, TRUE);
	move(LINES - 1, 0);
	refresh_at_once(t);
}

/* ---- clipboard ---- */

void term_copy(struct term *t, struct str sequence)
{
	(void)t;
	send(sequence.p, sequence.n);
}
