#ifndef WEIR_BENCH_FRAMES_H
#define WEIR_BENCH_FRAMES_H
/*
 * frames: curses alone, showing in turn two screens that somebody else drew:
 * what the same picture costs without a studio behind it.
 */
#include "pty.h"

struct frames;

struct frames *frames_new(int w, int h);
void frames_take(struct frames *f, int which, struct pty *p);
/* Show the other one: bytes written, *cpu in ms. */
size_t frames_next(struct frames *f, double *cpu);
void frames_free(struct frames *f);

#endif
