/* declared: see declared.h. */
#include "base/fs.h"
#include "cmd/declared.h"
#include "op/compare.h"

static bool is_script(struct str word)
{
	static const char *const ends[] = { ".ts", ".mts", ".cts", ".js",
		".mjs", ".cjs" };

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (str_ends(word, str_z(ends[i])))
			return true;
	return false;
}

bool declared_word(struct str word)
{
	return state_is_declared(word) || is_script(word) ||
	    str_ends(word, STR(".json"));
}

static enum rc load_schema(struct invocation *in, struct str file,
    const struct decl **out, struct err *e)
{
	struct generate_request rq;
	struct ts_schema s = { 0 };
	struct project *p;
	struct str *one = arena_new_of(in->a, struct str);
	enum rc rc = kit_request(in, &rq, &p, e);

	if (!rc && file.n) {
		*one = path_absolute(in->a, path_join(in->a, in->cwd, file));
		rq.schema = (struct strs){ one, 1 };
	}
	if (!rc)
		rc = declared_now(&rq, in->a, &s, e);
	for (size_t i = 0; !rc && i < s.warnings.n; i++)
		cmd_say(in, "note: %.*s", STR_ARG(s.warnings.v[i]));
	if (!rc)
		*out = s.decl;
	return rc;
}

static enum rc load_json(struct invocation *in, struct str file,
    const struct decl **out, struct err *e)
{
	struct sbuf text = SBUF_INIT(FS_MAX_TEXT);
	char *path = arena_z(in->a, path_join(in->a, in->cwd, file));
	enum rc rc = file_read(path, &text, e);

	if (!rc)
		rc = decl_read(arena_str(in->a, sbuf_str(&text)),
		    arena_z(in->a, file), in->a, out, e);
	sbuf_free(&text);
	return rc;
}

static enum rc load_snapshot(struct invocation *in, struct str tag,
    const struct decl **out, struct err *e)
{
	struct generate_request rq;
	struct project *p;
	enum rc rc = kit_request(in, &rq, &p, e);

	/* --migrations names the folder too */
	if (!rc && in->given[OPT_MIGRATIONS] && p->folder.n)
		rq.out = p->folder;
	return rc ? rc : state_snapshot(&rq, tag, in->a, out, e);
}

enum rc declared_load(struct invocation *in, struct str word,
    const struct decl **out, struct err *e)
{
	if (str_is(word, "schema"))
		return load_schema(in, STR(""), out, e);
	if (is_script(word))
		return load_schema(in, word, out, e);
	if (str_ends(word, STR(".json")))
		return load_json(in, word, out, e);
	return load_snapshot(in, str_sub(word, str_find(word, STR(":"), 0) + 1,
	    word.n), out, e);
}

enum rc declared_pair(struct invocation *in, const struct decl **from,
    const struct decl **to, bool *both, struct err *e)
{
	struct str x, y;
	bool nothing_x, nothing_y;
	enum rc rc = RC_OK;

	*both = false;
	if (in->args.n < 2)
		return RC_OK;
	x = in->args.v[0];
	y = in->args.v[1];
	nothing_x = str_is(x, "empty");
	nothing_y = str_is(y, "empty");
	if (!(declared_word(x) || nothing_x) ||
	    !(declared_word(y) || nothing_y) || (nothing_x && nothing_y))
		return RC_OK;
	*both = true;
	if (!nothing_x)
		rc = declared_load(in, x, from, e);
	if (!rc && !nothing_y)
		rc = declared_load(in, y, to, e);
	if (rc)
		return rc;
	if (nothing_x)
		*from = decl_empty((*to)->dialect, in->a);
	if (nothing_y)
		*to = decl_empty((*from)->dialect, in->a);
	if ((*from)->dialect == (*to)->dialect)
		return RC_OK;
	return err_set(e, RC_USAGE, "a PostgreSQL schema is not compared with "
	    "a SQLite one");
}

enum rc declared_sql(struct invocation *in, const struct decl *from,
    const struct decl *to, bool *differ, struct err *e)
{
	struct decl_answers answers;
	struct decl_change c = { 0 };
	enum decl_compat compat = DECL_SAFE;
	bool breakpoints = true;
	enum rc rc = kit_answers(in, &answers, e);

	if (!rc)
		rc = kit_diff_options(in, &compat, &breakpoints, e);
	if (!rc)
		rc = decl_diff(from, to, &answers, compat, in->a, &c, e);
	if (rc)
		return rc;
	kit_differences(in, &c);
	if (c.nopen)
		return kit_questions_refuse(in, &c, e);
	*differ = c.statements.n > 0;
	decl_sql(c.statements, breakpoints, &in->out);
	return RC_OK;
}
