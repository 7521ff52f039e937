#include "figures.h"

#include <stdio.h>
#include <stdlib.h>

void add(struct figures *f, double v)
{
	if (f->n < N_MAX)
		f->v[f->n++] = v;
}

static int cmp(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double rank(struct figures *f, double share)
{
	size_t i = (size_t)(share * (double)f->n);

	qsort(f->v, f->n, sizeof(f->v[0]), cmp);
	return f->n ? f->v[i < f->n ? i : f->n - 1] : 0;
}

void line(const char *name, struct figures *f, const char *goal)
{
	printf("%-44s %5zu %9.2f %9.2f %9.2f %9.2f  %s\n", name, f->n,
	    rank(f, 0), rank(f, 0.5), rank(f, 0.99), rank(f, 1), goal);
	fflush(stdout);
}

void one(const char *name, double v, const char *goal)
{
	struct figures f = { .n = 0 };

	add(&f, v);
	line(name, &f, goal);
}

void ratio(const char *name, struct figures *ours, struct figures *peer,
    const char *goal)
{
	printf("%-44s       %8.2fx %8.2fx (of min)       %s\n", name,
	    rank(peer, 0.5) / rank(ours, 0.5), rank(peer, 0) / rank(ours, 0),
	    goal);
}
