/* What is wrong with the data: orphaned keys per table, damaged pages. */
#include "drv/lite/lite.h"

struct finding_list {
	VEC(struct fk_finding) found;
};

static enum rc check_table(struct lite *d, sqlite3_stmt *s,
    const struct table *t, struct arena *a, struct finding_list *out,
    struct err *e)
{
	bool more = true;
	enum rc rc = RC_OK;

	sqlite3_reset(s);
	sqlite3_bind_text64(s, 1, t->o.name.p, t->o.name.n, SQLITE_STATIC,
	    SQLITE_UTF8);
	for (;;) {
		rc = lite_step(d, s, &more, e);
		if (rc || !more)
			return rc;
		vec_push(a, &out->found, (struct fk_finding){
		    .table = t->o.name,
		    .parent = arena_str(a, lite_text(s, 0)),
		    .fkid = sqlite3_column_int(s, 1),
		    .rows = sqlite3_column_int64(s, 2) });
	}
}

/* One mismatch would end a check of all tables, so each is asked alone. */
enum rc lite_fk_check(struct drv *base, const struct model *m, struct arena *a,
    struct fk_findings *out, struct err *e)
{
	struct lite *d = lite_of(base);
	struct finding_list list = { 0 };
	sqlite3_stmt *s = NULL;
	enum rc rc = lite_enter(d, e);

	if (rc)
		return rc;
	rc = lite_prepare(d, STR("SELECT parent, fkid, count(*) FROM "
	    "pragma_foreign_key_check(?1) GROUP BY parent, fkid "
	    "ORDER BY fkid"), &s, e);
	for (size_t i = 0; !rc && i < m->ntables; i++) {
		const struct table *t = m->tables[i];
		struct err failed = ERR_INIT;
		size_t n = list.found.n;

		if (!t->nfks || t->type != TABLE_ORDINARY)
			continue;
		rc = check_table(d, s, t, a, &list, &failed);
		if (rc == RC_DB && str_is(str_z(failed.where), "SQLITE_ERROR")) {
			list.found.n = n;
			vec_push(a, &list.found, (struct fk_finding){
			    .table = t->o.name, .fkid = -1, .rows = -1,
			    .message = arena_str(a, str_z(failed.msg)) });
			rc = RC_OK;
		} else if (rc) {
			*e = failed;
		}
	}
	sqlite3_finalize(s);
	if (!rc)
		*out = (struct fk_findings){ list.found.v, list.found.n };
	return rc;
}

enum rc lite_integrity(struct drv *base, struct arena *a, struct str *out,
    struct err *e)
{
	struct lite *d = lite_of(base);
	sqlite3_stmt *s = NULL;
	bool more = false;
	struct str first;
	enum rc rc = lite_enter(d, e);

	if (rc)
		return rc;
	rc = lite_prepare(d, STR("PRAGMA integrity_check(1)"), &s, e);
	if (!rc)
		rc = lite_step(d, s, &more, e);
	if (!rc) {
		first = more ? lite_text(s, 0) : STR("ok");
		*out = str_is(first, "ok") ? STR("") : arena_str(a, first);
	}
	sqlite3_finalize(s);
	return rc;
}
