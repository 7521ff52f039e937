#!/bin/sh
# migrations.js for the drivers expo and durable-sqlite: after each generate, a
# --custom and a drop it is byte for byte the one that drizzle-kit writes.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/interop/npm.sh"
need_weir

# schema COLUMN…
schema() {
	{
		echo "import { sqliteTable, text } from 'drizzle-orm/sqlite-core';"
		echo "export const t = sqliteTable('t', {"
		printf '%s: text(),\n' "$@"
		echo '});'
	} >"$T/schema.ts"
}

# step NAME OPTION…: of both tools, each in its own folder
step() {
	for tool in kit weir; do
		cp "$T/schema.ts" "$T/$driver.$tool/"
	done
	(cd "$T/$driver.kit" && exec "$packages/.bin/drizzle-kit" generate \
		--name "$@") </dev/null >"$T/out" 2>"$T/err" ||
		fail "drizzle-kit generate $*"
	expect_weir 0 "$T/$driver.weir" generate --name "$@"
	same "$driver $1"
}

same() {
	cmp "$T/$driver.kit/drizzle/migrations.js" \
		"$T/$driver.weir/drizzle/migrations.js" || fail "$1"
}

for driver in expo durable-sqlite; do
	for tool in kit weir; do
		mkdir -p "$T/$driver.$tool"
		ln -s "$packages" "$T/$driver.$tool/node_modules"
		echo "export default { dialect: 'sqlite', driver: '$driver',
			schema: './schema.ts', out: './drizzle' };" \
			>"$T/$driver.$tool/drizzle.config.ts"
	done
	schema id
	step one
	expect_out 'git add .*drizzle/migrations.js'
	schema id a
	step two
	step by-hand --custom
	schema id a b
	step last
	# drizzle-kit asks on a terminal which one goes: its text without a
	# driver's head (drop.ts), of the entries that stay
	expect_weir 0 "$T/$driver.weir" drop 0003_last
	sed '/^\/\//d; /^import m0003/d; s/^m0002,$/m0002/; /^m0003$/d' \
		"$T/$driver.kit/drizzle/migrations.js" |
		sed '1{/^$/d}' >"$T/left.js"
	expect_files_equal "$T/$driver.weir/drizzle/migrations.js" "$T/left.js"
	node --input-type=module --check <"$T/left.js" || fail 'no module'
done

# no other driver has the file; a flag names one, too
mkdir "$T/plain"
mk_config "$T/plain"
cp "$T/schema.ts" "$T/plain"
expect_weir 0 "$T/plain" generate --name "it's"
[ ! -e "$T/plain/drizzle/migrations.js" ] || fail 'it is written'
expect_weir 0 "$T/plain" generate --custom --name x --driver expo
node --input-type=module --check <"$T/plain/drizzle/migrations.js" ||
	fail 'a quote in a name'
