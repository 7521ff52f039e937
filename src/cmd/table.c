/* table: the commands and options as data. */
#include "cmd/cmd.h"

const struct opt_def opt_defs[OPT_N] = {
#define OPT(id, n, a, h, c) \
	[OPT_##id] = { .name = (n), .arg = (a), .help = (h), .cmds = (c) },
#include "cmd/opts.def"
};

const struct cmd_entry *const cmd_table[] = {
	&cmd_studio, &cmd_status, &cmd_show, &cmd_rows, &cmd_diff, &cmd_review,
	&cmd_migrate, &cmd_verify, &cmd_rollback, &cmd_mark,
	&cmd_generate, &cmd_export, &cmd_check, &cmd_drop, &cmd_adopt, &cmd_up,
	&cmd_undo, &cmd_backup, &cmd_restore, &cmd_scratch, NULL,
};
