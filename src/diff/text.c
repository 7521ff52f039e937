/* text.c: changes in words, for messages and summaries. */
#include "base/utf8.h"
#include "diff/internal.h"
#include "diff/side.h"

/* "users", "app.users" */
static void put_name(struct sbuf *b, struct str schema, struct str name)
{
	if (schema.n > 0) {
		sbuf_add(b, schema);
		sbuf_addc(b, '.');
	}
	sbuf_add(b, name);
}

static void put_object(struct sbuf *b, const struct obj *o)
{
	switch (o->kind) {
	case OBJ_ENUM:
	case OBJ_DOMAIN:
	case OBJ_COMPOSITE:
	case OBJ_RANGE:
	case OBJ_FUNCTION:
	case OBJ_SEQUENCE:
	case OBJ_TABLE:
	case OBJ_VIEW:
	case OBJ_INDEX:
	case OBJ_STATISTICS:
	case OBJ_TRIGGER:
		put_name(b, o->schema, o->name);
		break;
	case OBJ_SCHEMA:
	case OBJ_ROLE:
	case OBJ_EXTENSION:
		sbuf_add(b, o->name);
		break;
	case OBJ_COLUMN:
		put_name(b, o->schema, o->table);
		sbuf_addc(b, '.');
		sbuf_add(b, o->name);
		break;
	case OBJ_PK:
	case OBJ_UNIQUE:
	case OBJ_CHECK:
	case OBJ_EXCLUDE:
	case OBJ_FK:
	case OBJ_RULE:
	case OBJ_POLICY:
		put_name(b, o->schema, o->table);
		sbuf_addc(b, ' ');
		sbuf_add(b, o->name);
		break;
	case OBJ_KIND_N:
		break;
	}
}

static struct str clean_take(struct sbuf *b, struct arena *a)
{
	struct str text = utf8_clean(a, sbuf_str(b), UTF8_LINE);

	sbuf_free(b);
	return text;
}

struct str change_object(const struct change *c, struct arena *a)
{
	struct sbuf b = SBUF_TEXT;

	if (c->kind != OBJ_TABLE && c->kind != OBJ_COLUMN) {
		sbuf_addz(&b, obj_kind_name[c->kind]);
		sbuf_addc(&b, ' ');
	}
	put_object(&b, c->from ? c->from : c->to);
	return clean_take(&b, a);
}

/* Whole statements and expressions would drown a message. */
static bool is_long(enum field_id f)
{
	static const enum field_id texts[] = { F_VIEW_SQL, F_TRIGGER_SQL,
		F_CHECK_EXPR, F_FUNCTION_SQL, F_RULE_SQL, F_STATISTICS_SQL,
		F_RANGE_SQL, F_EXCLUDE_DEF };

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (texts[i] == f)
			return true;
	return false;
}

static void put_field_change(struct sbuf *b, const struct field_def *f,
    const struct change *c, struct arena *a)
{
	struct str from = field_text(f, c->from, a);
	struct str to = field_text(f, c->to, a);

	if (f->id == F_POSITION)
		sbuf_addz(b, "moved");
	else if (is_long(f->id))
		sbuf_addz(b, "definition changed");
	else if (f->type == FIELD_BOOL)
		sbuf_addf(b, "%s %s", to.n ? "now" : "no longer", f->word);
	else if (from.n == 0)
		sbuf_addf(b, "%s %.*s added", f->word, STR_ARG(to));
	else if (to.n == 0)
		sbuf_addf(b, "%s %.*s removed", f->word, STR_ARG(from));
	else
		sbuf_addf(b, "%s %.*s -> %.*s", f->word, STR_ARG(from),
		    STR_ARG(to));
}

struct str change_sentence(const struct change *c, struct arena *a)
{
	static const char *const done[CHANGE_OP_N] = {
		[CHANGE_ADD] = " added",
		[CHANGE_DROP] = " dropped",
		[CHANGE_CHANGE] = "",
		[CHANGE_RENAME] = " renamed to ",
	};
	struct sbuf b = SBUF_TEXT;
	const char *between = c->op == CHANGE_RENAME ? ", " : " ";

	sbuf_addz(&b, obj_kind_name[c->kind]);
	sbuf_addc(&b, ' ');
	put_object(&b, c->from ? c->from : c->to);
	sbuf_addz(&b, done[c->op]);
	if (c->op == CHANGE_RENAME)
		sbuf_add(&b, c->to->name);
	for (size_t i = 0; i < FIELD_N; i++) {
		if (!change_has(c, (enum field_id)i))
			continue;
		sbuf_addz(&b, between);
		put_field_change(&b, &model_fields[i], c, a);
		between = ", ";
	}
	return clean_take(&b, a);
}

/* --- counts ------------------------------------------------------------ */

static const char *const plurals[OBJ_KIND_N] = {
	[OBJ_SCHEMA] = "schemas",
	[OBJ_ROLE] = "roles",
	[OBJ_EXTENSION] = "extensions",
	[OBJ_ENUM] = "enums",
	[OBJ_DOMAIN] = "domains",
	[OBJ_COMPOSITE] = "composite types",
	[OBJ_RANGE] = "range types",
	[OBJ_FUNCTION] = "functions",
	[OBJ_SEQUENCE] = "sequences",
	[OBJ_TABLE] = "tables",
	[OBJ_COLUMN] = "columns",
	[OBJ_PK] = "primary keys",
	[OBJ_UNIQUE] = "unique constraints",
	[OBJ_CHECK] = "checks",
	[OBJ_EXCLUDE] = "exclusion constraints",
	[OBJ_FK] = "foreign keys",
	[OBJ_INDEX] = "indexes",
	[OBJ_STATISTICS] = "statistics",
	[OBJ_VIEW] = "views",
	[OBJ_TRIGGER] = "triggers",
	[OBJ_RULE] = "rules",
	[OBJ_POLICY] = "policies",
};

const char *kind_count_word(enum obj_kind kind, size_t n)
{
	return n == 1 ? obj_kind_name[kind] : plurals[kind];
}

void diff_print_stat(const struct change_list *c, struct sbuf *out)
{
	static const char *const done[CHANGE_OP_N] = {
		[CHANGE_ADD] = "added",
		[CHANGE_DROP] = "dropped",
		[CHANGE_CHANGE] = "changed",
		[CHANGE_RENAME] = "renamed",
	};
	size_t count[OBJ_KIND_N][CHANGE_OP_N] = { 0 };

	for (size_t i = 0; i < c->n; i++)
		count[c->v[i].kind][c->v[i].op]++;
	for (size_t k = 0; k < OBJ_KIND_N; k++) {
		bool first = true;

		for (size_t op = 0; op < CHANGE_OP_N; op++) {
			size_t n = count[k][op];

			if (n == 0)
				continue;
			if (!first)
				sbuf_addz(out, ", ");
			sbuf_add_count(out, (int64_t)n);
			sbuf_addc(out, ' ');
			if (first) {
				sbuf_addz(out,
				    kind_count_word((enum obj_kind)k, n));
				sbuf_addc(out, ' ');
			}
			sbuf_addz(out, done[op]);
			first = false;
		}
		if (!first)
			sbuf_addc(out, '\n');
	}
	if (c->n == 0)
		sbuf_addz(out, "no difference\n");
}
