/*
 * A piece of a stored text or blob without the rest of it: memory and time
 * are those of the piece, whatever the value's size (sqlite.org/c3ref/
 * blob_open.html).  substr() would read the whole value first.
 */
#include "drv/lite/lite.h"

static enum rc first_text(struct lite *d, const char *sql, struct str *text,
    struct arena *a, struct err *e)
{
	sqlite3_stmt *s = NULL;
	enum rc rc = RC_OK;
	int code = sqlite3_prepare_v2(d->db, sql, -1, &s, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_step(s);
	if (code == SQLITE_ROW)
		*text = arena_str(a,
		    str_z((const char *)sqlite3_column_text(s, 0)));
	else if (code == SQLITE_DONE)
		rc = err_set(e, RC_NOTFOUND, "there is no such row");
	else
		rc = lite_fail(d, code, e);
	sqlite3_finalize(s);
	return rc;
}

/* "text" or "blob", told by the row's header alone. */
static enum rc kind_of(struct lite *d, const struct drv_cell *at,
    struct arena *a, struct value *out, struct err *e)
{
	char *sql = sqlite3_mprintf("SELECT typeof(\"%w\") FROM \"%w\" WHERE "
	    "\"%w\"=%lld", arena_z(a, at->column), arena_z(a, at->table),
	    at->rowid_name, (sqlite3_int64)at->rowid);
	struct str kind = STR(""), encoding = STR("UTF-8");
	enum rc rc;

	if (!sql)
		oom_die();
	rc = first_text(d, sql, &kind, a, e);
	sqlite3_free(sql);
	out->kind = str_is(kind, "blob") ? VALUE_BLOB : VALUE_TEXT;
	if (!rc && str_is(kind, "text"))
		rc = first_text(d, "PRAGMA encoding", &encoding, a, e);
	if (!rc && ((out->kind == VALUE_TEXT && !str_is(kind, "text")) ||
	    !str_is(encoding, "UTF-8")))
		rc = err_set(e, RC_UNSUPPORTED, "no bytes to read");
	return rc;
}

enum rc lite_piece(struct drv *base, const struct drv_cell *at, size_t from,
    size_t n, struct arena *a, struct value *out, struct err *e)
{
	struct lite *d = lite_of(base);
	struct value v = { .kind = VALUE_BLOB };
	sqlite3_blob *b = NULL;
	enum rc rc = lite_enter(d, e);
	char *bytes;
	int code;

	if (!rc) {
		lite_auth_end(d);
		rc = kind_of(d, at, a, &v, e);
	}
	if (rc)
		return rc;
	code = sqlite3_blob_open(d->db, "main", arena_z(a, at->table),
	    arena_z(a, at->column), at->rowid, 0, &b);
	/* a view, a virtual table, a generated column: read it by SQL */
	if (code == SQLITE_ERROR)
		rc = err_set(e, RC_UNSUPPORTED, "not stored as bytes");
	else if (code)
		rc = lite_fail(d, code, e);
	if (rc)
		goto out;
	v.full = (size_t)sqlite3_blob_bytes(b);
	from = from < v.full ? from : v.full;
	n = n < v.full - from ? n : v.full - from;
	bytes = arena_alloc(a, n + 1);
	code = n ? sqlite3_blob_read(b, bytes, (int)n, (int)from) : SQLITE_OK;
	if (code)
		rc = lite_fail(d, code, e);
	v.s = (struct str){ bytes, n };
	if (!rc)
		*out = v;
out:
	sqlite3_blob_close(b);
	return rc;
}
