/* diff: any two catalogued states, side by side or as unified, SQL, JSON. */
#include "base/fs.h"
#include "base/utf8.h"
#include "cmd/declared.h"
#include "diff/side.h"
#include "diff/notes.h"
#include "diff/sql.h"
#include "op/compare.h"
#include "source/declared.h"
#include "source/source.h"

/* A URL holds a password perhaps: what is shown is the label made of it. */
static enum rc load_url(struct invocation *in, struct str url, struct state *end,
    struct err *e)
{
	struct source_spec spec = { 0 };
	struct project_request rq;
	struct project *p = NULL;
	struct drv *d = NULL;
	enum rc rc;

	cmd_request(in, STR_NONE, &rq);
	rc = project_of_url(&rq, url, in->a, &p, e);
	if (rc)
		return rc;
	for (size_t i = 0; i < p->nnotes; i++)
		cmd_say(in, "note: %.*s", STR_ARG(p->notes[i]));
	end->word = spec.label = p->db_label;
	cmd_password(in, &p->db);
	rc = drv_open(&p->db, DRV_BROWSE, &d, e);
	spec.live = d;
	if (!rc)
		rc = source_live.load(&spec, in->a, &end->model, e);
	drv_close(d);
	end->live = true;
	return rc;
}

static enum rc load_file(struct invocation *in, struct session *s,
    struct str path, struct state *end, struct err *e)
{
	struct db_probe probe = lite_probe(path);
	struct drv_target t = { .dialect = DIALECT_SQLITE, .path = path };
	struct source_spec spec = { .label = path, .path = path,
		.scratch = s->scratch };
	struct drv *d = NULL;
	enum rc rc;

	if (probe.state == DB_MISSING)
		return err_set(e, RC_NOTFOUND, "%.*s does not exist",
		    STR_ARG(path));
	if (str_ends(path, STR(".sql")))
		return source_sqlfile.load(&spec, in->a, &end->model, e);
	rc = drv_open(&t, DRV_BROWSE, &d, e);
	spec.live = d;
	if (!rc)
		rc = source_live.load(&spec, in->a, &end->model, e);
	drv_close(d);
	return rc;
}

/* end->word: what it was named by. */
static enum rc load_end(struct invocation *in, struct session *s,
    const struct state *other, struct state *end, struct err *e)
{
	struct str word = end->word;
	str_vec notes = { 0 };
	enum rc rc;

	if (project_is_url(word) && !file_stat_of(arena_z(in->a, word)).exists)
		return load_url(in, word, end, e);
	if (declared_word(word)) {
		rc = declared_load(in, word, &end->decl, e);
		return rc ? rc : declared_run(end->decl, word, s->scratch,
		    in->a, &end->model, e);
	}
	if (!str_is(word, "db") && !str_is(word, "empty") &&
	    !str_is(word, "migrations") &&
	    !str_starts(word, STR("migrations:")))
		return load_file(in, s, word, end, e);
	rc = state_load(s, NULL, word, other, in->a, end, &notes, e);
	for (size_t i = 0; !rc && i < notes.n; i++)
		cmd_say(in, "note: %.*s", STR_ARG(notes.v[i]));
	return rc;
}

static void say_unpredicted(struct invocation *in, const struct run *r)
{
	for (size_t i = 0; i < r->notes.n; i++)
		cmd_say(in, "note: %.*s", STR_ARG(r->notes.v[i]));
}

/* --format sql: the statements that stand in the files between the two; else
 * those of the engine that make one of the other. */
static enum rc print_sql(struct invocation *in, const struct state *to,
    const struct state *from, const struct change_list *c, struct err *e)
{
	if (!to->entries || !(str_is(from->word, "db") ||
	    str_is(from->word, "empty") || from->entries)) {
		enum rc rc = diff_sql(c, &in->out, e);

		if (rc)
			err_hint(e, "--format sql prints the files between "
			    "db, migrations:TAG and what is pending");
		return rc;
	}
	for (size_t i = from->nentries; i < to->nentries; i++) {
		sbuf_addf(&in->out, "-- %.*s\n", STR_ARG(to->entries[i]->tag));
		sbuf_add(&in->out, to->entries[i]->text);
		if (!str_ends(to->entries[i]->text, STR("\n")))
			sbuf_addc(&in->out, '\n');
	}
	return RC_OK;
}

/* Owners, grants and comments are told and make no difference. */
static void say_notes(struct invocation *in, const struct change_list *c)
{
	struct note_changes l;

	diff_notes(c->from, c->to, in->a, &l);
	for (size_t i = 0; i < l.n; i++)
		cmd_say(in, "note: %.*s", STR_ARG(utf8_clean(in->a,
		    note_sentence(&l.v[i], in->a), UTF8_LINE)));
}

static void json_notes(struct invocation *in, const struct change_list *c,
    struct json_out *o)
{
	struct note_changes l;

	diff_notes(c->from, c->to, in->a, &l);
	json_key(o, "notes");
	json_open_array(o);
	for (size_t i = 0; i < l.n; i++) {
		const struct note_change *x = &l.v[i];

		json_open_object(o);
		json_pair_z(o, "kind", obj_kind_word[x->o->kind]);
		json_pair_str(o, "schema", x->o->schema);
		if (x->o->table.n)
			json_pair_str(o, "table", x->o->table);
		json_pair_str(o, "name", x->o->name);
		json_pair_z(o, "what", x->what);
		json_pair_str(o, "from", x->from);
		json_pair_str(o, "to", x->to);
		json_close_object(o);
	}
	json_close_array(o);
}

static void print_json(struct invocation *in, const struct state *from,
    const struct state *to, const struct change_list *c)
{
	const struct state *ends[] = { from, to };
	const struct model *models[] = { c->from, c->to };
	static const char *const word[] = { "from", "to" };
	struct json_out o;

	cmd_json_begin(in, &o);
	for (size_t i = 0; i < 2; i++) {
		char hex[SHA256_HEX + 1];

		sha256_hex(&models[i]->hash, hex);
		json_key(&o, word[i]);
		json_open_object(&o);
		json_pair_str(&o, "source", ends[i]->word);
		json_pair_z(&o, "hash", hex);
		json_close_object(&o);
	}
	json_key(&o, "changes");
	diff_json(c, &o);
	if (from->live && to->live)
		json_notes(in, c, &o);
	json_close_object(&o);
	sbuf_addc(&in->out, '\n');
}

static enum rc print_diff(struct invocation *in, const struct state *from,
    const struct state *to, const struct change_list *c, struct err *e)
{
	struct str format = cmd_value(in, OPT_FORMAT);
	struct side side;
	int64_t width;
	enum rc rc = cmd_number(in, OPT_WIDTH, (int64_t)in->columns, &width, e);
	char *left = arena_z(in->a, utf8_clean(in->a, from->word, UTF8_LINE));
	char *right = arena_z(in->a, utf8_clean(in->a, to->word, UTF8_LINE));

	if (rc)
		return rc;
	if (in->given[OPT_JSON] || str_is(format, "json")) {
		print_json(in, from, to, c);
		return RC_OK;
	}
	if (str_is(format, "sql"))
		return print_sql(in, to, from, c, e);
	if (str_is(format, "stat")) {
		diff_print_stat(c, &in->out);
		return RC_OK;
	}
	if (from->live && to->live)
		say_notes(in, c);
	if (c->n == 0) {
		if (!in->given[OPT_QUIET])
			cmd_say(in, "no difference between %s and %s", left,
			    right);
		return RC_OK;
	}
	side_build(c, 2, in->a, &side);
	if (str_is(format, "side") || (!in->given[OPT_FORMAT] && in->tty_out &&
	    width >= 100))
		diff_print_side(&side, (size_t)width, in->color_out, left,
		    right, &in->out);
	else
		diff_print_unified(&side, in->color_out, left, right, &in->out);
	return RC_OK;
}

/* No argument: db → what pending makes of it, with renames known. */
static enum rc pending_diff(struct invocation *in, struct session *s,
    struct state *from, struct state *to, struct change_list *c, struct err *e)
{
	struct review_request rq = { 0 };
	VEC(const struct entry *) v = { 0 };
	struct review *r;
	enum rc rc = review_build(s, &rq, in->a, &r, e);

	if (rc)
		return rc;
	if (r->plan->run->stopped) {
		*e = r->plan->run->why;
		err_prefix(e, "what is pending stops");
		return e->code = RC_DB;
	}
	if (r->plan->run->not_executed) {
		*e = r->plan->run->why;
		return e->code;
	}
	say_unpredicted(in, r->plan->run);
	for (size_t i = 0; i < r->plan->nfiles; i++)
		vec_push(in->a, &v, r->plan->files[i].entry);
	from->word = STR("db");
	to->word = STR("after pending");
	to->entries = v.v;
	to->nentries = v.n;
	*c = r->plan->changes;
	return RC_OK;
}

static enum rc diff(struct invocation *in, struct session *s, int *code,
    struct err *e)
{
	struct state from = { 0 }, to = { 0 };
	struct change_list c;
	enum rc rc;

	if (in->args.n == 0) {
		rc = pending_diff(in, s, &from, &to, &c, e);
	} else {
		from.word = in->args.v[0];
		to.word = in->args.n > 1 ? in->args.v[1] : STR("db");
		rc = load_end(in, s, &to, &from, e);
		if (!rc)
			rc = load_end(in, s, &from, &to, e);
		if (!rc)
			rc = state_one_engine(&from, &to, in->a, e);
		if (!rc)
			diff_models(from.model, to.model, NULL, true, in->a,
			    &c);
	}
	if (!rc)
		rc = print_diff(in, &from, &to, &c, e);
	if (!rc && in->given[OPT_EXIT_CODE] && c.n)
		*code = EXIT_DIFFERENT;
	return rc;
}

/* Both sides declared: no database, no engine. */
static enum rc declared_diff(struct invocation *in, const struct decl *x,
    const struct decl *y, int *code, struct err *e)
{
	struct state from = { .word = in->args.v[0] };
	struct state to = { .word = in->args.v[1] };
	struct change_list c = { 0 };
	bool differ = false;
	enum rc rc;

	if (str_is(cmd_value(in, OPT_FORMAT), "sql")) {
		rc = declared_sql(in, x, y, &differ, e);
	} else {
		from.model = declared_model(x, in->a);
		to.model = declared_model(y, in->a);
		diff_models(from.model, to.model, NULL, true, in->a, &c);
		differ = c.n > 0;
		rc = print_diff(in, &from, &to, &c, e);
	}
	if (!rc && in->given[OPT_EXIT_CODE] && differ)
		*code = EXIT_DIFFERENT;
	return rc;
}

static bool known_format(struct str f)
{
	static const char *const names[] = { "side", "unified", "sql", "json",
		"stat" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_is(f, names[i]))
			return true;
	return false;
}

static enum rc run(struct invocation *in, int *code, struct err *e)
{
	const struct decl *x = NULL, *y = NULL;
	struct session *s = NULL;
	bool both;
	enum rc rc;

	if (in->given[OPT_FORMAT] && !known_format(cmd_value(in, OPT_FORMAT)))
		return err_set(e, RC_USAGE,
		    "--format is side, unified, sql, json or stat");
	rc = declared_pair(in, &x, &y, &both, e);
	if (!rc && both)
		return declared_diff(in, x, y, code, e);
	if (!rc)
		rc = cmd_session(in, STR_NONE, in->args.n ? NEED_NOTHING :
	    NEED_FOLDER | NEED_DB, &s, e);
	if (!rc)
		rc = diff(in, s, code, e);
	cmd_close(in, s);
	return rc;
}

static const char *const detail[] = {
	"FROM and TO: db, migrations[:TAG], schema, snapshot[:TAG], empty, URL, "
	"FILE.ts,\nFILE.json, FILE.sql, FILE.db (a name wins over a file: ./db "
	"is a file).  None: db\nand what the pending migrations make of it.  "
	"One: FROM and db.",
	"Schema files and snapshots are compared as they stand, without any "
	"database; with\nanother kind of source, by what an engine makes of "
	"them.  Between two of them\n--format sql prints what a migration would "
	"hold, byte for byte; --rename, --create\nand --answers answer its "
	"questions.", NULL,
};

const struct cmd_entry cmd_diff = {
	.name = "diff", .bit = C_DIFF, .args = "[FROM [TO]]", .max_args = 2,
	.summary = "Compare two schemas", .detail = detail, .run = run,
};
