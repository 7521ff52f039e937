#ifndef WEIR_DRV_PG_INTROSPECT_H
#define WEIR_DRV_PG_INTROSPECT_H
/*
 * Between introspect.c (one round trip), catalog.c (its text) and the files
 * build*.c (objects out of its answers).
 *
 * The catalogue is read by PG_CATALOG_N queries, whatever it holds.  Their
 * answers come with the same columns from every server (12 to 18).
 */

#include "drv/pg/pg.h"

/* In the order in which they are sent and their answers are read. */
enum pg_catalog_query {
	PG_Q_COMMENTS,
	PG_Q_MEMBERS,		/* of extensions */
	PG_Q_SCHEMAS,
	PG_Q_EXTENSIONS,
	PG_Q_TYPES,
	PG_Q_RELATIONS,		/* tables, views, composites */
	PG_Q_INHERITS,
	PG_Q_SEQUENCES,
	PG_Q_COLUMNS,
	PG_Q_OPCLASSES,
	PG_Q_COLLATIONS,
	PG_Q_INDEXES,
	PG_Q_CONSTRAINTS,
	PG_Q_TRIGGERS,
	PG_Q_RULES,
	PG_Q_POLICIES,
	PG_Q_STATISTICS,
	PG_Q_FUNCTIONS,
	PG_Q_NEEDS,		/* what views read */
	PG_Q_ROLES,		/* of the server */
	PG_CATALOG_N
};

/* The settings that decide how definitions are printed, until the end of the
 * transaction: one SELECT, a result before the others. */
void pg_catalog_pin(struct sbuf *out);
/* The queries for a server of this version, each ending in ";". */
void pg_catalog_text(int version, struct sbuf *out);
/* Those of single relations, of the relations whose oids are in $1; and the
 * marks: prepared for the session under weir_catalog_…. */
void pg_catalog_prepare(int version, struct sbuf *out);
/* Execute those queries, oids: "16384,16390".  Returns how many there are and
 * which in asked[PG_CATALOG_N]. */
size_t pg_catalog_some(struct str oids, struct sbuf *out, bool *asked);
/* (oid of a relation, a number that moves with every change of it); 0: of
 * everything that belongs to none. */
void pg_catalog_marks(struct sbuf *out);
/* Run queries that have n answers with rows, settings pinned, in a
 * transaction or savepoint of their own. */
enum rc pg_catalog_ask(struct pg *d, struct str queries, PGresult **out,
    size_t n, struct err *e) MUST_CHECK;
/* One number that moves with every change of what they read. */
void pg_catalog_version(struct sbuf *out);

/* oid -> pointer. */
struct pg_oids {
	struct pg_oid_slot {
		uint32_t oid;
		void *value;
	} *v;
	size_t n, cap;		/* cap: a power of two */
};
void pg_oids_put(struct pg_oids *m, struct arena *a, uint32_t oid, void *p);
void *pg_oids_get(const struct pg_oids *m, uint32_t oid);

/* A relation while its objects are made. */
struct pg_rel {
	uint32_t oid;
	char kind;		/* pg_class.relkind */
	bool managed;
	const struct obj *o;	/* the table, view or sequence; NULL: type */
	struct str schema, name;
	struct table *t;
	struct view *v;
	struct composite *c;
	struct pg_rel *whole;	/* the partitioned table that it is part of */
	int natts;
	struct pg_att {
		struct str name;
		uint32_t type, collation;
		struct column *col;
	} *att;			/* by attnum - 1; dropped ones without name */
	int ncols;		/* made so far */
	VEC(struct str) types;	/* of view columns */
	VEC(struct str) parts;	/* view columns, attributes of a composite */
	VEC(struct str) settings;	/* of those: obj_notes */
	struct pg_sequence {
		struct pg_sequence *next;
		struct sequence *s;
		int attnum;
		bool identity;
	} *sequences;		/* owned by columns */
};

struct pg_type {
	struct str schema, name;
};

struct pg_opclass {
	struct str name;	/* schema.name, quoted where needed */
	uint32_t method, type;
	bool dflt;
};

/* A sequence, by its oid. */
struct pg_serial {
	uint32_t of;		/* the relation it belongs to; or itself */
	struct str schema, name;
};

/* An index of a constraint, waiting for it. */
struct pg_index {
	struct index *x;
	struct strs key;
};

struct pg_build {
	struct arena *a;	/* of the model */
	struct arena *tmp;	/* of this reading */
	struct model *m;
	const struct dialect *words;
	const struct pg_scratch *scratch;	/* NULL: not read on one */
	struct pg_oids schemas;		/* struct str */
	struct map *members;		/* class, oid -> struct str extension */
	struct map *comments;		/* class, oid, sub -> struct str */
	struct pg_oids rels, types, opclasses, collations, indexes;
	struct pg_oids sequences;	/* struct pg_serial */
	bool renamed;			/* a sequence is called otherwise now */
	VEC(struct pg_opclass *) opclass_list;
	const PGresult *r;		/* the answer being read */
};

/* Build the model (not sealed) from the PG_CATALOG_N answers; NULL: not
 * asked. */
void pg_build(struct pg_build *b, PGresult *const *answers);

/* --- again.c ------------------------------------------------------------- */

/* A whole model was read on a scratch database: keep what b knows (b->tmp is
 * taken over), to read only changes. */
void pg_again_keep(struct pg *d, struct pg_build *b, const PGresult *marks);
/* Read what changed since prev; *out NULL: everything has to be read. */
enum rc pg_again_read(struct pg *d, const struct model *prev,
    struct arena *a, const struct model **out, struct err *e) MUST_CHECK;

/* --- cells of b->r ------------------------------------------------------ */
bool cat_null(const struct pg_build *b, int row, int col);
struct str cat_cell(const struct pg_build *b, int row, int col);	/* borrowed */
struct str cat_text(const struct pg_build *b, int row, int col);	/* kept */
bool cat_bool(const struct pg_build *b, int row, int col);
char cat_char(const struct pg_build *b, int row, int col);	/* 0: "" */
uint32_t cat_oid(const struct pg_build *b, int row, int col);
int64_t cat_int(const struct pg_build *b, int row, int col);
/* {a,"b c",NULL} as the server writes a text array; NULL: "" */
struct strs cat_array(const struct pg_build *b, int row, int col);
/* Numbers of "{1,2}" or "1 2" in tmp; *n of them. */
int64_t *cat_numbers(const struct pg_build *b, int row, int col, size_t *n);
/* Sorted array joined with ", ": options. */
struct str cat_options(const struct pg_build *b, int row, int col);

/* Classes of catalogue entries: their oids, the same in every version. */
enum pg_class_id {
	PG_CLASS_TYPE = 1247, PG_CLASS_PROC = 1255, PG_CLASS_REL = 1259,
	PG_CLASS_CONSTRAINT = 2606, PG_CLASS_NAMESPACE = 2615,
	PG_CLASS_REWRITE = 2618, PG_CLASS_TRIGGER = 2620,
	PG_CLASS_EXTENSION = 3079, PG_CLASS_POLICY = 3256,
	PG_CLASS_STATISTICS = 3381,
};
/* Name an object, give it its notes, add it.  acl, owner: columns of the
 * answer or -1.  An extension's member is not managed. */
void cat_add(struct pg_build *b, void *object, enum pg_class_id class,
    uint32_t oid, struct str owner, struct strs grants, bool managed);
/* Publications that name the table o (obj_notes). */
void cat_published(struct pg_build *b, struct obj *o, struct strs by);
/* obj_notes.settings of o, which has notes. */
void cat_settings(struct pg_build *b, struct obj *o, struct strs settings);
/* A name in the namespace of that oid, NULL for one that is left out. */
const struct str *cat_schema(const struct pg_build *b, int row, int col);
struct pg_rel *cat_rel(const struct pg_build *b, int row, int col);
const struct str *cat_member(const struct pg_build *b, enum pg_class_id class,
    uint32_t oid);
struct str cat_comment(const struct pg_build *b, enum pg_class_id class,
    uint32_t oid, int sub);

void pg_build_relations(struct pg_build *b);
void pg_build_inherits(struct pg_build *b);
void pg_build_sequences(struct pg_build *b);
void pg_build_columns(struct pg_build *b);
void pg_build_opclasses(struct pg_build *b);
void pg_build_collations(struct pg_build *b);
void pg_build_indexes(struct pg_build *b);
void pg_build_constraints(struct pg_build *b);
void pg_build_triggers(struct pg_build *b);
void pg_build_rules(struct pg_build *b);
void pg_build_policies(struct pg_build *b);
void pg_build_statistics(struct pg_build *b);
void pg_build_types(struct pg_build *b);
void pg_build_functions(struct pg_build *b);
void pg_build_needs(struct pg_build *b);

#endif
