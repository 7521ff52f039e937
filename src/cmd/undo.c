/* undo: what the undo stores of a database hold. */
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/utf8.h"
#include "cmd/ask.h"
#include "cmd/cmd.h"
#include "op/backup.h"
#include "op/undo/carry.h"
#include "op/undo/inside.h"
#include "op/undo/store.h"

#define SHOWN 100		/* rows of an object on a screen */
#define FLUSH_AT (64 << 10)

struct kept {			/* a run that has a store */
	const struct run_summary *run;
	struct str path;
	int64_t bytes, age;	/* days */
	const struct saved *v;	size_t n;
	struct str damage;
};
struct listing {
	struct invocation *in;
	const struct project *p;
	VEC(struct kept) runs;
	const struct run_summary *all;	size_t nruns;
};

static void kept_read(struct invocation *in, struct kept *k)
{
	struct store *s = NULL;
	struct err why = ERR_INIT;

	if (store_open(k->run->dir, &s, &why) ||
	    store_list(s, in->a, &k->v, &k->n, &why))
		k->damage = arena_str(in->a, str_z(why.msg));
	store_close(s);
}

static enum rc find(struct invocation *in, struct listing *l, struct err *e)
{
	const struct run_summary *v = NULL;
	struct session *s = NULL;
	size_t n = 0;
	enum rc rc = cmd_session(in, STR_NONE, NEED_FOLDER | NEED_DB, &s, e);

	if (!rc) {
		l->p = s->project;
		rc = inside_fetch(s->project, s->db, in->a, e);
	}
	if (!rc) {
		rc = run_list(s->project, in->a, &v, &n, e);
	}
	l->all = v;
	l->nruns = n;
	for (size_t i = 0; !rc && i < n; i++) {
		struct kept k = { .run = &v[i], .damage = STR(""),
			.path = path_join(in->a, v[i].dir, STR(STORE_FILE)) };
		struct file_stat st = file_stat_of(arena_z(in->a, k.path));

		if (!st.is_file)
			continue;
		k.bytes = st.size;
		k.age = (clock_now_ms() - v[i].started) / 86400000;
		kept_read(in, &k);
		vec_push(in->a, &l->runs, k);
	}
	cmd_close(in, s);
	return rc;
}

static struct str object_name(struct invocation *in, const struct saved *o)
{
	struct sbuf b = SBUF_TEXT;
	struct str s;

	if (o->schema.n) {
		sbuf_add(&b, o->schema);
		sbuf_addc(&b, '.');
	}
	sbuf_add(&b, o->table);
	if (o->kind != SAVED_ROWS && o->cols.n == 1) {
		sbuf_addc(&b, '.');
		sbuf_add(&b, o->cols.v[0]);
	}
	s = utf8_clean(in->a, sbuf_str(&b), UTF8_LINE);
	sbuf_free(&b);
	return s;
}

/* What a way back took bears an r before its number. */
static bool is_back(const struct run_summary *r)
{
	return str_is(r->what, "rollback");
}

static struct str id_text(struct invocation *in, const struct kept *k,
    const struct saved *o)
{
	return arena_printf(in->a, "%s%lld", is_back(k->run) ? "r" : "",
	    (long long)o->id);
}

static void count_cell(struct text_table *t, struct invocation *in, int64_t n)
{
	struct sbuf b = SBUF_INIT(64);

	sbuf_add_count(&b, n);
	table_cell(t, arena_str(in->a, sbuf_str(&b)));
	sbuf_free(&b);
}

/* --- list ------------------------------------------------------------------- */

static void json_copies(const struct backup *v, size_t n, struct json_out *o)
{
	json_key(o, "copies");
	json_open_array(o);
	for (size_t i = 0; i < n; i++) {
		json_open_object(o);
		json_pair_str(o, "file", v[i].path);
		json_pair_int(o, "bytes", v[i].bytes);
		json_pair_int(o, "at", v[i].at);
		json_close_object(o);
	}
	json_close_array(o);
}

static enum rc list_json(struct invocation *in, const struct listing *l,
    struct err *e)
{
	const struct backup *copies = NULL;
	size_t ncopies = 0;
	struct json_out o;
	enum rc rc = backup_list(l->p, in->a, &copies, &ncopies, e);

	if (rc)
		return rc;

	cmd_json_begin(in, &o);
	json_key(&o, "saved");
	json_open_array(&o);
	for (size_t i = 0; i < l->runs.n; i++)
		for (size_t k = 0; k < l->runs.v[i].n; k++) {
			const struct saved *s = &l->runs.v[i].v[k];

			json_open_object(&o);
			json_pair_str(&o, "tag", s->tag);
			json_pair_int(&o, "id", s->id);
			json_pair_bool(&o, "by_rollback",
			    is_back(l->runs.v[i].run));
			json_pair_z(&o, "kind", saved_word[s->kind]);
			json_pair_str(&o, "schema", s->schema);
			json_pair_str(&o, "table", s->table);
			json_pair_str(&o, "reason", s->reason);
			json_pair_int(&o, "rows", s->rows);
			json_pair_int(&o, "bytes", s->bytes);
			json_pair_int(&o, "started",
			    l->runs.v[i].run->started);
			json_pair_str(&o, "run", l->runs.v[i].run->dir);
			json_close_object(&o);
		}
	json_close_array(&o);
	json_copies(copies, ncopies, &o);
	json_close_object(&o);
	sbuf_addc(&in->out, '\n');
	return RC_OK;
}

static void list_text(struct invocation *in, const struct listing *l)
{
	struct text_table t = { .a = in->a, .ncols = 7, .right = "llllrrr" };
	static const char *const heads[] = { "migration", "id", "object",
		"why", "rows", "bytes", "days" };

	if (!l->runs.n) {
		sbuf_addz(&in->out, "Nothing is saved for this database.\n");
		return;
	}
	for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++)
		table_cell(&t, str_z(heads[i]));
	for (size_t i = 0; i < l->runs.n; i++) {
		const struct kept *k = &l->runs.v[i];

		for (size_t n = 0; n < k->n; n++) {
			table_cell(&t, utf8_clean(in->a, k->v[n].tag,
			    UTF8_LINE));
			table_cell(&t, id_text(in, k, &k->v[n]));
			table_cell(&t, object_name(in, &k->v[n]));
			table_cell(&t, utf8_clean(in->a, k->v[n].reason,
			    UTF8_LINE));
			count_cell(&t, in, k->v[n].rows);
			count_cell(&t, in, k->v[n].bytes);
			count_cell(&t, in, k->age);
		}
		if (k->damage.n)
			cmd_say(in, "note: %.*s", STR_ARG(k->damage));
	}
	table_print(&t, "", &in->out);
}

/* --- rows out --------------------------------------------------------------- */

enum form { FORM_TABLE, FORM_CSV, FORM_JSON, FORM_SQL };
struct rows_out {
	struct invocation *in;
	const struct saved *o;
	enum form form;
	struct text_table t;
	int64_t n;
};

static struct str head(struct invocation *in, const struct saved *o, size_t i)
{
	return saved_name(o, i, in->a);
}

static void value_plain(struct sbuf *b, const struct value *v)
{
	switch (v->kind) {
	case VALUE_NULL:
		break;
	case VALUE_INT:
		sbuf_add_i64(b, v->i);
		break;
	case VALUE_REAL:
		sbuf_addf(b, "%.17g", v->r);
		break;
	case VALUE_TEXT:
		sbuf_add(b, v->s);
		break;
	case VALUE_BLOB:
		dialect_sqlite.literal(b, v);
		break;
	}
}

/* RFC 4180; NULL is an empty field, an empty text "". */
static void csv_value(struct sbuf *out, const struct value *v)
{
	struct sbuf b = SBUF_TEXT;

	value_plain(&b, v);
	if (v->kind != VALUE_TEXT) {
		sbuf_add(out, sbuf_str(&b));
	} else {
		sbuf_addc(out, '"');
		for (size_t i = 0; i < b.n; i++) {
			if (b.p[i] == '"')
				sbuf_addc(out, '"');
			sbuf_addc(out, b.p[i]);
		}
		sbuf_addc(out, '"');
	}
	sbuf_free(&b);
}

static void json_value(struct json_out *o, const struct value *v)
{
	struct sbuf b = SBUF_TEXT;

	value_plain(&b, v);
	if (v->kind == VALUE_NULL)
		json_put_null(o);
	else if (v->kind == VALUE_INT || v->kind == VALUE_REAL)
		json_put_raw(o, sbuf_str(&b));
	else
		json_put_str(o, sbuf_str(&b));
	sbuf_free(&b);
}

static void row_csv(struct rows_out *r, const struct value *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		sbuf_addz(&r->in->out, i ? "," : "");
		csv_value(&r->in->out, &v[i]);
	}
	sbuf_addz(&r->in->out, "\r\n");
}

static void row_json(struct rows_out *r, const struct value *v, size_t n)
{
	struct json_out o = { .b = &r->in->out };

	json_open_object(&o);
	for (size_t i = 0; i < n; i++) {
		json_key_str(&o, head(r->in, r->o, i));
		json_value(&o, &v[i]);
	}
	json_close_object(&o);
	sbuf_addc(&r->in->out, '\n');
}

/* INSERT into a table of the object's name: to be looked at, or taken over
 * into a database by hand. */
static void row_sql(struct rows_out *r, const struct value *v, size_t n)
{
	struct sbuf *b = &r->in->out;
	struct obj table = { .kind = OBJ_TABLE, .schema = r->o->schema,
		.name = r->o->table };

	n -= r->o->witnesses.n;
	SQL(b, "INSERT INTO ");
	dialect_sqlite.table(b, &table);
	SQL(b, " (");
	for (size_t i = 0; i < n; i++) {
		sbuf_addz(b, i ? ", " : "");
		dialect_sqlite.ident(b, head(r->in, r->o, i));
	}
	SQL(b, ") VALUES (");
	for (size_t i = 0; i < n; i++) {
		sbuf_addz(b, i ? ", " : "");
		dialect_sqlite.literal(b, &v[i]);
	}
	SQL(b, ");\n");
}

static void row_table(struct rows_out *r, const struct value *v, size_t n)
{
	struct sbuf b = SBUF_TEXT;

	for (size_t i = 0; r->n <= SHOWN && i < n; i++) {
		sbuf_reset(&b);
		value_plain(&b, &v[i]);
		table_cell(&r->t, v[i].kind == VALUE_NULL ? STR("NULL") :
		    utf8_clean(r->in->a, str_sub(sbuf_str(&b), 0, 60),
		    UTF8_LINE));
	}
	sbuf_free(&b);
}

static enum rc on_row(void *arg, const struct value *v, size_t n,
    struct err *e)
{
	static void (*const rows[])(struct rows_out *, const struct value *,
	    size_t) = {
		[FORM_TABLE] = row_table, [FORM_CSV] = row_csv,
		[FORM_JSON] = row_json, [FORM_SQL] = row_sql,
	};
	struct rows_out *r = arg;

	(void)e;
	r->n++;
	rows[r->form](r, v, n);
	if (r->form != FORM_TABLE && r->in->out.n > FLUSH_AT)
		cmd_flush(r->in);
	return RC_OK;
}

static void rows_head(struct rows_out *r)
{
	size_t n = saved_width(r->o);
	char *right = arena_alloc(r->in->a, n + 1);

	if (r->form == FORM_TABLE) {
		memset(right, 'l', n);
		r->t = (struct text_table){ .a = r->in->a, .ncols = n,
			.right = right };
		cmd_paint(r->in, "1", object_name(r->in, r->o));
		sbuf_addf(&r->in->out, "  %s of %.*s\n",
		    saved_word[r->o->kind], STR_ARG(utf8_clean(r->in->a,
		    r->o->tag, UTF8_LINE)));
		for (size_t i = 0; i < n; i++)
			table_cell(&r->t, utf8_clean(r->in->a,
			    head(r->in, r->o, i), UTF8_LINE));
	}
	for (size_t i = 0; r->form == FORM_CSV && i < n; i++) {
		struct str h = head(r->in, r->o, i);

		sbuf_addz(&r->in->out, i ? "," : "");
		csv_value(&r->in->out, &(struct value){ .kind = VALUE_TEXT,
		    .s = h, .full = h.n });
	}
	if (r->form == FORM_CSV)
		sbuf_addz(&r->in->out, "\r\n");
}

static enum rc print_object(struct invocation *in, const struct kept *k,
    const struct saved *o, enum form form, struct err *e)
{
	struct rows_out r = { .in = in, .o = o, .form = form };
	struct store *s = NULL;
	enum rc rc = store_open(k->run->dir, &s, e);

	rows_head(&r);
	if (!rc)
		rc = store_read(s, o, on_row, &r, e);
	store_close(s);
	if (rc || form != FORM_TABLE)
		return rc;
	table_print(&r.t, "  ", &in->out);
	if (r.n > SHOWN)
		sbuf_addf(&in->out, "  … %lld more: weir undo export\n",
		    (long long)(r.n - SHOWN));
	return RC_OK;
}

/* TAG [ID]: of its newest run that saved something; "r": by a way back. */
static enum rc print(struct invocation *in, const struct listing *l,
    enum form form, struct err *e)
{
	struct str tag = in->args.n > 1 ? in->args.v[1] : STR("");
	struct str id = in->args.n > 2 ? in->args.v[2] : STR("");
	bool any = false;
	enum rc rc = RC_OK;

	if (!tag.n) {
		err_set(e, RC_USAGE, "name a migration");
		err_hint(e, "weir undo list");
		return RC_USAGE;
	}
	for (size_t i = 0; i < l->runs.n && !any; i++)
		for (size_t n = 0; !rc && n < l->runs.v[i].n; n++) {
			const struct saved *o = &l->runs.v[i].v[n];
			struct str own = id_text(in, &l->runs.v[i], o);

			if (!str_eq(o->tag, tag) || (id.n && !str_eq(id, own) &&
			    !(str_is(id, "r") && own.p[0] == 'r')))
				continue;
			any = true;
			rc = print_object(in, &l->runs.v[i], o, form, e);
		}
	if (rc || any)
		return rc;
	err_set(e, RC_NOTFOUND, "nothing is saved of %.*s", STR_ARG(tag));
	err_hint(e, "weir undo list");
	return RC_NOTFOUND;
}

/* --- prune -------------------------------------------------------------------- */

/* Runs with saved rows and whole copies that are old enough. */
struct pruning {
	const struct listing *l;
	int64_t days;
	size_t runs;
	const struct backup *copies;	/* all that there are */
	size_t all, ncopies;
	struct str what;		/* "the saved rows of 2 runs and …" */
};

static bool run_goes(const struct pruning *x, const struct kept *k)
{
	return k->age >= x->days && !k->run->running;
}

/* One that a run which has not ended made stays. */
static bool copy_goes(const struct pruning *x, const struct backup *b)
{
	for (size_t i = 0; i < x->l->nruns; i++)
		if (x->l->all[i].running &&
		    str_eq(path_dir(b->path), x->l->all[i].dir))
			return false;
	return (clock_now_ms() - b->at) / 86400000 >= x->days;
}

static void prune_words(struct invocation *in, struct pruning *x)
{
	struct sbuf b = SBUF_INIT(512);

	if (x->runs)
		sbuf_addf(&b, "the saved rows of %zu run%s", x->runs,
		    x->runs == 1 ? "" : "s");
	if (x->ncopies)
		sbuf_addf(&b, "%s%zu whole cop%s", b.n ? " and " : "",
		    x->ncopies, x->ncopies == 1 ? "y" : "ies");
	x->what = arena_str(in->a, sbuf_str(&b));
	sbuf_free(&b);
}

static enum rc may_prune(struct invocation *in, const struct pruning *x,
    struct err *e)
{
	struct sbuf answer = SBUF_INIT(16);
	char *prompt = arena_z(in->a, arena_printf(in->a, "Remove %.*s for "
	    "good? y, or Esc: ", STR_ARG(x->what)));
	enum rc rc;

	if (in->given[OPT_READ_ONLY])
		return err_set(e, RC_DENIED, "--read-only: nothing is removed");
	if (in->given[OPT_OLDER_THAN])
		return RC_OK;
	if (!in->tty_in || !in->tty_err) {
		err_set(e, RC_DECISION, "%.*s would be removed for good",
		    STR_ARG(x->what));
		err_hint(e, "weir undo prune --older-than %lld",
		    (long long)x->days);
		return RC_DECISION;
	}
	rc = ask_line(prompt, &answer, e);
	if (!rc && !str_ieq(sbuf_str(&answer), STR("y")))
		rc = err_set(e, RC_CANCELLED, "cancelled, nothing was removed");
	sbuf_free(&answer);
	return rc;
}

static enum rc remove_all(struct invocation *in, const struct pruning *x,
    int64_t *bytes, struct err *e)
{
	const struct listing *l = x->l;
	enum rc rc = RC_OK;

	*bytes = 0;
	for (size_t i = 0; !rc && i < l->runs.n; i++) {
		const struct kept *k = &l->runs.v[i];

		if (!run_goes(x, k))
			continue;
		if (unlink(arena_z(in->a, k->path)))
			rc = err_set(e, RC_IO, "%.*s cannot be removed",
			    STR_ARG(k->path));
		*bytes += k->bytes;
	}
	for (size_t i = 0; !rc && i < x->all; i++)
		if (copy_goes(x, &x->copies[i])) {
			rc = backup_remove(&x->copies[i], in->a, e);
			*bytes += x->copies[i].bytes;
		}
	return rc;
}

static enum rc prune(struct invocation *in, const struct listing *l,
    struct err *e)
{
	struct pruning x = { .l = l };
	int64_t bytes;
	enum rc rc = cmd_number(in, OPT_OLDER_THAN, l->p->keeping.days,
	    &x.days, e);

	if (!rc)
		rc = backup_list(l->p, in->a, &x.copies, &x.all, e);
	for (size_t i = 0; i < l->runs.n; i++)
		x.runs += run_goes(&x, &l->runs.v[i]);
	for (size_t i = 0; !rc && i < x.all; i++)
		x.ncopies += copy_goes(&x, &x.copies[i]);
	if (!rc && !x.runs && !x.ncopies)
		sbuf_addf(&in->out, "Nothing saved is older than %lld days.\n",
		    (long long)x.days);
	if (rc || (!x.runs && !x.ncopies))
		return rc;
	prune_words(in, &x);
	rc = may_prune(in, &x, e);
	if (!rc)
		rc = inside_prune(&l->p->db, x.days, in->a, e);
	if (!rc)
		rc = remove_all(in, &x, &bytes, e);
	if (rc)
		return rc;
	sbuf_addf(&in->out, "removed %.*s, ", STR_ARG(x.what));
	sbuf_add_count(&in->out, bytes);
	sbuf_addz(&in->out, " bytes\n");
	return RC_OK;
}

static enum rc export_form(const struct invocation *in, enum form *out,
    struct err *e)
{
	static const char *const words[] = { [FORM_CSV] = "csv",
		[FORM_JSON] = "json", [FORM_SQL] = "sql" };
	struct str f = cmd_value(in, OPT_FORMAT);

	*out = FORM_CSV;
	for (int i = FORM_CSV; i <= FORM_SQL; i++)
		if (str_is(f, words[i])) {
			*out = (enum form)i;
			return RC_OK;
		}
	return f.n ? err_set(e, RC_USAGE, "--format is csv, json or sql") :
	    RC_OK;
}

/* --- to another place and back ------------------------------------------------- */

static enum rc carry(struct invocation *in, const struct listing *l,
    struct err *e)
{
	struct str tag = in->args.n > 1 ? in->args.v[1] : STR("");
	struct str to = path_absolute(in->a, path_join(in->a, in->cwd,
	    cmd_value(in, OPT_TO)));

	for (size_t i = 0; i < l->runs.n; i++)
		for (size_t n = 0; n < l->runs.v[i].n; n++) {
			enum rc rc;

			if (!str_eq(l->runs.v[i].v[n].tag, tag))
				continue;
			rc = carry_out(l->p, l->runs.v[i].run,
			    arena_z(in->a, to), in->a, e);
			if (!rc)
				sbuf_addf(&in->out, "%.*s\nBack: weir undo "
				    "import %.*s\n", STR_ARG(to), STR_ARG(to));
			return rc;
		}
	err_set(e, RC_NOTFOUND, "nothing is saved of '%.*s'", STR_ARG(tag));
	err_hint(e, "weir undo list");
	return RC_NOTFOUND;
}

/* --allow import:DBID */
static struct str allowed_import(const struct invocation *in)
{
	struct str v = cmd_value(in, OPT_ALLOW);

	return str_starts(v, STR("import:")) ? str_sub(v, 7, v.n) : STR("");
}

static enum rc import(struct invocation *in, const struct listing *l,
    struct err *e)
{
	struct str from = in->args.n > 1 ? in->args.v[1] : STR("");
	struct carried c = { 0 };
	enum rc rc;

	if (!from.n) {
		err_set(e, RC_USAGE, "name the folder that undo export --to "
		    "wrote");
		err_hint(e, "weir undo import DIR");
		return RC_USAGE;
	}
	if (in->given[OPT_READ_ONLY])
		return err_set(e, RC_DENIED, "--read-only: nothing is taken "
		    "in");
	from = path_absolute(in->a, path_join(in->a, in->cwd, from));
	/* a file of it stands for the folder */
	if (file_stat_of(arena_z(in->a, from)).is_file)
		from = path_dir(from);
	rc = carry_in(l->p, arena_z(in->a, from), allowed_import(in), in->a,
	    &c, e);
	if (rc == RC_DECISION)
		err_hint(e, "where it is meant all the same: weir undo import "
		    "%.*s --allow import:%.*s", STR_ARG(in->args.v[1]),
		    STR_ARG(c.db));
	if (rc)
		return rc;
	sbuf_addf(&in->out, "%.*s: %zu object%s, ", STR_ARG(utf8_clean(in->a,
	    c.run, UTF8_LINE)), c.objects, c.objects == 1 ? "" : "s");
	sbuf_add_count(&in->out, c.rows);
	sbuf_addf(&in->out, " row%s, as they were saved\n", c.rows == 1 ? "" :
	    "s");
	return RC_OK;
}

/* Whole copies, beside the rows. */
static enum rc list_copies(struct invocation *in, const struct listing *l,
    struct err *e)
{
	const struct backup *v = NULL;
	size_t n = 0;
	enum rc rc = backup_list(l->p, in->a, &v, &n, e);

	for (size_t i = 0; !rc && i < n; i++) {
		sbuf_addz(&in->out, i ? "  " : "Whole copies:\n  ");
		clock_short(&in->out, v[i].at);
		sbuf_addz(&in->out, "  ");
		add_bytes(&in->out, v[i].bytes);
		sbuf_addz(&in->out, "  ");
		cmd_paint(in, "0", path_short(in->a, v[i].path, in->cwd));
		sbuf_addc(&in->out, '\n');
	}
	return rc;
}

static enum rc run(struct invocation *in, int *code, struct err *e)
{
	struct str verb = in->args.n ? in->args.v[0] : STR("list");
	struct listing l = { .in = in };
	enum form form = FORM_TABLE;
	enum rc rc = RC_OK;

	(void)code;
	if (!str_is(verb, "list") && !str_is(verb, "show") &&
	    !str_is(verb, "export") && !str_is(verb, "import") &&
	    !str_is(verb, "prune")) {
		err_set(e, RC_USAGE, "weir undo knows list, show, export, "
		    "import and prune, not '%.*s'", STR_ARG(verb));
		err_hint(e, "weir undo list");
		return RC_USAGE;
	}
	if (str_is(verb, "export"))
		rc = export_form(in, &form, e);
	if (!rc)
		rc = find(in, &l, e);
	if (rc)
		return rc;
	if (str_is(verb, "prune"))
		return prune(in, &l, e);
	if (str_is(verb, "import"))
		return import(in, &l, e);
	if (str_is(verb, "export") && in->given[OPT_TO])
		return carry(in, &l, e);
	if (!str_is(verb, "list"))
		return print(in, &l, form, e);
	if (in->given[OPT_JSON])
		return list_json(in, &l, e);
	list_text(in, &l);
	return list_copies(in, &l, e);
}

static const char *const detail[] = {
	"Before a migration loses rows or values, they are saved; weir rollback "
	"puts\nthem back.  What a rollback takes in turn is saved too, under "
	"numbers with\nan r.  list names what is kept, show TAG [ID] prints "
	"it, export TAG [ID]\nwrites it as csv, json or sql (--format), or with "
	"--to DIR all of its run, which\nimport DIR takes in again; prune removes "
	"for good what is older than 30 days,\nwhole copies too (--older-than, "
	"undo-retention of weir.conf).\nWhat weir migrate --undo in-database saved on PostgreSQL is "
	"read from there.", NULL,
};

const struct cmd_entry cmd_undo = {
	.name = "undo", .bit = C_UNDO, .args = "[list|show|export|import|prune]",
	.max_args = 3, .summary = "Look at the rows that were saved",
	.detail = detail, .run = run,
};
