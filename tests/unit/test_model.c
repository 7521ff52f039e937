/* model: sealing, look-ups, canonical text, JSON. */
#include "unit.h"

#include <stdio.h>

#include "base/json.h"
#include "models.h"

static struct model *small(struct arena *a)
{
	struct maker k = maker_new(a);

	add_table(&k, "Users");
	add_column(&k, "id", "integer", true, NULL);
	add_column(&k, "email", "text", true, "'-'");
	add_key(&k, OBJ_PK, "id");
	add_index(&k, "sqlite_autoindex_Users_1", "email", true)->origin = 'u';
	add_key(&k, OBJ_UNIQUE, "email");
	k.table = "USERS";		/* as a statement may spell it */
	add_trigger(&k, "touch", "CREATE TRIGGER touch");
	add_table(&k, "decks");
	add_column(&k, "zeta", "text", false, NULL);
	add_column(&k, "alpha", "text", false, NULL);
	add_fk(&k, "alpha", "users", "id", "CASCADE");
	add_view(&k, "stats", "CREATE VIEW stats");
	k.table = "stats";
	add_trigger(&k, "stats_insert", "CREATE TRIGGER stats_insert");
	model_seal(k.m);
	return k.m;
}

static void test_links(void **state)
{
	struct arena *a = arena_new();
	const struct model *m = small(a);
	const struct table *users = model_table(m, STR(""), STR("users"));
	const struct table *decks = model_table(m, STR(""), STR("decks"));

	(void)state;
	assert_non_null(users);
	assert_int_equal(m->ntables, 2);
	assert_int_equal(m->nviews, 1);
	assert_int_equal(users->ncols, 2);
	assert_non_null(users->pk);
	assert_int_equal(users->nuniques, 1);
	assert_int_equal(users->nindexes, 1);
	assert_int_equal(users->ntriggers, 1);
	assert_int_equal(users->nfks_in, 1);
	assert_ptr_equal(users->fks_in[0], decks->fks[0]);
	/* declared order, not order of names */
	assert_str(decks->cols[0]->o.name, "zeta");
	assert_str(decks->cols[1]->o.name, "alpha");
	assert_non_null(table_column(decks, STR("ALPHA")));
	assert_null(table_column(decks, STR("beta")));
	assert_non_null(model_view(m, STR(""), STR("STATS")));
	assert_non_null(model_find(m, OBJ_TRIGGER, STR(""), STR("stats"),
	    STR("stats_insert")));
	assert_null(model_find(m, OBJ_TABLE, STR(""), STR(""), STR("users")));
	arena_free(a);
}

static void test_canonical(void **state)
{
	struct arena *a = arena_new();
	const struct model *m = small(a);
	struct sbuf b = SBUF_TEXT;
	struct sha256 h;

	(void)state;
	model_canonical(m, true, &b);
	assert_str(sbuf_str(&b),
	    "column\t\"\"\t\"Users\"\t\"email\"\tposition=2\ttype=\"text\"\t"
	    "not null=true\tdefault=\"'-'\"\n"
	    "column\t\"\"\t\"Users\"\t\"id\"\tposition=1\ttype=\"integer\"\t"
	    "not null=true\n"
	    "column\t\"\"\t\"decks\"\t\"alpha\"\tposition=2\ttype=\"text\"\n"
	    "column\t\"\"\t\"decks\"\t\"zeta\"\tposition=1\ttype=\"text\"\n"
	    "fk\t\"\"\t\"decks\"\t\"(alpha) -> users(id)\"\t"
	    "columns=[\"alpha\"]\treferences=\"users\"\t"
	    "referenced columns=[\"id\"]\ton delete=\"CASCADE\"\t"
	    "on update=\"NO ACTION\"\n"
	    "pk\t\"\"\t\"Users\"\t\"(id)\"\tcolumns=[\"id\"]\n"
	    "table\t\"\"\t\"\"\t\"Users\"\n"
	    "table\t\"\"\t\"\"\t\"decks\"\n"
	    "trigger\t\"\"\t\"USERS\"\t\"touch\"\tas=\"CREATE TRIGGER touch\"\n"
	    "trigger\t\"\"\t\"stats\"\t\"stats_insert\"\t"
	    "as=\"CREATE TRIGGER stats_insert\"\n"
	    "unique\t\"\"\t\"Users\"\t\"(email)\"\tcolumns=[\"email\"]\n"
	    "view\t\"\"\t\"\"\t\"stats\"\tas=\"CREATE VIEW stats\"\n");
	h = sha256_of(sbuf_str(&b));
	assert_true(sha256_eq(&h, &m->hash));
	sbuf_free(&b);
	arena_free(a);
}

/* Another model of the same arena shares the objects, not the links. */
static void test_sharing(void **state)
{
	struct arena *a = arena_new();
	struct model *m = small(a), *n = model_new(a, DIALECT_SQLITE);
	const struct table *before = model_table(m, STR(""), STR("Users"));
	const struct table *after;
	struct maker k = { .a = a, .m = n, .table = "Users", .pos = 2 };

	(void)state;
	m->objs[m->nobjs - 1]->managed = false;
	for (size_t i = 0; i < m->nobjs; i++)
		model_add(n, m->objs[i]);
	add_column(&k, "bio", "text", false, NULL);
	model_seal(n);
	after = model_table(n, STR(""), STR("Users"));
	assert_ptr_not_equal(before, after);
	assert_int_equal(before->ncols, 2);
	assert_int_equal(after->ncols, 3);
	assert_ptr_equal(before->cols[0], after->cols[0]);
	assert_false(sha256_eq(&m->hash, &n->hash));
	/* what the builder left unmanaged stays so */
	assert_false(m->objs[m->nobjs - 1]->managed);
	arena_free(a);
}

static bool is_users(const struct obj *o, void *unused)
{
	(void)unused;
	return str_is(o->name, "Users");
}

static void test_managed(void **state)
{
	struct arena *a = arena_new(), *b = arena_new();
	const struct model *m = small(a);
	const struct model *n = model_with_managed(m, b, is_users, NULL);
	struct sbuf text = SBUF_TEXT;
	size_t managed = 0, nobjs = m->nobjs;

	(void)state;
	assert_false(sha256_eq(&m->hash, &n->hash));
	arena_free(a);			/* the copy borrows nothing */
	assert_int_equal(n->nobjs, nobjs);
	for (size_t i = 0; i < n->nobjs; i++)
		managed += n->objs[i]->managed;
	assert_int_equal(managed, 7);
	model_canonical(n, false, &text);
	assert_int_not_equal(str_find(sbuf_str(&text), STR("stats"), 0),
	    text.n);
	sbuf_reset(&text);
	model_canonical(n, true, &text);
	assert_int_equal(str_find(sbuf_str(&text), STR("stats"), 0), text.n);
	sbuf_free(&text);
	arena_free(b);
}

static void put_json(const struct model *m, struct sbuf *b)
{
	struct json_out o = { .b = b };

	model_json(m, &o);
}

static void test_json_round_trip(void **state)
{
	struct dice d = { 7 };

	(void)state;
	for (int i = 0; i < 300; i++) {
		struct arena *a = arena_new();
		struct sbuf x = SBUF_TEXT, y = SBUF_TEXT;
		const struct model *m = random_model(a, &d);
		struct model *n = NULL;
		struct err e = ERR_INIT;

		put_json(m, &x);
		assert_ok(model_from_json(sbuf_str(&x), "before.json", a, &n,
		    &e), &e);
		put_json(n, &y);
		assert_str(sbuf_str(&y), x.p);
		assert_true(sha256_eq(&m->hash, &n->hash));
		assert_int_equal(m->nobjs, n->nobjs);
		for (size_t k = 0; k < m->nobjs; k++)
			assert_int_equal(m->objs[k]->managed,
			    n->objs[k]->managed);
		sbuf_free(&x);
		sbuf_free(&y);
		arena_free(a);
	}
}

#define HEAD "{\"format\":1,\"dialect\":\"sqlite\",\"hash\":\"00\",\"objects\":["

static void test_json_refused(void **state)
{
	static const struct {
		const char *text, *where, *msg;
	} cases[] = {
		{ "[]", "x.json", "not a schema record" },
		{ "{\"format\":2}", "x.json", "not a schema record of format 1" },
		{ "{\"format\":1,\"dialect\":\"sqlite\",\"more\":0}", "x.json",
		    "unknown key \"more\"" },
		{ HEAD "{\"kind\":\"table\",\"name\":\"t\"},"
		    "{\"kind\":\"column\",\"table\":\"t\",\"name\":\"a\","
		    "\"colour\":\"red\"}]}", "x.json:objects[1]",
		    "colour: not a member of this kind of object" },
		{ HEAD "{\"kind\":\"thing\"}]}", "x.json:objects[0]",
		    "kind: no known kind of object" },
		{ HEAD "{\"kind\":\"column\",\"not null\":1}]}",
		    "x.json:objects[0]", "not null: true or false is expected" },
		{ HEAD "{\"kind\":\"table\",\"type\":\"round\"}]}",
		    "x.json:objects[0]", "type: a word that is not known" },
		{ HEAD "{\"kind\":\"table\",\"name\":\"t\"}]}", "x.json",
		    "the objects do not have the hash that is recorded" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct arena *a = arena_new();
		struct model *m = NULL;
		struct err e = ERR_INIT;

		assert_int_equal(model_from_json(str_z(cases[i].text),
		    "x.json", a, &m, &e), RC_PARSE);
		assert_string_equal(e.msg, cases[i].msg);
		assert_string_equal(e.where, cases[i].where);
		assert_null(m);
		arena_free(a);
	}
}

/* The order in which a builder finds things says nothing. */
static void test_order_of_adding(void **state)
{
	struct arena *a = arena_new();
	struct dice d = { 99 };

	(void)state;
	for (int i = 0; i < 50; i++) {
		const struct model *m = random_model(a, &d);
		struct model *n = model_new(a, DIALECT_SQLITE);

		for (size_t k = m->nobjs; k-- > 0; )
			model_add(n, m->objs[k]);
		model_seal(n);
		assert_true(sha256_eq(&m->hash, &n->hash));
	}
	arena_free(a);
}

static void test_many_tables(void **state)
{
	struct arena *a = arena_new();
	struct maker k = maker_new(a);

	(void)state;
	for (int t = 0; t < 500; t++) {
		add_table(&k, arena_printf(a, "table_%d", t).p);
		for (int c = 0; c < 20; c++)
			add_column(&k, arena_printf(a, "column_%d", c).p,
			    "text", true, "'x'");
		if (t > 0)
			add_fk(&k, "column_1",
			    arena_printf(a, "TABLE_%d", t - 1).p, "column_0",
			    "CASCADE");
	}
	model_seal(k.m);
	assert_int_equal(k.m->nobjs, 500 * 21 + 499);
	for (int t = 0; t < 500; t++) {
		const struct table *x = model_table(k.m, STR(""),
		    arena_printf(a, "Table_%d", t));

		assert_non_null(x);
		assert_int_equal(x->ncols, 20);
		assert_int_equal(x->nfks_in, t < 499);
		assert_str(x->cols[19]->o.name, "column_19");
	}
	arena_free(a);
}

UNIT_MAIN(
	cmocka_unit_test(test_links),
	cmocka_unit_test(test_canonical),
	cmocka_unit_test(test_sharing),
	cmocka_unit_test(test_managed),
	cmocka_unit_test(test_json_round_trip),
	cmocka_unit_test(test_json_refused),
	cmocka_unit_test(test_order_of_adding),
	cmocka_unit_test(test_many_tables),
)
