#ifndef WEIR_OP_UNDO_STORE_H
#define WEIR_OP_UNDO_STORE_H
/*
 * store: the undo store of one run, <run>/undo.db: what its statements took
 * from the database, in a form that any SQLite can read.
 *
 * Format 2 (PRAGMA application_id 0x77656972 "weir", user_version 2):
 *	meta(key, value)	format, dialect, db (label)
 *	object(id, tag, stmt, kind, schema, name, key_columns, columns,
 *	    reason, rows, bytes, sha256, ddl, witnesses, agree)
 *	o<id>			the rows of an object, in the order saved
 * key_columns and columns are JSON arrays of names.  kind:
 *	rows	whole rows that went; o<id> holds the key, then the columns
 *	cells	columns that went; the key, then the columns, rows without
 *		any value left out; then, as text that may be cut, what stood
 *		beside them in columns that stayed (witnesses, "NAME then"):
 *		where fewer than `agree` of those are the same, the key is
 *		another row's by now.  Format 1 has none
 *	changed	values that were overwritten; the key as it is afterwards,
 *		the columns before, the same columns after ("NAME after"),
 *		witnesses as for cells
 *	position where a sequence stood; its columns last_value, is_called
 * Values stand in the storage class they had; PostgreSQL's as text.  stmt is
 * the byte offset of the statement in the migration.  Tables and columns have
 * the names from before the migration.  sha256 is over tag, kind, schema,
 * name, key, columns and witnesses, every value in order: a byte of its kind
 * (0 NULL, 1 integer, 2 real, 3 text, 4 blob), its length in 8 bytes, low byte
 * first, its bytes (numbers as decimal text; %.17g).
 *
 * Rules.  T.1 An object is there whole or not at all: rows and their `object`
 * line are one transaction of the file, committed and synced before the
 * COMMIT of the migration is sent.  What a crash cuts off the engine takes
 * back at the next open; a file that is cut itself does not read, and says so.
 * T.2 Rows are believed when their number and checksum are the object's.
 * T.3 Constant memory: rows pass one at a time.
 */
#include "base/hash.h"
#include "op/undo/bulk.h"

#define STORE_FORMAT 2
#define STORE_FILE "undo.db"
#define STORE_COLUMNS 4000	/* of one object: more do not read */

enum saved_kind { SAVED_ROWS, SAVED_CELLS, SAVED_CHANGED, SAVED_POSITION,
	SAVED_KIND_N };
extern const char *const saved_word[SAVED_KIND_N];

struct saved {
	int64_t id;
	struct str tag;
	int64_t stmt;
	enum saved_kind kind;
	struct str schema, table;
	struct strs key, cols;
	struct strs witnesses;	/* of cells, of what changed */
	int64_t agree;
	struct str reason;	/* slug of the loss: "drop-column" */
	int64_t rows, bytes;
	char sha256[SHA256_HEX + 1];
	struct str ddl;		/* of the table, as it was; or "" */
};
/* Values of a row in the file: key and columns, those of `changed` twice,
 * witnesses. */
size_t saved_width(const struct saved *s);
/* The name of value i. */
struct str saved_name(const struct saved *s, size_t i, struct arena *a);

struct store;

/* RC_IO, RC_DB.  Made when it is missing; label: of the database. */
enum rc store_make(struct str dir, enum dialect_id dialect, struct str label,
    struct store **out, struct err *e) MUST_CHECK;
/* Of a finished run, read-only.  RC_NOTFOUND: nothing was saved there;
 * RC_INCONSISTENT: it does not read; RC_UNSUPPORTED: a newer format. */
enum rc store_open(struct str dir, struct store **out, struct err *e)
    MUST_CHECK;
void store_close(struct store *s);	/* NULL is fine */
struct drv *store_drv(struct store *s);
/* No more than so many bytes of values are taken; RC_DECISION beyond. */
void store_bound(struct store *s, int64_t bytes);

/* T.1 */
enum rc store_begin(struct store *s, struct err *e) MUST_CHECK;
enum rc store_commit(struct store *s, struct err *e) MUST_CHECK;
void store_rollback(struct store *s);
/* The number of the last object; and: those after it go again, for a commit
 * of the migration that did not happen. */
enum rc store_last(struct store *s, int64_t *id, struct err *e) MUST_CHECK;
enum rc store_cut(struct store *s, int64_t id, struct err *e) MUST_CHECK;

/* One object at a time: open (tag … ddl set, the rest is filled), rows,
 * close.  An object without rows leaves nothing behind, but for cells: that
 * there were none is said too. */
enum rc store_object(struct store *s, const struct saved *what,
    struct err *e) MUST_CHECK;
enum rc store_row(struct store *s, const struct value *v, struct err *e)
    MUST_CHECK;
enum rc store_object_end(struct store *s, struct saved *out, struct err *e)
    MUST_CHECK;

/* In the order saved; texts in `a`. */
enum rc store_list(struct store *s, struct arena *a,
    const struct saved **out, size_t *n, struct err *e) MUST_CHECK;
/* Every row in the order saved; RC_INCONSISTENT at the end when they are not
 * those that were saved (T.2). */
enum rc store_read(struct store *s, const struct saved *o,
    enum rc (*row)(void *arg, const struct value *v, size_t n, struct err *e),
    void *arg, struct err *e) MUST_CHECK;

#endif
