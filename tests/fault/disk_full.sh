#!/bin/sh
# disk_full.sh: the disk fills, or fails, at each write to the database.  The
# run ends with 1 and one message, the database is what it was, no lock and no
# half journal is left, and with room again migrate finishes.
#
#	disk_full.sh [--long]
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need strace
need_weir
strace -o /dev/null true 2>/dev/null || skip 'strace may not trace here'

step=9
case ${1-} in --long) step=1 ;; esac

old='CREATE TABLE t (id integer PRIMARY KEY, v text);
'
new="CREATE TABLE u (id integer PRIMARY KEY, v text);
INSERT INTO u SELECT * FROM t;
CREATE INDEX uv ON u(v);
"

fresh() {
	rm -rf "$2"
	cp -R "$1" "$2"
}

# one MODE CALL ERROR N: fails from the N-th CALL on; 1 when none failed
one() {
	fresh "$T/$1" "$T/k"
	rc=0
	(cd "$T/k" && exec strace -f -qq -o "$T/trace" -P "$T/k/app.db" \
		-P "$T/k/app.db-journal" -P "$T/k/app.db-wal" \
		-e "trace=$2" -e "inject=$2:error=$3:when=$4+" \
		"$WEIR" migrate) </dev/null >"$T/out" 2>"$T/err" || rc=$?
	grep -q INJECTED "$T/trace" || return 1
	if [ "$(db_sum "$T/k/app.db")" = "$after" ]; then
		return 0	# only the checkpoint at the end was hit
	fi
	expect_eq "$1 $2 $3 $4: database" "$(db_sum "$T/k/app.db")" "$before"
	expect_rc 1
	expect_err '^weir: '
	expect_eq "$1 $2 $4: integrity" \
		"$(sql "$T/k/app.db" 'PRAGMA integrity_check')" ok
	weir_in "$T/k" migrate
	expect_rc 0
	expect_eq "$1 $2 $4: finished" "$(db_sum "$T/k/app.db")" "$after"
	failures=$((failures + 1))
}

for mode in delete wal; do
	mk_project "$T/$mode" "$old"
	weir_in "$T/$mode" migrate
	expect_rc 0
	sql "$T/$mode/app.db" "PRAGMA journal_mode=$mode" "WITH RECURSIVE
		n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)
		INSERT INTO t(v) SELECT printf('%0200d', i) FROM n" >/dev/null
	rm -rf "$T/$mode/.weir"
	mk_project "$T/$mode" "$old" "$new"
	before=$(db_sum "$T/$mode/app.db")
	fresh "$T/$mode" "$T/done"
	weir_in "$T/done" migrate
	expect_rc 0
	after=$(db_sum "$T/done/app.db")
	failures=0
	for what in pwrite64:ENOSPC fdatasync:EIO; do
		n=1
		while one $mode ${what%:*} ${what#*:} $n; do
			n=$((n + step))
		done
	done
	echo "$mode: $failures failures, all of them before"
	[ $failures -gt 3 ] || fail "$mode: hardly anything failed"
done
