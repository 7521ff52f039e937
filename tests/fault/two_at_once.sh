#!/bin/sh
# two_at_once.sh: migrators that start together.  Each migration is applied
# once; the others wait and find nothing to do, or say that it is done (5).
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir

rounds=6
i=0
while [ $i -lt $rounds ]; do
	i=$((i + 1))
	rm -rf "$T/p"
	mk_project "$T/p" 'CREATE TABLE t (id integer PRIMARY KEY, v text);
' 'INSERT INTO t(v) VALUES (1);
'
	case $i in
	2|4) sqlite3 "$T/p/app.db" 'PRAGMA journal_mode=wal' >/dev/null ;;
	6) sqlite3 "$T/p/app.db" 'CREATE TABLE other(a)' ;;
	esac
	for who in a b c; do
		(
			cd "$T/p" || exit 99
			rc=0
			"$WEIR" migrate --lock-wait 20000 </dev/null \
				>"$T/$who.out" 2>"$T/$who.err" || rc=$?
			echo $rc >"$T/$who.rc"
		) &
	done
	wait
	cat "$T"/?.out >"$T/out"
	cat "$T"/?.err >"$T/err"
	expect_eq "round $i: tracking rows" "$(sqlite3 "$T/p/app.db" \
		'SELECT count(*), count(DISTINCT hash) FROM __drizzle_migrations')" \
		'2|2'
	expect_eq "round $i: rows" "$(sqlite3 "$T/p/app.db" \
		'SELECT count(*) FROM t')" 1
	for who in a b c; do
		case $(cat "$T/$who.rc") in
		0|5) ;;
		*) fail "round $i: $who ended with $(cat "$T/$who.rc")" ;;
		esac
	done
	grep -qx 0 "$T"/?.rc || fail "round $i: nobody applied it"
done
