/* pg_alter: the steps of ALTER TABLE, as the statement says them. */
#include "plan/pg.h"

struct stepping {
	const struct lens *l;
	const struct spot *p;
	const struct pg_sub *s;
};

static struct found *told(const struct stepping *x, enum hazard_id id,
    enum sev sev, struct str text)
{
	struct found *f = pg_found(x->l, id, x->p, x->s->column);

	pg_say(f, sev, text.n ? text : str_z(hazard_defs[id].title));
	return f;
}

/* What takes the longer, the larger the table is. */
static void heavy(const struct stepping *x, enum hazard_id id,
    const char *what)
{
	int64_t bytes = x->p->live ? x->p->live->bytes : -1;
	struct arena *a = x->l->w->a;

	(void)told(x, id, bytes >= PG_LARGE ? SEV_CAUTION : SEV_INFO,
	    bytes < 0 ? str_z(what) : arena_printf(a, "%s: %.*s", what,
	    STR_ARG(pg_bytes(a, bytes))));
}

/* --- ADD COLUMN ------------------------------------------------------------------- */

/* A function of the database: what CREATE FUNCTION says of it. */
static bool is_volatile(const struct lens *l, struct str call)
{
	size_t dot = str_find(call, STR("."), 0);
	struct str name = dot < call.n ? str_sub(call, dot + 1, call.n) : call;

	for (size_t i = 0; i < l->before->nobjs; i++) {
		const struct obj *o = l->before->objs[i];
		const struct function *f = (const struct function *)o;

		if (o->kind == OBJ_FUNCTION && str_eq(f->name, name))
			return !sql_names(l->w->d, f->sql, STR("IMMUTABLE")) &&
			    !sql_names(l->w->d, f->sql, STR("STABLE"));
	}
	return pg_function_value(name) >= PG_VALUE_VOLATILE;
}

static bool volatile_default(const struct lens *l, const struct pg_column *c)
{
	if (c->value == PG_VALUE_VOLATILE)
		return true;
	for (size_t i = 0; c->value == PG_VALUE_UNKNOWN && i < c->calls.n; i++)
		if (is_volatile(l, c->calls.v[i]))
			return true;
	return false;
}

static bool domain_checked(const struct lens *l, const struct pg_column *c)
{
	for (size_t i = 0; i < l->before->nobjs; i++) {
		const struct obj *o = l->before->objs[i];
		const struct domain *d = (const struct domain *)o;

		if (o->kind == OBJ_DOMAIN && str_eq(o->name, c->type_name) &&
		    (!c->type_schema.n || str_eq(o->schema, c->type_schema)))
			return d->checks.n > 0 || d->notnull;
	}
	return false;
}

static void inline_constraints(const struct stepping *x)
{
	static const enum hazard_id ids[PG_CON_N] = {
		[PG_CON_UNIQUE] = HAZ_ID_PT13, [PG_CON_PK] = HAZ_ID_PT13,
		[PG_CON_CHECK] = HAZ_ID_PT14, [PG_CON_FK] = HAZ_ID_PT15,
	};

	for (size_t i = 0; i < x->s->col->ncons; i++) {
		enum hazard_id id = ids[x->s->col->cons[i].kind];

		if (id)
			heavy(x, id, hazard_defs[id].title);
	}
}

static void same_there(const struct stepping *x)
{
	const struct column *c = x->p->now ? table_column(x->p->now,
	    x->s->column) : NULL;

	if (c)
		(void)told(x, HAZ_ID_PT31, SEV_CAUTION, arena_printf(
		    x->l->w->a, "there is a column %.*s of type %.*s, which "
		    "stays", STR_ARG(c->o.name), STR_ARG(c->type)));
}

static void s_add_column(const struct stepping *x)
{
	const struct pg_column *c = x->s->col;
	struct found *f;

	if (x->s->missing_ok && x->p->now &&
	    table_column(x->p->now, x->s->column)) {
		same_there(x);
		return;
	}
	if (c->serial || c->identity)
		heavy(x, HAZ_ID_PT9, "the table is rewritten to number it");
	else if (c->generated && !c->generated_virtual)
		heavy(x, HAZ_ID_PT10, "the table is rewritten to compute it");
	else if (volatile_default(x->l, c))
		heavy(x, HAZ_ID_PT8, "the default is volatile: the table is "
		    "rewritten");
	else if (domain_checked(x->l, c))
		heavy(x, HAZ_ID_PT11, "the domain has constraints: the table "
		    "is rewritten");
	else
		(void)told(x, HAZ_ID_PT7, SEV_INFO, STR("no rewrite"));
	if (x->l->w->rq->rollback)
		(void)told(x, HAZ_ID_PT21, SEV_INFO,
		    str_z(hazard_defs[HAZ_ID_PT21].title));
	inline_constraints(x);
	if (x->l->ran || !c->not_null || c->has_default || c->generated ||
	    c->identity)
		return;
	f = pg_found(x->l, HAZ_ID_PT12, x->p, x->s->column);
	pg_count(x->l, f, x->p, STR(""), STR(""));
}

/* --- DROP COLUMN ------------------------------------------------------------------ */

static void cached_plans(const struct stepping *x)
{
	for (size_t i = 0; i < x->l->w->found.n; i++) {
		const struct found *f = &x->l->w->found.v[i];

		if (f->h.def == &hazard_defs[HAZ_ID_PT20] &&
		    str_eq(f->h.table, x->p->live_key))
			return;
	}
	pg_say(pg_found(x->l, HAZ_ID_PT20, x->p, STR("")), SEV_INFO,
	    str_z(hazard_defs[HAZ_ID_PT20].title));
}

static bool comes_back(const struct stepping *x)
{
	const struct table *is = x->p->now ? model_table(x->l->after,
	    x->p->schema, x->p->name) : NULL;
	const struct column *was = x->p->now ? table_column(x->p->now,
	    x->s->column) : NULL;

	return is && was && was->generated == GEN_NONE && !was->inherited &&
	    table_column(is, x->s->column);
}

static void s_drop_column(const struct stepping *x)
{
	struct place c = spot_column(x->l, x->p, x->s->column);
	struct found *f;

	if (x->s->missing_ok && x->p->now &&
	    !table_column(x->p->now, x->s->column))
		return;
	pg_late_bound(x->l, x->p, x->s->column);
	cached_plans(x);
	/* Gone in the models: it is counted there.  One of its name that the
	 * same statement adds is another one, without the values. */
	if ((x->l->ran && !comes_back(x)) || !c.live.p)
		return;
	f = pg_found(x->l, HAZ_ID_PT16, x->p, x->s->column);
	PROBE(x->l->w, f, "SELECT pg_catalog.count($) FROM $", c, x->p->sql);
	f->now_of = f->live_of = sql_form(x->l->w,
	    "SELECT pg_catalog.count(*) FROM $", &x->p->sql.live);
	f->h.finder = sql_form(x->l->w, "SELECT * FROM $ WHERE $ IS NOT NULL",
	    (const struct str[]){ x->p->sql.live, c.live });
}

/* --- changes of a column ------------------------------------------------------------ */

/* No change of the models tells of it, and USING writes every value. */
static void same_type(const struct stepping *x, const struct column *from)
{
	const struct table *is = model_table(x->l->after, x->p->schema,
	    x->p->name);
	const struct column *to = is ? table_column(is, x->s->column) : NULL;

	if (to && str_eq(from->type, to->type) &&
	    str_eq(from->collation, to->collation))
		pg_detect_using(x->l, x->p, from);
}

static void s_type(const struct stepping *x)
{
	const struct column *from = x->p->now ? table_column(x->p->now,
	    x->s->column) : NULL;
	struct column to;

	cached_plans(x);
	if (!from)
		return;
	(void)told(x, HAZ_ID_PY15, SEV_INFO, STR("ANALYZE it afterwards"));
	if (x->l->ran) {
		same_type(x, from);
		return;
	}
	to = *from;
	to.type = x->s->col->type;
	to.type_schema = x->s->col->type_schema;
	to.type_name = x->s->col->type_name;
	pg_detect_type(x->l, x->p, from, &to);
}

/* A validated CHECK (c IS NOT NULL) spares the scan, 12 and later. */
static bool is_proven(const struct stepping *x)
{
	const struct table *t = x->p->now;

	for (size_t i = 0; t && i < t->nchecks; i++) {
		const struct check *c = t->checks[i];
		size_t end = str_find(c->expr, STR(" IS NOT NULL"), 0);
		struct str e = c->expr;

		if (c->not_valid || end == e.n)
			continue;
		while (e.n > 1 && e.p[0] == '(' && e.p[e.n - 1] == ')')
			e = str_sub(e, 1, e.n - 1);
		end = e.n > 12 ? e.n - 12 : 0;
		if (str_ends(e, STR(" IS NOT NULL")) &&
		    (str_eq(str_sub(e, 0, end), x->s->column) ||
		    str_eq(str_sub(e, 0, end), sql_form(x->l->w, "@",
		    &x->s->column))))
			return true;
	}
	return false;
}

static void s_set_not_null(const struct stepping *x)
{
	if (!is_proven(x))
		heavy(x, HAZ_ID_PC_SCAN, "every row is read for NULLs");
	if (!x->l->ran)
		pg_detect_set_not_null(x->l, x->p, x->s->column);
}

static void s_drop_not_null(const struct stepping *x)
{
	(void)told(x, HAZ_ID_PC9, SEV_INFO, STR("NULLs may come, and then "
	    "NOT NULL cannot come back"));
}

static void s_light(const struct stepping *x)
{
	(void)told(x, HAZ_ID_PT22, SEV_INFO, STR(""));
}

static void s_weak(const struct stepping *x)
{
	(void)told(x, HAZ_ID_PT23, SEV_INFO, STR(""));
}

/* --- constraints ---------------------------------------------------------------------- */

static void not_run_constraint(const struct stepping *x)
{
	const struct pg_constraint *c = x->s->con;
	struct fk fk = { .cols = c->cols, .ref_schema = c->ref_schema,
		.ref_table = c->ref_table, .ref_cols = c->ref_cols };
	struct index_part *parts = arena_array(x->l->w->a, struct index_part,
	    c->cols.n + 1);
	struct index ix = { .parts = parts, .nparts = c->cols.n,
		.nulls_not_distinct = c->nulls_not_distinct };
	struct spot parent;

	if (c->not_valid || c->index.n)
		return;
	for (size_t i = 0; i < c->cols.n; i++)
		parts[i] = (struct index_part){ .column = c->cols.v[i] };
	if (c->kind == PG_CON_FK) {
		parent = spot_of(x->l, c->ref_schema, c->ref_table);
		fk.ref_schema = parent.schema;
		if (!fk.ref_cols.n && parent.now && parent.now->pk)
			fk.ref_cols = parent.now->pk->cols;
		pg_detect_fk(x->l, x->p, &fk);
	} else if (c->kind == PG_CON_UNIQUE || c->kind == PG_CON_PK) {
		pg_detect_unique(x->l, x->p, &ix);
	} else if (c->kind == PG_CON_CHECK) {
		(void)pg_found(x->l, HAZ_ID_PC1, x->p, STR(""));
	} else if (c->kind == PG_CON_EXCLUDE) {
		(void)pg_found(x->l, HAZ_ID_PC6, x->p, STR(""));
	}
}

static void s_add_constraint(const struct stepping *x)
{
	const struct pg_constraint *c = x->s->con;

	if (!c)
		return;
	if (c->kind == PG_CON_FK && c->not_valid &&
	    x->l->w->version < 180000 && x->p->now &&
	    x->p->now->type == TABLE_PARTITIONED)
		(void)told(x, HAZ_ID_PP4, SEV_BLOCKED, STR(""));
	if (!c->not_valid && !c->index.n)
		heavy(x, HAZ_ID_PC_SCAN, c->kind == PG_CON_UNIQUE ||
		    c->kind == PG_CON_PK || c->kind == PG_CON_EXCLUDE ?
		    "an index is built under the lock" :
		    "every row is read under the lock");
	if (!x->l->ran)
		not_run_constraint(x);
}

/* PN2: added NOT VALID earlier in the same run. */
static void s_validate(const struct stepping *x)
{
	for (size_t i = 0; i < x->l->i; i++) {
		struct lens l = lens_of(x->l->w, i);

		for (size_t k = 0; k < l.g->nsubs; k++)
			if (l.g->subs[k].con && l.g->subs[k].con->not_valid &&
			    str_eq(l.g->subs[k].column, x->s->column)) {
				heavy(x, HAZ_ID_PN2, hazard_defs[
				    HAZ_ID_PN2].title);
				return;
			}
	}
	s_weak(x);
}

static const struct obj *constraint(const struct table *t, struct str name)
{
	if (!t)
		return NULL;
	if (t->pk && str_eq(t->pk->o.name, name))
		return &t->pk->o;
	for (size_t i = 0; i < t->nuniques; i++)
		if (str_eq(t->uniques[i]->o.name, name))
			return &t->uniques[i]->o;
	for (size_t i = 0; i < t->nfks; i++)
		if (str_eq(t->fks[i]->o.name, name))
			return &t->fks[i]->o;
	return NULL;
}

static void s_drop_constraint(const struct stepping *x)
{
	const struct obj *o = constraint(x->p->now, x->s->column);
	struct found *f;

	f = pg_found(x->l, o && o->kind == OBJ_FK ? HAZ_ID_PC7 : HAZ_ID_PC9,
	    x->p, STR(""));
	pg_say(f, SEV_INFO, arena_printf(x->l->w->a, "%.*s: %s",
	    STR_ARG(x->s->column), f->h.def->title));
	for (size_t i = 0; o && !x->l->ran && (o->kind == OBJ_PK ||
	    o->kind == OBJ_UNIQUE) && i < x->p->now->nfks_in; i++) {
		const struct fk *fk = x->p->now->fks_in[i];

		if (!strs_eq(fk->ref_cols, ((const struct key *)o)->cols))
			continue;
		f = pg_found(x->l, HAZ_ID_PC8, x->p, STR(""));
		pg_say(f, x->s->cascade ? SEV_CAUTION : SEV_BLOCKED,
		    arena_printf(x->l->w->a, "foreign key %.*s of %.*s points "
		    "to it", STR_ARG(fk->o.name), STR_ARG(fk->o.table)));
	}
}

/* --- the table --------------------------------------------------------------------- */

static void s_rewrite(const struct stepping *x)
{
	heavy(x, HAZ_ID_PT24, "the table is rewritten");
}

static void s_unlogged(const struct stepping *x)
{
	s_rewrite(x);
	(void)told(x, HAZ_ID_PT24_UNLOGGED, SEV_CAUTION, STR(""));
}

static void s_rls(const struct stepping *x)
{
	(void)told(x, HAZ_ID_PT25, SEV_CAUTION, STR(""));
}

static void s_trigger(const struct stepping *x)
{
	(void)told(x, HAZ_ID_PT26, SEV_CAUTION, arena_printf(x->l->w->a,
	    "%s %.*s", pg_step_words[x->s->step], STR_ARG(x->s->column)));
}

static void s_replica(const struct stepping *x)
{
	(void)told(x, HAZ_ID_PT27, SEV_CAUTION, STR(""));
}

static void s_owner(const struct stepping *x)
{
	(void)told(x, HAZ_ID_PT28, SEV_CAUTION, STR("the owner changes"));
}

/* The advice to it is taken, later in the file. */
static bool set_later(const struct stepping *x)
{
	struct work *w = x->l->w;

	for (size_t i = x->l->i + 1; i < w->run->n &&
	    w->file_of[i] == w->file_of[x->l->i]; i++) {
		const struct lens later = lens_of(w, i);

		if (later.g && pg_sets_after_rows(later.g) &&
		    pg_text_names(later.s->sql, x->p->name) &&
		    pg_text_names(later.s->sql, x->s->column))
			return true;
	}
	return false;
}

static void s_identity(const struct stepping *x)
{
	if (x->s->step == PG_STEP_ADD_IDENTITY && set_later(x))
		(void)told(x, HAZ_ID_PT30, SEV_INFO, STR("the setval() that "
		    "follows lets its numbers go on after the rows"));
	else if (!pg_restarts_identity(x->l, x->p, x->s->column))
		(void)told(x, HAZ_ID_PT30, SEV_CAUTION, STR(""));
}

/* Of one plain column: key >= low AND key < high, key IN (list). */
static struct str outside(const struct stepping *x, const struct table *child,
    const struct table *parent)
{
	struct str b = child->partition_bound, key = parent->partition_key;
	size_t open = str_find(key, STR("("), 0);
	size_t to = str_find(b, STR(") TO ("), 0);
	struct str col = str_trim(str_sub(key, open + 1, key.n - 1));
	struct str from = STR("FOR VALUES FROM ("), in = STR("FOR VALUES IN ");

	if (open >= key.n || str_find(col, STR(","), 0) < col.n ||
	    str_find(b, STR("M"), from.n) < b.n)	/* MINVALUE, MAXVALUE */
		return STR_NONE;
	if (str_starts(b, in))
		return arena_printf(x->l->w->a, "%.*s IS NULL OR %.*s NOT IN "
		    "%.*s", STR_ARG(col), STR_ARG(col),
		    STR_ARG(str_sub(b, in.n, b.n)));
	if (!str_starts(b, from) || to == b.n ||
	    str_find(b, STR(","), 0) < b.n)
		return STR_NONE;
	return arena_printf(x->l->w->a, "%.*s IS NULL OR %.*s < %.*s OR %.*s "
	    ">= %.*s", STR_ARG(col), STR_ARG(col),
	    STR_ARG(str_sub(b, from.n, to)), STR_ARG(col),
	    STR_ARG(str_sub(b, to + 6, b.n - 1)));
}

static void s_attach(const struct stepping *x)
{
	struct spot child = spot_obj(x->l, &x->s->partition);
	const struct table *is = x->l->ran && child.now ? model_table(
	    x->l->after, child.schema, child.name) : NULL;
	struct str where = is && x->p->now ? outside(x, is, x->p->now) :
	    STR_NONE;
	struct found *f;

	if (!child.live)
		return;
	f = pg_found(x->l, HAZ_ID_PP2, &child, STR(""));
	if (where.p)
		pg_count(x->l, f, &child, where, where);
}

static void s_detach(const struct stepping *x)
{
	struct spot child = spot_obj(x->l, &x->s->partition);
	struct found *f;

	if (!child.live)
		return;
	f = pg_found(x->l, HAZ_ID_PP3, &child, STR(""));
	pg_say(f, SEV_CAUTION, str_z(f->h.def->title));
}

static void (*const steps[PG_STEP_N])(const struct stepping *) = {
	[PG_STEP_ADD_COLUMN] = s_add_column,
	[PG_STEP_DROP_COLUMN] = s_drop_column,
	[PG_STEP_TYPE] = s_type,
	[PG_STEP_SET_NOT_NULL] = s_set_not_null,
	[PG_STEP_DROP_NOT_NULL] = s_drop_not_null,
	[PG_STEP_DEFAULT] = s_light, [PG_STEP_STORAGE] = s_light,
	[PG_STEP_COMPRESSION] = s_light,
	[PG_STEP_ALTER_CONSTRAINT] = s_light,
	[PG_STEP_STATISTICS] = s_weak, [PG_STEP_SET_OPTIONS] = s_weak,
	[PG_STEP_RESET_OPTIONS] = s_weak, [PG_STEP_SET_REL_OPTIONS] = s_weak,
	[PG_STEP_RESET_REL_OPTIONS] = s_weak, [PG_STEP_CLUSTER_ON] = s_weak,
	[PG_STEP_ADD_CONSTRAINT] = s_add_constraint,
	[PG_STEP_VALIDATE] = s_validate,
	[PG_STEP_DROP_CONSTRAINT] = s_drop_constraint,
	[PG_STEP_LOGGED] = s_rewrite, [PG_STEP_UNLOGGED] = s_unlogged,
	[PG_STEP_ACCESS_METHOD] = s_rewrite, [PG_STEP_TABLESPACE] = s_rewrite,
	[PG_STEP_ENABLE_RLS] = s_rls, [PG_STEP_FORCE_RLS] = s_rls,
	[PG_STEP_DISABLE_RLS] = s_rls,
	[PG_STEP_ENABLE_TRIGGER] = s_trigger,
	[PG_STEP_ENABLE_ALWAYS_TRIGGER] = s_trigger,
	[PG_STEP_ENABLE_REPLICA_TRIGGER] = s_trigger,
	[PG_STEP_ENABLE_TRIGGERS] = s_trigger,
	[PG_STEP_ENABLE_USER_TRIGGERS] = s_trigger,
	[PG_STEP_DISABLE_TRIGGER] = s_trigger,
	[PG_STEP_DISABLE_TRIGGERS] = s_trigger,
	[PG_STEP_DISABLE_USER_TRIGGERS] = s_trigger,
	[PG_STEP_REPLICA_IDENTITY] = s_replica, [PG_STEP_OWNER] = s_owner,
	[PG_STEP_ADD_IDENTITY] = s_identity,
	[PG_STEP_SET_IDENTITY] = s_identity,
	[PG_STEP_DROP_IDENTITY] = s_identity,
	[PG_STEP_DROP_EXPRESSION] = s_identity,
	[PG_STEP_ATTACH] = s_attach, [PG_STEP_DETACH] = s_detach,
};

/* Where it was not run no model tells of it. */
static void of_type(const struct lens *l)
{
	const struct pg_obj *o = &l->g->objs[0];

	for (size_t i = 0; !l->ran && i < l->before->nobjs; i++) {
		const struct obj *t = l->before->objs[i];

		if (t->kind != OBJ_COMPOSITE || !str_eq(t->name, o->name) ||
		    (o->schema.n && !str_eq(t->schema, o->schema)))
			continue;
		for (size_t k = 0; k < l->g->nsubs; k++)
			if (l->g->subs[k].step == PG_STEP_DROP_COLUMN)
				pg_detect_attribute(l, t,
				    l->g->subs[k].column);
	}
}

void pg_detect_alter(const struct lens *l)
{
	struct spot p;

	if (l->g->kind == PG_ALTER_TABLE && l->g->nobjs &&
	    l->g->objs[0].kind == OBJ_COMPOSITE)
		of_type(l);
	if (l->g->kind != PG_ALTER_TABLE || !l->g->nobjs ||
	    l->g->objs[0].kind != OBJ_TABLE)
		return;
	p = spot_obj(l, &l->g->objs[0]);
	if (!p.live)
		return;
	for (size_t i = 0; i < l->g->nsubs; i++)
		if (steps[l->g->subs[i].step])
			steps[l->g->subs[i].step](&(struct stepping){ l, &p,
			    &l->g->subs[i] });
}
