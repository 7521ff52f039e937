/*
 * standalone.c: a driver for fuzz targets without libFuzzer.
 *
 *	TARGET [-n MUTATIONS] FILE…
 *
 * Feeds each file, then MUTATIONS changed copies of it.  The changes depend
 * on the file and their number alone, so a failure happens again.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#define SIZE_MAX_INPUT 65536

static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* A few bytes set, cut out, or doubled; the new length. */
static size_t mutate(unsigned char *p, size_t n, uint32_t seed)
{
	static const unsigned char odd[] = { 0, 1, 0x1b, '"', '\'', '\\', '/',
		'*', '-', ';', '{', '[', '(', '\n', 0x7f, 0x80, 0xc3, 0xe2,
		0xed, 0xf0, 0xff };
	unsigned times = next(&seed) % 6 + 1;

	while (times-- > 0 && n > 0) {
		size_t at = next(&seed) % n, len = next(&seed) % 9;

		if (len > n - at)
			len = n - at;
		switch (next(&seed) % 4) {
		case 0:
			p[at] = odd[next(&seed) % sizeof(odd)];
			break;
		case 1:
			p[at] ^= (unsigned char)(1u << next(&seed) % 8);
			break;
		case 2:
			memmove(p + at, p + at + len, n - at - len);
			n -= len;
			break;
		default:
			if (n + len > SIZE_MAX_INPUT)
				break;
			memmove(p + at + len, p + at, n - at);
			n += len;
			break;
		}
	}
	return n;
}

static int feed(const char *path, unsigned mutations)
{
	static unsigned char seed[SIZE_MAX_INPUT], copy[SIZE_MAX_INPUT];
	FILE *f = fopen(path, "rb");
	size_t n;

	if (!f) {
		perror(path);
		return 1;
	}
	n = fread(seed, 1, sizeof(seed), f);
	fclose(f);
	LLVMFuzzerTestOneInput(seed, n);
	for (unsigned i = 1; i <= mutations; i++) {
		memcpy(copy, seed, n);
		LLVMFuzzerTestOneInput(copy, mutate(copy, n, i));
	}
	return 0;
}

int main(int argc, char **argv)
{
	unsigned mutations = 0;
	int first = 1;

	if (argc > 2 && strcmp(argv[1], "-n") == 0) {
		mutations = (unsigned)strtoul(argv[2], NULL, 10);
		first = 3;
	}
	for (int i = first; i < argc; i++)
		if (feed(argv[i], mutations) != 0)
			return 1;
	return 0;
}
