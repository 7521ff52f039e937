#ifndef WEIR_DIFF_INTERNAL_H
#define WEIR_DIFF_INTERNAL_H
/* What diff.c decides about tables and columns that side.c lays out. */
#include "diff/diff.h"

/*
 * Mark in `moved` (n entries) the members of to[] that left their place.
 * to[i] is the rank, among the columns both sides have, of the i-th column of
 * the TO side on the FROM side; names break ties so that the mirrored
 * question has the mirrored answer.
 */
void columns_moved(const size_t *to, const struct str *names, size_t n,
    bool *moved);

/* The objects of a kind that hang on a view, by name. */
struct hung {
	const struct obj *const *v;
	size_t n;
};
struct hung hung_on(const struct model *m, const struct obj *view,
    enum obj_kind kind, struct arena *a);

/*
 * A longest common subsequence of two lists of lines: match[j] = i for
 * y[j] = x[i], else SIZE_MAX.  Above a ceiling only what both begin and end
 * with counts as common.
 */
void lines_match(const struct str *x, size_t n, const struct str *y, size_t m,
    size_t *match);

/* "column", "columns" … */
const char *kind_count_word(enum obj_kind kind, size_t n);

#endif
