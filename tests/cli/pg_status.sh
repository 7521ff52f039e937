#!/bin/sh
# status, review, verify and mark on PostgreSQL, on the example's database.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cli/lib.sh"
. "$top/tests/lib/pg.sh"
pg_start
pg_new app
[ "$(pg_sql app 'SHOW server_version_num')" -lt 160000 ] &&
	[ "$(pg_sql app 'SHOW server_version_num')" -ge 150000 ] ||
	skip 'the transcript is that of PostgreSQL 15'
cp -R "$top/examples/sunschool" "$P"
chmod -R u+w "$P"
rm -rf "$P/drizzle.config.ts" "$P/node_modules" "$P/.weir" "$P/.env"
PATH=${PSQL%/psql}:$PATH
"$P/make-db" "$(pg_url app)" >"$T/out" 2>"$T/err" || fail 'make-db'
pg_config "$P" "$(pg_url app)"
sed -i 's/"schema":"[^"]*",//' "$P/drizzle.config.json"

# ports, system identifiers and oids are this run's
mask() {
	sed -E -e 's|\[local\]:[0-9]+/|[local]:PORT/|g' \
		-e 's|pg-[0-9]+-[0-9]+|pg-SYSTEM-DATABASE|g' \
		-e 's|(PostgreSQL) [0-9.]+|\1 VERSION|g' \
		-e "s|$PGHOST|SOCKET|g" -e 's#[0-9]+ ms|[0-9]+[.][0-9] s\b#N ms#g' "$1" >"$T/masked"
	cp "$T/masked" "$1"
}
weir() {
	weir_in "$P" "$@"
	mask "$T/out"
	mask "$T/err"
	entry "weir${*:+ $*}"
}

weir status
weir status --drift
weir status --drift --exit-code
weir verify
weir mark --applied 0008_wrong_answers --dry-run
weir status --json
say 'a column that somebody added, and a table that is nobody of ours'
pg_sql app 'ALTER TABLE lessons ADD COLUMN hand_made boolean' \
	'CREATE TABLE metabase_cache (k text)'
weir status --drift
weir verify
weir diff migrations db
say 'a database that is not there yet'
pg_config "$P" "$(pg_url nowhere)"
weir status
golden
