/* alter: the steps of ALTER TABLE. */
#include "dialect/pg/internal.h"

const char *const pg_step_words[PG_STEP_N] = {
#define PG_STEP(id, node, words) [PG_STEP_##id] = words,
#include "dialect/pg/steps.def"
};
static const char *const step_nodes[PG_STEP_N] = {
#define PG_STEP(id, node, words) [PG_STEP_##id] = node,
#include "dialect/pg/steps.def"
};

static enum pg_step step_of(struct str subtype)
{
	for (size_t i = PG_STEP_OTHER + 1; i < PG_STEP_N; i++)
		if (str_is(subtype, step_nodes[i]))
			return (enum pg_step)i;
	return PG_STEP_OTHER;
}

/* USING c::type says no more than the cast of the assignment. */
static bool plain_cast(struct reading *r, const struct json *expr,
    struct str column)
{
	const struct json *ref;
	struct strs fields;

	while (node_is(expr, "TypeCast"))
		expr = json_get(node_body(expr), "arg");
	if (!expr || !node_is(expr, "ColumnRef"))
		return false;
	ref = node_body(expr);
	fields = strings_of(r, ref, "fields");
	return fields.n > 0 && str_eq(fields.v[fields.n - 1], column);
}

/* One cast at most, and it is to the type that the column gets: what stands
 * between may take a part of the value (num::integer::text). */
static bool direct_cast(struct reading *r, const struct json *expr,
    struct str type)
{
	const struct json *cast = node_is(expr, "TypeCast") ? node_body(expr) :
	    NULL;
	struct str schema, name;

	if (!cast)
		return true;
	return !node_is(json_get(cast, "arg"), "TypeCast") &&
	    str_eq(type_text(r, json_get(cast, "typeName"), &schema, &name),
	    type);
}

/* Nothing but text stands between the column and the last cast: what that
 * cast reads is the whole of the value. */
static bool text_casts(struct reading *r, const struct json *expr)
{
	static const char *const whole[] = { "text", "text[]",
		"character varying", "character varying[]" };
	struct str schema, name, type;
	size_t i;

	if (node_is(expr, "TypeCast"))
		expr = json_get(node_body(expr), "arg");
	for (; node_is(expr, "TypeCast");
	    expr = json_get(node_body(expr), "arg")) {
		type = type_text(r, json_get(node_body(expr), "typeName"),
		    &schema, &name);
		for (i = 0; i < sizeof(whole) / sizeof(*whole); i++)
			if (str_is(type, whole[i]))
				break;
		if (i == sizeof(whole) / sizeof(*whole))
			return false;
	}
	return true;
}

static void read_type(struct reading *r, struct pg_sub *s,
    const struct json *def)
{
	const struct json *using = json_get(def, "raw_default");
	struct pg_column *c = arena_new_of(r->a, struct pg_column);
	struct strs calls;

	c->name = s->column;
	c->type = type_text(r, json_get(def, "typeName"), &c->type_schema,
	    &c->type_name);
	s->col = c;
	s->has_using = using != NULL;
	s->using_cast = using && plain_cast(r, using, s->column);
	s->using_direct = s->using_cast && direct_cast(r, using, c->type);
	s->using_texts = s->using_cast && text_casts(r, using);
	if (using && json_get(def, "location"))
		s->using_text = pg_slice_using(r->sql,
		    (size_t)json_get(def, "location")->integer);
	s->has_collation = json_get(def, "collClause") != NULL;
	(void)read_value(r, using, &calls);
}

static void read_def(struct reading *r, struct pg_sub *s,
    const struct json *def)
{
	const struct json *body = node_body(def);

	if (s->step == PG_STEP_TYPE) {
		read_type(r, s, body);
	} else if (node_is(def, "ColumnDef")) {
		struct pg_column *c = arena_new_of(r->a, struct pg_column);

		*c = read_column(r, body);
		s->col = c;
		s->column = c->name;
	} else if (node_is(def, "Constraint") &&
	    s->step == PG_STEP_ADD_CONSTRAINT) {
		struct pg_constraint *c =
		    arena_new_of(r->a, struct pg_constraint);

		*c = read_constraint(r, body);
		s->con = c;
		if (s->column.n == 0)
			s->column = c->name;
	} else if (node_is(def, "PartitionCmd")) {
		s->partition = range_var(json_get(body, "name"));
		s->concurrently = get_bool(body, "concurrent");
		vec_push(r->a, &r->refs, s->partition);
	} else if (json_get(body, "relname")) {
		s->partition = range_var(body);		/* INHERIT parent */
		vec_push(r->a, &r->refs, s->partition);
	} else if (s->step == PG_STEP_DEFAULT && def) {
		struct pg_column *c = arena_new_of(r->a, struct pg_column);

		c->name = s->column;
		c->has_default = true;
		c->value = read_value(r, def, &c->calls);
		s->col = c;
	}
}

void read_alter(struct reading *r, const struct json *body)
{
	const struct json *v;
	size_t n = get_list(body, "cmds", &v);

	for (size_t i = 0; i < n; i++) {
		const struct json *cmd = node_body(&v[i]);
		struct pg_sub s = {
			.step = step_of(get_str(cmd, "subtype")),
			.column = get_str(cmd, "name"),
			.cascade = get_is(cmd, "behavior", "DROP_CASCADE"),
			.missing_ok = get_bool(cmd, "missing_ok"),
		};

		read_def(r, &s, json_get(cmd, "def"));
		vec_push(r->a, &r->subs, s);
	}
}
