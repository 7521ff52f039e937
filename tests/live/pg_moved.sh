#!/bin/sh
# Tables that get another schema, by its new name or by SET SCHEMA: rows stay,
# the way back is derived, and what is dropped on the way is still a loss.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
pg_start
pg_new app

first='CREATE SCHEMA old_s;--> statement-breakpoint
CREATE TABLE old_s.u (id serial PRIMARY KEY, a text, b text);
--> statement-breakpoint
CREATE TABLE old_s."odd.name" (id integer REFERENCES old_s.u ON DELETE CASCADE);
--> statement-breakpoint
CREATE TABLE t (id integer PRIMARY KEY, u integer REFERENCES old_s.u);'
P=$T/p
pg_project "$P" app "$first"
expect_weir 0 "$P" migrate
pg_sql app "INSERT INTO old_s.u (a, b) SELECT i, 'b' FROM generate_series(1, 9) i"
pg_sql app 'INSERT INTO old_s."odd.name" VALUES (1), (2)'
pg_sql app 'INSERT INTO t VALUES (7, 3)'

# --- ALTER SCHEMA … RENAME TO ---------------------------------------------------
dump() {
	pg_dump_of app --schema=old_s --schema=public
}
before=$(dump)
pg_project "$P" app "$first" 'ALTER SCHEMA "old_s" RENAME TO "new_s";'
weir_in "$P" review
expect_any 'move-object' 'programs that name old_s find nothing' 'exact'
expect_weir 0 "$P" migrate
expect_eq 'rows in new_s' "$(pg_sql app 'SELECT (SELECT count(*) FROM new_s.u),
	(SELECT count(*) FROM new_s."odd.name"), (SELECT u FROM t)')" '9|2|3'
expect_weir 0 "$P" rollback
expect_eq 'rows and schema as they were' "$(dump)" "$before"

# --- with a rename of a table and of a column in it -------------------------------
pg_project "$P" app "$first" 'ALTER SCHEMA old_s RENAME TO new_s;
--> statement-breakpoint
ALTER TABLE new_s.u RENAME TO v;--> statement-breakpoint
ALTER TABLE new_s.v RENAME COLUMN a TO c;'
expect_weir 0 "$P" migrate
expect_eq 'rows in v' "$(pg_sql app 'SELECT count(c) FROM new_s.v')" 9
expect_weir 0 "$P" rollback
expect_eq 'all as it was' "$(dump)" "$before"

# --- SET SCHEMA --------------------------------------------------------------------
pg_project "$P" app "$first" 'CREATE SCHEMA s2;--> statement-breakpoint
ALTER TABLE "old_s"."u" SET SCHEMA "s2";--> statement-breakpoint
ALTER TABLE t SET SCHEMA s2;'
weir_in "$P" review
expect_any 'move-object' 'with all rows in s2'
expect_weir 0 "$P" migrate
expect_eq 'rows in s2' "$(pg_sql app 'SELECT (SELECT count(*) FROM s2.u),
	(SELECT u FROM s2.t)')" '9|3'
expect_weir 0 "$P" rollback
expect_eq 'rows back' "$(dump)" "$before"

# --- a column or a table that goes on the way is a loss by its live name -------------
pg_project "$P" app "$first" 'ALTER SCHEMA old_s RENAME TO new_s;
--> statement-breakpoint
ALTER TABLE new_s.u DROP COLUMN b;--> statement-breakpoint
DROP TABLE new_s."odd.name";'
expect_weir 3 "$P" migrate
expect_any 'drop-column:old_s\.u\.b' 'drop-table:old_s\."odd\.name"'
expect_eq 'nothing was run' "$(pg_sql app 'SELECT count(b) FROM old_s.u')" 9
