/* ignore: see ignore.h. */
#include "plan/ignore.h"

#include "base/fs.h"
#include "plan/internal.h"

#define WORD STR("weir-ignore")
#define IGNORE_MAX ((size_t)1 << 20)

typedef VEC(struct ignore) list;

static bool is_slug(struct str s)
{
	for (size_t i = 0; i < HAZ_ID_N; i++)
		if (str_is(s, hazard_defs[i].slug) ||
		    str_is(s, hazard_defs[i].code))
			return true;
	return false;
}

static const char in_sql[] = "-- weir-ignore SLUG[,SLUG]: reason";
static const char in_file[] = "TAG SLUG[:OBJECT] reason";

static enum rc refuse(struct err *e, struct str where, const char *form,
    const char *why, struct str word)
{
	err_at(e, RC_USAGE, where.p, "%s%s%.*s%s", why, word.n ? " \"" : "",
	    STR_ARG(word), word.n ? "\"" : "");
	err_hint(e, "%s (weir(1), HAZARDS, lists the slugs)", form);
	return RC_USAGE;
}

static void list_take(list *l, struct arena *a, const struct ignores *v)
{
	for (size_t i = 0; i < v->n; i++)
		vec_push(a, l, v->v[i]);
}

/* --- comments --------------------------------------------------------------------- */

/* Is the line after the one that holds `at` blank? */
static bool blank_after(struct str text, size_t at)
{
	size_t end = str_find(text, STR("\n"), at);
	size_t next = end < text.n ? str_find(text, STR("\n"), end + 1) : end;

	return end < text.n && next > end &&
	    !str_trim(str_sub(text, end + 1, next)).n;
}

/* "SLUG[,SLUG]: reason", at offset `at` of the file */
static enum rc read_comment(const struct entry *en, struct str line,
    struct ignore common, struct arena *a, list *l, struct err *e)
{
	size_t base = (size_t)(line.p - en->text.p);
	size_t colon = str_find(line, STR(":"), 0), from = 0;

	common.reason = str_trim(str_sub(line, colon + 1, line.n));
	if (colon >= line.n || !common.reason.n)
		return refuse(e, common.where, in_sql,
		    "weir-ignore without a reason", STR(""));
	while (from <= colon) {
		size_t to = str_find(str_sub(line, 0, colon), STR(","), from);
		struct str slug = str_trim(str_sub(line, from,
		    to < colon ? to : colon));

		common.slug = slug;
		common.where = entry_where(en, slug.n ?
		    (size_t)(slug.p - en->text.p) : base + from, a);
		if (!slug.n)
			return refuse(e, common.where, in_sql,
			    "weir-ignore names no hazard", STR(""));
		if (!is_slug(slug))
			return refuse(e, common.where, in_sql,
			    "no such hazard", slug);
		vec_push(a, l, common);
		from = (to < colon ? to : colon) + 1;
	}
	return RC_OK;
}

/* What follows the word in a "--" comment; .p NULL: it is another comment. */
static struct str ignore_line(struct str text, struct token t)
{
	struct str s = str_sub(text, t.from, t.to);
	size_t end = str_find(s, STR("\n"), 0);

	if (t.kind != TOKEN_COMMENT || !str_starts(s, STR("--")))
		return STR_NONE;
	s = str_trim(str_sub(s, 2, end));
	if (!str_starts(s, WORD))
		return STR_NONE;
	s = str_sub(s, WORD.n, s.n);
	if (s.n && s.p[0] != ':' && s.p[0] != ' ' && s.p[0] != '\t')
		return STR_NONE;
	return s;
}

enum rc ignores_in(const struct entry *en, const struct dialect *d,
    struct arena *a, struct ignores *out, struct err *e)
{
	struct str text = en->text;
	list l = { 0 };
	size_t block = 0;	/* its first of the comments that stand together */
	bool first = true;	/* no statement was seen yet */
	enum rc rc = RC_OK;

	if (en->missing || str_find(text, WORD, 0) >= text.n)
		return RC_OK;
	list_take(&l, a, out);
	block = l.n;
	for (struct token t = d->token(text, 0); !rc && t.kind != TOKEN_END;
	    t = d->token(text, t.to > t.from ? t.to : t.from + 1)) {
		struct str s = ignore_line(text, t);

		if (t.kind != TOKEN_SPACE && t.kind != TOKEN_COMMENT)
			first = false;
		if (s.p)
			rc = read_comment(en, s, (struct ignore){
			    .tag = en->tag, .at = t.from, .object = STR(""),
			    .where = entry_where(en, t.from, a) }, a, &l, e);
		if (t.kind != TOKEN_COMMENT || !blank_after(text, t.from))
			continue;
		for (; block < l.n; block++)
			l.v[block].whole = first;
	}
	if (rc)
		return rc;
	*out = (struct ignores){ l.v, l.n };
	return RC_OK;
}

/* --- .weirignore ------------------------------------------------------------------ */

/* The end of a word; in double quotes a blank is part of it. */
static size_t word_end(struct str s, size_t at)
{
	bool quoted = false;

	for (; at < s.n; at++) {
		if (s.p[at] == '"')
			quoted = !quoted;
		if (!quoted && (s.p[at] == ' ' || s.p[at] == '\t'))
			break;
	}
	return at;
}

static enum rc read_line(struct str line, struct str place, size_t number,
    struct ignore *x, struct arena *a, struct err *e)
{
	size_t tag = word_end(line, 0), from = tag, to, colon;
	struct str word;

	while (from < line.n && (line.p[from] == ' ' || line.p[from] == '\t'))
		from++;
	to = word_end(line, from);
	word = str_sub(line, from, to);
	colon = str_find(word, STR(":"), 0);
	*x = (struct ignore){ .tag = str_sub(line, 0, tag), .whole = true,
		.slug = str_sub(word, 0, colon),
		.object = str_sub(word, colon + 1, word.n),
		.reason = str_trim(str_sub(line, to, line.n)),
		.where = arena_printf(a, "%.*s:%zu:%zu", STR_ARG(place),
		    number, from + 1) };
	if (!x->slug.n)
		return refuse(e, x->where, in_file, "names no hazard",
		    STR(""));
	if (!is_slug(x->slug))
		return refuse(e, x->where, in_file, "no such hazard",
		    x->slug);
	if (!x->reason.n)
		return refuse(e, x->where, in_file, "no reason for", word);
	return RC_OK;
}

enum rc ignores_beside(const char *folder, struct arena *a,
    struct ignores *out, struct err *e)
{
	struct sbuf text = SBUF_INIT(IGNORE_MAX);
	struct str place = arena_printf(a, "%s/.weirignore", folder);
	struct str rest, line;
	struct ignore x;
	size_t number = 0;
	list l = { 0 };
	enum rc rc = file_read_beneath(folder, ".weirignore", &text, e);

	if (rc == RC_NOTFOUND) {
		sbuf_free(&text);
		*e = (struct err)ERR_INIT;
		return RC_OK;
	}
	list_take(&l, a, out);
	rest = rc ? STR("") : arena_str(a, sbuf_str(&text));
	while (!rc && str_line(&rest, &line)) {
		number++;
		if (!str_trim(line).n || line.p[0] == '#')
			continue;
		rc = read_line(line, place, number, &x, a, e);
		if (!rc)
			vec_push(a, &l, x);
	}
	sbuf_free(&text);
	if (rc)
		return rc;
	*out = (struct ignores){ l.v, l.n };
	return RC_OK;
}

/* --- what they meet ----------------------------------------------------------------- */

static bool meets(const struct ignore *x, const struct hazard *h)
{
	return (str_is(x->slug, h->def->slug) || str_is(x->slug, h->def->code)) &&
	    (!x->object.n || str_eq(x->object, h->object) ||
	    (str_starts(h->object, x->object) &&
	    h->object.p[x->object.n] == '.'));
}

/* I.1: the first statement that ends behind the comment. */
static bool stands_at(const struct work *w, const struct ignore *x, size_t i)
{
	const struct plan_file *f = &w->files[w->file_of[i]];
	size_t k;

	if (!str_eq(f->entry->tag, x->tag))
		return false;
	for (k = f->first; k < f->first + f->n; k++)
		if (w->run->v[k].offset + w->run->v[k].sql.n > x->at)
			break;
	return x->whole || k == i ||
	    (k < f->first + f->n && stmt_leader(w, k) == i);
}

static void ignore_one(struct ignore *x, struct hazard *h)
{
	bool loss = h->def->cls == HAZ_LOSS || h->def->cls == HAZ_UNDO ||
	    h->sev == SEV_DESTRUCTIVE;

	if (!meets(x, h))
		return;
	x->used = true;
	x->loss = x->loss || loss;
	if (!loss && !h->ignored.n)
		h->ignored = x->reason;
}

/* A hazard of a whole file names it; one of the place where the run stopped
 * belongs to the statement there. */
static bool of_file(const struct work *w, const struct ignore *x,
    const struct hazard *h)
{
	const struct run *run = w->run;
	struct str text;

	if (!str_eq(h->object, x->tag))
		return false;
	if (x->whole || !run->stopped || !str_eq(run->stopped->tag, x->tag))
		return x->whole;
	text = run->stopped->text;
	for (size_t i = 0; i < run->n; i++)
		if (run->v[i].entry == run->stopped &&
		    run->v[i].offset > x->at && run->v[i].offset < run->stopped_at)
			return false;
	return x->at < run->stopped_at && run->stopped_at <= text.n;
}

void ignores_apply(struct work *w, struct ignores all)
{
	struct ignore *v = arena_array(w->a, struct ignore, all.n + 1);

	for (size_t k = 0; k < all.n; k++) {
		v[k] = all.v[k];
		for (size_t i = 0; i < w->found.n; i++) {
			struct found *f = &w->found.v[i];

			if (!f->gone && (f->stmt == NO_STMT ?
			    of_file(w, &v[k], &f->h) :
			    stands_at(w, &v[k], f->stmt)))
				ignore_one(&v[k], &f->h);
		}
	}
	w->p->ignores = (struct ignores){ v, all.n };
}
