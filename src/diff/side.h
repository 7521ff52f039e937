#ifndef WEIR_DIFF_SIDE_H
#define WEIR_DIFF_SIDE_H
/*
 * side: a change list laid out as two aligned columns of text, for printers
 * and screens alike.  Pure text: no widths, no colours; whoever shows it
 * wraps, folds and paints.  Texts are sanitized (utf8_clean) already.
 *
 * Layout: changed tables in name order; per table a head line, then columns,
 * keys, constraints, indexes, triggers; runs of unchanged lines longer than
 * `context` become one fold line that still holds them; then views.
 */
#include "diff/diff.h"

enum side_kind { SIDE_HEAD, SIDE_OBJECT, SIDE_FOLD, SIDE_BLANK };
enum side_role { ROLE_NAME, ROLE_TYPE, ROLE_ATTR, ROLE_NOTE };

struct side_part {
	struct str text;
	enum side_role role;
	bool changed;		/* this part differs from the other side */
};
struct side_half {
	const struct obj *obj;		/* NULL: filler */
	const struct side_part *parts;
	size_t n;
};
struct side_line {
	enum side_kind kind;
	char mark;			/* ' ' '~' '+' '-' '>' */
	int indent;			/* 0 head, 1 object */
	struct side_half left, right;
	const struct change *change;	/* NULL: unchanged */
	struct str heading;		/* group word: "index", "foreign key" … or "" */
	size_t folded;			/* SIDE_FOLD: how many lines it stands for */
	size_t fold_from;		/* SIDE_FOLD: index in side.all of the first */
};
struct side {
	const struct side_line *v;	/* with folds */
	size_t n;
	const struct side_line *all;	/* everything unfolded */
	size_t nall;
	size_t name_width;		/* cells of the widest name, for alignment */
	size_t type_width;
};

void side_build(const struct change_list *changes, size_t context,
    struct arena *a, struct side *out);

/* --- finished texts for commands --------------------------------------- */
void diff_print_side(const struct side *s, size_t width, bool color,
    const char *left_title, const char *right_title, struct sbuf *out);
void diff_print_unified(const struct side *s, bool color,
    const char *left_title, const char *right_title, struct sbuf *out);
/* "3 tables changed, 2 columns added …" one line a kind */
void diff_print_stat(const struct change_list *c, struct sbuf *out);
struct json_out;
/* the array of DESIGN §9: {op,kind,object,table,from,to,fields[]} */
void diff_json(const struct change_list *c, struct json_out *o);

#endif
