#!/bin/sh
# Names, defaults and files of hostile text: generate, check, drop and adopt show
# none of it raw, refuse what is no name, and check flags what cannot be seen.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/fault/lib.sh"
need jq
need_helper
unset NO_COLOR

count=$("$HELPER" count)
step=9
[ "$long" = 0 ] || step=1
P=$T/p
shown=0 flagged=0 hidden=0 names=0

# shown COMMAND…: on a terminal, in $P; @S is the string
shown() {
	rc=0
	(cd "$P" && exec timeout 60 "$HELPER" pty "$T/tty" "$WEIR" "$@") \
		>"$T/out" 2>"$T/err" </dev/null || rc=$?
	no_crash "$n: $*"
	[ $rc -ne 124 ] || fail "$n: $* hangs"
	"$HELPER" scan "$T/tty" >"$T/out" || fail "string $n: raw bytes: $*"
	shown=$((shown + 1))
}

n=0
while [ "$n" -lt "$count" ]; do
	"$HELPER" string "$n" >"$T/string"
	rm -rf "$P"
	mkdir "$P"
	mk_config "$P"
	FAULT_STRING=$n
	export FAULT_STRING
	if "$HELPER" utf8 "$n" && [ "$(wc -c <"$T/string")" -lt 5000 ]; then
		text=$(jq -Rs . <"$T/string")
		{
			echo "import { sqliteTable, text } from 'drizzle-orm/sqlite-core';"
			echo "export const a = sqliteTable($text, {"
			echo "  b: text($text).default($text) });"
		} >"$P/schema.ts"
		shown generate --dry-run
		shown check
		shown generate --name x
		if [ $rc -eq 0 ]; then
			shown check
			weir_in "$P" check --json
			jq -e . "$T/out" >/dev/null || fail "$n: no JSON"
			# controls of direction, and what has no width
			if LC_ALL=C grep -qP '\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]' \
				"$P/drizzle/0000_x.sql"; then
				hidden=$((hidden + 1))
				! grep -q '"FD6"' "$T/out" ||
					flagged=$((flagged + 1))
			fi
		fi
	fi
	# as a name of a migration, of a file, of a tag
	shown generate --custom --name @S
	if [ $rc -eq 0 ]; then
		names=$((names + 1))
		shown check
		shown drop
	fi
	shown drop @S
	shown adopt @S
	shown check --out @S
	[ ! -e "$T/outside" ] || fail "$n: written outside"
	n=$((n + step))
done
expect_eq 'hidden text flagged' "$flagged" "$hidden"
[ $hidden -gt 0 ] || fail 'no hidden text was tried'
echo "$shown screens, $names strings were names, $flagged of $hidden hidden texts flagged"

# a tag that leads out of the folder is neither read, removed nor written
for tag in ../outside /etc/outside 'a/b' .. '' -x; do
	rm -rf "$P"
	mk_project "$P" 'CREATE TABLE a (b integer);'
	echo 'kept' >"$P/outside.sql"
	sed -i "s|0000_m0|$tag|" "$P/drizzle/meta/_journal.json"
	for command in check drop 'generate --amend'; do
		# shellcheck disable=SC2086
		weir_in "$P" $command
		[ $rc -ne 0 ] || fail "$command takes the tag $tag"
		no_crash "$command"
	done
	expect_eq "outside, $tag" "$(cat "$P/outside.sql")" kept
done
