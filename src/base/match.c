/* match.c: pcre2 with limits, so that no pattern can hang a key. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "base/match.h"

#include <pcre2.h>
#include <stdio.h>

#include "base/arena.h"

#define PATTERN_MAX 4096
#define STEPS_MAX 1000000	/* about 10 ms */
#define DEPTH_MAX 10000
#define HEAP_MAX_KIB 16384
#define PATIENT_STEPS 200000000
#define PATIENT_DEPTH 10000000
#define PATIENT_HEAP_KIB (256 << 10)

struct match {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *limits;
};

/* An upper-case letter that is not part of an escape such as \S. */
static bool has_upper(struct str pattern, bool literal)
{
	static const char plain[] = "\\p{Lu}",
	    escaped[] = "\\A(?s:\\\\.|[^\\\\\\p{Lu}])*+\\p{Lu}";
	struct match *m = NULL;
	size_t start, end;
	struct err e;
	bool found;

	if (match_open(str_z(literal ? plain : escaped), 0, &m, &e) != RC_OK)
		BUG("%s", e.msg);
	found = match_find(m, pattern, 0, &start, &end);
	match_close(m);
	return found;
}

enum rc match_open(struct str pattern, unsigned flags, struct match **out,
    struct err *e)
{
	uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF |
	    PCRE2_NEVER_BACKSLASH_C;
	bool literal = flags & MATCH_LITERAL;
	struct match *m;
	pcre2_code *code;
	PCRE2_SIZE at;
	int error;

	if (pattern.n > PATTERN_MAX)
		return err_at(e, RC_PARSE, "pattern:1:1",
		    "the pattern is longer than %d bytes", PATTERN_MAX);
	if (literal)
		options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_LITERAL;
	if (flags & MATCH_ECMA)
		options |= PCRE2_ALT_BSUX | PCRE2_MATCH_UNSET_BACKREF |
		    PCRE2_DOLLAR_ENDONLY | PCRE2_ALLOW_EMPTY_CLASS;
	if (flags & MATCH_MULTILINE)
		options |= PCRE2_MULTILINE;
	if (flags & MATCH_DOTALL)
		options |= PCRE2_DOTALL;
	if ((flags & MATCH_ICASE) ||
	    ((flags & MATCH_SMART) && !has_upper(pattern, literal)))
		options |= PCRE2_CASELESS;
	code = pcre2_compile((PCRE2_SPTR)(pattern.p ? pattern.p : ""),
	    pattern.n, options, &error, &at, NULL);
	if (!code) {
		PCRE2_UCHAR text[256];
		char where[64];
		size_t line, col;

		pcre2_get_error_message(error, text, sizeof(text));
		str_position(pattern, at, &line, &col);
		snprintf(where, sizeof(where), "pattern:%zu:%zu", line, col);
		return err_at(e, RC_PARSE, where, "%s", (char *)text);
	}
	m = xalloc(sizeof(*m));
	m->code = code;
	m->data = pcre2_match_data_create_from_pattern(code, NULL);
	m->limits = pcre2_match_context_create(NULL);
	if (!m->data || !m->limits)
		oom_die();
	pcre2_set_match_limit(m->limits, STEPS_MAX);
	pcre2_set_depth_limit(m->limits, DEPTH_MAX);
	pcre2_set_heap_limit(m->limits, HEAP_MAX_KIB);
	*out = m;
	return RC_OK;
}

void match_patient(struct match *m)
{
	pcre2_set_match_limit(m->limits, PATIENT_STEPS);
	pcre2_set_depth_limit(m->limits, PATIENT_DEPTH);
	pcre2_set_heap_limit(m->limits, PATIENT_HEAP_KIB);
}

/* pcre2's: negative is none, and a reason. */
static int search(const struct match *m, struct str s, size_t from)
{
	return from > s.n ? PCRE2_ERROR_NOMATCH : pcre2_match(m->code,
	    (PCRE2_SPTR)(s.p ? s.p : ""), s.n, from, 0, m->data, m->limits);
}

static void bounds(const struct match *m, size_t *start, size_t *end)
{
	const PCRE2_SIZE *span = pcre2_get_ovector_pointer(m->data);

	/* \K can put the start behind the end */
	*start = span[0] < span[1] ? span[0] : span[1];
	*end = span[1];
}

bool match_find(const struct match *m, struct str s, size_t from,
    size_t *start, size_t *end)
{
	if (search(m, s, from) < 0)
		return false;
	bounds(m, start, end);
	return true;
}

size_t match_groups(const struct match *m, struct str s, size_t from,
    struct match_span *spans, size_t max)
{
	size_t start, end, n;
	const PCRE2_SIZE *v;
	int got = search(m, s, from);

	if (got < 0)
		return got == PCRE2_ERROR_NOMATCH ? 0 : MATCH_OVER;
	bounds(m, &start, &end);
	n = pcre2_get_ovector_count(m->data);
	v = pcre2_get_ovector_pointer(m->data);
	for (size_t i = 0; i < n && i < max; i++)
		spans[i] = v[2 * i] == PCRE2_UNSET ?
		    (struct match_span){ SIZE_MAX, SIZE_MAX } :
		    (struct match_span){ v[2 * i], v[2 * i + 1] };
	spans[0] = (struct match_span){ start, end };
	return n < max ? n : max;
}

size_t match_group(const struct match *m, const char *name)
{
	int n = pcre2_substring_number_from_name(m->code, (PCRE2_SPTR)name);

	return n > 0 ? (size_t)n : 0;
}

void match_close(struct match *m)
{
	if (!m)
		return;
	pcre2_match_context_free(m->limits);
	pcre2_match_data_free(m->data);
	pcre2_code_free(m->code);
	xfree(m);
}
