/* Reader of stored CREATE INDEX text: expressions and the partial WHERE. */
#include "dialect/sqlite/sqlite.h"

static bool is_word(struct str sql, struct token t, const char *word)
{
	return t.kind == TOKEN_KEYWORD && str_ieq(token_text(sql, t),
	    str_z(word));
}

static bool is_punct(struct str sql, struct token t, char c)
{
	return t.kind == TOKEN_PUNCT && sql.p[t.from] == c;
}

struct part {
	size_t from, to;	/* of the expression */
	size_t collate;		/* where a COLLATE outside parentheses stood */
	bool ended;		/* ASC, DESC or NULLS was seen */
};

/* Text of the part without what follows the expression. */
static struct str part_text(struct arena *a, struct str sql,
    const struct part *p)
{
	size_t to = p->collate ? p->collate : p->to;

	return sqlite_fold_sql(str_sub(sql, p->from, to), a);
}

/*
 * A COLLATE counts as the part's own only when it is its last operator:
 * "a COLLATE x || b" keeps it in the expression.
 */
static void part_token(struct str sql, struct token t, struct token before,
    struct part *p, bool top)
{
	if (top && (is_word(sql, t, "ASC") || is_word(sql, t, "DESC") ||
	    is_word(sql, t, "NULLS")))
		p->ended = true;
	if (p->ended)
		return;
	if (top && is_word(sql, t, "COLLATE"))
		p->collate = t.from;
	else if (!is_word(sql, before, "COLLATE"))
		p->collate = 0;
	p->to = t.to;
}

enum rc sqlite_read_index(struct str sql, struct arena *a,
    struct create_index *out, struct err *e)
{
	VEC(struct str) parts = { 0 };
	struct token t = sqlite_token_next(sql, 0), before = t;
	struct part p = { .from = 0 };
	size_t depth = 1;

	while (t.kind != TOKEN_END && !is_punct(sql, t, '('))
		t = sqlite_token_next(sql, t.to);
	p.from = t.to;
	while (t.kind != TOKEN_END) {
		before = t;
		t = sqlite_token_next(sql, t.to);
		if (is_punct(sql, t, ')') && --depth == 0)
			break;
		if (is_punct(sql, t, ',') && depth == 1) {
			vec_push(a, &parts, part_text(a, sql, &p));
			p = (struct part){ .from = t.to };
			continue;
		}
		part_token(sql, t, before, &p, depth == 1);
		if (is_punct(sql, t, '('))
			depth++;
	}
	if (t.kind == TOKEN_END)
		return err_set(e, RC_UNSUPPORTED,
		    "stored CREATE INDEX: ) expected");
	vec_push(a, &parts, part_text(a, sql, &p));
	t = sqlite_token_next(sql, t.to);
	*out = (struct create_index){ .parts = { parts.v, parts.n } };
	if (is_word(sql, t, "WHERE"))
		out->where = sqlite_fold_sql(str_sub(sql, t.to, sql.n), a);
	return RC_OK;
}
