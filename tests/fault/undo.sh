#!/bin/sh
# undo.sh: faults at system calls that change files, while a migration saves
# what it takes and while a rollback puts it back: killed, the terminal gone,
# the disk full, the disk broken.  Afterwards the database is as before or as
# after, whole; status tells which; what the store says it holds it holds; and
# where the migration is applied, rollback brings every row back.
#
#	undo.sh [--long]		--long: every call, not each k-th
. "${srcdir:-$(dirname -- "$0")/../..}/tests/fault/lib.sh"
need strace
strace -o /dev/null true 2>/dev/null || skip 'strace may not trace here'

step=67
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

point_fresh() {
	fresh "$T/$from" "$T/k"
}

# as before or as after, whole; told as what it is; both ways go on
point_judge() {
	is=$(content "$T/k/app.db")
	sound "$T/k/app.db"
	stores "$T/k" "$1"
	case $is in
	"$before")
		n_before=$((n_before + 1))
		status_tells "$T/k" 0001_m1 pending "$1"
		# shellcheck disable=SC2086
		weir_in "$T/k" migrate $allow
		expect_rc 0
		expect_eq "$1: applied" "$(content "$T/k/app.db")" "$after"
		;;
	"$after")
		n_after=$((n_after + 1))
		status_tells "$T/k" 0001_m1 applied "$1"
		;;
	*) fail "$1: a state between" ;;
	esac
	sql "$T/k/app.db" 'BEGIN EXCLUSIVE' 'ROLLBACK' || fail "$1: a lock"
	expect_weir 0 "$T/k" rollback
	expect_eq "$1: back" "$(content "$T/k/app.db")" "$before"
	! grep -q 'left as they are' "$T/out" || fail "$1: rows left"
	sound "$T/k/app.db"
}

# sweep FROM COMMAND…: killed, its terminal gone, the disk full or broken
sweep() {
	from=$1
	shift
	least=5
	at_each_point "$from" kill "$calls" "$@"
	least=1
	at_each_point "$from" hup 'pwrite64 write' "$@"
	at_each_point "$from" full pwrite64 "$@"
	at_each_point "$from" broken 'fdatasync fsync' "$@"
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
echo "SQLite: $all_points points"
[ "$long" = 0 ] || [ "$all_points" -ge 200 ] || fail "only $all_points points"

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
