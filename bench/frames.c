/* frames: see frames.h. */
#include "frames.h"

#include <curses.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

struct mark {			/* a cell, as curses takes it */
	wchar_t text[8];
	attr_t attrs;
	short pair;
	bool there;		/* not the right half of another */
};

struct frames {
	int w, h;
	struct mark *v[2];
	struct pty p;
	bool runs;
};

struct frames *frames_new(int w, int h)
{
	struct frames *f = calloc(1, sizeof(*f));

	if (!f)
		die("memory");
	f->w = w;
	f->h = h;
	for (int i = 0; i < 2; i++) {
		f->v[i] = calloc((size_t)(w * h), sizeof(*f->v[i]));
		if (!f->v[i])
			die("memory");
	}
	return f;
}

/* The number of the colour in the terminal's table; -1: its own. */
static short color_of(const VTermColor *c)
{
	return VTERM_COLOR_IS_INDEXED(c) && !VTERM_COLOR_IS_DEFAULT_FG(c) ?
	    c->indexed.idx : -1;
}

/* Pair n is colour n - 1. */
void frames_take(struct frames *f, int which, struct pty *p)
{
	for (int i = 0; i < f->w * f->h; i++) {
		VTermPos at = { .row = i / f->w, .col = i % f->w };
		struct mark *m = &f->v[which][i];
		VTermScreenCell c;

		vterm_screen_get_cell(p->screen, at, &c);
		m->there = c.chars[0] != (uint32_t)-1;
		m->text[0] = c.chars[0] && m->there ? (wchar_t)c.chars[0] : ' ';
		m->attrs = (c.attrs.bold ? A_BOLD : 0) |
		    (c.attrs.underline ? A_UNDERLINE : 0) |
		    (c.attrs.reverse ? A_REVERSE : 0);
		m->pair = (short)(color_of(&c.fg) + 1);
	}
}

static void show(const struct frames *f, int which)
{
	for (int i = 0; i < f->w * f->h; i++) {
		const struct mark *m = &f->v[which][i];
		cchar_t cc;

		if (!m->there)
			continue;
		setcchar(&cc, m->text, m->attrs, m->pair, NULL);
		mvadd_wch(i / f->w, i % f->w, &cc);
	}
	move(f->h - 1, 0);
	refresh();
}

/* The child: one screen a byte. */
static void run(void *arg)
{
	const struct frames *f = arg;
	int which = 0;

	setlocale(LC_CTYPE, "C.UTF-8");
	initscr();
	raw();
	noecho();
	nonl();
	start_color();
	use_default_colors();
	for (short c = 0; c < 256 && c + 1 < COLOR_PAIRS; c++)
		init_pair((short)(c + 1), c, -1);
	curs_set(0);
	for (;;) {
		getch();
		show(f, which);
		which = !which;
	}
}

size_t frames_next(struct frames *f, double *cpu)
{
	size_t before;

	if (!f->runs) {
		pty_start(&f->p, NULL, run, f, f->w, f->h);
		f->runs = true;
		pty_quiet(&f->p, 100);
	}
	before = f->p.bytes;
	*cpu = pty_cpu(&f->p, true);
	pty_send(&f->p, "x");
	pty_quiet(&f->p, 15);
	*cpu = pty_cpu(&f->p, true) - *cpu;
	return f->p.bytes - before;
}

void frames_free(struct frames *f)
{
	if (f->runs)
		pty_stop(&f->p);
	free(f->v[0]);
	free(f->v[1]);
	free(f);
}
