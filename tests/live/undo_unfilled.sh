#!/bin/sh
# undo_unfilled.sh: what rows that came since do to a way back, counted and
# named before anything runs.  A column that must not be NULL went: it has no
# value for them, and the text that gives them one is printed; a unique index
# went: they hold what saved rows get back.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir

# way DIR: what the dry run offers, with a value, into the down file
way() {
	sed -n '/^A way back with a place/,/^The file stays/p' "$T/out" |
		sed '1,2d;$d' >"$T/way"
	grep -q '/\* value \*/' "$T/way" || fail 'no place for the value'
	sed "s#/[*] value [*]/#$2#" "$T/way" >"$1/drizzle/0001_m1.down.sql"
}

# refused DIR KEYS: dry run and run say so, and nothing is changed
refused() {
	expect_weir 0 "$1" rollback --dry-run
	expect_out "2 rows of t came .*since and have no value for email, .*$2"
	cp "$T/out" "$T/dry"
	expect_weir 5 "$1" rollback
	expect_err "no value for email, which must not be NULL: $2" \
		'0001_m1.down.sql'
	cp "$T/dry" "$T/out"
}

base='CREATE TABLE t (id integer PRIMARY KEY, email text NOT NULL, c integer);'
rows="INSERT INTO t VALUES (1, 'a@x', 1), (2, 'b@x', 2)"

# --- SQLite
lite() {
	P=$T/lite
	mk_project "$P" "$base" 'ALTER TABLE t DROP COLUMN email;'
	expect_weir 0 "$P" migrate --quiet --to 0000_m0
	sql "$P/app.db" "$rows"
	expect_weir 0 "$P" migrate --quiet --allow drop-column:t.email
	sql "$P/app.db" 'INSERT INTO t VALUES (7, 7), (9, 9)'
	refused "$P" 'id=7, id=9'
	way "$P" '/* value */'
	expect_weir 1 "$P" rollback
	expect_eq 'nothing changed' "$(sql "$P/app.db" \
		'SELECT count(*) FROM pragma_table_info("t")')" 2
	cp "$T/dry" "$T/out"
	way "$P" "'none ' || id"
	expect_weir 0 "$P" rollback
	expect_eq 'values' "$(sql "$P/app.db" \
		"SELECT group_concat(email, ',') FROM t ORDER BY id")" \
		'a@x,b@x,none 7,none 9'
	expect_eq 'not null' "$(sql "$P/app.db" 'SELECT "notnull" FROM
		pragma_table_info("t") WHERE name = '"'email'")" 1
}
lite

# --- PostgreSQL
pg_start
pg_new app
P=$T/pg
pg_project "$P" app "$base"
expect_weir 0 "$P" migrate --quiet
pg_sql app "$rows"
rm -rf "$P"
pg_project "$P" app "$base" 'ALTER TABLE t DROP COLUMN email;'
expect_weir 0 "$P" migrate --quiet --allow drop-column:public.t.email
pg_sql app 'INSERT INTO t VALUES (7, 7), (9, 9)'
refused "$P" 'id=7, id=9'
way "$P" "'none ' || id"
expect_weir 0 "$P" rollback
expect_eq 'values' "$(pg_sql app "SELECT string_agg(email, ',' ORDER BY id)
	FROM t")" 'a@x,b@x,none 7,none 9'
expect_eq 'not null' "$(pg_sql app "SELECT attnotnull FROM pg_attribute
	WHERE attrelid = 't'::regclass AND attname = 'email'")" t

# --- a unique index that went, and a row that holds a saved value ----------------
pg_new uq
P=$T/uq
uq='CREATE TABLE t (id int PRIMARY KEY, g int, a text, b text);
--> statement-breakpoint
CREATE UNIQUE INDEX ua ON t (a, b);'
pg_project "$P" uq "$uq"
expect_weir 0 "$P" migrate --quiet
pg_sql uq "INSERT INTO t SELECT i, 1, 'a' || i, 'b' FROM generate_series(1, 5) i"
rm -rf "$P"
pg_project "$P" uq "$uq" "DROP INDEX ua;
--> statement-breakpoint
UPDATE t SET a = 'same' WHERE id < 4;"
expect_weir 0 "$P" migrate --quiet --allow update-rows:public.t.a
pg_sql uq "INSERT INTO t VALUES (9, 1, 'a2', 'b'), (8, 1, 'a1', 'c')"
expect_weir 0 "$P" rollback --dry-run
expect_out "a=a2, b=b of id=9 is what the saved row id=2 of t gets back"
expect_weir 1 "$P" rollback
expect_err "a=a2, b=b of id=9 is what the saved row id=2" \
	'leave the rows that the migration made equal'
expect_no_any 'id=8'
expect_eq 'nothing changed' "$(pg_sql uq "SELECT count(*) FROM t
	WHERE a = 'same'")" 3
pg_sql uq "UPDATE t SET b = 'new' WHERE id = 9"
expect_weir 0 "$P" rollback
expect_eq 'as it was' "$(pg_sql uq "SELECT string_agg(a || b, ' ' ORDER BY id)
	FROM t")" 'a1b a2b a3b a4b a5b a1c a2new'
