#!/bin/sh
# A database file that cannot be used: every command says so once, with the
# way on and the documented status, and leaves it as it was.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/fault/lib.sh"

P=$T/p
D=$P/app.db
mk_project "$P" 'CREATE TABLE a (id integer PRIMARY KEY, v text);' \
	'CREATE TABLE b (id integer PRIMARY KEY, a integer REFERENCES a(id));'
commands='status show review verify migrate rollback diff'

# every N: each command is refused with status N, the file stays
every() {
	want=$1
	for command in $commands 'mark --all-present'; do
		# shellcheck disable=SC2086
		refused "$want" "$P" $command
		[ ! -e "$P/.weir" ] || fail "$command wrote state"
		# shellcheck disable=SC2086
		weir_in "$P" $command --json
		expect_rc "$want"
		[ -s "$T/out" ] || fail "no JSON from $command"
		grep -q '"error"' "$T/out" || fail "no error in JSON: $command"
	done
}

# missing: a state, not an error; looking never makes it
for command in status review diff 'mark --all-present' \
    'migrate --dry-run'; do
	# shellcheck disable=SC2086
	expect_weir 0 "$P" $command
	[ ! -e "$D" ] || fail "$command made the database"
done
refused 1 "$P" rollback
refused 1 "$P" show
expect_err 'does not exist'
refused 1 "$P" verify
[ ! -e "$D" ] || fail 'a refusal made the database'

# a folder that is not there is not made either
mk_config "$P" nowhere/app.db
weir_in "$P" migrate
one_message migrate
expect_err 'nowhere'
[ ! -e "$P/nowhere" ] || fail 'a folder was made'
mk_config "$P"

# zero-length: an empty database
: >"$D"
expect_weir 0 "$P" status
expect_out 'pending'
expect_eq 'size after status' "$(wc -c <"$D")" 0
expect_weir 0 "$P" migrate
expect_eq 'rows' "$(applied "$D")" 2

# no SQLite at all, text and binary, short and long
echo 'hello' >"$D"
rm -rf "$P/.weir"
remember "$D"
every 1
expect_err 'is not a SQLite database'
head -c 200000 /dev/zero | tr '\0' 'x' >"$D"
every 1

# a FIFO hangs nobody, a device is not read, a link to nothing is not made
rm "$D"
mkfifo "$D"
every 1
expect_err 'not a regular file'
rm "$D"
ln -s /dev/zero "$D"
every 1
rm "$D"
ln -s nothing/here.db "$D"
every 1
expect_err 'app.db'
[ -L "$D" ] || fail 'the link is gone'
rm "$D"
mkdir "$D"
every 2
expect_err 'folder'
rmdir "$D"

# a link to a good file is followed once
mkdir "$P/elsewhere"
ln -s elsewhere/real.db "$D"
: >"$P/elsewhere/real.db"
expect_weir 0 "$P" migrate
expect_eq 'through the link' "$(applied "$P/elsewhere/real.db")" 2
[ -L "$D" ] || fail 'the link was replaced'
rm -rf "$D" "$P/elsewhere" "$P/.weir"

# the header only, then a file cut in half, then pages of garbage
apply_first "$P" "$D" 1
sql "$D" "INSERT INTO a (v) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL
	SELECT i + 1 FROM n WHERE i < 400) SELECT hex(randomblob(40)) FROM n"
cp "$D" "$T/good.db"
head -c 100 "$T/good.db" >"$D"
weir_in "$P" migrate
expect_rc 1
one_message migrate
expect_eq 'size' "$(wc -c <"$D")" 100
head -c 8192 "$T/good.db" >"$D"
remember "$D"
for command in status review migrate verify rollback; do
	weir_in "$P" $command
	no_crash $command
	[ $rc -eq 0 ] || one_message $command
done
unchanged 'cut in half'
cp "$T/good.db" "$D"
# the schema's page keeps its header, its cells are garbage
head -c 3000 /dev/zero | tr '\0' '\377' |
	dd of="$D" bs=1 seek=1000 conv=notrunc 2>/dev/null
remember "$D"
for command in status show review verify migrate rollback; do
	refused 1 "$P" $command
	expect_err 'malformed|corrupt|damaged'
done
unchanged 'corrupt'

# unreadable, then read-only: as a user who is not root
open_place
cp -R "$P" "$O/p"
P=$O/p
D=$P/app.db
cp "$T/good.db" "$D"
chmod 777 "$P"
chmod 000 "$D"
for command in status show review verify migrate rollback; do
	nobody_in "$P" $command
	expect_rc 1
	one_message $command
	expect_err 'cannot be read'
done
[ ! -e "$P/.weir" ] || fail 'a refusal wrote state'

# a file that may be read only: looked at, never changed
chmod 444 "$D"
remember "$D"
for command in status show review verify; do
	nobody_in "$P" $command
	expect_rc 0
done
for command in migrate 'rollback --allow drop-table:a' \
    'mark --pending 0000_m0 --unproven'; do
	# shellcheck disable=SC2086
	nobody_in "$P" $command
	expect_rc 1
	one_message "$command"
	expect_err 'read-only|written|writable'
done
unchanged 'file of mode 444'

# a folder that may be read only
chmod 666 "$D"
chmod 555 "$P"
for command in status show review; do
	nobody_in "$P" $command
	expect_rc 0
done
nobody_in "$P" migrate
expect_rc 1
one_message migrate
nobody_in "$P" migrate --state "$O/home"
expect_rc 1
one_message 'migrate --state'
unchanged 'folder of mode 555'

# the same in WAL mode
chmod 777 "$P"
sqlite3 "$D" 'PRAGMA journal_mode = wal' >/dev/null
chmod 555 "$P"
chmod 444 "$D"
remember "$D"
for command in status show review; do
	nobody_in "$P" $command
	expect_rc 0
done
nobody_in "$P" migrate
expect_rc 1
one_message migrate
unchanged 'WAL file of mode 444'
ls -a "$P" | grep -e '-wal' -e '-shm' && fail 'a -wal was left'
exit 0
