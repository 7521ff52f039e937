/*
 * scratch_left: see scratch.h.  The names of scratch databases, and what a
 * run that was ended left behind: only what bears exactly such a name is ever
 * dropped.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/utf8.h"
#include "drv/pg/scratch_parts.h"

#define PREFIX "weir_scratch_"
#define STAMP_LEN 14			/* YYYYMMDDHHMMSS */
#define DAY_MS (INT64_C(24) * 3600 * 1000)
#define BARE_MS (INT64_C(10) * 60 * 1000)	/* to get its comment */
#define LEFTOVERS_MAX 1000

/* --- names -------------------------------------------------- */

struct str pg_scratch_name(struct arena *a)
{
	struct sbuf b = SBUF_INIT(64), t = SBUF_INIT(64);
	unsigned r = 0;
	struct str out;

	if (getrandom(&r, sizeof(r), 0) != (ssize_t)sizeof(r))
		r = (unsigned)getpid() * 2654435761u;
	sbuf_addz(&b, PREFIX);
	clock_utc(&t, clock_now_ms(), true);
	for (size_t i = 0; i < t.n && b.n < strlen(PREFIX) + STAMP_LEN; i++)
		if (t.p[i] >= '0' && t.p[i] <= '9')
			sbuf_addc(&b, t.p[i]);
	sbuf_addf(&b, "_%08x", r);
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	sbuf_free(&t);
	return out;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* Exactly a name of ours: what is dropped by it must be nothing else. */
static bool is_ours(struct str name)
{
	size_t at = strlen(PREFIX);

	if (name.n != at + STAMP_LEN + 1 + 8 || !str_starts(name, STR(PREFIX)))
		return false;
	for (size_t i = at; i < name.n; i++) {
		char c = name.p[i];

		if (i == at + STAMP_LEN ? c != '_' : i < at + STAMP_LEN ?
		    c < '0' || c > '9' : !is_hex(c))
			return false;
	}
	return true;
}

static int64_t digits(struct str s, size_t from, size_t n)
{
	int64_t v = 0;

	for (size_t i = from; i < from + n; i++)
		v = v * 10 + (s.p[i] - '0');
	return v;
}

/* Days from 1970-01-01 (proleptic Gregorian). */
static int64_t days(int64_t y, int64_t m, int64_t d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = y / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static int64_t made_ms(struct str name)
{
	size_t at = strlen(PREFIX);

	return ((days(digits(name, at, 4), digits(name, at + 4, 2),
	    digits(name, at + 6, 2)) * 24 + digits(name, at + 8, 2)) * 3600 +
	    digits(name, at + 10, 2) * 60 + digits(name, at + 12, 2)) * 1000;
}

static struct str this_host(struct arena *a)
{
	char host[256] = "";

	if (gethostname(host, sizeof(host) - 1))
		return STR("unknown");
	return utf8_clean(a, str_z(host), UTF8_LINE);
}

static struct str comment_of_host(struct arena *a)
{
	struct str host = this_host(a);

	return arena_printf(a, "weir scratch: host %.*s, pid ", STR_ARG(host));
}

/* proc(5): /proc/PID/stat, after the name in parentheses the state and, of
 * all fields the 22nd, when it began; -1: it is gone, or dead and not waited
 * for, 0: nobody knows. */
static long long began(const char *pid, struct arena *a)
{
	char *path = arena_z(a, arena_printf(a, "/proc/%s/stat", pid));
	struct sbuf text = SBUF_INIT(4096);
	struct err ignored = ERR_INIT;
	const char *p;
	long long at = 0;

	if (!file_stat_of("/proc/self").exists)
		return 0;
	if (file_read(path, &text, &ignored)) {
		sbuf_free(&text);
		return file_stat_of(path).exists ? 0 : -1;
	}
	p = strrchr(arena_z(a, sbuf_str(&text)), ')');
	if (p && (str_starts(str_z(p), STR(") Z")) ||
	    str_starts(str_z(p), STR(") X"))))
		at = -1;
	for (int field = 2; p && field < 22; field++)
		p = strchr(p + 1, ' ');
	if (p && !at)
		at = strtoll(p, NULL, 10);
	sbuf_free(&text);
	return at;
}

struct str pg_scratch_comment(struct arena *a)
{
	return arena_printf(a, "%.*s%d, since %lld",
	    STR_ARG(comment_of_host(a)), (int)getpid(), began("self", a));
}

/* --- left behind -------------------------------------------------- */

/* A process of this machine that ended, or whose number another has. */
static bool is_gone(struct str comment, struct arena *a)
{
	struct str mine = comment_of_host(a);
	char *rest, *since;
	long long was, is;
	long pid;

	if (!str_starts(comment, mine))
		return false;
	rest = arena_z(a, str_sub(comment, mine.n, comment.n));
	pid = strtol(rest, &since, 10);
	if (pid <= 1)
		return false;
	is = began(arena_z(a, arena_printf(a, "%ld", pid)), a);
	was = str_starts(str_z(since), STR(", since ")) ?
	    strtoll(since + STR(", since ").n, NULL, 10) : 0;
	return is < 0 || (is > 0 && was > 0 && is != was);
}

/* Killed before it could write whose it is. */
static bool is_bare(const struct leftover *l)
{
	return !l->comment.n && clock_now_ms() - l->made_ms > BARE_MS;
}

static void judge_leftover(struct leftover *l, struct arena *a)
{
	bool old = clock_now_ms() - l->made_ms > DAY_MS;
	bool gone = is_gone(l->comment, a) || is_bare(l);

	l->stale = l->connections == 0 && (old || gone);
	l->why = l->connections ? STR("in use") :
	    gone ? STR("its process is gone") :
	    old ? STR("older than a day") : STR("its process may be running");
}

static enum rc list(struct pg *d, struct arena *a, struct leftover **out,
    size_t *n, struct err *e)
{
	VEC(struct leftover) v = { 0 };
	PGresult *r = NULL;
	enum rc rc = pg_rows(d, STR("SELECT d.datname,"
	    " coalesce(pg_catalog.shobj_description(d.oid,"
	    " 'pg_database'), ''),"
	    " CASE WHEN pg_catalog.pg_has_role(d.datdba, 'USAGE') OR"
	    " pg_catalog.has_database_privilege(d.oid, 'CONNECT')"
	    " THEN pg_catalog.pg_database_size(d.oid) ELSE"
	    " -1::pg_catalog.int8 END,"
	    " (SELECT count(*) FROM pg_catalog.pg_stat_activity AS s"
	    " WHERE s.datid OPERATOR(pg_catalog.=) d.oid)"
	    " FROM pg_catalog.pg_database AS d"
	    " WHERE pg_catalog.starts_with(d.datname::pg_catalog.text,"
	    " 'weir_scratch_')"
	    " ORDER BY d.datname"), NULL, 0, &r, e);
	for (int i = 0; !rc && i < PQntuples(r) && v.n < LEFTOVERS_MAX; i++) {
		struct leftover l = {
			.name = arena_str(a, pg_cell(r, i, 0)),
			.comment = utf8_clean(a, pg_cell(r, i, 1), UTF8_LINE),
			.bytes = pg_cell_int(r, i, 2),
			.connections = (int)pg_cell_int(r, i, 3),
		};
		if (!is_ours(l.name))
			continue;
		l.made_ms = made_ms(l.name);
		judge_leftover(&l, a);
		vec_push(a, &v, l);
	}
	if (rc)
		return rc;
	PQclear(r);
	*out = v.v;
	*n = v.n;
	return RC_OK;
}

enum rc pg_leftovers_here(struct drv *d, struct arena *a,
    struct leftover **out, size_t *n, struct err *e)
{
	return list(pg_of(d), a, out, n, e);
}

enum rc pg_leftovers(const struct drv_target *t, struct arena *a,
    struct leftover **out, size_t *n, struct err *e)
{
	struct drv *d = NULL;
	enum rc rc = pg_open_admin(t, &d, e);

	if (!rc)
		rc = list(pg_of(d), a, out, n, e);
	drv_close(d);
	return rc;
}

static enum rc drop_named(struct pg *d, struct str name, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	SQL(&b, "DROP DATABASE ");
	pg_ident(&b, name);
	rc = pg_exec_own(d, sbuf_str(&b), e);
	sbuf_free(&b);
	return rc;
}

void pg_scratch_sweep(struct pg *admin)
{
	struct arena *a = arena_new();
	struct leftover *v = NULL;
	struct err ignored = ERR_INIT;
	size_t n = 0;

	if (list(admin, a, &v, &n, &ignored) == RC_OK)
		for (size_t i = 0; i < n; i++)
			if (v[i].connections == 0 &&
			    (is_gone(v[i].comment, a) || is_bare(&v[i])))
				(void)!drop_named(admin, v[i].name, &ignored);
	arena_free(a);
}

enum rc pg_drop_leftover(const struct drv_target *t, struct str name,
    struct err *e)
{
	struct drv *d = NULL;
	enum rc rc;

	if (!is_ours(name))
		return err_set(e, RC_USAGE, "%.*s is not the name of a scratch "
		    "database", STR_ARG(name));
	rc = pg_open_admin(t, &d, e);
	if (!rc)
		rc = drop_named(pg_of(d), name, e);
	drv_close(d);
	return rc;
}
