#!/bin/sh
# The table of consent, without a terminal and in production, as exit statuses
# of the program on both engines (test_gate has every cell, a person's too).
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
pg_start
# in production none is made unasked
WEIR_SCRATCH_URL=server
export WEIR_SCRATCH_URL

mkdir -p "$HOME/.config/weir"
conf=$HOME/.config/weir/config
base='CREATE TABLE t (id int PRIMARY KEY, a text, b text);
CREATE TABLE o (id int PRIMARY KEY);'

# lay ENGINE UP [AFTER]: t with two rows, one without b; then UP is pending,
# on a database that AFTER was done to
lay() {
	engine=$1
	rm -rf "$T/p" "$conf"
	if [ "$engine" = pg ]; then
		pg_new app
		pg_project "$T/p" app "$base" "$2"
		name=app o=public.
	else
		mk_project "$T/p" "$base" "$2"
		name=app.db o=
	fi
	expect_weir 0 "$T/p" migrate --to 0000_m0
	sql "INSERT INTO t VALUES (1, 'x', 'y'), (2, 'x', NULL)"
	[ -z "${3-}" ] || sql "$3"
}

sql() {
	if [ "$engine" = pg ]; then
		pg_sql app "$@"
	else
		sqlite3 "$T/p/app.db" "$@"
	fi
}

production() {
	printf '[environment production]\nproduction = yes\nmatch = *\n' >"$conf"
}

# gate STATUS ARG…: what migrate does; after a refusal nothing is applied
gate() {
	want=$1
	shift
	expect_weir "$want" "$T/p" migrate "$@"
	n=$(sql "SELECT count(*) FROM $track")
	expect_eq 'applied' "$n" "$([ "$want" = 0 ] && echo 2 || echo 1)"
}

for e in lite pg; do
	track=__drizzle_migrations
	[ $e = lite ] || track=drizzle.__drizzle_migrations

	# info and caution
	for up in 'CREATE TABLE n (id int);' 'ALTER TABLE o RENAME TO q;'; do
		lay $e "$up"
		gate 2 --target wrong
		gate 0 --target "$name"
		lay $e "$up"
		gate 0
		lay $e "$up"
		production
		gate 3
		expect_err "target.* is missing|--target $name"
		gate 3 --target wrong
		gate 0 --target "$name"
	done

	# drift outside of what is planned, and inside
	lay $e 'ALTER TABLE t ADD c text;' 'ALTER TABLE o ADD x text'
	gate 5 --strict
	production
	gate 5 --target "$name"
	rm "$conf"
	gate 0
	lay $e 'ALTER TABLE t ADD c text;' 'ALTER TABLE t ADD x text'
	gate 5
	production
	gate 5 --target "$name"

	# blocked
	lay $e 'CREATE UNIQUE INDEX u ON t (a);'
	gate 1
	expect_weir 2 "$T/p" migrate --allow "unique-violated:${o}t.none"
	production
	gate 1 --target "$name"

	# destructive
	up='ALTER TABLE t DROP COLUMN b;'
	lay $e "$up"
	gate 3
	expect_err "allow drop-column:${o}t.b"
	gate 2 --allow "drop-column:${o}t.a"
	gate 3 --allow "drop-column:${o}t.b[<=0]"
	gate 2 --allow "drop-column:${o}t.b" --target wrong
	skipped=
	[ $e = lite ] || skipped="--allow undo-skipped:${o}t.b[<=1]"
	# shellcheck disable=SC2086
	gate 0 --allow "drop-column:${o}t.b[<=1]" $skipped
	lay $e "$up"
	production
	gate 3 --allow "drop-column:${o}t.b" --target "$name"
	# shellcheck disable=SC2086
	gate 3 --allow "drop-column:${o}t.b[<=1]" $skipped
	# shellcheck disable=SC2086
	gate 0 --allow "drop-column:${o}t.b[<=1]" $skipped --target "$name"

	# consent files: for these bytes, and for no more rows than then
	lay $e "$up"
	expect_weir 0 "$T/p" review --approve
	sql "UPDATE t SET b = 'z'"
	gate 3
	sql "UPDATE t SET b = NULL WHERE id = 2"
	echo '-- edited' >>"$T/p/drizzle/0001_m1.sql"
	gate 3
	expect_err 'another text'
	expect_weir 0 "$T/p" review --approve
	gate 0
done
