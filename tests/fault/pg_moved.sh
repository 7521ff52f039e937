#!/bin/sh
# pg_moved.sh: the schema changes between review and apply, and while apply
# runs, where no lock of ours can prevent it. Refused every time, with what has
# moved; nothing of the migration stays.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/fault/lib.sh"
. "$top/tests/lib/pg.sh"
pg_start

set -- \
"CREATE TYPE mood AS ENUM ('sad');--> statement-breakpoint
CREATE TABLE p (id integer PRIMARY KEY, m mood);--> statement-breakpoint
CREATE TABLE c (id integer PRIMARY KEY, p_id integer REFERENCES p);
--> statement-breakpoint
CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
--> statement-breakpoint
CREATE VIEW v AS SELECT id FROM c;" \
'ALTER TABLE p ADD COLUMN v text;--> statement-breakpoint
SELECT pg_sleep(600) FROM c WHERE id = 1;'
pg_new base
pg_project "$T/base" base "$@"
expect_weir 0 "$T/base" migrate --to 0000_m0
rm -rf "$T/base/.weir"

# refused_for WHAT REGEX: exit 5, said, and nothing of the migration is there
refused_for() {
	[ $rc -eq 5 ] || fail "$1: exit $rc, not 5"
	expect_err "$2"
	expect_eq "$1: the column" "$(pg_sql app "SELECT count(*) FROM
		pg_attribute WHERE attrelid = to_regclass('p') AND attname = 'v'")" 0
	expect_eq "$1: recorded by us" "$(pg_sql app "SELECT count(*)
		FROM drizzle.__drizzle_migrations WHERE created_at = 1700000060000
		AND hash <> 'theirs'")" 0
	refused=$((refused + 1))
}
refused=0

# --- between review and apply: somebody has the lock while weir has reviewed ----
between() {
	pg_copy app "$T/p"
	while_reviewed "$1" migrate
	refused_for "$1" "$2"
}
moved='the schema has moved since it was reviewed'
between 'ALTER TABLE p ADD COLUMN other integer' "$moved.*p\.other"
between 'CREATE INDEX other ON p (m)' "$moved.*other"
between 'ALTER TABLE p ALTER COLUMN m SET NOT NULL' "$moved"
between 'DROP VIEW v' "$moved"
between 'DROP TABLE p CASCADE' "$moved"
between "ALTER TYPE mood ADD VALUE 'new'" "$moved"
between "CREATE OR REPLACE FUNCTION f() RETURNS integer LANGUAGE sql
	AS 'SELECT 2'" "$moved"
between 'ALTER TABLE c ENABLE ROW LEVEL SECURITY' "$moved"
between "INSERT INTO drizzle.__drizzle_migrations (hash, created_at)
	VALUES ('theirs', 1700000060000)" 'applied by somebody else'

# --- while it runs ------------------------------------------------------------------
# its rows are locked, its function and type are not: long enough to get in
sed -i 's/ WHERE id = 1/, generate_series(1, 200)/; s/pg_sleep(600)/pg_sleep(0.01)/' \
	"$T/base/drizzle/0001_m1.sql"
during() {
	pg_copy app "$T/p"
	pg_sql app 'INSERT INTO c VALUES (1)'
	in_background "$T/p" migrate
	pg_waits "EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = 'app'
		AND application_name = 'weir' AND state = 'active'
		AND query LIKE '%pg_sleep(0.01)%')"
	pg_sql app "$1"
	finished "$1"
	refused_for "$1" "$2"
}
unlike='the schema would not become what was predicted'
during "ALTER TYPE mood ADD VALUE 'new'" "$unlike"
during "CREATE OR REPLACE FUNCTION f() RETURNS integer LANGUAGE sql
	AS 'SELECT 2'" "$unlike"
echo "moved under us: refused $refused of 11"
