ALTER TYPE "public"."lesson_status" ADD VALUE 'review' BEFORE 'published';--> statement-breakpoint
ALTER TABLE "lessons" ADD COLUMN "slug" text;