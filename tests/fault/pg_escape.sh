#!/bin/sh
# Faults T2 to T6 on PostgreSQL: no byte of a name, a label, a comment, a body,
# a value, a notice or an error of the server reaches a terminal raw, whatever
# command shows it; what is printed as JSON is JSON.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/fault/lib.sh"
. "$top/tests/lib/pg.sh"
need jq
need_helper
unset NO_COLOR

P=$T/p
count=$("$HELPER" count)
[ "$count" -ge 200 ] || fail "only $count strings"
scans=0

# shown NAME ARG…: the command on a terminal, in $P; all it wrote is harmless
shown() {
	what=$1
	shift
	rc=0
	(cd "$P" && exec timeout 60 "$HELPER" pty "$T/tty" "$WEIR" "$@") \
		>"$T/out" 2>"$T/err" </dev/null || rc=$?
	no_crash "$what"
	[ $rc -ne 124 ] || fail "$what hangs"
	"$HELPER" scan "$T/tty" >"$T/out" || fail "$what: raw bytes"
	! grep -aEq 'Sanitizer|runtime error' "$T/tty" || fail "$what: $T/tty"
	scans=$((scans + 1))
}

pg_start
pg_new app
"$HELPER" poison-pg >"$T/poison.sql"
pg_file app "$T/poison.sql"
tables=$(pg_sql app "SELECT count(*) FROM pg_class WHERE relkind = 'r'
	AND relnamespace = 'public'::regnamespace")
[ "$tables" -ge 200 ] || fail "only $tables tables"

# --- a database of such names, labels, comments and bodies ---------------------

# The project's own are those that its files name: the files of one project
# here name none of them, those of the other all.
pg_project "$P" app 'CREATE TABLE plain (id integer PRIMARY KEY);' \
	'ALTER TABLE plain ADD v text;'
for command in status show 'show --sql' review diff 'diff --format side' \
    'diff --format unified' 'diff --format stat' 'diff db empty' \
    'diff --format side empty db' 'diff --format json db empty' verify \
    'migrate --dry-run' 'status --verbose' 'status --color always' \
    'show --json' 'review --json' 'status --json' 'verify --json'; do
	# shellcheck disable=SC2086
	shown "$command" $command
	[ "$rc" -ne 2 ] || fail "$command is refused: $(cat "$T/tty")"
done
for command in status show review verify 'migrate --dry-run'; do
	# shellcheck disable=SC2086
	weir_in "$P" $command --json
	no_crash "$command --json"
	jq -e . "$T/out" >/dev/null || fail "$command --json is no JSON"
done
mkdir "$T/none"
for format in side unified stat json; do
	shown "diff --format $format" diff --format $format "$(pg_url app)" \
		empty
done
weir_in "$T/none" diff --format json "$(pg_url app)" empty
jq -e '.changes | length > 500' "$T/out" >/dev/null ||
	fail 'diff --format json is no JSON or lost changes'

# each table is still found by its name (T2)
step=29
[ "$long" = 0 ] || step=1
names=0
i=0
while [ $i -lt "$count" ]; do
	name=$(pg_sql app "SELECT relname || '.' FROM pg_class WHERE
		relkind = 'r' AND relname LIKE '${i}t%' AND
		relnamespace = 'public'::regnamespace LIMIT 1")
	i=$((i + step))
	[ -n "$name" ] || continue
	weir_in "$P" show --json "${name%.}"
	no_crash "show ${name%.}"
	jq -e '.. | select(type == "string" and startswith("x") | not)' \
		"$T/out" >/dev/null || fail "show --json of $i is no JSON"
	expect_rc 0
	names=$((names + 1))
done

# a tracking table that is hostile, too
pg_sql app 'CREATE SCHEMA drizzle' 'CREATE TABLE drizzle.__drizzle_migrations
	(id serial PRIMARY KEY, hash text NOT NULL, created_at bigint)' \
	"INSERT INTO drizzle.__drizzle_migrations (hash, created_at)
	SELECT t, 5000000000000 + id FROM cells WHERE length(t) < 1000"
for command in status 'status --json' 'migrate' verify 'mark --all-present'; do
	# shellcheck disable=SC2086
	shown "$command of hostile rows" $command
done
pg_sql app 'DROP SCHEMA drizzle CASCADE'
rm -rf "$P/.weir"

# applied beside such neighbours, and taken back; a report in three forms
shown migrate migrate
expect_eq 'applied' "$(pg_applied app)" 2
shown 'verify after' verify
shown 'rollback' rollback --allow drop-column:public.plain.v
weir_in "$P" migrate --json
jq -e . "$T/out" >/dev/null || fail 'the report is no JSON'
expect_eq 'applied again' "$(pg_applied app)" 2
rm -rf "$P/.weir"

# --- what the server says (T4) ---------------------------------------------------

pg_new said
pg_config "$P" "$(pg_url said)"
printf 'CREATE TABLE plain (id integer);\n' >"$P/drizzle/0000_m0.sql"
i=0
notices=0
# every kind of string is longer than this in the list; tables, columns, labels
# and values above have shown each of them
every=11
[ "$long" = 0 ] || every=1
while [ $i -lt "$count" ]; do
	"$HELPER" raise exception "$i" >"$P/drizzle/0001_m1.sql"
	shown "ERROR with $i" migrate
	[ "$rc" -ne 0 ] || fail "the exception $i ran"
	weir_in "$P" migrate --json
	jq -e .error.message "$T/out" >/dev/null || fail "error $i is no JSON"
	expect_eq "rows after $i" "$(pg_applied said)" 0
	if [ $((i % 3)) = 0 ] || [ "$long" = 1 ]; then
		"$HELPER" raise warning "$i" >"$P/drizzle/0001_m1.sql"
		shown "WARNING with $i" migrate --verbose
		"$HELPER" utf8 "$i" && expect_rc 0
		PGOPTIONS="-c client_min_messages=warning" pg_sql said \
			"DROP SCHEMA IF EXISTS drizzle CASCADE" \
			'DROP TABLE IF EXISTS plain' 2>/dev/null
		notices=$((notices + 1))
	fi
	rm -rf "$P/.weir"
	i=$((i + every))
done
printf 'SELECT 1;\n' >"$P/drizzle/0001_m1.sql"

# --- paths, hosts, users, arguments ----------------------------------------------

export FAULT_STRING
i=1
while [ $i -lt "$count" ]; do
	FAULT_STRING=$i
	case $((i % 7)) in
	0) shown "user $i" status --db "postgres://@S:p@127.0.0.1:$PGPORT/x" ;;
	1) shown "database $i" status --db "postgres://u:p@127.0.0.1:$PGPORT/@S" ;;
	2) shown "host $i" status --db "postgres://@S/x" ;;
	3) shown "parameter $i" status --db "postgres:///x?@S=@S" ;;
	4) shown "scratch $i" review --scratch "postgres://h/@S" ;;
	5) shown "--allow $i" migrate --allow "drop-table:public.@S" ;;
	*) shown "show $i" show "public.@S" ;;
	esac
	i=$((i + every))
done
echo "$scans outputs of $count strings, $tables tables, $names names," \
	"$notices notices"
