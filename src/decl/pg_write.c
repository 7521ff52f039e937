/*
 * pg_write: the statements in their order, and the text of each
 * (sqlgenerator.ts, drizzle-spec §5.2 and §5.3).
 */
#include "decl/pg.h"

/* --- text ------------------------------------------------------------------- */

static void add_id(struct pg_work *w, struct sbuf *b, struct str s)
{
	sbuf_addc(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (w->safe && s.p[i] == '"') {
			decl_differs(w->j, DECL_D_NAME_QUOTE, s);
			sbuf_addc(b, '"');
		}
		sbuf_addc(b, s.p[i]);
	}
	sbuf_addc(b, '"');
}

struct str pg_text_of(struct pg_work *w, const struct pg_piece *v)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	for (; v->kind != PG_END; v++) {
		if (v->kind == PG_RAW) {
			sbuf_add(&b, v->a);
			continue;
		}
		if (v->kind == PG_ID || v->a.n)
			add_id(w, &b, v->a);
		if (v->kind == PG_NAME) {
			if (v->a.n)
				sbuf_addc(&b, '.');
			add_id(w, &b, v->b);
		}
	}
	out = arena_str(w->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static struct str id_list(struct pg_work *w, struct strs v)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	for (size_t i = 0; i < v.n; i++) {
		if (i)
			sbuf_addc(&b, ',');
		add_id(w, &b, v.v[i]);
	}
	out = arena_str(w->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static struct str doubled(struct pg_work *w, struct str s)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\'')
			sbuf_addc(&b, '\'');
		sbuf_addc(&b, s.p[i]);
	}
	out = arena_str(w->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

/* A part whose text a mark of drizzle-kit's would cut. */
static void marked(struct pg_work *w, struct str thing, struct str text,
    const char *mark)
{
	if (w->safe && str_find(text, str_z(mark), 0) < text.n)
		decl_differs(w->j, DECL_D_MARKS, thing);
}

static void dies(struct pg_work *w, const char *what, struct str name)
{
	if (!w->rc)
		w->rc = decl_dies(w->j, "%s %.*s falls apart at its marks",
		    what, STR_ARG(name));
}

/* --- schemas, enums, sequences, roles ------------------------------------------ */

static void create_schema(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("CREATE SCHEMA "), ID(s->name), Z(";\n"));
}

static void rename_schema(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER SCHEMA "), ID(s->name), Z(" RENAME TO "), ID(s->to),
	    Z(";\n"));
}

static void drop_schema(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("DROP SCHEMA "), ID(s->name), Z(";\n"));
}

static void create_enum(struct pg_work *w, const struct pg_st *s)
{
	struct str list = STR("");

	for (size_t i = 0; i < s->values.n; i++)
		list = SQL_OF(w, RAW(list), RAW(i ? STR(", '") : STR("'")),
		    RAW(doubled(w, s->values.v[i])), Z("'"));
	SAY(w, Z("CREATE TYPE "), NAME(s->schema, s->name), Z(" AS ENUM("),
	    RAW(list), Z(");"));
}

static void drop_enum(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("DROP TYPE "), NAME(s->schema, s->name), Z(";"));
}

static void move_enum(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER TYPE "), NAME(s->schema, s->name), Z(" SET SCHEMA "),
	    ID(s->to), Z(";"));
}

static void rename_enum(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER TYPE "), NAME(s->schema, s->name), Z(" RENAME TO "),
	    ID(s->to), Z(";"));
}

static struct str value_text(struct pg_work *w, struct str value)
{
	struct str safe = doubled(w, value);

	if (!w->safe || str_eq(safe, value))
		return value;
	decl_differs(w->j, DECL_D_ENUM_QUOTE, value);
	return safe;
}

static void add_value(struct pg_work *w, const struct pg_st *s)
{
	struct str before = STR("");

	if (s->old.n)
		before = SQL_OF(w, Z(" BEFORE '"),
		    RAW(value_text(w, s->old)), Z("'"));
	SAY(w, Z("ALTER TYPE "), NAME(s->schema, s->name), Z(" ADD VALUE '"),
	    RAW(value_text(w, s->text)), Z("'"), RAW(before), Z(";"));
}

/* Each column of the enum to text, the type anew, and back. */
static void rebuild_column(struct pg_work *w, const struct pg_st *s,
    const struct pg_table *t, const struct pg_col *c, bool back)
{
	struct str arrays, base = pg_type_base(w->a, c->type, &arrays), dflt;
	struct str type = SQL_OF(w, NAME(s->schema, base), RAW(arrays));
	struct str head = SQL_OF(w, Z("ALTER TABLE "),
	    NAME(t->schema, t->name), Z(" ALTER COLUMN "), ID(c->name));

	if (!w->safe)
		type = pg_type_text(w, c, true);
	if (!back)
		SAY(w, RAW(head), Z(" SET DATA TYPE text;"));
	if (decl_value_truthy(&c->c->dflt)) {
		dflt = pg_default_text(w, t->name, c, &c->c->dflt);
		SAY(w, RAW(head), Z(" SET DEFAULT "), RAW(dflt), Z("::"),
		    RAW(back ? type : STR("text")), Z(";"));
	}
	if (back)
		SAY(w, RAW(head), Z(" SET DATA TYPE "), RAW(type),
		    Z(" USING "), ID(c->name), Z("::"), RAW(type), Z(";"));
}

static void rebuild_enum(struct pg_work *w, const struct pg_st *s)
{
	for (size_t pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < w->s2.ntables; i++) {
			const struct pg_table *t = &w->s2.tables[i];

			for (size_t k = 0; k < t->ncols; k++) {
				const struct pg_col *c = &t->cols[k];

				if (str_eq(c->type_schema, s->schema) &&
				    str_eq(pg_type_base(w->a, c->type, NULL),
				    s->name))
					rebuild_column(w, s, t, c, pass);
			}
		}
		if (!pass) {
			drop_enum(w, s);
			create_enum(w, s);
		}
	}
}

static struct str sequence_options(struct pg_work *w,
    const struct decl_sequence *q)
{
	const struct {
		const char *word;
		struct str value;
	} options[] = { { " INCREMENT BY ", q->increment },
		{ " MINVALUE ", q->min }, { " MAXVALUE ", q->max },
		{ " START WITH ", q->start }, { " CACHE ", q->cache } };
	struct str text = STR("");

	for (size_t i = 0; i < 5; i++)
		if (options[i].value.n)
			text = SQL_OF(w, RAW(text),
			    RAW(str_z(options[i].word)),
			    RAW(options[i].value));
	return SQL_OF(w, RAW(text), RAW(q->cycle ? STR(" CYCLE") : STR("")));
}

static void create_sequence(struct pg_work *w, const struct pg_st *s)
{
	struct decl_sequence q = pg_take_sequence(&w->q, s->text);

	SAY(w, Z("CREATE SEQUENCE "), NAME(s->schema, s->name),
	    RAW(sequence_options(w, &q)), Z(";"));
}

static void alter_sequence(struct pg_work *w, const struct pg_st *s)
{
	struct decl_sequence q = pg_take_sequence(&w->q, s->text);
	struct decl_sequence was = pg_take_sequence(&w->q, s->old);
	bool stops = w->safe && was.cycle && !q.cycle;

	if (stops)
		decl_differs(w->j, DECL_D_CYCLE, s->name);
	SAY(w, Z("ALTER SEQUENCE "), NAME(s->schema, s->name),
	    RAW(sequence_options(w, &q)),
	    RAW(stops ? STR(" NO CYCLE") : STR("")), Z(";"));
}

static void drop_sequence(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("DROP SEQUENCE "), NAME(s->schema, s->name), Z(";"));
}

static void move_sequence(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER SEQUENCE "), NAME(s->schema, s->name),
	    Z(" SET SCHEMA "), ID(s->to), Z(";"));
}

static void rename_sequence(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER SEQUENCE "), NAME(s->schema, s->name),
	    Z(" RENAME TO "), ID(s->to), Z(";"));
}

static void create_role(struct pg_work *w, const struct pg_st *s)
{
	const struct decl_role *r = s->role;
	bool with = r->create_db || r->create_role || !r->inherit;

	SAY(w, Z("CREATE ROLE "), ID(r->name),
	    RAW(with ? STR(" WITH") : STR("")),
	    RAW(r->create_db ? STR(" CREATEDB") : STR("")),
	    RAW(r->create_role ? STR(" CREATEROLE") : STR("")),
	    RAW(r->inherit ? STR("") : STR(" NOINHERIT")), Z(";"));
}

static void alter_role(struct pg_work *w, const struct pg_st *s)
{
	const struct decl_role *r = s->role;

	SAY(w, Z("ALTER ROLE "), ID(r->name), Z(" WITH"),
	    RAW(r->create_db ? STR(" CREATEDB") : STR(" NOCREATEDB")),
	    RAW(r->create_role ? STR(" CREATEROLE") : STR(" NOCREATEROLE")),
	    RAW(r->inherit ? STR(" INHERIT") : STR(" NOINHERIT")), Z(";"));
}

static void drop_role(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("DROP ROLE "), ID(s->name), Z(";"));
}

static void rename_role(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER ROLE "), ID(s->name), Z(" RENAME TO "), ID(s->to),
	    Z(";"));
}

/* --- tables ---------------------------------------------------------------------- */

static struct str nulls(const struct decl_key *k)
{
	return k->nulls_not_distinct ? STR(" NULLS NOT DISTINCT") : STR("");
}

static void enable_rls(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" ENABLE ROW LEVEL SECURITY;"));
}

static void disable_rls(struct pg_work *w, const struct pg_st *s)
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
			dies(w, "key", pks->v[0].key);
		text = SQL_OF(w, RAW(text), Z(",\n\tCONSTRAINT "), ID(k.name),
		    Z(" PRIMARY KEY("), RAW(id_list(w, k.cols)), Z(")"));
	}
	for (size_t i = 0; i < uniques->n; i++) {
		struct decl_key k = pg_take_unique(&w->q,
		    uniques->v[i].text);

		text = SQL_OF(w, RAW(text), Z(",\n\tCONSTRAINT "), ID(k.name),
		    Z(" UNIQUE"), RAW(nulls(&k)), Z("("),
		    RAW(id_list(w, k.cols)), Z(")"));
	}
	return text;
}

static void create_table(struct pg_work *w, const struct pg_st *s)
{
	const struct pg_table *t = s->t;
	const struct pg_texts *checks = &t->part[PG_CHECKS];
	struct str text = SQL_OF(w, Z("CREATE TABLE "), TABLE(s), Z(" (\n"));

	for (size_t i = 0; i < t->ncols; i++)
		text = SQL_OF(w, RAW(text), RAW(i ? STR(",\n\t") : STR("\t")),
		    RAW(pg_column_text(w, s->schema, s->table, &t->cols[i],
		    true)));
	text = table_keys(w, t, text);
	for (size_t i = 0; i < checks->n; i++) {
		struct decl_check c = pg_take_check(&w->q,
		    checks->v[i].text);

		marked(w, c.name, c.value, ";");
		text = SQL_OF(w, RAW(text), Z(",\n\tCONSTRAINT "), ID(c.name),
		    Z(" CHECK ("), RAW(c.value), Z(")"));
	}
	SAY(w, RAW(text), Z("\n);\n"));
	if (t->part[PG_POLICIES].n || t->rls)
		enable_rls(w, s);
}

static void drop_policy_named(struct pg_work *w, const struct pg_st *s,
    struct str text)
{
	struct decl_policy p;

	if (!pg_take_policy(&w->q, text, &p)) {
		dies(w, "a policy of", s->table);
		return;
	}
	SAY(w, Z("DROP POLICY "), ID(p.name), Z(" ON "), TABLE(s),
	    Z(" CASCADE;"));
}

static void drop_table(struct pg_work *w, const struct pg_st *s)
{
	const struct pg_texts *policies = &s->t->part[PG_POLICIES];

	for (size_t i = 0; i < policies->n; i++)
		drop_policy_named(w, s, policies->v[i].text);
	SAY(w, Z("DROP TABLE "), TABLE(s), Z(" CASCADE;"));
}

static void move_table(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" SET SCHEMA "), ID(s->to),
	    Z(";\n"));
}

static void rename_table(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" RENAME TO "), ID(s->to),
	    Z(";"));
}

static void rename_column(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" RENAME COLUMN "), ID(s->name),
	    Z(" TO "), ID(s->to), Z(";"));
}

static void add_column(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" ADD COLUMN "),
	    RAW(pg_column_text(w, s->schema, s->table, s->col, false)),
	    Z(";"));
}

static void drop_column(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" DROP COLUMN "), ID(s->name),
	    Z(";"));
}

/* --- constraints ----------------------------------------------------------------------- */

static void drop_constraint(struct pg_work *w, const struct pg_st *s,
    struct str name, const char *end)
{
	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" DROP CONSTRAINT "), ID(name),
	    RAW(str_z(end)));
}

static void drop_unique(struct pg_work *w, const struct pg_st *s)
{
	drop_constraint(w, s, pg_take_unique(&w->q, s->text).name, ";");
}

static void drop_check(struct pg_work *w, const struct pg_st *s)
{
	drop_constraint(w, s, pg_take_check(&w->q, s->text).name, ";");
}

static void drop_fk(struct pg_work *w, const struct pg_st *s)
{
	drop_constraint(w, s, pg_take_fk(&w->q, s->text).name, ";\n");
}

static void drop_pk(struct pg_work *w, const struct pg_st *s)
{
	drop_constraint(w, s, pg_take_pk(&w->q, s->text).name, ";");
}

static void add_unique(struct pg_work *w, const struct pg_st *s)
{
	struct decl_key k = pg_take_unique(&w->q, s->text);

	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" ADD CONSTRAINT "), ID(k.name),
	    Z(" UNIQUE"), RAW(nulls(&k)), Z("("), RAW(id_list(w, k.cols)),
	    Z(");"));
}

static void add_check(struct pg_work *w, const struct pg_st *s)
{
	struct decl_check c = pg_take_check(&w->q, s->text);

	marked(w, c.name, c.value, ";");
	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" ADD CONSTRAINT "), ID(c.name),
	    Z(" CHECK ("), RAW(c.value), Z(");"));
}

static void add_pk(struct pg_work *w, const struct pg_st *s)
{
	struct decl_key k = pg_take_pk(&w->q, s->text);

	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" ADD CONSTRAINT "), ID(k.name),
	    Z(" PRIMARY KEY("), RAW(id_list(w, k.cols)), Z(");"));
}

static void alter_pk(struct pg_work *w, const struct pg_st *s)
{
	struct decl_key k = pg_take_pk(&w->q, s->text);

	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" DROP CONSTRAINT "),
	    ID(pg_take_pk(&w->q, s->old).name),
	    Z(";\n--> statement-breakpoint\nALTER TABLE "), TABLE(s),
	    Z(" ADD CONSTRAINT "), ID(k.name), Z(" PRIMARY KEY("),
	    RAW(id_list(w, k.cols)), Z(");"));
}

static void add_fk(struct pg_work *w, const struct pg_st *s)
{
	struct decl_fk f = pg_take_fk(&w->q, s->text);

	SAY(w, Z("ALTER TABLE "), NAME(s->schema, f.table_from),
	    Z(" ADD CONSTRAINT "), ID(f.name), Z(" FOREIGN KEY ("),
	    RAW(id_list(w, f.cols_from)), Z(") REFERENCES "),
	    NAME(f.schema_to, f.table_to), Z("("),
	    RAW(id_list(w, f.cols_to)), Z(")"),
	    RAW(f.on_delete.n ? STR(" ON DELETE ") : STR("")),
	    RAW(f.on_delete),
	    RAW(f.on_update.n ? STR(" ON UPDATE ") : STR("")),
	    RAW(f.on_update), Z(";"));
}

/* --- indexes ----------------------------------------------------------------------------- */

static struct str index_column(struct pg_work *w, struct str index,
    const struct decl_index_column *c)
{
	struct str name = c->is_expression ? c->expression :
	    SQL_OF(w, ID(c->expression));
	bool first = str_is(c->nulls, "first");

	marked(w, index, c->expression, "--");
	marked(w, index, c->expression, ";");
	marked(w, index, c->expression, ",,");
	if (c->opclass.n)
		return SQL_OF(w, RAW(name), Z(" "), RAW(c->opclass));
	if (c->asc && str_is(c->nulls, "last"))
		return name;
	return SQL_OF(w, RAW(name), RAW(c->asc ? STR("") : STR(" DESC")),
	    Z(" NULLS "), RAW(first ? STR("FIRST") : STR("LAST")));
}

static void add_index(struct pg_work *w, const struct pg_st *s)
{
	struct str list = STR(""), with = STR("");
	struct decl_index x;

	if (!pg_take_index(&w->q, s->text, &x)) {
		dies(w, "an index of", s->table);
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
	marked(w, x.name, x.where, ";");
	SAY(w, Z("CREATE "), RAW(x.unique ? STR("UNIQUE INDEX") :
	    STR("INDEX")), RAW(x.concurrently ? STR(" CONCURRENTLY") :
	    STR("")), Z(" "), ID(x.name), Z(" ON "), TABLE(s), Z(" USING "),
	    RAW(x.method), Z(" ("), RAW(list), Z(")"), RAW(with),
	    RAW(x.where.n ? STR(" WHERE ") : STR("")), RAW(x.where), Z(";"));
}

static void drop_index(struct pg_work *w, const struct pg_st *s)
{
	struct decl_index x;

	if (!pg_take_index(&w->q, s->text, &x)) {
		/* the name is whole; drizzle-kit parses the rest all the same */
		dies(w, "an index of", s->table);
		return;
	}
	SAY(w, Z("DROP INDEX "), NAME(s->schema, x.name), Z(";"));
}

/* --- columns -------------------------------------------------------------------------------- */

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

static void col_drop_pk(struct pg_work *w, const struct pg_st *s)
{
	if (w->safe) {
		decl_differs(w->j, DECL_D_PRIMARY_KEY, s->name);
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

static void col_set_pk(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" ADD PRIMARY KEY ("),
	    ID(s->name), Z(");"));
}

static void col_set_default(struct pg_work *w, const struct pg_st *s)
{
	COLUMN(w, s, Z(" SET DEFAULT "),
	    RAW(pg_default_text(w, s->table, s->col, &s->dflt)), Z(";"));
}

static void col_drop_default(struct pg_work *w, const struct pg_st *s)
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
		decl_differs(w->j, DECL_D_NOTNULL, s->name);
	}
	return false;
}

static void col_set_notnull(struct pg_work *w, const struct pg_st *s)
{
	if (!left_out(w, s, K_COL_ADD_IDENTITY))
		COLUMN(w, s, Z(" SET NOT NULL;"));
}

static void col_drop_notnull(struct pg_work *w, const struct pg_st *s)
{
	if (!left_out(w, s, K_COL_DROP_IDENTITY))
		COLUMN(w, s, Z(" DROP NOT NULL;"));
}

static void col_add_identity(struct pg_work *w, const struct pg_st *s)
{
	COLUMN(w, s, Z(" ADD"),
	    RAW(pg_identity_text(w, s->schema, s->text)), Z(";"));
}

static void col_drop_identity(struct pg_work *w, const struct pg_st *s)
{
	COLUMN(w, s, Z(" DROP IDENTITY;"));
}

static void col_change_identity(struct pg_work *w, const struct pg_st *s)
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

static void col_generate(struct pg_work *w, const struct pg_st *s)
{
	struct pg_col c = *s->col;

	c.identity = STR_NONE;
	if (!w->safe)
		c.type_schema = STR_NONE;
	else if (c.type_schema.n && !str_is(c.type_schema, "public"))
		decl_differs(w->j, DECL_D_GENERATED, c.name);
	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" drop column "), ID(s->name),
	    Z(";"));
	SAY(w, Z("ALTER TABLE "), TABLE(s), Z(" ADD COLUMN "),
	    RAW(pg_column_text(w, s->schema, s->table, &c, false)), Z(";"));
	if (w->safe)
		decl_warn(w->j, "column %.*s of %.*s is dropped and added "
		    "anew: its indexes and constraints go with it",
		    STR_ARG(s->name), STR_ARG(s->table));
}

static void col_drop_expression(struct pg_work *w, const struct pg_st *s)
{
	COLUMN(w, s, Z(" DROP EXPRESSION;"));
}

/* --- views ------------------------------------------------------------------------------------- */

/* The validator's order (pgSchema.ts, mergedViewWithOption). */
static const char *const with_order[] = { "checkOption", "securityBarrier",
	"securityInvoker", "fillfactor", "toastTupleTarget",
	"parallelWorkers", "autovacuumEnabled", "vacuumIndexCleanup",
	"vacuumTruncate", "autovacuumVacuumThreshold",
	"autovacuumVacuumScaleFactor", "autovacuumVacuumCostDelay",
	"autovacuumVacuumCostLimit", "autovacuumFreezeMinAge",
	"autovacuumFreezeMaxAge", "autovacuumFreezeTableAge",
	"autovacuumMultixactFreezeMinAge", "autovacuumMultixactFreezeMaxAge",
	"autovacuumMultixactFreezeTableAge", "logAutovacuumMinDuration",
	"userCatalogTable" };

static void add_option(struct pg_work *w, struct sbuf *b,
    const struct decl_pair *p, bool value)
{
	if (b->n)
		sbuf_addz(b, ", ");
	for (size_t i = 0; i < p->key.n; i++) {
		char c = p->key.p[i];

		if (c >= 'A' && c <= 'Z') {
			sbuf_addc(b, '_');
			c = (char)(c - 'A' + 'a');
		}
		sbuf_addc(b, c);
	}
	if (!value)
		return;
	sbuf_addz(b, " = ");
	sbuf_add(b, decl_value_text(w->a, &p->value));
}

static struct str options_of(struct pg_work *w, const struct decl_pair *v,
    size_t n, bool values)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	for (size_t k = 0; k < sizeof(with_order) / sizeof(*with_order); k++)
		for (size_t i = 0; i < n; i++)
			if (str_is(v[i].key, with_order[k]))
				add_option(w, &b, &v[i], values);
	out = arena_str(w->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static void create_view(struct pg_work *w, const struct pg_st *s)
{
	const struct decl_view *v = s->view;
	struct str text = SQL_OF(w, RAW(v->materialized ?
	    STR("CREATE MATERIALIZED VIEW ") : STR("CREATE VIEW ")),
	    NAME(s->schema, s->name));

	if (v->method.n)
		text = SQL_OF(w, RAW(text), Z(" USING "), ID(v->method));
	if (v->has_with)
		text = SQL_OF(w, RAW(text), Z(" WITH ("),
		    RAW(options_of(w, v->with, v->nwith, true)), Z(")"));
	if (v->tablespace.n)
		text = SQL_OF(w, RAW(text), Z(" TABLESPACE "),
		    RAW(v->tablespace));
	SAY(w, RAW(text), Z(" AS ("), RAW(v->definition.p ? v->definition :
	    STR("undefined")), Z(")"), RAW(v->no_data ?
	    STR(" WITH NO DATA") : STR("")), Z(";"));
}

static struct str view_word(const struct pg_st *s)
{
	return s->materialized ? STR(" MATERIALIZED VIEW ") : STR(" VIEW ");
}

static void drop_view(struct pg_work *w, const struct pg_st *s)
{
	bool old = w->safe && s->old.n;

	if (old)
		decl_differs(w->j, DECL_D_RENAMED_VIEW, s->name);
	SAY(w, Z("DROP"), RAW(view_word(s)),
	    NAME(s->schema, old ? s->old : s->name), Z(";"));
}

static void rename_view(struct pg_work *w, const struct pg_st *s)
{
	/* safe: it is dropped under its old name and made anew */
	for (size_t i = 0; w->safe && i < w->st.n; i++)
		if (w->st.v[i].kind == K_DROP_VIEW &&
		    str_eq(w->st.v[i].old, s->name) &&
		    str_eq(w->st.v[i].name, s->to))
			return;
	SAY(w, Z("ALTER"), RAW(view_word(s)), NAME(s->schema, s->name),
	    Z(" RENAME TO "), ID(s->to), Z(";"));
}

static void move_view(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER"), RAW(view_word(s)), NAME(s->schema, s->name),
	    Z(" SET SCHEMA "), ID(s->to), Z(";"));
}

static void view_set(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER"), RAW(view_word(s)), NAME(s->schema, s->name),
	    Z(" SET ("), RAW(options_of(w, s->with, s->nwith, true)),
	    Z(");"));
}

static void view_reset(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER"), RAW(view_word(s)), NAME(s->schema, s->name),
	    Z(" RESET ("), RAW(options_of(w, s->with, s->nwith, false)),
	    Z(");"));
}

static void view_space(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER MATERIALIZED VIEW "), NAME(s->schema, s->name),
	    Z(" SET TABLESPACE "), RAW(s->to), Z(";"));
}

static void view_method(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER MATERIALIZED VIEW "), NAME(s->schema, s->name),
	    Z(" SET ACCESS METHOD "), ID(s->to), Z(";"));
}

/* --- policies ------------------------------------------------------------------------------------ */

static bool is_role_word(struct str s)
{
	return str_is(s, "current_user") || str_is(s, "current_role") ||
	    str_is(s, "session_user") || str_is(s, "public");
}

static struct str roles_of(struct pg_work *w, struct strs to)
{
	struct str text = STR("");

	for (size_t i = 0; i < to.n; i++) {
		struct str role = is_role_word(to.v[i]) ? to.v[i] :
		    SQL_OF(w, ID(to.v[i]));

		text = SQL_OF(w, RAW(text), RAW(i ? STR(", ") : STR("")),
		    RAW(role));
	}
	return text;
}

static bool take_policy(struct pg_work *w, struct str text,
    struct decl_policy *p)
{
	if (!pg_take_policy(&w->q, text, p)) {
		dies(w, "policy", text);
		return false;
	}
	marked(w, p->name, p->using_expr, "--");
	marked(w, p->name, p->with_check, "--");
	return true;
}

static struct str clause(struct pg_work *w, const char *word, struct str text)
{
	if (!text.n)
		return STR("");
	return SQL_OF(w, RAW(str_z(word)), RAW(text), Z(")"));
}

static void put_policy(struct pg_work *w, const struct decl_policy *p,
    struct str on)
{
	SAY(w, Z("CREATE POLICY "), ID(p->name), Z(" ON "), RAW(on),
	    Z(" AS "), RAW(p->as), Z(" FOR "), RAW(p->to_for), Z(" TO "),
	    RAW(roles_of(w, p->to)), RAW(clause(w, " USING (",
	    p->using_expr)), RAW(clause(w, " WITH CHECK (", p->with_check)),
	    Z(";"));
}

static struct str linked_to(const struct decl_policy *p)
{
	return p->on.p ? p->on : STR("undefined");
}

static void create_policy(struct pg_work *w, const struct pg_st *s)
{
	struct decl_policy p;

	if (take_policy(w, s->text, &p))
		put_policy(w, &p, SQL_OF(w, TABLE(s)));
}

static void create_linked(struct pg_work *w, const struct pg_st *s)
{
	struct decl_policy p;

	if (take_policy(w, s->text, &p))
		put_policy(w, &p, linked_to(&p));
}

static void drop_policy(struct pg_work *w, const struct pg_st *s)
{
	drop_policy_named(w, s, s->text);
}

static void drop_linked(struct pg_work *w, const struct pg_st *s)
{
	struct decl_policy p;

	if (take_policy(w, s->text, &p))
		SAY(w, Z("DROP POLICY "), ID(p.name), Z(" ON "),
		    RAW(linked_to(&p)), Z(" CASCADE;"));
}

static void rename_policy(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER POLICY "), ID(s->name), Z(" ON "), TABLE(s),
	    Z(" RENAME TO "), ID(s->to), Z(";"));
}

static void rename_linked(struct pg_work *w, const struct pg_st *s)
{
	struct decl_policy p;

	if (take_policy(w, s->text, &p))
		SAY(w, Z("ALTER POLICY "), ID(s->name), Z(" ON "),
		    RAW(linked_to(&p)), Z(" RENAME TO "), ID(s->to), Z(";"));
}

/* Array.prototype.toString: no quotes. */
static struct str bare_roles(struct pg_work *w, struct strs to)
{
	struct str text = STR(""), safe = STR("");

	for (size_t i = 0; i < to.n; i++)
		text = SQL_OF(w, RAW(text), RAW(i ? STR(",") : STR("")),
		    RAW(to.v[i]));
	if (!w->safe)
		return text;
	safe = roles_of(w, to);
	for (size_t i = 0; i < to.n; i++)
		for (size_t k = 0; k < to.v[i].n; k++) {
			char c = to.v[i].p[k];

			if (c != '_' && (c < 'a' || c > 'z') &&
			    (!k || c < '0' || c > '9'))
				return safe;
		}
	return text;
}

static void put_alter(struct pg_work *w, const struct pg_st *s,
    struct str on)
{
	struct decl_policy was, is;
	struct str check;

	if (!take_policy(w, s->old, &was) || !take_policy(w, s->text, &is))
		return;
	check = clause(w, " WITH CHECK (", is.with_check);
	if (!is.with_check.n && !w->safe)
		check = clause(w, " WITH CHECK  (", was.with_check);
	if (!on.n)
		on = linked_to(&was);
	SAY(w, Z("ALTER POLICY "), ID(was.name), Z(" ON "), RAW(on),
	    Z(" TO "), RAW(bare_roles(w, is.to)), RAW(clause(w, " USING (",
	    is.using_expr.n || w->safe ? is.using_expr : was.using_expr)),
	    RAW(check), Z(";"));
}

static void alter_policy(struct pg_work *w, const struct pg_st *s)
{
	put_alter(w, s, SQL_OF(w, TABLE(s)));
}

static void alter_linked(struct pg_work *w, const struct pg_st *s)
{
	put_alter(w, s, STR(""));
}

/* --- the order ---------------------------------------------------------------------------------------- */

/* Places in the file; `safe`: the place in safe mode, 0 = the same. */
static const struct {
	unsigned char at, safe;
	void (*write)(struct pg_work *w, const struct pg_st *s);
} verbs[K_N] = {
	[K_CREATE_SCHEMA] = { 1, 0, create_schema },
	[K_RENAME_SCHEMA] = { 2, 0, rename_schema },
	[K_CREATE_ENUM] = { 3, 0, create_enum },
	[K_MOVE_ENUM] = { 4, 0, move_enum },
	[K_RENAME_ENUM] = { 5, 0, rename_enum },
	[K_ADD_VALUE] = { 6, 0, add_value },
	[K_CREATE_SEQ] = { 7, 0, create_sequence },
	[K_MOVE_SEQ] = { 8, 0, move_sequence },
	[K_RENAME_SEQ] = { 9, 0, rename_sequence },
	[K_ALTER_SEQ] = { 10, 0, alter_sequence },
	[K_RENAME_ROLE] = { 11, 0, rename_role },
	[K_DROP_ROLE] = { 12, 0, drop_role },
	[K_CREATE_ROLE] = { 13, 0, create_role },
	[K_ALTER_ROLE] = { 14, 0, alter_role },
	[K_CREATE_TABLE] = { 15, 0, create_table },
	[K_ENABLE_RLS] = { 16, 0, enable_rls },
	[K_DISABLE_RLS] = { 17, 0, disable_rls },
	[K_DROP_VIEW] = { 18, 0, drop_view },
	[K_RENAME_VIEW] = { 19, 0, rename_view },
	[K_MOVE_VIEW] = { 20, 0, move_view },
	[K_VIEW_SET] = { 20, 0, view_set },
	[K_VIEW_RESET] = { 20, 0, view_reset },
	[K_VIEW_SPACE] = { 20, 0, view_space },
	[K_VIEW_METHOD] = { 20, 0, view_method },
	[K_DROP_TABLE] = { 21, 0, drop_table },
	[K_MOVE_TABLE] = { 22, 0, move_table },
	[K_RENAME_TABLE] = { 23, 0, rename_table },
	[K_RENAME_COLUMN] = { 24, 0, rename_column },
	[K_DROP_UNIQUE] = { 25, 0, drop_unique },
	[K_DROP_CHECK] = { 26, 0, drop_check },
	[K_DROP_FK] = { 27, 0, drop_fk },
	[K_REBUILD_ENUM] = { 28, 0, rebuild_enum },
	[K_DROP_INDEX] = { 29, 0, drop_index },
	[K_DROP_PK] = { 30, 0, drop_pk },
	[K_COL_DROP_PK] = { 31, 0, col_drop_pk },
	[K_COL_SET_PK] = { 31, 0, col_set_pk },
	[K_COL_TYPE] = { 31, 0, pg_write_type },
	[K_COL_SET_DEFAULT] = { 31, 0, col_set_default },
	[K_COL_DROP_DEFAULT] = { 31, 0, col_drop_default },
	[K_COL_SET_NOTNULL] = { 31, 0, col_set_notnull },
	[K_COL_DROP_NOTNULL] = { 31, 0, col_drop_notnull },
	[K_COL_ADD_IDENTITY] = { 31, 0, col_add_identity },
	[K_COL_CHANGE_IDENTITY] = { 31, 0, col_change_identity },
	[K_COL_DROP_IDENTITY] = { 31, 0, col_drop_identity },
	[K_COL_GENERATE] = { 31, 0, col_generate },
	[K_COL_DROP_EXPRESSION] = { 31, 0, col_drop_expression },
	[K_ADD_PK] = { 32, 0, add_pk },
	[K_ADD_COLUMN] = { 33, 0, add_column },
	/* 34: keys that a foreign key needs */
	[K_NEW_FK] = { 35, 0, add_fk },
	[K_NEW_INDEX] = { 36, 0, add_index },
	[K_ADD_FK] = { 37, 0, add_fk },
	[K_ADD_INDEX] = { 38, 0, add_index },
	[K_DROP_COLUMN] = { 39, 0, drop_column },
	[K_ALTER_PK] = { 40, 0, alter_pk },
	[K_ADD_UNIQUE] = { 41, 0, add_unique },
	[K_ADD_CHECK] = { 42, 0, add_check },
	[K_CREATE_VIEW] = { 43, 0, create_view },
	[K_RENAME_POLICY] = { 44, 0, rename_policy },
	[K_DROP_POLICY] = { 45, 0, drop_policy },
	[K_CREATE_POLICY] = { 46, 0, create_policy },
	[K_ALTER_POLICY] = { 47, 0, alter_policy },
	[K_RENAME_LINKED] = { 48, 0, rename_linked },
	[K_DROP_LINKED] = { 49, 0, drop_linked },
	[K_CREATE_LINKED] = { 50, 0, create_linked },
	[K_ALTER_LINKED] = { 51, 0, alter_linked },
	[K_DROP_ENUM] = { 52, 0, drop_enum },
	[K_DROP_SEQ] = { 53, 0, drop_sequence },
	[K_DROP_SCHEMA] = { 54, 0, drop_schema },
};
enum { EARLY = 34, LAST = 56 };

enum rc pg_write(struct pg_work *w)
{
	struct str dropped = STR("");

	for (unsigned at = 1; at <= LAST && !w->rc; at++)
		for (size_t i = 0; i < w->st.n && !w->rc; i++) {
			const struct pg_st *s = &w->st.v[i];
			unsigned own = verbs[s->kind].at;

			if (w->safe && verbs[s->kind].safe)
				own = verbs[s->kind].safe;
			if (s->early)
				own = EARLY;
			if (own == at)
				verbs[s->kind].write(w, s);
		}
	(void)dropped;
	return w->rc;
}
