#!/bin/sh
# The recorded folders of PostgreSQL, applied to a private server.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/corpus/lib.sh"
. "$top/tests/corpus/engine_lib.sh"
. "$top/tests/lib/pg.sh"
need_weir
pg_start

# An empty database, and a cluster without roles of another case
fresh() {
	"$PSQL" -X -q -v ON_ERROR_STOP=1 -d postgres >"$T/psql.out" 2>&1 <<-\
	END || fail "psql: $(cat "$T/psql.out")"
	SET client_min_messages = warning;
	DROP DATABASE IF EXISTS app WITH (FORCE);
	SELECT format('DROP ROLE %I', rolname) FROM pg_roles
	WHERE rolname <> 'weir' AND rolname !~ '^pg_' \gexec
	CREATE DATABASE app TEMPLATE template0;
	END
	[ ! -e "$d/before.sql" ] || pg_file app "$d/before.sql"
}

# apply: the folder on a fresh database; rc, $T/schema.  The position of a
# sequence that goes is asked for, and a role that may make others.
apply() {
	fresh
	weir_in "$here" migrate --db "$(pg_url app)" --state "$T/state"
	if [ $rc -eq 3 ] &&
	    is_in ' postgresql/sequences postgresql/roles ' "$name"; then
		# shellcheck disable=SC2046
		weir_in "$here" migrate --db "$(pg_url app)" --state "$T/state" $(sed -n \
			's/^ *\(--allow [^ ]*\).*/\1/p' "$T/err")
	fi
	[ $rc -ne 0 ] || pg_dump_of app --schema-only --no-owner -N drizzle |
		plain >"$T/schema"
}

recorded() {
	plain <"$top/tests/corpus/pg-dumps/${name#*/}.sql" >"$T/recorded"
}

engine_run postgresql
