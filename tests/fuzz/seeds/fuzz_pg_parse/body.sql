CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN 1 = 1 THEN 2 END; SELECT 3; END;
DO $x$ BEGIN EXECUTE 'DROP ROLE r'; END $x$;
CREATE OR REPLACE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $$ begin return new; end $$;
-- weir: outside-transaction
SELECT E'\';', U&'\0041', $1, "a;""b";
/* a /* b; */ ; */ VACUUM;
