/*
 * What hangs on tables and views: indexes, constraints, triggers, rules,
 * policies, extended statistics; and what views read.
 *
 * The columns of a key are its index's, in the index's order: that is the one
 * in which they were written.
 */
#include <stdlib.h>

#include "drv/pg/introspect.h"
#include "drv/pg/scratch.h"

static struct str column_name(const struct pg_rel *rel, int64_t attnum)
{
	return attnum >= 1 && attnum <= rel->natts ?
	    rel->att[attnum - 1].name : STR("");
}

static struct strs column_names(struct pg_build *b, const struct pg_rel *rel,
    const int64_t *v, size_t n)
{
	struct str *names = arena_array(b->a, struct str, n);

	for (size_t i = 0; i < n; i++)
		names[i] = column_name(rel, v[i]);
	return (struct strs){ names, n };
}

static struct strs cat_columns(struct pg_build *b, int row, int col,
    const struct pg_rel *rel)
{
	size_t n;
	const int64_t *v = cat_numbers(b, row, col, &n);

	return column_names(b, rel, v, n);
}

static struct obj hung(const struct pg_rel *rel, enum obj_kind kind,
    struct str name)
{
	return (struct obj){ .kind = kind, .schema = rel->schema,
	    .table = rel->name, .name = name };
}

static void add_hung(struct pg_build *b, const struct pg_rel *rel, void *o,
    enum pg_class_id class, int row)
{
	cat_add(b, o, class, cat_oid(b, row, 0), STR(""), (struct strs){ 0 },
	    rel->managed);
}

/* --- indexes ------------------------------------------------------------- */

void pg_build_opclasses(struct pg_build *b)
{
	for (int i = 0; i < PQntuples(b->r); i++) {
		struct pg_opclass *o = arena_new_of(b->tmp, struct pg_opclass);

		*o = (struct pg_opclass){ .name = cat_text(b, i, 1),
		    .method = cat_oid(b, i, 2), .type = cat_oid(b, i, 3),
		    .dflt = cat_bool(b, i, 4) };
		pg_oids_put(&b->opclasses, b->tmp, cat_oid(b, i, 0), o);
		vec_push(b->tmp, &b->opclass_list, o);
	}
}

void pg_build_collations(struct pg_build *b)
{
	for (int i = 0; i < PQntuples(b->r); i++) {
		struct str *name = arena_new_of(b->tmp, struct str);

		*name = cat_text(b, i, 1);
		pg_oids_put(&b->collations, b->tmp, cat_oid(b, i, 0), name);
	}
}

/*
 * "" where it goes without saying: the default of the column's type, or that
 * of a type which takes it (text for varchar) unless it has one of its own.
 */
static struct str opclass_name(const struct pg_build *b, uint32_t oid,
    uint32_t type)
{
	const struct pg_opclass *o = pg_oids_get(&b->opclasses, oid);

	if (!o)
		return STR("");
	if (!o->dflt)
		return o->name;
	for (size_t i = 0; type && o->type != type && i < b->opclass_list.n;
	    i++) {
		const struct pg_opclass *x = b->opclass_list.v[i];

		if (x->dflt && x->method == o->method && x->type == type)
			return o->name;
	}
	return STR("");
}

enum { INDOPTION_DESC = 1, INDOPTION_NULLS_FIRST = 2, DEFAULT_COLLATION = 100 };

struct index_row {
	int row;
	size_t nkey, nall, n;
	int64_t *attnum, *opclass, *collation, *option;
	struct strs exprs, options;	/* empty unless there are some */
};

static struct index_part index_part(struct pg_build *b,
    const struct pg_rel *rel, const struct index_row *r, size_t i)
{
	const struct pg_att *att = r->attnum[i] >= 1 &&
	    r->attnum[i] <= rel->natts ? &rel->att[r->attnum[i] - 1] : NULL;
	uint32_t own = att ? att->collation : DEFAULT_COLLATION;
	const struct str *collation = pg_oids_get(&b->collations,
	    (uint32_t)r->collation[i]);
	struct index_part p = {
		.column = att ? att->name : STR(""),
		.expr = !att && i < r->exprs.n ? r->exprs.v[i] : STR(""),
		.collation = collation && (uint32_t)r->collation[i] != own ?
		    *collation : STR(""),
		.opclass = opclass_name(b, (uint32_t)r->opclass[i],
		    att ? att->type : 0),
		.desc = r->option[i] & INDOPTION_DESC,
		.nulls_first = r->option[i] & INDOPTION_NULLS_FIRST,
	};

	if (i < r->options.n && r->options.v[i].n) {
		const struct pg_opclass *o = pg_oids_get(&b->opclasses,
		    (uint32_t)r->opclass[i]);

		p.opclass = arena_printf(b->a, "%.*s (%.*s)",
		    STR_ARG(o ? o->name : p.opclass),
		    STR_ARG(r->options.v[i]));
	}
	return p;
}

static void part_text(struct sbuf *text, const struct index_part *p)
{
	sbuf_add(text, p->column.n ? p->column : p->expr);
	if (p->collation.n) {
		SQL(text, " collate ");
		sbuf_add(text, p->collation);
	}
	if (p->opclass.n) {
		sbuf_addc(text, ' ');
		sbuf_add(text, p->opclass);
	}
	if (p->desc)
		SQL(text, " desc");
	if (p->nulls_first != p->desc)
		sbuf_addz(text, p->desc ? " nulls last" : " nulls first");
}

static void index_parts(struct pg_build *b, const struct pg_rel *rel,
    const struct index_row *r, struct index *x)
{
	struct sbuf text = SBUF_TEXT;

	x->nparts = r->nkey;
	x->parts = arena_array(b->a, struct index_part, x->nparts);
	for (size_t i = 0; i < x->nparts; i++) {
		x->parts[i] = index_part(b, rel, r, i);
		if (i)
			sbuf_addz(&text, ", ");
		part_text(&text, &x->parts[i]);
	}
	x->parts_text = arena_str(b->a, sbuf_str(&text));
	sbuf_free(&text);
}

/* What belongs together, or false where a list is shorter than the key. */
static bool index_row(struct pg_build *b, int i, struct index_row *r)
{
	size_t nopclass, ncollation, noption;

	*r = (struct index_row){ .row = i };
	r->attnum = cat_numbers(b, i, 8, &r->nall);
	r->opclass = cat_numbers(b, i, 9, &nopclass);
	r->collation = cat_numbers(b, i, 10, &ncollation);
	r->option = cat_numbers(b, i, 11, &noption);
	r->nkey = (size_t)cat_int(b, i, 7);
	if (!cat_null(b, i, 18))
		r->exprs = cat_array(b, i, 18);
	if (!cat_null(b, i, 19))
		r->options = cat_array(b, i, 19);
	return r->nkey <= r->nall && r->nkey <= nopclass &&
	    r->nkey <= ncollation && r->nkey <= noption;
}

static void one_index(struct pg_build *b, struct pg_rel *rel,
    const struct index_row *r)
{
	struct pg_index *wait = arena_new_of(b->tmp, struct pg_index);
	struct index *x = arena_new_of(b->a, struct index);
	int i = r->row;

	x->o = hung(rel, OBJ_INDEX, cat_text(b, i, 1));
	x->origin = 'c';
	x->unique = cat_bool(b, i, 3);
	x->invalid = !cat_bool(b, i, 4);
	x->nulls_not_distinct = cat_bool(b, i, 6);
	x->method = cat_text(b, i, 13);
	x->options = cat_options(b, i, 14);
	x->inherited = cat_bool(b, i, 15);
	x->bytes = cat_int(b, i, 16);
	x->where = cat_text(b, i, 17);
	x->sql = STR("");
	index_parts(b, rel, r, x);
	x->include = column_names(b, rel, r->attnum + r->nkey,
	    r->nall - r->nkey);
	if (rel->t && cat_bool(b, i, 5))
		rel->t->replica_index = x->o.name;
	*wait = (struct pg_index){ .x = x, .key = column_names(b, rel,
	    r->attnum, r->nkey) };
	pg_oids_put(&b->indexes, b->tmp, cat_oid(b, i, 0), wait);
	add_hung(b, rel, x, PG_CLASS_REL, i);
	if (!cat_null(b, i, 20))
		cat_settings(b, &x->o, cat_array(b, i, 20));
}

void pg_build_indexes(struct pg_build *b)
{
	for (int i = 0; i < PQntuples(b->r); i++) {
		struct pg_rel *rel = cat_rel(b, i, 2);
		struct index_row r;

		if (rel && index_row(b, i, &r))
			one_index(b, rel, &r);
	}
}

/* --- constraints --------------------------------------------------------- */

static void build_key(struct pg_build *b, int i, struct pg_rel *rel)
{
	bool primary = cat_char(b, i, 3) == 'p';
	struct pg_index *of = pg_oids_get(&b->indexes, cat_oid(b, i, 9));
	struct key *k = arena_new_of(b->a, struct key);

	k->label = cat_text(b, i, 1);
	k->o = hung(rel, primary ? OBJ_PK : OBJ_UNIQUE, k->label);
	k->conflict = STR("");
	k->cols = of ? of->key : cat_columns(b, i, 14, rel);
	if (of) {
		of->x->origin = primary ? 'p' : 'u';
		k->include = of->x->include;
		k->nulls_not_distinct = of->x->nulls_not_distinct;
	}
	k->deferrable = cat_bool(b, i, 4);
	k->initially_deferred = cat_bool(b, i, 5);
	k->inherited = cat_bool(b, i, 17);
	for (size_t n = 0; primary && n < k->cols.n; n++)
		for (int at = 0; at < rel->natts; at++)
			if (rel->att[at].col &&
			    str_eq(rel->att[at].name, k->cols.v[n]))
				rel->att[at].col->pk_pos = (int)n + 1;
	add_hung(b, rel, k, PG_CLASS_CONSTRAINT, i);
}

static void build_check(struct pg_build *b, int i, struct pg_rel *rel)
{
	struct check *c = arena_new_of(b->a, struct check);

	c->label = cat_text(b, i, 1);
	c->o = hung(rel, OBJ_CHECK, c->label);
	c->expr = cat_text(b, i, 18);
	c->column = STR("");
	c->not_valid = !cat_bool(b, i, 6);
	c->inherited = !cat_bool(b, i, 7);
	c->no_inherit = cat_bool(b, i, 8);
	add_hung(b, rel, c, PG_CLASS_CONSTRAINT, i);
}

static void build_exclude(struct pg_build *b, int i, struct pg_rel *rel)
{
	struct pg_index *of = pg_oids_get(&b->indexes, cat_oid(b, i, 9));
	struct exclude *x = arena_new_of(b->a, struct exclude);

	x->o = hung(rel, OBJ_EXCLUDE, cat_text(b, i, 1));
	x->def = cat_text(b, i, 18);
	x->inherited = cat_bool(b, i, 17);
	if (of)
		of->x->origin = 'x';
	add_hung(b, rel, x, PG_CLASS_CONSTRAINT, i);
}

static struct str action(char c)
{
	switch (c) {
	case 'r':
		return STR("RESTRICT");
	case 'c':
		return STR("CASCADE");
	case 'n':
		return STR("SET NULL");
	case 'd':
		return STR("SET DEFAULT");
	default:
		return STR("NO ACTION");
	}
}

static void build_fk(struct pg_build *b, int i, struct pg_rel *rel)
{
	struct pg_rel *to = cat_rel(b, i, 10);
	struct fk *f = arena_new_of(b->a, struct fk);
	char match = cat_char(b, i, 13);

	f->label = cat_text(b, i, 1);
	f->o = hung(rel, OBJ_FK, f->label);
	f->cols = cat_columns(b, i, 14, rel);
	f->ref_schema = to ? to->schema : STR("");
	f->ref_table = to ? to->name : STR("");
	if (to)
		f->ref_cols = cat_columns(b, i, 15, to);
	f->on_update = action(cat_char(b, i, 11));
	f->on_delete = action(cat_char(b, i, 12));
	f->match = match == 'f' ? STR("FULL") : match == 'p' ?
	    STR("PARTIAL") : STR("");
	f->deferrable = cat_bool(b, i, 4);
	f->initially_deferred = cat_bool(b, i, 5);
	f->not_valid = !cat_bool(b, i, 6);
	if (!cat_null(b, i, 16))
		f->set_cols = cat_columns(b, i, 16, rel);
	f->inherited = cat_bool(b, i, 17);
	add_hung(b, rel, f, PG_CLASS_CONSTRAINT, i);
}

void pg_build_constraints(struct pg_build *b)
{
	static const struct {
		char type;
		void (*build)(struct pg_build *, int, struct pg_rel *);
	} kinds[] = { { 'p', build_key }, { 'u', build_key },
		{ 'c', build_check }, { 'x', build_exclude },
		{ 'f', build_fk } };

	for (int i = 0; i < PQntuples(b->r); i++) {
		struct pg_rel *rel = cat_rel(b, i, 2);
		char type = cat_char(b, i, 3);

		for (size_t k = 0; rel && rel->t &&
		    k < sizeof(kinds) / sizeof(*kinds); k++)
			if (kinds[k].type == type)
				kinds[k].build(b, i, rel);
	}
}

/* --- triggers, rules, policies, statistics ---------------------------------- */

void pg_build_triggers(struct pg_build *b)
{
	for (int i = 0; i < PQntuples(b->r); i++) {
		struct pg_rel *rel = cat_rel(b, i, 2);
		struct trigger *t = arena_new_of(b->a, struct trigger);

		if (!rel)
			continue;
		t->o = hung(rel, OBJ_TRIGGER, cat_text(b, i, 1));
		t->enabled = cat_char(b, i, 3);
		t->sql = cat_text(b, i, 4);
		t->before_update = cat_bool(b, i, 5);
		t->update_of = cat_array(b, i, 6);
		add_hung(b, rel, t, PG_CLASS_TRIGGER, i);
	}
}

void pg_build_rules(struct pg_build *b)
{
	for (int i = 0; i < PQntuples(b->r); i++) {
		struct pg_rel *rel = cat_rel(b, i, 2);
		struct def *d = arena_new_of(b->a, struct def);
		struct str sql = str_trim(cat_cell(b, i, 3));

		if (!rel)
			continue;
		if (str_ends(sql, STR(";")))
			sql = str_sub(sql, 0, sql.n - 1);
		d->o = hung(rel, OBJ_RULE, cat_text(b, i, 1));
		d->sql = arena_str(b->a, sql);
		add_hung(b, rel, d, PG_CLASS_REWRITE, i);
	}
}

static struct str command(char c)
{
	switch (c) {
	case 'r':
		return STR("SELECT");
	case 'a':
		return STR("INSERT");
	case 'w':
		return STR("UPDATE");
	case 'd':
		return STR("DELETE");
	default:
		return STR("ALL");
	}
}

void pg_build_policies(struct pg_build *b)
{
	for (int i = 0; i < PQntuples(b->r); i++) {
		struct pg_rel *rel = cat_rel(b, i, 2);
		struct policy *p = arena_new_of(b->a, struct policy);

		if (!rel)
			continue;
		p->o = hung(rel, OBJ_POLICY, cat_text(b, i, 1));
		p->restrictive = !cat_bool(b, i, 3);
		p->command = command(cat_char(b, i, 4));
		p->roles = cat_array(b, i, 5);
		if (b->scratch)
			p->roles = pg_scratch_roles(b->scratch, p->roles,
			    b->a);
		p->using_expr = cat_text(b, i, 6);
		p->check_expr = cat_text(b, i, 7);
		add_hung(b, rel, p, PG_CLASS_POLICY, i);
	}
}

void pg_build_statistics(struct pg_build *b)
{
	for (int i = 0; i < PQntuples(b->r); i++) {
		struct pg_rel *rel = cat_rel(b, i, 2);
		struct def *d = arena_new_of(b->a, struct def);

		if (!rel)
			continue;
		d->o = hung(rel, OBJ_STATISTICS, cat_text(b, i, 1));
		d->sql = cat_text(b, i, 3);
		cat_add(b, d, PG_CLASS_STATISTICS, cat_oid(b, i, 0),
		    cat_text(b, i, 4), (struct strs){ 0 }, rel->managed);
	}
}

/* --- what views read ------------------------------------------------------ */

/* Rows of one view follow each other. */
void pg_build_needs(struct pg_build *b)
{
	struct pg_rel *of = NULL;
	VEC(struct str) list = { 0 };

	for (int i = 0; i < PQntuples(b->r); i++) {
		struct pg_rel *rel = cat_rel(b, i, 0);
		struct pg_rel *to = cat_rel(b, i, 1);

		if (!rel || !rel->v || !to)
			continue;
		if (rel != of) {
			of = rel;
			list.v = NULL;
			list.n = list.cap = 0;
		}
		vec_push(b->a, &list, arena_printf(b->a, "%.*s.%.*s",
		    STR_ARG(to->schema), STR_ARG(to->name)));
		rel->v->needs = (struct strs){ list.v, list.n };
	}
}
