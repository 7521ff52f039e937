/*
 * squash: parts of a table as joined texts, as drizzle-kit compares them
 * (sqliteSchema.ts, SQLiteSquasher), and read back from them.
 */
#include "decl/sqlite.h"

static void join(struct sbuf *b, const struct sq *q, struct strs list)
{
	for (size_t i = 0; i < list.n; i++) {
		if (i)
			sbuf_addc(b, q->item);
		sbuf_add(b, list.v[i]);
	}
}

static struct str done(struct sq *q, struct sbuf *b)
{
	struct str s = arena_str(q->a, sbuf_str(b));

	sbuf_reset(b);
	return s;
}

static struct str squash_index(struct sq *q, struct sbuf *b,
    const struct decl_index *x)
{
	sbuf_add(b, x->name);
	sbuf_addc(b, q->part);
	for (size_t i = 0; i < x->ncols; i++) {
		if (i)
			sbuf_addc(b, q->item);
		sbuf_add(b, x->cols[i].expression);
	}
	sbuf_addc(b, q->part);
	sbuf_addz(b, x->unique ? "true" : "false");
	sbuf_addc(b, q->part);
	sbuf_add(b, x->where);
	return done(q, b);
}

static struct str squash_fk(struct sq *q, struct sbuf *b,
    const struct decl_fk *f)
{
	sbuf_add(b, f->name);
	sbuf_addc(b, q->part);
	sbuf_add(b, f->table_from);
	sbuf_addc(b, q->part);
	join(b, q, f->cols_from);
	sbuf_addc(b, q->part);
	sbuf_add(b, f->table_to);
	sbuf_addc(b, q->part);
	join(b, q, f->cols_to);
	sbuf_addc(b, q->part);
	sbuf_add(b, f->on_update);
	sbuf_addc(b, q->part);
	sbuf_add(b, f->on_delete);
	return done(q, b);
}

static struct str squash_named(struct sq *q, struct sbuf *b, struct str name,
    struct strs cols)
{
	sbuf_add(b, name);
	sbuf_addc(b, q->part);
	join(b, q, cols);
	return done(q, b);
}

static struct sq_parts parts_of(struct sq *q, size_t n)
{
	return (struct sq_parts){ arena_array(q->a, struct sq_part, n), n };
}

void sq_split(struct sq *q, const struct decl_table *t,
    struct sq_table_parts *out)
{
	struct sbuf b = SBUF_TEXT;

	out->indexes = parts_of(q, t->nindexes);
	for (size_t i = 0; i < t->nindexes; i++)
		out->indexes.v[i] = (struct sq_part){ t->indexes[i].name,
			squash_index(q, &b, &t->indexes[i]) };
	out->fks = parts_of(q, t->nfks);
	for (size_t i = 0; i < t->nfks; i++)
		out->fks.v[i] = (struct sq_part){ t->fks[i].name,
			squash_fk(q, &b, &t->fks[i]) };
	out->pks = parts_of(q, t->npks);
	for (size_t i = 0; i < t->npks; i++) {
		join(&b, q, t->pks[i].cols);
		out->pks.v[i] = (struct sq_part){ t->pks[i].name,
			done(q, &b) };
	}
	out->uniques = parts_of(q, t->nuniques);
	for (size_t i = 0; i < t->nuniques; i++)
		out->uniques.v[i] = (struct sq_part){ t->uniques[i].name,
			squash_named(q, &b, t->uniques[i].name,
			    t->uniques[i].cols) };
	out->checks = parts_of(q, t->nchecks);
	for (size_t i = 0; i < t->nchecks; i++)
		out->checks.v[i] = (struct sq_part){ t->checks[i].name,
			squash_named(q, &b, t->checks[i].name,
			    (struct strs){ &t->checks[i].value, 1 }) };
	sbuf_free(&b);
}

void sq_compare(struct sq *q, struct sq_parts old, struct sq_parts now,
    struct sq_delta *out)
{
	struct decl_match m = decl_match(q->a, DECL_LIST(old.v, old.n),
	    DECL_LIST(now.v, now.n));

	for (size_t i = 0; i < old.n; i++) {
		const struct sq_part *x;

		if (m.ab[i] == DECL_NOWHERE) {
			vec_push(q->a, &out->deleted, old.v[i]);
			continue;
		}
		x = &now.v[m.ab[i]];
		if (!str_eq(x->text, old.v[i].text)) {
			vec_push(q->a, &out->was, old.v[i]);
			vec_push(q->a, &out->now, *x);
		}
	}
	for (size_t i = 0; i < now.n; i++)
		if (m.ba[i] == DECL_NOWHERE)
			vec_push(q->a, &out->added, now.v[i]);
}

/* --- read back ----------------------------------------------------------- */

/* The next piece before `sep`, as split() cuts; absent after the last. */
static struct str piece(struct str *rest, char sep)
{
	struct str s = *rest;
	const char *end;

	if (!s.p)
		return STR_NONE;
	end = s.n ? memchr(s.p, sep, s.n) : NULL;
	if (!end) {
		*rest = STR_NONE;
		return s;
	}
	s.n = (size_t)(end - s.p);
	*rest = (struct str){ end + 1, rest->n - s.n - 1 };
	return s;
}

static struct strs items(const struct sq *q, struct str s)
{
	VEC(struct str) v = { 0 };

	if (!s.p)
		s = STR("");
	while (s.p) {
		struct str item = piece(&s, q->item);

		vec_push(q->a, &v, item);
	}
	return (struct strs){ v.v, v.n };
}

struct decl_index sq_read_index(const struct sq *q, struct str text)
{
	struct decl_index x = { .name = piece(&text, q->part) };
	struct strs cols = items(q, piece(&text, q->part));
	struct decl_index_column *v;

	v = arena_array(q->a, struct decl_index_column, cols.n);
	for (size_t i = 0; i < cols.n; i++)
		v[i].expression = cols.v[i];
	x.cols = v;
	x.ncols = cols.n;
	x.unique = str_is(piece(&text, q->part), "true");
	x.where = piece(&text, q->part);
	return x;
}

struct decl_fk sq_read_fk(const struct sq *q, struct str text)
{
	struct decl_fk f = { .name = piece(&text, q->part) };

	f.table_from = piece(&text, q->part);
	f.cols_from = items(q, piece(&text, q->part));
	f.table_to = piece(&text, q->part);
	f.cols_to = items(q, piece(&text, q->part));
	f.on_update = piece(&text, q->part);
	f.on_delete = piece(&text, q->part);
	return f;
}

struct strs sq_read_pk(const struct sq *q, struct str text)
{
	return items(q, text);
}

struct decl_check sq_read_check(const struct sq *q, struct str text)
{
	struct decl_check c = { .name = piece(&text, q->part) };

	c.value = piece(&text, q->part);
	return c;
}

struct decl_key sq_read_unique(const struct sq *q, struct str text)
{
	struct decl_key k = { .name = piece(&text, q->part) };

	k.cols = items(q, piece(&text, q->part));
	return k;
}

/* --- columns ------------------------------------------------------------- */

bool sq_column_differs(const struct decl_column *x,
    const struct decl_column *y)
{
	return !str_eq(x->type, y->type) || x->primary != y->primary ||
	    x->notnull != y->notnull || x->autoincrement != y->autoincrement ||
	    !decl_value_same(&x->dflt, &y->dflt) ||
	    !str_eq(x->generated, y->generated) ||
	    !str_eq(x->generated_type, y->generated_type);
}
