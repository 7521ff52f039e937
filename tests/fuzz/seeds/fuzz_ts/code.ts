#!/usr/bin/env node
"use strict";
import fs from 'node:fs'; import type { T } from "x"; import 'side';
export * from './b'; export * as ns from './b'; export type { T };
enum Color { Red = 1, Green = Red << 2, Name = 'n' } const enum K { A }
namespace N { export const z = 1; export namespace M { export let y = [...'ab'] } }
declare module 'm' { export const q: number } abstract class B<T = any> { constructor(readonly x: T, private y?: number) {} }
@dec() class C extends B<number> implements I { static #p = 1; get v(): number { return super.x ?? C.#p }
	static { this.s = 1 } set v(a) {} async *gen() { yield* [1]; } [Symbol.iterator]() {} declare f: string; }
function f<A extends keyof B, const D>(this: void, a: A, { b = 1, ...rest }: any = {}, ...more: [x?: number, ...y: string[]]): asserts a is D {
	outer: for (const [k, x] of Object.entries(rest)) { if (k in rest) continue outer; else break }
	for (var i = 0; i < 3; i++) ; for (const k in { a: 1 }) { } do { i-- } while (i > 0)
	switch (a) { case 1: case 'x': break; default: new Error(`e ${a}${`n${1}`}`) }
	try { JSON.parse('{') } catch { return } finally { a?.b?.[0]?.(1)!.c }
}
type Fn = (new <T>(a: T) => a is T) | typeof import('x') | `a${string}` | { readonly [k in A as B]?: C[k] } & (T extends (infer U)[] ? U : never);
export const x = <T,>(y: T) => ({ ...y as unknown as object, get a() { return /[/\]]+(?<n>x)/giu.test('x') }, ['b' + 1]: 0x1F_F, 'c': .5e-3, async d() { await 1 } } satisfies object);
let o = 1 ? (2) : (c): d => e, n = 1n ** 2n, u = typeof void 0, z = f<any>({}), t = String.raw<X>`r\u{41}${1}`, lt = 1 < 2 > (0)
let [aa, , bb = 2] = [1], { c: { cc } = { cc: 3 }, ...dd2 } = { e: 4 }; aa ||= bb &&= cc ??= 1; [aa, bb] = [bb, aa]
export default function () { return [1, 2, 3].map((q) => q * 2).filter(Boolean).reduce((s, q) => s + q, 0).toString(36).padStart(5, '0') }
const m = new Map([[1, "a"]]), dd = new Date(0).toISOString(), st = 'a-b'.replace(/-(.)/g, (_, c) => c.toUpperCase()).split('').reverse().join('')

//// 
import { x } from './schema'
export const later = () => x, w = Math.max(...[1, 2]), un = process.env.NOPE ?? 'd', rnd = Math.random()
