#!/bin/sh
# Somebody else uses the database: the wait is shown with who it is, it ends,
# and what is done afterwards is done once; never a bare "database is locked".
. "${srcdir:-$(dirname -- "$0")/../..}/tests/fault/lib.sh"

P=$T/p
D=$P/app.db

# project MODE
project() {
	rm -rf "$P"
	mk_project "$P" 'CREATE TABLE a (id integer PRIMARY KEY, v text);' \
		"INSERT INTO a (v) VALUES ('once');"
	apply_first "$P" "$D" 1
	sqlite3 "$D" "PRAGMA journal_mode = $1" >/dev/null
	remember "$D"
}

# hold SQL: a process that runs it and keeps what it got until let_go
hold() {
	mkfifo "$T/go"
	sqlite3 -batch -init /dev/null "$D" <"$T/go" >"$T/holder" 2>&1 &
	holder=$!
	exec 3>"$T/go"
	echo "$1; SELECT 'held';" >&3
	until grep -q held "$T/holder"; do
		kill -0 $holder || fail 'no holder'
	done
}

let_go() {
	echo "${1-COMMIT};" >&3
	exec 3>&-
	wait $holder
	rm -f "$T/go"
}

# weir_held ARG…: while the other holds, which weir cannot inherit
weir_held() {
	rc=0
	(cd "$P" && exec timeout 60 "$WEIR" "$@" 3>&-) </dev/null \
		>"$T/out" 2>"$T/err" || rc=$?
}

# --- held to the end: said, refused, nothing changed ------------------------------

for sql in 'BEGIN EXCLUSIVE' 'BEGIN IMMEDIATE; INSERT INTO a (v) VALUES (1)' \
    'BEGIN; SELECT count(*) FROM a'; do
	project delete
	hold "$sql"
	for command in migrate 'migrate --each' 'mark --applied 0001_m1 --unproven' \
	    'migrate --lock-wait 1'; do
		# shellcheck disable=SC2086
		weir_held $command
		expect_rc 5
		one_message "$command: $sql"
		expect_err "in use by sqlite3 $holder" 'lock-wait|stop that'
		expect_no_any 'database is locked$'
	done
	# looking goes on where the engine lets readers in
	weir_held status
	case $sql in
	*EXCLUSIVE*) expect_rc 5; one_message status ;;
	*) expect_rc 0 ;;
	esac
	let_go ROLLBACK
	same_content "$sql"
	expect_weir 0 "$P" migrate
	expect_eq "$sql" "$(sqlite3 "$D" "SELECT count(*) FROM a
		WHERE v = 'once'")" 1
done

# --- held for a while: waited, told, done -------------------------------------------

# let_go when weir says that it waits
waited() {
	mkfifo "$T/says"
	(cd "$P" && exec timeout 60 "$WEIR" "$@" 3>&-) </dev/null \
		>"$T/out" 2>"$T/says" &
	weir_pid=$!
	: >"$T/err"
	while IFS= read -r line; do
		printf '%s\n' "$line" >>"$T/err"
		case $line in
		*'waiting for the lock'*) let_go ;;
		esac
	done <"$T/says"
	rc=0
	wait $weir_pid || rc=$?
	rm -f "$T/says"
}

for sql in 'BEGIN IMMEDIATE; UPDATE a SET v = v' \
    'BEGIN; SELECT count(*) FROM a'; do
	project delete
	hold "$sql"
	waited migrate --lock-wait 60000
	expect_rc 0
	expect_err "waiting for the lock, held by sqlite3 [0-9]+"
	expect_eq "$sql" "$(applied "$D")" 2
done

# INT while waiting: at once, and nothing was begun
project delete
hold 'BEGIN IMMEDIATE'
mkfifo "$T/says"
(cd "$P" && exec "$WEIR" migrate --lock-wait 600000 3>&-) </dev/null \
	>"$T/out" 2>"$T/says" &
weir_pid=$!
while IFS= read -r line; do
	case $line in
	*'waiting for the lock'*) kill -TERM $weir_pid ;;
	esac
done <"$T/says"
rc=0
wait $weir_pid || rc=$?
expect_eq 'TERM while waiting' $rc 143
let_go
same_content 'TERM while waiting'
rm -f "$T/says"

# --- WAL with an idle reader: a shared apply, and it says so ------------------------

project wal
hold 'SELECT count(*) FROM a'
weir_held review
expect_rc 0
weir_held migrate
expect_rc 0
expect_any 'shared'
expect_any "sqlite3 $holder|sqlite3 \\($holder"
expect_eq 'shared apply' "$(applied "$D")" 2
let_go 'SELECT 1'
sound "$D"

# --exclusive does not share; it waits for the other to close
project wal
hold 'SELECT count(*) FROM a'
waited migrate --exclusive --lock-wait 60000
expect_rc 0
expect_no_any 'shared apply'
expect_eq 'exclusive' "$(applied "$D")" 2

# WAL with a writer in the middle: not shared, not had
project wal
hold "BEGIN IMMEDIATE; INSERT INTO a (v) VALUES ('other')"
weir_held migrate
expect_rc 5
one_message 'WAL with a writer'
expect_err "sqlite3 $holder"
let_go ROLLBACK
same_content 'WAL with a writer'

# WAL with a reader of an old snapshot, in a transaction
project wal
hold 'BEGIN; SELECT count(*) FROM a'
weir_held migrate
[ $rc -eq 0 ] || one_message 'WAL with an old snapshot'
[ $rc -eq 0 ] || [ $rc -eq 5 ] || fail "exit $rc with an old snapshot"
expect_eq 'old snapshot' "$(applied "$D")" $((rc == 0 ? 2 : 1))
let_go
sound "$D"

# a migrator that starts while a shared apply runs waits for it: the Node
# drivers and sqlite3 alike stop at the PENDING byte
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
	project wal
	hold 'SELECT count(*) FROM a'
	# weir stands still for a while when it syncs what it commits
	(cd "$P" && exec strace -f -qq -o /dev/null -e trace=fdatasync \
		-e inject=fdatasync:delay_enter=1500000:when=1 \
		"$WEIR" migrate 3>&-) </dev/null >"$T/first" 2>&1 &
	weir_pid=$!
	until grep -qs 'commit-sent' "$P"/.weir/db/*/runs/*/run.log; do
		kill -0 $weir_pid 2>/dev/null || break
	done
	weir_held migrate --lock-wait 20000
	second=$rc
	wait $weir_pid || fail "the first: $(cat "$T/first")"
	let_go 'SELECT 1'
	case $second in
	0 | 5) ;;
	*) fail "the second ends with $second" ;;
	esac
	expect_eq 'both' "$(sqlite3 "$D" "SELECT count(*) FROM a
		WHERE v = 'once'")" 1
	expect_eq 'rows of both' "$(applied "$D")" 2
fi
