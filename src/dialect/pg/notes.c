/*
 * What is told about an object and makes no two schemas differ: its comment,
 * owner, privileges and settings, as statements.
 */
#include "dialect/pg/pg.h"
#include "dialect/pg/words.h"

/* --- how statements name an object ------------------------------------------ */

static const struct {
	const char *words;
	enum { ON_NAME, ON_GLOBAL, ON_TABLE } form;
} names[OBJ_KIND_N] = {
	[OBJ_TABLE] = { "TABLE", ON_NAME },
	[OBJ_PK] = { "CONSTRAINT", ON_TABLE },
	[OBJ_UNIQUE] = { "CONSTRAINT", ON_TABLE },
	[OBJ_CHECK] = { "CONSTRAINT", ON_TABLE },
	[OBJ_FK] = { "CONSTRAINT", ON_TABLE },
	[OBJ_EXCLUDE] = { "CONSTRAINT", ON_TABLE },
	[OBJ_INDEX] = { "INDEX", ON_NAME },
	[OBJ_VIEW] = { "VIEW", ON_NAME },
	[OBJ_TRIGGER] = { "TRIGGER", ON_TABLE },
	[OBJ_RULE] = { "RULE", ON_TABLE },
	[OBJ_POLICY] = { "POLICY", ON_TABLE },
	[OBJ_STATISTICS] = { "STATISTICS", ON_NAME },
	[OBJ_ENUM] = { "TYPE", ON_NAME },
	[OBJ_DOMAIN] = { "DOMAIN", ON_NAME },
	[OBJ_COMPOSITE] = { "TYPE", ON_NAME },
	[OBJ_RANGE] = { "TYPE", ON_NAME },
	[OBJ_SEQUENCE] = { "SEQUENCE", ON_NAME },
	[OBJ_SCHEMA] = { "SCHEMA", ON_GLOBAL },
	[OBJ_ROLE] = { "ROLE", ON_GLOBAL },
};

bool pg_object_words(struct sbuf *b, const struct obj *o)
{
	const void *p = o;

	if (o->kind == OBJ_FUNCTION) {
		sbuf_addf(b, "%s ", pg_function_word(p));
		pg_function_name(b, p);
		return true;
	}
	if (o->kind == OBJ_COLUMN) {
		SQL(b, "COLUMN ");
		pg_name(b, o->schema, o->table);
		sbuf_addc(b, '.');
		pg_ident(b, o->name);
		return true;
	}
	if (!names[o->kind].words)
		return false;
	if (o->kind == OBJ_VIEW && ((const struct view *)p)->materialized)
		SQL(b, "MATERIALIZED ");
	if (o->kind == OBJ_TABLE &&
	    ((const struct table *)p)->type == TABLE_FOREIGN)
		SQL(b, "FOREIGN ");
	sbuf_addf(b, "%s ", names[o->kind].words);
	if (names[o->kind].form == ON_NAME) {
		pg_name(b, o->schema, o->name);
		return true;
	}
	pg_ident(b, o->name);
	if (names[o->kind].form == ON_TABLE) {
		SQL(b, " ON ");
		pg_name(b, o->schema, o->table);
	}
	return true;
}

/* --- privileges ------------------------------------------------------------- */

/* Letters of an aclitem (PostgreSQL 17 manual, table 5.1). */
static const struct { char letter; const char *word; } privileges[] = {
	{ 'r', "SELECT" }, { 'a', "INSERT" }, { 'w', "UPDATE" },
	{ 'd', "DELETE" }, { 'D', "TRUNCATE" }, { 'x', "REFERENCES" },
	{ 't', "TRIGGER" }, { 'X', "EXECUTE" }, { 'U', "USAGE" },
	{ 'C', "CREATE" }, { 'm', "MAINTAIN" },
};

/* "grantee=arw*d/grantor": the grantee as SQL has it, "" for PUBLIC. */
struct item {
	struct str who, what;
};

static struct item item_of(struct str acl)
{
	size_t at = 0;
	struct item x;

	if (acl.n && acl.p[0] == '"')
		at = pg_token(acl, 0).to;
	else
		at = str_find(acl, STR("="), 0);
	x.who = str_sub(acl, 0, at);
	x.what = str_sub(acl, at < acl.n ? at + 1 : at, acl.n);
	x.what = str_sub(x.what, 0, str_find(x.what, STR("/"), 0));
	return x;
}

static void grantee(struct sbuf *b, struct str who)
{
	if (!who.n) {
		SQL(b, "PUBLIC");
	} else if (who.p[0] == '"') {
		sbuf_add(b, who);	/* in quotes already */
	} else {
		pg_ident(b, who);
	}
}

static void on_object(struct sbuf *b, const struct obj *o)
{
	SQL(b, " ON ");
	if (o->kind == OBJ_COLUMN) {
		SQL(b, "TABLE ");
		pg_name(b, o->schema, o->table);
	} else if (o->kind == OBJ_VIEW || o->kind == OBJ_TABLE) {
		SQL(b, "TABLE ");
		pg_name(b, o->schema, o->name);
	} else if (o->kind == OBJ_FUNCTION &&
	    ((const struct function *)(const void *)o)->kind == 'a') {
		const struct function *f = (const void *)o;

		SQL(b, "FUNCTION ");	/* aggregates have no word here */
		pg_name(b, o->schema, f->name);
		SQL(b, "(");
		sbuf_add(b, f->args);
		SQL(b, ")");
	} else {
		pg_object_words(b, o);
	}
}

static void grant_some(struct sbuf *b, const struct obj *o, struct item x,
    bool option)
{
	const char *comma = "";
	struct sbuf t = SBUF_TEXT;

	for (size_t i = 0; i < x.what.n; i++) {
		bool starred = i + 1 < x.what.n && x.what.p[i + 1] == '*';
		const char *word = NULL;

		for (size_t k = 0; k < sizeof(privileges) /
		    sizeof(*privileges); k++)
			if (privileges[k].letter == x.what.p[i])
				word = privileges[k].word;
		if (!word || starred != option)
			continue;
		sbuf_addz(&t, comma);
		sbuf_addz(&t, word);
		if (o->kind == OBJ_COLUMN) {
			SQL(&t, " (");
			pg_ident(&t, o->name);
			SQL(&t, ")");
		}
		comma = ", ";
	}
	if (t.n) {
		pg_next(b);
		SQL(b, "GRANT ");
		sbuf_add(b, sbuf_str(&t));
		on_object(b, o);
		SQL(b, " TO ");
		grantee(b, x.who);
		sbuf_addz(b, option ? " WITH GRANT OPTION" : "");
	}
	sbuf_free(&t);
}

static void revoke_all(struct sbuf *b, const struct obj *o, struct str who)
{
	pg_next(b);
	SQL(b, "REVOKE ALL");
	if (o->kind == OBJ_COLUMN) {
		SQL(b, " (");
		pg_ident(b, o->name);
		SQL(b, ")");
	}
	on_object(b, o);
	SQL(b, " FROM ");
	grantee(b, who);
}

static bool has_item(struct strs l, struct str s)
{
	for (size_t i = 0; i < l.n; i++)
		if (str_eq(l.v[i], s))
			return true;
	return false;
}

/* None told: what the engine gives to everybody (manual, 5.7). */
static struct strs items_of(const struct obj *o, struct strs l)
{
	static const struct str execute[] = { { "=X/", 3 } };
	static const struct str usage[] = { { "=U/", 3 } };

	if (l.n)
		return l;
	if (o->kind == OBJ_FUNCTION)
		return (struct strs){ execute, 1 };
	if (o->kind == OBJ_ENUM || o->kind == OBJ_DOMAIN ||
	    o->kind == OBJ_COMPOSITE || o->kind == OBJ_RANGE)
		return (struct strs){ usage, 1 };
	return l;
}

static bool is_of(struct strs l, struct str who)
{
	for (size_t i = 0; i < l.n; i++)
		if (str_eq(item_of(l.v[i]).who, who))
			return true;
	return false;
}

/* An entry has quotes where a name asks for them. */
static bool is_role(struct str who, struct str role)
{
	struct sbuf b = SBUF_TEXT;
	bool is;

	pg_ident(&b, role);
	is = str_eq(who, role) || str_eq(who, sbuf_str(&b));
	sbuf_free(&b);
	return is;
}

static void grants(struct sbuf *b, const struct obj *o, struct strs from,
    struct strs to, struct str owner)
{
	for (size_t i = 0; i < from.n; i++) {
		struct item x = item_of(from.v[i]);

		if (!has_item(to, from.v[i]) && (!is_role(x.who, owner) ||
		    is_of(to, x.who)))
			revoke_all(b, o, x.who);
	}
	for (size_t i = 0; i < to.n; i++) {
		struct item x = item_of(to.v[i]);

		if (has_item(from, to.v[i]))
			continue;
		grant_some(b, o, x, false);
		grant_some(b, o, x, true);
	}
}

/* --- comments ---------------------------------------------------------------- */

void pg_comment_text(struct sbuf *b, const struct obj *o, struct str comment)
{
	size_t n = b->n;

	pg_next(b);
	SQL(b, "COMMENT ON ");
	if (!pg_object_words(b, o)) {
		sbuf_truncate(b, n);
		return;
	}
	SQL(b, " IS ");
	if (comment.n)
		pg_string(b, comment);
	else
		SQL(b, "NULL");
}

/* --- settings ---------------------------------------------------------------- */

/* WORD=value, WORD "column"=value; the key is all before the value. */
struct setting {
	struct str word, column, key, value;
};

static struct setting setting_of(struct str s)
{
	struct setting x = { .column = STR("") };
	size_t at = 0;

	while (at < s.n && (s.p[at] == '_' || (s.p[at] >= 'a' &&
	    s.p[at] <= 'z') || (s.p[at] >= '0' && s.p[at] <= '9')))
		at++;
	x.word = str_sub(s, 0, at);
	if (at + 1 < s.n && s.p[at] == ' ' && s.p[at + 1] == '"') {
		struct token t = pg_token(s, at + 1);

		x.column = str_sub(s, t.from, t.to);
		at = t.to;
	}
	x.key = str_sub(s, 0, at);
	x.value = str_sub(s, at + 1, s.n);
	if (at >= s.n || s.p[at] != '=')
		x.word = STR("");	/* none */
	return x;
}

static bool has_key(struct strs l, struct str key)
{
	for (size_t i = 0; i < l.n; i++)
		if (str_eq(setting_of(l.v[i]).key, key))
			return true;
	return false;
}

/* What stands in double quotes. */
static void unquoted(struct sbuf *b, struct str ident)
{
	for (size_t i = 1; i + 1 < ident.n; i++) {
		sbuf_addc(b, ident.p[i]);
		i += ident.p[i] == '"';
	}
}

/* Statistics of -1 are the server's own. */
static void set_statistics(struct sbuf *b, struct str n)
{
	SQL(b, " SET STATISTICS ");
	if (!n.n)
		SQL(b, "-1");
	for (size_t i = 0; i < n.n && n.p[i] >= '0' && n.p[i] <= '9'; i++)
		sbuf_addc(b, n.p[i]);
}

static void set_option(struct sbuf *b, struct str name, struct str value)
{
	sbuf_addz(b, value.n ? " SET (" : " RESET (");
	sbuf_add(b, name);
	if (value.n) {
		SQL(b, " = ");
		pg_string(b, value);
	}
	SQL(b, ")");
}

static void alter_column(struct sbuf *b, const struct obj *o,
    const struct obj *c, const struct setting *x)
{
	bool part = o->kind == OBJ_INDEX;

	pg_next(b);
	SQL(b, "ALTER ");
	if (o->kind == OBJ_COLUMN) {
		SQL(b, "TABLE ONLY ");
		pg_name(b, o->schema, o->table);
	} else {
		pg_object_words(b, o);
	}
	SQL(b, " ALTER COLUMN ");
	if (part)
		sbuf_add(b, x->word);
	else
		pg_ident(b, c->name);
	if (part || str_is(x->word, "statistics"))
		set_statistics(b, x->value);
	else
		set_option(b, x->word, x->value);
}

/* value "": as it is by itself; of a grant: all gone from its role. */
static void set_one(struct sbuf *b, const struct obj *o,
    const struct setting *x, bool gone)
{
	struct sbuf name = SBUF_TEXT;
	struct obj c = *o;

	if (x->column.n) {
		unquoted(&name, x->column);
		c = (struct obj){ .kind = OBJ_COLUMN, .schema = o->schema,
			.table = o->name, .name = sbuf_str(&name) };
	}
	if (str_is(x->word, "comment")) {
		pg_comment_text(b, &c, x->value);
	} else if (str_is(x->word, "grant") && gone) {
		revoke_all(b, &c, item_of(x->value).who);
	} else if (str_is(x->word, "grant")) {
		grant_some(b, &c, item_of(x->value), false);
		grant_some(b, &c, item_of(x->value), true);
	} else if (x->word.n) {
		alter_column(b, o, &c, x);
	}
	sbuf_free(&name);
}

static void settings(struct sbuf *b, const struct obj *o, struct strs from,
    struct strs to)
{
	for (size_t i = 0; i < from.n; i++) {
		struct setting x = setting_of(from.v[i]);

		if (has_item(to, from.v[i]))
			continue;
		if (str_is(x.word, "grant")) {
			set_one(b, o, &x, true);
		} else if (!has_key(to, x.key)) {
			x.value = STR("");
			set_one(b, o, &x, true);
		}
	}
	for (size_t i = 0; i < to.n; i++) {
		struct setting x = setting_of(to.v[i]);

		if (!has_item(from, to.v[i]))
			set_one(b, o, &x, false);
	}
}

/* --- all of it -------------------------------------------------------------- */

void pg_notes_text(struct sbuf *b, const struct obj *o,
    const struct obj_notes *from, const struct obj_notes *to)
{
	static const struct obj_notes none;

	from = from ? from : &none;
	to = to ? to : &none;
	if (!str_eq(from->comment, to->comment) && o->kind != OBJ_EXTENSION)
		pg_comment_text(b, o, to->comment);
	if (from->owner.n && to->owner.n && !str_eq(from->owner, to->owner) &&
	    obj_stands_alone(o->kind) && o->kind != OBJ_EXTENSION) {
		pg_next(b);
		SQL(b, "ALTER ");
		pg_object_words(b, o);
		SQL(b, " OWNER TO ");
		pg_ident(b, to->owner);
	}
	grants(b, o, items_of(o, from->grants), items_of(o, to->grants),
	    to->owner);
	settings(b, o, from->settings, to->settings);
}
