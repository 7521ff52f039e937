#!/bin/sh
# pg_commit.sh: the connection is cut around COMMIT: before it is sent, after
# it was sent, and when the server has answered it; in the making of the
# tracking table, in the middle of a run and at its end, and with a server that
# cannot be reached for a while afterwards. The verdict must be the truth.
#
#	pg_commit.sh [--long]		--long: 200 and more runs
. "${srcdir:-$(dirname -- "$0")/../..}/tests/fault/lib.sh"
. "$top/tests/lib/pg.sh"
PROXY=${builddir:-.}/tests/tool/pg-proxy
[ -x "$PROXY" ] || skip "$PROXY is not built"
pg_start

rounds=1
[ "$long" = 0 ] || rounds=12

# the commits of a whole run: the tracking table, 0000 to 0002 (up to the
# index), the end
set -- \
'CREATE TABLE a (id integer PRIMARY KEY);' \
'CREATE TABLE b (id integer PRIMARY KEY REFERENCES a);' \
'ALTER TABLE a ADD COLUMN v text;--> statement-breakpoint
CREATE INDEX CONCURRENTLY a_v ON a (v);' \
'CREATE TABLE c (id integer PRIMARY KEY);'
pg_project "$T/base" app "$@"

proxy=
stop_proxy() {
	[ -z "$proxy" ] || kill "$proxy" 2>/dev/null
	[ -z "$proxy" ] || wait "$proxy" 2>/dev/null
	proxy=
}

# through MODE N DOWN: a project on a new database behind the proxy
through() {
	stop_proxy
	rm -rf "$T/p" "$T/port"
	cp -R "$T/base" "$T/p"
	pg_sql postgres 'DROP DATABASE IF EXISTS app WITH (FORCE)' \
		'CREATE DATABASE app TEMPLATE template0' 2>/dev/null
	"$PROXY" "$PGHOST/.s.PGSQL.$PGPORT" "$T/port" "$1" "$2" "$3" \
		</dev/null >/dev/null 2>&1 &
	proxy=$!
	while [ ! -s "$T/port" ]; do
		kill -0 $proxy || fail 'the proxy did not start'
	done
	pg_config "$T/p" "postgresql://weir@127.0.0.1:$(cat "$T/port")/app?connect_timeout=5"
}

# truth: what the database says, asked past the proxy
truth() {
	pg_sql app "SELECT concat_ws(' ', to_regclass('a') IS NOT NULL,
		to_regclass('b') IS NOT NULL, to_regclass('a_v') IS NOT NULL,
		to_regclass('c') IS NOT NULL)"
}

runs=0 stood=0 fell=0
for round in $(seq $rounds); do
	for mode in before after reply; do
		for n in 1 2 3; do
			for down in 0 3; do
				what="$mode the commit $n, $down refused, round $round"
				through $mode $n $down
				weir_in "$T/p" migrate
				no_crash "$what"
				is="$(pg_applied app) $(truth)"
				case $is in
				'0 f f f f' | '2 t t f f' | '2 t t t f' | '4 t t t t') ;;
				*) fail "$what: left is $is" ;;
				esac
				runs=$((runs + 1))
				# what it said
				case $is in
				4*)
					expect_rc 0
					grep -q '^Applied 4 migrations.* DONE' "$T/out" ||
						fail "$what: applied, and not said"
					stood=$((stood + 1)) ;;
				2*)
					expect_rc 1
					expect_err '0002_m2 is half applied'
					fell=$((fell + 1)) ;;
				*)
					expect_rc 1
					! grep -Eq 'Applied|half applied' "$T/out" "$T/err" ||
						fail "$what: said to be applied"
					fell=$((fell + 1)) ;;
				esac
				! grep -q 'outcome is not known' "$T/err" ||
					fail "$what: it could have been known"
				# and the next one finishes, once it is let through
				for try in 1 2 3 4; do
					! "$PSQL" -X -q -h 127.0.0.1 -p "$(cat "$T/port")" \
						-d app -c '' 2>/dev/null || break
				done
				weir_in "$T/p" migrate
				expect_rc 0
				expect_eq "$what: the end" \
					"$(pg_applied app) $(truth)" '4 t t t t'
			done
		done
	done
done
echo "cut around COMMIT: $runs of $runs verdicts right" \
	"($stood had been applied, $fell not or in part)"
[ $stood -gt 0 ] && [ $fell -gt 0 ] || fail 'only one outcome was seen'

stop_proxy
