/*
 * down: the inverse of a statement from the models before and after it, and
 * the grade of undoing it.  Rows are no part of it: a statement that loses
 * rows has no inverse here.
 */
#include "dialect/pg/pg.h"
#include "plan/internal.h"

static struct str drop_of(const struct model *m, enum obj_kind kind,
    struct str name, struct arena *a)
{
	const struct dialect *d = dialect_of(m->dialect);
	struct obj o = { .kind = kind, .name = name };
	struct index ix = { .origin = 'c' };
	struct sbuf b = SBUF_TEXT;
	struct str out = STR("");

	ix.o = o;
	if (d->drop_text(m, kind == OBJ_INDEX ? &ix.o : &o, &b))
		out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static const struct obj *named(const struct model *m, enum obj_kind kind,
    struct str name)
{
	for (size_t i = 0; i < m->nobjs; i++)
		if (m->objs[i]->kind == kind && str_ieq(m->objs[i]->name, name))
			return m->objs[i];
	return NULL;
}

static struct str create_of(const struct model *m, enum obj_kind kind,
    struct str name, struct arena *a)
{
	const struct obj *o = named(m, kind, name);
	struct sbuf b = SBUF_TEXT;
	struct str out = STR("");

	if (o && dialect_of(m->dialect)->create_text(m, o, &b))
		out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static struct str alter_text(const struct model *m, struct arena *a,
    struct str table, const char *word, struct str x, struct str y)
{
	const struct dialect *d = dialect_of(m->dialect);
	struct sbuf b = SBUF_TEXT;
	struct str out;

	SQL(&b, "ALTER TABLE ");
	d->ident(&b, table);
	sbuf_addz(&b, word);
	d->ident(&b, x);
	if (y.n) {
		SQL(&b, " TO ");
		d->ident(&b, y);
	}
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

/* Does the trigger go with a view whose text is another? */
static bool on_view(const struct run_stmt *s, const struct obj *o)
{
	const void *p, *q;

	if (o->kind != OBJ_TRIGGER)
		return false;
	p = named(s->before, OBJ_VIEW, o->table);
	q = named(s->after, OBJ_VIEW, o->table);
	return p && (!q || !str_eq(((const struct view *)p)->sql,
	    ((const struct view *)q)->sql));
}

/* The triggers of a view that went with it. */
static struct str with_triggers(const struct run_stmt *s, struct str text,
    struct arena *a)
{
	struct sbuf b = SBUF_TEXT;

	sbuf_add(&b, text);
	for (size_t i = 0; i < s->before->nobjs; i++) {
		const struct obj *o = s->before->objs[i];

		if (o->kind != OBJ_TRIGGER || !on_view(s, o) ||
		    named(s->after, OBJ_TRIGGER, o->name))
			continue;
		SQL(&b, ";\n");
		(void)dialect_of(s->before->dialect)->create_text(s->before, o,
		    &b);
	}
	text = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return text;
}

/* Views and triggers whose text the engine wrote anew for another name get
 * their own text again; one view more takes its triggers along. */
static void texts_back(const struct run_stmt *s, struct sbuf *b)
{
	const struct dialect *d = dialect_of(s->after->dialect);
	struct sbuf make = SBUF_TEXT;

	for (size_t i = 0; i < s->before->nobjs; i++) {
		const struct obj *o = s->before->objs[i];
		const void *p = o;
		const struct obj *is = named(s->after, o->kind, o->name);
		const void *q = is;
		struct str was, now;

		if (!is || (o->kind != OBJ_VIEW && o->kind != OBJ_TRIGGER))
			continue;
		was = o->kind == OBJ_VIEW ? ((const struct view *)p)->sql :
		    ((const struct trigger *)p)->sql;
		now = o->kind == OBJ_VIEW ? ((const struct view *)q)->sql :
		    ((const struct trigger *)q)->sql;
		if (str_eq(was, now) && !on_view(s, o))
			continue;
		if (!on_view(s, o)) {
			SQL(b, ";\n");
			if (!d->drop_text(s->before, o, b))
				continue;
		}
		SQL(&make, ";\n");
		(void)d->create_text(s->before, o, &make);
	}
	sbuf_add(b, sbuf_str(&make));
	sbuf_free(&make);
}

static struct str with_texts(const struct run_stmt *s, struct str text,
    struct arena *a)
{
	struct sbuf b = SBUF_TEXT;

	sbuf_add(&b, text);
	texts_back(s, &b);
	text = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return text;
}

static struct str inverse_of_alter(const struct run_stmt *s, struct arena *a)
{
	struct altered al;

	altered_find(s, &al);
	if (al.renamed)
		return with_texts(s, alter_text(s->after, a, al.is->o.name,
		    " RENAME TO ", al.was->o.name, STR("")), a);
	if (al.added)
		return alter_text(s->after, a, al.is->o.name, " DROP COLUMN ",
		    al.added->o.name, STR(""));
	if (al.from && al.to)
		return with_texts(s, alter_text(s->after, a, al.is->o.name,
		    " RENAME COLUMN ", al.to->o.name, al.from->o.name), a);
	return STR("");
}

/* Verbs whose inverse drops what they made, or makes what they dropped. */
static const struct {
	enum fact_verb verb;
	enum obj_kind kind;
	bool made;
} inverses[] = {
	{ VERB_CREATE_TABLE, OBJ_TABLE, true },
	{ VERB_CREATE_VTABLE, OBJ_TABLE, true },
	{ VERB_CREATE_INDEX, OBJ_INDEX, true },
	{ VERB_CREATE_VIEW, OBJ_VIEW, true },
	{ VERB_CREATE_TRIGGER, OBJ_TRIGGER, true },
	{ VERB_DROP_INDEX, OBJ_INDEX, false },
	{ VERB_DROP_VIEW, OBJ_VIEW, false },
	{ VERB_DROP_TRIGGER, OBJ_TRIGGER, false },
};

enum inverse sqlite_inverse(const struct run_stmt *s, struct arena *a,
    struct str *out)
{
	enum fact_verb verb = s->facts.verb;

	*out = STR("");
	if (s->hoisted || verb == VERB_EMPTY || verb == VERB_SELECT ||
	    verb == VERB_ANALYZE || verb == VERB_REINDEX)
		return INVERSE_NOTHING;
	if (!s->before || !s->after || verb == VERB_DROP_TABLE || is_data(verb))
		return INVERSE_MISSING;
	if (s->before == s->after)
		return verb == VERB_OTHER ? INVERSE_MISSING : INVERSE_NOTHING;
	if (verb == VERB_ALTER_TABLE)
		*out = inverse_of_alter(s, a);
	for (size_t i = 0; i < sizeof(inverses) / sizeof(*inverses); i++)
		if (inverses[i].verb == verb)
			*out = inverses[i].made ?
			    drop_of(s->after, inverses[i].kind,
			    s->facts.object, a) :
			    create_of(s->before, inverses[i].kind,
			    s->facts.object, a);
	if (verb == VERB_DROP_VIEW && out->n)
		*out = with_triggers(s, *out, a);
	return out->n ? INVERSE_TEXT : INVERSE_MISSING;
}

static const char *other_words(const struct run_stmt *s)
{
	return s->facts.pg ? pg_kinds[s->facts.pg->kind].words :
	    fact_verb_name[s->facts.verb];
}

static bool is_code(const struct run_stmt *s)
{
	return s->facts.pg && s->facts.pg->flags & PG_ANYTHING;
}

static struct str missing_text(const struct run_stmt *s, struct arena *a)
{
	struct str what = s->facts.writes.n ? s->facts.writes.v[0] :
	    s->facts.object;
	struct altered al;

	altered_find(s, &al);
	if (s->skipped.n)
		return arena_printf(a, "%.*s: what it did is not known: %.*s",
		    STR_ARG(s->where), STR_ARG(s->skipped));
	if (s->facts.verb == VERB_OTHER || s->facts.verb == VERB_SELECT)
		return arena_printf(a, "%.*s: no way back is derived from %s%s",
		    STR_ARG(s->where), is_code(s) ? "code: " : "",
		    other_words(s));
	if (al.dropped)
		return arena_printf(a, "%.*s: DROP COLUMN %.*s.%.*s has no "
		    "inverse", STR_ARG(s->where), STR_ARG(al.was->o.name),
		    STR_ARG(al.dropped->o.name));
	return arena_printf(a, "%.*s: %s %.*s has no inverse",
	    STR_ARG(s->where), fact_verb_name[s->facts.verb], STR_ARG(what));
}

/* --- one file ------------------------------------------------------------------ */

/* The text of a way back: `late` waits for the rows (R.1 of plan.h). */
struct downing {
	const struct dialect *d;
	struct sbuf b, late;
	bool rows;		/* some are put back … */
	bool mark;		/* … before what is late */
	size_t since;		/* what begins there or later is in the text */
};

static void add_step(struct sbuf *b, struct str text)
{
	if (!text.n)
		return;
	if (b->n)
		SQL(b, "--> statement-breakpoint\n");
	sbuf_add(b, text);
	SQL(b, ";\n");
}

static bool holds_name(const struct dialect *d, struct str sql,
    struct str ident)
{
	for (struct token t = d->token(sql, 0); t.kind != TOKEN_END;
	    t = d->token(sql, t.to))
		if (t.kind == TOKEN_IDENT && str_eq(str_sub(sql, t.from, t.to),
		    ident))
			return true;
	return false;
}

static bool drops_name(const struct dialect *d, struct str sql,
    struct str late)
{
	bool alters = str_starts(sql, STR("ALTER TABLE "));
	struct str last = STR("");

	if (!alters && !str_starts(sql, STR("DROP ")))
		return false;
	for (struct token t = d->token(sql, 0); t.kind != TOKEN_END;
	    t = d->token(sql, t.to)) {
		if (t.kind != TOKEN_IDENT || (t.to < sql.n &&
		    sql.p[t.to] == '.'))
			continue;
		last = str_sub(sql, t.from, t.to);
		if (!alters && holds_name(d, late, last))
			return true;
	}
	return alters && last.n && holds_name(d, late, last);
}

static bool any_statement(const struct dialect *d, struct str text,
    struct str late, bool (*is)(const struct dialect *, struct str,
    struct str))
{
	size_t from = 0;

	for (struct token t = d->token(text, 0);; t = d->token(text, t.to)) {
		bool end = t.kind == TOKEN_END;

		if (!end && (t.kind != TOKEN_PUNCT || text.p[t.from] != ';'))
			continue;
		if (is(d, str_trim(str_sub(text, from, end ? text.n :
		    t.from)), late))
			return true;
		if (end)
			return false;
		from = t.to;
	}
}

/* Would `text` meet what is not there yet, or have another name? */
static bool collides(const struct dialect *d, struct str text,
    struct str late)
{
	return str_find(text, STR(" RENAME "), 0) < text.n ||
	    str_find(text, STR(" SET SCHEMA "), 0) < text.n ||
	    any_statement(d, text, late, drops_name);
}

static bool attaches(const struct dialect *d, struct str sql,
    struct str table)
{
	(void)d;
	return str_find(sql, STR(" ATTACH PARTITION "), 0) < sql.n &&
	    str_find(sql, table, 0) < sql.n;
}

/* ALTER TABLE of one that `late` makes a part of, or a part of another: with
 * its shape of now that one fits, with the next it would not. */
static bool reshapes(const struct dialect *d, struct str sql, struct str late)
{
	size_t from = STR("ALTER TABLE ").n;
	struct token t;

	if (!str_starts(sql, STR("ALTER TABLE ")))
		return false;
	if (str_starts(str_sub(sql, from, sql.n), STR("ONLY ")))
		from += STR("ONLY ").n;
	t = d->token(sql, from);
	while (t.to < sql.n && sql.p[t.to] == '.')
		t = d->token(sql, t.to + 1);
	return any_statement(d, late, str_sub(sql, from, t.to), attaches);
}

/* The rows of what is in the text by now. */
static void rows_early(struct downing *x)
{
	struct sbuf b = SBUF_TEXT;

	rows_back_line(&b, x->since);
	sbuf_add(&b, sbuf_str(&x->late));
	sbuf_truncate(&x->late, 0);
	sbuf_add(&x->late, sbuf_str(&b));
	sbuf_free(&b);
}

static void flush_late(struct downing *x)
{
	if (!x->late.n)
		return;
	if (x->b.n)
		SQL(&x->b, "--> statement-breakpoint\n");
	sbuf_add(&x->b, sbuf_str(&x->late));
	sbuf_truncate(&x->late, 0);
}

static void add_back(struct downing *x, const struct back *back)
{
	struct str late = sbuf_str(&x->late);

	if (late.n && back->text.n && collides(x->d, back->text, late)) {
		x->mark = false;
		flush_late(x);
	} else if (late.n && any_statement(x->d, back->text, late, reshapes)) {
		if (x->rows && x->mark)
			rows_early(x);
		flush_late(x);
	}
	add_step(&x->b, back->text);
	add_step(x->rows && x->mark ? &x->late : &x->b, back->late);
}

static void end_back(struct downing *x)
{
	if (x->late.n && x->mark) {
		if (x->b.n)
			SQL(&x->b, "--> statement-breakpoint\n");
		rows_back_line(&x->b, 0);
		sbuf_add(&x->b, sbuf_str(&x->late));
		sbuf_truncate(&x->late, 0);
	}
	flush_late(x);
	if (!x->b.n)
		SQL(&x->b, "-- no statement: rows alone\n");
}

/* Are there saved rows that what is late may need? */
static bool has_rows(const struct run *run, const struct run_file *f,
    struct arena *a)
{
	const struct plan_rules *rules = plan_rules_of(run->after->dialect);
	bool rows = false;

	for (size_t i = f->first + f->n; !rows && i-- > f->first;) {
		struct back back = { .text = STR("") };

		rows = is_data(run->v[i].facts.verb) ||
		    (rules->unit(run, f, i, true, a, &i, &back) ==
		    INVERSE_TEXT && back.rows);
	}
	return rows;
}

/* P.6 */
bool plan_derive_down(const struct run *run, const struct run_file *f,
    bool saved, struct arena *a, struct str *down, struct str *missing)
{
	const struct plan_rules *rules = plan_rules_of(run->after->dialect);
	struct downing x = { .d = dialect_of(run->after->dialect),
		.b = SBUF_TEXT, .late = SBUF_TEXT,
		.rows = saved && has_rows(run, f, a), .mark = true };
	bool ok = true, rebuilds = false;

	*missing = STR("");
	for (size_t i = f->first + f->n; ok && i-- > f->first;) {
		struct back back = { .text = STR("") };
		size_t first = i;
		enum inverse inv = rules->unit(run, f, i, saved, a, &first,
		    &back);

		if (inv == INVERSE_TEXT && back.around)
			rebuilds = true;
		if (inv == INVERSE_MISSING) {
			first = i;
			back.late = STR("");
			inv = rules->inverse(&run->v[i], a, &back.text);
		}
		if (inv == INVERSE_MISSING) {
			*missing = missing_text(&run->v[i], a);
			ok = false;
		} else if (inv == INVERSE_TEXT) {
			add_back(&x, &back);
		}
		i = first;
		x.since = run->v[i].offset;
	}
	end_back(&x);
	if (ok)
		*down = rebuilds && rules->unit_begin ? arena_printf(a,
		    "%s%.*s%s", rules->unit_begin, STR_ARG(sbuf_str(&x.b)),
		    rules->unit_end) : arena_str(a, sbuf_str(&x.b));
	sbuf_free(&x.b);
	sbuf_free(&x.late);
	return ok;
}

/* --- grades ------------------------------------------------------------------------ */

bool stmt_loses(const struct work *w, size_t i)
{
	for (size_t k = 0; k < w->found.n; k++)
		if (w->found.v[k].stmt == i && !w->found.v[k].gone &&
		    w->found.v[k].h.sev == SEV_DESTRUCTIVE)
			return true;
	return false;
}

static bool drops_unique(const struct run_stmt *s)
{
	const struct obj *o;

	if (s->facts.verb != VERB_DROP_INDEX || !s->before)
		return false;
	o = named(s->before, OBJ_INDEX, s->facts.object);
	return o && ((const struct index *)o)->unique;
}

static bool not_null(const struct table *t, struct str name)
{
	const struct column *c = table_column(t, name);

	return c && (c->notnull || (c->pk_pos && str_ieq(c->type,
	    STR("INTEGER")) && t->pk && t->pk->cols.n == 1));
}

void table_key(const struct table *t, struct strs *cols)
{
	*cols = (struct strs){ 0 };
	if (t->pk) {
		bool all = true;

		for (size_t i = 0; i < t->pk->cols.n; i++)
			all = all && (t->without_rowid ||
			    not_null(t, t->pk->cols.v[i]));
		if (all)
			*cols = t->pk->cols;
	}
	for (size_t i = 0; i < t->nuniques && !cols->n; i++) {
		const struct key *k = t->uniques[i];
		bool all = k->cols.n > 0 && !k->deferrable;

		for (size_t n = 0; n < k->cols.n; n++)
			all = all && not_null(t, k->cols.v[n]);
		if (all)
			*cols = k->cols;
	}
}

static bool key_stays(const struct rebuild *r)
{
	struct strs cols, now;

	table_key(r->was, &cols);
	table_key(r->is, &now);
	for (size_t i = 0; i < cols.n; i++)
		if (!table_column(r->is, cols.v[i]))
			return false;
	return cols.n && strs_eq(cols, now);
}

/* A row is found again by its number, without one by its key. */
/* The number of a row goes by a name that no column has. */
static bool has_row_number(const struct table *t)
{
	for (const char *const *n = dialect_sqlite.rowids; *n; n++)
		if (!table_column(t, str_z(*n)))
			return true;
	return false;
}

static bool can_save(const struct work *w, size_t i, const struct hazard *h)
{
	const struct table *t = model_table(w->p->from, STR(""), h->table);
	const struct rebuild *r = rebuild_of(w, i);

	if (!t || t->type != TABLE_ORDINARY ||
	    (!t->without_rowid && !has_row_number(t)))
		return false;
	if (r && str_ieq(r->table, h->table))
		return key_stays(r);
	return true;
}

bool stmt_saved(const struct work *w, size_t i)
{
	const struct plan_file *f = &w->files[w->file_of[i]];

	if (!w->p->saves || (!f->has_down && !f->down.n))
		return false;
	for (size_t k = 0; k < w->found.n; k++)
		if (w->found.v[k].stmt == i && !w->found.v[k].gone &&
		    w->found.v[k].h.sev == SEV_DESTRUCTIVE &&
		    !w->found.v[k].h.unsaved &&
		    (w->found.v[k].h.def->cls != HAZ_LOSS ||
		    !can_save(w, i, &w->found.v[k].h)))
			return false;
	return true;
}

enum undo_grade sqlite_undo(const struct work *w, size_t i)
{
	const struct run_stmt *s = &w->run->v[i];
	bool has_down = w->files[w->file_of[i]].has_down;
	bool rebuilt = rebuild_of(w, i) != NULL;
	struct str text;

	if (stmt_loses(w, stmt_leader(w, i)))
		return stmt_saved(w, stmt_leader(w, i)) ? UNDO_SAVED :
		    has_down ? UNDO_SHAPE : UNDO_NONE;
	has_down = has_down || w->files[w->file_of[i]].down.n;
	if (rebuilt)
		return has_down ? UNDO_CHECKED : UNDO_NONE;
	if (sqlite_inverse(s, w->a, &text) != INVERSE_MISSING)
		return drops_unique(s) ? UNDO_CHECKED : UNDO_EXACT;
	if (w->files[w->file_of[i]].down.n)	/* with the rest of its file */
		return is_data(s->facts.verb) ? UNDO_SAVED : UNDO_CHECKED;
	return has_down ? UNDO_SHAPE : UNDO_NONE;
}
