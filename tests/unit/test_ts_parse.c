/* The reader of TypeScript: what it makes of each construct, and of texts
 * that are none. */
#include "ts/syntax.h"
#include "unit.h"

/* (kind text op flags… children): short enough to write down. */
static void dump(const struct ts_node *n, struct sbuf *b)
{
	static const struct { unsigned flag; const char *word; } flags[] = {
		{ TS_F_COMPUTED, "[]" }, { TS_F_SHORTHAND, "short" },
		{ TS_F_METHOD, "method" }, { TS_F_GET, "get" },
		{ TS_F_SET, "set" }, { TS_F_STATIC, "static" },
		{ TS_F_ARROW, "=>" }, { TS_F_ASYNC, "async" },
		{ TS_F_GENERATOR, "*" }, { TS_F_CONST, "const" },
		{ TS_F_LET, "let" }, { TS_F_OPTIONAL, "?." },
		{ TS_F_PREFIX, "prefix" }, { TS_F_FIELD, "field" },
		{ TS_F_PARAM, "param" },
	};

	const bool forks = n && ts_forks(n);

	if (!n) {
		sbuf_addz(b, " -");
		return;
	}
	sbuf_addz(b, " (");
	sbuf_addz(b, ts_kind_word[n->kind]);
	if (n->text.p)
		sbuf_addf(b, " '%.*s'", STR_ARG(n->text));
	if ((n->kind == TS_REGEX || n->kind == TS_SPEC ||
	    n->kind == TS_EXPORT_ALL) && n->alias.n)
		sbuf_addf(b, " as '%.*s'", STR_ARG(n->alias));
	if (n->kind == TS_NUMBER || n->kind == TS_BOOL)
		sbuf_addf(b, " %g", n->number);
	if (n->op)
		sbuf_addf(b, " op%d", (int)n->op);
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		if (n->flags & flags[i].flag)
			sbuf_addf(b, " %s", flags[i].word);
	if (n->a || n->b || (forks && (n->c || n->d)))
		dump(n->a, b);
	if (n->b || (forks && (n->c || n->d)))
		dump(n->b, b);
	if (forks && (n->c || n->d))
		dump(n->c, b);
	if (forks && n->d)
		dump(n->d, b);
	for (size_t i = 0; !forks && i < n->n; i++)
		dump(n->list[i], b);
	sbuf_addc(b, ')');
}

static void reads(const char *text, const char *want)
{
	struct arena *a = arena_new();
	struct sbuf b = SBUF_TEXT;
	struct err e = ERR_INIT;
	struct ts_file f;

	if (ts_parse(STR("t.ts"), str_z(text), a, &f, &e))
		fail_msg("%s: %s %s", text, e.where, e.msg);
	for (size_t i = 0; i < f.module->n; i++)
		dump(f.module->list[i], &b);
	sbuf_addc(&b, '\0');
	assert_string_equal(b.p[0] == ' ' ? b.p + 1 : b.p, want);
	sbuf_free(&b);
	arena_free(a);
}

static void refuses(const char *text, const char *where, const char *msg)
{
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	struct ts_file f;

	assert_int_equal(ts_parse(STR("t.ts"), str_z(text), a, &f, &e),
	    RC_PARSE);
	assert_string_equal(e.where, where);
	if (!strstr(e.msg, msg))
		fail_msg("%s: \"%s\" lacks \"%s\"", text, e.msg, msg);
	arena_free(a);
}

static void test_literals(void **state)
{
	(void)state;
	reads("0x1F; 1_000.5e1; .5; 0b11; 12n; 0xffn",
	    "(expr (number 31)) (expr (number 10005)) (expr (number 0.5)) "
	    "(expr (number 3)) (expr (bigint '12')) (expr (bigint '0xff'))");
	reads("'a\\n\\x41\\u{1F600}\\u00e9\\'' + \"\\\n\"",
	    "(expr (binary op1 (string 'a\nA\xf0\x9f\x98\x80\xc3\xa9'') "
	    "(string '')))");
	reads("'\\ud83d\\ude00'", "(expr (string '\xf0\x9f\x98\x80'))");
	reads("`a${b}c${`x${y}`}`; sql`n ${t.id}`",
	    "(expr (template (name 'b') (template (name 'y')))) "
	    "(expr (tagged (name 'sql') (template (member 'id' "
	    "(name 't')))))");
	reads("/[/\\]]+/gi.test(a) / 2",
	    "(expr (binary op4 (call (member 'test' "
	    "(regex '[/\\]]+' as 'gi')) (name 'a')) (number 2)))");
	reads("`${a.replace(/\\/$/, '')}//${b}`",
	    "(expr (template (call (member 'replace' (name 'a')) "
	    "(regex '\\/$') (string '')) (name 'b')))");
	reads("[1,,...a,]; ({a, b: 1, [c]: 2, 3: 4, 'd e': 5, ...f, "
	    "get g() {}, async *h() {}, get: 1, async() {}})",
	    "(expr (array (number 1) (hole) (spread (name 'a')))) "
	    "(expr (object (prop 'a' short - (name 'a')) "
	    "(prop 'b' - (number 1)) (prop [] (name 'c') (number 2)) "
	    "(prop [] (number 3) (number 4)) (prop 'd e' - (number 5)) "
	    "(spread (name 'f')) (prop 'g' method get - (function 'g' (block)"
	    ")) (prop 'h' method async * - (function 'h' async * (block))) "
	    "(prop 'get' - (number 1)) "
	    "(prop 'async' method - (function 'async' (block)))))");
}

static void test_operators(void **state)
{
	(void)state;
	reads("a ?? b || c && d | e ^ f & g === h < i << j + k * l ** m ** n",
	    "(expr (logical op25 (name 'a') (logical op24 (name 'b') "
	    "(logical op23 (name 'c') (binary op11 (name 'd') (binary op12 "
	    "(name 'e') (binary op10 (name 'f') (binary op15 (name 'g') "
	    "(binary op17 (name 'h') (binary op7 (name 'i') (binary op1 "
	    "(name 'j') (binary op3 (name 'k') (binary op6 (name 'l') "
	    "(binary op6 (name 'm') (name 'n')))))))))))))))");
	reads("a?.b.c?.[d]?.(e)!.f", "(expr (chain (member 'f' (call ?. "
	    "(index ?. (member 'c' (member 'b' ?. (name 'a'))) (name 'd')) "
	    "(name 'e')))))");
	reads("a ?.5 : b", "(expr (cond (name 'a') (number 0.5) (name 'b')))");
	reads("new a.B(c).d; new E", "(expr (member 'd' (new (member 'B' "
	    "(name 'a')) (name 'c')))) (expr (new (name 'E')))");
	reads("typeof a === 'x' ? -b++ : !--c", "(expr (cond (binary op15 "
	    "(unary op30 (name 'a')) (string 'x')) (unary op29 "
	    "(update op1 (name 'b'))) (unary op26 (update op2 prefix "
	    "(name 'c')))))");
	reads("[a, b] = [b, a]; ({x, y: z = 1} = o); a ?\?= 1",
	    "(expr (assign (array (name 'a') (name 'b')) (array (name 'b') "
	    "(name 'a')))) (expr (assign (object (prop 'x' short - (name "
	    "'x')) (prop 'y' - (assign (name 'z') (number 1)))) (name 'o'))) "
	    "(expr (assign op25 (name 'a') (number 1)))");
	reads("import('./x'); import.meta.url", "(expr (import-call "
	    "(string './x'))) (expr (member 'url' (import-meta)))");
}

static void test_types_leave_nothing(void **state)
{
	(void)state;
	reads("let a: Array<Map<string, number[]>>= b as unknown as "
	    "{ x: 1 } | null satisfies T;",
	    "(var let (decl (name 'a') (name 'b')))");
	reads("f<A, B<C>>(d); a < b; g<T>`x`; (a as any)!.b; <T>c",
	    "(expr (call (name 'f') (name 'd'))) (expr (binary op17 "
	    "(name 'a') (name 'b'))) (expr (tagged (name 'g') (template))) "
	    "(expr (member 'b' (name 'a'))) (expr (name 'c'))");
	reads("const f = <T extends string = 'a',>(x?: T, ...y: T[]): x is "
	    "Foo => x", "(var const (decl (name 'f') (function => (name 'x')"
	    " (name 'x') (spread (name 'y')))))");
	reads("a ? (b) : c => d; a ? (b): T => c : d",
	    "(expr (cond (name 'a') (name 'b') (function => (name 'd') "
	    "(name 'c')))) (expr (cond (name 'a') (function => (name 'c') "
	    "(name 'b')) (name 'd')))");
	reads("const o = { on: (cb: (e: E) => void): (() => void) => cb };",
	    "(var const (decl (name 'o') (object (prop 'on' - (function => "
	    "(name 'cb') (name 'cb'))))))");
	reads("type A<T> = T extends infer U ? [U] : never\n"
	    "interface B extends C<D> { x?: (a: 1) => void }\n"
	    "declare const d: number\ndeclare module 'x' { }\n"
	    "export type { E } from './e'; import type F from 'f'\n"
	    "function g(): void;\nabstract class H { abstract i(): void; "
	    "declare j: K; [k: string]: L }\ntype = 1; type\nx",
	    "(class 'H') (expr (assign (name 'type') (number 1))) "
	    "(expr (name 'type')) (expr (name 'x'))");
	reads("type M = { readonly [K in keyof T as `a${K}`]?: typeof x.y<Z> "
	    "}; let n: unique symbol, o: -1, p: asserts q is r, "
	    "s: abstract new () => T, t: import('u').V<W>[]",
	    "(var let (decl (name 'n')) (decl (name 'o')) (decl (name 'p')) "
	    "(decl (name 's')) (decl (name 't')))");
}

static void test_statements(void **state)
{
	(void)state;
	reads("for (const [k, v] of o) x; for (let i = 0, n = 2; i < n;) {}",
	    "(for-of (var const (decl (array (name 'k') (name 'v')))) "
	    "(name 'o') - (expr (name 'x'))) (for (var let (decl (name 'i') "
	    "(number 0)) (decl (name 'n') (number 2))) (binary op17 "
	    "(name 'i') (name 'n')) - (block))");
	reads("for (k in o) x", "(for-in (name 'k') (name 'o') - (expr "
	    "(name 'x')))");
}

static void test_more_statements(void **state)
{
	(void)state;
	reads("if (a) b; else { c }\nwhile (d) e\ndo f; while (g)\n"
	    "return\nh", "(if (name 'a') (expr (name 'b')) (block (expr "
	    "(name 'c')))) (while (name 'd') - - (expr (name 'e'))) "
	    "(do (name 'g') - - (expr (name 'f'))) (return) "
	    "(expr (name 'h'))");
	reads("switch (a) { case 1: b; break; default: c }\n"
	    "try { d } catch { e } finally { f }\nl: for (;;) continue l",
	    "(switch (name 'a') (case (number 1) (expr (name 'b')) "
	    "(break '')) (case (expr (name 'c')))) (try (block (expr "
	    "(name 'd'))) - (block (expr (name 'e'))) (block (expr (name "
	    "'f')))) (labeled 'l' (for - - - (continue 'l')))");
	reads("const enum A { B = 1, 'C' }; namespace D.E { export const f = "
	    "1 }", "(enum 'A' (prop 'B' - (number 1)) (prop 'C')) "
	    "(namespace 'D' (export (namespace 'E' (export (var const (decl "
	    "(name 'f') (number 1)))))))");
	reads("@dec() class A extends B<C> implements D { static #x = 1; "
	    "constructor(private readonly y = 2) { super() } get z() {} "
	    "static { a } }", "(class 'A' (name 'B') (prop 'x' static field "
	    "- (number 1)) (prop 'constructor' method - (function "
	    "'constructor' (block (expr (call (super 'super')))) (assign param "
	    "(name 'y' param) (number 2)))) (prop 'z' method get - (function 'z' "
	    "(block))) (prop static - (function (block (expr "
	    "(name 'a'))))))");
	reads("a\n++b\nlet\nc = 1", "(expr (name 'a')) (expr (update op1 "
	    "prefix (name 'b'))) (var let (decl (name 'c') (number 1)))");
}

static void test_modules(void **state)
{
	(void)state;
	reads("import a, { b as c, type D, default as e } from './x.js';"
	    "import * as f from 'g' with { type: 'json' };import 'h';"
	    "import i = require('j')", "(import './x.js' (spec 'default' as "
	    "'a') (spec 'b' as 'c') (spec 'default' as 'e')) (import 'g' "
	    "(spec '*' as 'f')) (import 'h') (import 'j' (spec '*' as 'i'))");
	reads("export * from './a'; export * as b from 'c'; "
	    "export { d, e as default }; export { f } from 'g'; "
	    "export const h = 1; export default function () {} "
	    "export default { }", "(export-all './a') "
	    "(export-all 'c' as 'b') (export-list (spec 'd' as 'd') (spec "
	    "'e' as 'default')) (export-list 'g' (spec 'f' as 'f')) (export "
	    "(var const (decl (name 'h') (number 1)))) (export-default "
	    "(function (block))) (export-default (object))");
}

static void test_refused(void **state)
{
	(void)state;
	refuses("a = {\n  b: [1, 2\n}", "t.ts:3:1", "\"]\" expected");
	refuses("const x = 'a\n'", "t.ts:1:11", "no end");
	refuses("const = 1", "t.ts:1:7", "a name expected");
	refuses("1 = a", "t.ts:1:1", "nothing can be assigned");
	refuses("/* a", "t.ts:1:1", "no end");
	refuses("a = `x${b", "t.ts:1:9", "no end");
	refuses("f(1", "t.ts:1:4", "the file ends here");
	refuses("x = 3in", "t.ts:1:6", "cannot follow a number");
	refuses("a\n\xff\xfe", "t.ts:2:1", "UTF-8");
}

static void test_deep(void **state)
{
	static const struct { const char *open, *close; } nests[] = {
		{ "(", ")" }, { "[", "]" }, { "!", "" }, { "`${", "}`" },
		{ "{a:", "}" }, { "x?(b):c=>(", "):x" }, { "()=>", "" },
		{ "new ", "" }, { "async (", ")" }, { "if(a){", "}" },
		{ "let a:A<", ">" }, { "<T>", "" }, { "({a=", "})" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(nests) / sizeof(*nests); i++) {
		struct arena *a = arena_new();
		struct sbuf b = SBUF_TEXT;
		struct err e = ERR_INIT;
		struct ts_file f;

		sbuf_addz(&b, "a = ");
		for (int k = 0; k < 10000; k++)
			sbuf_addz(&b, nests[i].open);
		sbuf_addc(&b, '1');
		for (int k = 0; k < 10000; k++)
			sbuf_addz(&b, nests[i].close);
		assert_int_equal(ts_parse(STR("t.ts"), sbuf_str(&b), a, &f,
		    &e), RC_PARSE);
		assert_true(e.where[0]);
		sbuf_free(&b);
		arena_free(a);
	}
}

UNIT_MAIN(
	cmocka_unit_test(test_literals),
	cmocka_unit_test(test_operators),
	cmocka_unit_test(test_types_leave_nothing),
	cmocka_unit_test(test_statements),
	cmocka_unit_test(test_more_statements),
	cmocka_unit_test(test_modules),
	cmocka_unit_test(test_refused),
	cmocka_unit_test(test_deep))
