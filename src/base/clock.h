#ifndef WEIR_BASE_CLOCK_H
#define WEIR_BASE_CLOCK_H
/* clock: wall time in UTC milliseconds and a monotonic stop-watch.
 * clock_fix() pins the wall clock for reproducible screens (--clock). */
#include <stdint.h>

#include "base/sbuf.h"

int64_t clock_now_ms(void);
double clock_mono_ms(void);
void clock_fix(int64_t ms);
/* 2026-11-21T15:40:02Z; with `file_safe` 20261121T154002.123Z */
void clock_utc(struct sbuf *b, int64_t ms, bool file_safe);
/* 2026-11-21 15:40 */
void clock_short(struct sbuf *b, int64_t ms);

#endif
