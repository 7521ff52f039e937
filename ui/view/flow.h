#ifndef WEIR_UI_VIEW_FLOW_H
#define WEIR_UI_VIEW_FLOW_H
/*
 * flow: what the views of review, gate, progress and report share.
 *
 * One arena goes the whole way: the review job makes it, the review view
 * holds it, the apply job takes it (with plan and permit in it) and gives it
 * back with the report in it.  So nobody frees a plan that a worker reads.
 */
#include "op/apply/apply.h"
#include "op/apply/rehearse.h"
#include "op/gate/gate.h"
#include "op/migrate.h"
#include "op/size.h"
#include "diff/side.h"
#include "ui/view/views.h"

/* --- a review as the views hold it ------------------------------------- */

enum review_depth {
	REVIEW_SHAPE,		/* plan alone, at once */
	REVIEW_MEASURED,	/* with counts on the live rows */
	REVIEW_REHEARSED,	/* run, on a copy or rolled back */
};

/* What to review; texts live as long as whoever holds it. */
struct review_target {
	bool down;		/* take back */
	struct str tag;		/* up to this one; down: back to the state after
				 * it, "" = the newest alone */
	bool rehearse;		/* up: and rehearse it then */
};

struct reviewed {
	struct arena *a;		/* holds all of it */
	enum review_depth depth;
	const struct review *review;
	const struct rollback *rollback;	/* NULL on the way up */
	const struct rehearsal *rehearsal;	/* NULL: none was asked for */
	struct gate_request gate;
	struct needs needs;
	struct side side;
	struct sizes sizes;		/* empty until measured */
	struct holders holders;
	struct str whole;		/* what a whole copy takes; "": none */
	bool whole_due;			/* weir.conf says so */
	struct str title;		/* "0005_x", "0005_x .. 0008_y"; sanitized */
	size_t pending, position;	/* up: "3 of 4 pending" */
};

/* Job that makes a struct reviewed; posts struct review_progress. */
struct job_spec review_job(const struct review_target *t,
    enum review_depth depth, unsigned key);
/* The same at REVIEW_REHEARSED, where these terms were agreed to: RC_CONFLICT
 * when they are others by then.  None: on a copy. */
struct job_spec rehearse_job(const struct review_target *t,
    const struct strs *terms, unsigned key);
struct review_progress {
	const char *what;
	size_t done, of;
};
/* Entry of a tag in the session's folder; NULL: none. */
const struct mig *mig_find(const struct session *s, struct str tag);

bool mig_is_open(const struct mig *m);		/* pending, out of order */
bool mig_is_applied(const struct mig *m);	/* NULL is neither */
/* Show the review up to this one; down: of the way back to it. */
void cmds_review(struct cmds *out, bool down, struct str tag);
/* Show its file, read-only; `note` stands above when nothing else does. */
#define NOTHING_TO_VERIFY "Without migrations and a database there is " \
	"nothing to verify"
void cmds_mig_text(struct cmds *out, const struct mig *m, struct str note);
/* Its file in the editor at a byte of its text; one that has been applied as a
 * copy that cannot be written.  MSG_RETURN, mig_edited(). */
void cmds_mig_edit(const struct app *app, struct cmds *out,
    const struct mig *m, size_t offset, unsigned key);
/* Say how it ended; a changed file is planned again. */
void mig_edited(struct cmds *out, int answer);
/* Why one failed; code 0: it did not. */
const struct err *rehearsal_why(const struct reviewed *r);
/* Show what a rehearsal found. */
void cmds_rehearsal(struct cmds *out, const struct reviewed *r);
/* Show a report that a job has made; takes its arena. */
void cmds_report(struct cmds *out, const struct msg *m);
/* Live against what the migrations say; its result is a struct report. */
struct job_spec verify_job(unsigned key);

/* --- statements as a list ------------------------------------------------ */

enum item_kind {
	ITEM_FILE,		/* heading: a migration */
	ITEM_STMT,		/* a statement, or all of a rebuild */
	ITEM_HAZARD,		/* of the plan as a whole */
	ITEM_ADDED,		/* "added by weir" */
	ITEM_NOTE,		/* down script, rows written since, drift */
	ITEM_BLANK,
};
struct item {
	enum item_kind kind;
	size_t number;			/* FILE: file, STMT: statement */
	const struct hazard *hazard;	/* the one that decides; may be NULL */
	enum style style;
	struct str label, text;		/* ADDED, NOTE */
};
struct items {
	const struct item *v;
	size_t n;
};
void items_build(const struct reviewed *r, struct arena *a, struct items *out);
/* n/N stop there. */
bool item_is_hazard(const struct reviewed *r, const struct item *it);
/* One row; `depth` decides between counts and "…". */
void item_draw(const struct app *app, const struct reviewed *r,
    const struct item *it, struct pane line);
/* Statements that a rebuild counts as one: is i the first of them? */
bool stmt_leads(const struct plan *p, size_t i);
/* The rebuilt table of statement i's group; "" = no rebuild. */
struct str stmt_rebuilds(const struct plan *p, size_t i);
enum style class_style(enum stmt_class c);
enum style sev_style(enum sev s);
enum style mig_style(enum mig_state s);
/* SQL on one line without its comments, in w cells. */
void sql_field(const struct app *app, struct pane line, int x, int w,
    struct str sql);
/* A text of a plan, made harmless; in ASCII where the screen is. */
struct str plan_text(const struct app *app, struct str text);
/* "12 statements", "1 file" */
struct str count_of_things(struct arena *a, size_t n, const char *one,
    const char *many);

/* --- opening views ----------------------------------------------------------- */

/* view_review takes a struct review_target, the others these. */
struct statement_arg {
	struct str title, sql;		/* copied */
	struct str notes;		/* lines above the SQL, plain; "" none */
};

/* The gate answers 1 with a struct consent * (its typed names), else 0. */
struct gate_arg {
	const struct reviewed *reviewed;	/* outlives the gate, or
						 * MSG_SESSION closes it */
};

/* Answers 1: go on.  name: to be typed, or ""; all is copied. */
struct terms_arg {
	struct strs lines;
	struct str name;
};

struct progress_arg {
	struct arena *a;		/* taken */
	const struct plan *plan;	/* in a, as is the permit */
	struct permit *permit;
	struct str title;
	bool down;
	bool backup;			/* a whole copy first */
};

struct report_arg {
	struct arena *a;		/* taken; holds report */
	const struct report *report;
	const struct err *err;		/* NULL: it ended well */
};

/* Everything of a report in `a`; what it names may go. */
struct report *report_keep(const struct report *r, struct arena *a);
/* What report_json() wrote. */
enum rc report_read(struct str json, struct arena *a, struct report **out,
    struct err *e) MUST_CHECK;

#endif
