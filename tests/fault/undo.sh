#!/bin/sh
# undo.sh: killed at system calls that change files, while a migration saves
# what it takes and while a rollback puts it back.  Afterwards the database is
# as before or as after, whole; what the store says it holds it holds; and
# where the migration is applied, rollback brings every row back.
#
#	undo.sh [--long]		--long: every call, not each k-th
. "${srcdir:-$(dirname -- "$0")/../..}/tests/fault/lib.sh"
need strace
strace -o /dev/null true 2>/dev/null || skip 'strace may not trace here'

step=29
[ "$long" = 0 ] || step=1
calls='pwrite64 write fdatasync fsync unlink ftruncate mkdir'
allow='--allow drop-column:u.nick --allow delete-rows:u
	--allow cascade-delete:c'

base() {
	rm -rf "$T/base"
	mk_project "$T/base" 'CREATE TABLE u (id integer PRIMARY KEY NOT NULL,
	nick text, born integer);
CREATE TABLE c (id integer PRIMARY KEY NOT NULL, u_id integer
	REFERENCES u(id) ON DELETE CASCADE, body text);' \
'DELETE FROM u WHERE id % 5 = 0;
--> statement-breakpoint
ALTER TABLE u DROP COLUMN nick;'
	expect_weir 0 "$T/base" migrate --to 0000_m0
	sql "$T/base/app.db" "PRAGMA journal_mode=$1" "WITH RECURSIVE n(i) AS (
		SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
		INSERT INTO u SELECT i, 'n' || i, i FROM n" \
		"INSERT INTO c SELECT id, id, 'of ' || id FROM u" >/dev/null
	rm -rf "$T/base/.weir"
}

# fresh FROM TO: a copy, whose state is that of the copied database
fresh() {
	rm -rf "$2"
	cp -R "$1" "$2"
	[ -d "$2/.weir/db" ] || return 0
	id=$(cd "$2" && "$WEIR" status --json </dev/null 2>/dev/null |
		sed -n 's/.*"id": "\(sqlite-[0-9a-f]*\)".*/\1/p')
	[ -n "$id" ] || fail 'the database has no id'
	[ -d "$2/.weir/db/$id" ] || mv "$2"/.weir/db/sqlite-* "$2/.weir/db/$id"
}

# content DB: its rows; what VACUUM or a rebuild may move aside
content() {
	{
		sql "$1" 'SELECT * FROM u ORDER BY id' 'SELECT * FROM c
			ORDER BY id' 'SELECT hash FROM __drizzle_migrations
			ORDER BY created_at'
		sql "$1" "SELECT count(*) FROM pragma_table_info('u')"
	} | sha256sum
}

# stores DIR: every store reads, and its rows are those it says
stores() {
	weir_in "$1" undo list --json
	expect_rc 0
	! grep -q 'damaged\|does not read' "$T/err" || fail "$2: a store"
	grep -q '"id"' "$T/out" || return 0
	weir_in "$1" undo export 0001_m1
	expect_rc 0
}

# one FROM CALL N COMMAND…: killed before the N-th CALL
one() {
	fresh "$T/$1" "$T/k"
	call=$2
	n=$3
	shift 3
	rc=0
	{
		(cd "$T/k" && exec strace -f -qq -o /dev/null -e "trace=$call" \
			-e "inject=$call:signal=KILL:when=$n" "$WEIR" "$@") \
			</dev/null >"$T/out" 2>"$T/err" || rc=$?
	} 2>/dev/null
	[ $rc -ne 0 ] || return 1
	is=$(content "$T/k/app.db")
	sound "$T/k/app.db"
	stores "$T/k" "$call $n"
	[ "$is" = "$before" ] || [ "$is" = "$after" ] ||
		fail "$call $n: a state between"
	# shellcheck disable=SC2086
	[ "$is" = "$after" ] || {
		weir_in "$T/k" migrate $allow
		expect_rc 0
		expect_eq "$call $n: applied" "$(content "$T/k/app.db")" \
			"$after"
	}
	expect_weir 0 "$T/k" rollback
	expect_eq "$call $n: back" "$(content "$T/k/app.db")" "$before"
	! grep -q 'left as they are' "$T/out" || fail "$call $n: rows left"
	sound "$T/k/app.db"
}

# sweep FROM COMMAND…
sweep() {
	from=$1
	shift
	runs=0
	for c in $calls; do
		at=1
		while one "$from" "$c" $at "$@"; do
			runs=$((runs + 1))
			at=$((at + step))
		done
	done
	echo "$from: $runs kills"
	[ $runs -ge 5 ] || fail "$from: only $runs kills"
}

for mode in delete wal; do
	base $mode
	before=$(content "$T/base/app.db")
	fresh "$T/base" "$T/up-$mode"
	fresh "$T/base" "$T/down-$mode"
	# shellcheck disable=SC2086
	expect_weir 0 "$T/down-$mode" migrate $allow
	after=$(content "$T/down-$mode/app.db")
	[ "$before" != "$after" ] || fail 'nothing was destroyed'
	# shellcheck disable=SC2086
	sweep up-$mode migrate $allow
	sweep down-$mode rollback
done

# a store that lost its end, and one with a byte turned, are not believed: the
# way back stops before it has put anything back
fresh "$T/down-delete" "$T/cut"
db=$(find "$T/cut/.weir" -name undo.db)
now=$(content "$T/cut/app.db")
cp "$db" "$T/undo.db"
dd if="$T/undo.db" of="$db" bs=4096 count=3 2>/dev/null
refused 5 "$T/cut" rollback
expect_eq 'a store that is cut' "$(content "$T/cut/app.db")" "$now"
cp "$T/undo.db" "$db"
sqlite3 -batch "$db" "UPDATE o1 SET id = id + 1000 WHERE id = 5"
refused 5 "$T/cut" rollback
expect_eq 'a row that was turned' "$(content "$T/cut/app.db")" "$now"
cp "$T/undo.db" "$db"
expect_weir 0 "$T/cut" rollback
expect_eq 'the store itself' "$(content "$T/cut/app.db")" "$before"

# what was written since stays; conflicts are named
fresh "$T/down-delete" "$T/since"
sql "$T/since/app.db" "INSERT INTO u VALUES (5, 7777)" \
	"DELETE FROM u WHERE id = 6"
expect_weir 0 "$T/since" rollback
grep -q 'left as they are: id=5$' "$T/out" || fail 'the row in the way'
grep -q 'left as they are: id=6$' "$T/out" || fail 'the row that is gone'
expect_eq 'written since' "$(sql "$T/since/app.db" \
	'SELECT born FROM u WHERE id = 5')" 7777

# no room for what is to be saved: nothing is changed; without saving it asks
if mkdir "$T/small" && mount -t tmpfs -o size=64k none "$T/small" 2>/dev/null
then
	fresh "$T/up-delete" "$T/full"
	# shellcheck disable=SC2086
	weir_in "$T/full" migrate --state "$T/small" $allow
	got=$rc
	is=$(content "$T/full/app.db")
	umount "$T/small"
	[ $got -ne 0 ] || fail 'saved where there is no room'
	expect_eq 'no room' "$is" "$before"
fi
fresh "$T/up-delete" "$T/without"
# shellcheck disable=SC2086
refused 3 "$T/without" migrate --no-undo-data $allow
grep -q 'undo-skipped:u.nick' "$T/err" || fail 'what is not saved is not named'
