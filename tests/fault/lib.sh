# shellcheck shell=sh
# lib.sh: what the tests of bad input and faults share; source it, it is no
# test.
#
#	. "${srcdir:-$(dirname -- "$0")/../..}/tests/fault/lib.sh"
#
# Each test says what must hold with refused(): ONE message, the command that
# would go on, the documented exit code; and with unchanged(): not a row and
# not an object of the database differs.  WEIR_LONG=1 (or --long) widens the
# sweeps; without it all of tests/fault stays within a minute or two.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir

long=${WEIR_LONG:-0}
for option; do
	[ "$option" != --long ] || long=1
done
HELPER=${builddir:-.}/tests/tool/fault
# the leak check cannot run under strace; leaks are looked for elsewhere
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS

need_helper() {
	[ -x "$HELPER" ] || skip "$HELPER is not built"
}

# Also where the sanitizer is happy with an exit code of its own.
no_crash() {
	[ $rc -lt 128 ] || fail "ended by signal or worse ($rc): $*"
	! grep -Eq 'Sanitizer|runtime error|Assertion' "$T/err" ||
		fail "the sanitizer spoke: $*"
}

# one_message COMMAND: what a refusal looks like on stderr
one_message() {
	no_crash "$*"
	expect_eq "messages of: $*" "$(grep -c '^weir: ' "$T/err")" 1
	grep -v '^note: ' "$T/err" | tail -n +2 |
		grep -Eq -- '(weir [a-z]|--[a-z]|drizzle-kit|sqlite3 |chmod |mkdir |cp |version control|Restore|again|stop that|save the file|remove it)' ||
		fail "no way on is named: $*"
}

# in_background DIR ARG…: weir, its pid in bg
in_background() {
	bg_dir=$1
	shift
	: >"$T/bg.err"
	(cd "$bg_dir" && exec "$WEIR" "$@" </dev/null 7>&- >"$T/bg.out" \
		2>"$T/bg.err") &
	bg=$!
}

# until_told TEXT: by the one in the background
until_told() {
	until grep -q "$1" "$T/bg.err"; do
		kill -0 $bg || fail "it does not say: $1: $(cat "$T/bg.err")"
	done
}

# ended: status and output of the one in the background, as after a run
ended() {
	rc=0
	wait $bg || rc=$?
	cp "$T/bg.out" "$T/out"
	cp "$T/bg.err" "$T/err"
}

finished() {
	ended
	no_crash "$*"
}

# while_reviewed SQL ARG…: SQL runs in the database app when `weir ARG…` in
# $T/p has reviewed and waits for the lock, which is then let go; needs pg.sh.
# The number is weir's, the second one the database's.
while_reviewed() {
	reviewed_sql=$1
	shift
	pg_other app
	pg_say "SELECT pg_advisory_lock(2003134834, oid::integer)
		FROM pg_database WHERE datname = 'app';"
	in_background "$T/p" "$@" --lock-wait 60000
	until_told 'waiting for the lock'
	pg_sql app "$reviewed_sql"
	pg_other_ends
	finished "$*"
}

# refused N DIR ARG…
refused() {
	want=$1
	shift
	weir_in "$@"
	[ $rc -eq "$want" ] || fail "exit $rc, not $want: weir $*"
	one_message "weir $*"
}

# remember DB / unchanged WHAT: nothing in it differs, the file stands
remember() {
	kept_db=$1
	kept_sum=$(db_sum "$1")
	kept_file=$(file_sum "$1")
}

unchanged() {
	expect_eq "$1: the file" "$(file_sum "$kept_db")" "$kept_file"
}

same_content() {
	expect_eq "$1: the content" "$(db_sum "$kept_db")" "$kept_sum"
}

# applied DB: how many rows the tracking table has, 0 where there is none
applied() {
	sqlite3 -batch -init /dev/null "$1" \
		'SELECT count(*) FROM __drizzle_migrations' 2>/dev/null ||
		echo 0
}

# sound DB: integrity and keys
sound() {
	[ -e "$1" ] || return 0
	sound_is=$(sqlite3 -batch -init /dev/null "$1" \
		'PRAGMA integrity_check; PRAGMA foreign_key_check')
	[ "$sound_is" = ok ] || fail "$1 is damaged: $sound_is"
}

# as_nobody COMMAND…: without root's power to read everything.  Needs
# open_place first: a copy of the program that anyone can run.
open_place() {
	O=$(mktemp -d /tmp/weir-open.XXXXXX) || exit 99
	trap 'st=$?; chmod -R u+w "$O"; rm -rf "$O"; (exit $st); project_end' EXIT
	chmod 755 "$O"
	cp "$WEIR" "$O/weir"
	chmod 755 "$O/weir"
	mkdir -m 777 "$O/home"
	[ "$(id -u)" = 0 ] || return 0
	command -v setpriv >/dev/null || skip 'setpriv is not installed'
	as_nobody "$O/weir" --version >/dev/null 2>&1 ||
		skip 'an unprivileged user cannot run the program here'
}

as_nobody() {
	if [ "$(id -u)" = 0 ]; then
		HOME=$O/home setpriv --reuid=65534 --regid=65534 \
			--clear-groups "$@"
	else
		"$@"
	fi
}

# nobody_in DIR ARG…: like weir_in, unprivileged
nobody_in() {
	nobody_dir=$1
	shift
	rc=0
	(cd "$nobody_dir" && as_nobody "$O/weir" "$@") </dev/null \
		>"$T/out" 2>"$T/err" || rc=$?
}

# --- a fault at each point -----------------------------------------------------

# How a fault is made of a system call, and what shows that it came to pass.
fault_inject() {
	case $1 in
	kill) echo "signal=KILL:when=$2" ;;
	hup) echo "signal=HUP:when=$2" ;;
	full) echo "error=ENOSPC:when=$2+" ;;
	broken) echo "error=EIO:when=$2+" ;;
	esac
}

fault_came() {
	case $1 in
	kill) [ $rc -ne 0 ] ;;
	hup) grep -q SIGHUP "$T/trace" ;;
	*) grep -q INJECTED "$T/trace" ;;
	esac
}

# at_each_point NAME FAULT CALLS COMMAND…: weir COMMAND in $T/k, which
# point_fresh makes, with the FAULT at every $step-th of each of the CALLS (but
# kills: $step * $thin), one run a point; then point_judge WHAT looks at what is left, and counts it as
# $n_before or $n_after.  A line tells how many there were, $least at least.
at_each_point() {
	point_name=$1 point_fault=$2 point_calls=$3
	shift 3
	points=0 n_before=0 n_after=0 n_told=0 apart=$step
	[ "$point_fault" = kill ] || apart=$((step * ${thin:-1}))
	for point_call in $point_calls; do
		point=1
		while :; do
			point_fresh
			rc=0
			{ (cd "$T/k" && exec strace -f -q -o "$T/trace" \
				-e "trace=$point_call" -e "inject=$point_call:$(
				fault_inject "$point_fault" $point)" "$WEIR" \
				"$@") </dev/null >"$T/out" 2>"$T/err" || rc=$?
			} 2>/dev/null
			fault_came "$point_fault" || break
			points=$((points + 1))
			case $point_fault in
			kill) ;;
			hup) # too late to take anything back
				[ $rc -eq 0 ] && grep -q ' DONE ' "$T/out" ||
					expect_rc 129 ;;
			*) no_crash "$@" ;;
			esac
			point_judge "$point_name: $point_fault at \
$point_call $point"
			point=$((point + apart))
		done
	done
	printf '%-14s %-7s %4d points: %4d before, %4d after;' "$point_name" \
		"$point_fault" $points $n_before $n_after
	printf ' %d told of as cut off\n' $n_told
	[ $points -ge "${least:-1}" ] || fail "$point_name: $points points"
	all_points=$((${all_points:-0} + points))
}

# status_tells DIR TAG applied|pending WHAT: the line of TAG says so, and what
# is said of a run that was cut off agrees with it and names the way on
status_tells() {
	weir_in "$1" status
	[ $rc -eq 0 ] || fail "$4: status: exit $rc"
	grep -Eq "^ *$2 .* $3" "$T/out" || fail "$4: not told as $3"
	grep '^Stopped' "$T/out" >"$T/stopped" || return 0
	n_told=$((n_told + 1))
	case $3 in
	applied) told="$2( is| was not begun and is still|.*: it is still)\
 applied" ;;
	*) told="$2( was not begun|.*: it is not applied| is rolled back)" ;;
	esac
	grep -Eq "was cut off: $told" "$T/stopped" ||
		fail "$4: it is $3, and that is not what is told"
	grep -Eq '^Next +weir (migrate|rollback|verify)' "$T/out" ||
		fail "$4: no way on"
}
