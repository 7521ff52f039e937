import { index, integer, pgEnum, pgSchema, pgTable, serial, text, timestamp, varchar } from 'drizzle-orm/pg-core';

export const auth = pgSchema('auth');
export const state = auth.enum('state', ['open', 'closed']);
export const role = pgEnum('role', ['reader', 'writer', 'editor']);

export const users = auth.table('users', {
	id: serial('id').primaryKey(),
	name: text('name').notNull(),
	role: role('role').notNull(),
	handle: varchar('handle', { length: 40 }).notNull(),
	about: text('about'),
}, (t) => [index('users_name').on(t.name)]);

export const notes = pgTable('notes', {
	id: serial('id').primaryKey(),
	author: integer('author').references(() => users.id),
	state: state('state').notNull().default('open'),
	seen: timestamp('seen', { withTimezone: true }),
});
