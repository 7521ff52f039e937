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
	weir_in "$T/empty" diff --format json "$(pg_url live)" "$(pg_url back)"
	[ "$rc" -eq 0 ] || fail "$1: no diff"
	# what a dump cannot say of inheritance: a constraint that was NOT
	# VALID for the parent alone is so for its child, too, and the columns
	# of a child that was attached come in its parent's order
	jq '[.changes[] | select([.object, .fields] | IN(
		["check app.child later", ["not valid"]],
		["app.other_child.from", ["position"]],
		["app.other_child.extra", ["position"]]) | not)] | length' \
		"$T/out" >"$T/n"
	[ "$(cat "$T/n")" = 0 ] || fail "$1: live and restored differ"
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

# a few of the corpus; test_pg_roundtrip has all of it
for name in everything odd-names types-all generated identity indexes-all \
	rls-policies sequences uniques views; do
	file=$top/tests/corpus/pg-dumps/$name.sql
	[ -f "$file" ] || fail "no $file"
	grep -oE 'corpus_[a-z_]+' "$file" | sort -u | while read -r role; do
		PGOPTIONS='-c client_min_messages=error' "$PSQL" -X -q \
			-c "CREATE ROLE $role" 2>/dev/null
	done
	pg_new live
	pg_file live "$file"
	restored "$name"
done
echo "$dumps dumps"
