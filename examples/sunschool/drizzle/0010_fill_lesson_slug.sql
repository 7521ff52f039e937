-- every lesson gets a slug: its title, and the head of its id where it would
-- not be the only one
UPDATE "lessons" SET "slug" =
	coalesce(nullif(trim(both '-' from
		regexp_replace(lower("title"), '[^a-z0-9]+', '-', 'g')), ''), 'lesson')
	|| '-' || left("id"::text, 8);
--> statement-breakpoint
-- drafts that have a text are waiting for somebody to look at them
UPDATE "lessons" SET "status" = 'review' WHERE "status" = 'draft' AND "body" <> '';
