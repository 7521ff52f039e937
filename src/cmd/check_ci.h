#ifndef WEIR_CMD_CHECK_CI_H
#define WEIR_CMD_CHECK_CI_H
/*
 * check_ci: a report of check for machines: annotations of GitHub Actions
 * ("workflow commands") and SARIF 2.1.0 (OASIS, errata 01).  A fault, a loss
 * and what the data block are errors; a caution is a warning; a note, and what
 * was put aside with a reason, is a note.
 */
#include "cmd/cmd.h"
#include "op/check.h"

void check_github(struct invocation *in, const struct check_report *r);
void check_sarif(struct invocation *in, const struct check_report *r);

#endif
