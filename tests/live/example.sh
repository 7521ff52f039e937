#!/bin/sh
# The example keeps its promises: the same database each time, 20,000 rows
# without a foreign key violation, its odd values in place, its pending files
# runnable, its one down file an exact inverse of the schema.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"

example_copy "$T/p"
db=$T/p/data/app.db
expect_exit 1 "$T/p/make-db" "$db"
expect_err 'exists; make-db -f replaces it'
expect_exit 0 "$T/p/make-db" -f "$T/twin.db"
expect_eq 'the twin' "$(db_sum "$T/twin.db")" "$(db_sum "$db")"

rows=0
for table in users sessions decks cards tags card_tags media lessons \
	quiz_answers check_ins audit_log; do
	rows=$((rows + $(sql "$db" "SELECT count(*) FROM $table")))
done
expect_eq 'rows' $rows 20000
expect_eq 'violations' "$(sql "$db" 'PRAGMA foreign_key_check')" ''
expect_eq 'integrity' "$(sql "$db" 'PRAGMA integrity_check')" ok
expect_eq 'tracking rows' "$(tracking "$db" | cut -d'|' -f2,3)" \
	"$(printf 'NULL|null\n%.0s' 1 2 3 4 5)"
expect_eq 'bios: held, empty, NULL' "$(sql "$db" "SELECT count(bio),
	sum(bio = ''), sum(bio IS NULL) FROM users")" '200|10|100'
expect_eq 'NUL, ESC, ZWJ, override' "$(sql "$db" "SELECT
	sum(instr(back, char(0)) > 0), sum(instr(back, char(27)) > 0),
	sum(instr(front, char(8205)) > 0), sum(instr(front, char(8238)) > 0)
	FROM cards")" '1|1|5|1'

# 0005 and 0006, then 0007 and back
pending() {
	sql "$1" ".read '$T/p/drizzle/$2.sql'" || fail "$2 does not run"
}
pending "$db" 0005_learning_goals
pending "$db" 0006_deck_visibility
# (RENAME writes its own quotes into the stored text)
schema_of "$db" | tr '`' '"' >"$T/before"
pending "$db" 0007_profiles_cleanup
pending "$db" 0007_profiles_cleanup.down
schema_of "$db" | tr '`' '"' >"$T/after"
expect_files_equal "$T/after" "$T/before"
pending "$db" 0007_profiles_cleanup
pending "$db" 0008_lesson_minutes
expect_eq 'lessons.duration' "$(sql "$db" "SELECT upper(type) FROM
	pragma_table_info('lessons') WHERE name = 'duration'")" INTEGER
