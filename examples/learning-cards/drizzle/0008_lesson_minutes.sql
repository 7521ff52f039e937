PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_lessons` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`deck_id` integer,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	`duration` integer,
	`score` real,
	`device` text DEFAULT 'web' NOT NULL,
	`updated_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`deck_id`) REFERENCES `decks`(`id`) ON UPDATE no action ON DELETE set null,
	CONSTRAINT "lessons_score_check" CHECK("__new_lessons"."score" between 0 and 1)
);
--> statement-breakpoint
INSERT INTO `__new_lessons`("id", "user_id", "deck_id", "started_at", "finished_at", "duration", "score", "device", "updated_at") SELECT "id", "user_id", "deck_id", "started_at", "finished_at", "duration", "score", "device", "updated_at" FROM `lessons`;--> statement-breakpoint
DROP TABLE `lessons`;--> statement-breakpoint
ALTER TABLE `__new_lessons` RENAME TO `lessons`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `lessons_user_started_idx` ON `lessons` (`user_id`,`started_at`);--> statement-breakpoint
CREATE INDEX `lessons_open_idx` ON `lessons` (`user_id`) WHERE "lessons"."finished_at" is null;