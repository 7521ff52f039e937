#ifndef WEIR_DRV_PG_SCRATCH_PARTS_H
#define WEIR_DRV_PG_SCRATCH_PARTS_H
/*
 * scratch_parts: what the files of scratch.h share among themselves.
 *
 *	scratch.c         made, emptied, dropped
 *	scratch_like.c    how the database is made that it stands for
 *	scratch_left.c    names, and what is left behind under such a name
 *	scratch_judge.c   what may run
 *	scratch_roles.c   roles that files make
 *	database.c        the server beside the database that is open
 */
#include "base/vec.h"
#include "drv/pg/scratch.h"

struct pg_scratch {
	struct arena *a;
	struct drv *admin;		/* on the server, in another database */
	struct drv_target t;
	struct str name;		/* "" : none stands */
	struct str create;		/* the statement but for the name */
	struct strs settings;		/* "SET x = 'y'" for ALTER DATABASE */
	VEC(struct str) wild;		/* functions that must not be called */
	VEC(struct str) roles;		/* made by files; as stand_ins[] */
	bool reaches;			/* the session may leave its database */
	struct pg_state *before;	/* of the server; NULL: not readable */
};

/* database.c: another database of the target's server, or the target's own
 * (NULL); RC_NOTFOUND where there is none.  admin: in the database named, else
 * in one that every cluster has. */
enum rc pg_open_other(const struct drv_target *t, struct str conninfo,
    const char *database, enum drv_mode mode, struct drv **out, struct err *e)
    MUST_CHECK;
enum rc pg_open_admin(const struct drv_target *t, struct drv **out,
    struct err *e) MUST_CHECK;

/* scratch_like.c: create and settings as the database `name` has them. */
enum rc pg_scratch_read_like(struct pg_scratch *s, struct pg *d,
    struct str name, struct err *e) MUST_CHECK;

/* scratch_left.c: a name that nobody has, and the comment that says whose the
 * database is.  In `a`. */
struct str pg_scratch_name(struct arena *a);
struct str pg_scratch_comment(struct arena *a);
enum rc pg_leftovers_here(struct drv *d, struct arena *a,
    struct leftover **out, size_t *n, struct err *e) MUST_CHECK;
enum rc pg_leftovers(const struct drv_target *t, struct arena *a,
    struct leftover **out, size_t *n, struct err *e) MUST_CHECK;
/* Drops those that a process of this machine made which is gone. */
void pg_scratch_sweep(struct pg *admin);
enum rc pg_drop_leftover(const struct drv_target *t, struct str name,
    struct err *e) MUST_CHECK;

/* scratch.c, for pg_databases */
enum rc pg_scratch_reset(struct drv *base, struct err *e) MUST_CHECK;
enum rc pg_scratch_untouched(struct drv *base, struct err *e) MUST_CHECK;

/* scratch_judge.c: the next token that is neither blank nor comment */
struct token pg_word_after(struct str sql, size_t from);

/* scratch_roles.c: remembers the roles that a statement would make; and the
 * text with the stand-ins in their place. */
void pg_scratch_note_roles(struct pg *d, const struct pg_stmt *s);
struct str pg_scratch_stand_in(const struct pg_scratch *p,
    const struct pg_stmt *s, struct str sql, struct arena *a);

#endif
