/*
 * found: a hazard from its first sighting to its words and severity.
 *
 * Severity (DESIGN §5.5): a loss with rows or not measured is destructive, of
 * exactly 0 it is caution; what fails on existing rows is blocked where there
 * are such rows, caution where nobody looked, info where there are none.
 */
#include "plan/internal.h"

struct str say_count(struct arena *a, int64_t n)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	sbuf_add_count(&b, n);
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static struct str object_text(const struct work *w, struct str table,
    struct str column)
{
	struct obj o = { .kind = OBJ_TABLE, .name = table };
	struct sbuf b = SBUF_TEXT;
	struct str out;

	if (column.n) {
		o.kind = OBJ_COLUMN;
		o.table = table;
		o.name = column;
	}
	w->d->object_name(&b, &o, STR(""));
	out = arena_str(w->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

/* The name that a table made by the plan gets in the end, when the live
 * schema has that one (SL12: the copy of a table that points to itself). */
static struct str later_name(const struct work *w, size_t i, struct str table)
{
	for (; i < w->run->n; i++) {
		struct altered al;

		altered_find(&w->run->v[i], &al);
		if (al.renamed && str_ieq(al.was->o.name, table) &&
		    model_table(w->p->from, STR(""), al.is->o.name))
			return al.is->o.name;
	}
	return table;
}

/* P.3: names as the live schema has them, or as the file gives them. */
struct found *found_add(struct work *w, enum hazard_id id, size_t stmt,
    struct str table, struct str column)
{
	struct place t = place_table(w, table);
	struct place c = place_column(w, table, column);
	struct found f = { .stmt = stmt, .at = stmt };

	f.h.def = &hazard_defs[id];
	f.h.rows = -1;
	f.h.of = -1;
	f.h.table = t.live.p ? t.live : later_name(w, stmt, table);
	if (column.n)
		f.h.column = c.live.p ? c.live : column;
	else
		f.h.column = STR("");
	f.h.object = object_text(w, f.h.table, f.h.column);
	vec_push(w->a, &w->found, f);
	return &w->found.v[w->found.n - 1];
}

/* --- evidence ---------------------------------------------------------------- */

struct say {
	enum hazard_id id;
	/* '#' rows, '%' rows of the table, '@' the object, {one|many} by the
	 * rows, [one|many] by the rows of the table */
	const char *some, *none, *unknown;
};

static const struct say says[] = {
	{ HAZ_ID_DROP_TABLE, "# {row is|rows are} dropped",
	    "the table is empty",
	    "its rows were not counted" },
	{ HAZ_ID_DROP_COLUMN, "# of % [row|rows] {holds|hold} a value",
	    "none of % [row|rows] holds a value",
	    "its values were not counted" },
	{ HAZ_ID_CASCADE, "# {row|rows} of @ {is|are} deleted",
	    "no row of @ is deleted", "rows of @ would go, not counted" },
	{ HAZ_ID_CASCADE_ROWS, "# {row|rows} of @ {is|are} deleted",
	    "no row of @ is deleted", "rows of @ would go, not counted" },
	{ HAZ_ID_ORPHANS, "# {row|rows} of @ {points|point} to it",
	    "no row of @ points to it",
	    "rows of @ may point to it, not counted" },
	{ HAZ_ID_TYPE, "# of % [value|values] {changes|change}",
	    "% [value|values] kept",
	    "values were not compared" },
	{ HAZ_ID_SET_NOTNULL, "# of % [row|rows] {holds|hold} NULL",
	    "0 NULLs in %",
	    "NULLs were not counted" },
	{ HAZ_ID_UNIQUE, "# duplicate {group|groups} in %",
	    "0 duplicate groups in %",
	    "duplicates were not counted" },
	{ HAZ_ID_ADD_FK, "# of % [row|rows] {has|have} no parent",
	    "0 rows without parent in %", "orphans were not counted" },
	{ HAZ_ID_ADD_CHECK, "# of % [row|rows] {fails|fail} the check",
	    "% [row passes|rows pass] the check", "rows were not checked" },
	{ HAZ_ID_ADD_NOTNULL, "the table holds # {row|rows}",
	    "the table is empty; fails where it is not",
	    "fails where the table is not empty" },
	{ HAZ_ID_ADD_DEFAULT, "the table holds # {row|rows}",
	    "the table is empty; fails where it is not",
	    "fails where the table is not empty" },
	{ HAZ_ID_ADD_REFERENCES, "the table holds # {row|rows}",
	    "the table is empty; fails where it is not",
	    "fails where the table is not empty" },
	{ HAZ_ID_ADD_STORED, "the table holds # {row|rows}",
	    "the table is empty; fails where it is not",
	    "fails where the table is not empty" },
	{ HAZ_ID_DELETE_ROWS, "# of % [row|rows] {is|are} deleted",
	    "no row is deleted",
	    "deleted rows were not counted" },
	{ HAZ_ID_UPDATE_ROWS, "# of % [value|values] {is|are} overwritten",
	    "no value is overwritten", "overwritten values were not counted" },
	{ HAZ_ID_REPLACE_ROWS, "# of % [row|rows] {is|are} replaced",
	    "no row is replaced",
	    "replaced rows were not counted" },
	{ HAZ_ID_PT3, "# {row is|rows are} gone", "the table is empty",
	    "its rows were not counted" },
	{ HAZ_ID_PT4, "# of % [row|rows] {holds|hold} a value",
	    "none of % [row|rows] holds a value",
	    "its values were not counted" },
	{ HAZ_ID_PT38, "# of % [value|values] {loses|lose} the attribute",
	    "no value of % has it", "its values were not counted" },
	{ HAZ_ID_PT32_SEQUENCE, "its position is lost", "it was never used",
	    "its position is lost" },
	{ HAZ_ID_PT34, "# of % [row|rows] {fails|fail} the check",
	    "% [row passes|rows pass] the check", "rows were not checked" },
	{ HAZ_ID_PC6, "rows were not checked", "the table is empty",
	    "rows were not checked" },
	{ HAZ_ID_PE3, "# of % [row|rows] {holds|hold} a value that is gone",
	    "no row of % holds a value that is gone",
	    "values were not compared" },
	{ HAZ_ID_PE4, "# of % [row|rows] {holds|hold} it",
	    "no row of % holds it", "rows were not counted" },
	{ HAZ_ID_PP2, "# of % [row|rows] {lies|lie} outside",
	    "% [row lies|rows lie] inside", "rows were not checked" },
	{ HAZ_ID_PY5, "# of % [value|values] {is|are} too long",
	    "no value of % is too long", "values were not measured" },
	{ HAZ_ID_PY7, "# of % [value|values] {is|are} out of range",
	    "no value of % is out of range", "values were not compared" },
	{ HAZ_ID_PY13, "# of % [value|values] {does|do} not read as it",
	    "% [value reads|values read] as it", "values were not read" },
	{ HAZ_ID_RENAME, "# {value|values} kept", "no rows", "values kept" },
	{ HAZ_ID_ROWIDS, "# of % [row|rows] {gets|get} another rowid",
	    "rowids stay",
	    "rowids were not compared" },
	{ HAZ_ID_FK_TARGET, "# {row of it is|rows of it are} pointed to",
	    "no row points to it", "not counted" },
};

/* "{one|many}" or "[one|many]"; returns its last character. */
static const char *say_number(const char *form, bool one, struct sbuf *b)
{
	const char *bar = strchr(form, '|');
	const char *end = bar + strcspn(bar, "}]");

	if (one)
		sbuf_add(b, (struct str){ form + 1, (size_t)(bar - form - 1) });
	else
		sbuf_add(b, (struct str){ bar + 1, (size_t)(end - bar - 1) });
	return end;
}

static struct str say(struct work *w, const char *form,
    const struct hazard *h)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	for (; *form; form++) {
		if (*form == '{' || *form == '[')
			form = say_number(form, (*form == '{' ? h->rows :
			    h->of) == 1, &b);
		else if (*form == '#')
			sbuf_add_count(&b, h->rows);
		else if (*form == '%' && h->of >= 0)
			sbuf_add_count(&b, h->of);
		else if (*form == '%')
			SQL(&b, "all");
		else if (*form == '@')
			sbuf_add(&b, h->object);
		else
			sbuf_addc(&b, *form);
	}
	if (h->estimate && h->rows >= 0)
		SQL(&b, ", counted before the migration");
	out = arena_str(w->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static struct str evidence(struct work *w, const struct hazard *h)
{
	for (size_t i = 0; i < sizeof(says) / sizeof(*says); i++) {
		const struct say *s = &says[i];

		/* one danger, one sentence, whatever its code */
		if (!str_is(str_z(h->def->slug), hazard_defs[s->id].slug))
			continue;
		return say(w, h->rows < 0 ? s->unknown :
		    h->rows ? s->some : s->none, h);
	}
	return arena_str(w->a, str_z(h->def->title));
}

static enum sev severity(const struct hazard *h)
{
	switch (h->def->cls) {
	case HAZ_LOSS:
		/* counted before statements that move rows: not measured */
		return h->rows == 0 && !h->estimate ? SEV_CAUTION :
		    SEV_DESTRUCTIVE;
	case HAZ_FAILS:
		return h->rows == 0 ? SEV_INFO :
		    h->rows > 0 ? SEV_BLOCKED : SEV_CAUTION;
	case HAZ_REBUILD:
	case HAZ_LOCKS:
	case HAZ_REWRITE:
		return SEV_INFO;
	case HAZ_BREAKS:
	case HAZ_TX:
	case HAZ_FILE:
	case HAZ_UNDO:
	case HAZ_DRIFT:
		break;
	}
	return SEV_CAUTION;
}

void found_settle(struct work *w, struct found *f)
{
	if (f->settled)
		return;
	f->h.sev = severity(&f->h);
	/* the new name is announced by the very change: said, not asked */
	if (str_is(str_z(f->h.def->slug), "rename"))
		f->h.sev = SEV_INFO;
	if (f->h.text.n == 0)
		f->h.text = evidence(w, &f->h);
	if (f->hidden)
		f->h.text = arena_printf(w->a, "%.*s: row security or a "
		    "missing right hides rows", STR_ARG(f->h.text));
	f->settled = true;
}
