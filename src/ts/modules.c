/* modules: import and export (ECMA-262 16.2), type-only ones dropped. */
#include "ts/parse.h"

static enum rc nothing(struct ts_parser *p, struct ts_node **out)
{
	enum rc rc = ts_statement_end(p);

	if (!rc)
		*out = ts_node(p, TS_EMPTY);
	return rc;
}

/* from "./x" [with { type: "json" }] */
static enum rc specifier(struct ts_parser *p, struct str *out)
{
	enum rc rc;

	if (p->x.tok.kind != TOK_STRING)
		return ts_unexpected(p, "the name of a module");
	*out = p->x.tok.text;
	rc = ts_next(p);
	if (!rc && (ts_is_word(p, "with") || ts_is_word(p, "assert")) &&
	    !p->x.tok.newline) {
		rc = ts_next(p);
		if (!rc && !ts_is(p, "{"))
			return ts_unexpected(p, "\"{\"");
		if (!rc)
			rc = ts_skip_balanced(p);
	}
	return rc;
}

static enum rc from(struct ts_parser *p, struct str *out)
{
	enum rc rc = ts_expect_word(p, "from");

	return rc ? rc : specifier(p, out);
}

static void add_spec(struct ts_parser *p, ts_nodes *list, struct str there,
    struct str here)
{
	struct ts_node *n = ts_node(p, TS_SPEC);

	n->text = there;
	n->alias = here;
	vec_push(p->a, list, n);
}

static enum rc spec_name(struct ts_parser *p, struct str *out)
{
	if (p->x.tok.kind != TOK_NAME && p->x.tok.kind != TOK_STRING)
		return ts_unexpected(p, "a name");
	*out = p->x.tok.text;
	return ts_next(p);
}

/* "type" before a name that is not "as", or "as as" (TypeScript 4.5) */
static bool is_type_spec(const struct ts_parser *p)
{
	struct ts_token after = ts_peek(p);

	return ts_is_word(p, "type") && (after.kind == TOK_STRING ||
	    (after.kind == TOK_NAME && !str_is(after.text, "as")));
}

/* { a, b as c, type D } */
static enum rc specs(struct ts_parser *p, ts_nodes *list)
{
	bool more = true;
	enum rc rc = ts_expect(p, "{");

	while (!rc && more && !ts_is(p, "}")) {
		struct str there = STR(""), here;
		bool type = is_type_spec(p), as;

		if (type)
			rc = ts_next(p);
		if (!rc)
			rc = spec_name(p, &there);
		here = there;
		if (!rc)
			rc = ts_accept_word(p, "as", &as);
		if (!rc && as)
			rc = spec_name(p, &here);
		if (!rc && !type)
			add_spec(p, list, there, here);
		if (!rc)
			rc = ts_accept(p, ",", &more);
	}
	return rc ? rc : ts_expect(p, "}");
}

/* The names of an import, up to "from". */
static enum rc import_names(struct ts_parser *p, ts_nodes *list)
{
	struct str name;
	bool more = true, star;
	enum rc rc = RC_OK;

	if (p->x.tok.kind == TOK_NAME) {
		rc = ts_take_name(p, &name);
		if (!rc)
			add_spec(p, list, STR("default"), name);
		if (!rc)
			rc = ts_accept(p, ",", &more);
	}
	if (rc || !more)
		return rc;
	rc = ts_accept(p, "*", &star);
	if (rc || !star)
		return rc ? rc : specs(p, list);
	rc = ts_expect_word(p, "as");
	if (!rc)
		rc = ts_take_name(p, &name);
	if (!rc)
		add_spec(p, list, STR("*"), name);
	return rc;
}

/* import x = require("y"); import x = a.b.c */
static enum rc import_equals(struct ts_parser *p, struct ts_node *n,
    struct str name, struct ts_node **out)
{
	struct ts_node *var = ts_node(p, TS_VAR), *decl = ts_node(p, TS_DECL);
	struct ts_node *left = ts_node(p, TS_NAME);
	ts_nodes list = { 0 };
	enum rc rc = ts_expect(p, "=");

	if (rc)
		return rc;
	if (ts_is_word(p, "require")) {
		rc = ts_next(p);
		if (!rc)
			rc = ts_expect(p, "(");
		if (!rc)
			rc = specifier(p, &n->text);
		if (!rc)
			rc = ts_expect(p, ")");
		add_spec(p, &list, STR("*"), name);
		ts_take_list(n, &list);
		*out = n;
		return rc ? rc : ts_statement_end(p);
	}
	left->text = name;
	decl->a = left;
	rc = ts_left_side(p, &decl->b);
	vec_push(p->a, &list, decl);
	var->flags = TS_F_CONST;
	ts_take_list(var, &list);
	*out = var;
	return rc ? rc : ts_statement_end(p);
}

static bool is_type_import(const struct ts_parser *p)
{
	struct ts_parser q = *p;
	struct err ignored = ERR_INIT;

	q.e = &ignored;
	if (!ts_is_word(&q, "type") || ts_next(&q))
		return false;
	/* import type from "x" takes the default, named type */
	if (ts_is_word(&q, "from"))
		return ts_peek(&q).kind != TOK_STRING;
	return q.x.tok.kind == TOK_NAME || ts_is(&q, "{") || ts_is(&q, "*");
}

enum rc ts_import(struct ts_parser *p, struct ts_node **out)
{
	struct ts_node *n = ts_node(p, TS_IMPORT);
	bool type;
	ts_nodes list = { 0 };
	enum rc rc = ts_next(p);

	if (rc)
		return rc;
	if (p->x.tok.kind == TOK_STRING) {
		rc = specifier(p, &n->text);
		*out = n;
		return rc ? rc : ts_statement_end(p);
	}
	type = is_type_import(p);
	if (type)
		rc = ts_next(p);
	if (!rc)
		rc = import_names(p, &list);
	if (!rc && ts_is(p, "=") && list.n == 1)
		return import_equals(p, n, list.v[0]->alias, out);
	if (!rc)
		rc = from(p, &n->text);
	ts_take_list(n, &list);
	if (!rc)
		rc = ts_statement_end(p);
	if (!rc)
		*out = n;
	if (!rc && type)
		n->kind = TS_EMPTY;
	return rc;
}

/* --- export -------------------------------------------------------------- */

static enum rc export_all(struct ts_parser *p, struct ts_node *n)
{
	bool as;
	enum rc rc = ts_expect(p, "*");

	n->kind = TS_EXPORT_ALL;
	n->alias = STR("");
	if (!rc)
		rc = ts_accept_word(p, "as", &as);
	if (!rc && as)
		rc = spec_name(p, &n->alias);
	if (!rc)
		rc = from(p, &n->text);
	return rc ? rc : ts_statement_end(p);
}

static enum rc export_list(struct ts_parser *p, struct ts_node *n)
{
	ts_nodes list = { 0 };
	enum rc rc = specs(p, &list);

	n->kind = TS_EXPORT_LIST;
	n->text = STR_NONE;
	ts_take_list(n, &list);
	if (!rc && ts_is_word(p, "from"))
		rc = from(p, &n->text);
	return rc ? rc : ts_statement_end(p);
}

static enum rc export_default(struct ts_parser *p, struct ts_node *n,
    struct ts_node **out)
{
	enum rc rc = ts_next(p);
	struct ts_token after;

	n->kind = TS_EXPORT_DEFAULT;
	*out = n;
	if (rc)
		return rc;
	after = ts_peek(p);
	if (ts_is_word(p, "interface") && after.kind == TOK_NAME)
		return ts_declaration(p, out);
	if (ts_is_word(p, "function") || ts_is_word(p, "class") ||
	    (ts_is_word(p, "abstract") && str_is(after.text, "class")) ||
	    (ts_is_word(p, "async") && str_is(after.text, "function"))) {
		rc = ts_declaration(p, &n->a);
		if (!rc && n->a->kind == TS_EMPTY)
			n->kind = TS_EMPTY;
		return rc;
	}
	rc = ts_assignment(p, &n->a);
	return rc ? rc : ts_statement_end(p);
}

/* export type { A }, export type * from — not: export type A = … */
static bool is_type_list(const struct ts_parser *p)
{
	struct ts_token after = ts_peek(p);

	return ts_is_word(p, "type") && after.kind == TOK_PUNCT &&
	    (str_is(after.text, "{") || str_is(after.text, "*"));
}

enum rc ts_export(struct ts_parser *p, struct ts_node **out)
{
	struct ts_node *n = ts_node(p, TS_EXPORT);
	bool type, was;
	enum rc rc = ts_next(p);

	if (rc)
		return rc;
	*out = n;
	type = is_type_list(p);
	if (type)
		rc = ts_next(p);
	if (!rc && ts_is(p, "*"))
		rc = export_all(p, n);
	else if (!rc && ts_is(p, "{"))
		rc = export_list(p, n);
	else if (!rc && ts_is_word(p, "default"))
		return export_default(p, n, out);
	else if (!rc && ts_is_word(p, "import")) {
		rc = ts_import(p, &n->a);	/* export import x = a.b */
	} else if (!rc && ts_is_word(p, "as")) {	/* export as namespace */
		while (!rc && p->x.tok.kind == TOK_NAME && !p->x.tok.newline)
			rc = ts_next(p);
		return rc ? rc : nothing(p, out);
	} else if (!rc && ts_is(p, "=")) {
		rc = ts_accept(p, "=", &was);
		n->kind = TS_EXPORT_DEFAULT;
		if (!rc)
			rc = ts_assignment(p, &n->a);
		return rc ? rc : ts_statement_end(p);
	} else if (!rc) {
		rc = ts_decorators(p);
		if (!rc)
			rc = ts_declaration(p, &n->a);
	}
	if (!rc && (type || (n->kind == TS_EXPORT &&
	    n->a->kind == TS_EMPTY)))
		n->kind = TS_EMPTY;
	return rc;
}
