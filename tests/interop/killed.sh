#!/bin/sh
# After weir generate was killed at any step, drizzle-kit's own check and
# generate still work on the folder: nothing of it is half written, and what is
# left beside it is not taken for a snapshot.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir
need strace
strace -o /dev/null true 2>/dev/null || skip 'strace may not trace here'
. "$top/tests/interop/npm.sh"

P=$T/p
mkdir "$P"
mk_config "$P"
# drizzle-kit reads a .ts or .js first, else this one
cat >"$P/schema.ts" <<'TS'
import { sqliteTable, integer, text } from 'drizzle-orm/sqlite-core';
export const users = sqliteTable('users', {
  id: integer().primaryKey(), name: text().notNull(),
});
TS
expect_weir 0 "$P" generate --name first
sed -i 's/  id:/  bio: text(), id:/' "$P/schema.ts"
ln -s "$packages" "$P/node_modules"

n=0
for step in link:1 link:2 link:3 rename:1 unlink:1 unlink:2 fsync:4; do
	rm -rf "$T/k"
	cp -R "$P" "$T/k"
	rc=0
	(cd "$T/k" && exec strace -f -qq -o /dev/null -e "trace=${step%:*}" \
		-e "inject=${step%:*}:signal=KILL:when=${step#*:}" \
		"$WEIR" generate --name second) </dev/null >"$T/out" \
		2>"$T/err" || rc=$?
	[ $rc -gt 128 ] || fail "$step: not killed"
	for command in check generate; do
		rc=0
		(cd "$T/k" && exec "$packages/.bin/drizzle-kit" $command) \
			</dev/null >"$T/out" 2>"$T/err" || rc=$?
		[ $rc -eq 0 ] || fail "$step: drizzle-kit $command: $rc"
		! grep -Eq 'malformed|SyntaxError|collision' "$T/out" "$T/err" ||
			fail "$step: drizzle-kit $command"
	done
	n=$((n + 1))
done
echo "$n kills; drizzle-kit works on after each"
