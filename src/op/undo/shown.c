/* shown: what a migration took, as text for a screen (see keep.h). */
#include "base/fs.h"
#include "op/undo/keep.h"
#include "op/undo/store.h"

#define ROWS_SHOWN 100		/* of each object */
#define CELL_SHOWN 60

static void head_put(const struct saved *o, struct sbuf *b)
{
	sbuf_addz(b, b->n ? "\n-- " : "-- ");
	if (o->schema.n)
		sbuf_addf(b, "%.*s.", STR_ARG(o->schema));
	sbuf_add(b, o->table);
	for (size_t i = 0; o->kind != SAVED_ROWS && i < o->cols.n; i++)
		sbuf_addf(b, "%s%.*s", i ? ", " : ".", STR_ARG(o->cols.v[i]));
	sbuf_addf(b, ": %.*s, ", STR_ARG(o->reason));
	sbuf_add_count(b, o->rows);
	sbuf_addf(b, " row%s\n", o->rows == 1 ? "" : "s");
}

static void names_put(const struct cursor *c, struct sbuf *b)
{
	sbuf_addz(b, "-- ");
	for (size_t i = 0; i < c->ncols; i++)
		sbuf_addf(b, "%s%.*s", i ? " | " : "", STR_ARG(c->names[i]));
	sbuf_addc(b, '\n');
}

/* At most CELL_SHOWN bytes of a literal, whole characters, closed again. */
static void cell_put(struct sbuf *b, struct str cell)
{
	size_t n = cell.n, quotes = 0;

	if (n > CELL_SHOWN)
		for (n = CELL_SHOWN; n && (cell.p[n] & 0xc0) == 0x80;)
			n--;
	while (n < cell.n && quotes + 1 < n && cell.p[n - quotes - 1] == '\'')
		quotes++;
	n -= quotes & 1;	/* half of a doubled one */
	sbuf_add(b, str_sub(cell, 0, n));
	if (n < cell.n)
		sbuf_addz(b, cell.p[cell.n - 1] == '\'' ? "' ..." : " ...");
}

static void row_put(const struct cursor *c, struct sbuf *b)
{
	struct sbuf cell = SBUF_TEXT;

	for (size_t i = 0; i < c->ncols; i++) {
		sbuf_reset(&cell);
		dialect_sqlite.literal(&cell, &c->row[i]);
		sbuf_addz(b, i ? " | " : "");
		cell_put(b, sbuf_str(&cell));
	}
	sbuf_addc(b, '\n');
	sbuf_free(&cell);
}

static enum rc object_put(struct store *s, const struct saved *o,
    struct sbuf *b, struct err *e)
{
	struct sbuf sql = SBUF_INIT(256);
	struct cursor *c = NULL;
	bool more = true;
	enum rc rc;

	head_put(o, b);
	SQL(&sql, "SELECT * FROM o");
	sbuf_add_i64(&sql, o->id);
	SQL(&sql, " LIMIT ");
	sbuf_add_i64(&sql, ROWS_SHOWN);
	rc = drv_query(store_drv(s), sbuf_str(&sql), NULL, 0, 4096, &c, e);
	if (!rc)
		names_put(c, b);
	while (!rc && !(rc = cursor_next(c, &more, e)) && more)
		row_put(c, b);
	cursor_close(c);
	sbuf_free(&sql);
	if (!rc && o->rows > ROWS_SHOWN)
		sbuf_addf(b, "-- and %lld more: weir undo export %.*s %lld\n",
		    (long long)(o->rows - ROWS_SHOWN), STR_ARG(o->tag),
		    (long long)o->id);
	return rc;
}

enum rc saved_text(struct str dir, struct str tag, struct arena *a,
    struct str *out, struct err *e)
{
	const struct saved *v = NULL;
	struct sbuf b = SBUF_TEXT;
	struct store *s = NULL;
	size_t n = 0;
	enum rc rc = store_open(dir, &s, e);

	if (!rc)
		rc = store_list(s, a, &v, &n, e);
	for (size_t i = 0; !rc && i < n; i++)
		if (str_eq(v[i].tag, tag))
			rc = object_put(s, &v[i], &b, e);
	store_close(s);
	if (!rc)
		*out = b.n ? arena_str(a, sbuf_str(&b)) :
		    STR("-- nothing was lost\n");
	sbuf_free(&b);
	return rc;
}
