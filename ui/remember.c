/*
 * remember: see remember.h.  The file is a heading and lines of
 * NAME tab TEXT, in which \\ \n \t \0 stand for what a line cannot hold.
 */
#include "ui/remember.h"

#include <stdio.h>

#include "base/fs.h"
#include "base/vec.h"

#define HEADING "weir studio 1"
#define FILE_MAX ((size_t)4 << 20)

struct text {
	struct str name, value;		/* xalloc'ed */
};
struct remember {
	char *path;			/* NULL: nowhere */
	struct text v[REMEMBER_TEXTS];	/* the last set last */
	size_t n;
	bool changed;
	char note[320];
};

static struct str own(struct str s)
{
	char *p = xalloc(s.n + 1);

	if (s.n)
		memcpy(p, s.p, s.n);
	return (struct str){ p, s.n };
}

static void drop(struct remember *r, size_t i)
{
	xfree((void *)(uintptr_t)r->v[i].name.p);
	xfree((void *)(uintptr_t)r->v[i].value.p);
	memmove(r->v + i, r->v + i + 1, (--r->n - i) * sizeof(*r->v));
}

/* r->n: it is not known. */
static size_t find(const struct remember *r, struct str name)
{
	size_t i = 0;

	while (i < r->n && !str_eq(r->v[i].name, name))
		i++;
	return i;
}

struct str remember_get(const struct remember *r, struct str name)
{
	size_t i = find(r, name);

	return i < r->n ? r->v[i].value : STR("");
}

void remember_set(struct remember *r, struct str name, struct str value)
{
	size_t i = find(r, name);
	struct text t;

	if (!name.n || name.n > REMEMBER_NAME || value.n > REMEMBER_VALUE)
		value = STR("");
	if (i < r->n && str_eq(r->v[i].value, value))
		return;
	if (!value.n && i == r->n)
		return;
	t = (struct text){ own(name), own(value) };	/* may be r's own */
	r->changed = true;
	if (i < r->n)
		drop(r, i);
	if (r->n == REMEMBER_TEXTS)
		drop(r, 0);
	r->v[r->n++] = t;
	if (!t.value.n)
		drop(r, r->n - 1);
}

/* ---- the file ---- */

static const struct {
	char c, letter;
} escapes[] = {
	{ '\\', '\\' }, { '\n', 'n' }, { '\t', 't' }, { '\0', '0' },
	{ '\r', 'r' },
};
#define ESCAPES (sizeof(escapes) / sizeof(escapes[0]))

static void escape(struct str s, struct sbuf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		size_t k = 0;

		while (k < ESCAPES && escapes[k].c != s.p[i])
			k++;
		if (k < ESCAPES)
			sbuf_addc(out, '\\');
		sbuf_addc(out, k < ESCAPES ? escapes[k].letter : s.p[i]);
	}
}

static bool unescape(struct str s, struct sbuf *out)
{
	sbuf_reset(out);
	for (size_t i = 0; i < s.n; i++) {
		size_t k = 0;

		if (s.p[i] != '\\') {
			sbuf_addc(out, s.p[i]);
			continue;
		}
		i++;
		while (i < s.n && k < ESCAPES && escapes[k].letter != s.p[i])
			k++;
		if (i == s.n || k == ESCAPES)
			return false;
		sbuf_addc(out, escapes[k].c);
	}
	return true;
}

static bool read_line(struct remember *r, struct str line)
{
	struct sbuf name = SBUF_INIT(REMEMBER_NAME * 2);
	struct sbuf value = SBUF_INIT(REMEMBER_VALUE * 2);
	size_t tab = str_find(line, STR("\t"), 0);
	bool ok = tab > 0 && tab < line.n &&
	    unescape(str_sub(line, 0, tab), &name) &&
	    unescape(str_sub(line, tab + 1, line.n), &value) &&
	    !name.full && !value.full;

	if (ok)
		remember_set(r, sbuf_str(&name), sbuf_str(&value));
	sbuf_free(&name);
	sbuf_free(&value);
	return ok;
}

static bool read_text(struct remember *r, struct str text)
{
	struct str line;
	bool ok = str_line(&text, &line) && str_is(line, HEADING);

	while (ok && str_line(&text, &line))
		ok = read_line(r, line);
	return ok;
}

struct remember *remember_open(const char *path)
{
	struct remember *r = xalloc(sizeof(*r));
	struct sbuf text = SBUF_INIT(FILE_MAX);
	struct err e = ERR_INIT;
	enum rc rc;

	if (!path)
		return r;
	r->path = xstrdup(path);
	rc = file_read(path, &text, &e);
	if (rc != RC_NOTFOUND && (rc || !read_text(r, sbuf_str(&text)))) {
		while (r->n)
			drop(r, r->n - 1);
		snprintf(r->note, sizeof(r->note),
		    "What was open last time is not known: %.200s",
		    rc ? e.msg : "its file is damaged");
	}
	r->changed = false;
	sbuf_free(&text);
	return r;
}

void remember_close(struct remember *r)
{
	if (!r)
		return;
	while (r->n)
		drop(r, r->n - 1);
	xfree(r->path);
	xfree(r);
}

const char *remember_note(const struct remember *r)
{
	return r->note;
}

enum rc remember_save(struct remember *r, struct err *e)
{
	struct sbuf text = SBUF_INIT(FILE_MAX);
	struct arena *a;
	enum rc rc;

	if (!r->path || !r->changed)
		return RC_OK;
	a = arena_new();
	sbuf_addz(&text, HEADING "\n");
	for (size_t i = 0; i < r->n; i++) {
		escape(r->v[i].name, &text);
		sbuf_addc(&text, '\t');
		escape(r->v[i].value, &text);
		sbuf_addc(&text, '\n');
	}
	rc = dir_make(arena_z(a, path_dir(str_z(r->path))), 0700, e);
	if (!rc)
		rc = file_write_atomic(r->path, sbuf_str(&text), 0600, e);
	if (!rc)
		r->changed = false;
	arena_free(a);
	sbuf_free(&text);
	return rc;
}
