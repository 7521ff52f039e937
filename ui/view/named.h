#ifndef WEIR_UI_VIEW_NAMED_H
#define WEIR_UI_VIEW_NAMED_H
/*
 * named: objects by schema and name, as views tell each other of them and as
 * a line shows them.
 */
#include "ui/ui.h"

struct named {
	struct str schema, name;
};
/* The text of CMD_TAB and MSG_SHOW for an object, in `a`, and back. */
struct str named_text(struct arena *a, struct str schema, struct str name);
/* The same with an expression that its rows have to meet. */
struct str named_rows(struct arena *a, struct str schema, struct str name,
    struct str where);
struct str named_where(struct str text);	/* "": all rows */
struct named named_read(struct str text);
/* Harmless, in `a`: "orders", or "audit.orders" outside the home schema. */
struct str named_label(const struct app *app, struct arena *a,
    struct str schema, struct str name);
/* The table, view or anything that stands alone; NULL: there is none. */
const struct obj *named_find(const struct model *m, struct str schema,
    struct str name);

#endif
