#ifndef WEIR_UI_VIEW_EXPORT_H
#define WEIR_UI_VIEW_EXPORT_H
/*
 * export: all rows of a place, filtered and sorted as they are looked at, into
 * a file.  The rows are written under another name first; stopped, nothing is
 * left behind.
 */
#include "ui/view/rowwin.h"

struct export_arg {
	struct place place;
	struct str filter;	/* its chosen conditions as SQL */
	int64_t total;		/* rows; -1 unknown */
	bool exact;
	size_t hidden;		/* columns that are not shown, and go out too */
};

#endif
