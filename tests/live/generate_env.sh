#!/bin/sh
# Schema files see the environment, what .env adds and what the configuration
# put into process.env, as they do in drizzle-kit, which reads both in one
# process.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir

P=$T/p
mkdir -p "$P/db"
cat >"$P/db/env.ts" <<'TS'
const read = (name: string): string => {
  const v = process.env[name];
  if (!v) throw new Error(`missing ${name}`);
  return v;
};
export const prefix = read('TABLE_PREFIX');
TS
cat >"$P/schema.ts" <<'TS'
import { sqliteTableCreator, text } from 'drizzle-orm/sqlite-core';
import { prefix } from './db/env';
const table = sqliteTableCreator((n) => `${prefix}_${n}`);
export const t = table('t', { a: text().default(process.env.FOO ?? 'none') });
TS

# made PREFIX FOO: by the configuration that is there
made() {
	expect_weir 0 "$P" generate --dry-run --name x
	expect_any "CREATE TABLE .$1_t." "DEFAULT '$2'"
}

printf 'TABLE_PREFIX=shop\nFOO=bar\n' >"$P/.env"
mk_config "$P"
made shop bar
FOO=set made shop set
expect_weir 0 "$P" export
expect_out "DEFAULT 'bar'"
rm "$P/drizzle.config.json"
config="export default { dialect: 'sqlite', schema: './schema.ts',
  out: './drizzle' };"
echo "import { prefix } from './db/env'; $config" >"$P/drizzle.config.ts"
made shop bar
echo "import 'dotenv/config'; process.env.FOO = 'own'; $config" \
	>"$P/drizzle.config.ts"
made shop own
mv "$P/.env" "$P/.env.local"
echo "import { config } from 'dotenv'; config({ path: '.env.local' }); $config" \
	>"$P/drizzle.config.ts"
made shop bar
# no configuration: options alone
rm "$P/drizzle.config.ts"
mv "$P/.env.local" "$P/.env"
expect_weir 0 "$P" generate --dialect sqlite --schema schema.ts --dry-run \
	--name x
expect_any "DEFAULT 'bar'"
rm "$P/.env"
weir_in "$P" generate --dialect sqlite --schema schema.ts --dry-run
expect_rc 2
expect_err 'missing TABLE_PREFIX'
