/* stage: see stage.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/stage.h"
#include "base/vec.h"

#define MODE 0666		/* less the umask, as an editor would */
#define LOCK_TRIES 250
#define LOCK_PAUSE_NS 20000000

enum op_kind { PUT_NEW, PUT, REMOVE };
struct op {
	enum op_kind kind;
	const char *path;
	struct str bytes;
	char *temp;		/* the new bytes, until they take their place */
	char *kept;		/* what was there, until all is done */
	bool done;
};
struct stage {
	struct arena *a;
	int lock;
	VEC(struct op) ops;
};

enum rc stage_open(const char *dir, struct stage **out, struct err *e)
{
	const struct timespec pause = { .tv_nsec = LOCK_PAUSE_NS };
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), tries = 0;
	struct stage *st;

	if (fd < 0)
		return err_set(e, RC_IO, "cannot open folder %s: %m", dir);
	/* a file system without locks (ENOLCK …) is written to without */
	while (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) {
		if (++tries > LOCK_TRIES) {
			close(fd);
			err_set(e, RC_BUSY, "another weir is writing to %s",
			    dir);
			err_hint(e, "try again when it is done");
			return RC_BUSY;
		}
		nanosleep(&pause, NULL);
	}
	st = xalloc(sizeof(*st));
	st->a = arena_new();
	st->lock = fd;
	*out = st;
	return RC_OK;
}

static void add(struct stage *st, enum op_kind kind, const char *path,
    struct str bytes)
{
	vec_push(st->a, &st->ops, (struct op){ .kind = kind,
	    .path = arena_z(st->a, str_z(path)), .bytes = bytes });
}

void stage_put(struct stage *st, const char *path, struct str bytes,
    bool fresh)
{
	add(st, fresh ? PUT_NEW : PUT, path, bytes);
}

void stage_remove(struct stage *st, const char *path)
{
	add(st, REMOVE, path, STR(""));
}

/* A second name for what is there, under which it outlives the change. */
static bool keep(struct stage *st, struct op *op)
{
	uint64_t salt;
	struct str name;

	random_bytes(&salt, sizeof(salt));
	name = arena_printf(st->a, "%.*s/_weir-%016llx.tmp",
	    STR_ARG(path_dir(str_z(op->path))), (unsigned long long)salt);
	if (link(op->path, name.p) < 0)
		return errno == ENOENT && op->kind == PUT;
	op->kept = arena_z(st->a, name);
	return true;
}

static enum rc make(struct stage *st, struct op *op, struct err *e)
{
	bool ok = op->kind == PUT_NEW || keep(st, op);

	if (ok && op->kind == PUT_NEW)
		ok = link(op->temp, op->path) == 0;
	else if (ok && op->kind == PUT)
		ok = rename(op->temp, op->path) == 0;
	else if (ok)
		ok = unlink(op->path) == 0;
	if (!ok)
		return err_set(e, errno == EEXIST ? RC_CONFLICT :
		    errno == ENOENT ? RC_NOTFOUND : RC_IO, "cannot %s %s: %m",
		    op->kind == REMOVE ? "remove" : "write", op->path);
	op->done = true;
	return RC_OK;
}

static void take_back(struct op *op)
{
	if (op->done && op->kept)
		(void)!rename(op->kept, op->path);
	else if (op->done)
		(void)!unlink(op->path);
	else if (op->kept)
		(void)!unlink(op->kept);
	op->kept = NULL;
	op->done = false;
}

static void tidy(struct stage *st)
{
	for (size_t i = 0; i < st->ops.n; i++) {
		struct op *op = &st->ops.v[i];

		/* after a rename there is nothing of that name, which is fine */
		if (op->temp)
			(void)!unlink(op->temp);
		if (op->kept)
			(void)!unlink(op->kept);
		op->temp = op->kept = NULL;
	}
}

static enum rc write_temps(struct stage *st, struct err *e)
{
	for (size_t i = 0; i < st->ops.n; i++) {
		struct op *op = &st->ops.v[i];
		struct sbuf temp = SBUF_INIT(PATH_MAX + 64);
		enum rc rc = RC_OK;

		if (op->kind != REMOVE)
			rc = file_temp(op->path, op->bytes, MODE, &temp, e);
		if (!rc && op->kind != REMOVE)
			op->temp = arena_z(st->a, sbuf_str(&temp));
		sbuf_free(&temp);
		if (rc)
			return rc;
	}
	return RC_OK;
}

enum rc stage_commit(struct stage *st, struct err *e)
{
	enum rc rc = write_temps(st, e);

	for (size_t i = 0; !rc && i < st->ops.n; i++)
		rc = make(st, &st->ops.v[i], e);
	for (size_t i = 0; !rc && i < st->ops.n; i++)
		if (!file_sync_folder(st->ops.v[i].path))
			rc = err_set(e, RC_IO, "the folder of %s does not "
			    "sync: %m", st->ops.v[i].path);
	for (size_t i = st->ops.n; rc && i > 0; i--)
		take_back(&st->ops.v[i - 1]);
	if (rc == RC_IO)
		err_hint(e, "nothing was changed: see to the folder's rights "
		    "and the room on its disk, and try again");
	tidy(st);
	return rc;
}

void stage_close(struct stage *st)
{
	if (!st)
		return;
	close(st->lock);
	arena_free(st->a);
	xfree(st);
}
