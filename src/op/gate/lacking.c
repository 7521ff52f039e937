/*
 * lacking: rows that came since, for which a derived way back has no value of
 * a column that must not be NULL: said, and the way back with a place for it.
 */
#include "base/utf8.h"
#include "op/gate/local.h"

#define PLACE "/* value */"

struct str lacking_text(const struct lacking *l, struct arena *a)
{
	struct sbuf b = SBUF_INIT(2048);
	struct str out;

	sbuf_add_count(&b, l->rows);
	sbuf_addf(&b, " row%s of %.*s came %ssince and %s no value for "
	    "%.*s, which must not be NULL", l->rows == 1 ? "" : "s",
	    STR_ARG(l->table), l->rewritten ? "or were rewritten " : "",
	    l->rows == 1 ? "has" : "have", STR_ARG(l->column));
	if (l->keys.n)
		sbuf_addf(&b, ": %.*s", STR_ARG(l->keys));
	out = utf8_clean(a, sbuf_str(&b), UTF8_LINE);
	sbuf_free(&b);
	return out;
}

/* --- with a place for it ------------------------------------------------------------ */

static struct str replaced(struct str text, size_t at, size_t n,
    struct str with, struct arena *a)
{
	return arena_printf(a, "%.*s%.*s%.*s", STR_ARG(str_sub(text, 0, at)),
	    STR_ARG(with), STR_ARG(str_sub(text, at + n, text.n)));
}

/* Saved rows are back, NOT NULL comes: what is NULL by then came since. */
static struct str before_not_null(struct str text, const struct lacking *l,
    const struct dialect *d, struct arena *a)
{
	struct sbuf t = SBUF_TEXT, c = SBUF_TEXT;
	struct str out = STR(""), asks;
	size_t at;

	d->table(&t, &(struct obj){ .kind = OBJ_TABLE, .schema = l->schema,
	    .name = l->table });
	d->ident(&c, l->column);
	asks = arena_printf(a, "ALTER TABLE %.*s ALTER COLUMN %.*s SET NOT "
	    "NULL", STR_ARG(sbuf_str(&t)), STR_ARG(sbuf_str(&c)));
	at = str_find(text, asks, 0);
	if (at < text.n)
		out = replaced(text, at, 0, arena_printf(a, "UPDATE %.*s SET "
		    "%.*s = " PLACE " WHERE %.*s IS NULL;\n",
		    STR_ARG(sbuf_str(&t)), STR_ARG(sbuf_str(&c)),
		    STR_ARG(sbuf_str(&c))), a);
	sbuf_free(&t);
	sbuf_free(&c);
	return out;
}

/* The number of the row, which holds the place until saved rows are back. */
static struct str in_the_copy(struct str text, const struct lacking *l,
    const struct dialect *d, struct arena *a)
{
	struct sbuf t = SBUF_TEXT, c = SBUF_TEXT;
	struct str out = STR("");
	size_t at, end, hold;

	SQL(&t, " FROM ");
	d->ident(&t, l->table);
	sbuf_addz(&c, " AS ");
	d->ident(&c, l->column);
	end = str_find(text, sbuf_str(&t), 0);
	hold = str_find(str_sub(text, 0, end), sbuf_str(&c), 0);
	for (at = hold; at > 0 && text.p[at - 1] != ' ';)
		at--;
	if (end < text.n && hold < end)
		out = replaced(text, at, hold - at, STR(PLACE), a);
	sbuf_free(&t);
	sbuf_free(&c);
	return out;
}

struct str lacking_way(struct str text, const struct lacking *l,
    const struct dialect *d, struct arena *a)
{
	struct str out = before_not_null(text, l, d, a);

	return out.n ? out : in_the_copy(text, l, d, a);
}

/* --- refused ----------------------------------------------------------------------- */

enum rc check_lacking(const struct gate_request *rq, struct arena *a,
    struct err *e)
{
	struct str file, way;

	if (!rq->lacking.n)
		return RC_OK;
	file = arena_printf(a, "%.*s%s%.*s.down.sql", STR_ARG(rq->folder),
	    rq->folder.n ? "/" : "", STR_ARG(rq->lacking.v[0].tag));
	way = arena_printf(a, "write this into %.*s, with a value in the place"
	    " of " PLACE ", and again: weir rollback\n%.*s", STR_ARG(file),
	    STR_ARG(rq->way));
	err_set(e, RC_CONFLICT, "%.*s", STR_ARG(lacking_text(&rq->lacking.v[0],
	    a)));
	if (rq->lacking.n > 1)
		err_prefix(e, "1 of %zu findings", rq->lacking.n);
	if (!rq->way.n)
		err_hint(e, "write the way back into %.*s, and again: weir "
		    "rollback", STR_ARG(file));
	else if (way.n < sizeof e->hint)
		err_hint(e, "%.*s", STR_ARG(way));
	else
		err_hint(e, "weir rollback --dry-run prints a way back with a "
		    "place for it: write that into %.*s, with a value in the "
		    "place of " PLACE ", and again: weir rollback",
		    STR_ARG(file));
	return RC_CONFLICT;
}
