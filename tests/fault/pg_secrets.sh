#!/bin/sh
# Faults S1, S2, S4, S5 and S7 to S9 on PostgreSQL: a password appears in no
# output, no log, no report and, after a moment, no process list, whatever form
# its URL has and whatever goes wrong; looking writes nothing.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/fault/lib.sh"
. "$top/tests/lib/pg.sh"
need jq

# any piece of it in any output is a leak, encoded or not
core=Xq7Zk9
secret="$core/ö@%x"
encoded="$core%2F%C3%B6%40%25x"
P=$T/p
forms=0
runs=0

pg_start 'autovacuum = off'
pg_new app
pg_sql postgres "CREATE ROLE keeper LOGIN PASSWORD '$secret'" \
	'GRANT ALL ON DATABASE app TO keeper' 'ALTER ROLE keeper CREATEDB'
pg_sql app 'GRANT ALL ON SCHEMA public TO keeper'
pg_project "$P" app 'CREATE TABLE a (id integer PRIMARY KEY, v text);' \
	'ALTER TABLE a ADD w text;'
port=$PGPORT
socket=$PGHOST
PATH=$(dirname "$PSQL"):$PATH
export PATH
unset PGHOST PGPORT PGUSER PGDATABASE

# silent WHAT: nothing that was printed or kept holds it
silent() {
	no_crash "$1"
	! grep -rFq -- "$core" "$T/out" "$T/err" ||
		fail "$1: the password is shown"
	[ ! -d "$P/.weir" ] || ! grep -rFq -- "$core" "$P/.weir" ||
		fail "$1: the password is kept in $P/.weir"
	runs=$((runs + 1))
}

# --- S2: forms of URLs, and what goes wrong with each ---------------------------

cat >"$T/forms" <<'E2'
postgres://U:E@H:P/D
postgresql://U:E@H:P/D
POSTGRESQL://U:E@H:P/D
postgresql://U:E@H:P/D?sslmode=disable
postgresql://U:E@H:P/D?sslmode=no-verify
postgresql://U:E@H:P/D?sslmode=nonsense
postgresql://U:E@H:P/D?sslmode=verify-full
postgresql://U:E@H:P/D?schema=public
postgresql://U:E@H:P/D?pgbouncer=true&connection_limit=1&pool_timeout=3
postgresql://U:E@H:P/D?uselibpqcompat=true&sslmode=require
postgresql://U:E@H:P/D?unheard_of=1
postgresql://H:P/D?user=U&password=E
postgresql://U@H:P/D?password=E
postgresql://U:E@/D?host=H&port=P
postgresql://U:E@H:P,H:1/D
postgresql://U:E@[::1]:P/D
postgresql://U:E@%2Fnowhere/D
postgresql://U:R@H:P/D
postgresql://U:E@H:port/D
postgresql://U:E@H:P:P/D
postgresql://U:E@H:99999/D
postgresql://U:E@
postgresql://U:E@/
postgresql://:E@H:P/D
postgresql://U:E%ZZ@H:P/D
postgresql://U:E%00@H:P/D
postgresql://U:E@H:P/D%00
postgresql://U:E@H:P/none
postgresql://none:E@H:P/D
postgresql://U:E@host.invalid:P/D?connect_timeout=2
postgresql://U:E@H:P/D?options=-c%20nonsense%3D1
postgresql://U:E@H:P/D?options=endpoint%3Dx&channel_binding=require
host=H port=P user=U password=R dbname=D
host=H port=P user=U password='R' dbname=none
host=H port=P user=U password='R dbname=D
jdbc:postgresql://H:P/D?user=U&password=E
postgis://U:E@H:P/D
postgresql+asyncpg://U:E@H:P/D
prisma+postgres://H/?api_key=E
cockroachdb://U:E@H:P/D
mysql://U:E@H:P/D
mongodb+srv://U:E@H/D
libsql://H?authToken=E
https://U:E@H/D
sqlserver://H;user=U;password=R
postgres:U:E@H:P/D
postgres//U:E@H:P/D
//U:E@H:P/D
U:E@H:P/D
"postgresql://U:E@H:P/D"
 postgresql://U:E@H:P/D
E2

# filled FORM PORT PASSWORD: with what it stands for
filled() {
	printf '%s' "$1" | awk -v port="$2" -v enc="$3" -v raw="$4" '
	function put(s, from, to,   i, out) {
		while ((i = index(s, from)) > 0) {
			out = out substr(s, 1, i - 1) to
			s = substr(s, i + length(from))
		}
		return out s
	} {
		s = $0
		gsub(/:P/, ":@1@", s); gsub(/port=P/, "port=@1@", s)
		sub(/:E/, ":@2@", s); sub(/=E/, "=@2@", s)
		sub(/:R/, ":@3@", s); sub(/=R/, "=@3@", s)
		sub(/\047R/, "\047@3@", s)
		gsub(/@H/, "@127.0.0.1", s); gsub(/\/H/, "/127.0.0.1", s)
		gsub(/,H/, ",127.0.0.1", s); gsub(/=H/, "=127.0.0.1", s)
		gsub(/\/U/, "/keeper", s); gsub(/=U/, "=keeper", s)
		gsub(/:U/, ":keeper", s); sub(/^U/, "keeper", s)
		gsub(/\/D/, "/app", s); gsub(/=D/, "=app", s)
		s = put(s, "@1@", port); s = put(s, "@2@", enc)
		s = put(s, "@3@", raw)
		print s
	}'
}

json_string() {
	printf '%s' "$1" | jq -Rs .
}

mkdir "$T/plain" "$T/none"
cp -R "$P/drizzle" "$T/plain/"
while IFS= read -r form; do
	forms=$((forms + 1))
	# the right password, a wrong one, nobody there
	for kind in right wrong closed; do
		case $kind in
		right) url=$(filled "$form" "$port" "$encoded" "$secret") ;;
		wrong) url=$(filled "$form" "$port" "$encoded-" "$secret-") ;;
		closed) url=$(filled "$form" 1 "$encoded" "$secret") ;;
		esac
		case $forms$kind in
		*right) set -- status --db "$url" ;;
		*[02468]wrong) set -- review --json --db "$url" ;;
		*wrong) set -- migrate --verbose --db "$url" ;;
		*[02468]closed) set -- verify --db "$url" ;;
		*) set -- diff "$url" empty ;;
		esac
		weir_in "$P" "$@"
		silent "$* ($form)"
		# each refusal names a way on, if it is one
		[ "$rc" -ne 127 ] || fail "$form: $rc"
	done
	# by the other ways that a URL comes
	url=$(filled "$form" 1 "$encoded" "$secret")
	case $((forms % 5)) in
	0)	(cd "$P" && DATABASE_URL=$url "$WEIR" status --db '') \
			>"$T/out" 2>"$T/err" </dev/null
		weir_in "$P" "$url" ;;
	1)	printf '{"dialect":"postgresql","dbCredentials":{"url":%s}}' \
			"$(json_string "$url")" >"$P/drizzle.config.json"
		weir_in "$P" status
		pg_config "$P" "postgresql://weir@/app?host=$socket&port=$port"
		;;
	2)	printf 'DATABASE_URL="%s"\n' "$url" >"$T/plain/.env"
		weir_in "$T/plain" status
		rm "$T/plain/.env" ;;
	3)	DATABASE_URL=$url
		export DATABASE_URL
		weir_in "$T/plain" migrate --json
		unset DATABASE_URL ;;
	4)	WEIR_SCRATCH_URL=$url
		export WEIR_SCRATCH_URL
		weir_in "$P" review
		unset WEIR_SCRATCH_URL ;;
	esac
	silent "another way of $form"
done <"$T/forms"
[ $forms -ge 40 ] || fail "only $forms forms"

# an @ too many: no piece of what is around it is a host, a name, a parameter
for url in "postgresql://keeper:a@$core@127.0.0.1:$port/app" \
    "postgresql://keeper:12/$core@127.0.0.1:$port/app" \
    "postgresql://keeper:12?$core@127.0.0.1:$port/app" \
    "postgresql://keeper@$core@$core@127.0.0.1/app?sslmode=disable" \
    "jdbc:postgresql://keeper:a@$core@127.0.0.1:$port/app"; do
	for command in status 'migrate --json' review; do
		# shellcheck disable=SC2086
		weir_in "$P" $command --db "$url"
		silent "$command: an @ too many"
		expect_rc 2
		cat "$T/out" "$T/err" | grep -q '<url>' ||
			fail "$command: $(cat "$T/err")"
	done
done

# the password by the environment, a password file, a service file
good="postgresql://keeper@127.0.0.1:$port/app"
for password in "$secret" "$secret-"; do
	PGPASSWORD=$password
	export PGPASSWORD
	weir_in "$P" status --verbose --db "$good"
	silent 'PGPASSWORD'
	unset PGPASSWORD
done
printf '127.0.0.1:%s:app:keeper:%s\n' "$port" "$secret" >"$T/home/.pgpass"
chmod 600 "$T/home/.pgpass"
expect_weir 0 "$P" status --db "$good"
silent '.pgpass'
# S4: libpq's rule, and its warning, once
chmod 644 "$T/home/.pgpass"
weir_in "$P" status --db "$good"
silent '.pgpass for all'
[ "$rc" -ne 0 ] || fail 'a password file for all was read'
expect_eq 'warnings' "$(cat "$T/out" "$T/err" |
	grep -c 'can be read by others')" 1
rm "$T/home/.pgpass"
printf '[keep]\nhost=127.0.0.1\nport=%s\nuser=keeper\npassword=%s\n' \
	"$port" "$secret" >"$T/home/.pg_service.conf"
PGSERVICE=keep
export PGSERVICE
weir_in "$P" status --verbose --db 'postgresql:///app'
silent 'service file'
unset PGSERVICE

# applied, logged and reported with a password, in every form of output
weir_in "$P" migrate --db "postgresql://keeper:$encoded@127.0.0.1:$port/app"
expect_rc 0
silent migrate
[ -d "$P/.weir" ] || fail 'no log of the run'
PGHOST=$socket PGPORT=$port PGUSER=weir PGDATABASE=app
export PGHOST PGPORT PGUSER PGDATABASE
expect_eq 'applied' "$(pg_applied app)" 2
# the command to type next, and what a refusal completes: without it
pg_sql app 'INSERT INTO a VALUES (1)'
printf 'DROP TABLE a;\n' >"$P/drizzle/0002_m.sql"
jq '.entries += [.entries[-1] | .idx += 1 | .when += 1 | .tag = "0002_m"]' \
	"$P/drizzle/meta/_journal.json" >"$T/journal"
cp "$T/journal" "$P/drizzle/meta/_journal.json"
unset PGHOST PGPORT PGUSER PGDATABASE
url="postgresql://keeper:$encoded@127.0.0.1:$port/app"
second="postgresql://127.0.0.1:$port/app?password=$encoded&user=keeper"
dsn="host=127.0.0.1 port=$port user=keeper password='$secret' dbname=app"
for db in "$url" "$second" "$dsn"; do
	weir_in "$P" review --db "$db" --scratch "$second"
	silent review
	expect_rc 0
	grep -q 'weir migrate --db .*127.0.0.1.* --scratch ' "$T/out" ||
		fail "no command: $(cat "$T/out" "$T/err")"
	grep 'weir migrate --db' "$T/out" | grep -q keeper ||
		fail "no user: $(cat "$T/out")"
	for form in '' --json; do
		# shellcheck disable=SC2086
		weir_in "$P" migrate $form --db "$db" --scratch "$url" \
			--direct "$dsn"
		silent "migrate $form"
		expect_rc 3
		cat "$T/out" "$T/err" | grep -q 'direct .*keeper.*' ||
			fail "no command: $(cat "$T/out" "$T/err")"
	done
done
# an address in the wrong place
for words in "show $url" "mark --applied 0000_m $url $url" "--db$url status" \
    "show --db 127.0.0.1:$port:app:keeper:$core" "status $url $second" \
    "127.0.0.1:$port:app:$core" "review --db 127.0.0.1:$port:app:$core"; do
	# shellcheck disable=SC2086
	weir_in "$P" $words
	silent "$words"
	[ "$rc" -ne 0 ] || fail "$words: done"
done
PGHOST=$socket PGPORT=$port PGUSER=weir PGDATABASE=app
export PGHOST PGPORT PGUSER PGDATABASE
# S5: for nobody else's eyes
loose=$(find "$P/.weir" \( -type f -perm /077 -o -type d -perm /077 \))
expect_eq 'loose modes' "$loose" ''

# --- S1: in no process list after the start ----------------------------------------

# somebody who takes the call and never speaks
PROXY=${builddir:-.}/tests/tool/pg-proxy
[ -x "$PROXY" ] || skip "$PROXY is not built"
"$PROXY" - "$T/port" mute 0 0 </dev/null >/dev/null 2>&1 &
mute=$!
while [ ! -s "$T/port" ]; do
	kill -0 $mute || fail 'nobody listens'
done
deaf=$(cat "$T/port")
for word in "postgresql://keeper:$encoded@127.0.0.1:$deaf/app" \
    "--db=postgresql://keeper:$encoded@127.0.0.1:$deaf/app" \
    "host=127.0.0.1 port=$deaf user=keeper password=$core dbname=app"
do
	(cd "$P" && exec "$WEIR" status "$word") </dev/null \
		>"$T/out" 2>"$T/err" &
	pid=$!
	# from the shell's own words to ours, and ours blotted
	while kill -0 $pid 2>/dev/null; do
		cat "/proc/$pid/cmdline" >"$T/cmdline" 2>/dev/null
		grep -aq status "$T/cmdline" &&
			! grep -aFq "$core" "$T/cmdline" && break
	done
	kill -0 $pid 2>/dev/null || fail "it did not wait: $word"
	kill $pid
	wait $pid 2>/dev/null
	grep -aq weir "$T/cmdline" || fail 'no process list'
	! grep -aFq "$core" "$T/cmdline" ||
		fail "in the process list: $(cat "$T/cmdline")"
	rc=0
	silent "waiting: $word"
done
kill $mute
wait $mute 2>/dev/null

# --- S7, S9: looking writes nothing, and cannot ---------------------------------------

pg_new look
pg_sql look 'CREATE TABLE counted (n integer)' \
	'INSERT INTO counted VALUES (0)' \
	"CREATE FUNCTION evil() RETURNS integer LANGUAGE sql AS
		'UPDATE counted SET n = n + 1 RETURNING n'" \
	'CREATE VIEW evil AS SELECT evil() AS n' \
	'CREATE TABLE wanted (id integer DEFAULT evil())'
# I6: nothing of the user's is called in place of the server's own
pg_sql look "CREATE FUNCTION public.format_type(oid, integer) RETURNS text
		LANGUAGE sql AS 'SELECT evil()::text'" \
	"CREATE FUNCTION public.obj_description(oid, name) RETURNS text
		LANGUAGE sql AS 'SELECT evil()::text'" \
	"CREATE FUNCTION public.same(oid, oid) RETURNS boolean
		LANGUAGE sql AS 'SELECT evil() > 0'" \
	'CREATE OPERATOR public.= (LEFTARG = oid, RIGHTARG = oid,
		FUNCTION = public.same)' \
	'CREATE TABLE public.pg_class (relname text, oid oid)' \
	'ALTER ROLE weir IN DATABASE look SET search_path = public, pg_catalog'
pg_project "$T/look" look 'CREATE TABLE a (id integer PRIMARY KEY);' \
	'INSERT INTO a VALUES (1);'

# what the server counted of writing there, when all sessions are gone
written() {
	while [ "$(pg_sql postgres "SELECT count(*) FROM pg_stat_activity
		WHERE datname = 'look'")" != 0 ]; do
		:
	done
	pg_sql postgres "SELECT tup_inserted, tup_updated, tup_deleted,
		temp_files FROM pg_stat_database WHERE datname = 'look'"
	pg_sql postgres "SELECT count(*) FROM pg_database"
}
counted() {
	PGOPTIONS='-c search_path=pg_catalog' pg_sql look \
		'SELECT n FROM public.counted' "SELECT count(*) FROM pg_class" \
		"SELECT to_regclass('drizzle.__drizzle_migrations') IS NULL"
}
pg_dump_of look >"$T/before.sql"
counted >"$T/before.counted"
written >"$T/before.written"
for command in status 'status --json' show 'show --sql' review diff \
    'diff db empty' verify 'migrate --dry-run' 'migrate --read-only' \
    'rollback --dry-run' 'show public.evil' 'show public.wanted'; do
	# shellcheck disable=SC2086
	weir_in "$T/look" $command
	no_crash "$command"
	[ "$rc" -ne 2 ] || fail "$command is refused"
	case $command in
	*read-only) expect_rc 1 ;;
	esac
done
# the studio: what is typed as a condition, and a view that writes
printf '%s\n' 'keys Enter l F' \
	'type true); INSERT INTO counted VALUES (7); SELECT (1' 'keys Enter' \
	'expect there is no' >"$T/keys"
weir_in "$T/none" studio --script "$T/keys" "$(pg_url look)"
expect_rc 0
printf '%s\n' 'keys Enter l F' 'type public.evil() > 0' 'keys Enter' \
	'expect read-only transaction' >"$T/keys"
weir_in "$T/none" studio --script "$T/keys" "$(pg_url look)"
expect_rc 0
written >"$T/after.written"
counted >"$T/after.counted"
pg_dump_of look >"$T/after.sql"
expect_files_equal "$T/after.sql" "$T/before.sql"
expect_files_equal "$T/after.counted" "$T/before.counted"
expect_files_equal "$T/after.written" "$T/before.written"
echo "$forms forms, $runs runs, 0 passwords; 13 looks wrote nothing"
