#ifndef WEIR_FOLDER_FOLDER_H
#define WEIR_FOLDER_FOLDER_H
/*
 * folder: a Drizzle migrations folder on disk (0.31 layout: _journal.json,
 * <tag>.sql, meta/NNNN_snapshot.json; 1.0 layout: <time>_<name>/migration.sql
 * and snapshot.json, the folder's name being the tag), and what the tracking table's rows make
 * of it.  Reads only; never a database.
 *
 * Files are read once, beneath the folder's descriptor, regular files only;
 * apply runs exactly these bytes (F9).  Tags as DESIGN §8.
 *
 * Sources of rules: drizzle-orm 0.45 src/migrator.ts (split, hash, order),
 * drizzle-kit 0.31.11 (journal form).
 */
#include "base/arena.h"
#include "base/hash.h"
#include "dialect/dialect.h"

struct piece {			/* text between statement-breakpoint markers */
	struct str sql;		/* as the migrator runs it, untrimmed */
	size_t offset;		/* byte offset in the file */
};

struct finding {		/* something wrong with the folder or a file */
	const char *code;	/* "FD1" … "FD9", "SL33"; "" = only a note */
	const char *slug;
	struct str tag;		/* "" = the folder */
	struct str where;	/* file:line:col or "" */
	struct str text;
	struct str fix;		/* what would help */
	/*
	 * No run of this entry (or, without tag, of any) while it stands.
	 * FD3 is not: a missing file matters only to who has to run it.
	 */
	bool fatal;
};
struct findings {
	const struct finding *v;
	size_t n;
};

struct entry {
	/* The migration that this is a part of, made up for a run that goes
	 * on inside it (op/resume.h); NULL: itself. */
	const struct entry *whole;
	/* Bytes that such a run puts before the file's own text: statements of
	 * weir's. */
	size_t own;
	int idx;
	struct str tag, version;
	int64_t when;			/* ms, as in the journal */
	bool breakpoints;
	bool named;			/* 1.0 layout: recorded by its name */
	struct str file;		/* path shown in messages */
	bool missing;			/* file gone */
	struct str text;		/* the bytes */
	struct sha256 hash;
	char hex[SHA256_HEX + 1];
	const struct piece *pieces;	size_t npieces;
	/* down text: <tag>.down.sql, <prefix>_rollback.sql, comment section */
	struct str down;		/* "" = none */
	struct str down_file;		/* file it stands in */
	size_t down_line;		/* line in that file where it starts */
};

struct folder {
	struct arena *a;
	struct str path;		/* as shown: from the working folder */
	bool layout_1;			/* that of drizzle-kit 1.0 */
	struct str dialect;		/* from the journal, or a snapshot */
	enum dialect_id engine;		/* the same */
	const struct entry *v;		size_t n;	/* journal order */
	const struct str *unlisted;	size_t nunlisted;
	struct findings findings;
};

/*
 * Read the folder.  RC_NOTFOUND: no folder or no journal (hint says what was
 * looked for); RC_INCONSISTENT: journal that is no JSON, has a hostile tag,
 * duplicate idx or tag; RC_UNSUPPORTED: other dialect.
 * A missing migration file is a finding, not a failure.
 */
enum rc folder_read(const char *path, struct arena *a, struct folder **out,
    struct err *e) MUST_CHECK;
bool tag_valid(struct str tag);
/* Has the folder the 1.0 layout? */
bool folder_is_layout_1(const char *path);
/*
 * The text as one run of statements that falls into its pieces: of the same
 * length, with a marker made ";" and blanks where the statement before it has
 * no ";" of its own.  The text itself when there is no such place.
 */
struct str text_runnable(const struct dialect *d, struct str text,
    struct arena *a);
/* file:line:col of an offset in an entry's text */
struct str entry_where(const struct entry *en, size_t offset, struct arena *a);

/* --- tracking table (DESIGN §5.1) -------------------------------------- */

struct track_row {
	struct str hash;
	int64_t created_at;
	bool created_null;
	int64_t rowid;
	struct str name;		/* 1.0; absent: NULL, or no such column */
};
struct track {
	bool exists;			/* the table is there */
	bool named;			/* with the columns of 1.0 */
	struct str table;		/* its name */
	struct str foreign;		/* home-made table found instead, or "" */
	struct str denied;		/* why nothing is known of it, or "" */
	const struct track_row *v;
	size_t n;
};

enum mig_state { MIG_APPLIED, MIG_EDITED, MIG_RESTAMPED, MIG_PENDING,
	MIG_OUT_OF_ORDER, MIG_MISSING, MIG_STATE_N };
extern const char *const mig_state_word[MIG_STATE_N];	/* "applied" … */

struct mig {
	const struct entry *entry;
	enum mig_state state;
	const struct track_row *row;	/* NULL: not recorded */
	/* from the replay, filled by op/status: */
	bool present_not_recorded, recorded_not_present;
	bool rows;			/* works on rows: never "present" */
};
struct states {
	struct mig *v;			size_t n;	/* journal order */
	const struct track_row **squashed;	size_t nsquashed;
	const struct track_row **unknown;	size_t nunknown;
	size_t counts[MIG_STATE_N];
	int64_t newest;			/* max(created_at), INT64_MIN: none */
	/* newest entries that hold as applied form a prefix of the journal */
	size_t applied_prefix;
};
void folder_states(const struct folder *f, const struct track *t,
    struct arena *a, struct states *out);

/* --- writing (drizzle-spec §2) ------------------------------------------- */

/* Snapshots of meta/, without those whose name begins with "_", bytewise: the
 * last is what the next generate starts from, whatever the journal says. */
struct snapshot_file {
	struct str name;	/* "0003_snapshot.json" */
	struct str path;	/* as shown */
	struct str text;
};
enum rc folder_snapshots(const char *dir, struct arena *a,
    const struct snapshot_file **out, size_t *n, struct err *e) MUST_CHECK;

enum tag_prefix { PREFIX_INDEX, PREFIX_TIMESTAMP, PREFIX_SUPABASE,
	PREFIX_UNIX, PREFIX_NONE, PREFIX_N };
extern const char *const tag_prefix_word[PREFIX_N];
/* From the time of day? */
static inline bool prefix_is_time(enum tag_prefix p)
{
	return p == PREFIX_TIMESTAMP || p == PREFIX_SUPABASE ||
	    p == PREFIX_UNIX;
}
/* "0004", "20261121154002", "" … (drizzle-kit 0.31.11 migrationPreparator) */
struct str tag_prefix_text(enum tag_prefix p, int idx, int64_t ms,
    struct arena *a);

/*
 * The one that the next migration starts from; name "" when there is none.
 * unprefixed: after an entry without prefix it is _snapshot.json, which
 * drizzle-kit 0.31.11 never reads (it makes everything again).
 */
enum rc folder_base(const char *dir, bool unprefixed, struct arena *a,
    struct snapshot_file *out, struct err *e) MUST_CHECK;
/* _snapshot.json, which all migrations without a prefix have in turn; name ""
 * when there is none. */
enum rc folder_unprefixed(const char *dir, struct arena *a,
    struct snapshot_file *out, struct err *e) MUST_CHECK;
/* The name of the last snapshot by name, from which drizzle-kit starts; "". */
enum rc folder_last_name(const char *dir, struct arena *a, struct str *out,
    struct err *e) MUST_CHECK;

enum add_how {
	ADD_NEW,
	ADD_ENTRY,	/* the SQL file is there: snapshot and entry only */
	ADD_REST,	/* both files are there: the entry only */
	ADD_AGAIN,	/* all three take the place of those of that tag */
};
/* migrations.js beside the SQL files, for the drivers expo and durable-sqlite. */
struct bundle {
	bool wanted;
	bool header;		/* expo's, which --custom and drop leave out */
	bool exact;		/* as drizzle-kit, whatever a tag holds */
};
struct new_migration {
	enum add_how how;
	struct str prefix;	/* of both files */
	struct str tag;
	struct str dialect, version;	/* "postgresql" "7", "sqlite" "6" */
	int64_t when;
	bool breakpoints;
	struct str sql, snapshot;
	/* What it was made from, which must still be the last; NULL: any. */
	const struct snapshot_file *base;
	bool unprefixed;	/* as folder_base() was asked */
	bool replaces;		/* its snapshot takes the place of the base */
	struct bundle bundle;
};
/* Does the journal name that tag; one of that prefix (0003 of 0003_x)? */
enum rc folder_names(const char *dir, struct str tag, bool *out,
    struct err *e) MUST_CHECK;
enum rc folder_has_prefix(const char *dir, struct str prefix, bool *out,
    struct err *e) MUST_CHECK;
/* The idx that the next entry gets; 0 without a journal. */
enum rc folder_next_idx(const char *dir, int *out, struct err *e) MUST_CHECK;
/*
 * SQL file, snapshot, journal, in this order, all or none (base/stage.h).
 * RC_CONFLICT: a file or an entry of that name is there, or the base is not
 * the last any more; RC_INCONSISTENT: the journal does not read.  With an empty
 * prefix all snapshots have one name, and the new one takes the place of the
 * old.
 */
enum rc folder_add(const char *dir, const struct new_migration *m,
    struct err *e) MUST_CHECK;
/* The SQL file where it is there, the snapshot of that name ("" = none), the
 * entry: cut off in between, what is left is an entry that cannot run.  next:
 * another text for a snapshot, or NULL. */
enum rc folder_drop(const char *dir, struct str tag, struct str snapshot,
    const struct snapshot_file *next, const struct bundle *bundle,
    struct err *e) MUST_CHECK;
/* Other texts for snapshots, all or none. */
enum rc folder_rewrite(const char *dir, const struct snapshot_file *v,
    size_t n, struct err *e) MUST_CHECK;

#endif
