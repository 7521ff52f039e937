/*
 * fuzz_config.c: what stands around the schema files.  A drizzle.config.ts
 * that evaluates is JSON that reads; JSON with comments, made plain, keeps its
 * length; tsconfig.json and package.json may be refused and never crash;
 * patterns match files, or nothing.
 */
#include <stdlib.h>

#include "base/json.h"
#include "folder.h"
#include "fuzz.h"
#include "ts/resolve.h"
#include "ts/schema.h"

static void demand(bool ok)
{
	if (!ok)
		abort();
}

static void try_config(struct arena *a, struct str s)
{
	struct str path = fuzz_folder_put("drizzle.config.ts", s);
	struct env *env = env_new(a, NULL);
	struct err e = ERR_INIT;
	const struct json *v;
	struct ts_config c;

	env_set(env, STR("DATABASE_URL"), STR("postgres://u:p@h/d"));
	if (ts_config_read(path, STR(""), env, a, &c, &e) != RC_OK) {
		demand(e.code != RC_INTERNAL && e.msg[0]);
		return;
	}
	/* too deep, a key twice: refused, with words */
	if (json_read(c.json, "config", a, &v, &e) != RC_OK)
		demand(e.code == RC_PARSE && e.msg[0]);
	else
		demand(v->kind == JSON_OBJECT || v->kind == JSON_ARRAY);
}

static void try_package(struct arena *a, struct str s)
{
	static const struct str subpaths[] = { STR("."), STR("./x"),
		STR("#db") };
	struct err e = ERR_INIT;
	const struct json *v;

	if (json_read(s, "package.json", a, &v, &e) != RC_OK)
		return;
	for (size_t i = 0; i < sizeof(subpaths) / sizeof(subpaths[0]); i++)
		(void)package_entries(v, subpaths[i], a);
	if (json_get(v, "exports"))
		(void)package_entries(json_get(v, "exports"), subpaths[1], a);
}

static void try_tsconfig(struct arena *a, struct str s)
{
	struct str folder = fuzz_folder_path();
	const struct tsconfig *t;

	(void)json_strip(s, a);
	fuzz_folder_put("tsconfig.json", s);
	fuzz_folder_put("package.json", s);
	t = tsconfig_read(folder, folder, a);
	if (t)
		(void)tsconfig_match(t, STR("@/db/schema"), a);
	(void)package_files(folder, STR("./x"), a);
	(void)workspace_top(folder, a);
	(void)workspace_packages(folder, a);
}

static void try_glob(struct arena *a, struct str s)
{
	struct str folder = fuzz_folder_path(), half;
	struct strs found;

	if (s.n > 200 || memchr(s.p, 0, s.n) || str_starts(s, STR("/")) ||
	    str_find(s, STR(".."), 0) < s.n)
		return;
	found = glob_find(folder, s, false, a);
	for (size_t i = 1; i < found.n; i++)
		demand(found.v[i].n > 0);
	half = str_sub(s, 0, s.n / 2);
	demand(collate(half, s) == -collate(s, half));
	demand(collate(s, s) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = { size ? (const char *)data : "", size };
	struct arena *a = arena_new();

	try_config(a, s);
	arena_reset(a);
	try_package(a, s);
	try_tsconfig(a, s);
	try_glob(a, s);
	arena_free(a);
	return 0;
}
