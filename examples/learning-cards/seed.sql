-- seed.sql: 20,000 rows for the schema after 0004. Nothing here depends on the
-- clock or on chance. Invisible characters are written with char(), so that
-- this file itself is harmless to read.

CREATE TEMP TABLE given (n INTEGER PRIMARY KEY, name TEXT);
INSERT INTO given (name) VALUES
	('Ada'), ('Bruno'), ('Chloé'), ('Deniz'), ('Elif'), ('Farid'), ('Greta'),
	('Hana'), ('Ivo'), ('Jürgen'), ('Katarína'), ('Luís'), ('Mei'), ('Noor'),
	('Oskar'), ('Priya'), ('Quentin'), ('Rosa'), ('Søren'), ('Tomasz'),
	('Ursula'), ('Vera'), ('Wanjiru'), ('Xavier'), ('Yuki');
CREATE TEMP TABLE family (n INTEGER PRIMARY KEY, name TEXT);
INSERT INTO family (name) VALUES
	('Almeida'), ('Bauer'), ('Chen'), ('Dubois'), ('Eriksen'), ('Fischer'),
	('García'), ('Haddad'), ('Ivanova'), ('Jensen'), ('Kowalski'), ('López');

CREATE TEMP TABLE concept (
	topic INTEGER, n INTEGER,
	en TEXT, de TEXT, es TEXT, fr TEXT, ja TEXT,
	PRIMARY KEY (topic, n)
);
INSERT INTO concept VALUES
	(0, 0, 'the bread', 'das Brot', 'el pan', 'le pain', 'パン'),
	(0, 1, 'the knife', 'das Messer', 'el cuchillo', 'le couteau', '包丁'),
	(0, 2, 'the spoon', 'der Löffel', 'la cuchara', 'la cuillère', 'スプーン'),
	(0, 3, 'the fork', 'die Gabel', 'el tenedor', 'la fourchette', 'フォーク'),
	(0, 4, 'the plate', 'der Teller', 'el plato', 'l''assiette', '皿'),
	(0, 5, 'the pan', 'die Pfanne', 'la sartén', 'la poêle', 'フライパン'),
	(0, 6, 'the salt', 'das Salz', 'la sal', 'le sel', '塩'),
	(0, 7, 'the egg', 'das Ei', 'el huevo', 'l''œuf', '卵'),
	(0, 8, 'the oven', 'der Ofen', 'el horno', 'le four', 'オーブン'),
	(0, 9, 'the glass', 'das Glas', 'el vaso', 'le verre', 'グラス'),
	(1, 0, 'the street', 'die Straße', 'la calle', 'la rue', '通り'),
	(1, 1, 'the bridge', 'die Brücke', 'el puente', 'le pont', '橋'),
	(1, 2, 'the square', 'der Platz', 'la plaza', 'la place', '広場'),
	(1, 3, 'the library', 'die Bücherei', 'la biblioteca', 'la bibliothèque', '図書館'),
	(1, 4, 'the town hall', 'das Rathaus', 'el ayuntamiento', 'la mairie', '市役所'),
	(1, 5, 'the bakery', 'die Bäckerei', 'la panadería', 'la boulangerie', 'パン屋'),
	(1, 6, 'the hospital', 'das Krankenhaus', 'el hospital', 'l''hôpital', '病院'),
	(1, 7, 'the school', 'die Schule', 'la escuela', 'l''école', '学校'),
	(1, 8, 'the bank', 'die Bank', 'el banco', 'la banque', '銀行'),
	(1, 9, 'the post office', 'die Post', 'el correo', 'la poste', '郵便局'),
	(2, 0, 'the train', 'der Zug', 'el tren', 'le train', '電車'),
	(2, 1, 'the ticket', 'die Fahrkarte', 'el billete', 'le billet', '切符'),
	(2, 2, 'the platform', 'der Bahnsteig', 'el andén', 'le quai', 'ホーム'),
	(2, 3, 'the delay', 'die Verspätung', 'el retraso', 'le retard', '遅延'),
	(2, 4, 'the suitcase', 'der Koffer', 'la maleta', 'la valise', 'スーツケース'),
	(2, 5, 'the timetable', 'der Fahrplan', 'el horario', 'l''horaire', '時刻表'),
	(2, 6, 'the airport', 'der Flughafen', 'el aeropuerto', 'l''aéroport', '空港'),
	(2, 7, 'the exit', 'der Ausgang', 'la salida', 'la sortie', '出口'),
	(2, 8, 'the bicycle', 'das Fahrrad', 'la bicicleta', 'le vélo', '自転車'),
	(2, 9, 'the map', 'die Karte', 'el mapa', 'le plan', '地図'),
	(3, 0, 'the head', 'der Kopf', 'la cabeza', 'la tête', '頭'),
	(3, 1, 'the hand', 'die Hand', 'la mano', 'la main', '手'),
	(3, 2, 'the foot', 'der Fuß', 'el pie', 'le pied', '足'),
	(3, 3, 'the eye', 'das Auge', 'el ojo', 'l''œil', '目'),
	(3, 4, 'the ear', 'das Ohr', 'la oreja', 'l''oreille', '耳'),
	(3, 5, 'the heart', 'das Herz', 'el corazón', 'le cœur', '心臓'),
	(3, 6, 'the back', 'der Rücken', 'la espalda', 'le dos', '背中'),
	(3, 7, 'the knee', 'das Knie', 'la rodilla', 'le genou', '膝'),
	(3, 8, 'the tooth', 'der Zahn', 'el diente', 'la dent', '歯'),
	(3, 9, 'the finger', 'der Finger', 'el dedo', 'le doigt', '指'),
	(4, 0, 'the rain', 'der Regen', 'la lluvia', 'la pluie', '雨'),
	(4, 1, 'the snow', 'der Schnee', 'la nieve', 'la neige', '雪'),
	(4, 2, 'the wind', 'der Wind', 'el viento', 'le vent', '風'),
	(4, 3, 'the cloud', 'die Wolke', 'la nube', 'le nuage', '雲'),
	(4, 4, 'the fog', 'der Nebel', 'la niebla', 'le brouillard', '霧'),
	(4, 5, 'the storm', 'der Sturm', 'la tormenta', 'la tempête', '嵐'),
	(4, 6, 'the sun', 'die Sonne', 'el sol', 'le soleil', '太陽'),
	(4, 7, 'the ice', 'das Eis', 'el hielo', 'la glace', '氷'),
	(4, 8, 'the lightning', 'der Blitz', 'el relámpago', 'l''éclair', '稲妻'),
	(4, 9, 'the rainbow', 'der Regenbogen', 'el arcoíris', 'l''arc-en-ciel', '虹'),
	(5, 0, 'to go', 'gehen', 'ir', 'aller', '行く'),
	(5, 1, 'to come', 'kommen', 'venir', 'venir', '来る'),
	(5, 2, 'to see', 'sehen', 'ver', 'voir', '見る'),
	(5, 3, 'to hear', 'hören', 'oír', 'entendre', '聞く'),
	(5, 4, 'to write', 'schreiben', 'escribir', 'écrire', '書く'),
	(5, 5, 'to read', 'lesen', 'leer', 'lire', '読む'),
	(5, 6, 'to sleep', 'schlafen', 'dormir', 'dormir', '寝る'),
	(5, 7, 'to eat', 'essen', 'comer', 'manger', '食べる'),
	(5, 8, 'to drink', 'trinken', 'beber', 'boire', '飲む'),
	(5, 9, 'to forget', 'vergessen', 'olvidar', 'oublier', '忘れる'),
	(6, 0, 'big', 'groß', 'grande', 'grand', '大きい'),
	(6, 1, 'small', 'klein', 'pequeño', 'petit', '小さい'),
	(6, 2, 'new', 'neu', 'nuevo', 'nouveau', '新しい'),
	(6, 3, 'old', 'alt', 'viejo', 'vieux', '古い'),
	(6, 4, 'cold', 'kalt', 'frío', 'froid', '寒い'),
	(6, 5, 'hot', 'heiß', 'caliente', 'chaud', '熱い'),
	(6, 6, 'easy', 'leicht', 'fácil', 'facile', '易しい'),
	(6, 7, 'difficult', 'schwierig', 'difícil', 'difficile', '難しい'),
	(6, 8, 'quiet', 'leise', 'silencioso', 'calme', '静か'),
	(6, 9, 'loud', 'laut', 'ruidoso', 'bruyant', 'うるさい'),
	(7, 0, 'the mother', 'die Mutter', 'la madre', 'la mère', '母'),
	(7, 1, 'the father', 'der Vater', 'el padre', 'le père', '父'),
	(7, 2, 'the sister', 'die Schwester', 'la hermana', 'la sœur', '姉妹'),
	(7, 3, 'the brother', 'der Bruder', 'el hermano', 'le frère', '兄弟'),
	(7, 4, 'the child', 'das Kind', 'el niño', 'l''enfant', '子供'),
	(7, 5, 'the aunt', 'die Tante', 'la tía', 'la tante', '叔母'),
	(7, 6, 'the uncle', 'der Onkel', 'el tío', 'l''oncle', '叔父'),
	(7, 7, 'the cousin', 'der Cousin', 'el primo', 'le cousin', 'いとこ'),
	(7, 8, 'the neighbour', 'der Nachbar', 'el vecino', 'le voisin', '隣人'),
	(7, 9, 'the friend', 'der Freund', 'el amigo', 'l''ami', '友達'),
	(8, 0, 'the dog', 'der Hund', 'el perro', 'le chien', '犬'),
	(8, 1, 'the cat', 'die Katze', 'el gato', 'le chat', '猫'),
	(8, 2, 'the bird', 'der Vogel', 'el pájaro', 'l''oiseau', '鳥'),
	(8, 3, 'the fish', 'der Fisch', 'el pez', 'le poisson', '魚'),
	(8, 4, 'the horse', 'das Pferd', 'el caballo', 'le cheval', '馬'),
	(8, 5, 'the bear', 'der Bär', 'el oso', 'l''ours', '熊'),
	(8, 6, 'the frog', 'der Frosch', 'la rana', 'la grenouille', '蛙'),
	(8, 7, 'the bee', 'die Biene', 'la abeja', 'l''abeille', '蜂'),
	(8, 8, 'the owl', 'die Eule', 'el búho', 'le hibou', '梟'),
	(8, 9, 'the hedgehog', 'der Igel', 'el erizo', 'le hérisson', '針鼠'),
	(9, 0, 'the contract', 'der Vertrag', 'el contrato', 'le contrat', '契約'),
	(9, 1, 'the invoice', 'die Rechnung', 'la factura', 'la facture', '請求書'),
	(9, 2, 'the meeting', 'die Besprechung', 'la reunión', 'la réunion', '会議'),
	(9, 3, 'the office', 'das Büro', 'la oficina', 'le bureau', '事務所'),
	(9, 4, 'the salary', 'das Gehalt', 'el sueldo', 'le salaire', '給料'),
	(9, 5, 'the holiday', 'der Urlaub', 'las vacaciones', 'le congé', '休暇'),
	(9, 6, 'the colleague', 'die Kollegin', 'la colega', 'la collègue', '同僚'),
	(9, 7, 'the deadline', 'die Frist', 'el plazo', 'le délai', '締め切り'),
	(9, 8, 'the offer', 'das Angebot', 'la oferta', 'l''offre', '見積もり'),
	(9, 9, 'the customer', 'der Kunde', 'el cliente', 'le client', '顧客');
CREATE TEMP TABLE topic (n INTEGER PRIMARY KEY, name TEXT);
INSERT INTO topic VALUES
	(0, 'Kitchen'), (1, 'In town'), (2, 'On the way'), (3, 'Body'),
	(4, 'Weather'), (5, 'Verbs'), (6, 'Adjectives'), (7, 'Family'),
	(8, 'Animals'), (9, 'At work');
CREATE TEMP TABLE tongue (n INTEGER PRIMARY KEY, code TEXT, name TEXT);
INSERT INTO tongue VALUES
	(0, 'de', 'Deutsch'), (1, 'es', 'Español'), (2, 'fr', 'Français'),
	(3, 'ja', '日本語');

INSERT INTO users (id, email, nick, role, preferences, streak, created_at,
	updated_at, deleted_at, country, bio)
WITH RECURSIVE i(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM i WHERE id < 300),
u AS (SELECT id, id * 48271 % 65537 AS h,
	(SELECT name FROM given WHERE n = 1 + (id - 1) % 25) AS g,
	(SELECT name FROM family WHERE n = 1 + (id - 1) / 25) AS f FROM i)
SELECT id,
	CASE WHEN id % 31 = 0 THEN upper(g) ELSE lower(g) END || '.' || lower(f)
		|| '@' || CASE h % 3 WHEN 0 THEN 'example.org'
		WHEN 1 THEN 'mail.example.com' ELSE 'schule.example' END,
	CASE WHEN id = 13 THEN '梅' || char(65039) || '🌸'
		WHEN id = 44 THEN 'Vera' || char(8203) || ' B.'
		WHEN id = 77 THEN char(8238) || 'reenigne' || char(8236)
		WHEN id = 120 THEN 'yuki' || char(27) || '[1m!'
		WHEN id = 201 THEN 'O''Ada "ace" \o/'
		WHEN id % 5 = 0 THEN g || ' ' || substr(f, 1, 1) || '.'
		ELSE g || id END,
	CASE WHEN id = 1 THEN 'admin' WHEN id % 23 = 0 THEN 'teacher'
		ELSE 'learner' END,
	CASE id % 6 WHEN 0 THEN '{"theme":"dark","dailyGoal":' || (5 + h % 40) || '}'
		WHEN 1 THEN '{"theme":"light","voices":["de-DE-1","ja-JP-2"]}'
		WHEN 2 THEN '{}' ELSE '{"theme":"light"}' END,
	CASE WHEN id % 4 = 0 THEN 0 ELSE h % 400 END,
	1770112000000 + id * 41234567 + h,
	CASE WHEN id % 3 = 0 THEN NULL ELSE 1786000000000 + h * 1000 END,
	CASE WHEN id % 37 = 0 THEN 1788000000000 + id * 1000 END,
	CASE h % 8 WHEN 0 THEN 'DE' WHEN 1 THEN 'ES' WHEN 2 THEN 'FR'
		WHEN 3 THEN 'JP' WHEN 4 THEN 'BR' WHEN 5 THEN '' ELSE NULL END,
	CASE WHEN id % 3 = 0 THEN NULL
		WHEN id % 20 = 1 THEN ''
		WHEN id = 8 THEN '日本で働いています。趣味は登山と写真です。'
		WHEN id = 14 THEN 'Two kids, one cat ' || char(128105, 8205, 128103,
			8205, 128102) || ' and no time.' || char(10) || char(10)
			|| 'I learn on the bus.' || char(9) || '(line 7)'
		WHEN id = 35 THEN substr(replace(hex(zeroblob(600)), '00',
			'Once upon a time there was a learner who kept every card. '),
			1, 9000)
		WHEN id = 77 THEN 'مرحبا، أتعلم الألمانية منذ سنة'
		WHEN h % 4 = 0 THEN 'Learning '
			|| (SELECT name FROM tongue WHERE n = id % 4)
			|| ' for work. ' || (5 + h % 30) || ' cards a day.'
		WHEN h % 4 = 1 THEN 'Moved from '
			|| CASE h % 5 WHEN 0 THEN 'São Paulo' WHEN 1 THEN 'Łódź'
			WHEN 2 THEN 'Malmö' WHEN 3 THEN '大阪' ELSE 'Izmir' END
			|| ' in ' || (2011 + h % 14) || '.'
		WHEN h % 4 = 2 THEN 'Teacher, ' || (3 + h % 25) || ' years. '
			|| 'Write to me about shared decks! 🎓'
		ELSE 'B1 → B2 by summer' END
FROM u;

INSERT INTO sessions (token, user_id, user_agent, ip, created_at, expires_at)
WITH RECURSIVE i(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM i WHERE id < 240)
SELECT printf('%08x%08x%08x%08x', id * 2654435761 % 4294967291,
		id * 40503 % 65521 * 65519, id * 97 + 3141592653,
		id * 2246822519 % 4294967279),
	1 + id * 7 % 300,
	CASE id % 4 WHEN 0 THEN NULL
		WHEN 1 THEN 'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0'
		WHEN 2 THEN 'LearningCards/3.2 (iPhone; iOS 19.1)'
		ELSE 'LearningCards/3.2 (Android 16)' END,
	CASE WHEN id % 9 = 0 THEN '2001:db8::' || printf('%x', id)
		ELSE '192.0.2.' || id END,
	1792000000000 + id * 3600123, 1794600000 + id * 3600
FROM i;

INSERT INTO decks (id, owner_id, parent_id, title, slug, description, language,
	settings, archived_at, created_at, updated_at)
WITH RECURSIVE i(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM i WHERE id < 156),
d AS (SELECT id, (id - 1) / 4 % 10 AS t, (id - 1) / 40 AS l, (id - 1) % 4 AS lv
	FROM i)
SELECT id, 1 + id * 11 % 60, CASE WHEN lv > 0 THEN id - lv END,
	(SELECT name FROM tongue WHERE n = l) || ' · '
		|| (SELECT name FROM topic WHERE n = t)
		|| CASE lv WHEN 0 THEN '' ELSE ' ' || lv END,
	(SELECT code FROM tongue WHERE n = l) || '-'
		|| replace(lower((SELECT name FROM topic WHERE n = t)), ' ', '-')
		|| CASE lv WHEN 0 THEN '' ELSE '-' || lv END,
	CASE id % 5 WHEN 0 THEN NULL WHEN 1 THEN ''
		ELSE 'Ten words about "' || (SELECT name FROM topic WHERE n = t)
		|| '", both ways, then mixed.' END,
	(SELECT code FROM tongue WHERE n = l),
	CASE WHEN id % 3 = 0 THEN NULL
		ELSE '{"newPerDay":' || (5 + id % 20) || ',"order":"'
		|| CASE id % 2 WHEN 0 THEN 'random' ELSE 'added' END || '"'
		|| CASE WHEN l = 3 THEN ',"tts":true' ELSE '' END || '}' END,
	CASE WHEN id % 19 = 0 THEN 1787000000000 + id * 86400000 END,
	1770300000000 + id * 90000001,
	CASE WHEN id % 2 = 0 THEN 1789000000000 + id * 1000 END
FROM d;
-- an archived deck may share the slug of a living one of the same owner
UPDATE decks SET slug = 'de-kitchen', owner_id = (SELECT owner_id FROM decks
	WHERE id = 1) WHERE id = 19;
INSERT INTO decks (id, owner_id, parent_id, title, slug, description, language,
	settings, archived_at, created_at, updated_at) VALUES
	(157, 13, NULL, 'Emoji & flags ' || char(127987, 65039, 8205, 127752),
		'emoji', 'What is it called?', 'en', NULL, NULL, 1784500000000, NULL),
	(158, 13, NULL, 'HSK 1 汉字', 'hsk-1', '二十五个常用字', 'zh',
		'{"newPerDay":5,"order":"added","tts":true}', NULL, 1784600000000,
		1790000000000),
	(159, 77, NULL, 'العربية للمبتدئين', 'arabic-1', 'كلمات أولى', 'ar', NULL,
		NULL, 1784700000000, NULL),
	(160, 77, NULL, 'ASCII control characters', 'ascii',
		'The first 32, less a few. Backs hold the real thing.', 'en', NULL,
		NULL, 1784800000000, NULL);

CREATE TEMP TABLE oddity (deck INTEGER, n INTEGER, front TEXT, back TEXT,
	hint TEXT, PRIMARY KEY (deck, n));
INSERT INTO oddity VALUES
	(157, 0, '🦔', 'hedgehog', NULL), (157, 1, '🍞', 'bread', ''),
	(157, 2, char(128104, 8205, 128105, 8205, 128103, 8205, 128102), 'family of four', 'one character to the eye'),
	(157, 3, char(128105, 127997, 8205, 128187), 'programmer', 'skin tone and ZWJ'),
	(157, 4, char(127465, 127466), 'Germany', NULL),
	(157, 5, char(127471, 127477), 'Japan', NULL),
	(157, 6, char(127463, 127479), 'Brazil', NULL),
	(157, 7, char(127988, 917607, 917602, 917619, 917603, 917620, 917631), 'Scotland', 'tag characters'),
	(157, 8, char(10084, 65039, 8205, 128293), 'heart on fire', NULL),
	(157, 9, char(49, 65039, 8419), 'keycap one', NULL),
	(157, 10, '☂', 'umbrella (text)', NULL),
	(157, 11, char(9730, 65039), 'umbrella (emoji)', 'U+FE0F makes it wide'),
	(157, 12, '🌧🌨🌩', 'rain, snow, lightning', NULL),
	(157, 13, '👍' || char(127998), 'thumbs up', NULL),
	(157, 14, '🎓', 'graduation cap', NULL), (157, 15, '🧵', 'thread', NULL),
	(157, 16, '🪡', 'needle', NULL), (157, 17, '🫠', 'melting face', NULL),
	(157, 18, '🐻' || char(8205, 10052, 65039), 'polar bear', NULL),
	(157, 19, '🧑' || char(8205) || '🚀', 'astronaut', NULL),
	(157, 20, '⛷', 'skier', NULL), (157, 21, '🈳', 'vacancy', '空'),
	(157, 22, '㊙', 'secret', NULL), (157, 23, '🕰', 'clock', NULL),
	(157, 24, '🏁', 'finish', 'last card'),
	(158, 0, '一', 'yī · one', NULL), (158, 1, '二', 'èr · two', NULL),
	(158, 2, '三', 'sān · three', NULL), (158, 3, '人', 'rén · person', NULL),
	(158, 4, '大', 'dà · big', NULL), (158, 5, '小', 'xiǎo · small', NULL),
	(158, 6, '中国', 'Zhōngguó · China', NULL), (158, 7, '学生', 'xuésheng · student', NULL),
	(158, 8, '老师', 'lǎoshī · teacher', NULL), (158, 9, '水', 'shuǐ · water', NULL),
	(158, 10, '茶', 'chá · tea', NULL), (158, 11, '米饭', 'mǐfàn · cooked rice', NULL),
	(158, 12, '苹果', 'píngguǒ · apple', NULL), (158, 13, '猫', 'māo · cat', NULL),
	(158, 14, '狗', 'gǒu · dog', NULL), (158, 15, '今天', 'jīntiān · today', NULL),
	(158, 16, '明天', 'míngtiān · tomorrow', NULL), (158, 17, '昨天', 'zuótiān · yesterday', NULL),
	(158, 18, '北京', 'Běijīng · Beijing', NULL), (158, 19, '再见', 'zàijiàn · goodbye', NULL),
	(158, 20, '谢谢', 'xièxie · thank you', NULL), (158, 21, '不客气', 'bú kèqi · you are welcome', NULL),
	(158, 22, '对不起', 'duìbuqǐ · sorry', NULL), (158, 23, '没关系', 'méi guānxi · never mind', NULL),
	(158, 24, '𠮷野家', 'Yoshinoya', 'a character beyond U+FFFF'),
	(159, 0, 'كتاب', 'book', 'kitāb'), (159, 1, 'بيت', 'house', 'bayt'),
	(159, 2, 'ماء', 'water', 'māʾ'), (159, 3, 'خبز', 'bread', 'khubz'),
	(159, 4, 'شمس', 'sun', 'shams'), (159, 5, 'قمر', 'moon', 'qamar'),
	(159, 6, 'باب', 'door', 'bāb'), (159, 7, 'مدرسة', 'school', 'madrasa'),
	(159, 8, 'سيارة', 'car', 'sayyāra'), (159, 9, 'قطار', 'train', 'qiṭār'),
	(159, 10, 'يد', 'hand', 'yad'), (159, 11, 'عين', 'eye', 'ʿayn'),
	(159, 12, 'أب', 'father', 'ab'), (159, 13, 'أم', 'mother', 'umm'),
	(159, 14, 'أخ', 'brother', 'akh'), (159, 15, 'أخت', 'sister', 'ukht'),
	(159, 16, 'صديق', 'friend', 'ṣadīq'), (159, 17, 'كلب', 'dog', 'kalb'),
	(159, 18, 'قطة', 'cat', 'qiṭṭa'), (159, 19, 'كبير', 'big', 'kabīr'),
	(159, 20, 'صغير', 'small', 'ṣaghīr'),
	(159, 21, char(8294) || 'السعر: 25 EUR' || char(8297), 'the price', 'isolated: U+2066'),
	(159, 22, char(8238) || 'abc' || char(8236), 'cba?', 'an override: U+202E'),
	(159, 23, 'مُحَمَّد', 'Muhammad', 'with vowel signs'),
	(159, 24, 'مع السلامة', 'goodbye', NULL);
INSERT INTO oddity
WITH RECURSIVE names(n, name, rest) AS (
	SELECT -1, '', 'NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI '
		|| 'DLE DC1 DC2 DC3 DC4 NAK SYN ETB ESC '
	UNION ALL
	SELECT n + 1, substr(rest, 1, instr(rest, ' ') - 1),
		substr(rest, instr(rest, ' ') + 1)
	FROM names WHERE rest <> '')
SELECT 160, n, name,
	'a' || char(CASE n WHEN 24 THEN 27 ELSE n END)
		|| CASE n WHEN 24 THEN '[31mred' || char(27) || '[0m' ELSE 'b' END,
	printf('0x%02X', CASE n WHEN 24 THEN 27 ELSE n END)
FROM names WHERE n >= 0;

INSERT INTO cards (id, deck_id, front, back, hint, ease, interval, due_on,
	suspended, thumbnail, created_at, updated_at)
WITH RECURSIVE i(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM i WHERE id < 4000),
c AS (SELECT id, 1 + (id - 1) / 25 AS deck, (id - 1) % 25 AS k,
	id * 48271 % 65537 AS h FROM i),
w AS (SELECT c.*, c.k / 10 AS form, p.en,
	CASE (deck - 1) / 40 WHEN 0 THEN p.de WHEN 1 THEN p.es WHEN 2 THEN p.fr
		ELSE p.ja END AS word,
	CASE (deck - 1) / 40 WHEN 0 THEN 'German' WHEN 1 THEN 'Spanish'
		WHEN 2 THEN 'French' ELSE 'Japanese' END AS tongue
	FROM c JOIN concept p ON p.topic = (deck - 1) / 4 % 10
		AND p.n = (k + (deck - 1) % 4 * 3) % 10)
SELECT w.id, w.deck,
	coalesce(o.front, CASE form WHEN 0 THEN en WHEN 1 THEN word
		ELSE 'How do you say “' || en || '” in ' || tongue || '?' END),
	coalesce(o.back, CASE form WHEN 1 THEN en ELSE word END),
	CASE WHEN o.n IS NOT NULL THEN o.hint
		WHEN w.id % 7 = 0 THEN 'begins with ' || substr(word, 1, 1)
		WHEN w.id % 11 = 0 THEN ''
		WHEN w.id = 640 THEN 'A long story.' || char(13, 10)
			|| substr(replace(hex(zeroblob(400)), '00',
			'The word came into the language with traders, and stayed. '),
			1, 12000)
		ELSE NULL END,
	round(1.3 + h % 170 / 100.0, 2),
	CASE WHEN h % 5 = 0 THEN 0 ELSE h % 365 END,
	CASE WHEN h % 5 = 0 THEN NULL
		ELSE date(1793900000 + h % 365 * 86400, 'unixepoch') END,
	CASE WHEN w.id % 29 = 0 THEN 1 ELSE 0 END,
	CASE WHEN w.id % 50 = 0 THEN CAST(X'89504E470D0A1A0A0000000D49484452'
		|| substr(X'00FF10EF20DF30CF40BF50AF609F708F807F906FA05FB04FC03FD02FE01FF00F',
		1 + h % 20, 12) AS BLOB)
		WHEN w.id % 333 = 0 THEN X'' END,
	1770400000000 + w.id * 5000011,
	CASE WHEN h % 5 <> 0 THEN 1790000000000 + h * 50000 END
FROM w LEFT JOIN oddity o ON o.deck = w.deck AND o.n = w.k;

INSERT INTO tags (id, name, color)
WITH RECURSIVE i(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM i WHERE id < 40)
SELECT id, CASE WHEN id <= 10 THEN (SELECT lower(name) FROM topic WHERE n = id - 1)
		WHEN id = 11 THEN 'irregular' WHEN id = 12 THEN 'false friend'
		WHEN id = 13 THEN 'exam' WHEN id = 14 THEN '漢字'
		WHEN id = 15 THEN 'écrit' WHEN id = 16 THEN '⭐'
		ELSE 'unit ' || (id - 16) END,
	CASE id % 4 WHEN 0 THEN NULL ELSE printf('#%06x', id * 423157 % 16777216) END
FROM i;

INSERT INTO card_tags (card_id, tag_id, added_by)
WITH RECURSIVE i(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM i WHERE n < 2399)
SELECT 1 + n % 1200 * 3, 1 + (n * 7 + n / 1200 * 13) % 40,
	CASE WHEN n % 6 = 0 THEN NULL ELSE 1 + n % 300 END
FROM i;

INSERT INTO media (id, card_id, name, mime, bytes, sha1, created_at)
WITH RECURSIVE i(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM i WHERE id < 60)
SELECT id, CASE WHEN id % 10 = 0 THEN NULL ELSE id * 61 END,
	CASE id % 3 WHEN 0 THEN 'word-' || id || '.mp3' WHEN 1 THEN 'picture ' || id
		|| '.png' ELSE '写真' || id || '.jpg' END,
	CASE id % 3 WHEN 0 THEN 'audio/mpeg' WHEN 1 THEN 'image/png'
		ELSE 'image/jpeg' END,
	CASE WHEN id % 12 = 0 THEN NULL WHEN id = 7 THEN X''
		WHEN id = 25 THEN zeroblob(20000)
		ELSE CAST(CASE id % 3 WHEN 0 THEN X'494433040000000000FF00FB9064'
			WHEN 1 THEN X'89504E470D0A1A0A0000000D49484452'
			ELSE X'FFD8FFE000104A46494600010100' END
			|| substr(X'000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F7F80818283848586878889FEFF',
			1 + id % 12, 24) || substr(X'C0FFEE00DEADBEEF', 1 + id % 8) AS BLOB)
		END,
	CASE WHEN id % 12 = 0 THEN NULL ELSE printf('%08x%08x%08x%08x%08x',
		id * 2654435761 % 4294967291, id * 40503 + 77, id * 1181783497 % 4294967279,
		id * 97 + 3141592653, id * 2246822519 % 4294967291) END,
	1776000000000 + id * 250000123
FROM i;

-- twelve lessons were begun by mistake and deleted: the counter is past max(id)
INSERT INTO lessons (id, user_id, deck_id, started_at, finished_at, duration,
	score, device, updated_at)
WITH RECURSIVE i(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM i WHERE id < 1512),
l AS (SELECT id, id * 48271 % 65537 AS h FROM i)
SELECT id, 1 + h % 300, CASE WHEN id % 40 = 0 THEN NULL ELSE 1 + h % 160 END,
	1772000000000 + id * 14000000 + h,
	CASE WHEN id % 13 = 0 THEN NULL
		ELSE 1772000000000 + id * 14000000 + h + (3 + h % 38) * 60000 END,
	CASE WHEN id % 13 = 0 THEN NULL ELSE CAST(3 + h % 38 AS TEXT) END,
	CASE WHEN id % 13 = 0 THEN NULL ELSE h % 21 / 20.0 END,
	CASE h % 4 WHEN 0 THEN 'ios' WHEN 1 THEN 'android' ELSE 'web' END,
	CASE WHEN id % 5 = 0 THEN 1772000000000 + id * 14000000 + 9000000 END
FROM l;
DELETE FROM lessons WHERE id > 1500;

INSERT INTO quiz_answers (id, lesson_id, card_id, answer, correct, ms,
	answered_at)
WITH RECURSIVE i(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM i WHERE id < 9000),
q AS (SELECT i.id, l.id AS lesson, l.started_at, i.id * 48271 % 65537 AS h,
	(coalesce(l.deck_id, 1 + i.id % 160) - 1) * 25 + 1 + i.id * 7 % 25 AS card
	FROM i JOIN lessons l ON l.id = 1 + (i.id - 1) / 6)
SELECT q.id, lesson, card,
	CASE WHEN h % 10 < 7 THEN c.back WHEN h % 10 = 7 THEN NULL
		WHEN h % 10 = 8 THEN '' ELSE substr(c.back, 2) || '?' END,
	h % 10 < 7, 700 + h % 9000, started_at + (q.id - 1) % 6 * 20000 + 5000
FROM q JOIN cards c ON c.id = card;

INSERT INTO check_ins (id, user_id, lesson_id, day, mood, note, created_at)
WITH RECURSIVE i(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM i WHERE id < 1500)
SELECT i.id, l.user_id, CASE WHEN i.id % 4 = 0 THEN NULL ELSE l.id END,
	date(l.started_at / 1000, 'unixepoch'),
	CASE i.id % 7 WHEN 0 THEN NULL WHEN 1 THEN 'great' WHEN 2 THEN 'tired'
		WHEN 3 THEN 'skipped' ELSE 'ok' END,
	CASE WHEN i.id % 2 = 0 THEN NULL WHEN i.id % 9 = 0 THEN ''
		WHEN i.id % 45 = 1 THEN '今日は漢字だけ。'
		WHEN i.id % 45 = 7 THEN 'on the train 🚆, bad network'
		WHEN i.id = 333 THEN 'first line' || char(10) || 'second line' || char(13)
			|| 'third' || char(7)
		WHEN i.id % 5 = 0 THEN 'Only 10 minutes, but done.'
		WHEN i.id % 5 = 1 THEN 'Articles again: der, die, das…'
		WHEN i.id % 5 = 2 THEN 'Too many new cards today'
		ELSE 'fine' END,
	l.started_at + 3600000
FROM i JOIN lessons l ON l.id = i.id;

INSERT INTO audit_log (id, user_id, action, entity, entity_id, detail,
	created_at)
WITH RECURSIVE i(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM i WHERE id < 800),
a AS (SELECT id, id * 48271 % 65537 AS h FROM i)
SELECT id, CASE WHEN h % 11 = 0 THEN NULL ELSE 1 + h % 300 END,
	CASE h % 5 WHEN 0 THEN 'create' WHEN 1 THEN 'update' WHEN 2 THEN 'login'
		WHEN 3 THEN 'export' ELSE 'delete' END,
	CASE h % 5 WHEN 2 THEN 'session' WHEN 3 THEN 'user' WHEN 4 THEN 'card'
		ELSE 'deck' END,
	CASE WHEN h % 5 = 2 THEN NULL ELSE 1 + h % 160 END,
	CASE WHEN id = 100 THEN '{"error":"upload cut off","body":"'
		WHEN id = 404 THEN '{"raw":"' || char(27) || ']0;title' || char(7) || '"}'
		WHEN id = 500 THEN '[' || substr(replace(hex(zeroblob(500)), '00',
			'{"card":17,"ease":[2.5,2.36]},'), 1, 500 * 30 - 1) || ']'
		WHEN h % 5 = 2 THEN NULL
		WHEN h % 5 = 3 THEN '{"format":"csv","rows":' || (h % 4000) || '}'
		ELSE '{"before":{"title":"Küche"},"after":{"title":"Kitchen","n":'
		|| (h % 100) || '},"ok":true,"note":null}' END,
	1775700000000 + id * 22000037
FROM a;

DROP TABLE temp.given;
DROP TABLE temp.family;
DROP TABLE temp.concept;
DROP TABLE temp.topic;
DROP TABLE temp.tongue;
DROP TABLE temp.oddity;
