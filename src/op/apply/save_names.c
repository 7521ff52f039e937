/* save_names: SQL's words, columns and keys, and what things were called
 * before the step: see save.h. */
#include "dialect/pg/pg.h"
#include "op/apply/save.h"

#define WITNESSES 5

const struct save_words save_words[DIALECT_N] = {
	[DIALECT_SQLITE] = {
		.text = "", .same = " IS ", .differs = " IS NOT ",
		.stage = "temp.\"weir_saved\"",
		.stage_make = "CREATE TEMP TABLE \"weir_saved\" (",
		.stage_type = "", .stage_end = ")", .overriding = "",
		.defer = "PRAGMA defer_foreign_keys = 1", .settle = "",
		.bare = "+", .insert = "INSERT OR IGNORE INTO ",
		.insert_end = "", .update = "UPDATE OR IGNORE ",
		.only = "", .cut = "substr(CAST(", .cut_end = " AS TEXT), 1, 80)",
		.numbers = true,
	},
	[DIALECT_PG] = {
		.text = "::pg_catalog.text COLLATE pg_catalog.\"C\"",
		.same = " IS NOT DISTINCT FROM ",
		.differs = " IS DISTINCT FROM ",
		.stage = "pg_temp.\"weir_saved\"",
		.stage_make = "CREATE TEMP TABLE \"weir_saved\" (",
		.stage_type = " pg_catalog.text", .stage_end =
		    ") ON COMMIT DROP",
		.overriding = " OVERRIDING SYSTEM VALUE",
		/* joined with the stage in one go, a third faster */
		.defer = "SET CONSTRAINTS ALL DEFERRED; SELECT"
		    " pg_catalog.set_config('work_mem', '64MB', true) WHERE"
		    " pg_catalog.pg_size_bytes(pg_catalog.current_setting("
		    "'work_mem')) OPERATOR(pg_catalog.<) 67108864",
		.settle = "SET CONSTRAINTS ALL IMMEDIATE;"
		    " SET LOCAL work_mem TO DEFAULT",
		.bare = "", .insert = "INSERT INTO ",
		.insert_end = " ON CONFLICT DO NOTHING", .update = "UPDATE ",
		.only = "ONLY ", .cut = "pg_catalog.left(", .cut_end =
		    "::pg_catalog.text COLLATE pg_catalog.\"C\", 80)",
	},
};

/* --- columns and keys ------------------------------------------------------------- */

void save_columns(struct sbuf *b, enum dialect_id id, const char *prefix,
    struct strs cols, const char *after)
{
	for (size_t i = 0; i < cols.n; i++) {
		if (i)
			SQL(b, ", ");
		sbuf_addz(b, prefix);
		dialect_of(id)->ident(b, cols.v[i]);
		sbuf_addz(b, after);
	}
}

struct strs stored_columns(const struct table *t, struct arena *a)
{
	VEC(struct str) v = { 0 };

	for (size_t i = 0; i < t->ncols; i++)
		if (t->cols[i]->generated == GEN_NONE && !t->cols[i]->hidden)
			vec_push(a, &v, t->cols[i]->o.name);
	return (struct strs){ v.v, v.n };
}

struct str number_name(enum dialect_id id, const struct table *t)
{
	const char *const *names = dialect_of(id)->rowids;

	if (!save_words[id].numbers || t->without_rowid)
		return STR("");
	for (; names && *names; names++)
		if (!table_column(t, str_z(*names)))
			return str_z(*names);
	return STR("");
}

struct strs save_row_key(struct apply *ap, const struct table *t)
{
	struct strs key;
	struct str number = number_name(ap->base->dialect, t);

	table_key(t, &key);
	if (key.n || !number.n)
		return key;
	return (struct strs){ arena_copy(ap->a, &number, sizeof(number)), 1 };
}

struct strs save_cell_key(struct apply *ap, const struct table *t,
    struct strs taken)
{
	struct strs key;

	table_key(t, &key);
	if (key.n)
		return key;
	return strs_joined(save_row_key(ap, t),
	    strs_without(stored_columns(t, ap->a), taken, ap->a), ap->a);
}

/* --- names --------------------------------------------------------------------------- */

static uint32_t oid_of(const struct table *t)
{
	return t->o.notes ? t->o.notes->oid : 0;
}

/* The same table before the step, by the server's own number. */
static const struct table *numbered(const struct saver *s,
    const struct table *t)
{
	for (size_t i = 0; oid_of(t) && i < s->first->ntables; i++)
		if (oid_of(s->first->tables[i]) == oid_of(t))
			return s->first->tables[i];
	return NULL;
}

struct str save_table_was(const struct saver *s, struct str now)
{
	for (size_t i = s->renamed.n; i-- > 0;)
		if (!s->renamed.v[i].column.n &&
		    str_ieq(s->renamed.v[i].table, now))
			return s->renamed.v[i].was;
	return now;
}

/* table: as it was called before the step. */
static struct str column_was(const struct saver *s, struct str table,
    struct str now)
{
	for (size_t i = s->renamed.n; i-- > 0;)
		if (s->renamed.v[i].column.n &&
		    str_eq(s->renamed.v[i].table, table) &&
		    str_ieq(s->renamed.v[i].column, now))
			return s->renamed.v[i].was;
	return now;
}

struct obj save_was(const struct saver *s, const struct table *t)
{
	const struct table *x = numbered(s, t);
	struct obj o = x ? x->o : t->o;

	if (!x)
		o.name = save_table_was(s, t->o.name);
	return o;
}

struct strs save_columns_were(struct apply *ap, const struct table *t,
    struct strs now)
{
	struct str table = save_was(ap->saver, t).name;
	struct str *v = arena_array(ap->a, struct str, now.n + 1);

	for (size_t i = 0; i < now.n; i++)
		v[i] = column_was(ap->saver, table, now.v[i]);
	return (struct strs){ v, now.n };
}

const struct table *save_table_before(struct apply *ap,
    const struct stmt *st, struct str name)
{
	const struct table *t = model_table(st->run->before, STR(""), name);

	if (!t || t->type != TABLE_ORDINARY ||
	    ap->d->ops->dialect->is_foreign(&t->o) ||
	    is_tracking(ap->track_table, &t->o) ||
	    strs_has((struct strs){ ap->saver->made.v, ap->saver->made.n },
	    t->o.name))
		return NULL;
	return t;
}

bool save_stood(struct apply *ap, const struct table *t)
{
	return (t->type == TABLE_ORDINARY || t->type == TABLE_PARTITIONED) &&
	    !ap->d->ops->dialect->is_foreign(&t->o) &&
	    !is_tracking(ap->track_table, &t->o) && numbered(ap->saver, t);
}

/* ALTER TABLE … RENAME COLUMN, by what the statement says: a column has no
 * number in the models. */
static void follow_column(struct apply *ap, const struct stmt *st)
{
	const struct pg_stmt *g = st->run->facts.pg;
	struct saver *s = ap->saver;
	const struct table *t = NULL;

	if (g->kind != PG_RENAME || g->nobjs != 1 ||
	    g->objs[0].kind != OBJ_COLUMN)
		return;
	for (size_t i = 0; i < st->run->before->ntables && !t; i++) {
		const struct table *x = st->run->before->tables[i];

		if (str_eq(x->o.name, g->objs[0].table) &&
		    (!g->objs[0].table_schema.n || str_eq(x->o.schema,
		    g->objs[0].table_schema)))
			t = x;
	}
	if (t)
		vec_push(ap->a, &s->renamed, (struct renamed){
		    .table = save_was(s, t).name, .column = g->new_name,
		    .was = column_was(s, save_was(s, t).name,
		    g->objs[0].name) });
}

/* --- witnesses ----------------------------------------------------------------------- */

void save_cut(struct sbuf *b, enum dialect_id id, const char *prefix,
    struct str col)
{
	sbuf_addz(b, save_words[id].cut);
	sbuf_addz(b, prefix);
	dialect_of(id)->ident(b, col);
	sbuf_addz(b, save_words[id].cut_end);
}

static bool is_unique(const struct table *t, struct str col)
{
	for (size_t i = 0; i < t->nuniques; i++)
		if (t->uniques[i]->cols.n == 1 &&
		    str_eq(t->uniques[i]->cols.v[0], col))
			return true;
	for (size_t i = 0; i < t->nindexes; i++)
		if (t->indexes[i]->unique && t->indexes[i]->nparts == 1 &&
		    !t->indexes[i]->where.n &&
		    str_eq(t->indexes[i]->parts[0].column, col))
			return true;
	return false;
}

static bool refers(const struct table *t, struct str col)
{
	for (size_t i = 0; i < t->nfks; i++)
		if (strs_has(t->fks[i]->cols, col))
			return true;
	return false;
}

/* Many rows have the same: a key of another table, a constant default. */
static bool is_common(const struct table *t, const struct column *c)
{
	if (refers(t, c->o.name))
		return true;
	return c->has_default && !str_ends(c->dflt, STR(")")) &&
	    !str_ieq(str_sub(c->dflt, 0, 8), STR("CURRENT_"));
}

static int witness_rank(const struct table *t, const struct column *c)
{
	if (is_unique(t, c->o.name))
		return c->notnull ? 0 : 1;
	return is_common(t, c) ? 2 : 1;
}

/* A number that another row may be given: no sequence's, and among several
 * columns none that says of what other row. */
static bool is_given_again(const struct dialect *d, const struct table *t,
    struct strs key)
{
	for (size_t i = 0; i < key.n; i++) {
		const struct column *c = table_column(t, key.v[i]);

		if (c && d->is_numeric(c->type) && !c->sequence.n &&
		    c->identity == IDENTITY_NONE &&
		    !(t->pk && t->pk->autoincrement) &&
		    (key.n == 1 || !refers(t, c->o.name)))
			return true;
	}
	return false;
}

struct strs save_witnesses(struct apply *ap, const struct table *t,
    struct strs key, struct strs taken, int64_t *agree)
{
	struct obj was = save_was(ap->saver, t);
	const struct table *first = model_table(ap->saver->first, was.schema,
	    was.name);
	struct strs all = strs_without(strs_without(stored_columns(t, ap->a),
	    key, ap->a), taken, ap->a);
	struct strs then = save_columns_were(ap, t, all);
	VEC(struct str) v = { 0 };

	if (!is_given_again(ap->d->ops->dialect, t, key))
		return (struct strs){ NULL, 0 };
	for (int rank = 0; rank <= 2 && !v.n; rank++) {
		for (size_t i = 0; i < all.n && v.n < WITNESSES; i++)
			if (witness_rank(t, table_column(t, all.v[i])) == rank &&
			    (!first || table_column(first, then.v[i])))
				vec_push(ap->a, &v, all.v[i]);
		*agree = rank ? (int64_t)v.n / 2 + 1 : 1;
	}
	return (struct strs){ v.v, v.n };
}

void save_beside(struct apply *ap, const struct table *t, struct strs key,
    struct strs taken, struct strs all, struct saved *o, struct sbuf *b)
{
	struct strs beside = save_witnesses(ap, t, key, taken, &o->agree);

	o->witnesses = save_columns_were(ap, t, beside);
	for (size_t i = 0; i < beside.n; i++)
		for (size_t k = 0; k < all.n; k++) {
			if (!str_eq(all.v[k], beside.v[i]))
				continue;
			SQL(b, ", ");
			save_cut(b, ap->base->dialect, "w.",
			    arena_printf(ap->a, "c%zu", k));
		}
}

/* --- what a statement renamed ------------------------------------------------------------ */

void save_follow(struct apply *ap, const struct stmt *st)
{
	struct saver *s = ap->saver;
	struct altered al;

	if (st->run->facts.pg) {
		follow_column(ap, st);
		return;
	}
	if (st->run->facts.verb == VERB_CREATE_TABLE)
		vec_push(ap->a, &s->made, st->run->facts.object);
	altered_find(st->run, &al);
	if (al.renamed && !strs_has((struct strs){ s->made.v, s->made.n },
	    al.was->o.name))
		vec_push(ap->a, &s->renamed, (struct renamed){
		    .table = al.is->o.name, .column = STR(""),
		    .was = save_table_was(s, al.was->o.name) });
	else if (al.from && al.to)
		vec_push(ap->a, &s->renamed, (struct renamed){
		    .table = save_table_was(s, al.is->o.name),
		    .column = al.to->o.name,
		    .was = column_was(s, save_table_was(s, al.was->o.name),
		    al.from->o.name) });
}

bool save_loses(const struct stmt *st)
{
	for (size_t i = 0; i < st->nhaz; i++)
		if (st->haz[i].def->cls == HAZ_LOSS && st->haz[i].rows != 0)
			return true;
	return false;
}
