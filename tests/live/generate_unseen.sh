#!/bin/sh
# A table that comes from a package is not seen, and is not dropped either: not
# before somebody says so.  What makes no tables is no reason to ask.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir

P=$T/p
mkdir -p "$P"
mk_config "$P"
# schema LINE…: beside the table a
schema() {
	{
		echo "import { sqliteTable, text } from 'drizzle-orm/sqlite-core';
const t = sqliteTable;
export const a = t('a', { id: text() });"
		printf '%s\n' "$@"
	} >"$P/schema.ts"
}
schema "export const acc = t('acc', { id: text() });"
expect_weir 0 "$P" generate --name first

# refused PLACE NAME LINE…
refused() {
	place=$1 name=$2
	shift 2
	schema "$@"
	for options in '' --dry-run; do
		expect_weir 3 "$P" generate --name second $options
		expect_err "acc would be dropped, but .*schema.ts$place: $name is .*@acme/db" \
			'--allow drop-table:acc'
		[ ! -e "$P/drizzle/0001_second.sql" ] || fail 'it is written'
	done
}
refused '' acc "export { acc } from '@acme/db';"
refused ':5:[0-9]*' z "import { mk } from '@acme/db';" "export const z = mk('acc');"
refused ':4:[0-9]*' acc "const { acc } = require('@acme/db');" 'export { acc };'
refused '.*' z "import { one } from '@acme/db';" \
	"export const z = one ? t('acc', { id: text() }) : t('b', { id: text() });"
refused ':4:1' '\*' "export * from '@acme/db';"

# no reason: validators, clients, what is not exported, what varies
schema "import { createInsertSchema } from 'drizzle-zod';" \
	"import { z } from 'zod';" "import { helper } from '@acme/db';" \
	'export const insertA = createInsertSchema(a);' \
	'export const shape = z.object({ n: z.string() });' \
	'export const now = Date.now();' 'const hidden = helper();'
expect_weir 0 "$P" generate --dry-run --name second
expect_any 'DROP TABLE'
schema "export { acc } from '@acme/db';"
expect_weir 0 "$P" generate --name second --allow drop-table:acc
expect_any 'the migration drops 1 table \(acc\)'
expect_weir 0 "$P" generate
expect_any 'note: schema.ts: acc is .*@acme/db, which is not read'

# one of several, by what varies
rm -r "$P/drizzle"
schema "export const acc = t('acc', { id: text(), x: text() });"
expect_weir 0 "$P" generate --name first
for text in 'Date.now() > 0 ? made : undefined' 'Math.random() && made'; do
	schema "const made = t('acc', { id: text() });" "export const acc = $text;"
	expect_weir 3 "$P" generate --name second
	expect_err 'acc would be dropped.*schema.ts:5:[0-9]*: acc is decided by' \
		'--allow drop-table:acc'
done
schema "export let acc; if (Math.random() > 0) acc = t('acc', { id: text() });"
expect_weir 3 "$P" generate --name second

# what an unknown function was given, it may have changed
handed() {
	schema "import x from '@acme/db';" "const cols: any = { id: text() };" \
		"$1" "export const acc = t('acc', cols);"
}
for text in 'x.each(["x"], n => { cols[n] = text() });' 'x(cols);' \
	'x.add({ cols });'; do
	handed "$text"
	expect_weir 3 "$P" generate --name second
	expect_err 'column acc.x would be dropped.*schema.ts:6:1: x.*is .*@acme/db' \
		'--allow drop-column:acc.x'
done
expect_weir 0 "$P" generate --dry-run --allow drop-column:acc.x
for text in 'x.log(["a"], (n) => n + 1);' 'x({ a: text() });'; do
	handed "$text"
	expect_weir 0 "$P" generate --dry-run
done

# nothing at all is found: say why
rm -r "$P/drizzle"
echo "export { acc } from '@acme/db';" >"$P/schema.ts"
expect_weir 0 "$P" generate
expect_any 'note: schema.ts: acc is .*@acme/db, which is not read'

# renamed under a name in public is not dropped
sed 's/"sqlite"/"postgresql"/' "$P/drizzle.config.json" >"$T/config"
cp "$T/config" "$P/drizzle.config.json"
pg() {
	echo "import { pgSchema, pgTable, text } from 'drizzle-orm/pg-core';
export const s = pgSchema('s');
export const a = $1('a', { id: text() });" >"$P/schema.ts"
}
pg pgTable
expect_weir 0 "$P" generate --name first
pg s.table
expect_weir 0 "$P" generate --name second --rename table:public.a=s.a
expect_no_any 'the migration drops'

# not only tables
rm -r "$P/drizzle"
pg_other() {
	echo "import { pgEnum, pgRole, pgSchema, pgSequence, pgTable, pgView,
  text } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';
import * as x from '@acme/db';
export const a = pgTable('a', { id: text() });
$1" >"$P/schema.ts"
}
pg_other "export const e = pgEnum('e', ['a']), sq = pgSequence('sq'),
  v = pgView('v', { n: text() }).as(sql\`select 'a' as n\`), s = pgSchema('s'),
  r = pgRole('r');"
expect_weir 0 "$P" generate --name first
pg_other 'export const e = x.e, sq = x.sq, v = x.v, s = x.s, r = x.r;'
expect_weir 3 "$P" generate --name second
expect_err 'enum e.* would be dropped, but it may be in .*schema.ts:4:1: e is'
for what in enum:e sequence:sq view:v schema:s role:r; do
	expect_err "--allow drop-$what"
done
expect_weir 0 "$P" generate --name second --allow drop-enum:e \
	--allow drop-sequence:sq --allow drop-view:v --allow drop-schema:s \
	--allow drop-role:r

# what drizzle-orm itself leaves out
echo "import { geometry, pgTable } from 'drizzle-orm/pg-core';
export const p = pgTable('p', { g: geometry('g', { type: 'point', srid: 4326 }),
  q: geometry('q', { type: 'point' }) });" >"$P/schema.ts"
expect_weir 0 "$P" export
expect_out '"g" geometry\(point\)'
expect_eq notes "$(grep -c 'srid and type are not in' "$T/err")" 1

# half of a character has no UTF-8: not what is written
half() {
	echo "import { pgTable, text } from 'drizzle-orm/pg-core';
const beside = '\\ud83d';
const whole = '\\ud83d\\ude00' + String.fromCharCode(0xd83d, 0xde00);
export const a = pgTable('h', { id: text().default($1) });" >"$P/schema.ts"
}
half whole
expect_weir 0 "$P" export
expect_out "DEFAULT '😀😀'"
for text in "'a\\ud83d b'" '`${whole}\\ude00`' 'String.fromCharCode(0xde00)'; do
	half "$text"
	expect_weir 2 "$P" export
	expect_err 'schema.ts:4:.*the default of the column h.id .*half of a char'
done
