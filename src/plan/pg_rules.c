/*
 * pg_rules: PostgreSQL's entry in the table of rules: the order in which a
 * statement is looked at, files that stop, what Drizzle's migrator would do.
 */
#include "plan/pg.h"

/* --- statements ------------------------------------------------------------------ */

static void ask_session(struct work *w)
{
	struct drv_server s = { 0 };
	struct value zone = { 0 };
	struct err ignored = ERR_INIT;

	w->path = STR("public");
	w->version = 0;
	if (!w->rq->live)
		return;
	if (!w->rq->live->ops->server(w->rq->live, w->a, &s, &ignored))
		w->version = s.version;
	if (!drv_scalar(w->rq->live, STR("SELECT pg_catalog.current_setting("
	    "'TimeZone')"), NULL, 0, w->a, &zone, &ignored) &&
	    zone.kind == VALUE_TEXT)
		w->utc = str_ieq(zone.s, STR("UTC")) ||
		    str_ieq(zone.s, STR("Etc/UTC"));
}

/* PN5, once: on the first statement that everybody has to wait for. */
static void lock_queue(struct work *w)
{
	for (size_t i = 0; i < w->run->n; i++) {
		struct str want = STR("ACCESS EXCLUSIVE on ");
		struct str locks = w->stmts[i].locks;
		size_t at = str_find(locks, want, 0);
		struct lens l;
		struct found *f;

		if (at == locks.n)
			continue;
		l = lens_of(w, i);
		f = pg_found_obj(&l, HAZ_ID_PN5, &(struct obj){
		    .kind = OBJ_SCHEMA, .name = l.s->entry->tag });
		f->h.object = l.s->entry->tag;
		pg_say(f, SEV_INFO, STR("while it waits for its lock, every "
		    "later query waits behind it"));
		return;
	}
}

/* PT33: event triggers run with statements that call no code themselves. */
static void event_triggers(struct work *w)
{
	struct value v = { 0 };
	struct err ignored = ERR_INIT;
	struct lens l;
	struct found *f;

	if (!w->rq->live || !w->run->n || drv_scalar(w->rq->live,
	    STR("SELECT pg_catalog.count(*) FROM pg_catalog.pg_event_trigger"
	    " WHERE evtenabled OPERATOR(pg_catalog.<>) 'D'::\"char\""), NULL,
	    0, w->a, &v, &ignored) || v.kind != VALUE_INT || !v.i)
		return;
	l = lens_of(w, 0);
	f = pg_found_obj(&l, HAZ_ID_PT33_CODE, &(struct obj){
	    .kind = OBJ_SCHEMA, .name = l.s->entry->tag });
	f->h.object = l.s->entry->tag;
	pg_say(f, SEV_INFO, STR("the database has event triggers, which may "
	    "do anything"));
}

static void detect(struct work *w)
{
	ask_session(w);
	for (size_t i = 0; i < w->run->n; i++) {
		struct lens l = lens_of(w, i);

		pg_changes(l.s, l.g, w->a, &w->stmts[i].changes);
		pg_detect_models(&l);
		pg_detect_words(&l);
		pg_detect_alter(&l);
		pg_detect_data(&l);
		pg_detect_weight(&l);
		pg_names_step(&l);
	}
	lock_queue(w);
	event_triggers(w);
}

static void changes(struct work *w, size_t i)
{
	(void)w;
	(void)i;		/* detect() needed them */
}

static struct str why(const struct work *w, size_t i)
{
	const struct stmt *s = &w->stmts[i];
	const struct pg_stmt *g = s->run->facts.pg;

	if (s->run->skipped.n)
		return s->run->skipped;
	if (g && g->kind == PG_CREATE_TABLE)
		return STR("new table");
	if (g && g->kind == PG_CREATE_INDEX)
		return STR("new index");
	if (s->changes.n || (s->run->before && s->run->before ==
	    s->run->after && s->locks.n))
		return STR("catalogue only");
	return STR("");
}

/* --- a run that stops --------------------------------------------------------------- */

static bool has_step(const struct pg_stmt *g, enum pg_step step)
{
	for (size_t i = 0; i < g->nsubs; i++)
		if (g->subs[i].step == step)
			return true;
	return false;
}

/* The server's own code, and what was asked of it. */
static enum hazard_id refusal(const struct run *run, const struct pg_stmt *g)
{
	static const struct { const char *state; enum hazard_id id; } v[] = {
		{ "2BP01", HAZ_ID_PT18 }, { "55P04", HAZ_ID_PE1 },
		{ "42P16", HAZ_ID_PV1 }, { "25001", HAZ_ID_PN1 },
	};

	/* which ask for types and operator classes: a procedure or a large
	 * object that is not there comes from no extension */
	static const bool of_extension[PG_KIND_N] = {
		[PG_CREATE_EXTENSION] = true, [PG_CREATE_TABLE] = true,
		[PG_ALTER_TABLE] = true, [PG_CREATE_INDEX] = true,
		[PG_CREATE_DOMAIN] = true, [PG_CREATE_COMPOSITE] = true,
		[PG_CREATE_FUNCTION] = true, [PG_CREATE_VIEW] = true,
	};

	if (run->cause == STOP_OWN_TX)
		return HAZ_ID_OWN_TX;
	if (run->cause == STOP_EXTENSION && of_extension[g->kind])
		return HAZ_ID_EXTENSION;
	if (str_is(run->code, "42501") && str_find(str_z(run->why.msg),
	    STR("schema"), 0) < strlen(run->why.msg))
		return HAZ_ID_PT35;
	if (str_is(run->code, "0A000") && has_step(g, PG_STEP_TYPE))
		return HAZ_ID_PV2;
	if (str_is(run->code, "42804") && has_step(g, PG_STEP_TYPE))
		return HAZ_ID_PY13;
	if (has_step(g, PG_STEP_ADD_CONSTRAINT) && g->nsubs == 1 &&
	    g->subs[0].con && g->subs[0].con->kind == PG_CON_FK &&
	    g->subs[0].con->not_valid && (str_is(run->code, "42809") ||
	    str_is(run->code, "0A000")))
		return HAZ_ID_PP4;
	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++)
		if (str_is(run->code, v[i].state) &&
		    (v[i].id != HAZ_ID_PV1 || g->kind == PG_CREATE_VIEW))
			return v[i].id;
	return HAZ_ID_PSQL;
}

static void from_stop(struct work *w)
{
	const struct run *run = w->run;
	const struct pg_stmt *g;
	size_t at = run->stopped_at, from = 0, to = 0;

	if (!run->stopped)
		return;
	if (!pg_split(run->stopped->text, &at, &from, &to))
		from = to = 0;
	g = pg_digest(str_sub(run->stopped->text, from, to), w->a);
	(void)file_haz(w, &hazard_defs[refusal(run, g)], run->stopped->tag,
	    SEV_BLOCKED, arena_printf(w->a, "%s%s%s", run->why.where,
	    run->why.where[0] ? ": " : "", run->why.msg));
}

/* PT35: asked once of each schema in which the plan makes something. */
static void may_create(struct work *w)
{
	static const bool makes[PG_KIND_N] = { [PG_CREATE_TABLE] = true,
		[PG_CREATE_TABLE_AS] = true, [PG_CREATE_VIEW] = true,
		[PG_CREATE_SEQUENCE] = true, [PG_CREATE_ENUM] = true,
		[PG_CREATE_DOMAIN] = true, [PG_CREATE_COMPOSITE] = true,
		[PG_CREATE_FUNCTION] = true };
	VEC(struct str) asked = { 0 };

	for (size_t i = 0; w->rq->measure && w->rq->live && i < w->run->n;
	    i++) {
		struct lens l = lens_of(w, i);
		struct str schema;
		struct value name, v = { 0 };
		struct err ignored = ERR_INIT;
		bool known = false;

		if (!makes[l.g->kind] || !l.g->nobjs || l.g->temporary)
			continue;
		schema = l.g->objs[0].schema.n ? l.g->objs[0].schema :
		    STR("public");
		for (size_t k = 0; k < asked.n; k++)
			known = known || str_eq(asked.v[k], schema);
		if (known)
			continue;
		vec_push(w->a, &asked, schema);
		name = (struct value){ .kind = VALUE_TEXT, .s = schema,
			.full = schema.n };
		if (drv_scalar(w->rq->live, STR("SELECT CASE WHEN "
		    "pg_catalog.has_schema_privilege(oid, 'CREATE') THEN 1 "
		    "ELSE 0 END FROM pg_catalog.pg_namespace "
		    "WHERE nspname = $1"), &name, 1, w->a, &v, &ignored) ||
		    v.kind != VALUE_INT || v.i)
			continue;
		(void)file_haz(w, &hazard_defs[HAZ_ID_PT35],
		    l.s->entry->tag, SEV_BLOCKED, arena_printf(w->a,
		    "%.*s: the role may not create anything in schema %.*s",
		    STR_ARG(l.s->where), STR_ARG(schema)));
	}
}

static void files(struct work *w)
{
	from_stop(w);
	may_create(w);
	/* nothing could hold the outcome of the change against anything */
	if (w->run->not_executed && w->rq->n)
		(void)file_haz(w, &hazard_defs[HAZ_ID_NOT_EXECUTED],
		    w->rq->entries[0]->tag, SEV_BLOCKED,
		    str_z(w->run->why.msg));
}

/* --- Drizzle -------------------------------------------------------------------------- */

/*
 * drizzle-orm 0.45 pg-core/dialect.js: all pending files run in one
 * transaction; node-postgres sends a piece without arguments as it is, so a
 * piece may hold several statements or none.
 */
static bool drizzle(struct work *w)
{
	for (size_t i = 0; i < w->rq->n; i++)
		if (w->rq->entries[i]->whole) {
			w->p->drizzle = arena_printf(w->a, "would begin %.*s "
			    "from its start, though half of it is there",
			    STR_ARG(w->rq->entries[i]->tag));
			return true;
		}
	for (size_t i = 0; i < w->run->n; i++) {
		struct lens l = lens_of(w, i);
		const char *what = l.g->flags & PG_OUTSIDE_TX ?
		    "cannot run inside a transaction" : NULL;

		for (size_t k = 0; k < w->found.n && !what; k++)
			if (w->found.v[k].stmt == i &&
			    w->found.v[k].h.def == &hazard_defs[HAZ_ID_PE1] &&
			    str_starts(w->found.v[k].h.text, STR("used")))
				what = "its value is used in the same "
				    "transaction";
		if (!what)
			continue;
		w->p->drizzle = arena_printf(w->a, "would stop on statement "
		    "%zu of %.*s: %s: %s", l.s->number,
		    STR_ARG(l.s->entry->tag), pg_kinds[l.g->kind].words,
		    what);
		return true;
	}
	return false;
}

const struct plan_rules plan_rules_pg = {
	.detect = detect,
	.hints = pg_hints,
	.measure = pg_measure,
	.files = files,
	.changes = changes,
	.drizzle = drizzle,
	.inverse = pg_inverse,
	.unit = pg_unit,
	.undo = pg_undo,
	.why = why,
};
