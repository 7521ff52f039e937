/*
 * session: opening a project with its database for looking.  It reads what
 * the states of migrations need and no schema: that comes when asked for.
 */
#include <string.h>

#include "op/apply/tracking.h"
#include "op/session.h"
#include "op/undo/undo.h"

static enum rc refuse(const struct project *p, const struct db_probe *probe,
    struct err *e)
{
	enum rc rc = RC_OK;

	switch (probe->state) {
	case DB_OK:
	case DB_MISSING:
	case DB_EMPTY:
		return RC_OK;
	case DB_NOT_A_DATABASE:
		rc = err_set(e, RC_DB, "%.*s is not a SQLite database",
		    STR_ARG(p->db_label));
		break;
	case DB_UNREADABLE:
		rc = err_set(e, RC_IO, "%.*s cannot be read: "
		    "permission denied, or a link to nothing",
		    STR_ARG(p->db_label));
		break;
	case DB_NOT_REGULAR:
		rc = err_set(e, RC_IO, "%.*s is not a regular file",
		    STR_ARG(p->db_label));
		break;
	}
	err_hint(e, "It was named by %.*s; name another one with --db FILE.",
	    STR_ARG(p->db_source));
	return rc;
}

/* One connection tells whether the database is there. */
static enum rc open_server_db(struct session *s, struct err *e)
{
	const struct project *p = s->project;
	struct err why = ERR_INIT;
	enum rc rc = drv_open(&p->db, DRV_BROWSE, &s->db, &why);

	s->db_state = rc ? DB_MISSING : DB_OK;
	if (rc == RC_NOTFOUND)
		return RC_OK;
	if (rc)
		*e = why;
	else
		db_learn(p, s->db);
	return rc;
}

enum rc session_open_db(struct session *s, struct err *e)
{
	const struct project *p = s->project;
	struct db_probe probe = { .state = DB_MISSING };
	enum rc rc;

	if (s->db)
		return RC_OK;
	s->live = s->half.live = NULL;
	if (p->db.conninfo.n && drv_databases_of(p->dialect))
		return open_server_db(s, e);
	if (p->db.path.n)
		probe = lite_probe(p->db.path);
	s->db_state = probe.state;
	if (probe.state == DB_MISSING)
		return RC_OK;
	rc = refuse(p, &probe, e);
	if (!rc && probe.hot_journal)
		rc = session_recover_own(p, e);
	if (!rc)
		rc = drv_open(&p->db, DRV_BROWSE, &s->db, e);
	if (!rc)
		db_learn(p, s->db);
	return rc;
}

void session_release_db(struct session *s)
{
	drv_close(s->db);
	s->db = NULL;
}

/* Files for one engine are not run on another, however alike they look. */
static enum rc same_engine(const struct session *s, struct err *e)
{
	const struct project *p = s->project;

	if (!s->folder || !project_has_db(p) ||
	    s->folder->engine == p->db.dialect)
		return RC_OK;
	err_at(e, RC_UNSUPPORTED, p->folder.p, "its journal is for %s, the "
	    "database is %s", dialect_of(s->folder->engine)->name,
	    dialect_of(p->db.dialect)->name);
	err_hint(e, "weir --db DATABASE names another database, --migrations "
	    "DIR other migrations");
	return RC_UNSUPPORTED;
}

/* Looking goes on without the record; what builds on it does not. */
static enum rc read_record(struct session *s, struct err *e)
{
	const struct obj *table = tracking_table(s->project, s->a);
	struct err why = ERR_INIT;
	enum rc rc = track_read(s->db, table, s->a, &s->track, &why);

	if (rc == RC_DENIED && strstr(why.where, "42501")) {
		s->track.denied = arena_printf(s->a, "no right to read "
		    "%.*s%s%.*s", STR_ARG(table->schema), table->schema.n ?
		    "." : "", STR_ARG(table->name));
		return RC_OK;
	}
	if (rc)
		*e = why;
	return rc;
}

enum rc session_tracked(const struct session *s, struct err *e)
{
	if (!s->track.denied.n)
		return RC_OK;
	err_at(e, RC_DENIED, "42501", "which migrations are applied is not "
	    "known: %.*s", STR_ARG(s->track.denied));
	err_hint(e, "the role needs USAGE on the schema and SELECT on the "
	    "table; weir show and the studio work without");
	return RC_DENIED;
}

enum rc session_moved(struct session *s, enum rc rc, struct err *e)
{
	const struct obj *table = tracking_table(s->project, s->a);
	struct err ignored = ERR_INIT;
	struct track now = { .n = 0 };

	if (!rc || !s->db || s->track.denied.n ||
	    track_read(s->db, table, s->a, &now, &ignored) ||
	    now.n == s->track.n)
		return rc;
	*e = (struct err)ERR_INIT;
	err_set(e, RC_CONFLICT, "somebody else has applied or taken back "
	    "migrations since they were read; nothing was applied");
	err_hint(e, "weir status");
	return RC_CONFLICT;
}

static enum rc read_states(struct session *s, struct err *e)
{
	const struct project *p = s->project;
	enum rc rc = RC_OK;

	s->folder = NULL;
	s->server = (struct drv_server){ .product = STR("") };
	if (s->db)
		rc = s->db->ops->server(s->db, s->a, &s->server, e);
	s->track = (struct track){ .table = p->track_table };
	s->states = (struct states){ .newest = INT64_MIN };
	s->live = s->half.live = NULL;
	if (!rc && p->folder.n)
		rc = folder_read(arena_z(s->a, p->folder), s->a, &s->folder,
		    e);
	if (!rc)
		rc = same_engine(s, e);
	if (!rc && s->db)
		rc = read_record(s, e);
	if (!rc && s->folder && !s->track.denied.n)
		folder_states(s->folder, &s->track, s->a, &s->states);
	s->managed = (struct managed_set){ .track_schema = p->track_schema,
		.track_table = p->track_table, .filters = p->filters };
	managed_set_init(&s->managed, p->dialect, s->folder, s->a);
	s->replaced = s->elsewhere = STR("");
	if (!rc && s->db && !drv_databases_of(p->dialect) && p->db_ident &&
	    !p->db_ident->n)
		session_replaced(s);
	return rc;
}

/* SQLite needs no handle: its scratch engines are in memory. */
static struct scratch *scratch_of(const struct project *p)
{
	const struct scratch_policy policy = {
		.dialect = p->dialect,
		.target = p->db,
		.conninfo = p->scratch,
		.on_server = p->scratch_server,
		.read_only = p->read_only,
		.production = p->production,
	};

	return drv_databases_of(p->dialect) ? scratch_new(&policy) : NULL;
}

enum rc session_open(const struct project *p, struct session **out,
    struct err *e)
{
	struct session *s = xalloc(sizeof(*s));
	enum rc rc;

	s->a = arena_new();
	s->project = p;
	s->db_state = DB_MISSING;
	s->scratch = scratch_of(p);
	rc = session_open_db(s, e);
	if (!rc)
		rc = read_states(s, e);
	if (rc)
		session_close(s);
	else
		*out = s;
	return rc;
}

enum rc session_reload(struct session *s, struct err *e)
{
	struct arena *old = s->a;
	struct session was = *s;
	enum rc rc;

	s->a = arena_new();
	rc = session_open_db(s, e);
	if (!rc)
		rc = read_states(s, e);
	if (rc) {
		/* what was read before stays */
		struct drv *db = s->db;

		arena_free(s->a);
		*s = was;
		s->db = db;
		return rc;
	}
	arena_free(old);
	return RC_OK;
}

void session_close(struct session *s)
{
	if (!s)
		return;
	scratch_free(s->scratch);
	drv_close(s->db);
	arena_free(s->a);
	xfree(s);
}

enum rc session_live(struct session *s, const struct model **out,
    struct err *e)
{
	struct source_spec spec = { .label = STR("db"), .live = s->db,
		.managed = &s->managed, .scratch = s->scratch };
	const struct source_ops *from = s->db ? &source_live : &source_empty;
	struct model *m = NULL;
	int64_t version = 0;
	enum rc rc = RC_OK;

	if (s->db)
		rc = s->db->ops->schema_version(s->db, &version, e);
	if (!rc && (!s->live || s->live_version != version)) {
		rc = from->load(&spec, s->a, &m, e);
		if (!rc) {
			s->live = m;
			s->live_version = version;
		}
	}
	if (!rc)
		*out = s->live;
	return rc;
}
