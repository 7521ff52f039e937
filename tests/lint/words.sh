#!/bin/sh
# Words that have one home: libraries, memory, output, the environment.
cd "$srcdir" || exit 1
find src ui -name '*.[ch]' | LC_ALL=C sort | tr '\n' '\0' |
	xargs -0 "${AWK:-awk}" -f tests/lint/strip.awk >"$tmp/code"
bad=0

# home REGEX-OF-HEADER PATH-PREFIX
home() {
	found=$(grep -E ":[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]($1)[>\"]" \
		"$tmp/code" | grep -v "^$2")
	test -z "$found" && return
	printf '%s\nis at home in %s only\n' "$found" "$2"
	bad=1
}
home '(ncursesw?/)?(n?curses|term|panel|menu|form)\.h' ui/term.c
home 'sqlite3(ext)?\.h' src/drv/lite/
home 'libpq(-fe|/.*)\.h' src/drv/pg/libpq.h
home 'pg_query(/.*)?\.h' src/dialect/pg/parse.c
home 'pcre2(posix)?\.h|regex\.h' src/base/match.c
home 'jansson\.h' src/base/json_read.c
home 'openssl/.*' src/base/hash.c
home 'ini\.h' src/base/ini.c
home 'utf8proc\.h' src/base/utf8.c

# banned WHY REGEX-OF-WORD ALLOWED-PATHS: a call or a use of the bare word
banned() {
	found=$(grep -E "(^|[^A-Za-z0-9_>.])($2)" "$tmp/code" |
		grep -Ev "^($3)")
	test -z "$found" && return
	printf '%s\n%s\n' "$found" "$1"
	bad=1
}
banned 'memory comes from base (arena, xalloc)' \
	'(malloc|calloc|realloc|reallocarray|free|strn?dup|v?asprintf|alloca|aligned_alloc|posix_memalign)[[:space:]]*\(' \
	'src/base/'
banned 'below cmd and ui nothing prints' \
	'(v?f?printf|v?dprintf|f?puts|put(c|char)|fput[cs]|perror|psignal|syslog)[[:space:]]*\(|(stdin|stdout|stderr)([^A-Za-z0-9_]|$)' \
	'src/cmd/|src/main\.c|ui/'
banned 'below cmd and ui nothing ends the process' \
	'(_?exit|_Exit|quick_exit|abort|raise|kill)[[:space:]]*\(' \
	'src/cmd/|src/main\.c|ui/|src/base/err\.c|src/drv/pg/programs\.c'
banned 'the environment comes in through main.c' \
	'((secure_)?getenv|putenv|setenv|unsetenv|setlocale)[[:space:]]*\(|environ([^A-Za-z0-9_]|$)' \
	'src/main\.c|ui/term\.c'
banned 'no shell is started' '(system|popen)[[:space:]]*\(' 'ui/'
banned 'these have safe counterparts in base' \
	'(strcpy|strcat|sprintf|vsprintf|gets|strtok|mktemp|tmpnam)[[:space:]]*\(' \
	'none'
exit $bad
