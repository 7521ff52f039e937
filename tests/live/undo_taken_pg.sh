#!/bin/sh
# undo_taken_pg.sh: as undo_taken.sh, on PostgreSQL; code of a down text too.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
pg_start

pg_new app
P=$T/p
pg_project "$P" app 'CREATE TABLE t (id integer PRIMARY KEY, a text);
--> statement-breakpoint
CREATE TABLE setting (name text PRIMARY KEY, v numeric);' \
"ALTER TABLE t ADD COLUMN b text;
--> statement-breakpoint
CREATE TABLE c (id serial PRIMARY KEY, t_id integer REFERENCES t(id));
--> statement-breakpoint
CREATE TABLE loose (what jsonb);
--> statement-breakpoint
INSERT INTO setting VALUES ('mode', 1.50), ('size', 9);"
cat >"$P/drizzle/0001_m1.down.sql" <<'D'
DELETE FROM setting WHERE name IN ('mode', 'size');
--> statement-breakpoint
DROP TABLE loose;
--> statement-breakpoint
DROP TABLE c;
--> statement-breakpoint
ALTER TABLE t DROP COLUMN b;
D
expect_weir 0 "$P" migrate --to 0000_m0 --quiet
pg_sql app "INSERT INTO t VALUES (1, 'one'), (2, 'two'), (3, 'three')" \
	"INSERT INTO setting VALUES ('kept', 0)"
pg_dump_of app -N drizzle >"$T/before"
expect_weir 0 "$P" migrate --quiet
pg_sql app "UPDATE t SET b = 'written ''' || id WHERE id > 1" \
	'INSERT INTO c (t_id) VALUES (2), (3)' \
	"INSERT INTO loose VALUES ('{\"k\": 1}'), ('{\"k\": 1}')"

expect_weir 0 "$P" rollback --dry-run
expect_out 'public.c: 2 rows written since, saved first' \
	'public.t.b: 2 values written since, saved first'
expect_weir 3 "$P" rollback
! grep -q undo-skipped "$T/err" || fail 'it is saved'
# shellcheck disable=SC2046
expect_weir 0 "$P" rollback $(grep -o -- '--allow [^ ]*' "$T/err" | sort -u)
for line in '2 rows of public.c: weir undo show 0001_m1 r' \
	'values in 2 rows of public.t.b: weir undo show' \
	'2 rows of public.loose: weir undo show' \
	'2 rows of public.setting: weir undo show'; do
	expect_out "taken with it, saved before: $line"
done
pg_dump_of app -N drizzle >"$T/after"
diff -u "$T/before" "$T/after" || fail 'not as it was'
expect_weir 0 "$P" undo show 0001_m1 r
expect_out "written '3" '1.50' '"k": 1'
expect_weir 0 "$P" undo list --json
id=$(sed -n 's/.*"id": \([0-9]*\),/\1/p; /"table": "c"/q' "$T/out" | tail -1)
expect_weir 0 "$P" undo export 0001_m1 "r$id" --format sql
cp "$T/out" "$T/rows.sql"
expect_weir 0 "$P" migrate
expect_out 'took is not put back; it is saved: weir undo show 0001_m1 r'
pg_file app "$T/rows.sql"
expect_eq 'rows of c' "$(pg_sql app 'SELECT id, t_id FROM c' | tr '\n' ' ')" \
	'1|2 2|3 '

# derived, two steps: what the second took is put back by the first and taken
# with the column that the first had brought; an own DEFAULT
pg_new two
P=$T/two
pg_project "$P" two 'CREATE TABLE t (id integer PRIMARY KEY);' \
	"ALTER TABLE t ADD COLUMN s text DEFAULT 'new' NOT NULL;" \
	"DELETE FROM t WHERE id > 2;"
expect_weir 0 "$P" migrate --to 0001_m1 --quiet
pg_sql two "INSERT INTO t VALUES (1, 'new'), (2, 'mine'), (3, 'gone')"
expect_weir 0 "$P" migrate --allow delete-rows:public.t --quiet
expect_weir 0 "$P" rollback --to 0000_m0 --allow drop-column:public.t.s
expect_out 'of public.t.s: weir undo show 0001_m1 r'
expect_weir 0 "$P" undo export 0001_m1 r
expect_out '"mine"' '"gone"'
expect_eq 'all keys' "$(pg_sql two 'SELECT count(*) FROM t')" 3
