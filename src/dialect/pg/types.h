#ifndef WEIR_DIALECT_PG_TYPES_H
#define WEIR_DIALECT_PG_TYPES_H
/*
 * What ALTER COLUMN … TYPE does to stored values (hazard codes PY1–PY14), and
 * the locks of statements: tables by version, measured on PostgreSQL 15.
 */
#include "dialect/pg/pg.h"

/* A form is a condition: '#' stands for the column, '%' for the new type. */
struct pg_type_change {
	int code;		/* the n of PYn; 0 = the same type */
	bool rewrite;		/* table and indexes are written anew */
	bool refused;		/* without USING the server says no */
	bool keeps;		/* nothing to count: values stay as they are */
	struct str loses;	/* rows whose value silently changes, or "" */
	struct str fails;	/* rows that stop the statement, or "" */
	/* It loses or fails, and no condition tells which rows. */
	bool unknown;
	const char *note;	/* what else there is to say, or NULL */
};
/*
 * Types as format_type() writes them, of a domain the base type.  using_cast:
 * USING column::type; utc: the session's TimeZone is UTC.
 */
struct pg_type_change pg_type_change(struct str from, struct str to,
    bool using_cast, bool utc, int version, struct arena *a);
/* A condition over the texts "was" and "now" of a value (pg_type_shown): they
 * differ beyond spelling.  It may fail on texts that do not read as the type. */
struct str pg_type_differs(struct str from, struct str to, struct arena *a);
struct str pg_type_shown(struct str expr, struct str type, struct arena *a);
/* A plain cast that takes in the whole of every value it can read. */
bool pg_type_reads_all(struct str from, struct str to, struct arena *a);
/* false: not even an explicit cast leads from one to the other. */
bool pg_type_castable(struct str from, struct str to, struct arena *a);
/* The form with column and type in their places. */
struct str pg_type_form(struct str form, struct str column, struct str type,
    struct arena *a);

enum pg_lock { PG_LOCK_NONE, PG_LOCK_AS, PG_LOCK_RS, PG_LOCK_RX, PG_LOCK_SUX,
	PG_LOCK_SH, PG_LOCK_SRX, PG_LOCK_EX, PG_LOCK_AX, PG_LOCK_N };
extern const char *const pg_lock_name[PG_LOCK_N];	/* "ACCESS EXCLUSIVE" */
struct pg_locks {
	enum pg_lock on;	/* the table or object named */
	enum pg_lock refs;	/* tables referenced, parents, partitions */
	bool scans;		/* reads all rows under it */
	bool rewrites;		/* writes the table anew, whatever the values */
};
struct pg_locks pg_step_locks(const struct pg_sub *s, int version);
struct pg_locks pg_stmt_locks(const struct pg_stmt *s, int version);

#endif
