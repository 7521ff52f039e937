#ifndef WEIR_UI_VIEW_TYPED_H
#define WEIR_UI_VIEW_TYPED_H
/*
 * typed: what a stored value means by the declared type of its column.
 * Pure: the same value always says the same.
 */
#include "op/rows.h"

/* A boolean that the engine stores or sends as something else: "true" of 1
 * in a SQLite column BOOLEAN, of "t" from PostgreSQL.  False: the value is
 * shown as it is. */
bool typed_show(const struct rows_col *c, const struct value *v,
    struct sbuf *out);
/* An integer that its column's name or type says to be a time, in seconds,
 * milliseconds or microseconds: "2025-11-20 12:00" (UTC). */
bool typed_time(const struct rows_col *c, const struct value *v,
    struct sbuf *out);
/* The same for any integer between 1990 and 2100: "2025-11-20 12:00:31 UTC
 * if milliseconds"; no "if …" where the column says so. */
bool typed_time_hint(const struct rows_col *c, const struct value *v,
    struct sbuf *out);
/* The labels that the column's enum type allows, in order; n = 0: none. */
struct strs typed_labels(const struct model *m, const struct rows_col *c);

#endif
