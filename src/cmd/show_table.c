/* One table in full: what psql's \d+ tells, and what hangs on it. */
#include "cmd/show.h"

void show_heading(const struct shown *s, const char *word)
{
	cmd_paint(s->in, "2", str_z(word));
	sbuf_addc(&s->in->out, '\n');
}

void show_line(const struct shown *s, struct str text)
{
	sbuf_addz(&s->in->out, "  ");
	cmd_paint(s->in, "0", text);
	sbuf_addc(&s->in->out, '\n');
}

/* "word text", two spaces before it, when there is a text. */
static void more(struct sbuf *b, const char *word, struct str text)
{
	if (!text.n)
		return;
	sbuf_addf(b, "  %s%s", word, *word ? " " : "");
	sbuf_add(b, text);
}

static void mark(struct sbuf *b, bool on, const char *word)
{
	if (on)
		sbuf_addf(b, "  %s", word);
}

static struct str done(struct arena *a, struct sbuf *b)
{
	struct str s = arena_str(a, str_trim(sbuf_str(b)));

	sbuf_free(b);
	return s;
}

/* --- columns ------------------------------------------------------------- */

static struct str column_attrs(struct arena *a, const struct column *c)
{
	struct sbuf b = SBUF_TEXT;

	mark(&b, c->pk_pos, "primary key");
	mark(&b, c->notnull, "not null");
	if (c->has_default)
		sbuf_addf(&b, "  default %.*s", STR_ARG(c->dflt));
	if (!str_ieq(c->collation, STR("BINARY")))
		more(&b, "collate", c->collation);
	if (c->generated != GEN_NONE)
		sbuf_addf(&b, "  generated as %.*s %s", STR_ARG(c->gen_expr),
		    c->generated == GEN_STORED ? "stored" : "virtual");
	if (c->identity != IDENTITY_NONE)
		sbuf_addf(&b, "  identity %s (%.*s)",
		    c->identity == IDENTITY_ALWAYS ? "always" : "by default",
		    STR_ARG(c->identity_text));
	more(&b, "storage", c->storage);
	more(&b, "compression", c->compression);
	mark(&b, c->inherited, "inherited");
	mark(&b, c->hidden, "hidden");
	return done(a, &b);
}

static void columns(const struct shown *s, const struct table *t)
{
	struct text_table cols = { .a = s->in->a, .ncols = 5,
		.right = "rllll" };

	for (size_t i = 0; i < t->ncols; i++) {
		const struct column *c = t->cols[i];

		table_cell(&cols, arena_printf(s->in->a, "%d", c->pos));
		table_cell(&cols, c->o.name);
		table_cell(&cols, c->type);
		table_cell(&cols, column_attrs(s->in->a, c));
		table_cell(&cols, show_comment(&c->o));
	}
	show_heading(s, "columns");
	table_print(&cols, "  ", &s->in->out);
}

/* --- keys ---------------------------------------------------------------- */

static void deferring(struct sbuf *b, bool deferrable, bool deferred)
{
	mark(b, deferrable, deferred ? "deferrable initially deferred" :
	    "deferrable");
}

static struct str key_text(struct arena *a, const char *word,
    const struct key *k)
{
	struct sbuf b = SBUF_TEXT;

	sbuf_addf(&b, "%s %.*s%s", word,
	    STR_ARG(model_name_key(a, k->cols)),
	    k->autoincrement ? " autoincrement" : "");
	if (k->include.n)
		more(&b, "include", model_name_key(a, k->include));
	if (k->label.n && !str_eq(k->label, model_name_key(a, k->cols)))
		more(&b, "constraint", k->label);
	mark(&b, k->nulls_not_distinct, "nulls not distinct");
	deferring(&b, k->deferrable, k->initially_deferred);
	mark(&b, k->inherited, "inherited");
	return done(a, &b);
}

static struct str fk_text(struct arena *a, const struct fk *f)
{
	struct sbuf b = SBUF_TEXT;

	sbuf_add(&b, model_name_fk(a, f->cols, show_name(a, f->ref_schema,
	    f->ref_table), f->ref_cols));
	more(&b, "constraint", f->label);
	if (!str_is(f->match, "NONE"))
		more(&b, "match", f->match);
	more(&b, "on delete", f->on_delete);
	if (f->set_cols.n)
		sbuf_addf(&b, " %.*s", STR_ARG(model_name_key(a,
		    f->set_cols)));
	more(&b, "on update", f->on_update);
	deferring(&b, f->deferrable, f->initially_deferred);
	mark(&b, f->not_valid, "not valid");
	mark(&b, f->inherited, "inherited");
	return done(a, &b);
}

static struct str check_text(struct arena *a, const struct check *c)
{
	struct sbuf b = SBUF_TEXT;

	sbuf_addf(&b, "%.*s%s%.*s", STR_ARG(c->label), c->label.n ? ": " : "",
	    STR_ARG(c->expr));
	mark(&b, c->not_valid, "not valid");
	mark(&b, c->no_inherit, "no inherit");
	mark(&b, c->inherited, "inherited");
	return done(a, &b);
}

static void keys(const struct shown *s, const struct table *t)
{
	struct arena *a = s->in->a;

	if (t->pk || t->nuniques)
		show_heading(s, "keys");
	if (t->pk)
		show_line(s, key_text(a, "primary key", t->pk));
	for (size_t i = 0; i < t->nuniques; i++)
		show_line(s, key_text(a, "unique", t->uniques[i]));
	if (t->nchecks)
		show_heading(s, "checks");
	for (size_t i = 0; i < t->nchecks; i++)
		show_line(s, check_text(a, t->checks[i]));
	if (t->nfks)
		show_heading(s, "foreign keys");
	for (size_t i = 0; i < t->nfks; i++)
		show_line(s, fk_text(a, t->fks[i]));
	if (t->nfks_in)
		show_heading(s, "referenced by");
	for (size_t i = 0; i < t->nfks_in; i++)
		show_line(s, arena_printf(a, "%.*s %.*s",
		    STR_ARG(show_name(a, t->fks_in[i]->o.schema,
		    t->fks_in[i]->o.table)),
		    STR_ARG(fk_text(a, t->fks_in[i]))));
}

/* --- indexes, triggers and the rest ------------------------------------------ */

static struct str index_text(const struct shown *s, const struct index *x)
{
	struct sbuf b = SBUF_TEXT;

	sbuf_addf(&b, "%.*s  %s(%.*s)", STR_ARG(x->o.name),
	    x->unique ? "unique " : "", STR_ARG(x->parts_text));
	if (!str_is(x->method, "btree"))
		more(&b, "using", x->method);
	if (x->include.n)
		more(&b, "include", model_name_key(s->in->a, x->include));
	mark(&b, x->nulls_not_distinct, "nulls not distinct");
	more(&b, "with", x->options);
	more(&b, "where", x->where);
	mark(&b, x->inherited, "inherited");
	mark(&b, x->invalid, "INVALID");
	more(&b, "--", show_comment(&x->o));
	return done(s->in->a, &b);
}

static struct str trigger_text(const struct shown *s, const struct trigger *t)
{
	struct sbuf b = SBUF_TEXT;

	sbuf_add(&b, t->o.name);
	mark(&b, t->enabled == 'D', "DISABLED");
	mark(&b, t->enabled == 'R', "on a replica only");
	mark(&b, t->enabled == 'A', "always");
	if (t->enabled)
		more(&b, "", t->sql);
	return done(s->in->a, &b);
}

static struct str policy_text(const struct shown *s, const struct policy *p)
{
	struct sbuf b = SBUF_TEXT;

	sbuf_addf(&b, "%.*s  for %.*s", STR_ARG(p->o.name),
	    STR_ARG(p->command));
	mark(&b, p->restrictive, "restrictive");
	more(&b, "to", show_joined(s->in->a, p->roles));
	more(&b, "using", p->using_expr);
	more(&b, "with check", p->check_expr);
	return done(s->in->a, &b);
}

/* The server breaks some definitions into lines. */
static struct str one_line(struct arena *a, struct str text)
{
	struct sbuf b = SBUF_TEXT;
	struct str line;

	while (str_line(&text, &line)) {
		sbuf_addz(&b, b.n ? " " : "");
		sbuf_add(&b, str_trim(line));
	}
	return done(a, &b);
}

static struct str other_text(const struct shown *s, const struct obj *o)
{
	const void *p = o;
	struct str def = STR("");

	if (o->kind == OBJ_POLICY)
		return policy_text(s, p);
	if (o->kind == OBJ_EXCLUDE)
		def = ((const struct exclude *)p)->def;
	else
		def = ((const struct def *)p)->sql;
	return arena_printf(s->in->a, "%.*s  %.*s", STR_ARG(o->name),
	    STR_ARG(one_line(s->in->a, def)));
}

struct str show_part(const struct shown *s, const struct obj *o)
{
	const void *p = o;

	switch (o->kind) {
	case OBJ_PK:
		return key_text(s->in->a, "primary key", p);
	case OBJ_UNIQUE:
		return key_text(s->in->a, "unique", p);
	case OBJ_FK:
		return fk_text(s->in->a, p);
	case OBJ_CHECK:
		return check_text(s->in->a, p);
	case OBJ_INDEX:
		return index_text(s, p);
	case OBJ_TRIGGER:
		return trigger_text(s, p);
	case OBJ_EXCLUDE:
	case OBJ_POLICY:
	case OBJ_RULE:
	case OBJ_STATISTICS:
		return other_text(s, o);
	case OBJ_TABLE:
	case OBJ_COLUMN:
	case OBJ_VIEW:
	case OBJ_SEQUENCE:
	case OBJ_ENUM:
	case OBJ_DOMAIN:
	case OBJ_COMPOSITE:
	case OBJ_RANGE:
	case OBJ_FUNCTION:
	case OBJ_SCHEMA:
	case OBJ_EXTENSION:
	case OBJ_ROLE:
	case OBJ_KIND_N:
		break;
	}
	return STR("");
}

static const struct {
	enum obj_kind kind;
	const char *head;
} others[] = {
	{ OBJ_EXCLUDE, "exclusions" }, { OBJ_POLICY, "policies" },
	{ OBJ_RULE, "rules" }, { OBJ_STATISTICS, "statistics" },
};

static void hung(const struct shown *s, const struct table *t)
{
	if (t->nindexes)
		show_heading(s, "indexes");
	for (size_t i = 0; i < t->nindexes; i++)
		show_line(s, index_text(s, t->indexes[i]));
	if (t->ntriggers)
		show_heading(s, "triggers");
	for (size_t i = 0; i < t->ntriggers; i++)
		show_line(s, trigger_text(s, t->triggers[i]));
	for (size_t k = 0; k < sizeof(others) / sizeof(*others); k++) {
		bool any = false;

		for (size_t i = 0; i < t->nothers; i++) {
			if (t->others[i]->kind != others[k].kind)
				continue;
			if (!any)
				show_heading(s, others[k].head);
			any = true;
			show_line(s, other_text(s, t->others[i]));
		}
	}
}

/* --- the table itself --------------------------------------------------------- */

static bool inherits_from(const struct table *child, struct str parent)
{
	for (size_t i = 0; i < child->inherits.n; i++)
		if (str_eq(child->inherits.v[i], parent))
			return true;
	return false;
}

static void relatives(const struct shown *s, const struct table *t)
{
	struct arena *a = s->in->a;
	struct str me = show_name(a, t->o.schema, t->o.name);
	bool any = false;

	if (t->inherits.n) {
		show_heading(s, t->partition_bound.n ? "partition of" :
		    "inherits");
		show_line(s, str_trim(arena_printf(a, "%.*s  %.*s",
		    STR_ARG(show_joined(a, t->inherits)),
		    STR_ARG(t->partition_bound))));
	}
	if (t->partition_key.n) {
		show_heading(s, "partition key");
		show_line(s, t->partition_key);
	}
	for (size_t i = 0; i < s->m->ntables; i++) {
		const struct table *x = s->m->tables[i];

		if (!x->inherits.n || !inherits_from(x, me))
			continue;
		if (!any)
			show_heading(s, t->partition_key.n ? "partitions" :
			    "children");
		any = true;
		show_line(s, str_trim(arena_printf(a, "%.*s  %.*s",
		    STR_ARG(show_name(a, x->o.schema, x->o.name)),
		    STR_ARG(x->partition_bound))));
	}
}

/* The table's own and, with their names, those of its columns. */
static void privileges(const struct shown *s, const struct table *t)
{
	bool any = false;

	for (size_t i = 0; i <= t->ncols; i++) {
		const struct obj *o = i ? &t->cols[i - 1]->o : &t->o;

		for (size_t k = 0; o->notes && k < o->notes->grants.n; k++) {
			if (!any)
				show_heading(s, "privileges");
			any = true;
			show_line(s, i ? arena_printf(s->in->a, "%.*s: %.*s",
			    STR_ARG(o->name), STR_ARG(o->notes->grants.v[k])) :
			    o->notes->grants.v[k]);
		}
	}
}

static struct str attributes(const struct shown *s, const struct table *t)
{
	struct sbuf b = SBUF_TEXT;

	more(&b, "owner", show_owner(&t->o));
	more(&b, "", show_mark(s, &t->o));
	mark(&b, t->row_security, "row level security");
	mark(&b, t->force_row_security, "forced");
	more(&b, "with", t->options);
	more(&b, "access method", t->method);
	if (t->replica_identity == 'i')
		more(&b, "replica identity", t->replica_index);
	mark(&b, t->replica_identity == 'f', "replica identity full");
	mark(&b, t->replica_identity == 'n', "replica identity nothing");
	return done(s->in->a, &b);
}

void show_table(const struct shown *s, const struct table *t)
{
	const struct object_size *o = sizes_find(s->sz, &t->o);
	struct sbuf *out = &s->in->out;
	struct str more_about = attributes(s, t);

	cmd_paint(s->in, "1", show_name(s->in->a, t->o.schema, t->o.name));
	sbuf_addf(out, "  %s", show_kind(t));
	if (t->without_rowid)
		sbuf_addz(out, ", without rowid");
	if (t->module.n) {
		sbuf_addz(out, t->type == TABLE_FOREIGN ? ", " : ", using ");
		cmd_paint(s->in, "0", t->module);
	}
	if (o && o->rows >= 0)
		sbuf_addf(out, "  %.*s rows",
		    STR_ARG(show_rows(s->in->a, o)));
	if (o && o->bytes >= 0)
		sbuf_addf(out, "  %.*s",
		    STR_ARG(show_bytes(s->in->a, o->bytes)));
	sbuf_addc(out, '\n');
	if (show_comment(&t->o).n)
		show_line(s, show_comment(&t->o));
	if (more_about.n)
		show_line(s, more_about);
	columns(s, t);
	keys(s, t);
	hung(s, t);
	relatives(s, t);
	privileges(s, t);
	sbuf_addc(out, '\n');
}
