/*
 * fuzzy: see fuzzy.h.  One row of scores for each letter of a word: the best
 * that ends with this letter there, over all ways to place those before it.
 */
#include "base/fuzzy.h"

#include "base/utf8.h"

enum {
	HIT = 16,		/* a letter */
	AT_START = 12,		/* of the name */
	AT_WORD = 9,
	AT_HUMP = 7,
	IN_RUN = 11,		/* behind the letter before it */
	GAP = 1,		/* a character between two letters */
	WHOLE = 20,		/* nothing else in the name */
};

struct name {
	int32_t c[FUZZY_NAME];		/* as it is compared */
	uint8_t bonus[FUZZY_NAME];
	uint16_t at[FUZZY_NAME + 1];	/* byte offset; cut where they end */
	unsigned n;
};

static int32_t fold(int32_t c)
{
	if (c < 128)
		return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
	return utf8_lower(c);
}

static bool is_upper(int32_t c)
{
	return c < 128 ? c >= 'A' && c <= 'Z' : utf8_lower(c) != c;
}

static bool is_divider(int32_t c)
{
	static const bool divides[128] = { ['_'] = true, ['.'] = true,
		['-'] = true, ['/'] = true, [':'] = true, [' '] = true,
		['('] = true, [')'] = true, ['"'] = true, ['`'] = true,
		['#'] = true };

	return c < 128 && c >= 0 && divides[c];
}

void fuzzy_query(struct fuzzy *q, struct str text)
{
	unsigned n = 0;
	bool in_word = false;

	*q = (struct fuzzy){ .fold = true };
	for (size_t i = 0; i < text.n && n < FUZZY_QUERY;) {
		int32_t c = utf8_next(text, &i);

		if (c == ' ') {
			in_word = false;
			continue;
		}
		if (!in_word)
			q->word[q->nwords++].from = n;
		in_word = true;
		q->word[q->nwords - 1].n++;
		q->fold = q->fold && !is_upper(c);
		q->c[n++] = c;
	}
}

/* May the letters be there, in order?  Most names say no here. */
static bool could_hold(const struct fuzzy *q, unsigned w, struct str name)
{
	const int32_t *c = q->c + q->word[w].from;
	unsigned n = q->word[w].n, k = 0;

	for (size_t i = 0; i < name.n && k < n; i++) {
		int b = (unsigned char)name.p[i];

		if (b >= 128)
			return true;		/* for the decoder to say */
		if (q->fold && b >= 'A' && b <= 'Z')
			b += 'a' - 'A';
		k += c[k] == b;
	}
	return k == n;
}

static void decode(const struct fuzzy *q, struct str name, struct name *out)
{
	int32_t before = 0;
	size_t i = 0;

	out->n = 0;
	while (i < name.n && out->n < FUZZY_NAME && i < UINT16_MAX - 4) {
		unsigned k = out->n++;
		int32_t c;

		out->at[k] = (uint16_t)i;
		c = (unsigned char)name.p[i];
		if (c < 128)
			i++;
		else
			c = utf8_next(name, &i);
		out->bonus[k] = k == 0 ? AT_START :
		    is_divider(before) && !is_divider(c) ? AT_WORD :
		    is_upper(c) && !is_upper(before) ? AT_HUMP : 0;
		out->c[k] = q->fold ? fold(c) : c;
		before = c;
	}
	out->at[out->n] = (uint16_t)i;
}

/* Places that one letter of a word may have, and their scores: how well the
 * word goes up to there, 0 where it cannot. */
struct row {
	unsigned from, to;		/* to: behind the last one */
	int v[FUZZY_NAME];
};

/* The last places that leave room for the letters behind; false: none do. */
static bool last_places(const struct name *s, const int32_t *c, unsigned n,
    unsigned *last)
{
	unsigned k = n;

	for (unsigned j = s->n; j-- > 0 && k;)
		if (s->c[j] == c[k - 1])
			last[--k] = j;
	return !k;
}

/* Scores of a letter from those of the one before it, if there is one;
 * came[], if asked for: where that one stood.  now->to is set. */
static void score_row(const struct name *s, int32_t c, bool joined,
    const struct row *before, struct row *now, int16_t *came)
{
	int best = 0, at = -1;		/* of before, less its gap */

	now->from = before ? before->from + 1 : 0;
	for (unsigned j = now->from; j < now->to; j++) {
		int run = before && j - 1 < before->to ? before->v[j - 1] : 0;

		now->v[j] = 0;
		if (s->c[j] == c && (!before || run || best)) {
			bool in_run = run && run + IN_RUN >= best;

			now->v[j] = HIT + s->bonus[j] +
			    (in_run ? run + IN_RUN : best);
			if (came)
				came[j] = (int16_t)(in_run ? (int)j - 1 : at);
		}
		/* from the next place on there is a gap to j - 1 */
		best -= best > GAP;
		if (run > best + GAP && !joined) {
			best = run - GAP;
			at = (int)j - 1;
		}
	}
	while (now->from + 1 < now->to && !now->v[now->from])
		now->from++;
}

/* Best of one word; ways, if asked for: FUZZY_QUERY rows of came[]. */
static int word_score(const struct fuzzy *q, unsigned w, const struct name *s,
    int16_t (*ways)[FUZZY_NAME], unsigned *end)
{
	const int32_t *c = q->c + q->word[w].from;
	unsigned n = q->word[w].n, last[FUZZY_QUERY];
	struct row rows[2], *now = rows;
	int best = 0;

	if (!last_places(s, c, n, last))
		return 0;
	rows[0].from = rows[0].to = 0;
	for (unsigned k = 0; k < n; k++) {
		now = &rows[k & 1];
		now->to = last[k] + 1;
		score_row(s, c[k], q->joined, k ? &rows[(k + 1) & 1] : NULL, now,
		    ways ? ways[k] : NULL);
	}
	for (unsigned j = now->from; j < now->to; j++)
		if (now->v[j] > best) {
			best = now->v[j];
			*end = j;
		}
	return n == s->n ? best + WHOLE : best;
}

int fuzzy_score(const struct fuzzy *q, struct str name)
{
	struct name s;
	unsigned end;
	int sum = 1;

	for (unsigned w = 0; w < q->nwords; w++)
		if (!could_hold(q, w, name))
			return 0;
	if (!q->nwords)
		return 1;
	decode(q, name, &s);
	for (unsigned w = 0; w < q->nwords; w++) {
		int one = word_score(q, w, &s, NULL, &end);

		if (!one)
			return 0;
		sum += one;
	}
	return sum;
}

/* ---- the best of many ---- */

struct ranking {
	const struct str *names;
	const unsigned char *classes;	/* or NULL */
	struct fuzzy_hit *v;		/* a heap: the worst on top */
	size_t n, max;
};

/* Does x come before y? */
static bool is_better(const struct ranking *r, struct fuzzy_hit x,
    struct fuzzy_hit y)
{
	if (x.score != y.score)
		return x.score > y.score;
	if (r->classes && r->classes[x.at] != r->classes[y.at])
		return r->classes[x.at] < r->classes[y.at];
	if (r->names[x.at].n != r->names[y.at].n)
		return r->names[x.at].n < r->names[y.at].n;
	return x.at < y.at;
}

static void sift(struct ranking *r, size_t i)
{
	for (;;) {
		size_t worst = i, left = 2 * i + 1;
		struct fuzzy_hit was = r->v[i];

		for (size_t k = left; k < left + 2 && k < r->n; k++)
			if (is_better(r, r->v[worst], r->v[k]))
				worst = k;
		if (worst == i)
			return;
		r->v[i] = r->v[worst];
		r->v[worst] = was;
		i = worst;
	}
}

static void rank_add(struct ranking *r, struct fuzzy_hit h)
{
	size_t i = r->n;

	if (r->n == r->max) {
		if (r->max && is_better(r, h, r->v[0])) {
			r->v[0] = h;
			sift(r, 0);
		}
		return;
	}
	r->v[r->n++] = h;
	while (i && is_better(r, r->v[(i - 1) / 2], r->v[i])) {
		struct fuzzy_hit was = r->v[i];

		r->v[i] = r->v[(i - 1) / 2];
		r->v[(i - 1) / 2] = was;
		i = (i - 1) / 2;
	}
}

size_t fuzzy_rank(const struct fuzzy *q, const struct str *names,
    const unsigned char *classes, size_t n, struct fuzzy_hit *best, size_t max,
    size_t *all)
{
	struct ranking r = { .names = names, .classes = classes, .v = best,
		.max = max };
	size_t kept;

	*all = 0;
	for (size_t i = 0; i < n; i++) {
		int score = fuzzy_score(q, names[i]);

		if (!score)
			continue;
		(*all)++;
		if (q->nwords)
			rank_add(&r, (struct fuzzy_hit){ (uint32_t)i, score });
		else if (r.n < max)		/* as they come */
			r.v[r.n++] = (struct fuzzy_hit){ (uint32_t)i, score };
	}
	kept = r.n;
	while (q->nwords && r.n > 1) {		/* the worst goes last */
		struct fuzzy_hit worst = r.v[0];

		r.v[0] = r.v[--r.n];
		r.v[r.n] = worst;
		sift(&r, 0);
	}
	return kept;
}

/* ---- where it matched ---- */

size_t fuzzy_spans(const struct fuzzy *q, struct str name,
    struct fuzzy_span *v, size_t max)
{
	int16_t ways[FUZZY_QUERY][FUZZY_NAME];
	bool hit[FUZZY_NAME] = { false };
	struct name s;
	size_t n = 0;

	decode(q, name, &s);
	for (unsigned w = 0; w < q->nwords; w++) {
		unsigned j = 0;

		if (!word_score(q, w, &s, ways, &j))
			return 0;
		for (unsigned k = q->word[w].n; k-- > 0;) {
			hit[j] = true;
			if (k)
				j = (unsigned)ways[k][j];
		}
	}
	for (unsigned j = 0; j < s.n && n < max; j++) {
		if (!hit[j])
			continue;
		v[n].from = s.at[j];
		while (j + 1 < s.n && hit[j + 1])
			j++;
		v[n++].to = s.at[j + 1];
	}
	return n;
}
