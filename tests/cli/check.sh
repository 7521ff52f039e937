#!/bin/sh
# check: each thing that can be wrong in a folder, its words and the status.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cli/lib.sh"

# fresh: two migrations, generated; times that do not change
fresh() {
	rm -rf "$P"
	mkdir "$P"
	mk_config "$P"
	cat >"$P/schema.ts" <<'TS'
import { sqliteTable, integer, text } from 'drizzle-orm/sqlite-core';
export const users = sqliteTable('users', {
  id: integer().primaryKey(), name: text().notNull(),
});
TS
	weir_in "$P" generate --quiet
	expect_rc 0
	add 'bio: text(),'
	weir_in "$P" generate --quiet
	expect_rc 0
	at=0
	for when in 1700000000000 1700000060000; do
		sed -i "$((at * 7 + 8))s/\"when\": [0-9]*/\"when\": $when/" \
			"$P/drizzle/meta/_journal.json"
		at=$((at + 1))
	done
}

# add COLUMN: to the schema file
add() {
	sed -i "s/  id: /  $1\n  id: /" "$P/schema.ts"
}

sums() {
	(cd "$P" && find drizzle -type f | sort | xargs sha256sum)
}

# refused ARG…: generate says what check says, and writes nothing
refused() {
	before=$(sums)
	weir generate "$@"
	expect_rc 5
	expect_eq 'the folder' "$(sums)" "$before"
}

say all is well
fresh
weir check
weir check --format json
expect_rc 0

say a change that no migration makes
shell "sed -i 's/  id: /  age: integer(),\n  id: /' schema.ts"
weir check
expect_rc 4
weir check --json
expect_rc 4
shell 'echo "export const broken = " >>schema.ts'
weir check
expect_rc 2

say without the schema files it is the folder alone
shell "rm schema.ts; sed -i 's/\"schema\":\"[^\"]*\",//' drizzle.config.json"
weir check
expect_rc 0

say the journal
fresh
shell 'rm drizzle/0000_create_users.sql'
weir check
expect_rc 5
add 'later: text(),'
refused
refused --compat exact
refused --dry-run
fresh
shell 'sed -i "s|\"tag\": \"0001_[a-z_]*|\"tag\": \"../../x|" drizzle/meta/_journal.json'
weir check
expect_rc 5
refused --custom
fresh
shell 'rm drizzle/meta/_journal.json'
weir check
expect_rc 5
refused
refused --compat exact
shell 'mv drizzle/0001_add_bio_to_users.sql drizzle/0001_x.sql'
before=$(sums)
weir adopt 0001_x.sql
expect_rc 5
shell 'echo "SELECT 1;" >drizzle/0002_y.sql'
weir adopt 0002_y.sql
expect_rc 5
[ ! -e "$P/drizzle/meta/_journal.json" ] || fail 'a new journal'
fresh
shell 'echo "SELECT 1;" >drizzle/0002_stray.sql'
weir check
expect_rc 5
weir adopt drizzle/0002_stray.sql
weir check
expect_rc 0
fresh
shell "sed -i s/1700000060000/1600000000000/ drizzle/meta/_journal.json"
weir check
expect_rc 5
fresh
shell 'echo "<<<<<<< HEAD" >drizzle/meta/_journal.json'
weir check
expect_rc 5
shell 'echo "{" >drizzle/meta/_journal.json'
refused

say snapshots
fresh
shell 'rm drizzle/meta/0001_snapshot.json'
weir check
expect_rc 5
refused
refused --compat exact
shell 'echo "SELECT 1;" >drizzle/0002_y.sql'
weir adopt 0002_y.sql
expect_rc 5
fresh
shell 'rm drizzle/meta/0000_snapshot.json'
weir check
expect_rc 5
fresh
shell "sed -i 's/\"tables\"/\"tabels\"/' drizzle/meta/0001_snapshot.json"
weir check
expect_rc 5
fresh
shell "sed -i 's/\"version\": \"6\"/\"version\": \"5\"/' drizzle/meta/0001_snapshot.json"
weir check
expect_rc 5
fresh
shell 'cp drizzle/meta/0001_snapshot.json drizzle/meta/0002_snapshot.json'
weir check
expect_rc 5
weir generate
expect_rc 0
add 'later: text(),'
weir generate --dry-run
expect_rc 0
weir_in "$P" generate --quiet --name later
expect_rc 0
grep -q 'ADD `later`' "$P/drizzle/0002_later.sql" ||
	fail 'the change is not in it'
weir check
expect_rc 0
weir_in "$P" generate
expect_rc 0
fresh
shell 'cp drizzle/meta/0001_snapshot.json drizzle/meta/0002_snapshot.json
	echo "SELECT 1;" >drizzle/0002_cut.sql'
add 'later: text(),'
weir generate
expect_rc 5

say two branches, generated beside each other
fresh
shell 'cp -R drizzle before; cp schema.ts before.ts'
add 'theirs: text(),'
weir_in "$P" generate --quiet --prefix timestamp --name theirs
shell 'mv drizzle theirs; cp -R before drizzle; cp before.ts schema.ts'
add 'ours: text(),'
weir_in "$P" generate --quiet --name ours
# what a merge of both leaves; the other one is called 20000101000000
shell 'cp theirs/*_theirs.sql drizzle/20000101000000_theirs.sql
	cp theirs/meta/2*_snapshot.json drizzle/meta/20000101000000_snapshot.json
	rm -r before theirs before.ts
	sed -i "s/^  \]/,{\"idx\":3,\"version\":\"6\",\"when\":4000000000000,\"tag\":\"20000101000000_theirs\",\"breakpoints\":true}]/" drizzle/meta/_journal.json'
add 'theirs: text(),'
weir check
expect_rc 5
weir check --json
expect_rc 5
refused
refused --compat exact
say and as it advises
weir drop 20000101000000_theirs
expect_rc 0
weir generate --name both
expect_rc 0
weir check
expect_rc 0

say prefixes of two kinds
fresh
weir_in "$P" generate --quiet --custom --prefix none --name mid
expect_rc 0
add 'later: text(),'
weir_in "$P" generate --quiet --name later
expect_rc 0
shell 'ls drizzle/meta >list; cat list'
weir check
expect_rc 0
fresh
add 'later: text(),'
weir_in "$P" generate --quiet --prefix supabase --name later
expect_rc 0
before=$(sums)
add 'more: text(),'
weir_in "$P" generate --prefix unix --name more
expect_rc 5
grep -q 'sorts before' "$T/err" || fail 'why is not said'
expect_eq 'the folder' "$(sums)" "$before"
weir check
expect_rc 4

say a folder of 1.0
fresh
shell 'rm -r drizzle; mkdir -p drizzle/20250101000000_a
	echo "CREATE TABLE users (id integer);" >drizzle/20250101000000_a/migration.sql
	echo "{\"version\":\"7\",\"dialect\":\"sqlite\",\"id\":\"a\",\"prevIds\":[],\"ddl\":[]}" >drizzle/20250101000000_a/snapshot.json'
weir check
expect_rc 0
weir check --json
expect_rc 0
weir generate
expect_rc 2

say a merge left open in a snapshot
fresh
shell 'awk "/\"bio\": {/ && !n++ { print \"<<<<<<< HEAD\"; print; hold = 7 }
	hold > 0 && hold < 7 { print }
	hold == 1 { print \"=======\"; print \">>>>>>> theirs\" }
	hold { hold--; next } { print }" drizzle/meta/0001_snapshot.json >x
	mv x drizzle/meta/0001_snapshot.json'
weir check
expect_rc 5

say a snapshot changed by hand has what no file makes
fresh
shell 'sed -i "s/\"bio\"/\"life\"/g" drizzle/meta/0001_snapshot.json'
weir check
expect_any 'has users.life, which no statement of the file names'

say SQL that does not parse
fresh
shell 'printf "ALTER TABLE users ADD bio text;\nCREATE TABEL x (y);\nSELECT 1" >drizzle/0001_add_bio_to_users.sql'
weir check
expect_rc 5

say what only the grammar of another PostgreSQL parses is a note
rm -rf "$P"
mkdir "$P"
shell 'echo "{\"dialect\":\"postgresql\",\"schema\":\"./schema.ts\"}" >drizzle.config.json
	echo "import { pgTable, integer } from \"drizzle-orm/pg-core\";
export const a = pgTable(\"a\", { b: integer() });" >schema.ts'
weir_in "$P" generate --quiet --name a
shell 'printf "%s\n" "--> statement-breakpoint" "ALTER TABLE a ALTER b SET EXPRESSION AS (1);" >>drizzle/0000_a.sql'
weir check
expect_rc 0

say a database that applied another text
fresh
shell "printf 'CREATE TABLE __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)' | sqlite3 app.db
	sqlite3 app.db \"INSERT INTO __drizzle_migrations(hash, created_at) VALUES ('00ff', 1700000000000)\""
weir check
expect_rc 0
weir check --db app.db
expect_rc 5

say wrong use
weir check --format xml
golden
