/* named: see named.h.  The parts are divided by a character that a terminal
 * never shows and that a name hardly has; the last one counts. */
#include "ui/view/named.h"

#define DIVIDER '\x1f'
#define ROWS '\x1e'		/* before the expression: the first one counts */

struct str named_text(struct arena *a, struct str schema, struct str name)
{
	if (!schema.n)
		return arena_str(a, name);
	return arena_printf(a, "%.*s%c%.*s", STR_ARG(schema), DIVIDER,
	    STR_ARG(name));
}

struct str named_rows(struct arena *a, struct str schema, struct str name,
    struct str where)
{
	return arena_printf(a, "%.*s%c%.*s", STR_ARG(named_text(a, schema,
	    name)), ROWS, STR_ARG(where));
}

struct named named_read(struct str text)
{
	const char *rows = text.n ? memchr(text.p, ROWS, text.n) : NULL;
	size_t end = rows ? (size_t)(rows - text.p) : text.n;
	const char *at = end ? memrchr(text.p, DIVIDER, end) : NULL;
	size_t n = at ? (size_t)(at - text.p) : 0;

	return (struct named){ at ? str_sub(text, 0, n) : STR(""),
		str_sub(text, at ? n + 1 : 0, end) };
}

struct str named_where(struct str text)
{
	const char *rows = text.n ? memchr(text.p, ROWS, text.n) : NULL;

	return rows ? str_sub(text, (size_t)(rows - text.p) + 1, text.n) :
	    STR("");
}

struct str named_label(const struct app *app, struct arena *a,
    struct str schema, struct str name)
{
	if (!schema.n || !app->dialect ||
	    str_is(schema, app->dialect->home_schema))
		return app_clean(app, a, name);
	return app_clean(app, a, arena_printf(a, "%.*s.%.*s", STR_ARG(schema),
	    STR_ARG(name)));
}

const struct obj *named_find(const struct model *m, struct str schema,
    struct str name)
{
	static const enum obj_kind alone[] = { OBJ_SEQUENCE, OBJ_ENUM,
		OBJ_DOMAIN, OBJ_COMPOSITE, OBJ_RANGE, OBJ_FUNCTION };
	const struct table *t = model_table(m, schema, name);
	const struct view *view = model_view(m, schema, name);
	const struct obj *o = NULL;

	if (t || view)
		return t ? &t->o : &view->o;
	for (size_t i = 0; i < sizeof(alone) / sizeof(*alone) && !o; i++)
		o = model_find(m, alone[i], schema, STR(""), name);
	return o;
}
