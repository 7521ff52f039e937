/* found: see found.h.  Runs on the worker, over the session's model. */
#include "ui/view/found.h"

#include "base/utf8.h"
#include "base/vec.h"
#include "ui/view/named.h"

/* What can be found, and by which tab it is shown; a part of a table is shown
 * with its table. */
static const struct finding_of {
	const char *word;		/* NULL: not found */
	enum tab tab;
	bool dotted;			/* "orders.id", not "orders_idx" */
} kinds[OBJ_KIND_N] = {
	[OBJ_TABLE] = { "table", TAB_BROWSE, false },
	[OBJ_VIEW] = { "view", TAB_BROWSE, false },
	[OBJ_COLUMN] = { "column", TAB_STRUCTURE, true },
	[OBJ_INDEX] = { "index", TAB_STRUCTURE, false },
	[OBJ_TRIGGER] = { "trigger", TAB_STRUCTURE, false },
	[OBJ_POLICY] = { "policy", TAB_STRUCTURE, false },
	[OBJ_ENUM] = { "enum", TAB_STRUCTURE, false },
	[OBJ_DOMAIN] = { "domain", TAB_STRUCTURE, false },
	[OBJ_COMPOSITE] = { "type", TAB_STRUCTURE, false },
	[OBJ_RANGE] = { "type", TAB_STRUCTURE, false },
	[OBJ_SEQUENCE] = { "sequence", TAB_STRUCTURE, false },
	[OBJ_FUNCTION] = { "function", TAB_STRUCTURE, false },
};

/* Most wanted first: where scores are equal, so they stay. */
static const enum obj_kind order[] = { OBJ_TABLE, OBJ_VIEW, OBJ_COLUMN,
	OBJ_INDEX, OBJ_TRIGGER, OBJ_ENUM, OBJ_DOMAIN, OBJ_COMPOSITE, OBJ_RANGE,
	OBJ_SEQUENCE, OBJ_FUNCTION, OBJ_POLICY };

struct collecting {
	struct arena *a;
	const struct dialect *d;
	VEC(struct found) v;
	VEC(struct str) names;
};

/* What holds rows comes first, then all that is part of something. */
static const unsigned char *classes_of(const struct collecting *c)
{
	unsigned char *v = arena_array(c->a, unsigned char, c->v.n + 1);

	for (size_t i = 0; i < c->v.n; i++)
		v[i] = c->v.v[i].tab != TAB_BROWSE;
	return v;
}

static struct str clean(struct collecting *c, struct str s)
{
	return utf8_clean(c->a, s, UTF8_LINE);
}

static struct str detail_of(struct collecting *c, const struct obj *o)
{
	if (o->kind == OBJ_COLUMN)
		return clean(c, ((const struct column *)o)->type);
	return o->table.n ? arena_printf(c->a, "on %.*s",
	    STR_ARG(clean(c, o->table))) : STR("");
}

static void add_object(struct collecting *c, const struct obj *o)
{
	const struct finding_of *k = &kinds[o->kind];
	struct str owner = o->table.n ? o->table : o->name;
	bool home = !o->schema.n || str_is(o->schema, c->d->home_schema);
	struct str name = clean(c, o->name);

	if (k->dotted)
		name = arena_printf(c->a, "%.*s.%.*s",
		    STR_ARG(clean(c, o->table)), STR_ARG(name));
	if (!home)
		name = arena_printf(c->a, "%.*s.%.*s",
		    STR_ARG(clean(c, o->schema)), STR_ARG(name));
	vec_push(c->a, &c->names, name);
	vec_push(c->a, &c->v, (struct found){ .kind = k->word, .tab = k->tab,
		.text = named_text(c->a, o->schema, owner),
		.detail = detail_of(c, o) });
}

/* The project's own first, then what is drawn grey. */
static void add_model(struct collecting *c, const struct model *m)
{
	for (int managed = 1; managed >= 0; managed--)
		for (size_t k = 0; k < sizeof(order) / sizeof(*order); k++)
			for (size_t i = 0; i < m->nobjs; i++)
				if (m->objs[i]->kind == order[k] &&
				    c->v.n < FOUND_MAX &&
				    m->objs[i]->managed == managed)
					add_object(c, m->objs[i]);
}

static void add_migrations(struct collecting *c, const struct states *s)
{
	for (size_t i = s->n; i-- > 0;) {
		vec_push(c->a, &c->names, clean(c, s->v[i].entry->tag));
		vec_push(c->a, &c->v, (struct found){ .kind = "migration",
			.tab = TAB_MIGRATE,
			.text = arena_str(c->a, s->v[i].entry->tag),
			.detail = str_z(mig_state_word[s->v[i].state]) });
	}
}

static enum rc run(struct job *j, void **result, struct err *e)
{
	struct found_list *list = arena_new_of(j->a, struct found_list);
	struct collecting c = { .a = j->a };
	const struct model *m;
	enum rc rc = session_live(j->session, &m, e);

	if (!rc) {
		c.d = dialect_of(m->dialect);
		add_model(&c, m);
	}
	add_migrations(&c, &j->session->states);
	list->v = c.v.v;
	list->names = c.names.v;
	list->classes = classes_of(&c);
	list->n = c.v.n;
	*result = list;		/* the migrations, if nothing else */
	return rc;
}

struct job_spec found_job(unsigned key)
{
	return (struct job_spec){ .what = "reading the schema", .key = key,
		.run = run };
}
