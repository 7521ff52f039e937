#!/bin/sh
# left.sh: what killed runs left is told and goes; a store that lost something
# is not believed; a way back that fails is asked for before.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir

P=$T/p
base='CREATE TABLE t (id integer PRIMARY KEY, a text);'
mk_project "$P" "$base" 'ALTER TABLE t DROP COLUMN a;'
expect_weir 0 "$P" migrate --quiet --to 0000_m0
sql "$P/app.db" "INSERT INTO t VALUES (1, 'x'), (2, 'y')"
D=$(echo "$P"/.weir/db/*)

# --- copies that were not finished -------------------------------------------------
mkdir -p "$D/backups" "$D/runs/20200101T000000.000Z"
for f in "$D/runs/20200101T000000.000Z/backup.db.4194999.part" \
	"$D/backups/old.db.4194999.part"; do
	echo unfinished >"$f"
	touch -d '2 minutes ago' "$f"
done
echo written >"$D/backups/now.db.$$.part"	# by a process that is there
expect_weir 0 "$P" status
expect_out '^Left +2 unfinished copies of killed processes, 22 bytes: the next'
expect_weir 0 "$P" backup
expect_err 'note: 2 unfinished copies removed that a killed weir left, 22 bytes'
expect_eq 'those left' "$(cd "$D" && find . -name '*.part')" \
	"./backups/now.db.$$.part"
expect_weir 0 "$P" status
expect_no_any '^Left '

# --- a restore that was cut off ------------------------------------------------------
expect_weir 0 "$P" restore --allow restore:app.db
R=$(ls -d "$D"/runs/*Z | tail -n 1)
cp "$R/run.log" "$T/run.log"
sed -n 1p "$T/run.log" >"$R/run.log"
expect_weir 0 "$P" status
expect_out '^Stopped +the restore of .* was cut off: nothing was changed yet'
sed '/ tx-begin /q' "$T/run.log" >"$R/run.log"
expect_weir 0 "$P" status
expect_out '^Stopped +the restore of .* as it was before it, or as the copy is'
cp "$T/run.log" "$R/run.log"
expect_weir 0 "$P" status
expect_no_any '^Stopped'

# --- a way back that fails is none -----------------------------------------------------
echo 'ALTER TABLE nothing ADD COLUMN a text;' >"$P/drizzle/0001_m1.down.sql"
expect_weir 3 "$P" migrate --allow drop-column:t.a
expect_err 'note: the way back of 0001_m1 fails: .*near "nothing"' \
	't.a: it would be saved, but not come back: the way back fails' \
	'allow undo-skipped:t.a'
rm "$P/drizzle/0001_m1.down.sql"

# --- a store without what its run recorded ----------------------------------------------
expect_weir 0 "$P" migrate --allow drop-column:t.a
U=$(ls "$D"/runs/*/undo.db)
cp "$U" "$T/undo.db"
sql "$U" 'DELETE FROM object'
expect_weir 5 "$P" rollback
expect_err 'undo.db is damaged: 0 of 1 objects that were saved are in it'
rm "$U"
expect_weir 2 "$P" rollback
expect_err 'what it took was saved in .weir/.*undo.db, which is not there'
cp "$T/undo.db" "$U"
expect_weir 0 "$P" rollback
expect_eq 'back' "$(sql "$P/app.db" 'SELECT group_concat(a) FROM t')" x,y
