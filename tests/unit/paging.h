#ifndef WEIR_TESTS_UNIT_PAGING_H
#define WEIR_TESTS_UNIT_PAGING_H
/*
 * paging: pages of rows against one full ORDER BY, for each dialect.
 */
#include "op/rows_cond.h"
#include "tests/unit/unit.h"

struct fixture {
	struct arena *a;
	struct drv *d, *w;	/* looks; writes, where that is another */
	struct model *m;
	const struct dialect *dialect;
};

static uint64_t seed;

static inline void look(struct fixture *f)
{
	struct err e = ERR_INIT;

	assert_ok(f->d->ops->introspect(f->d, f->a, &f->m, &e), &e);
}

static inline const struct rows *plan(struct fixture *f,
    const struct rows_spec *spec)
{
	const struct rows *r = NULL;
	struct err e = ERR_INIT;

	assert_ok(rows_plan(f->m, spec, f->a, &r, &e), &e);
	return r;
}

static inline struct rows_page get(struct fixture *f, const struct rows *r,
    enum rows_from from, const struct value *key, size_t max)
{
	struct rows_page p = { 0 };
	struct rows_get g = { from, key, max };
	struct err e = ERR_INIT;

	assert_ok(rows_read(f->d, r, &g, f->a, &p, &e), &e);
	return p;
}

static inline uint64_t rnd(uint64_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (seed >> 33) % below;
}

static inline struct str all_rows(struct fixture *f, struct str sql)
{
	struct cursor *c = NULL;
	struct err e = ERR_INIT;
	struct sbuf b = SBUF_TEXT;
	struct str out;
	bool more = true;

	if (drv_query(f->d, sql, NULL, 0, 0, &c, &e))
		fail_msg("%.*s: %s", STR_ARG(sql), e.msg);
	while (more) {
		assert_ok(cursor_next(c, &more, &e), &e);
		for (size_t i = 0; more && i < c->ncols; i++) {
			f->dialect->literal(&b, &c->row[i]);
			sbuf_addc(&b, i + 1 < c->ncols ? '|' : '\n');
		}
	}
	cursor_close(c);
	out = arena_str(f->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static inline void add_rows(const struct fixture *f, struct sbuf *b,
    const struct rows *r, const struct rows_page *p)
{
	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < r->nterms; k++) {
			f->dialect->literal(b, &p->v[i].key[k]);
			sbuf_addc(b, k + 1 < r->nterms ? '|' : '\n');
		}
}

/* The engine's own order: nothing is said of NULLs. */
static inline struct str expected(struct fixture *f, const struct rows *r,
    const char *where)
{
	struct sbuf q = SBUF_TEXT;
	struct str out;

	SQL(&q, "SELECT ");
	for (size_t i = 0; i < r->nterms; i++) {
		sbuf_addz(&q, i ? "," : "");
		f->dialect->ident(&q, r->terms[i].name);
	}
	SQL(&q, " FROM ");
	f->dialect->table(&q, r->object);
	sbuf_addz(&q, where);
	for (size_t i = 0; i < r->nterms; i++) {
		sbuf_addz(&q, i ? "," : " ORDER BY ");
		f->dialect->ident(&q, r->terms[i].name);
		sbuf_addz(&q, r->terms[i].desc ? " DESC" : " ASC");
	}
	out = all_rows(f, sbuf_str(&q));
	sbuf_free(&q);
	return out;
}

static inline void check_forward(struct fixture *f, const struct rows *r,
    struct str want, size_t max)
{
	struct sbuf got = SBUF_TEXT;
	struct rows_page p = get(f, r, ROWS_FIRST, NULL, max);

	assert_true(p.at_start);
	add_rows(f, &got, r, &p);
	while (!p.at_end) {
		p = get(f, r, ROWS_AFTER, p.v[p.n - 1].key, max);
		assert_true(p.n > 0 && got.n <= want.n);
		add_rows(f, &got, r, &p);
	}
	assert_str(sbuf_str(&got), arena_z(f->a, want));
	sbuf_free(&got);
}

static inline void check_backward(struct fixture *f, const struct rows *r,
    struct str want, size_t max)
{
	struct rows_page p = get(f, r, ROWS_LAST, NULL, max), at;
	size_t end = want.n;

	assert_true(p.at_end);
	while (end) {
		struct sbuf got = SBUF_TEXT;

		add_rows(f, &got, r, &p);
		assert_true(got.n <= end);
		assert_str(sbuf_str(&got), arena_z(f->a,
		    str_sub(want, end - got.n, end)));
		end -= got.n;
		sbuf_free(&got);
		if (p.at_start)
			break;
		at = get(f, r, ROWS_AT, p.v[0].key, 1);
		assert_int_equal(at.n, 1);
		assert_int_equal(at.v[0].key[0].kind, p.v[0].key[0].kind);
		p = get(f, r, ROWS_BEFORE, p.v[0].key, max);
		assert_true(p.n > 0);
	}
	assert_int_equal(end, 0);
}

struct streamed {
	struct fixture *f;
	const struct rows *r;
	VEC(struct str) lines;
	size_t max;
};

static inline bool stream_row(void *arg, const struct rows_row *row)
{
	struct streamed *s = arg;
	struct rows_page one = { .v = row, .n = 1 };
	struct sbuf b = SBUF_TEXT;

	add_rows(s->f, &b, s->r, &one);
	vec_push(s->f->a, &s->lines, arena_str(s->f->a, sbuf_str(&b)));
	sbuf_free(&b);
	return s->lines.n < s->max;
}

/* The lines that come from there, turned round where they come so. */
static inline struct str stream_from(struct fixture *f, const struct rows *r,
    enum rows_from from, const struct value *key, size_t max)
{
	struct streamed s = { .f = f, .r = r, .max = max };
	struct rows_get g = { from, key, 0 };
	struct rows_taker t = { stream_row, &s };
	bool back = from == ROWS_LAST || from == ROWS_BEFORE;
	struct err e = ERR_INIT;
	struct sbuf b = SBUF_TEXT;
	struct str out;

	assert_ok(rows_stream(f->d, r, &g, &t, &e), &e);
	assert_true(s.lines.n <= max);
	for (size_t i = 0; i < s.lines.n; i++)
		sbuf_add(&b, s.lines.v[back ? s.lines.n - 1 - i : i]);
	out = arena_str(f->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

/* Before a row and from it on, it is all of them. */
static inline void check_stream(struct fixture *f, const struct rows *r,
    struct str want, size_t step)
{
	struct rows_page p = get(f, r, ROWS_FIRST, NULL, 100000);

	assert_str(stream_from(f, r, ROWS_FIRST, NULL, SIZE_MAX),
	    arena_z(f->a, want));
	assert_str(stream_from(f, r, ROWS_LAST, NULL, SIZE_MAX),
	    arena_z(f->a, want));
	for (size_t i = 0; i < p.n; i += step) {
		struct str before = stream_from(f, r, ROWS_BEFORE, p.v[i].key,
		    SIZE_MAX);
		struct str at = stream_from(f, r, ROWS_AT, p.v[i].key,
		    SIZE_MAX);
		struct str first = stream_from(f, r, ROWS_AT, p.v[i].key, 1);
		struct str behind = stream_from(f, r, ROWS_AFTER, p.v[i].key,
		    SIZE_MAX);

		assert_str(before, arena_z(f->a, str_sub(want, 0, before.n)));
		assert_str(at, arena_z(f->a, str_sub(want, before.n, want.n)));
		assert_str(behind, arena_z(f->a, str_sub(at, first.n, at.n)));
	}
}

static inline void check_numbers(struct fixture *f, const struct rows *r,
    size_t n, size_t step)
{
	struct rows_index x = { .total = 0 };
	struct err e = ERR_INIT;
	const struct value *key;
	int64_t at, count;

	assert_ok(rows_count(f->d, r, &count, &e), &e);
	assert_int_equal(count, n);
	assert_ok(rows_sample(f->d, r, 1e9, f->a, &x, &e), &e);
	assert_true(x.done);
	assert_int_equal(x.total, n);
	for (size_t i = 0; i < n; i += step) {
		assert_ok(rows_nth(f->d, r, &x, (int64_t)i, f->a, &key, &e), &e);
		assert_ok(rows_position(f->d, r, key, &at, &e), &e);
		assert_int_equal(at, i);
	}
	assert_int_equal(rows_nth(f->d, r, NULL, (int64_t)n, f->a, &key, &e),
	    RC_NOTFOUND);
}

/* The condition of every cell shows the row of that cell. */
static inline void check_conditions(struct fixture *f,
    const struct rows_spec *spec, size_t rows)
{
	const struct rows *r = plan(f, spec);
	struct rows_page p = get(f, r, ROWS_FIRST, NULL, rows);

	for (size_t i = 0; i < p.n; i++)
		for (size_t k = 0; k < r->ncols; k++) {
			struct rows_cond c[2];
			struct rows_spec only = *spec;
			struct rows_page got;
			struct sbuf x = SBUF_TEXT, y = SBUF_TEXT;
			struct err e = ERR_INIT;

			if (!rows_cond_of(r, k, &p.v[i].cells[k], f->a, &c[0]))
				continue;
			c[1] = c[0];	/* twice is no less */
			only.conds = c;
			only.nconds = 2;
			assert_ok(rows_check(f->d, plan(f, &only), &e), &e);
			got = get(f, plan(f, &only), ROWS_AT, p.v[i].key, 1);
			for (size_t t = 0; got.n && t < r->nterms; t++) {
				f->dialect->literal(&x, &p.v[i].key[t]);
				f->dialect->literal(&y, &got.v[0].key[t]);
			}
			if (!got.n || !str_eq(sbuf_str(&x), sbuf_str(&y)))
				fail_msg("row %zu is not where %.*s = %.*s", i,
				    STR_ARG(c[0].column), STR_ARG(c[0].value));
			sbuf_free(&x);
			sbuf_free(&y);
		}
}

struct cond_case {
	const char *column;
	enum rows_op op;
	const char *value;
	const char *sql;	/* what it becomes, or what is wrong with it */
	const char *ids;	/* of the rows; NULL: it is refused */
};

static inline void check_cond_cases(struct fixture *f,
    const struct rows_spec *spec, const struct cond_case *cases, size_t n)
{
	const struct rows *r = plan(f, spec);

	for (size_t i = 0; i < n; i++) {
		const struct cond_case *k = &cases[i];
		struct rows_cond c = { str_z(k->column), k->op,
			str_z(k->value) };
		struct rows_spec only = *spec;
		struct sbuf b = SBUF_TEXT, ids = SBUF_TEXT;
		struct err e = ERR_INIT;
		struct rows_page p;

		if (!k->ids) {
			assert_int_equal(rows_cond_sql(r, &c, &b, &e),
			    RC_PARSE);
			assert_string_equal(e.msg, k->sql);
			sbuf_free(&b);
			continue;
		}
		assert_ok(rows_cond_sql(r, &c, &b, &e), &e);
		assert_str(sbuf_str(&b), k->sql);
		only.conds = &c;
		only.nconds = 1;
		assert_ok(rows_check(f->d, plan(f, &only), &e), &e);
		p = get(f, plan(f, &only), ROWS_FIRST, NULL, 100);
		for (size_t j = 0; j < p.n; j++)
			sbuf_addf(&ids, j ? " %d" : "%d",
			    (int)p.v[j].cells[0].i);
		if (!str_is(sbuf_str(&ids), k->ids))
			fail_msg("%s: %s, not %s", k->sql, ids.n ? ids.p : "",
			    k->ids);
		sbuf_free(&ids);
		sbuf_free(&b);
	}
}

#endif
