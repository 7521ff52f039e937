#!/bin/sh
# The recorded folders of turso (libSQL), applied to a SQLite file, where ALTER
# COLUMN is a rebuild: the database is what the last snapshot says, and what
# the migrations make.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/corpus/lib.sh"
. "$top/tests/corpus/engine_lib.sh"
need_weir

# libSQL refuses it, too: an index is dropped twice
refused=' turso/indexes-of-changed '

# made FILE OPTION…: says what is wrong
made() {
	steps "$@"
	[ -n "$out" ] || { echo 'nothing is written'; return; }
	db=$here/applied.db
	weir_in "$here" migrate --db "$db"
	[ $rc -eq 0 ] || { echo "migrate: status $rc: $(first_error)"; return; }
	weir_in "$here" diff db snapshot --db "$db"
	[ $rc -eq 0 ] || { echo "diff: status $rc: $(cat "$T/out" "$T/err")"
		return; }
	weir_in "$here" verify --db "$db"
	[ $rc -eq 0 ] || echo "verify: status $rc: $(first_error)"
}

one() {
	said=$(made "$2" --compat exact)
	if is_in "$refused" "$1"; then
		case $said in
		*'no such index'*) ;;
		*) echo "exact: the engine takes what it refused: $said" ;;
		esac
	elif [ -n "$said" ]; then
		echo "exact: $said"
	fi
	said=$(made "$2")
	[ -z "$said" ] || echo "default: $said"
}

cases | grep '/turso/[^/]*$' >"$T/cases"
echo "1..$(wc -l <"$T/cases")"
n=0 bad=0
while read -r file; do
	n=$((n + 1))
	said=$(one "$(case_name "$file")" "$file")
	if [ -z "$said" ]; then
		echo "ok $n - $(case_name "$file")"
	else
		echo "not ok $n - $(case_name "$file")"
		echo "# $said"
		bad=1
	fi
done <"$T/cases"
exit $bad
