/* carry: see carry.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/json.h"
#include "op/undo/carry.h"
#include "op/undo/local.h"
#include "op/undo/store.h"

#define RECORD CARRIED
#define CHUNK ((size_t)256 << 10)
#define FILES_MAX 10000

struct files {
	struct arena *a;
	VEC(struct str) v;	/* "run.log", "0007_x/before.json" */
};

static void list_dir(struct files *f, struct str root, struct str below,
    int depth)
{
	struct dir_list list = { 0 };
	struct err ignored = ERR_INIT;

	if (dir_read(arena_z(f->a, path_join(f->a, root, below)), f->a, &list,
	    &ignored))
		return;
	for (size_t i = 0; i < list.n && f->v.n < FILES_MAX; i++) {
		struct str name = below.n ? path_join(f->a, below,
		    list.v[i].name) : list.v[i].name;

		if (list.v[i].is_file)
			vec_push(f->a, &f->v, name);
		else if (list.v[i].is_dir && depth)
			list_dir(f, root, name, depth - 1);
	}
}

struct strs run_files(struct str dir, struct arena *a)
{
	struct files f = { .a = a };

	list_dir(&f, dir, STR(""), 1);
	return (struct strs){ f.v.v, f.v.n };
}

/* One file to another that is new, synced; its SHA-256. */
static enum rc copy_file(const char *from, const char *to,
    char hex[SHA256_HEX + 1], struct err *e)
{
	int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	int out = in < 0 ? -1 : open(to, O_WRONLY | O_CREAT | O_EXCL |
	    O_CLOEXEC | O_NOFOLLOW, 0600);
	struct sha256_run *run = sha256_open();
	char *buf = xalloc(CHUNK);
	struct sha256 h;
	ssize_t n = -1;

	while (out >= 0 && (n = read(in, buf, CHUNK)) > 0) {
		sha256_feed(run, (struct str){ buf, (size_t)n });
		if (write(out, buf, (size_t)n) != n) {
			n = -1;
			break;
		}
	}
	if (out >= 0 && n == 0 && fsync(out))
		n = -1;
	h = sha256_close(run);
	sha256_hex(&h, hex);
	xfree(buf);
	if (n)
		(void)err_set(e, RC_IO, "%s: %s", in < 0 ? from : to,
		    strerror(errno));
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return n ? RC_IO : RC_OK;
}

static enum rc copy_named(struct str from, struct str to, struct str name,
    struct arena *a, char hex[SHA256_HEX + 1], struct err *e)
{
	struct str dir = path_dir(name);

	if (!str_is(dir, ".") && mkdir(arena_z(a, path_join(a, to, dir)),
	    0700) && errno != EEXIST)
		return err_set(e, RC_IO, "%.*s: %s", STR_ARG(to),
		    strerror(errno));
	return copy_file(arena_z(a, path_join(a, from, name)), arena_z(a,
	    path_join(a, to, name)), hex, e);
}

/* --- out ------------------------------------------------------------------------- */

static enum rc no_row(void *arg, const struct value *v, size_t n,
    struct err *e)
{
	(void)arg, (void)v, (void)n, (void)e;
	return RC_OK;
}

/* Every row of every object is what was saved. */
static enum rc proof(struct str dir, struct arena *a, struct carried *out,
    struct err *e)
{
	const struct saved *v = NULL;
	struct store *s = NULL;
	size_t n = 0;
	enum rc rc = store_open(dir, &s, e);

	if (!rc)
		rc = store_list(s, a, &v, &n, e);
	for (size_t i = 0; !rc && i < n; i++) {
		rc = store_read(s, &v[i], no_row, NULL, e);
		out->rows += v[i].rows;
	}
	out->objects = n;
	store_close(s);
	return rc;
}

enum rc carry_out(const struct project *p, const struct run_summary *r,
    const char *dir, struct arena *a, struct err *e)
{
	struct files f = { .a = a };
	struct carried c = { 0 };
	struct sbuf b = SBUF_TEXT;
	struct json_out o = { .b = &b, .indent = 2 };
	char hex[SHA256_HEX + 1];
	enum rc rc = proof(r->dir, a, &c, e);

	if (rc)
		return rc;
	if (mkdir(dir, 0700))
		return err_set(e, errno == EEXIST ? RC_CONFLICT : RC_IO,
		    "%s: %s", dir, strerror(errno));
	list_dir(&f, r->dir, STR(""), 1);
	json_open_object(&o);
	json_pair_int(&o, "format", 1);
	json_pair_str(&o, "db", db_id(p, a));
	json_pair_str(&o, "label", p->db_label);
	json_pair_str(&o, "run", path_base(r->dir));
	json_key(&o, "files");
	json_open_object(&o);
	for (size_t i = 0; !rc && i < f.v.n; i++) {
		/* a whole copy of the database is not part of it */
		if (str_starts(f.v.v[i], STR("backup.")))
			continue;
		rc = copy_named(r->dir, str_z(dir), f.v.v[i], a, hex, e);
		json_key_str(&o, f.v.v[i]);
		json_put_z(&o, hex);
	}
	json_close_object(&o);
	json_close_object(&o);
	sbuf_addc(&b, '\n');
	if (!rc)
		rc = file_write_atomic(arena_z(a, path_join(a, str_z(dir),
		    STR(RECORD))), sbuf_str(&b), 0600, e);
	sbuf_free(&b);
	return rc;
}

/* --- in --------------------------------------------------------------------------- */

static enum rc record_read(const char *dir, struct arena *a,
    const struct json **out, struct err *e)
{
	struct sbuf text = SBUF_INIT(FS_MAX_TEXT);
	char *path = arena_z(a, path_join(a, str_z(dir), STR(RECORD)));
	enum rc rc = file_read(path, &text, e);

	if (!rc)
		rc = json_read(arena_str(a, sbuf_str(&text)), path, a, out, e);
	sbuf_free(&text);
	if (rc == RC_NOTFOUND) {
		*e = (struct err)ERR_INIT;
		err_set(e, rc, "%s has no " RECORD ": it is not what weir undo "
		    "export --to DIR writes", dir);
	}
	return rc;
}

/* Names stay below the folder. */
bool plain_name(struct str name)
{
	size_t slash = str_find(name, STR("/"), 0);

	return name.n && name.p[0] != '/' && name.p[0] != '.' &&
	    str_find(name, STR(".."), 0) == name.n &&
	    str_find(name, STR("/"), slash + 1) == name.n &&
	    !memchr(name.p, 0, name.n);
}

static enum rc changed(struct str name, struct err *e)
{
	return err_set(e, RC_INCONSISTENT, "%.*s is not the file that was "
	    "carried out", STR_ARG(name));
}

static enum rc take_files(const struct json *j, const char *dir,
    struct str part, struct arena *a, struct err *e)
{
	const struct json *files = json_get(j, "files");
	char hex[SHA256_HEX + 1];
	enum rc rc = RC_OK;

	if (!files || files->kind != JSON_OBJECT || files->n > FILES_MAX)
		return changed(STR(RECORD), e);
	for (size_t i = 0; !rc && i < files->n; i++) {
		struct str name = files->keys[i];

		if (!plain_name(name))
			return changed(name, e);
		rc = copy_named(str_z(dir), part, name, a, hex, e);
		if (!rc && !str_is(json_str_of(&files->items[i]), hex))
			rc = changed(name, e);
	}
	return rc;
}

void remove_run(struct str dir, struct arena *a)
{
	struct files f = { .a = a };
	struct dir_list list = { 0 };
	struct err ignored = ERR_INIT;

	list_dir(&f, dir, STR(""), 1);
	for (size_t i = 0; i < f.v.n; i++)
		(void)unlink(arena_z(a, path_join(a, dir, f.v.v[i])));
	if (dir_read(arena_z(a, dir), a, &list, &ignored) == RC_OK)
		for (size_t i = 0; i < list.n; i++)
			(void)rmdir(arena_z(a, path_join(a, dir,
			    list.v[i].name)));
	(void)rmdir(arena_z(a, dir));
}

/* In place of a run whose rows were pruned, or as a new one. */
static enum rc settle(struct str part, struct str place, struct arena *a,
    struct err *e)
{
	char *to = arena_z(a, place), *from = arena_z(a, part);

	if (file_stat_of(arena_z(a, path_join(a, place,
	    STR(STORE_FILE)))).exists) {
		err_set(e, RC_CONFLICT, "%s is here already, with its rows",
		    to);
		err_hint(e, "weir undo list");
		return RC_CONFLICT;
	}
	if (file_stat_of(to).is_dir) {
		if (rename(arena_z(a, path_join(a, part, STR(STORE_FILE))),
		    arena_z(a, path_join(a, place, STR(STORE_FILE)))))
			return err_set(e, RC_IO, "%s: %s", to,
			    strerror(errno));
		remove_run(part, a);
	} else if (rename(from, to)) {
		return err_set(e, RC_IO, "%s: %s", to, strerror(errno));
	}
	(void)file_sync_folder(to);
	return RC_OK;
}

/* A run where it was made, <state>/db/<id>/runs/<run>: as it stands. */
static bool is_run(const char *dir, struct arena *a, struct carried *c)
{
	struct str runs = path_dir(str_z(dir)), db = path_dir(runs);

	if (file_stat_of(arena_z(a, path_join(a, str_z(dir),
	    STR(RECORD)))).exists || !str_is(path_base(runs), "runs") ||
	    !file_stat_of(arena_z(a, path_join(a, str_z(dir),
	    STR(STORE_FILE)))).is_file)
		return false;
	c->db = path_base(db);
	c->label = db;
	c->run = path_base(str_z(dir));
	return true;
}

static enum rc take_run(const char *dir, struct str part, struct arena *a,
    struct err *e)
{
	struct files f = { .a = a };
	char hex[SHA256_HEX + 1];
	enum rc rc = RC_OK;

	list_dir(&f, str_z(dir), STR(""), 1);
	for (size_t i = 0; !rc && i < f.v.n; i++)
		if (!str_starts(f.v.v[i], STR("backup.")))
			rc = copy_named(str_z(dir), part, f.v.v[i], a, hex, e);
	return rc;
}

static enum rc check_owner(const struct project *p, const struct carried *c,
    struct str allowed, struct arena *a, struct err *e)
{
	if (!c->stranger || str_eq(allowed, c->db))
		return RC_OK;
	err_set(e, RC_DECISION, "these rows are of %.*s (%.*s), not of %.*s "
	    "(%.*s)", STR_ARG(c->label), STR_ARG(c->db), STR_ARG(p->db_label),
	    STR_ARG(db_id(p, a)));
	return RC_DECISION;
}

enum rc carry_in(const struct project *p, const char *dir, struct str allowed,
    struct arena *a, struct carried *out, struct err *e)
{
	const struct json *j = NULL;
	struct carried c = { 0 };
	struct str place = STR(""), part;
	bool run = is_run(dir, a, &c);
	enum rc rc = run ? RC_OK : record_read(dir, a, &j, e);

	if (rc)
		return rc;
	if (!run) {
		c.db = json_str_of(json_get(j, "db"));
		c.label = json_str_of(json_get(j, "label"));
		c.run = json_str_of(json_get(j, "run"));
	}
	c.stranger = !str_eq(c.db, db_id(p, a));
	*out = c;
	if (!plain_name(c.run) || str_find(c.run, STR("/"), 0) < c.run.n)
		return changed(STR(RECORD), e);
	rc = check_owner(p, &c, allowed, a, e);
	if (!rc)
		rc = state_place_make(p, a, &place, e);
	if (!rc)
		rc = dir_make(arena_z(a, path_join(a, place, STR("runs"))),
		    0700, e);
	if (rc)
		return rc;
	part = arena_printf(a, "%.*s/carried-%d", STR_ARG(place),
	    (int)getpid());
	remove_run(part, a);
	if (mkdir(arena_z(a, part), 0700))
		return err_set(e, RC_IO, "%.*s: %s", STR_ARG(part),
		    strerror(errno));
	rc = run ? take_run(dir, part, a, e) :
	    take_files(j, dir, part, a, e);
	/* a run that took nothing has no store */
	if (!rc && (run || json_get(json_get(j, "files"), STORE_FILE)))
		rc = proof(part, a, &c, e);
	if (!rc)
		rc = settle(part, path_join(a, path_join(a, place,
		    STR("runs")), c.run), a, e);
	if (rc)
		remove_run(part, a);
	else
		*out = c;
	return rc;
}
