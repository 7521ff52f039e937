#!/bin/sh
# Every pg_*.script here on the PostgreSQL example at two sizes equals its
# golden screens; at the first size also in ASCII.  With ACCEPT=1 what comes
# becomes golden.  Sizes and the port are made equal; indexes count no scans.
tmp=/tmp
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
"$WEIR" studio --help >/dev/null 2>&1 || skip "$WEIR has no studio"

pg_start track_counts=off
PATH=$(dirname "$PSQL"):$PATH
TZ=UTC
export PATH TZ
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

n=0
bad=0
result() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		head -n 80 "$T/said" | sed 's/^/# /'
		bad=1
	fi
}

# shots SCRIPT WxH [OPTION]…: all screens, in order of name, in $T/shots
shots() {
	script=$1
	size=$2
	shift 2
	rm -rf "$T/sunschool" "$T"/*.screen "$T/shots" "$HOME/.config/weir"
	case $script in *pg_scratch*)	# nothing is made there unasked
		mkdir -p "$HOME/.config/weir"
		printf '[environment "live"]\nmatch = *sunschool\n%s\n' \
			'production = yes' >"$HOME/.config/weir/config" ;;
	esac
	cp -R "$T/fresh" "$T/sunschool"
	PGOPTIONS='-c client_min_messages=error' pg_sql postgres \
		'DROP DATABASE IF EXISTS sunschool WITH (FORCE)' \
		'CREATE DATABASE sunschool TEMPLATE made'
	weir_in "$T/sunschool" studio --script "$script" --size "$size" \
		--clock 1795262400000 "$@"
	[ $rc -eq 0 ] || return 1
	for screen in "$T"/*.screen; do
		shot=${screen##*/}
		printf '== %s\n' "${shot%.screen}"
		sed -E "s/\[local\]:$PGPORT/[local]:55432/g"'
			s/weir-test\.[A-Za-z0-9]{6}/weir-test.XXXXXX/g
			s/[0-9]{8}T[0-9]{6}\.[0-9]{3}Z/YYYYMMDDTHHMMSS.000Z/g
			s/pg-[0-9]+-[0-9]+/pg-0-0/g
			s/[0-9]( [kKM]i?B)/0\1/g
			s/[0-9](0 [kKM]i?B)/0\1/g
			s/[0-9]\.(0 [kKM]i?B)/0.\1/g
			s/[0-9]([0.]+ [kKM]i?B)/0\1/g
			s/[0-9]([0.]+ [kKM]i?B)/0\1/g
			s/[[:space:]]+$//' "$screen"
	done >"$T/shots"
}

# same NAME: $T/shots and golden/NAME.txt
same() {
	golden=$top/tests/screens/golden/$1.txt
	if [ "${ACCEPT-}" = 1 ]; then
		cp "$T/shots" "$golden"
	else
		diff -u "$golden" "$T/shots" >"$T/said" 2>&1
	fi
	result $? "$1"
}

# one NAME SCRIPT WxH [OPTION]…
one() {
	as=$1
	shift
	if shots "$@"; then
		same "$as"
	else
		cat "$T/err" "$T/out" >"$T/said"
		result 1 "$as"
	fi
}

for script in "$top"/tests/screens/pg_*.script; do
	name=${script##*/}
	name=${name%.script}
	one "$name.120x36" "$script" 120x36
	one "$name.80x24" "$script" 80x24
	one "$name.120x36.ascii" "$script" 120x36 --ascii
done
echo "1..$n"
exit $bad
