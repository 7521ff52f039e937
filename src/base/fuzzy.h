#ifndef WEIR_BASE_FUZZY_H
#define WEIR_BASE_FUZZY_H
/*
 * fuzzy: names that hold the typed letters in order, the likeliest first.
 *
 * Words of the query (divided by spaces) must each be found.  Letters count
 * more at the start of a word (behind _ . - / : space, or a capital behind a
 * small letter), and when they follow each other; gaps cost.  Case folds
 * unless the query has a capital letter.  Equal scores: the shorter name, then
 * the earlier.  Looked at: the first FUZZY_NAME characters of a name.
 */
#include "base/str.h"

#include <stdint.h>

#define FUZZY_QUERY 64		/* characters; more are passed over */
#define FUZZY_NAME 256

struct fuzzy {
	int32_t c[FUZZY_QUERY];
	struct { unsigned from, n; } word[FUZZY_QUERY];	/* one letter each at most */
	unsigned nwords;
	bool fold;
	bool joined;		/* the letters of a word follow each other:
				 * for sentences; set after fuzzy_query() */
};
void fuzzy_query(struct fuzzy *q, struct str text);
/* Above 0: how well; 0: it does not match; 1 where the query is empty. */
int fuzzy_score(const struct fuzzy *q, struct str name);

struct fuzzy_hit {
	uint32_t at;		/* index of the name */
	int score;
};
/* The best of n names, in order, at most max; *all: how many match.  classes,
 * one for each name or NULL: where scores are equal, the smaller one first,
 * whatever the names' length. */
size_t fuzzy_rank(const struct fuzzy *q, const struct str *names,
    const unsigned char *classes, size_t n, struct fuzzy_hit *best, size_t max,
    size_t *all);

/* The bytes of a name that matched, as [from, to); returns how many spans. */
struct fuzzy_span { size_t from, to; };
size_t fuzzy_spans(const struct fuzzy *q, struct str name,
    struct fuzzy_span *v, size_t max);

#endif
