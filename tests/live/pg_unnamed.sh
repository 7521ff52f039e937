#!/bin/sh
# pg_unnamed.sh: what no migration made is told, what cannot be proven is not
# called verified, and a partition goes without its transaction.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
pg_start

pg_new app
pg_project "$T/p" app 'CREATE TABLE a (id integer PRIMARY KEY);'
expect_weir 0 "$T/p" migrate --target app
expect_weir 0 "$T/p" verify
expect_no_any 'made by no migration'
pg_sql app 'CREATE TABLE hand (a integer)'
expect_weir 0 "$T/p" verify
expect_out '1 object here was made by no migration' 'VERIFIED'
expect_weir 0 "$T/p" status --drift
expect_out '1 object here was made by no migration' 'Drift +none'
expect_weir 0 "$T/p" diff migrations db
expect_err '1 object here was made by no migration'
expect_weir 0 "$T/p" diff empty db
expect_out '^[+] (public\.)?hand$' '^[+] (public\.)?a$'
expect_no_any 'drizzle_migrations'
pg_new other
expect_weir 0 "$T/p" diff "$(pg_url other)" db
expect_out '^[+] (public\.)?hand$'

# --- nothing to hold it against ------------------------------------------------
pg_sql postgres 'CREATE ROLE poor LOGIN'
pg_sql app 'GRANT ALL ON SCHEMA public, drizzle TO poor' \
	'GRANT SELECT ON ALL TABLES IN SCHEMA public, drizzle TO poor'
expect_weir 4 "$T/p" verify \
	--db "postgresql://poor@/app?host=$PGHOST&port=$PGPORT"
expect_out 'NOT PROVEN' 'may not create a database'
expect_no_any 'VERIFIED'

# --- a partition that leaves -----------------------------------------------------
pg_new parts
pg_project "$T/d" parts \
	'CREATE TABLE pt (id integer NOT NULL) PARTITION BY RANGE (id);
	CREATE TABLE pt1 PARTITION OF pt FOR VALUES FROM (1) TO (10);
	CREATE TABLE pt2 PARTITION OF pt FOR VALUES FROM (10) TO (20);' \
	'ALTER TABLE pt DETACH PARTITION pt1 CONCURRENTLY;'
expect_weir 0 "$T/d" migrate --target parts --to 0000_m0
weir_in "$T/d" review
expect_rc 0
expect_out 'no longer in the partitioned table'
expect_no_any 'changes no schema' 'The schema stays as it is'
weir_in "$T/d" migrate --target parts
expect_rc 0
expect_weir 0 "$T/d" verify
expect_out VERIFIED
expect_weir 0 "$T/d" status --drift
expect_out 'Drift +none'

# --- one before it is left behind; a way on from drift -----------------------------
pg_new late
pg_project "$T/l" late 'CREATE TABLE a (id integer);' \
	'CREATE TABLE b (id integer);' 'CREATE TABLE c (id integer);'
expect_weir 0 "$T/l" migrate --target late --to 0000_m0
pg_sql late 'CREATE TABLE c (id integer)'
weir_in "$T/l" mark --applied 0002_m2 --target late --dry-run
expect_rc 0
expect_err '0001_m1 is not applied and becomes out of order' \
	'--include 0001_m1'
pg_sql late 'ALTER TABLE a ADD COLUMN hand integer'
expect_weir 5 "$T/l" migrate --target late --strict
expect_err 'weir diff migrations db' 'weir mark --applied'
