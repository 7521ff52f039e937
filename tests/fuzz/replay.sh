#!/bin/sh
# Every fuzz target takes its seeds and changed copies of them; --long takes
# a hundred times as many.
mutations=500
test "${1-}" = --long && mutations=50000
bad=0
for seeds in "$srcdir"/tests/fuzz/seeds/*/; do
	target=$(basename "$seeds")
	program=$builddir/tests/fuzz/$target
	test -x "$program" || {
		echo "$target is not built"
		bad=1
		continue
	}
	if nm "$program" 2>/dev/null | grep -q ' T LLVMFuzzerRunDriver'; then
		"$program" -runs=$((mutations * 10)) -seed=1 "$tmp" "$seeds"
	else
		"$program" -n "$mutations" "$seeds"/*
	fi || {
		echo "$target failed"
		bad=1
	}
done
exit $bad
