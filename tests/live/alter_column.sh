#!/bin/sh
# libSQL's ALTER COLUMN … TO on a SQLite file: a rebuild that keeps every row of
# the table and of its children, its indexes, triggers, views, AUTOINCREMENT
# position and the rest of its text; what the rows break is said before; it is
# taken back; Drizzle's record is the one it would have.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir

first='CREATE TABLE `birds` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`ring` text COLLATE NOCASE, -- of tin, (or not
	`mate` integer,
	`len` integer GENERATED ALWAYS AS (length("ring")) VIRTUAL,
	CONSTRAINT "ok" CHECK("birds"."ring" <> '"''"')
);
--> statement-breakpoint
CREATE TABLE `eggs` (`id` integer PRIMARY KEY,
	`bird` integer NOT NULL REFERENCES birds(id) ON DELETE CASCADE);
--> statement-breakpoint
CREATE TABLE `pairs` (`a` integer, `b` text, PRIMARY KEY(`a`)) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `birds_ring` ON `birds` (`ring`);
--> statement-breakpoint
CREATE TRIGGER bt AFTER DELETE ON birds BEGIN DELETE FROM pairs; END;
--> statement-breakpoint
CREATE TRIGGER et AFTER INSERT ON eggs BEGIN
	UPDATE birds SET mate = mate WHERE id = new.bird; END;
--> statement-breakpoint
CREATE VIEW seen AS SELECT b.id, e.id AS egg FROM birds b JOIN eggs e
	ON e.bird = b.id;
'
second='ALTER TABLE `birds` ALTER COLUMN "ring" TO "ring" text NOT NULL DEFAULT '"'none'"';--> statement-breakpoint
-- a mate is a bird
ALTER TABLE `birds` ALTER COLUMN "mate" TO "mate" integer REFERENCES birds(id) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `pairs` ALTER COLUMN "b" TO "b" integer;
'

# counts: birds, eggs, their sums, AUTOINCREMENT, what the view sees
counts() {
	sql "$1/app.db" 'SELECT (SELECT count(*) || "/" || sum(id) || "/" ||
		group_concat(ring) FROM birds), (SELECT count(*) || "/" ||
		sum(bird) FROM eggs), (SELECT count(*) FROM pairs),
		(SELECT seq FROM sqlite_sequence WHERE name = "birds"),
		(SELECT count(*) FROM seen)'
}

# objects: those that hang on the tables, with their texts
objects() {
	sqlite3 -batch -init /dev/null "$1/app.db" "SELECT type, name, tbl_name,
		sql FROM sqlite_schema WHERE type <> 'table' ORDER BY 1, 2"
}

fresh() {
	rm -rf "$T/p"
	mk_project "$T/p" "$first"
	expect_weir 0 "$T/p" migrate
	sql "$T/p/app.db" "INSERT INTO birds(ring, mate) VALUES ('1', NULL),
		('x2', 1), ('3', 2)" "INSERT INTO birds(id) VALUES (70)" \
		'DELETE FROM birds WHERE id = 70' \
		'INSERT INTO eggs(bird) VALUES (1), (2), (2), (3)' \
		"INSERT INTO pairs VALUES (1, '5'), (2, '1e2'), (3, 'six')" \
		>/dev/null
	mk_project "$T/p" "$first" "$second"
}

# --- all is kept -------------------------------------------------------------
fresh
sql "$T/p/app.db" "UPDATE pairs SET b = '7' WHERE a = 2"
before=$(counts "$T/p")
objects "$T/p" >"$T/objects"
schema_of "$T/p/app.db" | LC_ALL=C sort >"$T/schema"
weir_in "$T/p" review
expect_rc 0
expect_out 'CREATE TABLE "__new_birds".*REBUILD +3 rows copied · 4 child rows' \
	'CREATE TABLE "__new_pairs".*REBUILD +3 rows copied' \
	'ALTER COLUMN at drizzle/0001_m1.sql:1:1 as a rebuild' \
	'ALTER COLUMN at drizzle/0001_m1.sql:3:1 as a rebuild' \
	'foreign keys off around the file' \
	'own migrator would stop at ALTER COLUMN in 0001_m1 on SQLite'
weir_in "$T/p" migrate
expect_rc 0
expect_out 'live schema = prediction' 'rows   birds 3 = 3   eggs 4 = 4' \
	'kept over the rebuild:.*index birds_ring.*AUTOINCREMENT of birds' \
	'foreign_key_check 0 rows'
expect_eq 'rows and position' "$(counts "$T/p")" "$before"
objects "$T/p" >"$T/objects.now"
expect_files_equal "$T/objects.now" "$T/objects"
expect_eq 'values as they take the type' "$(sql "$T/p/app.db" \
	"SELECT group_concat(typeof(b) || b) FROM pairs")" \
	'integer5,integer7,textsix'
sql "$T/p/app.db" 'SELECT sql FROM sqlite_schema WHERE name = "birds"' \
	>"$T/text"
for has in "\"ring\" text NOT NULL DEFAULT 'none', -- of tin, (or not" \
	'"mate" integer REFERENCES birds(id) ON DELETE no action' \
	'GENERATED ALWAYS AS (length("ring")) VIRTUAL' \
	"CONSTRAINT \"ok\" CHECK(\"birds\".\"ring\" <> '')" \
	'PRIMARY KEY AUTOINCREMENT NOT NULL'; do
	grep -qF -- "$has" "$T/text" || fail "lacks $has: $(cat "$T/text")"
done
sql "$T/p/app.db" 'SELECT sql FROM sqlite_schema WHERE name = "pairs"' |
	grep -q 'WITHOUT ROWID' || fail 'WITHOUT ROWID is lost'
! sql "$T/p/app.db" "INSERT INTO birds(ring, mate) VALUES ('q', 999)" \
	2>/dev/null || fail 'a mate that is no bird'
expect_eq 'the hash' "$(tracking "$T/p/app.db" | tail -n 1 | cut -d'|' -f4)" \
	"$(file_sum "$T/p/drizzle/0001_m1.sql")"
expect_weir 0 "$T/p" verify
weir_in "$T/p" status
expect_out 'Drift +none'

# --- and back ----------------------------------------------------------------
weir_in "$T/p" rollback
expect_rc 0
expect_out 'live schema = what it was before'
expect_eq 'rows after rollback' "$(counts "$T/p")" "$before"
objects "$T/p" >"$T/objects.now"
expect_files_equal "$T/objects.now" "$T/objects"

# --- values that change, and come back ---------------------------------------
fresh
expect_weir 3 "$T/p" migrate
expect_any '--allow narrow-type:pairs.b'
expect_weir 0 "$T/p" migrate --allow narrow-type:pairs.b
expect_eq 'the value' "$(sql "$T/p/app.db" \
	'SELECT b FROM pairs WHERE a = 2')" 100
weir_in "$T/p" rollback
expect_rc 0
expect_eq 'the value is back' "$(sql "$T/p/app.db" \
	'SELECT b FROM pairs WHERE a = 2')" 1e2

# --- rows in the way ---------------------------------------------------------
fresh
sql "$T/p/app.db" 'UPDATE birds SET ring = NULL WHERE id = 3' \
	'UPDATE birds SET mate = 44 WHERE id = 2' >/dev/null
sum=$(db_sum "$T/p/app.db")
weir_in "$T/p" review
expect_out 'SL25 set-not-null +birds.ring +1 of 3 rows holds NULL' \
	'SL27 foreign-key-violated +birds.mate +1 of 3 rows has no parent' \
	'Rehearsal failed: drizzle/0001_m1.sql:1:1: NOT NULL'
expect_weir 1 "$T/p" migrate
expect_any 'blocked by the data'
expect_eq 'untouched' "$(db_sum "$T/p/app.db")" "$sum"

# --- what libSQL does not alter either ---------------------------------------
for not in '"ring" TO "band" text' '"ring" TO "ring" text UNIQUE' \
	'"id" TO "id" integer NOT NULL' '"len" TO "len" integer' \
	'"nope" TO "nope" text'; do
	mk_project "$T/p" "$first" "ALTER TABLE birds ALTER COLUMN $not;"
	weir_in "$T/p" migrate
	[ $rc -ne 0 ] || fail "it ran: $not"
	expect_eq "$not" "$(db_sum "$T/p/app.db")" "$sum"
done
