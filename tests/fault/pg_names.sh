#!/bin/sh
# Faults I2, I3 and I5 on PostgreSQL: names at and above the limit of 63 bytes,
# names of every awkward kind through a whole life, encodings that the
# environment forces, bytes that are no text, markers inside of literals.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/fault/lib.sh"
. "$top/tests/lib/pg.sh"
need jq

bp='
--> statement-breakpoint
'
P=$T/p
pg_start

# settled WHAT: nothing is left to do and the database is what its files say
settled() {
	expect_weir 0 "$P" verify
	expect_weir 0 "$P" status --exit-code
	pg_dump_of app -s >"$T/before"
	expect_weir 0 "$P" migrate
	pg_dump_of app -s >"$T/after"
	expect_files_equal "$T/after" "$T/before"
}

# again SQL…: a new database, a new folder
again() {
	rm -rf "$P"
	pg_new app
	pg_project "$P" app "$@"
}

# --- I2: the server cuts at 63 bytes, at the border of a character -----------------

# long_name UNIT BYTES
long_name() {
	awk -v u="$1" -v w="$(printf %s "$1" | wc -c)" -v n="$2" 'BEGIN {
		for (i = n % w; i > 0; i--) printf "a"
		for (i = int(n / w); i > 0; i--) printf "%s", u }'
}

lengths='63 64'
[ "$long" = 0 ] || lengths='60 61 62 63 64 65 66 130'
for bytes in $lengths; do
	make=
	check=
	for unit in x é 漢 🌻; do
		name=$(long_name $unit "$bytes")
		make="$make${make:+$bp}CREATE TABLE \"$name\" (
			id integer PRIMARY KEY, \"c$name\" text);
${bp}CREATE INDEX \"i$name\" ON \"$name\" (\"c$name\");"
		check="$check${check:+$bp}ALTER TABLE \"$name\" ADD CHECK (id > 0);"
	done
	again "$make" "$check"
	expect_weir 0 "$P" review
	expect_weir 0 "$P" migrate
	settled
	expect_eq "tables of $bytes bytes" "$(pg_sql app "SELECT count(*)
		FROM pg_index WHERE NOT indisprimary AND
		indrelid >= 16384")" 4
done
# two names that are one to the server
head=$(printf 'n%.0s' $(seq 63))
again "CREATE TABLE \"${head}one\" (id integer);" \
	"CREATE TABLE \"${head}two\" (id integer);"
refused 1 "$P" migrate
expect_any 'already exists'
expect_eq 'tables' "$(pg_sql app "SELECT count(*) FROM pg_class WHERE
	relname LIKE 'nnn%'")" 0

# --- names of every kind: made, renamed, dropped --------------------------------------

# lived: the names collected come and go in one folder
lived() {
	again 'CREATE TABLE canary (id integer); INSERT INTO canary VALUES (1);' \
		"$made" "$renamed" "$dropped"
	expect_weir 0 "$P" migrate --to 0002_m2
	# the loss has a name, and that name is taken back as it is printed
	weir_in "$P" migrate
	expect_rc 3
	weir_in "$P" migrate --json
	cp "$T/out" "$T/needs"
	set --
	while need=$(jq -jr ".needs[$#].allow // empty" "$T/needs"; echo .) &&
	    [ "$need" != . ] && [ $# -lt 99 ]; do
		set -- "$@" "${need%.}"
	done
	expect_eq "losses that are named up to $raw" "$(jq '[.needs[].allow |
		select(startswith("drop-table:"))] | length' "$T/needs")" $group
	for need; do
		set -- "$@" --allow "$need"
		shift
	done
	expect_weir 0 "$P" migrate "$@"
	settled
	expect_eq "canary after $raw" "$(pg_sql app \
		'SELECT count(*) FROM canary')" 1
	names=$((names + group))
	group=0 made='' renamed='' dropped=''
}

names=0
group=0 made='' renamed='' dropped=''
most=10
[ "$long" = 0 ] || most=1
while IFS= read -r raw; do
	# shellcheck disable=SC2059	# the line is a format
	name=$(printf -- "$raw" | sed 's/"/""/g')
	made="$made CREATE SCHEMA \"s$name\";
		CREATE TYPE \"s$name\".\"e$name\" AS ENUM ('a');
		CREATE TABLE \"$name\" (\"$name\" integer PRIMARY KEY,
		e \"s$name\".\"e$name\" DEFAULT 'a',
		CONSTRAINT \"k$name\" CHECK (\"$name\" > 0));
		CREATE INDEX \"x$name\" ON \"$name\" (e DESC);
		CREATE VIEW \"v$name\" AS SELECT \"$name\" FROM \"$name\";
		INSERT INTO \"$name\" VALUES (1), (2);"
	renamed="$renamed DROP VIEW \"v$name\";
		ALTER TABLE \"$name\" RENAME COLUMN \"$name\" TO \"r$name\";
		ALTER TABLE \"$name\" RENAME TO \"t$name\";"
	dropped="$dropped DROP TABLE \"t$name\";"
	group=$((group + 1))
	[ $group -lt $most ] || lived
done <<'E2'
a"b
a'b
a`b
a\\\\b
$$
;--
a;DROP TABLE canary;--
"; DROP TABLE canary; --
'); DROP TABLE canary; --
a b
 a
a\nb
a\r\nb
a\tb
select
SELECT
Users
1st
a.b
100%%
a]b
/* x
*/
-- x
public
pg_temp
a\033[2Jb
\302\2332J
\342\200\256x
🌻
E2
[ $group -eq 0 ] || lived

# --- I3: encodings, and bytes that are none ---------------------------------------------

# one where a backslash may be half a character, one of one byte, none
encodings='SJIS LATIN1 SQL_ASCII'
[ "$long" = 0 ] || encodings="$encodings BIG5 GB18030"
for encoding in $encodings; do
	again 'CREATE TABLE "漢字é🌻" (id integer, "š" text DEFAULT '"'ż\\'"');'
	PGCLIENTENCODING=$encoding
	export PGCLIENTENCODING
	expect_weir 0 "$P" migrate
	expect_weir 0 "$P" verify
	unset PGCLIENTENCODING
	settled
	expect_eq "names under $encoding" "$(pg_sql app "SELECT count(*)
		FROM pg_attribute WHERE attname = 'š' AND
		attrelid = '\"漢字é🌻\"'::regclass")" 1
done
for bytes in '\377' '\302' '\355\240\200' '\300\257' '\302\042; DROP'; do
	again 'CREATE TABLE kept (id integer);'
	# shellcheck disable=SC2059
	printf "CREATE TABLE \"a${bytes}b\" (id integer);" \
		>"$P/drizzle/0000_m0.sql"
	weir_in "$P" migrate
	no_crash "bytes $bytes"
	[ "$rc" -ne 0 ] || fail "$bytes ran"
	expect_eq 'tables' "$(pg_sql app "SELECT count(*) FROM pg_class WHERE
		relkind = 'r' AND relnamespace = 'public'::regnamespace")" 0
	expect_eq 'applied' "$(pg_applied app)" 0
done

# --- I5: a marker in a literal cuts the file, as it does for Drizzle; it is said ------

for text in "INSERT INTO t VALUES ('one${bp}two');" \
    "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS \$\$
	SELECT 1;${bp}SELECT 2; \$\$;" \
    "COMMENT ON TABLE t IS E'a\\'${bp}b';"; do
	again 'CREATE TABLE t (v text);' "$text"
	weir_in "$P" review --json
	expect_any 'FD5|inside a literal'
	weir_in "$P" migrate
	no_crash "marker in a literal"
	[ "$rc" -ne 0 ] || fail "what Drizzle cuts ran whole: $text"
	expect_eq 'applied' "$(pg_applied app)" 0
done
echo "$names names"
