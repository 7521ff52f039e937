#!/bin/sh
# undo_pg.sh: migrations that destroy something on PostgreSQL, applied with
# consent to the loss alone and taken back by the derived way: every row, every
# value and every position of a sequence is as it was, and so is the schema.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
pg_start
only=${1-}

shape="CREATE TYPE mood AS ENUM('sad', 'ok', 'happy');
--> statement-breakpoint
CREATE TABLE teams (id integer PRIMARY KEY, name text NOT NULL
	CHECK (name <> ''));
--> statement-breakpoint
CREATE TABLE users (
	id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	email text NOT NULL UNIQUE, nick text DEFAULT 'none',
	team_id integer REFERENCES teams ON DELETE CASCADE,
	boss integer REFERENCES users ON DELETE SET NULL,
	n numeric(12,4), m mood DEFAULT 'ok', f double precision,
	born timestamptz, pic bytea, tags text[],
	low text GENERATED ALWAYS AS (lower(email)) STORED,
	touched integer NOT NULL DEFAULT 0);
--> statement-breakpoint
CREATE INDEX users_nick ON users (nick) WHERE nick IS NOT NULL;
--> statement-breakpoint
CREATE TABLE notes (id text PRIMARY KEY, user_id integer NOT NULL
	REFERENCES users ON DELETE CASCADE, body jsonb, n serial);
--> statement-breakpoint
CREATE TABLE audit (what text, at integer);
--> statement-breakpoint
CREATE TABLE days (day date NOT NULL, k integer NOT NULL, v text,
	PRIMARY KEY (day, k)) PARTITION BY RANGE (day);
--> statement-breakpoint
CREATE TABLE days_1 PARTITION OF days
	FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
--> statement-breakpoint
CREATE TABLE days_2 PARTITION OF days
	FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
--> statement-breakpoint
CREATE VIEW named AS SELECT id, email FROM users;
--> statement-breakpoint
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN
	NEW.touched := OLD.touched + 1; RETURN NEW; END \$\$;
--> statement-breakpoint
CREATE FUNCTION gone() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN
	DELETE FROM audit WHERE what = OLD.id; RETURN OLD; END \$\$;
--> statement-breakpoint
CREATE TRIGGER touch BEFORE UPDATE ON users
	FOR EACH ROW EXECUTE FUNCTION touch();
--> statement-breakpoint
CREATE TRIGGER gone AFTER DELETE ON notes
	FOR EACH ROW EXECUTE FUNCTION gone();"

seed() {
	pg_sql "$1" "INSERT INTO teams SELECT i, 'team ' || i
		FROM generate_series(1, 12) i" \
	"INSERT INTO users (email, nick, team_id, boss, n, m, f, born, pic, tags)
		SELECT 'U' || i || '@x', CASE WHEN i % 3 > 0 THEN E'n\\t''\\\\'
		|| i END, 1 + i % 12, CASE WHEN i > 20 THEN i % 20 + 1 END,
		i / 7.0, (ARRAY['sad', 'ok', 'happy', NULL])[1 + i % 4]::mood,
		1 / (i + 0.1::float8), '2026-01-01 00:00:00.123456+02'::timestamptz
		+ i * interval '1 hour', CASE WHEN i % 5 = 0 THEN
		decode('00ff' || lpad(i::text, 4, '0'), 'hex') END,
		ARRAY['a', NULL, 'x,' || i] FROM generate_series(1, 900) i" \
	"INSERT INTO notes SELECT 'n' || id, id, jsonb_build_object('a', id)
		FROM users WHERE id % 2 = 1" \
	"INSERT INTO audit SELECT id, user_id FROM notes WHERE user_id % 3 = 0" \
	"INSERT INTO audit SELECT what, at FROM audit LIMIT 5" \
	"INSERT INTO days SELECT '2026-01-01'::date + i % 58, i, 'v' || i
		FROM generate_series(1, 300) i"
}

# dump DATABASE: rows without the places of columns, sequences, the schema
dump() {
	for t in teams users notes audit days; do
		echo "== $t"
		[ "$(pg_sql "$1" "SELECT to_regclass('$t') IS NULL")" = t ] ||
			pg_sql "$1" "SELECT to_jsonb(x)::text FROM $t x ORDER BY 1"
	done
	pg_sql "$1" "SELECT schemaname, sequencename, last_value
		FROM pg_sequences WHERE schemaname = 'public' ORDER BY 2"
	pg_dump_of "$1" --schema-only | sed 's/,$//' | sort
}

pg_new base
pg_project "$T/base" base "$shape"
expect_weir 0 "$T/base" migrate --quiet
seed base
rm -rf "$T/base/.weir"
dump base >"$T/before"

# destroy NAME 'ALLOW…' SQL [DOWN]: up with consent to the loss alone, down, compared
destroy() {
	[ -z "$only" ] || [ "$only" = "$1" ] || return 0
	pg_copy app "$T/$1"
	rm -rf "${T:?}/$1"
	pg_project "$T/$1" app "$shape" "$3"
	[ -z "${4-}" ] ||
		printf '%s\n' "$4" >"$T/$1/drizzle/0001_m1.down.sql"
	allows=
	for x in $2; do
		allows="$allows --allow $x"
	done
	# shellcheck disable=SC2086
	expect_weir 0 "$T/$1" migrate $allows
	dump app >"$T/between"
	! cmp -s "$T/before" "$T/between" || fail "$1: nothing was destroyed"
	expect_eq "$1: left behind" "$(pg_sql app "SELECT count(*) FROM
		pg_trigger WHERE tgname LIKE 'weir%'")" 0
	expect_weir 0 "$T/$1" rollback
	grep '^.*saved rows back' "$T/out" >"$T/lines" || :
	dump app >"$T/after"
	diff -u "$T/before" "$T/after" >"$T/diff" || {
		head -40 "$T/diff" >&2
		fail "$1: not as it was"
	}
	expect_eq "$1: tracking rows" "$(pg_applied app)" 1
	! grep 'left as they are' "$T/lines" || fail "$1: rows left"
	[ -s "$T/lines" ] || fail "$1: nothing was saved"
	echo "$1: $(sed 's/^[^s]*//' "$T/lines" | tr '\n' ';')"
	# and again the same way
	# shellcheck disable=SC2086
	expect_weir 0 "$T/$1" migrate --quiet $allows
	dump app >"$T/again"
	diff -u "$T/between" "$T/again" >"$T/diff" || {
		head -40 "$T/diff" >&2
		fail "$1: another end the second time"
	}
}
U=public.users
u=update-rows:$U

destroy column drop-column:$U.nick 'ALTER TABLE users DROP COLUMN nick;'
destroy table drop-table:$U 'DROP TABLE users CASCADE;'
destroy narrow narrow-type:$U.n \
	'ALTER TABLE users ALTER COLUMN n SET DATA TYPE numeric(10, 1);'
destroy notnull "$u.nick $u" \
	"UPDATE users SET nick = '?' WHERE nick IS NULL;
--> statement-breakpoint
ALTER TABLE users ALTER COLUMN nick SET NOT NULL;"
destroy enum "$u.m $u" "UPDATE users SET m = 'ok' WHERE m = 'happy';
--> statement-breakpoint
ALTER TABLE users ALTER COLUMN m SET DATA TYPE text;
--> statement-breakpoint
ALTER TABLE users ALTER COLUMN m SET DEFAULT 'ok'::text;
--> statement-breakpoint
DROP TYPE mood;
--> statement-breakpoint
CREATE TYPE mood AS ENUM('sad', 'ok');
--> statement-breakpoint
ALTER TABLE users ALTER COLUMN m SET DEFAULT 'ok'::mood;
--> statement-breakpoint
ALTER TABLE users ALTER COLUMN m SET DATA TYPE mood USING m::mood;"
destroy update "$u.nick $u.born $u" \
	"UPDATE users SET nick = upper(nick), born = NULL WHERE id > 100;"
destroy delete \
	"delete-rows:$U cascade-delete:public.notes delete-rows:public.audit $u $u.boss" \
	"DELETE FROM users WHERE team_id < 4;"
destroy truncate 'truncate:public.notes truncate:public.days' \
	'TRUNCATE notes, days RESTART IDENTITY;'
destroy unique \
	"delete-rows:$U cascade-delete:public.notes delete-rows:public.audit" \
	'DELETE FROM users WHERE id NOT IN (SELECT min(id) FROM users
	GROUP BY team_id);
--> statement-breakpoint
ALTER TABLE users ADD CONSTRAINT one_each UNIQUE (team_id);'
destroy rename "drop-column:$U.born $u.nick $u" 'ALTER TABLE users RENAME TO people;
--> statement-breakpoint
ALTER TABLE people RENAME COLUMN nick TO alias;
--> statement-breakpoint
UPDATE people SET alias = '"'x'"' WHERE alias IS NOT NULL;
--> statement-breakpoint
ALTER TABLE people DROP COLUMN born;'
destroy keys "update-rows:public.days.k" \
	'UPDATE days SET k = k + 1000;'
destroy code "delete-rows:$U $u delete-rows:public.notes delete-rows:public.audit" \
	'DO $$ BEGIN DELETE FROM users WHERE id <= 10; END $$;' \
	'SELECT 1;'
destroy partition "drop-table:public.days_1" 'DROP TABLE days_1;'

# what asks the rows is asked when the saved ones are back
N=public.teams.name
gone='ALTER TABLE teams DROP COLUMN name;'
destroy must drop-column:$N "$gone"
destroy must-down drop-column:$N "$gone
--> statement-breakpoint" 'ALTER TABLE teams ADD COLUMN name text;
--> statement-breakpoint
-- weir: saved rows are put back here
ALTER TABLE teams ALTER COLUMN name SET NOT NULL;
--> statement-breakpoint
ALTER TABLE teams ADD CONSTRAINT teams_name_check CHECK (name <> '"''"');'
destroy parents delete-rows:public.teams \
	'ALTER TABLE users DROP CONSTRAINT users_team_id_fkey;
--> statement-breakpoint
DELETE FROM teams WHERE id < 5;'
destroy nulls update-rows:$N 'ALTER TABLE teams ALTER COLUMN name DROP NOT NULL;
--> statement-breakpoint
UPDATE teams SET name = NULL WHERE id < 5;'
destroy check update-rows:$N 'ALTER TABLE teams DROP CONSTRAINT teams_name_check;
--> statement-breakpoint
UPDATE teams SET name = '"''"' WHERE id < 5;'
destroy twice "$u.email $u.low $u" \
	'ALTER TABLE users DROP CONSTRAINT users_email_key;
--> statement-breakpoint
UPDATE users SET email = '"'same'"' WHERE id < 50;'
[ -z "$only" ] || [ "$only" = rest ] || exit 0

# rows written since that have no value, no parent or a twin: they alone are
# named, nothing is taken back, nothing lost
# since NAME 'ALLOW…' SQL INSERT NAMED NOT-NAMED [STATUS]
since() {
	pg_copy app "$T/$1"
	rm -rf "${T:?}/$1"
	pg_project "$T/$1" app "$shape" "$3"
	# shellcheck disable=SC2086
	expect_weir 0 "$T/$1" migrate $2
	pg_sql app "$4"
	dump app >"$T/between"
	expect_weir "${7:-1}" "$T/$1" rollback
	[ $# = 7 ] || expect_err 'nothing was taken back'
	expect_err "$5"
	! grep "^  $6" "$T/err" || fail "$1: a good row is in the way"
	dump app >"$T/after"
	cmp "$T/between" "$T/after" || fail "$1: a refusal that changes"
	expect_eq "$1: tracking rows" "$(pg_applied app)" 2
}
since since-null "--allow drop-column:$N" "$gone" \
	'INSERT INTO teams VALUES (77)' 'no value for name, .*: id=77$' \
	'id=[1-9],' 5
# … and the way back that is written then is the one that goes
cat >"$T/since-null/drizzle/0001_m1.down.sql" <<'END'
ALTER TABLE teams ADD COLUMN name text;
--> statement-breakpoint
-- weir: saved rows are put back here
UPDATE teams SET name = 'new' WHERE name IS NULL;
--> statement-breakpoint
ALTER TABLE teams ALTER COLUMN name SET NOT NULL;
--> statement-breakpoint
ALTER TABLE teams ADD CONSTRAINT teams_name_check CHECK (name <> '');
END
expect_weir 0 "$T/since-null" rollback
pg_sql app "DELETE FROM teams WHERE id = 77 AND name = 'new'"
dump app >"$T/after"
diff -u "$T/before" "$T/after" >&2 || fail 'since-null: not as it was'
since since-orphan '--allow delete-rows:public.teams' \
	'ALTER TABLE users DROP CONSTRAINT users_team_id_fkey;
--> statement-breakpoint
DELETE FROM teams WHERE id < 5;' \
	"INSERT INTO users (email, team_id) VALUES ('late@x', 99)" \
	'^  id=901, email=late@x' 'id=[0-8]'
since since-twin "--allow $u.email --allow $u.low --allow $u" \
	'ALTER TABLE users DROP CONSTRAINT users_email_key;
--> statement-breakpoint
UPDATE users SET email = '"'same'"' WHERE id < 50;' \
	"INSERT INTO users (email) VALUES ('U200@x')" \
	'^  email=U200@x, rows=2' 'email=same'

# a role that writes floats with few digits, and dates in another order: what is
# saved is exact all the same
pg_copy app "$T/styles"
rm -rf "${T:?}/styles"
pg_project "$T/styles" app "$shape" 'DELETE FROM users WHERE id > 300;'
pg_sql app 'ALTER DATABASE app SET extra_float_digits = -10' \
	"ALTER DATABASE app SET DateStyle = 'German, DMY'" \
	"ALTER DATABASE app SET IntervalStyle = 'sql_standard'"
dump app >"$T/styles.before"
expect_weir 0 "$T/styles" migrate --allow delete-rows:$U \
	--allow cascade-delete:public.notes --allow delete-rows:public.audit \
	--allow $u
expect_weir 0 "$T/styles" rollback
pg_sql app 'ALTER DATABASE app RESET ALL'
dump app >"$T/after"
cmp "$T/before" "$T/after" || fail 'styles: not as it was'

# a table without a key: its rows come back, its values are said not to
pg_copy app "$T/keyless"
rm -rf "${T:?}/keyless"
pg_project "$T/keyless" app "$shape" 'DELETE FROM audit WHERE at < 100;' \
	'UPDATE audit SET at = 0;'
weir_in "$T/keyless" migrate
expect_any 'undo-skipped:public\.audit\.at'
expect_no_any 'undo-skipped:public\.audit '
expect_weir 0 "$T/keyless" migrate --to 0001_m1 --allow delete-rows:public.audit
expect_weir 0 "$T/keyless" rollback
expect_out 'saved rows back: '
dump app >"$T/after"
cmp "$T/before" "$T/after" || fail 'keyless: not as it was'

# a folder that does not last keeps no promise
pg_copy app "$T/ci"
rm -rf "${T:?}/ci"
pg_project "$T/ci" app "$shape" 'ALTER TABLE users DROP COLUMN nick;'
(cd "$T/ci" && CI=true "$WEIR" migrate --allow drop-column:$U.nick \
	</dev/null >"$T/out" 2>"$T/err") && fail 'saved where it does not last'
grep -q '^weir: UN1: .*does not last' "$T/err" || fail "UN1: $(cat "$T/err")"
expect_eq 'nothing applied' "$(pg_applied app)" 1
(cd "$T/ci" && CI=true "$WEIR" migrate --allow drop-column:$U.nick \
	--state "$T/kept" </dev/null >"$T/out" 2>"$T/err") || fail '--state'
expect_eq 'applied' "$(pg_applied app)" 2
:
