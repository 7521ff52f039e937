#!/bin/sh
# pg_half.sh: an index that CREATE INDEX CONCURRENTLY left invalid, and no
# record of the run. Where the schema shows what the file does before it,
# migrate goes on there; where it does not, the index is named with the ways
# on, and nothing is tried. diff, show and verify say INVALID.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
pg_start

set -- \
'CREATE TABLE p (id integer PRIMARY KEY, n integer);' \
'ALTER TABLE p ADD COLUMN v text;
--> statement-breakpoint
CREATE UNIQUE INDEX CONCURRENTLY p_n ON p (n);
--> statement-breakpoint
CREATE TABLE late (id integer PRIMARY KEY);'

# left SQL…: that was done, then a build that fails, and no record of it
left() {
	pg_new app
	rm -rf "$T/p"
	pg_project "$T/p" app "$m0" "$m1"
	expect_weir 0 "$T/p" migrate --to 0000_m0
	rm -rf "$T/p/.weir"
	pg_sql app 'INSERT INTO p VALUES (1, 1), (2, 1)' "$@"
	"$PSQL" -X -q -d app -c 'CREATE UNIQUE INDEX CONCURRENTLY p_n ON p (n)' \
		2>"$T/err" && fail 'the build did not fail'
	pg_sql app 'DELETE FROM p WHERE id = 2'
}
m0=$1 m1=$2

# --- all that the file does before it is there ------------------------------
left 'ALTER TABLE p ADD COLUMN v text'
expect_weir 0 "$T/p" status
expect_out '0001_m1 is probably half applied: index p_n' \
	'builds at drizzle/0001_m1.sql:3:1, is there and invalid' \
	'Next      weir review'
expect_weir 0 "$T/p" status --drift
expect_out '0001_m1 is half applied: index p_n' \
	'2 of the 2 changes' 'Drift     none'
expect_weir 0 "$T/p" review
expect_out '0001_m1 is half applied' \
	"2 statements left, and a step of weir's own" \
	"weir's own step, not of the file" \
	'would begin 0001_m1 from its start, though half of it is there'
expect_no_any 'PI6|would stop'
expect_weir 0 "$T/p" review --json
expect_out '"own": true'
expect_weir 0 "$T/p" diff migrations db
expect_out 'index p_n .*INVALID'
expect_err 'index p_n is INVALID'
expect_weir 0 "$T/p" show p
expect_out 'p_n  unique .*INVALID'
weir_in "$T/p" verify
expect_out 'note .*0001_m1 is half applied'
weir_in "$T/p" rollback --dry-run
expect_rc 5
expect_err '0001_m1 is half applied' 'weir migrate, then weir rollback'
expect_weir 0 "$T/p" migrate
expect_eq 'built again' "$(pg_sql app "SELECT indisvalid FROM pg_index
	WHERE indexrelid = 'p_n'::regclass")" t
expect_eq 'recorded' "$(pg_applied app)" 2
expect_weir 0 "$T/p" verify

# --- another build of it failed: the file was never begun ----------------------
left
weir_in "$T/p" review
expect_rc 5
expect_err '0001_m1 is not applied: index p_n' 'but nothing else' \
	'DROP INDEX CONCURRENTLY "public"."p_n"; then weir migrate' \
	'weir mark --applied 0001_m1'
weir_in "$T/p" migrate
expect_rc 5
expect_eq 'untouched' "$(pg_applied app)" 1
pg_sql app 'DROP INDEX p_n'
expect_weir 0 "$T/p" migrate

# --- rows were worked on before it: the schema cannot tell ----------------------
m1='ALTER TABLE p ADD COLUMN v text;
--> statement-breakpoint
UPDATE p SET v = '"'x'"';
--> statement-breakpoint
CREATE UNIQUE INDEX CONCURRENTLY p_n ON p (n);'
left 'ALTER TABLE p ADD COLUMN v text'
weir_in "$T/p" migrate
expect_rc 5
expect_err 'probably half applied' 'whether its statements on rows ran' \
	'REINDEX INDEX CONCURRENTLY "public"."p_n", the rest of the file by hand'
expect_eq 'untouched' "$(pg_applied app)" 1

# --- a file that sees to it by itself: the index is drift and no more -------------
m1='DROP INDEX IF EXISTS p_n;
--> statement-breakpoint
CREATE UNIQUE INDEX CONCURRENTLY p_n ON p (n);'
left
weir_in "$T/p" migrate
expect_rc 5
expect_err 'differs from its migrations in 1 place'
