#!/bin/sh
# pg_seen.sh: what the studio says of numbers: rows that row security hides
# from the role, here and in tables that point here; and what sorting a large
# table without an index costs, before it is done.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
"$WEIR" studio --help >/dev/null 2>&1 || skip "$WEIR has no studio"
pg_start
pg_new app
pg_project "$T/p" app
pg_sql app 'CREATE TABLE big AS SELECT g AS id, g % 7 AS n
	FROM generate_series(1, 120000) g' 'ALTER TABLE big ADD PRIMARY KEY (id)' \
	'ANALYZE big' 'CREATE TABLE few (id integer PRIMARY KEY)' \
	'CREATE TABLE kid (id integer PRIMARY KEY, few integer REFERENCES few)' \
	'INSERT INTO few SELECT generate_series(1, 50)' \
	'INSERT INTO kid SELECT g, 1 FROM generate_series(1, 9) g' \
	'ALTER TABLE few ENABLE ROW LEVEL SECURITY' \
	'ALTER TABLE kid ENABLE ROW LEVEL SECURITY' \
	'CREATE ROLE eye LOGIN' 'GRANT SELECT ON ALL TABLES IN SCHEMA public TO eye' \
	'CREATE POLICY p ON few USING (id <= 10)' \
	'CREATE POLICY p ON kid USING (id <= 3)'

# see URL: the studio's screens by $T/keys
see() {
	rm -f "$T"/*.screen
	pg_config "$T/p" "$1"
	weir_in "$T/p" studio --script "$T/keys" --size 140x40
	[ "$rc" -eq 0 ] || fail 'the studio'
}

cat >"$T/keys" <<END
keys /
type few
keys Enter
:save-screen ../few.screen
END
see "$(pg_url app)"
grep -q 'of 50' "$T/few.screen" || fail "50 rows: $(cat "$T/few.screen")"
! grep -q 'visible to' "$T/few.screen" || fail 'nothing is hidden from weir'
see "$(pg_url app | sed 's/weir@/eye@/')"
grep -q 'of 10 visible to eye' "$T/few.screen" ||
	fail "10 rows: $(cat "$T/few.screen")"
grep -q '3 visible to eye' "$T/few.screen" ||
	fail "3 references: $(cat "$T/few.screen")"

cat >"$T/keys" <<END
keys /
type big
keys Enter l s
:save-screen ../asked.screen
keys s
:save-screen ../sorted.screen
END
see "$(pg_url app)"
grep -q '120 k rows are sorted for this, est. under 1 s a page: press again to do it' \
	"$T/asked.screen" || fail "no cost: $(cat "$T/asked.screen")"
! grep -q 'are sorted for this' "$T/sorted.screen" ||
	fail "not sorted: $(cat "$T/sorted.screen")"
