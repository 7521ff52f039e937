#!/bin/sh
# Consent files: written by --approve, used by migrate, void once the migration
# is another text.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cli/lib.sh"

project
weir review --approve --quiet --to 0006_deck_visibility
weir_in "$P" review --approve
rc=0
: >"$T/out"
entry "weir review --approve >/dev/null"
for file in "$P"/drizzle/*.allow; do
	cp "$file" "$T/out"
	: >"$T/err"
	entry "cat drizzle/${file##*/}"
done

say bound to the bytes of the migration
shell "cp drizzle/0007_profiles_cleanup.sql kept"
shell "echo '-- edited' >>drizzle/0007_profiles_cleanup.sql"
weir migrate
shell "mv kept drizzle/0007_profiles_cleanup.sql"

say a line that is no consent
shell "cp drizzle/0007_profiles_cleanup.allow kept"
shell "echo 'drop everything' >>drizzle/0007_profiles_cleanup.allow"
weir migrate
shell "mv kept drizzle/0007_profiles_cleanup.allow"

say more to lose than was approved
shell "cp data/app.db kept.db"
shell "sqlite3 data/app.db \"UPDATE users SET bio = 'new' WHERE bio IS NULL\""
weir migrate
shell "mv kept.db data/app.db; rm -f data/app.db-wal data/app.db-shm"

weir migrate --quiet
weir status
golden
