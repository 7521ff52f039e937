import { bigint, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';

import { bytea, createdAt } from './columns';
import { lessons } from './lessons';

export const media = pgTable(
  'media',
  {
    id: bigint('id', { mode: 'number' })
      .primaryKey()
      .generatedAlwaysAsIdentity(),
    lessonId: uuid('lesson_id').references(() => lessons.id, {
      onDelete: 'cascade',
    }),
    name: text('name').notNull(),
    mime: text('mime').notNull(),
    bytes: bytea('bytes'),
    createdAt: createdAt(),
  },
  (t) => [index('media_lesson_idx').on(t.lessonId)],
);
