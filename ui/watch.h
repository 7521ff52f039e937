#ifndef WEIR_UI_WATCH_H
#define WEIR_UI_WATCH_H
/*
 * watch: has any of some files and folders changed?  Woken by inotify where
 * there is one, else to be asked now and then; what decides is their stat
 * (device, inode, size, time), so that no event can be misread.
 */
#include <stdint.h>

#include "base/str.h"

struct watch;

/* What a reader of files asks for once it knows which they were. */
struct watch_list {
	const struct str *v;	/* absolute; also such as are not there */
	size_t n;
	int64_t since;		/* watch_now() before they were read */
};

struct watch *watch_open(bool polled);	/* polled: as without inotify */
void watch_close(struct watch *w);	/* NULL is fine */
int watch_fd(const struct watch *w);	/* -1: polled */
/* In place of what was watched.  A file that is new to the list and was
 * written since counts as changed. */
void watch_set(struct watch *w, const struct watch_list *l);
/* Since the last call; reads what has woken it. */
bool watch_changed(struct watch *w);
bool watch_active(const struct watch *w);
/* A change was seen by watch_set(): nothing will wake its watcher for it. */
bool watch_pending(const struct watch *w);
int64_t watch_now(void);		/* as files are stamped, ns */

#endif
