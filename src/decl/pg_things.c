/*
 * pg_things: SQL of schemas, enums, sequences, roles and views
 * (sqlgenerator.ts, drizzle-spec §5.3).
 */
#include "decl/pg.h"

/* --- schemas, enums, sequences, roles ------------------------------------ */

void pgw_create_schema(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("CREATE SCHEMA "), ID(s->name), Z(";\n"));
}

void pgw_rename_schema(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER SCHEMA "), ID(s->name), Z(" RENAME TO "), ID(s->to),
	    Z(";\n"));
}

void pgw_drop_schema(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("DROP SCHEMA "), ID(s->name), Z(";\n"));
}

void pgw_create_enum(struct pg_work *w, const struct pg_st *s)
{
	struct str list = STR("");

	for (size_t i = 0; i < s->values.n; i++)
		list = SQL_OF(w, RAW(list), RAW(i ? STR(", '") : STR("'")),
		    RAW(pg_doubled(w, s->values.v[i])), Z("'"));
	SAY(w, Z("CREATE TYPE "), NAME(s->schema, s->name), Z(" AS ENUM("),
	    RAW(list), Z(");"));
}

void pgw_drop_enum(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("DROP TYPE "), NAME(s->schema, s->name), Z(";"));
}

void pgw_move_enum(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER TYPE "), NAME(s->schema, s->name), Z(" SET SCHEMA "),
	    ID(s->to), Z(";"));
}

void pgw_rename_enum(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER TYPE "), NAME(s->schema, s->name), Z(" RENAME TO "),
	    ID(s->to), Z(";"));
}

static struct str value_text(struct pg_work *w, struct str value)
{
	struct str safe = pg_doubled(w, value);

	if (!w->safe || str_eq(safe, value))
		return value;
	decl_differs(w->j, DECL_D_ENUM_QUOTE, value);
	return safe;
}

void pgw_add_value(struct pg_work *w, const struct pg_st *s)
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
		type = pgd_type_text(w, c, true);
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

static bool is_of(struct pg_work *w, const struct pg_st *s,
    const struct pg_col *c)
{
	return pg_is_of_type(w, s, c->type_schema, c->type);
}

static void rebuild_columns(struct pg_work *w, const struct pg_st *s,
    bool back)
{
	for (size_t i = 0; i < w->s2.ntables; i++) {
		const struct pg_table *t = &w->s2.tables[i];

		for (size_t k = 0; k < t->ncols; k++)
			if (is_of(w, s, &t->cols[k]))
				rebuild_column(w, s, t, &t->cols[k], back);
	}
}

/* It is dropped, or gets another type, after the old type is gone. */
static void leave_type(struct pg_work *w, const struct pg_table *t,
    const struct pg_col *c)
{
	struct str arrays, head = SQL_OF(w, Z("ALTER TABLE "),
	    NAME(t->schema, t->name), Z(" ALTER COLUMN "), ID(c->name));

	(void)pg_type_base(w->a, c->type, &arrays);
	decl_differs(w->j, DECL_D_ENUM_COLUMNS, pg_column_name(w, c));
	if (c->c->dflt.kind != DECL_NO_VALUE)
		SAY(w, RAW(head), Z(" DROP DEFAULT;"));
	SAY(w, RAW(head), Z(" SET DATA TYPE text"), RAW(arrays), Z(";"));
}

/* A default that goes would hold the old type. */
static void lose_default(struct pg_work *w, const struct pg_table *t,
    const struct pg_col *was, const struct pg_col *now)
{
	if (was->c->dflt.kind == DECL_NO_VALUE ||
	    decl_value_truthy(&now->c->dflt))
		return;
	decl_differs(w->j, DECL_D_ENUM_COLUMNS, pg_column_name(w, now));
	SAY(w, Z("ALTER TABLE "), NAME(t->schema, t->name),
	    Z(" ALTER COLUMN "), ID(now->name), Z(" DROP DEFAULT;"));
}

/* A generated column that is to be added anew. */
static bool is_gone(const struct pg_work *w, const struct pg_col *c)
{
	for (size_t i = 0; i < w->st.n; i++)
		if (w->st.v[i].kind == K_DROP_COLUMN && w->st.v[i].was == c)
			return true;
	return false;
}

static bool changes(const struct pg_work *w, const struct pg_col *c)
{
	for (size_t i = 0; i < w->st.n; i++)
		if ((w->st.v[i].kind == K_COL_TYPE ||
		    w->st.v[i].kind == K_COL_GENERATE) &&
		    w->st.v[i].was == c && w->st.v[i].place != PG_UNWRITTEN)
			return true;
	return false;
}

/* Those that are of the type then, whether they stay or go. */
static void rebuild_standing(struct pg_work *w, const struct pg_st *s,
    bool back)
{
	for (size_t i = 0; i < w->s1.ntables; i++) {
		const struct pg_table *x = &w->s1.tables[i];
		const struct pg_table *y = pg_table_of(&w->s2, x->key);

		for (size_t k = 0; y && k < x->ncols; k++) {
			const struct pg_col *c = &x->cols[k];
			const struct pg_col *now = pg_col_of(y, c->name);

			if (!is_of(w, s, c) || is_gone(w, c))
				continue;
			if (now && is_of(w, s, now) && !changes(w, c)) {
				if (!back)
					lose_default(w, y, c, now);
				rebuild_column(w, s, y, now, back);
			} else if (!back) {
				leave_type(w, x, c);
			}
		}
	}
}

/* drizzle-kit changes the type of columns that are not there yet, too. */
static void note_new(struct pg_work *w, const struct pg_st *s)
{
	for (size_t i = 0; i < w->st.n; i++) {
		const struct pg_st *x = &w->st.v[i];

		if ((x->kind == K_ADD_COLUMN || x->kind == K_COL_TYPE) &&
		    x->place != PG_UNWRITTEN && is_of(w, s, x->col))
			decl_differs(w->j, DECL_D_ENUM_COLUMNS,
			    pg_column_name(w, x->col));
	}
}

void pgw_rebuild_enum(struct pg_work *w, const struct pg_st *s)
{
	if (w->safe)
		note_new(w, s);
	for (size_t back = 0; back < 2; back++) {
		if (w->safe)
			rebuild_standing(w, s, back);
		else
			rebuild_columns(w, s, back);
		if (!back) {
			pgw_drop_enum(w, s);
			pgw_create_enum(w, s);
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

void pgw_create_sequence(struct pg_work *w, const struct pg_st *s)
{
	struct decl_sequence q = pg_take_sequence(&w->q, s->text);

	SAY(w, Z("CREATE SEQUENCE "), NAME(s->schema, s->name),
	    RAW(sequence_options(w, &q)), Z(";"));
}

void pgw_alter_sequence(struct pg_work *w, const struct pg_st *s)
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

void pgw_drop_sequence(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("DROP SEQUENCE "), NAME(s->schema, s->name), Z(";"));
}

void pgw_move_sequence(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER SEQUENCE "), NAME(s->schema, s->name),
	    Z(" SET SCHEMA "), ID(s->to), Z(";"));
}

void pgw_rename_sequence(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER SEQUENCE "), NAME(s->schema, s->name),
	    Z(" RENAME TO "), ID(s->to), Z(";"));
}

void pgw_create_role(struct pg_work *w, const struct pg_st *s)
{
	const struct decl_role *r = s->role;
	bool with = r->create_db || r->create_role || !r->inherit;

	SAY(w, Z("CREATE ROLE "), ID(r->name),
	    RAW(with ? STR(" WITH") : STR("")),
	    RAW(r->create_db ? STR(" CREATEDB") : STR("")),
	    RAW(r->create_role ? STR(" CREATEROLE") : STR("")),
	    RAW(r->inherit ? STR("") : STR(" NOINHERIT")), Z(";"));
}

void pgw_alter_role(struct pg_work *w, const struct pg_st *s)
{
	const struct decl_role *r = s->role;

	SAY(w, Z("ALTER ROLE "), ID(r->name), Z(" WITH"),
	    RAW(r->create_db ? STR(" CREATEDB") : STR(" NOCREATEDB")),
	    RAW(r->create_role ? STR(" CREATEROLE") : STR(" NOCREATEROLE")),
	    RAW(r->inherit ? STR(" INHERIT") : STR(" NOINHERIT")), Z(";"));
}

void pgw_drop_role(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("DROP ROLE "), ID(s->name), Z(";"));
}

void pgw_rename_role(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER ROLE "), ID(s->name), Z(" RENAME TO "), ID(s->to),
	    Z(";"));
}

/* --- views --------------------------------------------------------------- */

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

void pgw_create_view(struct pg_work *w, const struct pg_st *s)
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

void pgw_drop_view(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("DROP"), RAW(view_word(s)), NAME(s->schema, s->name),
	    Z(";"));
}

void pgw_rename_view(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER"), RAW(view_word(s)), NAME(s->schema, s->name),
	    Z(" RENAME TO "), ID(s->to), Z(";"));
}

void pgw_move_view(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER"), RAW(view_word(s)), NAME(s->schema, s->name),
	    Z(" SET SCHEMA "), ID(s->to), Z(";"));
}

void pgw_view_set(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER"), RAW(view_word(s)), NAME(s->schema, s->name),
	    Z(" SET ("), RAW(options_of(w, s->with, s->nwith, true)),
	    Z(");"));
}

void pgw_view_reset(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER"), RAW(view_word(s)), NAME(s->schema, s->name),
	    Z(" RESET ("), RAW(options_of(w, s->with, s->nwith, false)),
	    Z(");"));
}

void pgw_view_space(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER MATERIALIZED VIEW "), NAME(s->schema, s->name),
	    Z(" SET TABLESPACE "), RAW(s->to), Z(";"));
}

void pgw_view_method(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER MATERIALIZED VIEW "), NAME(s->schema, s->name),
	    Z(" SET ACCESS METHOD "), ID(s->to), Z(";"));
}
