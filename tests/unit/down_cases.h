#ifndef WEIR_TESTS_UNIT_DOWN_CASES_H
#define WEIR_TESTS_UNIT_DOWN_CASES_H
/* Up, the derived way back, and that all is as it was (test_down.c,
 * test_pg_down.c). */
#include "diff/notes.h"

static struct drv *down_database(const struct one *c);

/* What the owner may do with its own, and what everybody may at first, is
 * there whether it is told or not. */
static bool is_weightless(const struct note_change *n)
{
	struct str owner = n->o->notes ? n->o->notes->owner : STR("");

	return str_is(str_z(n->what), "privileges") && owner.n &&
	    (!n->from.n || str_starts(n->from, owner) ||
	    str_starts(n->from, STR("=U/")) ||
	    str_starts(n->from, STR("=X/"))) &&
	    (!n->to.n || str_starts(n->to, owner) ||
	    str_starts(n->to, STR("=U/")) || str_starts(n->to, STR("=X/")));
}

static struct str differences(const struct model *was, const struct model *is,
    bool moved)
{
	struct change_list list = { 0 };
	struct note_changes notes = { 0 };
	struct sbuf b = SBUF_TEXT;
	struct str out;

	diff_models(was, is, NULL, false, arena, &list);
	for (size_t i = 0; i < list.n; i++) {
		/* the engine's own */
		if (list.v[i].kind == OBJ_TABLE && str_starts((list.v[i].to ?
		    list.v[i].to : list.v[i].from)->name, STR("sqlite_")))
			continue;
		/* the engine puts columns in the order of their numbers */
		if (moved && ((list.v[i].kind == OBJ_COLUMN &&
		    list.v[i].fields == field_bit(F_POSITION)) ||
		    (list.v[i].kind == OBJ_STATISTICS &&
		    list.v[i].op == CHANGE_CHANGE)))
			continue;
		sbuf_add(&b, change_sentence(&list.v[i], arena));
		sbuf_addc(&b, '\n');
	}
	diff_notes(was, is, arena, &notes);
	for (size_t i = 0; i < notes.n; i++)
		if (!is_weightless(&notes.v[i])) {
			sbuf_add(&b, note_sentence(&notes.v[i], arena));
			sbuf_addc(&b, '\n');
		}
	out = arena_str(arena, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static void more_of_case(const char *name, const struct one *c,
    const struct plan *p)
{
	bool none = str_ends(c->title, STR("(none)"));
	struct str down = STR(""), missing = STR(""), diff;
	const struct model *was, *is;
	struct drv *d;
	struct err e = ERR_INIT;

	if (p->run->stopped) {
		wrong(name, c, "up on scratch", str_z(p->run->why.msg),
		    STR(""));
		return;
	}
	assert_int_equal(p->run->nfiles, 1);
	if (plan_derive_down(p->run, &p->run->files[0], true, arena, &down,
	    &missing) == none)
		wrong(name, c, "a way back", none ? down : missing, STR(""));
	if (none || missing.n)
		return;
	if (getenv("WEIR_SHOW"))
		print_message("--- %.*s\n%.*s", STR_ARG(c->title),
		    STR_ARG(down));
	d = down_database(c);
	was = model_of(d);
	if (!run_text_of(d, c->up[0], &e))
		wrong(name, c, "up", str_z(e.msg), c->up[0]);
	else if (!run_text_of(d, down, &e))
		wrong(name, c, "down", str_z(e.msg), down);
	is = model_of(d);
	diff = differences(was, is, str_ends(c->title, STR("(moved)")));
	if (diff.n)
		wrong(name, c, "another schema", diff, down);
	drv_close(d);
}

#endif
