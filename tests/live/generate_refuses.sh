#!/bin/sh
# What the database would refuse is refused before it is written, in words that
# say what it is; --compat=exact writes drizzle-kit's text all the same.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir

P=$T/p
mkdir -p "$P"
# refused DIALECT TEXT REGEX
refused() {
	printf '{"dialect":"%s","schema":"./schema.ts","out":"./drizzle"}\n' \
		"$1" >"$P/drizzle.config.json"
	echo "import { $1Table as t, text, index } from 'drizzle-orm/$1-core';
$2" | sed 's/postgresqlTable/pgTable/; s/postgresql-core/pg-core/' \
		>"$P/schema.ts"
	expect_weir 2 "$P" generate --name a
	expect_err "$3"
	[ ! -e "$P/drizzle" ] || fail 'it is written'
}
# written: exactly
written() {
	expect_weir 0 "$P" generate --dry-run --compat=exact
}
refused sqlite "export const a = t('a', {});" \
	'the table a has no columns, which SQLite does not take'
written
refused sqlite "export const a = t('a', { x: text() }, (a) => [index('i').on(a.x)]);
export const b = t('b', { x: text() }, (b) => [index('I').on(b.x)]);" \
	'two are called I: an index of the table a and an index of the table b'
refused sqlite "export const a = t('a', { x: text() }, (a) => [index('a').on(a.x)]);" \
	'two are called a: a table and an index of the table a'
refused postgresql "export const a = t('', { x: text() });" \
	'a table has an empty name, which PostgreSQL does not take'
written
refused sqlite "const f = () => f(); f();" \
	'schema.ts:2:17: calls nested deeper than 256: does a function call itself'
