#!/bin/sh
# diff: every source, every format, the sources that are to come.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cli/lib.sh"

project
weir diff
weir diff --format side
weir diff --format side --width 80
weir diff --format stat
weir diff --format sql
weir diff --format json
weir diff --exit-code --format stat
weir diff migrations db
weir diff migrations db --exit-code
weir diff migrations:0006_deck_visibility --format stat
weir diff migrations:0001_lessons migrations:0002_lessons_touch
weir diff migrations:0005_learning_goals migrations:0006_deck_visibility \
	--format sql
weir diff empty --format stat
weir diff db empty --format sql

say files
shell "printf 'CREATE TABLE t (a integer, b text);\n' >one.sql"
shell "printf 'CREATE TABLE t (a integer NOT NULL, c text);\n' >two.sql"
weir diff one.sql two.sql
shell "sqlite3 two.db <two.sql"
weir diff two.sql two.db
weir diff one.sql ./two.db --format stat

say refused by name
weir diff schema
weir diff db src/db/schema/users.ts
weir diff nowhere.db
weir diff migrations:nope
weir diff --format yaml
weir diff --width 7
weir diff a b c
golden
