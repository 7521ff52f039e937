#define LIBPQ_PLAIN
#include "drv/pg/libpq.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>

#define LIBPQ_FILE "libpq.so.5"

struct libpq libpq;

static const struct {
	const char *name;
	size_t at;
} functions[] = {
#define LIBPQ(name) { #name, offsetof(struct libpq, name) },
#include "drv/pg/libpq.def"
#undef LIBPQ
};

/* Never closed: a thread may still be in it when the process ends. */
static void load(void)
{
	void *file = dlopen(LIBPQ_FILE, RTLD_NOW | RTLD_LOCAL);
	size_t n = sizeof(functions) / sizeof(functions[0]);

	for (size_t i = 0; file && i < n; i++)
		*(void **)((char *)&libpq + functions[i].at) =
		    dlsym(file, functions[i].name);
}

enum rc libpq_load(struct err *e)
{
	static pthread_once_t libpq_once = PTHREAD_ONCE_INIT;
	size_t n = sizeof(functions) / sizeof(functions[0]), found = 0;

	pthread_once(&libpq_once, load);
	for (size_t i = 0; i < n; i++)
		found += *(void **)((char *)&libpq + functions[i].at) != NULL;
	if (found == n)
		return RC_OK;
	err_set(e, RC_UNSUPPORTED, found ? LIBPQ_FILE " is too old for weir" :
	    "PostgreSQL's client library is not here: " LIBPQ_FILE);
	err_hint(e, "Debian, Ubuntu: apt install libpq5");
	return RC_UNSUPPORTED;
}
