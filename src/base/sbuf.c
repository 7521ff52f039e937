/* sbuf.c: a growing buffer that stops at its ceiling. */
#include "base/sbuf.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"

/* Room for n more bytes and the NUL; false and `full` when over the ceiling. */
static bool reserve(struct sbuf *b, size_t n)
{
	size_t need, cap = b->cap;

	if (b->full)
		return false;
	if (n > b->max || b->n > b->max - n) {
		b->full = true;
		return false;
	}
	need = b->n + n + 1;
	if (need <= cap)
		return true;
	if (cap == 0)
		cap = 64;
	while (cap < need)
		cap = cap > SIZE_MAX / 2 ? need : cap * 2;
	b->p = xrealloc(b->p, cap);
	b->cap = cap;
	b->p[b->n] = '\0';
	return true;
}

void sbuf_add(struct sbuf *b, struct str s)
{
	if (!reserve(b, s.n))
		return;
	if (s.n > 0)
		memcpy(b->p + b->n, s.p, s.n);
	b->n += s.n;
	b->p[b->n] = '\0';
}

void sbuf_addz(struct sbuf *b, const char *z)
{
	sbuf_add(b, str_z(z));
}

void sbuf_addc(struct sbuf *b, char c)
{
	if (b->n + 1 >= b->cap || b->n >= b->max || b->full) {
		sbuf_add(b, (struct str){ &c, 1 });
		return;
	}
	b->p[b->n++] = c;
	b->p[b->n] = '\0';
}

void sbuf_fill(struct sbuf *b, char c, size_t times)
{
	if (!reserve(b, times))
		return;
	memset(b->p + b->n, c, times);
	b->n += times;
	b->p[b->n] = '\0';
}

void sbuf_vaddf(struct sbuf *b, const char *fmt, va_list ap)
{
	char small[256];
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	if (n < 0) {
		b->full = true;
	} else if ((size_t)n < sizeof(small)) {
		sbuf_add(b, (struct str){ small, (size_t)n });
	} else if (reserve(b, (size_t)n)) {
		vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
		b->n += (size_t)n;
	}
	va_end(again);
}

void sbuf_addf(struct sbuf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	sbuf_vaddf(b, fmt, ap);
	va_end(ap);
}

/* Decimal digits from the right, `group` between thousands. */
static void add_digits(struct sbuf *b, int64_t v, char group)
{
	char text[32], *p = text + sizeof(text);
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	unsigned digits = 0;

	do {
		if (group && digits > 0 && digits % 3 == 0)
			*--p = group;
		*--p = (char)('0' + u % 10);
		u /= 10;
		digits++;
	} while (u > 0);
	if (v < 0)
		*--p = '-';
	sbuf_add(b, (struct str){ p, (size_t)(text + sizeof(text) - p) });
}

void sbuf_add_i64(struct sbuf *b, int64_t v)
{
	add_digits(b, v, '\0');
}

void sbuf_add_count(struct sbuf *b, int64_t v)
{
	add_digits(b, v, ',');
}

char *sbuf_room(struct sbuf *b, size_t n)
{
	return reserve(b, n) ? b->p + b->n : NULL;
}

void sbuf_took(struct sbuf *b, size_t n)
{
	b->n += n;
	b->p[b->n] = '\0';
}

void sbuf_truncate(struct sbuf *b, size_t n)
{
	if (n >= b->n)
		return;
	b->n = n;
	b->p[n] = '\0';
}

void sbuf_reset(struct sbuf *b)
{
	sbuf_truncate(b, 0);
	b->full = false;
}

void sbuf_free(struct sbuf *b)
{
	xfree(b->p);
	*b = (struct sbuf){ .max = b->max };
}
