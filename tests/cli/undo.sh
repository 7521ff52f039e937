#!/bin/sh
# undo: what is saved is listed, shown, exported and pruned; rollback says what
# is back; without saving the gate asks.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cli/lib.sh"

mk_project "$P" 'CREATE TABLE u (id integer PRIMARY KEY, n text, m real);' \
'UPDATE u SET n = upper(n);
--> statement-breakpoint
DELETE FROM u WHERE id > 4;
--> statement-breakpoint
ALTER TABLE u DROP COLUMN m;'
weir migrate --to 0000_m0 --quiet
weir undo
shell "sqlite3 app.db \"INSERT INTO u VALUES (1, 'a', 1.5), (2, NULL, NULL),
	(3, 'it''s', 2e300), (4, char(27) || '[31m', 0), (5, 'gone', 1)\""
weir migrate
weir migrate --no-undo-data
weir migrate --quiet --allow drop-column:u.m --allow update-rows:u.n \
	--allow delete-rows:u
weir undo list
weir undo show 0001_m1
weir undo show 0001_m1 2
weir undo show 0009_none
weir undo show
weir undo export 0001_m1 1
weir undo export 0001_m1 2 --format sql
weir undo export 0001_m1 --format json
weir undo export 0001_m1 --format xml
weir undo shred
weir undo prune
weir rollback --dry-run
weir rollback
expect_eq 'all is back' "$(sql "$P/app.db" 'SELECT * FROM u' | sha256sum)" \
	"$(printf '1|a|1.5\n2||\n3|it'\''s|2.0e+300\n4|\033[31m|0.0\n5|gone|1.0\n' |
	sha256sum)"
weir undo prune --older-than 0 --read-only
weir undo prune --older-than 0
weir undo
golden
