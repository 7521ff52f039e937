import { sql } from 'drizzle-orm';
import {
  bigint,
  char,
  check,
  pgEnum,
  pgTable,
  text,
  uniqueIndex,
  varchar,
} from 'drizzle-orm/pg-core';

import { timestamps } from './columns';

export const userRole = pgEnum('user_role', ['learner', 'teacher', 'admin']);

export const users = pgTable(
  'users',
  {
    id: bigint('id', { mode: 'number' })
      .primaryKey()
      .generatedAlwaysAsIdentity({ startWith: 1000 }),
    email: varchar('email', { length: 320 }).notNull(),
    emailLower: text('email_lower').generatedAlwaysAs(sql`lower(email)`),
    name: text('name').notNull(),
    role: userRole('role').notNull().default('learner'),
    country: char('country', { length: 2 }),
    timeZone: text('time_zone').notNull().default('UTC'),
    ...timestamps,
  },
  (t) => [
    uniqueIndex('users_email_key').on(t.emailLower),
    check('users_country_check', sql`${t.country} ~ '^[A-Z]{2}$'`),
  ],
);
