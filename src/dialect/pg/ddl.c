/*
 * CREATE and DROP text of every kind of object, from the model alone; where
 * the engine offers a definition (pg_get_*def), the model has kept it.
 */
#include "dialect/pg/words.h"

void pg_next(struct sbuf *b)
{
	if (b->n)
		SQL(b, ";\n");
}

void pg_expr(struct sbuf *b, struct str expr)
{
	sbuf_addc(b, '(');
	sbuf_add(b, expr);
	sbuf_addc(b, ')');
}

/* --- references ---------------------------------------------------------------- */

static bool stands(const struct model *m, struct str schema, struct str name)
{
	static const enum obj_kind kinds[] = { OBJ_TABLE, OBJ_VIEW,
		OBJ_SEQUENCE, OBJ_ENUM, OBJ_DOMAIN, OBJ_COMPOSITE, OBJ_RANGE };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (model_find(m, kinds[i], schema, STR(""), name))
			return true;
	return false;
}

/* One part of a reference in SQL's spelling; *at moves past it and its dot. */
static struct str ref_part(struct str ref, size_t *at, struct arena *a)
{
	struct token t = pg_token(ref, *at);
	struct str text;
	char *out;
	size_t n = 0;

	if (t.kind != TOKEN_IDENT) {
		size_t dot = str_find(ref, STR("."), *at);

		text = str_sub(ref, *at, dot);
		*at = dot + 1;
		return text;
	}
	text = str_sub(ref, t.from + 1, t.to - 1);
	*at = t.to + 1;
	out = arena_alloc(a, text.n + 1);
	for (size_t i = 0; i < text.n; i++) {
		out[n++] = text.p[i];
		if (text.p[i] == '"')
			i++;
	}
	return (struct str){ out, n };
}

void pg_ref_split(const struct model *m, struct str ref, struct arena *a,
    struct str *schema, struct str *name)
{
	size_t at = 0;

	for (size_t dot = str_find(ref, STR("."), 0); dot < ref.n;
	    dot = str_find(ref, STR("."), dot + 1)) {
		*schema = str_sub(ref, 0, dot);
		*name = str_sub(ref, dot + 1, ref.n);
		if (stands(m, *schema, *name))
			return;
	}
	*schema = ref_part(ref, &at, a);
	*name = at < ref.n ? ref_part(ref, &at, a) : STR("");
	if (!name->n) {
		*name = *schema;
		*schema = STR("");
	}
}

void pg_ref(struct sbuf *b, const struct model *m, struct str ref)
{
	struct arena *a = arena_new();
	struct str schema, name;

	pg_ref_split(m, ref, a, &schema, &name);
	pg_name(b, schema, name);
	arena_free(a);
}

/* A collation stands in the model as SQL has it, quoted where needed. */
void pg_collate(struct sbuf *b, struct str collation)
{
	if (!collation.n)
		return;
	SQL(b, " COLLATE ");
	sbuf_add(b, collation);
}

static bool is_plain(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    c != '_' && c != '.')
			return false;
	}
	return s.n > 0;
}

/* "fillfactor=70, check_option=local" in brackets; a value that is no word
 * or number stands in quotes. */
void pg_options(struct sbuf *b, struct str options)
{
	size_t at = 0;

	sbuf_addc(b, '(');
	while (at < options.n) {
		size_t end = str_find(options, STR(", "), at);
		struct str one = str_sub(options, at, end);
		size_t eq = str_find(one, STR("="), 0);
		struct str value = str_sub(one, eq + 1, one.n);

		sbuf_addz(b, at ? ", " : "");
		if (is_plain(str_sub(one, 0, eq)))
			sbuf_add(b, str_sub(one, 0, eq));
		else
			pg_ident(b, str_sub(one, 0, eq));
		if (eq < one.n) {
			sbuf_addc(b, '=');
			if (is_plain(value))
				sbuf_add(b, value);
			else
				pg_string(b, value);
		}
		at = end + 2;
	}
	sbuf_addc(b, ')');
}

/* --- sequences ------------------------------------------------------------------- */

void pg_sequence_options(struct sbuf *b, const struct sequence_options *opt)
{
	if (opt->type.n) {
		SQL(b, " AS ");
		sbuf_add(b, opt->type);
	}
	SQL(b, " START WITH ");
	sbuf_add_i64(b, opt->start);
	SQL(b, " INCREMENT BY ");
	sbuf_add_i64(b, opt->increment);
	SQL(b, " MINVALUE ");
	sbuf_add_i64(b, opt->min);
	SQL(b, " MAXVALUE ");
	sbuf_add_i64(b, opt->max);
	SQL(b, " CACHE ");
	sbuf_add_i64(b, opt->cache);
	sbuf_addz(b, opt->cycle ? " CYCLE" : " NO CYCLE");
}

/* "start 1 increment 1 min 1 …": each word as the grammar has it. */
void pg_identity_options(struct sbuf *b, struct str text)
{
	static const char *const words[][2] = { { "min", "MINVALUE" },
		{ "max", "MAXVALUE" }, { "start", "START WITH" },
		{ "increment", "INCREMENT BY" }, { "minvalue", "MINVALUE" },
		{ "maxvalue", "MAXVALUE" }, { "cache", "CACHE" },
		{ "cycle", "CYCLE" }, { "no", "NO" } };
	size_t at = 0;

	while (at < text.n) {
		size_t end = str_find(text, STR(" "), at), i = 0;
		struct str w = str_sub(text, at, end);

		while (i < sizeof(words) / sizeof(*words) &&
		    !str_is(w, words[i][0]))
			i++;
		if (w.n)
			sbuf_addc(b, ' ');
		if (i < sizeof(words) / sizeof(*words))
			sbuf_addz(b, words[i][1]);
		else
			sbuf_add(b, w);
		at = end + 1;
	}
}

/* "schema.table.column" of a table that the model has. */
static const struct column *owner_of(const struct model *m,
    const struct sequence *s)
{
	struct str by = s->owned_by;

	for (size_t dot = by.n; dot-- > 0;) {
		struct arena *a;
		struct str schema, name;
		const struct table *t;
		const struct column *c;

		if (by.p[dot] != '.')
			continue;
		a = arena_new();
		pg_ref_split(m, str_sub(by, 0, dot), a, &schema, &name);
		t = model_table(m, schema, name);
		c = t ? table_column(t, str_sub(by, dot + 1, by.n)) : NULL;
		arena_free(a);
		if (c)
			return c;
	}
	return NULL;
}

/* Identity sequences come and go with their column; that of a serial that
 * became an identity stays, and is another. */
bool pg_is_identity_sequence(const struct model *m, const struct sequence *s)
{
	const struct column *c = owner_of(m, s);
	size_t n = s->o.schema.n;

	return c && c->identity != IDENTITY_NONE && (!c->sequence.n ||
	    (c->sequence.n == n + 1 + s->o.name.n &&
	    str_starts(c->sequence, s->o.schema) &&
	    str_ends(c->sequence, s->o.name)));
}

bool pg_owned_by(struct sbuf *b, const struct model *m,
    const struct sequence *q)
{
	const struct column *c = owner_of(m, q);

	if (!c)
		return false;
	SQL(b, "ALTER SEQUENCE ");
	pg_name(b, q->o.schema, q->o.name);
	SQL(b, " OWNED BY ");
	pg_name(b, c->o.schema, c->o.table);
	sbuf_addc(b, '.');
	pg_ident(b, c->o.name);
	return true;
}

static bool sequence_text(const struct model *m, const void *o, struct sbuf *b)
{
	const struct sequence *s = o;

	if (pg_is_identity_sequence(m, s))
		return false;
	SQL(b, "CREATE SEQUENCE ");
	pg_name(b, s->o.schema, s->o.name);
	pg_sequence_options(b, &s->opt);
	return true;
}

/* --- what stands alone ------------------------------------------------------------ */

static bool schema_text(const struct model *m, const void *o, struct sbuf *b)
{
	const struct obj *x = o;

	(void)m;
	/* public comes with the database */
	sbuf_addz(b, str_is(x->name, "public") ?
	    "CREATE SCHEMA IF NOT EXISTS " : "CREATE SCHEMA ");
	pg_ident(b, x->name);
	return true;
}

static bool extension_text(const struct model *m, const void *o,
    struct sbuf *b)
{
	const struct extension *x = o;

	(void)m;
	SQL(b, "CREATE EXTENSION IF NOT EXISTS ");
	pg_ident(b, x->o.name);
	if (x->o.schema.n) {
		SQL(b, " WITH SCHEMA ");
		pg_ident(b, x->o.schema);
	}
	return true;
}

static bool role_text(const struct model *m, const void *o, struct sbuf *b)
{
	const struct role *x = o;

	(void)m;
	SQL(b, "CREATE ROLE ");
	pg_ident(b, x->o.name);
	sbuf_addz(b, x->create_db ? " CREATEDB" : "");
	sbuf_addz(b, x->create_role ? " CREATEROLE" : "");
	sbuf_addz(b, x->inherit ? "" : " NOINHERIT");
	return true;
}

static bool enum_text(const struct model *m, const void *o, struct sbuf *b)
{
	const struct enum_type *x = o;

	(void)m;
	SQL(b, "CREATE TYPE ");
	pg_name(b, x->o.schema, x->o.name);
	SQL(b, " AS ENUM (");
	for (size_t i = 0; i < x->values.n; i++) {
		sbuf_addz(b, i ? ", " : "");
		pg_string(b, x->values.v[i]);
	}
	sbuf_addc(b, ')');
	return true;
}

static bool domain_text(const struct model *m, const void *o, struct sbuf *b)
{
	const struct domain *x = o;

	(void)m;
	SQL(b, "CREATE DOMAIN ");
	pg_name(b, x->o.schema, x->o.name);
	SQL(b, " AS ");
	sbuf_add(b, x->type);
	pg_collate(b, x->collation);
	if (x->dflt.n) {
		SQL(b, " DEFAULT ");
		sbuf_add(b, x->dflt);
	}
	sbuf_addz(b, x->notnull ? " NOT NULL" : "");
	for (size_t i = 0; i < x->checks.n; i++) {
		SQL(b, " CONSTRAINT ");
		sbuf_add(b, x->checks.v[i]);
	}
	return true;
}

static bool composite_text(const struct model *m, const void *o,
    struct sbuf *b)
{
	const struct composite *x = o;

	(void)m;
	SQL(b, "CREATE TYPE ");
	pg_name(b, x->o.schema, x->o.name);
	SQL(b, " AS (");
	for (size_t i = 0; i < x->attrs.n; i++) {
		sbuf_addz(b, i ? ", " : "");
		sbuf_add(b, x->attrs.v[i]);
	}
	sbuf_addc(b, ')');
	return true;
}

static struct str without_end(struct str sql)
{
	sql = str_trim(sql);
	while (str_ends(sql, STR(";")))
		sql = str_trim(str_sub(sql, 0, sql.n - 1));
	return sql;
}

static bool range_text(const struct model *m, const void *o, struct sbuf *b)
{
	const struct def *x = o;

	(void)m;
	if (!x->sql.n)
		return false;
	if (!str_starts(x->sql, STR("CREATE "))) {
		SQL(b, "CREATE TYPE ");
		pg_name(b, x->o.schema, x->o.name);
		SQL(b, " AS RANGE ");
	}
	sbuf_add(b, without_end(x->sql));
	return true;
}

static bool function_text(const struct model *m, const void *o, struct sbuf *b)
{
	const struct function *x = o;

	(void)m;
	sbuf_add(b, without_end(x->sql));
	return x->sql.n > 0;
}

static bool view_text(const struct model *m, const void *o, struct sbuf *b)
{
	const struct view *x = o;

	(void)m;
	sbuf_addz(b, x->materialized ? "CREATE MATERIALIZED VIEW " :
	    "CREATE VIEW ");
	pg_name(b, x->o.schema, x->o.name);
	if (x->cols.n) {
		sbuf_addc(b, ' ');
		pg_columns(b, x->cols);
	}
	if (x->options.n) {
		SQL(b, " WITH ");
		pg_options(b, x->options);
	}
	SQL(b, " AS\n");
	sbuf_add(b, without_end(x->sql));
	if (x->materialized && x->unpopulated)
		SQL(b, "\nWITH NO DATA");
	return true;
}

static bool table_text(const struct model *m, const void *o, struct sbuf *b)
{
	const struct table *t = o;

	if (t->type == TABLE_FOREIGN && !t->module.n)
		return false;
	pg_table_text(b, m, t, NULL);
	pg_table_more(b, m, t);
	return true;
}

static bool hung_text(const struct model *m, const void *o, struct sbuf *b)
{
	return pg_hung_text(b, m, o);
}

static bool (*const creators[OBJ_KIND_N])(const struct model *, const void *,
    struct sbuf *) = {
	[OBJ_TABLE] = table_text,
	[OBJ_COLUMN] = hung_text,
	[OBJ_PK] = hung_text,
	[OBJ_UNIQUE] = hung_text,
	[OBJ_CHECK] = hung_text,
	[OBJ_FK] = hung_text,
	[OBJ_INDEX] = hung_text,
	[OBJ_VIEW] = view_text,
	[OBJ_TRIGGER] = hung_text,
	[OBJ_EXCLUDE] = hung_text,
	[OBJ_RULE] = hung_text,
	[OBJ_POLICY] = hung_text,
	[OBJ_STATISTICS] = hung_text,
	[OBJ_ENUM] = enum_text,
	[OBJ_DOMAIN] = domain_text,
	[OBJ_COMPOSITE] = composite_text,
	[OBJ_RANGE] = range_text,
	[OBJ_SEQUENCE] = sequence_text,
	[OBJ_FUNCTION] = function_text,
	[OBJ_SCHEMA] = schema_text,
	[OBJ_EXTENSION] = extension_text,
	[OBJ_ROLE] = role_text,
};

bool pg_create_text(const struct model *m, const struct obj *o,
    struct sbuf *b)
{
	struct sbuf text = SBUF_TEXT;
	bool made = creators[o->kind](m, o, &text);

	if (made)
		sbuf_add(b, sbuf_str(&text));
	sbuf_free(&text);
	return made;
}

/* --- DROP --------------------------------------------------------------------------- */

const char *pg_function_word(const struct function *f)
{
	return f->kind == 'p' ? "PROCEDURE" : f->kind == 'a' ? "AGGREGATE" :
	    "FUNCTION";
}

void pg_function_name(struct sbuf *b, const struct function *f)
{
	pg_name(b, f->o.schema, f->name);
	sbuf_addc(b, '(');
	if (f->kind == 'a' && !f->args.n)
		sbuf_addc(b, '*');
	sbuf_add(b, f->args);
	sbuf_addc(b, ')');
}

static void drop_function(struct sbuf *b, const struct function *f)
{
	sbuf_addf(b, "DROP %s ", pg_function_word(f));
	pg_function_name(b, f);
}

/* What DROP says, and how the object is named after it. */
enum drop_form { DROP_NOT, DROP_NAME, DROP_GLOBAL, DROP_ON_TABLE,
	DROP_CONSTRAINT, DROP_COLUMN };
static const struct {
	const char *words;
	enum drop_form form;
} drops[OBJ_KIND_N] = {
	[OBJ_TABLE] = { "DROP TABLE ", DROP_NAME },
	[OBJ_COLUMN] = { " DROP COLUMN ", DROP_COLUMN },
	[OBJ_PK] = { "", DROP_CONSTRAINT },
	[OBJ_UNIQUE] = { "", DROP_CONSTRAINT },
	[OBJ_CHECK] = { "", DROP_CONSTRAINT },
	[OBJ_FK] = { "", DROP_CONSTRAINT },
	[OBJ_EXCLUDE] = { "", DROP_CONSTRAINT },
	[OBJ_INDEX] = { "DROP INDEX ", DROP_NAME },
	[OBJ_VIEW] = { "DROP VIEW ", DROP_NAME },
	[OBJ_TRIGGER] = { "DROP TRIGGER ", DROP_ON_TABLE },
	[OBJ_RULE] = { "DROP RULE ", DROP_ON_TABLE },
	[OBJ_POLICY] = { "DROP POLICY ", DROP_ON_TABLE },
	[OBJ_STATISTICS] = { "DROP STATISTICS ", DROP_NAME },
	[OBJ_ENUM] = { "DROP TYPE ", DROP_NAME },
	[OBJ_DOMAIN] = { "DROP DOMAIN ", DROP_NAME },
	[OBJ_COMPOSITE] = { "DROP TYPE ", DROP_NAME },
	[OBJ_RANGE] = { "DROP TYPE ", DROP_NAME },
	[OBJ_SEQUENCE] = { "DROP SEQUENCE ", DROP_NAME },
	[OBJ_SCHEMA] = { "DROP SCHEMA ", DROP_GLOBAL },
	[OBJ_EXTENSION] = { "DROP EXTENSION ", DROP_GLOBAL },
	[OBJ_ROLE] = { "DROP ROLE ", DROP_GLOBAL },
};

/* The name under which the engine knows a constraint. */
static struct str constraint_name(const struct obj *o)
{
	const void *p = o;
	struct str label = STR("");

	if (o->kind == OBJ_PK || o->kind == OBJ_UNIQUE)
		label = ((const struct key *)p)->label;
	else if (o->kind == OBJ_CHECK)
		label = ((const struct check *)p)->label;
	else if (o->kind == OBJ_FK)
		label = ((const struct fk *)p)->label;
	return label.n ? label : o->name;
}

static bool drop_kind(const struct model *m, const struct obj *o,
    struct sbuf *b)
{
	const void *p = o;

	if (o->kind == OBJ_INDEX && ((const struct index *)p)->origin != 'c')
		return false;		/* its constraint is dropped */
	if (o->kind == OBJ_SEQUENCE && pg_is_identity_sequence(m, p))
		return false;
	if (o->kind == OBJ_TABLE &&
	    ((const struct table *)p)->type == TABLE_FOREIGN)
		SQL(b, "DROP FOREIGN TABLE ");
	else if (o->kind == OBJ_VIEW && ((const struct view *)p)->materialized)
		SQL(b, "DROP MATERIALIZED VIEW ");
	else
		sbuf_addz(b, drops[o->kind].words);
	return true;
}

bool pg_drop_text(const struct model *m, const struct obj *o, struct sbuf *b)
{
	const void *p = o;

	if (o->kind == OBJ_FUNCTION) {
		drop_function(b, p);
		return true;
	}
	switch (drops[o->kind].form) {
	case DROP_NAME:
		if (!drop_kind(m, o, b))
			return false;
		pg_name(b, o->schema, o->name);
		return true;
	case DROP_GLOBAL:
		sbuf_addz(b, drops[o->kind].words);
		pg_ident(b, o->name);
		return true;
	case DROP_ON_TABLE:
		sbuf_addz(b, drops[o->kind].words);
		pg_ident(b, o->name);
		SQL(b, " ON ");
		pg_name(b, o->schema, o->table);
		return true;
	case DROP_CONSTRAINT:
		pg_alter_table(b, o, false);
		SQL(b, " DROP CONSTRAINT ");
		pg_ident(b, constraint_name(o));
		return true;
	case DROP_COLUMN:
		pg_alter_table(b, o, false);
		SQL(b, " DROP COLUMN ");
		pg_ident(b, o->name);
		return true;
	case DROP_NOT:
		break;
	}
	return false;
}
