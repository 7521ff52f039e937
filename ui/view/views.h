#ifndef WEIR_UI_VIEW_VIEWS_H
#define WEIR_UI_VIEW_VIEWS_H
/*
 * views: every screen.  One file each, ending in its const struct view_ops.
 * A new view gets a line here and one in ui/view/views.c (views_all, which
 * the start-up check and the manual read; tab_root, if it is a tab).
 */
#include "ui/ui.h"

extern const struct view_ops view_help;		/* arg: struct help_arg */
extern const struct view_ops view_palette;	/* the same */
extern const struct view_ops view_finder;
extern const struct view_ops view_confirm;	/* arg: struct confirm_arg */
extern const struct view_ops view_password;	/* arg: struct asked_arg */
extern const struct view_ops view_scratch;	/* the same */
extern const struct view_ops view_nothing;	/* no project, no session */
extern const struct view_ops view_browse, view_structure, view_indexes;
extern const struct view_ops view_columns;	/* arg: columns_arg, columns.h */
extern const struct view_ops view_conditions;	/* arg: conditions_arg, browse.h */
extern const struct view_ops view_copy_as;	/* arg: struct copy_arg, copy_as.h */
extern const struct view_ops view_export;	/* arg: struct export_arg, export.h */
extern const struct view_ops view_cell;		/* arg: struct cell_arg, rowwin.h */
/* from review to report; their arguments stand in ui/view/flow.h */
extern const struct view_ops view_migrate, view_review, view_statement,
    view_terms, view_gate, view_progress, view_report, view_history;

/* the next migration; their arguments stand in ui/view/generate.h */
extern const struct view_ops view_compare;	/* arg: struct compare_arg */
extern const struct view_ops view_state;	/* arg: struct state_arg */
extern const struct view_ops view_generate, view_question, view_name;

struct help_arg {
	const struct ui_view *of;		/* the view whose keys are shown */
};
struct help_entry {
	enum action act;
	struct str keys;			/* "j, Down" */
};
/* What the view takes now, in `a`; each action once, the nearest bind. */
size_t help_entries(const struct ui_view *of, struct arena *a,
    struct help_entry **out);
struct confirm_arg {
	const char *title;
	struct str question;
	const char *yes;		/* verb on the key that says yes */
};

struct asked_arg {			/* asker.h */
	struct str prompt, wrong;
};

extern const struct view_ops *const views_all[];	/* NULL-terminated */
/* First view of a tab. */
const struct view_ops *tab_root(enum tab t);

#endif
