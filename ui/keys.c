/* keys: names of keys, the action table, look-up along a chain of keymaps. */
#include "ui/keys.h"

#include <stdio.h>

#include "base/utf8.h"

const struct action_info action_table[ACT_N] = {
#define ACTION(id, name, group, keys, hint, help) \
	[ACT_##id] = { name, keys, hint, help, GROUP_##group },
#include "ui/actions.def"
#undef ACTION
};

const char *const action_group_name[GROUP_N] = {
	[GROUP_MOVE] = "Move",
	[GROUP_LOOK] = "Look",
	[GROUP_CHANGE] = "Change",
	[GROUP_APP] = "Studio",
	[GROUP_EDIT] = "Edit",
};

enum action action_parse(struct str name)
{
	for (enum action a = ACT_NONE + 1; a < ACT_N; a++)
		if (str_is(name, action_table[a].name))
			return a;
	return ACT_NONE;
}

/* ---- names of keys ---- */

static const struct {
	uint32_t code;
	const char *name;
} key_names[] = {
	{ K_ENTER, "Enter" }, { K_TAB, "Tab" }, { K_BACKSPACE, "Backspace" },
	{ K_ESC, "Esc" }, { K_UP, "Up" }, { K_DOWN, "Down" },
	{ K_LEFT, "Left" }, { K_RIGHT, "Right" }, { K_HOME, "Home" },
	{ K_END, "End" }, { K_PGUP, "PgUp" }, { K_PGDN, "PgDn" },
	{ K_INSERT, "Insert" }, { K_DELETE, "Delete" }, { ' ', "Space" },
	{ K_F1, "F1" }, { K_F2, "F2" }, { K_F3, "F3" }, { K_F4, "F4" },
	{ K_F5, "F5" }, { K_F6, "F6" }, { K_F7, "F7" }, { K_F8, "F8" },
	{ K_F9, "F9" }, { K_F10, "F10" }, { K_F11, "F11" }, { K_F12, "F12" },
};

static const struct {
	enum key_mod mod;
	const char *name;
} mod_names[] = {
	{ K_CTRL, "Ctrl-" }, { K_ALT, "Alt-" }, { K_SHIFT, "Shift-" },
};

#define COUNT(v) (sizeof(v) / sizeof((v)[0]))

static bool key_code_parse(struct str name, uint32_t *out)
{
	size_t i = 0;
	int32_t cp;

	for (size_t k = 0; k < COUNT(key_names); k++)
		if (str_is(name, key_names[k].name)) {
			*out = key_names[k].code;
			return true;
		}
	if (!name.n)
		return false;
	cp = utf8_next(name, &i);
	if (cp <= 0x20 || cp == 0x7f || i != name.n)
		return false;
	*out = (uint32_t)cp;
	return true;
}

bool key_parse(struct str name, struct keypress *out)
{
	struct keypress k = { 0 };

	for (size_t i = 0; i < COUNT(mod_names); i++)
		if (str_starts(name, str_z(mod_names[i].name)) &&
		    name.n > strlen(mod_names[i].name)) {
			k.mods |= mod_names[i].mod;
			name = str_sub(name, strlen(mod_names[i].name), name.n);
		}
	if (!key_code_parse(name, &k.code))
		return false;
	if ((k.mods & K_CTRL) && k.code >= 'a' && k.code <= 'z')
		k.code -= 'a' - 'A';
	*out = k;
	return true;
}

void key_name(const struct keypress *k, struct sbuf *out)
{
	for (size_t i = 0; i < COUNT(mod_names); i++)
		if (k->mods & mod_names[i].mod)
			sbuf_addz(out, mod_names[i].name);
	for (size_t i = 0; i < COUNT(key_names); i++)
		if (k->code == key_names[i].code) {
			sbuf_addz(out, key_names[i].name);
			return;
		}
	if (k->code < K_BASE)
		utf8_put(out, k->code);
	else
		sbuf_addz(out, k->code == K_PASTE ? "(paste)" :
		    k->code == K_MOUSE ? "(mouse)" : "(unknown)");
}

bool key_eq(const struct keypress *a, const struct keypress *b)
{
	return a->code == b->code && a->mods == b->mods;
}

/* ---- keymaps ---- */

static const struct bind global_binds[] = {
	{ ACT_TAB_1, NULL, NULL }, { ACT_TAB_2, NULL, NULL },
	{ ACT_TAB_3, NULL, NULL }, { ACT_TAB_4, NULL, NULL },
	{ ACT_REFRESH, NULL, NULL }, { ACT_FINDER, NULL, NULL },
	{ ACT_PALETTE, NULL, NULL }, { ACT_HELP, NULL, NULL },
	{ ACT_BACK, NULL, NULL }, { ACT_CLOSE, NULL, NULL },
	{ ACT_CANCEL, NULL, NULL }, { ACT_MOUSE, NULL, NULL },
	{ ACT_REDRAW, NULL, NULL }, { ACT_SUSPEND, NULL, NULL },
};
const struct keymap keymap_global = {
	.name = "Studio",
	KEYMAP(global_binds),
};

static const struct bind overlay_binds[] = {
	{ ACT_HELP, NULL, NULL }, { ACT_BACK, NULL, "close" },
	{ ACT_CLOSE, NULL, NULL }, { ACT_CANCEL, NULL, NULL },
	{ ACT_REDRAW, NULL, NULL }, { ACT_SUSPEND, NULL, NULL },
};
const struct keymap keymap_overlay = {
	.name = "Window",
	KEYMAP(overlay_binds),
};

static const struct bind input_binds[] = {
	{ ACT_EDIT_ENTER, NULL, NULL }, { ACT_EDIT_CANCEL, NULL, NULL },
	{ ACT_EDIT_LEFT, NULL, NULL }, { ACT_EDIT_RIGHT, NULL, NULL },
	{ ACT_EDIT_HOME, NULL, NULL }, { ACT_EDIT_END, NULL, NULL },
	{ ACT_EDIT_WORD_LEFT, NULL, NULL }, { ACT_EDIT_WORD_RIGHT, NULL, NULL },
	{ ACT_EDIT_ERASE, NULL, NULL }, { ACT_EDIT_DELETE, NULL, NULL },
	{ ACT_EDIT_ERASE_WORD, NULL, NULL }, { ACT_EDIT_ERASE_LINE, NULL, NULL },
	{ ACT_EDIT_KILL, NULL, NULL }, { ACT_REDRAW, NULL, NULL },
	{ ACT_SUSPEND, NULL, NULL },
};
const struct keymap keymap_input = {
	.name = "Text field",
	KEYMAP(input_binds),
};

const char *bind_keys(const struct keyset *ks, const struct bind *b)
{
	return b->keys ? b->keys : ks && ks->keys[b->act] ? ks->keys[b->act] :
	    action_table[b->act].keys;
}

const char *bind_hint(const struct bind *b)
{
	return b->hint ? b->hint : action_table[b->act].hint;
}

bool key_next(struct str *rest, struct str *name)
{
	size_t end;

	*rest = str_trim(*rest);
	if (!rest->n)
		return false;
	end = str_find(*rest, STR(" "), 0);
	*name = str_sub(*rest, 0, end);
	*rest = str_sub(*rest, end, rest->n);
	return true;
}

static bool bind_has(const struct keyset *ks, const struct bind *b,
    const struct keypress *k)
{
	struct str rest = str_z(bind_keys(ks, b)), name;
	struct keypress bound;

	while (key_next(&rest, &name))
		if (key_parse(name, &bound) && key_eq(&bound, k))
			return true;
	return false;
}

bool key_is_character(const struct keypress *k)
{
	return k->code >= 0x20 && k->code < K_BASE && k->mods == 0;
}

enum action keymap_find(const struct keyset *ks, const struct keymap *m,
    const struct keypress *k)
{
	bool text = false;

	for (; m; m = m->parent) {
		if (text && key_is_character(k))
			return ACT_NONE;
		/* in a field the user's own letters are letters */
		for (size_t i = 0; i < m->n; i++)
			if (bind_has(m->text && key_is_character(k) ? NULL : ks,
			    &m->v[i], k))
				return m->v[i].act;
		text = text || m->text;
	}
	return ACT_NONE;
}

bool keymap_is_text(const struct keyset *ks, const struct keymap *m,
    const struct keypress *k)
{
	return m->text && key_is_character(k) &&
	    keymap_find(ks, m, k) == ACT_NONE;
}

static const struct bind *bind_in(const struct keymap *m, enum action act)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->v[i].act == act)
			return &m->v[i];
	return NULL;
}

const struct bind *keymap_bind(const struct keymap *m, enum action act)
{
	const struct bind *b = NULL;

	for (; m && !b; m = m->parent)
		b = bind_in(m, act);
	return b;
}

bool keymap_is_shared(const struct keymap *m, enum action act)
{
	for (; m; m = m->parent)
		if (bind_in(m, act))
			return m == &keymap_global || m == &keymap_overlay ||
			    (m == &keymap_input &&
			    action_table[act].group == GROUP_APP);
	return false;
}

void keymap_key_of(const struct keyset *ks, const struct keymap *m,
    enum action act, struct sbuf *out)
{
	const struct bind *b = keymap_bind(m, act);
	struct str rest, name;

	if (!b)
		return;
	rest = str_z(bind_keys(ks, b));
	if (key_next(&rest, &name))
		sbuf_add(out, name);
}

/* The first bind of this key at or after map `m`, bind `i`. */
static const struct bind *bound_later(const struct keyset *ks,
    const struct keymap *m, size_t i, const struct keypress *k)
{
	for (; m; m = m->parent, i = 0)
		for (; i < m->n; i++)
			if (bind_has(ks, &m->v[i], k))
				return &m->v[i];
	return NULL;
}

static enum rc bind_check(const struct keyset *ks, const struct keymap *m,
    size_t i, enum action clash[2], struct err *e)
{
	const struct bind *b = &m->v[i], *other;
	struct str rest = str_z(bind_keys(ks, b)), name;
	struct keypress k;

	while (key_next(&rest, &name)) {
		clash[0] = b->act;
		clash[1] = ACT_NONE;
		if (!key_parse(name, &k))
			return err_set(e, RC_USAGE, "%s: %s: no such key: %.*s",
			    m->name, action_table[b->act].name, STR_ARG(name));
		if (m->text && key_is_character(&k))
			continue;
		other = bound_later(ks, m, i + 1, &k);
		if (!other || other->act == b->act)
			continue;
		clash[1] = other->act;
		return err_set(e, RC_USAGE,
		    "%s: %.*s is bound to %s and to %s", m->name,
		    STR_ARG(name), action_table[b->act].name,
		    action_table[other->act].name);
	}
	return RC_OK;
}

enum rc keymap_check(const struct keyset *ks, const struct keymap *m,
    enum action clash[2], struct err *e)
{
	enum action ignored[2];

	for (; m; m = m->parent)
		for (size_t i = 0; i < m->n; i++) {
			enum rc rc = bind_check(ks, m, i,
			    clash ? clash : ignored, e);

			if (rc)
				return rc;
		}
	return RC_OK;
}
