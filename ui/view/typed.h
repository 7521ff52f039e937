#ifndef WEIR_UI_VIEW_TYPED_H
#define WEIR_UI_VIEW_TYPED_H
/*
 * typed: what a stored value means by the declared type of its column, and by
 * what the schema files say of it where a project is open (`by`).
 * Pure: the same value always says the same.
 */
#include "op/rows.h"
#include "ts/schema.h"

/* A boolean that the engine stores or sends as something else: "true" of 1
 * in a SQLite column BOOLEAN or integer({ mode: 'boolean' }), of "t" from
 * PostgreSQL.  False: the value is shown as it is. */
bool typed_show(const struct rows_col *c, enum ts_meaning by,
    const struct value *v, struct sbuf *out);
/* An integer that its column's name or type says to be a time, in seconds,
 * milliseconds or microseconds, or the schema files: "2025-11-20 12:00"
 * (UTC). */
bool typed_time(const struct rows_col *c, enum ts_meaning by,
    const struct value *v, struct sbuf *out);
/* The same for any integer between 1990 and 2100: "2025-11-20 12:00:31 UTC
 * if milliseconds"; no "if …" where the column says so. */
bool typed_time_hint(const struct rows_col *c, enum ts_meaning by,
    const struct value *v, struct sbuf *out);
/* The labels that the column's enum type allows, in order; else those that the
 * schema files list (of; NULL is fine); n = 0: none. */
struct strs typed_labels(const struct model *m, const struct rows_col *c,
    const struct ts_column_origin *of);

#endif
