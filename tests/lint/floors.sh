#!/bin/sh
# A file includes lower floors and its own folder only: src/FLOORS decides.
cd "$srcdir" || exit 1
find src ui -type f | LC_ALL=C sort >"$tmp/all"
grep '\.[ch]$' "$tmp/all" | tr '\n' '\0' |
	xargs -0 "${AWK:-awk}" -f tests/lint/floors.awk src/FLOORS "$tmp/all"
