/*
 * pg_policies: SQL of policies, those of a table and those linked to a table
 * elsewhere (sqlgenerator.ts, drizzle-spec §5.3).
 */
#include "decl/pg.h"

/* --- policies ------------------------------------------------------------ */

static bool is_role_word(struct str s)
{
	return str_is(s, "current_user") || str_is(s, "current_role") ||
	    str_is(s, "session_user") || str_is(s, "public");
}

static struct str roles_of(struct pg_work *w, struct strs to)
{
	struct str text = STR("");

	for (size_t i = 0; i < to.n; i++) {
		struct str role = is_role_word(to.v[i]) ? to.v[i] :
		    SQL_OF(w, ID(to.v[i]));

		text = SQL_OF(w, RAW(text), RAW(i ? STR(", ") : STR("")),
		    RAW(role));
	}
	return text;
}

static bool take_policy(struct pg_work *w, struct str text,
    struct decl_policy *p)
{
	if (!pg_take_policy(&w->q, text, p)) {
		pg_dies(w, "policy", text);
		return false;
	}
	pg_marked(w, p->name, p->using_expr, "--");
	pg_marked(w, p->name, p->with_check, "--");
	return true;
}

static struct str clause(struct pg_work *w, const char *word, struct str text)
{
	if (!text.n)
		return STR("");
	return SQL_OF(w, RAW(str_z(word)), RAW(text), Z(")"));
}

static void put_policy(struct pg_work *w, const struct decl_policy *p,
    struct str on)
{
	SAY(w, Z("CREATE POLICY "), ID(p->name), Z(" ON "), RAW(on),
	    Z(" AS "), RAW(p->as), Z(" FOR "), RAW(p->to_for), Z(" TO "),
	    RAW(roles_of(w, p->to)), RAW(clause(w, " USING (",
	    p->using_expr)), RAW(clause(w, " WITH CHECK (", p->with_check)),
	    Z(";"));
}

static struct str linked_to(const struct decl_policy *p)
{
	return p->on.p ? p->on : STR("undefined");
}

void pgw_create_policy(struct pg_work *w, const struct pg_st *s)
{
	struct decl_policy p;

	if (take_policy(w, s->text, &p))
		put_policy(w, &p, SQL_OF(w, TABLE(s)));
}

void pgw_create_linked(struct pg_work *w, const struct pg_st *s)
{
	struct decl_policy p;

	if (take_policy(w, s->text, &p))
		put_policy(w, &p, linked_to(&p));
}

void pgw_drop_policy(struct pg_work *w, const struct pg_st *s)
{
	pg_drop_policy(w, s, s->text);
}

void pgw_drop_linked(struct pg_work *w, const struct pg_st *s)
{
	struct decl_policy p;

	if (take_policy(w, s->text, &p))
		SAY(w, Z("DROP POLICY "), ID(p.name), Z(" ON "),
		    RAW(linked_to(&p)), Z(" CASCADE;"));
}

void pgw_rename_policy(struct pg_work *w, const struct pg_st *s)
{
	SAY(w, Z("ALTER POLICY "), ID(s->name), Z(" ON "), TABLE(s),
	    Z(" RENAME TO "), ID(s->to), Z(";"));
}

void pgw_rename_linked(struct pg_work *w, const struct pg_st *s)
{
	struct decl_policy p;

	if (take_policy(w, s->text, &p))
		SAY(w, Z("ALTER POLICY "), ID(s->name), Z(" ON "),
		    RAW(linked_to(&p)), Z(" RENAME TO "), ID(s->to), Z(";"));
}

/* Array.prototype.toString: no quotes. */
static struct str bare_roles(struct pg_work *w, struct strs to)
{
	struct str text = STR(""), safe = STR("");

	for (size_t i = 0; i < to.n; i++)
		text = SQL_OF(w, RAW(text), RAW(i ? STR(",") : STR("")),
		    RAW(to.v[i]));
	if (!w->safe)
		return text;
	safe = roles_of(w, to);
	for (size_t i = 0; i < to.n; i++)
		for (size_t k = 0; k < to.v[i].n; k++) {
			char c = to.v[i].p[k];

			if (c != '_' && (c < 'a' || c > 'z') &&
			    (!k || c < '0' || c > '9'))
				return safe;
		}
	return text;
}

static void put_alter(struct pg_work *w, const struct pg_st *s,
    struct str on)
{
	struct decl_policy was, is;
	struct str check;

	if (!take_policy(w, s->old, &was) || !take_policy(w, s->text, &is))
		return;
	check = clause(w, " WITH CHECK (", is.with_check);
	if (!is.with_check.n && !w->safe)
		check = clause(w, " WITH CHECK  (", was.with_check);
	if (!on.n)
		on = linked_to(&was);
	SAY(w, Z("ALTER POLICY "), ID(was.name), Z(" ON "), RAW(on),
	    Z(" TO "), RAW(bare_roles(w, is.to)), RAW(clause(w, " USING (",
	    is.using_expr.n || w->safe ? is.using_expr : was.using_expr)),
	    RAW(check), Z(";"));
}

void pgw_alter_policy(struct pg_work *w, const struct pg_st *s)
{
	put_alter(w, s, SQL_OF(w, TABLE(s)));
}

void pgw_alter_linked(struct pg_work *w, const struct pg_st *s)
{
	put_alter(w, s, STR(""));
}
