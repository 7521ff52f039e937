/* Comparing models, laying the changes out, printing them. */
#include "unit.h"

#include "base/json.h"
#include "base/utf8.h"
#include "diff/side.h"
#include "diff_texts.h"
#include "models.h"

/* --- a pair as a real migration makes it --------------------------------- */

static void lessons(struct maker *k, bool after)
{
	add_table(k, "lessons");
	add_column(k, "id", "integer", true, NULL);
	add_column(k, "user_id", "integer", true, NULL);
	add_column(k, "deck_id", "integer", false, NULL);
	add_column(k, "started_at", "integer", true, NULL);
	add_column(k, "finished_at", "integer", false, NULL);
	add_column(k, "duration", after ? "integer" : "text", false, NULL);
	add_column(k, "score", "real", false, NULL);
	add_column(k, "device", "text", true, after ? "'web'" : "'phone'");
	add_key(k, OBJ_PK, "id")->autoincrement = true;
	add_fk(k, "user_id", "users", "id", "CASCADE");
	add_fk(k, "deck_id", "decks", "id", after ? "SET NULL" : "CASCADE");
	add_check(k, "lessons_score_check", after ?
	    "\"lessons\".\"score\" between 0 and 1" :
	    "\"lessons\".\"score\" between 0 and 100");
	add_index(k, "lessons_user_started_idx", "user_id,started_at", false);
	add_index(k, "lessons_open_idx", "user_id", false)->where =
	    STR("\"lessons\".\"finished_at\" is null");
	add_trigger(k, "lessons_touch", "CREATE TRIGGER lessons_touch AFTER "
	    "UPDATE ON lessons BEGIN UPDATE lessons SET updated_at = 1; END");
}

static const struct model *sample(struct arena *a, bool after)
{
	struct maker k = maker_new(a);

	add_table(&k, "users");
	add_column(&k, "id", "integer", true, NULL);
	add_column(&k, "email", "text", true, NULL);
	add_column(&k, after ? "display_name" : "username", "text", false,
	    NULL);
	if (!after)
		add_column(&k, "bio", "text", false, NULL);
	add_column(&k, "country", "text(2)", false, NULL);
	add_column(&k, "created_at", "integer", true, "(unixepoch() * 1000)");
	add_column(&k, "updated_at", "integer", false, NULL);
	if (after)
		add_column(&k, "plan", "text", true, "'free'");
	add_key(&k, OBJ_PK, "id");
	if (after)
		add_index(&k, "users_email_unique", "email", true);
	lessons(&k, after);
	add_table(&k, "tags");
	add_column(&k, "name", "text", true, NULL);
	add_key(&k, OBJ_PK, "name");
	if (after) {
		add_table(&k, "goals");
		add_column(&k, "id", "integer", true, NULL);
		add_column(&k, "user_id", "integer", true, NULL);
		add_column(&k, "kind", "text", true, "'daily'");
		add_key(&k, OBJ_PK, "id");
		add_key(&k, OBJ_UNIQUE, "user_id,kind");
		add_fk(&k, "user_id", "users", "id", "CASCADE");
		add_index(&k, "goals_user_idx", "user_id", false);
	} else {
		add_table(&k, "sessions_old")->strict = true;
		add_column(&k, "token", "text", true, NULL);
		add_key(&k, OBJ_PK, "token");
	}
	add_view(&k, "deck_stats", after ?
	    "CREATE VIEW deck_stats AS select d.id, count(c.id) as cards, "
	    "round(avg(c.ease), 2) as mean_ease from decks d left join cards c "
	    "on c.deck_id = d.id group by d.id" :
	    "CREATE VIEW deck_stats AS select d.id, count(c.id) as cards "
	    "from decks d left join cards c on c.deck_id = d.id group by "
	    "d.id");
	model_seal(k.m);
	return k.m;
}

/* --- rules --------------------------------------------------------------- */

/* An object by its kind, table and name; a NULL table on either side. */
static bool same_thing(const struct obj *x, const struct obj *y)
{
	if (!x || !y)
		return x == y;
	return x->kind == y->kind && str_eq(x->table, y->table) &&
	    str_eq(x->name, y->name);
}

static const struct change *mirrored(const struct change_list *l,
    const struct change *c)
{
	for (size_t i = 0; i < l->n; i++)
		if (same_thing(l->v[i].from, c->to) &&
		    same_thing(l->v[i].to, c->from))
			return &l->v[i];
	return NULL;
}

static void check_fields(const struct change *c)
{
	for (size_t f = 0; f < FIELD_N; f++) {
		bool differs = change_has(c, (enum field_id)f);

		if (model_fields[f].kind != c->kind || !c->from || !c->to)
			assert_false(differs);
		else if (differs)
			assert_false(field_equal(&model_fields[f], c->from,
			    c->to) && f != F_POSITION);
		else if (f != F_POSITION)
			assert_true(field_equal(&model_fields[f], c->from,
			    c->to));
	}
}

static void check_printed(const struct change_list *l, struct arena *a)
{
	for (size_t context = 0; context < 4; context++) {
		struct sbuf b = SBUF_TEXT;
		struct side s;
		size_t lines = 0;

		side_build(l, context, a, &s);
		for (size_t i = 0; i < s.n; i++)
			lines += s.v[i].kind == SIDE_FOLD ? s.v[i].folded : 1;
		assert_int_equal(lines, s.nall);
		diff_print_side(&s, 60, false, "a", "b", &b);
		diff_print_unified(&s, true, "a", "b", &b);
		assert_int_equal(b.n == 0, l->n == 0);
		assert_int_equal(str_find(sbuf_str(&b), STR(" \n"), 0), b.n);
		assert_int_equal(str_find(sbuf_str(&b), STR("\033[31m["), 0),
		    b.n);
		sbuf_free(&b);
	}
}

static void test_any_two_models(void **state)
{
	static const char inverse[CHANGE_OP_N] = {
		[CHANGE_ADD] = CHANGE_DROP, [CHANGE_DROP] = CHANGE_ADD,
		[CHANGE_CHANGE] = CHANGE_CHANGE,
		[CHANGE_RENAME] = CHANGE_RENAME,
	};
	struct dice d = { 3 };

	(void)state;
	for (int i = 0; i < 400; i++) {
		struct arena *a = arena_new();
		const struct model *x = random_model(a, &d);
		const struct model *y = random_model(a, &d);
		struct change_list none, there, back;

		diff_models(x, x, NULL, false, a, &none);
		assert_int_equal(none.n, 0);
		diff_models(x, y, NULL, false, a, &there);
		diff_models(y, x, NULL, false, a, &back);
		assert_int_equal(there.n, back.n);
		for (size_t k = 0; k < there.n; k++) {
			const struct change *c = &there.v[k];
			const struct change *m = mirrored(&back, c);

			assert_non_null(m);
			assert_int_equal(m->op, inverse[c->op]);
			assert_true(m->fields == c->fields);
			check_fields(c);
			assert_true(change_sentence(c, a).n > 0);
		}
		check_printed(&there, a);
		arena_free(a);
	}
}

/* Two models are the same exactly when their hashes are. */
static void test_hash_agrees(void **state)
{
	struct dice d = { 11 };

	(void)state;
	for (int i = 0; i < 200; i++) {
		struct arena *a = arena_new();
		struct dice again = d;
		const struct model *x = random_model(a, &d);
		const struct model *y = random_model(a, i % 2 ? &again : &d);
		struct change_list l;

		diff_models(x, y, NULL, true, a, &l);
		assert_int_equal(l.n == 0, sha256_eq(&x->hash, &y->hash));
		arena_free(a);
	}
}

static const struct model *columns(struct arena *a, const char *names)
{
	struct maker k = maker_new(a);
	struct strs l = list(a, names);

	add_table(&k, "t");
	for (size_t i = 0; i < l.n; i++)
		add_column(&k, arena_z(a, l.v[i]), "text", false, NULL);
	model_seal(k.m);
	return k.m;
}

static void sentences(const struct model *x, const struct model *y,
    const struct rename_hints *hints, const char *want)
{
	struct arena *a = arena_new();
	struct sbuf b = SBUF_TEXT;
	struct change_list l;

	diff_models(x, y, hints, true, a, &l);
	for (size_t i = 0; i < l.n; i++) {
		sbuf_add(&b, change_sentence(&l.v[i], a));
		sbuf_addc(&b, '\n');
	}
	assert_str(sbuf_str(&b), want);
	sbuf_free(&b);
	arena_free(a);
}

static void test_order_of_columns(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	/* places alone are nothing */
	sentences(columns(a, "a,b,c"), columns(a, "x,a,c"), NULL,
	    "column t.b dropped\ncolumn t.x added\n");
	/* one that moved far is one change */
	sentences(columns(a, "a,b,c,d"), columns(a, "d,a,b,c"), NULL,
	    "column t.d moved\n");
	sentences(columns(a, "a,b,c,d"), columns(a, "b,c,d,a"), NULL,
	    "column t.a moved\n");
	sentences(columns(a, "a,b"), columns(a, "b,a"), NULL,
	    "column t.b moved\n");
	arena_free(a);
}

static void test_case_of_names(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	sentences(columns(a, "Name,b"), columns(a, "name,b"), NULL,
	    "column t.Name renamed to name\n");
	arena_free(a);
}

/* --- renames ------------------------------------------------------------- */

static const struct model *family(struct arena *a, const char *parent,
    const char *key, bool more, const char *on_delete)
{
	struct maker k = maker_new(a);

	add_table(&k, parent);
	add_column(&k, key, "integer", true, more ? "7" : NULL);
	add_column(&k, "name", "text", false, NULL);
	add_key(&k, OBJ_PK, key);
	add_key(&k, OBJ_UNIQUE, arena_printf(a, "name,%s", key).p);
	add_index(&k, "parent_idx", key, false);
	add_table(&k, "child");
	add_column(&k, "parent", "integer", true, NULL);
	add_fk(&k, "parent", parent, key, on_delete);
	model_seal(k.m);
	return k.m;
}

static void test_rename_hints(void **state)
{
	struct arena *a = arena_new();
	const struct rename_hint v[] = {
		{ OBJ_TABLE, STR(""), STR("users"), STR("people") },
		{ OBJ_COLUMN, STR("people"), STR("id"), STR("nr") },
	};
	struct rename_hints hints = { v, 2 };

	(void)state;
	/* what follows from a rename is not told again */
	sentences(family(a, "users", "id", false, "CASCADE"),
	    family(a, "people", "nr", false, "CASCADE"), &hints,
	    "table users renamed to people\n"
	    "column users.id renamed to nr\n");
	sentences(family(a, "users", "id", false, "CASCADE"),
	    family(a, "people", "nr", true, "CASCADE"), &hints,
	    "table users renamed to people\n"
	    "column users.id renamed to nr, default 7 added\n");
	sentences(family(a, "users", "id", false, "CASCADE"),
	    family(a, "people", "nr", false, "RESTRICT"), &hints,
	    "table users renamed to people\n"
	    "column users.id renamed to nr\n"
	    "foreign key child (parent) -> users(id) on delete CASCADE -> "
	    "RESTRICT\n");
	sentences(family(a, "users", "id", false, "CASCADE"),
	    family(a, "people", "nr", false, "CASCADE"), NULL,
	    "table people added\ntable users dropped\n"
	    "foreign key child (parent) -> people(nr) added\n"
	    "foreign key child (parent) -> users(id) dropped\n");
	arena_free(a);
}

static void test_rename_over_a_dropped_name(void **state)
{
	struct arena *a = arena_new();
	const struct rename_hint v[] = {
		{ OBJ_COLUMN, STR("t"), STR("a"), STR("b") },
	};
	struct rename_hints hints = { v, 1 };

	(void)state;
	sentences(columns(a, "a,b,c"), columns(a, "b,c"), &hints,
	    "column t.b dropped\ncolumn t.a renamed to b\n");
	arena_free(a);
}

static void test_sentences(void **state)
{
	struct arena *a = arena_new();
	const struct rename_hint v[] = {
		{ OBJ_COLUMN, STR("users"), STR("username"),
		    STR("display_name") },
	};
	struct rename_hints hints = { v, 1 };

	(void)state;
	sentences(sample(a, false), sample(a, true), &hints, SENTENCES);
	arena_free(a);
}

static void test_hostile_names(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	sentences(columns(a, "a"), columns(a, "a,\033[31m\n"), NULL,
	    "column t.␛[31m␊ added\n");
	arena_free(a);
}

/* --- finished texts -------------------------------------------------------- */

struct printed {
	struct arena *a;
	struct change_list list;
	struct side side;
	struct sbuf text;
};

static void setup(struct printed *p, size_t context)
{
	static const struct rename_hint v[] = {
		{ OBJ_COLUMN, { "users", 5 }, { "username", 8 },
		    { "display_name", 12 } },
	};
	struct rename_hints hints = { v, 1 };

	*p = (struct printed){ .a = arena_new(), .text = SBUF_TEXT };
	diff_models(sample(p->a, false), sample(p->a, true), &hints, true,
	    p->a, &p->list);
	side_build(&p->list, context, p->a, &p->side);
}

static void teardown(struct printed *p)
{
	sbuf_free(&p->text);
	arena_free(p->a);
}

static void test_print_side(void **state)
{
	struct printed p;

	(void)state;
	setup(&p, 2);
	diff_print_side(&p.side, 120, false, "NOW  live database",
	    "AFTER  run on a clone", &p.text);
	assert_str(sbuf_str(&p.text), SIDE_120);
	teardown(&p);
}

static void test_print_narrow(void **state)
{
	struct printed p;

	(void)state;
	setup(&p, 0);
	diff_print_side(&p.side, 64, false, "NOW", "AFTER", &p.text);
	assert_str(sbuf_str(&p.text), SIDE_64);
	teardown(&p);
}

static void test_print_unified(void **state)
{
	struct printed p;

	(void)state;
	setup(&p, 2);
	diff_print_unified(&p.side, false, "db", "migrations", &p.text);
	assert_str(sbuf_str(&p.text), UNIFIED);
	teardown(&p);
}

static void test_print_stat(void **state)
{
	struct printed p;

	(void)state;
	setup(&p, 0);
	diff_print_stat(&p.list, &p.text);
	assert_str(sbuf_str(&p.text), STAT);
	teardown(&p);
}

/* Without its SGR sequences a coloured text is the plain one. */
static void test_color_adds_nothing(void **state)
{
	struct sbuf bare = SBUF_TEXT, plain = SBUF_TEXT;
	struct printed p;

	(void)state;
	setup(&p, 1);
	diff_print_side(&p.side, 90, true, "a", "b", &p.text);
	diff_print_unified(&p.side, true, "a", "b", &p.text);
	diff_print_side(&p.side, 90, false, "a", "b", &plain);
	diff_print_unified(&p.side, false, "a", "b", &plain);
	assert_true(p.text.n > plain.n);
	for (size_t i = 0; i < p.text.n; i++) {
		if (p.text.p[i] == '\033') {
			while (p.text.p[i] != 'm')
				i++;
			continue;
		}
		sbuf_addc(&bare, p.text.p[i]);
	}
	assert_str(sbuf_str(&bare), sbuf_str(&plain).p);
	sbuf_free(&bare);
	sbuf_free(&plain);
	teardown(&p);
}

/* Both halves keep to their width at any width, wide characters included. */
static void test_widths(void **state)
{
	struct printed p;

	(void)state;
	setup(&p, 1);
	for (size_t width = 44; width < 200; width += 3) {
		struct str rest, line;

		sbuf_reset(&p.text);
		diff_print_side(&p.side, width, false, "a title that is long",
		    "日本語の題名", &p.text);
		rest = sbuf_str(&p.text);
		while (str_line(&rest, &line))
			assert_true(utf8_cells(line) <= width);
	}
	teardown(&p);
}

static void test_key_change_marks_column(void **state)
{
	struct printed p;
	const struct side_line *email = NULL;

	(void)state;
	setup(&p, 9);
	for (size_t i = 0; i < p.side.nall; i++)
		if (p.side.all[i].right.obj &&
		    str_is(p.side.all[i].right.obj->name, "email"))
			email = &p.side.all[i];
	assert_non_null(email);
	assert_int_equal(email->mark, '~');
	assert_int_equal(email->change->kind, OBJ_INDEX);
	teardown(&p);
}

/* A change far inside a long text is shown, with what stands around it. */
static void test_long_sql(void **state)
{
	struct arena *a = arena_new();
	struct sbuf sql = SBUF_TEXT, b = SBUF_TEXT;
	const struct model *m[2];
	struct change_list l;
	struct side s;

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct maker k = maker_new(a);

		sbuf_reset(&sql);
		for (int n = 0; n < 900; n++)
			sbuf_addf(&sql, "%s ", n == 500 ? i ? "new" : "old" :
			    "wörd");
		add_view(&k, "v", arena_z(a, sbuf_str(&sql)));
		model_seal(k.m);
		m[i] = k.m;
	}
	diff_models(m[0], m[1], NULL, true, a, &l);
	side_build(&l, 2, a, &s);
	diff_print_unified(&s, false, "a", "b", &b);
	assert_true(str_find(sbuf_str(&b), STR("wörd old wörd"), 0) < b.n);
	assert_true(str_find(sbuf_str(&b), STR("wörd new wörd"), 0) < b.n);
	assert_true(b.n < 2000);
	sbuf_free(&sql);
	sbuf_free(&b);
	arena_free(a);
}

static void test_json(void **state)
{
	struct arena *a = arena_new();
	struct sbuf b = SBUF_TEXT;
	struct json_out o = { .b = &b };
	struct change_list l;

	(void)state;
	diff_models(columns(a, "a,b"), columns(a, "a"), NULL, true, a, &l);
	diff_json(&l, &o);
	assert_str(sbuf_str(&b), "[{\"op\":\"drop\",\"kind\":\"column\","
	    "\"object\":\"t.b\",\"table\":\"t\",\"from\":{\"name\":\"b\","
	    "\"position\":2,\"type\":\"text\"},\"to\":null,\"fields\":[]}]");
	sbuf_free(&b);
	arena_free(a);
}

UNIT_MAIN(
	cmocka_unit_test(test_any_two_models),
	cmocka_unit_test(test_hash_agrees),
	cmocka_unit_test(test_order_of_columns),
	cmocka_unit_test(test_case_of_names),
	cmocka_unit_test(test_rename_hints),
	cmocka_unit_test(test_rename_over_a_dropped_name),
	cmocka_unit_test(test_sentences),
	cmocka_unit_test(test_hostile_names),
	cmocka_unit_test(test_print_side),
	cmocka_unit_test(test_print_narrow),
	cmocka_unit_test(test_print_unified),
	cmocka_unit_test(test_print_stat),
	cmocka_unit_test(test_color_adds_nothing),
	cmocka_unit_test(test_widths),
	cmocka_unit_test(test_key_change_marks_column),
	cmocka_unit_test(test_long_sql),
	cmocka_unit_test(test_json),
)
