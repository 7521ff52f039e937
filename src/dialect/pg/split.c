/*
 * split: where statements end, by the rules of psql's scanner: a semicolon
 * outside quotes, comments, parentheses and the BEGIN ATOMIC body of a CREATE
 * FUNCTION or PROCEDURE.
 */
#include "dialect/pg/internal.h"

static bool word_start(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	    c >= 0x80;
}

static bool digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static bool space(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static size_t skip_line(struct str s, size_t i)
{
	while (i < s.n && s.p[i] != '\n' && s.p[i] != '\r')
		i++;
	return i;
}

/* Comments nest. */
static size_t skip_block(struct str s, size_t i)
{
	size_t depth = 0;

	while (i < s.n) {
		if (s.p[i] == '/' && i + 1 < s.n && s.p[i + 1] == '*') {
			depth++;
			i += 2;
		} else if (s.p[i] == '*' && i + 1 < s.n &&
		    s.p[i + 1] == '/') {
			i += 2;
			if (--depth == 0)
				break;
		} else {
			i++;
		}
	}
	return i;
}

static size_t skip_quoted(struct str s, size_t i, bool escapes)
{
	char quote = s.p[i++];

	while (i < s.n) {
		if (escapes && s.p[i] == '\\') {
			i += 2;
		} else if (s.p[i] != quote) {
			i++;
		} else if (i + 1 < s.n && s.p[i + 1] == quote) {
			i += 2;
		} else {
			return i + 1;
		}
	}
	return s.n;
}

/* $tag$ … $tag$; a dollar that opens nothing is a character of its own. */
static size_t skip_dollar(struct str s, size_t from, enum pg_lex *kind)
{
	size_t i = from + 1, end;

	if (i < s.n && digit((unsigned char)s.p[i])) {
		while (i < s.n && digit((unsigned char)s.p[i]))
			i++;
		*kind = PG_LEX_OTHER;
		return i;
	}
	while (i < s.n && (word_start((unsigned char)s.p[i]) ||
	    digit((unsigned char)s.p[i])))
		i++;
	*kind = PG_LEX_OTHER;
	if (i >= s.n || s.p[i] != '$')
		return from + 1;
	i++;
	*kind = PG_LEX_DOLLAR;
	end = str_find(s, str_sub(s, from, i), i);
	return end == s.n ? s.n : end + (i - from);
}

static size_t skip_word(struct str s, size_t i)
{
	while (i < s.n && (word_start((unsigned char)s.p[i]) ||
	    digit((unsigned char)s.p[i]) || s.p[i] == '$'))
		i++;
	return i;
}

static size_t skip_number(struct str s, size_t i)
{
	while (i < s.n && (digit((unsigned char)s.p[i]) || s.p[i] == '.'))
		i++;
	return i;
}

static bool quote_follows(struct str s, size_t i, char c)
{
	return i + 1 < s.n && (s.p[i] | 0x20) == c && s.p[i + 1] == '\'';
}

struct pg_lexeme pg_lex(struct str s, size_t from)
{
	struct pg_lexeme l = { .from = from, .to = from + 1,
		.kind = PG_LEX_OTHER };
	unsigned char c = from < s.n ? (unsigned char)s.p[from] : 0;
	char next = from + 1 < s.n ? s.p[from + 1] : 0;

	if (from >= s.n)
		return (struct pg_lexeme){ from, from, PG_LEX_END };
	if (space(c)) {
		while (l.to < s.n && space((unsigned char)s.p[l.to]))
			l.to++;
		l.kind = PG_LEX_SPACE;
	} else if (c == '-' && next == '-') {
		l.to = skip_line(s, from);
		l.kind = PG_LEX_COMMENT;
	} else if (c == '/' && next == '*') {
		l.to = skip_block(s, from);
		l.kind = PG_LEX_COMMENT;
	} else if (quote_follows(s, from, 'e')) {
		l.to = skip_quoted(s, from + 1, true);
		l.kind = PG_LEX_STRING;
	} else if (c == '\'') {
		l.to = skip_quoted(s, from, false);
		l.kind = PG_LEX_STRING;
	} else if (c == '"') {
		l.to = skip_quoted(s, from, false);
		l.kind = PG_LEX_QUOTED;
	} else if (c == '$') {
		l.to = skip_dollar(s, from, &l.kind);
	} else if (word_start(c)) {
		l.to = skip_word(s, from);
		l.kind = PG_LEX_WORD;
	} else if (digit(c)) {
		l.to = skip_number(s, from);
	}
	if (l.to > s.n)
		l.to = s.n;
	return l;
}

/* How far into CREATE [OR REPLACE] FUNCTION … BEGIN ATOMIC … END. */
struct atomic {
	size_t words;		/* words of the statement so far */
	bool create, routine, begin;
	size_t depth;		/* BEGIN ATOMIC and CASE that wait for END */
};

static void atomic_word(struct atomic *x, struct str w)
{
	if (x->words++ == 0)
		x->create = str_ieq(w, STR("create"));
	else if (x->create && x->words <= 4 && (str_ieq(w, STR("function")) ||
	    str_ieq(w, STR("procedure"))))
		x->routine = true;
	if (!x->routine)
		return;
	if (x->depth == 0) {
		if (x->begin && str_ieq(w, STR("atomic")))
			x->depth = 1;
		x->begin = str_ieq(w, STR("begin"));
	} else if (str_ieq(w, STR("case")) || str_ieq(w, STR("begin"))) {
		x->depth++;
	} else if (str_ieq(w, STR("end"))) {
		x->depth--;
	}
}

bool pg_split(struct str text, size_t *at, size_t *from, size_t *to)
{
	struct atomic atomic = { 0 };
	size_t i = *at, parens = 0, start;
	struct pg_lexeme l;

	while (i < text.n && space((unsigned char)text.p[i]))
		i++;
	if (i >= text.n) {
		*at = i;
		return false;
	}
	start = i;
	for (;; i = l.to) {
		l = pg_lex(text, i);
		if (l.kind == PG_LEX_END)
			break;
		if (l.kind == PG_LEX_WORD) {
			atomic_word(&atomic, str_sub(text, l.from, l.to));
		} else if (l.kind == PG_LEX_OTHER) {
			char c = text.p[l.from];

			if (c == '(')
				parens++;
			else if (c == ')' && parens > 0)
				parens--;
			else if (c == ';' && parens == 0 && atomic.depth == 0) {
				i = l.to;
				break;
			}
		}
	}
	*at = i;
	*from = start;
	*to = i;
	while (*to > start && space((unsigned char)text.p[*to - 1]))
		(*to)--;
	return true;
}

/*
 * Would the parser's recursion be too deep?  Parentheses are counted by their
 * nest; chains of operators (a + b + c …, UNION, casts) by the tokens since
 * the last comma of each nest.
 */
bool pg_too_deep(struct str sql)
{
	uint32_t run[PG_MAX_NEST + 1] = { 0 };
	size_t depth = 0, sum = 0;

	for (size_t i = 0; i < sql.n;) {
		struct pg_lexeme l = pg_lex(sql, i);
		char c = sql.p[l.from];

		i = l.to;
		if (l.kind == PG_LEX_SPACE || l.kind == PG_LEX_COMMENT)
			continue;
		run[depth]++;
		sum++;
		if (l.kind == PG_LEX_OTHER && (c == '(' || c == '[')) {
			if (++depth > PG_MAX_NEST)
				return true;
			run[depth] = 0;
		} else if (l.kind == PG_LEX_OTHER && depth > 0 &&
		    (c == ')' || c == ']')) {
			sum -= run[depth--];
		} else if (l.kind == PG_LEX_OTHER && (c == ',' || c == ';')) {
			sum -= run[depth];
			run[depth] = 0;
		}
		if (sum > PG_MAX_CHAIN)
			return true;
	}
	return false;
}
