#!/bin/sh
# libweir.a knows no curses; the program exports nothing, least of all the
# plain names of libpg_query; libweir.a has no mutable globals but four.
bad=0
archive=$builddir/libweir.a
program=$builddir/weir

nm --defined-only "$archive" 2>/dev/null | awk 'NF == 3 { print $3 }' |
	LC_ALL=C sort -u >"$tmp/own"
nm -u "$archive" 2>/dev/null | awk '$1 == "U" { print $2 }' |
	LC_ALL=C sort -u | LC_ALL=C comm -23 - "$tmp/own" >"$tmp/wanted"
for lib in libncursesw.so.6 libtinfo.so.6; do
	path=$(${CC:-cc} -print-file-name=$lib)
	test -f "$path" && nm -D --defined-only "$path"
done | awk 'NF == 3 { sub(/@.*/, "", $3); print $3 }' | LC_ALL=C sort -u \
	>"$tmp/curses"
grep -qx initscr "$tmp/curses" || {
	echo 'the exports of ncurses were not found'
	exit 1
}
if LC_ALL=C comm -12 "$tmp/wanted" "$tmp/curses" | grep .; then
	echo 'libweir.a uses the curses symbols above'
	bad=1
fi

if readelf -d "$program" | grep 'NEEDED.*libpg_query'; then
	echo 'libpg_query is linked as a shared object'
	bad=1
fi
# What the sanitizers export, and where they put data, is their affair.
if test "${HARDENED:-no}" = no; then
	exit $bad
fi
# a name with @VERSION is a copy of a variable of libc
if nm -D --defined-only "$program" | grep -v '@' |
	grep -Ev ' (_IO_stdin_used|__bss_start|_edata|_end|__data_start|data_start)$'
then
	echo 'the program exports the symbols above'
	bad=1
fi
# restore_hook: the terminal's way back; fixed: the pinned clock of tests;
# libpq, libpq_once: what is loaded when it is needed
if objdump -t "$archive" 2>/dev/null |
	grep -E ' O (\.bss|\.data|\*COM\*)([[:space:]]|\.[a-qs-z])' |
	grep -Ev '[[:space:]](restore_hook|fixed|libpq|libpq_once)(\.[0-9]+)?$'
then
	echo 'libweir.a has the mutable globals above'
	bad=1
fi
exit $bad
