/*
 * loop: one poll on {tty, worker, signals, files}; a wake-up is turned into
 * messages, then the screen is drawn at most once.  Idle, it sleeps without
 * end.
 */
#include "ui/loop.h"

#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>

#include "ui/editor.h"
#include "ui/signals.h"

#define ESC_WAIT_MS 25		/* a lone ESC is the Esc key after this */

struct loop {
	struct core *core;
	struct term *term;
	const struct clip *clip;
	struct key_reader *keys;
	bool resized, stop;
	double since;		/* a key's sequence stands unfinished; 0: none */
};

static void take_keys(struct loop *l, bool flush)
{
	struct keypress k;

	while (!l->core->quit && key_reader_next(l->keys, flush, &k))
		core_key(l->core, &k);
}

static void read_keys(struct loop *l)
{
	char buf[4096];
	int n = term_read(l->term, buf, sizeof(buf));

	if (n == 0) {	/* the terminal is gone */
		l->core->exit_code = 128 + SIGHUP;
		l->core->quit = true;
	} else if (n > 0) {
		burst_read(&l->core->app.burst, (struct str){ buf, (size_t)n },
		    clock_mono_ms());
		key_reader_feed(l->keys, (struct str){ buf, (size_t)n });
		l->since = 0;
		take_keys(l, false);
	}
}

static void suspend(struct loop *l)
{
	term_suspend(l->term);
	signals_stop();
	term_resume(l->term);
	l->resized = l->core->redraw = true;
}

/* The terminal is the editor's, then ours again. */
static void hand_over(struct loop *l)
{
	term_suspend(l->term);
	editor_run(l->core);
	term_resume(l->term);
	l->resized = l->core->redraw = true;
}

static void take_signal(struct loop *l, int sig)
{
	if (sig == SIGWINCH) {
		l->resized = true;
	} else if (sig == SIGTSTP) {
		if (l->core->app.changing)
			core_message(l->core, STYLE_WARN,
			    "A change is running: not suspended");
		else
			l->core->suspend = true;
	} else if (sig == SIGCONT) {
		term_resume(l->term);
		l->resized = l->core->redraw = true;
	} else if (sig == SIGINT) {
		if (!core_cancel(l->core))
			core_nothing_to_stop(l->core);
	} else {	/* TERM, HUP, QUIT: what runs is rolled back first */
		l->core->exit_code = 128 + sig;
		l->core->quit = true;
	}
}

static void take_signals(struct loop *l)
{
	int sig;

	while ((sig = signals_next()) != 0)
		take_signal(l, sig);
}

/* The view has said that it is copied. */
static void copy(struct loop *l)
{
	struct core *c = l->core;
	struct sbuf bytes = SBUF_INIT(8 * CLIP_TERMINAL_MAX);

	clip_sequence(l->clip, sbuf_str(&c->clipboard), &bytes);
	if (bytes.n)
		term_copy(l->term, sbuf_str(&bytes));
	if (!clip_run(l->clip, sbuf_str(&c->clipboard)) && !bytes.n)
		core_message(c, STYLE_WARN, c->clipboard.full ?
		    "Not copied: it is more than 16 MB" : "Not copied: a "
		    "terminal takes 75 kB, and no clipboard program is here");
	sbuf_reset(&c->clipboard);
	sbuf_free(&bytes);
}

/* What keys and signals have asked of the terminal. */
static void serve(struct loop *l)
{
	struct core *c = l->core;
	int w, h;

	if (c->suspend) {
		c->suspend = false;
		suspend(l);
	}
	if (c->edit.on)
		hand_over(l);
	if (l->resized) {
		l->resized = false;
		term_resized(l->term);
		term_size(l->term, &w, &h);
		core_resize(c, w, h);
		c->dirty = true;
	}
	if (c->clipboard.n || c->clipboard.full)
		copy(l);
	if (c->theme && c->theme != term_theme_of(l->term)) {
		term_theme(l->term, c->theme);
		c->redraw = true;
	}
	term_mouse(l->term, c->mouse);
	if ((c->dirty && !core_holds(c)) || c->redraw) {
		core_draw(c);
		term_draw(l->term, c->surface, c->redraw);
		c->redraw = false;
	}
}

static void wait_events(struct loop *l, struct pollfd *fds, nfds_t n)
{
	bool partial = key_reader_pending(l->keys);
	int timeout = core_deadline(l->core), ready, rest = ESC_WAIT_MS;
	double now = clock_mono_ms();

	/* other events may come faster than this time passes */
	l->since = !partial ? 0 : l->since > 0 ? l->since : now;
	if (partial)
		rest -= (int)(now - l->since);
	rest = rest < 0 ? 0 : rest;
	if (partial && (timeout < 0 || timeout > rest))
		timeout = rest;
	ready = poll(fds, n, timeout);
	if (ready < 0 && errno != EINTR && errno != EAGAIN)
		BUG("poll: errno %d", errno);
	if (partial && !(ready > 0 && fds[0].revents) &&
	    clock_mono_ms() - l->since >= ESC_WAIT_MS)
		take_keys(l, true);
	if (ready == 0)
		core_tick(l->core);
}

void loop_run(struct core *c, struct term *t, const struct clip *clip)
{
	struct loop l = { .core = c, .term = t, .clip = clip,
		.keys = key_reader_open() };
	struct pollfd fds[5] = {
		{ .fd = term_fd(t), .events = POLLIN },
		{ .fd = worker_fd(c->worker), .events = POLLIN },
		{ .fd = signals_fd(), .events = POLLIN },
		{ .fd = -1, .events = POLLIN },
		{ .fd = -1, .events = POLLIN },
	};

	serve(&l);
	while (!c->quit) {
		fds[3].fd = core_watch_fd(c);
		fds[4].fd = core_folder_fd(c);
		wait_events(&l, fds, 5);
		if (fds[2].revents)
			take_signals(&l);
		if (fds[1].revents)
			core_events(c);
		if (fds[3].revents || fds[4].revents)
			core_files(c);
		if (fds[0].revents && !c->quit)
			read_keys(&l);
		for (int i = 0; i < 5; i++)
			fds[i].revents = 0;
		if (!c->quit)
			serve(&l);
	}
	key_reader_close(l.keys);
}
