#ifndef WEIR_DECL_INTERNAL_H
#define WEIR_DECL_INTERNAL_H
/*
 * internal: what the differs of the dialects share: one job, the questions,
 * the list of statements, values as JavaScript writes them.
 */
#include "base/map.h"
#include "decl/diff.h"

/* --- the job ------------------------------------------------------------- */

struct decl_job {
	const struct decl *from, *to;
	const struct decl_answers *answers;
	bool *used;		/* one a given answer */
	bool safe, libsql;
	struct arena *a;
	struct err *e;
	VEC(struct str) statements;
	struct map *seen;	/* statements: the first of equal ones stays */
	VEC(struct str) warnings;
	VEC(struct decl_difference) diffs;
	VEC(struct decl_question) open;
	const struct decl *result;	/* `to`, or with _meta of renames */
};

/*
 * Fill j->statements and the other lists.  With open questions it may stop
 * early.  Errors as of decl_diff().
 */
struct decl_ops {
	enum rc (*diff)(struct decl_job *j);
};
extern const struct decl_ops decl_ops_pg, decl_ops_sqlite;

/* A statement; one that is there already is not put again (5.1). */
void decl_put(struct decl_job *j, struct str statement);
/* Rows of differences.def. */
enum decl_diff_id {
#define DIFFERENCE(id, name, dialects, what, exact, safe) DECL_D_##id,
#include "decl/differences.def"
#undef DIFFERENCE
	DECL_D_N
};
void decl_differs(struct decl_job *j, enum decl_diff_id id, struct str thing);
void decl_warn(struct decl_job *j, const char *fmt, ...) PRINTF(2, 3);
/* drizzle-kit dies of an exception here and writes nothing: exact refuses. */
enum rc decl_dies(struct decl_job *j, const char *fmt, ...)
    PRINTF(2, 3) MUST_CHECK;

/* --- texts that no database takes (mend.c) -------------------------------- */

/* `from` with the mended texts of `to` where its text is the same. */
const struct decl *decl_mended_from(struct arena *a, const struct decl *from,
    const struct decl *to);
/* Name what the mended texts changed; plain: the statements without. */
void decl_mended_notes(struct decl_job *j, const struct decl *to,
    const struct map *plain);

/* --- questions ----------------------------------------------------------- */

/* A created or deleted thing.  schema absent: the kind has none. */
struct decl_item {
	struct str name, schema;
	struct str type;		/* columns */
	bool notnull;
	size_t position;
	struct strs parts;		/* columns or values: for the score */
	size_t index;			/* the caller's */
};
struct decl_pairing {
	const struct decl_item *from, *to;
};
struct decl_settled {
	VEC(const struct decl_item *) created, deleted;
	VEC(struct decl_pairing) renamed;	/* and moved */
};
/*
 * What is created, deleted, renamed (promptNamedWithSchemasConflict and its
 * kin).  table: for columns and policies, as an answer may name it.  What is
 * open is put on j->open and counts as created.
 */
enum rc decl_settle(struct decl_job *j, enum decl_kind kind,
    const struct decl_item *table, const struct decl_item *created,
    size_t ncreated, const struct decl_item *deleted, size_t ndeleted,
    struct decl_settled *out) MUST_CHECK;
/* An answer that nothing asked for: RC_USAGE. */
enum rc decl_answers_left(struct decl_job *j) MUST_CHECK;

/* --- two ordered maps side by side --------------------------------------- */

#define DECL_NOWHERE ((size_t)-1)
/* Things whose first member is their key. */
struct decl_list {
	const void *v;
	size_t n, size;
};
#define DECL_LIST(array, count) \
	((struct decl_list){ (array), (count), sizeof *(array) })
struct decl_match {
	size_t *ab, *ba;	/* place in the other list, or DECL_NOWHERE */
	size_t deleted, added;
};
struct decl_match decl_match(struct arena *a, struct decl_list left,
    struct decl_list right);

/* --- values -------------------------------------------------------------- */

/* String(value): "[object Object]" for an object, "1,2" for an array. */
struct str decl_value_text(struct arena *a, const struct decl_value *v);
/* The value as JSON. */
struct str decl_value_json(struct arena *a, const struct decl_value *v);
bool decl_value_truthy(const struct decl_value *v);
/* json-diff finds no difference. */
bool decl_value_same(const struct decl_value *x, const struct decl_value *y);
/* x === y after the values went different ways: objects never are. */
bool decl_value_identical(const struct decl_value *x,
    const struct decl_value *y);
/* Both objects or both arrays: json-diff descends, and __old and __new are
 * undefined where a change of a default is expected. */
bool decl_value_nested(const struct decl_value *x, const struct decl_value *y);

/* --- lists of strings ---------------------------------------------------- */

/*
 * Python's SequenceMatcher: to[i] = place in `right` of left[i], or
 * DECL_NOWHERE; matches never cross.
 */
void decl_align(struct arena *a, struct strs left, struct strs right,
    size_t *to);

#endif
