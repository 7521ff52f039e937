/*
 * map.c: open addressing over an array of entries.
 *
 * Entries stand in insertion order; `slot` holds entry number + 1, or 0.
 * Entries are never removed.  The load stays below three quarters.
 */
#include "base/map.h"

#include "base/vec.h"

struct map {
	struct arena *a;
	VEC(struct map_entry) entries;
	uint32_t *slot;
	size_t nslots;		/* a power of two */
};

static uint64_t hash_of(struct str s)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
	/* the low bits pick the slot: let the high ones reach them */
	h ^= h >> 32;
	h *= 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

struct map *map_new(struct arena *a)
{
	struct map *m = arena_new_of(a, struct map);

	m->a = a;
	m->nslots = 16;
	m->slot = arena_array(a, uint32_t, m->nslots);
	return m;
}

/* The slot that holds the key, or the empty one where it belongs. */
static size_t slot_of(const struct map *m, struct str key)
{
	size_t i = (size_t)hash_of(key) & (m->nslots - 1);

	while (m->slot[i] && !str_eq(m->entries.v[m->slot[i] - 1].key, key))
		i = (i + 1) & (m->nslots - 1);
	return i;
}

static void grow(struct map *m)
{
	m->nslots *= 2;
	m->slot = arena_array(m->a, uint32_t, m->nslots);
	for (size_t i = 0; i < m->entries.n; i++)
		m->slot[slot_of(m, m->entries.v[i].key)] = (uint32_t)(i + 1);
}

void map_put(struct map *m, struct str key, void *value)
{
	size_t i = slot_of(m, key);

	if (m->slot[i]) {
		m->entries.v[m->slot[i] - 1].value = value;
		return;
	}
	if (m->entries.n >= UINT32_MAX - 1)
		oom_die();
	vec_push(m->a, &m->entries, (struct map_entry){ key, value });
	m->slot[i] = (uint32_t)m->entries.n;
	if (m->entries.n * 4 >= m->nslots * 3)
		grow(m);
}

static const struct map_entry *find(const struct map *m, struct str key)
{
	uint32_t at = m->slot[slot_of(m, key)];

	return at ? &m->entries.v[at - 1] : NULL;
}

void *map_get(const struct map *m, struct str key)
{
	const struct map_entry *e = find(m, key);

	return e ? e->value : NULL;
}

bool map_has(const struct map *m, struct str key)
{
	return find(m, key) != NULL;
}

size_t map_count(const struct map *m)
{
	return m->entries.n;
}

const struct map_entry *map_at(const struct map *m, size_t i)
{
	return &m->entries.v[i];
}
