#!/bin/sh
# What changes a folder beside generate: amend, drop, adopt, up; and the names
# without a prefix.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cli/lib.sh"

fresh() {
	rm -rf "$P"
	mkdir "$P"
	mk_config "$P"
	cat >"$P/schema.ts" <<'TS'
import { sqliteTable, integer, text } from 'drizzle-orm/sqlite-core';
export const users = sqliteTable('users', {
  id: integer().primaryKey(), name: text().notNull(),
});
TS
	weir_in "$P" generate --quiet
	expect_rc 0
}

# add COLUMN: to the schema file
add() {
	printf '$ add %s\n\n' "$1" >>"$told"
	sed -i "s/  id: /  $1\n  id: /" "$P/schema.ts"
}

# texts FILE…: what they hold
texts() {
	for file; do
		printf '%s\n' "--- $file" >>"$told"
		plain <"$P/$file" | sed -E 's/"when": [0-9]+/"when": NOW/' \
			>>"$told"
		echo >>"$told"
	done
}

# applied DB: rows of the tracking table
applied() {
	sql "$1" 'SELECT count(*) FROM __drizzle_migrations'
}

sums() {
	(cd "$P" && find drizzle -type f | sort | xargs sha256sum)
}

say amend: the newest again
fresh
add 'bio: text(),'
weir generate --name profile
add 'age: integer(),'
weir generate --amend --dry-run
weir generate --amend
expect_rc 0
texts drizzle/0001_profile.sql drizzle/meta/_journal.json
weir generate --amend
weir check
expect_rc 0
weir generate --amend --name other
weir generate --amend --custom
say the schema is what it was before
shell "sed -i '/bio:/d; /age:/d' schema.ts"
weir generate --amend
weir drop 0001_profile
weir check
expect_rc 0

say amend keeps what somebody wrote
add 'bio: text(),'
weir generate --name profile
shell 'echo "; UPDATE users SET bio = name;" >>drizzle/0001_profile.sql'
add 'age: integer(),'
weir generate --amend
texts drizzle/0001_profile.sql drizzle/0001_profile.sql.orig

say answers that were saved are replayed
fresh
add 'bio: text(),'
weir generate --quiet --name profile
shell "sed -i 's/  bio: text/  about: text/' schema.ts"
weir generate --name about
expect_rc 3
weir generate --name about --rename column:users.bio=about --save-answers
texts drizzle/0002_about.sql drizzle/0002_about.answers.json
add 'age: integer(),'
weir generate --amend
expect_rc 3
weir generate --amend --replay-answers
texts drizzle/0002_about.sql
weir generate --replay-answers
weir generate --replay-answers --name none

say neither amended nor dropped where a database has it
fresh
weir_in "$P" migrate
expect_rc 0
before=$(sums)
weir generate --amend
expect_rc 5
weir drop 0000_create_users
expect_rc 5
expect_eq 'the folder' "$(sums)" "$before"

say drop
fresh
add 'bio: text(),'
weir generate --quiet --name profile
weir generate --quiet --custom --name fill
add 'age: integer(),'
weir generate --quiet --name age
weir drop
expect_rc 3
weir drop 0001_profile
expect_rc 5
weir drop 0007_none
expect_rc 2
say from between only what changes no schema
weir drop drizzle/0002_fill.sql
expect_rc 0
weir check
expect_rc 0
weir drop 0003_age --json
expect_rc 0
shell 'ls drizzle drizzle/meta >list'
texts list
weir drop 0001_profile
weir drop 0000_create_users
weir drop
expect_rc 0
texts drizzle/meta/_journal.json

say adopt
fresh
weir adopt
weir adopt nothing.sql
shell 'echo "UPDATE users SET name = lower(name);" >drizzle/lower.sql'
weir adopt lower.sql
expect_rc 2
shell 'mv drizzle/lower.sql drizzle/0001_lower.sql'
weir adopt drizzle/0001_lower.sql
expect_rc 0
texts drizzle/0001_lower.sql drizzle/meta/_journal.json
weir adopt 0001_lower.sql
expect_rc 5
weir check
expect_rc 0
weir generate
expect_rc 0
shell 'echo "SELECT 1;" >elsewhere.sql; cp elsewhere.sql drizzle/0002_x.sql'
weir adopt ./elsewhere.sql
weir_in "$P" migrate
expect_rc 0
expect_eq 'the adopted one ran' "$(applied "$P/app.db")" 2

say up
for file in pg5 pg6 sqlite5; do
	dialect=sqlite
	[ $file = sqlite5 ] || dialect=postgresql
	rm -rf "$P"
	mkdir -p "$P/drizzle/meta"
	cp "$top/tests/cli/up/$file.json" "$P/drizzle/meta/0000_snapshot.json"
	weir up --dialect $dialect
	expect_rc 0
	# drizzle-kit 0.31.11 up wrote these
	expect_files_equal "$P/drizzle/meta/0000_snapshot.json" \
		"$top/tests/cli/up/$file.want"
	weir up --dialect $dialect
	expect_rc 0
	expect_files_equal "$P/drizzle/meta/0000_snapshot.json" \
		"$top/tests/cli/up/$file.want"
done
say all or none
cp "$top/tests/cli/up/sqlite5.json" "$P/drizzle/meta/0000_snapshot.json"
sed 's/"columns": {/"colunms": {/' "$top/tests/cli/up/sqlite5.json" \
	>"$P/drizzle/meta/0001_snapshot.json"
before=$(sums)
weir up --dialect sqlite
expect_rc 5
expect_eq 'the folder' "$(sums)" "$before"

say without a prefix the last snapshot counts
fresh
shell 'rm -r drizzle'
weir generate --prefix none --name first
add 'bio: text(),'
weir generate --prefix none --name second
expect_rc 0
texts drizzle/_second.sql
weir check
expect_rc 0
weir generate --prefix none
add 'age: integer(),'
weir generate --prefix none --name third --compat exact
texts drizzle/_third.sql
weir drop _third
expect_rc 5

say what does not fit is told in full
fresh
add 'bio: text(),'
weir_in "$P" generate --quiet --name two
for column in age size; do
	echo "-- by hand" >>"$P/drizzle/0001_two.sql"
	add "$column: integer(),"
	weir_in "$P" generate --amend
done
expect_rc 5
expect_err '0001_two.sql.orig is there already, with an older text'
expect_err 'move it away or remove it'

say two migrations of one second
fresh
rm -r "$P/drizzle"
weir_in "$P" export
expect_rc 0
expect_eq 'no note of it' "$(cat "$T/err")" ''
weir_in "$P" status --db "$P/app.db"
expect_err 'is not there yet'
for i in 1 2 3 4 5 6; do
	weir_in "$P" generate --prefix timestamp --custom --name "c$i"
	expect_rc 0
done
expect_eq 'six snapshots' "$(find "$P/drizzle/meta" -name '*_snapshot.json' |
	wc -l)" 6

say a folder that cannot be made
echo x >"$P/file"
weir_in "$P" generate --out file/new
expect_rc 1
expect_err 'Not a directory'

say the question about a name of two lines
fresh
sed -i 's/name: text()/name: text("a\\nb")/' "$P/schema.ts"
weir_in "$P" generate
expect_err 'column users.a'
expect_eq 'on one line' "$(grep -c 'created, or renamed' "$T/err")" \
	"$(grep -c 'column users.a.*created, or renamed' "$T/err")"

say --read-only writes no file
fresh
add 'nick: text(),'
before=$(find "$P" -type f -exec cksum {} + | sort)
for words in 'generate --name n' 'generate --custom' 'generate --amend' \
    'drop 0000_init' 'adopt 0000_init.sql' up; do
	# shellcheck disable=SC2086
	weir_in "$P" $words --read-only
	expect_rc 1
	expect_err '--read-only refuses every change'
done
weir_in "$P" generate --read-only --dry-run
expect_rc 0
expect_eq 'the files are as before' \
	"$(find "$P" -type f -exec cksum {} + | sort)" "$before"
golden
