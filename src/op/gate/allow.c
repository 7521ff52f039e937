/*
 * allow: the words of consent: SLUG:OBJECT[<=N] read and written.
 *
 * An object is kept in one form: its parts joined by dots, a part in double
 * quotes only where it has to be, so that two spellings compare as bytes.
 */
#include "op/gate/gate.h"

#include "base/utf8.h"
#include "op/gate/local.h"

/* A digit may come first: the tags of migrations do. */
static bool is_word(char c, bool first)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
	    (c >= '0' && c <= '9') || (!first && c == '$');
}

static bool part_is_bare(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_word(s.p[i], i == 0))
			return false;
	return s.n > 0;
}

static void part_add(struct sbuf *b, struct str s)
{
	if (part_is_bare(s)) {
		sbuf_add(b, s);
		return;
	}
	sbuf_addc(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			sbuf_addc(b, '"');
		sbuf_addc(b, s.p[i]);
	}
	sbuf_addc(b, '"');
}

/* One part of an object at *at, bare or quoted, into `out`; false: neither. */
static bool part_read(struct str s, size_t *at, struct sbuf *out)
{
	size_t i = *at;

	if (i < s.n && s.p[i] == '"') {
		for (i++; i < s.n; i++) {
			if (s.p[i] != '"') {
				sbuf_addc(out, s.p[i]);
				continue;
			}
			if (i + 1 < s.n && s.p[i + 1] == '"') {
				sbuf_addc(out, s.p[i++]);
				continue;
			}
			*at = i + 1;
			return out->n > 0;
		}
		return false;
	}
	while (i < s.n && is_word(s.p[i], i == *at))
		i++;
	sbuf_add(out, str_sub(s, *at, i));
	if (i == *at)
		return false;
	*at = i;
	return true;
}

bool object_canonical(struct str text, size_t *at, struct sbuf *out)
{
	struct sbuf part = SBUF_INIT(1u << 16);
	bool ok;

	for (;;) {
		sbuf_reset(&part);
		ok = part_read(text, at, &part);
		if (!ok)
			break;
		part_add(out, sbuf_str(&part));
		if (*at >= text.n || text.p[*at] != '.')
			break;
		sbuf_addc(out, '.');
		(*at)++;
	}
	sbuf_free(&part);
	return ok && !out->full;
}

/* "[<=400]" at the end of an allow; false: something else stands there. */
static bool bound_read(struct str s, int64_t *out)
{
	int64_t v = 0;

	if (s.n < 5 || !str_starts(s, STR("[<=")) || s.p[s.n - 1] != ']')
		return false;
	for (size_t i = 3; i + 1 < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9' || i > 20)
			return false;
		v = v * 10 + (s.p[i] - '0');
	}
	*out = v;
	return true;
}

enum rc allow_parse(struct str text, struct arena *a, struct allow *out,
    struct err *e)
{
	struct sbuf object = SBUF_INIT(1u << 16);
	struct allow al = { .at_most = -1 };
	size_t colon = str_find(text, STR(":"), 0), at = colon + 1;
	enum rc rc = RC_OK;

	if (colon == 0 || colon >= text.n) {
		rc = err_set(e, RC_USAGE,
		    "--allow %.*s: expected SLUG:OBJECT", STR_ARG(text));
		err_hint(e, "for example --allow drop-column:users.bio");
		goto out;
	}
	al.word = arena_str(a, str_sub(text, 0, colon));
	if (!object_canonical(text, &at, &object)) {
		rc = err_set(e, RC_USAGE,
		    "--allow %.*s: the object does not read", STR_ARG(text));
		err_hint(e, "a name with other signs than A-Z a-z 0-9 _ $ "
		    "stands in double quotes: --allow 'drop-table:\"my table\"'");
		goto out;
	}
	if (at < text.n && !bound_read(str_sub(text, at, text.n), &al.at_most)) {
		rc = err_set(e, RC_USAGE,
		    "--allow %.*s: expected [<=N] after the object",
		    STR_ARG(text));
		err_hint(e, "for example --allow 'drop-column:users.bio[<=400]'");
		goto out;
	}
	al.object = arena_str(a, sbuf_str(&object));
	*out = al;
out:
	sbuf_free(&object);
	return rc;
}

struct str object_of(struct str object, struct arena *a)
{
	struct sbuf b = SBUF_INIT(1u << 16);
	struct str s;
	size_t at = 0;

	if (!object_canonical(object, &at, &b) || at != object.n) {
		/* no name of a schema: a tag */
		sbuf_reset(&b);
		part_add(&b, object);
	}
	s = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return s;
}

bool allow_names(const struct allow *al, const struct hazard_def *def,
    struct str object)
{
	return (str_is(al->word, def->slug) ||
	    str_ieq(al->word, str_z(def->code))) && str_eq(al->object, object);
}

static bool shell_bare(struct str s)
{
	static const char extra[] = "_.:/=@%+,-";

	for (size_t i = 0; i < s.n; i++)
		if (!is_word(s.p[i], false) && s.p[i] != '\0' &&
		    !memchr(extra, s.p[i], sizeof extra - 1))
			return false;
		else if (s.p[i] == '$' || s.p[i] == '\0')
			return false;
	return s.n > 0;
}

static bool shell_plain(struct str s)
{
	size_t off;
	uint32_t cp;

	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return utf8_valid(s, NULL) && !utf8_invisible(s, &off, &cp);
}

void shell_quote(struct sbuf *b, struct str s)
{
	bool plain = shell_plain(s);

	if (shell_bare(s)) {
		sbuf_add(b, s);
		return;
	}
	/* No line may hide what it says, and $'…' is not POSIX. */
	sbuf_addz(b, plain ? "'" : "\"$(printf '");
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (plain && c == '\'')
			sbuf_addz(b, "'\\''");
		else if (!plain && (c == '%' || c == '\\'))
			sbuf_addf(b, "%c%c", c, c);
		else if (!plain && (c < 0x20 || c >= 0x7f || c == '\''))
			sbuf_addf(b, "\\%03o", c);
		else
			sbuf_addc(b, s.p[i]);
	}
	sbuf_addz(b, plain ? "'" : "')\"");
}
