/*
 * env.c: the sealed environment, and the .env reader.
 *
 * The .env rules are those of the dotenv package that drizzle-kit 0.31 loads:
 * later entries of one file win, nothing replaces what is set already, even
 * when that is empty; "export " is allowed; quotes ' " ` may span lines; only
 * inside " are \n and \r expanded; an unquoted value ends at #.
 */
#include "base/env.h"

#include "base/sbuf.h"

struct env {
	struct arena *a;
	struct map *vars;	/* to struct str */
};

void env_set(struct env *e, struct str name, struct str value)
{
	struct str copy = arena_str(e->a, value);

	map_put(e->vars, arena_str(e->a, name),
	    arena_copy(e->a, &copy, sizeof(copy)));
}

struct env *env_new(struct arena *a, char **environ_or_null)
{
	struct env *e = arena_new_of(a, struct env);

	e->a = a;
	e->vars = map_new(a);
	for (char **v = environ_or_null; v && *v; v++) {
		struct str s = str_z(*v);
		size_t eq = str_find(s, STR("="), 0);

		if (eq > 0 && eq < s.n)
			env_set(e, str_sub(s, 0, eq), str_sub(s, eq + 1, s.n));
	}
	return e;
}

struct str env_get(const struct env *e, const char *name)
{
	const struct str *v = map_get(e->vars, str_z(name));

	return v ? *v : STR_NONE;
}

struct strs env_list(const struct env *e, struct arena *a)
{
	const size_t n = map_count(e->vars);
	struct str *v = arena_array(a, struct str, n);

	for (size_t i = 0; i < n; i++)
		v[i] = map_at(e->vars, i)->key;
	return (struct strs){ v, n };
}

bool env_has(const struct env *e, const char *name)
{
	return env_get(e, name).n > 0;
}

/* A place in the text of a .env file. */
struct scan {
	struct str s;
	size_t i;
};

static bool at_blank(const struct scan *c)
{
	return c->i < c->s.n && (c->s.p[c->i] == ' ' || c->s.p[c->i] == '\t');
}

static void skip_blanks(struct scan *c)
{
	while (at_blank(c))
		c->i++;
}

static void skip_line(struct scan *c)
{
	size_t end = str_find(c->s, STR("\n"), c->i);

	c->i = end < c->s.n ? end + 1 : end;
}

static bool is_key_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

static struct str read_key(struct scan *c)
{
	size_t from = c->i;

	while (c->i < c->s.n && is_key_char(c->s.p[c->i]))
		c->i++;
	return str_sub(c->s, from, c->i);
}

/* "KEY =", "KEY: " with an optional "export " before; false: no entry here. */
static bool read_name(struct scan *c, struct str *key)
{
	size_t start;

	skip_blanks(c);
	start = c->i;
	if (str_starts(str_sub(c->s, c->i, c->s.n), STR("export"))) {
		c->i += 6;
		if (at_blank(c))
			skip_blanks(c);
		else
			c->i = start;
	}
	*key = read_key(c);
	if (key->n == 0)
		return false;
	if (c->i + 1 < c->s.n && c->s.p[c->i] == ':' &&
	    (c->s.p[c->i + 1] == ' ' || c->s.p[c->i + 1] == '\t')) {
		c->i++;
		return true;
	}
	skip_blanks(c);
	if (c->i >= c->s.n || c->s.p[c->i] != '=')
		return false;
	c->i++;
	return true;
}

/* Offset of the closing quote that ends a value properly, or s.n. */
static size_t closing_quote(struct str s, size_t from, char quote)
{
	for (size_t i = from; i < s.n; i++) {
		struct scan after = { s, i + 1 };

		if (s.p[i] == '\\' && i + 1 < s.n && s.p[i + 1] == quote) {
			i++;
			continue;
		}
		if (s.p[i] != quote)
			continue;
		skip_blanks(&after);
		if (after.i >= s.n || strchr("#\r\n", s.p[after.i]))
			return i;
		return s.n;
	}
	return s.n;
}

static struct str expand(struct arena *a, struct str s)
{
	char *out = arena_z(a, s);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		char next = i + 1 < s.n ? s.p[i + 1] : '\0';

		if (s.p[i] == '\\' && (next == 'n' || next == 'r')) {
			out[n++] = next == 'n' ? '\n' : '\r';
			i++;
		} else {
			out[n++] = s.p[i];
		}
	}
	out[n] = '\0';
	return (struct str){ out, n };
}

static struct str read_value(struct scan *c, struct arena *a)
{
	size_t end, line_end;
	struct str v;
	char quote;

	skip_blanks(c);
	quote = c->i < c->s.n ? c->s.p[c->i] : '\0';
	if (quote == '\'' || quote == '"' || quote == '`') {
		end = closing_quote(c->s, c->i + 1, quote);
		if (end < c->s.n) {
			v = str_sub(c->s, c->i + 1, end);
			c->i = end + 1;
			skip_line(c);
			return quote == '"' ? expand(a, v) : v;
		}
	}
	line_end = str_find(c->s, STR("\n"), c->i);
	end = str_find(str_sub(c->s, 0, line_end), STR("#"), c->i);
	v = str_trim(str_sub(c->s, c->i, end));
	c->i = line_end < c->s.n ? line_end + 1 : line_end;
	/* 'it''s' is no quoted value, yet its outer quotes go */
	if (v.n > 1 && v.p[v.n - 1] == quote && strchr("'\"`", quote))
		v = str_sub(v, 1, v.n - 1);
	return quote == '"' ? expand(a, v) : v;
}

void env_add_dotenv(struct env *e, struct str text)
{
	struct map *found = map_new(e->a);
	struct scan c = { text, 0 };

	if (str_starts(text, STR("\xef\xbb\xbf")))
		c.i = 3;
	while (c.i < c.s.n) {
		struct str key, value;

		if (!read_name(&c, &key)) {
			skip_line(&c);
			continue;
		}
		value = read_value(&c, e->a);
		map_put(found, key, arena_copy(e->a, &value, sizeof(value)));
	}
	for (size_t i = 0; i < map_count(found); i++) {
		const struct map_entry *it = map_at(found, i);

		if (!map_has(e->vars, it->key))
			env_set(e, it->key, *(struct str *)it->value);
	}
}
