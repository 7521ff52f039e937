-- Custom SQL migration file, put your code below! --
CREATE TRIGGER `lessons_touch` AFTER UPDATE OF `finished_at`, `duration`, `score` ON `lessons`
FOR EACH ROW WHEN NEW.`updated_at` IS OLD.`updated_at`
BEGIN
	UPDATE `lessons` SET `updated_at` = unixepoch() * 1000 WHERE `id` = NEW.`id`;
END;
