#ifndef WEIR_DECL_DIFF_H
#define WEIR_DECL_DIFF_H
/*
 * diff: what drizzle-kit 0.31.11 makes of two declared schemas: the statements
 * of a migration, in its order, byte for byte (snapshotsDiffer.ts,
 * jsonStatements.ts, sqlgenerator.ts; drizzle-spec §5).
 *
 * Renames are questions as data: decl_questions() lists what is open in the
 * order in which drizzle-kit would ask; an answer settles one created item.
 * The differ is called again with the answers so far until none is open.
 */
#include "decl/decl.h"

enum decl_kind { DECL_K_SCHEMA, DECL_K_ENUM, DECL_K_SEQUENCE, DECL_K_ROLE,
	DECL_K_TABLE, DECL_K_COLUMN, DECL_K_POLICY, DECL_K_VIEW, DECL_KIND_N };
extern const char *const decl_kind_word[DECL_KIND_N];

/* from absent: created.  Names of PostgreSQL: bare (= public) or
 * schema.name; table is the NEW name of columns' and policies' table. */
struct decl_answer {
	enum decl_kind kind;
	struct str table, from, to;
};
struct decl_answers {
	const struct decl_answer *v;
	size_t n;
	bool rest_created;	/* what is not named is created and dropped */
};

struct decl_candidate {
	struct str name;	/* as an answer has it */
	struct str type;	/* of columns */
	bool notnull;
	size_t position;
	int score;		/* best first; drizzle's order is by position */
};
struct decl_question {
	enum decl_kind kind;
	struct str table;	/* columns, policies */
	struct str created;
	struct str type;	/* of a column, as are these two */
	bool notnull;
	size_t position;
	const struct decl_candidate *v;	/* drizzle-kit's order */
	size_t n;
};

/* DECL_LIBSQL is or'ed to either: dialect 'turso', whose columns are altered in
 * place (ALTER TABLE … ALTER COLUMN … TO). */
enum decl_compat { DECL_EXACT, DECL_SAFE, DECL_LIBSQL };

/* A place where the safe text differs from drizzle-kit's (DIFFERENCES). */
struct decl_difference {
	const char *id;		/* row of the table in weir(1) */
	struct str text;
};

/* "t.c: a type change …; drizzle-kit: no USING …; weir: USING …"; brief: up to
 * the first ; */
struct str decl_difference_text(const struct decl_difference *d, bool brief,
    struct arena *a);

struct decl_change {
	struct strs statements;		/* with their own ends (§2) */
	const struct decl *to;		/* with _meta of the renames */
	const struct decl_question *open;	size_t nopen;
	const struct decl_difference *diffs;	size_t ndiffs;
	struct strs warnings;		/* what the statements leave out */
};

/*
 * RC_USAGE: an answer that fits no question (message names it); RC_PARSE:
 * names that collide, as drizzle-kit refuses them.  With open questions the
 * statements are not made.
 */
enum rc decl_diff(const struct decl *from, const struct decl *to,
    const struct decl_answers *answers, enum decl_compat compat,
    struct arena *a, struct decl_change *out, struct err *e) MUST_CHECK;

/* "2 tables (a, b) and the values of 1 column (t.c)": what the step drops with its rows;
 * "" for nothing. */
struct str decl_dropped_text(const struct decl *from, const struct decl *to,
    const struct decl_answers *answers, struct arena *a);

/* What it drops, as consents name it: "drop-table:s.t", "drop-enum:e"; with
 * `parts` what goes from tables that stay, too: "drop-column:t.c",
 * "drop-index:i". */
struct strs decl_dropped(const struct decl *from, const struct decl *to,
    const struct decl_answers *answers, bool parts, struct arena *a);

/* The file's text: statements joined as drizzle-kit joins them. */
void decl_sql(struct strs statements, bool breakpoints, struct sbuf *out);
/* "add_published_to_posts", "rename_nick_to_handle_and_more": a name for the
 * change, for a terminal. */
struct str decl_name(const struct decl *from, const struct decl *to,
    const struct decl_answers *answers, struct arena *a);

#endif
