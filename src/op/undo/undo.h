#ifndef WEIR_OP_UNDO_UNDO_H
#define WEIR_OP_UNDO_UNDO_H
/*
 * undo: the run's folder (run.log, before/after models, report) and the down
 * script of a migration; saved rows are in store.h.
 *
 * State layout (DESIGN §7): <state>/db/<dbid>/runs/<utc>/.  Folders 0700,
 * files 0600, a .gitignore of "*" in <project>/.weir.
 */
#include "folder/folder.h"
#include "plan/plan.h"
#include "project/project.h"

struct run_log;

/* "sqlite-<16 hex>": the same database under another path has the same. */
struct str db_id(const struct project *p, struct arena *a);
/* A server's own name of the database, kept in the project: call it wherever
 * a connection was made.  Without it the name in the project stands in. */
void db_learn(const struct project *p, struct drv *d);

enum log_event { LOG_START, LOG_LOCK, LOG_BASE, LOG_SAVE, LOG_TX_BEGIN, LOG_STMT,
	LOG_STMT_OK, LOG_COMMIT_SENT, LOG_COMMITTED, LOG_ROLLED_BACK, LOG_VERIFY,
	LOG_END, LOG_EVENT_N };
extern const char *const log_event_word[LOG_EVENT_N];

/*
 * One record a line: `<seq> <utc ms> <event> <json> <crc32c>`; the checksum is
 * over all that stands before its blank.  A record is written at once and
 * synced only by run_log_sync().
 *
 * RC_IO: no place to write (hint names --state).
 */
enum rc run_log_open(const struct project *p, struct run_log **out,
    struct err *e) MUST_CHECK;
/* The state root made and proven writable, before anything else is opened.
 * RC_IO as above. */
enum rc state_prepare(const struct project *p, struct err *e) MUST_CHECK;
/* <state>/db/<dbid> of the project's database; not made. */
struct str state_place(const struct project *p, struct arena *a);
/* The same made, with what tells whose it is.  RC_IO as above. */
enum rc state_place_make(const struct project *p, struct arena *a,
    struct str *out, struct err *e) MUST_CHECK;
const char *run_log_dir(const struct run_log *l);
/* One record; `json` is an object.  A write that fails shows at the sync. */
void run_log_add(struct run_log *l, enum log_event ev, struct str json);
/* The record as it would be written, `ahead` records from now. */
void run_log_line(const struct run_log *l, uint64_t ahead, enum log_event ev,
    struct str json, struct sbuf *out);
enum rc run_log_sync(struct run_log *l, struct err *e) MUST_CHECK;	/* fsync */
enum rc run_log_file(struct run_log *l, const char *name, struct str bytes,
    struct err *e) MUST_CHECK;		/* report.json, <tag>/before.json … */
/* A second name of a file written before; false: the file system has none. */
bool run_log_same(struct run_log *l, const char *from, const char *name);
void run_log_close(struct run_log *l);	/* NULL is fine */

struct log_record {
	uint64_t seq;
	int64_t ms;
	enum log_event event;
	struct str text;		/* the JSON object */
};
/* Reads whole records; a torn last line is left out.  RC_INCONSISTENT: a
 * record that is torn and not the last. */
enum rc run_log_read(const char *dir, struct arena *a,
    const struct log_record **out, size_t *n, struct err *e) MUST_CHECK;

/* How far a run came inside a migration, counted in bytes from its end. */
struct run_part {
	struct str tag, hash;		/* "": none; of the whole file */
	int64_t left;
	/* The statement that comes next, in no transaction, was begun and is
	 * not known to have ended. */
	bool begun;
};
struct run_summary {
	struct str dir;
	int64_t started;
	bool running;			/* its process holds the log's lock */
	bool ended, rolled_back;
	bool changing;			/* a restore: the database itself */
	struct str what;		/* "migrate", "rollback", "mark", "restore" */
	struct strs planned;		/* tags, in order */
	struct strs begun;		/* tags: a statement was sent */
	struct strs committed;		/* tags */
	struct strs unknown;		/* tags: COMMIT sent, no word of it */
	struct strs saved;		/* tags whose losses are in undo.db */
	struct strs kept;		/* of those: something is in there */
	int64_t objects;		/* … how many, of all that committed */
	int64_t waiting;		/* saved, and no COMMIT yet */
	struct run_part part;
	struct str report_json;
	struct str damage;		/* "" or why the log does not read */
};
/* Runs of this database, newest first; ceiling 1,000. */
enum rc run_list(const struct project *p, struct arena *a,
    const struct run_summary **out, size_t *n, struct err *e) MUST_CHECK;
/* It ended without a word: by a kill, or with the machine. */
bool run_cut_off(const struct run_summary *r);
/*
 * What became of the newest run if it did not end, by the tracking rows:
 * "the migrate of 2026-11-21 12:04 was cut off: 0007_x is applied …", or "".
 */
struct str run_interrupted(const struct run_summary *v, size_t n,
    const struct states *st, struct arena *a);
/* Is anything left of it to do? */
bool run_unfinished(const struct run_summary *v, size_t n,
    const struct states *st);
/* Does something of the migration stand that a run left half applied?  NULL:
 * nothing, or nothing that this state folder knows of. */
const struct run_part *run_part_of(const struct run_summary *v, size_t n,
    struct str tag);
/* Recorded models of a migration that weir applied; NULL when there are none. */
enum rc run_models(const struct project *p, struct str tag, struct arena *a,
    const struct model **before, const struct model **after, struct err *e)
    MUST_CHECK;

/* A file of the record of a migration that weir applied; RC_NOTFOUND. */
enum rc run_text(const struct project *p, struct str tag, const char *name,
    struct arena *a, struct str *out, struct err *e) MUST_CHECK;

/*
 * The run that saved what an applied migration took: the newest that may have
 * committed it.  *dir is "" where no run did (another tool, --no-undo-data) or
 * its store was pruned; *rows: was anything lost?
 */
enum rc run_saved(const struct project *p, struct str tag, struct arena *a,
    struct str *dir, bool *rows, struct err *e) MUST_CHECK;

/* The store of that run: RC_INCONSISTENT where it holds less than the run's log
 * says, RC_NOTFOUND. */
enum rc run_whole(struct str dir, struct arena *a, struct err *e) MUST_CHECK;
/* Where run_saved() has no folder: the store that once was, or "". */
struct str run_lost(const struct project *p, struct str tag,
    struct arena *a);

/* The down script of an applied entry, first found (DESIGN §5.8). */
enum down_origin { DOWN_FILE, DOWN_SECTION, DOWN_DERIVED, DOWN_NONE };
struct down_script {
	enum down_origin origin;
	struct str text;		/* SQL */
	struct str source;		/* "0007_x.down.sql", "derived" … */
	enum undo_grade grade;
	struct str missing;		/* DOWN_NONE: what has no inverse */
	struct str saved;		/* the run that has its rows, or "" */
	const struct entry *entry;	/* a synthetic entry that holds text */
};
/* `up` is the run of this entry (recorded or replayed) for deriving; both may
 * be NULL: then only a written down text is found. */
enum rc down_find(const struct entry *en, const struct run *up,
    const struct run_file *f, bool saved, struct arena *a,
    struct down_script *out, struct err *e) MUST_CHECK;

#endif
