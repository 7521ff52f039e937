#!/bin/sh
# Every lint finds what it is there for: a fault is planted in a copy.
lint=$srcdir/tests/lint
copy=$tmp/copy
n=0

# result NAME: the last command says how it went
result() {
	test $? -eq 0 && ok=ok || ok='not ok'
	n=$((n + 1))
	echo "$ok $n - $1"
	test "$ok" = ok || sed 's/^/# /' "$tmp/said"
}

run() {
	(srcdir=$copy builddir=$copy sh "$lint/$1") >"$tmp/said" 2>&1
}

# found NAME LINT [WORD]: the lint must fail on the copy and say WORD
found() {
	! run "$2" && grep -q -e "${3:-.}" "$tmp/said"
	result "$1"
}

# plant NAME LINT FILE TEXT: FILE is new, or TEXT comes at its end
plant() {
	mkdir -p "$(dirname "$copy/$3")"
	cp -p "$copy/$3" "$tmp/kept" 2>/dev/null || rm -f "$tmp/kept"
	printf '%s\n' "$4" >>"$copy/$3"
	found "$1" "$2" "$3:"
	if test -f "$tmp/kept"; then
		mv "$tmp/kept" "$copy/$3"
	else
		rm "$copy/$3"
	fi
}

mkdir "$copy" "$copy/tests"
cp -Rp "$srcdir/src" "$srcdir/ui" "$srcdir/man" "$srcdir/scripts" "$copy/"
cp -Rp "$lint" "$copy/tests/"
mkdir "$copy/tests/live" "$copy/tests/fault" "$copy/tests/unit" \
	"$copy/tests/cli"
cp -Rp "$srcdir/tests/live/hazards" "$srcdir/tests/live/"*.sh \
	"$copy/tests/live/"
# where scripts/hazard-table looks for tests
cp -Rp "$srcdir/tests/cli/golden" "$copy/tests/cli/"
cp -p "$srcdir/tests/fault/"*.sh "$copy/tests/fault/"
cp -p "$srcdir/tests/unit/"*.c "$copy/tests/unit/"
chmod -R u+w "$copy"

plant 'a lower floor includes a higher one' floors.sh src/base/str.c \
	'#include "model/model.h"'
plant 'siblings include each other' floors.sh src/folder/zz.c \
	'#include "drv/drv.h"'
plant 'the gate includes apply' floors.sh src/op/gate/zz.c \
	'# include "op/apply/apply.h"'
plant 'the studio includes the wire' floors.sh ui/view/zz.c \
	'#include "drv/drv.h"'
plant 'an include climbs with ..' floors.sh src/base/zz.c \
	'#include "../model/model.h"'
plant 'a folder without a floor' floors.sh src/new/zz.c 'int x;'
plant 'an include that is not there' floors.sh src/base/zz.c \
	'#include "base/nowhere.h"'
for header in ncursesw/curses.h sqlite3.h libpq-fe.h pg_query.h pcre2.h \
	openssl/evp.h jansson.h ini.h utf8proc.h; do
	plant "$header away from home" words.sh src/model/zz.c \
		"#include <$header>"
done
plant 'sqlite3.h in the studio' words.sh ui/zz.c '#include <sqlite3.h>'
for call in 'malloc(1)' 'free (p)' 'strdup(s)' 'printf("x")' 'puts("x")' \
	'fprintf(f, "x")' 'exit(1)' 'abort()' 'getenv("HOME")' 'system("x")' \
	'strcpy(a, b)' 'f(stderr)'; do
	plant "$call in the core" words.sh src/model/zz.c \
		"void f(void) { $call; }"
done
plant 'the environment in a command' words.sh src/cmd/zz.c \
	'void f(void) { getenv("HOME"); }'
plant 'bad mdoc' man.sh man/zz.1 '.Dd x'

run hazards.sh
result 'each danger is found or told'
plant 'a danger that nobody tells' hazards.sh tests/lint/hazard_codes.txt PT99
plant 'a hazard without its cases' hazards.sh src/plan/hazards.def \
	'HAZARD(ZZ, "PZ9", "zz", HAZ_LOSS, "z", "z")'

# documented FILE TEXT: docs.sh misses it in a page
documented() {
	cp -p "$copy/$1" "$tmp/source"
	printf '%s\n' "$2" >>"$copy/$1"
	found "$1 without its page" docs.sh 'differ'
	mv "$tmp/source" "$copy/$1"
}
run docs.sh
result 'pages that tell all'
documented src/cmd/opts.def 'OPT(ZZ, "zz", NULL, "x", C_SHOW)'
documented src/cmd/status.c '	.name = "zz", .bit = C_ZZ,'
documented src/cmd/cmd.h 'enum exit_code { EXIT_ZZ = 9, };'
documented src/plan/hazards.def 'HAZARD(ZZ, "SL99", "zz", HAZ_LOSS, "z", "z")'
documented ui/actions.def 'ACTION(ZZ, "zz", LOOK, "x", "", "Zz")'
documented ui/script.c '	{ ":zz", do_zz },'
documented src/main.c 'bool x = env_has(e, "ZZ");'
plant 'an option that is none' docs.sh man/weir.conf.5 '.Fl -zz'
plant 'a configuration key that is none' docs.sh man/weir.conf.5 '.It Ic zzz'

# words in comments, strings and longer names are no fault
rm -rf "$copy/src" "$copy/ui"
mkdir -p "$copy/src/model" "$copy/ui"
cat >"$copy/src/model/zz.c" <<'C'
/* malloc(1) and
 * printf("x") */
const char *s = "free(p); \" exit(1)";	// getenv("x")
int xfree(int), sqlite3_free(int), p = '"';
void f(void) { m->free(x); snprintf(a, 1, ""); }
C
run words.sh
result 'comments, strings and longer names'

# binaries
HARDENED=3
export HARDENED
: "${CC:=cc}"
plain='int main(void) { return 0; }'
build() {
	printf '%s\n' "$1" >"$tmp/zz.c"
	shift
	$CC "$@" "$tmp/zz.c"
}
archive() {
	rm -f "$copy/libweir.a"
	build "$1" -c -o "$tmp/zz.o" && ar cr "$copy/libweir.a" "$tmp/zz.o"
}
build "$plain" -no-pie -Wl,-z,norelro,-z,lazy -o "$copy/weir"
found 'a program without hardening' hardening.sh
build "$plain" -pie -fPIE -Wl,-z,relro,-z,now,-z,execstack -o "$copy/weir"
found 'an executable stack' hardening.sh
build "$plain" -o "$copy/weir"
archive 'int initscr(void); int f(void); int f(void) { return initscr(); }'
found 'curses in libweir.a' symbols.sh
archive 'int counter; int f(void); int f(void) { return ++counter; }'
found 'a mutable global' symbols.sh
archive 'int f(void); int f(void) { static int n = 3; return ++n; }'
found 'a mutable static' symbols.sh
archive 'int f(void); int f(void) { return 0; }'
build 'void pg_query_parse(void) {} int main(void) { return 0; }' \
	-rdynamic -fvisibility=default -o "$copy/weir"
found 'an exported symbol' symbols.sh
build "$plain" -o "$copy/weir"
run symbols.sh
result 'a clean archive and program'
echo "1..$n"
