/* out_table: rows for eyes (O.6). */
#include "base/utf8.h"
#include "op/out_local.h"

#define GAP "  "

static void table_head(struct out *o)
{
	o->held.text = (struct sbuf)SBUF_INIT((size_t)1 << 30);
	o->held.ends = arena_array(o->a, size_t, o->ncols * (OUT_SAMPLE + 1) + 1);
	o->held.width = arena_array(o->a, int, o->ncols + 1);
	o->held.right = arena_array(o->a, bool, o->ncols + 1);
	for (size_t i = 0; i < o->ncols; i++) {
		o->held.right[i] = o->cols[i].numeric;
		utf8_sanitize(&o->held.text, o->cols[i].name, UTF8_LINE,
		    false);
		o->held.ends[i] = o->held.text.n;
	}
	o->held.nrows = 1;
}

static struct str cell(const struct out *o, size_t row, size_t col)
{
	size_t at = row * o->ncols + col;

	return str_sub(sbuf_str(&o->held.text), at ? o->held.ends[at - 1] : 0,
	    o->held.ends[at]);
}

static void put_cell(struct out *o, size_t col, struct str s)
{
	int left = o->held.width[col] - (int)utf8_cells(s);
	size_t pad = left > 0 ? (size_t)left : 0;

	if (col)
		SQL(&o->b, GAP);
	if (o->held.right[col])
		sbuf_fill(&o->b, ' ', pad);
	sbuf_add(&o->b, s);
	if (!o->held.right[col] && col + 1 < o->ncols)
		sbuf_fill(&o->b, ' ', pad);
}

static void put_rule(struct out *o)
{
	for (size_t i = 0; i < o->ncols; i++) {
		if (i)
			SQL(&o->b, GAP);
		sbuf_fill(&o->b, '-', (size_t)o->held.width[i]);
	}
	sbuf_addc(&o->b, '\n');
}

static void measure(struct out *o)
{
	for (size_t i = 0; i < o->ncols; i++) {
		int w = 1;

		for (size_t k = 0; k < o->held.nrows; k++) {
			int n = (int)utf8_cells(cell(o, k, i));

			w = n > w ? n : w;
		}
		/* a name is seen whole */
		o->held.width[i] = w > OUT_PAD_MAX ? OUT_PAD_MAX : w;
		w = (int)utf8_cells(cell(o, 0, i));
		if (w > o->held.width[i])
			o->held.width[i] = w;
	}
}

/* What was held goes out, and rows are not held any more. */
static void let_through(struct out *o)
{
	measure(o);
	for (size_t k = 0; k < o->held.nrows; k++) {
		for (size_t i = 0; i < o->ncols; i++)
			put_cell(o, i, cell(o, k, i));
		sbuf_addc(&o->b, '\n');
		if (!k)
			put_rule(o);
	}
	o->held.through = true;
	o->held.nrows = 0;
	sbuf_reset(&o->held.text);
}

static void table_row(struct out *o, const struct value *row)
{
	struct sbuf *t = &o->held.text;
	size_t at = o->held.nrows * o->ncols;

	if (o->held.through)
		sbuf_reset(t);
	for (size_t i = 0; i < o->ncols; i++) {
		struct str s = row[i].kind == VALUE_NULL ? STR("NULL") :
		    out_word(o, &row[i]);
		size_t from = t->n;

		utf8_sanitize(t, s, UTF8_LINE, false);
		if (o->held.through)
			put_cell(o, i, str_sub(sbuf_str(t), from, t->n));
		else
			o->held.ends[at + i] = t->n;
	}
	o->b.full |= t->full;
	if (o->held.through)
		sbuf_addc(&o->b, '\n');
	else if (++o->held.nrows > OUT_SAMPLE || t->n > 8 * OUT_PIECE)
		let_through(o);
}

static void table_end(struct out *o)
{
	if (!o->held.through)
		let_through(o);
}

const struct out_kind out_kind_table = { table_head, table_row, table_end };
