#!/bin/sh
# Aggregates are made on scratch like the rest, with what hangs on them, and
# one that was replaced is another one.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
pg_start
pg_new app

base="CREATE TABLE t (id int PRIMARY KEY, v int);
--> statement-breakpoint
CREATE FUNCTION add2(int, int) RETURNS int LANGUAGE sql IMMUTABLE
	AS 'SELECT \$1 + \$2';
--> statement-breakpoint
CREATE FUNCTION sub2(int, int) RETURNS int LANGUAGE sql IMMUTABLE
	AS 'SELECT \$1 - \$2';
--> statement-breakpoint
CREATE AGGREGATE sm (int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
--> statement-breakpoint
CREATE AGGREGATE \"Odd one\" (*) (SFUNC = int8inc, STYPE = int8,
	INITCOND = '0', PARALLEL = SAFE);
--> statement-breakpoint
CREATE AGGREGATE pct (float8 ORDER BY anyelement) (
	SFUNC = ordered_set_transition, STYPE = internal,
	FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
--> statement-breakpoint
CREATE AGGREGATE mv (int) (SFUNC = add2, STYPE = int, INITCOND = '0',
	MSFUNC = add2, MINVFUNC = sub2, MSTYPE = int, MINITCOND = '0',
	SORTOP = <);
--> statement-breakpoint
CREATE VIEW s AS SELECT sm(v) AS n, mv(v) AS m FROM t;"
more="CREATE TABLE u (id int);"

pg_project "$T/p" app "$base"
expect_weir 0 "$T/p" migrate
expect_weir 0 "$T/p" verify
pg_project "$T/p" app "$base" "$more"
weir_in "$T/p" review
! grep -q 'not predicted' "$T/out" || fail 'review: not predicted'
expect_weir 0 "$T/p" migrate
expect_eq 'applied' "$(pg_applied app)" 2
expect_weir 0 "$T/p" verify

# replaced by hand: a difference
pg_sql app "CREATE OR REPLACE AGGREGATE sm (int) (SFUNC = int4mul,
	STYPE = int, INITCOND = '1')"
expect_weir 4 "$T/p" verify
grep -qF 'public.sm(integer) definition changed' "$T/out" || fail 'verify: sm'

# what is in no model is said not to be compared
! grep -q 'not compared' "$T/out" || fail 'nothing is left out'
pg_sql app "CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int,
	FUNCTION = int4eq)" "COMMENT ON TABLE t IS 'x'" \
	"ALTER TABLE t ALTER v SET STATISTICS 7"
for cmd in verify status; do
	weir_in "$T/p" $cmd
	for what in 'operators (1)' 'comments (1)' \
	    'statistics targets (1)'; do
		grep 'not compared' "$T/out" | grep -qF "$what" ||
			fail "$cmd: $what: $(cat "$T/out")"
	done
done

# it is counted with the server's operators, whatever stands in the path
pg_sql app "CREATE FUNCTION trap(oid, int) RETURNS boolean LANGUAGE plpgsql
	AS 'BEGIN RAISE ''sprung''; END'" "CREATE OPERATOR >= (LEFTARG = oid,
	RIGHTARG = int, FUNCTION = trap)"
weir_in "$T/p" status
grep -qF 'operators (2)' "$T/out" || fail "status: $(cat "$T/out")"
