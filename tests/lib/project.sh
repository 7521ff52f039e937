# shellcheck shell=sh
# project.sh: what the shell tests share; source it, it is no test.
#
#	. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
#
# It sets   top   the source tree
#           WEIR  the program, absolute (given, else that of the build folder,
#                 else ./weir)
#           T     a folder of this test, empty, removed unless the test fails
#           rc    status of the last `run`; its output is $T/out and $T/err
# and seals the surroundings also where a test is run by hand, without run-sh:
# HOME below $T, no DATABASE_URL, no CI, C.UTF-8, no colour. A failed
# expectation prints what was seen and exits 1. Needs sqlite3 and sha256sum
# (skips with exit 77 where they are missing).
set -u

top=${srcdir:-$(dirname -- "$0")/../..}
top=$(CDPATH='' cd -- "$top" && pwd) || exit 99
WEIR=${WEIR:-${builddir:-.}/weir}
case $WEIR in /*) ;; *) WEIR=$PWD/$WEIR ;; esac
me=$(basename -- "$0")

T=$(mktemp -d "${tmp:-${TMPDIR:-/tmp}}/weir-test.XXXXXX") || exit 99
project_end() {
	st=$?
	trap - EXIT
	if [ $st -eq 0 ] || [ $st -eq 77 ]; then
		rm -rf "$T"
	else
		echo "$me: left in $T" >&2
	fi
	exit $st
}
trap project_end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

mkdir "$T/home"
HOME=$T/home
LC_ALL=C.UTF-8
NO_COLOR=1
export WEIR HOME LC_ALL NO_COLOR
unset DATABASE_URL WEIR_STATE WEIR_SCRATCH_URL CI LINES COLUMNS \
	XDG_STATE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME \
	PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE PGSERVICE
rc=0

# skip REASON: the test does not count here
skip() {
	echo "$me: $*"
	exit 77
}

# fail TEXT: with what the last run printed
fail() {
	echo "FAIL $me: $*" >&2
	for f in out err; do
		if [ -s "$T/$f" ]; then
			echo "--- std$f:" >&2
			cat "$T/$f" >&2
		fi
	done
	exit 1
}

need() {
	for tool; do
		command -v "$tool" >/dev/null || skip "$tool is not installed"
		# the leak check cannot run under strace; other tests look
		[ "$tool" != strace ] ||
			export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"
	done
}
need sqlite3 sha256sum

# built, and far enough to apply
have_weir() {
	[ -x "$WEIR" ] && "$WEIR" migrate --help >/dev/null 2>&1 </dev/null
}

need_weir() {
	have_weir || skip "$WEIR cannot migrate"
}

# run COMMAND…: no terminal, nothing on stdin; status in rc
run() {
	rc=0
	"$@" </dev/null >"$T/out" 2>"$T/err" || rc=$?
}

# weir_in DIR ARG…: run the program in a folder
weir_in() {
	weir_dir=$1
	shift
	rc=0
	(cd "$weir_dir" && exec "$WEIR" "$@") </dev/null >"$T/out" \
		2>"$T/err" || rc=$?
}

# expect_exit N COMMAND…
expect_exit() {
	want=$1
	shift
	run "$@"
	[ $rc -eq "$want" ] || fail "exit $rc, not $want: $*"
}

# expect_weir N DIR ARG…
expect_weir() {
	want=$1
	shift
	weir_in "$@"
	[ $rc -eq "$want" ] || fail "exit $rc, not $want: weir $*"
}

# expect_rc N: of a run before
expect_rc() {
	[ $rc -eq "$1" ] || fail "exit $rc, not $1"
}

# expect_out|expect_err|expect_any REGEX…: each (ERE) matches a line
expect_out() {
	for re; do
		grep -Eq -- "$re" "$T/out" || fail "stdout lacks /$re/"
	done
}

expect_err() {
	for re; do
		grep -Eq -- "$re" "$T/err" || fail "stderr lacks /$re/"
	done
}

expect_any() {
	for re; do
		cat "$T/out" "$T/err" | grep -Eq -- "$re" ||
			fail "output lacks /$re/"
	done
}

expect_no_any() {
	for re; do
		! cat "$T/out" "$T/err" | grep -Eq -- "$re" ||
			fail "output has /$re/"
	done
}

# expect_eq WHAT GOT WANT
expect_eq() {
	[ "$2" = "$3" ] || fail "$1: got [$2], want [$3]"
}

# expect_files_equal GOT WANT
expect_files_equal() {
	diff -u -- "$2" "$1" >"$T/diff" ||
		fail "$1 differs from $2: $(cat "$T/diff")"
}

# sql DB STATEMENT…: with foreign keys on, like an application
sql() {
	sql_db=$1
	shift
	sqlite3 -batch -bail -init /dev/null "$sql_db" \
		'PRAGMA foreign_keys = on' "$@"
}

# db_sum DB: of all it holds; does not change when pages merely move
db_sum() {
	sqlite3 -batch -init /dev/null "$1" .dump | sha256sum | cut -c1-64
}

# file_sum FILE: of its bytes; "-" when there is no such file
file_sum() {
	if [ -e "$1" ]; then
		sha256sum <"$1" | cut -c1-64
	else
		echo -
	fi
}

# tracking DB: the rows of the tracking table with their types, in order
tracking() {
	sqlite3 -batch -init /dev/null "$1" 'SELECT rowid, quote(id),
		typeof(id), hash, typeof(hash), created_at, typeof(created_at)
		FROM __drizzle_migrations ORDER BY rowid'
}

# schema_of DB: the stored text of every object, in order of creation
schema_of() {
	sqlite3 -batch -init /dev/null "$1" \
		'SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid'
}

# example_copy DIR: the example with its database in DIR/data/app.db
example_copy() {
	if ! mkdir -p "$1" ||
	   ! cp -R "$top/examples/learning-cards/." "$1/" ||
	   ! chmod -R u+w "$1" ||
	   ! rm -rf "$1/data" "$1/.weir" "$1/node_modules" ||
	   ! "$1/make-db" "$1/data/app.db"; then
		fail "no copy of the example in $1"
	fi
}

# mk_journal DIR TAG…: meta/_journal.json as drizzle-kit writes it; `when` of
# entry i is mk_when(i)
mk_when() {
	echo $((1700000000000 + $1 * 60000))
}

mk_journal() {
	mkdir -p "$1/drizzle/meta"
	mk_dir=$1
	shift
	{
		printf '{\n  "version": "7",\n  "dialect": "sqlite",\n'
		printf '  "entries": ['
		mk_i=0
		for tag; do
			[ $mk_i -eq 0 ] || printf ','
			printf '\n    {\n      "idx": %d,\n' $mk_i
			printf '      "version": "6",\n'
			printf '      "when": %s,\n' "$(mk_when $mk_i)"
			printf '      "tag": "%s",\n' "$tag"
			printf '      "breakpoints": true\n    }'
			mk_i=$((mk_i + 1))
		done
		[ $mk_i -eq 0 ] || printf '\n  '
		printf ']\n}'
	} >"$mk_dir/drizzle/meta/_journal.json"
}

# mk_config DIR [DB]: drizzle.config.json, database DB (default app.db)
mk_config() {
	printf '{"dialect":"sqlite","schema":"./schema.ts","out":"./drizzle",' \
		>"$1/drizzle.config.json"
	printf '"dbCredentials":{"url":"%s"}}\n' "${2-app.db}" \
		>>"$1/drizzle.config.json"
}

# mk_project DIR SQL…: a project whose migrations are 0000_m0, 0001_m1 … with
# the given text, byte for byte; database DIR/app.db (not made)
mk_project() {
	mkdir -p "$1/drizzle/meta"
	mk_config "$1"
	mk_dir=$1
	shift
	mk_i=0
	mk_tags=
	for text; do
		tag=$(printf '%04d_m%d' $mk_i $mk_i)
		printf '%s' "$text" >"$mk_dir/drizzle/$tag.sql"
		mk_tags="$mk_tags $tag"
		mk_i=$((mk_i + 1))
	done
	# shellcheck disable=SC2086	# tags made here hold no spaces
	mk_journal "$mk_dir" $mk_tags
}

# journal_entries DIR: one line an entry, WHEN TAG
journal_entries() {
	sed -n 's/^ *"when": \([0-9]*\),$/\1/p; s/^ *"tag": "\(.*\)",$/\1/p' \
		"$1/drizzle/meta/_journal.json" | paste -d' ' - -
}

# apply_first DIR DB N: the first N migrations, run and recorded as Drizzle's
# migrator does it (drizzle-orm 0.45), by the sqlite3 program
apply_first() {
	journal_entries "$1" | head -n "$3" >"$T/apply.list"
	{
		printf 'BEGIN;\n'
		printf 'CREATE TABLE IF NOT EXISTS "__drizzle_migrations" (\n'
		printf '\t\t\t\tid SERIAL PRIMARY KEY,\n'
		printf '\t\t\t\thash text NOT NULL,\n'
		printf '\t\t\t\tcreated_at numeric\n\t\t\t);\n'
		while read -r when tag; do
			cat "$1/drizzle/$tag.sql"
			printf '\n;INSERT INTO "__drizzle_migrations" '
			printf '("hash", "created_at") VALUES('
			printf "'%s', %s);\n" \
				"$(file_sum "$1/drizzle/$tag.sql")" "$when"
		done <"$T/apply.list"
		printf 'COMMIT;\n'
	} | sqlite3 -batch -bail -init /dev/null "$2" >/dev/null ||
		fail "the first $3 migrations of $1 do not run"
}
