#!/bin/sh
# undo_late.sh: a way back whose constraints the saved rows mend: SQLite judges
# it by the rows that are there once those are back, and puts them back first.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir

base='CREATE TABLE p (id integer PRIMARY KEY NOT NULL, v text);
CREATE TABLE t (id integer PRIMARY KEY NOT NULL, a text NOT NULL, b text,
	n integer NOT NULL CHECK (n > 0), p_id integer REFERENCES p(id));
CREATE UNIQUE INDEX ua ON t (a);'
seed="INSERT INTO p VALUES (1, 'x'), (2, 'y');
INSERT INTO t SELECT value, 'a' || value, 'b' || value, value, 1 + value % 2
	FROM generate_series(1, 6)"

# rebuild COLUMNS [SELECT]: t made anew, as drizzle-kit does
rebuild() {
	printf 'PRAGMA foreign_keys=OFF;\n--> statement-breakpoint\n'
	printf 'CREATE TABLE `__new_t` (%s);\n--> statement-breakpoint\n' "$1"
	printf 'INSERT INTO `__new_t`("id", "a", "b", "n", "p_id") '
	printf 'SELECT %s FROM `t`;\n' "${2-\"id\", \"a\", \"b\", \"n\", \"p_id\"}"
	printf -- '--> statement-breakpoint\nDROP TABLE `t`;\n'
	printf -- '--> statement-breakpoint\n'
	printf 'ALTER TABLE `__new_t` RENAME TO `t`;\n'
	printf -- '--> statement-breakpoint\nPRAGMA foreign_keys=ON;\n'
	printf -- '--> statement-breakpoint\n'
}
loose='id integer PRIMARY KEY NOT NULL, a text, b text, n integer,
	p_id integer'

dump() {
	sql "$1" "SELECT name, replace(sql, '\"', '') FROM sqlite_schema
		WHERE name NOT LIKE '\_\_%' ESCAPE '\' ORDER BY name" \
		'SELECT * FROM p' 'SELECT * FROM t'
}

# back NAME SQL [SINCE [EXTRA-ROLLBACK-ARGS]]
back() {
	P=$T/$1
	mk_project "$P" "$base" "$2"
	expect_weir 0 "$P" migrate --to 0000_m0 --quiet
	sql "$P/app.db" "$seed"
	dump "$P/app.db" >"$T/was"
	weir_in "$P" migrate
	# shellcheck disable=SC2046
	expect_weir 0 "$P" migrate $(grep -o -- '--allow [^ ]*' "$T/out" \
		"$T/err" | sed 's/^[^:]*://' | sort -u)
	dump "$P/app.db" >"$T/between"
	! cmp -s "$T/was" "$T/between" || fail "$1: nothing changed"
	[ -z "${3-}" ] || sql "$P/app.db" "$3"
}
same() {
	expect_weir 0 "$P" rollback
	dump "$P/app.db" >"$T/now"
	diff -u "$T/was" "$T/now" || fail "$1: not as it was"
	echo "$1: back"
}

back unique "DROP INDEX ua;
--> statement-breakpoint
UPDATE t SET a = 'q';"
same unique

back rebuild "$(rebuild "$loose")
UPDATE t SET a = NULL, n = -n WHERE id < 4;
--> statement-breakpoint
DELETE FROM p WHERE id = 1;"
same rebuild

# the values change in the copy itself, and the index is not made again
back inside "DROP INDEX ua;
--> statement-breakpoint
$(rebuild "$loose" "\"id\", 'same', \"b\", \"n\", \"p_id\"")"
same inside

back column "DROP INDEX ua;
--> statement-breakpoint
ALTER TABLE t DROP COLUMN b;
--> statement-breakpoint
UPDATE t SET a = 'z' WHERE id > 2;
--> statement-breakpoint
DELETE FROM t WHERE id = 6;"
same column

# values were right before what came after them: those go first
back order "UPDATE t SET a = a || 'x', n = n + 1;
--> statement-breakpoint
$(rebuild "$loose")
UPDATE t SET a = 'q' || id WHERE id < 3;
--> statement-breakpoint
UPDATE t SET a = NULL WHERE id < 3;"
same order

# what is in the way for good is said before, by its rows
back blocked "DROP INDEX ua;
--> statement-breakpoint
UPDATE t SET a = 'q' WHERE id < 3;" "INSERT INTO t VALUES (9, 'a1', 'b', 1, 1)"
weir_in "$P" rollback
[ "$rc" = 1 ] || fail "a row in the way: $rc"
grep -q "a=a1 of id=9 is what the saved row id=1 of t gets back" "$T/err" ||
	fail 'which rows'
grep -q 'a row that came since: change or remove that row' "$T/out" \
	"$T/err" || fail 'what to do'
! grep -q 'HAVING\|remove the duplicates\|weir review' "$T/err" ||
	fail 'advice that would cost the saved values'
grep -q 'and again: weir rollback' "$T/err" || fail 'how to go on'
sql "$P/app.db" "UPDATE t SET a = 'new' WHERE id = 9"
expect_weir 0 "$P" rollback
[ "$(sql "$P/app.db" "SELECT a FROM t WHERE id = 1")" = a1 ] || fail mended
:

# a key that was given again is another row's: its value stays in the store
users="CREATE TABLE u (id integer PRIMARY KEY NOT NULL, email text NOT NULL,
	ssn text, name text, city text, state text DEFAULT 'new');"
people="INSERT INTO u VALUES (1, 'a@x', '111', 'ann', 'rome', 'new'),
	(2, 'b@x', '222', 'bob', 'oslo', 'new'), (3, 'c@x', '333', 'cay', 'bonn',
	'new')"
again="DELETE FROM u WHERE id = 3;
	INSERT INTO u (email, name, city) VALUES ('m@x', 'mal', 'bonn');
	UPDATE u SET city = 'kiel', state = 'old' WHERE id = 1;
	UPDATE u SET name = 'bo', city = 'bern', state = 'old' WHERE id = 2"
# again NAME INDEX EXPECTED: of ssn, by id
again() {
	P=$T/$1
	mk_project "$P" "$users$2" 'ALTER TABLE u DROP COLUMN ssn;'
	expect_weir 0 "$P" migrate --to 0000_m0 --quiet
	sql "$P/app.db" "$people"
	expect_weir 0 "$P" migrate --allow drop-column:u.ssn
	sql "$P/app.db" "$again"
	expect_weir 0 "$P" rollback
	expect_eq "$1" "$(sql "$P/app.db" \
		'SELECT coalesce(ssn, 0) FROM u ORDER BY id' | tr '\n' ' ')" "$3"
}
again given '
--> statement-breakpoint
CREATE UNIQUE INDEX ue ON u (email);' '111 222 0 '
expect_any "saved rows back: 2 of 3 of u.ssn; gone, rewritten, or their key is another row's now, and left as they are: id=3"
expect_weir 0 "$P" undo show 0001_m1
expect_any 333
again plain '' '111 0 0 '

# so is one of several columns: two lines have changed places
P=$T/lines
mk_project "$P" 'CREATE TABLE line (o integer NOT NULL, n integer NOT NULL,
	item text, price text, PRIMARY KEY (o, n)) WITHOUT ROWID;' \
	'ALTER TABLE line DROP COLUMN price;'
expect_weir 0 "$P" migrate --to 0000_m0 --quiet
sql "$P/app.db" "INSERT INTO line VALUES (1, 1, 'a', '10'), (1, 2, 'b', '20'),
	(1, 3, 'c', '30')"
expect_weir 0 "$P" migrate --allow drop-column:line.price
sql "$P/app.db" 'UPDATE line SET n = 9 WHERE n = 1;
	UPDATE line SET n = 1 WHERE n = 2; UPDATE line SET n = 2 WHERE n = 9'
expect_weir 0 "$P" rollback
expect_eq places "$(sql "$P/app.db" \
	"SELECT item || coalesce(price, '') FROM line" | xargs)" 'b a c30'

# … and what was overwritten: by an UPDATE, and by SET NULL of a row that went
P=$T/reuse
mk_project "$P" "$users"'
--> statement-breakpoint
CREATE TABLE p (id integer PRIMARY KEY NOT NULL);
--> statement-breakpoint
CREATE TABLE c (id integer PRIMARY KEY NOT NULL, v text,
	p_id integer REFERENCES p(id) ON DELETE SET NULL);' \
	"UPDATE u SET ssn = 'redacted';
--> statement-breakpoint
DELETE FROM p WHERE id = 2;"
expect_weir 0 "$P" migrate --to 0000_m0 --quiet
sql "$P/app.db" "$people" 'INSERT INTO p VALUES (1), (2)' \
	"INSERT INTO c VALUES (1, 'one', 2), (2, 'two', 2), (3, 'three', 1)"
expect_weir 0 "$P" migrate --quiet --allow update-rows:u.ssn \
	--allow delete-rows:p --allow update-rows:c.p_id
sql "$P/app.db" "$again" "UPDATE u SET ssn = 'redacted';
	DELETE FROM c WHERE id = 2; INSERT INTO c VALUES (2, 'other', NULL)"
expect_weir 0 "$P" rollback
expect_eq reuse "$(sql "$P/app.db" 'SELECT ssn FROM u ORDER BY id' \
	'SELECT p_id FROM c ORDER BY id' | xargs)" '111 redacted redacted 2 1'
expect_any "of c; changed, gone or in the way since, or their key is another row's now, and left as they are: id=2"
expect_weir 0 "$P" undo export 0001_m1 --format csv
expect_any '"ssn after","email then"'

# rows whose number has no name left cannot be told apart: that is asked for
P=$T/names
mk_project "$P" 'CREATE TABLE n (rowid text, oid text, _rowid_ text, v text);' \
	"UPDATE n SET v = 'q';"
expect_weir 0 "$P" migrate --to 0000_m0 --quiet
sql "$P/app.db" "INSERT INTO n VALUES ('a', 'a', 'a', '1'), ('a', 'a', 'a', '2')"
expect_weir 3 "$P" migrate --allow update-rows:n.v
expect_any 'undo-skipped:n'
