#!/bin/sh
# Rows of the tracking table on PostgreSQL are those that drizzle-orm's
# node-postgres migrator writes, each tool takes the other's work as done, and
# a migrator that starts while weir applies waits for it.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/interop/npm.sh"
. "$top/tests/lib/pg.sh"
need_weir
pg_start

set -- \
'CREATE TABLE seed (id integer PRIMARY KEY);' \
'INSERT INTO seed VALUES (1);--> statement-breakpoint
SELECT pg_sleep(0.4) FROM seed;' \
'ALTER TABLE seed ADD COLUMN n integer;'

# rows DATABASE [TABLE]: of the tracking table, with its shape
rows() {
	pg_sql "$1" "SELECT id, hash, created_at FROM
		${2:-drizzle.__drizzle_migrations} ORDER BY id"
	pg_sql "$1" "SELECT a.attname, format_type(a.atttypid, a.atttypmod),
		a.attnotnull, pg_get_expr(d.adbin, d.adrelid)
		FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid =
		a.attrelid AND d.adnum = a.attnum WHERE a.attrelid =
		'${2:-drizzle.__drizzle_migrations}'::regclass AND a.attnum > 0
		ORDER BY a.attnum"
}

# --- each alone: the same rows in the same table -----------------------------------
for name in weir orm; do
	pg_new $name
	pg_project "$T/$name" $name "$@"
done
expect_weir 0 "$T/weir" migrate
pg_orm_migrate "$T/orm" "$(pg_url orm)"
expect_rc 0
rows weir >"$T/got"
rows orm >"$T/want"
expect_files_equal "$T/got" "$T/want"

# --- each after the other: nothing to do ----------------------------------------------
expect_weir 0 "$T/orm" migrate
expect_out 'Nothing to do'
expect_weir 0 "$T/orm" status --json
expect_no_any '"state": ?"(pending|out of order|edited)"'
pg_orm_migrate "$T/weir" "$(pg_url weir)"
expect_rc 0
rows weir >"$T/got"
expect_files_equal "$T/got" "$T/want"
expect_eq 'the seed' "$(pg_sql weir 'SELECT count(*) FROM seed')" 1

# --- half by one, half by the other ------------------------------------------------------
pg_new mixed
pg_project "$T/mixed" mixed "$1"
pg_orm_migrate "$T/mixed" "$(pg_url mixed)"
expect_rc 0
pg_project "$T/mixed" mixed "$@"
expect_weir 0 "$T/mixed" migrate
pg_orm_migrate "$T/mixed" "$(pg_url mixed)"
expect_rc 0
rows mixed >"$T/got"
expect_files_equal "$T/got" "$T/want"

# --- a table of another name and schema -----------------------------------------------------
pg_new named
pg_project "$T/named" named "$@"
sed -i 's/}$/,"migrations":{"table":"done","schema":"Other"}}/' \
	"$T/named/drizzle.config.json"
expect_weir 0 "$T/named" migrate
expect_eq 'the usual table' "$(pg_applied named)" 0
expect_eq 'the named table' "$(pg_sql named \
	'SELECT count(*) FROM "Other".done')" 3

# --- at the same time, weir first: each migration once, in every race ------------------------
races=3
case ${1-} in --long) races=100 ;; esac
[ "${WEIR_LONG:-0}" = 0 ] || races=100
for race in $(seq $races); do
	pg_sql postgres 'DROP DATABASE IF EXISTS race WITH (FORCE)' \
		'CREATE DATABASE race TEMPLATE template0' 2>/dev/null
	rm -rf "$T/race"
	pg_project "$T/race" race "$@"
	(cd "$T/race" && exec "$WEIR" migrate </dev/null >"$T/w.out" \
		2>"$T/w.err") &
	weir_pid=$!
	# it has the tracking table and is inside the sleep
	pg_waits "EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = 'race'
		AND application_name = 'weir' AND state = 'active'
		AND query LIKE '%pg_sleep(0.4)%')"
	pg_orm_migrate "$T/race" "$(pg_url race)"
	expect_rc 0
	rc=0
	wait $weir_pid || rc=$?
	[ $rc -eq 0 ] || fail "race $race: weir: exit $rc: $(cat "$T/w.err")"
	expect_eq "race $race: the seed" "$(pg_sql race \
		'SELECT count(*) FROM seed')" 1
	expect_eq "race $race: recorded" "$(pg_applied race)" 3
done
echo "weir first, drizzle-orm second: $races of $races races once"

# --- a migrator that has read the last row and has not begun yet is let by -------------------
pg_new first
pg_project "$T/first" first 'CREATE TABLE seed (id integer);' \
	'INSERT INTO seed VALUES (1);'
expect_weir 0 "$T/first" migrate --to 0000_m0
pg_other first
# what drizzle-orm sends first
reads='SELECT created_at FROM drizzle.__drizzle_migrations ORDER BY created_at DESC LIMIT 1;'
pg_say "$reads SELECT pg_backend_pid(); $reads"
(while echo "$reads" >&7 2>/dev/null; do
	[ -e "$T/go" ] || "$PSQL" -X -q -c 'SELECT pg_sleep(0.2)' >/dev/null
	[ ! -e "$T/go" ] || break
done) &
reader=$!
weir_in "$T/first" migrate --lock-wait 1500
cp "$T/err" "$T/first.err"
: >"$T/go"
wait $reader
pg_other_ends
expect_rc 5
expect_err "process $(sed -n 2p "$T/said") has just read the tracking table"
expect_eq 'the seed before' "$(pg_sql first 'SELECT count(*) FROM seed')" 0
expect_weir 0 "$T/first" migrate
expect_eq 'the seed after' "$(pg_sql first 'SELECT count(*) FROM seed')" 1
