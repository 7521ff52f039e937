/*
 * sql: the text of each statement, as sqlgenerator.ts writes it.
 */
#include "decl/sqlite.h"

static struct str done(struct sq *q, struct sbuf *b)
{
	struct str s = arena_str(q->a, sbuf_str(b));

	sbuf_free(b);
	return s;
}

static void quoted(struct sq *q, struct sbuf *b, struct str name, char mark)
{
	bool odd = q->j->safe && name.n && memchr(name.p, mark, name.n);

	sbuf_addc(b, mark);
	if (!odd)
		sbuf_add(b, name);
	for (size_t i = 0; odd && i < name.n; i++) {
		if (name.p[i] == mark)
			sbuf_addc(b, mark);
		sbuf_addc(b, name.p[i]);
	}
	sbuf_addc(b, mark);
	if (odd)
		decl_differs(q->j, DECL_D_SQ_NAME_QUOTE, name);
}

static void name(struct sq *q, struct sbuf *b, struct str s)
{
	quoted(q, b, s, '`');
}

static void names(struct sq *q, struct sbuf *b, struct strs list,
    const char *between)
{
	for (size_t i = 0; i < list.n; i++) {
		if (i)
			sbuf_addz(b, between);
		name(q, b, list.v[i]);
	}
}

/* --- columns -------------------------------------------------------------- */

static void put_default(struct sq *q, struct sbuf *b, struct str table,
    const struct decl_column *c)
{
	struct decl_value v = q->j->safe ? sq_safe_default(q, table, c) :
	    c->dflt;

	if (v.kind == DECL_NO_VALUE)
		return;
	sbuf_addz(b, " DEFAULT ");
	sbuf_add(b, decl_value_text(q->a, &v));
}

static void put_generated(struct sbuf *b, const struct decl_column *c)
{
	if (!c->generated.p)
		return;
	sbuf_addz(b, " GENERATED ALWAYS AS ");
	sbuf_add(b, c->generated);
	sbuf_addc(b, ' ');
	for (size_t i = 0; i < c->generated_type.n; i++) {
		char ch = c->generated_type.p[i];

		sbuf_addc(b, ch >= 'a' && ch <= 'z' ? (char)(ch - 32) : ch);
	}
}

/* In ALTER TABLE there is no AUTOINCREMENT. */
static void put_column(struct sq *q, struct sbuf *b, struct str table,
    const struct decl_column *c, bool alter)
{
	name(q, b, c->name);
	sbuf_addc(b, ' ');
	sbuf_add(b, c->type);
	if (c->primary)
		sbuf_addz(b, " PRIMARY KEY");
	if (c->autoincrement && !alter)
		sbuf_addz(b, " AUTOINCREMENT");
	put_default(q, b, table, c);
	put_generated(b, c);
	if (c->notnull)
		sbuf_addz(b, " NOT NULL");
}

/* --- CREATE TABLE --------------------------------------------------------- */

static void put_actions(struct sbuf *b, const struct decl_fk *f)
{
	if (f->on_update.n) {
		sbuf_addz(b, " ON UPDATE ");
		sbuf_add(b, f->on_update);
	}
	if (f->on_delete.n) {
		sbuf_addz(b, " ON DELETE ");
		sbuf_add(b, f->on_delete);
	}
}

static void put_keys(struct sq *q, struct sbuf *b,
    const struct sq_table_parts *parts)
{
	for (size_t i = 0; i < parts->pks.n; i++) {
		sbuf_addz(b, ",\n\tPRIMARY KEY(");
		names(q, b, sq_read_pk(q, parts->pks.v[i].text), ", ");
		sbuf_addc(b, ')');
	}
	for (size_t i = 0; i < parts->fks.n; i++) {
		struct decl_fk f = sq_read_fk(q, parts->fks.v[i].text);

		sbuf_addz(b, ",\n\tFOREIGN KEY (");
		names(q, b, f.cols_from, ",");
		sbuf_addz(b, ") REFERENCES ");
		name(q, b, f.table_to);
		sbuf_addc(b, '(');
		names(q, b, f.cols_to, ",");
		sbuf_addc(b, ')');
		put_actions(b, &f);
	}
}

static void put_uniques(struct sq *q, struct sbuf *b,
    const struct sq_table_parts *parts)
{
	for (size_t i = 0; i < parts->uniques.n; i++) {
		struct decl_key k = sq_read_unique(q, parts->uniques.v[i].text);

		sbuf_addz(b, ",\n\tCONSTRAINT ");
		sbuf_add(b, k.name);
		sbuf_addz(b, " UNIQUE(");
		names(q, b, k.cols, ",");
		sbuf_addc(b, ')');
	}
}

/* String.prototype.replaceAll with its $-patterns in the new text. */
static struct str replace_all(struct sq *q, struct str s, struct str what,
    struct str with)
{
	struct sbuf b = SBUF_TEXT;
	size_t from = 0, at;

	while ((at = str_find(s, what, from)) < s.n) {
		sbuf_add(&b, str_sub(s, from, at));
		for (size_t i = 0; i < with.n; i++) {
			char next = i + 1 < with.n ? with.p[i + 1] : '\0';

			if (with.p[i] != '$' || !next || !strchr("$&`'", next)) {
				sbuf_addc(&b, with.p[i]);
				continue;
			}
			i++;
			if (next == '$')
				sbuf_addc(&b, '$');
			else if (next == '&')
				sbuf_add(&b, what);
			else if (next == '`')
				sbuf_add(&b, str_sub(s, 0, at));
			else
				sbuf_add(&b, str_sub(s, at + what.n, s.n));
		}
		from = at + what.n;
	}
	sbuf_add(&b, str_sub(s, from, s.n));
	return done(q, &b);
}

static struct str swap_names(struct sq *q, struct str text, struct str was,
    struct str now)
{
	static const char *const marks[] = { "\"", "`", "", "'" };

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		const char *to = i == 3 && q->turso ? "`" : marks[i];

		text = replace_all(q, text,
		    arena_printf(q->a, "%s%.*s%s.", marks[i], STR_ARG(was),
		    marks[i]), arena_printf(q->a, "%s%.*s%s.", to,
		    STR_ARG(now), to));
	}
	return text;
}

/* The same as drizzle-kit reads it, for D.2. */
static struct str exact_text(struct sq *q, struct str text)
{
	char *p = arena_z(q->a, text);

	for (size_t i = 0; i < text.n; i++)
		if (p[i] == q->part)
			p[i] = ';';
		else if (p[i] == q->item)
			p[i] = ',';
	return (struct str){ p, text.n };
}

static struct sq exact_of(const struct sq *q, struct decl_job *j)
{
	struct sq x = *q;

	*j = *q->j;
	j->safe = false;
	x.j = j;
	x.part = ';';
	x.item = ',';
	return x;
}

static struct decl_check read_check(struct sq *q, struct str table,
    struct str squashed, struct str as)
{
	struct decl_check c;

	if (!q->j->safe) {
		if (!str_eq(table, as))
			squashed = swap_names(q, squashed, table, as);
		return sq_read_check(q, squashed);
	}
	c = sq_read_check(q, squashed);
	if (!str_eq(table, as))
		c.value = sq_requalify(q->a, c.value, table, as);
	return c;
}

static void put_checks(struct sq *q, struct sbuf *b, struct str table,
    const struct sq_table_parts *parts, struct str as)
{
	struct decl_job j;
	struct sq exact = exact_of(q, &j);

	for (size_t i = 0; i < parts->checks.n; i++) {
		struct str text = parts->checks.v[i].text;
		struct decl_check c = read_check(q, table, text, as), x;

		x = read_check(&exact, table, exact_text(q, text), as);
		if (!str_eq(c.value, x.value) || !str_eq(c.name, x.name))
			decl_differs(q->j, str_find(text, STR(";"), 0) <
			    text.n ? DECL_D_SQ_MARKS : DECL_D_SQ_CHECK,
			    c.name);
		sbuf_addz(b, ",\n\tCONSTRAINT ");
		quoted(q, b, c.name, '"');
		sbuf_addz(b, " CHECK(");
		sbuf_add(b, c.value);
		sbuf_addc(b, ')');
	}
}

static struct str create_table(struct sq *q, const struct decl_table *t,
    struct str as)
{
	struct sbuf b = SBUF_TEXT;
	struct sq_table_parts parts;

	sq_split(q, t, &parts);
	sbuf_addz(&b, "CREATE TABLE ");
	name(q, &b, as);
	sbuf_addz(&b, " (\n");
	for (size_t i = 0; i < t->ncols; i++) {
		sbuf_addz(&b, i ? ",\n\t" : "\t");
		put_column(q, &b, t->name, &t->cols[i], false);
	}
	put_keys(q, &b, &parts);
	if (str_eq(as, t->name) || q->j->safe)
		put_uniques(q, &b, &parts);
	if (!str_eq(as, t->name) && q->j->safe && parts.uniques.n)
		decl_differs(q->j, DECL_D_SQ_UNIQUE, t->name);
	put_checks(q, &b, t->name, &parts, as);
	sbuf_addz(&b, "\n);\n");
	return done(q, &b);
}

/* --- rebuild -------------------------------------------------------------- */

static const struct decl_column *column(const struct decl_table *t,
    struct str wanted)
{
	for (size_t i = 0; t && i < t->ncols; i++)
		if (str_eq(t->cols[i].name, wanted))
			return &t->cols[i];
	return NULL;
}

/* Safe: what the old table has and the new one can be given. */
static bool is_copied(struct sq *q, const struct sq_statement *x,
    const struct decl_column *c)
{
	if (!q->j->safe)
		return true;
	if (c->generated.p) {
		decl_differs(q->j, DECL_D_SQ_GENERATED, x->now->name);
		return false;
	}
	if (column(x->pair->old, c->name))
		return true;
	decl_differs(q->j, DECL_D_SQ_NEW_COLUMN, x->now->name);
	return false;
}

static void copy_rows(struct sq *q, const struct sq_statement *x,
    struct str temporary)
{
	struct sbuf b = SBUF_TEXT, list = SBUF_TEXT;

	for (size_t i = 0; i < x->now->ncols; i++) {
		if (!is_copied(q, x, &x->now->cols[i]))
			continue;
		if (list.n)
			sbuf_addz(&list, ", ");
		quoted(q, &list, x->now->cols[i].name, '"');
	}
	if (!list.n && q->j->safe) {
		decl_warn(q->j, "%.*s keeps no column: its rows go",
		    STR_ARG(x->now->name));
		sbuf_free(&list);
		return;
	}
	sbuf_addz(&b, "INSERT INTO ");
	name(q, &b, temporary);
	sbuf_addc(&b, '(');
	sbuf_add(&b, sbuf_str(&list));
	sbuf_addz(&b, ") SELECT ");
	sbuf_add(&b, sbuf_str(&list));
	sbuf_addz(&b, " FROM ");
	name(q, &b, x->now->name);
	sbuf_addc(&b, ';');
	decl_put(q->j, done(q, &b));
	sbuf_free(&list);
}

static bool counts(const struct decl_table *t)
{
	for (size_t i = 0; i < t->ncols; i++)
		if (t->cols[i].autoincrement)
			return true;
	return false;
}

static void literal(struct sbuf *b, struct str s)
{
	sbuf_addc(b, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\'')
			sbuf_addc(b, '\'');
		sbuf_addc(b, s.p[i]);
	}
	sbuf_addc(b, '\'');
}

/* The counter of the old table goes with DROP TABLE. */
static void copy_counter(struct sq *q, const struct sq_statement *x,
    struct str temporary)
{
	struct sbuf b = SBUF_TEXT;

	if (!q->j->safe || !counts(x->pair->was) || !counts(x->now))
		return;
	decl_differs(q->j, DECL_D_SQ_SEQUENCE, x->now->name);
	sbuf_addz(&b, "INSERT INTO `sqlite_sequence`(\"name\", \"seq\") "
	    "SELECT ");
	literal(&b, temporary);
	sbuf_addz(&b, ", \"seq\" FROM `sqlite_sequence` WHERE \"name\" = ");
	literal(&b, x->now->name);
	sbuf_addc(&b, ';');
	decl_put(q->j, done(q, &b));
}

static void named_statement(struct sq *q, const char *before, struct str s,
    const char *between, struct str to)
{
	struct sbuf b = SBUF_TEXT;

	sbuf_addz(&b, before);
	name(q, &b, s);
	if (between) {
		sbuf_addz(&b, between);
		name(q, &b, to);
	}
	sbuf_addc(&b, ';');
	decl_put(q->j, done(q, &b));
}

static void recreate(struct sq *q, const struct sq_statement *x)
{
	struct str temporary = arena_printf(q->a, "__new_%.*s",
	    STR_ARG(x->now->name));

	if (!q->j->safe)
		decl_put(q->j, STR("PRAGMA foreign_keys=OFF;"));
	decl_put(q->j, create_table(q, x->now, temporary));
	copy_counter(q, x, temporary);
	copy_rows(q, x, temporary);
	named_statement(q, "DROP TABLE ", x->now->name, NULL, STR_NONE);
	named_statement(q, "ALTER TABLE ", temporary, " RENAME TO ",
	    x->now->name);
	if (!q->j->safe)
		decl_put(q->j, STR("PRAGMA foreign_keys=ON;"));
}

/* --- indexes -------------------------------------------------------------- */

static bool is_expression(const struct sq *q, struct str index,
    struct str text)
{
	const struct decl *to = q->j->to;

	for (size_t i = 0; i < to->ninternal; i++) {
		if (!str_eq(to->internal[i].index, index))
			continue;
		for (size_t k = 0; k < to->internal[i].expressions.n; k++)
			if (str_eq(to->internal[i].expressions.v[k], text))
				return true;
	}
	return false;
}

static struct str index_text(struct sq *q, struct str table, struct str data,
    bool internal)
{
	struct decl_index x = sq_read_index(q, data);
	struct sbuf b = SBUF_TEXT;

	sbuf_addz(&b, x.unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
	name(q, &b, x.name);
	sbuf_addz(&b, " ON ");
	name(q, &b, table);
	sbuf_addz(&b, " (");
	for (size_t i = 0; i < x.ncols; i++) {
		struct str text = x.cols[i].expression;

		if (i)
			sbuf_addc(&b, ',');
		if (internal && is_expression(q, x.name, text))
			sbuf_add(&b, text);
		else
			name(q, &b, text);
	}
	sbuf_addc(&b, ')');
	if (x.where.n) {
		sbuf_addz(&b, " WHERE ");
		sbuf_add(&b, x.where);
	}
	sbuf_addc(&b, ';');
	return done(q, &b);
}

static void create_index(struct sq *q, const struct sq_statement *x)
{
	struct decl_job j;
	struct sq exact;
	struct str text, other;

	if (!q->j->safe) {
		decl_put(q->j, index_text(q, x->table, x->data, x->internal));
		return;
	}
	text = index_text(q, x->table, x->data, true);
	exact = exact_of(q, &j);
	other = index_text(&exact, x->table, exact_text(q, x->data), true);
	if (!str_eq(text, other))
		decl_differs(q->j, DECL_D_SQ_MARKS,
		    sq_read_index(q, x->data).name);
	else if (!x->internal && !str_eq(text, index_text(&exact, x->table,
	    exact_text(q, x->data), false)))
		decl_differs(q->j, DECL_D_SQ_EXPRESSION,
		    sq_read_index(q, x->data).name);
	decl_put(q->j, text);
}

static void drop_index(struct sq *q, const struct sq_statement *x)
{
	named_statement(q, "DROP INDEX ", sq_read_index(q, x->data).name,
	    NULL, STR_NONE);
}

/* --- columns -------------------------------------------------------------- */

static void put_reference(struct sq *q, struct sbuf *b,
    const struct sq_statement *x)
{
	struct decl_fk f = sq_read_fk(q, x->data);

	sbuf_addz(b, " REFERENCES ");
	if (q->j->safe) {
		decl_differs(q->j, DECL_D_SQ_REFERENCES, arena_printf(q->a,
		    "%.*s.%.*s", STR_ARG(x->table), STR_ARG(x->col->name)));
		name(q, b, f.table_to);
		sbuf_addc(b, '(');
		names(q, b, f.cols_to, ",");
		sbuf_addc(b, ')');
		put_actions(b, &f);
		return;
	}
	sbuf_add(b, f.table_to);
	sbuf_addc(b, '(');
	for (size_t i = 0; i < f.cols_to.n; i++) {
		if (i)
			sbuf_addc(b, ',');
		sbuf_add(b, f.cols_to.v[i]);
	}
	sbuf_addc(b, ')');
}

static void add_column(struct sq *q, const struct sq_statement *x)
{
	struct sbuf b = SBUF_TEXT;

	sbuf_addz(&b, "ALTER TABLE ");
	name(q, &b, x->table);
	sbuf_addz(&b, " ADD ");
	put_column(q, &b, x->table, x->col, true);
	if (x->data.p)
		put_reference(q, &b, x);
	sbuf_addc(&b, ';');
	decl_put(q->j, done(q, &b));
	if (x->col->notnull && x->col->dflt.kind == DECL_NO_VALUE &&
	    !x->col->generated.p)
		decl_warn(q->j, "%.*s.%.*s is NOT NULL without a default: "
		    "SQLite adds it to an empty table only",
		    STR_ARG(x->table), STR_ARG(x->col->name));
}

static void drop_column(struct sq *q, const struct sq_statement *x)
{
	named_statement(q, "ALTER TABLE ", x->table, " DROP COLUMN ",
	    x->col->name);
}

static void replace_column(struct sq *q, const struct sq_statement *x)
{
	drop_column(q, x);
	add_column(q, x);
}

static void rename_column(struct sq *q, const struct sq_statement *x)
{
	struct sbuf b = SBUF_TEXT;

	sbuf_addz(&b, "ALTER TABLE ");
	name(q, &b, x->table);
	sbuf_addz(&b, " RENAME COLUMN ");
	quoted(q, &b, x->name, '"');
	sbuf_addz(&b, " TO ");
	quoted(q, &b, x->to, '"');
	sbuf_addc(&b, ';');
	decl_put(q->j, done(q, &b));
}

/* --- libSQL --------------------------------------------------------------- */

static void put_altered(struct sq *q, struct sbuf *b, struct str table,
    const struct decl_column *c, bool any_default)
{
	sbuf_addz(b, "ALTER TABLE ");
	name(q, b, table);
	sbuf_addz(b, " ALTER COLUMN ");
	quoted(q, b, c->name, '"');
	sbuf_addz(b, " TO ");
	quoted(q, b, c->name, '"');
	sbuf_addc(b, ' ');
	sbuf_add(b, c->type);
	if (c->notnull)
		sbuf_addz(b, " NOT NULL");
	if (any_default || decl_value_truthy(&c->dflt))
		put_default(q, b, table, c);
}

static void drop_quoted(struct sq *q, struct str index)
{
	struct sbuf b = SBUF_TEXT;

	sbuf_addz(&b, "DROP INDEX ");
	quoted(q, &b, index, '"');
	sbuf_addc(&b, ';');
	decl_put(q->j, done(q, &b));
}

/* All indexes of the schema go and come back, but where sq_safe_order() has
 * seen to that. */
static void alter_column(struct sq *q, const struct sq_statement *x)
{
	static const struct decl none = { 0 };
	const struct decl *to = x->bare ? &none : q->j->to;
	struct sbuf b = SBUF_TEXT;
	struct sq_table_parts parts;

	for (size_t i = 0; i < to->ntables; i++)
		for (size_t k = 0; k < to->tables[i].nindexes; k++)
			drop_quoted(q, to->tables[i].indexes[k].name);
	put_altered(q, &b, x->table, x->col, x->set_default);
	sbuf_addc(&b, ';');
	decl_put(q->j, done(q, &b));
	for (size_t i = 0; i < to->ntables; i++) {
		sq_split(q, &to->tables[i], &parts);
		for (size_t k = 0; k < parts.indexes.n; k++)
			create_index(q, &(struct sq_statement){
				.table = to->tables[i].name,
				.now = &to->tables[i],
				.data = parts.indexes.v[k].text });
	}
}

static void alter_reference(struct sq *q, const struct sq_statement *x)
{
	struct decl_fk f = sq_read_fk(q, x->data);
	const struct decl_column *c = column(x->now, f.cols_from.v[0]);
	struct sbuf b = SBUF_TEXT;

	put_altered(q, &b, f.table_from, c ? c :
	    &(struct decl_column){ .name = f.cols_from.v[0] }, false);
	sbuf_addz(&b, " REFERENCES ");
	sbuf_add(&b, f.table_to);
	sbuf_addc(&b, '(');
	sbuf_add(&b, f.cols_to.v[0]);
	sbuf_addc(&b, ')');
	if (f.on_delete.n) {
		sbuf_addz(&b, " ON DELETE ");
		sbuf_add(&b, f.on_delete);
	}
	if (f.on_update.n) {
		sbuf_addz(&b, " ON UPDATE ");
		sbuf_add(&b, f.on_update);
	}
	sbuf_addc(&b, ';');
	decl_put(q->j, done(q, &b));
}

/* --- the list ------------------------------------------------------------- */

static void create_new(struct sq *q, const struct sq_statement *x)
{
	decl_put(q->j, create_table(q, x->now, x->now->name));
}

static void drop_table(struct sq *q, const struct sq_statement *x)
{
	named_statement(q, "DROP TABLE ", x->table, NULL, STR_NONE);
}

static void rename_table(struct sq *q, const struct sq_statement *x)
{
	named_statement(q, "ALTER TABLE ", x->name, " RENAME TO ", x->to);
}

static void drop_view(struct sq *q, const struct sq_statement *x)
{
	named_statement(q, "DROP VIEW ", x->name, NULL, STR_NONE);
}

static void create_view(struct sq *q, const struct sq_statement *x)
{
	struct sbuf b = SBUF_TEXT;

	sbuf_addz(&b, "CREATE VIEW ");
	name(q, &b, x->name);
	sbuf_addz(&b, " AS ");
	sbuf_add(&b, x->to.p ? x->to : STR("undefined"));
	sbuf_addc(&b, ';');
	decl_put(q->j, done(q, &b));
}

static void pragma(struct sq *q, const struct sq_statement *x)
{
	decl_put(q->j, x->name);
}

static void (*const write[SQ_KIND_N])(struct sq *q,
    const struct sq_statement *x) = {
	[SQ_CREATE_TABLE] = create_new,
	[SQ_DROP_TABLE] = drop_table,
	[SQ_RENAME_TABLE] = rename_table,
	[SQ_RENAME_COLUMN] = rename_column,
	[SQ_ADD_COLUMN] = add_column,
	[SQ_DROP_COLUMN] = drop_column,
	[SQ_REPLACE_COLUMN] = replace_column,
	[SQ_CREATE_INDEX] = create_index,
	[SQ_DROP_INDEX] = drop_index,
	[SQ_RECREATE] = recreate,
	[SQ_DROP_VIEW] = drop_view,
	[SQ_CREATE_VIEW] = create_view,
	[SQ_PRAGMA] = pragma,
	[SQ_ALTER_COLUMN] = alter_column,
	[SQ_REFERENCE] = alter_reference,
};

void sq_write(struct sq *q)
{
	for (size_t i = 0; i < q->list.n; i++)
		if (write[q->list.v[i].kind])
			write[q->list.v[i].kind](q, &q->list.v[i]);
}
