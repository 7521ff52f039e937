#!/bin/sh
# Help of every command, the usage errors, their hints.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cli/lib.sh"

project
weir --version
weir --help
for command in studio status show diff review migrate verify rollback mark \
	generate export check drop adopt up; do
	weir $command --help
done

say wrong use
weir frobnicate
weir statsu
weir generate
weir push
weir --colour never
weir status --frob
weir status --jsno
weir status --allow x:y
weir status -x
weir status --db
weir status --quiet=yes
weir status --color sometimes
weir status one two
weir migrate --lock-wait soon
weir migrate --report pdf
weir studio --theme pink
weir studio --size 80
weir studio --script /nowhere
golden
