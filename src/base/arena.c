/*
 * arena.c: blocks in a list, the newest first; allocation moves a mark.
 *
 * Under AddressSanitizer unused space is poisoned and every allocation is
 * followed by a red zone, so an overrun inside an arena is found as it would
 * be with malloc.
 */
#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif

#ifdef WITH_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#define RED_ZONE ((size_t)16)
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#define RED_ZONE ((size_t)0)
#endif

#define ALIGN _Alignof(max_align_t)
#define BLOCK_MIN ((size_t)4 << 10)
#define BLOCK_MAX ((size_t)256 << 10)
#define REQUEST_MAX (SIZE_MAX / 4)

struct block {
	struct block *next;
	size_t size, used;	/* of the space after this header */
	_Alignas(max_align_t) unsigned char space[];
};

struct arena {
	struct block *head;	/* the block that is being filled */
	size_t next_size, held;
};

static struct block *block_new(struct arena *a, size_t size)
{
	struct block *b = malloc(sizeof(*b) + size);

	if (!b)
		oom_die();
	b->next = NULL;
	b->size = size;
	b->used = 0;
	POISON(b->space, size);
	a->held += sizeof(*b) + size;
	return b;
}

static void block_free(struct arena *a, struct block *b)
{
	UNPOISON(b->space, b->size);
	a->held -= sizeof(*b) + b->size;
	free(b);
}

struct arena *arena_new(void)
{
	struct arena *a = xalloc(sizeof(*a));

	a->held = sizeof(*a);
	a->next_size = BLOCK_MIN;
	return a;
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	for (struct block *b = a->head, *next; b; b = next) {
		next = b->next;
		block_free(a, b);
	}
	free(a);
}

void arena_reset(struct arena *a)
{
	struct block *kept = NULL;

	for (struct block *b = a->head, *next; b; b = next) {
		next = b->next;
		if (!kept && b->size <= BLOCK_MAX)
			kept = b;
		else
			block_free(a, b);
	}
	a->head = kept;
	if (kept) {
		kept->next = NULL;
		kept->used = 0;
		POISON(kept->space, kept->size);
	}
}

size_t arena_bytes(const struct arena *a)
{
	return a->held;
}

static struct block *room_for(struct arena *a, size_t n)
{
	struct block *b = a->head;

	if (b && b->size - b->used >= n)
		return b;
	if (n > a->next_size / 4) {
		/* its own block, behind the head that may still have room */
		b = block_new(a, n);
		if (a->head) {
			b->next = a->head->next;
			a->head->next = b;
		} else {
			a->head = b;
		}
		return b;
	}
	b = block_new(a, a->next_size);
	b->next = a->head;
	a->head = b;
	if (a->next_size < BLOCK_MAX)
		a->next_size *= 2;
	return b;
}

static size_t need_of(size_t n)
{
	return ((n ? n : 1) + RED_ZONE + ALIGN - 1) / ALIGN * ALIGN;
}

void *arena_alloc(struct arena *a, size_t n)
{
	struct block *b;
	size_t need;
	void *p;

	if (n > REQUEST_MAX)
		oom_die();
	need = need_of(n);
	b = room_for(a, need);
	p = b->space + b->used;
	b->used += need;
	UNPOISON(p, n);
	return memset(p, 0, n);
}

bool arena_extend(struct arena *a, void *p, size_t n, size_t more)
{
	struct block *b = a->head;
	size_t had = need_of(n), need = need_of(more);

	if (!b || more > REQUEST_MAX || b->used < had ||
	    (unsigned char *)p != b->space + b->used - had ||
	    b->size - b->used + had < need)
		return false;
	b->used += need - had;
	UNPOISON(p, more);
	memset((unsigned char *)p + n, 0, more - n);
	return true;
}

void *arena_alloc_n(struct arena *a, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total))
		oom_die();
	return arena_alloc(a, total);
}

void *arena_copy(struct arena *a, const void *p, size_t n)
{
	void *copy = arena_alloc(a, n);

	if (n > 0)
		memcpy(copy, p, n);
	return copy;
}

char *arena_z(struct arena *a, struct str s)
{
	char *copy;

	if (s.n >= REQUEST_MAX)
		oom_die();
	copy = arena_alloc(a, s.n + 1);
	if (s.n > 0)
		memcpy(copy, s.p, s.n);
	return copy;
}

struct str arena_str(struct arena *a, struct str s)
{
	return (struct str){ arena_z(a, s), s.n };
}

struct str arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		BUG("a format does not print");
	p = arena_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return (struct str){ p, (size_t)n };
}

void *xalloc(size_t n)
{
	void *p = calloc(1, n ? n : 1);

	if (!p)
		oom_die();
	return p;
}

void *xrealloc(void *p, size_t n)
{
	void *q = realloc(p, n ? n : 1);

	if (!q)
		oom_die();
	return q;
}

char *xstrdup(const char *s)
{
	size_t n = strlen(s) + 1;

	return memcpy(xalloc(n), s, n);
}

void xfree(void *p)
{
	free(p);
}
