/* match: two ordered maps by key, two lists of strings by their order. */
#include "decl/internal.h"

#define FEW 12		/* fewer are found faster without a map */

static struct str key_at(struct decl_list l, size_t i)
{
	return *(const struct str *)(const void *)
	    ((const char *)l.v + i * l.size);
}

static size_t look(struct decl_list l, struct str key)
{
	for (size_t i = 0; i < l.n; i++)
		if (str_eq(key_at(l, i), key))
			return i;
	return DECL_NOWHERE;
}

/* Places as pointers into `base`, so that a map of pointers holds them. */
static struct map *index_of(struct arena *a, struct decl_list l, char *base)
{
	struct map *m = map_new(a);

	for (size_t i = 0; i < l.n; i++)
		map_put(m, key_at(l, i), base + i);
	return m;
}

struct decl_match decl_match(struct arena *a, struct decl_list left,
    struct decl_list right)
{
	struct decl_match m = { .ab = arena_array(a, size_t, left.n),
		.ba = arena_array(a, size_t, right.n) };
	char *base = arena_alloc(a, right.n + 1);
	struct map *map = NULL;

	for (size_t i = 0; i < right.n; i++)
		m.ba[i] = DECL_NOWHERE;
	for (size_t i = 0; i < left.n; i++) {
		struct str key = key_at(left, i);
		size_t at = DECL_NOWHERE;

		if (i < right.n && str_eq(key, key_at(right, i))) {
			at = i;
		} else if (right.n <= FEW) {
			at = look(right, key);
		} else {
			char *p;

			if (!map)
				map = index_of(a, right, base);
			p = map_get(map, key);
			if (p)
				at = (size_t)(p - base);
		}
		m.ab[i] = at;
		if (at == DECL_NOWHERE)
			m.deleted++;
		else
			m.ba[at] = i;
	}
	for (size_t i = 0; i < right.n; i++)
		m.added += m.ba[i] == DECL_NOWHERE;
	return m;
}

/* --- SequenceMatcher ----------------------------------------------------- */

struct span {
	size_t alo, ahi, blo, bhi;
};
struct aligner {
	struct strs left, right;
	size_t *first;		/* of left[i]: its first place in right, + 1 */
	size_t *next;		/* of right[j]: the next equal one, + 1 */
	size_t *run, *fresh;	/* lengths of runs that end at j, + 1 */
};

/* The longest run of equal strings; of equal ones the first in left. */
static size_t longest(struct aligner *g, const struct span *s, size_t *ai,
    size_t *bi)
{
	size_t best = 0;

	memset(g->run, 0, (g->right.n + 1) * sizeof(*g->run));
	for (size_t i = s->alo; i < s->ahi; i++) {
		size_t *swap = g->run;

		memset(g->fresh, 0, (g->right.n + 1) * sizeof(*g->fresh));
		for (size_t j = g->first[i]; j; j = g->next[j - 1]) {
			size_t k;

			if (j - 1 < s->blo)
				continue;
			if (j - 1 >= s->bhi)
				break;
			k = g->fresh[j] = g->run[j - 1] + 1;
			if (k > best) {
				best = k;
				*ai = i + 1 - k;
				*bi = j - k;
			}
		}
		g->run = g->fresh;
		g->fresh = swap;
	}
	return best;
}

static void chain(struct arena *a, struct aligner *g)
{
	char *base = arena_alloc(a, g->right.n + 1);
	struct map *m = map_new(a);

	for (size_t j = g->right.n; j-- > 0;) {
		char *p = map_get(m, g->right.v[j]);

		g->next[j] = p ? (size_t)(p - base) : 0;
		map_put(m, g->right.v[j], base + j + 1);
	}
	for (size_t i = 0; i < g->left.n; i++) {
		char *p = map_get(m, g->left.v[i]);

		g->first[i] = p ? (size_t)(p - base) : 0;
	}
}

void decl_align(struct arena *a, struct strs left, struct strs right,
    size_t *to)
{
	struct aligner g = { .left = left, .right = right,
		.first = arena_array(a, size_t, left.n + 1),
		.next = arena_array(a, size_t, right.n + 1),
		.run = arena_array(a, size_t, right.n + 1),
		.fresh = arena_array(a, size_t, right.n + 1) };
	VEC(struct span) todo = { 0 };

	chain(a, &g);
	for (size_t i = 0; i < left.n; i++)
		to[i] = DECL_NOWHERE;
	vec_push(a, &todo, (struct span){ 0, left.n, 0, right.n });
	while (todo.n) {
		struct span s = todo.v[--todo.n];
		size_t i = 0, j = 0, k = longest(&g, &s, &i, &j);

		if (!k)
			continue;
		for (size_t x = 0; x < k; x++)
			to[i + x] = j + x;
		if (s.alo < i && s.blo < j)
			vec_push(a, &todo, (struct span){ s.alo, i, s.blo, j });
		if (i + k < s.ahi && j + k < s.bhi)
			vec_push(a, &todo, (struct span){ i + k, s.ahi,
				j + k, s.bhi });
	}
}
