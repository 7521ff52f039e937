#!/bin/sh
# pg_cascade.sh: rows that go, or get another key, through foreign keys are
# asked for by their table, and a consent holds for those that were counted.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
pg_start

# have BASE ROWS UP: BASE with ROWS, UP pending
have() {
	pg_new app
	rm -rf "$T/p"
	pg_project "$T/p" app "$1" "$3"
	expect_weir 0 "$T/p" migrate --to 0000_m0
	pg_sql app "$2"
}
count() {
	pg_sql app "SELECT count(*) FROM $1"
}
# asked ALLOW…: with all of them but the first it is refused and nothing
# changes, with all of them it runs
asked() {
	first=$1
	shift
	weir_in "$T/p" migrate "$@"
	expect_rc 3
	expect_err "--allow $first"
	weir_in "$T/p" migrate "$@" --allow "$first"
	expect_rc 0
}

chain='CREATE TABLE sr (id integer PRIMARY KEY,
	par integer REFERENCES sr ON DELETE CASCADE);'
links='INSERT INTO sr SELECT g, nullif(g - 1, 0) FROM generate_series(1, 10) g'

have "$chain" "$links" 'DELETE FROM sr WHERE id = 4;'
asked cascade-delete:public.sr --allow delete-rows:public.sr \
	--allow undo-skipped:public.sr
expect_eq 'chain' "$(count sr)" 3

# who takes more than the chain is not agreed to
have "$chain
CREATE FUNCTION more() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN
	DELETE FROM sr WHERE id = 1; RETURN NULL; END \$\$;
CREATE TRIGGER more AFTER DELETE ON sr FOR EACH ROW WHEN (OLD.id = 9)
	EXECUTE FUNCTION more();" \
	"$links" 'DELETE FROM sr WHERE id = 9;'
weir_in "$T/p" migrate --allow delete-rows:public.sr \
	--allow cascade-delete:public.sr --allow undo-skipped:public.sr
expect_rc 3
expect_eq 'chain' "$(count sr)" 10

# a ring
have 'CREATE TABLE a (id integer PRIMARY KEY, b integer);
CREATE TABLE b (id integer PRIMARY KEY, a integer REFERENCES a ON DELETE CASCADE);
ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b ON DELETE CASCADE;' \
	'INSERT INTO a SELECT generate_series(1, 4);
	INSERT INTO b SELECT g, g FROM generate_series(1, 3) g;
	UPDATE a SET b = id - 1 WHERE id > 1' \
	'DELETE FROM a WHERE id = 3;'
asked cascade-delete:public.a --allow cascade-delete:public.b \
	--allow delete-rows:public.a --allow undo-skipped:public.a \
	--allow undo-skipped:public.b
expect_eq 'ring' "$(count a) $(count b)" '2 2'

# a key that is written: who forgets it, who follows it
for action in 'SET NULL' CASCADE; do
	have "CREATE TABLE x (id integer PRIMARY KEY);
CREATE TABLE c (x_id integer REFERENCES x ON UPDATE $action);" \
		'INSERT INTO x SELECT generate_series(1, 10);
		INSERT INTO c SELECT generate_series(1, 10)' \
		'UPDATE x SET id = id + 100 WHERE id <= 5;'
	asked update-rows:public.c.x_id --allow update-rows:public.x.id \
		--allow undo-skipped:public.x.id \
		--allow undo-skipped:public.c.x_id
done
expect_eq 'followers' "$(count 'c WHERE x_id > 100')" 5
