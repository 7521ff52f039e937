#!/bin/sh
# keys: keys of the user's own, listed by --check-keys and in force in the
# studio; a line that is not taken is said, and nothing else happens to it.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir
"$WEIR" studio --help >/dev/null 2>&1 || skip "$WEIR has no studio"

P=$T/project
XDG_CONFIG_HOME=$T/config
export XDG_CONFIG_HOME
mkdir -p "$T/config/weir"
example_copy "$P"
rm "$P/drizzle.config.ts"

# listed LINE: --check-keys prints it
listed() {
	grep -qxF "$1" "$T/out" || fail "not listed: $1"
}

weir_in "$P" studio --check-keys
[ $rc = 0 ] || fail "status $rc without a configuration"
listed 'apply = A'
[ ! -s "$T/err" ] || fail 'something is said without a configuration'

cat >"$T/config/weir/config" <<'END'
[keys]
apply = Ctrl-Y F5
help = F1
palette = Alt-x :
history = none
END
weir_in "$P" studio --check-keys
[ $rc = 0 ] || fail "status $rc"
listed 'apply = Ctrl-Y F5'
listed 'history = none'

printf '%s\n' 'expect Alt-x cmd' 'expect F1 help' 'keys 4' 'reject History  9 files' \
	'keys F1' 'expect Alt-x :' 'keys Esc Alt-x' 'type histo' 'keys Enter' \
	'expect History  9 files' >"$T/script"
weir_in "$P" studio --script "$T/script" --size 120x36
[ $rc = 0 ] || fail 'the studio has other keys'

cat >>"$T/config/weir/config" <<'END'
fly = f
rollback = y
END
weir_in "$P" studio --check-keys
[ $rc = 1 ] || fail "status $rc with lines that are not taken"
listed 'apply = Ctrl-Y F5'
listed 'rollback = U'
grep -q '^weir: line 6: fly: there is no such action$' "$T/err" &&
	grep -q '^weir: line 7: rollback = y: the key that confirms' "$T/err" ||
	fail 'not said'
printf '%s\n' 'expect [keys] line 6: fly: there is no such action · 1 more' \
	'keys j' 'reject [keys]' >"$T/script"
weir_in "$P" studio --script "$T/script" --size 120x36
[ $rc = 0 ] || fail 'the studio does not say it'
echo "1..1"
echo "ok 1 - keys of the user's own"
