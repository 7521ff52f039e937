/* burst: see burst.h. */
#include "ui/burst.h"

void burst_read(struct burst *b, struct str bytes, double now_ms)
{
	size_t enters = 0;

	if (now_ms - b->last > BURST_MS)
		b->chars = 0;
	b->last = now_ms;
	for (size_t i = 0; i < bytes.n; i++) {
		unsigned char c = (unsigned char)bytes.p[i];

		enters += c == '\r' || c == '\n';
		b->chars += c >= ' ' && c != 0x7f && (c & 0xc0) != 0x80;
	}
	b->together = enters > 0 && bytes.n > 1;
}
