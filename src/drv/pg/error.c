/*
 * What the server says, as ours.  The SQLSTATE decides, never the words: those
 * come in the server's language (PostgreSQL manual, appendix A).
 */
#include <ctype.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "drv/pg/pg.h"

static const struct state_rule {
	const char *state;	/* five letters, or the two of a class */
	enum rc rc;
	const char *hint;	/* "" = none */
} rules[] = {
	{ "55P03", RC_BUSY, "another session holds a lock that this needs; "
	    "try again when it is done" },
	{ "40P01", RC_BUSY, "two sessions waited for each other and the server"
	    " ended this one; nothing of it was kept, try again" },
	{ "40001", RC_BUSY, "another session changed the same rows; nothing of"
	    " this was kept, try again" },
	{ "25006", RC_DENIED, "this connection is read-only" },
	{ "42501", RC_DENIED, "" },
	{ "28P01", RC_DENIED, "give the right one by PGPASSWORD, in ~/.pgpass "
	    "or in the URL" },
	{ "28000", RC_DENIED, "the server's pg_hba.conf decides who may "
	    "connect, from where and how" },
	{ "3D000", RC_NOTFOUND, "" },
	{ "53300", RC_DB, "the server is out of connections; close one, or try"
	    " again later" },
	{ "57P03", RC_DB, "the server is starting or stopping; try again in a "
	    "moment" },
	{ "57P01", RC_DB, "the connection was ended by the server; look there "
	    "before trying again" },
	{ "57P02", RC_DB, "the server crashed; look there before trying again" },
	{ "57P05", RC_DB, "the session was idle for longer than the server "
	    "allows" },
	{ "53100", RC_DB, "free some space on the server, then run it again" },
	{ "53200", RC_DB, "the server had not enough memory for this" },
	{ "0A000", RC_UNSUPPORTED, "" },
	{ "08P01", RC_DB, "" },
};

static const struct state_rule *rule_of(const char *state)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (!strcmp(rules[i].state, state))
			return &rules[i];
	return NULL;
}

/* Bytes of the first n characters of s. */
static size_t bytes_of(struct str s, size_t chars)
{
	size_t i = 0;

	while (chars-- > 0 && i < s.n)
		(void)utf8_next(s, &i);
	return i;
}

static struct str field(const PGresult *r, int code, struct arena *a)
{
	const char *s = PQresultErrorField(r, code);

	return s ? utf8_clean(a, str_z(s), UTF8_BLOCK) : STR("");
}

static void place(const PGresult *r, const char *state, struct str sql,
    size_t base, char *out, size_t n)
{
	const char *pos = PQresultErrorField(r, PG_DIAG_STATEMENT_POSITION);
	size_t at = pos ? (size_t)strtoul(pos, NULL, 10) : 0;

	if (at && sql.n)
		snprintf(out, n, "+%zu %s", base + bytes_of(sql, at - 1), state);
	else
		snprintf(out, n, "%s", state);
}

enum rc pg_fail(struct pg *d, const PGresult *r, struct str sql, size_t base,
    struct err *e)
{
	const char *s = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	char state[6] = "XX000", where[40];
	const struct state_rule *rule;
	struct arena *a;
	struct str msg, detail, hint, left, context;
	enum rc rc;

	if (!s && PQstatus(d->c) == CONNECTION_BAD)
		return pg_fail_lost(d, e);
	if (s && strlen(s) == 5)
		memcpy(state, s, 5);
	if (PQstatus(d->c) == CONNECTION_BAD || str_starts(str_z(state),
	    STR("57P0")) || str_starts(str_z(state), STR("08")))
		d->lost = PQstatus(d->c) == CONNECTION_BAD ||
		    str_starts(str_z(state), STR("57P0"));
	if (!strcmp(state, "57014") && d->asked_cancel && !d->deaf) {
		atomic_store(&d->cancelled, false);
		return err_set(e, RC_CANCELLED, "cancelled");
	}
	a = arena_new();
	msg = s ? field(r, PG_DIAG_MESSAGE_PRIMARY, a) :
	    utf8_clean(a, str_trim(str_z(PQresultErrorMessage(r))), UTF8_BLOCK);
	detail = field(r, PG_DIAG_MESSAGE_DETAIL, a);
	hint = field(r, PG_DIAG_MESSAGE_HINT, a);
	rule = rule_of(state);
	rc = rule ? rule->rc : RC_DB;
	place(r, state, sql, base, where, sizeof(where));
	left = field(r, PG_DIAG_CONTEXT, a);
	(void)err_at(e, rc, where, "%.*s%s%.*s", STR_ARG(msg), detail.n ?
	    "; " : "", STR_ARG(detail));
	/* the innermost line: the function and the statement in it */
	if (s && str_line(&left, &context) && str_trim(context).n)
		err_suffix(e, "in %.*s", STR_ARG(str_trim(context)));
	e->hint[0] = 0;
	if (hint.n)
		err_hint(e, "%.*s", STR_ARG(hint));
	else if (rule && rule->hint[0])
		err_hint(e, "%s", rule->hint);
	arena_free(a);
	return rc;
}

enum rc pg_fail_lost(struct pg *d, struct err *e)
{
	struct arena *a = arena_new();
	struct str left = d->c ? str_trim(str_z(PQerrorMessage(d->c))) :
	    STR(""), why = STR("");

	if (str_line(&left, &why))	/* the rest guesses at the reason */
		why = utf8_clean(a, why, UTF8_LINE);

	d->lost = true;
	if (d->asked_cancel && !d->deaf && atomic_exchange(&d->cancelled, false)) {
		arena_free(a);
		return err_set(e, RC_CANCELLED, "cancelled");
	}
	(void)err_at(e, RC_DB, "08006", "the connection to the server was lost"
	    "%s%.*s", why.n ? ": " : "", STR_ARG(why));
	e->hint[0] = 0;
	err_hint(e, "%s", d->mode == DRV_BROWSE ?
	    "it is made again with the next request" :
	    "weir status says what holds now");
	arena_free(a);
	return RC_DB;
}

/* --- connecting ----------------------------------------------------------- */

/* "FATAL:  3D000: database …": the state stands between two colons when the
 * verbosity is VERBOSE, which is all that libpq gives while connecting. */
static bool state_in(const char *text, char state[6], const char **rest)
{
	bool found = false;

	for (const char *p = strstr(text, ":  "); p; p = strstr(p + 1, ":  ")) {
		size_t i = 0;

		while (i < 5 && (isdigit((unsigned char)p[3 + i]) ||
		    isupper((unsigned char)p[3 + i])))
			i++;
		if (i < 5 || p[8] != ':' || p[9] != ' ')
			continue;
		memcpy(state, p + 3, 5);
		state[5] = 0;
		*rest = p + 10;
		found = true;
	}
	return found;
}

static void name_target(struct sbuf *b, PGconn *c)
{
	const char *host = PQhost(c), *port = PQport(c), *db = PQdb(c);
	const char *user = PQuser(c);

	/* libpq gave up before it had read its service file */
	if ((!db || !*db) && (!user || !*user)) {
		sbuf_addz(b, "no connection");
		return;
	}
	sbuf_addf(b, "database \"%s\" on %s%s%s as %s", db ? db : "",
	    host && *host ? host : "the local socket", port && *port ?
	    ", port " : "", port ? port : "", user ? user : "");
}

/* libpq's own words, which its build may translate: then the rest holds. */
static const char *unreachable_hint(PGconn *c, const char *text)
{
	static const struct { const char *words, *hint; } known[] = {
		{ "sslmode value", "sslmode is disable, allow, prefer, "
		    "require, verify-ca or verify-full" },
		{ "port number", "a port is a number from 1 to 65535" },
		{ "integer value", "a port is a number from 1 to 65535" },
		{ "definition of service", "services are defined in ~/.pg_service.conf, or "
		    "in the file that PGSERVICEFILE names" },
		{ "SSL", "sslmode asks for TLS that this server does not "
		    "speak, or not so: sslmode=prefer goes without" },
		{ "translate host name", "is the host's name spelt right? No "
		    "address is known for it" },
		{ "resolve", "is the host's name spelt right? No address is "
		    "known for it" },
	};
	const char *host = PQhost(c);

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strstr(text, known[i].words))
			return known[i].hint;
	return host && *host == '/' ?
	    "is the server running, and is its socket in that folder?" :
	    "is the server running there, and does it listen on that port?";
}

static enum rc needs_password(struct str who, struct err *e)
{
	(void)err_at(e, RC_DECISION, "28P01",
	    "%.*s: the server wants a password", STR_ARG(who));
	err_hint(e, "give it by PGPASSWORD, in ~/.pgpass (mode 0600) or in a "
	    "service file; on a terminal weir asks for it");
	return RC_DECISION;
}

static void hint_grant(PGconn *c, struct err *e)
{
	struct sbuf b = SBUF_INIT(1024);

	SQL(&b, "GRANT CONNECT ON DATABASE ");
	dialect_pg.ident(&b, str_z(PQdb(c)));
	SQL(&b, " TO ");
	dialect_pg.ident(&b, str_z(PQuser(c)));
	err_hint(e, "its owner lets the role in: %.*s", STR_ARG(sbuf_str(&b)));
	sbuf_free(&b);
}

/* 28000 is also what pg_hba.conf forbids; a server that speaks another
 * language is taken at the word of its code. */
static bool is_no_role(const char *text)
{
	return !strncmp(text, "role \"", 6) && strstr(text, "does not exist");
}

enum rc pg_fail_connect(struct pg *d, PGconn *c, struct err *e)
{
	struct sbuf b = SBUF_INIT(4096);
	struct arena *a = arena_new();
	const char *text = PQerrorMessage(c), *rest = text;
	char state[6] = "08001";
	bool told = state_in(text, state, &rest);
	const struct state_rule *rule = rule_of(state);
	enum rc rc = rule ? rule->rc : RC_DB;
	struct str line, left, who;

	(void)d;
	name_target(&b, c);
	who = utf8_clean(a, sbuf_str(&b), UTF8_LINE);
	left = str_z(told ? rest : text);
	if (!str_line(&left, &line))
		line = STR("no answer");
	/* "connection to server at … failed: Connection refused" */
	if (!told && str_find(line, STR(" failed: "), 0) < line.n)
		line = str_sub(line, str_find(line, STR(" failed: "), 0) + 9,
		    line.n);
	if (PQconnectionNeedsPassword(c)) {
		rc = needs_password(who, e);
	} else {
		line = utf8_clean(a, line, UTF8_LINE);
		(void)err_at(e, rc, state, "%.*s: %.*s", STR_ARG(who),
		    STR_ARG(line));
		e->hint[0] = 0;
		if (!strcmp(state, "42501"))
			hint_grant(c, e);
		else if (!strcmp(state, "28000") && is_no_role(rest))
			err_hint(e, "is the role's name spelt right? "
			    "CREATE ROLE makes one");
		else
			err_hint(e, "%s", rule && rule->hint[0] ? rule->hint :
			    told ? "look at the server's log" :
			    unreachable_hint(c, text));
	}
	sbuf_free(&b);
	arena_free(a);
	return rc;
}
