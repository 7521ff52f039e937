# shellcheck shell=sh disable=SC2154
# engine_lib.sh: recorded folders on a real engine; source it after lib.sh, it
# is no test.  weir applies what --compat exact wrote and the database is the
# recorded one; what the default writes otherwise is applied, too, and makes the
# same database.  Where the recorded SQL was refused, the default's is not.
#
#	engine_run DIALECT	apply and recorded are the caller's

# Two indexes of one name: generate refuses
unmended=' sqlite/duplicate-index-error '
# Drizzle's migrator refuses these, weir does not: views over a rebuilt table,
# no statement at all, CONCURRENTLY and ADD VALUE in one transaction
weir_applies=' sqlite/many-to-many-content sqlite/custom-migration
 postgresql/index-concurrently postgresql/enum-new-value-used-bug '
# REFERENCES has its ON DELETE, which drizzle-kit loses; a step more, in which
# drizzle-kit dies; a serial that becomes text, whose sequence drizzle-kit leaves
others=' sqlite/add-column-fk postgresql/rename-table-alter-crash
 postgresql/pk-changes '

echo '[]' >"$T/none"

is_in() {
	for word in $1; do
		[ "$word" != "$2" ] || return 0
	done
	return 1
}

# steps FILE OPTION…: all steps of a case; $here has the folder $out, "" none
steps() {
	d=$corpus_work/case last=''
	case_unpack "$1" "$d"
	shift
	while read -r nn want args; do
		[ -z "$last" ] || case_carry "$d" "$last" "$nn"
		last=$nn answers=$d/$nn.answers
		[ -e "$answers" ] || answers=$T/none
		# shellcheck disable=SC2086
		case_step "$d" "$nn" "$answers" "$@" $args
	done <"$d/plan"
	here=$d/steps/$last
	out=$(case_out "$here")
}

sql_of() {
	cat "$here/$out"/*.sql | sha256sum
}

# plain <DUMP: its lines in any order, since a rebuild puts them elsewhere
plain() {
	grep -Ev '^\\(un)?restrict|^--|^$' | sed 's/,$//' | LC_ALL=C sort
}

# compared: the first line that differs from the recorded database
compared() {
	cmp -s "$T/recorded" "$T/schema" ||
		echo "$1: not the recorded database: $(diff "$T/recorded" \
			"$T/schema" | sed -n 2p)"
}

first_error() {
	grep -v '^note: ' "$T/err" | head -n 1
}

# An extension that this server does not have: not a fault of the text.
lacks_extension() {
	case $exact_error in *'extension missing'*)
		echo "ok, but untried: ${exact_error#weir: }"
		return
		;;
	esac
	return 1
}

one() {
	name=$1
	steps "$2" --compat exact
	[ -n "$out" ] || return
	exact=$(sql_of)
	recorded
	apply
	exact_rc=$rc exact_error=$(first_error)
	if [ ! -e "$d/refused" ]; then
		if [ $rc -eq 0 ]; then
			compared exact
		else
			echo "exact: status $rc: $exact_error"
		fi
	elif is_in "$weir_applies" "$name"; then
		[ $rc -eq 0 ] || echo "exact: status $rc: $exact_error"
	elif [ $rc -eq 0 ]; then
		echo 'exact: the engine takes what it refused'
	fi
	steps "$2"
	if [ -z "$out" ]; then
		is_in "$unmended" "$name" || echo 'default: nothing is written'
		return
	fi
	[ "$exact" != "$(sql_of)" ] || {
		[ $exact_rc -eq 0 ] || lacks_extension ||
			echo 'default: the refused text'
		return
	}
	apply
	if [ $rc -ne 0 ]; then
		echo "default: status $rc: $(first_error)"
	elif [ ! -e "$d/refused" ] && ! is_in "$others" "$name"; then
		compared default
	fi
	echo both >>"$T/differ"
}

# engine_run DIALECT
engine_run() {
	cases | grep "/$1/[^/]*$" >"$T/cases"
	echo "1..$(wc -l <"$T/cases")"
	n=0 bad=0
	: >"$T/differ"
	while read -r file; do
		n=$((n + 1))
		said=$(one "$(case_name "$file")" "$file")
		case $said in
		'') echo "ok $n - $(case_name "$file")" ;;
		'ok, '*) echo "ok $n - $(case_name "$file"): ${said#ok, }" ;;
		*)
			echo "not ok $n - $(case_name "$file")"
			echo "# $said"
			bad=1
			;;
		esac
	done <"$T/cases"
	echo "# $(wc -l <"$T/differ") applied as the default writes them, too"
	return $bad
}
