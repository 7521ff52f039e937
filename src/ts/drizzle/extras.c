/*
 * extras: what stands in a table's third argument: index, uniqueIndex,
 * unique, primaryKey, foreignKey, check (drizzle-orm 0.45.4, pg-core and
 * sqlite-core; drizzle-spec 4.6).
 */
#include "ts/drizzle/drizzle.h"

#define THIS(type, name, class_of) DZ_SELF(type, name, class_of)

struct index_on {
	struct str name;
	bool unique;
	enum decl_dialect dialect;
};

/* --- columns with an order ----------------------------------------------- */

struct order {
	size_t at;			/* of the text in struct dz_order */
	const char *text;
};
static const struct order asc = { offsetof(struct dz_order, order), "asc" };
static const struct order desc = { offsetof(struct dz_order, order), "desc" };
static const struct order first = { offsetof(struct dz_order, nulls),
	"first" };
static const struct order last = { offsetof(struct dz_order, nulls), "last" };

static DZ_NATIVE(set_order)
{
	const struct order *o = c->callee->fn->data;

	THIS(dz_column, k, DZ_COLUMN);
	*(struct str *)(void *)((char *)k->order + o->at) = str_z(o->text);
	*out = c->self;
	return FLOW_NEXT;
}

static DZ_NATIVE(set_opclass)
{
	THIS(dz_column, k, DZ_COLUMN);
	TRY(dz_str(r, ts_arg(c, 0), "an operator class",
	    &k->order->opclass));
	*out = c->self;
	return FLOW_NEXT;
}

/* --- index --------------------------------------------------------------- */

static DZ_NATIVE(index_new)
{
	const struct index_on *kind = c->callee->fn->data;
	struct index_on *x = arena_copy(r->a, kind, sizeof(*kind));

	TRY(dz_str(r, ts_arg(c, 0), "the name of an index", &x->name));
	*out = dz_new(r, DZ_INDEX_ON, DZ_INDEX_ON, x);
	return FLOW_NEXT;
}

static enum ts_flow index_column(struct ts_run *r, struct dz_index *x,
    struct ts_value v, bool only)
{
	struct dz_column *k = dz_data(v, DZ_COLUMN);

	TRY(ts_known(r, v, "an index"));
	if (dz_data(v, DZ_SQL)) {
		vec_push(r->a, &x->cols, (struct dz_index_column){ .sql = v,
		    .is_sql = true });
		return FLOW_NEXT;
	}
	if (!k || (x->dialect == DECL_PG && !k->order))
		return ts_throw(r, "TypeError", "an index is on columns of "
		    "the callback's argument or on sql``, not on %.*s",
		    STR_ARG(k ? STR("a column of the table itself") :
		    ts_show(r, v)));
	vec_push(r->a, &x->cols, (struct dz_index_column){
	    .name = k->c.name, .key_as_name = k->c.key_as_name,
	    .column_type = k->c.row ? str_z(k->c.row->column_type) :
	    STR("PgArray"), .order = k->order });
	if (k->order)
		k->order = only ? k->unordered : arena_copy(r->a,
		    k->unordered, sizeof(*k->unordered));
	return FLOW_NEXT;
}

static enum ts_flow index_make(struct ts_run *r, const struct ts_call *c,
    const struct index_on *on, size_t from, bool only,
    struct ts_value *out)
{
	struct dz_index *x = arena_new_of(r->a, struct dz_index);

	*x = (struct dz_index){ .name = on->name, .unique = on->unique,
		.dialect = on->dialect, .method = STR("btree"),
		.place = dz_here(r) };
	for (size_t i = from; i < c->n; i++)
		TRY(index_column(r, x, c->v[i], only));
	*out = dz_new(r, DZ_INDEX, DZ_INDEX, x);
	return FLOW_NEXT;
}

static DZ_NATIVE(index_on)
{
	THIS(index_on, on, DZ_INDEX_ON);
	return index_make(r, c, on, 0, c->callee->fn->data != NULL, out);
}

static DZ_NATIVE(index_using)
{
	struct str method;
	struct dz_index *x;

	THIS(index_on, on, DZ_INDEX_ON);
	TRY(dz_name(r, ts_arg(c, 0), "the method of an index", &method));
	TRY(index_make(r, c, on, 1, false, out));
	x = dz_data(*out, DZ_INDEX);
	x->method = method;
	return FLOW_NEXT;
}

static DZ_NATIVE(index_where)
{
	THIS(dz_index, x, DZ_INDEX);
	x->where = ts_arg(c, 0);
	*out = c->self;
	(void)r;
	return FLOW_NEXT;
}

static DZ_NATIVE(index_with)
{
	THIS(dz_index, x, DZ_INDEX);
	x->with = ts_arg(c, 0);
	TRY(ts_known(r, x->with, "the options of an index"));
	*out = c->self;
	return FLOW_NEXT;
}

static DZ_NATIVE(index_concurrently)
{
	THIS(dz_index, x, DZ_INDEX);
	x->concurrently = true;
	*out = c->self;
	(void)r;
	return FLOW_NEXT;
}

/* --- unique, primary key ------------------------------------------------- */

static DZ_NATIVE(unique_new)
{
	struct dz_key *k = arena_new_of(r->a, struct dz_key);

	TRY(dz_str(r, ts_arg(c, 0), "the name of a unique constraint",
	    &k->name));
	k->place = dz_here(r);
	*out = dz_new(r, DZ_UNIQUE_ON, DZ_UNIQUE_ON, k);
	return FLOW_NEXT;
}

static struct ts_value rest(struct ts_run *r, const struct ts_call *c)
{
	struct ts_object *o = ts_array_new(r);

	for (size_t i = 0; i < c->n; i++)
		ts_push(r, o, c->v[i]);
	return ts_ref(o);
}

static DZ_NATIVE(unique_on)
{
	struct dz_key *x;

	THIS(dz_key, k, DZ_UNIQUE_ON);
	x = arena_copy(r->a, k, sizeof(*k));
	TRY(dz_column_list(r, rest(r, c), "a unique constraint", &x->cols));
	*out = dz_new(r, DZ_UNIQUE, DZ_UNIQUE, x);
	return FLOW_NEXT;
}

static DZ_NATIVE(unique_nulls)
{
	THIS(dz_key, k, DZ_UNIQUE);
	k->nulls_not_distinct = true;
	*out = c->self;
	(void)r;
	return FLOW_NEXT;
}

/* primaryKey({ columns, name }) or primaryKey(a, b) */
static DZ_NATIVE(primary_key)
{
	struct dz_key *k = arena_new_of(r->a, struct dz_key);
	struct ts_value arg = ts_arg(c, 0), columns = TS_UNDEFINED, name;

	TRY(ts_known(r, arg, "a primary key"));
	k->place = dz_here(r);
	k->name = STR_NONE;
	TRY(ts_get(r, arg, STR("columns"), &columns));
	if (dz_data(arg, DZ_COLUMN) || !ts_truthy(columns)) {
		columns = rest(r, c);
	} else {
		TRY(ts_get(r, arg, STR("name"), &name));
		TRY(dz_str(r, name, "the name of a primary key", &k->name));
	}
	TRY(dz_column_list(r, columns, "a primary key", &k->cols));
	*out = dz_new(r, DZ_PK, DZ_PK, k);
	return FLOW_NEXT;
}

/* --- foreign key, check -------------------------------------------------- */

static DZ_NATIVE(foreign_key)
{
	struct dz_fk *f = arena_new_of(r->a, struct dz_fk);

	TRY(ts_known(r, ts_arg(c, 0), "a foreign key"));
	*f = (struct dz_fk){ .config = ts_arg(c, 0), .on_delete = STR_NONE,
		.on_update = STR_NONE, .place = dz_here(r) };
	*out = dz_new(r, DZ_FK, DZ_FK, f);
	return FLOW_NEXT;
}

static DZ_NATIVE(on_delete)
{
	THIS(dz_fk, f, DZ_FK);
	TRY(dz_str(r, ts_arg(c, 0), "a foreign key", &f->on_delete));
	*out = c->self;
	return FLOW_NEXT;
}

static DZ_NATIVE(on_update)
{
	THIS(dz_fk, f, DZ_FK);
	TRY(dz_str(r, ts_arg(c, 0), "a foreign key", &f->on_update));
	*out = c->self;
	return FLOW_NEXT;
}

static DZ_NATIVE(check)
{
	struct dz_check *k = arena_new_of(r->a, struct dz_check);

	TRY(dz_name(r, ts_arg(c, 0), "the name of a check", &k->name));
	k->value = ts_arg(c, 1);
	k->place = dz_here(r);
	*out = dz_new(r, DZ_CHECK, DZ_CHECK, k);
	return FLOW_NEXT;
}

/* --- what there is ------------------------------------------------------- */

static const struct index_on plain[] = {
	[DECL_PG] = { .dialect = DECL_PG },
	[DECL_SQLITE] = { .dialect = DECL_SQLITE },
}, only_one[] = {
	[DECL_PG] = { .dialect = DECL_PG, .unique = true },
	[DECL_SQLITE] = { .dialect = DECL_SQLITE, .unique = true },
};
#define PG "drizzle-orm/pg-core"
#define LITE "drizzle-orm/sqlite-core"
static const struct {
	const char *module, *name;
	ts_native *fn;
	const void *data;
} functions[] = {
	{ PG, "index", index_new, &plain[DECL_PG] },
	{ PG, "uniqueIndex", index_new, &only_one[DECL_PG] },
	{ PG, "unique", unique_new, NULL },
	{ PG, "primaryKey", primary_key, NULL },
	{ PG, "foreignKey", foreign_key, NULL },
	{ PG, "check", check, NULL },
	{ LITE, "index", index_new, &plain[DECL_SQLITE] },
	{ LITE, "uniqueIndex", index_new, &only_one[DECL_SQLITE] },
	{ LITE, "unique", unique_new, NULL },
	{ LITE, "primaryKey", primary_key, NULL },
	{ LITE, "foreignKey", foreign_key, NULL },
	{ LITE, "check", check, NULL },
};
static const struct {
	enum dz_class on;
	const char *name;
	ts_native *fn;
	const void *data;
} methods[] = {
	{ DZ_EXTRA_COLUMN, "asc", set_order, &asc },
	{ DZ_EXTRA_COLUMN, "desc", set_order, &desc },
	{ DZ_EXTRA_COLUMN, "nullsFirst", set_order, &first },
	{ DZ_EXTRA_COLUMN, "nullsLast", set_order, &last },
	{ DZ_EXTRA_COLUMN, "op", set_opclass, NULL },
	{ DZ_INDEX_ON, "on", index_on, NULL },
	{ DZ_INDEX_ON, "onOnly", index_on, "" },
	{ DZ_INDEX_ON, "using", index_using, NULL },
	{ DZ_INDEX, "where", index_where, NULL },
	{ DZ_INDEX, "with", index_with, NULL },
	{ DZ_INDEX, "concurrently", index_concurrently, NULL },
	{ DZ_UNIQUE_ON, "on", unique_on, NULL },
	{ DZ_UNIQUE, "nullsNotDistinct", unique_nulls, NULL },
	{ DZ_FK, "onDelete", on_delete, NULL },
	{ DZ_FK, "onUpdate", on_update, NULL },
};

void dz_install_extras(struct ts_run *r)
{
	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++)
		dz_function(r, functions[i].module, functions[i].name,
		    functions[i].fn, functions[i].data);
	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		dz_method(r, methods[i].on, methods[i].name, methods[i].fn,
		    methods[i].data);
}
