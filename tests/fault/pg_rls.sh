#!/bin/sh
# Row security that hides rows from the role that migrates: what it cannot see
# is never taken for nothing, so the loss is asked for by name.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
pg_start
pg_sql postgres "CREATE ROLE owner1 LOGIN CREATEDB"

none="CREATE TABLE gone (id int PRIMARY KEY, v text);
--> statement-breakpoint
ALTER TABLE gone ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE gone FORCE ROW LEVEL SECURITY;"
n=0

# project SQL: a database of owner1 with 50 rows that he does not see
project() {
	n=$((n + 1))
	db=r$n
	pg_sql postgres "CREATE DATABASE $db OWNER owner1 TEMPLATE template0"
	url="postgresql://owner1@/$db?host=$PGHOST&port=$PGPORT"
	pg_project "$T/$db" $db "$base"
	pg_config "$T/$db" "$url"
	pg_sql $db "GRANT CREATE ON SCHEMA public TO owner1"
	expect_weir 0 "$T/$db" migrate
	pg_sql $db "INSERT INTO gone SELECT i, CASE WHEN i > 1 THEN 'x' END
		FROM generate_series(1, 50) i"
	pg_project "$T/$db" $db "$base" "$@"
	pg_config "$T/$db" "$url"
}

rows() {
	pg_sql $db "SELECT count(*) || '/' || count(v) FROM gone"
}

# asked ALLOW SQL
asked() {
	project "$2"
	weir_in "$T/$db" migrate
	expect_eq "refused: $2" $rc 3
	cat "$T/out" "$T/err" >"$T/said"
	grep -qF -- "$1" "$T/said" || fail "does not ask for $1: $2"
	grep -q 'row security' "$T/said" || fail "no reason: $2"
	expect_eq "kept: $2" "$(rows)" 50/49
	args=$(grep -o -- "--allow [a-z-]*:[a-z.]*" "$T/said" | sort -u |
		tr "\n" " ")
	# shellcheck disable=SC2086
	expect_weir 0 "$T/$db" migrate $args
	expect_eq "applied: $2" "$(pg_applied $db)" 2
}

for policy in '' 'CREATE POLICY few ON gone USING (id <= 10);'; do
	base="$none${policy:+
--> statement-breakpoint
$policy}"
	asked drop-table:public.gone "DROP TABLE gone;"
	expect_out 'gone with its rows .not counted: row security'
	asked drop-column:public.gone.v "ALTER TABLE gone DROP COLUMN v;"
	asked truncate:public.gone "TRUNCATE gone;"
	asked update-rows:public.gone.v "UPDATE gone SET v = 'y';"
	asked delete-rows:public.gone "DELETE FROM gone;"

	# what may fail is not said to pass: the statement itself decides
	project "ALTER TABLE gone ALTER v SET NOT NULL;"
	weir_in "$T/$db" review
	expect_out 'row security'
	! grep -q 'is empty' "$T/out" || fail 'SET NOT NULL: said to be empty'
	weir_in "$T/$db" migrate
	[ $rc -ne 0 ] || fail 'SET NOT NULL passes'
	expect_eq 'not null' "$(rows)" 50/49

	# a number is no guess of what is seen
	weir_in "$T/$db" show gone
	! grep -Eq '\b(0|10) rows' "$T/out" || fail 'show: rows that are seen'
done
base=$none

# who sees all rows counts them as before
project "DROP TABLE gone;"
pg_config "$T/$db" "$(pg_url $db)"
weir_in "$T/$db" review
expect_out '50 rows are dropped'
expect_weir 3 "$T/$db" migrate
expect_eq 'kept by the superuser' "$(rows)" 50/49

# the transaction of a migration that took another role goes on
project "ALTER TABLE gone ADD COLUMN w int;
--> statement-breakpoint
SET LOCAL ROLE owner1;"
pg_config "$T/$db" "$(pg_url $db)"
expect_weir 0 "$T/$db" migrate
expect_eq 'role' "$(rows)" 50/49
