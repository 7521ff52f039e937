import { customType, timestamp } from 'drizzle-orm/pg-core';

/** Raw bytes; drizzle-orm has no column type for them. */
export const bytea = customType<{ data: Buffer }>({
  dataType: () => 'bytea',
});

export const createdAt = () =>
  timestamp('created_at', { withTimezone: true }).notNull().defaultNow();

export const timestamps = {
  createdAt: createdAt(),
  updatedAt: timestamp('updated_at', { withTimezone: true }),
};
