#!/bin/sh
# The PostgreSQL example keeps its promises: the same rows each time, 20,000 of
# them, its odd values in place, its pending files runnable one by one (after
# the goals are put right), each rollback file an exact inverse of the schema.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
p=$top/examples/sunschool

pg_start
pg_new one
pg_new two
PATH=$(dirname "$PSQL"):$PATH
expect_exit 0 "$p/make-db" "$(pg_url one)"
expect_exit 0 "$p/make-db" "$(pg_url two)"
expect_exit 1 "$p/make-db" "$(pg_url two)"
expect_err 'not empty; make-db -f drops'
expect_exit 0 "$p/make-db" -f "$(pg_url two)"

# dump DATABASE [OPTION]…: without the token of \restrict
dump() {
	dump_db=$1
	shift
	pg_dump "$@" "$dump_db" >"$T/dump" 2>"$T/err" || fail "pg_dump $dump_db"
	grep -Ev '^\\(un)?restrict|^--|^$' "$T/dump"
}
dump one >"$T/one.sql"
dump two | grep -v 'DROP SCHEMA\|SCHEMA public\|^$' >"$T/two.sql"
grep -v 'SCHEMA public' "$T/one.sql" >"$T/one.cut"
expect_files_equal "$T/two.sql" "$T/one.cut"

rows=0
for table in users lessons learner_profiles learning_goals quiz_answers \
	achievements media audit.events; do
	rows=$((rows + $(pg_sql one "SELECT count(*) FROM $table")))
done
expect_eq 'rows' $rows 20000
expect_eq 'bios: held, empty, all' "$(pg_sql one "SELECT count(bio),
	count(*) FILTER (WHERE bio = ''), count(*) FROM users")" '280|10|400'
expect_eq 'ESC, override, infinity, BC, NaN' "$(pg_sql one "SELECT
	(SELECT count(*) FROM lessons WHERE body LIKE '%' || chr(27) || '%'),
	(SELECT count(*) FROM lessons WHERE body LIKE '%' || chr(8238) || '%'),
	(SELECT count(*) FROM lessons WHERE published_at = 'infinity'),
	(SELECT count(*) FROM learning_goals WHERE due_on < '0001-01-01'),
	(SELECT count(*) FROM achievements WHERE points = 'NaN')")" '1|1|1|1|1'
expect_eq 'tracking rows' "$(pg_sql one 'SELECT count(*), min(id), max(id)
	FROM drizzle.__drizzle_migrations')" '8|1|8'

# what README.md shows of it is what it says
if have_weir; then
	weir_in "$p" review --db "$(pg_url one)"
	expect_rc 0
	sed -n '/^<!-- pg review -->/,/^<!-- end -->/p' "$top/README.md" |
		grep -v '^```\|^<!--\|^$' >"$T/readme"
	[ -s "$T/readme" ] || fail 'no review in README.md'
	while IFS= read -r line; do
		grep -Fxq -e "$line" "$T/out" || fail "README.md: $line"
	done <"$T/readme"
fi

# file NAME…: each statement on its own, as a file without BEGIN runs
file() {
	for name; do
		pg_file one "$p/drizzle/$name.sql"
	done
}
pg_file one "$p/drizzle/0008_wrong_answers.sql"
for step in 0009_lesson_slug 0010_fill_lesson_slug 0011_lesson_slug_required; do
	dump one -s >"$T/before"
	file "$step"
	dump one -s >"$T/after"
	file "${step%%_*}_rollback"
	dump one -s >"$T/back"
	# a type made anew takes another place in the dump's order
	sort "$T/before" >"$T/before.set"
	sort "$T/back" >"$T/back.set"
	expect_files_equal "$T/back.set" "$T/before.set"
	file "$step"
	dump one -s | sort >"$T/back.set"
	sort "$T/after" >"$T/after.set"
	expect_files_equal "$T/back.set" "$T/after.set"
done
expect_eq 'slugs' "$(pg_sql one "SELECT count(DISTINCT slug),
	count(*) FILTER (WHERE status = 'review') FROM lessons")" '240|60'
file 0012_drop_user_bio
expect_exit 3 "$PSQL" -X -q -v ON_ERROR_STOP=1 -d one \
	-f "$p/drizzle/0013_goal_target_check.sql"
expect_err 'is violated by some row'
expect_eq 'violations' "$(pg_sql one 'SELECT count(*) FROM learning_goals
	WHERE NOT target BETWEEN 1 AND 1000')" 7
pg_sql one 'UPDATE learning_goals SET target = 1
	WHERE NOT target BETWEEN 1 AND 1000'
dump one -s >"$T/before"
file 0013_goal_target_check 0013_rollback
dump one -s >"$T/back"
expect_files_equal "$T/back" "$T/before"
for applied in 0007 0005; do
	file "${applied}_rollback"
done
