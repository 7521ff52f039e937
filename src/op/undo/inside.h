#ifndef WEIR_OP_UNDO_INSIDE_H
#define WEIR_OP_UNDO_INSIDE_H
/*
 * inside: the record of a run, saved rows included, inside the database that
 * it changes (--undo in-database), where any machine finds it.
 *
 * Format 1, in schema `weir`, which is nobody's drift and in no plan:
 *	undo_run(run, format, made, record)	record: as carried.json has it
 *	undo_chunk(run, file, part, bytes)	files of the run, 256 KiB a part
 *
 * Rules.  I.1 They are written in the transaction of the migration: they are
 * there exactly where it is.  I.2 Each file is believed by the SHA-256 of the
 * record alone.  I.3 Schema and tables belong to the role, to one that it is a
 * member of, to the database's owner or to a superuser; others' are neither
 * read nor written.  I.4 Constant memory.
 */
#include "op/undo/undo.h"

/*
 * In the open transaction: the run as it will stand once that has committed;
 * `end`: nothing comes after it.  `json`: of its `committed` record.  `again`:
 * an earlier transaction of the run has put it there, this takes its place.
 * RC_DENIED, RC_UNSUPPORTED (the role's own tables would land in `weir`).
 */
struct inside_run {
	const struct run_log *log;
	struct str label, json;
	bool end, again;
};
enum rc inside_put(const struct project *p, struct drv *d,
    const struct inside_run *r, struct arena *a, struct err *e) MUST_CHECK;

/* Runs that stand there and not in the state folder are brought to it; d NULL
 * or without any: nothing to do.  RC_DENIED, RC_INCONSISTENT. */
enum rc inside_fetch(const struct project *p, struct drv *d, struct arena *a,
    struct err *e) MUST_CHECK;

/* Those that are so many days old are removed for good. */
enum rc inside_prune(const struct drv_target *t, int64_t days,
    struct arena *a, struct err *e) MUST_CHECK;

#endif
