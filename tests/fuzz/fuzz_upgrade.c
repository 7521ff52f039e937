/*
 * fuzz_upgrade.c: snapshots of old versions.  One that is made new is new: made
 * again it stays as it is, byte for byte; it reads, or is refused with words.
 */
#include <stdlib.h>

#include "decl/decl.h"
#include "fuzz.h"

static void demand(bool ok)
{
	if (!ok)
		abort();
}

static void again(struct arena *a, struct str made)
{
	struct err e = ERR_INIT;
	const struct decl *d;
	struct str twice;
	bool changed = true;

	demand(decl_upgrade(made, "again", a, &twice, &changed, &e) == RC_OK);
	demand(!changed && str_eq(made, twice));
	if (decl_read(made, "again", a, &d, &e) != RC_OK)
		demand(e.code != RC_INTERNAL && e.msg[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = { (const char *)data, size }, made;
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	bool changed = false;

	if (decl_upgrade(s, "snapshot", a, &made, &changed, &e) != RC_OK)
		demand(e.code != RC_INTERNAL && e.msg[0]);
	else if (changed)
		again(a, made);
	else
		demand(str_eq(made, s));
	arena_free(a);
	return 0;
}
