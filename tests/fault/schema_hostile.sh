#!/bin/sh
# Hostile schema files: each ends with one clear message and its place, exit 1
# or 2, in bounded time and memory, and nothing is written.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need iconv

N=10000
cd "$T" || exit 1
# the project ends here, also where the tests run inside a checkout
mkdir -p p/.git && cd p || exit 1

core="import { sqliteTable, text } from 'drizzle-orm/sqlite-core'"
table='export const t = sqliteTable("t", { a: text() })'

# a sanitizer maps more than that
small=yes
(ulimit -v 2000000 && "$WEIR" --version) >/dev/null 2>&1 || small=no

# refused NAME MESSAGE [PLACE]: p/NAME.ts is refused with these words
refused() {
	rc=0
	(
		# frames under AddressSanitizer are several times as large
		if [ "$small" = yes ]; then
			ulimit -s 1024
			ulimit -v 2000000
		fi
		exec timeout 60 "$WEIR" generate --dialect sqlite \
			--schema "./$1.ts" --out "out_$1" --name x
	) </dev/null >"$T/out" 2>"$T/err" || rc=$?
	case $rc in
	1 | 2) ;;
	*) fail "$1: exit $rc" ;;
	esac
	head -n 1 "$T/err" | grep -qF -- "$2" ||
		fail "$1: \"$2\" expected"
	[ -z "${3-}" ] || head -n 1 "$T/err" | grep -qF -- "weir: $3:" ||
		fail "$1: not at $3"
	[ ! -e "out_$1" ] || fail "$1: something was written"
	! LC_ALL=C grep -q '[[:cntrl:]]' "$T/err" ||
		fail "$1: control characters in the message"
}

# taken NAME: is read without complaint
taken() {
	"$WEIR" export --dialect sqlite --schema "./$1.ts" </dev/null \
		>"$T/out" 2>"$T/err" || fail "$1: refused"
}

# --- 10,000 levels: BEFORE OPEN MIDDLE CLOSE ----------------------------------
# deep NAME BEFORE OPEN MIDDLE CLOSE [MESSAGE]
deep() {
	awk -v n=$N -v b="$2" -v o="$3" -v m="$4" -v c="$5" 'BEGIN {
		printf "%s", b
		for (i = 0; i < n; i++) printf "%s", o
		printf "%s", m
		for (i = 0; i < n; i++) printf "%s", c
		print ""
	}' >"$1.ts"
	refused "$1" "${6-nested deeper than}" "$1.ts:1"
}
x='export const x = '
deep parens "$x" '(' 1 ')'
deep arrays "$x" '[' '' ']'
deep objects "$x" '{a:' 1 '}'
# shellcheck disable=SC2016	# TypeScript's own signs
deep templates "$x" '`${' 1 '}`'
deep nots "$x" '!' 1 ''
deep news "$x" 'new ' Map ''
deep ternaries "$x" '1 ? 2 : ' 3 ''
deep ternaries_in "$x" '1 ? ' 2 ' : 3'
deep arrows "$x" 'a => ' 1 ''
deep arrows_in "$x" '(a = ' 1 ') => 1'
deep powers "$x" '1 ** ' 1 ''
deep assigns 'let a; ' 'a = ' 1 ''
deep types 'type X = ' '(' string ')'
deep tuples 'type X = ' '[' string ']'
deep type_objects 'type X = ' '{a:' string '}'
deep generics 'let y: ' 'A<' string '>'
deep keyofs 'type X = ' 'keyof ' string ''
deep conditions 'type X = ' 'A extends B ? C : ' D ''
deep blocks '' '{' '' '}'
deep ifs '' 'if (1) ' ';' ''
deep elses 'if (0) ;' ' else if (0) ;' '' ''
deep functions '' 'function f() {' '' '}'
deep labels '' 'a: ' ';' ''
deep patterns 'const ' '[' a ']'
deep spaces '' 'namespace a {' '' '}'
deep classes '' 'class A { x = ' 1 ' }'
row='operations in a row'
deep sums "$x" '1 + ' 1 '' "$row"
deep members 'const a: any = {}; export const x = a' '.a' '' '' "$row"
deep calls 'const f: any = () => f; export const x = f' '()' '' '' "$row"
deep tags 'const f: any = () => f; export const x = f' '``' '' '' "$row"

# --- what does not end, or grows ----------------------------------------------
# code NAME MESSAGE TEXT…
code() {
	name=$1
	words=$2
	shift 2
	printf '%s\n' "$@" >"$name.ts"
	refused "$name" "$words"
}
steps='--limit 10'
items='an array of more than 1000000 items'
bytes='a text of more than'
code loop "$steps" 'while (true) {}'
code recursion 'calls nested deeper than' 'function f(): any { return f() }' \
	'f()'
code getter 'calls nested deeper than' \
	'const a: any = { get b() { return this.b } }' 'a.b'
code getter_loop "$steps" "$core" 'export const t = sqliteTable("t", {' \
	'a: text({ get length() { for (;;) ; } } as any) })'
code name_loop 'calls nested deeper than' "$core" \
	'export const t = sqliteTable({ toString() { return "" + this } } as' \
	'any, { a: text() })'
code throws "$steps" \
	'for (;;) { try { throw new Error("x") } catch { } }'
# a list that grows under AddressSanitizer meets the ceiling of memory first
grown=$items
[ "$small" = yes ] || grown='more than 256 MiB of memory'
code pushes "$grown" 'const x: any[] = []; for (;;) x.push(x)'
code spreads "$items" 'let x = [1]; for (;;) x = [...x, ...x]'
code concats "$items" 'let x = [1]; for (;;) x = x.concat(x)'
code array_new "$items" 'export const x = new Array(1e9)'
code array_fill "$items" 'export const x = Array(1e9).fill(0)'
code array_from 'Invalid array length' 'export const x = Array.from({ length: 1e10 })'
code array_length "$items" 'const x: any[] = []; x.length = 4294967295'
code array_index "$items" 'const x: any[] = []; x[4294967290] = 1'
code repeats "$bytes" 'export const x = "abc".repeat(1e9)'
code pads "$bytes" 'export const x = "".padEnd(1e9, "ab")'
code doubles "$bytes" 'let x = "ab"; for (;;) x += x'
code joins "$bytes" 'let x = ["ab"]; for (;;) x = [x.join("") + x.join("")]'
code splits "$steps" 'let x = "a".repeat(1e7).split("")'
code replaces 'more than' 'let x = "aaaa"; for (;;) x = x.replace(/a/g, "aaaa")'
code value_deep 'nested too deep' "$core" \
	'let o: any = 1; for (let i = 0; i < 100000; i++) o = [o]' \
	'export const t = sqliteTable("t", { a: text().default(String(o)) })'
code json_cycle 'circular structure' 'const o: any = {}; o.o = o' \
	'export const x = JSON.stringify(o)'
code sql_deep 'nested too deep' "$core" \
	'import { sql } from "drizzle-orm"' \
	'let s = sql`1`; for (let i = 0; i < 9999; i++) s = sql`(${s})`' \
	'export const t = sqliteTable("t", { a: text().default(s) })'

# patterns that backtrack without end, and one that is too deep
code ways 'tries too many ways' \
	'export const a = /^(a+)+$/.test("a".repeat(40) + "b")'
printf '%s\n' 'export const b = /(.*)*x/.test("a".repeat(5000))' \
	'export const c = new RegExp("(".repeat(5000) + ")".repeat(5000))' \
	>patterns.ts
taken patterns

# --- what is not run ----------------------------------------------------------
code run_eval 'depends on eval, which is not known here' "$core" \
	'export const t = sqliteTable("t", { a: text().default(eval("1")) })'
code run_function 'which is not known here' "$core" \
	'export const t = sqliteTable(new Function("return 1")() as any,' \
	'{ a: text() })'
code run_proxy 'depends on Proxy, which is not known here' "$core" \
	'export const t = sqliteTable("t", new Proxy({}, {}) as any)'
code run_reflect 'depends on Reflect, which is not known here' "$core" \
	'export const t = sqliteTable("t", { a: text().default(' \
	'Reflect.get({ a: "x" }, "a")) })'
code run_file 'which is not known here' "$core" 'import fs from "node:fs"' \
	'export const t = sqliteTable(fs.readFileSync("/etc/passwd", "utf8"),' \
	'{ a: text() })'
printf '%s\n' "$core" 'import { execSync } from "node:child_process"' \
	"execSync('touch $T/owned')" "$table" >child.ts
taken child
[ ! -e "$T/owned" ] || fail 'a command was run'

# names of the prototype are names like others
printf '%s\n' "$core" 'const o: any = JSON.parse(`{"__proto__": {"x": 1}}`)' \
	'const p: any = {}' \
	'export const t = sqliteTable("t", { constructor: text(),' \
	'hasOwnProperty: text(), toString: text().default(String(p.x)) })' \
	>prototype.ts
taken prototype
for word in '`constructor` text' '`hasOwnProperty` text' \
	"\`toString\` text DEFAULT 'undefined'"; do
	grep -qF -- "$word" "$T/out" || fail "prototype: $word"
done

# --- bytes --------------------------------------------------------------------
printf '%s\n%s\0\n' "$core" "$table" >nul.ts
refused nul 'this character has no meaning here' nul.ts:2:49
printf '%s\nexport const t = sqliteTable("\377", {})\n' "$core" >utf8.ts
refused utf8 'this is not UTF-8' utf8.ts:2:31
printf '%s\n%s\n' "$core" "$table" | iconv -t UTF-16 >utf16.ts
refused utf16 'this is not UTF-8' utf16.ts:1:1
printf '\357\273\277%s\n%s\n' "$core" "$table" >bom.ts
taken bom
printf '%s\r\n%s\r\nexport const u = sqliteTable("u", { a: text().default(`x\r\ny`) })\r\n' \
	"$core" "$table" >crlf.ts
taken crlf
# a line in a template ends with \n, whatever the file has (ECMA-262 12.9.6)
! grep -q "$(printf '\r')" "$T/out" || fail 'crlf: a carriage return is left'

# 50 MB: one string, and many statements
awk 'BEGIN { printf "export const x = \""
	for (i = 0; i < 500000; i++) printf "%0100d", i; print "\"" }' >long.ts
taken long
awk -v n=700000 'BEGIN { for (i = 0; i < n; i++)
	printf "const name_%d = { a: [1, 2, \"three\"], b: %d, c: (x) => x }\n",
		i, i }' >many.ts
refused many 'more than'
rm long.ts many.ts
truncate -s 70M sparse.ts
refused sparse 'bytes'
rm sparse.ts

# --- files --------------------------------------------------------------------
mkfifo fifo.ts
refused fifo 'not a regular file'
ln -s /dev/zero zero.ts
refused zero 'leads out of'
ln -s ../outside.ts link.ts
printf '%s\n' "$core" "$table" >../outside.ts
refused link 'leads out of'
ln -s loop2.ts loop1.ts
ln -s loop1.ts loop2.ts
refused loop1 'no schema file matches'
mkdir folder.ts
refused folder 'no schema file matches'
for to in ./fifo ./loop1 ./folder.ts; do
	code import_not "there is no file $to" "import '$to'"
done
code import_out 'leads out of' "import '../outside'"
code import_out_star 'leads out of the project' "export * from '../outside'"
code import_link 'leads out of' "import './link'"
if [ "$(id -u)" != 0 ]; then
	printf '%s\n' "$table" >secret.ts
	chmod 0 secret.ts
	refused secret 'ermission'
fi

# cycles: what is there is seen, what is not yet is an error
printf '%s\n' "import { b } from './cycle_b'" "$core" \
	'export function help() { return "h" }' \
	'export const t = sqliteTable("t", { a: text().default(b) })' \
	>cycle_a.ts
printf '%s\n' "import { help } from './cycle_a'" \
	'export const b = help() + "!"' >cycle_b.ts
taken cycle_a
grep -q "DEFAULT 'h!'" "$T/out" || fail 'cycle_a: the default'
printf '%s\n' "import { a } from './late_a'" 'export const b = a + 1' \
	>late_b.ts
printf '%s\n' "import { b } from './late_b'" 'export const a = b + 1' \
	>late_a.ts
refused late_a "Cannot access 'a' before initialization" late_b.ts:2:18
printf '%s\n' "import * as me from './self'" "export * from './self'" \
	"$core" "$table" 'export const n = Object.keys(me).length' >self.ts
taken self
