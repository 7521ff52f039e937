#!/bin/sh
# show on PostgreSQL: every list, single objects, patterns, CREATE text, JSON.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cli/lib.sh"
. "$top/tests/lib/pg.sh"
need jq
pg_start
pg_new app
pg_sql app 'CREATE ROLE reader' 'CREATE ROLE "r 2"'
pg_file app "$top/tests/unit/pg_kinds.sql"
pg_sql app 'ANALYZE'
mkdir "$P"

# sizes and versions are the server's
mask() {
	sed -E -e 's/ +[0-9.]+ [kKMG]?B( |$)/ SIZE\1/' \
		-e 's/"bytes": [0-9]+/"bytes": N/' \
		-e 's/(PostgreSQL) [0-9.]+/\1 VERSION/'
}
show() {
	weir_in "$P" show --db "$(pg_url app)" "$@"
	mask <"$T/out" >"$T/masked"
	cp "$T/masked" "$T/out"
	sed -i "s/--db '[^']*'/--db URL/" "$T/err"
	entry "weir show${*:+ $*}"
}

# from 16 on the server prints the query of a view with fewer words, from 14
# to 15 the grants of public changed
[ "$(pg_sql app 'SHOW server_version_num')" -lt 160000 ] &&
	[ "$(pg_sql app 'SHOW server_version_num')" -ge 150000 ] ||
	skip 'the transcript is that of PostgreSQL 15'
show
show app.t
show org part_1 ft inh
show 'v*' mood f tf app
show t_i1
show mv "pr(integer)" pol t_ru t_st app.german t_ex org_pkey
show --sql app.org mood v1
show nothing

say JSON
weir_in "$P" show --db "$(pg_url app)" --json app.t
expect_rc 0
jq -r '.db.server, (.schema.objects | map(.kind) | group_by(.) |
	map("\(.[0]) \(length)") | .[]), (.sizes[0] | keys | join(" ")),
	(.notes[] | "\(.kind) \(.name): \(.comment // "-") \(.owner // "-") \(
	.grants // [] | join(" "))")' <"$T/out" | mask >"$T/list" ||
	fail 'not JSON'
cp "$T/list" "$T/out"
entry 'weir show --json app.t | jq'
golden
