#!/bin/sh
# fifty.sh: twenty-five weirs and twenty-five of Drizzle's own migrators start
# at once, on a file and on a server.  Every migration is applied exactly once,
# by whom does not matter; weir ends with 0 or says that it is done (5), Drizzle
# with 0 or what the engine told it; nothing is half applied and no lock left.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir
. "$top/tests/interop/npm.sh"

each=25
P=$T/p

# weir_start N; orm_start N SCRIPT DATABASE: status in $T/rc, words in $T/said
weir_start() {
	(
		cd "$P" || exit 99
		rc=0
		"$WEIR" migrate --lock-wait 300000 </dev/null \
			>"$T/said/weir.$1" 2>&1 || rc=$?
		echo $rc >"$T/rc/weir.$1"
	) &
}

orm_start() {
	(
		cd "$npm_dir" || exit 99
		rc=0
		node "$npm_dir/$2" "$P/drizzle" "$3" </dev/null \
			>"$T/said/orm.$1" 2>&1 || rc=$?
		echo $rc >"$T/rc/orm.$1"
	) &
}

# together SCRIPT DATABASE: all of them, by turns
together() {
	rm -rf "$T/rc" "$T/said"
	mkdir "$T/rc" "$T/said"
	for i in $(seq $each); do
		orm_start "$i" "$1" "$2"
		weir_start "$i"
	done
	wait
}

# judged WHAT ROWS TRACKING
judged() {
	cat "$T/said"/* >"$T/out"
	expect_eq "$1: rows" "$2" 1
	expect_eq "$1: tracking rows" "$3" '3 3'
	expect_eq "$1: all ended" "$(cat "$T/rc"/* | wc -l)" $((2 * each))
	expect_eq "$1: weir" "$(cat "$T/rc"/weir.* | grep -cx '[05]')" $each
	expect_eq "$1: Drizzle" "$(cat "$T/rc"/orm.* | grep -cx '[01]')" $each
	expect_eq "$1: done by one" "$(cat "$T/rc"/* | grep -cx 0 |
		sed 's/^[1-9][0-9]*$/some/')" some
	# those that failed were refused by the engine, whole
	for i in $(grep -lx 1 "$T/rc"/orm.*); do
		grep -Eq 'already exists|is locked|duplicate key|concurrent' \
			"$T/said/${i##*/}" || fail "$1: ${i##*/}"
	done
	expect_weir 0 "$P" verify
	expect_weir 0 "$P" migrate
	expect_out 'Nothing to do: all 3 migrations are applied'
	echo "$1: Drizzle $(cat "$T/rc"/orm.* | grep -cx 0) of $each ended well," \
		"weir $(cat "$T/rc"/weir.* | grep -cx 0);" \
		"$(grep -l '^Applied .*DONE' "$T/said"/weir.* | wc -l) by weir"
}

set -- 'CREATE TABLE t (id integer PRIMARY KEY, v text);' \
	"INSERT INTO t VALUES (1, 'a');" 'ALTER TABLE t ADD COLUMN w text;'

for mode in delete wal; do
	rm -rf "$P"
	mk_project "$P" "$@"
	sqlite3 "$P/app.db" "PRAGMA journal_mode=$mode" >/dev/null
	together migrate.cjs "$P/app.db"
	sql "$P/app.db" 'BEGIN EXCLUSIVE' 'ROLLBACK' || fail 'a lock is left'
	judged "SQLite, $mode" "$(sql "$P/app.db" 'SELECT count(*) FROM t')" \
		"$(sqlite3 -separator ' ' "$P/app.db" 'SELECT count(*),
		count(DISTINCT hash) FROM __drizzle_migrations')"
done

. "$top/tests/lib/pg.sh"
pg_start max_connections=400
pg_new app
rm -rf "$P"
pg_project "$P" app "$@"
together migrate-pg.cjs "$(pg_url app)"
expect_eq 'locks' "$(pg_sql app "SELECT count(*) FROM pg_locks
	WHERE locktype = 'advisory'")" 0
judged PostgreSQL "$(pg_sql app 'SELECT count(*) FROM t')" \
	"$(pg_sql app "SELECT concat_ws(' ', count(*), count(DISTINCT hash))
	FROM drizzle.__drizzle_migrations")"
