#ifndef WEIR_PLAN_INTERNAL_H
#define WEIR_PLAN_INTERNAL_H
/* What the files of plan share: the work of one plan_build(). */
#include "base/clock.h"
#include "plan/plan.h"

/* A name as the statement sees it and as the live schema has it; live.p is
 * NULL when the live schema has no such thing. */
struct place {
	struct str now, live;
};

/* A hazard on its way: what counts it, and where on the copy. */
struct found {
	struct hazard h;
	size_t stmt;		/* statement that carries it */
	size_t at;		/* the probes run before this one */
	struct str now_count, now_of;	/* on the copy; "" = nothing to ask */
	struct str live_count, live_of;
	struct str live_text;	/* PT30: where a sequence stands */
	bool settled;		/* severity and text are final */
	bool gone;		/* measured as nothing: leave it out */
	bool hidden;		/* not counted: not all rows are seen */
	bool compares;		/* that it fails says nothing of the statement */
};

/* One rebuild: table T made anew from a copy (P.4). */
struct rebuild {
	struct str table, temp;
	size_t create, insert, drop, rename;	/* statements */
	const struct table *was, *is;
	size_t file;
	int64_t copied, kept;	/* rows of the copy, child rows; -1 unknown */
	bool compared;
};

/* Where the names of the live schema went, statement by statement. */
struct moved {
	struct str live, now;	/* table; live.p NULL = made by the plan */
};
struct moved_column {
	struct str table;	/* as it is named now */
	struct str live, now;	/* live.p NULL = made by the plan */
};
struct names {
	VEC(struct moved) tables;
	VEC(struct moved_column) columns;
	/* look-ups see this far: names as they were before one statement */
	size_t seen_tables, seen_columns;
	size_t *tables_at, *columns_at;		/* per statement */
};

enum inverse { INVERSE_NOTHING, INVERSE_TEXT, INVERSE_MISSING };
/* late: what asks for rows that are put back before it. */
struct back {
	struct str text, late;
	bool rows;		/* saved ones belong to it */
	bool around;		/* unit_begin, unit_end */
};
/* proof.c */
struct proving {
	const struct plan_request *rq;
	struct arena *a;
	struct proof *v;	size_t n;	/* by file */
	double ms;
};
struct plan_rules;

struct work {
	const struct plan_request *rq;
	struct arena *a;
	const struct dialect *d;
	struct plan *p;
	const struct run *run;
	struct stmt *stmts;
	struct plan_file *files;
	size_t *file_of;		/* statement → file */
	struct names names;
	VEC(struct found) found;
	VEC(struct rebuild) rebuilds;
	VEC(struct str) added;
	int64_t db_bytes;
	double deadline;
	/* the copy */
	struct drv *copy;
	size_t updating;		/* UPDATE whose before-image waits */
	size_t last;			/* statement that the copy ran last */
	int64_t *rows_before;		/* of the table written, on the copy */
	bool rows_fail;			/* saved rows cannot be put back there */
	const struct plan_rules *rules;
	struct str path;		/* PostgreSQL: first of search_path */
	int version;			/* of the server, 0 unknown */
	bool utc;			/* its session's TimeZone */
	struct proving proving;
};

/* What differs by dialect (rules.c); all set. */
struct plan_rules {
	/* hazards of every statement, and its step of the names */
	void (*detect)(struct work *w);
	void (*hints)(struct work *w, struct rename_hints *out);
	enum rc (*measure)(struct work *w, struct err *e) MUST_CHECK;
	void (*files)(struct work *w);		/* what concerns files */
	/* What the models around it say that the statement changed. */
	void (*changes)(struct work *w, size_t i);
	/* Drizzle's migrator would do something else: p->drizzle is set. */
	bool (*drizzle)(struct work *w);
	enum inverse (*inverse)(const struct run_stmt *s, struct arena *a,
	    struct str *out);
	/* What no statement alone takes back (plan_derive_down). */
	enum inverse (*unit)(const struct run *run, const struct run_file *f,
	    size_t i, bool saved, struct arena *a, size_t *first,
	    struct back *out);
	const char *unit_begin, *unit_end;	/* around a file that asks */
	enum undo_grade (*undo)(const struct work *w, size_t i);
	/* Why nothing in it is a danger, or "". */
	struct str (*why)(const struct work *w, size_t i);
};
const struct plan_rules *plan_rules_of(enum dialect_id id);
extern const struct plan_rules plan_rules_sqlite, plan_rules_pg;

#define NO_STMT ((size_t)-1)

/* names.c */
struct place place_table(const struct work *w, struct str now);
struct place place_column(const struct work *w, struct str table,
    struct str now);
void names_step(struct work *w, size_t i);
/* Look-ups from now on as before statement i; NO_STMT = after all. */
void names_at(struct work *w, size_t i);
void sqlite_hints(struct work *w, struct rename_hints *out);
void names_move_table(struct work *w, struct str live, struct str now);
void names_move_column(struct work *w, struct str table, struct str live,
    struct str now);

/* sql.c: '@' in form = the next name quoted, '$' = the next text whole. */
struct str sql_form(const struct work *w, const char *form,
    const struct str *names);
/* Both texts of a probe; the live one is "" when a name has no live form. */
void probe_set(const struct work *w, struct found *f, const char *form,
    const struct place *names, size_t n);
void probe_of(const struct work *w, struct found *f, struct place table);
#define PROBE(w, f, form, ...) \
	probe_set((w), (f), (form), (const struct place[]){ __VA_ARGS__ }, \
	    sizeof((const struct place[]){ __VA_ARGS__ }) / \
	    sizeof(struct place))
/* "a", "b" with an optional prefix before each name */
struct str sql_list(const struct work *w, struct strs names, const char *before);
struct place place_list(const struct work *w, struct str table,
    struct strs cols, const char *before);
static inline struct place place_text(struct str s)
{
	return (struct place){ s, s };
}

/* found.c */
struct found *found_add(struct work *w, enum hazard_id id, size_t stmt,
    struct str table, struct str column);
void found_settle(struct work *w, struct found *f);
struct str say_count(struct arena *a, int64_t n);

/* detect.c */
void sqlite_detect(struct work *w);
size_t stmt_leader(const struct work *w, size_t i);
const struct rebuild *rebuild_of(const struct work *w, size_t i);
void detect_unique(struct work *w, size_t carrier, size_t at,
    const struct table *t, const struct index *ix);

/* rebuild.c */
void rebuilds_find(struct work *w);
void rebuild_detect(struct work *w, struct rebuild *r);
/* Compare old and new on the copy, before the DROP. */
void rebuild_compare(struct work *w, struct rebuild *r, struct drv *copy);

/* copied.c: columns whose values the copy has as they were, by its text */
struct strs rebuild_copied(struct work *w, const struct rebuild *r);

/* cascade.c */
/* What deleting rows of t does to other tables.  pred: which rows, "" all. */
void cascade_walk(struct work *w, size_t i, const struct table *t,
    bool measurable);
/* Who follows or forgets the keys of t that an UPDATE sets; not counted. */
void cascade_sets(struct work *w, size_t i, const struct table *t,
    struct strs sets);
/* Do rows of `from` that are deleted take rows of `to` along? */
bool cascade_reaches(const struct model *m, struct str from, struct str to);
void orphans_detect(struct work *w, size_t i, const struct table *t);

/* measure.c */
enum rc sqlite_measure(struct work *w, struct err *e) MUST_CHECK; /* RC_CANCELLED */
/* Do data statements before statement i make live counts estimates? */
bool rows_moved_before(const struct work *w, size_t i);
bool count_of(struct drv *d, struct str sql, struct arena *a, int64_t *out);
/* rows.c: in a way back, are saved rows put back before statement i? */
bool rows_back_before(const struct work *w, size_t i);
/* Put them back on the copy, those whose place is right before it; NO_STMT:
 * those of the last file. */
enum rc rows_put_back(struct work *w, size_t i, struct err *e) MUST_CHECK;
/* PLAN_ROWS_BACK as a line; since: of what byte on, 0 all. */
void rows_back_line(struct sbuf *b, size_t since);
/* data.c: what a data statement did, seen on the copy */
enum rc data_before(struct work *w, size_t i, struct err *e) MUST_CHECK;
void data_after(struct work *w);
void data_settle(struct work *w, size_t i, const struct facts *facts);
/* What a DROP TABLE took along, each row once whatever ways led to it. */
void data_dropped(struct work *w, size_t i, const struct facts *facts);
bool is_data(enum fact_verb verb);

/* drizzle.c */
void drizzle_line(struct work *w);
bool sqlite_drizzle(struct work *w);

/* ignore.c: hazards get the reason why somebody put them aside. */
void ignores_apply(struct work *w, struct ignores all);

/* files.c: FD1–FD10, SL4, SL5, SL7, SL29 */
void files_detect(struct work *w);
void sqlite_files(struct work *w);
struct found *file_haz(struct work *w, const struct hazard_def *def,
    struct str object, enum sev sev, struct str text);

/* proof.c: for run_options.then, with a struct proving */
enum rc proof_run(void *arg, struct drv *scratch, struct run *run,
    struct err *e) MUST_CHECK;

/* back.c */
enum inverse sqlite_unit(const struct run *run, const struct run_file *f,
    size_t i, bool saved, struct arena *a, size_t *first, struct back *out);

/* down.c */
/* Does apply save all that statement i loses, and is there a way back? */
bool stmt_saved(const struct work *w, size_t i);
enum inverse sqlite_inverse(const struct run_stmt *s, struct arena *a,
    struct str *out);
enum undo_grade sqlite_undo(const struct work *w, size_t i);
bool stmt_loses(const struct work *w, size_t i);

#endif
