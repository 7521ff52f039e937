#ifndef WEIR_BASE_MATCH_H
#define WEIR_BASE_MATCH_H
/* match: regular expressions on UTF-8 text.  Home of pcre2 (with match and
 * depth limits, so that no pattern can hang a key). */
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct match;

enum match_flags {
	MATCH_ICASE = 1,	/* always fold case */
	MATCH_SMART = 2,	/* fold unless the pattern has an upper-case letter */
	MATCH_LITERAL = 4,
	MATCH_ECMA = 8,		/* JavaScript's syntax, as far as pcre2 has it */
	MATCH_MULTILINE = 16, MATCH_DOTALL = 32,
};
struct match_span {
	size_t from, to;	/* SIZE_MAX: the group took no part */
};
/* RC_PARSE: the pattern does not compile; e->where = "pattern:1:col". */
enum rc match_open(struct str pattern, unsigned flags, struct match **out,
    struct err *e) MUST_CHECK;
/* First match in s at or after `from`. */
bool match_find(const struct match *m, struct str s, size_t from,
    size_t *start, size_t *end);
/* A limit ended the search: whether there is a match is not known. */
#define MATCH_OVER SIZE_MAX
/* The same with its groups: spans[0] is the match; returns how many spans
 * there are (at most max), 0: no match, or MATCH_OVER. */
size_t match_groups(const struct match *m, struct str s, size_t from,
    struct match_span *spans, size_t max);
/* From now on up to 200 times the work, some seconds, in up to 256 MiB. */
void match_patient(struct match *m);
/* Number of the group (?<name>…), 0: none. */
size_t match_group(const struct match *m, const char *name);
void match_close(struct match *m);

#endif
