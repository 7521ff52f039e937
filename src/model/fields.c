/*
 * fields.c: what each kind of object holds, as data.
 *
 * An empty value (no text, false, 0) is never written, so that a field which
 * is added to fields.def later leaves the hash of older schemas as it was.
 */
#include <inttypes.h>
#include <string.h>

#include "model/internal.h"

static const bool alone[OBJ_KIND_N] = {
	[OBJ_SCHEMA] = true, [OBJ_ROLE] = true, [OBJ_EXTENSION] = true,
	[OBJ_ENUM] = true, [OBJ_DOMAIN] = true, [OBJ_COMPOSITE] = true,
	[OBJ_RANGE] = true, [OBJ_FUNCTION] = true, [OBJ_SEQUENCE] = true,
	[OBJ_TABLE] = true, [OBJ_VIEW] = true,
};

bool obj_stands_alone(enum obj_kind kind)
{
	return alone[kind];
}

static const char *const table_type_names[] = {
	[TABLE_ORDINARY] = "ordinary",
	[TABLE_VIRTUAL] = "virtual",
	[TABLE_SHADOW] = "shadow",
	[TABLE_PARTITIONED] = "partitioned",
	[TABLE_FOREIGN] = "foreign",
	NULL,
};

static const char *const identity_names[] = {
	[IDENTITY_NONE] = "no",
	[IDENTITY_ALWAYS] = "always",
	[IDENTITY_BY_DEFAULT] = "by default",
	NULL,
};

static const char *const generated_names[] = {
	[GEN_NONE] = "no",
	[GEN_VIRTUAL] = "virtual",
	[GEN_STORED] = "stored",
	NULL,
};

const struct field_def model_fields[FIELD_N] = {
#define FIELD(kind_, id_, word_, type_, st, member, names_) \
	[F_##id_] = { .kind = (kind_), .id = F_##id_, .word = (word_), \
	    .type = (type_), .offset = offsetof(st, member), \
	    .names = (names_) },
#include "model/fields.def"
};

const enum field_id model_field_first[OBJ_KIND_N] = {
	[OBJ_TABLE] = F_TABLE_TYPE,
	[OBJ_COLUMN] = F_POSITION,
	[OBJ_PK] = F_PK_COLS,
	[OBJ_UNIQUE] = F_UNIQUE_COLS,
	[OBJ_CHECK] = F_CHECK_EXPR,
	[OBJ_FK] = F_FK_LABEL,
	[OBJ_INDEX] = F_INDEX_METHOD,
	[OBJ_VIEW] = F_MATERIALIZED,
	[OBJ_TRIGGER] = F_TRIGGER_SQL,
	[OBJ_EXCLUDE] = F_EXCLUDE_DEF,
	[OBJ_RULE] = F_RULE_SQL,
	[OBJ_POLICY] = F_RESTRICTIVE,
	[OBJ_STATISTICS] = F_STATISTICS_SQL,
	[OBJ_ENUM] = F_ENUM_VALUES,
	[OBJ_DOMAIN] = F_DOMAIN_TYPE,
	[OBJ_COMPOSITE] = F_COMPOSITE_ATTRS,
	[OBJ_RANGE] = F_RANGE_SQL,
	[OBJ_SEQUENCE] = F_SEQUENCE_TYPE,
	[OBJ_FUNCTION] = F_FUNCTION_KIND,
	[OBJ_ROLE] = F_ROLE_DB,
};

#define EXTRA(kind_, word_, type_, st, member) \
	{ .kind = (kind_), .id = FIELD_N, .word = (word_), .type = (type_), \
	    .offset = offsetof(st, member) }
const struct field_def model_extras[] = {
	EXTRA(OBJ_TABLE, "sql", FIELD_STR, struct table, sql),
	EXTRA(OBJ_COLUMN, "key position", FIELD_INT, struct column, pk_pos),
	EXTRA(OBJ_PK, "label", FIELD_STR, struct key, label),
	EXTRA(OBJ_UNIQUE, "label", FIELD_STR, struct key, label),
	EXTRA(OBJ_CHECK, "label", FIELD_STR, struct check, label),
	EXTRA(OBJ_CHECK, "column", FIELD_STR, struct check, column),
	EXTRA(OBJ_INDEX, "sql", FIELD_STR, struct index, sql),
	EXTRA(OBJ_VIEW, "columns", FIELD_STRS, struct view, cols),
	EXTRA(OBJ_VIEW, "column types", FIELD_STRS, struct view, types),
	EXTRA(OBJ_VIEW, "needs", FIELD_STRS, struct view, needs),
	EXTRA(OBJ_VIEW, "unpopulated", FIELD_BOOL, struct view, unpopulated),
	EXTRA(OBJ_COLUMN, "sequence", FIELD_STR, struct column, sequence),
	EXTRA(OBJ_COLUMN, "inherited", FIELD_BOOL, struct column, inherited),
	EXTRA(OBJ_COLUMN, "type schema", FIELD_STR, struct column, type_schema),
	EXTRA(OBJ_COLUMN, "type name", FIELD_STR, struct column, type_name),
	EXTRA(OBJ_PK, "inherited", FIELD_BOOL, struct key, inherited),
	EXTRA(OBJ_UNIQUE, "inherited", FIELD_BOOL, struct key, inherited),
	EXTRA(OBJ_EXCLUDE, "inherited", FIELD_BOOL, struct exclude, inherited),
	EXTRA(OBJ_CHECK, "inherited", FIELD_BOOL, struct check, inherited),
	EXTRA(OBJ_FK, "inherited", FIELD_BOOL, struct fk, inherited),
	EXTRA(OBJ_INDEX, "invalid", FIELD_BOOL, struct index, invalid),
	EXTRA(OBJ_INDEX, "inherited", FIELD_BOOL, struct index, inherited),
	EXTRA(OBJ_SEQUENCE, "serial", FIELD_BOOL, struct sequence, serial),
	EXTRA(OBJ_FUNCTION, "function", FIELD_STR, struct function, name),
	EXTRA(OBJ_FUNCTION, "arguments", FIELD_STR, struct function, args),
	EXTRA(OBJ_EXTENSION, "version", FIELD_STR, struct extension, version),
	EXTRA(OBJ_TRIGGER, "before update", FIELD_BOOL, struct trigger,
	    before_update),
	EXTRA(OBJ_TRIGGER, "update of", FIELD_STRS, struct trigger, update_of),
	EXTRA(OBJ_ROLE, "login", FIELD_BOOL, struct role, login),
	EXTRA(OBJ_ROLE, "superuser", FIELD_BOOL, struct role, superuser),
	EXTRA(OBJ_ROLE, "replication", FIELD_BOOL, struct role, replication),
	EXTRA(OBJ_ROLE, "bypass rls", FIELD_BOOL, struct role, bypass_rls),
	EXTRA(OBJ_ROLE, "member of", FIELD_STRS, struct role, member_of),
};
const size_t model_nextras = sizeof(model_extras) / sizeof(*model_extras);

const char *const obj_kind_name[OBJ_KIND_N] = {
	[OBJ_SCHEMA] = "schema",
	[OBJ_ROLE] = "role",
	[OBJ_EXTENSION] = "extension",
	[OBJ_ENUM] = "enum",
	[OBJ_DOMAIN] = "domain",
	[OBJ_COMPOSITE] = "composite type",
	[OBJ_RANGE] = "range type",
	[OBJ_FUNCTION] = "function",
	[OBJ_SEQUENCE] = "sequence",
	[OBJ_TABLE] = "table",
	[OBJ_COLUMN] = "column",
	[OBJ_PK] = "primary key",
	[OBJ_UNIQUE] = "unique constraint",
	[OBJ_CHECK] = "check",
	[OBJ_EXCLUDE] = "exclusion constraint",
	[OBJ_FK] = "foreign key",
	[OBJ_INDEX] = "index",
	[OBJ_STATISTICS] = "statistics",
	[OBJ_VIEW] = "view",
	[OBJ_TRIGGER] = "trigger",
	[OBJ_RULE] = "rule",
	[OBJ_POLICY] = "policy",
};

const char *const obj_kind_word[OBJ_KIND_N] = {
	[OBJ_SCHEMA] = "schema",
	[OBJ_ROLE] = "role",
	[OBJ_EXTENSION] = "extension",
	[OBJ_ENUM] = "enum",
	[OBJ_DOMAIN] = "domain",
	[OBJ_COMPOSITE] = "composite",
	[OBJ_RANGE] = "range",
	[OBJ_FUNCTION] = "function",
	[OBJ_SEQUENCE] = "sequence",
	[OBJ_TABLE] = "table",
	[OBJ_COLUMN] = "column",
	[OBJ_PK] = "pk",
	[OBJ_UNIQUE] = "unique",
	[OBJ_CHECK] = "check",
	[OBJ_EXCLUDE] = "exclude",
	[OBJ_FK] = "fk",
	[OBJ_INDEX] = "index",
	[OBJ_STATISTICS] = "statistics",
	[OBJ_VIEW] = "view",
	[OBJ_TRIGGER] = "trigger",
	[OBJ_RULE] = "rule",
	[OBJ_POLICY] = "policy",
};

const size_t model_kind_size[OBJ_KIND_N] = {
	[OBJ_SCHEMA] = sizeof(struct obj),
	[OBJ_ROLE] = sizeof(struct role),
	[OBJ_EXTENSION] = sizeof(struct extension),
	[OBJ_ENUM] = sizeof(struct enum_type),
	[OBJ_DOMAIN] = sizeof(struct domain),
	[OBJ_COMPOSITE] = sizeof(struct composite),
	[OBJ_RANGE] = sizeof(struct def),
	[OBJ_FUNCTION] = sizeof(struct function),
	[OBJ_SEQUENCE] = sizeof(struct sequence),
	[OBJ_TABLE] = sizeof(struct table),
	[OBJ_COLUMN] = sizeof(struct column),
	[OBJ_PK] = sizeof(struct key),
	[OBJ_UNIQUE] = sizeof(struct key),
	[OBJ_CHECK] = sizeof(struct check),
	[OBJ_EXCLUDE] = sizeof(struct exclude),
	[OBJ_FK] = sizeof(struct fk),
	[OBJ_INDEX] = sizeof(struct index),
	[OBJ_STATISTICS] = sizeof(struct def),
	[OBJ_VIEW] = sizeof(struct view),
	[OBJ_TRIGGER] = sizeof(struct trigger),
	[OBJ_RULE] = sizeof(struct def),
	[OBJ_POLICY] = sizeof(struct policy),
};

const char *const model_dialect_word[DIALECT_N] = {
	[DIALECT_SQLITE] = "sqlite",
	[DIALECT_PG] = "postgresql",
};

_Static_assert(sizeof(enum table_type) == sizeof(int) &&
    sizeof(enum generated) == sizeof(int), "FIELD_ENUM is read as int");

int64_t field_number(const struct field_def *f, const struct obj *o)
{
	const void *p = field_at(f, o);
	int v;

	switch (f->type) {
	case FIELD_BOOL:
		return *(const bool *)p;
	case FIELD_CHAR:
		return *(const char *)p;
	case FIELD_I64:
		return *(const int64_t *)p;
	case FIELD_INT:
	case FIELD_ENUM:
		memcpy(&v, p, sizeof(v));
		return v;
	case FIELD_STR:
	case FIELD_STRS:
		break;
	}
	BUG("field %s is no number", f->word);
}

bool field_empty(const struct field_def *f, const struct obj *o)
{
	if (f->type == FIELD_STR)
		return ((const struct str *)field_at(f, o))->n == 0;
	if (f->type == FIELD_STRS)
		return ((const struct strs *)field_at(f, o))->n == 0;
	return field_number(f, o) == 0;
}

bool field_equal(const struct field_def *f, const struct obj *x,
    const struct obj *y)
{
	if (f->type == FIELD_STR)
		return str_eq(*(const struct str *)field_at(f, x),
		    *(const struct str *)field_at(f, y));
	if (f->type == FIELD_STRS)
		return strs_eq(*(const struct strs *)field_at(f, x),
		    *(const struct strs *)field_at(f, y));
	return field_number(f, x) == field_number(f, y);
}

static struct str joined(struct strs s, struct arena *a)
{
	struct sbuf b = SBUF_TEXT;
	struct str text;

	for (size_t i = 0; i < s.n; i++) {
		if (i > 0)
			sbuf_addz(&b, ", ");
		sbuf_add(&b, s.v[i]);
	}
	text = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return text;
}

struct str field_text(const struct field_def *f, const struct obj *o,
    struct arena *a)
{
	if (field_empty(f, o))
		return STR("");
	switch (f->type) {
	case FIELD_STR:
		return *(const struct str *)field_at(f, o);
	case FIELD_STRS:
		return joined(*(const struct strs *)field_at(f, o), a);
	case FIELD_BOOL:
		return STR("true");
	case FIELD_INT:
	case FIELD_I64:
		return arena_printf(a, "%" PRId64, field_number(f, o));
	case FIELD_CHAR:
		return arena_printf(a, "%c", (int)field_number(f, o));
	case FIELD_ENUM:
		return str_z(f->names[field_number(f, o)]);
	}
	return STR("");
}

struct str model_name_key(struct arena *a, struct strs cols)
{
	struct str list = joined(cols, a);

	return arena_printf(a, "(%.*s)", STR_ARG(list));
}

struct str model_name_fk(struct arena *a, struct strs cols, struct str parent,
    struct strs ref_cols)
{
	struct str from = joined(cols, a), to = joined(ref_cols, a);

	return arena_printf(a, "(%.*s) -> %.*s(%.*s)", STR_ARG(from),
	    STR_ARG(parent), STR_ARG(to));
}
