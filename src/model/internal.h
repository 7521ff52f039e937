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

/* The texts of an object, made once and shared by all models it is in. */
struct obj_text {
	const struct obj *of;	/* another's: this is a copy of that object */
	struct str line;	/* of the canonical text */
	struct str json;	/* compact, as of `managed`; "" = not written */
	bool managed;
};
static inline struct obj_text *obj_text(const struct obj *o)
{
	return o->text && o->text->of == o ? o->text : NULL;
}
/* Give o its texts in `a`, or those of `like`, the same object elsewhere. */
void obj_text_make(struct obj *o, const struct obj *like, struct arena *a);
/* qsort, for what mostly is in order already. */
void sort_again(void *base, size_t n, size_t size,
    int (*cmp)(const void *, const void *));

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
