#ifndef WEIR_DECL_PG_DIFF_H
#define WEIR_DECL_PG_DIFF_H
/*
 * pg_diff: the walk over two snapshots: each kind is settled in turn and the
 * old snapshot patched by its renames, so that what comes after sees the new
 * names (snapshotsDiffer.ts, applyPgSnapshotsDiff).  A stage adds statements
 * to w->st and leaves questions in w->j->open; it fails where drizzle-kit
 * dies.  The order of the stages is pg_diff.c's.
 */
#include "decl/pg.h"

struct sides {
	struct decl_item *created, *deleted;
	size_t ncreated, ndeleted;
};

/* Things of the two lists that have no partner; `item` fills one. */
#define SIDES(w, left, nleft, right, nright, m, item) ({ \
	struct sides sides_ = { \
		arena_array((w)->a, struct decl_item, (m).added), \
		arena_array((w)->a, struct decl_item, (m).deleted), 0, 0 }; \
	for (size_t i_ = 0; i_ < (nleft); i_++) \
		if ((m).ab[i_] == DECL_NOWHERE) \
			sides_.deleted[sides_.ndeleted++] = \
			    item((w), &(left)[i_], i_); \
	for (size_t i_ = 0; i_ < (nright); i_++) \
		if ((m).ba[i_] == DECL_NOWHERE) \
			sides_.created[sides_.ncreated++] = \
			    item((w), &(right)[i_], i_); \
	sides_; })

static inline enum rc settle(struct pg_work *w, enum decl_kind kind,
    const struct decl_item *table, const struct sides *s,
    struct decl_settled *out)
{
	return decl_settle(w->j, kind, table, s->created, s->ncreated,
	    s->deleted, s->ndeleted, out);
}

static inline bool same_schema(const struct decl_pairing *p)
{
	return str_eq(p->from->schema, p->to->schema);
}

static inline bool same_name(const struct decl_pairing *p)
{
	return str_eq(p->from->name, p->to->name);
}

static inline struct str or_public(struct str schema)
{
	return schema.n ? schema : STR("public");
}

/* pg_diff_things.c */
enum rc pg_diff_schemas(struct pg_work *w) MUST_CHECK;
enum rc pg_diff_enums(struct pg_work *w) MUST_CHECK;
enum rc pg_diff_sequences(struct pg_work *w) MUST_CHECK;
enum rc pg_diff_roles(struct pg_work *w) MUST_CHECK;
enum rc pg_diff_views(struct pg_work *w) MUST_CHECK;

#endif
