/*
 * The lists of show: one table of columns for each, the same for every
 * engine.  A column that is empty in every row is left out unless it is
 * marked to stay; a list of one column has no head.
 */
#include "cmd/show.h"

struct list_col {
	const char *head;
	char align;
	bool stays;
	struct str (*text)(const struct shown *s, const struct obj *o);
};

enum { LIST_COLS_MAX = 12 };

struct list {
	const char *title;
	bool (*in)(const struct obj *o);
	const struct list_col *cols;
};

#define AS(type, o) ((const struct type *)(const void *)(o))

static struct str schema_of(const struct shown *s, const struct obj *o)
{
	(void)s;
	return o->schema;
}

static struct str name_of(const struct shown *s, const struct obj *o)
{
	(void)s;
	return o->name;
}

static struct str table_of(const struct shown *s, const struct obj *o)
{
	(void)s;
	return o->table;
}

static struct str owner_of(const struct shown *s, const struct obj *o)
{
	(void)s;
	return show_owner(o);
}

static struct str comment_of(const struct shown *s, const struct obj *o)
{
	(void)s;
	return show_comment(o);
}

static struct str size_of(const struct shown *s, const struct obj *o)
{
	const struct object_size *x = sizes_find(s->sz, o);

	return show_bytes(s->in->a, x ? x->bytes : -1);
}

static struct str rows_of(const struct shown *s, const struct obj *o)
{
	return show_rows(s->in->a, sizes_find(s->sz, o));
}

static struct str grants_of(const struct shown *s, const struct obj *o)
{
	return o->notes ? show_joined(s->in->a, o->notes->grants) : STR("");
}

static struct str kind_of(const struct shown *s, const struct obj *o)
{
	(void)s;
	if (o->kind == OBJ_TABLE)
		return str_z(show_kind(AS(table, o)));
	if (o->kind == OBJ_VIEW && AS(view, o)->materialized)
		return STR("materialized view");
	if (o->kind == OBJ_FUNCTION)
		return str_z(show_function(AS(function, o)));
	return str_z(obj_kind_name[o->kind]);
}

static struct str mark_of(const struct shown *s, const struct obj *o)
{
	return show_mark(s, o);
}

/* --- tables -------------------------------------------------------------- */

static bool is_table(const struct obj *o)
{
	return o->kind == OBJ_TABLE;
}

static const struct table *table_of_model(const struct shown *s,
    const struct obj *o)
{
	return model_table(s->m, o->schema, o->name);
}

static struct str key_of(const struct shown *s, const struct obj *o)
{
	const struct table *t = table_of_model(s, o);

	return t->pk ? model_name_key(s->in->a, t->pk->cols) : STR("");
}

static struct str columns_of(const struct shown *s, const struct obj *o)
{
	return arena_printf(s->in->a, "%zu", table_of_model(s, o)->ncols);
}

static const struct list_col table_cols[] = {
	{ "schema", 'l', false, schema_of }, { "name", 'l', true, name_of },
	{ "kind", 'l', true, kind_of }, { "key", 'l', true, key_of },
	{ "columns", 'r', true, columns_of }, { "rows", 'r', true, rows_of },
	{ "size", 'r', true, size_of }, { "owner", 'l', false, owner_of },
	{ "", 'l', false, mark_of }, { "comment", 'l', false, comment_of },
	{ 0 },
};

/* --- indexes ------------------------------------------------------------- */

/* SQLite's automatic ones have no names worth showing. */
static bool is_index(const struct obj *o)
{
	return o->kind == OBJ_INDEX && (AS(index, o)->origin == 'c' ||
	    AS(index, o)->method.n);
}

static struct str parts_of(const struct shown *s, const struct obj *o)
{
	(void)s;
	return AS(index, o)->parts_text;
}

static struct str method_of(const struct shown *s, const struct obj *o)
{
	(void)s;
	return AS(index, o)->method;
}

static struct str index_marks(const struct shown *s, const struct obj *o)
{
	const struct index *x = AS(index, o);

	return str_trim(arena_printf(s->in->a, "%s%s%s%s", x->origin == 'p' ?
	    "primary key " : model_find(s->m, OBJ_EXCLUDE, o->schema,
	    o->table, o->name) ? "exclusion " : "", x->origin != 'p' &&
	    x->unique ? "unique " : "", x->where.n ?
	    "partial " : "", x->invalid ? "INVALID" : ""));
}

static const struct list_col index_cols[] = {
	{ "schema", 'l', false, schema_of }, { "name", 'l', true, name_of },
	{ "table", 'l', true, table_of }, { "on", 'l', true, parts_of },
	{ "using", 'l', false, method_of }, { "", 'l', true, index_marks },
	{ "size", 'r', true, size_of }, { "comment", 'l', false, comment_of },
	{ 0 },
};

/* --- views, types, functions … --------------------------------------------- */

static bool is_view(const struct obj *o)
{
	return o->kind == OBJ_VIEW;
}

static struct str view_marks(const struct shown *s, const struct obj *o)
{
	(void)s;
	return !AS(view, o)->materialized ? STR("") : AS(view, o)->unpopulated ?
	    STR("materialized, without data") : STR("materialized");
}

static const struct list_col view_cols[] = {
	{ "schema", 'l', false, schema_of }, { "name", 'l', true, name_of },
	{ "kind", 'l', false, view_marks }, { "size", 'r', false, size_of },
	{ "owner", 'l', false, owner_of }, { "", 'l', false, mark_of },
	{ "comment", 'l', false, comment_of }, { 0 },
};

static bool is_type(const struct obj *o)
{
	return o->kind == OBJ_ENUM || o->kind == OBJ_DOMAIN ||
	    o->kind == OBJ_COMPOSITE || o->kind == OBJ_RANGE;
}

static struct str type_is(const struct shown *s, const struct obj *o)
{
	struct arena *a = s->in->a;

	if (o->kind == OBJ_ENUM)
		return show_joined(a, AS(enum_type, o)->values);
	if (o->kind == OBJ_COMPOSITE)
		return show_joined(a, AS(composite, o)->attrs);
	if (o->kind == OBJ_RANGE) {
		struct str sql = AS(def, o)->sql;

		return str_sub(sql, str_find(sql, STR("("), 0), sql.n);
	}
	return str_trim(arena_printf(a, "%.*s %s%.*s",
	    STR_ARG(AS(domain, o)->type), AS(domain, o)->notnull ?
	    "not null " : "", STR_ARG(show_joined(a, AS(domain, o)->checks))));
}

static const struct list_col type_cols[] = {
	{ "schema", 'l', false, schema_of }, { "name", 'l', true, name_of },
	{ "kind", 'l', true, kind_of }, { "is", 'l', true, type_is },
	{ "owner", 'l', false, owner_of }, { "", 'l', false, mark_of },
	{ "comment", 'l', false, comment_of }, { 0 },
};

static bool is_sequence(const struct obj *o)
{
	return o->kind == OBJ_SEQUENCE;
}

static struct str sequence_type(const struct shown *s, const struct obj *o)
{
	(void)s;
	return AS(sequence, o)->opt.type;
}

static struct str owned_by(const struct shown *s, const struct obj *o)
{
	(void)s;
	return AS(sequence, o)->owned_by;
}

static const struct list_col sequence_cols[] = {
	{ "schema", 'l', false, schema_of }, { "name", 'l', true, name_of },
	{ "type", 'l', true, sequence_type },
	{ "owned by", 'l', false, owned_by }, { "owner", 'l', false, owner_of },
	{ "", 'l', false, mark_of },
	{ "comment", 'l', false, comment_of }, { 0 },
};

static bool is_function(const struct obj *o)
{
	return o->kind == OBJ_FUNCTION;
}

const char *show_function(const struct function *f)
{
	static const struct {
		char kind;
		const char *word;
	} words[] = { { 'f', "function" }, { 'p', "procedure" },
		{ 'a', "aggregate" }, { 'w', "window" } };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (words[i].kind == f->kind)
			return words[i].word;
	return obj_kind_name[OBJ_FUNCTION];
}

static struct str returns(const struct shown *s, const struct obj *o)
{
	(void)s;
	return AS(function, o)->result;
}

static struct str language(const struct shown *s, const struct obj *o)
{
	(void)s;
	return AS(function, o)->language;
}

static const struct list_col function_cols[] = {
	{ "schema", 'l', false, schema_of }, { "name", 'l', true, name_of },
	{ "kind", 'l', true, kind_of },
	{ "returns", 'l', true, returns }, { "language", 'l', true, language },
	{ "owner", 'l', false, owner_of }, { "", 'l', false, mark_of },
	{ "comment", 'l', false, comment_of }, { 0 },
};

static bool is_schema(const struct obj *o)
{
	return o->kind == OBJ_SCHEMA;
}

static const struct list_col schema_cols[] = {
	{ "name", 'l', true, name_of }, { "owner", 'l', false, owner_of },
	{ "comment", 'l', false, comment_of }, { 0 },
};

static bool is_extension(const struct obj *o)
{
	return o->kind == OBJ_EXTENSION;
}

static struct str version_of(const struct shown *s, const struct obj *o)
{
	(void)s;
	return AS(extension, o)->version;
}

static const struct list_col extension_cols[] = {
	{ "name", 'l', true, name_of }, { "version", 'l', true, version_of },
	{ "schema", 'l', true, schema_of },
	{ "comment", 'l', false, comment_of }, { 0 },
};

static bool is_role(const struct obj *o)
{
	return o->kind == OBJ_ROLE;
}

/* As \du words them. */
static struct str role_is(const struct shown *s, const struct obj *o)
{
	const struct role *x = AS(role, o);
	const struct {
		bool on;
		const char *word;
	} words[] = {
		{ x->superuser, "superuser, " }, { !x->inherit, "no inherit, " },
		{ x->create_role, "create role, " },
		{ x->create_db, "create db, " },
		{ !x->login, "cannot login, " },
		{ x->replication, "replication, " },
		{ x->bypass_rls, "bypass rls, " },
	};
	struct sbuf b = SBUF_INIT(128);
	struct str out;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (words[i].on)
			sbuf_addz(&b, words[i].word);
	out = arena_str(s->in->a, str_sub(sbuf_str(&b), 0, b.n ? b.n - 2 : 0));
	sbuf_free(&b);
	return out;
}

static struct str member_of(const struct shown *s, const struct obj *o)
{
	return show_joined(s->in->a, AS(role, o)->member_of);
}

static const struct list_col role_cols[] = {
	{ "name", 'l', true, name_of }, { "attributes", 'l', false, role_is },
	{ "member of", 'l', false, member_of },
	{ "comment", 'l', false, comment_of }, { 0 },
};

static bool has_grants(const struct obj *o)
{
	return o->notes && o->notes->grants.n && o->kind != OBJ_COLUMN;
}

static const struct list_col grant_cols[] = {
	{ "schema", 'l', false, schema_of }, { "name", 'l', true, name_of },
	{ "kind", 'l', true, kind_of }, { "owner", 'l', false, owner_of },
	{ "privileges", 'l', true, grants_of }, { 0 },
};

static bool has_column_grants(const struct obj *o)
{
	return o->notes && o->notes->grants.n && o->kind == OBJ_COLUMN;
}

static const struct list_col column_grant_cols[] = {
	{ "schema", 'l', false, schema_of }, { "table", 'l', true, table_of },
	{ "column", 'l', true, name_of },
	{ "privileges", 'l', true, grants_of }, { 0 },
};

/* --- printing ------------------------------------------------------------- */

static const struct list lists[] = {
	{ "Tables", is_table, table_cols },
	{ "Indexes", is_index, index_cols },
	{ "Views", is_view, view_cols },
	{ "Types", is_type, type_cols },
	{ "Sequences", is_sequence, sequence_cols },
	{ "Functions", is_function, function_cols },
	{ "Schemas", is_schema, schema_cols },
	{ "Extensions", is_extension, extension_cols },
	{ "Privileges", has_grants, grant_cols },
	{ "Column privileges", has_column_grants, column_grant_cols },
	{ "Roles", is_role, role_cols },
};

/* Of what an extension brought, what holds or makes values; its functions,
 * often a thousand, are told by its name alone. */
static bool listed(const struct list *l, const struct obj *o)
{
	return l->in(o) && (!(o->notes && o->notes->extension.n) ||
	    l->in == is_table || l->in == is_view || l->in == is_type ||
	    l->in == is_sequence);
}

static size_t used_cols(const struct shown *s, const struct list *l,
    const struct list_col **used)
{
	size_t n = 0;

	for (const struct list_col *c = l->cols; c->text; c++) {
		bool on = c->stays;

		for (size_t i = 0; !on && i < s->m->nobjs; i++)
			on = listed(l, s->m->objs[i]) &&
			    c->text(s, s->m->objs[i]).n;
		if (on)
			used[n++] = c;
	}
	return n;
}

static void list_title(const struct shown *s, const char *word, bool first)
{
	if (!first)
		sbuf_addc(&s->in->out, '\n');
	cmd_paint(s->in, "1", str_z(word));
	sbuf_addc(&s->in->out, '\n');
}

static bool print_list(const struct shown *s, const struct list *l, bool first)
{
	const struct list_col *used[LIST_COLS_MAX];
	char align[LIST_COLS_MAX];
	struct text_table t = { .a = s->in->a, .right = align };
	bool any = false;

	for (size_t i = 0; !any && i < s->m->nobjs; i++)
		any = listed(l, s->m->objs[i]);
	if (!any)
		return false;
	t.ncols = used_cols(s, l, used);
	for (size_t c = 0; c < t.ncols; c++) {
		align[c] = used[c]->align;
		if (t.ncols > 1)
			table_cell(&t, str_z(used[c]->head));
	}
	for (size_t i = 0; i < s->m->nobjs; i++)
		for (size_t c = 0; c < t.ncols && listed(l, s->m->objs[i]);
		    c++)
			table_cell(&t, used[c]->text(s, s->m->objs[i]));
	list_title(s, l->title, first);
	table_print(&t, "  ", &s->in->out);
	return true;
}

/* What hangs on a table and needs no columns. */
static bool list_hung(const struct shown *s, enum obj_kind kind,
    const char *word, bool first)
{
	bool any = false;

	for (size_t i = 0; i < s->m->nobjs; i++) {
		const struct obj *o = s->m->objs[i];

		if (o->kind != kind)
			continue;
		if (!any)
			list_title(s, word, first);
		any = true;
		sbuf_addz(&s->in->out, "  ");
		cmd_paint(s->in, "0", o->name);
		sbuf_addz(&s->in->out, "  on ");
		cmd_paint(s->in, "0", show_name(s->in->a, o->schema, o->table));
		sbuf_addc(&s->in->out, '\n');
	}
	return any;
}

/* Kinds that no model holds. */
static void list_unread(const struct shown *s, bool first)
{
	struct text_table t = { .a = s->in->a, .ncols = 2, .right = "ll" };

	for (size_t i = 0; i < s->unread.n; i++) {
		if (s->unread.v[i].note)
			continue;
		table_cell(&t, s->unread.v[i].kind);
		table_cell(&t, s->unread.v[i].name);
	}
	if (!t.cells.n)
		return;
	list_title(s, "Others", first);
	table_print(&t, "  ", &s->in->out);
}

void show_lists(const struct shown *s)
{
	bool any = s->m->ntables == 0 && s->m->nviews == 0;

	if (any)
		sbuf_addz(&s->in->out, "No tables.\n");
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		any |= print_list(s, &lists[i], !any);
		if (lists[i].in == is_view) {
			any |= list_hung(s, OBJ_TRIGGER, "Triggers", !any);
			any |= list_hung(s, OBJ_POLICY, "Policies", !any);
			any |= list_hung(s, OBJ_RULE, "Rules", !any);
			any |= list_hung(s, OBJ_STATISTICS,
			    "Extended statistics", !any);
		}
	}
	list_unread(s, !any);
}
