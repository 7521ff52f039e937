import { count, eq, sql } from 'drizzle-orm';
import { pgMaterializedView, pgView } from 'drizzle-orm/pg-core';

import { lessons, quizAnswers } from './lessons';
import { users } from './users';

export const lessonStats = pgMaterializedView('lesson_stats').as((qb) =>
  qb
    .select({
      lessonId: quizAnswers.lessonId,
      answers: count().as('answers'),
      learners: sql<number>`count(distinct ${quizAnswers.userId})`.as(
        'learners',
      ),
    })
    .from(quizAnswers)
    .groupBy(quizAnswers.lessonId),
);

export const publishedLessons = pgView('published_lessons').as((qb) =>
  qb
    .select({
      id: lessons.id,
      title: lessons.title,
      level: lessons.level,
      author: users.name,
    })
    .from(lessons)
    .leftJoin(users, eq(users.id, lessons.authorId))
    .where(eq(lessons.status, sql`'published'`)),
);
