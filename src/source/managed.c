/* managed: see managed.h. */
#include "source/managed.h"

#include "dialect/dialect.h"

/* --- patterns ------------------------------------------------------------------- */

/* One [set]: *p behind it.  No "]": a plain character. */
static bool set_match(struct str *p, char c)
{
	size_t end = str_find(*p, STR("]"), 2), i = 1;
	bool negated, hit = false;

	if (end >= p->n) {
		hit = p->p[0] == c;
		*p = str_sub(*p, 1, p->n);
		return hit;
	}
	negated = p->p[1] == '!' || p->p[1] == '^';
	for (i += negated; i < end; i++) {
		if (i + 2 < end && p->p[i + 1] == '-') {
			hit = hit || (c >= p->p[i] && c <= p->p[i + 2]);
			i += 2;
		} else {
			hit = hit || c == p->p[i];
		}
	}
	*p = str_sub(*p, end + 1, p->n);
	return hit != negated;
}

static bool plain_match(struct str p, struct str s)
{
	while (p.n > 0) {
		if (p.p[0] == '*') {
			while (p.n > 0 && p.p[0] == '*')
				p = str_sub(p, 1, p.n);
			for (size_t i = 0; i <= s.n; i++)
				if (plain_match(p, str_sub(s, i, s.n)))
					return true;
			return false;
		}
		if (s.n == 0)
			return false;
		if (p.p[0] == '[') {
			if (!set_match(&p, s.p[0]))
				return false;
		} else {
			if (p.p[0] == '\\' && p.n > 1)
				p = str_sub(p, 1, p.n);
			else if (p.p[0] == '?')
				goto any;
			if (p.p[0] != s.p[0])
				return false;
any:
			p = str_sub(p, 1, p.n);
		}
		s = str_sub(s, 1, s.n);
	}
	return s.n == 0;
}

#define BRACES_MAX 32		/* alternatives tried within each other */

static bool brace_match(struct str p, struct str s, int depth)
{
	size_t open = str_find(p, STR("{"), 0), close, from;
	bool hit = false;

	close = str_find(p, STR("}"), open);
	if (open >= p.n || close >= p.n || depth > BRACES_MAX)
		return plain_match(p, s);
	from = open + 1;
	for (size_t i = from; i <= close && !hit; i++) {
		struct sbuf b = SBUF_TEXT;

		if (p.p[i] != ',' && i < close)
			continue;
		sbuf_add(&b, str_sub(p, 0, open));
		sbuf_add(&b, str_sub(p, from, i));
		sbuf_add(&b, str_sub(p, close + 1, p.n));
		hit = brace_match(sbuf_str(&b), s, depth + 1);
		sbuf_free(&b);
		from = i + 1;
	}
	return hit;
}

bool glob_match(struct str pattern, struct str name)
{
	if (pattern.n > 256)
		return false;
	return brace_match(pattern, name, 0);
}

bool filter_keeps(struct strs patterns, struct str name)
{
	bool any = patterns.n == 0;

	for (size_t i = 0; i < patterns.n; i++) {
		struct str p = patterns.v[i];
		bool negated = str_starts(p, STR("!"));
		bool hit = glob_match(negated ? str_sub(p, 1, p.n) : p, name);

		if (negated && hit)
			return false;
		any = any || negated || hit;
	}
	return any;
}

/* --- names in files ----------------------------------------------------------------- */

static struct str bare(struct str t, struct arena *a)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	if (t.n < 2 || t.p[0] != '"')
		return t;
	for (size_t i = 1; i + 1 < t.n; i++) {
		sbuf_addc(&b, t.p[i]);
		i += t.p[i] == '"';
	}
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

/* Unquoted names fold to small letters (PostgreSQL 15 manual, 4.1.1). */
static struct str folded(struct str t, struct arena *a)
{
	char *s = arena_z(a, t);

	for (size_t i = 0; i < t.n; i++)
		if (s[i] >= 'A' && s[i] <= 'Z')
			s[i] = (char)(s[i] - 'A' + 'a');
	return (struct str){ s, t.n };
}

static void names_of(struct map *m, const struct dialect *d, struct str text,
    int depth, struct arena *a)
{
	for (struct token t = d->token(text, 0); t.kind != TOKEN_END;
	    t = d->token(text, t.to > t.from ? t.to : t.from + 1)) {
		struct str s = str_sub(text, t.from, t.to);

		switch (t.kind) {
		case TOKEN_WORD:
		case TOKEN_KEYWORD:
			map_put(m, folded(s, a), m);
			break;
		case TOKEN_IDENT:
			map_put(m, bare(s, a), m);
			break;
		case TOKEN_STRING:
			/* the body of a function or of DO, a name as text */
			if (depth < 3 && s.n > 2)
				names_of(m, d, s.p[0] == '$' ? str_sub(s,
				    str_find(s, STR("$"), 1) + 1, s.n) :
				    str_sub(s, 1, s.n - 1), depth + 1, a);
			break;
		case TOKEN_COMMENT:
			/* drizzle-kit pull comments its first file out */
			if (depth == 0 && str_starts(s, STR("/*")) && s.n > 4)
				names_of(m, d, str_sub(s, 2, s.n - 2), 1, a);
			break;
		case TOKEN_SPACE:
		case TOKEN_NUMBER:
		case TOKEN_BLOB:
		case TOKEN_VARIABLE:
		case TOKEN_PUNCT:
		case TOKEN_BAD:
		case TOKEN_END:
			break;
		}
	}
}

/* Where a database belongs to one program, all in it does. */
static const bool shared[DIALECT_N] = { [DIALECT_PG] = true };

void managed_set_init(struct managed_set *s, enum dialect_id dialect,
    const struct folder *f, struct arena *a)
{
	struct map *m = NULL;

	s->dialect = dialect;
	s->named = NULL;
	if (!f || !shared[dialect])
		return;
	m = map_new(a);
	for (size_t i = 0; i < f->n; i++)
		names_of(m, dialect_of(dialect), f->v[i].text, 0, a);
	s->named = m;
}

/* --- the rule --------------------------------------------------------------------------- */

static bool is_tracking(const struct managed_set *s, const struct obj *o)
{
	static const char *const tables[] = { "__drizzle_migrations",
		"_drizzle_migrations", "drizzle_migrations" };
	struct str table = o->table.n ? o->table : o->name;
	const struct dialect *d = dialect_of(s->dialect);
	bool home = str_is(o->schema, d->home_schema);

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (home && str_ieq(table, str_z(tables[i])))
			return true;
	if (s->track_table.n && str_eq(o->schema, s->track_schema) &&
	    str_ieq(table, s->track_table))
		return true;
	if (!s->track_schema.n || str_is(s->track_schema, d->home_schema))
		return false;
	return str_eq(o->kind == OBJ_SCHEMA ? o->name : o->schema,
	    s->track_schema);
}

/* drizzle-spec §1.2, entities.roles. */
static bool role_kept(const struct managed_filters *f, struct str name)
{
	static const struct { const char *provider, *role; } theirs[] = {
		{ "supabase", "anon" }, { "supabase", "authenticator" },
		{ "supabase", "authenticated" },
		{ "supabase", "service_role" },
		{ "supabase", "supabase_auth_admin" },
		{ "supabase", "supabase_storage_admin" },
		{ "supabase", "dashboard_user" },
		{ "supabase", "supabase_admin" },
		{ "neon", "authenticated" }, { "neon", "anonymous" },
	};

	if (f->roles != ROLES_LISTED)
		return f->roles == ROLES_ALL;
	for (size_t i = 0; i < sizeof(theirs) / sizeof(theirs[0]); i++)
		if (str_is(f->roles_provider, theirs[i].provider) &&
		    str_is(name, theirs[i].role))
			return false;
	return strs_has(f->roles_include, name) &&
	    !strs_has(f->roles_exclude, name);
}

static bool filtered_out(const struct managed_filters *f, const struct obj *o)
{
	static const char *const postgis[] = { "geography_columns",
		"geometry_columns", "spatial_ref_sys" };
	bool relation = o->kind == OBJ_TABLE || o->kind == OBJ_VIEW;
	struct str schema = o->kind == OBJ_SCHEMA ? o->name : o->schema;

	if (f->schemas.n && schema.n && !strs_has(f->schemas, schema))
		return true;
	if (!relation)
		return false;
	for (size_t i = 0; f->postgis && i < 3; i++)
		if (str_is(o->name, postgis[i]))
			return true;
	return !filter_keeps(f->tables, o->name);
}

static struct str called(const struct obj *o)
{
	const struct function *f = (const void *)o;

	return o->kind == OBJ_FUNCTION && f->name.n ? f->name : o->name;
}

bool managed_in(const struct obj *o, void *set)
{
	const struct managed_set *s = set;
	const struct dialect *d = dialect_of(s->dialect);

	if (d->is_foreign(o) || is_tracking(s, o) ||
	    (o->notes && o->notes->extension.n))
		return false;
	if (o->kind == OBJ_ROLE)
		return s->roles_too && role_kept(&s->filters, o->name);
	if (filtered_out(&s->filters, o))
		return false;
	if (!s->named)
		return true;
	return map_has(s->named, called(o)) && (o->schema.n == 0 ||
	    str_is(o->schema, d->home_schema) || map_has(s->named, o->schema));
}

struct model *managed_mark(const struct model *m, const struct managed_set *s,
    struct arena *a)
{
	return model_with_managed(m, a, managed_in, (void *)(uintptr_t)s);
}
