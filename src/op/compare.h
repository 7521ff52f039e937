#ifndef WEIR_OP_COMPARE_H
#define WEIR_OP_COMPARE_H
/*
 * compare: any two states of a schema that a project knows: db (live), schema
 * (the schema files), snapshot[:TAG], migrations[:TAG], empty.
 *
 * Two declared states (schema, snapshot) are compared in their own words; any
 * other pair by what an engine makes of them (DESIGN §1.2).
 */
#include "decl/decl.h"
#include "op/generate.h"
#include "op/session.h"

typedef VEC(struct str) str_vec;

struct state {
	struct str word;
	struct model *model;
	const struct decl *decl;		/* declared ones */
	const struct entry *const *entries;	/* the SQL that led to it */
	size_t nentries;
	bool live;			/* a database tells of owners, grants */
	bool own;			/* it is the project's */
};

/* migrations: what the journal's files make; TAG "": those applied. */
enum rc state_migrations(struct session *s, struct str tag, struct arena *a,
    struct state *out, str_vec *notes, struct err *e) MUST_CHECK;
/* The live schema as far as the other side can have a say in it. */
enum rc state_live(struct session *s, const struct state *other,
    struct arena *a, struct state *out, str_vec *notes, struct err *e)
    MUST_CHECK;
/* The snapshot of a tag; "" the newest.  RC_USAGE: there is none. */
enum rc state_snapshot(const struct generate_request *rq, struct str tag,
    struct arena *a, const struct decl **out, struct err *e) MUST_CHECK;
/* Is it schema or snapshot[:TAG]? */
bool state_is_declared(struct str word);
/* RC_USAGE: not one of the words above.  rq: needed by the declared ones. */
enum rc state_load(struct session *s, const struct generate_request *rq,
    struct str word, const struct state *other, struct arena *a,
    struct state *out, str_vec *notes, struct err *e) MUST_CHECK;
/* Nothing is nothing in every engine; else two of a kind: RC_USAGE. */
enum rc state_one_engine(struct state *x, struct state *y, struct arena *a,
    struct err *e) MUST_CHECK;

struct comparison {
	struct state from, to;
	struct change_list changes;
	struct strs notes;
};
enum rc compare_states(struct session *s, const struct generate_request *rq,
    struct str from, struct str to, struct arena *a, struct comparison *out,
    struct err *e) MUST_CHECK;

#endif
