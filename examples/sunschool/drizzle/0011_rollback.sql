DROP INDEX "lessons_slug_key";
ALTER TABLE "lessons" ALTER COLUMN "slug" DROP NOT NULL;
