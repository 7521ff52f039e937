/*
 * ini.c: inih fed line by line, so that every entry knows its line.
 *
 * inih reads lines into a buffer of 200 bytes and would cut a longer one into
 * two entries: such a line is refused.  Leading blanks are taken off, which
 * also keeps its continuation lines (Python's form) out: they would repeat a
 * key that nobody wrote.
 */
#include "base/ini.h"

#include <ini.h>
#include <stdio.h>

#include "base/vec.h"

struct reader {
	struct str rest;
	int line;
	bool too_long;
	struct arena *a;
	VEC(struct ini_entry) entries;
};

static char *next_line(char *buf, int size, void *stream)
{
	struct reader *r = stream;
	struct str line;

	if (r->too_long || !str_line(&r->rest, &line))
		return NULL;
	r->line++;
	line = str_trim(line);
	if (line.n + 2 > (size_t)size) {
		r->too_long = true;
		return NULL;
	}
	if (line.n > 0)
		memcpy(buf, line.p, line.n);
	memcpy(buf + line.n, "\n", 2);
	return buf;
}

static int entry(void *user, const char *section, const char *key,
    const char *value)
{
	struct reader *r = user;

	vec_push(r->a, &r->entries, (struct ini_entry){
		.section = arena_str(r->a, str_z(section)),
		.key = arena_str(r->a, str_z(key)),
		.value = arena_str(r->a, str_z(value)),
		.line = r->line });
	return 1;
}

enum rc ini_read(struct str text, const char *name, struct arena *a,
    struct ini *out, struct err *e)
{
	struct reader r = { .rest = text, .a = a };
	const char *why = "not a [section], a key = value or a comment";
	char where[256];
	int bad;

	if (text.n > 0 && memchr(text.p, '\0', text.n))
		return err_at(e, RC_PARSE, name, "the file holds a NUL byte");
	bad = ini_parse_stream(next_line, &r, entry, &r);
	if (bad == -2)
		oom_die();
	if (bad == 0 && r.too_long) {
		bad = r.line;
		why = "the line is longer than 198 bytes";
	}
	if (bad != 0) {
		snprintf(where, sizeof(where), "%.200s:%d", name, bad);
		return err_at(e, RC_PARSE, where, "%s", why);
	}
	*out = (struct ini){ r.entries.v, r.entries.n };
	return RC_OK;
}
