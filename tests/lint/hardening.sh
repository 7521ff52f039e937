#!/bin/sh
# The program is built as configure promises: PIE, full RELRO, no executable
# stack, canaries, FORTIFY.
if test "${HARDENED:-no}" = no; then
	echo 'built with a sanitizer or for coverage'
	exit 77
fi
program=$builddir/weir
bad=0
need() {
	grep -q "$2" "$tmp/elf" || {
		echo "missing: $1"
		bad=1
	}
}
readelf -hdlW "$program" >"$tmp/elf" || exit 1
nm -u "$builddir/libweir.a" >>"$tmp/elf" 2>/dev/null
need 'position independent' 'Type:.*DYN'
need 'marked as PIE' 'FLAGS_1.*PIE'
need 'RELRO' 'GNU_RELRO'
need 'immediate binding' 'FLAGS_1.*NOW'
need 'stack that is not executable' 'GNU_STACK.* RW  '
need 'stack canaries' 'U __stack_chk_fail'
need 'FORTIFY' 'U __[a-z]*_chk'
exit $bad
