#!/bin/sh
# Where a file is, as Node says it: in a configuration and in a schema; and a
# migration is never written to the root of the file system.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir

P="$T/a b"
mkdir -p "$P/sub"
echo "import { pgTable, text } from 'drizzle-orm/pg-core';
import { here } from './sub/here';
export const a = pgTable('a', { d: text().default(__dirname),
  f: text().default(__filename), m: text().default(import.meta.dirname),
  n: text().default(import.meta.filename), u: text().default(import.meta.url),
  h: text().default(here) });" >"$P/schema.ts"
echo 'export const here = __dirname + "/x";' >"$P/sub/here.ts"
config() {
	echo "export default { dialect: 'postgresql', schema: $1, out: $2 };" \
		>"$P/drizzle.config.ts"
}
config "__dirname + '/schema.ts'" "__dirname + '/made'"
expect_weir 0 "$P" generate --name first
[ -f "$P/made/0000_first.sql" ] || fail 'not in the folder of the file'
real=$(cd "$P" && pwd -P)
tr '\n' ' ' <"$P/made/0000_first.sql" >"$T/sql"
for text in "\"d\" text DEFAULT '$real'" "\"f\" text DEFAULT '$real/schema.ts'" \
	"\"m\" text DEFAULT '$real'" "\"n\" text DEFAULT '$real/schema.ts'" \
	"\"h\" text DEFAULT '$real/sub/x'" 'a%20b/schema.ts'; do
	grep -qF "$text" "$T/sql" || fail "not in it: $text"
done

config "'./schema.ts'" "'' + '/no_such_folder_of_weir'"
expect_weir 2 "$P" generate
expect_err 'out is /no_such_folder_of_weir, at the root of the file system'
[ ! -e /no_such_folder_of_weir ] || fail 'it is written'
