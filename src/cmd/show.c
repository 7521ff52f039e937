/* show: the objects of the live schema, as psql's \dt+, \d+ and \di+ tell. */
#include <fnmatch.h>

#include "base/utf8.h"
#include "cmd/cmd.h"
#include "op/size.h"

static struct str bytes_text(struct arena *a, int64_t n)
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

static struct str rows_text(struct arena *a, const struct object_size *o)
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

static const char *table_kind(const struct table *t)
{
	if (t->type == TABLE_VIRTUAL)
		return "virtual table";
	if (t->type == TABLE_SHADOW)
		return "shadow table";
	return t->strict ? "strict table" : "table";
}

static bool wanted(const struct invocation *in, const struct obj *o)
{
	char *name = arena_z(in->a, o->name);

	if (in->args.n == 0)
		return true;
	for (size_t i = 0; i < in->args.n; i++)
		if (fnmatch(in->args.v[i].p, name, 0) == 0)
			return true;
	return false;
}

/* --- lists ------------------------------------------------------------- */

static void list_tables(struct invocation *in, const struct model *m,
    const struct sizes *sz)
{
	struct text_table t = { .a = in->a, .ncols = 6, .right = "lllrrr" };
	static const char *const head[] = { "name", "kind", "key", "columns",
		"rows", "size" };

	for (size_t i = 0; i < 6; i++)
		table_cell(&t, str_z(head[i]));
	for (size_t i = 0; i < m->ntables; i++) {
		const struct table *x = m->tables[i];
		const struct object_size *o = sizes_find(sz, &x->o);

		table_cell(&t, x->o.name);
		table_cell(&t, str_z(table_kind(x)));
		table_cell(&t, x->pk ? model_name_key(in->a, x->pk->cols) :
		    STR(""));
		table_cell(&t, arena_printf(in->a, "%zu", x->ncols));
		table_cell(&t, rows_text(in->a, o));
		table_cell(&t, bytes_text(in->a, o ? o->bytes : -1));
	}
	cmd_paint(in, "1", STR("Tables"));
	sbuf_addc(&in->out, '\n');
	table_print(&t, "  ", &in->out);
}

static void list_indexes(struct invocation *in, const struct model *m,
    const struct sizes *sz)
{
	struct text_table t = { .a = in->a, .ncols = 5, .right = "llllr" };
	static const char *const head[] = { "name", "table", "on", "", "size" };
	size_t n = 0;

	for (size_t i = 0; i < 5; i++)
		table_cell(&t, str_z(head[i]));
	for (size_t i = 0; i < m->nobjs; i++) {
		const struct index *x = (const struct index *)m->objs[i];
		const struct object_size *o;

		if (m->objs[i]->kind != OBJ_INDEX || x->origin != 'c')
			continue;
		o = sizes_find(sz, &x->o);
		table_cell(&t, x->o.name);
		table_cell(&t, x->o.table);
		table_cell(&t, x->parts_text);
		table_cell(&t, arena_printf(in->a, "%s%s", x->unique ?
		    "unique " : "", x->where.n ? "partial" : ""));
		table_cell(&t, bytes_text(in->a, o ? o->bytes : -1));
		n++;
	}
	if (!n)
		return;
	sbuf_addc(&in->out, '\n');
	cmd_paint(in, "1", STR("Indexes"));
	sbuf_addc(&in->out, '\n');
	table_print(&t, "  ", &in->out);
}

static void list_names(struct invocation *in, const struct model *m,
    enum obj_kind kind, const char *title)
{
	bool any = false;

	for (size_t i = 0; i < m->nobjs; i++) {
		const struct obj *o = m->objs[i];

		if (o->kind != kind)
			continue;
		if (!any) {
			sbuf_addc(&in->out, '\n');
			cmd_paint(in, "1", str_z(title));
			sbuf_addc(&in->out, '\n');
		}
		any = true;
		sbuf_addz(&in->out, "  ");
		cmd_paint(in, "0", o->name);
		if (o->table.n) {
			sbuf_addz(&in->out, "  on ");
			cmd_paint(in, "0", o->table);
		}
		sbuf_addc(&in->out, '\n');
	}
}

/* --- one object ---------------------------------------------------------- */

static struct str column_attrs(struct arena *a, const struct column *c)
{
	struct sbuf b = SBUF_TEXT;
	struct str s;

	if (c->pk_pos)
		sbuf_addz(&b, "primary key  ");
	if (c->notnull)
		sbuf_addz(&b, "not null  ");
	if (c->has_default)
		sbuf_addf(&b, "default %.*s  ", STR_ARG(c->dflt));
	if (c->collation.n && !str_ieq(c->collation, STR("BINARY")))
		sbuf_addf(&b, "collate %.*s  ", STR_ARG(c->collation));
	if (c->generated != GEN_NONE)
		sbuf_addf(&b, "generated as %.*s %s  ", STR_ARG(c->gen_expr),
		    c->generated == GEN_STORED ? "stored" : "virtual");
	if (c->hidden)
		sbuf_addz(&b, "hidden  ");
	s = arena_str(a, str_trim(sbuf_str(&b)));
	sbuf_free(&b);
	return s;
}

static void heading(struct invocation *in, const char *word)
{
	cmd_paint(in, "2", str_z(word));
	sbuf_addc(&in->out, '\n');
}

static void line(struct invocation *in, struct str s)
{
	sbuf_addz(&in->out, "  ");
	cmd_paint(in, "0", s);
	sbuf_addc(&in->out, '\n');
}

static struct str fk_text(struct arena *a, const struct fk *f)
{
	return arena_printf(a, "%.*s%s%.*s  on delete %.*s  on update %.*s%s",
	    STR_ARG(model_name_fk(a, f->cols, f->ref_table, f->ref_cols)),
	    f->label.n ? "  constraint " : "", STR_ARG(f->label),
	    STR_ARG(f->on_delete), STR_ARG(f->on_update),
	    f->deferrable ? f->initially_deferred ?
	    "  deferrable initially deferred" : "  deferrable" : "");
}

static void show_keys(struct invocation *in, const struct table *t)
{
	if (t->pk || t->nuniques)
		heading(in, "keys");
	if (t->pk)
		line(in, arena_printf(in->a, "primary key %.*s%s",
		    STR_ARG(model_name_key(in->a, t->pk->cols)),
		    t->pk->autoincrement ? " autoincrement" : ""));
	for (size_t i = 0; i < t->nuniques; i++)
		line(in, arena_printf(in->a, "unique %.*s%s%.*s",
		    STR_ARG(model_name_key(in->a, t->uniques[i]->cols)),
		    t->uniques[i]->label.n ? "  constraint " : "",
		    STR_ARG(t->uniques[i]->label)));
	if (t->nchecks)
		heading(in, "checks");
	for (size_t i = 0; i < t->nchecks; i++)
		line(in, arena_printf(in->a, "%.*s%s%.*s",
		    STR_ARG(t->checks[i]->label), t->checks[i]->label.n ?
		    ": " : "", STR_ARG(t->checks[i]->expr)));
	if (t->nfks)
		heading(in, "foreign keys");
	for (size_t i = 0; i < t->nfks; i++)
		line(in, fk_text(in->a, t->fks[i]));
	if (t->nfks_in)
		heading(in, "referenced by");
	for (size_t i = 0; i < t->nfks_in; i++)
		line(in, arena_printf(in->a, "%.*s %.*s",
		    STR_ARG(t->fks_in[i]->o.table),
		    STR_ARG(fk_text(in->a, t->fks_in[i]))));
}

static void show_table(struct invocation *in, const struct table *t,
    const struct sizes *sz)
{
	struct text_table cols = { .a = in->a, .ncols = 4, .right = "rlll" };
	const struct object_size *o = sizes_find(sz, &t->o);

	cmd_paint(in, "1", t->o.name);
	sbuf_addf(&in->out, "  %s", table_kind(t));
	if (t->without_rowid)
		sbuf_addz(&in->out, ", without rowid");
	if (t->module.n) {
		sbuf_addz(&in->out, ", using ");
		cmd_paint(in, "0", t->module);
	}
	if (o && o->rows >= 0)
		sbuf_addf(&in->out, "  %.*s rows",
		    STR_ARG(rows_text(in->a, o)));
	if (o && o->bytes >= 0)
		sbuf_addf(&in->out, "  %.*s",
		    STR_ARG(bytes_text(in->a, o->bytes)));
	sbuf_addc(&in->out, '\n');
	for (size_t i = 0; i < t->ncols; i++) {
		table_cell(&cols, arena_printf(in->a, "%d", t->cols[i]->pos));
		table_cell(&cols, t->cols[i]->o.name);
		table_cell(&cols, t->cols[i]->type);
		table_cell(&cols, column_attrs(in->a, t->cols[i]));
	}
	heading(in, "columns");
	table_print(&cols, "  ", &in->out);
	show_keys(in, t);
	if (t->nindexes)
		heading(in, "indexes");
	for (size_t i = 0; i < t->nindexes; i++) {
		const struct index *x = t->indexes[i];

		line(in, arena_printf(in->a, "%.*s  %s(%.*s)%s%.*s",
		    STR_ARG(x->o.name), x->unique ? "unique " : "",
		    STR_ARG(x->parts_text), x->where.n ? "  where " : "",
		    STR_ARG(x->where)));
	}
	if (t->ntriggers)
		heading(in, "triggers");
	for (size_t i = 0; i < t->ntriggers; i++)
		line(in, t->triggers[i]->o.name);
	sbuf_addc(&in->out, '\n');
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

/* The object, or the table that it hangs on. */
static bool wanted_with_table(const struct invocation *in,
    const struct obj *o)
{
	struct obj owner = { .name = o->table };

	return wanted(in, o) || (o->table.n && wanted(in, &owner));
}

/* CREATE text of the chosen tables with all that hangs on them. */
static void show_sql(struct invocation *in, const struct model *m)
{
	static const enum obj_kind order[] = { OBJ_TABLE, OBJ_INDEX, OBJ_VIEW,
		OBJ_TRIGGER };

	for (size_t k = 0; k < 4; k++)
		for (size_t i = 0; i < m->nobjs; i++)
			if (m->objs[i]->kind == order[k] &&
			    wanted_with_table(in, m->objs[i]))
				show_text(in, m, m->objs[i]);
}

static void show_object(struct invocation *in, const struct model *m,
    const struct obj *o, const struct sizes *sz)
{
	if (o->kind == OBJ_TABLE) {
		show_table(in, model_table(m, o->schema, o->name), sz);
		return;
	}
	cmd_paint(in, "1", o->name);
	sbuf_addf(&in->out, "  %s", obj_kind_name[o->kind]);
	if (o->table.n) {
		sbuf_addz(&in->out, " on ");
		cmd_paint(in, "0", o->table);
	}
	sbuf_addc(&in->out, '\n');
	show_text(in, m, o);
	sbuf_addc(&in->out, '\n');
}

static bool showable(const struct obj *o)
{
	return o->kind == OBJ_TABLE || o->kind == OBJ_VIEW ||
	    o->kind == OBJ_TRIGGER || (o->kind == OBJ_INDEX &&
	    ((const struct index *)(const void *)o)->origin == 'c');
}

/* Every OBJECT names something. */
static enum rc check_names(const struct invocation *in, const struct model *m,
    struct err *e)
{
	for (size_t k = 0; k < in->args.n; k++) {
		struct str name = in->args.v[k];
		bool found = false;

		for (size_t i = 0; i < m->nobjs && !found; i++)
			found = showable(m->objs[i]) && fnmatch(name.p,
			    arena_z(in->a, m->objs[i]->name), 0) == 0;
		if (found)
			continue;
		err_set(e, RC_NOTFOUND, "no table, view, index or trigger is "
		    "called '%.*s'", STR_ARG(name));
		err_hint(e, "weir show lists them; * and ? match");
		return RC_NOTFOUND;
	}
	return RC_OK;
}

static void show_chosen(struct invocation *in, const struct model *m,
    const struct sizes *sz)
{
	for (size_t i = 0; i < m->nobjs; i++)
		if (showable(m->objs[i]) && wanted(in, m->objs[i]))
			show_object(in, m, m->objs[i], sz);
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
		struct obj named = { .name = sz->v[i].name };

		if (!wanted(in, &named))
			continue;
		json_open_object(&o);
		json_pair_str(&o, "name", sz->v[i].name);
		json_pair_int(&o, "bytes", sz->v[i].bytes);
		json_pair_int(&o, "rows", sz->v[i].rows);
		json_pair_bool(&o, "estimate", sz->v[i].estimate);
		json_close_object(&o);
	}
	json_close_array(&o);
	json_close_object(&o);
	sbuf_addc(&in->out, '\n');
}

static enum rc show(struct invocation *in, struct session *s, struct err *e)
{
	const struct model *m = NULL;
	struct sizes sz = { 0 };
	struct db_probe probe = lite_probe(s->project->db.path);
	enum rc rc = session_live(s, &m, e);

	if (!rc)
		rc = check_names(in, m, e);
	if (!rc && s->db && !in->given[OPT_SQL])
		rc = sizes_read(s->db, m, probe.bytes, SIZE_COUNT_LIMIT, in->a,
		    &sz, e);
	if (rc)
		return rc;
	if (in->given[OPT_JSON]) {
		show_json(in, s, m, &sz);
	} else if (in->given[OPT_SQL]) {
		show_sql(in, m);
	} else if (in->args.n) {
		show_chosen(in, m, &sz);
	} else if (m->ntables == 0 && m->nviews == 0) {
		sbuf_addz(&in->out, "No tables.\n");
	} else {
		list_tables(in, m, &sz);
		list_indexes(in, m, &sz);
		list_names(in, m, OBJ_VIEW, "Views");
		list_names(in, m, OBJ_TRIGGER, "Triggers");
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
	session_close(s);
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
