#!/bin/sh
# diff on PostgreSQL: every source, every format, on the example's database.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cli/lib.sh"
. "$top/tests/lib/pg.sh"
pg_start
pg_new app
pg_new other
[ "$(pg_sql app 'SHOW server_version_num')" -lt 160000 ] &&
	[ "$(pg_sql app 'SHOW server_version_num')" -ge 150000 ] ||
	skip 'the transcript is that of PostgreSQL 15'
cp -R "$top/examples/sunschool" "$P"
chmod -R u+w "$P"
rm -rf "$P/drizzle.config.ts" "$P/node_modules" "$P/.weir" "$P/.env"
PATH=${PSQL%/psql}:$PATH
"$P/make-db" "$(pg_url app)" >"$T/out" 2>"$T/err" || fail 'make-db'
pg_config "$P" "$(pg_url app)"
pg_sql other 'CREATE TABLE lessons (id uuid PRIMARY KEY, title text)' \
	"CREATE TYPE lesson_status AS ENUM ('draft', 'gone')"
printf '%s\n' 'CREATE TABLE a (id int PRIMARY KEY);' \
	"INSERT INTO a VALUES (1);" 'CREATE VIEW v AS SELECT id FROM a;' \
	>"$P/a.sql"
printf 'CREATE TABLE a (id bigint PRIMARY KEY);\n\nCREATE TABLE b (x nope);' \
	>"$P/bad.sql"
sqlite3 "$P/lite.db" 'CREATE TABLE t (x)'

mask() {
	sed -E -e 's|\[local\]:[0-9]+/|[local]:PORT/|g' \
		-e "s|$PGHOST|SOCKET|g" -e "s|port[= ]$PGPORT|port PORT|g" \
		"$1" >"$T/masked"
	cp "$T/masked" "$1"
}
weir() {
	weir_in "$P" "$@"
	mask "$T/out"
	mask "$T/err"
	entry "$(printf 'weir %s' "$*" | sed -e "s|$PGHOST|SOCKET|g" \
		-e "s|port=$PGPORT|port=PORT|g")"
}

weir diff
weir diff --format side --width 100
weir diff --format stat
weir diff --format json
weir diff --format sql
weir diff empty db --format stat
weir diff empty migrations:0000_init
weir diff migrations:0007_user_time_zone db
weir diff migrations:0008_wrong_answers migrations:0009_lesson_slug
weir diff "$(pg_url other)" db --format stat
weir diff "$(pg_url other)" empty
weir diff empty ./a.sql
weir diff empty ./bad.sql
weir diff ./lite.db db
weir diff ./lite.db empty
weir diff "$(pg_url missing)" db
weir diff snapshot db
weir diff db migrations:0002_nope
weir diff db db --exit-code
weir diff --exit-code --format stat
expect_eq 'scratch databases left' "$(pg_sql postgres \
	"SELECT count(*) FROM pg_database WHERE datname LIKE 'weir%'")" 0
golden
