/* keeping: what weir.conf says of copies and of the undo store. */
#include "project/finder.h"

#define DAYS 30

const char *const backup_policy_word[BACKUP_N] = {
	[BACKUP_NEVER] = "never",
	[BACKUP_DESTRUCTIVE] = "destructive",
	[BACKUP_ALWAYS] = "always",
};

static bool digits_read(struct str *s, int64_t *out)
{
	int64_t v = 0;
	size_t i = 0;

	for (; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++) {
		if (v > 1000000000000)
			return false;
		v = v * 10 + (s->p[i] - '0');
	}
	if (!i)
		return false;
	*s = str_trim(str_sub(*s, i, s->n));
	*out = v;
	return true;
}

static bool policy_read(struct str v, struct keeping *k)
{
	for (int i = 0; i < BACKUP_N; i++)
		if (str_is(v, backup_policy_word[i])) {
			k->backup = (enum backup_policy)i;
			return true;
		}
	return false;
}

/* "30", "30 days" */
static bool retention_read(struct str v, struct keeping *k)
{
	return digits_read(&v, &k->days) &&
	    (!v.n || str_is(v, "days") || str_is(v, "day"));
}

/* "500 MB", "2 GB" */
static bool limit_read(struct str v, struct keeping *k)
{
	static const struct { const char *unit; int64_t bytes; } units[] = {
		{ "MB", 1000000 }, { "GB", 1000000000 },
		{ "MiB", 1 << 20 }, { "GiB", 1 << 30 },
	};

	if (!digits_read(&v, &k->limit) || k->limit > 1000000)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (str_is(v, units[i].unit)) {
			k->limit *= units[i].bytes;
			return k->limit > 0;
		}
	return false;
}

static bool undo_read(struct str v, struct keeping *k)
{
	k->inside = str_is(v, "in-database");
	return k->inside || str_is(v, "folder");
}

/* --undo; what the configuration says is for those engines that can. */
static enum rc undo_place(struct finder *f, struct keeping *k)
{
	static const bool can[DIALECT_N] = { [DIALECT_PG] = true };
	struct str v = f->rq->undo;

	if (v.n && !undo_read(v, k))
		return err_set(f->e, RC_USAGE, "--undo takes in-database or "
		    "folder, not '%.*s'", STR_ARG(v));
	if (v.n && k->inside && !can[f->p->dialect]) {
		err_set(f->e, RC_USAGE, "--undo in-database is for "
		    "PostgreSQL: a SQLite database gets no tables that are "
		    "not its own");
		err_hint(f->e, "saved rows stand in the state folder, --state "
		    "DIR");
		return RC_USAGE;
	}
	k->inside = k->inside && can[f->p->dialect];
	return RC_OK;
}

enum rc keeping_read(struct finder *f, const struct ini *ini)
{
	static const struct {
		const char *key, *takes;
		bool (*read)(struct str v, struct keeping *k);
	} keys[] = {
		{ "backup", "always, destructive or never", policy_read },
		{ "undo-retention", "a number of days", retention_read },
		{ "undo", "in-database or folder", undo_read },
		{ "undo-limit", "a number of MB or GB", limit_read },
	};
	struct keeping *k = &f->p->keeping;

	*k = (struct keeping){ .days = DAYS };
	for (size_t i = 0; i < ini->n; i++)
		for (size_t n = 0; n < sizeof(keys) / sizeof(*keys); n++) {
			const struct ini_entry *x = &ini->v[i];

			if (x->section.n || !str_is(x->key, keys[n].key) ||
			    keys[n].read(x->value, k))
				continue;
			err_set(f->e, RC_USAGE, "weir/config:%d: %s takes %s, "
			    "not '%.*s'", x->line, keys[n].key, keys[n].takes,
			    STR_ARG(x->value));
			err_hint(f->e, "weir.conf(5) tells what it may hold.");
			return RC_USAGE;
		}
	return undo_place(f, k);
}
