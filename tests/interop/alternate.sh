#!/bin/sh
# Two tools, one folder: weir and drizzle-kit generate the steps of ten recorded
# cases by turns. After each step the other tool finds nothing to do and leaves
# the folder as it is; at the end it is, byte for byte, the one that drizzle-kit
# made alone.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/interop/npm.sh"
. "$top/tests/corpus/lib.sh"

# kit_generate DIR OPTION…: drizzle-kit in a project; rc, $T/out
kit_generate() {
	kg=$1
	shift
	rc=0
	(cd "$kg" && exec "$packages/.bin/drizzle-kit" generate "$@") \
		</dev/null >"$T/out" 2>"$T/err" || rc=$?
}

# nothing_to_do DIR TOOL: and the folder stays
nothing_to_do() {
	was=$(find "$1/$(case_out "$1")" -type f -exec sha256sum {} +)
	if [ "$2" = kit ]; then
		kit_generate "$1"
	else
		case_step "$d" "${1##*/}" "$T/none" --compat exact
	fi
	grep -q 'No schema changes' "$T/out" ||
		fail "$name: $2 finds changes after ${1##*/}"
	expect_eq "$name: the folder after $2" \
		"$(find "$1/$(case_out "$1")" -type f -exec sha256sum {} +)" "$was"
}

# alternate CASE FIRST: a step that was answered is weir's (drizzle-kit asks on
# a terminal only)
alternate() {
	name=$1 tool=$2 last=
	d=$corpus_work/case
	case_unpack "$top/tests/corpus/$name.case" "$d"
	while read -r nn want args; do
		[ -z "$last" ] || case_carry "$d" "$last" "$nn"
		last=$nn here=$d/steps/$nn answers=$d/$nn.answers
		ln -s "$packages" "$here/node_modules"
		[ -e "$answers" ] || answers=$T/none
		# shellcheck disable=SC2086
		if [ $tool = kit ]; then
			[ "$answers" = "$T/none" ] || fail "$name: $nn asks"
			kit_generate "$here" --name "s$nn" $args
			other=weir
		else
			case_step "$d" "$nn" "$answers" --compat exact $args
			other=kit
		fi
		out=$here/$(case_out "$here")
		cmp -s "$d/want/$want" "$out/$want" ||
			fail "$name: $want by $tool: $(
				case_first_line "$d/want/$want" "$out/$want")"
		nothing_to_do "$here" $other
		tool=$other
	done <"$d/plan"
	said=$(case_folder "$d" "$out")
	[ -z "$said" ] || fail "$name: $said"
	echo "$name: $(wc -l <"$d/plan") steps"
}

echo '[]' >"$T/none"
alternate sqlite/drop-things weir
alternate sqlite/generated-cols kit
alternate sqlite/rename-column-multi kit
alternate sqlite/type-change weir
alternate sqlite/views kit
alternate postgresql/enums weir
alternate postgresql/rename-table-and-column kit
alternate postgresql/rls-policies weir
alternate postgresql/schemas kit
alternate postgresql/sequences weir
# as many again, which take a minute
[ -n "${WEIR_INTEROP_ALL-}" ] || exit 0
alternate sqlite/checks kit
alternate sqlite/defaults-change weir
alternate sqlite/indexes-all kit
alternate sqlite/rebuild-referenced weir
alternate sqlite/unique-notnull-combos kit
alternate postgresql/enum-value-removed kit
alternate postgresql/identity weir
alternate postgresql/indexes-all kit
alternate postgresql/pk-changes weir
alternate postgresql/type-changes kit
