#ifndef WEIR_BASE_FS_H
#define WEIR_BASE_FS_H
/*
 * fs: files, folders and paths.  Reads open regular files only (no FIFO, no
 * device: O_NONBLOCK then fstat), up to a ceiling.  Writes go to a temporary
 * name in the same folder, fsync, rename, fsync the folder.
 */
#include "base/arena.h"
#include "base/sbuf.h"

#define FS_MAX_TEXT ((size_t)64 << 20)	/* largest text file read whole */

/* RC_NOTFOUND, RC_IO (message holds path and strerror), RC_UNSUPPORTED (not
 * a regular file, or above out->max). */
enum rc file_read(const char *path, struct sbuf *out, struct err *e) MUST_CHECK;
/*
 * Read `rel` (a/b allowed, each part checked) beneath the folder `dir`
 * without following a link out of it: openat2(RESOLVE_BENEATH), else
 * component-wise openat(O_NOFOLLOW).
 */
enum rc file_read_beneath(const char *dir, const char *rel, struct sbuf *out,
    struct err *e) MUST_CHECK;
/* RC_UNSUPPORTED: the folder dir/rel is a link that leads out of dir.  One that
 * is not there is fine. */
enum rc dir_beneath(const char *dir, const char *rel, struct err *e) MUST_CHECK;
enum rc file_write_atomic(const char *path, struct str bytes, unsigned mode,
    struct err *e) MUST_CHECK;
/* The same, but RC_CONFLICT when there is a file of that name already. */
enum rc file_create(const char *path, struct str bytes, unsigned mode,
    struct err *e) MUST_CHECK;
/* The bytes in a new file beside path, synced; its name goes to temp.  Several
 * of them take their places by base/stage.h. */
enum rc file_temp(const char *path, struct str bytes, unsigned mode,
    struct sbuf *temp, struct err *e) MUST_CHECK;
/*
 * A file that is written in pieces: nothing is seen under its name before
 * file_out_end(), which frees f whatever it says.  RC_CONFLICT: there is such
 * a file, and it was not to be replaced.
 */
struct file_out;
enum rc file_out_open(const char *path, unsigned mode, struct file_out **out,
    struct err *e) MUST_CHECK;
enum rc file_out_put(struct file_out *f, struct str bytes, struct err *e)
    MUST_CHECK;
enum rc file_out_end(struct file_out *f, bool replace, struct err *e)
    MUST_CHECK;
void file_out_drop(struct file_out *f);	/* NULL is fine */
bool file_sync_folder(const char *path);	/* the one that path is in */
/* Random bytes from the system. */
void random_bytes(void *out, size_t n);
enum rc dir_make(const char *path, unsigned mode, struct err *e) MUST_CHECK;	/* mkdir -p */

struct dir_entry {
	struct str name;
	bool is_dir, is_file;
};
struct dir_list {
	const struct dir_entry *v;	/* sorted bytewise; no . and .. */
	size_t n;
};
#define DIR_MAX_ENTRIES 100000
enum rc dir_read(const char *path, struct arena *a, struct dir_list *out,
    struct err *e) MUST_CHECK;

struct file_stat {
	bool exists, is_file, is_dir, writable;
	bool shared;		/* a folder that everybody may write: /tmp */
	uint64_t dev, ino;
	int64_t size, mtime_ns;
};
struct file_stat file_stat_of(const char *path);
int64_t fs_free_bytes(const char *path);	/* -1: unknown */

struct str path_join(struct arena *a, struct str dir, struct str rel);
struct str path_dir(struct str path);		/* "." when there is none */
struct str path_base(struct str path);
struct str path_absolute(struct arena *a, struct str path);
/* The shorter of the absolute path and the one relative to `from`. */
struct str path_short(struct arena *a, struct str path, struct str from);

#endif
