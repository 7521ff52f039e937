/* The engine's result codes as ours: name, message, place, hint. */
#include "drv/lite/lite.h"

static const struct {
	int code;
	const char *name;
} code_names[] = {
#define NAME(x) { x, #x }
	NAME(SQLITE_ERROR), NAME(SQLITE_INTERNAL), NAME(SQLITE_PERM),
	NAME(SQLITE_ABORT), NAME(SQLITE_BUSY), NAME(SQLITE_LOCKED),
	NAME(SQLITE_NOMEM), NAME(SQLITE_READONLY), NAME(SQLITE_INTERRUPT),
	NAME(SQLITE_IOERR), NAME(SQLITE_CORRUPT), NAME(SQLITE_NOTFOUND),
	NAME(SQLITE_FULL), NAME(SQLITE_CANTOPEN), NAME(SQLITE_PROTOCOL),
	NAME(SQLITE_SCHEMA), NAME(SQLITE_TOOBIG), NAME(SQLITE_CONSTRAINT),
	NAME(SQLITE_MISMATCH), NAME(SQLITE_MISUSE), NAME(SQLITE_AUTH),
	NAME(SQLITE_RANGE), NAME(SQLITE_NOTADB), NAME(SQLITE_ABORT_ROLLBACK),
	NAME(SQLITE_BUSY_RECOVERY), NAME(SQLITE_BUSY_SNAPSHOT),
	NAME(SQLITE_BUSY_TIMEOUT), NAME(SQLITE_LOCKED_SHAREDCACHE),
	NAME(SQLITE_LOCKED_VTAB), NAME(SQLITE_READONLY_RECOVERY),
	NAME(SQLITE_READONLY_CANTLOCK), NAME(SQLITE_READONLY_ROLLBACK),
	NAME(SQLITE_READONLY_DBMOVED), NAME(SQLITE_READONLY_CANTINIT),
	NAME(SQLITE_READONLY_DIRECTORY), NAME(SQLITE_IOERR_READ),
	NAME(SQLITE_IOERR_SHORT_READ), NAME(SQLITE_IOERR_WRITE),
	NAME(SQLITE_IOERR_FSYNC), NAME(SQLITE_IOERR_DIR_FSYNC),
	NAME(SQLITE_IOERR_TRUNCATE), NAME(SQLITE_IOERR_FSTAT),
	NAME(SQLITE_IOERR_UNLOCK), NAME(SQLITE_IOERR_RDLOCK),
	NAME(SQLITE_IOERR_DELETE), NAME(SQLITE_IOERR_LOCK),
	NAME(SQLITE_IOERR_CLOSE), NAME(SQLITE_IOERR_SHMOPEN),
	NAME(SQLITE_IOERR_SHMSIZE), NAME(SQLITE_IOERR_SHMLOCK),
	NAME(SQLITE_IOERR_SHMMAP), NAME(SQLITE_IOERR_CORRUPTFS),
	NAME(SQLITE_CORRUPT_VTAB), NAME(SQLITE_CORRUPT_SEQUENCE),
	NAME(SQLITE_CORRUPT_INDEX), NAME(SQLITE_CANTOPEN_NOTEMPDIR),
	NAME(SQLITE_CANTOPEN_ISDIR), NAME(SQLITE_CANTOPEN_FULLPATH),
	NAME(SQLITE_CANTOPEN_DIRTYWAL), NAME(SQLITE_CANTOPEN_SYMLINK),
	NAME(SQLITE_CONSTRAINT_CHECK), NAME(SQLITE_CONSTRAINT_COMMITHOOK),
	NAME(SQLITE_CONSTRAINT_FOREIGNKEY), NAME(SQLITE_CONSTRAINT_FUNCTION),
	NAME(SQLITE_CONSTRAINT_NOTNULL), NAME(SQLITE_CONSTRAINT_PRIMARYKEY),
	NAME(SQLITE_CONSTRAINT_TRIGGER), NAME(SQLITE_CONSTRAINT_UNIQUE),
	NAME(SQLITE_CONSTRAINT_VTAB), NAME(SQLITE_CONSTRAINT_ROWID),
	NAME(SQLITE_CONSTRAINT_PINNED), NAME(SQLITE_CONSTRAINT_DATATYPE),
	NAME(SQLITE_AUTH_USER), NAME(SQLITE_ERROR_MISSING_COLLSEQ),
	NAME(SQLITE_ERROR_RETRY), NAME(SQLITE_ERROR_SNAPSHOT),
#undef NAME
};

const char *lite_code_name(int code)
{
	const size_t n = sizeof(code_names) / sizeof(*code_names);

	for (size_t i = 0; i < n; i++)
		if (code_names[i].code == code)
			return code_names[i].name;
	for (size_t i = 0; i < n; i++)
		if (code_names[i].code == (code & 0xff))
			return code_names[i].name;
	return "SQLITE_ERROR";
}

/* What goes on after a failure of the file or the disk, by primary code. */
static const struct {
	int code;
	const char *hint;
} ways_on[] = {
	{ SQLITE_CORRUPT, "sqlite3 FILE 'PRAGMA integrity_check' lists the "
	    "damage; restore a backup, or save what can be read with "
	    "sqlite3 FILE .recover" },
	{ SQLITE_NOTADB, "name another file with --db FILE" },
	{ SQLITE_FULL, "free some space where the database stands, then run "
	    "it again; weir status says what holds now" },
	{ SQLITE_IOERR, "the disk or its file system failed; weir status says "
	    "what holds now" },
	{ SQLITE_CANTOPEN, "the file or its folder cannot be opened or written;"
	    " look at ls -ld, or name another file with --db FILE" },
	{ SQLITE_READONLY, "chmod u+w the file and its folder, or name a copy "
	    "with --db FILE" },
	{ SQLITE_NOMEM, "there was not enough memory; try again with more" },
};

static void show_way_on(int code, struct err *e)
{
	for (size_t i = 0; i < sizeof(ways_on) / sizeof(*ways_on); i++)
		if (ways_on[i].code == (code & 0xff))
			err_hint(e, "%s", ways_on[i].hint);
}

static enum rc fail_readonly(struct lite *d, int code, struct err *e)
{
	if (code == SQLITE_READONLY_ROLLBACK || code == SQLITE_READONLY_RECOVERY) {
		(void)err_at(e, RC_DENIED, lite_code_name(code),
		    "%s was left in the middle of a write and needs recovery",
		    d->path);
		err_hint(e, "recovery writes to the file; let its own program "
		    "open it, or run: sqlite3 FILE 'PRAGMA quick_check'");
	} else {
		(void)err_at(e, RC_DENIED, lite_code_name(code), "%s",
		    d->mode == DRV_BROWSE ?
		    "this connection is read-only" : sqlite3_errmsg(d->db));
		if (d->mode != DRV_BROWSE)
			show_way_on(code, e);
	}
	return RC_DENIED;
}

enum rc lite_fail(struct lite *d, int code, struct err *e)
{
	int full = d->db ? sqlite3_extended_errcode(d->db) : code;
	const char *msg;

	if ((full & 0xff) != (code & 0xff))
		full = code;
	msg = d->db ? sqlite3_errmsg(d->db) : sqlite3_errstr(full);
	if (d->auth.refusal[0] && ((full & 0xff) == SQLITE_AUTH ||
	    (full & 0xff) == SQLITE_ERROR))
		return err_at(e, RC_DENIED, "SQLITE_AUTH", "%s",
		    d->auth.refusal);
	switch (full & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		if (atomic_exchange(&d->cancelled, false))
			return err_set(e, RC_CANCELLED, "cancelled");
		return err_at(e, RC_BUSY, lite_code_name(full), "%s", msg);
	case SQLITE_INTERRUPT:
		atomic_store(&d->cancelled, false);
		return err_set(e, RC_CANCELLED, "cancelled");
	case SQLITE_READONLY:
		return fail_readonly(d, full, e);
	case SQLITE_AUTH:
	case SQLITE_PERM:
		return err_at(e, RC_DENIED, lite_code_name(full), "%s", msg);
	default:
		(void)err_at(e, RC_DB, lite_code_name(full), "%s", msg);
		show_way_on(full, e);
		return RC_DB;
	}
}

enum rc lite_enter(struct lite *d, struct err *e)
{
	if (atomic_exchange(&d->cancelled, false))
		return err_set(e, RC_CANCELLED, "cancelled");
	if (!d->db)
		return lite_connect(d, false, e);
	return RC_OK;
}
