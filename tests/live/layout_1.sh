#!/bin/sh
# Folders of drizzle-kit 1.0 (a folder for each migration, no journal) on both
# engines: status, migrate, verify, rollback, and a record as drizzle-orm 1.0
# writes it. What is pending is told by names, not by times.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir

# one TAG SQL DIALECT: a migration in $P/drizzle
one() {
	mkdir -p "$P/drizzle/$1"
	printf '%s' "$2" >"$P/drizzle/$1/migration.sql"
	printf '{"version":"7","dialect":"%s","id":"%s","prevIds":[],' "$3" "$1" \
		>"$P/drizzle/$1/snapshot.json"
	printf '"ddl":[],"renames":[]}\n' >>"$P/drizzle/$1/snapshot.json"
}

# records SQL-RUNNER…: hash, created_at, name of every row
records() {
	"$@" "SELECT hash || ' ' || created_at || ' ' || coalesce(name, '-')
		FROM $table ORDER BY id"
}

# walk DIALECT SQL-RUNNER…: the same on both
walk() {
	dialect=$1
	shift
	A='CREATE TABLE a (id integer PRIMARY KEY, n text);'
	B='ALTER TABLE a ADD COLUMN m text;--> statement-breakpoint
CREATE INDEX a_n ON a (n);'
	one 20250102030405_first "$A" "$dialect"
	one 20250102030405_second "$B" "$dialect"
	weir_in "$P" status
	expect_rc 0
	expect_out '20250102030405_first +2025-01-02 03:04 +pending' \
		'20250102030405_second .* pending'
	weir_in "$P" migrate --quiet
	expect_rc 0
	expect_eq record "$(records "$@")" \
		"$(printf %s "$A" | sha256sum | cut -c1-64) 1735787045000 20250102030405_first
$(printf %s "$B" | sha256sum | cut -c1-64) 1735787045000 20250102030405_second"
	expect_eq 'applied_at' "$("$@" "SELECT count(*) FROM $table
		WHERE applied_at IS NOT NULL")" 2
	weir_in "$P" verify
	expect_rc 0
	weir_in "$P" status --exit-code
	expect_rc 0

	# taken back by its down.sql, and applied again
	echo 'DROP INDEX a_n; ALTER TABLE a DROP COLUMN m;' \
		>"$P/drizzle/20250102030405_second/down.sql"
	weir_in "$P" rollback --quiet --allow drop-column:"$lost" \
		--allow undo-skipped:"$lost"
	[ $rc -eq 0 ] || weir_in "$P" rollback --quiet
	expect_rc 0
	expect_eq 'rows left' "$("$@" "SELECT count(*) FROM $table")" 1
	weir_in "$P" migrate --quiet
	expect_rc 0

	# older than the newest, and pending all the same
	one 20240101000000_late 'CREATE TABLE late (id integer PRIMARY KEY);' \
		"$dialect"
	weir_in "$P" status
	expect_out '20240101000000_late .* pending' \
		'20250102030405_second .* applied'
	weir_in "$P" review
	expect_rc 0
	weir_in "$P" migrate --quiet
	expect_rc 0
	weir_in "$P" verify
	expect_rc 0

	# changed after it was applied
	echo '-- x' >>"$P/drizzle/20250102030405_first/migration.sql"
	weir_in "$P" status
	expect_out '20250102030405_first .* edited'
	printf '%s' "$A" >"$P/drizzle/20250102030405_first/migration.sql"

	# nothing of 0.31 is written into it
	weir_in "$P" generate --custom --name x
	expect_rc 2
	expect_err 'layout of drizzle-kit 1.0'
	[ ! -e "$P/drizzle/meta" ] || fail 'a meta folder was made'
}

P=$T/lite
mkdir "$P"
mk_config "$P"
table=__drizzle_migrations lost=a.m
walk sqlite sqlite3 "$P/app.db"
expect_eq 'table of 1.0' "$(sqlite3 "$P/app.db" "SELECT group_concat(name ||
	' ' || type, ', ') FROM pragma_table_info('__drizzle_migrations')")" \
	'id INTEGER, hash TEXT, created_at numeric, name TEXT, applied_at TEXT'

# a table that 0.x wrote: read, not written
rm "$P/app.db"
sqlite3 "$P/app.db" 'CREATE TABLE a (id integer PRIMARY KEY, n text);
	CREATE TABLE __drizzle_migrations (id SERIAL PRIMARY KEY,
	hash text NOT NULL, created_at numeric)'
sqlite3 "$P/app.db" "INSERT INTO __drizzle_migrations (hash, created_at)
	VALUES ('$(sha256sum <"$P/drizzle/20250102030405_first/migration.sql" |
	cut -c1-64)', 1735787045678)"
weir_in "$P" status
expect_out '20250102030405_first .* applied' '_second .* pending'
weir_in "$P" migrate --quiet
[ $rc -ne 0 ] || fail 'a row with a name beside rows without'
expect_err 'form of 0.x'
expect_eq 'nothing was changed' "$(sqlite3 "$P/app.db" "SELECT count(*) FROM
	__drizzle_migrations")" 1

# what is no migration's name
mkdir "$P/drizzle/nodate"
: >"$P/drizzle/nodate/migration.sql"
weir_in "$P" status
expect_rc 5
expect_err 'nodate'

. "$top/tests/lib/pg.sh"
pg_start
pg_new app
P=$T/pg
mkdir "$P"
pg_config "$P" "$(pg_url app)"
table=drizzle.__drizzle_migrations lost=public.a.m
walk postgres pg_sql app
