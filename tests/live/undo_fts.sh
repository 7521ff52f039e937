#!/bin/sh
# undo_fts.sh: virtual tables: what UPDATE and DELETE, or a trigger, take from
# one is asked for as not saved; saved rows come back through triggers that feed
# one; an index that none fills again is named, with what fills it.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir
sqlite3 :memory: 'CREATE VIRTUAL TABLE f USING fts5(x)' 2>"$T/err" ||
	skip 'this sqlite3 lacks FTS5'

d='CREATE TABLE d (id integer PRIMARY KEY, body text, x text);
'
seed="INSERT INTO d VALUES (1, 'hello world', 'p'), (2, 'bye', 'q');"

# begin NAME BASE SEED MIGRATION
begin() {
	P=$T/$1
	db=$P/app.db
	mk_project "$P" "$2" "$4"
	expect_weir 0 "$P" migrate --to 0000_m0 --quiet
	sql "$db" "$3"
	weir_in "$P" migrate
}
# asks SLUG…: exactly these
asks() {
	grep -oh -- '--allow [^ ]*' "$T/out" "$T/err" | sort -u >"$T/asked" || :
	for slug; do
		echo "--allow $slug"
	done | sort >"$T/want"
	diff -u "$T/want" "$T/asked" || fail 'other consents'
	# shellcheck disable=SC2046
	expect_weir 0 "$P" migrate $(cat "$T/asked")
}
hits() {
	sql "$db" "SELECT rowid FROM f WHERE f MATCH 'hello'"
}

own='CREATE VIRTUAL TABLE f USING fts5(body);'
rows="INSERT INTO f (rowid, body) VALUES (1, 'hello world'), (2, 'bye');"
begin update "$own" "$rows" "UPDATE f SET body = 'gone' WHERE rowid = 1;"
expect_rc 3
expect_any 'update-rows:f' '1 of 2 values'
asks update-rows:f undo-skipped:f
expect_weir 2 "$P" rollback
expect_err 'update f has no inverse'
echo 'update: asked'

begin delete "$own" "$rows" 'DELETE FROM f;'
asks delete-rows:f undo-skipped:f
expect_weir 2 "$P" rollback
begin none "$own" "$rows" 'DELETE FROM f WHERE rowid = 9;'
asks
echo 'delete: asked'

begin trigger "$d$own
CREATE TRIGGER ad AFTER DELETE ON d BEGIN
	DELETE FROM f WHERE rowid = old.id; END;" "$seed$rows" \
	'DELETE FROM d WHERE id = 1;'
expect_rc 3
asks delete-rows:d trigger-delete:f undo-skipped:f
expect_weir 0 "$P" rollback
expect_any 'saved rows back: 1 of 1 of d' 'not back: f, it was not saved' \
	'f is not filled again with the rows back in d'
expect_eq d "$(sql "$db" 'SELECT count(*) FROM d')" 2
echo 'trigger: asked and told'

ext='CREATE VIRTUAL TABLE f USING fts5(body, content=d, content_rowid=id);
'
ai='CREATE TRIGGER ai AFTER INSERT ON d BEGIN
	INSERT INTO f (rowid, body) VALUES (new.id, new.body); END;
'
ad="CREATE TRIGGER ad AFTER DELETE ON d BEGIN INSERT INTO f (f, rowid, body)
	VALUES ('delete', old.id, old.body); END;"
begin fed "$d$ext$ai$ad" "$seed" 'DELETE FROM d WHERE id = 1;
--> statement-breakpoint
ALTER TABLE d DROP COLUMN x;'
asks delete-rows:d drop-column:d.x
expect_eq gone "$(hits)" ''
expect_weir 0 "$P" rollback --dry-run
expect_weir 0 "$P" rollback
! grep 'not filled' "$T/out" "$T/err" || fail 'it is filled'
expect_eq rows "$(sql "$db" 'SELECT * FROM d ORDER BY id' | tr '\n' ' ')" \
	'1|hello world|p 2|bye|q '
sql "$db" "INSERT INTO f (f) VALUES ('integrity-check')"
expect_eq found "$(hits)" 1
echo 'fed: back and found'

begin rebuild "$d$ext$ad" "$seed INSERT INTO f (f) VALUES ('rebuild')" \
	'DELETE FROM d WHERE id = 1;'
asks delete-rows:d
expect_weir 0 "$P" rollback
expect_any "f is not filled again .*INSERT INTO .f.\(.f.\) VALUES\('rebuild'\)"
sql "$db" "INSERT INTO f (f) VALUES ('rebuild')"
expect_eq found "$(hits)" 1
echo 'rebuild: told how'

# its row is still there, so that the trigger fails: the rows come first
begin kept "$d$own$ai" "$seed" 'DELETE FROM d WHERE id = 1;'
asks delete-rows:d
expect_weir 0 "$P" rollback
expect_any 'saved rows back: 1 of 1 of d' 'f is not filled .*triggers fail'
expect_eq d "$(sql "$db" 'SELECT count(*) FROM d')" 2
expect_eq found "$(hits)" 1
echo 'kept: back'
