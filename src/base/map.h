#ifndef WEIR_BASE_MAP_H
#define WEIR_BASE_MAP_H
/*
 * map: string keys to pointers, in an arena, iterated in insertion order.
 * Keys are borrowed: they must live as long as the map.
 */
#include "base/arena.h"

struct map;
struct map_entry {
	struct str key;
	void *value;
};

struct map *map_new(struct arena *a);
void map_put(struct map *m, struct str key, void *value);	/* replaces */
void *map_get(const struct map *m, struct str key);	/* NULL: none */
bool map_has(const struct map *m, struct str key);
size_t map_count(const struct map *m);
const struct map_entry *map_at(const struct map *m, size_t i);

#endif
