/* keys: decoding terminal bytes, names, keymaps and their check. */
#include "unit.h"

#include <stdio.h>

#include "ui/keyset.h"
#include "ui/view/views.h"

static struct sbuf names = SBUF_TEXT;

/* Names of all keys in these bytes, fed `step` bytes at a time. */
static struct str read_keys(struct str bytes, size_t step)
{
	struct key_reader *r = key_reader_open();
	struct keypress k;

	sbuf_reset(&names);
	for (size_t i = 0; i < bytes.n; i += step) {
		key_reader_feed(r, str_sub(bytes, i, i + step));
		while (key_reader_next(r, i + step >= bytes.n, &k)) {
			sbuf_addc(&names, names.n ? ' ' : '>');
			key_name(&k, &names);
			if (k.code == K_PASTE) {
				sbuf_addc(&names, '=');
				sbuf_add(&names, k.paste);
			}
		}
	}
	key_reader_close(r);
	return sbuf_str(&names);
}

static void sequences_become_keys(void **state)
{
	static const struct {
		struct str bytes;
		const char *keys;
	} t[] = {
		{ { "j", 1 }, ">j" },
		{ { "é図", 5 }, ">é 図" },
		{ { "\x1b[A\x1bOB\x1b[1;5C", 12 }, ">Up Down Ctrl-Right" },
		{ { "\x1b[5~\x1b[6~\x1b[Z", 11 }, ">PgUp PgDn Shift-Tab" },
		{ { "\x1bOP\x1b[[A\x1b[11~\x1b[24~", 17 }, ">F1 F1 F1 F12" },
		{ { "\r\n\t\x7f\x08", 5 }, ">Enter Enter Tab Backspace Backspace" },
		{ { "\x15\x03\0", 3 }, ">Ctrl-U Ctrl-C Ctrl-Space" },
		{ { "\x1b", 1 }, ">Esc" },
		{ { "\x1b\x1b[B", 4 }, ">Esc Down" },
		{ { "\x1b" "b\x1b\r", 4 }, ">Alt-b Alt-Enter" },
		/* swallowed whole: nothing of them acts as a key */
		{ { "\x1b[<0;12;3Mq", 11 }, ">(mouse) q" },
		{ { "\x1b[<0;12;3mq", 11 }, ">(unknown) q" },
		{ { "\x1b[<2;12;3Mq", 11 }, ">(unknown) q" },
		{ { "\x1b[<0;0;3M\x1b[<0;1M", 16 }, ">(unknown) (unknown)" },
		{ { "\x1b[?62;c", 7 }, ">(unknown)" },
		{ { "\xff\xc3q", 3 }, ">(unknown) (unknown) q" },
		{ { "\x1b[97;5u\x1b[13u", 12 }, ">Ctrl-A Enter" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_str(read_keys(t[i].bytes, t[i].bytes.n), t[i].keys);
		assert_str(read_keys(t[i].bytes, 1), t[i].keys);
	}
}

static void a_paste_is_one_event(void **state)
{
	struct str s = STR("\x1b[200~users\r\x1b[A y\x1b[201~j");

	(void)state;
	for (size_t step = 1; step < 9; step++)
		assert_str(read_keys(s, step),
		    ">(paste)=users\r\x1b[A y j");
	/* the line was slow after any of its bytes */
	for (size_t cut = 1; cut + 1 < s.n; cut++) {
		struct key_reader *r = key_reader_open();
		struct keypress k;

		key_reader_feed(r, str_sub(s, 0, cut));
		while (key_reader_next(r, true, &k))
			assert_int_equal(k.code, K_ESC);
		key_reader_feed(r, str_sub(s, cut, s.n));
		assert_true(key_reader_next(r, false, &k));
		assert_int_equal(k.code, K_PASTE);
		key_reader_close(r);
	}
	/* one without end keeps the keys away */
	assert_str(read_keys(STR("\x1b[200~yyy\r"), 3), "");
}

static void a_huge_paste_is_cut(void **state)
{
	struct key_reader *r = key_reader_open();
	struct sbuf b = SBUF_TEXT;
	struct keypress k;
	bool got = false;

	(void)state;
	sbuf_fill(&b, 'x', 4096);
	key_reader_feed(r, STR("\x1b[200~"));
	for (int i = 0; i < 1000; i++) {
		key_reader_feed(r, sbuf_str(&b));
		assert_false(key_reader_next(r, true, &k));
	}
	key_reader_feed(r, STR("\x1b[201~q"));
	while (key_reader_next(r, true, &k)) {
		if (k.code == K_PASTE)
			assert_true(k.paste.n <= (size_t)1 << 20);
		got = got || k.code == 'q';
	}
	assert_true(got);
	sbuf_free(&b);
	key_reader_close(r);
}

static void names_read_back(void **state)
{
	static const char *const good[] = { "j", "G", "Enter", "Ctrl-U", "Space",
		"Shift-Tab", "Alt-Enter", "F12", "|", "é", "Ctrl-Left", "-" };
	static const char *const bad[] = { "", "Entr", "Ctrl-", "jj", "\x1b",
		"F13" };
	struct keypress k;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(key_parse(str_z(good[i]), &k));
		sbuf_reset(&names);
		key_name(&k, &names);
		assert_str(sbuf_str(&names), good[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(key_parse(str_z(bad[i]), &k));
}

static void actions_have_one_name_each(void **state)
{
	(void)state;
	for (enum action a = ACT_NONE + 1; a < ACT_N; a++) {
		assert_int_equal(action_parse(str_z(action_table[a].name)), a);
		assert_true(action_table[a].help[0] != '\0');
	}
	assert_int_equal(action_parse(STR("fly")), ACT_NONE);
}

static enum action find(const struct keymap *m, const char *name)
{
	struct keypress k;

	assert_true(key_parse(str_z(name), &k));
	return keymap_find(NULL, m, &k);
}

static void maps_ask_their_parents(void **state)
{
	static const struct bind binds[] = { { ACT_APPLY, NULL, NULL },
		{ ACT_OPEN, "Enter o", NULL } };
	static const struct keymap view = { .name = "view",
		.parent = &keymap_global, KEYMAP(binds) };
	static const struct bind field_binds[] = { { ACT_UP, "Up", NULL } };
	static const struct keymap field = { .name = "field",
		.parent = &keymap_input, KEYMAP(field_binds), .text = true };
	struct keypress k;

	(void)state;
	assert_int_equal(find(&view, "A"), ACT_APPLY);
	assert_int_equal(find(&view, "o"), ACT_OPEN);
	assert_int_equal(find(&view, "q"), ACT_CLOSE);
	assert_int_equal(find(&view, "x"), ACT_NONE);
	assert_true(keymap_is_shared(&view, ACT_CLOSE));
	assert_false(keymap_is_shared(&view, ACT_APPLY));
	/* in a field letters are text, whatever is bound above it */
	assert_int_equal(find(&field, "q"), ACT_NONE);
	assert_int_equal(find(&field, "Ctrl-U"), ACT_EDIT_ERASE_LINE);
	assert_int_equal(find(&field, "Up"), ACT_UP);
	assert_true(key_parse(STR("q"), &k) && keymap_is_text(NULL, &field, &k));
	assert_false(keymap_is_text(NULL, &view, &k));
	assert_true(key_parse(STR("Ctrl-X"), &k) && !keymap_is_text(NULL, &field, &k));
	sbuf_reset(&names);
	keymap_key_of(NULL, &view, ACT_OPEN, &names);
	assert_str(sbuf_str(&names), "Enter");
}

static void clashes_and_unknown_keys_are_found(void **state)
{
	static const struct bind twice[] = { { ACT_HAZARD_NEXT, NULL, NULL },
		{ ACT_SEARCH_NEXT, NULL, NULL } };
	static const struct keymap clash = { .name = "clash", KEYMAP(twice) };
	static const struct bind over[] = { { ACT_APPLY, "q", NULL } };
	static const struct keymap shadow = { .name = "shadow",
		.parent = &keymap_global, KEYMAP(over) };
	static const struct bind odd[] = { { ACT_APPLY, "Hyper-x", NULL } };
	static const struct keymap unknown = { .name = "unknown", KEYMAP(odd) };
	static const struct bind same[] = { { ACT_BACK, NULL, NULL } };
	static const struct keymap again = { .name = "again",
		.parent = &keymap_global, KEYMAP(same) };
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(keymap_check(NULL, &clash, NULL, &e), RC_USAGE);
	assert_string_equal(e.msg,
	    "clash: n is bound to next-hazard and to search-next");
	assert_int_equal(keymap_check(NULL, &shadow, NULL, &e), RC_USAGE);
	assert_int_equal(keymap_check(NULL, &unknown, NULL, &e), RC_USAGE);
	assert_ok(keymap_check(NULL, &again, NULL, &e), &e);
	assert_ok(keymap_check(NULL, &keymap_global, NULL, &e), &e);
	assert_ok(keymap_check(NULL, &keymap_overlay, NULL, &e), &e);
	assert_ok(keymap_check(NULL, &keymap_input, NULL, &e), &e);
}

/* ---- keys of the user's own ---- */

static struct keyset set;
static struct sbuf said = SBUF_TEXT;

/* Reads a configuration; the notes, a line each, go to `said`. */
static const struct keyset *configure(const char *text)
{
	static struct arena *a;		/* of the keyset in use */
	struct keyset_notes notes;
	struct err e = ERR_INIT;
	struct ini ini;

	arena_free(a);
	a = text ? arena_new() : NULL;
	sbuf_reset(&said);
	if (!text)
		return NULL;
	assert_ok(ini_read(str_z(text), "config", a, &ini, &e), &e);
	keyset_read(&ini, views_all, a, &set, &notes);
	for (size_t i = 0; i < notes.n; i++)
		sbuf_addf(&said, "%d: %.*s\n", notes.v[i].line,
		    STR_ARG(notes.v[i].text));
	return &set;
}

static const struct bind shown_binds[] = { { ACT_APPLY, NULL, NULL },
	{ ACT_ROLLBACK, "U X", NULL }, { ACT_SORT, NULL, NULL } };
static const struct keymap shown_map = { .name = "shown",
	.parent = &keymap_global, KEYMAP(shown_binds) };
static const struct bind typed_binds[] = { { ACT_PAGE_DOWN, NULL, NULL } };
static const struct keymap typed_map = { .name = "typed", .text = true,
	.parent = &keymap_input, KEYMAP(typed_binds) };

static enum action find_by(const struct keyset *ks, const struct keymap *m,
    const char *name)
{
	struct keypress k;

	assert_true(key_parse(str_z(name), &k));
	return keymap_find(ks, m, &k);
}

static void keys_can_be_others(void **state)
{
	const struct keyset *ks = configure("sort = x\n[keys]\n"
	    "apply = Ctrl-Y F5\nsort = none\npalette = : Alt-x\n"
	    "page-down = b PgDn\n[other]\nsort = y\n");

	(void)state;
	assert_int_equal(said.n, 0);
	assert_int_equal(find_by(ks, &shown_map, "F5"), ACT_APPLY);
	assert_int_equal(find_by(ks, &shown_map, "Ctrl-Y"), ACT_APPLY);
	assert_int_equal(find_by(ks, &shown_map, "A"), ACT_NONE);
	assert_int_equal(find_by(ks, &shown_map, "s"), ACT_NONE);
	assert_int_equal(find_by(ks, &shown_map, "Alt-x"), ACT_PALETTE);
	/* a bind with keys of its own keeps them */
	assert_int_equal(find_by(ks, &shown_map, "X"), ACT_ROLLBACK);
	/* in a field a letter stays a letter */
	assert_int_equal(find_by(ks, &typed_map, "b"), ACT_NONE);
	assert_int_equal(find_by(ks, &typed_map, "PgDn"), ACT_PAGE_DOWN);
	assert_string_equal(bind_keys(ks, &shown_binds[0]), "Ctrl-Y F5");
	assert_string_equal(bind_keys(ks, &shown_binds[1]), "U X");
	sbuf_reset(&names);
	keymap_key_of(ks, &shown_map, ACT_APPLY, &names);
	assert_str(sbuf_str(&names), "Ctrl-Y");
	/* two that change places do not clash */
	configure("[keys]\nsort = f\nfilter = s\n");
	assert_int_equal(said.n, 0);
	configure(NULL);
}

/* Each rule of keyset.h: what is said, and that the key of the table stays. */
static void what_cannot_be_is_said(void **state)
{
	static const struct { const char *rule, *line, *says; } t[] = {
		{ "K1", "fly = f", "2: fly: there is no such action\n" },
		{ "K1", "sort = Hyper-s",
		    "2: sort = Hyper-s: there is no such key\n" },
		{ "K1", "sort =", "2: sort: no key is named; \"none\" is none\n" },
		{ "K2", "sort = x\nsort = X",
		    "3: sort: line 2 has set it already\n" },
		{ "K3", "close = none",
		    "2: close: it is needed and keeps its keys\n" },
		{ "K3", "yes = none",
		    "2: yes: it is needed and keeps its keys\n" },
		{ "K4", "apply = y", "2: apply = y: the key that confirms "
		    "cannot be the one of yes\n" },
		{ "K4", "apply = Enter", "2: apply = Enter: the key that "
		    "confirms cannot be the one of accept\n" },
		{ "K4", "yes = A", "2: yes = A: the key that confirms cannot "
		    "be the one of apply\n" },
		{ "K4", "edit-enter = Enter Ctrl-T\nrollback = Ctrl-T",
		    "3: rollback = Ctrl-T: the key that confirms cannot be "
		    "the one of edit-enter\n" },
		{ "K5", "accept = Esc", "2: accept = Esc: it always leaves, it "
		    "never does anything\n" },
		{ "K5", "apply = Ctrl-C", "2: apply = Ctrl-C: it always "
		    "leaves, it never does anything\n" },
		{ "K6", "sort = Ctrl-M",
		    "2: sort = Ctrl-M: Enter to a terminal\n" },
		{ "K7", "edit-left = h", "2: edit-left = h: it could not be "
		    "typed any more\n" },
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		snprintf(text, sizeof(text), "[keys]\n%s\n", t[i].line);
		configure(text);
		if (!str_is(sbuf_str(&said), t[i].says))
			fail_msg("%s: %s\n%s", t[i].rule, t[i].line, said.p);
	}
	configure(NULL);
}

/* K8: in any view; of two new ones the later goes, of a new one and the
 * table's the new one. */
static void clashes_keep_the_key_of_the_table(void **state)
{
	const struct keyset *ks = configure("[keys]\nsort = q\n");

	(void)state;
	assert_true(str_find(sbuf_str(&said), STR("2: sort = q: "), 0) == 0);
	assert_true(str_find(sbuf_str(&said), STR("bound to sort and to close"),
	    0) < said.n);
	assert_int_equal(find_by(ks, &shown_map, "s"), ACT_SORT);
	assert_int_equal(find_by(ks, &shown_map, "q"), ACT_CLOSE);
	ks = configure("[keys]\nsort = Q\nfilter = Q\n");
	assert_true(str_find(sbuf_str(&said), STR("3: filter = Q: "), 0) == 0);
	assert_int_equal(find_by(ks, &shown_map, "Q"), ACT_SORT);
	/* one that goes back may push out another that had taken its key */
	ks = configure("[keys]\nfilter = s\nsort = q\n");
	assert_null(ks->keys[ACT_FILTER]);
	assert_null(ks->keys[ACT_SORT]);
	configure(NULL);
}

/* Whatever a file holds: the studio starts, and can be left. */
static void any_configuration_can_be_left(void **state)
{
	struct sbuf text = SBUF_TEXT;
	uint32_t seed = 7;

	(void)state;
	for (int round = 0; round < 60; round++) {
		const struct keyset *ks;
		struct err e = ERR_INIT;

		sbuf_reset(&text);
		SQL(&text, "[keys]\n");
		for (int i = 0; i < 25; i++) {
			enum action a, from;

			seed = seed * 1103515245u + 12345u;
			a = 1 + (seed >> 16) % (ACT_N - 1);
			from = 1 + (seed >> 8) % (ACT_N - 1);
			sbuf_addf(&text, "%s = %s\n", action_table[a].name,
			    seed & 32 ? "none" : action_table[from].keys);
		}
		ks = configure(text.p);
		for (size_t v = 0; views_all[v]; v++)
			for (size_t i = 0; views_all[v]->maps[i]; i++)
				assert_ok(keymap_check(ks, views_all[v]->maps[i],
				    NULL, &e), &e);
		assert_true(bind_keys(ks, &(struct bind){ ACT_CLOSE, NULL, NULL })[0]);
		assert_true(bind_keys(ks, &(struct bind){ ACT_BACK, NULL, NULL })[0]);
		assert_true(bind_keys(ks, &(struct bind){ ACT_EDIT_CANCEL, NULL, NULL })[0]);
	}
	sbuf_free(&text);
	configure(NULL);
	sbuf_free(&said);
}

/* Whatever comes in: it ends, and every byte is used. */
static void random_bytes_are_swallowed(void **state)
{
	uint32_t seed = 12345;
	struct key_reader *r = key_reader_open();
	struct keypress k;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char c;

		seed = seed * 1103515245u + 12345u;
		c = seed >> 16 & 1 ? (char)(seed >> 24) :
		    "\x1b[O;2~0"[seed >> 17 & 7];
		key_reader_feed(r, (struct str){ &c, 1 });
		while (key_reader_next(r, seed % 7 == 0, &k))
			;
	}
	key_reader_feed(r, STR("~\x1b[201~"));
	while (key_reader_next(r, true, &k))
		;
	assert_false(key_reader_pending(r));
	key_reader_close(r);
}

/* What comes at once, or faster than keys do, was not typed. */
static void a_burst_is_told_from_typing(void **state)
{
	struct burst b = { 0 };

	(void)state;
	burst_read(&b, STR("a"), 1000);
	assert_false(burst_text(&b));
	burst_read(&b, STR("\303\244b"), 1100);	/* a slow line: two keys */
	assert_false(burst_text(&b));
	burst_read(&b, STR("\r"), 1200);
	assert_false(burst_enter(&b));
	burst_read(&b, STR("c\r"), 1300);
	assert_true(burst_enter(&b));
	assert_false(burst_text(&b));
	burst_read(&b, STR("users"), 1400);
	assert_true(burst_text(&b));
	burst_read(&b, STR("\r"), 1401);
	assert_true(burst_enter(&b));
	burst_read(&b, STR("\r\r"), 1500);
	assert_true(burst_enter(&b));
	for (int i = 0; i < 5; i++)
		burst_read(&b, STR("x"), 2000 + i);	/* byte by byte */
	assert_true(burst_text(&b));
}

UNIT_MAIN(cmocka_unit_test(a_burst_is_told_from_typing),
    cmocka_unit_test(sequences_become_keys),
    cmocka_unit_test(a_paste_is_one_event),
    cmocka_unit_test(a_huge_paste_is_cut),
    cmocka_unit_test(names_read_back),
    cmocka_unit_test(actions_have_one_name_each),
    cmocka_unit_test(maps_ask_their_parents),
    cmocka_unit_test(clashes_and_unknown_keys_are_found),
    cmocka_unit_test(keys_can_be_others),
    cmocka_unit_test(what_cannot_be_is_said),
    cmocka_unit_test(clashes_keep_the_key_of_the_table),
    cmocka_unit_test(any_configuration_can_be_left),
    cmocka_unit_test(random_bytes_are_swallowed))
