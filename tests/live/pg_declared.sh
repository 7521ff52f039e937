#!/bin/sh
# diff of declared schemas on a server: with each other without any database,
# with a live one by what a scratch database makes of them.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir
. "$top/tests/lib/pg.sh"

P=$T/project
mkdir -p "$P"
cat >"$P/drizzle.config.ts" <<'EOF'
export default { dialect: 'postgresql', schema: './schema.ts',
  dbCredentials: { url: process.env.DATABASE_URL! } };
EOF
cat >"$P/schema.ts" <<'EOF'
import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgEnum, pgPolicy, pgSchema, pgSequence,
  pgTable, pgView, primaryKey, serial, text, timestamp, unique, uuid,
  } from 'drizzle-orm/pg-core';
export const mood = pgEnum('mood', ['ok', 'sad']);
export const s = pgSchema('shop');
export const counter = pgSequence('counter', { startWith: 7, maxValue: '900' });
export const users = pgTable('users', {
  id: serial().primaryKey(),
  key: uuid().defaultRandom().notNull(),
  mood: mood().default('ok'),
  tags: text().array().default([]),
  at: timestamp({ withTimezone: true }).defaultNow(),
  n: integer().default(0),
}, (t) => [unique().on(t.key), check('n_ok', sql`${t.n} >= 0`),
  index('by_at').on(t.at.desc().nullsFirst()).where(sql`${t.n} > 1`),
  pgPolicy('own', { for: 'select', using: sql`true` })]);
export const items = s.table('items', {
  user: integer().references(() => users.id, { onDelete: 'cascade' }),
  no: bigint({ mode: 'number' }).generatedAlwaysAsIdentity(),
}, (t) => [primaryKey({ columns: [t.user, t.no] })]);
export const names = pgView('names').as((q) => q.select({ id: users.id })
  .from(users));
EOF

weir_in "$P" diff empty schema --format stat
expect_rc 0
for kind in table view enum sequence schema; do
	expect_any "$kind"
done
weir_in "$P" diff schema schema --exit-code
expect_rc 0
weir_in "$P" diff schema empty --format side --width 120
expect_any 'shop.items'

pg_start
pg_new app
DATABASE_URL=$(pg_url app)
export DATABASE_URL
weir_in "$P" export
expect_rc 0
cp "$T/out" "$T/create.sql"
pg_sql app "$(cat "$T/create.sql")" >/dev/null
weir_in "$P" diff schema db --exit-code
expect_rc 0
pg_sql app 'ALTER TABLE users ADD extra text, ALTER n SET DEFAULT 3'
weir_in "$P" diff schema db --exit-code --format stat
expect_rc 4
expect_any '1 column added, 1 changed'
weir_in "$P" diff db schema --format json
expect_any '"extra"'
[ "$(pg_sql postgres "SELECT count(*) FROM pg_database WHERE datname LIKE
	'weir_scratch%'")" = 0 ] || fail 'a scratch database is left'
