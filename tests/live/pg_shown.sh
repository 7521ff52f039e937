#!/bin/sh
# pg_shown.sh: what an extension brought, what the filters leave out and what
# no migration made is shown with the reason, and is no candidate for a change.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
pg_start

pg_new app
pg_sql postgres "SELECT 1 / count(*) FROM pg_available_extensions
	WHERE name = 'pg_stat_statements'" >/dev/null 2>&1 ||
	skip 'pg_stat_statements is not installed'
pg_project "$T/p" app 'CREATE TABLE ours (id integer PRIMARY KEY);'
expect_weir 0 "$T/p" migrate --target app
expect_weir 0 "$T/p" show
expect_no_any 'extension' 'no migration' 'ours .*not managed'
pg_sql app 'CREATE EXTENSION pg_stat_statements' 'CREATE SCHEMA billing' \
	'CREATE TABLE billing.ours (id integer)' 'CREATE TABLE hand (a integer)' \
	'CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS $$SELECT 1$$' \
	'GRANT EXECUTE ON FUNCTION f() TO PUBLIC' \
	'CREATE VIEW vv AS SELECT 1 AS one' \
	'CREATE RULE ru AS ON INSERT TO vv DO INSTEAD NOTHING' \
	'SET client_min_messages = error; CREATE PUBLICATION pub FOR TABLE hand'
expect_weir 0 "$T/p" show
expect_out 'pg_stat_statements .*extension pg_stat_statements' \
	'public +hand .*of no migration' 'f\(\) .*of no migration' \
	'publication +pub'
expect_no_any 'public +ours .*migration'
expect_weir 0 "$T/p" show pub f hand pg_stat_statements
expect_out '^pub +publication' 'hand +table' 'of no migration' \
	'pg_stat_statements +view .*extension pg_stat_statements'
expect_weir 0 "$T/p" show vv f
expect_out 'one +integer' '^rules' 'ru +CREATE RULE' '^privileges' '=X/weir'
expect_weir 0 "$T/p" show ru
expect_out 'public\.ru +rule on public\.vv'
expect_weir 0 "$T/p" diff migrations db
expect_no_any 'hand$' 'pg_stat_statements' 'billing'

# --- the filters -------------------------------------------------------------------
printf '{"dialect":"postgresql","out":"./drizzle",%s"dbCredentials":%s}\n' \
	'"schemaFilter":["public"],"tablesFilter":["!hand"],' \
	"{\"url\":\"$(pg_url app)\"}" >"$T/p/drizzle.config.json"
expect_weir 0 "$T/p" show
expect_out 'billing +ours .*not managed' 'public +hand .*not managed'
expect_weir 0 "$T/p" status --drift
expect_out 'Drift +none'
