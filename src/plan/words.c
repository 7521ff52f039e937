/* The words of a plan: hazard table, severities, classes, undo grades. */
#include "plan/plan.h"

const struct hazard_def hazard_defs[HAZ_ID_N] = {
#define HAZARD(id, code_, slug_, cls_, title_, advice_) \
	[HAZ_ID_##id] = { .code = (code_), .slug = (slug_), .cls = (cls_), \
	    .title = (title_), .advice = (advice_) },
#include "plan/hazards.def"
};

const char *const sev_word[SEV_N] = {
	[SEV_INFO] = "info",
	[SEV_CAUTION] = "caution",
	[SEV_BLOCKED] = "blocked",
	[SEV_DESTRUCTIVE] = "destructive",
};

const char *const stmt_class_word[CLASS_N] = {
	[CLASS_SAFE] = "safe",
	[CLASS_CHECKED] = "CHECKED",
	[CLASS_REBUILD] = "REBUILD",
	[CLASS_CAUTION] = "CAUTION",
	[CLASS_DATA] = "DATA",
	[CLASS_BLOCKED] = "BLOCKED",
	[CLASS_LOSS] = "LOSES DATA",
};

const char *const proof_word[PROOF_N] = {
	[PROOF_NONE] = "none",
	[PROOF_SAME] = "same",
	[PROOF_MOVED] = "columns-last",
	[PROOF_DIFFERS] = "differs",
	[PROOF_FAILS] = "fails",
};

const char *const undo_word[UNDO_N] = {
	[UNDO_EXACT] = "exact",
	[UNDO_SAVED] = "exact with saved rows",
	[UNDO_CHECKED] = "if data allows",
	[UNDO_SHAPE] = "shape only",
	[UNDO_NONE] = "none",
};

const char *const undo_restores[UNDO_N] = {
	[UNDO_EXACT] = "restores all",
	[UNDO_SAVED] = "restores all, with saved rows",
	[UNDO_CHECKED] = "restores all, if the data allows",
	[UNDO_SHAPE] = "schema back, rows not restored",
	[UNDO_NONE] = "restores nothing",
};
