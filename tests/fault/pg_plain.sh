#!/bin/sh
# Fault S6: over a network nothing is changed in the clear unless somebody says
# so; looking is possible.  Needs an address that is no loopback.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
ip=$(hostname -I 2>/dev/null | tr ' ' '\n' | grep -m 1 '^[0-9.]*$') ||
	skip 'no address but loopback'
pg_start "listen_addresses='*'"
pg_new app
echo "host all all $ip/32 trust" >>"$(pg_sql app 'SHOW hba_file')"
pg_sql app 'SELECT pg_reload_conf()' >"$T/out"
pg_project "$T/p" app 'CREATE TABLE t (id int);' 'CREATE TABLE u (id int);'
url="postgresql://$(pg_sql app 'SELECT current_user')@$ip:$PGPORT/app"
until "$PSQL" -X -q -d "$url" -c 'SELECT 1' >"$T/out" 2>"$T/err"; do
	grep -q pg_hba "$T/err" || skip "not reached by $ip"
done
weir_in "$T/p" status --db "$url"
expect_rc 0
weir_in "$T/p" migrate --db "$url" --scratch "$(pg_url postgres)"
[ $rc -ne 0 ] || fail 'changed in the clear'
expect_any "the connection to $ip is not encrypted" 'sslmode=require' \
	'sslmode=disable'
[ -z "$(pg_sql app "SELECT to_regclass('t')")" ] || fail 'there is a table'
for mode in prefer require; do
	weir_in "$T/p" migrate --db "$url?sslmode=$mode" \
		--scratch "$(pg_url postgres)"
	[ $rc -ne 0 ] || fail "$mode: changed in the clear"
done
weir_in "$T/p" migrate --db "$url?sslmode=disable" --to 0000_m0 \
	--scratch "$(pg_url postgres)"
expect_rc 0
weir_in "$T/p" migrate --db "$url?sslmode=allow" --scratch "$(pg_url postgres)"
expect_rc 0
[ -n "$(pg_sql app "SELECT to_regclass('u')")" ] || fail 'there is no table'
