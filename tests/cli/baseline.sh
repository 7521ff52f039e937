#!/bin/sh
# A database that was there before its migrations, as drizzle-kit pull leaves
# it: the first file is a comment, the next one alters a table that no file
# made. What the migrations make is then told from the snapshot.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir

P=$T/project
mk_project "$P" '-- pulled
/*
CREATE TABLE `users` (`id` integer PRIMARY KEY NOT NULL, `name` text);
*/' 'ALTER TABLE `users` ADD `age` integer;'
column() {
	printf '"%s":{"name":"%s","type":"%s","primaryKey":%s,"notNull":%s,' \
		"$1" "$1" "$2" "$3" "$3"
	printf '"autoincrement":false}'
}
{
	printf '{"version":"6","dialect":"sqlite","id":"a","prevId":"",'
	printf '"tables":{"users":{"name":"users","columns":{'
	column id integer true
	printf ,
	column name text false
	printf '},"indexes":{},"foreignKeys":{},"compositePrimaryKeys":{},'
	printf '"uniqueConstraints":{},"checkConstraints":{}}},"views":{},'
	printf '"enums":{},"_meta":{"schemas":{},"tables":{},"columns":{}},'
	printf '"internal":{"indexes":{}}}'
} >"$P/drizzle/meta/0000_snapshot.json"
sqlite3 "$P/app.db" 'CREATE TABLE users (id integer PRIMARY KEY NOT NULL,
	name text, age integer); INSERT INTO users VALUES (1, 2, 3)'
weir_in "$P" mark --applied 0000_m0 --unproven --quiet
weir_in "$P" mark --applied 0001_m1 --unproven --quiet
expect_eq recorded "$(tracking "$P/app.db" | wc -l)" 2

weir_in "$P" status --exit-code
expect_out 'Drift +none'
expect_rc 0
sqlite3 "$P/app.db" 'ALTER TABLE users ADD extra text'
weir_in "$P" status
expect_out 'Drift +1 difference' 'column users.extra added'

# without the snapshot it is not known, and said so
rm "$P/drizzle/meta/0000_snapshot.json"
weir_in "$P" status
expect_out 'Drift +unknown'
