/* parts.c: how an object reads on one line. */
#include "diff/parts.h"

#include "base/utf8.h"

#define TEXT_MAX ((size_t)600)	/* cells of one part */
#define LEAD_MAX ((size_t)300)	/* bytes of SQL before and after a change */
#define LEAD_KEPT ((size_t)100)

static struct str clip(struct arena *a, struct str text)
{
	size_t used;
	struct str s;

	/* a long tail cannot be seen: spare the sanitizer the work */
	if (text.n > TEXT_MAX * 8)
		text.n = TEXT_MAX * 8;
	s = utf8_clean(a, text, UTF8_LINE);
	if (utf8_cells(s) <= TEXT_MAX)
		return s;
	s = utf8_fit(s, TEXT_MAX - 2, &used);
	return arena_printf(a, "%.*s …", STR_ARG(s));
}

static void add_clean(struct parts *p, enum side_role role, unsigned id,
    struct str clean)
{
	vec_push(p->a, p, (struct side_part){ .text = clean, .role = role,
	    .id = id });
}

void parts_add(struct parts *p, enum side_role role, unsigned id,
    struct str text)
{
	add_clean(p, role, id, clip(p->a, text));
}

/* "word text" when there is a text */
static void add_words(struct parts *p, enum side_role role, unsigned id,
    const char *word, struct str text)
{
	if (text.n > 0)
		parts_add(p, role, id, arena_printf(p->a, "%s %.*s", word,
		    STR_ARG(text)));
}

static void add_flag(struct parts *p, unsigned id, bool set, const char *word)
{
	if (set)
		parts_add(p, ROLE_ATTR, id, str_z(word));
}

static struct str lower(struct arena *a, struct str s)
{
	char *z = arena_z(a, s);

	for (size_t i = 0; i < s.n; i++)
		if (z[i] >= 'A' && z[i] <= 'Z')
			z[i] = (char)(z[i] + ('a' - 'A'));
	return (struct str){ z, s.n };
}

/* A definition of PostgreSQL in one line. */
static struct str one_line(struct arena *a, struct str s)
{
	char *out;
	size_t n = 0;

	if (!s.n || !memchr(s.p, '\n', s.n))
		return s;
	out = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '\n') {
			out[n++] = s.p[i];
			continue;
		}
		while (n > 0 && out[n - 1] == ' ')
			n--;
		while (i + 1 < s.n && (s.p[i + 1] == ' ' ||
		    s.p[i + 1] == '\n'))
			i++;
		out[n++] = ' ';
	}
	return (struct str){ out, n };
}

/* "a" of "(a)" where these brackets belong together. */
static struct str bare(struct str s)
{
	size_t depth = 0;

	if (s.n < 2 || s.p[0] != '(' || s.p[s.n - 1] != ')')
		return s;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\'' || s.p[i] == '"')
			return s;	/* strings may hold brackets */
		depth += s.p[i] == '(';
		depth -= s.p[i] == ')';
		if (!depth && i + 1 < s.n)
			return s;
	}
	return str_sub(s, 1, s.n - 1);
}

/* "word (a, b)" when there are some */
static void add_list(struct parts *p, enum side_role role, unsigned id,
    const char *word, struct strs list)
{
	if (list.n > 0)
		add_words(p, role, id, word, model_name_key(p->a, list));
}

/* A field in words of its own, "" for the word: the value alone. */
static void add_field(struct parts *p, enum field_id f, const char *word,
    const struct obj *o)
{
	struct str text = one_line(p->a, field_text(&model_fields[f], o, p->a));

	if (text.n && !*word)
		parts_add(p, ROLE_ATTR, f, text);
	else
		add_words(p, ROLE_ATTR, f, word, text);
}

static void head_of_table(struct parts *p, const struct table *t)
{
	static const char *const types[] = {
		[TABLE_VIRTUAL] = "virtual", [TABLE_SHADOW] = "shadow",
		[TABLE_PARTITIONED] = "partitioned",
		[TABLE_FOREIGN] = "foreign" };

	if (t->type != TABLE_ORDINARY)
		parts_add(p, ROLE_NOTE, F_TABLE_TYPE, str_z(types[t->type]));
	add_words(p, ROLE_NOTE, F_MODULE, "using", t->module);
	if (t->strict)
		parts_add(p, ROLE_NOTE, F_STRICT, STR("strict"));
	if (t->without_rowid)
		parts_add(p, ROLE_NOTE, F_WITHOUT_ROWID,
		    STR("without rowid"));
	if (t->o.schema.n == 0)
		return;
	add_flag(p, F_UNLOGGED, t->unlogged, "unlogged");
	add_words(p, ROLE_ATTR, F_PARTITION_KEY, "by", t->partition_key);
	add_list(p, ROLE_ATTR, F_INHERITS, t->partition_bound.n ?
	    "partition of" : "inherits", t->inherits);
	if (t->partition_bound.n)
		parts_add(p, ROLE_ATTR, F_PARTITION_BOUND, lower(p->a,
		    t->partition_bound));
	add_words(p, ROLE_ATTR, F_TABLE_METHOD, "using", t->method);
	add_words(p, ROLE_ATTR, F_TABLE_OPTIONS, "with", t->options);
	add_flag(p, F_ROW_SECURITY, t->row_security, "row level security");
	add_flag(p, F_FORCE_ROW_SECURITY, t->force_row_security, "forced");
	if (t->replica_identity)
		parts_add(p, ROLE_ATTR, F_REPLICA_IDENTITY, arena_printf(p->a,
		    "replica identity %s%.*s", t->replica_identity == 'f' ?
		    "full" : t->replica_identity == 'n' ? "nothing" :
		    "by ", STR_ARG(t->replica_index)));
}

static void head_of_sequence(struct parts *p, const struct sequence *s)
{
	const struct obj *o = &s->o;

	add_field(p, F_SEQUENCE_TYPE, "", o);
	add_field(p, F_SEQUENCE_START, "start", o);
	add_field(p, F_SEQUENCE_INCREMENT, "increment", o);
	add_field(p, F_SEQUENCE_MIN, "min", o);
	add_field(p, F_SEQUENCE_MAX, "max", o);
	add_field(p, F_SEQUENCE_CACHE, "cache", o);
	add_flag(p, F_SEQUENCE_CYCLE, s->opt.cycle, "cycle");
	add_field(p, F_SEQUENCE_OWNED, "owned by", o);
}

static void head_of_domain(struct parts *p, const struct domain *d)
{
	const struct obj *o = &d->o;

	add_field(p, F_DOMAIN_TYPE, "", o);
	add_flag(p, F_DOMAIN_NOTNULL, d->notnull, "not null");
	add_field(p, F_DOMAIN_DEFAULT, "default", o);
	add_field(p, F_DOMAIN_COLLATION, "collate", o);
}

static void head_of_role(struct parts *p, const struct role *r)
{
	add_flag(p, F_ROLE_DB, r->create_db, "createdb");
	add_flag(p, F_ROLE_ROLE, r->create_role, "createrole");
	add_flag(p, F_ROLE_INHERIT, r->inherit, "inherit");
}

static void head_kind(struct parts *p, const struct obj *o)
{
	const void *x = o;
	const char *word = obj_kind_name[o->kind];

	if (o->kind == OBJ_VIEW && ((const struct view *)x)->materialized)
		word = "materialized view";
	if (o->kind == OBJ_FUNCTION && ((const struct function *)x)->kind ==
	    'p')
		word = "procedure";
	if (o->kind == OBJ_FUNCTION && ((const struct function *)x)->kind ==
	    'a')
		word = "aggregate";
	parts_add(p, ROLE_NOTE, PART_PK, str_z(word));
}

void parts_of_head(struct parts *p, const struct obj *o)
{
	const void *x = o;

	/* what is in public goes without saying */
	parts_add(p, ROLE_NAME, PART_NAME, o->schema.n == 0 ||
	    str_is(o->schema, "public") ? o->name :
	    arena_printf(p->a, "%.*s.%.*s", STR_ARG(o->schema),
		STR_ARG(o->name)));
	if (o->kind == OBJ_TABLE) {
		head_of_table(p, x);
		return;
	}
	head_kind(p, o);
	if (o->kind == OBJ_VIEW) {
		add_field(p, F_VIEW_OPTIONS, "with", o);
	} else if (o->kind == OBJ_SEQUENCE) {
		head_of_sequence(p, x);
	} else if (o->kind == OBJ_DOMAIN) {
		head_of_domain(p, x);
	} else if (o->kind == OBJ_ROLE) {
		head_of_role(p, x);
	} else if (o->kind == OBJ_FUNCTION) {
		add_field(p, F_FUNCTION_RESULT, "returns", o);
		add_field(p, F_FUNCTION_LANGUAGE, "", o);
	}
}

static bool is_only(struct strs list, struct str name)
{
	return list.n == 1 && str_eq(list.v[0], name);
}

static bool is_unique(const struct table *t, struct str name)
{
	for (size_t i = 0; i < t->nuniques; i++)
		if (is_only(t->uniques[i]->cols, name))
			return true;
	for (size_t i = 0; i < t->nindexes; i++) {
		const struct index *x = t->indexes[i];

		if (x->unique && !x->invalid && x->origin == 'c' && x->where.n == 0 &&
		    x->nparts == 1 && str_eq(x->parts[0].column, name))
			return true;
	}
	return false;
}

/* Only what differs from the options that an identity has by itself. */
static void identity_options(struct parts *p, struct str text)
{
	static const char *const usual[] = { "start 1", "increment 1",
		"minvalue 1", "maxvalue 32767", "maxvalue 2147483647",
		"maxvalue 9223372036854775807", "cache 1", "no cycle" };
	struct sbuf b = SBUF_TEXT;

	for (size_t at = 0; at < text.n; ) {
		size_t end = str_find(text, STR(" "), at), i = 0;
		struct str one;

		if (!str_is(str_sub(text, at, end), "cycle"))
			end = str_find(text, STR(" "), end + 1);
		one = str_sub(text, at, end);
		while (i < sizeof(usual) / sizeof(*usual) &&
		    !str_is(one, usual[i]))
			i++;
		if (i == sizeof(usual) / sizeof(*usual)) {
			sbuf_addz(&b, b.n ? " " : "");
			sbuf_add(&b, one);
		}
		at = end + 1;
	}
	if (b.n)
		parts_add(p, ROLE_ATTR, F_IDENTITY_TEXT, sbuf_str(&b));
	sbuf_free(&b);
}

void parts_of_column(struct parts *p, const struct table *t,
    const struct column *c)
{
	bool pk = false;

	for (size_t i = 0; t->pk && i < t->pk->cols.n; i++)
		pk = pk || str_eq(t->pk->cols.v[i], c->o.name);
	parts_add(p, ROLE_NAME, PART_NAME, c->o.name);
	parts_add(p, ROLE_TYPE, F_TYPE, c->type);
	add_flag(p, PART_PK, pk, "pk");
	if (pk && t->pk->cols.n == 1) {
		add_flag(p, F_AUTOINCREMENT, t->pk->autoincrement,
		    "autoincrement");
		add_words(p, ROLE_ATTR, F_PK_CONFLICT, "on conflict",
		    lower(p->a, t->pk->conflict));
	}
	add_flag(p, F_NOTNULL, c->notnull, "not null");
	add_flag(p, PART_UNIQUE, is_unique(t, c->o.name), "unique");
	add_words(p, ROLE_ATTR, F_DEFAULT, "default", c->dflt);
	add_words(p, ROLE_ATTR, F_COLLATION, "collate", c->o.schema.n ?
	    c->collation : lower(p->a, c->collation));
	if (c->generated != GEN_NONE)
		parts_add(p, ROLE_ATTR, F_GEN_EXPR, arena_printf(p->a,
		    "as (%.*s) %s", STR_ARG(bare(c->gen_expr)),
		    c->generated == GEN_STORED ? "stored" : "virtual"));
	add_flag(p, F_HIDDEN, c->hidden, "hidden");
	if (c->identity != IDENTITY_NONE)
		parts_add(p, ROLE_ATTR, F_IDENTITY, c->identity ==
		    IDENTITY_ALWAYS ? STR("identity always") :
		    STR("identity by default"));
	identity_options(p, c->identity_text);
	add_words(p, ROLE_ATTR, F_STORAGE, "storage", c->storage);
	add_words(p, ROLE_ATTR, F_COMPRESSION, "compression", c->compression);
}

/* --- SQL text ------------------------------------------------------------ */

/* Offset after the last space at or before `at`. */
static size_t word_start(struct str s, size_t at)
{
	while (at > 0 && s.p[at - 1] != ' ')
		at--;
	return at;
}

static void add_sql(struct parts *p, unsigned id, struct str text)
{
	text = str_trim(text);
	if (text.n > 0)
		parts_add(p, ROLE_SQL, id, text);
}

/* What both have in front and behind, in whole words; long ones clipped. */
static void add_around(struct parts *p, unsigned field, struct str text,
    size_t before, size_t after)
{
	struct str lead = str_sub(text, 0, before);
	struct str tail = str_sub(text, text.n - after, text.n);

	if (lead.n > LEAD_MAX) {
		lead = str_sub(lead, word_start(lead, lead.n - LEAD_KEPT),
		    lead.n);
		lead = arena_printf(p->a, "… %.*s", STR_ARG(lead));
	}
	if (tail.n > LEAD_MAX) {
		size_t end = word_start(tail, LEAD_KEPT);

		tail = arena_printf(p->a, "%.*s …",
		    STR_ARG(str_trim(str_sub(tail, 0, end ? end :
			LEAD_KEPT))));
	}
	add_sql(p, PART_SQL_BEFORE, lead);
	add_sql(p, field, str_sub(text, before, text.n - after));
	add_sql(p, PART_SQL_AFTER, tail);
}

/* Bytes of whole words that two texts begin and end with. */
static void common_words(struct str x, struct str y, size_t *front,
    size_t *back)
{
	size_t least = x.n < y.n ? x.n : y.n, before = 0, after = 0;

	while (before < least && x.p[before] == y.p[before])
		before++;
	before = word_start(x, before);
	while (after < least - before &&
	    x.p[x.n - 1 - after] == y.p[y.n - 1 - after])
		after++;
	while (after > 0 && x.p[x.n - after] != ' ')
		after--;
	*front = before;
	*back = after;
}

static void add_both_sql(struct parts *left, struct parts *right,
    unsigned field, struct str x, struct str y)
{
	size_t before, after;

	if (str_eq(x, y)) {
		add_sql(left, field, x);
		add_sql(right, field, y);
		return;
	}
	common_words(x, y, &before, &after);
	add_around(left, field, x, before, after);
	add_around(right, field, y, before, after);
}

static void add_line(struct parts *p, struct str text, size_t before,
    size_t after)
{
	struct str at[3] = { str_sub(text, 0, before),
		str_sub(text, before, text.n - after),
		str_sub(text, text.n - after, text.n) };
	static const unsigned ids[3] = { PART_SQL_BEFORE, PART_LINE,
		PART_SQL_AFTER };

	for (size_t i = 0; i < 3; i++) {
		struct str bare = str_trim(at[i]);

		if (!bare.n)
			continue;
		/* the indent stays, space between parts is theirs to give */
		parts_add(p, ROLE_SQL, ids[i], p->n ? bare :
		    str_sub(text, 0, (size_t)(bare.p + bare.n - text.p)));
		p->v[p->n - 1].changed = i == 1;
	}
}

bool parts_of_lines(struct parts *left, struct parts *right, struct str x,
    struct str y)
{
	size_t before, after, least = x.n < y.n ? x.n : y.n;
	size_t most = x.n > y.n ? x.n : y.n;

	common_words(x, y, &before, &after);
	if (!least || (before + after) * 2 < most)
		return false;
	add_line(left, x, before, after);
	add_line(right, y, before, after);
	return true;
}

/* --- all that is no column ------------------------------------------------ */

static struct str in_brackets(struct arena *a, struct strs cols)
{
	return model_name_key(a, cols);
}

static void add_key(struct parts *p, const struct key *k, bool primary)
{
	struct str cols = in_brackets(p->a, k->cols);

	if (k->label.n > 0)
		parts_add(p, ROLE_NAME, PART_NAME, k->label);
	parts_add(p, k->label.n ? ROLE_ATTR : ROLE_NAME,
	    primary ? F_PK_COLS : F_UNIQUE_COLS, cols);
	add_words(p, ROLE_ATTR, primary ? F_PK_CONFLICT : F_UNIQUE_CONFLICT,
	    "on conflict", lower(p->a, k->conflict));
	add_list(p, ROLE_ATTR, primary ? F_PK_INCLUDE : F_UNIQUE_INCLUDE,
	    "include", k->include);
	add_flag(p, F_UNIQUE_NULLS, k->nulls_not_distinct,
	    "nulls not distinct");
	add_flag(p, primary ? F_PK_DEFERRABLE : F_UNIQUE_DEFERRABLE,
	    k->deferrable, "deferrable");
	add_flag(p, primary ? F_PK_DEFERRED : F_UNIQUE_DEFERRED,
	    k->initially_deferred, "initially deferred");
}

/* "deck_id → decks.id", "(a, b) → decks (x, y)" */
static struct str fk_text(struct arena *a, const struct fk *f)
{
	struct str from = in_brackets(a, f->cols);
	struct str to = in_brackets(a, f->ref_cols);

	if (f->cols.n == 1 && f->ref_cols.n == 1)
		return arena_printf(a, "%.*s → %.*s.%.*s",
		    STR_ARG(f->cols.v[0]), STR_ARG(f->ref_table),
		    STR_ARG(f->ref_cols.v[0]));
	return arena_printf(a, "%.*s → %.*s %.*s", STR_ARG(from),
	    STR_ARG(f->ref_table), STR_ARG(to));
}

static struct str action(struct arena *a, struct str word)
{
	return str_is(word, "NO ACTION") ? STR("") : lower(a, word);
}

static void add_fk(struct parts *p, const struct fk *f)
{
	struct str text = fk_text(p->a, f);

	if (f->ref_schema.n > 0 && !str_eq(f->ref_schema, f->o.schema))
		text = arena_printf(p->a, "%.*s (schema %.*s)",
		    STR_ARG(text), STR_ARG(f->ref_schema));
	parts_add(p, ROLE_NAME, PART_NAME, text);
	add_words(p, ROLE_ATTR, F_ON_DELETE, "on delete",
	    action(p->a, f->on_delete));
	add_words(p, ROLE_ATTR, F_ON_UPDATE, "on update",
	    action(p->a, f->on_update));
	if (!str_is(f->match, "NONE"))
		add_words(p, ROLE_ATTR, F_MATCH, "match",
		    lower(p->a, f->match));
	add_flag(p, F_DEFERRABLE, f->deferrable, "deferrable");
	add_flag(p, F_INITIALLY_DEFERRED, f->initially_deferred,
	    "initially deferred");
	add_list(p, ROLE_ATTR, F_FK_SET_COLS, "sets", f->set_cols);
	add_flag(p, F_FK_NOT_VALID, f->not_valid, "not valid");
	add_words(p, ROLE_NOTE, F_FK_LABEL, "constraint", f->label);
}

static void add_index(struct parts *p, const struct index *x)
{
	parts_add(p, ROLE_NAME, PART_NAME, x->o.name);
	parts_add(p, ROLE_ATTR, F_PARTS, arena_printf(p->a, "(%.*s)",
	    STR_ARG(x->parts_text)));
	add_flag(p, F_UNIQUE, x->unique, "unique");
	if (x->method.n && !str_is(x->method, "btree"))
		add_words(p, ROLE_ATTR, F_INDEX_METHOD, "using", x->method);
	add_list(p, ROLE_ATTR, F_INDEX_INCLUDE, "include", x->include);
	add_flag(p, F_INDEX_NULLS, x->nulls_not_distinct,
	    "nulls not distinct");
	add_words(p, ROLE_ATTR, F_INDEX_OPTIONS, "with", x->options);
	add_words(p, ROLE_ATTR, F_WHERE, "where", x->o.schema.n ?
	    bare(x->where) : x->where);
	if (x->invalid)
		parts_add(p, ROLE_ATTR, PART_INVALID, STR("INVALID"));
}

static void add_policy(struct parts *p, const struct policy *x)
{
	const struct obj *o = &x->o;

	parts_add(p, ROLE_NAME, PART_NAME, o->name);
	add_flag(p, F_RESTRICTIVE, x->restrictive, "restrictive");
	add_words(p, ROLE_ATTR, F_POLICY_COMMAND, "for",
	    lower(p->a, x->command));
	if (x->roles.n != 1 || !str_is(x->roles.v[0], "public"))
		add_field(p, F_POLICY_ROLES, "to", o);
	add_field(p, F_POLICY_USING, "using", o);
	add_field(p, F_POLICY_CHECK, "with check", o);
}

static void add_trigger(struct parts *p, const struct trigger *t)
{
	parts_add(p, ROLE_NAME, PART_NAME, t->o.name);
	if (t->enabled && t->enabled != 'O')
		parts_add(p, ROLE_ATTR, F_TRIGGER_ENABLED,
		    t->enabled == 'D' ? STR("disabled") :
		    t->enabled == 'R' ? STR("on replicas only") :
		    STR("always"));
}

static void add_object(struct parts *p, const struct obj *o)
{
	const void *x = o;

	switch (o->kind) {
	case OBJ_PK:
	case OBJ_UNIQUE:
		add_key(p, x, o->kind == OBJ_PK);
		break;
	case OBJ_CHECK:
		if (((const struct check *)x)->label.n > 0)
			parts_add(p, ROLE_NAME, PART_NAME,
			    ((const struct check *)x)->label);
		add_flag(p, F_CHECK_NOT_VALID,
		    ((const struct check *)x)->not_valid, "not valid");
		add_flag(p, F_CHECK_NO_INHERIT,
		    ((const struct check *)x)->no_inherit, "no inherit");
		break;
	case OBJ_FK:
		add_fk(p, x);
		break;
	case OBJ_INDEX:
		add_index(p, x);
		break;
	case OBJ_TRIGGER:
		add_trigger(p, x);
		break;
	case OBJ_POLICY:
		add_policy(p, x);
		break;
	case OBJ_EXCLUDE:
	case OBJ_STATISTICS:
	case OBJ_RULE:
		parts_add(p, ROLE_NAME, PART_NAME, o->name);
		break;
	case OBJ_SCHEMA:	/* their head line has the name */
	case OBJ_ROLE:
	case OBJ_EXTENSION:
	case OBJ_ENUM:
	case OBJ_DOMAIN:
	case OBJ_COMPOSITE:
	case OBJ_RANGE:
	case OBJ_FUNCTION:
	case OBJ_SEQUENCE:
	case OBJ_VIEW:
	case OBJ_TABLE:
	case OBJ_COLUMN:
	case OBJ_KIND_N:
		break;
	}
}

static const struct field_def *sql_field(enum obj_kind kind)
{
	static const enum field_id fields[OBJ_KIND_N] = {
		[OBJ_CHECK] = F_CHECK_EXPR,
		[OBJ_TRIGGER] = F_TRIGGER_SQL,
		[OBJ_VIEW] = F_VIEW_SQL,
		[OBJ_EXCLUDE] = F_EXCLUDE_DEF,
		[OBJ_STATISTICS] = F_STATISTICS_SQL,
		[OBJ_RULE] = F_RULE_SQL,
		[OBJ_RANGE] = F_RANGE_SQL,
		[OBJ_FUNCTION] = F_FUNCTION_SQL,
	};

	return fields[kind] ? &model_fields[fields[kind]] : NULL;
}

static struct str sql_of(const struct field_def *f, const struct obj *o,
    struct arena *a)
{
	struct str s = field_text(f, o, a);

	if (o->schema.n == 0)
		return s;
	return one_line(a, f->id == F_CHECK_EXPR ? bare(s) : s);
}

void parts_of_objects(struct parts *left, struct parts *right,
    const struct obj *from, const struct obj *to, bool full)
{
	const struct field_def *f = sql_field((from ? from : to)->kind);
	struct str x = STR(""), y = STR("");

	if (from)
		add_object(left, from);
	if (to)
		add_object(right, to);
	/* a check is nothing without its text */
	if (f && (full || f->kind == OBJ_CHECK || f->kind == OBJ_VIEW)) {
		x = from ? sql_of(f, from, left->a) : x;
		y = to ? sql_of(f, to, right->a) : y;
		if (from && to) {
			add_both_sql(left, right, (unsigned)f->id, x, y);
		} else {
			add_sql(left, (unsigned)f->id, x);
			add_sql(right, (unsigned)f->id, y);
		}
	}
	parts_compare(left, right);
}

static bool flag_one(struct side_part *x, const struct parts *other)
{
	x->changed = true;
	for (size_t i = 0; i < other->n; i++)
		if (other->v[i].id == x->id &&
		    str_eq(other->v[i].text, x->text))
			x->changed = false;
	return x->changed;
}

bool parts_compare(struct parts *left, struct parts *right)
{
	bool changed = false;

	for (size_t i = 0; i < left->n; i++)
		changed = flag_one(&left->v[i], right) || changed;
	for (size_t i = 0; i < right->n; i++)
		changed = flag_one(&right->v[i], left) || changed;
	return changed;
}

struct str parts_heading(enum obj_kind kind)
{
	static const char *const words[OBJ_KIND_N] = {
		[OBJ_PK] = "primary key",
		[OBJ_UNIQUE] = "unique",
		[OBJ_CHECK] = "check",
		[OBJ_FK] = "FK",
		[OBJ_INDEX] = "index",
		[OBJ_TRIGGER] = "trigger",
		[OBJ_EXCLUDE] = "exclude",
		[OBJ_STATISTICS] = "statistics",
		[OBJ_RULE] = "rule",
		[OBJ_POLICY] = "policy",
	};

	return words[kind] ? str_z(words[kind]) : STR("");
}
