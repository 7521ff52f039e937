#!/bin/sh
# generate tells in one line what the migration that it writes drops.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir

P=$T/p
mkdir -p "$P"
mk_config "$P"

# schema LINE…: the tables, by helpers of their columns
schema() {
	cat >"$P/schema.ts" <<'TS'
import { sqliteTable, text, integer } from 'drizzle-orm/sqlite-core';
import { sql } from 'drizzle-orm';
const id = () => integer().primaryKey();
TS
	printf '%s\n' "$@" >>"$P/schema.ts"
}

schema "export const t = sqliteTable('t', { id: id(), a: text(), g: text() });" \
	"export const u = sqliteTable('u', { id: id() });" \
	"export const v = sqliteTable('v', { id: id() });"
expect_weir 0 "$P" generate
expect_no_any 'the migration drops'
schema "export const t = sqliteTable('t', { id: id(), b: text()," \
	"g: text().generatedAlwaysAs(sql\`id\`, { mode: 'stored' }) });" \
	"export const w = sqliteTable('w', { id: id() });"
expect_weir 0 "$P" generate --rename column:t.a=b --rename table:u=w
expect_any 'drops 1 table \(v\) and the values of 1 column \(t\.g\): weir'
schema
expect_weir 0 "$P" generate --json
expect_err 'note: the migration drops 2 tables \(t, w\): weir review'
