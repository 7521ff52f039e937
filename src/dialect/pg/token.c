/*
 * The tokenizer of PostgreSQL's SQL (manual, section 4.1).  It colours text
 * and tells statements from comments; it never judges what a statement does.
 *
 * Invariant: a token is never empty but at the end, so every loop ends.
 */
#include "dialect/pg/words.h"

/* Sorted, for bsearch.  All reserved words; of the others those that rarely
 * name a column.  A test asks the server whether it knows each. */
static const char *const keywords[] = {
	"ADD", "AFTER", "ALL", "ALTER", "ALWAYS", "ANALYSE", "ANALYZE", "AND",
	"ANY", "ARRAY", "AS", "ASC", "ASYMMETRIC", "ATTACH", "AUTHORIZATION",
	"BEFORE", "BEGIN", "BETWEEN", "BIGINT", "BINARY", "BIT", "BOOLEAN",
	"BOTH", "BY", "CALL", "CASCADE", "CASE", "CAST", "CHAR", "CHARACTER",
	"CHECK", "COALESCE", "COLLATE", "COLLATION", "COLUMN", "COMMENT",
	"COMMIT", "CONCURRENTLY", "CONFLICT", "CONSTRAINT", "COPY", "CREATE",
	"CROSS", "CUBE", "CURRENT_CATALOG", "CURRENT_DATE", "CURRENT_ROLE",
	"CURRENT_SCHEMA", "CURRENT_TIME", "CURRENT_TIMESTAMP", "CURRENT_USER",
	"CYCLE", "DATABASE", "DEC", "DECIMAL", "DECLARE", "DEFAULT",
	"DEFERRABLE", "DEFERRED", "DELETE", "DESC", "DETACH", "DISABLE",
	"DISTINCT", "DO", "DOMAIN", "DROP", "EACH", "ELSE", "ENABLE", "END",
	"ENUM", "ESCAPE", "EXCEPT", "EXCLUDE", "EXECUTE", "EXISTS", "EXPLAIN",
	"EXTENSION", "EXTRACT", "FALSE", "FETCH", "FILTER", "FLOAT", "FOR",
	"FORCE", "FOREIGN", "FREEZE", "FROM", "FULL", "FUNCTION", "GENERATED",
	"GRANT", "GREATEST", "GROUP", "GROUPING", "HAVING", "IDENTITY", "IF",
	"ILIKE", "IMMEDIATE", "IMMUTABLE", "IN", "INCLUDE", "INCREMENT",
	"INDEX", "INHERIT", "INHERITS", "INITIALLY", "INNER", "INOUT",
	"INSERT", "INSTEAD", "INT", "INTEGER", "INTERSECT", "INTERVAL", "INTO",
	"IS", "ISNULL", "JOIN", "LANGUAGE", "LATERAL", "LEADING", "LEAST",
	"LEFT", "LIKE", "LIMIT", "LOCALTIME", "LOCALTIMESTAMP", "LOCK",
	"MATERIALIZED", "MAXVALUE", "MERGE", "MINVALUE", "NATIONAL", "NATURAL",
	"NCHAR", "NO", "NONE", "NOT", "NOTHING", "NOTNULL", "NULL", "NULLIF",
	"NULLS", "NUMERIC", "OF", "OFFSET", "ON", "ONLY", "OR", "ORDER", "OUT",
	"OUTER", "OVER", "OVERLAPS", "OVERLAY", "OVERRIDING", "OWNED", "OWNER",
	"PARTITION", "PLACING", "POLICY", "POSITION", "PRECISION", "PREPARE",
	"PRIMARY", "PROCEDURE", "RANGE", "REAL", "RECURSIVE", "REFERENCES",
	"REFRESH", "REINDEX", "RENAME", "REPLACE", "REPLICA", "RESTART",
	"RESTRICT", "RETURNING", "RETURNS", "REVOKE", "RIGHT", "ROLLBACK",
	"ROLLUP", "ROW", "ROWS", "RULE", "SAVEPOINT", "SCHEMA", "SECURITY",
	"SELECT", "SEQUENCE", "SESSION_USER", "SET", "SETOF", "SIMILAR",
	"SMALLINT", "SOME", "STABLE", "STATISTICS", "STORED", "STRICT",
	"SUBSTRING", "SYMMETRIC", "TABLE", "TABLESAMPLE", "TEMP", "TEMPORARY",
	"THEN", "TIME", "TIMESTAMP", "TO", "TRAILING", "TREAT", "TRIGGER",
	"TRIM", "TRUE", "TRUNCATE", "UNION", "UNIQUE", "UNLOGGED", "UPDATE",
	"USER", "USING", "VACUUM", "VALIDATE", "VALUES", "VARCHAR", "VARIADIC",
	"VARYING", "VERBOSE", "VIEW", "VOLATILE", "WHEN", "WHERE", "WINDOW",
	"WITH", "WITHIN", "WITHOUT", "XMLATTRIBUTES", "XMLCONCAT",
	"XMLELEMENT", "XMLEXISTS", "XMLFOREST", "XMLNAMESPACES", "XMLPARSE",
	"XMLPI", "XMLROOT", "XMLSERIALIZE", "XMLTABLE",
};

bool pg_is_keyword(struct str word)
{
	return keyword_among(word, keywords,
	    sizeof(keywords) / sizeof(*keywords));
}

static unsigned char at(struct str s, size_t i)
{
	return i < s.n ? (unsigned char)s.p[i] : 0;
}

static bool is_space(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static bool is_start(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	    c >= 0x80;
}

static bool is_word(unsigned char c)
{
	return is_start(c) || is_digit(c) || c == '$';
}

static bool is_operator(unsigned char c)
{
	return c && strchr("+-*/<>=~!@#%^&|`?", c);
}

static bool is_comment(struct str s, size_t i)
{
	return (at(s, i) == '-' && at(s, i + 1) == '-') ||
	    (at(s, i) == '/' && at(s, i + 1) == '*');
}

static struct token token_comment(struct str s, size_t i)
{
	size_t k = i + 2, depth = 1;

	if (s.p[i] == '-') {
		while (k < s.n && s.p[k] != '\n' && s.p[k] != '\r')
			k++;
		return (struct token){ TOKEN_COMMENT, i, k };
	}
	while (k < s.n && depth) {
		if (at(s, k) == '*' && at(s, k + 1) == '/') {
			depth--;
			k += 2;
		} else if (at(s, k) == '/' && at(s, k + 1) == '*') {
			depth++;
			k += 2;
		} else {
			k++;
		}
	}
	return (struct token){ TOKEN_COMMENT, i, k };
}

/* The quoted run that opens at `open`; the token began at `i`. */
static struct token token_quoted(struct str s, size_t i, size_t open,
    bool escapes, enum token_kind kind)
{
	char quote = s.p[open];
	size_t k = open + 1;

	for (; k < s.n; k++) {
		if (escapes && s.p[k] == '\\') {
			k++;
			continue;
		}
		if (s.p[k] != quote)
			continue;
		if (at(s, k + 1) != (unsigned char)quote)
			return (struct token){ kind, i, k + 1 };
		k++;
	}
	return (struct token){ TOKEN_BAD, i, s.n };
}

/* "$tag$" at from?  Its end in *to. */
bool pg_is_dollar_tag(struct str s, size_t from, size_t *to)
{
	size_t k = from + 1;

	if (at(s, from) != '$')
		return false;
	if (is_start(at(s, k)))
		while (is_word(at(s, k)) && at(s, k) != '$')
			k++;
	if (at(s, k) != '$')
		return false;
	*to = k + 1;
	return true;
}

static struct token token_dollar(struct str s, size_t i)
{
	size_t k = i + 1, open, end;
	struct str tag;

	if (is_digit(at(s, k))) {
		while (is_digit(at(s, k)))
			k++;
		return (struct token){ TOKEN_VARIABLE, i, k };
	}
	if (!pg_is_dollar_tag(s, i, &open))
		return (struct token){ TOKEN_BAD, i, i + 1 };
	tag = str_sub(s, i, open);
	end = str_find(s, tag, open);
	return end < s.n ? (struct token){ TOKEN_STRING, i, end + tag.n } :
	    (struct token){ TOKEN_BAD, i, s.n };
}

static bool is_digit_of(unsigned char c, unsigned char base)
{
	c |= 32;
	if (base == 'b')
		return c == '0' || c == '1';
	if (base == 'o')
		return c >= '0' && c <= '7';
	return is_digit(c) || (c >= 'a' && c <= 'f');
}

/* Digits with single "_" between them (16 on). */
static size_t digits_end(struct str s, size_t k, unsigned char base)
{
	while (base ? is_digit_of(at(s, k), base) : is_digit(at(s, k)))
		if (at(s, ++k) == '_' && is_word(at(s, k + 1)))
			k++;
	return k;
}

static struct token token_number(struct str s, size_t i)
{
	unsigned char base = at(s, i) == '0' ? at(s, i + 1) | 32 : 0;
	enum token_kind kind = TOKEN_NUMBER;
	size_t k = i;

	if ((base == 'x' || base == 'o' || base == 'b') &&
	    is_digit_of(at(s, i + 2), base)) {
		k = digits_end(s, i + 2, base);
	} else {
		k = digits_end(s, k, 0);
		if (at(s, k) == '.' && at(s, k + 1) != '.')
			k = digits_end(s, k + 1, 0);
		if ((at(s, k) | 32) == 'e' && (is_digit(at(s, k + 1)) ||
		    ((at(s, k + 1) == '+' || at(s, k + 1) == '-') &&
		    is_digit(at(s, k + 2)))))
			k = digits_end(s, k + 2, 0);
	}
	for (; k < s.n && is_word(at(s, k)); k++)
		kind = TOKEN_BAD;
	return (struct token){ kind, i, k };
}

/* A prefix right before a quote: E'', B'', X'', N'', U&'' and U&"". */
static bool token_prefixed(struct str s, size_t i, struct token *out)
{
	unsigned char c = at(s, i) | 32, next = at(s, i + 1);

	if (c == 'u' && next == '&' && (at(s, i + 2) == '\'' ||
	    at(s, i + 2) == '"')) {
		*out = token_quoted(s, i, i + 2, false, at(s, i + 2) == '"' ?
		    TOKEN_IDENT : TOKEN_STRING);
		return true;
	}
	if (next != '\'' || !strchr("ebxn", c))
		return false;
	*out = token_quoted(s, i, i + 1, c == 'e', c == 'b' || c == 'x' ?
	    TOKEN_BLOB : TOKEN_STRING);
	return true;
}

static struct token token_operator(struct str s, size_t i)
{
	size_t k = i;
	bool strange = false;

	while (is_operator(at(s, k)) && (k == i || !is_comment(s, k))) {
		strange = strange || strchr("~!@#%^&|`?", s.p[k]);
		k++;
	}
	/* "=-1" is "=" and "-1" */
	while (!strange && k > i + 1 && (s.p[k - 1] == '+' || s.p[k - 1] == '-'))
		k--;
	return (struct token){ TOKEN_PUNCT, i, k };
}

static struct token token_punct(struct str s, size_t i)
{
	unsigned char c = at(s, i), next = at(s, i + 1);
	size_t n = (c == ':' && (next == ':' || next == '=')) ||
	    (c == '.' && next == '.') ? 2 : 1;

	return (struct token){ c && strchr("()[],;:.", c) ? TOKEN_PUNCT :
	    TOKEN_BAD, i, i + n };
}

static struct token token_word(struct str s, size_t from)
{
	size_t k = from;

	while (k < s.n && is_word(at(s, k)))
		k++;
	return (struct token){ pg_is_keyword(str_sub(s, from, k)) ?
	    TOKEN_KEYWORD : TOKEN_WORD, from, k };
}

struct token pg_token(struct str s, size_t from)
{
	unsigned char c = at(s, from);
	struct token t;
	size_t k = from;

	if (from >= s.n)
		return (struct token){ TOKEN_END, s.n, s.n };
	if (is_space(c)) {
		while (k < s.n && is_space(at(s, k)))
			k++;
		return (struct token){ TOKEN_SPACE, from, k };
	}
	if (is_comment(s, from))
		return token_comment(s, from);
	if (c == '\'' || c == '"')
		return token_quoted(s, from, from, false, c == '"' ?
		    TOKEN_IDENT : TOKEN_STRING);
	if (c == '$')
		return token_dollar(s, from);
	if (is_digit(c) || (c == '.' && is_digit(at(s, from + 1))))
		return token_number(s, from);
	if (token_prefixed(s, from, &t))
		return t;
	if (is_start(c))
		return token_word(s, from);
	return is_operator(c) ? token_operator(s, from) : token_punct(s, from);
}
