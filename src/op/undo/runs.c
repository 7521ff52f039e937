/*
 * runs: what earlier runs left behind, read back.
 *
 * A log is believed as far as its checksums go.  Whether a run that was cut
 * off did commit is not in its log: the tracking table says it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/json.h"
#include "op/undo/local.h"
#include "op/undo/store.h"
#include "op/undo/undo.h"

#define RUNS_MAX 1000

/* The next word of *rest, without its blank. */
static struct str word_take(struct str *rest)
{
	size_t at = str_find(*rest, STR(" "), 0);
	struct str w = str_sub(*rest, 0, at);

	*rest = str_sub(*rest, at < rest->n ? at + 1 : at, rest->n);
	return w;
}

static bool number_read(struct str s, int64_t *out)
{
	int64_t v = 0;

	if (s.n == 0 || s.n > 18)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (s.p[i] - '0');
	}
	*out = v;
	return true;
}

static bool event_read(struct str s, enum log_event *out)
{
	for (int i = 0; i < LOG_EVENT_N; i++)
		if (str_is(s, log_event_word[i])) {
			*out = (enum log_event)i;
			return true;
		}
	return false;
}

static bool record_read(struct str line, struct log_record *out)
{
	char crc[16];
	struct str body, rest;
	int64_t seq;

	if (line.n < 10 || line.p[line.n - 9] != ' ')
		return false;
	body = str_sub(line, 0, line.n - 9);
	memcpy(crc, line.p + line.n - 8, 8);
	crc[8] = '\0';
	for (int i = 0; i < 8; i++)
		if (!strchr("0123456789abcdef", crc[i]))
			return false;
	if (strtoul(crc, NULL, 16) != crc32c(body))
		return false;
	rest = body;
	if (!number_read(word_take(&rest), &seq) ||
	    !number_read(word_take(&rest), &out->ms) ||
	    !event_read(word_take(&rest), &out->event))
		return false;
	out->seq = (uint64_t)seq;
	out->text = rest;
	return true;
}

enum rc run_log_read(const char *dir, struct arena *a,
    const struct log_record **out, size_t *n, struct err *e)
{
	struct sbuf text = SBUF_INIT(FS_MAX_TEXT);
	VEC(struct log_record) v = { 0 };
	struct str rest, line;
	char *path = arena_z(a, path_join(a, str_z(dir), STR("run.log")));
	enum rc rc = file_read(path, &text, e);

	rest = arena_str(a, sbuf_str(&text));
	while (!rc && rest.n) {
		struct log_record r;
		size_t end = str_find(rest, STR("\n"), 0);

		line = str_sub(rest, 0, end);
		if (end < rest.n && record_read(line, &r) &&
		    r.seq == v.n) {
			vec_push(a, &v, r);
		} else {
			/* torn by a crash: only the last one may be */
			if (end + 1 < rest.n)
				rc = err_set(e, RC_INCONSISTENT,
				    "%s: record %zu is damaged", path, v.n);
			break;
		}
		rest = str_sub(rest, end + 1, rest.n);
	}
	sbuf_free(&text);
	if (rc)
		return rc;
	*out = v.v;
	*n = v.n;
	return RC_OK;
}

static struct strs tags_of(const struct json *j, struct arena *a)
{
	VEC(struct str) v = { 0 };
	const struct json *tags = j ? json_get(j, "tags") : NULL;

	for (size_t i = 0; tags && tags->kind == JSON_ARRAY && i < tags->n; i++)
		if (tags->items[i].kind == JSON_STRING)
			vec_push(a, &v, tags->items[i].string);
	return (struct strs){ v.v, v.n };
}

static void part_event(struct run_summary *s, const struct json *j, bool begun)
{
	const struct json *left = json_get(j, "left");

	if (!left || left->kind != JSON_NUMBER || !json_get(j, "hash"))
		return;
	s->part = (struct run_part){
		.tag = json_str_of(json_get(j, "tag")),
		.hash = json_str_of(json_get(j, "hash")),
		.left = (int64_t)left->number,
		.begun = begun,
	};
}

static void saved_event(struct run_summary *s, const struct json *j,
    struct arena *a)
{
	const struct json *n = json_get(j, "objects");

	s->saved = strs_joined(s->saved, tags_of(j, a), a);
	if (n && n->integer > 0) {
		s->kept = strs_joined(s->kept, tags_of(j, a), a);
		s->waiting = n->integer;
	}
}

static void committed_event(struct run_summary *s, const struct json *j,
    struct arena *a)
{
	/* it counts all of its run, from the last one that failed on */
	if (s->objects < s->waiting)
		s->objects = s->waiting;
	s->waiting = 0;
	struct strs tags = tags_of(j, a);
	const struct json *part = json_get(j, "part");

	s->committed = strs_joined(s->committed, tags, a);
	s->unknown = (struct strs){ NULL, 0 };
	for (size_t i = 0; i < tags.n; i++)
		if (str_eq(tags.v[i], s->part.tag))
			s->part = (struct run_part){ 0 };
	if (part && part->kind == JSON_OBJECT)
		part_event(s, part, false);
}

static void begun_event(struct run_summary *s, struct str tag, struct arena *a)
{
	if (tag.n && !strs_has(s->begun, tag))
		s->begun = strs_joined(s->begun, (struct strs){ &tag, 1 }, a);
}

static void summary_event(struct run_summary *s, const struct log_record *r,
    struct arena *a)
{
	const struct json *j = NULL;
	struct err e = ERR_INIT;

	if (json_read(r->text, "run.log", a, &j, &e))
		return;
	switch (r->event) {
	case LOG_START:
		s->started = r->ms;
		s->planned = tags_of(j, a);
		s->what = json_str_of(json_get(j, "what"));
		s->changing = json_get(j, "kept");	/* said there once */
		break;
	case LOG_COMMITTED:
		committed_event(s, j, a);
		break;
	case LOG_COMMIT_SENT:
		s->unknown = tags_of(j, a);
		break;
	case LOG_ROLLED_BACK:
		s->waiting = 0;
		s->unknown = (struct strs){ NULL, 0 };
		s->rolled_back = true;
		break;
	case LOG_END:
		s->ended = true;
		break;
	case LOG_STMT:
		begun_event(s, json_str_of(json_get(j, "tag")), a);
		/* fallthrough */
	case LOG_STMT_OK:
		part_event(s, j, r->event == LOG_STMT);
		break;
	case LOG_SAVE:
		saved_event(s, j, a);
		break;
	case LOG_TX_BEGIN:
		s->waiting = 0;
		s->changing = true;
		break;
	case LOG_LOCK:
	case LOG_BASE:
	case LOG_VERIFY:
	case LOG_EVENT_N:
		break;
	}
}

bool run_goes_on(struct str dir, struct arena *a)
{
	char *path = arena_z(a, path_join(a, dir, STR("run.log")));
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool busy;

	if (fd < 0)
		return false;
	busy = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
	close(fd);
	return busy;
}

static void summary_read(struct run_summary *s, struct arena *a)
{
	const struct log_record *v = NULL;
	struct sbuf text = SBUF_INIT(FS_MAX_TEXT);
	struct err e = ERR_INIT;
	char *dir = arena_z(a, s->dir);
	size_t n = 0;

	s->running = run_goes_on(s->dir, a);
	if (run_log_read(dir, a, &v, &n, &e))
		s->damage = arena_str(a, str_z(e.msg));
	for (size_t i = 0; i < n; i++)
		summary_event(s, &v[i], a);
	if (file_read(arena_z(a, path_join(a, s->dir, STR("report.json"))),
	    &text, &e) == RC_OK)
		s->report_json = arena_str(a, sbuf_str(&text));
	sbuf_free(&text);
}

static enum rc run_dirs(const struct project *p, struct arena *a,
    struct strs *out, struct err *e)
{
	VEC(struct str) v = { 0 };
	struct dir_list list = { 0 };
	struct str runs = path_join(a, str_z(state_db_dir(p, a)),
	    STR("runs"));
	enum rc rc;

	*out = (struct strs){ 0 };
	if (!p->state_root.n || !file_stat_of(arena_z(a, runs)).is_dir)
		return RC_OK;
	rc = dir_read(arena_z(a, runs), a, &list, e);
	if (rc)
		return rc;
	for (size_t i = list.n; i-- > 0 && v.n < RUNS_MAX;)
		if (list.v[i].is_dir)
			vec_push(a, &v, path_join(a, runs, list.v[i].name));
	*out = (struct strs){ v.v, v.n };
	return RC_OK;
}

enum rc run_list(const struct project *p, struct arena *a,
    const struct run_summary **out, size_t *n, struct err *e)
{
	struct run_summary *v;
	struct strs dirs;
	enum rc rc = run_dirs(p, a, &dirs, e);

	if (rc)
		return rc;
	v = arena_array(a, struct run_summary, dirs.n + 1);
	for (size_t i = 0; i < dirs.n; i++) {
		v[i].dir = dirs.v[i];
		summary_read(&v[i], a);
	}
	*out = v;
	*n = dirs.n;
	return RC_OK;
}

static const struct mig *mig_find(const struct states *st, struct str tag)
{
	for (size_t i = 0; st && i < st->n; i++)
		if (str_eq(st->v[i].entry->tag, tag))
			return &st->v[i];
	return NULL;
}

/* What became of a migration of a run that was cut off, [recorded][begun]: all
 * that was sent to the engine and is not recorded it has taken back. */
static const struct {
	const char *what;
	const char *says[2][2];
} fates[] = {
	{ "migrate", {
		{ " was not begun", " was begun, the engine took it back: it is"
		    " not applied" },
		{ " is applied", " is applied" } } },
	{ "rollback", {
		{ " is rolled back", " is rolled back" },
		{ " was not begun and is still applied", "'s way back was begun,"
		    " the engine took it back: it is still applied" } } },
	{ "", {
		{ " is not recorded", " is not recorded" },
		{ " is recorded", " is recorded" } } },
};

static const char *fate_of(const struct run_summary *s, const struct mig *m,
    struct str tag)
{
	size_t i = 0;

	while (fates[i].what[0] && !str_is(s->what, fates[i].what))
		i++;
	/* not all of it: op/resume.h tells how far it is */
	if (str_eq(s->part.tag, tag) && !(m && m->row))
		return " is half applied";
	return fates[i].says[m && m->row][strs_has(s->begun, tag)];
}

bool run_cut_off(const struct run_summary *r)
{
	return !r->ended && !r->running &&
	    (r->planned.n || str_is(r->what, "restore"));
}

struct str run_interrupted(const struct run_summary *v, size_t n,
    const struct states *st, struct arena *a)
{
	struct sbuf b = SBUF_TEXT;
	struct str out = STR("");

	if (!n || !run_cut_off(&v[0]))
		return out;
	sbuf_addz(&b, "the ");
	sbuf_add(&b, v[0].what.n ? v[0].what : STR("run"));
	sbuf_addz(&b, " of ");
	clock_short(&b, v[0].started);
	sbuf_addz(&b, " was cut off: ");
	if (str_is(v[0].what, "restore"))
		sbuf_addz(&b, v[0].changing ? "the database is as it was "
		    "before it, or as the copy is; weir verify tells" :
		    "nothing was changed yet, the database is as it was");
	for (size_t i = 0; i < v[0].planned.n; i++) {
		struct str tag = v[0].planned.v[i];

		sbuf_addz(&b, i ? "; " : "");
		sbuf_add(&b, tag);
		sbuf_addz(&b, fate_of(&v[0], mig_find(st, tag), tag));
	}
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

bool run_unfinished(const struct run_summary *v, size_t n,
    const struct states *st)
{
	bool back = n && str_is(v[0].what, "rollback"), any = false;

	if (!n || v[0].ended || v[0].running ||
	    !(back || str_is(v[0].what, "migrate")))
		return false;
	for (size_t i = 0; i < v[0].planned.n; i++) {
		const struct mig *m = mig_find(st, v[0].planned.v[i]);

		any = any || (m && (m->row != NULL) == back);
	}
	return any;
}

const struct run_part *run_part_of(const struct run_summary *v, size_t n,
    struct str tag)
{
	for (size_t i = 0; i < n; i++) {
		if (strs_has(v[i].committed, tag) || v[i].running)
			return NULL;
		if (str_eq(v[i].part.tag, tag))
			return &v[i].part;
	}
	return NULL;
}

static enum rc model_load(struct str dir, struct str tag, const char *name,
    struct arena *a, const struct model **out, struct err *e)
{
	struct sbuf text = SBUF_INIT(FS_MAX_TEXT);
	struct str path = path_join(a, path_join(a, dir, tag), str_z(name));
	struct model *m = NULL;
	enum rc rc = file_read(arena_z(a, path), &text, e);

	if (!rc)
		rc = model_from_json(arena_str(a, sbuf_str(&text)),
		    arena_z(a, path), a, &m, e);
	sbuf_free(&text);
	if (!rc)
		*out = m;
	return rc;
}

/* Of the newest run that committed it; "": there is none. */
static enum rc run_of(const struct project *p, struct str tag,
    struct arena *a, struct str *dir, struct err *e)
{
	const struct run_summary *v = NULL;
	size_t n = 0;
	enum rc rc = run_list(p, a, &v, &n, e);

	*dir = STR("");
	for (size_t i = 0; !rc && tag_valid(tag) && i < n && !dir->n; i++)
		if (str_is(v[i].what, "migrate") &&
		    strs_has(v[i].committed, tag))
			*dir = v[i].dir;
	return rc;
}

enum rc run_models(const struct project *p, struct str tag, struct arena *a,
    const struct model **before, const struct model **after, struct err *e)
{
	struct err none = ERR_INIT;
	const struct model *b = NULL, *f = NULL;
	struct str dir;
	enum rc rc = run_of(p, tag, a, &dir, e);

	*before = *after = NULL;
	/* A record that does not read is one that there is not: the replay
	 * stands in for it. */
	if (rc || !dir.n ||
	    model_load(dir, tag, "before.json", a, &b, &none) ||
	    model_load(dir, tag, "after.json", a, &f, &none))
		return rc;
	*before = b;
	*after = f;
	return RC_OK;
}

enum rc run_text(const struct project *p, struct str tag, const char *name,
    struct arena *a, struct str *out, struct err *e)
{
	struct sbuf text = SBUF_INIT(FS_MAX_TEXT);
	struct str dir;
	enum rc rc = run_of(p, tag, a, &dir, e);

	if (!rc && !dir.n)
		rc = err_set(e, RC_NOTFOUND, "there is no record of %.*s",
		    STR_ARG(tag));
	if (!rc)
		rc = file_read(arena_z(a, path_join(a, path_join(a, dir, tag),
		    str_z(name))), &text, e);
	if (!rc)
		*out = arena_str(a, sbuf_str(&text));
	sbuf_free(&text);
	return rc;
}

/* A run that was cut off, or that never heard of its COMMIT, may have committed:
 * the tracking row, by which the caller knows the migration as applied, is then
 * its. */
enum rc run_saved(const struct project *p, struct str tag, struct arena *a,
    struct str *dir, bool *rows, struct err *e)
{
	const struct run_summary *v = NULL;
	size_t n = 0;
	enum rc rc = run_list(p, a, &v, &n, e);

	*dir = STR("");
	*rows = false;
	for (size_t i = 0; !rc && i < n; i++) {
		bool open = !v[i].ended && !v[i].rolled_back;

		if (!str_is(v[i].what, "migrate") ||
		    !(strs_has(v[i].committed, tag) ||
		    strs_has(v[i].unknown, tag) ||
		    (open && strs_has(v[i].planned, tag))))
			continue;
		*rows = strs_has(v[i].kept, tag);
		/* kept, and pruned since: as if it had never been saved */
		if (strs_has(v[i].saved, tag) && (!*rows || file_stat_of(
		    arena_z(a, path_join(a, v[i].dir,
		    STR("undo.db")))).is_file))
			*dir = v[i].dir;
		break;
	}
	return rc;
}

enum rc run_whole(struct str dir, struct arena *a, struct err *e)
{
	struct run_summary s = { .dir = dir };
	const struct saved *v = NULL;
	struct store *st = NULL;
	size_t n = 0;
	enum rc rc;

	summary_read(&s, a);
	rc = store_open(dir, &st, e);
	if (!rc)
		rc = store_list(st, a, &v, &n, e);
	store_close(st);
	if (rc || (int64_t)n >= s.objects)
		return rc;
	err_set(e, RC_INCONSISTENT, "%.*s/" STORE_FILE " is damaged: %zu of "
	    "%lld objects that were saved are in it", STR_ARG(dir), n,
	    (long long)s.objects);
	err_hint(e, "restore that file from a backup, then: weir rollback");
	return RC_INCONSISTENT;
}

struct str run_lost(const struct project *p, struct str tag, struct arena *a)
{
	const struct run_summary *v = NULL;
	struct err ignored = ERR_INIT;
	struct str dir = STR(""), file;
	size_t n = 0;

	if (run_of(p, tag, a, &dir, &ignored) || !dir.n ||
	    run_list(p, a, &v, &n, &ignored))
		return STR("");
	file = path_join(a, dir, STR(STORE_FILE));
	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i].dir, dir) && strs_has(v[i].kept, tag) &&
		    !file_stat_of(arena_z(a, file)).is_file)
			return file;
	return STR("");
}
