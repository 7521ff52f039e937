#!/bin/sh
# review --rehearse: what it says before and after, on a copy of a file and in
# a transaction of a server; and that nothing of it stays.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
need jq
pg_start

# --- PostgreSQL ----------------------------------------------------------------------
pg_new app
P=$T/p
# again SQL…: these files pending on a database with two tables and rows
base='CREATE TABLE p (id int PRIMARY KEY, n int);
CREATE TABLE c (id int PRIMARY KEY, p int REFERENCES p ON DELETE CASCADE);'
again() {
	pg_new app
	rm -rf "$P"
	pg_project "$P" app "$base" "$@"
	expect_weir 0 "$P" migrate --to 0000_m0
	pg_sql app 'INSERT INTO p SELECT i, i FROM generate_series(1, 20) AS i' \
		'INSERT INTO c SELECT i, i FROM generate_series(1, 20) AS i'
}
# all that a rehearsal must leave as it was
state() {
	pg_sql app "SELECT relname, relkind, relfilenode, relnatts,
		relhasindex FROM pg_class WHERE relnamespace IN
		('public'::regnamespace, 'drizzle'::regnamespace) ORDER BY 1" \
		'SELECT * FROM p ORDER BY 1' 'SELECT * FROM c ORDER BY 1' \
		'SELECT id, hash, created_at FROM drizzle.__drizzle_migrations' \
		"SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
		WHERE connamespace = 'public'::regnamespace ORDER BY 1"
	weir_in "$P" review --json
	jq -r '.from.hash, .to.hash' <"$T/out"
}
# rehearse STATUS ARG…: nothing differs after it, and nobody holds a lock
rehearse() {
	want=$1
	shift
	before=$(state)
	expect_weir "$want" "$P" review --rehearse "$@"
	cp "$T/out" "$T/report"
	cp "$T/err" "$T/said"
	expect_eq 'what is there' "$(state)" "$before"
	expect_eq 'sessions left' "$(pg_sql app "SELECT count(*) FROM
		pg_stat_activity WHERE datname = 'app' AND
		pid <> pg_backend_pid() AND backend_type = 'client backend'")" 0
	cp "$T/report" "$T/out"
	cp "$T/said" "$T/err"
}

again 'ALTER TABLE p ALTER COLUMN n TYPE bigint;
DELETE FROM p WHERE id <= 5;
ALTER TABLE c ADD COLUMN note text;' 'CREATE TABLE fresh (id serial);'
rehearse 0 --json
jq -e '.rehearsal | .where == "transaction" and .as_predicted == true and
	(.statements | length == 4) and
	(.statements[0].rewritten == ["public.p"]) and
	(.statements[0].locks | index(["AccessExclusiveLock public.p"]) != null)
	and (.statements[1] | .rows == 10 and .rewritten == [] and
	(.locks | index(["RowExclusiveLock public.c"]) != null)) and
	(.statements[2] | .rewritten == [] and
	(.locks | index(["AccessExclusiveLock public.c"]) != null)) and
	(.statements | all(.ms >= 0))' <"$T/out" >/dev/null ||
	fail 'what the statements did'
# stated before: locks, how long, what stays
expect_err 'locks public.p .*ACCESS EXCLUSIVE' 'waits 1000 ms for a lock, runs a statement for 60 s' \
	'dead rows and WAL'
rehearse 0
expect_out 'in a transaction that was rolled back' 'written anew: public.p' \
	'became what was predicted'

# it fails on the rows: which
again 'CREATE TABLE before_it (id int);' 'ALTER TABLE c ADD COLUMN k int;
ALTER TABLE p ADD CONSTRAINT few CHECK (n < 18);'
rehearse 1
expect_out 'failed  .*0002_m2.sql:2:1.*few' 'n=18' 'n=20'
rehearse 1 --json
jq -e '.rehearsal | (.statements | length == 2) and (.failed.rows | length == 3)
	and (.failed.where | endswith("0002_m2.sql:2:1"))' <"$T/out" >/dev/null ||
	fail 'the rows in the way'

# a lock that somebody holds: given up after a second, by name of the statement
again 'ALTER TABLE p ADD COLUMN x int;'
mkfifo "$T/in"
"$PSQL" -X -q -d app <"$T/in" >/dev/null 2>&1 &
held=$!
exec 9>"$T/in"
echo 'BEGIN; LOCK TABLE p IN ACCESS SHARE MODE;' >&9
until [ "$(pg_sql app "SELECT count(*) FROM pg_locks WHERE relation =
	'p'::regclass AND granted")" = 1 ]; do :; done
expect_weir 1 "$P" review --rehearse
expect_out 'failed  .*0001_m1.sql:1:1.*lock' \
	'in use by psql [0-9]+  idle in transaction for .*: LOCK TABLE p'
expect_weir 1 "$P" review --rehearse --json
jq -e '.in_use | length == 1 and .[0].command == "psql"' <"$T/out" \
	>/dev/null || fail 'who holds a lock'
exec 9>&-
wait $held

# what is no part of one transaction, and what reaches beyond the database
for up in 'CREATE INDEX CONCURRENTLY i ON p (n);' 'VACUUM p;' \
	"CREATE TYPE e AS ENUM ('a'); ALTER TYPE e ADD VALUE 'b'; CREATE TABLE u (v e DEFAULT 'b');" \
	'CREATE ROLE left_behind;'; do
	again "$up"
	rehearse 2
	expect_err 'cannot be rehearsed|nothing was predicted'
done
expect_eq 'roles' "$(pg_sql app "SELECT count(*) FROM pg_roles
	WHERE rolname = 'left_behind'")" 0

# --with-data: on a scratch database that holds the rows; nothing is locked, so a
# table in use is no matter, and nothing stays
again 'ALTER TABLE p ADD COLUMN x int;
DELETE FROM p WHERE id > 15;
ALTER TABLE c ADD CONSTRAINT few CHECK (id < 30);' \
	'CREATE INDEX CONCURRENTLY i ON p (n);'
pg_other app
pg_say 'BEGIN; LOCK TABLE p IN ACCESS SHARE MODE;'
expect_weir 0 "$P" review --with-data --scratch=server --json
pg_other_ends
jq -e '.rehearsal | .where == "copy" and .as_predicted and
	(.statements | length == 4) and .statements[1].rows == 10' <"$T/out" \
	>/dev/null || fail "with rows: $(cat "$T/out")"
expect_err 'copies the whole database, [0-9.]+ MB, by pg_dump'
again 'ALTER TABLE p ADD CONSTRAINT few CHECK (n < 18);'
rehearse 1 --with-data --scratch "$(pg_url postgres)"
expect_out 'failed  .*0001_m1.sql:1:1.*few' 'n=18'
expect_eq 'databases left' "$(pg_sql app "SELECT count(*) FROM pg_database
	WHERE datname LIKE 'weir_scratch%'")" 0
expect_eq 'dumps left' "$(find "$P/.weir" -name '*.dump*')" ''
again 'VACUUM p;'
rehearse 2 --with-data

# production, another name, --read-only
again 'ALTER TABLE p ADD COLUMN x int;'
rehearse 2 --target other
mkdir -p "$HOME/.config/weir"
printf '[environment production]\nproduction = yes\nmatch = *\n' \
	>"$HOME/.config/weir/config"
rehearse 3 --scratch=server
rehearse 0 --scratch=server --target app
# in the studio its name is typed; what fails is told with the rows in its way
studio() {
	printf '%s\n' "$@" >"$T/script"
	before=$(state)
	weir_in "$P" studio --script "$T/script" --size 100x30 \
		--scratch=server $studio_options
	expect_eq "studio: $(cat "$T/out" "$T/err")" "$rc" 0
	expect_eq 'after the studio' "$(state)" "$before"
}
studio_options=
studio 'keys 3 D' 'expect It is production. Type app' 'type ap' 'keys Enter' \
	'expect That is not the name' 'type p' 'keys Enter' 'expect REHEARSED' \
	'expect locks: AccessExclusiveLock public.p'
studio_options=--read-only
studio 'keys 3 D' 'expect nothing is rehearsed on the database itself'
studio_options=
rm "$HOME/.config/weir/config"
expect_weir 1 "$P" review --rehearse --read-only --scratch "$(pg_url postgres)"

again 'ALTER TABLE p ADD CONSTRAINT few CHECK (n < 18);'
studio 'keys 3 D' 'expect locks public.p' 'keys y' 'expect FAILED' \
	'expect in its way: id=18, n=18' 'keys q' 'expect rehearsal failed'

# --- SQLite: on a copy -----------------------------------------------------------------
S=$T/s
mk_project "$S" 'CREATE TABLE t (id integer PRIMARY KEY, a text);' \
	"UPDATE t SET a = 'z' WHERE id > 3;" 'CREATE UNIQUE INDEX u ON t (a);'
expect_weir 0 "$S" migrate --to 0000_m0
sqlite3 "$S/app.db" 'INSERT INTO t SELECT value, value FROM generate_series(1, 5)' \
	2>/dev/null || sqlite3 "$S/app.db" "INSERT INTO t VALUES (1, 1), (2, 2),
	(3, 3), (4, 4), (5, 5)"
before=$(sha256sum <"$S/app.db")
expect_weir 0 "$S" review --rehearse --to 0001_m1 --json
jq -e '.rehearsal | .where == "copy" and .as_predicted and
	.statements[0].rows == 2' <"$T/out" >/dev/null || fail 'on a copy'
expect_weir 1 "$S" review --rehearse
expect_out 'failed  .*0002_m2.sql:1:1.*UNIQUE'
expect_eq 'the file' "$(sha256sum <"$S/app.db")" "$before"
