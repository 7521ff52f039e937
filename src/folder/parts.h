#ifndef WEIR_FOLDER_PARTS_H
#define WEIR_FOLDER_PARTS_H
/*
 * parts: what the files of this module share with each other and with its
 * fuzz drivers; nothing here is for other modules.
 */
#include "base/json.h"
#include "base/vec.h"
#include "dialect/dialect.h"
#include "folder/folder.h"

#define JOURNAL_MAX_ENTRIES 10000
/* All migration files of one folder together. */
#define FOLDER_MAX_BYTES ((size_t)512 << 20)

struct finding_list {
	struct arena *a;
	VEC(struct finding) list;
};
void finding_add(struct finding_list *l, struct finding f);

struct journal {
	struct str dialect;
	enum dialect_id engine;
	struct entry *v;	/* idx, tag, version, when, breakpoints filled */
	size_t n;
};
/*
 * Read a journal's text.  RC_INCONSISTENT with e->where = name:line:col: no
 * JSON, unknown shape, hostile tag, idx or tag twice; RC_UNSUPPORTED: more
 * than JOURNAL_MAX_ENTRIES, another dialect.  Notes (a gap in idx, times out
 * of order) go to `l`.
 */
enum rc journal_parse(struct str text, const char *name,
    struct finding_list *l, struct arena *a, struct journal *out,
    struct err *e) MUST_CHECK;

/* layout_1.c: the entries of a folder of 1.0, by name; no journal.
 * RC_INCONSISTENT: a hostile name, or no snapshot tells the dialect. */
enum rc layout_1_read(const char *dir, struct str shown, struct arena *a,
    struct journal *out, struct err *e) MUST_CHECK;
/* named.c: the states of such a folder; counts are the caller's. */
void named_states(const struct folder *f, const struct track *t,
    struct arena *a, struct states *s);
/* Which engine a word of a journal or a snapshot means; false: none. */
bool engine_word(struct str word, enum dialect_id *out);

/* Pieces between markers, as drizzle-orm 0.45 src/migrator.ts: String.split,
 * nothing trimmed; always at least one piece. */
size_t pieces_split(struct str text, struct arena *a,
    const struct piece **out);

/* FD5-FD8 and text that is no UTF-8, of one file; `en` has text and file. */
void text_check(const struct dialect *d, const struct entry *en,
    struct finding_list *l);
/* UTF-8, NUL and FD6 alone (down files); false: not to be run. */
bool text_encoding(struct str tag, struct str file, struct str text,
    struct finding_list *l);
/* White space and comments only. */
bool text_is_blank(const struct dialect *d, struct str text);
/*
 * The comment section under a "-- rollback" or "-- down" heading: *line is
 * where it starts.  "" when there is none, with *live = the offset of the
 * first statement under the last heading, or SIZE_MAX.
 */
struct str text_down_section(const struct dialect *d, struct str text,
    struct arena *a, size_t *line, size_t *live);
struct str place_in(struct str file, struct str text, size_t offset,
    struct arena *a);

/* bundle.c: what migrations.js says of a journal. */
void bundle_text(const struct json *journal, const struct bundle *b,
    struct sbuf *out);

#endif
