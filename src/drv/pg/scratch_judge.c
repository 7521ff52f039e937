/*
 * scratch_judge: see scratch.h.  What of a file may run on scratch.
 *
 * Judged by the digest of a statement, never by its text; only a statement
 * that this grammar does not know is looked at word by word.
 */
#include <string.h>

#include "drv/pg/scratch_parts.h"

bool pg_adds_value(const struct pg_stmt *s)
{
	return s->kind == PG_ALTER_ENUM && s->new_value.n && !s->old_value.n;
}

struct token pg_word_after(struct str sql, size_t from)
{
	struct token t = pg_token(sql, from);

	while (t.kind == TOKEN_SPACE || t.kind == TOKEN_COMMENT)
		t = pg_token(sql, t.to);
	return t;
}

/* CONCURRENTLY made blanks, first word of that name. */
static struct str plainly(struct str sql, struct arena *a)
{
	struct token t = pg_word_after(sql, 0);
	char *copy;

	while (t.kind != TOKEN_END && !str_ieq(str_sub(sql, t.from, t.to),
	    STR("CONCURRENTLY")))
		t = pg_word_after(sql, t.to);
	if (t.kind == TOKEN_END)
		return sql;
	copy = arena_z(a, sql);
	memset(copy + t.from, ' ', t.to - t.from);
	return (struct str){ copy, sql.n };
}

/* A statement that this grammar does not know, of a newer server: what its
 * first words name is shared by the cluster. */
static bool unparsed_reaches(struct str sql)
{
	static const char *const shared[] = { "role", "user", "group",
		"tablespace", "database", "system", "subscription", "load",
		"copy", "do", "call", "grant", "revoke", "checkpoint",
		"import", "server", "owned" };
	struct token t = pg_word_after(sql, 0);

	for (int i = 0; i < 3 && t.kind != TOKEN_END; i++) {
		for (size_t k = 0; k < sizeof(shared) / sizeof(shared[0]); k++)
			if (str_ieq(str_sub(sql, t.from, t.to),
			    str_z(shared[k])))
				return true;
		t = pg_word_after(sql, t.to);
	}
	return false;
}

/* Name behind the last dot: calls are compared without their schema. */
static struct str last_part(struct str s)
{
	for (size_t i = s.n; i > 0; i--)
		if (s.p[i - 1] == '.')
			return str_sub(s, i, s.n);
	return s;
}

static bool calls_wild(const struct pg_scratch *p, const struct pg_stmt *s)
{
	for (size_t i = 0; p && i < p->wild.n; i++)
		for (size_t k = 0; k < s->calls.n; k++)
			if (str_eq(last_part(s->calls.v[k]), p->wild.v[i]))
				return true;
	return false;
}

/* DETACH … CONCURRENTLY leaves a check behind that the plain one does not:
 * it runs as it stands, outside (PostgreSQL 15 manual, ALTER TABLE). */
bool pg_detaches_outside(const struct pg_stmt *s)
{
	for (size_t i = 0; i < s->nsubs; i++)
		if (s->subs[i].step == PG_STEP_DETACH &&
		    s->subs[i].concurrently)
			return true;
	return false;
}

/* Does a statement, or what it holds, name a function that is wild? */
static bool mentions_wild(const struct pg_scratch *p, struct str sql)
{
	for (size_t i = 0; i < p->wild.n; i++)
		if (pg_mentions(sql, p->wild.v[i]))
			return true;
	return false;
}

static bool do_writes(struct str body)
{
	static const char *const words[] = { "insert", "update", "delete",
		"merge", "truncate", "perform", "select", "call" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (pg_mentions(body, str_z(words[i])))
			return true;
	return false;
}

/*
 * A session that may do more than own its database never runs SQL that is put
 * together on the way.  Once a function that does so is there, a trigger, a
 * default or a view may call it: rows, which make no shape, stay unwritten.
 */
static const char *assembled(const struct pg_scratch *p,
    const struct pg_stmt *s, struct str sql)
{
	if (!p || !p->reaches)
		return NULL;
	if ((s->flags & PG_ASSEMBLES) && (s->kind == PG_DO ||
	    (s->flags & PG_UNPARSED)))
		return "it puts SQL together while it runs, and this role may "
		    "do more than own a database";
	if (!p->wild.n)
		return NULL;
	if ((s->flags & PG_DATA) || s->kind == PG_CALL ||
	    ((s->flags & PG_READS_ONLY) && (s->flags & PG_ANYTHING)) ||
	    (s->kind == PG_DO && do_writes(s->body)))
		return "it may call a function that reaches beyond its "
		    "database or puts SQL together while it runs";
	if ((s->kind == PG_CREATE_EVENT_TRIGGER || s->kind == PG_DEFINE ||
	    s->kind == PG_DO || s->kind == PG_UNKNOWN ||
	    (s->flags & (PG_READS_ONLY | PG_UNPARSED))) &&
	    mentions_wild(p, sql))
		return "it names a function that reaches beyond its database "
		    "or puts SQL together while it runs";
	return NULL;
}

/* A function that calls such a one is one. */
static bool is_wild(const struct pg_scratch *p, const struct pg_stmt *s,
    struct str sql)
{
	if (s->flags & PG_CLUSTER_BODY)
		return true;
	if (!p->reaches)
		return false;
	if (s->kind == PG_CREATE_FUNCTION)
		return (s->flags & PG_ASSEMBLES) || mentions_wild(p, sql);
	return false;
}

static void keep_wild(struct pg_scratch *p, const struct pg_stmt *s,
    struct str sql)
{
	if (is_wild(p, s, sql))
		for (size_t i = 0; i < s->nobjs; i++)
			vec_push(p->a, &p->wild, arena_str(p->a,
			    s->objs[i].name));
	if (s->kind == PG_RENAME && s->new_name.n && mentions_wild(p, sql))
		vec_push(p->a, &p->wild, arena_str(p->a, s->new_name));
}

static const char *refuse(const struct pg *d, const struct pg_stmt *s,
    struct str sql)
{
	if (s->flags & PG_UNPARSED)
		return unparsed_reaches(sql) ?
		    "it may reach beyond its database" : NULL;
	if (s->flags & PG_CLUSTER_WIDE)
		return "it reaches beyond its database";
	if (s->flags & PG_OPENS_LINK)
		return "it opens a link to another server";
	if (assembled(d->scratch, s, sql))
		return assembled(d->scratch, s, sql);
	if (s->kind != PG_CREATE_FUNCTION && calls_wild(d->scratch, s))
		return "it calls a function that reaches beyond its database";
	for (size_t i = 0; i < s->calls.n; i++)
		if (pg_takes_large_objects(s->calls.v[i]))
			return "it works on large objects, and there are none";
	for (size_t i = 0; i < s->nwrites; i++)
		if (pg_is_system_table(s->writes[i].schema,
		    s->writes[i].table))
			return "it writes to the server's own tables";
	if (s->kind == PG_SET && (str_is(s->setting, "role") ||
	    str_is(s->setting, "session_authorization")))
		return "rights are not copied to scratch";
	if (s->flags & PG_COPY_DATA)
		return "its rows would have to be sent with it";
	if ((s->flags & PG_OUTSIDE_TX) && !(s->flags & PG_WEIR_OUTSIDE) &&
	    !s->concurrently && !pg_detaches_outside(s) && !pg_adds_value(s))
		return "it changes no schema";
	return NULL;
}

void pg_scratch_judge(struct pg *d, const struct pg_stmt *s, struct str sql,
    struct arena *a, struct str *text, struct str *why)
{
	const char *no = refuse(d, s, sql);

	*why = no ? str_z(no) : STR("");
	*text = s->concurrently && !no ? plainly(sql, a) : sql;
	if (no)
		pg_scratch_note_roles(d, s);
	else if (d->scratch)
		*text = pg_scratch_stand_in(d->scratch, s, *text, a);
	if (!no && d->scratch)
		keep_wild(d->scratch, s, sql);
}
