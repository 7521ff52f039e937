import { eq, sql } from 'drizzle-orm';
import {
  type AnySQLiteColumn,
  blob,
  index,
  integer,
  primaryKey,
  real,
  sqliteTable,
  sqliteView,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';

import { createdAt, timestamps } from './columns';
import { users } from './users';

export const languages = ['en', 'de', 'es', 'fr', 'ja', 'zh', 'ar'] as const;
export const visibilities = ['private', 'link', 'public'] as const;

export const decks = sqliteTable(
  'decks',
  {
    id: integer('id').primaryKey(),
    ownerId: integer('owner_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    parentId: integer('parent_id').references((): AnySQLiteColumn => decks.id, {
      onDelete: 'set null',
    }),
    title: text('title').notNull(),
    slug: text('slug').notNull(),
    description: text('description'),
    language: text('language', { enum: languages }).notNull(),
    settings: text('settings', { mode: 'json' }).$type<{
      newPerDay: number;
      order: 'added' | 'random';
      tts?: boolean;
    }>(),
    archivedAt: integer('archived_at', { mode: 'timestamp_ms' }),
    ...timestamps,
    visibility: text('visibility', { enum: visibilities })
      .notNull()
      .default('private'),
  },
  (t) => [
    index('decks_owner_idx').on(t.ownerId),
    uniqueIndex('decks_owner_slug_live')
      .on(t.ownerId, t.slug)
      .where(sql`${t.archivedAt} is null`),
  ],
);

export const cards = sqliteTable(
  'cards',
  {
    id: integer('id').primaryKey(),
    deckId: integer('deck_id')
      .notNull()
      .references(() => decks.id, { onDelete: 'cascade' }),
    front: text('front').notNull(),
    back: text('back').notNull(),
    hint: text('hint'),
    ease: real('ease').notNull().default(2.5),
    interval: integer('interval').notNull().default(0),
    dueOn: text('due_on'),
    suspended: integer('suspended', { mode: 'boolean' })
      .notNull()
      .default(false),
    thumbnail: blob('thumbnail', { mode: 'buffer' }),
    frontChars: integer('front_chars').generatedAlwaysAs(sql`length("front")`, {
      mode: 'virtual',
    }),
    ...timestamps,
  },
  (t) => [
    index('cards_deck_due_idx').on(t.deckId, t.dueOn),
    index('cards_due_active_idx').on(t.dueOn).where(sql`${t.suspended} = 0`),
  ],
);

export const tags = sqliteTable('tags', {
  id: integer('id').primaryKey(),
  name: text('name').notNull().unique(),
  color: text('color'),
});

export const cardTags = sqliteTable(
  'card_tags',
  {
    cardId: integer('card_id')
      .notNull()
      .references(() => cards.id, { onDelete: 'cascade' }),
    tagId: integer('tag_id')
      .notNull()
      .references(() => tags.id, { onDelete: 'restrict' }),
    addedBy: integer('added_by').references(() => users.id, {
      onDelete: 'set null',
    }),
  },
  (t) => [
    primaryKey({ columns: [t.cardId, t.tagId] }),
    index('card_tags_tag_idx').on(t.tagId),
  ],
);

export const media = sqliteTable(
  'media',
  {
    id: integer('id').primaryKey(),
    cardId: integer('card_id').references(() => cards.id, {
      onDelete: 'set null',
    }),
    name: text('name').notNull(),
    mime: text('mime').notNull(),
    bytes: blob('bytes', { mode: 'buffer' }),
    sha1: text('sha1', { length: 40 }),
    createdAt: createdAt(),
  },
  (t) => [unique('media_card_name').on(t.cardId, t.name)],
);

export const deckStats = sqliteView('deck_stats').as((qb) =>
  qb
    .select({
      deckId: decks.id,
      title: decks.title,
      cards: sql<number>`count(${cards.id})`.as('cards'),
      suspended: sql<number>`total(${cards.suspended})`.as('suspended'),
      meanEase: sql<number>`round(avg(${cards.ease}), 2)`.as('mean_ease'),
    })
    .from(decks)
    .leftJoin(cards, eq(cards.deckId, decks.id))
    .groupBy(decks.id),
);
