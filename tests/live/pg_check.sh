#!/bin/sh
# check on PostgreSQL: the dangers of every file on a scratch server, those of
# the pending ones by the rows of a database, what was put aside; nothing stays.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
need jq
pg_start
pg_new app
P=$T/p
pg_project "$P" app 'CREATE TABLE t (id int PRIMARY KEY, a text, b text);' \
	'-- weir-ignore PI1: it is small
CREATE INDEX i ON t (a);
CREATE INDEX j ON t (b);
ALTER TABLE t DROP COLUMN b;' \
	'ALTER TABLE t ALTER COLUMN a SET NOT NULL;'
sed -i 's/"schema":"[^"]*",//' "$P/drizzle.config.json"
before=0
for n in 0 1 2; do
	printf '{"version":"7","dialect":"postgresql","id":"00000000-0000-0000-0000-%012d",%s00000000-0000-0000-0000-%012d"%s}' \
		$((n + 1)) '"prevId":"' $before ',"tables":{},"enums":{},"schemas":{},
"sequences":{},"roles":{},"policies":{},"views":{},"_meta":{"schemas":{},"tables":{},"columns":{}}' \
		>"$P/drizzle/meta/000${n}_snapshot.json"
	before=$((n + 1))
done

# seen FILTER…: in the findings of the last run
seen() {
	for f; do
		jq -e ".findings | any($f)" <"$T/out" >/dev/null ||
			fail "no finding: $f"
	done
}

say_all='.slug == "create-index" and (.where | endswith("0001_m1.sql:2:1")) and .severity == "info" and .ignored == "it is small"'

# nothing is connected to unless it is named
weir_in "$P" check --json
expect_rc 0
seen '.slug == "not-looked-at"'

weir_in "$P" check --json --scratch "$(pg_url postgres)"
expect_rc 0
seen "$say_all" \
	'.code == "PI1" and .severity == "caution" and (.where | endswith(":3:1"))' \
	'.code == "PT16" and .severity == "destructive"' \
	'.slug == "set-not-null" and .severity == "caution"'

weir_in "$P" migrate --to 0000_m0 --quiet
expect_rc 0
pg_sql app "INSERT INTO t VALUES (1, NULL, 'x')"
weir_in "$P" check --json --db "$(pg_url app)"
expect_rc 1
seen '.slug == "set-not-null" and .severity == "blocked"'
pg_sql app "UPDATE t SET a = 'y'"
weir_in "$P" check --json --db "$(pg_url app)"
expect_rc 3
weir_in "$P" review --approve --quiet
weir_in "$P" check --db "$(pg_url app)"
expect_rc 0
weir_in "$P" review --json
jq -e '.hazards | any(.code == "PI1" and .ignored == "it is small")' \
	<"$T/out" >/dev/null || fail 'review: why PI1 is ignored'
expect_eq 'databases left' "$(pg_sql postgres "SELECT count(*) FROM
	pg_database WHERE datname LIKE 'weir_scratch%'")" 0
