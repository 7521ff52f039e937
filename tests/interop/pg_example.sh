#!/bin/sh
# The PostgreSQL example and the real tool: its first eight migrations are
# recorded as drizzle-orm's node-postgres migrator records them, and what that
# migrator does with the six pending files, which weir's review foretells.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
. "$top/tests/interop/npm.sh"

cp -R "$top/examples/sunschool" "$T/p" && chmod -R u+w "$T/p" || exit 99
pg_start
PATH=$(dirname "$PSQL"):$PATH

# folder DIR N: the first N migrations
folder() {
	mkdir -p "$1/drizzle/meta"
	cp "$T/p"/drizzle/*.sql "$1/drizzle/"
	jq --argjson n "$2" '.entries |= .[:$n]' \
		"$T/p/drizzle/meta/_journal.json" \
		>"$1/drizzle/meta/_journal.json"
}
rows() {
	pg_sql "$1" 'SELECT * FROM drizzle.__drizzle_migrations ORDER BY id'
}
shape() {
	pg_dump -s "$1" | grep -Ev '^\\(un)?restrict|^--|^$'
}
need jq

# the example's own script stands in for the migrator: it must do the same
folder "$T/eight" 8
pg_new made
pg_new orm
expect_exit 0 "$T/p/make-db" "$(pg_url made)"
pg_orm_migrate "$T/eight" "$(pg_url orm)"
expect_rc 0
rows made >"$T/want"
rows orm >"$T/got"
expect_files_equal "$T/want" "$T/got"
shape made >"$T/want"
shape orm >"$T/got"
expect_files_equal "$T/want" "$T/got"

# pending DIR SQLSTATE REGEX: all of it is refused, nothing of it stays; weir's
# review says so beforehand
pending() {
	shape made >"$T/before"
	if have_weir; then
		weir_in "$1" review --db "$(pg_url made)" --json
		expect_rc 0
		line=$(jq -r .drizzle "$T/out")
		echo "weir: Drizzle's own migrator $line"
		printf '%s\n' "$line" | grep -Eq "$3" ||
			fail "the review does not say $3"
	fi
	pg_orm_migrate "$1" "$(pg_url made)"
	expect_rc 1
	expect_err "^$2 "
	echo "drizzle-orm: $(cat "$T/err")"
	shape made >"$T/after"
	expect_files_equal "$T/after" "$T/before"
	expect_eq 'tracking rows' "$(rows made | wc -l)" 8
}
pending "$T/p" 25001 \
	'would stop on statement 1 of 0008_wrong_answers.*transaction'

# … without CONCURRENTLY the enum value is the next to stop it
cp -R "$T/p" "$T/q"
sed -i 's/ CONCURRENTLY//' "$T/q/drizzle/0008_wrong_answers.sql"
pending "$T/q" 55P04 'would stop on .*its value is used'

# … without the value in use, the check
sed -i '/^-- drafts/,$d' "$T/q/drizzle/0010_fill_lesson_slug.sql"
sed -i 's/^--> statement-breakpoint$//' \
	"$T/q/drizzle/0010_fill_lesson_slug.sql"
pending "$T/q" 23514 '^'
pg_sql made 'UPDATE learning_goals SET target = 1
	WHERE NOT target BETWEEN 1 AND 1000'
pg_orm_migrate "$T/q" "$(pg_url made)"
expect_rc 0
expect_eq 'tracking rows' "$(rows made | wc -l)" 14
