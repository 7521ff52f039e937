# shellcheck shell=sh
# lib.sh: transcripts of the command line, compared with golden ones; source
# it, it is no test.
#
#	. "${srcdir:-$(dirname -- "$0")/../..}/tests/cli/lib.sh"
#	project                 the example with its database in $P
#	weir review             run there; "$ weir review" and what it printed
#	                        go into the transcript
#	golden                  the end: equal to tests/cli/golden/NAME.txt
#
# Standard error follows standard output, its lines behind "2> "; a status
# other than 0 closes the entry as "[status N]". What differs from run to run
# (folders, times, run ids) is replaced by a word. With ACCEPT=1 the transcript
# becomes the golden one; `make accept` does that for all.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir

P=$T/project
told=$T/transcript
: >"$told"
name=${me%.sh}

# plain: what differs from run to run, named
plain() {
	sed -E -e "s|$T/?|/|g" \
		-e 's/committed [0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:]{5,8}Z?/committed NOW/g' \
		-e 's#[0-9]+(\.[0-9]+)? ms|[0-9]+\.[0-9] s\b#N ms#g' \
		-e 's|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|UUID|g' \
		-e 's|[0-9]{8}T[0-9]{6}\.[0-9]{3}Z|TIME|g' \
		-e 's|sqlite-[0-9a-f]{16}|sqlite-ID|g' \
		-e 's|"SQLite [0-9.]+"|"SQLite VERSION"|g' \
		-e 's/("(ms|waited_ms)": )[0-9.]+/\10/' \
		-e 's/("(at|started|committed_at|ended)": )[0-9]{13}/\10/'
}

# project: the example; without its drizzle.config.ts, whose note would stand
# in every entry
project() {
	example_copy "$P"
	rm "$P/drizzle.config.ts"
}

# say TEXT…: a heading in the transcript
say() {
	printf '# %s\n' "$*" >>"$told"
}

# entry COMMAND-TEXT: the last run, into the transcript
entry() {
	{
		printf '$ %s\n' "$1"
		plain <"$T/out"
		plain <"$T/err" | sed 's/^/2> /'
		[ $rc -eq 0 ] || printf '[status %s]\n' $rc
		echo
	} >>"$told"
}

# weir ARG…: in $P
weir() {
	weir_in "$P" "$@"
	entry "weir${*:+ $*}"
}

# shell COMMAND…: a change of the surroundings, told but silent
shell() {
	printf '$ %s\n\n' "$*" >>"$told"
	(cd "$P" && eval "$*") >"$T/out" 2>&1 </dev/null || fail "$*"
}

golden() {
	want=$top/tests/cli/golden/$name.txt
	if [ "${ACCEPT-}" = 1 ]; then
		cp "$told" "$want"
		return
	fi
	diff -u "$want" "$told" >"$T/diff" && return
	cat "$T/diff" >&2
	: >"$T/out"
	: >"$T/err"
	fail "the transcript is not golden/$name.txt (make accept takes it)"
}
