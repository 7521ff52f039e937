#ifndef WEIR_UI_EDITOR_H
#define WEIR_UI_EDITOR_H
/*
 * editor: a file in the editor of $VISUAL, else $EDITOR, else vi, at a line.
 * It has the terminal for itself; Ctrl-Z stops both, as the shell expects.
 */
#include "ui/core.h"

/* What core->edit asks for; the view that asked is told (CMD_EDIT).  The
 * terminal is as a shell would find it. */
void editor_run(struct core *c);
/* "vim +12 "$1"": the command line for sh; $1 is the file. */
void editor_command(struct str editor, size_t line, struct sbuf *out);

#endif
