#!/bin/sh
# Through pgbouncer in transaction mode, with one server connection for all:
# looking and applying work, nothing of a session stays behind, and what needs
# a session is refused with the way on.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/fault/lib.sh"
. "$top/tests/lib/pg.sh"
need_weir
PATH=$PATH:/usr/sbin
need pgbouncer
pg_start
pg_new app
P=$T/p
pg_project "$P" app 'CREATE TABLE users (id integer PRIMARY KEY, v text);' \
	'ALTER TABLE users ADD w text;'

bport=$((PGPORT + 1))
cat >"$PGHOST/b.ini" <<END
[databases]
* = host=$PGHOST port=$PGPORT user=weir
[pgbouncer]
listen_addr =
listen_port = $bport
unix_socket_dir = $PGHOST
auth_type = any
pool_mode = transaction
default_pool_size = 1
logfile = $PGHOST/b.log
pidfile = $PGHOST/b.pid
END
bouncer_end() {
	bouncer_st=$?
	trap - EXIT
	[ ! -f "$PGHOST/b.pid" ] || kill -INT "$(cat "$PGHOST/b.pid")"
	(exit $bouncer_st)
	pg_end
}
trap bouncer_end EXIT
# it does not run as root
if [ "$(id -u)" -eq 0 ]; then
	chown postgres "$PGHOST/b.ini"
	pgbouncer -q -d -u postgres "$PGHOST/b.ini" || fail pgbouncer
else
	pgbouncer -q -d "$PGHOST/b.ini" || fail pgbouncer
fi
# the daemon goes away from its parent before it listens
tries=0
until "$PSQL" -X -q -A -t -h "$PGHOST" -p "$bport" -d app -c 'SELECT 1' \
	>/dev/null 2>&1; do
	tries=$((tries + 1))
	[ $tries -lt 1000 ] || fail 'pgbouncer does not listen'
done
url="postgresql://weir@/app?host=$PGHOST&port=$bport&pgbouncer=true"

expect_weir 0 "$P" status --db "$url"
expect_any pgbouncer
expect_weir 0 "$P" migrate --db "$url"
expect_weir 0 "$P" show users --db "$url"
expect_any 'w +text'
expect_weir 0 "$P" verify --db "$url"
# nothing stays with the one server connection
for setting in search_path lock_timeout default_transaction_read_only; do
	got=$("$PSQL" -X -q -A -t -h "$PGHOST" -p "$bport" -d app \
		-c "SHOW $setting")
	want=$(pg_sql app "SHOW $setting")
	expect_eq "$setting" "$got" "$want"
done
expect_eq locks "$(pg_sql app "SELECT count(*) FROM pg_locks
	WHERE locktype = 'advisory'")" 0

# what needs a session is refused before anything runs, and goes past the pooler
pg_project "$P" app 'CREATE TABLE users (id integer PRIMARY KEY, v text);' \
	'ALTER TABLE users ADD w text;' \
	'ALTER TABLE users ADD x text;--> statement-breakpoint
CREATE INDEX CONCURRENTLY users_v ON users (v);'
weir_in "$P" migrate --db "$url"
expect_rc 2
expect_err 'runs in no transaction' 'weir migrate --direct'
expect_eq 'recorded' "$(pg_applied app)" 2
weir_in "$P" migrate --db "$url" --direct "$(pg_url postgres)"
expect_rc 2
expect_err '--direct is another database'
expect_weir 0 "$P" migrate --db "$url" --direct "$(pg_url app)"
expect_eq 'recorded then' "$(pg_applied app)" 3
