#!/bin/sh
# What stands in the way of a step on PostgreSQL: views that read each other,
# policies, keys with references, rows under a new identity.  drizzle-kit's text
# (--compat exact) is refused by the server, or gives a number twice; the default
# is applied to rows and leaves nothing to do.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir
. "$top/tests/lib/pg.sh"
pg_start

IMPORTS="import { check, foreignKey, index, integer, jsonb, pgEnum, pgPolicy,
  pgTable, pgView, primaryKey, serial, text, unique, uniqueIndex, varchar } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';"

# schema: stdin, after the imports
schema() {
	{ echo "$IMPORTS" && cat; } >"$P/schema.ts"
}

# first ROWS: generate and apply the schema on stdin, put rows in
first() {
	P=$T/project
	rm -rf "$P" "$T/exact"
	mkdir -p "$P"
	pg_new app
	pg_config "$P" "$(pg_url app)"
	schema
	expect_weir 0 "$P" generate --name first
	expect_weir 0 "$P" migrate
	pg_sql app "$1" >/dev/null
}

# exact: the same snapshot, other SQL, which the server refuses
exact() {
	for d in "$P" "$T/exact"; do
		sed 's/"\(id\|prevId\)": "[0-9a-f-]*"/"\1"/' \
			"$d/drizzle/meta/0001_snapshot.json" >"$d.json"
	done
	expect_files_equal "$P.json" "$T/exact.json"
	[ -n "${ACCEPTED-}" ] || if "$PSQL" -X -q -1 -v ON_ERROR_STOP=1 -d app \
		-f "$T/exact/drizzle/0001_second.sql" >"$T/err" 2>&1; then
		fail 'the exact text is not refused'
	fi
}

# second DIFFERENCE…: the schema on stdin, by both texts; OPTIONS: of generate
OPTIONS=
second() {
	schema
	cp -r "$P" "$T/exact"
	# shellcheck disable=SC2086
	expect_weir 0 "$P" generate --name second $OPTIONS
	for id; do
		expect_any "note: .*\($id\)$"
	done
	# shellcheck disable=SC2086
	weir_in "$T/exact" generate --name second --compat exact $OPTIONS
	if [ -n "${DIES-}" ]; then
		expect_any 'drizzle-kit 0.31.11 dies here'
	else
		expect_rc 0
		exact
	fi
	weir_in "$P" migrate
	if [ $rc -eq 3 ]; then
		cat "$T/out" "$T/err" >"$T/gate"
		# shellcheck disable=SC2046
		weir_in "$P" migrate $(sed -n \
			's/^ *\(--allow [^ ]*\).*/\1/p' "$T/gate")
	fi
	expect_rc 0
	expect_weir 0 "$P" diff schema db --exit-code
}

# --- views of one step, in the order of what they read -----------------------
first "INSERT INTO t VALUES (1, 'x')" <<'TS'
export const t = pgTable('t', { id: integer().primaryKey(), a: text() });
TS
second view-order <<'TS'
export const t = pgTable('t', { id: integer().primaryKey(), a: text() });
export const z = pgView('z').as((q) => q.select().from(t));
export const m = pgView('m').as((q) => q.select().from(z));
export const b = pgView('b').as((q) => q.select().from(m));
TS
expect_eq rows "$(pg_sql app 'SELECT * FROM b')" '1|x'
# the same views go, or are made anew; one reads a column whose type changes
first "INSERT INTO t VALUES (1, 7)" <<'TS'
export const t = pgTable('t', { id: integer().primaryKey(), a: integer() });
export const b = pgView('b').as((q) => q.select({ a: t.a }).from(t));
export const m = pgView('m').as((q) => q.select().from(b));
export const z = pgView('z').as((q) => q.select().from(m));
export const y = pgView('y').as((q) => q.select().from(z));
TS
second views-around <<'TS'
export const t = pgTable('t', { id: integer().primaryKey(), a: text() });
export const b = pgView('b').as((q) => q.select({ a: t.a }).from(t));
export const m = pgView('m').as((q) => q.select().from(b));
TS
expect_eq rows "$(pg_sql app 'SELECT * FROM m')" 7
first '' <<'TS'
export const t = pgTable('t', { id: integer().primaryKey(), a: integer() });
export const b = pgView('b').as((q) => q.select().from(t));
export const m = pgView('m').as((q) => q.select().from(b));
TS
second view-order <<'TS'
export const t = pgTable('t', { id: integer().primaryKey(), a: integer() });
TS

# --- a reference and the key that it rests on ---------------------------------
# both go
first "INSERT INTO a VALUES (1, 'x'); INSERT INTO b VALUES ('x')" <<'TS'
export const a = pgTable('a', { id: integer().primaryKey(), c: text().unique() });
export const b = pgTable('b', { c: text().references(() => a.c) });
TS
second reference-before-key <<'TS'
export const a = pgTable('a', { id: integer().primaryKey(), c: text() });
export const b = pgTable('b', { c: text() });
TS
# the table is renamed, and its constraints with it
first "INSERT INTO a VALUES (1, 'x'); INSERT INTO b VALUES ('x')" <<'TS'
export const a = pgTable('a', { id: integer().primaryKey(), c: text().unique() });
export const b = pgTable('b', { c: text().references(() => a.c) });
TS
OPTIONS='--rename table:a=aa'
second reference-before-key <<'TS'
export const a = pgTable('aa', { id: integer().primaryKey(), c: text().unique() });
export const b = pgTable('b', { c: text().references(() => a.c) });
TS
OPTIONS=
expect_eq references "$(pg_sql app "SELECT conname FROM pg_constraint
	WHERE contype = 'f'")" b_c_aa_c_fk
# the key gets another name or becomes an index, the reference stays
first "INSERT INTO a VALUES (1, 'x', 'y'); INSERT INTO b VALUES ('x', 'y')" <<'TS'
export const a = pgTable('a', { id: integer().primaryKey(),
  c: text().unique('one'), d: text() }, (t) => [uniqueIndex('two').on(t.d)]);
export const b = pgTable('b', { c: text().references(() => a.c),
  d: text().references(() => a.d, { onDelete: 'cascade' }) });
TS
second reference-before-key <<'TS'
export const a = pgTable('a', { id: integer().primaryKey(), c: text(),
  d: text().unique('twice') }, (t) => [uniqueIndex('index').on(t.c)]);
export const b = pgTable('b', { c: text().references(() => a.c),
  d: text().references(() => a.d, { onDelete: 'cascade' }) });
TS
expect_eq references "$(pg_sql app "SELECT conname, confdeltype
	FROM pg_constraint WHERE contype = 'f' ORDER BY 1" | tr '\n' ' ')" \
	'b_c_a_c_fk|a b_d_a_d_fk|c '

# --- identity over rows -------------------------------------------------------
ACCEPTED=yes
first 'INSERT INTO t VALUES (1, -5), (4, 3)' <<'TS'
export const t = pgTable('t', { id: integer().primaryKey(),
  n: integer().notNull() });
TS
second identity-rows <<'TS'
export const t = pgTable('t', {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  n: integer().generatedByDefaultAsIdentity({ increment: -1 }) });
TS
expect_eq numbers "$(pg_sql app 'INSERT INTO t DEFAULT VALUES RETURNING id, n')" \
	'5|-6'
first '' <<'TS'
export const t = pgTable('t', { id: integer().primaryKey() });
TS
second identity-rows <<'TS'
export const t = pgTable('t', { id: integer().primaryKey()
  .generatedAlwaysAsIdentity({ startWith: 100 }) });
TS
expect_eq number "$(pg_sql app 'INSERT INTO t DEFAULT VALUES RETURNING id')" 100
# identities and serials become something else; nothing numbers any more
sequences() {
	pg_sql app "SELECT relname FROM pg_class WHERE relkind = 'S' AND
		relnamespace = 'public'::regnamespace ORDER BY 1" | tr '\n' ' '
}
ACCEPTED=
first 'INSERT INTO t DEFAULT VALUES; INSERT INTO u VALUES (1)' <<'TS'
export const t = pgTable('t', {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  n: integer().generatedByDefaultAsIdentity() });
export const u = pgTable('u', { t: integer().references(() => t.id) });
TS
second identity-type not-null-identity parts-around <<'TS'
export const t = pgTable('t', { id: text().primaryKey(),
  n: text().default('q') });
export const u = pgTable('u', { t: text().references(() => t.id) });
TS
expect_eq rows "$(pg_sql app 'SELECT * FROM t, u')" '1|1|1'
expect_eq sequences "$(sequences)" ''
ACCEPTED=yes
first 'INSERT INTO t DEFAULT VALUES' <<'TS'
export const t = pgTable('t', { id: serial().primaryKey(), n: serial(),
  m: serial() });
TS
second serial-gone <<'TS'
export const t = pgTable('t', { id: text().primaryKey(), n: integer(),
  m: integer().default(7) });
TS
expect_eq rows "$(pg_sql app "INSERT INTO t (id) VALUES ('a') RETURNING *")" \
	'a||7'
expect_eq sequences "$(sequences)" ''
ACCEPTED=

# --- policies -----------------------------------------------------------------
policies() {
	pg_sql app 'SELECT polname FROM pg_policy ORDER BY 1' | tr '\n' ' '
}
# that read a table that goes: one stays with another text, one goes
first "INSERT INTO t VALUES (1, 1)" <<'TS'
export const gone = pgTable('gone', { id: integer().primaryKey() });
export const t = pgTable('t', { id: integer().primaryKey(), o: integer() },
  (t) => [pgPolicy('p', { using: sql`o in (select id from gone)` }),
    pgPolicy('q', { using: sql`o in (select id from gone)` }),
    pgPolicy('r', { using: sql`o = 1` })]);
TS
second policies-around <<'TS'
export const t = pgTable('t', { id: integer().primaryKey(), o: integer() },
  (t) => [pgPolicy('p', { using: sql`o > 0` }),
    pgPolicy('r', { using: sql`o = 1` })]);
TS
expect_eq policies "$(policies)" 'p r '
# that name a column whose type changes, that goes, whose enum is made anew;
# the table is renamed on the way
first "INSERT INTO t VALUES (1, 7, 'x', 'ok'); INSERT INTO u VALUES (7)" <<'TS'
export const mood = pgEnum('mood', ['ok', 'sad']);
export const t = pgTable('t', { id: integer().primaryKey(), a: integer(),
  b: text(), m: mood() }, (t) => [
  pgPolicy('kept', { using: sql`${t.a} > 0` }),
  pgPolicy('other', { using: sql`b = 'x'`, withCheck: sql`m <> 'sad'` }),
  pgPolicy('third', { using: sql`m = 'ok'` }),
  pgPolicy('apart', { using: sql`id = 1` })]);
export const u = pgTable('u', { a: integer() }, (t) => [
  pgPolicy('away', { using: sql`a in (select t.a from t)` })]);
TS
DIES=yes
OPTIONS='--rename table:t=tt --rename policy:tt.third=fourth'
second policies-around <<'TS'
export const mood = pgEnum('mood', ['ok']);
export const t = pgTable('tt', { id: integer().primaryKey(), a: text(),
  m: mood() }, (t) => [
  pgPolicy('kept', { using: sql`${t.a} > '0'` }),
  pgPolicy('other', { using: sql`id > 0` }),
  pgPolicy('fourth', { using: sql`m = 'ok'` }),
  pgPolicy('apart', { using: sql`id = 1` })]);
export const u = pgTable('u', { a: integer() }, (t) => [
  pgPolicy('away', { using: sql`a in (select tt.a::integer from tt)` })]);
TS
OPTIONS='' DIES=''
expect_eq policies "$(policies)" 'apart away fourth kept other '
# renamed and made otherwise, over a column that is renamed and changes
first "INSERT INTO t VALUES (1, 'x')" <<'TS'
export const t = pgTable('t', { id: integer().primaryKey(), o: text() },
  (t) => [pgPolicy('p', { for: 'select', using: sql`o = current_user` }),
    pgPolicy('q', { using: sql`o = 'x'` })]);
TS
ACCEPTED=yes
OPTIONS='--rename column:t.o=owner --rename policy:t.p=pp --rename policy:t.q=qq'
second policies-around <<'TS'
export const t = pgTable('t', { id: integer().primaryKey(),
  owner: varchar({ length: 64 }) }, (t) => [
  pgPolicy('pp', { for: 'update', using: sql`id = 1` }),
  pgPolicy('qq', { using: sql`id = 2` })]);
TS
OPTIONS='' ACCEPTED=''
expect_eq policies "$(pg_sql app 'SELECT polname, polcmd, pg_get_expr(polqual,
	polrelid) FROM pg_policy ORDER BY 1' | tr '\n' ' ')" \
	'pp|w|(id = 1) qq|*|(id = 2) '
# the first policy of a table that is renamed
first '' <<'TS'
export const a = pgTable('a', { id: integer().primaryKey() });
TS
OPTIONS='--rename table:a=aa'
second moved-table-rls <<'TS'
export const a = pgTable('aa', { id: integer().primaryKey() },
  (t) => [pgPolicy('p', { using: sql`id = 1` })]);
TS
OPTIONS=''
expect_eq rls "$(pg_sql app "SELECT relrowsecurity FROM pg_class
	WHERE relname = 'aa'")" t
# two tables go whose policies read each other
first '' <<'TS'
export const a = pgTable('a', { id: integer().primaryKey() },
  (t) => [pgPolicy('pa', { using: sql`id = 1` })]);
export const b = pgTable('b', { id: integer().primaryKey() }, (t) => [
  pgPolicy('pb', { using: sql`id in (select id from a)` })]);
TS
OPTIONS='--create table:c'
second policies-around <<'TS'
export const c = pgTable('c', { id: integer().primaryKey() });
TS
OPTIONS=

# --- parts of a column that changes -------------------------------------------
# names of indexes and constraints
parts() {
	pg_sql app "SELECT relname FROM pg_class WHERE relkind = 'i' AND
		relnamespace = 'public'::regnamespace UNION SELECT conname
		FROM pg_constraint WHERE contype IN ('c', 'f') AND
		connamespace = 'public'::regnamespace ORDER BY 1" | tr '\n' ' '
}
# the primary key goes to another column, the reference stays
first "INSERT INTO a VALUES (1, 'x'); INSERT INTO b VALUES (1)" <<'TS'
export const a = pgTable('a', { id: integer().primaryKey(),
  u: text().notNull() });
export const b = pgTable('b', { a: integer().references(() => a.id) });
TS
second reference-before-key primary-key <<'TS'
export const a = pgTable('a', { id: integer().notNull().unique(),
  u: text().primaryKey() });
export const b = pgTable('b', { a: integer().references(() => a.id) });
TS
expect_eq parts "$(parts)" 'a_id_unique a_pkey b_a_a_id_fk '
# a key of two columns becomes a unique constraint
first "INSERT INTO a VALUES (1, 2); INSERT INTO b VALUES (1, 2)" <<'TS'
export const a = pgTable('a', { x: integer().notNull(), y: integer().notNull() },
  (t) => [primaryKey({ columns: [t.x, t.y] })]);
export const b = pgTable('b', { x: integer(), y: integer() }, (t) => [
  foreignKey({ columns: [t.x, t.y], foreignColumns: [a.x, a.y] })]);
TS
second reference-before-key <<'TS'
export const a = pgTable('a', { x: integer().notNull(), y: integer().notNull(),
  id: serial().primaryKey() }, (t) => [unique('xy').on(t.x, t.y)]);
export const b = pgTable('b', { x: integer(), y: integer() }, (t) => [
  foreignKey({ columns: [t.x, t.y], foreignColumns: [a.x, a.y] })]);
TS
expect_eq parts "$(parts)" 'a_pkey b_x_y_a_x_y_fk xy '
# both sides of a reference change their type
first "INSERT INTO a VALUES (1); INSERT INTO b VALUES (1)" <<'TS'
export const a = pgTable('a', { id: integer().primaryKey() });
export const b = pgTable('b', { a: integer().references(() => a.id) });
TS
second parts-around <<'TS'
export const a = pgTable('a', { id: text().primaryKey() });
export const b = pgTable('b', { a: text().references(() => a.id) });
TS
expect_eq parts "$(parts)" 'a_pkey b_a_a_id_fk '
# an enum becomes text under a partial index and a check
first "INSERT INTO t VALUES (1, 'ok')" <<'TS'
export const mood = pgEnum('mood', ['ok', 'sad']);
export const t = pgTable('t', { id: integer().primaryKey(), m: mood() },
  (t) => [index('i').on(t.id).where(sql`${t.m} = 'ok'`),
    check('c', sql`m <> 'sad'`), index('plain').on(t.m)]);
TS
second parts-around <<'TS'
export const t = pgTable('t', { id: integer().primaryKey(), m: text() },
  (t) => [index('i').on(t.id).where(sql`${t.m} = 'ok'`),
    check('c', sql`m <> 'sad'`), index('plain').on(t.m)]);
TS
expect_eq parts "$(parts)" 'c i plain t_pkey '
# an enum loses a value
first "INSERT INTO t VALUES (1, 'ok')" <<'TS'
export const mood = pgEnum('mood', ['ok', 'sad']);
export const t = pgTable('t', { id: integer().primaryKey(), m: mood() },
  (t) => [index('i').on(t.id).where(sql`${t.m} = 'ok'`),
    check('c', sql`m <> 'ok' or id > 0`)]);
TS
second parts-around <<'TS'
export const mood = pgEnum('mood', ['ok', 'odd']);
export const t = pgTable('t', { id: integer().primaryKey(), m: mood() },
  (t) => [index('i').on(t.id).where(sql`${t.m} = 'ok'`),
    check('c', sql`m <> 'ok' or id > 0`)]);
TS
expect_eq parts "$(parts)" 'c i t_pkey '
# a generated column: what it reads changes, or comes with it
first "INSERT INTO t VALUES (1, 7)" <<'TS'
export const t = pgTable('t', { id: integer().primaryKey(), k: integer(),
  g: text().generatedAlwaysAs(sql`upper(k::text)`) },
  (t) => [index('ig').on(t.g), unique('ug').on(t.g)]);
export const v = pgView('v').as((q) => q.select({ g: t.g }).from(t));
TS
second generated-reads parts-around views-around <<'TS'
export const t = pgTable('t', { id: integer().primaryKey(), k: text(),
  g: text().generatedAlwaysAs(sql`upper(k::text)`) },
  (t) => [index('ig').on(t.g), unique('ug').on(t.g)]);
export const v = pgView('v').as((q) => q.select({ g: t.g }).from(t));
TS
expect_eq parts "$(parts)" 'ig t_pkey ug '
expect_eq rows "$(pg_sql app 'SELECT g FROM v')" 7
first "INSERT INTO t VALUES (1, 7)" <<'TS'
export const t = pgTable('t', { id: integer().primaryKey(), k: integer(),
  g: text().generatedAlwaysAs(sql`upper(k::text)`) });
TS
second generated-reads <<'TS'
export const t = pgTable('t', { id: integer().primaryKey(), k: integer(),
  n: text().default('new'), g: text().generatedAlwaysAs(sql`lower(n)`) });
TS
expect_eq rows "$(pg_sql app 'SELECT g FROM t')" new
# its text changes: the server takes drizzle-kit's, and the index is gone
ACCEPTED=yes
first "INSERT INTO t VALUES (1, 'x'); INSERT INTO u VALUES ('X')" <<'TS'
export const t = pgTable('t', { id: integer().primaryKey(), k: text(),
  g: text().generatedAlwaysAs(sql`upper(k)`) }, (t) => [index('ig').on(t.g),
    uniqueIndex('io').on(t.id).where(sql`g is not null`),
    unique('ug').on(t.g)]);
export const u = pgTable('u', { g: text().references(() => t.g) });
TS
pg_sql app 'UPDATE u SET g = NULL'
second parts-around reference-before-key <<'TS'
export const t = pgTable('t', { id: integer().primaryKey(), k: text(),
  g: text().generatedAlwaysAs(sql`lower(k)`) }, (t) => [index('ig').on(t.g),
    uniqueIndex('io').on(t.id).where(sql`g is not null`),
    unique('ug').on(t.g)]);
export const u = pgTable('u', { g: text().references(() => t.g) });
TS
expect_eq parts "$(parts)" 'ig io t_pkey u_g_t_g_fk ug '
# it is part of the primary key, which goes with it; or becomes generated
first "INSERT INTO t VALUES ('x'); INSERT INTO u VALUES ('x', 'X')" <<'TS'
export const t = pgTable('t', { k: text(),
  g: text().generatedAlwaysAs(sql`upper(k)`) },
  (t) => [primaryKey({ columns: [t.k, t.g] })]);
export const u = pgTable('u', { k: text(), g: text() }, (u) => [
  foreignKey({ columns: [u.k, u.g], foreignColumns: [t.k, t.g] })]);
TS
pg_sql app 'UPDATE u SET k = NULL'
second parts-around generated-reads <<'TS'
export const t = pgTable('t', { k: varchar({ length: 9 }),
  g: text().generatedAlwaysAs(sql`lower(k)`) },
  (t) => [primaryKey({ columns: [t.k, t.g] })]);
export const u = pgTable('u', { k: text(), g: text() }, (u) => [
  foreignKey({ columns: [u.k, u.g], foreignColumns: [t.k, t.g] })]);
TS
expect_eq parts "$(parts)" 't_k_g_pk u_k_g_t_k_g_fk '
first "INSERT INTO t VALUES ('x', 'y', 'z')" <<'TS'
export const t = pgTable('t', { k: text().notNull(), g: text(), n: text() },
  (t) => [primaryKey({ name: 'key', columns: [t.k, t.g] })]);
TS
second parts-around <<'TS'
export const t = pgTable('t', { k: text().notNull(), n: text(),
  g: text().generatedAlwaysAs(sql`lower(k)`) },
  (t) => [primaryKey({ name: 'key', columns: [t.g, t.n] })]);
TS
expect_eq key "$(pg_sql app "SELECT pg_get_constraintdef(oid)
	FROM pg_constraint WHERE conname = 'key'")" 'PRIMARY KEY (g, n)'

# --- enums --------------------------------------------------------------------
ACCEPTED=''
# a value is added and used: the type has another name, an array holds it, a
# check, an index, a policy, a view and a generated column read it
first "INSERT INTO t (m, ms) VALUES ('ok', '{ok}')" <<'TS'
export const mood = pgEnum('mood', ['ok', 'sad']);
export const t = pgTable('t', { id: serial().primaryKey(), m: mood().default('ok'),
  ms: mood().array(), g: text().generatedAlwaysAs(sql`(m = 'ok')::text`) },
  (t) => [index('i').on(t.id).where(sql`${t.m} = 'ok'`), index('is').using('gin', t.ms),
    check('c', sql`m <> 'sad'`), pgPolicy('p', { using: sql`m = 'ok'` })]);
export const v = pgView('v').as((q) => q.select().from(t));
TS
OPTIONS='--rename enum:mood=feeling'
second enum-value-used parts-around views-around policies-around \
	generated-reads enum-columns <<'TS'
export const mood = pgEnum('feeling', ['ok', 'odd', 'sad']);
export const t = pgTable('t', { id: serial().primaryKey(), m: mood().default('odd'),
  ms: mood().array().default(['odd']),
  g: text().generatedAlwaysAs(sql`(m = 'ok')::text`) },
  (t) => [index('i').on(t.id).where(sql`${t.m} = 'ok'`), index('is').using('gin', t.ms),
    check('c', sql`m <> 'sad'`), pgPolicy('p', { using: sql`m = 'ok'` })]);
export const v = pgView('v').as((q) => q.select().from(t));
export const u = pgTable('u', { m: mood().default('odd') });
TS
OPTIONS=''
expect_eq rows "$(pg_sql app 'INSERT INTO t DEFAULT VALUES; SELECT * FROM v' |
	tr '\n' ' ')" '1|ok|{ok}|true 2|odd|{odd}|false '
expect_eq parts "$(parts)" 'c i is t_pkey '
expect_eq policies "$(policies)" 'p '
# a value that the live type does not read is in a check of the same step
first "INSERT INTO t (m) VALUES ('ok')" <<'TS'
export const mood = pgEnum('mood', ['ok', 'sad']);
export const t = pgTable('t', { id: serial().primaryKey(), m: mood() });
TS
second enum-value-used <<'TS'
export const mood = pgEnum('mood', ['ok', 'sad', 'odd']);
export const t = pgTable('t', { id: serial().primaryKey(), m: mood() },
  (t) => [check('c', sql`m <> 'odd'`), index('i').on(t.id).where(sql`m = 'odd'`)]);
TS
expect_eq rows "$(pg_sql app 'SELECT * FROM t')" '1|ok'
expect_eq parts "$(parts)" 'c i t_pkey '
# a value goes; columns come, go and get other types
first "INSERT INTO t (id) VALUES (1)" <<'TS'
export const mood = pgEnum('mood', ['ok', 'sad']);
export const t = pgTable('t', { id: integer().primaryKey(),
  a: mood().default('sad'), b: mood().array().default(['sad']), d: mood() });
TS
OPTIONS='--create column:t.n'
second enum-columns <<'TS'
export const mood = pgEnum('mood', ['ok', 'odd']);
export const other = pgEnum('other', ['sad', 'bad']);
export const t = pgTable('t', { id: integer().primaryKey(),
  a: text().default('q'), b: other().array(), n: mood() });
TS
OPTIONS=''
expect_eq rows "$(pg_sql app 'SELECT * FROM t')" '1|sad|{sad}|'

# --- generated columns and keys -----------------------------------------------
# one becomes plain; one is plain, becomes generated and cannot be cast
first "INSERT INTO t (id, k, n) VALUES (1, 'x', 'y')" <<'TS'
export const t = pgTable('t', { id: integer().primaryKey(), k: text(),
  g: text().generatedAlwaysAs(sql`upper(k)`), n: text() });
TS
second expression-first generated-reads <<'TS'
export const t = pgTable('t', { id: integer().primaryKey(), k: text(),
  g: text().default('q'), n: integer().generatedAlwaysAs(sql`length(k)`) });
TS
expect_eq rows "$(pg_sql app "INSERT INTO t VALUES (2, 'yy');
	SELECT id, k, n, g FROM t ORDER BY 1" | tr '\n' ' ')" '1|x|1|X 2|yy|2|q '
# a reference changes its key from a primary one to a unique one
first "INSERT INTO a VALUES (1, 2, 3); INSERT INTO b VALUES (1, 2)" <<'TS'
export const a = pgTable('a', { x: integer(), y: integer(),
  z: integer().notNull() }, (t) => [
  primaryKey({ name: 'key', columns: [t.x, t.y] })]);
export const b = pgTable('b', { x: integer(), y: integer() }, (t) => [
  foreignKey({ name: 'ref', columns: [t.x, t.y], foreignColumns: [a.x, a.y] })]);
TS
second reference-before-key <<'TS'
export const a = pgTable('a', { x: integer(), y: integer(),
  z: integer().notNull() }, (t) => [
  primaryKey({ name: 'key', columns: [t.x, t.y, t.z] }), unique('xy').on(t.x, t.y)]);
export const b = pgTable('b', { x: integer(), y: integer() }, (t) => [
  foreignKey({ name: 'ref', columns: [t.x, t.y], foreignColumns: [a.x, a.y] })
    .onDelete('cascade')]);
TS
expect_eq parts "$(parts)" 'key ref xy '

# --- defaults of JSON in arrays -----------------------------------------------
ACCEPTED=''
first '' <<'TS'
export const t = pgTable('t', { id: integer().primaryKey() });
TS
second quote-in-default <<'TS'
export const t = pgTable('t', { id: integer().primaryKey(),
  j: jsonb().array().default([{ a: 'x,y' }, { b: '"' }, { c: "it's" },
    { d: 'a\\b\n' }, 5]) });
TS
pg_sql app 'INSERT INTO t VALUES (1)'
expect_eq values "$(pg_sql app "SELECT j[1]->>'a', j[2]->>'b', j[3]->>'c',
	j[4]->>'d' = E'a\\\\b\\n', j[5] FROM t")" "x,y|\"|it's|t|5"
