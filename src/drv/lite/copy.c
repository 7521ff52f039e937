/*
 * Copies into a scratch connection: the whole file page by page, or the
 * schema alone from its stored text.
 */
#include "base/fs.h"
#include "drv/lite/lite.h"

static enum rc scratch_of(struct drv *base, struct lite **out, struct err *e)
{
	if (base->ops != &drv_lite || lite_of(base)->mode != DRV_SCRATCH)
		return err_set(e, RC_INTERNAL, "not a scratch connection");
	*out = lite_of(base);
	return lite_enter(*out, e);
}

/* Twice its size: the files that run on the copy write it anew. */
static enum rc has_room(struct lite *src, struct err *e)
{
	char *name = NULL, *slash;
	int64_t pages = 0, size = 0, room;
	enum rc rc = lite_number(src, STR("PRAGMA page_count"), &pages, e);

	if (!rc)
		rc = lite_number(src, STR("PRAGMA page_size"), &size, e);
	if (rc || sqlite3_file_control(src->db, "main",
	    SQLITE_FCNTL_TEMPFILENAME, &name) || !name)
		return rc;
	slash = strrchr(name, '/');
	if (slash)
		*slash = '\0';
	room = fs_free_bytes(name);
	if (room >= 0 && room / 2 < pages * size)
		rc = err_set(e, RC_IO, "a copy to rehearse on needs %lld MB "
		    "in %s, %lld MB are free", (long long)(2 * pages * size >>
		    20), name, (long long)(room >> 20));
	sqlite3_free(name);
	return rc;
}

/* One step: in several, every write of another connection starts it again. */
enum rc lite_copy_to(struct drv *from, struct drv *scratch, struct err *e)
{
	struct lite *src = lite_of(from), *dst = NULL;
	sqlite3_backup *copy;
	int code, tries = 0;
	enum rc rc = lite_enter(src, e);

	if (!rc)
		rc = scratch_of(scratch, &dst, e);
	if (!rc && dst->on_disk)
		rc = has_room(src, e);
	if (rc)
		return rc;
	dst->cache = (struct lite_cache){ 0 };
	copy = sqlite3_backup_init(dst->db, "main", src->db, "main");
	if (!copy)
		return lite_fail(dst, sqlite3_errcode(dst->db), e);
	do
		code = sqlite3_backup_step(copy, -1);
	while ((code == SQLITE_BUSY || code == SQLITE_LOCKED) &&
	    lite_busy(src, tries++));
	(void)sqlite3_backup_finish(copy);
	return code == SQLITE_DONE ? RC_OK : lite_fail(dst, code, e);
}

/* --- clone ------------------------------------------------------------ */

struct clone {
	struct lite *src, *dst;
	struct arena *a;
	struct map *shadow;
	VEC(struct str) notes;
};

static void note(struct clone *c, struct str type, struct str name,
    const char *why)
{
	vec_push(c->a, &c->notes, arena_printf(c->a, "%.*s %.*s: %s",
	    STR_ARG(type), STR_ARG(name), why));
}

static enum rc read_shadow(struct clone *c, struct err *e)
{
	sqlite3_stmt *s = NULL;
	int64_t virtuals = 0;
	bool more = true;
	enum rc rc;

	/* The list is slow to make and without virtual tables of no use. */
	rc = lite_number(c->src, STR("SELECT count(*) FROM sqlite_schema "
	    "WHERE type='table' AND rootpage=0"), &virtuals, e);
	if (rc || !virtuals)
		return rc;
	rc = lite_prepare(c->src, STR("SELECT name FROM pragma_table_list "
	    "WHERE schema='main' AND type='shadow'"), &s, e);
	while (!rc) {
		rc = lite_step(c->src, s, &more, e);
		if (rc || !more)
			break;
		map_put(c->shadow, arena_str(c->a, lite_text(s, 0)), c);
	}
	sqlite3_finalize(s);
	return rc;
}

static enum rc clone_object(struct clone *c, struct str type, struct str name,
    struct str sql, struct err *e)
{
	struct err failed = ERR_INIT;
	enum rc rc = lite_exec_own(c->dst, sql, &failed);

	if (rc == RC_CANCELLED || rc == RC_IO) {
		*e = failed;
		return rc;
	}
	if (rc)
		note(c, type, name, failed.msg);
	return RC_OK;
}

static bool is_engines(struct str name)
{
	return name.n >= 7 && str_ieq(str_sub(name, 0, 7), STR("sqlite_"));
}

static enum rc clone_objects(struct clone *c, struct err *e)
{
	sqlite3_stmt *s = NULL;
	bool more = true;
	enum rc rc;

	rc = lite_prepare(c->src, STR("SELECT type, name, sql, tbl_name "
	    "FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY CASE type "
	    "WHEN 'table' THEN 1 WHEN 'index' THEN 2 WHEN 'view' THEN 3 "
	    "ELSE 4 END, rowid"), &s, e);
	while (!rc) {
		rc = lite_step(c->src, s, &more, e);
		if (rc || !more)
			break;
		if (is_engines(lite_text(s, 1)) ||
		    map_has(c->shadow, lite_text(s, 1)) ||
		    map_has(c->shadow, lite_text(s, 3)))
			continue;
		rc = clone_object(c, lite_text(s, 0), lite_text(s, 1),
		    lite_text(s, 2), e);
	}
	sqlite3_finalize(s);
	return rc;
}

/* AUTOINCREMENT counters are part of what a migration meets. */
static enum rc clone_sequences(struct clone *c, struct err *e)
{
	sqlite3_stmt *from = NULL, *to = NULL;
	int64_t both = 0, here = 0;
	bool more = true;
	enum rc rc;

	rc = lite_number(c->src, STR("SELECT count(*) FROM sqlite_schema "
	    "WHERE name='sqlite_sequence'"), &both, e);
	if (!rc)
		rc = lite_number(c->dst, STR("SELECT count(*) FROM "
		    "sqlite_schema WHERE name='sqlite_sequence'"), &here, e);
	if (rc || !both || !here)
		return rc;
	rc = lite_prepare(c->src, STR("SELECT name, seq FROM sqlite_sequence"),
	    &from, e);
	if (!rc)
		rc = lite_prepare(c->dst, STR("INSERT INTO sqlite_sequence"
		    "(name, seq) VALUES(?1, ?2)"), &to, e);
	while (!rc) {
		rc = lite_step(c->src, from, &more, e);
		if (rc || !more)
			break;
		sqlite3_bind_value(to, 1, sqlite3_column_value(from, 0));
		sqlite3_bind_value(to, 2, sqlite3_column_value(from, 1));
		rc = lite_step(c->dst, to, &more, e);
		sqlite3_reset(to);
	}
	sqlite3_finalize(from);
	sqlite3_finalize(to);
	return rc;
}

/* Old text may hold "strings" in double quotes where names stand. */
static void accept_dqs(struct lite *d, int on)
{
	(void)sqlite3_db_config(d->db, SQLITE_DBCONFIG_DQS_DDL, on, NULL);
}

enum rc lite_clone_to(struct drv *from, const struct model *live,
    struct drv *scratch, struct arena *a, struct strs *notes, struct err *e)
{
	struct clone c = { .src = lite_of(from), .a = a, .shadow = map_new(a) };
	bool ours;
	enum rc rc = lite_enter(c.src, e);

	(void)live;		/* the stored texts are nearer */
	if (!rc)
		rc = scratch_of(scratch, &c.dst, e);
	if (rc)
		return rc;
	c.dst->cache = (struct lite_cache){ 0 };
	ours = !lite_in_tx(scratch);
	accept_dqs(c.dst, 1);
	if (ours)
		rc = lite_exec_own(c.dst, STR("BEGIN"), e);
	if (!rc)
		rc = read_shadow(&c, e);
	if (!rc)
		rc = clone_objects(&c, e);
	if (!rc)
		rc = clone_sequences(&c, e);
	if (!rc && ours)
		rc = lite_exec_own(c.dst, STR("COMMIT"), e);
	if (rc && ours)
		lite_rollback(scratch);
	accept_dqs(c.dst, c.dst->dqs);
	if (!rc)
		*notes = (struct strs){ c.notes.v, c.notes.n };
	return rc;
}
