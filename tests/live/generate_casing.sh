#!/bin/sh
# A project with casing and a view of columns without names, whose text weir
# mends (view-casing in weir(1)): renames are taken all the same, from flags and
# from files, and an answer that fits nothing is refused.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir

# schema CORE TABLE NAME COLUMN
schema() {
	core=$1
	case $core in sqlite) dialect=sqlite ;; pg) dialect=postgresql ;; esac
	cat >"$P/schema.ts" <<TS
import { ${core}Table, text, ${core}View } from 'drizzle-orm/$core-core';
export const t = ${core}Table('$2', { id: text(), $4: text() });
export const v = ${core}View('$3').as((q) => q.select().from(t));
TS
	printf '{"dialect":"%s","schema":"./schema.ts","out":"./drizzle",%s}\n' \
		"$dialect" '"casing":"snake_case"' >"$P/drizzle.config.json"
}

for core in sqlite pg; do
	P=$T/$core
	mkdir "$P"
	schema $core t mv fullName
	expect_weir 0 "$P" generate --name a
	schema $core t mv otherName
	expect_weir 0 "$P" generate --dry-run --name b \
		--rename column:t.full_name=other_name
	expect_any 'RENAME COLUMN "full_name" TO "other_name"' \
		'note: .*\(view-casing\)$' \
		'note: the word in brackets is in weir\(1\), DIFFERENCES'
	expect_no_any 'DROP COLUMN' 'the migration drops'
	answer='{"kind":"column","table":"t","from":"full_name",'
	answer=$answer'"to":"other_name"}'
	echo "[$answer]" >"$T/answers"
	expect_weir 0 "$P" generate --dry-run --name b --answers "$T/answers"
	expect_any 'RENAME COLUMN "full_name" TO "other_name"'
	expect_no_any 'DROP COLUMN'
	weir_in "$P" generate --dry-run --name b \
		--rename column:t.full_name=other_name --rename table:t=u
	expect_rc 2
	schema $core u mv fullName
	echo '[{"kind":"table","from":"t","to":"u"}]' >"$T/answers"
	expect_weir 0 "$P" generate --name b --answers "$T/answers"
	! grep -q 'DROP TABLE' "$P"/drizzle/0001*.sql || fail 'the table goes'
	grep -Eq 'ALTER TABLE .t. RENAME TO .u.' "$P"/drizzle/0001*.sql ||
		fail 'the table is not renamed'
	expect_weir 0 "$P" generate
	expect_out 'No schema changes'
done
