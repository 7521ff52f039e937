import { relations } from 'drizzle-orm';

import { auditLog } from './audit';
import { cards, cardTags, decks, media, tags } from './decks';
import { checkIns, learningGoals, lessons, quizAnswers } from './lessons';
import { sessions, users } from './users';

export const usersRelations = relations(users, ({ many }) => ({
  sessions: many(sessions),
  decks: many(decks),
  lessons: many(lessons),
  checkIns: many(checkIns),
  goals: many(learningGoals),
  auditLog: many(auditLog),
}));

export const sessionsRelations = relations(sessions, ({ one }) => ({
  user: one(users, { fields: [sessions.userId], references: [users.id] }),
}));

export const decksRelations = relations(decks, ({ one, many }) => ({
  owner: one(users, { fields: [decks.ownerId], references: [users.id] }),
  parent: one(decks, {
    fields: [decks.parentId],
    references: [decks.id],
    relationName: 'subdecks',
  }),
  subdecks: many(decks, { relationName: 'subdecks' }),
  cards: many(cards),
}));

export const cardsRelations = relations(cards, ({ one, many }) => ({
  deck: one(decks, { fields: [cards.deckId], references: [decks.id] }),
  tags: many(cardTags),
  media: many(media),
  answers: many(quizAnswers),
}));

export const cardTagsRelations = relations(cardTags, ({ one }) => ({
  card: one(cards, { fields: [cardTags.cardId], references: [cards.id] }),
  tag: one(tags, { fields: [cardTags.tagId], references: [tags.id] }),
}));

export const lessonsRelations = relations(lessons, ({ one, many }) => ({
  user: one(users, { fields: [lessons.userId], references: [users.id] }),
  deck: one(decks, { fields: [lessons.deckId], references: [decks.id] }),
  answers: many(quizAnswers),
}));

export const quizAnswersRelations = relations(quizAnswers, ({ one }) => ({
  lesson: one(lessons, {
    fields: [quizAnswers.lessonId],
    references: [lessons.id],
  }),
  card: one(cards, { fields: [quizAnswers.cardId], references: [cards.id] }),
}));
