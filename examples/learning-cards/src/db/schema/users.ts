import { sql } from 'drizzle-orm';
import {
  check,
  index,
  integer,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';

import { createdAt, timestamps } from './columns';

export const roles = ['learner', 'teacher', 'admin'] as const;

export interface Preferences {
  theme?: 'light' | 'dark';
  dailyGoal?: number;
  voices?: string[];
}

export const users = sqliteTable(
  'users',
  {
    id: integer('id').primaryKey(),
    email: text('email').notNull(),
    displayName: text('display_name', { length: 40 }).notNull(),
    role: text('role', { enum: roles }).notNull().default('learner'),
    preferences: text('preferences', { mode: 'json' })
      .$type<Preferences>()
      .notNull()
      .default({ theme: 'light' }),
    streak: integer('streak').notNull().default(0),
    ...timestamps,
    deletedAt: integer('deleted_at', { mode: 'timestamp_ms' }),
    country: text('country', { length: 2 }),
  },
  (t) => [
    uniqueIndex('users_email_ci').on(sql`lower(${t.email})`),
    check('users_streak_check', sql`${t.streak} >= 0`),
  ],
);

export const sessions = sqliteTable(
  'sessions',
  {
    token: text('token').primaryKey(),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    userAgent: text('user_agent'),
    ip: text('ip'),
    createdAt: createdAt(),
    expiresAt: integer('expires_at', { mode: 'timestamp' }).notNull(),
  },
  (t) => [index('sessions_user_idx').on(t.userId, t.expiresAt)],
);
