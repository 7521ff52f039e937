#!/bin/sh
# What no schema shows: a table that another one of its shape has taken the
# name of between review and apply, or review and rollback; and what code does
# around a statement that runs in no transaction.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/fault/lib.sh"
. "$top/tests/lib/pg.sh"
pg_start

# --- another table under the name -------------------------------------------------
pg_new app
pg_project "$T/p" app 'CREATE TABLE t (id int PRIMARY KEY, v text);' \
	'ALTER TABLE t ADD COLUMN w text;'
expect_weir 0 "$T/p" migrate --to 0000_m0
pg_sql app "INSERT INTO t VALUES (1, 'ours')"
swap='DROP TABLE t; CREATE TABLE t (id int PRIMARY KEY, v text'

# another SQL ARG…: SQL runs between review and lock
another() {
	while_reviewed "$@"
	shift
	[ $rc -eq 5 ] || fail "$*: exit $rc, not 5"
	expect_err 'public\.t is another table than the one that was reviewed'
}
another "$swap); INSERT INTO t VALUES (2, 'theirs')" migrate
expect_eq 'the new one is as it was' "$(pg_sql app "SELECT count(*)
	FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0")" 2
expect_weir 0 "$T/p" migrate
another "$swap, w text); INSERT INTO t VALUES (2, 'theirs', 'kept')" \
	rollback --allow drop-column:public.t.w
expect_eq 'their row' "$(pg_sql app 'SELECT w FROM t')" kept

# --- code beside a statement that runs in no transaction ----------------------------
pg_new away
pg_project "$T/a" away 'CREATE TABLE t (id int, v text);
--> statement-breakpoint
CREATE TABLE kept (id int);
--> statement-breakpoint
CREATE FUNCTION wipe() RETURNS boolean LANGUAGE plpgsql
	AS $$ BEGIN TRUNCATE public.kept; RETURN true; END $$;
--> statement-breakpoint
CREATE FUNCTION key(text) RETURNS text LANGUAGE plpgsql IMMUTABLE
	AS $$ BEGIN PERFORM public.wipe(); RETURN $1; END $$;' \
	'CREATE INDEX CONCURRENTLY i ON t (key(v));' \
	'CREATE TABLE never (id int);'
expect_weir 0 "$T/a" migrate --to 0000_m0
pg_sql away "INSERT INTO t VALUES (1, 'a')" 'INSERT INTO kept VALUES (1)'
weir_in "$T/a" migrate
if [ "$(pg_sql away 'SELECT count(*) FROM kept')" = 0 ]; then
	[ $rc -eq 1 ] || fail "rows were lost, exit $rc"
	expect_any 'APPLIED, BUT' 'public\.kept was emptied or written anew by code'
	expect_eq 'nothing after it' "$(pg_sql away "SELECT to_regclass('never')")" ''
else
	[ $rc -ne 0 ] || fail 'an index that code stands in was neither made nor refused'
fi
# without code nothing is asked
pg_new plain
pg_project "$T/q" plain 'CREATE TABLE t (id int, v text);' \
	'CREATE INDEX CONCURRENTLY i ON t (v);--> statement-breakpoint
VACUUM FULL t;'
expect_weir 0 "$T/q" migrate
