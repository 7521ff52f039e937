#ifndef WEIR_UI_LOOP_H
#define WEIR_UI_LOOP_H
/* loop: one poll over terminal, worker and signals; then at most one draw. */
#include "ui/clip.h"
#include "ui/core.h"
#include "ui/term.h"

/* After signals_open() and term_open().  Runs until the user quits or a signal ends it; the exit code is in
 * core->exit_code. */
void loop_run(struct core *c, struct term *t, const struct clip *clip);

#endif
