/*
 * Declared schemas of SQLite compared.  Every row of differences.def is shown
 * on a real SQLite: what drizzle-kit writes fails or loses something, what
 * the default writes does neither.
 */
#include <stdlib.h>

#include <sqlite3.h>

#include "decl/diff.h"
#include "unit.h"

static struct arena *arena;
static struct err err;

/* --- a schema in lines, fields parted by '|' ------------------------------ */

/*
 *	T|table			C|column|type|pk auto notnull d=… v=… s=…
 *	I|index|a&b|where	X|index|expression
 *	F|name|column|table|column|on delete
 *	P|name|a&b	U|name|a&b	K|check|text	V|view|query
 * v= and s= are virtual and stored; they and d= end their line.
 */
struct reading {
	struct decl *d;
	VEC(struct decl_table) tables;
	VEC(struct decl_view) views;
	VEC(struct decl_internal) internal;
	VEC(struct decl_column) cols;
	VEC(struct decl_index) indexes;
	VEC(struct decl_fk) fks;
	VEC(struct decl_key) pks, uniques;
	VEC(struct decl_check) checks;
};

static struct str field(struct str *rest, char sep)
{
	size_t n = 0;
	struct str s;

	while (n < rest->n && rest->p[n] != sep)
		n++;
	s = str_sub(*rest, 0, n);
	*rest = str_sub(*rest, n + 1, rest->n);
	return s;
}

static struct strs listed(struct str s)
{
	VEC(struct str) v = { 0 };

	while (s.n)
		vec_push(arena, &v, field(&s, '&'));
	return (struct strs){ v.v, v.n };
}

static struct decl_column column_of(struct str line)
{
	struct decl_column c = { .name = field(&line, '|'),
		.type = field(&line, '|') };

	while (line.n) {
		if (str_starts(line, STR("d="))) {
			c.dflt = (struct decl_value){ .kind = DECL_STRING,
				.text = str_sub(line, 2, line.n) };
			break;
		}
		if (str_starts(line, STR("v=")) ||
		    str_starts(line, STR("s="))) {
			c.generated = str_sub(line, 2, line.n);
			c.generated_type = line.p[0] == 'v' ?
			    STR("virtual") : STR("stored");
			break;
		}
		struct str word = field(&line, ' ');

		c.primary |= str_is(word, "pk");
		c.autoincrement |= str_is(word, "auto");
		c.notnull |= str_is(word, "notnull");
	}
	return c;
}

static struct decl_index index_of(struct reading *r, char kind, struct str line)
{
	struct decl_index x = { .name = field(&line, '|') };
	struct strs cols = listed(field(&line, '|'));
	struct decl_index_column *v = arena_array(arena,
	    struct decl_index_column, cols.n);

	for (size_t i = 0; i < cols.n; i++)
		v[i].expression = cols.v[i];
	x.cols = v;
	x.ncols = cols.n;
	if (line.n)
		x.where = line;
	if (kind == 'X')
		vec_push(arena, &r->internal,
		    (struct decl_internal){ x.name, cols });
	return x;
}

static void table_done(struct reading *r)
{
	struct decl_table *t;

	if (!r->tables.n)
		return;
	t = &r->tables.v[r->tables.n - 1];
#define GIVE(list, count, from) \
	(t->list = (from).v, t->count = (from).n, memset(&(from), 0, \
	    sizeof(from)))
	GIVE(cols, ncols, r->cols);
	GIVE(indexes, nindexes, r->indexes);
	GIVE(fks, nfks, r->fks);
	GIVE(pks, npks, r->pks);
	GIVE(uniques, nuniques, r->uniques);
	GIVE(checks, nchecks, r->checks);
}

static void read_line(struct reading *r, struct str line)
{
	char kind = line.p[0];
	struct str rest = str_sub(line, 2, line.n), name;

	if (kind == 'C') {
		vec_push(arena, &r->cols, column_of(rest));
		return;
	}
	if (kind == 'I' || kind == 'X') {
		vec_push(arena, &r->indexes, index_of(r, kind, rest));
		return;
	}
	name = field(&rest, '|');
	if (kind == 'T') {
		table_done(r);
		vec_push(arena, &r->tables, (struct decl_table){
			.name = name, .schema = STR("") });
	} else if (kind == 'F') {
		struct decl_fk f = { .name = name, .on_update =
			STR("no action") };

		f.table_from = r->tables.v[r->tables.n - 1].name;
		f.cols_from = listed(field(&rest, '|'));
		f.table_to = field(&rest, '|');
		f.cols_to = listed(field(&rest, '|'));
		f.on_delete = rest;
		vec_push(arena, &r->fks, f);
	} else if (kind == 'P') {
		vec_push(arena, &r->pks, (struct decl_key){ name,
			listed(rest), false });
	} else if (kind == 'U') {
		vec_push(arena, &r->uniques, (struct decl_key){ name,
			listed(rest), false });
	} else if (kind == 'K') {
		vec_push(arena, &r->checks, (struct decl_check){ name, rest });
	} else {
		vec_push(arena, &r->views, (struct decl_view){ .name = name,
			.schema = STR(""), .definition = rest });
	}
}

static const struct decl *schema(const char *lines)
{
	struct reading r = { .d = arena_new_of(arena, struct decl) };
	struct str rest = str_z(lines), line;

	*r.d = *decl_empty(DECL_SQLITE, arena);
	while (str_line(&rest, &line))
		if (line.n)
			read_line(&r, line);
	table_done(&r);
	r.d->tables = r.tables.v;
	r.d->ntables = r.tables.n;
	r.d->views = r.views.v;
	r.d->nviews = r.views.n;
	r.d->internal = r.internal.v;
	r.d->ninternal = r.internal.n;
	return r.d;
}

static struct decl_change changed(const struct decl *from,
    const struct decl *to, const struct decl_answers *answers,
    enum decl_compat compat)
{
	struct decl_change c = { 0 };

	assert_ok(decl_diff(from, to, answers, compat, arena, &c, &err), &err);
	return c;
}

static struct str sql_of(struct strs statements)
{
	struct sbuf b = SBUF_TEXT;
	struct str s;

	decl_sql(statements, false, &b);
	s = arena_str(arena, sbuf_str(&b));
	sbuf_free(&b);
	return s;
}

/* --- texts ---------------------------------------------------------------- */

#define USERS "T|users\nC|id|integer|pk notnull\nC|email|text|notnull\n"
#define POSTS "T|posts\nC|id|integer|pk auto notnull\nC|user_id|integer|\n" \
	"C|title|text|d='x'\nF|posts_user_id_users_id_fk|user_id|users|id|" \
	"cascade\nI|posts_title|title|\"posts\".\"id\" > 5\n" \
	"K|title_long|length(\"posts\".\"title\") > 3\n"

static const struct decl_answers nothing = { NULL, 0, true };

static void made(void **state)
{
	const struct decl *to = schema(USERS POSTS
	    "T|tags\nC|a|text|\nC|b|text|\nP|tags_pk|a&b\n"
	    "V|v|select 1\n");

	(void)state;
	assert_str(sql_of(changed(decl_empty(DECL_SQLITE, arena), to,
	    &nothing, DECL_EXACT).statements),
	    "CREATE TABLE `users` (\n\t`id` integer PRIMARY KEY NOT NULL,\n"
	    "\t`email` text NOT NULL\n);\n\n"
	    "CREATE TABLE `posts` (\n"
	    "\t`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,\n"
	    "\t`user_id` integer,\n\t`title` text DEFAULT 'x',\n"
	    "\tFOREIGN KEY (`user_id`) REFERENCES `users`(`id`) "
	    "ON UPDATE no action ON DELETE cascade,\n"
	    "\tCONSTRAINT \"title_long\" "
	    "CHECK(length(\"posts\".\"title\") > 3)\n);\n\n"
	    "CREATE INDEX `posts_title` ON `posts` (`title`) "
	    "WHERE \"posts\".\"id\" > 5;\n"
	    "CREATE TABLE `tags` (\n\t`a` text,\n\t`b` text,\n"
	    "\tPRIMARY KEY(`a`, `b`)\n);\n\n"
	    "CREATE VIEW `v` AS select 1;");
}

static void rebuilt(void **state)
{
	const struct decl *from = schema(USERS);
	const struct decl *to = schema("T|users\nC|id|integer|pk notnull\n"
	    "C|email|text|\nI|e|email\n");
	struct decl_change exact = changed(from, to, &nothing, DECL_EXACT);
	struct decl_change safe = changed(from, to, &nothing, DECL_SAFE);

	(void)state;
	assert_str(sql_of(exact.statements),
	    "PRAGMA foreign_keys=OFF;\n"
	    "CREATE TABLE `__new_users` (\n"
	    "\t`id` integer PRIMARY KEY NOT NULL,\n\t`email` text\n);\n\n"
	    "INSERT INTO `__new_users`(\"id\", \"email\") "
	    "SELECT \"id\", \"email\" FROM `users`;\n"
	    "DROP TABLE `users`;\n"
	    "ALTER TABLE `__new_users` RENAME TO `users`;\n"
	    "PRAGMA foreign_keys=ON;\n"
	    "CREATE INDEX `e` ON `users` (`email`);");
	assert_true(strs_eq(exact.statements, safe.statements));
	assert_int_equal(safe.ndiffs, 0);
}

static void libsql(void **state)
{
	const struct decl *from = schema(USERS "I|e|email\n");
	const struct decl *to = schema("T|users\nC|id|integer|pk notnull\n"
	    "C|email|text|d='x'\nI|e|email\n");

	(void)state;
	assert_str(sql_of(changed(from, to, &nothing, DECL_LIBSQL).statements),
	    "DROP INDEX \"e\";\n"
	    "ALTER TABLE `users` ALTER COLUMN \"email\" TO \"email\" text "
	    "DEFAULT 'x';\n"
	    "CREATE INDEX `e` ON `users` (`email`);");

	/* an index that is not there, or not any more */
	const struct decl *plain = schema(USERS);
	struct decl_change c = changed(plain, to, &nothing,
	    DECL_LIBSQL | DECL_EXACT);

	assert_str(c.statements.v[0], "DROP INDEX \"e\";");
	assert_int_equal(c.ndiffs, 0);
	c = changed(plain, to, &nothing, DECL_LIBSQL | DECL_SAFE);
	assert_str(sql_of(c.statements),
	    "ALTER TABLE `users` ALTER COLUMN \"email\" TO \"email\" text "
	    "DEFAULT 'x';\n"
	    "CREATE INDEX `e` ON `users` (`email`);");
	assert_int_equal(c.ndiffs, 1);
	c = changed(from, to, &nothing, DECL_LIBSQL | DECL_SAFE);
	assert_str(c.statements.v[0], "DROP INDEX \"e\";");
	assert_int_equal(c.ndiffs, 0);
}

/* An index that a rebuild makes is not taken away by a column elsewhere. */
static void libsql_keeps_indexes(void **state)
{
	const struct decl *from = schema(USERS "T|b\nC|id|integer|pk notnull\n"
	    "C|aid|integer\nI|ib|aid\n");
	const struct decl *to = schema("T|users\nC|id|integer|pk notnull\n"
	    "C|email|text|d='x'\nT|b\nC|id|integer|pk notnull\n"
	    "C|aid|integer\nC|y|integer|notnull d=(1+1)\nI|ib|y\n");
	struct str s = sql_of(changed(from, to, &nothing,
	    DECL_LIBSQL | DECL_SAFE).statements);
	size_t last = str_find(s, STR("CREATE INDEX `ib` ON `b` (`y`)"),
	    0);

	(void)state;
	assert_true(str_starts(s, STR("DROP INDEX `ib`;\n")));
	assert_int_equal(str_find(s, STR("DROP INDEX"), 1), s.n);
	if (last == s.n)
		fail_msg("%.*s", STR_ARG(s));
	assert_int_equal(str_find(s, STR("DROP TABLE"), last), s.n);
	assert_int_equal(str_find(s, STR("ALTER COLUMN"), last), s.n);
}

static void renamed(void **state)
{
	const struct decl *from = schema(USERS);
	const struct decl *to = schema("T|people\nC|id|integer|pk notnull\n"
	    "C|mail|text|notnull\n");
	struct decl_answer v[] = {
		{ DECL_K_TABLE, STR_NONE, STR("users"), STR("people") },
		{ DECL_K_COLUMN, STR("people"), STR("email"), STR("mail") },
	};
	struct decl_answers answers = { v, 0, false };
	struct decl_change c = changed(from, to, &answers, DECL_EXACT);

	(void)state;
	assert_int_equal(c.nopen, 1);
	assert_int_equal(c.open[0].kind, DECL_K_TABLE);
	assert_str(c.open[0].created, "people");
	assert_str(c.open[0].v[0].name, "users");
	answers.n = 1;
	c = changed(from, to, &answers, DECL_EXACT);
	assert_int_equal(c.nopen, 1);
	assert_int_equal(c.open[0].kind, DECL_K_COLUMN);
	assert_str(c.open[0].table, "people");
	assert_str(c.open[0].created, "mail");
	answers.n = 2;
	c = changed(from, to, &answers, DECL_EXACT);
	assert_int_equal(c.nopen, 0);
	assert_str(sql_of(c.statements),
	    "ALTER TABLE `users` RENAME TO `people`;\n"
	    "ALTER TABLE `people` RENAME COLUMN \"email\" TO \"mail\";");
	assert_str(c.to->meta_tables[0].from, "\"users\"");
	assert_str(c.to->meta_columns[0].from, "\"people\".\"email\"");
	assert_str(c.to->meta_columns[0].to, "\"people\".\"mail\"");
	v[1].from = STR("nobody");
	assert_int_equal(decl_diff(from, to, &answers, DECL_EXACT, arena, &c,
	    &err), RC_USAGE);
}

static void collide(void **state)
{
	const struct decl *none = decl_empty(DECL_SQLITE, arena);
	const struct decl *to = schema("T|a\nC|id|integer|\nI|x|id\n"
	    "T|b\nC|id|integer|\nI|X|id\n");
	struct decl_change c;

	(void)state;
	assert_int_equal(changed(none, to, &nothing, DECL_EXACT).statements.n,
	    4);
	assert_int_equal(decl_diff(none, to, &nothing, DECL_SAFE, arena, &c,
	    &err), RC_PARSE);
}

/* --- the table of differences ---------------------------------------------- */

#define T "T|t\nC|id|integer|pk notnull\n"
#define A T "C|a|text|\n"
#define A1 T "C|a|text|notnull\n"
#define ROW "insert into t(id, a) values (1, 'Q')"

static const struct difference {
	const char *id, *before, *after;
	struct decl_answer answer;
	const char *rows, *query, *want;
} differences[] = {
	{ "rebuild-new-column", A, A1 "C|b|text|\n", { 0 }, ROW,
	  "select a from t", "Q" },
	{ "rebuild-generated-column", A "C|g|text|v=(lower(a))\n",
	  A1 "C|g|text|v=(lower(a))\n", { 0 }, ROW, "select g from t", "q" },
	{ "rebuild-expression-index", A "X|i|lower(\"a\")\n",
	  A1 "X|i|lower(\"a\")\n", { 0 }, ROW,
	  "select count(*) from pragma_index_list('t')", "1" },
	{ "rebuild-pragma", "T|x\nC|id|integer|\n" A
	  "T|c\nC|t|integer|\nF|f|t|t|id|cascade\n",
	  "T|x\nC|id|text|\n" A1 "T|c\nC|t|integer|\nF|f|t|t|id|cascade\n",
	  { 0 }, ROW "; insert into c values (1)", "select count(*) from c",
	  "1" },
	{ "rebuild-renamed-column", A, T "C|b|text|notnull\n",
	  { DECL_K_COLUMN, STR("t"), STR("a"), STR("b") }, ROW,
	  "select b from t", "Q" },
	{ "rebuild-renamed-table", A,
	  "T|u\nC|id|integer|pk notnull\nC|a|text|\nI|i|a\nK|k|a <> ''\n",
	  { DECL_K_TABLE, STR_NONE, STR("t"), STR("u") }, ROW,
	  "select count(*) from pragma_index_list('u')", "1" },
	{ "rebuild-check-text", A "K|k|\"t\".\"a\" <> 'x@t.com'\n",
	  A1 "K|k|\"t\".\"a\" <> 'x@t.com'\n", { 0 }, ROW,
	  "select instr(sql, 'x@t.com') > 0 from sqlite_master "
	  "where name = 't'", "1" },
	{ "rebuild-unique", A "U|u|a\n", A1 "U|u|a\n", { 0 }, ROW,
	  "select count(*) from pragma_index_list('t') where origin = 'u'",
	  "1" },
	{ "rebuild-autoincrement", "T|t\nC|id|integer|pk auto notnull\n"
	  "C|a|text|\n", "T|t\nC|id|integer|pk auto notnull\n"
	  "C|a|text|notnull\n", { 0 }, ROW "; insert into t values (9, 'x'); "
	  "delete from t where id = 9", "select seq from sqlite_sequence",
	  "9" },
	{ "views-in-the-way", A "V|v|select a from t\nV|w|select * from v\n",
	  A1 "V|v|select a from t\nV|w|select * from v\n", { 0 }, ROW,
	  "select a from w", "Q" },
	{ "added-reference", "T|u\nC|id|integer|pk notnull\n" A,
	  "T|u\nC|id|integer|pk notnull\n" A "C|u|integer|\n"
	  "F|f|u|u|id|cascade\n", { 0 }, ROW,
	  "select on_delete from pragma_foreign_key_list('t')", "CASCADE" },
	{ "added-column-rebuild", A, A "C|b|integer|notnull d=(1 + 1)\n",
	  { 0 }, ROW, "select b from t", "2" },
	{ "stored-generated", A, A "C|g|text|s=(lower(a))\n", { 0 }, ROW,
	  "select g from t", "q" },
	{ "generated-to-plain", A "C|g|text|v=(lower(a))\n", A "C|g|text|\n",
	  { 0 }, ROW, "select g from t", "q" },
	{ "generated-in-use", A "C|g|text|v=(lower(a))\nI|i|g\n",
	  A "C|g|text|v=(upper(a))\nI|i|g\n", { 0 }, ROW, "select g from t",
	  "Q" },
	{ "dropped-key-column", A, "T|t\nC|a|text|\n", { 0 }, ROW,
	  "select a from t", "Q" },
	{ "generated-order", A, A "C|g|text|v=(b || 'y')\nC|b|text|d='x'\n",
	  { 0 }, ROW, "select g from t", "xy" },
	{ "drop-order", A "T|c\nC|t|integer|\nF|f|t|t|id|no action\n"
	  "T|x\nC|id|integer|\n", "T|x\nC|id|integer|\n", { 0 },
	  ROW "; insert into c values (1)",
	  "select count(*) from sqlite_master", "1" },
	{ "moved-index", A "I|i|a\n", "T|u\nC|a|text|\nI|i|a\n", { 0 }, ROW,
	  "select count(*) from pragma_index_list('u')", "1" },
	{ "name-case", A, "T|T\nC|id|integer|pk notnull\nC|a|text|\n",
	  { DECL_K_TABLE, STR_NONE, STR("t"), STR("T") }, ROW,
	  "select name || a from sqlite_master, T", "TQ" },
	{ "sqlite-delimiters", "", A "K|k|a <> ';'\nX|i|coalesce(\"a\",'')\n",
	  { 0 }, "", "select count(*) from pragma_index_list('t')", "1" },
	{ "sqlite-type-space", T "C|a|text (10)|\n", T "C|a|text(10)|notnull\n",
	  { 0 }, ROW, "select \"notnull\" from pragma_table_info('t') "
	  "where name = 'a'", "1" },
	{ "sqlite-quote-in-default", "", T "C|a|text|d='{\"a\":\"it's\"}'\n",
	  { 0 }, "", "select dflt_value from pragma_table_info('t') "
	  "where name = 'a'", "'{\"a\":\"it''s\"}'" },
	{ "default-expression", "", T "C|a|text|d=unixepoch()\n", { 0 }, "",
	  "select dflt_value from pragma_table_info('t') "
	  "where name = 'a'", "unixepoch()" },
	{ "default-expression", T "C|a|text|\n",
	  T "C|a|text|\nC|b|integer|d=-1 + 2\n", { 0 }, ROW,
	  "select count(b = 1) from t", "1" },
	{ "sqlite-quote-in-name", "", "T|a`b\nC|a|text|\n", { 0 }, "",
	  "select name from sqlite_master", "a`b" },
};

static bool run(sqlite3 *db, struct strs statements)
{
	bool ok = true;

	for (size_t i = 0; i < statements.n && ok; i++)
		ok = sqlite3_exec(db, arena_z(arena, statements.v[i]), NULL,
		    NULL, NULL) == SQLITE_OK;
	return ok;
}

/* What the query gives after the migration; absent: something failed. */
static struct str outcome(const struct difference *x,
    const struct decl_change *made_of, const struct decl_change *c)
{
	struct str result = STR_NONE;
	sqlite3_stmt *s = NULL;
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_exec(db, "PRAGMA foreign_keys=ON", NULL, NULL, NULL);
	if (!run(db, made_of->statements) ||
	    sqlite3_exec(db, x->rows, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", x->id, sqlite3_errmsg(db));
	if (run(db, c->statements) && sqlite3_prepare_v2(db, x->query, -1, &s,
	    NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
		result = arena_str(arena,
		    str_z((const char *)sqlite3_column_text(s, 0)));
	else
		result = STR_NONE;
	sqlite3_finalize(s);
	sqlite3_close(db);
	return result;
}

static void differ_one(const struct difference *x)
{
	const struct decl *before = schema(x->before);
	const struct decl *after = schema(x->after);
	struct decl_answers answers = { &x->answer, x->answer.to.p ? 1 : 0,
		true };
	struct decl_change first = changed(decl_empty(DECL_SQLITE, arena),
	    before, &nothing, DECL_SAFE);
	struct decl_change exact = changed(before, after, &answers,
	    DECL_EXACT);
	struct decl_change safe = changed(before, after, &answers, DECL_SAFE);
	bool told = false;

	if (!str_is(outcome(x, &first, &safe), x->want))
		fail_msg("%s: safe gives \"%.*s\" by\n%.*s", x->id,
		    STR_ARG(outcome(x, &first, &safe)),
		    STR_ARG(sql_of(safe.statements)));
	if (str_is(outcome(x, &first, &exact), x->want))
		fail_msg("%s: exact does as well:\n%.*s", x->id,
		    STR_ARG(sql_of(exact.statements)));
	for (size_t i = 0; i < safe.ndiffs; i++)
		told |= strcmp(safe.diffs[i].id, x->id) == 0;
	if (!told)
		fail_msg("%s is not told", x->id);
	assert_int_equal(exact.ndiffs, 0);
}

static void differ(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(differences) / sizeof(differences[0]);
	    i++)
		differ_one(&differences[i]);
}

/* Every row of SQLite has its case above. */
static void rows_are_tested(void **state)
{
	static const struct {
		const char *name, *dialects;
	} rows[] = {
#define DIFFERENCE(id, name, dialects, what, exact, safe) { name, dialects },
#include "decl/differences.def"
#undef DIFFERENCE
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		/* libSQL's own: libsql() above, tests/corpus/engine_turso.sh */
		bool found = !strstr(rows[i].dialects, "sqlite") ||
		    strcmp(rows[i].name, "alter-column-index") == 0;

		for (size_t k = 0; k < sizeof(differences) /
		    sizeof(differences[0]); k++)
			found |= strcmp(differences[k].id, rows[i].name) == 0;
		if (!found)
			fail_msg("no case for %s", rows[i].name);
	}
}

static int setup(void **state)
{
	(void)state;
	arena = arena_new();
	err = (struct err)ERR_INIT;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
UNIT_MAIN(CASE(made), CASE(rebuilt), CASE(libsql),
    CASE(libsql_keeps_indexes), CASE(renamed),
    CASE(collide), CASE(differ), CASE(rows_are_tested))
