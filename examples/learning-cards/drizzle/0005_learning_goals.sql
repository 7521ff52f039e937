CREATE TABLE `learning_goals` (
	`id` integer PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`deck_id` integer,
	`kind` text NOT NULL,
	`target` integer NOT NULL,
	`due_on` text,
	`reached_at` integer,
	`created_at` integer DEFAULT (unixepoch() * 1000) NOT NULL,
	`updated_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`deck_id`) REFERENCES `decks`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "learning_goals_target_check" CHECK("learning_goals"."target" > 0)
);
--> statement-breakpoint
CREATE INDEX `learning_goals_due_idx` ON `learning_goals` (`user_id`,`due_on`);--> statement-breakpoint
CREATE UNIQUE INDEX `learning_goals_one_each` ON `learning_goals` (`user_id`,`deck_id`,`kind`);