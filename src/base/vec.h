#ifndef WEIR_BASE_VEC_H
#define WEIR_BASE_VEC_H
/*
 * vec: a typed growing array inside an arena.
 *
 *	VEC(struct str) names = { 0 };
 *	vec_push(a, &names, STR("users"));
 *	for (size_t i = 0; i < names.n; i++) use(names.v[i]);
 *
 * Growing leaves the old block in the arena (at most as much again).
 */
#include "base/arena.h"

#define VEC(type) struct { type *v; size_t n, cap; }

#define vec_push(a, vec, ...) \
	((vec)->n == (vec)->cap ? \
	    (void)((vec)->v = vec_grow((a), (vec)->v, (vec)->n, &(vec)->cap, \
		sizeof *(vec)->v)) : (void)0, \
	    (vec)->v[(vec)->n++] = (__VA_ARGS__))

void *vec_grow(struct arena *a, void *old, size_t n, size_t *cap, size_t size);

/* A finished list of strings: the form in which structs keep them. */
struct strs {
	const struct str *v;
	size_t n;
};

bool strs_eq(struct strs a, struct strs b);
bool strs_has(struct strs v, struct str s);
/* What is in `all` and not in `some`; x, then y: in their order. */
struct strs strs_without(struct strs all, struct strs some, struct arena *a);
struct strs strs_joined(struct strs x, struct strs y, struct arena *a);

#endif
