#!/bin/sh
# Where libpq is not installed, or cannot be loaded, SQLite is served as ever
# and a PostgreSQL address gets one line that says what to install.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir

mkdir "$T/lib"
: >"$T/lib/libpq.so.5"
mk_project "$T/p" 'CREATE TABLE t (id integer PRIMARY KEY);' \
	'ALTER TABLE t ADD COLUMN a text;'
LD_LIBRARY_PATH=$T/lib
export LD_LIBRARY_PATH
expect_weir 0 "$T/p" migrate
expect_weir 0 "$T/p" rollback
weir_in "$T/p" status --db postgresql://u:secret@127.0.0.1:1/x
expect_rc 2
expect_any "PostgreSQL's client library is not here: libpq.so.5"
expect_any 'apt install libpq5'
! grep -q secret "$T/out" "$T/err" || fail 'a password is shown'
