/* keep: see keep.h. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "op/undo/keep.h"
#include "op/undo/local.h"
#include "op/undo/store.h"

#define DAY_MS ((int64_t)86400000)

static char *store_of(const struct run_summary *r, struct arena *a)
{
	return arena_z(a, path_join(a, r->dir, STR(STORE_FILE)));
}

int64_t kept_bytes(const struct project *p, struct arena *a)
{
	const struct run_summary *v = NULL;
	struct err ignored = ERR_INIT;
	size_t n = 0;
	int64_t bytes = 0;

	if (run_list(p, a, &v, &n, &ignored))
		return 0;
	for (size_t i = 0; i < n; i++) {
		struct file_stat st = file_stat_of(store_of(&v[i], a));

		bytes += st.is_file ? st.size : 0;
	}
	return bytes;
}

/* Newer runs stand before it: did one of them take the migration up or down? */
static bool done_since(const struct run_summary *v, size_t at, struct str tag)
{
	for (size_t i = 0; i < at; i++)
		if (strs_has(v[i].committed, tag))
			return true;
	return false;
}

static bool is_needed(const struct run_summary *v, size_t at)
{
	const struct run_summary *r = &v[at];

	if (r->running || !r->ended || r->damage.n)
		return true;
	for (size_t i = 0; i < r->saved.n; i++)
		if (!done_since(v, at, r->saved.v[i]))
			return true;
	return false;
}

enum rc kept_sweep(const struct project *p, struct arena *a,
    struct swept *out, struct err *e)
{
	const struct run_summary *v = NULL;
	struct swept done = { 0 };
	size_t n = 0;
	enum rc rc = run_list(p, a, &v, &n, e);

	for (size_t i = 0; !rc && i < n; i++) {
		char *path = store_of(&v[i], a);
		struct file_stat st = file_stat_of(path);

		if (!st.is_file || is_needed(v, i) || clock_now_ms() -
		    v[i].started < p->keeping.days * DAY_MS)
			continue;
		if (unlink(path)) {
			rc = err_set(e, RC_IO, "%s: %s", path,
			    strerror(errno));
			continue;
		}
		done.runs++;
		done.bytes += st.size;
	}
	*out = done;
	return rc;
}

/* --- copies that were not finished ---------------------------------------------- */

#define PART ".part"
#define PART_JOURNAL ".part-journal"
#define PART_QUIET_MS ((int64_t)60000)	/* of somebody on another machine */

struct parting {
	struct arena *a;
	struct unfinished out;
	bool remove;
};

/* "NAME.PID.part": is that process there? */
static bool is_written(struct str name, struct arena *a)
{
	size_t end = str_find(name, STR(PART), 0), at = end;
	struct str pid;

	while (at > 0 && name.p[at - 1] >= '0' && name.p[at - 1] <= '9' &&
	    end - at < 9)
		at--;
	pid = str_sub(name, at, end);
	return !file_stat_of("/proc/self").exists || (pid.n && file_stat_of(
	    arena_printf(a, "/proc/%.*s", STR_ARG(pid)).p).exists);
}

/* sure: whoever writes there holds a lock, and nobody does. */
static void parts_in(struct parting *x, struct str dir, bool sure)
{
	struct dir_list list = { 0 };
	struct err ignored = ERR_INIT;

	if (!file_stat_of(arena_z(x->a, dir)).is_dir ||
	    dir_read(arena_z(x->a, dir), x->a, &list, &ignored))
		return;
	for (size_t i = 0; i < list.n; i++) {
		struct str name = list.v[i].name;
		char *path = arena_z(x->a, path_join(x->a, dir, name));
		struct file_stat st = file_stat_of(path);

		if (!list.v[i].is_file || (!str_ends(name, STR(PART)) &&
		    !str_ends(name, STR(PART_JOURNAL))) ||
		    is_written(name, x->a) || (!sure && clock_now_ms() -
		    st.mtime_ns / 1000000 < PART_QUIET_MS))
			continue;
		if (x->remove && unlink(path))
			continue;
		x->out.n += str_ends(name, STR(PART));
		x->out.bytes += st.size;
	}
}

static void parts_find(struct parting *x, const struct project *p)
{
	struct str place = state_place(p, x->a);
	struct str runs = path_join(x->a, place, STR("runs"));
	struct dir_list list = { 0 };
	struct err ignored = ERR_INIT;

	if (!p->state_root.n)
		return;
	parts_in(x, path_join(x->a, place, STR("backups")), false);
	if (!file_stat_of(arena_z(x->a, runs)).is_dir ||
	    dir_read(arena_z(x->a, runs), x->a, &list, &ignored))
		return;
	for (size_t i = 0; i < list.n; i++) {
		struct str dir = path_join(x->a, runs, list.v[i].name);

		if (list.v[i].is_dir && !run_goes_on(dir, x->a))
			parts_in(x, dir, true);
	}
}

void parts_left(const struct project *p, struct arena *a, struct unfinished *out)
{
	struct parting x = { .a = a };

	parts_find(&x, p);
	*out = x.out;
}

void parts_sweep(const struct project *p, struct arena *a, struct unfinished *out)
{
	struct parting x = { .a = a, .remove = true };

	parts_find(&x, p);
	*out = x.out;
}
