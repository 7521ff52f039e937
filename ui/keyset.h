#ifndef WEIR_UI_KEYSET_H
#define WEIR_UI_KEYSET_H
/*
 * keyset: keys of the user's own, "action = key key", "none" for none.
 *
 * What is not taken is said and never fatal; the key of the action table stays:
 *  K1 an action that there is not, a key whose name does not read;
 *  K2 a second line for the same action;
 *  K3 no key for what closes, stops or answers;
 *  K4 a key that confirms and one that leads to a confirmation are different
 *     ones: what is pressed twice, or held, confirms nothing;
 *  K5 Esc and Ctrl-C leave, they never do;
 *  K6 a key that a terminal cannot tell from another (Ctrl-M is Enter);
 *  K7 a character that would then not be typed any more;
 *  K8 two actions of one view on one key: of two lines the later one goes.
 */
#include "base/ini.h"
#include "ui/keys.h"

struct view_ops;

struct keyset_note {
	int line;
	struct str text;
};
struct keyset_notes {
	const struct keyset_note *v;
	size_t n;
};
/* The [keys] section, for these views; *out in `a`. */
void keyset_read(const struct ini *ini, const struct view_ops *const *views,
    struct arena *a, struct keyset *out, struct keyset_notes *notes);
/* All actions with their keys, one a line, as the section would have them. */
void keyset_list(const struct keyset *ks, struct sbuf *out);

#endif
