#!/bin/sh
# generate --amend keeps the former text where somebody wrote it, and only there:
# a rename that was answered otherwise is no such text.  Saved answers go with
# the migration.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir

P=$T/p
mkdir -p "$P"
mk_config "$P"
# schema COLUMN: of the table t
schema() {
	echo "import { sqliteTable, text } from 'drizzle-orm/sqlite-core';
export const t = sqliteTable('t', { a: text(), $1: text() });" >"$P/schema.ts"
}
for save in '' --save-answers; do
	rm -rf "$P/drizzle"
	schema d
	expect_weir 0 "$P" generate -q --name a
	schema e
	expect_weir 0 "$P" generate -q --name b --rename column:t.d=e $save
	schema f
	expect_weir 0 "$P" generate --amend --rename column:t.d=f
	[ ! -e "$P/drizzle/0001_b.sql.orig" ] || fail 'nobody wrote it'
	[ ! -s "$T/err" ] || fail 'it says something'
done
grep -q '"to": "f"' "$P/drizzle/0001_b.answers.json" || fail 'former answers'
expect_out 'git add .*drizzle/0001_b\.answers\.json'
expect_weir 0 "$P" generate --amend --replay-answers
expect_out 'nothing to amend'

echo '-- mine' >>"$P/drizzle/0001_b.sql"
schema g
expect_weir 0 "$P" generate --amend --rename column:t.d=g
expect_err 'note: the former text of 0001_b is in drizzle/0001_b\.sql\.orig'
grep -q mine "$P/drizzle/0001_b.sql.orig" || fail 'it is not kept'
