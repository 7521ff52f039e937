/*
 * consent: the file <tag>.allow beside a migration, so that consent is
 * reviewed together with the code.
 *
 *	# weir: consent for 0007_x, made by weir review --approve
 *	sha256 5f1c…
 *	drop-column:users.bio[<=388]
 *
 * It holds for exactly the bytes of that hash: whoever edits the migration
 * has to approve it again.
 */
#include "op/gate/gate.h"

#include "base/fs.h"
#include "op/gate/local.h"

#define CONSENT_MAX ((size_t)1 << 20)

void consent_text(const struct gate_request *rq, const struct entry *en,
    struct arena *a, struct sbuf *out)
{
	struct needs needs;
	bool any = false;

	needs_build(rq, en, a, &needs);
	for (size_t i = 0; i < needs.n; i++)
		any |= needs.v[i].allow.n > 0;
	if (!any)
		return;
	sbuf_addf(out, "# weir: consent for %.*s, made by weir review "
	    "--approve\n# It holds for the bytes of this hash alone.\n",
	    STR_ARG(en->tag));
	sbuf_addf(out, "sha256 %s\n", en->hex);
	for (size_t i = 0; i < needs.n; i++) {
		const struct need *n = &needs.v[i];

		if (!n->allow.n)
			continue;
		sbuf_addz(out, "# ");
		sbuf_add(out, n->text);
		sbuf_addc(out, '\n');
		sbuf_add(out, n->allow);
		/* the count of the day is what was approved */
		if (n->rows >= 0 && !str_ends(n->allow, STR("]")))
			sbuf_addf(out, "[<=%lld]", (long long)n->rows);
		sbuf_addc(out, '\n');
	}
}

static struct str consent_name(const struct entry *en, struct arena *a)
{
	return arena_printf(a, "%.*s.allow", STR_ARG(en->tag));
}

enum rc consent_write(const char *folder, const struct gate_request *rq,
    struct arena *a, struct strs *written, struct err *e)
{
	struct sbuf text = SBUF_INIT(CONSENT_MAX);
	VEC(struct str) names = { 0 };
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < rq->nsteps; i++) {
		const struct entry *en = rq->steps[i].entry;
		struct str name, path;

		if (rq->steps[i].kind != STEP_UP)
			continue;
		sbuf_reset(&text);
		consent_text(rq, en, a, &text);
		if (!text.n)
			continue;
		name = consent_name(en, a);
		path = path_join(a, str_z(folder), name);
		rc = file_write_atomic(arena_z(a, path), sbuf_str(&text), 0644,
		    e);
		if (!rc)
			vec_push(a, &names, name);
	}
	sbuf_free(&text);
	if (!rc)
		*written = (struct strs){ names.v, names.n };
	return rc;
}

struct reader {
	struct arena *a;
	VEC(struct allow) allows;
	VEC(struct str) stale;
};

static enum rc consent_line(struct reader *r, const struct entry *en,
    struct str line, struct err *e)
{
	struct allow al;
	enum rc rc = allow_parse(line, r->a, &al, e);

	if (rc)
		return rc;
	al.entry = en;
	vec_push(r->a, &r->allows, al);
	return RC_OK;
}

static enum rc consent_parse(struct reader *r, const struct entry *en,
    struct str text, struct err *e)
{
	struct str rest = text, line;
	size_t keep = r->allows.n, number = 0;
	bool bound = false, fresh = false;
	enum rc rc = RC_OK;

	while (!rc && str_line(&rest, &line)) {
		number++;
		line = str_trim(line);
		if (!line.n || line.p[0] == '#')
			continue;
		if (str_starts(line, STR("sha256 "))) {
			bound = true;
			fresh = str_is(str_trim(str_sub(line, 7, line.n)),
			    en->hex);
			continue;
		}
		rc = bound ? consent_line(r, en, line, e) :
		    err_set(e, RC_USAGE, "no sha256 line before the consents");
	}
	if (!rc && number && !bound)
		rc = err_set(e, RC_USAGE, "no sha256 line");
	if (rc) {
		err_prefix(e, "%.*s.allow:%zu", STR_ARG(en->tag), number);
		err_hint(e, "weir review --approve writes it anew");
		return rc;
	}
	if (bound && !fresh) {
		r->allows.n = keep;
		vec_push(r->a, &r->stale, consent_name(en, r->a));
	}
	return RC_OK;
}

enum rc consent_read(const char *folder, const struct gate_request *rq,
    const struct allow *given, size_t ngiven, struct arena *a,
    const struct allow **out, size_t *n, struct strs *stale, struct err *e)
{
	struct reader r = { .a = a };
	struct sbuf text = SBUF_INIT(CONSENT_MAX);
	enum rc rc = RC_OK;

	for (size_t i = 0; i < ngiven; i++)
		vec_push(a, &r.allows, given[i]);
	for (size_t i = 0; !rc && i < rq->nsteps; i++) {
		const struct entry *en = rq->steps[i].entry;
		struct err none = ERR_INIT;

		if (rq->steps[i].kind != STEP_UP)
			continue;
		sbuf_reset(&text);
		rc = file_read_beneath(folder,
		    arena_z(a, consent_name(en, a)), &text, &none);
		if (rc == RC_NOTFOUND) {
			rc = RC_OK;
			continue;
		}
		if (rc)
			*e = none;
		else
			rc = consent_parse(&r, en, sbuf_str(&text), e);
	}
	sbuf_free(&text);
	if (rc)
		return rc;
	*out = r.allows.v;
	*n = r.allows.n;
	*stale = (struct strs){ r.stale.v, r.stale.n };
	return RC_OK;
}
