/* backup: see backup.h; the way back is backup_back.c. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/json.h"
#include "base/utf8.h"
#include "op/apply/tracking.h"
#include "op/backup.h"

#define RECORD ".weir.json"
#define PART ".part"
#define CHUNK ((size_t)256 << 10)

static const char *const ending[DIALECT_N] = {
	[DIALECT_SQLITE] = ".db",
	[DIALECT_PG] = ".dump",
};

void add_bytes(struct sbuf *b, int64_t bytes)
{
	static const char *const unit[] = { "kB", "MB", "GB", "TB" };
	double v = (double)bytes / 1000;
	size_t i = 0;

	if (bytes < 10000) {
		sbuf_add_count(b, bytes);
		sbuf_addz(b, " bytes");
		return;
	}
	for (; v >= 1000 && i < 3; i++)
		v /= 1000;
	sbuf_addf(b, "%.*f %s", v < 10 ? 1 : 0, v, unit[i]);
}

struct str unfinished_text(const struct unfinished *u, struct arena *a)
{
	struct sbuf b = SBUF_INIT(256);
	struct str out;

	sbuf_add_count(&b, (int64_t)u->n);
	sbuf_addz(&b, u->n == 1 ? " unfinished copy" : " unfinished copies");
	sbuf_addz(&b, " removed that a killed weir left, ");
	add_bytes(&b, u->bytes);
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

/* --- what it holds ------------------------------------------------------------ */

/* Rows of an heir are its own. */
static const char *const count_of[DIALECT_N] = {
	[DIALECT_SQLITE] = "SELECT count(*) FROM ",
	[DIALECT_PG] = "SELECT pg_catalog.count(*) FROM ONLY ",
};

/* The engine's own, and the tracking table, whose rows are listed. */
static bool not_counted(const struct backup_options *o, const struct table *t)
{
	return t->type != TABLE_ORDINARY ||
	    str_starts(t->o.name, STR("sqlite_")) ||
	    str_eq(t->o.name, o->project->track_table);
}

static enum rc count_tables(struct drv *d, const struct model *m,
    const struct backup_options *opt, struct arena *a, struct backup *out,
    struct err *e)
{
	struct copied_table *v = arena_array(a, struct copied_table,
	    m->ntables + 1);
	struct sbuf sql = SBUF_TEXT;
	size_t n = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < m->ntables; i++) {
		const struct obj *o = &m->tables[i]->o;

		if (not_counted(opt, m->tables[i]))
			continue;
		sbuf_reset(&sql);
		sbuf_addz(&sql, count_of[m->dialect]);
		d->ops->dialect->table(&sql, o);
		v[n] = (struct copied_table){ arena_str(a, o->schema),
			arena_str(a, o->name), 0 };
		rc = drv_count(d, sbuf_str(&sql), a, &v[n].rows, e);
		n++;
	}
	sbuf_free(&sql);
	if (!rc) {
		out->tables = v;
		out->ntables = n;
	}
	return rc;
}

static struct str tag_of(const struct folder *f, struct str hash)
{
	for (size_t i = 0; f && i < f->n; i++)
		if (str_is(hash, f->v[i].hex))
			return f->v[i].tag;
	return STR("");
}

enum rc copied_count(struct drv *d, const struct backup_options *o,
    struct arena *a, struct backup *out, struct err *e)
{
	struct model *m = NULL;
	struct track t = { 0 };
	struct str *tags;
	enum rc rc = d->ops->introspect(d, a, &m, e);

	if (!rc)
		rc = count_tables(d, m, o, a, out, e);
	if (!rc)
		rc = tracking_read(d, tracking_table(o->project, a), a, &t, e);
	if (rc)
		return rc;
	tags = arena_array(a, struct str, t.n + 1);
	for (size_t i = 0; i < t.n; i++)
		tags[i] = tag_of(o->folder, t.v[i].hash);
	out->rows = t.v;
	out->nrows = t.n;
	out->tags = (struct strs){ tags, t.n };
	return RC_OK;
}

/* --- its record ----------------------------------------------------------------- */

static void json_tables(const struct backup *b, struct json_out *o)
{
	json_key(o, "tables");
	json_open_array(o);
	for (size_t i = 0; i < b->ntables; i++) {
		json_open_object(o);
		json_pair_str(o, "schema", b->tables[i].schema);
		json_pair_str(o, "name", b->tables[i].name);
		json_pair_int(o, "rows", b->tables[i].rows);
		json_close_object(o);
	}
	json_close_array(o);
}

static void json_members(const struct backup *b, struct json_out *o)
{
	json_pair_str(o, "file", b->path);
	json_pair_z(o, "dialect", dialect_of(b->dialect)->name);
	json_pair_str(o, "db", b->db);
	json_pair_str(o, "label", b->label);
	if (b->origin.n)
		json_pair_str(o, "path", b->origin);
	json_pair_str(o, "server", b->server);
	json_pair_int(o, "at", b->at);
	json_pair_int(o, "bytes", b->bytes);
	json_pair_z(o, "sha256", b->sha256);
	json_tables(b, o);
	json_key(o, "migrations");
	json_open_array(o);
	for (size_t i = 0; i < b->nrows; i++) {
		json_open_object(o);
		json_pair_str(o, "tag", b->tags.v[i]);
		json_pair_str(o, "hash", b->rows[i].hash);
		json_pair_int(o, "created_at", b->rows[i].created_at);
		json_close_object(o);
	}
	json_close_array(o);
}

void backup_json(const struct backup *b, struct json_out *o)
{
	json_key(o, "backup");
	json_open_object(o);
	json_members(b, o);
	json_close_object(o);
}

static enum rc record_write(const struct backup *b, struct arena *a,
    struct err *e)
{
	struct sbuf text = SBUF_TEXT;
	struct json_out o = { .b = &text, .indent = 2 };
	char *path = arena_z(a, arena_printf(a, "%.*s" RECORD,
	    STR_ARG(b->path)));
	enum rc rc;

	json_open_object(&o);
	json_pair_int(&o, "format", 1);
	json_members(b, &o);
	json_close_object(&o);
	sbuf_addc(&text, '\n');
	rc = file_write_atomic(path, sbuf_str(&text), 0600, e);
	sbuf_free(&text);
	return rc;
}

static int64_t number_of(const struct json *j, const char *key)
{
	const struct json *v = json_get(j, key);

	return v && v->kind == JSON_NUMBER && v->is_int ? v->integer : -1;
}

static const struct json *list_of(const struct json *j, const char *key)
{
	static const struct json none = { .kind = JSON_ARRAY };
	const struct json *v = json_get(j, key);

	return v && v->kind == JSON_ARRAY ? v : &none;
}

static void read_tables(const struct json *j, struct arena *a,
    struct backup *out)
{
	const struct json *t = list_of(j, "tables");
	const struct json *m = list_of(j, "migrations");
	struct copied_table *v = arena_array(a, struct copied_table, t->n + 1);
	struct track_row *r = arena_array(a, struct track_row, m->n + 1);
	struct str *tags = arena_array(a, struct str, m->n + 1);

	for (size_t i = 0; i < t->n; i++)
		v[i] = (struct copied_table){
			json_str_of(json_get(&t->items[i], "schema")),
			json_str_of(json_get(&t->items[i], "name")),
			number_of(&t->items[i], "rows") };
	for (size_t i = 0; i < m->n; i++) {
		r[i].hash = json_str_of(json_get(&m->items[i], "hash"));
		r[i].created_at = number_of(&m->items[i], "created_at");
		tags[i] = json_str_of(json_get(&m->items[i], "tag"));
	}
	out->tables = v;
	out->ntables = t->n;
	out->rows = r;
	out->nrows = m->n;
	out->tags = (struct strs){ tags, m->n };
}

static enum rc record_read(struct str path, struct arena *a,
    struct backup *out, struct err *e)
{
	struct sbuf text = SBUF_INIT(FS_MAX_TEXT);
	struct backup b = { .path = path };
	const struct json *j = NULL;
	char *name = arena_z(a, arena_printf(a, "%.*s" RECORD, STR_ARG(path)));
	enum rc rc = file_read(name, &text, e);
	struct str sum;

	if (!rc)
		rc = json_read(arena_str(a, sbuf_str(&text)), name, a, &j, e);
	sbuf_free(&text);
	if (rc)
		return rc;
	sum = json_str_of(json_get(j, "sha256"));
	if (j->kind != JSON_OBJECT || number_of(j, "format") != 1 ||
	    sum.n != SHA256_HEX)
		return err_set(e, RC_INCONSISTENT, "%s is not the record of a "
		    "copy", name);
	b.recorded = true;
	b.dialect = str_eq(json_str_of(json_get(j, "dialect")),
	    str_z(dialect_of(DIALECT_PG)->name)) ? DIALECT_PG : DIALECT_SQLITE;
	b.db = json_str_of(json_get(j, "db"));
	b.label = json_str_of(json_get(j, "label"));
	b.origin = json_str_of(json_get(j, "path"));
	b.server = json_str_of(json_get(j, "server"));
	b.at = number_of(j, "at");
	b.bytes = number_of(j, "bytes");
	memcpy(b.sha256, sum.p, SHA256_HEX);
	read_tables(j, a, &b);
	*out = b;
	return RC_OK;
}

/* --- room ------------------------------------------------------------------------ */

static const char *const bytes_of[DIALECT_N] = {
	[DIALECT_SQLITE] = "SELECT page_count * page_size FROM "
	    "pragma_page_count(), pragma_page_size()",
	[DIALECT_PG] = "SELECT pg_catalog.pg_database_size("
	    "pg_catalog.current_database())",
};
/* A dump leaves out indexes and is compressed. */
static const int64_t share_of[DIALECT_N] = {
	[DIALECT_SQLITE] = 1,
	[DIALECT_PG] = 4,
};

static int64_t room_in(struct str dir, struct arena *a)
{
	while (!file_stat_of(arena_z(a, dir)).exists) {
		struct str up = path_dir(dir);

		if (str_eq(up, dir))
			break;
		dir = up;
	}
	return fs_free_bytes(arena_z(a, dir));
}

static enum rc size_in(struct drv *d, struct str dir, struct arena *a,
    struct backup_size *out, struct err *e)
{
	enum dialect_id id = d->ops->dialect->id;
	struct value v = { 0 };
	enum rc rc = drv_scalar(d, str_z(bytes_of[id]), NULL, 0, a, &v, e);

	if (!rc)
		*out = (struct backup_size){ v.kind == VALUE_INT ? v.i : -1,
			room_in(dir, a) };
	return rc;
}

enum rc backup_size(struct drv *d, const struct project *p,
    struct backup_size *out, struct err *e)
{
	struct arena *a = arena_new();
	enum rc rc = size_in(d, p->state_root, a, out, e);

	arena_free(a);
	return rc;
}

static enum rc check_room(struct drv *d, struct str path, struct arena *a,
    struct err *e)
{
	int64_t share = share_of[d->ops->dialect->id], need;
	struct str dir = path_dir(path);
	struct sbuf b = SBUF_INIT(256);
	struct backup_size s = { 0 };
	enum rc rc = size_in(d, dir, a, &s, e);

	need = s.bytes / share + (1 << 20);
	if (rc || s.bytes < 0 || s.free < 0 || s.free >= need)
		return rc;
	add_bytes(&b, need);
	sbuf_addz(&b, share > 1 ? " at least, and " : ", and ");
	add_bytes(&b, s.free);
	err_set(e, RC_IO, "a copy of the database takes %.*s are free in %.*s",
	    STR_ARG(sbuf_str(&b)), STR_ARG(dir));
	err_hint(e, "weir backup --to FILE writes it elsewhere, --state DIR "
	    "keeps all that weir saves elsewhere");
	sbuf_free(&b);
	return RC_IO;
}

/* --- taking one ------------------------------------------------------------------- */

enum rc file_sha256(const char *path, char out[SHA256_HEX + 1], struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct sha256_run *run;
	struct sha256 h;
	char *buf;
	ssize_t n;

	if (fd < 0)
		return err_set(e, errno == ENOENT ? RC_NOTFOUND : RC_IO,
		    "%s: %s", path, strerror(errno));
	buf = xalloc(CHUNK);
	run = sha256_open();
	while ((n = read(fd, buf, CHUNK)) > 0 || (n < 0 && errno == EINTR))
		if (n > 0)
			sha256_feed(run, (struct str){ buf, (size_t)n });
	h = sha256_close(run);
	xfree(buf);
	close(fd);
	if (n < 0)
		return err_set(e, RC_IO, "%s: %s", path, strerror(errno));
	sha256_hex(&h, out);
	return RC_OK;
}

struct taking {
	const struct backup_options *o;
	struct backup *b;
	struct arena *a;
};

static bool on_copying(void *arg, int64_t done, int64_t of)
{
	const struct taking *t = arg;

	return !t->o->progress || t->o->progress(t->o->arg, done, of);
}

/* The copy itself is looked at, where it can be opened. */
static enum rc on_copy(void *arg, struct drv *d, struct err *e)
{
	struct taking *t = arg;
	struct str bad = STR("");
	enum rc rc = d->ops->integrity(d, t->a, &bad, e);

	if (!rc && bad.n)
		rc = err_set(e, RC_DB, "the copy is damaged, as the database "
		    "is: %.*s", STR_ARG(utf8_clean(t->a, bad, UTF8_LINE)));
	if (!rc)
		rc = copied_count(d, t->o, t->a, t->b, e);
	return rc;
}

static enum rc file_settle(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum rc rc = RC_OK;

	if (fd < 0 || fsync(fd))
		rc = err_set(e, RC_IO, "%s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return rc;
}

/* Never over a file that is there; where links are not known, by its name. */
static enum rc take_place(const char *from, const char *to, struct err *e)
{
	if (link(from, to) == 0)
		(void)unlink(from);
	else if (errno == EEXIST || rename(from, to))
		return err_set(e, errno == EEXIST ? RC_CONFLICT : RC_IO,
		    "%s: %s", to, strerror(errno));
	(void)file_sync_folder(to);
	return RC_OK;
}

static enum rc place_of(const struct backup_options *o, enum dialect_id id,
    struct str path, struct arena *a, struct str *out, struct err *e)
{
	struct sbuf name = SBUF_TEXT;
	struct str dir = STR("");
	enum rc rc = RC_OK;

	if (str_is(path_base(path), "backup")) {
		*out = arena_printf(a, "%.*s%s", STR_ARG(path), ending[id]);
		return RC_OK;
	}
	if (path.n) {
		*out = path;
		return RC_OK;
	}
	rc = state_place_make(o->project, a, &dir, e);
	dir = path_join(a, dir, STR("backups"));
	if (!rc)
		rc = dir_make(arena_z(a, dir), 0700, e);
	if (rc)
		return rc;
	clock_utc(&name, clock_now_ms(), true);
	*out = arena_printf(a, "%.*s/%.*s%s", STR_ARG(dir),
	    STR_ARG(sbuf_str(&name)), ending[id]);
	sbuf_free(&name);
	return RC_OK;
}

static enum rc describe(struct drv *d, const struct backup_options *o,
    struct arena *a, struct backup *b, struct err *e)
{
	struct drv_server server = { .product = STR("") };
	enum rc rc = d->ops->server(d, a, &server, e);

	b->recorded = true;
	b->dialect = d->ops->dialect->id;
	b->db = db_id(o->project, a);
	b->label = o->project->db_label;
	if (o->project->db.path.n)
		b->origin = path_absolute(a, o->project->db.path);
	b->server = server.product;
	b->at = clock_now_ms();
	return rc;
}

enum rc backup_take(struct drv *d, const struct backup_options *o,
    struct str path, struct arena *a, struct backup *out, struct err *e)
{
	struct backup b = { 0 };
	struct taking t = { o, &b, a };
	struct drv_copying c = { .progress = on_copying, .look = on_copy,
		.arg = &t, .environment = o->environment };
	struct unfinished swept;
	char *part, *place;
	enum rc rc = place_of(o, d->ops->dialect->id, path, a, &b.path, e);

	if (rc)
		return rc;
	parts_sweep(o->project, a, &swept);
	place = arena_z(a, b.path);
	part = arena_z(a, arena_printf(a, "%s.%d" PART, place, (int)getpid()));
	if (file_stat_of(place).exists) {
		err_set(e, RC_CONFLICT, "%s is there already", place);
		err_hint(e, "nothing is overwritten: name another file with "
		    "--to");
		return RC_CONFLICT;
	}
	b.barred = backup_barred(d, a);
	b.swept = swept;
	rc = check_room(d, b.path, a, e);
	if (!rc)
		rc = describe(d, o, a, &b, e);
	if (!rc)
		rc = d->ops->backup(d, part, &c, e);
	if (rc)
		return rc;
	b.bytes = file_stat_of(part).size;
	rc = file_settle(part, e);
	if (!rc)
		rc = file_sha256(part, b.sha256, e);
	if (!rc)
		rc = record_write(&b, a, e);
	if (!rc)
		rc = take_place(part, place, e);
	if (rc)
		(void)unlink(part);
	else
		*out = b;
	return rc;
}

/* --- before an apply --------------------------------------------------------------- */

static bool is_empty(struct drv *d, struct arena *a)
{
	struct model *m = NULL;
	struct err ignored = ERR_INIT;

	return d->ops->introspect(d, a, &m, &ignored) == RC_OK &&
	    !m->ntables && !m->nobjs;
}

enum rc backup_locked(void *arg, struct drv *d, const char *run_dir,
    struct arena *a, struct str *note, struct err *e)
{
	const struct backup_options *o = arg;
	struct sbuf b = SBUF_TEXT;
	struct backup made = { 0 };
	enum rc rc;

	*note = STR("");
	if (is_empty(d, a))
		return RC_OK;
	rc = backup_take(d, o, path_join(a, str_z(run_dir), STR("backup")), a,
	    &made, e);
	if (rc) {
		err_prefix(e, "the whole copy could not be made");
		err_hint(e, "weir migrate --no-backup goes without");
		return rc == RC_CANCELLED ? rc : (e->code = RC_DECISION);
	}
	sbuf_addz(&b, "whole copy before it, ");
	add_bytes(&b, made.bytes);
	sbuf_addf(&b, ": weir restore %.*s", STR_ARG(path_base(str_z(run_dir))));
	if (made.barred.n)
		sbuf_addf(&b, "; %.*s", STR_ARG(made.barred));
	if (made.swept.n)
		sbuf_addf(&b, "; %.*s", STR_ARG(unfinished_text(&made.swept,
		    a)));
	*note = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return RC_OK;
}

static bool loses(const struct plan *p)
{
	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < p->v[i].nhaz; k++)
			if (p->v[i].haz[k].sev == SEV_DESTRUCTIVE)
				return true;
	for (size_t i = 0; i < p->nhaz; i++)
		if (p->haz[i].sev == SEV_DESTRUCTIVE)
			return true;
	return false;
}

bool backup_due(const struct project *p, const struct plan *plan)
{
	return p->keeping.backup == BACKUP_ALWAYS ||
	    (p->keeping.backup == BACKUP_DESTRUCTIVE && loses(plan));
}

struct str backup_barred(struct drv *d, struct arena *a)
{
	struct err ignored = ERR_INIT;
	struct str what = STR("");

	if (!d || !d->ops->barred || d->ops->barred(d, a, &what, &ignored) ||
	    !what.n)
		return STR("");
	return arena_printf(a, "this role could not put it back, for there is "
	    "%.*s: restore takes a superuser, or a member of the owners",
	    STR_ARG(utf8_clean(a, what, UTF8_LINE)));
}

struct str backup_announced(struct session *s, struct arena *a)
{
	struct str barred = backup_barred(s->db, a);
	struct backup_size size = { -1, -1 };
	struct err ignored = ERR_INIT;
	struct sbuf b = SBUF_TEXT;
	struct str out;

	if (!s->db || backup_size(s->db, s->project, &size, &ignored))
		return STR("");
	sbuf_addf(&b, "Whole copy first: %.*s", STR_ARG(path_base(
	    s->project->state_root)));
	if (size.bytes >= 0) {
		sbuf_addz(&b, share_of[s->project->dialect] > 1 ?
		    ", at most " : ", ");
		add_bytes(&b, size.bytes);
	}
	if (size.free >= 0) {
		sbuf_addz(&b, ", ");
		add_bytes(&b, size.free);
		sbuf_addz(&b, " free");
	}
	if (barred.n) {
		sbuf_addz(&b, "; ");
		sbuf_add(&b, barred);
	}
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

/* Dumps are of a size that nobody knows before. */
struct str backup_offer(struct session *s, struct arena *a)
{
	struct backup_size size = { -1, -1 };
	struct err ignored = ERR_INIT;
	struct sbuf b = SBUF_INIT(512);
	struct str out;

	if (!s->db || backup_size(s->db, s->project, &size, &ignored) ||
	    size.bytes <= 0)
		return STR("");
	if (share_of[s->project->dialect] > 1)
		sbuf_addz(&b, "by pg_dump");
	else
		add_bytes(&b, size.bytes);
	sbuf_addf(&b, " into %.*s", STR_ARG(path_base(
	    s->project->state_root)));
	if (size.free >= 0 && size.free / 10 < size.bytes) {
		sbuf_addz(&b, ", only ");
		add_bytes(&b, size.free);
		sbuf_addz(&b, " free");
	}
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

struct strs backup_environment(const struct project *p, struct arena *a)
{
	struct strs names = { NULL, 0 };
	struct str *v;

	if (p->kit.env)
		names = env_list(p->kit.env, a);
	v = arena_array(a, struct str, names.n + 1);
	for (size_t i = 0; i < names.n; i++)
		v[i] = arena_printf(a, "%.*s=%.*s", STR_ARG(names.v[i]),
		    STR_ARG(env_get(p->kit.env, arena_z(a, names.v[i]))));
	return (struct strs){ v, names.n };
}

/* --- which there are ------------------------------------------------------------- */

static bool is_copy(struct str name)
{
	for (int i = 0; i < DIALECT_N; i++)
		if (str_ends(name, str_z(ending[i])) &&
		    !str_is(name, "undo.db"))
			return true;
	return false;
}

struct search {
	struct arena *a;
	VEC(struct backup) v;
};

/* Copies with a record, newest last by their names. */
static void look_in(struct search *f, struct str dir)
{
	struct dir_list list = { 0 };
	struct err ignored = ERR_INIT;

	if (dir_read(arena_z(f->a, dir), f->a, &list, &ignored))
		return;
	for (size_t i = 0; i < list.n; i++) {
		struct str path = path_join(f->a, dir, list.v[i].name);
		struct backup b = { 0 };

		if (list.v[i].is_file && is_copy(list.v[i].name) &&
		    record_read(path, f->a, &b, &ignored) == RC_OK)
			vec_push(f->a, &f->v, b);
	}
}

static void look_below(struct search *f, struct str place)
{
	struct str runs = path_join(f->a, place, STR("runs"));
	struct dir_list list = { 0 };
	struct err none = ERR_INIT;

	look_in(f, path_join(f->a, place, STR("backups")));
	if (dir_read(arena_z(f->a, runs), f->a, &list, &none))
		return;
	for (size_t i = 0; i < list.n; i++)
		if (list.v[i].is_dir)
			look_in(f, path_join(f->a, runs, list.v[i].name));
}

static int newest_first(const void *x, const void *y)
{
	const struct backup *a = x, *b = y;

	return a->at < b->at ? 1 : a->at > b->at ? -1 : 0;
}

enum rc backup_list(const struct project *p, struct arena *a,
    const struct backup **out, size_t *n, struct err *e)
{
	struct search f = { .a = a };
	struct strs ids;

	(void)e;
	look_below(&f, state_place(p, a));
	ids = state_same_paths(p, a);
	for (size_t i = 0; i < ids.n; i++)
		look_below(&f, path_join(a, path_dir(state_place(p, a)),
		    ids.v[i]));
	if (f.v.n)
		qsort(f.v.v, f.v.n, sizeof(*f.v.v), newest_first);
	*out = f.v.v;
	*n = f.v.n;
	return RC_OK;
}

enum rc backup_remove(const struct backup *b, struct arena *a, struct err *e)
{
	char *path = arena_z(a, b->path);

	if (unlink(path) && errno != ENOENT)
		return err_set(e, RC_IO, "%s: %s", path, strerror(errno));
	(void)unlink(arena_z(a, arena_printf(a, "%s" RECORD, path)));
	return RC_OK;
}

static bool is_called(const struct backup *b, struct str what)
{
	struct str base = path_base(b->path);
	struct str run = path_base(path_dir(b->path));

	return str_eq(base, what) || str_eq(run, what) ||
	    (str_starts(base, what) && base.n > what.n &&
	    base.p[what.n] == '.');
}

enum rc backup_find(const struct project *p, struct str what, struct arena *a,
    struct backup *out, struct err *e)
{
	const struct backup *v = NULL;
	struct err why = ERR_INIT;
	size_t n = 0;
	enum rc rc;

	while (what.n > 1 && str_ends(what, STR("/")))
		what = str_sub(what, 0, what.n - 1);
	if (what.n && file_stat_of(arena_z(a, what)).is_file) {
		rc = record_read(what, a, out, &why);
		if (rc == RC_NOTFOUND)
			*out = (struct backup){ .path = what };
		else if (rc)
			*e = why;
		return rc == RC_NOTFOUND ? RC_OK : rc;
	}
	rc = backup_list(p, a, &v, &n, e);
	for (size_t i = 0; !rc && i < n; i++)
		if (!what.n || is_called(&v[i], path_base(what))) {
			*out = v[i];
			return RC_OK;
		}
	if (rc)
		return rc;
	if (what.n)
		err_set(e, RC_NOTFOUND, "no file, run or copy is called "
		    "'%.*s'", STR_ARG(what));
	else
		err_set(e, RC_NOTFOUND, "there is no copy of this database in "
		    "%.*s", STR_ARG(p->state_root));
	err_hint(e, "weir undo list");
	return RC_NOTFOUND;
}
