/*
 * A schema read from a server, written as statements of ours and read again
 * is the same schema: for every dump in tests/corpus/pg-dumps.
 */
#include <dirent.h>

#include "tests/unit/pg.h"

#include "base/fs.h"
#include "base/map.h"
#include "diff/side.h"

static struct arena *arena;

static struct model *read_back(const char *database)
{
	struct drv *d = pg_conn(database, DRV_BROWSE);
	struct err e = ERR_INIT;
	struct model *m = NULL;

	assert_ok(d->ops->introspect(d, arena, &m, &e), &e);
	drv_close(d);
	return m;
}

static struct str file_text(const char *path)
{
	FILE *f = fopen(path, "r");
	struct sbuf b = SBUF_TEXT;
	struct str text;
	char part[4096];
	size_t n;

	if (!f)
		fail_msg("%s", path);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		sbuf_add(&b, (struct str){ part, n });
	fclose(f);
	text = arena_str(arena, sbuf_str(&b));
	sbuf_free(&b);
	return text;
}

static void load(const char *path, const char *database)
{
	struct drv *d;
	struct err e = ERR_INIT;

	pg_fresh(database);
	d = pg_conn(database, DRV_APPLY);
	if (drv_exec(d, file_text(path), &e))
		fail_msg("%s: %s (%s)", path, e.msg, e.where);
	drv_close(d);
}

struct written {
	struct drv *d;
	const char *path;
	size_t n, empty;
	bool failed;
};

static enum rc write_one(void *arg, const struct obj *o, struct str sql,
    struct err *e)
{
	struct written *w = arg;

	(void)o;
	w->n++;
	if (!sql.n) {
		w->empty++;
		return RC_OK;
	}
	if (drv_exec(w->d, sql, e)) {
		print_error("%s: %s\n%.*s\n", w->path, e->msg, STR_ARG(sql));
		w->failed = true;
	}
	return RC_OK;
}

static bool all_but_members(const struct obj *o, void *arg)
{
	(void)arg;
	return o->managed;
}

static void write_schema(const char *path, const struct model *m,
    const char *database, bool scratch, struct written *w)
{
	struct script_what what = { all_but_members, NULL, scratch };
	struct script_out out = { write_one, w };
	struct err e = ERR_INIT;

	pg_fresh(database);
	*w = (struct written){ .path = path,
		.d = pg_conn(database, DRV_APPLY) };
	assert_ok(dialect_pg.schema_script(m, &what, &out, &e), &e);
	drv_close(w->d);
}

/* Lines of the canonical text that one of them has not. */
static void show_lines(const char *path, const struct model *x,
    const struct model *y)
{
	const struct model *of[] = { x, y };
	struct map *lines[] = { map_new(arena), map_new(arena) };

	for (size_t i = 0; i < 2; i++) {
		struct sbuf b = SBUF_TEXT;
		struct str rest, line;

		model_canonical(of[i], true, &b);
		rest = arena_str(arena, sbuf_str(&b));
		while (str_line(&rest, &line))
			map_put(lines[i], line, arena);
		sbuf_free(&b);
	}
	for (size_t i = 0; i < 2; i++)
		for (size_t k = 0; k < map_count(lines[i]); k++)
			if (!map_has(lines[!i], map_at(lines[i], k)->key))
				print_error("%s: %c %.*s\n", path, "-+"[i],
				    STR_ARG(map_at(lines[i], k)->key));
}

static bool is_same(const char *path, const struct model *x,
    const struct model *y)
{
	struct change_list c;

	diff_models(x, y, NULL, false, arena, &c);
	for (size_t i = 0; i < c.n; i++) {
		struct str s = change_sentence(&c.v[i], arena);

		print_error("%s: %.*s\n", path, STR_ARG(s));
	}
	if (!c.n && !memcmp(&x->hash, &y->hash, sizeof(x->hash)))
		return true;
	if (!c.n)
		show_lines(path, x, y);
	return false;
}

/* Comments are no part of a schema's hash: they are compared here. */
static size_t comments(const struct model *m, struct map *texts)
{
	size_t n = 0;

	for (size_t i = 0; i < m->nobjs; i++) {
		const struct obj *o = m->objs[i];

		if (!o->notes || !o->notes->comment.n || !o->managed)
			continue;
		n++;
		map_put(texts, arena_printf(arena, "%d %.*s %.*s %.*s %.*s",
		    (int)o->kind, STR_ARG(o->schema), STR_ARG(o->table),
		    STR_ARG(o->name), STR_ARG(o->notes->comment)), m->a);
	}
	return n;
}

static bool same_comments(const char *path, const struct model *x,
    const struct model *y)
{
	struct map *a = map_new(arena), *b = map_new(arena);
	size_t n = comments(x, a);
	bool same = comments(y, b) == n;

	for (size_t i = 0; i < n; i++)
		if (!map_has(b, map_at(a, i)->key)) {
			print_error("%s: %.*s\n", path,
			    STR_ARG(map_at(a, i)->key));
			same = false;
		}
	return same;
}

static bool round_trip(const char *path)
{
	struct model *first, *second;
	struct written w;
	bool same;

	load(path, "one");
	first = read_back("one");
	write_schema(path, first, "two", false, &w);
	second = read_back("two");
	same = is_same(path, first, second) &&
	    same_comments(path, first, second) && !w.failed;
	if (!same || !strstr(path, "everything"))
		return same;
	write_schema(path, first, "two", true, &w);
	second = read_back("two");
	return is_same(path, first, second) && !w.failed;
}

static int by_name(const void *x, const void *y)
{
	return strcmp(*(char *const *)x, *(char *const *)y);
}

static void dumps_come_back(void **state)
{
	const char *top = getenv("srcdir"), *only = getenv("WEIR_DUMP");
	char folder[512];
	char *names[500];
	struct dirent *de;
	size_t n = 0, bad = 0;
	DIR *dir;

	(void)state;
	snprintf(folder, sizeof(folder), "%s/tests/corpus/pg-dumps",
	    top ? top : ".");
	dir = opendir(folder);
	assert_non_null(dir);
	while ((de = readdir(dir)) && n < 500)
		if (str_ends(str_z(de->d_name), STR(".sql")) && (!only ||
		    strstr(de->d_name, only)))
			names[n++] = xstrdup(de->d_name);
	closedir(dir);
	qsort(names, n, sizeof(*names), by_name);
	for (size_t i = 0; i < n; i++) {
		char path[1024];

		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		bad += !round_trip(path);
		arena_reset(arena);
		xfree(names[i]);
	}
	print_message("%zu dumps, %zu of them differ\n", n, bad);
	assert_int_equal(bad, 0);
	assert_true(only || n >= 60);
}

/* Policies name them; a dump of one database has no roles. */
static void make_roles(void)
{
	static const char *const names[] = { "corpus_app_user" };
	struct drv *d = pg_conn("postgres", DRV_APPLY);

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char sql[100];

		snprintf(sql, sizeof(sql), "CREATE ROLE %s", names[i]);
		pg_run(d, sql);
	}
	drv_close(d);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(dumps_come_back),
	};
	int failed;

	arena = arena_new();
	pg_up(NULL);
	make_roles();
	failed = cmocka_run_group_tests(cases, NULL, NULL);
	pg_down();
	arena_free(arena);
	return failed;
}
