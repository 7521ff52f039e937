/* test_gate.c: the words of consent and the gate's rules on plans by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fs.h"
#include "op/gate/gate.h"

static struct arena *a;
static char root[64];

static int setup(void **state)
{
	(void)state;
	a = arena_new();
	snprintf(root, sizeof(root), "/tmp/weir-gate-XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static int teardown(void **state)
{
	char path[128];

	(void)state;
	snprintf(path, sizeof path, "%s/0007_x.allow", root);
	unlink(path);
	rmdir(root);
	arena_free(a);
	return 0;
}

/* --- a plan by hand ------------------------------------------------------- */

struct fixture {
	struct entry entry;
	struct run_stmt run;
	struct hazard haz[3];
	struct stmt stmt;
	struct plan_file file;
	struct run whole;
	struct plan plan;
	struct step step;
	struct gate_request rq;
	struct consent c;
};

static struct hazard loss(enum hazard_id id, struct str object,
    struct str table, int64_t rows)
{
	return (struct hazard){
		.def = &hazard_defs[id],
		.sev = rows == 0 ? SEV_CAUTION : SEV_DESTRUCTIVE,
		.object = object, .table = table, .rows = rows, .of = -1,
		.text = STR("388 of 1,204 rows hold a value"),
	};
}

static struct fixture *fixture(void)
{
	struct fixture *f = arena_new_of(a, struct fixture);

	f->entry = (struct entry){ .tag = STR("0007_x"), .when = 7 };
	memset(f->entry.hex, 'a', SHA256_HEX);
	f->run.entry = &f->entry;
	f->haz[0] = loss(HAZ_ID_DROP_COLUMN, STR("users.bio"), STR("users"),
	    388);
	f->stmt = (struct stmt){ .run = &f->run, .haz = f->haz, .nhaz = 1,
	    .undo = UNDO_NONE, .cls = CLASS_LOSS };
	f->plan = (struct plan){ .v = &f->stmt, .n = 1, .run = &f->whole };
	f->step = (struct step){ .kind = STEP_UP, .entry = &f->entry,
	    .track = &f->entry };
	f->rq = (struct gate_request){ .plan = &f->plan, .steps = &f->step,
	    .nsteps = 1, .db_label = STR("data/app.db") };
	return f;
}

static struct allow *allows_of(struct fixture *f, const char *const *v)
{
	struct err e = ERR_INIT;
	size_t n = 0;
	struct allow *al;

	while (v[n])
		n++;
	al = arena_array(a, struct allow, n + 1);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(allow_parse(str_z(v[i]), a, &al[i], &e), 0);
	f->c.allows = al;
	f->c.nallows = n;
	return al;
}

#define ALLOWS(f, ...) allows_of(f, (const char *const[]){ __VA_ARGS__, NULL })

static struct permit *permit;
static struct needs missing;
static struct err err;

static enum rc review(struct fixture *f)
{
	permit = NULL;
	err = (struct err)ERR_INIT;
	return gate_review(&f->rq, &f->c, a, &permit, &missing, &err);
}

#define BOTH "drop-column:users.bio", "undo-skipped:users.bio"

/* --- words ---------------------------------------------------------------- */

static void allow_reads(void **state)
{
	static const struct { const char *text, *word, *object; int64_t n; } ok[] = {
		{ "drop-column:users.bio", "drop-column", "users.bio", -1 },
		{ "SL19:users.bio", "SL19", "users.bio", -1 },
		{ "drop-table:\"my table\"", "drop-table", "\"my table\"", -1 },
		{ "drop-table:\"plain\"", "drop-table", "plain", -1 },
		{ "drop-column:\"a.b\".\"c\"\"d\"", "drop-column",
		    "\"a.b\".\"c\"\"d\"", -1 },
		{ "runs-code:0001_m1", "runs-code", "0001_m1", -1 },
		{ "runs-code:\"0001_m1\"", "runs-code", "0001_m1", -1 },
		{ "drop-table:t[<=400]", "drop-table", "t", 400 },
		{ "drop-table:t[<=0]", "drop-table", "t", 0 },
		{ "drop-table:\"t[<=3]\"", "drop-table", "\"t[<=3]\"", -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof ok / sizeof *ok; i++) {
		struct allow al;
		struct err e = ERR_INIT;

		assert_int_equal(allow_parse(str_z(ok[i].text), a, &al, &e), 0);
		assert_true(str_is(al.word, ok[i].word));
		assert_true(str_is(al.object, ok[i].object));
		assert_int_equal(al.at_most, ok[i].n);
	}
}

static void allow_refuses(void **state)
{
	static const char *const bad[] = { "", ":", "drop-table", "drop-table:",
		":users", "drop-table:my table", "drop-table:a.", "drop-table:.a",
		"drop-table:\"a", "drop-table:\"\"", "drop-table:a[<=]",
		"drop-table:a[<=-1]", "drop-table:a[<4]", "drop-table:a[<=1]x",
		"drop-table:a[<=99999999999999999999999]", "drop-table:$a" };

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct allow al = { .at_most = -7 };
		struct err e = ERR_INIT;

		assert_int_equal(allow_parse(str_z(bad[i]), a, &al, &e),
		    RC_USAGE);
		assert_int_equal(al.at_most, -7);
		assert_true(e.hint[0] != '\0');
	}
}

static const char *quoted(const char *z, size_t n)
{
	struct sbuf b = SBUF_TEXT;
	const char *p;

	shell_quote(&b, (struct str){ z, n });
	p = arena_z(a, sbuf_str(&b));
	sbuf_free(&b);
	return p;
}

static void shell_words(void **state)
{
	(void)state;
	assert_string_equal(quoted("drop-column:users.bio", 21),
	    "drop-column:users.bio");
	assert_string_equal(quoted("a b", 3), "'a b'");
	assert_string_equal(quoted("$(rm)", 5), "'$(rm)'");
	assert_string_equal(quoted("it's", 4), "'it'\\''s'");
	assert_string_equal(quoted("a\x1b[2J", 5), "\"$(printf 'a\\033[2J')\"");
	assert_string_equal(quoted("a\nb'\\%1", 7),
	    "\"$(printf 'a\\012b\\047\\\\%%1')\"");
	assert_string_equal(quoted("", 0), "''");
	assert_string_equal(quoted("a\xe2\x80\xae" "b", 5),
	    "\"$(printf 'a\\342\\200\\256b')\"");
}

/* --- rules ---------------------------------------------------------------- */

static void loss_needs_both_words(void **state)
{
	struct fixture *f = fixture();

	(void)state;
	assert_int_equal(review(f), RC_DECISION);
	assert_null(permit);
	assert_int_equal(missing.n, 2);
	assert_true(str_is(missing.v[0].allow, "drop-column:users.bio"));
	assert_true(str_is(missing.v[1].allow, "undo-skipped:users.bio"));
	assert_string_equal(err.hint, "weir migrate \\\n"
	    "  --allow drop-column:users.bio \\\n"
	    "  --allow undo-skipped:users.bio");
	ALLOWS(f, "drop-column:users.bio");
	assert_int_equal(review(f), RC_DECISION);
	assert_int_equal(missing.n, 1);
	/* what was given stands in the command again */
	assert_non_null(strstr(err.hint, "--allow drop-column:users.bio"));
	ALLOWS(f, BOTH);
	assert_int_equal(review(f), RC_OK);
	assert_true(permit_take(permit));
	assert_false(permit_take(permit));
	ALLOWS(f, "SL19:users.bio", "UN2:users.bio");
	assert_int_equal(review(f), RC_OK);
	f->stmt.undo = UNDO_SAVED;
	ALLOWS(f, "drop-column:users.bio");
	assert_int_equal(review(f), RC_OK);
}

static void consent_is_by_object(void **state)
{
	struct fixture *f = fixture();

	(void)state;
	ALLOWS(f, "drop-column:users.bio2", "undo-skipped:users.bio");
	assert_int_equal(review(f), RC_USAGE);
	assert_non_null(strstr(err.msg, "users.bio2"));
	assert_non_null(strstr(err.hint, "--allow drop-column:users.bio"));
	ALLOWS(f, "drop-table:users");
	assert_int_equal(review(f), RC_USAGE);
	/* a loss of none needs nothing, and naming it is no mistake */
	f->haz[0] = loss(HAZ_ID_DROP_COLUMN, STR("users.bio"), STR("users"), 0);
	assert_int_equal(review(f), RC_USAGE);
	f->c.nallows = 0;
	assert_int_equal(review(f), RC_OK);
	assert_int_equal(permit_bound(permit, &f->haz[0]), 0);
	ALLOWS(f, BOTH);
	assert_int_equal(review(f), RC_OK);
}

static void bounds_hold(void **state)
{
	struct fixture *f = fixture();

	(void)state;
	f->stmt.undo = UNDO_SAVED;
	ALLOWS(f, "drop-column:users.bio[<=387]");
	assert_int_equal(review(f), RC_DECISION);
	assert_null(strstr(err.hint, "<=387"));
	ALLOWS(f, "drop-column:users.bio[<=388]");
	assert_int_equal(review(f), RC_OK);
	assert_int_equal(permit_bound(permit, &f->haz[0]), 388);
	f->haz[0].rows = -1;	/* unmeasured: a bound cannot be checked */
	assert_int_equal(review(f), RC_DECISION);
	ALLOWS(f, "drop-column:users.bio");
	assert_int_equal(review(f), RC_OK);
	assert_int_equal(permit_bound(permit, &f->haz[0]), -1);
}

static void same_object_is_one_need(void **state)
{
	struct fixture *f = fixture();

	(void)state;
	f->haz[0] = loss(HAZ_ID_DELETE_ROWS, STR("cards"), STR("cards"), 3);
	f->haz[1] = loss(HAZ_ID_DELETE_ROWS, STR("cards"), STR("cards"), 4);
	f->haz[2] = loss(HAZ_ID_CASCADE, STR("cards"), STR("cards"), 5);
	f->stmt.nhaz = 3;
	assert_int_equal(review(f), RC_DECISION);
	assert_int_equal(missing.n, 3);
	assert_int_equal(missing.v[0].rows, 7);
	ALLOWS(f, "delete-rows:cards[<=6]", "cascade-delete:cards",
	    "undo-skipped:cards");
	assert_int_equal(review(f), RC_DECISION);
	assert_int_equal(missing.n, 1);
	ALLOWS(f, "SL32:cards", "SL3:cards", "UN2:cards");
	assert_int_equal(review(f), RC_OK);
}

static void blocked_cannot_be_consented(void **state)
{
	struct fixture *f = fixture();

	(void)state;
	f->haz[0] = loss(HAZ_ID_UNIQUE, STR("users.email"), STR("users"), 2);
	f->haz[0].sev = SEV_BLOCKED;
	f->haz[0].finder = STR("SELECT email FROM users");
	ALLOWS(f, "unique-violated:users.email");
	assert_int_equal(review(f), RC_DB);
	assert_non_null(strstr(err.hint, "SELECT email FROM users"));
	f->c.terminal = f->c.enter = true;
	assert_int_equal(review(f), RC_DB);
	assert_null(permit);
}

static void what_would_fail_is_refused(void **state)
{
	struct fixture *f = fixture();
	struct run rehearsal = { 0 };

	(void)state;
	ALLOWS(f, BOTH);
	f->whole.stopped = &f->entry;
	err_at(&f->whole.why, RC_DB, "0007_x.sql:1:1", "no such table: t");
	assert_int_equal(review(f), RC_DB);
	assert_non_null(strstr(err.msg, "no such table"));
	assert_string_equal(err.where, "0007_x.sql:1:1");
	/* the copy with its rows knows better than the empty one */
	f->plan.rehearsed = true;
	f->plan.rehearsal = &rehearsal;
	assert_int_equal(review(f), RC_OK);
	err_set(&f->plan.rehearsal_error, RC_DB, "NOT NULL failed");
	assert_int_equal(review(f), RC_DB);
}

static void drift_refuses(void **state)
{
	struct fixture *f = fixture();

	(void)state;
	ALLOWS(f, BOTH);
	f->rq.drift_outside = 2;
	assert_int_equal(review(f), RC_OK);
	f->c.strict = true;
	assert_int_equal(review(f), RC_CONFLICT);
	f->c.strict = false;
	f->rq.drift_in_plan = 1;
	assert_int_equal(review(f), RC_CONFLICT);
	assert_non_null(strstr(err.hint, "weir diff"));
}

static void terminal_types_tables(void **state)
{
	struct fixture *f = fixture();
	struct str typed[] = { STR("users"), STR("388"), STR("users 388"),
		STR("app.db") };

	(void)state;
	f->c.terminal = f->c.enter = true;
	assert_int_equal(review(f), RC_DECISION);
	assert_true(str_is(missing.v[0].typed, "users"));
	f->c.typed = typed;
	f->c.ntyped = 1;
	assert_int_equal(review(f), RC_OK);
	f->c.typed = &typed[1];
	assert_int_equal(review(f), RC_DECISION);
	/* typed words are nothing without a terminal */
	f->c.typed = typed;
	f->c.terminal = false;
	assert_int_equal(review(f), RC_DECISION);
	/* a safe plan wants Enter on a terminal, nothing without one */
	f->stmt.nhaz = 0;
	f->c.ntyped = 0;
	assert_int_equal(review(f), RC_OK);
	f->c.terminal = true;
	f->c.enter = false;
	assert_int_equal(review(f), RC_DECISION);
	f->c.enter = true;
	assert_int_equal(review(f), RC_OK);
}

static void a_wrong_target_is_refused(void **state)
{
	struct fixture *f = fixture();

	(void)state;
	ALLOWS(f, BOTH);
	f->c.target = STR("other.db");
	assert_int_equal(review(f), RC_USAGE);
	f->c.target = STR("app.db");
	assert_int_equal(review(f), RC_OK);
}

static void production_wants_more(void **state)
{
	struct fixture *f = fixture();
	struct str typed[] = { STR("users 388"), STR("app.db") };

	(void)state;
	f->rq.production = true;
	ALLOWS(f, BOTH);
	assert_int_equal(review(f), RC_DECISION);
	assert_int_equal(missing.n, 3);
	assert_string_equal(err.hint, "weir migrate \\\n"
	    "  --allow 'drop-column:users.bio[<=388]' \\\n"
	    "  --allow 'undo-skipped:users.bio[<=388]' \\\n"
	    "  --target app.db");
	ALLOWS(f, "drop-column:users.bio[<=388]",
	    "undo-skipped:users.bio[<=388]");
	assert_int_equal(review(f), RC_DECISION);
	f->c.target = STR("other.db");
	assert_int_equal(review(f), RC_DECISION);
	f->c.target = STR("app.db");
	assert_int_equal(review(f), RC_OK);
	f->rq.drift_outside = 1;
	assert_int_equal(review(f), RC_CONFLICT);
	f->rq.drift_outside = 0;
	f->c = (struct consent){ .terminal = true, .typed = typed, .ntyped = 1 };
	assert_int_equal(review(f), RC_DECISION);
	f->c.ntyped = 2;
	assert_int_equal(review(f), RC_OK);
}

static void unproven_is_named(void **state)
{
	struct fixture *f = fixture();

	(void)state;
	f->stmt.nhaz = 0;
	f->rq.unproven = true;
	f->step.kind = STEP_RECORD;
	assert_int_equal(review(f), RC_DECISION);
	assert_string_equal(err.hint, "weir mark \\\n  --unproven");
	f->c.unproven = true;
	assert_int_equal(review(f), RC_OK);
}

/* --- every cell of the table: what is found, who is there, what they did ------- */

enum who { STUDIO, NOBODY, PRODUCTION };	/* production: nobody is there */
enum found { SAFE, CAUTION, OUTSIDE, INSIDE, BLOCKED, LOSS };
/* what was given beside what the column has by itself */
enum given { NOTHING = 0, ENTER = 1, STRICT = 2, TARGET = 4, WRONG = 8,
	TYPED = 16, FLAG = 32, BOUND = 64, LOW = 128, OTHER = 256,
	NAME = 512 };

static const struct cell {
	enum found found;
	enum who who;
	unsigned given;
	enum rc rc;
} cells[] = {
	/* info, caution: Enter; applied; the target's name */
	{ SAFE, STUDIO, NOTHING, RC_DECISION },
	{ SAFE, STUDIO, ENTER, RC_OK },
	{ CAUTION, STUDIO, NOTHING, RC_DECISION },
	{ CAUTION, STUDIO, ENTER, RC_OK },
	{ SAFE, NOBODY, NOTHING, RC_OK },
	{ CAUTION, NOBODY, NOTHING, RC_OK },
	{ CAUTION, NOBODY, TARGET, RC_OK },
	{ CAUTION, NOBODY, WRONG, RC_USAGE },
	{ CAUTION, NOBODY, FLAG, RC_USAGE },	/* matches nothing */
	{ SAFE, PRODUCTION, NOTHING, RC_DECISION },
	{ CAUTION, PRODUCTION, NOTHING, RC_DECISION },
	{ CAUTION, PRODUCTION, WRONG, RC_DECISION },
	{ CAUTION, PRODUCTION, TARGET, RC_OK },
	{ CAUTION, PRODUCTION, ENTER, RC_DECISION },
	{ CAUTION, PRODUCTION, ENTER | NAME, RC_OK },
	/* drift outside: shown; noted, with --strict 5; strict */
	{ OUTSIDE, STUDIO, ENTER, RC_OK },
	{ OUTSIDE, STUDIO, ENTER | STRICT, RC_CONFLICT },
	{ OUTSIDE, NOBODY, NOTHING, RC_OK },
	{ OUTSIDE, NOBODY, STRICT, RC_CONFLICT },
	{ OUTSIDE, PRODUCTION, TARGET, RC_CONFLICT },
	/* drift inside, blocked: refused, whatever is given */
	{ INSIDE, STUDIO, ENTER | TYPED, RC_CONFLICT },
	{ INSIDE, NOBODY, NOTHING, RC_CONFLICT },
	{ INSIDE, PRODUCTION, TARGET, RC_CONFLICT },
	{ BLOCKED, STUDIO, ENTER | TYPED, RC_DB },
	{ BLOCKED, NOBODY, NOTHING, RC_DB },
	{ BLOCKED, NOBODY, FLAG, RC_DB },
	{ BLOCKED, PRODUCTION, TARGET | BOUND, RC_DB },
	/* destructive: the table typed; named; and its rows */
	{ LOSS, STUDIO, NOTHING, RC_DECISION },
	{ LOSS, STUDIO, ENTER, RC_DECISION },
	{ LOSS, STUDIO, OTHER, RC_DECISION },
	{ LOSS, STUDIO, TYPED, RC_OK },
	{ LOSS, STUDIO, ENTER | FLAG, RC_OK },
	{ LOSS, NOBODY, NOTHING, RC_DECISION },
	{ LOSS, NOBODY, TYPED, RC_DECISION },
	{ LOSS, NOBODY, FLAG, RC_OK },
	{ LOSS, NOBODY, BOUND, RC_OK },
	{ LOSS, NOBODY, LOW, RC_DECISION },
	{ LOSS, NOBODY, FLAG | WRONG, RC_USAGE },
	{ LOSS, PRODUCTION, TARGET, RC_DECISION },
	{ LOSS, PRODUCTION, BOUND, RC_DECISION },
	{ LOSS, PRODUCTION, TARGET | FLAG, RC_DECISION },
	{ LOSS, PRODUCTION, TARGET | LOW, RC_DECISION },
	{ LOSS, PRODUCTION, TARGET | BOUND, RC_OK },
	{ LOSS, PRODUCTION, TYPED | NAME | ENTER, RC_OK },
	{ LOSS, PRODUCTION, OTHER | NAME | ENTER, RC_DECISION },
};

static void cell_found(struct fixture *f, enum found found)
{
	struct hazard *h = &f->haz[0];

	f->stmt.undo = UNDO_SAVED;
	f->stmt.nhaz = found == SAFE || found == OUTSIDE || found == INSIDE ?
	    0 : 1;
	f->rq.drift_outside = found == OUTSIDE;
	f->rq.drift_in_plan = found == INSIDE;
	if (found == CAUTION || found == BLOCKED)
		*h = (struct hazard){ .def = &hazard_defs[HAZ_ID_SET_NOTNULL],
			.sev = found == BLOCKED ? SEV_BLOCKED : SEV_CAUTION,
			.object = STR("users.bio"), .table = STR("users"),
			.rows = found == BLOCKED ? 3 : -1, .of = -1 };
}

static void cell_given(struct fixture *f, const struct cell *x)
{
	/* on a terminal in production the count is typed as well */
	struct str *typed = arena_array(a, struct str, 2);
	bool person = x->who == STUDIO || (x->who == PRODUCTION &&
	    (x->given & ENTER));

	f->rq.production = x->who == PRODUCTION;
	f->c.terminal = person;
	f->c.enter = x->given & ENTER;
	f->c.strict = x->given & STRICT;
	if (x->given & (TARGET | WRONG))
		f->c.target = x->given & TARGET ? STR("app.db") :
		    STR("other.db");
	if (x->given & (TYPED | OTHER))
		typed[f->c.ntyped++] = x->given & OTHER ? STR("user") :
		    x->who == PRODUCTION ? STR("users 388") : STR("users");
	if (x->given & NAME)
		typed[f->c.ntyped++] = STR("app.db");
	f->c.typed = typed;
	if (x->given & FLAG)
		ALLOWS(f, x->found == BLOCKED ? "set-not-null:users.bio" :
		    "drop-column:users.bio");
	if (x->given & BOUND)
		ALLOWS(f, x->found == BLOCKED ? "set-not-null:users.bio[<=3]" :
		    "drop-column:users.bio[<=388]");
	if (x->given & LOW)
		ALLOWS(f, "drop-column:users.bio[<=387]");
}

static void every_cell(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
		struct fixture *f = fixture();
		enum rc rc;

		cell_found(f, cells[i].found);
		cell_given(f, &cells[i]);
		rc = review(f);
		if (rc != cells[i].rc)
			fail_msg("cell %zu (found %d, who %d, given %u): %d, "
			    "not %d: %s", i, (int)cells[i].found,
			    (int)cells[i].who, cells[i].given, (int)rc,
			    (int)cells[i].rc, err.msg);
		/* a refusal without a way on is none, and one with is told */
		assert_int_equal(permit != NULL, rc == RC_OK);
		if (rc == RC_DECISION || rc == RC_CONFLICT)
			assert_true(err.hint[0]);
	}
}

/* --- the consent file ------------------------------------------------------ */

static enum rc with_file(struct fixture *f, struct strs *stale)
{
	const struct allow *v;
	size_t n;
	enum rc rc = consent_read(root, &f->rq, NULL, 0, a, &v, &n, stale,
	    &err);

	if (rc)
		return rc;
	f->c.allows = v;
	f->c.nallows = n;
	return review(f);
}

static void put(const char *text)
{
	struct err e = ERR_INIT;

	assert_int_equal(file_write_atomic(arena_z(a, path_join(a, str_z(root),
	    STR("0007_x.allow"))), str_z(text), 0644, &e), 0);
}

static void consent_file(void **state)
{
	struct fixture *f = fixture();
	struct strs written, stale;

	(void)state;
	assert_int_equal(with_file(f, &stale), RC_DECISION);
	assert_int_equal(consent_write(root, &f->rq, a, &written, &err), 0);
	assert_int_equal(written.n, 1);
	assert_true(str_is(written.v[0], "0007_x.allow"));
	assert_int_equal(with_file(f, &stale), RC_OK);
	assert_int_equal(stale.n, 0);
	/* the migration was edited: nothing of the file holds */
	f->entry.hex[0] = 'b';
	assert_int_equal(with_file(f, &stale), RC_DECISION);
	assert_int_equal(stale.n, 1);
	f->entry.hex[0] = 'a';
	/* what no longer matches is no mistake of the command line */
	f->stmt.nhaz = 0;
	assert_int_equal(with_file(f, &stale), RC_OK);
	/* consent of one migration is none for another */
	f->stmt.nhaz = 1;
	struct entry other = f->entry;
	other.tag = STR("0008_y");
	f->run.entry = &other;
	assert_int_equal(with_file(f, &stale), RC_DECISION);
}

static void consent_file_bad(void **state)
{
	struct fixture *f = fixture();
	struct strs stale;

	(void)state;
	put("drop-column:users.bio\n");
	assert_int_equal(with_file(f, &stale), RC_USAGE);
	assert_non_null(strstr(err.msg, "0007_x.allow:1"));
	put("sha256 aa\nnonsense\n");
	assert_int_equal(with_file(f, &stale), RC_USAGE);
	assert_non_null(strstr(err.msg, "0007_x.allow:2"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(allow_reads),
		cmocka_unit_test(allow_refuses),
		cmocka_unit_test(shell_words),
		cmocka_unit_test(loss_needs_both_words),
		cmocka_unit_test(consent_is_by_object),
		cmocka_unit_test(bounds_hold),
		cmocka_unit_test(same_object_is_one_need),
		cmocka_unit_test(blocked_cannot_be_consented),
		cmocka_unit_test(what_would_fail_is_refused),
		cmocka_unit_test(drift_refuses),
		cmocka_unit_test(terminal_types_tables),
		cmocka_unit_test(a_wrong_target_is_refused),
		cmocka_unit_test(production_wants_more),
		cmocka_unit_test(every_cell),
		cmocka_unit_test(unproven_is_named),
		cmocka_unit_test(consent_file),
		cmocka_unit_test(consent_file_bad),
	};

	return cmocka_run_group_tests_name("gate", tests, setup, teardown);
}
