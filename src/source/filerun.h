#ifndef WEIR_SOURCE_FILERUN_H
#define WEIR_SOURCE_FILERUN_H
/*
 * filerun: the statements of one migration file on one connection, with what
 * a table rebuild would lose or trip over kept.  Everything that runs a file
 * (prediction, replay, rehearsal, apply) runs it through here, so that what
 * is predicted is what is applied.
 *
 * Rules.  R.1 An ALTER TABLE that fails in a file which has dropped a table,
 * and which gives that table's name back, is run again with all views and the
 * triggers of other tables lifted out and put in again from their stored text
 * (SL4).  legacy_alter_table=ON is no way: it leaves CHECK constraints that
 * name the temporary table broken ("no such column: __new_t.c", 3.40.1).
 * R.2 At the end, triggers and indexes that were there before the file, whose
 * table was dropped and is back, and that no statement dropped by name, are
 * created again from their stored text (SL5).  An index is left out when an
 * equal one stands there under another name.  R.3 AUTOINCREMENT of such a
 * table does not fall below what it was (SL7).  R.4 A statement of libSQL that
 * gives a column another definition (SL34) stands for four that are run in its
 * place, one a call, on offsets inside of its first word: CREATE of the table
 * with that definition, copy, DROP, RENAME; its indexes and triggers come back
 * right after the RENAME, and its AUTOINCREMENT position.  Rows are copied as
 * they are: unlike in libSQL, what the definition asks for holds for them too.
 * Such a file has to run with foreign keys off (file_run_rebuilds()).
 *
 * Works inside the transaction of the caller; between open and end all
 * statements of the file go through file_run_next().  Close frees nothing of
 * the results: they live in the arena given to open.
 */
#include "drv/drv.h"

struct put_back {
	enum obj_kind kind;	/* OBJ_TRIGGER, OBJ_INDEX, OBJ_VIEW; OBJ_TABLE:
				 * the AUTOINCREMENT sequence of that table */
	struct str table, name;
	struct str sql;		/* stored CREATE text, or the UPDATE that ran */
	bool lifted;		/* R.1: out and in again around one statement */
	struct str lost;	/* "" = is back; else why it could not be */
};
struct put_backs {
	const struct put_back *v;
	size_t n;
};

struct file_run;

/* `text`: the whole file, split at its markers too (text_runnable()); it must
 * live as long as the run.  Reads the schema only if the file can drop a
 * table.  RC_DB. */
enum rc file_run_open(struct drv *d, struct str text, struct arena *a,
    struct file_run **out, struct err *e) MUST_CHECK;
/* drv run_next with R.1.  `flags` always include RUN_FACTS. */
enum rc file_run_next(struct file_run *f, size_t *at, unsigned flags,
    struct sql_span *span, struct facts *facts, bool *more, struct err *e)
    MUST_CHECK;

/* R.4: the statement at this offset of the text, if it is a made one. */
struct made_stmt {
	size_t part;		/* 1 to 4; 0: it is as written */
	size_t start;		/* of the statement that it is made for */
	struct str sql;
};
struct made_stmt file_run_made(const struct file_run *f, size_t offset);
bool file_run_rebuilds(const struct file_run *f);
/* After the last statement, before foreign keys are checked.  R.2, R.3. */
enum rc file_run_end(struct file_run *f, struct put_backs *out,
    struct err *e) MUST_CHECK;

#endif
