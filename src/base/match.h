#ifndef WEIR_BASE_MATCH_H
#define WEIR_BASE_MATCH_H
/* match: regular expressions on UTF-8 text.  Home of pcre2 (with match and
 * depth limits, so that no pattern can hang a key). */
#include "base/err.h"
#include "base/str.h"

struct match;

enum match_flags {
	MATCH_ICASE = 1,	/* always fold case */
	MATCH_SMART = 2,	/* fold unless the pattern has an upper-case letter */
	MATCH_LITERAL = 4,
};
/* RC_PARSE: the pattern does not compile; e->where = "pattern:1:col". */
enum rc match_open(struct str pattern, unsigned flags, struct match **out,
    struct err *e) MUST_CHECK;
/* First match in s at or after `from`. */
bool match_find(const struct match *m, struct str s, size_t from,
    size_t *start, size_t *end);
void match_close(struct match *m);

#endif
