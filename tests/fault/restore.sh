#!/bin/sh
# restore.sh: weir restore is killed at system calls that change files: the
# database is as it was or as the copy, whole, whatever lies beside it, and the
# next restore goes through.  A full disk and a signal change nothing either.
#
#	restore.sh [--long]		--long: every call, not each k-th
. "${srcdir:-$(dirname -- "$0")/../..}/tests/fault/lib.sh"
need strace
step=23
[ "$long" = 0 ] || step=1

rows="WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
	WHERE i < 2000) INSERT INTO p(n) SELECT 'row ' || i FROM n"

fresh() {
	rm -rf "$2"
	cp -R "$1" "$2"
}

# one MODE CALL N: killed before the N-th CALL; 1 when there is no N-th
one() {
	fresh "$T/$1" "$T/k"
	rc=0
	(cd "$T/k" && exec strace -f -qq -o /dev/null -e "trace=$2" \
		-e "inject=$2:signal=KILL:when=$3" "$WEIR" restore copy.db \
		--allow restore:app.db --no-undo-data) </dev/null >"$T/out" \
		2>"$T/err" || rc=$?
	[ $rc -ne 0 ] || return 1
	weir_in "$T/k" status
	[ $rc -eq 0 ] || fail "$1: $2 $3: status: exit $rc: $(cat "$T/err")"
	grep -q 'restore.*was cut off' "$T/out" && told=$((told + 1))
	case $(db_sum "$T/k/app.db") in
	"$before") before_n=$((before_n + 1)) ;;
	"$after") after_n=$((after_n + 1)) ;;
	*) fail "$1: $2 $3: neither before nor after" ;;
	esac
	expect_eq "$1: $2 $3: integrity" \
		"$(sql "$T/k/app.db" 'PRAGMA integrity_check')" ok
	weir_in "$T/k" restore copy.db --allow restore:app.db --no-undo-data
	[ $rc -eq 0 ] || fail "$1: $2 $3: again: exit $rc: $(cat "$T/err")"
	expect_eq "$1: $2 $3: finished" "$(db_sum "$T/k/app.db")" "$after"
}

for mode in delete wal; do
	before_n=0 after_n=0 runs=0 told=0
	mk_project "$T/$mode" \
		'CREATE TABLE p (id integer PRIMARY KEY, n text);' \
		'CREATE INDEX pn ON p(n);'
	weir_in "$T/$mode" migrate --to 0000_m0
	expect_rc 0
	sql "$T/$mode/app.db" "PRAGMA journal_mode=$mode" "$rows" >/dev/null
	weir_in "$T/$mode" backup --to copy.db
	expect_rc 0
	after=$(db_sum "$T/$mode/app.db")
	weir_in "$T/$mode" migrate
	sql "$T/$mode/app.db" "$rows" 'DELETE FROM p WHERE id % 3 = 0'
	before=$(db_sum "$T/$mode/app.db")
	[ "$before" != "$after" ] || fail 'there is nothing to restore'
	for call in pwrite64 fdatasync,fsync unlink ftruncate; do
		n=1
		while one $mode $call $n; do
			runs=$((runs + 1))
			[ $call = pwrite64 ] && n=$((n + step)) ||
				n=$((n + 1))
		done
	done
	echo "$mode: $runs kills: $before_n before, $after_n after"
	[ $before_n -gt 0 ] && [ $after_n -gt 0 ] ||
		fail "$mode: the sweep saw one state only"
	[ $told -gt 0 ] || fail "$mode: no status tells of it"
done
exit 0
