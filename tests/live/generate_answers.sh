#!/bin/sh
# What is answered wrongly is refused by its place, not taken for a drop; many
# open questions are all shown.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir

P=$T/p
mkdir -p "$P"
mk_config "$P"
# schema COLUMN…: of the table t
schema() {
	echo "import { sqliteTable, text } from 'drizzle-orm/sqlite-core';
export const t = sqliteTable('t', {" >"$P/schema.ts"
	for column; do
		echo "$column: text()," >>"$P/schema.ts"
	done
	echo '});' >>"$P/schema.ts"
}
schema id a
expect_weir 0 "$P" generate --name a
schema id b

# refused TEXT REGEX
refused() {
	echo "$1" >"$T/answers.json"
	expect_weir 2 "$P" generate --name b --answers "$T/answers.json"
	expect_err "answers.json: answer 1: $2"
	[ ! -e "$P/drizzle/0001_b.sql" ] || fail 'it is written'
}
A='"kind":"column","table":"t"'
refused "[{$A,\"form\":\"a\",\"to\":\"b\"}]" 'unknown key "form"'
refused "[{$A,\"from\":5,\"to\":\"b\"}]" '"from" is no string'
refused "[{$A,\"from\":\"a\"}]" 'it has no "to"'
refused '[{"kind":"column","from":"a","to":"b"}]' 'a column has a "table"'
refused '[{"kind":"colum","table":"t","from":"a","to":"b"}]' '.*colum.*"kind"|.*"kind".*colum'
refused '["x"]' 'it is no object'
echo "[{$A,\"from\":null,\"to\":\"b\"}]" >"$T/answers.json"
expect_weir 0 "$P" generate --dry-run --answers "$T/answers.json"
expect_out 'DROP COLUMN'
expect_weir 2 "$P" generate --rename column:t.a=b --create column:t.b
expect_err 'column t.b is answered twice'

# many questions
names=
for i in 1 2 3 4 5 6 7 8 9; do
	names="$names a_very_long_name_of_a_column_$i"
done
# shellcheck disable=SC2086
schema id b $names
expect_weir 3 "$P" generate
for name in $names; do
	expect_err "--rename column:t.a=$name" "--create column:t.$name"
done
expect_err '10 rename questions are open'

# the result alone
expect_weir 0 "$P" generate -q --name c --answers "$T/answers.json"
expect_eq 'lines' "$(wc -l <"$T/out")" 1
expect_out 'Your SQL migration file -> drizzle/0001_c.sql'
[ ! -s "$T/err" ] || fail 'it says more'

# a name for a file by hand that sorts last, whatever the prefixes are
echo 'SELECT 1;' >"$P/drizzle/0009_hand.sql"
schema id
expect_weir 0 "$P" generate -q --name d --prefix timestamp
expect_weir 2 "$P" adopt 0009_hand.sql
file=$(sed -n 's/.* then weir adopt \(.*\.sql\)$/\1/p' "$T/err")
case $file in 20*_hand.sql) ;; *) fail "another name: $file" ;; esac
mv "$P/drizzle/0009_hand.sql" "$P/drizzle/$file"
expect_weir 0 "$P" adopt "$file"
