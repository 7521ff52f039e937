/* rehearse_data: see rehearse_data.h. */
#include "op/rehearse_data.h"

#include "op/apply/tracking.h"
#include "source/scratch.h"

enum rc rehearse_data_terms(struct session *s, const struct plan *p,
    struct arena *a, struct strs *out, struct err *e)
{
	struct backup_size size = { -1, -1 };
	struct str *line = arena_new_of(a, struct str);
	struct sbuf b = SBUF_INIT(512);
	enum rc rc = rehearse_fits_copy(p, e);

	if (!rc && !s->db)
		rc = err_set(e, RC_NOTFOUND, "the database %.*s does not "
		    "exist: there are no rows to copy",
		    STR_ARG(s->project->db_label));
	if (!rc)
		rc = backup_size(s->db, s->project, &size, e);
	if (rc)
		return rc;
	sbuf_addz(&b, "copies the whole database");
	if (size.bytes >= 0) {
		sbuf_addz(&b, ", ");
		add_bytes(&b, size.bytes);
	}
	sbuf_addz(&b, ", by pg_dump into a scratch database, runs the files "
	    "there and drops it");
	*line = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	*out = (struct strs){ line, 1 };
	return RC_OK;
}

static enum rc fill(struct session *s, struct drv *d,
    const struct backup_options *copy, struct arena *a, struct err *e)
{
	struct drv_copying c = { .progress = copy->progress,
		.arg = copy->arg, .environment = copy->environment };
	struct err ignored = ERR_INIT;
	struct backup b = { 0 };
	enum rc rc = backup_take(s->db, copy, STR(""), a, &b, e);

	if (rc)
		return rc;
	rc = d->ops->restore(d, arena_z(a, b.path), &c, e);
	if (backup_remove(&b, a, rc ? &ignored : e) && !rc)
		rc = e->code;
	return rc;
}

enum rc rehearse_data(struct session *s, const struct plan *p,
    const struct backup_options *copy, struct arena *a,
    struct rehearsal *out, struct err *e)
{
	struct drv *d = NULL;
	enum rc rc = rehearse_fits_copy(p, e);

	*out = (struct rehearsal){ .failed = ERR_INIT, .on_copy = true };
	if (!rc)
		rc = scratch_open(s->scratch, true, &d, e);
	if (rc)
		return rc;
	rc = fill(s, d, copy, a, e);
	if (!rc)
		rc = rehearse_in(p, d, tracking_table(s->project, a), a, out,
		    e);
	scratch_close(s->scratch, d);
	return rc;
}
