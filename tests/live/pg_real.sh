#!/bin/sh
# Shapes of migrations that real PostgreSQL projects have: what weir makes of a
# folder is what psql makes of it file by file, statement for statement; then
# nothing is pending, the database verifies, a second run does nothing.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
need jq

bp='
--> statement-breakpoint
'
cases=0
pg_start
pg_sql postgres 'CREATE ROLE app_reader'

# real NAME [OPTION…] -- SQL…: options are those of migrate; on a database of
# its own, against psql's
real() {
	name=$1
	shift
	options=
	while [ "$1" != -- ]; do
		options="$options $1"
		shift
	done
	shift
	pg_new got
	pg_new want
	rm -rf "$T/p"
	pg_project "$T/p" got "$@"
	# what was there before, if the case has some
	if [ -n "${before-}" ]; then
		pg_sql got "$before"
		pg_sql want "$before"
	fi
	for file in "$T/p"/drizzle/*.sql; do
		pg_file want "$file"
	done
	weir_in "$T/p" review
	[ "$rc" -eq 0 ] || fail "$name: review: $rc"
	# shellcheck disable=SC2086
	weir_in "$T/p" migrate $options
	[ "$rc" -eq 0 ] || fail "$name: migrate: $rc"
	pg_dump_of want -s | sort >"$T/want"
	pg_dump_of got -s -N drizzle | sort >"$T/got"
	diff -u "$T/want" "$T/got" >"$T/diff" ||
		fail "$name: not as psql: $(cat "$T/diff")"
	pg_dump_of want -a --inserts >"$T/want"
	pg_dump_of got -a --inserts -N drizzle >"$T/got"
	diff -u "$T/want" "$T/got" >"$T/diff" ||
		fail "$name: rows not as psql's: $(cat "$T/diff")"
	expect_eq "$name: rows recorded" "$(pg_applied got)" $#
	weir_in "$T/p" status --exit-code
	[ "$rc" -eq 0 ] || fail "$name: status afterwards: $rc"
	weir_in "$T/p" verify
	[ "$rc" -eq 0 ] || fail "$name: verify: $rc"
	weir_in "$T/p" migrate
	[ "$rc" -eq 0 ] || fail "$name: again: $rc"
	expect_eq "$name: rows again" "$(pg_applied got)" $#
	pg_sql postgres 'SELECT datname FROM pg_database' >"$T/left"
	! grep -q weir_scratch "$T/left" || fail "$name: left a scratch database"
	before=
	cases=$((cases + 1))
}

# drizzle-kit before 0.29 wrapped types and foreign keys so
real 'duplicate_object blocks' -- "DO \$\$ BEGIN
 CREATE TYPE \"mood\" AS ENUM('sad', 'ok');
EXCEPTION
 WHEN duplicate_object THEN null;
END \$\$;
${bp}CREATE TABLE IF NOT EXISTS \"a\" (\"id\" serial PRIMARY KEY NOT NULL,
	\"mood\" \"mood\" DEFAULT 'ok');
${bp}CREATE TABLE IF NOT EXISTS \"b\" (\"id\" serial PRIMARY KEY NOT NULL,
	\"a_id\" integer NOT NULL);
${bp}DO \$\$ BEGIN
 ALTER TABLE \"b\" ADD CONSTRAINT \"b_a_id_a_id_fk\" FOREIGN KEY (\"a_id\")
 REFERENCES \"a\"(\"id\") ON DELETE cascade ON UPDATE no action;
EXCEPTION
 WHEN duplicate_object THEN null;
END \$\$;
"

# an enum value removed: the type is made anew (drizzle-kit 0.30 and later)
real 'enum made anew' -- "CREATE TYPE \"public\".\"role\" AS ENUM('a', 'b', 'c');
${bp}CREATE TABLE \"u\" (\"id\" serial PRIMARY KEY NOT NULL,
	\"role\" \"role\" DEFAULT 'a' NOT NULL);
${bp}INSERT INTO u (role) VALUES ('a'), ('b');" \
"ALTER TABLE \"public\".\"u\" ALTER COLUMN \"role\" SET DATA TYPE text;
${bp}ALTER TABLE \"public\".\"u\" ALTER COLUMN \"role\" SET DEFAULT 'a'::text;
${bp}DROP TYPE \"public\".\"role\";
${bp}CREATE TYPE \"public\".\"role\" AS ENUM('a', 'b');
${bp}ALTER TABLE \"public\".\"u\" ALTER COLUMN \"role\" SET DEFAULT 'a'::\"public\".\"role\";
${bp}ALTER TABLE \"public\".\"u\" ALTER COLUMN \"role\" SET DATA TYPE \"public\".\"role\" USING \"role\"::\"public\".\"role\";"

real 'CONCURRENTLY amid a chain' -- 'CREATE TABLE t (id serial PRIMARY KEY,
	v text, w text);' \
	'CREATE INDEX t_v_idx ON t (v);' \
	"DROP INDEX CONCURRENTLY IF EXISTS \"t_v_idx\";
${bp}CREATE INDEX CONCURRENTLY \"t_w_idx\" ON \"t\" (\"w\");
${bp}CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_v_key ON t (v);" \
	'ALTER TABLE t ADD COLUMN x integer DEFAULT 1 NOT NULL;'

real 'enum value used later' -- "CREATE TYPE st AS ENUM ('new');
${bp}CREATE TABLE t (id serial PRIMARY KEY, s st DEFAULT 'new');
${bp}INSERT INTO t DEFAULT VALUES;" \
	"ALTER TYPE st ADD VALUE IF NOT EXISTS 'old';" \
	"ALTER TABLE t ALTER COLUMN s SET DEFAULT 'old';
${bp}INSERT INTO t DEFAULT VALUES;" \
	"ALTER TYPE st ADD VALUE 'older' AFTER 'old';
${bp}INSERT INTO t (s) VALUES ('older');"

real 'schemas, sequences, identity, generated columns' -- \
	"CREATE SCHEMA \"billing\";
${bp}CREATE SEQUENCE \"billing\".\"invoice_no\" INCREMENT BY 10 MINVALUE 1
	MAXVALUE 9999 START WITH 100 CACHE 1 CYCLE;
${bp}CREATE TABLE \"billing\".\"invoices\" (
	\"id\" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY
	(sequence name \"billing\".\"inv_id\" INCREMENT BY 2 START WITH 5 CACHE 3),
	\"no\" integer DEFAULT nextval('billing.invoice_no'),
	\"net\" numeric(10, 2) NOT NULL,
	\"gross\" numeric(10, 2) GENERATED ALWAYS AS (net * 1.19) STORED,
	\"meta\" jsonb DEFAULT '{\"a\": [1, \"''\"]}'::jsonb NOT NULL,
	\"at\" timestamp (3) with time zone DEFAULT now(),
	CONSTRAINT \"inv_net\" CHECK (\"billing\".\"invoices\".\"net\" > 0));
${bp}INSERT INTO billing.invoices (net, at) VALUES (1.5, '2026-01-01'), (2, NULL);" \
	"ALTER TABLE \"billing\".\"invoices\" RENAME TO \"bills\";
${bp}ALTER TABLE \"billing\".\"bills\" RENAME COLUMN \"net\" TO \"amount\";
${bp}ALTER TABLE \"billing\".\"bills\" ALTER COLUMN \"no\" SET DATA TYPE bigint;"

real 'policies, roles and grants' -- "CREATE TABLE t (id serial PRIMARY KEY,
	owner text DEFAULT current_user);
${bp}ALTER TABLE \"t\" ENABLE ROW LEVEL SECURITY;
${bp}CREATE POLICY \"own rows\" ON \"t\" AS PERMISSIVE FOR ALL
	TO \"app_reader\" USING (owner = current_user) WITH CHECK (true);
${bp}GRANT SELECT, INSERT ON t TO app_reader;" \
	"ALTER POLICY \"own rows\" ON \"t\" TO public USING (true);
${bp}ALTER TABLE t FORCE ROW LEVEL SECURITY;"

real 'functions, triggers, a marker in a body' -- "CREATE TABLE t (
	id serial PRIMARY KEY, n integer, at timestamptz);
${bp}CREATE OR REPLACE FUNCTION touch() RETURNS trigger AS \$fn\$
BEGIN
	NEW.at = '2026-01-01 00:00:00+00'; -- \$\$ not the end; 'nor' this
	RETURN NEW;
END;
\$fn\$ LANGUAGE plpgsql;
${bp}DROP TRIGGER IF EXISTS t_touch ON t;
${bp}CREATE TRIGGER t_touch BEFORE INSERT OR UPDATE ON t FOR EACH ROW
	WHEN (NEW.n > 0) EXECUTE PROCEDURE touch();
${bp}INSERT INTO t (n) VALUES (1), (0);
${bp}CREATE FUNCTION twice(integer) RETURNS integer LANGUAGE sql IMMUTABLE
	BEGIN ATOMIC SELECT \$1 * 2; SELECT \$1 + \$1; END;
${bp}CREATE INDEX t_twice ON t (twice(n));"

real 'partitions and a view on them' -- "CREATE TABLE e (id bigint NOT NULL,
	at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE e_2026 PARTITION OF e FOR VALUES FROM ('2026-01-01')
	TO ('2027-01-01');
CREATE TABLE e_rest PARTITION OF e DEFAULT;
CREATE INDEX e_at ON e (at DESC, id);
INSERT INTO e VALUES (1, '2026-05-05'), (2, '2020-01-01');" \
	"CREATE VIEW days AS SELECT at, count(*) AS n FROM e GROUP BY at;
${bp}CREATE MATERIALIZED VIEW days_m AS SELECT * FROM days WITH NO DATA;
${bp}CREATE UNIQUE INDEX days_at ON days_m (at);
${bp}REFRESH MATERIALIZED VIEW days_m;"

real 'constraints not valid, then valid' -- "CREATE TABLE p (id int PRIMARY KEY);
${bp}CREATE TABLE c (id int, p_id int, k text);
${bp}ALTER TABLE c ADD CONSTRAINT c_p FOREIGN KEY (p_id) REFERENCES p
	NOT VALID;
${bp}ALTER TABLE c ADD CONSTRAINT c_k CHECK (k <> '') NOT VALID;" \
	"ALTER TABLE c VALIDATE CONSTRAINT c_p;
${bp}ALTER TABLE c ADD CONSTRAINT c_key UNIQUE NULLS NOT DISTINCT (k);
${bp}ALTER TABLE c ADD PRIMARY KEY (id);"

real 'extensions' -- 'CREATE EXTENSION IF NOT EXISTS "pgcrypto";
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;' \
	"CREATE TABLE t (id uuid DEFAULT gen_random_uuid() PRIMARY KEY, s text);
${bp}CREATE INDEX t_s ON t USING gin (s gin_trgm_ops);
${bp}CREATE INDEX t_h ON t (digest(s, 'sha256'));"

real 'settings that a file makes' -- "SET lock_timeout = '7s';
SET LOCAL statement_timeout = 0;
SET search_path = public;
CREATE TABLE plain (id integer);
SET check_function_bodies = off;
CREATE FUNCTION later() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM nowhere';" \
	'CREATE TABLE another (id integer);'

real 'empty, comments, CRLF, a byte order mark' -- '' '-- nothing here
/* nor here */' "$(printf 'CREATE TABLE t (\r\n\tid integer\r\n);\r\n')" \
	"-- Custom SQL migration file, put your code below! --"

real 'data moved by hand' -- \
	"CREATE TABLE t (id serial PRIMARY KEY, a text);
INSERT INTO t (a) SELECT 'x' || g FROM generate_series(1, 20) AS g;" \
	"CREATE TABLE u (id serial PRIMARY KEY, a text, t_id integer
	REFERENCES t ON DELETE CASCADE);
${bp}INSERT INTO u (a, t_id) SELECT a, id FROM t ORDER BY id;
${bp}UPDATE t SET a = upper(a) WHERE id > 10;
${bp}DELETE FROM t WHERE id > 15;
${bp}WITH gone AS (DELETE FROM u WHERE id < 3 RETURNING *)
	INSERT INTO u (a) SELECT a || '!' FROM gone ORDER BY id;"

before='CREATE TABLE elsewhere (id integer); INSERT INTO elsewhere VALUES (1)'
real 'a table of somebody else' -- 'CREATE TABLE mine (id integer);'

echo "$cases shapes"
