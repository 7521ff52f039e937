/*
 * Tables, views, composite types, sequences and their columns.
 *
 * Storage and compression are kept only where they are not the type's own,
 * and a collation only where it is not: what a column has by itself makes no
 * schema differ.
 */
#include "drv/pg/introspect.h"

static const struct {
	char kind;
	enum table_type type;
} table_types[] = {
	{ 'r', TABLE_ORDINARY }, { 'p', TABLE_PARTITIONED },
	{ 'f', TABLE_FOREIGN },
};

static void start_table(struct pg_build *b, int i, struct pg_rel *rel)
{
	struct table *t = arena_new_of(b->a, struct table);
	char identity = cat_char(b, i, 10);

	for (size_t k = 0; k < sizeof(table_types) / sizeof(*table_types); k++)
		if (table_types[k].kind == rel->kind)
			t->type = table_types[k].type;
	t->o.kind = OBJ_TABLE;
	t->unlogged = cat_char(b, i, 7) == 'u';
	t->row_security = cat_bool(b, i, 8);
	t->force_row_security = cat_bool(b, i, 9);
	t->replica_identity = rel->kind == 'f' || identity == 'd' ? 0 :
	    identity;
	t->rows_estimate = cat_int(b, i, 12);
	t->bytes = cat_int(b, i, 13);
	t->options = cat_options(b, i, 14);
	t->method = cat_text(b, i, 15);
	t->partition_key = cat_text(b, i, 16);
	t->partition_bound = cat_text(b, i, 17);
	t->module = cat_text(b, i, 19);
	t->replica_index = t->sql = STR("");
	rel->t = t;
	rel->o = &t->o;
}

/* pg_get_viewdef() begins with a space and ends with a semicolon. */
static struct str query_text(struct pg_build *b, int i)
{
	struct str s = str_trim(cat_cell(b, i, 18));

	if (str_ends(s, STR(";")))
		s = str_trim(str_sub(s, 0, s.n - 1));
	return arena_str(b->a, s);
}

static void start_view(struct pg_build *b, int i, struct pg_rel *rel)
{
	struct view *v = arena_new_of(b->a, struct view);

	v->o.kind = OBJ_VIEW;
	v->materialized = rel->kind == 'm';
	v->unpopulated = v->materialized && !cat_bool(b, i, 11);
	v->options = cat_options(b, i, 14);
	v->sql = query_text(b, i);
	rel->v = v;
	rel->o = &v->o;
}

/* What comments and extensions call a free-standing composite is its type. */
static void start_composite(struct pg_build *b, int i, struct pg_rel *rel)
{
	struct pg_type *type = arena_new_of(b->tmp, struct pg_type);

	rel->c = arena_new_of(b->a, struct composite);
	rel->c->o.kind = OBJ_COMPOSITE;
	rel->o = &rel->c->o;
	*type = (struct pg_type){ rel->schema, rel->name };
	pg_oids_put(&b->types, b->tmp, cat_oid(b, i, 20), type);
}

static void name_relation(struct pg_build *b, int i, struct pg_rel *rel)
{
	bool type = rel->kind == 'c';
	struct obj *o = rel->t ? &rel->t->o : rel->v ? &rel->v->o :
	    &rel->c->o;

	o->schema = rel->schema;
	o->table = STR("");
	o->name = rel->name;
	cat_add(b, o, type ? PG_CLASS_TYPE : PG_CLASS_REL,
	    cat_oid(b, i, type ? 20 : 0), cat_text(b, i, 5),
	    cat_array(b, i, 6), true);
	if (!cat_null(b, i, 21))
		cat_published(b, o, cat_array(b, i, 21));
	rel->managed = o->managed;
}

void pg_build_relations(struct pg_build *b)
{
	for (int i = 0; i < PQntuples(b->r); i++) {
		const struct str *schema = cat_schema(b, i, 2);
		struct pg_rel *rel = arena_new_of(b->tmp, struct pg_rel);

		if (!schema)
			continue;
		rel->oid = cat_oid(b, i, 0);
		rel->kind = cat_char(b, i, 3);
		rel->schema = *schema;
		rel->name = cat_text(b, i, 1);
		rel->natts = (int)cat_int(b, i, 4);
		rel->att = arena_array(b->tmp, struct pg_att,
		    (size_t)rel->natts);
		if (rel->kind == 'c')
			start_composite(b, i, rel);
		else if (rel->kind == 'v' || rel->kind == 'm')
			start_view(b, i, rel);
		else
			start_table(b, i, rel);
		name_relation(b, i, rel);
		pg_oids_put(&b->rels, b->tmp, rel->oid, rel);
	}
}

static struct str dotted(struct arena *a, struct str x, struct str y)
{
	return arena_printf(a, "%.*s.%.*s", STR_ARG(x), STR_ARG(y));
}

/* A partitioned table is as large as its parts. */
static void add_sizes(struct pg_build *b)
{
	for (int i = 0; i < PQntuples(b->r); i++) {
		struct pg_rel *rel = cat_rel(b, i, 0);

		if (!rel || !rel->whole || rel->kind == 'p' ||
		    rel->t->bytes < 0)
			continue;
		for (struct pg_rel *w = rel->whole; w; w = w->whole)
			w->t->bytes += rel->t->bytes;
	}
}

/* Rows of one child follow each other, in the order of its parents. */
void pg_build_inherits(struct pg_build *b)
{
	struct pg_rel *child = NULL;
	VEC(struct str) list = { 0 };

	for (int i = 0; i < PQntuples(b->r); i++) {
		struct pg_rel *rel = cat_rel(b, i, 0);
		struct pg_rel *parent = cat_rel(b, i, 1);

		if (!rel || !rel->t || !parent)
			continue;
		if (rel != child) {
			child = rel;
			list.v = NULL;
			list.n = list.cap = 0;
		}
		vec_push(b->a, &list, dotted(b->a, parent->schema,
		    parent->name));
		rel->t->inherits = (struct strs){ list.v, list.n };
		if (rel->t->partition_bound.n && parent->t)
			rel->whole = parent;
	}
	add_sizes(b);
}

/* --- sequences ----------------------------------------------------------- */

static struct sequence_options sequence_options(struct pg_build *b, int i)
{
	return (struct sequence_options){ .type = cat_text(b, i, 5),
		.start = cat_int(b, i, 6), .increment = cat_int(b, i, 7),
		.min = cat_int(b, i, 8), .max = cat_int(b, i, 9),
		.cache = cat_int(b, i, 10), .cycle = cat_bool(b, i, 11) };
}

static void note_sequence(struct pg_build *b, int i, const struct obj *o)
{
	struct pg_serial *s = arena_new_of(b->tmp, struct pg_serial);
	uint32_t oid = cat_oid(b, i, 0);
	const struct pg_serial *was = pg_oids_get(&b->sequences, oid);

	*s = (struct pg_serial){ cat_null(b, i, 12) ? oid :
	    cat_oid(b, i, 12), o->schema, o->name };
	if (was && !(str_eq(was->schema, s->schema) &&
	    str_eq(was->name, s->name)))
		b->renamed = true;
	pg_oids_put(&b->sequences, b->tmp, oid, s);
}

/*
 * Which column a sequence belongs to is kept by table; the columns come
 * later and take it from there.
 */
void pg_build_sequences(struct pg_build *b)
{
	for (int i = 0; i < PQntuples(b->r); i++) {
		const struct str *schema = cat_schema(b, i, 2);
		struct pg_sequence *s = arena_new_of(b->tmp,
		    struct pg_sequence);
		struct pg_rel *owner = cat_rel(b, i, 12);

		if (!schema)
			continue;
		s->s = arena_new_of(b->a, struct sequence);
		s->s->o = (struct obj){ .kind = OBJ_SEQUENCE,
		    .schema = *schema, .table = STR(""),
		    .name = cat_text(b, i, 1) };
		note_sequence(b, i, &s->s->o);
		s->s->opt = sequence_options(b, i);
		s->s->owned_by = STR("");
		s->attnum = owner ? (int)cat_int(b, i, 13) : 0;
		s->identity = cat_char(b, i, 14) == 'i';
		if (owner) {
			s->next = owner->sequences;
			owner->sequences = s;
		}
		if (!s->identity || !owner)
			cat_add(b, s->s, PG_CLASS_REL, cat_oid(b, i, 0),
			    cat_text(b, i, 3), cat_array(b, i, 4),
			    !owner || owner->managed);
	}
}

static struct str identity_text(struct arena *a,
    const struct sequence_options *s)
{
	return arena_printf(a, "start %lld increment %lld minvalue %lld "
	    "maxvalue %lld cache %lld %s", (long long)s->start,
	    (long long)s->increment, (long long)s->min, (long long)s->max,
	    (long long)s->cache, s->cycle ? "cycle" : "no cycle");
}

/* The longer of both names gives way (PostgreSQL: makeObjectName()). */
static struct str serial_name(struct arena *a, struct str table,
    struct str column)
{
	enum { ROOM = 63 - 5 };		/* NAMEDATALEN, "_" and "_seq" */
	size_t t = table.n, c = column.n;

	while (t + c > ROOM) {
		if (t > c)
			t--;
		else
			c--;
	}
	while (t > 0 && t < table.n && ((unsigned char)table.p[t] & 0xc0) ==
	    0x80)
		t--;
	while (c > 0 && c < column.n && ((unsigned char)column.p[c] & 0xc0) ==
	    0x80)
		c--;
	return arena_printf(a, "%.*s_%.*s_seq", (int)t, table.p, (int)c,
	    column.p);
}

/* The types that serial stands for, and how far their sequences go. */
static const struct {
	const char *type;
	int64_t max;
} serials[] = {
	{ "integer", INT32_MAX }, { "bigint", INT64_MAX },
	{ "smallint", INT16_MAX },
};

/* Would "serial" make exactly this column with this sequence? */
static bool is_serial(struct pg_build *b, const struct pg_rel *rel,
    const struct column *c, const struct sequence *s)
{
	const struct sequence_options *o = &s->opt;
	struct str start = STR("nextval('");
	int64_t max = 0;

	for (size_t i = 0; i < sizeof(serials) / sizeof(*serials); i++)
		if (str_is(c->type, serials[i].type))
			max = serials[i].max;
	return max && str_eq(o->type, c->type) && o->start == 1 &&
	    o->increment == 1 && o->min == 1 && o->max == max &&
	    o->cache == 1 && !o->cycle && c->notnull &&
	    str_eq(s->o.schema, rel->schema) &&
	    str_eq(s->o.name, serial_name(b->tmp, rel->name, c->o.name)) &&
	    str_starts(c->dflt, start) &&
	    str_find(c->dflt, s->o.name, start.n) < c->dflt.n;
}

static void own_sequence(struct pg_build *b, const struct pg_rel *rel,
    struct column *c, const struct pg_sequence *s)
{
	struct str full = dotted(b->a, s->s->o.schema, s->s->o.name);

	if (s->identity) {
		c->identity_text = identity_text(b->a, &s->s->opt);
		c->sequence = full;
		return;
	}
	s->s->owned_by = dotted(b->a, dotted(b->tmp, rel->schema, rel->name),
	    c->o.name);
	s->s->serial = is_serial(b, rel, c, s->s);
	if (s->s->serial)
		c->sequence = full;
}

/* --- columns ------------------------------------------------------------- */

static enum generated generated_of(char c)
{
	return c == 's' ? GEN_STORED : c == 'v' ? GEN_VIRTUAL : GEN_NONE;
}

static enum identity identity_of(char c)
{
	return c == 'a' ? IDENTITY_ALWAYS : c == 'd' ? IDENTITY_BY_DEFAULT :
	    IDENTITY_NONE;
}

static struct str comment_of(struct pg_build *b, int i,
    const struct pg_rel *rel)
{
	return cat_comment(b, PG_CLASS_REL, rel->oid, (int)cat_int(b, i, 1));
}

/* Options that one gives; others are the server's own (pg_attver of late
 * 2026). */
static struct strs options_of(struct pg_build *b, int i)
{
	struct strs all = cat_array(b, i, 18);
	VEC(struct str) v = { 0 };

	for (size_t k = 0; k < all.n; k++)
		if (str_starts(all.v[k], STR("n_distinct")))
			vec_push(b->a, &v, all.v[k]);
	return (struct strs){ v.v, v.n };
}

static void column_notes(struct pg_build *b, int i, const struct pg_rel *rel,
    struct column *c)
{
	struct str comment = comment_of(b, i, rel);
	struct strs options = options_of(b, i);
	struct obj_notes *notes;
	VEC(struct str) set = { 0 };

	if (!cat_null(b, i, 17))
		vec_push(b->a, &set, cat_text(b, i, 17));
	for (size_t k = 0; k < options.n; k++)
		vec_push(b->a, &set, options.v[k]);
	if (!comment.n && cat_null(b, i, 13) && !set.n)
		return;
	notes = arena_new_of(b->a, struct obj_notes);
	notes->comment = comment;
	notes->owner = notes->extension = STR("");
	notes->grants = cat_array(b, i, 13);
	notes->settings = (struct strs){ set.v, set.n };
	c->o.notes = notes;
}

/* WORD "column"=text */
static void set_on(struct pg_build *b, struct pg_rel *rel, struct str column,
    struct str word, struct str text)
{
	struct sbuf s = SBUF_TEXT;

	sbuf_add(&s, word);
	sbuf_addc(&s, ' ');
	b->words->ident(&s, column);
	sbuf_addc(&s, '=');
	sbuf_add(&s, text);
	vec_push(b->a, &rel->settings, arena_str(b->a, sbuf_str(&s)));
	sbuf_free(&s);
}

/* A setting "statistics=99" of it. */
static void setting_on(struct pg_build *b, struct pg_rel *rel,
    struct str column, struct str setting)
{
	size_t at = str_find(setting, STR("="), 0);

	if (at < setting.n)
		set_on(b, rel, column, str_sub(setting, 0, at),
		    str_sub(setting, at + 1, setting.n));
}

/* A column that is no object of its own: its relation has its notes. */
static void part_notes(struct pg_build *b, int i, struct pg_rel *rel,
    struct str column)
{
	struct str comment = comment_of(b, i, rel);
	struct strs grants = cat_array(b, i, 13), set = options_of(b, i);

	if (comment.n)
		set_on(b, rel, column, STR("comment"), comment);
	for (size_t k = 0; k < grants.n; k++)
		set_on(b, rel, column, STR("grant"), grants.v[k]);
	if (!cat_null(b, i, 17))
		setting_on(b, rel, column, cat_cell(b, i, 17));
	for (size_t k = 0; k < set.n; k++)
		setting_on(b, rel, column, set.v[k]);
	if (rel->settings.n)
		cat_settings(b, rel->v ? &rel->v->o : &rel->c->o,
		    (struct strs){ rel->settings.v, rel->settings.n });
}

static void column_type(struct pg_build *b, int i, struct column *c)
{
	uint32_t oid = cat_oid(b, i, 16);
	const struct pg_type *t = oid ? pg_oids_get(&b->types, oid) : NULL;

	c->type = cat_text(b, i, 3);
	c->type_schema = t ? t->schema : STR("");
	c->type_name = t ? t->name : STR("");
}

static struct column *table_column_of(struct pg_build *b, int i,
    const struct pg_rel *rel, int pos)
{
	struct column *c = arena_new_of(b->a, struct column);

	c->o = (struct obj){ .kind = OBJ_COLUMN, .schema = rel->schema,
	    .table = rel->name, .name = cat_text(b, i, 2) };
	c->pos = pos;
	c->number = (int)cat_int(b, i, 1);
	column_type(b, i, c);
	c->notnull = cat_bool(b, i, 4);
	c->identity = identity_of(cat_char(b, i, 7));
	c->generated = generated_of(cat_char(b, i, 8));
	c->dflt = c->gen_expr = STR("");
	if (c->generated != GEN_NONE) {
		c->gen_expr = cat_text(b, i, 6);
	} else {
		c->has_default = cat_bool(b, i, 5);
		c->dflt = cat_text(b, i, 6);
	}
	c->collation = cat_text(b, i, 9);
	c->storage = cat_text(b, i, 10);
	c->compression = cat_text(b, i, 11);
	c->inherited = !cat_bool(b, i, 12);
	c->identity_text = c->sequence = STR("");
	column_notes(b, i, rel, c);
	model_add(b->m, c);
	c->o.managed = rel->managed;
	return c;
}

/* "name type [COLLATE c]" */
static struct str attribute(struct pg_build *b, int i)
{
	struct sbuf text = SBUF_TEXT;
	struct str s;

	b->words->ident(&text, cat_cell(b, i, 2));
	sbuf_addc(&text, ' ');
	sbuf_add(&text, cat_cell(b, i, 3));
	if (!cat_null(b, i, 9)) {
		SQL(&text, " COLLATE ");
		sbuf_add(&text, cat_cell(b, i, 9));
	}
	s = arena_str(b->a, sbuf_str(&text));
	sbuf_free(&text);
	return s;
}

static void end_relation(struct pg_rel *rel)
{
	if (rel->v) {
		rel->v->cols = (struct strs){ rel->parts.v, rel->parts.n };
		rel->v->types = (struct strs){ rel->types.v, rel->types.n };
	}
	if (rel->c)
		rel->c->attrs = (struct strs){ rel->parts.v, rel->parts.n };
}

static void add_column(struct pg_build *b, int i, struct pg_rel *rel,
    struct pg_att *att)
{
	att->type = cat_oid(b, i, 14);
	att->collation = cat_oid(b, i, 15);
	if (rel->t) {
		rel->ncols++;
		att->col = table_column_of(b, i, rel, rel->ncols);
		att->name = att->col->o.name;
		return;
	}
	att->name = cat_text(b, i, 2);
	vec_push(b->a, &rel->parts, rel->c ? attribute(b, i) : att->name);
	vec_push(b->a, &rel->types, cat_text(b, i, 3));
	part_notes(b, i, rel, att->name);
	end_relation(rel);
}

void pg_build_columns(struct pg_build *b)
{
	struct pg_rel *rel = NULL;

	for (int i = 0; i < PQntuples(b->r); i++) {
		uint32_t oid = cat_oid(b, i, 0);
		int64_t at = cat_int(b, i, 1);

		if (!rel || rel->oid != oid)
			rel = pg_oids_get(&b->rels, oid);
		if (rel && at >= 1 && at <= rel->natts)
			add_column(b, i, rel, &rel->att[at - 1]);
		for (struct pg_sequence *s = rel ? rel->sequences : NULL; s;
		    s = s->next)
			if (rel->t && s->attnum == at && at <= rel->natts)
				own_sequence(b, rel, rel->att[at - 1].col, s);
	}
}
