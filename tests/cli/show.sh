#!/bin/sh
# show: lists, single objects, patterns, CREATE text.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cli/lib.sh"

project
weir show
weir show users
weir show 'card*'
weir show deck_stats lessons_touch
weir show lessons_open_idx
weir show --sql lessons
weir show nothing
weir show --sql nothing
weir show --json nothing

say JSON holds what is asked for
weir_in "$P" show --json lessons
expect_rc 0
need jq
jq -r '.schema.objects[] | "\(.kind) \(.table // "-") \(.name)"' \
	<"$T/out" >"$T/list" || fail "not JSON"
cp "$T/list" "$T/out"
entry "weir show --json lessons | jq"
weir_in "$P" show --json
jq -r '.format, (.schema.objects | map(.kind) | group_by(.) |
	map("\(.[0]) \(length)") | .[]), (.sizes | length)' <"$T/out" \
	>"$T/list" || fail "not JSON"
cp "$T/list" "$T/out"
entry "weir show --json | jq"
golden
