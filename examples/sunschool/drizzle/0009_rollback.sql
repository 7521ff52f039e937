-- An enum value cannot be dropped: the type is made anew, and what hangs on it.
ALTER TABLE "lessons" DROP COLUMN "slug";
DROP VIEW "published_lessons";
ALTER TABLE "lessons" ALTER COLUMN "status" DROP DEFAULT;
ALTER TYPE "lesson_status" RENAME TO "lesson_status_old";
CREATE TYPE "lesson_status" AS ENUM('draft', 'published', 'archived');
ALTER TABLE "lessons" ALTER COLUMN "status" SET DATA TYPE "lesson_status"
	USING "status"::text::"lesson_status";
ALTER TABLE "lessons" ALTER COLUMN "status" SET DEFAULT 'draft';
DROP TYPE "lesson_status_old";
CREATE VIEW "public"."published_lessons" AS (select "lessons"."id", "lessons"."title", "lessons"."level", "users"."name" from "lessons" left join "users" on "users"."id" = "lessons"."author_id" where "lessons"."status" = 'published');
