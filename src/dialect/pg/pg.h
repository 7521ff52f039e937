#ifndef WEIR_DIALECT_PG_PG_H
#define WEIR_DIALECT_PG_PG_H
/*
 * pg: what PostgreSQL's own grammar says about a statement.
 *
 * parse.c is the only home of libpg_query (the grammar of PostgreSQL 15); this
 * header tells nothing of it.  Splitting is lexical, by the rules of psql
 * (quotes, dollar quotes, nested comments, parentheses, BEGIN ATOMIC bodies),
 * so that it needs no grammar and no memory; standard_conforming_strings is
 * taken as on.  The digest of a statement comes from its parse tree, never
 * from patterns.  A statement that the grammar rejects, or that is larger or
 * deeper than the ceilings, is PG_UNPARSED: not wrong, judged by the models
 * before and after it (PN7).  Names without a schema stay so: search_path is
 * the caller's.
 *
 * Owns: everything in the arena given; views point into the text or the arena.
 * Thread-safe: no state but libpg_query's own, which is per thread.
 */
#include "dialect/dialect.h"

#define PG_MAX_PARSE ((size_t)2 << 20)	/* bytes of one statement parsed */
#define PG_MAX_NEST 256			/* parentheses within each other */
#define PG_MAX_CHAIN 8000		/* tokens of one chain of operators */

enum pg_flag {
	/* The server refuses it inside a transaction (PN1), or the comment
	 * "-- weir: outside-transaction" stands before it. */
	PG_OUTSIDE_TX = 1 << 0,
	PG_OWN_TX = 1 << 1,	/* BEGIN, COMMIT, ROLLBACK, PREPARE … */
	PG_SAVEPOINT = 1 << 2,	/* SAVEPOINT, RELEASE, ROLLBACK TO */
	/* Reaches beyond its database (DESIGN §6): never run on scratch. */
	PG_CLUSTER_WIDE = 1 << 3,
	PG_UNPARSED = 1 << 4,
	PG_DATA = 1 << 5,	/* writes rows: INSERT … TRUNCATE, COPY FROM */
	/* Runs code that the tree does not show: DO, CALL, a function that is
	 * not one of the engine's own. */
	PG_ANYTHING = 1 << 6,
	PG_SESSION = 1 << 7,	/* SET, RESET, LOAD, LISTEN …: the session */
	PG_READS_ONLY = 1 << 8,	/* SELECT, SHOW, EXPLAIN without ANALYZE */
	PG_OPENS_LINK = 1 << 9,	/* server, user mapping, foreign import */
	/* A body stored as text names cluster-wide commands: harmless to
	 * create, not to call. */
	PG_CLUSTER_BODY = 1 << 10,
	PG_COPY_DATA = 1 << 11,	/* COPY … FROM STDIN / TO STDOUT */
	PG_WEIR_OUTSIDE = 1 << 12,	/* the comment was there */
	/* A body puts SQL together while it runs: what it does cannot be
	 * told.  DO: does; CREATE FUNCTION: will, when it is called. */
	PG_ASSEMBLES = 1 << 13,
};

enum pg_kind {
#define PG_KIND(id, node, words, verb, flags) PG_##id,
#include "dialect/pg/kinds.def"
	PG_KIND_N
};
struct pg_kind_def {
	const char *node;	/* of the parse tree */
	const char *words;	/* "create index" */
	enum fact_verb verb;
	unsigned flags;		/* that every such statement has */
};
extern const struct pg_kind_def pg_kinds[PG_KIND_N];

/* Something a statement names.  kind OBJ_KIND_N: of no kind the model has.
 * A type is OBJ_COMPOSITE where the statement does not tell its kind; DROP
 * CONSTRAINT names no kind either and is a step of ALTER TABLE. */
struct pg_obj {
	enum obj_kind kind;
	const char *word;	/* "table", "materialized view", "operator" */
	struct str schema, name;	/* schema "" = by search_path */
	struct str table;	/* of a trigger, policy, rule, constraint */
	struct str table_schema;
	struct str args;	/* of a function: "integer, text", or "" */
	bool has_args;
};

/* How a value comes about that fills a column. */
enum pg_value { PG_VALUE_NONE, PG_VALUE_NULL, PG_VALUE_CONST,
	PG_VALUE_STABLE,	/* one value for all rows: now() */
	PG_VALUE_VOLATILE,	/* one each: nextval, random, clock_timestamp */
	PG_VALUE_UNKNOWN };	/* calls a function that is not the engine's */

enum pg_con_kind { PG_CON_CHECK, PG_CON_FK, PG_CON_UNIQUE, PG_CON_PK,
	PG_CON_EXCLUDE, PG_CON_NOT_NULL, PG_CON_N };
extern const char *const pg_con_word[PG_CON_N];
struct pg_constraint {
	enum pg_con_kind kind;
	struct str name;	/* "" when not written */
	struct strs cols, ref_cols;
	struct str ref_schema, ref_table;
	struct str index;	/* USING INDEX */
	bool not_valid, nulls_not_distinct;
};

struct pg_column {
	struct str name;
	struct str type;	/* "character varying(20)[]", as format_type() */
	struct str type_schema, type_name;	/* last part; "integer" is int4 */
	bool not_null, has_default, generated, identity, serial;
	bool generated_virtual;
	enum pg_value value;	/* of the default */
	struct strs calls;	/* functions of the default, "schema.name" or name */
	const struct pg_constraint *cons;	size_t ncons;
};

/* One step of ALTER TABLE (INDEX, VIEW, SEQUENCE …). */
enum pg_step {
#define PG_STEP(id, node, words) PG_STEP_##id,
#include "dialect/pg/steps.def"
	PG_STEP_N
};
extern const char *const pg_step_words[PG_STEP_N];
struct pg_sub {
	enum pg_step step;
	struct str column;	/* or the constraint, trigger, option named */
	const struct pg_column *col;	/* ADD COLUMN, TYPE */
	bool has_using;		/* TYPE … USING */
	bool using_cast;	/* … column::type and no more */
	bool using_direct;	/* … and that type is the new one */
	bool using_texts;	/* … casts before the last are to text */
	struct str using_text;
	bool has_collation;	/* TYPE … COLLATE */
	const struct pg_constraint *con;	/* ADD CONSTRAINT */
	struct pg_obj partition;	/* ATTACH, DETACH, INHERIT */
	bool cascade, missing_ok, concurrently;
};

/* A table and what a statement does to its rows. */
struct pg_write {
	struct str schema, table;
	enum fact_verb verb;	/* INSERT, UPDATE, DELETE */
	bool truncate, merge, copy;
	bool where;		/* a condition limits it */
	bool select;		/* INSERT … SELECT; UPDATE … FROM; USING */
	bool on_conflict_update;
	struct strs cols;	/* columns set (UPDATE, INSERT with a list) */
	/* A plain UPDATE or DELETE of one table: what stands after FROM in a
	 * SELECT of its rows, and the expressions of cols ("" = DEFAULT or
	 * not told); else empty. */
	struct str rows_from;
	struct strs values;
};

struct pg_stmt {
	enum pg_kind kind;
	unsigned flags;			/* enum pg_flag */
	struct str error;		/* PG_UNPARSED: what the grammar said */
	size_t error_at;		/* byte offset in the text, or its length */
	const struct pg_obj *objs;	size_t nobjs;	/* that it is about */
	const struct pg_sub *subs;	size_t nsubs;	/* ALTER TABLE */
	const struct pg_write *writes;	size_t nwrites;	/* CTEs too */
	const struct pg_obj *reads;	size_t nreads;	/* tables read */
	const struct pg_obj *refs;	size_t nrefs;	/* REFERENCES, parents */
	const struct pg_column *cols;	size_t ncols;	/* CREATE TABLE */
	const struct pg_constraint *cons; size_t ncons;	/* … and its own */
	struct strs calls;		/* functions called, as written */
	struct strs roles;		/* role statements: who */
	bool cascade, missing_ok /* IF EXISTS */, if_not_exists, concurrently;
	bool replace;			/* CREATE OR REPLACE */
	bool unique, only, temporary, with_data;
	bool materialized, restart;	/* TRUNCATE … RESTART IDENTITY */
	bool nulls_not_distinct;
	bool partition;			/* CREATE TABLE … PARTITION OF */
	bool revoke;			/* REVOKE, of GRANT and GRANT_ROLE */
	/* ALTER TYPE … ADD VALUE / RENAME VALUE; RENAME … TO; SET SCHEMA */
	struct str new_name, old_value, new_value, neighbour;
	bool after;			/* ADD VALUE … AFTER neighbour */
	struct str setting, setting_value;	/* SET name = value */
	struct str language, body;	/* CREATE FUNCTION, DO */
};

/*
 * Where the next statement of text stands, from *at on: its comments are in
 * the span, white space before it is not, the semicolon is.  A piece of
 * comments only is a statement of kind PG_EMPTY.  *more = false when only
 * white space was left.  Always advances; text that never ends (an open
 * quote) is one statement to its end.
 */
bool pg_split(struct str text, size_t *at, size_t *from, size_t *to);

/* What stands between a text of the user and a parenthesis after it. */
const char *pg_line_end(struct str text);

/* The digest of one statement (as pg_split() cut it).  Never NULL. */
const struct pg_stmt *pg_digest(struct str sql, struct arena *a);

/* Does a name stand in a statement, in its strings too?  Letters fold. */
bool pg_mentions(struct str sql, struct str name);

/* A table of the server's own, by its name as written. */
bool pg_is_system_table(struct str schema, struct str table);

/* lo_unlink() and its like, which no table shows. */
bool pg_takes_large_objects(struct str name);

/* Is it one of the engine's own functions, and how stable is it? */
enum pg_value pg_function_value(struct str name);

/*
 * notes.c: what makes the comment, owner and privileges of an object what `to`
 * says, statements as create_text(); NULL: those of a new object.  What the
 * owner may do with its own is left alone unless `to` tells of it.
 */
void pg_notes_text(struct sbuf *b, const struct obj *o,
    const struct obj_notes *from, const struct obj_notes *to);

#endif
