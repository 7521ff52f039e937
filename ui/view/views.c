/* views: the list of every screen. */
#include "ui/view/views.h"

const struct view_ops *const views_all[] = {
	&view_confirm,
	&view_help,
	&view_nothing,
	NULL
};

static const struct view_ops *const roots[TAB_N] = {
	[TAB_BROWSE] = &view_nothing,
	[TAB_STRUCTURE] = &view_nothing,
	[TAB_MIGRATE] = &view_nothing,
	[TAB_HISTORY] = &view_nothing,
};

const struct view_ops *tab_root(enum tab t)
{
	return roots[t];
}
