ALTER TABLE "users" DROP CONSTRAINT "users_country_check";
ALTER TABLE "users" DROP COLUMN "time_zone";
