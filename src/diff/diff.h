#ifndef WEIR_DIFF_DIFF_H
#define WEIR_DIFF_DIFF_H
/*
 * diff: model × model → typed changes, in a fixed order.
 *
 * Rules.  D.1 objects match by kind, schema, table, name; a rename hint makes
 * two different names match.  D.2 a table that is only on one side is one
 * change; what hangs on it is not listed again.  D.3 fields are compared by
 * model_fields; a column's position alone counts only when the order of the
 * columns both sides have in common differs.  D.4 order: kind, schema, table,
 * name, bytewise; so the same two models always give the same text.
 * D.5 an automatic index (origin u, p) is no object of its own: its key is.
 * D.6 two primary keys of one table match whatever their names.  D.7 SQLite
 * folds ASCII letters: tables and columns whose names differ in case only are
 * renamed.  D.8 what differs only because a column or table it names was
 * renamed is no change (the rename is).  D.9 what stands alone (enums,
 * functions, sequences …) matches by kind, schema and name; only tables and
 * columns are ever renamed.
 *
 * Both models must outlive the list.  Does not know where a model came from.
 */
#include "model/model.h"

enum change_op { CHANGE_ADD, CHANGE_DROP, CHANGE_CHANGE, CHANGE_RENAME,
	CHANGE_OP_N };
extern const char *const change_op_word[CHANGE_OP_N];	/* "add" … */

struct change {
	enum change_op op;
	enum obj_kind kind;
	const struct obj *from, *to;	/* NULL on the side where it is not */
	uint64_t fields;		/* field_bit()s that differ (also on RENAME) */
};

struct change_list {
	const struct model *from, *to;
	const struct change *v;
	size_t n;
};

/* A field's bit among those of its kind. */
static inline uint64_t field_bit(enum field_id f)
{
	return UINT64_C(1) << (f - model_field_first[model_fields[f].kind]);
}
static inline bool change_has(const struct change *c, enum field_id f)
{
	return model_fields[f].kind == c->kind && (c->fields & field_bit(f));
}

/* A table or column that is known to have been renamed on the way. */
struct rename_hint {
	enum obj_kind kind;
	struct str table;	/* columns: the table's name on the TO side */
	struct str from, to;
};
struct rename_hints {
	const struct rename_hint *v;
	size_t n;
};

/* All differences; with managed_only unmanaged objects are left out. */
void diff_models(const struct model *from, const struct model *to,
    const struct rename_hints *hints, bool managed_only, struct arena *a,
    struct change_list *out);

/*
 * "users.bio", "users", "index users_email_unique", "unique users (a, b)":
 * for messages, sanitized; a renamed object by its old name.
 */
struct str change_object(const struct change *c, struct arena *a);
/* One line: "column users.bio dropped", "… type text -> integer"; sanitized. */
struct str change_sentence(const struct change *c, struct arena *a);

#endif
