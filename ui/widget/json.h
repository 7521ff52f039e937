#ifndef WEIR_UI_WIDGET_JSON_H
#define WEIR_UI_WIDGET_JSON_H
/*
 * json: a JSON text as a tree of lines whose nodes fold.  Numbers, strings
 * and the order of keys stay as they are written, keys that come twice too.
 *
 * json_lines() is pure and runs in a job; the viewer borrows what it made.
 */
#include "ui/widget/filter.h"
#include "ui/widget/list.h"

#define JSON_VIEW_MAX ((size_t)16 << 20)	/* bytes */
#define JSON_VIEW_LINES ((size_t)1 << 20)
#define JSON_VIEW_DEPTH 512

enum json_line_kind { JSON_LEAF, JSON_OBJECT_OPEN, JSON_ARRAY_OPEN,
	JSON_CLOSE };

struct json_line {
	uint32_t from, to;	/* bytes: key and value, key and bracket */
	uint32_t value;		/* where the value begins; from: no key */
	uint32_t end;		/* OPEN: the line that closes it */
	uint32_t n;		/* OPEN: keys or items */
	uint16_t depth;
	uint8_t kind;
	bool comma, folded;
};
struct json_doc {
	struct str text;
	struct json_line *v;
	size_t n;
};
/* Lines of a JSON object or array; false: it is none, or beyond a ceiling.
 * `text` must live as long as `a`. */
bool json_lines(struct str text, struct arena *a, struct json_doc *out);

struct json_view {
	struct json_doc doc;
	uint32_t *seen;		/* lines outside of folds */
	struct arena *a;	/* holds seen */
	struct list list;	/* over seen */
	size_t left;		/* cells scrolled to the right */
	struct filter search;
};
void json_view_set(struct json_view *j, const struct json_doc *doc);
void json_view_resize(struct json_view *j, int rows);
void json_view_close(struct json_view *j);
/* MOVE actions, OPEN and FOLD (the node under the cursor), FOLD_ALL,
 * UNFOLD_ALL, SEARCH*; all messages while searching. */
bool json_view_msg(struct json_view *j, const struct msg *m);
bool json_view_searching(const struct json_view *j);
void json_view_draw(const struct json_view *j, struct pane p);

#endif
