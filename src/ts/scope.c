/* scope: names and what they are bound to (ECMA-262 chapter 9.1). */
#include "ts/eval.h"

#define INDEX_FROM 16

struct ts_scope *ts_scope_new(struct ts_run *r, struct ts_scope *outer)
{
	struct ts_scope *s = arena_new_of(r->a, struct ts_scope);

	s->outer = outer;
	return s;
}

struct ts_binding *ts_lookup_here(const struct ts_scope *s, struct str name)
{
	if (s->index)
		return map_get(s->index, name);
	for (size_t i = 0; i < s->v.n; i++)
		if (str_eq(s->v.v[i]->name, name))
			return s->v.v[i];
	return NULL;
}

struct ts_binding *ts_bind(struct ts_run *r, struct ts_scope *s,
    struct str name)
{
	struct ts_binding *b = ts_lookup_here(s, name);

	if (b)
		return b;
	b = arena_new_of(r->a, struct ts_binding);
	b->name = name;
	vec_push(r->a, &s->v, b);
	if (s->index) {
		map_put(s->index, name, b);
	} else if (s->v.n >= INDEX_FROM) {
		s->index = map_new(r->a);
		for (size_t i = 0; i < s->v.n; i++)
			map_put(s->index, s->v.v[i]->name, s->v.v[i]);
	}
	return b;
}

struct ts_binding *ts_lookup(struct ts_scope *s, struct str name)
{
	for (; s; s = s->outer) {
		struct ts_binding *b = ts_lookup_here(s, name);

		if (b)
			return b;
	}
	return NULL;
}

void ts_define(struct ts_run *r, struct ts_scope *s, struct str name,
    struct ts_value v)
{
	struct ts_binding *b = ts_bind(r, s, name);

	b->v = v;
	b->ready = true;
}

enum ts_flow ts_binding_get(struct ts_run *r, struct ts_binding *b,
    struct ts_value *out)
{
	bool found;

	if (b->from) {
		if (str_is(b->from_name, "*"))
			return ts_namespace(r, b->from, out);
		TRY(ts_module_get(r, b->from, b->from_name, out, &found));
		if (!found)
			return ts_throw(r, "SyntaxError",
			    "The module %.*s does not export '%.*s'",
			    STR_ARG(b->from->path), STR_ARG(b->from_name));
		return FLOW_NEXT;
	}
	if (!b->ready)
		return ts_throw(r, "ReferenceError",
		    "Cannot access '%.*s' before initialization",
		    STR_ARG(b->name));
	*out = b->v;
	return FLOW_NEXT;
}

enum ts_flow ts_binding_set(struct ts_run *r, struct ts_binding *b,
    struct ts_value v)
{
	if (b->from || (b->constant && b->ready))
		return ts_throw(r, "TypeError",
		    "Assignment to constant variable '%.*s'",
		    STR_ARG(b->name));
	if (!b->ready)
		return ts_throw(r, "ReferenceError",
		    "Cannot access '%.*s' before initialization",
		    STR_ARG(b->name));
	b->v = v;
	return FLOW_NEXT;
}

/* --- names --------------------------------------------------------------- */

void ts_pattern_names(struct ts_run *r, const struct ts_node *p,
    ts_names *out)
{
	if (!p)
		return;
	if (p->kind == TS_NAME) {
		vec_push(r->a, out, p->text);
	} else if (p->kind == TS_ASSIGN || p->kind == TS_SPREAD) {
		ts_pattern_names(r, p->a, out);
	} else if (p->kind == TS_OBJECT || p->kind == TS_ARRAY) {
		for (size_t i = 0; i < p->n; i++)
			ts_pattern_names(r, p->list[i]->kind == TS_PROP ?
			    p->list[i]->b : p->list[i], out);
	}
}

void ts_declared_names(struct ts_run *r, const struct ts_node *d,
    ts_names *out)
{
	if (d->kind == TS_VAR)
		for (size_t i = 0; i < d->n; i++)
			ts_pattern_names(r, d->list[i]->a, out);
	else if (d->text.n)
		vec_push(r->a, out, d->text);
}

/* --- hoisting ------------------------------------------------------------ */

static const struct ts_node *declaration_of(const struct ts_node *n)
{
	if ((n->kind == TS_EXPORT || n->kind == TS_EXPORT_DEFAULT) && n->a &&
	    (n->kind == TS_EXPORT || n->a->kind == TS_FUNCTION ||
	    n->a->kind == TS_CLASS))
		return n->a;
	return n;
}

static void hoist_one(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *d)
{
	ts_names names = { 0 };

	switch ((int)d->kind) {
	case TS_FUNCTION:
		if (d->text.n && !(d->flags & TS_F_ARROW))
			ts_define(r, s, d->text,
			    ts_ref(ts_closure_new(r, s, d)));
		break;
	case TS_VAR:
		if (!(d->flags & (TS_F_CONST | TS_F_LET)))
			break;
		ts_declared_names(r, d, &names);
		for (size_t i = 0; i < names.n; i++)
			ts_bind(r, s, names.v[i])->constant =
			    d->flags & TS_F_CONST;
		break;
	case TS_CLASS:
		if (d->text.n)
			ts_bind(r, s, d->text);
		break;
	case TS_ENUM:
	case TS_NAMESPACE:
		if (!ts_lookup_here(s, d->text))
			ts_bind(r, s, d->text);
		break;
	default:
		break;
	}
}

void ts_hoist(struct ts_run *r, struct ts_scope *s,
    struct ts_node *const *list, size_t n)
{
	/* names first: the closures of functions see them all */
	for (size_t i = 0; i < n; i++)
		if (declaration_of(list[i])->kind != TS_FUNCTION)
			hoist_one(r, s, declaration_of(list[i]));
	for (size_t i = 0; i < n; i++)
		if (declaration_of(list[i])->kind == TS_FUNCTION)
			hoist_one(r, s, declaration_of(list[i]));
}

static void vars_of(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *n)
{
	ts_names names = { 0 };

	if (!n)
		return;
	switch ((int)n->kind) {
	case TS_VAR:
		if (n->flags & (TS_F_CONST | TS_F_LET))
			return;
		ts_declared_names(r, n, &names);
		for (size_t i = 0; i < names.n; i++)
			if (!ts_lookup_here(s, names.v[i]))
				ts_define(r, s, names.v[i], TS_UNDEFINED);
		return;
	case TS_BLOCK: case TS_SWITCH: case TS_CASE:
		ts_hoist_vars(r, s, n->list, n->n);
		return;
	case TS_IF:
		vars_of(r, s, n->b);
		vars_of(r, s, n->c);
		return;
	case TS_FOR: case TS_FOR_OF: case TS_FOR_IN:
		vars_of(r, s, n->a);
		vars_of(r, s, n->d);
		return;
	case TS_WHILE: case TS_DO:
		vars_of(r, s, n->d);
		return;
	case TS_TRY:
		vars_of(r, s, n->a);
		vars_of(r, s, n->c);
		vars_of(r, s, n->d);
		return;
	case TS_LABELED: case TS_EXPORT:
		vars_of(r, s, n->a);
		return;
	default:
		return;
	}
}

void ts_hoist_vars(struct ts_run *r, struct ts_scope *s,
    struct ts_node *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		vars_of(r, s, list[i]);
}
