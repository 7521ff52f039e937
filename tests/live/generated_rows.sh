#!/bin/sh
# What generate writes and migrate applies keeps every row: tables that SQLite
# must rebuild with children that hang on them by ON DELETE CASCADE; an enum of
# PostgreSQL that is made anew. And the differences of both dialects on both
# engines: drizzle-kit's text is refused, the default's is not.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir

p=$T/p

# project DIALECT: an empty one in $p
project() {
	rm -rf "$p"
	mkdir -p "$p"
	printf '{"dialect":"%s","schema":"./schema.ts","out":"./drizzle"%s}\n' \
		"$1" "${2-}" >"$p/drizzle.config.json"
}

# schema TEXT
schema() {
	printf '%s\n' "$1" >"$p/schema.ts"
}

generated() {
	weir_in "$p" generate --name "$@"
	expect_rc 0
}

# --- rows under a rebuild ----------------------------------------------------
lite="import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, sqliteView, text }
	from 'drizzle-orm/sqlite-core';
"
teams='export const teams = sqliteTable("teams", {
	id: integer("id").primaryKey({ autoIncrement: true }),
	org: integer("org").notNull()
		.references(() => orgs.id, { onDelete: "cascade" }) });
export const notes = sqliteTable("notes", { id: integer("id").primaryKey(),
	team: integer("team").references(() => teams.id, { onDelete: "set null" }) });
'
view='export const big = sqliteView("big").as((qb) =>
	qb.select({ id: orgs.id, name: orgs.name }).from(orgs));
'

counts() {
	sql "$p/app.db" 'SELECT (SELECT count(*) FROM orgs),
		(SELECT count(*) FROM teams), (SELECT count(*) FROM notes),
		(SELECT count(*) FROM notes WHERE team IS NULL)'
}

# rebuilt WHAT ORGS [TEAMS]: the second schema; all rows are there after it
rebuilt() {
	project sqlite
	schema "$lite
export const orgs = sqliteTable('orgs', { id: integer('id').primaryKey(),
	name: text('name') });
$teams"
	generated one
	expect_weir 0 "$p" migrate --db app.db
	sql "$p/app.db" "INSERT INTO orgs VALUES (1, 'a'), (2, 'b');
		INSERT INTO teams (org) VALUES (1), (1), (2);
		INSERT INTO notes VALUES (1, 1), (2, 3), (3, NULL)"
	expect_eq "$1: rows before" "$(counts)" '2|3|3|1'
	schema "$lite$2${3-$teams}"
	generated two
	grep -q '__new_' "$p"/drizzle/0001_two.sql ||
		fail "$1: no rebuild: $(cat "$p"/drizzle/0001_two.sql)"
	expect_weir 0 "$p" migrate --db app.db
	expect_eq "$1: rows after" "$(counts)" '2|3|3|1'
	expect_eq "$1: references" \
		"$(sql "$p/app.db" 'PRAGMA foreign_key_check')" ''
	weir_in "$p" verify --db app.db
	expect_rc 0
}

rebuilt 'not null' "export const orgs = sqliteTable('orgs', {
	id: integer('id').primaryKey(), name: text('name').notNull() });
"
rebuilt 'a type and a column more' "export const orgs = sqliteTable('orgs', {
	id: integer('id').primaryKey(), name: text('name').notNull(),
	more: text('more') });
"
rebuilt 'a check, a view over it' "export const orgs = sqliteTable('orgs', {
	id: integer('id').primaryKey(), name: text('name') },
	(t) => [check('ck', sql\`\${t.name} <> 'x;y'\`)]);
$view"
rebuilt 'both tables' "export const orgs = sqliteTable('orgs', {
	id: integer('id').primaryKey(), name: text('name').default('z').notNull() });
" 'export const teams = sqliteTable("teams", {
	id: integer("id").primaryKey({ autoIncrement: true }),
	org: integer("org").references(() => orgs.id, { onDelete: "cascade" }) });
export const notes = sqliteTable("notes", { id: integer("id").primaryKey(),
	team: integer("team").references(() => teams.id) });
'
# numbers that were given are not given again
sql "$p/app.db" 'DELETE FROM notes' 'DELETE FROM teams WHERE id = 3' \
	'INSERT INTO teams (org) VALUES (2)'
expect_eq 'the next number' "$(sql "$p/app.db" 'SELECT max(id) FROM teams')" 4

# --- parameter, view-casing --------------------------------------------------
both='export const people = TABLE("people", {
	fullName: text().notNull(), age: integer() },
	(t) => [check("grown", sql`${t.age} >= ${18}`),
		check("named", sql`${t.fullName} <> ${"it\x27s"}`),
		index("old").on(t.age).where(gt(t.age, 60))]);
export const names = VIEW("names").as((qb) =>
	qb.select({ fullName: people.fullName }).from(people));
'
lite_both="import { gt } from 'drizzle-orm';
$lite$(echo "$both" | sed 's/TABLE/sqliteTable/; s/VIEW/sqliteView/')"
pg_both="import { gt, sql } from 'drizzle-orm';
import { check, index, integer, pgTable, pgView, text }
	from 'drizzle-orm/pg-core';
$(echo "$both" | sed 's/TABLE/pgTable/; s/VIEW/pgView/')"

# both DIALECT SCHEMA DATABASE
both() {
	project "$1" ',"casing":"snake_case"'
	schema "$2"
	generated exact --compat exact
	weir_in "$p" migrate --db "$3"
	[ $rc -ne 0 ] || fail "$1: drizzle-kit's text is applied"
	rm -r "$p/drizzle"
	generated safe
	expect_err 'people\.grown: .*\(parameter\)' \
		'people\.old: .*\(parameter\)' 'names: .*\(view-casing\)'
	expect_weir 0 "$p" migrate --db "$3"
	# the snapshot is drizzle-kit's: nothing is left to do
	weir_in "$p" generate
	expect_out '^No schema changes'
	weir_in "$p" generate --compat exact
	expect_out '^No schema changes'
}

both sqlite "$lite_both" "$p/app.db"
sql "$p/app.db" "INSERT INTO people VALUES ('a', 20)"
expect_eq 'the view' "$(sql "$p/app.db" 'SELECT full_name FROM names')" a
! sql "$p/app.db" "INSERT INTO people VALUES ('b', 3)" 2>/dev/null ||
	fail 'the check does not hold'
# a rebuild writes the check again, as it was mended
schema "$(echo "$lite_both" | sed 's/age: integer()/age: integer().notNull()/')"
generated rebuilt
expect_weir 0 "$p" migrate --db "$p/app.db"
! sql "$p/app.db" "INSERT INTO people VALUES ('b', 3)" 2>/dev/null ||
	fail 'the check does not hold after a rebuild'
expect_eq 'rows' "$(sql "$p/app.db" 'SELECT count(*) FROM people')" 1

pg_start
pg_new app
both postgresql "$pg_both" "$(pg_url app)"
pg_sql app "INSERT INTO people VALUES ('a', 20)"
expect_eq 'the view' "$(pg_sql app 'SELECT full_name FROM names')" a
expect_eq 'the texts' "$(pg_sql app "SELECT count(*) FROM pg_constraint
	WHERE conrelid = 'people'::regclass AND contype = 'c'")" 2

# --- an enum made anew -------------------------------------------------------
pg_new app
project postgresql
schema "import { integer, pgEnum, pgTable } from 'drizzle-orm/pg-core';
export const kind = pgEnum('kind', ['a', 'b']);
export const t = pgTable('t', { id: integer('id').primaryKey(),
	k: kind('k').default('a').notNull(), ks: kind('ks').array() });"
generated one
expect_weir 0 "$p" migrate --db "$(pg_url app)"
pg_sql app "INSERT INTO t VALUES (1, 'a', '{a,b}'), (2, 'b', NULL)"
schema "$(sed "s/'a', 'b'/'a', 'c', 'b'/; s/default('a')/default('c')/" \
	"$p/schema.ts")"
generated two
expect_err 'enum-value-used'
expect_weir 0 "$p" migrate --db "$(pg_url app)"
pg_sql app 'INSERT INTO t (id) VALUES (3)'
expect_eq 'rows' "$(pg_sql app 'SELECT * FROM t ORDER BY id')" '1|a|{a,b}
2|b|
3|c|'
expect_eq 'the order' "$(pg_sql app "SELECT enum_range(NULL::kind)")" '{a,c,b}'
