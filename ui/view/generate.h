#ifndef WEIR_UI_VIEW_GENERATE_H
#define WEIR_UI_VIEW_GENERATE_H
/* What generate.c (keys), generate_job.c (the worker's side) and
 * generate_draw.c share, and the arguments of the windows above them. */
#include "diff/side.h"
#include "op/generate.h"
#include "op/question.h"
#include "ui/view/flow.h"
#include "ui/widget/sheet.h"
#include "ui/widget/text.h"

/* Statements that only one of two answers leads to. */
struct outcome {
	struct strs renamed, created;
};

/* What the files would make, as one job has found it. */
struct proposal {
	struct arena *a;		/* holds all of it */
	struct generate_request rq;
	struct generate_result g;
	struct err err;			/* the files do not read */
	struct side side;		/* last snapshot | schema files */
	struct str sql;			/* the file's text; open: questions */
	struct str tag, name;		/* as proposed; the name ends the tag */
	struct str files;		/* "schema.ts and 3 more" */
	size_t tables, columns;		/* dropped */
	size_t nchanges;
	/* of the first open question */
	struct question_options options;
	const struct outcome *outcomes;	/* one an option; created: as the best */
	struct watch_list watch;
	bool forgot;			/* the answers did not fit any more */
};

/* Reads and compares; its result is a struct proposal, also on failure. */
struct job_spec generate_job(const struct app *app,
    const struct decl_answers *answers, unsigned key);
/* Writes what `r` shows; takes its arena, which comes back with the job. */
struct job_spec generate_write_job(struct proposal *r, struct str name,
    unsigned key);

enum generate_focus { ON_SQL, ON_SIDES };
struct generate_state {
	struct proposal *r;		/* NULL: being read or written */
	struct arena *a;
	VEC(struct decl_answer) answers;	/* in v->a */
	VEC(size_t) places;		/* of the cursor, for each */
	struct sheet sheet;
	struct text_view text;
	size_t top;
	enum generate_focus focus;
	bool other_layout, unfolded, busy;
	bool follow;			/* the next question opens by itself … */
	size_t at;			/* … with the cursor here */
	struct str written;		/* tag: the review follows */
};
struct generate_layout {
	bool titles, one;
	int diff_y, diff_h, rule_y, sql_y, sql_h;
};
void generate_layout(const struct ui_view *v, struct generate_layout *l);
void generate_draw(const struct ui_view *v, struct pane body);
void generate_crumbs(const struct ui_view *v, struct pane line);

/* Answers: 1 + the option; QUESTION_BACK: the one before. */
#define QUESTION_BACK (-1)
struct question_arg {
	const struct proposal *of;	/* outlives the window */
	size_t number, total, at;
};
/* Answers 1 with a struct str *: the name. */
struct name_arg {
	struct str prefix, name;
};

#endif
