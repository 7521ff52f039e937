/*
 * test_pg_parse.c: splitting and the digest of statements: what PostgreSQL's
 * grammar says, and what becomes of text that it rejects.
 */
#include "unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialect/pg/pg.h"
#include "dialect/pg/types.h"

static struct arena *arena;

static int setup(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static const struct pg_stmt *digest(const char *sql)
{
	return pg_digest(str_z(sql), arena);
}

/* Statements of a text, '|' between them. */
static struct str split(const char *text)
{
	struct sbuf b = SBUF_TEXT;
	struct str s = str_z(text), out;
	size_t at = 0, from, to;

	while (pg_split(s, &at, &from, &to)) {
		if (b.n)
			sbuf_addc(&b, '|');
		sbuf_add(&b, str_sub(s, from, to));
	}
	out = arena_str(arena, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static void splits_where_psql_does(void **state)
{
	(void)state;
	assert_str(split(""), "");
	assert_str(split(" \n\t "), "");
	assert_str(split("a;b"), "a;|b");
	assert_str(split("a;;b"), "a;|;|b");
	assert_str(split("-- x;\na; -- y"), "-- x;\na;|-- y");
	assert_str(split("/* a;/* b;*/ ;*/ c;d"), "/* a;/* b;*/ ;*/ c;|d");
	assert_str(split("select ';' , 'it''s;';x"),
	    "select ';' , 'it''s;';|x");
	assert_str(split("select \"a;\"\"b;\";x"), "select \"a;\"\"b;\";|x");
	assert_str(split("select E'\\';';x"), "select E'\\';';|x");
	assert_str(split("select '\\';x"), "select '\\';|x");
	assert_str(split("select $$;$$;x"), "select $$;$$;|x");
	assert_str(split("select $a$;$b$;$a$;x"), "select $a$;$b$;$a$;|x");
	assert_str(split("select a$b$;x"), "select a$b$;|x");
	assert_str(split("select $1;x"), "select $1;|x");
	assert_str(split("create rule r as on insert to t do (a; b);x"),
	    "create rule r as on insert to t do (a; b);|x");
	assert_str(split("create function f() returns int begin atomic "
	    "select case when a then 1 end; select 2; end; x"),
	    "create function f() returns int begin atomic "
	    "select case when a then 1 end; select 2; end;|x");
	assert_str(split("begin; select 1; end; x"),
	    "begin;|select 1;|end;|x");
	assert_str(split("select 'never ends; x"), "select 'never ends; x");
	assert_str(split("select $x$ never ends; x"),
	    "select $x$ never ends; x");
	assert_str(split(") ; a"), ") ;|a");
}

static void tells_kinds_and_verbs(void **state)
{
	static const struct {
		const char *sql;
		enum pg_kind kind;
		enum fact_verb verb;
	} v[] = {
		{ "select 1", PG_SELECT, VERB_SELECT },
		{ "insert into t values (1)", PG_INSERT, VERB_INSERT },
		{ "update t set a = 1", PG_UPDATE, VERB_UPDATE },
		{ "delete from t", PG_DELETE, VERB_DELETE },
		{ "create table t(a int)", PG_CREATE_TABLE,
		    VERB_CREATE_TABLE },
		{ "create table t as select 1", PG_CREATE_TABLE_AS,
		    VERB_CREATE_TABLE },
		{ "select 1 as a into t", PG_CREATE_TABLE_AS,
		    VERB_CREATE_TABLE },
		{ "alter table t add a int", PG_ALTER_TABLE,
		    VERB_ALTER_TABLE },
		{ "create index on t(a)", PG_CREATE_INDEX,
		    VERB_CREATE_INDEX },
		{ "create view v as select 1", PG_CREATE_VIEW,
		    VERB_CREATE_VIEW },
		{ "vacuum", PG_VACUUM, VERB_VACUUM },
		{ "begin", PG_TRANSACTION, VERB_TRANSACTION },
		{ "-- nothing", PG_EMPTY, VERB_EMPTY },
		{ " ; ", PG_EMPTY, VERB_EMPTY },
		{ "alter type e add value 'x'", PG_ALTER_ENUM, VERB_OTHER },
		{ "no such thing", PG_UNKNOWN, VERB_OTHER },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		const struct pg_stmt *s = digest(v[i].sql);

		if (s->kind != v[i].kind || pg_kinds[s->kind].verb !=
		    v[i].verb)
			fail_msg("%s: %s", v[i].sql,
			    pg_kinds[s->kind].words);
	}
	for (size_t i = 0; i < PG_KIND_N; i++)
		assert_non_null(pg_kinds[i].words);
	for (size_t i = 0; i < PG_STEP_N; i++)
		assert_non_null(pg_step_words[i]);
}

static void knows_what_refuses_a_transaction(void **state)
{
	static const char *const outside[] = {
		"create index concurrently i on t(a)",
		"create unique index concurrently on t(a)",
		"drop index concurrently i", "reindex table concurrently t",
		"reindex (concurrently) index i", "reindex schema s",
		"alter table p detach partition q concurrently", "vacuum",
		"vacuum full t", "cluster", "create database d",
		"drop database d", "create tablespace x location '/x'",
		"drop tablespace x", "alter system set a = 1",
		"alter database d set tablespace x",
		"create subscription s connection '' publication p",
		"drop subscription s",
		"alter subscription s refresh publication",
		"discard all",
		"-- weir: outside-transaction\ncreate table t(a int)",
		"/* x */ --  weir: outside-transaction  \nselect 1",
	};
	static const char *const inside[] = {
		"create index i on t(a)", "drop index i", "reindex table t",
		"reindex (concurrently false) table t",
		"alter table p detach partition q", "analyze t", "cluster t",
		"alter type e add value 'x'",
		("create subscription s connection '' publication p "
		    "with (connect = false)"),
		"select 1 -- weir: outside-transaction",
		"select '-- weir: outside-transaction'",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(outside) / sizeof(*outside); i++)
		if (!(digest(outside[i])->flags & PG_OUTSIDE_TX))
			fail_msg("%s", outside[i]);
	for (size_t i = 0; i < sizeof(inside) / sizeof(*inside); i++)
		if (digest(inside[i])->flags & PG_OUTSIDE_TX)
			fail_msg("%s", inside[i]);
	assert_true(digest("commit")->flags & PG_OWN_TX);
	assert_true(digest("rollback")->flags & PG_OWN_TX);
	assert_true(digest("savepoint a")->flags & PG_SAVEPOINT);
	assert_false(digest("savepoint a")->flags & PG_OWN_TX);
}

static void knows_what_reaches_beyond(void **state)
{
	static const char *const wide[] = {
		"create role r", "create user u", "drop role r",
		"alter role r set a = 1", "alter role r login",
		"grant a to b", "revoke a from b", "create tablespace x "
		    "location '/x'", "drop tablespace x",
		"create database d", "alter database d set a = 1",
		"alter database d rename to e", "comment on database d is ''",
		"comment on role r is ''", "grant connect on database d to r",
		"alter system reset all", "load 'x'", "checkpoint",
		"copy t from program 'x'", "copy t to '/tmp/x'",
		"copy (select 1) to program 'cat'",
		"create subscription s connection '' publication p",
		"create extension dblink", "create extension postgres_fdw",
		"create extension pg_cron", "create extension plpython3u",
		"create language plperlu",
		"create function f() returns int language plpython3u as 'x'",
		"create function f() returns int language c as 'x'",
		"select pg_read_file('/etc/passwd')",
		"select dblink_exec('x', 'y')",
		"select cron.schedule('x', 'y')",
		"insert into t select * from pg_ls_dir('.')",
		"alter table t add a text default pg_read_file('x')",
		"do $$ begin create role r; end $$",
		"do $$ begin execute 'DROP   ROLE r'; end $$",
		"do language plpython3u 'x'", "drop owned by r",
		"reassign owned by a to b", "alter table all in tablespace a "
		    "set tablespace b", "gibberish; create role r",
	};
	static const char *const narrow[] = {
		"create table role(a int)", "create extension postgis",
		"create extension pgcrypto",
		"copy t from stdin", "select 'create role r'",
		"grant select on t to r", "comment on table t is 'drop role'",
		("create function f() returns int language plpgsql as "
		    "'begin drop role r; end'"),
		"do $$ begin update t set a = 1; end $$", "set role r",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wide) / sizeof(*wide); i++)
		if (!(digest(wide[i])->flags & PG_CLUSTER_WIDE))
			fail_msg("%s", wide[i]);
	for (size_t i = 0; i < sizeof(narrow) / sizeof(*narrow); i++)
		if (digest(narrow[i])->flags & PG_CLUSTER_WIDE)
			fail_msg("%s", narrow[i]);
	assert_true(digest(narrow[7])->flags & PG_CLUSTER_BODY);
}

static void reads_add_column(void **state)
{
	const struct pg_stmt *s = digest("alter table a.t "
	    "add column if not exists c int not null default now() "
	    "references b.p(id), add d varchar(20)[] default 'x'::varchar, "
	    "add e serial, add f int generated always as (1 + 1) stored, "
	    "add g bigint generated by default as identity, "
	    "add h uuid default gen_random_uuid(), add i int default app.f(), "
	    "add j timestamp(3) with time zone default null, "
	    "add k numeric(8, 2) default current_timestamp, "
	    "add l s.mood");
	const struct pg_sub *v = s->subs;

	(void)state;
	assert_int_equal(s->nsubs, 10);
	assert_str(s->objs[0].schema, "a");
	assert_str(s->objs[0].name, "t");
	assert_true(v[0].missing_ok && v[0].col->not_null);
	assert_str(v[0].col->type, "integer");
	assert_int_equal(v[0].col->value, PG_VALUE_STABLE);
	assert_int_equal(v[0].col->ncons, 1);
	assert_int_equal(v[0].col->cons[0].kind, PG_CON_FK);
	assert_str(v[0].col->cons[0].ref_table, "p");
	assert_str(v[1].col->type, "character varying(20)[]");
	assert_int_equal(v[1].col->value, PG_VALUE_CONST);
	assert_true(v[2].col->serial);
	assert_true(v[3].col->generated);
	assert_true(v[4].col->identity);
	assert_int_equal(v[5].col->value, PG_VALUE_VOLATILE);
	assert_int_equal(v[6].col->value, PG_VALUE_UNKNOWN);
	assert_str(v[6].col->calls.v[0], "app.f");
	assert_str(v[7].col->type, "timestamp(3) with time zone");
	assert_int_equal(v[7].col->value, PG_VALUE_NULL);
	assert_str(v[8].col->type, "numeric(8,2)");
	assert_int_equal(v[8].col->value, PG_VALUE_STABLE);
	assert_str(v[9].col->type, "s.mood");
	assert_str(v[9].col->type_schema, "s");
}

static void reads_other_steps(void **state)
{
	const struct pg_stmt *s = digest("alter table t drop column a cascade,"
	    " alter b type text using (b || ',')::text, alter c type int "
	    "using c::int, alter d set not null, alter e drop default, "
	    "add constraint x foreign key (f) references p not valid, "
	    "add constraint y unique using index i, add check (a > 0), "
	    "drop constraint z, validate constraint w, "
	    "enable row level security");
	const struct pg_sub *v = s->subs;

	(void)state;
	assert_int_equal(s->nsubs, 11);
	assert_true(v[0].step == PG_STEP_DROP_COLUMN && v[0].cascade);
	assert_str(v[0].column, "a");
	assert_true(v[1].has_using && !v[1].using_cast);
	assert_str(v[1].using_text, "(b || ',')::text");
	assert_true(v[2].has_using && v[2].using_cast);
	assert_str(v[2].using_text, "c::int");
	assert_int_equal(v[3].step, PG_STEP_SET_NOT_NULL);
	assert_true(v[4].step == PG_STEP_DEFAULT && !v[4].col);
	assert_true(v[5].con->not_valid && v[5].con->kind == PG_CON_FK);
	assert_str(v[5].con->cols.v[0], "f");
	assert_str(v[6].con->index, "i");
	assert_int_equal(v[7].con->kind, PG_CON_CHECK);
	assert_str(v[8].column, "z");
	assert_int_equal(v[9].step, PG_STEP_VALIDATE);
	assert_int_equal(v[10].step, PG_STEP_ENABLE_RLS);
	s = digest("alter table p attach partition q for values in (1)");
	assert_int_equal(s->subs[0].step, PG_STEP_ATTACH);
	assert_str(s->subs[0].partition.name, "q");
}

static void reads_writes(void **state)
{
	const struct pg_stmt *s = digest("with x as (delete from a.t where b "
	    "returning *) insert into z (p, q) select * from x, y");

	(void)state;
	assert_int_equal(s->nwrites, 2);
	assert_true(s->flags & PG_DATA);
	assert_str(s->writes[0].table, "z");
	assert_str(s->writes[0].cols.v[1], "q");
	assert_true(s->writes[0].select);
	assert_str(s->writes[1].schema, "a");
	assert_int_equal(s->writes[1].verb, VERB_DELETE);
	assert_true(s->writes[1].where);
	assert_int_equal(s->nreads, 1);		/* y; x is no table */
	assert_str(s->reads[0].name, "y");
	s = digest("update only t set a = f(1, 2), b = default where c = ';'");
	assert_str(s->writes[0].rows_from,
	    "only t WHERE (c = ';')");
	assert_str(s->writes[0].values.v[0], "f(1, 2)");
	assert_str(s->writes[0].values.v[1], "");
	assert_true(s->flags & PG_ANYTHING);	/* f may do anything */
	s = digest("update t set (a, b) = (1, 2)");
	assert_int_equal(s->writes[0].values.n, 0);
	s = digest("update t set a = 1 from u where t.x = u.x");
	assert_str(s->writes[0].rows_from, "");
	s = digest("delete from t as x where (a in (select 1 where b)) "
	    "returning a;");
	assert_str(s->writes[0].rows_from,
	    "t as x WHERE ((a in (select 1 where b)))");
	s = digest("delete from t where a -- all\n = 1 -- of them");
	assert_str(s->writes[0].rows_from,
	    "t WHERE (a -- all\n = 1 -- of them\n)");
	s = digest("truncate a, b.c restart identity cascade");
	assert_int_equal(s->nwrites, 2);
	assert_true(s->cascade && s->restart && s->writes[1].truncate);
	assert_true(digest("copy t from stdin")->flags & PG_DATA);
	assert_true(digest("explain analyze delete from t")->flags & PG_DATA);
	assert_false(digest("explain delete from t")->flags & PG_DATA);
	assert_true(digest("select now()")->flags & PG_READS_ONLY);
	assert_false(digest("select now()")->flags & PG_ANYTHING);
	assert_true(digest("select f()")->flags & PG_ANYTHING);
	assert_true(digest("merge into t using s on true when matched then "
	    "delete")->flags & PG_DATA);
}

static void reads_names(void **state)
{
	const struct pg_stmt *s = digest("drop table if exists a.b, \"C d\" "
	    "cascade");

	(void)state;
	assert_int_equal(s->nobjs, 2);
	assert_true(s->missing_ok && s->cascade);
	assert_str(s->objs[0].schema, "a");
	assert_str(s->objs[1].name, "C d");
	s = digest("drop trigger x on s.t");
	assert_str(s->objs[0].name, "x");
	assert_str(s->objs[0].table, "t");
	assert_str(s->objs[0].table_schema, "s");
	s = digest("drop function f(int, varchar)");
	assert_str(s->objs[0].args, "integer, character varying");
	s = digest("alter table s.t rename column a to b");
	assert_int_equal(s->objs[0].kind, OBJ_COLUMN);
	assert_str(s->objs[0].table, "t");
	assert_str(s->new_name, "b");
	s = digest("alter type e add value if not exists 'x' after 'y'");
	assert_str(s->new_value, "x");
	assert_str(s->neighbour, "y");
	assert_true(s->after && s->if_not_exists);
	s = digest("alter type e rename value 'a' to 'b'");
	assert_str(s->old_value, "a");
	assert_str(s->new_value, "b");
	s = digest("create unique index concurrently if not exists i on s.t(a)");
	assert_true(s->unique && s->concurrently && s->if_not_exists);
	assert_str(s->objs[0].table_schema, "s");
	s = digest("set search_path = app");
	assert_str(s->setting, "search_path");
	assert_str(s->setting_value, "app");
}

static void unparsed_is_not_wrong(void **state)
{
	const struct pg_stmt *s = digest("alter table t alter a "
	    "set expression as (1)");	/* PostgreSQL 17 */
	char *big = malloc(PG_MAX_PARSE + 100);

	(void)state;
	assert_true(s->flags & PG_UNPARSED);
	assert_true(s->error.n > 0);
	assert_int_equal(s->error_at, strlen("alter table t alter a set "));
	memset(big, ' ', PG_MAX_PARSE + 50);
	memcpy(big, "insert into t values (1", 23);
	strcpy(big + PG_MAX_PARSE + 50, ")");
	s = digest(big);
	assert_true(s->flags & PG_UNPARSED);
	assert_int_equal(s->kind, PG_INSERT);
	free(big);
	s = pg_digest((struct str){ "select 1\0, 2", 12 }, arena);
	assert_true(s->flags & PG_UNPARSED);
	s = digest("select '\xff'");
	assert_true(s->flags & PG_UNPARSED);
}

/* n times open, 1, n times close */
static struct str nested(size_t n, const char *open, const char *close)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	SQL(&b, "select ");
	for (size_t i = 0; i < n; i++)
		sbuf_addz(&b, open);
	SQL(&b, "1");
	for (size_t i = 0; i < n; i++)
		sbuf_addz(&b, close);
	out = arena_str(arena, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static void depth_is_no_crash(void **state)
{
	static const struct { const char *open, *close; } v[] = {
		{ "(", ")" }, { "-(", ")" }, { "1+", "" }, { "not ", "" },
		{ "f(", ")" }, { "", "::int" }, { "", " union select 1" },
		{ "(select ", ")" }, { "array[", "]" }, { "", "[1]" },
		{ "case when ", " then 1 end" }, { "", " and 1" },
		{ "", " is null" }, { "", " collate x" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++)
		for (size_t n = 10; n <= 100000; n *= 10) {
			struct str sql = nested(n, v[i].open, v[i].close);

			assert_non_null(pg_digest(sql, arena));
			if (n == 10)
				arena_reset(arena);
		}
}

static void fifty_megabytes(void **state)
{
	static const char line[] =
	    "insert into t values (1, 'it''s; so', $$;$$);\n";
	struct sbuf b = SBUF_TEXT;
	size_t at = 0, from, to, n = 0;

	(void)state;
	while (b.n < (size_t)50 << 20)
		sbuf_addz(&b, line);
	while (pg_split(sbuf_str(&b), &at, &from, &to))
		n++;
	assert_int_equal(n, b.n / strlen(line));
	assert_non_null(pg_digest(sbuf_str(&b), arena));
	sbuf_free(&b);
}

static void functions_are_known(void **state)
{
	(void)state;
	assert_int_equal(pg_function_value(STR("now")), PG_VALUE_STABLE);
	assert_int_equal(pg_function_value(STR("nextval")),
	    PG_VALUE_VOLATILE);
	assert_int_equal(pg_function_value(STR("random")), PG_VALUE_VOLATILE);
	assert_int_equal(pg_function_value(STR("lower")), PG_VALUE_CONST);
	assert_int_equal(pg_function_value(STR("pg_catalog.lower")),
	    PG_VALUE_CONST);
	assert_int_equal(pg_function_value(STR("mine")), PG_VALUE_UNKNOWN);
	assert_int_equal(pg_function_value(STR("abs")), PG_VALUE_CONST);
	assert_int_equal(pg_function_value(STR("xpath_exists")),
	    PG_VALUE_CONST);
}

static void locks_by_version(void **state)
{
	const struct pg_stmt *s = digest("alter table p attach partition q "
	    "for values in (1)");

	(void)state;
	assert_int_equal(pg_stmt_locks(s, 150000).on, PG_LOCK_SUX);
	assert_int_equal(pg_stmt_locks(s, 110000).on, PG_LOCK_AX);
	s = digest("create index concurrently i on t(a)");
	assert_int_equal(pg_stmt_locks(s, 150000).on, PG_LOCK_SUX);
	s = digest("create index i on t(a)");
	assert_int_equal(pg_stmt_locks(s, 150000).on, PG_LOCK_SH);
	s = digest("alter table t add foreign key (a) references p");
	assert_int_equal(pg_stmt_locks(s, 150000).on, PG_LOCK_SRX);
	assert_true(pg_stmt_locks(s, 150000).scans);
	s = digest("alter table t add foreign key (a) references p not valid");
	assert_false(pg_stmt_locks(s, 150000).scans);
	s = digest("alter table t alter a set statistics 1, alter b set "
	    "default 1");
	assert_int_equal(pg_stmt_locks(s, 150000).on, PG_LOCK_AX);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(splits_where_psql_does),
		cmocka_unit_test(tells_kinds_and_verbs),
		cmocka_unit_test(knows_what_refuses_a_transaction),
		cmocka_unit_test(knows_what_reaches_beyond),
		cmocka_unit_test(reads_add_column),
		cmocka_unit_test(reads_other_steps),
		cmocka_unit_test(reads_writes),
		cmocka_unit_test(reads_names),
		cmocka_unit_test(unparsed_is_not_wrong),
		cmocka_unit_test(depth_is_no_crash),
		cmocka_unit_test(fifty_megabytes),
		cmocka_unit_test(functions_are_known),
		cmocka_unit_test(locks_by_version),
	};

	return cmocka_run_group_tests(cases, setup, teardown);
}
