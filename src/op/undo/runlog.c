/*
 * runlog: the record of one run, written as it happens.
 *
 * Invariants: a line is written by one write(2); nothing is rewritten; the
 * file is locked (flock) for as long as its run lives, so that a reader can
 * tell a run that goes on from one that was cut off.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/json.h"
#include "op/undo/local.h"
#include "op/undo/undo.h"

const char *const log_event_word[LOG_EVENT_N] = {
	[LOG_START] = "start",
	[LOG_LOCK] = "lock",
	[LOG_BASE] = "base",
	[LOG_SAVE] = "save",
	[LOG_TX_BEGIN] = "tx-begin",
	[LOG_STMT] = "stmt",
	[LOG_STMT_OK] = "stmt-ok",
	[LOG_COMMIT_SENT] = "commit-sent",
	[LOG_COMMITTED] = "committed",
	[LOG_ROLLED_BACK] = "rolled-back",
	[LOG_VERIFY] = "verify",
	[LOG_END] = "end",
};

struct run_log {
	struct arena *a;
	char *dir;
	int fd;
	uint64_t seq;
	int error;		/* errno of the first write that failed */
};

static enum rc state_err(enum rc rc, struct err *e)
{
	err_prefix(e, "the run cannot be recorded");
	err_hint(e, "choose a place that can be written with --state DIR");
	return rc == RC_OK ? RC_IO : (e->code = RC_IO);
}

/* <root>/.gitignore of "*", so that a project never commits its runs. */
static enum rc ignore_write(const char *root, struct err *e)
{
	char path[4096];

	if ((size_t)snprintf(path, sizeof path, "%s/.gitignore", root) >=
	    sizeof path)
		return err_set(e, RC_IO, "%s: path too long", root);
	if (file_stat_of(path).exists)
		return RC_OK;
	return file_write_atomic(path, STR("*\n"), 0600, e);
}

enum rc state_prepare(const struct project *p, struct err *e)
{
	struct arena *a = arena_new();
	char *root = arena_z(a, p->state_root);
	struct file_stat st;
	enum rc rc;

	rc = p->state_root.n ? dir_make(root, 0700, e) :
	    err_set(e, RC_IO, "no state folder is known");
	if (!rc)
		rc = ignore_write(root, e);
	st = file_stat_of(root);
	if (!rc && !(st.is_dir && access(root, W_OK | X_OK) == 0))
		rc = err_set(e, RC_IO, "%s: %s", root, st.is_dir ?
		    strerror(EACCES) : strerror(ENOTDIR));
	if (rc)
		rc = state_err(rc, e);
	arena_free(a);
	return rc;
}

char *state_db_dir(const struct project *p, struct arena *a)
{
	return arena_z(a, path_join(a, p->state_root, arena_printf(a, "db/%.*s",
	    STR_ARG(project_db_name(p, a)))));
}

void db_learn(const struct project *p, struct drv *d)
{
	const struct drv_databases *dbs = d->ops->databases;
	struct err ignored = ERR_INIT;
	struct str s = STR("");

	if (!dbs || !p->db_ident || p->db_ident->n)
		return;
	if (dbs->identity(d, p->a, &s, &ignored) == RC_OK &&
	    !memchr(s.p, '/', s.n))
		*p->db_ident = s;
}

struct str db_id(const struct project *p, struct arena *a)
{
	return path_base(str_z(state_db_dir(p, a)));
}

static enum rc db_json(const struct project *p, const char *dir,
    struct arena *a, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	struct json_out o = { .b = &b, .indent = 2 };
	char *path = arena_z(a, path_join(a, str_z(dir), STR("db.json")));
	enum rc rc;

	if (file_stat_of(path).exists)
		return RC_OK;
	json_open_object(&o);
	json_pair_int(&o, "format", 1);
	if (p->db.path.n)
		json_pair_str(&o, "path", path_absolute(a, p->db.path));
	json_pair_str(&o, "label", p->db_label);
	json_close_object(&o);
	sbuf_addc(&b, '\n');
	rc = file_write_atomic(path, sbuf_str(&b), 0600, e);
	sbuf_free(&b);
	return rc;
}

struct str state_place(const struct project *p, struct arena *a)
{
	return str_z(state_db_dir(p, a));
}

enum rc state_place_make(const struct project *p, struct arena *a,
    struct str *out, struct err *e)
{
	enum rc rc = state_prepare(p, e);
	char *dir;

	if (rc)
		return rc;
	dir = state_db_dir(p, a);
	rc = dir_make(dir, 0700, e);
	if (!rc)
		rc = db_json(p, dir, a, e);
	if (rc)
		return state_err(rc, e);
	*out = str_z(dir);
	return RC_OK;
}

/* A new folder named by the time; two runs in one millisecond count up. */
static enum rc run_dir_make(struct run_log *l, const char *dbdir,
    struct err *e)
{
	struct sbuf name = SBUF_TEXT;
	enum rc rc;

	rc = dir_make(arena_z(l->a, path_join(l->a, str_z(dbdir),
	    STR("runs"))), 0700, e);
	for (int i = 0; !rc && i < 1000; i++) {
		sbuf_reset(&name);
		clock_utc(&name, clock_now_ms(), true);
		if (i)
			sbuf_addf(&name, "-%03d", i);
		l->dir = arena_z(l->a, arena_printf(l->a, "%s/runs/%.*s",
		    dbdir, STR_ARG(sbuf_str(&name))));
		if (mkdir(l->dir, 0700) == 0)
			break;
		if (errno != EEXIST || i == 999)
			rc = err_set(e, RC_IO, "%s: %s", l->dir,
			    strerror(errno));
	}
	sbuf_free(&name);
	return rc;
}

static enum rc log_create(struct run_log *l, struct err *e)
{
	char *path = arena_z(l->a, path_join(l->a, str_z(l->dir),
	    STR("run.log")));
	int dirfd;

	l->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC,
	    0600);
	if (l->fd < 0)
		return err_set(e, RC_IO, "%s: %s", path, strerror(errno));
	/* A file system without locks only loses the "still running". */
	(void)flock(l->fd, LOCK_EX | LOCK_NB);
	dirfd = open(l->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dirfd >= 0) {
		(void)fsync(dirfd);
		close(dirfd);
	}
	return RC_OK;
}

enum rc run_log_open(const struct project *p, struct run_log **out,
    struct err *e)
{
	struct arena *a = arena_new();
	struct run_log *l = arena_new_of(a, struct run_log);
	struct str dbdir = STR("");
	enum rc rc;

	l->a = a;
	l->fd = -1;
	rc = state_place_make(p, a, &dbdir, e);
	if (!rc)
		rc = run_dir_make(l, arena_z(a, dbdir), e);
	if (!rc)
		rc = log_create(l, e);
	if (rc) {
		rc = state_err(rc, e);
		goto out;
	}
	*out = l;
	return RC_OK;
out:
	arena_free(a);
	return rc;
}

const char *run_log_dir(const struct run_log *l)
{
	return l->dir;
}

void run_log_line(const struct run_log *l, uint64_t ahead, enum log_event ev,
    struct str json, struct sbuf *out)
{
	size_t from = out->n;

	sbuf_addf(out, "%llu %lld %s ", (unsigned long long)(l->seq + ahead),
	    (long long)clock_now_ms(), log_event_word[ev]);
	sbuf_add(out, json.n ? json : STR("{}"));
	sbuf_addf(out, " %08x\n", crc32c(str_sub(sbuf_str(out), from,
	    out->n)));
}

void run_log_add(struct run_log *l, enum log_event ev, struct str json)
{
	struct sbuf b = SBUF_TEXT;
	ssize_t n;

	run_log_line(l, 0, ev, json, &b);
	l->seq++;
	n = write(l->fd, b.p, b.n);
	if (n < 0 || (size_t)n != b.n)
		l->error = l->error ? l->error : n < 0 ? errno : ENOSPC;
	sbuf_free(&b);
}

enum rc run_log_sync(struct run_log *l, struct err *e)
{
	/* An fsync that failed once is never asked again: the pages that it
	 * could not write may have been dropped. */
	if (!l->error && fsync(l->fd) != 0 && errno != EINVAL)
		l->error = errno;
	if (!l->error)
		return RC_OK;
	err_set(e, RC_IO, "%s/run.log: %s", l->dir, strerror(l->error));
	return state_err(RC_IO, e);
}

/* The path of a file of the run; its folder, one below the run's, is made. */
static enum rc file_place(struct run_log *l, const char *name, char **out,
    struct err *e)
{
	struct str path = path_join(l->a, str_z(l->dir), str_z(name));
	char *dir = arena_z(l->a, path_dir(path));

	if (strchr(name, '/') && mkdir(dir, 0700) != 0 && errno != EEXIST) {
		err_set(e, RC_IO, "%s: %s", dir, strerror(errno));
		return state_err(RC_IO, e);
	}
	*out = arena_z(l->a, path);
	return RC_OK;
}

/*
 * Not synced: the log alone decides what happened, and a model that a power
 * cut left torn does not read, so that the replay stands in for it.  A disk
 * flush a file would cost more than most migrations.
 */
enum rc run_log_file(struct run_log *l, const char *name, struct str bytes,
    struct err *e)
{
	char *path = NULL;
	enum rc rc = file_place(l, name, &path, e);
	int fd;

	if (rc)
		return rc;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
	    0600);
	if (fd < 0)
		rc = err_set(e, RC_IO, "%s: %s", path, strerror(errno));
	for (size_t at = 0; !rc && at < bytes.n;) {
		ssize_t n = write(fd, bytes.p + at, bytes.n - at);

		if (n > 0)
			at += (size_t)n;
		else if (n == 0 || errno != EINTR)
			rc = err_set(e, RC_IO, "%s: %s", path,
			    strerror(n ? errno : ENOSPC));
	}
	if (fd >= 0)
		close(fd);
	return rc ? state_err(rc, e) : RC_OK;
}

bool run_log_same(struct run_log *l, const char *from, const char *name)
{
	struct err ignored = ERR_INIT;
	char *a = NULL, *b = NULL;

	return file_place(l, from, &a, &ignored) == RC_OK &&
	    file_place(l, name, &b, &ignored) == RC_OK && link(a, b) == 0;
}

void run_log_close(struct run_log *l)
{
	if (!l)
		return;
	if (l->fd >= 0)
		close(l->fd);
	arena_free(l->a);
}
