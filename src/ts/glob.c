/*
 * glob: the patterns of a config's `schema` as node-glob 8 and minimatch 5
 * read them: {a,b}, *, ?, [..], **, the extended ?( *( +( @( !( forms; names
 * that begin with a dot are matched by patterns that do.
 */
#include <stdlib.h>

#include "base/fs.h"
#include "ts/resolve.h"
#include "ts/schema.h"

#define PATTERNS_MAX 4096	/* that braces make */
#define STEPS_MAX 1000000	/* of matching one name */
#define FOUND_MAX 100000
#define DEPTH_MAX 64		/* folders below one another */

typedef VEC(struct str) texts;

/* --- braces -------------------------------------------------------------- */

/* Past the bracket that closes the one at i; s.n: none. */
static size_t closing(struct str s, size_t i, char open, char close)
{
	size_t depth = 0;

	for (; i < s.n; i++) {
		if (s.p[i] == '\\') {
			i++;
		} else if (s.p[i] == open) {
			depth++;
		} else if (s.p[i] == close && --depth == 0) {
			return i + 1;
		}
	}
	return s.n;
}

/* The end of the alternative that starts at i: at `bar` or the end. */
static size_t alternative(struct str s, size_t i, char bar)
{
	size_t depth = 0;

	for (; i < s.n; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '(' || s.p[i] == '{')
			depth++;
		else if ((s.p[i] == ')' || s.p[i] == '}') && depth)
			depth--;
		else if (s.p[i] == bar && depth == 0)
			return i;
	}
	return s.n;
}

static void braces(struct str s, texts *out, struct arena *a)
{
	size_t open = 0, end, from;
	struct str inside;

	while (open < s.n && s.p[open] != '{')
		open += s.p[open] == '\\' ? 2 : 1;
	end = open < s.n ? closing(s, open, '{', '}') : s.n;
	inside = open < s.n ? str_sub(s, open + 1, end - 1) : STR("");
	if (open >= s.n || s.p[end - 1] != '}' || out->n > PATTERNS_MAX ||
	    alternative(inside, 0, ',') == inside.n) {
		vec_push(a, out, s);
		return;
	}
	for (from = 0; from <= inside.n;) {
		size_t to = alternative(inside, from, ',');

		braces(arena_printf(a, "%.*s%.*s%.*s", STR_ARG(str_sub(s, 0,
		    open)), STR_ARG(str_sub(inside, from, to)),
		    STR_ARG(str_sub(s, end, s.n))), out, a);
		from = to + 1;
	}
}

/* --- one name ------------------------------------------------------------ */

struct matching {
	struct arena *a;
	size_t steps;
};

static bool match(struct matching *m, struct str p, struct str s);

static struct str joined(struct matching *m, struct str x, struct str y)
{
	return arena_printf(m->a, "%.*s%.*s", STR_ARG(x), STR_ARG(y));
}

/* Does one of a|b|c and then `rest` match s? */
static bool any(struct matching *m, struct str alternatives, struct str rest,
    struct str s)
{
	for (size_t i = 0; i <= alternatives.n;) {
		size_t to = alternative(alternatives, i, '|');

		if (match(m, joined(m, str_sub(alternatives, i, to), rest),
		    s))
			return true;
		i = to + 1;
	}
	return false;
}

static bool extended(struct matching *m, struct str p, struct str s)
{
	size_t end = closing(p, 1, '(', ')');
	struct str inside = str_sub(p, 2, end - 1);
	struct str rest = str_sub(p, end, p.n);
	struct str again = str_sub(p, 0, end);

	switch (p.p[0]) {
	case '@':
		return any(m, inside, rest, s);
	case '?':
		return match(m, rest, s) || any(m, inside, rest, s);
	case '!':
		if (any(m, inside, rest, s))
			return false;
		for (size_t k = 0; k <= s.n; k++)
			if (match(m, rest, str_sub(s, k, s.n)))
				return true;
		return false;
	default:
		break;
	}
	if (p.p[0] == '*' && match(m, rest, s))
		return true;
	again = arena_printf(m->a, "*%.*s", STR_ARG(str_sub(again, 1,
	    again.n)));
	for (size_t k = 1; k <= s.n; k++)
		if (any(m, inside, STR(""), str_sub(s, 0, k)) &&
		    match(m, joined(m, again, rest), str_sub(s, k, s.n)))
			return true;
	return false;
}

/* [a-z], [!a-z], [^a-z]: the end of it in *end; 0: no class. */
static bool in_class(struct str p, char c, size_t *end)
{
	size_t i = 1;
	bool negated, found = false;

	negated = i < p.n && (p.p[i] == '!' || p.p[i] == '^');
	i += negated;
	for (size_t from = i; i < p.n && (p.p[i] != ']' || i == from); i++) {
		if (i + 2 < p.n && p.p[i + 1] == '-' && p.p[i + 2] != ']') {
			found |= c >= p.p[i] && c <= p.p[i + 2];
			i += 2;
		} else {
			found |= c == p.p[i];
		}
	}
	*end = i < p.n ? i + 1 : 0;
	return found != negated;
}

static size_t character(struct str s)
{
	size_t n = 1;

	while (n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n++;
	return n;
}

static bool match(struct matching *m, struct str p, struct str s)
{
	size_t end;

	if (++m->steps > STEPS_MAX)
		return false;
	if (p.n == 0)
		return s.n == 0;
	if (p.n > 1 && p.p[1] == '(' && strchr("?*+@!", p.p[0]) &&
	    p.p[closing(p, 1, '(', ')') - 1] == ')')
		return extended(m, p, s);
	if (p.p[0] == '*') {
		while (p.n > 2 && p.p[1] == '*' && p.p[2] != '(')
			p = str_sub(p, 1, p.n);
		for (size_t k = 0; k <= s.n; k++)
			if (match(m, str_sub(p, 1, p.n), str_sub(s, k, s.n)))
				return true;
		return false;
	}
	if (s.n == 0)
		return false;
	if (p.p[0] == '?')
		return match(m, str_sub(p, 1, p.n), str_sub(s, character(s),
		    s.n));
	if (p.p[0] == '[') {
		bool in = in_class(p, s.p[0], &end);

		if (end)
			return in && match(m, str_sub(p, end, p.n),
			    str_sub(s, 1, s.n));
	}
	if (p.p[0] == '\\' && p.n > 1)
		p = str_sub(p, 1, p.n);
	return p.p[0] == s.p[0] && match(m, str_sub(p, 1, p.n), str_sub(s, 1,
	    s.n));
}

static bool name_matches(struct str pattern, struct str name, struct arena *a)
{
	struct matching m = { .a = a };

	if (name.p[0] == '.' && pattern.p[0] != '.')
		return false;
	return match(&m, pattern, name);
}

static bool has_magic(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (strchr("*?[", s.p[i]) || (i + 1 < s.n &&
		    s.p[i + 1] == '(' && strchr("+@!", s.p[i])))
			return true;
	return false;
}

/* --- folders ------------------------------------------------------------- */

struct walk {
	struct arena *a;
	struct str folder;		/* what relative paths are beneath */
	struct map *seen;
	texts found;
	bool in_packages;
};

static struct str on_disk(struct walk *w, struct str path)
{
	return path_join(w->a, w->folder, path.n ? path : STR("."));
}

static struct str below(struct walk *w, struct str path, struct str name)
{
	if (path.n == 0)
		return name;
	return arena_printf(w->a, "%.*s%s%.*s", STR_ARG(path),
	    str_is(path, "/") ? "" : "/", STR_ARG(name));
}

static bool readable(struct walk *w, struct str path, struct dir_list *out)
{
	struct err ignored = ERR_INIT;

	return dir_read(arena_z(w->a, on_disk(w, path)), w->a, out,
	    &ignored) == RC_OK;
}

static void walk(struct walk *w, struct str path, struct str rest,
    unsigned depth);

static void walk_all(struct walk *w, struct str path, struct str rest,
    unsigned depth)
{
	struct dir_list list;

	walk(w, path, rest, depth);
	if (!readable(w, path, &list))
		return;
	for (size_t i = 0; i < list.n; i++)
		if (list.v[i].is_dir && list.v[i].name.p[0] != '.' &&
		    (w->in_packages || !str_is(list.v[i].name,
		    "node_modules")))
			walk_all(w, below(w, path, list.v[i].name), rest,
			    depth + 1);
}

/* `rest` beneath `path`. */
static void walk(struct walk *w, struct str path, struct str rest,
    unsigned depth)
{
	size_t slash = str_find(rest, STR("/"), 0);
	struct str part = str_sub(rest, 0, slash);
	struct dir_list list;

	if (depth > DEPTH_MAX || w->found.n > FOUND_MAX)
		return;
	if (slash < rest.n && slash == 0) {
		walk(w, path, str_sub(rest, 1, rest.n), depth);
		return;
	}
	if (rest.n == 0) {
		if (path.n && !map_has(w->seen, path) &&
		    file_stat_of(arena_z(w->a, on_disk(w, path))).exists) {
			vec_push(w->a, &w->found, path);
			map_put(w->seen, path, w);
		}
		return;
	}
	rest = slash < rest.n ? str_sub(rest, slash + 1, rest.n) : STR("");
	if (str_is(part, "**") && rest.n == 0)
		rest = STR("*");
	if (str_is(part, "**")) {
		walk_all(w, path, rest, depth + 1);
		return;
	}
	if (!has_magic(part)) {
		walk(w, below(w, path, part), rest, depth + 1);
		return;
	}
	if (!readable(w, path, &list))
		return;
	for (size_t i = 0; i < list.n; i++)
		if (name_matches(part, list.v[i].name, w->a))
			walk(w, below(w, path, list.v[i].name), rest,
			    depth + 1);
}

static int by_collation(const void *x, const void *y)
{
	return collate(*(const struct str *)x, *(const struct str *)y);
}

struct strs glob_find(struct str folder, struct str pattern, bool in_packages,
    struct arena *a)
{
	struct walk w = { .a = a, .folder = folder, .seen = map_new(a),
		.in_packages = in_packages };
	texts patterns = { 0 };

	braces(pattern, &patterns, a);
	for (size_t i = 0; i < patterns.n; i++) {
		struct str p = patterns.v[i];

		if (str_starts(p, STR("/")))
			walk(&w, STR("/"), str_sub(p, 1, p.n), 0);
		else
			walk(&w, STR(""), p, 0);
	}
	if (w.found.n > 1)
		qsort(w.found.v, w.found.n, sizeof(*w.found.v), by_collation);
	return (struct strs){ w.found.v, w.found.n };
}

/* --- the files of a configuration ---------------------------------------- */

static void add_file(struct str path, struct map *seen, texts *out,
    struct arena *a)
{
	if (map_has(seen, path))
		return;
	map_put(seen, path, seen);
	vec_push(a, out, path);
}

/* A folder stands for the files right in it. */
static enum rc add_found(struct str path, struct map *seen, texts *out,
    struct arena *a, struct err *e)
{
	struct dir_list list;
	enum rc rc;

	if (!file_stat_of(arena_z(a, path)).is_dir) {
		add_file(path, seen, out, a);
		return RC_OK;
	}
	rc = dir_read(arena_z(a, path), a, &list, e);
	for (size_t i = 0; rc == RC_OK && i < list.n; i++)
		if (!list.v[i].is_dir)
			add_file(path_plain(a, path_join(a, path,
			    list.v[i].name)), seen, out, a);
	return rc;
}

enum rc ts_schema_files(struct str root, struct strs globs, struct arena *a,
    struct strs *out, struct err *e)
{
	struct map *seen = map_new(a);
	texts files = { 0 };
	enum rc rc = RC_OK;

	root = path_absolute(a, root);
	for (size_t i = 0; rc == RC_OK && i < globs.n; i++) {
		struct strs found = glob_find(root, globs.v[i], true, a);

		for (size_t k = 0; rc == RC_OK && k < found.n; k++)
			rc = add_found(path_plain(a, path_join(a, root,
			    found.v[k])), seen, &files, a, e);
	}
	if (rc == RC_OK && files.n == 0)
		rc = err_set(e, RC_USAGE, "no schema file matches %.*s",
		    STR_ARG(globs.n ? globs.v[0] : STR("\"schema\"")));
	if (rc == RC_OK)
		*out = (struct strs){ files.v, files.n };
	return rc;
}
