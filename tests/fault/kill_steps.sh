#!/bin/sh
# kill_steps.sh: killed at system calls that change files: rollback, migrate
# --each, a run that is cut where the foreign-key mode changes, a database that
# is being created.  What is left is exactly after some committed migration,
# whole; and the same command, sent again, finishes.
#
#	kill_steps.sh [--long]		--long: every call, not each k-th
. "${srcdir:-$(dirname -- "$0")/../..}/tests/fault/lib.sh"
need strace
strace -o /dev/null true 2>/dev/null || skip 'strace may not trace here'

step=23
[ "$long" = 0 ] || step=1
calls='pwrite64 write fdatasync fsync unlink ftruncate rename mkdir'

m0="CREATE TABLE p (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, n text);
CREATE TABLE c (id integer PRIMARY KEY, p_id integer NOT NULL
	REFERENCES p(id) ON DELETE CASCADE);
"
m1="ALTER TABLE p ADD extra text;
CREATE INDEX ce ON c(p_id);
"
m2="PRAGMA foreign_keys=OFF;
CREATE TABLE __new_p (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, n integer,
	extra text);
INSERT INTO __new_p (id, n, extra) SELECT id, n, extra FROM p;
DROP TABLE p;
ALTER TABLE __new_p RENAME TO p;
PRAGMA foreign_keys=ON;
"
m3="CREATE TABLE last (id integer PRIMARY KEY);
"

fresh() {
	rm -rf "$2"
	cp -R "$1" "$2"
}

# content DB: rows and shape, the log of AUTOINCREMENT and page order aside;
# nothing at all where there is no file
content() {
	[ -e "$1" ] || : >"$1"
	db_sum "$1"
}

# one NAME CALL N: killed before the N-th CALL; 1 when there is no N-th
one() {
	fresh "$T/$1" "$T/k"
	rc=0
	# shellcheck disable=SC2086	# the group: the shell tells of "Killed"
	{
		(cd "$T/k" && exec strace -f -qq -o /dev/null -e "trace=$2" \
			-e "inject=$2:signal=KILL:when=$3" "$WEIR" $command) \
			</dev/null >"$T/out" 2>"$T/err" || rc=$?
	} 2>/dev/null
	[ $rc -ne 0 ] || return 1
	fresh "$T/k" "$T/again"
	sum=$(content "$T/k/app.db")
	grep -q "^$sum\$" "$T/states" || fail "$1 $2 $3: a state between"
	echo "$sum" >>"$T/seen"
	sound "$T/k/app.db"
	weir_in "$T/k" status
	expect_rc 0
	# the copy with whatever journal lies there: the same command again
	# shellcheck disable=SC2086
	weir_in "$T/again" $command
	if [ $rc -ne 0 ]; then	# it was done already, all of it
		expect_eq "$1 $2 $3" "$sum" "$goal"
	fi
	expect_eq "$1 $2 $3: finished" "$(content "$T/again/app.db")" "$goal"
	sound "$T/again/app.db"
}

# sweep NAME STATES COMMAND…: at least so many of the states must be seen
sweep() {
	name=$1
	least=$2
	shift 2
	command=$*
	runs=0
	: >"$T/seen"
	fresh "$T/$name" "$T/done"
	# shellcheck disable=SC2086
	weir_in "$T/done" $command
	expect_rc 0
	goal=$(content "$T/done/app.db")
	for call in $calls; do
		n=1
		while one "$name" $call $n; do
			runs=$((runs + 1))
			n=$((n + step))
		done
	done
	kinds=$(sort -u "$T/seen" | wc -l)
	echo "$name: $runs kills, $kinds of $(wc -l <"$T/states") states seen"
	[ $runs -ge 5 ] || fail "$name: only $runs kills"
	# which calls a short sweep hits is chance; the long one misses none
	[ "$kinds" -ge $((long ? least : 1)) ] || fail "$name: only $kinds states seen"
}

# base MODE: 0000 is applied, rows are in
base() {
	rm -rf "$T/base"
	mk_project "$T/base" "$m0" "$m1" "$m2" "$m3"
	printf 'DROP INDEX ce;\nALTER TABLE p DROP COLUMN extra;\n' \
		>"$T/base/drizzle/0001_m1.down.sql"
	expect_weir 0 "$T/base" migrate --to 0000_m0
	sql "$T/base/app.db" "PRAGMA journal_mode=$1" "WITH RECURSIVE n(i) AS (
		SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
		INSERT INTO p(n) SELECT i || '' FROM n" \
		'INSERT INTO c(p_id) SELECT id FROM p' >/dev/null
	rm -rf "$T/base/.weir"
}

# states TAG…: the content before, and after each of them alone
states() {
	fresh "$T/base" "$T/walk"
	content "$T/walk/app.db" >"$T/states"
	for tag; do
		expect_weir 0 "$T/walk" migrate --to "$tag"
		content "$T/walk/app.db" >>"$T/states"
	done
}

for mode in delete wal; do
	base $mode
	states 0001_m1 0002_m2 0003_m3
	fresh "$T/base" "$T/each-$mode"
	sweep each-$mode 3 migrate --each

	# cut before and after the file that wants foreign keys off
	fresh "$T/base" "$T/cut-$mode"
	sweep cut-$mode 3 migrate

	# back: the last two, one transaction where it may be one
	fresh "$T/walk" "$T/back-$mode"
	rm -rf "$T/back-$mode/.weir"
	expect_weir 0 "$T/walk" rollback
	content "$T/walk/app.db" >>"$T/states"
	sweep back-$mode 2 rollback
done

# one by down file
base delete
expect_weir 0 "$T/base" migrate --to 0001_m1
content "$T/base/app.db" >"$T/states"
rm -rf "$T/base/.weir"
fresh "$T/base" "$T/down"
expect_weir 0 "$T/base" rollback --allow drop-column:p.extra
content "$T/base/app.db" >>"$T/states"
sweep down 2 rollback --allow drop-column:p.extra

# a database that is being made: not there (or empty), or done
rm -rf "$T/new"
mk_project "$T/new" "$m0" "$m1"
: >"$T/empty.db"
db_sum "$T/empty.db" >"$T/states"
fresh "$T/new" "$T/walk"
expect_weir 0 "$T/walk" migrate
content "$T/walk/app.db" >>"$T/states"
sweep new 2 migrate
