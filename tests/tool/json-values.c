/*
 * json-values.c: 10,000 values and how JSON.stringify must write them: a line
 * each, what it is (n and the bits of a double, s and UTF-8 in hexadecimal, o
 * and keys in the order in which they were set) and, behind a tab, our text.
 * The values depend on nothing but their number.
 */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "ts/builtins.h"

#define VALUES 10000
#define KEYS 6

static uint64_t next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Numbers of all sizes, whole ones, short decimals, halves of the last place. */
static struct ts_value number(uint64_t *seed)
{
	uint64_t bits = next(seed);
	double v;

	switch (next(seed) % 5) {
	case 0:
		v = (double)(int64_t)(bits >> (bits % 64));
		break;
	case 1:
		v = (double)(int64_t)(bits % 2000000) / 1000 - 1000;
		break;
	case 2:
		v = (double)(bits % 1000) * 1e-9;
		break;
	case 3:
		v = 1e20 + (double)(bits % 9) * 2e20;
		break;
	default:
		memcpy(&v, &bits, sizeof(v));
	}
	memcpy(&bits, &v, sizeof(bits));
	printf("n%016llx", (unsigned long long)bits);
	return ts_number(v);
}

static struct str text(struct arena *a, uint64_t *seed)
{
	static const uint32_t odd[] = { 0, 7, 8, 9, 10, 12, 13, 27, 31, '"',
		'\\', '/', 127, 0x80, 0x9f, 0xe9, 0x2028, 0x2029, 0xfeff,
		0xfffd, 0xffff, 0x1f600, 0x10ffff, '<', '\'' };
	struct sbuf b = SBUF_TEXT;
	struct str s;

	for (uint64_t n = next(seed) % 12; n > 0; n--)
		utf8_put(&b, next(seed) % 2 ? (uint32_t)(' ' + next(seed) %
		    90) : odd[next(seed) % (sizeof(odd) / sizeof(*odd))]);
	s = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return s;
}

static void hex(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		printf("%02x", (unsigned char)s.p[i]);
}

/* Keys like integers among others, some twice. */
static struct ts_value object(struct ts_run *r, uint64_t *seed)
{
	static const char *const keys[] = { "b", "10", "9", "a", "01", "-1",
		"1.5", "4294967294", "4294967295", "0", "id", "" };
	struct ts_object *o = ts_object_new(r);

	printf("o");
	for (int i = 0; i < KEYS; i++) {
		struct str key = str_z(keys[next(seed) % 12]);

		printf("%s", i ? "," : "");
		hex(key);
		ts_put(r, o, key, ts_number(i));
	}
	return ts_ref(o);
}

int main(void)
{
	const struct ts_host host = { 0 };
	struct arena *a = arena_new();
	uint64_t seed = 88172645463325252u;
	struct err e = ERR_INIT;
	struct ts_run *r;

	if (ts_run_new(&host, 1000, a, &r, &e))
		return 1;
	for (int i = 0; i < VALUES; i++) {
		struct ts_value v;
		struct str s;
		bool defined;

		if (i % 10 < 5) {
			v = number(&seed);
		} else if (i % 10 < 8) {
			v = ts_text(text(a, &seed));
			printf("s");
			hex(v.text);
		} else {
			v = object(r, &seed);
		}
		if (ts_json_text(r, v, 0, &s, &defined))
			return 1;
		printf("\t%.*s\n", STR_ARG(s));
	}
	arena_free(a);
	return 0;
}
