#ifndef WEIR_DECL_PG_H
#define WEIR_DECL_PG_H
/*
 * pg: the differ for PostgreSQL (snapshotsDiffer.ts, applyPgSnapshotsDiff).
 * drizzle-kit squashes the parts of a table to texts joined by ; -- and ,,
 * compares the texts and takes them apart again for the SQL: what holds such
 * a mark falls apart.  Exact does the same; safe joins by bytes that no text
 * holds.
 */
#include "decl/internal.h"

/* --- squashed texts (pgSchema.ts, PgSquasher) ---------------------------------- */

struct pg_text {
	struct str key, text;
};
struct pg_texts {
	struct pg_text *v;
	size_t n;
};
enum pg_part { PG_INDEXES, PG_FKS, PG_PKS, PG_UNIQUES, PG_POLICIES,
	PG_CHECKS, PG_PART_N };

struct pg_squash {
	struct arena *a;
	const char *semi, *dash, *pair, *comma;
};
/* Texts of one part of a table. */
struct pg_texts pg_squash_part(const struct pg_squash *q,
    const struct decl_table *t, enum pg_part part);
struct str pg_squash_policy(const struct pg_squash *q,
    const struct decl_policy *p);
struct str pg_squash_identity(const struct pg_squash *q,
    const struct decl_identity *i);
struct str pg_squash_sequence(const struct pg_squash *q,
    const struct decl_sequence *s);
/* false: drizzle-kit throws here. */
bool pg_take_index(const struct pg_squash *q, struct str text,
    struct decl_index *out);
struct decl_fk pg_take_fk(const struct pg_squash *q, struct str text);
struct decl_key pg_take_pk(const struct pg_squash *q, struct str text);
struct decl_key pg_take_unique(const struct pg_squash *q, struct str text);
struct decl_check pg_take_check(const struct pg_squash *q, struct str text);
bool pg_take_policy(const struct pg_squash *q, struct str text,
    struct decl_policy *out);
struct decl_identity pg_take_identity(const struct pg_squash *q,
    struct str text);
struct decl_sequence pg_take_sequence(const struct pg_squash *q,
    struct str text);

/* --- a snapshot that is patched by renames ----------------------------------------- */

struct pg_col {
	struct str name, type, type_schema;
	struct str identity;		/* squashed; absent: none */
	const struct decl_column *c;
};
struct pg_table {
	struct str key;			/* "schema.name" */
	struct str name, schema;	/* schema "" = public */
	struct pg_col *cols;
	size_t ncols;
	struct pg_texts part[PG_PART_N];
	bool rls;
	struct str old_key;		/* before any rename */
	bool moved;			/* to another schema */
	bool renamed;			/* table, its schema, or a column */
};
struct pg_enum {
	struct str key, name, schema;
	struct strs values;
};
struct pg_seq {
	struct str key, name, schema, text;
};
struct pg_view {
	struct str key, name, schema;
	struct str old_name;		/* renamed in this step; absent */
	const struct decl_view *v;
};
struct pg_role {
	struct str key;
	const struct decl_role *r;
};
struct pg_snap {
	struct pg_table *tables;	size_t ntables;
	struct pg_enum *enums;		size_t nenums;
	struct pg_seq *seqs;		size_t nseqs;
	struct pg_role *roles;		size_t nroles;
	struct pg_text *policies;	size_t npolicies;	/* linked */
	struct pg_view *views;		size_t nviews;
};

/* --- statements ----------------------------------------------------------------------- */

/* In the order of the file, but for the column alterations (one group). */
enum pg_verb {
	K_CREATE_SCHEMA, K_RENAME_SCHEMA,
	K_CREATE_ENUM, K_MOVE_ENUM, K_RENAME_ENUM, K_ADD_VALUE,
	K_CREATE_SEQ, K_MOVE_SEQ, K_RENAME_SEQ, K_ALTER_SEQ,
	K_RENAME_ROLE, K_DROP_ROLE, K_CREATE_ROLE, K_ALTER_ROLE,
	K_CREATE_TABLE, K_ENABLE_RLS, K_DISABLE_RLS,
	K_DROP_VIEW, K_RENAME_VIEW,
	K_MOVE_VIEW, K_VIEW_SET, K_VIEW_RESET, K_VIEW_SPACE, K_VIEW_METHOD,
	K_DROP_TABLE, K_MOVE_TABLE, K_RENAME_TABLE, K_RENAME_COLUMN,
	K_DROP_UNIQUE, K_DROP_CHECK, K_DROP_FK, K_REBUILD_ENUM, K_DROP_INDEX,
	K_DROP_PK,
	K_COL_DROP_PK, K_COL_SET_PK, K_COL_TYPE, K_COL_SET_DEFAULT,
	K_COL_DROP_DEFAULT, K_COL_SET_NOTNULL, K_COL_DROP_NOTNULL,
	K_COL_ADD_IDENTITY, K_COL_CHANGE_IDENTITY, K_COL_DROP_IDENTITY,
	K_COL_GENERATE, K_COL_DROP_EXPRESSION,
	K_ADD_PK, K_ADD_COLUMN, K_NEW_FK, K_NEW_INDEX, K_ADD_FK, K_ADD_INDEX,
	K_DROP_COLUMN, K_ALTER_PK, K_ADD_UNIQUE, K_ADD_CHECK, K_CREATE_VIEW,
	K_RENAME_POLICY, K_DROP_POLICY, K_CREATE_POLICY, K_ALTER_POLICY,
	K_RENAME_LINKED, K_DROP_LINKED, K_CREATE_LINKED, K_ALTER_LINKED,
	K_DROP_ENUM, K_DROP_SEQ, K_DROP_SCHEMA, K_N
};

/* Which members say something depends on the kind. */
struct pg_st {
	enum pg_verb kind;
	struct str schema, table;	/* the table; or the thing's schema */
	struct str name, to;		/* thing and new name or schema */
	struct str text, old;		/* squashed */
	const struct pg_table *t;
	const struct pg_col *col, *was;
	const struct decl_view *view;
	const struct decl_role *role;
	struct strs values;
	const struct decl_pair *with;	size_t nwith;
	struct decl_value dflt;
	bool old_enum, new_enum, materialized;
	const struct pg_enum *type;	/* K_REBUILD_ENUM */
	bool early;			/* safe: before the foreign keys */
};

struct pg_work {
	struct decl_job *j;
	struct arena *a;
	bool safe;
	struct pg_squash q;
	struct pg_snap s1, s2;		/* old, patched; new */
	VEC(struct pg_st) st;
	enum rc rc;			/* the first refusal of a writer */
};

void pg_add(struct pg_work *w, struct pg_st s);
/* pg_snap.c */
struct pg_snap pg_snap_of(struct pg_work *w, const struct decl *d);
struct str pg_key(struct arena *a, struct str schema, struct str name);
const struct pg_table *pg_table_of(const struct pg_snap *s, struct str key);
const struct pg_col *pg_col_of(const struct pg_table *t, struct str name);
const struct decl_enum *pg_enum_of(const struct decl *d, struct str schema,
    struct str name);
/* pg_alter.c: what differs in the tables that are in both. */
enum rc pg_alter_tables(struct pg_work *w) MUST_CHECK;
/* pg_rebuild: columns of an enum whose values go; used by the writers. */
bool pg_is_rebuilt(const struct pg_work *w, const struct pg_col *c);
/* pg_write.c: all statements, in their order, to the job. */
enum rc pg_write(struct pg_work *w) MUST_CHECK;

/* --- text of SQL ---------------------------------------------------------------------- */

enum pg_piece_kind { PG_END, PG_RAW, PG_ID, PG_NAME };
struct pg_piece {
	enum pg_piece_kind kind;
	struct str a, b;
};
#define Z(literal) { PG_RAW, STR(literal), STR_NONE }
#define RAW(s) { PG_RAW, (s), STR_NONE }
#define ID(s) { PG_ID, (s), STR_NONE }
#define NAME(schema, name) { PG_NAME, (schema), (name) }
#define TABLE(s) NAME((s)->schema, (s)->table)
struct str pg_text_of(struct pg_work *w, const struct pg_piece *v);
#define SQL_OF(w, ...) pg_text_of((w), \
	(const struct pg_piece[]){ __VA_ARGS__, { .kind = PG_END } })
#define SAY(w, ...) decl_put((w)->j, SQL_OF((w), __VA_ARGS__))

/* pg_types.c */
struct str pg_type_base(struct arena *a, struct str type, struct str *arrays);
/* schema prefix: of SET DATA TYPE always, else only outside public. */
struct str pg_type_text(struct pg_work *w, const struct pg_col *c,
    bool always);
/* What stands after DEFAULT. */
struct str pg_default_text(struct pg_work *w, struct str table,
    const struct pg_col *c, const struct decl_value *v);
/* Needs USING, and none of PostgreSQL's own casts will do. */
bool pg_needs_using(struct pg_work *w, struct str from, struct str to);
/* "integer" of serial and its kin; absent: it is none. */
struct str pg_serial_base(struct str type);
/* " GENERATED … AS IDENTITY (…)" */
struct str pg_identity_text(struct pg_work *w, struct str schema,
    struct str identity);
/* SET DATA TYPE and what goes with it. */
void pg_write_type(struct pg_work *w, const struct pg_st *s);
/* One column of CREATE TABLE or ADD COLUMN. */
struct str pg_column_text(struct pg_work *w, struct str schema,
    struct str table, const struct pg_col *c, bool created);

#endif
