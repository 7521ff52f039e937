/* marks: a list a table; few enough to be looked through. */
#include "ui/view/marks.h"

static bool same_value(const struct value *x, const struct value *y)
{
	if (x->kind != y->kind)
		return false;
	switch (x->kind) {
	case VALUE_NULL:
		return true;
	case VALUE_INT:
		return x->i == y->i;
	case VALUE_REAL:	/* as it was read, NaN too */
		return memcmp(&x->r, &y->r, sizeof(x->r)) == 0;
	case VALUE_TEXT:
	case VALUE_BLOB:
		break;
	}
	return x->full == y->full && str_eq(x->s, y->s);
}

bool key_same(const struct value *x, const struct value *y, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!same_value(&x[i], &y[i]))
			return false;
	return true;
}

const struct value *key_copy(struct arena *a, const struct value *key,
    size_t n)
{
	struct value *copy = arena_copy(a, key, n * sizeof(*key));

	for (size_t i = 0; i < n; i++)
		if (copy[i].kind == VALUE_TEXT || copy[i].kind == VALUE_BLOB)
			copy[i].s = arena_str(a, key[i].s);
	return copy;
}

void marking_close(struct marking *all)
{
	for (struct marks *m = all->first; m; m = m->next)
		arena_free(m->a);
	arena_free(all->a);
	*all = (struct marking){ NULL, NULL };
}

struct marks *marks_of(const struct marking *all, struct str schema,
    struct str name)
{
	struct marks *m = all->first;

	while (m && !(str_eq(m->name, name) && str_eq(m->schema, schema)))
		m = m->next;
	return m;
}

struct marks *marks_for(struct marking *all, struct str schema,
    struct str name)
{
	struct marks *m = marks_of(all, schema, name);

	if (m)
		return m;
	if (!all->a)
		all->a = arena_new();
	m = arena_new_of(all->a, struct marks);
	m->schema = arena_str(all->a, schema);
	m->name = arena_str(all->a, name);
	m->next = all->first;
	all->first = m;
	return m;
}

/* n: there is none. */
static size_t index_of(const struct marks *m, const struct value *key,
    size_t nkey)
{
	size_t i = 0;

	while (i < m->keys.n && !(nkey == m->nkey &&
	    key_same(m->keys.v[i], key, nkey)))
		i++;
	return i;
}

bool marks_has(const struct marks *m, const struct value *key, size_t nkey)
{
	return m && index_of(m, key, nkey) < m->keys.n;
}

bool marks_toggle(struct marks *m, const struct value *key, size_t nkey)
{
	size_t i;

	if (nkey != m->nkey)		/* a migration gave it another key */
		marks_clear(m);
	i = index_of(m, key, nkey);
	if (i < m->keys.n) {
		m->keys.n--;
		memmove(m->keys.v + i, m->keys.v + i + 1,
		    (m->keys.n - i) * sizeof(*m->keys.v));
		return true;
	}
	if (m->keys.n == MARKS_MAX)
		return false;
	if (!m->a)
		m->a = arena_new();
	m->nkey = nkey;
	vec_push(m->a, &m->keys, key_copy(m->a, key, nkey));
	return true;
}

void marks_clear(struct marks *m)
{
	if (!m)
		return;
	arena_free(m->a);
	m->a = NULL;
	m->keys.v = NULL;
	m->keys.n = m->keys.cap = 0;
	m->nkey = 0;
}
