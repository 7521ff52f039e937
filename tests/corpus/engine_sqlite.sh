#!/bin/sh
# The recorded folders of SQLite, applied to a file.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/corpus/lib.sh"
. "$top/tests/corpus/engine_lib.sh"
need_weir

# apply: the folder on a fresh database; rc, $T/schema
apply() {
	db=$here/applied.db
	rm -f "$db"*
	weir_in "$here" migrate --db "$db"
	[ $rc -ne 0 ] || sqlite3 -init /dev/null "$db" .schema |
		plain >"$T/schema"
}

recorded() {
	[ ! -e "$d/dump.sql" ] || plain <"$d/dump.sql" >"$T/recorded"
}

engine_run sqlite
