#!/bin/sh
# A migrations folder that cannot be trusted: every command that reads it says
# what is wrong at file:line:col, runs nothing and opens nothing outside.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/fault/lib.sh"
need jq

P=$T/p
D=$P/app.db
J=$P/drizzle/meta/_journal.json
mk_project "$P" 'CREATE TABLE a (id integer PRIMARY KEY);' \
	'CREATE TABLE b (id integer PRIMARY KEY);' \
	'CREATE TABLE c (id integer PRIMARY KEY);'
apply_first "$P" "$D" 1
remember "$D"
cp -R "$P/drizzle" "$T/good"
cp "$J" "$T/good.json"

restore() {
	rm -rf "$P/drizzle"
	cp -R "$T/good" "$P/drizzle"
}

# whole N WHY: refused by all that read the folder, the database untouched
whole() {
	all='status migrate'
	[ "$long" = 0 ] || all="$all review verify rollback diff"
	for command in $all; do
		# shellcheck disable=SC2086
		refused "$1" "$P" $command
		expect_err "$2"
	done
	weir_in "$P" migrate --json
	jq -e '.error.message' "$T/out" >/dev/null || fail "no JSON: $2"
	unchanged "$2"
	[ ! -e "$P/.weir" ] || fail "$2: a refusal wrote state"
}

# journal TEXT N WHY
journal() {
	printf '%s' "$1" >"$J"
	whole "$2" "$3"
}

was_long=$long
# --- not JSON, not a journal --------------------------------------------------

long=1
journal '' 5 'not JSON'
long=$was_long
journal '{' 5 'not JSON'
journal 'hello' 5 'not JSON'
journal '{"version":"7",}' 5 'not JSON'
journal '[]' 5 'not an object'
journal '"x"' 5 'not an object|not JSON'
journal 'null' 5 'not an object|not JSON'
journal '{}' 5 'dialect'
journal '{"version":"7","dialect":"sqlite"}' 5 'entries'
journal '{"version":"7","dialect":"sqlite","entries":{}}' 5 'entries'
journal '{"version":"7","dialect":"sqlite","entries":[1]}' 5 'not an object'
journal '{"version":"9","dialect":"sqlite","entries":[]}' 5 'version'
printf '\377\376{\000}\000' >"$J"
whole 5 'not JSON'
head -c 300 "$T/good.json" >"$J"
whole 5 '_journal.json:[0-9]+:[0-9]+'
sed 's/^  "entries"/<<<<<<< HEAD\n&/' "$T/good.json" >"$J"
whole 5 'resolve the merge'
# deeper than any journal
awk 'BEGIN { for (i = 0; i < 100000; i++) printf "["; }' >"$J"
whole 5 'deep|not JSON'

# --- entries ------------------------------------------------------------------

# field JQ WHY: the second entry changed
field() {
	jq ".entries[1]$1" "$T/good.json" >"$J" || fail "jq: $1"
	whole 5 "$2"
	expect_err '_journal.json:[0-9]+:[0-9]+'
}

field '.tag = "0000_m0"' 'tag.*twice'
field '.idx = 0' 'idx.*twice'
field '.idx = -1' 'idx'
field '.idx = 1.5' 'idx'
field '.idx = "1"' 'idx'
field '.when = "soon"' 'when'
field '.when = -5' 'when'
field '.when = 1e300' 'when|JSON'
field '.breakpoints = 1' 'breakpoints'
field '.version = "99"' 'version'
field '.tag = 5' 'tag'
for key in tag when idx breakpoints version; do
	jq "del(.entries[1].$key)" "$T/good.json" >"$J"
	whole 5 "$key"
done

# --- tags: none of them may be opened -------------------------------------------

mkdir -p "$T/outside"
printf 'CREATE TABLE stolen (id integer);' >"$T/outside/x.sql"
cp "$T/outside/x.sql" "$P/x.sql"
cp "$T/outside/x.sql" "$T/x.sql"
tags=0
while IFS= read -r tag; do
	jq --argjson t "$tag" '.entries[1].tag = $t' "$T/good.json" >"$J" ||
		fail "jq: $tag"
	refused 5 "$P" migrate
	expect_err 'may not be opened|not JSON'
	tags=$((tags + 1))
	unchanged "$tag"
	! LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" "$T/err" ||
		fail "raw control bytes for $tag"
done <<'END'
"../x"
"../../x"
"../outside/x"
"../../outside/x"
"meta/../../x"
"./0001_m1"
"././0001_m1"
"a/b"
"/x"
"//x"
"/etc/passwd"
"/dev/zero"
"/proc/self/environ"
"meta/_journal.json"
"meta/x"
"drizzle/0001_m1"
"0001_m1/"
"0001_m1/."
"0001_m1/.."
"..\\x"
"..\\..\\x"
"C:\\x"
"C:/x"
"\\\\host\\x"
"a\\b"
"."
".."
""
"-"
"-rf"
"--help"
"-0001_m1"
"0001_m1\u0000"
"\u0000"
"0001\u0000_m1"
"\u0001x"
"\u0007x"
"x\u0008"
"a\tb"
"a\nb"
"a\rb"
"\u001b[2Jx"
"\u001b]0;x\u0007"
"x\u007f"
"\u0085x"
"\u009b31mx"
"\u202ex"
"\u202dx"
"a\u202ab"
"a\u202bb"
"a\u202cb"
"a\u2066b"
"a\u2067b"
"a\u2068b"
"a\u2069b"
"a\u200eb"
"a\u200fb"
"a\u061cb"
"a\u2028b"
"a\u2029b"
"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
"éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééx"
END
[ $tags -ge 60 ] || fail "only $tags tags"

# no file outside the folder is even opened
if command -v strace >/dev/null; then
	for tag in ../x ../../x /etc/passwd meta/../../x; do
		jq --arg t "$tag" '.entries[1].tag = $t' "$T/good.json" >"$J"
		run strace -f -o "$T/trace" -e trace=openat,openat2,open \
			sh -c 'cd "$1" && exec "$2" migrate' sh "$P" "$WEIR"
		! grep -Eq '"[^"]*(x\.sql|passwd\.sql)' "$T/trace" ||
			fail "$tag was opened: $(grep -E 'x\.sql' "$T/trace")"
	done
fi

# what drizzle-kit lets through: spaces, dots, any script
for tag in '0001 my table' '0001_ж_表_🙂' '0001.x.y' "0001_it's" '0001_"q"' \
    '0001_$(id)' '%s%n' '*'; do
	restore
	jq --arg t "$tag" '.entries[1].tag = $t' "$T/good.json" >"$J"
	mv "$P/drizzle/0001_m1.sql" "$P/drizzle/$tag.sql"
	expect_weir 0 "$P" status
	expect_weir 0 "$P" migrate --dry-run
	cp "$D" "$T/one.db"
	expect_weir 0 "$P" migrate --db "$T/one.db"
	expect_eq "$tag" "$(applied "$T/one.db")" 3
	rm -rf "$T/one.db" "$P/.weir"
done

# --- files --------------------------------------------------------------------

restore
F=$P/drizzle/0001_m1.sql

# each of them: nothing hangs, nothing outside is read, nothing runs
not_a_file() {
	for command in status review migrate; do
		rc=0
		(cd "$P" && exec timeout 10 "$WEIR" $command) </dev/null \
			>"$T/out" 2>"$T/err" || rc=$?
		[ $rc -ne 124 ] || fail "$1: $command hangs"
		no_crash "$1"
		case $command in
		migrate)
			case $rc in
			1 | 2 | 5) ;;
			*) fail "$1: exit $rc of migrate" ;;
			esac
			one_message "$1: migrate"
			;;
		esac
		expect_no_any 'root:|stolen'
	done
	expect_err '0001_m1'
	unchanged "$1"
	rm -rf "$F"
}

rm "$F"
not_a_file 'a missing pending file'
mkfifo "$F"
not_a_file 'a FIFO'
mkdir "$F"
not_a_file 'a folder'
ln -s /etc/passwd "$F"
not_a_file 'a link to /etc/passwd'
ln -s ../../outside/x.sql "$F"
not_a_file 'a link out of the folder'
ln -s /dev/zero "$F"
not_a_file 'a link to a device'
ln -s 0001_m1.sql "$F"
not_a_file 'a link to itself'
ln -s gone.sql "$F"
not_a_file 'a link to nothing'
if [ "$(id -u)" = 0 ] && mknod "$F" c 1 5 2>/dev/null; then
	not_a_file 'a device'
fi
if command -v jq >/dev/null && command -v sqlite3 >/dev/null; then
	truncate -s 3G "$F"
	not_a_file 'a file of 3 GiB'
fi
# a link that stays inside is a file
cp "$T/good/0001_m1.sql" "$P/drizzle/inner.sql"
ln -s inner.sql "$F"
expect_weir 0 "$P" migrate --dry-run
restore

# the journal itself, and its folder
rm "$J"
mkfifo "$J"
for command in status migrate; do
	rc=0
	(cd "$P" && exec timeout 10 "$WEIR" $command) </dev/null >"$T/out" \
		2>"$T/err" || rc=$?
	[ $rc -ne 124 ] || fail "$command hangs on the journal"
	one_message "$command, journal a FIFO"
done
rm "$J"
ln -s "$T/good.json" "$J"
weir_in "$P" migrate
[ $rc -ne 0 ] || fail 'a journal outside the folder was followed'
one_message 'journal a link out'
unchanged 'journal a link out'
rm "$J"
weir_in "$P" migrate
[ $rc -ne 0 ] || fail 'no journal, and it went on'
one_message 'no journal'
restore

# an applied file that is gone does not stop what is pending
rm "$P/drizzle/0000_m0.sql"
expect_weir 0 "$P" status
expect_any 'missing'
cp "$D" "$T/one.db"
expect_weir 0 "$P" migrate --db "$T/one.db"
expect_err '0000_m0'
expect_eq 'rows' "$(applied "$T/one.db")" 3
rm -rf "$T/one.db" "$P/.weir"
restore

# out of order: Drizzle would skip it for ever; named with both ways on
jq '.entries[1].when = 5' "$T/good.json" >"$J"
apply_one=$(db_sum "$D")
weir_in "$P" migrate
expect_rc 5
one_message 'out of order'
expect_any '--include 0001_m1' 'weir mark'
expect_eq 'out of order' "$(db_sum "$D")" "$apply_one"
restore

# a file the journal does not name is named, and never run
cp "$T/outside/x.sql" "$P/drizzle/0009_extra.sql"
expect_weir 0 "$P" status
expect_any '0009_extra'
restore

# --- bytes --------------------------------------------------------------------

# bytes PRINTF-TEXT RC REGEX: the second file has these
bytes() {
	# shellcheck disable=SC2059
	printf "$1" >"$F"
	weir_in "$P" migrate
	no_crash "$1"
	expect_rc "$2"
	one_message "$1"
	expect_err "$3"
	unchanged "$1"
	rm -rf "$P/.weir"
}

bytes 'CREATE TABLE b (id integer);\n-- \377\376\n' 5 '0001_m1.sql:2:4'
bytes 'CREATE TABLE b (id integer);\000DROP TABLE a;' 5 '0001_m1.sql:1'
bytes '\377\376C\000R\000E\000A\000' 5 '0001_m1.sql:1:1|UTF-16'
bytes 'CREATE TABLE "\300\257" (id integer);' 5 '0001_m1.sql:1'
bytes 'CREATE TABLE "\355\240\200" (id integer);' 5 '0001_m1.sql:1'
restore

# taken as drizzle takes them, and hashed over the very bytes
for text in '\357\273\277CREATE TABLE b (id integer);' \
    'CREATE TABLE b (\r\n\tid integer\r\n);\r\n' \
    'CREATE TABLE "ж表🙂" (id integer);\n\n\n' '-- nothing\n;\n' ''; do
	# shellcheck disable=SC2059
	printf -- "$text" >"$F"
	cp "$D" "$T/one.db"
	expect_weir 0 "$P" migrate --db "$T/one.db"
	sql "$T/one.db" 'SELECT hash FROM __drizzle_migrations' >"$T/hashes"
	grep -q "$(file_sum "$F")" "$T/hashes" || fail "another hash: $text"
	rm -rf "$T/one.db" "$P/.weir"
done
