/*
 * pg_code: the one statement of a DO block that drizzle-kit wrote around it
 * (up to 0.30: enums and foreign keys): BEGIN …; EXCEPTION WHEN
 * duplicate_object THEN null; END.  What it does is what the statement does,
 * or nothing.
 */
#include "plan/pg.h"

static struct str word_of(const struct dialect *d, struct str text,
    size_t *at)
{
	struct token t = d->token(text, *at);

	while (t.kind == TOKEN_SPACE || t.kind == TOKEN_COMMENT)
		t = d->token(text, t.to);
	*at = t.to;
	return t.kind == TOKEN_END ? STR("") : str_sub(text, t.from, t.to);
}

/* Where the handler begins, if it is that one and ends the block. */
static size_t handler_of(const struct dialect *d, struct str body,
    size_t from)
{
	static const char *const words[] = { "WHEN", "duplicate_object",
		"THEN", "null", ";", "END" };
	size_t at = from, begin = body.n;
	struct str w;

	while ((w = word_of(d, body, &at)).n && !str_ieq(w, STR("EXCEPTION")))
		;
	if (!w.n)
		return body.n;
	begin = at - w.n;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!str_ieq(word_of(d, body, &at), str_z(words[i])))
			return body.n;
	w = word_of(d, body, &at);
	return !w.n || (str_is(w, ";") && !word_of(d, body, &at).n) ? begin :
	    body.n;
}

const struct pg_stmt *pg_do_one(const struct pg_stmt *g, struct arena *a)
{
	const struct dialect *d = dialect_of(DIALECT_PG);
	const struct pg_stmt *one;
	struct pg_stmt *copy;
	size_t at = 0, end;

	if (g->kind != PG_DO || (g->language.n && !str_is(g->language,
	    "plpgsql")) || !str_ieq(word_of(d, g->body, &at), STR("BEGIN")))
		return NULL;
	end = handler_of(d, g->body, at);
	if (end == g->body.n)
		return NULL;
	one = pg_digest(str_trim(str_sub(g->body, at, end)), a);
	if (one->flags & (PG_DATA | PG_ANYTHING | PG_UNPARSED | PG_OUTSIDE_TX))
		return NULL;
	copy = arena_copy(a, one, sizeof(*one));
	copy->if_not_exists = true;
	return copy;
}
