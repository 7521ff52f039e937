/*
 * pg_tables: SQL of tables, their constraints, indexes and columns
 * (sqlgenerator.ts, drizzle-spec §5.3).
 */
#include "decl/pg.h"

/* --- tables -------------------------------------------------------------- */

static struct str nulls(const struct decl_key *k)
{
	return k->nulls_not_distinct ? STR(" NULLS NOT DISTINCT") : STR("");
}

void pgw_enable_rls(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" ENABLE ROW LEVEL SECURITY;"));
}

void pgw_disable_rls(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER TABLE "), TABLE(s),
	    Z(" DISABLE ROW LEVEL SECURITY;"));
}

/* The composite key is the first one's columns under the name that the
 * unsquashed first one has in the snapshot. */
static struct str table_keys(struct pg_work *w, const struct pg_table *t,
    struct str text)
{
	const struct pg_texts *pks = &t->part[PG_PKS];
	const struct pg_texts *uniques = &t->part[PG_UNIQUES];

	if (pks->n) {
		struct decl_key k = pg_take_pk(&w->q, pks->v[0].text);
		size_t i = 0;

		while (i < pks->n && !str_eq(pks->v[i].key, k.name))
			i++;
		if (i == pks->n)
			pg_dies(w, "key", pks->v[0].key);
		text = SQL_OF(w, RAW(text), Z(",\n\tCONSTRAINT "), ID(k.name),
		    Z(" PRIMARY KEY("), RAW(pg_id_list(w, k.cols)), Z(")"));
	}
	for (size_t i = 0; i < uniques->n; i++) {
		struct decl_key k = pg_take_unique(&w->q,
		    uniques->v[i].text);

		text = SQL_OF(w, RAW(text), Z(",\n\tCONSTRAINT "), ID(k.name),
		    Z(" UNIQUE"), RAW(nulls(&k)), Z("("),
		    RAW(pg_id_list(w, k.cols)), Z(")"));
	}
	return text;
}

void pgw_create_table(struct pg_work *w, const struct pg_st *s)
{
	const struct pg_table *t = s->t;
	const struct pg_texts *checks = &t->part[PG_CHECKS];
	struct str text = SQL_OF(w, Z("CREATE TABLE "), TABLE(s), Z(" (\n"));

	for (size_t i = 0; i < t->ncols; i++)
		text = SQL_OF(w, RAW(text), RAW(i ? STR(",\n\t") : STR("\t")),
		    RAW(pgd_column_text(w, s->schema, s->table, &t->cols[i],
		    true)));
	text = table_keys(w, t, text);
	for (size_t i = 0; i < checks->n; i++) {
		struct decl_check c = pg_take_check(&w->q,
		    checks->v[i].text);

		pg_marked(w, c.name, c.value, ";");
		text = SQL_OF(w, RAW(text), Z(",\n\tCONSTRAINT "), ID(c.name),
		    Z(" CHECK ("), RAW(c.value), Z(")"));
	}
	SAY(w, RAW(text), Z("\n);\n"));
	if (t->part[PG_POLICIES].n || t->rls)
		pgw_enable_rls(w, s);
}

void pg_drop_policy(struct pg_work *w, const struct pg_st *s,
    struct str text)
{
	struct decl_policy p;

	if (!pg_take_policy(&w->q, text, &p)) {
		pg_dies(w, "a policy of", s->table);
		return;
	}
	SAY(w, Z("DROP POLICY "), ID(p.name), Z(" ON "), TABLE(s),
	    Z(" CASCADE;"));
}

void pgw_drop_table(struct pg_work *w, const struct pg_st *s)
{
	const struct pg_texts *policies = &s->t->part[PG_POLICIES];

	for (size_t i = 0; i < policies->n; i++)
		if (!pg_policy_gone(w, s, policies->v[i].text))
			pg_drop_policy(w, s, policies->v[i].text);
	SAY(w, Z("DROP TABLE "), TABLE(s), Z(" CASCADE;"));
}

void pgw_move_table(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" SET SCHEMA "), ID(s->to),
	    Z(";\n"));
}

void pgw_rename_table(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" RENAME TO "), ID(s->to),
	    Z(";"));
}

void pgw_rename_column(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" RENAME COLUMN "), ID(s->name),
	    Z(" TO "), ID(s->to), Z(";"));
}

void pgw_add_column(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" ADD COLUMN "),
	    RAW(pgd_column_text(w, s->schema, s->table, s->col, false)),
	    Z(";"));
}

void pgw_drop_column(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" DROP COLUMN "), ID(s->name),
	    Z(";"));
}

/* --- constraints --------------------------------------------------------- */

static void drop_constraint(struct pg_work *w, const struct pg_st *s,
    struct str name, const char *end)
{
	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" DROP CONSTRAINT "), ID(name),
	    RAW(str_z(end)));
}

void pgw_drop_unique(struct pg_work *w, const struct pg_st *s)
{
	drop_constraint(w, s, pg_take_unique(&w->q, s->text).name, ";");
}

void pgw_drop_check(struct pg_work *w, const struct pg_st *s)
{
	drop_constraint(w, s, pg_take_check(&w->q, s->text).name, ";");
}

/* DROP TABLE … CASCADE of this step took the reference along. */
static bool is_gone(struct pg_work *w, const struct decl_fk *f)
{
	struct str to = pg_key(w->a, f->schema_to, f->table_to);

	for (size_t i = 0; i < w->st.n; i++)
		if (w->st.v[i].kind == K_DROP_TABLE &&
		    str_eq(w->st.v[i].t->old_key, to))
			return true;
	return false;
}

void pgw_drop_fk(struct pg_work *w, const struct pg_st *s)
{
	struct decl_fk f = pg_take_fk(&w->q, s->text);

	if (w->safe && is_gone(w, &f))
		decl_differs(w->j, DECL_D_REFERENCE_GONE, arena_printf(w->a,
		    "%.*s.%.*s", STR_ARG(s->table), STR_ARG(f.name)));
	else
		drop_constraint(w, s, f.name, ";\n");
}

void pgw_drop_pk(struct pg_work *w, const struct pg_st *s)
{
	drop_constraint(w, s, pg_take_pk(&w->q, s->text).name, ";");
}

void pgw_add_unique(struct pg_work *w, const struct pg_st *s)
{
	struct decl_key k = pg_take_unique(&w->q, s->text);

	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" ADD CONSTRAINT "), ID(k.name),
	    Z(" UNIQUE"), RAW(nulls(&k)), Z("("), RAW(pg_id_list(w, k.cols)),
	    Z(");"));
}

void pgw_add_check(struct pg_work *w, const struct pg_st *s)
{
	struct decl_check c = pg_take_check(&w->q, s->text);

	pg_marked(w, c.name, c.value, ";");
	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" ADD CONSTRAINT "), ID(c.name),
	    Z(" CHECK ("), RAW(c.value), Z(");"));
}

void pgw_add_pk(struct pg_work *w, const struct pg_st *s)
{
	struct decl_key k = pg_take_pk(&w->q, s->text);

	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" ADD CONSTRAINT "), ID(k.name),
	    Z(" PRIMARY KEY("), RAW(pg_id_list(w, k.cols)), Z(");"));
}

void pgw_alter_pk(struct pg_work *w, const struct pg_st *s)
{
	struct decl_key k = pg_take_pk(&w->q, s->text);

	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" DROP CONSTRAINT "),
	    ID(pg_take_pk(&w->q, s->old).name),
	    Z(";\n--> statement-breakpoint\nALTER TABLE "), TABLE(s),
	    Z(" ADD CONSTRAINT "), ID(k.name), Z(" PRIMARY KEY("),
	    RAW(pg_id_list(w, k.cols)), Z(");"));
}

void pgw_add_fk(struct pg_work *w, const struct pg_st *s)
{
	struct decl_fk f = pg_take_fk(&w->q, s->text);

	SAY(w, Z("ALTER TABLE "), NAME(s->schema, f.table_from),
	    Z(" ADD CONSTRAINT "), ID(f.name), Z(" FOREIGN KEY ("),
	    RAW(pg_id_list(w, f.cols_from)), Z(") REFERENCES "),
	    NAME(f.schema_to, f.table_to), Z("("),
	    RAW(pg_id_list(w, f.cols_to)), Z(")"),
	    RAW(f.on_delete.n ? STR(" ON DELETE ") : STR("")),
	    RAW(f.on_delete),
	    RAW(f.on_update.n ? STR(" ON UPDATE ") : STR("")),
	    RAW(f.on_update), Z(";"));
}

/* --- indexes ------------------------------------------------------------- */

static struct str index_column(struct pg_work *w, struct str index,
    const struct decl_index_column *c)
{
	struct str name = c->is_expression ? c->expression :
	    SQL_OF(w, ID(c->expression));
	bool first = str_is(c->nulls, "first");

	pg_marked(w, index, c->expression, "--");
	pg_marked(w, index, c->expression, ";");
	pg_marked(w, index, c->expression, ",,");
	if (c->opclass.n)
		return SQL_OF(w, RAW(name), Z(" "), RAW(c->opclass));
	if (c->asc && str_is(c->nulls, "last"))
		return name;
	return SQL_OF(w, RAW(name), RAW(c->asc ? STR("") : STR(" DESC")),
	    Z(" NULLS "), RAW(first ? STR("FIRST") : STR("LAST")));
}

void pgw_add_index(struct pg_work *w, const struct pg_st *s)
{
	struct str list = STR(""), with = STR("");
	struct decl_index x;

	if (!pg_take_index(&w->q, s->text, false, &x)) {
		pg_dies(w, "an index of", s->table);
		return;
	}
	for (size_t i = 0; i < x.ncols; i++)
		list = SQL_OF(w, RAW(list), RAW(i ? STR(",") : STR("")),
		    RAW(index_column(w, x.name, &x.cols[i])));
	for (size_t i = 0; i < x.nwith; i++)
		with = SQL_OF(w, RAW(with), RAW(i ? STR(",") : STR("")),
		    RAW(x.with[i].key), Z("="),
		    RAW(decl_value_text(w->a, &x.with[i].value)));
	if (x.nwith)
		with = SQL_OF(w, Z(" WITH ("), RAW(with), Z(")"));
	pg_marked(w, x.name, x.where, ";");
	SAY(w, Z("CREATE "), RAW(x.unique ? STR("UNIQUE INDEX") :
	    STR("INDEX")), RAW(x.concurrently ? STR(" CONCURRENTLY") :
	    STR("")), Z(" "), ID(x.name), Z(" ON "), TABLE(s), Z(" USING "),
	    RAW(x.method), Z(" ("), RAW(list), Z(")"), RAW(with),
	    RAW(x.where.n ? STR(" WHERE ") : STR("")), RAW(x.where), Z(";"));
}

void pgw_drop_index(struct pg_work *w, const struct pg_st *s)
{
	struct decl_index x;

	if (!pg_take_index(&w->q, s->text, true, &x)) {
		pg_dies(w, "an index of", s->table);
		return;
	}
	SAY(w, Z("DROP INDEX "), NAME(s->schema, x.name), Z(";"));
}

/* --- columns ------------------------------------------------------------- */

#define COLUMN(w, s, ...) SAY((w), Z("ALTER TABLE "), TABLE(s), \
	Z(" ALTER COLUMN "), ID((s)->name), __VA_ARGS__)

/* The server's own name of it: table_pkey, the table cut to fit 63 bytes. */
static struct str pkey(struct pg_work *w, struct str table)
{
	enum { NAMEDATALEN = 64 };
	size_t n = NAMEDATALEN - 1 - strlen("_pkey");

	if (table.n < n)
		n = table.n;
	while (n && n < table.n && (table.p[n] & 0xc0) == 0x80)
		n--;
	return arena_printf(w->a, "%.*s_pkey", (int)n, table.p);
}

void pgw_col_drop_pk(struct pg_work *w, const struct pg_st *s)
{
	if (w->safe) {
		decl_differs(w->j, DECL_D_PRIMARY_KEY, arena_printf(w->a,
		    "%.*s.%.*s", STR_ARG(s->table), STR_ARG(s->name)));
		drop_constraint(w, s, pkey(w, s->table), ";");
		decl_warn(w->j, "the primary key of %.*s is dropped under "
		    "the name that PostgreSQL gives it; a table that was "
		    "renamed still has the old one", STR_ARG(s->table));
		return;
	}
	SAY(w, Z("/* \n"
	    "    Unfortunately in current drizzle-kit version we can't "
	    "automatically get name for primary key.\n"
	    "    We are working on making it available!\n"
	    "\n"
	    "    Meanwhile you can:\n"
	    "        1. Check pk name in your database, by running\n"
	    "            SELECT constraint_name FROM "
	    "information_schema.table_constraints\n"
	    "            WHERE table_schema = '"),
	    RAW(s->schema.n ? s->schema : STR("public")), Z("'\n"
	    "                AND table_name = '"), RAW(s->table), Z("'\n"
	    "                AND constraint_type = 'PRIMARY KEY';\n"
	    "        2. Uncomment code below and paste pk name manually\n"
	    "        \n"
	    "    Hope to release this update as soon as possible\n"
	    "*/\n"
	    "\n"
	    "-- ALTER TABLE "), ID(s->table),
	    Z(" DROP CONSTRAINT \"<constraint_name>\";"));
}

void pgw_col_set_pk(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" ADD PRIMARY KEY ("),
	    ID(s->name), Z(");"));
}

void pgw_col_set_default(struct pg_work *w, const struct pg_st *s)
{
	COLUMN(w, s, Z(" SET DEFAULT "),
	    RAW(pg_default_text(w, s->table, s->col, &s->dflt)), Z(";"));
}

void pgw_col_drop_default(struct pg_work *w, const struct pg_st *s)
{
	COLUMN(w, s, Z(" DROP DEFAULT;"));
}

/* In a table where an identity comes SET NOT NULL is left out, where one
 * goes DROP NOT NULL. */
static bool left_out(struct pg_work *w, const struct pg_st *s,
    enum pg_verb identity)
{
	for (size_t i = 0; i < w->st.n; i++) {
		const struct pg_st *x = &w->st.v[i];

		if (x->kind != identity || !str_eq(x->table, s->table) ||
		    !str_eq(x->schema, s->schema))
			continue;
		if (!w->safe)
			return true;
		decl_differs(w->j, DECL_D_NOTNULL, pg_column_name(w, s->col));
	}
	return false;
}

void pgw_col_set_notnull(struct pg_work *w, const struct pg_st *s)
{
	if (!left_out(w, s, K_COL_ADD_IDENTITY))
		COLUMN(w, s, Z(" SET NOT NULL;"));
}

void pgw_col_drop_notnull(struct pg_work *w, const struct pg_st *s)
{
	if (!left_out(w, s, K_COL_DROP_IDENTITY))
		COLUMN(w, s, Z(" DROP NOT NULL;"));
}

void pgw_col_add_identity(struct pg_work *w, const struct pg_st *s)
{
	if (w->safe && pg_serial_base(s->was->type).p) {
		pg_serial_to_identity(w, s);
		return;
	}
	if (w->safe) {
		pg_plain_to_identity(w, s);
		return;
	}
	COLUMN(w, s, Z(" ADD"),
	    RAW(pg_identity_text(w, s->schema, s->text)), Z(";"));
}

void pgw_col_drop_identity(struct pg_work *w, const struct pg_st *s)
{
	COLUMN(w, s, Z(" DROP IDENTITY;"));
}

void pgw_col_change_identity(struct pg_work *w, const struct pg_st *s)
{
	struct decl_identity x = pg_take_identity(&w->q, s->old);
	struct decl_identity y = pg_take_identity(&w->q, s->text);
	const struct {
		const char *word;
		struct str was, is;
	} options[] = { { " SET MINVALUE ", x.min, y.min },
		{ " SET MAXVALUE ", x.max, y.max },
		{ " SET INCREMENT BY ", x.increment, y.increment },
		{ " SET START WITH ", x.start, y.start },
		{ " SET CACHE ", x.cache, y.cache } };

	if (!str_eq(x.type, y.type))
		COLUMN(w, s, Z(" SET GENERATED "), RAW(str_is(y.type,
		    "always") ? STR("ALWAYS") : STR("BY DEFAULT")), Z(";"));
	for (size_t i = 0; i < 5; i++)
		if (!str_eq(options[i].was, options[i].is))
			COLUMN(w, s, RAW(str_z(options[i].word)),
			    RAW(options[i].is.p ? options[i].is :
			    STR("undefined")), Z(";"));
	if (x.cycle != y.cycle)
		COLUMN(w, s, Z(" SET "), RAW(y.cycle ? STR("CYCLE") :
		    STR("NO CYCLE")), Z(";"));
}

void pgw_col_generate(struct pg_work *w, const struct pg_st *s)
{
	struct pg_col c = *s->col;

	c.identity = STR_NONE;
	if (!w->safe)
		c.type_schema = STR_NONE;
	else if (c.type_schema.n && !str_is(c.type_schema, "public"))
		decl_differs(w->j, DECL_D_GENERATED, pg_column_name(w, &c));
	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" drop column "), ID(s->name),
	    Z(";"));
	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" ADD COLUMN "),
	    RAW(pgd_column_text(w, s->schema, s->table, &c, false)), Z(";"));
}

void pgw_col_drop_expression(struct pg_work *w, const struct pg_st *s)
{
	COLUMN(w, s, Z(" DROP EXPRESSION;"));
}
