/* generate: see generate.h. */
#include <stdio.h>

#include "base/fs.h"
#include "op/generate.h"

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

static struct str name_of(const struct generate_request *rq,
    const struct generate_result *g, struct arena *a)
{
	struct str name = rq->name, chosen;

	if (name.n)
		return name;
	if (rq->compat == DECL_EXACT || rq->custom)
		return random_name(a);
	name = decl_name(g->from, g->to, a);
	chosen = rq->choose_name ? rq->choose_name(rq->arg, name) : STR("");
	return chosen.n ? arena_str(a, chosen) : name;
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

enum rc declared_last(const struct generate_request *rq, struct arena *a,
    const struct decl **out, struct err *e)
{
	const struct snapshot_file *v;
	size_t n;
	enum rc rc = folder_snapshots(arena_z(a, rq->out), a, &v, &n, e);

	if (rc)
		return rc;
	if (!n) {
		*out = decl_empty(rq->dialect, a);
		return RC_OK;
	}
	rc = decl_read(v[n - 1].text, arena_z(a, v[n - 1].path), a, out, e);
	if (!rc && (*out)->dialect != rq->dialect)
		rc = err_at(e, RC_USAGE, arena_z(a, v[n - 1].path),
		    "the snapshot is one of %s, the configuration says %s",
		    kit_dialect[(*out)->dialect], kit_dialect[rq->dialect]);
	return rc;
}

/* --- writing -------------------------------------------------------------------------- */

static enum rc compose(const struct generate_request *rq, struct arena *a,
    struct generate_result *g, struct new_migration *m, struct err *e)
{
	struct sbuf sql = SBUF_INIT(FS_MAX_TEXT);
	struct sbuf snapshot = SBUF_INIT(FS_MAX_TEXT);
	struct decl *to = arena_copy(a, rq->custom ? g->from : g->change.to,
	    sizeof(*to));
	int idx = 0;
	enum rc rc = folder_next_idx(arena_z(a, rq->out), &idx, e);

	if (rc)
		return rc;
	to->prev_id = g->from->id;
	to->id = random_uuid(a);
	decl_write(to, rq->custom, &snapshot);
	if (rq->custom)
		sbuf_add(&sql, STR(CUSTOM_TEXT));
	else
		decl_sql(g->change.statements, rq->breakpoints, &sql);
	*m = (struct new_migration){
		.prefix = tag_prefix_text(rq->prefix, idx, rq->now_ms, a),
		.dialect = str_z(kit_dialect[rq->dialect]),
		.version = str_z(kit_version[rq->dialect]),
		.when = rq->now_ms,
		.breakpoints = rq->breakpoints,
		.sql = arena_str(a, sbuf_str(&sql)),
		.snapshot = arena_str(a, sbuf_str(&snapshot)),
	};
	m->tag = arena_printf(a, "%.*s_%.*s", STR_ARG(m->prefix),
	    STR_ARG(name_of(rq, g, a)));
	if (sql.full || snapshot.full)
		rc = err_set(e, RC_UNSUPPORTED,
		    "the migration is larger than %zu bytes", FS_MAX_TEXT);
	sbuf_free(&sql);
	sbuf_free(&snapshot);
	return rc;
}

static enum rc finish(const struct generate_request *rq, struct arena *a,
    struct generate_result *g, struct err *e)
{
	struct new_migration m = { 0 };
	enum rc rc = compose(rq, a, g, &m, e);

	if (rc)
		return rc;
	if (!tag_valid(m.tag)) {
		rc = err_set(e, RC_USAGE, "\"%.*s\" cannot be a migration's "
		    "name", STR_ARG(m.tag));
		err_hint(e, "no /, \\, control characters; 200 bytes at most");
		return rc;
	}
	g->tag = m.tag;
	g->sql = m.sql;
	g->file = arena_printf(a, "%.*s/%.*s.sql", STR_ARG(rq->out),
	    STR_ARG(m.tag));
	g->snapshot_file = arena_printf(a, "%.*s/meta/%.*s_snapshot.json",
	    STR_ARG(rq->out), STR_ARG(m.prefix));
	g->outcome = rq->dry_run ? GENERATE_DRY : GENERATE_WRITTEN;
	return rq->dry_run ? RC_OK : folder_add(arena_z(a, rq->out), &m, e);
}

enum rc generate(const struct generate_request *rq, struct arena *a,
    struct generate_result *out, struct err *e)
{
	struct generate_result g = { .outcome = GENERATE_NOTHING };
	struct ts_schema now = { 0 };
	enum rc rc = declared_last(rq, a, &g.from, e);

	if (rc)
		return rc;
	g.to = g.from;
	if (!rq->custom) {
		rc = declared_now(rq, a, &now, e);
		if (rc)
			return rc;
		g.to = now.decl;
		g.warnings = now.warnings;
		rc = decl_diff(g.from, g.to, &rq->answers, rq->compat, a,
		    &g.change, e);
		if (rc)
			return rc;
	}
	if (g.change.nopen)
		g.outcome = GENERATE_OPEN;
	else if (rq->custom || g.change.statements.n)
		rc = finish(rq, a, &g, e);
	if (!rc)
		*out = g;
	return rc;
}
