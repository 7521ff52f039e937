#ifndef WEIR_UI_REMEMBER_H
#define WEIR_UI_REMEMBER_H
/*
 * remember: what the studio knows of one database from one run to the next:
 * short texts by name, such as "browse.table" or "columns.public.users".
 *
 * One file a database, 0600, written whole at the end.  No value of a row goes
 * in, but what was typed as a filter.  app->remember is never NULL in a view;
 * with --fresh, in scripts and in tests it holds nothing at first and is
 * written nowhere.
 *
 * Ceilings: REMEMBER_VALUE bytes a text, REMEMBER_TEXTS of them (the one that
 * was set longest ago goes), so at most 4 MiB of file.
 */
#include "base/err.h"
#include "base/str.h"

#define REMEMBER_VALUE 4096
#define REMEMBER_TEXTS 400
#define REMEMBER_NAME 1024

struct remember;

/* path NULL: nowhere.  Never fails: a file that does not read is none, and
 * remember_note() says so. */
struct remember *remember_open(const char *path);
void remember_close(struct remember *r);	/* NULL is fine; writes nothing */
const char *remember_note(const struct remember *r);	/* "" */

/* "" = nothing is known.  Valid until the next remember_set(). */
struct str remember_get(const struct remember *r, struct str name);
/* Copies both; value "" forgets.  What is too long is not kept. */
void remember_set(struct remember *r, struct str name, struct str value);
/* Written only when something has changed.  RC_IO: the file stays as it was. */
enum rc remember_save(struct remember *r, struct err *e) MUST_CHECK;

#endif
