#!/bin/sh
# The screens in README.md are what the studio draws.
top=${srcdir:?}
"$top/scripts/readme-screens" "$PWD/README.new" || exit $?
[ -f README.new ] || exit 77
diff -u "$top/README.md" README.new ||
	{ echo 'scripts/readme-screens puts the new ones in'; exit 1; }
