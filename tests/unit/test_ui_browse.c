/*
 * The browser on a database of its own: paging both ways over more rows than
 * are held, the trail, WHERE, search, jumps, a session opened anew.
 */
#include "models.h"
#include "studio.h"


#include "base/fs.h"
#include "base/hash.h"
#include "ui/view/browse.h"

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

static int setup(void **state)
{
	*state = studio_open(schema, 120, 36);
	return 0;
}

static int teardown(void **state)
{
	studio_close(*state);
	return 0;
}

static struct browse *state_of(const struct studio *f)
{
	return core_top(f->c)->state;
}

/* The id under the cursor is what its number says; the window is small. */
static int64_t here(const struct studio *f)
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
	struct studio *f = *state;
	int64_t at = 1;

	studio_press(f, "Enter");
	assert_int_equal(here(f), 1);
	while (at < 2500) {
		int64_t before = at;

		studio_press(f, "PgDn");
		at = here(f);
		assert_true(at > before && at - before <= 27);
	}
	studio_shows(f, "2,500 of 2,500");
	while (at > 1) {
		int64_t before = at;

		studio_press(f, "PgUp");
		at = here(f);
		assert_true(at < before && before - at <= 27);
	}
	studio_press(f, "G k k");
	assert_int_equal(here(f), 2498);
	studio_press(f, "g j");
}

static void keys_while_loading_are_made_up_for(void **state)
{
	struct studio *f = *state;
	struct keypress k = { .code = K_PGDN };

	studio_press(f, "Enter");
	for (int i = 0; i < 12; i++)	/* nothing is read between these */
		core_key(f->c, &k);
	studio_settle(f->c);
	assert_true(here(f) > 100);
	studio_press(f, "j");
	here(f);
}

static void a_late_cancel_stops_nobody_else(void **state)
{
	struct studio *f = *state;

	studio_press(f, "Enter");
	drv_cancel(f->c->app.session->db);
	studio_press(f, "G");
	assert_int_equal(here(f), 2500);
}

static void jumps_to_a_row_number(void **state)
{
	struct studio *f = *state;

	studio_press(f, "Enter Ctrl-G");
	studio_type(f, "1234");
	studio_press(f, "Enter");
	assert_int_equal(here(f), 1234);
	studio_press(f, "k k k");
	assert_int_equal(here(f), 1231);
	studio_press(f, "Ctrl-G");
	studio_type(f, "= 2222");
	studio_press(f, "Enter");
	assert_int_equal(here(f), 2222);
	studio_press(f, "Ctrl-G");
	studio_type(f, "=9999");
	studio_press(f, "Enter");
	studio_shows(f, "no row has the key id = 9999");
	studio_press(f, "Ctrl-G");
	studio_type(f, "=1,2");
	studio_press(f, "Enter");
	studio_shows(f, "the key is: id");
	studio_press(f, "Ctrl-G");
	studio_type(f, "1231");
	studio_press(f, "Enter Ctrl-G");
	studio_type(f, "777777");
	studio_press(f, "Enter");
	studio_shows(f, "there are fewer rows");
	assert_int_equal(here(f), 1231);
}

static void follows_keys_and_comes_back(void **state)
{
	struct studio *f = *state;

	studio_press(f, "j Enter l");
	studio_shows(f, "b_notes");
	studio_shows(f, "name p2000");	/* of whom the note is */
	studio_press(f, "j j");
	studio_shows(f, "no such row");
	studio_press(f, "k k");
	studio_press(f, "Enter");
	assert_int_equal(here(f), 2000);
	studio_shows(f, "b_notes 1 › a_people");
	studio_shows(f, "b_notes.person");
	studio_shows(f, "2 ‹");		/* referenced by */
	studio_press(f, "Tab G Enter");
	studio_shows(f, "b_notes where person = 2000");
	studio_shows(f, "rows 1–2 of 2");
	studio_press(f, "Backspace");
	studio_press(f, "Backspace Shift-Tab j");
	studio_shows(f, "b_notes  ");
	studio_press(f, "Enter");
	studio_shows(f, "NULL points nowhere");
	studio_press(f, "j Enter");
	studio_shows(f, "no row of a_people has this key");
	studio_press(f, "] ]");
	studio_shows(f, "where person = 2000");
}

static void where_errors_stand_under_their_place(void **state)
{
	struct studio *f = *state;

	studio_press(f, "Enter F");
	studio_type(f, "born > 30 and nix");
	studio_press(f, "Enter");
	studio_shows(f, "where born > 30 and nix");
	studio_shows(f, "                     ↑ no such column: nix");
	studio_press(f, "Ctrl-U");
	studio_type(f, "1) or (1");
	studio_press(f, "Enter");
	studio_shows(f, "↑ there is no '(' for this ')'");
	studio_press(f, "Ctrl-U");
	studio_type(f, "born % 900 = 0 -- so");
	studio_press(f, "Enter");
	studio_shows(f, "of 8");
	studio_press(f, "F Ctrl-U Enter");
	studio_shows(f, "of 2,500");
	studio_press(f, "l f Enter");
	studio_shows(f, "filter name = 'p1'");
}

static void sorts_up_down_and_off(void **state)
{
	struct studio *f = *state;
	const struct browse *b = state_of(f);

	studio_press(f, "Enter l s");
	studio_shows(f, "sort name↑");
	studio_press(f, "s");
	studio_shows(f, "sort name↓");
	assert_int_equal(browse_row(b)->cells[0].i, 999);
	studio_press(f, "G");
	assert_int_equal(browse_row(b)->cells[0].i, 1);
	studio_press(f, "PgUp PgUp PgUp PgUp PgUp PgUp PgUp PgUp s");
	assert_int_equal(here(f), 1);
}

static void finds_in_the_rows_that_are_held(void **state)
{
	struct studio *f = *state;

	studio_press(f, "Enter /");
	studio_type(f, "p[34]7$");
	studio_press(f, "Enter");
	assert_int_equal(here(f), 37);
	studio_press(f, "n");
	assert_int_equal(here(f), 47);
	studio_press(f, "N N");		/* before the first one: the last */
	assert_int_equal(here(f), 47);
	studio_press(f, "n");
	assert_int_equal(here(f), 37);
	studio_press(f, "n");
	assert_int_equal(here(f), 47);
}

static void a_bad_pattern_says_where(void **state)
{
	struct studio *f = *state;
	const struct browse *b = state_of(f);

	studio_press(f, "Enter /");
	studio_type(f, "zzzz(");
	studio_shows(f, "at 6: missing closing parenthesis");
	studio_press(f, "Enter");
	assert_true(b->find.open);
	studio_shows(f, "at 6: missing closing parenthesis");
	studio_press(f, "Esc");
	assert_false(b->find.open);
	assert_int_equal(b->find.in.e.n, 0);
	studio_press(f, "Shift-Tab /");
	studio_type(f, "(");
	studio_press(f, "Enter");
	assert_true(b->tree.filter.open);
	studio_shows(f, "pattern:1:2: missing closing parenthesis");
	studio_press(f, "Esc");
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
	struct studio *f = *state;
	const struct browse *b = state_of(f);

	studio_press(f, "j Enter l Enter");
	assert_int_equal(b->at, 1);
	studio_press(f, "Shift-Tab j j");
	assert_int_equal(b->ntrail, 1);
	assert_int_equal(b->at, 0);
}

/* 80 columns: whoever has the keys, title and key column are seen. */
static void a_narrow_screen_hides_nothing(void **state)
{
	struct studio *f = *state;
	const struct browse *b = state_of(f);

	core_resize(f->c, 80, 24);
	studio_settle(f->c);
	assert_int_equal(b->focus, FOCUS_TREE);
	studio_shows(f, "│ a_people ");
	studio_shows(f, "│   id ║ name");
	studio_press(f, "Enter");
	studio_shows(f, "\n   id ║ name");
	studio_press(f, "T");
	studio_shows(f, "│   id ║ name");
}

static void values_are_shown_whole(void **state)
{
	struct studio *f = *state;

	studio_press(f, "j Enter l l v");
	studio_shows(f, "body  TEXT  7 B");
	studio_shows(f, " one\n");
	studio_press(f, "> Enter");
	studio_shows(f, "00000000  6f 6e 65 0a 74 77 6f");
	studio_press(f, "q G v");
	studio_shows(f, "   \"n\": 1.50\n");
	studio_shows(f, "     \"e\": {}\n");
	studio_press(f, "q k v G");
	studio_shows(f, "TEXT  700 KB, 524 KB read");
	studio_press(f, "G G");
	studio_shows(f, "TEXT  700 KB   text");
	studio_press(f, "q j l v");
	studio_shows(f, "BLOB  300 B");
}

static void views_and_empty_tables_say_what_they_are(void **state)
{
	struct studio *f = *state;

	studio_press(f, "j j Enter");
	studio_shows(f, "this table is empty");
	studio_shows(f, "no rows");
	studio_press(f, "Shift-Tab / n a m e d Enter");
	studio_shows(f, "no key: by position");
	studio_shows(f, "p1 ");
	studio_press(f, "G");
	studio_shows(f, "2,474–2,500 of 2,500");
	studio_press(f, "PgUp PgUp PgUp PgUp PgUp PgUp PgUp");
	studio_shows(f, "2,311");
}

static void a_new_session_keeps_the_place(void **state)
{
	struct studio *f = *state;

	studio_press(f, "Enter Ctrl-G");
	studio_type(f, "900");
	studio_press(f, "Enter R");
	assert_int_equal(here(f), 900);
	studio_shows(f, "of 2,500");
	core_resize(f->c, 80, 24);
	studio_settle(f->c);
	studio_press(f, "j Z");
	studio_shows(f, "Row 901");
	core_resize(f->c, 60, 16);
	studio_settle(f->c);
	studio_press(f, "T");
	studio_shows(f, "a_people");
}

/* Rows asked for while the session is opened anew come when there is no
 * schema to read them by. */
static void rows_of_the_session_before_are_read_anew(void **state)
{
	struct keypress again = { .code = 'R' }, down = { .code = 'j' };
	struct studio *f = *state;
	struct keypress enter;

	assert_true(key_parse(STR("Enter"), &enter));
	core_key(f->c, &again);
	core_key(f->c, &down);
	core_key(f->c, &enter);
	studio_settle(f->c);
	studio_shows(f, "rows 1–4 of 4");	/* and are asked for again */
}

/* What a migration may do to the place one is at. */
static void a_changed_table_is_shown_from_its_start(void **state)
{
	struct studio *f = *state;
	struct drv_target t = f->p.db;
	struct drv *d;
	struct err e = ERR_INIT;

	studio_press(f, "Enter l l s F");
	studio_type(f, "born > 60");
	studio_press(f, "Enter PgDn");
	assert_ok(drv_open(&t, DRV_APPLY, &d, &e), &e);
	assert_ok(drv_exec(d, STR("DROP VIEW named; PRAGMA foreign_keys = 0; "
	    "DROP TABLE a_people; CREATE TABLE a_people(x TEXT, y INT, z INT, "
	    "PRIMARY KEY(y, x, z)) WITHOUT ROWID; "
	    "INSERT INTO a_people VALUES('new', 1, 2)"), &e), &e);
	studio_press(f, "R");
	studio_shows(f, "new");
	studio_shows(f, "rows 1–1 of 1");
	assert_ok(drv_exec(d, STR("DROP TABLE a_people; "
	    "CREATE TABLE a_people(only TEXT PRIMARY KEY)"), &e), &e);
	drv_close(d);
	studio_press(f, "R");
	studio_shows(f, "this table is empty");
}

static void what_cannot_be_read_says_why(void **state)
{
	struct studio *f = *state;
	struct drv_target t = f->p.db;
	struct drv *d;
	struct err e = ERR_INIT;

	assert_ok(drv_open(&t, DRV_APPLY, &d, &e), &e);
	assert_ok(drv_exec(d, STR("DROP VIEW named; DROP TABLE b_notes; "
	    "DROP TABLE c_empty; DROP TABLE a_people; "
	    "CREATE VIEW broken AS SELECT x FROM gone"), &e), &e);
	drv_close(d);
	studio_press(f, "R / b r o k e n Enter");
	studio_shows(f, "no such table: main.gone");
	studio_shows(f, "CREATE VIEW broken");	/* what there is to see of it */
	studio_press(f, "1 j F s v Enter Ctrl-G G n");
	studio_shows(f, "no such table: main.gone");
	assert_ok(drv_open(&t, DRV_APPLY, &d, &e), &e);
	assert_ok(drv_exec(d, STR("DROP VIEW broken"), &e), &e);
	drv_close(d);
	studio_press(f, "R");
	studio_shows(f, "There are no tables in this database.");
}

static void same_screen_after(struct studio *f, const char *keys)
{
	struct sbuf was = SBUF_TEXT;

	sbuf_add(&was, studio_screen(f));
	studio_press(f, keys);
	if (!str_eq(studio_screen(f), sbuf_str(&was)))
		fail_msg("%s: another screen\n%s", keys, f->shot.p);
	sbuf_free(&was);
}

/* Same rows, same lines, same numbers, whatever has the keys. */
static void read_again_it_stands_where_it_stood(void **state)
{
	struct studio *f = *state;

	studio_press(f, "Enter Ctrl-G");
	studio_type(f, "1234");
	studio_press(f, "Enter PgDn PgDn k k k l");
	same_screen_after(f, "R");
	same_screen_after(f, "R R");
	studio_press(f, "g j j j");
	same_screen_after(f, "R");
	studio_press(f, "G k k");
	same_screen_after(f, "R");
	studio_press(f, "s s F");
	studio_type(f, "born % 2 = 0");
	studio_press(f, "Enter PgDn j j");
	studio_shows(f, "of 1,250");
	same_screen_after(f, "R");
	studio_press(f, "Shift-Tab j");
	same_screen_after(f, "R");
}

/* Neither a session that is opened anew nor a lost one swallows a key. */
static void a_key_meanwhile_is_not_lost(void **state)
{
	struct studio *f = *state;

	studio_press(f, "Enter");
	studio_key(f, STR("R"));
	studio_key(f, STR("G"));
	studio_settle(f->c);
	assert_int_equal(here(f), 2500);
}

/* No hint of a key that leads nowhere, no key that says nothing. */
static void hints_lead_somewhere(void **state)
{
	struct studio *f = *state;

	studio_press(f, "j Enter l");
	studio_shows(f, "Enter follow");
	studio_press(f, "j");			/* NULL */
	studio_hides(f, "Enter follow");
	studio_press(f, "Shift-Tab v");
	assert_true(core_focus(f->c)->ops == &view_cell);
	studio_press(f, "q 3");
	studio_shows(f, "--migrations DIR names one.");
	studio_hides(f, "g makes");
	studio_hides(f, "V verify");
	studio_press(f, "V");
	studio_shows(f, "there is nothing to verify");
	studio_press(f, "4");
	studio_shows(f, "there is no migrations folder here");
	studio_hides(f, "V verify");
}

static void structure_goes_with_the_table(void **state)
{
	struct studio *f = *state;

	studio_press(f, "j Enter 2");
	studio_shows(f, "› a_people");
	studio_shows(f, "Foreign keys 1");
	studio_press(f, "> > Enter");
	studio_shows(f, "a_people  table");
	studio_press(f, ">");
	studio_shows(f, "CREATE TABLE a_people");
	studio_press(f, "i");
	studio_shows(f, "sqlite_autoindex");
	studio_press(f, "Enter");
	studio_shows(f, "c_empty  table  without rowid");
	studio_press(f, "1");
	studio_shows(f, "this table is empty");
}

#define LONG_NAME "a_name_of_sixty_three_letters_as_postgresql_takes_them_at_most_"

/* What does not fit scrolls beside the names; how much is said. */
static void structure_keeps_names_in_sight(void **state)
{
	struct studio *s = studio_open("CREATE TABLE t(" LONG_NAME
	    " VARCHAR(20) NOT NULL DEFAULT 'nothing at all', b INTEGER "
	    "REFERENCES t(b)); CREATE INDEX t_" LONG_NAME " ON t(b, "
	    LONG_NAME ")", 60, 16);

	(void)state;
	studio_press(s, "2");
	studio_shows(s, " #  column                   ║ type");
	studio_shows(s, "a_name_of_sixty_three_l… ║ VARCHAR(20)");
	studio_shows(s, " more › ");
	studio_press(s, "$");
	studio_shows(s, "a_name_of_sixty_three_l… ║");
	studio_shows(s, " ‹ ");
	/* whole names of sections, and a mark that there are more */
	studio_shows(s, "Foreign keys 2   DDL             ›");
	studio_press(s, "> > > >");
	studio_shows(s, " ‹ Indexes 1   Foreign keys 2   DDL   Used by 1 ");
	studio_press(s, "i");
	studio_shows(s, "t_a_name_of_sixty_three… ║ ");
	core_resize(s->c, 120, 36);
	studio_shows(s, "t_a_name_of_sixty_three_letters_as_postgresql_t… ║ ");
	studio_close(s);
}

/* However the rows are sorted, filtered and paged, and after other tables. */
static void marks_stay_with_their_rows(void **state)
{
	struct studio *f = *state;
	const struct browse *b = state_of(f);

	studio_press(f, "Enter Space j Space");
	studio_shows(f, "2 marked  rows");
	studio_shows(f, "*   1 ║");
	studio_shows(f, "*   3 ║");
	studio_press(f, "l s s");
	assert_int_equal(browse_row(b)->cells[0].i, 999);
	studio_shows(f, "2 marked");
	studio_press(f, "Space G");
	studio_shows(f, "3 marked");
	studio_shows(f, "*   1 ║");
	studio_press(f, "s F");
	studio_type(f, "id = 999");
	studio_press(f, "Enter");
	studio_shows(f, "* 999 ║");
	studio_press(f, "R");
	studio_shows(f, "* 999 ║");
	studio_shows(f, "3 marked, 1 shown");
	assert_int_equal(browse_marked(b).n, 3);
	assert_int_equal(browse_marked(b).keys[1][0].i, 3);
	studio_press(f, "Space");
	studio_shows(f, "2 marked");
	studio_press(f, "Shift-Tab j Enter");
	studio_hides(f, "marked");
	studio_press(f, "Shift-Tab k Enter");
	studio_shows(f, "2 marked");
	studio_press(f, "X");
	studio_hides(f, "marked");
	studio_press(f, "Shift-Tab / n a m e d Enter Space");
	studio_shows(f, "no key names a row here");
}

/* Conditions are chosen, changed and taken out; the typed one stays apart. */
static void conditions_are_chosen(void **state)
{
	struct studio *f = *state;
	const struct browse *b = state_of(f);

	studio_press(f, "Enter l l f");
	studio_shows(f, "Rows of a_people where");
	studio_shows(f, "WHERE born = 3");
	studio_press(f, "o");
	studio_type(f, ">=");
	studio_press(f, "Enter e Ctrl-U");
	studio_type(f, "abc");
	studio_press(f, "Enter");
	studio_shows(f, "born wants a number");
	studio_press(f, "Ctrl-U");
	studio_type(f, "7000");
	studio_press(f, "Enter");
	studio_shows(f, "WHERE born >= 7000");
	studio_press(f, "a");
	studio_type(f, "name");
	studio_press(f, "Enter");
	studio_type(f, "match");
	studio_shows(f, "does not match");
	studio_press(f, "Ctrl-U");
	studio_type(f, "starts");
	studio_press(f, "Enter");
	studio_type(f, "p24");
	studio_press(f, "Enter");
	studio_shows(f, "WHERE born >= 7000 AND name GLOB 'p24*'");
	studio_press(f, "Enter");
	studio_shows(f, "filter born >= 7000");
	studio_shows(f, "of 100");
	assert_int_equal(browse_row(b)->cells[0].i, 2400);
	assert_int_equal(b->win.place.nconds, 2);
	/* the other filter, with its error at its own place */
	studio_press(f, "F");
	studio_type(f, "id = nix");
	studio_press(f, "Enter");
	studio_shows(f, "where id = nix");
	studio_shows(f, "            ↑ no such column: nix");
	studio_press(f, "Ctrl-U");
	studio_type(f, "id % 2 = 0");
	studio_press(f, "Enter");
	studio_shows(f, "of 50");
	core_resize(f->c, 200, 40);
	studio_shows(f, "filter born >= 7000 AND name GLOB 'p24*'  where "
	    "id % 2 = 0");
	/* taken out one by one, or given up */
	studio_press(f, "f x x Esc");
	assert_int_equal(b->win.place.nconds, 2);
	studio_press(f, "f X Enter");
	assert_int_equal(b->win.place.nconds, 0);
	assert_str(b->win.place.where, "id % 2 = 0");
	studio_shows(f, "of 1,250");
	studio_press(f, "Backspace");
	assert_int_equal(b->win.place.nconds, 2);
}

static void columns_are_hidden_moved_and_kept(void **state)
{
	struct studio *f = *state;
	const struct browse *b = state_of(f);

	studio_press(f, "Enter l -");
	studio_shows(f, "name is hidden; c shows it again");
	studio_shows(f, "  1 hidden");
	studio_shows(f, "   id ║ born");
	studio_press(f, "- -");
	studio_shows(f, "one column is shown at least");
	studio_press(f, "s");			/* of the same table */
	studio_shows(f, "  2 hidden");
	studio_press(f, "Shift-Tab j Enter");
	studio_hides(f, "hidden");
	studio_press(f, "Shift-Tab k Enter c");
	studio_shows(f, "Columns of a_people");
	studio_shows(f, "[x] id");
	studio_shows(f, "[ ] name");
	studio_press(f, "a j j K = Enter");
	studio_shows(f, " id ");
	studio_shows(f, "  born ║ name");
	assert_int_equal(b->grid.nfrozen, 2);
	studio_press(f, "$ + +");
	assert_int_equal(b->cols[2].width, 12);
	studio_press(f, "R $");
	assert_int_equal(b->cols[2].width, 12);
	assert_int_equal(b->order[1], 2);
	studio_press(f, "c X Enter");
	assert_int_equal(b->order[1], 1);
	assert_int_equal(b->grid.nfrozen, 1);
	studio_press(f, "c Space Esc");
	studio_hides(f, "hidden");
}

/* Beyond what is held, round the end, backward, in vain, and by position. */
static void search_goes_through_the_table(void **state)
{
	struct studio *f = *state;
	const struct browse *b = state_of(f);

	studio_press(f, "Enter /");
	studio_type(f, "^p2[34]99$");
	studio_press(f, "Enter");
	assert_int_equal(here(f), 2399);
	assert_int_equal(b->grid.col, 1);
	studio_shows(f, "1 match in these rows");
	studio_press(f, "n");
	assert_int_equal(here(f), 2499);
	studio_press(f, "n");
	studio_shows(f, "from the first row on");
	assert_int_equal(here(f), 2399);
	studio_press(f, "g N");
	assert_int_equal(here(f), 2499);
	studio_shows(f, "from the last row on");
	studio_press(f, "g / Enter");	/* empty: what was sought before */
	assert_int_equal(here(f), 2399);
	studio_press(f, "/");
	studio_type(f, "nowhere");
	studio_press(f, "Enter");
	studio_shows(f, "not found: 2,500 rows looked at");
	assert_int_equal(here(f), 2399);
	studio_press(f, "/ Esc");
	assert_false(b->find.m);
	/* a hidden column is not searched, another order is */
	studio_press(f, "g 0 l - s s /");
	studio_type(f, "^p1$");
	studio_press(f, "Enter");
	studio_shows(f, "not found: 2,500 rows looked at");
	studio_press(f, "/");
	studio_type(f, "^3$");
	studio_press(f, "Enter");
	assert_int_equal(browse_row(b)->cells[0].i, 3);
	studio_press(f, "/ Esc Shift-Tab / n a m e d Enter /");
	studio_type(f, "^p2222$");
	studio_press(f, "Enter");
	assert_str(browse_row(b)->cells[0].s, "p2222");
}

static int styled(const struct studio *f, enum style st)
{
	int n = 0;

	core_draw(f->c);
	for (int y = 0; y < f->c->surface->h; y++)
		for (int x = 0; x < f->c->surface->w; x++)
			n += (surface_at(f->c->surface, x, y)->style &
			    ~STYLE_BAR) == (int)st;
	return n;
}

/* Another column has a value of its own; a regular expression filters. */
static void a_condition_goes_to_another_column(void **state)
{
	struct studio *f = *state;
	const struct browse *b = state_of(f);

	studio_press(f, "Enter l l f");
	studio_shows(f, "WHERE born = 3");
	studio_press(f, "c");
	studio_type(f, "name");
	studio_press(f, "Enter");
	studio_shows(f, "WHERE name = 'p1'");
	studio_press(f, "o");
	studio_type(f, "^match");
	studio_press(f, "Enter e Ctrl-U");
	studio_type(f, "^p[0-9]$");
	studio_press(f, "Enter");
	studio_shows(f, "WHERE name REGEXP '^p[0-9]$'");
	studio_press(f, "Enter");
	studio_shows(f, "of 9");
	assert_int_equal(b->win.place.nconds, 1);
}

/* What is sought in one table is not sought in the next. */
static void a_search_ends_with_its_table(void **state)
{
	struct studio *f = *state;
	const struct browse *b = state_of(f);

	studio_press(f, "Enter /");
	studio_type(f, "p2");
	studio_press(f, "Enter");
	studio_shows(f, "matches in these rows");
	studio_press(f, "Shift-Tab j Enter");
	assert_string_equal(arena_z(f->c->app.frame, b->win.place.name),
	    "b_notes");
	studio_hides(f, "in these rows");
}

/* Each match, not its cell; in cells of both alignments, and what is cut. */
static void matches_are_marked_where_they_are(void **state)
{
	struct studio *f = *state;

	studio_press(f, "Enter G g /");
	assert_int_equal(styled(f, STYLE_MATCH), 0);
	studio_type(f, "p2");			/* 2, 20 to 26 (of 26 rows) */
	studio_shows(f, "8 matches in these rows");
	assert_int_equal(styled(f, STYLE_MATCH), 2 * 8 - 2);	/* the cursor's */
	studio_press(f, "Ctrl-U");
	studio_type(f, "^7");			/* born 72, 75, 78, id 7 */
	studio_shows(f, "4 matches in these rows");
	studio_press(f, "Ctrl-U");
	studio_type(f, "a*");			/* of no length */
	studio_shows(f, "0 matches in these rows");
	studio_press(f, "Esc");
	studio_hides(f, "matches");
}

/* Keys of two columns, forward, backward, by value, and in other orders. */
static void keys_of_two_columns_are_followed(void **state)
{
	struct studio *f = *state;
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
	studio_press(f, "R / y _ c h Enter l l");
	studio_shows(f, "title third");
	studio_press(f, "Enter");
	studio_shows(f, "y_child 1 › x_pair");
	assert_str(browse_row(b)->cells[2].s, "third");
	studio_shows(f, "y_child.k,n");
	studio_shows(f, "2 ‹");
	studio_press(f, "Tab G Enter");
	studio_shows(f, "where k = 'it''s' AND n = 2");
	studio_shows(f, "rows 1–2 of 2");
	studio_press(f, "Backspace Shift-Tab s s Ctrl-G");
	studio_type(f, "= a, 2");
	studio_press(f, "Enter");
	assert_str(browse_row(b)->cells[2].s, "second");
	studio_press(f, "Ctrl-G");
	studio_type(f, "= 'it''s', 2");
	studio_press(f, "Enter");
	assert_str(browse_row(b)->cells[2].s, "third");
	studio_press(f, "Ctrl-G");
	studio_type(f, "= a");
	studio_press(f, "Enter");
	studio_shows(f, "the key is: k, n");
}

/* Noticed at the next key, once; R reads again. */
static struct sha256 file_of(const struct studio *f)
{
	struct sbuf text = SBUF_TEXT;
	struct err e = ERR_INIT;
	struct sha256 h;

	assert_ok(file_read(f->path, &text, &e), &e);
	h = sha256_of(sbuf_str(&text));
	sbuf_free(&text);
	return h;
}

/* What deletes, edits or saves in other programs neither does so here nor asks
 * whether it shall. */
static void keys_that_delete_elsewhere_do_nothing(void **state)
{
	static const char *const places[] = { "1 Shift-Tab", "1 Enter", "2",
		"2 Tab", "4" };
	struct studio *f = *state;
	struct sha256 before = file_of(f), after;

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		studio_press(f, places[i]);
		studio_press(f, "Delete d d x D u o O C w A Ctrl-S Ctrl-X y");
		assert_int_equal(f->c->noverlays, 0);
	}
	after = file_of(f);
	assert_memory_equal(&before, &after, sizeof(after));
}

/* Rows that come take neither the focus nor what is being typed. */
static void typing_stays_in_its_field_while_rows_come(void **state)
{
	struct studio *f = *state;
	const struct browse *b = state_of(f);
	static const char text[] = "born > 3 or jjjGq";

	studio_press(f, "Enter");
	for (int i = 0; i < 12; i++)
		studio_key(f, STR("PgDn"));
	assert_true(f->c->jobs > 0);
	studio_key(f, STR("F"));
	for (const char *c = text; *c; c++)
		core_key(f->c, &(struct keypress){ .code = (unsigned char)*c });
	studio_settle(f->c);
	assert_int_equal(b->field, FIELD_WHERE);
	assert_str(input_str(&b->in), text);
	assert_false(f->c->quit);
	studio_press(f, "Esc");
	assert_true(here(f) > 100);
}

/* What is stopped can be corrected; what has come is the rows' own. */
static void a_stopped_filter_is_not_lost(void **state)
{
	static const char slow[] = "(WITH RECURSIVE i(v) AS (SELECT 1 UNION "
	    "ALL SELECT v + 1 FROM i) SELECT count(*) FROM i) > 1";
	struct studio *f = *state;
	const struct browse *b = state_of(f);

	studio_press(f, "Enter F");
	studio_type(f, slow);
	studio_key(f, STR("Enter"));
	studio_key(f, STR("Esc"));
	studio_settle(f->c);
	studio_press(f, "F");
	assert_str(input_str(&b->in), slow);
	studio_press(f, "Ctrl-U");
	studio_type(f, "born > 30");
	studio_press(f, "Enter F");
	assert_str(input_str(&b->in), "born > 30");
	studio_press(f, "Ctrl-U Enter F");
	assert_int_equal(b->in.e.n, 0);
	studio_press(f, "Esc");
}

static void sizes_change_while_a_search_runs(void **state)
{
	static const int sizes[][2] = { { 80, 24 }, { 60, 16 }, { 20, 5 },
		{ 200, 60 }, { 100, 30 }, { 120, 36 } };
	struct studio *f = *state;

	studio_press(f, "Enter /");
	studio_type(f, "nowhere");
	studio_key(f, STR("Enter"));
	assert_true(f->c->jobs > 0);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		core_resize(f->c, sizes[i][0], sizes[i][1]);
		core_draw(f->c);
	}
	studio_settle(f->c);
	assert_int_equal(here(f), 1);
	studio_shows(f, "0 matches");
}

static void what_others_write_is_noticed(void **state)
{
	struct studio *f = *state;
	struct drv_target t = f->p.db;
	struct err e = ERR_INIT;
	struct drv *d;

	studio_press(f, "Enter j");
	studio_hides(f, "changed");
	assert_ok(drv_open(&t, DRV_APPLY, &d, &e), &e);
	assert_ok(drv_exec(d, STR("UPDATE a_people SET name = 'new' "
	    "WHERE id = 3"), &e), &e);
	studio_press(f, "j");
	studio_shows(f, "changed by another program, R reads again");
	studio_press(f, "k");
	studio_hides(f, "another program");
	studio_shows(f, "changed  rows 1");
	studio_press(f, "R");
	studio_hides(f, "changed");
	studio_shows(f, "new");
	studio_press(f, "j");
	studio_hides(f, "changed");
	assert_ok(drv_exec(d, STR("DELETE FROM b_notes"), &e), &e);
	studio_press(f, "j");
	studio_shows(f, "changed by another program, R reads again");
	drv_close(d);
}

static void several_columns_sort(void **state)
{
	struct studio *f = *state;
	const struct browse *b = state_of(f);

	studio_press(f, "j Enter l S");
	studio_shows(f, "person↑");
	studio_press(f, "h S S");
	studio_shows(f, "sort person↑ id↓");
	studio_shows(f, "person↑1");
	studio_shows(f, "id↓2");
	assert_int_equal(browse_row(b)->cells[0].i, 2);
	studio_press(f, "j");
	assert_int_equal(browse_row(b)->cells[0].i, 4);
	studio_press(f, "l S");
	studio_shows(f, "sort person↓ id↓");
	studio_press(f, "S");
	studio_shows(f, "sort id↓");
	studio_press(f, "s");
	studio_shows(f, "sort person↑");
	assert_int_equal(b->win.place.sort.n, 1);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
static void key(struct studio *f, const char *name)
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
	struct studio *f = *state;

	studio_press(f, "Enter F");
	for (const char *z = endless; *z; z++)
		core_key(f->c, &(struct keypress){ .code = (uint32_t)*z });
	key(f, "Enter");
	assert_true(f->c->jobs > 0);
	key(f, "j");
	key(f, "j");
	assert_int_equal(browse_row(state_of(f))->cells[0].i, 3);
	key(f, "2");
	key(f, "1");
	studio_shows(f, "of 2,500");
	assert_true(f->c->jobs > 0);
	key(f, "Esc");
	studio_settle(f->c);
	assert_int_equal(browse_row(state_of(f))->cells[0].i, 3);
	assert_int_equal(state_of(f)->win.place.where.n, 0);
	studio_press(f, "G");
	assert_int_equal(here(f), 2500);
}

/* Any object by some letters of its name, in the tab that shows it. */
static void every_object_can_be_found(void **state)
{
	struct studio *f = *state;

	studio_press(f, "Ctrl-P");
	studio_shows(f, "table      a_people");
	studio_shows(f, "column     b_notes.person");
	studio_shows(f, "view       named");
	studio_type(f, "notes bod");
	studio_shows(f, "column     b_notes.body");
	studio_press(f, "Enter");
	assert_int_equal(f->c->noverlays, 0);
	assert_int_equal(f->c->tab, TAB_STRUCTURE);
	studio_shows(f, "b_notes  table");
	studio_press(f, "Ctrl-P n m d Enter");
	assert_int_equal(f->c->tab, TAB_BROWSE);
	studio_shows(f, "letters");
	/* nothing of that name; the list moves; Esc leaves all as it was */
	studio_press(f, "Ctrl-P z z z Enter");
	studio_shows(f, "nothing matches");
	studio_press(f, "Ctrl-U Down Ctrl-N Ctrl-P Esc");
	assert_int_equal(f->c->noverlays, 0);
	studio_shows(f, "letters");
	/* the palette has them too, beside what can be done */
	studio_press(f, ":");
	studio_type(f, "c_emp");
	studio_shows(f, "table      c_empty");
	studio_press(f, "Tab Enter");
	studio_shows(f, "this table is empty");
	studio_press(f, ":");
	studio_type(f, "a_peo");
	studio_press(f, "Enter :");
	studio_type(f, "goto 1234");
	studio_press(f, "Enter");
	assert_int_equal(here(f), 1234);
	studio_press(f, "2 :");
	studio_type(f, "goto 3");
	studio_press(f, "Enter");
	studio_shows(f, ":goto 3: there are no rows here");
}

/* What was open is open again; what names nothing any more opens without. */
static void what_was_open_is_found_again(void **state)
{
	struct studio *f = *state;
	struct core_options o = { .project = &f->p, .w = 120, .h = 36,
		.still = true };
	struct err e = ERR_INIT;
	char file[96];

	snprintf(file, sizeof(file), "%s/memory", f->dir);
	o.memory = file;
	core_close(f->c);
	f->c = core_open(&o);
	studio_settle(f->c);
	studio_press(f, "j Enter l s h S S F");
	studio_type(f, "id > 1");
	studio_press(f, "Enter f X a");
	studio_type(f, "id");
	studio_press(f, "Enter");
	studio_type(f, "between");
	studio_press(f, "Enter");
	studio_type(f, "1, 9");
	studio_press(f, "Enter Enter Z");
	studio_shows(f, "rows 1–3 of 3");
	studio_press(f, "2 > 1 2");
	assert_ok(core_keep(f->c, &e), &e);
	core_close(f->c);
	f->c = core_open(&o);
	studio_settle(f->c);
	assert_int_equal(f->c->tab, TAB_STRUCTURE);
	studio_shows(f, "b_notes");
	studio_press(f, "1");
	studio_shows(f, "where id > 1");
	studio_shows(f, "rows 1–3 of 3");
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
	studio_settle(f->c);
	studio_shows(f, "rows 1–4 of 4");
	studio_hides(f, "gone");
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
	CASE(rows_of_the_session_before_are_read_anew),
	CASE(a_changed_table_is_shown_from_its_start),
	CASE(what_cannot_be_read_says_why),
	CASE(read_again_it_stands_where_it_stood),
	CASE(a_key_meanwhile_is_not_lost),
	CASE(hints_lead_somewhere),
	CASE(structure_goes_with_the_table),
	cmocka_unit_test(structure_keeps_names_in_sight),
	CASE(marks_stay_with_their_rows),
	CASE(a_query_without_end_is_stopped),
	CASE(every_object_can_be_found),
	CASE(what_was_open_is_found_again),
	CASE(conditions_are_chosen),
	CASE(several_columns_sort),
	CASE(keys_of_two_columns_are_followed),
	CASE(keys_that_delete_elsewhere_do_nothing),
	CASE(typing_stays_in_its_field_while_rows_come),
	CASE(a_stopped_filter_is_not_lost),
	CASE(sizes_change_while_a_search_runs),
	CASE(what_others_write_is_noticed),
	CASE(search_goes_through_the_table),
	CASE(a_condition_goes_to_another_column),
	CASE(a_search_ends_with_its_table),
	CASE(matches_are_marked_where_they_are),
	CASE(columns_are_hidden_moved_and_kept),
)
