/* rows: a table's or view's rows on stdout, one after another. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "cmd/cmd.h"
#include "cmd/show.h"
#include "cmd/stop.h"
#include "op/out.h"

/* --- what is asked for ------------------------------------------------------ */

/* The part of a list up to the next comma; "…" may hold one, and "" is ". */
static bool next_name(struct arena *a, struct str *rest, struct str *out)
{
	struct sbuf b = SBUF_TEXT;
	bool quoted = false;
	size_t i = 0;

	if (!rest->p)
		return false;
	for (; i < rest->n && (quoted || rest->p[i] != ','); i++) {
		if (rest->p[i] != '"') {
			sbuf_addc(&b, rest->p[i]);
		} else if (quoted && i + 1 < rest->n && rest->p[i + 1] == '"') {
			sbuf_addc(&b, '"');
			i++;
		} else {
			quoted = !quoted;
		}
	}
	*out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	*rest = i < rest->n ? str_sub(*rest, i + 1, rest->n) : STR_NONE;
	return true;
}

static enum rc names_of(struct invocation *in, enum opt_id id,
    struct strs *out, struct err *e)
{
	VEC(struct str) v = { 0 };
	struct str one;

	for (size_t i = 0; i < in->values[id].n; i++) {
		struct str rest = in->values[id].v[i];

		while (next_name(in->a, &rest, &one)) {
			if (!one.n)
				return err_set(e, RC_USAGE, "--%s names no "
				    "column", opt_defs[id].name);
			vec_push(in->a, &v, one);
		}
	}
	*out = (struct strs){ v.v, v.n };
	return RC_OK;
}

static enum rc sorts_of(struct invocation *in, struct rows_spec *spec,
    struct err *e)
{
	struct strs names = { 0 };
	struct rows_sort *v;
	enum rc rc = names_of(in, OPT_SORT, &names, e);

	if (rc)
		return rc;
	v = arena_array(in->a, struct rows_sort, names.n);
	for (size_t i = 0; i < names.n; i++) {
		struct str s = names.v[i];
		bool desc = str_starts(s, STR("-")) && s.n > 1;

		v[i] = (struct rows_sort){ str_sub(s, desc, s.n), desc };
	}
	spec->sort = v;
	spec->nsort = names.n;
	return RC_OK;
}

static enum rc format_of(const struct invocation *in, enum out_format *out,
    struct err *e)
{
	struct str f = cmd_value(in, OPT_FORMAT);

	*out = in->given[OPT_JSON] ? OUT_JSON : OUT_TABLE;
	if (!in->given[OPT_FORMAT])
		return RC_OK;
	if (!out_format_of(f, out))
		return err_set(e, RC_USAGE, "--format is table, csv, tsv, "
		    "json, jsonl or insert");
	if (in->given[OPT_JSON] && *out != OUT_JSON)
		return err_set(e, RC_USAGE, "--json is --format json");
	return RC_OK;
}

/* --- which table ------------------------------------------------------------- */

struct finding_object {
	struct invocation *in;
	const struct model *m;
	struct str name;
	struct str schema, part;	/* its parts, if SQL would read it so */
	const struct obj *found;
	size_t n;		/* of the best kind */
	int rank;
	struct str nearest;
	size_t distance;
};

/* a."b", "a"."b", a.b, "b" as SQL reads it; else the parts stay "". */
static void split(struct finding_object *f)
{
	struct sbuf b = SBUF_TEXT;
	struct str s = f->name, schema = STR("");
	bool quoted = false, two = false;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '"' && quoted && i + 1 < s.n && s.p[i + 1] == '"') {
			sbuf_addc(&b, s.p[++i]);
		} else if (c == '"') {
			quoted = !quoted;
		} else if (c == '.' && !quoted && !two) {
			schema = arena_str(f->in->a, sbuf_str(&b));
			sbuf_reset(&b);
			two = true;
		} else {
			sbuf_addc(&b, c);
		}
	}
	if (!quoted && b.n && two == (schema.n > 0)) {
		f->schema = schema;
		f->part = arena_str(f->in->a, sbuf_str(&b));
	}
	sbuf_free(&b);
}

static bool in_schema(const struct finding_object *f, const struct obj *o)
{
	return str_eq(f->schema, o->schema.n ? o->schema : STR("main"));
}

/* As it is called whole; in the schema of names without one; elsewhere; as SQL
 * has it; where capitals do not count. */
static int rank_of(const struct finding_object *f, const struct obj *o)
{
	const struct dialect *d = dialect_of(f->m->dialect);
	bool home = str_is(o->schema, d->home_schema);

	if (str_eq(show_name(f->in->a, o->schema, o->name), f->name))
		return 6;
	if (str_eq(o->name, f->name))
		return home ? 5 : 4;
	if (f->part.n && str_eq(o->name, f->part) &&
	    (!f->schema.n || in_schema(f, o)))
		return home || f->schema.n ? 3 : 2;
	return d->folds && str_ieq(o->name, f->name);
}

static void consider(struct finding_object *f, const struct obj *o)
{
	struct str whole = show_name(f->in->a, o->schema, o->name);
	size_t far = str_distance(f->name, o->name);
	size_t far_whole = str_distance(f->name, whole);
	int rank = rank_of(f, o);

	far = far_whole < far ? far_whole : far;
	if (far < f->distance) {
		f->distance = far;
		f->nearest = whole;
	}
	if (!rank || rank < f->rank)
		return;
	f->n = rank > f->rank ? 1 : f->n + 1;
	f->rank = rank;
	f->found = o;
}

static enum rc find_object(struct invocation *in, const struct model *m,
    const struct obj **out, struct err *e)
{
	struct finding_object f = { .in = in, .m = m, .name = in->args.v[0],
		.distance = 4 };

	split(&f);
	for (size_t i = 0; i < m->ntables; i++)
		consider(&f, &m->tables[i]->o);
	for (size_t i = 0; i < m->nviews; i++)
		consider(&f, &m->views[i]->o);
	if (f.n == 1) {
		*out = f.found;
		return RC_OK;
	}
	if (f.n > 1) {
		err_set(e, RC_USAGE, "%.*s is in several schemas",
		    STR_ARG(f.name));
		err_hint(e, "write the schema too: %.*s", STR_ARG(show_name(
		    in->a, f.found->schema, f.found->name)));
		return RC_USAGE;
	}
	err_set(e, RC_NOTFOUND, "there is no table or view %.*s",
	    STR_ARG(f.name));
	if (f.nearest.n)
		err_hint(e, "weir rows %.*s?", STR_ARG(f.nearest));
	else
		err_hint(e, "weir show");
	return RC_NOTFOUND;
}

/* --- a WHERE that is wrong ------------------------------------------------------ */

#define SHOWN_BEFORE 60		/* bytes of the line before the place */
#define SHOWN_AFTER 40

/* --where:LINE:COLUMN, and the line with a mark below the place. */
static void show_place(struct invocation *in, struct str where, struct err *e)
{
	size_t at, line, col, from, to;
	struct str before, after;

	if (!rows_where_at(e, where, &at))
		return;
	str_position(where, at, &line, &col);
	snprintf(e->where, sizeof(e->where), "--where:%zu:%zu", line, col);
	for (from = at; from > 0 && where.p[from - 1] != '\n' &&
	    (at - from < SHOWN_BEFORE ||
	    ((unsigned char)where.p[from] & 0xc0) == 0x80);)
		from--;
	for (to = at; to < where.n && where.p[to] != '\n' &&
	    (to - at < SHOWN_AFTER ||
	    ((unsigned char)where.p[to] & 0xc0) == 0x80);)
		to++;
	before = utf8_clean(in->a, str_sub(where, from, at), UTF8_LINE);
	after = utf8_clean(in->a, str_sub(where, at, to), UTF8_LINE);
	err_hint(e, "  %.*s%.*s\n  %*s^", STR_ARG(before), STR_ARG(after),
	    (int)utf8_cells(before), "");
}

/* --- bytes out -------------------------------------------------------------------- */

/* A signal ends a wait for whoever reads, and a reader that has gone is no
 * error. */
static enum rc to_pipe(void *arg, struct str s, struct err *e)
{
	struct invocation *in = arg;
	struct pollfd p = { .fd = STDOUT_FILENO, .events = POLLOUT };

	while (s.n) {
		ssize_t n;

		if (in->watch && stop_signal(in->watch))
			return err_set(e, RC_CANCELLED, "cancelled");
		if (poll(&p, 1, -1) < 0)
			continue;
		n = write(STDOUT_FILENO, s.p, s.n);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n <= 0) {
			in->out_failed = n < 0 ? errno : EIO;
			return err_set(e, RC_IO, "the output could not be "
			    "written: %s", strerror(in->out_failed));
		}
		s = str_sub(s, (size_t)n, s.n);
	}
	return RC_OK;
}

static enum rc to_terminal(void *arg, struct str s, struct err *e)
{
	struct invocation *in = arg;

	if (in->watch && stop_signal(in->watch))
		return err_set(e, RC_CANCELLED, "cancelled");
	sbuf_add(&in->out, s);
	cmd_flush(in);
	return in->out_failed ? err_set(e, RC_IO, "the output could not be "
	    "written: %s", strerror(in->out_failed)) : RC_OK;
}

static enum rc print(struct invocation *in, struct session *s,
    struct out_request *rq, struct err *e)
{
	struct out_done done;
	struct sbuf count = SBUF_INIT(64);
	enum rc rc;

	rq->sink = (struct out_sink){ in->tty_out ? to_terminal : to_pipe, in };
	rc = out_rows(s->db, rq, &done, e);
	if (rc == RC_NOTFOUND)
		err_hint(e, "weir show %.*s", STR_ARG(in->args.v[0]));
	if (rc == RC_IO && in->out_failed == EPIPE)
		return RC_OK;
	if (!rc && in->tty_err) {
		sbuf_add_count(&count, done.rows);
		cmd_say(in, "%s row%s", count.p, done.rows == 1 ? "" : "s");
	}
	sbuf_free(&count);
	return rc;
}

static enum rc plan(struct invocation *in, struct session *s,
    struct rows_spec *spec, struct out_request *rq, struct err *e)
{
	const struct model *m;
	const struct obj *o;
	enum rc rc = session_live(s, &m, e);

	if (!rc)
		rc = find_object(in, m, &o, e);
	if (rc)
		return rc;
	spec->schema = o->schema;
	spec->name = o->name;
	rc = rows_plan(m, spec, in->a, &rq->rows, e);
	if (rc == RC_NOTFOUND)
		err_hint(e, "weir show %.*s", STR_ARG(in->args.v[0]));
	if (!rc)
		rc = rows_check(s->db, rq->rows, e);
	show_place(in, spec->where, e);
	return rc;
}

static enum rc run(struct invocation *in, int *code, struct err *e)
{
	struct rows_spec spec = { .where = cmd_value(in, OPT_WHERE) };
	struct out_request rq = { .limit = -1 };
	struct session *s = NULL;
	enum rc rc = format_of(in, &rq.format, e);

	(void)code;
	if (!rc && !in->args.n) {
		rc = err_set(e, RC_USAGE, "name a table or a view");
		err_hint(e, "weir show");
	}
	if (!rc)
		rc = sorts_of(in, &spec, e);
	if (!rc)
		rc = names_of(in, OPT_COLUMNS, &rq.columns, e);
	if (!rc)
		rc = cmd_number(in, OPT_LIMIT, -1, &rq.limit, e);
	if (!rc)
		rc = cmd_session(in, STR_NONE, NEED_DB, &s, e);
	if (!rc && !s->db)
		rc = err_set(e, RC_NOTFOUND, "there is no such database: %.*s",
		    STR_ARG(s->project->db_label));
	if (!rc && !in->watch) {
		in->watch = stop_open();
		stop_connection(in->watch, s->db);
	}
	/* the first rows are always the same ones */
	rq.ordered = rq.limit >= 0;
	if (!rc)
		rc = plan(in, s, &spec, &rq, e);
	if (!rc)
		rc = print(in, s, &rq, e);
	cmd_close(in, s);
	return rc;
}

static const char *const detail[] = {
	"Prints rows as they are read, whole values, without a pager; memory "
	"does not\ngrow with their number.  Without --sort and --limit they "
	"come in the order in\nwhich the engine finds them.",
	"Formats: table, for eyes; csv, as psql's \\copy with a header; tsv, "
	"as COPY's\ntext format; json, one array; jsonl, one object a line; "
	"insert, statements.\nNULL and '' differ in all of them: in csv an "
	"empty field and \"\".",
	"--where is one SQL expression, run on a connection that cannot "
	"write.\n--sort takes columns between commas, -COLUMN downwards; "
	"\"…\" around a name\nthat holds a comma.",
	NULL,
};

const struct cmd_entry cmd_rows = {
	.name = "rows", .bit = C_ROWS, .args = "TABLE", .max_args = 1,
	.summary = "Print the rows of a table or view",
	.detail = detail, .run = run,
};
