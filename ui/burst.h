#ifndef WEIR_UI_BURST_H
#define WEIR_UI_BURST_H
/*
 * burst: what fingers cannot have typed.  Not every terminal brackets what is
 * pasted; what was pasted comes at once all the same, in one read or in reads
 * that follow each other faster than keys do.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

#define BURST_MS 15.0		/* two keys are further apart */
#define BURST_CHARS 4		/* a slow line may bring fewer together */

struct burst {
	double last;		/* when the last bytes came, ms */
	size_t chars;		/* characters in a row, those of this read too */
	bool together;		/* this read: Enter, and other bytes */
};
void burst_read(struct burst *b, struct str bytes, double now_ms);
/* Are characters pasted, is an Enter the end of what was? */
static inline bool burst_text(const struct burst *b)
{
	return b->chars >= BURST_CHARS;
}
static inline bool burst_enter(const struct burst *b)
{
	return b->together || b->chars > 0;
}

#endif
