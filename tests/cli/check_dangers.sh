#!/bin/sh
# check: what the statements of a folder would do, what was put aside and how,
# the formats for machines, and the statuses where a database is named.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cli/lib.sh"
need jq

# files SQL…: the project anew, with these migrations and no schema files
files() {
	rm -rf "$P"
	mk_project "$P" "$@"
	sed -i 's/"schema":"[^"]*",//' "$P/drizzle.config.json"
	before=0
	for n in 0 1 2; do
		printf '{"version":"6","dialect":"sqlite","id":"00000000-0000-0000-0000-%012d",%s00000000-0000-0000-0000-%012d"%s}' \
			$((n + 1)) '"prevId":"' $before ',"tables":{},"views":{},"enums":{},
"_meta":{"schemas":{},"tables":{},"columns":{}},"internal":{"indexes":{}}' \
			>"$P/drizzle/meta/000${n}_snapshot.json"
		before=$((n + 1))
	done
}

# edit N TEXT: another text for migration N
edit() {
	printf '%b' "$2" >"$P/drizzle/000$1_m$1.sql"
	printf '$ cat drizzle/000%s_m%s.sql\n%b\n' "$1" "$1" "$2" >>"$told"
}

table='CREATE TABLE t (id integer PRIMARY KEY, a text, b text, c text);'
say the dangers of every file, on what those before it made
files "$table" 'CREATE UNIQUE INDEX u ON t (a);' 'ALTER TABLE t DROP COLUMN b;
ALTER TABLE t ADD d text NOT NULL;'
weir check

say a comment puts the next statement aside
edit 1 '-- why this is here\n-- weir-ignore unique-violated: checked by hand\nCREATE UNIQUE INDEX u ON t (a);\nCREATE UNIQUE INDEX v ON t (c);\n'
edit 2 'ALTER TABLE t DROP COLUMN b; -- weir-ignore SL13, SL21: no client yet\nALTER TABLE t ADD d text NOT NULL;\n'
weir check
weir check --json
expect_rc 0

say first, with an empty line after it, it is about the file
edit 1 '-- weir-ignore SL26: all of it\n\nCREATE UNIQUE INDEX u ON t (a);\nCREATE UNIQUE INDEX v ON t (c);\n'
edit 2 '-- weir-ignore drop-column: no\n-- weir-ignore SL13: yes\n \nSELECT 1;\nALTER TABLE t DROP COLUMN b;\nALTER TABLE t ADD d text NOT NULL;\n'
weir check
say not so where a statement stands before it
edit 1 'CREATE UNIQUE INDEX u ON t (a);\n-- weir-ignore SL26: this one\n\nCREATE UNIQUE INDEX v ON t (c);\n'
edit 2 "SELECT '-- weir-ignore x' AS s; /* -- weir-ignore y */\n"
weir check

say words that do not read
for line in 'SL26' 'SL26:' ': no' 'SL26,: no' 'SL26, nothing: no' ''; do
	edit 1 "CREATE INDEX i ON t (c);\n  -- weir-ignore $line\nCREATE UNIQUE INDEX u ON t (a);\n"
	weir check
	expect_rc 5
	weir review
	expect_rc 2
done
say another word is another comment
edit 1 '-- weir-ignored: by nobody\nCREATE UNIQUE INDEX u ON t (a);\n'
weir check
expect_rc 0

say .weirignore, for files that were applied
edit 1 'CREATE UNIQUE INDEX u ON t (a);\n'
edit 2 'ALTER TABLE t ADD d text NOT NULL;\n'
shell "printf '%s\n' '# why' '' '0001_m1 unique-violated:t held since May' \
	'0002_m2 SL13:other another one' >drizzle/.weirignore"
weir check
for line in '0001_m1' '0001_m1 SL26' '0001_m1 none because' \
	'0007_x SL26 gone'; do
	shell "echo '$line' >drizzle/.weirignore"
	weir check
	expect_rc 5
done
shell 'rm drizzle/.weirignore'

say review says it too, and asks what it asked
edit 1 '-- weir-ignore SL26: seen\nCREATE UNIQUE INDEX u ON t (a);\n'
edit 2 '-- weir-ignore SL19: seen\nALTER TABLE t DROP COLUMN b;\n'
weir migrate --to 0000_m0 --quiet
shell "sqlite3 app.db \"INSERT INTO t VALUES (1, 'x', 'y', NULL)\""
weir review
shell "sqlite3 app.db \"INSERT INTO t VALUES (2, 'x', 'y', NULL)\""
weir review
expect_out 'blocked' 'ignored: seen'
say on a database: blocked, without consent, with it
weir check --db app.db
expect_rc 1
shell "sqlite3 app.db 'DELETE FROM t WHERE id = 2'"
weir check --db app.db
expect_rc 3
weir review --approve --quiet
weir check --db app.db
expect_rc 0

say annotations: percent, colon, comma and line feeds are escaped
mkdir "$P/a,b:c%d"
mv "$P/drizzle" "$P/a,b:c%d/"
weir check --migrations 'a,b:c%d/drizzle' --out 'a,b:c%d/drizzle' --format github
expect_rc 0
expect_out '^::notice file=a%2Cb%3Ac%25d/drizzle/0001_m1.sql,line=2,col=1,title=SL26::.*%0Aignored: seen$'
[ "$(grep -vc '^::\(error\|warning\|notice\) file=[^:]*::' "$T/out")" = 0 ] ||
	fail 'a line that is no annotation'

say SARIF: the members that 2.1.0 asks for
weir_in "$P" check --out 'a,b:c%d/drizzle' --format sarif
expect_rc 0
jq -e '.version == "2.1.0" and (."$schema" | startswith("https://")) and
	(.runs | length == 1) and (.runs[0] |
	(.tool.driver.name == "weir") and (.tool.driver.version | length > 0) and
	([.tool.driver.rules[].id] | length > 2 and length == (unique | length)) and
	(.columnKind == "unicodeCodePoints") and
	([.tool.driver.rules[].id] as $ids | .results | length > 2 and all(
	(.message.text | length > 0) and
	(.ruleId as $r | $ids | index([$r]) != null) and
	(.level | IN("none", "note", "warning", "error")) and
	(.locations | length == 1) and (.locations[0].physicalLocation |
	(.artifactLocation.uri | test("^[A-Za-z0-9._~/!$&()*+,;=@%-]+$")) and
	(.region.startLine >= 1) and (.region.startColumn >= 1)) and
	((.suppressions // []) | all((.kind | IN("inSource", "external")) and
	(.justification | length > 0))))))' \
	<"$T/out" >/dev/null || fail 'SARIF'
jq -e '[.runs[0].results[] | select(.suppressions)] | length == 1' \
	<"$T/out" >/dev/null || fail 'SARIF: what was put aside'
jq -r '.runs[0].results[] | "\(.ruleId) \(.level) \(.locations[0]
	.physicalLocation | "\(.artifactLocation.uri):\(.region.startLine)")"' \
	<"$T/out" >"$T/list"
mv "$T/list" "$T/out"
entry "weir check --format sarif | jq"
golden
