/*
 * columns: types, defaults, column definitions and constraints of a tree.
 */
#include "dialect/pg/internal.h"

const char *const pg_con_word[PG_CON_N] = {
	[PG_CON_CHECK] = "check",
	[PG_CON_FK] = "foreign key",
	[PG_CON_UNIQUE] = "unique",
	[PG_CON_PK] = "primary key",
	[PG_CON_EXCLUDE] = "exclude",
	[PG_CON_NOT_NULL] = "not null",
};

/* The grammar's names of types that format_type() spells otherwise. */
static const struct { const char *name, *before, *after; } spelled[] = {
	{ "int2", "smallint", "" }, { "int4", "integer", "" },
	{ "int8", "bigint", "" }, { "float4", "real", "" },
	{ "float8", "double precision", "" }, { "bool", "boolean", "" },
	{ "varchar", "character varying", "" }, { "bpchar", "character", "" },
	{ "varbit", "bit varying", "" },
	{ "timestamp", "timestamp", " without time zone" },
	{ "timestamptz", "timestamp", " with time zone" },
	{ "time", "time", " without time zone" },
	{ "timetz", "time", " with time zone" },
};
static const char *const serials[] = { "serial", "bigserial", "smallserial",
	"serial2", "serial4", "serial8" };

static void add_typmods(const struct json *type, struct sbuf *b)
{
	const struct json *v;
	size_t n = get_list(type, "typmods", &v);

	for (size_t i = 0; i < n; i++) {
		const struct json *c = json_get(node_body(&v[i]), "ival");

		sbuf_add(b, i ? STR(",") : STR("("));
		/* a zero is left out by the tree's writer */
		sbuf_add_i64(b, c && json_get(c, "ival") ?
		    json_get(c, "ival")->integer : 0);
	}
	if (n)
		sbuf_add(b, STR(")"));
}

struct str type_text(struct reading *r, const struct json *type,
    struct str *schema, struct str *name)
{
	struct strs names = strings_of(r, type, "names");
	struct sbuf b = SBUF_INIT(4096);
	const struct json *bounds;
	const char *after = "";
	struct str out;

	*name = names.n ? names.v[names.n - 1] : STR("");
	*schema = names.n > 1 ? names.v[names.n - 2] : STR("");
	if (names.n > 1 && !str_is(*schema, "pg_catalog")) {
		sbuf_add(&b, *schema);
		sbuf_add(&b, STR("."));
	}
	for (size_t i = 0; i < sizeof(spelled) / sizeof(*spelled); i++)
		if (str_is(*name, spelled[i].name)) {
			sbuf_add(&b, str_z(spelled[i].before));
			after = spelled[i].after;
			break;
		} else if (i + 1 == sizeof(spelled) / sizeof(*spelled)) {
			sbuf_add(&b, *name);
		}
	if (!str_is(*name, "interval"))
		add_typmods(type, &b);
	sbuf_add(&b, str_z(after));
	if (get_list(type, "arrayBounds", &bounds))
		sbuf_add(&b, STR("[]"));
	out = arena_str(r->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static enum pg_value worse(enum pg_value a, enum pg_value b)
{
	return a > b ? a : b;
}

/* now(), CURRENT_TIMESTAMP and the like are one value for all rows. */
static enum pg_value value_below(const struct json *node, size_t *nodes)
{
	enum pg_value v = PG_VALUE_CONST;

	(*nodes)++;
	if (node->kind == JSON_OBJECT && node_is(node, "SQLValueFunction"))
		v = PG_VALUE_STABLE;
	if (node->kind == JSON_OBJECT && (node_is(node, "ColumnRef") ||
	    node_is(node, "SubLink")))
		v = PG_VALUE_UNKNOWN;
	for (size_t i = 0; i < node->n; i++)
		v = worse(v, value_below(&node->items[i], nodes));
	return v;
}

/* NULL, or a cast of it. */
static bool is_null(const struct json *expr)
{
	while (node_is(expr, "TypeCast"))
		expr = json_get(node_body(expr), "arg");
	return expr && node_is(expr, "A_Const") &&
	    get_bool(node_body(expr), "isnull");
}

enum pg_value read_value(struct reading *r, const struct json *expr,
    struct strs *calls)
{
	struct reading below = { .a = r->a, .sql = r->sql, .s = r->s };
	enum pg_value v;
	size_t nodes = 0;

	*calls = (struct strs){ NULL, 0 };
	if (!expr)
		return PG_VALUE_NONE;
	if (is_null(expr))
		return PG_VALUE_NULL;
	walk(&below, expr);
	v = value_below(expr, &nodes);
	for (size_t i = 0; i < below.calls.n; i++) {
		struct str name = below.calls.v[i];

		if (str_starts(name, STR("pg_catalog.")))
			name = str_sub(name, sizeof("pg_catalog.") - 1, name.n);
		v = worse(v, pg_function_value(name));
		vec_push(r->a, &r->calls, below.calls.v[i]);
	}
	*calls = (struct strs){ below.calls.v, below.calls.n };
	return v;
}

static const struct { const char *type; enum pg_con_kind kind; } con_kinds[] = {
	{ "CONSTR_CHECK", PG_CON_CHECK }, { "CONSTR_FOREIGN", PG_CON_FK },
	{ "CONSTR_UNIQUE", PG_CON_UNIQUE }, { "CONSTR_PRIMARY", PG_CON_PK },
	{ "CONSTR_EXCLUSION", PG_CON_EXCLUDE },
	{ "CONSTR_NOTNULL", PG_CON_NOT_NULL },
};

struct pg_constraint read_constraint(struct reading *r,
    const struct json *def)
{
	const struct json *pk = json_get(def, "pktable");
	struct pg_constraint c = {
		.kind = PG_CON_N,
		.name = get_str(def, "conname"),
		.cols = strings_of(r, def, pk ? "fk_attrs" : "keys"),
		.ref_cols = strings_of(r, def, "pk_attrs"),
		.ref_schema = STR(""), .ref_table = STR(""),
		.index = get_str(def, "indexname"),
		.not_valid = get_bool(def, "skip_validation"),
		.nulls_not_distinct = get_bool(def, "nulls_not_distinct"),
	};
	struct strs calls;

	for (size_t i = 0; i < sizeof(con_kinds) / sizeof(*con_kinds); i++)
		if (get_is(def, "contype", con_kinds[i].type))
			c.kind = con_kinds[i].kind;
	if (pk) {
		struct pg_obj ref = range_var(pk);

		c.ref_schema = ref.schema;
		c.ref_table = ref.name;
		vec_push(r->a, &r->refs, ref);
	}
	(void)read_value(r, json_get(def, "raw_expr"), &calls);
	return c;
}

static void column_constraint(struct reading *r, struct pg_column *c,
    struct pg_constraint *cons, const struct json *def)
{
	struct str type = get_str(def, "contype");

	if (str_is(type, "CONSTR_NOTNULL")) {
		c->not_null = true;
	} else if (str_is(type, "CONSTR_DEFAULT")) {
		c->has_default = true;
		c->value = read_value(r, json_get(def, "raw_expr"), &c->calls);
	} else if (str_is(type, "CONSTR_GENERATED")) {
		struct strs calls;

		c->generated = true;
		(void)read_value(r, json_get(def, "raw_expr"), &calls);
	} else if (str_is(type, "CONSTR_IDENTITY")) {
		c->identity = c->not_null = true;
	} else {
		*cons = read_constraint(r, def);
		if (cons->kind == PG_CON_N)
			return;
		if (cons->kind == PG_CON_PK)
			c->not_null = true;
		c->ncons++;
	}
}

struct pg_column read_column(struct reading *r, const struct json *def)
{
	struct pg_column c = { .name = get_str(def, "colname") };
	struct pg_constraint *cons;
	const struct json *v;
	size_t n = get_list(def, "constraints", &v);

	c.type = type_text(r, json_get(def, "typeName"), &c.type_schema,
	    &c.type_name);
	for (size_t i = 0; i < sizeof(serials) / sizeof(*serials); i++)
		if (c.type_schema.n == 0 && str_is(c.type_name, serials[i]))
			c.serial = c.not_null = c.has_default = true;
	if (c.serial)
		c.value = PG_VALUE_VOLATILE;
	cons = arena_array(r->a, struct pg_constraint, n);
	for (size_t i = 0; i < n; i++)
		column_constraint(r, &c, &cons[c.ncons], node_body(&v[i]));
	c.cons = cons;
	return c;
}
