import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const users = sqliteTable('users', {
	id: integer('id').primaryKey(),
	name: text('name').notNull(),
	handle: text('handle').notNull(),
	about: text('about'),
});

export const posts = sqliteTable('posts', {
	id: integer('id').primaryKey(),
	author: integer('author').references(() => users.id),
	title: text('title').notNull(),
	published: integer('published', { mode: 'boolean' }).default(false),
}, (t) => [index('posts_author').on(t.author)]);
