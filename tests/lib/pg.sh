# shellcheck shell=sh
# pg.sh: a private PostgreSQL for a shell test; source it after project.sh.
#
#	. "$top/tests/lib/pg.sh"
#	pg_start [OPTION=VALUE]…
#
# Sets PGHOST (a socket folder), PGPORT, PGUSER (weir, superuser), PGDATABASE;
# the server goes away with the test, also when it fails.  Skips where no
# server is installed.  psql is the real program, never Debian's wrapper.
PG_SERVER=$top/tests/tool/pg-server
pg_dir=

pg_end() {
	st=$?
	trap - EXIT
	[ -z "$pg_dir" ] || "$PG_SERVER" stop "$pg_dir"
	(exit $st)
	project_end
}

pg_start() {
	# a socket's path has 107 bytes: not below the build folder
	pg_dir=$(mktemp -d /tmp/weir-pg.XXXXXX) || exit 99
	trap pg_end EXIT
	"$PG_SERVER" start "$pg_dir" "$@"
	case $? in
	0) ;;
	77) skip 'no PostgreSQL server is installed' ;;
	*) fail 'the server did not start' ;;
	esac
	eval "$("$PG_SERVER" env "$pg_dir")"
	for PSQL in /usr/lib/postgresql/*/bin/psql "$(command -v psql)"; do
		[ ! -x "$PSQL" ] || break
	done
}

# pg_sql DATABASE SQL…: unaligned rows, stops at the first error
pg_sql() {
	pg_db=$1
	shift
	for pg_text; do
		"$PSQL" -X -q -A -t -v ON_ERROR_STOP=1 -d "$pg_db" \
			-c "$pg_text" || fail "psql: $pg_text"
	done
}

# pg_file DATABASE FILE
pg_file() {
	"$PSQL" -X -q -v ON_ERROR_STOP=1 -d "$1" -f "$2" >"$T/psql.out" 2>&1 ||
		fail "psql -f $2: $(cat "$T/psql.out")"
}

# pg_new NAME: an empty database of that name
pg_new() {
	PGOPTIONS="-c client_min_messages=warning" pg_sql postgres \
		"DROP DATABASE IF EXISTS \"$1\" WITH (FORCE)" \
		"CREATE DATABASE \"$1\" TEMPLATE template0"
}

# pg_copy NAME DIR: anew, as the database base and its project $T/base are
pg_copy() {
	pg_sql postgres "DROP DATABASE IF EXISTS $1 WITH (FORCE)" \
		"CREATE DATABASE $1 TEMPLATE base" 2>/dev/null
	rm -rf "${2:?}"
	cp -R "$T/base" "$2"
	pg_config "$2" "$(pg_url "$1")"
}

# pg_waits SQL: until that is true
pg_waits() {
	pg_sql postgres "DO \$\$ BEGIN
		FOR i IN 1..3000 LOOP
			IF ($1) THEN RETURN; END IF;
			PERFORM pg_sleep(0.01), pg_stat_clear_snapshot();
		END LOOP;
		RAISE 'it never was so';
	END \$\$"
}

# pg_other DATABASE: another session, its pid in other, until pg_other_ends;
# what it prints is $T/said
pg_other() {
	[ -p "$T/say" ] || mkfifo "$T/say"
	"$PSQL" -X -q -A -t -d "$1" <"$T/say" >"$T/said" 2>&1 &
	other=$!
	exec 7>"$T/say"
	pg_said=0
}

# pg_say SQL: the other session has done that when this returns
pg_say() {
	pg_said=$((pg_said + 1))
	printf '%s\n' "$*" "SELECT 'done $pg_said';" >&7
	until grep -Fqx "done $pg_said" "$T/said"; do
		kill -0 $other || fail "the other session: $(cat "$T/said")"
	done
}

pg_other_ends() {
	exec 7>&-
	wait $other
}

# pg_url NAME: a URL of it, over the socket, without a password
pg_url() {
	printf 'postgresql://weir@/%s?host=%s&port=%s' "$1" "$PGHOST" "$PGPORT"
}

# pg_project DIR DATABASE SQL…: as mk_project, for PostgreSQL
pg_project() {
	pg_at=$1
	pg_named=$2
	shift 2
	mk_project "$pg_at" "$@"
	sed -i 's/"dialect": "sqlite"/"dialect": "postgresql"/
		s/"version": "6"/"version": "7"/' \
		"$pg_at/drizzle/meta/_journal.json"
	pg_config "$pg_at" "$(pg_url "$pg_named")"
}

# pg_config DIR URL: drizzle.config.json with that URL
pg_config() {
	printf '{"dialect":"postgresql","schema":"./schema.ts",%s%s"}}\n' \
		'"out":"./drizzle","dbCredentials":{"url":"' "$2" \
		>"$1/drizzle.config.json"
}

# pg_applied DATABASE: rows of the tracking table; 0 without one
pg_applied() {
	if [ "$(pg_sql "$1" "SELECT to_regclass(
		'drizzle.__drizzle_migrations') IS NOT NULL")" = t ]; then
		pg_sql "$1" 'SELECT count(*) FROM drizzle.__drizzle_migrations'
	else
		echo 0
	fi
}

# pg_dump_of DATABASE [OPTION]…: less what differs from dump to dump
pg_dump_of() {
	pg_named=$1
	shift
	"${PSQL%psql}pg_dump" "$@" -d "$pg_named" >"$T/dump" 2>"$T/err" ||
		fail "pg_dump $pg_named"
	grep -Ev '^\\(un)?restrict|^--|^$' "$T/dump"
}
