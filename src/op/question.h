#ifndef WEIR_OP_QUESTION_H
#define WEIR_OP_QUESTION_H
/* question: a rename question as the rows of a list, best candidate first,
 * "created" last; for terminals and screens alike. */
#include "decl/diff.h"

struct question_option {
	const struct decl_candidate *from;	/* NULL: created */
	struct str label;		/* "~ bio → about", "+ about" */
	struct str type, null, position;	/* of columns: "3 → 4"; or "" */
	struct str note;		/* what becomes of what is there */
	bool loses;			/* the note tells of something lost */
};
struct question_options {
	const struct question_option *v;
	size_t n, likely;		/* the one to begin with; LIKELY_NONE:
					 * no candidate is, and the last row
					 * drops something with what it holds */
};
#define LIKELY_NONE SIZE_MAX
/* What stands below the list while none is chosen: says what goes. */
struct str question_undecided(const struct question_options *o,
    struct arena *a);
/* `arrow` as the screen can draw it: "→", "->". */
void question_options(const struct decl_question *q, const char *arrow,
    struct arena *a, struct question_options *out);
/* "users.about", "users" */
struct str question_name(const struct decl_question *q, struct str name,
    struct arena *a);
struct decl_answer question_answer(const struct decl_question *q,
    const struct question_option *o);
/* "~ column users.bio → about", "+ column users.about" */
struct str question_answered(const struct decl_question *q,
    const struct question_option *o, const char *arrow, struct arena *a);

#endif
