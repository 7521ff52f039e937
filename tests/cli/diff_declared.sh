#!/bin/sh
# diff of what is declared: schema files and snapshots with each other, and
# with what an engine has.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cli/lib.sh"

# schema COLUMNS: schema.ts with one table
schema() {
	cat >"$P/schema.ts" <<EOF
import { sqliteTable, integer, text, index } from 'drizzle-orm/sqlite-core';
export const users = sqliteTable('users', {
  id: integer('id').primaryKey(),
  $1
}, (t) => [index('by_name').on(t.name)]);
EOF
}

mkdir -p "$P"
mk_config "$P"
schema "name: text('name').notNull(),"
weir_in "$P" generate --name one --compat exact
sed -i 's/"id": "[^"]*"/"id": "x"/' "$P/drizzle/meta/0000_snapshot.json"
schema "name: text('full_name').notNull().default('?'), age: integer('age'),"

say without a database
weir diff snapshot schema
weir diff snapshot:0000_one schema --format side --width 100
weir diff empty schema.ts --format sql
weir diff empty drizzle/meta/0000_snapshot.json --format sql
weir diff snapshot empty --format stat
weir diff snapshot schema --format json --exit-code
[ ! -e "$P/app.db" ] || fail 'a database was made'

say questions are those of generate
weir diff snapshot schema --format sql
weir diff snapshot schema --format sql --rename column:users.name=full_name \
	--create column:users.age
weir diff snapshot schema --format sql --compat exact \
	--rename column:users.name=full_name --create column:users.age

say what an engine makes of it
weir_in "$P" migrate --quiet
weir diff snapshot db --exit-code
weir diff schema db --exit-code
weir diff migrations schema --format stat
weir diff snapshot:0007 schema
weir diff snapshot nothing.json
golden
