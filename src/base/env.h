#ifndef WEIR_BASE_ENV_H
#define WEIR_BASE_ENV_H
/*
 * env: the environment as a sealed map that main.c fills once.  Nothing else
 * below floor 9 reads the process environment.
 */
#include "base/map.h"
#include "base/vec.h"

struct env;

struct env *env_new(struct arena *a, char **environ_or_null);
void env_set(struct env *e, struct str name, struct str value);
struct str env_get(const struct env *e, const char *name);	/* STR_NONE */
/* The names, in the order in which they were set. */
struct strs env_list(const struct env *e, struct arena *a);
bool env_has(const struct env *e, const char *name);	/* set and not empty */
/* Add the entries of a .env text that are not set yet (dotenv's rules). */
void env_add_dotenv(struct env *e, struct str text);

#endif
