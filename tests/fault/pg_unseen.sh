#!/bin/sh
# What code and statements of several steps do to rows without the schema
# being another afterwards: none of it passes without the name of the table.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
pg_start

base="CREATE TYPE mood AS ENUM ('sad', 'ok');
--> statement-breakpoint
CREATE TABLE em (id int PRIMARY KEY, m mood);
--> statement-breakpoint
INSERT INTO em SELECT i, 'ok' FROM generate_series(1, 90) i;
--> statement-breakpoint
CREATE TABLE chi (id int PRIMARY KEY, pid int, v int);
--> statement-breakpoint
INSERT INTO chi SELECT i, i, i FROM generate_series(1, 1001) i;
--> statement-breakpoint
CREATE TABLE log (id int);
--> statement-breakpoint
CREATE FUNCTION tr() RETURNS void LANGUAGE plpgsql AS 'BEGIN TRUNCATE chi; END';
--> statement-breakpoint
CREATE VIEW vpar AS SELECT id, v FROM chi;"
n=0

pg_new base
pg_project "$T/base" base "$base"
expect_weir 0 "$T/base" migrate

# project SQL…: a new database with the base, and the files after it
project() {
	n=$((n + 1))
	db=u$n
	pg_sql postgres "CREATE DATABASE $db TEMPLATE base"
	pg_project "$T/$db" $db "$base" "$@"
	before=$(state)
}

state() {
	pg_sql $db "SELECT (SELECT count(*) || '/' || count(m) FROM em) || ' '
		|| count(*) || '/' || count(v) || '/' || COALESCE(sum(pid), 0) FROM chi"
}

# asked ALLOW SQL…: at review or at apply, nothing is gone, and the consent
# that was asked for lets it pass
asked() {
	allow=$1
	shift
	project "$@"
	weir_in "$T/$db" migrate
	[ $rc -ne 0 ] || fail "passed without a question: $1"
	cat "$T/out" "$T/err" >"$T/said"
	grep -qF -- "$allow" "$T/said" || fail "does not ask for $allow: $1"
	expect_eq "kept: $1" "$(state)" "$before"
	expect_eq "not recorded: $1" "$(pg_applied $db)" 1
	args=$(grep -o -- "--allow '*[a-z-]*:[a-z.]*'*" "$T/said" |
		tr -d "'" | sort -u | tr '\n' ' ')
	# what went unsaved is asked for after what went
	# shellcheck disable=SC2086
	weir_in "$T/$db" migrate $args
	[ $rc -eq 0 ] || args="$args $(grep -o -- '--allow undo-skipped:.*' \
		"$T/err")"
	# shellcheck disable=SC2086
	[ $rc -eq 0 ] || expect_weir 0 "$T/$db" migrate $args
	expect_eq "applied: $1" "$(pg_applied $db)" 2
	[ "$(state)" != "$before" ] || fail "it does nothing: $1"
}

# quiet SQL…: no question
quiet() {
	project "$@"
	expect_weir 0 "$T/$db" migrate
}

# --- 1, 2: a statement whose column is there again ---------------------------------
asked drop-column:public.em.m \
	"ALTER TABLE em DROP COLUMN m, ADD COLUMN m mood;"
asked narrow-type:public.em.m "ALTER TABLE em ALTER m TYPE mood USING NULL;"
asked narrow-type:public.chi.pid "ALTER TABLE chi ALTER pid TYPE int USING 7;"
quiet "ALTER TABLE chi ALTER pid TYPE int USING pid;"

# --- 3: emptied by code ---------------------------------------------------------------
asked truncate:public.chi "DO \$\$ BEGIN TRUNCATE chi; END \$\$;"
asked truncate:public.chi "SELECT tr();"
asked truncate:public.chi "CREATE FUNCTION t2() RETURNS trigger LANGUAGE plpgsql
	AS 'BEGIN TRUNCATE chi; RETURN NEW; END';
--> statement-breakpoint
CREATE TRIGGER t2 AFTER INSERT ON log FOR EACH ROW EXECUTE FUNCTION t2();
--> statement-breakpoint
INSERT INTO log VALUES (1);"
# a statement beside it that writes the table anew covers nothing
asked truncate:public.chi "ALTER TABLE chi ALTER pid TYPE bigint;
--> statement-breakpoint
DO \$\$ BEGIN TRUNCATE chi; END \$\$;"

# --- 4: made anew by code ----------------------------------------------------------------
asked drop-table:public.chi "DO \$\$ BEGIN DROP VIEW vpar; DROP TABLE chi;
	CREATE TABLE chi (id int PRIMARY KEY, pid int, v int);
	CREATE VIEW vpar AS SELECT id, v FROM chi; END \$\$;"
asked drop-column:public.em.m "DO \$\$ BEGIN ALTER TABLE em DROP COLUMN m;
	ALTER TABLE em ADD COLUMN m mood; END \$\$;"
asked truncate:public.em "DO \$\$ BEGIN
	EXECUTE 'ALTER TABLE em ALTER m TYPE mood USING NULL'; END \$\$;"

# --- 6: values overwritten by code -----------------------------------------------------------
asked update-rows:public.chi "DO \$\$ BEGIN UPDATE chi SET v = NULL; END \$\$;"
asked update-rows:public.chi "CREATE FUNCTION nil() RETURNS trigger
	LANGUAGE plpgsql AS 'BEGIN UPDATE chi SET v = NULL; RETURN NULL; END';
--> statement-breakpoint
CREATE TRIGGER nil AFTER INSERT ON log EXECUTE FUNCTION nil();
--> statement-breakpoint
INSERT INTO log VALUES (1);"

# --- 11: rows deleted through a view, by code, by a rule ------------------------------------
asked delete-rows:public.chi "DELETE FROM vpar WHERE id = 1;"
asked delete-rows:public.chi "DO \$\$ BEGIN DELETE FROM chi WHERE id < 9; END \$\$;"
asked delete-rows:public.chi "CREATE RULE r AS ON INSERT TO log DO ALSO
	DELETE FROM chi WHERE id = 3;
--> statement-breakpoint
INSERT INTO log VALUES (1);"

# a bound that is too small holds nothing
project "DO \$\$ BEGIN DELETE FROM chi WHERE id < 9; END \$\$;"
expect_weir 3 "$T/$db" migrate --allow 'delete-rows:public.chi[<=3]'
expect_eq 'bound' "$(state)" "$before"
expect_weir 0 "$T/$db" migrate --allow 'delete-rows:public.chi[<=8]'
# consent to code that is not there is a mistake
project "CREATE TABLE fine (id int);"
expect_weir 2 "$T/$db" migrate --allow truncate:public.chi

# --- what loses nothing asks nothing ----------------------------------------------------------
quiet "DO \$\$ BEGIN ALTER TABLE chi ADD CONSTRAINT chi_fk FOREIGN KEY (id)
	REFERENCES chi(id); EXCEPTION WHEN duplicate_object THEN null; END \$\$;
--> statement-breakpoint
DO \$\$ BEGIN CREATE TYPE mood AS ENUM ('sad', 'ok');
	EXCEPTION WHEN duplicate_object THEN null; END \$\$;"
quiet "DO \$\$ BEGIN INSERT INTO log VALUES (1), (2); END \$\$;"
quiet "ALTER TABLE chi ALTER pid TYPE bigint;"
quiet "ALTER TABLE chi ADD COLUMN r double precision DEFAULT random();"
quiet "ALTER TABLE chi SET UNLOGGED;"
quiet "ALTER TABLE chi RENAME TO kid;
--> statement-breakpoint
ALTER TABLE kid RENAME COLUMN v TO w;
--> statement-breakpoint
DO \$\$ BEGIN PERFORM 1; END \$\$;"

# --- 5: what is no part of the database ---------------------------------------------------------
project "DROP DATABASE other;"
pg_new other
expect_weir 3 "$T/$db" migrate
expect_err 'drop-database:other'
expect_eq 'other' "$(pg_sql other "SELECT 1")" 1
project "DROP OWNED BY CURRENT_USER;"
weir_in "$T/$db" migrate
[ $rc -ne 0 ] || fail 'drop owned passes'
expect_eq 'owned' "$(state)" "$before"
