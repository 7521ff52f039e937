#ifndef WEIR_MODEL_INTERNAL_H
#define WEIR_MODEL_INTERNAL_H
/* What the files of model/ share: sizes and the members that are no fields. */
#include "model/model.h"

extern const size_t model_kind_size[OBJ_KIND_N];
extern const char *const model_dialect_word[DIALECT_N];

/*
 * Members that travel in JSON and copies but are neither hashed nor compared
 * (.id is FIELD_N): labels, stored texts.
 */
extern const struct field_def model_extras[];
extern const size_t model_nextras;

static inline const void *field_at(const struct field_def *f,
    const struct obj *o)
{
	return (const char *)o + f->offset;
}

/* BOOL, INT, CHAR and ENUM as one number. */
int64_t field_number(const struct field_def *f, const struct obj *o);
bool field_empty(const struct field_def *f, const struct obj *o);
int obj_cmp(const struct obj *x, const struct obj *y);

#endif
