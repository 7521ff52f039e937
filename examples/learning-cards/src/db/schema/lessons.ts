import { sql } from 'drizzle-orm';
import {
  check,
  index,
  integer,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';

import { createdAt, timestamps } from './columns';
import { cards, decks } from './decks';
import { users } from './users';

export const moods = ['great', 'ok', 'tired', 'skipped'] as const;

export const lessons = sqliteTable(
  'lessons',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    deckId: integer('deck_id').references(() => decks.id, {
      onDelete: 'set null',
    }),
    startedAt: integer('started_at', { mode: 'timestamp_ms' }).notNull(),
    finishedAt: integer('finished_at', { mode: 'timestamp_ms' }),
    duration: integer('duration'),
    score: real('score'),
    device: text('device', { enum: ['web', 'ios', 'android'] })
      .notNull()
      .default('web'),
    updatedAt: integer('updated_at', { mode: 'timestamp_ms' }),
  },
  (t) => [
    index('lessons_user_started_idx').on(t.userId, t.startedAt),
    index('lessons_open_idx').on(t.userId).where(sql`${t.finishedAt} is null`),
    check('lessons_score_check', sql`${t.score} between 0 and 1`),
  ],
);

export const quizAnswers = sqliteTable(
  'quiz_answers',
  {
    id: integer('id').primaryKey(),
    lessonId: integer('lesson_id')
      .notNull()
      .references(() => lessons.id, { onDelete: 'cascade' }),
    cardId: integer('card_id')
      .notNull()
      .references(() => cards.id, { onDelete: 'cascade' }),
    answer: text('answer'),
    correct: integer('correct', { mode: 'boolean' }).notNull(),
    ms: integer('ms').notNull(),
    answeredAt: integer('answered_at', { mode: 'timestamp_ms' }).notNull(),
  },
  (t) => [
    index('quiz_answers_lesson_idx').on(t.lessonId),
    index('quiz_answers_card_idx').on(t.cardId, t.answeredAt),
  ],
);

export const checkIns = sqliteTable(
  'check_ins',
  {
    id: integer('id').primaryKey(),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    lessonId: integer('lesson_id').references(() => lessons.id, {
      onDelete: 'set null',
    }),
    day: text('day').notNull(),
    mood: text('mood', { enum: moods }),
    note: text('note'),
    createdAt: createdAt(),
  },
  (t) => [index('check_ins_user_day_idx').on(t.userId, t.day)],
);

export const goalKinds = ['cards', 'minutes', 'streak'] as const;

export const learningGoals = sqliteTable(
  'learning_goals',
  {
    id: integer('id').primaryKey(),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    deckId: integer('deck_id').references(() => decks.id, {
      onDelete: 'cascade',
    }),
    kind: text('kind', { enum: goalKinds }).notNull(),
    target: integer('target').notNull(),
    dueOn: text('due_on'),
    reachedAt: integer('reached_at', { mode: 'timestamp_ms' }),
    ...timestamps,
  },
  (t) => [
    index('learning_goals_due_idx').on(t.userId, t.dueOn),
    uniqueIndex('learning_goals_one_each').on(t.userId, t.deckId, t.kind),
    check('learning_goals_target_check', sql`${t.target} > 0`),
  ],
);
