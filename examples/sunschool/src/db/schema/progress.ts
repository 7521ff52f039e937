import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  date,
  index,
  integer,
  jsonb,
  numeric,
  pgEnum,
  pgTable,
  primaryKey,
  serial,
  text,
  time,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';

import { createdAt, timestamps } from './columns';
import { lessons } from './lessons';
import { users } from './users';

export const learnerProfiles = pgTable('learner_profiles', {
  userId: bigint('user_id', { mode: 'number' })
    .primaryKey()
    .references(() => users.id, { onDelete: 'cascade' }),
  displayName: text('display_name').notNull(),
  interests: text('interests').array(),
  preferences: jsonb('preferences').notNull().default({}),
  bestHours: integer('best_hours').array(),
  reminderAt: time('reminder_at'),
  lastSeenAt: timestamp('last_seen_at', { withTimezone: true }),
  ...timestamps,
});

export const goalKind = pgEnum('goal_kind', ['minutes', 'lessons', 'streak']);

export const learningGoals = pgTable(
  'learning_goals',
  {
    id: serial('id').primaryKey(),
    userId: bigint('user_id', { mode: 'number' })
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    kind: goalKind('kind').notNull(),
    target: integer('target').notNull(),
    dueOn: date('due_on'),
    reachedAt: timestamp('reached_at', { withTimezone: true }),
    ...timestamps,
  },
  (t) => [
    check('learning_goals_target_check', sql`${t.target} between 1 and 1000`),
    index('learning_goals_due_idx').on(t.userId, t.dueOn),
    uniqueIndex('learning_goals_one_open')
      .on(t.userId, t.kind)
      .where(sql`${t.reachedAt} is null`),
  ],
);

export const achievements = pgTable(
  'achievements',
  {
    userId: bigint('user_id', { mode: 'number' })
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    badge: text('badge').notNull(),
    lessonId: uuid('lesson_id').references(() => lessons.id, {
      onDelete: 'set null',
    }),
    points: numeric('points', { precision: 12, scale: 4 }).notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.badge] }),
    unique('achievements_lesson_badge').on(t.lessonId, t.badge, t.userId),
  ],
);
