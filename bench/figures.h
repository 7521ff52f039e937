#ifndef WEIR_BENCH_FIGURES_H
#define WEIR_BENCH_FIGURES_H
/*
 * figures: what was measured, told in lines: how often, least, median, 99th of
 * a hundred, most.
 */
#include <stddef.h>

#define N_MAX 4096

struct figures {
	double v[N_MAX];
	size_t n;
};

void add(struct figures *f, double v);		/* beyond N_MAX: left out */
/* Sorts; share 0.5 is the median. */
double rank(struct figures *f, double share);
void line(const char *name, struct figures *f, const char *goal);
void one(const char *name, double v, const char *goal);
/* How often ours goes into the peer's, of medians and of minimums. */
void ratio(const char *name, struct figures *ours, struct figures *peer,
    const char *goal);

#endif
