/*
 * fs.c: reading whole files, replacing them safely, looking at folders.
 *
 * Every open is O_NONBLOCK and checked by fstat, so that a FIFO or a device
 * with the name of a migration can neither hang us nor be read.
 */
#include "base/fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/vec.h"

#define OPEN_FLAGS (O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

static enum rc fail(struct err *e, const char *verb, const char *path)
{
	enum rc code = errno == ENOENT || errno == ENOTDIR ? RC_NOTFOUND :
	    RC_IO;

	return err_set(e, code, "cannot %s %s: %m", verb, path);
}

static void close_fd(int fd)
{
	int saved = errno;

	if (fd >= 0)
		close(fd);
	errno = saved;
}

/* ---- reading ---- */

static enum rc too_big(struct err *e, const char *path, const struct sbuf *out)
{
	return err_set(e, RC_UNSUPPORTED, "%s is larger than %zu bytes", path,
	    out->max);
}

/* Takes over fd. */
static enum rc read_fd(int fd, const char *path, struct sbuf *out,
    struct err *e)
{
	size_t before = out->n;
	char chunk[32768];
	enum rc rc = RC_OK;
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) < 0) {
		rc = fail(e, "read", path);
		goto out;
	}
	if (!S_ISREG(st.st_mode)) {
		rc = err_set(e, RC_UNSUPPORTED, "%s is not a regular file",
		    path);
		goto out;
	}
	if (st.st_size > 0 && (uint64_t)st.st_size > out->max - before) {
		rc = too_big(e, path, out);
		goto out;
	}
	while ((n = read(fd, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			rc = fail(e, "read", path);
			goto out;
		}
		sbuf_add(out, (struct str){ chunk, (size_t)n });
		if (out->full) {
			out->full = false;
			rc = too_big(e, path, out);
			goto out;
		}
	}
	sbuf_add(out, STR(""));		/* p is not NULL for an empty file */
out:
	if (rc != RC_OK)
		sbuf_truncate(out, before);
	close_fd(fd);
	return rc;
}

enum rc file_read(const char *path, struct sbuf *out, struct err *e)
{
	int fd = open(path, OPEN_FLAGS);

	if (fd >= 0)
		return read_fd(fd, path, out, e);
	if (errno == ENXIO)	/* a socket, or a device without a driver */
		return err_set(e, RC_UNSUPPORTED, "%s is not a regular file",
		    path);
	return fail(e, "open", path);
}

/* Each part is a plain name: not empty, not . or .., without NUL. */
static bool parts_are_plain(const char *rel)
{
	struct str rest = str_z(rel);

	for (;;) {
		size_t end = str_find(rest, STR("/"), 0);
		struct str part = str_sub(rest, 0, end);

		if (part.n == 0 || str_is(part, ".") || str_is(part, ".."))
			return false;
		if (end >= rest.n)
			return true;
		rest = str_sub(rest, end + 1, rest.n);
	}
}

static bool is_link(int dir_fd, const char *name)
{
	struct stat st;
	int saved = errno;
	bool yes = fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISLNK(st.st_mode);

	errno = saved;
	return yes;
}

/* For kernels without openat2: no link at all is followed.  Keeps dir_fd. */
static int open_by_parts(int dir_fd, const char *rel)
{
	int at = dir_fd, fd = -1;

	for (;;) {
		const char *slash = strchr(rel, '/');
		size_t n = slash ? (size_t)(slash - rel) : strlen(rel);
		char part[NAME_MAX + 1];

		if (n > NAME_MAX) {
			errno = ENAMETOOLONG;
			fd = -1;
			break;
		}
		memcpy(part, rel, n);
		part[n] = '\0';
		fd = openat(at, part, OPEN_FLAGS | O_NOFOLLOW |
		    (slash ? O_DIRECTORY : 0));
		if (fd < 0 && errno == ENOTDIR && is_link(at, part))
			errno = ELOOP;
		if (fd < 0 || !slash)
			break;
		if (at != dir_fd)
			close_fd(at);
		at = fd;
		rel = slash + 1;
	}
	if (at != dir_fd)
		close_fd(at);
	return fd;
}

static int open_beneath(int dir_fd, const char *rel)
{
	struct open_how how = {
		.flags = OPEN_FLAGS,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	long fd = -1;

	/* EAGAIN: something was renamed meanwhile, and the kernel is unsure */
	for (int tries = 0; tries < 8; tries++) {
		fd = syscall(SYS_openat2, dir_fd, rel, &how, sizeof(how));
		if (fd >= 0 || errno != EAGAIN)
			break;
	}
	if (fd < 0 && (errno == ENOSYS || errno == EPERM || errno == EINVAL))
		return open_by_parts(dir_fd, rel);
	return (int)fd;
}

enum rc file_read_beneath(const char *dir, const char *rel, struct sbuf *out,
    struct err *e)
{
	int dir_fd, fd;

	if (!parts_are_plain(rel))
		return err_set(e, RC_UNSUPPORTED,
		    "\"%s\" is not a plain path inside %s", rel, dir);
	dir_fd = open(dir[0] ? dir : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir_fd < 0)
		return fail(e, "open", dir);
	fd = open_beneath(dir_fd, rel);
	close_fd(dir_fd);
	if (fd >= 0)
		return read_fd(fd, rel, out, e);
	if (errno == EXDEV || errno == ELOOP)
		return err_set(e, RC_UNSUPPORTED,
		    "%s is a link that leads out of %s", rel, dir);
	if (errno == ENXIO)
		return err_set(e, RC_UNSUPPORTED, "%s is not a regular file",
		    rel);
	return fail(e, "open", rel);
}

enum rc dir_beneath(const char *dir, const char *rel, struct err *e)
{
	int dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC), fd;
	int was;

	if (dir_fd < 0)
		return errno == ENOENT ? RC_OK : fail(e, "open", dir);
	fd = open_beneath(dir_fd, rel);
	was = errno;
	close_fd(dir_fd);
	close_fd(fd);
	if (fd >= 0 || (was != EXDEV && was != ELOOP))
		return RC_OK;
	return err_set(e, RC_UNSUPPORTED, "%s is a link that leads out of %s",
	    rel, dir);
}

/* ---- writing ---- */

/* A new file beside `path`; its name goes to temp.  It begins with "_":
 * drizzle-kit reads every other file of meta/ as a snapshot, and one may be
 * left behind by a kill. */
static int create_beside(const char *path, unsigned mode, struct sbuf *temp)
{
	struct str dir = path_dir(str_z(path));
	int fd = -1;

	for (int tries = 0; tries < 32; tries++) {
		uint64_t salt = 0;

		if (getrandom(&salt, sizeof(salt), 0) != sizeof(salt))
			salt = (uint64_t)getpid() << 8 | (unsigned)tries;
		sbuf_reset(temp);
		sbuf_addf(temp, "%.*s/_weir-%016llx.tmp", STR_ARG(dir),
		    (unsigned long long)salt);
		fd = open(temp->p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		    (mode_t)mode);
		if (fd >= 0 || errno != EEXIST)
			break;
	}
	return fd;
}

static bool write_all(int fd, struct str s)
{
	while (s.n > 0) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		s = str_sub(s, (size_t)n, s.n);
	}
	return true;
}

/* The rename is durable only with its folder; some systems cannot. */
bool file_sync_folder(const char *path)
{
	struct sbuf dir = SBUF_INIT(PATH_MAX);
	int fd;
	bool ok;

	sbuf_add(&dir, path_dir(str_z(path)));
	fd = open(dir.p ? dir.p : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	sbuf_free(&dir);
	if (fd < 0)
		return errno == EACCES;
	ok = fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP;
	close_fd(fd);
	return ok;
}

enum rc file_temp(const char *path, struct str bytes, unsigned mode,
    struct sbuf *temp, struct err *e)
{
	int fd = create_beside(path, mode, temp);
	enum rc rc;

	if (fd < 0)
		return err_set(e, RC_IO, "cannot write %s: %m", path);
	if (!write_all(fd, bytes) || fsync(fd) < 0) {
		rc = err_set(e, RC_IO, "cannot write %s: %m", path);
		close_fd(fd);
		unlink(temp->p);
		return rc;
	}
	if (close(fd) < 0) {
		rc = err_set(e, RC_IO, "cannot write %s: %m", path);
		unlink(temp->p);
		return rc;
	}
	return RC_OK;
}

/* `make` puts the temporary file in its place. */
static enum rc write_file(const char *path, struct str bytes, unsigned mode,
    int (*make)(const char *temp, const char *path), struct err *e)
{
	struct sbuf temp = SBUF_INIT(PATH_MAX + 64);
	enum rc rc = file_temp(path, bytes, mode, &temp, e);

	if (rc)
		goto out;
	if (make(temp.p, path) < 0) {
		rc = err_set(e, errno == EEXIST ? RC_CONFLICT : RC_IO,
		    "cannot write %s: %m", path);
		unlink(temp.p);
		goto out;
	}
	if (!file_sync_folder(path))
		rc = err_set(e, RC_IO,
		    "%s is written, but its folder does not sync: %m", path);
out:
	sbuf_free(&temp);
	return rc;
}

enum rc file_write_atomic(const char *path, struct str bytes, unsigned mode,
    struct err *e)
{
	return write_file(path, bytes, mode, rename, e);
}

/* A second name of the same file is made only where there is none yet. */
static int link_new(const char *temp, const char *path)
{
	if (link(temp, path) < 0)
		return -1;
	(void)!unlink(temp);
	return 0;
}

enum rc file_create(const char *path, struct str bytes, unsigned mode,
    struct err *e)
{
	return write_file(path, bytes, mode, link_new, e);
}

/* ---- in pieces ---- */

struct file_out {
	struct sbuf path, temp;
	int fd;
};

enum rc file_out_open(const char *path, unsigned mode, struct file_out **out,
    struct err *e)
{
	struct file_out *f = xalloc(sizeof(*f));

	*f = (struct file_out){ .path = SBUF_INIT(PATH_MAX),
		.temp = SBUF_INIT(PATH_MAX + 64) };
	sbuf_addz(&f->path, path);
	f->fd = create_beside(path, mode, &f->temp);
	if (f->fd < 0) {
		err_set(e, RC_IO, "cannot write %s: %m", path);
		sbuf_reset(&f->temp);
		file_out_drop(f);
		return RC_IO;
	}
	*out = f;
	return RC_OK;
}

enum rc file_out_put(struct file_out *f, struct str bytes, struct err *e)
{
	return write_all(f->fd, bytes) ? RC_OK : err_set(e, RC_IO,
	    "cannot write %s: %m", f->path.p);
}

void file_out_drop(struct file_out *f)
{
	if (!f)
		return;
	if (f->fd >= 0)
		close_fd(f->fd);
	if (f->temp.n)
		unlink(f->temp.p);
	sbuf_free(&f->path);
	sbuf_free(&f->temp);
	xfree(f);
}

enum rc file_out_end(struct file_out *f, bool replace, struct err *e)
{
	int (*make)(const char *, const char *) = replace ? rename : link_new;
	int fd = f->fd;
	bool ok = fsync(fd) == 0;
	enum rc rc = RC_OK;

	f->fd = -1;
	ok = close(fd) == 0 && ok && make(f->temp.p, f->path.p) == 0;
	if (!ok)
		rc = err_set(e, errno == EEXIST ? RC_CONFLICT : RC_IO,
		    "cannot write %s: %m", f->path.p);
	else
		sbuf_reset(&f->temp);	/* it has its name */
	if (ok && !file_sync_folder(f->path.p))
		rc = err_set(e, RC_IO, "%s is written, but its folder does not "
		    "sync: %m", f->path.p);
	file_out_drop(f);
	return rc;
}

void random_bytes(void *out, size_t n)
{
	unsigned char *p = out;

	while (n > 0) {
		ssize_t got = getrandom(p, n, 0);

		if (got < 0 && errno != EINTR)
			BUG("the system gives no random bytes: %m");
		if (got > 0) {
			p += got;
			n -= (size_t)got;
		}
	}
}

/* Leaves errno to say why there is none. */
static bool is_folder(const char *path)
{
	struct stat st;
	int why = errno;
	bool is = stat(path, &st) == 0 && S_ISDIR(st.st_mode);

	errno = why;
	return is;
}

enum rc dir_make(const char *path, unsigned mode, struct err *e)
{
	char *copy = xstrdup(path);
	enum rc rc = RC_OK;

	for (char *c = copy + (copy[0] != '\0');; c++) {
		char was = *c;

		if (was != '/' && was != '\0')
			continue;
		*c = '\0';
		if (mkdir(copy, (mode_t)mode) < 0 && !is_folder(copy)) {
			rc = err_set(e, RC_IO, "cannot make folder %s: %m",
			    copy);
			break;
		}
		*c = was;
		if (was == '\0')
			break;
	}
	xfree(copy);
	return rc;
}

/* ---- looking ---- */

static int by_name(const void *a, const void *b)
{
	const struct dir_entry *x = a, *y = b;

	return str_cmp(x->name, y->name);
}

static struct dir_entry entry_of(struct arena *a, DIR *d,
    const struct dirent *it)
{
	struct dir_entry entry = { .name = arena_str(a, str_z(it->d_name)) };
	struct stat st;

	if (it->d_type == DT_DIR || it->d_type == DT_REG) {
		entry.is_dir = it->d_type == DT_DIR;
		entry.is_file = it->d_type == DT_REG;
	} else if (fstatat(dirfd(d), it->d_name, &st, 0) == 0) {
		entry.is_dir = S_ISDIR(st.st_mode);
		entry.is_file = S_ISREG(st.st_mode);
	}
	return entry;
}

enum rc dir_read(const char *path, struct arena *a, struct dir_list *out,
    struct err *e)
{
	VEC(struct dir_entry) found = { 0 };
	enum rc rc = RC_OK;
	struct dirent *it;
	DIR *d = opendir(path);

	if (!d)
		return fail(e, "open folder", path);
	while (errno = 0, (it = readdir(d)) != NULL) {
		if (strcmp(it->d_name, ".") == 0 ||
		    strcmp(it->d_name, "..") == 0)
			continue;
		if (found.n >= DIR_MAX_ENTRIES) {
			rc = err_set(e, RC_UNSUPPORTED,
			    "%s holds more than %d files", path,
			    DIR_MAX_ENTRIES);
			goto out;
		}
		vec_push(a, &found, entry_of(a, d, it));
	}
	if (errno != 0) {
		rc = fail(e, "read folder", path);
		goto out;
	}
	if (found.n > 0)
		qsort(found.v, found.n, sizeof(*found.v), by_name);
	*out = (struct dir_list){ found.v, found.n };
out:
	closedir(d);
	return rc;
}

struct file_stat file_stat_of(const char *path)
{
	struct file_stat out = { 0 };
	struct stat st;

	if (stat(path, &st) < 0)
		return out;
	out.exists = true;
	out.is_file = S_ISREG(st.st_mode);
	out.is_dir = S_ISDIR(st.st_mode);
	out.writable = faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0;
	out.shared = S_ISDIR(st.st_mode) && (st.st_mode & S_ISVTX) &&
	    (st.st_mode & S_IWOTH);
	out.dev = st.st_dev;
	out.ino = st.st_ino;
	out.size = st.st_size;
	out.mtime_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 +
	    st.st_mtim.tv_nsec;
	return out;
}

int64_t fs_free_bytes(const char *path)
{
	struct statvfs v;
	uint64_t bytes;

	if (statvfs(path, &v) < 0 ||
	    __builtin_mul_overflow((uint64_t)v.f_bavail,
		(uint64_t)v.f_frsize, &bytes) || bytes > INT64_MAX)
		return -1;
	return (int64_t)bytes;
}
