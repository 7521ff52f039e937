ALTER TABLE `users` ADD `bio` text;--> statement-breakpoint
ALTER TABLE `users` RENAME COLUMN "display_name" TO "nick";