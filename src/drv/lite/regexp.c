/*
 * regexp(pattern, text), which makes "text REGEXP pattern" of SQLite work while
 * browsing: pcre2 by base/match, in the case written, with match's limits for
 * every row.  NULL where either is NULL.  A pattern that does not compile is
 * an error with its place in the pattern, and so is a row that goes beyond
 * the limits: no row is left out in silence.
 */
#include "base/match.h"
#include "drv/lite/lite.h"

static void drop(void *m)
{
	match_close(m);
}

static struct str text_of(sqlite3_value *v)
{
	const char *p = (const char *)sqlite3_value_text(v);

	return (struct str){ p ? p : "", (size_t)sqlite3_value_bytes(v) };
}

static struct match *compile(sqlite3_context *c, sqlite3_value *pattern)
{
	struct err e = ERR_INIT;
	struct match *m = NULL;
	char *why;

	if (!match_open(text_of(pattern), 0, &m, &e))
		return m;
	why = sqlite3_mprintf("regular expression, %s: %s", e.where, e.msg);
	sqlite3_result_error(c, why ? why : "regular expression", -1);
	sqlite3_free(why);
	return NULL;
}

static void regexp(sqlite3_context *c, int n, sqlite3_value **v)
{
	struct match *m, *fresh = NULL;
	struct match_span span;
	size_t got;

	(void)n;
	if (sqlite3_value_type(v[0]) == SQLITE_NULL ||
	    sqlite3_value_type(v[1]) == SQLITE_NULL)
		return;
	m = sqlite3_get_auxdata(c, 0);
	if (!m) {
		m = fresh = compile(c, v[0]);
		if (!m)
			return;
	}
	got = match_groups(m, text_of(v[1]), 0, &span, 1);
	if (got == MATCH_OVER)
		sqlite3_result_error(c, "this regular expression takes too "
		    "long for a value", -1);
	else
		sqlite3_result_int(c, got > 0);
	/* kept while the pattern is the same; may be dropped at once */
	if (fresh)
		sqlite3_set_auxdata(c, 0, fresh, drop);
}

int lite_add_regexp(sqlite3 *db)
{
	return sqlite3_create_function_v2(db, "regexp", 2, SQLITE_UTF8 |
	    SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, NULL, regexp, NULL, NULL,
	    NULL);
}
