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

/* "column", "columns" … */
const char *kind_count_word(enum obj_kind kind, size_t n);

#endif
