/*
 * files: what concerns a file or the whole plan: FD1–FD9, what apply puts
 * back after a rebuild (SL4, SL5, SL7), disk (SL29), a run that stops on the
 * schema alone.  (UN2 is the gate's: it follows from the grades.)
 */
#include "base/fs.h"
#include "plan/internal.h"

struct found *file_haz(struct work *w, const struct hazard_def *def,
    struct str object, enum sev sev, struct str text)
{
	struct found f = { .stmt = NO_STMT, .at = NO_STMT, .settled = true };

	f.h.def = def;
	f.h.rows = f.h.of = -1;
	f.h.sev = sev;
	f.h.object = object;
	f.h.text = text;
	vec_push(w->a, &w->found, f);
	return &w->found.v[w->found.n - 1];
}

static bool planned(const struct work *w, struct str tag)
{
	for (size_t i = 0; i < w->rq->n; i++)
		if (str_eq(w->rq->entries[i]->tag, tag))
			return true;
	return false;
}

static void from_findings(struct work *w)
{
	const struct findings *v = w->rq->findings;

	for (size_t i = 0; v && i < v->n; i++) {
		const struct finding *x = &v->v[i];
		bool mine = planned(w, x->tag);

		if (x->tag.n && !mine)
			continue;
		for (size_t k = 0; k < HAZ_ID_N; k++)
			if (str_is(str_z(x->code), hazard_defs[k].code)) {
				(void)file_haz(w, &hazard_defs[k], x->tag,
				    x->fatal || k == HAZ_ID_LIVE_ROLLBACK ?
				    SEV_BLOCKED : SEV_CAUTION,
				    x->where.n ? arena_printf(w->a,
				    "%.*s: %.*s", STR_ARG(x->where),
				    STR_ARG(x->text)) : x->text);
				break;
			}
	}
}

static void from_states(struct work *w)
{
	const struct states *s = w->rq->states;

	for (size_t i = 0; s && i < s->n; i++) {
		const struct mig *m = &s->v[i];
		enum hazard_id id = HAZ_ID_EDITED;

		if (m->state == MIG_OUT_OF_ORDER && planned(w, m->entry->tag))
			id = HAZ_ID_OUT_OF_ORDER;
		else if (m->state != MIG_EDITED)
			continue;
		(void)file_haz(w, &hazard_defs[id], m->entry->tag, SEV_CAUTION,
		    arena_str(w->a, str_z(hazard_defs[id].title)));
	}
	if (s && s->nunknown)
		(void)file_haz(w, &hazard_defs[HAZ_ID_UNKNOWN_ROW], STR(""),
		    SEV_CAUTION, arena_printf(w->a, "%zu applied here, but "
		    "not in this folder", s->nunknown));
}

/* --- put back ------------------------------------------------------------------------ */

static size_t carrier(const struct work *w, size_t file, struct str table)
{
	const struct plan_file *f = &w->files[file];

	for (size_t i = 0; i < w->rebuilds.n; i++)
		if (w->rebuilds.v[i].file == file &&
		    str_ieq(w->rebuilds.v[i].table, table))
			return w->rebuilds.v[i].create;
	for (size_t i = 0; i < w->rebuilds.n; i++)
		if (w->rebuilds.v[i].file == file)
			return w->rebuilds.v[i].create;
	return f->n ? f->first + f->n - 1 : NO_STMT;
}

static void add_part(struct sbuf *b, struct str s)
{
	if (b->n)
		SQL(b, " · ");
	sbuf_add(b, s);
}

static void put_back_haz(struct work *w, size_t file, const struct put_back *p,
    struct sbuf *line)
{
	enum hazard_id id = p->lifted ? HAZ_ID_REBUILD_VIEW :
	    p->kind == OBJ_TABLE ? HAZ_ID_SEQUENCE : HAZ_ID_REBUILD_TRIGGER;
	struct found *f = found_add(w, id, carrier(w, file, p->table),
	    p->table, STR(""));
	const char *kind = obj_kind_name[p->kind];

	f->settled = true;
	f->h.sev = SEV_INFO;
	if (p->lost.n) {
		f->h.sev = SEV_CAUTION;
		f->h.text = arena_printf(w->a, "%s %.*s is lost: %.*s", kind,
		    STR_ARG(p->name), STR_ARG(p->lost));
		return;
	}
	if (p->kind == OBJ_TABLE)
		f->h.text = arena_printf(w->a, "AUTOINCREMENT of %.*s kept",
		    STR_ARG(p->name));
	else
		f->h.text = arena_printf(w->a, "%s %.*s put back", kind,
		    STR_ARG(p->name));
	add_part(line, f->h.text);
}

static void from_put_backs(struct work *w, size_t file)
{
	const struct plan_file *f = &w->files[file];
	struct sbuf line = SBUF_TEXT;

	if (f->fk_off)
		add_part(&line, STR("foreign keys off around the file, "
		    "checked before commit"));
	for (size_t i = f->first; i < f->first + f->n; i++)
		if (w->run->v[i].made == 1)
			add_part(&line, arena_printf(w->a, "ALTER COLUMN at "
			    "%.*s as a rebuild",
			    STR_ARG(w->run->v[i].where)));
	for (size_t i = 0; i < f->put_back.n; i++)
		put_back_haz(w, file, &f->put_back.v[i], &line);
	if (line.n)
		vec_push(w->a, &w->added, arena_str(w->a, sbuf_str(&line)));
	sbuf_free(&line);
}

/* --- disk ------------------------------------------------------------------------------ */

static void detect_disk(struct work *w)
{
	struct value path = { 0 };
	struct err e = ERR_INIT;
	int64_t bytes, free_bytes;

	if (!w->rebuilds.n || !w->rq->live || !w->rq->measure ||
	    drv_scalar(w->rq->live, STR("SELECT file FROM"
	    " pragma_database_list WHERE name = 'main'"), NULL, 0, w->a,
	    &path, &e) || path.kind != VALUE_TEXT || !path.s.n ||
	    !count_of(w->rq->live, STR("SELECT page_count * page_size FROM"
	    " pragma_page_count, pragma_page_size"), w->a, &bytes))
		return;
	free_bytes = fs_free_bytes(arena_z(w->a, path_dir(path.s)));
	if (free_bytes < 0 || free_bytes >= 2 * bytes)
		return;
	(void)file_haz(w, &hazard_defs[HAZ_ID_DISK], path_base(path.s),
	    SEV_BLOCKED, arena_printf(w->a, "may need %.*s bytes, %.*s free",
	    STR_ARG(say_count(w->a, 2 * bytes)),
	    STR_ARG(say_count(w->a, free_bytes))));
}

/* --- a run that stops on the schema alone ------------------------------------------------ */

/* SQLite's own words for what it refuses, 3.35 to 3.46. */
static const struct {
	const char *words;
	enum hazard_id id;
} refusals[] = {
	{ "Cannot add a UNIQUE column", HAZ_ID_ADD_UNIQUE },
	{ "Cannot add a PRIMARY KEY column", HAZ_ID_ADD_UNIQUE },
	{ "Cannot add a REFERENCES column", HAZ_ID_ADD_REFERENCES },
	{ "Cannot add a column with non-constant", HAZ_ID_ADD_DEFAULT },
	{ "cannot add a STORED column", HAZ_ID_ADD_STORED },
	{ "Cannot add a NOT NULL column", HAZ_ID_ADD_NOTNULL },
	{ "error in view", HAZ_ID_BROKEN_VIEW },
};

static enum hazard_id refusal(const struct run *run)
{
	struct str msg = str_z(run->why.msg);

	if (run->cause == STOP_OWN_TX)
		return HAZ_ID_OWN_TX;
	if (run->cause == STOP_LIBSQL)
		return HAZ_ID_LIBSQL;
	if (run->cause == STOP_EXTENSION)
		return HAZ_ID_EXTENSION;
	/* drv/lite names the rule in the refusals that it makes itself */
	if (run->why.code == RC_UNSUPPORTED &&
	    str_find(msg, STR("(SL35)"), 0) < msg.n)
		return HAZ_ID_TEMP_NAME;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++)
		if (str_find(msg, str_z(refusals[i].words), 0) < msg.n)
			return refusals[i].id;
	/* the word only chooses between two names for what is refused */
	if (str_find(msg, STR("no such column"), 0) < msg.n &&
	    str_ieq(str_sub(run->stopped->text, run->stopped_at,
	    run->stopped_at + 6), STR("INSERT")))
		return HAZ_ID_DQS;
	return HAZ_ID_STATEMENT;
}

/* "no such module: vec0" is said as what this program lacks. */
static struct str stop_text(struct work *w)
{
	const struct run *run = w->run;
	struct str msg = str_z(run->why.msg), no = STR("no such ");
	size_t colon = str_find(msg, STR(": "), 0);

	if (run->cause != STOP_EXTENSION || !str_starts(msg, no) ||
	    colon == msg.n)
		return msg;
	return arena_printf(w->a, "this SQLite has no %.*s %.*s",
	    STR_ARG(str_sub(msg, no.n, colon)),
	    STR_ARG(str_sub(msg, colon + 2, msg.n)));
}

static void from_stop(struct work *w)
{
	const struct run *run = w->run;

	if (!run->stopped)
		return;
	(void)file_haz(w, &hazard_defs[refusal(run)], run->stopped->tag,
	    SEV_BLOCKED, arena_printf(w->a, "%s%s%.*s", run->why.where,
	    run->why.where[0] ? ": " : "", STR_ARG(stop_text(w))));
}

/* --- the tracking table -------------------------------------------------------------- */

static void from_tracking(struct work *w)
{
	struct str name = w->rq->track_table.n ? w->rq->track_table :
	    STR("__drizzle_migrations");
	const struct table *t = model_table(w->p->to, STR(""), name);

	for (size_t i = 0; t && w->rq->n && i < t->ntriggers; i++)
		(void)file_haz(w, &hazard_defs[HAZ_ID_TRACK_TRIGGER],
		    t->triggers[i]->o.name, SEV_CAUTION, arena_printf(w->a,
		    "trigger %.*s of %.*s runs when a migration is recorded",
		    STR_ARG(t->triggers[i]->o.name), STR_ARG(t->o.name)));
}

void plan_stopped_at_present(struct plan *p)
{
	struct hazard *v = arena_copy(p->a, p->haz, p->nhaz * sizeof *v);

	for (size_t i = 0; i < p->nhaz; i++)
		if (v[i].def->cls == HAZ_FAILS && v[i].sev == SEV_BLOCKED &&
		    p->run->stopped &&
		    str_eq(v[i].object, p->run->stopped->tag))
			v[i].def = &hazard_defs[HAZ_ID_PRESENT];
	p->haz = v;
}

void files_detect(struct work *w)
{
	w->rules->files(w);
	from_findings(w);
	from_states(w);
}

void sqlite_files(struct work *w)
{
	from_stop(w);
	from_tracking(w);
	for (size_t i = 0; i < w->p->nfiles; i++)
		from_put_backs(w, i);
	detect_disk(w);
}
