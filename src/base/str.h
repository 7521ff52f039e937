#ifndef WEIR_BASE_STR_H
#define WEIR_BASE_STR_H
/*
 * str: a borrowed view of bytes.  Never owns; storing one means arena_str()
 * first.  May hold NUL bytes and invalid UTF-8.
 */
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct str {
	const char *p;
	size_t n;
};

#define STR(lit) ((struct str){ "" lit "", sizeof(lit) - 1 })
#define STR_NONE ((struct str){ NULL, 0 })
/* printf("%.*s", STR_ARG(s)) */
#define STR_ARG(s) ((int)(s).n), ((s).p ? (s).p : "")

static inline struct str str_z(const char *z)
{
	return (struct str){ z, z ? strlen(z) : 0 };
}

static inline bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool str_is(struct str a, const char *z)
{
	/* words of a list mostly differ in their first byte */
	if (a.n > 0 && (!z || *z != *a.p))
		return false;
	return str_eq(a, str_z(z));
}

int str_cmp(struct str a, struct str b);	/* bytewise, shorter first */
bool str_ieq(struct str a, struct str b);	/* ASCII letters fold */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Offset of the first `what` at or after `from`, or s.n when there is none. */
size_t str_find(struct str s, struct str what, size_t from);
struct str str_sub(struct str s, size_t from, size_t to);	/* clamped */
struct str str_trim(struct str s);		/* ASCII white space */
/* Next line of *rest without its \n (and \r before it); false at the end. */
bool str_line(struct str *rest, struct str *line);
/* Line and column (both from 1, columns in characters) of a byte offset. */
void str_position(struct str s, size_t offset, size_t *line, size_t *col);
/* Bytes to insert, remove or replace to make y of x, for "did you mean"; of
 * more than STR_DISTANCE_MAX bytes each: as many. */
#define STR_DISTANCE_MAX 64
size_t str_distance(struct str x, struct str y);

#endif
