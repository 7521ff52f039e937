/*
 * states.c: journal entries against the rows of the tracking table.
 *
 * Rules (DESIGN §5.1), in this order, each pairing one entry with one row:
 *	S1 hash and time equal		applied
 *	S2 time equal			edited (missing: the file is gone)
 *	S3 hash equal, one of each left	restamped
 *	S4 entry left: after the newest row pending, else out of order
 *	S5 row left: before the first entry squashed, else unknown
 * A row whose hash is the tag (home-made recipes) counts as hash equal.
 * A row without created_at has no time: it is found by S3 only.
 */
#include "base/map.h"
#include "base/vec.h"
#include "folder/parts.h"

const char *const mig_state_word[MIG_STATE_N] = {
	[MIG_APPLIED] = "applied",
	[MIG_EDITED] = "edited",
	[MIG_RESTAMPED] = "restamped",
	[MIG_PENDING] = "pending",
	[MIG_OUT_OF_ORDER] = "out of order",
	[MIG_MISSING] = "missing",
};

/* Rows with one key, linked by `next`; SIZE_MAX ends a chain. */
struct rows {
	const struct track *t;
	struct map *by_hash, *by_time;	/* to size_t: head of the chain */
	size_t *next_hash, *next_time;
	bool *used;
};

static void chain_put(struct arena *a, struct map *m, struct str key,
    size_t *next, size_t row)
{
	size_t *head = map_get(m, key);

	next[row] = SIZE_MAX;
	if (head) {
		next[row] = *head;
	} else {
		head = arena_new_of(a, size_t);
		map_put(m, key, head);
	}
	*head = row;
}

static struct str time_key(const int64_t *when)
{
	return (struct str){ (const char *)when, sizeof(*when) };
}

static void rows_index(struct rows *r, const struct track *t, struct arena *a)
{
	*r = (struct rows){
		.t = t, .by_hash = map_new(a), .by_time = map_new(a),
		.next_hash = arena_array(a, size_t, t->n),
		.next_time = arena_array(a, size_t, t->n),
		.used = arena_array(a, bool, t->n),
	};
	/* from the back, so that a chain runs in the order of the rows */
	for (size_t i = t->n; i-- > 0;) {
		chain_put(a, r->by_hash, t->v[i].hash, r->next_hash, i);
		if (!t->v[i].created_null)
			chain_put(a, r->by_time, time_key(&t->v[i].created_at),
			    r->next_time, i);
	}
}

static size_t chain_head(struct map *m, struct str key)
{
	const size_t *head = map_get(m, key);

	return head ? *head : SIZE_MAX;
}

/* The names under which a row may record an entry: hash, tag, tag.sql. */
struct aliases {
	struct str v[3];
	size_t n;
};

static struct aliases aliases_of(const struct entry *en, struct arena *a)
{
	struct aliases al = { .n = 0 };

	if (!en->missing)
		al.v[al.n++] = str_z(en->hex);
	al.v[al.n++] = en->tag;
	al.v[al.n++] = arena_printf(a, "%.*s.sql", STR_ARG(en->tag));
	return al;
}

/* S1: the first row in the table's order. */
static size_t find_pair(const struct rows *r, const struct aliases *al,
    int64_t when)
{
	size_t found = SIZE_MAX;

	for (size_t k = 0; k < al->n; k++)
		for (size_t i = chain_head(r->by_hash, al->v[k]);
		    i < found; i = r->next_hash[i])
			if (!r->used[i] && !r->t->v[i].created_null &&
			    r->t->v[i].created_at == when)
				found = i;
	return found;
}

/* S2 */
static size_t find_time(const struct rows *r, int64_t when)
{
	size_t i = chain_head(r->by_time, time_key(&when));

	while (i != SIZE_MAX && r->used[i])
		i = r->next_time[i];
	return i;
}

/* S3: the one row left under any of its names; SIZE_MAX: none or several. */
static size_t find_only(const struct rows *r, const struct aliases *al)
{
	size_t found = SIZE_MAX;

	for (size_t k = 0; k < al->n; k++)
		for (size_t i = chain_head(r->by_hash, al->v[k]);
		    i != SIZE_MAX; i = r->next_hash[i]) {
			if (r->used[i])
				continue;
			if (found != SIZE_MAX)
				return SIZE_MAX;
			found = i;
		}
	return found;
}

static void take(struct rows *r, struct mig *m, size_t row,
    enum mig_state state)
{
	r->used[row] = true;
	m->row = &r->t->v[row];
	m->state = m->entry->missing ? MIG_MISSING : state;
}

static void pair_by_time(struct rows *r, struct states *s)
{
	for (size_t i = 0; i < s->n; i++) {
		struct mig *m = &s->v[i];
		size_t row = m->row ? SIZE_MAX : find_time(r, m->entry->when);

		if (row != SIZE_MAX)
			take(r, m, row, MIG_EDITED);
	}
}

static void pair_by_hash(struct rows *r, struct states *s,
    const struct aliases *al, struct arena *a)
{
	struct map *left = map_new(a);	/* hash to how many entries have it */

	for (size_t i = 0; i < s->n; i++) {
		const struct mig *m = &s->v[i];
		size_t *n;

		if (m->row || m->entry->missing)
			continue;
		n = map_get(left, str_z(m->entry->hex));
		if (!n) {
			n = arena_new_of(a, size_t);
			map_put(left, str_z(m->entry->hex), n);
		}
		++*n;
	}
	for (size_t i = 0; i < s->n; i++) {
		struct mig *m = &s->v[i];
		struct aliases names = al[i];
		const size_t *n;

		if (m->row)
			continue;
		n = map_get(left, str_z(m->entry->hex));
		if (!m->entry->missing && n && *n > 1) {
			/* several files of one text: only the tag tells them
			 * apart */
			names = (struct aliases){ { al[i].v[1], al[i].v[2] },
			    2 };
		}
		size_t row = find_only(r, &names);

		if (row != SIZE_MAX)
			take(r, m, row, MIG_RESTAMPED);
	}
}

static void place_left(const struct rows *r, const struct folder *f,
    struct arena *a, struct states *s)
{
	VEC(const struct track_row *) squashed = { 0 }, unknown = { 0 };

	for (size_t i = 0; i < s->n; i++) {
		struct mig *m = &s->v[i];

		if (m->row)
			continue;
		if (m->entry->missing)
			m->state = MIG_MISSING;
		else
			m->state = m->entry->when > s->newest ? MIG_PENDING
							      : MIG_OUT_OF_ORDER;
	}
	for (size_t i = 0; i < r->t->n; i++) {
		const struct track_row *row = &r->t->v[i];

		if (r->used[i])
			continue;
		if (!row->created_null && f->n > 0 &&
		    row->created_at < f->v[0].when)
			vec_push(a, &squashed, row);
		else
			vec_push(a, &unknown, row);
	}
	s->squashed = squashed.v;
	s->nsquashed = squashed.n;
	s->unknown = unknown.v;
	s->nunknown = unknown.n;
}

static void states_count(struct states *s)
{
	bool prefix = true;

	for (size_t i = 0; i < s->n; i++) {
		s->counts[s->v[i].state]++;
		prefix = prefix && s->v[i].row;
		s->applied_prefix += prefix;
	}
}

void folder_states(const struct folder *f, const struct track *t,
    struct arena *a, struct states *out)
{
	struct states s = {
		.v = arena_array(a, struct mig, f->n), .n = f->n,
		.newest = INT64_MIN,
	};
	struct aliases *al = arena_array(a, struct aliases, f->n);
	struct rows r;

	for (size_t i = 0; i < t->n; i++)
		if (!t->v[i].created_null && t->v[i].created_at > s.newest)
			s.newest = t->v[i].created_at;
	if (f->layout_1) {
		named_states(f, t, a, &s);
		states_count(&s);
		*out = s;
		return;
	}
	rows_index(&r, t, a);
	for (size_t i = 0; i < f->n; i++) {
		size_t row;

		s.v[i].entry = &f->v[i];
		al[i] = aliases_of(&f->v[i], a);
		row = find_pair(&r, &al[i], f->v[i].when);
		if (row != SIZE_MAX)
			take(&r, &s.v[i], row, MIG_APPLIED);
	}
	pair_by_time(&r, &s);
	pair_by_hash(&r, &s, al, a);
	place_left(&r, f, a, &s);
	states_count(&s);
	*out = s;
}
