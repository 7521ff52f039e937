#!/bin/sh
# status: the example as it is, after changes of every kind, and elsewhere.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cli/lib.sh"

example_copy "$P"
weir status
weir status --exit-code
weir status --quiet
rm "$P/drizzle.config.ts"
weir status --json
weir migrate --quiet --allow drop-column:users.bio \
	--allow undo-skipped:users.bio
weir status --exit-code

say a database that is not there yet
mkdir "$T/elsewhere"
weir status --db new.db
[ ! -e "$P/new.db" ] || fail "status made a database"

say nothing to be found
P=$T/elsewhere
weir status
weir
golden
