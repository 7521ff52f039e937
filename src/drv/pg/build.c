/*
 * Objects out of the catalogue's answers: cells, names and what stands alone;
 * see build_table.c for tables and build_parts.c for what hangs on them.
 *
 * Every text that goes into an object is copied into the model's arena: the
 * answers are cleared afterwards.
 */
#include <stdlib.h>

#include "drv/pg/introspect.h"

/* --- oid -> pointer ------------------------------------------------------ */

static size_t slot_of(const struct pg_oids *m, uint32_t oid)
{
	size_t i = (oid * 2654435761u) & (m->cap - 1);

	while (m->v[i].value && m->v[i].oid != oid)
		i = (i + 1) & (m->cap - 1);
	return i;
}

void pg_oids_put(struct pg_oids *m, struct arena *a, uint32_t oid, void *p)
{
	size_t i;

	if (2 * (m->n + 1) > m->cap) {
		struct pg_oids more = { .cap = m->cap ? 2 * m->cap : 64 };

		more.v = arena_array(a, struct pg_oid_slot, more.cap);
		for (i = 0; i < m->cap; i++)
			if (m->v[i].value)
				more.v[slot_of(&more, m->v[i].oid)] = m->v[i];
		more.n = m->n;
		*m = more;
	}
	i = slot_of(m, oid);
	m->n += !m->v[i].value;
	m->v[i] = (struct pg_oid_slot){ oid, p };
}

void *pg_oids_get(const struct pg_oids *m, uint32_t oid)
{
	return m->cap ? m->v[slot_of(m, oid)].value : NULL;
}

/* --- cells --------------------------------------------------------------- */

bool cat_null(const struct pg_build *b, int row, int col)
{
	return PQgetisnull(b->r, row, col);
}

struct str cat_cell(const struct pg_build *b, int row, int col)
{
	return (struct str){ PQgetvalue(b->r, row, col),
		(size_t)PQgetlength(b->r, row, col) };
}

struct str cat_text(const struct pg_build *b, int row, int col)
{
	struct str s = cat_cell(b, row, col);

	return s.n ? arena_str(b->a, s) : STR("");
}

bool cat_bool(const struct pg_build *b, int row, int col)
{
	return PQgetvalue(b->r, row, col)[0] == 't';
}

char cat_char(const struct pg_build *b, int row, int col)
{
	return PQgetvalue(b->r, row, col)[0];
}

uint32_t cat_oid(const struct pg_build *b, int row, int col)
{
	return (uint32_t)strtoul(PQgetvalue(b->r, row, col), NULL, 10);
}

int64_t cat_int(const struct pg_build *b, int row, int col)
{
	return strtoll(PQgetvalue(b->r, row, col), NULL, 10);
}

/* One element at s[*at]; *at behind it and its comma. */
static struct str element(const struct pg_build *b, struct str s, size_t *at)
{
	char *p = arena_alloc(b->a, s.n - *at + 1);
	size_t n = 0, i = *at;
	bool quoted = i < s.n && s.p[i] == '"';

	for (i += quoted; i < s.n; i++) {
		if (quoted ? s.p[i] == '"' : s.p[i] == ',' || s.p[i] == '}')
			break;
		if (s.p[i] == '\\' && i + 1 < s.n)
			i++;
		p[n++] = s.p[i];
	}
	*at = i + quoted + 1;
	return (struct str){ p, n };
}

struct strs cat_array(const struct pg_build *b, int row, int col)
{
	struct str s = cat_cell(b, row, col);
	VEC(struct str) v = { 0 };
	size_t at = 1;

	while (at < s.n && s.p[at] != '}')
		vec_push(b->a, &v, element(b, s, &at));
	return (struct strs){ v.v, v.n };
}

int64_t *cat_numbers(const struct pg_build *b, int row, int col, size_t *n)
{
	struct str s = cat_cell(b, row, col);
	int64_t *v = arena_array(b->tmp, int64_t, s.n / 2 + 1);
	const char *p = s.p, *end = s.p + s.n;
	char *stop;

	for (*n = 0; p < end; p = stop) {
		while (p < end && (*p == '{' || *p == ',' || *p == ' '))
			p++;
		if (p == end || *p == '}')
			break;
		v[(*n)++] = strtoll(p, &stop, 10);
	}
	return v;
}

static int by_text(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

struct str cat_options(const struct pg_build *b, int row, int col)
{
	struct strs list;
	struct str *v;
	struct sbuf text = SBUF_TEXT;
	struct str s;

	if (cat_cell(b, row, col).n <= 2)
		return STR("");
	list = cat_array(b, row, col);
	v = arena_copy(b->tmp, list.v, list.n * sizeof(*v));
	qsort(v, list.n, sizeof(*v), by_text);
	for (size_t i = 0; i < list.n; i++) {
		if (i)
			sbuf_addz(&text, ", ");
		sbuf_add(&text, v[i]);
	}
	s = arena_str(b->a, sbuf_str(&text));
	sbuf_free(&text);
	return s;
}

/* --- names, notes -------------------------------------------------------- */

struct entry {			/* key of members and comments: no gaps */
	uint32_t class, oid;
	int32_t sub;
};

static struct str entry_key(struct entry *k)
{
	return (struct str){ (const char *)k, sizeof(*k) };
}

static struct str kept_key(const struct pg_build *b, struct entry k)
{
	return entry_key(arena_copy(b->tmp, &k, sizeof(k)));
}

const struct str *cat_member(const struct pg_build *b, enum pg_class_id class,
    uint32_t oid)
{
	struct entry k = { class, oid, 0 };

	return map_count(b->members) ? map_get(b->members, entry_key(&k)) :
	    NULL;
}

struct str cat_comment(const struct pg_build *b, enum pg_class_id class,
    uint32_t oid, int sub)
{
	struct entry k = { class, oid, sub };
	const struct str *s = map_count(b->comments) ?
	    map_get(b->comments, entry_key(&k)) : NULL;

	return s ? *s : STR("");
}

const struct str *cat_schema(const struct pg_build *b, int row, int col)
{
	return pg_oids_get(&b->schemas, cat_oid(b, row, col));
}

struct pg_rel *cat_rel(const struct pg_build *b, int row, int col)
{
	return pg_oids_get(&b->rels, cat_oid(b, row, col));
}

void cat_add(struct pg_build *b, void *object, enum pg_class_id class,
    uint32_t oid, struct str owner, struct strs grants, bool managed)
{
	struct obj *o = object;
	struct obj_notes *notes = arena_new_of(b->a, struct obj_notes);
	const struct str *extension = cat_member(b, class, oid);

	notes->comment = cat_comment(b, class, oid, 0);
	notes->owner = owner;
	notes->grants = grants;
	notes->extension = extension ? *extension : STR("");
	notes->oid = oid;
	notes->published = notes->settings = (struct strs){ 0 };
	o->notes = notes;
	model_add(b->m, o);
	o->managed = managed && !extension && !b->words->is_foreign(o);
}

void cat_published(struct pg_build *b, struct obj *o, struct strs by)
{
	struct obj_notes *notes = arena_copy(b->a, o->notes, sizeof(*notes));

	notes->published = by;
	o->notes = notes;
}

void cat_settings(struct pg_build *b, struct obj *o, struct strs settings)
{
	struct obj_notes *notes = arena_copy(b->a, o->notes, sizeof(*notes));

	notes->settings = settings;
	o->notes = notes;
}

/* --- what stands alone --------------------------------------------------- */

static void build_schemas(struct pg_build *b)
{
	for (int i = 0; i < PQntuples(b->r); i++) {
		struct str *name = arena_new_of(b->tmp, struct str);
		struct obj *o = arena_new_of(b->a, struct obj);

		*name = cat_text(b, i, 1);
		pg_oids_put(&b->schemas, b->tmp, cat_oid(b, i, 0), name);
		*o = (struct obj){ .kind = OBJ_SCHEMA, .schema = STR(""),
		    .table = STR(""), .name = *name };
		cat_add(b, o, PG_CLASS_NAMESPACE, cat_oid(b, i, 0),
		    cat_text(b, i, 2), cat_array(b, i, 3), true);
	}
}

static void build_extensions(struct pg_build *b)
{
	for (int i = 0; i < PQntuples(b->r); i++) {
		struct extension *x = arena_new_of(b->a, struct extension);
		const struct str *schema = cat_schema(b, i, 2);

		x->o = (struct obj){ .kind = OBJ_EXTENSION,
		    .schema = schema ? *schema : STR(""), .table = STR(""),
		    .name = cat_text(b, i, 1) };
		x->version = cat_text(b, i, 3);
		cat_add(b, x, PG_CLASS_EXTENSION, cat_oid(b, i, 0),
		    cat_text(b, i, 4), (struct strs){ 0 }, true);
	}
}

static void build_members(struct pg_build *b)
{
	for (int i = 0; i < PQntuples(b->r); i++) {
		struct str *name = arena_new_of(b->tmp, struct str);

		*name = cat_text(b, i, 2);
		map_put(b->members, kept_key(b, (struct entry){
		    cat_oid(b, i, 0), cat_oid(b, i, 1), 0 }), name);
	}
}

static void build_comments(struct pg_build *b)
{
	for (int i = 0; i < PQntuples(b->r); i++) {
		struct str *text = arena_new_of(b->tmp, struct str);

		*text = cat_text(b, i, 3);
		map_put(b->comments, kept_key(b, (struct entry){
		    cat_oid(b, i, 0), cat_oid(b, i, 1),
		    (int32_t)cat_int(b, i, 2) }), text);
	}
}

static void *type_object(struct pg_build *b, int i)
{
	switch (cat_char(b, i, 3)) {
	case 'e': {
		struct enum_type *t = arena_new_of(b->a, struct enum_type);

		t->o.kind = OBJ_ENUM;
		t->values = cat_array(b, i, 10);
		return t;
	}
	case 'd': {
		struct domain *t = arena_new_of(b->a, struct domain);

		t->o.kind = OBJ_DOMAIN;
		t->type = cat_text(b, i, 6);
		t->notnull = cat_bool(b, i, 7);
		t->dflt = cat_text(b, i, 8);
		t->collation = cat_text(b, i, 9);
		t->checks = cat_array(b, i, 10);
		return t;
	}
	case 'r': {
		struct def *t = arena_new_of(b->a, struct def);

		t->o.kind = OBJ_RANGE;
		t->sql = cat_text(b, i, 11);
		return t;
	}
	default:	/* of an extension, or the multirange of a range */
		return NULL;
	}
}

void pg_build_types(struct pg_build *b)
{
	for (int i = 0; i < PQntuples(b->r); i++) {
		struct pg_type *t = arena_new_of(b->tmp, struct pg_type);
		const struct str *schema = cat_schema(b, i, 2);
		struct obj *o;

		if (!schema)
			continue;
		*t = (struct pg_type){ *schema, cat_text(b, i, 1) };
		pg_oids_put(&b->types, b->tmp, cat_oid(b, i, 0), t);
		o = type_object(b, i);
		if (!o)
			continue;
		o->schema = t->schema;
		o->table = STR("");
		o->name = t->name;
		cat_add(b, o, PG_CLASS_TYPE, cat_oid(b, i, 0),
		    cat_text(b, i, 4), cat_array(b, i, 5), true);
	}
}

void pg_build_functions(struct pg_build *b)
{
	for (int i = 0; i < PQntuples(b->r); i++) {
		const struct str *schema = cat_schema(b, i, 2);
		struct function *f = arena_new_of(b->a, struct function);

		if (!schema)
			continue;
		f->name = cat_text(b, i, 1);
		f->o = (struct obj){ .kind = OBJ_FUNCTION, .schema = *schema,
		    .table = STR(""), .name = arena_printf(b->a,
		    "%.*s(%.*s)", STR_ARG(f->name),
		    STR_ARG(cat_cell(b, i, 4))) };
		f->kind = cat_char(b, i, 3);
		f->args = cat_text(b, i, 5);
		f->result = cat_text(b, i, 6);
		f->language = cat_text(b, i, 7);
		f->sql = arena_str(b->a, str_trim(cat_cell(b, i, 8)));
		cat_add(b, f, PG_CLASS_PROC, cat_oid(b, i, 0),
		    cat_text(b, i, 9), cat_array(b, i, 10), true);
	}
}

/*
 * Roles belong to the server: no scratch database has them, and none is in the
 * managed set but where the configuration says so (entities.roles).
 */
static void build_roles(struct pg_build *b)
{
	for (int i = 0; !b->scratch && i < PQntuples(b->r); i++) {
		struct role *x = arena_new_of(b->a, struct role);
		struct obj_notes *notes = arena_new_of(b->a, struct obj_notes);

		notes->comment = cat_text(b, i, 10);
		notes->owner = notes->extension = STR("");
		notes->oid = cat_oid(b, i, 0);
		x->o = (struct obj){ .kind = OBJ_ROLE, .schema = STR(""),
		    .table = STR(""), .name = cat_text(b, i, 1),
		    .notes = notes };
		x->create_db = cat_bool(b, i, 2);
		x->create_role = cat_bool(b, i, 3);
		x->inherit = cat_bool(b, i, 4);
		x->login = cat_bool(b, i, 5);
		x->superuser = cat_bool(b, i, 6);
		x->replication = cat_bool(b, i, 7);
		x->bypass_rls = cat_bool(b, i, 8);
		x->member_of = cat_array(b, i, 9);
		model_add(b->m, x);
		x->o.managed = false;
	}
}

/* --- all ----------------------------------------------------------------- */

static void (*const readers[PG_CATALOG_N])(struct pg_build *) = {
	[PG_Q_SCHEMAS] = build_schemas,
	[PG_Q_EXTENSIONS] = build_extensions,
	[PG_Q_MEMBERS] = build_members,
	[PG_Q_COMMENTS] = build_comments,
	[PG_Q_TYPES] = pg_build_types,
	[PG_Q_RELATIONS] = pg_build_relations,
	[PG_Q_INHERITS] = pg_build_inherits,
	[PG_Q_SEQUENCES] = pg_build_sequences,
	[PG_Q_COLUMNS] = pg_build_columns,
	[PG_Q_OPCLASSES] = pg_build_opclasses,
	[PG_Q_COLLATIONS] = pg_build_collations,
	[PG_Q_INDEXES] = pg_build_indexes,
	[PG_Q_CONSTRAINTS] = pg_build_constraints,
	[PG_Q_TRIGGERS] = pg_build_triggers,
	[PG_Q_RULES] = pg_build_rules,
	[PG_Q_POLICIES] = pg_build_policies,
	[PG_Q_STATISTICS] = pg_build_statistics,
	[PG_Q_FUNCTIONS] = pg_build_functions,
	[PG_Q_NEEDS] = pg_build_needs,
	[PG_Q_ROLES] = build_roles,
};

void pg_build(struct pg_build *b, PGresult *const *answers)
{
	size_t n = 0;

	for (size_t i = 0; i < PG_CATALOG_N; i++)
		n += answers[i] ? (size_t)PQntuples(answers[i]) : 0;
	model_expect(b->m, n);
	if (!b->members) {
		b->members = map_new(b->tmp);
		b->comments = map_new(b->tmp);
	}
	for (size_t i = 0; i < PG_CATALOG_N; i++) {
		b->r = answers[i];
		if (b->r)
			readers[i](b);
	}
}
