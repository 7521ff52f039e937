#!/bin/sh
# The rebuild of a parent: drizzle-orm on better-sqlite3 deletes the children
# (drizzle-kit 0.31.11 writes PRAGMA foreign_keys=OFF into the file, which does
# nothing inside the migrator's transaction); weir keeps them. Hazard SL3.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/interop/npm.sh"

example_copy "$T/p"
db=$T/p/data/app.db

# counts DB: cascade children, links set null, the trigger, the counter
counts() {
	sql "$1" "SELECT (SELECT count(*) FROM quiz_answers) || ' ' ||
		(SELECT count(lesson_id) FROM check_ins) || ' ' ||
		(SELECT count(*) FROM lessons) || ' ' ||
		(SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND
			tbl_name = 'lessons') || ' ' ||
		(SELECT seq FROM sqlite_sequence WHERE name = 'lessons')"
}

expect_eq 'before' "$(counts "$db")" '9000 1125 1500 1 1512'
cp "$db" "$T/orm.db"
orm_migrate "$T/p" "$T/orm.db" || fail "drizzle-orm"
echo "drizzle-orm: quiz_answers 9000 -> $(sql "$T/orm.db" \
	'SELECT count(*) FROM quiz_answers'), check_ins.lesson_id 1125 -> $(
	sql "$T/orm.db" 'SELECT count(lesson_id) FROM check_ins')"
expect_eq 'by drizzle-orm' "$(counts "$T/orm.db")" '0 0 1500 0 1500'

have_weir || skip "the migrator's side holds; $WEIR cannot migrate"

# the review says beforehand what the other tool would do
expect_weir 0 "$T/p" review
expect_any '9,?000'

expect_weir 0 "$T/p" migrate --allow drop-column:users.bio \
	--allow undo-skipped:users.bio
echo "weir: quiz_answers 9000 -> $(sql "$db" \
	'SELECT count(*) FROM quiz_answers'), check_ins.lesson_id 1125 -> $(
	sql "$db" 'SELECT count(lesson_id) FROM check_ins')"
expect_eq 'by weir' "$(counts "$db")" '9000 1125 1500 1 1512'
expect_eq 'orphans' "$(sql "$db" 'PRAGMA foreign_key_check')" ''
expect_eq 'integrity' "$(sql "$db" 'PRAGMA integrity_check')" 'ok'
expect_eq 'type' "$(sql "$db" 'SELECT DISTINCT typeof(duration) FROM lessons
	WHERE duration IS NOT NULL')" 'integer'
expect_weir 0 "$T/p" verify
