#!/bin/sh
# A JSON default that holds two apostrophes keeps both in the database: what
# drizzle-kit writes is read as one.  The snapshot is drizzle-kit's.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir

P=$T/p
mkdir -p "$P"
mk_config "$P"
# schema TEXT: the default of t.a
schema() {
	cat >"$P/schema.ts" <<SCHEMA
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
export const t = sqliteTable('t', { id: integer().primaryKey(),
  a: text({ mode: 'json' }).default({ q: "$1" }) });
SCHEMA
}
schema "it''s"
expect_weir 0 "$P" generate --dry-run --compat=exact
expect_out "DEFAULT '\{\"q\":\"it''s\"\}'"
expect_weir 0 "$P" generate --name a
expect_err 'note: t\.a: a JSON default holds an apostrophe.*\(sqlite-quote-in-default\)'
sqlite3 "$T/db" <"$P/drizzle/0000_a.sql"
sqlite3 "$T/db" 'INSERT INTO t (id) VALUES (1)'
expect_eq 'the value' "$(sqlite3 "$T/db" 'SELECT a FROM t')" "{\"q\":\"it''s\"}"
grep -Fq "\"'{\\\"q\\\":\\\"it''s\\\"}'\"" "$P/drizzle/meta/0000_snapshot.json" ||
	fail 'another snapshot'
expect_weir 0 "$P" generate
expect_out 'No schema changes'

# an array of PostgreSQL, too
sed -i 's/sqlite/postgresql/' "$P"/drizzle.config.*
cat >"$P/schema.ts" <<'SCHEMA'
import { jsonb, pgTable, text } from 'drizzle-orm/pg-core';
export const t = pgTable('t', { j: jsonb().default({ q: "it''s" }),
  a: text().array().default(["it''s"]) });
SCHEMA
rm -r "$P/drizzle"
expect_weir 0 "$P" generate --dry-run
expect_out "'\{\"q\":\"it''''s\"\}'::jsonb" "'\{\"it''''s\"\}'"
expect_err 'note: t\.j: .*\(quote-in-default\)' 'note: t\.a: .*\(quote-in-default\)'
