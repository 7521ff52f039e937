/* generate: see generate.h. */
#include <stdio.h>

#include "base/fs.h"
#include "op/check.h"

static const char *const kit_dialect[DECL_DIALECT_N] = {
	[DECL_PG] = "postgresql", [DECL_SQLITE] = "sqlite" };
static const char *const kit_version[DECL_DIALECT_N] = {
	[DECL_PG] = "7", [DECL_SQLITE] = "6" };

#define CUSTOM_TEXT \
	"-- Custom SQL migration file, put your code below! --"

/* --- names -------------------------------------------------------------------- */

/* For names that carry no meaning (drizzle-spec §2): any words will do. */
static const char *const adjectives[] = {
	"amber", "brave", "brisk", "calm", "clear", "clever", "crisp", "deep",
	"eager", "early", "fair", "fond", "fresh", "gentle", "glad", "golden",
	"grand", "green", "happy", "hidden", "honest", "keen", "kind", "late",
	"light", "lively", "lone", "lucky", "mellow", "mild", "neat", "nimble",
	"noble", "odd", "open", "pale", "patient", "plain", "proud", "quick",
	"quiet", "rapid", "rare", "ready", "rich", "round", "rustic", "sharp",
	"shy", "silent", "silver", "slow", "small", "smooth", "soft", "steady",
	"still", "sunny", "swift", "tall", "tidy", "warm", "wild", "wise",
};
static const char *const nouns[] = {
	"alder", "anchor", "arrow", "badger", "bank", "basin", "beacon",
	"beaver", "birch", "bridge", "brook", "canal", "cedar", "channel",
	"cliff", "cloud", "coast", "coral", "crane", "creek", "current",
	"dam", "delta", "dune", "eddy", "ferry", "fjord", "flood", "ford",
	"gate", "glacier", "harbor", "heron", "island", "lagoon", "lake",
	"ledge", "lock", "marsh", "meadow", "mill", "otter", "pebble", "pier",
	"pond", "pool", "rapids", "reed", "reef", "ridge", "river", "salmon",
	"sluice", "spring", "stone", "stream", "swan", "tide", "trout",
	"valley", "weir", "willow", "wharf", "wave",
};

static struct str random_name(struct arena *a)
{
	unsigned char r[2];

	random_bytes(r, sizeof(r));
	return arena_printf(a, "%s_%s",
	    adjectives[r[0] % (sizeof(adjectives) / sizeof(*adjectives))],
	    nouns[r[1] % (sizeof(nouns) / sizeof(*nouns))]);
}

/* RFC 9562 version 4 */
static struct str random_uuid(struct arena *a)
{
	unsigned char b[16];

	random_bytes(b, sizeof(b));
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	return arena_printf(a, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-"
	    "%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2], b[3], b[4], b[5],
	    b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

struct str generate_name(const struct generate_request *rq,
    const struct generate_result *g, struct arena *a)
{
	if (rq->name.n)
		return rq->name;
	if (!(rq->compat & DECL_SAFE) || rq->custom)
		return random_name(a);
	return decl_name(g->from, g->to, &rq->answers, a);
}

static enum rc prefix_of(const struct generate_request *rq, struct arena *a,
    struct str *out, struct err *e)
{
	const char *dir = arena_z(a, rq->out);
	int64_t ms = rq->now_ms;
	bool taken = false;
	struct str text;
	int idx = 0;
	enum rc rc = folder_next_idx(dir, &idx, e);

	if (rc)
		return rc;
	/* one of a clock: two of one second would share a snapshot's name */
	do {
		text = tag_prefix_text(rq->prefix, idx, ms, a);
		if (prefix_is_time(rq->prefix))
			rc = folder_has_prefix(dir, text, &taken, e);
		ms += 1000;
	} while (!rc && taken);
	if (!rc)
		*out = text;
	return rc;
}

static struct str sql_file(const struct generate_request *rq, struct str tag,
    struct arena *a)
{
	return arena_printf(a, "%.*s/%.*s.sql", STR_ARG(rq->out),
	    STR_ARG(tag));
}

enum rc generate_tag(const struct generate_request *rq, struct str name,
    struct arena *a, struct str *out, struct err *e)
{
	struct str prefix, tag;
	enum rc rc;

	if (!str_trim(name).n)
		return err_set(e, RC_USAGE, "a migration needs a name");
	rc = prefix_of(rq, a, &prefix, e);
	if (rc)
		return rc;
	tag = arena_printf(a, "%.*s_%.*s", STR_ARG(prefix), STR_ARG(name));
	if (!tag_valid(tag)) {
		err_set(e, RC_USAGE, "\"%.*s\" cannot be a migration's name",
		    STR_ARG(tag));
		err_hint(e, "no /, \\, control characters; 200 bytes at most");
		return RC_USAGE;
	}
	if (file_stat_of(arena_z(a, sql_file(rq, tag, a))).exists) {
		err_set(e, RC_CONFLICT, "%.*s.sql is there already, and the "
		    "journal does not name it", STR_ARG(tag));
		err_hint(e, "a generate that was cut off may have left it: rm "
		    "%.*s, and generate again; else weir adopt %.*s.sql",
		    STR_ARG(sql_file(rq, tag, a)), STR_ARG(tag));
		return RC_CONFLICT;
	}
	*out = tag;
	return RC_OK;
}

/* --- both sides -------------------------------------------------------------------- */

enum rc declared_now(const struct generate_request *rq, struct arena *a,
    struct ts_schema *out, struct err *e)
{
	struct ts_schema_request sq = { .root = rq->root,
		.dialect = rq->dialect, .casing = rq->casing, .env = rq->env,
		.limit = rq->limit };
	enum rc rc;

	if (!rq->schema.n) {
		rc = err_set(e, RC_USAGE, "no schema files are named");
		err_hint(e, "set \"schema\" in drizzle.config.ts, or give "
		    "--schema FILE --dialect postgresql|sqlite");
		return rc;
	}
	rc = ts_schema_files(rq->root, rq->schema, a, &sq.files, e);
	return rc ? rc : ts_schema_read(&sq, a, out, e);
}

static enum rc declared_by(const struct generate_request *rq,
    const struct snapshot_file *file, struct arena *a,
    const struct decl **out, struct err *e)
{
	const struct decl *d = NULL;
	enum rc rc;

	if (!file->name.n) {
		*out = decl_empty(rq->dialect, a);
		return RC_OK;
	}
	rc = decl_read(file->text, arena_z(a, file->path), a, &d, e);
	if (!rc && d->dialect != rq->dialect)
		rc = err_at(e, RC_USAGE, arena_z(a, file->path),
		    "the snapshot is one of %s, the configuration says %s",
		    kit_dialect[d->dialect], kit_dialect[rq->dialect]);
	if (!rc)
		*out = d;
	return rc;
}

static bool unprefixed(const struct generate_request *rq)
{
	return rq->compat & DECL_SAFE;
}

enum rc declared_last(const struct generate_request *rq, struct arena *a,
    const struct decl **out, struct err *e)
{
	struct snapshot_file base;
	enum rc rc = folder_base(arena_z(a, rq->out), unprefixed(rq), a,
	    &base, e);

	return rc ? rc : declared_by(rq, &base, a, out, e);
}

static struct str tag_prefix(struct str tag)
{
	return str_sub(tag, 0, str_find(tag, STR("_"), 0));
}

/* An SQL file of the base's number: that generate can be finished. */
static enum rc cut_off(const struct generate_request *rq, struct arena *a,
    const struct snapshot_file *base, struct err *e)
{
	struct str start = arena_printf(a, "%.*s_",
	    STR_ARG(tag_prefix(base->name)));
	struct dir_list list = { 0 };
	enum rc rc = dir_read(arena_z(a, rq->out), a, &list, e);

	for (size_t i = 0; !rc && i < list.n; i++)
		if (str_starts(list.v[i].name, start) &&
		    str_ends(list.v[i].name, STR(".sql"))) {
			rc = err_at(e, RC_INCONSISTENT, arena_z(a, base->path),
			    "no entry of the journal has this snapshot: a "
			    "generate was cut off, and what it declares would "
			    "never be made");
			err_hint(e, "weir adopt the %.*s that belongs to it",
			    STR_ARG(list.v[i].name));
		}
	return rc;
}

/*
 * A snapshot whose migration no entry names is the base all the same, as it is
 * drizzle-kit's: that is told, for its change may never be made.
 */
static enum rc find_unnamed(const struct generate_request *rq,
    struct arena *a, struct generate_result *g, struct err *e)
{
	bool named = true;
	enum rc rc = RC_OK;

	if (g->base.name.n)
		rc = folder_has_prefix(arena_z(a, rq->out),
		    tag_prefix(g->base.name), &named, e);
	g->base_unnamed = !rc && !named;
	return g->base_unnamed && (rq->compat & DECL_SAFE) ?
	    cut_off(rq, a, &g->base, e) : rc;
}

/* now.warnings, and that note */
static struct strs warnings_of(const struct generate_result *g,
    struct strs of_schema, struct arena *a)
{
	VEC(struct str) v = { 0 };

	if (g->base_unnamed)
		vec_push(a, &v, arena_printf(a, "%.*s, which the journal does "
		    "not name, is where this starts from, as with drizzle-kit: "
		    "no migration makes what it alone declares (weir check)",
		    STR_ARG(g->base.path)));
	for (size_t i = 0; i < of_schema.n; i++)
		vec_push(a, &v, of_schema.v[i]);
	return (struct strs){ v.v, v.n };
}

/* drizzle-kit writes over such a snapshot where the new one has its name. */
static bool replaces(const struct generate_result *g, struct str prefix,
    struct arena *a)
{
	return g->base_unnamed && str_eq(g->base.name,
	    arena_printf(a, "%.*s_snapshot.json", STR_ARG(prefix)));
}

/* --- again ------------------------------------------------------------------ */

static const struct snapshot_file *named(const struct snapshot_file *v,
    size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i].name, name))
			return &v[i];
	return NULL;
}

/* What it was made from, and what it made, by its own snapshot's parent. */
static enum rc parent_of(const struct generate_request *rq, struct arena *a,
    struct generate_result *g, struct err *e)
{
	static const struct snapshot_file nothing = { .name = STR_NONE };
	struct str name = arena_printf(a, "%.*s_snapshot.json",
	    STR_ARG(tag_prefix(g->again)));
	const struct snapshot_file *v, *own;
	size_t n;
	enum rc rc = folder_snapshots(arena_z(a, rq->out), a, &v, &n, e);

	if (rc)
		return rc;
	own = named(v, n, name);
	if (!own || own != &v[n - 1])
		return err_set(e, RC_INCONSISTENT, "%.*s is not the last "
		    "snapshot: %.*s cannot be made again", STR_ARG(name),
		    STR_ARG(g->again));
	rc = declared_by(rq, own, a, &g->was, e);
	if (rc)
		return rc;
	g->was_text = own->text;
	g->from = decl_empty(rq->dialect, a);
	if (!g->was->prev_id.n || str_eq(g->was->prev_id, g->from->id))
		return declared_by(rq, &nothing, a, &g->from, e);
	for (size_t i = 0; i + 1 < n; i++) {
		rc = declared_by(rq, &v[i], a, &g->from, e);
		if (rc || str_eq(g->from->id, g->was->prev_id))
			return rc;
	}
	err_set(e, RC_INCONSISTENT, "the snapshot that %.*s follows is not "
	    "here", STR_ARG(name));
	err_hint(e, "weir check tells more");
	return RC_INCONSISTENT;
}

struct guess {
	const struct generate_result *g;
	struct str text;
	struct arena *a;
	size_t left;			/* comparisons */
};

static bool is_text(const struct guess *k, const struct decl_change *c)
{
	bool same = false;

	for (int breakpoints = 0; breakpoints < 2 && !same; breakpoints++) {
		struct sbuf b = SBUF_INIT(FS_MAX_TEXT);

		decl_sql(c->statements, breakpoints, &b);
		same = str_eq(sbuf_str(&b), k->text);
		sbuf_free(&b);
	}
	return same;
}

/* With those answers, and any to what they leave open? */
static bool is_made_with(struct guess *k, enum decl_compat compat,
    const struct decl_answers *with)
{
	struct err ignored = ERR_INIT;
	struct decl_change c = { 0 };
	const struct decl_question *q;
	struct decl_answer *v;
	bool same = false;

	if (!k->left)
		return false;
	k->left--;
	if (decl_diff(k->g->from, k->g->was, with, compat, k->a, &c, &ignored))
		return false;
	if (!c.nopen)
		return is_text(k, &c);
	q = &c.open[0];
	v = arena_array(k->a, struct decl_answer, with->n + 1);
	for (size_t i = 0; i < with->n; i++)
		v[i] = with->v[i];
	for (size_t i = 0; i <= q->n && !same && k->left; i++) {
		const struct decl_answers more = { .v = v, .n = with->n + 1 };

		v[with->n] = (struct decl_answer){ .kind = q->kind,
			.table = q->table, .to = q->created,
			.from = i < q->n ? q->v[i].name : STR_NONE };
		same = is_made_with(k, compat, &more);
	}
	return same;
}

/* Is the file's text what the two snapshots make, whatever was answered? */
static bool text_is_made(const struct generate_request *rq,
    const struct generate_result *g, struct str text, struct arena *a)
{
	enum { MOST = 100 };
	const struct decl_answers none = { 0 };
	bool same = false;

	for (int way = 0; way < 2 && !same; way++) {
		struct guess k = { g, text, a, MOST };

		same = is_made_with(&k, (rq->compat & DECL_LIBSQL) |
		    (way ? DECL_EXACT : DECL_SAFE), &none);
	}
	return same;
}

/* The newest entry, and what it was made from. */
static enum rc read_again(const struct generate_request *rq, struct arena *a,
    struct generate_result *g, struct err *e)
{
	struct folder *f = NULL;
	const struct entry *en;
	enum rc rc = folder_read(arena_z(a, rq->out), a, &f, e);

	if (!rc && !f->n)
		rc = err_set(e, RC_NOTFOUND, "there is no migration to make "
		    "again");
	if (rc)
		return rc;
	en = &f->v[f->n - 1];
	g->again = en->tag;
	if (!tag_prefix(en->tag).n)
		return err_set(e, RC_INCONSISTENT, "without a prefix all "
		    "migrations share one snapshot: what it was before %.*s "
		    "is not known any more", STR_ARG(en->tag));
	if (en->missing)
		return err_at(e, RC_INCONSISTENT, arena_z(a, en->file),
		    "the file of the newest migration is not there");
	rc = parent_of(rq, a, g, e);
	if (rc)
		return rc;
	g->old_sql = en->text;
	g->by_hand = !text_is_made(rq, g, en->text, a);
	return RC_OK;
}

/* --- writing -------------------------------------------------------------------------- */

static enum rc compose(const struct generate_request *rq, struct arena *a,
    struct generate_result *g, struct new_migration *m, struct err *e)
{
	struct sbuf sql = SBUF_INIT(FS_MAX_TEXT);
	struct sbuf snapshot = SBUF_INIT(FS_MAX_TEXT);
	struct decl *to = arena_copy(a, rq->custom ? g->from : g->change.to,
	    sizeof(*to));
	enum rc rc = RC_OK;

	to->prev_id = g->from->id;
	to->id = random_uuid(a);
	decl_write(to, rq->custom, &snapshot);
	if (rq->custom)
		sbuf_add(&sql, STR(CUSTOM_TEXT));
	else
		decl_sql(g->change.statements, rq->breakpoints, &sql);
	*m = (struct new_migration){
		.dialect = str_z(kit_dialect[rq->dialect]),
		.version = str_z(kit_version[rq->dialect]),
		.when = rq->now_ms,
		.breakpoints = rq->breakpoints,
		.sql = arena_str(a, sbuf_str(&sql)),
		.snapshot = arena_str(a, sbuf_str(&snapshot)),
	};
	if (sql.full || snapshot.full)
		rc = err_set(e, RC_UNSUPPORTED,
		    "the migration is larger than %zu bytes", FS_MAX_TEXT);
	sbuf_free(&sql);
	sbuf_free(&snapshot);
	return rc;
}

/* Would it write what is there? */
static bool is_same(const struct generate_result *g, struct str sql,
    struct arena *a)
{
	struct decl *to = arena_copy(a, g->change.to, sizeof(*to));
	struct sbuf b = SBUF_INIT(FS_MAX_TEXT);
	bool same;

	to->id = g->was->id;
	to->prev_id = g->was->prev_id;
	decl_write(to, false, &b);
	same = str_eq(sbuf_str(&b), g->was_text) && str_eq(sql, g->old_sql);
	sbuf_free(&b);
	return same;
}

/* A text that somebody wrote is not lost with the one that takes its place. */
static enum rc keep_old(const struct generate_request *rq, struct arena *a,
    struct generate_result *g, struct str sql, struct err *e)
{
	if (!g->by_hand || rq->dry_run || str_eq(g->old_sql, sql))
		return RC_OK;
	g->kept = arena_printf(a, "%.*s/%.*s.sql.orig", STR_ARG(rq->out),
	    STR_ARG(g->again));
	if (file_stat_of(arena_z(a, g->kept)).exists) {
		err_set(e, RC_CONFLICT, "%.*s is there already, with an older "
		    "text", STR_ARG(g->kept));
		err_hint(e, "move it away or remove it, and generate --amend "
		    "again: nothing was written");
		return RC_CONFLICT;
	}
	return file_create(arena_z(a, g->kept), g->old_sql, 0666, e);
}

static enum rc named_again(const struct generate_request *rq,
    struct arena *a, struct generate_result *g, struct new_migration *m,
    struct err *e)
{
	m->how = ADD_AGAIN;
	m->tag = g->again;
	m->prefix = tag_prefix(g->again);
	return keep_old(rq, a, g, m->sql, e);
}

/* Below 0: the snapshot of that prefix would come before the last by name. */
static enum rc against_last(const struct generate_request *rq,
    struct str prefix, struct arena *a, struct str *last, int *order,
    struct err *e)
{
	enum rc rc = folder_last_name(arena_z(a, rq->out), a, last, e);

	if (!rc)
		*order = str_cmp(arena_printf(a, "%.*s_snapshot.json",
		    STR_ARG(prefix)), *last);
	return rc;
}

/* Else the generate after this one would start from another snapshot. */
static enum rc comes_last(const struct generate_request *rq,
    struct str prefix, struct arena *a, struct err *e)
{
	struct str last = STR("");
	int order = 0;
	enum rc rc = prefix.n ? against_last(rq, prefix, a, &last, &order, e) :
	    RC_OK;

	if (rc || order >= 0)
		return rc;
	err_set(e, RC_CONFLICT, "the prefix %.*s sorts before %.*s, from which "
	    "the generate after this one would start", STR_ARG(prefix),
	    STR_ARG(last));
	err_hint(e, "keep the --prefix that the folder has (migrations.prefix "
	    "of the configuration)");
	return RC_CONFLICT;
}

static enum rc named_new(const struct generate_request *rq, struct arena *a,
    const struct generate_result *g, struct new_migration *m, struct err *e)
{
	enum rc rc = generate_tag(rq, generate_name(rq, g, a), a, &m->tag, e);

	if (!rc)
		rc = prefix_of(rq, a, &m->prefix, e);
	return rc ? rc : comes_last(rq, m->prefix, a, e);
}

static enum rc put(const struct generate_request *rq, struct arena *a,
    struct generate_result *g, struct new_migration *m, struct err *e)
{
	m->base = &g->base;
	m->unprefixed = unprefixed(rq);
	m->replaces = replaces(g, m->prefix, a);
	g->tag = m->tag;
	g->sql = m->sql;
	g->file = sql_file(rq, m->tag, a);
	g->snapshot_file = arena_printf(a, "%.*s/meta/%.*s_snapshot.json",
	    STR_ARG(rq->out), STR_ARG(m->prefix));
	m->bundle = rq->bundle;
	if (rq->custom)
		m->bundle.header = false;
	if (rq->bundle.wanted)
		g->bundle_file = path_join(a, rq->out, STR("migrations.js"));
	g->outcome = rq->dry_run ? GENERATE_DRY : GENERATE_WRITTEN;
	return rq->dry_run ? RC_OK : folder_add(arena_z(a, rq->out), m, e);
}

enum rc generate_write(const struct generate_request *rq, struct arena *a,
    struct generate_result *g, struct err *e)
{
	struct new_migration m = { 0 };
	enum rc rc = compose(rq, a, g, &m, e);

	if (!rc && g->again.n && is_same(g, m.sql, a)) {
		g->outcome = GENERATE_NOTHING;
		return RC_OK;
	}
	if (!rc)
		rc = g->again.n ? named_again(rq, a, g, &m, e) :
		    named_new(rq, a, g, &m, e);
	return rc ? rc : put(rq, a, g, &m, e);
}

/* The folder's next prefix; where that would not sort last, the time. */
static enum rc last_prefix(const struct generate_request *rq,
    struct arena *a, struct str *out, struct err *e)
{
	struct generate_request timed = *rq;
	struct str last;
	int order = 0;
	enum rc rc = prefix_of(rq, a, out, e);

	timed.prefix = PREFIX_TIMESTAMP;
	if (!rc)
		rc = against_last(rq, *out, a, &last, &order, e);
	return rc || order > 0 ? rc : prefix_of(&timed, a, out, e);
}

/* "0009_hand": "hand" */
static struct str without_number(struct str tag)
{
	struct str prefix = tag_prefix(tag);
	bool number = prefix.n && prefix.n + 1 < tag.n;

	for (size_t i = 0; i < prefix.n; i++)
		number &= prefix.p[i] >= '0' && prefix.p[i] <= '9';
	return number ? str_sub(tag, prefix.n + 1, tag.n) : tag;
}

/* A name that sorts last: the next generate has to start from its snapshot. */
static enum rc adopt_prefix(const struct generate_request *rq,
    struct str tag, struct arena *a, struct str *out, struct err *e)
{
	struct str prefix = tag_prefix(tag), next, last, now;
	int order = 0;
	enum rc rc = against_last(rq, prefix, a, &last, &order, e);

	if (rc)
		return rc;
	*out = prefix;
	if (prefix.n && prefix.n < tag.n && order > 0 &&
	    (prefix.p[0] >= '0' && prefix.p[0] <= '9'))
		return RC_OK;
	rc = last_prefix(rq, a, &next, e);
	if (rc)
		return rc;
	now = arena_printf(a, "%.*s_%.*s", STR_ARG(next),
	    STR_ARG(without_number(tag)));
	err_set(e, RC_USAGE, "%.*s.sql would not come last: its name has to "
	    "begin with %.*s_", STR_ARG(tag), STR_ARG(next));
	err_hint(e, "mv %.*s %.*s, then weir adopt %.*s.sql",
	    STR_ARG(sql_file(rq, tag, a)), STR_ARG(sql_file(rq, now, a)),
	    STR_ARG(now));
	return RC_USAGE;
}

static enum rc adopt_new(const struct generate_request *rq, struct str tag,
    struct arena *a, struct generate_result *g, struct new_migration *m,
    struct err *e)
{
	enum rc rc = generate_read(rq, a, g, e);

	if (!rc)
		rc = compose(rq, a, g, m, e);
	if (!rc)
		rc = adopt_prefix(rq, tag, a, &m->prefix, e);
	m->how = ADD_ENTRY;
	return rc;
}

/* A generate that was cut off before the journal: its snapshot is there. */
static enum rc adopt_rest(const struct generate_request *rq, struct str tag,
    struct arena *a, struct generate_result *g, struct new_migration *m,
    struct err *e)
{
	enum rc rc = check_before(rq, a, e);

	if (!rc)
		rc = declared_by(rq, &g->base, a, &g->from, e);
	g->to = g->from;
	if (!rc)
		rc = compose(rq, a, g, m, e);
	m->how = ADD_REST;
	m->prefix = tag_prefix(tag);
	return rc;
}

enum rc generate_adopt(const struct generate_request *rq, struct str tag,
    struct arena *a, struct generate_result *out, struct err *e)
{
	struct generate_request custom = *rq;
	struct generate_result g = { 0 };
	struct new_migration m = { 0 };
	char *dir = arena_z(a, rq->out);
	bool named = false, taken = false, rest;
	enum rc rc;

	custom.custom = true;
	if (!tag_valid(tag))
		return err_set(e, RC_USAGE, "\"%.*s\" cannot be a migration's "
		    "name", STR_ARG(tag));
	if (!file_stat_of(arena_z(a, sql_file(rq, tag, a))).is_file)
		return err_set(e, RC_NOTFOUND, "there is no file %.*s",
		    STR_ARG(sql_file(rq, tag, a)));
	rc = folder_names(dir, tag, &taken, e);
	if (!rc && taken)
		rc = err_set(e, RC_CONFLICT, "the journal names %.*s already",
		    STR_ARG(tag));
	if (!rc)
		rc = folder_base(dir, unprefixed(rq), a, &g.base, e);
	if (!rc)
		rc = folder_has_prefix(dir, tag_prefix(tag), &named, e);
	if (rc)
		return rc;
	rest = !named && g.base.name.n &&
	    str_eq(tag_prefix(g.base.name), tag_prefix(tag));
	rc = (rest ? adopt_rest : adopt_new)(&custom, tag, a, &g, &m, e);
	m.tag = tag;
	if (!rc)
		rc = put(rq, a, &g, &m, e);
	if (!rc)
		*out = g;
	return rc;
}

/* A folder at the root of the file system is nobody's wish: a variable of the
 * configuration was empty. */
static enum rc check_out(const struct generate_request *rq, struct arena *a,
    struct err *e)
{
	struct str out = path_absolute(a, rq->out);
	struct str root = path_absolute(a, rq->root);

	while (out.n && out.p[out.n - 1] == '/')
		out.n--;
	if (str_find(out, STR("/"), 1) < out.n || str_is(root, "/") ||
	    str_eq(out, root) || file_stat_of(arena_z(a, out)).is_dir)
		return RC_OK;
	err_set(e, RC_USAGE, "out is %.*s, at the root of the file system",
	    STR_ARG(rq->out));
	err_hint(e, "make that folder first if it is meant; else see what is "
	    "empty in the configuration's out");
	return RC_USAGE;
}

enum rc generate_read(const struct generate_request *rq, struct arena *a,
    struct generate_result *out, struct err *e)
{
	struct generate_result g = { .outcome = GENERATE_NOTHING };
	struct ts_schema now = { 0 };
	enum rc rc = check_out(rq, a, e);

	if (!rc)
		rc = check_before(rq, a, e);
	if (!rc)
		rc = folder_base(arena_z(a, rq->out), unprefixed(rq), a,
		    &g.base, e);
	if (!rc)
		rc = find_unnamed(rq, a, &g, e);
	if (!rc)
		rc = rq->amend ? read_again(rq, a, &g, e) :
		    declared_by(rq, &g.base, a, &g.from, e);
	if (!rc && !rq->custom)
		rc = declared_now(rq, a, &now, e);
	out->paths = g.paths = now.paths;
	if (rc)
		return rc;
	g.to = rq->custom ? g.from : now.decl;
	g.warnings = warnings_of(&g, now.warnings, a);
	g.unseen = now.unseen;
	g.nunseen = now.nunseen;
	*out = g;
	return RC_OK;
}

/* drizzle-kit never reads _snapshot.json, and makes everything again. */
static void tell_unprefixed(const struct generate_result *g, struct arena *a,
    struct decl_change *c)
{
	struct decl_difference *v;

	if (!str_is(g->base.name, "_snapshot.json"))
		return;
	v = arena_array(a, struct decl_difference, c->ndiffs + 1);
	for (size_t i = 0; i < c->ndiffs; i++)
		v[i] = c->diffs[i];
	v[c->ndiffs++] = (struct decl_difference){ "prefix-none",
		STR("the migration holds what changed since the last one, not "
		"the whole schema again") };
	c->diffs = v;
}

static bool is_allowed(const struct generate_request *rq, struct str consent)
{
	for (size_t i = 0; i < rq->allow.n; i++)
		if (str_eq(rq->allow.v[i], consent))
			return true;
	return false;
}

/* "drop-table:t": "t"; what is no table: "enum e" */
static struct str gone_name(struct str consent, struct arena *a)
{
	size_t at = str_find(consent, STR(":"), 0);
	struct str what = str_sub(consent, strlen("drop-"), at);
	struct str name = str_sub(consent, at + 1, consent.n);

	return str_is(what, "table") ? name : arena_printf(a, "%.*s %.*s",
	    STR_ARG(what), STR_ARG(name));
}

/* What seems to go may be in what was not read. */
static enum rc check_unseen(const struct generate_request *rq,
    struct arena *a, const struct generate_result *g, struct err *e)
{
	struct str flags = STR(""), names = STR(""), places = STR("");
	bool parts = false, table = true;
	struct strs gone;

	for (size_t i = 0; i < g->nunseen; i++)
		parts |= g->unseen[i].parts;
	gone = decl_dropped(g->from, g->to, &rq->answers, parts, a);
	for (size_t i = 0; g->nunseen && i < gone.n; i++) {
		if (is_allowed(rq, gone.v[i]))
			continue;
		table &= str_starts(gone.v[i], STR("drop-table:"));
		flags = arena_printf(a, "%.*s --allow %.*s", STR_ARG(flags),
		    STR_ARG(gone.v[i]));
		names = arena_printf(a, "%.*s%s%.*s", STR_ARG(names),
		    names.n ? ", " : "", STR_ARG(gone_name(gone.v[i], a)));
	}
	if (!names.n)
		return RC_OK;
	for (size_t i = 0; i < g->nunseen && i < 3; i++) {
		const struct ts_unseen *x = &g->unseen[i];

		places = arena_printf(a, "%.*s%s%.*s: %.*s is %.*s",
		    STR_ARG(places), i ? "; " : "", STR_ARG(x->where),
		    STR_ARG(x->name), STR_ARG(x->what));
	}
	err_set(e, RC_DECISION, "%.*s would be dropped, but %s may be in "
	    "what is not read: %.*s%s", STR_ARG(names), table ? "a table" :
	    "it", STR_ARG(places), g->nunseen > 3 ? " …" : "");
	err_hint(e, "weir reads the project's own files and no packages: "
	    "declare %s there; if it is to go: weir generate%.*s",
	    table ? "the table" : "it", STR_ARG(flags));
	return RC_DECISION;
}

enum rc generate_compare(const struct generate_request *rq, struct arena *a,
    struct generate_result *g, struct err *e)
{
	enum rc rc = RC_OK;

	g->outcome = GENERATE_DRY;
	if (rq->custom)
		return RC_OK;
	rc = decl_diff(g->from, g->to, &rq->answers, rq->compat, a,
	    &g->change, e);
	if (rc)
		return rc;
	if (g->change.nopen)
		g->outcome = GENERATE_OPEN;
	else if (!g->change.statements.n)
		g->outcome = GENERATE_NOTHING;
	if (g->outcome == GENERATE_DRY)
		tell_unprefixed(g, a, &g->change);
	return g->outcome == GENERATE_OPEN ? RC_OK :
	    check_unseen(rq, a, g, e);
}

enum rc generate(const struct generate_request *rq, struct arena *a,
    struct generate_result *out, struct err *e)
{
	struct generate_result g;
	enum rc rc = generate_read(rq, a, &g, e);

	if (!rc)
		rc = generate_compare(rq, a, &g, e);
	if (!rc && g.outcome == GENERATE_DRY)
		rc = generate_write(rq, a, &g, e);
	if (!rc)
		*out = g;
	return rc;
}
