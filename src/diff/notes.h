#ifndef WEIR_DIFF_NOTES_H
#define WEIR_DIFF_NOTES_H
/*
 * notes: what two databases tell of the same object and what makes no
 * difference between their schemas (DESIGN §3): privileges, owner, comment.
 */
#include "model/model.h"

struct note_change {
	const struct obj *o;	/* of `to` */
	const char *what;	/* "privileges", "owner", "comment" */
	struct str from, to;	/* privileges: those that the other has not */
};

struct note_changes {
	const struct note_change *v;
	size_t n;
};

/* Of objects that both have and one side has in its managed set, in the order
 * of `to`. */
void diff_notes(const struct model *from, const struct model *to,
    struct arena *a, struct note_changes *out);
/* Sentences of the privileges and owners of what `to` has managed, where they
 * are not those of the same object in `from`, made by another role (rights.c). */
void diff_rights(const struct model *from, const struct model *to,
    struct arena *a, struct strs *out);
/* "table public.a: privileges app=r/owner new" */
struct str note_sentence(const struct note_change *c, struct arena *a);

#endif
