#!/bin/sh
# Every test that the table of complaints names is there.
cd "$srcdir" || exit 1
page=tests/screens/README.md
bad=0

names=$(grep '^| \*\*' "$page" | sed 's/.*|\([^|]*\)|$/\1/' |
	grep -o '`[^`]*`' | tr -d '`')
for name in $names; do
	case $name in
	*/*) [ -f "$name" ] ;;
	*.sh) [ -f "tests/screens/$name" ] ;;
	*) grep -rq "^static void $name(void" tests/unit tests/pty ;;
	esac || {
		echo "$page: there is no test $name"
		bad=1
	}
done
[ "$(grep -c '^| \*\*' "$page")" -eq 10 ] || {
	echo "$page: not ten complaints"
	bad=1
}
exit $bad
