import { integer, pgEnum, pgSchema, pgTable, serial, text, varchar } from 'drizzle-orm/pg-core';

export const auth = pgSchema('auth');
export const role = pgEnum('role', ['reader', 'writer']);

export const users = auth.table('users', {
	id: serial('id').primaryKey(),
	name: text('name').notNull(),
	role: role('role').notNull(),
	bio: text('bio'),
	nick: varchar('nick', { length: 40 }).notNull(),
});

export const drafts = pgTable('drafts', {
	id: serial('id').primaryKey(),
	author: integer('author').references(() => users.id),
});
