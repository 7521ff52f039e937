#ifndef WEIR_BASE_SBUF_H
#define WEIR_BASE_SBUF_H
/*
 * sbuf: a growing byte buffer with a stated ceiling.
 *
 * Invariants: p is never NULL after the first append; p[n] is NUL.  An append
 * past the ceiling adds nothing and sets `full`, which stays set; whoever
 * fills a buffer from outside checks it.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct sbuf {
	char *p;
	size_t n, cap, max;
	bool full;
};

#define SBUF_INIT(ceiling) { .max = (ceiling) }
#define SBUF_TEXT SBUF_INIT((size_t)64 << 20)	/* for text that we build */

void sbuf_add(struct sbuf *b, struct str s);
void sbuf_addz(struct sbuf *b, const char *z);
void sbuf_addc(struct sbuf *b, char c);
void sbuf_fill(struct sbuf *b, char c, size_t times);
void sbuf_addf(struct sbuf *b, const char *fmt, ...) PRINTF(2, 3);
void sbuf_vaddf(struct sbuf *b, const char *fmt, va_list ap) PRINTF(2, 0);
void sbuf_add_i64(struct sbuf *b, int64_t v);
/* 1234567 as "1,234,567": counts in messages and on screens. */
void sbuf_add_count(struct sbuf *b, int64_t v);
/* Room for n more bytes behind p[b->n], for a loop that writes there itself
 * and then says how many by sbuf_took(); NULL over the ceiling. */
char *sbuf_room(struct sbuf *b, size_t n);
void sbuf_took(struct sbuf *b, size_t n);
void sbuf_truncate(struct sbuf *b, size_t n);
void sbuf_reset(struct sbuf *b);	/* empty, keeps memory, clears full */
void sbuf_free(struct sbuf *b);
static inline struct str sbuf_str(const struct sbuf *b)
{
	return (struct str){ b->p ? b->p : "", b->n };
}

#endif
