/*
 * write: a snapshot's bytes: JSON.stringify(snapshot, null, 2) of what
 * drizzle-kit builds, in the order of its keys (drizzle-spec 2.1-2.3).
 */
#include "decl/decl.h"

struct writer {
	struct json_out o;
	bool custom;		/* the validator's order of keys */
	enum decl_dialect dialect;
};

static void put_optional(struct writer *w, const char *key, struct str s)
{
	if (s.p)
		json_pair_str(&w->o, key, s);
}

static void put_list(struct writer *w, const char *key, struct strs v)
{
	json_key(&w->o, key);
	json_open_array(&w->o);
	for (size_t i = 0; i < v.n; i++)
		json_put_str(&w->o, v.v[i]);
	json_close_array(&w->o);
}

static void put_value(struct writer *w, const struct decl_value *v)
{
	switch (v->kind) {
	case DECL_NO_VALUE:
		json_put_null(&w->o);
		break;
	case DECL_STRING:
		json_put_str(&w->o, v->text);
		break;
	case DECL_NUMBER:
		json_put_num(&w->o, v->number);
		break;
	case DECL_BOOL:
		json_put_bool(&w->o, v->boolean);
		break;
	case DECL_JSON: {
		struct arena *a = arena_new();
		const struct json *tree;
		struct err ignored = ERR_INIT;

		if (json_read(v->text, "default", a, &tree, &ignored) == RC_OK)
			json_put_tree(&w->o, tree);
		else
			json_put_null(&w->o);
		arena_free(a);
		break;
	}
	}
}

/* --- parts of a table -------------------------------------------------------- */

static void put_identity(struct writer *w, const struct decl_identity *i)
{
	json_key(&w->o, "identity");
	json_open_object(&w->o);
	if (!w->custom)
		json_pair_str(&w->o, "type", i->type);
	json_pair_str(&w->o, "name", i->name);
	if (!w->custom)
		put_optional(w, "schema", i->schema);
	put_optional(w, "increment", i->increment);
	if (!w->custom)
		put_optional(w, "startWith", i->start);
	put_optional(w, "minValue", i->min);
	put_optional(w, "maxValue", i->max);
	if (w->custom)
		put_optional(w, "startWith", i->start);
	put_optional(w, "cache", i->cache);
	json_pair_bool(&w->o, "cycle", i->cycle);
	if (w->custom) {
		put_optional(w, "schema", i->schema);
		json_pair_str(&w->o, "type", i->type);
	}
	json_close_object(&w->o);
}

static void put_default(struct writer *w, const struct decl_column *c)
{
	if (c->dflt.kind == DECL_NO_VALUE)
		return;
	json_key(&w->o, "default");
	put_value(w, &c->dflt);
}

static void put_column(struct writer *w, const struct decl_column *c)
{
	json_key_str(&w->o, c->name);
	json_open_object(&w->o);
	json_pair_str(&w->o, "name", c->name);
	json_pair_str(&w->o, "type", c->type);
	put_optional(w, "typeSchema", c->type_schema);
	json_pair_bool(&w->o, "primaryKey", c->primary);
	json_pair_bool(&w->o, "notNull", c->notnull);
	if (w->dialect == DECL_SQLITE)
		json_pair_bool(&w->o, "autoincrement", c->autoincrement);
	if (w->custom || w->dialect == DECL_SQLITE)
		put_default(w, c);
	if (c->generated.p) {
		json_key(&w->o, "generated");
		json_open_object(&w->o);
		json_pair_str(&w->o, "as", c->generated);
		json_pair_str(&w->o, "type", c->generated_type);
		json_close_object(&w->o);
	}
	if (c->identity)
		put_identity(w, c->identity);
	if (!w->custom && w->dialect == DECL_PG)
		put_default(w, c);
	json_close_object(&w->o);
}

static void put_columns(struct writer *w, const struct decl_column *v,
    size_t n)
{
	json_key(&w->o, "columns");
	json_open_object(&w->o);
	for (size_t i = 0; i < n; i++)
		put_column(w, &v[i]);
	json_close_object(&w->o);
}

/* { expression, isExpression, asc, nulls, opclass }; SQL: asc comes second */
static void put_index_column(struct writer *w,
    const struct decl_index_column *c)
{
	json_open_object(&w->o);
	json_pair_str(&w->o, "expression", c->expression);
	if (w->custom || !c->is_expression)
		json_pair_bool(&w->o, "isExpression", c->is_expression);
	json_pair_bool(&w->o, "asc", c->asc);
	if (!w->custom && c->is_expression)
		json_pair_bool(&w->o, "isExpression", c->is_expression);
	put_optional(w, "nulls", c->nulls);
	put_optional(w, "opclass", c->opclass);
	json_close_object(&w->o);
}

static void put_with(struct writer *w, const struct decl_pair *v, size_t n)
{
	json_key(&w->o, "with");
	json_open_object(&w->o);
	for (size_t i = 0; i < n; i++) {
		json_key_str(&w->o, v[i].key);
		put_value(w, &v[i].value);
	}
	json_close_object(&w->o);
}

static void put_index_pg(struct writer *w, const struct decl_index *x)
{
	json_key(&w->o, "columns");
	json_open_array(&w->o);
	for (size_t i = 0; i < x->ncols; i++)
		put_index_column(w, &x->cols[i]);
	json_close_array(&w->o);
	json_pair_bool(&w->o, "isUnique", x->unique);
	if (w->custom) {
		put_with(w, x->with, x->nwith);
		json_pair_str(&w->o, "method", x->method);
		put_optional(w, "where", x->where);
		json_pair_bool(&w->o, "concurrently", x->concurrently);
		return;
	}
	put_optional(w, "where", x->where);
	json_pair_bool(&w->o, "concurrently", x->concurrently);
	json_pair_str(&w->o, "method", x->method);
	put_with(w, x->with, x->nwith);
}

static void put_index_sqlite(struct writer *w, const struct decl_index *x)
{
	json_key(&w->o, "columns");
	json_open_array(&w->o);
	for (size_t i = 0; i < x->ncols; i++)
		json_put_str(&w->o, x->cols[i].expression);
	json_close_array(&w->o);
	if (w->custom)
		put_optional(w, "where", x->where);
	json_pair_bool(&w->o, "isUnique", x->unique);
	if (!w->custom)
		put_optional(w, "where", x->where);
}

static void put_indexes(struct writer *w, const struct decl_table *t)
{
	json_key(&w->o, "indexes");
	json_open_object(&w->o);
	for (size_t i = 0; i < t->nindexes; i++) {
		json_key_str(&w->o, t->indexes[i].name);
		json_open_object(&w->o);
		json_pair_str(&w->o, "name", t->indexes[i].name);
		if (w->dialect == DECL_PG)
			put_index_pg(w, &t->indexes[i]);
		else
			put_index_sqlite(w, &t->indexes[i]);
		json_close_object(&w->o);
	}
	json_close_object(&w->o);
}

static void put_fk(struct writer *w, const struct decl_fk *f)
{
	json_key_str(&w->o, f->name);
	json_open_object(&w->o);
	json_pair_str(&w->o, "name", f->name);
	json_pair_str(&w->o, "tableFrom", f->table_from);
	if (w->custom)
		put_list(w, "columnsFrom", f->cols_from);
	json_pair_str(&w->o, "tableTo", f->table_to);
	put_optional(w, "schemaTo", f->schema_to);
	if (!w->custom)
		put_list(w, "columnsFrom", f->cols_from);
	put_list(w, "columnsTo", f->cols_to);
	if (w->custom)
		put_optional(w, "onUpdate", f->on_update);
	put_optional(w, "onDelete", f->on_delete);
	if (!w->custom)
		put_optional(w, "onUpdate", f->on_update);
	json_close_object(&w->o);
}

static void put_key(struct writer *w, const struct decl_key *k, bool unique)
{
	json_key_str(&w->o, k->name);
	json_open_object(&w->o);
	if (!unique && w->dialect == DECL_SQLITE)
		put_list(w, "columns", k->cols);
	json_pair_str(&w->o, "name", k->name);
	if (unique && !w->custom && w->dialect == DECL_PG)
		json_pair_bool(&w->o, "nullsNotDistinct",
		    k->nulls_not_distinct);
	if (unique || w->dialect == DECL_PG)
		put_list(w, "columns", k->cols);
	if (unique && w->custom && w->dialect == DECL_PG)
		json_pair_bool(&w->o, "nullsNotDistinct",
		    k->nulls_not_distinct);
	json_close_object(&w->o);
}

static void put_policies(struct writer *w, const struct decl_policy *v,
    size_t n)
{
	json_key(&w->o, "policies");
	json_open_object(&w->o);
	for (size_t i = 0; i < n; i++) {
		json_key_str(&w->o, v[i].name);
		json_open_object(&w->o);
		json_pair_str(&w->o, "name", v[i].name);
		put_optional(w, "as", v[i].as);
		put_optional(w, "for", v[i].to_for);
		put_list(w, "to", v[i].to);
		put_optional(w, "using", v[i].using_expr);
		put_optional(w, "withCheck", v[i].with_check);
		if (w->custom)
			put_optional(w, "on", v[i].on);
		put_optional(w, "schema", v[i].schema);
		if (!w->custom)
			put_optional(w, "on", v[i].on);
		json_close_object(&w->o);
	}
	json_close_object(&w->o);
}

static void put_table(struct writer *w, const struct decl_table *t)
{
	bool pg = w->dialect == DECL_PG;

	json_open_object(&w->o);
	json_pair_str(&w->o, "name", t->name);
	if (pg)
		json_pair_str(&w->o, "schema", t->schema);
	put_columns(w, t->cols, t->ncols);
	put_indexes(w, t);
	json_key(&w->o, "foreignKeys");
	json_open_object(&w->o);
	for (size_t i = 0; i < t->nfks; i++)
		put_fk(w, &t->fks[i]);
	json_close_object(&w->o);
	json_key(&w->o, "compositePrimaryKeys");
	json_open_object(&w->o);
	for (size_t i = 0; i < t->npks; i++)
		put_key(w, &t->pks[i], false);
	json_close_object(&w->o);
	json_key(&w->o, "uniqueConstraints");
	json_open_object(&w->o);
	for (size_t i = 0; i < t->nuniques; i++)
		put_key(w, &t->uniques[i], true);
	json_close_object(&w->o);
	if (pg)
		put_policies(w, t->policies, t->npolicies);
	json_key(&w->o, "checkConstraints");
	json_open_object(&w->o);
	for (size_t i = 0; i < t->nchecks; i++) {
		json_key_str(&w->o, t->checks[i].name);
		json_open_object(&w->o);
		json_pair_str(&w->o, "name", t->checks[i].name);
		json_pair_str(&w->o, "value", t->checks[i].value);
		json_close_object(&w->o);
	}
	json_close_object(&w->o);
	if (pg)
		json_pair_bool(&w->o, "isRLSEnabled", t->rls);
	json_close_object(&w->o);
}

/* "public.users": the key of a pg object whose schema may be "" */
static void dotted_key(struct writer *w, struct str schema, struct str name)
{
	struct sbuf b = SBUF_TEXT;

	sbuf_add(&b, schema.n ? schema : STR("public"));
	sbuf_addc(&b, '.');
	sbuf_add(&b, name);
	json_key_str(&w->o, sbuf_str(&b));
	sbuf_free(&b);
}

static void put_tables(struct writer *w, const struct decl *d)
{
	json_key(&w->o, "tables");
	json_open_object(&w->o);
	for (size_t i = 0; i < d->ntables; i++) {
		if (w->dialect == DECL_PG)
			dotted_key(w, d->tables[i].schema, d->tables[i].name);
		else
			json_key_str(&w->o, d->tables[i].name);
		put_table(w, &d->tables[i]);
	}
	json_close_object(&w->o);
}

/* --- the rest -------------------------------------------------------------------- */

static void put_enums(struct writer *w, const struct decl *d)
{
	json_key(&w->o, "enums");
	json_open_object(&w->o);
	for (size_t i = 0; i < d->nenums; i++) {
		dotted_key(w, d->enums[i].schema, d->enums[i].name);
		json_open_object(&w->o);
		json_pair_str(&w->o, "name", d->enums[i].name);
		json_pair_str(&w->o, "schema", d->enums[i].schema);
		put_list(w, "values", d->enums[i].values);
		json_close_object(&w->o);
	}
	json_close_object(&w->o);
}

static void put_schemas(struct writer *w, const struct decl *d)
{
	json_key(&w->o, "schemas");
	json_open_object(&w->o);
	for (size_t i = 0; i < d->schemas.n; i++) {
		json_key_str(&w->o, d->schemas.v[i]);
		json_put_str(&w->o, d->schemas.v[i]);
	}
	json_close_object(&w->o);
}

static void put_sequences(struct writer *w, const struct decl *d)
{
	json_key(&w->o, "sequences");
	json_open_object(&w->o);
	for (size_t i = 0; i < d->nsequences; i++) {
		const struct decl_sequence *s = &d->sequences[i];

		dotted_key(w, s->schema, s->name);
		json_open_object(&w->o);
		json_pair_str(&w->o, "name", s->name);
		if (!w->custom)
			json_pair_str(&w->o, "schema", s->schema);
		put_optional(w, "increment", s->increment);
		if (!w->custom)
			put_optional(w, "startWith", s->start);
		put_optional(w, "minValue", s->min);
		put_optional(w, "maxValue", s->max);
		if (w->custom)
			put_optional(w, "startWith", s->start);
		put_optional(w, "cache", s->cache);
		json_pair_bool(&w->o, "cycle", s->cycle);
		if (w->custom)
			json_pair_str(&w->o, "schema", s->schema);
		json_close_object(&w->o);
	}
	json_close_object(&w->o);
}

static void put_roles(struct writer *w, const struct decl *d)
{
	json_key(&w->o, "roles");
	json_open_object(&w->o);
	for (size_t i = 0; i < d->nroles; i++) {
		json_key_str(&w->o, d->roles[i].name);
		json_open_object(&w->o);
		json_pair_str(&w->o, "name", d->roles[i].name);
		json_pair_bool(&w->o, "createDb", d->roles[i].create_db);
		json_pair_bool(&w->o, "createRole", d->roles[i].create_role);
		json_pair_bool(&w->o, "inherit", d->roles[i].inherit);
		json_close_object(&w->o);
	}
	json_close_object(&w->o);
}

static void put_view_pg(struct writer *w, const struct decl_view *v)
{
	if (w->custom) {
		json_pair_str(&w->o, "name", v->name);
		json_pair_str(&w->o, "schema", v->schema);
		put_columns(w, v->cols, v->ncols);
		put_optional(w, "definition", v->definition);
		json_pair_bool(&w->o, "materialized", v->materialized);
		if (v->has_with)
			put_with(w, v->with, v->nwith);
		json_pair_bool(&w->o, "isExisting", v->existing);
		if (v->has_no_data)
			json_pair_bool(&w->o, "withNoData", v->no_data);
		put_optional(w, "using", v->method);
		put_optional(w, "tablespace", v->tablespace);
		return;
	}
	put_columns(w, v->cols, v->ncols);
	put_optional(w, "definition", v->definition);
	json_pair_str(&w->o, "name", v->name);
	json_pair_str(&w->o, "schema", v->schema);
	json_pair_bool(&w->o, "isExisting", v->existing);
	if (v->has_with)
		put_with(w, v->with, v->nwith);
	if (v->has_no_data)
		json_pair_bool(&w->o, "withNoData", v->no_data);
	json_pair_bool(&w->o, "materialized", v->materialized);
	put_optional(w, "tablespace", v->tablespace);
	put_optional(w, "using", v->method);
}

static void put_view_sqlite(struct writer *w, const struct decl_view *v)
{
	put_columns(w, v->cols, v->ncols);
	json_pair_str(&w->o, "name", v->name);
	if (w->custom)
		put_optional(w, "definition", v->definition);
	json_pair_bool(&w->o, "isExisting", v->existing);
	if (!w->custom)
		put_optional(w, "definition", v->definition);
}

static void put_views(struct writer *w, const struct decl *d)
{
	json_key(&w->o, "views");
	json_open_object(&w->o);
	for (size_t i = 0; i < d->nviews; i++) {
		if (w->dialect == DECL_PG)
			dotted_key(w, d->views[i].schema, d->views[i].name);
		else
			json_key_str(&w->o, d->views[i].name);
		json_open_object(&w->o);
		if (w->dialect == DECL_PG)
			put_view_pg(w, &d->views[i]);
		else
			put_view_sqlite(w, &d->views[i]);
		json_close_object(&w->o);
	}
	json_close_object(&w->o);
}

static void put_nothing(struct writer *w, const char *key)
{
	json_key(&w->o, key);
	json_open_object(&w->o);
	json_close_object(&w->o);
}

static void put_renames(struct writer *w, const char *key,
    const struct decl_rename *v, size_t n)
{
	json_key(&w->o, key);
	json_open_object(&w->o);
	for (size_t i = 0; i < n; i++) {
		json_key_str(&w->o, v[i].from);
		json_put_str(&w->o, v[i].to);
	}
	json_close_object(&w->o);
}

static void put_meta(struct writer *w, const struct decl *d)
{
	bool last = w->dialect == DECL_SQLITE && !w->custom;

	json_key(&w->o, "_meta");
	json_open_object(&w->o);
	if (!last)
		put_renames(w, "columns", d->meta_columns, d->nmeta_columns);
	put_nothing(w, "schemas");
	put_renames(w, "tables", d->meta_tables, d->nmeta_tables);
	if (last)
		put_renames(w, "columns", d->meta_columns, d->nmeta_columns);
	json_close_object(&w->o);
}

static void put_internal(struct writer *w, const struct decl *d)
{
	json_key(&w->o, "internal");
	json_open_object(&w->o);
	json_key(&w->o, "indexes");
	json_open_object(&w->o);
	for (size_t i = 0; i < d->ninternal; i++) {
		json_key_str(&w->o, d->internal[i].index);
		json_open_object(&w->o);
		json_key(&w->o, "columns");
		json_open_object(&w->o);
		for (size_t k = 0; k < d->internal[i].expressions.n; k++) {
			json_key_str(&w->o, d->internal[i].expressions.v[k]);
			json_open_object(&w->o);
			json_pair_bool(&w->o, "isExpression", true);
			json_close_object(&w->o);
		}
		json_close_object(&w->o);
		json_close_object(&w->o);
	}
	json_close_object(&w->o);
	json_close_object(&w->o);
}

static void put_ids(struct writer *w, const struct decl *d)
{
	json_pair_str(&w->o, "id", d->id);
	json_pair_str(&w->o, "prevId", d->prev_id);
}

static void put_version(struct writer *w)
{
	json_pair_z(&w->o, "version", w->dialect == DECL_PG ? "7" : "6");
	json_pair_z(&w->o, "dialect", w->dialect == DECL_PG ? "postgresql" :
	    "sqlite");
}

static void write_pg(struct writer *w, const struct decl *d)
{
	put_ids(w, d);
	put_version(w);
	put_tables(w, d);
	put_enums(w, d);
	put_schemas(w, d);
	if (w->custom)
		put_views(w, d);
	put_sequences(w, d);
	put_roles(w, d);
	put_policies(w, d->policies, d->npolicies);
	if (!w->custom)
		put_views(w, d);
	put_meta(w, d);
}

static void write_sqlite(struct writer *w, const struct decl *d)
{
	if (w->custom)
		put_ids(w, d);
	put_version(w);
	if (!w->custom)
		put_ids(w, d);
	put_tables(w, d);
	put_views(w, d);
	put_nothing(w, "enums");
	put_meta(w, d);
	put_internal(w, d);
}

void decl_write(const struct decl *d, bool custom, struct sbuf *out)
{
	struct writer w = { .o = { .b = out, .indent = 2 },
		.custom = custom, .dialect = d->dialect };

	json_open_object(&w.o);
	if (d->dialect == DECL_PG)
		write_pg(&w, d);
	else
		write_sqlite(&w, d);
	json_close_object(&w.o);
}
