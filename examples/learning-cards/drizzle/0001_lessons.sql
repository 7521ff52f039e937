CREATE TABLE `check_ins` (
	`id` integer PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`lesson_id` integer,
	`day` text NOT NULL,
	`mood` text,
	`note` text,
	`created_at` integer DEFAULT (unixepoch() * 1000) NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`lesson_id`) REFERENCES `lessons`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE INDEX `check_ins_user_day_idx` ON `check_ins` (`user_id`,`day`);--> statement-breakpoint
CREATE TABLE `lessons` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`deck_id` integer,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	`duration` text,
	`score` real,
	`device` text DEFAULT 'web' NOT NULL,
	`updated_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`deck_id`) REFERENCES `decks`(`id`) ON UPDATE no action ON DELETE set null,
	CONSTRAINT "lessons_score_check" CHECK("lessons"."score" between 0 and 1)
);
--> statement-breakpoint
CREATE INDEX `lessons_user_started_idx` ON `lessons` (`user_id`,`started_at`);--> statement-breakpoint
CREATE INDEX `lessons_open_idx` ON `lessons` (`user_id`) WHERE "lessons"."finished_at" is null;--> statement-breakpoint
CREATE TABLE `quiz_answers` (
	`id` integer PRIMARY KEY NOT NULL,
	`lesson_id` integer NOT NULL,
	`card_id` integer NOT NULL,
	`answer` text,
	`correct` integer NOT NULL,
	`ms` integer NOT NULL,
	`answered_at` integer NOT NULL,
	FOREIGN KEY (`lesson_id`) REFERENCES `lessons`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`card_id`) REFERENCES `cards`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `quiz_answers_lesson_idx` ON `quiz_answers` (`lesson_id`);--> statement-breakpoint
CREATE INDEX `quiz_answers_card_idx` ON `quiz_answers` (`card_id`,`answered_at`);