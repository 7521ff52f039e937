/*
 * The whole database into a file and back, by pg_dump and pg_restore.
 *
 * W.1 The dump reads a snapshot that we export, so that what we count is what
 * it holds; within keep_out() that of the transaction which has the locks.  W.2 Back: pg_restore only writes text; it runs here, in one
 * transaction of this connection together with the drop of all that the
 * database has now.  So the apply lock is kept, nothing is committed before
 * it was looked at, and no program needs a password.  W.3 Rows go by COPY as
 * they come; only the text of the schema is held.
 */
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "drv/pg/programs.h"

#define TEXT_MAX ((size_t)256 << 20)	/* of the schema */
#define ROWS_MAX ((size_t)1 << 20)	/* rows in hand before they are sent */

/* --- into a file ------------------------------------------------------------------ */

/* One that waits for a lock behind us would keep pg_dump waiting for ever. */
#define HELD_WAIT "--lock-wait-timeout=10000"

struct dump {
	struct pg *d;
	const struct drv_copying *c;
	const char *path;
	bool held;		/* by keep_out() */
};

static bool cancelled(struct pg *d)
{
	return atomic_load(&d->cancelled);
}

static bool dump_tick(void *arg)
{
	struct dump *u = arg;

	if (cancelled(u->d))
		return false;
	return !u->c->progress || u->c->progress(u->c->arg,
	    file_stat_of(u->path).size, -1);
}

static enum rc not_pooled(struct pg *d, struct err *e)
{
	if (!d->pooled)
		return RC_OK;
	err_set(e, RC_UNSUPPORTED, "this connection goes through a pooler: a "
	    "whole database is not copied through it");
	err_hint(e, "name the server itself, past the pooler: --direct "
	    "postgresql://USER@HOST/DATABASE, or --db");
	return RC_UNSUPPORTED;
}

/* Keeps a new file from others' eyes from its first byte on. */
static enum rc file_make(const char *path, struct err *e)
{
	return file_create(path, STR(""), 0600, e);
}

static enum rc dump_run(struct dump *u, struct str snapshot, struct err *e)
{
	struct arena *a = arena_new();
	struct program p = { 0 };
	char *with = arena_z(a, arena_printf(a, "--snapshot=%.*s",
	    STR_ARG(snapshot)));
	char *file = arena_z(a, arena_printf(a, "--file=%s", u->path));
	const char *const args[] = { "--format=custom", "--no-password",
		"--no-subscriptions", with, file,
		u->held ? HELD_WAIT : NULL, NULL };
	struct running r = { .program = &p, .args = args, .to = u->d,
		.environment = u->c->environment, .tick = dump_tick,
		.arg = u };
	enum rc rc = program_find("pg_dump", u->d->version / 10000,
	    u->c->environment, a, &p, e);

	if (!rc)
		rc = program_run(&r, e);
	arena_free(a);
	return rc;
}

static enum rc snapshot_begin(struct pg *d, bool held, struct arena *a,
    struct str *out, struct err *e)
{
	PGresult *r = NULL;
	enum rc rc = held ? RC_OK : pg_exec_own(d, STR("BEGIN ISOLATION "
	    "LEVEL REPEATABLE READ READ ONLY"), e);

	if (!rc)
		rc = pg_rows(d, STR("SELECT pg_catalog.pg_export_snapshot()"),
		    NULL, 0, &r, e);
	if (!rc)
		*out = arena_str(a, pg_cell(r, 0, 0));
	PQclear(r);
	return rc;
}

enum rc pg_backup(struct drv *base, const char *path,
    const struct drv_copying *c, struct err *e)
{
	struct pg *d = pg_of(base);
	struct dump u = { d, c, path, pg_in_tx(base) };
	struct arena *a = arena_new();
	struct str snapshot = STR("");
	enum rc rc = pg_enter(d, e);

	if (!rc)
		rc = not_pooled(d, e);
	if (!rc)
		rc = file_make(path, e);
	if (rc)
		goto out;
	rc = snapshot_begin(d, u.held, a, &snapshot, e);
	if (!rc)
		rc = dump_run(&u, snapshot, e);
	if (!rc && c->look)
		rc = c->look(c->arg, base, e);
	if (!u.held)
		pg_rollback(base);
	atomic_store(&d->cancelled, false);
	if (rc)
		(void)unlink(path);
out:
	arena_free(a);
	return rc;
}

/* --- what there is now, away -------------------------------------------------------- */

/*
 * A statement each.  Of a schema that holds an extension, and of public, the
 * contents alone: an extension may need rights to be made again, and keeps its
 * own objects.  Casts, operators and the like of a type go with it.
 */
#define USERS_SCHEMA \
	"n.nspname OPERATOR(pg_catalog.<>) 'information_schema' AND NOT " \
	"pg_catalog.starts_with(n.nspname, 'pg_')"
#define KEPT_SCHEMA \
	"(n.nspname OPERATOR(pg_catalog.=) 'public' OR EXISTS (SELECT 1 FROM " \
	"pg_catalog.pg_extension x WHERE x.extnamespace " \
	"OPERATOR(pg_catalog.=) n.oid))"
/* What is in no schema, of the user and of no extension (manual, 74.2). */
#define ALONE(order, catalog, text) \
	"UNION ALL SELECT " order ", " text " FROM pg_catalog." catalog \
	" x WHERE x.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid AND " \
	"NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend p WHERE p.classid " \
	"OPERATOR(pg_catalog.=) 'pg_catalog." catalog "'::pg_catalog.regclass " \
	"AND p.objid OPERATOR(pg_catalog.=) x.oid AND p.deptype " \
	"IN ('e', 'i')) "
#define DROPS \
	"SELECT s FROM (" \
	"SELECT 1 AS k, pg_catalog.format('DROP EVENT TRIGGER %I', evtname) " \
	"AS s FROM pg_catalog.pg_event_trigger t WHERE NOT EXISTS (SELECT 1 " \
	"FROM pg_catalog.pg_depend p WHERE p.classid OPERATOR(pg_catalog.=) " \
	"'pg_catalog.pg_event_trigger'::pg_catalog.regclass AND p.objid " \
	"OPERATOR(pg_catalog.=) t.oid AND p.deptype " \
	"OPERATOR(pg_catalog.=) 'e') " \
	"UNION ALL SELECT 2, pg_catalog.format('DROP PUBLICATION %I', pubname)" \
	" FROM pg_catalog.pg_publication " \
	"UNION ALL SELECT 3, pg_catalog.format('DROP SCHEMA %I CASCADE', " \
	"n.nspname) FROM pg_catalog.pg_namespace n WHERE " USERS_SCHEMA \
	" AND NOT " KEPT_SCHEMA " " \
	"UNION ALL SELECT 4, pg_catalog.format('DROP %s IF EXISTS %s CASCADE'," \
	" CASE i.type WHEN 'composite type' THEN 'type' WHEN " \
	"'statistics object' THEN 'statistics' ELSE i.type END, i.identity) " \
	"FROM pg_catalog.pg_namespace n JOIN pg_catalog.pg_depend d ON " \
	"d.refclassid OPERATOR(pg_catalog.=) " \
	"'pg_catalog.pg_namespace'::pg_catalog.regclass AND d.refobjid " \
	"OPERATOR(pg_catalog.=) n.oid AND d.deptype " \
	"OPERATOR(pg_catalog.=) 'n', " \
	"pg_catalog.pg_identify_object(d.classid, d.objid, 0) i WHERE " \
	USERS_SCHEMA " AND " KEPT_SCHEMA " AND i.type NOT IN ('index', " \
	"'extension', 'default acl') AND NOT EXISTS (SELECT 1 FROM " \
	"pg_catalog.pg_depend p WHERE p.classid OPERATOR(pg_catalog.=) " \
	"d.classid AND p.objid OPERATOR(pg_catalog.=) d.objid AND p.deptype " \
	"IN ('e', 'i')) " \
	ALONE("5", "pg_foreign_server", "pg_catalog.format('DROP SERVER IF " \
	"EXISTS %I CASCADE', x.srvname)") \
	ALONE("6", "pg_foreign_data_wrapper", "pg_catalog.format('DROP FOREIGN " \
	"DATA WRAPPER IF EXISTS %I CASCADE', x.fdwname)") \
	ALONE("7", "pg_transform", "pg_catalog.format('DROP TRANSFORM IF " \
	"EXISTS FOR %s LANGUAGE %I CASCADE', pg_catalog.format_type(" \
	"x.trftype, NULL), (SELECT l.lanname FROM pg_catalog.pg_language l " \
	"WHERE l.oid OPERATOR(pg_catalog.=) x.trflang))") \
	ALONE("8", "pg_cast", "pg_catalog.format('DROP CAST IF EXISTS (%s AS " \
	"%s) CASCADE', pg_catalog.format_type(x.castsource, NULL), " \
	"pg_catalog.format_type(x.casttarget, NULL))") \
	ALONE("9", "pg_language", "pg_catalog.format('DROP LANGUAGE IF EXISTS " \
	"%I CASCADE', x.lanname)") \
	ALONE("10", "pg_am", "pg_catalog.format('DROP ACCESS METHOD IF EXISTS " \
	"%I CASCADE', x.amname)") \
	"UNION ALL SELECT 11, pg_catalog.format('SELECT pg_catalog.lo_unlink(" \
	"%s)', oid) FROM pg_catalog.pg_largeobject_metadata" \
	") q ORDER BY k, s"

/*
 * Default privileges would be given to all that comes back; the copy sets
 * those of its time at its end.  Only those of roles that we may act for.
 */
#define GIVEN_WORDS \
	"CASE x.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN " \
	"'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES' WHEN " \
	"'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END"
#define GIVEN_OF \
	" FROM pg_catalog.pg_default_acl x JOIN pg_catalog.pg_roles r ON " \
	"r.oid OPERATOR(pg_catalog.=) x.defaclrole AND " \
	"pg_catalog.pg_has_role(r.oid, 'USAGE') "
#define GIVEN \
	"SELECT s FROM (SELECT 1 AS k, pg_catalog.concat(pg_catalog.format(" \
	"'ALTER DEFAULT PRIVILEGES FOR ROLE %I', r.rolname), CASE WHEN " \
	"n.oid IS NOT NULL THEN pg_catalog.format(' IN SCHEMA %I', " \
	"n.nspname) END, ' REVOKE ALL ON ', " GIVEN_WORDS ", ' FROM ', CASE " \
	"WHEN g.oid IS NULL THEN 'PUBLIC' ELSE " \
	"pg_catalog.quote_ident(g.rolname) END) AS s" GIVEN_OF \
	"LEFT JOIN pg_catalog.pg_namespace n ON n.oid " \
	"OPERATOR(pg_catalog.=) x.defaclnamespace CROSS JOIN " \
	"pg_catalog.aclexplode(x.defaclacl) a LEFT JOIN pg_catalog.pg_roles " \
	"g ON g.oid OPERATOR(pg_catalog.=) a.grantee GROUP BY 2 " \
	"UNION ALL SELECT 2, pg_catalog.format('ALTER DEFAULT PRIVILEGES FOR " \
	"ROLE %I GRANT ALL ON %s TO %I', r.rolname, " GIVEN_WORDS ", " \
	"r.rolname)" GIVEN_OF "WHERE x.defaclnamespace " \
	"OPERATOR(pg_catalog.=) 0::pg_catalog.oid " \
	"UNION ALL SELECT 3, pg_catalog.format('ALTER DEFAULT PRIVILEGES FOR " \
	"ROLE %I GRANT ALL ON %s TO PUBLIC', r.rolname, " GIVEN_WORDS ")" \
	GIVEN_OF "WHERE x.defaclnamespace OPERATOR(pg_catalog.=) " \
	"0::pg_catalog.oid AND x.defaclobjtype IN ('f', 'T')" \
	") q ORDER BY k, s"

static enum rc run_each(struct pg *d, struct str query, struct err *e)
{
	PGresult *r = NULL;
	struct sbuf b = SBUF_INIT(TEXT_MAX);
	enum rc rc = pg_rows(d, query, NULL, 0, &r, e);

	for (int i = 0; !rc && i < PQntuples(r); i++) {
		sbuf_add(&b, pg_cell(r, i, 0));
		sbuf_addz(&b, ";\n");
	}
	if (!rc && b.n)
		rc = pg_exec_own(d, sbuf_str(&b), e);
	PQclear(r);
	sbuf_free(&b);
	return rc;
}

static enum rc none_open(struct pg *d, struct err *e)
{
	PGresult *r = NULL;
	enum rc rc = pg_open_tables(d, &r, e);

	if (!rc && PQntuples(r)) {
		struct sbuf b = SBUF_TEXT;

		pg_name(&b, pg_cell(r, 0, 1), pg_cell(r, 0, 2));
		rc = err_set(e, RC_CONFLICT, "table %.*s was made meanwhile",
		    STR_ARG(sbuf_str(&b)));
		err_hint(e, "look again: weir restore --dry-run");
		sbuf_free(&b);
	}
	PQclear(r);
	return rc;
}

static enum rc drop_all(struct pg *d, bool held, struct err *e)
{
	enum rc rc = held ? none_open(d, e) : RC_OK;

	if (!rc)
		rc = run_each(d, STR(GIVEN), e);
	return rc ? rc : run_each(d, STR(DROPS), e);
}

/* --- back --------------------------------------------------------------------------- */

enum section { PRE_DATA, DATA, POST_DATA };
static const char *const section_arg[] = { "--section=pre-data",
	"--section=data", "--section=post-data" };

struct load {
	struct pg *d;
	const struct drv_copying *c;
	struct strs kept;	/* lines of the contents that are not run */
	char *list;		/* the file of those that are; or NULL */
	char *path;
	struct program program;
	struct arena *a;
	struct sbuf text;	/* not run yet; of rows: not sent yet */
	enum section section;
	bool copying, inside;	/* inside a line of rows */
	int64_t done;
};

static bool load_tick(void *arg)
{
	struct load *l = arg;

	if (cancelled(l->d))
		return false;
	return !l->c->progress || l->c->progress(l->c->arg, l->done, -1);
}

/* The socket takes them when the server does. */
static enum rc rows_send(struct load *l, struct str rows, struct err *e)
{
	PGconn *c = l->d->c;
	int put = 0;

	while (rows.n && (put = PQputCopyData(c, rows.p, (int)rows.n)) == 0) {
		struct pollfd p = { .fd = PQsocket(c),
			.events = POLLIN | POLLOUT };

		if (cancelled(l->d))
			return err_set(e, RC_CANCELLED, "stopped");
		(void)poll(&p, 1, 100);
		if (!PQconsumeInput(c) || PQflush(c) < 0)
			return pg_fail_lost(l->d, e);
	}
	l->done += (int64_t)rows.n;
	return put < 0 ? pg_fail_lost(l->d, e) : RC_OK;
}

/* COPY … FROM stdin was sent: the server is ready, or says why not. */
static enum rc copy_begin(struct load *l, struct str sql, struct err *e)
{
	PGresult *r = NULL;
	char *z = arena_z(l->a, sql);
	enum rc rc;

	if (!PQsendQuery(l->d->c, z))
		return pg_fail_lost(l->d, e);
	rc = pg_result(l->d, &r, e);
	if (!rc && PQresultStatus(r) != PGRES_COPY_IN) {
		rc = pg_fail(l->d, r, sql, 0, e);
		pg_drain(l->d);
	}
	PQclear(r);
	l->copying = !rc;
	l->inside = false;
	return rc;
}

static enum rc copy_end(struct load *l, struct err *e)
{
	PGresult *r = NULL;
	enum rc rc = RC_OK, got = RC_OK;
	struct err later = ERR_INIT;

	l->copying = false;
	while (PQputCopyEnd(l->d->c, NULL) == 0 && PQflush(l->d->c) >= 0)
		;
	while (!(got = pg_result(l->d, &r, rc ? &later : e)) && r) {
		if (!rc && PQresultStatus(r) != PGRES_COMMAND_OK)
			rc = pg_fail(l->d, r, STR("COPY"), 0, e);
		PQclear(r);
		r = NULL;
	}
	pg_leave(l->d);
	return rc ? rc : got;
}

/* Quotes in it are closed: a name or a text may hold a line feed. */
static bool is_whole(struct str sql)
{
	bool one = false, two = false;

	for (size_t i = 0; i < sql.n; i++)
		if (sql.p[i] == '\'' && !two)
			one = !one;
		else if (sql.p[i] == '"' && !one)
			two = !two;
	return !one && !two && str_ends(str_trim(sql), STR(";"));
}

static void text_cut(struct sbuf *b, size_t n)
{
	memmove(b->p, b->p + n, b->n - n);
	sbuf_truncate(b, b->n - n);
}

/* What of the text is whole rows, up to the line "\."; *end: it is there. */
static size_t rows_whole(const struct load *l, bool *end)
{
	struct str t = sbuf_str(&l->text);
	size_t at = 0;
	bool first = l->inside;

	*end = false;
	for (;;) {
		size_t nl = str_find(t, STR("\n"), at);

		if (nl == t.n)
			return at;
		if (!first && str_is(str_sub(t, at, nl), "\\.")) {
			*end = true;
			return at;
		}
		first = false;
		at = nl + 1;
	}
}

static enum rc take_rows(struct load *l, bool *more, struct err *e)
{
	bool end = false;
	size_t n = rows_whole(l, &end);
	enum rc rc;

	/* a row that is longer than what is held goes in parts */
	if (!n && !end && l->text.n > ROWS_MAX) {
		n = l->text.n;
		rc = rows_send(l, str_sub(sbuf_str(&l->text), 0, n), e);
		l->inside = true;
	} else {
		rc = rows_send(l, str_sub(sbuf_str(&l->text), 0, n), e);
		l->inside = l->inside && !n;
	}
	text_cut(&l->text, end ? n + 3 : n);
	if (!rc && end)
		rc = copy_end(l, e);
	*more = end;
	return rc;
}

/* A line that is psql's or its transaction's, where a statement begins. */
static bool not_ours(struct str line)
{
	return !line.n || line.p[0] == '\\' || str_starts(line, STR("--")) ||
	    str_is(line, "BEGIN;") || str_is(line, "COMMIT;") ||
	    /* pg_restore of 17 and later says it to older servers too */
	    str_is(line, "SET transaction_timeout = 0;");
}

static enum rc take_statement(struct load *l, bool *more, struct err *e)
{
	struct str t = sbuf_str(&l->text), sql;
	size_t nl = str_find(t, STR("\n"), 0);
	enum rc rc = RC_OK;

	*more = false;
	if (nl == t.n)
		return RC_OK;
	if (not_ours(str_sub(t, 0, nl))) {
		text_cut(&l->text, nl + 1);
		*more = true;
		return RC_OK;
	}
	while (nl < t.n && !is_whole(str_sub(t, 0, nl)))
		nl = str_find(t, STR("\n"), nl + 1);
	if (nl == t.n)
		return RC_OK;
	sql = str_trim(str_sub(t, 0, nl));
	if (str_starts(sql, STR("COPY ")) &&
	    str_ends(sql, STR(" FROM stdin;")))
		rc = copy_begin(l, sql, e);
	else
		rc = pg_exec_own(l->d, sql, e);
	text_cut(&l->text, nl + 1);
	*more = true;
	return rc;
}

static enum rc take_out(void *arg, struct str bytes, struct err *e)
{
	struct load *l = arg;
	bool more = true;
	enum rc rc = RC_OK;

	if (l->text.n + bytes.n >= l->text.max)
		return err_set(e, RC_UNSUPPORTED, "the copy holds a statement "
		    "of more than %zu MB", TEXT_MAX >> 20);
	sbuf_add(&l->text, bytes);
	while (!rc && more && l->section == DATA)
		rc = l->copying ? take_rows(l, &more, e) :
		    take_statement(l, &more, e);
	return rc;
}

/* The schema's text at once: the server tells its statements apart.  psql's
 * own lines stand first and last (\restrict, of 2025). */
static enum rc run_text(struct load *l, struct err *e)
{
	struct sbuf b = SBUF_INIT(TEXT_MAX);
	struct str rest = sbuf_str(&l->text), line, word = STR("");
	enum rc rc = RC_OK;

	while (str_line(&rest, &line)) {
		if (!word.n && str_starts(line, STR("\\restrict ")))
			word = str_sub(line, 10, line.n);
		else if (!(word.n && str_starts(line, STR("\\unrestrict ")) &&
		    str_eq(str_sub(line, 12, line.n), word)) &&
		    !str_is(line, "SET transaction_timeout = 0;")) {
			sbuf_add(&b, line);
			sbuf_addc(&b, '\n');
		}
	}
	if (b.n)
		rc = pg_exec_own(l->d, sbuf_str(&b), e);
	sbuf_free(&b);
	return rc;
}

static enum rc run_section(struct load *l, enum section s, struct err *e)
{
	const char *const args[] = { section_arg[s], "--file=-",
		l->list ? l->list : l->path, l->list ? l->path : NULL, NULL };
	struct running r = { .program = &l->program, .args = args,
		.environment = l->c->environment, .tick = load_tick,
		.out = take_out, .arg = l };
	enum rc rc;

	l->section = s;
	sbuf_reset(&l->text);
	rc = program_run(&r, e);
	if (l->copying) {	/* it broke off in the middle of rows */
		struct err ignored = ERR_INIT;

		l->copying = false;
		(void)PQputCopyEnd(l->d->c, "stopped");
		pg_drain(l->d);
		pg_leave(l->d);
		if (!rc)
			rc = err_set(&ignored, RC_DB, "cut off");
	}
	if (!rc && s != DATA)
		rc = run_text(l, e);
	return rc;
}

/* --- the contents ------------------------------------------------------------------- */

static enum rc take_list(void *arg, struct str bytes, struct err *e)
{
	struct load *l = arg;

	if (l->text.n + bytes.n >= l->text.max)
		return err_set(e, RC_UNSUPPORTED, "the copy has too many "
		    "objects");
	sbuf_add(&l->text, bytes);
	return RC_OK;
}

/* Schemas and extensions that stayed: their entries are left out. */
#define STAYED \
	"SELECT ' SCHEMA - ' OPERATOR(pg_catalog.||) n.nspname " \
	"OPERATOR(pg_catalog.||) ' ' FROM pg_catalog.pg_namespace n WHERE " \
	USERS_SCHEMA " UNION ALL SELECT ' EXTENSION - ' " \
	"OPERATOR(pg_catalog.||) extname OPERATOR(pg_catalog.||) ' ' FROM " \
	"pg_catalog.pg_extension UNION ALL SELECT ' COMMENT - EXTENSION ' " \
	"OPERATOR(pg_catalog.||) extname OPERATOR(pg_catalog.||) ' ' FROM " \
	"pg_catalog.pg_extension"

static bool stayed(const PGresult *r, struct str line)
{
	for (int i = 0; i < PQntuples(r); i++)
		if (str_find(line, pg_cell(r, i, 0), 0) < line.n)
			return true;
	return false;
}

/* The contents without them, in a file beside the copy. */
static enum rc choose(struct load *l, struct err *e)
{
	const char *const args[] = { "--list", l->path, NULL };
	struct running r = { .program = &l->program, .args = args,
		.environment = l->c->environment, .tick = load_tick,
		.out = take_list, .arg = l };
	struct sbuf b = SBUF_INIT(TEXT_MAX), temp = SBUF_TEXT;
	PGresult *kept = NULL;
	struct str rest, line;
	enum rc rc = program_run(&r, e);

	if (!rc)
		rc = pg_rows(l->d, STR(STAYED), NULL, 0, &kept, e);
	rest = sbuf_str(&l->text);
	while (!rc && str_line(&rest, &line)) {
		struct str padded = arena_printf(l->a, "%.*s ", STR_ARG(line));

		if (!str_starts(line, STR(";")) && stayed(kept, padded))
			continue;
		sbuf_add(&b, line);
		sbuf_addc(&b, '\n');
	}
	if (!rc)
		rc = file_temp(l->path, sbuf_str(&b), 0600, &temp, e);
	if (!rc)
		l->list = arena_z(l->a, arena_printf(l->a, "--use-list=%.*s",
		    STR_ARG(sbuf_str(&temp))));
	PQclear(kept);
	sbuf_free(&b);
	sbuf_free(&temp);
	return rc;
}

/* After a COMMIT whose answer was lost the server is asked. */
static enum rc commit(struct load *l, struct err *e)
{
	enum tx_outcome what = TX_UNKNOWN;
	struct err why = ERR_INIT;
	uint64_t id = 0;
	enum rc rc = pg_tx_id(&l->d->base, &id, e);

	if (!rc)
		rc = pg_commit(&l->d->base, e);
	if (!rc || !l->d->lost)
		return rc;
	if (pg_outcome(&l->d->t, id, &what, &why) || what == TX_UNKNOWN) {
		(void)err_at(e, RC_DB, "08007", "whether it was restored is "
		    "not known: the connection was lost");
		err_hint(e, "weir status; weir verify");
	} else if (what == TX_COMMITTED) {
		return RC_OK;
	}
	return rc;
}

enum rc pg_restore(struct drv *base, const char *path,
    const struct drv_copying *c, struct err *e)
{
	struct pg *d = pg_of(base);
	struct arena *a = arena_new();
	struct load l = { .d = d, .c = c, .a = a,
		.text = SBUF_INIT(TEXT_MAX + ROWS_MAX) };
	bool held = pg_in_tx(base);
	enum rc rc = pg_enter(d, e);

	l.path = arena_z(a, str_z(path));
	if (!rc)
		rc = not_pooled(d, e);
	if (!rc)
		rc = program_find("pg_restore", d->version / 10000,
		    c->environment, a, &l.program, e);
	if (!rc && !held)
		rc = pg_exec_own(d, STR("BEGIN ISOLATION LEVEL READ "
		    "COMMITTED"), e);
	if (!rc)
		rc = drop_all(d, held, e);
	if (!rc)
		rc = choose(&l, e);
	for (int s = PRE_DATA; !rc && s <= POST_DATA; s++)
		rc = run_section(&l, (enum section)s, e);
	if (!rc && c->look)
		rc = c->look(c->arg, base, e);
	if (!rc)
		rc = commit(&l, e);
	/* what the text set stays for who goes on with it */
	d->filled = !rc && d->mode == DRV_SCRATCH;
	if (d->filled)
		rc = pg_settings_again(d, e);
	pg_rollback(base);
	atomic_store(&d->cancelled, false);
	if (l.list)
		(void)unlink(l.list + strlen("--use-list="));
	sbuf_free(&l.text);
	arena_free(a);
	return rc;
}
