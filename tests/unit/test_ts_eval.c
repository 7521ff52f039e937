/* Evaluating TypeScript: each line is a program and what JSON.stringify makes
 * of its export x, as node prints it. */
#include <stdio.h>

#include "ts/builtins.h"
#include "unit.h"

struct file {
	const char *path, *text;
};

static const struct file *files;

static enum rc resolve(void *arg, struct str from, struct str specifier,
    struct arena *a, struct str *path, struct str *native, struct err *e)
{
	(void)arg;
	(void)from;
	(void)native;
	if (!str_starts(specifier, STR("./")))
		return RC_OK;
	*path = arena_str(a, str_sub(specifier, 2, specifier.n));
	for (const struct file *f = files; f->path; f++)
		if (str_is(*path, f->path))
			return RC_OK;
	return err_set(e, RC_NOTFOUND, "there is no %.*s", STR_ARG(*path));
}

static enum rc read_file(void *arg, struct str path, struct arena *a,
    struct str *text, struct err *e)
{
	(void)arg;
	(void)a;
	for (const struct file *f = files; f->path; f++)
		if (str_is(path, f->path)) {
			*text = str_z(f->text);
			return RC_OK;
		}
	return err_set(e, RC_NOTFOUND, "no file");
}

static struct ts_object *built_in(void *arg, struct ts_run *r, struct str name)
{
	(void)arg;
	(void)r;
	(void)name;
	return NULL;
}

static bool env(void *arg, struct str name, struct str *out)
{
	(void)arg;
	*out = STR("postgres://x");
	return str_is(name, "DATABASE_URL");
}

static struct strs env_names(void *arg, struct arena *a)
{
	struct str *v = arena_new_of(a, struct str);

	(void)arg;
	*v = STR("DATABASE_URL");
	return (struct strs){ v, 1 };
}

static const struct ts_host host = { .resolve = resolve, .read = read_file,
	.built_in = built_in, .env = env, .env_names = env_names };

static enum rc run(struct arena *a, const struct file *v, struct str *out,
    struct err *e)
{
	struct ts_module *m;
	struct ts_value x;
	struct ts_run *r;
	enum ts_flow flow;
	bool found, defined;
	enum rc rc;

	files = v;
	rc = ts_run_new(&host, 1, a, &r, e);
	if (!rc)
		rc = ts_run_module(r, str_z(v[0].path), &m, e);
	if (rc)
		return rc;
	flow = ts_module_get(r, m, STR("x"), &x, &found);
	if (!flow && !found) {
		*out = STR("no export x");
		return RC_OK;
	}
	if (!flow && x.type == TSV_UNKNOWN) {
		*out = arena_printf(a, "unknown: %.*s",
		    STR_ARG(x.unknown->what));
		return RC_OK;
	}
	if (!flow)
		flow = ts_json_text(r, x, 0, out, &defined);
	if (!flow && !defined)
		*out = STR("undefined");
	return flow ? ts_run_failed(r, flow, e) : RC_OK;
}

static void gives_files(const struct file *v, const char *want)
{
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	struct str got;

	if (run(a, v, &got, &e))
		fail_msg("%s\n%s: %s", v[0].text, e.where, e.msg);
	if (!str_is(got, want))
		fail_msg("%s\ngot  %.*s\nwant %s", v[0].text, STR_ARG(got),
		    want);
	arena_free(a);
}

static void gives(const char *text, const char *want)
{
	gives_files((const struct file[]){ { "t.ts", text }, { 0 } }, want);
}

/* x = expression */
static void is(const char *expression, const char *want)
{
	char text[4096];

	snprintf(text, sizeof(text), "export const x = %s", expression);
	gives(text, want);
}

static void fails(const char *text, const char *where, const char *msg)
{
	const struct file v[] = { { "t.ts", text }, { 0 } };
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	struct str got;

	assert_int_equal(run(a, v, &got, &e), RC_PARSE);
	if (strcmp(e.where, where) || !strstr(e.msg, msg))
		fail_msg("%s\ngot  %s: %s\nwant %s: %s", text, e.where, e.msg,
		    where, msg);
	arena_free(a);
}

static void test_expressions(void **state)
{
	(void)state;
	is("1 + 2 * 3 ** 2 - 10 / 4 % 2", "18.5");
	is("['a' + 1 + 2, 1 + 2 + 'a', '3' * '4', 7 & 3 | 8, -7 >>> 28, "
	    "~5, 1 << 31]", "[\"a12\",\"3a\",12,11,15,-6,-2147483648]");
	is("[1 < 2, 'b' < 'a', null == undefined, null === undefined, "
	    "'1' == 1, NaN == NaN, [] + '', !'', !!'0']",
	    "[true,false,true,false,true,false,\"\",true,true]");
	is("[null ?? 1, 0 ?? 1, 0 || 2, 3 && 4, undefined?.a.b.c, "
	    "({a: {b: 5}}).a?.b, ({}).a?.(1).b]",
	    "[1,0,2,4,null,5,null]");
	is("`a${1 + 1}b${[1, [2, 3]]}c${{}}`",
	    "\"a2b1,2,3c[object Object]\"");
	is("[typeof 1, typeof 'a', typeof null, typeof {}, typeof (() => 1), "
	    "typeof nothing, typeof 1n, typeof undefined]",
	    "[\"number\",\"string\",\"object\",\"object\",\"function\","
	    "\"undefined\",\"bigint\",\"undefined\"]");
	is("[2n ** 64n - 1n, -(2n ** 63n), 0xFFFFFFFFFFFFFFFFn, 7n / 2n, -7n "
	    "% 4n, 1n << 40n, -8n >> 1n, 6n & 3n, (-1n) ** 5n, 0n ** 0n, -0n, "
	    "10n * 10n ** 20n].map(String)",
	    "[\"18446744073709551615\",\"-9223372036854775808\","
	    "\"18446744073709551615\",\"3\",\"-3\",\"1099511627776\","
	    "\"-4\",\"2\",\"-1\",\"1\",\"0\","
	    "\"1000000000000000000000\"]");
	is("((a, {b, c: [d = 4, ...e], ...f}) => [a, b, d, e, f])"
	    "(1, {b: 2, c: [undefined, 5, 6], g: 7})",
	    "[1,2,4,[5,6],{\"g\":7}]");
	is("({b: 1, 10: 2, a: 3, 2: 4, ...{c: 5, b: 6}, get d() { return "
	    "this.b }, ['e' + 1]: 7})", "{\"2\":4,\"10\":2,\"b\":6,\"a\":3,"
	    "\"c\":5,\"d\":6,\"e1\":7}");
	is("[1e21, 1e-7, 0.1 + 0.2, -0, 123456789012345680000, 5e-324]",
	    "[1e+21,1e-7,0.30000000000000004,0,123456789012345680000,5e-324]");
	is("(9007199254740993n + 2n).toString()", "\"9007199254740995\"");
	is("(() => { try { JSON.parse('{') } catch (e) { return [e instanceof "
	    "SyntaxError, e instanceof Error, e instanceof TypeError, new "
	    "RangeError('x') instanceof RangeError] } })()",
	    "[true,true,false,true]");
	is("Object.keys({ a: 1, get [Symbol.toStringTag]() { return 'x' } })",
	    "[\"a\"]");
	is("(() => { let a = 1, b = 2; [a, b] = [b, a]; a += 10; b++; "
	    "let o = {n: null}; o.n ?\?= 5; o.m ||= 6; delete o.n; "
	    "return [a, b, o, 'm' in o, o instanceof Object] })()",
	    "[12,2,{\"m\":6},true,true]");
}

static void test_statements(void **state)
{
	(void)state;
	gives("let x: number[] = []; for (let i = 0; i < 5; i++) { if (i === "
	    "1) continue; if (i === 4) break; x.push(i) } export { x }",
	    "[0,2,3]");
	gives("export const x = []; const f = []; for (let i = 0; i < 3; i++) "
	    "f.push(() => i); for (const g of f) x.push(g()); "
	    "for (const k in {a: 1, b: 2}) x.push(k)",
	    "[0,1,2,\"a\",\"b\"]");
	gives("let s = ''; outer: for (const a of [1, 2]) { for (const b of "
	    "[1, 2]) { if (b === 2) continue outer; s += a + '' + b + ' ' } } "
	    "do { s += 'd' } while (s.length < 9); export const x = s",
	    "\"11 21 ddd\"");
	gives("function f(n) { switch (n) { case 1: return 'one'; case 2: "
	    "case 3: return 'few'; default: return 'many' } } "
	    "export const x = [1, 2, 3, 4].map(f)",
	    "[\"one\",\"few\",\"few\",\"many\"]");
	gives("export const x = []; try { null.a } catch (e) { x.push(e.name, "
	    "e.message) } finally { x.push('f') } "
	    "try { throw new RangeError('r') } catch ({message}) { "
	    "x.push(message) }", "[\"TypeError\",\"Cannot read properties of "
	    "null (reading 'a')\",\"f\",\"r\"]");
	gives("export const x = [f(), typeof g]; function f() { return g } "
	    "var g = 1", "[null,\"undefined\"]");
	gives("enum A { X, Y = 5, Z, W = 'w' } const enum B { Q = A.Y * 2 } "
	    "namespace N { export const a = 1; export function f() { return "
	    "a + 1 } } export const x = [A.X, A.Z, A[5], A.W, B.Q, N.f(), "
	    "Object.keys(A)]", "[0,6,\"Y\",\"w\",10,2,[\"0\",\"5\",\"6\","
	    "\"X\",\"Y\",\"Z\",\"W\"]]");
	gives("class A { static n = 1; #p = 2; y = 3; constructor(public z = "
	    "4) {} get p() { return this.#p } m() { return 'A' } static s() "
	    "{ return this.n } } class B extends A { y = 5; constructor() { "
	    "super(6) } m() { return super.m() + 'B' } } const b = new B(); "
	    "export const x = [b.p, b.y, b.z, b.m(), B.s(), b instanceof A, "
	    "Object.keys(b)]", "[2,5,6,\"AB\",1,true,[\"y\",\"z\"]]");
	gives("const f = async () => 5; export const x = [await f(), await "
	    "Promise.all([1, Promise.resolve(2)])]", "[5,[1,2]]");
}

static void test_more_builtins(void **state)
{
	(void)state;
	is("[3, 1, 2].sort().concat([4]).map((v, i) => v * i).filter(v => v)"
	    ".reduce((a, b) => a + b, 0)", "20");
	is("[[1, [2]], [3]].flat(2).concat([['a']])", "[1,2,3,[\"a\"]]");
	is("[[5, 1, 4].toSorted((a, b) => b - a), Array.from({length: 3}, "
	    "(_, i) => i * 2), [1, 2, 3].at(-1), [1, 2, 3, 4].splice(1, 2), "
	    "['a', 'b'].includes('b'), [1, 2, 3].findLast(v => v < 3), "
	    "[...'a\xc3\xa9\xf0\x9f\x98\x80']]", "[[5,4,1],[0,2,4],3,[2,3],"
	    "true,2,[\"a\",\"\xc3\xa9\",\"\xf0\x9f\x98\x80\"]]");
	is("['aXbX'.replace('X', '-'), 'aXbX'.replaceAll('X', '$&$&'), "
	    "'fooBarBaz'.replace(/([A-Z])/g, (m, c) => '_' + c.toLowerCase())"
	    ", 'a1b22'.match(/\\d+/g), 'a-b_c'.split(/[-_]/), 'abc'.split('')"
	    ", 'k=v'.match(/(\\w)=(\\w)/)[2], /^a.c$/i.test('ABC')]",
	    "[\"a-bX\",\"aXXbXX\",\"foo_bar_baz\",[\"1\",\"22\"],[\"a\","
	    "\"b\",\"c\"],[\"a\",\"b\",\"c\"],\"v\",true]");
	is("['  a '.trim(), 'abc'.slice(-2), 'abc'.substring(2, 0), "
	    "'5'.padStart(3, '0'), 'ab'.repeat(2), '\xf0\x9f\x98\x80x'.length,"
	    " '\xf0\x9f\x98\x80x'.indexOf('x'), 'a,b'.split(','), "
	    "'x'.charCodeAt(0), 'Ab'.toUpperCase()]", "[\"a\",\"bc\",\"ab\","
	    "\"005\",\"abab\",3,2,[\"a\",\"b\"],120,\"AB\"]");
	/* as Node's, beyond ASCII too */
	is("[['b', 'a', 'C', '\xc3\xa4', 'z'].sort((a, b) => "
	    "a.localeCompare(b)), 'a\xc3\xa4\xc3\x9f'.toUpperCase(), "
	    "'\xc3\x84'.toLowerCase()]", "[[\"a\",\"\xc3\xa4\",\"b\",\"C\","
	    "\"z\"],\"A\xc3\x84SS\",\"\xc3\xa4\"]");
	is("[/(?<y>\\d)-(\\d)/.exec('1-2').groups.y, 'x3'.match(/(?<n>\\d)/)"
	    ".groups.n, [...'a1b2'.matchAll(/(?<l>[a-z])/g)].map(m => "
	    "m.groups.l), /x/.exec('x').groups === undefined]",
	    "[\"1\",\"3\",[\"a\",\"b\"],true]");
	is("[Object.entries({a: 1}), Object.fromEntries([['b', 2]]), "
	    "Object.assign({}, {c: 3}, null), Object.values({d: 4}), "
	    "Object.freeze({e: 5}), Object.keys(['f'])]", "[[[\"a\",1]],"
	    "{\"b\":2},{\"c\":3},[4],{\"e\":5},[\"0\"]]");
	is("[Math.max(1, 5, 3), Math.round(2.5), Math.floor(-1.5), "
	    "parseInt('12px'), parseFloat('1.5e2x'), Number('0x1f'), "
	    "(255).toString(16), (1.005).toFixed(1), Number.isInteger(5)]",
	    "[5,3,-2,12,150,31,\"ff\",\"1.0\",true]");
	is("[JSON.stringify({a: [1, 'b\"', null, undefined], c: undefined}), "
	    "JSON.parse('{\"d\": [1.5]}').d[0], JSON.stringify([1], null, 2)]",
	    "[\"{\\\"a\\\":[1,\\\"b\\\\\\\"\\\",null,null]}\",1.5,"
	    "\"[\\n  1\\n]\"]");
	is("(() => { const m = new Map([['a', 1]]); m.set('b', 2).delete('a');"
	    " const s = new Set([1, 1, 2]); return [...m, m.size, [...s], "
	    "m.get('b'), s.has(2)] })()", "[[\"b\",2],1,[1,2],2,true]");
	is("[new Date('2024-02-29T12:30:00.5Z'), new Date(0).getTime(), "
	    "new Date(Date.UTC(2020, 13, 1)).toISOString(), "
	    "new Date('2020-01-01').getUTCDay()]",
	    "[\"2024-02-29T12:30:00.500Z\",0,\"2021-02-01T00:00:00.000Z\",3]");
	is("process.env.DATABASE_URL!", "\"postgres://x\"");
	is("process.env.NOTHING ?? 'none'", "\"none\"");
}

/* Ties go up and exponents are short, unlike printf's. */
static void test_number_texts(void **state)
{
	(void)state;
	is("[(12345).toExponential(), (12345).toExponential(2), "
	    "(2.5).toExponential(0), (0).toExponential(1), "
	    "(-9.99e-7).toExponential(1), NaN.toExponential()]",
	    "[\"1.2345e+4\",\"1.23e+4\",\"3e+0\",\"0.0e+0\","
	    "\"-1.0e-6\",\"NaN\"]");
	is("[(2.5).toFixed(0), (1.25).toFixed(1), (-0.5).toFixed(0), "
	    "(9.996).toFixed(2), (0).toFixed(2), (1e21).toFixed(2), "
	    "(1.005).toFixed(2)]", "[\"3\",\"1.3\",\"-1\",\"10.00\","
	    "\"0.00\",\"1e+21\",\"1.00\"]");
	is("[(5).toPrecision(1), (0.00001).toPrecision(2), "
	    "(123456).toPrecision(2), (123.456).toPrecision(4), "
	    "(1.5).toPrecision(), (99.99).toPrecision(3), "
	    "(0.0012).toPrecision(1)]", "[\"5\",\"0.000010\","
	    "\"1.2e+5\",\"123.5\",\"1.5\",\"100\",\"0.001\"]");
	fails("(1).toExponential(101)", "t.ts:1:2", "between 0 and 100");
}

static void test_iterators(void **state)
{
	(void)state;
	is("(() => { const i = ['a', 'b'].entries(); const f = i.next(); "
	    "return [f, [...i], i.next()] })()",
	    "[{\"value\":[0,\"a\"],\"done\":false},[[1,\"b\"]],"
	    "{\"done\":true}]");
	is("[new Map([['k', 1]]).keys().next().value, "
	    "new Set([7]).values().next().value, [5].values().next().value, "
	    "[...'a1b2'.matchAll(/\\d/g)].length, "
	    "'a1'.matchAll(/\\d/g).next().value[0], "
	    "Array.isArray([].keys())]", "[\"k\",7,5,2,\"1\",false]");
	is("(() => { const a = [1], v = a.values(); [...v]; return a })()",
	    "[1]");
}

/* A search that is given up is no "no match". */
static void test_long_searches(void **state)
{
	(void)state;
	is("/^(a+)+$|^a+b$/.test('a'.repeat(25) + 'b')", "true");
	is("/^(a|b)*$/.test('ab'.repeat(20000))", "true");
	fails("const s = 'a'.repeat(60) + 'b';\n/^(a+)+$/.test(s)", "t.ts:2:1",
	    "too many ways");
	fails("('a'.repeat(60) + 'b').replace(/^(a+)+$/, '')", "t.ts:1:2",
	    "too many ways");
}

static void test_unknown(void **state)
{
	(void)state;
	is("Date.now()", "unknown: Date.now()");
	is("new Date().getTime() + 1",
	    "unknown: the time of day");
	gives("import { z } from 'zod'; const s = z.object({ a: z.string() })"
	    ".strict(); export const x = {...s.shape, b: 1}.b", "1");
	gives("import { z } from 'zod'; export const x = z.enum(['a']).options"
	    ".map((v) => v + 1)", "unknown: z of the package zod");
	gives("import zod from 'zod'; class A extends zod.Base { m() { return "
	    "1 } } export const x = new A().m()", "1");
	/* what a branch that nobody can decide would set is unknown after it */
	gives("import { z } from 'zod'; let x = 1, y = 2; if (z.on) { x = 3 } "
	    "export { x }", "unknown: z of the package zod");
	gives("import { z } from 'zod'; let y = 1, x = 2; for (const a of z) "
	    "y = a; export { x }", "2");
}

static void test_modules(void **state)
{
	(void)state;
	gives_files((const struct file[]){
		{ "t.ts", "import d, { a as b, n } from './m'; import * as ns "
		    "from './m'; export * from './s'; export const x = [d, b, "
		    "ns.a, n(), Object.keys(ns)]" },
		{ "m", "import { x } from './t.ts'; export const a = 1; "
		    "export default { k: 2 }; export const n = () => 'n'" },
		{ "s", "export const q = 1" }, { 0 } },
	    "[{\"k\":2},1,1,\"n\",[\"a\",\"default\",\"n\"]]");
}

static void test_budgets(void **state)
{
	(void)state;
	fails("while (true) { }", "t.ts:1:8", "steps");
	fails("const f = () => f(); f()", "t.ts:1:17", "deeper than 256");
	fails("let s = [1]; for (;;) s = [...s, ...s]", "t.ts:1:27",
	    "1000000 items");
	fails("let s = 'ab'; for (;;) s += s", "t.ts:1:24", "MiB");
	fails("const o = { get a() { return this.a } }; o.a", "t.ts:1:30",
	    "deep");
	fails("const a = []; a[1e9] = 1", "t.ts:1:15", "array");
	fails("'ab'.repeat(1e9)", "t.ts:1:1", "a text of more");
	fails("x; const x = 1", "t.ts:1:1", "Cannot access 'x'");
	fails("const a = 1; a = 2", "t.ts:1:14", "constant");
	fails("null.foo", "t.ts:1:1", "reading 'foo'");
	fails("const t = {}; t.foo()", "t.ts:1:15", "t.foo is not a function");
	fails("throw new Error('boom')", "t.ts:1:1", "Error: boom");
}

UNIT_MAIN(
	cmocka_unit_test(test_expressions),
	cmocka_unit_test(test_statements),
	cmocka_unit_test(test_more_builtins),
	cmocka_unit_test(test_number_texts),
	cmocka_unit_test(test_iterators),
	cmocka_unit_test(test_long_searches),
	cmocka_unit_test(test_unknown),
	cmocka_unit_test(test_modules),
	cmocka_unit_test(test_budgets))
