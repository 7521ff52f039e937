/* keep: see keep.h. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "op/undo/keep.h"
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
