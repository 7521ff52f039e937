#ifndef WEIR_OP_PASSWORDS_H
#define WEIR_OP_PASSWORDS_H
/*
 * passwords: those that were typed, one for each server and user, so that the
 * connections of a run ask once and no server gets another's.  Wiped before
 * they are freed or replaced.  Zeroed: empty.
 */
#include "base/sbuf.h"

#define PASSWORDS_MAX 4		/* the database's, the scratch's, --direct's */
#define PASSWORD_MAX 4096	/* bytes */

struct passwords {
	struct password {
		char who[256];
		struct sbuf word;	/* n == 0: free */
	} v[PASSWORDS_MAX];
};

/* That of `who` (drv_question.who); n == 0: not known. */
struct str passwords_of(const struct passwords *p, const char *who);
/* Instead of the one known, if any; "" forgets that. */
void passwords_put(struct passwords *p, const char *who, struct str word);
void passwords_forget(struct passwords *p);

#endif
