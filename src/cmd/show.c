/*
 * show: the objects of the live schema, as psql's \dt+, \d+, \di+, \dT+, \df
 * and \dp tell.
 */
#include <fnmatch.h>

#include "base/utf8.h"
#include "cmd/show.h"
#include "op/replay.h"

struct str show_bytes(struct arena *a, int64_t n)
{
	static const char *const unit[] = { "KB", "MB", "GB", "TB" };
	double v = (double)n / 1000;
	size_t u = 0;

	if (n < 0)
		return STR("");
	if (n < 1000)
		return arena_printf(a, "%lld B", (long long)n);
	for (; v >= 999.5 && u < 3; u++)	/* as the studio shows sizes */
		v /= 1000;
	return arena_printf(a, v < 9.95 ? "%.1f %s" : "%.0f %s", v, unit[u]);
}

struct str show_rows(struct arena *a, const struct object_size *o)
{
	struct sbuf b = SBUF_INIT(64);
	struct str s;

	if (!o || o->rows < 0)
		return STR("");
	if (o->estimate)
		sbuf_addc(&b, '~');
	sbuf_add_count(&b, o->rows);
	s = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return s;
}

const char *show_kind(const struct table *t)
{
	static const char *const words[] = {
		[TABLE_ORDINARY] = "table", [TABLE_VIRTUAL] = "virtual table",
		[TABLE_SHADOW] = "shadow table",
		[TABLE_PARTITIONED] = "partitioned table",
		[TABLE_FOREIGN] = "foreign table",
	};

	return t->strict ? "strict table" : t->unlogged ? "unlogged table" :
	    t->partition_bound.n && t->type == TABLE_ORDINARY ? "partition" :
	    words[t->type];
}

struct str show_name(struct arena *a, struct str schema, struct str name)
{
	return schema.n ? arena_printf(a, "%.*s.%.*s", STR_ARG(schema),
	    STR_ARG(name)) : name;
}

struct str show_comment(const struct obj *o)
{
	return o->notes ? o->notes->comment : STR("");
}

struct str show_owner(const struct obj *o)
{
	return o->notes ? o->notes->owner : STR("");
}

struct str show_joined(struct arena *a, struct strs v)
{
	struct sbuf b = SBUF_TEXT;
	struct str s;

	for (size_t i = 0; i < v.n; i++) {
		sbuf_addz(&b, i ? ", " : "");
		sbuf_add(&b, v.v[i]);
	}
	s = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return s;
}

/* As it stands, for names may hold what a pattern means, or as a pattern. */
static bool match(struct arena *a, struct str pattern, struct str name)
{
	return str_eq(pattern, name) || fnmatch(arena_z(a, pattern),
	    arena_z(a, name), 0) == 0;
}

/* By its name, with its schema before it, or without its arguments. */
static bool matches(struct arena *a, struct str pattern, const struct obj *o)
{
	const void *p = o;

	return match(a, pattern, o->name) || (o->schema.n && match(a, pattern,
	    show_name(a, o->schema, o->name))) || (o->kind == OBJ_FUNCTION &&
	    match(a, pattern, ((const struct function *)p)->name));
}

/* What hangs on a table, under the name that somebody gave it. */
static struct str part_name(const struct obj *o)
{
	const void *p = o;

	switch (o->kind) {
	case OBJ_PK:
	case OBJ_UNIQUE:
		return ((const struct key *)p)->label;
	case OBJ_FK:
		return ((const struct fk *)p)->label;
	case OBJ_CHECK:
		return ((const struct check *)p)->label;
	case OBJ_EXCLUDE:
	case OBJ_POLICY:
	case OBJ_RULE:
	case OBJ_STATISTICS:
		return o->name;
	case OBJ_TABLE:
	case OBJ_COLUMN:
	case OBJ_INDEX:
	case OBJ_VIEW:
	case OBJ_TRIGGER:
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

/* Patterns mean what stands alone: a part is meant by its very name. */
static bool is_named(const struct invocation *in, struct str pattern,
    const struct obj *o)
{
	struct str part = part_name(o);

	if (part.n)
		return str_eq(pattern, part) || (o->schema.n &&
		    str_eq(pattern, show_name(in->a, o->schema, part)));
	return matches(in->a, pattern, o);
}

static bool wanted(const struct invocation *in, const struct obj *o)
{
	if (in->args.n == 0)
		return true;
	for (size_t i = 0; i < in->args.n; i++)
		if (is_named(in, in->args.v[i], o))
			return true;
	return false;
}

static void show_text(struct invocation *in, const struct model *m,
    const struct obj *o)
{
	struct sbuf b = SBUF_TEXT;

	if (!dialect_of(m->dialect)->create_text(m, o, &b) || b.n == 0)
		goto out;
	utf8_sanitize(&in->out, str_trim(sbuf_str(&b)), UTF8_BLOCK, false);
	if (in->out.p[in->out.n - 1] != ';')
		sbuf_addc(&in->out, ';');
	sbuf_addc(&in->out, '\n');
out:
	sbuf_free(&b);
}

/* Brought by an extension or by a parent table. */
static bool is_given(const struct obj *o)
{
	const void *p = o;

	return (o->notes && o->notes->extension.n) ||
	    (o->kind == OBJ_INDEX && ((const struct index *)p)->inherited);
}

/* The table of "schema.table.column" in the sequence's own schema. */
static struct str owning_table(const struct sequence *s)
{
	struct str by = s->owned_by;
	size_t dot = by.n;

	while (dot > 0 && by.p[dot - 1] != '.')
		dot--;
	by = str_sub(by, 0, dot ? dot - 1 : 0);
	return str_starts(by, s->o.schema) ?
	    str_sub(by, s->o.schema.n + 1, by.n) : STR("");
}

/* The object, or the table that it hangs on or belongs to. */
static bool wanted_with_table(const struct invocation *in,
    const struct obj *o)
{
	struct obj owner = { .schema = o->schema, .name = o->table };
	const void *p = o;

	if (o->kind == OBJ_SEQUENCE)
		owner.name = owning_table(p);
	return wanted(in, o) || (owner.name.n && wanted(in, &owner));
}

/* CREATE text of the chosen tables with all that hangs on them, in an order
 * in which most of it could be run. */
static void show_sql(struct invocation *in, const struct model *m)
{
	static const enum obj_kind order[] = { OBJ_EXTENSION, OBJ_SCHEMA,
		OBJ_ENUM, OBJ_DOMAIN, OBJ_COMPOSITE, OBJ_RANGE, OBJ_SEQUENCE,
		OBJ_FUNCTION, OBJ_TABLE, OBJ_INDEX, OBJ_VIEW, OBJ_TRIGGER,
		OBJ_RULE, OBJ_POLICY, OBJ_STATISTICS };

	for (size_t k = 0; k < sizeof(order) / sizeof(*order); k++)
		for (size_t i = 0; i < m->nobjs; i++)
			if (m->objs[i]->kind == order[k] &&
			    !is_given(m->objs[i]) &&
			    wanted_with_table(in, m->objs[i]))
				show_text(in, m, m->objs[i]);
}

static struct str word_of(const struct obj *o)
{
	const void *p = o;

	if (o->kind == OBJ_FUNCTION)
		return str_z(show_function(p));
	if (o->kind != OBJ_VIEW || !((const struct view *)p)->materialized)
		return str_z(obj_kind_name[o->kind]);
	return ((const struct view *)p)->unpopulated ?
	    STR("materialized view, without data") : STR("materialized view");
}

static void head_of(const struct shown *s, const struct obj *o)
{
	const struct object_size *size = sizes_find(s->sz, o);
	struct invocation *in = s->in;
	struct str part = part_name(o), mark = show_mark(s, o);

	cmd_paint(in, "1", show_name(in->a, o->schema, part.n ? part :
	    o->name));
	sbuf_addz(&in->out, "  ");
	sbuf_add(&in->out, word_of(o));
	if (o->table.n) {
		sbuf_addz(&in->out, " on ");
		cmd_paint(in, "0", show_name(in->a, o->schema, o->table));
	}
	if (size && size->bytes >= 0)
		sbuf_addf(&in->out, "  %.*s",
		    STR_ARG(show_bytes(in->a, size->bytes)));
	if (show_owner(o).n) {
		sbuf_addz(&in->out, "  owner ");
		cmd_paint(in, "0", show_owner(o));
	}
	if (mark.n) {
		sbuf_addz(&in->out, "  ");
		cmd_paint(in, "2", mark);
	}
	sbuf_addc(&in->out, '\n');
}

static void show_object(const struct shown *s, const struct obj *o)
{
	struct invocation *in = s->in;
	const struct model *m = s->m;
	const void *p = o;

	if (o->kind == OBJ_TABLE) {
		show_table(s, model_table(m, o->schema, o->name));
		return;
	}
	head_of(s, o);
	if (show_comment(o).n)
		show_line(s, show_comment(o));
	if (o->kind == OBJ_VIEW)
		show_view(s, p);
	if (part_name(o).n)
		show_line(s, show_part(s, o));
	else
		show_text(in, m, o);
	show_privileges(s, o);
	sbuf_addc(&in->out, '\n');
}

static bool showable(const struct obj *o)
{
	return o->kind == OBJ_TRIGGER || obj_stands_alone(o->kind) ||
	    part_name(o).n || (o->kind == OBJ_INDEX &&
	    ((const struct index *)(const void *)o)->origin == 'c');
}

/* Every OBJECT names something. */
static enum rc check_names(const struct shown *s, struct err *e)
{
	const struct invocation *in = s->in;
	const struct model *m = s->m;

	for (size_t k = 0; k < in->args.n; k++) {
		struct str name = in->args.v[k];
		bool found = false;

		for (size_t i = 0; i < m->nobjs && !found; i++)
			found = showable(m->objs[i]) &&
			    is_named(in, name, m->objs[i]);
		for (size_t i = 0; i < s->unread.n && !found; i++)
			found = !s->unread.v[i].note && match(in->a, name,
			    s->unread.v[i].name);
		if (found)
			continue;
		err_set(e, RC_NOTFOUND, "nothing here is called '%.*s'",
		    STR_ARG(project_shown(name, in->a)));
		err_hint(e, "weir show lists them; * and ? match");
		return RC_NOTFOUND;
	}
	return RC_OK;
}

/* What no model holds. */
static void show_unread(const struct shown *s, const struct unread_obj *o)
{
	struct invocation *in = s->in;

	cmd_paint(in, "1", o->name);
	sbuf_addz(&in->out, "  ");
	cmd_paint(in, "0", o->kind);
	sbuf_addz(&in->out, "\n\n");
}

static void show_chosen(const struct shown *s)
{
	for (size_t i = 0; i < s->m->nobjs; i++)
		if (showable(s->m->objs[i]) && wanted(s->in, s->m->objs[i]))
			show_object(s, s->m->objs[i]);
	for (size_t i = 0; i < s->unread.n; i++)
		for (size_t k = 0; k < s->in->args.n; k++)
			if (!s->unread.v[i].note && match(s->in->a,
			    s->in->args.v[k], s->unread.v[i].name)) {
				show_unread(s, &s->unread.v[i]);
				break;
			}
}

/* The model with the chosen objects alone; its hash is that of the whole. */
static void choose(const struct invocation *in, const struct model *m,
    struct model *out)
{
	struct obj **v = arena_array(in->a, struct obj *, m->nobjs + 1);
	size_t n = 0;

	for (size_t i = 0; i < m->nobjs; i++)
		if (wanted_with_table(in, m->objs[i]))
			v[n++] = m->objs[i];
	*out = *m;
	out->objs = v;
	out->nobjs = n;
}

static void show_json(struct invocation *in, const struct session *s,
    const struct model *m, const struct sizes *sz)
{
	struct json_out o;
	struct model chosen;

	choose(in, m, &chosen);
	cmd_json_begin(in, &o);
	cmd_json_db(s, &o);
	json_key(&o, "schema");
	model_json(&chosen, &o);
	json_key(&o, "sizes");
	json_open_array(&o);
	for (size_t i = 0; i < sz->n; i++) {
		struct obj named = { .schema = sz->v[i].schema,
		    .name = sz->v[i].name };

		if (!wanted(in, &named))
			continue;
		json_open_object(&o);
		if (sz->v[i].schema.n)
			json_pair_str(&o, "schema", sz->v[i].schema);
		json_pair_str(&o, "name", sz->v[i].name);
		json_pair_int(&o, "bytes", sz->v[i].bytes);
		json_pair_int(&o, "rows", sz->v[i].rows);
		json_pair_bool(&o, "estimate", sz->v[i].estimate);
		json_close_object(&o);
	}
	json_close_array(&o);
	model_notes_json(&chosen, &o);
	json_close_object(&o);
	sbuf_addc(&in->out, '\n');
}

static enum rc show(struct invocation *in, struct session *s, struct err *e)
{
	const struct model *m = NULL;
	struct sizes sz = { 0 };
	struct db_probe probe = lite_probe(s->project->db.path);
	struct shown all = { .in = in, .sz = &sz };
	enum rc rc = RC_OK;

	if (s->db_state == DB_MISSING) {
		rc = err_set(e, RC_NOTFOUND, "the database %.*s does not exist",
		    STR_ARG(s->project->db_label));
		err_hint(e, "%.*s names it; --db URL|FILE shows another",
		    STR_ARG(s->project->db_source));
		return rc;
	}
	rc = session_live(s, &m, e);
	all.m = m;
	if (!rc && s->db && s->db->ops->unread_list)
		rc = s->db->ops->unread_list(s->db, in->a, &all.unread, e);
	if (!rc)
		rc = check_names(&all, e);
	if (!rc && s->db && !in->given[OPT_SQL])
		rc = sizes_read(s->db, m, probe.bytes, SIZE_COUNT_LIMIT, in->a,
		    &sz, e);
	if (rc)
		return rc;
	all.filtered = replay_all(s, m, in->a);
	if (in->given[OPT_JSON]) {
		show_json(in, s, m, &sz);
	} else if (in->given[OPT_SQL]) {
		show_sql(in, m);
	} else if (in->args.n) {
		show_chosen(&all);
	} else {
		show_lists(&all);
	}
	return RC_OK;
}

static enum rc run(struct invocation *in, int *code, struct err *e)
{
	struct session *s = NULL;
	enum rc rc = cmd_session(in, STR_NONE, NEED_DB, &s, e);

	(void)code;
	if (!rc)
		rc = show(in, s, e);
	cmd_close(in, s);
	return rc;
}

static const char *const detail[] = {
	"Without OBJECT: tables with keys, rows and sizes, then indexes, views "
	"and\ntriggers.  With OBJECT (a name, or a pattern with * and ?): all "
	"that is known\nof it.  Row counts of a large database are estimates, "
	"marked ~.", NULL,
};

const struct cmd_entry cmd_show = {
	.name = "show", .bit = C_SHOW, .args = "[OBJECT...]", .max_args = 1000,
	.summary = "The objects of the live schema",
	.detail = detail, .run = run,
};
