#ifndef WEIR_TESTS_UNIT_UNIT_H
#define WEIR_TESTS_UNIT_UNIT_H
/*
 * unit: what every cmocka test begins with.  A test program has one group and
 * ends with UNIT_MAIN(list of cases).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/sbuf.h"
#include "base/str.h"

/* Compare a struct str with a C string; both are shown when they differ. */
#define assert_str(got, want) \
	unit_assert_str((got), (want), __FILE__, __LINE__)
/* rc must be RC_OK; else the error's text is shown. */
#define assert_ok(rc, e) unit_assert_ok((rc), (e), __FILE__, __LINE__)

static inline void unit_assert_str(struct str got, const char *want,
    const char *file, int line)
{
	if (str_is(got, want))
		return;
	print_error("got  \"%.*s\"\nwant \"%s\"\n", STR_ARG(got), want);
	_fail(file, line);
}

static inline void unit_assert_ok(enum rc rc, const struct err *e,
    const char *file, int line)
{
	if (rc == RC_OK)
		return;
	print_error("%s: %s: %s\n", rc_name(rc), e->where, e->msg);
	_fail(file, line);
}

#define UNIT_MAIN(...) \
	int main(void) \
	{ \
		const struct CMUnitTest cases[] = { __VA_ARGS__ }; \
		return cmocka_run_group_tests(cases, NULL, NULL); \
	}

#endif
