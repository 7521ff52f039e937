#!/bin/sh
# migrate: dry run, refusal with the arguments to go on, part by part, whole,
# its reports; what --each leaves.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cli/lib.sh"

project
db=$P/data/app.db
before=$(db_sum "$db")
weir migrate --dry-run
weir migrate
weir migrate --json
weir migrate --no-undo-data --allow drop-column:users.bio
weir migrate --to 0007_profiles_cleanup --strict --lock-wait 50 .
weir migrate --allow drop-column:users.nick
weir migrate --allow drop-everything:users
weir migrate --allow 'drop-column:users.bio[<=100]' \
	--allow undo-skipped:users.bio
weir migrate --read-only
expect_eq 'after refusals' "$(db_sum "$db")" "$before"
[ ! -e "$P/.weir" ] || fail "a refusal wrote state"

weir migrate --to 0005_learning_goals --report markdown
weir migrate --to 0006_deck_visibility --report json
weir migrate --each --allow SL19:users.bio --allow undo-skipped:users.bio
weir migrate
weir migrate --json
weir verify
weir verify --json
weir verify 0008_lesson_minutes
weir verify nope
weir verify --report yaml

say drift is seen by verify and by --strict
shell "sqlite3 data/app.db 'CREATE INDEX by_hand ON users (country)'"
weir verify
weir status --exit-code
golden
