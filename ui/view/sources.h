#ifndef WEIR_UI_VIEW_SOURCES_H
#define WEIR_UI_VIEW_SOURCES_H
/*
 * sources: what the schema files and the last snapshot say, beside the live
 * schema; and how many rows of a table hold NULL.  Read in the background;
 * where a person would have to be asked for a scratch database, nobody is.
 */
#include "ts/schema.h"
#include "ui/ui.h"

struct sources {
	const struct model *schema, *snapshot;	/* NULL: not to be had */
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
 * A live column against a declared one: "ok", else what differs.  m NULL:
 * ""; *same tells.
 */
struct str source_says(const struct model *m, const struct column *live,
    const char *where, struct arena *a, bool *same);
/* The columns of that table that the live one has not. */
size_t source_more(const struct model *m, const struct table *live,
    const struct column **v, size_t max);

#endif
