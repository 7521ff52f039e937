#!/bin/sh
# What data block, in the studio: from the finding to its rows in the browser,
# on both engines: duplicates, NULLs, rows that fail a check, orphans.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
pg_start

cat >"$T/keys" <<'EOF2'
keys 3 Enter
expect BLOCKED
keys n 1
expect  where 
:save-screen rows.screen
EOF2

# way STATEMENT IDS: the ids of the rows that block it, in their table
rows="INSERT INTO p VALUES (1, 1), (2, 1), (3, NULL), (4, 40);
INSERT INTO c VALUES (11, 1), (12, 9), (13, NULL), (14, 8);"
way() {
	rm -f "$T/p/rows.screen"
	weir_in "$T/p" studio --script "$T/keys" --size 120x36
	expect_rc 0
	[ -s "$T/p/rows.screen" ] || fail 'no screen'
	cp "$T/p/rows.screen" "$T/out"
	got=$(sed -n 's|^[^│]*│ *\([0-9][0-9]*\) ║.*$|\1|p' "$T/p/rows.screen" |
		sort -un | tr '\n' ' ')
	[ "${got% }" = "$2" ] || fail "$1: rows [$got], not [$2]"
}
lay() {
	rm -rf "$T/p"
	base='CREATE TABLE p (id integer PRIMARY KEY, n integer);
CREATE TABLE c (id integer PRIMARY KEY, p integer);'
	if [ "$1" = pg ]; then
		pg_new app
		pg_project "$T/p" app "$base" "$2"
	else
		mk_project "$T/p" "$base" "$2"
	fi
	expect_weir 0 "$T/p" migrate --to 0000_m0
	if [ "$1" = pg ]; then
		pg_sql app "$rows"
	else
		sqlite3 "$T/p/app.db" "$rows"
	fi
}

lay lite 'CREATE UNIQUE INDEX u ON p (n);'
way unique '1 2'
lay lite 'CREATE TABLE q (id integer PRIMARY KEY, n integer NOT NULL CHECK (n < 99));
INSERT INTO q SELECT * FROM p;
DROP TABLE p;
ALTER TABLE q RENAME TO p;'
way null '3'

lay pg 'CREATE UNIQUE INDEX u ON p (n);'
way unique '1 2'
lay pg 'ALTER TABLE p ALTER COLUMN n SET NOT NULL;'
way null '3'
lay pg 'ALTER TABLE p ADD CONSTRAINT few CHECK (n < 30);'
way check '4'
lay pg 'ALTER TABLE c ADD CONSTRAINT k FOREIGN KEY (p) REFERENCES p;'
way orphans '12 14'
