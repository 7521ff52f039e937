CREATE UNIQUE INDEX i ON t(lower(a, '),') COLLATE nocase DESC, b) WHERE d IS NOT NULL -- x
