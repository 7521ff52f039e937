UPDATE "lessons" SET "status" = 'draft' WHERE "status" = 'review';
UPDATE "lessons" SET "slug" = NULL;
