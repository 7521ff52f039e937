#!/bin/sh
# undo_taken.sh: what a way back takes in turn, rows that the migration brought
# or that were written since, is saved before it goes: told in its review and
# report, shown and exported by weir undo, told again by the redo.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir

P=$T/p
db=$P/app.db
mk_project "$P" 'CREATE TABLE t (id integer PRIMARY KEY, a text);
--> statement-breakpoint
CREATE TABLE w (k text PRIMARY KEY, v text) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE setting (name text PRIMARY KEY NOT NULL, v text);' \
"ALTER TABLE t ADD COLUMN b text;
--> statement-breakpoint
CREATE TABLE c (id integer PRIMARY KEY, t_id integer REFERENCES t(id));
--> statement-breakpoint
INSERT INTO setting VALUES ('mode', 'x'), ('size', '9');
--> statement-breakpoint
ALTER TABLE w ADD COLUMN n real;"
cat >"$P/drizzle/0001_m1.down.sql" <<'D'
ALTER TABLE w DROP COLUMN n;
--> statement-breakpoint
DELETE FROM setting WHERE name IN ('mode', 'size');
--> statement-breakpoint
DROP TABLE c;
--> statement-breakpoint
ALTER TABLE t DROP COLUMN b;
D
expect_weir 0 "$P" migrate --to 0000_m0 --quiet
sql "$db" "INSERT INTO t VALUES (1, 'one'), (2, 'two'), (3, 'three')" \
	"INSERT INTO w VALUES ('a', '1'), ('b', '2')" \
	"INSERT INTO setting VALUES ('kept', 'k')"
sql "$db" .dump | grep -v __drizzle >"$T/before"
expect_weir 0 "$P" migrate --quiet
sql "$db" "UPDATE t SET b = 'written ''' || id WHERE id > 1" \
	'INSERT INTO c VALUES (7, 2), (8, 3)' \
	"UPDATE w SET n = 1.5 WHERE k = 'b'" \
	"UPDATE setting SET v = 'mine' WHERE name = 'mode'"

expect_weir 0 "$P" rollback --dry-run
expect_out 'c: 2 rows written since, saved first'
expect_out 't.b: 2 values written since, saved first'
expect_weir 3 "$P" rollback
! grep -q undo-skipped "$T/err" || fail 'it is saved'
allows='--allow drop-table:c --allow drop-column:t.b --allow drop-column:w.n
	--allow delete-rows:setting'
# shellcheck disable=SC2086
expect_weir 0 "$P" rollback $allows
for line in '2 rows of c: weir undo show 0001_m1 r' \
	'values in 2 rows of t.b: weir undo show' \
	'values in 1 row of w.n: weir undo show' \
	'2 rows of setting: weir undo show'; do
	expect_out "taken with it, saved before: $line"
done
sql "$db" .dump | grep -v __drizzle >"$T/after"
diff -u "$T/before" "$T/after" || fail 'not as it was'

expect_weir 0 "$P" undo list
expect_eq 'objects' "$(grep -c '^0001_m1  *r[0-9]' "$T/out")" 4
expect_weir 0 "$P" undo show 0001_m1 r
expect_out 'written '"'"'3'
expect_weir 0 "$P" undo list --json
expect_out '"by_rollback": true'
id=$(sed -n 's/.*"id": \([0-9]*\),/\1/p; /"table": "c"/q' "$T/out" | tail -1)
expect_weir 0 "$P" undo export 0001_m1 "r$id" --format sql
cp "$T/out" "$T/rows.sql"

# the redo says where they are; they go in again by hand
expect_weir 0 "$P" migrate
expect_out 'took is not put back; it is saved: weir undo show 0001_m1 r'
sql "$db" "$(cat "$T/rows.sql")"
expect_eq 'rows of c' "$(sql "$db" 'SELECT * FROM c' | tr '\n' ' ')" '7|2 8|3 '

# a column with a default: what was written over it
P=$T/d
db=$P/app.db
mk_project "$P" 'CREATE TABLE t (id integer PRIMARY KEY);' \
	"ALTER TABLE t ADD COLUMN s text NOT NULL DEFAULT 'new';"
expect_weir 0 "$P" migrate --quiet
sql "$db" "INSERT INTO t VALUES (1, 'new'), (2, 'mine')"
expect_weir 0 "$P" rollback --allow drop-column:t.s
expect_out 'rows of t.s: weir undo show 0001_m1'
expect_weir 0 "$P" undo show 0001_m1
expect_out mine

# nothing written since: nothing is saved, nothing is said
P=$T/n
mk_project "$P" 'CREATE TABLE t (id integer PRIMARY KEY);' \
	'ALTER TABLE t ADD COLUMN s text; CREATE TABLE u (x integer);'
expect_weir 0 "$P" migrate --quiet
sql "$P/app.db" 'INSERT INTO t VALUES (1, NULL)'
expect_weir 0 "$P" rollback
! grep -q 'taken with it' "$T/out" || fail 'nothing was taken'
expect_weir 0 "$P" undo list
expect_out 'Nothing is saved'

# a place that does not last is no promise: that is asked
P=$T/v
mk_project "$P" 'CREATE TABLE t (id integer PRIMARY KEY);' \
	'CREATE TABLE u (x integer);'
CI=1 expect_weir 0 "$P" migrate --quiet
sql "$P/app.db" 'INSERT INTO u VALUES (1)'
CI=1 expect_weir 3 "$P" rollback --allow drop-table:u
expect_err undo-skipped:u

# a way back that does not lead back: what helps is named
P=$T/half
mk_project "$P" 'CREATE TABLE t (id integer PRIMARY KEY);' \
	'ALTER TABLE t ADD COLUMN x text; ALTER TABLE t ADD COLUMN y text;'
echo 'ALTER TABLE t DROP COLUMN x;' >"$P/drizzle/0001_m1.down.sql"
expect_weir 0 "$P" migrate --quiet
expect_weir 1 "$P" rollback
expect_err 'write the whole way back into 0001_m1.down.sql, then: weir rollback'
