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

copy() {
	pg_sql postgres 'DROP DATABASE IF EXISTS app WITH (FORCE)' \
		'CREATE DATABASE app TEMPLATE base' 2>/dev/null
	rm -rf "$T/p"
	cp -R "$T/base" "$T/p"
	pg_config "$T/p" "$(pg_url app)"
}

in_background() {
	: >"$T/bg.err"
	(cd "$T/p" && exec "$WEIR" "$@" </dev/null 7>&- >"$T/bg.out" \
		2>"$T/bg.err") &
	bg=$!
}

waits() {
	pg_sql postgres "DO \$\$ BEGIN
		FOR i IN 1..3000 LOOP
			IF ($1) THEN RETURN; END IF;
			PERFORM pg_sleep(0.01), pg_stat_clear_snapshot();
		END LOOP;
		RAISE 'it never was so';
	END \$\$"
}

# refused_for WHAT REGEX: exit 5, said, and nothing of the migration is there
refused_for() {
	rc=0
	wait $bg || rc=$?
	cp "$T/bg.out" "$T/out"
	cp "$T/bg.err" "$T/err"
	no_crash "$1"
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
# the number is weir's; the second one the database's
mkfifo "$T/say"
between() {
	copy
	"$PSQL" -X -q -A -t -d app <"$T/say" >"$T/said" 2>&1 &
	other=$!
	exec 7>"$T/say"
	echo "SELECT pg_advisory_lock(2003134834, oid::integer) FROM pg_database
		WHERE datname = 'app'; SELECT 'had';" >&7
	until grep -q had "$T/said"; do
		kill -0 $other || fail "no lock: $(cat "$T/said")"
	done
	in_background migrate --lock-wait 60000
	until grep -q 'waiting for the lock' "$T/bg.err"; do
		kill -0 $bg || fail "it does not wait: $(cat "$T/bg.err")"
	done
	pg_sql app "$1"
	exec 7>&-
	wait $other
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
	copy
	pg_sql app 'INSERT INTO c VALUES (1)'
	in_background migrate
	waits "EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = 'app'
		AND application_name = 'weir' AND state = 'active'
		AND query LIKE '%pg_sleep(0.01)%')"
	pg_sql app "$1"
	refused_for "$1" "$2"
}
unlike='the schema would not become what was predicted'
during "ALTER TYPE mood ADD VALUE 'new'" "$unlike"
during "CREATE OR REPLACE FUNCTION f() RETURNS integer LANGUAGE sql
	AS 'SELECT 2'" "$unlike"
echo "moved under us: refused $refused of 11"
