#!/bin/sh
# mark: the record follows the schema only where the schema proves it.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cli/lib.sh"

project
weir mark
weir mark --applied 0005_learning_goals --all-present
weir mark --applied nope
weir mark --all-present

say a migration run by hand
shell "sqlite3 data/app.db <drizzle/0005_learning_goals.sql"
weir status
weir mark --all-present --dry-run
weir mark --all-present --dry-run --json
weir mark --all-present
weir status

say a claim that the schema does not bear out
weir mark --applied 0006_deck_visibility
weir mark --applied 0006_deck_visibility --json
weir mark --applied 0006_deck_visibility --unproven
weir status
weir mark --pending 0006_deck_visibility
weir status --exit-code
weir mark --pending 0006_deck_visibility
golden
