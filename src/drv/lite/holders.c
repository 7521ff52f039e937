/*
 * Who has a database open: /proc/locks by inode, names from /proc/PID/comm.
 * The file itself is never opened to ask (rule L.3).  A connection in
 * rollback mode that does nothing holds no lock and is not seen; in WAL mode
 * every connection holds one for its life.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "drv/lite/lite.h"

#define PENDING_BYTE_AT 0x40000000
#define RESERVED_BYTE_AT (PENDING_BYTE_AT + 1)
#define SHM_WRITE_AT 120		/* of the -shm file: WAL_WRITE_LOCK */
#define HOLDERS_MAX 64

struct lock_line {
	int pid;
	bool write;
	unsigned major, minor;
	uint64_t ino;
	int64_t from;
};

/* "1: POSIX  ADVISORY  WRITE 812 fd:01:5511 1073741825 1073741825" */
static bool read_lock_line(const char *line, struct lock_line *l)
{
	char mode[8] = "";

	if (sscanf(line, "%*[^:]: %*s %*s %7s %d %x:%x:%" SCNu64 " %" SCNd64,
	    mode, &l->pid, &l->major, &l->minor, &l->ino, &l->from) != 6)
		return false;
	l->write = !strcmp(mode, "WRITE");
	return true;
}

static bool same_file(const struct lock_line *l, uint64_t dev, uint64_t ino)
{
	/* File systems with several devices (btrfs, overlay) show another
	 * device here than stat does: an equal inode is then enough. */
	return l->ino == ino && (makedev(l->major, l->minor) == dev ||
	    major((dev_t)dev) == 0 || l->major == 0);
}



static void each_lock(void (*visit)(const struct lock_line *, void *),
    void *arg)
{
	FILE *f = fopen("/proc/locks", "re");
	char line[256];
	struct lock_line l;

	while (f && fgets(line, sizeof(line), f))
		if (read_lock_line(line, &l))
			visit(&l, arg);
	if (f)
		fclose(f);
}

struct self_query {
	uint64_t dev, ino;
	bool self, written;
};

static void visit_self(const struct lock_line *l, void *arg)
{
	struct self_query *q = arg;

	if (!same_file(l, q->dev, q->ino))
		return;
	if (l->pid == (int)getpid())
		q->self = true;
	if (l->write && l->from >= PENDING_BYTE_AT)
		q->written = true;
}

bool lite_self_holds(uint64_t dev, uint64_t ino)
{
	struct self_query q = { .dev = dev, .ino = ino };

	each_lock(visit_self, &q);
	return q.self;
}

bool lite_is_being_written(uint64_t dev, uint64_t ino)
{
	struct self_query q = { .dev = dev, .ino = ino };

	each_lock(visit_self, &q);
	return q.written;
}

struct holder_query {
	struct stat db, shm;
	bool has_shm;
	struct holder v[HOLDERS_MAX];
	size_t n;
};

static void visit_holder(const struct lock_line *l, void *arg)
{
	struct holder_query *q = arg;
	bool db = same_file(l, q->db.st_dev, q->db.st_ino);
	bool shm = q->has_shm && same_file(l, q->shm.st_dev, q->shm.st_ino);
	bool writing = l->write && (db ? l->from >= PENDING_BYTE_AT :
	    l->from == SHM_WRITE_AT);
	size_t i;

	if ((!db && !shm) || l->pid == (int)getpid() || l->pid <= 0)
		return;
	for (i = 0; i < q->n && q->v[i].pid != l->pid; i++)
		;
	if (i == HOLDERS_MAX)
		return;
	if (i == q->n)
		q->v[q->n++] = (struct holder){ .pid = l->pid };
	q->v[i].writing |= writing;
}

static struct str command_of(int pid, struct arena *a)
{
	char path[64], name[64] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	f = fopen(path, "re");
	if (f && !fgets(name, sizeof(name), f))
		name[0] = 0;
	if (f)
		fclose(f);
	return arena_str(a, name[0] ? str_trim(str_z(name)) : STR("process"));
}

static int by_pid(const void *x, const void *y)
{
	int p = ((const struct holder *)x)->pid;
	int q = ((const struct holder *)y)->pid;

	return (p > q) - (p < q);
}

void lite_holders_of(const char *path, struct arena *a, struct holders *out)
{
	struct holder_query *q = arena_new_of(a, struct holder_query);
	struct str shm = arena_printf(a, "%s-shm", path);

	*out = (struct holders){ NULL, 0 };
	if (!*path || stat(path, &q->db))
		return;
	q->has_shm = stat(shm.p, &q->shm) == 0;
	each_lock(visit_holder, q);
	qsort(q->v, q->n, sizeof(*q->v), by_pid);
	for (size_t i = 0; i < q->n; i++)
		q->v[i].command = command_of(q->v[i].pid, a);
	*out = (struct holders){ q->v, q->n };
}

enum rc lite_holders(struct drv *base, struct arena *a, struct holders *out,
    struct err *e)
{
	(void)e;
	lite_holders_of(lite_of(base)->path, a, out);
	return RC_OK;
}
