ALTER TABLE "learning_goals" DROP CONSTRAINT "learning_goals_target_check";
