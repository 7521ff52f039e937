#!/bin/sh
# pg_view_owner.sh: a view of another role, which may only read what is beneath:
# LOCK TABLE would go on with the rights of that role and be denied, what the
# migration does is not.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
pg_start

pg_sql postgres 'CREATE ROLE reader' 'CREATE ROLE writer'
base='CREATE TABLE t (id integer PRIMARY KEY, a text);
CREATE VIEW v AS SELECT id, a FROM t;
CREATE VIEW w AS SELECT id FROM v;'
drop='DROP VIEW w;
--> statement-breakpoint
DROP VIEW v;
--> statement-breakpoint
ALTER TABLE t DROP COLUMN a;'

# owned NAME V-OWNER W-OWNER
owned() {
	pg_new "$1"
	pg_project "$T/$1" "$1" "$base" "$drop"
	expect_weir 0 "$T/$1" migrate --to 0000_m0
	pg_sql "$1" "INSERT INTO t VALUES (1, 'x')" \
		'GRANT SELECT ON t TO reader' \
		'GRANT SELECT, UPDATE ON t TO writer' \
		"ALTER VIEW v OWNER TO $2" "GRANT SELECT ON v TO $3" \
		"ALTER VIEW w OWNER TO $3"
	expect_weir 0 "$T/$1" migrate --allow drop-column:public.t.a
	expect_weir 0 "$T/$1" rollback
	expect_eq "$1" "$(pg_sql "$1" 'SELECT * FROM v')" '1|x'
	expect_eq "$1: its owner" "$(pg_sql "$1" "SELECT
		pg_get_userbyid(relowner) FROM pg_class
		WHERE relname = 'v'")" "$2"
}
owned other reader reader
owned nested writer reader
owned able writer writer
