#!/bin/sh
# What writes to a migrations folder is killed, or fails, at each step: the
# folder is what it was, or what it should be, or weir names the way on and that
# leads there.  No file of the folder is ever half written.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/fault/lib.sh"
need strace
strace -o /dev/null true 2>/dev/null || skip 'strace may not trace here'

# a project: one migration generated, a second under way
mkdir "$T/p"
mk_config "$T/p"
cat >"$T/p/schema.ts" <<'TS'
import { sqliteTable, integer, text } from 'drizzle-orm/sqlite-core';
export const users = sqliteTable('users', {
  id: integer().primaryKey(), name: text().notNull(),
});
TS
expect_weir 0 "$T/p" generate --name first
sed -i 's/  id:/  bio: text(), id:/' "$T/p/schema.ts"

cp -R "$T/p" "$T/generated"
expect_weir 0 "$T/generated" generate --name second

# start NAME FROM: the state in which a command begins
start() {
	rm -rf "$T/start-$1"
	cp -R "$2" "$T/start-$1"
}
start generate "$T/p"
start custom "$T/p"
start amend "$T/generated"
sed -i 's/ id:/ age: integer(), id:/' "$T/start-amend/schema.ts"
start drop "$T/generated"
start adopt "$T/p"
echo 'SELECT 1;' >"$T/start-adopt/drizzle/0001_own.sql"
start up "$T/p"
cp "$top/tests/cli/up/sqlite5.json" "$T/start-up/drizzle/meta/0000_snapshot.json"
sed 's/-3333-/-4444-/' "$top/tests/cli/up/sqlite5.json" \
	>"$T/start-up/drizzle/meta/0001_snapshot.json"

generate='generate --name second'
custom='generate --custom --name second'
amend='generate --amend'
drop='drop 0001_second'
adopt='adopt 0001_own.sql'
up='up'

# folder DIR: what it says, ids and times apart, without what a kill leaves
folder() {
	(cd "$1/drizzle" && find . -type f ! -name '_weir-*' | LC_ALL=C sort |
		while read -r file; do
			echo "== $file"
			sed -E -e 's/"(id|prevId)": "[-0-9a-f]*"/"\1": ""/' \
				-e 's/"when": [0-9]+/"when": 0/' "$file"
		done) | sha256sum
}

# whole DIR: each JSON file reads, to its end
whole() {
	for file in "$1"/drizzle/meta/*.json; do
		case ${file##*/} in _weir-*) continue ;; esac
		sqlite3 :memory: "SELECT json_valid(CAST(readfile('$file')
			AS text))" | grep -qx 1 || fail "$2: $file is half"
	done
}

# go_on NAME DIR WHAT: again, on the way that the refusal names, to the end
go_on() {
	for turn in 1 2 3; do
		eval "weir_in \"\$2\" \$$1"
		[ "$(folder "$2")" != "$after" ] || return 0
		expect_rc 5
		one_message "$3"
		if grep -q 'weir adopt the' "$T/err" &&
			[ -e "$2/drizzle/0001_second.sql" ]; then
			expect_weir 0 "$2" adopt 0001_second.sql
			[ "$(folder "$2")" != "$after" ] || return 0
		fi
		sed -n 's/.*rm \([^ ,;]*\).*/\1/p' "$T/err" >"$T/rm"
		[ -s "$T/rm" ] || fail "$3: nothing to remove is named"
		(cd "$2" && xargs rm -f) <"$T/rm"
	done
	fail "$3: no way leads to the end"
}

# killed NAME CALL N: 1 when it was over before
killed() {
	rm -rf "$T/k"
	cp -R "$T/start-$1" "$T/k"
	rc=0
	eval "set -- \"\$1\" \"\$2\" \"\$3\" \$$1"
	k_name=$1 k_call=$2 k_n=$3
	shift 3
	(cd "$T/k" && exec strace -f -qq -o "$T/trace" -e "trace=$k_call" \
		-e "inject=$k_call:signal=KILL:when=$k_n" "$WEIR" "$@") \
		</dev/null >"$T/out" 2>"$T/err" || rc=$?
	[ $rc -gt 128 ] || return 1
	what="$k_name, killed at $k_call $k_n"
	whole "$T/k" "$what"
	state=$(folder "$T/k")
	kills=$((kills + 1))
	case $state in
	"$before" | "$after") ;;
	*)
		between=$((between + 1))
		# half an amend cannot be told from an edited file, and goes on
		if [ "$k_name" != amend ]; then
			weir_in "$T/k" check
			expect_rc 5
		fi
		;;
	esac
	[ "$state" = "$after" ] || go_on "$k_name" "$T/k" "$what"
}

# failed NAME CALL ERROR N: 1 when nothing failed
failed() {
	rm -rf "$T/k"
	cp -R "$T/start-$1" "$T/k"
	rc=0
	f_what="$1, $2 $4 with $3" f_call=$2 f_error=$3 f_n=$4
	eval "set -- \$$1"
	(cd "$T/k" && exec strace -f -qq -o "$T/trace" -e "trace=$f_call" \
		-e "inject=$f_call:error=$f_error:when=$f_n" "$WEIR" "$@") \
		</dev/null >"$T/out" 2>"$T/err" || rc=$?
	grep -q INJECTED "$T/trace" || return 1
	no_crash "$f_what"
	state=$(folder "$T/k")
	if [ "$state" = "$after" ]; then	# it was the end: a leftover, stdout
		return 0
	fi
	expect_eq "$f_what: the folder" "$state" "$before"
	[ -z "$(find "$T/k/drizzle" -name '_weir-*')" ] ||
		[ "$f_call" = unlink ] || fail "$f_what: something is left"
	[ $rc -ne 0 ] || fail "$f_what: exit 0"
	expect_err '^weir: '
	failures=$((failures + 1))
}

for name in generate custom amend drop adopt up; do
	rm -rf "$T/end"
	cp -R "$T/start-$name" "$T/end"
	before=$(folder "$T/end")
	eval "weir_in \"\$T/end\" \$$name"
	expect_rc 0
	after=$(folder "$T/end")
	[ "$before" != "$after" ] || fail "$name changes nothing"
	kills=0 between=0 failures=0
	for call in link rename unlink fsync mkdir flock; do
		n=1
		while killed $name $call $n; do
			n=$((n + 1))
		done
	done
	for what in write:ENOSPC fsync:EIO link:ENOSPC rename:EIO \
		unlink:EACCES openat:EMFILE; do
		n=1
		# of the many files that are opened, the last few are ours
		by=1
		[ "${what%:*}" != openat ] || n=12
		[ "${what%:*}" != openat ] || [ "$long" = 1 ] || by=6
		while failed $name "${what%:*}" "${what#*:}" $n; do
			n=$((n + by))
		done
	done
	echo "$name: $kills kills, $between of them in between;" \
		"$failures failures, the folder as before"
	[ $kills -gt 3 ] || fail "$name: hardly killed"
	[ $failures -gt 3 ] || fail "$name: hardly anything failed"
done

# a folder that may not be written
open_place
cp -R "$T/start-generate" "$O/p"
chmod -R a+rX "$O/p"
before=$(folder "$O/p")
nobody_in "$O/p" generate --name second
expect_rc 1
one_message 'generate, read-only'
expect_eq 'read-only folder' "$(folder "$O/p")" "$before"

# a meta folder that leads elsewhere is not written through
cp -R "$T/start-generate" "$T/link"
mv "$T/link/drizzle/meta" "$T/elsewhere"
ln -s "$T/elsewhere" "$T/link/drizzle/meta"
was=$(cat "$T/elsewhere"/* | sha256sum)
for command in "$generate" 'check' 'up' 'drop 0000_first'; do
	# shellcheck disable=SC2086
	weir_in "$T/link" $command
	[ $rc -ne 0 ] || fail "$command follows a link out of the folder"
	expect_eq "$command: what it leads to" \
		"$(cat "$T/elsewhere"/* | sha256sum)" "$was"
done

# two at once: one entry each, or one is told
races=20
[ "$long" = 0 ] || races=200
n=0 both=0
while [ $n -lt $races ]; do
	rm -rf "$T/k"
	cp -R "$T/start-generate" "$T/k"
	(cd "$T/k" && "$WEIR" generate --name one >/dev/null 2>"$T/e1") &
	first=$!
	(cd "$T/k" && "$WEIR" generate --prefix timestamp --name two \
		>/dev/null 2>"$T/e2") &
	second=$!
	wait $first && r1=0 || r1=$?
	wait $second && r2=0 || r2=$?
	weir_in "$T/k" check
	expect_rc 0
	entries=$(grep -c '"tag"' "$T/k/drizzle/meta/_journal.json")
	# the second starts after the first: it finds nothing to do, and is fine
	[ "$entries" = 2 ] || fail "race $n: $entries entries"
	case $r1$r2 in
	00) both=$((both + 1)) ;;
	05 | 50) ;;
	*) fail "race $n: $r1 and $r2: $(cat "$T/e1" "$T/e2")" ;;
	esac
	n=$((n + 1))
done
echo "$races races of two generates: never two entries, $both one after the other"
