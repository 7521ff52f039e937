#!/bin/sh
# rollback_gone.sh: a migration whose file is gone from the branch, or was
# edited, is taken back as it was recorded; redo works; what stays in the
# folder is said.  And the way back is tried before anything is applied.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir

# forget PROJECT N: the newest entry goes from the folder, as on another branch
forget() {
	rm "$1/drizzle/$2"*.sql
	sed -e ":a" -e 'N' -e '$!ba' -e 's/,[^,]*{[^{}]*"tag" *: *"'"$2"'[^}]*}//' \
		"$1/drizzle/meta/_journal.json" >"$T/j"
	mv "$T/j" "$1/drizzle/meta/_journal.json"
	! grep -q "\"$2" "$1/drizzle/meta/_journal.json" || fail "journal $2"
}

# all PROJECT APPLIED-COUNT SCHEMA: on either engine
all() {
	expect_weir 0 "$1" migrate --to 0001_m1 --quiet
	before=$($3)
	expect_weir 0 "$1" migrate --quiet
	after=$($3)
	[ "$before" != "$after" ] || fail 'nothing was changed'

	# gone
	cp -r "$1/drizzle" "$T/kept"
	forget "$1" 0002_m2
	expect_weir 0 "$1" rollback --dry-run
	expect_out '0002_m2 is not in the folder: taken back as it was recorded'
	expect_weir 0 "$1" rollback
	expect_out 'live schema = what it was before'
	expect_eq 'gone' "$($3)" "$before"
	expect_eq 'rows' "$($2)" 2

	# redo
	rm -r "$1/drizzle"
	mv "$T/kept" "$1/drizzle"
	expect_weir 0 "$1" migrate --quiet
	expect_eq 'redo' "$($3)" "$after"
	expect_weir 0 "$1" rollback
	expect_out 'weir drop 0002_m2'
	expect_eq 'again' "$($3)" "$before"
	expect_weir 0 "$1" migrate --quiet

	# edited since, and --to a migration below
	echo '-- another one' >>"$1/drizzle/0002_m2.sql"
	echo 'CREATE TABLE never (x int);' >>"$1/drizzle/0002_m2.sql"
	expect_weir 0 "$1" rollback --to 0000_m0
	expect_eq 'both' "$($2)" 1
}

# --- SQLite
P=$T/lite
mk_project "$P" 'CREATE TABLE a (id integer PRIMARY KEY, x text);' \
	'ALTER TABLE a ADD z integer;' \
	'CREATE INDEX a_x ON a (x);
--> statement-breakpoint
CREATE TABLE b (y integer REFERENCES a (id));
--> statement-breakpoint
CREATE VIEW v AS SELECT x FROM a;'
lite_count() { sql "$P/app.db" 'SELECT count(*) FROM __drizzle_migrations'; }
lite_schema() {
	sql "$P/app.db" "SELECT sql FROM sqlite_schema WHERE name NOT LIKE
		'\_\_%' ESCAPE '\' AND name NOT LIKE 'sqlite%' ORDER BY name"
}
all "$P" lite_count lite_schema

# --- PostgreSQL
pg_start
pg_new app
Q=$T/pg
pg_project "$Q" app 'CREATE TABLE a (id int PRIMARY KEY, x text);' \
	'ALTER TABLE a ADD z integer;' \
	"CREATE INDEX a_x ON a (x);
--> statement-breakpoint
CREATE TYPE e AS ENUM ('p', 'q');
--> statement-breakpoint
CREATE TABLE b (y int REFERENCES a (id), e e DEFAULT 'p');
--> statement-breakpoint
CREATE VIEW v AS SELECT x FROM a;"
pg_schema() {
	pg_sql app "SELECT string_agg(c.relname || c.relkind::text || coalesce(
		(SELECT string_agg(attname, ',' ORDER BY attnum) FROM
		pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT
		attisdropped), ''), ' ' ORDER BY c.relname) FROM pg_class c
		WHERE relnamespace = 'public'::regnamespace"
}
pg_count() { pg_applied app; }
all "$Q" pg_count pg_schema

# --- the proof: a way back that is another, one that fails, one that moves
expect_weir 0 "$Q" review --json
expect_out '"proof": "same"'
echo 'DROP TABLE a;' >"$Q/drizzle/0001_m1.down.sql"
expect_weir 0 "$Q" review --to 0001_m1
expect_out 'undo: shape only' 'the way back would leave: table public.a dropped'
echo 'DROP TABLE nothing;' >"$Q/drizzle/0001_m1.down.sql"
expect_weir 0 "$Q" review --to 0001_m1
expect_out 'undo: none' 'the way back fails: 0001_m1'
rm "$Q/drizzle/0001_m1.down.sql"
echo 'ALTER TABLE a DROP COLUMN x;' >"$Q/drizzle/0001_m1.sql"
pg_sql app 'ALTER TABLE a ADD COLUMN last int'
weir_in "$Q" review --to 0001_m1
expect_out 'columns of a that come back stand last'
echo 'ALTER TABLE a2 DROP COLUMN x;' >"$P/drizzle/0001_m1.down.sql"
expect_weir 0 "$P" review --to 0001_m1
expect_out 'the way back fails: 0001_m1'
