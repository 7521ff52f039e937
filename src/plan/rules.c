/*
 * rules: what differs between the dialects in a plan, and the entry of
 * SQLite, whose parts stand in detect.c, rebuild.c, cascade.c, measure.c,
 * data.c and down.c.
 */
#include "plan/internal.h"

/* The models around a CREATE may hold its neighbours too (run.c U.4): only
 * what it names is its own. */
static void keep_named(struct work *w, struct change_list *list,
    struct str name)
{
	VEC(struct change) mine = { 0 };

	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].op == CHANGE_ADD &&
		    str_ieq(list->v[i].to->name, name))
			vec_push(w->a, &mine, list->v[i]);
	list->v = mine.v;
	list->n = mine.n;
}

/* A CREATE TABLE alone is a change without looking. */
static bool only_table(struct work *w, size_t i)
{
	const struct run_stmt *s = &w->run->v[i];
	const struct table *t;
	struct change *c;

	if (s->facts.verb != VERB_CREATE_TABLE)
		return false;
	t = model_table(s->after, STR(""), s->facts.object);
	if (!t || model_table(s->before, STR(""), s->facts.object))
		return false;
	c = arena_new_of(w->a, struct change);
	*c = (struct change){ .op = CHANGE_ADD, .kind = OBJ_TABLE,
		.to = &t->o };
	w->stmts[i].changes = (struct change_list){ s->before, s->after, c,
		1 };
	return true;
}

static bool creates(enum fact_verb v)
{
	return v == VERB_CREATE_TABLE || v == VERB_CREATE_INDEX ||
	    v == VERB_CREATE_VIEW || v == VERB_CREATE_TRIGGER;
}

static void changes(struct work *w, size_t i)
{
	const struct run_stmt *s = &w->run->v[i];
	struct rename_hint hint = { 0 };
	struct rename_hints hints = { &hint, 0 };
	struct altered al;

	if (!s->before || !s->after || s->before == s->after ||
	    only_table(w, i))
		return;
	altered_find(s, &al);
	if (al.renamed)
		hint = (struct rename_hint){ .kind = OBJ_TABLE,
			.from = al.was->o.name, .to = al.is->o.name };
	else if (al.from && al.to)
		hint = (struct rename_hint){ .kind = OBJ_COLUMN,
			.table = al.is->o.name, .from = al.from->o.name,
			.to = al.to->o.name };
	hints.n = hint.from.n ? 1 : 0;
	diff_models(s->before, s->after, &hints, false, w->a,
	    &w->stmts[i].changes);
	if (creates(s->facts.verb))
		keep_named(w, &w->stmts[i].changes, s->facts.object);
}

static struct str why(const struct work *w, size_t i)
{
	const struct run_stmt *s = &w->run->v[i];

	if (s->hoisted)
		return STR("done by weir around the file");
	if (s->before == s->after && s->facts.verb != VERB_PRAGMA)
		return STR("");
	switch (s->facts.verb) {
	case VERB_CREATE_TABLE:
	case VERB_CREATE_VTABLE:
		return STR("new table");
	case VERB_CREATE_INDEX:
		return STR("new index");
	case VERB_CREATE_VIEW:
		return STR("new view");
	case VERB_CREATE_TRIGGER:
		return STR("new trigger");
	case VERB_ALTER_TABLE:
	case VERB_DROP_INDEX:
	case VERB_DROP_VIEW:
	case VERB_DROP_TRIGGER:
		return STR("catalogue only");
	case VERB_OTHER:
	case VERB_SELECT:
	case VERB_INSERT:
	case VERB_UPDATE:
	case VERB_DELETE:
	case VERB_DROP_TABLE:
	case VERB_PRAGMA:
	case VERB_TRANSACTION:
	case VERB_SAVEPOINT:
	case VERB_ATTACH:
	case VERB_REINDEX:
	case VERB_ANALYZE:
	case VERB_VACUUM:
	case VERB_EMPTY:
	case VERB_N:
		break;
	}
	return STR("");
}

const struct plan_rules plan_rules_sqlite = {
	.detect = sqlite_detect,
	.hints = sqlite_hints,
	.measure = sqlite_measure,
	.files = sqlite_files,
	.changes = changes,
	.drizzle = sqlite_drizzle,
	.inverse = sqlite_inverse,
	.unit = sqlite_unit,
	.unit_begin = "PRAGMA foreign_keys=OFF;\n"
	    "--> statement-breakpoint\n",
	.unit_end = "--> statement-breakpoint\n"
	    "PRAGMA foreign_keys=ON;\n",
	.undo = sqlite_undo,
	.why = why,
};

const struct plan_rules *plan_rules_of(enum dialect_id id)
{
	static const struct plan_rules *const all[DIALECT_N] = {
		[DIALECT_SQLITE] = &plan_rules_sqlite,
		[DIALECT_PG] = &plan_rules_pg,
	};

	return all[id];
}
