#ifndef WEIR_BASE_ARENA_H
#define WEIR_BASE_ARENA_H
/*
 * arena: memory with one lifetime.
 *
 * Everything allocated from an arena is freed together by arena_free() or
 * arena_reset().  Allocation never fails: out of memory ends the process
 * (oom_die).  malloc() is called in base/ only.  Blocks grow from 4 KiB; a
 * request larger than a block gets its own.  Not shared between threads: hand
 * a finished arena over by pointer.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a);	/* NULL is fine */
void arena_reset(struct arena *a);	/* keeps one block */
size_t arena_bytes(const struct arena *a);	/* held from the system */

void *arena_alloc(struct arena *a, size_t n);	/* zeroed, max-aligned */
void *arena_copy(struct arena *a, const void *p, size_t n);
#define arena_new_of(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_array(a, type, n) ((type *)arena_alloc_n((a), (n), sizeof(type)))
void *arena_alloc_n(struct arena *a, size_t n, size_t size);
/* The newest allocation made longer where it stands; false: it cannot be. */
bool arena_extend(struct arena *a, void *p, size_t n, size_t more);

/* Copies end with a NUL that is not counted in the length. */
struct str arena_str(struct arena *a, struct str s);
char *arena_z(struct arena *a, struct str s);
struct str arena_printf(struct arena *a, const char *fmt, ...) PRINTF(2, 3);

/* For long-lived handles (x_open/x_close pairs) of any module. */
void *xalloc(size_t n);			/* zeroed; never NULL */
void *xrealloc(void *p, size_t n);	/* never NULL */
char *xstrdup(const char *s);
void xfree(void *p);

#endif
