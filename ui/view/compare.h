#ifndef WEIR_UI_VIEW_COMPARE_H
#define WEIR_UI_VIEW_COMPARE_H
/* What compare.c and state.c share: states of the schema by the words that
 * weir diff knows them by (op/compare.h). */
#include "ui/view/flow.h"

struct compare_arg {
	struct str from, to;
};
/* Answers 1 with a struct str *: the word. */
struct state_arg {
	const char *title;
	struct str cur;
};
void cmds_compare(struct cmds *out, struct str from, struct str to);
/* What a migration does or would do to begin with; NULL: the files and live. */
void cmds_compare_mig(struct cmds *out, const struct session *s,
    const struct mig *m);

#endif
