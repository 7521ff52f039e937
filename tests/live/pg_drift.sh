#!/bin/sh
# pg_drift.sh: drift is found in what the folder names, and nowhere else; the
# filters of drizzle.config.json; what mark and verify hold against it.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
pg_start
pg_new app
P=$T/project

# config EXTRA: the configuration with more in it
config() {
	pg_config "$P" "$(pg_url app)"
	sed -i "s/^{/{$1/" "$P/drizzle.config.json"
}

# drift N: that many differences (0: none)
drift() {
	expect_weir 0 "$P" status --drift
	if [ "$1" -eq 0 ]; then
		expect_out '^Drift +none$'
	else
		expect_out "^Drift +$1 difference"
	fi
}

pg_project "$P" app \
	"CREATE TYPE mood AS ENUM ('sad', 'ok');
	CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL,
		mood mood DEFAULT 'ok');
	CREATE SCHEMA shop;
	CREATE TABLE shop.orders (id bigint GENERATED ALWAYS AS IDENTITY
		PRIMARY KEY, user_id integer REFERENCES users (id));
	CREATE INDEX orders_user ON shop.orders (user_id);
	CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS
		\$\$ BEGIN RETURN new; END \$\$;
	CREATE VIEW names AS SELECT name FROM users;" \
	"ALTER TABLE users ADD COLUMN email text;"

# nothing there: an empty database is no drift of an empty record
expect_weir 0 "$P" status
expect_out '^Drift +not looked for'
drift 0
expect_weir 0 "$P" migrate
drift 0
expect_weir 0 "$P" verify

# --- what no file names is nobody's business -----------------------------------
pg_sql app 'CREATE TABLE grafana (id integer)' 'CREATE SCHEMA auth' \
	'CREATE TABLE auth.users (id integer, secret text)' \
	'CREATE FUNCTION helper() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$' \
	"CREATE TYPE colour AS ENUM ('red')" 'CREATE SEQUENCE lonely' \
	'CREATE EXTENSION pg_trgm' 'CREATE VIEW auth.names AS SELECT 1 AS x' \
	'CREATE ROLE somebody' "COMMENT ON TABLE users IS 'told'" \
	'GRANT SELECT ON users TO somebody' 'ANALYZE'
drift 0
expect_weir 0 "$P" verify
# … and in no diff a candidate: grafana stays
expect_weir 0 "$P" diff
expect_no_any grafana

# --- in what they name it is ---------------------------------------------------------
pg_sql app 'ALTER TABLE users ADD COLUMN sneaked integer'
drift 1
expect_out 'users.*sneaked'
expect_weir 4 "$P" verify
expect_weir 4 "$P" status --drift --exit-code
pg_sql app 'ALTER TABLE users DROP COLUMN sneaked' \
	'DROP INDEX shop.orders_user' 'ALTER TABLE users ALTER name DROP NOT NULL'
drift 2
pg_sql app 'CREATE INDEX orders_user ON shop.orders (user_id)' \
	'ALTER TABLE users ALTER name SET NOT NULL'
drift 0
pg_sql app "ALTER TYPE mood ADD VALUE 'happy'" \
	'CREATE OR REPLACE VIEW names AS SELECT upper(name) AS name FROM users' \
	'CREATE TRIGGER touched BEFORE UPDATE ON users FOR EACH ROW
		EXECUTE FUNCTION touch()'
drift 3
expect_out mood names touched
expect_weir 0 "$P" status --drift --json
expect_out '"drift": \[$'
expect_weir 0 "$P" diff migrations db --format stat
pg_sql app 'DROP TRIGGER touched ON users' \
	'CREATE OR REPLACE VIEW names AS SELECT name FROM users' \
	'ALTER TYPE mood RENAME TO mood_old' \
	"CREATE TYPE mood AS ENUM ('sad', 'ok')" \
	'ALTER TABLE users ALTER mood DROP DEFAULT,
		ALTER mood TYPE mood USING mood::text::mood,
		ALTER mood SET DEFAULT '"'ok'" 'DROP TYPE mood_old'
drift 0

# --- filters ------------------------------------------------------------------------
pg_sql app 'ALTER TABLE shop.orders ADD COLUMN extra integer' \
	'ALTER TABLE users ADD COLUMN extra integer'
drift 2
config '"schemaFilter":["public"],'
drift 1
expect_no_any shop
config '"schemaFilter":"shop",'
drift 1
expect_out orders
config '"tablesFilter":["!us*"],'
drift 1
expect_out orders
config '"tablesFilter":["user?","names"],'
drift 1
expect_out users
config '"tablesFilter":["nothing_*"],"schemaFilter":["public","shop"],'
drift 0
config '"extensionsFilters":["postgis"],"entities":{"roles":true},'
expect_weir 0 "$P" status
config '"schemaFilter":7,'
expect_weir 2 "$P" status
expect_err 'schemaFilter.*neither a string nor a list'
config ''
pg_sql app 'ALTER TABLE shop.orders DROP COLUMN extra' \
	'ALTER TABLE users DROP COLUMN extra'
drift 0

# --- mark: the schema proves it or does not -------------------------------------------
pg_sql app 'DELETE FROM drizzle.__drizzle_migrations'
expect_weir 0 "$P" status --drift
expect_out '0000_m0 .*present in the schema, not recorded' \
	'0001_m1 .*present in the schema, not recorded' \
	'weir mark --all-present'
expect_weir 0 "$P" mark --all-present
expect_eq 'rows' "$(pg_applied app)" 2
drift 0
pg_sql app 'DELETE FROM drizzle.__drizzle_migrations WHERE created_at =
	(SELECT max(created_at) FROM drizzle.__drizzle_migrations)' \
	'ALTER TABLE users DROP COLUMN email'
expect_weir 3 "$P" mark --applied 0001_m1
expect_err '--unproven'
expect_weir 0 "$P" mark --applied 0001_m1 --unproven
drift 1

# --- a database that does not exist is a state; looking does not make it ----------------
config ''
pg_config "$P" "$(pg_url fresh)"
expect_weir 0 "$P" status --drift
expect_out 'does not exist yet'
expect_weir 0 "$P" review
expect_weir 3 "$P" migrate
expect_err 'does not exist' 'weir migrate --create-db'
expect_eq 'not made by looking' "$(pg_sql postgres \
	"SELECT count(*) FROM pg_database WHERE datname = 'fresh'")" 0
expect_weir 0 "$P" migrate --create-db
expect_eq 'rows in the new one' "$(pg_applied fresh)" 2
drift 0
expect_eq 'scratch databases left' "$(pg_sql postgres \
	"SELECT count(*) FROM pg_database WHERE datname LIKE 'weir%'")" 0
