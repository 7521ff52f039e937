/*
 * pg_sequence: sequences that a statement sets anew (PT30, PN4): setval(),
 * ALTER SEQUENCE … RESTART, RESTART of an identity, TRUNCATE … RESTART
 * IDENTITY.  No rollback and no way back knows where they stood.
 *
 * Where the sequence is told and a column takes its numbers from it, the rows
 * whose numbers would come again are counted; none is no danger.  Where it
 * stands is read with them.
 */
#include "plan/pg.h"

struct moving {
	const struct lens *l;
	struct str schema, name;	/* as written; schema may be "" */
	struct str to;		/* an expression; "": where it starts */
	bool after;		/* the number itself is not given again */
	const struct spot *of;	/* an identity: its table and column */
	struct str column;
};

/* "schema.name" of the model, against what is written. */
static bool is_called(const struct moving *x, struct str full)
{
	size_t tail = full.n - x->name.n;

	if (!x->name.n || full.n < x->name.n + 2)
		return false;
	if (x->schema.n)
		return str_eq(full, key_of(x->l->w->a, x->schema, x->name));
	return full.p[tail - 1] == '.' &&
	    str_eq(str_sub(full, tail, full.n), x->name);
}

static bool draws(const struct moving *x, const struct column *c)
{
	return is_called(x, c->sequence) ||
	    (str_starts(c->dflt, STR("nextval(")) && x->name.n &&
	    pg_text_names(c->dflt, x->name));
}

/* Of the live schema: the first column that takes its numbers from it. */
static const struct column *user_of(const struct moving *x,
    const struct table **t)
{
	const struct model *m = x->l->w->p->from;

	for (size_t i = 0; i < m->ntables; i++)
		for (size_t k = 0; k < m->tables[i]->ncols; k++)
			if (draws(x, m->tables[i]->cols[k])) {
				*t = m->tables[i];
				return m->tables[i]->cols[k];
			}
	return NULL;
}

static struct str literal(const struct lens *l, struct str s)
{
	struct value v = { .kind = VALUE_TEXT, .s = s, .full = s.n };
	struct sbuf b = SBUF_TEXT;
	struct str out;

	l->w->d->literal(&b, &v);
	out = arena_str(l->w->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static struct str quoted(const struct lens *l, struct str schema,
    struct str name)
{
	return sql_form(l->w, "@.@", (const struct str[]){ schema, name });
}

/* Where it stands, in words; and who comes again. */
static void measured(const struct moving *x, struct found *f, struct str seq)
{
	struct work *w = x->l->w;
	const struct table *t = NULL;
	const struct column *c = user_of(x, &t);
	struct str start = x->to.n ? x->to : sql_form(w, "(SELECT q.seqstart"
	    " FROM pg_catalog.pg_sequence AS q WHERE q.seqrelid ="
	    " $::pg_catalog.regclass)", (const struct str[]){
	    literal(x->l, seq) });
	struct str top = STR("NULL"), from, col;

	if (c) {
		f->h.table = key_of(w->a, t->o.schema, t->o.name);
		from = quoted(x->l, t->o.schema, t->o.name);
		col = sql_form(w, "@", &c->o.name);
		top = sql_form(w, "(SELECT '; the highest number in use is '"
		    " || pg_catalog.max($) FROM $)", (const struct str[]){
		    col, from });
		f->live_count = sql_form(w, x->after ?
		    "SELECT pg_catalog.count(*) FROM $ WHERE $ > $" :
		    "SELECT pg_catalog.count(*) FROM $ WHERE $ >= $",
		    (const struct str[]){ from, col, start });
		f->live_of = sql_form(w, "SELECT pg_catalog.count(*) FROM $",
		    &from);
	} else {
		f->live_count = STR("SELECT -1");
	}
	f->live_text = sql_form(w, "SELECT pg_catalog.concat('it stands at ',"
	    " s.last_value, $) FROM $ AS s", (const struct str[]){ top,
	    seq });
}

static void moves(const struct moving *x)
{
	struct work *w = x->l->w;
	struct found *f = x->of ? pg_found(x->l, HAZ_ID_PT30, x->of,
	    x->column) : pg_found_obj(x->l, HAZ_ID_PT30, &(struct obj){
	    .kind = OBJ_SCHEMA, .name = x->name.n ? x->name : STR("setval") });
	const struct model *m = w->p->from;
	const struct table *t = NULL;
	const struct column *c;

	f->h.text = STR("the sequence moves, and a rollback does not take it "
	    "back: behind numbers in use they come again");
	if (pg_sets_after_rows(x->l->g)) {
		pg_say(f, SEV_INFO, STR("the sequence goes on after the rows; "
		    "a rollback does not take it back"));
		return;
	}
	for (size_t i = 0; i < m->nobjs; i++)
		if (m->objs[i]->kind == OBJ_SEQUENCE && is_called(x,
		    key_of(w->a, m->objs[i]->schema, m->objs[i]->name))) {
			measured(x, f, quoted(x->l, m->objs[i]->schema,
			    m->objs[i]->name));
			return;
		}
	c = user_of(x, &t);
	if (c && is_called(x, c->sequence))
		measured(x, f, quoted(x->l, str_sub(c->sequence, 0,
		    c->sequence.n - x->name.n - 1), x->name));
}

/* --- where it goes --------------------------------------------------------------- */

static struct token next(const struct lens *l, size_t *at)
{
	struct token t;

	do {
		t = l->w->d->token(l->s->sql, *at);
		*at = t.to;
	} while (t.kind == TOKEN_SPACE || t.kind == TOKEN_COMMENT);
	return t;
}

static struct str text_of(const struct lens *l, struct token t)
{
	return str_sub(l->s->sql, t.from, t.to);
}

/* The token after `word`; its kind is TOKEN_END where there is none. */
static struct token after(const struct lens *l, const char *word, size_t *at)
{
	struct token t;

	do {
		t = next(l, at);
		if (t.kind == TOKEN_END)
			return t;
	} while (!str_ieq(text_of(l, t), str_z(word)));
	return next(l, at);
}

/* RESTART [[WITH] number] */
static struct str restart_to(const struct lens *l)
{
	size_t at = 0;
	struct token t = after(l, "restart", &at);

	if (t.kind != TOKEN_END && str_ieq(text_of(l, t), STR("with")))
		t = next(l, &at);
	return t.kind == TOKEN_NUMBER ? text_of(l, t) : STR("");
}

/* 'name' or 'schema.name', without a quote in it. */
static void named(const struct lens *l, struct token t, struct str *schema,
    struct str *name)
{
	struct str s = t.kind == TOKEN_STRING ? text_of(l, t) : STR("''");
	size_t dot;

	s = str_sub(s, 1, s.n - 1);
	dot = str_find(s, STR("."), 0);
	*name = dot < s.n ? str_sub(s, dot + 1, s.n) : s;
	*schema = dot < s.n ? str_sub(s, 0, dot) : STR("");
}

/* pg_get_serial_sequence('table', 'column'), *at after its name */
static void of_column(struct moving *x, size_t *at)
{
	struct str schema, table, none, column;
	const struct column *c;
	struct spot p;

	(void)next(x->l, at);
	named(x->l, next(x->l, at), &schema, &table);
	(void)next(x->l, at);
	named(x->l, next(x->l, at), &none, &column);
	(void)next(x->l, at);
	p = spot_of(x->l, schema, table);
	c = p.live ? table_column(p.live, column) : NULL;
	if (!c || !c->sequence.n)
		return;
	x->schema = str_sub(c->sequence, 0, str_find(c->sequence, STR("."),
	    0));
	x->name = str_sub(c->sequence, x->schema.n + 1, c->sequence.n);
}

/* setval('name', number [, true | false]) and no more; else not told. */
static void set_by_call(const struct lens *l)
{
	struct moving x = { .l = l, .schema = STR(""), .name = STR(""),
		.to = STR(""), .after = true };
	size_t at = 0;
	struct token name, number, end;

	(void)after(l, "setval", &at);
	name = next(l, &at);
	if (str_is(text_of(l, name), "pg_get_serial_sequence"))
		of_column(&x, &at);
	else
		named(l, name, &x.schema, &x.name);
	(void)next(l, &at);
	number = next(l, &at);
	end = next(l, &at);
	if (number.kind != TOKEN_NUMBER) {
		x.name = STR("");
		moves(&x);
		return;
	}
	x.to = text_of(l, number);
	if (str_is(text_of(l, end), ","))
		x.after = str_ieq(text_of(l, next(l, &at)), STR("true"));
	moves(&x);
}

bool pg_restarts_identity(const struct lens *l, const struct spot *p,
    struct str column)
{
	const struct column *c = p->live ? table_column(p->live, column) :
	    NULL;
	size_t dot = c ? str_find(c->sequence, STR("."), 0) : 0, at = 0;

	if (!c || dot == c->sequence.n ||
	    after(l, "restart", &at).kind == TOKEN_END)
		return false;
	moves(&(struct moving){ .l = l, .to = restart_to(l), .of = p,
	    .schema = str_sub(c->sequence, 0, dot), .column = column,
	    .name = str_sub(c->sequence, dot + 1, c->sequence.n) });
	return true;
}

/* The sequences of a table's own columns start where they start. */
static void identities(const struct lens *l)
{
	for (size_t i = 0; i < l->g->nwrites; i++) {
		struct spot p = spot_of(l, l->g->writes[i].schema,
		    l->g->writes[i].table);

		for (size_t k = 0; p.live && k < p.live->ncols; k++) {
			struct str s = p.live->cols[k]->sequence;
			size_t dot = str_find(s, STR("."), 0);
			struct found *f;

			if (dot == s.n)
				continue;
			f = pg_found(l, HAZ_ID_PT30, &p,
			    p.live->cols[k]->o.name);
			f->h.text = STR("its numbers start anew, and no way "
			    "back knows where they stood");
			f->live_count = STR("SELECT -1");
			f->live_text = sql_form(l->w, "SELECT pg_catalog."
			    "concat('it stands at ', s.last_value) FROM $ AS"
			    " s", (const struct str[]){ quoted(l, str_sub(s, 0,
			    dot), str_sub(s, dot + 1, s.n)) });
		}
	}
}

void pg_detect_sequence(const struct lens *l)
{
	const struct pg_stmt *g = l->g;
	const struct pg_obj *o = g->nobjs ? &g->objs[0] : NULL;

	if (g->kind == PG_ALTER_SEQUENCE && g->restart && o)
		moves(&(struct moving){ .l = l, .schema = o->schema,
		    .name = o->name, .to = restart_to(l) });
	if (g->kind == PG_TRUNCATE && g->restart)
		identities(l);
	for (size_t i = 0; i < g->calls.n; i++) {
		struct str c = g->calls.v[i];
		bool set = str_is(c, "setval") ||
		    str_is(c, "pg_catalog.setval");
		struct found *f;

		if (set)
			set_by_call(l);
		if (!set && !str_is(c, "nextval") &&
		    !str_is(c, "pg_catalog.nextval"))
			continue;
		f = pg_found_obj(l, HAZ_ID_PN4, &(struct obj){
		    .kind = OBJ_SCHEMA, .name = c });
		pg_say(f, SEV_INFO, STR("a sequence moves, which a rollback "
		    "does not take back"));
		return;
	}
}

/* --- with the numbers -------------------------------------------------------------- */

void pg_sequence_measured(struct work *w, struct found *f, struct str where)
{
	int64_t again = f->h.rows;

	if (again < 0)
		pg_say(f, SEV_CAUTION, arena_printf(w->a, "%.*s; %.*s",
		    STR_ARG(f->h.text), STR_ARG(where)));
	else if (again == 0 && !f->h.estimate)
		pg_say(f, SEV_INFO, arena_printf(w->a, "no number in use comes "
		    "again; %.*s; a rollback does not take it back",
		    STR_ARG(where)));
	else
		pg_say(f, SEV_CAUTION, arena_printf(w->a, "%.*s of %.*s "
		    "numbers in use come again%s; %.*s; a rollback does not "
		    "take it back", STR_ARG(say_count(w->a, again)),
		    STR_ARG(say_count(w->a, f->h.of < 0 ? 0 : f->h.of)),
		    f->h.estimate ? ", counted before the migration" : "",
		    STR_ARG(where)));
}
