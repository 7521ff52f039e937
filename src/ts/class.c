/* class: classes and construction (ECMA-262 chapters 13.3.5, 15.7). */
#include "ts/eval.h"

static const struct ts_node *constructor_of(const struct ts_node *n)
{
	for (size_t i = 0; i < n->n; i++)
		if (n->list[i]->flags & TS_F_METHOD &&
		    !(n->list[i]->flags & (TS_F_STATIC | TS_F_COMPUTED)) &&
		    str_is(n->list[i]->text, "constructor"))
			return n->list[i]->b;
	return NULL;
}

static enum ts_flow put_member(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *m, struct ts_object *on)
{
	struct ts_value v;
	struct str key;

	TRY(ts_prop_key(r, s, m, &key));
	TRY(ts_eval(r, s, m->b, &v));
	v.object->fn->home = on;
	if (m->flags & (TS_F_GET | TS_F_SET))
		ts_put_accessor(r, on, key,
		    m->flags & TS_F_GET ? v.object : NULL,
		    m->flags & TS_F_SET ? v.object : NULL, true);
	else
		ts_put_hidden(r, on, key, v);
	return FLOW_NEXT;
}

/* An initialiser sees the object as this. */
static struct ts_scope *member_scope(struct ts_run *r, struct ts_object *f,
    struct ts_value self, struct ts_object *home)
{
	struct ts_scope *s = ts_scope_new(r, f->fn->class_scope);

	s->function = s->has_self = true;
	s->self = self;
	s->home = home;
	return s;
}

static enum ts_flow put_field(struct ts_run *r, struct ts_object *f,
    const struct ts_node *m, struct ts_value self, struct ts_object *home)
{
	struct ts_scope *s = member_scope(r, f, self, home);
	struct ts_value v = TS_UNDEFINED;
	struct str key;

	if (m->flags & TS_F_BLOCK) {
		ts_hoist_vars(r, s, m->b->a->list, m->b->a->n);
		ts_hoist(r, s, m->b->a->list, m->b->a->n);
		return ts_exec_list(r, s, m->b->a->list, m->b->a->n);
	}
	TRY(ts_prop_key(r, s, m, &key));
	if (m->b)
		TRY(ts_eval(r, s, m->b, &v));
	if (self.type == TSV_OBJECT)
		ts_put(r, self.object, key, v);
	return FLOW_NEXT;
}

static enum ts_flow put_fields(struct ts_run *r, struct ts_object *f,
    struct ts_value self)
{
	const struct ts_node *n = f->fn->class_node;
	const struct ts_prop *proto = ts_own(f, STR("prototype"));

	for (size_t i = 0; n && i < n->n; i++)
		if (n->list[i]->flags & TS_F_FIELD &&
		    !(n->list[i]->flags & TS_F_STATIC))
			TRY(put_field(r, f, n->list[i], self,
			    proto->v.object));
	return FLOW_NEXT;
}

static enum ts_flow superclass(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *n, struct ts_object *f, struct ts_object *proto)
{
	struct ts_value super, from;

	if (!n->a)
		return FLOW_NEXT;
	TRY(ts_eval(r, s, n->a, &super));
	f->fn->derived = true;
	if (super.type == TSV_UNKNOWN || super.type == TSV_NULL) {
		proto->open = super.type == TSV_UNKNOWN ? super.unknown :
		    NULL;
		f->open = proto->open;
		f->fn->derived = false;
		return FLOW_NEXT;
	}
	if (!ts_callable(super))
		return ts_throw(r, "TypeError",
		    "Class extends value is not a constructor");
	f->fn->super_class = super.object;
	f->proto = super.object;
	TRY(ts_get(r, super, STR("prototype"), &from));
	if (from.type == TSV_OBJECT)
		proto->proto = from.object;
	return FLOW_NEXT;
}

enum ts_flow ts_eval_class(struct ts_run *r, struct ts_scope *outer,
    const struct ts_node *n, struct ts_value *out)
{
	static const struct ts_node nothing = { .kind = TS_FUNCTION };
	struct ts_scope *s = ts_scope_new(r, outer);
	const struct ts_node *ctor = constructor_of(n);
	struct ts_object *proto = ts_object_new(r);
	struct ts_object *f = ts_closure_new(r, s, ctor ? ctor : &nothing);

	f->fn->name = n->text;
	f->fn->is_class = true;
	f->fn->class_node = n;
	f->fn->class_scope = s;
	f->fn->home = proto;
	ts_put_hidden(r, proto, STR("constructor"), ts_ref(f));
	ts_put_hidden(r, f, STR("prototype"), ts_ref(proto));
	TRY(superclass(r, s, n, f, proto));
	if (n->text.n)
		ts_define(r, s, n->text, ts_ref(f));
	for (size_t i = 0; i < n->n; i++) {
		const struct ts_node *m = n->list[i];

		if (m->flags & TS_F_METHOD && m->b != ctor)
			TRY(put_member(r, s, m, m->flags & TS_F_STATIC ? f :
			    proto));
	}
	for (size_t i = 0; i < n->n; i++) {
		const struct ts_node *m = n->list[i];

		if (m->flags & TS_F_STATIC &&
		    m->flags & (TS_F_FIELD | TS_F_BLOCK))
			TRY(put_field(r, f, m, ts_ref(f), f));
	}
	*out = ts_ref(f);
	return FLOW_NEXT;
}

/* --- construction -------------------------------------------------------- */

static enum ts_flow new_object(struct ts_run *r, struct ts_object *target,
    struct ts_value *out)
{
	struct ts_object *o = ts_object_new(r);
	struct ts_value proto;

	TRY(ts_get(r, ts_ref(target), STR("prototype"), &proto));
	if (proto.type == TSV_OBJECT)
		o->proto = proto.object;
	*out = ts_ref(o);
	return FLOW_NEXT;
}

static enum ts_flow construct_class(struct ts_run *r, struct ts_object *f,
    struct ts_call *c, struct ts_value *out)
{
	bool has_body = f->fn->node->a != NULL;

	if (f->fn->derived && !has_body) {	/* constructor(...a) { super(...a) } */
		TRY(ts_construct_as(r, f->fn->super_class, c->v, c->n,
		    c->target, out));
		return put_fields(r, f, *out);
	}
	if (!f->fn->derived) {
		TRY(new_object(r, c->target, &c->self));
		if (f->fn->is_class)
			TRY(put_fields(r, f, c->self));
	}
	if (!has_body) {
		*out = c->self;
		return FLOW_NEXT;
	}
	return ts_call_closure(r, f, c, out);
}

enum ts_flow ts_construct_as(struct ts_run *r, struct ts_object *f,
    const struct ts_value *v, size_t n, struct ts_object *target,
    struct ts_value *out)
{
	struct ts_call c = { .self = TS_UNDEFINED, .v = v, .n = n,
		.callee = f, .target = target };
	struct ts_value made;

	if (!f->fn->native)
		return construct_class(r, f, &c, out);
	TRY(new_object(r, target, &c.self));
	made = TS_UNDEFINED;
	TRY(f->fn->native(r, &c, &made));
	*out = made.type == TSV_OBJECT || made.type == TSV_UNKNOWN ? made :
	    c.self;
	/* class X extends Y: methods of X are found on what Y made */
	if (target != f && out->type == TSV_OBJECT)
		out->object->proto = c.self.object->proto;
	return FLOW_NEXT;
}

enum ts_flow ts_construct(struct ts_run *r, struct ts_value f,
    const struct ts_value *v, size_t n, struct ts_value *out)
{
	if (f.type == TSV_UNKNOWN) {
		*out = f;
		return FLOW_NEXT;
	}
	if (!ts_callable(f) || (f.object->fn->node &&
	    f.object->fn->node->flags & TS_F_ARROW))
		return ts_throw(r, "TypeError", "%.*s is not a constructor",
		    STR_ARG(ts_show(r, f)));
	return ts_construct_as(r, f.object, v, n, f.object, out);
}

enum ts_flow ts_super_call(struct ts_run *r, struct ts_scope *s,
    const struct ts_value *v, size_t n, struct ts_value *out)
{
	struct ts_scope *f = ts_self_scope(s);

	if (!f || !f->callee || !f->target)
		return ts_fail(r, "super() outside of a constructor");
	if (!f->callee->fn->super_class) {	/* extends an unknown */
		*out = f->self;
		return FLOW_NEXT;
	}
	TRY(ts_construct_as(r, f->callee->fn->super_class, v, n, f->target,
	    &f->self));
	*out = f->self;
	return put_fields(r, f->callee, f->self);
}
