/* kit: see kit.h. */
#include "base/clock.h"
#include "base/fs.h"
#include "base/utf8.h"
#include "cmd/kit.h"
#include "op/entries.h"
#include "op/question.h"

/* --- the request ---------------------------------------------------------------- */

static struct str first_of(struct str x, struct str y)
{
	return x.n ? x : y;
}

static enum rc word_of(struct str word, const char *const *words, size_t n,
    const char *option, int *out, struct err *e)
{
	return generate_word(word, words, n, option, out, e);
}

/* "false" and "0" switch off, as in drizzle-kit; nothing switches on. */
static bool switched(const struct invocation *in, enum opt_id id, bool dflt)
{
	struct str v = cmd_value(in, id);

	if (!in->given[id])
		return dflt;
	return !str_is(v, "false") && !str_is(v, "0");
}

/* --compat, and the rules of libSQL where the dialect has them. */
static enum rc compat_of(const struct invocation *in, struct str dialect,
    enum decl_compat *out, struct err *e)
{
	struct str compat = cmd_value(in, OPT_COMPAT);

	if (compat.n && !str_is(compat, "exact"))
		return err_set(e, RC_USAGE, "--compat takes exact, not "
		    "\"%.*s\"", STR_ARG(compat));
	*out = generate_compat(dialect, compat.n > 0);
	return RC_OK;
}

/* A flag wins over the configuration's field, but for the prefix. */
static enum rc fill(struct invocation *in, const struct project *p,
    struct generate_request *rq, struct err *e)
{
	struct kit_config k = p->kit;
	enum rc rc;

	if (in->given[OPT_CASING])
		k.casing_where = STR("");
	if (!k.prefix.n)
		k.prefix_where = STR("");
	k.casing = first_of(cmd_value(in, OPT_CASING), k.casing);
	k.prefix = first_of(k.prefix, cmd_value(in, OPT_PREFIX));
	k.out = first_of(cmd_value(in, OPT_OUT), k.out);
	k.dialect = first_of(cmd_value(in, OPT_DIALECT), k.dialect);
	k.driver = first_of(cmd_value(in, OPT_DRIVER), k.driver);
	if (in->given[OPT_SCHEMA])
		k.schema = in->values[OPT_SCHEMA];
	k.no_breakpoints = !switched(in, OPT_BREAKPOINTS, !k.no_breakpoints);
	rc = generate_configure(&k, p->config.n ? p->root : in->cwd, in->a,
	    rq, e);
	if (!rc)
		rc = compat_of(in, k.dialect, &rq->compat, e);
	rq->bundle.exact = !(rq->compat & DECL_SAFE);
	return rc;
}

enum rc kit_request(struct invocation *in, struct generate_request *rq,
    struct project **out, struct err *e)
{
	struct project_request pq;
	struct project *p = NULL;
	struct str limit = cmd_value(in, OPT_LIMIT);
	int64_t times = 1;
	enum rc rc;

	*rq = (struct generate_request){ .env = in->env,
		.now_ms = clock_now_ms(), .custom = in->given[OPT_CUSTOM],
		.amend = in->given[OPT_AMEND],
		.dry_run = in->given[OPT_DRY_RUN],
		.allow = in->values[OPT_ALLOW],
		.name = cmd_value(in, OPT_NAME) };
	cmd_request(in, STR_NONE, &pq);
	pq.no_db = true;
	rc = project_find(&pq, in->a, &p, e);
	if (!rc && p->kit.open.n && !in->given[OPT_SCHEMA])
		rc = err_at(e, RC_USAGE, arena_z(in->a, p->kit.open_where),
		    "%.*s, which is not known here", STR_ARG(p->kit.open));
	if (!rc)
		rc = fill(in, p, rq, e);
	if (!rc && limit.n)
		rc = cmd_number(in, OPT_LIMIT, 1, &times, e);
	if (!rc)
		rc = kit_answers(in, &rq->answers, e);
	if (rc)
		return rc;
	rq->limit = (double)times;
	cmd_notes(in, p);
	*out = p;
	return RC_OK;
}

struct str kit_path(const struct invocation *in, struct str path)
{
	return utf8_clean(in->a, path_short(in->a, path, in->cwd), UTF8_LINE);
}

static void add_path(struct invocation *in, struct str path)
{
	sbuf_addc(&in->out, ' ');
	shell_quote(&in->out, kit_path(in, path));
}

void kit_git_add(struct invocation *in, const struct generate_result *g)
{
	sbuf_addz(&in->out, "git add");
	add_path(in, g->file);
	add_path(in, g->snapshot_file);
	add_path(in, path_join(in->a, path_dir(g->snapshot_file),
	    STR("_journal.json")));
	if (g->bundle_file.n)
		add_path(in, g->bundle_file);
	if (g->answers_file.n)
		add_path(in, g->answers_file);
	sbuf_addc(&in->out, '\n');
}

enum rc kit_not_applied(struct invocation *in,
    const struct generate_request *rq, struct str tag, const char *verb,
    struct err *e)
{
	struct project_request pq;
	struct project *p = NULL;
	struct err unknown = ERR_INIT;
	struct str where = STR("");
	enum rc rc;

	cmd_request(in, STR_NONE, &pq);
	rc = project_find(&pq, in->a, &p, e);
	if (!rc)
		rc = entry_applied(p, arena_z(in->a, rq->out), tag, in->a,
		    &where, &unknown, e);
	if (rc)
		return rc;
	if (unknown.msg[0])
		cmd_say(in, "note: whether %.*s has applied %.*s is not known: "
		    "%s", STR_ARG(p->db_label), STR_ARG(tag), unknown.msg);
	if (!where.n)
		return RC_OK;
	err_set(e, RC_CONFLICT, "%.*s has applied %.*s (%.*s): "
	    "no %s", STR_ARG(where), STR_ARG(tag), STR_ARG(p->db_source), verb);
	err_hint(e, "take it back there first: weir rollback; or leave it, "
	    "and generate what comes next");
	return RC_CONFLICT;
}

enum rc kit_diff_options(struct invocation *in, enum decl_compat *compat,
    bool *breakpoints, struct err *e)
{
	struct project_request pq;
	struct project *p = NULL;
	enum rc rc;

	cmd_request(in, STR_NONE, &pq);
	pq.no_db = true;
	rc = project_find(&pq, in->a, &p, e);
	if (rc)
		return rc;
	*breakpoints = switched(in, OPT_BREAKPOINTS, !p->kit.no_breakpoints);
	return compat_of(in, first_of(cmd_value(in, OPT_DIALECT),
	    p->kit.dialect), compat, e);
}

void kit_differences(const struct invocation *in, const struct decl_change *c)
{
	for (size_t i = 0; i < c->warnings.n; i++)
		cmd_say(in, "note: %.*s", STR_ARG(c->warnings.v[i]));
	for (size_t i = 0; i < c->ndiffs; i++)
		cmd_say(in, "note: %.*s (%s)", STR_ARG(decl_difference_text(
		    &c->diffs[i], in->tty_err, in->a)), c->diffs[i].id);
	if (c->ndiffs)
		cmd_say(in, "note: %s%s in weir(1), DIFFERENCES; "
		    "--compat=exact writes drizzle-kit's text", in->tty_err ?
		    "drizzle-kit would write other SQL there: " : "",
		    c->ndiffs == 1 ?
		    "the word in brackets is" : "the words in brackets are");
}

/* --- answers ---------------------------------------------------------------------- */

typedef VEC(struct decl_answer) answers;

static enum rc kind_of(struct str word, const char *where,
    enum decl_kind *out, struct err *e)
{
	int kind = 0;
	enum rc rc = word_of(word, decl_kind_word, DECL_KIND_N, where, &kind,
	    e);

	*out = (enum decl_kind)kind;
	return rc;
}

static bool in_table(enum decl_kind k)
{
	return k == DECL_K_COLUMN || k == DECL_K_POLICY;
}

/* KIND:[TABLE.]FROM=TO; without "=" (create): KIND:[TABLE.]NAME */
static enum rc answer_of(struct str text, bool rename, struct decl_answer *out,
    struct err *e)
{
	size_t colon = str_find(text, STR(":"), 0), equal, dot = 0;
	struct decl_answer x = { 0 };
	struct str rest;
	enum rc rc;

	if (colon >= text.n)
		return err_set(e, RC_USAGE, "\"%.*s\" is not KIND:%s",
		    STR_ARG(text), rename ? "FROM=TO" : "NAME");
	rc = kind_of(str_sub(text, 0, colon), rename ?
	    "--rename KIND:FROM=TO" : "--create KIND:NAME", &x.kind, e);
	if (rc)
		return rc;
	rest = str_sub(text, colon + 1, text.n);
	equal = str_find(rest, STR("="), 0);
	if (rename != (equal < rest.n))
		return err_set(e, RC_USAGE, "\"%.*s\" is not KIND:%s",
		    STR_ARG(text), rename ? "FROM=TO" : "NAME");
	x.from = rename ? str_sub(rest, 0, equal) : STR_NONE;
	x.to = rename ? str_sub(rest, equal + 1, rest.n) : rest;
	if (in_table(x.kind)) {
		struct str *name = rename ? &x.from : &x.to;

		for (size_t i = 0; i < name->n; i++)
			if (name->p[i] == '.')
				dot = i;
		if (!dot)
			return err_set(e, RC_USAGE,
			    "\"%.*s\": a %s is written TABLE.NAME",
			    STR_ARG(text), decl_kind_word[x.kind]);
		x.table = str_sub(*name, 0, dot);
		*name = str_sub(*name, dot + 1, name->n);
	}
	*out = x;
	return RC_OK;
}

/* Only what an answer has: a slip would turn a rename into a loss. */
static enum rc answer_keys(const struct json *o, struct err *e)
{
	static const char *const keys[] = { "kind", "table", "from", "to" };

	if (o->kind != JSON_OBJECT)
		return err_set(e, RC_USAGE, "it is no object");
	for (size_t i = 0; i < o->n; i++) {
		size_t k = 0;

		while (k < 4 && !str_is(o->keys[i], keys[k]))
			k++;
		if (k == 4)
			return err_set(e, RC_USAGE, "unknown key \"%.*s\" "
			    "(kind, table, from, to)", STR_ARG(o->keys[i]));
		/* null: as if it were not there */
		if (o->items[i].kind != JSON_STRING &&
		    o->items[i].kind != JSON_NULL)
			return err_set(e, RC_USAGE, "\"%s\" is no string",
			    keys[k]);
	}
	if (!json_str_of(json_get(o, "to")).p)
		return err_set(e, RC_USAGE, "it has no \"to\"");
	return RC_OK;
}

static enum rc answer_in_file(const struct json *o, struct decl_answer *out,
    struct err *e)
{
	struct decl_answer x = { 0 };
	enum rc rc = answer_keys(o, e);

	if (!rc)
		rc = kind_of(json_str_of(json_get(o, "kind")), "\"kind\"",
		    &x.kind, e);
	if (rc)
		return rc;
	x.table = json_str_of(json_get(o, "table"));
	x.from = json_str_of(json_get(o, "from"));
	x.to = json_str_of(json_get(o, "to"));
	if (in_table(x.kind) && !x.table.p)
		return err_set(e, RC_USAGE, "a %s has a \"table\"",
		    decl_kind_word[x.kind]);
	*out = x;
	return RC_OK;
}

static enum rc answers_file(struct invocation *in, struct str path, answers *v,
    struct err *e)
{
	struct sbuf text = SBUF_INIT(FS_MAX_TEXT);
	char *file = arena_z(in->a, path);
	const struct json *list = NULL;
	enum rc rc = file_read(file, &text, e);

	if (!rc)
		rc = json_read(arena_str(in->a, sbuf_str(&text)), file, in->a,
		    &list, e);
	sbuf_free(&text);
	if (!rc && list->kind != JSON_ARRAY)
		rc = err_at(e, RC_USAGE, file, "a list of answers is expected");
	for (size_t i = 0; !rc && i < list->n; i++) {
		struct decl_answer x = { 0 };

		rc = answer_in_file(&list->items[i], &x, e);
		if (rc)
			err_prefix(e, "%s: answer %zu", file, i + 1);
		vec_push(in->a, v, x);
	}
	return rc;
}

static enum rc answered_once(struct arena *a, const answers *v,
    struct err *e)
{
	struct map *seen = map_new(a);

	for (size_t i = 0; i < v->n; i++) {
		const struct decl_answer *x = &v->v[i];
		struct str key = arena_printf(a, "%s %.*s%s%.*s",
		    decl_kind_word[x->kind], STR_ARG(x->table),
		    x->table.n ? "." : "", STR_ARG(x->to));

		if (map_has(seen, key))
			return err_set(e, RC_USAGE, "%.*s is answered twice",
			    STR_ARG(key));
		map_put(seen, key, a);
	}
	return RC_OK;
}

struct str kit_answers_path(const struct invocation *in,
    const struct generate_request *rq, struct str tag)
{
	return arena_printf(in->a, "%.*s/%.*s.answers.json",
	    STR_ARG(rq->out), STR_ARG(tag));
}

enum rc kit_answers_file(struct invocation *in, struct str path,
    struct decl_answers *out, struct err *e)
{
	answers v = { 0 };
	enum rc rc = answers_file(in, path, &v, e);

	if (rc == RC_NOTFOUND)
		err_hint(e, "--save-answers writes it beside the migration");
	if (!rc)
		*out = (struct decl_answers){ .v = v.v, .n = v.n,
			.rest_created = true };
	return rc;
}

enum rc kit_answers(struct invocation *in, struct decl_answers *out,
    struct err *e)
{
	static const enum opt_id ids[] = { OPT_RENAME, OPT_CREATE };
	answers v = { 0 };
	enum rc rc = RC_OK;

	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; !rc && i < in->values[ids[k]].n; i++) {
			struct decl_answer x;

			rc = answer_of(in->values[ids[k]].v[i], k == 0, &x, e);
			if (!rc)
				vec_push(in->a, &v, x);
		}
	if (!rc && in->given[OPT_ANSWERS])
		rc = answers_file(in, cmd_value(in, OPT_ANSWERS), &v, e);
	if (!rc)
		rc = answered_once(in->a, &v, e);
	if (rc)
		return rc;
	*out = (struct decl_answers){ .v = v.v, .n = v.n,
		.rest_created = in->given[OPT_ANSWERS] };
	return RC_OK;
}

void kit_answers_json(const struct decl_answers *v, struct sbuf *out)
{
	struct json_out o = { .b = out, .indent = 2 };

	json_open_array(&o);
	for (size_t i = 0; i < v->n; i++) {
		if (!v->v[i].from.p)
			continue;	/* created: the default of a file */
		json_open_object(&o);
		json_pair_z(&o, "kind", decl_kind_word[v->v[i].kind]);
		if (v->v[i].table.n)
			json_pair_str(&o, "table", v->v[i].table);
		json_pair_str(&o, "from", v->v[i].from);
		json_pair_str(&o, "to", v->v[i].to);
		json_close_object(&o);
	}
	json_close_array(&o);
	sbuf_addc(out, '\n');
}

void kit_questions_json(struct json_out *o, const struct decl_change *c)
{
	json_key(o, "questions");
	json_open_array(o);
	for (size_t i = 0; i < c->nopen; i++) {
		const struct decl_question *q = &c->open[i];

		json_open_object(o);
		json_pair_z(o, "kind", decl_kind_word[q->kind]);
		if (q->table.n)
			json_pair_str(o, "table", q->table);
		json_pair_str(o, "created", q->created);
		json_key(o, "candidates");
		json_open_array(o);
		for (size_t k = 0; k < q->n; k++) {
			json_open_object(o);
			json_pair_str(o, "name", q->v[k].name);
			if (q->v[k].type.n) {
				json_pair_str(o, "type", q->v[k].type);
				json_pair_bool(o, "nullable",
				    !q->v[k].notnull);
			}
			json_pair_int(o, "position",
			    (int64_t)q->v[k].position);
			json_pair_int(o, "score", q->v[k].score);
			json_close_object(o);
		}
		json_close_array(o);
		json_close_object(o);
	}
	json_close_array(o);
}

/* "column:users.bio=about" */
static void add_flag(struct sbuf *b, const struct decl_question *q,
    const struct decl_candidate *from)
{
	struct sbuf arg = SBUF_TEXT;

	sbuf_addf(&arg, "%s:", decl_kind_word[q->kind]);
	if (q->table.n)
		sbuf_addf(&arg, "%.*s.", STR_ARG(q->table));
	if (from)
		sbuf_addf(&arg, "%.*s=", STR_ARG(from->name));
	sbuf_add(&arg, q->created);
	sbuf_addz(b, from ? "  --rename " : "  --create ");
	shell_quote(b, sbuf_str(&arg));
	sbuf_addc(b, '\n');
	sbuf_free(&arg);
}

enum rc kit_questions_refuse(struct invocation *in,
    const struct decl_change *c, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	for (size_t i = 0; i < c->nopen; i++) {
		const struct decl_question *q = &c->open[i];

		sbuf_addf(&b, "%s %.*s: created, or renamed?\n",
		    decl_kind_word[q->kind], STR_ARG(utf8_clean(in->a,
		    question_name(q, q->created, in->a), UTF8_LINE)));
		for (size_t k = 0; k < q->n; k++)
			add_flag(&b, q, &q->v[k]);
		add_flag(&b, q, NULL);
	}
	rc = err_set(e, RC_DECISION, "%zu rename question%s open: nothing was "
	    "written", c->nopen, c->nopen == 1 ? " is" : "s are");
	if (sbuf_str(&b).n < sizeof(e->hint)) {
		err_hint(e, "%.*s", STR_ARG(sbuf_str(&b)));
	} else {	/* more than a message holds: before it */
		cmd_say_text(sbuf_str(&b));
		err_hint(e, "each is above; a file answers all of them: "
		    "--answers FILE.json");
	}
	sbuf_free(&b);
	return rc;
}
