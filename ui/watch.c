/* watch: see watch.h. */
#include "ui/watch.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

#if defined(__linux__) && __has_include(<sys/inotify.h>)
#include <sys/inotify.h>
#define HAVE_EVENTS 1
#else
#define HAVE_EVENTS 0
#endif

#include "base/arena.h"
#include "base/fs.h"
#include "base/vec.h"

#define FILES_MAX 10000

struct watched {
	struct str path;
	struct file_stat st;
};
struct watch {
	struct arena *a;		/* of the list */
	VEC(struct watched) v;
	int fd;
	bool polled, changed;
};

int64_t watch_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME_COARSE, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

struct watch *watch_open(bool polled)
{
	struct watch *w = xalloc(sizeof(*w));

	w->fd = -1;
	w->polled = polled || !HAVE_EVENTS;
	w->a = arena_new();
	return w;
}

static void close_events(struct watch *w)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
}

void watch_close(struct watch *w)
{
	if (!w)
		return;
	close_events(w);
	arena_free(w->a);
	xfree(w);
}

int watch_fd(const struct watch *w)
{
	return w->fd;
}

bool watch_active(const struct watch *w)
{
	return w->v.n > 0;
}

bool watch_pending(const struct watch *w)
{
	return w->changed;
}

static bool same(const struct file_stat *x, const struct file_stat *y)
{
	return x->exists == y->exists && x->dev == y->dev &&
	    x->ino == y->ino && x->size == y->size &&
	    x->mtime_ns == y->mtime_ns;
}

#if HAVE_EVENTS
/* Folders are listened to: a file that is replaced is another one. */
static void listen_to(struct watch *w)
{
	close_events(w);
	if (w->polled || !w->v.n)
		return;
	w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	for (size_t i = 0; w->fd >= 0 && i < w->v.n; i++) {
		const struct watched *f = &w->v.v[i];
		struct str dir = f->st.is_dir ? f->path : path_dir(f->path);

		if (inotify_add_watch(w->fd, arena_z(w->a, dir), IN_CREATE |
		    IN_DELETE | IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB |
		    IN_MOVED_FROM | IN_MOVED_TO | IN_MOVE_SELF) < 0 &&
		    errno != ENOENT && errno != EACCES)
			close_events(w);	/* no more to be had: ask */
	}
}

static void drain(struct watch *w)
{
	char buf[4096];

	while (w->fd >= 0 && read(w->fd, buf, sizeof(buf)) > 0)
		;
}
#else
static void listen_to(struct watch *w)
{
	(void)w;
}

static void drain(struct watch *w)
{
	(void)w;
}
#endif

static const struct watched *known(const struct watch *w, struct str path)
{
	for (size_t i = 0; i < w->v.n; i++)
		if (str_eq(w->v.v[i].path, path))
			return &w->v.v[i];
	return NULL;
}

void watch_set(struct watch *w, const struct watch_list *l)
{
	struct watch next = { .a = arena_new(), .fd = w->fd,
		.polled = w->polled };

	for (size_t i = 0; i < l->n && i < FILES_MAX; i++) {
		const struct watched *was = known(w, l->v[i]);
		struct watched f = { .path = arena_str(next.a, l->v[i]) };

		if (known(&next, f.path))
			continue;
		f.st = was ? was->st : file_stat_of(arena_z(next.a, f.path));
		/* stamps are as coarse as the kernel's clock */
		next.changed |= !was && f.st.is_file &&
		    f.st.mtime_ns + 10000000 > l->since;
		vec_push(next.a, &next.v, f);
	}
	arena_free(w->a);
	*w = next;
	listen_to(w);
	/* what was known may have changed before anybody listened */
	if (watch_changed(w))
		w->changed = true;
}

bool watch_changed(struct watch *w)
{
	bool changed = w->changed;

	drain(w);
	for (size_t i = 0; i < w->v.n; i++) {
		struct watched *f = &w->v.v[i];
		struct file_stat now = file_stat_of(f->path.p);

		changed |= !same(&now, &f->st);
		f->st = now;
	}
	w->changed = false;
	return changed;
}
