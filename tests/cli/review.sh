#!/bin/sh
# review: as text at three widths, as JSON with the shape that other programs
# read.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cli/lib.sh"

project
before=$(db_sum "$P/data/app.db")
weir review
weir review --width 100
weir review --width 80
weir review --to 0006_deck_visibility
weir review --to 0001_lessons
weir review --to nope
weir review --json

# the shape
need jq
weir_in "$P" review --json
jq -e '.format == 1 and
	(.db | .label == "data/app.db" and .dialect == "sqlite" and
		.source == ".env" and .exists and
		(.id | test("^sqlite-[0-9a-f]{16}$")) and
		(.server | test("^SQLite 3"))) and
	([.from, .to] | all(.hash | test("^[0-9a-f]{64}$"))) and
	(.from.source == "db") and .rehearsed and
	(has("rehearsal_error") | not) and
	(.plan | test("^[0-9a-f]{64}$")) and
	(.changes | length > 0 and all(
		(.op | IN("add", "drop", "change", "rename")) and
		(.kind | type == "string") and (.object | type == "string") and
		has("table") and has("from") and has("to") and
		(.fields | type == "array"))) and
	(.statements | length == 15 and all(
		(.n | type == "number") and (.tag | type == "string") and
		(.file | test("^drizzle/.*[.]sql$")) and
		(.line | type == "number") and (.col | type == "number") and (.sql | type == "string") and
		(.class | type == "string") and (.undo | type == "string") and
		(.outside_tx == false) and (.hazards | type == "array"))) and
	([.statements[].n] == [range(1; 16)]) and
	([.statements[].hazards[], .hazards[]] | length > 0 and all(
		(.code | test("^[A-Z]{2}[0-9]+$")) and
		(.slug | test("^[a-z-]+$")) and
		(.severity | IN("info", "caution", "blocked", "destructive"))
		and (.object | type == "string") and
		(.rows | type == "number" or . == null) and
		(.estimate | type == "boolean") and
		(.advice | type == "string"))) and
	([.statements[] | .n as $n | .hazards[] | {statement: $n} + .] ==
		[.hazards[] | select(.statement)]) and
	([.needs[].allow] == ["drop-column:users.bio"])' \
	<"$T/out" >/dev/null || fail "review --json has another shape"

expect_eq 'the database' "$(db_sum "$P/data/app.db")" "$before"
[ ! -e "$P/.weir" ] || fail "review wrote state"
golden
