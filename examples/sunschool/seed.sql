-- seed.sql: 20,000 rows for the schema after 0007. Nothing here depends on the
-- clock or on chance. Invisible characters are written as escapes, so that this
-- file itself is harmless to read.

CREATE TEMP TABLE given (n integer, name text) ON COMMIT DROP;
INSERT INTO given SELECT ordinality - 1, name FROM unnest(ARRAY['Amara',
	'Björn', 'Camille', 'Dilnoza', 'Esteban', 'Fatima', 'Giulia', 'Hiroshi',
	'Inés', 'Jamal', 'Kateřina', 'Lindiwe', 'Mohammed', 'Niamh', 'Olena',
	'Paweł', 'Qiang', 'Rania', 'Sindre', 'Thuỳ', 'Umar', 'Valentina', 'Wei',
	'Ximena', 'Yusuf', 'Zsófia', 'さくら', '志明', 'نور']) WITH ORDINALITY AS t(name);
CREATE TEMP TABLE family (n integer, name text) ON COMMIT DROP;
INSERT INTO family SELECT ordinality - 1, name FROM unnest(ARRAY['Abe',
	'Brandt', 'Costa', 'Diallo', 'Eriksson', 'Fernández', 'Gupta', 'Hansen',
	'Ionescu', 'Jung', 'Kaya', 'O''Brien', 'Nguyễn']) WITH ORDINALITY AS t(name);
CREATE TEMP TABLE topic (n integer, name text, tags text[]) ON COMMIT DROP;
INSERT INTO topic VALUES
	(0, 'Why the sky is blue', '{physics,light}'),
	(1, 'Fractions with pizza', '{maths,"hands on"}'),
	(2, 'The water cycle', '{geography,"weather, climate"}'),
	(3, 'Reading a map', '{geography}'),
	(4, 'Light and shadow', '{physics,light}'),
	(5, 'Vulcões e placas', '{geology,português}'),
	(6, 'Der Kreislauf des Wassers', '{geography,Deutsch}'),
	(7, '光合作用', '{biology,中文}'),
	(8, 'Bees & flowers 🐝', '{biology,🌻}'),
	(9, 'Leap years', '{maths,calendar}'),
	(10, 'What a "proof" is', '{maths,"say \"why\""}'),
	(11, 'Tides\Moon', '{"back\\slash",physics}');

-- users get the ids 1000 to 1399 from their identity
INSERT INTO users (email, name, role, country, bio, time_zone, created_at,
	updated_at)
SELECT CASE WHEN i % 11 = 0 THEN 'Learner.' || i || '@Sunschool.example'
		ELSE 'learner' || i || '@sunschool.example' END,
	g.name || ' ' || f.name,
	CASE WHEN i = 0 THEN 'admin' WHEN i % 16 = 3 THEN 'teacher'
		ELSE 'learner' END::user_role,
	(ARRAY['DE', 'PT', 'BR', 'JP', 'KE', 'PL', 'VN', NULL])[i % 8 + 1],
	CASE WHEN i % 20 < 6 THEN NULL WHEN i % 40 = 7 THEN ''
		ELSE 'Learns since ' || 2015 + i % 11 || ', likes ' || lower(t.name)
			|| '.' END,
	(ARRAY['UTC', 'Europe/Berlin', 'America/Sao_Paulo', 'Asia/Tokyo',
		'Africa/Nairobi'])[i % 5 + 1],
	timestamptz '2026-01-05 08:00:00+00' + i * interval '7 hours 13 minutes',
	CASE WHEN i % 3 = 0 THEN timestamptz '2026-09-01 00:00:00+00'
		+ i * interval '1 hour' END
FROM generate_series(0, 399) AS i
JOIN given g ON g.n = i % 29
JOIN family f ON f.n = i % 13
JOIN topic t ON t.n = i % 12
ORDER BY i;

INSERT INTO lessons (id, author_id, title, body, status, level, length, price,
	tags, outline, published_at, created_at, updated_at)
SELECT md5('lesson ' || i)::uuid,
	CASE WHEN i % 15 <> 4 THEN 1003 + (i % 24) * 16 END,
	t.name || CASE WHEN i >= 12 THEN ' · ' || i / 12 + 1 ELSE '' END,
	CASE WHEN i % 10 = 9 THEN ''
		ELSE repeat(t.name || ' is what this page is about. ', 2 + i % 30) END,
	(ARRAY['draft', 'published', 'published', 'archived'])[i % 4 + 1]
		::lesson_status,
	i % 6 + 1,
	CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN interval '45 minutes'
		WHEN 2 THEN interval '1 day 02:03:04.005'
		WHEN 3 THEN interval '1 mon -2 days +03:00:00'
		ELSE interval '-00:00:01' END,
	CASE WHEN i % 3 = 0 THEN 0 ELSE 199 + i END / 100.0,
	CASE WHEN i % 7 = 6 THEN '{}' ELSE t.tags END,
	CASE i % 4 WHEN 0 THEN NULL
		WHEN 1 THEN jsonb_build_object('parts', jsonb_build_array('look', 'think', 'try'))
		WHEN 2 THEN jsonb_build_object('parts', '[]'::jsonb, 'note', t.name)
		ELSE jsonb_build_object('parts', jsonb_build_array(i, i / 8.0, true, null),
			'emoji', '👩🏽‍🔬', 'deep', '{"a":{"b":{"c":[[],{}]}}}'::jsonb) END,
	CASE WHEN i % 4 = 0 THEN NULL WHEN i = 41 THEN 'infinity'::timestamptz
		ELSE timestamptz '2026-02-01 09:00:00.123456+00' + i * interval '1 day'
		END,
	timestamptz '2026-01-20 10:00:00+00' + i * interval '5 hours', NULL
FROM generate_series(0, 239) AS i JOIN topic t ON t.n = i % 12
ORDER BY i;

-- texts that real ones hold sooner or later
UPDATE lessons SET body = CASE title
	WHEN 'Leap years' THEN repeat(E'A year of 365 days is too short.\n\n', 4000)
	WHEN 'Reading a map' THEN E'line one\r\nline two\n\ttabbed\n'
	WHEN 'Light and shadow' THEN E'bell \x07, escape \x1b[31mred\x1b[0m, '
		|| E'delete \x7f, C1 \u009b2J, backspace a\x08b'
	WHEN 'The water cycle' THEN E'override \u202etxt.exe\u202c, zero width '
		|| E'a\u200bb, BOM \ufeff, family 👨‍👩‍👧‍👦, flag 🏴‍☠️, tag \U000E0041'
	WHEN '光合作用' THEN repeat('光合作用是植物利用陽光製造養分的過程。', 40)
	ELSE body END
WHERE title IN ('Leap years', 'Reading a map', 'Light and shadow',
	'The water cycle', '光合作用');
UPDATE lessons SET updated_at = timestamptz '2026-08-01 12:00:00+00'
WHERE updated_at IS NOT NULL;

INSERT INTO learner_profiles (user_id, display_name, interests, preferences,
	best_hours, reminder_at, last_seen_at, created_at, updated_at)
SELECT 1000 + i, CASE WHEN i % 40 = 5 THEN '' ELSE 'user' || i END,
	CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN '{}'
		WHEN 2 THEN ARRAY['maths', NULL, 'NULL', '', 'a,b', '"q"', '\']
		WHEN 3 THEN ARRAY['空', '🌞', E'two\nlines'] ELSE ARRAY['biology'] END,
	CASE i % 3 WHEN 0 THEN '{}' WHEN 1 THEN '{"theme": "dark", "sound": false}'
		ELSE '{"theme": "sun ☀", "days": [1, 3, 5], "goal": {"minutes": 20}}'
		END::jsonb,
	CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN '{{7,8},{19,20}}'
		WHEN 2 THEN '[0:2]={6,NULL,22}' ELSE '{18}' END::integer[],
	CASE WHEN i % 3 > 0 THEN time '24:00' - (i % 96) * interval '15 minutes' END,
	CASE i % 9 WHEN 0 THEN NULL WHEN 8 THEN '-infinity'::timestamptz
		ELSE timestamptz '2026-11-01 00:00:00+00' - i * interval '3 hours' END,
	timestamptz '2026-02-01 00:00:00+00' + i * interval '6 hours', NULL
FROM generate_series(0, 319) AS i ORDER BY i;
UPDATE learner_profiles SET reminder_at = '24:00' WHERE user_id = 1001;

-- seven targets that 0013 will not have
INSERT INTO learning_goals (user_id, kind, target, due_on, reached_at,
	created_at)
SELECT 1000 + i % 300,
	(ARRAY['minutes', 'lessons', 'streak'])[i / 300 + 1]::goal_kind,
	CASE WHEN i IN (17, 230, 451) THEN 0 WHEN i IN (88, 700) THEN -5
		WHEN i IN (333, 899) THEN 100000 ELSE 5 + i % 60 END,
	CASE i % 6 WHEN 0 THEN NULL WHEN 5 THEN 'infinity'::date
		ELSE date '2026-12-01' + i % 200 END,
	CASE WHEN i % 4 = 0 THEN timestamptz '2026-10-01 18:30:00+00'
		+ i * interval '20 minutes' END,
	timestamptz '2026-03-01 07:00:00+00' + i * interval '4 hours'
FROM generate_series(0, 899) AS i ORDER BY i;
UPDATE learning_goals SET due_on = '0044-03-15 BC' WHERE id = 15;

INSERT INTO quiz_answers (lesson_id, user_id, question, answer, correct, ease,
	answered_at)
SELECT md5('lesson ' || i % 240)::uuid, 1000 + i * 7 % 400, i / 240 % 10 + 1,
	CASE i % 13 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN ' '
		WHEN 3 THEN 'ça dépend' WHEN 4 THEN '四十二' WHEN 5 THEN '🤷'
		ELSE (i % 97)::text END,
	i % 3 <> 1,
	CASE i % 1009 WHEN 5 THEN 'NaN'::float8 WHEN 6 THEN 'Infinity'::float8
		WHEN 7 THEN '-Infinity'::float8 WHEN 8 THEN 1e-300
		WHEN 9 THEN 0.1 + 0.2 ELSE i % 50 / 8.0 END,
	timestamptz '2026-03-01 06:00:00+00' + i * interval '20 minutes 0.001 seconds'
FROM generate_series(0, 15999) AS i ORDER BY i;

INSERT INTO achievements (user_id, badge, lesson_id, points, created_at)
SELECT 1000 + i % 400, (ARRAY['first-lesson', 'week-streak', 'night-owl 🦉'])
		[i / 400 + 1],
	CASE WHEN i % 5 > 0 THEN md5('lesson ' || i % 240)::uuid END,
	CASE i WHEN 1 THEN 'NaN' WHEN 2 THEN '12345678.9012' WHEN 3 THEN '-0.0001'
		ELSE (i % 90 * 2.5)::text END::numeric,
	timestamptz '2026-04-01 12:00:00+02' + i * interval '3 hours'
FROM generate_series(0, 1099) AS i ORDER BY i;

INSERT INTO media (lesson_id, name, mime, bytes, created_at)
SELECT CASE WHEN i % 10 < 9 THEN md5('lesson ' || i * 6)::uuid END,
	CASE i WHEN 3 THEN E'../up\nand\taway.png' WHEN 4 THEN 'photo "best" (1).JPG'
		ELSE 'page-' || i || '.png' END,
	CASE WHEN i % 8 = 7 THEN 'audio/ogg' ELSE 'image/png' END,
	CASE i WHEN 0 THEN NULL WHEN 1 THEN ''::bytea
		WHEN 2 THEN '\x00ff1b5b33316d0a'::bytea
		ELSE '\x89504e470d0a1a0a'::bytea || decode(repeat(md5(i::text), 4 * i), 'hex')
		END,
	timestamptz '2026-05-01 00:00:00+00' + i * interval '1 day'
FROM generate_series(0, 39) AS i ORDER BY i;

INSERT INTO audit.events (user_id, actor, action, address, detail, created_at)
SELECT CASE WHEN i % 12 > 0 THEN 1000 + i % 400 END,
	(ARRAY['user', 'user', 'job', 'support'])[i % 4 + 1]::audit.actor,
	(ARRAY['login', 'logout', 'lesson.publish', 'goal.reach'])[i % 4 + 1],
	CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN ('192.0.2.' || i % 255)::inet
		ELSE '2001:db8::/32'::inet END,
	CASE WHEN i % 6 = 5 THEN 'null'::jsonb WHEN i % 6 = 4 THEN NULL
		ELSE jsonb_build_object('n', i, 'agent', 'sunschool/' || i % 9) END,
	timestamptz '2026-06-01 00:00:00+00' + i * interval '97 minutes'
FROM generate_series(0, 999) AS i ORDER BY i;

REFRESH MATERIALIZED VIEW lesson_stats;
