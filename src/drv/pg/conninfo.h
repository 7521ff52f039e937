#ifndef WEIR_DRV_PG_CONNINFO_H
#define WEIR_DRV_PG_CONNINFO_H
/*
 * conninfo: the words of a connection string, read and written, without
 * connecting and without the defaults of libpq (PostgreSQL manual, 34.1.1).
 *
 * Everything here may hold a password: no message repeats any of it.
 */
#include "base/vec.h"

struct conninfo {
	struct arena *a;
	struct conninfo_word {
		struct str key, value;
	} *v;
	size_t n;
};

/* A URL or "host=… dbname=…"; only what is written there.  RC_USAGE. */
enum rc conninfo_read(struct str text, struct arena *a, struct conninfo *out,
    struct err *e) MUST_CHECK;
struct str conninfo_get(const struct conninfo *c, const char *key);
void conninfo_put(struct conninfo *c, const char *key, struct str value);
/* "host='…' dbname='…'", for drv_target.conninfo. */
struct str conninfo_text(const struct conninfo *c);
/* Does this libpq know the word? */
bool conninfo_knows(struct str key);
/* Is its value a password, or like one?  Such a word is never shown. */
bool conninfo_secret(struct str key);

#endif
