import { sql, relations, type InferSelectModel } from 'drizzle-orm';
import * as p from 'drizzle-orm/pg-core';
import { stamps } from './b';

export const mood = p.pgEnum('mood', ['sad', 'o\'k']);
export const s = p.pgSchema('s');
export const q = p.pgSequence('q', { startWith: 100, cycle: true });
export const admin = p.pgRole('admin', { createDb: true });
const money = p.customType<{ data: number; config: { n: number } }>({
	dataType: (c) => `money(${c?.n ?? 2})`,
});
export const users = p.pgTable('users', {
	id: p.integer().primaryKey().generatedAlwaysAsIdentity({ startWith: 5 }),
	name: p.varchar({ length: 80 }).notNull().unique('nm'),
	tags: p.text().array().default(['a', "b'"]),
	doc: p.jsonb().$type<{ a: 1 }>().default({ a: [1, null] }),
	at: p.timestamp({ precision: 3, withTimezone: true }).defaultNow(),
	mood: mood().default('sad'), pay: money('pay', { n: 4 }),
	up: p.text().generatedAlwaysAs((): any => sql`upper(${users.name})`),
	...stamps,
}, (t) => [
	p.index('ix').on(t.name.desc().nullsFirst(), sql`lower(${t.name})`)
		.where(sql`${t.id} > ${sql.raw('5')}`).with({ fillfactor: 70 }),
	p.check('c', sql`${t.id} > 0`), p.unique().on(t.id, t.name).nullsNotDistinct(),
	p.pgPolicy('pol', { for: 'select', to: [admin, 'public'], using: sql`true` }),
]).enableRLS();
export const posts = s.table('posts', (c) => ({
	a: c.bigint({ mode: 'bigint' }).default(sql`10`), b: c.uuid().defaultRandom(),
	u: c.integer().references(() => users.id, { onDelete: 'cascade' }),
}), (t) => ({ pk: p.primaryKey({ columns: [t.a, t.b] }) }));
export const v = p.pgView('v').as((qb) => qb.select({ id: users.id,
	n: sql<number>`count(*)`.as('n') }).from(users).groupBy(users.id));
export const r = relations(users, ({ many }) => ({ posts: many(posts) }));
export type User = InferSelectModel<typeof users>;

//// 
import { timestamp } from 'drizzle-orm/pg-core';
import { users } from './schema';
export const stamps = { created: timestamp().defaultNow(), updated: timestamp() };
export { users as again };
