/*
 * The browser on a database of its own: paging both ways over more rows than
 * are held, the trail, WHERE, search, jumps, a session opened anew.
 */
#include "models.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"
#include "ui/core.h"
#include "ui/view/browse.h"

struct fixture {
	char dir[64], path[96];
	struct project p;
	struct core *c;
	struct sbuf shot;
};

static const char schema[] = "PRAGMA foreign_keys = 0;"
    "CREATE TABLE a_people(id INTEGER PRIMARY KEY, name TEXT, born INTEGER);"
    "CREATE TABLE b_notes(id INTEGER PRIMARY KEY, person INTEGER REFERENCES "
    "a_people(id), body TEXT, data BLOB);"
    "CREATE VIEW named AS SELECT name, length(name) AS letters FROM a_people;"
    "CREATE TABLE c_empty(k TEXT PRIMARY KEY, v) WITHOUT ROWID;"
    "INSERT INTO a_people SELECT value, 'p' || value, value * 3 FROM "
    "(WITH RECURSIVE i(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM i "
    "WHERE value < 2500) SELECT value FROM i);"
    "INSERT INTO b_notes VALUES(1, 2000, 'one\ntwo', x'00ff'), "
    "(2, NULL, '', NULL), (3, 9999, printf('%.*c', 700000, 'x'), NULL), "
    "(4, 2000, '{\"k\":[1,{\"n\":1.50}],\"e\":{}}', zeroblob(300));";

static void settle(struct core *c)
{
	while (c->jobs || c->opening) {
		struct pollfd p = { .fd = worker_fd(c->worker),
			.events = POLLIN };

		assert_true(poll(&p, 1, -1) == 1);
		core_events(c);
	}
}

static int setup(void **state)
{
	struct fixture *f = xalloc(sizeof(*f));
	struct drv_target t = { .dialect = DIALECT_SQLITE, .create = true };
	struct drv *d;
	struct err e = ERR_INIT;

	f->shot = (struct sbuf)SBUF_TEXT;
	snprintf(f->dir, sizeof(f->dir), "/tmp/weir-browse-XXXXXX");
	if (!mkdtemp(f->dir))
		return -1;
	snprintf(f->path, sizeof(f->path), "%s/app.db", f->dir);
	t.path = str_z(f->path);
	assert_ok(drv_open(&t, DRV_APPLY, &d, &e), &e);
	assert_ok(drv_exec(d, str_z(schema), &e), &e);
	drv_close(d);
	t.create = false;
	f->p = (struct project){ .a = arena_new(), .root = str_z(f->dir),
		.name = STR("test"), .db = t, .db_label = STR("app.db"),
		.track_table = STR("__drizzle_migrations") };
	f->c = core_open(&(struct core_options){ .project = &f->p, .w = 120,
		.h = 36, .still = true });
	settle(f->c);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	core_close(f->c);
	unlink(f->path);
	rmdir(f->dir);
	arena_free(f->p.a);
	sbuf_free(&f->shot);
	xfree(f);
	return 0;
}

static void press(struct fixture *f, const char *names)
{
	struct str rest = str_z(names);

	while ((rest = str_trim(rest)).n) {
		size_t end = str_find(rest, STR(" "), 0);
		struct keypress k;

		assert_true(key_parse(str_sub(rest, 0, end), &k));
		core_key(f->c, &k);
		settle(f->c);
		rest = str_sub(rest, end, rest.n);
	}
}

static void type(struct fixture *f, const char *text)
{
	for (; *text; text++)
		core_key(f->c, &(struct keypress){
		    .code = (unsigned char)*text });
	settle(f->c);
}

static bool shows(struct fixture *f, const char *text)
{
	struct str s;

	core_draw(f->c);
	sbuf_reset(&f->shot);
	surface_dump(f->c->surface, &f->shot);
	s = sbuf_str(&f->shot);
	return str_find(s, str_z(text), 0) < s.n;
}

#define assert_shows(f, text) do { \
	if (!shows((f), (text))) \
		fail_msg("not on the screen: %s\n%s", (text), (f)->shot.p); \
} while (0)

static struct browse *state_of(const struct fixture *f)
{
	return core_top(f->c)->state;
}

/* The id under the cursor is what its number says; the window is small. */
static int64_t here(const struct fixture *f)
{
	const struct browse *b = state_of(f);
	int64_t id = browse_row(b)->cells[0].i;

	assert_true(b->win.first >= 0);
	assert_int_equal(id, b->win.first + (int64_t)b->grid.rows.cur + 1);
	assert_true(b->win.n <= WIN_PAGES * WIN_PAGE_ROWS);
	return id;
}

static void scrolls_over_all_rows_and_back(void **state)
{
	struct fixture *f = *state;
	int64_t at = 1;

	press(f, "Enter");
	assert_int_equal(here(f), 1);
	while (at < 2500) {
		int64_t before = at;

		press(f, "PgDn");
		at = here(f);
		assert_true(at > before && at - before <= 27);
	}
	assert_shows(f, "2,500 of 2,500");
	while (at > 1) {
		int64_t before = at;

		press(f, "PgUp");
		at = here(f);
		assert_true(at < before && before - at <= 27);
	}
	press(f, "G k k");
	assert_int_equal(here(f), 2498);
	press(f, "g j");
}

static void keys_while_loading_are_made_up_for(void **state)
{
	struct fixture *f = *state;
	struct keypress k = { .code = K_PGDN };

	press(f, "Enter");
	for (int i = 0; i < 12; i++)	/* nothing is read between these */
		core_key(f->c, &k);
	settle(f->c);
	assert_true(here(f) > 100);
	press(f, "j");
	here(f);
}

static void a_late_cancel_stops_nobody_else(void **state)
{
	struct fixture *f = *state;

	press(f, "Enter");
	drv_cancel(f->c->app.session->db);
	press(f, "G");
	assert_int_equal(here(f), 2500);
}

static void jumps_to_a_row_number(void **state)
{
	struct fixture *f = *state;

	press(f, "Enter Ctrl-G");
	type(f, "1234");
	press(f, "Enter");
	assert_int_equal(here(f), 1234);
	press(f, "k k k");
	assert_int_equal(here(f), 1231);
	press(f, "Ctrl-G");
	type(f, "= 2222");
	press(f, "Enter");
	assert_int_equal(here(f), 2222);
	press(f, "Ctrl-G");
	type(f, "=9999");
	press(f, "Enter");
	assert_shows(f, "no row has this key: id");
	press(f, "Ctrl-G");
	type(f, "=1,2");
	press(f, "Enter");
	assert_shows(f, "the key is: id");
	press(f, "Ctrl-G");
	type(f, "1231");
	press(f, "Enter Ctrl-G");
	type(f, "777777");
	press(f, "Enter");
	assert_shows(f, "there are fewer rows");
	assert_int_equal(here(f), 1231);
}

static void follows_keys_and_comes_back(void **state)
{
	struct fixture *f = *state;

	press(f, "j Enter l");
	assert_shows(f, "b_notes");
	assert_shows(f, "name p2000");	/* of whom the note is */
	press(f, "j j");
	assert_shows(f, "no such row");
	press(f, "k k");
	press(f, "Enter");
	assert_int_equal(here(f), 2000);
	assert_shows(f, "b_notes 1 › a_people");
	assert_shows(f, "b_notes.person");
	assert_shows(f, "2 ‹");		/* referenced by */
	press(f, "Tab G Enter");
	assert_shows(f, "b_notes where person = 2000");
	assert_shows(f, "rows 1–2 of 2");
	press(f, "Backspace");
	press(f, "Backspace Shift-Tab j");
	assert_shows(f, "b_notes  ");
	press(f, "Enter");
	assert_shows(f, "NULL points nowhere");
	press(f, "j Enter");
	assert_shows(f, "no row of a_people has this key");
	press(f, "] ]");
	assert_shows(f, "where person = 2000");
}

static void where_errors_stand_under_their_place(void **state)
{
	struct fixture *f = *state;

	press(f, "Enter F");
	type(f, "born > 30 and nix");
	press(f, "Enter");
	assert_shows(f, "where born > 30 and nix");
	assert_shows(f, "                     ↑ no such column: nix");
	press(f, "Ctrl-U");
	type(f, "1) or (1");
	press(f, "Enter");
	assert_shows(f, "↑ there is no '(' for this ')'");
	press(f, "Ctrl-U");
	type(f, "born % 900 = 0 -- so");
	press(f, "Enter");
	assert_shows(f, "of 8");
	press(f, "F Ctrl-U Enter");
	assert_shows(f, "of 2,500");
	press(f, "l f Enter");
	assert_shows(f, "filter name = 'p1'");
}

static void sorts_up_down_and_off(void **state)
{
	struct fixture *f = *state;
	const struct browse *b = state_of(f);

	press(f, "Enter l s");
	assert_shows(f, "sort name↑");
	press(f, "s");
	assert_shows(f, "sort name↓");
	assert_int_equal(browse_row(b)->cells[0].i, 999);
	press(f, "G");
	assert_int_equal(browse_row(b)->cells[0].i, 1);
	press(f, "PgUp PgUp PgUp PgUp PgUp PgUp PgUp PgUp s");
	assert_int_equal(here(f), 1);
}

static void finds_in_the_rows_that_are_held(void **state)
{
	struct fixture *f = *state;

	press(f, "Enter /");
	type(f, "p[34]7$");
	press(f, "Enter");
	assert_int_equal(here(f), 37);
	press(f, "n");
	assert_int_equal(here(f), 47);
	press(f, "N N");		/* before the first one: the last */
	assert_int_equal(here(f), 47);
	press(f, "n");
	assert_int_equal(here(f), 37);
	press(f, "n");
	assert_int_equal(here(f), 47);
}

static void a_bad_pattern_says_where(void **state)
{
	struct fixture *f = *state;
	const struct browse *b = state_of(f);

	press(f, "Enter /");
	type(f, "zzzz(");
	assert_shows(f, "at 6: missing closing parenthesis");
	press(f, "Enter");
	assert_true(b->find.open);
	assert_shows(f, "at 6: missing closing parenthesis");
	press(f, "Esc");
	assert_false(b->find.open);
	assert_int_equal(b->find.in.e.n, 0);
	press(f, "Shift-Tab /");
	type(f, "(");
	press(f, "Enter");
	assert_true(b->tree.filter.open);
	assert_shows(f, "pattern:1:2: missing closing parenthesis");
	press(f, "Esc");
	assert_false(b->tree.filter.open);
}

static void add_of(struct maker *k, const char *home, const char *name,
    bool managed, bool notes)
{
	static const struct obj_notes told = { .oid = 1 };
	struct table *t = add_table(k, name);

	t->o.schema = str_z(home);
	t->o.managed = managed;
	t->o.notes = notes ? &told : NULL;
}

static bool is_grey(const struct tree *t, const char *name)
{
	for (size_t i = 0; i < t->list.n; i++)
		if (str_is(t->v[i].kind == TREE_SCHEMA ? t->v[i].schema :
		    t->v[i].o ? t->v[i].o->name : STR(""), name))
			return tree_grey(t, &t->v[i]);
	fail_msg("no row %s", name);
	return false;
}

/* Whatever is not the project's is grey, also where there is one schema. */
static void what_is_not_ours_is_grey(void **state)
{
	struct arena *a = arena_new();
	struct maker k = { .a = a, .m = model_new(a, DIALECT_PG) };
	struct tree t = { 0 };

	(void)state;
	add_of(&k, "public", "ours", true, true);
	add_of(&k, "public", "hand", false, true);
	model_seal(k.m);
	tree_set(&t, k.m, NULL);
	assert_false(is_grey(&t, "ours"));
	assert_true(is_grey(&t, "hand"));
	tree_close(&t);

	k.m = model_new(a, DIALECT_PG);
	add_of(&k, "public", "ours", true, true);
	add_of(&k, "billing", "theirs", false, true);
	model_seal(k.m);
	t = (struct tree){ 0 };
	tree_set(&t, k.m, NULL);
	assert_false(is_grey(&t, "public"));
	assert_true(is_grey(&t, "billing"));
	tree_close(&t);
	arena_free(a);
}

static void a_pick_in_the_tree_begins_a_trail(void **state)
{
	struct fixture *f = *state;
	const struct browse *b = state_of(f);

	press(f, "j Enter l Enter");
	assert_int_equal(b->at, 1);
	press(f, "Shift-Tab j j");
	assert_int_equal(b->ntrail, 1);
	assert_int_equal(b->at, 0);
}

/* 80 columns: whoever has the keys, title and key column are seen. */
static void a_narrow_screen_hides_nothing(void **state)
{
	struct fixture *f = *state;
	const struct browse *b = state_of(f);

	core_resize(f->c, 80, 24);
	settle(f->c);
	assert_int_equal(b->focus, FOCUS_TREE);
	assert_shows(f, "│ a_people ");
	assert_shows(f, "│   id ║ name");
	press(f, "Enter");
	assert_shows(f, "\n   id ║ name");
	press(f, "T");
	assert_shows(f, "│   id ║ name");
}

static void values_are_shown_whole(void **state)
{
	struct fixture *f = *state;

	press(f, "j Enter l l v");
	assert_shows(f, "body  TEXT  7 B");
	assert_shows(f, " one\n");
	press(f, "> Enter");
	assert_shows(f, "00000000  6f 6e 65 0a 74 77 6f");
	press(f, "q G v");
	assert_shows(f, "   \"n\": 1.50\n");
	assert_shows(f, "     \"e\": {}\n");
	press(f, "q k v G");
	assert_shows(f, "TEXT  700 KB, 524 KB read");
	press(f, "G G");
	assert_shows(f, "TEXT  700 KB   text");
	press(f, "q j l v");
	assert_shows(f, "BLOB  300 B");
}

static void views_and_empty_tables_say_what_they_are(void **state)
{
	struct fixture *f = *state;

	press(f, "j j Enter");
	assert_shows(f, "this table is empty");
	assert_shows(f, "no rows");
	press(f, "Shift-Tab / n a m e d Enter");
	assert_shows(f, "no key: by position");
	assert_shows(f, "p1 ");
	press(f, "G");
	assert_shows(f, "2,474–2,500 of 2,500");
	press(f, "PgUp PgUp PgUp PgUp PgUp PgUp PgUp");
	assert_shows(f, "2,311");
}

static void a_new_session_keeps_the_place(void **state)
{
	struct fixture *f = *state;

	press(f, "Enter Ctrl-G");
	type(f, "900");
	press(f, "Enter R");
	assert_int_equal(here(f), 900);
	assert_shows(f, "of 2,500");
	core_resize(f->c, 80, 24);
	settle(f->c);
	press(f, "j Z");
	assert_shows(f, "Row 901");
	core_resize(f->c, 60, 16);
	settle(f->c);
	press(f, "T");
	assert_shows(f, "a_people");
}

/* Rows asked for while the session is opened anew come when there is no
 * schema to read them by. */
static void rows_of_the_session_before_are_dropped(void **state)
{
	struct keypress again = { .code = 'R' }, down = { .code = 'j' };
	struct fixture *f = *state;
	struct keypress enter;

	assert_true(key_parse(STR("Enter"), &enter));
	core_key(f->c, &again);
	core_key(f->c, &down);
	core_key(f->c, &enter);
	settle(f->c);
	assert_shows(f, "of 2,500");
}

/* What a migration may do to the place one is at. */
static void a_changed_table_is_shown_from_its_start(void **state)
{
	struct fixture *f = *state;
	struct drv_target t = f->p.db;
	struct drv *d;
	struct err e = ERR_INIT;

	press(f, "Enter l l s F");
	type(f, "born > 60");
	press(f, "Enter PgDn");
	assert_ok(drv_open(&t, DRV_APPLY, &d, &e), &e);
	assert_ok(drv_exec(d, STR("DROP VIEW named; PRAGMA foreign_keys = 0; "
	    "DROP TABLE a_people; CREATE TABLE a_people(x TEXT, y INT, z INT, "
	    "PRIMARY KEY(y, x, z)) WITHOUT ROWID; "
	    "INSERT INTO a_people VALUES('new', 1, 2)"), &e), &e);
	press(f, "R");
	assert_shows(f, "new");
	assert_shows(f, "rows 1–1 of 1");
	assert_ok(drv_exec(d, STR("DROP TABLE a_people; "
	    "CREATE TABLE a_people(only TEXT PRIMARY KEY)"), &e), &e);
	drv_close(d);
	press(f, "R");
	assert_shows(f, "this table is empty");
}

static void what_cannot_be_read_says_why(void **state)
{
	struct fixture *f = *state;
	struct drv_target t = f->p.db;
	struct drv *d;
	struct err e = ERR_INIT;

	assert_ok(drv_open(&t, DRV_APPLY, &d, &e), &e);
	assert_ok(drv_exec(d, STR("DROP VIEW named; DROP TABLE b_notes; "
	    "DROP TABLE c_empty; DROP TABLE a_people; "
	    "CREATE VIEW broken AS SELECT x FROM gone"), &e), &e);
	drv_close(d);
	press(f, "R / b r o k e n Enter");
	assert_shows(f, "no such table: main.gone");
	press(f, "j F s v Enter Ctrl-G G n");
	assert_shows(f, "no such table: main.gone");
	assert_ok(drv_open(&t, DRV_APPLY, &d, &e), &e);
	assert_ok(drv_exec(d, STR("DROP VIEW broken"), &e), &e);
	drv_close(d);
	press(f, "R");
	assert_shows(f, "There are no tables in this database.");
}

static void structure_goes_with_the_table(void **state)
{
	struct fixture *f = *state;

	press(f, "j Enter 2");
	assert_shows(f, "› a_people");
	assert_shows(f, "Foreign keys 1");
	press(f, "> > Enter");
	assert_shows(f, "a_people  table");
	press(f, ">");
	assert_shows(f, "CREATE TABLE a_people");
	press(f, "i");
	assert_shows(f, "sqlite_autoindex");
	press(f, "Enter");
	assert_shows(f, "c_empty  table  without rowid");
	press(f, "1");
	assert_shows(f, "this table is empty");
}

/* However the rows are sorted, filtered and paged, and after other tables. */
static void marks_stay_with_their_rows(void **state)
{
	struct fixture *f = *state;
	const struct browse *b = state_of(f);

	press(f, "Enter Space j Space");
	assert_shows(f, "2 marked  rows");
	assert_shows(f, "*   1 ║");
	assert_shows(f, "*   3 ║");
	press(f, "l s s");
	assert_int_equal(browse_row(b)->cells[0].i, 999);
	assert_shows(f, "2 marked");
	press(f, "Space G");
	assert_shows(f, "3 marked");
	assert_shows(f, "*   1 ║");
	press(f, "s F");
	type(f, "id = 999");
	press(f, "Enter");
	assert_shows(f, "* 999 ║");
	press(f, "R");
	assert_shows(f, "* 999 ║");
	assert_int_equal(browse_marked(b).n, 3);
	assert_int_equal(browse_marked(b).keys[1][0].i, 3);
	press(f, "Space");
	assert_shows(f, "2 marked");
	press(f, "Shift-Tab j Enter");
	assert_false(shows(f, "marked"));
	press(f, "Shift-Tab k Enter");
	assert_shows(f, "2 marked");
	press(f, "X");
	assert_false(shows(f, "marked"));
	press(f, "Shift-Tab / n a m e d Enter Space");
	assert_shows(f, "no key names a row here");
}

/* Conditions are chosen, changed and taken out; the typed one stays apart. */
static void conditions_are_chosen(void **state)
{
	struct fixture *f = *state;
	const struct browse *b = state_of(f);

	press(f, "Enter l l f");
	assert_shows(f, "Rows of a_people where");
	assert_shows(f, "WHERE born = 3");
	press(f, "o");
	type(f, ">=");
	press(f, "Enter e Ctrl-U");
	type(f, "abc");
	press(f, "Enter");
	assert_shows(f, "born wants a number");
	press(f, "Ctrl-U");
	type(f, "7000");
	press(f, "Enter");
	assert_shows(f, "WHERE born >= 7000");
	press(f, "a");
	type(f, "name");
	press(f, "Enter");
	assert_false(shows(f, "regexp"));
	type(f, "starts");
	press(f, "Enter");
	type(f, "p24");
	press(f, "Enter");
	assert_shows(f, "WHERE born >= 7000 AND name GLOB 'p24*'");
	press(f, "Enter");
	assert_shows(f, "filter born >= 7000");
	assert_shows(f, "of 100");
	assert_int_equal(browse_row(b)->cells[0].i, 2400);
	assert_int_equal(b->win.place.nconds, 2);
	/* the other filter, with its error at its own place */
	press(f, "F");
	type(f, "id = nix");
	press(f, "Enter");
	assert_shows(f, "where id = nix");
	assert_shows(f, "            ↑ no such column: nix");
	press(f, "Ctrl-U");
	type(f, "id % 2 = 0");
	press(f, "Enter");
	assert_shows(f, "of 50");
	core_resize(f->c, 200, 40);
	assert_shows(f, "filter born >= 7000 AND name GLOB 'p24*'  where "
	    "id % 2 = 0");
	/* taken out one by one, or given up */
	press(f, "f x x Esc");
	assert_int_equal(b->win.place.nconds, 2);
	press(f, "f X Enter");
	assert_int_equal(b->win.place.nconds, 0);
	assert_str(b->win.place.where, "id % 2 = 0");
	assert_shows(f, "of 1,250");
	press(f, "Backspace");
	assert_int_equal(b->win.place.nconds, 2);
}

static void columns_are_hidden_moved_and_kept(void **state)
{
	struct fixture *f = *state;
	const struct browse *b = state_of(f);

	press(f, "Enter l -");
	assert_shows(f, "name is hidden; c shows it again");
	assert_shows(f, "  1 hidden");
	assert_shows(f, "   id ║ born");
	press(f, "- -");
	assert_shows(f, "one column is shown at least");
	press(f, "s");			/* of the same table */
	assert_shows(f, "  2 hidden");
	press(f, "Shift-Tab j Enter");
	assert_false(shows(f, "hidden"));
	press(f, "Shift-Tab k Enter c");
	assert_shows(f, "Columns of a_people");
	assert_shows(f, "[x] id");
	assert_shows(f, "[ ] name");
	press(f, "a j j K = Enter");
	assert_shows(f, " id ");
	assert_shows(f, "  born ║ name");
	assert_int_equal(b->grid.nfrozen, 2);
	press(f, "$ + +");
	assert_int_equal(b->cols[2].width, 12);
	press(f, "R $");
	assert_int_equal(b->cols[2].width, 12);
	assert_int_equal(b->order[1], 2);
	press(f, "c X Enter");
	assert_int_equal(b->order[1], 1);
	assert_int_equal(b->grid.nfrozen, 1);
	press(f, "c Space Esc");
	assert_false(shows(f, "hidden"));
}

/* Beyond what is held, round the end, backward, in vain, and by position. */
static void search_goes_through_the_table(void **state)
{
	struct fixture *f = *state;
	const struct browse *b = state_of(f);

	press(f, "Enter /");
	type(f, "^p2[34]99$");
	press(f, "Enter");
	assert_int_equal(here(f), 2399);
	assert_int_equal(b->grid.col, 1);
	assert_shows(f, "1 match in these rows");
	press(f, "n");
	assert_int_equal(here(f), 2499);
	press(f, "n");
	assert_shows(f, "from the first row on");
	assert_int_equal(here(f), 2399);
	press(f, "g N");
	assert_int_equal(here(f), 2499);
	assert_shows(f, "from the last row on");
	press(f, "/ Ctrl-U");
	type(f, "nowhere");
	press(f, "Enter");
	assert_shows(f, "not found: 2,500 rows looked at");
	assert_int_equal(here(f), 2499);
	press(f, "/ Esc");
	assert_false(b->find.m);
	/* a hidden column is not searched, another order is */
	press(f, "g 0 l - s s /");
	type(f, "^p1$");
	press(f, "Enter");
	assert_shows(f, "not found: 2,500 rows looked at");
	press(f, "/ Ctrl-U");
	type(f, "^3$");
	press(f, "Enter");
	assert_int_equal(browse_row(b)->cells[0].i, 3);
	press(f, "/ Esc Shift-Tab / n a m e d Enter /");
	type(f, "^p2222$");
	press(f, "Enter");
	assert_str(browse_row(b)->cells[0].s, "p2222");
}

static int styled(const struct fixture *f, enum style st)
{
	int n = 0;

	core_draw(f->c);
	for (int y = 0; y < f->c->surface->h; y++)
		for (int x = 0; x < f->c->surface->w; x++)
			n += (surface_at(f->c->surface, x, y)->style &
			    ~STYLE_BAR) == (int)st;
	return n;
}

/* Each match, not its cell; in cells of both alignments, and what is cut. */
static void matches_are_marked_where_they_are(void **state)
{
	struct fixture *f = *state;

	press(f, "Enter G g /");
	assert_int_equal(styled(f, STYLE_MATCH), 0);
	type(f, "p2");			/* 2, 20 to 26 (of 26 rows) */
	assert_shows(f, "8 matches in these rows");
	assert_int_equal(styled(f, STYLE_MATCH), 2 * 8 - 2);	/* the cursor's */
	press(f, "Ctrl-U");
	type(f, "^7");			/* born 72, 75, 78, id 7 */
	assert_shows(f, "4 matches in these rows");
	press(f, "Ctrl-U");
	type(f, "a*");			/* of no length */
	assert_shows(f, "0 matches in these rows");
	press(f, "Esc");
	assert_false(shows(f, "matches"));
}

/* Keys of two columns, forward, backward, by value, and in other orders. */
static void keys_of_two_columns_are_followed(void **state)
{
	struct fixture *f = *state;
	const struct browse *b = state_of(f);
	struct drv_target t = f->p.db;
	struct err e = ERR_INIT;
	struct drv *d;

	assert_ok(drv_open(&t, DRV_APPLY, &d, &e), &e);
	assert_ok(drv_exec(d, STR("CREATE TABLE x_pair(k TEXT, n INT, "
	    "title TEXT, PRIMARY KEY(k, n)); "
	    "CREATE TABLE y_child(id INTEGER PRIMARY KEY, n INT, k TEXT, "
	    "FOREIGN KEY(k, n) REFERENCES x_pair(k, n));"
	    "INSERT INTO x_pair VALUES('a', 1, 'first'), ('a', 2, 'second'), "
	    "('it''s', 2, 'third');"
	    "INSERT INTO y_child VALUES(1, 2, 'it''s'), (2, 2, 'a'), "
	    "(3, 2, 'it''s'), (4, NULL, 'a')"), &e), &e);
	drv_close(d);
	press(f, "R / y _ c h Enter l l");
	assert_shows(f, "title third");
	press(f, "Enter");
	assert_shows(f, "y_child 1 › x_pair");
	assert_str(browse_row(b)->cells[2].s, "third");
	assert_shows(f, "y_child.k,n");
	assert_shows(f, "2 ‹");
	press(f, "Tab G Enter");
	assert_shows(f, "where k = 'it''s' AND n = 2");
	assert_shows(f, "rows 1–2 of 2");
	press(f, "Backspace Shift-Tab s s Ctrl-G");
	type(f, "= a, 2");
	press(f, "Enter");
	assert_str(browse_row(b)->cells[2].s, "second");
	press(f, "Ctrl-G");
	type(f, "= 'it''s', 2");
	press(f, "Enter");
	assert_str(browse_row(b)->cells[2].s, "third");
	press(f, "Ctrl-G");
	type(f, "= a");
	press(f, "Enter");
	assert_shows(f, "the key is: k, n");
}

/* Noticed at the next key, once; R reads again. */
static void what_others_write_is_noticed(void **state)
{
	struct fixture *f = *state;
	struct drv_target t = f->p.db;
	struct err e = ERR_INIT;
	struct drv *d;

	press(f, "Enter j");
	assert_false(shows(f, "changed"));
	assert_ok(drv_open(&t, DRV_APPLY, &d, &e), &e);
	assert_ok(drv_exec(d, STR("UPDATE a_people SET name = 'new' "
	    "WHERE id = 3"), &e), &e);
	press(f, "j");
	assert_shows(f, "changed by another program, R reads again");
	press(f, "k");
	assert_false(shows(f, "another program"));
	assert_shows(f, "changed  rows 1");
	press(f, "R");
	assert_false(shows(f, "changed"));
	assert_shows(f, "new");
	press(f, "j");
	assert_false(shows(f, "changed"));
	assert_ok(drv_exec(d, STR("DELETE FROM b_notes"), &e), &e);
	press(f, "j");
	assert_shows(f, "changed by another program, R reads again");
	drv_close(d);
}

static void several_columns_sort(void **state)
{
	struct fixture *f = *state;
	const struct browse *b = state_of(f);

	press(f, "j Enter l S");
	assert_shows(f, "person↑");
	press(f, "h S S");
	assert_shows(f, "sort person↑ id↓");
	assert_shows(f, "person↑1");
	assert_shows(f, "id↓2");
	assert_int_equal(browse_row(b)->cells[0].i, 2);
	press(f, "j");
	assert_int_equal(browse_row(b)->cells[0].i, 4);
	press(f, "l S");
	assert_shows(f, "sort person↓ id↓");
	press(f, "S");
	assert_shows(f, "sort id↓");
	press(f, "s");
	assert_shows(f, "sort person↑");
	assert_int_equal(b->win.place.sort.n, 1);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
static void key(struct fixture *f, const char *name)
{
	struct keypress k;

	assert_true(key_parse(str_z(name), &k));
	core_key(f->c, &k);
}

/* It never ends by itself: that this test does shows that Esc ends it; and
 * that keys move over the old rows meanwhile. */
static void a_query_without_end_is_stopped(void **state)
{
	static const char endless[] = "id > (WITH RECURSIVE c(x) AS (SELECT 1 "
	    "UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c)";
	struct fixture *f = *state;

	press(f, "Enter F");
	for (const char *z = endless; *z; z++)
		core_key(f->c, &(struct keypress){ .code = (uint32_t)*z });
	key(f, "Enter");
	assert_true(f->c->jobs > 0);
	key(f, "j");
	key(f, "j");
	assert_int_equal(browse_row(state_of(f))->cells[0].i, 3);
	key(f, "2");
	key(f, "1");
	assert_shows(f, "of 2,500");
	assert_true(f->c->jobs > 0);
	key(f, "Esc");
	settle(f->c);
	assert_int_equal(browse_row(state_of(f))->cells[0].i, 3);
	assert_int_equal(state_of(f)->win.place.where.n, 0);
	press(f, "G");
	assert_int_equal(here(f), 2500);
}

/* Any object by some letters of its name, in the tab that shows it. */
static void every_object_can_be_found(void **state)
{
	struct fixture *f = *state;

	press(f, "Ctrl-P");
	assert_shows(f, "table      a_people");
	assert_shows(f, "column     b_notes.person");
	assert_shows(f, "view       named");
	type(f, "notes bod");
	assert_shows(f, "column     b_notes.body");
	press(f, "Enter");
	assert_int_equal(f->c->noverlays, 0);
	assert_int_equal(f->c->tab, TAB_STRUCTURE);
	assert_shows(f, "b_notes  table");
	press(f, "Ctrl-P n m d Enter");
	assert_int_equal(f->c->tab, TAB_BROWSE);
	assert_shows(f, "letters");
	/* nothing of that name; the list moves; Esc leaves all as it was */
	press(f, "Ctrl-P z z z Enter");
	assert_shows(f, "nothing matches");
	press(f, "Ctrl-U Down Ctrl-N Ctrl-P Esc");
	assert_int_equal(f->c->noverlays, 0);
	assert_shows(f, "letters");
	/* the palette has them too, beside what can be done */
	press(f, ":");
	type(f, "c_emp");
	assert_shows(f, "table      c_empty");
	press(f, "Tab Enter");
	assert_shows(f, "this table is empty");
	press(f, ":");
	type(f, "a_peo");
	press(f, "Enter :");
	type(f, "goto 1234");
	press(f, "Enter");
	assert_int_equal(here(f), 1234);
	press(f, "2 :");
	type(f, "goto 3");
	press(f, "Enter");
	assert_shows(f, ":goto 3: there are no rows here");
}

/* What was open is open again; what names nothing any more opens without. */
static void what_was_open_is_found_again(void **state)
{
	struct fixture *f = *state;
	struct core_options o = { .project = &f->p, .w = 120, .h = 36,
		.still = true };
	struct err e = ERR_INIT;
	char file[96];

	snprintf(file, sizeof(file), "%s/memory", f->dir);
	o.memory = file;
	core_close(f->c);
	f->c = core_open(&o);
	settle(f->c);
	press(f, "j Enter l s h S S F");
	type(f, "id > 1");
	press(f, "Enter f X a");
	type(f, "id");
	press(f, "Enter");
	type(f, "between");
	press(f, "Enter");
	type(f, "1, 9");
	press(f, "Enter Enter Z");
	assert_shows(f, "rows 1–3 of 3");
	press(f, "2 > 1 2");
	assert_ok(core_keep(f->c, &e), &e);
	core_close(f->c);
	f->c = core_open(&o);
	settle(f->c);
	assert_int_equal(f->c->tab, TAB_STRUCTURE);
	assert_shows(f, "b_notes");
	press(f, "1");
	assert_shows(f, "where id > 1");
	assert_shows(f, "rows 1–3 of 3");
	assert_int_equal(state_of(f)->focus, FOCUS_GRID);
	assert_false(state_of(f)->detail_on);
	assert_int_equal(state_of(f)->win.place.sort.n, 2);
	assert_str(state_of(f)->win.place.sort.v[1].column, "id");
	assert_true(state_of(f)->win.place.sort.v[1].desc);
	assert_int_equal(state_of(f)->win.place.nconds, 1);
	assert_str(state_of(f)->win.rows->filter, "id BETWEEN 1 AND 9");
	core_close(f->c);
	assert_ok(file_write_atomic(file, STR("weir studio 1\n"
	    "browse.place\tb_notes\x1e" "gone > 1\nbrowse.sort\t^gone\n"),
	    0600, &e), &e);
	f->c = core_open(&o);
	settle(f->c);
	assert_shows(f, "rows 1–4 of 4");
	assert_false(shows(f, "gone"));
	assert_int_equal(unlink(file), 0);
}

UNIT_MAIN(
	CASE(scrolls_over_all_rows_and_back),
	CASE(keys_while_loading_are_made_up_for),
	CASE(a_late_cancel_stops_nobody_else),
	CASE(jumps_to_a_row_number),
	CASE(follows_keys_and_comes_back),
	CASE(where_errors_stand_under_their_place),
	CASE(sorts_up_down_and_off),
	CASE(finds_in_the_rows_that_are_held),
	CASE(a_bad_pattern_says_where),
	CASE(what_is_not_ours_is_grey),
	CASE(a_pick_in_the_tree_begins_a_trail),
	CASE(a_narrow_screen_hides_nothing),
	CASE(values_are_shown_whole),
	CASE(views_and_empty_tables_say_what_they_are),
	CASE(a_new_session_keeps_the_place),
	CASE(rows_of_the_session_before_are_dropped),
	CASE(a_changed_table_is_shown_from_its_start),
	CASE(what_cannot_be_read_says_why),
	CASE(structure_goes_with_the_table),
	CASE(marks_stay_with_their_rows),
	CASE(a_query_without_end_is_stopped),
	CASE(every_object_can_be_found),
	CASE(what_was_open_is_found_again),
	CASE(conditions_are_chosen),
	CASE(several_columns_sort),
	CASE(keys_of_two_columns_are_followed),
	CASE(what_others_write_is_noticed),
	CASE(search_goes_through_the_table),
	CASE(matches_are_marked_where_they_are),
	CASE(columns_are_hidden_moved_and_kept),
)
