/* A view: its columns, and what hangs on it; privileges of any object. */
#include "cmd/show.h"

static void columns(const struct shown *s, const struct view *v)
{
	struct text_table cols = { .a = s->in->a, .ncols = 2, .right = "ll" };

	for (size_t i = 0; i < v->cols.n; i++) {
		table_cell(&cols, v->cols.v[i]);
		table_cell(&cols, i < v->types.n ? v->types.v[i] : STR(""));
	}
	if (!v->cols.n)
		return;
	show_heading(s, "columns");
	table_print(&cols, "  ", &s->in->out);
}

static void hung(const struct shown *s, const struct view *v,
    enum obj_kind kind, const char *head)
{
	bool any = false;

	for (size_t i = 0; i < s->m->nobjs; i++) {
		const struct obj *o = s->m->objs[i];

		if (o->kind != kind || !str_eq(o->table, v->o.name) ||
		    !str_eq(o->schema, v->o.schema))
			continue;
		if (!any)
			show_heading(s, head);
		any = true;
		show_line(s, show_part(s, o));
	}
}

void show_view(const struct shown *s, const struct view *v)
{
	columns(s, v);
	hung(s, v, OBJ_INDEX, "indexes");
	hung(s, v, OBJ_TRIGGER, "triggers");
	hung(s, v, OBJ_RULE, "rules");
	hung(s, v, OBJ_STATISTICS, "statistics");
}

void show_privileges(const struct shown *s, const struct obj *o)
{
	if (!o->notes || !o->notes->grants.n)
		return;
	show_heading(s, "privileges");
	for (size_t i = 0; i < o->notes->grants.n; i++)
		show_line(s, o->notes->grants.v[i]);
}

static bool is_kept(const struct model *m, const struct obj *o)
{
	const struct obj *x = model_find(m, o->kind, o->schema, o->table,
	    o->name);

	return x && x->managed;
}

struct str show_mark(const struct shown *s, const struct obj *o)
{
	if (o->notes && o->notes->extension.n)
		return arena_printf(s->in->a, "extension %.*s",
		    STR_ARG(o->notes->extension));
	if (o->managed || !o->notes || !s->filtered)
		return STR("");
	return is_kept(s->filtered, o) ? STR("of no migration") :
	    STR("not managed");
}
