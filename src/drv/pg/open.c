/*
 * Connecting, the settings of a session, and its end.
 *
 * Settings: a browse connection is read-only by default_transaction_read_only
 * (W.4 does the rest) and has the path pinned; what a migration's text can
 * mean (DateStyle, TimeZone, the role's own search_path) is left alone on an
 * apply connection.  Nothing goes by the startup packet that a pooler
 * refuses (pgbouncer: ignore_startup_parameters).
 *
 * A pooler is known by its key: the process number in the BackendKeyData that
 * the client was given is not that of pg_backend_pid().  Whether it works by
 * session or by transaction cannot be asked, so it is taken as by transaction.
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "drv/pg/scratch.h"

#define CONNECT_MS 15000.0	/* unless connect_timeout says otherwise */
#define NOTICE_BYTES 2000
#define OLDEST_SERVER 120000

/* --- notices -------------------------------------------------------------- */

static void on_notice(void *arg, const PGresult *r)
{
	struct pg *d = arg;
	const char *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	const char *level = PQresultErrorField(r, PG_DIAG_SEVERITY_NONLOCALIZED);
	struct str s = str_trim(str_z(text ? text : ""));

	if (!s.n)
		return;
	if (d->notices.n >= PG_NOTICES_MAX) {
		d->notices_left_out++;
		return;
	}
	s = utf8_clean(d->notes_arena, str_sub(s, 0, NOTICE_BYTES), UTF8_BLOCK);
	vec_push(d->notes_arena, &d->notices, arena_printf(d->notes_arena,
	    "%s: %.*s", level ? level : "NOTICE", STR_ARG(s)));
}

void pg_notices(struct drv *base, struct arena *a, struct strs *out)
{
	struct pg *d = pg_of(base);
	VEC(struct str) list = { 0 };

	for (size_t i = 0; i < d->notices.n; i++)
		vec_push(a, &list, arena_str(a, d->notices.v[i]));
	if (d->notices_left_out)
		vec_push(a, &list, arena_printf(a, "and %zu more notices",
		    d->notices_left_out));
	*out = (struct strs){ list.v, list.n };
	arena_reset(d->notes_arena);
	memset(&d->notices, 0, sizeof(d->notices));
	d->notices_left_out = 0;
}

/* --- connecting ----------------------------------------------------------- */

struct keywords {
	const char *k[64], *v[64];
	int n;
	double timeout_ms;
};

static void put(struct keywords *w, const char *k, const char *v)
{
	for (int i = 0; i < w->n; i++)
		if (!strcmp(w->k[i], k)) {
			w->v[i] = v;
			return;
		}
	if (w->n < 63) {
		w->k[w->n] = k;
		w->v[w->n++] = v;
		w->k[w->n] = w->v[w->n] = NULL;
	}
}

static size_t hosts(const char *list)
{
	size_t n = 1;

	while (list && (list = strchr(list, ',')) != NULL) {
		list++;
		n++;
	}
	return n;
}

/* The options of conninfo with ours over them; they borrow from `o`. */
static void keywords(const PQconninfoOption *o, const char *password,
    struct keywords *w)
{
	double each = CONNECT_MS;

	*w = (struct keywords){ .timeout_ms = CONNECT_MS };
	for (; o && o->keyword; o++) {
		if (!o->val || !*o->val)
			continue;
		put(w, o->keyword, o->val);
		if (!strcmp(o->keyword, "connect_timeout") && atoi(o->val) > 0)
			each = atoi(o->val) * 1000.0;
		if (!strcmp(o->keyword, "host"))
			w->timeout_ms = (double)hosts(o->val);
	}
	w->timeout_ms = (w->timeout_ms >= CONNECT_MS ? 1 : w->timeout_ms) * each;
	if (password)
		put(w, "password", password);
	put(w, "client_encoding", "UTF8");
	put(w, "application_name", "weir");
}

/* The parsed options hold the password: wiped before they are freed. */
static void free_options(PQconninfoOption *o)
{
	for (PQconninfoOption *p = o; p && p->keyword; p++)
		if (p->val)
			explicit_bzero(p->val, strlen(p->val));
	PQconninfoFree(o);
}

static enum rc finish(struct pg *d, PGconn *c, double until, struct err *e)
{
	PostgresPollingStatusType s = PGRES_POLLING_WRITING;
	enum rc rc = RC_OK;

	while (PQstatus(c) != CONNECTION_BAD && s != PGRES_POLLING_OK &&
	    s != PGRES_POLLING_FAILED) {
		rc = pg_wait_connect(d, PQsocket(c), s == PGRES_POLLING_READING ?
		    POLLIN : POLLOUT, until, e);
		if (rc)
			return rc;
		s = PQconnectPoll(c);
	}
	if (s == PGRES_POLLING_OK)
		return RC_OK;
	return pg_fail_connect(d, c, e);
}

/* One try.  The connection is handed out on failure too: it tells whether a
 * password was wanted. */
static enum rc try_connect(struct pg *d, const char *password, PGconn **out,
    struct err *e)
{
	char *why = NULL;
	struct sbuf b = SBUF_INIT((size_t)1 << 20);
	PQconninfoOption *o;
	struct keywords w;
	enum rc rc = libpq_load(e);

	if (rc)
		return rc;
	sbuf_add(&b, d->t.conninfo);
	o = PQconninfoParse(b.p ? b.p : "", &why);
	if (b.p)
		explicit_bzero(b.p, b.n);
	sbuf_free(&b);
	PQfreemem(why);			/* may repeat a password */
	if (!o)
		return err_set(e, RC_USAGE,
		    "the connection's parameters cannot be read");
	keywords(o, password, &w);
	*out = PQconnectStartParams(w.k, w.v, 0);
	free_options(o);
	if (!*out)
		oom_die();
	(void)PQsetErrorVerbosity(*out, PQERRORS_VERBOSE);
	(void)PQsetNoticeReceiver(*out, on_notice, d);
	rc = finish(d, *out, clock_mono_ms() + w.timeout_ms, e);
	(void)PQsetErrorVerbosity(*out, PQERRORS_DEFAULT);
	return rc;
}

#define PASSWORD_TRIES 3

/* 28P01 as the answer to a password: another one may be right. */
static bool was_wrong(enum rc rc, PGconn *c, const struct err *e)
{
	return rc == RC_DENIED && c && PQconnectionUsedPassword(c) &&
	    str_is(STR("28P01"), e->where);
}

static enum rc with_password(struct pg *d, PGconn **c, struct err *e)
{
	struct sbuf word = SBUF_INIT(4096), prompt = SBUF_INIT(1024);
	struct arena *a = arena_new();
	struct drv_question q = { 0 };
	enum rc rc = RC_DECISION;

	sbuf_addf(&prompt, "Password of %s for %s", PQuser(*c), PQdb(*c));
	q.prompt = utf8_clean(a, sbuf_str(&prompt), UTF8_LINE).p;
	q.who = arena_printf(a, "%s@%s:%s", PQuser(*c), PQhost(*c),
	    PQport(*c)).p;
	for (int i = 0; i < PASSWORD_TRIES; i++) {
		q.wrong = i > 0;
		if (word.p)
			explicit_bzero(word.p, word.cap);
		sbuf_reset(&word);
		if (!d->t.ask_password(d->t.ask_arg, &q, &word))
			break;
		PQfinish(*c);
		*c = NULL;
		*e = (struct err)ERR_INIT;
		rc = try_connect(d, word.p ? word.p : "", c, e);
		if (!was_wrong(rc, *c, e))
			break;
	}
	if (word.p)
		explicit_bzero(word.p, word.cap);
	sbuf_free(&word);
	sbuf_free(&prompt);
	arena_free(a);
	return rc;
}

/* --- the session ---------------------------------------------------------- */

static struct str keep(struct pg *d, const PGresult *r, int col)
{
	return arena_str(d->a, pg_cell(r, 0, col));
}

static enum rc look_around(struct pg *d, struct err *e)
{
	PGresult *r = NULL;
	enum rc rc = pg_rows(d, STR("SELECT"
	    " pg_catalog.current_setting('server_version_num'),"
	    " pg_catalog.pg_backend_pid(),"
	    " pg_catalog.current_setting('search_path'),"
	    " current_user, pg_catalog.current_database(),"
	    " r.rolsuper, r.rolbypassrls,"
	    " pg_catalog.current_setting('client_encoding'),"
	    " pg_catalog.current_setting('standard_conforming_strings'),"
	    " (SELECT d.oid FROM pg_catalog.pg_database AS d"
	    " WHERE d.datname OPERATOR(pg_catalog.=)"
	    " pg_catalog.current_database())"
	    " FROM pg_catalog.pg_roles AS r"
	    " WHERE r.rolname OPERATOR(pg_catalog.=) current_user"),
	    NULL, 0, &r, e);

	if (rc)
		return rc;
	if (PQntuples(r) != 1) {
		PQclear(r);
		return err_set(e, RC_DB, "the server does not say who we are");
	}
	d->version = (int)pg_cell_int(r, 0, 0);
	d->pid = (int)pg_cell_int(r, 0, 1);
	d->pooled = d->pid != PQbackendPID(d->c);
	d->user_path = d->t.search_path.n ? d->t.search_path : keep(d, r, 2);
	d->user = keep(d, r, 3);
	d->database = keep(d, r, 4);
	d->superuser = pg_cell_bool(r, 0, 5);
	d->bypass_rls = d->superuser || pg_cell_bool(r, 0, 6);
	d->database_oid = (uint32_t)pg_cell_int(r, 0, 9);
	if (!str_is(pg_cell(r, 0, 7), "UTF8"))
		rc = err_set(e, RC_UNSUPPORTED,
		    "the server does not speak UTF-8 with us");
	else if (d->version < OLDEST_SERVER)
		rc = err_set(e, RC_UNSUPPORTED, "PostgreSQL %d; weir works "
		    "with 12 and later", d->version / 10000);
	else if (!str_is(pg_cell(r, 0, 8), "on"))
		rc = err_set(e, RC_UNSUPPORTED,
		    "standard_conforming_strings is off");
	if (rc && !str_is(pg_cell(r, 0, 8), "on"))
		err_hint(e, "ALTER ROLE … RESET standard_conforming_strings");
	PQclear(r);
	return rc;
}

static void set(struct sbuf *b, const char *name, struct str value)
{
	sbuf_addz(b, b->n ? ";SET " : "SET ");
	sbuf_addz(b, name);
	SQL(b, " = ");
	pg_string(b, value);
}

static void set_ms(struct sbuf *b, const char *name, int ms)
{
	struct sbuf n = SBUF_INIT(32);

	sbuf_addf(&n, "%dms", ms);
	set(b, name, sbuf_str(&n));
	sbuf_free(&n);
}

/* search_path is a list: set_config() takes the text as SHOW gives it. */
static void set_path(struct sbuf *b, struct str path)
{
	sbuf_addz(b, b->n ? ";" : "");
	SQL(b, "SELECT pg_catalog.set_config('search_path', ");
	pg_string(b, path);
	SQL(b, ", false)");
}

static enum rc settings(struct pg *d, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	struct err ignored = ERR_INIT;
	bool look = d->mode == DRV_BROWSE;
	enum rc rc = RC_OK;

	if (d->pooled)
		return RC_OK;		/* W.5: pg_look_begin() sets them */
	set_path(&b, look ? STR("pg_catalog") : d->user_path);
	if (look || d->t.read_only)
		set(&b, "default_transaction_read_only", STR("on"));
	if (d->t.statement_timeout_ms > 0)
		set_ms(&b, "statement_timeout", d->t.statement_timeout_ms);
	if (look) {
		set(&b, "DateStyle", STR("ISO"));
		set(&b, "IntervalStyle", STR("postgres"));
		set(&b, "bytea_output", STR("hex"));
		/* compiling takes longer than a page; EXPLAIN alone loads it */
		set(&b, "jit", STR("off"));
		set_ms(&b, "lock_timeout", PG_LOCK_TIMEOUT_MS);
		set_ms(&b, "idle_in_transaction_session_timeout", 300000);
	} else {
		set_ms(&b, "lock_timeout", d->t.lock_timeout_ms > 0 ?
		    d->t.lock_timeout_ms : PG_LOCK_TIMEOUT_MS);
		set(&b, "idle_in_transaction_session_timeout", STR("0"));
	}
	rc = pg_exec_own(d, sbuf_str(&b), e);
	sbuf_free(&b);
	/* a server on some systems cannot, and says so */
	if (!rc && d->mode == DRV_APPLY && d->version >= 140000 &&
	    pg_exec_own(d, STR("SET client_connection_check_interval = 500"),
	    &ignored) && d->lost)
		rc = pg_fail_lost(d, e);
	return rc;
}

enum rc pg_settings_again(struct pg *d, struct err *e)
{
	enum rc rc = pg_exec_own(d, STR("RESET ALL"), e);

	return rc ? rc : settings(d, e);
}

/*
 * A change is not sent in the clear over a network unasked: libpq's default,
 * sslmode=prefer, takes what the server offers.  Who writes disable or allow
 * has said so (faults S6).
 */
static enum rc check_plain(const struct pg *d, struct err *e)
{
	PQconninfoOption *o;
	bool said = false;

	if (d->mode != DRV_APPLY || PQsslInUse(d->c) ||
	    PQgssEncInUse(d->c) || pg_is_local(&d->t))
		return RC_OK;
	o = PQconninfo(d->c);
	for (PQconninfoOption *p = o; p && p->keyword; p++)
		if (!strcmp(p->keyword, "sslmode") && p->val)
			said = !strcmp(p->val, "disable") ||
			    !strcmp(p->val, "allow");
	free_options(o);
	if (said)
		return RC_OK;
	err_set(e, RC_DENIED, "the connection to %s is not encrypted: nothing "
	    "is changed over it", PQhost(d->c));
	err_hint(e, "add sslmode=require to the address, or sslmode=disable to "
	    "change it in the clear");
	return RC_DENIED;
}

enum rc pg_connect(struct pg *d, struct err *e)
{
	bool again = d->pid != 0;
	PGconn *c = NULL;
	enum rc rc = try_connect(d, NULL, &c, e);

	if (rc && c && rc != RC_CANCELLED && d->t.ask_password &&
	    PQconnectionNeedsPassword(c))
		rc = with_password(d, &c, e);
	if (rc) {
		PQfinish(c);
		return rc;
	}
	d->c = c;
	d->lost = d->locked = d->browse_tx = false;
	d->cache.model = NULL;
	if (PQsetnonblocking(c, 1))
		oom_die();
	rc = check_plain(d, e);
	if (!rc)
		rc = look_around(d, e);
	if (!rc)
		rc = settings(d, e);
	d->reconnected = again && !rc;
	if (rc)
		pg_disconnect(d);
	return rc;
}

void pg_disconnect(struct pg *d)
{
	PQfinish(d->c);
	d->c = NULL;
	d->open_cursor = false;
	d->prepared = 0;
	pg_again_forget(d);
}

/* --- open, close ---------------------------------------------------------- */

static void copy_target(struct pg *d, const struct drv_target *t)
{
	d->t = *t;
	d->t.conninfo = arena_str(d->a, t->conninfo);
	d->t.search_path = arena_str(d->a, t->search_path);
	d->t.path = STR("");
}

enum rc pg_open(const struct drv_target *t, enum drv_mode mode,
    struct drv **out, struct err *e)
{
	struct pg *d;
	enum rc rc;

	if (!t->conninfo.n)
		return err_set(e, RC_USAGE, "no PostgreSQL database was named");
	d = xalloc(sizeof(*d));
	*d = (struct pg){ .base.ops = &drv_pg, .mode = mode, .wake = -1 };
	d->a = arena_new();
	d->notes_arena = arena_new();
	copy_target(d, t);
	d->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	rc = d->wake < 0 ? err_set(e, RC_IO, "no descriptor is left") :
	    pg_connect(d, e);
	if (rc) {
		pg_close(&d->base);
		return rc;
	}
	*out = &d->base;
	return RC_OK;
}

void pg_close(struct drv *base)
{
	struct pg *d = pg_of(base);

	pg_watch(base, NULL);
	pg_counts_end(d);
	pg_catch_forget(d);
	pg_disconnect(d);
	pg_scratch_end(d->scratch);
	if (d->wake >= 0)
		close(d->wake);
	if (d->t.conninfo.n)
		explicit_bzero((char *)(uintptr_t)d->t.conninfo.p,
		    d->t.conninfo.n);
	arena_free(d->notes_arena);
	arena_free(d->a);
	xfree(d);
}

void pg_cancel(struct drv *base)
{
	struct pg *d = pg_of(base);
	uint64_t one = 1;

	atomic_store(&d->cancelled, true);
	/* full: it is readable already */
	if (write(d->wake, &one, sizeof(one)) < 0)
		return;
}

enum rc pg_probe(const struct drv_target *t, struct db_probe *out,
    struct err *e)
{
	struct drv *d = NULL;
	enum rc rc = pg_open(t, DRV_BROWSE, &d, e);

	if (rc && rc != RC_NOTFOUND)
		return rc;
	drv_close(d);
	*out = (struct db_probe){ .state = rc ? DB_MISSING : DB_OK,
		.writable = true, .folder_writable = true };
	return RC_OK;
}

static struct str clean(struct arena *a, const char *s)
{
	return utf8_clean(a, str_z(s ? s : ""), UTF8_LINE);
}

enum rc pg_server(struct drv *base, struct arena *a, struct drv_server *out,
    struct err *e)
{
	struct pg *d = pg_of(base);
	enum rc rc = d->c ? RC_OK : pg_enter(d, e);

	if (rc)
		return rc;
	*out = (struct drv_server){
		.product = arena_printf(a, "PostgreSQL %d.%d",
		    d->version / 10000, d->version % 10000),
		.version = d->version,
		.host = clean(a, PQhost(d->c)),
		.user = utf8_clean(a, d->user, UTF8_LINE),
		.database = utf8_clean(a, d->database, UTF8_LINE),
		.tls = PQsslInUse(d->c) ?
		    clean(a, PQsslAttribute(d->c, "protocol")) :
		    PQhost(d->c)[0] == '/' ? STR("") : STR("plain"),
		.superuser = d->superuser,
		.bypass_rls = d->bypass_rls,
		.pooled = d->pooled,
		.reconnected = d->reconnected,
		.pid = d->pid,
	};
	d->reconnected = false;
	return RC_OK;
}
