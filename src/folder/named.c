/*
 * named.c: migrations of the 1.0 layout against the rows of the tracking
 * table (drizzle-orm 1.0 rc.4: what is pending is the set of names that no row
 * has, whatever their times; drizzle-spec §2.4).
 *
 * Rules, in this order, each pairing one entry with one row:
 *	M1 name equal			applied; edited where the hash differs
 *	M2 a row without name: its second and its hash equal the entry's
 *	M3 the same, second equal	edited
 *	M4 the same, hash equal		restamped
 *	M5 entry left			pending
 *	M6 row left: before the first entry squashed, else unknown
 * M2 to M4 are how 1.0 finds the names of a table that 0.x wrote.
 */
#include "base/vec.h"
#include "folder/parts.h"

typedef bool match(const struct entry *en, const struct track_row *r);

static bool by_name(const struct entry *en, const struct track_row *r)
{
	return r->name.p && str_eq(r->name, en->tag);
}

static bool same_second(const struct entry *en, const struct track_row *r)
{
	return !r->name.p && !r->created_null &&
	    r->created_at / 1000 == en->when / 1000;
}

static bool same_hash(const struct entry *en, const struct track_row *r)
{
	return !r->name.p && str_is(r->hash, en->hex);
}

static bool same_both(const struct entry *en, const struct track_row *r)
{
	return same_second(en, r) && same_hash(en, r);
}

static const struct { match *is; enum mig_state state; } rules[] = {
	{ by_name, MIG_APPLIED }, { same_both, MIG_APPLIED },
	{ same_second, MIG_EDITED }, { same_hash, MIG_RESTAMPED },
};

void named_states(const struct folder *f, const struct track *t,
    struct arena *a, struct states *s)
{
	VEC(const struct track_row *) squashed = { 0 }, unknown = { 0 };
	bool *used = arena_array(a, bool, t->n);

	for (size_t i = 0; i < f->n; i++)
		s->v[i] = (struct mig){ .entry = &f->v[i],
			.state = MIG_PENDING };
	for (size_t k = 0; k < sizeof(rules) / sizeof(rules[0]); k++)
		for (size_t i = 0; i < f->n; i++)
			for (size_t r = 0; r < t->n && !s->v[i].row; r++) {
				if (used[r] || !rules[k].is(&f->v[i],
				    &t->v[r]))
					continue;
				used[r] = true;
				s->v[i].row = &t->v[r];
				s->v[i].state = rules[k].state;
				if (k == 0 && !str_is(t->v[r].hash,
				    f->v[i].hex))
					s->v[i].state = MIG_EDITED;
			}
	for (size_t r = 0; r < t->n; r++) {
		if (used[r])
			continue;
		if (!t->v[r].created_null && f->n &&
		    t->v[r].created_at < f->v[0].when)
			vec_push(a, &squashed, &t->v[r]);
		else
			vec_push(a, &unknown, &t->v[r]);
	}
	s->squashed = squashed.v;
	s->nsquashed = squashed.n;
	s->unknown = unknown.v;
	s->nunknown = unknown.n;
}
