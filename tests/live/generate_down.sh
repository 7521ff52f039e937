#!/bin/sh
# generate --down writes the way back beside the migration: rollback takes it,
# and the schema is what it was, renames and dropped columns among it.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir

rows="INSERT INTO t (id, a, g, h) VALUES (1, 'x', 'y', 'z'), (2, NULL, 'ü', '')"

# both PROJECT SCHEMA-COMMAND COLUMN SQL…: two versions of the schema, with rows
# up and down again, every value with it
both() {
	expect_weir 0 "$1" generate --down
	expect_any 'down\.sql: the way back'
	first=$(ls "$1/drizzle/" | grep '^0000.*down')
	expect_weir 0 "$1" migrate --quiet
	$4 "$rows"
	before=$($2)
	cp "$T/second.ts" "$1/schema.ts"
	expect_weir 0 "$1" generate --down --rename column:t.a=b \
		--rename table:u=w --json
	second=$(ls "$1/drizzle/" | grep '^0001.*down')
	[ -n "$second" ] || fail 'no second way back'
	expect_weir 0 "$1" migrate --quiet --allow "drop-column:$3"
	[ "$before" != "$($2)" ] || fail 'nothing was changed'
	expect_weir 0 "$1" rollback --dry-run
	expect_out "down file.*$second"
	expect_weir 0 "$1" rollback
	expect_eq 'as it was' "$($2)" "$before"
	# one that is there stays
	echo '-- mine' >"$1/drizzle/$second"
	expect_weir 0 "$1" generate --down --amend --rename column:t.a=b \
		--rename table:u=w
	expect_eq 'mine' "$(cat "$1/drizzle/$second")" '-- mine'
	expect_weir 0 "$1" generate --down --custom --name own
	[ -z "$(ls "$1/drizzle/" | grep '^0002.*down')" ] || fail custom
}

# --- SQLite
P=$T/lite
mkdir -p "$P"
mk_config "$P"
cat >"$P/schema.ts" <<'TS'
import { sqliteTable, text, integer, index } from 'drizzle-orm/sqlite-core';
export const t = sqliteTable('t', { id: integer().primaryKey(), a: text(),
	g: text().notNull(), h: text() }, (x) => [index('t_h').on(x.h)]);
export const u = sqliteTable('u', { id: integer().primaryKey() });
TS
cat >"$T/second.ts" <<'TS'
import { sqliteTable, text, integer } from 'drizzle-orm/sqlite-core';
export const t = sqliteTable('t', { id: integer().primaryKey(), b: text(),
	h: text().notNull().default('x') });
export const w = sqliteTable('w', { id: integer().primaryKey(),
	t: integer().references(() => t.id) });
TS
lite_schema() {
	sql "$P/app.db" "SELECT m.name, x.name, x.type, x.\"notnull\" FROM
		sqlite_schema m JOIN pragma_table_info(m.name) x WHERE
		m.name NOT LIKE '\_\_%' ESCAPE '\' ORDER BY 1, x.cid"
	sql "$P/app.db" "SELECT name FROM sqlite_schema WHERE type = 'index'
		ORDER BY 1"
	sql "$P/app.db" 'SELECT * FROM t ORDER BY id'
}
both "$P" lite_schema t.g "sql $P/app.db"

# one that was made by hand has no snapshot: nothing to compare, a way back all
# the same
H=$T/hand
mk_project "$H" 'CREATE TABLE t (id integer PRIMARY KEY, a text);' \
	'CREATE TABLE v (id integer);
--> statement-breakpoint
ALTER TABLE t DROP COLUMN a;'
cat >"$H/schema.ts" <<'TS'
import { sqliteTable, integer } from 'drizzle-orm/sqlite-core';
export const t = sqliteTable('t', { id: integer().primaryKey() });
TS
expect_weir 5 "$H" generate
expect_weir 0 "$H" generate --down
expect_err '0001_m1\.down\.sql: the way back' \
	'nothing was generated: 0001_m1 has no snapshot'
expect_weir 0 "$H" migrate --quiet --to 0000_m0
sql "$H/app.db" "INSERT INTO t VALUES (1, 'x')"
expect_weir 0 "$H" migrate --quiet --allow drop-column:t.a
expect_weir 0 "$H" rollback
expect_eq 'by hand' "$(sql "$H/app.db" 'SELECT * FROM t')" '1|x'
# it is there: the fault is told again
expect_weir 5 "$H" generate --down

# --- PostgreSQL
pg_start
pg_new app
Q=$T/pg
pg_project "$Q" app
cat >"$Q/schema.ts" <<'TS'
import { pgTable, pgEnum, text, integer, index } from 'drizzle-orm/pg-core';
export const e = pgEnum('e', ['p', 'q']);
export const t = pgTable('t', { id: integer().primaryKey(), a: text(), e: e(),
	g: text().notNull(), h: text() }, (x) => [index('t_h').on(x.h)]);
export const u = pgTable('u', { id: integer().primaryKey() });
TS
cat >"$T/second.ts" <<'TS'
import { pgTable, pgEnum, text, integer } from 'drizzle-orm/pg-core';
export const e = pgEnum('e', ['p', 'q', 'r']);
export const t = pgTable('t', { id: integer().primaryKey(), b: text(), e: e(),
	h: text().notNull().default('x') });
export const w = pgTable('w', { id: integer().primaryKey(),
	t: integer().references(() => t.id) });
TS
pg_schema() {
	pg_sql app "SELECT table_name, column_name, data_type, is_nullable FROM
		information_schema.columns WHERE table_schema = 'public'
		ORDER BY 1, 2"
	pg_sql app "SELECT indexname FROM pg_indexes WHERE schemaname =
		'public' ORDER BY 1"
	pg_sql app "SELECT enumlabel FROM pg_enum ORDER BY 1"
	pg_sql app 'SELECT to_jsonb(t)::text FROM t ORDER BY 1'
}
both "$Q" pg_schema public.t.g "pg_sql app"

