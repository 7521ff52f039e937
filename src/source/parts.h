#ifndef WEIR_SOURCE_PARTS_H
#define WEIR_SOURCE_PARTS_H
/* parts: what the files of this module share; not for other modules. */
#include "base/vec.h"
#include "source/source.h"

/* The failing statement, while its transaction still stands. */
struct failure {
	const struct entry *entry;
	enum fact_verb verb;	/* VERB_OTHER when it could not be prepared */
	const struct pg_stmt *pg;	/* NULL: SQLite, or the same */
	struct str engine;	/* "SQLITE_CONSTRAINT_UNIQUE", "23505" or "" */
};

/* Why a run stopped, told from facts: the verb, the engine's code and the
 * object it names, the models. */
enum stop_cause stop_cause_of(const struct run *r, const struct failure *f,
    const struct run_options *o, const struct entry *first);
/* STOP_EXTENSION on PostgreSQL: the extension, where its name is known, and
 * what to write become the hint. */
void stop_name_extension(struct err *why);
/* The engine's word for a broken constraint: data, not shape. */
bool is_constraint(enum dialect_id dialect, struct str engine);
/* e->where as run_next leaves it: "+offset[ CODE]".  SIZE_MAX: no offset. */
size_t place_of(const struct err *e, struct str *engine);
#endif
