#!/bin/sh
# undo_without_rowid.sh: rows of WITHOUT ROWID tables, which have no number, are
# saved by their keys: what UPDATE, DELETE, a cascade and a trigger take comes
# back, byte for byte, and the gate asks for no undo-skipped.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir

P=$T/p
db=$P/app.db
mk_project "$P" 'CREATE TABLE w (a text COLLATE NOCASE NOT NULL, n integer NOT
	NULL, v blob, r real, PRIMARY KEY (n, a)) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE kid (k text PRIMARY KEY, a text COLLATE NOCASE, n integer,
	x text, FOREIGN KEY (n, a) REFERENCES w (n, a) ON DELETE CASCADE)
	WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE seen (k text PRIMARY KEY, times integer) WITHOUT ROWID;
--> statement-breakpoint
CREATE TRIGGER note AFTER UPDATE ON w BEGIN
	UPDATE seen SET times = times + 1 WHERE k = new.a; END;' \
"UPDATE w SET v = 'over', r = r * 2 WHERE n > 3;
--> statement-breakpoint
UPDATE w SET a = upper(a) WHERE n = 5;
--> statement-breakpoint
DELETE FROM w WHERE n = 2;
--> statement-breakpoint
UPDATE kid SET k = 'moved ' || k WHERE n = 4;
--> statement-breakpoint
DELETE FROM kid WHERE n = 6;" \
'DELETE FROM w;'
expect_weir 0 "$P" migrate --to 0000_m0 --quiet
sql "$db" "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s
	WHERE i < 6) INSERT INTO w SELECT CASE i WHEN 3 THEN 'it''s' || char(10)
	ELSE 'a' || i END, i, CASE i WHEN 4 THEN x'00ff' WHEN 5 THEN 'text' END,
	i / 3.0 FROM s" \
	"INSERT INTO kid SELECT 'k' || n, a, n, 'x' || n FROM w" \
	"INSERT INTO seen SELECT a, 0 FROM w"
dump() {
	sql "$db" 'SELECT quote(a), n, quote(v), quote(r) FROM w' \
		'SELECT quote(k), quote(a), n, x FROM kid' 'SELECT * FROM seen'
}
dump >"$T/before"

expect_weir 0 "$P" review --to 0001_m1
! grep -q 'undo: none' "$T/out" || fail 'no way back'
expect_weir 3 "$P" migrate --to 0001_m1
! grep -q undo-skipped "$T/err" || fail "it is saved: $(cat "$T/err")"
allows=$(sed -n 's/.*\(--allow [^ ]*\).*/\1/p' "$T/err" | tr -d "'" |
	sort -u | tr '\n' ' ')
# shellcheck disable=SC2086
expect_weir 0 "$P" migrate --to 0001_m1 $allows
dump >"$T/after"
! cmp -s "$T/before" "$T/after" || fail 'nothing was done'
expect_weir 0 "$P" rollback
expect_out 'saved rows back: '
dump >"$T/back"
diff -u "$T/before" "$T/back" || fail 'not as it was'

# all of a table of some size, in more than one batch of keys
sql "$db" "WITH RECURSIVE s(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM s
	WHERE i < 3000) INSERT INTO w SELECT 'm' || i, i, zeroblob(20), i FROM s"
dump >"$T/before"
# shellcheck disable=SC2086
expect_weir 0 "$P" migrate $allows --allow delete-rows:w \
	--allow cascade-delete:kid
expect_eq 'rows' "$(sql "$db" 'SELECT count(*) FROM w')" 0
expect_weir 0 "$P" undo list
expect_out '0002_m2 .* w  *delete-rows'
expect_weir 0 "$P" rollback --steps 2
dump >"$T/back"
diff -u "$T/before" "$T/back" >"$T/out" || fail 'not all is back'
:
