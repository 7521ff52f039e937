#!/bin/sh
# Manners: colour only where it is wanted, data on stdout, messages on stderr,
# errors as JSON, a reader that goes away.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cli/lib.sh"

project
esc=$(printf '\033')

# colours COMMAND…: how many lines have some
colours() {
	grep -c "$esc" "$T/out" || :
}
unset NO_COLOR
for args in 'status' 'review' 'diff' 'show users'; do
	# shellcheck disable=SC2086	# words
	weir_in "$P" $args
	expect_eq "no terminal: $args" "$(colours)" 0
	# shellcheck disable=SC2086
	weir_in "$P" $args --color always
	[ "$(colours)" -gt 0 ] || fail "$args --color always has no colour"
	sed "s/$esc\[[0-9;]*m//g" "$T/out" >"$T/bare"
	# shellcheck disable=SC2086
	weir_in "$P" $args --color=never
	expect_files_equal "$T/bare" "$T/out"
done
NO_COLOR=1
export NO_COLOR
weir_in "$P" status --color always
[ "$(colours)" -gt 0 ] || fail "--color always is stronger than NO_COLOR"
say colours as they are
sed "s/$esc/ESC/g" "$T/out" >"$T/seen"
mv "$T/seen" "$T/out"
entry 'weir status --color always'

say errors as JSON on stdout
weir status --json --migrations nowhere
weir show nothing --json
weir migrate --json --to nope
weir verify --json nope
weir review --json --db mysql://me:secret@host/db
weir diff --json a.ts

say a password is never told
weir_in "$P" status --db 'mysql://me:secret@host/db'
expect_no_any secret
weir_in "$P" status --db 'libsql://host?authToken=secret' --verbose
expect_no_any secret

# a reader that goes away: no message, no core
rc=0
(cd "$P" && "$WEIR" show --json 2>"$T/err"; echo $? >"$T/rc") | head -n 1 \
	>/dev/null
[ ! -s "$T/err" ] || fail "a closed pipe is complained about"
[ "$(cat "$T/rc")" -ne 139 ] || fail "a closed pipe crashes"

# hostile names reach no terminal raw
printf 'CREATE TABLE "a\033[31mb" (x); CREATE TABLE "c\nd" (y);' |
	sqlite3 -batch "$T/hostile.db"
for args in 'show' 'diff empty' 'show --sql' 'status'; do
	# shellcheck disable=SC2086
	weir_in "$T" $args --db hostile.db
	! grep -q "$esc" "$T/out" || fail "$args prints an escape"
done
golden
