#!/bin/sh
# undo.sh: ten migrations that destroy something, applied and taken back: every
# row and every cell is as it was, compared with a copy from before.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir

shape='CREATE TABLE teams (id integer PRIMARY KEY, name text NOT NULL);
--> statement-breakpoint
CREATE TABLE users (id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	email text NOT NULL, nick text, team_id integer REFERENCES teams(id)
	ON DELETE CASCADE, born text DEFAULT '"'1970'"', pic blob);
--> statement-breakpoint
CREATE UNIQUE INDEX users_email ON users (email);
--> statement-breakpoint
CREATE TABLE notes (id text PRIMARY KEY NOT NULL, user_id integer NOT NULL
	REFERENCES users(id) ON DELETE CASCADE, body text NOT NULL, n real);
--> statement-breakpoint
CREATE TABLE audit (what text, at integer);
--> statement-breakpoint
CREATE TRIGGER notes_gone AFTER DELETE ON notes BEGIN
	DELETE FROM audit WHERE what = old.id; END;
'
rows="WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i
	WHERE n < 12) INSERT INTO teams SELECT n, 'team ' || n FROM i;
WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 900)
	INSERT INTO users (email, nick, team_id, born, pic)
	SELECT 'u' || n || '@x', CASE WHEN n % 3 THEN 'nick ''' || n END,
	1 + n % 12, CASE n % 4 WHEN 0 THEN NULL WHEN 1 THEN n ELSE n || '-x'
	END, CASE WHEN n % 5 = 0 THEN x'00ff' || n END FROM i;
INSERT INTO notes SELECT 'n' || id, id, char(10) || 'ü' || email, id / 7.0
	FROM users WHERE id % 2;
INSERT INTO audit SELECT id, user_id FROM notes WHERE user_id % 3 = 0"

# dump DB: every row of every table, and what the schema is
dump() {
	for t in teams users notes audit; do
		echo "== $t"
		sql "$1" "SELECT quote(x.j) FROM (SELECT json_array(
			$(sql "$1" "SELECT group_concat('quote(' || name ||
			')') FROM pragma_table_info('$t')")) AS j FROM $t
			ORDER BY j) AS x" 2>&1
	done
	sql "$1" 'PRAGMA foreign_key_check'
	sql "$1" "SELECT name, replace(sql, '\"', '') FROM sqlite_schema WHERE
		type <> 'table' AND sql IS NOT NULL ORDER BY name"
}

# case NAME 'ALLOW…' SQL: up with consent to the loss alone, down, compared
destroy() {
	P=$T/$1
	mk_project "$P" "$shape" "$3"
	expect_weir 0 "$P" migrate --to 0000_m0 --quiet
	sql "$P/app.db" "$rows"
	dump "$P/app.db" >"$T/before"
	[ -z "${SHOW-}" ] || { weir_in "$P" migrate; cat "$T/err"; }
	allows=
	for x in $2; do
		allows="$allows --allow $x"
	done
	# shellcheck disable=SC2086
	expect_weir 0 "$P" migrate $allows
	dump "$P/app.db" >"$T/between"
	! cmp -s "$T/before" "$T/between" || fail "$1: nothing was destroyed"
	# shellcheck disable=SC2086
	expect_weir 0 "$P" rollback ${4-}
	grep '^.*saved rows back' "$T/out" >"$T/lines" || :
	dump "$P/app.db" >"$T/after"
	diff -u "$T/before" "$T/after" >"$T/diff" || {
		head -30 "$T/diff" >&2
		fail "$1: not as it was"
	}
	expect_eq "$1: tracking rows" "$(sql "$P/app.db" \
		'SELECT count(*) FROM __drizzle_migrations')" 1
	awk '/saved rows back/ { for (i = 1; i < NF; i++) if ($i == "back:" &&
		$(i + 1) != $(i + 3)) exit 1 }' "$T/lines" ||
		fail "$1: rows left"
	echo "$1: $(sed 's/^[^s]*//' "$T/lines" | tr '\n' ';')"
	# and again the same way
	# shellcheck disable=SC2086
	expect_weir 0 "$P" migrate --quiet $allows
}

only=${1-}
want() {
	[ -z "$only" ] || [ "$only" = "$1" ]
}

want column && destroy column drop-column:users.nick \
	'ALTER TABLE users DROP COLUMN nick;'
want table && destroy table 'drop-table:users cascade-delete:notes' \
	'DROP TABLE users;'

rebuild() {
	printf 'PRAGMA foreign_keys=OFF;\n--> statement-breakpoint\n'
	printf 'CREATE TABLE `__new_users` (\n%s);\n' "$1"
	printf -- '--> statement-breakpoint\nINSERT INTO `__new_users`(%s) ' "$2"
	printf 'SELECT %s FROM `users`%s;\n' "$3" "${4-}"
	printf -- '--> statement-breakpoint\nDROP TABLE `users`;\n'
	printf -- '--> statement-breakpoint\n'
	printf 'ALTER TABLE `__new_users` RENAME TO `users`;\n'
	printf -- '--> statement-breakpoint\nPRAGMA foreign_keys=ON;\n'
	printf -- '--> statement-breakpoint\n'
	printf 'CREATE UNIQUE INDEX `users_email` ON `users` (`email`);\n'
}
cols='id integer PRIMARY KEY AUTOINCREMENT NOT NULL, email text NOT NULL'
team='team_id integer REFERENCES teams(id) ON DELETE CASCADE'

want narrow && destroy narrow 'narrow-type:users.born' "$(rebuild \
	"$cols, nick text, $team, born integer, pic blob" \
	'id, email, nick, team_id, born, pic' \
	'id, email, nick, team_id, CAST(born AS integer), pic')"
want rebuild && destroy rebuild 'drop-column:users.nick drop-column:users.pic' \
	"$(rebuild "$cols, $team, born text DEFAULT '1970'" \
	'id, email, team_id, born' 'id, email, team_id, born')"
want notnull && destroy notnull '' \
	"$(printf "UPDATE users SET nick = '?' WHERE nick IS NULL;\n%s\n" \
	'--> statement-breakpoint'; rebuild \
	"$cols, nick text NOT NULL, $team, born text DEFAULT '1970', pic blob" \
	'id, email, nick, team_id, born, pic' \
	'id, email, nick, team_id, born, pic')"
want values && destroy values 'update-rows:users.nick' \
	"$(rebuild "$cols, nick text CHECK (nick IN ('none', 'some')), $team,
	born text DEFAULT '1970', pic blob" \
	'id, email, nick, team_id, born, pic' \
	"id, email, CASE WHEN nick IS NULL THEN 'none' ELSE 'some' END,
	team_id, born, pic")"
want update && destroy update 'update-rows:users.nick update-rows:users.born' \
	"UPDATE users SET nick = upper(nick), born = NULL WHERE id > 100;"
want delete && destroy delete 'delete-rows:users cascade-delete:notes trigger-delete:audit' \
	'DELETE FROM users WHERE team_id IN (SELECT id FROM teams WHERE id < 6);'
want unique && destroy unique 'delete-rows:users cascade-delete:notes trigger-delete:audit' \
	'DELETE FROM users WHERE id NOT IN (SELECT min(id) FROM users GROUP BY
	team_id);
--> statement-breakpoint
CREATE UNIQUE INDEX one_each ON users (team_id);'
want rename && destroy rename 'drop-column:users.born update-rows:users.nick' \
	"ALTER TABLE users RENAME TO people;
--> statement-breakpoint
ALTER TABLE people RENAME COLUMN nick TO alias;
--> statement-breakpoint
UPDATE people SET alias = 'x' WHERE alias IS NOT NULL;
--> statement-breakpoint
ALTER TABLE people DROP COLUMN born;"

# keys that are changed, tables without one or WITHOUT ROWID, columns that must
# not be NULL: back as they were, or refused while newer rows have no value
keys() {
	P=$T/keys
	mk_project "$P" 'CREATE TABLE a (id text PRIMARY KEY NOT NULL,
		must text NOT NULL, x integer);
CREATE TABLE k (p integer, q text, must integer NOT NULL);
CREATE TABLE w (a text, b integer, v text, PRIMARY KEY (a, b)) WITHOUT ROWID;' \
'ALTER TABLE a DROP COLUMN must;
--> statement-breakpoint
ALTER TABLE k DROP COLUMN must;
--> statement-breakpoint
ALTER TABLE w DROP COLUMN v;' 'UPDATE k SET q = q || 1, p = p + 1;
--> statement-breakpoint
UPDATE a SET id = id || 2;'
	expect_weir 0 "$P" migrate --to 0000_m0 --quiet
	sql "$P/app.db" "INSERT INTO a VALUES ('1', 'm1', 1), ('2', 'm2', 2)" \
		"INSERT INTO k VALUES (1, 'a', 7), (1, 'a', 7), (NULL, 'b', 8)" \
		"INSERT INTO w VALUES ('x', 1, 'v1'), ('x', 2, NULL), ('y', 1, 'v3')"
	of() {
		sql "$P/app.db" 'SELECT * FROM a' 'SELECT rowid, * FROM k' \
			'SELECT * FROM w'
	}
	of >"$T/first"
	expect_weir 0 "$P" migrate --to 0001_m1 --allow drop-column:a.must \
		--allow drop-column:k.must --allow drop-column:w.v
	of >"$T/second"
	expect_weir 0 "$P" migrate --allow update-rows:k.p \
		--allow update-rows:k.q --allow update-rows:a.id
	expect_weir 0 "$P" rollback
	of | cmp - "$T/second" || fail 'keys that were changed'
	sql "$P/app.db" "INSERT INTO a (id, x) VALUES ('new', 5)"
	expect_weir 5 "$P" rollback
	grep -q 'has no value for must' "$T/err" || fail 'a row without a value'
	sql "$P/app.db" "DELETE FROM a WHERE id = 'new'"
	expect_weir 0 "$P" rollback
	of | cmp - "$T/first" || fail 'columns that must not be NULL'
	# pruned: nothing is promised any more
	expect_weir 0 "$P" migrate --to 0001_m1 --quiet \
		--allow drop-column:a.must --allow drop-column:k.must \
		--allow drop-column:w.v
	expect_weir 0 "$P" undo prune --older-than 0
	expect_weir 2 "$P" rollback
	expect_err 'cannot be taken back: what it took was saved in .*undo.db'
}
want keys && keys
:
