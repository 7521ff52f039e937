/* kit: drizzle-kit's words of a configuration → a request (op/generate.h). */
#include "base/fs.h"
#include "op/generate.h"

enum rc generate_word(struct str word, const char *const *words, size_t n,
    const char *option, int *out, struct err *e)
{
	struct sbuf list = SBUF_TEXT;
	enum rc rc;

	for (size_t i = 0; i < n; i++)
		if (words[i] && str_is(word, words[i])) {
			*out = (int)i;
			return RC_OK;
		}
	for (size_t i = 0; i < n; i++)
		if (words[i])
			sbuf_addf(&list, "%s%s", list.n ? ", " : "", words[i]);
	rc = err_set(e, RC_USAGE, "%s takes %.*s, not \"%.*s\"", option,
	    STR_ARG(sbuf_str(&list)), STR_ARG(word));
	sbuf_free(&list);
	return rc;
}

static enum rc dialect_word(struct str word, enum decl_dialect *out,
    struct err *e)
{
	static const struct { const char *word; enum decl_dialect is; } t[] = {
		{ "postgresql", DECL_PG }, { "sqlite", DECL_SQLITE },
		{ "turso", DECL_SQLITE } };

	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++)
		if (str_is(word, t[i].word)) {
			*out = t[i].is;
			return RC_OK;
		}
	if (!word.n) {
		err_set(e, RC_USAGE, "no dialect is named");
		err_hint(e, "set \"dialect\" in drizzle.config.ts, or give "
		    "--dialect postgresql|sqlite");
		return RC_USAGE;
	}
	err_set(e, RC_UNSUPPORTED, "the dialect \"%.*s\" is not one that weir "
	    "works on", STR_ARG(word));
	err_hint(e, "postgresql, sqlite, turso");
	return RC_UNSUPPORTED;
}

enum decl_compat generate_compat(struct str dialect, bool exact)
{
	unsigned rules = exact ? DECL_EXACT : DECL_SAFE;

	if (str_is(dialect, "turso"))
		rules |= DECL_LIBSQL;
	return (enum decl_compat)rules;
}

enum rc generate_configure(const struct kit_config *k, struct str root,
    struct arena *a, struct generate_request *rq, struct err *e)
{
	static const char *const casings[] = { [TS_CASING_NONE] = "",
		[TS_CASING_SNAKE] = "snake_case",
		[TS_CASING_CAMEL] = "camelCase" };
	const char *casing = k->casing_where.n ? arena_printf(a, "%.*s: "
	    "\"casing\"", STR_ARG(k->casing_where)).p : "--casing";
	const char *prefix = k->prefix_where.n ? arena_printf(a, "%.*s: "
	    "\"prefix\"", STR_ARG(k->prefix_where)).p : "--prefix";
	int word = 0;
	enum rc rc = dialect_word(k->dialect, &rq->dialect, e);

	if (!rc && k->casing.n)
		rc = generate_word(k->casing, casings, 3, casing, &word, e);
	rq->casing = (enum ts_casing)word;
	word = PREFIX_INDEX;
	if (!rc && k->prefix.n)
		rc = generate_word(k->prefix, tag_prefix_word, PREFIX_N,
		    prefix, &word, e);
	if (rc)
		return rc;
	rq->prefix = (enum tag_prefix)word;
	rq->compat = generate_compat(k->dialect, false);
	rq->schema = k->schema;
	if (k->env)
		rq->env = k->env;
	rq->root = root;
	rq->out = path_join(a, root, k->out.n ? k->out : STR("drizzle"));
	rq->breakpoints = !k->no_breakpoints;
	rq->bundle.header = str_is(k->driver, "expo");
	rq->bundle.wanted = rq->dialect == DECL_SQLITE &&
	    (rq->bundle.header || str_is(k->driver, "durable-sqlite"));
	return RC_OK;
}

enum rc generate_request_of(const struct project_request *pq, struct arena *a,
    struct generate_request *rq, struct project **p, struct err *e)
{
	struct project_request again = *pq;
	struct project *found = NULL;
	enum rc rc;

	again.no_db = true;
	rc = project_find(&again, a, &found, e);
	if (rc)
		return rc;
	*p = found;
	if (found->kit.open.n)
		return err_at(e, RC_USAGE, arena_z(a, found->kit.open_where),
		    "%.*s, which is not known here", STR_ARG(found->kit.open));
	return generate_configure(&found->kit, found->config.n ? found->root :
	    pq->cwd, a, rq, e);
}
