/* The words of a connection string: see conninfo.h. */
#include "drv/pg/conninfo.h"

#include "base/sbuf.h"
#include "drv/pg/libpq.h"

#define CONNINFO_MAX ((size_t)1 << 16)

static void forget(PQconninfoOption *o)
{
	for (PQconninfoOption *p = o; p && p->keyword; p++)
		if (p->val)
			explicit_bzero(p->val, strlen(p->val));
	PQconninfoFree(o);
}

enum rc conninfo_read(struct str text, struct arena *a, struct conninfo *out,
    struct err *e)
{
	VEC(struct conninfo_word) words = { 0 };
	PQconninfoOption *o;
	char *why = NULL;
	enum rc rc = libpq_load(e);

	if (rc)
		return rc;
	if (text.n > CONNINFO_MAX || (text.n && memchr(text.p, 0, text.n)))
		return err_set(e, RC_USAGE, "<url> is too long or holds a NUL "
		    "byte");
	o = PQconninfoParse(arena_z(a, text), &why);
	PQfreemem(why);		/* repeats the text, password and all */
	if (!o) {
		(void)err_set(e, RC_USAGE, "<url> cannot be read as an address"
		    " of PostgreSQL");
		err_hint(e, "postgresql://USER@HOST:PORT/DATABASE; in a "
		    "password @ / : ? # %% and spaces are written %%40 %%2F "
		    "%%3A %%3F %%23 %%25 %%20");
		return RC_USAGE;
	}
	for (PQconninfoOption *p = o; p->keyword; p++)
		if (p->val)
			vec_push(a, &words, (struct conninfo_word){
				arena_str(a, str_z(p->keyword)),
				arena_str(a, str_z(p->val)) });
	forget(o);
	*out = (struct conninfo){ .a = a, .v = words.v, .n = words.n };
	return RC_OK;
}

struct str conninfo_get(const struct conninfo *c, const char *key)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_is(c->v[i].key, key))
			return c->v[i].value;
	return STR("");
}

void conninfo_put(struct conninfo *c, const char *key, struct str value)
{
	struct conninfo_word *v;

	for (size_t i = 0; i < c->n; i++)
		if (str_is(c->v[i].key, key)) {
			c->v[i].value = value;
			return;
		}
	v = arena_array(c->a, struct conninfo_word, c->n + 1);
	if (c->n)
		memcpy(v, c->v, c->n * sizeof(*v));
	v[c->n++] = (struct conninfo_word){ str_z(key), value };
	c->v = v;
}

struct str conninfo_text(const struct conninfo *c)
{
	struct sbuf b = SBUF_INIT(CONNINFO_MAX * 4);
	struct str out;

	for (size_t i = 0; i < c->n; i++) {
		sbuf_addz(&b, i ? " " : "");
		sbuf_add(&b, c->v[i].key);
		sbuf_addz(&b, "='");
		for (size_t k = 0; k < c->v[i].value.n; k++) {
			char ch = c->v[i].value.p[k];

			if (ch == '\'' || ch == '\\')
				sbuf_addc(&b, '\\');
			sbuf_addc(&b, ch);
		}
		sbuf_addc(&b, '\'');
	}
	out = arena_str(c->a, sbuf_str(&b));
	if (b.p)
		explicit_bzero(b.p, b.n);
	sbuf_free(&b);
	return out;
}

/* dispchar "*" is libpq's own mark of them (manual, 34.1: PQconninfoOption) */
static bool is_secret(const PQconninfoOption *p)
{
	return p->dispchar[0] == '*' || strstr(p->keyword, "password") ||
	    strstr(p->keyword, "secret");
}

static bool look_up(struct str key, bool secret)
{
	struct err ignored = ERR_INIT;
	PQconninfoOption *o;
	bool found = false;

	if (libpq_load(&ignored))	/* what is not known is not shown */
		return secret;
	o = PQconndefaults();
	for (PQconninfoOption *p = o; p && p->keyword && !found; p++)
		found = str_is(key, p->keyword) && (!secret || is_secret(p));
	forget(o);
	return found;
}

bool conninfo_knows(struct str key)
{
	return look_up(key, false);
}

bool conninfo_secret(struct str key)
{
	return look_up(key, true);
}
