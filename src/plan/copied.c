/*
 * copied: which columns the INSERT … SELECT of a rebuild takes over as they
 * are (P.7).
 *
 * Only one form proves it: INSERT INTO copy (names) SELECT … FROM table, the
 * column from the one of its own name, with no more than a WHERE, ORDER BY or
 * LIMIT behind it.  Whatever else there is, an expression, a constant, another
 * column, a join, a second statement that writes to the copy, proves nothing:
 * then the values are compared, or count as lost.
 */
#include "dialect/sqlite/sqlite.h"
#include "plan/internal.h"

struct reader {
	struct str sql;
	struct token now;	/* the one looked at */
	struct arena *a;
};

static void next(struct reader *r)
{
	r->now = sqlite_token_next(r->sql, r->now.to);
}

static bool at(const struct reader *r, const char *word)
{
	return r->now.kind != TOKEN_END && r->now.kind != TOKEN_IDENT &&
	    r->now.kind != TOKEN_STRING &&
	    str_ieq(token_text(r->sql, r->now), str_z(word));
}

static bool take(struct reader *r, const char *word)
{
	bool is = at(r, word);

	if (is)
		next(r);
	return is;
}

static bool take_name(struct reader *r, struct str *out)
{
	enum token_kind k = r->now.kind;

	if (k != TOKEN_WORD && k != TOKEN_IDENT && k != TOKEN_KEYWORD)
		return false;
	*out = sqlite_unquote(r->a, token_text(r->sql, r->now));
	next(r);
	return true;
}

/* name or schema.name */
static bool take_table(struct reader *r, struct str name)
{
	struct str s;

	if (!take_name(r, &s))
		return false;
	if (take(r, ".") && !take_name(r, &s))
		return false;
	return str_ieq(s, name);
}

/* The columns of t that are written, or read, where none is named. */
static struct strs all_columns(struct arena *a, const struct table *t,
    bool written)
{
	VEC(struct str) v = { 0 };

	for (size_t i = 0; i < t->ncols; i++)
		if (!t->cols[i]->hidden &&
		    (!written || t->cols[i]->generated == GEN_NONE))
			vec_push(a, &v, t->cols[i]->o.name);
	return (struct strs){ v.v, v.n };
}

static bool take_list(struct reader *r, struct strs *out)
{
	VEC(struct str) v = { 0 };

	do {
		struct str s;

		if (!take_name(r, &s))
			return false;
		vec_push(r->a, &v, s);
	} while (take(r, ","));
	*out = (struct strs){ v.v, v.n };
	return true;
}

/* A column of the table, else "": an expression, skipped to its end. */
static struct str take_item(struct reader *r, const struct rebuild *re)
{
	struct str s = STR(""), as;
	int depth = 0;

	if (take_name(r, &s) && at(r, ".")) {
		bool own = str_ieq(s, re->table);

		next(r);
		if (!take_name(r, &s) || !own)
			s = STR("");
	}
	if (s.n && take(r, "AS") && !take_name(r, &as))
		s = STR("");
	for (; r->now.kind != TOKEN_END && (depth || (!at(r, ",") &&
	    !at(r, "FROM") && !at(r, ";"))); next(r)) {
		depth += at(r, "(") ? 1 : at(r, ")") ? -1 : 0;
		s = STR("");
	}
	return s;
}

static struct strs take_items(struct reader *r, const struct rebuild *re)
{
	VEC(struct str) v = { 0 };

	do {
		struct str s = take_item(r, re);

		vec_push(r->a, &v, s);
	} while (take(r, ","));
	return (struct strs){ v.v, v.n };
}

/* Nothing of it gives a row other values. */
static bool plain_end(struct reader *r)
{
	static const char *const other[] = { "UNION", "EXCEPT", "INTERSECT",
		"ON", "GROUP", "WINDOW" };

	if (r->now.kind != TOKEN_END && !at(r, ";") && !at(r, "WHERE") &&
	    !at(r, "ORDER") && !at(r, "LIMIT"))
		return false;
	for (; r->now.kind != TOKEN_END; next(r))
		for (size_t i = 0; i < sizeof(other) / sizeof(*other); i++)
			if (at(r, other[i]))
				return false;
	return true;
}

static bool read_copy(struct reader *r, const struct rebuild *re,
    const struct table *copy, struct strs *to, struct strs *from)
{
	if (!take(r, "INSERT"))
		return false;
	if (take(r, "OR"))
		next(r);
	if (!take(r, "INTO") || !take_table(r, re->temp))
		return false;
	*to = all_columns(r->a, copy, true);
	if (take(r, "(") && (!take_list(r, to) || !take(r, ")")))
		return false;
	if (!take(r, "SELECT"))
		return false;
	*from = all_columns(r->a, re->was, false);
	if (!take(r, "*"))
		*from = take_items(r, re);
	return take(r, "FROM") && take_table(r, re->table) && plain_end(r) &&
	    to->n == from->n;
}

/* Between the copy and the DROP, somebody else's hand. */
static bool written_again(const struct work *w, const struct rebuild *r)
{
	for (size_t i = r->create + 1; i < r->drop; i++) {
		const struct facts *f = &w->run->v[i].facts;

		for (size_t k = 0; i != r->insert && k < f->writes.n; k++)
			if (is_data(f->verb) &&
			    str_ieq(f->writes.v[k], r->temp))
				return true;
	}
	return false;
}

struct strs rebuild_copied(struct work *w, const struct rebuild *r)
{
	struct reader rd = { .sql = w->run->v[r->insert].sql, .a = w->a };
	VEC(struct str) v = { 0 };
	struct strs to, from;

	next(&rd);
	if (written_again(w, r) || !read_copy(&rd, r, r->is, &to, &from))
		return (struct strs){ 0 };
	for (size_t i = 0; i < to.n; i++)
		if (str_ieq(to.v[i], from.v[i]) &&
		    table_column(r->was, from.v[i]))
			vec_push(w->a, &v, to.v[i]);
	return (struct strs){ v.v, v.n };
}
