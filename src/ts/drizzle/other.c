/*
 * other: the small built-in modules and helpers: relations, which decide
 * nothing about the schema; the roles and policies of neon and supabase
 * (drizzle-orm 0.45.4, neon/rls.ts, supabase/rls.ts).
 */
#include "ts/drizzle/drizzle.h"

#define NEON "drizzle-orm/neon"
#define SUPABASE "drizzle-orm/supabase"

static DZ_NATIVE(relations)
{
	(void)c;
	*out = dz_new(r, DZ_RELATIONS, DZ_RELATIONS, NULL);
	return FLOW_NEXT;
}

/* --- roles --------------------------------------------------------------- */

static const struct {
	const char *module, *name, *role;
} roles[] = {
	{ NEON, "authenticatedRole", "authenticated" },
	{ NEON, "anonymousRole", "anonymous" },
	{ SUPABASE, "anonRole", "anon" },
	{ SUPABASE, "authenticatedRole", "authenticated" },
	{ SUPABASE, "serviceRole", "service_role" },
	{ SUPABASE, "postgresRole", "postgres_role" },
	{ SUPABASE, "supabaseAuthAdminRole", "supabase_auth_admin" },
};

static struct ts_value role(struct ts_run *r, const char *name)
{
	struct dz_role *x = arena_new_of(r->a, struct dz_role);
	struct ts_value v;

	x->name = str_z(name);
	x->existing = true;
	v = dz_new(r, DZ_ROLE, DZ_ROLE, x);
	ts_put(r, v.object, STR("name"), ts_text(x->name));
	return v;
}

static struct ts_value text_sql(struct ts_run *r, const char *text)
{
	struct dz_sql *s = dz_sql_new(r);

	dz_sql_text(r, s, str_z(text));
	return dz_sql_value(r, s);
}

static DZ_NATIVE(auth_user)
{
	struct dz_sql *s = dz_sql_new(r);

	dz_sql_text(r, s, STR("(select auth.user_id() = "));
	dz_sql_add(r, s, ts_arg(c, 0));
	dz_sql_text(r, s, STR(")"));
	*out = dz_sql_value(r, s);
	return FLOW_NEXT;
}

static enum ts_flow role_names(struct ts_run *r, struct ts_value v,
    struct str *out)
{
	const struct ts_value *items = &v;
	struct sbuf b = SBUF_TEXT;
	size_t n = 1;

	TRY(ts_known(r, v, "the role of a policy"));
	if (v.type == TSV_OBJECT && v.object->class_of == CLASS_ARRAY)
		TRY(ts_iterate(r, v, &items, &n));
	for (size_t i = 0; i < n; i++) {
		const struct dz_role *x = dz_data(items[i], DZ_ROLE);

		if (i > 0)
			sbuf_addc(&b, '-');
		sbuf_add(&b, x ? x->name : items[i].type == TSV_STRING ?
		    items[i].text : STR("undefined"));
	}
	*out = arena_str(r->a, sbuf_str(&b));
	sbuf_free(&b);
	return FLOW_NEXT;
}

static struct ts_value condition(struct ts_run *r, struct ts_value v)
{
	return v.type == TSV_BOOL ? text_sql(r, v.boolean ? "true" :
	    "false") : v;
}

/* crudPolicy({ role, read, modify }): four policies */
static DZ_NATIVE(crud_policy)
{
	static const struct {
		const char *name;
		bool reads, has_using, has_check;
	} rows[] = {
		{ "select", true, true, false },
		{ "insert", false, false, true },
		{ "update", false, true, true },
		{ "delete", false, true, false },
	};
	struct ts_object *list = ts_array_new(r);
	struct ts_value of, read, modify;
	struct str names;

	TRY(dz_option(r, ts_arg(c, 0), "role", &of));
	TRY(dz_option(r, ts_arg(c, 0), "read", &read));
	TRY(dz_option(r, ts_arg(c, 0), "modify", &modify));
	if (ts_is_undefined(read) || ts_is_undefined(modify))
		return ts_throw(r, "Error", "crudPolicy() needs read and "
		    "modify");
	TRY(role_names(r, of, &names));
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct ts_value v = condition(r, rows[i].reads ? read :
		    modify);
		struct dz_policy *p = arena_new_of(r->a, struct dz_policy);

		if (v.type == TSV_NULL)
			continue;
		*p = (struct dz_policy){ .name = arena_printf(r->a,
		    "crud-%.*s-policy-%s", STR_ARG(names), rows[i].name),
		    .to_for = ts_text(str_z(rows[i].name)), .to = of,
		    .place = dz_here(r) };
		if (rows[i].has_using)
			p->using_expr = v;
		if (rows[i].has_check)
			p->with_check = v;
		ts_push(r, list, dz_new(r, DZ_POLICY, DZ_POLICY, p));
	}
	*out = ts_ref(list);
	return FLOW_NEXT;
}

/* --- tables that others keep --------------------------------------------- */

/* Columns: "key=builder:name", unnamed where name is empty. */
static const struct kept {
	const char *module, *name, *schema, *table;
	const char *columns[10];
} kept[] = {
	{ SUPABASE, "authUsers", "auth", "users", { "id=uuid:", "email=text:",
		"phone=text:", "emailConfirmedAt=timestamp:email_confirmed_at",
		"phoneConfirmedAt=timestamp:phone_confirmed_at",
		"lastSignInAt=timestamp:last_sign_in_at",
		"createdAt=timestamp:created_at",
		"updatedAt=timestamp:updated_at" } },
	{ SUPABASE, "realtimeMessages", "realtime", "messages", { "id=uuid:",
		"topic=text:", "extension=text:" } },
	{ NEON, "usersSync", "neon_auth", "users_sync", {
		"rawJson=jsonb:raw_json", "id=text:", "name=text:",
		"email=text:", "createdAt=timestamp:created_at",
		"updatedAt=timestamp:updated_at",
		"deletedAt=timestamp:deleted_at" } },
};

static enum ts_flow keep(struct ts_run *r, const struct kept *k)
{
	struct ts_value all = dz_all_builders(r, DECL_PG), f, name, column;
	struct ts_object *columns = ts_object_new(r);
	struct dz_table *t;

	for (size_t i = 0; i < 10 && k->columns[i]; i++) {
		struct str s = str_z(k->columns[i]);
		size_t eq = str_find(s, STR("="), 0);
		size_t colon = str_find(s, STR(":"), 0);

		TRY(ts_get(r, all, str_sub(s, eq + 1, colon), &f));
		name = ts_text(str_sub(s, colon + 1, s.n));
		TRY(ts_invoke(r, f, TS_UNDEFINED, &name, 1, &column));
		ts_put(r, columns, str_sub(s, 0, eq), column);
	}
	TRY(dz_table_make(r, DECL_PG, str_z(k->table), str_z(k->table),
	    str_z(k->schema), ts_ref(columns), TS_UNDEFINED, &t));
	dz_export(r, k->module, k->name, ts_ref(t->self));
	return FLOW_NEXT;
}

void dz_install_other(struct ts_run *r)
{
	for (size_t i = 0; i < sizeof(roles) / sizeof(*roles); i++)
		dz_export(r, roles[i].module, roles[i].name,
		    role(r, roles[i].role));
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		(void)keep(r, &kept[i]);
	dz_function(r, NEON, "authUid", auth_user, NULL);
	dz_function(r, NEON, "crudPolicy", crud_policy, NULL);
	dz_export(r, SUPABASE, "authUid", text_sql(r, "(select auth.uid())"));
	dz_export(r, SUPABASE, "realtimeTopic", text_sql(r,
	    "realtime.topic()"));
	dz_function(r, "drizzle-orm", "relations", relations, NULL);
	dz_function(r, "drizzle-orm", "defineRelations", relations, NULL);
	dz_function(r, "drizzle-orm", "defineRelationsPart", relations, NULL);
}
