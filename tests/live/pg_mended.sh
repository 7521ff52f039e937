#!/bin/sh
# What the default writes where PostgreSQL refuses drizzle-kit's text: applied to
# rows, with the snapshot that drizzle-kit would write, and a note that says what
# differs; the refused text is told for what it is.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir
. "$top/tests/lib/pg.sh"

P=$T/project
mkdir -p "$P"
cat >"$P/drizzle.config.ts" <<'CONFIG'
export default { dialect: 'postgresql', schema: './schema.ts',
  out: './drizzle', dbCredentials: { url: process.env.DATABASE_URL! } };
CONFIG
cat >"$P/schema.ts" <<'SCHEMA'
import { integer, pgEnum, pgTable, pgView, serial, text,
  } from 'drizzle-orm/pg-core';
export const mood = pgEnum('mood', ['ok', 'sad', 'odd']);
export const a = pgTable('a', { id: serial().primaryKey() });
export const t = pgTable('t', { id: serial().primaryKey(), n: text(),
  mood: mood().notNull(), a: integer().references(() => a.id) });
export const moods = pgView('moods').as((q) => q.select({ m: t.mood }).from(t));
export const views = pgView('views').as((q) => q.select().from(moods));
SCHEMA

pg_start
pg_new app
DATABASE_URL=$(pg_url app)
export DATABASE_URL
weir_in "$P" generate --name first
expect_rc 0
weir_in "$P" migrate
expect_rc 0
pg_sql app "INSERT INTO a DEFAULT VALUES;
	INSERT INTO t (n, mood, a) VALUES ('x', 'ok', 1), ('y', 'sad', 1),
	('z', 'ok', NULL); DELETE FROM t WHERE n = 'z'" >/dev/null

cat >"$P/schema.ts" <<'SCHEMA'
import { integer, pgEnum, pgTable, pgView, text } from 'drizzle-orm/pg-core';
export const mood = pgEnum('mood', ['ok', 'sad']);
export const t = pgTable('t', {
  id: integer().primaryKey().generatedAlwaysAsIdentity(), n: text(),
  mood: mood().notNull(), a: integer() });
export const moods = pgView('moods').as((q) => q.select({ m: t.mood }).from(t));
export const views = pgView('views').as((q) => q.select().from(moods));
SCHEMA
cp -r "$P" "$T/exact"
weir_in "$P" generate --name second
expect_rc 0
expect_any 'note: t.t_a_a_id_fk: a table and the reference to it are dropped'
expect_any 'note: t.id: a serial column becomes an identity; drizzle-kit: '
expect_any 'note: moods: a view reads a column whose type changes'
expect_any '\(serial-identity\)$' 'brackets are in weir\(1\)'
weir_in "$T/exact" generate --name second --compat exact
expect_rc 0
tables() {
	grep -v '"\(id\|prevId\)": "........-' "$1/drizzle/meta/0001_snapshot.json"
}
[ "$(tables "$P")" = "$(tables "$T/exact")" ] || fail 'another snapshot'

# drizzle-kit's text: the missing constraint is of no extension
weir_in "$T/exact" review
expect_any 'does not exist'
! grep -q 'extension missing' "$T/out" "$T/err" || fail 'extension missing'

# a comparison that the server has not is of no extension either
mkdir "$T/other"
pg_new other
pg_config "$T/other" "$(pg_url other)"
cat >"$T/other/schema.ts" <<'SCHEMA'
import { index, integer, pgEnum, pgTable, text } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';
export const mood = pgEnum('mood', ['ok', 'sad']);
export const t = pgTable('t', { id: integer().primaryKey(), m: mood() },
  (t) => [index('i').on(t.id).where(sql`${t.m} = 'ok'`)]);
SCHEMA
expect_weir 0 "$T/other" generate --name a
expect_weir 0 "$T/other" migrate
sed -i 's/m: mood()/m: text()/' "$T/other/schema.ts"
expect_weir 0 "$T/other" generate --name b --compat exact
weir_in "$T/other" review
expect_any 'operator does not exist: text = mood'
! grep -q 'extension missing\|weir mark' "$T/out" "$T/err" ||
	fail 'extension missing'

weir_in "$P" migrate
cat "$T/out" "$T/err" >"$T/gate"
# shellcheck disable=SC2046
[ $rc -ne 3 ] || weir_in "$P" migrate $(sed -n \
	's/^ *\(--allow [^ ]*\).*/\1/p' "$T/gate")
expect_rc 0
[ "$(pg_sql app "INSERT INTO t (n, mood) VALUES ('w', 'ok') RETURNING id" |
	head -n 1)" = 4 ] || fail 'a number is given twice'
[ "$(pg_sql app 'SELECT count(*) FROM views')" = 3 ] || fail 'the views'
[ "$(pg_sql app "SELECT count(*) FROM pg_class WHERE relkind = 'S' AND
	relnamespace = 'public'::regnamespace")" = 1 ] || fail 'the sequences'
weir_in "$P" check
expect_rc 0
weir_in "$P" diff schema db --exit-code
expect_rc 0

# two of one name: drizzle-kit keeps the last and says nothing
cat >"$P/schema.ts" <<'SCHEMA'
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
export const x = pgTable('x', { a: text('n'), b: integer('n') });
export const y = pgTable('x', { c: text('n') });
SCHEMA
weir_in "$P" export
expect_rc 0
expect_any 'note: two tables are called public.x: the one declared last counts'
expect_any 'note: two columns of the table x are called n: '
