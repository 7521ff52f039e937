/*
 * text.c: what the text of one migration file tells without running it:
 * pieces, hidden characters, leftovers of a broken generator, the rollback
 * comment.  Not: what its statements do; that is the engine's to say.
 *
 * Tokens come from the dialect, so that a marker or a word inside a literal
 * is never taken for one outside.
 */
#include "base/fs.h"
#include "base/utf8.h"
#include "dialect/dialect.h"
#include "folder/parts.h"

#define MARKER STR("--> statement-breakpoint")

void finding_add(struct finding_list *l, struct finding f)
{
	vec_push(l->a, &l->list, f);
}

struct str place_in(struct str file, struct str text, size_t offset,
    struct arena *a)
{
	size_t line, col;

	str_position(text, offset < text.n ? offset : text.n, &line, &col);
	return arena_printf(a, "%.*s:%zu:%zu", STR_ARG(file), line, col);
}

struct str entry_where(const struct entry *en, size_t offset, struct arena *a)
{
	if (offset < en->own)
		return arena_printf(a, "weir's own step before %.*s",
		    STR_ARG(en->file));
	return place_in(en->file, en->text, offset, a);
}

size_t pieces_split(struct str text, struct arena *a,
    const struct piece **out)
{
	VEC(struct piece) list = { 0 };
	size_t from = 0;

	for (;;) {
		size_t to = str_find(text, MARKER, from);

		vec_push(a, &list, (struct piece){
			.sql = str_sub(text, from, to), .offset = from });
		if (to >= text.n)
			break;
		from = to + MARKER.n;
	}
	*out = list.v;
	return list.n;
}

static struct token next_token(const struct dialect *d, struct str text,
    size_t from)
{
	struct token t = d->token(text, from);

	/* a token that does not move would hang every loop here */
	if (t.kind != TOKEN_END && t.to <= from)
		t.to = from + 1;
	return t;
}

static bool is_blank_kind(enum token_kind k)
{
	return k == TOKEN_SPACE || k == TOKEN_COMMENT;
}

bool text_is_blank(const struct dialect *d, struct str text)
{
	struct token t = next_token(d, text, 0);

	if (str_starts(text, STR("\xef\xbb\xbf")))
		t = next_token(d, text, 3);
	while (is_blank_kind(t.kind))
		t = next_token(d, text, t.to);
	return t.kind == TOKEN_END;
}

/* Offset of the marker in a line comment, or SIZE_MAX. */
static size_t marker_in(struct str text, struct token t)
{
	size_t at = str_find(str_sub(text, 0, t.to), MARKER, t.from);

	if (t.kind != TOKEN_COMMENT || at >= t.to || text.p[t.from] != '-')
		return SIZE_MAX;
	return at;
}

struct str text_runnable(const struct dialect *d, struct str text,
    struct arena *a)
{
	bool open = false;	/* a statement that no ";" has ended */
	char *copy = NULL;

	for (struct token t = next_token(d, text, 0); t.kind != TOKEN_END;
	    t = next_token(d, text, t.to)) {
		size_t at = marker_in(text, t);

		if (!is_blank_kind(t.kind))
			open = text.p[t.from] != ';';
		if (!open || at == SIZE_MAX)
			continue;
		if (!copy)
			copy = arena_z(a, text);
		memset(copy + t.from, ' ', at + MARKER.n - t.from);
		copy[at] = ';';
		open = false;
	}
	return copy ? (struct str){ copy, text.n } : text;
}

/* --- encoding, FD6 -------------------------------------------------------- */

bool text_encoding(struct str tag, struct str file, struct str text,
    struct finding_list *l)
{
	size_t bad = 0, at = 0, bom;
	uint32_t cp = 0;
	struct str rest;

	if (!utf8_valid(text, &bad)) {
		finding_add(l, (struct finding){
			.code = "FD6", .slug = "not-utf8", .tag = tag,
			.where = place_in(file, text, bad, l->a),
			.text = arena_printf(l->a, "byte 0x%02X is not UTF-8",
			    (unsigned char)text.p[bad]),
			.fix = STR("save the file as UTF-8; Drizzle would "
			    "replace the byte and record another hash"),
			.fatal = true });
		return false;
	}
	if (text.n && memchr(text.p, 0, text.n)) {
		at = (size_t)((const char *)memchr(text.p, 0, text.n) - text.p);
		finding_add(l, (struct finding){
			.code = "FD6", .slug = "nul-byte", .tag = tag,
			.where = place_in(file, text, at, l->a),
			.text = STR("a NUL byte: the engine would stop reading "
			    "here"),
			.fix = STR("remove it"), .fatal = true });
		return false;
	}
	/* the byte order mark of Windows editors */
	bom = str_starts(text, STR("\xef\xbb\xbf")) ? 3 : 0;
	rest = str_sub(text, bom, text.n);
	if (utf8_invisible(rest, &at, &cp))
		finding_add(l, (struct finding){
			.code = "FD6", .slug = "invisible-characters",
			.tag = tag,
			.where = place_in(file, text, bom + at, l->a),
			.text = arena_printf(l->a, "invisible or text direction"
			    " character U+%04X: the file may not be what it "
			    "looks like", cp),
			.fix = STR("read the marked place with the character "
			    "shown; remove it unless it is data") });
	return true;
}

/* --- FD5: a marker where no statement ends -------------------------------- */

static bool rest_of_line_blank(struct str text, size_t from)
{
	size_t end = str_find(text, STR("\n"), from);

	return str_trim(str_sub(text, from, end)).n == 0;
}

static const char *marker_inside(struct str text, struct token t, size_t at)
{
	if (t.kind == TOKEN_STRING || t.kind == TOKEN_IDENT ||
	    t.kind == TOKEN_BLOB || t.kind == TOKEN_BAD)
		return "a literal or quoted name";
	if (t.kind != TOKEN_COMMENT)
		return NULL;
	if (str_starts(str_sub(text, t.from, t.to), STR("/*")))
		return "a comment block";
	/* what stands behind it in the line comment would come to life */
	if (at > t.from && !rest_of_line_blank(text, at + MARKER.n))
		return "a comment line";
	return NULL;
}

static void check_markers(const struct dialect *d, const struct entry *en,
    struct finding_list *l)
{
	size_t at = str_find(en->text, MARKER, 0);
	const char *in = NULL;

	if (at >= en->text.n)
		return;
	for (struct token t = next_token(d, en->text, 0);
	    t.kind != TOKEN_END && !in; t = next_token(d, en->text, t.to)) {
		while (at < t.to && !in) {
			in = marker_inside(en->text, t, at);
			if (!in)
				at = str_find(en->text, MARKER, at + MARKER.n);
		}
	}
	if (in)
		finding_add(l, (struct finding){
			.code = "FD5", .slug = "breakpoint-in-literal",
			.tag = en->tag, .where = entry_where(en, at, l->a),
			.text = arena_printf(l->a, "statement-breakpoint inside"
			    " %s: the text is cut here all the same, by "
			    "Drizzle's migrator too", in),
			.fix = STR("move the marker behind a statement, or "
			    "take the comment block away"),
			.fatal = true });
}

/* --- FD7: leftovers ------------------------------------------------------- */

/* What a placeholder is to an engine: NULL, or (PostgreSQL, which has $1 in
 * the bodies of functions too) its own affair. */
static const char *const placeholder[DIALECT_N] = {
	[DIALECT_SQLITE] = "a parameter placeholder; SQLite would run it as "
	    "NULL",
};

static const char *leftover(enum dialect_id engine, enum token_kind kind,
    struct str t)
{
	if (kind == TOKEN_VARIABLE)
		return placeholder[engine];
	if (t.n > 0 && t.p[0] == '$' && kind != TOKEN_STRING)
		return "a template placeholder";
	if (kind == TOKEN_IDENT && str_is(t, "[object Object]"))
		return "the text of a JavaScript object";
	if ((kind == TOKEN_WORD || kind == TOKEN_KEYWORD) &&
	    (str_is(t, "undefined") || str_is(t, "NaN")))
		return "a JavaScript value that was not there";
	return NULL;
}

static void check_leftovers(const struct dialect *d, const struct entry *en,
    struct finding_list *l)
{
	for (struct token t = next_token(d, en->text, 0); t.kind != TOKEN_END;
	    t = next_token(d, en->text, t.to)) {
		struct str s = str_sub(en->text, t.from, t.to);
		const char *what = leftover(d->id, t.kind, s);

		if (!what)
			continue;
		finding_add(l, (struct finding){
			.code = "FD7", .slug = "placeholder", .tag = en->tag,
			.where = entry_where(en, t.from, l->a),
			.text = arena_printf(l->a, "%.*s is %s",
			    STR_ARG(str_sub(s, 0, 40)), what),
			.fix = STR("write the value itself into the file"),
			.fatal = true });
		return;		/* one place is enough to look at the file */
	}
}

/* --- the rollback comment, FD8 -------------------------------------------- */

static bool word_is(struct str s, const char *word)
{
	size_t n = strlen(word);
	char c = s.n > n ? s.p[n] : ' ';

	return s.n >= n && str_ieq(str_sub(s, 0, n), str_z(word)) &&
	    !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9') || c == '_');
}

/* ^--\s*(rollback|down)\b */
static bool is_heading(struct str text, struct token t)
{
	struct str s = str_sub(text, t.from, t.to);

	if (t.kind != TOKEN_COMMENT || !str_starts(s, STR("--")) ||
	    (t.from > 0 && text.p[t.from - 1] != '\n'))
		return false;
	s = str_trim(str_sub(s, 2, s.n));
	return word_is(s, "rollback") || word_is(s, "down");
}

/* One comment as SQL: without "-- " or without the block's fences. */
static void uncomment(struct sbuf *b, struct str s)
{
	if (str_starts(s, STR("/*"))) {
		s = str_sub(s, 2, str_ends(s, STR("*/")) && s.n >= 4
		    ? s.n - 2 : s.n);
	} else if (!str_starts(s, MARKER)) {
		s = str_sub(s, 2, s.n);
		if (s.n > 0 && s.p[0] == ' ')
			s = str_sub(s, 1, s.n);
	}
	while (s.n > 0 && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r'))
		s.n--;
	sbuf_add(b, s);
	sbuf_addc(b, '\n');
}

struct str text_down_section(const struct dialect *d, struct str text,
    struct arena *a, size_t *line, size_t *live)
{
	struct sbuf b = SBUF_INIT(FS_MAX_TEXT);
	size_t col, start = 0;
	bool open = false;
	struct str out = STR_NONE;

	*live = SIZE_MAX;
	*line = 0;
	for (struct token t = next_token(d, text, 0); t.kind != TOKEN_END;
	    t = next_token(d, text, t.to)) {
		if (!is_blank_kind(t.kind)) {
			if (open)
				*live = t.from;
			open = false;
		} else if (!open && is_heading(text, t)) {
			open = true;
			start = t.to;
			sbuf_reset(&b);
		} else if (open && t.kind == TOKEN_COMMENT) {
			if (b.n == 0)
				start = t.from;
			uncomment(&b, str_sub(text, t.from, t.to));
		}
	}
	if (open) {
		*live = SIZE_MAX;
		if (!text_is_blank(d, sbuf_str(&b))) {
			out = arena_str(a, sbuf_str(&b));
			str_position(text, start, line, &col);
		}
	}
	sbuf_free(&b);
	return out.n ? out : STR("");
}

static void check_down(const struct dialect *d, const struct entry *en,
    struct finding_list *l)
{
	size_t line, live;

	(void)text_down_section(d, en->text, l->a, &line, &live);
	if (live == SIZE_MAX)
		return;
	finding_add(l, (struct finding){
		.code = "FD8", .slug = "live-rollback", .tag = en->tag,
		.where = entry_where(en, live, l->a),
		.text = STR("a statement under a rollback heading is not "
		    "commented out: it runs on the way up"),
		.fix = arena_printf(l->a, "move it to %.*s.down.sql, or put "
		    "\"-- \" before each of its lines", STR_ARG(en->tag)) });
}

void text_check(const struct dialect *d, const struct entry *en,
    struct finding_list *l)
{
	if (!text_encoding(en->tag, en->file, en->text, l))
		return;		/* its tokens would be guesses */
	check_markers(d, en, l);
	check_leftovers(d, en, l);
	check_down(d, en, l);
}
