/*
 * Objects of tables and views from the engine's pragmas, read in sets, with
 * what only the stored text tells.  Where both speak the pragma is right;
 * text that does not read costs its details, never the table.
 */
#include "drv/lite/introspect.h"
#include "dialect/sqlite/sqlite.h"

/* One table by name, or all of them when ?1 is NULL. */
#define TABLES "(SELECT name FROM sqlite_schema WHERE type='table' " \
	"AND rootpage>0 AND (?1 IS NULL OR name=?1)) s"

static struct str kept(struct lite_build *b, sqlite3_stmt *s, int col)
{
	return arena_str(b->a, lite_text(s, col));
}

void lite_build_add(struct lite_build *b, void *object, bool managed)
{
	struct obj *o = object;

	model_add(b->m, o);
	o->managed = managed;
}

static void add(struct lite_build *b, struct lite_table *t, void *object)
{
	lite_build_add(b, object, t->t->o.managed);
}

/* The content name, or "name #2" where one like it exists. */
static struct str unique_name(struct lite_build *b, struct lite_table *t,
    enum obj_kind kind, struct str name)
{
	struct str key = arena_printf(b->tmp, "%d %.*s", (int)kind,
	    STR_ARG(name));
	size_t n = 1;

	while (map_has(t->names, key)) {
		n++;
		key = arena_printf(b->tmp, "%d %.*s #%zu", (int)kind,
		    STR_ARG(name), n);
	}
	map_put(t->names, key, t);
	return n == 1 ? name : arena_printf(b->a, "%.*s #%zu", STR_ARG(name), n);
}

static bool names_equal(struct strs x, struct strs y)
{
	if (x.n != y.n)
		return false;
	for (size_t i = 0; i < x.n; i++)
		if (!str_ieq(x.v[i], y.v[i]))
			return false;
	return true;
}

/* --- running a set ---------------------------------------------------- */

typedef void on_row(struct lite_build *b, struct lite_table *t,
    sqlite3_stmt *s);

static enum rc step_rows(struct lite_build *b, sqlite3_stmt *s, on_row *row,
    struct err *e)
{
	struct lite_table *t = NULL;
	bool more = true;
	enum rc rc = RC_OK;

	while (!rc) {
		rc = lite_step(b->d, s, &more, e);
		if (rc || !more)
			break;
		if (!t || !str_eq(t->t->o.name, lite_text(s, 0)))
			t = map_get(b->tables, lite_text(s, 0));
		if (t)
			row(b, t, s);
	}
	return rc;
}

static enum rc read_one(struct lite_build *b, sqlite3_stmt *s, struct str name,
    on_row *row, struct err *e)
{
	sqlite3_reset(s);
	sqlite3_bind_text64(s, 1, name.p, name.n, SQLITE_STATIC, SQLITE_UTF8);
	return step_rows(b, s, row, e);
}

/* PRAGMA name(arg) of one table: what a set joins, without joining it. */
static enum rc pragma_rows(struct lite_build *b, struct lite_table *t,
    const char *name, struct str arg, on_row *row)
{
	struct sbuf sql = SBUF_TEXT;
	sqlite3_stmt *s = NULL;
	bool more = true;
	enum rc rc;

	SQL(&sql, "PRAGMA main.");
	sbuf_addz(&sql, name);
	SQL(&sql, "(");
	dialect_sqlite.ident(&sql, arg);
	SQL(&sql, ")");
	rc = lite_prepare(b->d, sbuf_str(&sql), &s, b->e);
	while (!rc && !(rc = lite_step(b->d, s, &more, b->e)) && more)
		row(b, t, s);
	sqlite3_finalize(s);
	sbuf_free(&sql);
	return rc;
}

/*
 * A pragma of every table: all at once in a set, whose column 0 is the table,
 * a few tables one by one.  What did not read as a text is not known to be an
 * ordinary table: the set tells.
 */
static enum rc read_set(struct lite_build *b, struct str sql,
    const char *pragma, on_row *row)
{
	sqlite3_stmt *s = NULL;
	enum rc rc = RC_OK;

	b->at = 1;
	if (b->all) {
		rc = lite_prepare(b->d, sql, &s, b->e);
		if (!rc)
			rc = step_rows(b, s, row, b->e);
	}
	for (size_t i = 0; !rc && !b->all && i < map_count(b->tables); i++) {
		struct lite_table *t = map_at(b->tables, i)->value;

		b->at = t->read ? 0 : 1;
		if (t->read && t->t->type != TABLE_VIRTUAL)
			rc = pragma_rows(b, t, pragma, t->t->o.name, row);
		if (t->read)
			continue;
		if (!s)
			rc = lite_prepare(b->d, sql, &s, b->e);
		if (!rc)
			rc = read_one(b, s, t->t->o.name, row, b->e);
	}
	sqlite3_finalize(s);
	return rc;
}

/* --- columns ---------------------------------------------------------- */

static const struct create_column *text_column(const struct lite_table *t,
    size_t at, struct str name)
{
	if (at < t->text.ncols && str_eq(t->text.cols[at].name, name))
		return &t->text.cols[at];
	for (size_t i = 0; i < t->text.ncols; i++)
		if (str_ieq(t->text.cols[i].name, name))
			return &t->text.cols[i];
	return NULL;
}

static void on_column(struct lite_build *b, struct lite_table *t,
    sqlite3_stmt *s)
{
	struct column *c = arena_new_of(b->a, struct column);
	const struct create_column *text;
	int at = b->at, hidden = sqlite3_column_int(s, at + 6);

	c->o = (struct obj){ .kind = OBJ_COLUMN, .table = t->t->o.name,
		.name = kept(b, s, at + 1) };
	c->pos = sqlite3_column_int(s, at) + 1;
	c->type = kept(b, s, at + 2);
	c->notnull = sqlite3_column_int(s, at + 3) != 0;
	c->has_default = sqlite3_column_type(s, at + 4) != SQLITE_NULL;
	if (c->has_default)
		c->dflt = kept(b, s, at + 4);
	c->pk_pos = sqlite3_column_int(s, at + 5);
	c->hidden = hidden == 1;
	c->generated = hidden == 2 ? GEN_VIRTUAL : hidden == 3 ? GEN_STORED :
	    GEN_NONE;
	text = text_column(t, t->cols.n, c->o.name);
	if (text) {
		/* The pragma writes the standard names in capitals. */
		if (str_ieq(text->type, c->type))
			c->type = text->type;
		if (!str_ieq(text->collation, STR("BINARY")))
			c->collation = text->collation;
		if (c->generated)
			c->gen_expr = sqlite_fold_sql(text->gen_expr, b->a);
	}
	vec_push(b->a, &t->cols, c);
	add(b, t, c);
}

#define COLUMNS "x.cid, x.name, x.type, x.\"notnull\", x.dflt_value, x.pk, " \
	"x.hidden"

/* Virtual tables may name a module that is not here: asked one by one. */
static enum rc read_virtual(struct lite_build *b)
{
	sqlite3_stmt *s = NULL;
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < map_count(b->tables); i++) {
		struct lite_table *t = map_at(b->tables, i)->value;
		struct err failed = ERR_INIT;

		if (t->t->type != TABLE_VIRTUAL)
			continue;
		if (!s)
			rc = lite_prepare(b->d, STR("SELECT ?1, " COLUMNS
			    " FROM pragma_table_xinfo(?1) x"), &s, b->e);
		b->at = 1;
		if (!rc)
			rc = read_one(b, s, t->t->o.name, on_column, &failed);
		if (rc == RC_DB)
			rc = RC_OK;
		else if (rc && failed.code)
			*b->e = failed;
	}
	sqlite3_finalize(s);
	return rc;
}

/* --- keys ------------------------------------------------------------- */

static void build_pk(struct lite_build *b, struct lite_table *t)
{
	struct key *k;
	struct str *cols;
	size_t n = 0;

	for (size_t i = 0; i < t->cols.n; i++)
		n += t->cols.v[i]->pk_pos > 0;
	if (!n)
		return;
	cols = arena_array(b->a, struct str, n);
	for (size_t i = 0; i < t->cols.n; i++) {
		int pos = t->cols.v[i]->pk_pos;

		if (pos > 0 && (size_t)pos <= n)
			cols[pos - 1] = t->cols.v[i]->o.name;
	}
	k = arena_new_of(b->a, struct key);
	k->cols = t->pk = (struct strs){ cols, n };
	for (size_t i = 0; i < t->text.ncons; i++) {
		const struct create_constraint *c = &t->text.cons[i];

		if (c->kind != CREATE_PK)
			continue;
		k->label = c->label;
		k->conflict = c->conflict;
		k->autoincrement = c->autoincrement;
	}
	k->o = (struct obj){ .kind = OBJ_PK, .table = t->t->o.name,
		.name = k->label.n ? k->label : model_name_key(b->a, k->cols) };
	add(b, t, k);
}

static void build_unique(struct lite_build *b, struct lite_table *t,
    const struct index *x)
{
	struct key *k = arena_new_of(b->a, struct key);
	struct str *cols = arena_array(b->a, struct str, x->nparts);

	for (size_t i = 0; i < x->nparts; i++)
		cols[i] = x->parts[i].column;
	k->cols = (struct strs){ cols, x->nparts };
	for (size_t i = 0; i < t->text.ncons; i++) {
		const struct create_constraint *c = &t->text.cons[i];

		if (c->kind != CREATE_UNIQUE || !names_equal(c->cols, k->cols))
			continue;
		k->label = c->label;
		k->conflict = c->conflict;
		break;
	}
	k->o = (struct obj){ .kind = OBJ_UNIQUE, .table = t->t->o.name,
		.name = unique_name(b, t, OBJ_UNIQUE, k->label.n ? k->label :
		    model_name_key(b->a, k->cols)) };
	add(b, t, k);
}

static void build_checks(struct lite_build *b, struct lite_table *t)
{
	for (size_t i = 0; i < t->text.ncons; i++) {
		const struct create_constraint *c = &t->text.cons[i];
		struct check *k;

		if (c->kind != CREATE_CHECK)
			continue;
		k = arena_new_of(b->a, struct check);
		k->label = c->label;
		k->expr = sqlite_fold_sql(c->expr, b->a);
		k->column = c->column;
		k->o = (struct obj){ .kind = OBJ_CHECK, .table = t->t->o.name,
			.name = unique_name(b, t, OBJ_CHECK, k->label.n ?
			    k->label : k->expr) };
		add(b, t, k);
	}
}

/* --- indexes ---------------------------------------------------------- */

struct index_build {
	struct index x;		/* first: it is the object */
	struct lite_table *t;
	struct create_index text;
	VEC(struct index_part) parts;
	bool partial;
};

static struct str own_collation(const struct lite_table *t, struct str column)
{
	for (size_t i = 0; i < t->cols.n; i++)
		if (str_ieq(t->cols.v[i]->o.name, column))
			return t->cols.v[i]->collation;
	return STR_NONE;
}

/* Columns 1 to 3: name, unique, origin. */
static struct index_build *index_begin(struct lite_build *b,
    struct lite_table *t, sqlite3_stmt *s)
{
	struct index_build *x = arena_new_of(b->a, struct index_build);
	const struct lite_row *row = map_get(b->sql, lite_text(s, 1));
	const unsigned char *origin = sqlite3_column_text(s, 3);
	struct err ignored = ERR_INIT;

	x->t = t;
	x->x.o = (struct obj){ .kind = OBJ_INDEX, .table = t->t->o.name,
		.name = kept(b, s, 1) };
	x->x.unique = sqlite3_column_int(s, 2) != 0;
	x->x.origin = origin ? (char)origin[0] : 'c';
	x->x.bytes = -1;
	if (row && row->sql.n) {
		x->x.sql = row->sql;
		if (!sqlite_read_index(row->sql, b->a, &x->text, &ignored))
			x->x.where = x->text.where;
	}
	return x;
}

/* Columns from `at` on: cid, name, desc, coll. */
static void index_part(struct lite_build *b, struct index_build *x,
    sqlite3_stmt *s, int at)
{
	struct index_part p = { .desc = sqlite3_column_int(s, at + 2) != 0 };
	struct str coll = lite_text(s, at + 3), own;

	if (sqlite3_column_int(s, at) == -2) {
		if (x->parts.n < x->text.parts.n)
			p.expr = x->text.parts.v[x->parts.n];
	} else {
		p.column = sqlite3_column_int(s, at) == -1 ? STR("rowid") :
		    kept(b, s, at + 1);
	}
	own = own_collation(x->t, p.column);
	if (!str_ieq(coll, own.n ? own : STR("BINARY")))
		p.collation = arena_str(b->a, coll);
	vec_push(b->a, &x->parts, p);
}

static void index_end(struct lite_build *b, struct index_build *x)
{
	struct sbuf text = SBUF_TEXT;

	if (!x)
		return;
	x->x.parts = x->parts.v;
	x->x.nparts = x->parts.n;
	for (size_t i = 0; i < x->x.nparts; i++) {
		const struct index_part *p = &x->x.parts[i];

		if (i)
			SQL(&text, ", ");
		sbuf_add(&text, p->column.n ? p->column : p->expr);
		if (p->desc)
			SQL(&text, " desc");
		if (p->collation.n) {
			SQL(&text, " collate ");
			sbuf_add(&text, p->collation);
		}
	}
	x->x.parts_text = arena_str(b->a, sbuf_str(&text));
	sbuf_free(&text);
	add(b, x->t, &x->x);
	if (x->x.origin == 'u')
		build_unique(b, x->t, &x->x);
}

static void on_index_part(struct lite_build *b, struct lite_table *t,
    sqlite3_stmt *s)
{
	struct index_build *x = b->open_index;

	if (!x || x->t != t || !str_eq(x->x.o.name, lite_text(s, 1))) {
		index_end(b, x);
		b->open_index = x = index_begin(b, t, s);
	}
	index_part(b, x, s, 4);
}

static void on_key_column(struct lite_build *b, struct lite_table *t,
    sqlite3_stmt *s)
{
	(void)t;
	if (sqlite3_column_int(s, 5))
		index_part(b, b->open_index, s, 1);
}

/* A row of index_list: its parts are asked for by name. */
static void on_index(struct lite_build *b, struct lite_table *t,
    sqlite3_stmt *s)
{
	struct index_build *x = index_begin(b, t, s);

	index_end(b, b->open_index);
	b->open_index = x;
	if (!b->index_rc)
		b->index_rc = pragma_rows(b, t, "index_xinfo", x->x.o.name,
		    on_key_column);
	index_end(b, x);
	b->open_index = NULL;
}

static void on_index_row(struct lite_build *b, struct lite_table *t,
    sqlite3_stmt *s)
{
	if (b->at)
		on_index_part(b, t, s);
	else
		on_index(b, t, s);
}

static enum rc read_indexes(struct lite_build *b)
{
	enum rc rc = read_set(b, STR("SELECT s.name, l.name, l.\"unique\", "
	    "l.origin, x.cid, x.name, x.\"desc\", x.coll FROM " TABLES
	    " CROSS JOIN pragma_index_list(s.name) l"
	    " CROSS JOIN pragma_index_xinfo(l.name) x WHERE x.\"key\""),
	    "index_list", on_index_row);

	if (!rc)
		rc = b->index_rc;
	if (!rc)
		index_end(b, b->open_index);
	b->open_index = NULL;
	return rc;
}

/* --- foreign keys ----------------------------------------------------- */

static void on_key_part(struct lite_build *b, struct lite_table *t,
    sqlite3_stmt *s)
{
	struct lite_fk *k = t->fks.n ? &t->fks.v[t->fks.n - 1] : NULL;
	int at = b->at, id = sqlite3_column_int(s, at);

	if (!k || k->id != id) {
		vec_push(b->a, &t->fks, (struct lite_fk){ .id = id,
		    .fk = arena_new_of(b->a, struct fk) });
		k = &t->fks.v[t->fks.n - 1];
		k->fk->ref_table = kept(b, s, at + 2);
		k->fk->on_update = kept(b, s, at + 5);
		k->fk->on_delete = kept(b, s, at + 6);
		k->fk->match = kept(b, s, at + 7);
	}
	vec_push(b->a, &k->cols, kept(b, s, at + 3));
	if (sqlite3_column_type(s, at + 4) == SQLITE_NULL)
		k->implicit = true;
	else
		vec_push(b->a, &k->ref_cols, kept(b, s, at + 4));
}

static bool has_keys(const struct lite_build *b)
{
	for (size_t i = 0; i < map_count(b->tables); i++) {
		const struct lite_table *t = map_at(b->tables, i)->value;

		if (!t->read)
			return true;
		for (size_t k = 0; k < t->text.ncons; k++)
			if (t->text.cons[k].kind == CREATE_FK)
				return true;
	}
	return false;
}

/* The pragma lists the newest first, the text the oldest. */
static const struct create_constraint *text_key(const struct lite_table *t,
    int id)
{
	size_t n = t->fks.n, wanted = n - 1 - (size_t)id, seen = 0;

	for (size_t i = 0; i < t->text.ncons; i++)
		seen += t->text.cons[i].kind == CREATE_FK;
	if (seen != n || id < 0 || (size_t)id >= n)
		return NULL;
	for (size_t i = 0; i < t->text.ncons; i++)
		if (t->text.cons[i].kind == CREATE_FK && wanted-- == 0)
			return &t->text.cons[i];
	return NULL;
}

static struct strs parent_key(const struct lite_build *b, struct str name)
{
	for (size_t i = 0; i < map_count(b->tables); i++) {
		const struct map_entry *at = map_at(b->tables, i);

		if (str_ieq(at->key, name))
			return ((const struct lite_table *)at->value)->pk;
	}
	for (size_t i = 0; i < map_count(b->reused); i++) {
		const struct map_entry *at = map_at(b->reused, i);
		const struct table *t = at->value;

		if (str_ieq(at->key, name) && t->pk)
			return t->pk->cols;
	}
	return (struct strs){ NULL, 0 };
}

static void build_key(struct lite_build *b, struct lite_table *t,
    struct lite_fk *k)
{
	const struct create_constraint *text = text_key(t, k->id);
	struct fk *fk = k->fk;

	fk->cols = (struct strs){ k->cols.v, k->cols.n };
	fk->ref_cols = k->implicit ? parent_key(b, fk->ref_table) :
	    (struct strs){ k->ref_cols.v, k->ref_cols.n };
	if (text && str_ieq(text->ref_table, fk->ref_table)) {
		fk->label = text->label;
		fk->deferrable = text->deferrable;
		fk->initially_deferred = text->initially_deferred;
	}
	fk->o = (struct obj){ .kind = OBJ_FK, .table = t->t->o.name };
	fk->o.name = unique_name(b, t, OBJ_FK, fk->label.n ? fk->label :
	    model_name_fk(b->a, fk->cols, fk->ref_table, fk->ref_cols));
	t->row->implicit_fk |= k->implicit;
	add(b, t, fk);
}

static enum rc read_keys(struct lite_build *b)
{
	enum rc rc = RC_OK;

	if (has_keys(b))
		rc = read_set(b, STR("SELECT s.name, f.id, f.seq, f.\"table\", "
		    "f.\"from\", f.\"to\", f.on_update, f.on_delete, "
		    "f.\"match\" FROM " TABLES " CROSS JOIN "
		    "pragma_foreign_key_list(s.name) f"),
		    "foreign_key_list", on_key_part);
	for (size_t i = 0; !rc && i < map_count(b->tables); i++) {
		struct lite_table *t = map_at(b->tables, i)->value;

		/* Oldest first, so that #2 falls on the later one. */
		for (size_t k = t->fks.n; k-- > 0;)
			build_key(b, t, &t->fks.v[k]);
	}
	return rc;
}

/* --- tables ----------------------------------------------------------- */

/* What only the engine's table list tells: shadow tables, and the options
 * of a table whose text does not read.  Read once: joined, it is slow. */
static void on_listed(struct lite_build *b, struct lite_table *t,
    sqlite3_stmt *s)
{
	(void)b;
	if (str_is(lite_text(s, 1), "shadow"))
		t->t->type = TABLE_SHADOW;
	if (!t->read) {
		t->t->without_rowid = sqlite3_column_int(s, 2) != 0;
		t->t->strict = sqlite3_column_int(s, 3) != 0;
	}
}

static enum rc read_list(struct lite_build *b)
{
	sqlite3_stmt *s = NULL;
	bool wanted = false;
	enum rc rc;

	for (size_t i = 0; i < map_count(b->tables) && !wanted; i++) {
		const struct lite_table *t = map_at(b->tables, i)->value;

		wanted = !t->read || t->t->type == TABLE_VIRTUAL;
	}
	/* A table may become the shadow of a virtual table of before. */
	for (size_t i = 0; i < map_count(b->reused) && !wanted; i++)
		wanted = ((const struct table *)map_at(b->reused, i)->value)
		    ->type == TABLE_VIRTUAL;
	if (!wanted)
		return RC_OK;
	rc = lite_prepare(b->d, STR("SELECT name, type, wr, strict "
	    "FROM pragma_table_list WHERE schema='main'"), &s, b->e);
	if (!rc)
		rc = step_rows(b, s, on_listed, b->e);
	sqlite3_finalize(s);
	return rc;
}

static void begin_table(struct lite_build *b, struct lite_table *t)
{
	struct err ignored = ERR_INIT;
	struct table *table = arena_new_of(b->a, struct table);

	t->t = table;
	t->names = map_new(b->tmp);
	table->o = (struct obj){ .kind = OBJ_TABLE, .name = t->row->name };
	table->sql = t->row->sql;
	table->rows_estimate = table->bytes = -1;
	t->read = sqlite_read_create(t->row->sql, b->a, &t->text,
	    &ignored) == RC_OK;
	t->row->implicit_fk = false;
	if (!t->read)
		return;
	table->strict = t->text.strict;
	table->without_rowid = t->text.without_rowid;
	table->module = t->text.module;
	if (t->text.module.n)
		table->type = TABLE_VIRTUAL;
}

enum rc lite_build_tables(struct lite_build *b)
{
	enum rc rc;

	for (size_t i = 0; i < map_count(b->tables); i++)
		begin_table(b, map_at(b->tables, i)->value);
	rc = read_list(b);
	for (size_t i = 0; !rc && i < map_count(b->tables); i++) {
		struct lite_table *t = map_at(b->tables, i)->value;

		lite_build_add(b, t->t, !dialect_sqlite.is_foreign(&t->t->o));
	}
	if (!rc)
		rc = read_set(b, STR("SELECT s.name, " COLUMNS " FROM " TABLES
		    " CROSS JOIN pragma_table_xinfo(s.name) x"), "table_xinfo",
		    on_column);
	if (!rc)
		rc = read_virtual(b);
	for (size_t i = 0; !rc && i < map_count(b->tables); i++) {
		build_pk(b, map_at(b->tables, i)->value);
		build_checks(b, map_at(b->tables, i)->value);
	}
	if (!rc)
		rc = read_indexes(b);
	return rc ? rc : read_keys(b);
}

/* --- views and triggers ----------------------------------------------- */

void lite_build_trigger(struct lite_build *b, const struct lite_row *row)
{
	struct trigger *t = arena_new_of(b->a, struct trigger);

	t->o = (struct obj){ .kind = OBJ_TRIGGER, .table = row->tbl,
		.name = row->name };
	t->sql = sqlite_fold_sql(row->sql, b->a);
	lite_build_add(b, t, !dialect_sqlite.is_foreign(&t->o));
}

/* A view that no longer works has no columns; that is not our failure. */
static enum rc view_columns(struct lite_build *b, sqlite3_stmt *s,
    struct view *v)
{
	VEC(struct str) cols = { 0 };
	struct err failed = ERR_INIT;
	bool more = true;
	enum rc rc = RC_OK;

	sqlite3_reset(s);
	sqlite3_bind_text64(s, 1, v->o.name.p, v->o.name.n, SQLITE_STATIC,
	    SQLITE_UTF8);
	while (!rc) {
		rc = lite_step(b->d, s, &more, &failed);
		if (rc || !more)
			break;
		vec_push(b->a, &cols, kept(b, s, 0));
	}
	v->cols = (struct strs){ cols.v, cols.n };
	if (rc == RC_DB)
		return RC_OK;
	if (rc)
		*b->e = failed;
	return rc;
}

enum rc lite_build_views(struct lite_build *b, struct lite_row **rows, size_t n)
{
	sqlite3_stmt *s = NULL;
	enum rc rc = RC_OK;

	if (n)
		rc = lite_prepare(b->d, STR("SELECT name FROM "
		    "pragma_table_xinfo(?1)"), &s, b->e);
	for (size_t i = 0; !rc && i < n; i++) {
		struct view *v = arena_new_of(b->a, struct view);

		v->o = (struct obj){ .kind = OBJ_VIEW, .name = rows[i]->name };
		v->sql = sqlite_fold_sql(rows[i]->sql, b->a);
		rc = view_columns(b, s, v);
		lite_build_add(b, v, !dialect_sqlite.is_foreign(&v->o));
	}
	sqlite3_finalize(s);
	return rc;
}
