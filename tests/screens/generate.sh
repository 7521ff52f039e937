#!/bin/sh
# The Generate screen at three sizes, in UTF-8 and in ASCII, of SQLite and of
# PostgreSQL without and with a server, equals its golden screens; styles at
# the first size, with the danger marks where they belong; the same without
# colour.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/screens/lib.sh"
here=$top/tests/screens/generate

# config DIR DIALECT URL: "" names no database
config() {
	mkdir -p "$1"
	printf '{"dialect":"%s","schema":"./schema.ts","out":"./drizzle"' "$2" \
		>"$1/drizzle.config.json"
	[ -z "$3" ] || printf ',"dbCredentials":{"url":"%s"}' "$3" \
		>>"$1/drizzle.config.json"
	printf '}\n' >>"$1/drizzle.config.json"
}

# begin DIALECT URL: a project with its first migration, and files beyond it
begin() {
	rm -rf "$T/fresh"
	config "$T/fresh" "$1" "$2"
	cp "$here/${kind}_before.ts" "$T/fresh/schema.ts"
	weir_in "$T/fresh" generate --name first
	[ $rc -eq 0 ] || fail 'the first migration was not generated'
	sed -i 's/"when": [0-9]*/"when": 1795000000000/' \
		"$T/fresh/drizzle/meta/_journal.json"
	cp "$here/${kind}_after.ts" "$T/fresh/schema.ts"
}

# all: sizes, styles, no colour, an error
all() {
	sizes "$name" "$script"
	styles "$name" "$script"
	# what is dropped is red, and says so in words
	sed -n '/^== 06-ready/,/^== 07/p' "$T/shots" | sed -n 5p |
		grep -q '!!!!!!' && sed -n '/^== 06-ready/,/^== 07/p' \
		"$T/coloured" | sed -n 5p | grep -q 'DROPS' &&
		sed -n '/^== 05-created/,/^== 06/p' "$T/shots" | grep -q LLLLLL
	result $? "$name marks what is dropped"
	colourless "$name" "$script"
	# an error has its place; the file put right is read again
	cp "$T/fresh/schema.ts" "$T/good.ts"
	echo 'export const broken = ;' >>"$T/fresh/schema.ts"
	sed -n '1,/^keys g/p' "$script" >"$T/error.script"
	echo ':save-screen ../01-error.screen' >>"$T/error.script"
	one "$name.error" "$T/error.script" 80x24
	cp "$T/good.ts" "$T/fresh/schema.ts"
}

kind=sqlite
name=generate_sqlite
script=$here/generate.script
begin sqlite app.db
all

# a folder that was not there when the studio began is found once it is
rm -rf "$T/fresh/drizzle"
one generate_first "$here/first.script" 80x24

# PostgreSQL without a server: nothing can be run, all the rest works
kind=pg
name=generate_pg
script=$T/pg.script
begin postgresql ''
awk '/^keys g$/ && !n++ { print "expect Scratch database"
	print ":save-screen ../00-scratch.screen"; print "keys y"
	print "expect Scratch database"; print "keys Esc" }
	/^expect 0001_rename_columns/ { print "expect Scratch database"
	print "keys Esc" } { print }' "$here/generate.script" >"$script"
all
# a question of the worker is never lost: many starts ask each time
printf 'keys 3\nexpect Scratch database\nkeys Ctrl-C q\n' >"$T/asks.script"
lost=0
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
	weir_in "$T/fresh" studio --script "$T/asks.script"
	[ $rc -eq 0 ] || lost=$((lost + 1))
done
[ $lost -eq 0 ] || cp "$T/err" "$T/said"
result $lost 'the question comes each time'

# the folder of the first migration, on no server at all
rm -rf "$T/fresh/drizzle"
one generate_pg_first "$here/first_pg.script" 80x24

# a server that does not answer: said so, and left at once
begin postgresql postgresql://app@127.0.0.1:1/app
printf ':save-screen ../01-away.screen\nkeys R\nexpect refused\nkeys q\n' \
	>"$T/away.script"
one generate_pg_away "$T/away.script" 80x24

# with a server the review runs what was written
skip() {
	echo "# no part of this with a server: $*"
	shots_end
}
. "$top/tests/lib/pg.sh"
pg_start
pg_new app
name=generate_pg_server
script=$here/generate.script
begin postgresql "$(pg_url app)"
sizes "$name" "$script"
shots_end
