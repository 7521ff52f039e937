#ifndef WEIR_OP_OUT_H
#define WEIR_OP_OUT_H
/*
 * out: rows as text that other programs read.  The one home of the formats:
 * `weir rows`, the studio's copies and exports.
 *
 * O.1 A value is whole, and reads back as itself: numbers have the digits
 *     that they need, bytes are hexadecimal in the dialect's form.
 * O.2 NULL and '' differ in every format: in CSV as COPY … CSV of PostgreSQL
 *     has it, an empty field and "", in TSV as COPY's text, \N and an empty
 *     field.
 * O.3 CSV is RFC 4180 with \n at the end of a line, as psql and sqlite3 write
 *     it; quoted is what PostgreSQL quotes.
 * O.4 JSON: numbers, true, false and null are such, a json column stands as
 *     it is, all else is a string; a byte that is no UTF-8 is U+FFFD there.
 * O.5 INSERT leaves out columns that the engine fills itself.
 * O.6 The table is for eyes alone: made harmless for a terminal, as wide as
 *     its first OUT_SAMPLE rows; a longer value pushes what follows.
 * O.7 Memory is that of one row and OUT_PIECE, whatever the number of rows.
 */
#include "op/rows.h"

#define OUT_PIECE ((size_t)128 << 10)	/* handed to the sink at a time */
#define OUT_SAMPLE 500			/* rows that a table is measured by */
#define OUT_PAD_MAX 60			/* cells that a column is padded to */

enum out_format { OUT_TABLE, OUT_CSV, OUT_TSV, OUT_JSON, OUT_JSONL, OUT_INSERT,
	OUT_WHERE, OUT_FORMAT_N };
struct out_format_def {
	const char *name;	/* as typed: "csv" */
	const char *title;	/* as shown: "JSON lines" */
	const char *suffix;	/* of a file: ".csv"; NULL: not for files */
};
extern const struct out_format_def out_formats[OUT_FORMAT_N];
/* By name, among those for `weir rows`; false: none. */
bool out_format_of(struct str name, enum out_format *out);

/* Takes the bytes; what it fails with ends the work. */
struct out_sink {
	enum rc (*write)(void *arg, struct str bytes, struct err *e);
	void *arg;
};
/* Bytes into a struct sbuf (arg); RC_UNSUPPORTED above its ceiling. */
enum rc out_to_sbuf(void *arg, struct str bytes, struct err *e) MUST_CHECK;

struct out_request {
	enum out_format format;
	const struct rows *rows;
	struct strs columns;	/* in this order; none: all */
	/* In the order of `rows` also where nobody has asked for a sort; else
	 * as the engine finds them. */
	bool ordered;
	bool bare;		/* no line of names (CSV, TSV) */
	bool shown;		/* out_keys(): those that the WHERE leaves */
	int64_t limit;		/* -1: all */
	struct out_sink sink;
	/* About ten times a second; false ends it, RC_CANCELLED. */
	bool (*progress)(void *arg, int64_t rows, int64_t bytes);
	void *arg;
};
struct out_done {
	int64_t rows, bytes;
};

/* All rows of the request.  *done is filled on failure too. */
enum rc out_rows(struct drv *d, const struct out_request *rq,
    struct out_done *done, struct err *e) MUST_CHECK;
/* The rows with these keys, in their order; one that is gone is left out. */
enum rc out_keys(struct drv *d, const struct out_request *rq,
    const struct value *const *keys, size_t n, struct out_done *done,
    struct err *e) MUST_CHECK;
/* A value alone, as CSV has it but never quoted; NULL is "NULL". */
void out_value(const struct dialect *d, const struct value *v, struct sbuf *b);

#endif
