/*
 * back: a SQLite table as it was, made of what became of it.
 *
 * What ALTER and a rebuild take from a table only another rebuild gives back:
 * its stored text under another name, a copy of the columns that both have,
 * DROP and RENAME, then the indexes and triggers that hung on it.  Values that
 * went come from the undo store (op/apply/restore.c): a column that must not
 * be NULL and has no default holds the number of its row until then.
 */
#include "dialect/sqlite/sqlite.h"
#include "plan/internal.h"

#define TEMP_PREFIX "__weir_"

static void line(struct sbuf *b)
{
	if (b->n)
		SQL(b, ";\n--> statement-breakpoint\n");
}

/* CREATE TABLE <name>…: the third word of what the engine stores; and where
 * the table calls itself by its name, "t"."c", RENAME takes that back. */
static void create_as(struct sbuf *b, const struct table *t, struct str name)
{
	struct arena *a = arena_new();
	struct token k = sqlite_token_next(t->sql, 0), dot;
	size_t from;

	k = sqlite_token_next(t->sql, k.to);
	k = sqlite_token_next(t->sql, k.to);
	SQL(b, "CREATE TABLE ");
	dialect_sqlite.ident(b, name);
	from = k.to;
	for (k = sqlite_token_next(t->sql, k.to); k.kind != TOKEN_END;
	    k = sqlite_token_next(t->sql, k.to)) {
		dot = sqlite_token_next(t->sql, k.to);
		if (!str_is(token_text(t->sql, dot), ".") ||
		    !str_ieq(sqlite_unquote(a, token_text(t->sql, k)),
		    t->o.name))
			continue;
		sbuf_add(b, str_sub(t->sql, from, k.from));
		dialect_sqlite.ident(b, name);
		from = k.to;
	}
	sbuf_add(b, str_sub(t->sql, from, t->sql.n));
	arena_free(a);
}

bool column_unfilled(const struct column *c)
{
	return c->notnull && !c->has_default && c->generated == GEN_NONE;
}

static bool numbered(const struct table *t)
{
	return !t->without_rowid && !t->pk && !table_column(t, STR("rowid"));
}

static void copy_columns(struct sbuf *b, const struct table *was,
    const struct table *is, bool from)
{
	bool any = numbered(was) && numbered(is);

	if (any)
		SQL(b, "rowid");
	for (size_t i = 0; i < was->ncols; i++) {
		const struct column *c = was->cols[i];
		bool both = table_column(is, c->o.name) != NULL;

		if (c->generated != GEN_NONE || c->hidden ||
		    (!both && !column_unfilled(c)))
			continue;
		if (any)
			SQL(b, ", ");
		any = true;
		if (from && !both)
			sbuf_addz(b, is->without_rowid ? "0 AS " :
			    "rowid AS ");
		dialect_sqlite.ident(b, c->o.name);
	}
}

/* since: of what byte on rows are put back before what asks for them; 0 they
 * are not. */
static void hangs(struct sbuf *b, const struct table *was,
    const struct table *is, bool fresh, size_t since)
{
	for (size_t i = 0; i < was->nindexes; i++)
		if (was->indexes[i]->origin == 'c') {
			line(b);
			if (was->indexes[i]->unique && since) {
				rows_back_line(b, since);
				since = 0;
			}
			sbuf_add(b, was->indexes[i]->sql);
		}
	for (size_t i = 0; i < was->ntriggers; i++) {
		bool there = false;

		for (size_t k = 0; is && k < is->ntriggers; k++)
			there = there || str_ieq(is->triggers[k]->o.name,
			    was->triggers[i]->o.name);
		/* a trigger that stands is put back by the run itself */
		if (there && !fresh)
			continue;
		line(b);
		sbuf_add(b, was->triggers[i]->sql);
	}
}

static bool table_back(const struct table *was, const struct table *is,
    size_t since, struct sbuf *b)
{
	struct arena *a;
	struct str name;

	if (was->type != TABLE_ORDINARY || !was->sql.n)
		return false;
	if (!is) {
		line(b);
		create_as(b, was, was->o.name);
		hangs(b, was, NULL, true, 0);
		return true;
	}
	if (is->type != TABLE_ORDINARY)
		return false;
	a = arena_new();
	name = arena_printf(a, TEMP_PREFIX "%.*s", STR_ARG(was->o.name));
	line(b);
	create_as(b, was, name);
	line(b);
	SQL(b, "INSERT INTO ");
	dialect_sqlite.ident(b, name);
	SQL(b, " (");
	copy_columns(b, was, is, false);
	SQL(b, ") SELECT ");
	copy_columns(b, was, is, true);
	SQL(b, " FROM ");
	dialect_sqlite.ident(b, is->o.name);
	line(b);
	SQL(b, "DROP TABLE ");
	dialect_sqlite.ident(b, is->o.name);
	line(b);
	SQL(b, "ALTER TABLE ");
	dialect_sqlite.ident(b, name);
	SQL(b, " RENAME TO ");
	dialect_sqlite.ident(b, was->o.name);
	hangs(b, was, is, false, since);
	arena_free(a);
	return true;
}

static bool makes(const struct run *run, const struct run_file *f, size_t at,
    struct str table)
{
	for (size_t i = f->first; i < at; i++)
		if (run->v[i].facts.verb == VERB_CREATE_TABLE &&
		    str_ieq(run->v[i].facts.object, table))
			return true;
	return false;
}

/* Ends statement i a rebuild of its file?  Then *first began it. */
static bool ends_rebuild(const struct run *run, const struct run_file *f,
    size_t i, size_t *first, const struct table **was,
    const struct table **is)
{
	struct altered al;

	altered_find(&run->v[i], &al);
	if (!al.renamed)
		return false;
	for (size_t k = i; k-- > f->first;) {
		const struct run_stmt *s = &run->v[k];

		if (s->facts.verb != VERB_CREATE_TABLE ||
		    !str_ieq(s->facts.object, al.was->o.name))
			continue;
		*was = s->before ? model_table(s->before, STR(""),
		    al.is->o.name) : NULL;
		*is = al.is;
		*first = k;
		return *was != NULL;
	}
	return false;
}

static bool makes_own(const struct run *run, const struct run_file *f,
    size_t i)
{
	const struct facts *x = &run->v[i].facts;

	return x->writes.n && makes(run, f, i, x->writes.v[0]);
}

/* Statements after i: the rows that they took are back before i is. */
static void rows_first(const struct run *run, const struct run_file *f,
    size_t i, struct sbuf *b)
{
	for (size_t k = i + 1; k < f->first + f->n; k++) {
		enum fact_verb verb = run->v[k].facts.verb;

		if (verb != VERB_DROP_TABLE && (!is_data(verb) ||
		    verb == VERB_INSERT || makes_own(run, f, k)))
			continue;
		rows_back_line(b, run->v[i].offset + 1);
		return;
	}
}

static const struct index *unique_gone(const struct run_stmt *s)
{
	const void *p = NULL;

	for (size_t i = 0; s->facts.verb == VERB_DROP_INDEX && !p &&
	    i < s->before->nobjs; i++)
		if (s->before->objs[i]->kind == OBJ_INDEX && str_ieq(
		    s->before->objs[i]->name, s->facts.object))
			p = s->before->objs[i];
	return p && ((const struct index *)p)->unique ? p : NULL;
}

/* What statement i takes back, and where that began. */
static bool taken_back(const struct run *run, const struct run_file *f,
    size_t i, size_t *first, struct sbuf *b)
{
	const struct run_stmt *s = &run->v[i];
	const struct table *was = NULL, *is = NULL;
	struct altered al;

	if (ends_rebuild(run, f, i, first, &was, &is))
		return table_back(was, is, run->v[*first].offset + 1, b);
	if (s->facts.verb == VERB_DROP_TABLE) {
		was = model_table(s->before, STR(""), s->facts.object);
		return was && table_back(was, NULL, 0, b);
	}
	if (s->facts.verb != VERB_ALTER_TABLE)
		return false;
	altered_find(s, &al);
	return al.dropped && table_back(al.was, al.is, s->offset + 1, b);
}

/*
 * What a statement took that no statement alone gives back; saved: its rows
 * are in the undo store.  *first: where what is undone with it begins.
 */
enum inverse sqlite_unit(const struct run *run, const struct run_file *f,
    size_t i, bool saved, struct arena *a, size_t *first, struct back *out)
{
	const struct run_stmt *s = &run->v[i];
	const struct index *unique;
	struct sbuf b = SBUF_TEXT, back = SBUF_TEXT;
	bool ok;

	*out = (struct back){ .text = STR("") };
	*first = i;
	if (is_data(s->facts.verb))
		return makes_own(run, f, i) || (saved && s->facts.verb !=
		    VERB_INSERT) ? INVERSE_NOTHING : INVERSE_MISSING;
	if (!saved || !s->before || !s->after)
		return INVERSE_MISSING;
	unique = unique_gone(s);
	if (unique)
		sbuf_add(&back, unique->sql);
	ok = unique ? unique->sql.n > 0 : taken_back(run, f, i, first, &back);
	if (s->facts.verb != VERB_DROP_TABLE)
		rows_first(run, f, i, &b);
	sbuf_add(&b, sbuf_str(&back));
	sbuf_free(&back);
	out->around = ok && !unique;
	out->text = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return ok ? INVERSE_TEXT : INVERSE_MISSING;
}
