import {
  bigint,
  index,
  inet,
  jsonb,
  pgSchema,
  text,
} from 'drizzle-orm/pg-core';

import { createdAt } from './columns';
import { users } from './users';

export const audit = pgSchema('audit');

export const auditActor = audit.enum('actor', ['user', 'job', 'support']);

export const events = audit.table(
  'events',
  {
    id: bigint('id', { mode: 'number' })
      .primaryKey()
      .generatedAlwaysAsIdentity(),
    userId: bigint('user_id', { mode: 'number' }).references(() => users.id, {
      onDelete: 'set null',
    }),
    actor: auditActor('actor').notNull().default('user'),
    action: text('action').notNull(),
    address: inet('address'),
    detail: jsonb('detail'),
    createdAt: createdAt(),
  },
  (t) => [index('events_user_idx').on(t.userId, t.createdAt.desc())],
);
