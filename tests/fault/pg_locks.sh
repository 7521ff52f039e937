#!/bin/sh
# pg_locks.sh: somebody else is at work on the PostgreSQL database: a session
# that is idle in its transaction, one that locks the other way round, another
# weir, eight weirs at once; and a statement_timeout. Whoever is in the way is
# named, nothing is left halfway.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/fault/lib.sh"
. "$top/tests/lib/pg.sh"
pg_start

set -- \
'CREATE TABLE p (id integer PRIMARY KEY);--> statement-breakpoint
CREATE TABLE c (id integer PRIMARY KEY, p_id integer REFERENCES p);' \
'ALTER TABLE p ADD COLUMN v text;--> statement-breakpoint
ALTER TABLE c ADD COLUMN w text;'
pg_new app
pg_project "$T/p" app "$@"
expect_weir 0 "$T/p" migrate --to 0000_m0

# --- another session, that does what is written to it --------------------------
pg_other app
pg_say 'SET deadlock_timeout = 60000;'
pg_say 'SELECT pg_backend_pid();'
pid=$(grep -E '^[0-9]+$' "$T/said")

columns() {
	pg_sql app "SELECT count(*) FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped AND
		attrelid IN ('p'::regclass, 'c'::regclass)"
}
none=$(columns)

weir_waits="EXISTS (SELECT 1 FROM pg_stat_activity WHERE application_name =
	'weir' AND wait_event_type = 'Lock' AND datname = 'app')"

# --- idle in a transaction: the limit is kept, the process named --------------------
pg_say 'BEGIN; SELECT count(*) FROM c;'
refused 5 "$T/p" migrate --lock-wait 1000
expect_err "waiting for the lock, held by psql $pid, idle in transaction"
expect_eq 'after the limit' "$(columns)" "$none"

# --- it ends in time: done, and named while it waited ---------------------------------
in_background "$T/p" migrate --lock-wait 60000
pg_waits "$weir_waits"
since=$(date +%s%N)
until_told "held by psql $pid"
named=$((($(date +%s%N) - since) / 1000000))
pg_say 'COMMIT;'
finished 'an idle session'
expect_rc 0
expect_eq 'done afterwards' "$(columns)" $((none + 2))
echo "named the session in the way after $named ms"

back() {
	expect_weir 0 "$T/p" rollback --allow drop-column:public.p.v \
		--allow drop-column:public.c.w --allow undo-skipped:public.p.v \
		--allow undo-skipped:public.c.w
	expect_eq 'taken back' "$(columns)" "$none"
}

# --- a key that is left alone leaves the table at its other end alone -------------
pg_new far
pg_project "$T/far" far \
'CREATE TABLE p (id integer PRIMARY KEY);--> statement-breakpoint
CREATE TABLE c (id integer PRIMARY KEY, p_id integer REFERENCES p);' \
'ALTER TABLE p ADD COLUMN v text;' 'ALTER TABLE c DROP CONSTRAINT c_p_id_fkey;'
expect_weir 0 "$T/far" migrate --to 0000_m0
pg_say '\c far'
pg_say 'BEGIN; SELECT count(*) FROM c;'
expect_weir 0 "$T/far" migrate --to 0001_m1
pg_say 'COMMIT; BEGIN; SELECT count(*) FROM p;'
# and no wait reaches beyond the limit: a try takes 3 seconds at most, and what
# this machine takes for all the rest is measured
gives_up() {
	since=$(date +%s%N)
	refused 5 "$T/far" migrate --lock-wait "$1"
	expect_err 'nothing was applied'
	took=$((($(date +%s%N) - since) / 1000000))
}
gives_up 1
rest=$took
gives_up 3500
[ $((took - rest)) -lt 5500 ] || fail "gave up after $took ms, $rest of them its own"
pg_say 'COMMIT;'
pg_say '\c app'
pg_say 'SET deadlock_timeout = 60000;'
pg_say 'SELECT pg_backend_pid();'

# --- a second weir while the first one waits -------------------------------------------
back
pg_say 'BEGIN; SELECT count(*) FROM c;'
in_background "$T/p" migrate --lock-wait 60000
pg_waits "$weir_waits"
holder=$(pg_sql app "SELECT pid FROM pg_stat_activity WHERE application_name =
	'weir' AND wait_event_type = 'Lock' AND datname = 'app'")
refused 5 "$T/p" migrate --lock-wait 300
expect_err "another weir is at work on this database: weir $holder"
pg_say 'COMMIT;'
finished 'the first weir'
expect_rc 0

# --- the other way round: the server ends ours, which begins again ----------------------
back
pg_say 'BEGIN; LOCK TABLE c IN ACCESS EXCLUSIVE MODE;'
in_background "$T/p" migrate --lock-wait 60000
pg_waits "$weir_waits"
pg_say 'SELECT count(*) FROM drizzle.__drizzle_migrations;'
pg_say 'COMMIT;'
finished 'a deadlock'
expect_rc 0
expect_eq 'after the deadlock' "$(columns)" $((none + 2))
expect_eq 'recorded' "$(pg_applied app)" 2
grep -q 'deadlock detected' "$pg_dir/server.log" ||
	fail 'there was no deadlock'

# --- statement_timeout -------------------------------------------------------------------
back
pg_sql app 'INSERT INTO p VALUES (1)'
printf '%s\n' 'ALTER TABLE p ADD COLUMN v text;' \
	'SELECT pg_sleep(60) FROM p;' >"$T/p/drizzle/0001_m1.sql"
pg_sql app "ALTER DATABASE app SET statement_timeout = '2s'"
refused 1 "$T/p" migrate
expect_err 'statement timeout'
expect_eq 'after the timeout' "$(columns)" "$none"
expect_eq 'recorded' "$(pg_applied app)" 1
pg_sql app 'ALTER DATABASE app RESET statement_timeout'

# --- eight at once --------------------------------------------------------------------------
pg_new eight
pg_project "$T/e" eight \
'CREATE TABLE seed (n integer);' \
'INSERT INTO seed VALUES (1);--> statement-breakpoint
SELECT pg_sleep(0.3) FROM seed;' \
'INSERT INTO seed VALUES (2);'
rounds=1
[ "$long" = 0 ] || rounds=12
ok=0 late=0
for round in $(seq $rounds); do
	pg_sql postgres 'DROP DATABASE eight WITH (FORCE)' \
		'CREATE DATABASE eight TEMPLATE template0'
	rm -rf "$T/e/.weir"
	jobs=
	for i in 1 2 3 4 5 6 7 8; do
		(cd "$T/e" && exec "$WEIR" migrate --lock-wait 60000 \
			</dev/null >"$T/e$i.out" 2>"$T/e$i.err") &
		jobs="$jobs $!"
	done
	i=0
	for job in $jobs; do
		i=$((i + 1))
		rc=0
		wait "$job" || rc=$?
		cp "$T/e$i.out" "$T/out"
		cp "$T/e$i.err" "$T/err"
		no_crash "weir $i of 8"
		case $rc in
		0) ok=$((ok + 1)) ;;
		# it reviewed before, or while, another one committed
		1|5)	expect_err 'applied by somebody else|schema has moved|differs from its migrations|already exists|already there'
			late=$((late + 1)) ;;
		*) fail "weir $i of 8: exit $rc" ;;
		esac
	done
	expect_eq 'rows of the seed' "$(pg_sql eight \
		"SELECT string_agg(n::text, ',' ORDER BY n) FROM seed")" 1,2
	expect_eq 'recorded once each' "$(pg_applied eight)" 3
done
echo "eight at once, $rounds times: each migration exactly once" \
	"($ok went through or had nothing to do, $late were told)"
pg_other_ends
