#!/bin/sh
# pg_rights.sh: privileges and owners that no migration gave are told, those
# that migrations gave and that are gone too; who migrates is nobody's matter.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
pg_start

pg_sql postgres 'CREATE ROLE ro' 'CREATE ROLE "Other One"' \
	'CREATE ROLE deploy LOGIN SUPERUSER'
pg_new app
pg_sql app 'ALTER DATABASE app OWNER TO deploy'
pg_project "$T/p" app 'CREATE TABLE f (id integer, v text);
CREATE TABLE g (id integer);
CREATE SEQUENCE s;
CREATE TYPE mood AS ENUM (E'"'a'"');
CREATE FUNCTION h() RETURNS integer LANGUAGE sql AS E'"'SELECT 1'"';' \
	'GRANT SELECT ON f TO ro; GRANT UPDATE (v) ON f TO ro;
REVOKE ALL ON FUNCTION h() FROM PUBLIC;
ALTER TABLE g OWNER TO ro;'
expect_weir 0 "$T/p" migrate --target app
expect_weir 0 "$T/p" verify
expect_out VERIFIED '0 notes'
expect_no_any 'privilege' 'its owner'

# --- another role replays: nothing differs ---------------------------------------
expect_weir 0 "$T/p" verify \
	--db "postgresql://deploy@/app?host=$PGHOST&port=$PGPORT"
expect_out VERIFIED
expect_no_any 'privilege' 'its owner'

# --- given from outside -----------------------------------------------------------
pg_sql app 'GRANT ALL ON f TO PUBLIC' 'ALTER TABLE f OWNER TO "Other One"' \
	'GRANT INSERT (v) ON f TO "Other One"' \
	'GRANT EXECUTE ON FUNCTION h() TO PUBLIC' \
	'REVOKE UPDATE (v) ON f FROM ro' 'GRANT USAGE ON SEQUENCE s TO ro' \
	'ALTER TABLE g OWNER TO weir'
expect_weir 0 "$T/p" verify
expect_out VERIFIED \
	'table public\.f: privilege =[a-zA-Z]+ was given by no migration' \
	'table public\.f: its owner is Other One, weir is expected' \
	'column public\.f\.v: privilege ro=w is gone' \
	'function public\.h\(\): privilege =X was given by no migration' \
	'sequence public\.s: privilege ro=U was given by no migration' \
	'table public\.g: its owner is weir, ro is expected'
expect_no_any 'mood'
expect_weir 0 "$T/p" status --drift
expect_out '[0-9] privileges or owners are not those of the migrations' \
	'Drift +none'

# --- default privileges ------------------------------------------------------------
pg_sql app 'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO ro'
expect_weir 0 "$T/p" verify
expect_out 'default privileges'
