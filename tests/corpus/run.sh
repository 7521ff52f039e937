#!/bin/sh
# Every recorded generate case, --compat exact: SQL files, snapshots and journal
# are drizzle-kit's, byte for byte (id, prevId and when aside); where it failed
# or had nothing to do, nothing is written.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/corpus/lib.sh"

echo '[]' >"$T/none"

# one FILE: says what differs
one() {
	d=$corpus_work/case last=
	case_unpack "$1" "$d"
	while read -r nn want args; do
		[ -z "$last" ] || case_carry "$d" "$last" "$nn"
		last=$nn answers=$d/$nn.answers
		[ -e "$answers" ] || answers=$T/none
		# shellcheck disable=SC2086
		case_step "$d" "$nn" "$answers" --compat exact $args
		case $want in
		'!') [ $rc -ne 0 ] || echo "step $nn: no error" ;;
		-) grep -q '^No schema changes' "$T/out" ||
			echo "step $nn: status $rc, changes where none are" ;;
		*)
			[ $rc -eq 0 ] || {
				echo "step $nn: status $rc: $(grep -v '^note: ' "$T/err" |
					head -n 1)"
				return
			}
			;;
		esac
	done <"$d/plan"
	out=$(case_out "$d/steps/$last")
	if [ ! -e "$d/sums" ]; then
		[ -z "$out" ] || echo "$out is written"
		return
	fi
	[ -n "$out" ] || {
		echo 'no migrations folder'
		return
	}
	out=$d/steps/$last/$out
	for sql in "$d"/want/*.sql "$out"/*.sql; do
		sql=${sql##*/}
		cmp -s "$d/want/$sql" "$out/$sql" || {
			echo "$sql $(case_first_line "$d/want/$sql" "$out/$sql")"
			return
		}
	done
	case_folder "$d" "$out"
}

echo "1..$(cases | wc -l)"
n=0 bad=0
for file in $(cases); do
	n=$((n + 1))
	said=$(one "$file")
	if [ -z "$said" ]; then
		echo "ok $n - $(case_name "$file")"
	else
		echo "not ok $n - $(case_name "$file")"
		echo "# $said"
		bad=1
	fi
done
exit $bad
