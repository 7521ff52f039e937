/* out_sql: rows as statements and as conditions. */
#include "op/out_local.h"

/* --- INSERT (O.5) ---------------------------------------------------------- */

static void insert_head(struct out *o)
{
	struct sbuf b = SBUF_TEXT;
	const char *comma = "";
	bool always = false;

	SQL(&b, "INSERT INTO ");
	o->dialect->table(&b, o->r->object);
	SQL(&b, " (");
	for (size_t i = 0; i < o->ncols; i++) {
		if (o->cols[i].made)
			continue;
		always |= o->cols[i].always;
		sbuf_addz(&b, comma);
		o->dialect->ident(&b, o->cols[i].name);
		comma = ", ";
	}
	sbuf_addz(&b, always ? ") OVERRIDING SYSTEM VALUE VALUES (" :
	    ") VALUES (");
	if (!*comma) {		/* nothing but what the engine makes */
		sbuf_reset(&b);
		SQL(&b, "INSERT INTO ");
		o->dialect->table(&b, o->r->object);
		SQL(&b, " DEFAULT VALUES");
	}
	o->b.full |= b.full;
	o->before = arena_str(o->a, sbuf_str(&b));
	sbuf_free(&b);
}

static void insert_row(struct out *o, const struct value *row)
{
	const char *comma = "";

	sbuf_add(&o->b, o->before);
	for (size_t i = 0; i < o->ncols; i++) {
		const char *word = out_bool(o, i, &row[i]);

		if (o->cols[i].made)
			continue;
		sbuf_addz(&o->b, comma);
		comma = ", ";
		if (word)
			sbuf_addz(&o->b, word);
		else if (out_numeric(o, i, &row[i]))
			sbuf_add(&o->b, row[i].s);
		else
			o->dialect->literal(&o->b, &row[i]);
	}
	sbuf_addz(&o->b, *comma ? ");\n" : ";\n");
}

const struct out_kind out_kind_insert = { insert_head, insert_row, NULL };

/* --- WHERE ------------------------------------------------------------------- */

/* The key's columns where there is one, else all. */
static void where_row(struct out *o, const struct value *row)
{
	bool keyed = false;
	size_t n = 0;

	for (size_t i = 0; i < o->ncols; i++)
		keyed |= o->cols[i].key;
	for (size_t i = 0; i < o->ncols; i++)
		n += !keyed || o->cols[i].key;
	sbuf_addz(&o->b, o->rows ? "\nOR " : "");
	sbuf_addz(&o->b, n > 1 ? "(" : "");
	for (size_t i = 0, k = 0; i < o->ncols; i++) {
		if (keyed && !o->cols[i].key)
			continue;
		sbuf_addz(&o->b, k++ ? " AND " : "");
		(void)rows_condition(o->dialect, o->cols[i].name, &row[i],
		    &o->b);
	}
	sbuf_addz(&o->b, n > 1 ? ")" : "");
}

const struct out_kind out_kind_where = { NULL, where_row, NULL };
