/* widgets: list, input, filter, grid, text. */
#include "unit.h"

#include "ui/widget/filter.h"
#include "ui/widget/grid.h"
#include "ui/widget/input.h"
#include "ui/widget/list.h"
#include "ui/widget/sql.h"
#include "ui/widget/text.h"

static struct sbuf dumped = SBUF_TEXT;

static struct str dump(const struct surface *s)
{
	sbuf_reset(&dumped);
	surface_dump(s, &dumped);
	return sbuf_str(&dumped);
}

static void the_list_stays_within(void **state)
{
	struct list l = { .h = 4 };

	(void)state;
	assert_true(list_key(&l, ACT_DOWN));	/* of nothing */
	assert_true(list_key(&l, ACT_LAST));
	assert_int_equal(l.cur, 0);
	list_set(&l, 10);
	list_key(&l, ACT_PAGE_DOWN);
	assert_int_equal(l.cur, 4);
	assert_int_equal(l.top, 1);
	list_key(&l, ACT_LAST);
	assert_int_equal(l.cur, 9);
	assert_int_equal(l.top, 6);
	list_key(&l, ACT_HALF_UP);
	assert_int_equal(l.cur, 7);
	assert_int_equal(l.top, 6);
	list_set(&l, 3);
	assert_int_equal(l.cur, 2);
	assert_int_equal(list_top(&l, 4), 0);
	assert_false(list_key(&l, ACT_APPLY));
	list_set(&l, 0);
	assert_int_equal(l.cur, 0);
}

static enum input_result key(struct input *in, enum action a)
{
	return input_msg(in, &(struct msg){ .kind = MSG_KEY, .act = a });
}

static enum input_result text(struct input *in, const char *z)
{
	return input_msg(in, &(struct msg){ .kind = MSG_TEXT, .text = str_z(z) });
}

static void a_line_is_edited_by_characters(void **state)
{
	struct input in = { 0 };

	(void)state;
	text(&in, "n");
	text(&in, "a");
	text(&in, "ï");
	text(&in, "図");
	assert_int_equal(key(&in, ACT_EDIT_LEFT), INPUT_MOVED);
	assert_int_equal(key(&in, ACT_EDIT_ERASE), INPUT_CHANGED);
	assert_str(input_str(&in), "na図");
	key(&in, ACT_EDIT_DELETE);
	assert_str(input_str(&in), "na");
	input_set(&in, STR("drop column bio"));
	key(&in, ACT_EDIT_WORD_LEFT);
	key(&in, ACT_EDIT_ERASE_WORD);
	assert_str(input_str(&in), "drop bio");
	key(&in, ACT_EDIT_HOME);
	key(&in, ACT_EDIT_KILL);
	assert_int_equal(in.e.n, 0);
	assert_int_equal(key(&in, ACT_EDIT_ERASE), INPUT_MOVED);
	assert_int_equal(key(&in, ACT_EDIT_ENTER), INPUT_ENTER);
	assert_int_equal(key(&in, ACT_EDIT_CANCEL), INPUT_CANCEL);
	assert_int_equal(key(&in, ACT_APPLY), INPUT_IGNORED);
}

static void a_line_has_a_ceiling(void **state)
{
	struct input in = { .e.max = 4 };

	(void)state;
	input_set(&in, STR("図書"));	/* 6 bytes: the second does not fit */
	assert_str(input_str(&in), "図");
	assert_int_equal(text(&in, "x"), INPUT_CHANGED);
	assert_int_equal(text(&in, "y"), INPUT_MOVED);
	in.e.max = 0;
	for (int i = 0; i < 5000; i++)
		text(&in, "z");
	assert_int_equal(in.e.n, INPUT_MAX);
}

static void pastes_are_filtered_or_refused(void **state)
{
	struct msg m = { .kind = MSG_PASTE,
		.text = STR("us\x1b[31mers\r\n\x07x\n") };
	struct input in = { 0 }, gate = { .typed_only = true };

	(void)state;
	assert_int_equal(input_msg(&in, &m), INPUT_CHANGED);
	assert_str(input_str(&in), "us[31mers  x");
	assert_int_equal(input_msg(&gate, &m), INPUT_NO_PASTE);
	assert_int_equal(gate.e.n, 0);
}

static void a_filter_matches_as_it_is_typed(void **state)
{
	struct filter f = { 0 };

	(void)state;
	assert_true(filter_pass(&f, STR("users")));
	filter_open(&f);
	filter_msg(&f, &(struct msg){ .kind = MSG_TEXT, .text = STR("q") });
	assert_true(filter_pass(&f, STR("QUIZ_answers")));
	assert_false(filter_pass(&f, STR("users")));
	filter_msg(&f, &(struct msg){ .kind = MSG_TEXT, .text = STR("(") });
	assert_true(f.bad);	/* not whole yet: nothing is hidden */
	assert_true(filter_pass(&f, STR("users")));
	filter_msg(&f, &(struct msg){ .kind = MSG_KEY, .act = ACT_EDIT_CANCEL });
	assert_false(f.open);
	assert_int_equal(f.in.e.n, 0);
	filter_close(&f);
}

static void seek(struct filter *f, const char *pattern)
{
	filter_anew(f);
	for (const char *p = pattern; *p; p++)
		filter_msg(f, &(struct msg){ .kind = MSG_TEXT,
			.text = { p, 1 } });
	filter_msg(f, &(struct msg){ .kind = MSG_KEY, .act = ACT_EDIT_ENTER });
}

static const char *recall(struct filter *f, enum action a)
{
	filter_msg(f, &(struct msg){ .kind = MSG_KEY, .act = a });
	return f->in.e.text;
}

static void a_filter_knows_what_was_sought(void **state)
{
	struct filter f = { 0 };
	char many[] = "a0";

	(void)state;
	seek(&f, "one");
	seek(&f, "two");
	seek(&f, "one");		/* again: the newest, and once */
	filter_anew(&f);
	filter_msg(&f, &(struct msg){ .kind = MSG_TEXT, .text = STR("x") });
	assert_string_equal(recall(&f, ACT_EDIT_FORMER), "one");
	assert_true(filter_pass(&f, STR("bone")));
	assert_false(filter_pass(&f, STR("two")));
	assert_string_equal(recall(&f, ACT_EDIT_FORMER), "two");
	assert_string_equal(recall(&f, ACT_EDIT_FORMER), "two");
	assert_string_equal(recall(&f, ACT_EDIT_LATER), "one");
	assert_string_equal(recall(&f, ACT_EDIT_LATER), "x");
	assert_string_equal(recall(&f, ACT_EDIT_LATER), "x");
	assert_true(filter_pass(&f, STR("x")));
	seek(&f, "");			/* nothing: the last */
	assert_true(filter_pass(&f, STR("one")));
	for (; many[1] <= '9'; many[1]++)
		seek(&f, many);
	for (many[0] = 'b', many[1] = '0'; many[1] <= '9'; many[1]++)
		seek(&f, many);
	filter_anew(&f);
	for (int i = 0; i < FILTER_PAST; i++)
		recall(&f, ACT_EDIT_FORMER);
	assert_string_equal(recall(&f, ACT_EDIT_FORMER), "a4");
	filter_msg(&f, &(struct msg){ .kind = MSG_KEY, .act = ACT_EDIT_CANCEL });
	assert_int_equal(f.in.e.n, 0);
	filter_close(&f);
}

static void cell(const void *arg, size_t row, size_t col, struct grid_cell *out)
{
	static const char *const v[3][4] = {
		{ "1", "la biblioteca", "library", "2.50" },
		{ "2", "図書館", "NULL", "10" },
		{ "3", "", "x", "1.3" },
	};

	(void)arg;
	out->text = str_z(v[row][col]);
	if (col == 2 && row == 1)
		out->style = STYLE_NULL;
}

static const struct grid_col cols[] = {
	{ .name = { "id", 2 }, .width = 4, .align = ALIGN_RIGHT, .frozen = true },
	{ .name = { "front", 5 }, .width = 8 },
	{ .name = { "back", 4 }, .width = 8, .mark = MARK_FK, .marked = true },
	{ .name = { "ease", 4 }, .width = 6, .align = ALIGN_RIGHT },
};

static void the_grid_freezes_header_and_key(void **state)
{
	struct surface *s = surface_new(28, 5, false);
	struct grid g = { 0 };

	(void)state;
	grid_set(&g, cols, 4, 3);
	grid_resize(&g, 28, 5);
	grid_draw(&g, surface_pane(s), true, cell, NULL);
	assert_str(dump(s),
	    "   id ║ front     back›\n"
	    "──────────────── 1 more › ──\n"
	    "    1 ║ la bibl…  library\n"
	    "    2 ║ 図書館    NULL\n"
	    "    3 ║           x\n");
	/* to the last column: the key stays, the others move */
	grid_key(&g, ACT_COL_LAST);
	surface_clear(s);
	grid_draw(&g, surface_pane(s), true, cell, NULL);
	assert_str(dump(s),
	    "   id ║ back›       ease\n"
	    "──────── ‹ 1 ───────────────\n"
	    "    1 ║ library     2.50\n"
	    "    2 ║ NULL          10\n"
	    "    3 ║ x            1.3\n");
	grid_key(&g, ACT_COL_FIRST);
	assert_int_equal(g.left, 1);
	surface_free(s);
	/* a column that the edge cuts says so */
	s = surface_new(24, 3, false);
	grid_draw(&g, surface_pane(s), true, cell, NULL);
	assert_str(dump(s),
	    "   id ║ front     back›\n"
	    "──────────── 1 more › ──\n"
	    "    1 ║ la bibl…  libra…\n");
	surface_free(s);
	/* but a number, and a text of which too little would be seen, not */
	for (int w = 25; w < 36; w++) {
		s = surface_new(w, 3, false);
		grid_resize(&g, w, 3);
		grid_draw(&g, surface_pane(s), true, cell, NULL);
		assert_int_equal(str_find(dump(s), STR("ease"), 0) <
		    dump(s).n, str_find(dump(s), STR("2.50"), 0) <
		    dump(s).n);
		assert_int_equal(str_find(dump(s), STR("ease"), 0) <
		    dump(s).n, str_find(dump(s), STR("more"), 0) ==
		    dump(s).n);
		surface_free(s);
	}
}

static void a_narrow_grid_caps_its_text(void **state)
{
	struct grid_col wide[] = { { .name = STR("a"), .width = 38 },
		{ .name = STR("n"), .width = 38, .align = ALIGN_RIGHT },
		{ .name = STR("z"), .width = 38 } };
	struct grid g = { 0 };

	(void)state;
	grid_set(&g, wide, 3, 1);
	grid_resize(&g, 60, 5);
	assert_int_equal(grid_width(&g, 0), 24);
	assert_int_equal(grid_width(&g, 1), 38);	/* a number is whole */
	assert_int_equal(grid_width(&g, 2), 38);	/* the last one */
	wide[0].asked = true;
	assert_int_equal(grid_width(&g, 0), 38);
	wide[0].asked = false;
	grid_resize(&g, 120, 5);
	assert_int_equal(grid_width(&g, 0), 38);
	wide[0].width = wide[1].width = wide[2].width = 17;
	grid_resize(&g, 60, 5);				/* all fit as they are */
	assert_int_equal(grid_width(&g, 0), 17);
}

static void a_narrow_grid_does_no_harm(void **state)
{
	struct grid g = { 0 };

	(void)state;
	grid_set(&g, cols, 4, 3);
	for (int w = 1; w < 30; w++)
		for (int h = 1; h < 6; h++) {
			struct surface *s = surface_new(w, h, true);

			grid_resize(&g, w, h);
			for (enum action a = ACT_UP; a <= ACT_COL_LAST; a++) {
				grid_key(&g, a);
				grid_draw(&g, surface_pane(s), true, cell, NULL);
			}
			surface_free(s);
		}
	grid_set(&g, NULL, 0, 0);
	grid_key(&g, ACT_RIGHT);
	assert_int_equal(g.col, 0);
}

static void text_wraps_scrolls_and_searches(void **state)
{
	struct surface *s = surface_new(6, 3, false);
	struct text_view t = { 0 };
	struct msg m = { .kind = MSG_KEY, .act = ACT_SEARCH };

	(void)state;
	text_resize(&t, 6, 3);
	text_set(&t, STR("abcdefgh\n\nij\nklm\nno"), NULL, true);
	assert_int_equal(t.lines.n, 6);
	text_draw(&t, surface_pane(s), true);
	assert_str(dump(s), "abcdef\ngh\n\n");
	text_msg(&t, &(struct msg){ .kind = MSG_KEY, .act = ACT_DOWN });
	text_msg(&t, &(struct msg){ .kind = MSG_KEY, .act = ACT_LAST });
	surface_clear(s);
	text_draw(&t, surface_pane(s), true);
	assert_str(dump(s), "ij\nklm\nno\n");
	text_msg(&t, &(struct msg){ .kind = MSG_KEY, .act = ACT_FIRST });
	text_msg(&t, &m);
	assert_true(text_searching(&t));
	text_msg(&t, &(struct msg){ .kind = MSG_TEXT, .text = STR("n") });
	text_msg(&t, &(struct msg){ .kind = MSG_KEY, .act = ACT_EDIT_ENTER });
	assert_false(text_searching(&t));
	assert_int_equal(t.lines.cur, 5);
	text_msg(&t, &(struct msg){ .kind = MSG_KEY, .act = ACT_WRAP });
	assert_int_equal(t.lines.n, 5);
	text_msg(&t, &(struct msg){ .kind = MSG_KEY, .act = ACT_FIRST });
	surface_clear(s);
	text_draw(&t, surface_pane(s), true);
	assert_str(dump(s), "abcde…\n\nij\n");	/* not wrapped: it says so */
	text_resize(&t, 3, 2);
	text_close(&t);
	surface_free(s);
}

static void sql_is_highlighted(void **state)
{
	struct surface *s = surface_new(40, 1, false);

	(void)state;
	sql_line(surface_pane(s), 0, 0, &dialect_sqlite,
	    STR("DROP\n  TABLE t -- 'x'"));
	assert_str(dump(s), "DROP TABLE t -- 'x'\n");
	assert_int_equal(surface_at(s, 0, 0)->style, STYLE_KEYWORD);
	assert_int_equal(surface_at(s, 11, 0)->style, STYLE_NORMAL);
	assert_int_equal(surface_at(s, 14, 0)->style, STYLE_COMMENT);
	surface_free(s);
}

UNIT_MAIN(cmocka_unit_test(the_list_stays_within),
    cmocka_unit_test(a_line_is_edited_by_characters),
    cmocka_unit_test(a_line_has_a_ceiling),
    cmocka_unit_test(pastes_are_filtered_or_refused),
    cmocka_unit_test(a_filter_matches_as_it_is_typed),
    cmocka_unit_test(a_filter_knows_what_was_sought),
    cmocka_unit_test(the_grid_freezes_header_and_key),
    cmocka_unit_test(a_narrow_grid_caps_its_text),
	cmocka_unit_test(a_narrow_grid_does_no_harm),
    cmocka_unit_test(text_wraps_scrolls_and_searches),
    cmocka_unit_test(sql_is_highlighted))
