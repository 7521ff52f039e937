#ifndef WEIR_UI_VIEW_COUNTING_H
#define WEIR_UI_VIEW_COUNTING_H
/*
 * counting: the background work of the browser: how many rows, which number
 * the first one has, who points at a row.  One job at a time, short slices
 * where the work can be cut.
 */
#include "ui/view/rowwin.h"

enum count_kind {
	COUNT_REFS,		/* rows that point at this one, per key of others,
				 * and what the rows are that it points at */
	COUNT_POSITION,		/* rows before this one */
	COUNT_ROWS,		/* of the place; samples keys on the way */
	COUNT_ESTIMATES,	/* of all tables */
	COUNT_TABLES,		/* exact, some of the tables */
	COUNT_MARKS,		/* marked rows that the filter leaves, some */
};
/* The row that a foreign key leads to. */
struct fk_target {
	bool missing;		/* there is none */
	struct str column, text;	/* what tells it from others; "" none */
};
struct count_ask {
	enum count_kind kind;
	struct place place;		/* REFS, POSITION: with the key */
	size_t table;			/* TABLES: the first, in model->tables */
	const bool *skip;		/* TABLES: those that are not; or NULL */
	size_t nskip;
	const struct rows_index *samples;	/* ROWS: so far */
	/* MARKS: keys of place.nkey values, those from `table` on */
	const struct value *const *keys;
	size_t nkeys;
	unsigned round;			/* told again in the result */
};
struct count_result {
	enum count_kind kind;
	const struct model *model;	/* it was counted by, to be compared */
	size_t table;			/* MARKS: the next key */
	unsigned round;
	int64_t n;			/* POSITION, ROWS: so far or all; MARKS:
					 * of those that were looked at */
	bool done;			/* ROWS */
	const int64_t *v;		/* REFS, ESTIMATES, TABLES: -1 unknown */
	size_t nv;
	const struct str *seen;		/* REFS: rows_seen_by() */
	const struct fk_target *targets;	/* REFS: in order of nfks */
	struct rows_index samples;	/* ROWS: the new ones */
};
struct job_spec count_job(const struct count_ask *ask, unsigned key);

#endif
