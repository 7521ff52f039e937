#ifndef WEIR_CMD_SHOW_H
#define WEIR_CMD_SHOW_H
/* Between show.c (what is chosen), show_list.c, show_table.c and show_view.c
 * (printing). */
#include "cmd/cmd.h"
#include "op/size.h"

struct shown {
	struct invocation *in;
	const struct model *m;
	const struct sizes *sz;
	const struct model *filtered;	/* what the filters leave is managed */
	struct unread_objs unread;	/* of kinds that no model holds */
};

/* All lists: tables, indexes, views … as far as there are some. */
void show_lists(const struct shown *s);
/* One table with all that hangs on it. */
void show_table(const struct shown *s, const struct table *t);

/* What hangs on a table, by its name alone: one line. */
struct str show_part(const struct shown *s, const struct obj *o);
/* Rules and triggers of a view, columns and indexes of a materialized one. */
void show_view(const struct shown *s, const struct view *v);
void show_privileges(const struct shown *s, const struct obj *o);
const char *show_function(const struct function *f);	/* "procedure" */
/* Why weir leaves it alone: "extension x", "not managed"; "": it does not. */
struct str show_mark(const struct shown *s, const struct obj *o);

struct str show_bytes(struct arena *a, int64_t n);
struct str show_rows(struct arena *a, const struct object_size *o);
const char *show_kind(const struct table *t);
/* "schema.name", or the name where there are no schemas. */
struct str show_name(struct arena *a, struct str schema, struct str name);
struct str show_comment(const struct obj *o);	/* "" = none */
struct str show_owner(const struct obj *o);
struct str show_joined(struct arena *a, struct strs v);
void show_heading(const struct shown *s, const char *word);
void show_line(const struct shown *s, struct str text);

#endif
