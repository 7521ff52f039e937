#ifndef WEIR_DIFF_SIDE_H
#define WEIR_DIFF_SIDE_H
/*
 * side: a change list laid out as two aligned columns of text, for printers
 * and screens alike.  Pure text: no widths, no colours; whoever shows it
 * wraps, folds and paints.  Texts are sanitized (utf8_clean) already.
 *
 * Layout: changed tables in name order; per table a head line, then columns,
 * keys, constraints, indexes, triggers; runs of unchanged lines longer than
 * `context` become one fold line that still holds them; then views; then what
 * else stands alone.  A definition of several lines (a function, a view of
 * PostgreSQL) and a list (the values of an enum) have a line for each.
 * A column of the primary key has the attribute "pk" and one with a unique
 * key or index of its own "unique"; if that alone differs, its line names the
 * change of the key or index.  A primary key has a line of its own only when
 * it spans columns.
 */
#include "diff/diff.h"

enum side_kind { SIDE_HEAD, SIDE_OBJECT, SIDE_FOLD, SIDE_BLANK };
/*
 * ROLE_SQL continues a ROLE_SQL before it after one space; all other parts
 * stand two spaces apart.  A column has a ROLE_TYPE, maybe empty; no other object has.
 */
enum side_role { ROLE_NAME, ROLE_TYPE, ROLE_ATTR, ROLE_NOTE, ROLE_SQL };

struct side_part {
	struct str text;
	enum side_role role;
	bool changed;		/* this part differs from the other side */
	unsigned id;		/* the same on both sides: the same attribute */
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
	bool of_text;			/* a line of obj's definition or list */
	struct str heading;		/* word before the parts: "index", "FK" … or "" */
	size_t folded;			/* SIDE_FOLD: how many lines it stands for */
	size_t fold_from;		/* SIDE_FOLD: index in side.all of the first */
};
struct side {
	const struct side_line *v;	/* with folds */
	size_t n;
	const struct side_line *all;	/* everything unfolded */
	size_t nall;
	size_t name_width;		/* cells of the widest column name */
	size_t type_width;		/* cells of the widest column type */
};

void side_build(const struct change_list *changes, size_t context,
    struct arena *a, struct side *out);

/*
 * Finished texts for commands; nothing at all when there is no change.  Lines
 * never end in a space; `color` adds SGR sequences and no character besides.
 * Side: two halves of (width - 4) / 2 cells, at least 20; what is longer goes
 * on in the next line of its half.
 */
void diff_print_side(const struct side *s, size_t width, bool color,
    const char *left_title, const char *right_title, struct sbuf *out);
void diff_print_unified(const struct side *s, bool color,
    const char *left_title, const char *right_title, struct sbuf *out);
/* "2 columns added, 1 dropped": one line a kind, or "no difference". */
void diff_print_stat(const struct change_list *c, struct sbuf *out);
struct json_out;
/* [{op,kind,object,table,from:{…}|null,to:{…}|null,fields:[…]}] */
void diff_json(const struct change_list *c, struct json_out *o);

#endif
