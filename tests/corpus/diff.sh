#!/bin/sh
# weir diff of schema files and snapshots: --format sql --compat exact prints
# every byte of the file that drizzle-kit wrote, in each step of cases of both
# dialects, without a database and without writing anything; and the other
# formats tell of the same changes.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/corpus/lib.sh"

echo '[]' >"$T/none"

# diff DIR ARG…: there; rc, $T/out, $T/err
diff_in() {
	di_dir=$1
	shift
	rc=0
	(cd "$di_dir" && env -u DATABASE_URL "$WEIR" diff "$@") </dev/null \
		>"$T/out" 2>"$T/err" || rc=$?
}

# same WANT WHAT: what was printed is that file
same() {
	cmp -s "$1" "$T/out" && return
	echo "$2: status $rc $(head -n 1 "$T/err") $(case_first_line "$1" \
		"$T/out")"
}

# one FILE: says what differs
one() {
	d=$corpus_work/case last= before=empty
	case_unpack "$1" "$d"
	while read -r nn want args; do
		[ -z "$last" ] || case_carry "$d" "$last" "$nn"
		last=$nn dir=$d/steps/$nn answers=$d/$nn.answers
		[ -e "$answers" ] || answers=$T/none
		find "$dir" | sort >"$T/tree"
		diff_in "$dir" snapshot schema --format sql --compat exact \
			--answers "$answers"
		find "$dir" | sort | cmp -s - "$T/tree" || echo "$nn: it wrote"
		case $want in
		-) [ ! -s "$T/out" ] || echo "$nn: statements for no change" ;;
		*)
			same "$d/want/$want" "$nn"
			diff_in "$dir" snapshot schema --exit-code --format stat
			[ $rc = 4 ] || echo "$nn: no change in --format stat ($rc" \
				"$(cat "$T/err"))"
			;;
		esac
		# shellcheck disable=SC2086
		case_step "$d" "$nn" "$answers" --compat exact $args
		diff_in "$dir" snapshot schema --format sql --exit-code
		[ $rc = 0 ] || echo "$nn: status $rc, a change after generate"
		[ "$want" != - ] || continue
		diff_in "$dir" "$before" "snapshot:${want%.sql}" --format sql \
			--compat exact --answers "$answers"
		same "$d/want/$want" "$nn by tags"
		before=snapshot:${want%.sql}
	done <"$d/plan"
}

# The first ten of a dialect that drizzle-kit read to their end without
# --custom or a prefix, which has no tag of its own.
chosen() {
	for dialect in sqlite postgresql; do
		find "$top/tests/corpus/$dialect" -name '*.case' |
			LC_ALL=C sort |
			xargs grep -L -e '^=== fails' -e '--custom' -e 'prefix' |
			head -n 10
	done
}

echo "1..$(chosen | wc -l)"
n=0 bad=0
for file in $(chosen); do
	n=$((n + 1))
	said=$(one "$file")
	if [ -z "$said" ]; then
		echo "ok $n - $(case_name "$file")"
	else
		echo "not ok $n - $(case_name "$file")"
		echo "$said" | sed 's/^/# /'
		bad=1
	fi
done
exit $bad
