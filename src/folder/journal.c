/*
 * journal.c: meta/_journal.json.  Not: the files that it names.
 *
 * Form: drizzle-kit 0.31.11 src/utils.ts (prepareOutFolder) and
 * src/cli/commands/generate; drizzle-orm 0.45 src/migrator.ts reads entries,
 * tag, when and breakpoints and ignores the rest.  Array order is run order.
 */
#include "base/json.h"
#include "base/map.h"
#include "base/utf8.h"
#include "folder/parts.h"

#define TAG_MAX 200

/* Bidi controls and line separators: they make one name look like another. */
static bool misleads(int32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x061c ||
	    cp == 0x200e || cp == 0x200f || (cp >= 0x2028 && cp <= 0x202e) ||
	    (cp >= 0x2066 && cp <= 0x2069);
}

bool tag_valid(struct str tag)
{
	size_t i = 0;

	if (tag.n == 0 || tag.n > TAG_MAX || tag.p[0] == '-' ||
	    str_is(tag, ".") || str_is(tag, ".."))
		return false;
	while (i < tag.n) {
		int32_t cp = utf8_next(tag, &i);

		if (misleads(cp) || cp == '/' || cp == '\\')
			return false;
	}
	return true;
}

/* --- places ---------------------------------------------------------------
 * json_read() keeps no offsets; on an error the text, which is valid JSON by
 * then, is walked again. */

static size_t skip_space(struct str s, size_t i)
{
	while (i < s.n && strchr(" \t\r\n", s.p[i]) && s.p[i])
		i++;
	return i;
}

static size_t skip_string(struct str s, size_t i)
{
	for (i++; i < s.n && s.p[i] != '"'; i++)
		if (s.p[i] == '\\')
			i++;
	return i < s.n ? i + 1 : s.n;
}

static size_t skip_value(struct str s, size_t i)
{
	size_t depth = 0;

	do {
		i = skip_space(s, i);
		if (i >= s.n)
			return s.n;
		if (s.p[i] == '"') {
			i = skip_string(s, i);
		} else if (strchr("[{", s.p[i])) {
			depth++;
			i++;
		} else if (strchr("]},:", s.p[i])) {
			depth -= strchr("]}", s.p[i]) != NULL && depth > 0;
			i++;
		} else {
			while (i < s.n && !strchr(" \t\r\n,:]}", s.p[i]))
				i++;
		}
	} while (depth > 0);
	return i;
}

/* Offset of the value of `key` in the object at i, or i when it has none. */
static size_t find_key(struct str s, size_t i, const char *key)
{
	size_t at = skip_space(s, i), start = at;

	if (at >= s.n || s.p[at] != '{')
		return start;
	for (at = skip_space(s, at + 1); at < s.n && s.p[at] == '"';
	    at = skip_space(s, at)) {
		size_t end = skip_string(s, at);
		bool hit = end > at + 1 &&
		    str_is(str_sub(s, at + 1, end - 1), key);

		at = skip_space(s, skip_space(s, end) + 1);	/* past ':' */
		if (hit)
			return at;
		at = skip_space(s, skip_value(s, at));
		if (at < s.n && s.p[at] == ',')
			at++;
	}
	return start;
}

static size_t find_item(struct str s, size_t i, size_t nth)
{
	size_t at = skip_space(s, i);

	if (at >= s.n || s.p[at] != '[')
		return at;
	for (at = skip_space(s, at + 1); nth > 0 && at < s.n; nth--) {
		at = skip_space(s, skip_value(s, at));
		if (at < s.n && s.p[at] == ',')
			at = skip_space(s, at + 1);
	}
	return at;
}

/* --- reading -------------------------------------------------------------- */

struct reading {
	struct str text;
	const char *name;
	struct finding_list *findings;
	struct arena *a;
	struct err *e;
};

/* nth = SIZE_MAX: the journal itself; key NULL: the whole object. */
static struct str place(const struct reading *r, size_t nth, const char *key)
{
	size_t at = 0;

	if (nth != SIZE_MAX)
		at = find_item(r->text, find_key(r->text, 0, "entries"), nth);
	if (key)
		at = find_key(r->text, at, key);
	return place_in(str_z(r->name), r->text, skip_space(r->text, at),
	    r->a);
}

static enum rc wrong_place(const struct reading *r, size_t nth,
    const char *key, const char *what)
{
	struct str at = place(r, nth, key);

	if (key)
		return err_at(r->e, RC_INCONSISTENT, at.p, "\"%s\" %s", key,
		    what);
	return err_at(r->e, RC_INCONSISTENT, at.p, "%s", what);
}

static enum rc wrong(const struct reading *r, size_t nth, const char *key,
    const char *what)
{
	enum rc rc = wrong_place(r, nth, key, what);

	err_hint(r->e, "Restore the journal from version control; its form is "
	    "{version, dialect, entries:[{idx, version, when, tag, "
	    "breakpoints}]}.");
	return rc;
}

/* "5" or 5, between low and high. */
static bool version_in(const struct json *v, int low, int high)
{
	if (v && v->kind == JSON_NUMBER && v->is_int)
		return v->integer >= low && v->integer <= high;
	return v && v->kind == JSON_STRING && v->string.n == 1 &&
	    v->string.p[0] >= '0' + low && v->string.p[0] <= '0' + high;
}

/* "pg" is what drizzle-kit before 0.22 wrote. */
static const struct { const char *word; enum dialect_id engine; } known[] = {
	{ "sqlite", DIALECT_SQLITE }, { "turso", DIALECT_SQLITE },
	{ "postgresql", DIALECT_PG }, { "pg", DIALECT_PG },
	{ "postgres", DIALECT_PG },	/* snapshots of 1.0 */
};

bool engine_word(struct str word, enum dialect_id *out)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (str_is(word, known[i].word)) {
			*out = known[i].engine;
			return true;
		}
	return false;
}

static enum rc check_dialect(const struct reading *r, const struct json *root,
    struct journal *out)
{
	static const struct { const char *word, *name; } other[] = {
		{ "mysql", "MySQL" }, { "singlestore", "SingleStore" },
		{ "gel", "Gel" },
	};
	struct str word = json_str_of(json_get(root, "dialect"));

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (str_is(word, known[i].word) &&
		    dialect_of(known[i].engine)) {
			out->dialect = arena_str(r->a, word);
			out->engine = known[i].engine;
			return RC_OK;
		}
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
		if (!str_is(word, other[i].word))
			continue;
		err_at(r->e, RC_UNSUPPORTED, place(r, SIZE_MAX, "dialect").p,
		    "this is a migrations folder for %s", other[i].name);
		err_hint(r->e, "Only SQLite and PostgreSQL folders can be "
		    "read: name one with --migrations DIR.");
		return RC_UNSUPPORTED;
	}
	return wrong(r, SIZE_MAX, "dialect",
	    "is not a dialect that Drizzle writes");
}

/* The shape of one entry, its fields in `en`. */
static enum rc read_entry(const struct reading *r, const struct json *o,
    size_t nth, struct entry *en)
{
	const struct json *idx = json_get(o, "idx");
	const struct json *when = json_get(o, "when");
	const struct json *tag = json_get(o, "tag");
	const struct json *breakpoints = json_get(o, "breakpoints");
	const struct json *version = json_get(o, "version");

	if (o->kind != JSON_OBJECT)
		return wrong(r, nth, NULL, "an entry is not an object");
	if (!idx || idx->kind != JSON_NUMBER || !idx->is_int ||
	    idx->integer < 0 || idx->integer > INT32_MAX)
		return wrong(r, nth, "idx", "is not a whole number from 0");
	if (!version_in(version, 4, 7))
		return wrong(r, nth, "version",
		    "is not a snapshot version that is known (4 to 7)");
	/* 2^53: what a JavaScript number holds exactly */
	if (!when || when->kind != JSON_NUMBER || !when->is_int ||
	    when->integer < 0 || when->integer > INT64_C(9007199254740992))
		return wrong(r, nth, "when", "is not a time in milliseconds");
	if (!tag || tag->kind != JSON_STRING)
		return wrong(r, nth, "tag", "is not a string");
	if (!breakpoints || breakpoints->kind != JSON_BOOL)
		return wrong(r, nth, "breakpoints", "is not true or false");
	if (!tag_valid(tag->string)) {
		enum rc rc = wrong_place(r, nth, "tag",
		    "names a file that may not be opened");

		err_hint(r->e, "Restore the journal from version control, or "
		    "rename the file: a tag is a file name without .sql, 1 to "
		    "%d bytes of UTF-8, no slash, backslash, control or text "
		    "direction character, no leading dash.", TAG_MAX);
		return rc;
	}
	*en = (struct entry){
		.idx = (int)idx->integer,
		.tag = arena_str(r->a, tag->string),
		.version = version->kind == JSON_STRING
		    ? arena_str(r->a, version->string)
		    : arena_printf(r->a, "%d", (int)version->integer),
		.when = when->integer,
		.breakpoints = breakpoints->boolean,
	};
	return RC_OK;
}

/* FD2 as drizzle-kit 0.31.11 check: `when` must be above all before it. */
static void note_order(const struct reading *r, const struct entry *en,
    size_t nth, const struct entry *newest)
{
	if (nth == 0 || en->when > newest->when)
		return;
	finding_add(r->findings, (struct finding){
		.code = "FD2", .slug = "out-of-order", .tag = en->tag,
		.where = place(r, nth, "when"),
		.text = arena_printf(r->a, "its time %lld is not after %lld of"
		    " %.*s, which runs before it: where that one is applied, "
		    "Drizzle's migrator skips this one for ever",
		    (long long)en->when, (long long)newest->when,
		    STR_ARG(newest->tag)),
		.fix = arena_printf(r->a, "if it is not applied anywhere yet, "
		    "set \"when\" above %lld", (long long)newest->when),
	});
}

static void note_gap(const struct reading *r, const struct entry *en,
    size_t nth, int expected)
{
	if (en->idx == expected)
		return;
	finding_add(r->findings, (struct finding){
		.code = "", .slug = "journal-idx", .tag = en->tag,
		.where = place(r, nth, "idx"),
		.text = arena_printf(r->a, "idx %d stands where %d is expected",
		    en->idx, expected),
		.fix = STR("harmless to the run, which follows the order of "
		    "the file; look for a lost or merged entry"),
	});
}

static enum rc read_entries(const struct reading *r, const struct json *list,
    struct journal *out)
{
	struct map *tags = map_new(r->a), *idxs = map_new(r->a);
	struct entry *v = arena_array(r->a, struct entry, list->n);
	const struct entry *newest = v;

	/* First: beside a number that is too big none reads as whole. */
	for (size_t i = 0; i < list->n; i++) {
		const struct json *when = json_get(&list->items[i], "when");

		if (when && when->kind == JSON_NUMBER && when->number > 0x1p53)
			return wrong(r, i, "when",
			    "is not a time in milliseconds");
	}
	for (size_t i = 0; i < list->n; i++) {
		struct str key;
		enum rc rc = read_entry(r, &list->items[i], i, &v[i]);

		if (rc)
			return rc;
		key = arena_printf(r->a, "%d", v[i].idx);
		if (map_has(idxs, key))
			return wrong(r, i, "idx", "stands twice");
		if (map_has(tags, v[i].tag))
			return wrong(r, i, "tag", "stands twice");
		map_put(idxs, key, &v[i]);
		map_put(tags, v[i].tag, &v[i]);
		note_gap(r, &v[i], i, i > 0 ? v[i - 1].idx + 1 : 0);
		note_order(r, &v[i], i, newest);
		if (v[i].when > newest->when)
			newest = &v[i];
	}
	out->v = v;
	out->n = list->n;
	return RC_OK;
}

enum rc journal_parse(struct str text, const char *name,
    struct finding_list *l, struct arena *a, struct journal *out,
    struct err *e)
{
	struct reading r = { text, name, l, a, e };
	const struct json *root = NULL, *list;
	struct journal j = { 0 };
	enum rc rc;

	/* JSON.parse refuses a byte order mark and drizzle-orm does not strip
	 * one; editors add it, so it is passed over here. */
	if (str_starts(r.text, STR("\xef\xbb\xbf")))
		r.text = str_sub(r.text, 3, r.text.n);
	rc = json_read(r.text, name, a, &root, e);
	if (rc) {
		if (e->code == RC_PARSE)
			e->code = RC_INCONSISTENT;
		err_prefix(e, "the journal is not JSON");
		err_hint(e, "Restore it from version control, or resolve the "
		    "merge in it.");
		return e->code;
	}
	if (root->kind != JSON_OBJECT)
		return wrong(&r, SIZE_MAX, NULL, "the journal is not an object");
	rc = check_dialect(&r, root, &j);
	if (rc)
		return rc;
	/* 5, 6, 7 are drizzle-kit's; "1" was written by early versions. */
	if (!version_in(json_get(root, "version"), 5, 7) &&
	    !version_in(json_get(root, "version"), 1, 1))
		return wrong(&r, SIZE_MAX, "version",
		    "is not a journal version that is known (5, 6, 7)");
	list = json_get(root, "entries");
	if (!list || list->kind != JSON_ARRAY)
		return wrong(&r, SIZE_MAX, "entries", "is not a list");
	if (list->n > JOURNAL_MAX_ENTRIES)
		return err_at(e, RC_UNSUPPORTED,
		    place(&r, SIZE_MAX, "entries").p, "the journal has %zu "
		    "entries; %d are the limit", list->n, JOURNAL_MAX_ENTRIES);
	rc = read_entries(&r, list, &j);
	if (rc == RC_OK)
		*out = j;
	return rc;
}
