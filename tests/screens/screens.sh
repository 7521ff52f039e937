#!/bin/sh
# Every *.script here at three sizes, in UTF-8 and in ASCII, equals its golden
# screens; at the first size also its styles, and the screens without colour
# are the same. With ACCEPT=1 what comes becomes golden.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/screens/lib.sh"

n=0
bad=0
result() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		head -n 60 "$T/said" | sed 's/^/# /'
		bad=1
	fi
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

failed() {
	cat "$T/err" "$T/out" >"$T/said"
	result 1 "$1"
}

# styles SCRIPT: the same script, its screens as maps of styles
styles() {
	sed 's/^:save-screen /:save-styles /' "$1" >"$T/styles.script"
}

for script in "$top"/tests/screens/*.script; do
	name=${script##*/}
	name=${name%.script}
	case $name in
	readme | pg_*) continue ;;	# readme.sh, pg.sh
	esac
	for size in 120x36 80x24 60x16; do
		if shots "$script" $size; then
			same "$name.$size"
			[ $size != 120x36 ] || cp "$T/shots" "$T/coloured"
		else
			failed "$name.$size"
		fi
		if shots "$script" $size --ascii; then
			same "$name.$size.ascii"
		else
			failed "$name.$size.ascii"
		fi
	done
	styles "$script"
	shots "$T/styles.script" 120x36 && same "$name.styles" ||
		failed "$name.styles"
	# no colour: the words and marks say it all
	shots "$script" 120x36 --color never &&
		diff "$T/coloured" "$T/shots" >"$T/said"
	result $? "$name without colour"
done
echo "1..$n"
exit $bad
