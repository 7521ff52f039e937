-- lessons.updated_at, kept by the database: three clients write to it
CREATE FUNCTION "lessons_touch"() RETURNS trigger
	LANGUAGE plpgsql
	AS $$
BEGIN
	IF NEW.* IS DISTINCT FROM OLD.* THEN
		NEW.updated_at := coalesce(NEW.updated_at, clock_timestamp());
		IF NEW.status = 'published' AND NEW.published_at IS NULL THEN
			NEW.published_at := now(); -- first time; never taken back
		END IF;
	END IF;
	RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER "lessons_touch" BEFORE UPDATE ON "lessons"
	FOR EACH ROW EXECUTE FUNCTION "lessons_touch"();
--> statement-breakpoint
COMMENT ON COLUMN "lessons"."outline" IS 'parts of the lesson, in order; NULL: a single page';
