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

/* --- squashed texts (pgSchema.ts, PgSquasher) ---------------------------- */

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
/* false: drizzle-kit throws here; of the name alone more goes well. */
bool pg_take_index(const struct pg_squash *q, struct str text, bool name,
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

/* --- a snapshot that is patched by renames ------------------------------- */

struct pg_col {
	struct str name, type, type_schema;
	struct str identity;		/* squashed; absent: none */
	const struct decl_column *c;
	bool renamed;
};
struct pg_table {
	struct str key;			/* "schema.name" */
	struct str name, schema;	/* schema "" = public */
	struct pg_col *cols;
	size_t ncols;
	struct pg_texts part[PG_PART_N];
	bool rls;
	struct str old_key;		/* before any rename */
	bool moved;			/* to another schema, no more */
	bool renamed;			/* it or its schema */
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
	struct str old_name, old_schema; /* renamed in this step; absent */
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

/* --- statements ---------------------------------------------------------- */

enum pg_verb {
#define VERB(kind, place, writer) K_##kind,
#include "decl/pg_verbs.def"
#undef VERB
	K_N
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
	unsigned char place;		/* safe: another than its own */
#define PG_UNWRITTEN 255		/* nowhere */
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
/* The table, patched, that a statement on a table speaks of. */
const struct pg_table *pg_table_then(const struct pg_work *w,
    const struct pg_st *s);
const struct pg_col *pg_col_of(const struct pg_table *t, struct str name);
const struct decl_enum *pg_enum_of(const struct decl *d, struct str schema,
    struct str name);
/* pg_alter.c: what differs in the tables that are in both. */
enum rc pg_alter_tables(struct pg_work *w) MUST_CHECK;
/* pg_rebuild: columns of an enum whose values go; used by the writers. */
bool pg_is_rebuilt(const struct pg_work *w, const struct pg_col *c);
/* pg_enum.c: values that are added and used become types made anew, in
 * `plain`, the statements before they were arranged; true: some did, all is
 * to be arranged and written once more. */
bool pg_remake_enums(struct pg_work *w, struct pg_st *plain);
/* pg_serial.c */
void pg_become_serial(struct pg_work *w, const struct pg_st *s,
    struct str base);
void pg_stop_serial(struct pg_work *w, const struct pg_st *s);
void pg_serial_to_identity(struct pg_work *w, const struct pg_st *s);
/* A plain column: numbers go on after those of the rows. */
void pg_plain_to_identity(struct pg_work *w, const struct pg_st *s);
/* pg_views.c: views are dropped before what they stand in the way of, and
 * come after the views that they read. */
void pg_views_around(struct pg_work *w);
/* Deleted and added first, what changed under one name after. */
struct pg_part_verbs {
	enum pg_verb drop, add;
};
extern const struct pg_part_verbs pg_part_kind[PG_PART_N];
/* pg_parts.c: the same for indexes, constraints and generated columns that
 * read or hold a column that changes. */
void pg_parts_around(struct pg_work *w);
/* pg_around.c: the same for policies, and foreign keys of a key that goes. */
void pg_policies_around(struct pg_work *w);
void pg_references_around(struct pg_work *w);
/* DROP TABLE of another table of this step takes the policy along. */
bool pg_policy_gone(const struct pg_work *w, const struct pg_st *s,
    struct str text);
/* pg_write.c: the same names in any order. */
bool pg_same_columns(struct strs x, struct strs y);
/* The table of the old or the new schema that holds the column; NULL: none. */
const struct decl_table *pg_home_of(const struct pg_work *w,
    const struct decl_column *c);
/* Is a column whose type has that schema and name, an array of it too, of the
 * type that the statement is about? */
bool pg_is_of_type(const struct pg_work *w, const struct pg_st *type,
    struct str schema, struct str name);
/* The columns of the old schema that are of that type, in their order. */
struct pg_cols {
	const struct pg_col **v;	/* in w->a */
	size_t n;
};
struct pg_cols pg_cols_of_type(const struct pg_work *w,
    const struct pg_st *type);
/* "t.c", "s.t.c": for a note. */
struct str pg_column_name(const struct pg_work *w, const struct pg_col *c);
/* pg_write.c: all statements, in their order, to the job. */
enum rc pg_write(struct pg_work *w) MUST_CHECK;

/* --- text of SQL --------------------------------------------------------- */

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

/* The writers, one a kind: pgw_create_table(w, s) … */
#define VERB(kind, place, writer) \
	void pgw_##writer(struct pg_work *w, const struct pg_st *s);
#include "decl/pg_verbs.def"
#undef VERB
struct str pg_id_list(struct pg_work *w, struct strs names);
struct str pg_doubled(struct pg_work *w, struct str s);	/* quotes */
/* A part whose text a mark of drizzle-kit's would cut. */
void pg_marked(struct pg_work *w, struct str thing, struct str text,
    const char *mark);
/* drizzle-kit throws: the text cannot be taken apart. */
void pg_dies(struct pg_work *w, const char *what, struct str name);
void pg_drop_policy(struct pg_work *w, const struct pg_st *s,
    struct str text);

/* pg_types.c */
struct str pg_type_base(struct arena *a, struct str type, struct str *arrays);
/* schema prefix: of SET DATA TYPE always, else only outside public. */
struct str pgd_type_text(struct pg_work *w, const struct pg_col *c,
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
/* One column of CREATE TABLE or ADD COLUMN. */
struct str pgd_column_text(struct pg_work *w, struct str schema,
    struct str table, const struct pg_col *c, bool created);

#endif
