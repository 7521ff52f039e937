# shellcheck shell=sh
# lib.sh: runs of the studio by script; source it, it is no test.
#
#	. "${srcdir:-$(dirname -- "$0")/../..}/tests/screens/lib.sh"
#	shots SCRIPT WxH [OPTION]…   run it on a fresh copy of the example; every
#	                             :save-screen ../NAME lands in $T/NAME; all
#	                             of them, in order of name, in $T/shots
#
# The folder's name has a fixed length: paths on a screen wrap the same way
# each time. The clock stands at 2026-11-21 12:00 UTC.
tmp=/tmp
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir
"$WEIR" studio --help >/dev/null 2>&1 || skip "$WEIR has no studio"

example_copy "$T/fresh"
rm "$T/fresh/drizzle.config.ts"
TZ=UTC
export TZ

shots() {
	shots_script=$1
	size=$2
	shift 2
	rm -rf "$T/learning-cards" "$T"/*.screen "$T/shots"
	cp -R "$T/fresh" "$T/learning-cards"
	weir_in "$T/learning-cards" studio --script "$shots_script" --size "$size" \
		--clock 1795262400000 "$@"
	[ $rc -eq 0 ] || return 1
	for screen in "$T"/*.screen; do
		shot=${screen##*/}
		printf '== %s\n' "${shot%.screen}"
		sed -E 's/weir-test\.[A-Za-z0-9]{6}/weir-test.XXXXXX/g
			s/[0-9]{8}T[0-9]{6}\.[0-9]{3}Z/YYYYMMDDTHHMMSS.000Z/g
			s/sqlite-[0-9a-f]{16}/sqlite-0000000000000000/g
			s/[[:space:]]+$//' "$screen"
	done >"$T/shots"
}
