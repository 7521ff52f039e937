#!/bin/sh
# What a review says that no single case of a hazard can: of a way back, and
# that looking writes nothing, whatever code stands in the schema.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cli/lib.sh"
. "$top/tests/lib/pg.sh"
need jq
pg_start

# --- PT21: a column comes back as the last one -------------------------------------
pg_new back
pg_project "$T/b" back 'CREATE TABLE t (id int PRIMARY KEY, v text, w int);' \
	'ALTER TABLE t DROP COLUMN v;' 'ALTER TABLE t ADD COLUMN x int;'
echo 'ALTER TABLE t ADD COLUMN v text;' >"$T/b/drizzle/0001_m1.down.sql"
weir_in "$T/b" migrate --to 0000_m0
expect_rc 0
weir_in "$T/b" migrate
expect_rc 0
weir_in "$T/b" rollback --steps 2 --dry-run --json
jq -e '[.hazards[] | select(.code == "PT21") | .object] == ["public.t.v"]' \
	<"$T/out" >/dev/null || fail 'PT21: the way back of DROP COLUMN'
weir_in "$T/b" rollback --dry-run --json
jq -e '[.hazards[] | select(.code == "PT21")] == []' <"$T/out" >/dev/null ||
	fail 'PT21: the way back of ADD COLUMN'

# --- code that the clone calls writes nothing --------------------------------------
# defaults, generated columns, indexes, checks, domains and views that call
# functions which put their SQL together while they run
pg_new code
pg_project "$T/c" code 'CREATE TABLE trace (at text);' \
	'ALTER TABLE t ADD COLUMN more int DEFAULT spy($$added$$);
--> statement-breakpoint
CREATE INDEX j ON t (spied(id));'
weir_in "$T/c" migrate --to 0000_m0
expect_rc 0
cat >"$T/code.sql" <<'END'
CREATE EXTENSION IF NOT EXISTS plpgsql;
CREATE TABLE log (at text);
CREATE FUNCTION spy(what text) RETURNS int LANGUAGE plpgsql VOLATILE AS $$ BEGIN
	EXECUTE format('INSERT INTO %I.%I VALUES (%L)', 'public', 'log', what);
	EXECUTE 'CREATE ROLE ' || 'left_behind';
	RETURN 1;
EXCEPTION WHEN OTHERS THEN RETURN 2; END $$;
CREATE FUNCTION spied(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
	RETURN spy('index');
EXCEPTION WHEN OTHERS THEN RETURN $1; END $$;
CREATE DOMAIN watched AS int DEFAULT spy('domain') CHECK (spied(VALUE) > 0);
CREATE TABLE t (id int PRIMARY KEY, a int DEFAULT spy('default'),
	b int GENERATED ALWAYS AS (spied(id)) STORED, c watched,
	CHECK (spied(id) > 0));
CREATE INDEX i ON t (spied(id)) WHERE spied(id) > 0;
CREATE MATERIALIZED VIEW m AS SELECT spy('view') AS x;
CREATE VIEW v AS SELECT spy('view') AS x;
DELETE FROM log;
END
pg_file code "$T/code.sql"
pg_sql code 'DROP ROLE IF EXISTS left_behind' 'DELETE FROM log'
state() {
	pg_sql code "SELECT (SELECT count(*) FROM log) || ' ' || (SELECT
		count(*) FROM pg_roles WHERE rolname = 'left_behind') || ' ' ||
		pg_current_wal_insert_lsn() IS NOT NULL"
	pg_sql code "SELECT n_tup_ins, n_tup_upd, n_tup_del FROM
		pg_stat_user_tables WHERE relname IN ('t', 'log', 'trace') ORDER BY relname"
}
before=$(state)
for words in review 'review --json' 'diff migrations db' 'status --drift' \
	'diff' show verify; do
	# shellcheck disable=SC2086
	weir_in "$T/c" $words
	[ "$rc" -lt 128 ] || fail "$words: exit $rc"
done
expect_eq 'what looking wrote' "$(state)" "$before"

# what stands last when it comes back is told where it goes, once
pg_new last
pg_project "$T/last" last 'CREATE TABLE t (id integer PRIMARY KEY, a text,
	b text);' 'ALTER TABLE t ADD COLUMN z text;' \
	'ALTER TABLE t DROP COLUMN a;' 'CREATE TABLE u (id integer PRIMARY KEY);'
expect_weir 0 "$T/last" migrate --to 0000_m0 --quiet
expect_weir 0 "$T/last" review
expect_eq 'told once' "$(grep -c 'stand last' "$T/out")" 1
