#!/bin/sh
# backup.sh: a whole SQLite database into a file and back: what it holds, what
# restoring says first, and that a restore can itself be taken back.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir
P=$T/p
mk_project "$P" 'CREATE TABLE u (id integer PRIMARY KEY AUTOINCREMENT, n text);
--> statement-breakpoint
CREATE TABLE w (k text PRIMARY KEY, v blob) WITHOUT ROWID;' \
	'CREATE TABLE late (id integer PRIMARY KEY);'
cd "$P" || exit 99
dump() { sqlite3 app.db .dump | sha256sum; }
run() { "$WEIR" "$@" >"$T/out" 2>"$T/err" </dev/null; rc=$?; }

run migrate --to 0000_m0 --quiet
sql app.db "INSERT INTO u (n) SELECT 'n' || value FROM generate_series(1, 3000)" \
	2>/dev/null || sql app.db "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL
	SELECT i + 1 FROM s WHERE i < 3000) INSERT INTO u (n)
	SELECT 'n' || i FROM s"
sql app.db "INSERT INTO w VALUES ('a', x'00ff'), ('b', NULL)"
before=$(dump)

run backup
expect_eq 'backup' "$rc $(cat "$T/err")" '0 '
copy=$(head -1 "$T/out")
expect_eq 'mode' "$(stat -c %a "$copy" "$copy.weir.json" | xargs)" '600 600'
expect_eq 'the copy holds it' "$(sqlite3 "$copy" .dump | sha256sum)" "$before"
expect_eq 'sha256' "$(sha256sum "$copy" | cut -d' ' -f1)" \
	"$(sed -n 's/^  sha256 //p' "$T/out")"
run backup --to "$copy"
expect_eq 'nothing is overwritten' "$rc" 5
run backup --to copies.db --json
expect_eq 'to a file' "$rc" 0
grep -q '"rows": 3000' "$T/out" || fail "$(cat "$T/out")"

run migrate --quiet
sql app.db "DELETE FROM u WHERE id = 5" "INSERT INTO u (n) VALUES ('new')" \
	"INSERT INTO u (n) VALUES ('newer')" 'DROP TABLE w' \
	'INSERT INTO late VALUES (1), (2)'
after=$(dump)
run restore
expect_eq 'consent' "$rc" 3
grep -q 'weir restore --allow restore:app.db' "$T/err" || fail "$(cat "$T/err")"
for line in 'late *2 *- *made since' 'u *3,001 *3,000 *2 newer go, 1 comes back' \
	'w *- *2 *comes back' 'taken back with it: 0001_m1'; do
	grep -q "$line" "$T/out" || fail "not said: $line: $(cat "$T/out")"
done
expect_eq 'nothing yet' "$(dump)" "$after"
run restore --allow restore:other.db
expect_eq 'another name' "$rc" 2
run restore --read-only --allow restore:app.db
expect_eq 'read-only' "$rc" 1
run restore --dry-run
expect_eq 'dry' "$rc $(dump)" "0 $after"
run restore "$copy" --allow restore:app.db
expect_eq 'restore' "$rc $(cat "$T/err")" '0 '
expect_eq 'as it was' "$(dump)" "$before"
expect_eq 'pages' "$(sqlite3 app.db 'PRAGMA integrity_check')" ok
grep -q 'what was there is kept' "$T/out" || fail "$(cat "$T/out")"
run verify
expect_eq 'verify' "$rc" 0
# and back again, from the copy that the restore made
run restore --json
grep -q '"--allow restore:app.db"' "$T/out" || fail "$(cat "$T/out")"
kept=$(find .weir/db/*/runs -name backup.db | sort | head -1)
run restore "$kept" --allow 'restore:app.db[<=3]' --no-undo-data
expect_eq 'back again' "$rc $(dump)" "0 $after"

# a damaged copy, a strange one
cp "$copy" bad.db
cp "$copy.weir.json" bad.db.weir.json
printf x | dd of=bad.db bs=1 seek=9000 conv=notrunc 2>/dev/null
run restore bad.db --allow restore:app.db
expect_eq 'damaged' "$rc $(dump)" "5 $after"
run restore nothing --allow restore:app.db
expect_eq 'none' "$rc" 1
echo hello >text.db
run restore text.db --allow restore:app.db
[ $rc -ne 0 ] || fail 'a text was restored'
expect_eq 'still' "$(dump)" "$after"

# WAL, and somebody else has it open
sqlite3 app.db 'PRAGMA journal_mode=WAL' >/dev/null
run backup --to wal.db
sql app.db 'DELETE FROM late'
run restore wal.db --allow restore:app.db
expect_eq 'WAL' "$rc $(dump)" "0 $after"
expect_eq 'still WAL' "$(sqlite3 app.db 'PRAGMA journal_mode')" wal

# the database is lost
rm -f app.db app.db-wal app.db-shm
run restore "$P/wal.db" --allow restore:app.db
expect_eq 'lost' "$rc $(dump)" "0 $after"

# written while it waits for the lock: counted again under it
run backup --to now.db
sql app.db 'INSERT INTO late VALUES (50)'
mkfifo "$T/go" "$T/says"
sqlite3 -batch -init /dev/null app.db <"$T/go" >"$T/holder" 2>&1 &
holder=$!
exec 3>"$T/go"
echo "BEGIN IMMEDIATE; INSERT INTO late VALUES (52), (53); SELECT 'held';" >&3
until grep -q held "$T/holder"; do
	kill -0 $holder || fail 'no holder'
done
"$WEIR" restore now.db --lock-wait 60000 --allow 'restore:app.db[<=1]' \
	>"$T/out" 2>"$T/says" </dev/null 3>&- &
weir_pid=$!
while IFS= read -r line; do
	printf '%s\n' "$line"
	case $line in
	*'waiting for the lock'*) echo 'COMMIT;' >&3; exec 3>&- ;;
	esac
done <"$T/says" >"$T/err"
rc=0
wait $weir_pid || rc=$?
wait $holder
expect_eq 'written meanwhile' "$rc $(sqlite3 app.db 'SELECT count(*) FROM
	late WHERE id >= 50')" '3 3'
grep -q 'written meanwhile: 3 rows would go now, 1 was agreed' "$T/err" ||
	fail "$(cat "$T/err")"
run restore now.db --allow 'restore:app.db[<=3]' --no-undo-data
expect_eq 'agreed to' "$rc $(dump)" "0 $after"

# production: the count and the target
mkdir -p "$T/conf/weir"
printf '[environment "PROD"]\nmatch = *\nproduction = yes\n' \
	>"$T/conf/weir/config"
sql app.db 'INSERT INTO late VALUES (3)'
XDG_CONFIG_HOME=$T/conf run restore wal.db --allow restore:app.db
expect_eq 'production' "$rc" 3
grep -q -- "restore:app.db\[<=1\]' --target app.db" "$T/err" ||
	fail "$(cat "$T/err")"
XDG_CONFIG_HOME=$T/conf run restore wal.db --allow 'restore:app.db[<=1]' \
	--target app.db
expect_eq 'production' "$rc $(dump)" "0 $after"
exit 0
