/*
 * locks: the lock level of each statement (PostgreSQL manual, section 13.3
 * and the pages of the commands; measured on 15), with the versions in which
 * it changed.
 */
#include "dialect/pg/types.h"

const char *const pg_lock_name[PG_LOCK_N] = {
	[PG_LOCK_NONE] = "",
	[PG_LOCK_AS] = "ACCESS SHARE",
	[PG_LOCK_RS] = "ROW SHARE",
	[PG_LOCK_RX] = "ROW EXCLUSIVE",
	[PG_LOCK_SUX] = "SHARE UPDATE EXCLUSIVE",
	[PG_LOCK_SH] = "SHARE",
	[PG_LOCK_SRX] = "SHARE ROW EXCLUSIVE",
	[PG_LOCK_EX] = "EXCLUSIVE",
	[PG_LOCK_AX] = "ACCESS EXCLUSIVE",
};

#define AX PG_LOCK_AX
#define SRX PG_LOCK_SRX
#define SUX PG_LOCK_SUX
#define SH PG_LOCK_SH
#define NONE PG_LOCK_NONE

/* Steps that are not ACCESS EXCLUSIVE without more, which the rest is. */
static const struct {
	enum pg_step step;
	struct pg_locks l;
} steps[] = {
	{ PG_STEP_STATISTICS, { SUX, NONE, false, false } },
	{ PG_STEP_SET_OPTIONS, { SUX, NONE, false, false } },
	{ PG_STEP_RESET_OPTIONS, { SUX, NONE, false, false } },
	{ PG_STEP_SET_REL_OPTIONS, { SUX, NONE, false, false } },
	{ PG_STEP_RESET_REL_OPTIONS, { SUX, NONE, false, false } },
	{ PG_STEP_VALIDATE, { SUX, PG_LOCK_RS, true, false } },
	{ PG_STEP_CLUSTER_ON, { SUX, NONE, false, false } },
	{ PG_STEP_DROP_CLUSTER, { SUX, NONE, false, false } },
	{ PG_STEP_ENABLE_TRIGGER, { SRX, NONE, false, false } },
	{ PG_STEP_ENABLE_ALWAYS_TRIGGER, { SRX, NONE, false, false } },
	{ PG_STEP_ENABLE_REPLICA_TRIGGER, { SRX, NONE, false, false } },
	{ PG_STEP_ENABLE_TRIGGERS, { SRX, NONE, false, false } },
	{ PG_STEP_ENABLE_USER_TRIGGERS, { SRX, NONE, false, false } },
	{ PG_STEP_DISABLE_TRIGGER, { SRX, NONE, false, false } },
	{ PG_STEP_DISABLE_TRIGGERS, { SRX, NONE, false, false } },
	{ PG_STEP_DISABLE_USER_TRIGGERS, { SRX, NONE, false, false } },
	{ PG_STEP_LOGGED, { AX, NONE, true, true } },
	{ PG_STEP_UNLOGGED, { AX, NONE, true, true } },
	{ PG_STEP_ACCESS_METHOD, { AX, NONE, true, true } },
	{ PG_STEP_TABLESPACE, { AX, NONE, true, true } },
	{ PG_STEP_SET_NOT_NULL, { AX, NONE, true, false } },
	{ PG_STEP_INHERIT, { AX, SUX, false, false } },
	{ PG_STEP_ATTACH, { SUX, AX, true, false } },
	{ PG_STEP_DETACH, { AX, AX, false, false } },
	{ PG_STEP_DETACH_FINALIZE, { SUX, AX, false, false } },
	{ PG_STEP_DROP_CONSTRAINT, { AX, AX, false, false } },
};

static struct pg_locks constraint_locks(const struct pg_constraint *c)
{
	struct pg_locks l = { AX, NONE, !c->not_valid, false };

	if (c->kind == PG_CON_FK)
		l.on = l.refs = SRX;
	if (c->index.n)
		l.scans = false;
	return l;
}

struct pg_locks pg_step_locks(const struct pg_sub *s, int version)
{
	struct pg_locks l = { AX, NONE, false, false };

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		if (steps[i].step == s->step)
			l = steps[i].l;
	if (s->step == PG_STEP_ADD_CONSTRAINT && s->con)
		l = constraint_locks(s->con);
	if (s->step == PG_STEP_ATTACH && version < 120000)
		l.on = AX;
	if (s->step == PG_STEP_DETACH && s->concurrently)
		l = (struct pg_locks){ SUX, SUX, false, false };
	for (size_t i = 0; s->step == PG_STEP_ADD_COLUMN && s->col &&
	    i < s->col->ncons; i++)
		if (s->col->cons[i].kind == PG_CON_FK)
			l.refs = SRX;
	return l;
}

/* Statements by kind; those not here lock no table that matters. */
static const struct {
	enum pg_kind kind;
	struct pg_locks l;
} kinds[] = {
	{ PG_SELECT, { PG_LOCK_AS, NONE, false, false } },
	{ PG_INSERT, { PG_LOCK_RX, PG_LOCK_RS, false, false } },
	{ PG_UPDATE, { PG_LOCK_RX, PG_LOCK_RS, false, false } },
	{ PG_DELETE, { PG_LOCK_RX, PG_LOCK_RX, false, false } },
	{ PG_MERGE, { PG_LOCK_RX, PG_LOCK_RX, false, false } },
	{ PG_COPY, { PG_LOCK_RX, PG_LOCK_RS, false, false } },
	{ PG_TRUNCATE, { AX, AX, false, false } },
	{ PG_DROP, { AX, AX, false, false } },
	{ PG_RENAME, { AX, NONE, false, false } },
	{ PG_SET_SCHEMA, { AX, NONE, false, false } },
	{ PG_OWNER, { AX, NONE, false, false } },
	{ PG_COMMENT, { SUX, NONE, false, false } },
	{ PG_CREATE_TABLE, { NONE, SRX, false, false } },
	{ PG_CREATE_INDEX, { SH, NONE, true, false } },
	{ PG_CREATE_STATISTICS, { SUX, NONE, false, false } },
	{ PG_CREATE_VIEW, { AX, PG_LOCK_AS, false, false } },
	{ PG_CREATE_TRIGGER, { SRX, NONE, false, false } },
	{ PG_CREATE_RULE, { AX, NONE, false, false } },
	{ PG_CREATE_POLICY, { AX, NONE, false, false } },
	{ PG_ALTER_POLICY, { AX, NONE, false, false } },
	{ PG_REFRESH, { AX, PG_LOCK_AS, true, true } },
	{ PG_REINDEX, { SH, AX, true, false } },
	{ PG_CLUSTER, { AX, NONE, true, true } },
	{ PG_VACUUM, { SUX, NONE, true, false } },
	{ PG_LOCK, { AX, NONE, false, false } },
};

struct pg_locks pg_stmt_locks(const struct pg_stmt *s, int version)
{
	struct pg_locks l = { NONE, NONE, false, false };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (kinds[i].kind == s->kind)
			l = kinds[i].l;
	for (size_t i = 0; s->kind == PG_ALTER_TABLE && i < s->nsubs; i++) {
		struct pg_locks x = pg_step_locks(&s->subs[i], version);

		l.on = x.on > l.on ? x.on : l.on;
		l.refs = x.refs > l.refs ? x.refs : l.refs;
		l.scans = l.scans || x.scans;
		l.rewrites = l.rewrites || x.rewrites;
	}
	if ((s->kind == PG_CREATE_INDEX || s->kind == PG_REINDEX ||
	    (s->kind == PG_DROP && s->nobjs && s->objs[0].kind == OBJ_INDEX)) &&
	    s->concurrently)
		l.on = l.refs = SUX;
	if (s->kind == PG_CREATE_TABLE && s->partition)
		l.refs = AX;
	if (s->kind == PG_RENAME && s->nobjs &&
	    s->objs[0].kind == OBJ_INDEX && version >= 120000)
		l.on = SUX;
	if (s->kind == PG_REFRESH && s->concurrently)
		l.on = PG_LOCK_EX;
	return l;
}
