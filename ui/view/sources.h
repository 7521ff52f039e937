#ifndef WEIR_UI_VIEW_SOURCES_H
#define WEIR_UI_VIEW_SOURCES_H
/*
 * sources: what the schema files and the last snapshot say, beside the live
 * schema; and how many rows of a table hold NULL.  Read in the background;
 * where a person would have to be asked for a scratch database, nobody is.
 */
#include "diff/diff.h"
#include "ts/schema.h"
#include "ui/ui.h"

struct sources {
	const struct model *schema, *snapshot;	/* NULL: not to be had */
	/* From each of them to the live schema; from NULL: not known. */
	struct change_list by_schema, by_snapshot;
	const struct ts_schema *files;		/* NULL: they do not read */
	struct str why;				/* then: why */
};
struct nulls {
	struct str schema, table;
	const int64_t *n;		/* by column */
	size_t ncols;
};

/* Is there a configuration that names schema files? */
bool declared_wanted(const struct app *app);
/* The files alone, without any engine; its result is a struct ts_schema. */
struct job_spec declared_job(const struct app *app, unsigned key);
struct job_spec sources_job(const struct app *app, unsigned key);
/* Of one table; a pass over all its rows. */
struct job_spec nulls_job(const struct obj *table, unsigned key);
/*
 * The same of an index, a key, a check or a foreign key of the live schema;
 * "" where its whole table is missing, too.
 */
struct str source_has(const struct change_list *c, const struct obj *live,
    const char *where, struct arena *a, bool *same);
/* Of that kind and table, declared and not there: the first from *at on, which
 * goes behind it; NULL: no more. */
const struct obj *source_lacks(const struct change_list *c,
    const struct obj *table, enum obj_kind kind, size_t *at);
/*
 * A live column against a declared one: "ok", else what differs.  m NULL:
 * ""; *same tells.
 */
struct str source_says(const struct model *m, const struct column *live,
    const char *where, struct arena *a, bool *same);
/* The columns of that table that the live one has not. */
size_t source_more(const struct model *m, const struct table *live,
    const struct column **v, size_t max);

#endif
