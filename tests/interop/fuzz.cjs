// fuzz.cjs DIALECT SEED COUNT DIR: COUNT pairs of random schemas, in DIR/I:
// 1.ts, 2.ts (the second is the first, changed), and what drizzle-kit makes of
// them: 1.sql, 2.sql, 1.json, 2.json. Nothing is added where the like is
// dropped, so that no rename is asked for. The seed decides all.
const fs = require('fs');
const path = require('path');
const api = require('drizzle-kit/api');

const [dialect, seed, count, dir] = process.argv.slice(2);
const pg = dialect === 'postgresql';
let state = Number(seed) >>> 0;

// mulberry32
function random() {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = state;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const below = (n) => Math.floor(random() * n);
const pick = (list) => list[below(list.length)];
const chance = (p) => random() < p;
const q = (s) => JSON.stringify(s);

const WORDS = ['id', 'name', 'createdAt', 'user_id', 'Kind', 'x1', '10', 'order',
  'naïve', 'a b', 'camelCaseName', 'URLPath'];
let serial = 0;
const fresh = (s) => `${s}${++serial}`;

// --- columns ---------------------------------------------------------------
const PG_TYPES = {
  integer: ['.default(0)', '.default(-7)', '.default(sql`1 + 1`)'],
  bigint: ['.default(5)'], smallint: ['.default(3)'], serial: [],
  bigserial: [], smallserial: [], boolean: ['.default(true)', '.default(false)'],
  text: [".default('')", ".default('it\\'s')", ".default('a;b')", '.default(sql`now()::text`)'],
  varchar: [".default('v')"], char: [".default('c')"],
  numeric: [".default('1.50')"], real: ['.default(1.5)'],
  doublePrecision: ['.default(1e21)', '.default(0.1)'],
  json: ['.default({ a: 1, b: [1, 2] })', '.default([])'],
  jsonb: ['.default({ k: "v" })', '.default([1, "x"])'],
  uuid: ['.defaultRandom()'],
  timestamp: ['.defaultNow()', ".default(sql`'2020-01-01'`)"],
  date: ['.defaultNow()', ".default('2020-02-02')"], time: [".default('10:00')"],
  interval: [".default('1 day')"], inet: [".default('127.0.0.1')"], cidr: [],
  macaddr: [], macaddr8: [], point: [], line: [], bit: [], vector: [],
};
const PG_ARGS = {
  bigint: ["{ mode: 'number' }", "{ mode: 'bigint' }"],
  bigserial: ["{ mode: 'number' }"],
  varchar: ['', '{ length: 20 }', "{ length: 5, enum: ['a', 'b'] }"],
  char: ['', '{ length: 3 }'],
  numeric: ['', '{ precision: 10 }', '{ precision: 10, scale: 2 }'],
  timestamp: ['', '{ withTimezone: true }', '{ precision: 3 }',
    "{ precision: 6, withTimezone: true, mode: 'string' }"],
  time: ['', '{ withTimezone: true }', '{ precision: 2 }'],
  interval: ['', "{ fields: 'day' }", "{ precision: 3 }", "{ fields: 'day to second', precision: 2 }"],
  bit: ['{ dimensions: 4 }'], vector: ['{ dimensions: 3 }'],
  date: ['', "{ mode: 'date' }"], point: ['', "{ mode: 'xy' }"],
  text: ['', "{ enum: ['p', 'q'] }"],
};
const LITE_TYPES = {
  integer: ['.default(0)', '.default(42)', '.default(sql`1 + 1`)'],
  text: [".default('')", ".default('it\\'s')", '.default(sql`CURRENT_TIMESTAMP`)', ".default(sql`(strftime('%s'))`)"],
  real: ['.default(1.5)', '.default(-0.25)'], blob: [], numeric: [".default('7')"],
};
const LITE_ARGS = {
  integer: ['', '', "{ mode: 'boolean' }", "{ mode: 'timestamp' }", "{ mode: 'timestamp_ms' }"],
  text: ['', '', '{ length: 10 }', "{ enum: ['a', 'b'] }", "{ mode: 'json' }"],
  blob: ['', "{ mode: 'buffer' }", "{ mode: 'bigint' }"],
  numeric: ['', "{ mode: 'number' }"],
};

function column(m, t) {
  const types = pg ? PG_TYPES : LITE_TYPES, args = pg ? PG_ARGS : LITE_ARGS;
  const c = { key: fresh('k'), mods: [] };
  c.name = chance(0.8) ? `${pick(WORDS)}_${serial}` : null;
  if (pg && m.enums.length && chance(0.15)) {
    const e = pick(m.enums);
    c.fn = e.key;
    c.arg = '';
    if (chance(0.4)) c.dflt = `.default(${q(e.values[0])})`;
  } else {
    c.fn = pick(Object.keys(types));
    c.arg = args[c.fn] ? pick(args[c.fn]) : '';
    if (types[c.fn].length && chance(0.4)) c.dflt = pick(types[c.fn]);
  }
  if (c.arg.includes('mode') && !pg) c.dflt = undefined;
  if (c.arg.includes("'date'") || c.arg.includes("'bigint'")) c.dflt = undefined;
  if (pg && chance(0.1) && !/serial/.test(c.fn)) {
    c.array = pick(['.array()', '.array(3)', '.array().array()']);
    c.dflt = undefined;
  }
  if (chance(0.3)) c.notNull = true;
  if (chance(0.12)) c.unique = pick(['.unique()', `.unique(${q(fresh('uq'))})`]
    .concat(pg ? [`.unique(${q(fresh('uq'))}, { nulls: 'not distinct' })`] : []));
  if (pg && /^(integer|bigint|smallint)$/.test(c.fn) && !c.array && chance(0.15)) identity(c);
  if (/^(text|integer)$/.test(c.fn) && !c.array && !c.identity && !c.arg && chance(0.1)) generated(c, t);
  return c;
}
function identity(c) {
  c.dflt = undefined;
  c.identity = `.generated${pick(['Always', 'ByDefault'])}AsIdentity(${pick(['',
    `{ name: ${q(fresh('sq'))} }`, '{ startWith: 10, increment: 2 }',
    '{ minValue: 1, maxValue: 999, cache: 5, cycle: true }', '{ increment: -1 }'])})`;
}
function generated(c, t) {
  const of = t && t.cols.find((x) => x.fn === c.fn && !x.generated && x.name);
  c.dflt = undefined;
  c.generated = of && chance(0.5)
    ? `.generatedAlwaysAs((): any => sql\`\${${t.key}.${of.key}}\`${pg ? '' : pick(['', ", { mode: 'stored' }", ", { mode: 'virtual' }"])})`
    : `.generatedAlwaysAs(sql\`${c.fn === 'text' ? "'a' || 'b'" : '1 + 2'}\`${pg ? '' : pick(['', ", { mode: 'stored' }"])})`;
}
const columnText = (c) => `  ${q(c.key)}: ${c.fn}(${[c.name === null ? '' : q(c.name), c.arg]
  .filter(Boolean).join(', ')})${c.array || ''}${c.pk || ''}${c.notNull ? '.notNull()' : ''}` +
  `${c.dflt || ''}${c.unique || ''}${c.identity || ''}${c.generated || ''}${c.ref || ''},`;

// --- tables ----------------------------------------------------------------
const EXPRS = pg ? ['lower(%)', '% || %', 'coalesce(%, %)', '(% is null)']
  : ['lower(%)', '% || %', 'abs(%)'];
const expr = (t) => '${' + `c.${pick(t.cols).key}` + '}';
const filled = (t) => pick(EXPRS).replace(/%/g, () => expr(t));

function index(t) {
  const x = { name: fresh('ix'), unique: chance(0.3) };
  const cols = [];
  for (let i = 0; i <= below(3); i++) {
    let one = `c.${pick(t.cols).key}`;
    if (chance(0.2)) one = `sql\`${filled(t)}\``;
    else if (pg && chance(0.4))
      one += pick(['.desc()', '.asc()', '.nullsFirst()', ".op('text_ops')", '.desc().nullsLast()']);
    if (!cols.includes(one)) cols.push(one);
  }
  x.text = pg && chance(0.2) ? `.using(${q(pick(['btree', 'hash', 'gin', 'gist']))}, ${cols[0]})`
    : pg && chance(0.1) ? `.onOnly(${cols.join(', ')})` : `.on(${cols.join(', ')})`;
  if (chance(0.25)) x.text += `.where(sql\`${expr(t)} is not null\`)`;
  if (pg && chance(0.1)) x.text += '.concurrently()';
  if (pg && chance(0.1)) x.text += '.with({ fillfactor: 70 })';
  return x;
}
const CHECK = ["% > 0", "% <> 'a;b'", "length(%) < 10", "% is not null or % is null", "% <> ''"];
const check = (t) => ({ name: fresh('ck'), text: `sql\`${pick(CHECK).replace(/%/g, () => expr(t))}\`` });
function policy(m) {
  const p = { name: fresh('po') };
  p.text = `{ as: ${q(pick(['permissive', 'restrictive']))}, for: ${q(pick(['all', 'select', 'insert', 'update', 'delete']))}, to: ${
    pick(["'public'", "['current_user', 'public']", m.roles.length ? m.roles[0].key : "'session_user'"])}${
    chance(0.6) ? `, using: sql\`${pick(['true', '1 = 1', "current_user = 'x'"])}\`` : ''}${
    chance(0.4) ? ', withCheck: sql`2 > 1`' : ''} }`;
  return p;
}
const ACTIONS = ['cascade', 'restrict', 'no action', 'set null', 'set default'];
const actions = () => `${chance(0.5) ? `.onDelete(${q(pick(ACTIONS))})` : ''}${chance(0.3) ? `.onUpdate(${q(pick(ACTIONS))})` : ''}`;

function table(m) {
  const t = { key: fresh('t'), cols: [], indexes: [], checks: [], uniques: [], fks: [], policies: [], pks: [] };
  t.name = `${pick(WORDS.slice(1))}_${serial}`;
  t.in = pg && m.schemas.length && chance(0.2) ? pick(m.schemas) : null;
  if (chance(0.8)) {
    t.cols.push({ key: 'id', name: 'id', fn: pg ? pick(['serial', 'integer', 'uuid', 'text']) : pick(['integer', 'text']), arg: '' });
    t.cols[0].pk = !pg && t.cols[0].fn === 'integer' && chance(0.4) ? '.primaryKey({ autoIncrement: true })' : '.primaryKey()';
  }
  for (let i = 0; i <= below(5); i++) t.cols.push(column(m, t));
  if (!t.cols.some((c) => c.pk) && t.cols.length > 1 && chance(0.5))
    t.pks.push({ text: `{ columns: [c.${t.cols[0].key}, c.${t.cols[1].key}]${chance(0.5) ? `, name: ${q(fresh('pk'))}` : ''} }` });
  while (chance(0.4)) t.indexes.push(index(t));
  while (chance(0.2)) t.checks.push(check(t));
  while (chance(0.2)) addUnique(t);
  while (m.tables.length && chance(0.3)) addFk(m, t);
  while (pg && chance(0.1)) t.policies.push(policy(m));
  t.rls = pg && chance(0.1);
  return t;
}
function addUnique(t) {
  t.uniques.push({ name: chance(0.7) ? fresh('un') : null,
    text: `.on(${[...new Set([pick(t.cols).key, pick(t.cols).key])].map((k) => `c.${k}`).join(', ')})${pg && chance(0.3) ? '.nullsNotDistinct()' : ''}` });
}
function addFk(m, t) {
  const to = pick(m.tables), a = pick(t.cols), b = pick(to.cols);
  if (chance(0.5) && !a.ref && !a.generated)
    a.ref = `.references((): any => ${to.key}.${b.key}${chance(0.5) ? `, { onDelete: ${q(pick(ACTIONS))}${chance(0.5) ? `, onUpdate: ${q(pick(ACTIONS))}` : ''} }` : ''})`;
  else t.fks.push({ text: `foreignKey({ columns: [c.${a.key}${t.cols[1] ? `, c.${t.cols[1].key}` : ''}], foreignColumns: [${to.key}.${b.key}${t.cols[1] ? `, ${to.key}.${to.cols[to.cols.length - 1].key}` : ''}]${chance(0.4) ? `, name: ${q(fresh('fk'))}` : ''} })${actions()}` });
}
function tableText(m, t) {
  const fn = t.in ? `${t.in.key}.table` : pg ? 'pgTable' : 'sqliteTable';
  const extra = [
    ...t.pks.map((p) => `primaryKey(${p.text})`),
    ...t.indexes.map((x) => `${x.unique ? 'uniqueIndex' : 'index'}(${q(x.name)})${x.text}`),
    ...t.checks.map((x) => `check(${q(x.name)}, ${x.text})`),
    ...t.uniques.map((x) => `unique(${x.name ? q(x.name) : ''})${x.text}`),
    ...t.fks.map((x) => x.text),
    ...t.policies.map((x) => `pgPolicy(${q(x.name)}, ${x.text})`),
  ];
  return `export const ${t.key} = ${fn}(${q(t.name)}, {\n${t.cols.map(columnText).join('\n')}\n}` +
    `${extra.length ? `, (c: any) => [\n  ${extra.join(',\n  ')},\n]` : ''})${t.rls ? '.enableRLS()' : ''};\n`;
}

// --- the rest --------------------------------------------------------------
const anEnum = (m) => ({ key: fresh('e'), name: fresh('kind'), values: ['a', 'b c', "it's", 'D'].slice(0, 1 + below(4)),
  in: m.schemas.length && chance(0.2) ? pick(m.schemas) : null });
const sequence = (m) => ({ key: fresh('s'), name: fresh('seq'), text: pick(['', '{ startWith: 5, increment: 3 }', '{ cycle: true, maxValue: 99 }', '{ increment: -2, cache: 4 }']) });
function view(m) {
  const t = pick(m.tables), v = { key: fresh('v'), name: fresh('view') };
  const named = t.cols.filter((c) => c.name);
  v.fn = pg && chance(0.3) ? 'pgMaterializedView' : pg ? 'pgView' : 'sqliteView';
  if (pg && chance(0.3)) v.mid = v.fn === 'pgView' ? '.with({ securityBarrier: true })' : '.with({ fillfactor: 80 })';
  const fields = named.slice(0, 2).map((c) => `${c.key}: ${t.key}.${c.key}`).join(', ');
  v.text = fields && chance(0.6)
    ? `.as((qb) => qb.select({ ${fields} }).from(${t.key})${chance(0.5) ? `.where(isNotNull(${t.key}.${named[0].key}))` : ''}${chance(0.2) ? '.limit(5)' : ''})`
    : chance(0.5) ? `.as((qb) => qb.select().from(${t.key}))` : null;
  if (!v.text) {
    v.cols = '{ n: integer(\'n\') }';
    v.text = `.as(sql\`select ${below(9)} as n\`)`;
  }
  return v;
}

function schema() {
  const m = { schemas: [], enums: [], tables: [], views: [], sequences: [], roles: [] };
  if (pg) {
    while (chance(0.3)) m.schemas.push({ key: fresh('sc'), name: fresh('space') });
    while (chance(0.4)) m.enums.push(anEnum(m));
    while (chance(0.2)) m.sequences.push(sequence(m));
    while (chance(0.15)) m.roles.push({ key: fresh('r'), name: fresh('role'), text: pick(['', '{ createDb: true }', '{ inherit: false, createRole: true }']) });
  }
  for (let i = 0; i <= below(4); i++) m.tables.push(table(m));
  while (chance(0.25)) m.views.push(view(m));
  return m;
}
const NAMES = pg ? `bigint, bigserial, bit, boolean, char, check, cidr, date, doublePrecision, foreignKey, index, inet,
  integer, interval, json, jsonb, line, macaddr, macaddr8, numeric, pgEnum, pgMaterializedView, pgPolicy, pgRole, pgSchema,
  pgSequence, pgTable, pgView, point, primaryKey, real, serial, smallint, smallserial, text, time, timestamp, unique,
  uniqueIndex, uuid, varchar, vector` : `blob, check, foreignKey, index, integer, numeric, primaryKey, real, sqliteTable,
  sqliteView, text, unique, uniqueIndex`;
function text(m) {
  return `import { isNotNull, sql } from 'drizzle-orm';\nimport { ${NAMES} } from 'drizzle-orm/${pg ? 'pg' : 'sqlite'}-core';\n` +
    m.schemas.map((s) => `export const ${s.key} = pgSchema(${q(s.name)});\n`).join('') +
    m.enums.map((e) => `export const ${e.key} = ${e.in ? `${e.in.key}.enum` : 'pgEnum'}(${q(e.name)}, ${q(e.values)} as any);\n`).join('') +
    m.sequences.map((s) => `export const ${s.key} = pgSequence(${q(s.name)}${s.text ? `, ${s.text}` : ''});\n`).join('') +
    m.roles.map((r) => `export const ${r.key} = pgRole(${q(r.name)}${r.text ? `, ${r.text}` : ''});\n`).join('') +
    m.tables.map((t) => tableText(m, t)).join('') +
    m.views.map((v) => `export const ${v.key} = ${v.fn}(${q(v.name)}${v.cols ? `, ${v.cols}` : ''})${v.mid || ''}${v.text};\n`).join('');
}

// --- changes ---------------------------------------------------------------
const drop = (list) => list.length && list.splice(below(list.length), 1);
const ADD = [(m, t) => t.cols.push(column(m, t)), (m) => m.tables.push(table(m)),
  (m) => pg && m.enums.push(anEnum(m)), (m) => pg && m.sequences.push(sequence(m)),
  (m) => m.views.push(view(m)), (m, t) => pg && t.policies.push(policy(m))];
const DROP = [(m, t) => {
  const free = t.cols.filter((c) => !text(m).replace(`"${c.key}":`, '').match(new RegExp(`\\b(c|${t.key})\\.${c.key}\\b`)));
  if (free.length > 1 || (free.length && t.cols.length > 1)) t.cols.splice(t.cols.indexOf(pick(free)), 1);
}, (m) => {
  const free = m.tables.filter((t) => !text(m).replace(`const ${t.key} `, '').match(new RegExp(`\\b${t.key}\\b`)));
  if (free.length && m.tables.length > 1) m.tables.splice(m.tables.indexOf(pick(free)), 1);
}, (m) => drop(m.sequences), (m) => drop(m.views), (m, t) => drop(t.policies)];
const ALTER = [
  (m, t) => t.indexes.push(index(t)), (m, t) => drop(t.indexes),
  (m, t) => t.checks.push(check(t)), (m, t) => drop(t.checks),
  (m, t) => addUnique(t), (m, t) => drop(t.uniques),
  (m, t) => addFk(m, t), (m, t) => drop(t.fks),
  (m, t) => { const x = pick(t.indexes.concat([null])); if (x) x.text = index(t).text; },
  (m, t) => { const x = pick(t.checks.concat([null])); if (x) x.text = check(t).text; },
  (m, t) => { const c = pick(t.cols); c.notNull = !c.notNull; },
  (m, t) => { const c = pick(t.cols); c.dflt = c.generated || c.identity || c.array || c.arg ? undefined : pick((pg ? PG_TYPES : LITE_TYPES)[c.fn] || [undefined]); },
  (m, t) => { const c = pick(t.cols); if (!c.pk && !c.identity && !c.generated) { c.fn = pick(pg ? ['text', 'integer', 'bigint', 'jsonb', 'varchar'] : ['text', 'integer', 'real']); c.arg = c.fn === 'bigint' ? "{ mode: 'number' }" : ''; c.dflt = undefined; } },
  (m, t) => { const c = pick(t.cols); c.unique = c.unique ? undefined : '.unique()'; },
  (m, t) => { const c = pick(t.cols); if (pg && c.identity) { if (chance(0.3)) c.identity = undefined; else identity(c); } },
  (m, t) => { const c = pick(t.cols); if (c.generated) { if (chance(0.5)) c.generated = undefined; else generated(c); } else if (/^(text|integer)$/.test(c.fn) && !c.pk && !c.identity && !c.arg && !c.array) generated(c); },
  (m, t) => { const c = pick(t.cols); c.ref = undefined; },
  (m, t) => { if (pg) t.rls = !t.rls; },
  (m, t) => { const p = pick(t.policies.concat([null])); if (p) p.text = policy(m).text; },
  (m) => { const e = pick(m.enums.concat([null])); if (e) e.values.splice(below(e.values.length + 1), 0, fresh('v')); },
  (m) => { const e = pick(m.enums.concat([null])); if (e && e.values.length > 1) e.values.pop(); },
  (m) => { const s = pick(m.sequences.concat([null])); if (s) s.text = sequence(m).text; },
  (m) => { const v = pick(m.views.concat([null])); if (v) { const w = view(m); v.fn = w.fn; v.cols = w.cols; v.mid = w.mid; v.text = w.text; } },
  (m, t) => { if (t.pks.length) drop(t.pks); else if (!t.cols.some((c) => c.pk) && t.cols.length > 1) t.pks.push({ text: `{ columns: [c.${t.cols[0].key}, c.${t.cols[1].key}] }` }); },
  (m) => { const r = pick(m.roles.concat([null])); if (r) r.text = pick(['', '{ createDb: true }', '{ inherit: false }']); },
];
function change(m) {
  const ways = [ALTER, pick([ADD, DROP])];
  for (let i = 0; i <= below(5); i++) pick(pick(ways))(m, pick(m.tables));
}

// --- the oracle ------------------------------------------------------------
const make = pg ? api.generateDrizzleJson : api.generateSQLiteDrizzleJson;
const migrate = pg ? api.generateMigration : api.generateSQLiteMigration;

let loaded = 0;
async function load(at, name, source) {
  fs.writeFileSync(path.join(at, `${name}.ts`), source);
  // types are all that makes it TypeScript
  const js = source.replace(/ as any/g, '').replace(/: any/g, '');
  const file = path.join(__dirname, `.fuzz-${process.pid}-${++loaded}.mjs`);
  fs.writeFileSync(file, js);
  try {
    return await import(file);
  } finally {
    fs.unlinkSync(file);
  }
}
// The API puts _meta together in another order than the command does.
const META = pg ? ['columns', 'schemas', 'tables'] : ['schemas', 'tables', 'columns'];
function plain(json) {
  const all = { ...json, _meta: Object.fromEntries(META.map((k) =>
    [k, json._meta[k] || {}])) };
  delete all.id;
  delete all.prevId;
  if (pg) delete all.internal;
  return JSON.stringify(all, null, 2);
}

async function main() {
  for (let i = 0; i < Number(count); i++) {
    const at = path.join(dir, String(i));
    fs.mkdirSync(at, { recursive: true });
    serial = 0;
    const m = schema();
    try {
      let was = await make({});
      for (const name of ['1', '2']) {
        if (name === '2') change(m);
        const now = await make(await load(at, name, text(m)), was.id);
        const sql = await migrate(was, now);
        fs.writeFileSync(path.join(at, `${name}.sql`), sql.join('--> statement-breakpoint\n'));
        fs.writeFileSync(path.join(at, `${name}.json`), plain(now));
        was = now;
      }
    } catch (e) {
      fs.writeFileSync(path.join(at, 'fails'), String(e && e.stack));
    }
  }
}
const say = console.log;
process.exit = ((real) => (code) => { throw new Error(`exit ${code}`); })(process.exit);
console.log = () => {};
main().then(() => say(`${count} pairs`));
