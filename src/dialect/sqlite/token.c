/*
 * The tokenizer of SQLite's SQL.  It reads stored DDL and colours text; it
 * never judges what a statement does.
 *
 * Invariant: a token is never empty but at the end, so every loop ends.
 */
#include "dialect/sqlite/sqlite.h"

/* Sorted, for bsearch; a test compares it with the engine's own list. */
static const char *const keywords[] = {
	"ABORT", "ACTION", "ADD", "AFTER", "ALL", "ALTER", "ALWAYS", "ANALYZE",
	"AND", "AS", "ASC", "ATTACH", "AUTOINCREMENT", "BEFORE", "BEGIN",
	"BETWEEN", "BY", "CASCADE", "CASE", "CAST", "CHECK", "COLLATE",
	"COLUMN", "COMMIT", "CONFLICT", "CONSTRAINT", "CREATE", "CROSS",
	"CURRENT", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP",
	"DATABASE", "DEFAULT", "DEFERRABLE", "DEFERRED", "DELETE", "DESC",
	"DETACH", "DISTINCT", "DO", "DROP", "EACH", "ELSE", "END", "ESCAPE",
	"EXCEPT", "EXCLUDE", "EXCLUSIVE", "EXISTS", "EXPLAIN", "FAIL",
	"FILTER", "FIRST", "FOLLOWING", "FOR", "FOREIGN", "FROM", "FULL",
	"GENERATED", "GLOB", "GROUP", "GROUPS", "HAVING", "IF", "IGNORE",
	"IMMEDIATE", "IN", "INDEX", "INDEXED", "INITIALLY", "INNER", "INSERT",
	"INSTEAD", "INTERSECT", "INTO", "IS", "ISNULL", "JOIN", "KEY", "LAST",
	"LEFT", "LIKE", "LIMIT", "MATCH", "MATERIALIZED", "NATURAL", "NO",
	"NOT", "NOTHING", "NOTNULL", "NULL", "NULLS", "OF", "OFFSET", "ON",
	"OR", "ORDER", "OTHERS", "OUTER", "OVER", "PARTITION", "PLAN",
	"PRAGMA", "PRECEDING", "PRIMARY", "QUERY", "RAISE", "RANGE",
	"RECURSIVE", "REFERENCES", "REGEXP", "REINDEX", "RELEASE", "RENAME",
	"REPLACE", "RESTRICT", "RETURNING", "RIGHT", "ROLLBACK", "ROW", "ROWS",
	"SAVEPOINT", "SELECT", "SET", "TABLE", "TEMP", "TEMPORARY", "THEN",
	"TIES", "TO", "TRANSACTION", "TRIGGER", "UNBOUNDED", "UNION", "UNIQUE",
	"UPDATE", "USING", "VACUUM", "VALUES", "VIEW", "VIRTUAL", "WHEN",
	"WHERE", "WINDOW", "WITH", "WITHOUT",
};

bool sqlite_is_keyword(struct str word)
{
	return keyword_among(word, keywords,
	    sizeof(keywords) / sizeof(*keywords));
}

static bool is_space(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

static bool is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex(unsigned char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_word(unsigned char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    c == '_' || c == '$' || c >= 0x80;
}

static unsigned char at(struct str s, size_t i)
{
	return i < s.n ? (unsigned char)s.p[i] : 0;
}

/* End of a quoted run that began at `i`; *closed tells whether it ended. */
static size_t quoted_end(struct str s, size_t i, char close, bool *closed)
{
	for (i++; i < s.n; i++) {
		if (s.p[i] != close)
			continue;
		if (close != ']' && at(s, i + 1) == (unsigned char)close) {
			i++;
			continue;
		}
		*closed = true;
		return i + 1;
	}
	*closed = false;
	return s.n;
}

static struct token token_quoted(struct str s, size_t i)
{
	char open = s.p[i];
	bool closed;
	size_t to = quoted_end(s, i, open == '[' ? ']' : open, &closed);
	enum token_kind kind = open == '\'' ? TOKEN_STRING : TOKEN_IDENT;

	return (struct token){ closed ? kind : TOKEN_BAD, i, to };
}

static struct token token_number(struct str s, size_t i)
{
	size_t k = i;
	enum token_kind kind = TOKEN_NUMBER;

	if (at(s, k) == '0' && (at(s, k + 1) | 32) == 'x' && is_hex(at(s, k + 2))) {
		for (k += 3; is_hex(at(s, k)); k++)
			;
	} else {
		while (is_digit(at(s, k)))
			k++;
		if (at(s, k) == '.')
			for (k++; is_digit(at(s, k)); k++)
				;
		if ((at(s, k) | 32) == 'e' && (is_digit(at(s, k + 1)) ||
		    ((at(s, k + 1) == '+' || at(s, k + 1) == '-') &&
		    is_digit(at(s, k + 2)))))
			for (k += 2; is_digit(at(s, k)); k++)
				;
	}
	for (; k < s.n && is_word(at(s, k)); k++)
		kind = TOKEN_BAD;
	return (struct token){ kind, i, k };
}

static struct token token_comment(struct str s, size_t i)
{
	size_t k = i + 2;

	if (s.p[i] == '-') {
		while (k < s.n && s.p[k] != '\n')
			k++;
	} else {
		k = str_find(s, STR("*/"), k);
		k = k < s.n ? k + 2 : s.n;
	}
	return (struct token){ TOKEN_COMMENT, i, k };
}

static struct token token_blob(struct str s, size_t i)
{
	bool closed;
	size_t to = quoted_end(s, i + 1, '\'', &closed);
	bool good = closed && (to - i - 3) % 2 == 0;

	for (size_t k = i + 2; good && k + 1 < to; k++)
		good = is_hex(at(s, k));
	return (struct token){ good ? TOKEN_BLOB : TOKEN_BAD, i, to };
}

static struct token token_variable(struct str s, size_t i)
{
	size_t k = i + 1;

	if (s.p[i] == '?')
		while (is_digit(at(s, k)))
			k++;
	else
		while (k < s.n && is_word(at(s, k)))
			k++;
	return (struct token){ k > i + 1 || s.p[i] == '?' ? TOKEN_VARIABLE :
	    TOKEN_BAD, i, k };
}

static struct token token_punct(struct str s, size_t i)
{
	static const char *const longer[] = { "->>", "->", "||", "<<", ">>",
		"<>", "<=", ">=", "==", "!=" };

	for (size_t k = 0; k < sizeof(longer) / sizeof(*longer); k++)
		if (str_starts(str_sub(s, i, s.n), str_z(longer[k])))
			return (struct token){ TOKEN_PUNCT, i,
			    i + strlen(longer[k]) };
	return (struct token){ s.p[i] && strchr("-+*/%=<>&|~(),;.", s.p[i]) ?
	    TOKEN_PUNCT : TOKEN_BAD, i, i + 1 };
}

struct token sqlite_token(struct str s, size_t from)
{
	size_t k;
	unsigned char c;

	if (from >= s.n)
		return (struct token){ TOKEN_END, s.n, s.n };
	c = at(s, from);
	if (c == 0xef && at(s, from + 1) == 0xbb && at(s, from + 2) == 0xbf)
		return (struct token){ TOKEN_SPACE, from, from + 3 };
	if (is_space(c)) {
		for (k = from; k < s.n && is_space(at(s, k)); k++)
			;
		return (struct token){ TOKEN_SPACE, from, k };
	}
	if ((c == '-' && at(s, from + 1) == '-') ||
	    (c == '/' && at(s, from + 1) == '*'))
		return token_comment(s, from);
	if (c == '\'' || c == '"' || c == '`' || c == '[')
		return token_quoted(s, from);
	if (is_digit(c) || (c == '.' && is_digit(at(s, from + 1))))
		return token_number(s, from);
	if ((c | 32) == 'x' && at(s, from + 1) == '\'')
		return token_blob(s, from);
	if (c == '?' || c == ':' || c == '@' || c == '#' || c == '$')
		return token_variable(s, from);
	if (!is_word(c))
		return token_punct(s, from);
	for (k = from; k < s.n && is_word(at(s, k)); k++)
		;
	return (struct token){ sqlite_is_keyword(str_sub(s, from, k)) ?
	    TOKEN_KEYWORD : TOKEN_WORD, from, k };
}

struct token sqlite_token_next(struct str sql, size_t from)
{
	struct token t = sqlite_token(sql, from);

	while (t.kind == TOKEN_SPACE || t.kind == TOKEN_COMMENT)
		t = sqlite_token(sql, t.to);
	return t;
}

struct str sqlite_unquote(struct arena *a, struct str text)
{
	char open = text.n ? text.p[0] : 0, close;
	char *out;
	size_t n = 0;

	if (text.n < 2 || !strchr("'\"`[", open) || !open)
		return text;
	close = open == '[' ? ']' : open;
	text = str_sub(text, 1, text.n - 1);
	if (!memchr(text.p, close, text.n))
		return text;
	out = arena_alloc(a, text.n + 1);
	for (size_t i = 0; i < text.n; i++) {
		out[n++] = text.p[i];
		if (text.p[i] == close && at(text, i + 1) == (unsigned char)close)
			i++;
	}
	return (struct str){ out, n };
}

struct str sqlite_fold_sql(struct str sql, struct arena *a)
{
	return sql_fold(&dialect_sqlite, sql, a);
}
