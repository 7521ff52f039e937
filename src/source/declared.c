/* declared: see declared.h. */
#include <stdlib.h>

#include "source/declared.h"

struct making {
	struct arena *a;
	struct model *m;
	const struct decl *d;
	struct str schema;	/* of the table at hand */
	struct str table;
};

static const enum dialect_id engines[DECL_DIALECT_N] = {
	[DECL_PG] = DIALECT_PG, [DECL_SQLITE] = DIALECT_SQLITE };

/* Drizzle writes "" for public. */
static struct str schema_of(const struct making *k, struct str schema)
{
	if (k->d->dialect == DECL_SQLITE)
		return STR("");
	return schema.n ? schema : STR("public");
}

static struct str some(struct str s)
{
	return s.p ? s : STR("");
}

/* struct obj first, as all of them have it */
static void *made(struct making *k, size_t size, enum obj_kind kind,
    struct str name)
{
	struct obj *o = arena_alloc(k->a, size);

	o->kind = kind;
	o->schema = k->schema;
	o->table = k->table;
	o->name = name;
	return o;
}
#define MADE(k, type, kind, name) \
	((struct type *)made(k, sizeof(struct type), kind, name))

static struct str value_text(struct arena *a, const struct decl_value *v)
{
	struct sbuf b = SBUF_TEXT;
	struct json_out o = { .b = &b };
	struct str out;

	switch (v->kind) {
	case DECL_NO_VALUE:
		return STR("");
	case DECL_STRING:
	case DECL_JSON:
		return v->text;
	case DECL_BOOL:
		return v->boolean ? STR("true") : STR("false");
	case DECL_NUMBER:
		break;
	}
	json_put_num(&o, v->number);
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

/* --- tables ----------------------------------------------------------------- */

static struct str identity_text(struct arena *a,
    const struct decl_identity *i)
{
	return arena_printf(a, "start %.*s increment %.*s min %.*s max %.*s "
	    "cache %.*s%s", STR_ARG(some(i->start)),
	    STR_ARG(some(i->increment)), STR_ARG(some(i->min)),
	    STR_ARG(some(i->max)), STR_ARG(some(i->cache)),
	    i->cycle ? " cycle" : "");
}

static void add_column(struct making *k, const struct decl_column *c, int pos)
{
	struct column *x = MADE(k, column, OBJ_COLUMN, c->name);

	x->pos = pos;
	x->type = c->type_schema.n && !str_is(c->type_schema, "public") ?
	    arena_printf(k->a, "%.*s.%.*s", STR_ARG(c->type_schema),
	    STR_ARG(c->type)) : c->type;
	x->notnull = c->notnull;
	x->has_default = c->dflt.kind != DECL_NO_VALUE;
	x->dflt = value_text(k->a, &c->dflt);
	x->collation = x->sequence = x->storage = x->compression = STR("");
	x->gen_expr = some(c->generated);
	x->generated = !c->generated.p ? GEN_NONE :
	    str_is(c->generated_type, "virtual") ? GEN_VIRTUAL : GEN_STORED;
	x->identity_text = STR("");
	x->type_schema = x->type_name = STR("");
	if (c->identity) {
		x->identity = str_is(c->identity->type, "always") ?
		    IDENTITY_ALWAYS : IDENTITY_BY_DEFAULT;
		x->identity_text = identity_text(k->a, c->identity);
	}
	model_add(k->m, x);
}

static void add_key(struct making *k, enum obj_kind kind, struct str name,
    struct strs cols, bool autoincrement, bool nulls)
{
	struct key *x = MADE(k, key, kind, name.n ? name :
	    model_name_key(k->a, cols));

	x->label = name;
	x->cols = cols;
	x->conflict = STR("");
	x->autoincrement = autoincrement;
	x->nulls_not_distinct = nulls;
	model_add(k->m, x);
}

/* A primary key is one key of its table, however it is declared. */
static void add_pk(struct making *k, const struct decl_table *t)
{
	for (size_t i = 0; i < t->npks; i++)
		add_key(k, OBJ_PK, t->pks[i].name, t->pks[i].cols, false,
		    false);
	for (size_t i = 0; i < t->ncols; i++) {
		struct str *one = arena_copy(k->a, &t->cols[i].name,
		    sizeof(struct str));

		if (t->cols[i].primary)
			add_key(k, OBJ_PK, STR(""), (struct strs){ one, 1 },
			    t->cols[i].autoincrement, false);
	}
}

static void add_fk(struct making *k, const struct decl_fk *f)
{
	struct fk *x = MADE(k, fk, OBJ_FK, f->name);

	x->label = f->name;
	x->cols = f->cols_from;
	x->ref_schema = schema_of(k, some(f->schema_to));
	x->ref_table = f->table_to;
	x->ref_cols = f->cols_to;
	x->on_update = some(f->on_update);
	x->on_delete = some(f->on_delete);
	x->match = STR("");
	model_add(k->m, x);
}

static struct str part_text(struct arena *a,
    const struct decl_index_column *c)
{
	return arena_printf(a, "%.*s%s%.*s%s%s", STR_ARG(c->expression),
	    c->opclass.n ? " " : "", STR_ARG(some(c->opclass)),
	    c->asc || !c->nulls.p ? "" : " desc",
	    c->nulls.p && str_is(c->nulls, c->asc ? "first" : "last") ?
	    c->asc ? " nulls first" : " nulls last" : "");
}

static void add_index(struct making *k, const struct decl_index *i)
{
	struct index *x = MADE(k, index, OBJ_INDEX, i->name);
	struct sbuf parts = SBUF_TEXT, with = SBUF_TEXT;

	x->unique = i->unique;
	x->origin = 'c';
	x->nparts = i->ncols;
	x->parts = arena_array(k->a, struct index_part, i->ncols);
	for (size_t n = 0; n < i->ncols; n++) {
		const struct decl_index_column *c = &i->cols[n];

		x->parts[n] = (struct index_part){
			.column = c->is_expression ? STR("") : c->expression,
			.expr = c->is_expression ? c->expression : STR(""),
			.collation = STR(""), .opclass = some(c->opclass) };
		sbuf_addf(&parts, "%s%.*s", n ? ", " : "",
		    STR_ARG(part_text(k->a, c)));
	}
	for (size_t n = 0; n < i->nwith; n++)
		sbuf_addf(&with, "%s%.*s=%.*s", n ? ", " : "",
		    STR_ARG(i->with[n].key), STR_ARG(value_text(k->a,
		    &i->with[n].value)));
	x->parts_text = arena_str(k->a, sbuf_str(&parts));
	x->options = arena_str(k->a, sbuf_str(&with));
	x->where = some(i->where);
	x->method = some(i->method);
	x->sql = STR("");
	x->bytes = -1;
	sbuf_free(&parts);
	sbuf_free(&with);
	model_add(k->m, x);
}

static void add_policy(struct making *k, const struct decl_policy *p)
{
	struct policy *x = MADE(k, policy, OBJ_POLICY, p->name);

	x->restrictive = str_ieq(some(p->as), STR("restrictive"));
	x->command = some(p->to_for);
	x->roles = p->to;
	x->using_expr = some(p->using_expr);
	x->check_expr = some(p->with_check);
	model_add(k->m, x);
}

static void add_table(struct making *k, const struct decl_table *t)
{
	struct table *x;

	k->schema = schema_of(k, t->schema);
	k->table = STR("");
	x = MADE(k, table, OBJ_TABLE, t->name);
	x->module = x->sql = x->partition_key = x->partition_bound = STR("");
	x->options = x->method = x->replica_index = STR("");
	x->row_security = t->rls;
	x->rows_estimate = x->bytes = -1;
	model_add(k->m, x);
	k->table = t->name;
	for (size_t i = 0; i < t->ncols; i++)
		add_column(k, &t->cols[i], (int)i + 1);
	add_pk(k, t);
	for (size_t i = 0; i < t->nuniques; i++)
		add_key(k, OBJ_UNIQUE, t->uniques[i].name, t->uniques[i].cols,
		    false, t->uniques[i].nulls_not_distinct);
	for (size_t i = 0; i < t->nchecks; i++) {
		struct check *c = MADE(k, check, OBJ_CHECK,
		    t->checks[i].name);

		c->label = t->checks[i].name;
		c->expr = t->checks[i].value;
		c->column = STR("");
		model_add(k->m, c);
	}
	for (size_t i = 0; i < t->nfks; i++)
		add_fk(k, &t->fks[i]);
	for (size_t i = 0; i < t->nindexes; i++)
		add_index(k, &t->indexes[i]);
	for (size_t i = 0; i < t->npolicies; i++)
		add_policy(k, &t->policies[i]);
}

/* --- what stands alone -------------------------------------------------------- */

static int64_t number_of(const struct making *k, struct str text,
    int64_t dflt)
{
	return text.n ? strtoll(arena_z(k->a, text), NULL, 10) : dflt;
}

static void add_view(struct making *k, const struct decl_view *v)
{
	struct view *x;
	struct str *cols = arena_array(k->a, struct str, v->ncols);
	struct sbuf with = SBUF_TEXT;

	k->schema = schema_of(k, some(v->schema));
	x = MADE(k, view, OBJ_VIEW, v->name);
	for (size_t i = 0; i < v->ncols; i++)
		cols[i] = v->cols[i].name;
	for (size_t n = 0; n < v->nwith; n++)
		sbuf_addf(&with, "%s%.*s=%.*s", n ? ", " : "",
		    STR_ARG(v->with[n].key), STR_ARG(value_text(k->a,
		    &v->with[n].value)));
	x->sql = some(v->definition);
	x->cols = (struct strs){ cols, v->ncols };
	x->materialized = v->materialized;
	x->unpopulated = v->no_data;
	x->options = arena_str(k->a, sbuf_str(&with));
	sbuf_free(&with);
	model_add(k->m, x);
}

static void add_sequence(struct making *k, const struct decl_sequence *s)
{
	struct sequence *x;

	k->schema = schema_of(k, s->schema);
	x = MADE(k, sequence, OBJ_SEQUENCE, s->name);
	x->owned_by = STR("");
	x->opt = (struct sequence_options){ .type = STR("bigint"),
		.start = number_of(k, s->start, 1),
		.increment = number_of(k, s->increment, 1),
		.min = number_of(k, s->min, 1),
		.max = number_of(k, s->max, INT64_MAX),
		.cache = number_of(k, s->cache, 1), .cycle = s->cycle };
	model_add(k->m, x);
}

static void add_alone(struct making *k)
{
	const struct decl *d = k->d;

	k->table = STR("");
	for (size_t i = 0; i < d->nenums; i++) {
		struct enum_type *x;

		k->schema = schema_of(k, d->enums[i].schema);
		x = MADE(k, enum_type, OBJ_ENUM, d->enums[i].name);
		x->values = d->enums[i].values;
		model_add(k->m, x);
	}
	for (size_t i = 0; i < d->nsequences; i++)
		add_sequence(k, &d->sequences[i]);
	for (size_t i = 0; i < d->nviews; i++)
		if (!d->views[i].existing)
			add_view(k, &d->views[i]);
	k->schema = STR("");
	for (size_t i = 0; i < d->schemas.n; i++)
		model_add(k->m, MADE(k, obj, OBJ_SCHEMA, d->schemas.v[i]));
	for (size_t i = 0; i < d->nroles; i++) {
		struct role *x = MADE(k, role, OBJ_ROLE, d->roles[i].name);

		x->create_db = d->roles[i].create_db;
		x->create_role = d->roles[i].create_role;
		x->inherit = d->roles[i].inherit;
		model_add(k->m, x);
	}
}

struct model *declared_model(const struct decl *d, struct arena *a)
{
	struct making k = { .a = a, .d = d,
		.m = model_new(a, engines[d->dialect]) };

	for (size_t i = 0; i < d->ntables; i++)
		add_table(&k, &d->tables[i]);
	for (size_t i = 0; i < d->npolicies; i++) {
		k.schema = schema_of(&k, some(d->policies[i].schema));
		k.table = some(d->policies[i].on);
		add_policy(&k, &d->policies[i]);
	}
	add_alone(&k);
	model_seal(k.m);
	return k.m;
}

/* --- executed ------------------------------------------------------------------ */

enum rc declared_entry(const struct decl *d, struct str name,
    struct arena *a, struct entry *out, struct err *e)
{
	const struct decl_answers none = { .rest_created = true };
	struct decl_change c = { 0 };
	struct sbuf sql = SBUF_TEXT;
	enum rc rc = decl_diff(decl_empty(d->dialect, a), d, &none, DECL_SAFE,
	    a, &c, e);

	if (rc)
		return rc;
	decl_sql(c.statements, true, &sql);
	*out = (struct entry){ .tag = name, .file = name,
		.text = arena_str(a, sbuf_str(&sql)) };
	sbuf_free(&sql);
	return RC_OK;
}

enum rc declared_run(const struct decl *d, struct str name,
    struct scratch *scratch, struct arena *a, struct model **out,
    struct err *e)
{
	struct entry en;
	const struct entry *v[1] = { &en };
	struct run *r = NULL;
	enum rc rc = declared_entry(d, name, a, &en, e);

	if (!rc)
		rc = replay(v, 1, scratch, NULL, a, &r, e);
	if (!rc && r->stopped) {
		*e = r->why;
		rc = e->code;
	}
	if (rc) {
		err_prefix(e, "what %.*s declares cannot be created",
		    STR_ARG(name));
		return rc;
	}
	*out = managed_mark(r->after, &(struct managed_set){
		.dialect = engines[d->dialect] }, a);
	return RC_OK;
}
