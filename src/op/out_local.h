#ifndef WEIR_OP_OUT_LOCAL_H
#define WEIR_OP_OUT_LOCAL_H
/* What the files of op/out share. */
#include "op/out.h"

struct out_col {
	struct str name, type;	/* type: of the result, "" = untold */
	bool numeric;		/* by its type */
	bool key;		/* names the row, with the others */
	bool made;		/* by the engine: not to be inserted */
	bool always;		/* GENERATED ALWAYS AS IDENTITY */
};

/* What the engines do differently. */
struct out_rules {
	const char *bytes_before, *bytes_after;	/* of hexadecimal digits */
	const char *digits;
	/* What is no text comes as text: numbers, t and f, json. */
	bool all_text;
};
extern const struct out_rules out_rules[DIALECT_N];

struct out {
	const struct out_kind *kind;
	const struct dialect *dialect;
	const struct out_rules *rules;
	const struct rows *r;
	const struct out_col *cols;
	size_t ncols;
	bool bare;
	struct sbuf b;			/* not handed on yet */
	struct sbuf word;		/* a value under construction */
	struct str before;		/* INSERT: all before the values */
	const struct str *heads;	/* JSON: all before a column's value */
	struct out_sink sink;
	int64_t rows, bytes;
	struct arena *a;
	/* the table's first rows */
	struct out_held {
		struct sbuf text;
		size_t *ends;		/* in text, of cell after cell */
		size_t nrows;
		int *width;
		bool *right;
		bool through;		/* shown: rows are not held any more */
	} held;
};
struct out_kind {
	void (*head)(struct out *o);			/* NULL: none */
	void (*row)(struct out *o, const struct value *row);
	void (*end)(struct out *o);			/* NULL: none */
};
extern const struct out_kind out_kind_table, out_kind_insert, out_kind_where;

const struct out_kind *out_kind_of(enum out_format f);
/* What has gathered, when it is much, or all of it, to the sink. */
enum rc out_flush(struct out *o, bool all, struct err *e) MUST_CHECK;

/* The value's text without quotes: v's own, or made in o->word. */
struct str out_word(struct out *o, const struct value *v);
/* Is it a number as SQL and JSON both write it? */
bool out_is_number(struct str s);
/* What an all_text engine says of a boolean; NULL: it is none. */
const char *out_bool(const struct out *o, size_t col, const struct value *v);
/* A number that came as text. */
bool out_numeric(const struct out *o, size_t col, const struct value *v);

#endif
