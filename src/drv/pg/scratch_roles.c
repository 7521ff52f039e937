/*
 * scratch_roles: see scratch.h.  Roles that files make are not made: one of
 * the server's own stands for each of them.
 */
#include "drv/pg/scratch_parts.h"

/* Roles of every server from 12 on; a grant to one in a scratch database is
 * nobody's gain. */
static const char *const stand_ins[] = { "pg_stat_scan_tables",
	"pg_read_all_settings", "pg_read_all_stats", "pg_signal_backend",
	"pg_monitor" };
#define NSTAND_INS (sizeof(stand_ins) / sizeof(stand_ins[0]))

static bool role_exists(struct pg *d, struct str name)
{
	struct arena *a = arena_new();
	const char *args[] = { arena_z(a, name) };
	struct err ignored = ERR_INIT;
	PGresult *r = NULL;
	bool there = true;

	if (pg_rows(d, STR("SELECT EXISTS (SELECT FROM pg_catalog.pg_roles"
	    " WHERE rolname OPERATOR(pg_catalog.=) $1)"), args, 1, &r,
	    &ignored) == RC_OK) {
		there = pg_cell_bool(r, 0, 0);
		PQclear(r);
	}
	arena_free(a);
	return there;
}

void pg_scratch_note_roles(struct pg *d, const struct pg_stmt *s)
{
	struct pg_scratch *p = d->scratch;

	for (size_t i = 0; p && s->kind == PG_CREATE_ROLE && i < s->roles.n &&
	    p->roles.n < NSTAND_INS; i++)
		if (!role_exists(d, s->roles.v[i]))
			vec_push(p->a, &p->roles, arena_str(p->a,
			    s->roles.v[i]));
}

static bool names_roles(const struct pg_stmt *s)
{
	static const enum pg_kind kinds[] = { PG_CREATE_POLICY,
		PG_ALTER_POLICY, PG_GRANT, PG_OWNER, PG_DEFAULT_PRIVILEGES,
		PG_CREATE_SCHEMA };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (s->kind == kinds[i])
			return true;
	for (size_t i = 0; i < s->nsubs; i++)
		if (s->subs[i].step == PG_STEP_OWNER)
			return true;
	return false;
}

/* "Name", name or NAME. */
static bool is_named(struct token t, struct str word, struct str role)
{
	if (t.kind == TOKEN_IDENT && word.n >= 2)
		return str_eq(str_sub(word, 1, word.n - 1), role);
	return (t.kind == TOKEN_WORD || t.kind == TOKEN_KEYWORD) &&
	    str_ieq(word, role);
}

/* A table of the role's name keeps it: only what follows TO or FROM, or a
 * comma there, is a role. */
static struct str with_stand_ins(const struct pg_scratch *p, struct str sql,
    struct arena *a)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;
	bool roles = false;
	size_t from = 0;

	for (struct token t = pg_word_after(sql, 0); t.kind != TOKEN_END;
	    t = pg_word_after(sql, t.to)) {
		struct str w = str_sub(sql, t.from, t.to);

		if (str_ieq(w, STR("to")) || str_ieq(w, STR("from")) ||
		    str_ieq(w, STR("authorization")) ||
		    str_ieq(w, STR("role"))) {
			roles = true;
			continue;
		}
		if (str_ieq(w, STR("using")) || str_ieq(w, STR("with")) ||
		    str_ieq(w, STR("on")))
			roles = false;
		for (size_t i = 0; roles && i < p->roles.n; i++) {
			if (!is_named(t, w, p->roles.v[i]))
				continue;
			sbuf_add(&b, str_sub(sql, from, t.from));
			sbuf_addz(&b, stand_ins[i]);
			from = t.to;
			break;
		}
	}
	sbuf_add(&b, str_sub(sql, from, sql.n));
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

struct str pg_scratch_stand_in(const struct pg_scratch *p,
    const struct pg_stmt *s, struct str sql, struct arena *a)
{
	return p->roles.n && names_roles(s) ? with_stand_ins(p, sql, a) : sql;
}

struct strs pg_scratch_roles(const struct pg_scratch *s, struct strs roles,
    struct arena *a)
{
	struct str *v = arena_array(a, struct str, roles.n + 1);

	for (size_t i = 0; i < roles.n; i++) {
		struct str name = roles.v[i];
		size_t at = i;

		for (size_t k = 0; s && k < s->roles.n; k++)
			if (str_is(name, stand_ins[k]))
				name = arena_str(a, s->roles.v[k]);
		while (at > 0 && str_cmp(v[at - 1], name) > 0) {
			v[at] = v[at - 1];
			at--;
		}
		v[at] = name;
	}
	return (struct strs){ v, roles.n };
}
