/* arena, vec, map: memory with one lifetime and what grows in it. */
#include "unit.h"

#include <sys/wait.h>
#include <unistd.h>

#include "base/map.h"
#include "base/vec.h"

static void arena_gives_zeroed_aligned_memory(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t n = 0; n < 3000; n += 7) {
		unsigned char *p = arena_alloc(a, n);

		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, n);
	}
	arena_reset(a);
	/* a block that is used again is zeroed again */
	for (size_t n = 0; n < 300; n++)
		assert_int_equal(*(unsigned char *)arena_alloc(a, 1), 0);
	arena_free(a);
	arena_free(NULL);
}

static void arena_counts_and_gives_back(void **state)
{
	struct arena *a = arena_new();
	size_t empty = arena_bytes(a), big;
	void *small;

	(void)state;
	arena_alloc(a, 100);
	assert_in_range(arena_bytes(a) - empty, 4096, 8192);
	small = arena_alloc(a, 100);
	big = arena_bytes(a);
	memset(arena_alloc(a, 10 << 20), 1, 10 << 20);
	assert_true(arena_bytes(a) >= big + (10 << 20));
	/* a big request does not end the block that has room */
	assert_ptr_equal((char *)arena_alloc(a, 1) - (char *)small > 0 &&
	    (char *)arena_alloc(a, 1) - (char *)small < 4096 ? a : NULL, a);
	arena_reset(a);
	assert_true(arena_bytes(a) <= empty + (512 << 10));
	arena_free(a);
}

static void arena_copies_end_with_nul(void **state)
{
	struct arena *a = arena_new();
	struct str s = arena_str(a, STR("a\0b"));

	(void)state;
	assert_int_equal(s.n, 3);
	assert_memory_equal(s.p, "a\0b", 4);
	assert_string_equal(arena_z(a, STR_NONE), "");
	assert_str(arena_printf(a, "%s-%0400d", "x", 1).n == 402 ?
	    STR("ok") : STR("no"), "ok");
	assert_str(arena_printf(a, "%s", ""), "");
	assert_memory_equal(arena_copy(a, "xyz", 3), "xyz", 3);
	arena_free(a);
}

/* How a child ends that asks for too much. */
static int ask(size_t n, size_t size)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct arena *a = arena_new();

		close(STDERR_FILENO);
		arena_alloc_n(a, n, size);
		arena_free(a);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void arena_dies_of_sizes_that_overflow(void **state)
{
	(void)state;
	assert_int_equal(ask(SIZE_MAX / 2, 4), 1);
	assert_int_equal(ask(SIZE_MAX, 1), 1);
	assert_int_equal(ask(0, 8), 0);
}

static void vec_keeps_order_while_growing(void **state)
{
	struct arena *a = arena_new();
	VEC(size_t) v = { 0 };

	(void)state;
	for (size_t i = 0; i < 10000; i++)
		vec_push(a, &v, i * 3);
	assert_int_equal(v.n, 10000);
	for (size_t i = 0; i < v.n; i++)
		assert_int_equal(v.v[i], i * 3);
	arena_free(a);
}

static void strs_compare_in_order(void **state)
{
	struct str x[] = { STR("a"), STR("b") }, y[] = { STR("b"), STR("a") };

	(void)state;
	assert_true(strs_eq((struct strs){ x, 2 }, (struct strs){ x, 2 }));
	assert_false(strs_eq((struct strs){ x, 2 }, (struct strs){ y, 2 }));
	assert_false(strs_eq((struct strs){ x, 2 }, (struct strs){ x, 1 }));
	assert_true(strs_eq((struct strs){ NULL, 0 }, (struct strs){ x, 0 }));
}

static void map_keeps_insertion_order(void **state)
{
	struct arena *a = arena_new();
	struct map *m = map_new(a);
	int values[3];

	(void)state;
	assert_null(map_get(m, STR("a")));
	map_put(m, STR("b"), &values[0]);
	map_put(m, STR("a"), &values[1]);
	map_put(m, STR(""), NULL);
	map_put(m, STR("b"), &values[2]);
	assert_int_equal(map_count(m), 3);
	assert_ptr_equal(map_get(m, STR("b")), &values[2]);
	assert_true(map_has(m, STR("")));
	assert_true(map_has(m, STR_NONE));
	assert_null(map_get(m, STR("")));
	assert_false(map_has(m, STR("c")));
	assert_str(map_at(m, 0)->key, "b");
	assert_str(map_at(m, 1)->key, "a");
	arena_free(a);
}

static void map_holds_many_and_keys_with_nul(void **state)
{
	struct arena *a = arena_new();
	struct map *m = map_new(a);

	(void)state;
	for (size_t i = 0; i < 20000; i++)
		map_put(m, arena_printf(a, "key%c%zu", 0, i),
		    arena_printf(a, "%zu", i).p ? (void *)(uintptr_t)i : NULL);
	assert_int_equal(map_count(m), 20000);
	for (size_t i = 0; i < 20000; i++)
		assert_int_equal((uintptr_t)map_get(m,
		    arena_printf(a, "key%c%zu", 0, i)), i);
	arena_free(a);
}

UNIT_MAIN(cmocka_unit_test(arena_gives_zeroed_aligned_memory),
    cmocka_unit_test(arena_counts_and_gives_back),
    cmocka_unit_test(arena_copies_end_with_nul),
    cmocka_unit_test(arena_dies_of_sizes_that_overflow),
    cmocka_unit_test(vec_keeps_order_while_growing),
    cmocka_unit_test(strs_compare_in_order),
    cmocka_unit_test(map_keeps_insertion_order),
    cmocka_unit_test(map_holds_many_and_keys_with_nul))
