#ifndef WEIR_OP_APPLY_RESTORE_H
#define WEIR_OP_APPLY_RESTORE_H
/*
 * One object of the undo store on its way back: what restore.c, which puts it
 * back, and unfilled.c, which looks for rows that it has no value for, share.
 */
#include "op/apply/save.h"

struct object {
	struct apply *ap;
	const struct saved *o;
	const struct save_words *w;
	const struct dialect *d;
	const struct table *t;		/* as it is now */
	struct bulk stage;
	size_t nkey, ncols;
	bool unfed;		/* triggers that feed a virtual table fail */
};

static inline struct str object_column(const struct object *x, size_t i)
{
	return i < x->nkey ? x->o->key.v[i] : x->o->cols.v[i - x->nkey];
}

/* t."name" of the i-th */
void object_mine(const struct object *x, struct sbuf *b, size_t i);
void object_table(const struct object *x, struct sbuf *b);
/* Row t of the table is row s of the stage; old: by its key of before. */
void object_same_row(const struct object *x, struct sbuf *b, bool old);

/* A staged value: as the column shows it, and as the column takes it; and the
 * column as it is compared with the first. */
void object_staged(const struct object *x, struct sbuf *b, size_t i,
    size_t at);
void object_typed(const struct object *x, struct sbuf *b, size_t i,
    size_t at);
void object_compared(const struct object *x, struct sbuf *b, size_t i);

/* unfilled.c: rows of the table that have no value of a column which must not
 * be NULL there (was: the table as it shall be again, or NULL), onto
 * ap->lacking. */
bool object_may_lack(const struct object *x, const struct table *was);
enum rc object_lacking(const struct object *x, const struct table *was,
    struct err *e) MUST_CHECK;
/* clash.c: rows that hold what a saved row gets back, where that is unique
 * again, onto ap->clashes; nothing is put back yet. */
bool object_may_clash(const struct object *x, const struct table *was);
enum rc object_clashes(const struct object *x, const struct table *was,
    struct err *e) MUST_CHECK;

/* Rows of the table that object x, which is on the stage, has no value for:
 * onto ap->lacking; where something is applied, RC_CONFLICT. */
enum rc object_unfilled(struct object *x, const struct step *s,
    struct err *e) MUST_CHECK;

/* unfed.c: does a trigger of the table name a virtual table; and those that
 * none fills again, onto ap->unrestored. */
bool object_feeds(const struct object *x);
void object_unfed(const struct object *x);

#endif
