/*
 * safe: where drizzle-kit's SQL fails on SQLite or loses rows, what to write
 * instead (SQLite manual, lang_altertable.html and foreignkeys.html).
 */
#include "decl/sqlite.h"
#include "dialect/sqlite/sqlite.h"

/* --- texts ---------------------------------------------------------------- */

static bool is_name(struct token t)
{
	return t.kind == TOKEN_WORD || t.kind == TOKEN_KEYWORD ||
	    t.kind == TOKEN_IDENT || t.kind == TOKEN_STRING;
}

/* Without quotes inside: enough to look for. */
static struct str bare(struct str sql, struct token t)
{
	struct str s = token_text(sql, t);

	if (t.kind == TOKEN_IDENT || t.kind == TOKEN_STRING)
		return str_sub(s, 1, s.n - 1);
	return s;
}

bool sq_mentions(struct str text, struct str name)
{
	size_t at = 0;

	for (;;) {
		struct token t = sqlite_token_next(text, at);

		if (t.kind == TOKEN_END)
			return false;
		if (is_name(t) && t.kind != TOKEN_STRING &&
		    str_ieq(bare(text, t), name))
			return true;
		at = t.to;
	}
}

static bool is_dot(struct str text, struct token t)
{
	return t.kind == TOKEN_PUNCT && str_is(token_text(text, t), ".");
}

static void requalified(struct sbuf *b, struct str was, struct str to)
{
	char open = was.p[0], close = open == '[' ? ']' : open;
	bool quotes = open == '"' || open == '`' || open == '\'' ||
	    open == '[';

	if (quotes)
		sbuf_addc(b, open);
	sbuf_add(b, to);
	if (quotes)
		sbuf_addc(b, close);
}

struct str sq_requalify(struct arena *a, struct str text, struct str from,
    struct str to)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;
	size_t at = 0;
	bool after_dot = false;

	for (;;) {
		struct token t = sqlite_token_next(text, at);

		if (t.kind == TOKEN_END)
			break;
		sbuf_add(&b, str_sub(text, at, t.from));
		if (is_name(t) && !after_dot && str_ieq(bare(text, t), from) &&
		    is_dot(text, sqlite_token_next(text, t.to)))
			requalified(&b, token_text(text, t), to);
		else
			sbuf_add(&b, token_text(text, t));
		after_dot = is_dot(text, t);
		at = t.to;
	}
	sbuf_add(&b, str_sub(text, at, text.n));
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

/* The next token that says something. */
static struct token next_word(struct str text, size_t at)
{
	struct token t;

	do {
		t = sqlite_token(text, at);
		at = t.to;
	} while (t.kind == TOKEN_SPACE || t.kind == TOKEN_COMMENT);
	return t;
}

/* An expression that SQLite takes between parentheses only (lang_createtable,
 * 3.2): more than a literal or a name, but for a constraint that follows. */
static bool is_bare_expression(struct str text)
{
	struct token t = next_word(text, 0);
	char c = t.to > t.from ? text.p[t.from] : 0;

	if (t.kind == TOKEN_PUNCT && (c == '+' || c == '-')) {
		t = next_word(text, t.to);
		if (t.kind != TOKEN_NUMBER)
			return t.kind != TOKEN_END;
	} else if (t.kind == TOKEN_PUNCT) {
		return false;
	}
	return t.kind != TOKEN_END && t.kind != TOKEN_BAD &&
	    next_word(text, t.to).kind == TOKEN_PUNCT;
}

static struct decl_value in_parentheses(struct sq *q, struct str table,
    const struct decl_column *c)
{
	struct decl_value v = c->dflt;

	v.text = arena_printf(q->a, "(%.*s)", STR_ARG(v.text));
	decl_differs(q->j, DECL_D_SQ_DEFAULT_EXPRESSION, arena_printf(q->a,
	    "%.*s.%.*s", STR_ARG(table), STR_ARG(c->name)));
	return v;
}

/* '{"a":"it's"}': the literal of a JSON default that nobody escaped. */
struct decl_value sq_safe_default(struct sq *q, struct str table,
    const struct decl_column *c)
{
	struct decl_value v = c->dflt;
	struct str s = v.text;
	struct sbuf b = SBUF_TEXT;

	if (v.kind == DECL_STRING && is_bare_expression(s) &&
	    !(s.n > 1 && s.p[0] == '\'' && strchr("{[\"", s.p[1])))
		return in_parentheses(q, table, c);
	if (v.kind != DECL_STRING || s.n < 3 || s.p[0] != '\'' ||
	    s.p[s.n - 1] != '\'' || !strchr("{[\"", s.p[1]) ||
	    sqlite_token(s, 0).to == s.n)
		return v;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\'' && i && i + 1 < s.n)
			sbuf_addc(&b, '\'');
		sbuf_addc(&b, s.p[i]);
	}
	v.text = arena_str(q->a, sbuf_str(&b));
	sbuf_free(&b);
	decl_differs(q->j, DECL_D_SQ_DEFAULT_QUOTE, arena_printf(q->a,
	    "%.*s.%.*s", STR_ARG(table), STR_ARG(c->name)));
	return v;
}

/* --- columns that make a rebuild ------------------------------------------ */

/* What ALTER TABLE ADD takes with rows present. */
static bool is_constant(const struct decl_value *v)
{
	static const char *const moving[] = { "current_time", "current_date",
		"current_timestamp" };

	if (v->kind != DECL_STRING)
		return true;
	if (is_bare_expression(v->text) ||
	    (v->text.n && v->text.p[0] == '('))
		return false;
	for (size_t i = 0; i < sizeof(moving) / sizeof(moving[0]); i++)
		if (str_ieq(str_trim(v->text), str_z(moving[i])))
			return false;
	return true;
}

static bool because(struct sq *q, enum decl_diff_id id,
    const struct sq_pair *p, const struct decl_column *c)
{
	decl_differs(q->j, id, arena_printf(q->a, "%.*s.%.*s",
	    STR_ARG(p->now->name), STR_ARG(c->name)));
	return true;
}

bool sq_add_rebuilds(struct sq *q, const struct sq_pair *p,
    const struct decl_column *c)
{
	bool null = c->dflt.kind == DECL_NO_VALUE ||
	    (c->dflt.kind == DECL_STRING && str_ieq(c->dflt.text,
	    STR("null"))) || (c->dflt.kind == DECL_JSON &&
	    str_is(c->dflt.text, "null"));
	size_t keys;

	if (c->primary)
		return false;
	if (str_is(c->generated_type, "stored"))
		return because(q, DECL_D_SQ_STORED, p, c);
	if (c->generated.p)
		return false;
	(void)sq_reference_of(q, p, c->name, &keys);
	if (!is_constant(&c->dflt) || keys > 1 || (keys && !null))
		return because(q, DECL_D_SQ_ADDED, p, c);
	return false;
}

bool sq_drop_rebuilds(struct sq *q, const struct sq_pair *p,
    const struct decl_column *c)
{
	bool key = c->primary;

	for (size_t i = 0; i < p->was->nuniques; i++)
		key |= strs_has(p->was->uniques[i].cols, c->name);
	return key && because(q, DECL_D_SQ_DROP_KEY, p, c);
}

/* Something but the column itself reads it. */
static bool is_read(const struct decl_table *t, struct str column)
{
	for (size_t i = 0; i < t->nindexes; i++) {
		if (sq_mentions(t->indexes[i].where, column))
			return true;
		for (size_t k = 0; k < t->indexes[i].ncols; k++)
			if (str_eq(t->indexes[i].cols[k].expression, column) ||
			    sq_mentions(t->indexes[i].cols[k].expression,
			    column))
				return true;
	}
	for (size_t i = 0; i < t->nchecks; i++)
		if (sq_mentions(t->checks[i].value, column))
			return true;
	for (size_t i = 0; i < t->ncols; i++)
		if (!str_eq(t->cols[i].name, column) &&
		    sq_mentions(t->cols[i].generated, column))
			return true;
	for (size_t i = 0; i < t->nfks; i++)
		if (strs_has(t->fks[i].cols_from, column))
			return true;
	return false;
}

bool sq_replace_rebuilds(struct sq *q, const struct sq_pair *p,
    const struct decl_column *was, const struct decl_column *now)
{
	if (!now->generated.p)
		return because(q, DECL_D_SQ_PLAIN, p, now);
	if (!str_is(now->generated_type, "virtual"))
		return because(q, DECL_D_SQ_STORED, p, now);
	if (is_read(p->old, was->name) || is_read(p->now, now->name))
		return because(q, DECL_D_SQ_IN_USE, p, now);
	for (size_t i = 0; i < p->created.n; i++)
		if (sq_mentions(now->generated, p->created.v[i]->name))
			return because(q, DECL_D_SQ_IN_USE, p, now);
	return false;
}

/* --- the finished list ---------------------------------------------------- */

static void insert(struct sq *q, size_t at, struct sq_statement s)
{
	vec_push(q->a, &q->list, s);
	memmove(&q->list.v[at + 1], &q->list.v[at],
	    (q->list.n - at - 1) * sizeof(s));
	q->list.v[at] = s;
}

static struct sq_statement take_out(struct sq *q, size_t at)
{
	struct sq_statement s = q->list.v[at];

	memmove(&q->list.v[at], &q->list.v[at + 1],
	    (q->list.n - at - 1) * sizeof(s));
	q->list.n--;
	return s;
}

static bool any(const struct sq *q, enum sq_kind kind)
{
	for (size_t i = 0; i < q->list.n; i++)
		if (q->list.v[i].kind == kind)
			return true;
	return false;
}

static const struct decl_table *table_before(const struct sq *q,
    struct str name)
{
	for (size_t i = 0; i < q->j->from->ntables; i++)
		if (str_eq(q->j->from->tables[i].name, name))
			return &q->j->from->tables[i];
	return NULL;
}

/* --- views: ALTER TABLE fails over a view that does not resolve ----------- */

static bool touches(const struct sq *q, const struct sq_statement *s,
    struct str view)
{
	switch ((int)s->kind) {
	case SQ_RECREATE:
		return sq_mentions(view, s->pair->was->name) ||
		    sq_mentions(view, s->now->name);
	case SQ_DROP_COLUMN:
	case SQ_REPLACE_COLUMN:
		return sq_mentions(view, s->pair->was->name) &&
		    sq_mentions(view, s->col->name);
	case SQ_DROP_TABLE:
		return (any(q, SQ_RECREATE) || any(q, SQ_RENAME_TABLE) ||
		    any(q, SQ_RENAME_COLUMN) || any(q, SQ_DROP_COLUMN)) &&
		    sq_mentions(view, s->table);
	}
	return false;
}

struct touched {
	const struct decl_view *v;
	bool touched;
};

static void mark(const struct sq *q, struct touched *views, size_t n)
{
	bool more = true;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < q->list.n && !views[i].touched; k++)
			views[i].touched = touches(q, &q->list.v[k],
			    views[i].v->definition);
	while (more) {
		more = false;
		for (size_t i = 0; i < n; i++)
			for (size_t k = 0; k < n && !views[i].touched; k++)
				if (views[k].touched &&
				    sq_mentions(views[i].v->definition,
				    views[k].v->name))
					more = views[i].touched = true;
	}
}

/* The place of that view's statement, or the end. */
static size_t view_at(const struct sq *q, enum sq_kind kind, struct str name)
{
	size_t i = 0;

	while (i < q->list.n && (q->list.v[i].kind != kind ||
	    !str_eq(q->list.v[i].name, name)))
		i++;
	return i;
}

static void order_views(struct sq *q)
{
	const struct decl *from = q->j->from;
	struct touched *views = arena_array(q->a, struct touched,
	    from->nviews);
	size_t n = 0, front = 0;

	for (size_t i = 0; i < from->nviews; i++)
		if (!from->views[i].existing)
			views[n++].v = &from->views[i];
	mark(q, views, n);
	for (size_t i = 0; i < n; i++) {
		struct sq_statement s = { .kind = SQ_DROP_VIEW,
			.name = views[i].v->name };
		size_t at = view_at(q, SQ_DROP_VIEW, s.name);

		if (!views[i].touched || at < front)
			continue;
		decl_differs(q->j, DECL_D_SQ_VIEWS, s.name);
		if (at < q->list.n)
			(void)take_out(q, at);
		else
			vec_push(q->a, &q->list, (struct sq_statement){
				.kind = SQ_CREATE_VIEW, .name = s.name,
				.to = views[i].v->definition });
		insert(q, front++, s);
	}
}

/* --- DROP TABLE deletes the rows, and that cascades ------------------------ */

static bool refers(const struct decl_table *child, struct str parent)
{
	for (size_t i = 0; child && i < child->nfks; i++)
		if (str_eq(child->fks[i].table_to, parent))
			return !str_eq(child->name, parent);
	return false;
}

static bool is_referred_to(const struct sq *q, struct str table)
{
	for (size_t i = 0; i < q->j->from->ntables; i++)
		if (refers(&q->j->from->tables[i], table))
			return true;
	return false;
}

/* Of the tables that go, the first to which no other one refers. */
static size_t next_drop(const struct sq *q, const struct sq_statement *v,
    size_t n, bool *cycle)
{
	for (size_t i = 0; i < n; i++) {
		bool referred = false;

		for (size_t k = 0; k < n; k++)
			referred |= k != i && refers(table_before(q,
			    v[k].table), v[i].table);
		if (!referred)
			return i;
	}
	*cycle = true;
	return 0;
}

/* The drops go last, children first.  True: only without foreign keys. */
static bool order_drops(struct sq *q)
{
	VEC(struct sq_statement) v = { 0 };
	bool wanted = false, cycle = false;
	size_t end, first = q->list.n;

	for (size_t i = 0; i < q->list.n; i++)
		if (q->list.v[i].kind == SQ_DROP_TABLE)
			wanted |= is_referred_to(q, q->list.v[i].table);
	if (!wanted)
		return false;
	for (size_t i = 0; i < q->list.n;) {
		if (q->list.v[i].kind != SQ_DROP_TABLE) {
			i++;
			continue;
		}
		first = i < first ? i : first;
		vec_push(q->a, &v, take_out(q, i));
	}
	end = q->list.n;
	while (end && (q->list.v[end - 1].kind == SQ_CREATE_VIEW ||
	    q->list.v[end - 1].kind == SQ_DROP_VIEW))
		end--;
	while (v.n) {
		size_t i = next_drop(q, v.v, v.n, &cycle);

		if (i || first < end)
			decl_differs(q->j, DECL_D_SQ_DROP_ORDER, v.v[i].table);
		insert(q, end++, v.v[i]);
		first = end;
		memmove(&v.v[i], &v.v[i + 1],
		    (v.n - i - 1) * sizeof(*v.v));
		v.n--;
	}
	return cycle;
}

/* --- names ---------------------------------------------------------------- */

/* SQLite's names know no case: A to a goes by way of a third name. */
static void order_renames(struct sq *q)
{
	for (size_t i = 0; i < q->list.n; i++) {
		struct sq_statement *s = &q->list.v[i], second;
		struct str between;

		if (s->kind != SQ_RENAME_TABLE || !str_ieq(s->name, s->to) ||
		    str_eq(s->name, s->to))
			continue;
		decl_differs(q->j, DECL_D_SQ_CASE, s->to);
		between = arena_printf(q->a, "__case_%.*s", STR_ARG(s->to));
		second = *s;
		second.name = between;
		s->to = between;
		insert(q, ++i, second);
	}
}

/* What is made under a name that something else gives up later. */
static bool clashes(const struct sq_statement *made,
    const struct sq_statement *gone)
{
	if (made->kind == SQ_CREATE_TABLE && gone->kind == SQ_DROP_TABLE)
		return str_ieq(made->table, gone->table);
	return made->kind == SQ_ADD_COLUMN && gone->kind == SQ_DROP_COLUMN &&
	    str_eq(made->table, gone->table) &&
	    str_ieq(made->col->name, gone->col->name);
}

static bool order_clashes(struct sq *q)
{
	bool table = false;

	if (!any(q, SQ_DROP_TABLE) && !any(q, SQ_DROP_COLUMN))
		return false;
	for (size_t i = 0; i < q->list.n; i++)
		for (size_t k = i + 1; k < q->list.n; k++) {
			struct sq_statement s = q->list.v[k];

			if (!clashes(&q->list.v[i], &s))
				continue;
			decl_differs(q->j, DECL_D_SQ_CASE, s.table);
			table |= s.kind == SQ_DROP_TABLE &&
			    is_referred_to(q, s.table);
			(void)take_out(q, k);
			insert(q, i++, s);
		}
	return table;
}

static bool has_index(const struct decl_table *t, struct str name)
{
	for (size_t i = 0; t && i < t->nindexes; i++)
		if (str_ieq(t->indexes[i].name, name))
			return true;
	return false;
}

static bool gives_up_index(struct sq *q, const struct sq_statement *s,
    struct str name)
{
	switch ((int)s->kind) {
	case SQ_DROP_INDEX:
		return str_ieq(sq_read_index(q, s->data).name, name);
	case SQ_DROP_TABLE:
		return has_index(table_before(q, s->table), name);
	case SQ_RECREATE:
		return has_index(s->pair->was, name);
	}
	return false;
}

static void order_indexes(struct sq *q)
{
	if (!any(q, SQ_DROP_INDEX) && !any(q, SQ_DROP_TABLE) &&
	    !any(q, SQ_RECREATE))
		return;
	for (size_t i = 0; i < q->list.n; i++) {
		struct str name;

		if (q->list.v[i].kind != SQ_CREATE_INDEX)
			continue;
		name = sq_read_index(q, q->list.v[i].data).name;
		for (size_t k = i + 1; k < q->list.n; k++) {
			if (!gives_up_index(q, &q->list.v[k], name))
				continue;
			decl_differs(q->j, DECL_D_SQ_INDEX_MOVED, name);
			insert(q, i++, (struct sq_statement){
				.kind = SQ_DROP_INDEX, .data = name });
			break;
		}
	}
}

/* --- libSQL: ALTER COLUMN, which takes all indexes away and back ----------- */

static bool index_stood(struct sq *q, const struct decl_table *now,
    struct str text)
{
	const struct decl_table *was = table_before(q, now->name);
	struct sq_table_parts parts;

	if (!was)
		return false;
	sq_split(q, was, &parts);
	for (size_t i = 0; i < parts.indexes.n; i++)
		if (str_eq(parts.indexes.v[i].text, text))
			return true;
	return false;
}

/* Nothing but columns touches an index: each stands before and after. */
static bool indexes_rest(struct sq *q)
{
	const struct decl *to = q->j->to;
	struct sq_table_parts parts;

	if (any(q, SQ_RECREATE) || any(q, SQ_CREATE_INDEX) ||
	    any(q, SQ_DROP_INDEX))
		return false;
	for (size_t i = 0; i < to->ntables; i++) {
		sq_split(q, &to->tables[i], &parts);
		for (size_t k = 0; k < parts.indexes.n; k++)
			if (!index_stood(q, &to->tables[i],
			    parts.indexes.v[k].text))
				return false;
	}
	return true;
}

static bool table_goes(const struct sq *q, struct str name)
{
	for (size_t i = 0; i < q->deleted.n; i++)
		if (str_eq(q->deleted.v[i]->name, name))
			return true;
	return false;
}

static void drop_old_indexes(struct sq *q)
{
	const struct decl *from = q->j->from;
	struct map *seen = map_new(q->a);

	for (size_t i = 0; i < from->ntables; i++)
		for (size_t k = 0; !table_goes(q, from->tables[i].name) &&
		    k < from->tables[i].nindexes; k++) {
			struct str name = from->tables[i].indexes[k].name;

			if (map_get(seen, name))
				continue;
			insert(q, map_count(seen), (struct sq_statement){
				.kind = SQ_DROP_INDEX, .data = name });
			map_put(seen, name, q);
		}
}

static void make_new_indexes(struct sq *q)
{
	const struct decl *to = q->j->to;
	struct sq_table_parts parts;

	for (size_t i = 0; i < to->ntables; i++) {
		sq_split(q, &to->tables[i], &parts);
		for (size_t k = 0; k < parts.indexes.n; k++) {
			sq_list_index(q, to->tables[i].name, &to->tables[i],
			    parts.indexes.v[k].text, true);
			decl_differs(q->j, DECL_D_SQ_ALTER_INDEX,
			    to->tables[i].indexes[k].name);
		}
	}
}

/* Whichever statement came last would decide whether an index is there: all
 * go before anything else, and come once, at the end. */
static void order_altered(struct sq *q)
{
	size_t kept = 0;

	if (!any(q, SQ_ALTER_COLUMN) || indexes_rest(q))
		return;
	for (size_t i = 0; i < q->list.n; i++) {
		struct sq_statement s = q->list.v[i];

		if (s.kind == SQ_CREATE_INDEX || s.kind == SQ_DROP_INDEX)
			continue;
		s.bare = true;
		q->list.v[kept++] = s;
	}
	q->list.n = kept;
	drop_old_indexes(q);
	make_new_indexes(q);
}

/* --- foreign keys off ----------------------------------------------------- */

static void put_pragmas(struct sq *q, bool drops)
{
	size_t first = q->list.n, last = 0, n = 0;

	for (size_t i = 0; i < q->list.n; i++) {
		bool off = q->list.v[i].kind == SQ_RECREATE ||
		    (drops && q->list.v[i].kind == SQ_DROP_TABLE);

		if (!off)
			continue;
		first = i < first ? i : first;
		last = i;
		n++;
	}
	if (!n)
		return;
	if (n > 1 || drops)
		decl_differs(q->j, DECL_D_SQ_PRAGMA, STR("foreign_keys"));
	insert(q, last + 1, (struct sq_statement){ .kind = SQ_PRAGMA,
		.name = STR("PRAGMA foreign_keys=ON;") });
	insert(q, first, (struct sq_statement){ .kind = SQ_PRAGMA,
		.name = STR("PRAGMA foreign_keys=OFF;") });
}

void sq_safe_order(struct sq *q)
{
	bool drops;

	order_altered(q);
	order_views(q);
	drops = order_drops(q);
	order_renames(q);
	drops |= order_clashes(q);
	order_indexes(q);
	put_pragmas(q, drops);
}

/* --- names that collide --------------------------------------------------- */

struct names {
	struct sq *q;
	struct map *seen;
};

static struct str folded(struct arena *a, struct str s)
{
	char *p = arena_z(a, s);

	for (size_t i = 0; i < s.n; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] + 32);
	return (struct str){ p, s.n };
}

static enum rc claim(struct names *n, struct str name, const char *what,
    struct str table)
{
	struct str key = folded(n->q->a, name);
	const struct str *other = map_get(n->seen, key);
	struct str *own = arena_new_of(n->q->a, struct str);

	*own = table.n ? arena_printf(n->q->a, "%s of the table %.*s", what,
	    STR_ARG(table)) : str_z(what);
	if (!other) {
		map_put(n->seen, key, own);
		return RC_OK;
	}
	(void)err_set(n->q->j->e, RC_PARSE, "two are called %.*s: %.*s and "
	    "%.*s", STR_ARG(name), STR_ARG(*other), STR_ARG(*own));
	err_hint(n->q->j->e, "SQLite keeps the names of tables, views and "
	    "indexes together, upper and lower case alike; give one of them "
	    "another name");
	return RC_PARSE;
}

enum rc sq_safe_names(struct sq *q)
{
	const struct decl *to = q->j->to;
	struct names n = { q, map_new(q->a) };
	enum rc rc = RC_OK;

	for (size_t i = 0; i < to->ntables; i++)
		if (!to->tables[i].ncols)
			return err_set(q->j->e, RC_PARSE, "the table %.*s has "
			    "no columns, which SQLite does not take",
			    STR_ARG(to->tables[i].name));
	for (size_t i = 0; i < to->ntables && !rc; i++)
		rc = claim(&n, to->tables[i].name, "a table", STR(""));
	for (size_t i = 0; i < to->nviews && !rc; i++)
		rc = claim(&n, to->views[i].name, "a view", STR(""));
	for (size_t i = 0; i < to->ntables && !rc; i++)
		for (size_t k = 0; k < to->tables[i].nindexes && !rc; k++)
			rc = claim(&n, to->tables[i].indexes[k].name,
			    "an index", to->tables[i].name);
	return rc;
}
