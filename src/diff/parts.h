#ifndef WEIR_DIFF_PARTS_H
#define WEIR_DIFF_PARTS_H
/*
 * parts: the words of one half of a line, sanitized and clipped.
 *
 * A part's id is the field it shows (F_x) or one of the ids below, so that
 * the two halves of a line can be compared attribute by attribute.
 */
#include "diff/side.h"

enum { PART_NAME = FIELD_N, PART_PK, PART_UNIQUE, PART_SQL_BEFORE,
	PART_SQL_AFTER,
	PART_LINE, PART_INVALID };

struct parts {
	struct arena *a;
	struct side_part *v;
	size_t n, cap;
};

void parts_add(struct parts *p, enum side_role role, unsigned id,
    struct str text);
void parts_of_head(struct parts *p, const struct obj *o);
void parts_of_column(struct parts *p, const struct table *t,
    const struct column *c);
/* Both halves of anything else at once; without `full` no SQL is shown. */
void parts_of_objects(struct parts *left, struct parts *right,
    const struct obj *from, const struct obj *to, bool full);
/* Flag what differs; true when something does. */
bool parts_compare(struct parts *left, struct parts *right);
/* One line of a text against the one in its place: what both begin and end
 * with, in whole words, and between it what differs.  False, and nothing is
 * added: they have less in common than not. */
bool parts_of_lines(struct parts *left, struct parts *right, struct str x,
    struct str y);
struct str parts_heading(enum obj_kind kind);

#endif
