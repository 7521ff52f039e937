#ifndef WEIR_BASE_INI_H
#define WEIR_BASE_INI_H
/* ini: the configuration file's form.  Home of inih. */
#include "base/arena.h"

struct ini_entry {
	struct str section, key, value;
	int line;
};
struct ini {
	const struct ini_entry *v;
	size_t n;
};
/* RC_PARSE with e->where = name:line. */
enum rc ini_read(struct str text, const char *name, struct arena *a,
    struct ini *out, struct err *e) MUST_CHECK;

#endif
