/*
 * tree: from the node of a statement to its digest.
 */
#include "dialect/pg/internal.h"

/* --- objects ------------------------------------------------------------ */

static const struct objtype {
	const char *type;	/* of the tree */
	enum obj_kind kind;
	const char *word;
	bool on_table;		/* the last but one part names its table */
} objtypes[] = {
	{ "OBJECT_TABLE", OBJ_TABLE, "table", false },
	{ "OBJECT_FOREIGN_TABLE", OBJ_TABLE, "foreign table", false },
	{ "OBJECT_VIEW", OBJ_VIEW, "view", false },
	{ "OBJECT_MATVIEW", OBJ_VIEW, "materialized view", false },
	{ "OBJECT_INDEX", OBJ_INDEX, "index", false },
	{ "OBJECT_SEQUENCE", OBJ_SEQUENCE, "sequence", false },
	{ "OBJECT_COLUMN", OBJ_COLUMN, "column", true },
	{ "OBJECT_ATTRIBUTE", OBJ_COMPOSITE, "attribute", true },
	{ "OBJECT_TABCONSTRAINT", OBJ_CHECK, "constraint", true },
	{ "OBJECT_DOMCONSTRAINT", OBJ_DOMAIN, "domain constraint", true },
	{ "OBJECT_TRIGGER", OBJ_TRIGGER, "trigger", true },
	{ "OBJECT_RULE", OBJ_RULE, "rule", true },
	{ "OBJECT_POLICY", OBJ_POLICY, "policy", true },
	{ "OBJECT_STATISTIC_EXT", OBJ_STATISTICS, "statistics", false },
	{ "OBJECT_TYPE", OBJ_COMPOSITE, "type", false },
	{ "OBJECT_DOMAIN", OBJ_DOMAIN, "domain", false },
	{ "OBJECT_FUNCTION", OBJ_FUNCTION, "function", false },
	{ "OBJECT_PROCEDURE", OBJ_FUNCTION, "procedure", false },
	{ "OBJECT_ROUTINE", OBJ_FUNCTION, "routine", false },
	{ "OBJECT_AGGREGATE", OBJ_FUNCTION, "aggregate", false },
	{ "OBJECT_SCHEMA", OBJ_SCHEMA, "schema", false },
	{ "OBJECT_EXTENSION", OBJ_EXTENSION, "extension", false },
	{ "OBJECT_ROLE", OBJ_ROLE, "role", false },
	{ "OBJECT_DATABASE", OBJ_KIND_N, "database", false },
	{ "OBJECT_TABLESPACE", OBJ_KIND_N, "tablespace", false },
	{ "OBJECT_EVENT_TRIGGER", OBJ_KIND_N, "event trigger", false },
	{ "OBJECT_PUBLICATION", OBJ_KIND_N, "publication", false },
	{ "OBJECT_SUBSCRIPTION", OBJ_KIND_N, "subscription", false },
	{ "OBJECT_FOREIGN_SERVER", OBJ_KIND_N, "server", false },
	{ "OBJECT_FDW", OBJ_KIND_N, "foreign data wrapper", false },
	{ "OBJECT_COLLATION", OBJ_KIND_N, "collation", false },
	{ "OBJECT_CONVERSION", OBJ_KIND_N, "conversion", false },
	{ "OBJECT_LANGUAGE", OBJ_KIND_N, "language", false },
	{ "OBJECT_OPERATOR", OBJ_KIND_N, "operator", false },
	{ "OBJECT_CAST", OBJ_KIND_N, "cast", false },
};
static const struct objtype other_type = { "", OBJ_KIND_N, "object", false };

static const struct objtype *type_of(struct str type)
{
	for (size_t i = 0; i < sizeof(objtypes) / sizeof(*objtypes); i++)
		if (str_is(type, objtypes[i].type))
			return &objtypes[i];
	return &other_type;
}

static struct pg_obj blank(const struct objtype *t)
{
	return (struct pg_obj){ .kind = t->kind, .word = t->word,
		.schema = STR(""), .name = STR(""), .table = STR(""),
		.table_schema = STR(""), .args = STR("") };
}

/* a.b.c: the name last, its table before it where it hangs on one. */
static void set_parts(struct pg_obj *o, const struct objtype *t,
    struct strs p)
{
	if (p.n == 0)
		return;
	o->name = p.v[p.n - 1];
	if (t->on_table && p.n > 1)
		o->table = p.v[p.n - 2];
	if (t->on_table && p.n > 2)
		o->table_schema = p.v[p.n - 3];
	if (!t->on_table && p.n > 1)
		o->schema = p.v[p.n - 2];
}

static struct str arguments(struct reading *r, const struct json *b)
{
	struct sbuf out = SBUF_INIT(16384);
	const struct json *v;
	size_t n = get_list(b, "objargs", &v);
	struct str s;

	for (size_t i = 0; i < n; i++) {
		struct str schema, name;

		sbuf_add(&out, i ? STR(", ") : STR(""));
		sbuf_add(&out, type_text(r, node_body(&v[i]), &schema, &name));
	}
	s = arena_str(r->a, sbuf_str(&out));
	sbuf_free(&out);
	return s;
}

/* A node that names something: String, List, TypeName, ObjectWithArgs. */
static struct pg_obj named(struct reading *r, const struct objtype *t,
    const struct json *node)
{
	struct pg_obj o = blank(t);

	if (node_is(node, "String")) {
		o.name = string_of(node);
	} else if (node_is(node, "TypeName")) {
		set_parts(&o, t, strings_of(r, node_body(node), "names"));
	} else if (node_is(node, "ObjectWithArgs")) {
		set_parts(&o, t, strings_of(r, node_body(node), "objname"));
		o.has_args = !get_bool(node_body(node), "args_unspecified");
		o.args = arguments(r, node_body(node));
	} else if (node_is(node, "List")) {
		set_parts(&o, t, strings_of(r, node_body(node), "items"));
	}
	return o;
}

static void add_obj(struct reading *r, struct pg_obj o)
{
	vec_push(r->a, &r->objs, o);
}

/* Of a range variable, as something of this kind. */
static void add_range(struct reading *r, const char *type,
    const struct json *range)
{
	struct pg_obj o = range_var(range), as = blank(type_of(str_z(type)));

	o.kind = as.kind;
	o.word = as.word;
	r->s->only = range && json_get(range, "relname") &&
	    !get_bool(range, "inh");
	r->s->temporary = r->s->temporary || get_is(range, "relpersistence",
	    "t");
	add_obj(r, o);
}

/* Of a list of names under `key`. */
static void add_parts(struct reading *r, const char *type,
    const struct json *b, const char *key)
{
	const struct objtype *t = type_of(str_z(type));
	struct pg_obj o = blank(t);

	set_parts(&o, t, strings_of(r, b, key));
	add_obj(r, o);
}

static void add_plain(struct reading *r, const char *type, struct str name)
{
	struct pg_obj o = blank(type_of(str_z(type)));

	o.name = name;
	add_obj(r, o);
}

/* Something that hangs on the table under `key`. */
static void add_on(struct reading *r, const char *type,
    const struct json *range, struct str name)
{
	struct pg_obj t = range_var(range), o = blank(type_of(str_z(type)));

	o.name = name;
	o.table = t.name;
	o.table_schema = t.schema;
	add_obj(r, o);
}

/* --- statements --------------------------------------------------------- */

static void r_create(struct reading *r, const struct json *b)
{
	const struct json *v;
	size_t n;

	if (json_get(b, "base"))	/* a foreign table */
		b = json_get(b, "base");
	add_range(r, "OBJECT_TABLE", json_get(b, "relation"));
	n = get_list(b, "tableElts", &v);
	for (size_t i = 0; i < n; i++) {
		if (node_is(&v[i], "ColumnDef"))
			vec_push(r->a, &r->cols, read_column(r,
			    node_body(&v[i])));
		else if (node_is(&v[i], "Constraint"))
			vec_push(r->a, &r->cons, read_constraint(r,
			    node_body(&v[i])));
		else if (node_is(&v[i], "TableLikeClause"))
			vec_push(r->a, &r->refs, range_var(json_get(
			    node_body(&v[i]), "relation")));
	}
	n = get_list(b, "inhRelations", &v);
	for (size_t i = 0; i < n; i++)
		vec_push(r->a, &r->refs, range_var(node_body(&v[i])));
	r->s->partition = json_get(b, "partbound") != NULL;
}

static void r_create_as(struct reading *r, const struct json *b)
{
	const struct json *into = json_get(b, "into");

	r->s->materialized = get_is(b, "objtype", "OBJECT_MATVIEW");
	add_range(r, r->s->materialized ? "OBJECT_MATVIEW" : "OBJECT_TABLE",
	    json_get(into, "rel"));
	r->s->with_data = !get_bool(into, "skipData");
}

static void r_alter(struct reading *r, const struct json *b)
{
	add_range(r, arena_z(r->a, get_str(b, "objtype")),
	    json_get(b, "relation"));
	read_alter(r, b);
}

static void r_drop(struct reading *r, const struct json *b)
{
	const struct objtype *t = type_of(get_str(b, "removeType"));
	const struct json *v;
	size_t n = get_list(b, "objects", &v);

	for (size_t i = 0; i < n; i++)
		add_obj(r, named(r, t, &v[i]));
}

static void r_rename(struct reading *r, const struct json *b)
{
	struct str type = get_str(b, "renameType");
	const struct objtype *t = type_of(type);
	const struct json *range = json_get(b, "relation");

	r->s->new_name = get_str(b, "newname");
	r->s->old_value = get_str(b, "subname");
	if (range && t->on_table)
		add_on(r, t->type, range, r->s->old_value);
	else if (range)
		add_range(r, t->type, range);
	else if (json_get(b, "object"))
		add_obj(r, named(r, t, json_get(b, "object")));
	else
		add_plain(r, arena_z(r->a, type), r->s->old_value);
}

static void r_moved(struct reading *r, const struct json *b)
{
	const struct objtype *t = type_of(get_str(b, "objectType"));
	const struct json *range = json_get(b, "relation");

	r->s->new_name = get_str(b, "newschema");
	if (range)
		add_range(r, t->type, range);
	else
		add_obj(r, named(r, t, json_get(b, "object")));
}

static void r_comment(struct reading *r, const struct json *b)
{
	add_obj(r, named(r, type_of(get_str(b, "objtype")),
	    json_get(b, "object")));
}

static void r_index(struct reading *r, const struct json *b)
{
	struct pg_obj o = blank(type_of(STR("OBJECT_INDEX")));
	struct pg_obj t = range_var(json_get(b, "relation"));

	o.name = get_str(b, "idxname");
	o.table = t.name;
	o.table_schema = t.schema;
	o.schema = t.schema;
	add_obj(r, o);
	vec_push(r->a, &r->refs, t);
	r->s->only = !get_bool(json_get(b, "relation"), "inh");
}

static void r_view(struct reading *r, const struct json *b)
{
	add_range(r, "OBJECT_VIEW", json_get(b, "view"));
}

static void r_refresh(struct reading *r, const struct json *b)
{
	add_range(r, "OBJECT_MATVIEW", json_get(b, "relation"));
	r->s->with_data = !get_bool(b, "skipData");
}

static void r_trigger(struct reading *r, const struct json *b)
{
	add_on(r, "OBJECT_TRIGGER", json_get(b, "relation"),
	    get_str(b, "trigname"));
}

static void r_rule(struct reading *r, const struct json *b)
{
	add_on(r, "OBJECT_RULE", json_get(b, "relation"),
	    get_str(b, "rulename"));
}

static void r_policy(struct reading *r, const struct json *b)
{
	add_on(r, "OBJECT_POLICY", json_get(b, "table"),
	    get_str(b, "policy_name"));
}

static void r_sequence(struct reading *r, const struct json *b)
{
	const struct json *v;
	size_t n = get_list(b, "options", &v);

	add_range(r, "OBJECT_SEQUENCE", json_get(b, "sequence"));
	for (size_t i = 0; i < n; i++)
		r->s->restart = r->s->restart || get_is(node_body(&v[i]),
		    "defname", "restart");
}

static void r_type(struct reading *r, const struct json *b)
{
	add_parts(r, "OBJECT_TYPE", b, "typeName");
	if (r->objs.n && r->s->kind != PG_ALTER_TYPE)
		r->objs.v[0].kind = OBJ_ENUM;
	r->s->new_value = get_str(b, "newVal");
	r->s->old_value = get_str(b, "oldVal");
	r->s->neighbour = get_str(b, "newValNeighbor");
	r->s->after = get_bool(b, "newValIsAfter");
	r->s->if_not_exists = get_bool(b, "skipIfNewValExists");
}

static void r_range(struct reading *r, const struct json *b)
{
	add_parts(r, "OBJECT_TYPE", b, "typeName");
	r->objs.v[0].kind = OBJ_RANGE;
}

static void r_composite(struct reading *r, const struct json *b)
{
	add_range(r, "OBJECT_TYPE", json_get(b, "typevar"));
}

static void r_create_domain(struct reading *r, const struct json *b)
{
	const struct json *v;
	size_t n = get_list(b, "constraints", &v);

	add_parts(r, "OBJECT_DOMAIN", b, "domainname");
	for (size_t i = 0; i < n; i++)
		vec_push(r->a, &r->cons, read_constraint(r, node_body(&v[i])));
}

/* subtype: T default, N drop and O set not null, C add, X drop, V validate */
static void r_alter_domain(struct reading *r, const struct json *b)
{
	static const struct { const char *letter; enum pg_step step; } m[] = {
		{ "T", PG_STEP_DEFAULT }, { "N", PG_STEP_DROP_NOT_NULL },
		{ "O", PG_STEP_SET_NOT_NULL }, { "C", PG_STEP_ADD_CONSTRAINT },
		{ "X", PG_STEP_DROP_CONSTRAINT }, { "V", PG_STEP_VALIDATE },
	};
	struct pg_sub s = { .column = get_str(b, "name"),
		.cascade = get_is(b, "behavior", "DROP_CASCADE") };
	struct pg_constraint *c;

	add_parts(r, "OBJECT_DOMAIN", b, "typeName");
	for (size_t i = 0; i < sizeof(m) / sizeof(*m); i++)
		if (get_is(b, "subtype", m[i].letter))
			s.step = m[i].step;
	if (node_is(json_get(b, "def"), "Constraint")) {
		c = arena_new_of(r->a, struct pg_constraint);
		*c = read_constraint(r, node_body(json_get(b, "def")));
		s.con = c;
	}
	vec_push(r->a, &r->subs, s);
}

static void r_function(struct reading *r, const struct json *b)
{
	const struct json *v;
	size_t n = get_list(b, "options", &v);

	add_parts(r, "OBJECT_FUNCTION", b, "funcname");
	r->s->language = json_get(b, "sql_body") ? STR("sql") : STR("");
	for (size_t i = 0; i < n; i++) {
		const struct json *o = node_body(&v[i]), *as;
		const struct json *arg = json_get(o, "arg");

		if (get_is(o, "defname", "language"))
			r->s->language = string_of(arg);
		else if (get_is(o, "defname", "as") &&
		    get_list(arg, "items", &as))
			r->s->body = string_of(&as[0]);
		else if (get_is(o, "defname", "as") &&
		    get_list(node_body(arg), "items", &as))
			r->s->body = string_of(&as[0]);
	}
}

static void r_do(struct reading *r, const struct json *b)
{
	const struct json *v;
	size_t n = get_list(b, "args", &v);

	r->s->language = STR("plpgsql");
	for (size_t i = 0; i < n; i++) {
		const struct json *o = node_body(&v[i]);

		if (get_is(o, "defname", "language"))
			r->s->language = string_of(json_get(o, "arg"));
		else
			r->s->body = string_of(json_get(o, "arg"));
	}
}

static void r_schema(struct reading *r, const struct json *b)
{
	add_plain(r, "OBJECT_SCHEMA", get_str(b, "schemaname"));
}

static void r_extension(struct reading *r, const struct json *b)
{
	add_plain(r, "OBJECT_EXTENSION", get_str(b, "extname"));
}

static void r_truncate(struct reading *r, const struct json *b)
{
	const struct json *v;
	size_t n = get_list(b, "relations", &v);

	for (size_t i = 0; i < n; i++) {
		struct pg_obj o = range_var(node_body(&v[i]));

		vec_push(r->a, &r->writes, (struct pg_write){
			.schema = o.schema, .table = o.name,
			.verb = VERB_DELETE, .truncate = true });
		add_obj(r, o);
	}
	r->s->restart = get_bool(b, "restart_seqs");
}

static void r_copy(struct reading *r, const struct json *b)
{
	struct pg_obj o = range_var(json_get(b, "relation"));

	if (o.name.n && get_bool(b, "is_from"))
		vec_push(r->a, &r->writes, (struct pg_write){
			.schema = o.schema, .table = o.name, .copy = true,
			.where = true, .verb = VERB_INSERT });
}

static void r_select(struct reading *r, const struct json *b)
{
	const struct json *into = json_get(b, "intoClause");

	if (!into)
		return;
	r->s->kind = PG_CREATE_TABLE_AS;
	r->s->with_data = true;
	add_range(r, "OBJECT_TABLE", json_get(into, "rel"));
}

static void r_set(struct reading *r, const struct json *b)
{
	const struct json *v;
	size_t n = get_list(b, "args", &v);

	r->s->setting = get_str(b, "name");
	if (n == 1)
		r->s->setting_value = get_str(json_get(node_body(&v[0]),
		    "sval"), "sval");
}

static void r_drop_database(struct reading *r, const struct json *b)
{
	add_plain(r, "OBJECT_DATABASE", get_str(b, "dbname"));
}

static void r_drop_tablespace(struct reading *r, const struct json *b)
{
	add_plain(r, "OBJECT_TABLESPACE", get_str(b, "tablespacename"));
}

static void r_roles(struct reading *r, const struct json *b)
{
	static const char *const lists[] = { "roles", "granted_roles",
		"grantee_roles", "grantees" };
	const struct json *v, *one = json_get(b, "role");

	if (one)
		vec_push(r->a, &r->roles, one->kind == JSON_STRING ?
		    one->string : get_str(one, "rolename"));
	for (size_t k = 0; k < sizeof(lists) / sizeof(*lists); k++) {
		size_t n = get_list(b, lists[k], &v);

		for (size_t i = 0; i < n; i++) {
			const struct json *x = node_body(&v[i]);

			vec_push(r->a, &r->roles, json_get(x, "priv_name") ?
			    get_str(x, "priv_name") : get_str(x, "rolename"));
		}
	}
	r->s->revoke = (r->s->kind == PG_GRANT ||
	    r->s->kind == PG_GRANT_ROLE) && !get_bool(b, "is_grant");
	for (size_t i = 0; r->s->kind != PG_GRANT && i < r->roles.n; i++)
		add_plain(r, "OBJECT_ROLE", r->roles.v[i]);
}

/* GRANT … ON objects; not ON ALL … IN SCHEMA, which names none. */
static void r_grant(struct reading *r, const struct json *b)
{
	const struct objtype *t = type_of(get_str(b, "objtype"));
	const struct json *v;
	size_t n = get_is(b, "targtype", "ACL_TARGET_OBJECT") ?
	    get_list(b, "objects", &v) : 0;

	r_roles(r, b);
	for (size_t i = 0; i < n; i++)
		if (node_is(&v[i], "RangeVar"))
			add_range(r, t->type, node_body(&v[i]));
		else
			add_obj(r, named(r, t, &v[i]));
}

static void r_reindex(struct reading *r, const struct json *b)
{
	if (json_get(b, "relation"))
		add_range(r, get_is(b, "kind", "REINDEX_OBJECT_INDEX") ?
		    "OBJECT_INDEX" : "OBJECT_TABLE", json_get(b, "relation"));
}

static void r_relation(struct reading *r, const struct json *b)
{
	if (json_get(b, "relation"))
		add_range(r, "OBJECT_TABLE", json_get(b, "relation"));
}

static void r_statistics(struct reading *r, const struct json *b)
{
	add_parts(r, "OBJECT_STATISTIC_EXT", b, "defnames");
}

static void (*const readers[PG_KIND_N])(struct reading *,
    const struct json *) = {
	[PG_SELECT] = r_select,
	[PG_TRUNCATE] = r_truncate,
	[PG_COPY] = r_copy,
	[PG_DO] = r_do,
	[PG_SET] = r_set,
	[PG_CLUSTER] = r_relation,
	[PG_REINDEX] = r_reindex,
	[PG_CREATE_TABLE] = r_create,
	[PG_CREATE_FOREIGN_TABLE] = r_create,
	[PG_CREATE_TABLE_AS] = r_create_as,
	[PG_ALTER_TABLE] = r_alter,
	[PG_DROP] = r_drop,
	[PG_RENAME] = r_rename,
	[PG_SET_SCHEMA] = r_moved,
	[PG_OWNER] = r_moved,
	[PG_COMMENT] = r_comment,
	[PG_CREATE_INDEX] = r_index,
	[PG_CREATE_STATISTICS] = r_statistics,
	[PG_ALTER_STATISTICS] = r_statistics,
	[PG_CREATE_VIEW] = r_view,
	[PG_REFRESH] = r_refresh,
	[PG_CREATE_RULE] = r_rule,
	[PG_CREATE_TRIGGER] = r_trigger,
	[PG_CREATE_POLICY] = r_policy,
	[PG_ALTER_POLICY] = r_policy,
	[PG_CREATE_SEQUENCE] = r_sequence,
	[PG_ALTER_SEQUENCE] = r_sequence,
	[PG_CREATE_ENUM] = r_type,
	[PG_ALTER_ENUM] = r_type,
	[PG_ALTER_TYPE] = r_type,
	[PG_CREATE_COMPOSITE] = r_composite,
	[PG_CREATE_RANGE] = r_range,
	[PG_CREATE_DOMAIN] = r_create_domain,
	[PG_ALTER_DOMAIN] = r_alter_domain,
	[PG_CREATE_FUNCTION] = r_function,
	[PG_CREATE_SCHEMA] = r_schema,
	[PG_CREATE_EXTENSION] = r_extension,
	[PG_ALTER_EXTENSION] = r_extension,
	[PG_GRANT] = r_grant,
	[PG_GRANT_ROLE] = r_roles,
	[PG_CREATE_ROLE] = r_roles,
	[PG_ALTER_ROLE] = r_roles,
	[PG_ALTER_ROLE_SET] = r_roles,
	[PG_DROP_ROLE] = r_roles,
	[PG_DROP_DATABASE] = r_drop_database,
	[PG_DROP_TABLESPACE] = r_drop_tablespace,
	[PG_DROP_OWNED] = r_roles,
};

/* Whose expressions and queries are walked for tables, writes and calls; the
 * tables that a definition names are in objs and refs already. */
static const bool walked[PG_KIND_N] = {
	[PG_SELECT] = true, [PG_INSERT] = true, [PG_UPDATE] = true,
	[PG_DELETE] = true, [PG_MERGE] = true, [PG_COPY] = true,
	[PG_CALL] = true, [PG_EXECUTE] = true, [PG_PREPARE] = true,
	[PG_DECLARE] = true, [PG_EXPLAIN] = true, [PG_LOCK] = true,
	[PG_CREATE_TABLE_AS] = true, [PG_CREATE_VIEW] = true,
};

static enum pg_kind kind_of(struct str node)
{
	for (size_t i = PG_OTHER + 1; i < PG_KIND_N; i++)
		if (str_is(node, pg_kinds[i].node))
			return (enum pg_kind)i;
	return PG_OTHER;
}

/* Names of WITH are no tables. */
static void drop_ctes(struct reading *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->reads.n; i++) {
		bool cte = false;

		for (size_t k = 0; k < r->ctes.n; k++)
			cte = cte || (r->reads.v[i].schema.n == 0 &&
			    str_eq(r->reads.v[i].name, r->ctes.v[k]));
		if (!cte)
			r->reads.v[n++] = r->reads.v[i];
	}
	r->reads.n = n;
}

static void read_common(struct pg_stmt *s, const struct json *b)
{
	s->cascade = get_is(b, "behavior", "DROP_CASCADE");
	s->missing_ok = get_bool(b, "missing_ok");
	s->if_not_exists = s->if_not_exists || get_bool(b, "if_not_exists");
	s->concurrently = get_bool(b, "concurrent");
	s->replace = get_bool(b, "replace");
	s->unique = get_bool(b, "unique");
	s->nulls_not_distinct = get_bool(b, "nulls_not_distinct");
}

void read_statement(struct reading *r, const struct json *stmt)
{
	struct pg_stmt *s = r->s;
	const struct json *b = node_body(stmt);

	s->kind = kind_of(node_name(stmt));
	if (readers[s->kind])
		readers[s->kind](r, b);
	read_common(s, b);
	if (walked[s->kind])
		walk(r, stmt);
	drop_ctes(r);
	if ((s->kind == PG_UPDATE || s->kind == PG_DELETE) &&
	    r->writes.n == 1 && r->ctes.n == 0 && !r->writes.v[0].select)
		pg_slice_rows(r, &r->writes.v[0]);
	s->objs = r->objs.v;
	s->nobjs = r->objs.n;
	s->reads = r->reads.v;
	s->nreads = r->reads.n;
	s->refs = r->refs.v;
	s->nrefs = r->refs.n;
	s->subs = r->subs.v;
	s->nsubs = r->subs.n;
	s->writes = r->writes.v;
	s->nwrites = r->writes.n;
	s->cols = r->cols.v;
	s->ncols = r->cols.n;
	s->cons = r->cons.v;
	s->ncons = r->cons.n;
	s->calls = (struct strs){ r->calls.v, r->calls.n };
	s->roles = (struct strs){ r->roles.v, r->roles.n };
}
