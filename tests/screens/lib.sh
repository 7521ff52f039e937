# shellcheck shell=sh
# lib.sh: runs of the studio by script, their screens compared with golden
# ones; source it, it is no test.
#
#	. "${srcdir:-$(dirname -- "$0")/../..}/tests/screens/lib.sh"
#	learning_cards               the SQLite example is the project
#	shots SCRIPT WxH [OPTION]…   run it on a fresh copy of the project; every
#	                             :save-screen ../NAME lands in $T/NAME; all
#	                             of them, in order of name, in $T/shots
#	one NAME SCRIPT WxH [OPTION]…   its shots equal golden/NAME.txt
#	sizes NAME SCRIPT            one at three sizes, in UTF-8 and in ASCII
#	styles NAME SCRIPT           one of the styles, at the first size
#	colourless NAME SCRIPT       without colour the words are those of sizes
#	result STATUS NAME           a line of TAP; $T/said tells why it failed
#	shots_end                    the plan and the exit
#
# A test of another project than the example sets
#	project    the name of its folder, $T/fresh its files
#	plain      a sed script (ERE): what else differs from run to run
# and may define prepare SCRIPT, called when the copy is made, before the run.
#
# The folder's name has a fixed length: paths on a screen wrap the same way
# each time. The clock stands at 2026-11-21 12:00 UTC. With ACCEPT=1 what
# comes becomes golden.
tmp=/tmp
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir
"$WEIR" studio --help >/dev/null 2>&1 || skip "$WEIR has no studio"

TZ=UTC
export TZ
project=project
plain=
n=0
bad=0

prepare() {
	:
}

learning_cards() {
	project=learning-cards
	example_copy "$T/fresh"
	rm "$T/fresh/drizzle.config.ts"
}

shots() {
	shots_script=$1
	shots_size=$2
	shift 2
	rm -rf "${T:?}/$project" "$T"/*.screen "$T/shots"
	cp -R "$T/fresh" "$T/$project"
	prepare "$shots_script"
	weir_in "$T/$project" studio --script "$shots_script" \
		--size "$shots_size" --clock 1795262400000 "$@"
	[ $rc -eq 0 ] || return 1
	for screen in "$T"/*.screen; do
		shot=${screen##*/}
		printf '== %s\n' "${shot%.screen}"
		sed -E -e 's/\[local\]:[0-9]+/[local]:55432/g
			s/weir-test\.[A-Za-z0-9]{6}/weir-test.XXXXXX/g
			s/[0-9]{8}T[0-9]{6}\.[0-9]{3}Z/YYYYMMDDTHHMMSS.000Z/g
			s/sqlite-[0-9a-f]{16}/sqlite-0000000000000000/g' \
			-e "$plain" -e 's/[[:space:]]+$//' "$screen"
	done >"$T/shots"
}

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

sizes() {
	for size in 120x36 80x24 60x16; do
		one "$1.$size" "$2" $size
		[ $size != 120x36 ] || cp "$T/shots" "$T/coloured"
		one "$1.$size.ascii" "$2" $size --ascii
	done
}

# the same script, its screens as maps of styles
styles() {
	sed 's/^:save-screen /:save-styles /' "$2" >"$T/styles.script"
	one "$1.styles" "$T/styles.script" 120x36
}

colourless() {
	shots "$2" 120x36 --color never &&
		diff "$T/coloured" "$T/shots" >"$T/said"
	result $? "$1 without colour"
}

shots_end() {
	echo "1..$n"
	exit $bad
}
