#!/bin/sh
# config: drizzle.config.ts and its kin, as every command reads them.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cli/lib.sh"

SQL1='CREATE TABLE `a` (`id` integer PRIMARY KEY);'

# config NAME: standard input becomes $P/NAME
config() {
	mkdir -p "$P/$(dirname "$1")"
	cat >"$P/$1"
}

mk_project "$P" "$SQL1"
rm "$P/drizzle.config.json"

say a script, a variable of .env, a table of its own for the record
config drizzle.config.ts <<'EOF'
import 'dotenv/config';
import { defineConfig } from 'drizzle-kit';
import { join } from 'node:path';

export default defineConfig({
  dialect: 'sqlite',
  schema: './schema.ts',
  out: join(__dirname, 'drizzle'),
  migrations: { table: 'done' },
  dbCredentials: { url: process.env.DB_FILE! },
});
EOF
weir status
echo 'DB_FILE=file:./app.db' >"$P/.env"
weir migrate --quiet
weir verify
weir status
[ "$(sqlite3 "$P/app.db" 'SELECT count(*) FROM done')" = 1 ] ||
	fail 'not recorded in the table of the configuration'
weir review
weir diff
weir mark --pending 0000_m0 --unproven --quiet --json >/dev/null 2>&1
rm "$P/.env"
weir review
weir migrate
weir diff empty empty

say each kind of file
for k in js mjs cjs; do
	rm -f "$P"/drizzle.config.*
	case $k in cjs) x='module.exports =' ;; *) x='export default' ;; esac
	echo "$x { dialect: 'sqlite', dbCredentials: { url: '$k.db' } };" |
		config drizzle.config.$k
	weir status --quiet
done

say what cannot be read: one message with its place, status 2
rm -f "$P"/drizzle.config.*
for c in 'export default {' \
	'export default { dialect: "mysql" };' \
	'export default { dialect: "sqlite", out: 7 };' \
	'import x from "@acme/x"; export default { out: x.out };' \
	'if (!process.env.X) throw new Error("X is not set"); export default {};' \
	'export default { dialect: "sqlite", driver: "odbc" };'; do
	echo "$c" | config drizzle.config.ts
	weir status
	[ $rc = 2 ] || fail "$c: status $rc"
done
weir migrate
weir status ./app.db

say credentials that are not known here
echo 'import { env } from "@acme/env"; export default { dialect: "sqlite",
dbCredentials: { url: env.URL } };' | config drizzle.config.ts
weir status
weir verify
weir verify --db app.db

say drivers whose database is elsewhere
for d in d1-http expo durable-sqlite; do
	echo "export default { dialect: 'sqlite', driver: '$d' };" |
		config drizzle.config.ts
	weir migrate
done

say each of these tells where it is and what it would be
for text in "export default { dialect: 'sqllite' };" \
	"const x = { dialect: 'sqlite' };" \
	"export default async () => ({ dialect: 'sqlite' });" \
	"export default { dialect: 'sqlite', out: 'new', schema: './none.ts' };" \
	"export default { dialect: 'sqlite', schema: './none.ts',
	casing: 'kebab' };" \
	"export default { dialect: 'turso', schema: './none.ts',
	migrations: { prefix: 'foo' } };"; do
	echo "$text" | config drizzle.config.ts
	weir generate
done

say libSQL: a file is one of SQLite, a server is not
echo "export default { dialect: 'turso', dbCredentials: { url:
'file:app.db', authToken: 'x' }, migrations: { table: 'done' } };" |
	config drizzle.config.ts
weir status
echo "export default { dialect: 'turso', dbCredentials: { url:
'libsql://db.example', authToken: 'secret-token' } };" |
	config drizzle.config.ts
weir status
[ $rc = 2 ] || fail 'a server of libSQL is opened'
weir generate --custom --name x --dry-run --out fresh

say --config below: paths are those of the folder where drizzle-kit starts
rm "$P/drizzle.config.ts"
config server/db/drizzle.config.ts <<'EOF'
export default { dialect: 'sqlite', out: 'drizzle',
  schema: './server/db/schema.ts', dbCredentials: { url: 'app.db' } };
EOF
weir status --config server/db/drizzle.config.ts --quiet
echo '{"scripts":{"g":"drizzle-kit generate --config=server/db/drizzle.config.ts"}}' |
	config package.json
weir status --quiet
golden
