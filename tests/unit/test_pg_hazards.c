/*
 * test_pg_hazards.c: the cases of tests/live/hazards/pg/NAME.case on a private
 * server: a database with schema and rows, scratch databases beside it
 * (hazard_cases.h).  WEIR_CASE=TEXT runs the cases whose title holds it.
 */
#define CASE_DIALECT "postgresql"
#define CASE_FOLDER "tests/live/hazards/pg"
#define CASE_NOCOPY_PART true
#define CASE_SAVES false
#include "unit/pg_cases.h"

/* --- derived ways back ------------------------------------------------------ */

static bool has_blocked(const struct plan *p)
{
	for (size_t i = 0; i < p->nhaz; i++)
		if (p->haz[i].sev == SEV_BLOCKED)
			return true;
	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < p->v[i].nhaz; k++)
			if (p->v[i].haz[k].sev == SEV_BLOCKED ||
			    (p->v[i].haz[k].def->cls == HAZ_FAILS &&
			    p->v[i].haz[k].rows))
				return true;
	return p->run->stopped != NULL;
}

/* Up, then what was derived: the schema is what it was. */
static void more_of_case(const char *name, const struct one *c,
    const struct plan *p)
{
	struct str down = STR(""), missing = STR("");
	struct drv *d = NULL;
	const struct model *was, *is;
	struct err e = ERR_INIT;

	if (!c->role.n) {
		d = pg_conn(DATABASE, DRV_BROWSE);
		check_finders(name, c, p, d);
		drv_close(d);
		d = NULL;
	}
	if (has_blocked(p) || p->run->not_executed)
		return;
	for (size_t i = 0; i < p->run->nfiles; i++)
		if (!plan_derive_down(p->run, &p->run->files[i], false, arena,
		    &down, &missing))
			return;
	d = pg_conn(DATABASE, DRV_APPLY);
	was = model_of(d);
	for (size_t i = 0; i < c->nup; i++)
		if (!run_text_of(d, c->up[i], &e))
			wrong(name, c, "up", str_z(e.msg), c->up[i]);
	for (size_t i = p->run->nfiles; i-- > 0;) {
		(void)plan_derive_down(p->run, &p->run->files[i], false, arena,
		    &down, &missing);
		if (!run_text_of(d, down, &e))
			wrong(name, c, "down", str_z(e.msg), down);
	}
	is = model_of(d);
	if (!sha256_eq(&was->hash, &is->hash))
		wrong(name, c, "up and down is another schema", down, STR(""));
	drv_close(d);
}

int main(void)
{
	return pg_cases();
}
