#ifndef WEIR_DECL_SQLITE_H
#define WEIR_DECL_SQLITE_H
/*
 * What the files of the SQLite differ share.  The pipeline:
 *
 *	sqlite_match.c	renames settled, tables, columns and views paired
 *	sqlite_squash.c	parts of a table as texts, and compared (spec §5.1)
 *	sqlite_list.c	one flat list of statements in drizzle-kit's order
 *	sqlite_group.c	grouped by table; a rebuild swallows its group (§5.4)
 *	sqlite_safe.c	DECL_SAFE: what SQLite rejects, put right
 *	sqlite_sql.c	the text of each statement
 *
 * Rules.  D.1 exact mode goes through the texts that drizzle-kit joins with
 * ';' and ',' and splits again, with the damage this does; safe mode joins
 * with bytes that no SQL holds, and takes the same way.  D.2 where the text of
 * safe mode differs from the exact one, decl_differs() tells which row of
 * differences.def it is.
 */
#include "decl/internal.h"

/* A part of a table by its name, and its text. */
struct sq_part {
	struct str key, text;
};
struct sq_parts {
	struct sq_part *v;
	size_t n;
};
struct sq_delta {		/* old order, new order, old order */
	VEC(struct sq_part) deleted;
	VEC(struct sq_part) added;
	VEC(struct sq_part) was;	/* altered: before … */
	VEC(struct sq_part) now;	/* … and after, same index */
};

struct sq_table_parts {
	struct sq_parts indexes, fks, pks, uniques, checks;
};

/* A table on both sides. */
struct sq_pair {
	const struct decl_table *was;	/* as the old snapshot has it */
	const struct decl_table *old;	/* its table and columns renamed */
	const struct decl_table *now;
	VEC(const struct decl_column *) created;
	VEC(const struct decl_column *) deleted;
	VEC(struct decl_rename) renamed;
	struct sq_delta indexes, fks, pks, checks;
};

enum sq_kind { SQ_CREATE_TABLE, SQ_DROP_TABLE, SQ_RENAME_TABLE,
	SQ_RENAME_COLUMN, SQ_ADD_COLUMN, SQ_DROP_COLUMN, SQ_REPLACE_COLUMN,
	SQ_CREATE_INDEX, SQ_DROP_INDEX, SQ_RECREATE, SQ_DROP_VIEW,
	SQ_CREATE_VIEW, SQ_PRAGMA,
	SQ_ALTER_COLUMN, SQ_REFERENCE,	/* written for turso only */
	SQ_REBUILD,		/* never written: asks for SQ_RECREATE */
	SQ_KIND_N };

struct sq_statement {
	enum sq_kind kind;
	struct str table;		/* the group */
	const struct decl_table *now;
	const struct sq_pair *pair;
	const struct decl_column *col;
	struct str name, to;		/* renames, views, pragma */
	struct str data;		/* text of an index, a foreign key */
	bool internal;			/* expressions of indexes are known */
	bool set_default;		/* turso: the default as it is */
	bool bare;			/* turso: without all the indexes */
};

struct sq_view_pair {
	const struct decl_view *was, *now;
};

struct sq {
	struct decl_job *j;
	struct arena *a;
	bool turso;
	char part, item;		/* D.1: ';' and ',' */

	VEC(const struct decl_table *) created;
	VEC(const struct decl_table *) deleted;
	VEC(struct decl_rename) tables;
	struct sq_pair *pairs;		size_t npairs;	/* old order */
	VEC(const struct decl_view *) views_created;
	VEC(const struct decl_view *) views_deleted;
	VEC(struct sq_view_pair) views_renamed, views_kept;

	VEC(struct sq_statement) list;
};

/* 0 to 4294967294 without leading zeros: JavaScript puts such keys first, by
 * number, also after a rename. */
bool sq_index_key(struct str s, uint64_t *out);

/* match: errors of decl_settle(); stops with questions on j->open. */
enum rc sq_match(struct sq *q) MUST_CHECK;

/* squash */
void sq_split(struct sq *q, const struct decl_table *t,
    struct sq_table_parts *out);
void sq_compare(struct sq *q, struct sq_parts old, struct sq_parts now,
    struct sq_delta *out);
struct decl_index sq_read_index(const struct sq *q, struct str text);
struct decl_fk sq_read_fk(const struct sq *q, struct str text);
struct strs sq_read_pk(const struct sq *q, struct str text);
struct decl_check sq_read_check(const struct sq *q, struct str text);
struct decl_key sq_read_unique(const struct sq *q, struct str text);
bool sq_column_differs(const struct decl_column *x,
    const struct decl_column *y);

/* list, group, sql: each works on q->list; sql puts it to the job */
void sq_list(struct sq *q);
void sq_list_index(struct sq *q, struct str table, const struct decl_table *t,
    struct str data, bool internal);
void sq_group(struct sq *q);
void sq_write(struct sq *q);

/* The foreign keys among `added` that name a new column. */
const struct sq_part *sq_reference_of(struct sq *q, const struct sq_pair *p,
    struct str column, size_t *count);

/* safe: the reasons for a rebuild that drizzle-kit does not see … */
bool sq_add_rebuilds(struct sq *q, const struct sq_pair *p,
    const struct decl_column *c);
bool sq_drop_rebuilds(struct sq *q, const struct sq_pair *p,
    const struct decl_column *c);
bool sq_replace_rebuilds(struct sq *q, const struct sq_pair *p,
    const struct decl_column *was, const struct decl_column *now);
/* … names that SQLite takes for one: RC_PARSE … */
enum rc sq_safe_names(struct sq *q) MUST_CHECK;
/* … the order of the finished list … */
void sq_safe_order(struct sq *q);
/* … and texts. */
bool sq_mentions(struct str text, struct str name);
struct str sq_requalify(struct arena *a, struct str text, struct str from,
    struct str to);
struct decl_value sq_safe_default(struct sq *q, struct str table,
    const struct decl_column *c);

#endif
