#!/bin/sh
# Roles and grants: shown, compared where the configuration says so
# (entities.roles), and never part of what migrations are held against.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cli/lib.sh"
. "$top/tests/lib/pg.sh"
need jq
pg_start
pg_new app
pg_new other
pg_sql app 'CREATE ROLE clerk LOGIN CREATEDB' 'CREATE ROLE robot NOINHERIT' \
	'GRANT clerk TO robot' "COMMENT ON ROLE robot IS 'at night'"
pg_project "$P" app 'CREATE TABLE a (id int PRIMARY KEY, b text);'
weir_in "$P" migrate
expect_rc 0
pg_sql app 'GRANT SELECT ON a TO robot' 'GRANT UPDATE (b) ON a TO clerk'
pg_sql other 'CREATE TABLE a (id int PRIMARY KEY, b text)'

# what \du and \dp tell
weir_in "$P" show
expect_rc 0
expect_any '^Roles$' 'clerk +create db' \
	'robot +no inherit, cannot login +clerk +at night' \
	'robot=r/' '^Column privileges$' 'public +a +b +clerk=w/'
weir_in "$P" show robot
expect_any 'CREATE ROLE "robot" NOINHERIT;'

# a migration is not held against the server's roles
for config in true '{ "include": ["clerk"] }' false; do
	jq --argjson r "$config" '.entities = { roles: $r }' \
		"$P/drizzle.config.json" >"$T/config" &&
		cp "$T/config" "$P/drizzle.config.json" || fail 'no config'
	weir_in "$P" status --drift
	expect_rc 0
	expect_any 'Drift +none'
	weir_in "$P" verify
	expect_rc 0
	weir_in "$P" diff migrations db --exit-code
	expect_rc 0
	weir_in "$P" diff empty db --format json
	expect_rc 0
	jq -r '.changes[] | select(.kind == "role") | .to.name' <"$T/out" |
		tr '\n' ' ' >"$T/roles"
	case $config in
	true)	want='clerk robot ' ;;
	false)	want= ;;
	*)	want='clerk ' ;;
	esac
	[ "$(cat "$T/roles")" = "$want" ] ||
		fail "$config: $(cat "$T/roles"), not $want"
done

# a role that a migration makes, or somebody meanwhile, is in nobody's way
pg_new fresh
pg_project "$T/f" fresh 'CREATE ROLE made_here;
--> statement-breakpoint
CREATE TABLE a (id int);
--> statement-breakpoint
GRANT SELECT ON a TO made_here;'
weir_in "$T/f" migrate
expect_rc 0
expect_any 'live schema = prediction.* 0 differences'

# a role that may not make the database is told what would help
pg_sql app 'CREATE ROLE poor LOGIN'
nodb=$(pg_url nodb | sed 's|//[^@/]*@|//poor@|')
weir_in "$P" migrate --create-db --db "$nodb" --scratch "$(pg_url app)"
[ "$rc" -ne 0 ] || fail 'made without the right'
expect_any 'role poor may not create databases: nodb was not made' \
	'CREATE DATABASE nodb OWNER poor' 'ALTER ROLE poor CREATEDB'

# two databases: grants are told, and no difference
weir_in "$P" diff "$(pg_url other)" db --exit-code
expect_rc 0
expect_any 'note: table public.a: privileges .*robot=r' \
	'note: column public.a.b: privileges .*clerk=w'
weir_in "$P" diff "$(pg_url other)" db --json
jq -e '.notes | length == 2 and .[0].what == "privileges" and
	.[0].kind == "table"' <"$T/out" >/dev/null || fail 'no notes in JSON'
