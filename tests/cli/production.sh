#!/bin/sh
# weir.conf(5): what a database is called, and what production asks for.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cli/lib.sh"

project
mkdir -p "$HOME/.config/weir"
conf=$HOME/.config/weir/config
XDG_CONFIG_HOME=
export XDG_CONFIG_HOME

# config TEXT…: the configuration, told
config() {
	printf '%s\n' "$@" >"$conf"
	{
		echo '$ cat ~/.config/weir/config'
		plain <"$conf"
		echo
	} >>"$told"
}

config '# by the path within the project' '[environment "Test bed"]' \
	'match = /nowhere/*' 'match = data/*.db'
weir_in "$P" status
expect_out 'from .env  TEST BED$'

config '[environment production]' 'production = yes' "match = $T/*/data/*"
weir_in "$P" status
expect_out 'from .env  PRODUCTION$'
weir migrate --to 0005_learning_goals
weir migrate --to 0005_learning_goals --target wrong
weir migrate --to 0005_learning_goals --target app.db --quiet
weir migrate
weir migrate --target data/app.db --allow drop-column:users.bio \
	--allow undo-skipped:users.bio
shell "sqlite3 data/app.db 'CREATE INDEX by_hand ON tags (color)'"
weir migrate --target app.db --allow 'drop-column:users.bio[<=200]' \
	--allow 'undo-skipped:users.bio'
shell "sqlite3 data/app.db 'DROP INDEX by_hand'"
weir migrate --target app.db --allow 'drop-column:users.bio[<=199]' \
	--allow 'undo-skipped:users.bio[<=200]'
weir migrate --target app.db --allow 'drop-column:users.bio[<=200]' \
	--allow 'undo-skipped:users.bio[<=200]' --quiet

say the state folder by configuration, and a file that does not read
config 'state = elsewhere'
weir_in "$P" mark --pending 0008_lesson_minutes --unproven
expect_rc 0
[ -d "$P/elsewhere/db" ] || fail "state = elsewhere is not used"
config '[environment'
weir status
weir status --json
golden
