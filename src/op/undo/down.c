/*
 * down: the way back of one migration, first found (DESIGN §5.8): a down
 * file, a comment section, else what can be derived from the models.
 */
#include "op/undo/undo.h"

/*
 * A migration of its own that holds the down text.  Blank lines stand for
 * what comes before a section in its file, so that places are right.
 */
static const struct entry *down_entry(const struct entry *en,
    const struct down_script *d, size_t line, struct arena *a)
{
	struct entry *x = arena_new_of(a, struct entry);
	struct piece *piece = arena_new_of(a, struct piece);
	struct sbuf b = SBUF_TEXT;

	if (line > 1)
		sbuf_fill(&b, '\n', line - 1);
	sbuf_add(&b, d->text);
	*x = *en;
	x->missing = false;
	x->file = d->source;
	x->text = arena_str(a, sbuf_str(&b));
	x->hash = sha256_of(x->text);
	sha256_hex(&x->hash, x->hex);
	x->down = x->down_file = STR("");
	x->down_line = 0;
	*piece = (struct piece){ .sql = x->text };
	x->pieces = piece;
	x->npieces = 1;
	sbuf_free(&b);
	return x;
}

enum rc down_find(const struct entry *en, const struct run *up,
    const struct run_file *f, bool saved, struct arena *a,
    struct down_script *out,
    struct err *e)
{
	struct down_script d = { .origin = DOWN_NONE, .grade = UNDO_NONE,
		.saved = STR("") };
	size_t line = 1;

	(void)e;
	if (en->down.n) {
		d.origin = str_eq(en->down_file, en->file) ? DOWN_SECTION :
		    DOWN_FILE;
		d.text = en->down;
		d.source = en->down_file;
		d.grade = saved ? UNDO_SAVED : UNDO_SHAPE;
		line = en->down_line;
	} else if (up && f) {
		if (plan_derive_down(up, f, saved, a, &d.text, &d.missing)) {
			d.origin = DOWN_DERIVED;
			d.source = arena_printf(a, "%.*s (derived)",
			    STR_ARG(en->tag));
			d.grade = saved ? UNDO_SAVED : UNDO_EXACT;
		}
	} else {
		d.missing = STR("there is no down file, and what it did is "
		    "not known");
	}
	if (d.origin != DOWN_NONE)
		d.entry = down_entry(en, &d, line, a);
	*out = d;
	return RC_OK;
}
