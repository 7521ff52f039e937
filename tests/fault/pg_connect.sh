#!/bin/sh
# What can go wrong on the way to a PostgreSQL server: each is told with host,
# port, user and database, never with the password, and ends with what helps.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/fault/lib.sh"
. "$top/tests/lib/pg.sh"
need_weir
pg_start
pg_new app
pg_sql postgres "CREATE ROLE plain LOGIN PASSWORD 'geheim'" \
	"CREATE ROLE shut NOLOGIN PASSWORD 'geheim'"
pg_sql app 'CREATE TABLE users (id int PRIMARY KEY)'

mkdir -p "$T/p/.git"
dir=$PGHOST
port=$PGPORT
# what is named here is all that counts
unset PGHOST PGPORT PGUSER PGDATABASE

# tell CODE URL REGEX…
tell() {
	tell_code=$1
	weir_in "$T/p" show --db "$2"
	no_crash "$2"
	expect_rc "$tell_code"
	shift 2
	for regex; do
		expect_any "$regex"
	done
	expect_no_any 'geheim|secret'
}

tell 1 "postgresql://weir:geheim@127.0.0.1:1/app" \
	'"app" on 127\.0\.0\.1, port 1 as weir' refused 'listen on that port'
tell 1 "postgresql://weir:geheim@no.such.host.invalid/app" \
	no.such.host.invalid 'as weir' 'spelt right'
tell 1 "postgresql://weir@/app?host=$T/no-socket" 'socket in that folder'
tell 1 "postgresql://plain:wrong-geheim@127.0.0.1:$port/app" \
	'28P01.*as plain' 'PGPASSWORD.*\.pgpass'
tell 1 "postgresql://shut:geheim@127.0.0.1:$port/app" '28000.*as shut'
tell 1 "postgresql://no-role@/app?host=$dir&port=$port" \
	'28000.*"no-role" does not exist' 'CREATE ROLE'
tell 1 "postgresql://nobody:geheim@127.0.0.1:$port/app" 'as nobody'
tell 3 "postgresql://plain@127.0.0.1:$port/app" 'wants a password' PGPASSWORD
tell 0 "postgresql://plain:geheim@127.0.0.1:$port/app" users
# the server has no TLS
tell 1 "postgresql://plain:geheim@127.0.0.1:$port/app?sslmode=require" SSL \
	'asks for TLS'
# an URL that cannot be read is not repeated
tell 2 "postgresql://plain:geh%eim@127.0.0.1:$port/app" '<url>' '%40'
tell 2 "postgresql://plain:geheim@[::1/app" '<url>'

# a database that is not there is a state
weir_in "$T/p" status --db "postgresql://plain:geheim@127.0.0.1:$port/nope"
no_crash 'a missing database'
expect_any 'nope'
expect_any 'not exist|not there'
expect_no_any geheim

# .pgpass that others can read: said once, by weir, and not used
echo "*:*:*:*:geheim" >"$HOME/.pgpass"
chmod 600 "$HOME/.pgpass"
tell 0 "postgresql://plain@127.0.0.1:$port/app" users
chmod 644 "$HOME/.pgpass"
tell 3 "postgresql://plain@127.0.0.1:$port/app" 'chmod 600' 'wants a password'
expect_no_any '^WARNING'
rm "$HOME/.pgpass"

# the environment's encoding is not ours
PGCLIENTENCODING=SJIS
export PGCLIENTENCODING
PGCLIENTENCODING=UTF8 PGHOST=$dir PGPORT=$port PGUSER=weir \
	pg_sql app 'CREATE TABLE "grün €" (a int)'
tell 0 "postgresql://plain:geheim@127.0.0.1:$port/app" 'grün €'
unset PGCLIENTENCODING

# texts of the server that would move a cursor or set a title
printf 'CREATE TABLE "\033[31mred\007" (a int)' >"$T/hostile.sql"
PGHOST=$dir PGPORT=$port PGUSER=weir pg_file app "$T/hostile.sql"
tell 0 "postgresql://plain:geheim@127.0.0.1:$port/app" red
if LC_ALL=C grep -q "$(printf '[\033\007]')" "$T/out" "$T/err"; then
	fail 'a control character reached the terminal'
fi

# out of connections
as_weir() {
	PGHOST=$dir PGPORT=$port PGUSER=weir pg_sql postgres "$@"
}
as_weir 'ALTER ROLE plain CONNECTION LIMIT 0'
tell 1 "postgresql://plain:geheim@127.0.0.1:$port/app" 53300 \
	'out of connections'
as_weir 'ALTER ROLE plain CONNECTION LIMIT -1'

# a role that may see nothing is told so by the server, in its words
as_weir 'REVOKE CONNECT ON DATABASE app FROM PUBLIC'
tell 1 "postgresql://plain:geheim@127.0.0.1:$port/app" 42501
as_weir 'GRANT CONNECT ON DATABASE app TO PUBLIC'

# what libpq refuses by itself, each with what would be right
tell 1 "postgresql://plain:geheim@127.0.0.1:$port/app?sslmode=bogus" bogus \
	'verify-full'
tell 1 'postgresql://plain:geheim@127.0.0.1:99999/app' 99999 '1 to 65535'
tell 1 'service=nope' nope pg_service.conf
! cat "$T/out" "$T/err" | grep -q 'on the local socket as' ||
	fail 'service: an empty address'
# a role that may not connect to this one
as_weir "CREATE ROLE outside LOGIN PASSWORD 'geheim'"
PGHOST=$dir PGPORT=$port PGUSER=weir pg_new closed
as_weir 'REVOKE CONNECT ON DATABASE closed FROM PUBLIC'
tell 1 "postgresql://outside:geheim@127.0.0.1:$port/closed" 42501 \
	'GRANT CONNECT ON DATABASE "closed" TO "outside"'
# nothing is shown of a database that is not there
for command in show 'show x' 'show --json' 'show --sql'; do
	# shellcheck disable=SC2086
	weir_in "$T/p" $command \
		--db "postgresql://plain:geheim@127.0.0.1:$port/nope"
	expect_rc 1
	expect_any '/nope does not exist'
done

# a role without rights on the record: looking works, what is applied is unknown
as_weir "CREATE ROLE reader LOGIN PASSWORD 'geheim'"
PGHOST=$dir PGPORT=$port PGUSER=weir pg_sql app 'CREATE TABLE seen (a int)' \
	'INSERT INTO seen VALUES (4711)' 'GRANT SELECT ON seen TO reader' \
	'CREATE SCHEMA IF NOT EXISTS drizzle' \
	'CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations (id serial
		PRIMARY KEY, hash text NOT NULL, created_at bigint)'
PGHOST=$dir PGPORT=$port pg_project "$T/r" app 'CREATE TABLE z (a int);'
reader="postgresql://reader:geheim@127.0.0.1:$port/app"
tell 0 "$reader" seen
weir_in "$T/r" status --db "$reader"
expect_rc 1
expect_any '0000_.*unknown'
expect_any 'unknown: no right to read drizzle.__drizzle_migrations'
weir_in "$T/r" status --exit-code --db "$reader"
expect_rc 4
weir_in "$T/r" migrate --db "$reader"
expect_rc 1
expect_any 'no right to read drizzle.__drizzle_migrations'
printf '%s\n' 'keys 3' 'expect is unknown: no right to read' >"$T/keys"
weir_in "$T/r" studio --script "$T/keys" "$reader"
expect_rc 0
printf '%s\n' 'expect seen' >"$T/keys"
weir_in "$T/r" studio --script "$T/keys" "$reader"
expect_rc 0

# the studio's gate asks before it creates a database
PGHOST=$dir PGPORT=$port pg_project "$T/n" fresh 'CREATE TABLE z (a int);'
printf '%s\n' 'keys 3 Enter A' 'expect Create the database' 'keys Esc' \
	>"$T/keys"
weir_in "$T/n" studio --script "$T/keys"
expect_rc 0
printf '%s\n' 'keys 3 Enter A' 'expect Create the database' 'keys Enter' \
	'expect VERIFIED' >"$T/keys"
weir_in "$T/n" studio --script "$T/keys"
expect_rc 0

# nothing is taken in silence
weir_in "$T/p" show --db "postgresql://plain:geheim@127.0.0.1:$port"
expect_any 'names no database'
PGHOST=$dir weir_in "$T/p" status
expect_any 'no database is named'
PGHOST=$dir PGPORT=$port PGUSER=weir PGDATABASE=app weir_in "$T/p" status
expect_any 'PG\*'
expect_rc 0
