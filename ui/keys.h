#ifndef WEIR_UI_KEYS_H
#define WEIR_UI_KEYS_H
/*
 * keys: bytes → struct keypress → action.
 *
 * Actions are one table (actions.def): id, name, group, default keys, hint
 * word, help text.  A view has a const keymap: the actions it takes, each
 * with its default keys unless it names others, and a parent.  A key is
 * looked up in the view's map, then in its parents.  keymap_check() finds,
 * at start-up, a key bound twice along a chain and a key name that does not
 * read.  The same tables draw the hint line and the help screen.
 *
 * A struct keyset (keyset.h) has other keys for some actions, from the user's
 * configuration; NULL: none.  A bind that names keys of its own keeps them.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/key.h"
#include "base/sbuf.h"

enum action_group { GROUP_MOVE, GROUP_LOOK, GROUP_CHANGE, GROUP_APP,
	GROUP_EDIT, GROUP_N };

enum action {
	ACT_NONE,
#define ACTION(id, name, group, keys, hint, help) ACT_##id,
#include "ui/actions.def"
#undef ACTION
	ACT_N
};

struct action_info {
	const char *name, *keys, *hint, *help;
	enum action_group group;
};
extern const struct action_info action_table[ACT_N];
extern const char *const action_group_name[GROUP_N];
enum action action_parse(struct str name);	/* ACT_NONE: no such action */

/* --- keys ------------------------------------------------------------------ */
/* "j", "Enter", "Ctrl-U", "Shift-Tab", "Alt-Enter", "F1", "Space" */
bool key_parse(struct str name, struct keypress *out);
void key_name(const struct keypress *k, struct sbuf *out);
bool key_eq(const struct keypress *a, const struct keypress *b);

/* --- keymaps --------------------------------------------------------------- */
struct bind {
	enum action act;
	const char *keys;	/* "j Down"; NULL = as in the action table */
	const char *hint;	/* word in the hint line; NULL = the table's;
				 * "" = not in the hint line */
};
struct keymap {
	const char *name;	/* shown as the help's title: "Migrations" */
	const struct keymap *parent;
	const struct bind *v;
	size_t n;
	/* Characters that are not bound here are text (MSG_TEXT); parents are
	 * asked only for keys that are no characters. */
	bool text;
};
#define KEYMAP(binds) .v = (binds), .n = sizeof(binds) / sizeof((binds)[0])

extern const struct keymap keymap_global;	/* tabs, help, q, Esc, panes … */
extern const struct keymap keymap_overlay;	/* Esc q close, help */
extern const struct keymap keymap_input;	/* editing keys of a line */

/* keymap_list: a ready row of binds for moving in lists and grids. */
#define BIND_LIST { ACT_UP, NULL, NULL }, { ACT_DOWN, NULL, NULL }, \
	{ ACT_PAGE_UP, NULL, NULL }, { ACT_PAGE_DOWN, NULL, NULL }, \
	{ ACT_HALF_UP, NULL, NULL }, { ACT_HALF_DOWN, NULL, NULL }, \
	{ ACT_FIRST, NULL, NULL }, { ACT_LAST, NULL, NULL }
#define BIND_GRID BIND_LIST, \
	{ ACT_LEFT, NULL, NULL }, { ACT_RIGHT, NULL, NULL }, \
	{ ACT_COL_FIRST, NULL, NULL }, { ACT_COL_LAST, NULL, NULL }

struct keyset {
	/* NULL: as in the action table; "": none at all */
	const char *keys[ACT_N];
};

enum action keymap_find(const struct keyset *ks, const struct keymap *m,
    const struct keypress *k);
/* Does keymap_global or keymap_overlay answer for this action in m?  Then the
 * studio does; an action that a view lists itself is the view's. */
bool keymap_is_shared(const struct keymap *m, enum action act);
/* The bind of an action in the chain; NULL = not bound. */
const struct bind *keymap_bind(const struct keymap *m, enum action act);
/* Is the key text for this map (unbound printable character, m->text)? */
bool keymap_is_text(const struct keyset *ks, const struct keymap *m,
    const struct keypress *k);
/* First key of an action in the chain, as text: "Enter"; "" if none. */
void keymap_key_of(const struct keyset *ks, const struct keymap *m,
    enum action act, struct sbuf *out);
const char *bind_keys(const struct keyset *ks, const struct bind *b);
const char *bind_hint(const struct bind *b);
/* Next of a list of key names; false at the end. */
bool key_next(struct str *rest, struct str *name);
bool key_is_character(const struct keypress *k);	/* without Ctrl, Alt */
/* RC_USAGE naming map, key and both actions, which are left in clash (may be
 * NULL); the second is ACT_NONE where a key's name does not read. */
enum rc keymap_check(const struct keyset *ks, const struct keymap *m,
    enum action clash[2], struct err *e) MUST_CHECK;

#endif
