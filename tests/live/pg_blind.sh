#!/bin/sh
# pg_blind.sh: what the guard of rows would not see by itself. Large objects are
# in no table; the server counts no rows while track_counts is off; code that
# looks for rows fails on a copy that has none; a sequence that moves is taken
# back by nobody. And consent for a migration is given by its tag.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
pg_start

base='CREATE TABLE t (id integer PRIMARY KEY, lo oid);
CREATE TABLE child (id integer, t_id integer REFERENCES t);'
wipe='CREATE FUNCTION wipe() RETURNS void LANGUAGE sql AS $$ DELETE FROM child $$'

# have UP: the base with 20 rows each, UP pending
have() {
	pg_new app
	rm -rf "$T/p"
	pg_project "$T/p" app "$base" "$1"
	expect_weir 0 "$T/p" migrate --to 0000_m0
	pg_sql app "INSERT INTO t SELECT g, lo_from_bytea(0, 'abc')
		FROM generate_series(1, 20) g" \
		'INSERT INTO child SELECT id, id FROM t' "$wipe"
}
large() {
	pg_sql app 'SELECT count(*) FROM pg_largeobject_metadata'
}
rows() {
	pg_sql app 'SELECT count(*) FROM child'
}

# --- large objects -----------------------------------------------------------
have 'SELECT lo_unlink(lo) FROM t;'
expect_weir 0 "$T/p" review
expect_out 'PT37 large-objects' 'lo_unlink\(\)' \
	'--allow large-objects:pg_largeobject'
weir_in "$T/p" migrate
expect_rc 3
expect_eq 'large objects' "$(large)" 20
expect_weir 0 "$T/p" migrate --allow large-objects:pg_largeobject \
	--allow undo-skipped:pg_largeobject
expect_eq 'large objects' "$(large)" 0

have 'DO $$ BEGIN PERFORM lo_unlink(lo) FROM t; END $$;'
weir_in "$T/p" migrate
[ "$rc" -ne 0 ] || fail 'large objects went unasked'
expect_err 'pg_largeobject: 20 large objects would be removed by code' \
	'--allow large-objects:pg_largeobject'
expect_eq 'large objects' "$(large)" 20
expect_weir 0 "$T/p" migrate --allow large-objects:pg_largeobject
expect_eq 'large objects' "$(large)" 0

have 'DELETE FROM pg_largeobject;'
weir_in "$T/p" migrate
expect_rc 3
expect_err '--allow large-objects:pg_largeobject'
expect_eq 'pages' "$(pg_sql app 'SELECT count(*) FROM pg_largeobject')" 20

# the server's own tables: asked for, and not tried out anywhere
have 'UPDATE pg_authid SET rolconnlimit = 7 WHERE rolname = current_user;'
expect_weir 0 "$T/p" review
expect_out 'not executed on scratch' '--allow changes-server:pg_authid'
weir_in "$T/p" migrate
expect_rc 3
expect_eq 'limit' "$(pg_sql app 'SELECT rolconnlimit FROM pg_roles
	WHERE rolname = current_user')" -1

# --- the counters are off ---------------------------------------------------
for up in 'SET LOCAL track_counts = off; SELECT wipe();' \
	"SELECT set_config('track_counts', 'off', false); SELECT wipe();"; do
	have "$up"
	weir_in "$T/p" migrate
	[ "$rc" -ne 0 ] || fail "rows went unasked: $up"
	expect_any 'names track_counts'
	expect_eq "rows after $up" "$(rows)" 20
done
have 'SELECT wipe();'
pg_sql app 'ALTER ROLE weir SET track_counts = off'
weir_in "$T/p" migrate
[ "$rc" -ne 0 ] || fail 'rows went unasked'
expect_err 'child: 20 rows would be deleted'
expect_eq 'rows' "$(rows)" 20
pg_sql app 'ALTER ROLE weir RESET track_counts' \
	'ALTER FUNCTION wipe() SET track_counts = off'
weir_in "$T/p" migrate
[ "$rc" -ne 0 ] || fail 'rows went unasked'
expect_err 'track_counts is off \(wipe\(\)\)'
expect_eq 'rows' "$(rows)" 20
# a role that may not turn it on is told so
pg_sql app 'ALTER FUNCTION wipe() RESET track_counts' \
	'CREATE ROLE own LOGIN CREATEDB' 'ALTER ROLE own SET track_counts = off' \
	'GRANT ALL ON SCHEMA drizzle, public TO own' \
	'GRANT ALL ON ALL TABLES IN SCHEMA drizzle, public TO own' \
	'GRANT ALL ON ALL SEQUENCES IN SCHEMA drizzle TO own' \
	'ALTER DATABASE app OWNER TO own'
weir_in "$T/p" migrate --db "$(pg_url app | sed 's/weir@/own@/')"
[ "$rc" -ne 0 ] || fail 'rows went unasked'
expect_err 'track_counts is off \(here\)'
expect_eq 'rows' "$(rows)" 20
pg_sql app 'ALTER DATABASE app OWNER TO weir' 'DROP OWNED BY own' \
	'DROP ROLE own'

# --- code that wants rows ----------------------------------------------------
for up in 'DO $$ BEGIN INSERT INTO child VALUES (999, 2); END $$;' \
	'DO $$ DECLARE r t; BEGIN SELECT * INTO STRICT r FROM t WHERE id = 2;
		INSERT INTO child VALUES (999, r.id); END $$;' \
	"DO \$\$ BEGIN IF NOT EXISTS (SELECT FROM t) THEN RAISE 'none'; END IF;
		INSERT INTO child VALUES (999, 2); END \$\$;"; do
	have "$up"
	expect_weir 0 "$T/p" review
	expect_out 'wants rows, and the copy has none' \
		'--allow runs-code:0001_m1'
	expect_no_any 'mend the file|blocked'
	weir_in "$T/p" migrate
	expect_rc 3
	expect_eq 'rows' "$(rows)" 20
	expect_weir 0 "$T/p" migrate --allow runs-code:0001_m1 \
		--allow undo-skipped:0001_m1
	expect_eq 'rows' "$(rows)" 21
done

# --- consent by tag, also from the file that review writes --------------------
have 'DO $$ BEGIN EXECUTE '\''INSERT INTO child VALUES (999, 2)'\''; END $$;'
expect_weir 0 "$T/p" review --approve
expect_weir 0 "$T/p" review
expect_out 'consent files cover'
expect_weir 0 "$T/p" migrate
expect_eq 'rows' "$(rows)" 21

# --- a consent is for what was counted, not for what code takes with it ----------
have 'DELETE FROM child WHERE id = 1;
--> statement-breakpoint
SELECT wipe();'
weir_in "$T/p" migrate --allow delete-rows:public.child \
	--allow undo-skipped:public.child
expect_rc 3
expect_err '19 rows would be deleted' "delete-rows:public.child\[<=20\]"
expect_eq 'rows' "$(rows)" 20
weir_in "$T/p" migrate --allow 'delete-rows:public.child[<=19]' \
	--allow undo-skipped:public.child
expect_rc 3
expect_weir 0 "$T/p" migrate --allow 'delete-rows:public.child[<=20]' \
	--allow undo-skipped:public.child
expect_eq 'rows' "$(rows)" 0

plain=$base
base="$plain
CREATE FUNCTION more() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN
	DELETE FROM child WHERE id < 10; RETURN NULL; END \$\$;
CREATE TRIGGER more AFTER DELETE ON child FOR EACH STATEMENT
	WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION more();"
have 'DELETE FROM child WHERE id = 12;'
weir_in "$T/p" migrate --allow delete-rows:public.child \
	--allow undo-skipped:public.child
expect_rc 3
expect_err '9 rows would be deleted'
expect_eq 'rows' "$(rows)" 20
expect_weir 0 "$T/p" migrate --allow 'delete-rows:public.child[<=10]' \
	--allow undo-skipped:public.child
expect_eq 'rows' "$(rows)" 10

# ON DELETE SET NULL of 1 row, and a trigger that empties the others
base="CREATE TABLE t (id integer PRIMARY KEY, lo oid);
CREATE TABLE child (id integer, t_id integer REFERENCES t ON DELETE SET NULL);
CREATE FUNCTION empty() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN
	UPDATE child SET t_id = NULL; RETURN NULL; END \$\$;
CREATE TRIGGER empty AFTER DELETE ON t FOR EACH STATEMENT
	EXECUTE FUNCTION empty();"
have 'DELETE FROM t WHERE id = 1;'
weir_in "$T/p" migrate --allow delete-rows:public.t \
	--allow undo-skipped:public.t --allow update-rows:public.child.t_id \
	--allow undo-skipped:public.child.t_id
expect_rc 3
expect_err 'child: 20 rows would be overwritten by code'
expect_eq 'values' "$(pg_sql app 'SELECT count(t_id) FROM child')" 20
base=$plain

# --- code outside a transaction is asked for ---------------------------------------
have '-- weir: outside-transaction
SELECT wipe();'
weir_in "$T/p" migrate
expect_rc 3
expect_err 'in no transaction' '--allow runs-code:0001_m1'
expect_eq 'rows' "$(rows)" 20

# --- sequences -----------------------------------------------------------------
pg_new app
rm -rf "$T/p"
pg_project "$T/p" app "CREATE SEQUENCE s; SELECT setval('s', 500);" \
	'ALTER SEQUENCE s RESTART;' "SELECT setval('s', 1);"
expect_weir 0 "$T/p" migrate --to 0000_m0
for tag in 0001_m1 0002_m2; do
	expect_weir 0 "$T/p" review --to $tag
	expect_out 'PT30 identity' 'undo: none' 'they come again'
	expect_weir 0 "$T/p" migrate --to $tag
done

# --- what is not executed on scratch is not held against it -----------------------
if [ "$(pg_sql postgres "SELECT count(*) FROM pg_available_extensions
	WHERE name = 'postgres_fdw'")" = 1 ]; then
	pg_new app
	rm -rf "$T/p"
	pg_project "$T/p" app 'CREATE TABLE t (id integer);' \
		'CREATE EXTENSION postgres_fdw;
CREATE SERVER away FOREIGN DATA WRAPPER postgres_fdw;
CREATE FOREIGN TABLE far (id integer) SERVER away;' \
		'ALTER TABLE t ADD COLUMN v text;'
	expect_weir 0 "$T/p" review
	expect_weir 0 "$T/p" migrate
	expect_out 'DONE' 'not executed on scratch' \
		'note .*0001_m1.sql:1:1 was not predicted'
	expect_weir 0 "$T/p" status --drift
	expect_out 'Drift     none'
	expect_weir 0 "$T/p" verify
fi

# --- an error inside code says where -------------------------------------------------
have "DO \$\$ BEGIN PERFORM 1;
	PERFORM no_such_function();
END \$\$;"
weir_in "$T/p" migrate
[ "$rc" -ne 0 ] || fail 'it ran'
expect_err 'no_such_function\(\) does not exist' \
	'in PL/pgSQL function inline_code_block line 2 at PERFORM'

# --- a role that scratch knows nothing of the rights of --------------------------------
pg_new app
rm -rf "$T/p"
pg_sql app 'CREATE ROLE other' 'GRANT ALL ON SCHEMA public TO other'
pg_project "$T/p" app 'SET ROLE other;
CREATE TABLE mine (id integer);
RESET ROLE;'
expect_weir 0 "$T/p" review
expect_out 'rights are not copied to scratch'
expect_weir 0 "$T/p" migrate
expect_out 'DONE' 'was not predicted'
expect_eq 'the owner' "$(pg_sql app "SELECT tableowner FROM pg_tables
	WHERE tablename = 'mine'")" other
expect_weir 0 "$T/p" verify
