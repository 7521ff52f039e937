#!/bin/sh
# pg_kill.sh: weir migrate on PostgreSQL is killed before it sends something,
# one run a send; and the server is killed, stopped and restarted under it.
# What is left must be BEFORE, AFTER or one of the cuts, whole; nothing of ours
# stays behind on the server; and the next migrate finishes.
#
#	pg_kill.sh [--long]		--long: every send, not each k-th
. "${srcdir:-$(dirname -- "$0")/../..}/tests/fault/lib.sh"
. "$top/tests/lib/pg.sh"
need strace
strace -o /dev/null true 2>/dev/null || skip 'strace may not trace here'
pg_start

step=17
[ "$long" = 0 ] || step=1

# a column with its values, a cut for an index, a table
set -- \
"CREATE TABLE p (id integer PRIMARY KEY, n text);
CREATE TABLE c (id integer PRIMARY KEY, p_id integer NOT NULL REFERENCES p);" \
"ALTER TABLE p ADD COLUMN m integer;
--> statement-breakpoint
UPDATE p SET m = id * 2;
--> statement-breakpoint
ALTER TABLE p ALTER COLUMN m SET NOT NULL;" \
"CREATE INDEX CONCURRENTLY c_p ON c (p_id);
--> statement-breakpoint
CREATE TABLE late (id integer PRIMARY KEY);" \
"ALTER TABLE c ADD COLUMN v text DEFAULT 'x';"

pg_new base
pg_project "$T/base" base "$@"
expect_weir 0 "$T/base" migrate --to 0000_m0
pg_sql base "INSERT INTO p SELECT i, 'n' || i FROM generate_series(1, 300) i" \
	'INSERT INTO c SELECT i, i FROM generate_series(1, 300) i'
rm -rf "$T/base/.weir"

# state DATABASE: all that the files touch, in one line
state() {
	pg_sql "$1" "SELECT concat_ws(' ',
	(SELECT count(*) FROM drizzle.__drizzle_migrations),
	(SELECT string_agg(c.relname || '.' || a.attname, ',' ORDER BY
		c.relname, a.attname)
		FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
		WHERE c.relnamespace = 'public'::regnamespace
		AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped),
	(SELECT string_agg(c.relname || CASE WHEN i.indisvalid THEN ''
		ELSE ' INVALID' END, ',' ORDER BY c.relname) FROM pg_index i
		JOIN pg_class c ON c.oid = i.indexrelid
		WHERE c.relnamespace = 'public'::regnamespace),
	(SELECT md5(string_agg(to_jsonb(p)::text, ',' ORDER BY id)) FROM p),
	(SELECT count(*) FROM c))"
}

# copy NAME: a database and its project as they were before
copy() {
	pg_copy "$1" "$T/$1"
}

# the states that there may be, in order
allowed=$T/allowed
state base >"$allowed"
copy whole
expect_weir 0 "$T/whole" migrate --to 0001_m1
state whole >>"$allowed"
pg_sql whole 'CREATE INDEX c_p ON c (p_id)'
state whole >>"$allowed"
sed '$s/c_p/c_p INVALID/' "$allowed" | tail -n 1 >"$T/invalid"
copy whole
expect_weir 0 "$T/whole" migrate
state whole >>"$allowed"
after=$(state whole)

# Nothing of ours is left on the server a moment later: the backend looks after
# its client twice a second.
gone() {
	pg_sql postgres "DO \$\$ DECLARE since timestamptz := clock_timestamp();
	BEGIN
		WHILE EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = '$1'
			AND application_name = 'weir') LOOP
			IF clock_timestamp() > since + interval '20 s' THEN
				RAISE 'sessions are left';
			END IF;
			PERFORM pg_sleep(0.02), pg_stat_clear_snapshot();
		END LOOP;
	END \$\$"
}

# judge NAME WHAT: the state is one of those; the next migrate finishes
judge() {
	gone "$1"
	now=$(state "$1")
	if grep -Fxq -- "$now" "$T/invalid"; then
		n_invalid=$((n_invalid + 1))
		weir_in "$T/$1" status
		expect_any 'index c_p is invalid: weir migrate drops it'
	elif ! grep -Fxq -- "$now" "$allowed"; then
		fail "$2: neither before nor after nor a cut: $now"
	elif [ "$now" = "$after" ]; then
		n_after=$((n_after + 1))
	elif [ "$now" = "$(head -n 1 "$allowed")" ]; then
		n_before=$((n_before + 1))
	else
		n_cut=$((n_cut + 1))
		weir_in "$T/$1" status
		grep -Eq 'half applied|0001_m1 .*applied' "$T/out" ||
			fail "$2: status does not tell of the cut"
	fi
	weir_in "$T/$1" migrate
	[ $rc -eq 0 ] || fail "$2: the next migrate: exit $rc"
	expect_eq "$2: the end" "$(state "$1")" "$after"
}
n_before=0 n_after=0 n_cut=0 n_invalid=0 runs=0

# --- killed before its N-th send -----------------------------------------------
n=1
while :; do
	copy k
	rc=0
	{ (cd "$T/k" && exec strace -f -qq -o /dev/null -e trace=sendto \
		-e "inject=sendto:signal=KILL:when=$n" "$WEIR" migrate) \
		</dev/null >"$T/out" 2>"$T/err" || rc=$?; } 2>/dev/null
	[ $rc -ne 0 ] || break
	runs=$((runs + 1))
	judge k "send $n"
	n=$((n + step))
done
[ $runs -ge 5 ] || fail "only $runs kills"
echo "killed at $runs sends: $n_before before, $n_cut at a cut," \
	"$n_invalid with the index left invalid, $n_after after"
[ $n_before -gt 0 ] || fail 'no kill before the first commit'

# --- the session is ended by somebody while a statement runs ---------------------
# in_statement NAME: weir migrates in the background and has come to pg_sleep()
in_statement() {
	copy "$1"
	printf '%s\n' 'ALTER TABLE p ADD COLUMN m integer;' \
		'UPDATE p SET m = id * 2;' 'SELECT pg_sleep(600) FROM p WHERE id = 1;' \
		>"$T/$1/drizzle/0001_m1.sql"
	in_background "$T/$1" migrate --to 0001_m1
	pg_waits "EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = '$1'
		AND state = 'active' AND query LIKE '%pg_sleep(600)%')"
}

# failed WHAT REGEX: it said what holds
failed() {
	finished "$1"
	[ $rc -eq 1 ] || fail "$1: exit $rc, not 1"
	expect_err "$2"
}

untouched() {
	expect_eq "$2" "$(state "$1")" "$(head -n 1 "$allowed")"
}

in_statement t
pg_sql postgres "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	WHERE datname = 't' AND query LIKE '%pg_sleep(600)%'
	AND pid <> pg_backend_pid()" >/dev/null
failed 'pg_terminate_backend' 'terminating connection|connection to the server was lost'
untouched t 'after pg_terminate_backend'

in_statement t
kill -9 $bg
wait $bg 2>/dev/null
gone t
untouched t 'after kill -9 in a statement'

# --- stopped by a signal: it says so, the server takes it back --------------------
for signal in INT TERM; do
	in_statement t
	kill -$signal $bg
	ended
	[ $rc -gt 128 ] || fail "SIG$signal: exit $rc"
	grep -q 'cancelled' "$T/err" || fail "SIG$signal: not said"
	untouched t "after SIG$signal"
done

for mode in fast immediate; do
	in_statement t
	"$PG_SERVER" restart "$pg_dir" $mode || fail "restart $mode"
	failed "restart $mode" \
		'terminating connection|connection to the server was lost|crash'
	untouched t "after restart $mode"
done

in_statement t
kill -9 "$(head -n 1 "$pg_dir/data/postmaster.pid")"
pg_sql_back=0
while ! "$PSQL" -X -q -c 'SELECT 1' >/dev/null 2>&1 && [ $pg_sql_back -lt 100 ]; do
	"$PG_SERVER" restart "$pg_dir" immediate >/dev/null 2>&1
	pg_sql_back=$((pg_sql_back + 1))
done
failed 'the server killed' \
	'terminating connection|connection to the server was lost|crash|server closed'
untouched t 'after the server was killed'
weir_in "$T/t" status
expect_rc 0
echo "session: ended, killed, INT, TERM; server: fast, immediate, killed:" \
	"7 of 7 before"
