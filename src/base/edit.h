#ifndef WEIR_BASE_EDIT_H
#define WEIR_BASE_EDIT_H
/* edit: a line of text being typed: what keys do to it.  No screen. */
#include "base/sbuf.h"

#define EDIT_MAX 1024

struct edit {
	char text[EDIT_MAX + 1];
	size_t n, cur;		/* bytes */
	size_t max;		/* ceiling in bytes, 0 = EDIT_MAX */
};
enum edit_op { EDIT_LEFT, EDIT_RIGHT, EDIT_HOME, EDIT_END, EDIT_WORD_LEFT,
	EDIT_WORD_RIGHT, EDIT_ERASE, EDIT_DELETE, EDIT_ERASE_WORD,
	EDIT_ERASE_LINE, EDIT_KILL };

void edit_set(struct edit *in, struct str text);	/* cursor at the end */
struct str edit_str(const struct edit *in);
/* The character after the one at `at`. */
size_t edit_next(const struct edit *in, size_t at);
/* These tell whether the text is another one now. */
bool edit_do(struct edit *in, enum edit_op op);
bool edit_insert(struct edit *in, struct str s);
/* Line ends and tabs become spaces, other controls go. */
bool edit_paste(struct edit *in, struct str s);

#endif
