/* keyset: see keyset.h for the rules. */
#include "ui/keyset.h"

#include "base/vec.h"
#include "ui/ui.h"

struct reading {
	struct arena *a;
	struct keyset *ks;
	int line[ACT_N];		/* that set it; 0: none did */
	VEC(struct keyset_note) notes;
};

static void note(struct reading *r, int line, struct str text)
{
	vec_push(r->a, &r->notes, (struct keyset_note){ line, text });
}

/* ---- rules about one line ---- */

/* K3 */
static bool is_needed(enum action act)
{
	static const enum action needed[] = { ACT_BACK, ACT_CLOSE, ACT_CANCEL,
		ACT_EDIT_CANCEL, ACT_EDIT_ENTER, ACT_YES, ACT_ACCEPT };

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (act == needed[i])
			return true;
	return false;
}

static bool confirms(enum action act)
{
	return act == ACT_YES || act == ACT_ACCEPT || act == ACT_EDIT_ENTER;
}

static bool leads_to_a_question(enum action act)
{
	return action_table[act].group == GROUP_CHANGE && !confirms(act);
}

static bool has_key(const char *keys, struct str name)
{
	struct str rest = str_z(keys), one;
	struct keypress x, y;

	while (key_next(&rest, &one))
		if (key_parse(one, &x) && key_parse(name, &y) && key_eq(&x, &y))
			return true;
	return false;
}

/* K4: whose key is this on the other side of a confirmation?  ACT_NONE: of
 * nobody. */
static enum action other_side(const struct keyset *ks, enum action act,
    struct str key)
{
	for (enum action a = ACT_NONE + 1; a < ACT_N; a++)
		if (((confirms(act) && leads_to_a_question(a)) ||
		    (leads_to_a_question(act) && confirms(a))) &&
		    has_key(ks->keys[a] ? ks->keys[a] : action_table[a].keys,
		    key))
			return a;
	return ACT_NONE;
}

/* K5, K6, K7; NULL: nothing speaks against it. */
static const char *fault_of(enum action act, struct str name)
{
	static const struct { const char *key, *is; } twins[] = {
		{ "Ctrl-I", "Tab to a terminal" },
		{ "Ctrl-M", "Enter to a terminal" },
		{ "Ctrl-J", "Enter to a terminal" },
		{ "Ctrl-H", "Backspace to a terminal" },
		{ "Ctrl-[", "Esc to a terminal" },
	};
	struct keypress k;

	if (!key_parse(name, &k))
		return "there is no such key";
	for (size_t i = 0; i < sizeof(twins) / sizeof(twins[0]); i++)
		if (has_key(twins[i].key, name))
			return twins[i].is;
	if (action_table[act].group == GROUP_CHANGE &&
	    has_key("Esc Ctrl-C", name))
		return "it always leaves, it never does anything";
	if (action_table[act].group == GROUP_EDIT && key_is_character(&k))
		return "it could not be typed any more";
	return NULL;
}

static bool is_sound(struct reading *r, enum action act, struct str keys,
    int line)
{
	struct str rest = keys, name;
	const char *word = action_table[act].name, *why;

	if (!keys.n || (str_is(keys, "none") && is_needed(act))) {
		note(r, line, arena_printf(r->a, keys.n ?
		    "%s: it is needed and keeps its keys" :
		    "%s: no key is named; \"none\" is none", word));
		return false;
	}
	while (!str_is(keys, "none") && key_next(&rest, &name)) {
		why = fault_of(act, name);
		if (!why)
			continue;
		note(r, line, arena_printf(r->a, "%s = %.*s: %s", word,
		    STR_ARG(name), why));
		return false;
	}
	return true;
}

static void read_line(struct reading *r, const struct ini_entry *en)
{
	enum action act = action_parse(en->key);
	struct str keys = str_trim(en->value);

	if (act == ACT_NONE) {
		note(r, en->line, arena_printf(r->a,
		    "%.*s: there is no such action", STR_ARG(en->key)));
	} else if (r->line[act]) {
		note(r, en->line, arena_printf(r->a,
		    "%s: line %d has set it already", action_table[act].name,
		    r->line[act]));
	} else if (is_sound(r, act, keys, en->line)) {
		r->line[act] = en->line;
		r->ks->keys[act] = str_is(keys, "none") ? "" :
		    arena_z(r->a, keys);
	}
}

/* ---- rules about several ---- */

static void take_back(struct reading *r, enum action act, struct str why)
{
	note(r, r->line[act], arena_printf(r->a, "%s = %s: %.*s",
	    action_table[act].name, r->ks->keys[act], STR_ARG(why)));
	r->ks->keys[act] = NULL;
	r->line[act] = 0;
}

/* K4; false: there is none such (any more). */
static bool one_confirms_itself(struct reading *r)
{
	for (enum action a = ACT_NONE + 1; a < ACT_N; a++) {
		struct str rest = str_z(r->ks->keys[a]), name;

		while (rest.n && key_next(&rest, &name)) {
			enum action b = other_side(r->ks, a, name);
			enum action goes = b && r->line[b] > r->line[a] ? b : a;

			if (!b)
				continue;
			take_back(r, goes, arena_printf(r->a,
			    "the key that confirms cannot be the one of %s",
			    action_table[goes == a ? b : a].name));
			return true;
		}
	}
	return false;
}

/* K8 */
static bool one_clashes(struct reading *r, const struct view_ops *const *views)
{
	struct err e = ERR_INIT;
	enum action clash[2], goes;

	for (; *views; views++)
		for (size_t i = 0; (*views)->maps[i]; i++) {
			if (!keymap_check(r->ks, (*views)->maps[i], clash, &e))
				continue;
			goes = r->line[clash[0]] > r->line[clash[1]] ?
			    clash[0] : clash[1];
			if (!r->line[goes])
				BUG("%s: %s", (*views)->name, e.msg);
			take_back(r, goes, str_z(e.msg));
			return true;
		}
	return false;
}

void keyset_read(const struct ini *ini, const struct view_ops *const *views,
    struct arena *a, struct keyset *out, struct keyset_notes *notes)
{
	struct reading r = { .a = a, .ks = out };

	*out = (struct keyset){ .keys = { NULL } };
	for (size_t i = 0; i < ini->n; i++)
		if (str_is(ini->v[i].section, "keys"))
			read_line(&r, &ini->v[i]);
	while (one_confirms_itself(&r) || one_clashes(&r, views))
		;
	notes->v = r.notes.v;
	notes->n = r.notes.n;
}

void keyset_list(const struct keyset *ks, struct sbuf *out)
{
	for (enum action a = ACT_NONE + 1; a < ACT_N; a++) {
		const char *keys = ks->keys[a] ? ks->keys[a] :
		    action_table[a].keys;

		sbuf_addf(out, "%s = %s\n", action_table[a].name,
		    keys[0] ? keys : "none");
	}
}
