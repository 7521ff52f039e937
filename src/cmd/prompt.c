/*
 * prompt: see prompt.h.
 *
 * What is drawn is a block of whole lines, none as wide as the terminal, so
 * that none wraps; the cursor rests on the line below it, or in its field.
 * To draw again it goes up to the first line and erases from there.
 */
#include "cmd/prompt.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/edit.h"
#include "base/utf8.h"
#include "cmd/tty.h"

enum look { PLAIN, BOLD, DIM, ACCENT, LOSS, LOOK_N };

struct prompt {
	struct invocation *in;
	struct tty *tty;		/* NULL: TERM=dumb */
	bool ascii;
	int w, h;
	struct sbuf b;			/* the block being put together */
	int x, rows;			/* of that block, so far */
	int drawn, under;		/* rows on the screen; of these, from
					 * the cursor's line on */
};

bool prompt_can(const struct invocation *in)
{
	return in->tty_in && in->tty_err && !in->given[OPT_JSON] &&
	    !env_has(in->env, "CI");
}

static bool is_ascii(const struct env *env)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	if (env_has(env, "WEIR_ASCII"))
		return true;
	for (size_t i = 0; i < 3; i++) {
		struct str v = env_get(env, names[i]);

		if (v.n)
			return str_find(v, STR("UTF-8"), 0) >= v.n &&
			    str_find(v, STR("utf8"), 0) >= v.n &&
			    str_find(v, STR("UTF8"), 0) >= v.n &&
			    str_find(v, STR("utf-8"), 0) >= v.n;
	}
	return false;
}

enum rc prompt_open(struct invocation *in, struct prompt **out, struct err *e)
{
	struct prompt *p = xalloc(sizeof(*p));
	enum rc rc = RC_OK;

	p->in = in;
	p->b.max = (size_t)1 << 20;
	p->ascii = is_ascii(in->env);
	if (!str_is(env_get(in->env, "TERM"), "dumb"))
		rc = tty_open(&p->tty, e);
	if (rc) {
		xfree(p);
		return rc;
	}
	*out = p;
	return RC_OK;
}

const char *prompt_arrow(const struct prompt *p)
{
	return p->ascii ? "->" : "→";
}

/* --- the block -------------------------------------------------------------- */

static void begin(struct prompt *p)
{
	sbuf_reset(&p->b);
	p->x = p->rows = 0;
	tty_size(&p->w, &p->h);
}

static void put(struct prompt *p, enum look look, struct str text)
{
	static const char *const sgr[2][LOOK_N] = {
		{ "", "\033[1m", "", "\033[1m", "\033[1m" },
		{ "", "\033[1m", "\033[2m", "\033[1;36m", "\033[1;31m" } };
	const char *on = sgr[p->in->color_err][look];
	size_t room = p->w - 1 > p->x ? (size_t)(p->w - 1 - p->x) : 0, used;
	struct sbuf clean = SBUF_TEXT;
	struct str s;

	utf8_sanitize(&clean, text, UTF8_LINE, p->ascii);
	s = sbuf_str(&clean);
	if (utf8_cells(s) > room)
		s = utf8_fit(s, room ? room - 1 : 0, &used);
	else
		used = utf8_cells(s);
	sbuf_addz(&p->b, on);
	sbuf_add(&p->b, s);
	if (room && s.n < clean.n) {
		sbuf_addz(&p->b, p->ascii ? "~" : "…");
		used++;
	}
	sbuf_addz(&p->b, *on ? "\033[m" : "");
	p->x += (int)used;
	sbuf_free(&clean);
}

static void putz(struct prompt *p, enum look look, const char *z)
{
	put(p, look, str_z(z));
}

static void pad_to(struct prompt *p, int x)
{
	while (p->x < x && p->x < p->w - 1) {
		sbuf_addc(&p->b, ' ');
		p->x++;
	}
}

static void end_row(struct prompt *p)
{
	sbuf_addz(&p->b, "\r\n");
	p->x = 0;
	p->rows++;
}

/* To the first line of what is drawn, and nothing from there on. */
static void erase(struct prompt *p)
{
	struct sbuf b = SBUF_INIT(64);

	if (p->drawn - p->under > 0)
		sbuf_addf(&b, "\033[%dA", p->drawn - p->under);
	if (p->drawn)
		sbuf_addz(&b, "\r\033[J");
	tty_put(sbuf_str(&b));
	sbuf_free(&b);
	p->drawn = p->under = 0;
}

static void show(struct prompt *p)
{
	erase(p);
	tty_put(sbuf_str(&p->b));
	p->drawn = p->rows;
}

/* A width that is gone: rows may stand in other places now.  Going up fewer
 * of them than there are leaves a remnant and destroys nothing. */
static void on_event(struct prompt *p, enum tty_event ev)
{
	if (ev == TTY_AFRESH)
		p->drawn = p->under = 0;
}

void prompt_say(struct prompt *p, struct str line)
{
	if (!p->tty) {
		cmd_say(p->in, "%.*s", STR_ARG(line));
		return;
	}
	erase(p);
	begin(p);
	put(p, PLAIN, line);
	end_row(p);
	tty_put(sbuf_str(&p->b));
}

void prompt_close(struct prompt *p)
{
	if (!p)
		return;
	if (p->tty) {
		erase(p);
		p->in->signal = tty_signal(p->tty);
		tty_close(p->tty);
	}
	sbuf_free(&p->b);
	xfree(p);
}

static enum rc cancelled(struct err *e)
{
	return err_set(e, RC_CANCELLED, "cancelled, nothing was written");
}

/* Esc, Ctrl-C, Ctrl-D */
static bool is_cancel(const struct keypress *k)
{
	return k->code == K_ESC || (k->mods == K_CTRL && (k->code == 'C' ||
	    k->code == 'D' || k->code == 'c' || k->code == 'd'));
}

static void put_above(struct prompt *p, struct strs above, int room)
{
	size_t skip = 0;

	if (room < 1)
		room = 1;
	if (above.n > (size_t)room)
		skip = above.n - (size_t)room;
	for (size_t i = skip; i < above.n; i++) {
		put(p, DIM, above.v[i]);
		end_row(p);
	}
}

/* --- TERM=dumb: whole lines --------------------------------------------------- */

/* A Ctrl-C that comes before the wait begins is not lost: it is a descriptor
 * to wait for, too.  -1 where SIGINT is ignored. */
static int interrupts(sigset_t *before)
{
	struct sigaction now;
	sigset_t set;

	sigemptyset(&set);
	sigprocmask(SIG_SETMASK, NULL, before);
	if (sigaction(SIGINT, NULL, &now) || now.sa_handler == SIG_IGN)
		return -1;
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

/* One character; false: the end, or Ctrl-C. */
static bool next_char(int interrupt, char *c)
{
	struct pollfd in[] = { { .fd = 0, .events = POLLIN },
		{ .fd = interrupt, .events = POLLIN } };
	struct signalfd_siginfo taken;

	while (poll(in, 2, -1) < 0)
		if (errno != EINTR)
			return false;
	if (in[1].revents && read(interrupt, &taken, sizeof(taken)) > 0)
		return false;
	return read(0, c, 1) == 1;
}

/* Read as the terminal gives it; its own keys edit, and Ctrl-C cancels. */
static enum rc read_line(const char *ask, struct sbuf *out, struct err *e)
{
	sigset_t before;
	int interrupt = interrupts(&before);
	bool more;
	char c = '\n';

	tty_put(str_z(ask));
	sbuf_reset(out);
	while ((more = next_char(interrupt, &c)) && c != '\n')
		sbuf_addc(out, c);
	if (interrupt >= 0)
		close(interrupt);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (more)
		return RC_OK;
	tty_put(STR("\n"));
	return cancelled(e);
}

static void put_cells(struct sbuf *b, const struct prompt_row *r)
{
	for (size_t c = 0; c < PROMPT_CELLS; c++)
		if (r->cells[c].n)
			sbuf_addf(b, "%s%.*s", c ? ", " : "",
			    STR_ARG(r->cells[c]));
}

static enum rc choose_number(struct prompt *p, struct prompt_list *l,
    enum prompt_answer *out, struct err *e)
{
	struct sbuf answer = SBUF_INIT(64), b = SBUF_TEXT;
	char *end = NULL;
	long n = 0;
	enum rc rc;

	cmd_say(p->in, "%.*s", STR_ARG(l->title));
	for (size_t i = 0; i < l->n; i++) {
		sbuf_reset(&b);
		put_cells(&b, &l->v[i]);
		cmd_say(p->in, "%3zu  %.*s\n     %.*s", i + 1,
		    STR_ARG(sbuf_str(&b)), STR_ARG(l->v[i].note));
	}
	for (;;) {
		rc = read_line(l->back ? "number, b for the question before, "
		    "q cancels: " : "number, q cancels: ", &answer, e);
		if (rc)
			break;
		sbuf_addc(&answer, '\0');
		n = strtol(answer.p, &end, 10);
		if (answer.p[0] == 'q')
			rc = cancelled(e);
		if (rc || (l->back && answer.p[0] == 'b') ||
		    (end != answer.p && !*end && n > 0 && (size_t)n <= l->n))
			break;
		cmd_say(p->in, "it is a number from 1 to %zu", l->n);
	}
	if (!rc) {
		*out = answer.p[0] == 'b' ? PROMPT_BACK : PROMPT_TAKEN;
		l->at = n > 0 ? (size_t)n - 1 : l->at;
	}
	sbuf_free(&answer);
	sbuf_free(&b);
	return rc;
}

/* --- a list -------------------------------------------------------------------- */

static int cells_shown(const struct prompt *p, struct str text)
{
	struct sbuf clean = SBUF_TEXT;
	int n;

	utf8_sanitize(&clean, text, UTF8_LINE, p->ascii);
	n = (int)utf8_cells(sbuf_str(&clean));
	sbuf_free(&clean);
	return n;
}

/* Widths of the cells; those that find no room are 0. */
static bool widths_of(const struct prompt *p, const struct prompt_list *l,
    int *w)
{
	int all = 2, n = 0;

	for (int c = 0; c < PROMPT_CELLS; c++) {
		w[c] = 0;
		for (size_t i = 0; i < l->n; i++) {
			int k = cells_shown(p, l->v[i].cells[c]);

			w[c] = k > w[c] ? k : w[c];
		}
		if (c && w[c] && l->heads[c] &&
		    w[c] < (int)utf8_cells(str_z(l->heads[c])))
			w[c] = (int)utf8_cells(str_z(l->heads[c]));
		if (w[c])
			all += w[c] + (n++ ? 3 : 0);
	}
	return all < p->w;
}

static void put_row(struct prompt *p, const struct prompt_row *r,
    const int *w, bool table, bool here)
{
	int x = 2;

	put(p, here ? ACCENT : PLAIN, here ? (p->ascii ? STR("> ") :
	    STR("❯ ")) : STR("  "));
	put(p, here ? ACCENT : PLAIN, r->cells[0]);
	for (int c = 1; c < PROMPT_CELLS && table; c++) {
		x += w[c - 1] ? w[c - 1] + 3 : 0;
		if (!r->cells[c].n)
			continue;
		pad_to(p, x);
		put(p, here ? PLAIN : DIM, r->cells[c]);
	}
	end_row(p);
}

static void put_heads(struct prompt *p, const struct prompt_list *l,
    const int *w)
{
	int x = 2;

	for (int c = 1; c < PROMPT_CELLS; c++) {
		x += w[c - 1] ? w[c - 1] + 3 : 0;
		if (!w[c] || !l->heads[c])
			continue;
		pad_to(p, x);
		putz(p, DIM, l->heads[c]);
	}
	end_row(p);
}

static void put_key(struct prompt *p, const char *key, const char *word)
{
	putz(p, ACCENT, key);
	putz(p, DIM, " ");
	putz(p, DIM, word);
	putz(p, DIM, "   ");
}

/* Words of a note over as many rows as they take. */
static void put_note(struct prompt *p, enum look look, struct str note)
{
	while (note.n) {
		size_t used;
		struct str line = utf8_fit(note, (size_t)(p->w > 12 ?
		    p->w - 4 : 8), &used);

		if (line.n < note.n)
			for (size_t k = line.n; k > line.n / 2; k--)
				if (note.p[k] == ' ') {
					line.n = k;
					break;
				}
		putz(p, PLAIN, "  ");
		put(p, look, line);
		end_row(p);
		note = str_trim(str_sub(note, line.n, note.n));
	}
}

static int note_rows(const struct prompt *p, struct str note)
{
	int w = p->w > 12 ? p->w - 6 : 8;

	return ((int)utf8_cells(note) + w - 1) / w + 1;
}

/* The part of a list that the rows given can hold, with the cursor in it. */
static size_t first_seen(const struct prompt_list *l, size_t rows)
{
	if (l->n <= rows || l->at < rows / 2 || l->at == PROMPT_NOWHERE)
		return 0;
	return l->at - rows / 2 + rows > l->n ? l->n - rows :
	    l->at - rows / 2;
}

/* "type text", but "not null": what has the word needs no head. */
static void put_fact(struct sbuf *b, const char *head, struct str cell)
{
	if (!cell.n)
		return;
	sbuf_addz(b, b->n ? ", " : "");
	if (str_find(cell, str_z(head), 0) >= cell.n)
		sbuf_addf(b, "%s ", head);
	sbuf_add(b, cell);
}

static void draw_list(struct prompt *p, const struct prompt_list *l)
{
	const struct prompt_row none = { .note = l->undecided, .loses = true };
	const struct prompt_row *here = l->at < l->n ? &l->v[l->at] : &none;
	struct sbuf facts = SBUF_TEXT;
	int w[PROMPT_CELLS], room, longest;
	size_t from, rows;
	bool table;

	begin(p);
	table = widths_of(p, l, w);
	longest = note_rows(p, l->undecided);
	for (size_t i = 0; i < l->n; i++) {
		int k = note_rows(p, l->v[i].note);

		longest = k > longest ? k : longest;
	}
	/* title, heads, blank, note, keys, the line of the cursor */
	room = p->h - 6 - longest - (table ? 0 : 1);
	rows = room < 2 ? 2 : (size_t)room;
	put_above(p, l->above, room - (int)(l->n < rows ? l->n : rows));
	put(p, BOLD, l->title);
	end_row(p);
	if (table && (w[1] || w[2] || w[3]))
		put_heads(p, l, w);
	from = first_seen(l, rows);
	for (size_t i = from; i < l->n && i < from + rows; i++)
		put_row(p, &l->v[i], w, table, i == l->at);
	if (rows < l->n) {
		sbuf_addf(&facts, "  %zu-%zu of %zu", from + 1, from + rows,
		    l->n);
		put(p, DIM, sbuf_str(&facts));
		sbuf_reset(&facts);
	}
	end_row(p);
	for (size_t c = 1; c < PROMPT_CELLS && !table; c++)
		put_fact(&facts, l->heads[c] ? l->heads[c] : "",
		    here->cells[c]);
	put_note(p, PLAIN, sbuf_str(&facts));
	put_note(p, here->loses ? LOSS : PLAIN, here->note);
	putz(p, PLAIN, "  ");
	put_key(p, p->ascii ? "j k" : "↑ ↓", "choose");
	if (l->at < l->n)
		put_key(p, "Enter", "take");
	if (l->back)
		put_key(p, p->ascii ? "h" : "←", "question before");
	put_key(p, "Esc", "cancel");
	end_row(p);
	show(p);
	sbuf_free(&facts);
}

/* Did the key move the cursor? */
static bool moved(struct prompt_list *l, const struct keypress *k)
{
	size_t at = l->at;

	if (k->code == K_UP || k->code == 'k')
		at = at && at < l->n ? at - 1 : l->n - 1;
	else if (k->code == K_DOWN || k->code == 'j' || k->code == K_TAB)
		at = at + 1 < l->n ? at + 1 : 0;
	else if (k->code == K_HOME || k->code == 'g')
		at = 0;
	else if (k->code == K_END || k->code == 'G')
		at = l->n - 1;
	else
		return false;
	l->at = at;
	return true;
}

enum rc prompt_choose(struct prompt *p, struct prompt_list *l,
    enum prompt_answer *out, struct err *e)
{
	struct keypress k;
	enum tty_event ev;

	if (!p->tty)
		return choose_number(p, l, out, e);
	tty_forget(p->tty);
	for (;;) {
		draw_list(p, l);
		ev = tty_next(p->tty, &k);
		on_event(p, ev);
		if (ev == TTY_GONE || (ev == TTY_KEY && is_cancel(&k)))
			return cancelled(e);
		if (ev != TTY_KEY || moved(l, &k))
			continue;
		*out = PROMPT_TAKEN;
		if (k.code == K_ENTER && l->at < l->n)
			return RC_OK;
		*out = PROMPT_BACK;
		if (l->back && (k.code == K_LEFT || k.code == 'h' ||
		    k.code == 'b' || k.code == K_BACKSPACE))
			return RC_OK;
		tty_put(STR("\a"));
	}
}

/* --- a line -------------------------------------------------------------------- */

static const struct { uint32_t code; unsigned mods; enum edit_op op; } ops[] = {
	{ K_LEFT, 0, EDIT_LEFT }, { 'B', K_CTRL, EDIT_LEFT },
	{ K_RIGHT, 0, EDIT_RIGHT }, { 'F', K_CTRL, EDIT_RIGHT },
	{ K_HOME, 0, EDIT_HOME }, { 'A', K_CTRL, EDIT_HOME },
	{ K_END, 0, EDIT_END }, { 'E', K_CTRL, EDIT_END },
	{ 'b', K_ALT, EDIT_WORD_LEFT }, { K_LEFT, K_CTRL, EDIT_WORD_LEFT },
	{ 'f', K_ALT, EDIT_WORD_RIGHT }, { K_RIGHT, K_CTRL, EDIT_WORD_RIGHT },
	{ K_BACKSPACE, 0, EDIT_ERASE }, { K_DELETE, 0, EDIT_DELETE },
	{ 'D', K_CTRL, EDIT_DELETE }, { 'W', K_CTRL, EDIT_ERASE_WORD },
	{ 'U', K_CTRL, EDIT_ERASE_LINE }, { 'K', K_CTRL, EDIT_KILL },
};

/* Ctrl-D is the end of input only where there is nothing to erase. */
static bool line_cancels(const struct edit *ed, const struct keypress *k)
{
	return is_cancel(k) && !(k->mods == K_CTRL && ed->n &&
	    (k->code == 'D' || k->code == 'd'));
}

static void line_key(struct edit *ed, const struct keypress *k)
{
	struct sbuf b = SBUF_INIT(8);

	for (size_t i = 0; i < sizeof(ops) / sizeof(*ops); i++)
		if (ops[i].code == k->code && ops[i].mods == k->mods) {
			(void)edit_do(ed, ops[i].op);
			return;
		}
	if (k->code == K_PASTE)
		(void)edit_paste(ed, k->paste);
	if (k->mods || k->code < ' ' || k->code >= K_BASE)
		return;
	utf8_put(&b, k->code);
	(void)edit_insert(ed, sbuf_str(&b));
	sbuf_free(&b);
}

/* The part of the field that is seen, with the cursor's column in it. */
static struct str seen_part(const struct edit *ed, int room, int *cursor)
{
	size_t from = 0, used;
	struct str before;

	for (;;) {
		before = str_sub(edit_str(ed), from, ed->cur);
		*cursor = (int)utf8_cells(before);
		if (*cursor < room || from >= ed->cur)
			break;
		from = edit_next(ed, from);
	}
	return utf8_fit(str_sub(edit_str(ed), from, ed->n), (size_t)room,
	    &used);
}

static void draw_line(struct prompt *p, const struct prompt_field *f,
    const struct edit *ed, const struct err *why)
{
	struct sbuf b = SBUF_INIT(64);
	int room, cursor, x, field;
	struct str part;

	begin(p);
	put_above(p, f->above, p->h - 5);
	putz(p, BOLD, f->title);
	putz(p, PLAIN, "  ");
	put(p, DIM, f->before);
	x = p->x;
	room = p->w - 2 - x - (int)utf8_cells(f->after);
	room = room < 4 ? 4 : room;
	part = seen_part(ed, room, &cursor);
	put(p, BOLD, part);
	put(p, DIM, f->after);
	end_row(p);
	field = p->rows - 1;
	put_note(p, LOSS, str_z(why->msg));
	put_note(p, PLAIN, str_z(why->hint));
	putz(p, PLAIN, "  ");
	put_key(p, "Enter", f->verb);
	put_key(p, "Ctrl-U", "clear");
	put_key(p, "Esc", "cancel");
	end_row(p);
	x += cursor;
	show(p);
	p->under = p->rows - field;
	sbuf_addf(&b, "\033[%dA\r", p->under);
	if (x)
		sbuf_addf(&b, "\033[%dC", x);
	tty_put(sbuf_str(&b));
	sbuf_free(&b);
}

static enum rc read_name(struct prompt *p, const struct prompt_field *f,
    struct sbuf *out, struct err *e)
{
	struct sbuf ask = SBUF_TEXT, text = SBUF_INIT(EDIT_MAX);
	struct err why = ERR_INIT;
	enum rc rc;

	sbuf_addf(&ask, "%s %.*s[%.*s]%.*s, Enter keeps it: ", f->title,
	    STR_ARG(f->before), STR_ARG(sbuf_str(out)), STR_ARG(f->after));
	for (;;) {
		rc = read_line(ask.p, &text, e);
		if (rc || !text.n)
			break;
		why = (struct err)ERR_INIT;
		if (!f->check(f->arg, sbuf_str(&text), &why)) {
			sbuf_reset(out);
			sbuf_add(out, sbuf_str(&text));
			break;
		}
		cmd_say(p->in, "%s\n%s", why.msg, why.hint);
	}
	sbuf_free(&ask);
	sbuf_free(&text);
	return rc;
}

enum rc prompt_line(struct prompt *p, const struct prompt_field *f,
    struct sbuf *out, struct err *e)
{
	struct edit ed = { .max = 200 };
	struct err why = ERR_INIT;
	struct keypress k;
	enum tty_event ev;

	if (!p->tty)
		return read_name(p, f, out, e);
	edit_set(&ed, sbuf_str(out));
	tty_forget(p->tty);
	for (;;) {
		draw_line(p, f, &ed, &why);
		ev = tty_next(p->tty, &k);
		on_event(p, ev);
		if (ev == TTY_GONE || (ev == TTY_KEY && line_cancels(&ed, &k)))
			return cancelled(e);
		if (ev != TTY_KEY)
			continue;
		why = (struct err)ERR_INIT;
		if (k.code != K_ENTER) {
			line_key(&ed, &k);
		} else if (!f->check(f->arg, edit_str(&ed), &why)) {
			sbuf_reset(out);
			sbuf_add(out, edit_str(&ed));
			return RC_OK;
		} else {
			tty_put(STR("\a"));
		}
	}
}
