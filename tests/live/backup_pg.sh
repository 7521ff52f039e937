#!/bin/sh
# backup_pg.sh: a whole PostgreSQL database into a file and back: everything
# that a dump shows is as it was, whatever came since is gone, and no password
# stands on a command line.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
pg_start
weir() { (cd "$P" && "$WEIR" "$@") >"$T/out" 2>"$T/err" </dev/null; rc=$?; }
P=$T/p
pg_new shop
pg_project "$P" shop "CREATE TYPE mood AS ENUM('sad', 'ok');
--> statement-breakpoint
CREATE TABLE teams (id integer PRIMARY KEY, name text NOT NULL);
--> statement-breakpoint
CREATE TABLE users (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	email text UNIQUE, team_id integer REFERENCES teams, m mood,
	pic bytea, \"odd \"\"na
me\" text);" 'CREATE TABLE late (id serial PRIMARY KEY,
	u integer REFERENCES users);'
weir migrate --to 0000_m0 --quiet
expect_eq 'migrate' "$rc $(cat "$T/err")" '0 '
pg_sql shop "INSERT INTO teams SELECT i, 't' || i FROM generate_series(1, 9) i" \
	"INSERT INTO users (email, team_id, m, pic, \"odd \"\"na
me\") SELECT 'u' || i, i % 9 + 1, 'ok', '\\x00ff', E'\\\\.\\n;\\\\.'
	FROM generate_series(1, 2000) i" \
	"INSERT INTO users (pic) VALUES (decode(repeat('00ff', 900000),
		'hex'))" \
	"CREATE SCHEMA side CREATE TABLE day (d date, v text)
		PARTITION BY RANGE (d)" \
	"CREATE TABLE side.day1 PARTITION OF side.day
		FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')" \
	"INSERT INTO side.day SELECT '2026-05-05', i FROM generate_series(1, 50) i" \
	"CREATE VIEW v AS SELECT id, email FROM users" \
	"CREATE MATERIALIZED VIEW mv AS SELECT count(*) FROM users" \
	"CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE plpgsql AS
		'BEGIN
COMMIT;
-- \\.
RETURN a; END'" \
	"CREATE TRIGGER t BEFORE UPDATE ON users FOR EACH ROW
		EXECUTE FUNCTION suppress_redundant_updates_trigger()" \
	"ALTER TABLE teams ENABLE ROW LEVEL SECURITY" \
	"CREATE POLICY p ON teams USING (id > 0)" \
	"COMMENT ON TABLE teams IS 'it''s; BEGIN;'" \
	"CREATE PUBLICATION pub FOR TABLE teams" \
	"CREATE DOMAIN dom AS text CHECK (VALUE <> '')" \
	"CREATE OPERATOR === (FUNCTION = texteq, LEFTARG = text,
		RIGHTARG = text)" \
	"CREATE EXTENSION IF NOT EXISTS pgcrypto" \
	"CREATE STATISTICS st ON id, team_id FROM users" \
	"CREATE CAST (text AS point) WITH INOUT" \
	"CREATE CAST (mood AS point) WITH INOUT" \
	"CREATE FOREIGN DATA WRAPPER \"f w\"" \
	"CREATE SERVER s FOREIGN DATA WRAPPER \"f w\"" \
	"CREATE USER MAPPING FOR public SERVER s" \
	"CREATE FOREIGN TABLE far (i integer) SERVER s" \
	"CREATE FUNCTION pl_call() RETURNS language_handler LANGUAGE c AS
		'\$libdir/plpgsql', 'plpgsql_call_handler'" \
	"CREATE LANGUAGE pl HANDLER pl_call" \
	"CREATE FUNCTION h() RETURNS integer LANGUAGE pl AS
		'BEGIN RETURN 1; END'" \
	"CREATE TRANSFORM FOR integer LANGUAGE pl
		(FROM SQL WITH FUNCTION prsd_lextype(internal))" \
	"CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler" \
	"CREATE AGGREGATE agg (integer) (SFUNC = int4pl, STYPE = integer)" \
	"SELECT lo_from_bytea(4711, '\\x0102')" \
	"SELECT setval('users_id_seq', 5000)" >/dev/null
before=$(pg_dump_of shop | sha256sum)
weir backup
expect_eq 'backup' "$rc $(cat "$T/err")" '0 '
copy=$P/$(head -1 "$T/out")
expect_eq 'mode' "$(stat -c %a "$copy" "$copy.weir.json" | xargs)" '600 600'
expect_eq 'sha256' "$(sha256sum "$copy" | cut -d' ' -f1)" \
	"$(sed -n 's/^  sha256 //p' "$T/out")"

weir migrate --backup
expect_eq 'before an apply' "$rc $(grep -c 'Whole copy first' "$T/err")" '0 1'
run=$(sed -n 's/.*whole copy before it, .*: weir restore //p' "$T/out")
weir restore "$run" --allow restore:shop --no-undo-data
expect_eq 'of the run' "$rc $(pg_dump_of shop | sha256sum)" "0 $before"
weir migrate --quiet
pg_sql shop "INSERT INTO late (u) VALUES (1), (2)" \
	"DELETE FROM users WHERE id = 7" \
	"INSERT INTO teams VALUES (10, 'x'), (11, 'y')" \
	"DROP TABLE side.day" "CREATE SCHEMA newer CREATE TABLE t (i integer)" \
	"CREATE TABLE kid (i integer) INHERITS (teams)" \
	"ALTER TYPE mood ADD VALUE 'new'" "ALTER TABLE users RENAME email TO mail" \
	"CREATE LANGUAGE newer HANDLER pl_call" \
	"DROP CAST (text AS point)" "DROP FOREIGN DATA WRAPPER \"f w\" CASCADE" \
	"DROP FUNCTION f" "CREATE FUNCTION g() RETURNS integer LANGUAGE sql AS
		'SELECT 1'" "SELECT lo_unlink(4711)" >/dev/null
after=$(pg_dump_of shop | sha256sum)
weir restore
expect_eq 'consent' "$rc" 3
grep -q 'weir restore --allow restore:shop' "$T/err" || fail "$(cat "$T/err")"
for line in 'public.late *2 *- *made since' 'public.teams *11 *9 *2 newer go' \
	'side.day1 *- *50 *comes back' 'taken back with it: 0001_m1'; do
	grep -q "$line" "$T/out" || fail "not said: $line: $(cat "$T/out")"
done
grep -q 'numbers are totals' "$T/out" || fail "$(cat "$T/out")"
grep -q 'at least .* newer rows would go' "$T/err" || fail "$(cat "$T/err")"
expect_eq 'nothing yet' "$(pg_dump_of shop | sha256sum)" "$after"
weir restore --allow restore:shop
expect_eq 'restore' "$rc $(cat "$T/err")" '0 '
pg_dump_of shop >"$T/now"
expect_eq 'as it was' "$(sha256sum <"$T/now")" "$before"
weir verify
expect_eq 'tracking' "$(pg_applied shop)" 1

# and the restore is taken back by the copy that it made first
weir restore --allow restore:shop --no-undo-data
expect_eq 'taken back' "$rc $(cat "$T/err") $(pg_dump_of shop | sha256sum)" \
	"0  $after"

# privileges that new objects are given today are not given to old ones
pg_sql shop 'CREATE ROLE ro' 'CREATE ROLE "R o"' \
	'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO ro' \
	'ALTER DEFAULT PRIVILEGES REVOKE ALL ON FUNCTIONS FROM public' \
	'ALTER DEFAULT PRIVILEGES IN SCHEMA side GRANT ALL ON TABLES TO "R o"' \
	'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO ro'
defaults=$(pg_dump_of shop | sha256sum)
weir backup
given=$P/$(head -1 "$T/out")
pg_sql shop 'ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO public' \
	'ALTER DEFAULT PRIVILEGES GRANT ALL ON TYPES TO "R o"'
weir restore "$given" --allow restore:shop --no-undo-data
expect_eq 'default privileges' "$rc $(pg_dump_of shop | sha256sum)" \
	"0 $defaults"

# one that fails on the way changes nothing: somebody's table is in the way
pg_sql shop 'CREATE ROLE stranger' 'GRANT ALL ON SCHEMA public TO stranger' \
	'CREATE ROLE half LOGIN' 'GRANT stranger TO half' >/dev/null
after=$(pg_dump_of shop | sha256sum)
weir restore "$copy" --allow restore:shop --no-undo-data \
	--db "postgresql://half@/shop?host=$PGHOST&port=$PGPORT"
[ $rc -ne 0 ] || fail 'restored without the right'
expect_eq 'nothing changed' "$(pg_dump_of shop | sha256sum)" "$after"

# … which is said when the copy is made, and before it is put back
pg_sql shop 'CREATE ROLE reads LOGIN BYPASSRLS
	IN ROLE pg_read_all_data' >/dev/null
url="postgresql://reads@/shop?host=$PGHOST&port=$PGPORT"
weir backup --to "$T/reads.dump" --db "$url"
expect_eq 'a reader' "$rc" 0
grep -q '^But this role could not put it back, for there is .* and [0-9]* more' \
	"$T/out" || fail "$(cat "$T/out" "$T/err")"
weir restore "$T/reads.dump" --dry-run --db "$url"
grep -q '^It would fail: this role could not put it back' "$T/out" ||
	fail "$(cat "$T/out" "$T/err")"

# a lock that is not had
pg_other shop
pg_say 'BEGIN; LOCK TABLE teams IN ACCESS SHARE MODE;'
weir restore "$copy" --allow restore:shop --no-undo-data
expect_eq 'busy' "$rc" 5
pg_other_ends
expect_eq 'nothing changed' "$(pg_dump_of shop | sha256sum)" "$after"

# the password: in no process's arguments or environment, and it works
pg_sql shop "CREATE ROLE pw LOGIN SUPERUSER PASSWORD 'se:cr\\et'" >/dev/null
mkdir "$T/bin"
cat >"$T/bin/pg_dump" <<X
#!/bin/sh
{ tr '\\0' '\\n' </proc/\$\$/cmdline; env; } >>"$T/seen"
exec $(dirname "$PSQL")/pg_dump "\$@"
X
chmod +x "$T/bin/pg_dump"
PATH=$T/bin:$PATH weir backup --to "$T/pw.dump" \
	--db "postgresql://pw:se%3Acr%5Cet@127.0.0.1:$PGPORT/shop?sslmode=disable"
expect_eq 'with a password' "$rc $(cat "$T/err")" '0 '
grep -q 'service=weir' "$T/seen" || fail 'the program in PATH was not run'
! grep -Eq 'se.{1,4}cr.{1,4}et' "$T/seen" || fail 'the password is seen'

# an old one is told
printf '#!/bin/sh\necho "pg_dump (PostgreSQL) 9.6.1"\n' >"$T/bin/pg_dump"
PATH=$T/bin weir backup --to "$T/old.dump"
expect_eq 'the right one is taken' "$rc" 0
# where there is no other, one line says what is here and what is missing, and
# nothing is left; none at all the same (their folders hidden, where that is let)
here=$(dirname "$(dirname "$(dirname "$PSQL")")")
alone() {
	PATH=$1:/usr/bin:/bin unshare -m sh -c 'mount -t tmpfs none "$0" &&
		shift && cd "$1" && exec "$2" backup --to "$3"' "$here" x "$P" \
		"$WEIR" "$T/old.2" >"$T/out" 2>"$T/err" </dev/null
	rc=$?
}
server=$(pg_sql shop 'SHOW server_version_num')
server=$((server / 10000))
if [ "${here##*/}" = postgresql ] && unshare -m sh -c \
	'mount -t tmpfs none "$0"' "$here" 2>/dev/null; then
	alone "$T/bin"
	expect_eq 'too old' "$rc" 2
	expect_err "the server is PostgreSQL $server, the pg_dump that is here is of 9" \
		"apt install postgresql-client-$server"
	alone "$T"
	expect_err "pg_dump of PostgreSQL $server or later is not here" \
		"apt install postgresql-client-$server"
	[ ! -e "$T/old.2" ] || fail 'half a copy'
	expect_eq 'no part' "$(find "$T" "$P/.weir" -name '*.part')" ''
fi

# stopped, nothing is left; a program that fails says why
printf '#!/bin/sh\n[ "$1" != --version ] || { echo "%s"; exit; }\n%s\n' \
	"pg_dump (PostgreSQL) $("$(dirname "$PSQL")/pg_dump" --version |
	sed 's/.* \([0-9]*\)[.].*/\1/')" 'echo "no luck" >&2; exit 1' \
	>"$T/bin/pg_dump"
PATH=$T/bin:$PATH weir backup --to "$T/none.dump"
expect_eq 'it failed' "$rc $(grep -c 'no luck' "$T/err")" '1 1'
[ ! -e "$T/none.dump" ] || fail 'half a copy'
expect_eq 'no part is left' "$(find "$T" "$P/.weir" -name '*.part')" ''

# written while it waits for the locks: counted again under them, and kept
pg_new busy
pg_project "$T/b" busy 'CREATE TABLE t (i integer);'
old=$P P=$T/b
weir migrate --quiet
weir backup
for want in 3 0; do
	pg_sql busy 'DELETE FROM t' 'INSERT INTO t VALUES (1)' >/dev/null
	bound=
	[ $want = 0 ] || bound='[<=1]'
	pg_other busy
	pg_say 'BEGIN; INSERT INTO t VALUES (2), (3);'
	(cd "$P" && exec "$WEIR" restore --lock-wait 60000 \
		--allow "restore:busy$bound" 7>&-) >"$T/out" 2>"$T/err" \
		</dev/null &
	weir_pid=$!
	pg_waits "EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)"
	pg_say 'COMMIT;'
	pg_other_ends
	rc=0
	wait $weir_pid || rc=$?
	expect_eq "written meanwhile $bound" "$rc $(pg_sql busy \
		'SELECT count(*) FROM t')" "$want $want"
done
grep -q 'written meanwhile: 3 rows went, 1 had been shown' "$T/out" ||
	fail "$(cat "$T/out")"
weir restore --allow restore:busy --no-undo-data
expect_eq 'what was written was kept' "$rc $(pg_sql busy \
	'SELECT count(*) FROM t')" '0 3'
P=$old

# killed on the way back: as it was, whole
before=$(pg_dump_of shop | sha256sum)
for n in 1 3 9 27 60; do
	(cd "$P" && exec strace -f -qq -o /dev/null -e trace=sendto \
		-e "inject=sendto:signal=KILL:when=$n" "$WEIR" restore "$copy" \
		--allow restore:shop --no-undo-data) >"$T/out" 2>&1 </dev/null &&
		fail "kill $n: it ended"
	pg_waits "NOT EXISTS (SELECT 1 FROM pg_stat_activity
		WHERE application_name = 'weir')"
	expect_eq "killed at $n" "$(pg_dump_of shop | sha256sum)" "$before"
done
weir status
grep -q 'restore.*was cut off' "$T/out" || fail "$(cat "$T/out")"
exit 0
