#!/bin/sh
# SQLite files from strangers: nothing in them runs code, writes, or brings
# the program down; damage is told, a recovery is asked for.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/fault/lib.sh"
need_helper

P=$T/p
D=$P/app.db
commands='status show review verify diff'
looks='show verify review'
[ "$long" = 0 ] || looks=$commands
mk_project "$P" 'CREATE TABLE a (id integer PRIMARY KEY, v text);' \
	'ALTER TABLE a ADD w text;'

# look WHAT: every looking command and a dry run; the file stays byte for byte
look() {
	kept_db=$D kept_file=$(file_sum "$D")
	ls -a "$P" >"$T/ls"
	for command in $looks; do
		rc=0
		# shellcheck disable=SC2086
		(cd "$P" && exec timeout 30 "$WEIR" $command) </dev/null \
			>"$T/out" 2>"$T/err" || rc=$?
		[ $rc -ne 124 ] || fail "$1: $command hangs"
		no_crash "$1: $command"
		[ $rc -eq 0 ] || [ $rc -eq 4 ] || [ -s "$T/err" ] ||
			fail "$1: $command is silent ($rc)"
	done
	unchanged "$1"
	ls -a "$P" >"$T/ls2"
	expect_files_equal "$T/ls2" "$T/ls"
}

# --- Q1, Q3: what a schema may try --------------------------------------------

canary=$T/canary
cat >"$T/evil.sql" <<END
CREATE TABLE a (id integer PRIMARY KEY, v text);
CREATE TABLE victim (id integer PRIMARY KEY);
INSERT INTO victim VALUES (1), (2);
CREATE VIEW v1 AS SELECT load_extension('$T/x.so');
CREATE VIEW v2 AS SELECT writefile('$canary', 'x');
CREATE VIEW v3 AS SELECT edit('x', 'touch $canary');
CREATE VIEW v4 AS SELECT fts3_tokenizer('simple', x'4141414141414141');
CREATE VIEW v5 AS SELECT readfile('/etc/passwd');
CREATE VIEW v6 AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1
	FROM n) SELECT count(*) FROM n;
CREATE VIEW v7 AS SELECT randomblob(1000000000);
CREATE TABLE gen (id integer, g AS (abs(id)) STORED);
CREATE INDEX ie ON victim (abs(id));
CREATE TRIGGER t1 AFTER INSERT ON a BEGIN DELETE FROM victim; END;
CREATE TRIGGER t2 INSTEAD OF INSERT ON v1 BEGIN DELETE FROM victim; END;
CREATE TRIGGER t3 AFTER UPDATE ON a BEGIN
	SELECT load_extension('$T/x.so'); END;
END
sqlite3 -batch -init /dev/null "$D" <"$T/evil.sql" || fail 'no evil file'
look 'an evil schema'
expect_eq victims "$(sqlite3 "$D" 'SELECT count(*) FROM victim')" 2
[ ! -e "$canary" ] || fail 'code of a schema ran'

# texts planted into sqlite_schema: no CREATE at all, another name, a bomb
# plant WHAT SQL…
plant() {
	what=$1
	shift
	rm -f "$D"
	sqlite3 -batch -init /dev/null "$D" <"$T/evil.sql"
	for change; do
		printf '.dbconfig defensive off\nPRAGMA writable_schema = 1;
			%s;\n' "$change" |
			sqlite3 -batch -init /dev/null "$D" >/dev/null 2>&1
	done
	look "$what"
	[ ! -e "$canary" ] || fail "$what: code ran"
}

# the row of table victim, changed
row() {
	plant "$1" "UPDATE sqlite_schema SET $1 WHERE name = 'victim'"
}

row "sql = 'DROP TABLE a'"
row "sql = 'CREATE TABLE victim('"
row "sql = ''"
row 'sql = NULL'
row "sql = x'00ff00ff'"
row "sql = 'CREATE TABLE victim (id, id)'"
row "sql = 'CREATE VIRTUAL TABLE victim USING nothing(x)'"
row "sql = 'CREATE VIRTUAL TABLE victim USING fts5(x)'"
row "sql = 'CREATE TABLE victim (x DEFAULT (load_extension(''x'')))'"
row "sql = 'CREATE TABLE victim (x CHECK (writefile(''$canary'', 1)))'"
row "sql = 'CREATE TABLE victim (' || replace(hex(zeroblob(3000)), '0', 'c,')
	|| 'x)'"
row "sql = 'CREATE TABLE victim (x DEFAULT ' || replace(hex(zeroblob(2000)),
	'0', '(') || '1)'"
row 'rootpage = 1'
row 'rootpage = 0'
row 'rootpage = 999999'
row 'rootpage = -1'
row "type = 'index'"
row "type = 'nonsense'"
row 'type = NULL'
row 'name = NULL'
row "name = ''"
row "name = 'sqlite_evil', tbl_name = 'sqlite_evil'"
row "tbl_name = 'nowhere'"
row "name = 'a'"
plant 'a second sqlite_schema row' "INSERT INTO sqlite_schema VALUES
	('table', 'twin', 'twin', 2, 'CREATE TABLE twin (id)')"
plant 'a huge text' "UPDATE sqlite_schema SET sql = 'CREATE VIEW v5 AS SELECT '
	|| quote(hex(zeroblob(2000000))) WHERE name = 'v5'"

# Q6: names that hold NUL, broken UTF-8, control bytes
for name in "x'610062'" "x'ff'" "x'c3'" "x'1b5b324a'" "x'e280ae'" "x'00'"; do
	row "name = CAST($name AS text), tbl_name = CAST($name AS text),
		sql = 'CREATE TABLE \"' || CAST($name AS text) || '\" (id)'"
	row "sql = 'CREATE TABLE victim (\"' || CAST($name AS text) || '\")'"
	row "name = CAST($name AS text)"
done

# --- Q4: paths -------------------------------------------------------------------

rm -f "$D"
sqlite3 -batch -init /dev/null "$D" <"$T/evil.sql"
# a file: name is a name, its parameters are not obeyed
expect_weir 0 "$P" migrate --to 0000_m0 --db 'file:new.db?mode=ro&vfs=unix-none'
expect_err 'left out'
[ -s "$P/new.db" ] || fail 'parameters of a file: name were obeyed'
rm -rf "$P/new.db" "$P/.weir"
# what an unset variable leaves never means another database, or all of them
for empty in '--db=' '--to=' '--migrations=' '--config=' '--state=' ''; do
	refused 2 "$P" migrate "$empty"
	[ ! -e "$P/.weir" ] || fail "it ran with $empty"
done
refused 2 "$P" migrate --db ''
for path in 'new.db?mode=rwc' ':memory:' '/dev/stdin' '/proc/self/mem' \
    '/proc/self/fd/0' /dev/fd/0 /dev/tty /etc/passwd / . ..; do
	rm -rf "$P/.weir"
	ls -a "$P" >"$T/ls"
	for command in show review migrate; do
		rc=0
		(cd "$P" && exec timeout 10 "$WEIR" $command --db "$path" \
			--to 0000_m0) </dev/null >"$T/out" 2>"$T/err" || rc=$?
		[ $rc -ne 124 ] || fail "$command --db $path hangs"
		no_crash "$command --db $path"
	done
	rm -rf "$P/.weir"
	[ ! -e "$P/new.db" ] || fail "$path was read as a URI"
	for made in "$P"/*; do
		case ${made##*/} in
		app.db | drizzle | drizzle.config.json) ;;
		'new.db?'*) rm -f "$made" ;;	# a plain name
		*) fail "$path made $made" ;;
		esac
	done
done

# --- Q5: a journal that needs recovery --------------------------------------------

# hot MODE: the file as a killed writer leaves it, of another program
hot() {
	rm -rf "$D" "$D"-* "$P/.weir"
	sqlite3 "$D" 'CREATE TABLE a (id integer PRIMARY KEY, v text)' \
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1
		FROM n WHERE i < 2000) INSERT INTO a (v) SELECT hex(zeroblob(
		100)) FROM n" "PRAGMA journal_mode = $1" >/dev/null
	{
		echo 'PRAGMA cache_size = 2; PRAGMA cache_spill = 1;'
		echo "BEGIN; UPDATE a SET v = 'half' || v;"
		echo ".shell cp '$D' '$T/hot'; cp '$D-journal' '$T/hot-journal'"
		echo 'ROLLBACK;'
	} | sqlite3 -batch -init /dev/null "$D" >/dev/null
	cp "$T/hot" "$D"
	cp "$T/hot-journal" "$D-journal"
}

hot delete
hot_db=$(file_sum "$D")
hot_journal=$(file_sum "$D-journal")
for command in $commands 'migrate --dry-run --read-only'; do
	# shellcheck disable=SC2086
	weir_in "$P" $command
	no_crash "hot: $command"
	[ $rc -eq 1 ] || fail "hot: $command ends with $rc"
	one_message "hot: $command"
	expect_err 'recovery'
	expect_eq "hot: $command: file" "$(file_sum "$D")" "$hot_db"
	expect_eq "hot: $command: journal" "$(file_sum "$D-journal")" \
		"$hot_journal"
done
# a command that writes rolls the half transaction back first, and says so
weir_in "$P" mark --applied 0000_m0
expect_rc 0
expect_err 'rolled back'
expect_eq 'half rows' "$(sqlite3 "$D" "SELECT count(*) FROM a WHERE v LIKE
	'half%'")" 0
expect_eq 'rows' "$(sqlite3 "$D" 'SELECT count(*) FROM a')" 2000
sound "$D"
expect_weir 0 "$P" migrate
sound "$D"

# --- Q2: 200 damaged files --------------------------------------------------------

rm -rf "$D" "$D"-* "$P/.weir"
apply_first "$P" "$D" 1
sqlite3 "$D" 'CREATE TABLE b (id integer PRIMARY KEY, a integer REFERENCES a,
	t text, x blob)' 'CREATE INDEX bt ON b (t)' \
	'CREATE TABLE w (k text PRIMARY KEY, v) WITHOUT ROWID' \
	"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
	WHERE i < 300) INSERT INTO b (t, x) SELECT printf('%040d', i * 7919),
	zeroblob(i * 20) FROM n" 'INSERT INTO w SELECT t, id FROM b'
cp "$D" "$T/whole.db"
n=0
told=0
applied=0
files=200
while [ $n -lt $files ]; do
	"$HELPER" damage "$T/whole.db" "$D" $n || fail "no damage $n"
	rm -rf "$P/.weir" "$D"-*
	kept_db=$D kept_file=$(file_sum "$D")
	looked='verify'
	[ "$long" = 0 ] || looked="$commands verify"
	for command in $looked; do
		rc=0
		(cd "$P" && exec timeout 30 "$WEIR" "$command") </dev/null \
			>"$T/out" 2>"$T/err" || rc=$?
		[ $rc -ne 124 ] || fail "damage $n: $command hangs"
		no_crash "damage $n: $command"
		case $rc in
		0 | 4) ;;
		*) one_message "damage $n: $command" ;;
		esac
	done
	# told of wherever the engine itself finds damage
	if grep -Eiq 'malformed|not a (SQLite )?database|FAILED  integrity_check' \
	    "$T/out" "$T/err"; then
		told=$((told + 1))
	elif [ -s "$D" ]; then
		expect_eq "damage $n: integrity_check" "$(sqlite3 -batch \
			-init /dev/null "$D" 'PRAGMA integrity_check(1)' 2>&1)" ok
	fi
	unchanged "damage $n"
	# applied it may be, where the damage is not in the way; never half
	if [ "$long" = 1 ] || [ $((n % 9)) = 3 ]; then
		weir_in "$P" migrate
		no_crash "damage $n: migrate"
		if [ $rc -eq 0 ]; then
			applied=$((applied + 1))
		else
			expect_eq "damage $n: APPLIED, BUT" "$(grep -c \
				'APPLIED, BUT' "$T/err")" "$(sqlite3 "$D" \
				"SELECT count(*) FROM pragma_table_info('a')
				WHERE name = 'w'" 2>/dev/null || echo 0)"
		fi
	fi
	n=$((n + 1))
done
echo "$files damaged files: 0 crashes, verify told of $told, $applied applied"
[ $told -ge $((files / 3)) ] || fail "verify tells of $told only"
