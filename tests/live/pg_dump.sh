#!/bin/sh
# A schema restored from pg_dump is the schema that was dumped: weir diff of the
# two says nothing, for each dump of the corpus and for the example. And a copy
# that differs in one thing is not taken for the same.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
need jq

pg_start
PATH=$(dirname "$PSQL"):$PATH
mkdir "$T/empty"
dumps=0

# restored NAME: database `live` dumped and loaded into `back`; no difference
restored() {
	pg_new back
	pg_dump -s live >"$T/dump.sql" 2>"$T/err" || fail "pg_dump of $1"
	# public is there already
	sed -i '/^CREATE SCHEMA public;$/d' "$T/dump.sql"
	pg_file back "$T/dump.sql"
	weir_in "$T/empty" diff --exit-code --format json \
		"$(pg_url live)" "$(pg_url back)"
	[ "$rc" -eq 0 ] || fail "$1: live and restored differ"
	expect_eq "changes of $1" "$(jq '.changes | length' "$T/out")" 0
	weir_in "$T/empty" show --json --db "$(pg_url back)"
	expect_rc 0
	jq -e . "$T/out" >/dev/null || fail "$1: show --json is no JSON"
	dumps=$((dumps + 1))
}

pg_new live
"$top/examples/sunschool/make-db" "$(pg_url live)" || fail make-db
restored sunschool
# one thing less
pg_sql back 'ALTER TABLE learning_goals ALTER COLUMN target DROP NOT NULL'
weir_in "$T/empty" diff --exit-code --format json "$(pg_url live)" \
	"$(pg_url back)"
expect_rc 4
expect_eq 'changes' "$(jq '.changes | length' "$T/out")" 1

for file in "$top"/tests/corpus/pg-dumps/*.sql; do
	[ -f "$file" ] || continue
	pg_new live
	pg_file live "$file"
	restored "${file##*/}"
done
echo "$dumps dumps"
