#!/bin/sh
# CREATE users_new, copy, DROP users, RENAME: the recipe of many a blog, in a
# file without a foreign_keys pragma, foreign keys on. To the engine it is
# three losses, and weir says so before anything happens. SL1, SL3.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"

bp='--> statement-breakpoint
'
mk_project "$T/p" \
	"CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL);
${bp}CREATE TABLE posts (id integer PRIMARY KEY, author_id integer NOT NULL
	REFERENCES users(id) ON DELETE CASCADE, title text);
${bp}CREATE TABLE comments (id integer PRIMARY KEY, user_id integer
	REFERENCES users(id) ON DELETE SET NULL, body text);" \
	"CREATE TABLE users_new (id integer PRIMARY KEY, name text NOT NULL,
	email text);
${bp}INSERT INTO users_new (id, name) SELECT id, name FROM users;
${bp}DROP TABLE users;
${bp}ALTER TABLE users_new RENAME TO users;"
db=$T/p/app.db
apply_first "$T/p" "$db" 1
sql "$db" "INSERT INTO users VALUES (1, 'Ada'), (2, 'Bruno'), (3, 'Chloé');
	INSERT INTO posts VALUES (1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c'), (4, 3, 'd');
	INSERT INTO comments VALUES (1, 2, 'x'), (2, NULL, 'y'), (3, 3, 'z')"

left() {
	sql "$1" "SELECT (SELECT count(*) FROM users) || ' ' ||
		(SELECT count(*) FROM posts) || ' ' ||
		(SELECT count(user_id) FROM comments)"
}

expect_eq 'before' "$(left "$db")" '3 4 2'

if have_weir; then
	was=$(file_sum "$db")
	expect_weir 3 "$T/p" migrate
	expect_any '--allow .?drop-table:users' \
		'--allow .?cascade-delete:posts' \
		'--allow .?update-rows:comments\.user_id'
	expect_eq 'the database' "$(file_sum "$db")" "$was"

	# one consent less is none
	expect_weir 3 "$T/p" migrate --allow drop-table:users \
		--allow cascade-delete:posts
	expect_any 'update-rows:comments\.user_id'
	expect_eq 'the database' "$(file_sum "$db")" "$was"
	expect_weir 0 "$T/p" review
	expect_eq 'the database' "$(file_sum "$db")" "$was"
fi

. "$top/tests/interop/npm.sh"
cp "$db" "$T/orm.db"
orm_migrate "$T/p" "$T/orm.db" || fail "drizzle-orm"
echo "drizzle-orm: posts 4 -> $(sql "$T/orm.db" 'SELECT count(*) FROM posts')," \
	"comments.user_id 2 -> $(sql "$T/orm.db" \
	'SELECT count(user_id) FROM comments')"
expect_eq 'by drizzle-orm' "$(left "$T/orm.db")" '3 0 0'
need_weir
