#!/bin/sh
# kill_sweep.sh: weir migrate is killed at system calls that change files, one
# run a call, in both journal modes.  What is left must be BEFORE or AFTER,
# whole, with its tracking row; and the next migrate must finish.
#
#	kill_sweep.sh [--long]		--long: every call, not each k-th
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need strace
need_weir
strace -o /dev/null true 2>/dev/null || skip 'strace may not trace here'

step=9
case ${1-} in --long) step=1 ;; esac
calls='pwrite64 write fdatasync fsync unlink ftruncate rename'

# a parent that is rebuilt, with children, a trigger, AUTOINCREMENT
old="CREATE TABLE p (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, n text);
CREATE TABLE c (id integer PRIMARY KEY, p_id integer NOT NULL
	REFERENCES p(id) ON DELETE CASCADE);
CREATE TRIGGER pt AFTER UPDATE ON p BEGIN SELECT 1; END;
"
new="PRAGMA foreign_keys=OFF;
CREATE TABLE __new_p (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, n integer);
INSERT INTO __new_p SELECT id, n FROM p;
DROP TABLE p;
ALTER TABLE __new_p RENAME TO p;
CREATE INDEX pn ON p(n);
PRAGMA foreign_keys=ON;
"

# the same for libSQL: its ALTER COLUMN is carried out as a rebuild
libsql="ALTER TABLE p ALTER COLUMN n TO n integer NOT NULL DEFAULT 0;
CREATE INDEX pn ON p(n);
"

migrate() {
	weir_in "$1" migrate
}

# make_project DIR MODE NEW: the first migration applied, rows in
make_project() {
	mk_project "$1" "$old"
	migrate "$1"
	expect_rc 0
	sql "$1/app.db" "PRAGMA journal_mode=$2" "WITH RECURSIVE n(i) AS (
		SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
		INSERT INTO p(n) SELECT i || '' FROM n" \
		'INSERT INTO c(p_id) SELECT id FROM p' >/dev/null
	rm -rf "$1/.weir"
	mk_project "$1" "$old" "$3"
}

fresh() {
	rm -rf "$2"
	cp -R "$1" "$2"
}

# check_state DIR WHAT: BEFORE or AFTER, whole
check_state() {
	sum=$(db_sum "$1/app.db")
	case $sum in
	"$before") before_n=$((before_n + 1)) ;;
	"$after") after_n=$((after_n + 1)) ;;
	*) fail "$2: neither before nor after" ;;
	esac
	expect_eq "$2: integrity" "$(sql "$1/app.db" 'PRAGMA integrity_check' \
		'PRAGMA foreign_key_check')" ok
}

# one MODE CALL N: killed before the N-th CALL; 1 when there is no N-th
one() {
	fresh "$T/$1" "$T/k"
	rc=0
	(cd "$T/k" && exec strace -f -qq -o /dev/null -e "trace=$2" \
		-e "inject=$2:signal=KILL:when=$3" "$WEIR" migrate) \
		</dev/null >"$T/out" 2>"$T/err" || rc=$?
	[ $rc -ne 0 ] || return 1
	fresh "$T/k" "$T/again"
	# weir's own run was cut off there: looking works, and says so
	weir_in "$T/k" status
	[ $rc -eq 0 ] || fail "$1: $2 $3: status: exit $rc"
	grep -q 'was cut off' "$T/out" && told=$((told + 1))
	check_state "$T/k" "$1: $2 $3"
	# the copy, with whatever journal lies there, straight on
	migrate "$T/again"
	[ $rc -eq 0 ] || fail "$1: $2 $3: the next migrate: exit $rc"
	expect_eq "$1: $2 $3: finished" "$(db_sum "$T/again/app.db")" "$after"
}

for mode in delete wal libsql; do
	before_n=0 after_n=0 runs=0 told=0
	case $mode in
	libsql)
		make_project "$T/$mode" delete "$libsql"
		[ $step -eq 1 ] || step=5
		;;
	*) make_project "$T/$mode" $mode "$new" ;;
	esac
	before=$(db_sum "$T/$mode/app.db")
	fresh "$T/$mode" "$T/done"
	migrate "$T/done"
	expect_rc 0
	after=$(db_sum "$T/done/app.db")
	[ "$before" != "$after" ] || fail 'the migration does nothing'
	for call in $calls; do
		n=1
		while one $mode $call $n; do
			runs=$((runs + 1))
			n=$((n + step))
		done
	done
	echo "$mode: $runs kills: $before_n before, $after_n after"
	[ $before_n -gt 0 ] && [ $after_n -gt 0 ] ||
		fail "$mode: the sweep saw one state only"
	[ $told -gt 0 ] || fail "$mode: no status tells of a run cut off"
done
