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

# --- what is in no model -----------------------------------------------------
# status does without a scratch database: counted, by the server's operators,
# whatever stands in the path
pg_sql app "CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int,
	FUNCTION = int4eq)" "COMMENT ON TABLE t IS 'x'" \
	"ALTER TABLE t ALTER v SET STATISTICS 7" \
	"CREATE FUNCTION trap(oid, int) RETURNS boolean LANGUAGE plpgsql
	AS 'BEGIN RAISE ''sprung''; END'" "CREATE OPERATOR >= (LEFTARG = oid,
	RIGHTARG = int, FUNCTION = trap)"
expect_weir 0 "$T/p" status
for what in 'operators (2)' 'comments (1)' 'statistics targets (1)'; do
	grep 'not compared' "$T/out" | grep -qF "$what" ||
		fail "status: $what: $(cat "$T/out")"
done
# verify and --drift name them
for cmd in verify 'status --drift'; do
	weir_in "$T/p" $cmd
	expect_out 'operator public.===\(.*\) was made by no migration' \
		'comment on table public.t was added' \
		'statistics target of column public.t.v was added'
	expect_no_any 'not compared'
done

# held against what the migrations made
pg_new also
pg_project "$T/q" also "CREATE TABLE t (id integer, v text);
COMMENT ON TABLE t IS 'one';
COMMENT ON COLUMN t.v IS 'same';
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
CREATE COLLATION c (locale = 'C');
CREATE TYPE e AS ENUM ('a');
CREATE CAST (e AS integer) WITH INOUT;"
expect_weir 0 "$T/q" migrate
expect_weir 0 "$T/q" verify
expect_no_any 'not compared|comment|operator'
pg_sql also "COMMENT ON TABLE t IS 'two'" 'DROP OPERATOR === (int, int)' \
	'DROP CAST (e AS integer)' \
	'CREATE CAST (e AS integer) WITH INOUT AS ASSIGNMENT' \
	'CREATE TABLE stray (id integer)' "COMMENT ON TABLE stray IS 'x'"
expect_weir 4 "$T/q" verify
expect_out 'FAILED.*operator public.===\(.*\) is gone' \
	'FAILED.*cast \(public.e AS integer\) is another one' \
	'note.*comment on table public.t is another one'
expect_no_any 'column public.t.v|stray is|collation'
weir_in "$T/q" status --drift --exit-code
expect_rc 4
expect_out '2 differences' 'operator public.===.*is gone'
expect_weir 0 "$T/q" status --drift --json
expect_out '"beside_models"'
