#!/bin/sh
# One value in full on PostgreSQL: jsonb folds, a large bytea is read where one
# looks, booleans and enums say what they mean.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
"$WEIR" studio --help >/dev/null 2>&1 || skip "$WEIR has no studio"
pg_start
pg_new app
pg_sql app "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE v(id int PRIMARY KEY, flag boolean, m mood, doc jsonb,
	file bytea, made_at bigint);
ALTER TABLE v ALTER file SET STORAGE EXTERNAL;
INSERT INTO v SELECT 1, true, 'ok', '{\"k\": [1, {\"n\": 1.50}], \"e\": {}}',
	convert_to(repeat('0123456789abcdef', 1000000), 'UTF8') || '\\x00ff',
	1763640000000"

cat >"$T/script" <<'END'
keys Enter
expect true
keys l v
expect stored as t
keys Esc r
expect as stored
keys r l v
expect one of  sad, ok, happy
keys Esc l v
expect "n": 1.50
keys j j Enter
expect "k": [ 2 items ]
keys r
expect {"e": {}, "k": [1, {"n": 1.50}]}
keys Esc l v
expect bytea
expect 16 MB
expect 00000000  30 31 32 33
keys G
expect 00f42400  00 ff
keys Esc l v
expect 2025-11-20T12:00:00Z
END
"$WEIR" studio --script "$T/script" --size 120x36 --db "$(pg_url app)" \
	>"$T/out" 2>"$T/err" || {
	cat "$T/out" "$T/err" >&2
	exit 1
}
