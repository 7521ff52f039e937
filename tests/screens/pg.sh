#!/bin/sh
# Every pg_*.script here on the PostgreSQL example at two sizes equals its
# golden screens; at the first size also in ASCII.  Sizes and the port are made
# equal; indexes count no scans.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/screens/lib.sh"
. "$top/tests/lib/pg.sh"

pg_start track_counts=off
PATH=$(dirname "$PSQL"):$PATH
export PATH
project=sunschool
cp -R "$top/examples/sunschool" "$T/fresh"
chmod -R u+w "$T/fresh"
rm -rf "$T/fresh/.weir" "$T/fresh/drizzle.config.ts"
cat >"$T/fresh/drizzle.config.json" <<EOF
{ "dialect": "postgresql", "out": "./drizzle" }
EOF
pg_new made
"$T/fresh/make-db" "$(pg_url made)" >"$T/out" 2>"$T/err" ||
	fail 'the example was not made'
echo "DATABASE_URL=$(pg_url sunschool)" >"$T/fresh/.env"

plain='s/pg-[0-9]+-[0-9]+/pg-0-0/g
	s/up to [0-9]{3}/up to 000/g
	s/[0-9]( [kKM]i?B)/0\1/g
	s/[0-9](0 [kKM]i?B)/0\1/g
	s/[0-9]\.(0 [kKM]i?B)/0.\1/g
	s/[0-9]([0.]+ [kKM]i?B)/0\1/g
	s/[0-9]([0.]+ [kKM]i?B)/0\1/g'

prepare() {
	rm -rf "$HOME/.config/weir"
	case $1 in *pg_scratch*)	# nothing is made there unasked
		mkdir -p "$HOME/.config/weir"
		printf '[environment "live"]\nmatch = *sunschool\n%s\n' \
			'production = yes' >"$HOME/.config/weir/config" ;;
	esac
	PGOPTIONS='-c client_min_messages=error' pg_sql postgres \
		'DROP DATABASE IF EXISTS sunschool WITH (FORCE)' \
		'CREATE DATABASE sunschool TEMPLATE made'
}

for script in "$top"/tests/screens/pg_*.script; do
	name=${script##*/}
	name=${name%.script}
	one "$name.120x36" "$script" 120x36
	one "$name.80x24" "$script" 80x24
	one "$name.120x36.ascii" "$script" 120x36 --ascii
done
shots_end
