#!/bin/sh
# The same cases without --compat: each step's SQL is drizzle-kit's, or the
# command names the difference, one of src/decl/differences.def; a difference
# that is named is there.  What no database takes may be refused.  Snapshots and journal are drizzle-kit's always, but
# where drizzle-kit failed and weir does not.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/corpus/lib.sh"

echo '[]' >"$T/none"
sed -n 's/^DIFFERENCE([A-Z_]*, "\([a-z-]*\)",.*/\1/p' \
	"$top/src/decl/differences.def" >"$T/known"
: >"$T/named"

# ids: those that the last generate named
ids() {
	sed -n 's/^.*note: .*; weir: .* (\([a-z-]*\))$/\1/p' "$T/err"
}

# refused NN: SQL that the database would refuse need not be written
refused() {
	if [ $rc -eq 2 ] && [ -e "$d/refused" ] &&
		[ -z "$(case_out "$d/steps/$1")" ]; then
		echo "$1 refused" >>"$T/differs"
	else
		echo "step $1: status $rc: $(grep -v '^note: ' "$T/err" |
			head -n 1)"
	fi
}

# one FILE: says what is wrong; $T/differs has a line a difference
one() {
	d=$corpus_work/case last='' sums=1
	case_unpack "$1" "$d"
	while read -r nn want args; do
		[ -z "$last" ] || case_carry "$d" "$last" "$nn"
		last=$nn answers=$d/$nn.answers
		[ -e "$answers" ] || answers=$T/none
		# shellcheck disable=SC2086
		case_step "$d" "$nn" "$answers" $args
		ids >"$T/ids"
		if [ -s "$T/ids" ]; then
			sed "s|^|$nn |" "$T/ids" >>"$T/differs"
			grep -Fxv -f "$T/known" "$T/ids" | sed 's/$/ is not listed/'
		fi
		case $want in
		'!')
			[ $rc -eq 0 ] || continue
			sums=
			[ -s "$T/ids" ] || echo "step $nn: no error"
			;;
		-)
			grep -q '^No schema changes' "$T/out" && continue
			sums=
			[ -s "$T/ids" ] || echo "step $nn: status $rc: $(
				head -n 1 "$T/err")"
			;;
		*)
			[ $rc -eq 0 ] || {
				refused "$nn"
				return
			}
			got=$d/steps/$nn/$(case_out "$d/steps/$nn")/$want
			if ! cmp -s "$d/want/$want" "$got"; then
				[ -s "$T/ids" ] || echo "$want $(
					case_first_line "$d/want/$want" "$got")"
			elif [ -s "$T/ids" ]; then
				echo "step $nn: equal, but it names $(
					tr '\n' ' ' <"$T/ids")"
			fi
			;;
		esac
	done <"$d/plan"
	out=$(case_out "$d/steps/$last")
	[ -n "$sums" ] || return
	if [ -e "$d/sums" ]; then
		case_folder "$d" "$d/steps/$last/$out"
	elif [ -n "$out" ]; then
		echo "$out is written"
	fi
}

echo "1..$(cases | wc -l)"
n=0 bad=0 equal=0
for file in $(cases); do
	n=$((n + 1))
	: >"$T/differs"
	said=$(one "$file")
	name=$(case_name "$file")
	if [ -n "$said" ]; then
		echo "not ok $n - $name, default"
		echo "# $said"
		bad=1
	elif [ -s "$T/differs" ]; then
		echo "ok $n - $name, default: $(
			cut -d' ' -f2 "$T/differs" | LC_ALL=C sort -u | tr '\n' ' ')"
	else
		echo "ok $n - $name, default"
		equal=$((equal + 1))
	fi
	cat "$T/differs" >>"$T/named"
done
echo "# $equal of $n cases equal, $(grep -vc ' refused$' "$T/named") differences" \
	"named, $(grep -c ' refused$' "$T/named") steps refused"
exit $bad
