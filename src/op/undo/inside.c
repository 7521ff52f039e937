/* inside: see inside.h. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/utf8.h"
#include "op/undo/carry.h"
#include "op/undo/inside.h"
#include "op/undo/local.h"
#include "op/undo/store.h"

#define FORMAT 1
#define CHUNK ((size_t)256 << 10)
#define RECORD_MAX ((size_t)4 << 20)
#define OBJECTS 3		/* the schema and two tables */

static struct value text_of(struct str s)
{
	return (struct value){ .kind = VALUE_TEXT, .s = s, .full = s.n };
}

static struct value int_of(int64_t i)
{
	return (struct value){ .kind = VALUE_INT, .i = i };
}

static enum rc run(struct drv *d, struct str sql, const struct value *args,
    size_t n, struct arena *a, struct err *e)
{
	struct value ignored = { 0 };

	return drv_scalar(d, sql, args, n, a, &ignored, e);
}

/* I.3: how many of the objects are there: "3 " and whose one is, if not ours. */
static enum rc look(struct drv *d, struct arena *a, size_t *n, struct err *e)
{
	struct value v = { 0 };
	struct str whose;
	enum rc rc = drv_scalar(d, STR("SELECT pg_catalog.concat("
	    "pg_catalog.count(*), ' ', pg_catalog.max(CASE WHEN "
	    "x.owner = me.oid OR x.owner = b.datdba OR o.rolsuper OR "
	    "NOT me.rolsuper AND pg_catalog.pg_has_role(me.oid, x.owner, "
	    "'MEMBER') THEN '' ELSE o.rolname::pg_catalog.text END)) FROM ("
	    "SELECT n.nspowner AS owner FROM pg_catalog.pg_namespace n "
	    "WHERE n.nspname = 'weir' UNION ALL "
	    "SELECT c.relowner FROM pg_catalog.pg_class c "
	    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
	    "WHERE n.nspname = 'weir' AND c.relkind = 'r' "
	    "AND c.relname IN ('undo_run', 'undo_chunk')) x "
	    "JOIN pg_catalog.pg_roles o ON o.oid = x.owner "
	    "JOIN pg_catalog.pg_database b "
	    "ON b.datname = pg_catalog.current_database() "
	    "JOIN pg_catalog.pg_roles me ON me.rolname = current_user"),
	    NULL, 0, a, &v, e);

	if (rc)
		return rc;
	*n = v.s.n && v.s.p[0] <= '9' ? (size_t)(v.s.p[0] - '0') : 0;
	whose = str_sub(v.s, 2, v.s.n);
	if (!whose.n)
		return RC_OK;
	err_set(e, RC_DENIED, "schema weir, where rows are saved, belongs to "
	    "%.*s", STR_ARG(utf8_clean(a, whose, UTF8_LINE)));
	err_hint(e, "it has to be of the role that migrates, or of the "
	    "database's owner");
	return RC_DENIED;
}

/* --- into it ----------------------------------------------------------------- */

/* A role "weir" whose search_path has "$user" would get its own tables there. */
static enum rc out_of_the_way(struct drv *d, struct arena *a, struct err *e)
{
	struct value v = { 0 };
	enum rc rc = drv_scalar(d, STR("SELECT CASE WHEN 'weir' = "
	    "ANY (pg_catalog.current_schemas(false)) THEN 1 ELSE 0 END"), NULL,
	    0, a, &v, e);

	if (rc || !v.i)
		return rc;
	err_set(e, RC_UNSUPPORTED, "schema weir is in the search_path: new "
	    "tables would go there");
	err_hint(e, "ALTER ROLE … SET search_path = public");
	return RC_UNSUPPORTED;
}

static enum rc make(struct drv *d, struct arena *a, struct err *e)
{
	size_t n = 0;
	enum rc rc = look(d, a, &n, e);

	if (!rc && !n)
		rc = drv_exec(d, STR("CREATE SCHEMA weir"), e);
	if (!rc && n < OBJECTS)
		rc = drv_exec(d, STR(
		    "CREATE TABLE IF NOT EXISTS weir.undo_run ("
		    "run pg_catalog.text PRIMARY KEY, "
		    "format pg_catalog.int4 NOT NULL, "
		    "made pg_catalog.timestamptz NOT NULL, "
		    "record pg_catalog.text NOT NULL);"
		    "CREATE TABLE IF NOT EXISTS weir.undo_chunk ("
		    "run pg_catalog.text NOT NULL, "
		    "file pg_catalog.text NOT NULL, "
		    "part pg_catalog.int4 NOT NULL, "
		    "bytes pg_catalog.bytea NOT NULL, "
		    "PRIMARY KEY (run, file, part))"), e);
	return rc ? rc : out_of_the_way(d, a, e);
}

/* One file on its way in. */
struct into {
	struct drv *d;
	struct arena *a;
	struct str run, file;
	struct sha256_run *sum;
	int64_t part;
};

static enum rc put_chunk(struct into *f, struct str bytes, struct err *e)
{
	struct value args[] = { text_of(f->run), text_of(f->file),
		int_of(f->part++), { .kind = VALUE_BLOB, .s = bytes,
		.full = bytes.n } };

	sha256_feed(f->sum, bytes);
	return run(f->d, STR("INSERT INTO weir.undo_chunk "
	    "(run, file, part, bytes) VALUES ($1::pg_catalog.text, "
	    "$2::pg_catalog.text, $3::pg_catalog.int4, "
	    "$4::pg_catalog.bytea)"), args, 4, f->a, e);
}

/* A file and what is to stand at its end. */
static enum rc put_file(struct into *f, struct str dir, struct str tail,
    struct json_out *o, struct err *e)
{
	char *path = arena_z(f->a, path_join(f->a, dir, f->file));
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	char *buf = xalloc(CHUNK), hex[SHA256_HEX + 1];
	struct sha256 h;
	ssize_t n = -1;
	enum rc rc = RC_OK;

	f->part = 0;
	f->sum = sha256_open();
	while (fd >= 0 && !rc && (n = read(fd, buf, CHUNK)) > 0)
		rc = put_chunk(f, (struct str){ buf, (size_t)n }, e);
	if (!rc && n < 0)
		rc = err_set(e, RC_IO, "%s: %s", path, strerror(errno));
	if (!rc && (tail.n || !f->part))
		rc = put_chunk(f, tail, e);
	if (fd >= 0)
		close(fd);
	xfree(buf);
	h = sha256_close(f->sum);
	sha256_hex(&h, hex);
	json_key_str(o, f->file);
	json_put_z(o, hex);
	return rc;
}

/* What the log has once the transaction has committed. */
static struct str log_tail(const struct inside_run *r, struct arena *a)
{
	struct sbuf b = SBUF_TEXT;
	struct str s;

	run_log_line(r->log, 0, LOG_COMMITTED, r->json, &b);
	if (r->end)
		run_log_line(r->log, 1, LOG_END, STR(""), &b);
	s = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return s;
}

static enum rc put_files(const struct inside_run *r, struct into *f,
    struct json_out *o, struct err *e)
{
	struct str dir = str_z(run_log_dir(r->log));
	struct strs names = run_files(dir, f->a);
	enum rc rc = RC_OK;

	json_key(o, "files");
	json_open_object(o);
	for (size_t i = 0; !rc && i < names.n; i++) {
		f->file = names.v[i];
		/* a whole copy of the database is not part of it */
		if (str_starts(f->file, STR("backup.")) ||
		    str_starts(f->file, STR(STORE_FILE "-")))
			continue;
		rc = put_file(f, dir, str_is(f->file, "run.log") ?
		    log_tail(r, f->a) : STR(""), o, e);
	}
	json_close_object(o);
	return rc;
}

static enum rc put(const struct project *p, struct drv *d,
    const struct inside_run *r, struct sbuf *record, struct arena *a,
    struct err *e)
{
	struct into f = { .d = d, .a = a,
		.run = path_base(str_z(run_log_dir(r->log))) };
	struct value args[] = { text_of(f.run), int_of(FORMAT), { 0 } };
	struct json_out o = { .b = record };
	enum rc rc = make(d, a, e);

	if (!rc && r->again)
		rc = run(d, STR("DELETE FROM weir.undo_chunk "
		    "WHERE run = $1"), args, 1, a, e);
	if (!rc && r->again)
		rc = run(d, STR("DELETE FROM weir.undo_run "
		    "WHERE run = $1"), args, 1, a, e);
	if (rc)
		return rc;
	json_open_object(&o);
	json_pair_int(&o, "format", FORMAT);
	json_pair_str(&o, "db", db_id(p, a));
	json_pair_str(&o, "label", r->label);
	json_pair_str(&o, "run", f.run);
	rc = put_files(r, &f, &o, e);
	json_close_object(&o);
	args[2] = text_of(sbuf_str(record));
	return rc ? rc : run(d, STR("INSERT INTO weir.undo_run "
	    "(run, format, made, record) VALUES ($1::pg_catalog.text, "
	    "$2::pg_catalog.int4, pg_catalog.now(), $3::pg_catalog.text)"),
	    args, 3, a, e);
}

enum rc inside_put(const struct project *p, struct drv *d,
    const struct inside_run *r, struct arena *a, struct err *e)
{
	struct sbuf record = SBUF_TEXT;
	enum rc rc = put(p, d, r, &record, a, e);

	sbuf_free(&record);
	if (rc)
		err_prefix(e, "what would be lost cannot be saved in the "
		    "database");
	return rc;
}

/* --- out of it ------------------------------------------------------------------ */

struct held {			/* a run that stands there */
	struct str run, record;
};

/* One run's files on their way out. */
struct outof {
	struct arena *a;
	struct str dir, file;
	int64_t part;
	int fd;
};

static enum rc bad_record(struct str name, struct arena *a, struct err *e)
{
	return err_set(e, RC_INCONSISTENT, "schema weir holds a record that "
	    "does not read: %.*s", STR_ARG(utf8_clean(a, name, UTF8_LINE)));
}

static enum rc next_file(struct outof *f, struct str name, struct err *e)
{
	struct str below = path_dir(name);
	char *path = arena_z(f->a, path_join(f->a, f->dir, name));

	if (!plain_name(name))
		return bad_record(name, f->a, e);
	if (f->fd >= 0)
		close(f->fd);
	f->file = arena_str(f->a, name);
	f->part = 0;
	f->fd = -1;
	if (str_is(below, ".") || !mkdir(arena_z(f->a, path_join(f->a, f->dir,
	    below)), 0700) || errno == EEXIST)
		f->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
		    O_NOFOLLOW, 0600);
	return f->fd >= 0 ? RC_OK : err_set(e, RC_IO, "%s: %s", path,
	    strerror(errno));
}

/* file, part, bytes */
static enum rc take_chunk(struct outof *f, const struct value *v,
    struct err *e)
{
	enum rc rc = RC_OK;

	if (!str_eq(v[0].s, f->file))
		rc = next_file(f, v[0].s, e);
	if (rc)
		return rc;
	if (v[1].i != f->part++ || v[2].s.n != v[2].full)
		return bad_record(f->file, f->a, e);
	for (size_t at = 0; at < v[2].s.n;) {
		ssize_t n = write(f->fd, v[2].s.p + at, v[2].s.n - at);

		if (n <= 0 && errno != EINTR)
			return err_set(e, RC_IO, "%.*s: %s", STR_ARG(f->dir),
			    strerror(n ? errno : ENOSPC));
		at += n > 0 ? (size_t)n : 0;
	}
	return RC_OK;
}

static enum rc take_files(struct drv *d, struct str name, struct str dir,
    struct arena *a, struct err *e)
{
	struct outof f = { .a = a, .dir = dir, .file = STR(""), .fd = -1 };
	struct value arg = text_of(name);
	struct cursor *c = NULL;
	bool more = false;
	enum rc rc = drv_query(d, STR("SELECT file, part, bytes "
	    "FROM weir.undo_chunk WHERE run = $1 "
	    "ORDER BY file COLLATE \"C\", part"), &arg, 1, 2 * CHUNK, &c, e);

	if (!rc)
		rc = cursor_next(c, &more, e);
	while (!rc && more) {
		rc = take_chunk(&f, c->row, e);
		if (!rc)
			rc = cursor_next(c, &more, e);
	}
	cursor_close(c);
	if (f.fd >= 0)
		close(f.fd);
	return rc;
}

/* By way of a folder as undo export --to leaves it: I.2 is its import's. */
static enum rc bring(const struct project *p, struct drv *d,
    const struct held *r, struct arena *a, struct err *e)
{
	const struct json *j = NULL;
	struct carried c = { 0 };
	struct str place = STR(""), dir;
	enum rc rc = json_read(r->record, "schema weir", a, &j, e);

	if (!rc)
		rc = state_place_make(p, a, &place, e);
	if (rc)
		return rc;
	dir = arena_printf(a, "%.*s/inside-%d", STR_ARG(place),
	    (int)getpid());
	remove_run(dir, a);
	if (mkdir(arena_z(a, dir), 0700))
		return err_set(e, RC_IO, "%.*s: %s", STR_ARG(dir),
		    strerror(errno));
	rc = take_files(d, r->run, dir, a, e);
	if (!rc)
		rc = file_write_atomic(arena_z(a, path_join(a, dir,
		    STR(CARRIED))), r->record, 0600, e);
	if (!rc)
		rc = carry_in(p, arena_z(a, dir), json_str_of(json_get(j,
		    "db")), a, &c, e);
	remove_run(dir, a);
	if (!rc && !str_eq(c.run, r->run))
		rc = bad_record(r->run, a, e);
	return rc;
}

enum rc inside_fetch(const struct project *p, struct drv *d, struct arena *a,
    struct err *e)
{
	VEC(struct held) runs = { 0 };
	struct cursor *c = NULL;
	bool more = false;
	size_t n = 0;
	enum rc rc = d && drv_databases_of(p->dialect) ? look(d, a, &n, e) :
	    RC_OK;

	if (rc || n < OBJECTS)
		return rc;
	rc = drv_query(d, STR("SELECT run, record FROM weir.undo_run "
	    "WHERE format = 1 ORDER BY run"), NULL, 0, RECORD_MAX, &c, e);
	if (!rc)
		rc = cursor_next(c, &more, e);
	while (!rc && more) {
		struct held r = { arena_str(a, c->row[0].s),
			arena_str(a, c->row[1].s) };

		vec_push(a, &runs, r);
		rc = plain_name(r.run) ? cursor_next(c, &more, e) :
		    bad_record(r.run, a, e);
	}
	cursor_close(c);
	for (size_t i = 0; !rc && i < runs.n; i++)
		if (!file_stat_of(arena_z(a, path_join(a, path_join(a,
		    state_place(p, a), STR("runs")), runs.v[i].run))).exists)
			rc = bring(p, d, &runs.v[i], a, e);
	return rc;
}

/* --- no more ----------------------------------------------------------------------- */

static enum rc prune(struct drv *d, int64_t days, struct arena *a,
    struct err *e)
{
	struct value arg = int_of(days);
	size_t n = 0;
	enum rc rc = look(d, a, &n, e);

	if (rc || n < OBJECTS)
		return rc;
	rc = d->ops->begin(d, true, e);
	if (!rc)
		rc = run(d, STR("WITH gone AS (DELETE FROM weir.undo_run "
		    "WHERE made <= pg_catalog.now() - "
		    "pg_catalog.make_interval(days => $1::pg_catalog.int4) "
		    "RETURNING run) DELETE FROM weir.undo_chunk c USING gone g "
		    "WHERE c.run = g.run"), &arg, 1, a, e);
	if (!rc)
		return d->ops->commit(d, e);
	d->ops->rollback(d);
	return rc;
}

enum rc inside_prune(const struct drv_target *t, int64_t days,
    struct arena *a, struct err *e)
{
	struct drv *d = NULL;
	enum rc rc = RC_OK;

	if (!drv_databases_of(t->dialect))
		return RC_OK;
	rc = drv_open(t, DRV_APPLY, &d, e);
	if (!rc)
		rc = prune(d, days, a, e);
	drv_close(d);
	return rc;
}
