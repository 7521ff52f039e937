#ifndef WEIR_OP_APPLY_SAVE_H
#define WEIR_OP_APPLY_SAVE_H
/*
 * save: what a statement will take goes to the undo store before it runs, in
 * the transaction that runs it (DESIGN §5.8).
 *
 * Rules.  V.1 What DDL takes is copied before the statement.  V.2 A data
 * statement, and a DROP that sets off foreign key actions, first runs in a
 * savepoint under the row hook, is rolled back, the rows noted are copied in
 * full by their number (WITHOUT ROWID: their key), then it runs for real: rows other than those noted
 * roll everything back.  V.3 The store commits, synced, before COMMIT is sent.
 * V.4 Objects are named as before the step.  V.5 Constant memory: noted
 * numbers and images wait in temporary tables of the store, or the server.
 * V.6 Where models stand around every statement of a server, what is gone from
 * the one after it is what it takes; values that get another type are compared
 * with what they were.  V.7 There, rows that a statement deletes or overwrites
 * are caught by the engine, in every table that it may reach; as many as the
 * session has counted, or everything is rolled back.  V.8 Where the review has
 * said that a statement's rows are not saved, and that was agreed to, they are
 * saved as far as that goes; the log then does not tell of its migration.
 * V.9 What a way back takes in turn, rows that the migration brought or that
 * were written since, is saved in the same way, where the plan calls it a loss.
 *
 * Only what the plan calls a loss is saved; what it does not is refused by
 * guard.c.  Nothing happens where the plan does not save (plan.saves).
 *
 * save.c stands around a statement and a part; save_names.c knows SQL's words,
 * keys and the names of before; save_object.c writes the store; save_ddl.c is
 * V.1, save_trial.c V.2, save_models.c V.6, save_caught.c V.7.
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
	const char *defer, *settle;	/* keys wait for the end of all rows */
	const char *only;		/* a table without its heirs */
	const char *cut, *cut_end;	/* around a column: its text's begin */
	const char *overriding;		/* INSERT … into identity columns */
	bool numbers;			/* rows have a number of their own */
};
extern const struct save_words save_words[DIALECT_N];

/* Names as they were before the step (V.4). */
struct renamed {
	struct str table, column;	/* now; column "" = the table */
	struct str was;
};

/* Columns that get another type: their values before it (V.6). */
struct typed {
	const struct stmt *st;
	const struct table *t;
	struct strs key, cols, beside;	/* beside: witnesses */
	int64_t agree;
};

/* Of one run; made by the first statement that may take something. */
struct saver {
	struct store *store;
	bool in_tx;		/* of the store */
	const struct step *step;
	const struct model *first;	/* before it */
	VEC(struct renamed) renamed;
	VEC(struct str) made;	/* tables that the step made */
	/* of one data statement */
	struct bulk noted;
	bool noting;
	enum rc rc;		/* what failed while rows were noted */
	struct err why;
	VEC(struct str) tables;	/* by the number in `noted` */
	/* Tables without numbers get them from their keys, noted apart. */
	const struct stmt *trying;
	VEC(const struct table *) keyed;	/* as tables; NULL: numbered */
	struct bulk keys;
	struct value *key_row;
	size_t key_width;	/* columns of the widest such key, 0: none */
	int64_t events, expected;
	uint64_t mix, expected_mix;
	bool trial;		/* images wait for the end of the statement */
	/* V.6: old values that wait, V.7: tables that are watched */
	VEC(struct typed) typed;
	const struct stmt *catching;	/* NULL: nothing is caught */
	const struct drv_catch *caught;
	size_t ncaught;
	VEC(const struct step *) partly;	/* not all that they take */
	/* of the part; objects up to `kept` are of those that committed */
	int64_t objects, rows, bytes;
	int64_t kept;
	size_t told;		/* lines of ap->taken about those */
	bool sent;		/* the store's are there, the COMMIT is not known */
};

/* --- save_names.c ----------------------------------------------------------- */

/* "a"::text [, …]; prefix "o." or "" */
void save_columns(struct sbuf *b, enum dialect_id id, const char *prefix,
    struct strs cols, const char *after);
/* Columns whose values are stored. */
struct strs stored_columns(const struct table *t, struct arena *a);
/* The name under which the engine gives a row's number; "": it has none. */
struct str number_name(enum dialect_id id, const struct table *t);
/* The key of a whole row: its own, else its number. */
struct strs save_row_key(struct apply *ap, const struct table *t);
/* That of cells: a number alone is not trusted, VACUUM gives others. */
struct strs save_cell_key(struct apply *ap, const struct table *t,
    struct strs taken);
/*
 * Columns that tell whether a key is still the same row's when values that are
 * taken come back, and how many of them must agree: those that are unique and
 * not NULL, one of which is enough; else more than half of some that differ
 * from row to row.  Numbers alone are given again, as SQLite does without
 * AUTOINCREMENT, and no sequence does: other keys say themselves whose they are.
 */
struct strs save_witnesses(struct apply *ap, const struct table *t,
    struct strs key, struct strs taken, int64_t *agree);
/* The same of values that are overwritten, whose rows a query has as w, its cN
 * being column N of all: onto its list, and into o. */
void save_beside(struct apply *ap, const struct table *t, struct strs key,
    struct strs taken, struct strs all, struct saved *o, struct sbuf *b);
/* left("a"::text, …) */
void save_cut(struct sbuf *b, enum dialect_id id, const char *prefix,
    struct str col);
struct str save_table_was(const struct saver *s, struct str now);
struct obj save_was(const struct saver *s, const struct table *t);
/* Where tables have numbers: a table of the user's, there before the step. */
bool save_stood(struct apply *ap, const struct table *t);
struct strs save_columns_were(struct apply *ap, const struct table *t,
    struct strs now);
/* The table as it stands before the statement; NULL: it has nothing to lose,
 * for it is not there, the step made it, or it is not the user's. */
const struct table *save_table_before(struct apply *ap,
    const struct stmt *st, struct str name);
/* After a statement: what it renamed or made. */
void save_follow(struct apply *ap, const struct stmt *st);

/* Does the plan say that all it takes comes back? */
bool save_promised(const struct stmt *st);
/* Does the plan call it a loss of anything? */
bool save_loses(const struct stmt *st);

/* --- save_object.c ---------------------------------------------------------- */

/* The store, in a transaction of its own. */
enum rc save_ready(struct apply *ap, struct err *e) MUST_CHECK;
/* RC_DECISION: the rows of t may not fit there. */
enum rc save_room(struct apply *ap, const struct table *t, struct err *e)
    MUST_CHECK;
struct saved save_object(struct apply *ap, const struct stmt *st,
    const struct table *t, enum saved_kind kind, struct strs key,
    struct strs cols);
/* Values as text lose nothing: on, and as it was. */
enum rc save_exact(struct apply *ap, bool on, struct err *e) MUST_CHECK;
/* Rows of a query on `d` into one object. */
enum rc save_copy(struct apply *ap, struct drv *d, struct str sql,
    const struct saved *o, struct err *e) MUST_CHECK;
/*
 * Rows of t, called o, into one object: its key, columns and, for
 * SAVED_CHANGED, the same columns of n; `tail` follows FROM t AS o, and says
 * which n is.
 */
enum rc save_select(struct apply *ap, const struct stmt *st,
    const struct table *t, enum saved_kind kind, struct strs key,
    struct strs cols, struct str tail, struct err *e) MUST_CHECK;
void save_from(struct sbuf *b, struct apply *ap, const struct table *t);

/* RC_DECISION: row security keeps rows of t from this role. */
enum rc save_sees_all(struct apply *ap, const struct table *t, struct err *e)
    MUST_CHECK;
void save_typed_name(struct sbuf *b, size_t i);

/* --- save_ddl.c: V.1 ---------------------------------------------------------- */

/* Columns that go, of rows that have a value there. */
enum rc save_cells(struct apply *ap, const struct stmt *st,
    const struct table *t, struct strs cols, struct err *e) MUST_CHECK;

enum rc save_ddl(struct apply *ap, const struct stmt *st, struct err *e)
    MUST_CHECK;

/* --- save_trial.c: V.2 -------------------------------------------------------- */

/* INSERT, UPDATE, DELETE */
bool save_writes(const struct stmt *st);
/* Does the statement take rows that only running it tells? */
bool save_needs_trial(const struct stmt *st);
enum rc save_trial(struct apply *ap, const struct stmt *st, struct str text,
    size_t at, struct err *e) MUST_CHECK;
/* After the statement itself. */
enum rc save_tried(struct apply *ap, const struct stmt *st, struct err *e)
    MUST_CHECK;
void save_trial_end(struct apply *ap);

/* --- save_models.c: V.6 ------------------------------------------------------- */

enum rc save_models(struct apply *ap, const struct stmt *st, struct err *e)
    MUST_CHECK;
enum rc save_models_after(struct apply *ap, struct err *e) MUST_CHECK;

/* --- save_caught.c: V.7 ------------------------------------------------------- */

enum rc save_catch(struct apply *ap, const struct stmt *st, struct err *e)
    MUST_CHECK;
enum rc save_caught(struct apply *ap, const struct facts *f, struct err *e)
    MUST_CHECK;
void save_catch_end(struct apply *ap);
/* A table that a statement names. */
const struct table *save_named(struct apply *ap, const struct stmt *st,
    struct str schema, struct str name);

/* --- restore.c --------------------------------------------------------------- */

/* One object back where it came from, and a line about it. */
enum rc restore_object(struct apply *ap, const struct step *s,
    struct store *st, const struct saved *o, struct err *e) MUST_CHECK;
/* The table or a column for it is not there (yet). */
bool restore_lacks(struct apply *ap, const struct saved *o);

#endif
