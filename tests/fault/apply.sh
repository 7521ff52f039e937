#!/bin/sh
# A migration that fails, a file or a database that moves: all or nothing, or
# exactly at the last committed migration, with the place and the way on.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/fault/lib.sh"

P=$T/p
D=$P/app.db

# project K BAD: four migrations; the Kth (1..3) fails at its BADth statement
# of three; the first is applied, rows stand in its tables
bad=
project() {
	rm -rf "$P"
	set -- "$1" "$2" 'CREATE TABLE a (id integer PRIMARY KEY, v text);
--> statement-breakpoint
CREATE TABLE u (id integer PRIMARY KEY, a integer REFERENCES a(id));'
	for f in 1 2 3; do
		text=
		for i in 1 2 3; do
			[ -z "$text" ] || text="$text
--> statement-breakpoint
"
			if [ "$1$2" = "$f$i" ]; then
				text="$text$bad"
			else
				text="${text}CREATE TABLE t${f}_$i (id integer);"
			fi
		done
		set -- "$@" "$text"
	done
	shift 2
	mk_project "$P" "$@"
	apply_first "$P" "$D" 1
	sql "$D" "INSERT INTO a (v) VALUES ('x'), ('y'), (NULL), ('')" \
		'INSERT INTO u (a) VALUES (1), (2)'
	remember "$D"
}

# state WANT WHAT: so many rows in the tracking table and just their tables
state() {
	expect_eq "$2: tracking rows" "$(applied "$D")" "$1"
	expect_eq "$2: tables" "$(sqlite3 "$D" "SELECT count(*) FROM
		sqlite_schema WHERE name LIKE 't_\__' ESCAPE '\\'")" \
		$((($1 - 1) * 3))
	expect_eq "$2: rows" "$(sqlite3 "$D" \
		"SELECT group_concat(quote(v)) FROM a")" "'x','y',NULL,''"
	sound "$D"
}

# The first is found out before anything runs; the second fails on the real
# file only and stops the run in its middle.
seen='INSERT INTO nowhere VALUES (1);'
unseen="SELECT json('nowhere') FROM pragma_database_list WHERE file <> '';"

for mode in '' --each 'unseen' 'unseen --each'; do
	bad=$seen
	case $mode in unseen*) bad=$unseen ;; esac
	for k in 1 2 3; do
		for n in 1 2 3; do
			# first, middle, last; all of them at length
			case $long$k$n in
			012 | 013 | 021 | 023 | 031 | 032) continue ;;
			esac
			project $k $n
			what="file $k statement $n $mode"
			# shellcheck disable=SC2086
			refused 1 "$P" migrate ${mode#unseen}
			expect_err "000${k}_m$k.sql:[0-9]+:[0-9]+" \
				'nowhere|JSON' 'weir (review|migrate)'
			case $mode in
			'unseen --each')
				state $k "$what"
				[ $k = 1 ] || expect_err 'stay'
				;;
			*)
				same_content "$what"
				state 1 "$what"
				;;
			esac
			# mended, it goes on from there
			sed -i "s/.*nowhere.*/SELECT 1;/" \
				"$P/drizzle/000${k}_m$k.sql"
			expect_weir 0 "$P" migrate
			expect_eq "$what, mended" "$(applied "$D")" 4
		done
	done
done

# fails only on the live rows: NOT NULL, UNIQUE, CHECK, foreign key; the
# review says so before, migrate refuses or rolls back
for bad in 'CREATE UNIQUE INDEX ua ON u (1);' \
    'INSERT INTO u (a) VALUES (99);' \
    'CREATE TABLE n (v text NOT NULL);--> statement-breakpoint
INSERT INTO n SELECT v FROM a;' \
    "CREATE TABLE n (v text CHECK (v <> 'y'));--> statement-breakpoint
INSERT INTO n SELECT v FROM a;" \
    'INSERT INTO a (id) VALUES (1);' 'SELECT json(v) FROM a;' \
    'SELECT abs(-9223372036854775807 - 1);' 'ROLLBACK;' 'COMMIT;' 'BEGIN;' \
    'ATTACH "x.db" AS x;' 'VACUUM INTO "y.db";' \
    'SELECT load_extension("x");' 'PRAGMA writable_schema = 1;
DELETE FROM sqlite_schema;' 'DROP TABLE __drizzle_migrations;' \
    'DELETE FROM __drizzle_migrations;' 'CREATE TABLE (' "SELECT 'open" \
    'SELECT 1; SELECT 2 FROM;'; do
	project 9 9
	printf '%s' "$bad" >"$P/drizzle/0002_m2.sql"
	weir_in "$P" migrate
	no_crash "$bad"
	[ $rc -ne 0 ] || fail "it ran: $bad"
	one_message "$bad"
	same_content "$bad"
	[ ! -e "$P/x.db" ] && [ ! -e "$P/y.db" ] || fail "a file came: $bad"
done

# --- edited after apply: noted, and it goes on --------------------------------

project 9 9
echo '-- edited' >>"$P/drizzle/0000_m0.sql"
expect_weir 0 "$P" status
expect_out 'edited'
expect_weir 0 "$P" migrate
expect_err '0000_m0 was edited'
expect_eq 'edited' "$(applied "$D")" 4

# --- moved between review and apply --------------------------------------------

# Another process holds the right to write, without a busy timeout; weir
# reviews, waits for the lock and says so: then the file changes, or the other
# process writes and commits.  No clock: weir tells when it waits.
# moved FILE-CHANGE SQL-CHANGE RC REGEX OPTION
moved() {
	project 9 9
	if [ -n "$5" ]; then
		sqlite3 "$D" 'PRAGMA journal_mode = wal' >/dev/null
	fi
	mkfifo "$T/go" "$T/says"
	sqlite3 -batch -init /dev/null "$D" <"$T/go" >"$T/holder" 2>&1 &
	holder=$!
	exec 3>"$T/go"
	echo "BEGIN IMMEDIATE;" >&3
	echo "SELECT 'held';" >&3
	until grep -q held "$T/holder"; do
		kill -0 $holder || fail 'no holder'
	done
	(cd "$P" && exec "$WEIR" migrate --lock-wait 60000 $5 3>&-) \
		</dev/null >"$T/out" 2>"$T/says" &
	weir_pid=$!
	: >"$T/err"
	while IFS= read -r line; do
		printf '%s\n' "$line" >>"$T/err"
		case $line in
		*'waiting for the lock'*)
			[ -z "$1" ] || (cd "$P" && eval "$1")
			echo "$2;" >&3
			echo 'COMMIT;' >&3
			exec 3>&-
			;;
		esac
	done <"$T/says"
	rc=0
	wait $weir_pid || rc=$?
	exec 3>&-
	wait $holder
	rm -f "$T/go" "$T/says"
	! grep -q locked "$T/holder" || fail "weir was in the holder's way"
	no_crash "$1$2"
	expect_rc "$3"
	expect_err 'waiting for the lock, held by sqlite3 [0-9]+'
	[ -z "$4" ] || expect_err "$4"
	if [ "$3" -ne 0 ]; then
		expect_eq "messages" "$(grep -c '^weir: ' "$T/err")" 1
		expect_err 'weir (review|status)'
		case $2 in
		*__drizzle_migrations*) expect_eq rows "$(applied "$D")" 2 ;;
		*) state 1 "moved: $1$2" ;;
		esac
	else
		state 4 "moved: $1$2"
	fi
}

for wal in '' --exclusive; do
	moved '' '' 0 '' "$wal"
	moved 'echo "CREATE TABLE evil (id);" >>drizzle/0002_m2.sql' '' 5 \
		'0002_m2.sql was changed' "$wal"
	moved 'rm drizzle/0003_m3.sql' '' 5 '0003_m3.sql is gone' "$wal"
	moved 'rm drizzle/0001_m1.sql; ln -s /etc/passwd drizzle/0001_m1.sql' \
		'' 5 '0001_m1' "$wal"
	moved 'mv drizzle/0001_m1.sql x; mkfifo drizzle/0001_m1.sql' '' 5 \
		'0001_m1' "$wal"
	moved '' 'CREATE TABLE other (id)' 5 'changed|moved|other' "$wal"
	moved '' 'ALTER TABLE a ADD w text' 5 'changed|moved|a' "$wal"
	moved '' 'CREATE INDEX ia ON a (v)' 5 'changed|moved|ia' "$wal"
	moved '' "CREATE TRIGGER ta AFTER INSERT ON a BEGIN SELECT 1; END" 5 \
		'changed|moved|ta' "$wal"
done
moved '' "INSERT INTO __drizzle_migrations (hash, created_at) VALUES
	('$(file_sum "$P/drizzle/0001_m1.sql")', $(mk_when 1))" 5 \
	'0001_m1 was applied by somebody else' ''
