import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const users = sqliteTable('users', {
	id: integer('id').primaryKey(),
	name: text('name').notNull(),
	bio: text('bio'),
	nick: text('nick').notNull(),
});

export const posts = sqliteTable('posts', {
	id: integer('id').primaryKey(),
	author: integer('author').references(() => users.id),
	title: text('title').notNull(),
	body: text('body'),
});

export const drafts = sqliteTable('drafts', {
	id: integer('id').primaryKey(),
	body: text('body'),
});
