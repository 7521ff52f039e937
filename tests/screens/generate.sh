#!/bin/sh
# The Generate screen at three sizes, in UTF-8 and in ASCII,
# equals its golden screens; styles at the first size, with the danger marks
# where they belong; the same without colour.  With ACCEPT=1 what comes
# becomes golden.
tmp=/tmp
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir
TZ=UTC
export TZ
here=$top/tests/screens/generate

# config DIR DIALECT
config() {
	mkdir -p "$1"
	printf '{"dialect":"%s","schema":"./schema.ts","out":"./drizzle"' "$2" \
		>"$1/drizzle.config.json"
	[ "$2" != sqlite ] ||
		printf ',"dbCredentials":{"url":"app.db"}' >>"$1/drizzle.config.json"
	printf '}\n' >>"$1/drizzle.config.json"
}

n=0
bad=0
result() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		head -n 80 "$T/said" | sed 's/^/# /'
		bad=1
	fi
}

# shots SCRIPT WxH [OPTION]…: all screens, in order of name, in $T/shots
shots() {
	shots_script=$1
	size=$2
	shift 2
	rm -rf "$T/project" "$T"/*.screen "$T/shots"
	cp -R "$T/fresh" "$T/project"
	weir_in "$T/project" studio --script "$shots_script" --size "$size" \
		--clock 1795262400000 "$@"
	[ $rc -eq 0 ] || return 1
	for screen in "$T"/*.screen; do
		shot=${screen##*/}
		printf '== %s\n' "${shot%.screen}"
		sed -E 's/weir-test\.[A-Za-z0-9]{6}/weir-test.XXXXXX/g
			s/[[:space:]]+$//' "$screen"
	done >"$T/shots"
}

# same NAME: $T/shots and golden/NAME.txt
same() {
	golden=$top/tests/screens/golden/$1.txt
	if [ "${ACCEPT-}" = 1 ]; then
		cp "$T/shots" "$golden"
	else
		diff -u "$golden" "$T/shots" >"$T/said" 2>&1
	fi
	result $? "$1"
}

# one NAME SCRIPT WxH [OPTION]…
one() {
	as=$1
	shift
	if shots "$@"; then
		same "$as"
	else
		cat "$T/err" "$T/out" >"$T/said"
		result 1 "$as"
	fi
}

cp "$here/generate.script" "$T/sqlite.script"
for dialect in sqlite:sqlite; do
	name=generate_${dialect%:*}
	script=$T/${dialect%:*}.script
	rm -rf "$T/fresh"
	config "$T/fresh" "${dialect#*:}"
	cp "$here/${dialect%:*}_before.ts" "$T/fresh/schema.ts"
	weir_in "$T/fresh" generate --name first
	[ $rc -eq 0 ] || fail 'the first migration was not generated'
	sed -i 's/"when": [0-9]*/"when": 1795000000000/' \
		"$T/fresh/drizzle/meta/_journal.json"
	cp "$here/${dialect%:*}_after.ts" "$T/fresh/schema.ts"
	for size in 120x36 80x24 60x16; do
		one "$name.$size" "$script" $size
		[ $size != 120x36 ] || cp "$T/shots" "$T/coloured"
		one "$name.$size.ascii" "$script" $size --ascii
	done
	sed 's/^:save-screen /:save-styles /' "$script" \
		>"$T/styles.script"
	one "$name.styles" "$T/styles.script" 120x36
	# what is dropped is red, and says so in words
	sed -n '/^== 06-ready/,/^== 07/p' "$T/shots" | sed -n 5p |
		grep -q '!!!!!!' && sed -n '/^== 06-ready/,/^== 07/p' \
		"$T/coloured" | sed -n 5p | grep -q 'DROPS' &&
		sed -n '/^== 05-created/,/^== 06/p' "$T/shots" | grep -q LLLLLL
	result $? "$name marks what is dropped"
	shots "$script" 120x36 --color never &&
		diff "$T/coloured" "$T/shots" >"$T/said"
	result $? "$name without colour"
	# an error has its place; the file put right is read again
	cp "$T/fresh/schema.ts" "$T/good.ts"
	echo 'export const broken = ;' >>"$T/fresh/schema.ts"
	sed -n '/^keys 3/p' "$script" >"$T/error.script"
	echo ':save-screen ../01-error.screen' >>"$T/error.script"
	one "$name.error" "$T/error.script" 80x24
	cp "$T/good.ts" "$T/fresh/schema.ts"
done
echo "1..$n"
exit $bad
