#ifndef WEIR_PLAN_PG_H
#define WEIR_PLAN_PG_H
/*
 * What the files of a PostgreSQL plan share.  A statement is told by three
 * things: its digest (what it says), the models around it on scratch (what it
 * did), the live database (what stands there).  Where it was not executed,
 * the digest and the live model have to do.
 *
 * Names are keys "schema.table"; a name of the moment leads to the live one
 * by the renames of the plan (names.c).
 */
#include "dialect/pg/pg.h"
#include "dialect/pg/types.h"
#include "plan/internal.h"

#define PG_LARGE ((int64_t)64 << 20)	/* bytes: about a second to rewrite */

/* One statement under the lens. */
struct lens {
	struct work *w;
	size_t i;
	const struct run_stmt *s;
	const struct pg_stmt *g;
	const struct model *before, *after;	/* never NULL */
	bool ran;		/* the models around it are its own */
};

/* A table of the moment and the live one. */
struct spot {
	const struct table *now, *live;		/* NULL: not known, made here */
	struct str schema, name;		/* of the moment */
	struct str key, live_key;		/* live_key.p NULL: none */
	struct place sql;			/* quoted */
};

/* pg_names.c */
struct lens lens_of(struct work *w, size_t i);
struct str key_of(struct arena *a, struct str schema, struct str name);
const struct table *pg_keyed(const struct model *m, struct str key);
/* What t is a partition of, or NULL.  Keys that refer to that refer to t. */
const struct table *pg_whole(const struct model *m, const struct table *t);
struct spot spot_of(const struct lens *l, struct str schema, struct str name);
struct spot spot_table(const struct lens *l, const struct table *t);
struct spot spot_obj(const struct lens *l, const struct pg_obj *o);
struct place spot_column(const struct lens *l, const struct spot *p,
    struct str column);
/* "a, b", each with `before` in front of it */
struct place spot_columns(const struct lens *l, const struct spot *p,
    struct strs cols, const char *before);
void pg_names_step(const struct lens *l);
void pg_hints(struct work *w, struct rename_hints *out);

/* pg_found.c: hazards; object named as --allow has it. */
struct found *pg_found(const struct lens *l, enum hazard_id id,
    const struct spot *p, struct str column);
struct found *pg_found_obj(const struct lens *l, enum hazard_id id,
    const struct obj *o);
/* Text and severity that are final. */
void pg_say(struct found *f, enum sev sev, struct str text);
struct str pg_bytes(struct arena *a, int64_t n);	/* "312.0 MiB" */
/* PROBE over places; `of` counts all rows; the finder lists the rows. */
void pg_count(const struct lens *l, struct found *f, const struct spot *p,
    struct str now_where, struct str live_where);
void pg_count_where(const struct lens *l, struct found *f,
    const struct spot *p, struct place where);

/* pg_models.c: what the models around a statement say */
void pg_detect_models(const struct lens *l);
/* What of it is the statement's own. */
void pg_changes(const struct run_stmt *s, const struct pg_stmt *g,
    struct arena *a, struct change_list *out);
/* pg_type.c */
void pg_detect_type(const struct lens *l, const struct spot *p,
    const struct column *from, const struct column *to);
/* USING that is more than the column, the type being as it was */
void pg_detect_using(const struct lens *l, const struct spot *p,
    const struct column *c);
/* pg_values.c: the expression of USING, or the column itself, cast to type,
 * tried on the live rows; s may be NULL */
void pg_try_value(const struct lens *l, const struct spot *p,
    const struct column *from, const struct pg_sub *s, struct str type);
void pg_compare_value(const struct lens *l, enum hazard_id id,
    const struct spot *p, const struct column *from, const struct pg_sub *s,
    struct str type);
/* pg_holders.c: an attribute of a composite type goes */
void pg_detect_attribute(const struct lens *l, const struct obj *type,
    struct str attr);
/* pg_keys.c: constraints and unique indexes that come */
void pg_detect_check(const struct lens *l, const struct spot *p,
    struct str expr);
void pg_detect_fk(const struct lens *l, const struct spot *p,
    const struct fk *fk);
void pg_detect_unique(const struct lens *l, const struct spot *p,
    const struct index *ix);
void pg_detect_set_not_null(const struct lens *l, const struct spot *p,
    struct str column);
void pg_detect_domain(const struct lens *l, const struct domain *d,
    struct str check);
void pg_detect_domain_column(const struct lens *l, const struct spot *p,
    struct str column, struct str check);
/* pg_words.c: what the digest says */
void pg_detect_words(const struct lens *l);
/* setval() to a query's largest value. */
bool pg_sets_after_rows(const struct pg_stmt *g);
/* pg_alter.c */
void pg_detect_alter(const struct lens *l);
/* PT19: functions whose bodies, which the catalogue does not follow, name the
 * table and the column ("": the table alone). */
void pg_late_bound(const struct lens *l, const struct spot *p,
    struct str column);
/* As a word of its own, also inside strings: bodies are strings. */
bool pg_text_names(struct str text, struct str name);
/* pg_cascade.c: what keys do to other rows; `rows` stand after FROM, now.p
 * NULL: not known */
void pg_cascade_delete(const struct lens *l, const struct spot *p,
    struct place rows);
struct pg_update {
	const struct spot *p;
	struct strs cols;
	struct strs differs;	/* a condition for each; "": any row may */
	struct place rows;
	bool where;		/* they have a condition */
};
void pg_cascade_update(const struct lens *l, const struct pg_update *up);
/* pg_sequence.c: sequences that are set anew */
void pg_detect_sequence(const struct lens *l);
/* A RESTART of the column's identity; false: it is none. */
bool pg_restarts_identity(const struct lens *l, const struct spot *p,
    struct str column);
void pg_sequence_measured(struct work *w, struct found *f, struct str where);
/* pg_data.c */
void pg_detect_data(const struct lens *l);
/* pg_weight.c: locks, scans, rewrites, by size */
void pg_detect_weight(const struct lens *l);
/* pg_measure.c */
enum rc pg_measure(struct work *w, struct err *e) MUST_CHECK;
/* pg_down.c */
enum inverse pg_inverse(const struct run_stmt *s, struct arena *a,
    struct str *out);
enum inverse pg_unit(const struct run *run, const struct run_file *f,
    size_t i, bool saved, struct arena *a, size_t *first, struct back *out);
/* The ways of a statement alone: now → was; told: see struct run. */
struct sides {
	const struct model *now, *was, *told;
};
/* What holds of o's notes: what was told of it, else its own; may be NULL. */
const struct obj_notes *pg_told(const struct sides *x, const struct obj *o);
/* A materialized view that the scratch engine left without rows. */
bool pg_to_refresh(const struct sides *x, const struct obj *o);
/* pg_anew.c: statements "; newline" between them; false: there are none. */
bool pg_enum_back(const struct sides *x, const struct obj *from,
    const struct obj *to, struct sbuf *b);
bool pg_column_back(const struct sides *x, const struct obj *from,
    const struct obj *to, struct sbuf *b);
/* pg_named.c: a name, schema or label back; false: it is no such statement */
bool pg_name_back(const struct run_stmt *s, const struct pg_stmt *g,
    struct sbuf *b);
/* pg_code.c: the statement that a DO block of drizzle-kit is around, which
 * may be there already; else NULL */
const struct pg_stmt *pg_do_one(const struct pg_stmt *g, struct arena *a);
/* pg_saved.c: is all that statement i loses saved, and is there a way back? */
bool pg_saved(const struct work *w, size_t i);
enum undo_grade pg_undo(const struct work *w, size_t i);

#endif
