/* backup_back: restore; see backup.h. */
#include <string.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/json.h"
#include "base/utf8.h"
#include "op/backup.h"

/* --- what would go -------------------------------------------------------------- */

static const struct copied_table *table_in(const struct backup *b,
    const struct copied_table *t)
{
	for (size_t i = 0; i < b->ntables; i++)
		if (str_eq(b->tables[i].name, t->name) &&
		    str_eq(b->tables[i].schema, t->schema))
			return &b->tables[i];
	return NULL;
}

static bool same_rows(const struct table_loss *t)
{
	return t->live == t->copied && t->newer <= 0 && t->changed <= 0 &&
	    t->back <= 0;
}

/* By key where both sides can be read, else by the totals. */
static enum rc compare_tables(struct drv *db, const struct backup *live,
    const struct backup *b, struct arena *a, struct restore_loss *out,
    struct err *e)
{
	struct table_loss *v = arena_array(a, struct table_loss,
	    live->ntables + b->ntables + 1);
	size_t n = 0, kept = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < live->ntables; i++) {
		const struct copied_table *t = &live->tables[i];
		const struct copied_table *c = table_in(b, t);

		v[n++] = (struct table_loss){ t->schema, t->name, t->rows,
			c ? c->rows : -1, -1, -1, -1 };
	}
	if (db && !drv_databases_of(db->ops->dialect->id))
		rc = copied_differ(db, b, a, v, n, e);
	for (size_t i = 0; i < b->ntables; i++)
		if (!table_in(live, &b->tables[i]))
			v[n++] = (struct table_loss){ b->tables[i].schema,
				b->tables[i].name, -1, b->tables[i].rows, -1,
				-1, -1 };
	out->rows = 0;
	for (size_t i = 0; i < n; i++) {
		int64_t more = v[i].live - (v[i].copied < 0 ? 0 : v[i].copied);

		out->totals |= v[i].live > 0 && v[i].copied > 0 &&
		    v[i].newer < 0;
		if (v[i].newer >= 0) {
			out->rows += v[i].newer + v[i].changed;
			out->changed += v[i].changed;
		} else if (more > 0) {
			out->rows += more;
		}
		if (!same_rows(&v[i]))
			v[kept++] = v[i];
	}
	out->v = v;
	out->n = kept;
	return rc;
}

static bool has_row(const struct backup *b, const struct track_row *r)
{
	for (size_t k = 0; k < b->nrows; k++)
		if (str_eq(b->rows[k].hash, r->hash) &&
		    b->rows[k].created_at == r->created_at)
			return true;
	return false;
}

/* One side's migrations are all among the other's. */
static bool related(const struct backup *x, const struct backup *y)
{
	const struct backup *few = x->nrows < y->nrows ? x : y;
	const struct backup *many = few == x ? y : x;

	for (size_t i = 0; i < few->nrows; i++)
		if (!has_row(many, &few->rows[i]))
			return false;
	return few->nrows > 0;
}

static void compare_rows(const struct backup *live, const struct backup *b,
    struct arena *a, struct restore_loss *out)
{
	VEC(struct str) tags = { 0 };

	for (size_t i = 0; i < live->nrows; i++)
		if (!has_row(b, &live->rows[i]))
			vec_push(a, &tags, live->tags.v[i].n ?
			    live->tags.v[i] : str_sub(live->rows[i].hash, 0,
			    12));
	out->tags = (struct strs){ tags.v, tags.n };
}

/* Whose it is; a database that is not there, or holds nothing, loses none. */
static void compare_owners(const struct session *s, const struct backup *live,
    const struct backup *b, struct arena *a, struct restore_loss *out)
{
	struct str id = db_id(s->project, a);

	out->other = b->recorded && !str_eq(b->db, id) &&
	    !state_same_path(s->project, b->db, a);
	out->origin = b->origin.n ? b->origin : b->label;
	if (out->other && (live->ntables || live->nrows) && !related(live, b))
		out->stranger = b->db;
}

/* A SQLite file tells what it holds without a record. */
static enum rc look_into(const struct session *s, const struct backup *b,
    struct arena *a, struct backup *out, struct err *e)
{
	struct drv_target t = { .dialect = DIALECT_SQLITE, .path = b->path };
	struct backup_options o = { .project = s->project,
		.folder = s->folder };
	struct drv *d = NULL;
	enum rc rc = drv_open(&t, DRV_BROWSE, &d, e);

	if (!rc)
		rc = copied_count(d, &o, a, out, e);
	drv_close(d);
	return rc;
}

static enum rc check_bytes(const struct backup *b, struct arena *a,
    struct err *e)
{
	char hex[SHA256_HEX + 1];
	enum rc rc = b->recorded ? file_sha256(arena_z(a, b->path), hex, e) :
	    RC_OK;

	if (rc || !b->recorded || strcmp(hex, b->sha256) == 0)
		return rc;
	err_set(e, RC_INCONSISTENT, "%.*s is not the file that was written: "
	    "its SHA-256 is another", STR_ARG(b->path));
	err_hint(e, "nothing was changed; weir undo list names other copies");
	return RC_INCONSISTENT;
}

static enum rc check_engine(const struct session *s, const struct backup *b,
    struct arena *a, struct err *e)
{
	bool file = lite_probe(b->path).state == DB_OK;
	enum dialect_id id = b->recorded ? b->dialect : file ?
	    DIALECT_SQLITE : DIALECT_PG;

	if (id != s->project->dialect)
		return err_set(e, RC_UNSUPPORTED, "%.*s is a copy of %s, this "
		    "is %s", STR_ARG(b->path), dialect_of(id)->name,
		    dialect_of(s->project->dialect)->name);
	return check_bytes(b, a, e);
}

enum rc restore_look(struct session *s, const struct backup *b,
    struct arena *a, struct restore_loss *out, struct err *e)
{
	struct backup_options o = { .project = s->project,
		.folder = s->folder };
	struct backup live = { 0 }, copy = *b;
	enum rc rc = check_engine(s, b, a, e);

	if (!rc && s->db)
		rc = copied_count(s->db, &o, a, &live, e);
	if (!rc && !b->recorded && !drv_databases_of(s->project->dialect))
		rc = look_into(s, b, a, &copy, e);
	if (rc)
		return rc;
	*out = (struct restore_loss){ .rows = -1,
		.name = path_base(s->project->db_label),
		.barred = backup_barred(s->db, a) };
	compare_owners(s, &live, &copy, a, out);
	if (!b->recorded && !copy.tables)
		return RC_OK;
	if (!out->stranger.n)
		compare_rows(&live, &copy, a, out);
	return compare_tables(s->db, &live, &copy, a, out, e);
}

/* --- the gate -------------------------------------------------------------------- */

/* "restore:NAME[<=N]"; the name may stand in double quotes. */
static bool allow_read(struct str allow, struct str *name, int64_t *most)
{
	struct str rest;
	size_t at;

	*most = -1;
	if (!str_starts(allow, STR("restore:")))
		return false;
	rest = str_sub(allow, 8, allow.n);
	at = str_find(rest, STR("[<="), 0);
	if (at < rest.n && str_ends(rest, STR("]"))) {
		int64_t v = 0;

		for (size_t i = at + 3; i + 1 < rest.n; i++) {
			if (rest.p[i] < '0' || rest.p[i] > '9' ||
			    v > INT64_MAX / 100)
				return false;
			v = v * 10 + (rest.p[i] - '0');
		}
		*most = v;
		rest = str_sub(rest, 0, at);
	}
	if (rest.n >= 2 && rest.p[0] == '"' && str_ends(rest, STR("\"")))
		rest = str_sub(rest, 1, rest.n - 1);
	*name = rest;
	return true;
}

static void ask_for(const struct session *s, const struct restore_loss *l,
    struct arena *a, struct str *out)
{
	struct sbuf b = SBUF_TEXT, word = SBUF_TEXT;

	sbuf_addf(&word, "restore:%.*s", STR_ARG(l->name));
	if (s->project->production && l->rows >= 0)
		sbuf_addf(&word, "[<=%lld]", (long long)l->rows);
	sbuf_addz(&b, "--allow ");
	shell_quote(&b, sbuf_str(&word));
	if (l->stranger.n) {
		sbuf_reset(&word);
		sbuf_addf(&word, "import:%.*s", STR_ARG(l->stranger));
		sbuf_addz(&b, " --allow ");
		shell_quote(&b, sbuf_str(&word));
	}
	if (s->project->production) {
		sbuf_addz(&b, " --target ");
		shell_quote(&b, l->name);
	}
	*out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	sbuf_free(&word);
}

static bool allows_stranger(struct str allow, const struct restore_loss *l)
{
	return l->stranger.n && str_starts(allow, STR("import:")) &&
	    str_eq(str_sub(allow, 7, allow.n), l->stranger);
}

static enum rc lacking(const struct restore_loss *l, bool met,
    struct err *e)
{
	struct sbuf b = SBUF_INIT(1024);

	if (l->stranger.n)
		sbuf_addf(&b, " by a copy of another database, %.*s (%.*s)",
		    STR_ARG(l->origin), STR_ARG(l->stranger));
	if (l->rows >= 0) {
		sbuf_addz(&b, l->totals ? ", at least " : ", ");
		sbuf_add_count(&b, l->rows - l->changed);
		sbuf_addz(&b, l->rows - l->changed == 1 ?
		    " newer row would go" : " newer rows would go");
	}
	if (l->changed > 0) {
		sbuf_addz(&b, ", ");
		sbuf_add_count(&b, l->changed);
		sbuf_addz(&b, l->changed == 1 ? " changed one be as it was" :
		    " changed ones be as they were");
	}
	err_set(e, RC_DECISION, "consent %sis missing: all that %.*s holds is "
	    "replaced%.*s", met ? "to the other database " : "",
	    STR_ARG(l->name), STR_ARG(sbuf_str(&b)));
	sbuf_free(&b);
	return RC_DECISION;
}

enum rc restore_gate(const struct session *s, const struct restore_loss *l,
    const struct restore_consent *c, struct arena *a, struct str *missing,
    struct err *e)
{
	bool met = c->typed, target = str_eq(c->target, l->name) ||
	    str_eq(c->target, s->project->db_label);
	bool own = c->typed || !l->stranger.n;

	ask_for(s, l, a, missing);
	if (c->target.n && !target)
		return err_set(e, RC_USAGE, "--target %.*s is not this "
		    "database", STR_ARG(c->target));
	for (size_t i = 0; i < c->n; i++) {
		struct str name = STR("");
		int64_t most = -1;

		if (allows_stranger(c->allows[i], l)) {
			own = true;
			continue;
		}
		if (!allow_read(c->allows[i], &name, &most) ||
		    !str_eq(name, l->name)) {
			err_set(e, RC_USAGE, "--allow %.*s: restoring asks for "
			    "another", STR_ARG(c->allows[i]));
			err_hint(e, "%.*s", STR_ARG(*missing));
			return RC_USAGE;
		}
		met |= most >= 0 ? l->rows >= 0 && l->rows <= most :
		    !s->project->production || l->rows < 0;
	}
	if (met && own && (!s->project->production || target || c->typed))
		return RC_OK;
	return lacking(l, met && !own, e);
}

/* --- running it ------------------------------------------------------------------- */

struct restoring {
	struct session *s;
	const struct restore_options *o;
	const struct backup *b;
	struct arena *a;
	VEC(struct check_line) checks;
};

static void told(struct restoring *r, enum check_result what, struct str text)
{
	vec_push(r->a, &r->checks, (struct check_line){ what, text });
}

static bool on_copying(void *arg, int64_t done, int64_t of)
{
	const struct restoring *r = arg;
	const struct backup_options *c = &r->o->copy;

	return !c->progress || c->progress(c->arg, done,
	    of >= 0 ? of : r->b->bytes);
}

/* B.4: tables and their rows as the record says. */
static enum rc same_as_record(const struct backup *is, const struct backup *b,
    const char *what, struct err *e)
{
	for (size_t i = 0; i < b->ntables; i++) {
		const struct copied_table *t = table_in(is, &b->tables[i]);

		if (t && t->rows == b->tables[i].rows)
			continue;
		return err_set(e, RC_INCONSISTENT, "%s %.*s %s, the record "
		    "says %lld rows", what, STR_ARG(b->tables[i].name), t ?
		    "has another number of rows" : "is missing",
		    (long long)b->tables[i].rows);
	}
	if (is->nrows != b->nrows)
		return err_set(e, RC_INCONSISTENT, "%s the tracking table has "
		    "%zu rows, the record says %zu", what, is->nrows,
		    b->nrows);
	return RC_OK;
}

static enum rc on_copy(void *arg, struct drv *d, struct err *e)
{
	struct restoring *r = arg;
	struct backup is = { 0 };
	struct str bad = STR("");
	enum rc rc = d->ops->integrity(d, r->a, &bad, e);

	if (!rc && bad.n)
		rc = err_set(e, RC_INCONSISTENT, "the copy is damaged: %.*s",
		    STR_ARG(utf8_clean(r->a, bad, UTF8_LINE)));
	if (!rc && r->b->recorded)
		rc = copied_count(d, &r->o->copy, r->a, &is, e);
	if (!rc && r->b->recorded)
		rc = same_as_record(&is, r->b, "in the copy", e);
	return rc;
}

static void log_start(struct run_log *log, const struct backup *b,
    const struct project *p)
{
	struct sbuf t = SBUF_TEXT;
	struct json_out o = { .b = &t };

	json_open_object(&o);
	json_pair_z(&o, "what", "restore");
	json_key(&o, "tags");
	json_open_array(&o);
	json_close_array(&o);
	json_pair_str(&o, "db", p->db_label);
	json_pair_str(&o, "file", b->path);
	json_pair_z(&o, "sha256", b->sha256);
	json_close_object(&o);
	run_log_add(log, LOG_START, sbuf_str(&t));
	sbuf_free(&t);
}

/* From here on the database may be either. */
static enum rc log_begin(struct run_log *log, struct str kept, struct err *e)
{
	struct sbuf t = SBUF_TEXT;
	struct json_out o = { .b = &t };

	json_open_object(&o);
	json_pair_str(&o, "kept", kept);
	json_close_object(&o);
	run_log_add(log, LOG_TX_BEGIN, sbuf_str(&t));
	sbuf_free(&t);
	return run_log_sync(log, e);
}

static void log_end(struct run_log *log, enum log_event ev,
    const struct err *e)
{
	struct sbuf t = SBUF_TEXT;
	struct json_out o = { .b = &t };

	json_open_object(&o);
	json_pair_z(&o, "error", e->code ? rc_name(e->code) : NULL);
	json_pair_z(&o, "message", e->msg);
	json_close_object(&o);
	run_log_add(log, ev, sbuf_str(&t));
	sbuf_free(&t);
}

/* What is there now, under the lock: nothing is written in between. */
static enum rc keep_present(struct restoring *r, struct drv *d,
    const char *dir, struct str *kept, struct err *e)
{
	struct backup now = { 0 };
	struct sbuf b = SBUF_TEXT;
	enum rc rc = backup_take(d, &r->o->copy, path_join(r->a, str_z(dir),
	    STR("backup")), r->a, &now, e);

	if (rc) {
		err_prefix(e, "what is there now cannot be saved first");
		if (!e->hint[0])
			err_hint(e, "--no-undo-data restores without");
		return rc;
	}
	sbuf_addz(&b, "what was there is kept, ");
	add_bytes(&b, now.bytes);
	sbuf_addf(&b, ": weir restore %.*s", STR_ARG(now.path));
	told(r, CHECK_OK, arena_str(r->a, sbuf_str(&b)));
	sbuf_free(&b);
	*kept = now.path;
	return RC_OK;
}

/* A database of a file that is empty or was only just made has nothing. */
static bool has_content(struct drv *d, struct arena *a)
{
	struct model *m = NULL;
	struct err ignored = ERR_INIT;

	return d->ops->introspect(d, a, &m, &ignored) != RC_OK ||
	    m->ntables > 0 || m->nobjs > 0;
}

static enum rc more_goes(const struct restore_loss *now,
    const struct restore_loss *shown, struct err *e)
{
	struct sbuf b = SBUF_INIT(256);

	sbuf_add_count(&b, now->rows);
	sbuf_addz(&b, now->rows == 1 ? " row" : " rows");
	if (now->tags.n > shown->tags.n)
		sbuf_addf(&b, " and %zu migrations", now->tags.n);
	err_set(e, RC_DECISION, "written meanwhile: %.*s would go now, %lld "
	    "%s agreed to", STR_ARG(sbuf_str(&b)), (long long)shown->rows,
	    shown->rows == 1 ? "was" : "were");
	err_hint(e, "look again: weir restore --dry-run");
	sbuf_free(&b);
	return RC_DECISION;
}

/* B.5.  A person who typed agreed to what was shown, an --allow to its bound. */
static enum rc look_again(struct restoring *r, struct drv *d, struct err *e)
{
	const struct restore_loss *shown = r->o->shown;
	struct restore_loss now = *shown;
	struct backup live = { 0 }, copy = *r->b;
	struct str missing;
	enum rc rc = copied_count(d, &r->o->copy, r->a, &live, e);

	if (!rc && !r->b->recorded && !drv_databases_of(r->s->project->dialect))
		rc = look_into(r->s, r->b, r->a, &copy, e);
	if (rc || shown->rows < 0)
		return rc;
	if (!shown->stranger.n)
		compare_rows(&live, &copy, r->a, &now);
	now.changed = 0;
	rc = compare_tables(d, &live, &copy, r->a, &now, e);
	if (rc || (now.rows <= shown->rows && now.tags.n <= shown->tags.n))
		return rc;
	if (r->o->consent->typed || restore_gate(r->s, &now, r->o->consent,
	    r->a, &missing, e)) {
		*e = (struct err)ERR_INIT;
		return more_goes(&now, shown, e);
	}
	told(r, CHECK_NOTE, arena_printf(r->a, "written meanwhile: %lld rows "
	    "went, %lld had been shown", (long long)now.rows,
	    (long long)shown->rows));
	return RC_OK;
}

static enum rc replace(struct restoring *r, struct drv *d,
    struct run_log *log, struct err *e)
{
	struct drv_copying c = { .progress = on_copying, .look = on_copy,
		.arg = r, .environment = r->o->copy.environment };
	struct project const *p = r->o->copy.project;
	struct lock_request rq = { .wait_ms = r->o->lock_wait_ms > 0 ?
		r->o->lock_wait_ms : 3000, .exclusive = r->o->exclusive,
		.waiting = r->o->waiting, .arg = r->o->copy.arg };
	struct lock_info lock = { 0 };
	struct str kept = STR("");
	enum rc rc = d->ops->lock(d, &rq, r->a, &lock, e);

	if (rc)
		return rc;
	log_start(log, r->b, p);
	rc = d->ops->keep_out(d, e);
	if (!rc)
		rc = look_again(r, d, e);
	if (!rc && r->o->keep && has_content(d, r->a))
		rc = keep_present(r, d, run_log_dir(log), &kept, e);
	if (!rc)
		rc = log_begin(log, kept, e);
	if (!rc)
		rc = d->ops->restore(d, arena_z(r->a, r->b->path), &c, e);
	if (!rc)
		log_end(log, LOG_COMMITTED, e);
	return rc;
}

static enum rc verify(struct session *s, struct restoring *r, struct err *e)
{
	struct backup is = { 0 };
	struct str bad = STR("");
	struct sbuf b = SBUF_TEXT;
	int64_t rows = 0;
	enum rc rc = session_open_db(s, e);

	if (!rc && !s->db)
		rc = err_set(e, RC_IO, "it is not there");
	if (!rc)
		rc = s->db->ops->integrity(s->db, r->a, &bad, e);
	if (!rc && bad.n)
		rc = err_set(e, RC_DB, "the file is damaged: %.*s",
		    STR_ARG(utf8_clean(r->a, bad, UTF8_LINE)));
	if (!rc)
		rc = copied_count(s->db, &r->o->copy, r->a, &is, e);
	if (!rc && r->b->recorded)
		rc = same_as_record(&is, r->b, "in the database", e);
	if (rc)
		return rc;
	for (size_t i = 0; i < is.ntables; i++)
		rows += is.tables[i].rows;
	sbuf_addf(&b, "%zu table%s, ", is.ntables, is.ntables == 1 ? "" : "s");
	sbuf_add_count(&b, rows);
	sbuf_addf(&b, " row%s, %zu migration%s applied%s", rows == 1 ? "" : "s",
	    is.nrows, is.nrows == 1 ? "" : "s", r->b->recorded ? ", as recorded" : "");
	told(r, r->b->recorded ? CHECK_OK : CHECK_NOTE,
	    arena_str(r->a, sbuf_str(&b)));
	sbuf_free(&b);
	return RC_OK;
}

static struct report *report_of(struct session *s, struct restoring *r,
    double since, const char *dir)
{
	struct report *out = arena_new_of(r->a, struct report);

	out->title = arena_printf(r->a, "Restored %.*s from %.*s",
	    STR_ARG(path_base(s->project->db_label)),
	    STR_ARG(path_base(r->b->path)));
	out->applied = true;
	out->verified = true;
	out->committed_at = clock_now_ms();
	out->ms = clock_mono_ms() - since;
	out->checks = r->checks.v;
	out->nchecks = r->checks.n;
	out->run_dir = arena_str(r->a, str_z(dir));
	return out;
}

static void report_keep(struct run_log *log, const struct report *r)
{
	struct sbuf b = SBUF_TEXT;
	struct json_out o = { .b = &b, .indent = 2 };
	struct err ignored = ERR_INIT;

	report_json(r, &o);
	sbuf_addc(&b, '\n');
	(void)!run_log_file(log, "report.json", sbuf_str(&b), &ignored);
	sbuf_free(&b);
}

static void sweep(struct restoring *r, const struct project *p)
{
	struct unfinished swept = { 0 };

	parts_sweep(p, r->a, &swept);
	if (swept.n)
		told(r, CHECK_NOTE, unfinished_text(&swept, r->a));
}

static enum rc open_target(struct session *s, const struct restore_options *o,
    struct drv **out, struct err *e)
{
	struct drv_target t = s->project->db;
	enum rc rc;

	t.create = !drv_databases_of(t.dialect);
	t.lock_timeout_ms = o->lock_wait_ms;
	if (s->project->direct.n)
		t.conninfo = s->project->direct;
	rc = drv_open(&t, DRV_APPLY, out, e);
	if (!rc && o->connected)
		o->connected(o->copy.arg, *out);
	return rc;
}

enum rc restore_run(struct session *s, const struct backup *b,
    const struct restore_options *o, struct arena *a, struct report **out,
    struct err *e)
{
	struct restoring r = { .s = s, .o = o, .b = b, .a = a };
	double since = clock_mono_ms();
	struct run_log *log = NULL;
	struct drv *d = NULL;
	bool done;
	enum rc rc;

	/* A file that is lost and comes back goes on with its own record. */
	if (!s->db && !s->project->db_ident->n && b->recorded &&
	    state_same_path(s->project, b->db, s->project->a))
		*s->project->db_ident = b->db;
	session_release_db(s);
	rc = open_target(s, o, &d, e);
	if (!rc)
		rc = run_log_open(s->project, &log, e);
	if (!rc)
		sweep(&r, s->project);
	if (!rc)
		rc = replace(&r, d, log, e);
	done = !rc;
	if (o->connected)
		o->connected(o->copy.arg, NULL);
	drv_close(d);
	if (done) {
		rc = verify(s, &r, e);
		if (rc)
			err_prefix(e, "RESTORED, BUT");
		else
			report_keep(log, *out = report_of(s, &r, since,
			    run_log_dir(log)));
	} else if (!strstr(e->where, "08007")) {
		err_suffix(e, "nothing was changed");
	}
	if (log) {
		struct err ignored = ERR_INIT;

		log_end(log, LOG_END, e);
		(void)!run_log_sync(log, &ignored);
	}
	run_log_close(log);
	return rc;
}
