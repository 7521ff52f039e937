/*
 * check_made: does a migration's SQL name what its snapshot has anew?  The next
 * generate takes the snapshot's word for it.  By words alone: what is made in
 * another way, of names put together, is a note and no fault.
 */
#include "op/check.h"

struct text {
	struct arena *a;
	struct str sql;
	struct map *words;		/* lower case */
};

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || c == '$' ||
	    (unsigned char)c >= 0x80;
}

static struct str lower(struct arena *a, struct str s)
{
	char *p = arena_z(a, s);

	for (size_t i = 0; i < s.n; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] + 32);
	return (struct str){ p, s.n };
}

static void read_words(struct text *t)
{
	for (size_t i = 0, from = 0; i <= t->sql.n; i++) {
		if (i < t->sql.n && is_word(t->sql.p[i]))
			continue;
		if (i > from)
			map_put(t->words, lower(t->a, str_sub(t->sql, from, i)),
			    t);
		from = i + 1;
	}
}

static bool names(const struct text *t, struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (strchr("'\"`", name.p[i]))
			return true;	/* may be written in other ways */
	for (size_t i = 0; i < name.n; i++)
		if (!is_word(name.p[i]))
			return str_find(t->sql, name, 0) < t->sql.n;
	return map_has(t->words, lower(t->a, name));
}

static const struct decl_table *table_in(const struct decl *d,
    const struct decl_table *like)
{
	for (size_t i = 0; d && i < d->ntables; i++)
		if (str_eq(d->tables[i].name, like->name) &&
		    str_eq(d->tables[i].schema, like->schema))
			return &d->tables[i];
	return NULL;
}

static bool has_column(const struct decl_table *t, struct str name)
{
	for (size_t i = 0; t && i < t->ncols; i++)
		if (str_eq(t->cols[i].name, name))
			return true;
	return false;
}

/* The first that is not named, and how many more. */
struct unnamed {
	struct str first;
	size_t n;
};

static void look(const struct text *t, struct str table, struct str column,
    struct unnamed *out)
{
	if (names(t, column.n ? column : table))
		return;
	if (!out->n++)
		out->first = arena_printf(t->a, "%.*s%s%.*s", STR_ARG(table),
		    column.n ? "." : "", STR_ARG(column));
}

void check_made(struct checking *c, const struct entry *en,
    const struct decl *from, const struct decl *to)
{
	struct text t = { c->a, en->text, map_new(c->a) };
	struct unnamed u = { STR(""), 0 };
	bool moves;

	if (en->missing)
		return;
	read_words(&t);
	moves = names(&t, STR("rename")) || names(&t, STR("set"));
	/* a first file that was emptied stands for what was there */
	if (!names(&t, STR("create")) && !names(&t, STR("alter")))
		return;
	for (size_t i = 0; i < to->ntables; i++) {
		const struct decl_table *now = &to->tables[i];
		const struct decl_table *was = table_in(from, now);

		if (!was)
			look(&t, now->name, STR(""), &u);
		if (!was && moves)
			continue;	/* its columns came along */
		for (size_t k = 0; k < now->ncols; k++)
			if (!has_column(was, now->cols[k].name))
				look(&t, now->name, now->cols[k].name, &u);
	}
	if (u.n)
		check_note(c, false, "", "not-made", en->tag,
		    en->file, arena_printf(c->a,
		    "its snapshot has %.*s%s, which no statement of the file "
		    "names: the next generate takes it for made",
		    STR_ARG(u.first), u.n == 1 ? "" : arena_printf(c->a,
		    " and %zu more", u.n - 1).p), STR("restore the one of the "
		    "two that was changed by hand from version control"));
}
