#ifndef WEIR_OP_APPLY_SAVE_H
#define WEIR_OP_APPLY_SAVE_H
/*
 * save: what a statement of the way up will take goes to the undo store
 * before it runs, in the transaction that runs it (DESIGN §5.8).
 *
 * Rules.  V.1 What DDL takes is copied before the statement.  V.2 A data
 * statement, and a DROP that sets off foreign key actions, first runs in a
 * savepoint under the row hook, is rolled back, the rows noted are copied in
 * full by their number, then it runs for real: rows other than those noted
 * roll everything back.  V.3 The store commits, synced, before COMMIT is sent.
 * V.4 Objects are named as before the step.  V.5 Constant memory: noted
 * numbers and images wait in temporary tables of the store.
 *
 * Only what the plan calls a loss is saved; what it does not is refused by
 * guard.c.  Nothing happens where the plan does not save (plan.saves).
 */
#include "op/apply/local.h"
#include "op/undo/store.h"

/* How SELECT and WHERE are written for an engine (saved values are text where
 * it casts). */
struct save_words {
	const char *text;		/* after a column: "::text" or "" */
	const char *same, *differs;	/* NULL-safe comparison */
	const char *stage;		/* the table that rows are put into */
	const char *stage_make;		/* CREATE … up to its columns */
	const char *stage_type, *stage_end;
	const char *bare;		/* a staged value without affinity: "+" */
	const char *insert, *insert_end;	/* what is in the way is left */
	const char *update;
	const char *defer;		/* keys wait for the end of all rows */
	const char *overriding;		/* INSERT … into identity columns */
	bool numbers;			/* rows have a number of their own */
};
extern const struct save_words save_words[DIALECT_N];

/* "a"::text [, …]; prefix "o." or "" */
void save_columns(struct sbuf *b, enum dialect_id id, const char *prefix,
    struct strs cols, const char *after);
/* Columns whose values are stored. */
struct strs stored_columns(const struct table *t, struct arena *a);
/* The name under which the engine gives a row's number; "": it has none. */
struct str number_name(enum dialect_id id, const struct table *t);

#endif
