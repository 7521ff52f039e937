/* keys: decoding terminal bytes, names, keymaps and their check. */
#include "unit.h"

#include "ui/keys.h"

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
		{ { "\x1b[<0;12;3Mq", 11 }, ">(unknown) q" },
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
	return keymap_find(m, &k);
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
	assert_true(key_parse(STR("q"), &k) && keymap_is_text(&field, &k));
	assert_false(keymap_is_text(&view, &k));
	assert_true(key_parse(STR("Ctrl-X"), &k) && !keymap_is_text(&field, &k));
	sbuf_reset(&names);
	keymap_key_of(&view, ACT_OPEN, &names);
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
	assert_int_equal(keymap_check(&clash, &e), RC_USAGE);
	assert_string_equal(e.msg,
	    "clash: n is bound to next-hazard and to search-next");
	assert_int_equal(keymap_check(&shadow, &e), RC_USAGE);
	assert_int_equal(keymap_check(&unknown, &e), RC_USAGE);
	assert_ok(keymap_check(&again, &e), &e);
	assert_ok(keymap_check(&keymap_global, &e), &e);
	assert_ok(keymap_check(&keymap_overlay, &e), &e);
	assert_ok(keymap_check(&keymap_input, &e), &e);
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

UNIT_MAIN(cmocka_unit_test(sequences_become_keys),
    cmocka_unit_test(a_paste_is_one_event),
    cmocka_unit_test(a_huge_paste_is_cut),
    cmocka_unit_test(names_read_back),
    cmocka_unit_test(actions_have_one_name_each),
    cmocka_unit_test(maps_ask_their_parents),
    cmocka_unit_test(clashes_and_unknown_keys_are_found),
    cmocka_unit_test(random_bytes_are_swallowed))
