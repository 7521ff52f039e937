#!/bin/sh
# Flags and spellings of drizzle-kit 0.31 and before: taken, or refused by name.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cli/lib.sh"

mkdir "$P"
cat >"$P/schema.ts" <<'TS'
import { sqliteTable, integer } from 'drizzle-orm/sqlite-core';
export const a = sqliteTable('a', { firstId: integer().primaryKey() });
TS
cp "$P/schema.ts" "$T/schema.ts"

# again: nothing is generated yet
again() {
	rm -rf "$P/drizzle" "$P/out"
}

say without a configuration
weir generate --dialect=sqlite --schema=./schema.ts --out=./out --name=first
weir generate --dialect sqlite --schema ./schema.ts --out out --name first
again
weir generate:sqlite --schema=schema.ts --name first --breakpoints
again
weir generate --dialect turso --schema schema.ts --name first --casing snake_case --driver expo
again
weir generate --dialect sqlite --schema schema.ts --name first --breakpoints=false --custom=false --prefix index
again
weir generate:pg --schema schema.ts --name first
weir generate:mysql --schema schema.ts
weir export --dialect sqlite --schema schema.ts --sql=true
weir export --dialect=sqlite --schema=schema.ts --sql

say with one
printf 'module.exports = {\n  dialect: "sqlite", schema: "./schema.ts",\n};\n' \
	>"$P/db.config.js"
weir generate --config=db.config.js --name first
weir check --config db.config.js
weir check:sqlite --out drizzle
weir up:sqlite --config=db.config.js
weir generate --config=db.config.js --custom --name=seed
weir drop --config=db.config.js --out=drizzle --driver=expo 0001_seed
weir drop --config=db.config.js 0000_first

say what does not exist, by name
weir push --force --strict --verbose
weir push:pg --connectionString x
weir pull --dialect postgresql --url x
weir introspect:pg
weir studio --port 4983
weir studio --host 0.0.0.0
weir generate --custom=maybe
weir generate --prefix index4 --dialect sqlite --schema schema.ts
weir generate --dialect mysql --schema schema.ts
golden
