/* edit: a line of text, edited by clusters so that no character is cut. */
#include "base/edit.h"

#include "base/utf8.h"

static size_t limit(const struct edit *in)
{
	return in->max && in->max < EDIT_MAX ? in->max : EDIT_MAX;
}

void edit_set(struct edit *in, struct str text)
{
	size_t used = 0;

	if (text.n > limit(in))
		while (used < limit(in)) {
			size_t next = used;

			(void)utf8_next(text, &next);
			if (next > limit(in))
				break;
			used = next;
		}
	else
		used = text.n;
	if (used)
		memmove(in->text, text.p, used);
	in->text[used] = '\0';
	in->n = in->cur = used;
}

struct str edit_str(const struct edit *in)
{
	return (struct str){ in->text, in->n };
}

size_t edit_next(const struct edit *in, size_t at)
{
	if (at < in->n)
		(void)utf8_cluster(edit_str(in), &at);
	return at < in->n ? at : in->n;
}

static size_t prev_at(const struct edit *in, size_t at)
{
	size_t i = 0, before = 0;

	while (i < at) {
		before = i;
		i = edit_next(in, i);
	}
	return before;
}

static bool is_word(char c)
{
	return ((unsigned char)c & 0x80) || (c >= '0' && c <= '9') ||
	    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static size_t word_left(const struct edit *in)
{
	size_t at = in->cur;

	while (at > 0 && !is_word(in->text[at - 1]))
		at--;
	while (at > 0 && is_word(in->text[at - 1]))
		at--;
	return at;
}

static size_t word_right(const struct edit *in)
{
	size_t at = in->cur;

	while (at < in->n && !is_word(in->text[at]))
		at++;
	while (at < in->n && is_word(in->text[at]))
		at++;
	return at;
}

static bool erase(struct edit *in, size_t from, size_t to)
{
	if (from >= to)
		return false;
	memmove(in->text + from, in->text + to, in->n - to + 1);
	in->n -= to - from;
	in->cur = from;
	return true;
}

bool edit_insert(struct edit *in, struct str s)
{
	if (!s.n || in->n + s.n > limit(in))
		return false;
	memmove(in->text + in->cur + s.n, in->text + in->cur,
	    in->n - in->cur + 1);
	memcpy(in->text + in->cur, s.p, s.n);
	in->n += s.n;
	in->cur += s.n;
	return true;
}

/* Pasted text: line ends and tabs become spaces, other controls go. */
bool edit_paste(struct edit *in, struct str s)
{
	bool changed = false;

	s = str_trim(s);
	for (size_t i = 0; i < s.n;) {
		size_t from = i;
		int32_t cp = utf8_next(s, &i);
		bool space = cp == '\n' || cp == '\t' || cp == '\r';

		if (cp < 0 || (!space && cp < 0x20) || (cp >= 0x7f && cp < 0xa0))
			continue;
		changed |= edit_insert(in, space ? STR(" ") :
		    str_sub(s, from, i));
	}
	return changed;
}

bool edit_do(struct edit *in, enum edit_op op)
{
	switch (op) {
	case EDIT_LEFT:
		in->cur = prev_at(in, in->cur);
		return false;
	case EDIT_RIGHT:
		in->cur = edit_next(in, in->cur);
		return false;
	case EDIT_HOME:
		in->cur = 0;
		return false;
	case EDIT_END:
		in->cur = in->n;
		return false;
	case EDIT_WORD_LEFT:
		in->cur = word_left(in);
		return false;
	case EDIT_WORD_RIGHT:
		in->cur = word_right(in);
		return false;
	case EDIT_ERASE:
		return erase(in, prev_at(in, in->cur), in->cur);
	case EDIT_DELETE:
		return erase(in, in->cur, edit_next(in, in->cur));
	case EDIT_ERASE_WORD:
		return erase(in, word_left(in), in->cur);
	case EDIT_ERASE_LINE:
		return erase(in, 0, in->cur);
	case EDIT_KILL:
		return erase(in, in->cur, in->n);
	}
	return false;
}
