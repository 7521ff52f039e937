/*
 * slice: texts inside a statement that the grammar has accepted, cut out by
 * lexemes: conditions and expressions that are asked of the server again.
 */
#include "dialect/pg/internal.h"

/* The next lexeme outside parentheses that is neither space nor comment. */
static struct pg_lexeme outer(struct str sql, size_t from, size_t to)
{
	size_t depth = 0;
	struct pg_lexeme l;

	for (;; from = l.to) {
		char c;

		if (from >= to)
			return (struct pg_lexeme){ to, to, PG_LEX_END };
		l = pg_lex(sql, from);
		c = sql.p[l.from];
		if (l.kind == PG_LEX_SPACE || l.kind == PG_LEX_COMMENT)
			continue;
		if (l.kind == PG_LEX_OTHER && (c == '(' || c == '['))
			depth++;
		else if (l.kind == PG_LEX_OTHER && (c == ')' || c == ']') &&
		    depth > 0)
			depth--;
		else if (depth == 0)
			return l;
	}
}

/* Where one of the words or the character stands outside parentheses; `to`
 * when none does. */
static struct pg_lexeme find(struct str sql, size_t from, size_t to,
    const char *const *words, char c)
{
	for (;;) {
		struct pg_lexeme l = outer(sql, from, to);
		struct str w = str_sub(sql, l.from, l.to);

		if (l.kind == PG_LEX_END)
			return l;
		for (size_t i = 0; l.kind == PG_LEX_WORD && words &&
		    words[i]; i++)
			if (str_ieq(w, str_z(words[i])))
				return l;
		if (l.kind == PG_LEX_OTHER && c && w.p[0] == c)
			return l;
		from = l.to;
	}
}

struct str pg_slice_using(struct str sql, size_t from)
{
	static const char *const using[] = { "using", NULL };
	struct pg_lexeme at = find(sql, from, sql.n, using, ';'), end;

	if (at.kind != PG_LEX_WORD)
		return STR("");
	end = find(sql, at.to, sql.n, NULL, ',');
	if (end.kind == PG_LEX_END)
		end = find(sql, at.to, sql.n, NULL, ';');
	return str_trim(str_sub(sql, at.to, end.from));
}

/* A comment in a text that is put in parentheses ends before they do. */
const char *pg_line_end(struct str text)
{
	return str_find(text, STR("--"), 0) < text.n ? "\n" : "";
}

/* target [WHERE (condition)] */
static struct str rows_from(struct reading *r, struct str target,
    struct str where)
{
	if (where.n == 0)
		return arena_str(r->a, target);
	return arena_printf(r->a, "%.*s WHERE (%.*s%s)", STR_ARG(target),
	    STR_ARG(where), pg_line_end(where));
}

static void slice_sets(struct reading *r, struct pg_write *w, size_t from,
    size_t to)
{
	struct str *v = arena_array(r->a, struct str, w->cols.n + 1);
	size_t n = 0;

	while (from < to && n < w->cols.n) {
		struct pg_lexeme end = find(r->sql, from, to, NULL, ',');
		struct pg_lexeme eq = find(r->sql, from, end.from, NULL, '=');

		if (eq.kind == PG_LEX_END ||
		    outer(r->sql, from, end.from).from == eq.from)
			return;		/* (a, b) = … */
		v[n] = str_trim(str_sub(r->sql, eq.to, end.from));
		if (str_ieq(v[n], STR("default")))
			v[n] = STR("");
		n++;
		from = end.to;
	}
	if (n == w->cols.n && from >= to)
		w->values = (struct strs){ v, n };
}

void pg_slice_rows(struct reading *r, struct pg_write *w)
{
	static const char *const verbs[] = { "update", "delete", NULL };
	static const char *const set[] = { "set", NULL };
	static const char *const where[] = { "where", NULL };
	static const char *const ends[] = { "where", "returning", NULL };
	static const char *const last[] = { "returning", NULL };
	struct str sql = r->sql, cond = STR("");
	struct pg_lexeme verb = find(sql, 0, sql.n, verbs, 0), from, at;
	size_t end = find(sql, 0, sql.n, last, ';').from;

	if (verb.kind != PG_LEX_WORD)
		return;
	if (w->verb == VERB_UPDATE) {
		at = find(sql, verb.to, end, set, 0);
		from = find(sql, at.to, end, ends, 0);
		slice_sets(r, w, at.to, from.from);
	} else {
		verb = outer(sql, verb.to, end);	/* FROM */
		at = from = find(sql, verb.to, end, ends, 0);
	}
	if (at.from <= verb.to)
		return;
	from = find(sql, at.from, end, where, 0);
	if (from.kind == PG_LEX_WORD)
		cond = str_trim(str_sub(sql, from.to, end));
	if (w->where == (cond.n > 0))
		w->rows_from = rows_from(r, str_trim(str_sub(sql, verb.to,
		    at.from)), cond);
}
