#!/bin/sh
# A column of a rebuild that is not taken over as it is: its values are named
# and asked about, counted again right before the old table goes, and given
# back by rollback.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir

first='CREATE TABLE `t` (`id` integer PRIMARY KEY NOT NULL, `a` text, `g` text);
'
# rebuild COLUMNS INTO FROM
rebuild() {
	printf '%s' 'PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_t` (`id` integer PRIMARY KEY NOT NULL, `a` text, '"$1"');
--> statement-breakpoint
INSERT INTO `__new_t`('"$2"') SELECT '"$3"' FROM `t`;--> statement-breakpoint
DROP TABLE `t`;--> statement-breakpoint
ALTER TABLE `__new_t` RENAME TO `t`;--> statement-breakpoint
PRAGMA foreign_keys=ON;
'
}

rows() {
	sql "$T/p/app.db" 'SELECT id, a, g FROM t ORDER BY id'
}

# fresh ROWS COLUMNS INTO FROM
fresh() {
	rm -rf "$T/p"
	mk_project "$T/p" "$first"
	expect_weir 0 "$T/p" migrate
	sql "$T/p/app.db" "INSERT INTO t VALUES $1"
	shift
	mk_project "$T/p" "$first" "$(rebuild "$@")"
}

# asks WHAT ROWS COLUMNS INTO FROM
asks() {
	what=$1
	shift
	fresh "$@"
	before=$(rows)
	weir_in "$T/p" review
	expect_any 'update-rows:t\.g' 'values? (is|are) overwritten'
	expect_weir 3 "$T/p" migrate
	expect_any '--allow update-rows:t\.g'
	expect_eq "$what: nothing was run" "$(rows)" "$before"
	expect_weir 0 "$T/p" migrate --allow update-rows:t.g
	[ "$(rows)" != "$before" ] || fail "$what: nothing was changed"
	expect_weir 0 "$T/p" rollback
	expect_eq "$what: given back" "$(rows)" "$before"
}

g="\`g\` text GENERATED ALWAYS AS (a || 'x')"
asks stored "(5, 'x', 'PRECIOUS'), (6, 'y', NULL)" "$g STORED" \
	'"id", "a"' '"id", "a"'
asks virtual "(5, 'x', 'PRECIOUS'), (6, 'y', 'yx')" "$g VIRTUAL" \
	'"id", "a"' '"id", "a"'
asks 'left out' "(5, 'x', 'PRECIOUS')" '`g` text' '"id", "a"' '"id", "a"'
asks default "(5, 'x', 'PRECIOUS')" "\`g\` text NOT NULL DEFAULT 'd'" \
	'"id", "a"' '"id", "a"'
asks constant "(5, 'x', 'PRECIOUS')" '`g` text' '"id", "a", "g"' \
	"\"id\", \"a\", 'k'"
asks cast "(5, 'x', '3.7')" '`g` text' '"id", "a", "g"' \
	'"id", "a", CAST("g" AS integer)'
asks coalesce "(5, 'x', 'v'), (6, NULL, NULL)" '`g` text' \
	'"id", "a", "g"' "\"id\", \"a\", coalesce(\"a\", '')"

# What it computes is what was there: said, not asked.
fresh "(5, 'x', 'xx')" "$g STORED" '"id", "a"' '"id", "a"'
expect_weir 0 "$T/p" migrate
expect_eq 'the same value' "$(rows)" '5|x|xx'
