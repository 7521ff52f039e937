/* views: the list of every screen. */
#include "ui/view/views.h"

const struct view_ops *const views_all[] = {
	&view_browse,
	&view_cell,
	&view_columns,
	&view_conditions,
	&view_compare,
	&view_confirm,
	&view_finder,
	&view_copy_as,
	&view_export,
	&view_gate,
	&view_generate,
	&view_help,
	&view_history,
	&view_indexes,
	&view_migrate,
	&view_name,
	&view_nothing,
	&view_palette,
	&view_password,
	&view_progress,
	&view_question,
	&view_report,
	&view_review,
	&view_scratch,
	&view_state,
	&view_statement,
	&view_structure,
	&view_terms,
	NULL
};

static const struct view_ops *const roots[TAB_N] = {
	[TAB_BROWSE] = &view_browse,
	[TAB_STRUCTURE] = &view_structure,
	[TAB_MIGRATE] = &view_migrate,
	[TAB_HISTORY] = &view_history,
};

const struct view_ops *tab_root(enum tab t)
{
	return roots[t];
}
