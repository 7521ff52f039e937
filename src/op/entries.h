#ifndef WEIR_OP_ENTRIES_H
#define WEIR_OP_ENTRIES_H
/*
 * entries: what is done to a migrations folder beside generating: older
 * snapshots made new, an entry taken out.  No database is looked at, but by
 * entry_applied().
 */
#include "folder/folder.h"
#include "project/project.h"

/* All snapshots in the latest version (decl_upgrade), all or none: *changed
 * are the paths written.  RC_INCONSISTENT: one that does not read. */
enum rc entries_up(const char *dir, struct arena *a, struct strs *changed,
    struct err *e) MUST_CHECK;

struct entry_drop {
	const struct entry *entry;
	struct str snapshot;	/* its file, or "" */
	struct snapshot_file next;	/* that followed it, with its parent */
	struct strs left;	/* files of its own that stay: .down.sql … */
};
/*
 * What drizzle-kit 0.31.11 drop removes: the SQL file, the snapshot, the entry.
 * RC_USAGE: no such tag; RC_INCONSISTENT: not the newest, and its change stands
 * in the snapshots after it (dropping it would leave a change that no file
 * makes), or its snapshot has taken the place of those before it.
 */
enum rc entry_drop_find(const struct folder *f, const char *dir,
    struct str tag, struct arena *a, struct entry_drop *out, struct err *e)
    MUST_CHECK;
enum rc entry_drop(const char *dir, const struct entry_drop *d,
    const struct bundle *bundle, struct err *e)
    MUST_CHECK;

/*
 * Has the database that the project names recorded it?  *where: which one, ""
 * when it has not, or there is none.  *unknown: why it could not be asked.
 */
enum rc entry_applied(const struct project *p, const char *dir,
    struct str tag, struct arena *a, struct str *where, struct err *unknown,
    struct err *e) MUST_CHECK;

#endif
