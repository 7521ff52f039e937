#!/bin/sh
# fifty.sh: fifty weirs start at once, on a file and on a server.  Every
# migration is applied exactly once; the others wait and find nothing to do, or
# say that it is done (5); nobody is left waiting and no lock either.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir

# start N DIR: that many, each with its status in $T/rc
start() {
	rm -rf "$T/rc" "$T/said"
	mkdir "$T/rc" "$T/said"
	for i in $(seq "$1"); do
		(
			cd "$2" || exit 99
			rc=0
			"$WEIR" migrate --lock-wait 300000 </dev/null \
				>"$T/said/$i" 2>&1 || rc=$?
			echo $rc >"$T/rc/$i"
		) &
	done
}

# judged N WHAT ROWS TRACKING: what came of it
judged() {
	cat "$T/said"/* >"$T/out"
	expect_eq "$2: rows" "$3" 1
	expect_eq "$2: tracking rows" "$4" '3 3'
	expect_eq "$2: ended" "$(cat "$T/rc"/* | grep -cx '[05]')" "$1"
	expect_eq "$2: applied by one" "$(cat "$T/rc"/* | grep -cx 0 |
		sed 's/^[1-9][0-9]*$/some/')" some
	expect_eq "$2: DONE" "$(grep -l '^Applied .*DONE' "$T/said"/* |
		wc -l)" "${5:-1}"
}

set -- 'CREATE TABLE t (id integer PRIMARY KEY, v text);' \
	"INSERT INTO t VALUES (1, 'a');" 'ALTER TABLE t ADD COLUMN w text;'

for mode in delete wal; do
	rm -rf "$T/p"
	mk_project "$T/p" "$@"
	sqlite3 "$T/p/app.db" "PRAGMA journal_mode=$mode" >/dev/null
	start 50 "$T/p"
	wait
	judged 50 "SQLite, $mode" "$(sql "$T/p/app.db" 'SELECT count(*) FROM t')" \
		"$(sqlite3 -separator ' ' "$T/p/app.db" 'SELECT count(*),
		count(DISTINCT hash) FROM __drizzle_migrations')"
	sql "$T/p/app.db" 'BEGIN EXCLUSIVE' 'ROLLBACK' || fail 'a lock is left'
	echo "SQLite, $mode: 50 starts, each of 3 migrations once"
done

. "$top/tests/lib/pg.sh"
pg_start max_connections=400

# tracked DATABASE: rows of t; tracking rows and how many differ
counted() {
	pg_sql "$1" 'SELECT count(*) FROM t'
}

tracked() {
	pg_sql "$1" "SELECT concat_ws(' ', count(*), count(DISTINCT hash))
		FROM drizzle.__drizzle_migrations"
}

pg_new app
rm -rf "$T/p"
pg_project "$T/p" app "$@"
start 50 "$T/p"
wait
judged 50 PostgreSQL "$(counted app)" "$(tracked app)"
expect_eq 'locks' "$(pg_sql app "SELECT count(*) FROM pg_locks
	WHERE locktype = 'advisory'")" 0
echo 'PostgreSQL: 50 starts, each of 3 migrations once'
