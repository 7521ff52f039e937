import { index, integer, pgEnum, pgTable, serial, text, timestamp } from 'drizzle-orm/pg-core';

export const role = pgEnum('role', ['reader', 'writer', 'editor']);

export const users = pgTable('users', {
	id: serial('id').primaryKey(),
	name: text('name').notNull(),
	role: role('role').notNull(),
	handle: text('handle').notNull(),
	about: text('about'),
	seen: timestamp('seen', { withTimezone: true }),
}, (t) => [index('users_name').on(t.name)]);
