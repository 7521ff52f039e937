#!/bin/sh
# undo_pg.sh: faults at what it sends to the server and at what it writes to the
# undo store, while a migration saves what it takes and while a rollback puts it
# back: killed, the terminal gone, the disk full or broken; and the server
# stopped under it.  Afterwards the database is as before or as after, whole;
# status tells which; nothing of ours is left on it; every store reads; and
# rollback brings every row back.
#
#	undo_pg.sh [--long]		--long: every call, not each k-th
. "${srcdir:-$(dirname -- "$0")/../..}/tests/fault/lib.sh"
. "$top/tests/lib/pg.sh"
need strace
strace -o /dev/null true 2>/dev/null || skip 'strace may not trace here'
pg_start

step=77 thin=2
[ "$long" = 0 ] || step=1
U=public.u
allow="--allow drop-column:$U.nick --allow delete-rows:$U
	--allow cascade-delete:public.c --allow update-rows:$U.born"

set -- \
"CREATE TABLE u (id integer PRIMARY KEY, nick text, born integer);
--> statement-breakpoint
CREATE TABLE c (id serial PRIMARY KEY, u_id integer
	REFERENCES u ON DELETE CASCADE, body text);" \
"DELETE FROM u WHERE id % 5 = 0;
--> statement-breakpoint
UPDATE u SET born = 0 WHERE id % 7 = 0;
--> statement-breakpoint
ALTER TABLE u DROP COLUMN nick;"
pg_new base
pg_project "$T/base" base "$@"
expect_weir 0 "$T/base" migrate --to 0000_m0
pg_sql base "INSERT INTO u SELECT i, 'n' || i, i FROM generate_series(1, 400) i" \
	"INSERT INTO c (u_id, body) SELECT i, 'of ' || i
	FROM generate_series(1, 400) i"
rm -rf "$T/base/.weir"

# content DATABASE: its rows, in one line
content() {
	pg_sql "$1" "SELECT concat_ws(' ',
	(SELECT md5(string_agg(to_jsonb(u)::text, ',' ORDER BY id)) FROM u),
	(SELECT md5(string_agg(to_jsonb(c)::text, ',' ORDER BY id)) FROM c),
	(SELECT count(*) FROM drizzle.__drizzle_migrations),
	(SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal),
	(SELECT count(*) FROM pg_proc WHERE proname LIKE 'weir%'))"
}

gone() {
	pg_waits "NOT EXISTS (SELECT 1 FROM pg_stat_activity
		WHERE datname = '$1' AND application_name = 'weir')"
}

# fresh NAME: a database and project as $from says: base, or down (applied)
fresh() {
	pg_sql postgres "DROP DATABASE IF EXISTS $1 WITH (FORCE)" \
		"CREATE DATABASE $1 TEMPLATE $from" 2>/dev/null
	rm -rf "${T:?}/$1"
	cp -R "$T/$from" "$T/$1"
	pg_config "$T/$1" "$(pg_url "$1")"
	[ "$from" != base ] || return 0
	# the copy's state is that of the copied database
	id=$(cd "$T/$1" && "$WEIR" status --json </dev/null 2>/dev/null |
		sed -n 's/.*"id": "\(pg-[0-9-]*\)".*/\1/p')
	[ -n "$id" ] || fail 'the database has no id'
	[ -d "$T/$1/.weir/db/$id" ] ||
		mv "$T/$1"/.weir/db/pg-* "$T/$1/.weir/db/$id"
}

stores() {
	weir_in "$T/$1" undo list --json
	expect_rc 0
	! grep -q 'damaged\|does not read' "$T/err" || fail "$2: a store"
	grep -q '"id"' "$T/out" || return 0
	weir_in "$T/$1" undo export 0001_m1
	expect_rc 0
}

point_fresh() {
	fresh k
}

# point_judge WHAT: as judge() of the database k
point_judge() {
	judge k "$1"
}

# judge NAME WHAT: as before or after; told as what it is; applied again; back
# with every row; nothing of ours is left
judge() {
	gone "$1"
	is=$(content "$1")
	stores "$1" "$2"
	case $is in
	"$before")
		n_before=$((n_before + 1))
		status_tells "$T/$1" 0001_m1 pending "$2"
		# shellcheck disable=SC2086
		weir_in "$T/$1" migrate $allow
		expect_rc 0
		expect_eq "$2: applied" "$(content "$1")" "$after"
		;;
	"$after")
		n_after=$((n_after + 1))
		status_tells "$T/$1" 0001_m1 applied "$2"
		;;
	*) fail "$2: a state between: $is" ;;
	esac
	expect_weir 0 "$T/$1" rollback
	expect_eq "$2: back" "$(content "$1")" "$before"
	! grep -q 'left as they are' "$T/out" || fail "$2: rows left"
	expect_eq "$2: left on the server" "$(pg_sql "$1" "SELECT count(*)
		FROM pg_locks WHERE locktype = 'advisory'" "SELECT count(*)
		FROM pg_database WHERE datname LIKE 'weir_scratch%'
		AND shobj_description(oid, 'pg_database') <> ''" | xargs)" '0 0'
}

# sweep WHAT COMMAND…: killed before what it sends or writes, its terminal
# gone, the disk of the store full or broken
sweep() {
	what=$1
	shift
	least=4
	at_each_point "$what" kill 'sendto pwrite64 fdatasync' "$@"
	least=1
	at_each_point "$what" hup 'sendto' "$@"
	[ "$what" = up ] || return 0
	at_each_point "$what" full 'pwrite64' "$@"
	at_each_point "$what" broken 'fdatasync' "$@"
}

# server_gone WHAT COMMAND…: stopped hard while weir is about to send
server_gone() {
	what=$1
	shift
	points=0 n=1
	while :; do
		fresh k
		: >"$T/trace"
		(cd "$T/k" && exec strace -f -q -o "$T/trace" -e trace=sendto \
			-e "inject=sendto:signal=STOP:when=$n" "$WEIR" "$@") \
			</dev/null >"$T/bg.out" 2>"$T/bg.err" &
		bg=$!
		until grep -q 'stopped by SIGSTOP' "$T/trace"; do
			kill -0 $bg 2>/dev/null || break 2
			pg_sql postgres 'SELECT pg_sleep(0.02)' >/dev/null
		done
		"$PG_SERVER" restart "$pg_dir" immediate || fail 'restart'
		pkill -CONT -P $bg
		ended
		[ $rc -eq 1 ] || grep -q ' DONE ' "$T/out" ||
			fail "$what: server gone at send $n: exit $rc"
		judge k "$what: server gone at send $n"
		points=$((points + 1))
		n=$((n + step * thin))
	done
	wait $bg
	echo "$what: server gone at $points points"
	all_points=$((all_points + points))
}

before=$(content base)
from=base
fresh down
# shellcheck disable=SC2086
expect_weir 0 "$T/down" migrate $allow
after=$(content down)
[ "$before" != "$after" ] || fail 'nothing was destroyed'
# shellcheck disable=SC2086
sweep up migrate $allow
# shellcheck disable=SC2086
server_gone up migrate $allow
from=down
sweep down rollback
server_gone down rollback
echo "PostgreSQL: $all_points points"
[ "$long" = 0 ] || [ "$all_points" -ge 200 ] || fail "only $all_points points"

# what was written since stays; conflicts are named
fresh since
pg_sql since 'INSERT INTO u VALUES (5, 7777)' 'DELETE FROM u WHERE id = 6' \
	'UPDATE u SET born = 1 WHERE id = 7'
expect_weir 0 "$T/since" rollback
grep -q 'left as they are: id=5$' "$T/out" || fail 'the row in the way'
grep -q 'public.u.nick; gone, .* left as they are: id=6, id=7$' "$T/out" ||
	fail 'the row that is gone, and the one that may be another'
grep -q 'left as they are: id=7$' "$T/out" || fail 'the value that is another'
expect_eq 'written since' "$(pg_sql since 'SELECT string_agg(born::text, $$ $$
	ORDER BY id) FROM u WHERE id IN (5, 7)')" '7777 1'

# a store with a byte turned is not believed
fresh turned
db=$(find "$T/turned/.weir" -name undo.db)
sqlite3 -batch "$db" "UPDATE o2 SET id = id + 1000 WHERE rowid = 5"
weir_in "$T/turned" rollback
expect_rc 5
expect_eq 'a row that was turned' "$(content turned)" "$after"

# stopped under a migration that has saved and waits in its next statement
from=base
for mode in fast immediate; do
	fresh s
	printf '%s\n' 'DELETE FROM u WHERE id % 5 = 0;' \
		'--> statement-breakpoint' \
		'SELECT pg_sleep(600) FROM u WHERE id = 1;' \
		>"$T/s/drizzle/0001_m1.sql"
	in_background "$T/s" migrate --allow delete-rows:$U \
		--allow cascade-delete:public.c --allow undo-skipped:$U \
		--allow undo-skipped:public.c
	pg_waits "EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = 's'
		AND state = 'active' AND query LIKE '%pg_sleep(600)%')"
	"$PG_SERVER" restart "$pg_dir" $mode || fail "restart $mode"
	finished "restart $mode"
	[ $rc -eq 1 ] || fail "restart $mode: exit $rc, not 1"
	cp "$T/base/drizzle/0001_m1.sql" "$T/s/drizzle/0001_m1.sql"
	judge s "restart $mode"
done
:
