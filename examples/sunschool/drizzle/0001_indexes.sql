CREATE INDEX "lessons_tags_idx" ON "lessons" USING gin ("tags");--> statement-breakpoint
CREATE INDEX "quiz_answers_recent_idx" ON "quiz_answers" USING btree ("user_id","answered_at" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "learning_goals_one_open" ON "learning_goals" USING btree ("user_id","kind") WHERE "learning_goals"."reached_at" is null;