#!/bin/sh
# rows: every format; where, sort, columns, limit; what is wrong is told with
# its place; the same bytes as sqlite3 -csv where both quote alike.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cli/lib.sh"

mkdir "$P"
shell "sqlite3 app.db \"CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT,
	r REAL, b BLOB, g INT GENERATED ALWAYS AS (id * 2));
	INSERT INTO t (n, r, b) VALUES ('a b', 1.5, x'00ff'), (NULL, 2e300, NULL),
	('', 0.1, x''), ('q\\\"x,y', 0.1 + 0.2, 'z'), ('one' || char(10) || 'two', 1e15,
	1), (char(27) || '[31mx' || char(9) || char(92), -9e999, 'NULL');
	CREATE VIEW v AS SELECT n FROM t; CREATE TABLE users (id INT, \\\"a,b\\\" INT);
	CREATE TABLE wide (x TEXT); INSERT INTO wide VALUES ('日本'), ('e' ||
	char(769)), (printf('%070d', 7)), (x'ff')\""
for f in table csv tsv json jsonl insert; do
	weir rows t --db app.db --format $f
done
weir rows t --db app.db --json --limit 1 --columns g,id
weir rows wide --db app.db
weir rows wide --db app.db --format jsonl --limit 2
weir rows users --db app.db --format csv --columns '"a,b",ID'
weir rows users --db app.db --json
weir rows v --db app.db --sort -n --limit 3 --format tsv
weir rows t --db app.db --where "n IS NULL -- none" --columns id,n
weir rows t --db app.db --sort -b,id --columns id,b --format csv
weir rows T --db app.db --limit 0 --format csv
# what is wrong
weir rows usrs --db app.db
weir rows nothing --db app.db
weir rows --db app.db
weir rows t --db app.db --where "id = 1 frm"
weir rows t --db app.db --where "id IN (1,
	2) AND nn = 'é' AND zz"
weir rows t --db app.db --where "1) OR (1"
weir rows t --db app.db --where "1; DELETE FROM t"
weir rows t --db app.db --where "(SELECT load_extension('x'))"
weir rows t --db app.db --columns id,zz
weir rows t --db app.db --columns id,id
weir rows t --db app.db --sort zz
weir rows t --db app.db --format xml
weir rows t --db app.db --limit many
weir rows t --db none.db

cd "$P" || exit 99
# bytes: sqlite3 quotes more (spaces, what is not ASCII); what it does not
# quote, both write alike
sqlite3 "$T/plain.db" "CREATE TABLE p (id INTEGER PRIMARY KEY, w TEXT, r REAL);
	WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE
	n < 3000) INSERT INTO p SELECT n, CASE n % 5 WHEN 0 THEN NULL WHEN 1 THEN ''
	WHEN 2 THEN 'w,' || n WHEN 3 THEN 'say:\"' || n || '\"' ELSE 'w' || n END,
	(n * 48271 % 21474836) / 128.0 * (CASE n % 7 WHEN 0 THEN 1e12 ELSE 1 END)
	FROM i"
"$WEIR" rows p --db "$T/plain.db" --format csv >"$T/ours" || fail csv
sqlite3 -csv -header "$T/plain.db" 'SELECT * FROM p' >"$T/theirs"
cmp "$T/ours" "$T/theirs" || fail 'other bytes than sqlite3 -csv'

# what comes out goes in again and is the same
"$WEIR" rows t --db "$P/app.db" --format insert >"$T/t.sql" || fail insert
sqlite3 "$P/app.db" '.schema t' | sqlite3 "$T/again.db"
sqlite3 "$T/again.db" <"$T/t.sql" || fail 'the statements do not run'
all='SELECT id, quote(n), quote(r), quote(b), g FROM t'
expect_eq 'after INSERT' "$(sqlite3 "$T/again.db" "$all")" \
	"$(sqlite3 "$P/app.db" "$all")"

# a reader that goes away; the database is not written
head -c 200000 /dev/zero | tr '\0' x >"$T/x"
sqlite3 "$T/big.db" "CREATE TABLE big (id INTEGER PRIMARY KEY, w TEXT);
	WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE
	n < 200000) INSERT INTO big SELECT n, 'word ' || n FROM i;
	INSERT INTO big VALUES (0, CAST(readfile('$T/x') AS TEXT))"
before=$(sha256sum <"$T/big.db")
{ "$WEIR" rows big --db "$T/big.db" --format csv 2>"$T/err"; echo $? >"$T/rc"; } |
	head -n 1 >"$T/out"
expect_eq 'status of a broken pipe' "$(cat "$T/rc")" 0
expect_eq 'said of a broken pipe' "$(cat "$T/err")" ''
expect_eq 'a long value' "$("$WEIR" rows big --db "$T/big.db" --format tsv \
	--where 'id = 0' --columns w | tail -n 1 | wc -c)" 200001

# Ctrl-C while nobody reads: at once, 130
mkfifo "$T/fifo"
exec 9<>"$T/fifo"
( trap - INT; exec "$WEIR" rows big --db "$T/big.db" --format csv ) \
	>"$T/fifo" 2>"$T/err" &
pid=$!
head -c 4096 <&9 >/dev/null
kill -INT $pid
wait $pid
expect_eq 'status after SIGINT' $? 130
expect_eq 'unchanged' "$(sha256sum <"$T/big.db")" "$before"
golden
