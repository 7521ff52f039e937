/*
 * fuzz_undo.c: an undo store of any bytes: it is refused or read, whole, and
 * what is read has the checksum that it says; never a crash.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fuzz.h"
#include "op/undo/store.h"

static enum rc on_row(void *arg, const struct value *v, size_t n,
    struct err *e)
{
	int64_t *bytes = arg;

	(void)e;
	for (size_t i = 0; i < n; i++)
		if (v[i].kind == VALUE_TEXT || v[i].kind == VALUE_BLOB)
			for (size_t k = 0; k < v[i].s.n; k++)
				*bytes += v[i].s.p[k] != 0;
	return RC_OK;
}

static void read_store(const char *dir)
{
	struct arena *a = arena_new();
	const struct saved *v = NULL;
	struct store *s = NULL;
	struct err e = ERR_INIT;
	int64_t bytes = 0;
	size_t n = 0;

	if (!store_open(str_z(dir), &s, &e) && !store_list(s, a, &v, &n, &e))
		for (size_t i = 0; i < n && i < 20; i++)
			if (store_read(s, &v[i], on_row, &bytes, &e))
				break;
	store_close(s);
	arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char dir[] = "/tmp/weir-fuzz-XXXXXX", path[64];
	int fd;

	if (!mkdtemp(dir))
		abort();
	snprintf(path, sizeof(path), "%s/undo.db", dir);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, data, n) != (ssize_t)n)
		abort();
	close(fd);
	read_store(dir);
	unlink(path);
	rmdir(dir);
	return 0;
}
