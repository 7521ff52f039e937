#ifndef WEIR_TESTS_UNIT_HAZARD_CASES_H
#define WEIR_TESTS_UNIT_HAZARD_CASES_H
/*
 * Cases of hazards: a schema with rows, migration files in a folder, and what
 * the plan has to say about them.  The program brings make_plan() and says
 * which folder of tests/live it reads.
 *
 *	@case TITLE
 *	@schema			SQL: tables and rows that are there
 *	@up			a migration file; several follow each other
 *	@expect			one line each, in any order, all of them:
 *	slug:object rows severity
 *	@role			PostgreSQL: who looks; the schema is weir's
 *	@has			as @expect, but there may be more
 *	@hasnot			slug or slug:object, of which there is none
 *	@says			further lines, each must hold:
 *	drizzle: TEXT | no-drizzle: TEXT | added: TEXT | class N: WORD | why N: TEXT |
 *	undo N: WORD | down: TEXT | keeps: KIND NAME | lacks: KIND NAME |
 *	error: TEXT | touches N: KIND TABLE NAME | text SLUG: TEXT |
 *	locks N: TEXT | rewrites N: yes|no | code CODE: yes|no
 *	@nocopy			as @expect, planned without a copy (SQLite) or
 *				without a scratch engine (PostgreSQL: as @has)
 */
#include "unit/lite.h"

#include "base/fs.h"
#include "plan/plan.h"

#define FILES_MAX 8

struct one {
	struct str title, schema, expect, says, nocopy;
	struct str has, hasnot, role;
	bool has_nocopy, has_expect;
	struct str up[FILES_MAX];
	size_t nup;
};

static int count, failed, seen_rows;

static void wrong(const char *name, const struct one *c, const char *what,
    struct str got, struct str want)
{
	print_error("%s: %.*s: %s\n  got:\n%.*s\n  want:\n%.*s\n", name,
	    STR_ARG(c->title), what, STR_ARG(got), STR_ARG(want));
	failed++;
}

/* --- a project of one case ------------------------------------------------ */

static void write_file(const char *rel, struct str text)
{
	err = (struct err)ERR_INIT;
	OK(file_write_atomic(file(rel), text, 0600, &err));
}

static struct plan *make_plan(const struct one *c, bool copy);
/* What else the program asks of a case; may do nothing. */
static void more_of_case(const char *name, const struct one *c,
    const struct plan *p);

static struct folder *make_folder(const struct one *c)
{
	struct sbuf b = SBUF_TEXT;
	struct folder *f = NULL;
	char dir[64], rel[128];

	snprintf(dir, sizeof(dir), "f%d", count);
	snprintf(rel, sizeof(rel), "%s/meta", dir);
	err = (struct err)ERR_INIT;
	OK(dir_make(file(rel), 0700, &err));
	sbuf_addf(&b, "{\"version\":\"7\",\"dialect\":\"%s\",\"entries\":[",
	    CASE_DIALECT);
	for (size_t i = 0; i < c->nup; i++) {
		sbuf_addf(&b, "%s{\"idx\":%zu,\"version\":\"6\",\"when\":%zu,"
		    "\"tag\":\"000%zu_case\",\"breakpoints\":true}",
		    i ? "," : "", i, 1700000000000 + i, i);
		snprintf(rel, sizeof(rel), "%s/000%zu_case.sql", dir, i);
		write_file(rel, c->up[i]);
	}
	SQL(&b, "]}");
	snprintf(rel, sizeof(rel), "%s/meta/_journal.json", dir);
	write_file(rel, sbuf_str(&b));
	sbuf_free(&b);
	OK(folder_read(file(dir), arena, &f, &err));
	return f;
}

/* --- what is expected -------------------------------------------------------- */

static int by_text(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

static struct str sorted_lines(struct str *v, size_t n)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	if (n)
		qsort(v, n, sizeof(*v), by_text);
	for (size_t i = 0; i < n; i++) {
		sbuf_add(&b, v[i]);
		sbuf_addc(&b, '\n');
	}
	out = arena_str(arena, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static struct str lines_of(struct str text)
{
	VEC(struct str) v = { 0 };
	struct str line;

	while (str_line(&text, &line))
		if (str_trim(line).n && line.p[0] != '#')
			vec_push(arena, &v, str_trim(line));
	return sorted_lines(v.v, v.n);
}

static struct str hazard_line(const struct hazard *h)
{
	return arena_printf(arena, "%s:%.*s %lld %s", h->def->slug,
	    STR_ARG(h->object), (long long)h->rows, sev_word[h->sev]);
}

static struct str hazards_of(const struct plan *p)
{
	VEC(struct str) v = { 0 };

	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < p->v[i].nhaz; k++)
			vec_push(arena, &v, hazard_line(&p->v[i].haz[k]));
	for (size_t i = 0; i < p->nhaz; i++)
		vec_push(arena, &v, hazard_line(&p->haz[i]));
	return sorted_lines(v.v, v.n);
}

static bool holds(struct str text, struct str part)
{
	return str_find(text, part, 0) < text.n || part.n == 0;
}

static bool in_model(const struct model *m, struct str what)
{
	for (size_t i = 0; i < m->nobjs; i++)
		if (str_eq(what, arena_printf(arena, "%s %.*s",
		    obj_kind_word[m->objs[i]->kind],
		    STR_ARG(m->objs[i]->name))))
			return true;
	return false;
}

static struct str all_down(const struct plan *p)
{
	struct str down = STR(""), missing = STR("");
	struct sbuf b = SBUF_TEXT;

	for (size_t i = p->run->nfiles; i-- > 0;)
		if (plan_derive_down(p->run, &p->run->files[i], false, arena,
		    &down, &missing))
			sbuf_add(&b, down);
		else
			sbuf_add(&b, missing);
	down = arena_str(arena, sbuf_str(&b));
	sbuf_free(&b);
	return down;
}

/* "KIND TABLE NAME": is that change of the plan linked to statement n? */
static bool touches(const struct plan *p, const struct stmt *s, struct str what)
{
	for (size_t i = 0; i < p->changes.n; i++) {
		const struct change *c = &p->changes.v[i];
		const struct obj *o = c->to ? c->to : c->from;

		if (str_eq(what, arena_printf(arena, "%s %.*s %.*s",
		    obj_kind_word[o->kind], STR_ARG(o->table),
		    STR_ARG(o->name))))
			return stmt_touches(s, c->from, c->to);
	}
	return false;
}

static struct str error_of(const struct plan *p)
{
	return str_z(p->run->stopped ? p->run->why.msg :
	    p->rehearsal_error.msg);
}

/* What a key word of @says is about, as text. */
static struct str fact(const struct plan *p, struct str key, size_t n)
{
	const struct stmt *s = n && n <= p->n ? &p->v[n - 1] : NULL;
	struct sbuf b = SBUF_TEXT;
	struct str out = STR("(none)");

	if (str_is(key, "drizzle") || str_is(key, "no-drizzle"))
		return p->drizzle;
	if (str_is(key, "down"))
		return all_down(p);
	if (str_is(key, "error"))
		return error_of(p);
	if (str_is(key, "class") && s)
		return str_z(stmt_class_word[s->cls]);
	if (str_is(key, "why") && s)
		return s->why;
	if (str_is(key, "locks") && s)
		return s->locks;
	if (str_is(key, "rewrites") && s)
		return s->rewrites ? STR("yes") : STR("no");
	if (str_is(key, "undo") && s)
		return str_z(undo_word[s->undo]);
	if (str_is(key, "added")) {
		for (size_t i = 0; i < p->added.n; i++) {
			sbuf_add(&b, p->added.v[i]);
			sbuf_addc(&b, '\n');
		}
		out = arena_str(arena, sbuf_str(&b));
	}
	sbuf_free(&b);
	return out;
}

/* The evidence of every hazard with that slug, one a line. */
static struct str texts_of(const struct plan *p, struct str slug)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < p->v[i].nhaz; k++)
			if (str_is(slug, p->v[i].haz[k].def->slug)) {
				sbuf_add(&b, p->v[i].haz[k].text);
				sbuf_addc(&b, '\n');
			}
	for (size_t i = 0; i < p->nhaz; i++)
		if (str_is(slug, p->haz[i].def->slug)) {
			sbuf_add(&b, p->haz[i].text);
			sbuf_addc(&b, '\n');
		}
	out = arena_str(arena, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

/* Has the plan a hazard of that code? */
static struct str has_code(const struct plan *p, struct str code)
{
	bool has = false;

	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < p->v[i].nhaz; k++)
			has = has || str_is(code, p->v[i].haz[k].def->code);
	for (size_t i = 0; i < p->nhaz; i++)
		has = has || str_is(code, p->haz[i].def->code);
	return has ? STR("yes") : STR("no");
}

static void check_saying(const char *name, const struct one *c,
    const struct plan *p, struct str line)
{
	size_t colon = str_find(line, STR(":"), 0), n = 0;
	struct str key = str_sub(line, 0, colon), got;
	struct str want = str_trim(str_sub(line, colon + 1, line.n));
	size_t space = str_find(key, STR(" "), 0);
	bool ok;

	if (str_starts(key, STR("text "))) {
		got = texts_of(p, str_sub(key, 5, key.n));
		if (!holds(got, want))
			wrong(name, c, arena_z(arena, line), got, want);
		return;
	}
	if (str_starts(key, STR("code "))) {
		got = has_code(p, str_sub(key, 5, key.n));
		if (!str_eq(got, want))
			wrong(name, c, arena_z(arena, line), got, want);
		return;
	}
	for (size_t i = space + 1; i < key.n; i++)
		n = n * 10 + (size_t)(key.p[i] - '0');
	key = str_sub(key, 0, space);
	got = fact(p, key, n);
	if (str_is(key, "keeps") || str_is(key, "lacks"))
		ok = in_model(p->to, want) == str_is(key, "keeps");
	else if (str_is(key, "touches"))
		ok = n && n <= p->n && touches(p, &p->v[n - 1], want);
	else if (str_is(key, "no-drizzle"))
		ok = !str_eq(got, want);
	else if (str_is(key, "class") || str_is(key, "undo"))
		ok = str_eq(got, want);
	else
		ok = holds(got, want);
	if (!ok)
		wrong(name, c, arena_z(arena, line), got, want);
}

/* Each line is (not) a whole line, or the beginning of one. */
static void check_lines(const char *name, const struct one *c,
    struct str got, struct str lines, bool wanted)
{
	struct str line, all = arena_printf(arena, "\n%.*s", STR_ARG(got));

	while (str_line(&lines, &line)) {
		line = str_trim(line);
		if (line.n && line.p[0] != '#' &&
		    holds(all, arena_printf(arena, wanted ? "\n%.*s\n" :
		    "\n%.*s", STR_ARG(line))) != wanted)
			wrong(name, c, wanted ? "has" : "has not", got, line);
	}
}

/*
 * What data block is to be seen: a finder that lists rows, and an expression
 * by which the row browser shows them.  Not of what is blocked whatever the
 * rows are (a whole statement, file or database).
 */
__attribute__((unused))
static void check_finders(const char *name, const struct one *c,
    const struct plan *p, struct drv *d)
{
	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < p->v[i].nhaz; k++) {
			const struct hazard *h = &p->v[i].haz[k];
			struct str quoted, sql;
			struct err e = ERR_INIT;
			int64_t n = 0;

			if (h->def->cls != HAZ_FAILS || h->rows <= 0 ||
			    h->sev != SEV_BLOCKED || !h->rows_where.n)
				continue;
			seen_rows++;
			quoted = str_sub(h->finder, str_find(h->finder,
			    STR(" FROM "), 0) + 6, h->finder.n);
			quoted = str_sub(quoted, 0, str_find(quoted,
			    STR(" WHERE "), 0));
			if (str_ends(quoted, STR(" AS c")))
				quoted = str_sub(quoted, 0, quoted.n - 5);
			sql = arena_printf(arena, "SELECT count(*) FROM %.*s "
			    "WHERE (%.*s)", STR_ARG(quoted),
			    STR_ARG(h->rows_where));
			if (drv_count(d, sql, arena, &n, &e) || n < h->rows)
				wrong(name, c, "the rows in the way", e.code ?
				    str_z(e.msg) : arena_printf(arena, "%lld",
				    (long long)n), sql);
		}
}

static void run_case(const char *name, const struct one *c)
{
	struct plan *p = make_plan(c, true);
	struct str says = c->says, line;
	struct str got = hazards_of(p), want = lines_of(c->expect);

	if (c->has_expect && !str_eq(got, want))
		wrong(name, c, "hazards", got, want);
	check_lines(name, c, got, c->has, true);
	check_lines(name, c, got, c->hasnot, false);
	while (str_line(&says, &line))
		if (str_trim(line).n && line.p[0] != '#')
			check_saying(name, c, p, str_trim(line));
	more_of_case(name, c, p);
	if (!c->has_nocopy)
		return;
	got = hazards_of(make_plan(c, false));
	want = lines_of(c->nocopy);
	if (CASE_NOCOPY_PART)
		check_lines(name, c, got, c->nocopy, true);
	else if (!str_eq(got, want))
		wrong(name, c, "hazards without a copy", got, want);
}

/* --- reading cases ----------------------------------------------------------- */

static void set_part(struct one *c, struct str word, struct str body)
{
	if (str_is(word, "schema"))
		c->schema = body;
	else if (str_is(word, "up") && c->nup < FILES_MAX)
		c->up[c->nup++] = body;
	else if (str_is(word, "expect")) {
		c->expect = body;
		c->has_expect = true;
	}
	else if (str_is(word, "has"))
		c->has = body;
	else if (str_is(word, "role"))
		c->role = str_trim(body);
	else if (str_is(word, "hasnot"))
		c->hasnot = body;
	else if (str_is(word, "says"))
		c->says = body;
	else if (str_is(word, "nocopy")) {
		c->nocopy = body;
		c->has_nocopy = true;
	} else {
		fail_msg("%.*s: @%.*s?", STR_ARG(c->title), STR_ARG(word));
	}
}

static void run_text(const char *name, struct str text)
{
	struct one c = { 0 };
	struct str rest = text, line, word = STR("");
	const char *body = NULL;

	for (;;) {
		bool more = str_line(&rest, &line);
		bool mark = more && line.n && line.p[0] == '@';

		if (more && !mark)
			continue;
		if (body)
			set_part(&c, word, (struct str){ body, more ?
			    (size_t)(line.p - body) :
			    (size_t)(text.p + text.n - body) });
		body = NULL;
		if (!more || str_starts(line, STR("@case"))) {
			if (c.title.n && (!getenv("WEIR_CASE") || holds(
			    c.title, str_z(getenv("WEIR_CASE")))))
				run_case(name, &c);
			c = (struct one){ .title = str_trim(str_sub(line, 5,
			    line.n)) };
			if (!more)
				return;
			continue;
		}
		word = str_trim(str_sub(line, 1, line.n));
		body = line.p + line.n + 1;
	}
}

static void all_cases(void **state)
{
	const char *src = getenv("srcdir");
	struct dir_list list = { 0 };
	struct sbuf b = SBUF_TEXT;
	char path[512];

	(void)state;
	snprintf(path, sizeof(path), "%s/" CASE_FOLDER, src ? src : ".");
	err = (struct err)ERR_INIT;
	OK(dir_read(path, arena, &list, &err));
	for (size_t i = 0; i < list.n; i++) {
		const char *name = arena_z(arena, list.v[i].name);

		if (!str_ends(list.v[i].name, STR(".case")))
			continue;
		snprintf(path, sizeof(path), "%s/" CASE_FOLDER "/%s",
		    src ? src : ".", name);
		sbuf_reset(&b);
		OK(file_read(path, &b, &err));
		run_text(name, arena_str(arena, sbuf_str(&b)));
	}
	sbuf_free(&b);
	assert_true(count > 0);
	assert_int_equal(failed, 0);
}

#endif
