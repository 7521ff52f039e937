#!/bin/sh
# undo_in_database.sh: --undo in-database keeps what a migration takes in schema
# weir of the database itself, in its transaction: another machine lists it,
# takes the migration back by it and prunes it; a run that is killed before its
# COMMIT leaves nothing; nobody plans, dumps or misses that schema.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
pg_start
U=public.users

# an UPDATE moves a row within its table: by line, not by place
dump() { pg_dump_of app -N weir -N drizzle | LC_ALL=C sort; }
weirs() {
	pg_sql app "SELECT count(*) FROM pg_catalog.pg_namespace
		WHERE nspname = 'weir'"
}
kept() { pg_sql app 'SELECT count(*) FROM weir.undo_run'; }

pg_new app
# this role is called weir: without that its tables would go to schema weir
pg_sql app 'ALTER DATABASE app SET search_path = public'
pg_project "$T/p" app 'CREATE TABLE users (id integer PRIMARY KEY, pic bytea,
	nick text); CREATE TABLE notes (id serial PRIMARY KEY, user_id integer
	REFERENCES users ON DELETE CASCADE, body jsonb);' \
	'ALTER TABLE users DROP COLUMN nick;' 'DROP TABLE notes;'
expect_weir 0 "$T/p" migrate --to 0000_m0
# more than one part of 256 KiB
pg_sql app "INSERT INTO users SELECT i, decode(md5(i::text), 'hex'),
	CASE WHEN i % 3 > 0 THEN 'n ' || i || repeat('x', 400) END
	FROM generate_series(1, 3000) i" \
	"INSERT INTO notes (user_id, body) SELECT i, jsonb_build_object('a', i)
	FROM generate_series(1, 500) i"
dump >"$T/before"

# refused where the schema would take the role's own tables
pg_sql app 'ALTER DATABASE app RESET search_path'
expect_weir 2 "$T/p" migrate --to 0001_m1 --undo in-database \
	--allow drop-column:$U.nick
expect_err 'schema weir is in the search_path'
expect_eq 'refused: applied' "$(pg_applied app)" 1
expect_eq 'refused: schema weir' "$(weirs)" 0
pg_sql app 'ALTER DATABASE app SET search_path = public'

# killed before COMMIT has happened: it waits for a constraint of the tracking
# table, and all that is saved stands in the open transaction; nothing stays
pg_sql app "CREATE FUNCTION public.hang() RETURNS trigger LANGUAGE plpgsql AS
	\$\$ BEGIN PERFORM pg_catalog.pg_advisory_lock(7); RETURN NULL; END \$\$" \
	'CREATE CONSTRAINT TRIGGER hang AFTER INSERT
		ON drizzle.__drizzle_migrations DEFERRABLE INITIALLY DEFERRED
		FOR EACH ROW EXECUTE FUNCTION public.hang()'
pg_other app
pg_say 'SELECT pg_catalog.pg_advisory_lock(7);'
(cd "$T/p" && exec "$WEIR" migrate --to 0001_m1 --undo in-database \
	--allow drop-column:$U.nick </dev/null >"$T/out" 2>"$T/err") &
run=$!
pg_waits "EXISTS (SELECT FROM pg_catalog.pg_locks
	WHERE locktype = 'advisory' AND NOT granted)"
kill -9 $run
wait $run
pg_sql app "SELECT count(pg_catalog.pg_terminate_backend(pid))
	FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND NOT granted" \
	>/dev/null
pg_other_ends
pg_waits "NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity
	WHERE wait_event_type = 'Lock')"
expect_eq 'killed: applied' "$(pg_applied app)" 1
expect_eq 'killed: schema weir' "$(weirs)" 0
pg_sql app 'DROP FUNCTION public.hang() CASCADE' 2>/dev/null
dump >"$T/after"
cmp "$T/before" "$T/after" || fail 'killed: not as it was'

# in CI, where the state folder does not last: UN1 is satisfied by it
rm -rf "$T/p/.weir"
(cd "$T/p" && CI=true "$WEIR" migrate --to 0001_m1 --undo in-database \
	--allow drop-column:$U.nick </dev/null >"$T/out" 2>"$T/err") ||
	fail "CI: $(cat "$T/err")"
expect_eq 'applied' "$(pg_applied app)" 2
expect_eq 'one run' "$(kept)" 1
[ "$(pg_sql app "SELECT max(part) FROM weir.undo_chunk
	WHERE file = 'undo.db'")" -gt 0 ] || fail 'all in one part'
expect_weir 0 "$T/p" verify
expect_weir 0 "$T/p" status --drift
expect_no_any 'weir\.undo'

# the next is saved by the configuration
mkdir -p "$T/conf/weir"
printf 'undo = in-database\n' >"$T/conf/weir/config"
(cd "$T/p" && XDG_CONFIG_HOME="$T/conf" "$WEIR" migrate \
	--allow drop-table:public.notes </dev/null >"$T/out" 2>"$T/err") ||
	fail "weir.conf: $(cat "$T/err")"
expect_eq 'two runs' "$(kept)" 2
pg_dump_of app -n weir >"$T/weir.before"

# another machine: the folder of migrations, no .weir
clone() {
	rm -rf "${T:?}/clone"
	cp -R "$T/p" "$T/clone"
	rm -rf "$T/clone/.weir"
}
clone
expect_weir 0 "$T/clone" undo list
expect_out 'public\.users\.nick'
expect_out 'public\.notes'
expect_weir 0 "$T/clone" undo show 0001_m1
expect_out 'n 1x'
expect_weir 0 "$T/clone" undo export 0002_m2
expect_out '""a"": 1'
clone
expect_weir 0 "$T/clone" rollback --steps 2
expect_out 'saved rows back: '
dump >"$T/after"
cmp "$T/before" "$T/after" || fail 'rolled back: not as it was'
expect_eq 'taken back' "$(pg_applied app)" 1
pg_dump_of app -n weir >"$T/weir.after"
cmp "$T/weir.before" "$T/weir.after" || fail 'what is saved was touched'
expect_weir 0 "$T/clone" status
expect_no_any 'cut off'

# what was brought with one byte changed is no record
pg_sql app "UPDATE weir.undo_chunk SET bytes = set_byte(bytes, 200, 1)
	WHERE file = 'undo.db' AND part = 0"
clone
weir_in "$T/clone" undo list
expect_any 'is not the file that was carried out'

# nor is what somebody else laid there
pg_sql app 'CREATE ROLE mallory' 'ALTER TABLE weir.undo_run OWNER TO mallory'
weir_in "$T/clone" undo list
expect_any 'belongs to mallory'
pg_sql app 'ALTER TABLE weir.undo_run OWNER TO weir'

# pruned for good, in the database too
weir_in "$T/p" undo prune --older-than 0 --read-only
expect_eq 'still there' "$(kept)" 2
expect_weir 0 "$T/p" undo prune --older-than 0
expect_eq 'pruned' "$(kept)" 0
expect_eq 'pruned chunks' "$(pg_sql app \
	'SELECT count(*) FROM weir.undo_chunk')" 0

# what a way back takes goes there too; without it, where the state folder does
# not last, it asks
pg_new app
pg_sql app 'ALTER DATABASE app SET search_path = public'
rm -rf "$T/p"
pg_project "$T/p" app 'CREATE TABLE t (id integer PRIMARY KEY);' \
	'CREATE TABLE c (id integer PRIMARY KEY, v text);'
expect_weir 0 "$T/p" migrate
pg_sql app "INSERT INTO c VALUES (1, 'since'), (2, NULL)"
back() {
	rc=0
	(cd "$T/p" && CI=true "$WEIR" rollback --allow drop-table:public.c "$@" \
		</dev/null >"$T/out" 2>"$T/err") || rc=$?
}
back
expect_eq 'not saved' "$rc" 3
expect_err 'undo-skipped:public\.c'
back --undo in-database
expect_eq "a way back: $(cat "$T/err")" "$rc" 0
expect_eq 'its run' "$(kept)" 1
clone
expect_weir 0 "$T/clone" undo list
expect_out '0001_m1 +r1 +public\.c'
expect_weir 0 "$T/clone" undo show 0001_m1 r
expect_out 'since'
expect_weir 0 "$T/clone" status
expect_no_any 'cut off'

# SQLite refuses the option
mk_project "$T/lite" 'CREATE TABLE a (id integer PRIMARY KEY);'
expect_weir 2 "$T/lite" migrate --undo in-database
expect_err 'a SQLite database gets no tables'
expect_weir 2 "$T/p" migrate --undo elsewhere
:
