#!/bin/sh
# Every danger of tests/lint/hazard_codes.txt is in src/plan/hazards.def, or
# weir(1) tells under "Without a code of their own" why it is not; and each
# code of PostgreSQL has a hit and a near miss titled by it.  The table of them
# all is as scripts/hazard-table makes it.
cd "$srcdir" || exit 1
known=tests/lint/hazard_codes.txt
bad=0

# told FILE TEXT…: a fault
told() {
	file=$1
	shift
	echo "$file: $*"
	bad=1
}

sed -n 's/^HAZARD([A-Z0-9_]*, "\([A-Z]*[0-9]*\)".*/\1/p' src/plan/hazards.def |
	LC_ALL=C sort -u >"$tmp/has"
awk '/^\.S[hs] / { on = /^\.Ss Without a code of their own$/ }
	on && /^\.It / { print $2 }' man/weir.1 | LC_ALL=C sort >"$tmp/lacks"
[ -s "$tmp/has" ] && [ -s "$tmp/lacks" ] || told man/weir.1 'nothing found'

while read -r code; do
	if grep -qx "$code" "$tmp/has"; then
		grep -qx "$code" "$tmp/lacks" &&
			told man/weir.1 "$code has a code of its own"
	else
		grep -qx "$code" "$tmp/lacks" ||
			told $known "$code is neither found nor told"
	fi
done <$known
while read -r code; do
	grep -qx "$code" $known || told man/weir.1 "$code is in no list"
done <"$tmp/lacks"

cat tests/live/hazards/pg/*.case >"$tmp/cases"
grep '^P[A-Z][0-9]*$' "$tmp/has" | while read -r code; do
	n=$(grep -c "^@case $code:" "$tmp/cases")
	[ "$n" -ge 2 ] || echo "src/plan/hazards.def: $code has $n cases"
done >"$tmp/few"
if [ -s "$tmp/few" ]; then
	cat "$tmp/few"
	bad=1
fi
scripts/hazard-table >"$tmp/table"
diff tests/live/hazards/README.md "$tmp/table" >"$tmp/diff" || {
	told tests/live/hazards/README.md \
		'not what scripts/hazard-table makes (< there, > made)'
	cat "$tmp/diff"
}
exit $bad
