/* vec.c: the growth step of VEC(), and lists of strings. */
#include "base/vec.h"

#include <string.h>

void *vec_grow(struct arena *a, void *old, size_t n, size_t *cap, size_t size)
{
	size_t more = *cap ? *cap * 2 : size > 16 ? 4 : 8, bytes;
	void *v;

	if (more < *cap || __builtin_mul_overflow(more, size, &bytes))
		oom_die();
	if (*cap && arena_extend(a, old, *cap * size, bytes)) {
		*cap = more;
		return old;
	}
	v = arena_alloc_n(a, more, size);
	if (n > 0)
		memcpy(v, old, n * size);
	*cap = more;
	return v;
}

bool strs_eq(struct strs a, struct strs b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (!str_eq(a.v[i], b.v[i]))
			return false;
	return true;
}

bool strs_has(struct strs v, struct str s)
{
	for (size_t i = 0; i < v.n; i++)
		if (str_eq(v.v[i], s))
			return true;
	return false;
}

struct strs strs_without(struct strs all, struct strs some, struct arena *a)
{
	VEC(struct str) v = { 0 };

	for (size_t i = 0; i < all.n; i++)
		if (!strs_has(some, all.v[i]))
			vec_push(a, &v, all.v[i]);
	return (struct strs){ v.v, v.n };
}

struct strs strs_joined(struct strs x, struct strs y, struct arena *a)
{
	struct str *v = arena_array(a, struct str, x.n + y.n);

	for (size_t i = 0; i < x.n + y.n; i++)
		v[i] = i < x.n ? x.v[i] : y.v[i - x.n];
	return (struct strs){ v, x.n + y.n };
}
