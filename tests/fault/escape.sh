#!/bin/sh
# No byte of a name, a value, a file, a path or an argument reaches a terminal
# raw, whatever command shows it; what is printed as JSON is JSON.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/fault/lib.sh"
need jq
need_helper
unset NO_COLOR

P=$T/p
D=$P/app.db
count=$("$HELPER" count)
[ "$count" -ge 200 ] || fail "only $count strings"
scans=0

# shown NAME ARG…: the command on a terminal, in $P; all it wrote is harmless
shown() {
	what=$1
	shift
	rc=0
	(cd "$P" && exec timeout 60 "$HELPER" pty "$T/tty" "$WEIR" "$@") \
		>"$T/out" 2>"$T/err" </dev/null || rc=$?
	no_crash "$what"
	[ $rc -ne 124 ] || fail "$what hangs"
	"$HELPER" scan "$T/tty" >"$T/out" || fail "$what: raw bytes"
	! grep -aEq 'Sanitizer|runtime error' "$T/tty" || fail "$what: $T/tty"
	scans=$((scans + 1))
}

# the scanner itself sees what it must see
for bad in '\033[2J' '\033]0;x\007' 'a\rb' '\302\2332J' '\233' '\342\200\256' \
    '\377' '\b' '\177' '\357\273\277'; do
	# shellcheck disable=SC2059
	printf "x$bad y" >"$T/bad"
	! "$HELPER" scan "$T/bad" >/dev/null || fail "not seen: $bad"
done
printf '\033[1;31mred\033[0m\r\nж漢🙂\n' >"$T/bad"
"$HELPER" scan "$T/bad" || fail 'our own colours are taken for harm'

# --- a database of such names, texts and values --------------------------------

mk_project "$P" 'CREATE TABLE plain (id integer PRIMARY KEY);' \
	'ALTER TABLE plain ADD v text;'
"$HELPER" poison "$D" || fail 'no poisoned database'
for command in status show 'show --sql' review diff 'diff --format side' \
    'diff --format unified' 'diff --format stat' 'diff db empty' \
    'diff --format side empty db' 'diff --format json db empty' verify \
    'migrate --dry-run' 'status --verbose' 'status --color always' \
    'show --json' 'review --json' 'status --json' 'verify --json'; do
	# shellcheck disable=SC2086
	shown "$command" $command
done
for command in status show review verify 'migrate --dry-run'; do
	# shellcheck disable=SC2086
	weir_in "$P" $command --json
	no_crash "$command --json"
	jq -e . "$T/out" >/dev/null || fail "$command --json is no JSON"
done
weir_in "$P" diff --format json db empty
jq -e '.changes | length > 500' "$T/out" >/dev/null ||
	fail 'diff --format json is no JSON or lost changes'
# each name is still found by its bytes
names=0
sqlite3 "$D" "SELECT hex(name) FROM sqlite_schema WHERE type = 'table'
	AND name LIKE '%t%' ORDER BY rowid" >"$T/names"
step=29
[ "$long" = 0 ] || step=1
awk -v s="$step" 'NR % s == 0' "$T/names" >"$T/some"
while read -r hex; do
	name=$(printf '%s' "$hex" | sed 's/../\\x&/g')
	name=$(bash -c 'printf "$1"; echo .' _ "$name" 2>/dev/null)
	name=${name%?}
	weir_in "$P" show --json "$name"
	no_crash "show"
	names=$((names + 1))
	# what is no UTF-8 cannot be said on a JSON line and comes as a mark
	jq -e . "$T/out" >/dev/null || fail "show --json $hex is no JSON"
done <"$T/some"

# a tracking table that is hostile, too
cp "$D" "$T/clean.db"
i=0
sqlite3 "$D" 'CREATE TABLE __drizzle_migrations (id, hash, created_at)'
sqlite3 "$D" "INSERT INTO __drizzle_migrations (hash, created_at)
	SELECT t, 5000000000000 + id FROM cells WHERE length(t) < 1000"
for command in status 'status --json' 'migrate' verify 'mark --all-present'; do
	# shellcheck disable=SC2086
	shown "$command of hostile rows" $command
done
mv "$T/clean.db" "$D"
rm -rf "$P/.weir"

# applied beside such neighbours, and taken back; a report in three forms
shown migrate migrate
expect_eq 'applied' "$(applied "$D")" 2
shown 'verify after' verify
shown 'rollback' rollback --allow drop-column:plain.v
weir_in "$P" migrate --json
jq -e . "$T/out" >/dev/null || fail 'the report is no JSON'
rm -rf "$D" "$P/.weir"

# --- files, paths, arguments, errors of the engine -------------------------------

# Each string through one of these, or all of them at length.
one() {
	case $1 in
	0)	shown "argument $2" "@S" ;;
	1)	shown "option $2" migrate "--@S" ;;
	2)	shown "--db $2" status --db "x@S" ;;
	3)	shown "--allow $2" migrate --allow "drop-table:@S" ;;
	4)	shown "--to $2" migrate --to "@S" ;;
	5)	shown "show $2" show "@S" ;;
	6)	shown "folder $2" status "x@S" ;;
	7)	shown "--migrations $2" status --migrations "@S" ;;
	8)	shown "diff $2" diff "@S" ;;
	9)	shown "mark $2" mark --applied "@S" ;;
	10)	shown "JSON error $2" show --json "@S" ;;
	11)	shown "url $2" status --db "postgres://u:p@h/@S" ;;
	*)	DATABASE_URL=$("$HELPER" string "$i" | tr -d '\000' |
			head -c 20000)
		export DATABASE_URL
		mv "$P/drizzle.config.json" "$T/config"
		shown "DATABASE_URL $2" status
		mv "$T/config" "$P/drizzle.config.json"
		unset DATABASE_URL ;;
	esac
}

# The text of the second migration; the engine complains about it.
broken() {
	{
		printf 'CREATE TABLE ok (id integer);\n'
		printf -- '--> statement-breakpoint\nINSERT INTO "none'
		"$HELPER" string "$i" | sed 's/"/""/g'
		printf '" VALUES (1);\n'
	} >"$P/drizzle/0001_m1.sql"
	shown "error of $i" migrate
	[ "$rc" -ne 0 ] || fail "the broken file $i ran"
	[ ! -e "$D" ] || expect_eq "rows after $i" "$(applied "$D")" 0
	weir_in "$P" migrate --json
	jq -e .error.message "$T/out" >/dev/null || fail "error $i is no JSON"
}

# every other one: the database above has shown each of them
i=0
every=2
[ "$long" = 0 ] || every=1
export FAULT_STRING
while [ $i -lt "$count" ]; do
	FAULT_STRING=$i
	if [ "$long" = 1 ]; then
		for k in 0 1 2 3 4 5 6 7 8 9 10 11 12; do
			one $k "$i"
		done
		broken
	elif [ $((i / every % 4)) != 1 ]; then
		one $((i % 13)) "$i"
	else
		broken
	fi
	rm -rf "$P/.weir"
	i=$((i + every))
done

# --- invisible characters in a statement are flagged (FD6) ------------------------

flagged=0
for cp in 200b 200c 200d 200e 200f 202a 202b 202c 202d 202e 2066 2067 2068 \
    2069 2060 feff 061c fff9 fffa fffb; do
	jq -nr "\"CREATE TABLE x (v text DEFAULT 'a\\u${cp}b');\"" \
		>"$P/drizzle/0001_m1.sql"
	weir_in "$P" review --json
	jq -e '[.. | .code? // empty] | index("FD6")' "$T/out" >/dev/null ||
		fail "U+$cp in a statement is not flagged"
	shown "review with U+$cp" review
	shown "dry run with U+$cp" migrate --dry-run
	grep -aiq "<U+$cp>" "$T/tty" || fail "U+$cp is not marked"
	flagged=$((flagged + 1))
done

# --- config and journal text --------------------------------------------------------

for text in '\u001b[2J' '\u009b2J' '\u202e' 'a\u0000b' '\ud800'; do
	printf '{"dialect":"%s"}' "$text" >"$P/drizzle.config.json"
	shown "dialect $text" status
	printf '{"dialect":"sqlite","out":"%s"}' "$text" \
		>"$P/drizzle.config.json"
	shown "out $text" status
	printf '{"dialect":"sqlite","dbCredentials":{"url":"%s"}}' "$text" \
		>"$P/drizzle.config.json"
	shown "url $text" status
	mk_config "$P"
done
printf '{"x\033[2J' >"$P/drizzle/meta/_journal.json"
shown 'journal' migrate
echo "$scans outputs of $count strings, $names names, $flagged flagged"
