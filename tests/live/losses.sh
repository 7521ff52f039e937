#!/bin/sh
# losses.sh: twenty destructive migrations, ten an engine, on seeded databases.
# weir: nothing goes without consent by name, and rollback brings back every
# cell.  With PEER=1 (bench/run-losses) the same files go through drizzle-orm's
# migrator as well, and a table is printed: what each lost, what can be had
# back.
#
#	losses.sh [--long]	--long: all of them, not half on each engine
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir
peer=${PEER:-}
long=${WEIR_LONG:-${peer:+1}}
[ "${1-}" != --long ] || long=1
[ -z "$peer" ] || . "$top/tests/interop/npm.sh"

# --- what is seeded --------------------------------------------------------------
# u: 400 rows, some values NULL, e-mails twice; c: two rows for each of them.

lite_made='CREATE TABLE u (id integer PRIMARY KEY NOT NULL, nick text, size text,
	role text, born integer, mail text, CONSTRAINT roles
	CHECK (role IN ($$user$$, $$admin$$, $$guest$$)));
--> statement-breakpoint
CREATE TABLE c (id integer PRIMARY KEY NOT NULL, u_id integer
	REFERENCES u(id) ON DELETE CASCADE, body text);'
pg_made='CREATE TYPE role AS ENUM ($$user$$, $$admin$$, $$guest$$);
--> statement-breakpoint
CREATE TABLE u (id integer PRIMARY KEY NOT NULL, nick text, size numeric(10, 2),
	role role, born integer, mail text);
--> statement-breakpoint
CREATE TABLE c (id integer PRIMARY KEY NOT NULL, u_id integer
	REFERENCES u(id) ON DELETE CASCADE, body text);'

# seed SERIES TEXT-OF-SIZE: INSERTs for both
seed() {
	printf '%s\n' "INSERT INTO u SELECT i, CASE WHEN i % 4 > 0 THEN
	'nick ' || i END, $2, (CASE i % 3 WHEN 0 THEN 'user' WHEN 1 THEN 'admin'
	ELSE 'guest' END)$3, CASE WHEN i % 2 > 0 THEN i END,
	'mail' || (i % 390) FROM $1;" "INSERT INTO c SELECT i, (i + 1) / 2,
	'body ' || i FROM $4;"
}

# --- the migrations ----------------------------------------------------------------
# NAME|CONSENT…|SQL, statements by ; and as drizzle-kit writes them

rebuilt() {
	printf '%s' "PRAGMA foreign_keys=OFF;CREATE TABLE __new_u ($1);INSERT \
INTO __new_u(id, nick, size, role, born, mail) SELECT id, nick, size, role, \
born, mail FROM u;DROP TABLE u;ALTER TABLE __new_u RENAME TO u;PRAGMA \
foreign_keys=ON;"
}
columns='id integer PRIMARY KEY NOT NULL, nick text, size SIZE, role text, born BORN,
 mail text, CONSTRAINT roles CHECK (role IN (ROLES))'
columns=$(printf '%s' "$columns" | tr -d '\n')
roles="'user', 'admin', 'guest'"

u_of() {
	printf '%s' "$columns" | sed "s/SIZE/$1/; s/BORN/$2/; s/ROLES/$3/"
}

both='drop column|drop-column:u.nick|ALTER TABLE u DROP COLUMN nick;
data UPDATE|update-rows:u.born|UPDATE u SET born = 0 WHERE id % 7 = 0;
data DELETE|delete-rows:u cascade-delete:c|DELETE FROM u WHERE id % 5 = 0;
unique added|delete-rows:u cascade-delete:c|DELETE FROM u WHERE id > 390;CREATE UNIQUE INDEX u_mail ON u (mail);
rename as drop and add|drop-column:u.nick|ALTER TABLE u ADD handle text;ALTER TABLE u DROP COLUMN nick;'

lite_cases() {
	cat <<END
$both
drop table with children|drop-table:u cascade-delete:c|DROP TABLE u;
type narrowed|narrow-type:u.size|$(rebuilt "$(u_of integer integer "$roles")")
parent rebuilt||$(rebuilt "$(u_of text "integer DEFAULT 1" "$roles")")
NOT NULL with data||UPDATE u SET born = 0 WHERE born IS NULL;$(
	rebuilt "$(u_of text "integer NOT NULL" "$roles")")
check narrowed|update-rows:u.role|UPDATE u SET role = 'user' WHERE role = 'guest';$(
	rebuilt "$(u_of text integer "'user', 'admin'")")
END
}

server_cases() {
	# consent names the schema
	echo "$both" | sed 's/:\([uc]\)/:public.\1/g'
	cat <<END
drop table with children|drop-table:public.u|DROP TABLE u CASCADE;
type narrowed|change-type:public.u.size narrow-type:public.u.size|ALTER TABLE u ALTER COLUMN size SET DATA TYPE integer;
parent rebuilt|delete-rows:public.u cascade-delete:public.c drop-table:public.u|CREATE TABLE u2 (LIKE u INCLUDING ALL);INSERT INTO u2 SELECT * FROM u;DELETE FROM u;DROP TABLE u CASCADE;ALTER TABLE u2 RENAME TO u;
NOT NULL with data||UPDATE u SET born = 0 WHERE born IS NULL;ALTER TABLE u ALTER COLUMN born SET NOT NULL;
enum value removed|update-rows:public.u.role|UPDATE u SET role = 'user' WHERE role = 'guest';ALTER TABLE u ALTER COLUMN role SET DATA TYPE text;DROP TYPE role;CREATE TYPE role AS ENUM('user', 'admin');ALTER TABLE u ALTER COLUMN role SET DATA TYPE role USING role::role;
END
}

# --- engines ----------------------------------------------------------------------

with_quotes() {
	printf '%s' "$1" | sed "s/[$][$]/'/g"
}

lite_new() {
	rm -rf "${T:?}/$1"
	mk_project "$T/$1" "$(with_quotes "$lite_made")" "$2"
	expect_weir 0 "$T/$1" migrate --to 0000_m0
	lite_fill "$1"
	rm -rf "$T/$1/.weir"
}

lite_fill() {
	sql "$T/$1/app.db" "$(seed "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL
		SELECT i + 1 FROM n WHERE i < 400) SELECT i FROM n)" \
		"CASE i % 3 WHEN 0 THEN i || '' ELSE '00' || i END" '' \
		"(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL
		SELECT i + 1 FROM n WHERE i < 800) SELECT i FROM n)")"
}

# lite_cells NAME: a line a value that is not NULL
lite_cells() {
	for t in u c; do
		sqlite3 -batch -init /dev/null "$T/$1/app.db" "SELECT 'SELECT
		''$t.'' || id || ''.' || name || '='' || CAST(\"' || name ||
		'\" AS TEXT) FROM $t WHERE \"' || name || '\" IS NOT NULL;'
		FROM pragma_table_info('$t')" >"$T/select"
		sqlite3 -batch -init /dev/null "$T/$1/app.db" <"$T/select"
	done | LC_ALL=C sort
}

lite_peer() {
	orm_migrate "$T/$1" "$T/$1/app.db"
}

server_new() {
	rm -rf "${T:?}/$1"
	pg_new "$1"
	pg_project "$T/$1" "$1" "$(with_quotes "$pg_made")" "$2"
	expect_weir 0 "$T/$1" migrate --to 0000_m0
	server_fill "$1"
	rm -rf "$T/$1/.weir"
}

server_fill() {
	pg_sql "$1" "$(seed 'generate_series(1, 400) i' 'i / 8.0' '::role' \
		'generate_series(1, 800) i')"
}

server_cells() {
	for t in u c; do
		[ "$(pg_sql "$1" "SELECT to_regclass('$t') IS NULL")" = f ] ||
			continue
		pg_sql "$1" "SELECT '$t.' || id || '.' || key || '=' || value
			FROM $t, jsonb_each_text(to_jsonb($t))
			WHERE value IS NOT NULL"
	done | LC_ALL=C sort
}

server_peer() {
	pg_orm_migrate "$T/$1" "$(pg_url "$1")"
	[ $rc -eq 0 ]
}

# --- one migration ------------------------------------------------------------------

engine_called() {
	case $engine in
	lite) echo SQLite ;;
	server) echo PostgreSQL ;;
	esac
}

# lost: rows and values of $T/before that $T/after has not
lost() {
	lost_cells=$(LC_ALL=C comm -23 "$T/before" "$T/after" | wc -l)
	lost_rows=$(LC_ALL=C comm -23 "$T/before" "$T/after" |
		grep -c '\.id=')
}

# line TOOL HOW BACK
line() {
	[ -n "$peer" ] || return 0
	printf '%-10s %-24s %-7s %5d %6d  %-9s %s\n' "$(engine_called)" "$name" "$1" \
		"$lost_rows" "$lost_cells" "$2" "$3"
}

# by_peer: its migrator knows no way back
by_peer() {
	"${engine}_new" peer "$text"
	"${engine}_cells" peer >"$T/before"
	how=applied
	"${engine}_peer" peer || how=failed
	"${engine}_cells" peer >"$T/after"
	lost
	line drizzle $how "0 of $lost_cells"
}

by_weir() {
	"${engine}_new" w "$text"
	"${engine}_cells" w >"$T/before"
	if [ -n "$consent" ]; then
		weir_in "$T/w" migrate
		expect_rc 3
		"${engine}_cells" w >"$T/after"
		lost
		expect_eq "$name: lost without consent" "$lost_cells" 0
	fi
	set --
	for one in $consent; do
		set -- "$@" --allow "$one"
		# each of them is needed
		[ "$one" = "${consent%% *}" ] || {
			weir_in "$T/w" migrate --allow "${consent%% *}"
			expect_rc 3
		}
	done
	expect_weir 0 "$T/w" migrate "$@"
	"${engine}_cells" w >"$T/after"
	lost
	[ -n "$consent" ] || expect_eq "$name: lost" "$lost_cells" 0
	# what stands in the place of what was dropped has its own gate
	weir_in "$T/w" rollback
	[ $rc -ne 3 ] || {
		# shellcheck disable=SC2046
		weir_in "$T/w" rollback $(sed -n 's/ \\$//;
			s/^ *\(--allow [^ ]*\)$/\1/p' "$T/err")
	}
	expect_rc 0
	! grep -q 'left as they are' "$T/out" || fail "$name: rows left"
	mv "$T/after" "$T/gone"
	"${engine}_cells" w >"$T/after"
	expect_files_equal "$T/after" "$T/before"
	line weir applied "$lost_cells of $lost_cells"
	all_lost=$((all_lost + lost_cells))
}

# all ENGINE 0|1: which half
all() {
	engine=$1
	cases=0 done=0 all_lost=0
	"${engine}_cases" >"$T/cases"
	while IFS='|' read -r name consent text <&3; do
		cases=$((cases + 1))
		# the one engine has the odd ones, the other the even ones
		[ "${long:-0}" != 0 ] || [ $((cases % 2)) = $2 ] || continue
		done=$((done + 1))
		text=$(printf '%s' "$text" |
			sed 's/;\(.\)/;\n--> statement-breakpoint\n\1/g')
		[ -z "$peer" ] || by_peer
		by_weir
	done 3<"$T/cases"
	expect_eq "$engine: migrations" $cases 10
	echo "$(engine_called): $done migrations, $all_lost values taken with consent," \
		"all of them back"
}

[ -z "$peer" ] || printf '%-10s %-24s %-7s %5s %6s  %-9s %s\n' engine migration \
	by rows values is 'can be had back'
all lite 1
. "$top/tests/lib/pg.sh"
pg_start
all server 0
