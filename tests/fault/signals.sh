#!/bin/sh
# signals.sh: SIGINT, SIGTERM and SIGHUP while migrate writes.  The open
# transaction is rolled back, or was committed already; the status is
# 128 + signal; no lock stays, and the next migrate finishes.
#
#	signals.sh [--long]
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need strace
need_weir
strace -o /dev/null true 2>/dev/null || skip 'strace may not trace here'

step=6
case ${1-} in --long) step=1 ;; esac

old='CREATE TABLE t (id integer PRIMARY KEY, v text);
'
new="ALTER TABLE t ADD w text;
CREATE TABLE u (id integer PRIMARY KEY, v text);
INSERT INTO u SELECT id, v FROM t;
CREATE INDEX uv ON u(v);
"
mk_project "$T/p" "$old"
weir_in "$T/p" migrate
expect_rc 0
sql "$T/p/app.db" "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1
	FROM n WHERE i < 900) INSERT INTO t(v) SELECT printf('%0200d', i) FROM n"
rm -rf "$T/p/.weir"
mk_project "$T/p" "$old" "$new"
before=$(db_sum "$T/p/app.db")
cp -R "$T/p" "$T/done"
weir_in "$T/done" migrate
expect_rc 0
after=$(db_sum "$T/done/app.db")

# one SIGNAL NUMBER CALL N
one() {
	rm -rf "$T/k"
	cp -R "$T/p" "$T/k"
	rc=0
	(cd "$T/k" && exec strace -f -qq -o "$T/trace" -e "trace=$3" \
		-e "inject=$3:signal=$1:when=$4" "$WEIR" migrate) \
		</dev/null >"$T/out" 2>"$T/err" || rc=$?
	grep -q "SIG$1" "$T/trace" || return 1
	runs=$((runs + 1))
	expect_eq "$1 at $3 $4: status" $rc $((128 + $2))
	case $(db_sum "$T/k/app.db") in
	"$before") back=$((back + 1)) ;;
	"$after") ;;
	*) fail "$1 at $3 $4: neither before nor after" ;;
	esac
	weir_in "$T/k" migrate
	expect_rc 0
	expect_eq "$1 at $3 $4: finished" "$(db_sum "$T/k/app.db")" "$after"
}

for what in INT:2:pwrite64 TERM:15:write HUP:1:fdatasync HUP:1:pwrite64; do
	runs=0 back=0 n=1
	call=${what##*:} sig=${what%%:*} number=${what#*:}
	while one $sig "${number%:*}" $call $n; do
		n=$((n + step))
	done
	echo "$sig at $call: $runs runs, $back rolled back"
	[ $runs -gt 0 ] || fail "no $call was hit"
done
