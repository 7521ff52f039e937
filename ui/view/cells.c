/* cells: NULL is not '', a blob is not text, and a number is whole. */
#include "ui/view/cells.h"

#include "base/utf8.h"

#define BLOB_HEX 8		/* bytes of a blob that are shown */

void cell_bytes(struct sbuf *b, int64_t bytes)
{
	static const char *const units[] = { "KB", "MB", "GB", "TB" };
	double v = (double)bytes;
	size_t u = 0;

	if (bytes < 1000) {
		sbuf_addf(b, "%d B", (int)bytes);
		return;
	}
	for (v /= 1000; v >= 999.5 && u < 3; u++)
		v /= 1000;
	sbuf_addf(b, v < 9.95 ? "%.1f %s" : "%.0f %s", v, units[u]);
}

void cell_count(struct sbuf *b, int64_t n, bool estimate)
{
	if (n < 0) {
		SQL(b, "?");
		return;
	}
	if (estimate)
		SQL(b, "~");
	if (n >= 999500)
		sbuf_addf(b, "%.1f M", (double)n / 1e6);
	else if (estimate && n >= 10000)
		sbuf_addf(b, "%.0f k", (double)n / 1e3);
	else
		sbuf_add_count(b, n);
}

/* x'00ff', or how long it is and how it begins */
static void show_blob(struct sbuf *b, const struct value *v, bool ascii)
{
	static const char digits[] = "0123456789abcdef";
	bool whole = v->full <= BLOB_HEX;

	if (!whole)
		cell_bytes(b, (int64_t)v->full);
	sbuf_addz(b, whole ? "x'" : v->s.n ? "  " : "");
	for (size_t i = 0; i < v->s.n && i < BLOB_HEX; i++) {
		unsigned char c = (unsigned char)v->s.p[i];

		sbuf_addc(b, digits[c >> 4]);
		sbuf_addc(b, digits[c & 15]);
	}
	sbuf_addz(b, whole ? "'" : !v->s.n ? "" : ascii ? "~" : "…");
}

void cell_show(const struct app *app, struct arena *a, const struct value *v,
    struct grid_cell *out)
{
	struct sbuf b = SBUF_INIT(8192);

	out->style = STYLE_NORMAL;
	switch (v->kind) {
	case VALUE_NULL:
		out->style = STYLE_NULL;
		SQL(&b, "NULL");
		break;
	case VALUE_INT:
	case VALUE_REAL:
		out->style = STYLE_NUMBER;
		app->dialect->literal(&b, v);
		break;
	case VALUE_TEXT:
		if (!v->full) {
			out->style = STYLE_NULL;
			SQL(&b, "''");
			break;
		}
		utf8_sanitize(&b, v->s, UTF8_LINE, app->ascii);
		if (v->full > v->s.n)
			sbuf_addz(&b, app->ascii ? "~" : "…");
		break;
	case VALUE_BLOB:
		out->style = STYLE_DIM;
		show_blob(&b, v, app->ascii);
		break;
	}
	out->text = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
}

bool cell_plain(const struct dialect *d, const struct value *v, struct sbuf *b)
{
	if (v->kind == VALUE_BLOB ||
	    (v->kind == VALUE_TEXT && v->full > v->s.n))
		return false;
	if (v->kind == VALUE_TEXT)
		sbuf_add(b, v->s);
	else if (v->kind == VALUE_NULL)
		SQL(b, "NULL");
	else
		d->literal(b, v);
	return true;
}
