#ifndef WEIR_OP_BACKUP_H
#define WEIR_OP_BACKUP_H
/*
 * backup: the whole database in a file, and back.
 *
 * A copy is FILE (a SQLite database, or what pg_dump calls custom) and beside
 * it FILE.weir.json: format, db (id and label), server, at, bytes, sha256,
 * tables with their rows and the tracking rows, all as the copy holds them.
 * Without a place it stands in <state>/db/<dbid>/backups/<utc>.db or .dump; one
 * that was made for a run, in the run's folder as backup.db or .dump.
 *
 * Rules.  B.1 A file of that name is there whole or not at all, its record
 * before it.  B.2 What is not the recorded bytes is not restored.  B.3 Restore
 * says first what goes: rows by table, tables made since, migrations applied
 * since; and needs consent by the database's name.  B.4 It becomes final only
 * when what it brought back is what the record says.  B.5 What goes is counted
 * and kept under the locks under which it goes.
 */
#include "op/apply/apply.h"
#include "op/session.h"
#include "op/undo/keep.h"

struct copied_table {
	struct str schema, name;
	int64_t rows;
};
struct backup {
	struct str path;
	bool recorded;			/* the rest is known */
	enum dialect_id dialect;
	struct str db, label, server;	/* dbid … */
	struct str origin;		/* absolute path of a file, or "" */
	int64_t at, bytes;
	char sha256[SHA256_HEX + 1];
	const struct copied_table *tables;	size_t ntables;
	const struct track_row *rows;	size_t nrows;
	struct strs tags;		/* of rows, "" where no file has it */
	struct str barred;		/* backup_barred(), when it was made */
	struct unfinished swept;		/* unfinished ones that went before it */
};

struct backup_options {
	const struct project *project;
	const struct folder *folder;	/* whose tags are recorded; or NULL */
	struct strs environment;	/* as drv_copying.environment */
	bool (*progress)(void *arg, int64_t done, int64_t of);
	void *arg;
};

/* What a copy takes, before it is made; -1: not known. */
struct backup_size {
	int64_t bytes, free;
};
enum rc backup_size(struct drv *d, const struct project *p,
    struct backup_size *out, struct err *e) MUST_CHECK;
/* "1 unfinished copy removed that a killed weir left, 119 MB" */
struct str unfinished_text(const struct unfinished *u, struct arena *a);
/* "119 MB" */
void add_bytes(struct sbuf *b, int64_t bytes);

/*
 * By a connection that is in no transaction.  path "": a new one in the state
 * folder; "DIR/backup" gets the dialect's ending.  RC_IO: no room, RC_CONFLICT:
 * there is such a file, RC_NOTFOUND, RC_UNSUPPORTED: pg_dump.
 */
enum rc backup_take(struct drv *d, const struct backup_options *o,
    struct str path, struct arena *a, struct backup *out, struct err *e)
    MUST_CHECK;
/* For apply_options.locked, arg is a struct backup_options: one of the run.
 * RC_DECISION: it cannot be made. */
enum rc backup_locked(void *arg, struct drv *d, const char *run_dir,
    struct arena *a, struct str *note, struct err *e) MUST_CHECK;
/* That this role cannot restore the database, why, and who can; "". */
struct str backup_barred(struct drv *d, struct arena *a);
/* By the policy of the configuration. */
bool backup_due(const struct project *p, const struct plan *plan);
/* "Whole copy first: .weir/, 119 MB, 80 GB free"; "" without a database. */
struct str backup_announced(struct session *s, struct arena *a);

/* For a gate that offers it: "16 kB into .weir"; "" where nothing is there. */
struct str backup_offer(struct session *s, struct arena *a);
/* Of the project, for who has no other. */
struct strs backup_environment(const struct project *p, struct arena *a);

/* All of this database that the state folder has, newest first. */
enum rc backup_list(const struct project *p, struct arena *a,
    const struct backup **out, size_t *n, struct err *e) MUST_CHECK;
/* A file, the name of a run or of a copy in the state folder, "": the newest.
 * RC_NOTFOUND. */
enum rc backup_find(const struct project *p, struct str what, struct arena *a,
    struct backup *out, struct err *e) MUST_CHECK;
/* The file, then its record, for good. */
enum rc backup_remove(const struct backup *b, struct arena *a, struct err *e)
    MUST_CHECK;
void backup_json(const struct backup *b, struct json_out *o);

/* --- back ------------------------------------------------------------------- */

struct table_loss {
	struct str schema, name;
	int64_t live, copied;		/* -1: not there */
	/* By key: rows that the copy does not have, has otherwise, and that
	 * only it has; -1: not known, the totals are all there is. */
	int64_t newer, changed, back;
};
struct restore_loss {
	const struct table_loss *v;	size_t n;	/* those that differ */
	int64_t rows;			/* that go; -1: not known */
	int64_t changed;		/* of those: the copy has otherwise */
	bool totals;			/* not compared by key */
	struct strs tags;		/* applied since: taken back with it */
	struct str name;		/* that consents: of the database */
	bool other;			/* a copy of another database */
	struct str origin;		/* of which: its path, or its label */
	struct str barred;		/* backup_barred() of the live one */
	/* Its migrations are not those of this one either: import:DBID of
	 * this is to be consented to; else "". */
	struct str stranger;
};
/* B.2, B.3.  RC_INCONSISTENT: not the bytes that were recorded; RC_UNSUPPORTED:
 * of another engine. */
enum rc restore_look(struct session *s, const struct backup *b,
    struct arena *a, struct restore_loss *out, struct err *e) MUST_CHECK;

struct restore_consent {
	const struct str *allows;	size_t n;	/* of --allow */
	bool typed;			/* the name, by a person */
	struct str target;		/* --target */
};
/* RC_DECISION with the arguments that are missing, RC_USAGE: an --allow of
 * something else. */
enum rc restore_gate(const struct session *s, const struct restore_loss *l,
    const struct restore_consent *c, struct arena *a, struct str *missing,
    struct err *e) MUST_CHECK;

struct restore_options {
	struct backup_options copy;
	bool keep;			/* what is there now is copied first */
	/* What was agreed to, and what had been shown: under the locks it is
	 * counted again, RC_DECISION. */
	const struct restore_consent *consent;
	const struct restore_loss *shown;
	int lock_wait_ms;
	bool exclusive;
	bool (*waiting)(void *arg, const struct holders *h, double waited_ms);
	void (*connected)(void *arg, struct drv *d);
};
/* After restore_gate().  RC_BUSY, RC_CANCELLED, RC_DB … : nothing was changed,
 * unless the message begins "RESTORED, BUT". */
enum rc restore_run(struct session *s, const struct backup *b,
    const struct restore_options *o, struct arena *a, struct report **out,
    struct err *e) MUST_CHECK;

/* Rows of every table and the tracking rows, as a connection sees them. */
enum rc copied_count(struct drv *d, const struct backup_options *o,
    struct arena *a, struct backup *out, struct err *e) MUST_CHECK;
/* Rows of v by their keys, SQLite. */
enum rc copied_differ(struct drv *live, const struct backup *b,
    struct arena *a, struct table_loss *v, size_t n, struct err *e) MUST_CHECK;
/* Of the file, "" where it cannot be read.  RC_IO. */
enum rc file_sha256(const char *path, char out[SHA256_HEX + 1],
    struct err *e) MUST_CHECK;

#endif
