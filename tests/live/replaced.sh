#!/bin/sh
# replaced.sh: a SQLite file that was replaced by a copy of itself finds the
# rows that were saved of it; one that is not certain to be a copy is only told
# of them; and a copy of another database is restored by a consent of its own.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir
run() { "$WEIR" "$@" >"$T/out" 2>"$T/err" </dev/null; rc=$?; }
rows() { sqlite3 app.db 'SELECT id, a FROM t ORDER BY id' | xargs; }
made() {
	P=$T/$1
	mk_project "$P" 'CREATE TABLE t (id integer PRIMARY KEY, a text);' \
		'ALTER TABLE t DROP COLUMN a;'
	cd "$P" || exit 99
	run migrate --to 0000_m0 --quiet
	sql app.db "INSERT INTO t VALUES (1, 'x'), (2, 'y'), (7, 'z')"
	run migrate --allow drop-column:t.a
	expect_eq "$1: migrate" "$rc" 0
}
back() {
	run undo list
	grep -q 't.a' "$T/out" || fail "$1: $(cat "$T/out" "$T/err")"
	expect_eq "$1: said once" "$(grep -c 'taken over' "$T/err")" 1
	run rollback
	expect_eq "$1: rollback" "$rc $(rows)" '0 1|x 2|y 7|z'
	run migrate --allow drop-column:t.a
	expect_eq "$1: and again" "$rc" 0
	run rollback
	expect_eq "$1: and again" "$rc $(rows)" '0 1|x 2|y 7|z'
}

made cp
cp app.db y && mv y app.db
back cp

made vacuum
sql app.db "VACUUM INTO 'y'" && mv y app.db
back vacuum

# lost, and restored
made lost
run backup
expect_eq 'backup' "$rc" 0
mv app.db gone.db
run restore --allow restore:app.db
expect_eq 'lost: restore' "$rc $(cat "$T/err")" '0 '
back lost

# another schema, or another history: told, and taken over where it is meant
made drifted
cp app.db y && mv y app.db
sql app.db 'CREATE TABLE mine (i integer)'
run undo list
grep -q 'Nothing is saved' "$T/out" || fail "$(cat "$T/out")"
cmd=$(sed -n 's/.*copy of it: weir undo import //p' "$T/err")
[ -d "$cmd" ] || fail "no command: $(cat "$T/err")"
run undo import "$cmd"
expect_eq 'import asks' "$rc" 3
id=$(grep -o 'import:sqlite-[0-9a-f]*' "$T/err" | tail -1)
run undo import "$cmd" --allow "$id"
expect_eq 'import' "$rc $(cat "$T/err" | grep -c 'undo import')" '0 1'
run rollback
expect_eq 'imported' "$rc $(rows)" '0 1|x 2|y 7|z'
run undo list
! grep -q 'undo import' "$T/err" || fail 'told though it is here'

# a database that was made anew at the same path by other migrations
made anew
mv app.db gone.db
sql app.db 'CREATE TABLE t (id integer PRIMARY KEY)'
run undo list
grep -q 'Nothing is saved' "$T/out" || fail "$(cat "$T/out")"
! grep -q 'taken over' "$T/err" || fail 'a stranger'

# rows by key: as many as before, and all of them others
P=$T/keys
mk_project "$P" 'CREATE TABLE t (id integer PRIMARY KEY, a text);
--> statement-breakpoint
CREATE TABLE k (a text COLLATE NOCASE, b blob, n real, PRIMARY KEY (a, b))
	WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE bag (a, b);'
cd "$P" || exit 99
run migrate --quiet
sql app.db "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, NULL)" \
	"INSERT INTO k VALUES ('a', x'00', 1), ('B', x'01', 2), ('c', 3, NULL)" \
	"INSERT INTO bag VALUES (1, 2), (1, 2), (NULL, 'x'), ('1', 2)"
run backup
run restore --dry-run
grep -q 'Every row is in the copy as it is now' "$T/out" ||
	fail "$(cat "$T/out")"
sql app.db 'UPDATE t SET id = id + 100' "UPDATE k SET n = 7 WHERE a = 'a'" \
	"UPDATE k SET a = 'C' WHERE a = 'c'" 'DELETE FROM bag WHERE rowid = 1' \
	"INSERT INTO bag VALUES (1.5, 2)"
run restore --dry-run
for line in 't *4 *4 *4 newer go, 4 come back' \
	'k *3 *3 *1 newer goes, 1 changed is as it was, 1 comes back' \
	'bag *4 *4 *1 newer goes, 1 comes back'; do
	grep -q "$line" "$T/out" || fail "not said: $line: $(cat "$T/out")"
done
run restore
expect_eq 'consent' "$rc" 3
grep -q '6 newer rows would go, 1 changed' "$T/err" || fail "$(cat "$T/err")"

# a copy of another database
P=$T/other
mk_project "$P" 'CREATE TABLE o (id integer);'
cd "$P" || exit 99
run migrate --quiet
run backup --to "$T/c.db"
cd "$T/keys" || exit 99
before=$(sqlite3 app.db .dump | sha256sum)
run restore "$T/c.db" --allow restore:app.db
expect_eq 'a stranger' "$rc $(sqlite3 app.db .dump | sha256sum)" "3 $before"
grep -q "$T/other/app.db (sqlite-" "$T/err" || fail "$(cat "$T/err")"
! grep -q 'Applied since' "$T/out" || fail "$(cat "$T/out")"
id=$(grep -o 'import:sqlite-[0-9a-f]*' "$T/err" | tail -1)
run restore "$T/c.db" --allow restore:app.db --allow import:sqlite-0
expect_eq 'another' "$rc" 2
run restore "$T/c.db" --allow restore:app.db --allow "$id"
expect_eq 'meant' "$rc $(sqlite3 app.db 'SELECT count(*) FROM o')" '0 0'
exit 0
