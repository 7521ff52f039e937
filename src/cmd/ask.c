/* ask: see ask.h.  Not a line editor: letters and Backspace, no more. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cmd/ask.h"

#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
#define PASTE_START "[200~"
#define PASTE_END "\033[201~"

static void put(const char *z)
{
	size_t n = strlen(z);

	while (n > 0) {
		ssize_t k = write(2, z, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return;
		z += k;
		n -= (size_t)k;
	}
}

/* One byte; -1 at the end of file or on an error. */
static int get(void)
{
	unsigned char c;
	ssize_t n;

	do
		n = read(0, &c, 1);
	while (n < 0 && errno == EINTR);
	return n == 1 ? c : -1;
}

static bool more_within(int ms)
{
	struct pollfd p = { .fd = 0, .events = POLLIN };

	return poll(&p, 1, ms) > 0 && (p.revents & POLLIN);
}

/* After ESC: true when it was a paste, whose text is swallowed. */
static bool swallow_paste(void)
{
	char seen[8] = "";
	size_t n = 0, at = 0;
	int c;

	while (n < sizeof seen - 1 && more_within(25)) {
		c = get();
		if (c < 0)
			return false;
		seen[n++] = (char)c;
		if (strcmp(seen, PASTE_START) == 0)
			break;
	}
	if (strcmp(seen, PASTE_START) != 0)
		return false;
	while (PASTE_END[at] && (c = get()) >= 0)
		at = c == PASTE_END[at] ? at + 1 : c == PASTE_END[0] ? 1 : 0;
	put("\a");
	return true;
}

static void erase_last(struct sbuf *out)
{
	if (out->n == 0)
		return;
	do
		sbuf_truncate(out, out->n - 1);
	while (out->n > 0 && ((unsigned char)out->p[out->n] & 0xC0) == 0x80);
	put("\b \b");
}

static enum rc read_answer(struct sbuf *out, bool shown, struct err *e)
{
	for (;;) {
		int c = get();

		if (c == '\r' || c == '\n')
			return RC_OK;
		if (c == 0x1b && swallow_paste())
			continue;
		if (c < 0 || c == 3 || c == 4 || c == 0x1b)
			return err_set(e, RC_CANCELLED,
			    "cancelled, nothing was changed");
		if (!shown && (c == 127 || c == 8)) {
			sbuf_truncate(out, out->n ? out->n - 1 : 0);
		} else if (c == 127 || c == 8) {
			erase_last(out);
		} else if (c >= ' ') {
			char z[2] = { (char)c, 0 };

			sbuf_addc(out, (char)c);
			put(shown ? z : "");
		}
	}
}

static enum rc ask(const char *prompt, bool shown, struct sbuf *out,
    struct err *e)
{
	struct termios saved, raw;
	enum rc rc;

	if (tcgetattr(0, &saved) != 0)
		return err_set(e, RC_CANCELLED, "the terminal is gone");
	raw = saved;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
	raw.c_iflag &= ~(tcflag_t)(ICRNL | IXON);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	put(prompt);
	/* What was typed before the question stood there is no answer. */
	tcsetattr(0, TCSAFLUSH, &raw);
	put(shown ? PASTE_ON : "");
	rc = read_answer(out, shown, e);
	put(shown ? PASTE_OFF "\r\n" : "\r\n");
	tcsetattr(0, TCSAFLUSH, &saved);
	return rc;
}

enum rc ask_line(const char *prompt, struct sbuf *out, struct err *e)
{
	return ask(prompt, true, out, e);
}

enum rc ask_secret(const char *prompt, struct sbuf *out, struct err *e)
{
	return ask(prompt, false, out, e);
}
