ALTER TABLE `users` RENAME COLUMN "nick" TO "display_name";--> statement-breakpoint
ALTER TABLE `users` DROP COLUMN `bio`;