#!/bin/sh
# A folder that holds everything is applied to PostgreSQL, verified, and taken
# back: several files in one transaction, cuts where a statement demands them,
# functions, a DO block, rows moved by cascades.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
pg_start
pg_new app

# --- everything, on an empty database ------------------------------------------
pg_project "$T/p" app \
"CREATE TYPE mood AS ENUM('sad', 'ok');--> statement-breakpoint
CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL, m mood);
--> statement-breakpoint
CREATE TABLE posts (
	id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	user_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
	body text DEFAULT 'semi; colon'
);" \
"INSERT INTO users (name, m) SELECT 'u' || i, 'ok' FROM generate_series(1, 20) i;
--> statement-breakpoint
INSERT INTO posts (user_id) SELECT 1 + i % 20 FROM generate_series(1, 60) i;" \
"ALTER TYPE mood ADD VALUE 'happy';--> statement-breakpoint
ALTER TYPE mood ADD VALUE 'never used';" \
"UPDATE users SET m = 'happy' WHERE id <= 3;" \
"CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS \$fn\$
BEGIN
	-- not the end; nor is this one
	NEW.body := 'it''s ' || COALESCE(NEW.body, '');
	RETURN NEW;
END \$fn\$;--> statement-breakpoint
CREATE TRIGGER touch BEFORE INSERT ON posts
	FOR EACH ROW EXECUTE FUNCTION touch();" \
"CREATE INDEX CONCURRENTLY posts_user ON posts (user_id);
--> statement-breakpoint
CREATE UNIQUE INDEX CONCURRENTLY users_name ON users (name);
--> statement-breakpoint
ALTER TABLE posts ADD COLUMN title text;" \
"DO \$\$ BEGIN
	IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'colour') THEN
		CREATE TYPE colour AS ENUM ('red');
	END IF;
END \$\$;--> statement-breakpoint
CREATE VIEW named AS SELECT id, name FROM users;
--> statement-breakpoint
CREATE MATERIALIZED VIEW counts AS SELECT user_id, count(*) FROM posts GROUP BY 1;"

expect_weir 0 "$T/p" status --json
expect_eq 'looking writes nothing' "$(pg_applied app)" 0
expect_eq 'nor makes a schema' "$(pg_sql app \
	"SELECT count(*) FROM pg_namespace WHERE nspname = 'drizzle'")" 0
expect_weir 0 "$T/p" migrate --json
cp "$T/out" "$T/report"
expect_out '"applied": true' '"verified": true'
expect_eq applied "$(pg_applied app)" 7
expect_eq 'happy users' "$(pg_sql app \
	"SELECT count(*) FROM users WHERE m = 'happy'")" 3
expect_eq 'valid indexes' "$(pg_sql app "SELECT count(*) FROM pg_index i
	JOIN pg_class c ON c.oid = i.indexrelid
	WHERE c.relname IN ('posts_user', 'users_name') AND indisvalid")" 2
expect_eq 'the function as written' "$(pg_sql app "SELECT prosrc LIKE
	'%-- not the end; nor is this one%' FROM pg_proc WHERE proname = 'touch'")" t
expect_eq 'locks left' "$(pg_sql app "SELECT count(*) FROM pg_locks
	WHERE locktype = 'advisory'")" 0
expect_eq 'scratch databases left' "$(pg_sql postgres "SELECT count(*)
	FROM pg_database WHERE datname LIKE 'weir\_scratch%'")" 0
expect_weir 0 "$T/p" migrate
expect_out 'Nothing to do'
expect_weir 0 "$T/p" verify
expect_out 'live schema = what the migrations make'

# the commits: after each value (one is used later, the other might be, by the
# DO block), before the indexes, which run alone, and at the end
log=$(ls "$T"/p/.weir/db/pg-*/runs/*/run.log)
expect_eq 'transactions begun' "$(grep -c ' tx-begin ' "$log")" 4
expect_eq 'alone' "$(grep -c ' stmt-ok .*"alone":true' "$log")" 2

# --- a failure takes all of its transaction back ----------------------------------
pg_new broken
pg_project "$T/b" broken \
'CREATE TABLE a (id integer PRIMARY KEY);' \
'CREATE TABLE b (id integer PRIMARY KEY, v text);' \
'ALTER TABLE b ADD COLUMN w integer NOT NULL;--> statement-breakpoint
CREATE TABLE c (id integer);'
expect_weir 0 "$T/b" migrate --to 0001_m1
pg_sql broken "INSERT INTO b SELECT i, 'x' FROM generate_series(1, 9) i"
before=$(pg_dump_of broken -s)
weir_in "$T/b" migrate
expect_rc 1
expect_eq 'after the failure' "$(pg_dump_of broken -s)" "$before"
expect_eq 'rows recorded' "$(pg_applied broken)" 2

# --- rows that nothing accounts for roll back ----------------------------------------
pg_new guarded
pg_project "$T/g" guarded \
'CREATE TABLE p (id integer PRIMARY KEY);--> statement-breakpoint
CREATE TABLE log (id integer PRIMARY KEY);' \
'ALTER TABLE p ADD COLUMN v text;'
expect_weir 0 "$T/g" migrate --to 0000_m0
pg_sql guarded 'INSERT INTO log SELECT generate_series(1, 5)' \
"CREATE FUNCTION eat() RETURNS event_trigger LANGUAGE plpgsql AS
	'BEGIN DELETE FROM log; END'" \
"CREATE EVENT TRIGGER eat ON ddl_command_end WHEN TAG IN ('ALTER TABLE')
	EXECUTE FUNCTION eat()"
weir_in "$T/g" migrate
expect_rc 3
expect_any 'public.log: 5 rows would be deleted'
expect_any '--allow delete-rows:public.log'
expect_eq 'rows of log' "$(pg_sql guarded 'SELECT count(*) FROM log')" 5
weir_in "$T/g" migrate --allow 'delete-rows:public.log[<=4]'
expect_rc 3
pg_sql guarded 'DROP EVENT TRIGGER eat'
expect_weir 0 "$T/g" migrate

# --- the way back -----------------------------------------------------------------------
pg_new back
pg_project "$T/k" back \
'CREATE TABLE a (id integer PRIMARY KEY);' \
'CREATE TABLE b (id integer PRIMARY KEY);'
printf 'DROP TABLE b;\n' >"$T/k/drizzle/0001_m1.down.sql"
expect_weir 0 "$T/k" migrate
expect_weir 0 "$T/k" rollback
expect_eq 'taken back' "$(pg_applied back)" 1
expect_eq 'b' "$(pg_sql back "SELECT to_regclass('b') IS NULL")" t
expect_weir 0 "$T/k" migrate
expect_weir 0 "$T/k" rollback --steps 2
expect_eq 'both taken back' "$(pg_applied back)" 0
expect_weir 0 "$T/k" status

# --- a loss is asked for, by name with its schema --------------------------------
pg_new lossy
pg_project "$T/l" lossy \
'CREATE SCHEMA shop;--> statement-breakpoint
CREATE TABLE shop.orders (id integer PRIMARY KEY, note text, n integer);' \
'ALTER TABLE shop.orders DROP COLUMN note;'
expect_weir 0 "$T/l" migrate --to 0000_m0
pg_sql lossy "INSERT INTO shop.orders SELECT i, 'x', i FROM generate_series(1, 9) i"
expect_weir 3 "$T/l" migrate
expect_any 'drop-column:shop\.orders\.note'
expect_no_any 'undo-skipped'
expect_weir 0 "$T/l" migrate --allow drop-column:shop.orders.note
expect_eq 'columns' "$(pg_sql lossy "SELECT string_agg(attname, ',' ORDER BY
	attnum) FROM pg_attribute WHERE attrelid = 'shop.orders'::regclass
	AND attnum > 0 AND NOT attisdropped")" id,n

# --- rows that cascades, triggers and DO blocks take are accounted for --------------
pg_new rowsdb
pg_project "$T/r" rowsdb \
'CREATE TABLE p (id integer PRIMARY KEY);--> statement-breakpoint
CREATE TABLE c (id integer PRIMARY KEY, p_id integer REFERENCES p
	ON DELETE CASCADE);--> statement-breakpoint
CREATE TABLE log (n integer);--> statement-breakpoint
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	INSERT INTO log VALUES (OLD.id); RETURN OLD; END $$;
--> statement-breakpoint
CREATE TRIGGER note AFTER DELETE ON c FOR EACH ROW EXECUTE FUNCTION note();' \
'DELETE FROM p WHERE id <= 2;'
expect_weir 0 "$T/r" migrate --to 0000_m0
pg_sql rowsdb 'INSERT INTO p SELECT generate_series(1, 5)' \
	'INSERT INTO c SELECT i, 1 + i % 5 FROM generate_series(1, 50) i'
weir_in "$T/r" migrate
expect_rc 3
expect_any 'delete-rows:public\.p' 'cascade-delete:public\.c'
# agreed to for fewer than there are: refused
weir_in "$T/r" migrate --allow 'delete-rows:public.p[<=1]' \
	--allow cascade-delete:public.c
expect_rc 3
expect_weir 0 "$T/r" migrate --allow delete-rows:public.p \
	--allow cascade-delete:public.c
expect_eq 'p, c, log' "$(pg_sql rowsdb "SELECT concat_ws(',',
	(SELECT count(*) FROM p), (SELECT count(*) FROM c),
	(SELECT count(*) FROM log))")" 3,30,20

# --- --each commits after each; what came before a failure stays ----------------------
pg_new each
pg_project "$T/e" each 'CREATE TABLE a (id integer);' \
	'CREATE TABLE b (id integer);' \
	'CREATE TABLE d (id integer PRIMARY KEY);'
expect_weir 0 "$T/e" migrate --each
log=$(ls "$T"/e/.weir/db/pg-*/runs/*/run.log)
expect_eq 'commits' "$(grep -c ' committed ' "$log")" 3

# --- ways back: a numbered file, a comment section ---------------------------------------
pg_new ways
pg_project "$T/w" ways 'CREATE TABLE a (id integer);' \
'CREATE TABLE b (id integer);
-- rollback
-- DROP TABLE b;' \
	'CREATE TABLE d (id integer);'
printf 'DROP TABLE d;\n' >"$T/w/drizzle/0002_rollback.sql"
expect_weir 0 "$T/w" migrate
expect_weir 0 "$T/w" rollback --steps 2
expect_eq 'left' "$(pg_sql ways "SELECT string_agg(relname, ',') FROM pg_class
	WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")" a
expect_eq 'recorded' "$(pg_applied ways)" 1

# --- a way back that does not lead back is refused before anything runs ------------------
printf 'SELECT 1;\n' >"$T/w/drizzle/0002_rollback.sql"
expect_weir 0 "$T/w" migrate
weir_in "$T/w" rollback
expect_rc 1
expect_any 'would not be what it was'
expect_eq 'recorded still' "$(pg_applied ways)" 3

# --- a role without rights on the tracking table: said before anything runs ----------------
pg_sql ways "CREATE ROLE low LOGIN" \
	"GRANT USAGE ON SCHEMA drizzle TO low" \
	"GRANT SELECT, INSERT ON drizzle.__drizzle_migrations TO low" \
	"GRANT ALL ON SCHEMA public TO low"
pg_project "$T/w" ways 'CREATE TABLE a (id integer);' \
'CREATE TABLE b (id integer);
-- rollback
-- DROP TABLE b;' \
	'CREATE TABLE d (id integer);' 'CREATE TABLE z (id integer);'
weir_in "$T/w" migrate --scratch "$(pg_url postgres)" --db \
	"postgresql://low@/ways?host=$PGHOST&port=$PGPORT"
[ $rc -ne 0 ] || fail 'a role without rights applied'
expect_err 'tracking table cannot be locked' 'GRANT'
expect_eq 'nothing ran' "$(pg_applied ways)" 3
