/* nulls: see nulls.h. */
#include "op/nulls.h"

#include <stdlib.h>

static bool may_be_null(const struct column *c)
{
	return !c->notnull;
}

static int64_t number_of(const struct value *v, struct arena *a)
{
	return v->kind == VALUE_INT ? v->i : v->kind == VALUE_TEXT ?
	    strtoll(arena_z(a, v->s), NULL, 10) : 0;
}

enum rc nulls_count(struct drv *d, const struct table *t, struct arena *a,
    const int64_t **n, struct err *e)
{
	const struct dialect *x = d->ops->dialect;
	int64_t *out = arena_array(a, int64_t, t->ncols + 1);
	struct sbuf sql = SBUF_TEXT;
	struct cursor *c = NULL;
	size_t asked = 0;
	bool more = false;
	enum rc rc;

	SQL(&sql, "SELECT count(*)");
	for (size_t i = 0; i < t->ncols; i++) {
		if (!may_be_null(t->cols[i]))
			continue;
		SQL(&sql, ", count(");
		x->ident(&sql, t->cols[i]->o.name);
		SQL(&sql, ")");
		asked++;
	}
	SQL(&sql, " FROM ");
	x->table(&sql, &t->o);
	rc = asked ? drv_query(d, sbuf_str(&sql), NULL, 0, 64, &c, e) : RC_OK;
	if (!rc && c)
		rc = cursor_next(c, &more, e);
	if (!rc && more) {
		int64_t rows = number_of(&c->row[0], a);
		size_t k = 0;

		for (size_t i = 0; i < t->ncols; i++)
			if (may_be_null(t->cols[i]))
				out[i] = rows - number_of(&c->row[++k], a);
	}
	cursor_close(c);
	sbuf_free(&sql);
	if (!rc)
		*n = out;
	return rc;
}
