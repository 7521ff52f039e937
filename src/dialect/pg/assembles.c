/*
 * assembles: does a body put SQL together while it runs?  What such a text
 * does nobody can tell beforehand, so the answer errs on the side of yes.
 *
 * A.1 EXECUTE with a plain literal ('…' or $…$, no escapes, no joining) and
 * nothing but INTO, USING, IN or LOOP behind it is as good as the statement
 * itself, which body_reaches_out() reads.  A.2 EXECUTE FUNCTION name(, EXECUTE
 * ON and EXECUTE, are those of CREATE TRIGGER and GRANT.  A.3 any other
 * EXECUTE, and a string with that word in it, is a yes.
 */
#include "dialect/pg/internal.h"

static bool is_word(struct str s, struct pg_lexeme l, const char *word)
{
	return l.kind == PG_LEX_WORD &&
	    str_ieq(str_sub(s, l.from, l.to), str_z(word));
}

static struct pg_lexeme after(struct str s, size_t from)
{
	struct pg_lexeme l = pg_lex(s, from);

	while (l.kind == PG_LEX_SPACE || l.kind == PG_LEX_COMMENT)
		l = pg_lex(s, l.to);
	return l;
}

static bool is_char(struct str s, struct pg_lexeme l, char c)
{
	return l.kind == PG_LEX_OTHER && s.p[l.from] == c;
}

/* name( or schema.name( : of CREATE TRIGGER … EXECUTE FUNCTION. */
static bool names_function(struct str s, struct pg_lexeme l)
{
	for (;;) {
		if (l.kind != PG_LEX_WORD && l.kind != PG_LEX_QUOTED)
			return false;
		l = after(s, l.to);
		if (is_char(s, l, '('))
			return true;
		if (!is_char(s, l, '.'))
			return false;
		l = after(s, l.to);
	}
}

static bool holds_word(struct str text, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= text.n; i++)
		if (str_ieq(str_sub(text, i, i + n), str_z(word)))
			return true;
	return false;
}

/* A.1 */
static bool is_plain(struct str s, struct pg_lexeme l)
{
	static const char *const behind[] = { "into", "using", "in", "loop" };
	struct str text = str_sub(s, l.from, l.to);
	struct pg_lexeme next = after(s, l.to);

	if ((l.kind != PG_LEX_STRING && l.kind != PG_LEX_DOLLAR) ||
	    (text.p[0] != '\'' && text.p[0] != '$') ||
	    holds_word(text, "--") || holds_word(text, "/*") ||
	    holds_word(text, "execute"))
		return false;
	if (next.kind == PG_LEX_END || is_char(s, next, ';'))
		return true;
	for (size_t i = 0; i < sizeof(behind) / sizeof(*behind); i++)
		if (is_word(s, next, behind[i]))
			return true;
	return false;
}

bool body_assembles(struct str s)
{
	for (struct pg_lexeme l = after(s, 0); l.kind != PG_LEX_END;
	    l = after(s, l.to)) {
		struct pg_lexeme next;

		if ((l.kind == PG_LEX_STRING || l.kind == PG_LEX_DOLLAR) &&
		    holds_word(str_sub(s, l.from, l.to), "execute"))
			return true;
		if (!is_word(s, l, "execute"))
			continue;
		next = after(s, l.to);
		if (is_word(s, next, "on") || is_char(s, next, ','))
			continue;
		if ((is_word(s, next, "function") ||
		    is_word(s, next, "procedure")) &&
		    names_function(s, after(s, next.to)))
			continue;
		if (!is_plain(s, next))
			return true;
		l = next;
	}
	return false;
}

/* The text with its comments made blanks. */
struct str body_uncommented(struct str s, struct arena *a)
{
	char *copy = arena_z(a, s);

	for (struct pg_lexeme l = pg_lex(s, 0); l.kind != PG_LEX_END;
	    l = pg_lex(s, l.to))
		if (l.kind == PG_LEX_COMMENT)
			memset(copy + l.from, ' ', l.to - l.from);
	return (struct str){ copy, s.n };
}

bool pg_mentions(struct str s, struct str name)
{
	for (struct pg_lexeme l = after(s, 0); l.kind != PG_LEX_END;
	    l = after(s, l.to)) {
		struct str text = str_sub(s, l.from, l.to);

		if (l.kind == PG_LEX_WORD && str_ieq(text, name))
			return true;
		if (l.kind == PG_LEX_QUOTED && text.n >= 2 &&
		    str_ieq(str_sub(text, 1, text.n - 1), name))
			return true;
		if (l.kind == PG_LEX_DOLLAR || l.kind == PG_LEX_STRING) {
			size_t at = text.p[0] == '$' ?
			    str_find(text, STR("$"), 1) + 1 : 1;

			if (text.n > at && pg_mentions(str_sub(text, at,
			    text.n - at > at ? text.n - at : text.n), name))
				return true;
		}
	}
	return false;
}
