#!/bin/sh
# Folders and databases in every state and shape that status has a word for.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cli/lib.sh"

three() {
	rm -rf "$P"
	mk_project "$P" 'CREATE TABLE a (x integer);' \
		'CREATE TABLE b (y integer);' 'CREATE TABLE c (z integer);'
	apply_first "$P" "$P/app.db" "${1:-2}"
}

say edited after it was applied
three
shell "echo '-- later' >>drizzle/0001_m1.sql"
weir status
weir migrate

say out of order: the second is not recorded, the third is
three 3
shell "sqlite3 app.db \"DELETE FROM __drizzle_migrations
	WHERE created_at = $(mk_when 1); DROP TABLE b\""
weir status
weir migrate
weir migrate --include 0001_m1
weir status

say unlisted, and a down file that is not
three
shell "echo 'SELECT 1;' >drizzle/0009_stray.sql"
shell "echo 'DROP TABLE b;' >drizzle/0001_m1.down.sql"
weir status

say the file of an applied and of a pending migration is gone
three
shell "rm drizzle/0000_m0.sql"
weir status
three
shell "rm drizzle/0002_m2.sql"
weir status
weir migrate

say a row that no file explains
three
shell "sqlite3 app.db \"INSERT INTO __drizzle_migrations (hash, created_at)
	VALUES ('$(printf '%064d' 7)', $(mk_when 9))\""
weir status

say recorded with another time
three
shell "sqlite3 app.db 'UPDATE __drizzle_migrations SET created_at =
	created_at + 5 WHERE created_at = $(mk_when 1)'"
weir status

say drift
three
shell "sqlite3 app.db 'ALTER TABLE a ADD COLUMN by_hand text'"
weir status --exit-code
weir migrate --strict
weir migrate

say a journal that is not one
three
shell "echo '{' >drizzle/meta/_journal.json"
weir status
weir migrate --json
three
shell "sed -i 's/0001_m1/..\/0001_m1/' drizzle/meta/_journal.json"
weir status

say databases that are none
three
shell "printf 'no database, just text that is long enough' >app.db"
weir status
weir migrate --json
shell ": >app.db"
weir status
shell "rm app.db; mkdir app.db"
weir status

say a statement that fails in the middle
three
shell "printf 'CREATE TABLE d (x);\n--> statement-breakpoint\nDROP TABLE
	nothing;\n' >drizzle/0002_m2.sql"
weir review
weir migrate
weir status
golden
