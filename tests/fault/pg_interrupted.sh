#!/bin/sh
# pg_interrupted.sh: a run is cut off inside CREATE INDEX CONCURRENTLY, which
# leaves an invalid index. status tells it and what to do; migrate goes on
# there, drops that index and builds it again; mark records a migration that
# was finished by hand; a file edited meanwhile is refused. And a build that is
# given up or fails takes its index back at once.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/fault/lib.sh"
. "$top/tests/lib/pg.sh"
pg_start

set -- \
'CREATE TABLE p (id integer PRIMARY KEY, n integer);' \
'ALTER TABLE p ADD COLUMN v text;
--> statement-breakpoint
CREATE INDEX CONCURRENTLY p_n ON p (n);
--> statement-breakpoint
CREATE TABLE late (id integer PRIMARY KEY);'
pg_new base
pg_project "$T/base" base "$@"
expect_weir 0 "$T/base" migrate --to 0000_m0
pg_sql base 'INSERT INTO p SELECT i, i FROM generate_series(1, 100) i'
rm -rf "$T/base/.weir"

index() {
	pg_sql app "SELECT COALESCE((SELECT CASE WHEN indisvalid THEN 'valid'
		ELSE 'invalid' END FROM pg_index WHERE indexrelid =
		to_regclass('p_n')), 'none')"
}

building="EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = 'app'
	AND application_name = 'weir' AND wait_event_type = 'Lock'
	AND query LIKE 'CREATE INDEX CONCURRENTLY%')"
# cut_off: killed while it builds
cut_off() {
	pg_copy app "$T/p"
	in_background "$T/p" migrate --lock-wait 60000
	kill -STOP $bg 2>/dev/null
	# an old snapshot is enough, and it needs no lock on the table
	pg_other app
	pg_say 'BEGIN ISOLATION LEVEL REPEATABLE READ;'
	kill -CONT $bg
	pg_waits "$building"
	kill -9 $bg
	wait $bg 2>/dev/null
	# the server looks after its client twice a second
	pg_waits "NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = 'app'
		AND application_name = 'weir')"
	pg_other_ends
}

# --- cut off, told, taken up again ------------------------------------------------
cut_off
expect_eq 'after the kill' "$(index)" invalid
expect_eq 'recorded' "$(pg_applied app)" 1
expect_weir 0 "$T/p" status
expect_out '0001_m1 is half applied: it goes on at drizzle/0001_m1.sql:3:1' \
	'index p_n is invalid: weir migrate drops it and builds it again'
expect_weir 0 "$T/p" status --json
expect_out '"interrupted": "'
expect_weir 0 "$T/p" migrate --dry-run
expect_out 'DROP INDEX CONCURRENTLY IF EXISTS "public"."p_n"' \
	'CREATE INDEX CONCURRENTLY p_n'
expect_no_any 'ADD COLUMN v'
expect_weir 0 "$T/p" migrate
expect_eq 'built again' "$(index)" valid
expect_eq 'recorded then' "$(pg_applied app)" 2
expect_weir 0 "$T/p" verify
expect_weir 0 "$T/p" status
expect_no_any 'half applied|invalid|cut off'

# --- finished by hand, and marked --------------------------------------------------------
cut_off
pg_sql app 'DROP INDEX p_n' 'CREATE INDEX p_n ON p (n)' \
	'CREATE TABLE late (id integer PRIMARY KEY)'
expect_weir 0 "$T/p" mark --applied 0001_m1
expect_eq 'marked' "$(pg_applied app)" 2
expect_weir 0 "$T/p" status
expect_no_any 'half applied'
expect_weir 0 "$T/p" verify

# --- edited meanwhile ---------------------------------------------------------------------
cut_off
echo '-- more' >>"$T/p/drizzle/0001_m1.sql"
expect_weir 0 "$T/p" status
expect_out 'its file was edited since'
weir_in "$T/p" migrate
expect_rc 5
expect_err 'was edited since'
expect_eq 'untouched' "$(pg_applied app)" 1

# --- a unique index on rows that are not: its invalid index goes at once --------------
pg_copy app "$T/p"
sed -i 's/CREATE INDEX CONCURRENTLY p_n ON p (n)/CREATE UNIQUE INDEX CONCURRENTLY p_n ON p ((n \/ 2))/' \
	"$T/p/drizzle/0001_m1.sql"
weir_in "$T/p" migrate
[ $rc -eq 1 ] || [ $rc -eq 5 ] || fail "a duplicate: exit $rc"
expect_eq 'no index is left' "$(index)" none
expect_eq 'recorded' "$(pg_applied app)" 1
