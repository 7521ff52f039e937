#ifndef WEIR_TESTS_FUZZ_FOLDER_H
#define WEIR_TESTS_FUZZ_FOLDER_H
/*
 * folder: a folder for the targets whose subject reads files.  Made once, with
 * the process's number in its name, removed at its end; a crash leaves it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/vec.h"

#define FOLDER_FILES 8

static struct {
	char path[64];
	char file[FOLDER_FILES][96];
	size_t n;
} fuzz_folder;

static inline void fuzz_folder_end(void)
{
	for (size_t i = 0; i < fuzz_folder.n; i++)
		(void)!unlink(fuzz_folder.file[i]);
	(void)!rmdir(fuzz_folder.path);
}

static inline struct str fuzz_folder_path(void)
{
	if (!fuzz_folder.path[0]) {
		snprintf(fuzz_folder.path, sizeof(fuzz_folder.path),
		    "%s/weir-fuzz.XXXXXX",
		    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
		if (!mkdtemp(fuzz_folder.path))
			abort();
		atexit(fuzz_folder_end);
	}
	return str_z(fuzz_folder.path);
}

/* The file's path; it holds `text` afterwards. */
static inline struct str fuzz_folder_put(const char *name, struct str text)
{
	char path[96];
	size_t i;
	FILE *f;

	snprintf(path, sizeof(path), "%.*s/%.20s",
	    STR_ARG(fuzz_folder_path()), name);
	for (i = 0; i < fuzz_folder.n; i++)
		if (strcmp(fuzz_folder.file[i], path) == 0)
			break;
	if (i == FOLDER_FILES)
		abort();
	memcpy(fuzz_folder.file[i], path, sizeof(path));
	fuzz_folder.n = i == fuzz_folder.n ? i + 1 : fuzz_folder.n;
	f = fopen(path, "wb");
	if (!f || fwrite(text.p, 1, text.n, f) != text.n || fclose(f) != 0)
		abort();
	return str_z(fuzz_folder.file[i]);
}

#endif
