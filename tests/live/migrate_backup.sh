#!/bin/sh
# migrate_backup.sh: a whole copy before an apply, asked for or by the rule of
# weir.conf, named before and after, and what restores from it; the room that
# saved rows may take, and how long they stand.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir
need jq
P=$T/p
mkdir -p "$T/conf/weir"
XDG_CONFIG_HOME=$T/conf
export XDG_CONFIG_HOME
conf() { printf '%s\n' "$@" >"$T/conf/weir/config"; }
weir() { (cd "$P" && "$WEIR" "$@") >"$T/out" 2>"$T/err" </dev/null; rc=$?; }
dump() { sqlite3 "$P/app.db" .dump | sha256sum; }

mk_project "$P" 'CREATE TABLE u (id integer PRIMARY KEY, n text);' \
	'CREATE INDEX un ON u(n);' 'ALTER TABLE u ADD m text;' \
	'DROP INDEX un;
--> statement-breakpoint
ALTER TABLE u DROP COLUMN n;'
weir migrate --to 0000_m0 --backup
expect_eq 'nothing to copy' "$rc $(grep -c 'whole copy' "$T/out")" '0 0'
sql "$P/app.db" "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s
	WHERE i < 5000) INSERT INTO u SELECT i, 'value ' || i FROM s"
before=$(dump)
weir migrate --to 0001_m1 --backup
expect_eq 'asked for' "$rc" 0
grep -q 'Whole copy first: .weir, .* free' "$T/err" || fail "$(cat "$T/err")"
run=$(sed -n 's/.*whole copy before it, .*: weir restore //p' "$T/out")
[ -n "$run" ] || fail "the report does not name it: $(cat "$T/out")"
weir restore "$run" --allow restore:app.db --no-undo-data
expect_eq 'of the run' "$rc $(cat "$T/err") $(dump)" "0  $before"

# the rule
conf 'backup = sometimes'
weir migrate --to 0001_m1
expect_eq 'a wrong rule' "$rc" 2
conf 'backup = destructive'
weir migrate --to 0001_m1
expect_eq 'nothing lost, no copy' "$rc $(grep -c 'whole copy' "$T/out")" '0 0'
conf 'backup = always'
weir migrate --to 0002_m2
expect_eq 'always' "$rc $(grep -c 'whole copy' "$T/out")" '0 1'
before=$(dump)

# saved rows may take so much
conf 'backup = destructive' 'undo-limit = 0 MB'
weir migrate --allow drop-column:u.n
expect_eq 'a wrong limit' "$rc" 2
sql "$P/app.db" "UPDATE u SET n = n || hex(zeroblob(200))"
before=$(dump)
conf 'backup = destructive' 'undo-limit = 1 MB'
weir migrate --allow drop-column:u.n
expect_eq 'too much' "$rc $(dump)" "3 $before"
grep -q 'undo-limit' "$T/err" || fail "$(cat "$T/err")"
grep -q -- '--no-undo-data' "$T/err" || fail "$(cat "$T/err")"
conf 'backup = destructive' 'undo-limit = 100 MB' 'undo-retention = 0 days'
weir migrate --allow drop-column:u.n
expect_eq 'destructive' "$rc $(grep -c 'whole copy' "$T/out")" '0 1'
weir undo list
grep -q 'Whole copies' "$T/out" || fail "$(cat "$T/out")"
grep -q 'drop-column' "$T/out" || fail "it was swept: $(cat "$T/out")"

# in the studio: what the migration took, and the store as a database
store=$(find "$P"/.weir/db/*/runs -name undo.db)
printf 'keys 4 G v\nexpect u.n: drop-column, 5,000 rows\n' >"$T/script"
weir studio --script "$T/script" --size 100x24
expect_eq 'what it took' "$rc $(cat "$T/err")" '0 '
printf 'expect object\nexpect o1\n' >"$T/script"
weir studio "$store" --script "$T/script" --size 100x24
expect_eq 'as a database' "$rc $(cat "$T/err")" '0 '

# carried to another place, and back
weir undo export 0003_m3 --to "$T/carried"
expect_eq 'export' "$rc $(cat "$T/err")" '0 '
run=$(find "$P"/.weir/db/*/runs -name undo.db | sort | tail -1)
rm "$run"
weir rollback --dry-run
! grep -q 'with its rows' "$T/out" || fail "$(cat "$T/out")"
cp -R "$T/carried" "$T/bad"
printf x >>"$T/bad/run.log"
weir undo import "$T/bad"
expect_eq 'another file' "$rc" 5
weir undo import "$T/carried" --read-only
expect_eq 'read-only' "$rc" 1
weir undo import "$T/carried"
expect_eq 'import' "$rc $(cat "$T/err")" '0 '
weir undo import "$T/carried"
expect_eq 'twice' "$rc" 5
rm -rf "$P/.weir/db"
weir undo import "$T/carried/undo.db"
expect_eq 'by its file' "$rc $(cat "$T/err")" '0 '
cp -R "$P" "$T/q"
(cd "$T/q" && rm -rf .weir && "$WEIR" undo import "$T/carried") \
	>"$T/out" 2>"$T/err" </dev/null
expect_eq 'a stranger' "$?" 3
grep -q 'are of app.db' "$T/err" || fail "$(cat "$T/err")"
way=$(sed -n 's/.*weir undo import/undo import/p' "$T/err")
# shellcheck disable=SC2086
(cd "$T/q" && "$WEIR" $way) >"$T/out" 2>"$T/err" </dev/null ||
	fail "$way: $(cat "$T/err")"
for at in "$P" "$T/q"; do
	(cd "$at" && "$WEIR" rollback) >"$T/out" 2>"$T/err" </dev/null ||
		fail "rollback: $(cat "$T/out" "$T/err")"
	expect_eq 'all rows' "$(sql "$at/app.db" 'SELECT count(n) FROM u')" 5000
	grep -q 'saved rows of 1 run removed' "$T/err" ||
		fail "not swept: $(cat "$T/err")"
	expect_eq 'swept' "$(find "$at/.weir" -name undo.db)" ''
done

# copies go by the same retention as rows: listed with their size, asked for,
# removed with their records
conf 'undo-retention = 30 days'
weir backup
weir migrate --to 0003_m3 --allow drop-column:u.n --backup
expect_eq 'again' "$rc $(cat "$T/err" | grep -c error)" '0 0'
weir undo list
grep -Eq '  [0-9.]+ MB  .*/backup.db$' "$T/out" || fail "$(cat "$T/out")"
weir undo list --json
copies=$(jq '.copies | length' <"$T/out")
expect_eq 'copies' "$copies" 2
jq -e '.copies | all(.bytes > 0 and .at > 0)' <"$T/out" >/dev/null ||
	fail 'without size'
weir undo prune
expect_eq 'too new' "$rc $(cat "$T/out")" '0 Nothing saved is older than 30 days.'
conf 'undo-retention = 0 days'
weir undo prune
expect_eq 'asks' "$rc" 3
grep -q 'the saved rows of 1 run and 2 whole copies would be removed' "$T/err" ||
	fail "$(cat "$T/err")"
weir undo prune --older-than 0 --read-only
[ "$(find "$P/.weir" -name 'backup.db' | wc -l)" -gt 0 ] || fail 'removed'
weir undo prune --older-than 0
expect_eq 'pruned' "$rc $(cat "$T/err")" '0 '
grep -q 'and 2 whole copies, ' "$T/out" || fail "$(cat "$T/out")"
expect_eq 'files left' "$(find "$P/.weir" -name 'backup.db*' -o \
	-path '*/backups/*')" ''
weir undo list
! grep -q 'Whole copies' "$T/out" || fail "$(cat "$T/out")"
