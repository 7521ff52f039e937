#!/bin/sh
# rollback: refused where there is no way back, by the down file, derived; rows
# written since are a loss that is named.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cli/lib.sh"

project
db=$P/data/app.db
weir rollback --steps 9
weir rollback --steps 0
weir rollback --steps 1 --to 0000_init
weir migrate --quiet --no-undo-data --allow drop-column:users.bio \
	--allow undo-skipped:users.bio
whole=$(db_sum "$db")

say a rebuild has no inverse unless somebody writes one
weir rollback
weir rollback --json
expect_eq 'after refusals' "$(db_sum "$db")" "$whole"

say the record of 0008 goes, so that 0007 is the newest
weir mark --pending 0008_lesson_minutes --unproven --quiet

say by the down file
weir rollback --dry-run
weir rollback --dry-run --json
weir rollback
expect_eq 'column' "$(sql "$db" 'SELECT count(nick) FROM users')" 300

say derived: an index and a column
weir rollback --dry-run
weir rollback
weir rollback --allow drop-column:decks.visibility

say derived: a table, with a row written since
shell "sqlite3 data/app.db \"INSERT INTO learning_goals (user_id, kind,
	target) VALUES (1, 'cards', 5)\""
weir rollback
weir rollback --allow drop-table:learning_goals
weir status
weir rollback --to 0001_lessons --allow drop-table:learning_goals

say by a comment section, and by a file named for the prefix
P=$T/small
mk_project "$P" 'CREATE TABLE a (x integer);' 'CREATE TABLE b (y integer);
-- rollback
-- DROP TABLE b;
' 'ALTER TABLE a ADD z integer;'
echo 'ALTER TABLE a DROP COLUMN z;' >"$P/drizzle/0002_rollback.sql"
weir migrate --quiet
weir rollback --steps 2 --dry-run
weir rollback --steps 2
weir rollback --steps 2 --allow drop-table:b
weir rollback
weir rollback
golden
