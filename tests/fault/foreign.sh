#!/bin/sh
# A project of other tools, or none: one message that says what was looked for
# and what to type, status 2, nothing made.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/fault/lib.sh"

P=$T/p

# strange WHAT REGEX: every command refuses; status tells
strange() {
	# a border, so that nothing above is looked at
	mkdir -p "$P/.git"
	find "$P" | sort >"$T/before"
	for command in review migrate verify rollback diff \
	    'mark --all-present'; do
		# shellcheck disable=SC2086
		refused 2 "$P" $command
	done
	weir_in "$P" status
	no_crash "status: $1"
	expect_rc 2
	expect_any "$2"
	expect_any 'weir|--db|--migrations|drizzle-kit'
	find "$P" | sort >"$T/after"
	expect_files_equal "$T/after" "$T/before"
	rm -rf "$P"
}

mkdir -p "$P"
strange 'an empty folder' 'drizzle'

mkdir -p "$P/prisma/migrations/20240101000000_init"
cat >"$P/prisma/schema.prisma" <<'END'
datasource db { provider = "sqlite" url = "file:./dev.db" }
model User { id Int @id }
END
echo 'CREATE TABLE "User" ("id" INTEGER NOT NULL PRIMARY KEY);' \
	>"$P/prisma/migrations/20240101000000_init/migration.sql"
echo 'provider = "sqlite"' >"$P/prisma/migrations/migration_lock.toml"
sqlite3 "$P/prisma/dev.db" 'CREATE TABLE _prisma_migrations (id TEXT)'
strange Prisma '[Pp]risma'

mkdir -p "$P/db/migrate" "$P/config"
echo 'source "https://rubygems.org"' >"$P/Gemfile"
printf 'development:\n  adapter: sqlite3\n  database: db/dev.sqlite3\n' \
	>"$P/config/database.yml"
echo 'class CreateUsers < ActiveRecord::Migration[7.1]; end' \
	>"$P/db/migrate/20240101000000_create_users.rb"
echo 'ActiveRecord::Schema[7.1].define(version: 1) do end' \
	>"$P/db/schema.rb"
sqlite3 "$P/db/dev.sqlite3" 'CREATE TABLE schema_migrations (version TEXT)'
strange Rails '[Rr]ails|schema\.rb|ActiveRecord'

# their databases can be looked at by name, and are never written
mkdir -p "$P"
for ddl in 'CREATE TABLE _prisma_migrations (id TEXT, checksum TEXT)' \
    'CREATE TABLE schema_migrations (version TEXT)' \
    'CREATE TABLE knex_migrations (id INTEGER, name TEXT)' \
    'CREATE TABLE drizzle_migrations (id INTEGER, tag TEXT)'; do
	rm -f "$P/x.db"
	sqlite3 "$P/x.db" "$ddl" 'CREATE TABLE users (id INTEGER PRIMARY KEY)'
	remember "$P/x.db"
	expect_weir 0 "$P" show --db x.db
	expect_out users
	weir_in "$P" status x.db
	no_crash "status x.db"
	refused 2 "$P" migrate x.db
	unchanged "$ddl"
done

# the layout of drizzle-kit 1.0 without a snapshot, folders of other engines
rm -rf "$P"
mk_config "$P" 2>/dev/null || { mkdir -p "$P" && mk_config "$P"; }
mkdir -p "$P/drizzle/20250101000000_init"
echo 'CREATE TABLE a (id integer);' \
	>"$P/drizzle/20250101000000_init/migration.sql"
refused 5 "$P" migrate
expect_err 'snapshot\.json'
rm -rf "$P/drizzle"
for dialect in postgresql mysql singlestore gel; do
	mk_project "$P" 'CREATE TABLE a (id integer);'
	sed -i "s/\"sqlite\"/\"$dialect\"/" "$P/drizzle/meta/_journal.json"
	refused 2 "$P" migrate
	[ ! -e "$P/app.db" ] || fail "$dialect: a database was made"
done

# other engines by name; a password in the name is never shown
for url in 'mysql://root:sekret@h/db' 'postgres://u:sekret@127.0.0.1:1/db' \
    'libsql://x.turso.io?authToken=sekret' 'mongodb://u:sekret@h/x' \
    'jdbc:sqlite:x.db' 'http://h/x.db' 'postgis://u:sekret@h/d' \
    'd1://x' 'file:///etc/passwd' 'mysql://u:sekret%40x@h:99999999/db'; do
	weir_in "$P" status --db "$url"
	no_crash "$url"
	[ $rc -ne 0 ] || fail "taken: $url"
	one_message "$url"
	expect_no_any sekret
done
