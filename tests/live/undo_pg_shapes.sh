#!/bin/sh
# undo_pg_shapes.sh: tables of unusual shapes on PostgreSQL, each with a few
# rows: a migration that destroys something, applied with consent to the loss
# alone, and the derived way back: rows and schema are as they were.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
pg_start

# state DATABASE: its rows and schema, in no order
state() {
	pg_dump_of "$1" --exclude-schema=drizzle --inserts |
		sed 's/,$//' | sort
}

# round NAME BASE ROWS 'ALLOW…' SQL [lossy [DOWN]]: up, rows by hand, up, down, compared
round() {
	pg_new "$1"
	pg_project "$T/$1" "$1" "$2"
	expect_weir 0 "$T/$1" migrate --quiet
	pg_sql "$1" "$3"
	state "$1" >"$T/before"
	rm -rf "${T:?}/$1"
	pg_project "$T/$1" "$1" "$2" "$5"
	[ -z "${7-}" ] ||
		printf '%s\n' "$7" >"$T/$1/drizzle/0001_m1.down.sql"
	allows=
	for x in $4; do
		allows="$allows --allow $x"
	done
	# shellcheck disable=SC2086
	expect_weir 0 "$T/$1" migrate $allows
	state "$1" >"$T/between"
	! cmp -s "$T/before" "$T/between" || fail "$1: nothing was destroyed"
	expect_weir 0 "$T/$1" rollback
	cp "$T/out" "$T/lines"
	state "$1" >"$T/after"
	diff -u "$T/before" "$T/after" >"$T/diff" && return
	[ "${6-}" = lossy ] || {
		head -40 "$T/diff" >&2
		fail "$1: not as it was"
	}
}

# a key that waits for the end is no arbiter of ON CONFLICT
round waits 'CREATE TABLE t (id int PRIMARY KEY, a text,
	u int UNIQUE DEFERRABLE INITIALLY DEFERRED);' \
	"INSERT INTO t SELECT i, 'v' || i, i FROM generate_series(1, 5) i" \
	'update-rows:public.t.a update-rows:public.t.u delete-rows:public.t' \
	'UPDATE t SET u = 6 - u, a = NULL;
--> statement-breakpoint
DELETE FROM t WHERE id = 5;'
round waits_key 'CREATE TABLE t (id int PRIMARY KEY DEFERRABLE, a text,
	u int UNIQUE);' \
	"INSERT INTO t SELECT i, 'v' || i, i FROM generate_series(1, 5) i" \
	'update-rows:public.t.u delete-rows:public.t' \
	'UPDATE t SET u = u + 10;
--> statement-breakpoint
DELETE FROM t WHERE id > 2;'
# … and a row that came since is not overwritten
expect_weir 0 "$T/waits_key" migrate --allow update-rows:public.t.u \
	--allow delete-rows:public.t
pg_sql waits_key "INSERT INTO t VALUES (3, 'new', 77)"
expect_weir 0 "$T/waits_key" rollback
expect_any 'saved rows back: 2 of 3 of public.t; .*: id=3'
expect_eq 'the new row' "$(pg_sql waits_key 'SELECT a FROM t WHERE id = 3')" new

# a key that was given again is another row's: its value stays in the store
round again 'CREATE TABLE t (id int PRIMARY KEY, e text NOT NULL UNIQUE,
	d timestamptz, a text);' \
	"INSERT INTO t SELECT i, 'v' || i, now(), 'a' || i
		FROM generate_series(1, 5) i" \
	drop-column:public.t.a 'ALTER TABLE t DROP COLUMN a;'
expect_weir 0 "$T/again" migrate --allow drop-column:public.t.a
pg_sql again "DELETE FROM t WHERE id IN (2, 3);
	INSERT INTO t VALUES (2, 'new'), (3, 'v3')"
expect_weir 0 "$T/again" rollback
expect_any "saved rows back: 4 of 5 of public.t.a; gone, rewritten, .*: id=2"
expect_eq 'their own' "$(pg_sql again \
	"SELECT string_agg(a, ' ' ORDER BY id) FROM t")" 'a1 a3 a4 a5'

# … and what was overwritten, by an UPDATE or as another type
round reuse 'CREATE TABLE t (id int PRIMARY KEY, e text NOT NULL UNIQUE,
	d timestamptz, a text, pin text);' \
	"INSERT INTO t SELECT i, 'v' || i, now(), 'a' || i, '0' || i
		FROM generate_series(1, 5) i" \
	'update-rows:public.t.a narrow-type:public.t.pin' \
	"UPDATE t SET a = 'redacted';
--> statement-breakpoint
ALTER TABLE t ALTER pin TYPE int USING pin::int;"
expect_weir 0 "$T/reuse" migrate --allow update-rows:public.t.a \
	--allow narrow-type:public.t.pin
pg_sql reuse "DELETE FROM t WHERE id = 2;
	INSERT INTO t VALUES (2, 'new', NULL, 'redacted', 2)"
expect_weir 0 "$T/reuse" rollback
expect_any "saved rows back: 4 of 5 of public.t; changed, .* another row's .*: id=2"
expect_eq 'what is theirs' "$(pg_sql reuse \
	"SELECT string_agg(a || pin, ' ' ORDER BY id) FROM t")" \
	'a101 redacted2 a303 a404 a505'

# a partition has its columns from its parent, and so have they their way back
round part 'CREATE TABLE p (id int, k int, a text, PRIMARY KEY (id, k))
	PARTITION BY RANGE (k);
--> statement-breakpoint
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
--> statement-breakpoint
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20);' \
	"INSERT INTO p SELECT i, i, 'v' || i FROM generate_series(1, 19) i" \
	drop-column:public.p.a 'ALTER TABLE p DROP COLUMN a;'

# a column goes, then one of the partitions: that is a part again before the
# column comes, and its rows are there when the values do
parts='CREATE TABLE p (id int, k int, a text NOT NULL, PRIMARY KEY (id, k))
	PARTITION BY RANGE (k);
--> statement-breakpoint
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
--> statement-breakpoint
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20);
--> statement-breakpoint
CREATE INDEX p_k ON p (k);'
for x in 'DROP TABLE p1; ALTER TABLE p DROP COLUMN a; DROP TABLE p2;' \
	'ALTER TABLE p ADD COLUMN b int; DROP TABLE p1;
	ALTER TABLE p DROP COLUMN a, DROP COLUMN b;'; do
	gone='drop-table:public.p1 drop-column:public.p.a'
	case $x in *p2*) gone="$gone drop-table:public.p2" ;; esac
	round part_gone "$parts" "INSERT INTO p SELECT i, i, 'v' || i
		FROM generate_series(1, 19) i" "$gone" "$x"
done

# a function over a view comes after it; a plain heir has its rows by itself
round over_view 'CREATE TABLE t (id int PRIMARY KEY, a text);
--> statement-breakpoint
CREATE VIEW v AS SELECT * FROM t;
--> statement-breakpoint
CREATE FUNCTION fv() RETURNS SETOF v LANGUAGE sql AS $$SELECT * FROM v$$;' \
	"INSERT INTO t VALUES (1, 'x')" drop-table:public.t \
	'DROP VIEW v CASCADE; DROP TABLE t;'
round heir 'CREATE TABLE par (id int PRIMARY KEY, a text);
--> statement-breakpoint
CREATE TABLE kid (b text) INHERITS (par);' \
	"INSERT INTO par VALUES (1, 'x');
	INSERT INTO kid VALUES (2, 'y', 'z'), (3, 'q', 'r')" \
	drop-table:public.kid 'DROP TABLE kid;'

# a trigger that writes a table without a key: told, and asked for
round keyless "CREATE TABLE t (id int PRIMARY KEY,
	par int REFERENCES t ON DELETE CASCADE, a text);
--> statement-breakpoint
CREATE TABLE lg (i int, w text);
--> statement-breakpoint
CREATE FUNCTION tg() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN
	UPDATE lg SET w = 'x' WHERE i = OLD.id; RETURN NULL; END \$\$;
--> statement-breakpoint
CREATE TRIGGER tg AFTER DELETE ON t FOR EACH ROW EXECUTE FUNCTION tg();" \
	"INSERT INTO t SELECT i, CASE WHEN i > 1 THEN i - 1 END, 'v' || i
		FROM generate_series(1, 10) i;
	INSERT INTO lg SELECT i, '' FROM generate_series(1, 10) i" \
	'delete-rows:public.t cascade-delete:public.t update-rows:public.lg
		undo-skipped:public.lg' 'DELETE FROM t WHERE id = 3;' lossy
expect_eq 'the rows' "$(pg_sql keyless 'SELECT count(*) FROM t')" 10
expect_weir 3 "$T/keyless" migrate --allow delete-rows:public.t \
	--allow cascade-delete:public.t --allow update-rows:public.lg
expect_any 'undo-skipped:public.lg'
expect_eq 'nothing kept' "$(pg_sql keyless 'SELECT count(*) FROM t')" 10

# values that are equal and not the same
pg_new icu
if pg_sql icu "CREATE COLLATION ci (provider = icu,
	locale = 'und-u-ks-level2', deterministic = false)" 2>/dev/null; then
	round alike "CREATE COLLATION ci (provider = icu,
	locale = 'und-u-ks-level2', deterministic = false);
--> statement-breakpoint
CREATE DOMAIN mail AS text COLLATE ci;
--> statement-breakpoint
CREATE TABLE t (k text COLLATE ci PRIMARY KEY, e mail);" \
		"INSERT INTO t VALUES ('Ab', 'Bob@X'), ('c', 'b')" \
		'update-rows:public.t.k update-rows:public.t.e' \
		'UPDATE t SET k = lower(k), e = lower(e);'
fi

# what asks the rows comes when those that were saved are back
round notnull 'CREATE TABLE t (id int PRIMARY KEY, b int CHECK (b > 0),
	a text NOT NULL UNIQUE);' \
	"INSERT INTO t SELECT i, i, 'v' || i FROM generate_series(1, 9) i" \
	drop-column:public.t.a 'ALTER TABLE t DROP COLUMN a;'
round loosened 'CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL UNIQUE,
	b int CHECK (b > 0));' \
	"INSERT INTO t SELECT i, 'v' || i, i FROM generate_series(1, 9) i" \
	'update-rows:public.t.a update-rows:public.t.b' \
	'ALTER TABLE t ALTER a DROP NOT NULL, DROP CONSTRAINT t_b_check,
	DROP CONSTRAINT t_a_key;
--> statement-breakpoint
UPDATE t SET a = NULL, b = 0 WHERE id < 4;
--> statement-breakpoint
UPDATE t SET a = '"'same'"' WHERE id >= 4;'
round orphans 'CREATE TABLE t (id int PRIMARY KEY);
--> statement-breakpoint
CREATE TABLE c (id int PRIMARY KEY, t_id int REFERENCES t);' \
	'INSERT INTO t SELECT i FROM generate_series(1, 9) i;
	INSERT INTO c SELECT i, i FROM generate_series(1, 9) i' \
	delete-rows:public.t 'ALTER TABLE c DROP CONSTRAINT c_t_id_fkey;
--> statement-breakpoint
DELETE FROM t WHERE id < 5;'

# … and still asks those that are not
pg_sql orphans 'INSERT INTO c VALUES (20, NULL)'
expect_weir 0 "$T/orphans" migrate --allow delete-rows:public.t
pg_sql orphans 'UPDATE c SET t_id = 77 WHERE id = 20'
weir_in "$T/orphans" rollback
[ "$rc" -ne 0 ] || fail 'a row without its parent went through'
expect_eq 'nothing taken back' "$(pg_sql orphans 'SELECT count(*) FROM t')" 5

# a way back that is written puts the rows where it says
round written 'CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL);' \
	"INSERT INTO t SELECT i, 'v' || i FROM generate_series(1, 9) i" \
	drop-column:public.t.a 'ALTER TABLE t DROP COLUMN a;
--> statement-breakpoint' '' 'ALTER TABLE t ADD COLUMN a text;
--> statement-breakpoint
-- weir: saved rows are put back here
ALTER TABLE t ALTER COLUMN a SET NOT NULL;'

# a partitioned table goes with its partitions, which hold the rows
round parts 'CREATE TABLE p (id int, k int, a text, PRIMARY KEY (id, k))
	PARTITION BY RANGE (k);
--> statement-breakpoint
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
--> statement-breakpoint
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20);' \
	"INSERT INTO p SELECT i, i, 'v' || i FROM generate_series(1, 19) i" \
	'drop-table:public.p1 drop-table:public.p2' 'DROP TABLE p;'

# code that drops and makes again what no model shows: not saved, so asked for
pg_new wipe
pg_project "$T/wipe" wipe "CREATE TABLE t (id int PRIMARY KEY, a text);
--> statement-breakpoint
CREATE FUNCTION wipe() RETURNS void LANGUAGE plpgsql AS 'BEGIN
	EXECUTE ''ALTER TABLE t DROP COLUMN a'';
	EXECUTE ''ALTER TABLE t ADD COLUMN a text''; END';" 'SELECT wipe();'
expect_weir 0 "$T/wipe" migrate --quiet --to 0000_m0
pg_sql wipe "INSERT INTO t VALUES (1, 'x')"
expect_weir 3 "$T/wipe" migrate --allow drop-column:public.t.a
expect_any 'undo-skipped:public\.t\.a'
expect_eq 'nothing kept' "$(pg_sql wipe 'SELECT a FROM t')" x
expect_weir 0 "$T/wipe" migrate --allow drop-column:public.t.a \
	--allow undo-skipped:public.t.a

# columns that fill themselves: with their numbers, and rows that came since
round numbers 'CREATE TABLE t (id int PRIMARY KEY, a text, s serial,
	g int GENERATED BY DEFAULT AS IDENTITY,
	h int GENERATED ALWAYS AS IDENTITY);' \
	"INSERT INTO t SELECT i, 'v' || i FROM generate_series(1, 9) i" \
	'drop-column:public.t.s drop-column:public.t.g drop-column:public.t.h' \
	'ALTER TABLE t DROP COLUMN s, DROP COLUMN g, DROP COLUMN h;'
expect_weir 0 "$T/numbers" migrate --allow drop-column:public.t.s \
	--allow drop-column:public.t.g --allow drop-column:public.t.h
pg_sql numbers 'INSERT INTO t VALUES (100)'
expect_weir 0 "$T/numbers" rollback
expect_eq 'numbers' "$(pg_sql numbers "SELECT count(*), sum(s) - max(s),
	sum(g) - max(g), sum(h) - max(h) FROM t")" '10|45|45|45'

# a column that is generated again has no values to put back
pg_new made
pg_project "$T/made" made 'CREATE TABLE t (id int PRIMARY KEY, a text,
	b int GENERATED ALWAYS AS (id * 2) STORED);' \
	'ALTER TABLE t ALTER b DROP EXPRESSION;
--> statement-breakpoint
UPDATE t SET b = 0, a = NULL WHERE id < 3;'
expect_weir 0 "$T/made" migrate --quiet --to 0000_m0
pg_sql made "INSERT INTO t SELECT i, 'v' || i FROM generate_series(1, 5) i"
expect_weir 0 "$T/made" migrate --allow update-rows:public.t.a \
	--allow update-rows:public.t.b
expect_weir 0 "$T/made" rollback --allow drop-column:public.t.b \
	--allow undo-skipped:public.t.b
expect_eq 'made' "$(pg_sql made 'SELECT sum(b), count(a) FROM t')" '30|5'

# what a partition has of its parent goes with it
round part_add 'CREATE TABLE p (id int, k int, a text, PRIMARY KEY (id, k))
	PARTITION BY RANGE (k);
--> statement-breakpoint
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);' \
	"INSERT INTO p SELECT i, i, 'v' || i FROM generate_series(1, 9) i" '' \
	'ALTER TABLE p ADD COLUMN u text;'

# the rows of an heir are counted with its parent's, and consented to as its own
pg_new heirs
pg_project "$T/heirs" heirs 'CREATE TABLE par (id int PRIMARY KEY, a text);
--> statement-breakpoint
CREATE TABLE kid (b text) INHERITS (par);' 'DROP TABLE kid;'
expect_weir 0 "$T/heirs" migrate --quiet --to 0000_m0
pg_sql heirs "INSERT INTO par VALUES (1, 'a')" \
	"INSERT INTO kid VALUES (2, 'b', 'c'), (3, 'd', 'e')"
expect_weir 0 "$T/heirs" migrate --allow drop-table:public.kid \
	--allow undo-skipped:public.kid
expect_weir 0 "$T/heirs" rollback
expect_eq 'heirs' "$(pg_sql heirs 'SELECT count(*), count(a) FROM par')" '3|3'

# what was given outside of the migrations hangs on what they drop
given='CREATE SCHEMA s2;
--> statement-breakpoint
CREATE TABLE s2.t (id int PRIMARY KEY, a text);
--> statement-breakpoint
CREATE TABLE t (id int PRIMARY KEY, b text, a text);
--> statement-breakpoint
CREATE INDEX ta ON t (a);
--> statement-breakpoint
CREATE VIEW v AS SELECT id FROM t;'
by_hand="INSERT INTO t SELECT i, 'b', 'a' || i FROM generate_series(1, 3) i;
INSERT INTO s2.t SELECT i, 'a' FROM generate_series(1, 3) i;
GRANT USAGE ON SCHEMA s2 TO public; GRANT SELECT ON s2.t, t, v TO public;
GRANT UPDATE (a) ON t TO public; COMMENT ON TABLE s2.t IS 'c1';
COMMENT ON COLUMN s2.t.a IS 'c2'; COMMENT ON TABLE t IS 'c3';
COMMENT ON COLUMN t.a IS 'c4'; COMMENT ON INDEX ta IS 'c5';
COMMENT ON VIEW v IS 'c6'; SET client_min_messages = error"
round given_schema "$given" "$by_hand" drop-table:s2.t 'DROP SCHEMA s2 CASCADE;'
round given_table "$given" "$by_hand" drop-table:public.t \
	'DROP VIEW v;
--> statement-breakpoint
DROP TABLE t;'
round given_column "$given" "$by_hand; CREATE PUBLICATION pb FOR TABLE t (id, a);
	CREATE PUBLICATION pc FOR TABLE t WHERE (id > 1), s2.t" \
	drop-column:public.t.a 'ALTER TABLE t DROP COLUMN a CASCADE;'
grep -q 'back: ALTER PUBLICATION pb ADD TABLE ONLY public.t (id, a)' \
	"$T/lines" || fail 'the publication'
weir_in "$T/given_column" review
grep -q 'publication pb loses it' "$T/out" || fail 'publication: not told before'
expect_weir 0 "$T/given_column" migrate --allow drop-column:public.t.a
grep -q 'public.t is in publication pb no more' "$T/out" ||
	fail 'publication: not told after'
# somebody else has put it there meanwhile
pg_sql given_column 'SET client_min_messages = error' \
	'ALTER PUBLICATION pb ADD TABLE t (id, b)'
expect_weir 0 "$T/given_column" rollback
expect_eq 'their own list' "$(pg_sql given_column "SELECT attnames FROM
	pg_publication_tables WHERE pubname = 'pb'")" '{id,b}'
round given_all "$given" "$by_hand; CREATE PUBLICATION pb FOR TABLE t;
	CREATE PUBLICATION pc FOR ALL TABLES" drop-table:public.t \
	'DROP TABLE t CASCADE;'

# what no schema model compares: settings, and what views say of their columns
pg_sql postgres 'CREATE ROLE "R o"'
round settings 'CREATE TABLE t (id int PRIMARY KEY, a text, b text);
--> statement-breakpoint
CREATE INDEX ia ON t (id, lower(a));
--> statement-breakpoint
CREATE VIEW v AS SELECT id, b AS "B ""=" FROM t;
--> statement-breakpoint
CREATE MATERIALIZED VIEW mv AS SELECT id, b FROM t;' \
	"INSERT INTO t VALUES (1, 'x', 'y'); REFRESH MATERIALIZED VIEW mv;
	ALTER TABLE t ALTER b SET (n_distinct = 5), ALTER b SET STATISTICS 9;
	ALTER INDEX ia ALTER COLUMN 2 SET STATISTICS 99;
	ALTER MATERIALIZED VIEW mv ALTER b SET STATISTICS 8;
	COMMENT ON COLUMN v.\"B \"\"=\" IS 'it''s b';
	GRANT SELECT (\"B \"\"=\"), UPDATE (id) ON v TO \"R o\";
	COMMENT ON COLUMN mv.b IS 'also b'" \
	drop-column:public.t.b 'DROP VIEW v;
--> statement-breakpoint
DROP MATERIALIZED VIEW mv;
--> statement-breakpoint
ALTER TABLE t DROP COLUMN b;
--> statement-breakpoint
ALTER TABLE t ALTER a TYPE varchar;'

# what is made again belongs to whom it did, and to nobody more
pg_sql postgres 'CREATE ROLE ro; CREATE ROLE "Own 1"'
made="CREATE SCHEMA z;
--> statement-breakpoint
CREATE TYPE z.e AS ENUM ('a');
--> statement-breakpoint
CREATE DOMAIN z.d AS text;
--> statement-breakpoint
CREATE TYPE z.c AS (i int);
--> statement-breakpoint
CREATE SEQUENCE z.s;
--> statement-breakpoint
CREATE TABLE z.t (id serial PRIMARY KEY, e z.e, a text);
--> statement-breakpoint
CREATE VIEW z.v AS SELECT id, a FROM z.t;
--> statement-breakpoint
CREATE FUNCTION z.f(i int) RETURNS int LANGUAGE sql SECURITY DEFINER
	AS 'SELECT 1';
--> statement-breakpoint
CREATE FUNCTION z.g() RETURNS trigger LANGUAGE plpgsql
	AS 'BEGIN RETURN NEW; END';
--> statement-breakpoint
CREATE PROCEDURE z.p() LANGUAGE sql AS 'SELECT 1';
--> statement-breakpoint
CREATE TRIGGER g BEFORE INSERT ON z.t FOR EACH ROW EXECUTE FUNCTION z.g();"
given_so="INSERT INTO z.t (e, a) VALUES ('a', 'x');
	REVOKE ALL ON FUNCTION z.f FROM public;
	GRANT EXECUTE ON FUNCTION z.f TO ro;
	ALTER FUNCTION z.f OWNER TO \"Own 1\";
	REVOKE ALL ON PROCEDURE z.p FROM public;
	ALTER TABLE z.t OWNER TO \"Own 1\";
	GRANT USAGE ON SCHEMA z TO ro; GRANT SELECT ON SEQUENCE z.s TO ro;
	REVOKE USAGE ON TYPE z.e FROM public;
	REVOKE USAGE ON TYPE z.c FROM public; GRANT USAGE ON TYPE z.c TO ro;
	GRANT SELECT (a) ON z.t TO ro; GRANT SELECT ON z.v TO ro;
	COMMENT ON SCHEMA z IS 'c1'; COMMENT ON TYPE z.e IS 'c2';
	COMMENT ON FUNCTION z.f IS 'c3'; COMMENT ON TRIGGER g ON z.t IS 'c4';
	COMMENT ON COLUMN z.t.a IS 'c6'; COMMENT ON COLUMN z.c.i IS 'c9';
	COMMENT ON SEQUENCE z.s IS 'c7'; COMMENT ON DOMAIN z.d IS 'c8';
	ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO ro;
	ALTER DEFAULT PRIVILEGES GRANT ALL ON SEQUENCES TO ro;
	ALTER DEFAULT PRIVILEGES GRANT ALL ON FUNCTIONS TO ro;
	ALTER DEFAULT PRIVILEGES GRANT ALL ON TYPES TO ro;
	ALTER DEFAULT PRIVILEGES GRANT ALL ON SCHEMAS TO ro"
round made_one "$made" "$given_so" drop-table:z.t \
	'DROP FUNCTION z.f(int);
--> statement-breakpoint
DROP PROCEDURE z.p();
--> statement-breakpoint
DROP VIEW z.v;
--> statement-breakpoint
DROP TABLE z.t;
--> statement-breakpoint
DROP TYPE z.e;
--> statement-breakpoint
DROP SEQUENCE z.s;'
expect_eq 'who may call it' "$(pg_sql made_one \
	"SELECT has_function_privilege('public', 'z.f(int)', 'execute'),
	proowner::regrole FROM pg_proc WHERE proname = 'f'")" 'f|"Own 1"'
round made_all "$made" "$given_so" drop-table:z.t 'DROP SCHEMA z CASCADE;'
# what stayed keeps what it was given since
expect_weir 0 "$T/made_one" migrate --allow drop-table:z.t
pg_sql made_one 'GRANT USAGE ON DOMAIN z.d TO "Own 1"'
expect_weir 0 "$T/made_one" rollback
expect_eq 'given since' "$(pg_sql made_one "SELECT typacl::text LIKE
	'%Own 1%' FROM pg_type WHERE typname = 'd'")" t
# … and where the record is gone, that is said
expect_weir 0 "$T/made_one" migrate --allow drop-table:z.t
rm "$T"/made_one/.weir/db/*/runs/*/0001_m1/before.json
expect_weir 0 "$T/made_one" rollback
expect_any 'no record of the run tells them'
# by another name when it went
by_role="INSERT INTO t VALUES (1, 'x'); COMMENT ON TABLE t IS 'c1';
	COMMENT ON COLUMN t.b IS 'c2'; GRANT SELECT ON t TO ro;
	GRANT UPDATE (b) ON t TO ro; ALTER TABLE t OWNER TO \"Own 1\""
round renamed 'CREATE TABLE t (id int PRIMARY KEY, b text);' "$by_role" \
	drop-column:public.t.b 'ALTER TABLE t RENAME TO t2;
--> statement-breakpoint
ALTER TABLE t2 RENAME COLUMN b TO bb;
--> statement-breakpoint
ALTER TABLE t2 DROP COLUMN bb;'
round renamed_all 'CREATE TABLE t (id int PRIMARY KEY, b text);' "$by_role" \
	drop-table:public.t 'ALTER TABLE t RENAME TO t2;
--> statement-breakpoint
DROP TABLE t2;'

# a foreign key and an enum as older drizzle-kit writes them, in code
round code 'CREATE TABLE a (id int PRIMARY KEY);
--> statement-breakpoint
CREATE TABLE z (id int PRIMARY KEY, a_id int);' \
	'INSERT INTO a VALUES (1); INSERT INTO z VALUES (1, 1)' '' \
	'DO $$ BEGIN
 CREATE TYPE "public"."mood" AS ENUM('"'a', 'b'"');
EXCEPTION
 WHEN duplicate_object THEN null;
END $$;
--> statement-breakpoint
DO $$ BEGIN
 ALTER TABLE "z" ADD CONSTRAINT "z_a" FOREIGN KEY ("a_id") REFERENCES
	"public"."a"("id") ON DELETE no action ON UPDATE no action;
EXCEPTION
 WHEN duplicate_object THEN null;
END $$;'
# … other code has no way back, and is called by its name
pg_new block
pg_project "$T/block" block 'CREATE TABLE a (id int);' \
	'DO $$ BEGIN UPDATE a SET id = 1; EXCEPTION
 WHEN duplicate_object THEN null; END $$;'
expect_weir 0 "$T/block" migrate --quiet
expect_weir 2 "$T/block" rollback
expect_any 'no way back is derived from code: do'

# a label that is renamed after another came: renamed back before it is taken
round label "CREATE TYPE e AS ENUM ('a', 'b');
--> statement-breakpoint
CREATE TABLE t (id int PRIMARY KEY, s e);" "INSERT INTO t VALUES (1, 'a')" '' \
	"ALTER TYPE e ADD VALUE 'c' BEFORE 'b';
--> statement-breakpoint
ALTER TYPE e RENAME VALUE 'a' TO 'aa';"
# a serial that becomes an identity keeps its sequence beside the new one
round identity 'CREATE TABLE t (id serial PRIMARY KEY, a text);' \
	"INSERT INTO t (a) VALUES ('x'), ('y')" '' \
	"ALTER TABLE t ALTER COLUMN id DROP DEFAULT;
--> statement-breakpoint
ALTER TABLE t ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY;
--> statement-breakpoint
SELECT setval(pg_get_serial_sequence('t', 'id'), (SELECT max(id) FROM t));"

# values of a unique column: each waits for the row that holds it now …
round shift 'CREATE TABLE t (id int PRIMARY KEY, n int UNIQUE);' \
	'INSERT INTO t SELECT i, i FROM generate_series(1, 9) i' \
	update-rows:public.t.n 'UPDATE t SET n = n - 1;'
# … and stays where one that came since holds it for good
expect_weir 0 "$T/shift" migrate --quiet --allow update-rows:public.t.n
pg_sql shift 'INSERT INTO t VALUES (50, 5000)' 'UPDATE t SET n = 4
	WHERE id = 50 AND NOT EXISTS (SELECT FROM t WHERE n = 4)' \
	'DELETE FROM t WHERE id = 4' 'UPDATE t SET n = 3 WHERE id = 50'
expect_weir 0 "$T/shift" rollback
expect_any 'saved rows back: 5 of 9 of public.t; changed, gone or in the way'
expect_eq 'the row in the way' \
	"$(pg_sql shift 'SELECT n FROM t WHERE id IN (3, 50) ORDER BY id')" '2
3'

# what was not saved is told again when it does not come back
pg_new unsaved
pg_project "$T/unsaved" unsaved 'CREATE TABLE t (a text);' \
	"UPDATE t SET a = '0';"
expect_weir 0 "$T/unsaved" migrate --quiet --to 0000_m0
pg_sql unsaved "INSERT INTO t VALUES ('1'), ('1')"
expect_weir 0 "$T/unsaved" migrate --quiet --allow update-rows:public.t.a \
	--allow undo-skipped:public.t.a
expect_weir 0 "$T/unsaved" rollback --dry-run
expect_any 'not back: public.t.a, it was not saved'
expect_weir 0 "$T/unsaved" rollback
expect_any 'not back: public.t.a, it was not saved'
# a sequence that is made again goes on where it stood …
round positions 'CREATE TABLE t (id serial PRIMARY KEY, a text);
--> statement-breakpoint
CREATE TABLE u (id int GENERATED ALWAYS AS IDENTITY
	(START 100 INCREMENT 5) PRIMARY KEY, a text);
--> statement-breakpoint
CREATE TABLE d (k int PRIMARY KEY, id bigserial);
--> statement-breakpoint
CREATE SEQUENCE own START 7 INCREMENT -2 MAXVALUE 9 MINVALUE -1000;
--> statement-breakpoint
CREATE TABLE gone (id serial PRIMARY KEY, a text);' \
	"INSERT INTO t (a) SELECT 'x' FROM generate_series(1, 10);
	DELETE FROM t WHERE id > 3;
	INSERT INTO u (a) VALUES ('x'), ('y');
	INSERT INTO d SELECT i FROM generate_series(1, 4) i;
	INSERT INTO gone (a) VALUES ('x');
	SELECT setval('gone_id_seq', 5000, false), nextval('own')" \
	'drop-column:public.d.id drop-sequence:public.own
		drop-table:public.gone' \
	'ALTER TABLE t ALTER id DROP DEFAULT;
--> statement-breakpoint
DROP SEQUENCE t_id_seq;
--> statement-breakpoint
ALTER TABLE t ALTER id ADD GENERATED BY DEFAULT AS IDENTITY (START WITH 50);
--> statement-breakpoint
ALTER TABLE u ALTER id DROP IDENTITY;
--> statement-breakpoint
ALTER TABLE d DROP COLUMN id;
--> statement-breakpoint
DROP SEQUENCE own;
--> statement-breakpoint
DROP TABLE gone;'
# … and past what came since, with and without what was saved
since() {
	pg_new "$1"
	pg_project "$T/$1" "$1" 'CREATE TABLE t (id serial PRIMARY KEY, a text);
--> statement-breakpoint
CREATE TABLE u (id int GENERATED ALWAYS AS IDENTITY
	(START -1 INCREMENT -5) PRIMARY KEY, a text);' \
		'ALTER TABLE t ALTER id DROP DEFAULT;
--> statement-breakpoint
DROP SEQUENCE t_id_seq;
--> statement-breakpoint
ALTER TABLE u ALTER id DROP IDENTITY;'
	expect_weir 0 "$T/$1" migrate --quiet --to 0000_m0
	pg_sql "$1" "INSERT INTO t (a) VALUES ('x'), ('y'), ('z')" \
		"INSERT INTO u (a) VALUES ('x'), ('y')" \
		"DELETE FROM t WHERE id = 3"
	expect_weir 0 "$T/$1" migrate --quiet ${2:+"$2"}
	pg_sql "$1" "INSERT INTO u VALUES (-20, 'since')"
	expect_weir 0 "$T/$1" rollback
	pg_sql "$1" "INSERT INTO t (a) VALUES ('next')" \
		"INSERT INTO u (a) VALUES ('next')"
	expect_eq "$1" "$(pg_sql "$1" 'SELECT (SELECT max(id) FROM t),
		(SELECT min(id) FROM u)')" "$3"
}
since saved '' '4|-25'
since unkept --no-undo-data '3|-25'

# a value that goes again: rows that took it have theirs back before, and the
# type keeps what was said of it and given on it
pg_new kept
pg_sql kept "CREATE ROLE reads_e"
round enumrows "CREATE TYPE e AS ENUM ('a', 'b');
--> statement-breakpoint
CREATE TABLE t (id int PRIMARY KEY, s e DEFAULT 'b');
--> statement-breakpoint
CREATE VIEW v AS SELECT s FROM t WHERE s = 'a';
--> statement-breakpoint
CREATE FUNCTION f(e) RETURNS int LANGUAGE sql AS 'SELECT 1';" \
	"INSERT INTO t VALUES (1, 'a'), (2, 'b');
	COMMENT ON FUNCTION f IS 'of colours';
	COMMENT ON TYPE e IS 'its colours';
	REVOKE USAGE ON TYPE e FROM PUBLIC;
	GRANT USAGE ON TYPE e TO reads_e" \
	update-rows:public.t.s \
	"ALTER TYPE e ADD VALUE 'c';
--> statement-breakpoint
UPDATE t SET s = 'c' WHERE id = 1;"
# … and a row of since that holds it is in the way, with words that lead on
expect_weir 0 "$T/enumrows" migrate --quiet --allow update-rows:public.t.s
pg_sql enumrows "INSERT INTO t VALUES (3, 'c')"
expect_weir 1 "$T/enumrows" rollback
expect_any 'id=3, s=c'
expect_any 'mend them, or write the way back into 0001_m1.down.sql, then: weir rollback'
pg_sql enumrows "UPDATE t SET s = 'b' WHERE id = 3"
expect_weir 0 "$T/enumrows" rollback
expect_eq 'the rows' "$(pg_sql enumrows 'SELECT s FROM t ORDER BY id')" 'a
b
b'

# … as it is where no row was saved
pg_new blocked
pg_project "$T/blocked" blocked "CREATE TYPE e AS ENUM ('a', 'b');
--> statement-breakpoint
CREATE TABLE t (id int PRIMARY KEY, s e);" "ALTER TYPE e ADD VALUE 'c';"
expect_weir 0 "$T/blocked" migrate --quiet
pg_sql blocked "INSERT INTO t VALUES (3, 'c')"
expect_weir 1 "$T/blocked" rollback
expect_any 'or write a way back that does into 0001_m1.down.sql'
expect_any 'and again: weir rollback'
expect_eq 'no other command' "$(grep -c 'weir review' "$T/err")" 0
:

# keys that refer to the whole refer to each part: what goes with that is saved
round leaf 'CREATE TABLE m (id int PRIMARY KEY) PARTITION BY RANGE (id);
--> statement-breakpoint
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (100);
--> statement-breakpoint
CREATE TABLE k (id int PRIMARY KEY, m int REFERENCES m ON DELETE CASCADE,
	w text);' \
	"INSERT INTO m SELECT generate_series(1, 3);
	INSERT INTO k VALUES (1, 1, 'x'), (2, NULL, 'y')" \
	'truncate:public.m1 truncate:public.k' 'TRUNCATE m1 CASCADE;'
round leaf_rows 'CREATE TABLE m (id int PRIMARY KEY) PARTITION BY RANGE (id);
--> statement-breakpoint
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (100);
--> statement-breakpoint
CREATE TABLE k (id int PRIMARY KEY, m int REFERENCES m ON DELETE CASCADE,
	w text);' \
	"INSERT INTO m SELECT generate_series(1, 3);
	INSERT INTO k VALUES (1, 1, 'x'), (2, NULL, 'y')" \
	'delete-rows:public.m1 cascade-delete:public.k' \
	'DELETE FROM m1 WHERE id = 1;'

# a table's rows are its own, those of its heirs are theirs
round heirs 'CREATE TABLE p (id int PRIMARY KEY, v text);
--> statement-breakpoint
CREATE TABLE c1 (z int, PRIMARY KEY (id)) INHERITS (p);' \
	"INSERT INTO p VALUES (1, 'a');
	INSERT INTO c1 VALUES (1, 'b', 2), (2, 'c', 3)" \
	'truncate:public.p truncate:public.c1 undo-skipped:public.p' \
	'TRUNCATE p;'

# a NULL under a domain that has a default is a value, too
round domain "CREATE DOMAIN pos AS int DEFAULT 5;
--> statement-breakpoint
CREATE DOMAIN far AS pos;
--> statement-breakpoint
CREATE TABLE t (id int PRIMARY KEY, p pos, q far, r pos DEFAULT 7);" \
	"INSERT INTO t VALUES (1, 1, 1, 1), (2, NULL, NULL, NULL)" \
	'drop-column:public.t.p drop-column:public.t.q drop-column:public.t.r' \
	'ALTER TABLE t DROP COLUMN p, DROP COLUMN q, DROP COLUMN r;'
round domain_gone "CREATE DOMAIN pos AS int DEFAULT 5;
--> statement-breakpoint
CREATE TABLE t (id int PRIMARY KEY, p pos, pa pos[]);" \
	"INSERT INTO t VALUES (1, 1, '{1}'), (2, NULL, NULL)" \
	'drop-column:public.t.p drop-column:public.t.pa' \
	'DROP DOMAIN pos CASCADE;'

# a key that refers to a whole asks for the rows of all its parts
round whole_gone 'CREATE TABLE m (id int PRIMARY KEY, v text)
	PARTITION BY RANGE (id);
--> statement-breakpoint
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
--> statement-breakpoint
CREATE TABLE k (id int PRIMARY KEY, m int REFERENCES m, w text);' \
	"INSERT INTO m VALUES (1, 'a');
	INSERT INTO k VALUES (1, 1, 'x'), (2, NULL, 'y')" \
	drop-table:public.m1 'DROP TABLE m CASCADE;'
round whole_self 'CREATE TABLE m (id int PRIMARY KEY, up int, v text)
	PARTITION BY RANGE (id);
--> statement-breakpoint
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
--> statement-breakpoint
CREATE TABLE m2 PARTITION OF m DEFAULT;
--> statement-breakpoint
ALTER TABLE m ADD FOREIGN KEY (up) REFERENCES m ON DELETE CASCADE;' \
	"INSERT INTO m VALUES (1, NULL, 'a'), (20, 1, 'b'), (3, 20, 'c')" \
	'drop-table:public.m1 drop-table:public.m2' 'DROP TABLE m CASCADE;'

# a name that is given again is not the renamed table's
round moved 'CREATE TABLE a (id int PRIMARY KEY, v text);' \
	"INSERT INTO a VALUES (1, 'a'), (2, 'b')" \
	'delete-rows:public.a update-rows:public.a.v' \
	"ALTER TABLE a RENAME TO c;
--> statement-breakpoint
UPDATE c SET v = 'zz';
--> statement-breakpoint
CREATE TABLE a (id int PRIMARY KEY, q text);
--> statement-breakpoint
DELETE FROM c WHERE id = 1;"

# … of a whole that refers to itself, of parts of parts, of a key that follows
round leaf_self 'CREATE TABLE m (id int PRIMARY KEY, up int, v text)
	PARTITION BY RANGE (id);
--> statement-breakpoint
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
--> statement-breakpoint
CREATE TABLE m2 PARTITION OF m DEFAULT;
--> statement-breakpoint
ALTER TABLE m ADD FOREIGN KEY (up) REFERENCES m ON DELETE CASCADE;' \
	"INSERT INTO m VALUES (1, NULL, 'a'), (20, 1, 'b'), (3, 20, 'c')" \
	'truncate:public.m1 truncate:public.m2 truncate:public.m' \
	'TRUNCATE m1 CASCADE;'
round leaf_parts 'CREATE TABLE m (id int, d int, v text, PRIMARY KEY (id, d))
	PARTITION BY RANGE (d);
--> statement-breakpoint
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10)
	PARTITION BY LIST (id);
--> statement-breakpoint
CREATE TABLE m1a PARTITION OF m1 FOR VALUES IN (1);
--> statement-breakpoint
CREATE TABLE m1b PARTITION OF m1 DEFAULT;
--> statement-breakpoint
CREATE TABLE k (id int, d int, w text, FOREIGN KEY (id, d) REFERENCES m
	ON DELETE CASCADE ON UPDATE CASCADE);' \
	"INSERT INTO m VALUES (1, 1, 'a'), (2, 1, 'b'), (1, 5, 'c');
	INSERT INTO k VALUES (1, 1, 'x'), (1, 1, 'x'), (2, 1, 'y')" \
	'delete-rows:public.m cascade-delete:public.k truncate:public.m1b
		truncate:public.k undo-skipped:public.k' \
	'DELETE FROM m WHERE id = 1;
--> statement-breakpoint
TRUNCATE m1b CASCADE;'
round leaf_key 'CREATE TABLE m (id int PRIMARY KEY) PARTITION BY RANGE (id);
--> statement-breakpoint
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (100);
--> statement-breakpoint
CREATE TABLE k (id int PRIMARY KEY, m int REFERENCES m ON UPDATE CASCADE,
	w text);' \
	"INSERT INTO m VALUES (1);
	INSERT INTO k VALUES (1, 1, 'x'), (2, NULL, 'y')" \
	'update-rows:public.m1.id update-rows:public.k.m' 'UPDATE m1 SET id = 5;'
