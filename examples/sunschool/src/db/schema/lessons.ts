import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  doublePrecision,
  index,
  integer,
  interval,
  jsonb,
  numeric,
  pgEnum,
  pgTable,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';

import { timestamps } from './columns';
import { users } from './users';

export const lessonStatus = pgEnum('lesson_status', [
  'draft',
  'review',
  'published',
  'archived',
]);

export const lessons = pgTable(
  'lessons',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    authorId: bigint('author_id', { mode: 'number' }).references(
      () => users.id,
      { onDelete: 'set null' },
    ),
    slug: text('slug').notNull(),
    title: text('title').notNull(),
    body: text('body').notNull().default(''),
    status: lessonStatus('status').notNull().default('draft'),
    level: smallint('level').notNull().default(1),
    length: interval('length'),
    price: numeric('price', { precision: 8, scale: 2 })
      .notNull()
      .default('0.00'),
    tags: text('tags')
      .array()
      .notNull()
      .default(sql`'{}'::text[]`),
    outline: jsonb('outline').$type<{ parts: string[] }>(),
    publishedAt: timestamp('published_at', { withTimezone: true }),
    ...timestamps,
  },
  (t) => [
    index('lessons_author_idx').on(t.authorId),
    uniqueIndex('lessons_slug_key').on(t.slug),
    index('lessons_tags_idx').using('gin', t.tags),
    check('lessons_level_check', sql`${t.level} between 1 and 6`),
  ],
);

export const quizAnswers = pgTable(
  'quiz_answers',
  {
    id: bigint('id', { mode: 'number' })
      .primaryKey()
      .generatedByDefaultAsIdentity(),
    lessonId: uuid('lesson_id')
      .notNull()
      .references(() => lessons.id, { onDelete: 'cascade' }),
    userId: bigint('user_id', { mode: 'number' })
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    question: integer('question').notNull(),
    answer: text('answer'),
    correct: boolean('correct').notNull(),
    ease: doublePrecision('ease'),
    answeredAt: timestamp('answered_at', { withTimezone: true }).notNull(),
  },
  (t) => [
    index('quiz_answers_lesson_idx').on(t.lessonId, t.question),
    index('quiz_answers_wrong_idx')
      .on(t.lessonId, t.answeredAt.desc())
      .where(sql`not ${t.correct}`)
      .concurrently(),
    index('quiz_answers_recent_idx').on(
      t.userId,
      t.answeredAt.desc().nullsLast(),
    ),
  ],
);
