/* path.c: paths as text; fs.c is where they meet the disk. */
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/vec.h"

/* Without the slashes at the end, but "/" stays. */
static struct str no_tail(struct str path)
{
	while (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	return path;
}

/* Offset behind the last slash; 0 when there is none. */
static size_t base_start(struct str path)
{
	size_t i = path.n;

	while (i > 0 && path.p[i - 1] != '/')
		i--;
	return i;
}

struct str path_join(struct arena *a, struct str dir, struct str rel)
{
	while (str_starts(rel, STR("./")))
		rel = str_sub(rel, 2, rel.n);
	if (dir.n == 0 || str_starts(rel, STR("/")))
		return arena_str(a, rel);
	if (rel.n == 0 || str_is(rel, "."))
		return arena_str(a, dir);
	dir = no_tail(dir);
	return arena_printf(a, "%.*s%s%.*s", STR_ARG(dir),
	    str_is(dir, "/") ? "" : "/", STR_ARG(rel));
}

struct str path_dir(struct str path)
{
	size_t start;

	path = no_tail(path);
	start = base_start(path);
	if (start == 0)
		return STR(".");
	return no_tail(str_sub(path, 0, start));
}

struct str path_base(struct str path)
{
	path = no_tail(path);
	if (str_is(path, "/"))
		return path;
	return str_sub(path, base_start(path), path.n);
}

/* The parts of an absolute path; "." is left out, ".." takes one back. */
static struct strs parts_of(struct arena *a, struct str path)
{
	VEC(struct str) parts = { 0 };

	while (path.n > 0) {
		size_t end = str_find(path, STR("/"), 0);
		struct str part = str_sub(path, 0, end);

		path = str_sub(path, end + 1, path.n);
		if (part.n == 0 || str_is(part, "."))
			continue;
		if (!str_is(part, ".."))
			vec_push(a, &parts, part);
		else if (parts.n > 0)
			parts.n--;
	}
	return (struct strs){ parts.v, parts.n };
}

struct str path_absolute(struct arena *a, struct str path)
{
	struct sbuf out = SBUF_TEXT;
	char buf[PATH_MAX];
	struct strs parts;
	struct str full;

	if (!str_starts(path, STR("/")) && getcwd(buf, sizeof(buf)))
		path = path_join(a, arena_str(a, str_z(buf)), path);
	/* ".." behind a link is not what the text says */
	if (str_find(path, STR(".."), 0) < path.n &&
	    realpath(arena_z(a, path), buf))
		return arena_str(a, str_z(buf));
	parts = parts_of(a, path);
	for (size_t i = 0; i < parts.n; i++) {
		sbuf_addc(&out, '/');
		sbuf_add(&out, parts.v[i]);
	}
	full = parts.n > 0 ? arena_str(a, sbuf_str(&out)) : STR("/");
	sbuf_free(&out);
	return full;
}

struct str path_short(struct arena *a, struct str path, struct str from)
{
	struct sbuf out = SBUF_TEXT;
	struct strs to, base;
	struct str full, rel;
	size_t same = 0;

	full = path_absolute(a, path);
	to = parts_of(a, full);
	base = parts_of(a, path_absolute(a, from));
	while (same < to.n && same < base.n &&
	    str_eq(to.v[same], base.v[same]))
		same++;
	for (size_t i = same; i < base.n; i++)
		sbuf_addz(&out, i > same ? "/.." : "..");
	for (size_t i = same; i < to.n; i++) {
		if (out.n > 0)
			sbuf_addc(&out, '/');
		sbuf_add(&out, to.v[i]);
	}
	rel = out.n > 0 ? arena_str(a, sbuf_str(&out)) : STR(".");
	sbuf_free(&out);
	return rel.n < full.n ? rel : full;
}
