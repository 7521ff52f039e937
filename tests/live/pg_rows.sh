#!/bin/sh
# pg_rows.sh: rows of PostgreSQL: CSV and TSV have the bytes of psql's \copy, INSERT
# runs and gives the same rows, JSON is what the server's own is; nothing is
# written, and what is wrong is told with its place.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
pg_start

pg_new app
pg_sql app 'CREATE SCHEMA s' 'CREATE DOMAIN money2 AS numeric(10,2)' \
	"CREATE TYPE mood AS ENUM ('ok', 'so, so')" \
	'CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	b boolean, n numeric, f double precision, d money2, w text, c "char",
	y bytea, j json, jb jsonb, ts timestamptz, iv interval, a text[], m mood,
	u uuid, o oid, g integer GENERATED ALWAYS AS (length(w)) STORED)' \
	"INSERT INTO t (b, n, f, d, w, c, y, j, jb, ts, iv, a, m, u, o) VALUES
	(true, 12345678901234567890.10, 0.1::float8 + 0.2, 1.5, 'a, \"b\"', 'x',
	'\\x00ff', '{\"k\" : 1,
 \"k\":2}', '[1, null]', '2024-02-29 12:00+02', '1 day 02:03', '{\"a b\",NULL}',
	'so, so', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 4294967295),
	(false, 'NaN', '-Infinity', -0.5, '', '', '', '\"x\"', 'true',
	'infinity', '-1 mon', '{}', 'ok', NULL, 0),
	(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
	NULL, NULL, NULL),
	(true, 0, 1e300, 7, E'tab\\there\\nline\\r\\\\ \\b', 'y', 'plain', '1', '{}',
	'1999-12-31', '3 years', '{{1,2},{3,4}}', 'ok', NULL, 5)" \
	"CREATE TABLE s.one (\"Wéird \"\"name\" text); INSERT INTO s.one VALUES
	('\\.'), ('a'), (''), (NULL)" \
	'CREATE VIEW v AS SELECT id, w AS "W" FROM t' \
	'CREATE TABLE s.t2 (a int); CREATE TABLE public.t2 (b int)' \
	'CREATE TABLE s.twice (a int); CREATE SCHEMA s3; CREATE TABLE s3.twice (a int)'
url=$(pg_url app)
mkdir "$T/empty"
cd "$T/empty" || exit 99

# same TABLE: both formats against COPY's
same() {
	"$WEIR" rows "$1" --db "$url" --format csv >"$T/out" 2>"$T/err" ||
		fail "rows $1 --format csv"
	"$PSQL" -X -q -d app -c "\\copy (SELECT * FROM $1) TO '$T/copy' CSV HEADER"
	cmp "$T/out" "$T/copy" || fail "$1: other bytes than CSV of \\copy"
	"$WEIR" rows "$1" --db "$url" --format tsv >"$T/out" 2>"$T/err" ||
		fail "rows $1 --format tsv"
	"$PSQL" -X -q -d app -c "COPY (SELECT * FROM $1) TO STDOUT" >"$T/copy"
	tail -n +2 "$T/out" | cmp - "$T/copy" ||
		fail "$1: other bytes than COPY's text"
}
same t
same s.one
same v
"$WEIR" rows v --db "$url" --format csv --sort -id --where "\"W\" <> ''" \
	--columns W,id --limit 1 >"$T/out" || fail 'sorted'
"$PSQL" -X -q -d app -c "\\copy (SELECT \"W\", id FROM v WHERE \"W\" <> '' ORDER BY \
id DESC LIMIT 1) TO '$T/copy' CSV HEADER"
cmp "$T/out" "$T/copy" || fail 'sorted: other bytes'

# --- JSON --------------------------------------------------------------------------
# the server's own, but that a list is its text there
"$WEIR" rows t --db "$url" --format jsonl --columns id,b,n,f,d,w,jb,m,u,g >"$T/out" ||
	fail jsonl
pg_sql app 'CREATE TABLE js (l jsonb)'
sed 's/\\/&&/g' "$T/out" | "$PSQL" -X -q -d app -c 'COPY js FROM STDIN' ||
	fail 'a line is no JSON'
expect_eq 'JSON as the server has it' "$(pg_sql app 'SELECT count(*) FROM js JOIN
	(SELECT to_jsonb(x) AS l FROM (SELECT id, b, n, f, d, w, jb, m, u, g
	FROM t) x) y USING (l)')" 4
expect_weir 0 "$T" rows t --db "$url" --json --columns j,y --limit 1
expect_out '^\{"j":\{"k" : 1,  "k":2\},"y":"\\\\x00ff"\}$'
"$WEIR" rows t --db "$url" --format table >"$T/out" || fail table
expect_out '␊' '^ +1  t +12345678901234567890\.10  0\.30000000000000004'

# --- INSERT ------------------------------------------------------------------------
"$WEIR" rows t --db "$url" --format insert >"$T/t.sql" || fail insert
expect_eq 'a digest' "$(pg_sql app 'CREATE TABLE keep AS SELECT * FROM t' \
	'TRUNCATE t')" ''
pg_file app "$T/t.sql"
expect_eq 'rows that differ' "$(pg_sql app "SELECT count(*) FROM t FULL JOIN
	keep ON t.id = keep.id WHERE (t.*)::text IS DISTINCT FROM (keep.*)::text")" 0

# --- which table, what is wrong ---------------------------------------------------
expect_weir 0 "$T" rows t2 --db "$url" --format csv
expect_out '^b$'
expect_weir 2 "$T" rows twice --db "$url"
expect_err 'is in several schemas' 'write the schema too: s3?\.twice'
pg_sql app 'CREATE TABLE "order" (o int)' \
	'CREATE TABLE s."Tab ""le.x" (q int)'
for name in 's."Tab ""le.x"' '"s"."Tab ""le.x"' '"Tab ""le.x"' \
	's.Tab "le.x'; do
	expect_weir 0 "$T" rows "$name" --db "$url" --format csv
	expect_out '^q$'
done
for name in '"order"' 'public."order"' order; do
	expect_weir 0 "$T" rows "$name" --db "$url" --format csv
	expect_out '^o$'
done
expect_weir 1 "$T" rows 's."order"' --db "$url"
sqlite3 "$T/q.db" 'CREATE TABLE "order" (o int)'
expect_weir 0 "$T" rows main.order --db "$T/q.db" --format csv
expect_out '^o$'
expect_weir 1 "$T" rows tt --db "$url"
expect_err 'there is no table or view tt' 'weir rows .*public\.t'
expect_weir 1 "$T" rows t --db "$url" --where "w = 'é' AND nope = 1"
expect_err '^weir: --where:1:13: .*nope' "^  w = 'é' AND nope = 1\$" \
	'^              \^$'
expect_weir 1 "$T" rows t --db "$url" --where "nextval('t_id_seq') > 0"
expect_err 'read-only transaction'
expect_weir 2 "$T" rows t --db "$url" --where "true; DROP TABLE t"
expect_weir 1 "$T" rows t --db "$url" --where '1 / (id - 2) > 5' --format csv
expect_err 'division by zero'

# --- who goes away ------------------------------------------------------------------
pg_sql app "CREATE TABLE big AS SELECT n AS id, 'word ' || n AS w
	FROM generate_series(1, 300000) n"
{ "$WEIR" rows big --db "$url" --format csv 2>"$T/err"; echo $? >"$T/rc"; } |
	head -n 1 >"$T/out"
expect_eq 'status of a broken pipe' "$(cat "$T/rc")" 0
expect_eq 'said of a broken pipe' "$(cat "$T/err")" ''
mkfifo "$T/fifo"
exec 9<>"$T/fifo"
( trap - INT; exec "$WEIR" rows big --db "$url" --format csv ) \
	>"$T/fifo" 2>"$T/err" &
pid=$!
head -c 4096 <&9 >/dev/null
kill -INT $pid
wait $pid
expect_eq 'status after SIGINT' $? 130
( trap - INT; exec "$WEIR" rows t --db "$url" --format csv \
	--where 'pg_sleep(60) IS NULL' ) >"$T/out" 2>"$T/err" &
pid=$!
until [ "$(pg_sql app "SELECT count(*) FROM pg_stat_activity WHERE
	wait_event = 'PgSleep'")" -gt 0 ]; do :; done
kill -INT $pid
wait $pid
expect_eq 'status after SIGINT in a query' $? 130
expect_eq 'left on the server' "$(pg_sql app "SELECT count(*) FROM
	pg_stat_activity WHERE wait_event = 'PgSleep'")" 0
