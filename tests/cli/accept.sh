#!/bin/sh
# Take what the commands print now as what they shall print.
top=${srcdir:-$(dirname -- "$0")/../..}
for test in "$top"/tests/cli/*.sh; do
	case ${test##*/} in lib.sh | accept.sh) continue ;; esac
	grep -q '^golden$' "$test" || continue
	ACCEPT=1 sh "$test" || exit 1
done
