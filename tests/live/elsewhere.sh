#!/bin/sh
# elsewhere.sh: the runs of a project are found when weir is started in another
# folder, and those that were made from there when it is started in the project.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir
run() { "$WEIR" "$@" >"$T/out" 2>"$T/err" </dev/null; rc=$?; }
rows() { sqlite3 "$P/app.db" 'SELECT id, a FROM t ORDER BY id' | xargs; }
P=$T/shop
mk_project "$P" 'CREATE TABLE t (id integer PRIMARY KEY, a text);' \
	'ALTER TABLE t DROP COLUMN a;'
mkdir "$T/away"
away() {
	cd "$T/away" || exit 99
	run "$@" --db "$P/app.db" --migrations "$P/drizzle"
}
here() {
	cd "$P" || exit 99
	run "$@"
}

here migrate --to 0000_m0 --quiet
sql "$P/app.db" "INSERT INTO t VALUES (1, 'x'), (7, 'z')"
here migrate --allow drop-column:t.a
expect_eq 'migrate' "$rc" 0
away undo list
grep -q 't.a' "$T/out" || fail "nothing is saved: $(cat "$T/out")"
away rollback
expect_eq 'taken back from elsewhere' "$rc $(rows)" '0 1|x 7|z'
away migrate --allow drop-column:t.a
expect_eq 'applied from elsewhere' "$rc $(ls -A "$T/away")" '0 '
here rollback
expect_eq 'taken back at home' "$rc $(rows)" '0 1|x 7|z'
expect_eq 'runs' "$(find "$P/.weir" -name run.log | wc -l)" 5

# without any: what is refused says where was looked
here migrate --allow drop-column:t.a
away rollback --state "$T/none"
expect_eq 'no runs' "$rc" 2
grep -q "no run of it is recorded in $T/none.*--state DIR" "$T/err" ||
	fail "$(cat "$T/err")"
exit 0
