ALTER TABLE "learner_profiles" ALTER COLUMN "last_seen_at" SET DATA TYPE timestamp;
ALTER TABLE "achievements" ALTER COLUMN "points" SET DATA TYPE numeric;
