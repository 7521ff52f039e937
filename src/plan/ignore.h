#ifndef WEIR_PLAN_IGNORE_H
#define WEIR_PLAN_IGNORE_H
/*
 * ignore: hazards that somebody has looked at and put aside, with the reason.
 *
 * Rules.  I.1 "-- weir-ignore SLUG[,SLUG]: reason" is a comment of a migration
 * and holds for the statement that follows it (or that it stands in); where
 * only comments stand before it and a blank line after it, for the whole file.
 * I.2 ".weirignore" beside the journal holds for files that may no longer be
 * edited, a line each: "TAG SLUG[:OBJECT] reason"; empty lines and "#" lines
 * say nothing.  I.3 A reason has to be given, and a word that is no slug (nor
 * code) is refused with its place.  I.4 Only what is no loss of data can be
 * put aside, and only what is shown changes: the gate asks what it asked, and
 * what the rows that are there block stays blocked.
 *
 * Texts are borrowed.  Knows nothing of statements: plan.h matches.
 */
#include "folder/folder.h"

struct ignore {
	struct str tag;
	struct str slug;		/* or code */
	struct str object;		/* as in --allow, or its table; "": any */
	struct str reason;
	struct str where;		/* file:line:col */
	bool whole;			/* the file, else by `at` */
	size_t at;			/* offset of the comment in the file */
	/* Of a plan: it met a hazard; one that is a loss, so it changed
	 * nothing (I.4). */
	bool used, loss;
};
struct ignores {
	const struct ignore *v;
	size_t n;
};

/* Those of a migration's comments, added to *out.  RC_USAGE: I.3. */
enum rc ignores_in(const struct entry *en, const struct dialect *d,
    struct arena *a, struct ignores *out, struct err *e) MUST_CHECK;
/* Those of `folder`/.weirignore, added to *out; none where it does not exist.
 * RC_USAGE, RC_IO, RC_UNSUPPORTED. */
enum rc ignores_beside(const char *folder, struct arena *a,
    struct ignores *out, struct err *e) MUST_CHECK;

#endif
