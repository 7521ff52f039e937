#!/bin/sh
# The terminal, the output or the input goes away, before and during a change:
# the change is rolled back or done, never half; the process ends at once.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/fault/lib.sh"
need_helper

P=$T/p
D=$P/app.db
# of many seconds, but on the real file only, not where it is rehearsed
slow="CREATE TABLE big AS SELECT CASE WHEN file <> '' THEN (WITH RECURSIVE n(i)
	AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000000)
	SELECT count(*) FROM n) END AS i FROM pragma_database_list;"

# project SECOND: the first migration is applied, with rows
project() {
	rm -rf "$P"
	mk_project "$P" 'CREATE TABLE a (id integer PRIMARY KEY, v text);' \
		"${1-ALTER TABLE a ADD w text;}"
	apply_first "$P" "$D" 1
	sql "$D" "INSERT INTO a (v) VALUES ('x'), ('y')"
	remember "$D"
}

# on_tty UNTIL ARG…: the terminal goes away when UNTIL is seen
on_tty() {
	tty_until=$1
	shift
	rc=0
	(cd "$P" && exec timeout 20 "$HELPER" hangup "$tty_until" "$T/tty" \
		"$WEIR" "$@") </dev/null >"$T/out" 2>"$T/err" || rc=$?
	cp "$T/tty" "$T/out"
	[ $rc -ne 124 ] || fail "still there: $* after $tty_until"
}

# --- a terminal that is lost ---------------------------------------------------

# at the gate, where a name is to be typed
project 'DROP TABLE a;'
on_tty 'drop-table' migrate
[ $rc -ne 0 ] || fail 'a hang-up consented'
unchanged 'hung up at the gate'

# while a statement of many seconds runs: at once, and rolled back
project "CREATE TABLE q (id integer);
--> statement-breakpoint
$slow"
export FAULT_UNASKED=1
(cd "$P" && exec timeout 20 "$HELPER" hangup '1/2' "$T/tty" "$WEIR" \
	migrate --verbose) </dev/null >"$T/out" 2>"$T/err"
rc=$?
[ $rc -ne 124 ] || fail 'a lost terminal did not end a long statement'
same_content 'hung up while a statement ran'
sound "$D"
grep -q '1/2' "$T/tty" || fail 'it did not come so far'
for signal in HUP TERM INT; do
	rm -rf "$P/.weir"
	(cd "$P" && exec "$WEIR" migrate) </dev/null >"$T/out" 2>"$T/err" &
	weir_pid=$!
	until grep -qs ' stmt ' "$P"/.weir/db/*/runs/*/run.log; do
		kill -0 $weir_pid || fail 'it does not run'
	done
	kill -$signal $weir_pid
	rc=0
	wait $weir_pid || rc=$?
	case $signal in
	HUP) expect_rc 129 ;;
	TERM) expect_rc 143 ;;
	# started in the background by sh: INT is ignored from the start
	INT) [ $rc -eq 130 ] || { kill -TERM $weir_pid; wait $weir_pid; } ;;
	esac
	same_content "$signal while a statement ran"
	sound "$D"
done

# the report: it is applied by then, or not at all
project
on_tty 'Applied' migrate
expect_eq 'hung up at the report' "$(applied "$D")" 2
sound "$D"

# --- closed and full streams -----------------------------------------------------

# none of the three may become the number of a file that is written
for closed in '>&-' '2>&-' '<&-' '>&- 2>&-' '<&- >&- 2>&-'; do
	project
	rc=0
	eval "(cd \"\$P\" && exec \"\$WEIR\" migrate $closed)" || rc=$?
	expect_eq "status with $closed" $rc 0
	expect_eq "with $closed" "$(applied "$D")" 2
	sound "$D"
	! grep -aq Applied "$D" || fail "the report stands in the database"
	printf 'nonsense' >"$P/drizzle/meta/_journal.json"
	eval "(cd \"\$P\" && exec \"\$WEIR\" migrate $closed)" 2>/dev/null
	sound "$D"
done >/dev/null 2>"$T/err"

# nobody reads on: not an error, and not a half change
project
(cd "$P" && "$WEIR" migrate) 2>"$T/err" | :
sound "$D"
weir_in "$P" migrate
expect_rc 0
expect_eq 'closed pipe' "$(applied "$D")" 2

# the disk of the output is full: said, and not taken for success
if [ -w /dev/full ]; then
	project
	for command in status show review diff 'show --json'; do
		rc=0
		# shellcheck disable=SC2086
		(cd "$P" && exec "$WEIR" $command) </dev/null >/dev/full \
			2>"$T/err" || rc=$?
		: >"$T/out"
		expect_rc 1
		one_message "$command >/dev/full"
		expect_err 'output could not be written'
	done
	rc=0
	(cd "$P" && exec "$WEIR" migrate) </dev/null >/dev/full 2>"$T/err" ||
		rc=$?
	expect_rc 1
	expect_err 'weir status'
	expect_eq 'migrate >/dev/full' "$(applied "$D")" 2
fi

# --- no room: a file-size limit, a small file system ------------------------------

# small KIB: files may not grow above that
project "CREATE TABLE big AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT
	i + 1 FROM n WHERE i < 3000) SELECT hex(zeroblob(100)) AS x FROM n;"
refusals=0
for kib in 1 8 32 64 256 512 8192; do
	cp -R "$P" "$T/k"
	rc=0
	(cd "$T/k" && ulimit -f $((kib * 2)) && exec "$WEIR" migrate) \
		</dev/null >"$T/out" 2>"$T/err" || rc=$?
	no_crash "limit of $kib KiB"
	if [ $rc -ne 0 ]; then
		refusals=$((refusals + 1))
		expect_rc 1
		one_message "limit of $kib KiB"
		expect_eq "limit of $kib KiB" "$(db_sum "$T/k/app.db")" \
			"$kept_sum"
	fi
	sound "$T/k/app.db"
	weir_in "$T/k" migrate
	expect_rc 0
	expect_eq "after $kib KiB" "$(applied "$T/k/app.db")" 2
	rm -rf "$T/k"
done
[ $refusals -ge 4 ] || fail "only $refusals limits were in the way"

mkdir "$T/small"
cat >"$T/inner" <<'END'
mount -t tmpfs -o size="$1"k tmpfs "$2" || exit 42
cp -R "$3/." "$2/" || exit 43
cd "$2" || exit 44
rc=0
"$WEIR" migrate </dev/null || rc=$?
cp app.db "$4" || exit 45
exit $rc
END
tries=0
for size in 60 100 200 300 400 600 900; do
	rm -f "$T/left.db"
	run unshare -m sh "$T/inner" "$size" "$T/small" "$P" "$T/left.db"
	case $rc in
	42 | 43 | 127) continue ;;	# may not mount, or not even that fits
	esac
	grep -q 'unshare:' "$T/err" && break
	no_crash "tmpfs of $size KiB"
	tries=$((tries + 1))
	sound "$T/left.db"
	if [ $rc -ne 0 ]; then
		expect_rc 1
		one_message "tmpfs of $size KiB"
		expect_eq "tmpfs of $size KiB" "$(db_sum "$T/left.db")" \
			"$kept_sum"
	else
		expect_eq "tmpfs of $size KiB" "$(applied "$T/left.db")" 2
	fi
done
echo "$refusals limits, $tries small file systems"
